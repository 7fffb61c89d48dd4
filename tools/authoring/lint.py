"""Lint of lessons: each rule is a small function that yields complaints; what a rule wants is in its docstring.

A cell tagged `allow-RULE` (for example `allow-cell_sizes`) is excused from that rule; say why in the commit.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from authoring import ROOT
from authoring.rules import LessonFile, code, frame, names, outputs, package, prose
from embeddings_course.commands.lecture import book

RULES = (*frame.RULES, *prose.RULES, *code.RULES, *names.RULES, *outputs.RULES)


class Finding(NamedTuple):
    """One thing that is wrong: where (cell number from 1, all cells counted; None for the whole), which rule, what."""

    where: str
    cell: int | None
    rule: str
    what: str

    def __str__(self) -> str:
        cell = f", cell {self.cell}" if self.cell else ""
        return f"{self.where}{cell}: {self.what} [{self.rule}]"


def lint(paths: list[Path]) -> list[Finding]:
    """Return what is wrong in these notebooks, and in the package as far as lessons depend on it."""
    found = [finding for path in paths for finding in lint_one(LessonFile.read(path))]
    return found + [Finding(where, None, "package", what) for where, what in package.complaints(ROOT)]


def lint_one(lesson: LessonFile) -> list[Finding]:
    """Return what is wrong in one notebook."""
    return [
        Finding(lesson.path.name, cell, rule.__name__, what)
        for rule in RULES
        for cell, what in rule(lesson)
        if cell is None or f"allow-{rule.__name__}" not in book.tags(lesson.cells[cell - 1])
    ]
