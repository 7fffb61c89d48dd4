"""Text twins: a notebook as a plain Python file (py:percent) to write in, and back, keeping outputs that still hold."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

from nbformat import NotebookNode

from embeddings_course.commands.lecture import book
from embeddings_course.files.paths import write_whole

try:
    import jupytext
except ImportError:
    raise SystemExit('Text twins need jupytext. Install it into this environment: pip install ".[author]"') from None


def to_text(path: Path) -> Path:
    """Write the text twin (`NN_title.py`, ignored by git) beside a notebook and return its path."""
    nb = book.read(path)
    for cell in nb.cells:
        cell.metadata.pop("jupyter", None)  # folding follows from the tags
    nb.metadata.pop("jupytext", None)
    nb.metadata["course"] = {k: v for k, v in nb.metadata.get("course", {}).items() if k != "outputs_of"}
    if not nb.metadata["course"]:
        del nb.metadata["course"]
    # these two would only repeat what every lesson has
    nb.metadata["jupytext"] = {
        "notebook_metadata_filter": "course,-kernelspec,-jupytext",
        "cell_metadata_filter": "all",
    }
    twin = path.with_suffix(".py")
    write_whole(twin, jupytext.writes(nb, fmt="py:percent"))
    return twin


def from_text(path: Path) -> tuple[Path, int, int]:
    """Bring a text twin back into its notebook.

    Returns:
        The notebook, how many code cells kept their outputs, and how many code cells there are.
    """
    twin, target = path.with_suffix(".py"), path.with_suffix(".ipynb")
    fresh = jupytext.read(twin, fmt="py:percent")
    kept = merge(fresh, book.read(target)) if target.exists() else 0
    book.write(book.normalise(fresh), target)
    return target, kept, sum(1 for _ in book.code_cells(fresh))


def merge(fresh: NotebookNode, old: NotebookNode) -> int:
    """Copy outputs and ids of unchanged cells from `old` to `fresh`; of changed cells the ids, where it is clear.

    Returns:
        The number of code cells whose outputs were kept.
    """
    fresh.metadata["course"] = {**old.metadata.get("course", {}), **fresh.metadata.get("course", {})}
    was, now = [_key(c) for c in old.cells], [_key(c) for c in fresh.cells]
    kept = 0
    for action, a0, a1, b0, b1 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if action not in {"equal", "replace"}:
            continue
        if action == "replace" and a1 - a0 != b1 - b0:
            continue
        for before, after in zip(old.cells[a0:a1], fresh.cells[b0:b1], strict=True):
            if before.cell_type != after.cell_type:
                continue
            after.id = before.id
            if "course" in before.metadata and "course" not in after.metadata:
                after.metadata["course"] = before.metadata["course"]  # notes for lecturers
            if action == "equal" and after.cell_type == "code":
                after.outputs, after.execution_count = before.outputs, before.execution_count
                kept += before.execution_count is not None
    return kept


def _key(cell: NotebookNode) -> tuple[str, str]:
    return cell.cell_type, cell.source.strip()
