"""The decoy duel and the false-alarm machine in a page, without a kernel: they say what Python says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from board_page import START, empty_page, give_back
from playwright.sync_api import Browser, Page, expect

from embeddings_course.demos.alarm_machine import AlarmMachine
from embeddings_course.demos.base import PictureWidget
from embeddings_course.demos.decoy_duel import DecoyDuel

SET = """(state) => {
  for (const [name, value] of Object.entries(state)) window.model.set(name, value);
  return document.querySelector(".stage-caption span").textContent;
}"""
TABLE = "() => [...document.querySelectorAll('.stage-tables tr')].map((row) => row.textContent)"


def opened(browser: Browser, view: PictureWidget, wide: int = 900) -> Page:
    page = empty_page(browser, (wide, 720))
    style = f"<style>body {{ margin: 0 }} {view._css}</style>"
    page.set_content(f"<!doctype html><html lang='en'>{style}<body><div id='view'></div></body></html>")
    state = {name: value for name, value in view.get_state().items() if name in view.keys and name[0] != "_"}
    del state["layout"]
    page.evaluate(
        START.replace("el: document.body", "el: document.getElementById('view')"),
        [view._esm, json.loads(json.dumps(state))],
    )
    return page


def states_of_the_duel() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"whole": True, "picks": [], "asking": True}, {"whole": False}]
    for n in (1, 2, 3, 4, 7, 12, 48):
        picks = [(i * i + n) % 2 for i in range(n)]
        found += [{"picks": picks, "asking": asking} for asking in (False, True)]
    return found


def states_of_the_machine() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"pulls": 0}]
    for topics in ("1", "5"):
        for whole in (False, True):
            for limit in (0.01, 0.05, 0.1, 0.2):
                found += [{"topics": topics, "whole": whole, "limit": limit, "pulls": n} for n in (30, 50, 150)]
    return found


@pytest.mark.parametrize(
    ("kind", "states"), [(DecoyDuel, states_of_the_duel()), (AlarmMachine, states_of_the_machine())]
)
def test_the_page_says_what_python_says(kind: type, states: list[dict[str, Any]], browser: Browser) -> None:
    view = kind()
    page = opened(browser, view)
    for state in states:
        for name, value in state.items():
            setattr(view, name, value)
        assert page.evaluate(SET, state) == view.picture.describe(), state
    give_back(page)


@pytest.mark.parametrize("wide", [360, 900])
@pytest.mark.parametrize("view", [DecoyDuel(), AlarmMachine()], ids=["duel", "machine"])
def test_they_are_whole_at_every_width(view: PictureWidget, wide: int, browser: Browser) -> None:
    page = opened(browser, view, wide)
    for state in ({"whole": True}, {"picks": [0, 1, 1, 0], "asking": False, "pulls": 200}, {"whole": False}):
        page.evaluate(SET, {name: value for name, value in state.items() if name in view.keys})
        page.wait_for_timeout(400)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= wide
        if wide >= 700:
            high = page.locator("#view").bounding_box()
            assert high is not None and high["height"] <= 560
    give_back(page)


def test_the_duel_is_played_by_key_and_nothing_is_shown_before(browser: Browser) -> None:
    duel = DecoyDuel()
    page, first = opened(browser, duel), duel.picture.rounds[0]
    expect(page.locator(".dd-question")).to_have_text(first.questions[0])
    assert page.locator(".dd-chip").count() == 0 and "answers" not in page.locator(".dd-cards").inner_text()
    page.locator(".dd-card").first.focus()
    page.keyboard.press("ArrowRight" if first.right[0] else "ArrowLeft")
    expect(page.locator(".dd-right .dd-chip", has_text="you")).to_have_count(1)
    expect(page.locator(".dd-chip")).to_have_count(sum(choices[0] >= 0 for choices in first.choices.values()) + 1)
    expect(page.locator(".stage-do")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".dd-question")).to_have_text(first.questions[1])
    expect(page.locator(".dd-chip")).to_have_count(0)
    page.locator(".dd-card").nth(first.right[1]).click()
    expect(page.locator(".stage-caption")).to_contain_text("so it counts: you")
    page.locator(".dd-card").nth(1 - first.right[1]).click(force=True)  # too late
    assert page.evaluate("() => window.model.get('picks')") == list(first.right)
    page.locator(".stage-numbers summary").click()
    expect(page.locator(".stage-tables")).to_contain_text("82 of 90 (0.83 to 0.96)")
    assert page.evaluate(TABLE)[-1] == "you, so far1 of 1not yet"
    page.evaluate(SET, {"picks": [0] * 47, "asking": True})
    page.locator(".dd-card").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".stage-caption")).to_contain_text("That was the last pair")
    expect(page.get_by_role("button", name="all 90 pairs")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".stage-caption")).to_contain_text("no better than a coin")
    give_back(page)


def test_the_alarm_is_pulled_played_and_set(browser: Browser) -> None:
    page = opened(browser, AlarmMachine())
    pulls = "() => window.model.get('pulls')"
    assert page.evaluate(pulls) == 0
    page.get_by_role("button", name="Pull").press("Enter")
    expect(page.locator(".stage-caption")).to_contain_text("of 1 pulls")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => window.model.get('pulls') > 5")
    page.get_by_role("button", name="Stop").click()
    stopped = page.evaluate(pulls)
    page.wait_for_timeout(600)
    assert page.evaluate(pulls) == stopped, "Stop stops"
    page.evaluate(SET, {"pulls": 200})
    page.get_by_role("button", name="5", exact=True).click()
    page.get_by_role("button", name="whole topics").click()
    expect(page.locator(".stage-caption")).to_contain_text("rang in 5 of 200 pulls")
    expect(page.get_by_role("button", name="whole topics")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Pull")).to_be_disabled()
    page.get_by_role("button", name="empty").click()
    expect(page.locator(".stage-caption")).to_contain_text("Pull, and see")
    give_back(page)
