"""The course in a browser (Pyodide): data and models come from the page's own site, when they are needed first.

The package comes without them, so that the first picture is there soon. Its list, `_data/files.json`, has the hash of
every file; what comes is hashed, and then lies where it lies on any other machine. The browser keeps what it fetched.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from embeddings_course.files.errors import DataError

FOLDER = Path(__file__).resolve().parents[1] / "_data"
KEPT = Path("/drive")
"""What the browser keeps: the page's own files, also those of this learner."""


def in_browser() -> bool:
    """Say whether this runs in a browser.

    >>> in_browser()
    False
    """
    return sys.platform == "emscripten"


def bring(name: str, progress: Callable[[int, int, str], None] | None = None, folder: Path = FOLDER) -> bool:
    """Fetch a file, or all files of a folder, that are not here yet; False where the page has none of this name.

    Args:
        name: as on the list: "data/senses.csv", "models/minilm".
        progress: called as progress(bytes_so_far, bytes_in_all, what).
        folder: where they are put.

    Raises:
        DataError: where one does not come, or is another file.
    """
    listed = json.loads((folder / "files.json").read_text(encoding="utf-8"))
    wanted = {one: about for one, about in listed.items() if one == name or one.startswith(f"{name}/")}
    missing = {one: about for one, about in wanted.items() if not (folder / one).exists()}
    total, done = sum(about["size"] for about in missing.values()), 0
    for one, about in missing.items():
        parts = [f"{one}.{i:03}" for i in range(about["pieces"])] if about["pieces"] > 1 else [one]
        content = b""
        for part in parts:
            content += _get(f"{part}?{about['sha256'][:8]}")
            done_now = done + len(content)
            if progress:
                progress(done_now, total, "from this page's own site")
        done += len(content)
        if hashlib.sha256(content).hexdigest() != about["sha256"]:
            raise DataError(f"{one} came damaged, or this site was changed while you were here. Reload the page.")
        path = folder / one
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return bool(wanted)


def fetched(name: str) -> Path:
    """Return where a file of the page lies, fetched now if it is not here yet.

    Raises:
        DataError: where the page has none of this name, or it does not come.
    """
    if not bring(name):
        raise DataError(f"This page has no {name}. Run the course on your own machine for it.")
    return FOLDER / name


def published(name: str) -> bytes | None:
    """Return a file as the page gives it out, whatever this learner made of it since; None where it has none."""
    content = _ask(f"files/{name}")
    return content if isinstance(content, bytes) else None


def _get(name: str) -> bytes:
    """Ask the page's own site for a file of the course.

    Raises:
        DataError: where it does not come.
    """
    content = _ask(f"course/{name}")
    if isinstance(content, bytes):
        return content
    plain = name.partition("?")[0]
    if content:
        raise DataError(f"{plain} is missing on this site (status {content}). Reload the page.")
    raise DataError(f"{plain} did not come: no connection. Check it and run the cell again.")


def _ask(name: str) -> bytes | int:
    """Ask the site for a file, and wait; return its bytes, or the status where there is none (0: no connection)."""
    from js import XMLHttpRequest

    request = XMLHttpRequest.new()
    request.open("GET", site() + name, False)
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception:  # what JavaScript raises without a network
        return 0
    return bytes(request.response.to_bytes()) if request.status == 200 else int(request.status)


def site() -> str:
    """Return the address that the course's page lies at, with a slash at its end."""
    named = os.environ.get("EMBEDDINGS_COURSE_SITE")
    if named:
        return named
    from pyodide_js import _api

    return str(_api.config.indexURL).split("static/pyodide")[0]
