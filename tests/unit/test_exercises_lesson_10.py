"""Lesson 10: right answers pass, and each mistake of the syllabus is answered with its own idea."""

import numpy as np
import pytest
from scipy.special import erf
from verdicts import said_by

from embeddings_course.bert import encoder_layer
from embeddings_course.exercises.lessons import lesson_10
from embeddings_course.exercises.lessons.lesson_10 import lesson, toy_layer, weight_and_move
from embeddings_course.files.bert_weights import Config
from embeddings_course.files.models import find_model

needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="the model is not on this machine")


said = said_by(lesson)


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def scores_of(Q, K):
    return Q @ K.T / np.sqrt(Q.shape[1])


# --- attention ---


def attention(Q, K, V, mask):
    weights = softmax(np.where(mask, scores_of(Q, K), -1e9))
    return weights @ V, weights


def wrong_axis(Q, K, V, mask):
    weights = softmax(np.where(mask, scores_of(Q, K), -1e9), axis=0)
    return weights @ V, weights


def no_root(Q, K, V, mask):
    weights = softmax(np.where(mask, Q @ K.T, -1e9))
    return weights @ V, weights


def mask_adds_zero(Q, K, V, mask):
    weights = softmax(np.where(mask, scores_of(Q, K), 0))
    return weights @ V, weights


def no_mask(Q, K, V, mask):
    weights = softmax(scores_of(Q, K))
    return weights @ V, weights


def mask_afterwards(Q, K, V, mask):
    weights = softmax(scores_of(Q, K)) * mask
    return weights @ V, weights


def no_division(Q, K, V, mask):
    weights = np.exp(np.where(mask, scores_of(Q, K), -1e9))
    return weights @ V, weights


def overflows(Q, K, V, mask):
    powers = np.exp(np.where(mask, scores_of(Q, K), -np.inf))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return weights @ V, weights


def masks_the_rows(Q, K, V, mask, hole=-np.inf):
    with np.errstate(all="ignore"):
        weights = softmax(np.where(mask[:, None], scores_of(Q, K), hole))
    return weights @ V, weights


def empties_the_rows(Q, K, V, mask):
    weights = attention(Q, K, V, mask)[1] * mask[:, None]
    return weights @ V, weights


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (masks_the_rows, "Your mask acts on the rows"),
        (lambda *draw: masks_the_rows(*draw, hole=-1e9), "Your mask acts on the rows"),
        (empties_the_rows, "Row 4, of a piece of padding, adds up to 0"),
        (wrong_axis, "Softmax went down the wrong axis: your columns add up to 1"),
        (no_root, "The scores explode with the dimension: with d = 4"),
        (mask_adds_zero, "A mask must act before the softmax"),
        (no_mask, "Padding still gets weight 0."),
        (mask_afterwards, "You took the padding out after the softmax"),
        (no_division, "Shares add up to 1: divide by the row's sum"),
        (overflows, "exp of a large score overflows"),
        (lambda Q, K, V, mask: attention(Q, K, V, mask)[::-1], "The order is: first the new vectors"),
        (lambda Q, K, V, mask: attention(Q, K, V, mask)[0], "Return two things"),
        (lambda Q, K, V, mask: attention(Q, K, K, mask), "You blended the keys"),
        (lambda Q, K, V, mask: attention(Q, K, -V, mask), "should"),
    ],
)
def test_attention_mistakes(f, words):
    state, told = said("attention", f)
    assert state == "wrong" and words in told


def test_the_courses_own_attention_does_not_pass():
    from embeddings_course.bert import attend

    assert "ready-made `attend`" in said("attention", lambda Q, K, V, mask: attend(Q, K, V, mask))[1]


# --- a whole layer ---


def layer(x, w, n_heads, *, bend=lambda x: x * (1 + erf(x / np.sqrt(2))) / 2):
    def times(x, m):
        return x @ m.weight.T + m.bias

    def norm(x, m):
        return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12) * m.weight + m.bias

    q, k, v = (times(x, m).reshape(len(x), n_heads, -1).transpose(1, 0, 2) for m in (w.query, w.key, w.value))
    gathered = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])) @ v
    x = norm(x + times(gathered.transpose(1, 0, 2).reshape(x.shape), w.output), w.attention_norm)
    return norm(x + times(bend(times(x, w.up)), w.down), w.output_norm)


def test_the_reference_is_the_courses_layer():
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(5, 8)), toy_layer(rng)
    ours, _ = encoder_layer(x, w, Config(hidden_size=8, n_layers=1, n_heads=2))
    assert lesson_10._layer(x, w, 2) == pytest.approx(ours, abs=1e-6)


@needs_model
def test_layer_right_on_the_real_weights():
    state, told = said("layer", layer)
    assert state == "right" and "You rebuilt layer 1" in told and "minilm" in told


def test_layer_without_a_model_is_right_on_made_up_weights(monkeypatch):
    def gone():
        raise OSError("no model")

    monkeypatch.setattr(lesson_10, "load_bert", gone)
    state, told = said("layer", layer)
    assert state == "right" and "Get the model" in told


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x, w, n_heads: x[0], "In goes shape"),
        (lambda x, w, n_heads: layer(x, w, n_heads) + 0.01, "too large by 0.01"),
        (lambda x, w, n_heads: layer(x, w, 1), "one big head"),
        (lambda x, w, n_heads: layer(x, w, n_heads, bend=lambda x: np.maximum(x, 0)), "bent with relu"),
        (lambda x, w, n_heads: layer(x, w, n_heads, bend=lambda x: x), "The bend is missing"),
    ],
)
def test_layer_mistakes(f, words):
    state, told = said("layer", f)
    assert state == "wrong" and words in told


@needs_model
def test_slightly_other_weights_are_seen_on_the_real_layer():
    """Right on small numbers, wrong on the real ones: single precision that overflows, say."""

    def f(x, w, n_heads):
        return layer(x, w, n_heads) + (0.001 if len(x) > 6 else 0)

    assert "off on the real layer 1" in said("layer", f)[1]


# --- the idle heavy link ---

IDLE, BUSY, LATER = (1, 8, 6, 7), (1, 10, 4, 3), (5, 3, 6, 10)


@needs_model
def test_idle_right():
    (w1, m1), (w2, m2) = weight_and_move(IDLE), weight_and_move(BUSY)
    assert w1 > 0.7 and w2 < 0.2 and m2 > 3 * m1
    state, told = said("idle", (IDLE, BUSY))
    assert state == "right" and "the heavier link need not matter more" in told
    assert said("idle", [list(IDLE), np.array(BUSY)])[0] == "right"


@needs_model
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((IDLE, (1, 8, 4, 9)), "Here the heavy one does matter more"),
        ((IDLE, LATER), "Take both from one layer"),
        ((BUSY, IDLE), "The first link weighs 0.14"),
        ((IDLE, IDLE), "The second link weighs 0.77"),
        (((1, 8, 6, 0), BUSY), "ends at [CLS] or [SEP]"),
        (((1, 8, 6, 6), BUSY), "the residual brings anyway"),
        (((7, 8, 6, 7), BUSY), "Layers go from 0 to 5"),
        ((IDLE, (5, 12, 6, 10)), "code counts from 0"),
        ((IDLE, "no"), "four whole numbers"),
        ((IDLE, (1, 2, 3)), "four whole numbers"),
        (IDLE, "Give two links"),
        (5, "Give two links"),
    ],
)
def test_idle_mistakes(value, words):
    state, told = said("idle", value)
    assert state == "wrong" and words in told


# --- repair ---


@needs_model
def test_the_guess_about_the_heaviest_link_tells_the_truth():
    """The prediction names numbers: 0.77, and a full stop that moves *the* about 70 times as far."""
    from embeddings_course.demos.cut_link import CutLink

    data = CutLink.compute(lesson_10.SENTENCE, *IDLE)
    assert round(float(data.row[data.chosen]), 2) == 0.77
    assert 60 < data.full_stop / data.moves[data.chosen] < 85
