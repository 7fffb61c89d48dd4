"""Blend two words into one token and watch the neighbours flip. Lesson 08."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import ipywidgets as widgets
import numpy as np

from embeddings_course.audit import random_pair_cosines
from embeddings_course.demos.base import Demo, DemoError, Number, text_line
from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.files.data import load_vectors
from embeddings_course.files.table import Embedding
from embeddings_course.mixing import blend, blend_cosine
from embeddings_course.plots.sense_mix import SenseMix
from embeddings_course.vectors import centre, normalise

N_NEIGHBOURS = 10
SHARES = tuple(range(0, 101, 5))
SAME = "A word mixed with itself stays what it is. Take two different words."


@lru_cache(maxsize=1)
def centred_books() -> Embedding:
    """The book vectors, centred, each of length 1: two strangers score about 0 here.

    Introduced in lesson 08.

    >>> centred_books()
    Embedding(20000 words x 100 numbers)
    """
    books = load_vectors()
    return Embedding(books.words, normalise(centre(normalise(books.vectors))))


@lru_cache(maxsize=1)
def _strangers() -> float:
    return float(np.quantile(random_pair_cosines(centred_books()), 0.95))


@lru_cache(maxsize=8)
def _cosines_to(word: str) -> Floats:
    """The cosine of every word to this one, shape (n_words,)."""
    return centred_books().vectors @ centred_books()[word]


class SenseMixer(Demo):
    """Two words of the old books as one token: its neighbours, and how near both words are, at any share.

    Introduced in lesson 08.

    >>> SenseMixer(share=100).picture.places[0]
    1
    """

    title = "One token, two words"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The share of the first word as a slider with a number; both words, to type."""
        return {
            "share": Number("Share of the first, %", 50, low=0, high=100, step=1, name_width=140, slider_width=300),
            "one": text_line("First word", "money", "a word of the books", width=240, name_width=76),
            "two": text_line("Second word", "river", "a word of the books", width=250, name_width=88),
        }

    @classmethod
    def compute(cls, share: int = 50, one: str = "money", two: str = "river") -> SenseMix:
        """Mix two words and look round.

        Raises:
            DemoError: where a word is missing, or both words are the same.
            UnknownWordError: where a word is not in the books; the message suggests near spellings.
        """
        one, two, table = one.strip().lower(), two.strip().lower(), centred_books()
        if not one or not two:
            raise DemoError("Two words are needed, such as money and river. Type one into each line.")
        a, b = table[one], table[two]
        if one == two:
            raise DemoError(SAME)
        cosines = table.vectors @ blend(a, b, share / 100)
        nearest = _order(cosines)[:N_NEIGHBOURS]
        of_two = _cosines_to(two) > _cosines_to(one)
        between = float(a @ b)
        return SenseMix(
            one,
            two,
            int(share),
            [(table.words[i], float(cosines[i])) for i in nearest],
            [table.words[i] for i in nearest if of_two[i]],
            (blend_cosine(share / 100, between), blend_cosine(1 - share / 100, between)),
            (_place(cosines, one), _place(cosines, two)),
            (_place(_cosines_to(two), one), _place(_cosines_to(one), two)),
            len(table),
            SHARES,
            ([blend_cosine(s / 100, between) for s in SHARES], [blend_cosine(1 - s / 100, between) for s in SHARES]),
            _strangers(),
        )


def _order(cosines: Floats) -> Rows:
    """Return the rows, nearest first; at a tie (half and half) the commoner word, and not the last digit, decides."""
    return np.argsort(-np.round(cosines, 6), kind="stable")


def _place(cosines: Floats, word: str) -> int:
    """Return the place of a word, 1 for the largest cosine."""
    return 1 + int(np.flatnonzero(_order(cosines) == centred_books().row(word))[0])
