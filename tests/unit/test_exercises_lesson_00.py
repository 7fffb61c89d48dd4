"""Lesson 00: the guess at the title's question, and a self-check that points to a way through."""

import itertools

import pytest

from embeddings_course.exercises import progress
from embeddings_course.exercises.lessons import lesson_00
from embeddings_course.exercises.lessons.lesson_00 import CORE, DEEP, TOOLBOX, lesson, predict, quiz

RIGHT = {"shape": "b", "dot": "c", "log": "a", "word2vec": "c", "softmax": "b"}


def test_the_title_has_no_right_answer_yet_and_is_kept_for_lesson_12():
    shown = predict("title", answer="c")
    assert "Lesson 12 opens it again" in shown.text and "right" not in shown.text and "not this one" not in shown.html
    assert progress.guess("00", "title") == 2


def answered(wrong=()):
    return quiz("self-check", answers={q: "d" if q in wrong else a for q, a in RIGHT.items()}).text


@pytest.mark.parametrize(
    ("wrong", "way"),
    [
        ((), DEEP),
        (("softmax",), CORE),
        (("shape", "word2vec", "softmax"), CORE),
        (("shape", "dot"), TOOLBOX),
        (tuple(RIGHT), TOOLBOX),
    ],
)
def test_the_self_check_points_to_a_way(wrong, way):
    assert answered(wrong).endswith(way)


def test_no_advice_before_all_five_are_answered():
    text = quiz(answers={q: RIGHT[q] for q in list(RIGHT)[:4]}).text
    assert not any(way in text for way in (TOOLBOX, CORE, DEEP))


def test_every_pattern_gets_one_of_three_ways():
    for pattern in itertools.product([True, False], repeat=5):
        assert lesson_00.advise(dict(zip(RIGHT, pattern, strict=True))) in (TOOLBOX, CORE, DEEP)


def test_the_named_quiz_is_the_whole_quiz():
    assert len(quiz("self-check").controls) == len(quiz().controls) == len(lesson.questions) == 5
    assert quiz("self-check").buttons["dot"].description == "Answer question 2"
