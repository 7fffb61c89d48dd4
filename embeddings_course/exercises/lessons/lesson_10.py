"""Lesson 10, Inside BERT: attention by hand, a whole layer from its weights, and a heavy link that does nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, compare
from embeddings_course.files.errors import CourseError

if TYPE_CHECKING:
    from embeddings_course.files.bert_weights import LayerWeights, Linear, Norm
    from embeddings_course.pretrained import Bert

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]

lesson = Lesson("10", "Inside BERT")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution

SENTENCE = "the bank robber lives near the bank of the river"


@lru_cache(maxsize=1)
def _bert() -> Bert:
    from embeddings_course.pretrained import load_bert

    return load_bert()


# --- predictions ---

lesson.add_predictions(
    Choice(
        "heaviest",
        "In one head of MiniLM, *the* (before *bank*) takes 0.77 of everything from *bank*: its heaviest link by far. "
        "We cut this one link and run BERT to the end. Elsewhere we cut nothing and put a full stop behind the "
        "sentence. What moves the last vector of *the* more?",
        (
            Option(
                "the cut, by far: 0.77 of its input is gone",
                "0.77 of the input of one head, in one layer. The other heads still look, and what *the* was before "
                "is added again. Weight is not influence.",
            ),
            Option(
                "about the same",
                "They differ by a factor of about 70. Have a look which way.",
            ),
            Option(
                "the full stop, by far",
                "Yes, about 70 times as far. The head that shouts loudest is not always the one that is heard.",
                right=True,
            ),
        ),
    ),
    Choice(
        "huge-query",
        "Multiply the query of *bank* by 30. What happens to its five weights?",
        (
            Option(
                "nothing: all scores grow alike",
                "Shares compare differences, and these grow 30 times too. It is not cosine: length counts.",
            ),
            Option(
                "one word gets nearly everything",
                "Yes: the largest score runs away from the others, and softmax turns a large lead into all.",
                right=True,
            ),
            Option(
                "they become more equal",
                "The other way round: small queries make equal shares, and a query of 0 gives each word a fifth.",
            ),
            Option(
                "each weight becomes 30 times as large",
                "Weights are shares: together they stay 1, whatever the scores do.",
            ),
        ),
    ),
    Number(
        "share",
        "A layer of BERT has an attention part (four square matrices) and a feed-forward part (up to four times as "
        "wide, and down again). How many per cent of the layer's numbers are in the attention part?",
        (
            Band(
                0,
                25,
                "More than that: four matrices are not little. Count: 4 squares here, and there 2 times 4 squares.",
            ),
            Band(
                25,
                40,
                "A third: 4 squares against 8. The part with the famous name is the smaller one.",
                right=True,
            ),
            Band(
                40,
                60,
                "Half and half is a fair guess, but up and down are each four squares wide: 4 against 8.",
            ),
            Band(
                60,
                101,
                "A layer is not only attention. The feed-forward part has twice as many numbers.",
            ),
        ),
        low=0,
        high=100,
        unit="per cent",
        step=1,
    ),
    Choice(
        "later-word",
        "*the bank of the river* becomes *the bank of the city*: only the last word changes. Does the vector of the "
        "first word, *the*, change too?",
        (
            Option(
                "no: BERT reads from left to right, and *the* came before",
                "It does not read from left to right. Every token looks at every token, in every layer.",
            ),
            Option(
                "yes, already in layer 0",
                "Layer 0 is the lookup table with places: there *the* knows nothing of other words.",
            ),
            Option(
                "yes, from layer 1 on",
                "Yes: from the first layer on, the first word takes something from the last.",
                right=True,
            ),
        ),
    ),
)


# --- exercise 1: attention, checked by row sums, masking and a reference ---


def _shares(scores: Floats, axis: int = -1) -> Floats:
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def _attention(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    """Return output and weights side by side, so that one comparison does."""
    scores = np.where(mask, q @ k.T / np.sqrt(q.shape[1]), -np.inf)
    weights = _shares(scores)
    return np.hstack([weights @ v, weights])


def _attention_1(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, q @ k.T / q.shape[1], -np.inf))
    return np.hstack([weights @ v, weights])


def _attention_2(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, q @ k.T / np.sqrt(q.shape[1]), -np.inf))
    return np.hstack([weights @ k, weights])


def _attention_3(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, k @ q.T / np.sqrt(q.shape[1]), -np.inf))
    return np.hstack([weights @ v, weights])


def _attention_4(q: Floats, k: Floats, v: Floats, mask: Bools) -> Floats:
    weights = _shares(np.where(mask, q @ k.T / np.sqrt(len(k)), -np.inf))
    return np.hstack([weights @ v, weights])


def _pair(f: Callable[..., Any], draw: tuple[Floats, Floats, Floats, Bools]) -> tuple[Floats, Floats]:
    """Call the learner's function and read (output, weights)."""
    given = f(*draw)
    if isinstance(given, np.ndarray) and given.ndim == 2 and given.shape[1] == draw[2].shape[1] + len(draw[1]):
        return given[:, : draw[2].shape[1]], given[:, draw[2].shape[1] :]  # a known slip
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise Wrong("Return two things: the new vectors and the weights, in this order.")
    output, weights = (np.asarray(part, dtype=float) for part in given)
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
        if (~mask).any() and np.all(rows < 1 + 1e-6):
            raise Wrong(
                f"Row 0 adds up to {rows[0]:.2f}. You took the padding out after the softmax, and its share is lost: "
                "the mask must act before.",
                "M43",
            )
        raise Wrong(f"Row 0 of your weights adds up to {rows[0]:.2f}. Shares add up to 1: divide by the row's sum.")


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
    slips=(
        Slip(
            _attention_1, "You divided by d. It should be the square root of d: else all weights become nearly equal."
        ),
        Slip(_attention_2, "You blended the keys. The weights say how much to take; what is taken are the values, V."),
        Slip(
            _attention_3,
            "Your rows and columns are exchanged: row i must hold how much token i takes, its query with all keys.",
        ),
        Slip(
            _attention_4,
            "You divided by the square root of the number of tokens. What counts is how many numbers a query has.",
        ),
    ),
)
def _check_attention(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for real, n, d in ((5, 5, 3), (4, 6, 4), (2, 5, 8), (3, 4, 2)):
        q, k, v = rng.normal(size=(3, n, d)).round(2)
        draws.append((q, k, v, np.arange(n) < real))
    for draw in draws:
        _look_at_weights(_pair(f, draw)[1], draw[3])
    _look_at_size(f, rng)
    compare(lambda *draw: np.hstack(_pair(f, draw)), _attention, draws, lesson.exercises["attention"].slips)
    q, k, v = 400 * rng.normal(size=(3, 4, 4))
    with np.errstate(all="ignore"):
        _look_at_weights(_pair(f, (q, k, v, np.ones(4, dtype=bool)))[1], np.ones(4, dtype=bool))
    return (
        "Rows add up to 1, padding gets nothing, and the numbers are those of the reference. These few lines are the "
        "heart of every model of this family."
    )


# --- exercise 2: a whole layer from its weights ---


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


def _layer_1(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(np.zeros_like(x), _heads(x, w, n_heads), w)


def _layer_2(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    return _norm(_linear(_bend(_linear(x, w.up)), w.down), w.output_norm)


def _layer_3(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(x, _heads(x, w, 1), w)


def _layer_4(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(x, _heads(x, w, n_heads, divisor=float(np.sqrt(x.shape[1]))), w)


def _layer_5(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _rest(x, _heads(x, w, n_heads, join=False), w)


def _layer_6(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    return _norm(x + _heads(x, w, n_heads), w.attention_norm)


def _layer_7(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    return _norm(x + _linear(np.maximum(_linear(x, w.up), 0), w.down), w.output_norm)


def _layer_8(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = x + _heads(_norm(x, w.attention_norm), w, n_heads)
    return np.asarray(x + _linear(_bend(_linear(_norm(x, w.output_norm), w.up)), w.down))


def _layer_9(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm, axis=0)
    return _norm(x + _linear(_bend(_linear(x, w.up)), w.down), w.output_norm, axis=0)


def _layer_10(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    x = _norm(x + _heads(x, w, n_heads), w.attention_norm)
    return _norm(x + _linear(_linear(x, w.up), w.down), w.output_norm)


def _layer_11(x: Floats, w: LayerWeights, n_heads: int) -> Floats:
    q, k, v = (_linear(x, m).reshape(n_heads, len(x), -1) for m in (w.query, w.key, w.value))
    blended = _shares(q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1])) @ v
    return _rest(x, _linear(blended.reshape(len(x), -1), w.output), w)


def toy_layer(rng: np.random.Generator, hidden: int = 8, wide: int = 32) -> LayerWeights:
    """Draw a small layer with every part in it."""
    from embeddings_course.files.bert_weights import LayerWeights, Linear, Norm

    def matrix(out: int, into: int) -> Linear:
        return Linear(rng.normal(0, 1.5 / np.sqrt(into), (out, into)), rng.normal(0, 0.5, out))

    def norm() -> Norm:
        return Norm(rng.uniform(0.5, 1.5, hidden), rng.normal(0, 0.3, hidden))

    query, key, value, output = (matrix(hidden, hidden) for _ in range(4))
    return LayerWeights(query, key, value, output, norm(), matrix(wide, hidden), matrix(hidden, wide), norm())


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
    slips=(
        Slip(
            _layer_1,
            "The first residual is missing: what came into the layer is added to what attention gathered, "
            "before the norm.",
        ),
        Slip(_layer_2, "The second residual is missing: add what went into the feed-forward part to what comes out."),
        Slip(
            _layer_3,
            "You used one big head. Cut the queries, keys and values into n_heads short vectors first: each head "
            "has shares of its own.",
            "M41",
        ),
        Slip(
            _layer_4,
            "You divided by the square root of hidden. A head has only hidden / n_heads numbers: take the square root "
            "of that.",
            "M41",
        ),
        Slip(
            _layer_5,
            "The heads were put together in the wrong order: bring the token axis to the front again before you "
            "reshape.",
            "M41",
        ),
        Slip(
            _layer_6,
            "That is half a layer. After attention comes the feed-forward part, with twice as many numbers.",
            "M42",
        ),
        Slip(_layer_7, "You bent with relu. This BERT was trained with gelu, the one with the soft knee."),
        Slip(
            _layer_8,
            "You put the norms before the two halves. Newer models do that; BERT adds first, and norms what it added.",
        ),
        Slip(
            _layer_9,
            "Your layer norm works down the columns. It gives each token, each row by itself, mean 0 and spread 1.",
        ),
        Slip(_layer_10, "The bend is missing: between up and down stands gelu. Without it, two matrices are just one."),
        Slip(
            _layer_11,
            "You cut the table across the tokens. First reshape to (n, n_heads, d), then bring the heads to the front.",
            "M41",
        ),
    ),
    seconds=20.0,
)
def _check_layer(f: Any, rng: np.random.Generator) -> str:
    draws = [(rng.normal(size=(n, 8)), toy_layer(rng), heads) for n, heads in ((5, 2), (4, 4), (6, 2))]
    for x, w, heads in draws:
        shape = np.shape(f(x, w, heads))
        if shape != x.shape:
            raise Wrong(f"In goes shape {x.shape}, and out must come {x.shape}; yours gives {shape}.")
    if any(not np.allclose(f(*draw), _layer(*draw), rtol=0, atol=1e-4) for draw in draws):
        _say_which(f, draws)
    return _on_the_real_one(f)


def _say_which(f: Any, draws: list[Any]) -> None:
    """Raise the sentence of the slip, or how far off it is."""
    try:
        compare(f, _layer, draws, lesson.exercises["layer"].slips)
    except Wrong as wrong:
        if not str(wrong).startswith("For ("):
            raise
    mine, right = f(*draws[0]), _layer(*draws[0])
    raise Wrong(
        f"Your numbers differ from the reference by up to {float(np.abs(mine - right).max()):.2f}; 0.0001 is allowed. "
        "Print after each step, and compare with encoder_layer in bert.py, line by line."
    )


def _on_the_real_one(f: Any) -> str:
    """Hold the learner's layer to the first layer of the real BERT, where it is on this machine."""
    try:
        bert = _bert()
    except CourseError:
        return "Right on made-up weights. Get the model (`python course.py`), and check again on the real ones."
    output = bert(SENTENCE)
    mine = f(output.hidden_states[0], bert.layer_weights(0), bert.config.n_heads)
    off = float(np.abs(np.asarray(mine) - output.hidden_states[1]).max())
    if off > 1e-4:
        raise Wrong(f"Right on made-up weights, but {off:.4f} off on the real layer 1. Does something overflow?")
    return (
        f"You rebuilt layer 1: on the robber's sentence no number differs by more than 0.0001 from what {bert.name} "
        f"computes. The other {bert.config.n_layers - 1} layers are the same code with other numbers. No magic left."
    )


# --- exercise 3, find the counterexample: a heavy link that does nothing, and a light one that does more ---

HEAVY, LIGHT = 0.5, 0.2


def _read_link(value: Any, which: str) -> tuple[int, int, int, int]:
    bert = _bert()
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
    if {tokens[start], tokens[end]} & {"[CLS]", "[SEP]"}:
        raise Wrong(
            f"The {which} link ends at [CLS] or [SEP]. Heads park weight there when they have nothing to do: too easy. "
            "Take two words."
        )
    if start == end:
        raise Wrong(
            f"The {which} link leads from a token to itself, which the residual brings anyway. Take two tokens."
        )
    return layer, head, start, end


def weight_and_move(link: tuple[int, int, int, int]) -> tuple[float, float]:
    """Return the weight of a link of the robber's sentence, and how far its token moves without it (1 - cosine)."""
    from embeddings_course.inside import cut_links

    layer, head, start, end = link
    weight = float(_bert()(SENTENCE).attentions[link])
    return weight, float(cut_links(_bert(), SENTENCE, layer, head, [(start, end)])[0, start])


@lesson.exercise(
    "idle",
    "Somebody says: the heavier a link, the more it matters. Refute it with two links (layer, head, from, to) of 'the "
    "bank robber lives near the bank of the river', between words, not [CLS] or [SEP]: a heavy one (0.5 or more) and a "
    "light one (0.2 or less) whose removal moves its token further.",
    hints=(
        "Where would a lost link be made good again by what comes later, and where is there no later?",
        "Heavy: an early layer, a head that always looks at the next word, and a little word as the one that looks. "
        "Light: the last layer. Nothing comes after it, and nobody can make up for the loss.",
        "out = bert(SENTENCE); np.argwhere(out.attentions >= 0.5) lists heavy links. Cut each, and measure "
        "moved(out.hidden_states[-1, start], bert(SENTENCE, cut=[link]).hidden_states[-1, start]).",
    ),
    takes="value",
    prepare=_bert,
    seconds=20.0,
)
def _check_idle(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, list | tuple | np.ndarray) or len(value) != 2:
        raise Wrong("Give two links: ((layer, head, from, to), (layer, head, from, to)), the heavy one first.")
    heavy, light = (_read_link(link, which) for link, which in zip(value, ("heavy", "light"), strict=True))
    (w1, m1), (w2, m2) = weight_and_move(heavy), weight_and_move(light)
    if w1 < HEAVY:
        raise Wrong(f"The first link weighs {w1:.2f}. Heavy means at least {HEAVY}.")
    if w2 > LIGHT:
        raise Wrong(f"The second link weighs {w2:.2f}. Light means at most {LIGHT}.")
    told = (
        f"The heavy link (weight {w1:.2f}) moves its token by {m1:.5f} when it is cut, the light one (weight {w2:.2f}) "
        f"by {m2:.5f}."
    )
    if m2 <= m1:
        raise Wrong(
            f"{told} Here the heavy one does matter more. Look for an idler one, or for a stronger light one.", "M39"
        )
    return f"{told} One pair is enough: weight is not influence. It is where to look first, not what you find."


# --- repair my bug ---


def _step(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    return np.asarray(x + _shares(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)) @ V)


def _step_1(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T, -np.inf)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + weights @ V)


def _step_2(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    powers = np.exp(scores - scores.max()) * mask
    weights = powers / (powers.sum(axis=0, keepdims=True) + 1e-9)
    return np.asarray(x + weights @ V)


def _step_3(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + (weights * mask) @ V)


def _step_4(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(weights @ V)


def _step_5(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), 0)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + weights @ V)


def _step_6(x: Floats, Q: Floats, K: Floats, V: Floats, mask: Bools) -> Floats:
    scores = np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(x + weights @ K)


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
    slips=(
        Slip(
            _step_1,
            "The scores still grow with the dimension, and one token takes all. Divide by the square root of d.",
        ),
        Slip(_step_2, "Softmax still goes down the wrong axis: it is the rows of the weights that must add up to 1."),
        Slip(
            _step_3,
            "The mask still comes after the softmax, so part of each row's share is lost. It must act before.",
            "M43",
        ),
        Slip(_step_4, "The residual is still missing: each token forgets what it was. Add x."),
        Slip(
            _step_5,
            "Padding still takes a share: a score of 0 is not nothing, exp(0) is 1. It must be minus infinity.",
            "M43",
        ),
        Slip(_step_6, "It still blends the keys. Keys only decide who is heard; what is said are the values."),
    ),
    broken=True,
)
def _check_repair(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for real, n, d in ((2, 3, 4), (3, 5, 6), (5, 6, 3)):
        x, q, k, v = rng.normal(size=(4, n, d)).round(1)
        draws.append((x, q, k, v, np.arange(n) < real))
    compare(f, _step, draws, lesson.exercises["repair"].slips)
    return (
        "Repaired: each token keeps what it was, and adds what the others gave it. That plus sign is why layers can "
        "be stacked."
    )


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "explanation",
        "A newspaper prints the attention map of one head: *bank* looks at *river* with 0.71. Below it stands: "
        "'This is why the machine understood that a river bank was meant.' Is that shown?",
        (
            Option("yes: 0.71 is most of what it takes in", "Most of what one head takes in, in one layer."),
            Option(
                "no, and attention can never tell anything",
                "Too strong. A weight near 0 means that this link carries nearly nothing: that is something.",
            ),
            Option("not yet: it is a guess that can be tested", "A good guess, and still only a guess.", right=True),
        ),
        (
            Option(
                "cut the link, and see whether the vector of *bank* and its nearest sense change",
                "Evidence to test, not an explanation to read off: and you have the scissors.",
                right=True,
            ),
            Option(
                "the weights of a row add up to 1, so they say how much each token matters",
                "They say how the blend is mixed. What the blend does to the result, they do not say.",
            ),
            Option(
                "there are many heads, so one should average all of them before reading the map",
                "An average of weights is a weight again. It has the same gap: nobody has measured an effect.",
            ),
            Option(
                "neural networks cannot be explained",
                "You have rebuilt one, and can change every number in it. Few things are easier to experiment on.",
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "heads",
        "BERT-base has 768 numbers a token and 12 heads. What does one head work with?",
        (
            Option(
                "with all 768 numbers, like every other head",
                "Then queries would have 768 numbers a head. Print the shapes: 12 x 64 = 768.",
            ),
            Option(
                "with the first, second, ... twelfth part of the token's vector",
                "Nearly: the queries, keys and values are cut in twelve, but each of those numbers was computed from "
                "all 768.",
            ),
            Option(
                "with queries, keys and values of 64 numbers, computed from all 768",
                "Yes: 12 x 64 = 768. 768 itself is a choice, no law: small BERTs have 128, 256 or 384.",
                right=True,
            ),
        ),
    ),
    Choice(
        "layer-parts",
        "Which part of a layer lets tokens exchange something?",
        (
            Option(
                "attention alone",
                "Yes. Everything else (feed-forward, norms, residuals) works on each token by itself.",
                right=True,
            ),
            Option(
                "the feed-forward part: it is the largest",
                "The largest, and it never looks aside: each token goes through it alone.",
            ),
            Option("both attention and layer norm", "Layer norm uses the numbers of one token only: mean 0, spread 1."),
        ),
    ),
    Choice(
        "padding",
        "Two sentences of 5 and 16 tokens go through BERT together, and somebody forgot the mask. What is wrong?",
        (
            Option(
                "none: padding has vectors of zeros",
                "[PAD] is a piece like others, with a vector, a key and a value. It gets looked at.",
            ),
            Option(
                "those of the short sentence, in every token",
                "Yes: every token of the short sentence takes a share from 11 pieces of filling.",
                right=True,
            ),
            Option(
                "those of the filling alone, and we throw them away",
                "They would be harmless if nobody looked at them. That is what the mask is for.",
            ),
        ),
    ),
    Choice(
        "places",
        "Take the position vectors away. What does BERT see of *dog bit man*?",
        (
            Option(
                "a bag with these three words, in no order",
                "Yes: to the attention all places look alike. *man bit dog* gets the very same vectors.",
                right=True,
            ),
            Option(
                "the words in order: it reads them one after the other",
                "It reads all at once. Order comes in through the position vectors and through nothing else.",
            ),
            Option("nothing: all vectors become equal", "The words still differ. Only their order is lost."),
        ),
    ),
)
