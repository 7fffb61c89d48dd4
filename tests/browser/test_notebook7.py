"""Notebook 7 in a real page: lessons run, saved, closed, opened again. `python tools/check_notebook7.py` has one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

import pytest
from page import NOTEBOOK7, NotebookSight, Served, notebook7
from playwright.sync_api import Browser

pytestmark = [
    *(pytest.mark.slow, pytest.mark.notebook7),
    pytest.mark.skipif(NOTEBOOK7 not in os.environ, reason=f"{NOTEBOOK7} names no Python with Notebook 7"),
]
LESSONS = ("00_start_here", "01_what_is_an_embedding")
OWN = re.compile(r"reading 'schema'.*/static/notebook/notebook_core", re.DOTALL)
"""An error in code of its own, now and then, that changes nothing which can be seen: why it comes is not known."""
VIEWS = ".embeddings-demo, .live-bank, .vector-board, .word-map"


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with notebook7(tmp_path_factory.mktemp("notebook7"), os.environ[NOTEBOOK7]) as started:
        yield started


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_alive_and_keeps_its_pictures(name: str, served: Served, browser: Browser) -> None:
    path, first, again = served.root / "my_course" / f"{name}.ipynb", NotebookSight(browser), NotebookSight(browser)
    first.open(served, f"my_course/{name}.ipynb")
    first.run_all()
    first.page.locator(VIEWS).first.wait_for()
    ran = first.cells()
    assert all(cell["count"] for cell in ran if cell["type"] == "code" and cell["source"].strip())
    first.shot(f"notebook7-{name}", whole=True)
    alive = first.page.locator(".jp-CodeCell", has=first.page.locator(VIEWS)).count()
    first.page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save') }")
    first.close()
    assert "widget-view" not in json.dumps(json.loads(path.read_text(encoding="utf-8")))
    again.open(served, f"my_course/{name}.ipynb")
    kept = again.cells()
    again.shot(f"notebook7-{name}-again", whole=True)
    assert sum(bool(cell["pictures"]) for cell in kept) >= alive > 1
    assert not any("model not found" in cell["text"] or "Loading widget" in cell["text"] for cell in kept)
    again.close()
    said = [line for line in first.console + again.console if not OWN.search(line)]
    assert said == [] and first.online == again.online == []
