"""A process that is killed at any step of a write: nothing is lost, nothing half is believed, the next run carries on.

A child runs the real code and dies, without a word and without tidying up, before and in the middle of its n-th step on
the disk; n counts up until it lives to the end.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embeddings_course.exercises.engine.progress_store import FILE, Store
from embeddings_course.files import working_copies
from embeddings_course.files.paths import write_whole

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that dies needs fork")
KILLED = 9
STEPS = ("write_bytes", "replace", "unlink", "mkdir")


def dies_at(n: int, job: Callable[[], object]) -> bool:
    """Run a job in a child that dies at its n-th step; say whether it died."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
    try:
        count = iter(range(n, -1, -1))
        for name in STEPS:
            setattr(Path, name, mortal(getattr(Path, name), count))
        connect = sqlite3.connect
        sqlite3.connect = lambda *given, **named: connect(*given, **named, factory=Mortal)  # type: ignore[assignment]
        Mortal.count = count
        job()
        os._exit(0)
    except BaseException:
        os._exit(1)


def mortal(step: Callable[..., Any], count: Iterator[int]) -> Callable[..., Any]:
    """Return a step on the disk before which the process may die; of what is written, half may be there by then."""

    def tried(path: Path, *given: Any, **named: Any) -> Any:
        if next(count, 0) == 0:
            if step.__name__ == "write_bytes":
                with path.open("wb") as half:
                    half.write(given[0][: len(given[0]) // 2])
            os._exit(KILLED)
        return step(path, *given, **named)

    return tried


class Mortal(sqlite3.Connection):
    """A connection that dies before a statement."""

    count: Iterator[int] = iter(())

    def execute(self, *given: Any) -> sqlite3.Cursor:
        if next(self.count, 0) == 0:
            os._exit(KILLED)
        return super().execute(*given)


def deaths(job: Callable[[], object], start: Callable[[], object], after: Callable[[int], object]) -> int:
    """Let a job die at each of its steps, each time from the same start; return how many steps there were."""
    for n in range(1, 1000):
        start()
        died = dies_at(n, job)
        after(n)
        if not died:
            return n - 1
    raise AssertionError("it never lived to the end")


def test_a_file_is_old_or_new_and_never_half(tmp_path: Path) -> None:
    path = tmp_path / "page.html"

    def look(n: int) -> None:
        assert path.read_text() in ("old " * 99, "new " * 99), n

    assert deaths(lambda: write_whole(path, "new " * 99), lambda: path.write_text("old " * 99), look) >= 2


def lesson(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": text, "metadata": {}, "outputs": []}]})


def publish(folder: Path, version: int) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("01", "02", "03"):
        (folder / f"{name}.ipynb").write_text(lesson(f"version {version}"))


def test_an_update_that_dies_anywhere_loses_no_word_and_makes_nobody_an_editor(tmp_path: Path) -> None:
    lessons, rounds = tmp_path / "lessons", iter(range(1000))
    mine = tmp_path

    def start() -> None:
        nonlocal mine
        mine = tmp_path / f"mine_{next(rounds)}"
        publish(lessons, 1)
        working_copies.update(lessons, mine, say=print)
        (mine / "02.ipynb").write_text(lesson("what I typed"))
        publish(lessons, 2)

    def look(n: int) -> None:
        assert "what I typed" in (mine / "02.ipynb").read_text(), n
        said: list[str] = []
        for version in (2, 3):
            publish(lessons, version)
            working_copies.update(lessons, mine, said.append)
        assert all(line.startswith("02.ipynb: you have changed") for line in said), (n, said)
        for name in ("01", "03", "02.new"):
            assert "version 3" in (mine / f"{name}.ipynb").read_text(), (n, name)
        assert "what I typed" in (mine / "02.ipynb").read_text(), n

    assert deaths(lambda: working_copies.update(lessons, mine, say=lambda _: None), start, look) >= 12


@pytest.mark.parametrize("keep_first", [True, False])
def test_progress_that_dies_anywhere_keeps_what_was_there_and_goes_on(tmp_path: Path, keep_first: bool) -> None:
    rounds, path = iter(range(1000)), tmp_path

    def start() -> None:
        nonlocal path
        path = tmp_path / str(next(rounds)) / FILE
        Store(path).save("01", "a", "prediction", "done", 1, keep_first=True)

    def job() -> None:
        Store(path).save("01", "a", "prediction", "tried", 0, keep_first=True)
        Store(path).save("01", "b", "exercise", "done", 5, keep_first=keep_first)

    def look(n: int) -> None:
        kept = Store(path)
        first, second = kept.entry("01", "a"), kept.entry("01", "b")
        assert first and (first.answer, first.state) == (1, "done"), n
        assert second is None or second.answer == 5, n
        kept.save("01", "c", "exercise", "done")
        assert kept.entry("01", "c") and kept.take_notes() == [], n

    assert deaths(job, start, look) >= 12


def test_a_first_save_that_dies_anywhere_leaves_a_file_that_works(tmp_path: Path) -> None:
    rounds, path = iter(range(1000)), tmp_path

    def start() -> None:
        nonlocal path
        path = tmp_path / str(next(rounds)) / FILE

    def look(n: int) -> None:
        kept = Store(path)
        kept.save("01", "b", "exercise", "done")
        assert kept.entry("01", "b") and kept.take_notes() == [], n

    assert deaths(lambda: Store(path).save("01", "a", "exercise", "done"), start, look) >= 6
