"""`check`: what is installed and does it work, one line per item, OK or what to do. It installs nothing."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import embeddings_course
from embeddings_course.commands.start import FIRST
from embeddings_course.files.errors import WeightsError
from embeddings_course.files.models import check_model, find_model
from embeddings_course.files.paths import PACKAGE, command, course_folder, user_folder, user_path


class Todo(Exception):
    """An item that is not as it should be; the text says what to do."""


def python() -> str:
    """Return the version of Python, where the course runs on it."""
    found = ".".join(str(number) for number in sys.version_info[:3])
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise Todo(f"{found} does not fit: the course needs 3.11 to 3.13")
    return f"{found} in {sys.prefix}"


def packages() -> str:
    """Compare what is installed with what the course declares."""
    from packaging.requirements import Requirement

    declared = [Requirement(line) for line in requires("embeddings-course") or ()]
    wanted = [each for each in declared if not each.marker or each.marker.evaluate({"extra": ""})]
    wrong = []
    for each in wanted:
        try:
            if not each.specifier.contains(version(each.name), prereleases=True):
                wrong.append(f"{each} (there is {version(each.name)})")
        except PackageNotFoundError:
            wrong.append(f"{each} (missing)")
    if wrong:
        raise Todo(f"{', '.join(wrong)}; install the course again")
    return f"all {len(wanted)} that the course asks for"


def course() -> str:
    """Say which course this is, and where it lies."""
    return f"version {embeddings_course.__version__} in {PACKAGE}"


def model() -> str:
    """Hash the model's files again."""
    try:
        return f"{check_model()}, checksums right"
    except WeightsError as trouble:
        raise Todo(f"{trouble}") from trouble


def mpnet() -> str:
    """Say whether the larger model is here; nobody needs it."""
    found = find_model("mpnet")
    return str(found) if found else f"not here, not needed; 404 MB, 768 numbers a token: {command()} model mpnet"


def copies(folder: Path) -> str:
    """Say whether the learner's working copies are there."""
    here = len(list(folder.glob("*.ipynb")))
    lessons = len(list(course_folder("notebooks").glob("*.ipynb")))
    if here < lessons or not (folder / FIRST).exists():
        raise Todo(f"{here} of {lessons} lessons are in {folder}; run: {command()}")
    return f"{here} notebooks in {folder}, {lessons} lessons"


def widgets() -> str:
    """Start a kernel, show a slider in it, and see the messages that a page needs."""
    from jupyter_client.manager import start_new_kernel
    from jupyter_core.paths import jupyter_path

    parts = [Path(folder) / "labextensions" / "@jupyter-widgets" / "jupyterlab-manager" for folder in jupyter_path()]
    if not any(part.is_dir() for part in parts):
        raise Todo("JupyterLab's part of ipywidgets is missing; install ipywidgets again")
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=60, stderr=subprocess.DEVNULL)
    seen: set[str] = set()
    try:

        def note(message: dict[str, Any]) -> None:
            data = message["content"].get("data", {})
            seen.update([message["msg_type"], *(data if message["msg_type"] == "display_data" else ())])
            if message["msg_type"] == "error":
                raise Todo(f"a slider did not work: {message['content']['ename']}: {message['content']['evalue']}")

        code = (
            "import ipywidgets, embeddings_course; from IPython.display import display; display(ipywidgets.IntSlider())"
        )
        client.execute_interactive(code, timeout=60, output_hook=note, store_history=False)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if not {"comm_open", "application/vnd.jupyter.widget-view+json"} <= seen:
        raise Todo("a slider sent no view; install ipywidgets and ipykernel again")
    return "a kernel starts, finds the course and shows a slider"


def progress() -> str:
    """Say where the learner's progress is kept, and whether that can be written."""
    folder = user_folder()
    above = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(above, os.W_OK):
        raise Todo(
            f"{folder} cannot be written, so progress is forgotten; set EMBEDDINGS_COURSE_HOME to a folder of yours"
        )
    return f"kept in {folder}"


def disk() -> str:
    """Say how much room is left where the course keeps what is the learner's."""
    folder = user_folder()
    free = shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free / 1e9
    if free < 0.5:
        raise Todo(f"only {free:.1f} GB free; the course needs half a gigabyte to breathe")
    return f"{free:.0f} GB free"


def memory() -> str:
    """Say how much memory is free, where the system tells."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")) / 1e6
    except (OSError, StopIteration, ValueError):
        return "this system does not tell; a lesson needs less than 1 GB"
    if free < 1:
        raise Todo(f"{free:.1f} GB free; a lesson needs up to 1 GB: close something")
    return f"{free:.0f} GB free"


Items = dict[str, Callable[[], str]]
ITEMS: Items = {
    "python": python,
    "packages": packages,
    "course": course,
    "model": model,
    "mpnet": mpnet,
    "copies": lambda: copies(Path("my_course").absolute()),
    "widgets": widgets,
    "progress": progress,
    "disk": disk,
    "memory": memory,
}


def lines(items: Items) -> Iterator[tuple[str, bool, str]]:
    """Yield for each item its name, whether it is well, and the text; trouble of any kind becomes a line."""
    for name, item in items.items():
        try:
            yield name, True, item()
        except Todo as todo:
            yield name, False, str(todo)
        except Exception as trouble:
            yield name, False, f"{type(trouble).__name__}: {trouble}; install the course again"


def main(words: list[str], items: Items = ITEMS, optional: tuple[str, ...] = ()) -> int:
    """Print one line per item (`--json`: the same for programs); return 1 where something needed is not well."""
    parser = argparse.ArgumentParser(prog="check", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the same for programs")
    parser.add_argument("--folder", default="my_course", help="where your copies of the lessons are (my_course)")
    chosen = parser.parse_args(words)
    items = {**items, "copies": lambda: copies(user_path(chosen.folder).absolute())}
    bad, everything = False, []
    for name, well, text in lines(items):
        bad |= not well and name not in optional
        everything.append({"item": name, "ok": well, "text": text})
        if not chosen.json:
            print(f"{name:10} {'OK   ' if well else 'TO DO'} {text}", flush=True)
    if chosen.json:
        print(json.dumps(everything, indent=1))
    return int(bad)
