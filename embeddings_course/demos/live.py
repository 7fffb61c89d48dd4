"""How a widget of ours is displayed: live where there is a kernel, and with a twin of text or picture elsewhere."""

from __future__ import annotations

from typing import Any


class Live:
    """A mix-in for widgets whose `_repr_mimebundle_` adds a twin to `live()`.

    It is written out here because ipywidgets 7, which Colab has, knows no bundle: there a widget displays itself, and
    would leave no twin in the saved notebook.
    """

    model_id: str
    _ipython_display_ = None  # so that ipywidgets 7 does not go before the bundle

    def live(self) -> dict[str, Any]:
        """Return the part of the bundle from which the page draws the live widget.

        >>> from embeddings_course.demos.training_bar import TrainingBar
        >>> list(TrainingBar(passes=2).live())
        ['application/vnd.jupyter.widget-view+json']
        """
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"application/vnd.jupyter.widget-view+json": view}
