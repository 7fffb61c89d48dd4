"""The times that lessons promise, beside what is read, clicked and answered in them."""

import re

import path_times
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from embeddings_course.commands.lecture import book


def test_what_is_read_clicked_and_asked_is_counted_and_what_lies_closed_is_not():
    cells = [
        new_markdown_cell("four words of prose"),
        new_code_cell("import numpy as np\n\npredict('bank')\nVectorBoard()"),
        new_code_cell("def f():\n    return 1", metadata={"tags": ["exercise"]}),
        new_code_cell("assert 1 == 1", metadata={"tags": ["claim"]}),
    ]
    assert path_times.count(cells) == path_times.Counts(words=4, lines=4, clicks=2, questions=1, views=1, exercises=1)
    assert path_times.Counts(words=238, exercises=2).minutes == pytest.approx(1 + 2 * path_times.EXERCISE)


def test_no_lesson_promises_much_less_than_it_asks_for():
    found = path_times.paths()
    for path in book.find():
        number = path.stem.split("_")[0]
        text = "".join(cell.source for cell in book.read(path).cells[:2])
        promised = int(re.search(r"\*\*Time\.\*\* (\d+) minutes", text)[1])
        assert promised > 0.75 * found[f"lesson {number}"].minutes, f"lesson {number} takes longer than it says"


def test_the_essay_path_fits_its_evening_and_the_core_path_six():
    found = path_times.paths()
    assert found["essay path"].minutes < 90
    assert found["core path"].minutes < 6 * 90
