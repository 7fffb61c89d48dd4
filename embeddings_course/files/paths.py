"""Where the files of the course lie, and where the learner's own things lie."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import sysconfig
import time
from contextlib import suppress
from pathlib import Path

from embeddings_course.files.browser import FOLDER, KEPT, bring, in_browser
from embeddings_course.files.errors import CourseError, DataError

PACKAGE = Path(__file__).resolve().parents[1]


def data_path(name: str) -> Path:
    """Return where the data file `name` lies: in the course's `data/`, or in the folder EMBEDDINGS_COURSE_DATA.

    Raises:
        DataError: where there is no such file.

    >>> data_path("features.csv").name
    'features.csv'
    """
    chosen = os.environ.get("EMBEDDINGS_COURSE_DATA")
    path = (user_path(chosen) if chosen else course_folder("data")) / user_path(name)
    if in_browser() and not chosen and bring(f"data/{name}"):
        return FOLDER / "data" / name
    if not path.exists():
        raise DataError(
            f"The data file {name} is missing: it belongs into {path.parent}. "
            "Get the course again (in a clone: git checkout data), or point EMBEDDINGS_COURSE_DATA at the folder that "
            "has it."
        )
    return path


def beside(path: Path, name: str) -> Path:
    """Return where a second file of the same data lies: beside the first.

    >>> beside(data_path("town.txt"), "town_key.json").is_file()
    True
    """
    found = path.with_name(name)
    if in_browser() and found.is_relative_to(FOLDER):
        bring(found.relative_to(FOLDER).as_posix())
    return found


def course_folder(name: str) -> Path:
    """Return the course's folder `data` or `notebooks`: at the top of a clone, or inside an installed package.

    >>> course_folder("notebooks").is_dir()
    True
    """
    return PACKAGE.parent / name if is_clone() else PACKAGE / f"_{name}"


def is_clone() -> bool:
    """Say whether this package lies in a clone of the repository; an installed one brings its files along."""
    return not (PACKAGE / "_data").is_dir()


def command(words: str = "") -> str:
    """Return what a person types for a command of the course: that depends on how the course came here.

    >>> command("check") in {"python course.py check", "python course.py --here check", "embeddings-course check"}
    True
    """
    script = shutil.which("embeddings-course", path=sysconfig.get_path("scripts"))
    if script or not is_clone():
        return f"embeddings-course {words}".rstrip()
    here = "" if Path(sys.prefix).parent == PACKAGE.parent else " --here"  # a conda environment, say
    return f"python course.py{here} {words}".rstrip()


def user_folder() -> Path:
    """Return the folder for what the course keeps for this user (models, progress); it may not exist yet.

    EMBEDDINGS_COURSE_HOME names it; else it is the platform's usual place for a program's data.

    Raises:
        CourseError: where this user has no home folder.
    """
    chosen = os.environ.get("EMBEDDINGS_COURSE_HOME")
    if chosen:
        return user_path(chosen)
    if in_browser():
        return KEPT / ".course"
    from platformdirs import user_data_path  # here, so that this module itself needs the standard library alone

    usual = user_data_path("embeddings-course", appauthor=False)
    if usual.parts[:1] == ("~",):  # nobody's home: the system has no entry for this user
        raise CourseError("This user has no home folder. Set EMBEDDINGS_COURSE_HOME to a folder for the course.")
    return usual


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


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that it appears whole or not at all.

    The content goes to a name of its own in the same folder first, so that two who write at once do not meet.

    Raises:
        OSError: where it cannot be written; what stood there before still stands.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "bag.txt", "a queue")
    ...     [path.name for path in Path(folder).iterdir()]
    ['bag.txt']
    """
    half = path.with_name(f".{secrets.token_hex(8)}.half")
    try:
        # not a private temporary file: it is as readable as any other that this person writes
        half.write_bytes(content.encode() if isinstance(content, str) else content)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def sweep(folder: Path, pattern: str = ".*.half", seconds: float = 3600) -> None:
    """Remove what a killed write or download left in a folder: nothing in it was written for so many seconds.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / ".1f.half").write_text("cut sh")
    ...     sweep(Path(folder), seconds=-1)
    ...     list(Path(folder).iterdir())
    []
    """
    with suppress(OSError):  # what cannot be removed now is removed another time
        for left in folder.glob(pattern):
            newest = max(path.lstat().st_mtime for path in (left, *left.rglob("*")))
            if time.time() - newest > seconds:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
