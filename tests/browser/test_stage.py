"""The stage alone in a page, without a kernel: whole at every width, safe, spoken, in the page's theme."""

from __future__ import annotations

import re
from typing import Any

import make_language
import numpy as np
import pytest
from board_page import DEMOS, empty_page, frame, give_back
from playwright.sync_api import Browser, Page, expect

from embeddings_course.demos.atlas import AtlasOfUses
from embeddings_course.demos.stage import performance
from embeddings_course.files.table import Embedding
from embeddings_course.plots import Bag, Bars, Heat, Lines, Points
from embeddings_course.plots.attention import HeadView
from embeddings_course.plots.discs import Discs
from embeddings_course.plots.key import Key
from embeddings_course.plots.picture import Picture
from embeddings_course.plots.strip import Marks
from embeddings_course.plots.words import Words

EVIL = '<img src=x onerror="window.hacked=1">'
WEIGHTS = np.array([[1, 0, 0, 0, 0], [0.3, 0.05, 0.6, 0.05, 0], *np.eye(5)[2:]])
PICTURES: dict[str, Picture] = {
    "Bag": Bag("bank", ("money", "a queue", "grass by the water", EVIL)),
    "Bag, full": Bag("bank", [f"thought {i}, longer than it should be" if i % 3 else f"{i}" for i in range(24)]),
    "Bars": Bars(
        ["money", "river", EVIL], [0.9, 0.4, -0.2], "distance to bank", marked=("river",), note="short = near"
    ),
    "Discs": Discs(Embedding(("bank", "bill", "jack", EVIL), np.eye(4) / 2, ("money", "b", EVIL, "how long?")), 2),
    "HeadView": HeadView(["[CLS]", "bank", EVIL, "bank", "[SEP]"], WEIGHTS, 1, name="layer 2, head 9"),
    "HeadView of sixty": HeadView([f"word{i}" for i in range(60)], np.full((60, 60), 1 / 60), 30, name="long"),
    "Heat": Heat(np.arange(40).reshape(5, 8) / 7, ["bank"] * 5, [f"a long column {i}" for i in range(8)], "how much"),
    "Key": Key(["BERT, layer 3", "counts (Wikipedia)", EVIL], ["random"], "labels to the right, accuracy upwards"),
    "Lines with spans": Lines(
        {"money": [0, 0.5], EVIL: [1, 0.2]}, [(0, "0")], 0, 1, spans={EVIL: [(0.9, 1), (0.1, 0.3)]}, keyed=False
    ),
    "Lines": Lines({"money": [0, 0.5, 1], EVIL: [1, 0.2, 0.1], "strangers": [0.3] * 3}, [(0, "0"), (2, "2")], 0, 1, 1),
    "Dots": AtlasOfUses.compute("bill", "mpnet", guess="apart"),
    "Marks": Marks(np.linspace(-1, 1, 768), "a row without names"),
    "Points": Points(Embedding(("bank", "river", EVIL), [[0, 0], [1, 1], [2, -1]]), ("bank",), {"river": "river"}),
    "Points on named axes": Points(
        Embedding(("bank", "river", "x"), [[0, 0], [1, 1], [2, -1]]), named=["bank"], ends=(("river", EVIL), ("a", "b"))
    ),
    "Words": Words(["salt", "and", EVIL] * 9, "the window", 1, (0, 2)),
}
MOUNT = """async ([code, shown]) => {
  const stage = await import(URL.createObjectURL(new Blob([code], {type: "text/javascript"})));
  window.shows = shown.map((one) => {
    const host = document.createElement("div");
    document.body.append(host);
    return stage.mount(host, one);
  });
}"""
SHAPES = """async ([code, names]) => {
  const stage = await import(URL.createObjectURL(new Blob([code], {type: "text/javascript"})));
  return Object.fromEntries(names.map((name) => [name, stage.shapePath(name, 10)]));
}"""
OVER = """() => [...document.querySelectorAll(".stage-picture")].map((picture) => {
  const box = picture.getBoundingClientRect();
  const inside = [...picture.querySelectorAll("svg *, span, div")].map((e) => e.getBoundingClientRect());
  return Math.max(...inside.filter((r) => r.width).map((r) => Math.max(r.right - box.right, box.left - r.left)));
})"""


def stage(browser: Browser, *shown: Any, wide: int = 900, dark: bool = False, still: bool = False) -> Page:
    page = empty_page(browser, (wide, 720), dark, "reduce" if still else "no-preference")
    style = (DEMOS / "stage.css").read_text(encoding="utf-8")
    page.set_content(f"<!doctype html><html lang='en'><style>body{{margin:0}}{style}</style><body></body></html>")
    page.evaluate(MOUNT, [(DEMOS / "stage.js").read_text(encoding="utf-8"), list(shown)])
    frame(page)
    return page


@pytest.mark.parametrize("wide", [360, 700, 1920])
def test_every_kind_is_whole_at_every_width(wide: int, browser: Browser) -> None:
    page = stage(browser, *(performance(picture, "A title") for picture in PICTURES.values()), wide=wide)
    assert max(page.evaluate(OVER)) <= 2
    assert page.evaluate("() => document.documentElement.scrollWidth") <= wide
    if wide >= 700:
        heights = page.locator(".course-stage").evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
        assert max(heights) <= 560
    assert page.evaluate("() => window.hacked") is None
    give_back(page)


def test_words_error_and_wait_are_spoken_and_nothing_moves(browser: Browser) -> None:
    page = stage(browser, performance(PICTURES["Bars"], "How far?"))
    says = page.locator(".stage-caption")
    assert says.get_attribute("aria-live") == "polite" and "money 0.90" in says.inner_text()
    height = page.locator(".course-stage").bounding_box()["height"]  # type: ignore[index]
    page.evaluate(f"() => window.shows[0].say({'no word ' + EVIL!r}, '')")
    assert EVIL in page.get_by_role("alert").inner_text() and page.evaluate("() => window.hacked") is None
    assert page.locator(".stage-part svg").count() == 1, "the last good picture stays"
    assert page.locator(".course-stage").bounding_box()["height"] == height  # type: ignore[index]
    page.evaluate("(next) => window.shows[0].show(next)", performance(Bars(["money"], [0.1]), "How far?"))
    assert page.locator(".stage-trouble").inner_text() == ""
    assert page.locator(".course-stage").bounding_box()["height"] == height  # type: ignore[index]
    give_back(page)


def test_what_stays_the_same_is_the_same_element(browser: Browser) -> None:
    page = stage(browser, performance(Bars(["money", "river"], [0.9, 0.4])))
    page.evaluate("() => { document.querySelectorAll('rect').forEach((bar, i) => { bar.was = i; }); }")
    page.evaluate("(next) => window.shows[0].show(next)", performance(Bars(["river", "coin"], [0.5, 0.3])))
    assert page.evaluate("() => [...document.querySelectorAll('rect')].map((bar) => bar.was ?? null)") == [1, None]
    give_back(page)


def test_the_theme_decides_the_colours_and_a_sense_keeps_its_own(browser: Browser) -> None:
    found = {}
    for dark in (False, True):
        page = stage(browser, performance(PICTURES["Bars"]), dark=dark)
        found[dark] = page.evaluate("() => getComputedStyle(document.querySelector('rect')).fill")
        give_back(page)
    assert found == {False: "rgb(138, 100, 0)", True: "rgb(227, 179, 65)"}


def test_the_numbers_open_by_keyboard_and_the_stage_fills_the_window(browser: Browser) -> None:
    page = stage(browser, performance(PICTURES["Heat"], "How much?"))
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".stage-tables td")).to_have_count(40)  # the fold tells of its opening a moment later
    page.keyboard.press("Enter")
    page.locator(".stage-button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".stage-full", timeout=5000)
    frame(page)
    letters = page.locator(".stage-full text")
    assert min(letters.evaluate_all("all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")) >= 22
    give_back(page)


def test_the_page_of_the_language_has_the_shapes_that_the_page_draws(browser: Browser) -> None:
    page = stage(browser, performance(PICTURES["Bars"]))
    code = [(DEMOS / "stage.js").read_text(encoding="utf-8"), list(make_language.SHAPES)]
    drawn = page.evaluate(SHAPES, code)
    give_back(page)
    for name, path in make_language.SHAPES.items():
        assert re.sub(r"-?[\d.]+", lambda number: f"{float(number[0]):.3g}", drawn[name]) == path.replace("-0 ", "0 ")


def test_a_word_may_be_called_as_every_object_is(browser: Browser) -> None:
    words = ("constructor", "valueOf", "river")
    points, bars = Points(Embedding(words, np.eye(3)[:, :2]), groups={"river": "river"}), Bars(words, [1, 2, 3])
    page = stage(browser, performance(points), performance(bars))
    tips = page.locator("path.stage-dot title").evaluate_all("all => all.map(e => e.textContent)")
    assert sorted(tips) == ["constructor", "river: river", "valueOf"]
    fills = page.locator("rect").evaluate_all("all => all.map(e => e.style.fill)")
    assert fills.count("var(--stage-plain)") == 2 and "native code" not in page.locator("body").inner_html()
    give_back(page)


def test_no_point_hides_another(browser: Browser) -> None:
    page = stage(browser, performance(Points(Embedding(("river", "bridge", "bank"), [[0, 1], [0, 1], [3, 0]]))))
    right = "all => all.map(e => new DOMMatrix(getComputedStyle(e).transform).e)"
    dots = page.locator("path.stage-dot").evaluate_all(right)
    assert abs(dots[0] - dots[1]) >= 8
    give_back(page)


def test_dots_are_read_by_keyboard_and_by_hand(browser: Browser) -> None:
    picture = AtlasOfUses.compute("bank", "mpnet", guess="apart")
    page = stage(browser, performance(picture, "Atlas"))
    pane = page.locator(".stage-reading")
    assert "arrow key" in pane.inner_text() and pane.get_attribute("aria-live") == "polite"
    page.locator("svg[role=application]").focus()
    page.keyboard.press("ArrowRight")
    first = pane.locator(".stage-said").inner_text()
    assert "bank" in first and pane.locator("li").count() == 5
    assert pane.locator("svg").first.get_attribute("aria-label") in ("money", "river")
    page.keyboard.press("ArrowRight")
    assert pane.locator(".stage-said").inner_text() != first
    page.keyboard.press("Escape")
    assert pane.locator("li").count() == 0
    page.locator("path.stage-dot").nth(7).hover(force=True)
    assert pane.locator("li").count() == 5
    give_back(page)


COVERED = """() => [...document.querySelectorAll(".course-stage")].map((stage) => {
  const boxes = [...stage.querySelectorAll(".stage-skin")].map((e) => e.getBoundingClientRect());
  const shared = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return boxes.flatMap((a, i) => boxes.slice(0, i).filter((b) => shared(a, b))).length;
})"""


@pytest.mark.parametrize("wide", [360, 900])
def test_no_bubble_covers_another(wide: int, browser: Browser) -> None:
    page = stage(browser, performance(PICTURES["Bag"]), performance(PICTURES["Bag, full"]), wide=wide, still=True)
    assert page.locator(".stage-skin").count() == 5 + 25 and page.evaluate(COVERED) == [0, 0]
    give_back(page)


def bubble(page: Page, text: str) -> tuple[float, float]:
    box = page.locator(".stage-bubble", has_text=text).locator("rect").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_bubbles_are_gathered_by_hand_and_each_change_is_said(browser: Browser) -> None:
    page = stage(browser, performance(Bag("bank", ("money", "loans", "river", EVIL)), "Bag"), still=True)
    heard = page.locator(".stage-heard")
    assert heard.get_attribute("aria-live") == "polite"
    far = abs(bubble(page, "money")[0] - bubble(page, "river")[0]) + abs(
        bubble(page, "money")[1] - bubble(page, "river")[1]
    )
    page.mouse.move(*bubble(page, "river"))
    page.mouse.down()
    page.mouse.move(*bubble(page, "money"))
    page.mouse.up()
    expect(heard).to_have_text("river: in a heap with money.")
    near = abs(bubble(page, "money")[0] - bubble(page, "river")[0]) + abs(
        bubble(page, "money")[1] - bubble(page, "river")[1]
    )
    assert near < 0.7 * far and page.evaluate(COVERED) == [0]
    page.mouse.move(*bubble(page, "river"))
    page.mouse.down()
    page.mouse.move(2000, 2000, steps=2)  # as fast and as far as a careless hand goes
    page.mouse.up()
    expect(heard).to_have_text("river: alone.")
    assert max(page.evaluate(OVER)) <= 2 and page.locator(".stage-heaps rect").count() == 0
    page.evaluate("(next) => window.shows[0].show(next)", performance(Bag("bank", ("loans", "a queue")), "Bag"))
    expect(page.locator(".stage-bubble")).to_have_count(2)
    give_back(page)


def test_bubbles_are_gathered_by_keyboard(browser: Browser) -> None:
    page = stage(browser, performance(Bag("bank", ("money", "loans", "river")), "Bag"))
    page.locator("svg[role=application]").focus()
    heard = page.locator(".stage-heard")
    for key, said in (
        ("ArrowDown", "money: alone."),
        ("Space", "money in hand. Arrow keys choose where it goes, Space puts it down."),
        ("ArrowDown", "money over river. Space puts it there."),
        ("Escape", "money: back in its place."),
        ("Enter", "money in hand. Arrow keys choose where it goes, Space puts it down."),
        ("ArrowDown", "money over river. Space puts it there."),
        ("Space", "money: in a heap with river."),
        ("Space", "money in hand. Arrow keys choose where it goes, Space puts it down."),
        ("Space", "money: alone."),
    ):
        page.keyboard.press(key)
        expect(heard).to_have_text(said)
    give_back(page)


def test_a_disc_is_pulled_by_hand_and_by_keyboard_and_a_late_answer_does_not_push_it_back(browser: Browser) -> None:
    table = Embedding(("bank", "bill", "jack", "tram"), np.eye(4) / 2, ("money", "b", "c", "d"))
    page = stage(browser, performance(Discs(table, 2, own=("tram",)), "Table"))
    assert page.locator("svg[role=application]").count() == 0, (
        "without a listener nothing looks as if it could be pulled"
    )
    page.evaluate("() => { window.told = []; shows[0].hand = (done) => told.push(done); shows[0].fit(); }")
    heard, discs = page.locator(".stage-heard"), page.locator("circle:not(.stage-empty)")
    assert discs.count() == 4 and page.locator(".stage-empty").count() == 3
    page.locator("svg[role=application]").focus()
    for key, said in (("ArrowRight", "bank, money: 0.5"), ("ArrowDown", "bill, money: 0.0"), ("+", "bill, money: 0.1")):
        page.keyboard.press(key)
        expect(heard).to_have_text(said)
    assert page.evaluate("() => told") == [{"word": "bill", "column": 0, "value": 0.1}] and discs.count() == 5
    page.evaluate("(old) => shows[0].show(old)", performance(Discs(table, 2, own=("tram",)), "Table"))
    assert discs.count() == 5
    box = discs.first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 25, box["y"])
    page.mouse.move(3000, -400)  # a careless hand
    expect(heard).to_have_text("bank, money: 1.0")
    page.mouse.move(0, 400)
    page.mouse.up()
    expect(heard).to_have_text("bank, money: 0.0")
    assert page.evaluate("() => told.at(-1)") == {"word": "bank", "column": 0, "value": 0}
    give_back(page)


def test_the_cells_of_a_head_are_walked_and_pointed_at(browser: Browser) -> None:
    page = stage(browser, performance(PICTURES["HeadView"], "Heads"))
    page.evaluate(
        "() => { window.told = []; shows[0].hand = ({ start, end }) => told.push([start, end]); shows[0].fit(); }"
    )
    heard = page.locator(".stage-heard")
    expect(heard).to_have_text(f"bank (1) → {EVIL}: 0.60")
    page.locator("svg[role=application]").focus()
    for key, said in (
        ("ArrowLeft", "bank (1) → bank (1): 0.05"),
        ("Home", "bank (1) → [CLS]: 0.30"),
        ("ArrowUp", "[CLS] → [CLS]: 1.00"),
        ("ArrowUp", "[CLS] → [CLS]: 1.00"),
        ("End", "[CLS] → [SEP]: 0.00"),
    ):
        page.keyboard.press(key)
        expect(heard).to_have_text(said)
    assert page.evaluate("() => told") == [[1, 1], [1, 0], [0, 0], [0, 0], [0, 4]]
    page.evaluate("(old) => shows[0].show(old)", performance(PICTURES["HeadView"], "Heads"))
    expect(heard).to_have_text("[CLS] → [SEP]: 0.00")  # what was on its way does not pull the hand back
    box = page.locator(".stage-walked .stage-frame").bounding_box()
    assert box and box["width"] == pytest.approx(box["height"], abs=0.1) and page.locator(".stage-look").count() == 1
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    expect(heard).to_have_text("bank (1) → bank (1): 0.05")
    hidden = HeadView(["[CLS]", "a", "b", "c", "[SEP]"], WEIGHTS, 1, hide=True)
    page.evaluate("(next) => shows[0].show(next)", performance(hidden, "Heads"))
    expect(heard).to_have_text("a → b: 0.60")
    page.keyboard.press("Home")
    expect(heard).to_have_text("a → a: 0.05")
    give_back(page)
