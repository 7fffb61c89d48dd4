"""The reading page in Chromium: whole, quiet, alive, and nothing is told before it was guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from authoring.runner import private_home
from page import each
from playwright.sync_api import Browser, expect
from reading.build import Site, record_views, recording_env
from reading.lesson_page import questions_of
from site_page import SiteSight, broken_links, serving, told

from embeddings_course.commands.lecture import book

DAILY = "00"


class Made:
    """The site in a folder, served on loopback; the views of a lesson are recorded when its page is looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.alive = folder, set(book.find([DAILY]))
        for path in self.alive:
            self.record(path)
        self.site = Site(folder, book.find())
        assert len(list(self.site.make())) == 15
        self.address = ""

    def record(self, path: Path) -> None:
        """Have what the views of a lesson play."""
        with private_home() as env:
            record_views(path, self.folder, self.folder.parent / "views", recording_env(env))

    def wake(self, path: Path) -> None:
        """Make the page of a lesson with its views."""
        if path not in self.alive:
            self.record(path)
            self.site.lesson(path)
            self.alive.add(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    site = Made(tmp_path_factory.mktemp("site") / "site")
    with serving(site.folder) as site.address:
        yield site


@pytest.fixture
def reader(browser: Browser, made: Made) -> Iterator[SiteSight]:
    sight = SiteSight(browser, made.address)
    yield sight
    sight.close()
    assert sight.online == [], "asked for another machine"
    assert sight.console == [], "errors in the console"


def seen(sight: SiteSight) -> str:
    return sight.page.locator("main").inner_text()


def test_the_cover_moves_by_itself_and_has_its_doors(made: Made, reader: SiteSight) -> None:
    reader.open("index.html")
    box = reader.page.locator(".live-bank .lb-box")
    expect(box).not_to_have_value("")
    before = box.input_value()
    expect(box).not_to_have_value(before)
    expect(reader.page.locator(".doors a")).to_have_count(1)  # nothing to run where there is no folder lite/
    assert reader.axe() == []
    for wide in (360, 1920):
        reader.open("index.html", wide, dark=True)
        expect(reader.page.locator(".lb-pill")).to_have_count(1)
        assert reader.sideways() <= 0
    assert reader.axe() == []
    reader.shot("site-cover")


def test_the_doors_to_the_course_in_the_browser_are_there_with_its_folder(tmp_path: Path) -> None:
    for door in ("lite/index.html", "lite/lab/index.html"):
        (tmp_path / door).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / door).write_text("", encoding="utf-8")
    [lesson] = book.find(["00"])
    site = Site(tmp_path, [])
    site.cover()
    site.lesson(lesson)
    assert 'href="lite/index.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
    run = f'href="lite/lab/index.html?path=my_course/{lesson.name}"'
    assert run in (tmp_path / f"{lesson.stem}.html").read_text(encoding="utf-8")


def test_every_link_leads_somewhere(made: Made) -> None:
    assert len(list(made.folder.glob("*.html"))) == 18
    assert broken_links(made.folder) == []
    (made.folder / "x.html").write_text('<a href="no.html">', encoding="utf-8")
    assert broken_links(made.folder) == ["x.html: no.html"]
    (made.folder / "x.html").unlink()


@each(DAILY)
def test_a_page_is_whole_and_its_views_are_alive(path: Path, made: Made, reader: SiteSight) -> None:
    made.wake(path)
    reader.open(f"{path.stem}.html", 360)
    assert reader.sideways() <= 0
    asleep = {view: how for view, how in reader.wake().items() if how != "yes"}
    assert asleep == {}
    assert reader.sideways() <= 0
    reader.shot(f"site-{path.stem}-360")
    assert reader.axe() == []
    reader.open(f"{path.stem}.html", 1280, dark=True)
    assert len(reader.wake()) >= (path.stem != "00b_toolbox")
    assert reader.axe() == []
    assert reader.sideways() <= 0


@each(DAILY)
def test_nothing_is_told_before_the_guess(path: Path, made: Made, reader: SiteSight) -> None:
    reader.open(f"{path.stem}.html")
    before = seen(reader)
    means = told(questions_of(book.read(path)))
    assert len(means) > 3 and not any(text in before for text in means)
    gates, guesses = reader.page.locator("details.gate"), reader.page.locator("section.ask[data-how=guess]")
    assert gates.count() and not any(gates.evaluate_all("all => all.map((gate) => gate.open)"))
    for guess in guesses.all():
        for numbers in guess.locator("input[type=number]").all():
            numbers.fill(numbers.get_attribute("min") or "0")
        for i, places in enumerate(guess.locator("select").all()):
            places.select_option(str(i))
        if guess.locator("input[type=radio]").count():
            guess.locator("input[type=radio]").first.check()
        guess.get_by_role("button").click()
        expect(guess.locator(".means li").first).to_be_visible()
    expect(reader.page.locator("details.gate:not([open])")).to_have_count(0)
    reader.page.reload()
    expect(reader.page.locator("section.ask.is-done")).to_have_count(guesses.count())
    expect(reader.page.locator("details.gate:not([open])")).to_have_count(0)
    assert sum(text in seen(reader) for text in means) == len(means)


def test_a_guess_is_locked_where_nothing_may_be_kept(made: Made, reader: SiteSight) -> None:
    forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } })"
    reader.page.add_init_script(forbid)
    reader.open("02_choose_your_ruler.html")
    guess = reader.page.locator("section.ask[data-how=guess]").first
    guess.get_by_role("button").click()
    expect(guess.get_by_role("status")).to_have_text("Choose one first.")
    guess.locator("input[type=radio]").nth(1).check()
    guess.get_by_role("button").click()
    expect(guess.locator(".is-mine")).to_have_count(1)
    expect(reader.page.locator("details.gate").first).to_have_attribute("open", "")


def test_it_works_from_a_disk_and_by_keyboard(made: Made, reader: SiteSight) -> None:
    reader.address = made.folder.as_uri()
    reader.open("00_start_here.html")
    assert set(reader.wake().values()) == {"yes"}
    pairs = reader.page.locator("figure", has=reader.page.get_by_role("group", name="A goes with"))
    words = pairs.locator(".stage-caption")
    before = words.inner_text()
    pairs.get_by_role("button", name="B", exact=True).press("Enter")
    expect(words).not_to_have_text(before)
    box = reader.page.get_by_label("Search the course")
    box.fill("scarlet crimson")
    expect(reader.page.locator("#found a").first).to_contain_text("03")
    box.press("ArrowDown")
    box.press("Enter")
    expect(reader.page).to_have_title("03 · Counting company · Are embeddings all you need?")


def test_what_search_finds_is_whole_on_a_phone(made: Made, reader: SiteSight) -> None:
    for page in ("index.html", "01_what_is_an_embedding.html"):
        reader.open(page, 360)
        reader.page.get_by_label("Search the course").fill("triangle")
        expect(reader.page.locator("#found a").first).to_be_visible()
        box = reader.page.locator("#found").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["width"] > 280


def test_the_theme_is_kept(made: Made, reader: SiteSight) -> None:
    reader.open("404.html")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = reader.page.evaluate(ground)
    reader.page.get_by_role("button", name="Dark").click()
    reader.open("glossary.html")
    assert reader.page.evaluate(ground) != light
    assert reader.axe() == []
