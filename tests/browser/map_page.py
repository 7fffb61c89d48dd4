"""The word map alone in a page, with a real WordMap of Python behind it: for its tests and its benchmark."""

from __future__ import annotations

import base64
from typing import Any

from board_page import START, open_widget
from playwright.sync_api import Browser, Page

STATE = ("_words", "d", "kept", "word", "near", "message", "asked", "window", "x", "y", "zoom")
READ_PLACES = """async ([code, state]) => {
  const bytes = Uint8Array.from(atob(state._places), (c) => c.charCodeAt(0));
  state._places = new DataView(bytes.buffer);
  return await (%s)([code, state]);
}"""


def open_map(browser: Browser, world: Any, width: int = 1280, height: int = 720) -> Page:
    """Return a page with the map in it; `window.model` stands in for Jupyter's model, `window.board` is the module."""
    state = {name: getattr(world, name) for name in STATE}
    state["_places"] = base64.b64encode(world._places).decode()
    return open_widget(browser, "word_map", state, READ_PLACES % START, (width, height))


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
    rest(page)


def rest(page: Page) -> None:
    """Wait until the window rests: for 400 ms it drew nothing and told Python nothing (it does so after 250)."""
    page.evaluate("() => { window.last = null; }")
    page.wait_for_function("""() => {
      const now = document.querySelector(".word-map").dataset.frames + " " + window.model.saves;
      if (now !== window.last) { window.last = now; window.since = performance.now(); }
      return performance.now() - window.since > 400;
    }""")
