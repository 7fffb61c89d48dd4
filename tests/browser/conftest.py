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


@pytest.fixture
def sight(browser: Browser) -> Iterator[page.LabSight]:
    """A fresh page; at the end nothing may have gone wrong in it, and nothing have asked for another machine."""
    made = page.LabSight(browser)
    yield made
    made.close()
    assert made.online == [], "asked for another machine"
    assert made.console == [], "errors in the console"
