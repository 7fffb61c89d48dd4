"""What was recorded for the live bank: where MiniLM puts held-out sentences, and what moves word by word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.files.data.senses import SenseUse, load_senses
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path


@dataclass(frozen=True)
class Mark:
    """A sentence whose *bank* stands somewhere between river (side below 0) and money (above 0).

    Args:
        side: in spreads of uses of other words, as in `load_landscape`.
        far: 1 less the cosine to the most alike of the known uses, of either sense.
        sense: "money" or "river".
        sentence: the sentence.
    """

    side: float
    far: float
    sense: str
    sentence: str


@dataclass(frozen=True)
class Step:
    """One more word, and where each *bank* of the sentence so far stands then.

    Args:
        word: the word.
        places: for each *bank* (side, far), as in `Mark`.
        near: for each *bank* the most alike of the known sentences (those of `load_senses` for fitting).
    """

    word: str
    places: tuple[tuple[float, float], ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class LiveBankData:
    """What the live bank knows before any model is loaded.

    Args:
        marks: the 26 held-out sentences of `load_senses`.
        edge: farther than this from every other known use stand 5 in 100 of the known uses.
        sentences: prepared sentences: what stands on the button, and one step for each word.
        pairs: four sentences to pair, by their names.
        pair_places: a flat map of their banks, shape (4, 2).
        alike: the cosine of each *bank* to each, shape (4, 4).
    """

    marks: tuple[Mark, ...]
    edge: float
    sentences: tuple[tuple[str, tuple[Step, ...]], ...]
    pairs: Mapping[str, str]
    pair_places: Floats = field(repr=False)
    alike: Floats = field(repr=False)


def load_live_bank(path: Path | None = None) -> LiveBankData:
    """Load what was recorded for the live bank; no model is needed.

    Introduced in lesson 00.

    Raises:
        DataError: where the file cannot be read or names a sentence that is not there.

    >>> bank = load_live_bank()
    >>> len(bank.marks), bank.sentences[0][0], [step.word for step in bank.sentences[0][1]]
    (26, 'of the river', ['the', 'bank', 'of', 'the', 'river'])
    """
    path = path or data_path("live_bank.json")
    uses = {use.id: use for use in load_senses()}
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        marks = tuple(
            Mark(side, far, uses[name].sense.partition(".")[2], uses[name].sentence)
            for name, side, far in saved["marks"]
        )
        sentences = tuple((label, tuple(_step(step, uses) for step in steps)) for label, steps in saved["sentences"])
        pairs = {name: text for name, text, *_ in saved["pairs"]}
        numbers = np.array([row for _, _, *row in saved["pairs"]], dtype=float)  # (4, 2 + 4)
        return LiveBankData(marks, float(saved["edge"]), sentences, pairs, numbers[:, :2], numbers[:, 2:])
    except (OSError, KeyError, TypeError, ValueError) as error:
        make = "Get the file again, or make it: python tools/data/make_live_bank.py"
        raise DataError(f"{path.name} cannot be read, or has no such part ({error}). {make}") from None


def _step(saved: list[Any], uses: Mapping[str, SenseUse]) -> Step:
    word, places, near = saved
    return Step(word, tuple((side, far) for side, far in places), tuple(uses[name].sentence for name in near))
