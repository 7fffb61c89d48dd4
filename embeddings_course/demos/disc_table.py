"""The cartoon table as discs: add questions until another pair is nearest; pull discs, add own words. Lesson 01."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, DemoError, Number, text_line
from embeddings_course.files.data import load_features
from embeddings_course.files.table import Embedding
from embeddings_course.plots.discs import HEROES, Discs
from embeddings_course.plots.style import one_line

MOST, LONGEST = 3, 20
"""So many words of the learner's own, and so many letters in each."""


class DiscTable(Demo):
    """A table with an answer from 0 to 1 for each word and question; the first questions count, as many as you say.

    Every disc can be pulled larger or smaller, by hand or by keyboard; `view.table` is the table as it is now.

    Introduced in lesson 01.

    Args:
        table: words with named questions, *bank*, *bill* and *jack* among them; the cartoon table if left out.
        state: `questions`, how many count; `own`, up to three words of your own, with commas.

    >>> DiscTable(questions=3).picture.closest, DiscTable(questions=7).picture.closest
    ('bank to bill', 'bill to jack')
    """

    title = "The cartoon table"

    def __init__(self, table: Embedding | None = None, **state: Any) -> None:
        self.start = load_features() if table is None else table
        self.changed: dict[str, list[float]] = {}
        """The rows that a hand has changed."""
        self.again = widgets.Button(description="Start again", icon="undo", layout={"width": "130px"})
        self.again.on_click(lambda _: self.reset())
        super().__init__(**state)
        self.stage.listen(self._pulled)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """How many questions count, from the left, and the learner's own words."""
        most = len(self.start.columns or ())
        return {
            "questions": Number("Questions", min(3, most), 1, most, 1, name_width=72, slider_width=150),
            "own": text_line("Your words", "", "up to three: tram, aunt, pond", width=330, name_width=80),
        }

    def arrange(self) -> list[widgets.Widget]:
        """The controls and the way back, then the picture."""
        controls, stage = super().arrange()
        controls.children = (*controls.children, self.again)
        return [controls, stage]

    @property
    def table(self) -> Embedding:
        """The table as the hand left it, with the learner's own words."""
        table = self.start
        for word in own_words(self.controls["own"].value, table):
            table = table.with_row(word, np.zeros(table.vectors.shape[1]))
        for word, row in self.changed.items():
            table = table.with_row(word, row) if word in table else table
        return table

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`."""
        return {"table": self.table, **super().state()}

    @classmethod
    def compute(cls, table: Embedding, questions: int = 3, own: str = "") -> Discs:
        """Count the first questions; a word of the learner's own that the table lacks answers nothing yet.

        Raises:
            DemoError: where there are too many words of one's own, or one is too long.
        """
        words = own_words(own)
        for word in words:
            table = table if word in table else table.with_row(word, np.zeros(table.vectors.shape[1]))
        return Discs(table, int(questions), HEROES, words)

    def reset(self) -> None:
        """Give every word its first answers back, and take the learner's own words away."""
        self.changed = {}
        with self.hold(), self.filling():
            self.controls["own"].value = ""
            self.refresh()

    def _pulled(self, done: dict[str, Any]) -> None:
        """A disc was changed in the page."""
        word, column, value = done.get("word"), done.get("column"), done.get("value")
        if not (isinstance(word, str) and isinstance(column, int) and isinstance(value, int | float)):
            return
        fits = math.isfinite(value) and 0 <= column < self.start.vectors.shape[1]
        if self.error or not fits or word not in self.table:
            return
        row = self.table[word].tolist()
        row[column] = min(max(float(value), 0.0), 1.0)
        self.changed[word] = row
        self.refresh()


def own_words(typed: str, table: Embedding | None = None) -> list[str]:
    """Return the words that a learner typed, each once.

    Raises:
        DemoError: where there are more than three, one is too long, or the table has it already.

    >>> own_words(" tram,, aunt  Mary, tram")
    ['tram', 'aunt Mary']
    """
    words = [*dict.fromkeys(one_line(word) for word in typed.split(",") if one_line(word))]
    if len(words) > MOST:
        raise DemoError(f"Three words of your own at most, with commas between them; these are {len(words)}.")
    if long := next((word for word in words if len(word) > LONGEST), None):
        raise DemoError(f"{long[:LONGEST]}... is too long for the table: {LONGEST} letters at most.")
    if twice := next((word for word in words if table is not None and word in table), None):
        raise DemoError(f"{twice} is in the table already: pull its discs, or type another word.")
    return words
