"""A lecture is cells of several lessons: it must run by itself, without what was left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring.runner import Kernel, private_home

from embeddings_course.commands.lecture import book, cut
from embeddings_course.commands.lecture.outputs import collect

NOTEBOOKS = [book.read(path) for path in book.find(cut.PATH)]


@pytest.mark.slow
@pytest.mark.parametrize("minutes", cut.LENGTHS)
def test_lectures_of_the_lessons_run(minutes: int, tmp_path: Path) -> None:
    nb = cut.lecture(NOTEBOOKS, minutes)
    with private_home() as env, Kernel(tmp_path, env) as kernel:
        for cell in book.code_cells(nb):
            outputs = collect(kernel.messages(cell.source))
            errors = [output.evalue for output in outputs if output.output_type == "error"]
            assert not errors, f"{cell.source}\n{errors}"
