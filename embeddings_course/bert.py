"""BERT, forwards, in NumPy. Read it from top to bottom: the file is the lesson.

A text goes in as piece numbers. `embed` turns each piece into a vector that knows only the piece and its place.
Then every layer does the same two things: `self_attention` lets each piece gather from all the others, and
`feed_forward` works on each piece alone. After the last layer the vector of *bank* has seen its sentence.

Shapes stand at the ends of lines: n pieces, hidden numbers a piece, `heads` heads of d = hidden / heads numbers;
"..." is the texts of a batch, or nothing.

The model is that of Devlin et al. (2018), "BERT: Pre-training of Deep Bidirectional Transformers", made of the
encoder of Vaswani et al. (2017), "Attention Is All You Need". MPNet (Song et al. 2020) has the same shapes and one
more function, `relative_position_bias`. The numbers agree with the library `transformers` to 1e-4 (tests/reference).
Introduced in lesson 09, opened in lesson 10.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files.arrays import Rows
from embeddings_course.files.bert_weights import (
    Array,
    Config,
    EmbeddingWeights,
    HeadWeights,
    LayerWeights,
    Linear,
    Norm,
)

# --- the forward pass, one function per idea ------------------------------------------------------------------


def linear(x: Array, w: Linear) -> Array:
    """Multiply every row by one matrix and add one bias.

    >>> linear(np.array([[1.0, 2.0]]), Linear(np.array([[3.0, 4.0]]), np.array([0.5]))).tolist()
    [[11.5]]
    """
    rows = x.reshape(-1, x.shape[-1])  # a batch of texts is one long matrix: one multiplication for all
    # (rows, in) @ (in, out) -> (rows, out); from its other side the same product is up to twice as quick for few rows
    if not NUMPY_IS_FAST and rows.dtype == w.weight.dtype == np.float32:
        product = _product_by_scipy(rows, w.weight)
    else:
        product = (w.weight @ rows.T).T if len(rows) < 128 else rows @ w.weight.T
    return np.add(product, w.bias, order="C").reshape(*x.shape[:-1], -1)  # (..., n, in) -> (..., n, out)


NUMPY_IS_FAST: bool = np.show_config(mode="dicts")["Build Dependencies"]["blas"].get("found", True)
"""Whether NumPy was built with a library for products of matrices (BLAS). In a browser it was not; SciPy was."""


def products(rows: Array, others: Array) -> Array:
    """Return rows @ others.T: the product of every row with every other, with BLAS wherever there is one.

    >>> products(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 1.0]])).tolist()
    [[11.0, 2.0]]
    """
    if NUMPY_IS_FAST or not rows.dtype == others.dtype == np.float32:
        product: Array = rows @ others.T
        return product
    return _product_by_scipy(rows, others)


def _product_by_scipy(rows: Array, weight: Array) -> Array:
    """Return rows @ weight.T by SciPy: one trial in a browser had two to three times NumPy's pace without BLAS."""
    from scipy.linalg.blas import sgemm

    product: Array = sgemm(1.0, weight.T, np.ascontiguousarray(rows).T, trans_a=1).T  # SciPy counts in columns
    return product


def layer_norm(x: Array, w: Norm, eps: float = 1e-12) -> Array:
    """Give every vector mean 0 and spread 1, then stretch and shift it as learned.

    >>> layer_norm(np.array([[1.0, 3.0]]), Norm(np.ones(2), np.zeros(2))).round(3).tolist()
    [[-1.0, 1.0]]
    """
    result = x - x.mean(axis=-1, keepdims=True)  # (..., n, hidden)
    variance = np.einsum("...i,...i->...", result, result)[..., None] / x.shape[-1]  # (..., n, 1)
    result /= np.sqrt(variance + eps)
    result *= w.weight
    result += w.bias
    return result


def softmax(scores: Array, out: Array | None = None) -> Array:
    """Turn each row of scores into shares: all positive, together 1; a score of minus infinity gets nothing.

    `out` is where the shares are written, if not into a new array; it may be the scores themselves.

    >>> softmax(np.array([0.0, 0.0, -np.inf])).tolist()
    [0.5, 0.5, 0.0]
    """
    shares = np.subtract(scores, scores.max(axis=-1, keepdims=True), out=out)  # the largest is 0: exp cannot overflow
    np.exp(shares, out=shares)
    shares /= shares.sum(axis=-1, keepdims=True)
    return shares


def relu(x: Array) -> Array:
    """Keep what is positive, make the rest 0."""
    return np.maximum(x, 0)


def erf(x: Array) -> Array:
    """Return the error function, to 2e-7: from -1 to 1, a smooth step (Abramowitz and Stegun 1964, 7.1.26).

    SciPy has it to the last digit, but is three times as slow here, and takes longer to import than BERT to load.

    >>> erf(np.array([-1.0, 0.0, 2.0])).round(4).tolist()
    [-0.8427, 0.0, 0.9953]
    """
    t = 1 / (1 + 0.3275911 * np.abs(x))
    share = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    with np.errstate(over="ignore"):  # far out x * x overflows, and exp(-infinity) is the right 0
        share *= np.exp(-x * x)
    return np.copysign(1 - share, x)


def gelu(x: Array) -> Array:
    """Let x through by the share of a bell curve that lies below x: a relu with a soft knee.

    gelu(x) = x * P(normal < x) = x * (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel 2016).

    >>> gelu(np.array([-1.0, 0.0, 1.0, 10.0])).round(3).tolist()
    [-0.159, 0.0, 0.841, 10.0]
    """
    result = np.empty_like(x)
    whole, flat = np.ravel(x), result.reshape(-1)
    for start in range(0, flat.size, 32768):  # a block fits into the processor's cache: twice as fast
        block = whole[start : start + 32768]
        flat[start : start + 32768] = block * (0.5 + 0.5 * erf(block * math.sqrt(0.5)))
    return result


def embed(ids: NDArray[np.integer], segments: NDArray[np.integer], w: EmbeddingWeights, config: Config) -> Array:
    """Look up three vectors for every piece (which piece, which place, which text of a pair) and add them."""
    x = w.pieces[ids]  # (..., n) -> (..., n, hidden)
    if w.segments is not None:
        x += w.segments[segments]
    x += w.positions[: ids.shape[-1]]
    return layer_norm(x, w.norm, config.layer_norm_eps)


def split_heads(x: Array, n_heads: int) -> Array:
    """Cut every vector into one short vector a head: (..., n, hidden) -> (..., heads, n, d)."""
    return x.reshape(*x.shape[:-1], n_heads, -1).swapaxes(-2, -3)


def join_heads(x: Array) -> Array:
    """Put the short vectors side by side again: (..., heads, n, d) -> (..., n, hidden)."""
    x = x.swapaxes(-2, -3)
    return x.reshape(*x.shape[:-2], -1)


def attend(
    query: Array, key: Array, value: Array, allowed: NDArray[np.bool_] | None = None, bias: Array | None = None
) -> tuple[Array, Array]:
    """Let every piece ask all pieces and take a share of what each holds (Vaswani et al. 2017, 3.2.1).

    Args:
        query: what each piece looks for, (..., n, d).
        key: what each piece offers, (..., n, d).
        value: what each piece holds, (..., n, d).
        allowed: False where a piece may not look, of a shape that broadcasts to (..., n, n); None: anywhere.
        bias: what is added to the scores before they become shares, of such a shape; None, as in BERT: nothing.

    Returns:
        what each piece gathered, (..., n, d), and the shares, (..., n from, n to); each row of shares adds up to 1.
    """
    query = query / math.sqrt(query.shape[-1])  # without this, long vectors would make every share 0 or 1
    scores = query @ key.swapaxes(-1, -2)  # (..., n, d) @ (..., d, n) -> (..., n, n)
    if bias is not None:
        scores += bias
    if allowed is not None:
        scores[~np.broadcast_to(allowed, scores.shape)] = -np.inf
    shares = softmax(scores, out=scores)
    return shares @ value, shares  # (..., n, n) @ (..., n, d) -> (..., n, d)


def relative_position_bias(n: int, table: Array, far: int = 128) -> Array:
    """Return what each head adds to its scores for the distance of two pieces. BERT has no such thing, MPNet has.

    Near distances have a row of the table each; farther off, ever more of them share one, and from `far` on all do.
    (Song et al. 2020, "MPNet", after Raffel et al. 2020, "T5", 2.1; the idea is that of Shaw et al. 2018.)

    Args:
        n: how many pieces the text has.
        table: learned numbers (rows, heads); its first half is for looking back, its second for looking ahead.
        far: a distance, in pieces.

    Returns:
        (heads, n from, n to).

    >>> relative_position_bias(3, np.arange(8.0)[:, None])[0].tolist()  # from the first piece: 0, then 1 and 2 ahead
    [[0.0, 5.0, 6.0], [1.0, 0.0, 5.0], [2.0, 1.0, 0.0]]
    """
    ahead = np.arange(n) - np.arange(n)[:, None]  # (n from, n to)
    steps, half = np.abs(ahead), len(table) // 2
    near = half // 2
    share = np.log(np.maximum(steps, near) / near) / math.log(far / near)  # 0 where near ends, 1 at far
    row = np.where(steps < near, steps, np.minimum(near + share * (half - near), half - 1)).astype(int)
    return table[row + half * (ahead > 0)].transpose(2, 0, 1)  # (n, n, heads) -> (heads, n, n)


ALL = slice(None)


def self_attention(
    x: Array, w: LayerWeights, config: Config, allowed: NDArray[np.bool_] | None = None, rows: slice = ALL
) -> tuple[Array, Array]:
    """Let the pieces of a text gather from each other, in several heads at once (Vaswani et al. 2017, 3.2.2).

    `rows` are the pieces that ask, all of them as a rule; whoever asks, all answer.

    Returns:
        the change for each piece that asks, (..., n, hidden), and the attentions, (..., heads, n, n).
    """
    query, key, value = (
        split_heads(linear(vectors, matrix), config.n_heads)
        for vectors, matrix in ((x[..., rows, :], w.query), (x, w.key), (x, w.value))
    )
    bias = None if w.relative is None else relative_position_bias(x.shape[-2], w.relative)[:, rows]
    gathered, shares = attend(query, key, value, allowed, bias)  # (..., heads, n, d), (..., heads, n, n)
    return linear(join_heads(gathered), w.output), shares


def feed_forward(x: Array, w: LayerWeights, config: Config) -> Array:
    """Work on each piece alone: up to four times as many numbers, a bend, and down again."""
    bend = gelu if config.activation == "gelu" else relu
    return linear(bend(linear(x, w.up)), w.down)  # (..., n, hidden) -> (..., n, 4 * hidden) -> (..., n, hidden)


def encoder_layer(
    x: Array, w: LayerWeights, config: Config, allowed: NDArray[np.bool_] | None = None, rows: slice = ALL
) -> tuple[Array, Array]:
    """Do one layer: gather, add, norm; think, add, norm. What came in is always added again (the residual).

    Returns:
        the new vectors of the pieces in `rows`, (..., n, hidden), and the attentions, (..., heads, n, n).
    """
    gathered, shares = self_attention(x, w, config, allowed, rows)
    gathered += x[..., rows, :]
    x = layer_norm(gathered, w.attention_norm, config.layer_norm_eps)
    thought = feed_forward(x, w, config)
    thought += x
    return layer_norm(thought, w.output_norm, config.layer_norm_eps), shares


def masked_word_scores(x: Array, w: HeadWeights, config: Config) -> Array:
    """Score every piece of the vocabulary for a place in the text: (..., hidden) -> (..., vocab)."""
    bend = gelu if config.activation == "gelu" else relu
    x = layer_norm(bend(linear(x, w.transform)), w.norm, config.layer_norm_eps)
    return linear(x, w.pieces)


# --- what comes out -------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Output:
    """What BERT made of one text, or of a batch of texts (then every shape has the batch where "..." stands).

    Args:
        tokens: the pieces as text, with [CLS] and [SEP]; for a batch one list a text.
        hidden_states: (layers + 1, ..., n, hidden); row 0 is the embeddings, row -1 what the last layer gives.
        attentions: (layers, ..., heads, n from, n to); attentions[i] lies between hidden_states[i] and [i + 1].
        mask: (..., n); False where a short text of a batch was filled up.
        ids: (..., n); the pieces as rows of the vocabulary.
        segments: (..., n); 1 for the second text of a pair.
    """

    tokens: list[Any]
    hidden_states: Array
    attentions: Array
    mask: NDArray[np.bool_]
    ids: Rows
    segments: Rows

    def __repr__(self) -> str:
        return f"Output(hidden_states {self.hidden_states.shape}, attentions {self.attentions.shape})"
