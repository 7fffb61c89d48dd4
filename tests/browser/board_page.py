"""A widget of demos/ alone in a page, with a stand-in for Jupyter's model: for tests and benchmarks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

Open = Callable[..., Page]
DEMOS = Path(__file__).resolve().parents[2] / "embeddings_course" / "demos"
STATE: dict[str, Any] = {
    "words": ["bank", "money", "river", "coin", "desert"],
    "points": [[3.0, 2.0], [4.0, 0.5], [1.0, 4.0], [1.2, 0.1], [-1.5, -2.5]],
    "first": "bank",
    "second": "money",
    "times_ten": False,
    "plus_hundred": False,
    "unit": False,
    "d": 2,
}
START = """async ([code, state]) => {
  const listeners = {}, model = {
    state, saves: 0,
    get: (name) => model.state[name],
    set: (name, value) => {
      model.state = {...model.state, [name]: value};
      (listeners[`change:${name}`] || []).forEach((f) => f());
    },
    on: (event, f) => { (listeners[event] ||= []).push(f); },
    off: (event, f) => { listeners[event] = (listeners[event] || []).filter((g) => g !== f); },
    save_changes: () => { model.saves += 1; },
    listeners,
  };
  window.model = model;
  window.board = await import(URL.createObjectURL(new Blob([code], {type: "text/javascript"})));
  window.stop = window.board.default.render({model, el: document.body});
}"""


def open_board(browser: Browser, **state: Any) -> Page:
    """Return a page with the board in it."""
    return open_widget(browser, "vector_board", {**STATE, **state})


def open_widget(
    browser: Browser, name: str, state: dict[str, Any], start: str = START, size: tuple[int, int] = (1280, 720)
) -> Page:
    """Return a page with a widget of demos/ in it; `window.model` is the stand-in, `window.board` its module.

    Args:
        browser: Chromium.
        name: of the widget's .js and .css.
        state: what the stand-in knows.
        start: the script that starts it; it gets the code and the state.
        size: of the page, in dots.
    """
    page = empty_page(browser, size)
    style = (DEMOS / f"{name}.css").read_text(encoding="utf-8")
    page.set_content(f"<!doctype html><html lang='en'><style>{style}</style><body></body></html>")
    code = (DEMOS / f"{name}.js").read_text(encoding="utf-8")
    page.evaluate(start, [code, json.loads(json.dumps(state))])
    frame(page)
    return page


SPARE: list[Page] = []


def empty_page(
    browser: Browser, size: tuple[int, int] = (1280, 720), dark: bool = False, motion: Any = "no-preference"
) -> Page:
    """Return a page with nothing in it; `errors` has what goes wrong there.

    It is one that was given back, where there is one: a new one costs a second of CPU, for a process of its own.
    """
    if SPARE:
        page = SPARE.pop()
    else:
        page = browser.new_page()
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
    page.errors = []  # type: ignore[attr-defined]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion=motion)
    page.goto("about:blank")
    return page


def give_back(page: Page) -> None:
    """Nothing may have gone wrong in the page; another test gets it, empty."""
    assert page.errors == []  # type: ignore[attr-defined]
    page.mouse.move(0, 0)
    SPARE.append(page)


def without_errors(open_page: Open) -> Iterator[Open]:
    """Open pages, as a fixture does; at the end none may have met an error."""
    pages: list[Page] = []

    def opened(**state: Any) -> Page:
        pages.append(open_page(**state))
        return pages[-1]

    yield opened
    for page in pages:
        give_back(page)


def frame(page: Page) -> None:
    """Wait until the next two frames are drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def tip(page: Page, word: str) -> tuple[float, float]:
    """Return where the tip of an arrow is on the screen, in dots."""
    box = page.locator(f'[data-word="{word}"] .vb-grip').bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
