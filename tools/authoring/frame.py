"""The frame that every lesson has: `new NN title` makes a notebook with all parts in place, ready to be filled."""

from __future__ import annotations

import re
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.cut import EXERCISES, SOURCES

# second-level headings in their order; the lesson's own body stands between BEFORE and BREAK
OBJECTIVES, BEFORE, BREAK = "What you will be able to do", "Before you start", "Break it"
RECAP, NEXT = "What you have done", "What comes next"
HEADINGS = (OBJECTIVES, BEFORE, BREAK, EXERCISES, RECAP, NEXT, SOURCES)


def new(number: str, title: str) -> Path:
    """Make `notebooks/NN_title.ipynb` from the frame and return its path.

    Args:
        number: two digits and, for a side lesson, a small letter ("03", "00b").
        title: the lesson's title in plain words, without the question's answer.

    Raises:
        SystemExit: the number is not of that form or the lesson is there already.
    """
    if not re.fullmatch(r"\d\d[a-z]?", number):
        raise SystemExit(f"A lesson's number is two digits (and perhaps a letter), such as 03 or 00b, not {number!r}.")
    there = sorted(book.NOTEBOOKS.glob(f"{number}_*.ipynb"))
    if there:
        raise SystemExit(f"Lesson {number} is there already: {book.pretty(there[0])}.")
    name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    path = book.NOTEBOOKS / f"{number}_{name}.ipynb"
    book.write(book.normalise(frame(number, title)), path)
    return path


def frame(number: str, title: str) -> NotebookNode:
    """Return the frame of a lesson as a notebook; every TODO waits for its author."""
    return new_notebook(cells=[*_opening(number, title), *_body(), *_exercises(), *_closing()])


def _opening(number: str, title: str) -> list[NotebookNode]:
    lesson = f"embeddings_course.exercises.lessons.lesson_{number}"
    return [
        new_markdown_cell(
            f"# {number} · {title}\n\n**The question.** TODO the one question that this lesson answers\n\n"
            "**Time.** TODO 40 minutes: TODO 25 to read and play, TODO 15 for exercises. Core: TODO 30 minutes."
        ),
        new_markdown_cell(f"## {OBJECTIVES}\n\n- TODO explain ...\n- TODO compute ...\n- TODO say when ... fails"),
        new_code_cell(f"from {lesson} import check, hint, predict, quiz, verify_solution"),
        new_markdown_cell(f"## {BEFORE}\n\nTODO One guess, locked in before anything is shown."),
        new_code_cell('predict("TODO")'),
    ]


def _body() -> list[NotebookNode]:
    return [
        new_markdown_cell("## TODO The idea, as a sentence\n\nTODO By hand once, then the helper."),
        new_code_cell("...", metadata={"tags": ["reveal"]}),
        new_markdown_cell("What you see: TODO one sentence after every picture."),
        new_code_cell("assert True  # the fact that the sentence above states", metadata={"tags": ["claim"]}),
        new_markdown_cell(f"## {BREAK}\n\nTODO Where does the idea fail? Predict first."),
        new_code_cell("..."),
    ]


def _exercises() -> list[NotebookNode]:
    return [
        new_markdown_cell(f"## {EXERCISES}\n\n### 1. TODO What to do, in one sentence"),
        new_code_cell('def answer(x):\n    ...\n\n\ncheck("TODO", answer)', metadata={"tags": ["exercise"]}),
        new_markdown_cell("Stuck? Run the next cell, then with `2`, then with `3`."),
        new_code_cell('hint("TODO", 1)'),
        new_markdown_cell("One solution, folded. Open it when you have tried."),
        new_code_cell(
            'def solution_answer(x):\n    ...\n\n\nverify_solution("TODO", solution_answer)',
            metadata={"tags": ["solution"]},
        ),
    ]


def _closing() -> list[NotebookNode]:
    return [
        new_markdown_cell(f"## {RECAP}\n\n- TODO explained ...\n- TODO computed ...\n- TODO said when ... fails"),
        new_markdown_cell(f"## {NEXT}\n\nTODO One sentence: the question that is still open."),
        new_markdown_cell(f"## {SOURCES}\n\n- TODO Author, year, title, section"),
    ]
