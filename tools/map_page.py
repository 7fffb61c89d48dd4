"""The word map alone in a page, with a real WordMap of Python behind it: for its tests and its benchmark."""

from __future__ import annotations

import base64
from typing import Any

from board_page import DEMOS, START, frame
from playwright.sync_api import Browser, Page

STATE = ("_words", "d", "kept", "word", "near", "message", "asked", "window", "x", "y", "zoom")
READ_PLACES = """async ([code, state]) => {
  const bytes = Uint8Array.from(atob(state._places), (c) => c.charCodeAt(0));
  state._places = new DataView(bytes.buffer);
  return await (%s)([code, state]);
}"""


def open_map(browser: Browser, world: Any, width: int = 1280, height: int = 720) -> Page:
    """Return a page with the map in it; `window.model` stands in for Jupyter's model, `window.board` is the module."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.errors = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
    style = (DEMOS / "word_map.css").read_text(encoding="utf-8")
    page.set_content(f"<!doctype html><html lang='en'><style>{style}</style><body></body></html>")
    state = {name: getattr(world, name) for name in STATE}
    state["_places"] = base64.b64encode(world._places).decode()
    page.evaluate(READ_PLACES % START, [(DEMOS / "word_map.js").read_text(encoding="utf-8"), state])
    frame(page)
    return page


def answer(page: Page, world: Any) -> None:
    """Let Python answer what the page has asked, as Jupyter would; then wait until the flight is over."""
    now = page.evaluate("() => ({...window.model.state, _places: null})")
    world.set_state({name: now[name] for name in ("asked", "x", "y", "zoom")})
    tell(page, world)


def tell(page: Page, world: Any) -> None:
    """Give the page what changed in Python, and wait until the window rests and Python could hear of it."""
    new = {name: getattr(world, name) for name in ("word", "near", "message", "window")}
    page.evaluate(
        """(news) => {
      const changed = Object.keys(news).filter((n) => JSON.stringify(news[n]) !== JSON.stringify(model.state[n]));
      model.state = {...model.state, ...news};
      for (const name of changed) model.set(name, news[name]);
    }""",
        new,
    )
    page.wait_for_timeout(900)
    frame(page)
