"""The learner's check with what only a clone has: pinned packages, a browser. `python course.py check` calls this."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

try:
    from pin import pins
    from run_tests import find_chromium

    from embeddings_course.commands.check import ITEMS, Items, Todo, main
    from embeddings_course.commands.check import course as found
    from embeddings_course.files.paths import PACKAGE, command
except Exception as trouble:  # half an environment: whatever it is, the next line is what helps
    print(f"course     TO DO {type(trouble).__name__}: {trouble}; delete the folder .venv and run: python course.py")
    sys.exit(1)

ROOT = Path(__file__).resolve().parent.parent


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
        raise Todo(f"missing: {', '.join(missing)}; delete the folder .venv and run: {command()}")
    if other:
        return f"{len(wanted)} there; another version than the tested one: {', '.join(other)}"
    return f"all {len(wanted)} as pinned"


def course() -> str:
    """Say whether a notebook's kernel would find this course, not another copy of it."""
    if PACKAGE.parent != ROOT:
        raise Todo(f"Python finds the course in {PACKAGE}, not here; run: {command()} in this folder")
    return found()


def browser() -> str:
    """Say which browser the browser tests would use."""
    path = find_chromium()
    if not path:
        raise Todo(f"only for the tests, none found; get one by: {sys.executable} -m playwright install chromium")
    return path


OURS: Items = {**ITEMS, "packages": packages, "course": course, "browser": browser}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], OURS, optional=("browser",)))
