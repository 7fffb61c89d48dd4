// JupyterLab takes arrow keys, Enter and letters for its own shortcuts, even while a control in an output has the focus:
// an arrow leaves the radio button and goes to the next cell. This invisible widget marks the control that has the focus
// (JupyterLab looks at that element first), so that the key reaches it. Ctrl or Cmd with a key, Shift+Enter and Escape
// stay JupyterLab's. It also gives a slider the name that stands beside it: ipywidgets gives its handle none, and a
// screen reader would say "slider, 3" and nothing more. So it does for the buttons of Play.
const MARK = "data-lm-suppress-shortcuts";

export function belongsToLab(event) {
  return event.ctrlKey || event.metaKey || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
}

export function place(el) {
  return el.closest(".jp-OutputArea-output") ?? el.parentElement;
}

/** The words beside a slider: its own description, or the name of the number box to its left. */
export function nameOf(handle) {
  const slider = handle.closest(".widget-slider");
  const places = [slider, slider?.previousElementSibling];
  return places.map((place) => place?.querySelector("label")?.textContent.trim()).find((text) => text) ?? "";
}

function render({ el }) {
  el.style.display = "none";
  const name = () => {
    for (const sign of place(el)?.querySelectorAll(".widget-play button:not([aria-label]) i") ?? []) {
      sign.parentElement.setAttribute("aria-label", sign.classList.contains("fa-stop") ? "stop" : "play or pause");
    }
    for (const handle of place(el)?.querySelectorAll(".noUi-handle:not([aria-label])") ?? []) {
      if (nameOf(handle)) handle.setAttribute("aria-label", nameOf(handle));
    }
  };
  const waiting = setTimeout(name, 500); // the other parts of the view come after this one
  window.addEventListener("focusin", name);
  const onKey = (event) => {
    const output = place(el);
    if (output && output.contains(event.target)) event.target.toggleAttribute(MARK, !belongsToLab(event));
  };
  // the window hears the key before JupyterLab does
  window.addEventListener("keydown", onKey, true);
  return () => {
    clearTimeout(waiting);
    window.removeEventListener("focusin", name);
    window.removeEventListener("keydown", onKey, true);
  };
}

export default { render };
