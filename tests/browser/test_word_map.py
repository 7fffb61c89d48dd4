"""The word map alone in Chromium: the same names and sentence as in Python, hand, wheel, two fingers, keys, search."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from board_page import frame, give_back
from map_page import answer, open_map, rest, tell
from playwright.sync_api import Browser, Page, expect

from embeddings_course.demos.word_map import WordMap, books
from embeddings_course.plots.word_map import Window, most_names, names_in_view

Open = Callable[..., tuple[Page, Any]]
VIEW = "() => [window.model.state.x, window.model.state.y, window.model.state.zoom]"
NAME_IN_FOCUS = "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
MIDDLE = (320, 260)


@pytest.fixture
def show(browser: Browser) -> Iterator[Open]:
    """Open maps; at the end none may have met an error."""
    pages: list[Page] = []

    def opened(word: str = "bank", **size: int) -> tuple[Page, Any]:
        world = WordMap(word)
        pages.append(open_map(browser, world, **size))
        return pages[-1], world

    yield opened
    for page in pages:
        give_back(page)


def window(page: Page) -> tuple[float, float, float]:
    """The window, once it rests."""
    rest(page)
    x, y, zoom = page.evaluate(VIEW)
    return x, y, zoom


def on_canvas(page: Page, x: float, y: float) -> tuple[float, float]:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"] / 640, box["y"] + y * box["height"] / 520


def said(page: Page) -> str:
    return page.inner_text(".wm-line").removeprefix("What you see: ")


# --- one subject, two languages ---


@pytest.mark.parametrize("zoom", [1, 3, 40])
@pytest.mark.parametrize("word", ["bank", ""])
def test_the_page_says_and_names_what_python_says_and_names(show: Open, word: str, zoom: float) -> None:
    page, world = show(word)
    x, y = world._flat.places["bank"].tolist()
    world.x, world.y, world.zoom = x, y, zoom
    world.window = [x, y, zoom, 1]
    tell(page, world)
    assert said(page) == world.picture.describe()
    dots = Window(x, y, zoom).dots(world._flat.places.vectors)
    wanted = names_in_view(world.picture.places.words, dots, world.picture.marked, most_names(zoom))
    assert page.locator(".word-map").get_attribute("data-names") == str(len(wanted)) and len(wanted) > 5
    found = page.evaluate(
        """([view, marked, most]) => {
      const words = model.get("_words").split("\\n"), raw = model.get("_places");
      const places = Array.from({length: 2 * words.length}, (_, i) => raw.getUint16(2 * i, true) / 65535);
      return board.pickNames(words, places, view, marked, most);
    }""",
        [{"x": x, "y": y, "zoom": zoom}, world.picture.marked, most_names(zoom)],
    )
    assert [row for row, *_ in found] == [row for row, *_ in wanted]


# --- search ---


def test_a_word_is_found_centred_and_its_true_neighbours_are_listed(show: Open) -> None:
    page, world = show("")
    page.get_by_role("searchbox", name="Find a word").fill("River")
    page.keyboard.press("Enter")
    answer(page, world)
    assert world.word == "river"
    x, y, zoom = window(page)
    assert (x, y) == pytest.approx(world._flat.places["river"].tolist(), abs=1e-6) and zoom >= 8
    rows = page.locator(".wm-right tbody tr").all_inner_texts()
    assert [row.split("\t")[:2] for row in rows] == [[w, f"{c:.2f}"] for w, c in world.neighbours]
    assert "Nearest to river in all 100 numbers: " in said(page)
    expect(page.locator(".wm-live")).to_have_text(re.compile(r"^river\. 20,000 words"))


def test_a_typo_gets_a_clear_sentence_and_the_map_stays(show: Open) -> None:
    page, world = show("bank")
    before = window(page)
    page.get_by_role("searchbox").fill("rivver")
    page.get_by_role("button", name="Find").click()
    answer(page, world)
    assert page.get_by_role("alert").inner_text().endswith("Did you mean river, rivers, driver?")
    assert world.word == "bank" and page.evaluate(VIEW) == pytest.approx(before)
    page.get_by_role("searchbox").fill("money")
    page.keyboard.press("Enter")
    answer(page, world)
    assert page.locator(".wm-message").inner_text() == "" and world.word == "money"


def test_the_same_word_asked_again_brings_the_map_back_each_time(show: Open) -> None:
    page, world = show("bank")
    home = window(page)
    page.get_by_role("searchbox").fill("bank")
    for _ in range(2):
        page.focus("canvas")
        page.keyboard.press("Shift+ArrowRight")
        assert window(page)[0] > home[0]
        page.get_by_role("button", name="Find").click()
        answer(page, world)
        assert window(page) == pytest.approx(home)


def test_a_neighbour_in_the_list_is_a_step_to_it(show: Open) -> None:
    page, world = show("bank")
    first = world.neighbours[0][0]
    page.get_by_role("button", name=first, exact=True).click()
    answer(page, world)
    assert world.word == first
    assert window(page)[:2] == pytest.approx(world._flat.places[first].tolist(), abs=1e-6)


# --- the hand ---


def test_dragging_pushes_the_map_and_the_kernel_hears_of_it_once(show: Open) -> None:
    page, _ = show("bank")
    x, y, zoom = window(page)
    saves = page.evaluate("() => model.saves")
    page.mouse.move(*on_canvas(page, *MIDDLE))
    page.mouse.down()
    page.mouse.move(*on_canvas(page, MIDDLE[0] + 100, MIDDLE[1] + 50), steps=10)
    page.mouse.up()
    after = window(page)
    assert after == pytest.approx((x - 100 / (520 * zoom), y + 50 / (520 * zoom), zoom), abs=1e-3)
    assert page.evaluate("() => model.saves") == saves + 1


def test_the_wheel_zooms_under_the_pointer_once_the_map_was_touched(show: Open) -> None:
    page, _ = show("bank")
    x, y, zoom = window(page)
    page.mouse.move(*on_canvas(page, *MIDDLE))
    page.mouse.wheel(0, -240)
    assert window(page) == pytest.approx((x, y, zoom)), "the page scrolls past an untouched map"
    page.focus("canvas")
    page.mouse.wheel(0, -240)
    after = window(page)
    assert after[2] == pytest.approx(zoom * 2.2255, rel=0.01) and after[:2] == pytest.approx((x, y), abs=1e-3)
    for _ in range(12):
        page.mouse.wheel(0, 900)
    assert window(page)[2] == 1


def test_two_fingers_pinch(show: Open) -> None:
    page, _ = show("bank")
    zoom = window(page)[2]
    page.evaluate(
        """() => {
      const canvas = document.querySelector("canvas"), frame = canvas.getBoundingClientRect();
      canvas.setPointerCapture = () => {};
      const send = (type, id, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
        pointerId: id, clientX: frame.left + x, clientY: frame.top + y, bubbles: true}));
      send("pointerdown", 1, 270, 260); send("pointerdown", 2, 370, 260);
      for (let i = 1; i <= 10; i++) {
        send("pointermove", 1, 270 - 5 * i, 260); send("pointermove", 2, 370 + 5 * i, 260);
      }
      send("pointerup", 1, 220, 260); send("pointerup", 2, 420, 260);
    }"""
    )
    assert window(page)[2] == pytest.approx(2 * zoom, rel=0.02)


def test_a_click_on_a_dot_chooses_its_word_and_moves_nothing(show: Open) -> None:
    page, world = show("bank")
    before = window(page)
    page.mouse.click(*on_canvas(page, *MIDDLE))
    answer(page, world)
    assert world.asked[0] == "bank" or world.word in world._table.words
    assert page.evaluate(VIEW)[2] == before[2]
    page, world = show("")
    data = world.picture
    row = int(names_in_view(data.places.words, data.window.dots(data.places.vectors), [], 5)[2][0])
    page.mouse.click(*on_canvas(page, *data.window.dots(data.places.vectors[row : row + 1])[0]))
    answer(page, world)
    assert world.word and page.evaluate(VIEW) == [0.5, 0.5, 1]


# --- the keys ---


def test_keys_move_zoom_show_all_and_choose(show: Open) -> None:
    page, world = show("bank")
    x, y, zoom = window(page)
    page.focus("canvas")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert window(page) == pytest.approx((x + 60 / (520 * zoom), y + 60 / (520 * zoom), zoom))
    page.keyboard.press("+")
    assert window(page)[2] == pytest.approx(1.5 * zoom)
    page.keyboard.press("-")
    assert window(page)[2] == pytest.approx(zoom)
    expect(page.locator(".wm-live")).to_contain_text("in this window")
    page.keyboard.press("Enter")
    answer(page, world)
    assert world.word and page.evaluate(VIEW)[2] == pytest.approx(zoom)
    page.keyboard.press("0")
    assert window(page) == (0.5, 0.5, 1)


def test_jupyterlab_does_not_get_the_keys_of_the_controls_but_keeps_its_own(show: Open) -> None:
    page, world = show("bank")
    page.evaluate("""() => {
      window.taken = [];
      document.addEventListener("keydown", (event) => { taken.push(event.key); event.preventDefault(); });
    }""")
    page.get_by_role("searchbox").fill("money")
    page.keyboard.press("Enter")
    answer(page, world)
    assert world.word == "money"
    page.get_by_role("button", name="Whole map").focus()
    page.keyboard.press("Enter")
    assert window(page)[2] == 1
    page.focus("canvas")
    for key in ("ArrowDown", "b", "Shift+Enter", "Escape"):
        page.keyboard.press(key)
    assert [key for key in page.evaluate("() => taken") if key != "Shift"] == ["Enter", "Escape"]


def test_everything_can_be_reached_by_tab_and_has_a_name(show: Open) -> None:
    page, world = show("bank")
    names = []
    for _ in range(6 + len(world.neighbours)):
        page.keyboard.press("Tab")
        names.append(page.evaluate(NAME_IN_FOCUS))
    assert names[0].startswith("Map of 20,000 words. Arrow keys move it")
    assert names[1:] == ["Find a word", "Find", "Closer", "Farther", "Whole map", *(w for w, _ in world.neighbours)]


# --- the page ---


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (420, 800)])
def test_it_fits_a_projector_and_a_small_screen(show: Open, width: int, height: int) -> None:
    page, _ = show("bank", width=width, height=height)
    box = page.locator(".word-map").bounding_box()
    assert box is not None and box["width"] <= width
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    if width > 900:
        assert box["height"] < 700


def test_something_is_drawn_and_a_closed_map_stops_listening(show: Open) -> None:
    page, _ = show("bank")
    if folder := os.environ.get("MAP_SHOT"):
        page.screenshot(path=folder)
    colours = page.evaluate(
        """() => {
      const canvas = document.querySelector("canvas"), seen = new Set();
      const d = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      for (let i = 0; i < d.length; i += 4) seen.add(d[i] + "," + d[i + 1] + "," + d[i + 2]);
      return [...seen];
    }"""
    )
    chosen, crowd = "196,62,0", "162,179,196"  # the token "you", and half of "plain" on white
    assert chosen in colours and crowd in colours and len(colours) > 20
    page.evaluate("() => window.stop()")
    assert page.evaluate("() => Object.values(model.listeners).flat().length") == 0


def test_words_are_text_and_never_code(browser: Browser) -> None:
    table, flat = books()
    nasty = '<img src=x onerror="window.hit=1">'
    words = (nasty, *table.words[1:])
    world = WordMap(nasty, type(table)(words, table.vectors), type(flat)(type(table)(words, flat.places.vectors), 0.3))
    page = open_map(browser, world)
    page.wait_for_timeout(100)
    assert page.evaluate("() => window.hit") is None and nasty in said(page)
    assert page.errors == []  # type: ignore[attr-defined]
    page.close()


def test_the_next_frame_comes(show: Open) -> None:
    page, _ = show("bank")
    frames = int(page.get_attribute(".word-map", "data-frames") or 0)
    page.focus("canvas")
    page.keyboard.press("+")
    frame(page)
    page.wait_for_timeout(300)
    assert int(page.get_attribute(".word-map", "data-frames") or 0) > frames


def test_another_theme_is_drawn_at_once(show: Open) -> None:
    page, _ = show()
    rest(page)
    corner = "() => [...document.querySelector('canvas').getContext('2d').getImageData(1, 1, 1, 1).data].slice(0, 3)"
    assert page.evaluate(corner) == [255, 255, 255]
    page.evaluate("""() => { document.body.style.setProperty('--jp-layout-color0', '#111111');
      document.body.setAttribute('data-jp-theme-light', 'false'); }""")
    page.wait_for_function(f"() => ({corner})().every((part) => part === 17)", timeout=5000)
