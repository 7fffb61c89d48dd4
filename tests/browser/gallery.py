"""One notebook with every view of the lessons once: the cell that shows it, and the cells that this one needs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from authoring import book
from authoring.rules import names, tree
from ipywidgets import DOMWidget
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def gallery(lessons: Iterable[Path], whole: Iterable[Path] = ()) -> NotebookNode:
    """Return a notebook with every view of some lessons once, and every word of the engine (`predict`, `quiz`).

    Args:
        lessons: the committed notebooks.
        whole: those that are opened as they are: what they show is left out.
    """
    seen = {name for path in whole for _, shown in views(_code(path)) for name in shown}
    nb = new_notebook()
    for path in lessons:
        code, places = _code(path), set()
        for place, shown in views(code):
            if not shown <= seen:
                places |= {place, *needed(code, place)}
                seen |= shown
        if places:
            nb.cells += [new_markdown_cell(f"# {path.stem}"), *(new_code_cell(code[p].source) for p in sorted(places))]
    return book.normalise(nb)


def _code(path: Path) -> list[NotebookNode]:
    return list(book.code_cells(book.read(path)))


def views(code: list[NotebookNode]) -> Iterator[tuple[int, set[str]]]:
    """Yield each cell's place and the names of what it shows: widgets of the course, and words of its engine."""
    there: set[str] = set()
    for place, cell in enumerate(code):
        module = tree(cell)
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("embeddings_course."):
                there |= {word.asname or word.name for word in node.names if _shows(str(node.module), word.name)}
        called = {node.func.id for node in ast.walk(module) if isinstance(node, ast.Call) and hasattr(node.func, "id")}
        if not book.HIDDEN_TAGS & book.tags(cell):
            yield place, called & there


def _shows(module: str, name: str) -> bool:
    thing = getattr(import_module(module), name)
    return issubclass(thing, DOMWidget) if isinstance(thing, type) else module.startswith("embeddings_course.exercises")


def needed(code: list[NotebookNode], place: int) -> set[int]:
    """Return the places of the earlier cells that bind what a cell reads, and of those that these need."""
    asked, found = _asked(tree(code[place])), set()
    for earlier in range(place - 1, -1, -1):
        module = tree(code[earlier])
        if asked & names.bound(module) and not book.HIDDEN_TAGS & book.tags(code[earlier]):
            asked = asked - names.bound(module) | _asked(module)
            found.add(earlier)
    return found


def _asked(module: ast.Module) -> set[str]:
    """Return the names that a cell reads and binds nowhere itself."""
    nodes = list(ast.walk(module))
    own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names.read(module) - own - {node.arg for node in nodes if isinstance(node, ast.arg)}
