"""The cartoon table in pictures: a row to guess, the table turned in space, and a row that a hand changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.heat import Heat
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.points import Basis, Points, frame
from embeddings_course.vectors import distance_matrix, euclidean, nearest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

CLOSE = 0.2
"""A word stays in the game while each of its answers is this near to the uncovered one."""

FEW = ("bank", "bill", "jack", "river", "money", "car", "robber", "sheriff", "mother")
"""The words of the turned table that are drawn."""

Goal = tuple[str, str, str]
"""The game: bring the first word near the second and near the third, without bringing those two together."""


@dataclass(frozen=True)
class Riddle(Picture):
    """A secret row, how many of its answers are uncovered, and the learner's guess.

    Args:
        table: the cartoon table.
        secret: the word to guess.
        uncovered: how many questions are uncovered, from 1 to all.
        guess: a word, or None.
    """

    table: Embedding
    secret: str
    uncovered: int
    guess: str | None

    size = (7.4, 1.9)

    @property
    def possible(self) -> list[str]:
        """The words that are still in the game: near to the secret in every uncovered answer."""
        seen = self.table.vectors[:, : self.uncovered]
        gaps = np.abs(seen - self.table[self.secret][: self.uncovered]).max(axis=1)
        return [word for word, gap in zip(self.table.words, gaps, strict=True) if gap <= CLOSE + 1e-9]

    @property
    def row(self) -> Heat:
        """The row; what is covered stays empty."""
        row = self.table[self.secret].copy()
        row[self.uncovered :] = np.nan
        names = [c if i < self.uncovered else "?" for i, c in enumerate(self.table.columns)]
        solved = self.guess == self.secret
        return Heat([row], [self.secret if solved else "? ? ?"], names, low=0, high=1, decimals=1)

    def draw_on(self, ax: Axes) -> None:
        """Draw the row."""
        self.row.draw_on(ax)

    def parts(self) -> Parts:
        """The row."""
        return ((self.row,),)

    def describe(self) -> str:
        """Say what is known, how many words are still in the game, and what the guess is worth."""
        shown = zip(self.table.columns[: self.uncovered], self.table[self.secret], strict=False)
        known = ", ".join(f"{name} {value:.1f}" for name, value in shown)
        left = len(self.possible)
        questions = f"{self.uncovered} question{'s' if self.uncovered > 1 else ''}"
        if self.guess == self.secret:
            return f"Yes, it is {self.secret}! {questions} uncovered: {known}."
        text = f"{known}. {left} of {len(self.table)} words still fit (each answer within {CLOSE})."
        if self.guess is None:
            return text
        if self.guess in self.possible:
            return f"{text} {self.guess} is one of them, but it is another. Uncover one more."
        worst = int(np.argmax(np.abs(self.table[self.guess] - self.table[self.secret])[: self.uncovered]))
        answer = f"{self.table.columns[worst]}, {self.table[self.guess][worst]:.1f}"
        return f"{text} Not {self.guess}: compare its answer on {answer}."


@dataclass(frozen=True)
class Turned(Picture):
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

    size = (7.6, 4.4)

    @property
    def largest_change(self) -> float:
        """The largest change of any distance between two words."""
        return float(np.abs(distance_matrix(self.before.vectors) - distance_matrix(self.after.vectors)).max())

    def neighbours(self, table: Embedding) -> list[str]:
        """The three nearest words to `word` in a table."""
        return [name for name, _ in nearest(table, self.word, k=3, ruler="euclidean")]

    @property
    def now(self) -> Heat:
        """The table as it is now, a few words of it."""
        table = self.after.subset(FEW)
        names = table.columns or tuple(f"column {i + 1}" for i in range(table.vectors.shape[1]))
        title = "the cartoon table" if not self.turn else f"the same table, turned (no. {self.turn})"
        signed = bool(self.turn)
        return Heat(
            table.vectors,
            table.words,
            names,
            title,
            low=None if signed else 0,
            signed=signed,
            decimals=2 - (not signed),
        )

    @property
    def distances(self) -> Heat:
        """What a turn leaves as it is: how far those words are from one another."""
        far = distance_matrix(self.after.subset(FEW).vectors)
        return Heat(far, FEW, FEW, "their distances", low=0, decimals=1, small_is_light=True)

    def draw_on(self, ax: Axes) -> None:
        """Draw the table as it is now."""
        self.now.draw_on(ax)

    def parts(self) -> Parts:
        """The table, which turns, and the distances, which stay."""
        return ((self.now, self.distances),)

    def describe(self) -> str:
        """Say what vanished and what stayed."""
        now = ", ".join(self.neighbours(self.after))
        if not self.turn:
            return f"Each column has a name. Nearest to {self.word}: {now}."
        return (
            f"Other numbers, no column names. The largest change of any distance is {self.largest_change:.2f}. "
            f"Nearest to {self.word}: {now}, as before."
        )


@dataclass(frozen=True)
class Edited(Picture):
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
    near: Sequence[tuple[str, float]]
    basis: Basis
    goal: Goal | None = None

    size = (8.6, 4.0)
    dots = (440, 340)

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

    def draw(self, figure: FigureBase) -> None:
        """Draw the bars at the left, the map at the right."""
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
        self.bars.draw_on(left)
        self.points.draw_on(right)

    def parts(self) -> Parts:
        """The map, and beside it the neighbours."""
        return ((self.points, self.bars),)

    def describe(self) -> str:
        """Say who is nearest now, and how the game stands."""
        game = describe_goal(self.table, self.start, self.goal) + " " if self.goal else ""
        near = ", ".join(f"{word} {distance:.2f}" for word, distance in self.near[:3])
        changed = [w for w in self.table.words if not np.array_equal(self.table[w], self.start[w])]
        so_far = f"Changed so far: {', '.join(changed)}." if changed else "Nothing is changed yet."
        return f"{game}The nearest words to {self.word} are {near} (straight-line distance). {so_far}"


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
