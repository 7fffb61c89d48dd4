"""The machine's handwriting: turn the cartoon table in space, and see what is lost and what stays. Lesson 02."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, choice
from embeddings_course.files.data import load_features
from embeddings_course.files.table import Embedding
from embeddings_course.plots.heat import Heat, draw_heat
from embeddings_course.vectors import distance_matrix, nearest, random_rotation

SHOWN = ("bank", "bill", "jack", "river", "money", "car", "robber", "sheriff", "mother")


@dataclass(frozen=True)
class Turned:
    """The table as it was, as it is now, and the turn between them.

    Args:
        turn: 0 for the table as a person wrote it, else the number of the random rotation.
        before: the cartoon table.
        after: the same words, turned.
        word: the word whose neighbours are compared.
    """

    turn: int
    before: Embedding
    after: Embedding
    word: str

    @property
    def largest_change(self) -> float:
        """The largest change of any distance between two words."""
        return float(np.abs(distance_matrix(self.before.vectors) - distance_matrix(self.after.vectors)).max())

    def neighbours(self, table: Embedding) -> list[str]:
        """The three nearest words to `word` in a table."""
        return [name for name, _ in nearest(table, self.word, k=3, ruler="euclidean")]


class Handwriting(Demo):
    """The cartoon table under a random rotation: the column names vanish, every distance stays.

    Introduced in lesson 02. The button turns it again; "as a person wrote it" brings the names back.

    >>> view = Handwriting(turn=3)
    >>> view.data.largest_change < 1e-12, view.data.after.columns
    (True, ())
    """

    title = "The machine's handwriting"
    size = (7.6, 4.4)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Which turn, and whose neighbours to compare."""
        turns = [("as a person wrote it", 0)] + [(f"turned at random, no. {i}", i) for i in range(1, 10)]
        return {"turn": choice("Table", turns, 0, width=300), "word": choice("Nearest to", list(SHOWN), "bank", 200)}

    def arrange(self) -> list[widgets.Widget]:
        """Put the big button first."""
        button = widgets.Button(description="Turn it!", icon="refresh", button_style="primary")
        button.on_click(self._turn_on)
        return [widgets.HBox([button, *self.controls.values()], layout={"flex_flow": "row wrap"}), self.view, self.line]

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

    @classmethod
    def draw(cls, data: Turned, figure: Any) -> None:
        """Draw the table as it is now, a few words of it."""
        table = data.after.subset(SHOWN)
        names = table.columns or tuple(f"column {i + 1}" for i in range(table.vectors.shape[1]))
        title = "the cartoon table" if not data.turn else f"the same table, turned (no. {data.turn})"
        signed = bool(data.turn)
        heat = Heat(table.vectors, table.words, names, title, low=None if signed else 0, signed=signed)
        draw_heat(heat, figure.add_subplot())

    @classmethod
    def describe(cls, data: Turned) -> str:
        """Say what vanished and what stayed."""
        now = ", ".join(data.neighbours(data.after))
        if not data.turn:
            return f"Each column has a name. Nearest to {data.word}: {now}."
        return (
            f"Other numbers, no column names. The largest change of any distance is {data.largest_change:.2f}. "
            f"Nearest to {data.word}: {now}, as before."
        )
