"""A box for counted hands on live slides; its cell names the question and gives nothing away."""

from __future__ import annotations

import copy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from embeddings_course.commands.lecture import book, cut
from embeddings_course.demos.vote import Vote
from embeddings_course.exercises.engine.questions import Choice


def ballot(lesson: str, prediction: str) -> Vote:
    """Return the box for a prediction of a lesson.

    >>> ballot("02", "plus-100").asked.options[0]
    'both are unchanged'
    """
    question = cut.questions_of(lesson).predictions[prediction]
    right = [option.right or question.opinion for option in question.options]
    options, means = [o.text for o in question.options], [o.says for o in question.options]
    return Vote(question.question, options, means, right)


def with_votes(nb: NotebookNode) -> NotebookNode:
    """Return slides with a box for counted hands behind each question that the room votes on.

    On paper and in the still copy it would be empty, so it is not there.
    """
    made = copy.deepcopy(nb)
    made.cells = []
    for cell in nb.cells:
        made.cells.append(cell)
        lesson, asked = cell.metadata.get("course", {}).get("vote", ("", ""))
        lesson_asks = cut.questions_of(lesson) if lesson else None
        shown = cell.metadata.get("slideshow", {}).get("slide_type") not in ("skip", "notes")
        if shown and lesson_asks and isinstance(lesson_asks.predictions.get(asked), Choice):
            code = "from embeddings_course.commands.lecture.ballot import ballot"
            made.cells.append(new_code_cell(code, metadata={"slideshow": {"slide_type": "skip"}}))
            made.cells.append(
                new_code_cell(f"ballot({lesson!r}, {asked!r})", metadata={"slideshow": {"slide_type": "slide"}})
            )
    return book.normalise(made)
