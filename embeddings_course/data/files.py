"""Where the small data of the course lies, where the learner's own things lie, and what a broken file is answered."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path


class DataError(ValueError):
    """A data file is missing or not as it should be; the message says what to do."""


def data_path(name: str) -> Path:
    """Return where the data file `name` lies: in the course's `data/`, or in the folder EMBEDDINGS_COURSE_DATA.

    Raises:
        DataError: where there is no such file.

    >>> data_path("features.csv").name
    'features.csv'
    """
    folder = Path(os.environ.get("EMBEDDINGS_COURSE_DATA") or Path(__file__).resolve().parents[2] / "data")
    path = folder / name
    if not path.exists():
        raise DataError(
            f"The data file {name} is missing. It belongs in the folder data/ of the course: "
            "get the course again (git checkout data), or point EMBEDDINGS_COURSE_DATA at the folder that has it."
        )
    return path


def user_folder() -> Path:
    """Return the folder for what the course keeps for this user (models, progress); it may not exist yet.

    EMBEDDINGS_COURSE_HOME names it; else it is the platform's usual place for a program's data.
    """
    chosen = os.environ.get("EMBEDDINGS_COURSE_HOME")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "embeddings-course"


def rows_of(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give line number and row of a CSV file that must have exactly these columns."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != tuple(columns):
            raise DataError(f"{path.name} should have the columns {', '.join(columns)}; get the file again.")
        for row in reader:
            if None in row or None in row.values():
                raise DataError(f"{path.name}, line {reader.line_num}: needs {len(columns)} cells. Quote commas.")
            yield reader.line_num, row
