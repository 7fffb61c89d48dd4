// jupyterlab_rise 0.43 leaves @jupyterlab/console out of what it shares with extensions; jupyterlab_widgets 3.0.17
// wants a name from it (to look for code consoles, optional) and does not load without. This shares just that name.
(function () {
  const nothing = { __esModule: true, default: [] };
  const console_ = { IConsoleTracker: { name: "@jupyterlab/console:IConsoleTracker" } };
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["course-console"] = {
    init: scope => {
      const versions = (scope["@jupyterlab/console"] = scope["@jupyterlab/console"] || {});
      versions["4.4.0"] = versions["4.4.0"] || { get: () => Promise.resolve(() => console_), from: "course-console" };
    },
    get: () => Promise.resolve(() => nothing),
  };
})();
