// jupyterlab_rise 0.43 leaves @jupyterlab/console out of what it shares with extensions; jupyterlab_widgets 3.0.17
// wants a name from it (to look for code consoles, optional) and does not load without. This shares just that name.
// And it brings alternative text to the page: a picture's output carries it ("alt" in the metadata of image/png), and
// JupyterLab's own image has none. On slides Shift+Enter runs what the slide hides, without a click first.
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

  const pictures = {
    id: "course-console:pictures",
    autoStart: true,
    activate: app => {
      let waiting = 0;
      const soon = () => { waiting = waiting || setTimeout(() => { waiting = 0; tell(app); }, 200); };
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
