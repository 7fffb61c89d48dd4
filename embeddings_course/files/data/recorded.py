"""What was recorded of our models: which sense each layer names, and where the uses of our three words lie in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files.arrays import Bools, Floats
from embeddings_course.files.checks import checked
from embeddings_course.files.data.nouns import load_nouns
from embeddings_course.files.data.senses import SenseUse, load_senses
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path

RECORDED_MODELS = ("minilm", "mpnet", "mpnet-384")
"""MiniLM, MPNet, and MPNet turned at random and cut to the width of MiniLM: so that width is tested apart."""

MAKE = "Get the file again, or make it: python tools/data/record_models.py"


@dataclass(frozen=True)
class Answers:
    """Which sense a model named for each of n uses, layer by layer; the nearest centroid of its word answered.

    Args:
        model: "town" (on sentences of the town), "minilm", "mpnet" or "mpnet-384".
        way: how it was read; see `load_answers`.
        truth: the n senses.
        fit: n booleans: True where the use is of the half for fitting (it was left out when its own turn came).
        said: the sense that was named, shape (n, layers).
    """

    model: str
    way: str
    truth: NDArray[np.str_] = field(repr=False)
    fit: Bools = field(repr=False)
    said: NDArray[np.str_] = field(repr=False)

    @property
    def right(self) -> Bools:
        """Which answers are right, shape (n, layers)."""
        right: Bools = self.said == self.truth[:, None]
        return right


@checked
def load_answers(model: str = "minilm", way: str = "plain", path: Path | None = None) -> Answers:
    """Load which sense a model named for each use, as tools/data/record_models.py asked it: no model is needed.

    Ways: "plain"; "centred" (each layer); "four" (the mean of the last four layers, as one); "shuffled" (at the layer
    of the course, 20 times, after the labels for fitting were dealt anew: what is right then is luck). Of MiniLM
    also, each half judged by the other: "alone", and with two more sentences behind each: "other" (on other things),
    "topic" (on the same thing, without the word), "repeat" (with the word in its sense), "against" (in another sense).
    "nouns" and "nouns shuffled": person, place or thing for each noun of `load_nouns`; half "first" counts as `fit`,
    and each half was judged by the other, whose nouns it never has.

    Introduced in lesson 09.

    Args:
        model: "town", "minilm", "mpnet" or "mpnet-384".
        way: how the uses were read.
        path: another file.

    Raises:
        DataError: where the file cannot be read, or nothing of the kind was recorded.

    >>> found = load_answers("mpnet")
    >>> found.said.shape, int(found.right[~found.fit, 8].sum()), int((~found.fit).sum())
    ((1155, 13), 348, 375)
    """
    names, said = _parts(path or data_path("answers.npz"), ["names", f"{model} {way}"])
    if model == "town":
        truth, fit = _parts(path or data_path("answers.npz"), ["town truth", "town fit"])
        truth = names[truth]
    elif way.startswith("nouns"):
        nouns = load_nouns()
        truth, fit = np.array([n.kind for n in nouns]), np.array([n.split == "first" for n in nouns])
    else:
        (ids,) = _parts(path or data_path("answers.npz"), ["ids"])
        uses = _uses_of(ids)
        truth, fit = np.array([u.sense for u in uses]), np.array([u.split == "fit" for u in uses])
    if len(said) != len(truth):
        raise DataError(f"{len(said)} answers were recorded for {len(truth)} uses. {MAKE}")
    return Answers(model, way, truth, fit, names[said])


@dataclass(frozen=True)
class Gaps:
    """Cosines of pairs of uses at each layer, each of shape (layers,): so far above strangers, in their spreads.

    Cosines of two models are never compared; how many spreads above its own strangers a pair lies may be.

    Args:
        model: "minilm", "mpnet" or "mpnet-384".
        within: mean of two uses of one sense.
        between: mean of two senses of one word.
        strangers: mean of uses of two words.
        spread: the standard deviation of the strangers.
    """

    model: str
    within: Floats
    between: Floats
    strangers: Floats
    spread: Floats

    @property
    def gap(self) -> Floats:
        """How much nearer one sense is than two, in spreads of strangers."""
        gap: Floats = (self.within - self.between) / self.spread
        return gap


@checked
def load_gaps(model: str = "minilm", path: Path | None = None) -> Gaps:
    """Load how far pairs of one sense, and of two, lie above strangers in a model.

    Introduced in lesson 09.

    Raises:
        DataError: where the file cannot be read or the model was not recorded.

    >>> [round(float(load_gaps(model).gap[layer]), 1) for model, layer in [("minilm", 4), ("mpnet", 8)]]
    [0.5, 1.7]
    """
    (gaps,) = _parts(path or data_path("atlas.npz"), [f"gaps {model}"])
    return Gaps(model, *gaps.T)


@dataclass(frozen=True)
class Atlas:
    """Where the uses of one word lie in one model: 16 axes that are the same at every layer.

    Args:
        model: "minilm", "mpnet" or "mpnet-384".
        word: the word.
        uses: n sentences with the word marked, and its sense.
        places: shape (n, layers, 16), each layer centred; the first two axes are the flat map.
        shares: how much of all the spread (over layers, too) each axis holds.
        axes: shape (16, d), and
        middle: of each layer, shape (layers, d): the way to the map for a new sentence; MiniLM's alone are kept.
    """

    model: str
    word: str
    uses: tuple[SenseUse, ...]
    places: Floats = field(repr=False)
    shares: tuple[float, ...] = field(repr=False)
    axes: Floats | None = field(default=None, repr=False)
    middle: Floats | None = field(default=None, repr=False)

    def place(self, vectors: Floats) -> Floats:
        """Return where another use lies, shape (layers, 16), from its vectors at every layer, shape (layers, d).

        Raises:
            DataError: for a model whose axes were not kept.

        >>> atlas = load_atlas("bank", "minilm")
        >>> atlas.place(np.ones((7, 384))).shape
        (7, 16)
        """
        if self.axes is None or self.middle is None:
            raise DataError(f"New sentences can be placed on the map of MiniLM alone, not on that of {self.model}.")
        units = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
        places: Floats = (units - self.middle) @ self.axes.T
        return places


@checked
def load_atlas(word: str = "bank", model: str = "mpnet", path: Path | None = None) -> Atlas:
    """Load where the uses of *bank*, *bill* or *jack* lie in a model.

    Introduced in lesson 09.

    Raises:
        DataError: where the file cannot be read, or word or model were not recorded.

    >>> load_atlas("bank", "mpnet").places.shape
    (78, 13, 16)
    """
    names = [f"uses {word}", f"places {model} {word}", f"shares {model} {word}"]
    ways = [f"axes {word}", f"middle {word}"] if model == "minilm" else []
    ids, places, shares, *way = _parts(path or data_path("atlas.npz"), names + ways)
    known, kept = _uses_of(ids, len(places)), tuple(float(x) for x in shares)
    return Atlas(model, word, known, places.astype(np.float32), kept, *(part.astype(np.float32) for part in way))


@dataclass(frozen=True)
class Landscape:
    """Where each use of *bank* stands between river (below 0) and money (above 0), layer by layer.

    Args:
        model: "minilm", "mpnet" or "mpnet-384".
        uses: the n sentences.
        places: shape (n, layers). The unit is the spread of uses of *other* words on the same way, so that models can
            be compared; the way leads from one centroid of the sentences for fitting to the other.
        middle: for each layer, where half way lies, as a dot product of a unit vector with the way.
        unit: for each layer, one unit of `places`, in the same numbers.
    """

    model: str
    uses: tuple[SenseUse, ...]
    places: Floats = field(repr=False)
    middle: Floats = field(repr=False)
    unit: Floats = field(repr=False)


@checked
def load_landscape(model: str = "mpnet", path: Path | None = None) -> Landscape:
    """Load where each use of *bank* stands between river and money in a model, layer by layer.

    Introduced in lesson 09.

    Raises:
        DataError: where the file cannot be read or the model was not recorded.

    >>> bank = load_landscape("mpnet")
    >>> money = [use.sense == "bank.money" for use in bank.uses]
    >>> bank.places.shape, int(((bank.places[:, 8] > 0) == money).sum())
    ((78, 13), 73)
    """
    ids, places, scale = _parts(path or data_path("atlas.npz"), ["uses bank", f"landscape {model}", f"scale {model}"])
    return Landscape(model, _uses_of(ids, len(places)), places.astype(np.float32), scale[:, 0], scale[:, 1])


def _parts(path: Path, names: list[str]) -> list[NDArray[Any]]:
    changed = path.stat().st_mtime_ns if path.is_file() else None
    return [part.copy() for part in _read_parts(path, changed, tuple(names))]


@lru_cache(maxsize=16)
def _read_parts(path: Path, changed: int | None, names: tuple[str, ...]) -> list[NDArray[Any]]:
    """Read the parts, once: views ask for them at every step."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return [file[name] for name in names]
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read, or has no such part ({error}). {MAKE}") from None


def _uses_of(ids: NDArray[Any], n: int | None = None) -> tuple[SenseUse, ...]:
    known = {use.id: use for use in load_senses()}
    missing = [str(name) for name in ids if str(name) not in known]
    if missing:
        raise DataError(f"senses.csv has no use {missing[0]!r}, but the recorded file does. {MAKE}")
    if n is not None and n != len(ids):
        raise DataError(f"What was recorded of our uses has parts of different lengths. {MAKE}")
    return tuple(known[str(name)] for name in ids)
