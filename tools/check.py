"""What is installed and does it work: one line per item, OK or what to do. `python course.py check` calls this."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pin import pins
from run_tests import find_chromium

ROOT = Path(__file__).resolve().parent.parent
SETUP = "run: python course.py"


class Todo(Exception):
    """An item that is not as it should be; the text says what to do."""


def python() -> str:
    """Return the version of Python, where the course runs on it."""
    found = ".".join(str(number) for number in sys.version_info[:3])
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise Todo(f"{found} does not fit: the course needs 3.11 to 3.13; {SETUP}")
    return f"{found} in {sys.prefix}"


def packages() -> str:
    """Compare what is installed with the pinned list."""
    from packaging.markers import Marker

    wanted = {
        name: number
        for name, versions in pins("requirements.txt").items()
        for number, marker in versions
        if not marker or Marker(marker).evaluate()
    }
    missing, other = [], []
    for name, number in wanted.items():
        try:
            if version(name) != number:
                other.append(f"{name} {version(name)} (pinned {number})")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise Todo(f"missing: {', '.join(missing)}; delete the folder .venv and {SETUP}")
    if other:
        return f"{len(wanted)} there; another version than the tested one: {', '.join(other)}"
    return f"all {len(wanted)} as pinned"


def course() -> str:
    """Say whether a notebook's kernel would find this course, not another copy of it."""
    import embeddings_course

    place = Path(embeddings_course.__file__).resolve().parent.parent
    if place != ROOT:
        raise Todo(f"Python finds the course in {place}, not here; {SETUP} in this folder")
    return f"version {embeddings_course.__version__}"


def model() -> str:
    """Hash the model's files again."""
    from embeddings_course.files.models import WeightsError, check_model

    try:
        return f"{check_model()}, checksums right"
    except WeightsError as trouble:
        raise Todo(f"{trouble}") from trouble


def copies() -> str:
    """Say whether the learner's working copies are there."""
    here = len(list((ROOT / "my_course").glob("*.ipynb")))
    lessons = len(list((ROOT / "notebooks").glob("*.ipynb")))
    if here < lessons:
        raise Todo(f"{here} of {lessons} lessons are in my_course; {SETUP}")
    return f"{here} notebooks in my_course, {lessons} lessons"


def widgets() -> str:
    """Start a kernel, show a slider in it, and see the messages that a page needs."""
    from jupyter_client.manager import start_new_kernel
    from jupyter_core.paths import jupyter_path

    parts = [Path(folder) / "labextensions" / "@jupyter-widgets" / "jupyterlab-manager" for folder in jupyter_path()]
    if not any(part.is_dir() for part in parts):
        raise Todo(f"JupyterLab's part of ipywidgets is missing; delete the folder .venv and {SETUP}")
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=60, stderr=subprocess.DEVNULL)
    seen: set[str] = set()
    try:

        def note(message: dict) -> None:
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
        raise Todo(f"a slider sent no view; delete the folder .venv and {SETUP}")
    return "a kernel starts, finds the course and shows a slider"


def browser() -> str:
    """Say which browser the browser tests would use."""
    found = find_chromium()
    if not found:
        raise Todo(f"only for the tests, none found; get one by: {sys.executable} -m playwright install chromium")
    return found


def disk() -> str:
    """Say how much room is left."""
    free = shutil.disk_usage(ROOT).free / 1e9
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


def progress() -> str:
    """Say where the learner's progress is kept, and whether that can be written."""
    from embeddings_course.files.data import user_folder

    folder = user_folder()
    above = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(above, os.W_OK):
        raise Todo(
            f"{folder} cannot be written, so progress is forgotten; set EMBEDDINGS_COURSE_HOME to a folder of yours"
        )
    return f"kept in {folder}"


ITEMS: dict[str, Callable[[], str]] = {
    "python": python,
    "packages": packages,
    "course": course,
    "model": model,
    "copies": copies,
    "widgets": widgets,
    "progress": progress,
    "browser": browser,
    "disk": disk,
    "memory": memory,
}
OPTIONAL = {"browser"}


def lines(items: dict[str, Callable[[], str]]) -> Iterator[tuple[str, bool, str]]:
    """Yield for each item its name, whether it is well, and the text; trouble of any kind becomes a line."""
    for name, item in items.items():
        try:
            yield name, True, item()
        except Todo as todo:
            yield name, False, str(todo)
        except Exception as trouble:
            yield name, False, f"{type(trouble).__name__}: {trouble}; delete the folder .venv and {SETUP}"


def main(words: list[str]) -> int:
    """Print one line per item (`--json`: the same for programs); return 1 where something needed is not well."""
    bad, everything = False, []
    for name, well, text in lines(ITEMS):
        bad |= not well and name not in OPTIONAL
        everything.append({"item": name, "ok": well, "text": text})
        if "--json" not in words:
            print(f"{name:10} {'OK   ' if well else 'TO DO'} {text}", flush=True)
    if "--json" in words:
        print(json.dumps(everything, indent=1))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
