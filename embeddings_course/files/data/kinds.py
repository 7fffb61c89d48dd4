"""The kinds of things: common nouns with five columns of the cartoon table, and what two BERTs make of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile

import numpy as np

from embeddings_course.files.arrays import Bools, Floats
from embeddings_course.files.data.rows import rows_of
from embeddings_course.files.data.search import texts_mark
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path
from embeddings_course.files.table import Embedding

CARTOON_KINDS = ("person", "money", "water", "place", "machine")
"""What is asked of each word, as in the first five columns of the cartoon table."""

KIND_COLUMNS = ("word", "family", *CARTOON_KINDS, "first", "second")

FRAME = "They spoke of the {}."
"""The sentence in which a BERT reads a word: every word fits, and none is given away."""


@dataclass(frozen=True)
class Kinds:
    """Words, the family of each (*bank* and *banker* share one), and five answers, yes or no.

    `labels` has the shape (n, 5), in the order of `columns`; `readings` holds what the one reader said the first and
    the second time, shape (2, n, 5).
    """

    words: tuple[str, ...]
    families: tuple[str, ...]
    columns: tuple[str, ...]
    labels: Bools
    readings: Bools

    def column(self, name: str) -> Bools:
        """Return the answers in one column, shape (n,).

        >>> int(load_kinds().column("person").sum())
        89
        """
        if name not in self.columns:
            raise DataError(f"There is no column {name!r}; choose one of {', '.join(self.columns)}.")
        return np.asarray(self.labels[:, self.columns.index(name)])


def load_kinds(path: Path | None = None) -> Kinds:
    """Load 448 common nouns, and of each: is it a person? about money? about water? a place? a machine?

    Introduced in lesson 02.

    Raises:
        DataError: where a cell is not as it should be, or a word stands there twice, with its line.

    >>> kinds = load_kinds()
    >>> dict(zip(kinds.columns, kinds.labels[kinds.words.index("ferry")].tolist()))
    {'person': False, 'money': False, 'water': True, 'place': False, 'machine': True}
    """
    path = path or data_path("kinds.csv")
    words: dict[str, str] = {}
    labels, readings = [], []
    for line, row in rows_of(path, KIND_COLUMNS):
        where = f"{path.name}, line {line}"
        if not row["word"] or not row["family"] or row["word"] in words:
            raise DataError(f"{where}: {row['word']!r} stands there twice, or a name is missing.")
        words[row["word"]] = row["family"]
        if {row[kind] for kind in CARTOON_KINDS} - {"0", "1"}:
            raise DataError(f"{where}: the five answers are 0 (no) or 1 (yes).")
        labels.append([row[kind] == "1" for kind in CARTOON_KINDS])
        read = [row[name].split() for name in ("first", "second")]
        if not {*read[0], *read[1]} <= {*CARTOON_KINDS}:
            raise DataError(f"{where}: a reading names what is no column; choose from {', '.join(CARTOON_KINDS)}.")
        readings.append([[kind in said for kind in CARTOON_KINDS] for said in read])
    if not words:
        raise DataError(f"{path.name} has no words; get the file again.")
    return Kinds(
        tuple(words), tuple(words.values()), CARTOON_KINDS, np.array(labels), np.array(readings).transpose(1, 0, 2)
    )


def load_kind_vectors(
    model: Literal["minilm", "mpnet"] = "mpnet", place: Literal["frame", "input"] = "frame", path: Path | None = None
) -> Embedding:
    """Load what a BERT makes of the words of `load_kinds`, one row a word.

    Introduced in lesson 02.

    Args:
        model: "minilm" (384 numbers) or "mpnet" (768).
        place: "frame" for the word as read in `FRAME`, two thirds of the way up; "input" for its row in the lookup
            table, before anything is read.
        path: another file.

    Raises:
        DataError: where the file cannot be read, has no such rows, or was made from other words.

    >>> load_kind_vectors("mpnet").vectors.shape
    (448, 768)
    """
    path, words, name = path or data_path("kind_vectors.npz"), load_kinds().words, f"{model}_{place}"
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            mark, rows, steps = str(file["mark"]), file[name], file[f"{name}_step"]
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read ({error}). Get the file again: git checkout data.") from None
    if mark != texts_mark(words) or len(rows) != len(words):
        raise DataError(f"{path.name} was made from other words: run `python tools/data/record_kinds.py`.")
    return Embedding(words, rows.astype(np.float32) * steps[:, None])


@dataclass(frozen=True)
class KindScores:
    """How well one line a column tells yes from no on held-out words, recorded: for each source a list of deals.

    A deal has a list over `columns` for each of "balanced" (a coin gets .5), "low" and "high" (its 95 % interval),
    "found", "alarms", "order", "found_at_1_in_20"; and "whole_rows": words with all five answers right.
    """

    columns: tuple[str, ...]
    scores: dict[str, list[dict[str, list[float]]]]

    def values(self, source: str, what: str = "balanced") -> Floats:
        """Return one way of scoring for a source, shape (deals, columns).

        >>> load_kind_scores().values("books").shape
        (5, 5)
        """
        if source not in self.scores:
            raise DataError(f"Nothing was read off {source!r}; choose one of {', '.join(self.scores)}.")
        return np.array([deal[what] for deal in self.scores[source]], dtype=float)


def load_kind_scores(path: Path | None = None) -> KindScores:
    """Load what was read off the old books, MiniLM, MPNet, and off what knows no meaning.

    Introduced in lesson 02.

    Raises:
        DataError: where the file is not the one that tools/data/record_kinds.py makes.

    >>> load_kind_scores().columns
    ('person', 'money', 'water', 'place', 'machine')
    """
    path = path or data_path("kind_scores.json")
    try:
        made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return KindScores(tuple(made["columns"]), dict(made["scores"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read ({error!r}). Get the file again: git checkout data.") from None
