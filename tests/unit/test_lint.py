"""The lint of lessons: a sound lesson passes, and each rule turns red on a lesson that breaks just that."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from authoring import lint
from authoring.rules import LessonFile, package, prose
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from embeddings_course.commands.lecture import book

SAID = "What you see: three bars, and the middle one is the longest."
TASK = (
    "## Exercises\n\n### 1. Halve it\n\nWrite a function that takes a number and gives back half of it, for any number."
)


def text(words: str) -> NotebookNode:
    return new_markdown_cell(words)


def code(source: str, *tags: str, shows: str = "") -> NotebookNode:
    outputs = [new_output("execute_result", data={"text/plain": shows})] if shows else []
    return new_code_cell(source, metadata={"tags": list(tags)}, outputs=outputs)


def png(width: int) -> str:
    drawn = io.BytesIO()
    Image.new("L", (width, 1)).save(drawn, "png")
    return base64.b64encode(drawn.getvalue()).decode()


def picture(source: str, *tags: str) -> NotebookNode:
    data = {"image/png": png(60), "text/plain": SAID}
    about = {"image/png": {"alt": "Three bars."}}
    outputs = [new_output("execute_result", data=data, metadata=about)]
    return new_code_cell(source, metadata={"tags": list(tags)}, outputs=outputs)


def sound() -> NotebookNode:
    """Return a small lesson that breaks no rule."""
    nb = new_notebook()
    nb.cells = [
        text("# 98 · Halves\n\n**The question.** What is half of it?\n\n**Time.** 20 minutes, all of it core."),
        text("## What you will be able to do\n\n- halve any number\n- say when a half is of no use"),
        code("from embeddings_course.exercises.lessons.lesson_98 import check, hint, predict, verify_solution"),
        text("## Before you start\n\nGuess first: nobody looks, and a wrong guess teaches more than a right one does."),
        code('predict("half")', shows="Question"),
        text("## A half is a number too\n\nRun the next cell and look at the longest bar before you read on, please."),
        picture("bars([1, 3.25, 2])", "reveal"),
        text("The middle bar is at 3.25, and that is 52 % of all three together: more than the two others have."),
        code("assert 3.25 / 6.25 == 0.52", "claim"),
        text(
            "In words: a half is the number divided by two.\n\n$$h = x / 2$$\n\n| number | half |\n|---|---|\n| 4 | 2 |"
        ),
        text("## Break it\n\nWhat is half of a word? Think first, then run the cell below and read what it says."),
        code('print("bank"[:2])', shows="ba"),
        text(TASK),
        code('def half(x):\n    ...\n\n\ncheck("half", half)', "exercise", shows="Not yet."),
        text("Stuck? Run the next cell, then with 2, then with 3; it says a little more each time that you ask."),
        code('hint("half", 1)', shows="A nudge"),
        text("One solution, folded. Open it when you have tried for yourself; yours may look different and be right."),
        code('def solution_half(x):\n    return x / 2\n\n\nverify_solution("half", solution_half)', "solution"),
        text("## What you have done\n\n- halved any number\n- said when a half is of no use"),
        text("## What comes next\n\n**Half is one of two.** What is a third?"),
        text("## Sources\n\n- Euclid, Elements, translated by T. Heath, 1908, book V"),
    ]
    for count, cell in enumerate((c for c in nb.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
    nb.metadata["course"] = {"outputs_of": " ".join(book.fingerprints(nb))}
    return nb


def findings(nb: NotebookNode, path: Path = Path("98_halves.ipynb")) -> set[str]:
    return {finding.rule for finding in lint.lint_one(LessonFile(path, nb))}


def find(nb: NotebookNode, part: str) -> NotebookNode:
    return next(cell for cell in nb.cells if part in cell.source)


def swap(old: str, new: str) -> Callable[[NotebookNode], None]:
    """Return a spoiler that replaces one text and makes the outputs fresh again."""

    def spoil(nb: NotebookNode) -> None:
        cell = find(nb, old)
        cell.source = cell.source.replace(old, new)
        nb.metadata["course"] = {"outputs_of": " ".join(book.fingerprints(nb))}

    return spoil


def drop(part: str) -> Callable[[NotebookNode], None]:
    return lambda nb: nb.cells.remove(find(nb, part))


def tag(part: str, *tags: str) -> Callable[[NotebookNode], None]:
    return lambda nb: find(nb, part).metadata.update(tags=list(tags))


def output(part: str, made: NotebookNode) -> Callable[[NotebookNode], None]:
    return lambda nb: find(nb, part).outputs.append(made)


def add(after: str, *cells: NotebookNode) -> Callable[[NotebookNode], None]:
    def spoil(nb: NotebookNode) -> None:
        place = nb.cells.index(find(nb, after)) + 1
        nb.cells[place:place] = list(cells)

    return spoil


def live(nb: NotebookNode) -> None:
    find(nb, "bars(").outputs[0].data[book.WIDGET_VIEW] = {"model_id": "1"}


def state(nb: NotebookNode) -> None:
    nb.metadata["widgets"] = {}


def told_of_state(nb: NotebookNode) -> None:
    find(nb, "bars(").outputs[0].metadata["from"] = "application/vnd.jupyter.widget-state+json"


def live_elsewhere(nb: NotebookNode) -> None:
    find(nb, "bars(").outputs[0].metadata[book.WIDGET_VIEW] = {}


def all_mute(nb: NotebookNode) -> None:
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], source="x = 1")


def draw(made: str) -> Callable[[NotebookNode], None]:
    return lambda nb: find(nb, "bars(").outputs[0].data.update({"image/png": made})


def no_alt(nb: NotebookNode) -> None:
    find(nb, "bars(").outputs[0].metadata = {}


def mute(nb: NotebookNode) -> None:
    find(nb, "predict(").outputs = []


def not_run(nb: NotebookNode) -> None:
    find(nb, "assert").execution_count = None


def changed(nb: NotebookNode) -> None:
    find(nb, "assert").source = "assert 1"


def late_parts(nb: NotebookNode) -> None:
    nb.cells.append(nb.cells.pop(nb.cells.index(find(nb, "## Break it"))))


STDERR = new_output("stream", name="stderr", text="UserWarning: hm")
ERROR = new_output("error", ename="NameError", evalue="x", traceback=[])
ADDRESS = new_output("stream", name="stdout", text="<object at 0x7f00aa11bb22>")
FOLDER = new_output("stream", name="stdout", text="saved in /home/me/course/x.png")
LOST = new_output("display_data", data={"text/html": "<p>Error displaying widget</p>", "text/plain": "x"})
TRACE = new_output("stream", name="stdout", text="KeyError: 'bank'")
HIDDEN = new_output("display_data", data={"text/html": '<img alt="x" src="data:image/png;base64,aaaa">'})

BAD: list[tuple[str, str, Callable[[NotebookNode], None]]] = [
    ("todo", "left over", swap("Guess first", "TODO Guess")),
    ("title", "wrong number", swap("# 98 ·", "# 97 ·")),
    ("title", "no question", swap("What is half of it?", "Halves.")),
    ("minutes", "none", swap("20 minutes", "A while")),
    ("minutes", "long core", swap("20 minutes, all of it core.", "60 minutes. Core: 50 minutes.")),
    ("parts", "one missing", swap("## What comes next", "## And then")),
    ("parts", "wrong order", late_parts),
    ("heading_order", "two titles", swap("## A half", "# A half")),
    ("heading_order", "a jump", swap("### 1.", "#### 1.")),
    ("first_code_imports", "late import", add("## What you will", code("x = 1"))),
    ("breaks_something", "nothing to run", drop('print("bank"')),
    ("prediction_first", "no prediction", drop('predict("half")')),
    ("prediction_first", "answer lies open", tag("bars(", "core")),
    ("objectives", "one missing", swap("- halved any number\n", "")),
    ("objectives", "another one", swap("- halved any number", "- cooked a good soup")),
    ("objectives", "not past", swap("- halved any number", "- halve any number")),
    ("exercises_complete", "no solution", drop("def solution_half")),
    ("exercises_complete", "no hint", drop('hint("half"')),
    (
        "exercises_complete",
        "not described",
        swap("Write a function that takes a number and gives back half of it, for any number.", "Go."),
    ),
    ("one_claim", "no claim", swap("**Half is one of two.** ", "")),
    ("one_claim", "claim in the middle", swap("**Half is one of two.** What", "What is **half**? What")),
    ("sources", "no year", swap(", 1908", "")),
    ("sources", "none", swap("- Euclid", "Euclid")),
    ("prose_sizes", "a wall", swap("Guess first", "word " * 151)),
    ("tables_have_headers", "empty header", swap("| number | half |", "| | half |")),
    ("images_in_prose", "no alt", swap("Guess first", "![](picture.png)")),
    ("images_in_prose", "no alt in HTML", swap("Guess first", '<img src="picture.png">')),
    ("images_in_prose", "hot link", swap("Guess first", "![a](https://example.org/picture.png)")),
    ("images_in_prose", "raw mark-up", swap("Guess first", "Guess\n\n:::note\nfirst")),
    ("formulas_in_words", "formula alone", add("What is a third?", text("$$h = x / 3$$"))),
    ("numbers_have_claims", "no claim", swap("assert ", "print ")),
    ("numbers_have_claims", "far away", swap("Guess first", "It is 42 of them, or 17.5 %.")),
    ("cell_sizes", "too long", swap("assert 3.25 / 6.25 == 0.52", "x = 1\n" * 21)),
    ("never_three_in_a_row", "three", add("bars(", code("a = 1"), code("b = 1"))),
    ("balance", "all code", lambda nb: [add("bars(", code("a = 1"))(nb) for _ in range(12)] and None),
    ("balance", "all prose", lambda nb: [add("bars(", text("so"))(nb) for _ in range(12)] and None),
    ("runs_everywhere", "magic", swap("bars([1, 3.25, 2])", "%matplotlib inline")),
    ("runs_everywhere", "semicolon", swap("bars([1, 3.25, 2])", "bars([1, 3.25, 2]);")),
    ("runs_everywhere", "interact", swap("bars([1, 3.25, 2])", "interact(bars)")),
    ("runs_everywhere", "pyplot", swap("bars([1, 3.25, 2])", "import matplotlib.pyplot as plt")),
    ("solution_names", "plain name", swap("def solution_half(x):", "def half(x):")),
    ("solution_names", "import", swap("def solution_half(x):", "import math\ndef solution_half(x):")),
    ("solution_names", "in a list", swap("def solution_half(x):", "[h := n for n in [1]]\ndef solution_half(x):")),
    ("nobody_reads_solutions", "read later", swap('print("bank"[:2])', "print(solution_half)")),
    ("nobody_reads_learners", "read later", swap('hint("half", 1)', 'hint("half", half(2))')),
    ("solutions_are_checked", "unchecked", swap('verify_solution("half", solution_half)', "solution_half(2)")),
    ("nobody_answers_for_the_learner", "a guess", swap('predict("half")', 'predict("half", "two")')),
    ("nobody_answers_for_the_learner", "by name", swap('hint("half", 1)', 'hint("half", answer=2)')),
    ("nobody_answers_for_the_learner", "solution", swap('verify_solution("half"', 'check("half"')),
    ("placeholders_run", "raises", output("def half", ERROR)),
    ("placeholders_run", "may raise", tag("def half", "exercise", "raises-exception")),
    ("outputs_are_there", "not run", not_run),
    ("outputs_are_there", "mute", mute),
    ("outputs_are_there", "all mute", all_mute),
    ("fresh", "changed", changed),
    ("no_widget_state", "live view", live),
    ("no_widget_state", "state", state),
    ("no_widget_state", "told of state", told_of_state),
    ("no_widget_state", "live view elsewhere", live_elsewhere),
    ("no_stderr_no_errors", "warning", output("bars(", STDERR)),
    ("no_stderr_no_errors", "error", output("bars(", ERROR)),
    ("no_stderr_no_errors", "lost view", output("bars(", LOST)),
    ("no_stderr_no_errors", "trace", output("bars(", TRACE)),
    ("pictures_have_words", "no alt", no_alt),
    ("pictures_have_words", "hidden in HTML", output("bars(", HIDDEN)),
    ("pictures_are_drawn", "none", drop("bars(")),
    ("pictures_are_drawn", "half a picture", draw(png(60)[:48])),
    ("pictures_are_drawn", "a line", draw(png(50))),
    ("outputs_for_readers", "address", output("bars(", ADDRESS)),
    ("outputs_for_readers", "path", output("bars(", FOLDER)),
]


def test_a_sound_lesson_passes() -> None:
    assert lint.lint_one(LessonFile(Path("98_halves.ipynb"), sound())) == []


@pytest.mark.parametrize(("rule", "how", "spoil"), BAD, ids=[f"{rule}: {how}" for rule, how, _ in BAD])
def test_rule_turns_red(rule: str, how: str, spoil: Callable[[NotebookNode], None]) -> None:
    nb = sound()
    spoil(nb)
    assert rule in findings(nb)


def test_every_rule_has_a_bad_lesson() -> None:
    elsewhere = {"size", "terms_after_their_lesson"}
    assert {rule.__name__ for rule in lint.RULES} == {rule for rule, *_ in BAD} | elsewhere


def test_size(tmp_path: Path) -> None:
    path = tmp_path / "98_halves.ipynb"
    path.write_bytes(b" " * 1_600_000)
    assert findings(sound(), path) == {"size"}


def test_terms_before_their_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    rows = "term,meaning,symbol,code,lesson\nlongest bar,x,,,99\nhalf,x,,,98\nquarter,x,,,99\n"
    (tmp_path / "data" / "glossary.csv").write_text(rows)
    monkeypatch.setenv("EMBEDDINGS_COURSE_DATA", str(tmp_path / "data"))
    found = [f for f in lint.lint_one(LessonFile(Path("98_halves.ipynb"), sound()))]
    assert [f.rule for f in found] == ["terms_after_their_lesson"]
    assert '"longest bar" is used before lesson 99' in str(found[0])
    nb = sound()
    swap("What is a third?", "The longest bar of all, and a quarter.")(nb)
    find(nb, "before you read on").metadata.update(tags=["allow-terms_after_their_lesson"])
    assert findings(nb) == set()


def test_doorway_needs_no_exercises() -> None:
    nb = sound()
    for part in ("## Break it", 'print("bank"', TASK, "def half", "Stuck?", 'hint("half"', "folded", "def solution"):
        drop(part)(nb)
    for count, cell in enumerate((c for c in nb.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
    nb.metadata["course"] = {"outputs_of": " ".join(book.fingerprints(nb))}
    assert findings(nb, Path("00_start_here.ipynb")) == set()


def test_package_without_pyplot(tmp_path: Path) -> None:
    folder = tmp_path / "embeddings_course"
    folder.mkdir()
    (folder / "good.py").write_text("from matplotlib.figure import Figure  # no pyplot\n")
    (folder / "bad.py").write_text("def f():\n    from matplotlib import pyplot as plt\n")
    assert list(package.complaints(tmp_path)) == [("embeddings_course/bad.py", "pyplot is used")]  # ours: lint, above


@pytest.mark.parametrize("fact", ["0.54", "54 %", "61.6%", "20,000", "768", "-0.31"])
def test_numbers_that_need_a_claim(fact: str) -> None:
    assert prose.NUMBER.search(prose.NAMES.sub(" ", f"It is {fact} here."))


@pytest.mark.parametrize("harmless", ["lesson 09", "lessons 01 and 02", "40 minutes", "in 2013", "03_counting", "A4"])
def test_numbers_that_need_none(harmless: str) -> None:
    assert not prose.NUMBER.search(prose.NAMES.sub(" ", f"See {harmless} again."))


def test_the_committed_lessons_are_sound() -> None:
    found = lint.lint(book.find())
    assert not found, "\n".join(map(str, found))
