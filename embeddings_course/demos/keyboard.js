// JupyterLab takes arrow keys, Enter and letters for its own shortcuts, even while a control in an output has the focus:
// an arrow leaves the radio button and goes to the next cell. This invisible widget marks the control that has the focus
// (JupyterLab looks at that element first), so that the key reaches it. Ctrl or Cmd with a key, Shift+Enter and Escape
// stay JupyterLab's.
const MARK = "data-lm-suppress-shortcuts";

export function belongsToLab(event) {
  return event.ctrlKey || event.metaKey || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
}

export function place(el) {
  return el.closest(".jp-OutputArea-output") ?? el.parentElement;
}

function render({ el }) {
  el.style.display = "none";
  const onKey = (event) => {
    const output = place(el);
    if (output && output.contains(event.target)) event.target.toggleAttribute(MARK, !belongsToLab(event));
  };
  // the window hears the key before JupyterLab does
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}

export default { render };
