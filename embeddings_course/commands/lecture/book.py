"""Notebook files: find them, read them, normalise them, write them without ever leaving half a file."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from embeddings_course.files.paths import course_folder, write_whole

NOTEBOOKS = course_folder("notebooks")

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# functions that always show something
SPEAKERS = {"predict", "check", "hint", "quiz", "repair", "judge", "term", "show_source", "print"}
HIDDEN_TAGS = {"claim", "solution"}
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}


def find(names: Iterable[str] = (), kind: str = ".ipynb") -> list[Path]:
    """Return the notebooks that are meant: all, or those named by path, file name or number ("01").

    Args:
        names: what the author typed; empty means all.
        kind: the ending that must exist (".py" looks for text twins; the notebook's path is returned all the same).

    Raises:
        SystemExit: a name fits no notebook; the message lists what there is.
    """
    names = list(names)
    every = sorted(NOTEBOOKS.glob(f"[0-9]*{kind}"))
    found = []
    for name in names:
        path = Path(name).with_suffix(kind)
        fitting = [path] if path.is_file() else [p for p in every if path.stem in {p.stem, p.stem.split("_")[0]}]
        if not fitting:
            there = ", ".join(p.stem for p in every) or "none yet"
            raise SystemExit(f"No {kind} file fits {name!r}. There are: {there}.")
        found += fitting
    return [p.resolve().with_suffix(".ipynb") for p in dict.fromkeys(found if names else every)]


def read(path: Path) -> NotebookNode:
    """Read a notebook as nbformat 4."""
    return nbformat.read(path, as_version=4)


def write(nb: NotebookNode, path: Path) -> None:
    """Write a notebook, whole or not at all; nothing is written where nothing changed."""
    text = nbformat.writes(nb).rstrip("\n") + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    write_whole(path, text)


def tags(cell: NotebookNode) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def code_cells(nb: NotebookNode) -> Iterator[NotebookNode]:
    """Yield the code cells that are not empty, in order."""
    return (c for c in nb.cells if c.cell_type == "code" and c.source.strip())


def fingerprints(nb: NotebookNode) -> list[str]:
    """Return a short hash of each code cell's source: what outputs were made from."""
    return [hashlib.sha256(c.source.encode()).hexdigest()[:8] for c in code_cells(nb)]


def stale_cells(nb: NotebookNode) -> list[int]:
    """Return the numbers (from 1, code cells only) of cells changed since the outputs were made.

    A notebook that was never refreshed is stale as a whole.
    """
    then = str(nb.metadata.get("course", {}).get("outputs_of", "")).split()
    now = fingerprints(nb)
    changed = [i for i, mark in enumerate(now, 1) if i > len(then) or then[i - 1] != mark]
    return changed or ([len(now)] if len(then) > len(now) else [])


def must_show(cell: NotebookNode) -> bool:
    """Return whether a code cell ends in something that a reader expects to see.

    A call may return nothing, except `print` and those of the engine; solutions may be silent.
    """
    try:
        last = ast.parse(cell.source).body[-1]
    except (SyntaxError, IndexError):
        return False
    if not isinstance(last, ast.Expr) or "solution" in tags(cell):
        return False
    value = last.value
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in SPEAKERS
    return not (isinstance(value, ast.Constant) and value.value in (None, ...))


def how_to_refresh(path: Path) -> str:
    """Return the command that makes a notebook's outputs anew, as a sentence."""
    return f"Run: python tools/notebook.py refresh {path.stem.split('_')[0]}"


def normalise(nb: NotebookNode) -> NotebookNode:
    """Bring a notebook into the one form that is committed (in place; also returned).

    Minimal metadata, cells numbered in order, cells tagged `claim` or `solution` folded, no trace of live widgets.
    """
    course: dict[str, Any] = dict(nb.metadata.get("course", {}))
    nb.metadata = nbformat.from_dict({"course": course, "kernelspec": KERNELSPEC, "language_info": LANGUAGE})
    if not course:
        del nb.metadata["course"]
    nb.nbformat, nb.nbformat_minor = 4, 5
    count = 0
    for position, cell in enumerate(nb.cells, 1):
        _normalise_cell(cell, position)
        if cell.cell_type == "code":
            ran = cell.execution_count is not None or bool(cell.outputs)
            count += bool(cell.source.strip())
            cell.execution_count = count if ran else None
            cell.outputs = [_clean_output(o, cell.execution_count) for o in cell.outputs]
    nb.cells = [c for c in nb.cells if c.source.strip()]
    return nb


def _normalise_cell(cell: NotebookNode, position: int) -> None:
    kept = {k: v for k, v in cell.metadata.items() if k in {"tags", "course", "slideshow", "no-claim"}}
    if "tags" in kept:
        kept["tags"] = sorted(set(kept["tags"]))
    if cell.cell_type == "code" and tags(cell) & HIDDEN_TAGS:
        kept["jupyter"] = {"source_hidden": True}
    if "attachments" in cell and not cell.attachments:
        del cell["attachments"]
    cell.metadata = nbformat.from_dict(kept)
    if "id" not in cell:
        cell.id = hashlib.sha256(f"{position}{cell.source}".encode()).hexdigest()[:8]


def _clean_output(output: NotebookNode, count: int | None) -> NotebookNode:
    if output.output_type == "execute_result":
        output.execution_count = count
    if "data" in output:
        # a saved view without its state shows "model not found"; the picture beside it stays
        output.data.pop(WIDGET_VIEW, None)
    if "metadata" in output:
        output.metadata.pop(WIDGET_VIEW, None)
    return output


def pretty(path: Path) -> str:
    """Return a path as it is read best: relative to the current folder where it lies inside."""
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()
