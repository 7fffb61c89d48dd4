"""One notebook with every view of the lessons once: the cell that shows it, and the cells that this one needs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from ipywidgets import DOMWidget
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from embeddings_course.commands.lecture import book, cut
from embeddings_course.commands.lecture.syntax import tree


def gallery(lessons: Iterable[Path], whole: Iterable[Path] = (), every: int = 1) -> NotebookNode:
    """Return a notebook with every view of some lessons once, and every word of the engine (`predict`, `quiz`).

    Args:
        lessons: the committed notebooks.
        whole: those that are opened as they are: what they show is left out.
        every: of the cells that show something new only each second, third ...; the others are left out.
    """
    seen = {name for path in whole for _, shown in views(book.read(path).cells) for name in shown}
    nb, count = new_notebook(), 0
    for path in lessons:
        cells, chosen = book.read(path).cells, set()
        for place, shown in views(cells):
            if not shown <= seen:
                chosen |= {place} if count % every == 0 else set()
                seen |= shown
                count += 1
        if chosen:
            places = sorted(chosen | cut.needed(cells, chosen))
            nb.cells += [new_markdown_cell(f"# {path.stem}"), *(new_code_cell(cells[p].source) for p in places)]
    return book.normalise(nb)


def views(cells: list[NotebookNode]) -> Iterator[tuple[int, set[str]]]:
    """Yield each code cell's place and the names of what it shows: widgets of the course, and words of its engine."""
    there: set[str] = set()
    for place, cell in enumerate(cells):
        module = tree(cell)
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("embeddings_course."):
                there |= {word.asname or word.name for word in node.names if _shows(str(node.module), word.name)}
        called = {node.func.id for node in ast.walk(module) if isinstance(node, ast.Call) and hasattr(node.func, "id")}
        if cell.cell_type == "code" and not book.HIDDEN_TAGS & book.tags(cell):
            yield place, called & there


def _shows(module: str, name: str) -> bool:
    thing = getattr(import_module(module), name)
    return issubclass(thing, DOMWidget) if isinstance(thing, type) else module.startswith("embeddings_course.exercises")
