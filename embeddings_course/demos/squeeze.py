"""Squeeze the table of the town: how many components are enough? Lesson 04."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import ipywidgets as widgets
import numpy as np

from embeddings_course.counting import cooccurrence, copy_errors, ppmi, svd_embed, truncated_svd, vocabulary
from embeddings_course.demos.base import Demo, Number, buttons, text_line
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import load_town
from embeddings_course.files.table import Embedding
from embeddings_course.plots.squeeze import Squeezed
from embeddings_course.vectors import nearest
from embeddings_course.word2vec import planted_precision

MIN_COUNT, WINDOW = 20, 2
READ = (1000, 5000, 15_000)
POWERS = (1.0, 0.5, 0.0)
GRID = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 140, 200, 300, 400)


@lru_cache(maxsize=1)
def town_words() -> tuple[str, ...]:
    """The words of the town that are used at least 20 times: rows and columns of every table here."""
    return tuple(vocabulary(load_town().sentences, MIN_COUNT))


@lru_cache(maxsize=1)
def _classes() -> Mapping[str, tuple[str, ...]]:
    return load_town().classes  # not the whole town: its sentences would stay in memory


@lru_cache(maxsize=8)
def part_table(first: int, step: int, n: int, window: int = WINDOW) -> Floats:
    """PPMI of n sentences: every `step`-th from the sentence number `first` on."""
    return ppmi(cooccurrence(load_town().sentences[first::step][:n], window, town_words())[0]).toarray()


@lru_cache(maxsize=2)
def town_vectors(window: int = WINDOW) -> Embedding:
    """The town squeezed: PPMI of all sentences, 50 components, power 0.5.

    Introduced in lesson 04.

    >>> town_vectors()
    Embedding(560 words x 50 numbers)
    """
    return Embedding(town_words(), svd_embed(part_table(0, 1, 10**9, window), 50, 0.5))


@lru_cache(maxsize=4)
def _split(read: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Directions and strengths of one half, and for every k the two errors."""
    seen, unseen = part_table(0, 2, read), part_table(1, 2, 10**9)
    left, strength, right = truncated_svd(seen, len(seen))
    own = 1 - np.cumsum(strength**2) / np.square(seen).sum()
    return left, strength, np.maximum(own, 0), copy_errors(left, strength, right, unseen)[1:]


@lru_cache(maxsize=256)
def _score(read: int, k: int, power: float) -> float:
    return planted_precision(_vectors(read, k, power), _classes())


def _vectors(read: int, k: int, power: float) -> Embedding:
    left, strength, *_ = _split(read)
    return Embedding(town_words(), left[:, :k] * strength[:k] ** power)


class Squeeze(Demo):
    """Keep k components of a table made from half of the town: errors, score and neighbours follow.

    Introduced in lesson 04.

    >>> demo = Squeeze(k=560)
    >>> round(demo.picture.here[0], 6)
    0.0
    """

    title = "How many components are enough?"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """How many components, how loud the strong ones, from how many sentences, and the word to look at."""
        most = len(town_words())
        return {
            "k": Number("Components", 50, low=1, high=most, step=1, slider_width=240),
            "power": buttons("Power of the strengths", [(f"{p:g}", p) for p in POWERS], 0.5, button_width=52),
            "read": buttons("Sentences", [(f"{n:,}", n) for n in READ], READ[-1], button_width=68),
            "word": text_line("Word", "bank", width=220, name_width=50),
        }

    @classmethod
    def compute(cls, k: int = 50, power: float = 0.5, read: int = READ[-1], word: str = "bank") -> Squeezed:
        """Cut the table down to k components and judge it.

        Raises:
            UnknownWordError: where the word is not in the table.
        """
        word = word.strip().lower()
        _, strength, own, held_out = _split(read)
        ks = [*GRID, len(strength)]
        near = nearest(_vectors(read, int(k), power), word, k=6)
        return Squeezed(
            k=int(k),
            power=power,
            read=read,
            ks=ks,
            own=[float(own[i - 1]) for i in ks],
            held_out=[float(held_out[i - 1]) for i in ks],
            score=[_score(read, i, power) for i in ks],
            here=(float(own[int(k) - 1]), float(held_out[int(k) - 1]), _score(read, int(k), power)),
            word=word,
            neighbours=near,
        )
