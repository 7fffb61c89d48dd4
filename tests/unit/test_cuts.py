"""Handout, slides and lectures from one source: what is in them and what is not."""

from __future__ import annotations

import ast
import builtins
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from embeddings_course.commands.lecture import ballot, book, cut, live
from embeddings_course.commands.lecture.syntax import bound, inside, read, tree


def text(source: str, *tags: str, **notes: object) -> NotebookNode:
    return new_markdown_cell(source, metadata={"tags": list(tags), "course": {"notes": notes} if notes else {}})


def code(source: str, *tags: str) -> NotebookNode:
    output = new_output("stream", name="stdout", text="shown")
    return new_code_cell(source, metadata={"tags": list(tags)}, outputs=[output], execution_count=1)


def lesson() -> NotebookNode:
    cells = [
        text("# 98 · Halves\n\n**The question.** What is half?\n\n**Time.** 5 minutes."),
        code("import math"),
        code("two = math.sqrt(4)"),
        text("## A half", "lecture-45", minutes=3, poll="Half of two?", wrong=["two", "four"]),
        code("half = two / 2", "lecture-45"),
        code("print(half)", "reveal", "lecture-45"),
        code("assert half == 1", "claim"),
        text("## Exercises\n\nDo it."),
        code("mine = ...", "exercise"),
        text("Stuck? Ask. One solution is folded below."),
        code("solution_mine = 1", "solution"),
        text("## Sources\n\n- Euclid"),
    ]
    return new_notebook(cells=cells)


def kinds(nb: NotebookNode) -> dict[str, str]:
    return {cell.source: cell.metadata.slideshow.slide_type for cell in nb.cells}


def test_handout_has_no_solutions_and_spoils_nothing() -> None:
    source = lesson()
    nb = cut.handout(source)
    sources = [cell.source for cell in nb.cells]
    assert "solution_mine = 1" not in sources
    assert "assert half == 1" not in sources
    assert "Stuck? Ask." in sources
    assert next(c for c in nb.cells if c.source == "print(half)").outputs == []
    assert source.cells[5].outputs, "the source is left alone"


def test_slides_hide_exercises_and_folded_cells_but_keep_them_to_run() -> None:
    shown = kinds(cut.slides(lesson()))
    assert shown["## A half"] == "slide"
    assert shown["half = two / 2"] == "-"
    assert shown["print(half)"] == "slide", "what a prediction is about comes on the next slide"
    for hidden in ("import math", "assert half == 1", "mine = ...", "solution_mine = 1", "## Sources\n\n- Euclid"):
        assert shown[hidden] == "skip"


def test_lecture_brings_along_what_its_code_needs() -> None:
    nb = cut.lecture([lesson()], 45)
    shown = kinds(nb)
    assert shown["import math"] == shown["two = math.sqrt(4)"] == "skip"
    assert "mine = ..." not in shown
    assert next(iter(shown)).startswith("# 98 · Halves\n\n**The question.**")
    assert cut.minutes_of(nb) == 3
    said = next(source for source, kind in shown.items() if kind == "notes")
    for part in ("3 minutes", "Half of two?", "- two\n- four"):
        assert part in said
    with pytest.raises(ValueError, match="lecture-90"):
        cut.lecture([lesson()], 90)


def test_long_parts_are_broken_into_slides() -> None:
    cells = [text("## Long"), *[text("word " * 200) for _ in range(4)]]
    nb = cut.paginate(new_notebook(cells=cells), set(range(5)))
    assert [cell.metadata.slideshow.slide_type for cell in nb.cells].count("slide") >= 3


def test_no_slide_hangs_below_another_imports_are_unseen_and_nothing_stands_beside_a_hidden_result() -> None:
    hidden = code("import math\nfrom os import (\n    path,\n)\n\nmath.pi  # shown")
    hidden.metadata["tags"] = ["reveal"]
    nb = cut.paginate(new_notebook(cells=[text("## A"), hidden, text("So it is more than three.")]), {0, 1, 2})
    kinds = [(cell.metadata.slideshow.slide_type, cell.source) for cell in nb.cells]
    assert kinds[1] == ("skip", "import math\nfrom os import (\n    path,\n)")
    assert [kind for kind, _ in kinds] == ["slide", "skip", "slide", "slide"] and kinds[2][1] == "math.pi  # shown"
    for path in book.find():
        lesson = cut.slides(book.read(path))
        seen = [c for c in lesson.cells if c.metadata.slideshow.slide_type in ("slide", "-", "subslide")]
        assert all(c.metadata.slideshow.slide_type != "subslide" for c in seen)
        assert not [c.source for c in seen if c.cell_type == "code" and c.source.startswith(("import ", "from "))]


def test_what_a_loop_calls_by_a_name_brings_no_cell_along() -> None:
    cells = [code("word = 1"), code("for word in [2]:\n    print([n for n in [word]])"), code("n = word")]
    assert cut.needed(cells, {1}) == set() and cut.needed(cells, {2}) == {1}


@pytest.mark.parametrize("path", book.find(), ids=lambda path: path.stem)
def test_handouts_of_the_lessons_have_no_solutions(path: Path) -> None:
    nb = cut.handout(book.read(path))
    assert not any({"solution", "claim"} & book.tags(cell) for cell in nb.cells)
    source = "\n".join(cell.source for cell in book.code_cells(nb))
    assert not re.search(r"\bsolution_\w+\(|verify_solution\(", source)


@pytest.mark.parametrize("minutes", cut.LENGTHS)
def test_lectures_of_the_lessons_bring_every_name_along(minutes: int) -> None:
    """Their cells run in the lessons, in this order; what a lecture could lack is a name."""
    known = set(dir(builtins))
    for cell in book.code_cells(cut.lecture(map(book.read, book.find(cut.PATH)), minutes)):
        module = tree(cell)
        own = {node.id for node in ast.walk(module) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        missing = read(module) - known - bound(module) - inside(module) - own
        assert not missing, f"{cell.source}\n{missing}"
        known |= bound(module)


def test_a_question_of_the_room_has_a_box_for_counted_hands_on_live_slides() -> None:
    nb = cut.lecture(map(book.read, book.find(cut.PATH)), 45)
    live = ballot.with_votes(nb)
    boxes = [c.source for c in live.cells if "ballot(" in c.source]
    assert len(boxes) > 1 and len(live.cells) == len(nb.cells) + 2 * len(boxes), "each with its import, unseen"
    lesson, asked = re.search(r'ballot\("(\w+)", "([\w-]+)"\)', boxes[0].replace("'", '"')).groups()
    vote = ballot.ballot(lesson, asked)
    assert vote.error is None and any(vote.asked.right) and all(vote.asked.means)
    assert not any(says in box for says in vote.asked.means for box in boxes), "the cell gives nothing away"
    vote.set(before_a=3, before_b=4)
    assert not any(says in repr(vote) for says in vote.asked.means), "nor does the first vote"
    vote.set(after_a=2, after_b=7)
    told = [says.replace("*", "") in repr(vote) for says in vote.asked.means]
    assert told == [not right and i < 2 for i, right in enumerate(vote.asked.right)], "what each wrong answer means"


def test_a_lesson_alone_has_its_votes_too_and_an_exercise_has_none() -> None:
    live = ballot.with_votes(cut.slides(book.read(book.find(["02"])[0])))
    assert sum("ballot(" in c.source for c in live.cells) > 1


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl+C as a terminal gives it: what a shell starts in the background begins with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("how", [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)])
def test_live_slides_have_a_progress_of_their_own_and_all_ends_with_them(how, monkeypatch, tmp_path) -> None:
    started, handlers = {}, [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    class Lab:
        """A server that a lecturer ends at once."""

        def __init__(self, words, cwd, env):
            started["folder"] = Path(env["EMBEDDINGS_COURSE_PROGRESS"])
            assert started["folder"].is_dir() and not list(started["folder"].iterdir())

        def wait(self, timeout=None):
            if timeout is None:
                os.kill(os.getpid(), getattr(signal, how))
                time.sleep(5)
                raise AssertionError("it stays")

        def terminate(self):
            started["ended"] = True

    monkeypatch.setattr(live.subprocess, "Popen", Lab)
    monkeypatch.setattr(live.server, "wait_for", lambda *_: None)
    monkeypatch.setattr(live, "run", lambda *_: None)
    assert live.show(new_notebook(), tmp_path / "slides" / "deck.ipynb", browser=False) == 0
    assert started["ended"] and not started["folder"].exists()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
