"""Let the arrow keys work in the controls of an output: JupyterLab would take them for itself."""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets as widgets


class Keys(anywidget.AnyWidget):
    """Invisible; see keyboard.js."""

    _esm = Path(__file__).with_name("keyboard.js").read_text(encoding="utf-8")


def keep_keys() -> widgets.Widget:
    """Return an invisible widget; put it among the children of a view, and arrow keys reach the view's controls.

    >>> isinstance(keep_keys(), widgets.DOMWidget)
    True
    """
    return Keys()
