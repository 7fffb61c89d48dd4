"""Lesson 06: right answers pass, each mistake of the syllabus is answered with its own idea and measured numbers."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr
from verdicts import said_by

from embeddings_course.evaluation import pair_cosines, spearman_eval
from embeddings_course.exercises.lessons.lesson_06 import lesson
from embeddings_course.files.data import load_knobs, load_vectors, load_wordsim

said = said_by(lesson)


# --- a score that says what it left out ---
def score(table, pairs):
    known = [(a, b, r) for a, b, r in pairs if a in table and b in table]
    left_out = [(a, b) for a, b, _ in pairs if a not in table or b not in table]
    cosines = [table[a] @ table[b] / np.linalg.norm(table[a]) / np.linalg.norm(table[b]) for a, b, _ in known]
    return spearmanr(cosines, [r for *_, r in known])[0], len(known), left_out


@pytest.mark.parametrize("seed", range(3))
def test_score_right(seed):
    state, words = said("score", score, seed)
    assert state == "right" and "of 353 pairs" in words


def no_look_up(table, pairs):
    return spearmanr([table[a] @ table[b] for a, b, _ in pairs], [r for *_, r in pairs])[0], len(pairs), []


@pytest.mark.parametrize(
    ("f", "state", "words"),
    [
        (lambda table, pairs: score(table, pairs)[0], "wrong", "You scored 8 of 11 pairs. Say so"),
        (lambda table, pairs: score(table, pairs)[:2], "wrong", "three things"),
        (lambda table, pairs: (*score(table, pairs)[:2], "none"), "wrong", "in this order"),
        (lambda table, pairs: (*score(table, pairs)[:2], ["yak", "zen"]), "wrong", "single words"),
        (lambda table, pairs: (*score(table, pairs)[:2], []), "wrong", "not both words are known"),
        (lambda table, pairs: (0.5, *score(table, pairs)[1:]), "wrong", "yours gives rho 0.50"),
        (lambda table, pairs: (score(table, pairs)[0], 5, score(table, pairs)[2]), "wrong", "yours covers 5"),
        (no_look_up, "wrong", "look before you take its vector"),
        (lambda table, pairs: (score(table, pairs)[0], 9, score(table, pairs)[2]), "wrong", "*both* words"),
        (lambda table, pairs: (*score(table, pairs)[:2], 3), "wrong", "the pairs themselves"),
        (lambda table, pairs: ([0.5, 0.1], 8, []), "wrong", "take the first"),
        (lambda table, pairs: 1 / 0, "error", "ZeroDivisionError"),
        (lambda table, pairs: None, "not yet", "gives nothing"),
    ],
)
def test_score_wrong(f, state, words):
    got = said("score", f)
    assert got[0] == state and words in got[1]


def test_the_courses_own_score_is_no_own_work():
    assert "ready-made" in said("score", lambda table, pairs: spearman_eval(table, pairs).rho)[1]


# --- what did the window do? ---
def change(test, one="window=2", two="window=15"):
    knobs = load_knobs()
    return knobs[two].scores[test]["spearman"] - knobs[one].scores[test]["spearman"]


WORDSIM, SIMLEX, SEEDS = change("wordsim353"), change("simlex999"), change("wordsim353", "base", "seed=3")


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        ({"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": SEEDS, "pairs": 4.5}, "right", "4.5 times as many"),
        ({"wordsim": 0.27, "simlex": 0.19, "seeds": 0.04, "pairs": 4.5}, "right", "more than luck"),
        ({"wordsim": -WORDSIM, "simlex": SIMLEX, "seeds": SEEDS, "pairs": 4.5}, "wrong", "sign is turned round"),
        ({"wordsim": SIMLEX, "simlex": WORDSIM, "seeds": SEEDS, "pairs": 4.5}, "wrong", "swap"),
        (
            {"wordsim": change("wordsim353", "base"), "simlex": SIMLEX, "seeds": SEEDS, "pairs": 4.5},
            "wrong",
            "base, window 5",
        ),
        ({"wordsim": WORDSIM, "simlex": 0.25, "seeds": SEEDS, "pairs": 4.5}, "wrong", "that is a score"),
        ({"wordsim": WORDSIM, "simlex": 0.9, "seeds": SEEDS, "pairs": 4.5}, "wrong", "set Window to 2"),
        (
            {"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": change("wordsim353", "base", "seed=2"), "pairs": 4.5},
            "wrong",
            "highest",
        ),
        ({"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": -SEEDS, "pairs": 4.5}, "wrong", "positive"),
        ({"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": 0.5, "pairs": 4.5}, "wrong", "*Seed*"),
        ({"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": "luck", "pairs": 4.5}, "wrong", "one number"),
        ({"wordsim": 27, "simlex": 19, "seeds": 4, "pairs": 4.5}, "wrong", "not as 25"),
        ({"wordsim": WORDSIM}, "wrong", "dictionary"),
        ({"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": SEEDS, "pairs": 7.5}, "wrong", "draws from 1"),
        ({"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": SEEDS, "pairs": 1}, "wrong", "counts the pairs"),
        ({"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": SEEDS}, "wrong", '"pairs"'),
        ({"wordsim": WORDSIM, "simlex": SIMLEX, "seeds": ...}, "not yet", "placeholder"),
    ],
)
def test_window(answer, state, words):
    got = said("window", answer)
    assert got[0] == state and words in got[1]


# --- lay one map on another ---
def align(one, two):
    left, _, right = np.linalg.svd(one.T @ two)
    return one @ left @ right


@pytest.mark.parametrize("seed", range(3))
def test_align_right(seed):
    state, words = said("align", align, seed)
    assert state == "right" and "went from 0.0" in words and "to 0.9" in words


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda one, two: one, "Two maps with different north"),
        (lambda one, two: one @ np.linalg.pinv(one) @ two, "stretch and squash"),
        (lambda one, two: 0.5 * one @ np.cov(two.T), "Lengths or angles"),
        (lambda one, two: one[:, ::-1] * np.sign(two.sum() + 1e9), "not the best"),
        (lambda one, two: (one + two)[0], "comes back with shape"),
    ],
)
def test_align_wrong(f, words):
    state, got = said("align", f)
    assert state == "wrong" and words in got


# --- a better score, a worse table ---
def cherries(n=6):
    books = load_vectors()
    pairs = [p for p in load_wordsim() if p[0] in books and p[1] in books]
    a, b = rankdata(pair_cosines(books, pairs)), rankdata([p[2] for p in pairs])
    best = sorted(range(len(pairs)), key=lambda i: abs(a[i] - b[i]))[: 2 * n]
    spread = sorted(best, key=lambda i: a[i])[::2]
    return [word for i in spread for word in pairs[i][:2]]


def test_cherries_can_be_picked():
    state, words = said("cherry", cherries())
    assert state == "right" and "of 353 pairs" in words and "whole table" in words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("tiger", "Give a list of words"),
        ([1, 2], "Give a list of words"),
        (["tiger", "cat"], "words cover: 2"),
        (["tiger", "internet"], "do not know 'internet'"),
        ([f"word{i}" for i in range(30)], "20 at most"),
        (["tiger", "cat", "king", "queen", "bread", "butter", "cup", "coffee", "money", "cash"], "farthest"),
    ],
)
def test_cherries_that_are_none(answer, words):
    state, got = said("cherry", answer)
    assert state == "wrong" and words in got


# --- repair ---


def across(one, two, k):
    units = [table / np.linalg.norm(table, axis=1, keepdims=True) for table in (one, two)]
    cosines = units[0] @ units[1].T
    lists = zip(np.argsort(-cosines, axis=1), np.argsort(-cosines.T, axis=1), strict=True)
    return np.mean([len({*a[:k].tolist()} & {*b[:k].tolist()}) / k for a, b in lists])


def test_cosines_across_two_maps_are_named():
    state, words = said("repair", across)
    assert state == "wrong" and "different north" in words


# --- the numbers that questions quote ---
def test_what_the_questions_say_is_measured():
    knobs = load_knobs()
    rho = {name: model.scores["wordsim353"]["spearman"] for name, model in knobs.items()}
    assert [round(rho[name], 2) for name in ("window=2", "window=15")] == [0.24, 0.51]
    assert [round(knobs[n].scores["simlex999"]["spearman"], 2) for n in ("window=2", "window=15")] == [0.06, 0.25]
    assert [round(rho[f"dimensions={d}"], 2) for d in (100, 300)] == [0.34, 0.33] and round(rho["base"], 2) == 0.34
    assert round(max(rho["base"], rho["seed=2"], rho["seed=3"]) - rho["base"], 2) == 0.04
    few = spearman_eval(load_vectors(limit=500), load_wordsim())
    assert few.rho > 0.99 and few.covered == 5
