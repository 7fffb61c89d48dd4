"""Where do the seconds and bytes of the browser course's start go? Prints them for a first and a second visit.

    python course.py lite                                  first: this measures what lies in build/lite/
    python benchmarks/lite_start.py [--lesson 01] [--rounds 2]

Every round is a new visitor in a Chromium of his own, files from loopback. Told are, from the address to: the lesson's
name on the cover; the saved lesson; the kernel's first answer; the first picture that was made there. Beside each, the
CPU seconds until then: of the page's process (JupyterLab, and Python in its worker) and of all others (network,
painting, keeping); and how many bytes the server had sent, by kind. `jupyter-lab` is what a learner would pick instead:
the same lesson from an installed course, to the saved lesson. The load says how quiet the machine was.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
sys.path[1:1] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "tests" / "browser")]

from page import LabSight, chromium, lab  # noqa: E402
from run_tests import find_chromium  # noqa: E402

from embeddings_course.commands.lecture import book  # noqa: E402
from tools.lite.serve import Handler, Server  # noqa: E402

BUILT = ROOT / "build" / "lite"
NAMED = "() => document.querySelector('#course-cover h1, .jp-NotebookPanel .jp-RenderedMarkdown') !== null"
DRAWN = "() => document.querySelector('.jp-NotebookPanel .jp-Cell .jp-RenderedMarkdown') !== null"
ANSWERS = """async () => {
  const book = window.jupyterapp.shell.currentWidget;
  await book.sessionContext.ready;
  return (await book.sessionContext.session.kernel.info) !== undefined;
}"""
PICTURE = """async () => {
  const book = window.jupyterapp.shell.currentWidget, cells = book.content.model.sharedModel;
  const at = cells.cells.length;
  const source = "from embeddings_course.plots import Bars, show\\nshow(Bars(('money', 'river'), (.6, .4)))";
  cells.insertCell(at, { cell_type: 'code', source });
  book.content.activeCellIndex = at;
  await window.jupyterapp.commands.execute('notebook:run-cell');
  const outputs = book.content.widgets[at].model.outputs;
  for (let i = 0; i < outputs.length; i++) if (outputs.get(i).data['image/png']) return true;
  throw new Error('no picture');
}"""
KINDS = {
    "Python (wasm, packages)": ("/static/pyodide", ".whl", ".wasm", ".zip", "_stdlib"),
    "JupyterLab (scripts, styles)": (".js", ".mjs", ".css", ".woff2", ".svg"),
    "lessons and data": ("/files/", "/api/", ".ipynb", "/course/"),
}


class Counted(Handler):
    """Hands out files and adds up what was sent, by kind; `files` has the sizes of each visit's files."""

    sent: ClassVar[Counter[str]] = Counter()
    files: ClassVar[dict[str, int]] = {}

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file and count it."""
        size = os.fstat(source.fileno()).st_size
        kind = next((kind for kind, marks in KINDS.items() if any(mark in self.path for mark in marks)), "the rest")
        self.sent[kind] += size
        self.files[self.path] = size
        super().copyfile(source, outputfile)


def seconds_of(browser: Browser) -> tuple[float, float]:
    """Return the CPU seconds of the pages' processes so far, and those of all other processes of the browser."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = sum(one["cpuTime"] for one in told if one["type"] == "renderer")
    return pages, sum(one["cpuTime"] for one in told) - pages


def visit(browser: Browser, context: Any, address: str, lesson: str) -> list[tuple[str, float, float, float, float]]:
    """Open a lesson; return for each mark its name, seconds, CPU of the page and of the rest, and MB sent."""
    page, told = context.new_page(), []
    page.set_default_timeout(300_000)
    own, rest = seconds_of(browser)
    Counted.sent.clear()
    Counted.files.clear()
    begun = time.monotonic()

    def mark(name: str) -> None:
        at = time.monotonic() - begun
        now, others = seconds_of(browser)
        told.append((name, at, now - own, others - rest, sum(Counted.sent.values()) / 1e6))

    page.goto(f"{address}/lab/index.html?path=my_course/{lesson}", wait_until="commit")
    page.wait_for_function(NAMED)
    mark("the lesson's name")
    page.wait_for_function(DRAWN)
    mark("the saved lesson")
    page.evaluate(ANSWERS)
    mark("the kernel answers")
    page.evaluate(PICTURE)
    mark("the first picture")
    page.close()
    return told


def installed(browser: Browser, lesson: Path) -> float:
    """Return the seconds until an installed JupyterLab, running already, has drawn the lesson."""
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder)) as served:
        book.write(book.read(lesson), served.root / "my_course" / lesson.name)
        sight = LabSight(browser)
        begun = time.monotonic()
        sight.page.goto(f"{served.address}/lab/tree/my_course/{lesson.name}?reset", wait_until="commit")
        sight.page.wait_for_function(DRAWN, timeout=120_000)
        took = time.monotonic() - begun
        sight.close()
    return took


def main() -> None:
    """Serve, visit twice in every round; print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lesson", default="01")
    parser.add_argument("--rounds", type=int, default=2)
    chosen, executable = parser.parse_args(), find_chromium()
    if executable is None:
        sys.exit("No Chromium was found. Get one by: python -m playwright install chromium")
    if not (BUILT / "index.html").is_file():
        sys.exit("There is no build/lite yet. Make it: python course.py lite")
    [lesson] = book.find([chosen.lesson])
    visits: dict[str, list[list[tuple[str, float, float, float, float]]]] = {"first": [], "second": []}
    kinds: Counter[str] = Counter()
    with Server(("127.0.0.1", 0), partial(Counted, directory=str(BUILT))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address, beside = f"http://127.0.0.1:{running.server_port}", []
        for _ in range(chosen.rounds):
            with chromium(executable) as browser:
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                for which in visits:
                    visits[which].append(visit(browser, context, address, lesson.name))
                    kinds = Counter(Counted.sent) if which == "first" else kinds
                context.close()
                beside.append(installed(browser, lesson))
        running.shutdown()
    print(f"{lesson.stem}, {chosen.rounds} rounds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    other = statistics.median(beside)
    print(f"an installed JupyterLab, its server running: the saved lesson after {other:.1f} s")
    for which, rounds in visits.items():
        for marks in zip(*rounds, strict=True):
            at, own, rest, sent = (statistics.median(mark[k] for mark in marks) for k in range(1, 5))
            print(
                f"{which:<7} visit, {marks[0][0]:<19} {at:5.1f} s ({at / other:4.1f} x), CPU {own:5.1f} s of the page, "
                f"{rest:4.1f} s of the rest, {sent:5.1f} MB sent"
            )
    again = ", ".join(f"{path} {size / 1e6:.1f} MB" for path, size in Counted.files.items() if size > 100_000)
    print(
        f"fetched again at the second visit (this visitor is off the record, who keeps no large file): {again or '-'}"
    )
    print("bytes of the first visit: " + ", ".join(f"{kind} {size / 1e6:.1f} MB" for kind, size in kinds.most_common()))


if __name__ == "__main__":
    main()
