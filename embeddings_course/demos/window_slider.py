"""Slide a window over the town and watch the table of company fill. Lesson 03."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.counting import cooccurrence, ppmi, row_cosine
from embeddings_course.demos.base import Demo, DemoError, buttons, text_line
from embeddings_course.files.data import load_town
from embeddings_course.plots.counts import Company

WINDOWS = (1, 2, 3, 5, 10)
READ = (10, 100, 1000, 10_000, 30_000)
N_COLUMNS = 8
MEASURES = ("counts", "PPMI")

Sentences = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=2)
def _sentences(own: str) -> Sentences:
    """The learner's own sentences, or the town."""
    if own.strip():
        return own_sentences(own)
    return tuple(tuple(sentence) for sentence in load_town().sentences)


@lru_cache(maxsize=2)
def _known(own: str) -> frozenset[str]:
    return frozenset(word for sentence in _sentences(own) for word in sentence)


@lru_cache(maxsize=32)
def _table(own: str, read: int, window: int, measure: str) -> tuple[Any, list[str]]:
    counts, words = cooccurrence(_sentences(own)[:read], window)
    return (ppmi(counts) if measure == "PPMI" else counts), words


@lru_cache(maxsize=32)
def _met(own: str, read: int, a: str, b: str) -> int:
    """In how many sentences both words stand."""
    return sum(a in sentence and b in sentence for sentence in _sentences(own)[:read])


def own_sentences(text: str) -> Sentences:
    """Cut what a learner typed into sentences (at . ! ? and line ends) and lower-case words.

    >>> own_sentences("Salt and soup. Pepper, and soup!")
    (('salt', 'and', 'soup'), ('pepper', 'and', 'soup'))
    """
    for mark in "!?\n":
        text = text.replace(mark, ".")
    kept = "".join(c if c.isalnum() or c in "'-. " else " " for c in text[:4000].lower())
    return tuple(tuple(part.split()) for part in kept.split(".") if part.split())


class WindowSlider(Demo):
    """A window runs over sentences; the table counts who stands near whom; two pairs of words are compared.

    With `own` filled in, the learner's own sentences are counted instead of the town.

    Introduced in lesson 03.

    >>> demo = WindowSlider(read=1000)
    >>> demo.picture.pairs
    (('salt', 'pepper'), ('hot', 'dog'))
    """

    title = "A window runs over the town"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The window, the measure and how much is read, as buttons; the words and sentences of one's own, to type."""
        return {
            "window": buttons("Window", list(WINDOWS), 2, button_width=52),
            "measure": buttons("Table of", list(MEASURES), "PPMI", button_width=80),
            "read": buttons("Sentences read", [(f"{n:,}", n) for n in READ], READ[-1], button_width=68),
            "words": text_line("Two pairs", "salt pepper hot dog", width=360, name_width=70),
            "own": text_line(
                "Your own sentences", "", "empty: the town; or type a few, each ending in a full stop", 700, 130
            ),
        }

    @classmethod
    def compute(
        cls,
        window: int = 2,
        measure: str = "PPMI",
        read: int = READ[-1],
        words: str = "salt pepper hot dog",
        own: str = "",
    ) -> Company:
        """Count the company of four words in the first `read` sentences.

        Raises:
            DemoError: where there are not four words, or one of them does not stand in the sentences.
        """
        rows = words.replace(",", " ").replace("/", " ").lower().split()
        if len(rows) != 4:
            raise DemoError(f"Type four words: two pairs, such as salt pepper hot dog. There are {len(rows)} now.")
        for word in rows:
            if word not in _known(own):
                raise DemoError(f"The word {word!r} does not stand in these sentences. Choose four that do.")
        sentences = _sentences(own)[:read]
        pairs = ((rows[0], rows[1]), (rows[2], rows[3]))
        curves = [[_cosine(_table(own, read, w, measure), *pair) for w in WINDOWS] for pair in pairs]
        met = [_met(own, read, *pair) for pair in pairs]
        shown, centre = _last_with(rows, sentences)
        columns, values = _company_of(rows, *_table(own, read, window, measure))
        return Company(
            sentence=shown,
            centre=centre,
            window=window,
            read=len(sentences),
            rows=rows,
            columns=columns,
            values=values,
            measure=measure,
            pairs=pairs,
            met=(met[0], met[1]),
            windows=WINDOWS,
            curves=(curves[0], curves[1]),
        )


def _cosine(table: tuple[Any, list[str]], a: str, b: str) -> float:
    cells, words = table
    return row_cosine(cells, words.index(a), words.index(b)) if a in words and b in words else 0.0


def _company_of(rows: Sequence[str], cells: Any, words: list[str]) -> tuple[list[str], np.ndarray]:
    """Return the neighbours with the largest numbers, a few of each row in turn, and the rows cut to them."""
    dense = [cells[[words.index(w)]].toarray()[0] if w in words else np.zeros(len(words)) for w in rows]
    columns: list[int] = []
    for best in np.argsort(-np.array(dense), axis=1, kind="stable").T:  # first choice of each row, then second ...
        columns += [c for row, c in zip(dense, best.tolist(), strict=True) if row[c] > 0 and c not in columns]
        columns = list(dict.fromkeys(columns))
    columns = columns[:N_COLUMNS] or list(range(min(N_COLUMNS, len(words))))
    return [words[c] for c in columns], np.array(dense)[:, columns]


def _last_with(rows: Sequence[str], sentences: Sentences) -> tuple[tuple[str, ...], int]:
    """The last sentence that holds one of the words, and where the word stands; else the last of all."""
    for sentence in reversed(sentences):
        for place, word in enumerate(sentence):
            if word in rows:
                return sentence, place
    return sentences[-1], 0
