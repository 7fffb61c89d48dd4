"""`seat`: one seat of a class server. JupyterHub starts this in place of its own `jupyterhub-singleuser`.

As the learner who logged in, it makes or renews the working copies in my_course/; then JupyterHub's server goes on in
its place, with the course's settings and one thread a kernel. `class_server/` in the repository has the configuration.
What is not an option here goes on to that server.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from embeddings_course.commands import server
from embeddings_course.commands.start import make_copies
from embeddings_course.files.errors import CourseError


def main(words: list[str]) -> int:
    """Make the copies, then become JupyterHub's server; return an exit code only where that cannot be."""
    parser = argparse.ArgumentParser(prog="seat", description=__doc__, allow_abbrev=False)
    _, words = parser.parse_known_args(words)
    if find_spec("jupyterhub") is None:
        print(
            f"A seat needs JupyterHub in this environment: {sys.executable} -m pip install jupyterhub", file=sys.stderr
        )
        return 1
    folder = Path.cwd() / "my_course"
    try:
        make_copies(folder)
    except CourseError as trouble:  # a full disk must not lock anybody out of what they wrote
        print(trouble, file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "jupyterhub.singleuser", f"--LabApp.workspaces_dir={folder / '.lab'}", *words]
    os.execve(command[0], command, server.environment(threads=1))
