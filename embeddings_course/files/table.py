"""A table of word vectors: the one container that every lesson passes around."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError


class UnknownWordError(CourseError, KeyError):
    """A word that has no row in the table; its message suggests near spellings."""

    def __str__(self) -> str:
        """Return the message as it is (a plain KeyError would show it in quotes)."""
        return str(self.args[0])


def as_floats(numbers: ArrayLike) -> Floats:
    """Return an array to compute with: whole numbers become double precision, half precision becomes single."""
    array = np.asarray(numbers)
    if not np.issubdtype(array.dtype, np.floating):
        return array.astype(np.float64)
    return array.astype(np.float32) if array.dtype == np.float16 else array


def row_lengths(vectors: Floats) -> Floats:
    """Return the length of each row of (n, d); np.linalg.norm does the same in three passes over the rows."""
    return np.sqrt(np.einsum("ij,ij->i", vectors, vectors))


@checked
@dataclass(frozen=True, eq=False)
class Embedding:
    """Words and their vectors, one row a word.

    A table never changes: it keeps a copy of its numbers that cannot be written to. `table.vectors.copy()` can.

    Introduced in lesson 01.

    Args:
        words: n different words, in row order.
        vectors: numbers of shape (n, d).
        columns: the names of the d columns, where a person chose them; empty for learned vectors.

    Raises:
        CourseError: where words, vectors and columns do not fit together.

    >>> table = Embedding(("bank", "river"), [[1.0, 0.5], [0.0, 1.0]], columns=("money", "water"))
    >>> table["bank"].tolist()
    [1.0, 0.5]
    >>> "bnk" in table
    False
    """

    words: Sequence[str]
    vectors: Floats
    columns: Sequence[str] = ()

    def __post_init__(self) -> None:
        vectors = as_floats(self.vectors)
        if vectors.flags.writeable:
            vectors = vectors.copy()
            vectors.flags.writeable = False
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "vectors", vectors)
        if vectors.ndim != 2 or len(vectors) != len(self.words):
            raise CourseError(
                f"{len(self.words)} words need vectors of shape ({len(self.words)}, d), got {vectors.shape}."
            )
        # the sum of all squares is finite where every number is, or nearly always: one quick look, then a slow one
        if not np.isfinite(np.vdot(vectors, vectors)) and not np.isfinite(vectors).all():
            odd = self.words[int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])]
            raise CourseError(f"The vector of {odd!r} has a number that is nan or infinite. Leave that word out.")
        if self.columns and len(self.columns) != vectors.shape[1]:
            raise CourseError(f"{vectors.shape[1]} numbers a word, but {len(self.columns)} column names.")
        if len(self._rows) != len(self.words):
            twice = next(w for i, w in enumerate(self.words) if self._rows[w] != i)
            raise CourseError(f"The word {twice!r} stands in the table twice; each word has one row.")

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    @cached_property
    def lengths(self) -> Floats:
        """The length of each vector, shape (n,): worked out once, every cosine to a table needs it."""
        return row_lengths(self.vectors)

    def __deepcopy__(self, memo: object) -> Embedding:
        """Return the table itself: it cannot change."""
        return self

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._rows

    def __repr__(self) -> str:
        return f"Embedding({len(self)} words x {self.vectors.shape[1]} numbers)"

    def __getitem__(self, word: str) -> Floats:
        """Return the vector of a word, shape (d,)."""
        return self.vectors[self.row(word)]

    def row(self, word: str) -> int:
        """Return the row number of a word.

        Raises:
            UnknownWordError: with near spellings, where the word is not in the table.
        """
        try:
            return self._rows[word]
        except (KeyError, TypeError):  # unknown, or no word at all
            near = difflib.get_close_matches(str(word), self.words, n=3)
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            raise UnknownWordError(f"{word!r:.60} is not among the {len(self)} words of this table.{hint}") from None

    @checked
    def subset(self, words: Iterable[str]) -> Embedding:
        """Return a table of these words alone, in the order given."""
        chosen = tuple(words)
        return Embedding(chosen, self.vectors[[self.row(w) for w in chosen]], self.columns)

    @checked
    def with_row(self, word: str, vector: ArrayLike) -> Embedding:
        """Return a table in which `word` has this vector: replaced where it was there, else added at the end."""
        new = np.asarray(vector, dtype=self.vectors.dtype)[None, :]
        if word in self:
            i = self.row(word)
            return Embedding(self.words, np.concatenate([self.vectors[:i], new, self.vectors[i + 1 :]]), self.columns)
        return Embedding((*self.words, word), np.concatenate([self.vectors, new]), self.columns)
