"""One setting switches the BERT of the lessons about it: all cells and claims must hold with another trained one too.

It is the town's, which comes with the course: other layers, heads, numbers and pieces, half precision, and a
masked-word head. It knows the words of the town alone, so claims about English are made only where a model can carry
them (`Bert.reads_english`); claims about shapes and mechanics are made of every model. MPNet (12 layers of 768 numbers,
a bias for distances) is another, where it is on this machine.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring.runner import Kernel, private_home

from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.outputs import collect
from embeddings_course.files.models import find_model

LESSONS = ["09", "10"]


@pytest.mark.slow
@pytest.mark.parametrize("model", ["town", "mpnet"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_lessons_hold_for_another_bert(lesson: str, model: str, tmp_path: Path) -> None:
    if find_model(model) is None:
        pytest.skip(f"{model} is not on this machine (python course.py model {model})")
    nb = book.read(book.find([lesson])[0])
    claims = 0
    with private_home() as env, Kernel(tmp_path, {**env, "EMBEDDINGS_COURSE_BERT": model}, timeout=600) as kernel:
        for cell in book.code_cells(nb):
            outputs = collect(kernel.messages(cell.source))
            errors = [output.evalue for output in outputs if output.output_type == "error"]
            assert not errors, f"{cell.source}\n{errors}"
            claims += "claim" in book.tags(cell)
        name = kernel.printed("from embeddings_course.pretrained import load_bert; print(load_bert().name)")
        assert name.strip() == model
    assert claims > 0
