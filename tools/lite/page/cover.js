// A lesson's page shows its name and the course's first picture at once; JupyterLab starts behind it. The cover goes when
// the lesson is drawn, when somebody wants it away (a click, Escape), or after a minute, whatever has happened by then.
(function () {
  const COVER = {};  // { titles: { name of a lesson: its title }, alt } where it is built
  const here = new URLSearchParams(location.search).get("path") ?? "", title = COVER.titles?.[here.split("/").pop()];
  if (!title) return;
  // JupyterLab follows the system until somebody chooses a theme there; how it looked under this one is known next time
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light", KEY = `course-lab-${system}`;
  let look = system;
  try { look = localStorage.getItem(KEY) ?? system; } catch { /* a browser may forbid it */ }
  const remember = () => {
    const light = document.body.dataset.jpThemeLight;
    if (light) try { localStorage.setItem(KEY, light === "true" ? "light" : "dark"); } catch { /* then not */ }
  };
  new MutationObserver(remember).observe(document.body, { attributeFilter: ["data-jp-theme-light"] });

  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const box = make("div", { id: "course-cover" });
  box.style.cssText = `position:fixed;inset:0;z-index:9999;${look === "dark" ? "background:#111;color:#eee" : "background:#fff;color:#111"};` +
    `color-scheme:${look};font:17px/1.5 system-ui,sans-serif;` +
    "padding:5vh 1.2em;display:flex;flex-direction:column;align-items:center;overflow:auto;box-sizing:border-box";
  const name = make("h1", { textContent: title }), picture = make("img", { src: "../cover.png", alt: COVER.alt });
  name.style.cssText = "font-size:clamp(1.4em,4vw,2em);line-height:1.25;margin:0 0 .5em;text-align:center";
  picture.style.cssText = `max-width:min(900px,100%);height:auto;${look === "dark" ? "filter:invert(0.933) hue-rotate(180deg)" : ""}`;
  const said = make("p", { textContent: "The lesson opens in a moment. In lesson 00 this picture moves." });
  said.setAttribute("role", "status");
  box.append(name, picture, said);
  document.body.append(box);

  const drawn = () => document.querySelector(".jp-NotebookPanel .jp-Cell .jp-RenderedMarkdown, .jp-Dialog");
  const away = () => { box.remove(); watch.disconnect(); removeEventListener("keydown", escape); };
  const escape = (event) => { if (event.key === "Escape") away(); };
  const watch = new MutationObserver(() => { if (drawn()) away(); });
  watch.observe(document.body, { childList: true, subtree: true });
  addEventListener("keydown", escape);
  box.addEventListener("click", away);
  setTimeout(away, 60_000);
})();
