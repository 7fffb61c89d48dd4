"""The vector editor: change the features of a word by hand and watch who its neighbours become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, DemoError, Number, choice
from embeddings_course.files.checks import checked
from embeddings_course.files.data import load_features
from embeddings_course.files.table import Embedding
from embeddings_course.plots.cartoon import Edited, Goal
from embeddings_course.plots.points import Basis, fit_basis
from embeddings_course.vectors import nearest

SHOWN = 6
"""How many neighbours are shown."""


class VectorEditor(Demo):
    """Change the feature values of any word; its nearest words (straight-line distance) and the map follow at once.

    `editor.table` is the table as it is now. With `goal=("bank", "river", "money")` it is the game of lesson 01: bring
    *bank* near *river* and near *money*, without bringing those two together.

    Introduced in lesson 01.

    Args:
        table: words with named columns from 0 to 1; the cartoon table if left out.
        goal: three words for the game, or None.
        state: `word`, and values of its features by column name.

    Raises:
        DemoError: where the table has no column names, or a word of the goal is missing.

    >>> editor = VectorEditor(word="bank", water=1.0)
    >>> float(editor.table["bank"][editor.table.columns.index("water")])
    1.0
    """

    title = "Vector editor"

    @checked
    def __init__(self, table: Embedding | None = None, goal: Goal | None = None, **state: Any) -> None:
        self.start = table or load_features()
        if not self.start.columns:
            raise DemoError("The vector editor needs a table whose columns have names; learned vectors have none.")
        missing = [word for word in goal or () if word not in self.start]
        if missing:
            raise DemoError(f"The game needs the word {missing[0]!r}, and the table does not have it.")
        self.table, self.goal, self.basis = self.start, goal, fit_basis(self.start)
        self.reset_button = widgets.Button(description="Start again", icon="undo", layout={"width": "130px"})
        self.reset_button.on_click(lambda _: self.reset())
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The word, and a number for each of its features."""
        first = self.goal[0] if self.goal else next((w for w in ("bank",) if w in self.start), self.start.words[0])
        word = choice("Word to change", list(self.start.words), first, width=250, name_width=110)
        values = self.start[first]
        high = max(1.0, float(np.max(self.start.vectors)))
        low = min(0.0, float(np.min(self.start.vectors)))
        return {"word": word} | {
            column: Number(column, float(value), low, high, name_width=100, slider_width=140)
            for column, value in zip(self.start.columns, values, strict=True)
        }

    def arrange(self) -> list[widgets.Widget]:
        """The word, its numbers, and below them the map with the neighbours."""
        word, *features = self.controls.values()
        top = widgets.HBox([word, self.reset_button])
        return [top, widgets.HBox(features, layout={"flex_flow": "row wrap"}), self.stage]

    @classmethod
    def compute(
        cls,
        table: Embedding | None = None,
        word: str = "bank",
        start: Embedding | None = None,
        goal: Goal | None = None,
        basis: Basis | None = None,
    ) -> Edited:
        """Return who is nearest to `word` in `table`, by straight-line distance, and what the map needs.

        Args:
            table: as edited; the cartoon table if left out.
            word: a word of the table.
            start: the table before any change; `table` if left out.
            goal: three words for the game, or None.
            basis: the directions of the map; those of `start` if left out.

        >>> VectorEditor.compute(word="river").near[0][0]
        'bridge'
        """
        table = table or load_features()
        start = start or table
        return Edited(table, start, word, nearest(table, word, SHOWN, "euclidean"), basis or fit_basis(start), goal)

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`: the table as edited, the word in hand."""
        return {
            "table": self.table,
            "word": self.controls["word"].value,
            "start": self.start,
            "goal": self.goal,
            "basis": self.basis,
        }

    def follow(self, name: str) -> None:
        """A new word brings its values into the number boxes; a new number goes into the table."""
        if name == "word":
            self._fill()
        else:
            row = [self.controls[column].value for column in self.table.columns]
            self.table = self.table.with_row(self.controls["word"].value, row)

    def reset(self) -> None:
        """Give every word its first values back."""
        with self.hold(), self.filling():
            self.table = self.start
            self._fill()
            self.refresh()

    def _fill(self) -> None:
        for column, value in zip(self.table.columns, self.table[self.controls["word"].value], strict=True):
            self.controls[column].value = float(value)
