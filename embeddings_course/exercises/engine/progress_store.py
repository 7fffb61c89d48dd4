"""What the learner has done, in one small SQLite file in the user's data folder. Nothing leaves the machine.

The file is opened, written and closed each time, so that many notebooks can be open at once. What cannot be written now
is remembered as what was *to be done*, not as rows: done later, it keeps to the same rules. A locked guess stays
locked and what is done stays done, whoever saved first. Nothing that can happen to the file (no room, no permission,
rubbish in it, a newer course) stops a lesson: we say it, and remember.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from embeddings_course.files.errors import CourseError
from embeddings_course.files.paths import user_folder

FILE = "progress.sqlite"
WAIT = 10.0  # seconds to wait for other notebooks that are writing
VERSION = 1  # of the table; a file says its own as PRAGMA user_version (0: the first edition's, the same table)
COLUMNS = "lesson, item, kind, state, answer, tries, at"
TABLE = """CREATE TABLE IF NOT EXISTS done (
    lesson TEXT, item TEXT, kind TEXT, state TEXT, answer TEXT, tries INTEGER, at TEXT, PRIMARY KEY (lesson, item))"""
SAVE = f"""INSERT INTO done ({COLUMNS}) VALUES (?, ?, ?, ?, ?, 1, ?) ON CONFLICT (lesson, item) DO UPDATE SET
    state = CASE WHEN state = 'done' THEN 'done' ELSE excluded.state END,
    answer = excluded.answer, tries = tries + 1, at = excluded.at"""
# the same, but what stands there stays
LOCK = f"INSERT OR IGNORE INTO done ({COLUMNS}) VALUES (?, ?, ?, ?, ?, 1, ?)"
# what comes from another machine counts where nothing stands here, or only a try that nobody locked
TAKE = f"""INSERT INTO done ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lesson, item) DO UPDATE SET
    state = excluded.state, answer = excluded.answer, tries = excluded.tries, at = excluded.at
    WHERE state <> 'done' AND excluded.state = 'done' AND kind NOT IN ('prediction', 'before', 'after')"""
FORGET = "DELETE FROM done"
COPY = f"INSERT INTO done ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
READ = f"SELECT {COLUMNS} FROM done"

Step = tuple[str, tuple[Any, ...]]


class NewerFile(Exception):
    """The file is of a newer course that keeps other things: it is left as it is."""


@dataclass(frozen=True)
class Entry:
    """One thing the learner did.

    `kind` is prediction, exercise, question or judgement, before or after (the twelve); `state` is done or tried.
    """

    lesson: str
    item: str
    kind: str
    state: str
    answer: Any
    tries: int
    at: str


class Store:
    """The progress file at `path`, and what is still to be written to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.waiting: list[Step] = []
        self.notes: list[str] = []
        self._said: set[str] = set()

    def save(self, lesson: str, item: str, kind: str, state: str, answer: Any = None, keep_first: bool = False) -> None:
        """Write down one thing; what was once done stays done. `keep_first`: a locked guess is never overwritten."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._write((LOCK if keep_first else SAVE, (lesson, item, kind, state, json.dumps(answer), at)))

    def entries(self) -> list[Entry]:
        """Return all that was written down, by lesson and item; odd rows are left out, and that is said."""
        rows = []
        with contextlib.suppress(sqlite3.Error, OSError, NewerFile):
            rows = self._at_file([], READ) if self.path.exists() else []
        if self.waiting:
            rows = _after(rows, self.waiting)
        found = [_entry(row) for row in rows]
        if None in found:
            self._say(f"{found.count(None)} rows of the progress file are not as they should be and were left out.")
        return sorted((entry for entry in found if entry), key=lambda entry: (entry.lesson, entry.item))

    def entry(self, lesson: str, item: str) -> Entry | None:
        """Return what was written down for one item, or None."""
        return next((e for e in self.entries() if (e.lesson, e.item) == (lesson, item)), None)

    def take(self, entries: list[Entry]) -> None:
        """Add what was done on another machine; what is done or locked here stays."""
        for e in entries:
            self._write((TAKE, (e.lesson, e.item, e.kind, e.state, json.dumps(e.answer), e.tries, e.at)))

    def reset(self) -> None:
        """Forget everything."""
        self.waiting.clear()
        self._write((FORGET, ()))

    def export(self) -> str:
        """Return everything as JSON text."""
        return json.dumps({"course": "embeddings-course", "done": [asdict(e) for e in self.entries()]}, indent=1)

    def take_notes(self) -> list[str]:
        """Return what must be said to the learner, once."""
        notes, self.notes = self.notes, []
        return notes

    def _write(self, step: Step) -> None:
        """Do a step, after all that wait; where that fails, it waits too, and is done as soon as the file works."""
        self.waiting.append(step)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._at_file(self.waiting)
        except NewerFile:
            self._say(
                "Your progress file was made by a newer version of this course. It was left as it is: update the "
                "course to go on writing in it. Until then, what you do is remembered until this notebook is closed."
            )
        except (sqlite3.Error, OSError) as error:
            self._say(
                f"Progress cannot be saved on this machine ({_reason(error)}). The lesson goes on; "
                "what you do is remembered until this notebook is closed."
            )
        else:
            self.waiting.clear()
            self._said.clear()

    def _say(self, note: str) -> None:
        if note not in self._said:
            self._said.add(note)
            self.notes.append(note)

    def _at_file(self, steps: list[Step], ask: str = "") -> list[Any]:
        """Open, do all steps or none, answer, close; a file that is broken is set aside, and a new one begins."""
        for attempt in (1, 2):
            try:
                with _opened(self.path, writes=bool(steps)) as file:
                    for sql, values in steps:
                        file.execute(sql, values)
                    return file.execute(ask).fetchall() if ask else []
            except sqlite3.DatabaseError as error:
                if attempt == 2 or not _is_broken(error):
                    raise
                self._set_aside()
        return []

    def _set_aside(self) -> None:
        """Give a broken file another name, so that a new one can begin."""
        names = (self.path.with_name(f"{self.path.stem}.broken-{n}{self.path.suffix}") for n in range(1, 1000))
        aside = next(name for name in names if not name.exists())
        with contextlib.suppress(FileNotFoundError):  # a second notebook may have done it a moment ago
            self.path.replace(aside)
            self.notes.append(
                f"The progress file could not be read. It was set aside as {aside.name}; a new one begins."
            )


@contextlib.contextmanager
def _opened(path: Path, writes: bool) -> Iterator[sqlite3.Connection]:
    """Open the file; at the end commit and close, or undo all where something went wrong.

    Raises:
        NewerFile: where a newer course keeps its progress in other columns.
    """
    file = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
    with contextlib.closing(file):
        file.execute("PRAGMA journal_mode = DELETE")  # no WAL: it fails on shared network folders
        file.execute("PRAGMA synchronous = NORMAL")
        # whoever writes says so before reading: two that both read first could never both go on
        file.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        try:
            _fit(file, writes)
            yield file
        except BaseException:
            if file.in_transaction:
                file.execute("ROLLBACK")
            raise
        file.execute("COMMIT")


def _fit(file: sqlite3.Connection, writes: bool) -> None:
    """See that the table is there and has what we need; bring an older one up to date."""
    version = int(file.execute("PRAGMA user_version").fetchone()[0])
    if version < VERSION and writes:
        file.execute(TABLE)
        file.execute(f"PRAGMA user_version = {VERSION}")
    elif not file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        file.execute(TABLE.replace("CREATE TABLE", "CREATE TEMP TABLE"))  # nothing was ever written: no rows
    try:
        file.execute(READ + " LIMIT 1").fetchall()
    except sqlite3.OperationalError as error:
        if version > VERSION and str(error).startswith("no such"):
            raise NewerFile from error
        raise


def _after(rows: list[Any], steps: list[Step]) -> list[Any]:
    """Return what the rows will be once the steps are done."""
    with contextlib.closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(TABLE)
        memory.executemany(COPY, rows)
        for sql, values in steps:
            memory.execute(sql, values)
        return memory.execute(READ).fetchall()


def _is_broken(error: sqlite3.Error) -> bool:
    """Tell a broken or foreign file from one that only cannot be written now."""
    return not isinstance(error, sqlite3.OperationalError) or str(error).startswith("no such")


def _reason(error: Exception) -> str:
    return error.strerror or "no access" if isinstance(error, OSError) else str(error)


def _entry(row: tuple[Any, ...]) -> Entry | None:
    """Return a row as an entry; None where it is not one that this course wrote."""
    lesson, item, kind, state, answer, tries, at = row
    if not all(isinstance(text, str) for text in (lesson, item, kind, state, at)) or not isinstance(tries, int):
        return None
    try:
        return Entry(lesson, item, kind, state, json.loads(answer), tries, at)
    except (TypeError, ValueError, RecursionError):  # what was done stays done, also where the answer is lost
        return Entry(lesson, item, kind, state, None, tries, at)


def store() -> Store:
    """Return the store of the user's data folder (asked anew each time, since tests change the folder).

    EMBEDDINGS_COURSE_PROGRESS names another folder, for this alone: a lecture begins with nothing locked.
    """
    try:
        elsewhere = os.environ.get("EMBEDDINGS_COURSE_PROGRESS")
        return _store_at((Path(elsewhere) if elsewhere else user_folder()) / FILE)
    except CourseError:  # no home: nothing can be written there, and the store says so
        return _store_at(Path(os.devnull) / FILE)


@lru_cache(maxsize=8)
def _store_at(path: Path) -> Store:
    return Store(path)
