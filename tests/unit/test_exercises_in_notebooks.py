"""Notebooks and lesson modules fit together: every name that is called exists, and Run All marks nothing as done."""

import ast
import importlib
import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
VERBS = {
    "predict": "predictions",
    "check": "exercises",
    "hint": "exercises",
    "verify_solution": "exercises",
    "repair": "exercises",
    "judge": "judgements",
    "quiz": "questions",
}


def code_cells(path):
    """Yield the tags and the syntax tree of each code cell."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            source = re.sub(r"^[%!].*$", "", "".join(cell["source"]), flags=re.M)
            yield cell["metadata"].get("tags", []), ast.parse(source)


def calls(tree):
    """Yield (verb, first argument, second argument) of each call of one of the verbs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in VERBS:
            first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            yield node.func.id, first, node


def lesson_of(path):
    name = f"embeddings_course.exercises.lessons.lesson_{path.name.split('_')[0]}"
    return importlib.import_module(name).lesson


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_name_that_a_notebook_calls_exists(path):
    lesson = lesson_of(path)
    called = {(verb, id) for _, tree in code_cells(path) for verb, id, _ in calls(tree)}
    for verb, id in called:
        known = getattr(lesson, VERBS[verb])
        assert id in known or (verb == "quiz" and id in (None, lesson.quiz_name)), f"{verb}({id!r})"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_exercise_of_a_lesson_stands_in_its_notebook(path):
    lesson = lesson_of(path)
    called = {(verb, id) for _, tree in code_cells(path) for verb, id, _ in calls(tree)}
    for id in lesson.predictions:
        assert ("predict", id) in called, f"predict({id!r}) is missing"
    for id, exercise in lesson.exercises.items():
        assert {("check", id), ("verify_solution", id)} <= called, f"check or verify_solution of {id!r} is missing"
        assert not exercise.broken or ("repair", id) in called, f"repair({id!r}) is missing"
    for id in lesson.judgements:
        assert ("judge", id) in called, f"judge({id!r}) is missing"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_run_all_marks_nothing_as_the_learners(path):
    for tags, tree in code_cells(path):
        if "solution" in tags:
            assert not [v for v, _, _ in calls(tree) if v == "check"], "a solution is verified, not checked"
            # the variable of a comprehension stays inside it
            local = {n for c in ast.walk(tree) if isinstance(c, ast.comprehension) for n in ast.walk(c.target)}
            for node in ast.walk(tree):
                stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in local
                bound = node.id if stored else None
                if isinstance(node, ast.FunctionDef) and node in tree.body:
                    bound = node.name
                inside = any(node in ast.walk(f) for f in tree.body if isinstance(f, ast.FunctionDef) and f is not node)
                assert bound is None or inside or bound.startswith("solution_"), f"a solution cell binds {bound}"
        for verb, id, node in calls(tree):
            given = {k.arg for k in node.keywords}
            assert not given & {"answer", "answers", "reason", "sure"}, f"{verb}({id!r}) answers for the learner"
            if verb == "check":
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                assert not any(n.startswith("solution_") for n in names), f"check({id!r}) takes a solution"
            assert verb != "predict" or len(node.args) == 1, f"predict({id!r}) answers for the learner"
