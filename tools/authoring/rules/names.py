"""Rules about names: a solution can never pass as a learner's work, and no later cell leans on either."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from authoring.rules import Complaint, LessonFile
from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.syntax import bound, read, tree

# what asks a learner, and the words in which an answer could be given
VERBS = {"predict", "check", "hint", "verify_solution", "repair", "judge", "quiz"}
ANSWERS = {"answer", "answers", "reason", "sure"}


def solution_names(lesson: LessonFile) -> Iterator[Complaint]:
    """A solution binds only names that start with solution_."""
    for number, cell in lesson.code("solution"):
        for name in sorted(bound(tree(cell))):
            if not name.startswith("solution_"):
                yield number, f"a solution binds the name {name!r}: only names that start with solution_ may be bound"


def nobody_reads_solutions(lesson: LessonFile) -> Iterator[Complaint]:
    """No cell outside solutions reads a solution's name."""
    for number, cell in lesson.code():
        if "solution" not in book.tags(cell):
            for name in sorted(n for n in read(tree(cell)) if n.startswith("solution_")):
                yield number, f"reads {name!r}, which belongs to a solution"


def nobody_reads_learners(lesson: LessonFile) -> Iterator[Complaint]:
    """No later cell reads what a learner's exercise bound: the course's own helper takes over."""
    learners: dict[str, int] = {}
    for number, cell in lesson.code():
        if "exercise" in book.tags(cell):
            learners |= dict.fromkeys(bound(tree(cell)), number)
            continue
        for name in sorted(read(tree(cell)) & set(learners)):
            yield number, f"reads {name!r}, which a learner writes in cell {learners[name]}"
        for name in bound(tree(cell)):
            learners.pop(name, None)


def solutions_are_checked(lesson: LessonFile) -> Iterator[Complaint]:
    """A solution is run through the exercise's own check, so it cannot rot."""
    for number, cell in lesson.code("solution"):
        if "verify_solution" not in read(tree(cell)):
            yield number, "this solution is not verified: end it with verify_solution(id, solution_...)"


def nobody_answers_for_the_learner(lesson: LessonFile) -> Iterator[Complaint]:
    """Run All marks nothing as the learner's: no cell gives an answer, and a solution is verified, never checked."""
    for number, cell in lesson.code():
        for node in ast.walk(tree(cell)):
            verb = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if verb not in VERBS:
                continue
            if {word.arg for word in node.keywords} & ANSWERS or (verb == "predict" and len(node.args) != 1):
                yield number, f"{verb}() is called with an answer: that is the learner's"
            if verb == "check" and "solution" in book.tags(cell):
                yield number, "a solution is verified, not checked"


def placeholders_run(lesson: LessonFile) -> Iterator[Complaint]:
    """An exercise that nobody filled runs without an error."""
    for number, cell in lesson.code("exercise"):
        if {"raises-exception", "nbval-raises-exception", "nbval-skip"} & book.tags(cell):
            yield number, "an exercise that may raise or is skipped: its placeholder has to run"
        elif any(output.output_type == "error" for output in cell.outputs):
            yield number, "the exercise's placeholder raises"


RULES = (
    solution_names, nobody_reads_solutions, nobody_reads_learners, solutions_are_checked,
    nobody_answers_for_the_learner, placeholders_run,
)  # fmt: skip
