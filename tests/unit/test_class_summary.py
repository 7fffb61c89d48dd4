"""The summary of a class is made from the very file that `progress.export` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings_course.commands import class_summary
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
    assert "1 progress files" in said.out
