"""Make the copies of the lessons that Colab opens: `python tools/make_colab.py` (into build/colab).

They are what a learner gets elsewhere, and one cell more at the head, which installs the course in Colab and says
nothing anywhere else. The wheel is the one that pyproject.toml names ([tool.reading_page]); `--wheel FILE` takes
another. `--branch` puts them on the branch `colab` of this repository too, alone and without a past: Colab opens
notebooks from a repository. Nothing is pushed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # also where the course is not installed

from authoring.public import BRANCH, ROOT, public

from embeddings_course.files.working_copies import learner_version

# Colab has its own NumPy, ipywidgets and Jupyter, which must stay as they are: of what the course asks for, only what
# is missing there is installed.
INSTALL = """\
# For Colab; anywhere else this cell does nothing. It fetches the course and a BERT (91 MB); Colab forgets both, and
# your progress, when it closes: take_home() in a cell packs progress into a file.
import importlib.util
import sys

if "google.colab" in sys.modules and not importlib.util.find_spec("embeddings_course"):
    %pip install --quiet anywidget gensim
    %pip install --quiet --no-deps {wheel}
    !"{{sys.executable}}" -m embeddings_course.commands.cli model
"""


def with_cell(lesson: bytes, wheel: str) -> bytes:
    """Return a learner's copy of a lesson with the cell at its head.

    >>> made = json.loads(with_cell(b'{"cells": []}', "course.whl"))["cells"]
    >>> len(made), "--no-deps course.whl" in made[0]["source"]
    (1, True)
    """
    notebook = json.loads(learner_version(lesson))
    cell = {"cell_type": "code", "id": "colab", "metadata": {}, "source": INSTALL.format(wheel=wheel)}
    notebook["cells"].insert(0, {**cell, "outputs": [], "execution_count": None})
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def put_on_branch(folder: Path, repository: Path) -> None:
    """Make a branch that holds the files of a folder and nothing else; what is checked out stays as it is.

    Raises:
        subprocess.CalledProcessError: where git does not do it; it has said why.
    """

    def git(*words: str, said: str = "") -> str:
        command = ["git", "-C", str(repository), *words]
        return subprocess.run(command, input=said, capture_output=True, text=True, check=True).stdout.strip()

    files = sorted(path for path in folder.iterdir() if path.is_file())
    tree = git("mktree", said="".join(f"100644 blob {git('hash-object', '-w', str(f))}\t{f.name}\n" for f in files))
    who = ("-c", "user.name=colab", "-c", "user.email=colab@localhost")
    git("branch", "--force", BRANCH, git(*who, "commit-tree", tree, "-m", "The lessons, for Colab"))


def main(words: list[str]) -> int:
    """Make the copies; return 0 where all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "colab")
    parser.add_argument("--wheel", default=public().wheel, help="a file or an address that pip understands")
    parser.add_argument("--branch", action="store_true", help=f"put them on the branch {BRANCH}, too")
    chosen = parser.parse_args(words)
    if not chosen.wheel:
        print("Nothing made: pyproject.toml, [tool.reading_page], names no wheel yet. Name one: --wheel FILE.")
        return 1
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for lesson in sorted((ROOT / "notebooks").glob("*.ipynb")):
        (chosen.folder / lesson.name).write_bytes(with_cell(lesson.read_bytes(), chosen.wheel))
    if chosen.branch:
        put_on_branch(chosen.folder.resolve(), ROOT)
    print(f"The lessons for Colab are in {chosen.folder}{f' and on the branch {BRANCH}' if chosen.branch else ''}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
