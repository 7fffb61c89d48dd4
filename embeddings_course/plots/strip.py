"""One row of a learned table as a strip of marks, beside the few named numbers that a person wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.files.table import Embedding
from embeddings_course.plots.heat import Heat
from embeddings_course.plots.picture import Picture
from embeddings_course.plots.style import SIGN, dress, plain
from embeddings_course.vectors import cosine_matrix, nearest, random_rotation

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase


@dataclass(frozen=True)
class Strip(Picture):
    """A word as a person wrote it and as a model has it.

    Args:
        word: the word.
        columns: the names of the numbers that a person wrote.
        written: these numbers, from 0 to 1.
        row: the numbers of the model, without names; turned where `turn` is not 0.
        turn: 0 for the row as the model gave it, else the number of the random rotation.
        neighbours: the nearest words by cosine in the table as it is now, nearest first.
        largest_change: the largest change of any cosine between two words of the table.
        other_signs: how many numbers of the row are on the other side of 0 now.
    """

    word: str
    columns: Sequence[str]
    written: Sequence[float]
    row: Floats
    turn: int
    neighbours: Sequence[str]
    largest_change: float
    other_signs: int

    size = (8.8, 2.6)

    @classmethod
    def of(cls, learned: Embedding, cartoon: Embedding, word: str, turn: int = 0) -> Strip:
        """Return the strip of a word of a learned table, the whole table turned (0: as it is), beside its cartoon row.

        Introduced in lesson 02.

        >>> cartoon = Embedding(("bank", "river"), [[1.0, 0.5], [0.0, 1.0]], columns=("money", "water"))
        >>> learned = Embedding(("bank", "river", "car"), [[1.0, 2.0], [0.5, 2.0], [2.0, -1.0]])
        >>> strip = Strip.of(learned, cartoon, "bank", turn=3)
        >>> strip.neighbours[0], strip.largest_change < 1e-12
        ('river', True)
        """
        size = learned.vectors.shape[1]
        before = np.asarray(learned.vectors, dtype=float)
        after = before @ random_rotation(size, seed=turn) if turn else before
        table = Embedding(learned.words, after)
        change = np.abs(cosine_matrix(before) - cosine_matrix(after)).max()
        return cls(
            word=word,
            columns=cartoon.columns,
            written=tuple(float(x) for x in cartoon[word]),
            row=np.asarray(table[word]),
            turn=turn,
            neighbours=tuple(name for name, _ in nearest(table, word, k=5)),
            largest_change=float(round(change, 9)),
            other_signs=int((np.sign(table[word]) != np.sign(learned[word])).sum()),
        )

    def draw(self, figure: FigureBase) -> None:
        """Draw the named numbers above, the strip below: one mark for each number, all of them."""
        above, below = figure.subplots(2, 1, height_ratios=[1, 1.1])
        Heat([self.written], [self.word], self.columns, low=0, high=1, decimals=1).draw_on(above)
        reach = 2.5 * float(self.row.std()) or 1.0  # a few loud numbers would leave the others grey
        dress(below).imshow(self.row[None], cmap=SIGN, vmin=-reach, vmax=reach, aspect="auto", interpolation="nearest")
        below.set(yticks=[], xticks=[0, len(self.row) - 1], xticklabels=["1", str(len(self.row))])
        below.spines[["left", "bottom"]].set_visible(False)
        state = f"turned, no. {self.turn}" if self.turn else "as the model gave it"
        below.set_title(plain(f"{self.word}, {len(self.row)} numbers without names, {state}", 70), loc="left")

    def describe(self) -> str:
        """Say how many numbers there are, what the turn changed, and what it did not."""
        named = f"{self.word}: {len(self.columns)} numbers with names, or {len(self.row)} without."
        near = f"Nearest: {', '.join(self.neighbours)}"
        if not self.turn:
            return f"{named} {near}."
        return (
            f"{named} Turned (no. {self.turn}): {self.other_signs} of them changed their sign, and no cosine between "
            f"two words changed by more than {self.largest_change:.2f}. {near}, as before."
        )
