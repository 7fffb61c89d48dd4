"""Read the small data of the course, check it, and say clearly what is wrong where it is not as it should be."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
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


@dataclass(frozen=True)
class Town:
    """The town: a corpus whose meaning is known, because we planted it.

    Introduced in lesson 03.

    Attributes:
        sentences: about 30,000 short sentences, each a list of lower-case words.
        topics: the topic of each sentence ("kitchen", "river" ...).
        classes: the planted classes and their words. *bank*, *bill* and *jack* are in none: they have senses instead.
        class_features: the features that the words of a class have.
        features: what each feature means.
        senses: how often each sense of an ambiguous word is used.
        uses: for each ambiguous word, every use of it: (sentence number, position in it, sense), all from 0.
        never_meet: two words that never share a sentence, but keep the same company.
        always_meet: two words that never stand without each other.
        typos: two pairs of misspelt words; each pair was seen in one sentence alone.
    """

    sentences: list[list[str]]
    topics: list[str]
    classes: dict[str, tuple[str, ...]]
    class_features: dict[str, tuple[str, ...]]
    features: dict[str, str]
    senses: dict[str, dict[str, int]]
    uses: dict[str, list[tuple[int, int, str]]]
    never_meet: tuple[str, str]
    always_meet: tuple[str, str]
    typos: tuple[tuple[str, str], ...]

    @property
    def class_of(self) -> dict[str, str]:
        """The class of each planted word."""
        return {word: name for name, words in self.classes.items() for word in words}

    def words_with(self, feature: str) -> tuple[str, ...]:
        """Return the planted words that have a feature, the words of one class together.

        Raises:
            DataError: where no such feature was planted.

        >>> load_town().words_with("royal")[:3]
        ('king', 'prince', 'duke')
        """
        if feature not in self.features:
            raise DataError(f"No feature {feature!r} was planted in the town; there are: {', '.join(self.features)}.")
        return tuple(w for name, words in self.classes.items() if feature in self.class_features[name] for w in words)


def load_town(path: Path | None = None) -> Town:
    """Load the town and its key.

    Introduced in lesson 03.

    Args:
        path: the text, one sentence a line; the key `..._key.json` lies beside it.

    Raises:
        DataError: where text and key do not fit together.

    >>> town = load_town()
    >>> len(town.sentences), town.senses["bank"]
    (30000, {'bank.money': 720, 'bank.river': 480})
    """
    path = path or data_path("town.txt")
    key = json.loads(path.with_name(path.stem + "_key.json").read_text(encoding="utf-8"))
    sentences = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    town = Town(
        sentences=sentences,
        topics=[key["topics"][i] for i in key["sentence_topics"]],
        classes={name: tuple(words) for name, words in key["classes"].items()},
        class_features={name: tuple(features) for name, features in key["class_features"].items()},
        features=key["features"],
        senses=key["senses"],
        uses={word: [(s, p, sense) for s, p, sense in uses] for word, uses in key["uses"].items()},
        never_meet=tuple(key["never_meet"]),
        always_meet=tuple(key["always_meet"]),
        typos=tuple((a, b) for a, b in key["typos"]),
    )
    advice = f"{path.name} and its key do not fit together: make both again with `python tools/make_town.py`."
    if len(town.topics) != len(sentences):
        raise DataError(f"{len(sentences)} sentences, but {len(town.topics)} topics. {advice}")
    for word, uses in town.uses.items():
        for sentence, position, _ in uses:
            if sentence >= len(sentences) or sentences[sentence][position : position + 1] != [word]:
                raise DataError(f"No {word!r} at place {position} of sentence {sentence}. {advice}")
    return town


SENSE_COLUMNS = ("id", "lemma", "word", "occurrence", "sense", "split", "sentence")


@dataclass(frozen=True)
class SenseUse:
    """One sentence of `senses.csv` with one marked use of an ambiguous word.

    `word` is the form as it stands (*banks*), `lemma` the word as in a dictionary (*bank*), `occurrence` which one of
    that form is meant, from 0; `sense` is a name such as "bank.river"; `split` is "fit" or "test".
    """

    id: str
    lemma: str
    word: str
    occurrence: int
    sense: str
    split: str
    sentence: str


def load_senses(path: Path | None = None) -> tuple[SenseUse, ...]:
    """Load our sentences with ambiguous words, each use marked with its place and its sense.

    Introduced in lesson 09.

    Raises:
        DataError: where a column is missing, a split is unknown or a marked word does not stand in its sentence.

    >>> uses = load_senses()
    >>> len(uses), uses[0].lemma, uses[0].sense
    (1155, 'bank', 'bank.money')
    """
    path = path or data_path("senses.csv")
    uses = []
    for line, row in _rows_of(path, SENSE_COLUMNS):
        if row["split"] not in ("fit", "test"):
            raise DataError(f"{path.name}, line {line}: the split is {row['split']!r}; write fit or test.")
        if not row["occurrence"].isdigit():
            raise DataError(
                f"{path.name}, line {line}: occurrence is {row['occurrence']!r}; write 0 for the first one."
            )
        use = SenseUse(**{**row, "occurrence": int(row["occurrence"])})  # type: ignore[arg-type]
        if len(re.findall(rf"(?<!\w){re.escape(use.word)}(?!\w)", use.sentence)) <= use.occurrence:
            raise DataError(f"{path.name}, line {line}: no {use.word!r} number {use.occurrence} in {use.sentence!r}.")
        uses.append(use)
    return tuple(uses)


def _rows_of(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give line number and row of a CSV file that must have exactly these columns."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != tuple(columns):
            raise DataError(f"{path.name} should have the columns {', '.join(columns)}; get the file again.")
        for row in reader:
            if None in row or None in row.values():
                raise DataError(f"{path.name}, line {reader.line_num}: needs {len(columns)} cells. Quote commas.")
            yield reader.line_num, row
