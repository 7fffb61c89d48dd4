"""Where the files of the course lie, and where the learner's own things lie."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from embeddings_course.files.errors import CourseError, DataError


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


def user_path(path: str | Path) -> Path:
    """Return a path that a person typed: `~` is the home folder, and it is not looked at yet.

    Raises:
        CourseError: where it cannot be a path at all.

    >>> user_path("texts/tea.txt").name
    'tea.txt'
    """
    try:
        text = os.fspath(path)
        if (
            not isinstance(text, str)
            or not text.strip()
            or "\0" in text
            or any(len(os.fsencode(p)) > 255 for p in Path(text).parts)
        ):
            raise ValueError
        return Path(text).expanduser()
    except (TypeError, ValueError):
        raise CourseError(f"{str(path)[:60]!r} is not the name of a file or folder. Give its path as a text.") from None
    except RuntimeError:
        raise CourseError(f"There is no home folder for {str(path)[:60]!r}. Write the path out, without `~`.") from None
