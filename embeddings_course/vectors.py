"""Vectors and rulers: length, distance, similarity, neighbours, and what moving the whole space does to them.

The first file to read. Lessons 01 (straight-line distance) and 02 (dot product, cosine, centring, rotation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding, as_floats, row_lengths

Ruler = Literal["cosine", "euclidean", "dot"]


@checked
def dot(a: ArrayLike, b: ArrayLike) -> float:
    """Return the dot product: multiply number by number, add up. Both of shape (d,).

    Introduced in lesson 02. Jurafsky and Martin, Speech and Language Processing, chapter on vector semantics.

    Raises:
        CourseError: where the two have different numbers of coordinates.

    >>> dot([1, 2, 3], [1, 0, 2])
    7.0
    """
    a, b = _pair(a, b)
    return float((a * b).sum())


@checked
def norm(a: ArrayLike) -> float:
    """Return the length of a vector of shape (d,): the square root of the sum of its squares (Pythagoras).

    Introduced in lesson 02.

    >>> norm([3, 4])
    5.0
    """
    a = np.asarray(a, dtype=float)
    return float(np.sqrt((a * a).sum()))


@checked
def euclidean(a: ArrayLike, b: ArrayLike) -> float:
    """Return the straight-line distance between two points of shape (d,); 0 means the same point.

    Introduced in lesson 01.

    Raises:
        CourseError: where the two have different numbers of coordinates.

    >>> euclidean([0, 0], [3, 4])
    5.0
    """
    a, b = _pair(a, b)
    return norm(a - b)


@checked
def cosine(a: ArrayLike, b: ArrayLike) -> float:
    """Return the cosine of the angle between two vectors of shape (d,): from -1 (opposite) to 1 (same direction).

    Length is divided away. An all-zero vector has no direction; our rule is that its cosine to anything is 0.

    Introduced in lesson 02.

    Raises:
        CourseError: where the two have different numbers of coordinates.

    >>> round(cosine([1, 0], [10, 10]), 2)
    0.71
    """
    a, b = _pair(a, b)
    lengths = norm(a) * norm(b)
    return dot(a, b) / lengths if lengths > 0 else 0.0


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.ndim != 1 or a.shape != b.shape:
        raise CourseError(f"Two vectors of the same length are needed, got shapes {a.shape} and {b.shape}.")
    return a, b


@checked
def normalise(vectors: ArrayLike) -> Floats:
    """Return each row scaled to length 1 (an all-zero row stays all zero); shape (n, d) or (d,).

    Introduced in lesson 02.

    >>> normalise([[3.0, 4.0], [0.0, 0.0]]).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    vectors = as_floats(vectors)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


@checked
def cosine_matrix(a: ArrayLike, b: ArrayLike | None = None) -> Floats:
    """Return all cosines between the rows of `a` (n, d) and of `b` (m, d; `a` itself if left out), shape (n, m).

    Introduced in lesson 02.

    >>> cosine_matrix([[1.0, 0.0], [0.0, 2.0]]).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    a = normalise(a)
    return a @ (a if b is None else normalise(b)).T


@checked
def distance_matrix(a: ArrayLike, b: ArrayLike | None = None) -> Floats:
    """Return all straight-line distances between the rows of `a` (n, d) and of `b` (m, d; or `a`), shape (n, m).

    Introduced in lesson 01.

    >>> distance_matrix([[0.0, 0.0], [3.0, 4.0]]).tolist()
    [[0.0, 5.0], [5.0, 0.0]]
    """
    a = as_floats(a)
    b = a if b is None else as_floats(b)
    return np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=-1))


@checked
def nearest(
    table: Embedding, word: str | ArrayLike, k: int = 10, ruler: Ruler = "cosine", exclude: Iterable[str] = ()
) -> list[tuple[str, float]]:
    """Return the k nearest words to a word (itself left out) or to a vector of shape (d,), nearest first.

    The number beside each word is what the ruler reads: a cosine, a dot product, or a distance (small is near).

    Introduced in lesson 01 (euclidean) and 02.

    Raises:
        UnknownWordError: where the word is not in the table.
        CourseError: where the vector does not fit the table, or the ruler is unknown.

    >>> table = Embedding(("bank", "coin", "river"), [[1.0, 1.0], [1.0, 0.0], [0.0, 3.0]])
    >>> nearest(table, "bank", ruler="euclidean")
    [('coin', 1.0), ('river', 2.23606797749979)]
    """
    skip = set(exclude)
    if isinstance(word, str):
        skip.add(word)
        vector = table[word]
    else:
        vector = as_floats(word)
    if vector.shape != table.vectors.shape[1:]:
        raise CourseError(f"This table needs a vector of {table.vectors.shape[1]} numbers, got shape {vector.shape}.")
    scores = _readings(table, vector, ruler)
    best = top_k(-scores if ruler == "euclidean" else scores, k + len(skip))
    found = ((table.words[i], float(scores[i])) for i in best if table.words[i] not in skip)
    return [pair for pair, _ in zip(found, range(k), strict=False)]


def _readings(table: Embedding, vector: Floats, ruler: Ruler) -> Floats:
    rulers: dict[str, Callable[[], Floats]] = {
        "dot": lambda: table.vectors @ vector,
        "cosine": lambda: (table.vectors @ normalise(vector)) / np.maximum(table.lengths, 1e-12),
        "euclidean": lambda: row_lengths(table.vectors - vector),
    }
    if ruler not in rulers:
        raise CourseError(f"Unknown ruler {ruler!r}; choose one of {', '.join(rulers)}.")
    return rulers[ruler]()


@checked
def top_k(scores: Floats, k: int) -> Rows:
    """Return the places of the k highest of n scores, the highest first, equals in their order; shape (min(k, n),).

    It sorts only what can be among them: sorting 20,000 scores to read off ten takes thirty times as long.

    Introduced in lesson 02.

    >>> top_k(np.array([0.2, 0.9, 0.5, 0.9]), k=3).tolist()
    [1, 3, 2]
    """
    low = -scores  # so that the best come first, and what is no number (nan) last
    k = min(k, len(low))
    if k < 1:
        return np.empty(0, dtype=np.intp)
    kth = np.partition(low, k - 1)[k - 1]
    good = np.flatnonzero(~(low > kth))
    return good[np.argsort(low[good], kind="stable")][:k]


@checked
def one_hot(words: Sequence[str]) -> Embedding:
    """Return the table in which each word has a column of its own: 1 there, 0 elsewhere.

    Every two rows are sqrt(2) = 1.41 apart: it says which word it is, and nothing about the word.

    Introduced in lesson 01.

    >>> one_hot(["bank", "river"]).vectors.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return Embedding(tuple(words), np.eye(len(words)), columns=tuple(words))


@checked
def centre(vectors: ArrayLike) -> Floats:
    """Return the rows of (n, d) with the mean row taken away, so that "no direction in common" sits at the origin.

    Introduced in lesson 02.

    >>> centre([[1.0, 10.0], [3.0, 10.0]]).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    vectors = as_floats(vectors)
    return vectors - vectors.mean(axis=0)


@checked
def standardise(vectors: ArrayLike) -> Floats:
    """Return the columns of (n, d) brought to mean 0 and spread (standard deviation) 1; a constant column becomes 0.

    Introduced in lesson 01 (units: the widest column wins) and 02.

    >>> standardise([[1.0, 7.0], [3.0, 7.0]]).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    centred = centre(vectors)
    spread = centred.std(axis=0)
    return centred / np.where(spread > 0, spread, 1)


@checked
def random_rotation(d: int, seed: int) -> Floats:
    """Return a random rotation or mirror of d-dimensional space, shape (d, d): "the machine's handwriting".

    Multiplying a table by it keeps every length, distance and cosine, and no column keeps its name.
    Drawn evenly over all of them (Mezzadri 2007, arXiv:math-ph/0609050).

    Introduced in lesson 02.

    >>> turn = random_rotation(3, seed=1)
    >>> np.allclose(turn @ turn.T, np.eye(3))
    True
    """
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))
    return q * np.sign(np.diag(r))


@checked
def random_cosines(d: int, n: int, seed: int) -> Floats:
    """Return n cosines between pairs of random directions in d dimensions, shape (n,).

    They scatter round 0 with a standard deviation of 1 / sqrt(d): the more dimensions, the more "unrelated" means 0.

    Introduced in lesson 02.

    >>> cosines = random_cosines(d=100, n=4000, seed=0)
    >>> abs(float(cosines.std()) - 0.1) < 0.01
    True
    """
    rng = np.random.default_rng(seed)
    a, b = normalise(rng.normal(size=(n, d))), normalise(rng.normal(size=(n, d)))
    return (a * b).sum(axis=1)


@checked
def dims_needed(band: float, share: float) -> int:
    """Return the smallest d in which at least `share` of random cosines lie within +-`band`.

    With t = cosine, (t + 1) / 2 of two random directions follows a Beta((d-1)/2, (d-1)/2) distribution exactly.

    Introduced in lesson 02.

    Args:
        band: half the width of the band, between 0 and 1.
        share: between 0 and 1.

    Raises:
        CourseError: where band or share is not strictly between 0 and 1.

    >>> dims_needed(band=0.1, share=0.95)
    384
    """
    from scipy.stats import beta

    if not (0 < band < 1 and 0 < share < 1):
        raise CourseError(f"band and share must lie strictly between 0 and 1, got {band} and {share}.")

    def inside(d: int) -> float:
        shape = (d - 1) / 2
        return float(1 - 2 * beta.cdf((1 - band) / 2, shape, shape))

    high = 2
    while inside(high) < share:
        high *= 2
    low = max(high // 2, 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if inside(middle) >= share else (middle + 1, high)
    return low


@checked
def pca(vectors: ArrayLike, k: int = 2) -> tuple[Floats, float]:
    """Return the k-number summary of (n, d) that keeps most scatter, shape (n, k), and the share it keeps (0 to 1).

    Signs are fixed (the largest entry of each axis is positive), so that the same table gives the same picture.

    Introduced in lesson 02 ("every map lies").

    Raises:
        CourseError: where k is not between 1 and the number of columns.

    >>> points, kept = pca([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]], k=1)
    >>> points.shape, round(kept, 6)
    ((3, 1), 1.0)
    """
    centred = centre(vectors)
    if not 1 <= k <= centred.shape[1]:
        raise CourseError(f"k must be from 1 to {centred.shape[1]}, the number of columns; got {k}.")
    axes, strengths = directions(centred)
    return centred @ axes[:k].T, share_kept(strengths, k)


@checked
def directions(rows: ArrayLike) -> tuple[Floats, Floats]:
    """Return the directions along which the rows of (n, d) reach furthest, the strongest first, and their strengths.

    Shapes (m, d), each of length 1 and at right angles to the others, and (m,), where m is the smaller of n and d.
    The largest entry of each direction is positive. The squared strengths add up to all squared numbers of the rows.

    Introduced in lesson 02.

    >>> axes, strengths = directions([[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0]])
    >>> axes.tolist(), (strengths**2).round(6).tolist()
    ([[1.0, 0.0], [0.0, 1.0]], [18.0, 1.0])
    """
    _, strengths, axes = np.linalg.svd(np.asarray(rows, dtype=float), full_matrices=False)
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    return axes * np.where(largest < 0, -1, 1)[:, None], strengths


@checked
def share_kept(strengths: Floats, k: int) -> float:
    """Return the share of the scatter (squared strengths) that the first k directions keep; 0 where there is none.

    >>> share_kept(np.array([2.0, 1.0, 0.0]), 1)
    0.8
    """
    return float((strengths[:k] ** 2).sum()) / (float((strengths**2).sum()) or 1.0)


@checked
def best_turn(points: ArrayLike, target: ArrayLike) -> Floats:
    """Return the rotation or mirror, shape (d, d), that lays points (n, d) as near as it can on a target (n, d).

    With the singular value decomposition points.T @ target = U S V.T it is U @ V.T (Schönemann 1966).

    Introduced in lesson 06.

    >>> best_turn([[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]).round(6).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    left, _, right = np.linalg.svd(np.asarray(points).T @ np.asarray(target))
    return left @ right
