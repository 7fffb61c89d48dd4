"""Lesson 00, Start here: the guess that lesson 12 opens again, and a self-check that points to a way through."""

from __future__ import annotations

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.keepsakes import twelve

lesson = Lesson("00", "Start here", questions_beside(__file__))
predict, quiz = lesson.predict, lesson.quiz
before = twelve.before


# --- the self-check ---

RIGHT = {q.id: [o.right for o in q.options].index(True) for q in lesson.questions.values() if not q.opinion}
TOOLBOX = (
    "Begin with 00b, the toolbox: a short refresher of arrays, dot product and logarithm. It will save you time in 01. "
)
ESSAY = (
    "Take the essay path: an evening through 01, 02, 09, 11 and 12, by the parts that the table below names. "
    "It needs no mathematics."
)
CORE = (
    "Then take the core path, from 01 on. What you are not sure of is explained where it is first used; "
    "00b is there if you want it."
)
DEEP = "Then take everything, with the parts marked *extra*, from 01 on. The game there is harder than it looks."
EVENING, EVENINGS = 0, 1  # the answers to how much time there is


def advise(answers: dict[str, int]) -> str:
    """Turn the answers, the number of each chosen option, into a way through: time first, then what is known.

    >>> advise({"time": 1, "product": 3}) == TOOLBOX + CORE
    True
    """
    if answers["time"] == EVENING:
        return ESSAY
    first = "" if all(answers[q] == right for q, right in RIGHT.items()) else TOOLBOX
    return first + (CORE if answers["time"] == EVENINGS else DEEP)


lesson.advise = advise
