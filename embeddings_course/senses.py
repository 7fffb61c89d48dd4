"""Which sense is meant? Tools for the vectors that a model gives to many uses of ambiguous words.

Lesson 09. All of them read an array of shape (n_uses, n_layers, d), as `Bert.word_vectors(..., layer="all")` gives it,
and the senses of the uses as names such as "bank.river": the part before the dot is the word. No number stands alone:
tagging comes beside the commonest sense, cosines beside those of unrelated uses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embeddings_course.chance import paired_difference
from embeddings_course.files.arrays import Bools, Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.vectors import normalise

Method = Literal["centroid", "neighbours"]


class SenseError(CourseError):
    """Vectors, senses or settings that do not fit together; the message says what to change."""


@checked
def lemma_of(sense: str) -> str:
    """Return the word of a sense name.

    Introduced in lesson 09.

    >>> lemma_of("bank.river")
    'bank'
    """
    return sense.partition(".")[0]


@checked
def sense_layer(n_layers: int) -> int:
    """Return the layer at which the course reads the vector of a word: two thirds of the way up.

    One choice for all models and lessons.

    Introduced in lesson 09.

    Args:
        n_layers: how many layers the model has, the lookup table (layer 0) not counted.

    >>> sense_layer(6), sense_layer(12)
    (4, 8)
    """
    return 2 * n_layers // 3


@dataclass(frozen=True)
class LayerChoice:
    """The layer with most right answers, and all layers that it beats by no more than luck would."""

    best: int
    ties: tuple[int, ...]


@checked
def choose_layer(right: ArrayLike) -> LayerChoice:
    """Choose the layer with most right answers on n uses, and name its ties (95 % interval of the paired difference).

    Choose on one half, then score the choice on the other: the best of many layers flatters itself.

    Introduced in lesson 09.

    Args:
        right: which answers are right, shape (n, layers).

    Raises:
        SenseError: where there are no answers, or they have another shape.

    >>> choose_layer([[0, 1, 1]] * 20 + [[0, 0, 1]])
    LayerChoice(best=2, ties=(1, 2))
    """
    scores = np.asarray(right, dtype=float)
    if scores.ndim != 2 or not scores.size:
        raise SenseError(f"Right or wrong, use by use and layer by layer, is needed; got the shape {scores.shape}.")
    best = int(scores.mean(axis=0).argmax())
    ties = [i for i in range(scores.shape[1]) if paired_difference(scores[:, best], scores[:, i]).low <= 0]
    return LayerChoice(best, tuple(ties))


# ---- Tagging -------------------------------------------------------------------------------------------------------


@checked
def nearest_centroid(fit: ArrayLike, senses: Sequence[str], uses: ArrayLike) -> NDArray[np.str_]:
    """Tag each use of one word with the sense whose mean vector is nearest by cosine, layer by layer.

    Every known use counts the same: its vector is scaled to length 1 before the mean is taken.

    Introduced in lesson 09. Reif et al. 2019.

    Args:
        fit: vectors of uses whose senses are known, shape (n, layers, d).
        senses: their n senses.
        uses: vectors to tag, shape (m, layers, d).

    Returns:
        sense names, shape (m, layers).

    Raises:
        SenseError: where shapes and senses do not fit together.

    >>> nearest_centroid([[[1.0, 0]], [[0, 1.0]]], ["bank.money", "bank.river"], [[[3.0, 1]]]).tolist()
    [['bank.money']]
    """
    fit, uses, names, which = _known(fit, senses, uses)
    centroids = normalise(np.stack([fit[which == i].mean(axis=0) for i in range(len(names))]))  # (senses, layers, d)
    return names[np.einsum("mld,sld->mls", uses, centroids).argmax(axis=-1)]


@checked
def nearest_uses(fit: ArrayLike, senses: Sequence[str], uses: ArrayLike, k: int = 5) -> NDArray[np.str_]:
    """Tag each use of one word by a vote of the k known uses that are nearest by cosine, layer by layer.

    Where two senses have as many votes, the one with the nearest single use wins.

    Introduced in lesson 09.

    Args:
        fit: vectors of uses whose senses are known, shape (n, layers, d).
        senses: their n senses.
        uses: vectors to tag, shape (m, layers, d).
        k: how many neighbours vote; where fewer uses are known, all of them vote.

    Returns:
        sense names, shape (m, layers).

    Raises:
        SenseError: where shapes, senses or k do not fit together.

    >>> known = [[[1.0, 0]], [[0.9, 0.1]], [[0, 1.0]]]
    >>> nearest_uses(known, ["bank.money", "bank.money", "bank.river"], [[[1.0, 1]]], k=3).tolist()
    [['bank.money']]
    """
    fit, uses, names, which = _known(fit, senses, uses)
    if k < 1:
        raise SenseError(f"k is the number of neighbours that vote, 1 or more, not {k}.")
    cosines = np.einsum("mld,nld->mln", uses, fit)
    voters = np.argsort(-cosines, axis=-1, kind="stable")[..., :k]  # (m, layers, k)
    nearest = np.take_along_axis(cosines, voters, axis=-1)
    scores = np.zeros((*cosines.shape[:2], len(names)))
    for i in range(len(names)):
        votes = which[voters] == i
        # a cosine spans 2, so a quarter of it settles a tie and never outweighs a vote
        scores[..., i] = votes.sum(axis=-1) + np.where(votes, nearest, -1).max(axis=-1) / 4
    return names[scores.argmax(axis=-1)]


@dataclass(frozen=True)
class TaggingScore:
    """The share of uses tagged right at each layer, shape (layers,), beside the share that needs no vector at all.

    `baseline` tags every use with the commonest known sense of its word. `right` says for each of the `total` tagged
    uses (rows) and each layer whether the tag was right; `tagged` says which rows of the input these uses were.
    """

    accuracy: Floats
    baseline: float
    total: int
    right: Bools = field(repr=False)
    tagged: Rows = field(repr=False)

    def __str__(self) -> str:
        layers = " ".join(f"{a:.2f}" for a in self.accuracy)
        return f"right at layer 0, 1, ...: {layers}; commonest sense {self.baseline:.2f}; {self.total} uses"


@checked
def tag_senses(
    vectors: ArrayLike, senses: Sequence[str], fit: ArrayLike, method: Method = "centroid", k: int = 5
) -> TaggingScore:
    """Learn the senses of every word from the `fit` uses, tag all other uses, and count what is right.

    A use is only ever compared with uses of the same word.

    Introduced in lesson 09.

    Args:
        vectors: shape (n, layers, d).
        senses: n senses.
        fit: n booleans: True for the uses to learn from.
        method: "centroid" (nearest mean) or "neighbours" (vote of the k nearest uses).
        k: for "neighbours".

    Raises:
        SenseError: where shapes do not fit, or a word to tag has no use to learn from.

    >>> table = [[[1.0, 0]], [[0, 1.0]], [[2.0, 1]], [[1.0, 2]]]
    >>> print(tag_senses(table, ["bank.money", "bank.river", "bank.money", "bank.river"], [True, True, False, False]))
    right at layer 0, 1, ...: 1.00; commonest sense 0.50; 2 uses
    """
    x, names = _uses(vectors, senses)
    known = np.asarray(fit, dtype=bool)
    if known.shape != (len(x),) or known.all() or not known.any():
        raise SenseError(f"fit needs {len(x)} booleans, some True (to learn from) and some False (to be tagged).")
    lemmas = np.array([lemma_of(s) for s in names])
    right = np.zeros(x.shape[:2], dtype=bool)
    common = np.zeros(len(x), dtype=bool)
    for lemma in dict.fromkeys(lemmas[~known]):
        learn, tag = np.flatnonzero((lemmas == lemma) & known), np.flatnonzero((lemmas == lemma) & ~known)
        if not len(learn):
            raise SenseError(f"{str(lemma)!r} has uses to tag but none to learn from. Mark some of them as fit.")
        tags = _tag(x[learn], names[learn], x[tag], method, k)
        right[tag] = tags == names[tag][:, None]
        common[tag] = names[tag] == commonest_sense(names[learn].tolist())
    return TaggingScore(
        right[~known].mean(axis=0),
        float(common[~known].mean()),
        int((~known).sum()),
        right[~known],
        np.flatnonzero(~known),
    )


@checked
def commonest_sense(senses: Sequence[str]) -> str:
    """Return the sense that occurs most often (the first by alphabet among equals).

    Introduced in lesson 09.

    Raises:
        SenseError: where there is no sense.

    >>> commonest_sense(["bank.river", "bank.money", "bank.money"])
    'bank.money'
    """
    if not len(senses):
        raise SenseError("No senses to count. Give at least one.")
    counts = Counter(str(s) for s in senses)
    return min(counts, key=lambda s: (-counts[s], s))


@dataclass(frozen=True)
class LearningCurve:
    """Accuracy against the number of known uses a sense: `accuracy` has shape (sizes, seeds, layers)."""

    sizes: tuple[int, ...]
    accuracy: Floats = field(repr=False)
    baseline: float

    @property
    def mean(self) -> Floats:
        """The mean over seeds, shape (sizes, layers)."""
        return self.accuracy.mean(axis=1)

    @property
    def spread(self) -> Floats:
        """The standard deviation over seeds, shape (sizes, layers); 0 for a single seed."""
        return self.accuracy.std(axis=1, ddof=1 if self.accuracy.shape[1] > 1 else 0)


@checked
def learning_curve(
    vectors: ArrayLike,
    senses: Sequence[str],
    fit: ArrayLike,
    sizes: Sequence[int] = (1, 3, 10, 25),
    seeds: Sequence[int] = tuple(range(20)),
    method: Method = "centroid",
    k: int = 5,
) -> LearningCurve:
    """Tag with 1, 3, 10, 25 known uses a sense, drawn anew for each seed from the `fit` uses.

    The uses to tag are always the same: all that are not `fit`. The baseline takes no sense for commoner than
    another, so it is chance: one over the number of senses of the word.

    Introduced in lesson 09.

    Args:
        vectors: shape (n, layers, d).
        senses: n senses.
        fit: n booleans: True for the uses to draw from.
        sizes: known uses a sense.
        seeds: one draw for each.
        method: as in `tag_senses`.
        k: as in `tag_senses`.

    Raises:
        SenseError: where a sense has fewer `fit` uses than the largest size.

    >>> table = np.array([[[1.0, 0]], [[2.0, 1]], [[0, 1.0]], [[1.0, 2]], [[3.0, 1]]])
    >>> senses = ["bank.money", "bank.money", "bank.river", "bank.river", "bank.money"]
    >>> learning_curve(table, senses, [True, True, True, True, False], sizes=(1, 2), seeds=(0, 1)).mean.tolist()
    [[1.0], [1.0]]
    """
    x, names = _uses(vectors, senses)
    known = np.asarray(fit, dtype=bool)
    pools = {s: np.flatnonzero(known & (names == s)) for s in dict.fromkeys(names)}
    short = {s: len(rows) for s, rows in pools.items() if len(rows) < max(sizes)}
    if short or min(sizes) < 1:
        raise SenseError(f"Cannot draw {max(sizes)} known uses of each sense; choose smaller sizes. Too few: {short}.")
    tag = np.flatnonzero(~known)
    accuracy = np.zeros((len(sizes), len(seeds), x.shape[1]))
    for j, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        drawn = {s: rng.permutation(rows) for s, rows in pools.items()}  # a larger draw contains the smaller one
        for i, size in enumerate(sizes):
            learn = np.concatenate([rows[:size] for rows in drawn.values()])
            rows = np.concatenate([learn, tag])
            accuracy[i, j] = tag_senses(x[rows], names[rows], np.arange(len(rows)) < len(learn), method, k).accuracy
    n_senses = Counter(lemma_of(s) for s in pools)
    return LearningCurve(tuple(sizes), accuracy, float(np.mean([1 / n_senses[lemma_of(s)] for s in names[tag]])))


# ---- Spread, gap, baseline -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SenseGap:
    """Mean cosines by layer, each of shape (layers,), -1 to 1.

    `within`: two uses of one sense; `between`: two senses of one word; `strangers`: uses of two different words.
    """

    within: Floats
    between: Floats
    strangers: Floats

    @property
    def gap(self) -> Floats:
        """How much nearer two uses of one sense are than two of different senses."""
        return self.within - self.between


@checked
def sense_gap(vectors: ArrayLike, senses: Sequence[str]) -> SenseGap:
    """Compare all pairs of uses: same sense, another sense of the same word, another word.

    Introduced in lesson 09.

    Args:
        vectors: shape (n, layers, d).
        senses: n senses, of two words or more, at least one of them with two senses.

    Raises:
        SenseError: where one of the three kinds of pairs does not occur.

    >>> gap = sense_gap([[[1.0, 0]], [[2.0, 0]], [[0, 1.0]], [[-1.0, 0]]], ["a.x", "a.x", "a.y", "b.z"])
    >>> gap.within.tolist(), gap.between.tolist(), gap.gap.tolist()
    ([1.0], [0.0], [1.0])
    """
    x, names = _uses(vectors, senses)
    lemmas = np.array([lemma_of(s) for s in names])
    pair = np.triu(np.ones((len(x), len(x)), dtype=bool), 1)
    same_sense, same_word = names[:, None] == names, lemmas[:, None] == lemmas
    kinds = {
        "two uses of one sense": pair & same_sense,
        "two senses of one word": pair & same_word & ~same_sense,
        "two words": pair & ~same_word,
    }
    for kind, chosen in kinds.items():
        if not chosen.any():
            raise SenseError(f"No pair of {kind} among these uses. Add some.")
    means = np.array(
        [[(x[:, layer] @ x[:, layer].T)[chosen].mean() for chosen in kinds.values()] for layer in range(x.shape[1])]
    )
    return SenseGap(*means.T)


@checked
def stranger_band(
    vectors: ArrayLike, senses: Sequence[str], share: float = 0.9, n: int = 2000, seed: int = 0
) -> Floats:
    """Return what cosine two uses of different words have: low end, mean and high end at each layer.

    A cosine means something only against this band.

    Introduced in lesson 09. Ethayarajh 2019.

    Args:
        vectors: shape (n_uses, layers, d).
        senses: n_uses senses, of two words or more.
        share: the share of pairs that lie inside the band, 0 to 1.
        n: how many random pairs.
        seed: of the draw.

    Returns:
        shape (layers, 3).

    Raises:
        SenseError: where all uses are of one word, or share or n are out of range.

    >>> stranger_band([[[1.0, 0]], [[0, 1.0]]], ["a.x", "b.y"]).tolist()
    [[0.0, 0.0, 0.0]]
    """
    x, names = _uses(vectors, senses)
    lemmas = np.array([lemma_of(s) for s in names])
    if len(set(lemmas)) < 2 or not 0 < share < 1 or n < 1:
        raise SenseError("The band needs uses of two words or more, a share between 0 and 1 and at least one pair.")
    first, second = np.nonzero(lemmas[:, None] != lemmas)
    drawn = np.random.default_rng(seed).integers(len(first), size=n)
    cosines = np.einsum("nld,nld->nl", x[first[drawn]], x[second[drawn]])
    low, high = np.quantile(cosines, [(1 - share) / 2, (1 + share) / 2], axis=0)
    return np.stack([low, cosines.mean(axis=0), high], axis=1)


@checked
def mean_pair_cosine(units: Floats) -> Floats:
    """Return the mean cosine of all pairs of n uses at each layer; units (n, layers, d) of length 1, n at least 2.

    Introduced in lesson 09.

    >>> mean_pair_cosine(np.array([[[1.0, 0.0]], [[0.0, 1.0]], [[1.0, 0.0]]])).round(2).tolist()
    [0.33]
    """
    n = len(units)
    # the sum over all pairs is the squared length of the summed vectors, less each with itself
    return np.asarray(((units.sum(axis=0) ** 2).sum(axis=-1) - (units**2).sum(axis=(0, 2))) / (n * (n - 1)))


@checked
def variance_shares(vectors: ArrayLike, senses: Sequence[str]) -> Floats:
    """Split the spread of all uses at each layer: between words, between senses of a word, within a sense.

    A model with one vector a word would give 1, 0, 0; one with a vector a sense 0 for the last.

    Introduced in lesson 09.

    Returns:
        shape (layers, 3); each row sums to 1.

    Raises:
        SenseError: where shapes do not fit or all vectors of a layer are equal.

    >>> variance_shares([[[1.0, 0]], [[1.0, 0]], [[0, 1.0]], [[0, 1.0]]], ["a.x", "a.x", "a.y", "a.y"]).tolist()
    [[0.0, 1.0, 0.0]]
    """
    x, names = _uses(vectors, senses, unit=False)
    lemmas = np.array([lemma_of(s) for s in names])
    of_word, of_sense = _group_means(x, lemmas), _group_means(x, names)
    parts = [of_word - x.mean(axis=0), of_sense - of_word, x - of_sense]
    sums = np.stack([(part**2).sum(axis=(0, 2)) for part in parts], axis=1)
    total = sums.sum(axis=1, keepdims=True)
    if not (total > 0).all():
        raise SenseError("All vectors of a layer are equal, so there is no spread to split.")
    return sums / total


@checked
def centre_layers(vectors: ArrayLike, fit: ArrayLike | None = None) -> Floats:
    """Move the mean of each layer to the origin; what all uses share no longer makes strangers look alike.

    Introduced in lesson 09.

    Args:
        vectors: shape (n, layers, d).
        fit: n booleans: whose mean to take (all uses if left out), so that test uses stay unseen.

    Raises:
        SenseError: where shapes do not fit.

    >>> centre_layers([[[1.0, 0]], [[3.0, 4.0]]]).tolist()
    [[[-1.0, -2.0]], [[1.0, 2.0]]]
    """
    x = _three_axes(vectors)
    chosen = np.ones(len(x), dtype=bool) if fit is None else np.asarray(fit, dtype=bool)
    if chosen.shape != (len(x),) or not chosen.any():
        raise SenseError(f"fit needs {len(x)} booleans, at least one of them True.")
    return x - x[chosen].mean(axis=0)


# ---- small helpers -------------------------------------------------------------------------------------------------


def _tag(fit: Floats, senses: NDArray[np.str_], uses: Floats, method: Method, k: int) -> NDArray[np.str_]:
    if method == "centroid":
        return nearest_centroid(fit, senses.tolist(), uses)
    if method == "neighbours":
        return nearest_uses(fit, senses.tolist(), uses, k)
    raise SenseError(f"method is 'centroid' or 'neighbours', not {method!r}.")


def _three_axes(vectors: ArrayLike) -> Floats:
    x = np.asarray(vectors)
    if x.ndim != 3 or not x.size:
        raise SenseError(f"Vectors of uses have the shape (uses, layers, numbers), not {x.shape}.")
    if not np.issubdtype(x.dtype, np.floating):
        x = x.astype(np.float64)
    if not np.isfinite(x).all():
        raise SenseError("The vectors hold numbers that are not finite (nan or inf). Find out where they came from.")
    return x


def _uses(vectors: ArrayLike, senses: Sequence[str], unit: bool = True) -> tuple[Floats, NDArray[np.str_]]:
    """Return the checked vectors, scaled to length 1 where `unit`, and the senses as an array."""
    x, names = _three_axes(vectors), np.array([str(s) for s in senses])
    if len(names) != len(x):
        raise SenseError(f"{len(x)} uses need {len(x)} senses, got {len(names)}.")
    return (normalise(x) if unit else x), names


def _known(fit: ArrayLike, senses: Sequence[str], uses: ArrayLike) -> tuple[Floats, Floats, NDArray[np.str_], Rows]:
    """Return known and new uses scaled to length 1, the sense names, and which name each known use has."""
    x, names = _uses(fit, senses)
    new = normalise(_three_axes(uses))
    if new.shape[1:] != x.shape[1:]:
        raise SenseError(f"Uses to tag have layers and numbers {new.shape[1:]}, the known ones {x.shape[1:]}.")
    different, which = np.unique(names, return_inverse=True)
    return x, new, different, which


def _group_means(x: Floats, groups: NDArray[np.str_]) -> Floats:
    """Return for each use the mean of its group, shape of x."""
    different, which = np.unique(groups, return_inverse=True)
    return np.stack([x[which == i].mean(axis=0) for i in range(len(different))])[which]
