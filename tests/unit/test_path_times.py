"""The times that lessons promise, beside what is read, clicked and answered in them."""

import re
from itertools import dropwhile
from pathlib import Path

import path_times
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from embeddings_course.commands.lecture import book


def test_what_is_read_clicked_and_asked_is_counted_and_what_lies_closed_is_not():
    cells = [
        new_markdown_cell("four words of prose"),
        new_code_cell("import numpy as np\nfrom numpy import (\n    dot,\n)\n\npredict('bank')\nVectorBoard()"),
        new_code_cell("def f():\n    return 1", metadata={"tags": ["exercise"]}),
        new_code_cell("assert 1 == 1", metadata={"tags": ["claim"]}),
    ]
    assert path_times.count(cells) == path_times.Counts(words=4, lines=4, clicks=2, questions=1, views=1, exercises=1)
    asked = new_code_cell("quiz()")
    asked.outputs = [new_output("display_data", {"text/plain": "Question 1: A?\n  a) yes\nQuestion 2: B?\n  a) no"})]
    assert path_times.count([asked]) == path_times.Counts(lines=1, clicks=1, questions=2), "each question of a quiz"
    assert path_times.Counts(words=238, exercises=2).minutes == pytest.approx(1 + 2 * path_times.EXERCISE)


TWELVE = {"00": 5}  # minutes for the twelve questions before, which open in one cell and are not counted


def test_each_lesson_says_the_minutes_that_are_counted():
    found = path_times.paths()
    for path in book.find():
        number = path.stem.split("_")[0]
        line = re.search(r"\*\*Time\.\*\* (.*)", "".join(cell.source for cell in book.read(path).cells[:2]))[1]
        promised = int(re.match(r"(\d+) minutes", line)[1])
        counted = found[f"lesson {number}"].minutes + TWELVE.get(number, 0)
        assert abs(promised - counted) < 2, f"lesson {number} takes {counted:.0f} minutes, and says {promised}"
        if parts := re.match(r"\d+ minutes: (\d+) to read and \w+, (\d+) for exercises", line):
            assert int(parts[1]) + int(parts[2]) == promised, number
        core = path_times.count(cell for cell in book.read(path).cells if "core" in book.tags(cell)).minutes
        if core:  # only a part is on the core path
            assert abs(int(re.search(r"Core: (\d+) minutes", line)[1]) - core) < 2, number


def test_the_essay_path_fits_its_evening_and_the_core_path_six():
    found = path_times.paths()
    assert found["essay path"].minutes < 90
    assert found["core path"].minutes < 6 * 90


def test_lesson_00_and_the_readme_say_the_minutes_that_are_counted():
    found = path_times.paths()
    whole = sum(each.minutes for name, each in found.items() if name.startswith("lesson") and name != "lesson 00b")
    doors = next(cell.source for cell in book.read(book.find()[0]).cells if "### The doors" in cell.source)
    essay, core, everything = re.search(r"(\d+) minutes.*?(\d+) hours.*?(\d+) hours", doors, re.S).groups()
    assert abs(int(essay) - found["essay path"].minutes) < 5
    assert abs(int(core) - found["core path"].minutes / 60) < 0.5
    assert abs(int(everything) - whole / 60) < 0.5
    said = re.search(
        r"Core path, about (\d+) hours.*?Essay path: about (\d+) minutes",
        (Path(__file__).parents[2] / "README.md").read_text("utf-8"),
    )
    assert said.groups() == (core, essay)


def test_the_readmes_map_says_the_minutes_of_each_lessons_first_lines():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    said = dict(re.findall(r"^\| (\d\db?) \|[^|]+\| (\d+) \|", readme, re.M))
    for path in book.find():
        top = "\n".join(cell.source for cell in book.read(path).cells[:6])
        assert said.pop(path.stem.split("_")[0]) == re.search(r"\*\*Time\.\*\* (\d+) minutes", top)[1], path.stem
    assert not said


# cells, words of prose and minutes when the second edition began (commit 15b0162), counted by the tool as it is now
STARTS = {
    "00": (21, 858, 9.91),
    "00b": (61, 757, 33.49),
    "01": (83, 1494, 49.48),
    "02": (82, 1319, 50.11),
    "03": (97, 1668, 52.98),
    "04": (90, 1577, 52.74),
    "05": (101, 1947, 56.16),
    "06": (107, 2154, 61.35),
    "07": (118, 2386, 65.51),
    "08": (95, 2066, 55.70),
    "09": (112, 2322, 58.68),
    "10": (112, 1955, 54.81),
    "11": (89, 1786, 48.11),
    "12": (129, 2350, 57.77),
}


# an extra that entered beside a lesson: nobody on the way through it meets the exercise
BESIDE = {"09": "### Build the tokenizer (extra)"}


def without(cells, heading):
    """The cells of a lesson but those from a heading to the next one."""
    first = next(i for i, cell in enumerate(cells) if cell.source.startswith(heading))
    return cells[:first] + list(dropwhile(lambda cell: not cell.source.startswith("#"), cells[first + 1 :]))


@pytest.mark.parametrize("number", STARTS)
def test_no_lesson_has_grown(number):
    cells = book.read(book.find([number])[0]).cells
    cells = without(cells, BESIDE[number]) if number in BESIDE else cells
    words = sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown")
    now = len(cells), words, round(path_times.count(cells).minutes, 2)
    assert all(new <= old for new, old in zip(now, STARTS[number], strict=True)), (
        f"lesson {number} began with {STARTS[number]} cells, words, minutes and has {now}"
    )
