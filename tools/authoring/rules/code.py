"""Rules about code cells: sizes, no three in a row, nothing that a page or nbval shows badly."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from statistics import median

from authoring.rules import Complaint, LessonFile
from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.syntax import tree

LONGEST, SHORT, SHARE, MEDIAN = 20, 10, 0.85, 5
RATIO = (0.7, 1.8)


def cell_sizes(lesson: LessonFile) -> Iterator[Complaint]:
    """No code cell has more than 20 lines, 85 % have at most 10, half have at most 5 (folded solutions aside)."""
    sizes = [(n, _lines(cell.source)) for n, cell in lesson.code() if "solution" not in book.tags(cell)]
    yield from ((n, f"{size} lines of code: {LONGEST} at most") for n, size in sizes if size > LONGEST)
    counts = [size for _, size in sizes]
    if len(counts) >= 6 and sum(c <= SHORT for c in counts) < SHARE * len(counts):
        yield None, f"only {sum(c <= SHORT for c in counts)} of {len(counts)} code cells have at most {SHORT} lines"
    if len(counts) >= 6 and median(counts) > MEDIAN:
        yield None, f"half of the code cells have more than {MEDIAN} lines"


def _lines(source: str) -> int:
    return sum(1 for line in source.splitlines() if line.strip() and not line.strip().startswith("#"))


def never_three_in_a_row(lesson: LessonFile) -> Iterator[Complaint]:
    """Between code cells there is prose: never three in a row (folded cells do not count)."""
    run = 0
    for number, cell in enumerate(lesson.cells, 1):
        if cell.cell_type == "markdown":
            run = 0
        elif not book.tags(cell) & book.HIDDEN_TAGS:
            run += 1
            if run == 3:
                yield number, "three code cells in a row: say in between what to see"


def balance(lesson: LessonFile) -> Iterator[Complaint]:
    """There are 0.7 to 1.8 cells of prose for one of code (claims, hints and folded solutions count as code)."""
    code = sum(1 for _ in lesson.code())
    prose = sum(1 for _ in lesson.markdown())
    if lesson.is_full and code and not RATIO[0] <= prose / code <= RATIO[1]:
        yield None, f"{prose} cells of prose for {code} of code ({prose / code:.1f}): {RATIO[0]} to {RATIO[1]} is right"


def runs_everywhere(lesson: LessonFile) -> Iterator[Complaint]:
    """Plain Python that parses: no magics, no trailing semicolon, no interact, Output or pyplot."""
    for number, cell in lesson.code():
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield number, f"not plain Python: {error.msg}"
            continue
        if re.search(r";\s*\Z", cell.source):
            yield number, "a semicolon at the end"
        for name in names_in(tree(cell)) & {
            "interact",
            "interactive",
            "interactive_output",
            "interact_manual",
            "Output",
        }:
            yield number, f"{name}: errors inside it pass unseen; use a demo"
        if "pyplot" in names_in(tree(cell)):
            yield number, "pyplot: it draws wrong figures in a view's callback; use embeddings_course.plots"


def names_in(module: ast.AST) -> set[str]:
    """Return every name, attribute and part of an imported module's name."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            dotted = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            found |= {part for name in dotted for part in name.split(".")}
    return found


RULES = (cell_sizes, never_three_in_a_row, balance, runs_everywhere)
