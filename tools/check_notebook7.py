"""See the lessons alive in Notebook 7, in a real page: `python tools/check_notebook7.py [WHEEL]`.

The wheel and Notebook 7 go into an environment of their own; `tests/browser/test_notebook7.py` opens working copies
there: run, saved, closed, opened again. Needs a package index, a Chromium, and the test tools in .venv
(`python course.py test`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import check_wheel
import pin
from check_wheel import course

NOTEBOOK = "notebook==7.6.5"


def main(words: list[str]) -> int:
    """Install it and run the test; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="embeddings-course-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        given = Path(words[0]).resolve() if words else check_wheel.build(folder)[0]
        (wheel,) = given.glob("*.whl") if given.is_dir() else [given]
        python = check_wheel.install(wheel, folder / "env", pin.plain_pins("requirements.txt"))
        course.install(python, [NOTEBOOK], folder / "env" / "install.log", f"Installing {NOTEBOOK}")
        ours = str(course.python_in(check_wheel.ROOT / ".venv"))
        test = [ours, "-m", "pytest", "-q", "-p", "no:nbval", "tests/browser/test_notebook7.py"]
        env = {**os.environ, "EMBEDDINGS_COURSE_NOTEBOOK7": str(python)}
        return subprocess.run(test, cwd=check_wheel.ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
