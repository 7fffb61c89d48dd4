"""Uses of a word: find it in sentences, and read vectors and senses from a BERT or from what was recorded of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from embeddings_course.files.arrays import Floats, Ints
from embeddings_course.files.checks import checked
from embeddings_course.files.data import SenseUse, WhichBankData, load_senses, load_which_bank
from embeddings_course.files.errors import CourseError
from embeddings_course.senses import stranger_band
from embeddings_course.vectors import normalise

if TYPE_CHECKING:
    from embeddings_course.pretrained import Bert


@dataclass(frozen=True)
class Use:
    """One use of the word: which sentence (from 1), its characters, a short label for it."""

    sentence: int
    start: int
    end: int
    label: str
    short: str


@dataclass(frozen=True)
class Reading:
    """A text as the model read it: pieces, the characters each covers (n, 2), and vectors (n, layers, d)."""

    tokens: Sequence[str]
    spans: Ints
    vectors: Floats

    def vector(self, start: int, end: int) -> Floats:
        """Return the mean vector, shape (layers, d), of the pieces that cover these characters."""
        rows = [i for i, (first, last) in enumerate(self.spans) if first < end and last > start]
        if not rows:
            raise CourseError("The model drops this word, so it has no vector. Choose a word with letters.")
        mean: Floats = self.vectors[rows].mean(axis=0)
        return mean


class Reader(Protocol):
    """Someone who reads sentences and knows senses: the cache, or a BERT."""

    name: str
    n_layers: int

    def read(self, text: str) -> Reading:
        """Return the pieces of a text and their vectors at every layer."""

    def senses(self, word: str) -> tuple[tuple[str, ...], Floats]:
        """Return the senses of a word and the middle of each, shape (senses, layers, d); none where unknown."""

    def strangers(self) -> Floats:
        """Return low end, mean and high end of the cosines of uses of different words, shape (layers, 3)."""


RECORDED = {"minilm": "MiniLM", "mpnet": "MPNet"}
"""The models whose reading of the prepared sentences is kept with the course, and how they are called in pictures."""


class CacheReader:
    """Reads the prepared sentences from a file of the course: instant, no model needed."""

    def __init__(self, data: WhichBankData | None = None, model: str = "minilm") -> None:
        self.data, self.name = data or load_which_bank(model=model), RECORDED[model]
        self.n_layers = self.data.vectors.shape[1]

    def read(self, text: str) -> Reading:
        """Return what was read when the file was made.

        Raises:
            DemoError: for any other text.
        """
        if text not in self.data.texts and self.name != RECORDED["minilm"]:
            raise CourseError(
                f'Of {self.name} only the prepared sentences are recorded; choose some in the list "Examples". To let '
                "it read yours: `python course.py model mpnet`, then start with EMBEDDINGS_COURSE_BERT=mpnet."
            )
        if text not in self.data.texts:
            raise CourseError(
                "These are new sentences, so the BERT model itself must read them, and it is not on this machine yet. "
                "Run `python course.py` once with a network, and start this notebook again; "
                'until then choose other sentences in the list "Examples".'
            )
        i = self.data.texts.index(text)
        part = slice(self.data.start[i], self.data.start[i + 1])
        return Reading(self.data.tokens[part], self.data.spans[part], self.data.vectors[part])

    def senses(self, word: str) -> tuple[tuple[str, ...], Floats]:
        """Return the senses of one of the thirteen words of senses.csv."""
        rows = [i for i, sense in enumerate(self.data.senses) if sense.startswith(word + ".")]
        return tuple(self.data.senses[i].split(".")[1] for i in rows), self.data.centroids[rows]

    def strangers(self) -> Floats:
        """Return the band of random pairs."""
        return self.data.strangers


@dataclass
class BertReader:
    """Reads any sentence with a BERT, and remembers the last few dozen."""

    bert: Bert
    memory: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.bert.name
        self.n_layers = self.bert.config.n_layers + 1

    def read(self, text: str) -> Reading:
        """Run the model over the text, once."""
        if text not in self.memory:
            if len(self.memory) > 50:
                self.memory.clear()
            output = self.bert(text)
            spans = np.array(self.bert.tokenizer.encode(text).offsets)
            self.memory[text] = Reading(output.tokens, spans, output.hidden_states.swapaxes(0, 1))
        reading: Reading = self.memory[text]
        return reading

    def senses(self, word: str) -> tuple[tuple[str, ...], Floats]:
        """Return the middle of each sense, from our sentences for fitting."""
        key = f"senses {word}"
        if key not in self.memory:
            uses = [use for use in load_senses() if use.lemma == word and use.split == "fit" and self.fits(use)]
            middles = sense_centroids(self._vectors(uses), uses) if uses else ((), np.zeros((0, self.n_layers, 1)))
            self.memory[key] = middles
        names, centroids = self.memory[key]
        return tuple(name.split(".")[1] for name in names), centroids

    def fits(self, use: SenseUse) -> bool:
        """Whether the sentence of a use is short enough for the model."""
        return self.bert.fits(use.sentence)

    def strangers(self) -> Floats:
        """Return the band of random pairs of this model, from every tenth of our sentences."""
        if "strangers" not in self.memory:
            uses = [use for use in load_senses()[::10] if self.fits(use)]
            self.memory["strangers"] = stranger_band(self._vectors(uses), [use.sense for use in uses])
        band: Floats = self.memory["strangers"]
        return band

    def _vectors(self, uses: Sequence[SenseUse]) -> Floats:
        return self.bert.word_vectors(
            [u.sentence for u in uses], [u.word for u in uses], [u.occurrence for u in uses], layer="all"
        )


@checked
def sense_centroids(vectors: Floats, uses: Sequence[SenseUse]) -> tuple[tuple[str, ...], Floats]:
    """Return the senses among these uses and the mean direction of each at every layer, shape (senses, layers, d)."""
    vectors = normalise(vectors)  # (uses, layers, d)
    names = tuple(dict.fromkeys(use.sense for use in uses))
    chosen = [[i for i, use in enumerate(uses) if use.sense == name] for name in names]
    return names, np.stack([vectors[rows].mean(axis=0) for rows in chosen])


@checked
def find_uses(sentences: Sequence[str], word: str) -> tuple[Use, ...]:
    """Return where a word stands in the sentences, with or without a plural s; capitals do not matter.

    >>> [use.label for use in find_uses(["jack stole hundreds of bills from the bank"], "bill")]
    ['1 hundreds of bills from the']
    """
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?:e?s)?(?!\w)", re.IGNORECASE)
    uses = []
    for number, text in enumerate(sentences, start=1):
        found = list(pattern.finditer(text))
        for place, match in enumerate(found):
            letter = "abcdefgh"[place % 8] if len(found) > 1 else ""
            before, after = text[: match.start()].split()[-2:], text[match.end() :].split()[:2]
            label = " ".join([f"{number}{letter}", *before, match.group(), *after])
            uses.append(Use(number, match.start(), match.end(), label, f"{number}{letter}"))
    return tuple(uses)


@dataclass
class _Both:
    """Reads new sentences with the model; everything prepared comes from the file, which the same model made."""

    cache: CacheReader
    live: BertReader

    def __post_init__(self) -> None:
        self.name, self.n_layers = self.cache.name, self.cache.n_layers
        self.senses, self.strangers = self.cache.senses, self.cache.strangers

    def read(self, text: str) -> Reading:
        """Return a prepared reading at once; let the model read the rest."""
        return (self.cache if text in self.cache.data.texts else self.live).read(text)


@checked
def reader_of(bert: Bert | None) -> Reader:
    """Return who reads: the prepared vectors where they are right (no model, MiniLM, MPNet), the model for the rest."""
    if bert is None:
        return CacheReader()
    live = BertReader(bert)
    return _Both(CacheReader(model=bert.name), live) if bert.name in RECORDED else live
