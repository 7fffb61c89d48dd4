"""Lesson 05: right answers pass, each wrong one is answered with its own idea, and the numbers in it are the town's."""

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.counting import cooccurrence, ppmi
from embeddings_course.demos.one_update import OneUpdate
from embeddings_course.demos.skipgram_scrubber import N_SENTENCES, SkipgramScrubber, trained
from embeddings_course.exercises.lessons import lesson_05
from embeddings_course.exercises.lessons.lesson_05 import check, lesson
from embeddings_course.files.data import load_town
from embeddings_course.files.table import Embedding
from embeddings_course.word2vec import noise_distribution, planted_precision, sgns_gradient, sgns_step, vocab

said = said_by(lesson)


# --- one step ---


def guess(a, b):
    return 1 / (1 + np.exp(-(a @ b)))


def word_by_word(centre, context, negatives, lr):
    moved = centre - lr * (guess(context, centre) - 1) * context
    for noise in negatives:
        moved = moved - lr * guess(noise, centre) * noise
    near = context - lr * (guess(context, centre) - 1) * centre
    return [moved, near, [noise - lr * guess(noise, centre) * centre for noise in negatives]]


def in_place(centre, context, negatives, lr):
    moved = word_by_word(centre, context, negatives, lr)
    centre -= centre - moved[0]
    return centre, *moved[1:]


@pytest.mark.parametrize(
    ("f", "state", "words"),
    [
        (lambda centre, context, negatives, lr: sgns_gradient(centre, context, negatives), "wrong", "ready-made"),
        (lambda centre, context, negatives, lr: centre, "wrong", "Return three things"),
        (lambda centre, context, negatives, lr: (centre, context, negatives[0]), "wrong", "comes back with shape"),
        (lambda centre, context, negatives, lr: word_by_word(centre, context, negatives, 2 * lr), "wrong", "should be"),
        (in_place, "wrong", "changed what it was given"),
        (lambda centre, context, negatives, lr: centre / "lr", "error", "TypeError"),
    ],
)
def test_step_wrong(f, state, words):
    got = said("step", f)
    assert got[0] == state and words in got[1]


# --- noise ---


def by_choice(counts, n, rng):
    weights = counts**0.75
    return rng.choice(len(counts), size=n, p=weights / weights.sum())


def by_table(counts, n, rng):
    """The way of the first program: a long table in which each word stands in its share of the places."""
    shares = np.round(1_000_000 * counts**0.75 / (counts**0.75).sum()).astype(int)
    table = np.repeat(np.arange(len(counts)), shares)
    return table[rng.integers(len(table), size=n)]


@pytest.mark.parametrize("f", [by_choice, by_table])
@pytest.mark.parametrize("seed", range(5))
def test_noise_right(f, seed):
    got = said("noise", f, seed)
    assert got[0] == "right" and "chi-square" in got[1]


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda counts, n, rng: by_choice(counts * 0.75, n, rng) * 0 + by_choice(counts**2, n, rng), "are due"),
        (lambda counts, n, rng: rng.choice(len(counts), size=n, p=0.75 * counts / (0.75 * counts).sum()), "it cancels"),
        (lambda counts, n, rng: by_choice(counts, 7, rng), "20000 word numbers are asked for"),
        (lambda counts, n, rng: by_choice(counts, n, rng) + 1, "whole ones from 0 to 7"),
        (lambda counts, n, rng: rng.random(n), "whole ones from 0 to 7"),
    ],
)
def test_noise_wrong(f, words):
    got = said("noise", f)
    assert got[0] == "wrong" and words in got[1]


# --- a fresh town ---


def learn(inputs, outputs, pairs, noise, lr):
    inputs, outputs = inputs.copy(), outputs.copy()
    for (centre, context), words in zip(pairs, noise, strict=True):
        others = [context, *words]
        v, u = inputs[centre].copy(), outputs[others]
        miss = guess(u, v) - (np.arange(len(others)) == 0)
        inputs[centre] -= lr * miss @ u
        np.subtract.at(outputs, others, lr * np.outer(miss, v))
    return inputs, outputs


@pytest.mark.parametrize("seed", [None, 1])
def test_learn_right(seed):
    got = said("learn", learn, seed)
    assert got[0] == "right" and "a town that nobody has ever seen" in got[1]


def one_town_only(inputs, outputs, pairs, noise, lr):
    return learn(inputs, outputs, pairs, noise, lr) if len(pairs) < 10 else (inputs, outputs)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (one_town_only, "on a fresh town of 300 sentences only"),
        (lambda inputs, outputs, pairs, noise, lr: inputs, "Return the two tables"),
        (lambda inputs, outputs, pairs, noise, lr: learn(inputs, outputs, pairs[1:], noise[1:], lr), "should"),
    ],
)
def test_learn_wrong(f, words):
    got = said("learn", f)
    assert got[0] == "wrong" and words in got[1]


@pytest.mark.parametrize(("others", "state"), [(0.55, "right"), (0.9, "wrong")])
def test_a_town_that_is_hard_for_everybody_refuses_nobody(monkeypatch, others, state):
    monkeypatch.setattr(lesson_05, "_retrain", lambda f, seed: (0.1, others if f is lesson_05._learn else 0.55))
    assert said("learn", learn)[0] == state


@pytest.mark.slow
def test_the_bar_parts_a_right_pass_from_one_without_noise_or_uphill():
    right = [lesson_05._retrain(learn, seed)[1] for seed in range(3)]
    slips = (lesson_05.learns_uphill, lesson_05.never_looks_at_the_noise, lesson_05.second_table_never_moves)
    wrong = [lesson_05._retrain(slip.function, 0)[1] for slip in slips]
    assert min(right) > lesson_05.ENOUGH + 0.05 and max(wrong) < lesson_05.ENOUGH - 0.05
    late = lesson_05._retrain(lesson_05.learns_from_the_moved_centre.function, 0)[1]
    assert late > lesson_05.ENOUGH, "the centre moved first: only small tables show that it is wrong"


# --- perfect loss, useless space ---


def tables(salt, king, soup=(3, 0), throne=(3, 0)):
    return {
        "inputs": {"salt": salt, "pepper": salt, "king": king, "queen": king},
        "outputs": {"soup": soup, "throne": throne},
    }


def test_useless_right():
    got = said("useless", tables((3, 0), (3, 0)))
    assert got[0] == "right" and "Where are your noise examples?" in got[1]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (tables((1, 0), (1, 0), (1, 0), (1, 0)), "The mean loss is 0.31"),
        (tables((3, 0), (0, 3), (3, 0), (0, 3)), "still tells the kitchen from the court"),
        (tables((3, 0), (3, 0), (3, 0), (-3, 0)), "*king* with *throne*, guess 0.00"),
        (tables((3, 0), (3, 0), (3, 0, 0), (3, 0, 0)), "the same number of numbers"),
        (tables((0, 0), (3, 0)), "no direction"),
        ({"inputs": {}}, 'Give a dictionary with "inputs"'),
        ({"inputs": {"salt": [1]}, "outputs": {}}, "There is no row for pepper"),
        (7, "Give a dictionary"),
    ],
)
def test_useless_wrong(value, words):
    got = said("useless", value)
    assert got[0] == "wrong" and words in got[1]


def test_placeholders():
    assert check("useless", {"inputs": {"salt": ...}, "outputs": {"soup": ...}}).text.startswith("Not yet.")


# --- repair ---


# --- the numbers that the questions name ---


def test_the_numbers_of_the_first_update():
    data = OneUpdate.compute()
    guesses = dict(zip(data.others, data.guesses, strict=True))
    assert round(guesses["river"], 2) == 0.43 and round(guesses["soup"], 2) == 0.71
    moved = np.linalg.norm(data.u_after - data.u, axis=1)
    assert moved[data.others.index("soup")] > moved[data.others.index("river")]


@pytest.mark.slow
def test_the_numbers_of_the_four_runs():
    runs = {name: SkipgramScrubber.compute(setting=name) for name in ("as word2vec", "no negatives", "uniform noise")}
    plain, lazy, uniform = runs.values()
    assert plain.loss.losses[-1] == pytest.approx(1.7, abs=0.05)
    assert uniform.loss.losses[-1] == pytest.approx(1.2, abs=0.05)
    assert lazy.loss.losses[-1] == pytest.approx(0.01, abs=0.005)
    assert lazy.strangers[-1] == pytest.approx(0.99, abs=0.005)
    assert plain.precision == pytest.approx(0.93, abs=0.015) and uniform.precision == pytest.approx(0.92, abs=0.015)
    table = trained()
    assert table.vectors.shape == (573, 20) and 2 * table.vectors.size == 22_920


def test_the_numbers_of_the_counts():
    town = load_town()
    few = town.sentences[:N_SENTENCES]
    words, counts = vocab(few)
    company, _ = cooccurrence(few, 2, words)
    near = company[[words.index("bank")]].toarray().ravel() > 0
    assert noise_distribution(counts)[near].sum() == pytest.approx(0.22, abs=0.006)
    assert N_SENTENCES == 8000
    assert planted_precision(Embedding(words, ppmi(company).toarray()), town.classes) == pytest.approx(0.95, abs=0.005)


def test_one_table_never_guesses_a_word_with_itself_below_a_half():
    table = np.random.default_rng(0).normal(size=(3, 4))
    for _ in range(20):
        sgns_step(table, table, 0, 1, [0, 2], lr=0.5)
    assert min(guess(row, row) for row in table) >= 0.5
