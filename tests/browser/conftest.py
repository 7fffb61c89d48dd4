"""One JupyterLab and one Chromium for all browser tests; without a Chromium they are skipped, in CI they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator

import page
import pytest
from playwright.sync_api import Browser
from run_tests import find_chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        how = "No Chromium was found. Get one by: python -m playwright install chromium"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(how)
    with page.chromium(executable) as started:
        yield started


@pytest.fixture(scope="session")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[page.Served]:
    """A copy of the repository, served by the course's own start command."""
    with page.lab(tmp_path_factory.mktemp("lab")) as started:
        yield started


@pytest.fixture(scope="session")
def kept(browser: Browser) -> Iterator[list[page.LabSight]]:
    """The page in which JupyterLab runs already, if there is one: to start it takes ten seconds of a core."""
    pages: list[page.LabSight] = []
    yield pages
    for one in pages:
        one.close()


@pytest.fixture
def sight(browser: Browser, kept: list[page.LabSight], request: pytest.FixtureRequest) -> Iterator[page.LabSight]:
    """A page without a notebook; at the end nothing may have gone wrong in it, and nothing have asked elsewhere."""
    made = kept.pop() if kept else page.LabSight(browser)
    made.online.clear()
    made.console.clear()
    failed = request.session.testsfailed
    yield made
    if request.session.testsfailed > failed:  # who knows how it was left
        made.close()
    else:
        made.put_away()
        kept.append(made)
    assert made.online == [], "asked for another machine"
    assert made.console == [], "errors in the console"
