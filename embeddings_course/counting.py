"""Counting company: which words stand near which, how surprising that is, and how to squeeze the table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from scipy import sparse

from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.vectors import cosine


@checked
def as_sentences(sentences: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Return sentences in a list, so that they can be read twice; a text that was not cut into words is refused.

    Raises:
        CourseError: where a text stands in the place of a list of words: its letters would be counted as words.

    >>> as_sentences(["the bank"])
    Traceback (most recent call last):
    embeddings_course.files.errors.CourseError: A sentence is a list of words, such as ['the', 'bank'], not 'the bank'.
    """
    kept: list[Sequence[str]] = [sentences] if isinstance(sentences, str) else [*sentences]
    text = next((sentence for sentence in kept if isinstance(sentence, str)), None)
    if text is not None:
        raise CourseError(f"A sentence is a list of words, such as {text.split()[:4]!r}, not {text[:40]!r}.")
    return kept


@checked
def vocabulary(sentences: Iterable[Sequence[str]], min_count: int = 1) -> list[str]:
    """List the different words, the commonest first (equals in the order of the alphabet).

    Introduced in lesson 03.

    >>> vocabulary([["the", "cat"], ["the", "dog"]])
    ['the', 'cat', 'dog']
    """
    counts = Counter(word for sentence in as_sentences(sentences) for word in sentence)
    if any(isinstance(word, float) and not math.isfinite(word) for word in counts):
        raise CourseError("A word is nan or infinite: a row of numbers with gaps is no sentence.")
    return sorted((w for w, n in counts.items() if n >= min_count), key=lambda w: (-counts[w], w))


@checked
def encode(sentences: Sequence[Sequence[str]], vocab: Sequence[str]) -> tuple[Rows, Rows]:
    """Turn sentences into two long rows of numbers: which word, and which sentence it stands in.

    Words that are not in `vocab` are dropped, and their neighbours move together.

    Introduced in lesson 03.

    Returns:
        word numbers of shape (n_tokens,), and sentence numbers of shape (n_tokens,).

    >>> words, sentence_of = encode([["a", "b"], ["b", "x"]], ["a", "b"])
    >>> words.tolist(), sentence_of.tolist()
    ([0, 1, 1], [0, 0, 1])
    """
    row = {word: i for i, word in enumerate(vocab)}
    coded = [[row[w] for w in sentence if w in row] for sentence in sentences]
    words = np.array([i for sentence in coded for i in sentence], dtype=np.intp)
    return words, np.repeat(np.arange(len(coded)), [len(sentence) for sentence in coded])


@checked
def cooccurrence(
    sentences: Sequence[Sequence[str]],
    window: int = 2,
    vocab: Sequence[str] | None = None,
    symmetric: bool = True,
) -> tuple[sparse.csr_array, list[str]]:
    """Count how often each word has each other word within `window` places of it.

    A window never reaches over the end of a sentence. Jurafsky and Martin, Speech and Language Processing, chapter 6.

    Introduced in lesson 03.

    Args:
        sentences: lists of words.
        window: how many places to look to each side, at least 1.
        vocab: the words to count, in row order; all of them, the commonest first, where it is left out.
        symmetric: count neighbours on both sides; False counts only those that come *after* the word.

    Returns:
        the table of counts, shape (n_words, n_words) (row: the word; column: its neighbour), and the words.

    Raises:
        CourseError: where the window is smaller than 1.

    >>> counts, words = cooccurrence([["salt", "and", "pepper"]], window=1)
    >>> words
    ['and', 'pepper', 'salt']
    >>> counts.toarray().tolist()
    [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    from scipy import sparse

    if window < 1:
        raise CourseError(f"A window of {window} sees no neighbour; choose 1 or more.")
    sentences = as_sentences(sentences)
    words = list(vocabulary(sentences) if vocab is None else vocab)
    tokens, sentence_of = encode(sentences, words)
    counts = sparse.csr_array((len(words), len(words)))
    for distance in range(1, window + 1):  # all pairs that stand `distance` apart, at once
        same = sentence_of[:-distance] == sentence_of[distance:]
        if not same.any():  # no sentence is so long: no wider window sees more
            break
        left, right = tokens[:-distance][same], tokens[distance:][same]
        counts = counts + sparse.csr_array((np.ones(len(left)), (left, right)), shape=counts.shape)
    return (counts + counts.T if symmetric else counts).tocsr(), words


@checked
def pmi(counts: sparse.sparray | ArrayLike, alpha: float = 1.0) -> sparse.csr_array:
    """Pointwise mutual information: how many times more often than by chance two words meet, as a logarithm (base 2).

    0 says: just as often as chance would have it. 1: twice as often. -1: half as often. Pairs that never met have no
    entry: their logarithm would be minus infinity.

    Introduced in lesson 03. Church and Hanks 1990; the smoothing is Levy, Goldberg and Dagan 2015.

    Args:
        counts: how often each word (row) has each neighbour (column), shape (n, m).
        alpha: below 1 it smooths: rare neighbours count as commoner than they are, so that they surprise less
            (0.75 is usual).

    Returns:
        sparse, shape (n, m), in bits; entries only where the count is above 0.

    Raises:
        CourseError: where a count is negative or not a number.

    >>> pmi([[0, 2], [2, 0]]).toarray().tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    from scipy import sparse

    table = _counts(counts)
    per_word = table.sum(axis=1)
    per_neighbour = table.sum(axis=0) ** alpha
    row, column = table.row, table.col
    p_neighbour = per_neighbour / per_neighbour.sum()
    # P(word, neighbour) / (P(word) P(neighbour))  =  P(neighbour given word) / P(neighbour)
    ratio = table.data / (per_word[row] * p_neighbour[column])
    return sparse.csr_array((np.log2(ratio), (row, column)), shape=table.shape)


@checked
def ppmi(counts: sparse.sparray | ArrayLike, alpha: float = 1.0, shift: float = 0.0) -> sparse.csr_array:
    """Positive PMI: keep what meets more often than chance, and write 0 for all the rest.

    So 0 does not only mean "never met": it also means "met, but no more than by chance".

    Introduced in lesson 03.

    Args:
        counts: as in `pmi`.
        alpha: as in `pmi`.
        shift: bits to take off before clipping; log2(k) makes it the table that skip-gram with k negatives
            approaches (Levy and Goldberg 2014).

    Returns:
        sparse, shape (n, m), no entry below 0, no NaN.

    >>> ppmi([[8, 1], [1, 0]]).toarray().round(2).tolist()
    [[0.0, 0.15], [0.15, 0.0]]
    """
    table = pmi(counts, alpha)
    table.data = np.maximum(table.data - shift, 0.0)
    table.eliminate_zeros()
    return table


def _counts(counts: sparse.sparray | ArrayLike) -> sparse.coo_array:
    """Check a table of counts and keep the cells that are not empty."""
    from scipy import sparse

    table = sparse.coo_array(counts if sparse.issparse(counts) else np.asarray(counts, dtype=float))
    table.sum_duplicates()
    if not np.isfinite(table.data).all() or (table.data < 0).any():
        raise CourseError("Counts are numbers from 0 up; this table has a negative one or one that is no number.")
    table = table.astype(np.float64)
    table.eliminate_zeros()
    return table


def _by_rows(table: sparse.sparray | ArrayLike) -> sparse.csr_array:
    """Return any table as a sparse one, row by row."""
    from scipy import sparse

    return sparse.csr_array(table if sparse.issparse(table) else np.asarray(table, dtype=float))


@checked
def row_cosine(table: sparse.sparray | ArrayLike, i: int, j: int) -> float:
    """Cosine between two rows of a table: do the two words keep the same company? 0 where a row is empty.

    Introduced in lesson 03.

    >>> round(row_cosine([[1, 2, 0], [2, 4, 0], [0, 0, 5]], 0, 1), 2)
    1.0
    """
    return cosine(*_by_rows(table)[[i, j]].toarray())


@checked
def top_pairs(
    table: sparse.sparray | ArrayLike, words: Sequence[str], n: int = 10, at_least: float = 0.0
) -> list[tuple[str, str, float]]:
    """List the n highest cells of a symmetric table as (word, word, value), each pair once.

    Introduced in lesson 03.

    Args:
        table: shape (n_words, n_words).
        words: the words of its rows and columns.
        n: how many pairs.
        at_least: leave out values below this.

    >>> top_pairs([[0, 3, 1], [3, 0, 2], [1, 2, 0]], ["a", "b", "c"], n=2)
    [('a', 'b', 3.0), ('b', 'c', 2.0)]
    """
    from scipy import sparse

    upper = sparse.triu(_by_rows(table)).tocoo()
    order = np.lexsort((upper.col, upper.row, -upper.data))  # equals stand in word order
    cells = [(words[upper.row[i]], words[upper.col[i]], float(upper.data[i])) for i in order[: max(n, 0)]]
    return [cell for cell in cells if cell[2] >= at_least]


@checked
def truncated_svd(
    matrix: sparse.sparray | ArrayLike, k: int, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Split a table into three: k directions for its rows, how strong each is, and k directions for its columns.

    `U * s @ Vt` is the best copy of the table that k components can make (Eckart and Young 1936). The sign of each
    direction is arbitrary; here the largest entry of each column of U is positive, so that two runs agree.

    Introduced in lesson 04.

    Returns:
        U of shape (n, k), s of shape (k,) from the largest down, Vt of shape (k, m).

    Raises:
        CourseError: where k is not between 1 and the smaller side of the table.

    >>> U, s, Vt = truncated_svd([[3.0, 0.0], [0.0, 1.0]], k=1)
    >>> s.round(6).tolist()
    [3.0]
    """
    from scipy.sparse.linalg import svds

    table = _by_rows(matrix).astype(float)
    most = min(table.shape)
    if not 1 <= k <= most:
        raise CourseError(f"A table of shape {table.shape} has components 1 to {most}; {k} is not among them.")
    if k > most // 3 or most < 600:  # the exact way is quick enough here
        left, strength, right = np.linalg.svd(table.toarray(), full_matrices=False)
    else:
        start = np.random.default_rng(seed).standard_normal(most)
        left, strength, right = svds(table, k=k, v0=start)
    order = np.argsort(-strength, kind="stable")[:k]
    left, strength, right = left[:, order], strength[order], right[order]
    sign = np.sign(left[np.abs(left).argmax(axis=0), np.arange(k)])
    return left * sign, strength, right * sign[:, None]


@checked
def svd_embed(matrix: sparse.sparray | ArrayLike, k: int, power: float = 1.0, seed: int = 0) -> NDArray[np.float64]:
    """Squeeze each row of a table into k numbers.

    Introduced in lesson 04. Levy, Goldberg and Dagan 2015 found that a power of 0.5 or 0 is often better than 1.

    Args:
        matrix: counts, PMI or PPMI, shape (n, m).
        k: numbers for each word, from 1 to min(n, m). All of them with power 1 keep every cosine as it was.
        power: how much the strong directions may weigh more than the weak: 1 as they are, 0 all alike.
        seed: where the search for the directions of a large table starts.

    Returns:
        vectors, shape (n, k).

    >>> svd_embed([[3.0, 0.0], [0.0, 1.0]], k=2).round(2).tolist()
    [[3.0, 0.0], [0.0, 1.0]]
    """
    left, strength, _ = truncated_svd(matrix, k, seed)
    return left * strength**power


@checked
def reconstruction_error(matrix: sparse.sparray | ArrayLike, k: int, seed: int = 0) -> float:
    """Share of the table that k components lose: 0 is a perfect copy, 1 an empty one (squared errors).

    Introduced in lesson 04.

    >>> round(reconstruction_error([[3.0, 0.0], [0.0, 1.0]], k=1), 2)
    0.1
    """
    return float(reconstruction_curve(matrix, [k], seed)[0])


@checked
def reconstruction_curve(matrix: sparse.sparray | ArrayLike, ks: Sequence[int], seed: int = 0) -> NDArray[np.float64]:
    """Share of the table that is lost with each number of components in `ks`; one SVD for all of them.

    What k components keep is the sum of their squared strengths, so nothing has to be put together again.

    Introduced in lesson 04.

    >>> reconstruction_curve([[3.0, 0.0], [0.0, 1.0]], [1, 2]).round(2).tolist()
    [0.1, 0.0]
    """
    _, strength, _ = truncated_svd(matrix, max(ks), seed)
    cells = _by_rows(matrix).data
    kept = np.concatenate([[0.0], np.cumsum(strength**2)])
    return np.maximum(1.0 - kept[np.asarray(ks)] / np.square(cells).sum(), 0.0)


@checked
def held_out_curve(
    matrix: sparse.sparray | ArrayLike, other: sparse.sparray | ArrayLike, ks: Sequence[int], seed: int = 0
) -> Floats:
    """Share of *another* table that the k-component copies of this one get wrong (squared errors), for each k in `ks`.

    Make `other` from sentences that `matrix` never saw: too few components miss what both share, too many copy the
    accidents of the first. 0 is a perfect forecast, 1 is as bad as an empty table. One SVD for all of `ks`.

    Introduced in lesson 04.

    Raises:
        CourseError: where the two tables differ in shape.

    >>> held_out_curve([[3.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [0.0, 0.0]], [1, 2]).round(2).tolist()
    [0.0, 0.11]
    """
    seen, unseen = _by_rows(matrix).toarray(), _by_rows(other).toarray()
    if seen.shape != unseen.shape:
        raise CourseError(f"Both tables need the same words in the same order; got {seen.shape} and {unseen.shape}.")
    return copy_errors(*truncated_svd(seen, max(ks), seed), unseen)[np.asarray(ks)]


@checked
def copy_errors(left: Floats, strength: Floats, right: Floats, table: Floats) -> Floats:
    """Share of a table (squared errors) that copies with 0, 1, ... k components of an SVD get wrong, shape (k + 1,).

    Introduced in lesson 04.

    >>> table = np.array([[3.0, 0.0], [0.0, 1.0]])
    >>> copy_errors(*truncated_svd(table, k=2), table).round(2).tolist()
    [1.0, 0.1, 0.0]
    """
    # |table - copy|^2 = |table|^2 - 2 table.copy + |copy|^2, and a copy of k components is a sum over k directions
    agreement = np.einsum("ik,ij,kj->k", left, table, right, optimize=True)
    gained = np.concatenate([[0.0], np.cumsum(2 * strength * agreement - strength**2)])
    return 1.0 - gained / np.square(table).sum()
