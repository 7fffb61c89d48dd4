"""Reading off: is what a person wrote into a named column also in numbers without names?

One straight line a column, a *linear probe*: a weight for each number and an offset, fitted on some words, tried on
others. What it finds there was in the numbers, in whatever handwriting; what it misses may still be there, bent.
Lesson 02.
Alain and Bengio 2016, Understanding intermediate layers using linear classifier probes (arXiv:1610.01644).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.chance import Interval, Share, share_interval
from embeddings_course.files.arrays import Bools, Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError

STRENGTHS = tuple(10.0**k for k in range(-3, 4))
"""How strongly the line's weights are kept small: one is chosen for each line, on the words it is fitted on."""


@checked
def folds(families: Sequence[str], parts: int = 5, seed: int = 0) -> Rows:
    """Return a part for each word, from 0 to parts - 1; words of one family (*bank*, *banker*) share a part.

    Introduced in lesson 02.

    Args:
        families: the family of each word, shape (n,).
        parts: how many parts, about equally large.
        seed: of the shuffle.

    Raises:
        CourseError: where there are fewer families than parts, or fewer than two parts.

    >>> parts = folds(["bank", "bank", "river", "car"], parts=3)
    >>> bool(parts[0] == parts[1]), len(set(parts.tolist()))
    (True, 3)
    """
    names, of, sizes = np.unique(np.asarray(families), return_inverse=True, return_counts=True)
    if not 2 <= parts <= len(names):
        raise CourseError(f"{len(names)} families can be dealt into 2 to {len(names)} parts, not {parts}.")
    rng = np.random.default_rng(seed)
    part_of, held = np.empty(len(names), dtype=np.intp), np.zeros(parts)
    order = rng.permutation(len(names))
    for family in order[np.argsort(-sizes[order], kind="stable")]:  # large families first, each to the smallest part
        part_of[family] = held.argmin()
        held[part_of[family]] += sizes[family]
    return np.asarray(part_of[of])


@checked
def held_out_scores(vectors: ArrayLike, labels: ArrayLike, parts: ArrayLike) -> Floats:
    """Return for each word how far a line that never saw it puts it on the yes side (above 0), shape (n,).

    A ridge regression on yes and no with an offset; yes and no weigh the same, however few say yes. How strongly the
    weights are kept small is chosen among `STRENGTHS` on the fitted words alone (each left out once).

    Introduced in lesson 02. Hoerl and Kennard 1970, Ridge regression.

    Args:
        vectors: one row a word, shape (n, d).
        labels: yes (1) or no (0), shape (n,).
        parts: the part of each word, as from `folds`; each part is scored by a line fitted on the others.

    Raises:
        CourseError: where the shapes differ, or all words outside a part have the same label.

    >>> x = np.array([[0.0], [0.1], [0.2], [0.9], [1.0], [1.1]])
    >>> (held_out_scores(x, [0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]) > 0).tolist()
    [False, False, False, True, True, True]
    """
    from sklearn.linear_model import RidgeClassifierCV

    x, yes, part = np.asarray(vectors, dtype=float), np.asarray(labels, dtype=bool), np.asarray(parts)
    if x.ndim != 2 or not len(x) == len(yes) == len(part):
        raise CourseError(
            f"Vectors, labels and parts of the same words are needed, got {len(x)}, {len(yes)}, {len(part)}."
        )
    scores = np.empty(len(x))
    for held in np.unique(part):
        fit = part != held
        if yes[fit].all() or not yes[fit].any():
            raise CourseError("Without a yes and a no among the fitted words there is nothing to tell apart.")
        middle = x[fit].mean(axis=0)
        length = np.sqrt(((x[fit] - middle) ** 2).sum(axis=1).mean()) + 1e-12  # one scale: a turn must not matter
        line = RidgeClassifierCV(alphas=STRENGTHS, class_weight="balanced").fit((x[fit] - middle) / length, yes[fit])
        scores[~fit] = line.decision_function((x[~fit] - middle) / length)
    return scores


@checked
def fit_lines(vectors: ArrayLike, labels: ArrayLike, strength: float = 1.0) -> tuple[Floats, Floats]:
    """Return one line a column: weights, shape (d, columns), and offsets; `x @ weights + offsets` > 0 is yes.

    A ridge regression of one strength for all, so that one system of equations does; the offset lies half way between
    the mean of those that say yes and of those that say no. `held_out_scores` is the careful way.

    Introduced in lesson 02.

    Args:
        vectors: one row a word, shape (n, d).
        labels: yes (1) or no (0), shape (n, columns).
        strength: how much the weights are kept small, beside rows of length 1 on average.

    Raises:
        CourseError: where the shapes differ, or a column has no yes or no no.

    >>> weights, offsets = fit_lines([[0.0], [0.1], [1.0], [1.1]], [[0], [0], [1], [1]])
    >>> (np.array([[0.2], [0.9]]) @ weights + offsets > 0)[:, 0].tolist()
    [False, True]
    """
    x, yes = np.asarray(vectors, dtype=float), np.asarray(labels, dtype=bool)
    if x.ndim != 2 or yes.ndim != 2 or len(x) != len(yes) or (yes.all(axis=0) | ~yes.any(axis=0)).any():
        raise CourseError("A row of labels for each vector is needed, and a yes and a no in each column.")
    middle = x.mean(axis=0)
    moved = x - middle
    length = np.sqrt((moved**2).sum(axis=1).mean()) + 1e-12
    moved /= length
    aim = 2.0 * yes - 1
    weights = moved.T @ np.linalg.solve(moved @ moved.T + strength * np.eye(len(x)), aim - aim.mean(axis=0))
    scores = moved @ weights
    half_way = [(s[y].mean() + s[~y].mean()) / 2 for s, y in zip(scores.T, yes.T, strict=True)]
    return weights / length, -middle @ weights / length - np.array(half_way)


@dataclass(frozen=True)
class ReadOff(Interval):
    """The balanced accuracy of a column (a coin gets .5) with its 95 % interval, and the counts it is made of.

    `found`: of the words that say yes, how many were found; `alarms`: of those that say no, how many rang as well.
    `order`: how often a yes stands above a no (the area under the ROC curve), whatever the threshold.
    """

    found: Share
    alarms: Share
    order: float

    def __str__(self) -> str:
        return (
            f"{self.mean:.2f} ({self.low:.2f} to {self.high:.2f}): {self.found.right} of {self.found.runs} found, "
            f"{self.alarms.right} of {self.alarms.runs} false alarms"
        )


@checked
def read_off_score(scores: ArrayLike, labels: ArrayLike) -> ReadOff:
    """Return how well scores (above 0: yes) tell yes from no: the mean of the two shares that are right.

    Always "no" gets .5, however many say no. The interval joins the two exact ones (Zou and Donner 2008). It is about
    other words like these; what another deal of the words into parts does is seen by dealing again.

    Introduced in lesson 02.

    Args:
        scores: as from `held_out_scores`, shape (n,).
        labels: yes (1) or no (0), shape (n,).

    Raises:
        CourseError: where nobody says yes, or nobody no.

    >>> print(read_off_score([0.5, 0.2, -0.1, -0.3], [1, 1, 1, 0]))
    0.83 (0.27 to 1.00): 2 of 3 found, 0 of 1 false alarms
    """
    from scipy.stats import rankdata

    said, yes = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)
    n_yes, n_no = int(yes.sum()), int((~yes).sum())
    if said.shape != yes.shape or not n_yes or not n_no:
        raise CourseError("A score for each word is needed, and words that say yes beside words that say no.")
    found = share_interval(int((said[yes] > 0).sum()), n_yes)
    alarms = share_interval(int((said[~yes] > 0).sum()), n_no)
    mean = (found.mean + 1 - alarms.mean) / 2
    down = np.hypot(found.mean - found.low, alarms.high - alarms.mean) / 2
    up = np.hypot(found.high - found.mean, alarms.mean - alarms.low) / 2
    order = (rankdata(said)[yes].sum() - n_yes * (n_yes + 1) / 2) / (n_yes * n_no)
    return ReadOff(
        mean, max(mean - float(down), 0.0), min(mean + float(up), 1.0), len(yes), found, alarms, float(order)
    )


@checked
def found_at(scores: ArrayLike, labels: ArrayLike, alarm: float = 0.05) -> Share:
    """Return how many of the yes words stand above all but a share `alarm` of the no words.

    Introduced in lesson 02.

    >>> print(found_at([0.9, 0.2, 0.5, -1.0], [1, 1, 0, 0], alarm=0.0))
    1 of 2 (0.01 to 0.99)
    """
    said, yes = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)
    allowed = int(alarm * (~yes).sum())
    bar = np.sort(said[~yes])[::-1][min(allowed, int((~yes).sum()) - 1)]
    return share_interval(int((said[yes] > bar).sum()), int(yes.sum()))


@checked
def read_table(vectors: ArrayLike, labels: ArrayLike, parts: ArrayLike) -> Floats:
    """Return `held_out_scores` for each column of a table of labels, shape (n, columns).

    Introduced in lesson 02.

    >>> x = np.array([[0.0], [0.1], [0.2], [0.9], [1.0], [1.1]])
    >>> big = np.array([0, 0, 0, 1, 1, 1])
    >>> (read_table(x, np.stack([big, 1 - big], axis=1), [0, 1, 2, 0, 1, 2]) > 0)[0].tolist()
    [False, True]
    """
    columns = np.asarray(labels, dtype=bool).T
    if columns.ndim != 2:
        raise CourseError("Give the labels as a table: a row for each word, a column for each question.")
    return np.stack([held_out_scores(vectors, column, parts) for column in columns], axis=1)


@checked
def shuffled_rows(labels: ArrayLike, seed: int = 0) -> Bools:
    """Return a table of labels whose rows were dealt anew: as many yes as before, and nothing to be read off.

    Introduced in lesson 02.

    >>> bool(shuffled_rows([[True], [False], [False]]).sum() == 1)
    True
    """
    table = np.asarray(labels, dtype=bool)
    return np.asarray(table[np.random.default_rng(seed).permutation(len(table))])


@checked
def spelling(words: Sequence[str], most: int = 200) -> Floats:
    """Return for each word which of the commonest endings and letter pairs it has: what letters alone may give away.

    Introduced in lesson 02.

    Args:
        words: n words.
        most: how many pieces at most, the commonest first.

    >>> spelling(["sailor", "tailor"]).shape[0]
    2
    """
    pieces = [{f"{word}$"[i : i + 2] for i in range(len(word))} | {word[-3:] + "$"} for word in words]
    counts: dict[str, int] = {}
    for piece in sorted(piece for own in pieces for piece in own):
        counts[piece] = counts.get(piece, 0) + 1
    chosen = sorted(counts, key=lambda piece: (-counts[piece], piece))[:most]
    return np.array([[float(piece in own) for piece in chosen] for own in pieces])
