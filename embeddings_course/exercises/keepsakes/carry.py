"""Take your course home and bring it along: one zip file with your lessons, your progress and your bag.

From a browser to a machine of your own and back: `take_home()` writes the zip, `bring_home()` reads it. Nothing of
yours is ever overwritten: a lesson that you changed in both places comes beside the one that is here.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from embeddings_course.exercises.engine.cards import Card, card
from embeddings_course.exercises.engine.progress_store import Entry, store
from embeddings_course.files.browser import in_browser, published
from embeddings_course.files.errors import CourseError
from embeddings_course.files.paths import user_path, write_whole
from embeddings_course.files.working_copies import LEDGER, fingerprint, read_ledger, untouched

FILE = "my_course.zip"
PROGRESS = "progress.json"
LARGEST, MOST = 200_000_000, 500  # bytes unpacked, files


def take_home(file: str | Path = FILE, folder: str | Path = ".") -> Card:
    """Write the lessons of a folder, the bag and all progress into one zip file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as here:
    ...     take_home(Path(here) / "my_course.zip", here).text.split(":")[0]
    'Packed'
    """
    file, folder = user_path(file), user_path(folder)
    found = [path for kind in ("*.ipynb", "my_*.json") for path in sorted(folder.glob(kind)) if path.is_file()]
    entries = store().entries()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr(PROGRESS, json.dumps({"course": "embeddings-course", "done": [asdict(e) for e in entries]}))
        for path in found:
            whole.writestr(path.name, path.read_bytes())
    try:
        write_whole(file, packed.getvalue())
    except OSError as error:
        return card("Not packed.", f"{file.name} could not be written ({error.strerror or 'no access'}).")
    lessons = sum(path.suffix == ".ipynb" for path in found)
    how = "It lies in the list of files at the left: right click, Download." if in_browser() else f"It is {file}."
    return card(f"Packed: {lessons} lessons, {len(found) - lessons} bags, {len(entries)} things that you did.", how)


def bring_home(file: str | Path = FILE, folder: str | Path = ".") -> Card:
    """Read a zip file that `take_home()` wrote, into a folder and the progress; all of it, or nothing.

    >>> bring_home("no_such.zip").text
    'Nothing was changed. no_such.zip is not here. Put the file that take_home() wrote into this folder.'
    """
    file, folder = user_path(file), user_path(folder)
    try:
        content = _read(file)
        entries = _entries(content.pop(PROGRESS))
    except CourseError as error:
        return Card(f"Nothing was changed. {error}", card("Nothing was changed.", str(error)).html)
    lines = [line for name, inside in content.items() if (line := _put(folder, name, inside))]
    store().take(entries)
    return card(f"Brought: {len(content)} files, {len(entries)} things that you did.", *lines, *store().take_notes())


def _read(file: Path) -> dict[str, bytes]:
    """Return the files of a zip, by name.

    Raises:
        CourseError: where it is not one that take_home() wrote.
    """
    if not file.is_file():
        raise CourseError(f"{file.name} is not here. Put the file that take_home() wrote into this folder.")
    try:
        with zipfile.ZipFile(file) as whole:
            inside = whole.infolist()
            if len(inside) > MOST or sum(one.file_size for one in inside) > LARGEST:
                raise CourseError(f"{file.name} is too large to be a course.")
            strange = [one.filename for one in inside if not _is_ours(one.filename)]
            if strange or PROGRESS not in whole.namelist():
                raise CourseError(f"{file.name} is not a file that take_home() wrote.")
            found = {one.filename: whole.read(one) for one in inside}
    except CourseError:
        raise
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, MemoryError):
        raise CourseError(f"{file.name} is damaged, or is no zip file. Take the course home again.") from None
    for name, content in found.items():
        try:
            if not isinstance(json.loads(content), dict):
                raise ValueError
        except (ValueError, RecursionError):
            raise CourseError(f"{name} in {file.name} is damaged. Take the course home again.") from None
    return found


def _is_ours(name: str) -> bool:
    plain = PurePosixPath(name).name == name and not name.startswith(".") and "\\" not in name and ":" not in name
    return plain and (
        name == PROGRESS or name.endswith(".ipynb") or (name.startswith("my_") and name.endswith(".json"))
    )


def _entries(content: bytes) -> list[Entry]:
    said = json.loads(content)
    rows = said.get("done")
    names = Entry.__dataclass_fields__
    if said.get("course") != "embeddings-course" or not isinstance(rows, list):
        raise CourseError(f"The {PROGRESS} in it is no progress of this course.")
    good = [row for row in rows if isinstance(row, dict) and row.keys() == names.keys() and _fits(row)]
    if len(good) < len(rows):
        raise CourseError(f"The {PROGRESS} in it has {len(rows) - len(good)} rows that this course did not write.")
    return [Entry(**row) for row in good]


def _fits(row: dict[str, Any]) -> bool:
    texts = all(isinstance(row[name], str) for name in ("lesson", "item", "kind", "state", "at"))
    return texts and type(row["tries"]) is int


def _put(folder: Path, name: str, content: bytes) -> str:
    """Write one file; return a sentence where there is something to say."""
    path = folder / name
    if not path.exists():
        write_whole(path, content)
        return ""
    here = path.read_bytes()
    if here == content:
        return ""
    if name.endswith(".json"):
        write_whole(path, _joined(here, content))
        return f"{name}: what was here and what came stand together now."
    if fingerprint(name, here) == fingerprint(name, content) or _as_given(folder, name, here):
        write_whole(path, content)
        return ""
    beside = next(p for i in range(1, 1000) if not (p := path.with_name(_beside(path, i))).exists())
    write_whole(beside, content)
    return f"{name}: you changed it here too, so what came lies beside it, as {beside.name}."


def _beside(path: Path, number: int) -> str:
    return f"{path.stem}.brought{number if number > 1 else ''}{path.suffix}"


def _as_given(folder: Path, name: str, here: bytes) -> bool:
    """Say whether nothing was typed into a lesson since it was given out."""
    if in_browser():
        given = published(f"my_course/{name}")
        return given is not None and fingerprint(name, given) == fingerprint(name, here)
    return (folder / LEDGER).exists() and untouched(folder, name, read_ledger(folder))


def _joined(here: bytes, came: bytes) -> bytes:
    """Join two bags: the thoughts of both, those that were here first."""
    try:
        mine, others = json.loads(here), json.loads(came)
        for word, thoughts in others.items():
            mine[word] = list(dict.fromkeys([*mine.get(word, []), *thoughts]))
        return json.dumps(mine, indent=1).encode()
    except (ValueError, TypeError, AttributeError):
        return here
