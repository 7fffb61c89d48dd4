"""Three cuts of one source: the learner's notebook is as committed; here are the handout, the slides, the lectures.

Tags decide: `solution` and `claim` cells are in no handout; `lecture-45`, `lecture-90`, `lecture-180` say what a
lecture of so many minutes shows, across the lessons of PATH or of one that is named. A cell's metadata `course.notes`
speaks to the lecturer: `{"minutes": 3, "wrong": ["what they will say"], "poll": "the question to vote on", "say": "a
hint"}`; minutes may differ by lecture: `{"45": 3, "90": 5}`. A prediction brings its own explanations along.
"""

from __future__ import annotations

import ast
import copy
import importlib
import math
import re
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.syntax import bound, inside, read, tree

LENGTHS = (45, 90, 180)
# the lessons that a lecture across lessons visits: more of them, and none would be seen in peace
PATH = ("00", "01", "02", "03", "09")
# a slide of 1280 x 720 holds so many lines of text, each of so many characters
LINES, WIDE, LINE_HEIGHT = 22, 105, 30
EXERCISES, SOURCES = "Exercises", "Sources"  # parts of a lesson that no audience sees
ANSWER = re.compile(r"[^.!?\n]*\b(?:solution|folded)\b[^.!?\n]*[.!?]?", re.IGNORECASE)


def handout(nb: NotebookNode) -> NotebookNode:
    """Return a lesson without solutions, without folded facts, and without what a prediction is about."""
    cut = copy.deepcopy(nb)
    kept: list[NotebookNode] = []
    for cell in cut.cells:
        known = book.tags(cell)
        if "solution" in known:
            _announce_nothing(kept)
        elif "claim" not in known:
            if "reveal" in known:
                cell.outputs, cell.execution_count = [], None
            kept.append(cell)
    cut.cells = [cell for cell in kept if cell.source.strip()]
    return cut


def _announce_nothing(kept: list[NotebookNode]) -> None:
    """Take "One solution is folded below" out of the prose that stands above a solution."""
    for cell in kept[-2:]:
        if cell.cell_type == "markdown":
            cell.source = ANSWER.sub("", cell.source).strip()


def slides(nb: NotebookNode) -> NotebookNode:
    """Return a lesson as slides: exercises, sources and folded cells are skipped (they still run)."""
    cut = copy.deepcopy(nb)
    part = ""
    shown = set()
    cut.cells = [_for_lecturer(nb, cell) for cell in cut.cells]
    for place, cell in enumerate(cut.cells):
        if heading := re.match(r"## (.*)", cell.source if cell.cell_type == "markdown" else ""):
            part = heading[1]
        if not part.startswith((EXERCISES, SOURCES)) and not _behind_the_scenes(cell):
            shown.add(place)
    return paginate(cut, shown)


def lecture(books: Iterable[NotebookNode], minutes: int) -> NotebookNode:
    """Return the cells tagged for a lecture, across these lessons; what their code needs runs unseen.

    Raises:
        ValueError: no cell carries the tag.
    """
    cells: list[NotebookNode] = []
    tag, shown = f"lecture-{minutes}", set()
    for nb in books:
        chosen = {i for i, cell in enumerate(nb.cells) if tag in book.tags(cell)}
        if not chosen:
            continue
        if 0 not in chosen:
            shown.add(len(cells))
            cells.append(new_markdown_cell(_opening(nb)))
        wanted = chosen | needed(nb.cells, chosen)
        for place in sorted(wanted):
            if place in chosen and not _behind_the_scenes(nb.cells[place]):
                shown.add(len(cells))
            cells.append(_for_lecturer(nb, nb.cells[place], str(minutes)))
    if not cells:
        raise ValueError(f"No cell is tagged {tag}.")
    return paginate(new_notebook(cells=cells), shown)


def _for_lecturer(nb: NotebookNode, cell: NotebookNode, minutes: str = "") -> NotebookNode:
    """Return a copy of a cell whose notes are for this lecture (without one: the longest), explanations included."""
    made = copy.deepcopy(cell)
    said: dict[str, Any] = dict(made.metadata.get("course", {}).get("notes", {}))
    if isinstance(said.get("minutes"), dict):
        said["minutes"] = said["minutes"].get(minutes) or max(said["minutes"].values())
    if asked := re.search(r"""\bpredict\(["']([\w-]+)["']""", made.source if made.cell_type == "code" else ""):
        lesson = str(nb.metadata.get("course", {}).get("lesson", ""))
        said["answers"] = explanations(lesson, asked[1])
        made.metadata["course"] = {**made.metadata.get("course", {}), "vote": [lesson, asked[1]]}
    if said:
        made.metadata["course"] = {**made.metadata.get("course", {}), "notes": said}
    return made


def explanations(lesson: str, prediction: str) -> list[str]:
    """Return what each answer to a prediction means, as the lesson's module says it; empty where there is none."""
    asked = questions_of(lesson)
    question = asked.predictions.get(prediction) if asked else None
    return list(question.explain_all()) if question else []


def questions_of(lesson: str) -> Any:
    """Return what a lesson asks (the engine's `Lesson`), or None where it has no module."""
    try:
        module = importlib.import_module(f"embeddings_course.exercises.lessons.lesson_{lesson}")
    except ModuleNotFoundError:
        return None
    return module.lesson


def _opening(nb: NotebookNode) -> str:
    """Return a lesson's title and question."""
    first = nb.cells[0].source
    question = re.search(r"\*\*The question\.\*\*.*", first)
    return "\n\n".join([first.splitlines()[0], question[0] if question else ""]).strip()


def needed(cells: list[NotebookNode], chosen: set[int]) -> set[int]:
    """Return the code cells, not chosen, that earlier bind a name that chosen code reads (and what those read)."""
    extra: set[int] = set()
    todo = [i for i in chosen if cells[i].cell_type == "code"]
    binds = {i: bound(tree(c)) for i, c in enumerate(cells) if c.cell_type == "code"}
    while todo:
        place = todo.pop()
        for name in read(tree(cells[place])) - inside(tree(cells[place])):
            makers = [i for i in binds if i < place and name in binds[i]]
            if makers and makers[-1] not in chosen | extra:
                extra.add(makers[-1])
                todo.append(makers[-1])
    return extra


def _behind_the_scenes(cell: NotebookNode) -> bool:
    """Return whether an audience need not see a cell: folded, an exercise, imports or hints alone."""
    if cell.cell_type != "code":
        return False
    body = tree(cell).body
    only_imports = bool(body) and all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in body)
    hint = re.match(r"\s*hint\(", cell.source) is not None
    return bool(book.tags(cell) & {"claim", "solution", "exercise"}) or only_imports or hint


def paginate(nb: NotebookNode, shown: set[int]) -> NotebookNode:
    """Say in each cell's metadata where slides begin, hide the rest, and put speaker notes behind their cells."""
    cells: list[NotebookNode] = []
    used = math.inf
    for place, cell in enumerate(nb.cells):
        if place not in shown:
            kind = "skip"
        else:
            begins = cell.cell_type == "markdown" and re.match(r"##? ", cell.source) is not None
            size = height(cell)
            # what a prediction is about comes on the next slide
            full = used + size > LINES or "reveal" in book.tags(cell)
            # one row of slides: the arrow to the right would skip those that hang below another
            kind = "slide" if begins or full else "-"
            used = size if kind != "-" else used + size
            if "reveal" in book.tags(cell):  # until it is run, nothing beside it says what it shows
                used = math.inf
            if imports := _imports_of(cell):
                cells.append(new_code_cell(imports, metadata={"slideshow": {"slide_type": "skip"}}))
        cell.metadata["slideshow"] = {"slide_type": kind}
        cells.append(cell)
        if place in shown and (said := notes(cell)):
            cells.append(new_markdown_cell(said, metadata={"slideshow": {"slide_type": "notes"}}))
    nb.cells = cells
    return book.normalise(nb)


def _imports_of(cell: NotebookNode) -> str:
    """Take the imports at the head of a code cell out of it, and return them; nothing where nothing else is in it."""
    if cell.cell_type != "code":
        return ""
    body = tree(cell).body
    rest = next((node for node in body if not isinstance(node, (ast.Import, ast.ImportFrom))), None)
    lines = cell.source.splitlines()
    if rest is None or rest is body[0] or any(line.startswith(("%", "!")) for line in lines):
        return ""
    last = body[body.index(rest) - 1].end_lineno or 0
    cell.source = "\n".join(lines[last:]).strip("\n")
    return "\n".join(lines[:last])


def height(cell: NotebookNode) -> float:
    """Return about how many lines of a slide a cell takes."""
    if cell.cell_type == "code" and cell.source.startswith("remember("):
        return LINES  # two questions with all their answers, of which the output has only the words
    lines = sum(max(1, math.ceil(len(line) / WIDE)) for line in cell.source.splitlines())
    for output in cell.get("outputs", []):
        size = output.get("metadata", {}).get("image/png", {})
        data = output.get("data", {})
        if "image/png" in data:
            lines += size.get("height", 400) / LINE_HEIGHT
        else:
            text = data.get("text/plain", output.get("text", ""))
            lines += sum(max(1, math.ceil(len(line) / WIDE)) for line in text.splitlines())
    return lines + 1


def notes(cell: NotebookNode) -> str:
    """Return what a cell's metadata says to the lecturer, as Markdown ("" if nothing)."""
    said: dict[str, Any] = dict(cell.metadata.get("course", {}).get("notes", {}))
    lines = [f"**{said['minutes']} minutes.**"] if "minutes" in said else []
    lines += [f"Poll: {said['poll']}"] if "poll" in said else []
    lines += ["Likely wrong answers:\n" + "\n".join(f"- {wrong}" for wrong in said["wrong"])] if "wrong" in said else []
    lines += [said["say"]] if "say" in said else []
    lines += (
        ["What each answer means:\n" + "\n".join(f"- {each}" for each in said["answers"])]
        if said.get("answers")
        else []
    )
    return "\n\n".join(lines)


def minutes_of(nb: NotebookNode) -> float:
    """Return the sum of the minutes in the notes of the cells that are shown."""
    shown = [c for c in nb.cells if c.metadata.get("slideshow", {}).get("slide_type") != "skip"]
    return sum(float(c.metadata.get("course", {}).get("notes", {}).get("minutes", 0)) for c in shown)
