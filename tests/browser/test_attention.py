"""The attention grid alone in Chromium: colours, cells, hand, keys, threads, and what a screen reader hears."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from board_page import Open, frame, open_widget, without_errors
from playwright.sync_api import Browser, Page

from embeddings_course.plots.heat import shade

LEFT = TOP = 84
TOKENS = ["[CLS]", "the", "bank", "of", "the", "river", "[SEP]"]


def weights_for(n: int) -> list[int]:
    """Draw weights whose rows add up to about 1000."""
    rows = np.random.default_rng(n).dirichlet(np.full(n, 0.4), size=n)
    return np.rint(1000 * rows).astype(int).ravel().tolist()


@pytest.fixture
def show(browser: Browser) -> Iterator[Open]:
    """Open grids; at the end none may have met an error."""

    def opened(**state: Any) -> Page:
        tokens = state.get("tokens", TOKENS)
        whole = {"tokens": tokens, "weights": weights_for(len(tokens)), "name": "layer 2, head 9", "start": 2, "end": 5}
        whole |= {"hide": False, "lines": True, "cutting": False, **state}
        return open_widget(browser, "attention_grid", whole)

    yield from without_errors(opened)


def chosen(page: Page) -> tuple[int, int]:
    state = page.evaluate("() => window.model.state")
    return state["start"], state["end"]


def click(page: Page, row: int, column: int, cell: int = 28) -> None:
    box = page.locator(".ag-stage").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + LEFT + (column + 0.5) * cell, box["y"] + TOP + (row + 0.5) * cell)
    frame(page)


def press(page: Page, *keys: str) -> None:
    page.locator(".ag-stage").focus()
    for key in keys:
        page.keyboard.press(key)
    frame(page)


def weight(page: Page, start: int, end: int) -> float:
    state = page.evaluate("() => window.model.state")
    return float(state["weights"][start * len(state["tokens"]) + end]) / 1000


def put(page: Page, **state: Any) -> None:
    page.evaluate("(s) => Object.entries(s).forEach(([k, v]) => window.model.set(k, v))", state)
    frame(page)


def test_colours_are_those_of_the_pictures(show: Open) -> None:
    page = show()
    for share in (0, 0.1, 0.33, 0.5, 0.77, 1, 7):
        red, green, blue = (int(shade(share)[0][i : i + 2], 16) for i in (1, 3, 5))
        told = page.evaluate("(s) => window.board.colour(s)", share)
        assert [int(x) for x in told[4:-1].split(",")] == pytest.approx([red, green, blue], abs=1)


def test_each_cell_has_the_colour_of_its_weight(show: Open) -> None:
    page = show()
    paint = (
        "([x, y]) => [...document.querySelector('canvas').getContext('2d').getImageData(x, y, 1, 1).data.slice(0, 3)]"
    )
    for row, column in [(0, 0), (2, 5), (6, 1)]:
        dot = page.evaluate(paint, [column * 28 + 9, row * 28 + 9])
        told = page.evaluate("(s) => window.board.colour(s)", weight(page, row, column))
        assert dot == [int(x) for x in told[4:-1].split(",")]


def test_a_click_chooses_the_cell_and_python_hears_it(show: Open) -> None:
    page = show()
    click(page, 4, 1)
    assert chosen(page) == (4, 1)
    assert page.inner_text(".ag-line") == f"the (4) → the (1): {weight(page, 4, 1):.2f}"
    page.wait_for_function("() => window.model.saves === 1")


def test_names_choose_rows_and_columns(show: Open) -> None:
    page = show()
    box = page.locator(".ag-stage").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 40, box["y"] + TOP + 3.5 * 28)
    assert chosen(page) == (3, 5)
    page.mouse.click(box["x"] + LEFT + 1.5 * 28, box["y"] + 40)
    assert chosen(page) == (3, 1)


def test_arrow_keys_walk_and_stop_at_the_edge(show: Open) -> None:
    page = show()
    press(page, "ArrowRight", "ArrowDown")
    assert chosen(page) == (3, 6)
    press(page, "ArrowRight", "ArrowRight", "ArrowUp")
    assert chosen(page) == (2, 6)
    press(page, "Home")
    assert chosen(page) == (2, 0)
    press(page, "End", *["ArrowUp"] * 5)
    assert chosen(page) == (0, 6)
    page.wait_for_function("() => window.model.saves >= 1")


def test_hidden_tokens_are_stepped_over(show: Open) -> None:
    page = show(hide=True)
    assert page.locator("[data-row]").count() == 5
    press(page, "Home", "ArrowLeft", *["ArrowUp"] * 3)
    assert chosen(page) == (1, 1)
    press(page, "End")
    assert chosen(page) == (1, 5)
    put(page, hide=False)
    assert page.locator("[data-row]").count() == 7


def test_it_has_a_name_and_says_what_is_chosen(show: Open) -> None:
    page = show()
    stage = page.locator(".ag-stage")
    assert stage.get_attribute("role") == "application"
    name = stage.get_attribute("aria-label") or ""
    assert "layer 2, head 9" in name and "bank → river" in name and "Arrow keys" in name
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "ag-stage"
    press(page, "ArrowRight")
    page.wait_for_function("() => document.querySelector('.ag-live').textContent.startsWith('bank → [SEP]')")


def test_threads_are_as_thick_as_weights_and_their_names_can_be_clicked(show: Open) -> None:
    page = show()
    state = page.evaluate("() => window.model.state")
    row = [w / 1000 for w in state["weights"][14:21]]
    drawn = page.evaluate(
        "() => [...document.querySelectorAll('.ag-threads line')].map((l) => +l.getAttribute('stroke-width'))"
    )
    assert drawn == pytest.approx([0.5 + 9 * w for w in row if w > 0.002])
    page.locator('.ag-threads text[data-side="end"][data-token="5"]').click()
    assert chosen(page) == (5, 5)
    page.locator('.ag-threads text[data-side="start"][data-token="0"]').click()
    assert chosen(page) == (5, 0)
    put(page, lines=False)
    assert not page.locator(".ag-threads").is_visible()


def test_a_cut_is_crossed_out(show: Open) -> None:
    page = show()
    assert page.locator(".ag-cut").count() == 0
    put(page, cutting=True)
    assert page.locator(".ag-cut").count() == 1 and page.inner_text(".ag-line").endswith(", cut")
    assert page.locator(".ag-threads line[stroke-dasharray]").count() <= 1


def test_sixty_tokens_fit_and_follow_every_key(show: Open) -> None:
    page = show(tokens=["[CLS]", *[f"word{i}" for i in range(60)], "[SEP]"], start=1, end=1)
    box = page.locator(".attention-grid").bounding_box()
    assert box is not None and box["height"] < 720
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1280
    press(page, *["ArrowDown"] * 25, *["ArrowRight"] * 25)
    assert chosen(page) == (26, 26)
    names = [text.bounding_box() for text in page.locator("[data-row]:visible").all()]
    tops = sorted(name["y"] for name in names if name)
    assert min(b - a for a, b in itertools.pairwise(tops)) > 9 and len(tops) >= 25


def test_tokens_are_text_and_nothing_else(show: Open) -> None:
    page = show(tokens=["<img src=x onerror=alert(1)>", "&amp;", "<b>"], start=0, end=1)
    assert page.locator(".attention-grid img").count() == 0
    assert page.inner_text(".ag-line").startswith("<img src=x onerror=alert(1)> → &amp;:")


def test_a_new_sentence_is_drawn_and_the_end_is_clean(show: Open) -> None:
    page = show()
    put(page, tokens=["a", "b"], weights=[900, 100, 300, 700], start=1, end=0, name="other")
    assert page.inner_text(".ag-title") == "other" and page.inner_text(".ag-line") == "b → a: 0.30"
    assert page.evaluate("() => (window.stop(), Object.values(window.model.listeners).flat().length)") == 0
