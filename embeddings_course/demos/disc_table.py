"""The cartoon table as discs: add questions one at a time, until another pair is nearest. Lesson 01."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from embeddings_course.demos.base import Demo, Number
from embeddings_course.files.data import load_features
from embeddings_course.files.table import Embedding
from embeddings_course.plots.discs import HEROES, Discs


class DiscTable(Demo):
    """A table with an answer from 0 to 1 for each word and question; the first questions count, as many as you say.

    Introduced in lesson 01.

    Args:
        table: words with named questions, *bank*, *bill* and *jack* among them; the cartoon table if left out.
        state: `questions`, how many count.

    >>> DiscTable(questions=3).picture.closest, DiscTable(questions=7).picture.closest
    ('bank to bill', 'bill to jack')
    """

    title = "The cartoon table"

    def __init__(self, table: Embedding | None = None, **state: Any) -> None:
        self.table = load_features() if table is None else table
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """How many questions count, from the left."""
        most = len(self.table.columns or ())
        return {"questions": Number("Questions", min(3, most), 1, most, 1, name_width=72, slider_width=220)}

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`."""
        return {"table": self.table, **super().state()}

    @classmethod
    def compute(cls, table: Embedding, questions: int = 3) -> Discs:
        """Count the first questions."""
        return Discs(table, int(questions), HEROES)
