"""Run lessons from top to bottom in fresh kernels and keep what they show: the outputs that are committed."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from authoring.runner import CellError, Kernel, private_home
from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.outputs import collect

AT_ONCE = 2
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Run(NamedTuple):
    """One run of one notebook: seconds, peak memory in MiB, warnings for the author, and what went wrong (or "")."""

    path: Path
    seconds: float
    memory: float
    notes: list[str]
    problem: str


def refresh(paths: list[Path], timeout: float = 120) -> list[Run]:
    """Run notebooks, at most two at once, and write those that went through. Report each as it ends."""

    def one(path: Path) -> Run:
        run = refresh_one(path, timeout)
        print(say(run), flush=True)
        return run

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(one, paths))


def refresh_one(path: Path, timeout: float = 120) -> Run:
    """Run one notebook in a fresh kernel with an empty data folder; write it only if every cell went through."""
    nb, start = book.read(path), time.monotonic()
    source = [c.source for c in nb.cells]
    notes: list[str] = []
    memory, problem = 0.0, ""
    try:
        with private_home() as env, Kernel(path.parent, env, timeout) as kernel:
            for number, cell in enumerate(book.code_cells(nb), 1):
                _run_cell(kernel, cell, number, notes)
            memory = kernel.peak_memory()
    except CellError as error:
        problem = str(error)
    if not problem and [c.source for c in book.read(path).cells] != source:
        problem = "The file was changed while it ran: nothing written, refresh again."
    if not problem:
        nb.metadata["course"] = {**nb.metadata.get("course", {}), "outputs_of": " ".join(book.fingerprints(nb))}
        book.write(book.normalise(nb), path)
    return Run(path, time.monotonic() - start, memory, notes, problem)


def _run_cell(kernel: Kernel, cell: NotebookNode, number: int, notes: list[str]) -> None:
    first = cell.source.strip().splitlines()[0]
    try:
        cell.outputs = collect(kernel.messages(cell.source))
    except CellError as error:
        raise CellError(f"code cell {number} ({first}): {error}") from None
    cell.execution_count = number
    for output in cell.outputs:
        if output.output_type == "error" and not {"raises-exception", "nbval-raises-exception"} & book.tags(cell):
            trace = COLOUR.sub("", "\n".join(output.traceback))
            raise CellError(f"code cell {number} ({first}):\n{trace}")
        if output.output_type == "stream" and output.name == "stderr":
            notes.append(f"code cell {number} wrote to stderr: {output.text.strip().splitlines()[-1]}")


def say(run: Run) -> str:
    """Return one run as lines for the terminal."""
    head = f"{run.path.name}: {run.seconds:.1f} s, {run.memory:.0f} MiB"
    if run.problem:
        return f"{head}\n  NOT WRITTEN: {run.problem}"
    if run.seconds > 30:
        head += "  (more than 30 s: too slow for a lesson)"
    if run.memory > 1024:
        head += "  (more than 1 GiB: too much for Binder)"
    return "\n".join([head, *(f"  note: {note}" for note in run.notes)])
