"""Lessons in the real page: as they look to one who runs nothing, and alive under hand and keyboard.

By default one lesson is opened without running it, one is run in full, and two galleries have every second of the other
views; `--all` does both with all fourteen, and leaves the galleries out. What can be seen in the files of all fourteen,
`tools/notebook.py lint` sees there. All daily tests that need JupyterLab stand in this file: `course.py test` hands
whole files to its two workers, and so JupyterLab starts in one of them only.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from authoring.rules.outputs import BROKEN
from gallery import gallery
from looks import SIZES, faults_for_axe, faults_of_size
from page import LabSight, Served, each
from playwright.sync_api import Browser, Locator, TimeoutError

from embeddings_course.commands.lecture import book

WHOLE = ("03",)
LOOKED_AT = ("03", "08")  # whole at two sizes, and nothing that axe-core objects to
HALVES = ((0, 8), (8, 14))  # of the lessons, for two workers


@each("02")
def test_committed_lesson_reads_well_without_running_it(path: Path, served: Served, sight: LabSight) -> None:
    sight.open(served, f"notebooks/{path.name}")
    cells = sight.cells()
    saved = book.read(served.root / "notebooks" / path.name).cells
    for number, (cell, source) in enumerate(zip(cells, saved, strict=True), 1):
        wanted = sum("image/png" in output.get("data", {}) for output in source.get("outputs", []))
        assert len(cell["pictures"]) >= wanted, f"cell {number}: a picture is missing"
        assert all(picture["wide"] > 50 for picture in cell["pictures"]), f"cell {number}: a picture is broken"
        assert not BROKEN.search(cell["text"]), f"cell {number}: {cell['text']}"
        assert not cell["error"], f"cell {number}: {cell['text']}"
    assert any(cell["pictures"] for cell in cells) or path.stem.startswith("00b")
    assert faults_for_axe(sight) == []
    sight.shot(f"{path.stem}-not-run")


@each(*WHOLE)
def test_working_copy_spoils_nothing_and_lives(path: Path, served: Served, sight: LabSight) -> None:
    """First no answer lies open; then run all, and move controls of each view by keyboard and by mouse."""
    sight.open(served, f"my_course/{path.name}")
    cells = sight.cells()
    hidden = [cell for cell in cells if "reveal" in cell["tags"]]
    assert all(cell["outputs"] == [] and not cell["text"].strip() for cell in hidden)
    assert hidden or path.stem.startswith("00")
    sight.shot(f"{path.stem}-working-copy")
    assert lives(sight, path.stem) or path.stem.startswith("00b")


@pytest.mark.quick  # all fourteen whole have these views too
@pytest.mark.parametrize(("first", "end"), HALVES)
def test_every_second_view_lives(first: int, end: int, served: Served, sight: LabSight) -> None:
    lessons, name = book.find(), f"gallery-{first}"
    assert len(lessons) == HALVES[-1][1]
    nb = gallery(lessons[first:end], book.find(WHOLE), every=2)
    book.write(nb, served.root / "my_course" / f"{name}.ipynb")
    sight.page.emulate_media(reduced_motion="reduce")  # the whole lessons glide; each frame costs
    sight.open(served, f"my_course/{name}.ipynb")
    assert lives(sight, name) >= 5


def lives(sight: LabSight, name: str) -> int:
    """Run all, move controls of each view by keyboard and by mouse; return how many views there are."""
    sight.run_all()
    for number, cell in enumerate(sight.cells(), 1):
        may_fail = "raises-exception" in cell["tags"]
        assert may_fail or not (cell["error"] or BROKEN.search(cell["text"])), f"cell {number}: {cell['text']}"
    if name.startswith(LOOKED_AT):
        assert faults_of_size(sight, SIZES[:2]) == []
        assert faults_for_axe(sight) == []
    views = sight.page.locator(".jp-OutputArea-output .embeddings-demo").all()
    for number, view in enumerate(views, 1):
        view.scroll_into_view_if_needed()
        # shown with its first words where it fails
        label = f"{number} ({view.inner_text()[:60]!r})"
        assert moves(view, by_keyboard), f"no control of view {label} changes its picture by keyboard"
        assert moves(view, by_mouse), f"no control of view {label} changes its picture by mouse"
        sight.shot(f"{name}-view-{number}")
    assert [line for line in sight.trouble() if "No such comm" not in line] == []
    return len(views)


# what a view shows, without its controls' own state
LOOK = """view => [...view.querySelectorAll('.widget-html-content, .stage-canvas, .stage-caption, svg, canvas, img')]
    .map(e => e.innerHTML + (e.src || '')).join()"""


def moves(view: Locator, how: str) -> bool:
    """Try the view's controls one after the other until one changes the picture; the second time be patient."""
    return any(moves_within(view, how, seconds) for seconds in (0.5, 4))


def moves_within(view: Locator, how: str, seconds: float) -> bool:
    for kind, act in CONTROLS[how]:
        for control in view.locator(kind).all()[:3]:
            if not (control.is_visible() and control.is_enabled()):
                continue
            view.evaluate(f"view => {{ window.before = ({LOOK})(view); }}")
            control.scroll_into_view_if_needed()
            act(control)
            with suppress(TimeoutError):
                changed = f"view => ({LOOK})(view) !== window.before"
                view.page.wait_for_function(changed, arg=view.element_handle(), timeout=seconds * 1000, polling=100)
                return True
    return False


def press(*keys: str):
    def act(control: Locator) -> None:
        control.focus()
        for key in keys:
            control.page.keyboard.press(key)
            control.page.wait_for_timeout(150)

    return act


def drag(control: Locator) -> None:
    box = control.bounding_box()
    assert box
    mouse, x, y = control.page.mouse, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    track = control.locator("xpath=ancestor::*[contains(@class, 'noUi-target')]").bounding_box()
    # towards the end that is farther away
    middle = track["x"] + track["width"] / 2
    aim = track["x"] + (0.1 if x > middle else 0.9) * track["width"]
    mouse.move(x, y)
    mouse.down()
    mouse.move((x + aim) / 2, y, steps=4)
    mouse.move(aim, y, steps=4)
    mouse.up()


def choose(control: Locator) -> None:
    """Choose another option (the list itself is the system's: a test cannot click on it)."""
    control.click()
    count = control.locator("option").count()
    chosen = control.evaluate("e => e.selectedIndex")
    control.select_option(index=(chosen + 1) % count)
    control.page.keyboard.press("Escape")


PLAIN = ".stage-strip button, .dd-cards button"  # of views that are all page
by_keyboard, by_mouse = "by keyboard", "by mouse"
CONTROLS = {
    by_keyboard: [
        (".lb-chips button", press("Enter")),
        (".noUi-handle", press("ArrowRight", "ArrowRight")),
        (".noUi-handle", press("ArrowLeft", "ArrowLeft")),
        # closed, JupyterLab takes its arrow keys for moving among cells: open it first
        ("select", press("Space", "ArrowDown", "Enter")),
        ("select", press("Space", "ArrowUp", "Enter")),
        ("input[type=number]", press("ArrowUp", "Enter")),
        ("input[type=number]", press("ArrowDown", "Enter")),
        ("input[type=radio]:checked", press("ArrowDown")),
        ("input[type=checkbox]", press("Space")),
        (".widget-toggle-button, .jupyter-button", press("Space")),
        ("[tabindex='0']", press("ArrowRight")),
        (PLAIN, press("Enter")),
    ],
    by_mouse: [
        (".lb-chips button", lambda one: one.click()),
        (".noUi-handle", drag),
        ("input[type=radio]:not(:checked)", lambda control: control.click()),
        (".widget-toggle-button:not(.mod-active)", lambda control: control.click()),
        ("input[type=checkbox]", lambda control: control.click()),
        (".jupyter-button", lambda control: control.click()),
        ("select", choose),
        (PLAIN, lambda control: control.click()),
    ],
}


# ---- the second day: a lesson was run and saved; opened again, it shows pictures, questions and the guess ----------

AT_NIGHT = """() => [...document.querySelectorAll(".jp-OutputArea-output img")]
  .map((image) => getComputedStyle(image).filter)"""
DEAD = '[data-mime-type="application/vnd.jupyter.widget-view+json"]'
NO_WIDGET = ("Error displaying widget", "model not found", "Loading widget")


@pytest.mark.slow
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
    assert not any(broken in cell["text"] for cell in shown for broken in NO_WIDGET)
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
