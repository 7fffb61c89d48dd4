"""Lesson 00, Start here: the guess that lesson 12 opens again, and a self-check that points to a way through."""

from __future__ import annotations

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside

lesson = Lesson("00", "Start here", questions_beside(__file__))
predict, quiz = lesson.predict, lesson.quiz


# --- the self-check ---

BASICS = ("shape", "dot", "log")
TOOLBOX = (
    "Begin with 00b, the toolbox: a short refresher of arrays, dot product and logarithm. "
    "Then go to 01. It will save you time."
)
CORE = (
    "Take the core path: begin with 01. What you are not sure of is explained where it is first used; "
    "00b is there if you want it."
)
DEEP = (
    "Take everything, with the parts marked *extra*: begin with 01 all the same. "
    "The game there is harder than it looks."
)


def advise(right: dict[str, bool]) -> str:
    """Turn which of the five questions were right into a way through.

    >>> advise({"shape": False, "dot": True, "log": False, "word2vec": True, "softmax": True}) == TOOLBOX
    True
    """
    if sum(right[q] for q in BASICS) < 2:
        return TOOLBOX
    return DEEP if all(right.values()) else CORE


lesson.advise = advise
