"""The vector editor: change the features of a word by hand and watch who its neighbours become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, DemoError, Number, choice
from embeddings_course.files.data import load_features
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars, bars_html, draw_bars
from embeddings_course.plots.points import Basis, Points, draw_points, fit_basis, frame, points_html
from embeddings_course.vectors import euclidean, nearest

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

Goal = tuple[str, str, str]
"""The game: bring the first word near the second and near the third, without bringing those two together."""

SHOWN = 6
"""How many neighbours are shown."""


@dataclass(frozen=True)
class Edited:
    """The table as it is now, the word in hand, and what to compare with.

    Args:
        table: as edited.
        start: as it was at first.
        word: the word that is being changed.
        near: its nearest words with their distances, nearest first.
        basis: the directions of the map; fitted once, on `start`.
        goal: the game, or None.
    """

    table: Embedding
    start: Embedding
    word: str
    near: list[tuple[str, float]]
    basis: Basis
    goal: Goal | None = None

    @property
    def bars(self) -> Bars:
        """The neighbours as bars, on a scale that stays."""
        labels, values = zip(*self.near, strict=True) if self.near else ((), ())
        far = max(2.0, *values) if values else 2.0
        marked = [word for word in (self.goal or ())[1:] if word in labels]
        return Bars(labels, values, f"Nearest to {self.word}", high=far, marked=marked, note="distance: short = near")

    @property
    def points(self) -> Points:
        """All words on the map; the frame stays unless a word leaves it."""
        flat, before = self.basis.flatten(self.table), self.basis.flatten(self.start)
        both = Embedding(range(2 * len(flat)), np.concatenate([flat.vectors, before.vectors]))  # type: ignore[arg-type]
        links: tuple[tuple[str, str], ...] = ()
        if self.goal:
            one, two, three = self.goal
            links = ((one, two), (one, three), (two, three))
        marked = tuple(dict.fromkeys((self.word, *(self.goal or ()))))
        return Points(flat, marked=marked, links=links, kept=self.basis.kept, limits=frame(both))


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
    size: ClassVar[tuple[float, float]] = (8.6, 4.0)

    def __init__(self, table: Embedding | None = None, goal: Goal | None = None, **state: Any) -> None:
        self.start = table or load_features()
        if not self.start.columns:
            raise DemoError("The vector editor needs a table whose columns have names; learned vectors have none.")
        missing = [word for word in goal or () if word not in self.start]
        if missing:
            raise DemoError(f"The game needs the word {missing[0]!r}, and the table does not have it.")
        self.table, self.goal, self.basis = self.start, goal, fit_basis(self.start)
        self.bars = widgets.HTML()
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
        """Numbers and bars at the left, the map at the right, what you see below it."""
        word, *features = self.controls.values()
        top = widgets.HBox([word, self.reset_button])
        left = widgets.VBox([top, *features, self.bars])
        right = widgets.VBox([self.view, self.line])
        return [widgets.HBox([left, right], layout={"align_items": "flex-start", "flex_flow": "row wrap"})]

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

    @classmethod
    def draw(cls, data: Edited, figure: FigureBase) -> None:
        """Bars at the left, the map at the right."""
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
        draw_bars(data.bars, left)
        draw_points(data.points, right)

    @classmethod
    def describe(cls, data: Edited) -> str:
        """Who is nearest now, and how the game stands."""
        game = describe_goal(data.table, data.start, data.goal) + " " if data.goal else ""
        near = ", ".join(f"{word} {distance:.2f}" for word, distance in data.near[:3])
        changed = [w for w in data.table.words if not np.array_equal(data.table[w], data.start[w])]
        so_far = f"Changed so far: {', '.join(changed)}." if changed else "Nothing is changed yet."
        return f"{game}The nearest words to {data.word} are {near} (straight-line distance). {so_far}"

    def show(self, data: Edited) -> None:
        """Bars and map as HTML: a few milliseconds, so they follow the hand."""
        self.bars.value = bars_html(data.bars, 400)
        self.view.value = points_html(data.points, *self.dots)

    @property
    def dots(self) -> tuple[int, int]:
        """Width and height of the map in the page."""
        return 440, 340

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`: the table as edited, the word in hand."""
        return {
            "table": self.table,
            "word": self.controls["word"].value,
            "start": self.start,
            "goal": self.goal,
            "basis": self.basis,
        }

    def set(self, **state: Any) -> None:
        """Set the word first, then its features."""
        super().set(**({"word": state.pop("word")} if "word" in state else {}), **state)

    def reset(self) -> None:
        """Give every word its first values back."""
        with self.hold():
            self.table = self.start
            self._fill()
            self._wanted += 1

    def _changed(self, change: Any) -> None:
        """A new word brings its values into the number boxes; a new number goes into the table."""
        with self.hold():
            if change["owner"] is self.controls["word"]:
                self._fill()
            elif not self._filling:
                row = [self.controls[column].value for column in self.table.columns]
                self.table = self.table.with_row(self.controls["word"].value, row)
            self._wanted += 1

    def _fill(self) -> None:
        with self.filling():
            for column, value in zip(self.table.columns, self.table[self.controls["word"].value], strict=True):
                self.controls[column].value = float(value)


def describe_goal(table: Embedding, start: Embedding, goal: Goal) -> str:
    """Return how the game stands, in a sentence, with the three distances.

    The triangle rule: the way from one point to another by a third is never shorter than the straight way. So the two
    distances of the first word add up to at least the distance between the other two, whatever its numbers are.

    >>> table = Embedding(("bank", "river", "money"), [[9.0, 9.0], [0.0, 0.0], [2.0, 0.0]])
    >>> describe_goal(table, table, ("bank", "river", "money"))[:42]
    'bank to river 12.73, bank to money 11.40: '
    """
    one, two, three = goal
    a, b, apart = (euclidean(table[x], table[y]) for x, y in ((one, two), (one, three), (two, three)))
    before = euclidean(start[two], start[three])
    limit = 0.54 * before
    said = f"{one} to {two} {a:.2f}, {one} to {three} {b:.2f}: "
    if apart < 0.97 * before:
        return said + (
            f"but you brought {two} and {three} together ({before:.2f} before, {apart:.2f} now). "
            f"Give them their own numbers back and move only {one}."
        )
    if max(a, b) <= limit:
        return said + (
            f"as near as it gets! Together that is {a + b:.2f}, and {two} to {three} is {apart:.2f}. The sum can never "
            "be smaller: the triangle rule. One row cannot be in two places; lesson 08 comes back to this."
        )
    if min(a, b) <= limit:
        near, far, away = (two, three, b) if a <= b else (three, two, a)
        return said + (
            f"near {near}, but {away:.2f} from {far}. Can you have both below {limit:.2f}? "
            f"Together they are never less than {apart:.2f}."
        )
    return said + f"near neither yet. Bring both below {limit:.2f}; {two} to {three} must stay at {before:.2f}."
