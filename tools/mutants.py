"""Can the checks be fooled? Every solution with every small fault goes through its check; what passes is told.

    python course.py test mutants             all exercises, some minutes; writes tests/mutants.csv
    python course.py test mutants 05 12       those of two lessons

The check must refuse every mutant, but those in `tests/mutants_equivalent.csv`, each with the reason why it is right.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import importlib
import inspect
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from authoring import ROOT
from authoring.mutants import Mutant, mutants

RESULTS, EQUIVALENT = ROOT / "tests" / "mutants.csv", ROOT / "tests" / "mutants_equivalent.csv"
FIELDS = ("lesson", "exercise", "hash", "line", "mutant", "verdict", "letters")
SECONDS = 20.0  # for a mutant that never ends


class Solved(NamedTuple):
    """An exercise with the solution of its notebook."""

    lesson: str
    exercise: Any
    name: str
    source: str
    at_hand: str

    @property
    def hash(self) -> str:
        """Of what a verdict rests on: solution, check and slips."""
        trees = [ast.parse(text) for text in (self.source, *map(inspect.getsource, self.functions()))]
        for tree in trees:
            tree.body[0].decorator_list = []  # type: ignore[attr-defined]  # words alone change no verdict
        return hashlib.sha256("\n".join(map(ast.unparse, trees)).encode()).hexdigest()[:12]

    def functions(self) -> list[Any]:
        """Return the check and its slips."""
        return [self.exercise.examine, *(slip.function for slip in self.exercise.slips)]

    def judge(self, source: str) -> tuple[str, str]:
        """Hand a version in: the verdict (right, idea, case, explained, error, stopped, not yet) and the words."""
        names: dict[str, Any] = {}
        exec(self.at_hand + "\n" + source, names)
        verdict = self.exercise.try_out(names[self.name], seconds=SECONDS)
        how = {"wrong": "idea" if verdict.named else "case", "error": "explained" if verdict.named else "error"}
        return how.get(verdict.state, verdict.state), " ".join(verdict.lines)


def solved(lesson: str) -> Iterator[Solved]:
    """Yield the code exercises of a lesson, each with its solution."""
    path = next((ROOT / "notebooks").glob(f"{lesson}_*.ipynb"))
    code = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    trees = [ast.parse("".join(c["source"])) for c in code]
    at_hand = [n for t in trees for n in t.body if _is_at_hand(n)]
    head = "\n".join(dict.fromkeys(ast.unparse(n) for n in at_hand))
    exercises = importlib.import_module(f"embeddings_course.exercises.lessons.lesson_{lesson}").lesson.exercises
    for tree in trees:
        functions = {n.name: ast.unparse(n) for n in tree.body if isinstance(n, ast.FunctionDef)}
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == "verify_solution":
                id, name = ast.literal_eval(call.args[0]), getattr(call.args[1], "id", "")
                if name in functions:
                    yield Solved(lesson, exercises[id], name, functions[name], head)


def _is_at_hand(node: ast.stmt) -> bool:
    """Say whether a line of the page is an import or a plain function: a solution may use these."""
    if isinstance(node, ast.FunctionDef):
        plain = not (node.decorator_list or node.args.defaults or node.args.kw_defaults)
        return plain and not node.name.startswith("solution_")
    return isinstance(node, ast.Import | ast.ImportFrom)


def lessons() -> list[str]:
    """Return the numbers of all lessons."""
    return sorted(p.name.split("_")[0] for p in (ROOT / "notebooks").glob("*.ipynb"))


def row(one: Solved, mutant: Mutant) -> dict[str, str]:
    """Judge a mutant: a line of the table."""
    verdict, says = one.judge(mutant.source)
    place = (one.lesson, one.exercise.id, one.hash, str(mutant.line), mutant.what)
    return dict(zip(FIELDS, (*place, verdict, str(len(says))), strict=True))


def rows(lesson: str) -> list[dict[str, str]]:
    """Judge all mutants of a lesson."""
    return [row(one, mutant) for one in solved(lesson) for mutant in mutants(one.source)]


def read(path: Path) -> list[dict[str, str]]:
    """Read a table; an empty one where there is no file yet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key(line: dict[str, str]) -> tuple[str, ...]:
    """Return what names a mutant."""
    return tuple(line[name] for name in ("lesson", "exercise", "line", "mutant"))


def summary(table: list[dict[str, str]]) -> Iterator[str]:
    """Say for each lesson how many mutants were made, and how they were answered."""
    alike = {key(line) for line in read(EQUIVALENT)}
    for lesson in [*dict.fromkeys(line["lesson"] for line in table), ""]:
        mine = [line for line in table if lesson in ("", line["lesson"])]
        equal = [line for line in mine if line["verdict"] == "right" and key(line) in alike]
        counts = Counter(line["verdict"] for line in mine if line not in equal)
        share = (counts["idea"] + counts["explained"]) / max(len(mine) - len(equal), 1)
        told = ", ".join(
            f"{name} {counts[name]}" for name in ("idea", "explained", "case", "error", "stopped", "right")
        )
        yield f"{lesson or 'all':4} {len(mine):5} mutants: {told}; equivalent {len(equal)}; with an idea {share:.0%}"


def main(words: list[str]) -> int:
    """Judge all mutants, write the table, and return 1 where one passes that should not."""
    asked = words or lessons()
    if unknown := sorted(set(asked) - set(lessons())):
        print(f"There is no lesson {unknown[0]!r}: name some of {' '.join(lessons())}, or none for all.")
        return 2
    with ProcessPoolExecutor(2) as pool:
        new = [line for lines in pool.map(rows, asked) for line in lines]
    table = sorted([*(r for r in read(RESULTS) if r["lesson"] not in asked), *new], key=lambda r: r["lesson"])
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    alike = {key(line) for line in read(EQUIVALENT)}
    passed = [line for line in new if line["verdict"] == "right" and key(line) not in alike]
    for line in passed:
        print(f"passed: {line['lesson']} {line['exercise']}, line {line['line']}: {line['mutant']}")
    print(*summary(table), sep="\n")
    return int(bool(passed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
