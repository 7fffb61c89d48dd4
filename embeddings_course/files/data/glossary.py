"""The terms of the course, each with the lesson that introduces it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from embeddings_course.files.checks import checked
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path


@dataclass(frozen=True)
class Term:
    """A term of the course: what it means in one plain sentence, its symbol, its name in code, its first lesson."""

    term: str
    sentence: str
    symbol: str
    code: str
    lesson: str


@checked
def load_glossary(path: Path | None = None) -> dict[str, Term]:
    """Load the glossary: {term in small letters: Term}, in the order of the lessons.

    Introduced in lesson 00.

    Raises:
        DataError: where a column is missing, a term stands there twice, or has no sentence or lesson.

    >>> load_glossary()["cosine"].lesson
    '02'
    """
    path = path or data_path("glossary.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    terms: dict[str, Term] = {}
    for line, row in enumerate(rows, start=2):
        if None in row.values() or set(row) != {"term", "sentence", "symbol", "code", "lesson"}:
            raise DataError(f"{path.name}, line {line}: five columns are needed: term, sentence, symbol, code, lesson.")
        term = Term(**{name: cell.strip() for name, cell in row.items()})
        if not (term.term and term.sentence and term.lesson) or term.term.lower() in terms:
            raise DataError(
                f"{path.name}, line {line}: {term.term!r} needs a sentence and a lesson, and may stand once."
            )
        terms[term.term.lower()] = term
    return dict(sorted(terms.items(), key=lambda item: item[1].lesson))
