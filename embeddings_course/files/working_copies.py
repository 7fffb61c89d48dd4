"""The learner's own copies of the lessons, in my_course/.

A copy starts without the outputs of the cells tagged `reveal` (they would give the answer to a prediction away).
When the course is updated, a copy in which nothing was typed is renewed; one that was edited stays as it is for
ever, and the new version is put beside it. What was given out is kept in my_course/.copies.json, as fingerprints of
what a person can edit: running a cell is not an edit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from embeddings_course.files.paths import sweep, write_whole

LEDGER = ".copies.json"
HIDDEN_TAG = "reveal"
LEFT_OUT = {".py", ".pyc", ".toml"}  # what authors keep beside the lessons: text twins, the records of claims


def learner_version(source: bytes) -> bytes:
    """Return a notebook as a learner first sees it: no outputs under cells tagged `reveal`.

    >>> cell = {"cell_type": "code", "metadata": {"tags": ["reveal"]}, "outputs": [{}], "execution_count": 3}
    >>> json.loads(learner_version(json.dumps({"cells": [cell]}).encode()))["cells"][0]["outputs"]
    []
    """
    notebook = json.loads(source)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and HIDDEN_TAG in cell.get("metadata", {}).get("tags", ()):
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def fingerprint(name: str, content: bytes) -> str:
    """Return a hash of what a person can edit: of a notebook its cells and their text, not outputs or counts.

    >>> cell = {"cell_type": "code", "source": "1 + 1", "outputs": [], "execution_count": None}
    >>> before = json.dumps({"cells": [cell]}).encode()
    >>> after_run = json.dumps({"cells": [{**cell, "outputs": [2], "execution_count": 1}]}).encode()
    >>> fingerprint("a.ipynb", before) == fingerprint("a.ipynb", after_run)
    True
    """
    if name.endswith(".ipynb"):
        try:
            cells = json.loads(content)["cells"]
            text = [[c["cell_type"], "".join(c["source"]), c.get("attachments", {})] for c in cells]
            # running the last cell adds an empty one below: nobody typed that
            content = json.dumps([cell for cell in text if cell[1].strip()], sort_keys=True).encode()
        except (ValueError, KeyError, TypeError):
            pass  # a broken notebook is somebody's all the same: take its bytes
    return hashlib.sha256(content).hexdigest()


def lesson_files(lessons: Path) -> Iterator[str]:
    """Yield the names of the files to copy, relative to the folder of lessons, in order."""
    for path in sorted(lessons.rglob("*")):
        name = path.relative_to(lessons)
        hidden = any(part.startswith((".", "__")) for part in name.parts)
        if path.is_file() and not hidden and path.suffix not in LEFT_OUT:
            yield name.as_posix()


def read_ledger(folder: Path) -> dict[str, dict[str, str]]:
    """Return what was given out, by file name; nothing where the ledger is missing or broken.

    Each entry has the fingerprint of the file's `text`, the hash of its `bytes`, and the fingerprint of the version
    that was `offered` last.
    """
    try:
        ledger = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
        return {name: {key: str(entry[key]) for key in ("text", "bytes", "offered")} for name, entry in ledger.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def give_out(folder: Path, name: str, content: bytes, ledger: dict[str, dict[str, str]]) -> None:
    """Write a file and note in the ledger that it is as we made it."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    write_whole(folder / name, content)
    ledger[name] = entry(name, content)


def entry(name: str, content: bytes) -> dict[str, str]:
    """Return what the ledger says of a file that is as we made it."""
    text = fingerprint(name, content)
    return {"text": text, "bytes": hashlib.sha256(content).hexdigest(), "offered": text}


def untouched(folder: Path, name: str, ledger: dict[str, dict[str, str]]) -> bool:
    """Say whether nothing was typed into a file since we wrote it."""
    return name in ledger and fingerprint(name, (folder / name).read_bytes()) == ledger[name]["text"]


def name_beside(folder: Path, name: str, content: bytes, ledger: dict[str, dict[str, str]]) -> str:
    """Return where to put a new version beside an edited copy.

    That is NN_title.new.ipynb, or .new2 and so on where the learner works in that one too.
    """
    path, number = Path(name), 1
    while True:
        beside = path.with_name(f"{path.stem}.new{number if number > 1 else ''}{path.suffix}").as_posix()
        there = folder / beside
        if not there.exists() or there.read_bytes() == content or untouched(folder, beside, ledger):
            return beside
        number += 1


def update_one(folder: Path, name: str, content: bytes, ledger: dict[str, dict[str, str]]) -> str | None:
    """Bring one working copy up to date; return the line to print, where there is something to say."""
    path, new = folder / name, fingerprint(name, content)
    if not path.exists():
        give_out(folder, name, content, ledger)
        return None
    there = path.read_bytes()
    if fingerprint(name, there) == new:  # this version already: new outputs come in only where it was not even run
        as_given = name not in ledger or hashlib.sha256(there).hexdigest() == ledger[name]["bytes"]
        if there == content:
            ledger[name] = entry(name, content)  # also where we were stopped between the file and the ledger
        elif as_given:
            give_out(folder, name, content, ledger)
        return None
    if untouched(folder, name, ledger):
        give_out(folder, name, content, ledger)
        return None
    if ledger.get(name, {}).get("offered") == new:
        return None  # edited; this is the version that it came from, or one that was put beside it before
    beside = name_beside(folder, name, content, ledger)
    give_out(folder, beside, content, ledger)
    ledger[name] = {"text": "edited", "bytes": "edited", **ledger.get(name, {}), "offered": new}
    return f"{name}: you have changed your copy, so it stays as it is. The new version is beside it: {beside}"


def update(lessons: Path, folder: Path, say: Callable[[str], object] = print) -> None:
    """Make or renew the working copies of all lessons; an edited copy is never changed.

    Args:
        lessons: the folder of the lessons as they are published.
        folder: where the learner works; made where it is missing.
        say: gets one line for each new version that was put beside an edited copy.

    Raises:
        OSError: where the folder cannot be written.
        ValueError: where a published lesson is not a notebook.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    ledger = read_ledger(folder)
    for name in lesson_files(lessons):
        content, before = (lessons / name).read_bytes(), json.dumps(ledger)
        if name.endswith(".ipynb"):
            content = learner_version(content)
        line = update_one(folder, name, content, ledger)
        if json.dumps(ledger) != before:  # at once: an update that is stopped half-way must not look like an edit
            write_whole(folder / LEDGER, json.dumps(ledger, indent=1))
        if line:
            say(line)
