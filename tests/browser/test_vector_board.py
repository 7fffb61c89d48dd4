"""The vector board alone in Chromium: arithmetic, geometry, hand, keys, and what a screen reader hears."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from board_page import STATE, Open, frame, open_board, tip, without_errors
from playwright.sync_api import Browser, Page, expect

from embeddings_course.files.table import Embedding
from embeddings_course.plots.board import DIMENSIONS, Board, stranger_bins, view_box

COUNT_ANNOUNCEMENTS = """() => {
  window.heard = 0;
  const live = document.querySelector(".vb-live");
  new MutationObserver(() => window.heard++).observe(live, {childList: true, characterData: true, subtree: true});
}"""
NAME_IN_FOCUS = "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"


@pytest.fixture
def show(browser: Browser) -> Iterator[Open]:
    """Open boards; at the end none may have met an error."""
    yield from without_errors(partial(open_board, browser))


def python_board(page: Page) -> Board:
    state = page.evaluate("() => window.model.state")
    table = Embedding(state["words"], np.array(state["points"], dtype=float))
    return Board(
        table, state["first"], state["second"], state["times_ten"], state["plus_hundred"], state["unit"], state["d"]
    )


def said(page: Page) -> str:
    frame(page)
    return page.inner_text(".vb-line").removeprefix("What you see: ")


def reading(page: Page, ruler: str) -> float:
    frame(page)
    return float(page.inner_text(f'[data-ruler="{ruler}"] .vb-number').replace("−", "-"))


def drag(page: Page, word: str, dx: float, dy: float, steps: int = 12) -> None:
    x, y = tip(page, word)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=steps)
    frame(page)
    page.mouse.up()
    frame(page)


def point(page: Page, word: str) -> list[float]:
    state = page.evaluate("() => window.model.state")
    return state["points"][state["words"].index(word)]


# --- one subject, two languages ---


@pytest.mark.parametrize("times_ten", [False, True])
@pytest.mark.parametrize("plus_hundred", [False, True])
@pytest.mark.parametrize("unit", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("d", [2, 768])
def test_the_page_says_what_python_says(show: Open, times_ten: bool, plus_hundred: bool, unit: bool, d: int) -> None:
    page = show(times_ten=times_ten, plus_hundred=plus_hundred, unit=unit, d=d)
    assert said(page) == python_board(page).describe()


def test_strangers_scatter_as_in_python(show: Open) -> None:
    page = show()
    for d in DIMENSIONS:
        shares = page.evaluate("(d) => window.board.strangers(d).shares", d)
        assert shares == pytest.approx(stranger_bins(d).tolist(), abs=1e-4)


def test_undoing_the_switches_gives_the_point_back(show: Open) -> None:
    page = show()
    for on in [{"times_ten": True}, {"plus_hundred": True}, {"times_ten": True, "plus_hundred": True, "unit": True}]:
        back = page.evaluate("([p, on]) => window.board.unshown(window.board.shown(p, on), p, on)", [[3, -2], on])
        assert back == pytest.approx([3, -2])


def test_the_view_is_the_one_of_the_picture(show: Open) -> None:
    page, points = show(), [[100.0, 103.0], [101.0, 99.0]]
    assert page.evaluate("(p) => window.board.viewBox(p)", points) == pytest.approx(view_box(np.array(points)))


# --- geometry ---


def test_tips_stand_where_the_numbers_say(show: Open) -> None:
    page = show()
    frame_box = page.locator(".vb-left svg").bounding_box()
    left, bottom, side = view_box(np.array(STATE["points"]))
    for word, (x, y) in zip(STATE["words"], STATE["points"], strict=True):
        assert frame_box is not None
        wanted = (
            frame_box["x"] + 1 + (x - left) / side * 440,
            frame_box["y"] + 1 + 440 - (y - bottom) / side * 440,
        )
        assert tip(page, word) == pytest.approx(wanted, abs=1)


def test_everything_fits_a_projector(show: Open) -> None:
    page = show()
    box = page.locator(".vector-board").bounding_box()
    assert box is not None and box["height"] < 600 and box["width"] <= 880
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1280


def test_names_keep_clear_of_one_another(show: Open) -> None:
    for on in [{}, {"plus_hundred": True}, {"unit": True}]:
        page = show(**on)
        boxes = [word.bounding_box() for word in page.locator(".vb-word").all()]
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                assert a is not None and b is not None
                aside = a["x"] > b["x"] + b["width"] or b["x"] > a["x"] + a["width"]
                assert aside or abs(a["y"] - b["y"]) > 12


# --- the hand ---


def test_a_dragged_tip_follows_the_hand_and_the_rulers_follow_the_tip(show: Open) -> None:
    page = show()
    side = view_box(np.array(STATE["points"]))[2]
    drag(page, "bank", 44, -66)
    assert point(page, "bank") == pytest.approx([3 + side * 0.1, 2 + side * 0.15], abs=side / 200)
    board = python_board(page)
    assert board.first == "bank"
    for ruler, value in board.readings.items():
        assert reading(page, ruler) == pytest.approx(value, abs=0.006)
    assert said(page) == board.describe()


def test_the_kernel_hears_nothing_while_the_hand_moves(show: Open) -> None:
    page = show()
    x, y = tip(page, "bank")
    page.mouse.move(x, y)
    page.mouse.down()
    before = page.evaluate("() => [window.model.saves, JSON.stringify(window.model.state.points)]")
    cosine_before = reading(page, "cosine")
    page.mouse.move(x - 120, y - 40, steps=15)
    assert reading(page, "cosine") != cosine_before
    assert page.evaluate("() => [window.model.saves, JSON.stringify(window.model.state.points)]") == before
    page.mouse.up()
    frame(page)
    assert page.evaluate("() => window.model.saves") == before[0] + 1
    assert point(page, "bank") != STATE["points"][0]


def test_a_hand_far_outside_stops_at_the_edge(show: Open) -> None:
    page = show()
    drag(page, "bank", 3000, -3000, steps=3)
    left, bottom, side = view_box(np.array(STATE["points"]))
    assert point(page, "bank") == pytest.approx([left + side, bottom + side], abs=0.05)


def test_wild_dragging_breaks_nothing(show: Open) -> None:
    page, rng = show(), np.random.default_rng(0)
    for word in STATE["words"] * 2:
        drag(page, word, *(float(v) for v in rng.integers(-500, 500, 2)), steps=2)
    assert said(page) == python_board(page).describe()


def test_with_length_one_the_hand_turns_the_arrow(show: Open) -> None:
    page = show(unit=True)
    x, y = tip(page, "bank")
    frame_box = page.locator(".vb-left svg").bounding_box()
    assert frame_box is not None
    left, bottom, side = page.evaluate(
        "() => window.board.viewBox(window.model.state.points.map((p) => window.board.shown(p, window.model.state)))"
    )
    up = frame_box["x"] + 1 - left / side * 440, frame_box["y"] + 1 + 440 - (1 - bottom) / side * 440
    drag(page, "bank", up[0] - x, up[1] - y)
    assert point(page, "bank") == pytest.approx([0, math.hypot(3, 2)], abs=0.05)


# --- the keys ---


def test_arrow_keys_move_the_arrow_that_has_the_focus(show: Open) -> None:
    page = show()
    page.focus('[data-word="river"]')
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    assert point(page, "river") == pytest.approx([1.0 + 0.1 - 1.0, 4.1])
    assert page.evaluate("() => window.model.state.first") == "river"
    page.keyboard.press("a")
    assert point(page, "river") == pytest.approx([0.1, 4.1])


EIGHT_KEYS = """() => { for (let i = 0; i < 8; i++) {
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
} }"""


def test_a_run_of_keys_is_one_message_and_one_announcement(show: Open) -> None:
    page = show()
    page.focus('[data-word="bank"]')
    page.wait_for_timeout(600)
    page.evaluate(COUNT_ANNOUNCEMENTS)
    before = page.evaluate("() => window.model.saves")
    page.evaluate(EIGHT_KEYS)  # in one go: a busy machine would make a pause between two presses
    page.wait_for_function("() => window.heard > 0")
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.model.saves") == before + 1 and page.evaluate("() => window.heard") == 1
    assert page.inner_text(".vb-live").startswith("bank at 3.80 right, 2.00 up. bank and money: dot product ")


def test_everything_can_be_reached_by_tab_and_has_a_name(show: Open) -> None:
    page = show()
    names = []
    for _ in range(11):
        page.keyboard.press("Tab")
        names.append(page.evaluate(NAME_IN_FOCUS))
    switches = ["times 10", "+100 to all", "normalise"]
    assert names == [*STATE["words"], "Arrow", "compared with", *switches, "Strangers in"]
    assert page.get_by_role("slider", name="river").get_attribute("aria-valuetext") == "1.00 right, 4.00 up"
    assert page.locator(".vb-live").get_attribute("aria-live") == "polite"


# --- switches, lists, Python ---


def test_the_switches_are_buttons_that_tell_their_state(show: Open) -> None:
    page = show()
    page.get_by_role("button", name="+100 to all").click()
    # the board answers at its next frame
    expect(page.get_by_role("button", name="+100 to all")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("() => [window.model.state.plus_hundred, window.model.saves]") == [True, 1]
    assert reading(page, "cosine") == 1.0 and reading(page, "euclidean") == 1.8
    page.get_by_role("button", name="+100 to all").click()
    assert reading(page, "cosine") == 0.89


def test_the_same_word_twice_makes_them_change_places(show: Open) -> None:
    page = show()
    page.get_by_role("combobox", name="Arrow").select_option("money")
    assert page.evaluate("() => [window.model.state.first, window.model.state.second]") == ["money", "bank"]


def test_python_sets_the_points_and_the_page_follows(show: Open) -> None:
    page = show()
    page.evaluate("() => window.model.set('points', [[0, 1], [2, 0], [1, 1], [5, 5], [1, 2]])")
    assert reading(page, "cosine") == 0 and reading(page, "euclidean") == 2.24
    page.evaluate("() => { window.model.state.points = [[1, 0], [0, 3]]; window.model.set('words', ['x', 'y']); "
                  "window.model.set('first', 'x'); window.model.set('second', 'y'); }")  # fmt: skip
    frame(page)
    assert page.locator(".vb-arrow").count() == 2 and reading(page, "euclidean") == 3.16


def test_words_are_text_and_never_code(show: Open) -> None:
    nasty = '<img src=x onerror="window.hit=1">'
    page = show(words=[nasty, "money", "river", "coin", "desert"], first=nasty)
    page.wait_for_timeout(100)
    assert page.evaluate("() => window.hit") is None and nasty in page.inner_text(".vb-line")


def test_a_closed_board_stops_listening(show: Open) -> None:
    page = show()
    page.evaluate("() => window.stop()")
    assert page.evaluate("() => Object.values(window.model.listeners).flat().length") == 0
