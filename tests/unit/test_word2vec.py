"""word2vec from nothing: gradients against nudges, the noise against its law, training against what was planted."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings_course import word2vec
from embeddings_course.counting import encode
from embeddings_course.files.data import load_town
from embeddings_course.word2vec import (
    batch_step,
    corpus_pairs,
    noise_distribution,
    numerical_gradient,
    planted_precision,
    sgns_gradient,
    sgns_loss,
    sgns_step,
    skipgram_pairs,
    train,
)


@pytest.fixture(scope="module")
def town():
    return load_town()


@pytest.fixture(scope="module")
def few(town):
    return town.sentences[:6000]


@settings(max_examples=50)
@given(st.lists(st.lists(st.integers(0, 5), max_size=7), min_size=1, max_size=5), st.integers(1, 8))
def test_pairs_of_a_corpus_are_the_pairs_of_its_sentences(sentences, window):
    tokens, sentence_of = encode(sentences, list(range(6)))
    if not len(tokens):
        return
    made = Counter(zip(*(side.tolist() for side in corpus_pairs(tokens, sentence_of, window)), strict=True))
    assert made == Counter(pair for sentence in sentences for pair in skipgram_pairs(sentence, window))


def test_a_random_window_prefers_near_neighbours():
    tokens = np.arange(20_000)
    centres, contexts = corpus_pairs(tokens, np.zeros(20_000), 4, np.random.default_rng(0))
    share = np.bincount(np.abs(centres - contexts), minlength=5)[1:] / 40_000
    assert np.allclose(share, [1, 0.75, 0.5, 0.25], atol=0.02)


def test_the_gradient_agrees_with_nudges():
    rng = np.random.default_rng(0)
    v, u, n = rng.normal(size=4), rng.normal(size=4), rng.normal(size=(3, 4))
    d_v, d_u, d_n = sgns_gradient(v, u, n)
    assert np.allclose(d_v, numerical_gradient(lambda x: sgns_loss(x, u, n), v), atol=1e-7)
    assert np.allclose(d_u, numerical_gradient(lambda x: sgns_loss(v, x, n), u), atol=1e-7)
    assert np.allclose(d_n, numerical_gradient(lambda x: sgns_loss(v, u, x), n), atol=1e-7)


def test_a_step_moves_downhill_all_at_once_and_counts_a_repeated_noise_word_twice():
    rng = np.random.default_rng(1)
    inputs, outputs = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    before = inputs.copy(), outputs.copy()
    d_v, d_u, d_n = sgns_gradient(inputs[0], outputs[1], outputs[[2, 2]])
    loss = sgns_step(inputs, outputs, 0, 1, [2, 2], lr=0.1)
    assert loss == pytest.approx(sgns_loss(before[0][0], before[1][1], before[1][[2, 2]]))
    assert np.allclose(inputs[0], before[0][0] - 0.1 * d_v)
    assert np.allclose(outputs[1], before[1][1] - 0.1 * d_u)
    assert np.allclose(outputs[2], before[1][2] - 0.1 * d_n.sum(axis=0))
    assert np.array_equal(inputs[1:], before[0][1:]) and np.array_equal(outputs[3:], before[1][3:])
    assert sgns_step(inputs, outputs, 0, 1, [2, 2], lr=0.1) < loss


def test_a_batch_moves_as_the_sum_of_its_steps():
    rng = np.random.default_rng(2)
    start = rng.normal(size=(7, 3)), rng.normal(size=(7, 3))
    centres, contexts, noise = np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([4, 5, 4, 2])
    inputs, outputs = (table.copy() for table in start)
    loss = batch_step(inputs, outputs, centres, contexts, noise, negatives=4, lr=0.1)
    expected, losses = [table.copy() for table in start], []
    for centre, context in zip(centres, contexts, strict=True):
        one = [table.copy() for table in start]
        losses.append(sgns_step(*one, centre, context, [w for w in noise if w != context], lr=0.1))
        for total, table, before in zip(expected, one, start, strict=True):
            total += table - before
    assert np.allclose(inputs, expected[0]) and np.allclose(outputs, expected[1])
    assert loss == pytest.approx(np.mean(losses), rel=1e-5)


def test_noise_follows_the_power_law():
    counts = np.array([1000, 100, 10, 1])
    noise = noise_distribution(counts)
    assert np.allclose(noise, counts**0.75 / (counts**0.75).sum())
    assert np.allclose(noise_distribution(counts, power=0), 0.25)
    assert noise_distribution([5, 0], power=0).tolist() == [1.0, 0.0]
    drawn = np.bincount(word2vec.draw_noise(noise, 100_000, np.random.default_rng(0)), minlength=4)
    chi_square = ((drawn - 100_000 * noise) ** 2 / (100_000 * noise)).sum()
    assert chi_square < 16.3  # 3 degrees of freedom: above this once in a thousand
    with pytest.raises(ValueError, match="from 0 up"):
        noise_distribution([0, 0])


def test_subsampling_thins_the_common_words():
    counts = np.array([90_000, 9_900, 100])
    keep = word2vec.keep_probability(counts, 0.01)
    assert keep[0] == pytest.approx((0.01 / 0.9) ** 0.5 + 0.01 / 0.9) and keep[2] == 1
    tokens = np.repeat([0, 1, 2], counts)
    kept = np.bincount(tokens[word2vec.subsample(tokens, keep, np.random.default_rng(0))])
    assert np.allclose(kept / counts, keep, atol=0.02)
    assert word2vec.keep_probability(counts, 0).tolist() == [1, 1, 1]


def test_expected_loss_is_the_mean_over_noise_draws():
    rng = np.random.default_rng(3)
    inputs, outputs = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    noise = noise_distribution([6, 5, 4, 3, 2, 1])
    outputs[1] = inputs[0]  # a true neighbour that would cost much, were it counted as noise too
    exact = word2vec.expected_loss(inputs, outputs, np.array([0]), np.array([1]), noise, negatives=2)
    drawn = word2vec.draw_noise(noise, (20_000, 2), rng)
    sampled = np.mean([sgns_loss(inputs[0], outputs[1], outputs[d[d != 1]]) for d in drawn])
    assert exact == pytest.approx(sampled, rel=0.02)


@pytest.mark.slow
def test_training_finds_what_was_planted(town):
    result = train(town.sentences, d=20, epochs=2, seed=1, n_snapshots=5)
    precision = [planted_precision(result.at(i), town.classes) for i in range(5)]
    assert precision[0] < 0.1 and precision[-1] > 0.85
    assert np.all(np.diff(result.losses) < 0)
    assert result.passes_done.tolist() == pytest.approx([0, 0.5, 1, 1.5, 2], abs=0.01)
    assert np.array_equal(result.snapshots[-1], result.inputs)
    assert result.embedding.words[0] == "the" and result.counts[0] == result.counts.max()


def test_same_seed_same_vectors_other_seed_others(few):
    one, again, other = (train(few[:500], d=5, epochs=1, seed=s).inputs for s in (0, 0, 1))
    assert np.array_equal(one, again) and not np.allclose(one, other)


def mean_cosine(table):
    unit = table.vectors / np.linalg.norm(table.vectors, axis=1, keepdims=True)
    return float((unit @ unit.T)[np.triu_indices(len(unit), 1)].mean())


@pytest.mark.slow
def test_without_negatives_the_loss_is_low_and_the_space_is_useless(few, town):
    with_noise, without = (train(few, d=20, epochs=4, negatives=k, lr=0.1) for k in (5, 0))
    assert without.losses[-1] < 0.05
    assert mean_cosine(without.embedding) > 0.95 > 0.8 > mean_cosine(with_noise.embedding)
    assert planted_precision(without.embedding, town.classes) < planted_precision(with_noise.embedding, town.classes)


def test_tied_tables_are_one_table(few):
    result = train(few, d=10, epochs=1, tied=True)
    assert result.inputs is result.outputs
    assert np.isfinite(result.inputs).all()


@pytest.mark.parametrize(
    "options", [{"noise_power": 0.0}, {"sample": 1e-3}, {"d": 1}, {"window": 50}, {"batch": 10**9}]
)
def test_every_option_trains_to_finite_numbers(few, options):
    result = train(few[:1500], **{"d": 8, "epochs": 1, **options})
    assert np.isfinite(result.inputs).all() and np.isfinite(result.losses).all()


def test_progress_reaches_one_and_min_count_drops_words(few):
    heard = []
    result = train(few[:500], d=4, epochs=3, min_count=5, progress=heard.append)
    assert heard == pytest.approx([1 / 3, 2 / 3, 1])
    assert result.counts.min() >= 5


@pytest.mark.parametrize(("name", "value"), [("d", 0), ("window", 0), ("negatives", -1), ("epochs", 0), ("lr", -1.0)])
def test_settings_that_make_no_sense_are_named(few, name, value):
    with pytest.raises(ValueError, match=f"{name}={value} makes no sense"):
        train(few, **{name: value})


def test_sentences_of_one_word_are_refused():
    with pytest.raises(ValueError, match="no pair to learn from"):
        train([["one"], ["two"]])


def test_planted_precision_of_small_classes():
    table = word2vec.Embedding(("a", "b", "x"), [[1.0, 0.0], [1.0, 0.1], [0.0, 1.0]])
    assert planted_precision(table, {"one": ("a", "b"), "two": ("x", "not there")}, k=2) == 1.0


def test_fresh_towns_differ_and_use_every_word():
    (sentences, classes), (_, others) = word2vec.fresh_town(0), word2vec.fresh_town(1)
    assert {w for s in sentences for w in s} == {w for words in classes.values() for w in words}
    assert not set(classes["class 0"]) & set(others["class 0"])
    assert word2vec.fresh_town(0) == (sentences, classes)
