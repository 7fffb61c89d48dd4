"""A bar that fills while gensim trains. Lesson 06."""

from __future__ import annotations

import time
from typing import Any

import ipywidgets as widgets

from embeddings_course.demos.live import Live
from embeddings_course.files.errors import CourseError


class TrainingBar(Live, widgets.HBox):
    """A bar for `Word2Vec(..., callbacks=[bar])`: it moves on at the end of each pass over the text.

    Introduced in lesson 06.

    Args:
        passes: how many passes the training will make (gensim calls them epochs).

    Raises:
        CourseError: where there is no pass to wait for.

    >>> bar = TrainingBar(passes=2)
    >>> bar.on_epoch_end(None)
    >>> bar.bar.value, bar.line.value
    (1, 'pass 1 of 2 done')
    """

    def __init__(self, passes: int) -> None:
        if passes < 1:
            raise CourseError(f"A training has at least 1 pass, not {passes}.")
        self.passes, self._started = passes, 0.0
        self.bar = widgets.IntProgress(
            0, 0, passes, description="Training", bar_style="info", layout={"width": "340px"}
        )
        self.line = widgets.Label("not started: run the next cell")
        super().__init__([self.bar, self.line])

    def on_train_begin(self, model: Any) -> None:
        """Start from the left."""
        self._started, self.bar.value, self.bar.bar_style = time.monotonic(), 0, "info"
        self.line.value = f"pass 1 of {self.passes} ..."

    def on_epoch_begin(self, model: Any) -> None:
        """Nothing to show yet."""

    def on_epoch_end(self, model: Any) -> None:
        """Move on by one pass."""
        self.bar.value += 1
        self.line.value = f"pass {self.bar.value} of {self.passes} done"

    def on_train_end(self, model: Any) -> None:
        """Say how long it took."""
        self.bar.bar_style = "success"
        self.line.value = f"done, {time.monotonic() - self._started:.0f} seconds"

    def __repr__(self) -> str:
        return f"A bar for a training of {self.passes} passes. It fills while the next cell runs."

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The live bar, and a sentence for where there is no kernel."""
        return {**self.live(), "text/plain": repr(self)}
