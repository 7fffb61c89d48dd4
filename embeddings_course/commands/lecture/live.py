"""Live slides: the notebook runs first, so that every view is alive on the first slide; then the slides open."""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_core.paths import jupyter_runtime_dir
from nbformat import NotebookNode
from nbformat.sign import NotebookNotary

from embeddings_course.commands import server
from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.outputs import collect
from embeddings_course.files.paths import write_whole

# of the size of a projector; the theme without letters from other machines; Shift+Enter finds the slide's code
RISE = {
    "theme": "white", "width": 1280, "height": 720, "start_slideshow_at": "beginning", "auto_select": "code",
    "center": False, "scroll": True, "transition": "none", "slideNumber": "c/t",
}  # fmt: skip


STYLE = """/* jupyterlab_rise reads this beside the deck */
.reveal .jp-RenderedHTMLCommon h1, .reveal .jp-RenderedHTMLCommon h2 { text-transform: none; letter-spacing: 0; }
.reveal .jp-RenderedHTMLCommon { font-size: 20px; line-height: 1.45; }
/* read from the last row: code, results, question boxes and controls (13 dots high in JupyterLab) */
.reveal .slides { --jp-code-font-size: 18px; --jp-widgets-font-size: 17px; --jp-widgets-inline-height: 32px; }
/* a view measures its names itself, and has a button that makes it large */
.reveal .embeddings-demo { --jp-widgets-font-size: 13px; --jp-widgets-inline-height: 28px; }
.reveal .cm-content, .reveal .jp-OutputArea-output pre { font-size: 18px !important; line-height: 1.35 !important; }
.reveal .jp-InputPrompt, .reveal .jp-OutputPrompt, .reveal .jp-Notebook-footer { display: none !important; }
/* JupyterLab gives the deck the width of the window, reveal.js enlarges it from 1280: on a large screen it was cut */
.reveal .slides.jp-Notebook { width: 1280px !important; height: 720px !important; }
.reveal .jp-Notebook section { overflow-x: hidden; }
/* a long line of code goes on below, where it would be cut */
.reveal .cm-content { white-space: pre-wrap !important; overflow-wrap: anywhere; flex-shrink: 1 !important; }
.reveal .jp-OutputArea-output pre { white-space: pre-wrap !important; overflow-wrap: anywhere; }
"""


def show(nb: NotebookNode, path: Path, port: int = 0, browser: bool = True) -> int:
    """Serve a deck, run its cells, open its slides, and stay until the lecturer presses Ctrl+C."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book.write(nb, path)
    write_styles(path)
    port, token, root = port or server.free_port(), secrets.token_hex(16), path.parent
    fresh = tempfile.TemporaryDirectory(prefix="lecture-", ignore_cleanup_errors=True)  # nothing is locked yet
    env = {**server.environment(), "EMBEDDINGS_COURSE_PROGRESS": fresh.name}
    with every_end_is_an_end():
        return _serve(nb, path, (port, token, root), env, fresh, browser)


def write_styles(path: Path) -> None:
    """Write what jupyterlab_rise asks for beside a deck: its own style, and one of the deck's name (else a 404)."""
    write_whole(path.with_name("rise.css"), STYLE)
    write_whole(path.with_suffix(".css"), "/* jupyterlab_rise asks for this file */\n")


@contextmanager
def every_end_is_an_end() -> Iterator[None]:
    """Let a closed window (SIGHUP) and `kill` (SIGTERM) end a command as Ctrl+C does: its server goes too."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    main = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, stop) for number in signals} if main else {}
    try:
        yield
    finally:
        for number, what in before.items():
            signal.signal(number, what)


def _serve(
    nb: NotebookNode, path: Path, at: tuple[int, str, Path], env: dict[str, str], fresh: Any, browser: bool
) -> int:
    port, token, root = at
    process = subprocess.Popen(command(port, token, root), cwd=root, env=env)
    try:
        base = f"http://127.0.0.1:{port}"
        server.wait_for(f"{base}/api/status?token={token}", process)
        run(nb, path, base, token, root)
        url = f"{base}/rise/{path.name}?token={token}"
        print(
            f"\nThe slides are here, and every view is alive:\n    {url}\nCtrl+C in this window ends them.", flush=True
        )
        if browser:
            webbrowser.open(url)
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        process.terminate()
        process.wait(20)
        fresh.cleanup()


def command(port: int, token: str, root: Path) -> list[str]:
    """Return the command line of the server."""
    words = [*server.command(root), "--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
    words += [f"--IdentityProvider.token={token}"]
    # without this, ipywidgets does not load in the slides
    shim = server.SETTINGS / "labextensions"
    return words + [f"--{app}.extra_labextensions_path={shim}" for app in ("LabApp", "RiseApp")]


def run(nb: NotebookNode, path: Path, base: str, token: str, root: Path) -> None:
    """Start the deck's kernel as a page would, run every cell in it, and save what it shows, views included.

    A page that opens the file later finds the same kernel, and so the same views. What a prediction is about is not
    shown: the lecturer runs it (Shift+Enter) when the room has voted.
    """
    about: dict[str, Any] = {"path": path.relative_to(root).as_posix(), "type": "notebook", "name": path.name}
    body = json.dumps({**about, "kernel": {"name": "python3"}}).encode()
    asked = urllib.request.Request(f"{base}/api/sessions", body, {"Authorization": f"token {token}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        kernel = json.load(answer)["kernel"]["id"]
    client = connect(kernel)
    print(f"Running {path.name} ", end="", flush=True)
    for cell in book.code_cells(nb):
        outputs = collect(until_idle(client, client.execute(cell.source, allow_stdin=False)))
        cell.outputs = [] if "reveal" in book.tags(cell) else outputs
        print(".", end="", flush=True)
    client.stop_channels()
    nb.metadata["rise"] = RISE
    book.write(nb, path)
    # a page shows live views only in notebooks that it may trust: these outputs were made here
    NotebookNotary().sign(nb)


def connect(kernel: str) -> BlockingKernelClient:
    """Return a client of a kernel that the server started."""
    client = BlockingKernelClient(connection_file=str(Path(jupyter_runtime_dir()) / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels(hb=False)  # a kernel that is still starting has no heartbeat
    client.wait_for_ready(timeout=60)
    return client


def until_idle(client: BlockingKernelClient, asked: str, timeout: float = 180) -> list[dict[str, Any]]:
    """Return what the kernel published for one request."""
    got, end = [], time.monotonic() + timeout
    while time.monotonic() < end:
        message = client.get_iopub_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") == asked:
            got.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
    return got
