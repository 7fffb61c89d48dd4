"""The cover of the browser course in Chromium: there at once, gone when the lesson is drawn, dark where all is dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sampled import only
from site_page import SiteSight, serving

from tools.lite.build import cover

TITLE = "00 · Bed & <b>bank</b>"
LAB = """<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">
<title>The course</title></head><body><main></main></body></html>"""
DRAW = """(inside) => {
  document.querySelector('main').innerHTML = inside;
}"""
LESSON = "<div class='jp-NotebookPanel'><div class='jp-Cell'><div class='jp-RenderedMarkdown'>Hello</div></div></div>"
WEIGHT = """() => {
  const box = document.querySelector('#course-cover'), image = box.querySelector('img');
  const light = (text) => text.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3;
  const { backgroundColor, color } = getComputedStyle(box);
  return [light(backgroundColor), light(color), getComputedStyle(image).filter];
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("lite")
    (folder / "lab").mkdir()
    (folder / "lab" / "index.html").write_text(LAB, encoding="utf-8")
    cover(folder, {"00_start_here.ipynb": TITLE})
    with serving(folder) as served:
        yield served


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[SiteSight]:
    sight = SiteSight(browser, address)
    yield sight
    sight.close()
    assert sight.console == [] and sight.online == []


PAGE = "lab/index.html?path=my_course/00_start_here.ipynb"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("wide", only([360], [360, 1280]))
def test_it_shows_the_lesson_s_name_and_a_picture_until_the_lesson_is_drawn(
    visitor: SiteSight, wide: int, dark: bool
) -> None:
    visitor.open(PAGE, wide, dark)
    box = visitor.page.locator("#course-cover")
    expect(box.locator("h1")).to_have_text(TITLE)
    assert box.locator("img").evaluate("one => one.complete && one.naturalWidth > 300")
    ground, ink, look = visitor.page.evaluate(WEIGHT)
    assert (ground < 40 and ink > 200) if dark else (ground > 240 and ink < 40)
    assert ("invert" in look) == dark, "white paper would shine in the dark"
    assert visitor.sideways() <= 0 and visitor.axe() == []
    visitor.shot(f"lite-cover-{wide}-{'dark' if dark else 'light'}")
    visitor.page.evaluate(DRAW, "<div class='jp-Launcher'>JupyterLab, but no lesson yet</div>")
    expect(box).to_have_count(1)
    visitor.page.evaluate(DRAW, LESSON)
    expect(box).to_have_count(0)


def test_it_goes_for_a_dialog_a_click_escape_and_after_a_minute(visitor: SiteSight) -> None:
    box = visitor.page.locator("#course-cover")
    visitor.open(PAGE)
    visitor.page.evaluate(DRAW, "<div class='jp-Dialog'>Storage is full</div>")
    expect(box).to_have_count(0)
    visitor.open(PAGE)
    box.click()
    expect(box).to_have_count(0)
    visitor.open(PAGE)
    visitor.page.keyboard.press("a")
    expect(box).to_have_count(1)
    visitor.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    visitor.page.clock.install()
    visitor.open(PAGE)
    visitor.page.clock.run_for(59_000)
    expect(box).to_have_count(1)
    visitor.page.clock.run_for(2_000)
    expect(box).to_have_count(0)


def test_it_stays_away_where_no_lesson_is_asked_for(visitor: SiteSight) -> None:
    for page in ("lab/index.html", "lab/index.html?path=my_course/mine.ipynb"):
        visitor.open(page)
        expect(visitor.page.locator("main")).to_have_count(1)
        expect(visitor.page.locator("#course-cover")).to_have_count(0)


def test_it_looks_as_jupyterlab_looked_the_last_time_under_this_system(visitor: SiteSight) -> None:
    theme = "(light) => { document.body.dataset.jpThemeLight = light; }"
    for kept, dark in (("false", False), ("true", True)):
        visitor.open(PAGE, dark=dark)
        visitor.page.evaluate(theme, kept)
        visitor.open(PAGE, dark=dark)
        assert (visitor.page.evaluate(WEIGHT)[0] > 200) == (kept == "true")
    visitor.open(PAGE)  # what was chosen under the dark one says nothing of this
    assert visitor.page.evaluate(WEIGHT)[0] < 40
