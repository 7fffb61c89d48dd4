"""The sense tools on small arrays whose answers can be worked out by hand."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings_course.senses import (
    SenseError,
    centre_layers,
    commonest_sense,
    learning_curve,
    lemma_of,
    mean_pair_cosine,
    nearest_centroid,
    nearest_uses,
    sense_gap,
    stranger_band,
    tag_senses,
    variance_shares,
)


def planted(n=30, layers=3, d=16, seed=0, noise=0.3):
    """Two words, three senses; layer 0 knows the word alone, layer 1 the sense too, layer 2 only noise."""
    rng = np.random.default_rng(seed)
    senses = ["bank.money"] * n + ["bank.river"] * n + ["bat.animal"] * n + ["bat.club"] * n
    axes = np.eye(d)
    x = noise * rng.normal(size=(4 * n, layers, d))
    for i, sense in enumerate(senses):
        word, rank = (
            (0, 1)[sense.startswith("bat")],
            ["bank.money", "bank.river", "bat.animal", "bat.club"].index(sense),
        )
        x[i, :2] += 3 * axes[word]
        x[i, 1] += 2 * axes[4 + rank]
    return x, senses, np.arange(4 * n) % 2 == 0


def test_the_nearest_centroid_counts_every_known_use_the_same():
    # one money use is very long: scaled to length 1 it cannot drag the centroid away
    fit = [[[100.0, 1.0]], [[0.6, 0.8]], [[0.0, 1.0]]]
    senses = ["bank.money", "bank.money", "bank.river"]
    assert nearest_centroid(fit, senses, [[[1.0, 1.0]], [[0.1, 5.0]]]).ravel().tolist() == ["bank.money", "bank.river"]


def test_layers_are_tagged_one_by_one():
    fit = [[[1.0, 0], [0, 1.0]], [[0, 1.0], [1.0, 0]]]
    for tag in (nearest_centroid, lambda *a: nearest_uses(*a, k=1)):
        assert tag(fit, ["a.x", "a.y"], [[[1.0, 0.1], [1.0, 0.1]]]).tolist() == [["a.x", "a.y"]]


def test_the_vote_is_by_number_and_a_tie_by_nearness():
    fit = [[[1.0, 0.0]], [[0.8, 0.6]], [[0.8, 0.62]], [[0.0, 1.0]]]
    senses = ["a.y", "a.x", "a.x", "a.y"]
    use = [[[1.0, 0.1]]]
    assert nearest_uses(fit, senses, use, k=1).item() == "a.y"
    assert nearest_uses(fit, senses, use, k=3).item() == "a.x"
    assert nearest_uses(fit, senses, use, k=4).item() == "a.y"  # two votes each; the nearest single use is a y
    assert nearest_uses(fit, senses, use, k=99).item() == "a.y"


@given(scale=st.floats(0.01, 100), seed=st.integers(0, 50))
def test_length_never_changes_a_tag(scale, seed):
    rng = np.random.default_rng(seed)
    fit, uses = rng.normal(size=(8, 2, 5)), rng.normal(size=(4, 2, 5))
    senses = ["a.x", "a.y"] * 4
    for tag in (nearest_centroid, nearest_uses):
        assert (tag(fit, senses, uses) == tag(fit, senses, scale * uses)).all()


def test_tagging_finds_the_layer_that_knows_and_stands_beside_its_baseline():
    x, senses, fit = planted()
    for method in ("centroid", "neighbours"):
        score = tag_senses(x, senses, fit, method)
        assert score.accuracy[1] == 1 and score.accuracy[0] < 0.75 and score.accuracy[2] < 0.75
        assert score.total == 60 and score.baseline == 0.5
        assert score.right.shape == (60, 3) and (score.tagged == np.flatnonzero(~fit)).all()
        assert np.allclose(score.right.mean(axis=0), score.accuracy)
    assert "commonest sense 0.50; 60 uses" in str(score)


def test_a_use_is_never_compared_with_another_word():
    # the only vector near the use to tag belongs to another word
    x = [[[1.0, 0, 0]], [[0, 1.0, 0]], [[0, 0, 1.0]], [[0.2, 0, 1.0]]]
    score = tag_senses(x, ["a.x", "a.y", "b.z", "a.x"], [True, True, True, False])
    assert score.accuracy.tolist() == [1.0]


def test_the_baseline_is_the_commonest_known_sense():
    x = np.random.default_rng(0).normal(size=(6, 1, 4))
    senses = ["a.x", "a.x", "a.y", "a.x", "a.y", "a.y"]
    assert tag_senses(x, senses, [True, True, True, False, False, False]).baseline == pytest.approx(1 / 3)
    assert commonest_sense(["a.y", "a.x"]) == "a.x"
    assert lemma_of("bank") == "bank"


def test_more_examples_help_and_draws_are_nested_and_repeatable():
    x, senses, fit = planted(noise=1.5)
    curve = learning_curve(x, senses, fit, sizes=(1, 3, 15), seeds=range(10))
    assert curve.accuracy.shape == (3, 10, 3)
    assert curve.mean[0, 1] + 0.1 < curve.mean[2, 1]
    assert curve.baseline == 0.5
    assert curve.spread[2] == pytest.approx(np.zeros(3))  # 15 of 15 known uses: every seed draws the same
    assert curve.spread[0, 1] > 0
    again = learning_curve(x, senses, fit, sizes=(1, 3, 15), seeds=range(10))
    assert (again.accuracy == curve.accuracy).all()
    assert np.allclose(curve.accuracy[2, 0], tag_senses(x, senses, fit).accuracy)


def test_the_gap_is_worked_out_from_all_pairs():
    x = np.array([[[1.0, 0]], [[1.0, 0]], [[0.6, 0.8]], [[0, 1.0]]])
    gap = sense_gap(x, ["a.x", "a.x", "a.y", "b.z"])
    assert gap.within == pytest.approx([1.0])
    assert gap.between == pytest.approx([0.6])
    assert gap.strangers == pytest.approx([(0 + 0 + 0.8) / 3])
    assert gap.gap == pytest.approx([0.4])


def test_the_band_of_strangers_holds_its_share_and_knows_its_seed():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 2, 30))
    senses = ["a.x"] * 100 + ["b.y"] * 100
    band = stranger_band(x, senses, share=0.8, n=5000)
    units = x / np.linalg.norm(x, axis=-1, keepdims=True)
    for layer, (low, mean, high) in enumerate(band):
        cosines = (units[:100, layer] @ units[100:, layer].T).ravel()
        assert np.mean((low <= cosines) & (cosines <= high)) == pytest.approx(0.8, abs=0.02)
        assert mean == pytest.approx(cosines.mean(), abs=0.01)
    assert (stranger_band(x, senses, seed=1) == stranger_band(x, senses, seed=1)).all()
    assert (stranger_band(x, senses, seed=1) != stranger_band(x, senses, seed=2)).any()


def test_uses_of_the_same_word_are_no_strangers():
    x = [[[1.0, 0]], [[1.0, 0]], [[0, 1.0]]]
    assert stranger_band(x, ["a.x", "a.y", "b.z"]).tolist() == [[0.0, 0.0, 0.0]]


def test_the_mean_cosine_of_all_pairs_is_that_of_every_pair_by_hand():
    x = np.random.default_rng(1).normal(size=(5, 2, 4))
    units = x / np.linalg.norm(x, axis=-1, keepdims=True)
    pairs = [(units[i] * units[j]).sum(axis=-1) for i in range(5) for j in range(i)]
    assert mean_pair_cosine(units) == pytest.approx(np.mean(pairs, axis=0))


def test_variance_falls_into_three_parts():
    x, senses, _ = planted()
    shares = variance_shares(x, senses)
    assert shares.sum(axis=1) == pytest.approx([1, 1, 1])
    assert shares[0, 0] > 0.5 and shares[0, 1] < 0.05  # layer 0: the word alone
    assert shares[1, 1] > 0.2  # layer 1: the sense too
    assert shares[2, 2] > 0.9  # layer 2: noise


def test_centring_takes_the_mean_of_the_known_uses_alone():
    x = np.array([[[1.0, 1.0]], [[3.0, 1.0]], [[100.0, 0.0]]])
    assert centre_layers(x, [True, True, False])[:, 0].tolist() == [[-1, 0], [1, 0], [98, -1]]
    assert centre_layers(x).mean(axis=0) == pytest.approx(np.zeros((1, 2)))


def test_centring_spreads_strangers_that_share_one_direction():
    x, senses, fit = planted()
    loud = x + 20 * np.eye(16)[9]
    assert stranger_band(loud, senses)[:, 1].min() > 0.9
    assert stranger_band(centre_layers(loud, fit), senses)[1, 1] < 0.1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: tag_senses(np.ones((2, 3)), ["a.x", "a.y"], [True, False]), "have the shape (uses, layers, numbers)"),
        (lambda: tag_senses(np.ones((2, 1, 3)), ["a.x"], [True, False]), "2 uses need 2 senses, got 1"),
        (lambda: tag_senses(np.ones((2, 1, 3)), ["a.x", "a.y"], [True]), "fit needs 2 booleans"),
        (lambda: tag_senses(np.ones((2, 1, 3)), ["a.x", "a.y"], [True, True]), "some False"),
        (lambda: tag_senses(np.ones((2, 1, 3)), ["a.x", "b.y"], [True, False]), "'b' has uses to tag but none"),
        (lambda: tag_senses(np.ones((2, 1, 3)), ["a.x", "a.x"], [True, False], "forest"), "not 'forest'"),
        (lambda: nearest_uses(np.ones((1, 1, 3)), ["a.x"], np.ones((1, 1, 3)), k=0), "1 or more, not 0"),
        (lambda: nearest_centroid(np.ones((1, 1, 3)), ["a.x"], np.ones((1, 1, 2))), "layers and numbers (1, 2)"),
        (lambda: nearest_centroid([[[np.nan]]], ["a.x"], [[[1.0]]]), "not finite"),
        (lambda: learning_curve(np.ones((2, 1, 3)), ["a.x", "a.x"], [True, False], sizes=(1, 3)), "Too few"),
        (lambda: learning_curve(np.ones((2, 1, 3)), ["a.x", "a.x"], [True, False], sizes=(0,)), "smaller sizes"),
        (lambda: sense_gap(np.ones((2, 1, 3)), ["a.x", "a.y"]), "No pair of two uses of one sense"),
        (lambda: stranger_band(np.ones((2, 1, 3)), ["a.x", "a.y"]), "two words or more"),
        (lambda: variance_shares(np.ones((2, 1, 3)), ["a.x", "b.y"]), "no spread to split"),
        (lambda: centre_layers(np.ones((2, 1, 3)), [False, False]), "at least one of them True"),
        (lambda: commonest_sense([]), "No senses to count"),
    ],
)
def test_what_does_not_fit_is_explained(call, says):
    with pytest.raises(SenseError, match=re.escape(says)):
        call()
