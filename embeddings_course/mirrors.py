"""The shelf and the book: does a search find the topic, and does it know two opposite texts on it apart?

The unit is the mirrored pair: two opposite questions, two passages, and right only where both questions find their own
passage, so that a coin gets one in four. Lesson 12.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Bools, Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.vectors import normalise


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
def topic_right(questions: ArrayLike, passages: ArrayLike, kinds: Sequence[str]) -> Bools:
    """Return `both_right` against a decoy on another matter: the passage of the next pair of the same kind.

    Same questions, same answers, same coin (one in four); only the decoy is off topic.

    Introduced in lesson 12.

    >>> rows = np.eye(4).reshape(2, 2, 4)
    >>> topic_right(rows, rows, ["roles", "roles"]).tolist()
    [True, True]
    """
    passages, names = np.asarray(passages, dtype=float), np.asarray(kinds)
    following = np.arange(len(names))
    for kind in np.unique(names):
        rows = np.flatnonzero(names == kind)
        following[rows] = np.roll(rows, -1)
    own = np.diagonal(pair_scores(questions, passages), axis1=1, axis2=2)
    other = np.diagonal(pair_scores(questions, passages[following]), axis1=1, axis2=2)
    return np.asarray((own > other).all(axis=1))


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
