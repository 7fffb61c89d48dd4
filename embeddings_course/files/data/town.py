"""The town: the corpus whose meaning we planted, its maps, and how a small BERT learned it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files.checks import checked
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import beside, data_path


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

    @checked
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


@checked
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
    key = json.loads(beside(path, path.stem + "_key.json").read_text(encoding="utf-8"))
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
    advice = f"{path.name} and its key do not fit together: make both again with `python tools/data/make_town.py`."
    if len(town.topics) != len(sentences):
        raise DataError(f"{len(sentences)} sentences, but {len(town.topics)} topics. {advice}")
    for word, uses in town.uses.items():
        for sentence, position, _ in uses:
            if sentence >= len(sentences) or sentences[sentence][position : position + 1] != [word]:
                raise DataError(f"No {word!r} at place {position} of sentence {sentence}. {advice}")
    return town


@dataclass(frozen=True)
class TownMaps:
    """Flat maps of some words of the town, drawn by t-SNE from several random starts.

    Introduced in lesson 04.

    Attributes:
        words: the words on the maps.
        tsne: for each seed the places of the words, shape (n_words, 2).
    """

    words: tuple[str, ...]
    tsne: dict[int, NDArray[np.float64]]


@checked
def load_town_maps(path: Path | None = None) -> TownMaps:
    """Load the t-SNE maps of the town.

    Introduced in lesson 04.

    Raises:
        DataError: where a map does not have one place for each word.

    >>> maps = load_town_maps()
    >>> "bank" in maps.words, sorted(maps.tsne)
    (True, [0, 1, 2, 3, 4])
    """
    path = path or data_path("town_maps.json")
    key = json.loads(path.read_text(encoding="utf-8"))
    maps = TownMaps(tuple(key["words"]), {int(seed): np.array(points) for seed, points in key["tsne"].items()})
    for seed, points in maps.tsne.items():
        if points.shape != (len(maps.words), 2):
            raise DataError(
                f"{path.name}: map {seed} has shape {points.shape} for {len(maps.words)} words. "
                "Make it again with `python tools/data/make_town_maps.py`."
            )
    return maps


@dataclass(frozen=True)
class TownGrowth:
    """How the small BERT of the town learned, checkpoint by checkpoint.

    Introduced in lesson 09.

    Attributes:
        steps: after how many steps of training each checkpoint was kept.
        losses: the loss on held-out sentences then, in nats for one hidden piece.
        sentences: held-out sentences of the town with one *bank* each.
        senses: the sense of *bank* in each ("money" or "river"); the model never saw these.
        layer: the layer that `vectors` are from.
        vectors: *bank* in each sentence at each checkpoint, shape (n_steps, n_sentences, hidden).
        right: share of the sentences whose sense the nearest centroid finds, shape (n_steps, layers + 1).
        masked: sentences with one [MASK].
        hidden: the word that stood there.
        guesses: for each checkpoint and masked sentence the likeliest pieces with their probabilities.
    """

    steps: tuple[int, ...]
    losses: tuple[float, ...]
    sentences: tuple[str, ...]
    senses: tuple[str, ...]
    layer: int
    vectors: NDArray[np.float64]
    right: NDArray[np.float64]
    masked: tuple[str, ...]
    hidden: tuple[str, ...]
    guesses: tuple[tuple[tuple[tuple[str, float], ...], ...], ...]


@checked
def load_town_growth(path: Path | None = None) -> TownGrowth:
    """Load what was recorded while the BERT of the town was trained.

    Introduced in lesson 09.

    Raises:
        DataError: where the parts of the file do not fit one another.

    >>> growth = load_town_growth()
    >>> growth.steps[0], growth.vectors.shape[:2] == (len(growth.steps), len(growth.sentences))
    (0, True)
    """
    path = path or data_path("town_growth.npz")
    with np.load(path, allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files}
    n = len(kept["steps"])
    if any(len(kept[name]) != n for name in ("losses", "vectors", "right", "guesses", "chances")) or (
        kept["vectors"].shape[1] != len(kept["sentences"]) or len(kept["senses"]) != len(kept["sentences"])
    ):
        raise DataError(f"{path.name}: its parts differ in length. Make it again: tools/data/make_town_growth.py.")
    guesses = tuple(
        tuple(
            tuple((str(piece), float(chance)) for piece, chance in zip(pieces, chances, strict=True))
            for pieces, chances in zip(*step, strict=True)
        )
        for step in zip(kept["guesses"], kept["chances"], strict=True)
    )
    words = {name: tuple(map(str, kept[name])) for name in ("sentences", "senses", "masked", "hidden")}
    return TownGrowth(
        steps=tuple(map(int, kept["steps"])),
        losses=tuple(map(float, kept["losses"])),
        layer=int(kept["layer"]),
        vectors=kept["vectors"].astype(float),
        right=kept["right"].astype(float),
        guesses=guesses,
        **words,
    )
