"""Lesson 00: the guess at the title's question, and a self-check that points to a way through."""

import itertools

import pytest

from embeddings_course.exercises import progress
from embeddings_course.exercises.lessons.lesson_00 import (
    CORE,
    DEEP,
    ESSAY,
    RIGHT,
    TOOLBOX,
    advise,
    lesson,
    predict,
    quiz,
)


def test_the_title_has_no_right_answer_yet_and_is_kept_for_lesson_12():
    shown = predict("title", answer="c")
    assert "Lesson 12 opens it again" in shown.text and "right" not in shown.text and "not this one" not in shown.html
    assert progress.guess("00", "title") == 2


def answered(time, wrong=()):
    given = {q: "d" if q in wrong else "abcd"[place] for q, place in RIGHT.items()}
    return quiz("self-check", answers={"time": time} | given).text


@pytest.mark.parametrize(
    ("time", "wrong", "way"),
    [
        ("one evening", tuple(RIGHT), ESSAY),
        ("b", (), CORE),
        ("b", ("product",), TOOLBOX + CORE),
        ("c", (), DEEP),
        ("c", tuple(RIGHT), TOOLBOX + DEEP),
    ],
)
def test_the_self_check_points_to_a_way(time, wrong, way):
    text = answered(time, wrong)
    assert text.endswith("\n" + way) and text.startswith("Noted: ")


def test_no_advice_before_both_are_answered():
    given = {q: "abcd"[place] for q, place in RIGHT.items()}
    assert not any(way in quiz(answers=given).text for way in (TOOLBOX, ESSAY, CORE, DEEP))


def test_every_path_can_be_reached_and_every_pattern_has_one():
    ways = {
        advise({"time": time} | dict(zip(RIGHT, pattern, strict=True)))
        for time in range(3)
        for pattern in itertools.product(range(4), repeat=1)
    }
    assert ways == {ESSAY, CORE, TOOLBOX + CORE, DEEP, TOOLBOX + DEEP}


def test_the_named_quiz_is_the_whole_quiz():
    assert len(quiz("self-check").controls) == len(quiz().controls) == len(lesson.questions) == 2
    assert quiz("self-check").buttons["product"].description == "Answer question 2"
