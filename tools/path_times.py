"""How long each lesson and each path takes, by what is read, clicked and answered: ``python tools/path_times.py``.

Reading: 238 words a minute, the mean of 190 studies of silent reading of English non-fiction (Brysbaert 2019, "How many
words do we read per minute?", Journal of Memory and Language 109). The other speeds are our assumptions, with no study
behind them; change one, and see whether a path still fits its evening.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from nbformat import NotebookNode

import embeddings_course
from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.syntax import tree

WORDS_A_MINUTE = 238
CLICK = 3 / 60  # Shift+Enter, and a look whether it ran
CODE_LINE = 6 / 60  # read, not written
QUESTION = 40 / 60  # read the options, choose one, read what it means
VIEW = 1.5  # move a few controls
EXERCISE = 5.0  # write it, check it, mend it

ASKED = {"predict", "quiz", "judge", "remember"}
VIEWS = {
    name
    for path in (Path(embeddings_course.__file__).parent / "demos").glob("*.py")
    for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.M)
}
CORE = ("01", "02", "03", "05", "06", "08", "09")


@dataclass(frozen=True)
class Counts:
    """What one lesson, or one path through it, asks of a reader."""

    words: int = 0
    lines: int = 0
    clicks: int = 0
    questions: int = 0
    views: int = 0
    exercises: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def minutes(self) -> float:
        """How long all of it takes."""
        each = (1 / WORDS_A_MINUTE, CODE_LINE, CLICK, QUESTION, VIEW, EXERCISE)
        return sum(number * minutes for number, minutes in zip(astuple(self), each, strict=True))


def count(cells: Iterable[NotebookNode]) -> Counts:
    """Count what a reader meets in some cells; claims and solutions lie closed, and are not read."""
    return sum((_count(cell) for cell in cells if not book.HIDDEN_TAGS & book.tags(cell)), Counts())


def _count(cell: NotebookNode) -> Counts:
    if cell.cell_type == "markdown":
        return Counts(words=len(cell.source.split()))
    if not cell.source.strip():
        return Counts()
    module = tree(cell)
    called = list(_called(module))
    shown = "\n".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return Counts(
        words=sum(len(output.get("text", "").split()) for output in cell.outputs),
        lines=sum(bool(line.strip()) for line in cell.source.splitlines()) - _imports(module),
        clicks=1,
        questions=max(sum(name in ASKED for name in called), len(re.findall(r"^Question \d+: ", shown, re.M))),
        views=sum(name in VIEWS for name in called),
        exercises=int("exercise" in book.tags(cell)),
    )


def _imports(module: ast.Module) -> int:
    """Return how many lines the imports take: nobody reads them."""
    found = (each for each in module.body if isinstance(each, ast.Import | ast.ImportFrom))
    return sum((each.end_lineno or each.lineno) - each.lineno + 1 for each in found)


def _called(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def paths() -> dict[str, Counts]:
    """Return the counts of each lesson whole, and of the two paths that lesson 00 offers."""
    lessons = {path.stem.split("_")[0]: book.read(path).cells for path in book.find()}
    found = {f"lesson {number}": count(cells) for number, cells in lessons.items()}
    tagged = {
        tag: sum((count(c for c in cells if tag in book.tags(c)) for cells in lessons.values()), Counts())
        for tag in ("essay", "core")
    }
    whole = sum((found[f"lesson {number}"] for number in CORE), Counts())
    start = found["lesson 00"]  # whole in both; its cells tagged `essay` are in the sum already
    essay = tagged["essay"] + count(cell for cell in lessons["00"] if "essay" not in book.tags(cell))
    return found | {"essay path": essay, "core path": start + whole + tagged["core"]}


if __name__ == "__main__":
    print(f"{'':12}{'words':>7}{'lines':>7}{'clicks':>7}{'asked':>7}{'views':>7}{'exerc.':>7}{'minutes':>9}")
    for name, counts in paths().items():
        print(f"{name:12}" + "".join(f"{number:7,}" for number in astuple(counts)) + f"{counts.minutes:9.0f}")
