"""Read the small data of the course, check it, and say clearly what is wrong where it is not as it should be."""

from __future__ import annotations

import csv
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings_course.table import Embedding


class DataError(ValueError):
    """A data file is missing or not as it should be; the message says what to do."""


def data_path(name: str) -> Path:
    """Return where the data file `name` lies: in the course's `data/`, or in the folder EMBEDDINGS_COURSE_DATA.

    Raises:
        DataError: where there is no such file.

    >>> data_path("features.csv").name
    'features.csv'
    """
    folder = Path(os.environ.get("EMBEDDINGS_COURSE_DATA") or Path(__file__).resolve().parent.parent / "data")
    path = folder / name
    if not path.exists():
        raise DataError(
            f"The data file {name} is missing. It belongs in the folder data/ of the course: "
            "get the course again (git checkout data), or point EMBEDDINGS_COURSE_DATA at the folder that has it."
        )
    return path


def user_folder() -> Path:
    """Return the folder for what the course keeps for this user (models, progress); it may not exist yet.

    EMBEDDINGS_COURSE_HOME names it; else it is the platform's usual place for a program's data.
    """
    chosen = os.environ.get("EMBEDDINGS_COURSE_HOME")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "embeddings-course"


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
        values.append([_share(cell, f"{path.name}, line {line}") for cell in cells])
    try:
        return Embedding(words, np.array(values), columns=header[1:])
    except ValueError as error:
        raise DataError(f"{path.name}: {error}") from None


def _share(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise DataError(f"{where}: {cell!r} is not a number. Write one from 0 to 1, such as 0.5.") from None
    if not 0 <= value <= 1:
        raise DataError(f"{where}: {cell} is outside 0 to 1.")
    return value


@dataclass(frozen=True)
class Use:
    """One use of an ambiguous word: the form as it stands, its lemma, which occurrence (from 0), and the sense."""

    word: str
    lemma: str
    occurrence: int
    sense: str


@dataclass(frozen=True)
class Sentence:
    """A sentence and the marked uses of its ambiguous words."""

    text: str
    uses: tuple[Use, ...]


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
        Sentence(entry["text"], tuple(Use(**use) for use in entry["uses"]))
        for entry in json.loads(path.read_text(encoding="utf-8"))["sentences"]
    )
    for sentence in sentences:
        for use in sentence.uses:
            if sentence.text.split().count(use.word) <= use.occurrence:
                raise DataError(f"{path.name}: no {use.word!r} number {use.occurrence} in {sentence.text!r}.")
    return sentences
