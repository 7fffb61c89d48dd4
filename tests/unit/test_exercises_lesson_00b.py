"""Lesson 00b: a pair refutes, or is told why it does not."""

import pytest
from verdicts import said_by

from embeddings_course.exercises.lessons.lesson_00b import lesson

said = said_by(lesson)


def test_a_pair_that_refutes_passes():
    assert said("zero-dot", ([1, 0], [0, 3]))[0] == "right"


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
