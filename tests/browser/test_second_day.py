"""The second day: a lesson was run and saved; opened again and not run, it shows pictures, questions and the guess."""

from __future__ import annotations

import json
import shutil

from page import LabSight, Served
from playwright.sync_api import Browser

AT_NIGHT = """() => [...document.querySelectorAll(".jp-OutputArea-output img")]
  .map((image) => getComputedStyle(image).filter)"""
DEAD = '[data-mime-type="application/vnd.jupyter.widget-view+json"]'
BROKEN = ("Error displaying widget", "model not found", "Loading widget")


def test_a_saved_lesson_shows_pictures_when_it_is_opened_again(
    served: Served, sight: LabSight, browser: Browser
) -> None:
    folder = served.root / "my_course"
    path = folder / "second_day.ipynb"
    shutil.copy(folder / "00_start_here.ipynb", path)
    first = sight
    first.open(served, "my_course/second_day.ipynb")
    first.run_all()
    first.page.wait_for_selector(".live-bank")
    first.page.get_by_label("A with C, B with D").first.check()
    first.page.get_by_role("button", name="Lock my guess").first.click()
    first.page.get_by_text("Your guess: b)").first.wait_for()
    before = [(cell["type"], cell["source"], cell["count"]) for cell in first.cells()]
    first.page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save') }")
    assert first.page.locator(".live-bank").count() == 1, "what is on the screen stays alive"
    first.put_away()
    assert "widget-view" not in json.dumps(json.loads(path.read_text(encoding="utf-8")))
    again = LabSight(browser)
    again.open(served, "my_course/second_day.ipynb")
    shown = again.cells()
    again.shot("second-day")
    assert [(cell["type"], cell["source"], cell["count"]) for cell in shown] == before
    assert not any(broken in cell["text"] for cell in shown for broken in BROKEN)
    assert again.page.locator(DEAD).count() == 0
    pictures = [picture for cell in shown for picture in cell["pictures"]]
    assert len(pictures) == 2 and all(one["wide"] > 300 and len(one["alt"]) > 40 for one in pictures)
    assert all("and it moves again" in cell["text"] for cell in shown if cell["pictures"])
    again.page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    again.page.wait_for_function(f"() => ({AT_NIGHT})().every((look) => look.startsWith('invert'))")
    again.shot("second-day-dark")
    assert any("Your guess, locked: b) A with C, B with D" in cell["text"] for cell in shown)
    again.close()
    assert again.console == []
