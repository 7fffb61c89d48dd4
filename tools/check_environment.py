"""Prove, as far as that goes without conda, that environment.yml works: `python tools/check_environment.py`.

1. `jupyter-repo2docker --no-build` accepts the repository and reads Python 3.12 from environment.yml.
2. A conda library reads each package line of the conda part.
3. The environment's packages, translated to pip, are installed into a fresh environment, and the course and every
   one of its modules are imported there.
4. pip (not uv, which reads a list otherwise) accepts the pinned lists with all their hashes.

Needs a package index. Standard library only; what it tries is installed into temporary folders. A conda solve and a
real Binder build are not among the things that it can do.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import course  # noqa: E402  (the bootstrap knows how to make environments)

REQUIREMENTS = ROOT / "requirements.txt"
PIP_NAMES = {"matplotlib-base": "matplotlib"}  # conda's name -> the package index's name
BUILDER = ["jupyter-repo2docker==2026.4.0", "py-rattler==0.28.0"]
IMPORT_ALL = """
import importlib, pkgutil, embeddings_course
for module in pkgutil.walk_packages(embeddings_course.__path__, "embeddings_course."):
    importlib.import_module(module.name)
import jupyterlab, gensim, sklearn, matplotlib.figure, jupyterlab_rise
print("imported the course and all its modules, jupyterlab", jupyterlab.__version__)
"""


def dependencies(text: str) -> tuple[str, list[str], list[str]]:
    r"""Return Python's version, the conda part and the pip part of an environment.yml of the plain kind that ours is.

    Raises:
        ValueError: where a line is of another kind.

    >>> dependencies("name: x\ndependencies:\n  - python=3.12\n  - pip\n  - pip:\n      - numpy==2.1\n")
    ('3.12', ['python=3.12', 'pip'], ['numpy==2.1'])
    """
    conda, pip, body = [], [], text.split("\ndependencies:\n", 1)[1]
    for line in body.splitlines():
        if line.startswith("      - "):
            pip.append(line[8:].strip())
        elif line.startswith("  - ") and line.strip() != "- pip:":
            conda.append(line[4:].strip())
        elif line.strip() and line.strip() != "- pip:":
            raise ValueError(f"environment.yml has a line that this check does not understand: {line!r}")
    python = next((found[1] for found in (re.fullmatch(r"python=(\d+\.\d+)", line) for line in conda) if found), None)
    if python is None:
        raise ValueError("environment.yml must say python=3.X with a single =: Binder's builder reads nothing else.")
    return python, conda, pip


def as_pip(line: str) -> str | None:
    """Return a line of the conda part as pip understands it; None for python and pip themselves.

    >>> as_pip("jupyterlab>=4.4,<5"), as_pip("numpy=2.1"), as_pip("pip")
    ('jupyterlab>=4.4,<5', 'numpy==2.1.*', None)
    """
    found = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", line.split("::")[-1])
    assert found is not None
    name, condition = found.groups()
    if name in ("python", "pip"):
        return None
    exact = re.fullmatch(r"=(\d[\w.]*)", condition)
    return PIP_NAMES.get(name, name) + (f"=={exact[1]}.*" if exact else condition)


def check_import(folder: Path, version: str, packages: list[str]) -> None:
    """Install the environment's packages and import the course there.

    Where this machine has no Python of environment.yml's version, the versions pinned for the one at hand are taken.

    Raises:
        subprocess.CalledProcessError: where an import fails.
    """
    course.make_venv(folder, course.find_uv(), version)
    python = course.python_in(folder)
    found = ".".join(str(number) for number in (course.version_of([str(python)]) or ())[:2])
    if found != version:
        packages = [pin_for(line, found) for line in packages]
    course.install(python, packages, folder / "install.log", "Installing")
    env = dict(os.environ, PYTHONPATH=str(ROOT), EMBEDDINGS_COURSE_HOME=str(folder / "home"))
    subprocess.run([str(python), "-c", IMPORT_ALL], cwd=folder, env=env, check=True)
    instead = "" if found == version else f" (there is no {version} on this machine)"
    course.say(f"OK    the packages of environment.yml on Python {found}{instead}: the course is imported")


def pin_for(line: str, python: str) -> str:
    """Return an exact pin as the pinned list has it for another Python; any other line as it is.

    >>> pin_for("jupyterlab>=4.4,<5", "3.11")
    'jupyterlab>=4.4,<5'
    """
    name = line.split("==")[0]
    listed = re.findall(
        rf"(?m)^{re.escape(name)}(?:\[[^]]*\])?==(\S+)(?: ; ([^\\\n]*))?", REQUIREMENTS.read_text(encoding="utf-8")
    )
    if "==" not in line or len(listed) == 1:
        return line
    # the list has a version for Pythons before 3.12 and one from there on
    old = [number for number, marker in listed if "< '3.12'" in marker]
    return f"{name}=={old[0]}" if python == "3.11" and old else line


def check_builder(folder: Path, conda: list[str], python_version: str) -> None:
    """Let Binder's builder read the repository, and a conda library the conda part.

    Raises:
        SystemExit: where either of them does not accept it.
    """
    course.make_venv(folder, course.find_uv(), "3.12")
    python = course.python_in(folder)
    course.install(python, BUILDER, folder / "install.log", "Installing")
    code = "import sys, rattler; [rattler.MatchSpec(line) for line in sys.argv[1:]]"
    subprocess.run([str(python), "-c", code, *conda], check=True)
    course.say(f"OK    the conda part: {', '.join(conda)}")
    command = [str(python), "-m", "repo2docker", "--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan"]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    # the third: the packages are a layer of their own, so a new commit does not install them again
    for wanted in (
        f"conda environment for python={python_version}",
        "RUN ./postBuild",
        "src/environment.yml ${REPO_DIR}",
    ):
        if done.returncode or wanted not in said:
            raise SystemExit(f"repo2docker does not accept the repository ({wanted} is missing):\n{said[-3000:]}")
    course.say(f"OK    repo2docker --no-build accepts the repository: Python {python_version}, postBuild")


def check_pip(folder: Path) -> None:
    """Let pip go through what `python course.py` and its tests install, hashes and all, without installing it.

    Raises:
        SystemExit: where pip does not accept a list; its words are in it.
    """
    course.make_venv(folder, None, None)
    lists = ("requirements.txt", "requirements-test.txt")
    words = [word for name in lists for word in ("--requirement", str(ROOT / name))]
    command = [str(course.python_in(folder)), "-m", "pip", "install", "--quiet", "--dry-run", "--require-hashes"]
    done = subprocess.run([*command, *words], capture_output=True, text=True, env=course.installer_env(), check=False)
    if done.returncode:
        raise SystemExit(f"pip does not accept the pinned lists:\n{done.stderr[-3000:]}")
    course.say(f"OK    pip accepts {' and '.join(lists)} with all hashes")


def main() -> int:
    """Run all four; return 0 where they are well."""
    version, conda, pip = dependencies((ROOT / "environment.yml").read_text(encoding="utf-8"))
    packages = [line for line in map(as_pip, conda) if line] + pip
    with tempfile.TemporaryDirectory(prefix="embeddings-course-") as folder:
        try:
            check_builder(Path(folder) / "builder", conda, version)
            check_import(Path(folder) / "course", version, packages)
            check_pip(Path(folder) / "pip")
        except course.Stop as trouble:
            raise SystemExit(str(trouble)) from trouble
    return 0


if __name__ == "__main__":
    sys.exit(main())
