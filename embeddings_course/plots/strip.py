"""One row of a learned table as marks, beside the few named numbers that a person wrote; turned, it loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.heat import Heat
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import SIGN, dress, plain
from embeddings_course.vectors import distance_matrix

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


@dataclass(frozen=True)
class Marks(Picture):
    """Many numbers without names, a mark each: strong above zero in one colour, strong below in another.

    Args:
        values: the numbers.
        title: short text above them.
    """

    values: Floats
    title: str = ""

    size = (8.8, 1.2)

    def draw_on(self, ax: Axes) -> None:
        """Draw all of them in one line."""
        reach = 2.5 * float(np.std(self.values)) or 1.0  # a few loud numbers would leave the others grey
        row = np.asarray(self.values)[None]
        dress(ax).imshow(row, cmap=SIGN, vmin=-reach, vmax=reach, aspect="auto", interpolation="nearest")
        ax.set(yticks=[], xticks=[0, row.shape[1] - 1], xticklabels=["1", str(row.shape[1])])
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title(plain(self.title, 70), loc="left")

    def parts(self) -> Parts:
        """The marks."""
        return ((self,),)

    def describe(self) -> str:
        """Say how many there are, and how many above zero."""
        return f"{len(self.values)} numbers without names, {int((np.asarray(self.values) > 0).sum())} above zero."


@dataclass(frozen=True)
class Strip(Picture):
    """A word as a person wrote it and as a model has it, turned or not, with what a turn leaves as it is.

    Args:
        word: the word.
        columns: the names of the numbers that a person wrote.
        written: these numbers, from 0 to 1.
        row: the numbers of the model, without names; turned where `turn` is not 0.
        turn: 0 for the row as the model gave it, else the number of the random rotation.
        asked: the questions that lines were fitted for, on other words.
        answers: what they read off the row: above 0 is yes.
        few: some words.
        far: how far they are from one another, shape (words, words).
        largest_change: the largest change of a distance between two of them, or of an answer.
        other_signs: how many numbers of the row are on the other side of 0 now.
    """

    word: str
    columns: Sequence[str]
    written: Sequence[float]
    row: Floats
    turn: int
    asked: Sequence[str]
    answers: Floats
    few: Sequence[str]
    far: Floats
    largest_change: float
    other_signs: int

    size = (8.8, 4.6)

    @classmethod
    def of(
        cls, learned: Embedding, lines: tuple[Floats, Floats], asked: Sequence[str], cartoon: Embedding, word: str,
        turn: int = 0,
    ) -> Strip:  # fmt: skip
        """Return the strip of a word: its row and the lines turned together with the table, or as they are (0).

        Introduced in lesson 02.

        Args:
            learned: the few words that are shown, with the numbers of the model.
            lines: a weight for each number and question, shape (d, questions), and an offset for each question.
            asked: the names of the questions.
            cartoon: the table that a person wrote.
            word: a word of both.
            turn: the number of the random rotation.

        >>> cartoon = Embedding(("bank", "river"), [[1.0, 0.5], [0.0, 1.0]], columns=("money", "water"))
        >>> learned = Embedding(("bank", "river"), np.eye(2, 9) + 0.1)
        >>> strip = Strip.of(learned, (np.ones((9, 1)), np.zeros(1)), ["money"], cartoon, "bank", turn=3)
        >>> strip.largest_change < 1e-9, strip.row.shape
        (True, (9,))
        """
        weights, offsets = lines
        before = np.asarray(learned.vectors, dtype=float)
        both = turned_rows(np.concatenate([before, weights.T]), turn)
        rows, here = both[: len(before)], learned.words.index(word)
        answers, far = rows[here] @ both[len(before) :].T + offsets, distance_matrix(rows)
        changes = [np.abs(answers - before[here] @ weights - offsets), np.abs(far - distance_matrix(before))]
        return cls(
            word, cartoon.columns, tuple(float(x) for x in cartoon[word]), rows[here], turn, asked, answers,
            learned.words, far, float(round(max(change.max() for change in changes), 9)),
            int((np.sign(rows[here]) != np.sign(before[here])).sum()),
        )  # fmt: skip

    @property
    def named(self) -> Heat:
        """The row that a person wrote."""
        return Heat([self.written], [self.word], self.columns, f"{self.word}, by hand", low=0, high=1, decimals=1)

    @property
    def marks(self) -> Marks:
        """The row of the model."""
        state = f"turned, no. {self.turn}" if self.turn else "as MPNet gave them"
        return Marks(self.row, f"{self.word}, {len(self.row)} numbers without names, {state}")

    @property
    def read(self) -> Bars:
        """The answers."""
        return Bars(self.asked, self.answers.tolist(), "read off the marks", low=-1.2, high=1.2, note="right of 0: yes")

    @property
    def distances(self) -> Heat:
        """How far the few words are from one another."""
        return Heat(self.far, self.few, self.few, "their distances", low=0, decimals=1, small_is_light=True)

    def draw(self, figure: FigureBase) -> None:
        """Draw the marks above; below them the named numbers, the answers and the distances."""
        above, below = figure.subfigures(2, 1, height_ratios=[1, 3.4], squeeze=False)[:, 0]
        self.marks.draw_on(above.add_subplot())
        left, right = below.subfigures(1, 2, squeeze=False)[0]
        top, bottom = left.subplots(2, 1, height_ratios=[1, 2])
        self.named.draw_on(top)
        self.read.draw_on(bottom)
        self.distances.draw_on(right.add_subplot())

    def parts(self) -> Parts:
        """The marks, which turn; by hand, read off, and the distances: what stays."""
        return ((self.marks,), ([self.named, self.read], self.distances))

    def describe(self) -> str:
        """Say how many numbers there are, what the turn changed, what it did not, and what is read off."""
        yes = [name for name, score in zip(self.asked, self.answers, strict=True) if score > 0]
        said = f"{self.word}: {len(self.columns)} numbers with names, or {len(self.row)} without."
        if self.turn:
            said += f" Turned: {self.other_signs} changed their sign; no distance, no answer by more than"
            said += f" {self.largest_change:.2f}."
        return f"{said} Five lines, fitted on other words, read off: {', '.join(yes) or 'nothing'}."


def turned_rows(rows: Floats, turn: int) -> Floats:
    """Return rows turned at random in space, all alike; 0 leaves them as they are.

    Where there are fewer rows than numbers, only the directions in which they lie need a new place: the same as one
    large rotation, in a thousandth of the time.

    >>> a = turned_rows(np.eye(2, 50), 3)
    >>> a.shape, bool(np.allclose(a @ a.T, np.eye(2)))
    ((2, 50), True)
    """
    if not turn:
        return rows
    lengths, sizes, _ = np.linalg.svd(rows, full_matrices=False)
    places = np.random.default_rng(turn).normal(size=(rows.shape[1], len(sizes)))
    turned: Floats = (lengths * sizes) @ np.linalg.qr(places)[0].T
    return turned
