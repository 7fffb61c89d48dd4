"""The live bank alone in a page: it types itself, moves at each finished word, is whole at every width, is spoken."""

from __future__ import annotations

from typing import Any

import pytest
from board_page import START, empty_page, frame, give_back
from playwright.sync_api import Browser, Page

from embeddings_course.demos.live_bank import LiveBank

MOUNT = """async ([code, saved]) => {
  const script = await import(URL.createObjectURL(new Blob([code], {type: "text/javascript"})));
  window.bank = script.mountBank(document.body, saved);
}"""
STILL = "reduce"


def page_with(
    browser: Browser, start: str = MOUNT, wide: int = 900, dark: bool = False, motion: Any = STILL, state: Any = None
) -> Page:
    """A page without a kernel (`mountBank`), or with a stand-in for it (`START`)."""
    page = empty_page(browser, (wide, 720), dark, motion)
    view = LiveBank()
    page.set_content(f"<!doctype html><html lang='en'><style>body{{margin:0}}{view._css}</style><body></body></html>")
    state = state or {"text": view.text, "shown": view.shown, "prepared": view.prepared, "trouble": ""}
    page.evaluate(start, [str(view._esm), state])
    frame(page)
    return page


def words(page: Page) -> str:
    return page.locator(".stage-caption").inner_text()


@pytest.mark.parametrize(("wide", "dark"), [(360, False), (700, True), (1920, False)])
def test_it_is_whole_at_every_width(wide: int, dark: bool, browser: Browser) -> None:
    page = page_with(browser, wide=wide, dark=dark)
    for i in range(page.locator("[data-sentence]").count()):
        page.locator(f"[data-sentence='{i}']").click()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= wide
        box, inside = page.locator(".stage-picture").bounding_box(), page.locator("svg text, .lb-pill")
        edges = inside.evaluate_all(
            "all => all.map(e => [e.getBoundingClientRect().x, e.getBoundingClientRect().right])"
        )
        assert box and all(box["x"] - 2 <= left and right <= box["x"] + box["width"] + 2 for left, right in edges)
    if wide >= 700:
        assert page.locator(".live-bank").bounding_box()["height"] <= 560  # type: ignore[index]
    give_back(page)


def test_a_sentence_types_itself_and_its_bank_moves_without_a_kernel(browser: Browser) -> None:
    page = page_with(browser, motion="no-preference")
    assert page.locator(".lb-box").input_value() != "the bank of the river", "the first one is being typed"
    page.wait_for_function("() => document.querySelector('.lb-box').value === 'the bank of the river'")
    assert words(page).startswith("This bank is a river bank") and page.locator(".lb-way").count() == 2
    page.locator("[data-sentence='4']").focus()
    page.keyboard.press("Enter")
    assert page.locator(".stage-caption").get_attribute("aria-live") == "off", "spoken once, at the end"
    page.wait_for_function("() => document.querySelector('.lb-box').value === 'my memory bank is empty'")
    assert words(page).startswith("This bank is neither")
    assert page.locator(".stage-caption").get_attribute("aria-live") == "polite"
    assert page.locator(".lb-box").evaluate("e => e.readOnly"), "nobody could read another sentence"
    give_back(page)


def test_the_marks_can_be_read_by_keyboard_and_one_astray_is_ringed(browser: Browser) -> None:
    page = page_with(browser)
    page.locator("[data-mark][tabindex='0']").focus()
    bubble = page.locator(".lb-bubble")
    first = bubble.inner_text()
    assert first.startswith("money: ") and bubble.is_visible()
    page.keyboard.press("ArrowRight")
    assert bubble.inner_text() != first and page.locator("[data-mark][tabindex='0']").count() == 1
    page.locator(".lb-chips button").first.focus()
    assert bubble.is_hidden()
    assert page.locator(".lb-odd").count() == 1 and "6 on the wrong side" in page.locator(".lb-note").inner_text()
    assert "Swimming in debt" in page.locator(".lb-note").inner_text()
    give_back(page)


def test_each_finished_word_is_read_and_an_unfinished_one_after_a_pause(browser: Browser) -> None:
    page = page_with(browser, START)
    asked = "() => window.model.state.text"
    page.locator(".lb-box").fill("")
    page.locator(".lb-box").press_sequentially("my ban")
    assert page.evaluate(asked) == "my"
    page.wait_for_function("() => window.model.state.text === 'my ban'")
    page.keyboard.type("k ")
    assert page.evaluate(asked) == "my bank"
    answer = {"kind": "BankMap", "says": "It moved.", "steps": [], "marks": [], "edge": 0.1}
    page.evaluate(
        """(form) => { form.marks = window.model.state.shown.form.marks;
          window.model.set("shown", {title: "t", form, parts: [[[form]]], twin: ""}); }""",
        answer,
    )
    assert words(page) == "It moved." and page.locator(".lb-pill").count() == 0
    page.evaluate("() => window.model.set('trouble', 'no <b>model</b>')")
    assert page.get_by_role("alert").inner_text() == "no <b>model</b>" and page.locator(".lb-mark").count() == 26
    page.evaluate("() => window.stop()")
    assert page.evaluate("() => Object.values(window.model.listeners).flat().length") == 0
    give_back(page)


def test_on_a_projector_it_fills_the_window_with_large_letters(browser: Browser) -> None:
    page = page_with(browser, wide=1920)
    page.locator(".stage-button").click()
    page.wait_for_selector(".stage-full", timeout=5000)
    frame(page)
    letters = page.locator(".stage-full :is(text, p, input, .lb-chips button)")
    assert min(letters.evaluate_all("all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")) >= 22
    numbers, picture = (page.locator(name).bounding_box() for name in (".stage-numbers", ".stage-picture"))
    assert numbers and picture and 600 < numbers["y"] + numbers["height"] <= 720 and picture["height"] > 300
    give_back(page)
