// A view lives as long as its kernel, and a saved notebook keeps only a reference to it: opened again, it would show an
// error. A server of the course takes the reference out (embeddings_course/commands/second_day.py); where there is no
// server, this does: the still that every output has beside it is what the page finds. What is on the screen lives on.
(function () {
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const text = source => (Array.isArray(source) ? source.join("") : source || "");
  const escape = words => words.replace(/[&<>"]/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

  function still(output) {
    const data = { ...output.data }, png = text(data["image/png"]), html = text(data["text/html"]);
    delete data[VIEW];
    if (png && !html) {
      const alt = output.metadata?.["image/png"]?.alt || text(data["text/plain"]);
      data["text/html"] = `<img alt="${escape(alt)}" src="data:image/png;base64,${png.replace(/\s/g, "")}">`;
      delete data["image/png"];
    }
    return { ...output, data };
  }

  function settle(notebook) {
    const cells = notebook?.cells ?? [];
    if (!cells.some(cell => text(cell.source).includes("embeddings_course"))) return notebook;
    const settled = cell => (cell.outputs ? { ...cell, outputs: cell.outputs.map(o => (o.data?.[VIEW] ? still(o) : o)) } : cell);
    return { ...notebook, cells: cells.map(settled) };
  }

  const stills = {
    id: "course-browser:stills",
    autoStart: true,
    activate: app => {
      const contents = app.serviceManager.contents, save = contents.save.bind(contents);
      contents.save = (path, options = {}) =>
        save(path, options.type === "notebook" ? { ...options, content: settle(options.content) } : options);
      navigator.storage?.persist?.();  // asks the browser not to throw a learner's work away
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["course-browser"] = {
    init: () => {},
    get: () => Promise.resolve(() => ({ __esModule: true, default: [stills] })),
  };
})();
