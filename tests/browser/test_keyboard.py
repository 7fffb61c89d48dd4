"""Arrow keys belong to the control that has the focus; some keys stay JupyterLab's. In Chromium, without JupyterLab."""

from collections.abc import Iterator

import pytest
from board_page import empty_page, give_back
from playwright.sync_api import Browser, Page

from embeddings_course.demos.keyboard import keep_keys

PAGE = """<div class='jp-OutputArea-output'><p id='here'></p><input id='mine' type='radio'></div>
<input id='other'>"""
# a number box and its slider as ipywidgets builds them, and a slider with a description of its own
SLIDERS = """<div class='jp-OutputArea-output'><p id='here'></p>
<div class='widget-hbox'><div class='widget-text'><label>window</label><input id='box'></div>
<div class='widget-slider'><div class='noUi-handle' role='slider' tabindex='0'></div></div></div>
<div class='widget-slider'><label>passes</label><div class='noUi-handle' role='slider' tabindex='0'></div></div></div>
<div class='widget-slider'><label>not ours</label><div class='noUi-handle'></div></div>"""
# what JupyterLab does: on the document, capturing, it takes a key unless the element with the focus bears the mark
LAB = """() => { window.taken = []; document.addEventListener("keydown", (e) => {
  if (e.target.hasAttribute("data-lm-suppress-shortcuts")) return;
  window.taken.push(e.key); e.preventDefault(); }, true); }"""
START = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
  const module = await import(url);
  window.stop = module.default.render({el: document.getElementById('here')}); }"""


def test_the_script_travels_with_the_widget():
    assert "export default { render }" in keep_keys()._esm


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A blank page in Chromium."""
    made = empty_page(browser)
    yield made
    give_back(made)


def test_keys_reach_the_control_with_the_focus(page):
    page.set_content(PAGE)
    page.evaluate(LAB)
    page.evaluate(START, keep_keys()._esm)
    page.focus("#mine")
    for key in ("ArrowDown", "b", "Enter", "Shift+Enter", "Control+s", "Escape"):
        page.keyboard.press(key)
    taken = page.evaluate("window.taken")
    page.focus("#other")
    page.keyboard.press("ArrowDown")
    elsewhere = page.evaluate("window.taken")[len(taken) :]
    page.evaluate("window.stop()")
    page.evaluate("document.getElementById('mine').removeAttribute('data-lm-suppress-shortcuts')")
    page.focus("#mine")
    page.keyboard.press("ArrowUp")
    after = page.evaluate("window.taken")[-1]
    assert [k for k in taken if k not in ("Shift", "Control")] == ["Enter", "s", "Escape"], (
        "only these stay JupyterLab's"
    )
    assert elsewhere == ["ArrowDown"] and after == "ArrowUp"


def test_a_slider_has_the_name_that_stands_beside_it(page):
    page.set_content(SLIDERS)
    page.evaluate(START, keep_keys()._esm)
    page.focus("#box")
    names = page.locator(".noUi-handle").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    by_name = page.get_by_role("slider", name="passes").count()
    page.evaluate("window.stop()")
    assert names == ["window", "passes", None] and by_name == 1


def test_the_buttons_of_play_have_names(page):
    signs = [f"<button><i class='fa fa-{sign}'></i></button>" for sign in ("play", "stop")]
    play = f"<div class='widget-play'>{''.join(signs)}</div>"
    page.set_content(PAGE.replace("<p id='here'></p>", f"{play}<p id='here'></p>"))
    page.evaluate(START, keep_keys()._esm)
    page.focus("#mine")
    assert [page.get_by_role("button", name=name).count() for name in ("play or pause", "stop")] == [1, 1]
    page.evaluate("window.stop()")
