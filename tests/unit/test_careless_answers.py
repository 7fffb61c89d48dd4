"""Careless answers, as people write them: each is refused, and the words name the idea that went wrong."""

import numpy as np
import pytest
from test_exercises_lessons import LESSONS

from embeddings_course.files.models import find_model

needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="MiniLM is not on this machine")


def said(id, answer):
    lesson, exercise = id.split()
    verdict = LESSONS[f"lesson_{lesson}"].exercises[exercise].try_out(answer)
    return verdict.state, " ".join(verdict.lines), verdict.named


def unit(v):
    return v / np.linalg.norm(v)


# --- 07 ---


def cosines(table, a, b, c):
    return table.vectors @ (unit(table[b]) - unit(table[a]) + unit(table[c])) / np.linalg.norm(table.vectors, axis=1)


def zero_for_the_forbidden(table, a, b, c, exclude=True):
    scores = cosines(table, a, b, c)
    if exclude:
        scores[[table.row(w) for w in (a, b, c)]] = 0
    return table.words[scores.argmax()]


def by_straight_line(table, a, b, c, exclude=True):
    target = unit(table[b]) - unit(table[a]) + unit(table[c])
    free = [w for w in table.words if not exclude or w not in (a, b, c)]
    return min(free, key=lambda w: np.linalg.norm(table[w] - target))


def writes_into_the_table(table, a, b, c, exclude=True):
    rows = table.vectors
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return table.words[(rows @ rows[0]).argmax()]


def rounded_alarm(gap, by_chance):
    return round((1 + sum(abs(x) >= abs(gap) for x in by_chance)) / (1 + len(by_chance)), 2)


def median_lean(word, one, two):
    return np.median(one @ word / np.linalg.norm(one, axis=1) - 0) / np.linalg.norm(word) - np.median(
        two @ word / np.linalg.norm(two, axis=1)
    ) / np.linalg.norm(word)


SHE = ["mary", "jane", "anne", "elizabeth", "emma", "alice", "kate", "lucy"]
HE = ["john", "jim", "jack", "william", "george", "henry", "robert", "charles"]

CARELESS = [
    ("07 analogy", zero_for_the_forbidden, "Minus infinity never wins"),
    ("07 analogy", by_straight_line, "nearest by straight line"),
    ("07 alarm", rounded_alarm, "rounded to 2 decimals"),
    (
        "07 without",
        lambda v, axis: v - np.outer(np.full(len(v), v[0] @ unit(axis)), unit(axis)),
        "what the *first* one",
    ),
    ("07 without", lambda v, axis: np.where(np.abs(axis) == np.abs(axis).max(), 0, v), "set one column to 0"),
    ("07 without", lambda v, axis: (v - np.outer(v @ unit(axis), unit(axis))).round(3), "rounded to 3 decimals"),
    ("07 repair", median_lean, "moves a mean"),
    ("07 survives", {"she": SHE, "he": HE}, "mary names a man or a woman"),
]


@pytest.mark.parametrize(("id", "answer", "words"), CARELESS)
def test_a_careless_answer_meets_its_idea(id, answer, words):
    state, told, named = said(id, answer)
    assert state == "wrong" and words in told and named


def test_an_answer_that_writes_into_what_it_was_given_hears_so():
    state, told, named = said("07 analogy", writes_into_the_table)
    assert state == "error" and "work on a copy" in told and named
