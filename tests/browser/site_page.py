"""The reading page as a browser sees it: what it asks for, where its links lead, what axe-core says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from looks import AXE
from page import Sight
from playwright.sync_api import Browser

from embeddings_course.exercises.engine.question_files import Asked

FAULTS = """async () => {
  const only = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] };
  const found = await axe.run(document, { runOnly: only, resultTypes: ['violations'] });
  return found.violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 160)}`));
}"""
# every view is looked for from its own place, as a reader does who scrolls; a gate is opened before
WAKE = """async () => {
  document.querySelectorAll('details.gate').forEach((gate) => { gate.open = true; });
  for (const view of document.querySelectorAll('[data-view]')) {
    view.scrollIntoView({ behavior: 'instant' });
    for (let i = 0; i < 400 && !view.dataset.alive; i += 1) await new Promise((go) => setTimeout(go, 50));
  }
  const all = [...document.querySelectorAll('[data-view]')];
  return all.map((view) => [view.dataset.view, view.dataset.alive ?? 'asleep']);
}"""


class Quiet(SimpleHTTPRequestHandler):
    """A server that writes nothing down."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class SiteSight(Sight):
    """A page of the site in a browser."""

    def __init__(self, browser: Browser, address: str) -> None:
        super().__init__(browser)
        self.address = address

    def open(self, name: str, wide: int = 1280, dark: bool = False) -> None:
        """Open a page; its scripts have run."""
        self.page.set_viewport_size({"width": wide, "height": 720})
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.goto(f"{self.address}/{name}", wait_until="load")

    def wake(self) -> dict[str, str]:
        """Open every gate, scroll to every view; return which are alive."""
        return dict(self.page.evaluate(WAKE))

    def axe(self) -> list[str]:
        """Return what axe-core objects to (WCAG 2.1, A and AA)."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
        return list(self.page.evaluate(FAULTS))

    def sideways(self) -> int:
        """Return by how many dots the page is wider than the window."""
        wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(wide))


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def told(asked: Asked) -> list[str]:
    """Return the beginning of all that the options of a lesson's predictions mean: none may be read before a guess."""
    everything = json.dumps([question.data() for question in asked.predictions.values()], ensure_ascii=False)
    return re.findall(r'"means": "([^"\\*`]{25})', everything)


def broken_links(folder: Path) -> list[str]:
    """Return links, pictures and scripts of all pages that lead to a file or an anchor that is not there."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    anchors = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}
    broken = []
    for name, text in pages.items():
        for url in re.findall(r'\b(?:href|src|data-view)="([^"]+)"', text):
            if re.match(r"[a-z]+:", url):
                continue
            path, _, anchor = url.partition("#")
            there = not path or (folder / path).is_file()
            if not there or (anchor and anchor not in anchors.get(path or name, ())):
                broken.append(f"{name}: {url}")
    return broken


def same(mine: Any, right: Any, at: str = "") -> None:
    """Two performances say and show the same; numbers to the sixth digit that JSON keeps."""
    if isinstance(right, dict):
        for name in right:
            same(mine[name], right[name], f"{at}.{name}")
    elif isinstance(right, list | tuple) and right and all(isinstance(one, int | float) for one in right):
        np.testing.assert_allclose(mine, right, rtol=1e-4, atol=1e-5, err_msg=at)
    elif isinstance(right, list | tuple):
        assert len(mine) == len(right), at
        for i, (one, other) in enumerate(zip(mine, right, strict=True)):
            same(one, other, f"{at}[{i}]")
    elif isinstance(right, float):
        assert mine == pytest.approx(right, rel=1e-4), at
    else:
        assert mine == right, at
