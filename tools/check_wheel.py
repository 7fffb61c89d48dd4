"""Prove that the course is an ordinary package: `python tools/check_wheel.py`.

1. A source distribution is built, and the wheel from that; twine has nothing to say, and each holds what it should.
2. The wheel is installed into a fresh environment, far from the clone, with the tested versions; `pip check` agrees.
3. As on a server where the course is read-only and a learner has a home folder alone: every loader loads, `start` makes
   the copies, `check` is well, two lessons run cell by cell, a handout is made, any Jupyter finds our extension of
   its server, JupyterLab opens and keeps the pictures of a lesson that is saved. Nothing installed has changed.
4. With the lowest versions that pyproject allows, in an environment of their own, two lessons run cell by cell.

Needs a package index. Standard library only; everything happens in temporary folders; the wheel is left in a folder
that is named behind the command (tools/check_hub.py takes it from there).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pin  # noqa: E402

import course  # noqa: E402  (the bootstrap knows how to make environments)

BUILDERS = ["build==1.6.1", "twine==7.0.0"]
PLACES = {"embeddings_course/": "embeddings_course/", "data/": "embeddings_course/_data/"}
PLACES["notebooks/"] = "embeddings_course/_notebooks/"
LESSONS = ("01", "09")
LESSONS_AT_THE_LOWEST = ("02", "10")
LOADERS = """
from embeddings_course import __version__
from embeddings_course.files import data
from embeddings_course.files.paths import PACKAGE, is_clone
assert not is_clone() and PACKAGE.parts[-2] == "site-packages", PACKAGE
loaders = [name for name in data.__all__ if name.startswith("load_")]
for name in loaders:
    getattr(data, name)()
print(f"version {__version__}: {len(loaders)} loaders load")
"""
CELLS = """
import sys
from pathlib import Path
import nbformat
from jupyter_client.manager import start_new_kernel
for number in sys.argv[1:]:
    path = next(Path("my_course").glob(f"{number}_*.ipynb"))
    manager, client = start_new_kernel(kernel_name="python3", cwd="my_course")
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    for cell in cells:
        reply = client.execute_interactive(cell.source, output_hook=lambda _: None, timeout=120)["content"]
        if reply["status"] != "ok" and "raises-exception" not in cell.metadata.get("tags", ()):
            sys.exit(f"{path}: {reply['ename']}: {reply['evalue']} in {cell.source}")
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    print(f"{path.name}: {len(cells)} cells run")
"""


def build(folder: Path) -> tuple[Path, Path]:
    """Build the source distribution, and the wheel from it; return both."""
    course.make_venv(folder / "builder", course.find_uv(), None)
    python = course.python_in(folder / "builder")
    course.install(python, BUILDERS, folder / "builder" / "install.log", "Installing the builders")
    with course.step("Building"), (folder / "build.log").open("w") as log:
        command = [str(python), "-m", "build", "--outdir", str(folder / "dist"), str(ROOT)]
        if subprocess.run(command, stdout=log, stderr=log, check=False).returncode:
            raise SystemExit((folder / "build.log").read_text(encoding="utf-8", errors="replace")[-3000:])
    (wheel,), (source,) = (folder / "dist").glob("*.whl"), (folder / "dist").glob("*.tar.gz")
    subprocess.run([str(python), "-m", "twine", "check", "--strict", str(wheel), str(source)], check=True)
    return wheel, source


def check_contents(wheel: Path, source: Path) -> None:
    """See that the wheel holds the package, the data and the lessons, and the source distribution everything.

    Raises:
        SystemExit: where a file is missing, or one is there that git does not know.
    """
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ours = {name for name in listed.split("\0") if name and (ROOT / name).exists()}
    settings = "etc/jupyter/jupyter_server_config.d/embeddings_course.json"  # switches commands/second_day.py on
    wanted = {new + name[len(old) :] for name in ours for old, new in PLACES.items() if name.startswith(old)}
    with zipfile.ZipFile(wheel) as archive:
        found = {name.partition(".data/data/")[2] or name for name in archive.namelist() if ".dist-info/" not in name}
    wanted.add(settings)
    with tarfile.open(source) as archive:
        packed = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    if wanted != found or ours - packed:
        raise SystemExit(f"wheel: {sorted(wanted ^ found)}, source distribution lacks: {sorted(ours - packed)}")
    sizes = ", ".join(f"{path.name} {path.stat().st_size / 1e6:.1f} MB" for path in (wheel, source))
    course.say(f"OK    {sizes}; {len(found)} and {len(packed)} files, none missing, none too many")


def install(wheel: Path, room: Path, versions: str, first: str | None = None) -> Path:
    """Install the wheel with these versions into a fresh environment; return its Python."""
    course.make_venv(room, course.find_uv(), first)
    python = course.python_in(room)
    (room / "versions.txt").write_text(versions, encoding="utf-8")
    wanted = [str(wheel), "-c", str(room / "versions.txt")]
    course.install(python, wanted, room / "install.log", f"Installing the wheel into {room.name}")
    uv = course.find_uv()
    words = [uv, "pip", "check", "--python", str(python)] if uv else [str(python), "-m", "pip", "check"]
    subprocess.run(words, check=True)
    return python


def use_the_lowest(wheel: Path, room: Path, env: dict[str, str]) -> None:
    """Run lessons with the lowest versions that pyproject allows.

    Raises:
        subprocess.CalledProcessError: where a cell does not run.
    """
    python = install(wheel, room, pin.lowest(), first="3.11")
    if (course.version_of([str(python)]) or ())[:2] > (3, 12):
        raise SystemExit("The lowest versions have no wheels for Python 3.13: this needs Python 3.11 or 3.12, too.")
    script = python.with_name("embeddings-course.exe" if os.name == "nt" else "embeddings-course")
    for words in ([script, "--no-lab", "--folder=my_course"], [python, "-c", CELLS, *LESSONS_AT_THE_LOWEST]):
        subprocess.run([str(word) for word in words], cwd=room, env=env, check=True)
    course.say(f"OK    lessons {' and '.join(LESSONS_AT_THE_LOWEST)} with {', '.join(pin.lowest().split())}")


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a learner who has a home folder and nothing else; the model lies on a shared disk."""
    from_us = ("EMBEDDINGS", "JUPYTER", "IPYTHON", "PYTHON", "XDG_", "MPL", "OMP_", "OPENBLAS_", "MKL_", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if not name.startswith(from_us)}
    asked = "from embeddings_course.files.paths import user_folder; print(user_folder() / 'models')"
    here = course.python_in(ROOT / ".venv")
    models = (
        os.environ.get("EMBEDDINGS_COURSE_MODELS")
        or subprocess.run([str(here), "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    )
    home = folder / "home"
    home.mkdir()
    return {**env, "HOME": str(home), "USERPROFILE": str(home), "EMBEDDINGS_COURSE_MODELS": models}


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of every file; Python's own caches, which a read-only folder never gets, are left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def use(python: Path, env: dict[str, str], work: Path) -> None:
    """Do what a learner and a lecturer do.

    Raises:
        subprocess.CalledProcessError: where one of it does not work.
    """
    script = python.with_name("embeddings-course.exe" if os.name == "nt" else "embeddings-course")

    def run(*words: str) -> None:
        subprocess.run(words, cwd=work, env=env, check=True)

    run(str(python), "-c", LOADERS)
    run(str(script), "--no-lab")
    run(str(script), "check")
    run(str(python), "-c", CELLS, *LESSONS)
    run(str(script), "cuts", "handout", "01")
    done = subprocess.run([str(script), "test"], cwd=work, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 2 or "needs a clone" not in done.stderr:
        raise SystemExit(f"`test` should say that it needs a clone: {done.stderr}")
    words = [
        str(python),
        "-m",
        "jupyter_server.extension.serverextension",
        "list",
    ]  # without the settings of our own command
    done = subprocess.run(words, cwd=work, env=env, capture_output=True, text=True, check=True)
    if not re.search(r"second_day\W.*enabled", done.stdout + done.stderr):
        raise SystemExit(f"The installation should switch our extension on: {done.stdout}{done.stderr}")


def check_lab(python: Path, env: dict[str, str], work: Path) -> None:
    """Open JupyterLab with the command, and see the first lesson in it.

    Raises:
        RuntimeError: where it does not come up.
    """
    sys.path.insert(0, str(ROOT))
    from embeddings_course.commands.server import free_port, wait_for

    port, log = free_port(), work / "lab.log"
    words = [str(python), "-m", "embeddings_course.commands.cli", "--no-browser", f"--port={port}"]
    words += ["--IdentityProvider.token=t", "--ServerApp.port_retries=0"]
    with log.open("wb") as out:
        server = subprocess.Popen(words, cwd=work, env=env, stdout=out, stderr=out)
        try:
            wait_for(f"http://127.0.0.1:{port}/api/status?token=t", server, log)
            first = f"http://127.0.0.1:{port}/api/contents/my_course/00_start_here.ipynb?token=t"
            with urllib.request.urlopen(first, timeout=30) as answer:
                assert b"bank" in answer.read()
            check_second_day(f"http://127.0.0.1:{port}/api/contents/saved.ipynb?token=t", work / "saved.ipynb")
        finally:
            server.terminate()
            server.wait(20)
    course.say("OK    JupyterLab opens and has the first lesson")


def check_second_day(address: str, path: Path) -> None:
    """Save a lesson with a view in it through the server: the file must keep the still and lose the view.

    Raises:
        SystemExit: where the extension of the server is not switched on by the installation alone.
    """
    data = {"application/vnd.jupyter.widget-view+json": {"model_id": "m"}, "image/png": "", "text/plain": "still"}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [output], "id": "a"}
    cell["source"] = "import embeddings_course"
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    body = json.dumps({"type": "notebook", "format": "json", "content": notebook}).encode()
    urllib.request.urlopen(urllib.request.Request(address, body, method="PUT"), timeout=30).close()
    saved = path.read_text(encoding="utf-8")
    if "widget-view" in saved or "still" not in saved:
        raise SystemExit(f"A saved lesson kept its dead view: {saved}")
    course.say("OK    a saved lesson keeps its pictures")


@contextmanager
def only_read(installed: Path, *also: Path) -> Iterator[None]:
    """Take the right to write away from an installation; nothing of it, nor of what is in `also`, may change meanwhile.

    Raises:
        SystemExit: where something has changed.
    """
    before = [snapshot(place) for place in (installed, *also)]
    for path in sorted(installed.rglob("*"), reverse=True):  # also in vain: the superuser writes anyway
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    yield
    for old, new in zip(before, map(snapshot, (installed, *also)), strict=True):
        if changed := sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path)):
            raise SystemExit(f"The course wrote where it may only read: {changed[:10]}")
    course.say(f"OK    nothing of {sum(map(len, before)):,} files that may only be read has changed")
    for path in installed.rglob("*"):  # so that all of it can be deleted
        if path.is_dir() and not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o700)


def main(words: list[str]) -> int:
    """Run everything; return 0 where it is well."""
    with tempfile.TemporaryDirectory(prefix="embeddings-course-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        try:
            wheel, source = build(folder)
            check_contents(wheel, source)
            for keep in words:
                shutil.copy(wheel, keep)
            python = install(wheel, folder / "env", pin.plain_pins("requirements.txt"))
        except course.Stop as trouble:
            raise SystemExit(str(trouble)) from trouble
        env, work = environment(folder), folder / "home" / "work"
        work.mkdir()
        with only_read(folder / "env"):
            use(python, env, work)
            check_lab(python, env, work)
        with course.step("With the lowest versions"):
            use_the_lowest(wheel, folder / "lowest", env)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
