"""The learner's working copies: what was edited is never changed, what was not is renewed."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings_course.files import working_copies
from embeddings_course.files.paths import PACKAGE, course_folder, write_whole
from embeddings_course.files.working_copies import LEDGER, learner_version, lesson_files, update

NAME = "01_bank.ipynb"


def cell(source: str, tags: tuple[str, ...] = (), output: str = "2") -> dict:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": [output]}],
        "source": [source],
    }


def notebook(*cells: dict) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False)


class Course:
    """A course in a folder of its own, and somebody who works in it."""

    def __init__(self, folder: Path) -> None:
        self.lessons, self.mine = folder / "notebooks", folder / "my_course"
        self.lessons.mkdir()

    def publish(self, *cells: dict, name: str = NAME) -> None:
        (self.lessons / name).write_text(notebook(*cells), encoding="utf-8")

    def start(self) -> list[str]:
        said: list[str] = []
        update(self.lessons, self.mine, said.append)
        return said

    def read(self, name: str = NAME) -> dict:
        return json.loads((self.mine / name).read_text(encoding="utf-8"))

    def sources(self, name: str = NAME) -> list[str]:
        return ["".join(c["source"]) for c in self.read(name)["cells"]]

    def save(self, *cells: dict, name: str = NAME) -> bytes:
        (self.mine / name).write_text(notebook(*cells), encoding="utf-8")
        return (self.mine / name).read_bytes()

    def names(self) -> list[str]:
        return sorted(path.name for path in self.mine.iterdir() if path.name != LEDGER)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    made = Course(tmp_path)
    made.publish(cell("look()", ("reveal",)), cell("1 + 1"))
    return made


def test_a_copy_starts_without_the_outputs_that_would_spoil_a_prediction(course: Course) -> None:
    assert course.start() == []
    hidden, shown = course.read()["cells"]
    assert hidden["outputs"] == [] and hidden["execution_count"] is None
    assert shown["outputs"] and shown["execution_count"] == 1
    assert "2" in (course.lessons / NAME).read_text(), "the published lesson itself stays as it is"


def test_no_committed_lesson_starts_with_an_answer_that_lies_open() -> None:
    lessons = sorted(course_folder("notebooks").glob("*.ipynb"))
    assert len(lessons) == 14
    for path in lessons:
        cells = json.loads(learner_version(path.read_bytes()))["cells"]
        hidden = [c for c in cells if "reveal" in c["metadata"].get("tags", [])]
        assert not any(c["outputs"] for c in hidden), path.name
        assert hidden or path.name.startswith("00"), path.name


def test_an_untouched_copy_is_renewed(course: Course) -> None:
    course.start()
    course.publish(cell("new()"))
    assert course.start() == []
    assert course.sources() == ["new()"] and course.names() == [NAME]


def test_new_outputs_come_in_where_nothing_was_run(course: Course) -> None:
    course.start()
    course.publish(cell("look()", ("reveal",)), cell("1 + 1", output="two"))
    course.start()
    assert course.read()["cells"][1]["outputs"][0]["text"] == ["two"]


def test_running_is_no_edit(course: Course) -> None:
    """All cells were run, and running the last one added an empty cell, as JupyterLab does."""
    course.start()
    ran = course.save(cell("look()", ("reveal",), "seen"), cell("1 + 1", output="mine"), cell(""))
    assert course.start() == []
    assert (course.mine / NAME).read_bytes() == ran, "the same version: the learner's outputs stay"
    course.publish(cell("new()"))
    assert course.start() == []
    assert course.sources() == ["new()"] and course.names() == [NAME]


def test_an_edited_copy_is_never_changed_and_the_new_version_is_put_beside_it(course: Course) -> None:
    course.start()
    mine = course.save(cell("look()", ("reveal",)), cell("1 + 2"))
    assert course.start() == [], "no new version, nothing to say"
    assert course.names() == [NAME]
    course.publish(cell("new()", ("reveal",)))
    said = course.start()
    assert len(said) == 1 and NAME in said[0] and "01_bank.new.ipynb" in said[0]
    assert (course.mine / NAME).read_bytes() == mine
    assert course.sources("01_bank.new.ipynb") == ["new()"]
    assert course.read("01_bank.new.ipynb")["cells"][0]["outputs"] == [], "no spoiler in the new version either"
    assert course.start() == [], "said once"


def test_one_more_version_renews_the_one_beside_it_or_goes_to_a_second_place(course: Course) -> None:
    course.start()
    mine = course.save(cell("mine"))
    course.publish(cell("second"))
    course.start()
    course.publish(cell("third"))
    assert len(course.start()) == 1
    assert course.names() == ["01_bank.ipynb", "01_bank.new.ipynb"] and course.sources("01_bank.new.ipynb") == ["third"]
    theirs = course.save(cell("third, and a thought"), name="01_bank.new.ipynb")
    course.publish(cell("fourth"))
    assert "01_bank.new2.ipynb" in course.start()[0]
    assert (course.mine / NAME).read_bytes() == mine
    assert (course.mine / "01_bank.new.ipynb").read_bytes() == theirs


def test_a_deleted_copy_comes_back_fresh(course: Course) -> None:
    course.start()
    course.save(cell("a mess"))
    (course.mine / NAME).unlink()
    assert course.start() == []
    assert course.sources() == ["look()", "1 + 1"]


def test_a_taken_back_edit_is_no_edit(course: Course) -> None:
    course.start()
    course.save(cell("edited"))
    course.start()
    course.save(cell("look()", ("reveal",)), cell("1 + 1"))
    course.publish(cell("new()"))
    assert course.start() == [] and course.sources() == ["new()"]


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"01_bank.ipynb": 3}', '{"01_bank.ipynb": {"text": "x"}}'])
def test_a_broken_ledger_costs_no_edit(course: Course, broken: str) -> None:
    course.start()
    mine = course.save(cell("mine"))
    (course.mine / LEDGER).write_text(broken)
    said = course.start()
    assert (course.mine / NAME).read_bytes() == mine
    assert len(said) == 1 and course.names() == [NAME, "01_bank.new.ipynb"]
    assert course.start() == []


def test_a_notebook_that_is_no_longer_one_is_still_the_learners(course: Course) -> None:
    course.start()
    (course.mine / NAME).write_text("half of a note")
    course.publish(cell("new()"))
    assert len(course.start()) == 1
    assert (course.mine / NAME).read_text() == "half of a note"


def test_pictures_in_folders_are_copied_and_hidden_files_are_not(course: Course) -> None:
    for name in ("pictures/bank.svg", ".ipynb_checkpoints/x.ipynb", "__pycache__/x.pyc", "01_bank.py"):
        (course.lessons / name).parent.mkdir(exist_ok=True)
        (course.lessons / name).write_text("x")
    assert list(lesson_files(course.lessons)) == [NAME, "pictures/bank.svg"]
    course.start()
    assert (course.mine / "pictures" / "bank.svg").read_text() == "x"
    (course.mine / "pictures" / "bank.svg").write_text("drawn over")
    (course.lessons / "pictures" / "bank.svg").write_text("y")
    assert "pictures/bank.new.svg" in course.start()[0]


def test_a_learner_gets_lessons_and_nothing_that_is_for_authors_alone() -> None:
    names = set(lesson_files(course_folder("notebooks")))
    assert names and all(name.endswith(".ipynb") for name in names)


def test_letters_of_all_scripts_survive(course: Course) -> None:
    course.publish(cell("'Ufer, 银行, café'"))
    course.start()
    assert course.sources() == ["'Ufer, 银行, café'"]


def test_nothing_half_written_stays_behind(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    course.start()
    before = (course.mine / NAME).read_bytes()
    course.publish(cell("new()"))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="No space"):
            course.start()
    assert course.names() == [NAME] and (course.mine / NAME).read_bytes() == before
    course.start()
    assert course.sources() == ["new()"]


class Killed(BaseException):
    """The process is gone: nothing after this runs."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("writes", range(8))
def test_an_update_that_was_killed_half_way_makes_nobody_an_editor(
    course: Course, monkeypatch: pytest.MonkeyPatch, writes: int, moment: str
) -> None:
    """Three lessons, one of them edited; whatever was written when the update died, the next ones find it right."""
    names = ["00_a.ipynb", NAME, "02_c.ipynb"]
    for name in names:
        course.publish(cell("first"), name=name)
    course.start()
    course.save(cell("mine"), name="02_c.ipynb")
    for name in names:
        course.publish(cell("second"), name=name)
    left = [writes]

    def dying(path: Path, content: str | bytes) -> None:
        left[0] -= 1
        if left[0] < 0 and moment == "before":
            raise Killed
        write_whole(path, content)
        if left[0] < 0:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(working_copies, "write_whole", dying)
        with contextlib.suppress(Killed):
            course.start()
    course.start()
    assert [course.sources(name) for name in names] == [["second"], ["second"], ["mine"]]
    for name in names:
        course.publish(cell("third"), name=name)
    assert len(course.start()) == 1
    assert course.names() == [*names, "02_c.new.ipynb"] and course.sources("02_c.new.ipynb") == ["third"]
    assert [course.sources(name) for name in names] == [["third"], ["third"], ["mine"]]


def test_a_second_start_writes_nothing(course: Course) -> None:
    course.start()
    before = {path: path.stat().st_mtime_ns for path in course.mine.iterdir()}
    course.start()
    assert {path: path.stat().st_mtime_ns for path in course.mine.iterdir()} == before


@pytest.mark.parametrize("module", ["working_copies", "download"])
def test_what_runs_before_packages_are_there_needs_the_standard_library_alone(module: str) -> None:
    code = f"import sys; sys.path.append({str(PACKAGE.parent)!r}); import embeddings_course.files.{module}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)  # -S: nothing that is installed is found
