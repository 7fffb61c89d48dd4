"""Progress survives what can happen to a file: two notebooks, no room, no permission, rubbish in it."""

import json
import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from embeddings_course.exercises import progress
from embeddings_course.exercises.engine import progress_store as module
from embeddings_course.exercises.engine.progress_store import FILE, Store, store


def test_empty_says_so_and_makes_no_file(home):
    assert repr(progress()) == (
        "Your progress\nNothing is written down yet. Lock a guess or pass a check, and it appears here."
    )
    assert not home.exists()


def test_it_is_kept_in_the_file(home):
    store().save("01", "one-hot", "prediction", "tried", 2)
    store().save("01", "distance", "exercise", "tried")
    store().save("01", "distance", "exercise", "done")
    store().save("01", "distance", "exercise", "tried")
    entry = Store(home / FILE).entry("01", "distance")
    assert (entry.state, entry.tries) == ("done", 3), "once done stays done"
    assert "Lesson 01: 1 prediction locked, 0 right; exercise done: distance" in progress().text
    assert not list(home.glob("*-wal"))


def test_a_locked_guess_is_not_overwritten():
    store().save("01", "p", "prediction", "tried", 1, keep_first=True)
    store().save("01", "p", "prediction", "done", 0, keep_first=True)
    assert store().entry("01", "p").answer == 1


WRITE = """
import sys
from embeddings_course.exercises.engine.progress_store import store
for i in range(25):
    store().save(sys.argv[1], f"item{i}", "exercise", "done")
assert not store().take_notes()
"""


def test_two_notebooks_write_at_once(home):
    both = [subprocess.Popen([sys.executable, "-c", WRITE, name]) for name in ("01", "02")]
    assert [p.wait(120) for p in both] == [0, 0]
    assert len(store().entries()) == 50


def test_a_lock_that_lasts_is_waited_for_then_remembered_in_memory(home, monkeypatch):
    store().save("01", "a", "exercise", "done")
    monkeypatch.setattr(module, "WAIT", 0.1)
    other = sqlite3.connect(home / FILE, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    store().save("01", "b", "exercise", "done")
    assert "locked" in store().take_notes()[0]
    assert store().entry("01", "b") is not None
    other.execute("ROLLBACK")
    other.close()
    store().save("01", "c", "exercise", "done")
    assert [e.item for e in Store(home / FILE).entries()] == ["a", "b", "c"], "what was in memory moved to the file"


def test_a_short_lock_is_waited_for(home):
    store().save("01", "a", "exercise", "done")
    other = sqlite3.connect(home / FILE, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()
    store().save("01", "b", "exercise", "done")
    assert store().take_notes() == [] and len(Store(home / FILE).entries()) == 2
    other.close()


@pytest.mark.parametrize("rubbish", [b"not a database, not at all" * 99, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_broken_file_is_set_aside_said_and_started_anew(home, rubbish):
    home.mkdir()
    (home / FILE).write_bytes(rubbish)
    text = progress().text
    store().save("01", "a", "exercise", "done")
    notes = text + str(store().take_notes())
    assert "set aside as progress.broken-1.sqlite" in notes
    assert (home / "progress.broken-1.sqlite").read_bytes() == rubbish
    assert [e.item for e in Store(home / FILE).entries()] == ["a"]


def test_a_file_of_another_shape_is_set_aside(home):
    home.mkdir()
    other = sqlite3.connect(home / FILE)
    other.execute("CREATE TABLE done (something TEXT)")
    other.commit()
    other.close()
    store().save("01", "a", "exercise", "done")
    assert "set aside" in store().take_notes()[0]


def test_two_broken_files_do_not_overwrite_each_other(home):
    home.mkdir()
    for _ in range(2):
        (home / FILE).write_bytes(b"rubbish" * 500)
        store().save("01", "a", "exercise", "done")
    assert (home / "progress.broken-2.sqlite").exists()


def test_full_disk(home, monkeypatch):
    class Full(sqlite3.Connection):
        def execute(self, sql, *values):
            if sql.startswith("INSERT"):
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(sql, *values)

    real = sqlite3.connect
    kept = store()
    monkeypatch.setattr(
        module.sqlite3,
        "connect",
        lambda path, **k: real(path, factory=Full if path != ":memory:" else sqlite3.Connection, **k),
    )
    kept.save("01", "a", "exercise", "done")
    notes = kept.take_notes()
    assert "disk is full" in notes[0] and "lesson goes on" in notes[0]
    assert kept.entry("01", "a").state == "done"
    kept.save("01", "b", "exercise", "done")
    assert kept.take_notes() == [], "said once"


def test_a_home_that_cannot_be_written(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(blocked / "inside"))
    store().save("01", "a", "exercise", "done")
    assert "cannot be saved on this machine" in progress().text and "exercise done: a" in progress().text


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_home(home):
    home.mkdir(mode=0o500)
    store().save("01", "a", "exercise", "done")
    assert "cannot be saved" in progress().text


def test_a_read_only_file_as_sqlite_reports_it(home, monkeypatch):
    def refuse(*args, **kwargs):
        raise sqlite3.OperationalError("attempt to write a readonly database")

    kept = store()
    monkeypatch.setattr(module, "_opened", refuse)
    kept.save("01", "a", "exercise", "done")
    assert "readonly" in kept.take_notes()[0] and len(kept.entries()) == 1


@pytest.mark.parametrize("chosen", ["~nobody9/x", "x" * 5000])
def test_a_home_that_cannot_be_stops_no_lesson(monkeypatch, chosen):
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", chosen)
    module._store_at.cache_clear()
    store().save("01", "p", "prediction", "tried", 1)
    assert store().entry("01", "p").answer == 1
    assert "Progress cannot be saved on this machine" in store().take_notes()[0]


def test_reset_asks_first():
    store().save("01", "a", "exercise", "done")
    assert progress.reset().text.startswith("Nothing was changed.") and store().entries()
    assert progress.reset(confirm=True).text.startswith("Forgotten.") and not store().entries()


def test_export_and_download(tmp_path):
    store().save("01", "a", "prediction", "done", {"x": [1]})
    assert progress.export(tmp_path / "mine.json").text == "Saved.\nYour progress is in the file mine.json."
    assert json.loads((tmp_path / "mine.json").read_text())["done"][0]["answer"] == {"x": [1]}
    assert "could not be written" in progress.export(tmp_path / "no" / "mine.json").text
    assert "data:application/json;base64," in progress.download().html


def test_an_answer_that_is_no_json_is_none(home):
    store().save("01", "a", "prediction", "done", 1)
    file = sqlite3.connect(home / FILE)
    file.execute("UPDATE done SET answer = '{broken'")
    file.commit()
    file.close()
    assert store().entry("01", "a").answer is None


# --- bad days


def locked(home):
    other = sqlite3.connect(home / FILE, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return other


def let_go(other):
    other.execute("ROLLBACK")
    other.close()


def test_what_waits_never_overrules_the_file(home, monkeypatch):
    """Two kernels, one file that is locked for long: the first guess stays, and what is done stays done."""
    monkeypatch.setattr(module, "WAIT", 0.05)
    first, second = Store(home / FILE), Store(home / FILE)
    first.save("01", "p", "prediction", "tried", 0, keep_first=True)
    first.save("01", "e", "exercise", "done")
    other = locked(home)
    second.save("01", "p", "prediction", "tried", 1, keep_first=True)
    second.save("01", "e", "exercise", "tried")
    let_go(other)
    assert second.entry("01", "p").answer == 0, "also before it could be written"
    second.save("01", "z", "exercise", "tried")
    kept = {e.item: e for e in first.entries()}
    assert kept["p"].answer == 0 and kept["e"].state == "done" and kept["e"].tries == 2 and "z" in kept


def test_forgetting_waits_like_everything_else(home, monkeypatch):
    monkeypatch.setattr(module, "WAIT", 0.05)
    store().save("01", "a", "exercise", "done")
    other = locked(home)
    store().save("01", "b", "exercise", "done")
    store().reset()
    let_go(other)
    assert store().entries() == []
    store().save("01", "c", "exercise", "done")
    assert [e.item for e in Store(home / FILE).entries()] == ["c"]


def test_trouble_is_said_again_after_it_was_gone(home, monkeypatch):
    monkeypatch.setattr(module, "WAIT", 0.05)
    store().save("01", "a", "exercise", "done")
    for _ in range(2):
        other = locked(home)
        store().save("01", "b", "exercise", "done")
        assert len(store().take_notes()) == 1
        let_go(other)
        store().save("01", "c", "exercise", "done")


def changed(home, *statements):
    home.mkdir(exist_ok=True)
    file = sqlite3.connect(home / FILE, isolation_level=None)
    for statement in statements:
        file.execute(statement)
    file.close()


def test_a_newer_file_with_one_more_column_is_read_and_written(home):
    store().save("01", "a", "exercise", "done")
    changed(home, "ALTER TABLE done ADD COLUMN mood TEXT DEFAULT 'fine'", "PRAGMA user_version = 7")
    fresh = Store(home / FILE)
    fresh.save("01", "b", "exercise", "done")
    assert [e.item for e in fresh.entries()] == ["a", "b"] and fresh.take_notes() == []
    file = sqlite3.connect(home / FILE)
    assert file.execute("SELECT mood FROM done").fetchall() == [("fine",)] * 2
    assert file.execute("PRAGMA user_version").fetchone() == (7,), "an older course leaves the number alone"
    file.close()


def test_a_newer_file_with_other_columns_is_left_as_it_is(home):
    changed(home, "CREATE TABLE done (lesson TEXT, what TEXT)", "INSERT INTO done VALUES ('01', 'a')",
            "PRAGMA user_version = 7")  # fmt: skip
    before = (home / FILE).read_bytes()
    store().save("01", "b", "exercise", "done")
    assert "newer version" in store().take_notes()[0] and store().entry("01", "b").state == "done"
    assert (home / FILE).read_bytes() == before and list(home.iterdir()) == [home / FILE]


def test_the_first_editions_file_is_taken_over(home):
    changed(home, module.TABLE, "INSERT INTO done VALUES ('01', 'a', 'exercise', 'done', '1', 3, 'then')")
    store().save("01", "b", "exercise", "done")
    assert [(e.item, e.tries) for e in store().entries()] == [("a", 3), ("b", 1)] and store().take_notes() == []
    file = sqlite3.connect(home / FILE)
    assert file.execute("PRAGMA user_version").fetchone() == (module.VERSION,)
    file.close()


ODD = [
    "(NULL, 'x', 'exercise', 'done', '1', 1, 'then')",
    "('01', NULL, 'exercise', 'done', '1', 1, 'then')",
    "('01', 'x', 'prediction', 'done', NULL, 1, 'then')",
    f"('01', 'x', 'prediction', 'done', '{'[' * 100_000}', 1, 'then')",
    "('01', 'x', NULL, NULL, '1', 1, 'then')",
    "('01', 'x', 'exercise', 'done', '1', 'many', 'then')",
    "('01', x'00ff', 'exercise', 'done', '1', 1, 'then')",
    "('01', 'one-hot', 'prediction', 'done', '{\"a\": [1]}', 1, NULL)",
]


@pytest.mark.parametrize("row", ODD, ids=range(len(ODD)))
def test_an_odd_row_stops_nothing(home, row, tmp_path):
    from embeddings_course.exercises.keepsakes import claims
    from embeddings_course.exercises.lessons.lesson_01 import lesson

    store().save("01", "a", "exercise", "done")
    changed(home, f"INSERT INTO done VALUES {row}")
    assert "exercise done: a" in progress().text
    assert progress.export(tmp_path / "mine.json").text.startswith("Saved.")
    for question in lesson.predictions.values():
        lesson.predict(question.id, 0)
    claims.plans()


MANY = """
import sys
from embeddings_course.exercises.engine.progress_store import store
for i in range(30):
    store().save(sys.argv[1], f"item{i}", "exercise", "done")
print(*store().take_notes())
"""


@pytest.mark.slow
def test_five_kernels_save_thirty_things_each_and_nobody_is_told_that_it_cannot_be(home):
    all_of_them = [subprocess.Popen([sys.executable, "-c", MANY, f"0{n}"], stdout=subprocess.PIPE) for n in range(5)]
    said = [kernel.communicate(timeout=200)[0].strip() for kernel in all_of_them]
    assert said == [b""] * 5 and len(store().entries()) == 150


def test_on_binder_progress_offers_itself_as_a_download(home, monkeypatch):
    from embeddings_course.exercises import progress

    for name in ("BINDER_LAUNCH_HOST", "BINDER_REPO_URL", "BINDER_REQUEST"):
        monkeypatch.delenv(name, raising=False)
    assert "Binder" not in progress().text and "<a download" not in progress().html
    monkeypatch.setenv("BINDER_REPO_URL", "https://binder.example/")
    shown = progress()
    assert "forgets your progress" in shown.text and "<a download='my_progress.json'" in shown.html


def test_a_lecture_begins_with_nothing_locked_and_leaves_the_lecturers_own_progress(home, monkeypatch, tmp_path):
    store().save("00", "title", "prediction", "tried", 1)
    monkeypatch.setenv("EMBEDDINGS_COURSE_PROGRESS", str(tmp_path / "lecture"))
    assert store().entries() == []
    store().save("00", "title", "prediction", "tried", 2)
    monkeypatch.delenv("EMBEDDINGS_COURSE_PROGRESS")
    assert [entry.answer for entry in store().entries()] == [1]
