"""`check`: what is installed and does it work, one line per item, OK or what to do. It installs nothing."""

from __future__ import annotations

import argparse
import io
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
from embeddings_course.files.errors import CourseError
from embeddings_course.files.models import check_model, find_model
from embeddings_course.files.paths import PACKAGE, command, course_folder, user_folder, user_path

AGAIN = f"{sys.executable} -m pip install --force-reinstall"


class Todo(Exception):
    """An item that is not as it should be; the text says what to do."""


def python() -> str:
    """Return the version of Python, where the course runs on it."""
    found = ".".join(str(number) for number in sys.version_info[:3])
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise Todo(f"{found} does not fit: install Python 3.13 from python.org, then run: {command()}")
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
        raise Todo(f"{', '.join(wrong)}; run: {sys.executable} -m pip install --upgrade embeddings-course")
    return f"all {len(wanted)} that the course asks for"


def course() -> str:
    """Say which course this is, and where it lies."""
    return f"version {embeddings_course.__version__} in {PACKAGE}"


def model() -> str:
    """Hash the model's files again."""
    return f"{check_model()}, checksums right"


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
        raise Todo(f"JupyterLab's part of ipywidgets is missing; run: {AGAIN} ipywidgets jupyterlab-widgets")
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=60, stderr=subprocess.DEVNULL)
    seen: set[str] = set()
    try:

        def note(message: dict[str, Any]) -> None:
            data = message["content"].get("data", {})
            seen.update([message["msg_type"], *(data if message["msg_type"] == "display_data" else ())])
            if message["msg_type"] == "error":
                said = f"{message['content']['ename']}: {message['content']['evalue']}"
                raise Todo(f"a slider did not work ({said}); run: {AGAIN} ipywidgets ipykernel")

        code = (
            "import ipywidgets, embeddings_course; from IPython.display import display; display(ipywidgets.IntSlider())"
        )
        client.execute_interactive(code, timeout=60, output_hook=note, store_history=False)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if not {"comm_open", "application/vnd.jupyter.widget-view+json"} <= seen:
        raise Todo(f"a slider sent no view; run: {AGAIN} ipywidgets ipykernel")
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
        raise Todo(f"only {free:.1f} GB free; empty the bin, or set EMBEDDINGS_COURSE_HOME to a folder on another disk")
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


def settings() -> str:
    """Say which settings from outside reach into the course."""
    odd = [name for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP") if os.environ.get(name)]
    if odd:
        unset = "set {}=" if os.name == "nt" else "unset {}"
        said = " and ".join(f"{name} is {os.environ[name]!r}" for name in odd)
        raise Todo(f"{said}: notebooks get what lies there first; type: {'; '.join(map(unset.format, odd))}")
    return "nothing from outside reaches in"


# ---- the evening before a class -----------------------------------------------------------------------------------


def deck() -> str:
    """Put the shortest lecture together, as the projector will show it."""
    from embeddings_course.commands.lecture import book, cut

    nb = cut.lecture(map(book.read, book.find(cut.PATH)), cut.LENGTHS[0])
    return f"{cut.minutes_of(nb):g} minutes in the {cut.LENGTHS[0]}-minute lecture, nothing missing"


def still() -> str:
    """Say whether there is a still copy, for the case that all else fails, and whether it is of these lessons."""
    from embeddings_course.commands.lecture import book

    made = sorted(Path("artefacts", "slides").glob("*.html"), key=lambda path: path.stat().st_mtime)
    if not made:
        raise Todo(f"no still copy of the slides in artefacts/slides; with a network, run: {command('cuts still')}")
    if made[-1].stat().st_mtime < max(path.stat().st_mtime for path in book.find()):
        raise Todo(f"{made[-1]} is older than the lessons; run: {command('cuts still')}")
    return f"{len(made)} in artefacts/slides; open one without a network once"


def handouts() -> str:
    """Say whether there are pages to hand out."""
    made = list(Path("artefacts", "handouts").glob("*.html"))
    if not made:
        raise Todo(f"none in artefacts/handouts; if you hand some out, run: {command('cuts handout')}")
    return f"{len(made)} in artefacts/handouts"


def sticks() -> str:
    """Say which folder to copy to a stick or a shared drive, so that nobody fetches the model in class."""
    found = find_model()
    if found is None:
        raise Todo(f"the model is not here, so it cannot be shared; run: {command('model')}")
    size = sum(path.stat().st_size for path in found.iterdir()) / 1e6
    return f"copy {found} ({size:.0f} MB) as it is, and set EMBEDDINGS_COURSE_MODELS to the folder around it"


def loopback() -> str:
    """Open a port on this machine, as the slides do."""
    from embeddings_course.commands.server import free_port

    return f"a server can listen here (port {free_port()} was free)"


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
    "settings": settings,
}
CLASS: Items = {"deck": deck, "still": still, "handouts": handouts, "sticks": sticks, "loopback": loopback}
"""What a lecturer looks at on the evening before; rehearse one vote, too."""


def lines(items: Items) -> Iterator[tuple[str, bool, str]]:
    """Yield for each item its name, whether it is well, and the text; trouble of any kind becomes a line."""
    for name, item in items.items():
        try:
            yield name, True, item()
        except Todo as todo:
            yield name, False, str(todo)
        except CourseError as trouble:
            yield name, False, str(trouble)
        except (Exception, SystemExit) as trouble:
            yield name, False, f"{type(trouble).__name__}: {trouble}; install the course again: {command()}"


def main(words: list[str], items: Items = ITEMS, optional: tuple[str, ...] = ()) -> int:
    """Print one line per item (`--json`: the same for programs); return 1 where something needed is not well."""
    parser = argparse.ArgumentParser(prog="check", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the same for programs")
    parser.add_argument("--class", dest="class_", action="store_true", help="the evening before a class: more items")
    parser.add_argument("--folder", default="my_course", help="where your copies of the lessons are (my_course)")
    chosen = parser.parse_args(words)
    items = {**items, "copies": lambda: copies(user_path(chosen.folder).absolute()), **(CLASS if chosen.class_ else {})}
    if isinstance(sys.stdout, io.TextIOWrapper):  # a console that lacks a letter shows its number
        sys.stdout.reconfigure(errors="backslashreplace")
    bad, everything = False, []
    for name, well, text in lines(items):
        bad |= not well and name not in (*optional, "handouts")
        everything.append({"item": name, "ok": well, "text": text})
        if not chosen.json:
            print(f"{name:10} {'OK   ' if well else 'TO DO'} {text}", flush=True)
    if chosen.json:
        print(json.dumps(everything, indent=1))
    return int(bad)
