// before the first dot is drawn: the theme that was chosen here, else the one of the system
(() => {
  let kept = null;
  try { kept = localStorage.getItem("course-theme"); } catch { /* a browser may forbid it */ }
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.jpThemeLight = String(!dark);
})();
