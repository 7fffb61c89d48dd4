"""The shelf and the book: does a search find the topic, and does it know two opposite texts on it apart?

The unit is the mirrored pair: two opposite questions, two passages, and right only where both questions find their own
passage, so that a coin gets one in four. Lesson 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Bools, Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.data import load_mirror_vectors, load_mirrors
from embeddings_course.files.errors import CourseError
from embeddings_course.search import count_encoder
from embeddings_course.vectors import normalise

MIRROR_WAYS = ("counts", "MiniLM", "MPNet")


@checked
def mirror_rows(way: str) -> tuple[Floats, Floats]:
    """Return the rows of the questions and of the passages of all mirrored pairs, each of shape (90, 2, d).

    Introduced in lesson 12.

    Raises:
        CourseError: where there is no such way.

    >>> [rows.shape for rows in mirror_rows("MiniLM")]
    [(90, 2, 384), (90, 2, 384)]
    """
    if way not in MIRROR_WAYS:
        raise CourseError(f"There is no such way. Choose: {', '.join(MIRROR_WAYS)}.")
    if way == "counts":
        texts = [text for mirror in load_mirrors() for text in mirror.texts]
        told = [text for mirror in load_mirrors() for text in mirror.texts[2:]]
        rows = count_encoder(told)(texts).reshape(len(texts) // 4, 4, -1)
    else:
        rows = load_mirror_vectors(way.lower())
    return rows[:, :2], rows[:, 2:]


@checked
def pair_scores(questions: ArrayLike, passages: ArrayLike) -> Floats:
    """Return the cosine of each question of a pair to each passage of the same pair, shape (n, 2, 2).

    Introduced in lesson 12.

    Args:
        questions: two rows a pair, shape (n, 2, d).
        passages: two rows a pair, in the same order.

    >>> pair_scores([[[1, 0], [0, 1]]], [[[2, 0], [0, 3]]]).tolist()
    [[[1.0, 0.0], [0.0, 1.0]]]
    """
    asked, told = (normalise(np.asarray(x, dtype=float)) for x in (questions, passages))
    return np.asarray(asked @ told.transpose(0, 2, 1))


@checked
def both_right(scores: Floats) -> Bools:
    """Return for each pair whether both questions score higher with their own passage; a tie is wrong. Shape (n,).

    Introduced in lesson 12.

    >>> both_right(np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.9, 0.1], [0.8, 0.2]]])).tolist()
    [True, False]
    """
    return np.asarray((scores[:, 0, 0] > scores[:, 0, 1]) & (scores[:, 1, 1] > scores[:, 1, 0]))


@checked
def same_passage_twice(scores: Floats) -> Bools:
    """Return for each pair whether two opposite questions find the same passage, shape (n,). A coin does so in half.

    A question that has no preference counts as taking the second passage.

    Introduced in lesson 12.

    >>> same_passage_twice(np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.9, 0.1], [0.8, 0.2]]])).tolist()
    [False, True]
    """
    first = scores[:, :, 0] > scores[:, :, 1]
    return np.asarray(first[:, 0] == first[:, 1])


@checked
def next_of_kind(kinds: Sequence[str]) -> Rows:
    """Return for each pair the place of the next one of its kind, round and round: where its decoy comes from.

    >>> next_of_kind(["roles", "numbers", "roles"]).tolist()
    [2, 1, 0]
    """
    names = np.asarray(kinds)
    following = np.arange(len(names))
    for kind in np.unique(names):
        rows = np.flatnonzero(names == kind)
        following[rows] = np.roll(rows, -1)
    return following


@checked
def topic_scores(questions: ArrayLike, passages: ArrayLike, kinds: Sequence[str]) -> Floats:
    """Return `pair_scores` with a decoy on another matter: in the place of the opposite passage stands the next pair's.

    Each question has its own decoy then: the passage that answers the same side of the next pair of the same kind.

    Introduced in lesson 12.

    >>> rows = np.eye(4).reshape(2, 2, 4)
    >>> topic_scores(rows, rows, ["roles", "roles"])[0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    passages = np.asarray(passages, dtype=float)
    scores = pair_scores(questions, passages)
    other = np.diagonal(pair_scores(questions, passages[next_of_kind(kinds)]), axis1=1, axis2=2)
    scores[:, 0, 1], scores[:, 1, 0] = other.T
    return scores


@checked
def topic_right(questions: ArrayLike, passages: ArrayLike, kinds: Sequence[str]) -> Bools:
    """Return `both_right` against a decoy on another matter: the passage of the next pair of the same kind.

    Same questions, same answers, same coin (one in four); only the decoy is off topic.

    Introduced in lesson 12.

    >>> rows = np.eye(4).reshape(2, 2, 4)
    >>> topic_right(rows, rows, ["roles", "roles"]).tolist()
    [True, True]
    """
    return both_right(topic_scores(questions, passages, kinds))


@checked
def leanings(scores: Floats) -> Rows:
    """Return to what each question of a pair leans: 1 to its own passage, -1 to the rival, 0 to neither; shape (n, 2).

    >>> leanings(np.array([[[0.9, 0.1], [0.8, 0.2]], [[0.0, 0.0], [0.1, 0.2]]])).tolist()
    [[1, -1], [0, 1]]
    """
    own = np.stack([scores[:, 0, 0] - scores[:, 0, 1], scores[:, 1, 1] - scores[:, 1, 0]], axis=1)
    return np.sign(own).astype(np.intp)


@checked
def trained_ruler(
    questions: ArrayLike, passages: ArrayLike, kinds: Sequence[str], *, shuffle: bool = False, repeats: int = 10
) -> Floats:
    """Keep the rows, train the ruler: for each pair, the share of splits in which both directions come out right.

    The ruler is one weight for each number of q * p and of |q - p| (a logistic regression, C = 0.01); weights on q or p
    alone would push one question's answer and pull the other's, and cancel over a pair. Each pair is tested by a ruler
    that was trained on the pairs of the other four fifths, of all kinds.

    Introduced in lesson 12.

    Args:
        questions: two rows a pair, shape (n, 2, d).
        passages: likewise.
        kinds: each fifth gets its share of each.
        shuffle: True trains on answers that a coin chose: what the method finds where there is nothing.
        repeats: how many times all pairs are split anew.

    Raises:
        CourseError: where there are not as many kinds as pairs.

    >>> rng = np.random.default_rng(0)
    >>> matter = np.repeat(10 * rng.normal(size=(40, 1, 6)), 2, axis=1)
    >>> matter[:, :, 0] = [1, -1]
    >>> trained_ruler(matter, matter, ["negation"] * 40, repeats=2).mean().round(1)
    np.float64(1.0)
    """
    q, p = (normalise(np.asarray(x, dtype=float)) for x in (questions, passages))
    if len(kinds) != len(q):
        raise CourseError(f"{len(q)} pairs need as many kinds, got {len(kinds)}.")
    own, other = _compare(q, p), _compare(q, p[:, ::-1])
    better = own - other
    rng, right = np.random.default_rng(0), np.zeros(len(q))
    for _ in range(repeats):
        parts = _fifths(kinds, rng)
        for part in range(5):
            fit = better[parts != part]
            if shuffle:
                fit = fit * rng.choice([-1, 1], len(fit))[:, None, None]
            weights = _two_sided(fit.reshape(-1, fit.shape[-1]), 0.01)
            right[parts == part] += (better[parts == part] @ weights > 0).all(axis=1)
    return right / repeats


@checked
def read_off(rows: ArrayLike, *, shuffle: bool = False, repeats: int = 20) -> Floats:
    """Say from the rows alone which of two opposite texts is the first kind ("with"), which the second ("without").

    For each pair, the share of splits in which a straight cut (logistic regression, C = 1), trained on other pairs,
    puts the two the right way round. A coin gets half.

    Introduced in lesson 12.

    Args:
        rows: two rows a pair, the first kind first, shape (n, 2, d).
        shuffle: True trains on an order that a coin chose.
        repeats: how many times all pairs are split anew.

    >>> rng = np.random.default_rng(0)
    >>> rows = rng.normal(size=(30, 2, 5)) + np.array([[4.0], [0.0]])
    >>> read_off(rows, repeats=2).mean() > 0.9
    np.True_
    """
    units = normalise(np.asarray(rows, dtype=float))
    gap = units[:, 0] - units[:, 1]
    rng, right = np.random.default_rng(1), np.zeros(len(gap))
    for _ in range(repeats):
        parts = _fifths(["all"] * len(gap), rng)
        for part in range(5):
            fit = gap[parts != part]
            fit = fit * rng.choice([-1, 1], len(fit))[:, None] if shuffle else fit
            right[parts == part] += gap[parts == part] @ _two_sided(fit, 1.0) > 0
    return right / repeats


@dataclass(frozen=True)
class Rulers:
    """What the rows of a way are good for: by the cosine, by a trained ruler, and with or without read off them.

    Introduced in lesson 12.

    `right` and `trained` are pairs of 90, `read` of the 30 with or without; `blind` and `luck` are what the second and
    the third find where a coin chose the answers of the training.
    """

    way: str
    right: int
    trained: float
    blind: float
    read: float
    luck: float

    @classmethod
    def of(cls, way: str) -> Rulers:
        """Measure the rows of one way on the mirrored pairs; it takes a second."""
        kinds = np.array([mirror.kind for mirror in load_mirrors()])
        asked, told = mirror_rows(way)
        trained, blind = (float(trained_ruler(asked, told, kinds.tolist(), shuffle=lot).sum()) for lot in (False, True))
        read, luck = (float(read_off(told[kinds == "negation"], shuffle=lot).sum()) for lot in (False, True))
        return cls(way, int(both_right(pair_scores(asked, told)).sum()), trained, blind, read, luck)

    def __str__(self) -> str:
        return (
            f"{self.way:<6} cosine {self.right} of 90, trained ruler {self.trained:.0f} (shuffled {self.blind:.0f}); "
            f"with or without: {self.read:.0f} of 30 (shuffled {self.luck:.0f})"
        )


def _compare(q: Floats, p: Floats) -> Floats:
    return np.concatenate([q * p, np.abs(q - p)], axis=-1)


def _fifths(kinds: Sequence[str], rng: np.random.Generator) -> Rows:
    """Return a part, 0 to 4, for each pair, so that each part has its share of each kind."""
    names, parts = np.asarray(kinds), np.empty(len(kinds), dtype=np.intp)
    for kind in np.unique(names):
        n = int((names == kind).sum())
        parts[names == kind] = rng.permutation(np.arange(n) % 5)
    return parts


def _two_sided(better: Floats, c: float) -> Floats:
    """Return weights that make each row of `better` positive, as far as they can stay small."""
    from sklearn.linear_model import LogisticRegression

    spread = better.std(axis=0) + 1e-9 if c < 1 else np.ones(better.shape[1])
    x = better / spread
    model = LogisticRegression(C=c, fit_intercept=False, max_iter=500)
    model.fit(np.concatenate([x, -x]), np.repeat([1, 0], len(x)))
    return np.asarray(model.coef_[0] / spread)
