// jupyterlab_rise 0.43 leaves @jupyterlab/console out of what it shares with extensions; jupyterlab_widgets 3.0.17
// wants a name from it (to look for code consoles, optional) and does not load without. This shares just that name.
// And it brings alternative text to the page: a picture's output carries it ("alt" in the metadata of image/png), and
// JupyterLab's own image has none. In a dark theme our white pictures turn dark, hues kept; one that is filled with
// colours, where light means much, is only dimmed. On slides Shift+Enter runs what the slide hides, without a click first.
(function () {
  const console_ = { IConsoleTracker: { name: "@jupyterlab/console:IConsoleTracker" } };

  function tell(app) {
    for (const shown of app.shell.widgets("main")) {
      for (const cell of shown.content?.widgets ?? []) {
        cell.outputArea?.widgets.forEach((output, i) => {
          const alt = cell.outputArea.model.get(i)?.metadata?.["image/png"]?.alt;
          const image = alt && output.node.querySelector(".jp-RenderedImage img:not([alt])");
          if (image) image.alt = alt;
        });
      }
    }
  }

  // plots/tokens.py `at_night` computes the same: each colour stands out at least as much as on white
  const NIGHT = `[data-jp-theme-light="false"] img.course-paper { filter: invert(0.933) hue-rotate(180deg); }
    [data-jp-theme-light="false"] img.course-filled { filter: brightness(0.85); }`;
  const SIDE = 64;

  function dress(image) {
    if (!image.complete || !image.naturalWidth) return image.addEventListener("load", () => dress(image), { once: true });
    const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0, SIDE, SIDE);
    const dots = pen.getImageData(0, 0, SIDE, SIDE).data;
    let white = 0;
    for (let i = 0; i < dots.length; i += 4) white += Math.min(dots[i], dots[i + 1], dots[i + 2]) > 235;
    image.classList.add(white > 0.55 * SIDE * SIDE ? "course-paper" : "course-filled");
  }

  function dressAll() {
    const ours = ".jp-OutputArea-output img[alt]:not([alt=''], .course-paper, .course-filled)";
    document.querySelectorAll(ours).forEach(image => { if (image.src.startsWith("data:image/png")) dress(image); });
  }

  const pictures = {
    id: "course-console:pictures",
    autoStart: true,
    activate: app => {
      let waiting = 0;
      const soon = () => { waiting = waiting || setTimeout(() => { waiting = 0; tell(app); dressAll(); }, 200); };
      document.head.append(Object.assign(document.createElement("style"), { textContent: NIGHT }));
      new MutationObserver(changes => {
        if (changes.some(change => change.addedNodes.length)) soon();
      }).observe(document.body, { childList: true, subtree: true });
    },
  };

  const slides = {
    id: "course-console:slides",
    autoStart: true,
    activate: app => {
      const own = "input, textarea, select, .cm-editor, .jp-Notebook:focus";
      window.addEventListener("keydown", event => {
        const slide = [...document.querySelectorAll(".reveal section.present")].pop();
        if (event.key !== "Enter" || !event.shiftKey || !slide || event.target.closest?.(own)) return;
        const book = [...app.shell.widgets("main")].map(shown => shown.content).find(content => content?.widgets);
        const there = book.widgets.filter(cell => cell.model.type === "code" && slide.contains(cell.node));
        const next = there.find(cell => !cell.model.outputs.length) ?? there[0];
        if (!next) return;
        event.preventDefault();
        event.stopPropagation();
        book.activeCellIndex = book.widgets.indexOf(next);
        app.commands.execute("RISE:smart-exec");
        book.activeCellIndex = book.widgets.indexOf(next); // it went on to the next slide, and nobody saw the result
        setTimeout(() => document.activeElement?.blur(), 50); // the arrow keys turn slides again
      }, true);
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["course-console"] = {
    init: scope => {
      const versions = (scope["@jupyterlab/console"] = scope["@jupyterlab/console"] || {});
      if (!Object.keys(versions).length) versions["4.4.0"] = { get: () => Promise.resolve(() => console_), from: "course-console" };
    },
    get: () => Promise.resolve(() => ({ __esModule: true, default: [pictures, slides] })),
  };
})();
