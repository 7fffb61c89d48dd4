"""The browser course: every lesson in a real Chromium, with nothing behind it but a folder on loopback.

The page that says what a browser lacks is tested always. The rest needs the built folder, and is run by
`python course.py check_lite`, which names it in EMBEDDINGS_COURSE_LITE; `python course.py test` runs one lesson there
once the folder was built.
"""

from __future__ import annotations

import base64
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page
import pytest
from page import OPEN, LabSight
from playwright.sync_api import Browser, BrowserContext
from test_lessons import lives

from embeddings_course.commands.lecture import book
from embeddings_course.exercises import bring_home, take_home
from embeddings_course.exercises.engine.progress_store import store
from tools.lite.serve import server

ROOT = Path(__file__).resolve().parents[2]
BUILT = os.environ.get("EMBEDDINGS_COURSE_LITE", "")
CHOSEN = os.environ.get("EMBEDDINGS_COURSE_LITE_LESSONS", "").split()
LONG = 400_000  # milliseconds: two cores may be shared
LIVE = ("01", "03", "10")
SHORT = "00b"  # the one lesson of `python course.py test`
ALL_CELLS = """() => {
  const book = window.jupyterapp.shell.currentWidget.content;
  book.notebookConfig = { ...book.notebookConfig, windowingMode: 'none' };
}"""  # JupyterLab draws only cells in sight; a test wants to see them all
built = [pytest.mark.slow, pytest.mark.lite]


class LiteSight(LabSight):
    """A lesson in the browser course; `online` has every request that was not for our own folder."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.console: list[str] = []
        self.online: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(LONG)
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.console.append(f"page error: {error}"))
        context.on("request", self._note)

    def _listen(self, message: Any) -> None:
        # JupyterLite asks the site for the list of each folder, also of one that this browser alone has
        if not ("404" in message.text and "/api/contents/" in message.location.get("url", "")):
            super()._listen(message)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.online.append(request.url)

    def open_lite(self, name: str) -> None:
        """Open a lesson and wait for its kernel."""
        self.page.goto(f"{self.address}/lab/index.html?path=my_course/{name}", wait_until="domcontentloaded")
        self.page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext !== undefined")
        self.page.evaluate(OPEN.replace("120000", str(LONG)))
        self.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        self.page.evaluate(ALL_CELLS)

    def run_all(self, timeout: float = LONG / 1000) -> None:
        """Run every cell."""
        super().run_all(timeout)
        self.page.set_default_timeout(LONG)

    def cell(self, source: str) -> str:
        """Put a cell at the end, run it, and return what it shows."""
        self.page.evaluate(
            """async source => {
              const book = window.jupyterapp.shell.currentWidget, cells = book.content.model.sharedModel;
              cells.insertCell(cells.cells.length, { cell_type: 'code', source });
              book.content.activeCellIndex = cells.cells.length - 1;
              await window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            source,
        )
        return "\n".join(
            str(output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue", ""))
            for output in self.cells()[-1]["outputs"]
        )

    def save(self) -> None:
        """Save the lesson."""
        self.page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save') }")

    def file(self, name: str) -> bytes:
        """Return a file that the browser keeps."""
        get = "async n => (await window.jupyterapp.serviceManager.contents.get(n, {content: true, format: 'base64'}))"
        model = self.page.evaluate(get, name)
        return base64.b64decode(model["content"]) if model["format"] == "base64" else model["content"].encode()

    def put(self, name: str, content: bytes) -> None:
        """Put a file where the browser keeps its files, as an upload does."""
        save = """async ([name, content]) => window.jupyterapp.serviceManager.contents.save(
          name, { name, path: name, type: 'file', format: 'base64', content })"""
        self.page.evaluate(save, [name, base64.b64encode(content).decode()])

    def close(self) -> None:
        """Close the page."""
        self.page.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with server(Path(BUILT)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One visitor: what was fetched for one lesson is there for the next."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def lite(context: BrowserContext, address: str) -> Iterator[LiteSight]:
    made = LiteSight(context, address)
    yield made
    online, console = made.online, made.console
    made.close()
    assert online == [], "asked for another machine"
    assert console == [], "errors in the console"


def lessons() -> list[Any]:
    short = [pytest.mark.lite] if BUILT else built
    return [
        pytest.param(path, id=path.stem, marks=short if path.stem.startswith(SHORT) else built)
        for path in book.find(CHOSEN)
    ]


@pytest.mark.parametrize("path", lessons())
def test_a_lesson_runs_whole_in_the_browser(path: Path, lite: LiteSight) -> None:
    lite.open_lite(path.name)
    if path.stem.startswith(LIVE):
        assert lives(lite, path.stem)
    else:
        lite.run_all()
    assert lite.trouble() == []
    cells = [cell for cell in lite.cells() if cell["type"] == "code" and cell["source"].strip()]
    bad = [cell["text"][:500] for cell in cells if cell["error"] and "raises-exception" not in cell["tags"]]
    assert bad == [] and all(cell["count"] for cell in cells)
    if path.stem.startswith("06"):
        said = "\n".join(cell["text"] for cell in cells)
        assert "gensim cannot train in a browser: this is the same run, recorded" in said


def mark(*names: str) -> Any:
    def decorate(test: Any) -> Any:
        for one in built:
            test = one(test)
        return test

    return decorate


def work_and_take_home(browser: Browser, address: str, name: str, home: Path) -> list[LiteSight]:
    """One visitor works, saves, comes again, finds it all, and takes the course home; return both sights."""
    visitor = browser.new_context(viewport={"width": 1280, "height": 900})
    first = LiteSight(visitor, address)
    first.open_lite(name)
    first.run_all()
    first.page.get_by_label("A with C, B with D").first.check()
    first.page.get_by_role("button", name="Lock my guess").first.click()
    first.page.get_by_text("Your guess: b)").first.wait_for()
    assert first.cell("print('typed ' + 'here')").strip() == "typed here"
    endless = first.cell(
        "from embeddings_course.exercises.engine.run_safely import run_safely\n"
        "def forever():\n    while True:\n        pass\n"
        "print(run_safely(forever, seconds=1).state)"
    )
    assert endless.strip() == "too long", "a check ends an endless loop, without a second thread"
    first.save()
    first.close()
    again = LiteSight(visitor, address)
    again.open_lite(name)
    cells = again.cells()
    assert any("typed here" in cell["text"] for cell in cells), "what was typed is there after a reload"
    assert not any(broken in cell["text"] for cell in cells for broken in ("Error displaying", "model not found"))
    assert [image for cell in cells for image in cell["pictures"] if image["wide"] > 300], "a still stands for a view"
    assert "Packed: 14 lessons" in again.cell("from embeddings_course.exercises import take_home\ntake_home()")
    home.write_bytes(again.file("my_course/my_course.zip"))
    again.close()
    visitor.close()
    return [first, again]


@mark()
def test_a_course_is_kept_goes_home_and_comes_back(
    browser: Browser, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One visitor works, reloads, takes the course home; another machine has it; a second browser gets it back."""
    name, home = "00_start_here.ipynb", tmp_path / "my_course.zip"
    sights = work_and_take_home(browser, address, name, home)
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(tmp_path / "home"))
    said = bring_home(home, tmp_path).text
    assert "Brought: 14 files" in said and "typed " in (tmp_path / name).read_text(encoding="utf-8")
    guesses = [entry for entry in store().entries() if entry.kind == "prediction"]
    assert len(guesses) == 1
    store().save("01", "from-home", "exercise", "done")
    lesson = json.loads((tmp_path / name).read_text(encoding="utf-8"))
    lesson["cells"][-1]["source"] = "print('typed at home')"
    (tmp_path / name).write_text(json.dumps(lesson), encoding="utf-8")
    take_home(tmp_path / "back.zip", tmp_path)
    assert len(zipfile.ZipFile(tmp_path / "back.zip").namelist()) == 15

    visitor = browser.new_context(viewport={"width": 1280, "height": 900})
    back = LiteSight(visitor, address)
    back.open_lite("00b_toolbox.ipynb")
    back.put("my_course/back.zip", (tmp_path / "back.zip").read_bytes())
    assert back.cell("from embeddings_course.exercises import bring_home, progress") == ""
    said = back.cell("print(bring_home('back.zip').text, progress().text)")
    assert "Brought: 14 files" in said and "exercise done: from-home" in said
    assert "typed at home" in back.file(f"my_course/{name}").decode()
    assert back.cell("print(bring_home('no.zip').text)").startswith("Nothing was changed. no.zip is not here")
    assert [one.online + one.console for one in (*sights, back)] == [[], [], []]
    visitor.close()


# --- what a browser lacks -------------------------------------------------------------------------------------

LACKS = {
    "old": ("delete window.structuredClone", "too old for the course"),
    "private": ("indexedDB.open = () => { throw new Error('SecurityError') }", "may not keep anything"),
    "no-worker": ("delete Navigator.prototype.serviceWorker", "may not keep anything"),
    "small": ("Object.defineProperty(navigator, 'deviceMemory', { value: 1 })", "short of memory"),
    "fits": ("", ""),
}


@pytest.mark.parametrize("lack", LACKS)
def test_a_browser_that_does_not_fit_is_told_so(lack: str, browser: Browser) -> None:
    script, sentence = LACKS[lack]
    with server(ROOT / "tools" / "lite" / "page") as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        sight = page.Sight(browser)
        sight.page.add_init_script(script)
        sight.page.goto(f"http://127.0.0.1:{running.server_port}/index.html")
        if not sentence:
            sight.page.wait_for_timeout(300)
            assert (
                sight.page.locator("#fits").count() == 0 and sight.page.get_by_role("link", name="Start").is_visible()
            )
        else:
            assert sentence in sight.page.get_by_role("alert").inner_text()
            sight.page.get_by_role("link", name="Go on all the same").click()
            sight.page.get_by_role("link", name="Start").wait_for()
            sight.page.wait_for_timeout(200)
            assert sight.page.locator("#fits").count() == 0
        sight.close()
        running.shutdown()
