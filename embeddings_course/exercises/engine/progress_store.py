"""What the learner has done, in one small SQLite file in the user's data folder. Nothing leaves the machine.

The file is opened, written and closed each time, with a two-second wait, so that two notebooks can be open at once.
Nothing that can happen to it (no room, no permission, a broken file) stops a lesson: we say it once and remember.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import weakref
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from embeddings_course.files.data import user_folder

FILE = "progress.sqlite"
WAIT = 2.0  # seconds to wait for another notebook that is writing
TABLE = """CREATE TABLE IF NOT EXISTS done (
    lesson TEXT, item TEXT, kind TEXT, state TEXT, answer TEXT, tries INTEGER, at TEXT, PRIMARY KEY (lesson, item))"""
SAVE = """INSERT INTO done VALUES (?, ?, ?, ?, ?, 1, ?) ON CONFLICT (lesson, item) DO UPDATE SET
    state = CASE WHEN state = 'done' THEN 'done' ELSE excluded.state END,
    answer = excluded.answer, tries = tries + 1, at = excluded.at"""
# the same, but what stands there stays
LOCK = "INSERT OR IGNORE INTO done VALUES (?, ?, ?, ?, ?, 1, ?)"
MOVE = "INSERT OR REPLACE INTO done VALUES (?, ?, ?, ?, ?, ?, ?)"
READ = "SELECT lesson, item, kind, state, answer, tries, at FROM done"


@dataclass(frozen=True)
class Entry:
    """One thing the learner did: `kind` is prediction, exercise, question or judgement; `state` is done or tried."""

    lesson: str
    item: str
    kind: str
    state: str
    answer: Any
    tries: int
    at: str


class Store:
    """The progress file at `path`, and a memory that stands in for it where it cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.memory = _connect(":memory:")
        weakref.finalize(self, self.memory.close)
        self.notes: list[str] = []
        self._said = False

    def save(self, lesson: str, item: str, kind: str, state: str, answer: Any = None, keep_first: bool = False) -> None:
        """Write down one thing; what was once done stays done. `keep_first`: a locked guess is never overwritten."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._write(LOCK if keep_first else SAVE, (lesson, item, kind, state, json.dumps(answer), at))

    def entries(self) -> list[Entry]:
        """Return all that was written down, by lesson and item."""
        rows = {}
        with contextlib.suppress(sqlite3.Error, OSError):
            rows = {row[:2]: row for row in (self._at_file(READ) if self.path.exists() else [])}
        rows |= {row[:2]: row for row in self.memory.execute(READ)}
        return [_entry(row) for _, row in sorted(rows.items())]

    def entry(self, lesson: str, item: str) -> Entry | None:
        """Return what was written down for one item, or None."""
        return next((e for e in self.entries() if (e.lesson, e.item) == (lesson, item)), None)

    def reset(self) -> None:
        """Forget everything."""
        self.memory.execute("DELETE FROM done")
        self._write("DELETE FROM done", ())

    def export(self) -> str:
        """Return everything as JSON text."""
        return json.dumps({"course": "embeddings-course", "done": [asdict(e) for e in self.entries()]}, indent=1)

    def take_notes(self) -> list[str]:
        """Return what must be said to the learner, once."""
        notes, self.notes = self.notes, []
        return notes

    def _write(self, sql: str, values: tuple[Any, ...]) -> None:
        """Write to the file; where that fails, to memory, which moves into the file as soon as it works again."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._at_file(sql, values, also=self.memory.execute(READ).fetchall())
            self.memory.execute("DELETE FROM done")
        except (sqlite3.Error, OSError) as error:
            self.memory.execute(sql, values)
            if not self._said:
                self._said = True
                self.notes.append(
                    f"Progress cannot be saved on this machine ({_reason(error)}). The lesson goes on; "
                    "what you do is remembered until this notebook is closed."
                )

    def _at_file(self, sql: str, values: tuple[Any, ...] = (), also: Sequence[tuple[Any, ...]] = ()) -> list[Any]:
        """Open, do, commit, close; a file that is broken is set aside, and a new one begins."""
        for attempt in (1, 2):
            try:
                with contextlib.closing(_connect(self.path)) as file, file:
                    file.executemany(MOVE, also)
                    return file.execute(sql, values).fetchall()
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


def _is_broken(error: sqlite3.Error) -> bool:
    """Tell a broken or foreign file from one that only cannot be written now."""
    return not isinstance(error, sqlite3.OperationalError) or str(error).startswith("no such")


def _reason(error: Exception) -> str:
    return error.strerror or "no access" if isinstance(error, OSError) else str(error)


def _connect(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")  # no WAL: it fails on shared network folders
        connection.execute(TABLE)
        connection.commit()
        connection.execute(READ + " LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _entry(row: tuple[Any, ...]) -> Entry:
    lesson, item, kind, state, answer, tries, at = row
    with contextlib.suppress(ValueError):
        return Entry(lesson, item, kind, state, json.loads(answer), tries, at)
    return Entry(lesson, item, kind, state, None, tries, at)


def store() -> Store:
    """Return the store of the user's data folder (asked anew each time, since tests change the folder)."""
    return _store_at(user_folder() / FILE)


@lru_cache(maxsize=8)
def _store_at(path: Path) -> Store:
    return Store(path)
