"""Each interval holds the truth as often as it says, counted by simulation; each test rings as rarely as it says."""

from math import comb

import numpy as np
import pytest
from sampled import only
from scipy.stats import binom

from embeddings_course.chance import (
    FEW,
    as_large_by_chance,
    bootstrap_mean,
    correlation_difference,
    mean_interval,
    over_starts,
    paired_difference,
    pairs_interval,
    power,
    score_interval,
    share_interval,
    split_by_chance,
)


def coverage_of_share(method, n, p):
    """How often the interval holds each of the shares p: for only n + 1 counts can come."""
    found = [share_interval(k, n, method) for k in range(n + 1)]
    holds = np.array([[i.low <= share <= i.high for i in found] for share in p])
    return (binom.pmf(np.arange(n + 1), n, p[:, None]) * holds).sum(axis=1)


@pytest.mark.parametrize("n", [6, 8, 22])
def test_a_share_of_few_cases_is_held(n):
    truths = np.linspace(0.02, 0.98, 25)
    assert coverage_of_share("exact", n, truths).min() >= 0.95
    assert 0.935 < coverage_of_share("wilson", n, truths).mean() < 0.98


def test_six_of_six_and_zero_of_n_have_their_textbook_ends():
    six, none = share_interval(6, 6), share_interval(0, 10)
    assert six.low == pytest.approx(0.025 ** (1 / 6)) and six.high == 1
    assert none.low == 0 and none.high == pytest.approx(1 - 0.025 ** (1 / 10))
    wilson = share_interval(6, 6, "wilson")
    assert wilson.low == pytest.approx(6 / (6 + 1.96**2), abs=1e-4)
    assert score_interval([1.0] * 6) == six and score_interval([0.0] * 10) == none


def test_a_mean_is_held():
    rng = np.random.default_rng(3)
    hits = [i.low <= 0.2 <= i.high for i in (mean_interval(rng.normal(0.2, 1, 20)) for _ in range(2000))]
    assert 0.935 < np.mean(hits) < 0.965
    assert mean_interval([0.1, 0.2, 0.3]).excludes_zero is False and mean_interval([0.1, 0.11]).excludes_zero


def test_a_bootstrap_holds_where_it_is_allowed():
    rng = np.random.default_rng(5)
    ends = [bootstrap_mean(rng.random(40), resamples=400, seed=draw)[1:] for draw in range(400)]
    assert 0.92 < np.mean([low <= 0.5 <= high for low, high in ends]) < 0.98


@pytest.mark.parametrize(
    ("values", "says"),
    [([0.1] * 30, "no spread"), ([0, 1] * 15, "share_interval"), (np.arange(6) / 6, "below 20"), ([], "list of numb")],
)
def test_a_bootstrap_says_where_it_is_not_valid(values, says):
    with pytest.raises(ValueError, match=says):
        bootstrap_mean(values)


@pytest.mark.slow
def test_why_it_is_refused_six_shares_by_bootstrap_would_miss_the_truth():
    rng = np.random.default_rng(1)
    cases = (rng.random((300, 6)) < 0.95).astype(float)
    redrawn = cases[:, rng.integers(0, 6, (200, 6))].mean(axis=2)
    low, high = np.quantile(redrawn, [0.025, 0.975], axis=1)
    assert np.mean((low <= 0.95) & (high >= 0.95)) < 0.4
    exact = [share_interval(int(right), 6) for right in cases.sum(axis=1)]
    assert np.mean([i.low <= 0.95 <= i.high for i in exact]) >= 0.95


@pytest.mark.parametrize("n", [6, 12, 30])
def test_scores_between_0_and_1_are_held(n):
    """Reciprocal ranks: most of them 1, the rest a half, a third, 0: as uneven as scores come."""
    rng, kinds, odds = np.random.default_rng(n), np.array([1, 0.5, 1 / 3, 0]), [0.5, 0.2, 0.1, 0.2]
    found = [score_interval(kinds[rng.choice(4, n, p=odds)]) for _ in range(400)]
    assert all(0 <= i.low <= i.mean <= i.high <= 1 for i in found)
    assert np.mean([i.low <= kinds @ odds <= i.high for i in found]) > 0.91


# two ways and the same n items: how often only the first is right, and only the second
@pytest.mark.parametrize("n", [6, 8, 22, 60])
@pytest.mark.parametrize(("only_first", "only_second"), [(0.1, 0.1), (0.3, 0.05), (0.5, 0.3), (0.02, 0.02)])
def test_a_paired_difference_of_right_and_wrong_is_held(n, only_first, only_second):
    rng, kept = np.random.default_rng(n), {}
    draws = rng.multinomial(n, [only_first, only_second, 1 - only_first - only_second], 2000)
    for better, worse, _ in {tuple(row) for row in draws}:
        first = np.repeat([1, 0, 0], [better, worse, n - better - worse])
        kept[better, worse] = paired_difference(first, np.repeat([0, 1, 0], [better, worse, n - better - worse]))
    held = [kept[b, w].low <= only_first - only_second <= kept[b, w].high for b, w, _ in draws]
    assert np.mean(held) > 0.935
    if only_first == only_second:
        assert np.mean([kept[b, w].chance < 0.05 for b, w, _ in draws]) <= 0.055


@pytest.mark.slow
def test_a_paired_difference_of_scores_is_held_and_sees_what_single_intervals_hide():
    rng, held, seen, hidden = np.random.default_rng(2), [], [], []
    for _ in range(300):
        hard = rng.uniform(0.1, 0.9, 30)
        one, two = (np.clip(hard + shift + rng.normal(0, 0.03, 30), 0, 1) for shift in (0.05, 0.0))
        found, a, b = paired_difference(one, two), score_interval(one), score_interval(two)
        held.append(found.low <= 0.05 <= found.high)
        seen.append(found.excludes_zero)
        hidden.append(a.low < b.high)
    assert np.mean(held) > 0.91 and np.mean(seen) > 0.99 and np.mean(hidden) > 0.99


def test_a_pair_is_better_worse_or_equal_and_the_coin_is_mcnemars():
    found = paired_difference([1, 1, 0, 0, 1, 0.0], [0, 0, 0, 1, 1, 0])
    assert (found.better, found.worse, found.runs) == (2, 1, 6) and found.mean == pytest.approx(1 / 6)
    assert found.chance == 1 and found.low < 0 < found.high
    alone = paired_difference([1] * 6, [0] * 6)
    assert alone.chance == pytest.approx(2 / 2**6) and 0 < alone.low < 1 == alone.mean
    # the other way round is the mirror
    back = paired_difference([0] * 6, [1] * 6)
    assert (back.mean, back.low, back.high) == pytest.approx((-alone.mean, -alone.high, -alone.low))
    same = paired_difference([0.5] * 8, [0.5] * 8)
    assert same.low == pytest.approx(-same.high) and same.high == pytest.approx(share_interval(0, 8).high)
    for wrong in (([1, 0], [1]), ([], []), ([1, 2], [0, 1])):
        with pytest.raises(ValueError, match=r"scores|Scores"):
            paired_difference(*wrong)


@pytest.mark.parametrize("shared", only([0.8], [0.0, 0.8]))
def test_a_difference_of_correlations_is_held(shared):
    """Two rulers that share part of their noise, equally good in truth: 0 should be held 19 times in 20."""
    rng, held = np.random.default_rng(7), []
    for draw in range(150):
        truth, common = rng.normal(size=60), rng.normal(size=60)
        one, two = (truth + np.sqrt(shared) * common + np.sqrt(1 - shared) * rng.normal(size=60) for _ in range(2))
        found = correlation_difference(one, two, truth, resamples=300, seed=draw)
        held.append(found.low <= 0 <= found.high)
    assert 0.9 < np.mean(held) <= 0.99


def test_a_better_ruler_is_seen_and_nineteen_items_are_too_few():
    truth = np.arange(40.0)
    worse = truth + 30 * np.random.default_rng(0).normal(size=40)
    found = correlation_difference(truth, worse, truth)
    assert found.excludes_zero and 0.2 < found.mean < 0.8
    back = correlation_difference(worse, truth, truth)
    assert (back.mean, back.low, back.high) == pytest.approx((-found.mean, -found.high, -found.low))
    with pytest.raises(ValueError, match=f"at least {FEW}"):
        correlation_difference(truth[:19], worse[:19], truth[:19])


# ---- what chance alone does


@pytest.mark.parametrize("n", only([8], [8, 20]))
def test_questions_that_share_their_pairs_are_held_where_single_questions_are_far_too_sure(n):
    """Each question is made of two of n pairs, and some pairs are easy: whole pairs have to be left out."""
    rng = np.random.default_rng(n)
    first, second = np.where(~np.eye(n, dtype=bool))
    true = (1 / (1 + np.exp(-0.4 - np.sqrt(2) * rng.normal(size=100_000)))).mean()
    by_pair, by_question = [], []
    for _ in range(150):
        easy = 1 / (1 + np.exp(-0.4 - rng.normal(size=n)[first] - rng.normal(size=n)[second]))
        scores = rng.random(len(easy)) < easy
        found = pairs_interval(scores, list(zip(first, second, strict=True)))
        by_pair.append(found.low <= true <= found.high)
        naive = share_interval(int(scores.sum()), len(scores))
        by_question.append(naive.low <= true <= naive.high)
    assert np.mean(by_pair) > 0.9 and np.mean(by_question) < 0.8


@pytest.mark.parametrize("members", [["ab", "ac", "bc"], ["ab", "ac", "ad", "ae"]])
def test_too_few_pairs_or_one_in_all_questions_is_said(members):
    with pytest.raises(ValueError, match="At least four"):
        pairs_interval([1.0] * len(members), members)


def test_permutation_test_sees_a_gap_and_not_noise():
    rng = np.random.default_rng(0)
    gap, chance = split_by_chance(np.concatenate([rng.normal(1, 0.3, 12), rng.normal(0, 0.3, 12)]), first=12)
    assert gap == pytest.approx(1, abs=0.3)
    assert chance < 0.001
    by_noise = [split_by_chance(rng.normal(size=24), first=12, shuffles=500)[1] for _ in range(40)]
    assert 0.35 < np.mean(by_noise) < 0.65  # without a gap every share is equally likely
    # 3 against 3, perfectly apart: 2 of the 20 ways to deal them are as far apart
    assert split_by_chance([5, 6, 7, 1, 2, 3], first=3)[1] == pytest.approx(2 / comb(6, 3))
    with pytest.raises(ValueError, match="Both groups"):
        split_by_chance([1, 2], first=2)


def test_words_of_a_topic_stick_together_so_topics_are_dealt():
    """Ten topics of six words, no difference between the groups: dealing words rings far too often, topics rarely."""
    rng, topics, by_word, by_topic = np.random.default_rng(4), np.repeat(np.arange(10), 6), [], []
    for _ in range(150):
        values = np.repeat(rng.normal(size=10), 6) + 0.5 * rng.normal(size=60)
        by_word.append(split_by_chance(values, 30, shuffles=300)[1] < 0.05)
        by_topic.append(split_by_chance(values, 30, topics=topics.tolist(), shuffles=300)[1] < 0.05)
    assert np.mean(by_word) > 0.25
    assert np.mean(by_topic) < 0.09
    gap, chance = split_by_chance(np.repeat(np.arange(10.0), 6), 30, topics=topics.tolist())
    assert gap == -5 and chance == pytest.approx(2 / comb(10, 5))


@pytest.mark.parametrize(
    ("topics", "says"),
    [("aabb", "too few to tell"), ("aaab", "both groups"), ("aab", "a topic each")],
)
def test_what_cannot_be_dealt_is_said(topics, says):
    with pytest.raises(ValueError, match=says):
        split_by_chance([1.0, 2.0, 3.0, 4.0], 2, topics=topics)


def test_an_alarm_set_by_chance_rings_as_rarely_as_it_says():
    rng = np.random.default_rng(6)
    rings = [as_large_by_chance(values[0], values[1:]) <= 0.05 for values in rng.normal(size=(4000, 100))]
    assert 0.03 < np.mean(rings) < 0.06
    assert as_large_by_chance(-5, [1, 2, 3]) == 1 / 4
    with pytest.raises(ValueError, match="nothing is to be found"):
        as_large_by_chance(1.0, [])


def test_two_piles_are_told_as_two_piles():
    found = over_starts([-0.4] * 7 + [0.01] * 13)
    assert (found.above, found.below) == (13, 7) and found.chance == pytest.approx(0.263, abs=0.001)
    row = found.dots().split()[1]
    assert row == "7" + "." * 38 + "9" and "14 above, 6 below" in str(over_starts([1] * 14 + [-1] * 6))
    assert over_starts([2.0, 2.0]).dots(width=3) == "+2.00 2.. +2.00"
    with pytest.raises(ValueError, match="One start"):
        over_starts([0.3])


def test_power_is_how_often_the_test_would_ring():
    rng = np.random.default_rng(9)
    rights = rng.binomial(30, 0.75, 4000)
    rings = np.array([share_interval(k, 30).low > 0.5 or share_interval(k, 30).high < 0.5 for k in range(31)])
    assert power(30, 0.75) == pytest.approx(rings[rights].mean(), abs=0.03)
    assert power(5, 1.0) == 0, "five of five is still what a coin does one time in sixteen, both ways counted"
    assert power(6, 1.0) == 1 and power(60, 0.5) < 0.05
    assert power(60, 0.25, coin=0.25) < 0.05 < power(60, 0.4, coin=0.25)
    with pytest.raises(ValueError, match="at least one case"):
        power(0, 0.5)


def test_a_share_is_never_printed_as_impossible():
    assert str(paired_difference(np.ones(44), np.zeros(44))).endswith("of 44, coin below 0.001")
    assert str(paired_difference(np.ones(10), np.zeros(10))).endswith("of 10, coin 0.002")
