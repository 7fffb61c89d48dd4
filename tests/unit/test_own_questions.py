"""Own judged questions: blind, kept, and scored as a person would by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embeddings_course.demos.own_questions import OwnQuestions
from embeddings_course.demos.search_workbench import DemoError
from embeddings_course.files.data import Passage
from embeddings_course.files.errors import CourseWarning
from embeddings_course.files.judged import FILE

TEXTS = [
    Passage(f"t-{i}", "mine", text)
    for i, text in enumerate(
        ["Warm the pot first.", "Let the leaves stand for four minutes.", "The last bus leaves at ten.",
         "Dogs ride for free.", "<b>Cats</b> sleep all day.", "A river rises in spring."]
    )
]  # fmt: skip
ASKED = ["when does the bus go", "what do cats do"]


@pytest.fixture
def bench() -> OwnQuestions:
    return OwnQuestions(TEXTS, ASKED)


def box(bench: OwnQuestions, name: str) -> str:
    """Return the control of a text in the pool that is laid out."""
    pool = bench.pools[bench.controls["question"].value]
    return f"text_{1 + [bench.names[i] for i in pool].index(name)}"


def test_the_table_comes_with_the_last_question_and_not_before(bench: OwnQuestions) -> None:
    assert bench.picture.describe().startswith("0 of 2 judged")
    bench.set(**{box(bench, "t-2"): True})
    assert bench.picture.title.startswith("1 of 2 judged") and bench.picture.lit == [0]
    bench.set(question=1)
    assert not bench.controls[box(bench, "t-4")].value, "another question, other ticks"
    bench.set(**{box(bench, "t-4"): True})
    assert bench.judged == {ASKED[0]: ("t-2",), ASKED[1]: ("t-4",)}
    assert "own (2)" in bench.picture.describe() and "counts 1.00" in bench.picture.describe()
    bench.set(question=0)
    assert bench.controls[box(bench, "t-2")].value, "what was ticked is ticked still"
    again = OwnQuestions(TEXTS, ASKED, judged=bench.judged)
    assert again.picture.describe() == bench.picture.describe()


def test_none_of_them_is_an_answer_too_and_counts_nothing_for_everybody(bench: OwnQuestions) -> None:
    bench.set(**{box(bench, "t-2"): True})
    bench.set(none=True)
    assert bench.judged == {ASKED[0]: ()} and not bench.controls[box(bench, "t-2")].value
    bench.set(**{box(bench, "t-2"): True})
    assert bench.judged == {ASKED[0]: ("t-2",)} and not bench.controls["none"].value
    bench.set(**{box(bench, "t-2"): False})
    assert bench.judged == {}, "taken back"
    bench.set(none=True)
    bench.set(question=1)
    bench.set(**{box(bench, "t-4"): True})
    assert bench.ranks()["counts"].tolist() == [0.0, 1.0]


def test_ticks_are_there_again_when_the_kernel_is_another(bench: OwnQuestions) -> None:
    bench.set(**{box(bench, "t-2"): True})
    bench.set(question=1)
    bench.set(none=True)
    again = OwnQuestions(TEXTS, [*ASKED, "one more"])
    assert again.judged == {ASKED[0]: ("t-2",), ASKED[1]: ()}
    assert OwnQuestions(TEXTS[1:], ASKED).judged == {}, "other texts, other answers"
    again.set(**{box(again, "t-2"): False})
    assert OwnQuestions(TEXTS, ASKED).judged == {ASKED[1]: ()}, "taken back is taken back"
    assert OwnQuestions(TEXTS, ASKED, judged={}).judged == {}


def test_what_a_view_only_shows_is_not_kept(home: Path) -> None:
    OwnQuestions(TEXTS, ASKED, none=True)
    assert not (home / FILE).exists()


@pytest.mark.parametrize("rubbish", [b"[" * 100_000, b"\xff\xfe", b"[1]", b""])
def test_a_damaged_file_is_put_aside_and_said(home: Path, rubbish: bytes) -> None:
    home.mkdir()
    (home / FILE).write_bytes(rubbish)
    with pytest.warns(CourseWarning, match="was damaged"):
        bench = OwnQuestions(TEXTS, ASKED)
    bench.set(none=True)
    assert OwnQuestions(TEXTS, ASKED).judged == {ASKED[0]: ()}
    assert (home / "judged.damaged").read_bytes() == rubbish


def test_answers_of_other_kinds_are_passed_over(home: Path, bench: OwnQuestions) -> None:
    bench.set(none=True)
    kept = json.loads((home / FILE).read_text())
    (key,) = kept
    for odd in ([1], {ASKED[0]: 3, ASKED[1]: ["t-4"]}, {ASKED[0]: [["x"]], ASKED[1]: ["t-4"]}, {ASKED[0]: ["gone"]}):
        (home / FILE).write_text(json.dumps({key: odd}))
        assert OwnQuestions(TEXTS, ASKED).judged in ({}, {ASKED[1]: ("t-4",)})


def test_a_disk_that_refuses_is_said_and_the_ticks_stay(bench: OwnQuestions, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("embeddings_course.files.judged.write_whole", full)
    with pytest.warns(CourseWarning, match="No space left"):
        bench.set(none=True)
    assert bench.judged == {ASKED[0]: ()}


def test_nobody_sees_who_found_it_and_text_is_no_markup(bench: OwnQuestions) -> None:
    shown = " ".join(line.value for line in bench.lines)
    assert "BERT" not in shown and "counts" not in shown
    bench.set(question=1)
    assert any("&lt;b&gt;Cats" in line.value for line in bench.lines)
    orders = {tuple(OwnQuestions(TEXTS, [f"{q} bus cats" for q in ASKED]).pools[i]) for i in range(2)}
    assert len(orders) == 2, "shuffled question by question"


@pytest.mark.parametrize("questions", [[], "one text", [""], ["x" * 301], [f"question {i}" for i in range(21)], [3]])
def test_questions_that_are_none(questions: object) -> None:
    with pytest.raises(DemoError, match="Give"):
        OwnQuestions(TEXTS, questions)  # type: ignore[arg-type]
