"""Sentences with marked senses of ambiguous words, and how well a BERT tells them apart."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from embeddings_course.files.checks import checked
from embeddings_course.files.data.rows import rows_of
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path

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


@checked
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
    return _senses(path, path.stat().st_mtime_ns if path.is_file() else None)


@lru_cache(maxsize=2)
def _senses(path: Path, changed: int | None) -> tuple[SenseUse, ...]:
    """Read the file, once: views ask for it at every step, and it takes 40 milliseconds."""
    uses = []
    for line, row in rows_of(path, SENSE_COLUMNS):
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


@dataclass(frozen=True)
class SenseScores:
    """How well one model tells the senses of `senses.csv` apart, measured once over all thirteen words.

    Tuples by layer, layer 0 first. `centroid` and `neighbours`: share of test uses tagged right; `commonest` and `bag`
    need no model (the commonest sense; a bag of the other content words). `within`, `between`, `strangers`: mean
    cosine of two uses of one sense, of two senses of one word, of two words. `words`, `senses`, `rest`: shares of the
    spread of all vectors. `curve`: examples a sense -> centroid accuracy, mean of 20 draws. `uses`: how many.
    """

    model: str
    uses: int
    commonest: float
    bag: float
    centroid: tuple[float, ...]
    neighbours: tuple[float, ...]
    within: tuple[float, ...]
    between: tuple[float, ...]
    strangers: tuple[float, ...]
    words: tuple[float, ...]
    senses: tuple[float, ...]
    rest: tuple[float, ...]
    curve: dict[int, tuple[float, ...]]


@checked
def load_sense_scores(model: str = "minilm", path: Path | None = None) -> SenseScores:
    """Load how well a model tells the senses of our sentences apart, as tools/data/record_senses.py measured it.

    Introduced in lesson 09.

    Raises:
        DataError: where the file cannot be read or the model was not measured.

    >>> load_sense_scores().uses
    375
    """
    path = path or data_path("sense_scores.json")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))[model]
        parts: dict[str, Any] = {name: tuple(x) if isinstance(x, list) else x for name, x in kept.items()}
        parts["curve"] = {int(size): tuple(values) for size, values in kept["curve"].items()}
        return SenseScores(model=model, **parts)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path.name} has no scores of {model!r} ({error}). Get the file again, or measure them: "
            "tools/data/record_senses.py does that."
        ) from None
