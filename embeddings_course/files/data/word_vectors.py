"""Word vectors that we trained: the old books, with counts, card and map, and the models of the knob board."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from embeddings_course.files.checks import checked
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import beside, data_path
from embeddings_course.files.table import Embedding
from embeddings_course.files.vector_files import load_word2vec_file


@checked
def load_vectors(name: str = "books", limit: int | None = None) -> Embedding:
    """Load word vectors that the course ships, once: "books", 20,000 words x 100, trained on 754 old books.

    The rows are sorted by frequency, the most frequent word first; `limit` keeps the first so many.

    Introduced in lesson 06.

    Raises:
        DataError: where there are no such vectors.

    >>> load_vectors(limit=500)
    Embedding(500 words x 100 numbers)
    """
    table = _read_vectors(data_path(f"vectors/{name}.bin"))
    return table if limit is None else Embedding(table.words[:limit], table.vectors[:limit])


@lru_cache(maxsize=1)
def _read_vectors(path: Path) -> Embedding:
    return load_word2vec_file(path)


@checked
def load_word_counts(name: str = "books") -> dict[str, int]:
    """Load how often each word of `load_vectors(name)` stands in the text that the vectors were trained on.

    Introduced in lesson 06.

    >>> load_word_counts()["bank"] > load_word_counts()["canoe"]
    True
    """
    lines = data_path(f"vectors/{name}.counts.txt").read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split(" ") for line in lines)}


@dataclass(frozen=True)
class FlatMap:
    """A flat map of word vectors: a place for each word, x and y from 0 to 1, in the order of the vectors.

    `kept` is the share of true neighbours that are neighbours on the map too, 0 to 1: how far it can be believed.
    """

    places: Embedding
    kept: float


@checked
def load_word_map(name: str = "books") -> FlatMap:
    """Load the map of `load_vectors(name)`, drawn once by tools/data/make_word_map.py.

    Introduced in lesson 06.

    Raises:
        DataError: where the map cannot be read, or was drawn from other vectors than those that are there.

    >>> load_word_map().places
    Embedding(20000 words x 2 numbers)
    """
    path, source = data_path(f"vectors/{name}_map.npz"), data_path(f"vectors/{name}.bin")
    words = tuple(load_word_counts(name))
    again = "Draw it again with `python tools/data/make_word_map.py`, or get both files again: git checkout data."
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            places, kept, drawn_from = file["places"], float(file["kept"]), str(file["drawn_from"])
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DataError(f"The map {path.name} cannot be read ({error}). {again}") from None
    if drawn_from != hashlib.sha256(source.read_bytes()).hexdigest() or places.shape != (len(words), 2):
        raise DataError(f"The map {path.name} was drawn from other vectors than {source.name}. {again}")
    return FlatMap(Embedding(words, places / 65535), kept)


@checked
def load_vectors_card(name: str = "books") -> dict[str, Any]:
    """Load the card of shipped vectors: corpus, cleaning, settings, versions, and scores with their coverage.

    Introduced in lesson 06.

    >>> load_vectors_card()["settings"]["window"]
    5
    """
    return dict(json.loads(data_path(f"vectors/{name}.json").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class KnobModel:
    """One small model of the knob board: all settings, which knob was moved to what, its table and its scores.

    `knob` is the setting of gensim's Word2Vec that differs from "base" (empty there), `value` where it was moved to.
    The table holds the words to look at; the scores were computed on the model's whole vocabulary, before it was cut.
    """

    name: str
    knob: str
    value: Any
    settings: dict[str, Any]
    scores: dict[str, Any]
    table: Embedding = field(repr=False)


@checked
def load_knobs(path: Path | None = None) -> dict[str, KnobModel]:
    """Load the knob set: small models of the Wikipedia excerpt, one knob moved at a time away from "base".

    Introduced in lesson 06.

    Raises:
        DataError: where numbers and descriptions do not belong together.

    >>> knobs = load_knobs()
    >>> knobs["window=2"].knob, knobs["window=2"].value, len(knobs["base"].table)
    ('window', 2, 3000)
    """
    return dict(_read_knobs(path or data_path("vectors/knobs.npz")))


@lru_cache(maxsize=1)
def _read_knobs(path: Path) -> dict[str, KnobModel]:
    described = json.loads(beside(path, f"{path.stem}.json").read_text(encoding="utf-8"))["models"]
    with np.load(path, allow_pickle=False) as arrays:
        words = tuple(arrays["words"].tolist())
        if set(arrays.files) - {"words", "counts"} != {model["name"] for model in described}:
            raise DataError(f"{path.name} and its .json name different models; get both again (git checkout data).")
        # half the bytes in the file; single precision to compute with
        tables = {model["name"]: Embedding(words, arrays[model["name"]].astype(np.float32)) for model in described}
    return {model["name"]: KnobModel(**model, table=tables[model["name"]]) for model in described}
