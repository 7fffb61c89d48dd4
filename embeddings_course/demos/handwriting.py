"""The machine's handwriting: turn the cartoon table in space, and see what is lost and what stays. Lesson 02."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets

from embeddings_course.demos.base import Demo, choice
from embeddings_course.files.data import load_features
from embeddings_course.files.table import Embedding
from embeddings_course.plots.cartoon import FEW, Turned
from embeddings_course.vectors import random_rotation


class Handwriting(Demo):
    """The cartoon table under a random rotation: the column names vanish, every distance stays.

    Introduced in lesson 02. The button turns it again; "as a person wrote it" brings the names back.

    >>> view = Handwriting(turn=3)
    >>> view.picture.largest_change < 1e-12, view.picture.after.columns
    (True, ())
    """

    title = "The machine's handwriting"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Which turn, and whose neighbours to compare."""
        turns = [("as a person wrote it", 0)] + [(f"turned at random, no. {i}", i) for i in range(1, 10)]
        return {"turn": choice("Table", turns, 0, width=300), "word": choice("Nearest to", list(FEW), "bank", 200)}

    def arrange(self) -> list[widgets.Widget]:
        """Put the big button first."""
        button = widgets.Button(description="Turn it!", icon="refresh", button_style="primary")
        button.on_click(self._turn_on)
        return [widgets.HBox([button, *self.controls.values()], layout={"flex_flow": "row wrap"}), self.stage]

    def _turn_on(self, _: object) -> None:
        self.controls["turn"].value = self.controls["turn"].value % 9 + 1

    @classmethod
    def compute(cls, turn: int, word: str) -> Turned:
        """Turn the cartoon table."""
        before = load_features()
        if not turn:
            return Turned(0, before, before, word)
        turned = before.vectors @ random_rotation(before.vectors.shape[1], seed=turn)
        return Turned(turn, before, Embedding(before.words, turned), word)
