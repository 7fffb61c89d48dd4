"""All views of all lessons in one page: whole at every size, legible on a projector, spoken, and fit for a finger."""

from __future__ import annotations

import pytest
from gallery import gallery
from looks import SIZES, faults_for_axe, faults_of_size
from page import LabSight, Served
from playwright.sync_api import Locator

from embeddings_course.commands.lecture import book

NAME, LETTERS, FINGER = "gallery-of-all", 22, 44
VIEWS = ".embeddings-demo"
# what a projector's audience reads that is smaller than it may be: on the stage, but not in the folded numbers
SMALL = """(least) => [...document.fullscreenElement.querySelectorAll('*')].filter((e) => {
    const own = [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !e.getClientRects().length || e.closest('title, .stage-numbers, option')) return false;
    if (getComputedStyle(e).clipPath !== 'none') return false;
    let size = parseFloat(getComputedStyle(e).fontSize);
    for (let p = e; p; p = p.parentElement) size *= parseFloat(getComputedStyle(p).zoom || 1);
    return size < least - 0.5;
  }).map((e) => `${e.tagName} ${e.getAttribute('class')}: ${e.textContent.slice(0, 20)}`)"""
# controls that a finger would miss
NARROW = """(view, least) => [...view.querySelectorAll('button, input:not([type=range]), select, summary')]
  .filter((e) => e.checkVisibility() && (e.closest("label") ?? e).getBoundingClientRect().height < least - 0.5)
  .map((e) => `${e.tagName} ${e.className}: ${Math.round(e.getBoundingClientRect().height)}`)"""
LIVE = "[aria-live], [role=status], [role=alert]"
SAID = f"view => [...view.querySelectorAll('{LIVE}')].map((e) => e.textContent).join('|')"


@pytest.mark.slow
def test_the_gallery_of_all_views(served: Served, sight: LabSight) -> None:
    book.write(gallery(book.find()), served.root / "my_course" / f"{NAME}.ipynb")
    sight.open(served, f"my_course/{NAME}.ipynb")
    sight.run_all(timeout=600)
    sight.page.wait_for_timeout(2000)
    faults = [*faults_of_size(sight, SIZES), *faults_for_axe(sight)]
    views = sight.page.locator(f".jp-OutputArea-output {VIEWS}").all()
    assert len(views) >= 24
    for number, view in enumerate(views, 1):
        name = view.locator(".stage-title").inner_text() if view.locator(".stage-title").count() else f"view {number}"
        view.scroll_into_view_if_needed()
        sight.shot(f"{NAME}-{number:02}")
        faults += [f"{name}: {fault}" for fault in [*on_the_stage(view), *unspoken(view)]]
    touch = sight.page.context.new_cdp_session(sight.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    sight.page.wait_for_function("() => matchMedia('(pointer: coarse)').matches")
    sight.page.wait_for_timeout(700)
    for view in views:
        faults += [f"{view.inner_text()[:40]!r}: {fault}" for fault in view.evaluate(NARROW, FINGER)]
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    assert faults == [], "\n".join(faults)


def on_the_stage(view: Locator) -> list[str]:
    """Fill the window with a view; return what is too small there, and come back."""
    button, page = view.locator(".stage-button"), view.page
    if not button.count():
        return []
    button.first.click()
    page.wait_for_function("() => document.fullscreenElement?.classList.contains('stage-full')")
    page.wait_for_timeout(600)
    small = list(page.evaluate(SMALL, LETTERS))
    page.evaluate("() => document.exitFullscreen()")
    page.wait_for_function("() => !document.fullscreenElement")
    return [f"small on the stage: {one}" for one in small[:3]]


def unspoken(view: Locator) -> list[str]:
    """Change a view by keyboard; nothing where a live region of it says something new, else its fault."""
    before = view.evaluate(SAID)
    for kind, keys in (
        (".lb-chips button", ["Enter"]),
        (".noUi-handle", ["ArrowRight", "ArrowRight"]),
        (".noUi-handle", ["ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft"]),
        ("input[type=number]", ["ArrowUp", "Enter"]),
        (".widget-toggle-button:not(.mod-active), .jupyter-button", ["Space"]),
        ("select", ["Space", "ArrowDown", "Enter"]),
        ("input[type=checkbox]", ["Space"]),
        ("[tabindex='0']", ["ArrowRight", "ArrowRight"]),
        (".stage-strip button, .dd-cards button", ["Enter"]),
    ):
        for control in view.locator(kind).all()[:2]:
            if not (control.is_visible() and control.is_enabled()):
                continue
            control.focus()
            for key in keys:
                view.page.keyboard.press(key)
                view.page.wait_for_timeout(100)
            for _ in range(12):
                if view.evaluate(SAID) != before:
                    return []
                view.page.wait_for_timeout(150)
    return ["no control says anything by keyboard"]
