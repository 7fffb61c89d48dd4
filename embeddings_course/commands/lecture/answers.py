"""The answer key: every solution as it stands in the lessons, and what each answer to a question means."""

from __future__ import annotations

import re
from pathlib import Path

from nbformat import NotebookNode

from embeddings_course.commands.lecture import book, cut

HEAD = """# Answer key

Made from the lessons by the command `cuts answers`. Every solution here is run and checked with each test of the
course. The learners have them too, folded below each exercise.
"""


def answer_key(paths: list[Path]) -> str:
    """Return the answer key of these lessons as Markdown."""
    return "\n\n".join([HEAD.strip(), *map(_lesson, paths)]) + "\n"


def _lesson(path: Path) -> str:
    nb = book.read(path)
    title = nb.cells[0].source.splitlines()[0].strip("# ")
    return "\n\n".join([f"## {title}", *_solutions(nb), *_questions(path.stem.split("_")[0])])


def _solutions(nb: NotebookNode) -> list[str]:
    parts, heading = [], ""
    for cell in nb.cells:
        found = re.findall(r"^###? (.*)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else []
        heading = found[-1] if found else heading
        if "solution" in book.tags(cell):
            parts.append(f"### {heading}\n\n```python\n{cell.source}\n```")
    return parts


def _questions(number: str) -> list[str]:
    """Return what each answer to a prediction, a quiz question or a judgement means, as the lesson's module says it."""
    lesson = cut.questions_of(number)
    if lesson is None:
        return []
    asked = [*lesson.remembered.values(), *lesson.predictions.values(), *lesson.questions.values()]
    asked += [part for judgement in lesson.judgements.values() for part in judgement.parts()]
    return [f"### {q.text().splitlines()[0]}\n\n" + "\n".join(f"- {line}" for line in q.explain_all()) for q in asked]
