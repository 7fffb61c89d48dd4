"""JupyterLab as the course runs it: its command line, its settings, and small helpers round its process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from embeddings_course.files.paths import user_folder, user_path

SETTINGS = Path(__file__).with_name("jupyter")
FOLDERS = ("EMBEDDINGS_COURSE_HOME", "EMBEDDINGS_COURSE_MODELS", "EMBEDDINGS_COURSE_DATA")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def command(root: Path) -> list[str]:
    """Return the command line of a JupyterLab that shows a folder, and leaves the user's own settings alone."""
    words = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", "--Application.log_level=WARN"]
    words.append(f"--LabApp.extra_labextensions_path={SETTINGS / 'labextensions'}")  # pictures get their words
    # in a container everybody is root
    return words + ["--allow-root"] * (hasattr(os, "geteuid") and os.geteuid() == 0)


def environment(threads: int = 2) -> dict[str, str]:
    """Return the environment of the server and its kernels: this environment's kernel first, few threads each."""
    env = dict(os.environ, JUPYTER_PREFER_ENV_PATH="1")
    # one more folder of settings, for this run alone: it switches the news pop-up off
    folders = [str(SETTINGS), env.get("JUPYTER_CONFIG_PATH", "")]
    env["JUPYTER_CONFIG_PATH"] = os.pathsep.join(folder for folder in folders if folder)
    for name in FOLDERS:  # kernels run in other folders than the one in which a person typed this
        if env.get(name):
            env[name] = str(user_path(env[name]).absolute())
    home = os.path.expanduser("~")  # noqa: PTH111 (Path's own raises an error where a user has no home)
    if not os.access(home, os.W_OK):  # Jupyter, IPython and Matplotlib keep things at home
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
            env.setdefault(name, str(user_folder() / "jupyter" / name.lower()))
    for name in THREADS:
        env.setdefault(name, str(threads))  # thirty kernels on one server must not fight over its cores
    return env


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path | None = None, seconds: float = 180) -> None:
    """Wait until a server answers.

    Raises:
        RuntimeError: it ended, or did not answer in time; the message has the end of its log.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")[-3000:] if log else ""
    raise RuntimeError(f"JupyterLab did not start. {said}")
