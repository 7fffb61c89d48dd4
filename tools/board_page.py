"""The vector board alone in a page, with a stand-in for Jupyter's model: for its tests and its benchmark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

DEMOS = Path(__file__).resolve().parent.parent / "embeddings_course" / "demos"
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
    """Return a page of 1280 x 720 with the board in it; `window.model` is the stand-in, `window.board` the module."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.errors = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
    style = (DEMOS / "vector_board.css").read_text(encoding="utf-8")
    page.set_content(f"<!doctype html><html lang='en'><style>{style}</style><body></body></html>")
    code = (DEMOS / "vector_board.js").read_text(encoding="utf-8")
    page.evaluate(START, [code, json.loads(json.dumps({**STATE, **state}))])
    frame(page)
    return page


def frame(page: Page) -> None:
    """Wait until the next two frames are drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def tip(page: Page, word: str) -> tuple[float, float]:
    """Return where the tip of an arrow is on the screen, in dots."""
    box = page.locator(f'[data-word="{word}"] .vb-grip').bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
