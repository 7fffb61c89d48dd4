"""Lesson 10, Inside BERT: attention by hand, a whole layer from its weights, and a heavy link that does nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from embeddings_course.bert import encoder_layer
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Unexplained, compare, telling
from embeddings_course.exercises.engine.telling import as_array
from embeddings_course.files.arrays import Bools, Floats
from embeddings_course.files.bert_weights import LayerWeights, Linear, Norm
from embeddings_course.files.errors import CourseError
from embeddings_course.inside import cut_links
from embeddings_course.pretrained import load_bert

lesson = Lesson("10", "Inside BERT", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember

SENTENCE = "the bank robber lives near the bank of the river"


# --- exercise 1: attention, checked by row sums, masking and a reference ---

ATTENTION_SHAPES = "The shapes: Q @ K.T is (n, n), and so are the weights; weights @ V has the shape of V."


def _shares(scores: Floats, axis: int = -1) -> Floats:
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def _attention(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    """Return output and weights side by side, so that one comparison does."""
    scores = np.where(mask, q @ k.T / np.sqrt(q.shape[1]), -np.inf)
    weights = _shares(scores)
    return np.hstack([weights @ v, weights])


def _pair(f: Callable[..., Any], draw: tuple[Floats, Floats, Floats, Bools]) -> tuple[Floats, Floats]:
    """Call the learner's function and read (output, weights)."""
    given = f(*draw)
    if isinstance(given, np.ndarray) and given.ndim == 2 and given.shape[1] == draw[2].shape[1] + len(draw[1]):
        return given[:, : draw[2].shape[1]], given[:, draw[2].shape[1] :]  # a known slip
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise Wrong("Return two things: the new vectors and the weights, in this order.")
    output, weights = (as_array(part) for part in given)
    n = len(draw[0])
    if weights.shape == draw[2].shape and output.shape == (n, n) and output.shape != weights.shape:
        raise Wrong("The order is: first the new vectors, then the weights.")
    if weights.shape != (n, n) or output.shape != draw[2].shape:
        raise Wrong(
            f"For {n} tokens the weights have shape ({n}, {n}), one row for each token that looks, and the new vectors "
            f"have the shape of V, {draw[2].shape}. Yours: {weights.shape} and {output.shape}."
        )
    return output, weights


def _look_at_weights(weights: Floats, mask: Bools) -> None:
    """Say what is wrong with weights as shares."""
    blind = ~mask
    empty = np.all(np.isnan(weights) | np.isclose(weights, 1 / len(weights)), axis=1)
    if blind.any() and empty[blind].all() and not empty[mask].any():
        raise Wrong(
            "Your mask acts on the rows, on who looks. It says who may not be *looked at*: where it is False, the "
            "whole column goes.",
            "M43",
        )
    if not np.isfinite(weights).all():
        raise Wrong("Some weights are not numbers: exp of a large score overflows. Take away the row's largest first.")
    rows, columns = weights.sum(axis=1), weights.sum(axis=0)
    if not np.allclose(rows, 1, atol=1e-4) and np.allclose(columns[mask], 1, atol=1e-4):
        raise Wrong(
            f"Softmax went down the wrong axis: your columns add up to 1, and row 0 adds up to {rows[0]:.2f}. "
            "Each token that looks shares out 1."
        )
    hidden = float(np.max(weights[:, ~mask], initial=0.0))
    if hidden > 1e-6:
        raise Wrong(
            f"Padding still gets weight {hidden:.2f}. A mask must act before the softmax, as a very large "
            "negative number: a score of 0 is not nothing, exp(0) is 1.",
            "M43",
        )
    if not np.allclose(rows, 1, atol=1e-4):
        odd = int(np.abs(rows - 1).argmax())
        if blind.any() and np.allclose(rows[mask], 1, atol=1e-4) and np.allclose(rows[blind], 0):
            raise Wrong(
                f"Row {odd}, of a piece of padding, adds up to 0. The mask says who may not be *looked at*: columns. "
                "Every row shares out 1.",
                "M43",
            )
        if blind.any() and np.all(rows < 1 + 1e-6):
            raise Wrong(
                f"Row {odd} adds up to {rows[odd]:.2f}. You took the padding out after the softmax, and its share is "
                "lost: the mask must act before.",
                "M43",
            )
        raise Wrong(
            f"Row {odd} of your weights adds up to {rows[odd]:.2f}. Shares add up to 1: divide by the row's sum."
        )


def _look_at_size(f: Callable[..., Any], rng: np.random.Generator) -> None:
    """Say whether shares get more extreme with the size of the head: then the square root is missing."""
    told = {}
    for d in (4, 64):
        q, k, v = rng.normal(size=(3, 8, d))
        mask = np.ones(8, dtype=bool)
        _, weights = _pair(f, (q, k, v, mask))
        told[d] = float(weights.max(axis=1).mean()), np.allclose(weights, _shares(q @ k.T), atol=1e-4)
    if all(same for _, same in told.values()):
        raise Wrong(
            f"The scores explode with the dimension: with d = 4 the largest weight of a row is {told[4][0]:.2f} on "
            f"average, with d = 64 it is {told[64][0]:.2f}. Divide by the square root of the head size."
        )


@lesson.exercise(
    "attention",
    "Write attention(Q, K, V, mask): return the new vectors and the weights. Q, K and V have shape (n, d); mask has n "
    "entries, False where a token is padding that nobody may look at.",
    hints=(
        "Four lines: scores, mask, softmax, blend. Which of them need to know about the other tokens?",
        "Scores: every query with every key, Q @ K.T, divided by the square root of d. Where the mask is False, put "
        "minus infinity into the whole column, then softmax along each row.",
        "scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf); then weights = softmax of each row; "
        "return weights @ V and one more thing.",
    ),
)
def attention_task(f: Any, rng: np.random.Generator) -> str:
    f, draws = telling(f, "ValueError", lambda *draw: ATTENTION_SHAPES), []
    for real, n, d in ((5, 5, 3), (4, 6, 4), (2, 5, 8), (3, 4, 2)):
        q, k, v = rng.normal(size=(3, n, d)).round(2)
        draws.append((q, k, v, np.arange(n) < real))
    for draw in draws:
        _look_at_weights(_pair(f, draw)[1], draw[3])
    _look_at_size(f, rng)
    compare(lambda *draw: np.hstack(_pair(f, draw)), _attention, draws, attention_task.slips)
    q, k, v = 400 * rng.normal(size=(3, 4, 4))
    with np.errstate(all="ignore"):
        _look_at_weights(_pair(f, (q, k, v, np.ones(4, dtype=bool)))[1], np.ones(4, dtype=bool))
    return (
        "Rows add up to 1, padding gets nothing, and the numbers are those of the reference. These few lines are the "
        "heart of every model of this family."
    )


@attention_task.slip("You divided by d. It should be the square root of d: else all weights become nearly equal.")
def divides_by_d(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, q @ k.T / q.shape[1], -np.inf))
    return np.hstack([weights @ v, weights])


@attention_task.slip("You blended the keys. The weights say how much to take; what is taken are the values, V.")
def blends_the_keys(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, q @ k.T / np.sqrt(q.shape[1]), -np.inf))
    return np.hstack([weights @ k, weights])


@attention_task.slip(
    "Your rows and columns are exchanged: row i must hold how much token i takes, its query with all keys."
)
def swaps_queries_and_keys(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, k @ q.T / np.sqrt(q.shape[1]), -np.inf))
    return np.hstack([weights @ v, weights])


@attention_task.slip(
    "You divided by the square root of the number of tokens. What counts is how many numbers a query has."
)
def divides_by_root_of_tokens(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, q @ k.T / np.sqrt(len(k)), -np.inf))
    return np.hstack([weights @ v, weights])


@attention_task.slip("You multiplied by the square root of d: scores grow with the dimension anyway. Divide by it.")
def multiplies_by_the_root(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, q @ k.T * np.sqrt(q.shape[1]), -np.inf))
    return np.hstack([weights @ v, weights])


@attention_task.slip("You gave V back as it came. The weights say how much of each row of V goes in: weights @ V.")
def gives_the_values_back(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    return np.hstack([v, _shares(np.where(mask, q @ k.T / np.sqrt(q.shape[1]), -np.inf))])


@attention_task.slip(
    "Without keepdims=True the largest score of row i is taken from column i. Each row should lose its own."
)
def takes_maxima_from_columns(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, q @ k.T / np.sqrt(q.shape[1]), -np.inf)
    weights = _shares(scores - scores.max(axis=1))
    return np.hstack([weights @ v, weights])


@attention_task.slip(
    "You cut queries and keys to length 1: that is a cosine. Attention takes the dot product as it is."
)
def takes_the_cosine(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    units = [each / np.linalg.norm(each, axis=1, keepdims=True) for each in (q, k)]
    weights = _shares(np.where(mask, units[0] @ units[1].T, -np.inf))
    return np.hstack([weights @ v, weights])


# --- exercise 2: a whole layer from its weights ---

LAYER_SHAPES = (
    "The shapes: x (n, hidden), a head's query (n_heads, n, d), scores (n_heads, n, n), blends side by side "
    "(n, hidden)."
)


def _linear(x: Floats, w: Linear) -> Floats:
    return np.asarray(x @ w.weight.T + w.bias)


def _norm(x: Floats, w: Norm, axis: int = -1) -> Floats:
    return np.asarray((x - x.mean(axis, keepdims=True)) / x.std(axis, keepdims=True) * w.weight + w.bias)


def _bend(x: Floats) -> Floats:
    from scipy.special import erf

    return np.asarray(x * (1 + erf(x / np.sqrt(2))) / 2)


def _heads(x: Floats, w: LayerWeights, n_heads: int, divisor: float | None = None, join: bool = True) -> Floats:
    """Do the attention of a layer, up to the output matrix."""
    q, k, v = (_linear(x, m).reshape(len(x), n_heads, -1).swapaxes(0, 1) for m in (w.query, w.key, w.value))
    shares = _shares(q @ k.swapaxes(1, 2) / (divisor or np.sqrt(q.shape[-1])))
    blended = shares @ v  # (heads, n, d)
    return _linear((blended.swapaxes(0, 1) if join else blended).reshape(len(x), -1), w.output)


def _rest(x: Floats, gathered: Floats, w: LayerWeights) -> Floats:
    """Do everything after attention."""
    x = _norm(x + gathered, w.attention_norm)
    return _norm(x + _linear(_bend(_linear(x, w.up)), w.down), w.output_norm)


def _layer(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(x, _heads(x, w, n_heads), w)


def toy_layer(rng: np.random.Generator, hidden: int = 8, wide: int = 32) -> LayerWeights:
    """Draw a small layer with every part in it."""

    def matrix(out: int, into: int) -> Linear:
        return Linear(rng.normal(0, 1.5 / np.sqrt(into), (out, into)), rng.normal(0, 0.5, out))

    def norm() -> Norm:
        return Norm(rng.uniform(0.5, 1.5, hidden), rng.normal(0, 0.3, hidden))

    query, key, value, output = (matrix(hidden, hidden) for _ in range(4))
    return LayerWeights(query, key, value, output, norm(), matrix(wide, hidden), matrix(hidden, wide), norm())


def _fetch_if_possible() -> None:
    """Fetch the real BERT before the clock runs: neither its time nor its lines are the learner's."""
    with contextlib.suppress(CourseError, OSError):
        load_bert()


@lesson.exercise(
    "layer",
    "Write layer(x, w, n_heads): one whole layer of BERT, from x of shape (n, hidden) to the same shape. w has query, "
    "key, value, output, attention_norm, up, down, output_norm, each with .weight and .bias.",
    hints=(
        "Two halves, and each ends alike: add what came in, then layer norm. One half gathers, the other thinks.",
        "Matrices are stored as (out, in), so a step is x @ m.weight.T + m.bias. A head's part of a query is d = "
        "hidden / n_heads numbers that stand side by side: reshape(n, n_heads, d), then bring the heads to the front.",
        "q, k, v: (n, hidden) -> reshape(n, n_heads, -1).swapaxes(0, 1). Attend. Back: swapaxes(0, 1).reshape(n, -1), "
        "then the output matrix. x = norm(x + that, w.attention_norm); then the same with gelu(up), down and "
        "output_norm: one line is missing.",
    ),
    seconds=20.0,
    prepare=_fetch_if_possible,
)
def layer_task(f: Any, rng: np.random.Generator) -> str:
    f = telling(f, "ValueError", lambda *draw: LAYER_SHAPES)
    draws = [(rng.normal(size=(n, 8)), toy_layer(rng), heads) for n, heads in ((5, 2), (4, 4), (6, 2))]
    for x, w, heads in draws:
        shape = np.shape(f(x, w, heads))
        if shape != x.shape:
            raise Wrong(f"In goes shape {x.shape}, and out must come {x.shape}; yours gives {shape}.")
    if any(not np.allclose(f(*draw), _layer(*draw), rtol=0, atol=1e-4) for draw in draws):
        _say_which(f, draws)
    return _on_the_real_one(f)


@layer_task.slip(
    "The first residual is missing: what came into the layer is added to what attention gathered, before the norm."
)
def no_first_residual(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(np.zeros_like(x), _heads(x, w, n_heads), w)


@layer_task.slip("The second residual is missing: add what went into the feed-forward part to what comes out.")
def no_second_residual(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    return _norm(_linear(_bend(_linear(x, w.up)), w.down), w.output_norm)


@layer_task.slip(
    "You used one big head. Cut the queries, keys and values into n_heads short vectors first: each head has shares "
    "of its own.",
    idea="M41",
)
def one_big_head(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(x, _heads(x, w, 1), w)


@layer_task.slip(
    "You divided by the square root of hidden. A head has only hidden / n_heads numbers: take the square root of that.",
    idea="M41",
)
def root_of_hidden(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(x, _heads(x, w, n_heads, divisor=float(np.sqrt(x.shape[1]))), w)


@layer_task.slip(
    "The heads were put together in the wrong order: bring the token axis to the front again before you reshape.",
    idea="M41",
)
def heads_in_wrong_order(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(x, _heads(x, w, n_heads, join=False), w)


@layer_task.slip(
    "That is half a layer. After attention comes the feed-forward part, with twice as many numbers.",
    idea="M42",
)
def half_a_layer(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _norm(x + _heads(x, w, n_heads), w.attention_norm)


@layer_task.slip("You bent with relu. This BERT was trained with gelu, the one with the soft knee.")
def bends_with_relu(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    return _norm(x + _linear(np.maximum(_linear(x, w.up), 0), w.down), w.output_norm)


@layer_task.slip(
    "You put the norms before the two halves. Newer models do that; BERT adds first, and norms what it added."
)
def norms_first(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = x + _heads(_norm(x, w.attention_norm), w, n_heads)
    return np.asarray(x + _linear(_bend(_linear(_norm(x, w.output_norm), w.up)), w.down))


@layer_task.slip(
    "Your layer norm works down the columns. It gives each token, each row by itself, mean 0 and spread 1."
)
def norms_down_the_columns(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm, axis=0)
    return _norm(x + _linear(_bend(_linear(x, w.up)), w.down), w.output_norm, axis=0)


@layer_task.slip("The bend is missing: between up and down stands gelu. Without it, two matrices are just one.")
def does_not_bend(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    return _norm(x + _linear(_linear(x, w.up), w.down), w.output_norm)


@layer_task.slip(
    "You cut the table across the tokens. First reshape to (n, n_heads, d), then bring the heads to the front.",
    idea="M41",
)
def cuts_across_tokens(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    q, k, v = (_linear(x, m).reshape(n_heads, len(x), -1) for m in (w.query, w.key, w.value))
    blended = _shares(q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1])) @ v
    return _rest(x, _linear(blended.reshape(len(x), -1), w.output), w)


@layer_task.slip("Nearly: this is the short form of gelu, with tanh. BERT's own has erf, as in `gelu` above.")
def bends_with_tanh(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    up = _linear(x, w.up)
    bent = up * (1 + np.tanh(np.sqrt(2 / np.pi) * (up + 0.044715 * up**3))) / 2
    return _norm(x + _linear(bent, w.down), w.output_norm)


@layer_task.slip(
    "Nearly: this is the quick gelu, x * sigmoid(1.702 x), which other models use. BERT's own has erf, as in "
    "`gelu` above."
)
def bends_quickly(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    up = _linear(x, w.up)
    return _norm(x + _linear(up / (1 + np.exp(-1.702 * up)), w.down), w.output_norm)


@layer_task.slip("The output matrix is missing: the blends of all heads, side by side, go through w.output.")
def no_output_matrix(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    plain = Linear(np.eye(x.shape[1]), np.zeros(x.shape[1]))
    return _rest(x, _heads(x, replace(w, output=plain), n_heads), w)


@layer_task.slip(
    "You added what came into the layer twice. The second half adds what went into *it*: the vectors after the first "
    "norm."
)
def adds_the_first_input_twice(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    y = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    return _norm(x + _linear(_bend(_linear(y, w.up)), w.down), w.output_norm)


@layer_task.slip("The two norms are swapped: attention_norm ends the first half, output_norm the second.")
def swaps_the_norms(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _layer(x, replace(w, attention_norm=w.output_norm, output_norm=w.attention_norm), n_heads)


@layer_task.slip("Your norm divides by the spread with n - 1 (ddof=1). Here all numbers of a token count: plain std.")
def norms_with_n_minus_1(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    def norm(x: Floats, w: Norm) -> Floats:
        return _norm(x, Norm(w.weight * np.sqrt(1 - 1 / x.shape[1]), w.bias))

    x = norm(x + _heads(x, w, n_heads), w.attention_norm)
    return norm(x + _linear(_bend(_linear(x, w.up)), w.down), w.output_norm)


def _say_which(f: Any, draws: list[Any]) -> None:
    """Raise the sentence of the slip, or how far off it is."""
    with contextlib.suppress(Unexplained):
        compare(f, _layer, draws, layer_task.slips)
    mine, right = f(*draws[0]), _layer(*draws[0])
    raise Wrong(
        f"Your numbers differ from the reference by up to {float(np.abs(mine - right).max()):.2g}; 0.0001 is allowed. "
        "Print after each step, and compare with encoder_layer in bert.py, line by line."
    )


def _on_the_real_one(f: Any) -> str:
    """Hold the learner's layer to the first layer of the real BERT, where it is on this machine."""
    try:
        bert = load_bert()
    except (CourseError, OSError):  # no model, or one that cannot be read
        return "Right on made-up weights. Get the model (`python course.py`), and check again on the real ones."
    whole = bert.layer_weights(0)
    x, w = bert(SENTENCE).hidden_states[0], replace(whole, relative=None)  # None in BERT already
    mine = f(x, w, bert.config.n_heads)
    plain = replace(bert.config, layer_norm_eps=1e-12)  # the learner's norm adds nothing below the root, MPNet's does
    off = float(np.abs(np.asarray(mine) - encoder_layer(x, w, plain)[0]).max())
    if off > 1e-4:
        raise Wrong(f"Right on made-up weights, but {off:.4f} off on the real layer 1. Does something overflow?")
    return (
        f"You rebuilt layer 1: on the robber's sentence no number differs by more than 0.0001 from what {bert.name} "
        f"computes{'' if whole.relative is None else ' where it adds nothing for distances'}. "
        f"The other {bert.config.n_layers - 1} layers are the same code with other numbers. No magic left."
    )


# --- exercise 3, find the counterexample: a heavy link that does nothing, and a light one that does more ---

HEAVY, LIGHT = 0.5, 0.2


def _read_link(value: Any, which: str) -> tuple[int, int, int, int]:
    bert = load_bert()
    tokens = bert.tokenize(SENTENCE)
    try:
        layer, head, start, end = (int(i) for i in value)
    except (TypeError, ValueError):
        raise Wrong(f"The {which} link should be four whole numbers: (layer, head, from, to), as in a cut.") from None
    layers, heads = bert.config.n_layers, bert.config.n_heads
    if not (0 <= layer < layers and 0 <= head < heads and 0 <= start < len(tokens) and 0 <= end < len(tokens)):
        raise Wrong(
            f"The {which} link {(layer, head, start, end)} does not exist. Layers go from 0 to {layers - 1}, heads "
            f"from 0 to {heads - 1}, tokens from 0 to {len(tokens) - 1}: code counts from 0."
        )
    if {start, end} & {0, len(tokens) - 1}:
        raise Wrong(
            f"The {which} link ends at {tokens[0]} or {tokens[-1]}. Heads park weight there when they have nothing to "
            "do: too easy. Take two words."
        )
    if start == end:
        raise Wrong(
            f"The {which} link leads from a token to itself, which the residual brings anyway. Take two tokens."
        )
    return layer, head, start, end


def weight_and_move(link: tuple[int, int, int, int]) -> tuple[float, float]:
    """Return the weight of a link of the robber's sentence, and how far its token moves without it (1 - cosine)."""
    layer, head, start, end = link
    weight = float(load_bert()(SENTENCE).attentions[link])
    return weight, float(cut_links(load_bert(), SENTENCE, layer, head, [(start, end)])[0, start])


@lesson.exercise(
    "idle",
    "Somebody says: in one layer, the heavier link matters more. Refute it with two links (layer, head, from, to) of "
    "'the bank robber lives near the bank of the river', in the same layer, between words, not [CLS] or [SEP]: a heavy "
    "one (0.5 or more) and a light one (0.2 or less) whose removal moves its token further.",
    hints=(
        "`heavy` above says how far each of the forty moves its token. Which of them idles?",
        "Take the heavy link that moves least. In its layer, cut the links of weight 0.1 to 0.2 one by one "
        "(`step_without`): does one move its token further?",
        "idle = min(heavy, key=heavy.get); light = [link for link in links if link[0] == idle[0] and 0.1 < "
        "out.attentions[link] <= 0.2]; then the best of these, max(light, key=...): one name is missing.",
    ),
    takes="value",
    prepare=load_bert,
)
def idle_task(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, list | tuple | np.ndarray) or len(value) != 2:
        raise Wrong("Give two links: ((layer, head, from, to), (layer, head, from, to)), the heavy one first.")
    heavy, light = (_read_link(link, which) for link, which in zip(value, ("heavy", "light"), strict=True))
    (w1, m1), (w2, m2) = weight_and_move(heavy), weight_and_move(light)
    if w1 < HEAVY:
        raise Wrong(f"The first link weighs {w1:.2f}. Heavy means at least {HEAVY}.")
    if w2 > LIGHT:
        raise Wrong(f"The second link weighs {w2:.2f}. Light means at most {LIGHT}.")
    if heavy[0] != light[0]:
        raise Wrong(
            f"Layer {heavy[0]} against layer {light[0]}: after an early layer others can make good a loss, after the "
            "last nobody can. That would refute too easily. Take both from one layer.",
            "M39",
        )
    told = (
        f"The heavy link (weight {w1:.2f}) moves its token by {m1:.5f} when it is cut, the light one (weight {w2:.2f}) "
        f"by {m2:.5f}."
    )
    if m2 <= m1:
        raise Wrong(
            f"{told} Here the heavy one does matter more. Look for an idler one, or for a stronger light one.", "M39"
        )
    return f"{told} One pair is enough: the heavier link need not matter more. Weight says where to look first."


# --- repair my bug ---


def _step(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    return np.asarray(x + _shares(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)) @ V)


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    x, v, both = np.array([[1.0, 2], [3, 4]]), np.array([[10.0, 0], [0, 20]]), np.array([True, True])
    none, q, k = np.zeros((2, 2)), np.array([[1.0, 0], [0, 2]]), np.array([[1.0, 1], [0, 1]])
    return [
        ("All scores are 0: each token adds the mean of V to what it was.", (x, none, none, v, both)),
        (
            "All scores are 0 and the second token is padding: each token adds the first row of V.",
            (x, none, none, v, np.array([True, False])),
        ),
        (
            "No padding, d = 1, so the root is 1: scores are Q @ K.T, and each row of shares adds up to 1.",
            (x[:, :1], q[:, 1:], k[:, :1] + 1, v[:, :1], both),
        ),
        (
            "No padding, d = 2: the scores are divided by the root of d, the softmax goes along each row.",
            (x, q, k, v, both),
        ),
    ]


@lesson.exercise(
    "repair",
    "step(x, Q, K, V, mask) should give each token its new vector: what it was (x) plus what it gathers by attention. "
    "mask is False where a token is padding.",
    hints=(
        "Make two tokens and a third that is padding. Print the weights: does each row add up to 1, without the third?",
        "Five things must be right: the square root of d, the mask before the softmax, the softmax along each row, the "
        "values that are blended, and x that is added.",
        "scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf), softmax along axis 1, then x + weights @ V. "
        "Which of these lines differs from yours?",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for real, n, d in ((2, 3, 4), (3, 5, 6), (5, 6, 3)):
        x, q, k, v = rng.normal(size=(4, n, d)).round(1)
        draws.append((x, q, k, v, np.arange(n) < real))
    x, q, k, v = rng.normal(size=(4, 4, 3)).round(1)
    draws.append((x, 900 * q, k, v, np.arange(4) < 3))  # exp of such scores overflows
    compare(
        telling(f, "ValueError", lambda *draw: ATTENTION_SHAPES), _step, draws, repair_task.slips, rungs=_repair_rungs()
    )
    return (
        "Repaired: each token keeps what it was, and adds what the others gave it. That plus sign is why layers can "
        "be stacked."
    )


@repair_task.slip("The scores still grow with the dimension, and one token takes all. Divide by the square root of d.")
def forgets_the_root(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T, -np.inf)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + weights @ V)


@repair_task.slip("Softmax still goes down the wrong axis: it is the rows of the weights that must add up to 1.")
def softmax_down_the_columns(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    powers = np.exp(scores - scores.max()) * mask
    weights = powers / (powers.sum(axis=0, keepdims=True) + 1e-9)
    return np.asarray(x + weights @ V)


@repair_task.slip(
    "The mask still comes after the softmax, so part of each row's share is lost. It must act before.",
    idea="M43",
)
def mask_after_softmax(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + (weights * mask) @ V)


@repair_task.slip("exp of a large score overflows: take away the row's largest score before exp, each row its own.")
def lets_exp_overflow(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores)
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + weights @ V)


@repair_task.slip("The residual is still missing: each token forgets what it was. Add x.")
def forgets_the_residual(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(weights @ V)


@repair_task.slip(
    "Padding still takes a share: a score of 0 is not nothing, exp(0) is 1. It must be minus infinity.",
    idea="M43",
)
def masks_with_zero(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), 0)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + weights @ V)


@repair_task.slip("It still blends the keys. Keys only decide who is heard; what is said are the values.")
def adds_the_keys(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + weights @ K)
