"""Search by meaning, by hand: turn every text into a row of numbers, turn the question into one too, and compare.

Four ways of making the row stand side by side: questions asked by a person, counted words, averaged word vectors, and
whatever a BERT gives. Lesson 12.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import normalise

Encode = Callable[[Sequence[str]], Floats]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

HAND_COLUMNS: Mapping[str, str] = {
    "person": "man woman person child gran friend neighbour boy girl mother father people",
    "money": "money bank account pay paid coin cash price cost interest loan savings bill euro pound",
    "water": "water river sea lake rain wave tide boat fish flood wet pond",
    "place": "house street town field garden room station kitchen village school court church",
    "machine": "machine car train bicycle engine wheel telephone telescope boiler brake",
    "crime": "thief steal stole robber fraud court judge guilty crime police smuggled",
    "food": "bread cake flour eat food meal sugar salt butter dough salad fruit honey",
    "animal": "dog bee cat fish bird horse animal pet insect slug worm",
    "body": "bone heart sleep pain doctor medicine skin leg blood illness ear",
    "sky": "star moon sun sky planet cloud storm wind snow space orbit",
    "sound": "music song voice sing choir piano violin loud noise word language",
}
"""Eleven questions that a person would ask of any text, each with the words that answer it with yes."""


@checked
def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, in order; numbers count as words.

    Introduced in lesson 12.

    >>> words_of("Don't feed the DOG at 6.40!")
    ["don't", 'feed', 'the', 'dog', 'at', '6', '40']
    """
    return _WORD.findall(text.lower().replace("\u2019", "'"))


@dataclass(frozen=True)
class Searcher:
    """One way to search a collection: how it turns any text into a row, and the rows of the collection.

    Introduced in lesson 12.

    Args:
        name: what to call it, such as "counts".
        encode: turns m texts into rows, shape (m, d).
        rows: the rows of the n texts to search, shape (n, d); each of length 1, or all zero where nothing is known.
    """

    name: str
    encode: Encode
    rows: Floats

    @checked
    def scores(self, questions: Sequence[str]) -> Floats:
        """Return the cosine of each question to each text, shape (m, n); 0 where one of the two has no row.

        This is exact search: every question is compared with every text, n times d multiplications each.
        """
        asked = normalise(np.asarray(self.encode(questions), dtype=float))
        return np.asarray(asked @ self.rows.T)

    @checked
    def search(self, question: str, k: int = 5) -> list[tuple[int, float]]:
        """Return the k nearest texts: their numbers (from 0) and cosines; none that shares nothing with the question.

        Raises:
            CourseError: where k is below 1.
        """
        if k < 1:
            raise CourseError(f"At least one result must be asked for, not {k}.")
        scores = self.scores([question])[0]
        best = np.argsort(-scores, kind="stable")[:k]
        return [(int(i), float(scores[i])) for i in best if scores[i] != 0]


@checked
def searcher(name: str, encode: Encode, texts: Sequence[str]) -> Searcher:
    """Return a Searcher over these texts, each put through `encode` once.

    Introduced in lesson 12.

    >>> letters = lambda texts: np.array([[t.count("a"), t.count("b")] for t in texts], dtype=float)
    >>> searcher("letters", letters, ["aab", "bb"]).search("b", k=1)
    [(1, 1.0)]
    """
    return Searcher(name, encode, normalise(np.asarray(encode(texts), dtype=float)))


@checked
def pooled(ways: Sequence[Searcher], question: str, k: int = 3, seed: int = 0) -> list[int]:
    """Return the numbers of all texts that some way puts among its first k, each once, shuffled.

    Who judges them does not see whose find a text is (pooling: Sparck Jones and van Rijsbergen 1975).

    Introduced in lesson 12.

    >>> letters = lambda texts: np.array([[t.count("a"), t.count("b")] for t in texts], dtype=float)
    >>> sorted(pooled([searcher("letters", letters, ["aab", "bb", "a"])], "b", k=2))
    [0, 1]
    """
    found = sorted({i for way in ways for i, _ in way.search(question, k)})
    return [int(i) for i in np.random.default_rng(seed).permutation(found)]


# ---- Four ways to make a row of a text ------------------------------------------------------------------------------


@checked
def hand_encoder(columns: Mapping[str, str] = HAND_COLUMNS) -> Encode:
    """Return an encoder by hand: for each question of a person, how many words of the text say yes to it.

    Introduced in lesson 12.

    Args:
        columns: {question: words that answer it with yes, with spaces between}; a plural -s is cut off before looking.

    >>> hand_encoder({"water": "river lake", "animal": "dog"})(["Two dogs in the river", "Nothing"]).tolist()
    [[1.0, 1.0], [0.0, 0.0]]
    """
    sets = [frozenset(words.split()) for words in columns.values()]

    def encode(texts: Sequence[str]) -> Floats:
        rows = np.zeros((len(texts), len(sets)))
        for i, text in enumerate(texts):
            words = words_of(text)
            rows[i] = [sum(w in hints or w.removesuffix("s") in hints for w in words) for hints in sets]
        return rows

    return encode


@checked
def count_encoder(texts: Sequence[str]) -> Encode:
    """Return an encoder that counts: one column a word, and a word weighs more the fewer texts have it (TF-IDF).

    The weight is log(n / number of texts with the word): a word that stands in all n texts weighs nothing. Words that
    no text of the collection has are left out. Sparck Jones 1972, A Statistical Interpretation of Term Specificity.

    Introduced in lesson 12.

    >>> encode = count_encoder(["the dog", "the cat"])
    >>> encode(["the dog", "the unicorn"]).round(2).tolist()
    [[0.0, 0.69, 0.0], [0.0, 0.0, 0.0]]
    """
    found = Counter(word for text in texts for word in set(words_of(text)))
    column = {word: i for i, word in enumerate(sorted(found))}
    weights = np.log(len(texts) / np.array([found[word] for word in column]))

    def encode(asked: Sequence[str]) -> Floats:
        rows = np.zeros((len(asked), len(column)))
        for i, text in enumerate(asked):
            for word, times in Counter(words_of(text)).items():
                if word in column:
                    rows[i, column[word]] = times
        return rows * weights

    return encode


@checked
def average_encoder(table: Embedding, texts: Sequence[str] = ()) -> Encode:
    """Return an encoder that averages the vectors of the words of a text that the table knows.

    An average knows no order: "dog bites man" and "man bites dog" are the same row. Where `texts` are given, each word
    weighs log(n / number of texts with it) as in `count_encoder`, so that *the* and *of* do not drown the rest.

    Introduced in lesson 12.

    >>> table = Embedding(("dog", "man", "bites"), [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> average_encoder(table)(["dog bites man", "man bites dog", "zzz"]).round(2).tolist()
    [[0.67, 0.67], [0.67, 0.67], [0.0, 0.0]]
    """
    found = Counter(word for text in texts for word in set(words_of(text)))

    def weight(word: str) -> float:
        return float(np.log(len(texts) / max(found[word], 1))) if texts else 1.0

    def encode(asked: Sequence[str]) -> Floats:
        rows = np.zeros((len(asked), table.vectors.shape[1]))
        for i, text in enumerate(asked):
            known = sorted(word for word in words_of(text) if word in table)  # sorted: a sum must not feel the order
            weights = np.array([weight(word) for word in known])
            if weights.sum() > 0:
                rows[i] = weights @ table.vectors[[table.row(word) for word in known]] / weights.sum()
        return rows

    return encode


@checked
def stored_encoder(texts: Sequence[str], vectors: ArrayLike, live: Encode) -> Encode:
    """Return an encoder that looks texts up where their rows are stored, and asks `live` for all others.

    Introduced in lesson 12.

    Raises:
        CourseError: where texts and vectors do not fit together.

    >>> encode = stored_encoder(["a"], [[1.0, 2.0]], live=lambda texts: np.zeros((len(texts), 2)))
    >>> encode(["a", "b"]).tolist()
    [[1.0, 2.0], [0.0, 0.0]]
    """
    rows = np.asarray(vectors, dtype=np.float32)
    if len(rows) != len(texts):
        raise CourseError(f"{len(texts)} texts need as many rows, got {len(rows)}.")
    place = {text: i for i, text in enumerate(texts)}

    def encode(asked: Sequence[str]) -> Floats:
        new = list(dict.fromkeys(text for text in asked if text not in place))
        fresh = dict(zip(new, live(new), strict=True)) if new else {}
        return np.array([rows[place[text]] if text in place else fresh[text] for text in asked])

    return encode


@checked
def coverage(texts: Sequence[str], known: Iterable[str]) -> float:
    """Return the share of all words of the texts that are among the known ones, 0 to 1.

    Introduced in lesson 12.

    >>> coverage(["the dog barks"], {"the", "dog"}).__round__(2)
    0.67
    """
    known = frozenset(known)
    words = [word for text in texts for word in words_of(text)]
    return sum(word in known for word in words) / len(words) if words else 0.0
