"""The summary of a class is made from the very file that `progress.export` writes."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest

from embeddings_course.commands import class_summary
from embeddings_course.commands.lecture.cut import questions_of
from embeddings_course.exercises.engine.progress_store import Store


def handed_in(folder: Path, name: str, state: str, guess: int) -> Path:
    store = Store(folder / f"{name}.sqlite")
    store.save("01", "order-of-bank", "prediction", "done", guess)
    store.save("01", "columns", "exercise", state)
    store.save("01", "columns", "exercise", state)
    path = folder / f"{name}.json"
    path.write_text(store.export(), encoding="utf-8")
    return path


def test_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, state, guess in (("ann", "done", 0), ("bob", "tried", 0), ("cleo", "done", 2)):
        handed_in(tmp_path, name, state, guess)
    assert class_summary.main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "3 progress files" in said
    assert "| 01 | exercise | columns | 2 | 1 | 2.0 |  |" in said
    assert "| 01 | prediction | order-of-bank | 3 | 0 | 1.0 | a (2), c (1) |" in said


def test_a_wrong_file_is_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = handed_in(tmp_path, "ann", "done", 0), tmp_path / "homework.json"
    bad.write_text("{}")
    assert class_summary.main([str(good), str(bad)]) == 1
    said = capsys.readouterr()
    assert "homework.json is no exported progress" in said.err
    assert "1 progress file\n" in said.out


def entry(**changes: Any) -> dict[str, Any]:
    """An entry as the course writes it."""
    whole = {"lesson": "02", "item": "x", "kind": "exercise", "state": "done", "answer": None, "tries": 1, "at": "now"}
    return whole | changes


def write(path: Path, *entries: Any, start: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(start + json.dumps({"course": "embeddings-course", "done": entries}).encode())
    return path


def test_one_folder_a_student_a_mark_at_the_front_an_empty_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "ann" / "my_progress.json", entry(), start=codecs.BOM_UTF8)
    write(tmp_path / "bob" / "my_progress.json", entry(state="tried"))
    (tmp_path / "cleo").mkdir()
    (tmp_path / "cleo" / "my_progress.json").write_text("\n")
    write(tmp_path / "ann" / ".ipynb_checkpoints" / "my_progress-checkpoint.json", entry())
    write(tmp_path / "__MACOSX" / "my_progress.json", entry())
    assert class_summary.main([str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "2 progress files" in said.out and "| 02 | exercise | x | 1 | 1 | 1.0 |  |" in said.out
    assert "cleo" in said.err and "is empty: nobody is counted" in said.err


def test_one_person_counts_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = [entry(item=f"x{i}", at=f"12:00:0{i}") for i in range(5)]
    write(tmp_path / "ann.json", *done)
    write(tmp_path / "ann (1).json", *done)
    write(tmp_path / "ann_last_week.json", *done[:3], entry(item="x3", at="11:00"))
    write(tmp_path / "bob.json", *[each | {"at": f"13:00:0{i}"} for i, each in enumerate(done)])
    write(tmp_path / "cleo.json", done[0])  # locked in the same second as Ann, as a room does
    class_summary.main([str(tmp_path)])
    said = capsys.readouterr()
    assert "3 progress files" in said.out and said.err.count("are of one person: counted once") == 2


@pytest.mark.parametrize(
    "odd",
    [
        {"tries": "x"},
        {"lesson": [1]},
        {"lesson": None},
        {"item": {"a": 1}},
        {"kind": 3},
        {"state": None},
        {"tries": True},
    ],
)
def test_an_odd_line_is_left_out_and_said(
    tmp_path: Path, odd: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "ann.json", entry(), entry(item="y") | odd, "no entry at all")
    assert class_summary.main([str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "| 02 | exercise | x | 1 | 0 |" in said.out and "2 lines are not as the course writes them" in said.err


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"[]", b"null", b'{"course": 1, "done": []}', b"\xff\xfe{", b'{"done": 3}']
)
def test_what_is_no_progress_stops_nothing(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "ann.json", entry())
    (tmp_path / "bad.json").write_bytes(content)
    assert class_summary.main([str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "1 progress file\n" in said.out and "bad.json is no exported progress" in said.err


def test_hostile_names_and_answers_are_plain_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nasty = "<img src=x onerror=alert(1)>\n# [a](b) | `c` *d* &amp; ![e](f)"
    write(tmp_path / "ann.json", entry(item=nasty, lesson=nasty, kind=nasty, answer=nasty))
    class_summary.main([str(tmp_path)])
    row = capsys.readouterr().out.splitlines()[-1]
    assert "<" not in row and row.replace("\\|", "").count("|") == 8 and "\\`" in row and "\\[" in row


def test_an_answer_of_any_kind_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = [[1, 2, 81.0], [99, -1, 500], {"a": 1}, 10**400, 3.5, True, "x" * 500]
    write(tmp_path / "ann.json", *[entry(item=f"x{i}", kind="judgement", answer=a) for i, a in enumerate(answers)])
    assert class_summary.main([str(tmp_path)]) == 0
    assert "b because c (1)" in capsys.readouterr().out


def test_wrong_but_sure_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lesson = questions_of("02")
    name, judgement = next(iter(lesson.judgements.items()))
    right = next(i for i, option in enumerate(judgement.answers) if option.right)
    wrong = next(i for i, option in enumerate(judgement.answers) if not option.right)
    for i, (answer, sure) in enumerate([(wrong, 90), (wrong, 80), (wrong, 79), (right, 100)]):
        state = "done" if answer == right else "tried"
        write(tmp_path / f"{i}.json", entry(item=name, kind="judgement", state=state, answer=[answer, 0, sure]))
    class_summary.main([str(tmp_path)])
    said = capsys.readouterr().out
    last = said.splitlines()[-1]
    assert "Wrong but sure (80 % or more)" in said
    assert last.startswith("| 2 | 3 | 02 |") and judgement.answers[wrong].says.split()[0] in last


def test_a_folder_without_files_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert class_summary.main([str(tmp_path)]) == 1
    assert "no *.json file" in capsys.readouterr().err
