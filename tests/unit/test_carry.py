"""One zip file takes a course home and brings it along; a bad file changes nothing."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from embeddings_course.commands.cli import main
from embeddings_course.exercises import bring_home, take_home
from embeddings_course.exercises.engine.progress_store import store
from embeddings_course.files.working_copies import update


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder and progress; `move` goes to another machine."""
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(tmp_path / "home"))
    (tmp_path / "lessons").mkdir()
    write(tmp_path / "lessons" / "01_a.ipynb", "1 + 1")
    update(tmp_path / "lessons", tmp_path / "here")
    return tmp_path / "here"


def write(path: Path, source: str) -> None:
    cell = {"cell_type": "code", "source": source, "outputs": [], "execution_count": None, "metadata": {}}
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")


def source(path: Path) -> str:
    return str(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])


def test_there_and_back_keeps_everything(here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(here / "01_a.ipynb", "mine")
    (here / "my_bag.json").write_text(json.dumps({"bank": ["a queue"]}), encoding="utf-8")
    store().save("01", "guess", "prediction", "tried", 2)
    store().save("01", "double", "exercise", "done")
    assert take_home(tmp_path / "my.zip", here).text.startswith("Packed: 1 lessons, 1 bags, 2 things")
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(tmp_path / "other"))
    store().save("01", "guess", "prediction", "tried", 1)
    store().save("01", "double", "exercise", "tried")
    update(tmp_path / "lessons", tmp_path / "there")
    (tmp_path / "there" / "my_bag.json").write_text(json.dumps({"bank": ["a river"]}), encoding="utf-8")
    assert "Brought: 2 files, 2 things" in bring_home(tmp_path / "my.zip", tmp_path / "there").text
    assert source(tmp_path / "there" / "01_a.ipynb") == "mine", "an untouched copy makes room"
    assert json.loads((tmp_path / "there" / "my_bag.json").read_text())["bank"] == ["a river", "a queue"]
    kept = {e.item: (e.state, e.answer) for e in store().entries()}
    assert kept == {"guess": ("tried", 1), "double": ("done", None)}, "a locked guess stays, what is done counts"


def test_what_was_changed_on_both_sides_lies_beside(here: Path, tmp_path: Path) -> None:
    write(here / "01_a.ipynb", "mine")
    take_home(tmp_path / "my.zip", here)
    write(here / "01_a.ipynb", "mine, later")
    said = bring_home(tmp_path / "my.zip", here).text
    assert "01_a.brought.ipynb" in said
    assert source(here / "01_a.ipynb") == "mine, later" and source(here / "01_a.brought.ipynb") == "mine"


@pytest.mark.parametrize(
    ("name", "files", "sentence"),
    [
        ("text", None, "is no zip file"),
        ("strange", {"evil.py": b"1", "progress.json": b"{}"}, "not a file that take_home"),
        ("above", {"../01.ipynb": b"{}", "progress.json": b"{}"}, "not a file that take_home"),
        ("alone", {"01.ipynb": b"{}"}, "not a file that take_home"),
        ("broken", {"01.ipynb": b"{", "progress.json": b"{}"}, "01.ipynb in broken.zip is damaged"),
        ("foreign", {"progress.json": b'{"course": "chess", "done": []}'}, "no progress of this course"),
        ("rows", {"progress.json": b'{"course": "embeddings-course", "done": [1]}'}, "1 rows that this course did not"),
    ],
)
def test_a_bad_file_has_one_sentence_and_changes_nothing(
    name: str, files: dict[str, bytes] | None, sentence: str, here: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.zip"
    path.write_bytes(b"no zip")
    if files is not None:
        with zipfile.ZipFile(path, "w") as whole:
            for inside, content in files.items():
                whole.writestr(inside, content)
    before = {one.name: one.read_bytes() for one in here.iterdir()}
    said = bring_home(path, here).text
    assert said.startswith("Nothing was changed.") and sentence in said
    assert {one.name: one.read_bytes() for one in here.iterdir()} == before and store().entries() == []


def test_the_commands_say_what_they_did(here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["take_home", str(tmp_path / "a.zip"), "--folder", str(here)]) == 0
    assert main(["bring_home", str(tmp_path / "a.zip"), "--folder", str(tmp_path / "new")]) == 0
    assert main(["bring_home", str(tmp_path / "b.zip"), "--folder", str(here)]) == 1
    assert "Packed: 1 lessons" in capsys.readouterr().out and (tmp_path / "new" / "01_a.ipynb").exists()
