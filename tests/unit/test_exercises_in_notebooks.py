"""Notebooks and lesson modules fit together: every name that is called exists, and every exercise stands there."""

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
    "remember": "remembered",
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
        assert id in known or (verb == "quiz" and id in (None, lesson.quiz_name)) or verb == "remember", (
            f"{verb}({id!r})"
        )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_exercise_of_a_lesson_stands_in_its_notebook(path):
    lesson = lesson_of(path)
    called = {(verb, id) for _, tree in code_cells(path) for verb, id, _ in calls(tree)}
    assert not lesson.remembered or ("remember", None) in called, "remember() is missing"
    for id in lesson.predictions:
        assert ("predict", id) in called, f"predict({id!r}) is missing"
    for id, exercise in lesson.exercises.items():
        assert {("check", id), ("verify_solution", id)} <= called, f"check or verify_solution of {id!r} is missing"
        assert not exercise.broken or ("repair", id) in called, f"repair({id!r}) is missing"
    for id in lesson.judgements:
        assert ("judge", id) in called, f"judge({id!r}) is missing"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_text_stub_and_check_call_a_function_by_one_name(path):
    """Whoever reads `write score(...)` and finds `def rho(...)` below wonders which of the two is meant."""
    lesson, cells = lesson_of(path), json.loads(path.read_text(encoding="utf-8"))["cells"]
    for i, cell in enumerate(cells):
        source = "".join(cell["source"])
        stub = re.search(r"^def (\w+)\(([^)]*)\)", source, re.M)
        asked = re.search(r'^check\("([\w-]+)", (\w+)\)', source, re.M)
        if not stub or not asked or "exercise" not in cell["metadata"].get("tags", []):
            continue
        exercise = lesson.exercises[asked[1]]
        assert stub[1] == asked[2] == exercise.function_name, f"{asked[1]}: stub, check and task"
        assert f"{stub[1]}({stub[2].split('=')[0]}" in exercise.task.replace("=True", ""), "its arguments too"
        text = next("".join(c["source"]) for c in reversed(cells[:i]) if c["cell_type"] == "markdown")
        written = re.findall(r"Write `(\w+)\(", text)
        assert written in ([], [stub[1]]), f"{asked[1]}: the text says {written}"
