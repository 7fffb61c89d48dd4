"""From nothing to JupyterLab and to the first picture of lesson 00, beside a bare JupyterLab. Prints ratios.

    python benchmarks/first_start.py [--installer pip]

A copy of what git knows is started with a home folder of its own; then the same is done with `jupyterlab` alone, from
the same index. The installer's cache is the one of this machine: a second run measures with cached packages.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import course  # noqa: E402
from embeddings_course.commands.server import free_port  # noqa: E402

PICTURE = """
import sys, nbformat
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
seen = []
def look(message):
    seen.extend(message["content"].get("data", ()))
cells = nbformat.read(sys.argv[1], 4).cells if len(sys.argv) > 1 else [nbformat.v4.new_code_cell("print(1)")]
for cell in cells:
    if cell.cell_type == "code" and "image/png" not in seen:
        client.execute_interactive(cell.source, output_hook=look, timeout=120)
manager.shutdown_kernel(now=True)
sys.exit(len(sys.argv) > 1 and "image/png" not in seen)
"""


def main() -> int:
    """Measure both, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--installer", choices=("uv", "pip"), default="uv" if course.find_uv() else "pip")
    os.environ["EMBEDDINGS_COURSE_INSTALLER"] = installer = parser.parse_args().installer
    with tempfile.TemporaryDirectory(prefix="embeddings-course-", ignore_cleanup_errors=True) as name:
        ours, bare = (measure(Path(name).resolve() / what, what) for what in ("ours", "bare"))
    print(f"{installer}, seconds; load at the end {os.getloadavg()[0]:.1f}")
    for step, seconds in ours.items():
        print(f"{step:<32} ours {seconds:6.1f}   bare {bare[step]:6.1f}   ours = {seconds / bare[step]:.2f} x bare")
    return 0


def measure(room: Path, what: str) -> dict[str, float]:
    """Return the seconds of each step, for the course ("ours") or for JupyterLab alone ("bare")."""
    room.mkdir()
    cache = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))
    env = {**os.environ, "HOME": str(room / "home"), "UV_CACHE_DIR": cache, "PIP_CACHE_DIR": f"{cache}-pip"}
    foreign = ("EMBEDDINGS_COURSE_M", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")  # the last: nobody's own machine has it
    env = {key: value for key, value in env.items() if not key.startswith(foreign)}
    (room / "home").mkdir()
    python, seconds, began = course.python_in(room / ".venv"), {}, time.monotonic()
    if what == "ours":
        packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "x", "-C", str(room)], input=packed, check=True)
        began = time.monotonic()
        subprocess.run([sys.executable, "course.py", "start", "--no-lab"], cwd=room, env=env, check=True)
        start, page = [sys.executable, "course.py", "start"], ["my_course/00_start_here.ipynb"]
    else:
        course.make_venv(room / ".venv", course.find_uv(), None)
        course.install(python, ["jupyterlab"], room / "install.log", "Installing jupyterlab")
        start, page = [str(python), "-m", "jupyterlab", "--allow-root"], []
    seconds["nothing to ready"] = time.monotonic() - began
    for step in ("first start to an answer", "second start to an answer"):
        seconds[step] = until_it_answers(start, room, env)
    began = time.monotonic()
    subprocess.run([str(python), "-c", PICTURE, *page], cwd=room, env=env, check=True)
    seconds["kernel to the first picture"] = time.monotonic() - began  # bare: to one printed line
    return seconds


def until_it_answers(start: list[str], room: Path, env: dict[str, str]) -> float:
    """Start JupyterLab, and return the seconds until its server answers."""
    port, began = free_port(), time.monotonic()
    words = [*start, "--no-browser", f"--port={port}", "--IdentityProvider.token=t", "--ServerApp.port_retries=0"]
    server = subprocess.Popen(words, cwd=room, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None and time.monotonic() - began < 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status?token=t", timeout=5):
                    return time.monotonic() - began
            except urllib.error.URLError:
                time.sleep(0.1)
        raise SystemExit(f"This did not come up: {' '.join(words)}")
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    sys.exit(main())
