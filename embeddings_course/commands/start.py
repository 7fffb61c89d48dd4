"""`start`: the learner's copies of the lessons, the model, and JupyterLab on the first lesson.

What is not an option here goes on to JupyterLab.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from embeddings_course.commands import server
from embeddings_course.files.download import fetch_model, progress_bar
from embeddings_course.files.errors import CourseError
from embeddings_course.files.models import find_model, model_name
from embeddings_course.files.paths import course_folder, user_path
from embeddings_course.files.working_copies import update

FIRST = "00_start_here.ipynb"


def main(words: list[str]) -> int:
    """Make everything ready and open JupyterLab; return an exit code."""
    parser = argparse.ArgumentParser(prog="start", description=__doc__, allow_abbrev=False)
    parser.add_argument("--folder", default="my_course", help="where you work; made where it is missing (my_course)")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    parser.add_argument("--port", type=int, help="the port for JupyterLab")
    parser.add_argument("--no-lab", action="store_true", help="make everything ready and stop there")
    chosen, rest = parser.parse_known_args(words)
    try:
        folder = user_path(chosen.folder).absolute()
        have_model()
        make_copies(folder)
    except CourseError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    if chosen.no_lab:
        return 0
    return open_lab(folder, chosen.port, not chosen.no_browser, rest)


def have_model() -> None:
    """Have the model on this machine: fetched and verified the first time, found at once after that.

    Raises:
        CourseError: where it cannot be had.
    """
    if find_model() is None:
        started = time.monotonic()
        with progress_bar() as progress:
            fetch_model(progress=progress)
        print(f"The model {model_name()} is here ({time.monotonic() - started:.0f} s)", flush=True)


def make_copies(folder: Path) -> None:
    """Make or renew the learner's copies of the lessons.

    Raises:
        CourseError: where the folder cannot be written.
    """
    new = not (folder / FIRST).exists()
    try:
        update(course_folder("notebooks"), folder)
    except OSError as trouble:
        raise CourseError(
            f"Your copies of the lessons could not be written to {folder} ({trouble.strerror or trouble}). "
            "Name a folder of your own: --folder FOLDER."
        ) from trouble
    if new:
        print(f"Your copies of the lessons are in {folder}", flush=True)


def open_lab(folder: Path, port: int | None, browser: bool, rest: list[str]) -> int:
    """Open JupyterLab on the first lesson and stay until it ends; on Windows alone this function comes back."""
    root = Path.cwd() if folder.is_relative_to(Path.cwd()) else folder
    first = (folder / FIRST).relative_to(root).as_posix()
    command = [*server.command(root), f"--LabApp.default_url=/lab/tree/{first}"]
    # open tabs are remembered for the course alone
    command += [f"--LabApp.workspaces_dir={folder / '.lab'}"]
    command += ["--no-browser"] * (not browser) + [f"--port={port}"] * (port is not None) + rest
    print("JupyterLab opens in a few seconds. Ctrl+C in this window ends it.", flush=True)
    if os.name != "nt":
        os.chdir(root)
        os.execve(command[0], command, server.environment())
    import signal  # Windows has no exec that waits: stay, and leave Ctrl+C to JupyterLab

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.run(command, cwd=root, env=server.environment(), check=False).returncode
