"""Lesson 02: right answers pass, and each wrong one is answered with its own idea."""

import math

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.exercises.lessons.lesson_02 import check, lesson
from embeddings_course.vectors import cosine as the_courses_own

said = said_by(lesson)


def no_zero_rule(a, b):
    return np.sum(a * b, axis=-1) / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b))


def divides_in_plain_python(a, b):
    top = sum(float(x) * float(y) for x, y in zip(a, b, strict=True))
    return top / (math.sqrt(sum(float(x) ** 2 for x in a)) * math.sqrt(sum(float(x) ** 2 for x in b)))


def whole_table_as_one(a, b):
    n = np.linalg.norm(a) * np.linalg.norm(b)
    return float((a * b).sum() / n) if n else 0.0


def fails_on_tables(a, b):
    n = np.linalg.norm(a) * np.linalg.norm(b)
    return float(b @ a / n) if n else 0.0


@pytest.mark.parametrize(
    ("f", "state", "words"),
    [
        (no_zero_rule, "wrong", "An all-zero vector has no direction"),
        (divides_in_plain_python, "error", "ZeroDivisionError"),
        (whole_table_as_one, "wrong", "yours gives shape ()"),
        (fails_on_tables, "wrong", "For a table of shape (4, 3)"),
        (the_courses_own, "wrong", "ready-made `cosine`"),
        (lambda a, b: the_courses_own(a, b), "wrong", "ready-made `cosine`"),
        (lambda a, b: 0.5, "wrong", "it should be"),
        (0.71, "wrong", "A function is asked for, not a number"),
        (lambda a, b: ..., "not yet", "gives nothing back"),
    ],
)
def test_cosine_wrong(f, state, words):
    got = said("cosine", f)
    assert got[0] == state and words in got[1]


def three(query, a, b):
    return {"query": query, "a": a, "b": b}


def test_disagree_right():
    assert said("disagree", three([1, 0], [1, 0.5], [10, 0]))[0] == "right"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (three([1, 0], [10, 0], [1, 0.5]), "swap a and b"),
        (three([1, 0], [0.6, 0.8], [0, 1]), "distance squared = 2 - 2 x cosine"),
        (three([1, 0], [1, 0.1], [0, 5]), "Both rulers choose the same neighbour"),
        (three([0, 0], [1, 0.1], [0, 5]), "*query* is all zero"),
        (three([1, 0], [1, 0.1, 3], [0, 5]), "equally long"),
        ({"a": [1]}, "no row for query, b"),
        (3, "Give a dictionary"),
    ],
)
def test_disagree_wrong(value, words):
    got = said("disagree", value)
    assert got[0] == "wrong" and words in got[1]


def by_trying_out(band, share):
    rng = np.random.default_rng(0)
    d = 2
    while True:
        # one coordinate of a random unit vector is the cosine with a fixed direction
        first = rng.normal(size=4000)
        rest = rng.chisquare(d - 1, size=4000)
        if np.mean(np.abs(first / np.sqrt(first**2 + rest)) < band) >= share:
            return d
        d = max(d + 1, int(d * 1.03))


def test_dims_needed_by_trying_out_is_good_enough():
    assert said("dims-needed", by_trying_out)[0] == "right"


@pytest.mark.parametrize(
    ("f", "state", "words"),
    [
        (lambda band, share: 385, "wrong", "385 is the answer to one question"),
        (lambda band, share: 700, "wrong", "it takes"),
        (lambda band, share: [385], "wrong", "should be one number"),
        (lambda band, share: "many", "wrong", "should be one number; yours is 'many'"),
        (lambda band, share: None, "not yet", "gives nothing"),
        (385, "wrong", "A function is asked for"),
    ],
)
def test_dims_needed_wrong(f, state, words):
    got = said("dims-needed", f)
    assert got[0] == state and words in got[1]


def abc(a, b, c):
    return {"a": a, "b": b, "c": c}


def test_detour_right():
    assert said("detour", abc([1, 0], [1, 1], [0, 1]))[0] == "right"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (abc([1, 0], [0, 1], [1, 1]), "no longer than the detour"),
        (abc([1, 0], [2, 0], [3, 0]), "All point in the same direction"),
        (abc([1, 0], [0, 0], [3, 0]), "all zero"),
        (abc([1, 0], [0, 0, 1], [3, 0]), "equally long"),
    ],
)
def test_detour_wrong(value, words):
    got = said("detour", value)
    assert got[0] == "wrong" and words in got[1]


def test_placeholders():
    assert check("disagree", three(..., [1], [2])).text.startswith("Not yet.")


def test_what_the_predictions_say_is_so():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(6, 4))
    assert the_courses_own(10 * table[0], table[1]) == pytest.approx(the_courses_own(table[0], table[1]))
    assert the_courses_own(table[0] + 100, table[1] + 100) > 0.99
    pairs = rng.normal(size=(2, 2000, 768))
    cosines = (pairs[0] * pairs[1]).sum(1) / np.linalg.norm(pairs[0], axis=1) / np.linalg.norm(pairs[1], axis=1)
    assert cosines.std() == pytest.approx(0.036, abs=0.002)
    assert pytest.approx(1 / math.sqrt(278), abs=0.01) == 0.06 and pytest.approx(1 / math.sqrt(11), abs=0.01) == 0.3
