"""A table of answers as discs: a large disc is much, and where nothing is, nothing is drawn. Lesson 01."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, plain
from embeddings_course.plots.tokens import TOKENS, role_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEROES = ("bank", "bill", "jack")


@dataclass(frozen=True)
class Discs(Picture):
    """Words and their answers from 0 to 1; the heroes stand on top, and the first questions alone are counted.

    Args:
        table: words with named columns.
        asked: how many questions count, from the left.
        heroes: the words on top, whose distances are measured.
        own: the learner's own words, below the heroes: of each its nearest word is told.

    Raises:
        CourseError: where the table has no names for its columns, a hero is missing, or `asked` is no such number.
    """

    table: Embedding
    asked: int
    heroes: Sequence[str] = HEROES
    own: Sequence[str] = ()

    size = (7.4, 5.6)

    def __post_init__(self) -> None:
        questions = len(self.table.columns or ())
        if (
            not 1 <= self.asked <= questions
            or len(self.heroes) < 2
            or {*self.heroes, *self.own} - set(self.table.words)
        ):
            raise CourseError(
                f"Discs need 1 to {questions} named questions, and rows for {', '.join([*self.heroes, *self.own])}."
            )

    @property
    def rows(self) -> list[str]:
        """The words from top to bottom."""
        first = [*self.heroes, *self.own]
        return [*first, *(word for word in self.table.words if word not in first)]

    @property
    def pairs(self) -> dict[str, float]:
        """How far any two heroes are from one another, by the questions that count.

        >>> Discs(Embedding(("a", "b", "c"), np.eye(3), ("x", "y", "z")), 1, ("a", "b", "c")).pairs["b to c"]
        0.0
        """
        row = {hero: self.table[hero][: self.asked] for hero in self.heroes}
        return {
            f"{a} to {b}": round(float(np.linalg.norm(row[a] - row[b])), 9) for a, b in combinations(self.heroes, 2)
        }

    @property
    def closest(self) -> str:
        """The pair of heroes that is nearest."""
        pairs = self.pairs
        return min(pairs, key=lambda pair: pairs[pair])

    @property
    def near(self) -> dict[str, tuple[str, float]]:
        """For each of the learner's words that answers anything that counts: its nearest word, and how far it is.

        >>> Discs(Embedding(("a", "b", "c"), np.eye(3), ("x", "y", "z")), 3, ("a", "b"), ("c",)).near["c"][0]
        'a'
        """
        counted = self.table.vectors[:, : self.asked]
        found = {}
        for word in self.own:
            row = counted[self.table.row(word)]
            far = np.linalg.norm(counted - row, axis=1).round(9)  # equally near is equally near, as in the page
            far[self.table.row(word)] = np.inf
            if row.any():
                found[word] = (self.table.words[int(far.argmin())], float(far.min()))
        return found

    @property
    def bars(self) -> Bars:
        """The distances between the heroes, all on one scale."""
        top = float(np.sqrt(self.table.vectors.shape[1])) / 1.5
        pairs = self.pairs | {f"{word} to {other}": far for word, (other, far) in self.near.items()}
        note = "short = near"
        return Bars(list(pairs), list(pairs.values()), "distance", low=0, high=top, marked=(self.closest,), note=note)

    def draw_on(self, ax: Axes) -> None:
        """Draw a disc for each answer; questions that do not count are pale."""
        columns, rows = list(self.table.columns or ()), self.rows
        for j in range(len(columns)):
            sizes = [260 * float(self.table[word][j]) for word in rows]
            colour = TOKENS[role_of(columns[j]) or "plain"].light
            look = {"color": colour if j < self.asked else SOFT, "alpha": 1.0 if j < self.asked else 0.75}
            ax.scatter([j] * len(rows), range(len(rows)), s=sizes, linewidths=0, **look)  # type: ignore[arg-type]
        dress(ax).set_yticks(range(len(rows)), [plain(word, 16) for word in rows])
        for i, label in enumerate(ax.get_yticklabels()[: len(self.heroes) + len(self.own)]):
            label.set(fontweight="bold", color=INK if i < len(self.heroes) else TOKENS["you"].light)
        ax.set_xticks(range(len(columns)), [plain(name, 16) for name in columns])
        ax.tick_params(axis="both", length=0, top=False, labeltop=True, labelbottom=False)
        ax.set(xlim=(-0.6, len(columns) - 0.4), ylim=(len(rows) - 0.4, -0.7))
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.axhline(len(self.heroes) + len(self.own) - 0.5, color=SOFT, lw=1)
        count = f"{self.asked} questions count" if self.asked > 1 else "1 question counts"
        ax.set_title(f"a large disc: much; none: nothing. {count}", loc="left", color=INK, size=SIZE)

    def parts(self) -> Parts:
        """The discs, and beside them how far the heroes are from one another."""
        return ((self, self.bars),)

    def describe(self) -> str:
        """Say what counts, and which pair is nearest.

        >>> Discs(Embedding(("a", "b", "c"), np.eye(3), ("x", "y", "z")), 1, ("a", "b", "c")).describe()
        'Counted: x. Nearest are b and c (0.00), then a and b (1.00), a and c (1.00).'
        """
        counted = ", ".join((self.table.columns or ())[: self.asked])
        told = sorted(self.pairs.items(), key=lambda item: item[1])
        near = [f"{pair.replace(' to ', ' and ')} ({far:.2f})" for pair, far in told]
        yours = [f"{word} to {other} ({far:.2f})" for word, (other, far) in self.near.items()]
        yours += [f"{word} has no answer yet" for word in self.own if word not in self.near]
        mine = f" Yours: {', '.join(yours)}." if yours else ""
        return f"Counted: {counted}. Nearest are {near[0]}, then {', '.join(near[1:])}.{mine}"
