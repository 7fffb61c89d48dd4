"""Let the arrow keys work in the controls of an output: JupyterLab would take them for itself."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import ipywidgets as widgets


@lru_cache(maxsize=1)
def _keys_class() -> type[widgets.Widget]:
    import anywidget

    class Keys(anywidget.AnyWidget):
        """Invisible; see keyboard.js."""

        _esm = Path(__file__).with_name("keyboard.js").read_text(encoding="utf-8")

    return Keys


def keep_keys() -> widgets.Widget:
    """Return an invisible widget; put it among the children of a view, and arrow keys reach the view's controls.

    Without anywidget an empty widget stands in: then Tab, Enter and Space work, and arrows change the cell.

    >>> isinstance(keep_keys(), widgets.DOMWidget)
    True
    """
    try:
        return _keys_class()()
    except ImportError:
        return widgets.HTML()
