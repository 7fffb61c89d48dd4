"""Lesson 00b: right answers pass, each slip gets its own sentence."""

import pytest
from verdicts import said_by

from embeddings_course.exercises.lessons.lesson_00b import lesson

SLIPS = [(e, s) for e in lesson.exercises.values() for s in e.slips]


said = said_by(lesson)


def gaps(table, row):
    return table - row


def slope(f, x):
    return (f(x + 1e-6) - f(x)) / 1e-6


def row_shares(counts):
    return counts / counts.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("id", "answer"), [("gaps", gaps), ("slope", slope), ("row-shares", row_shares), ("zero-dot", ([1, 0], [0, 3]))]
)
def test_right_answers_pass(id, answer):
    assert said(id, answer)[0] == "right"


@pytest.mark.parametrize(("exercise", "slip"), SLIPS, ids=[f"{e.id}-{s.name}" for e, s in SLIPS])
def test_each_slip_gets_its_own_sentence(exercise, slip):
    assert exercise.examine_slip(slip, None).lines == [slip.says]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (([0, 0], [1, 2]), "all zeros"),
        (([1, 1], [1, 2]), "your dot product is 3"),
        (5, "Give two vectors"),
        (([1, 2], [1, 2, 3]), "equally long"),
        ((["a"], [1]), "list of numbers"),
    ],
)
def test_a_pair_that_does_not_refute_is_told_why(answer, says):
    state, line = said("zero-dot", answer)
    assert state == "wrong" and says in line
