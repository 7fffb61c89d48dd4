"""The cartoon: words with hand-made features, facts about words, the three sentences, and what BERT said of them."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from embeddings_course.files.arrays import Floats, Ints
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path
from embeddings_course.files.table import Embedding


@checked
def load_features(path: Path | None = None) -> Embedding:
    """Load the cartoon table: words, and for each a handful of hand-made features from 0 to 1.

    Introduced in lesson 01.

    Raises:
        DataError: where a row has a missing, non-numeric or out-of-range number; the message names the line.

    >>> table = load_features()
    >>> table.columns[:3]
    ('person', 'money', 'water')
    >>> float(table["river"][table.columns.index("water")])
    1.0
    """
    path = path or data_path("features.csv")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row]
    words, values = [], []
    for line, (word, *cells) in enumerate(rows, start=2):
        if len(cells) != len(header) - 1:
            raise DataError(f"{path.name}, line {line}: {word!r} has {len(cells)} numbers, needs {len(header) - 1}.")
        words.append(word)
        values.append([share(cell, f"{path.name}, line {line}") for cell in cells])
    try:
        return Embedding(words, np.array(values), columns=header[1:])
    except ValueError as error:
        raise DataError(f"{path.name}: {error}") from None


def share(cell: str, where: str) -> float:
    """Read a number from 0 to 1; `where` is said where it is none.

    >>> share("0.25", "line 2")
    0.25
    """
    try:
        value = float(cell)
    except ValueError:
        raise DataError(f"{where}: {cell!r} is not a number. Write one from 0 to 1, such as 0.5.") from None
    if not 0 <= value <= 1:
        raise DataError(f"{where}: {cell} is outside 0 to 1.")
    return value


@dataclass(frozen=True)
class MarkedUse:
    """One use of an ambiguous word: the form as it stands, its lemma, which occurrence (from 0), and the sense."""

    word: str
    lemma: str
    occurrence: int
    sense: str


@dataclass(frozen=True)
class Sentence:
    """A sentence and the marked uses of its ambiguous words."""

    text: str
    uses: tuple[MarkedUse, ...]


@checked
def load_sentences(path: Path | None = None) -> tuple[Sentence, ...]:
    """Load the three sentences of the essay, with the sense of each *bank*, *bill* and *jack* in them.

    Introduced in lesson 00.

    Raises:
        DataError: where a marked word does not stand in its sentence as often as claimed.

    >>> [sentence.text.split()[0] for sentence in load_sentences()]
    ['jack', 'bill', 'the']
    """
    path = path or data_path("sentences.json")
    sentences = tuple(
        Sentence(entry["text"], tuple(MarkedUse(**use) for use in entry["uses"]))
        for entry in json.loads(path.read_text(encoding="utf-8"))["sentences"]
    )
    for sentence in sentences:
        for use in sentence.uses:
            if sentence.text.split().count(use.word) <= use.occurrence:
                raise DataError(f"{path.name}: no {use.word!r} number {use.occurrence} in {sentence.text!r}.")
    return sentences


@dataclass(frozen=True)
class WhichBankData:
    """What a model read in the prepared sentences of the view *which bank?*, so that it shows without the model.

    n_texts sentences of n_tokens pieces in all; `start[i]` to `start[i + 1]` are the pieces of sentence i.
    `spans` says which characters of its sentence a piece covers. `vectors` has the shape (n_tokens, layers, d),
    `centroids` (senses, layers, d), `strangers` (layers, 3): low end, mean and high end of random pairs.
    """

    texts: tuple[str, ...]
    start: Ints
    tokens: tuple[str, ...]
    spans: Ints
    vectors: Floats
    senses: tuple[str, ...]
    centroids: Floats
    strangers: Floats


@checked
def load_which_bank(path: Path | None = None, model: str = "minilm") -> WhichBankData:
    """Load what a model ("minilm" or "mpnet") read in the prepared sentences of the view *which bank?*.

    Introduced in lesson 00.

    Raises:
        DataError: where the file is not the one that tools/data/make_which_bank_cache.py makes.

    >>> load_which_bank().texts[0]
    'jack stole hundreds of bills from the bank'
    >>> load_which_bank(model="mpnet").centroids.shape  # senses, layers, numbers
    (30, 13, 768)
    """
    path = path or data_path("which_bank.npz" if model == "minilm" else f"which_bank_{model}.npz")
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            parts = {name: file[name] for name in WhichBankData.__dataclass_fields__}
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read ({error}). Get the file again: git checkout data.") from None
    for name in ("texts", "tokens", "senses"):
        parts[name] = tuple(str(text) for text in parts[name])
    for name in ("vectors", "centroids", "strangers"):
        parts[name] = parts[name].astype(np.float32)
    return WhichBankData(**parts)


@checked
def load_facts(path: Path | None = None) -> dict[str, dict[str, float]]:
    """Load plain facts about twenty words, in whatever unit each fact has: {word: {fact: number}}.

    Raw material for the features that a learner builds. Introduced in lesson 01.

    Raises:
        DataError: where a cell is no number or a row has another length than the header; the message names the line.

    >>> load_facts()["coin"]["size in metres"]
    0.02
    """
    path = path or data_path("facts.csv")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row]
    facts = {}
    for line, (word, *cells) in enumerate(rows, start=2):
        try:
            facts[word] = {name: float(cell) for name, cell in zip(header[1:], cells, strict=True)}
        except ValueError:
            raise DataError(f"{path.name}, line {line}: {word!r} needs {len(header) - 1} numbers.") from None
    return facts
