"""A real JupyterLab and a real Chromium for tests: the course's own start command, and a page that may not go online.

Everything lies in one temporary folder: a copy of the repository (so that nobody's working copies are touched),
settings, data. Every request to another machine is written down, and finds none.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from authoring import ROOT
from authoring.runner import private_home
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, sync_playwright

from embeddings_course.commands.lecture import book
from embeddings_course.commands.server import free_port, wait_for
from embeddings_course.files.working_copies import update

NOTEBOOK7 = "EMBEDDINGS_COURSE_NOTEBOOK7"
"""The variable that names a Python with Notebook 7 and the course."""
ARTEFACTS = ROOT / "artefacts"
NOT_COPIED = (".git", ".venv*", "my_course", "artefacts", ".*_cache", "__pycache__", ".hypothesis", "*.egg-info")
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
    # neither a page nor its service worker may find another machine
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
# a page that is tested needs no token, and hands out its application so that a test can wait for the kernel
FOR_TESTS = (
    "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
    "--LabApp.expose_app_in_browser=True",
)  # fmt: skip
# the start command in a copy of the repository, with this Python instead of an installation of its own
START = """
import sys
from pathlib import Path
import course
course.environment = lambda *_, **__: Path(sys.executable)
sys.exit(course.main(sys.argv[1:]))
"""
# JupyterLab draws only cells in sight; a test wants to see them all
SETTINGS = {"notebook-extension/tracker": {"windowingMode": "none"}}


def copy_of_repository(folder: Path) -> Path:
    """Copy the repository as a learner has it, without environments and caches."""
    target = folder / "course"
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    for twin in (target / "notebooks").glob("*.py"):
        twin.unlink()
    return target


def each(*by_default: str) -> pytest.MarkDecorator:
    """Run a test with every lesson's `path`; where numbers of lessons are given, the others only with `--all`."""
    chosen = book.find(by_default)
    params = [pytest.param(p, id=p.stem, marks=() if p in chosen else pytest.mark.slow) for p in book.find()]
    return pytest.mark.parametrize("path", params)


class Served(NamedTuple):
    """A running JupyterLab: its address, and the copy of the repository that it shows."""

    address: str
    root: Path


@contextmanager
def lab(folder: Path) -> Iterator[Served]:
    """Start `course.py start --no-browser --port N` in a copy of the repository.

    Raises:
        RuntimeError: the server did not come up; the message has what it said.
    """
    root, port = copy_of_repository(folder), free_port()
    command = [sys.executable, "-c", START, "start", "--no-browser", "--port", str(port), *FOR_TESTS]
    with _serve(command, folder, root, port, PYTHONPATH=str(root)) as started:
        yield started


@contextmanager
def notebook7(folder: Path, python: str) -> Iterator[Served]:
    """Start the Notebook 7 of another Python, where the course is installed too, as anybody would; with working copies.

    Raises:
        RuntimeError: the server did not come up; the message has what it said.
    """
    root, port = folder / "work", free_port()
    update(ROOT / "notebooks", root / "my_course")
    command = [python, "-m", "notebook", "--no-browser", "--allow-root", f"--port={port}", *FOR_TESTS]
    command += ["--JupyterNotebookApp.expose_app_in_browser=True", f"--ServerApp.root_dir={root}"]
    with _serve(command, folder, root, port) as started:
        yield started


@contextmanager
def _serve(command: list[str], folder: Path, root: Path, port: int, **more: str) -> Iterator[Served]:
    """Run a server of Jupyter that shows `root`, with settings and data in `folder`; `more` goes to its environment."""
    log = folder / "lab.log"
    with private_home() as env, log.open("wb") as out:
        # a shell prompt of a person's settings must not get in, nor this run's into theirs
        env |= {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        env |= {"JUPYTERLAB_SETTINGS_DIR": str(_settings(folder)), "IPYTHONDIR": str(folder / "ipython")}
        env |= {"JUPYTER_PLATFORM_DIRS": "1", **more}
        server = subprocess.Popen(command, cwd=root, env=env, stdout=out, stderr=out, start_new_session=True)
        try:
            wait_for(f"http://127.0.0.1:{port}/api/status", server, log)
            yield Served(f"http://127.0.0.1:{port}", root)
        finally:
            _stop(server)


def _settings(folder: Path) -> Path:
    for name, values in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    return folder / "settings"


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """Start a Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM)
        yield browser
        browser.close()


# JupyterLab says so when its page closes while its debugger is still asking the kernel: not ours
LABS_OWN = "Could not restore the debugger state"


PROJECTOR: ViewportSize = {"width": 1280, "height": 720}


class Sight:
    """A page as wide and high as a projector's, and what it said and asked for meanwhile."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(viewport=PROJECTOR, service_workers="block")
        self.console: list[str] = []
        self.online: list[str] = []
        self.context.on("request", self._note)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.console.append(f"page error: {error} {error.stack}"))
        self.page.on("requestfailed", self._failed)

    def _note(self, request: Request) -> None:
        """Write down what is asked of another machine (it is never found: see CHROMIUM)."""
        address = urlsplit(request.url)
        if not (address.scheme in {"data", "blob", "file"} or address.hostname in {"127.0.0.1", "localhost"}):
            self.online.append(request.url)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and LABS_OWN not in message.text:
            self.console.append(f"{message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        if "net::ERR_ABORTED" not in str(request.failure):
            self.console.append(f"not loaded: {request.url} ({request.failure})")

    def shot(self, name: str, whole: bool = False) -> Path:
        """Save a screenshot among the artefacts of the tests."""
        path = ARTEFACTS / "browser" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=whole)
        return path

    def close(self) -> None:
        """Close the page and forget it."""
        self.context.close()


OPEN = """async () => {
  const book = window.jupyterapp.shell.currentWidget;
  const late = new Promise((_, no) => setTimeout(() => no(new Error('no kernel after two minutes')), 120000));
  const ready = async () => { await book.sessionContext.ready; await book.sessionContext.session.kernel.info; };
  await book.context.ready; await Promise.race([ready(), late]);
  window.trouble = [];
  book.sessionContext.iopubMessage.connect((_, m) => {
    const c = m.content;
    if (m.header.msg_type === 'error') window.trouble.push(c.ename + ': ' + c.evalue);
    if (m.header.msg_type === 'stream' && c.name === 'stderr') window.trouble.push('stderr: ' + c.text);
  });
}"""
OPEN_HERE = "async path => { await window.jupyterapp.commands.execute('docmanager:open', { path }); }"
PUT_AWAY = """async () => {
  const { shell, commands } = window.jupyterapp, theme = 'JupyterLab Light';
  if (document.fullscreenElement) await document.exitFullscreen();
  for (const book of [...shell.widgets('main')]) { await book.sessionContext?.shutdown(); book.dispose(); }
  if (document.body.dataset.jpThemeName !== theme) await commands.execute('apputils:change-theme', { theme });
}"""
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => {
  const model = cell.model.toJSON();
  const images = [...cell.node.querySelectorAll('.jp-OutputArea-output img')];
  return {
    type: model.cell_type, source: [model.source].flat().join(''), tags: (model.metadata || {}).tags || [],
    outputs: model.outputs || [], count: model.execution_count,
    pictures: images.map(i => ({wide: i.naturalWidth, alt: i.alt})),
    text: [...cell.node.querySelectorAll('.jp-OutputArea')].map(o => o.innerText).join('\\n'),
    error: cell.node.querySelector('[data-mime-type="application/vnd.jupyter.error"], ' +
      '[data-mime-type="application/vnd.jupyter.stderr"]') !== null,
  };
})"""


class LabSight(Sight):
    """A notebook in JupyterLab; one page may show one after the other."""

    place = "lab/tree"

    def open(self, served: Served, path: str) -> None:
        """Open a notebook and wait until it is drawn and its kernel listens; runs nothing."""
        if self.page.url.startswith(f"{served.address}/{self.place}/"):
            self.page.evaluate(OPEN_HERE, path)
        else:
            self.page.goto(f"{served.address}/{self.place}/{path}?reset", wait_until="domcontentloaded")
        ready = "(path) => window.jupyterapp?.shell?.currentWidget?.sessionContext?.path === path"
        self.page.wait_for_function(ready, arg=path, timeout=120_000)
        self.page.evaluate(OPEN)
        self.page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget.content.widgets.every(c => c.isAttached)", timeout=60_000
        )
        self.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")

    def run_all(self, timeout: float = 180) -> None:
        """Run every cell and wait for the end, and for the views to stand."""
        self.page.set_default_timeout(timeout * 1000)
        self.page.evaluate("async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells') }")
        self.page.set_default_timeout(30_000)
        self.page.wait_for_timeout(500)

    def cells(self) -> list[dict[str, Any]]:
        """Return what the page knows and shows of each cell."""
        return list(self.page.evaluate(CELLS))

    def trouble(self) -> list[str]:
        """Return errors and warnings that the kernel published since the notebook was opened."""
        return list(self.page.evaluate("() => window.trouble"))

    def put_away(self) -> None:
        """Shut the kernel down, close the notebook (without a question about saving), and be as at the start."""
        self.page.evaluate(PUT_AWAY)
        self.page.set_viewport_size(PROJECTOR)
        self.page.emulate_media(reduced_motion="no-preference")

    def close(self) -> None:
        """Shut the kernel down (without a question about saving), then close."""
        stop = "async () => { await window.jupyterapp?.shell?.currentWidget?.sessionContext?.shutdown() }"
        try:
            self.page.evaluate(stop)
        finally:
            super().close()


class NotebookSight(LabSight):
    """A notebook in Notebook 7, which is made of JupyterLab's parts."""

    place = "notebooks"
