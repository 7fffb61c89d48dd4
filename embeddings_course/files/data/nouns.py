"""Short sentences in which each noun is marked as a person, a place or a thing: the essay's three, and our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from embeddings_course.files.checks import checked
from embeddings_course.files.data.rows import rows_of
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path

KINDS = ("noun.person", "noun.place", "noun.thing")
NOUN_SPLITS = ("first", "second", "names", "essay")


@dataclass(frozen=True)
class Noun:
    """One noun of a sentence of `nouns.csv`: which occurrence of the word it is, from 0, and its kind.

    `split`: "first" and "second" are our two halves, which share no noun; "names" are names of people and of places,
    each in both; "essay" are the three sentences. `kind` is one of `KINDS`, written like a sense.
    """

    id: str
    split: str
    sentence: str
    word: str
    occurrence: int
    kind: str


@checked
def load_nouns(path: Path | None = None) -> tuple[Noun, ...]:
    """Load every marked noun, sentence by sentence.

    Introduced in lesson 09.

    Raises:
        DataError: where a split or a kind is unknown, or a sentence has no marked noun.

    >>> nouns = load_nouns()
    >>> len(nouns), nouns[0].sentence, nouns[0].word, nouns[0].kind
    (393, 'the baker carried the bread into the kitchen', 'baker', 'noun.person')
    """
    path = path or data_path("nouns.csv")
    nouns = []
    for line, row in rows_of(path, ("id", "split", "marked")):
        pieces = [piece.partition("/") for piece in row["marked"].split()]
        words, kinds = [word for word, _, _ in pieces], [f"noun.{kind}" if mark else "" for _, mark, kind in pieces]
        if row["split"] not in NOUN_SPLITS or not any(kinds) or not {*kinds} <= {"", *KINDS}:
            raise DataError(f"{path.name}, line {line}: write {', '.join(NOUN_SPLITS)}, and person, place or thing.")
        text = " ".join(words)
        for i, (word, kind) in enumerate(zip(words, kinds, strict=True)):
            if kind:
                nouns.append(Noun(row["id"], row["split"], text, word, words[:i].count(word), kind))
    return tuple(nouns)


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters.

    >>> words_of("The robber's two banks.")
    ['the', "robber's", 'two', 'banks']
    """
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower())
