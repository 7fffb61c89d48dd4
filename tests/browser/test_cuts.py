"""Every cut of every lesson is made, and opened in a Chromium that may not go online; the live slides are alive."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from page import Served, Sight, each
from playwright.sync_api import Browser

from embeddings_course.commands import server
from embeddings_course.commands.lecture import book, cut, live, still
from embeddings_course.commands.server import free_port, wait_for

# of jupyterlab_rise itself, from its toolbar's colours
NOT_OURS = "Maximum call stack size exceeded"


@pytest.fixture
def plain(browser: Browser) -> Iterator[Sight]:
    """A page without Jupyter; at the end nothing may have gone wrong, and nothing have asked for another machine."""
    made = Sight(browser)
    yield made
    made.close()
    assert made.online == []
    assert made.console == []


def open_file(sight: Sight, folder: Path, html: str) -> None:
    path = folder / "cut.html"
    path.write_text(html, encoding="utf-8")
    sight.page.goto(path.as_uri())


# what stands beyond the edges of the window, or scrolls sideways; and the place where JupyterLab adds a cell
CUT_SIDEWAYS = """() => [...document.querySelectorAll("section.present")].pop().checkVisibility() &&
  [...document.querySelectorAll("section.present *, .jp-Notebook-footer")].filter((e) => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || !box.height || style.visibility === "hidden" || style.clipPath !== "none") return false;
    const scrolls = ["auto", "scroll"].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 6;
    const out = !e.matches("section") && (box.left < -2 || box.right > innerWidth + 2);  // a slide is as wide as it is
    return out || scrolls || e.matches(".jp-Notebook-footer");
  }).map((e) => e.outerHTML.slice(0, 120))"""


def pictures(nb: NotebookNode) -> int:
    shown = [c for c in nb.cells if c.metadata.get("slideshow", {}).get("slide_type") != "skip"]
    return sum("image/png" in o.get("data", {}) for c in shown for o in c.get("outputs", []))


def leaf_through(sight: Sight, nb: NotebookNode, name: str) -> None:
    """Look at every slide: something is on it, it fits, and every picture is drawn."""
    sight.page.wait_for_function("() => window.Reveal && Reveal.isReady()")
    total = sight.page.evaluate("() => Reveal.getTotalSlides()")
    assert total >= 3
    for number in range(1, total + 1):
        seen = sight.page.evaluate("""() => { const s = Reveal.getCurrentSlide(), box = s.getBoundingClientRect();
            return [box.height, s.innerText.length + s.querySelectorAll('img').length, s.scrollHeight - s.clientHeight]
        }""")
        assert seen[0] > 300, f"slide {number} is not to be seen"
        assert seen[1] > 0, f"slide {number} is empty"
        assert seen[2] <= 250, f"slide {number} is {seen[2]} dots too long"
        assert sight.page.evaluate(CUT_SIDEWAYS) == [], f"slide {number} is cut sideways"
        if number in {1, total // 2}:
            sight.shot(f"slides-{name}-{number}")
        sight.page.evaluate("() => Reveal.next()")
    wide = sight.page.locator("section img").evaluate_all("all => all.map(i => i.naturalWidth)")
    assert len(wide) >= pictures(nb)
    assert all(width > 50 for width in wide)


@each("09")
def test_still_slides(path: Path, plain: Sight, tmp_path: Path) -> None:
    nb = cut.slides(book.read(path))
    html = still.deck(nb, path.stem)
    open_file(plain, tmp_path, html)
    assert "verify_solution(" not in plain.page.locator(".slides").inner_text()
    leaf_through(plain, nb, path.stem)


@pytest.mark.parametrize("minutes", [pytest.param(m, marks=pytest.mark.slow if m > 45 else ()) for m in cut.LENGTHS])
def test_lectures(minutes: int, plain: Sight, tmp_path: Path) -> None:
    nb = cut.lecture(map(book.read, book.find(cut.PATH)), minutes)
    assert cut.minutes_of(nb) <= minutes
    open_file(plain, tmp_path, still.deck(nb, f"lecture {minutes}"))
    leaf_through(plain, nb, f"lecture-{minutes}")


@each("10")
def test_handout(path: Path, plain: Sight, tmp_path: Path) -> None:
    nb = cut.handout(book.read(path))
    open_file(plain, tmp_path, still.page(nb, path.stem))
    assert plain.page.locator("h1").count() == 1
    wide = plain.page.locator("img").evaluate_all("all => all.map(i => i.naturalWidth)")
    assert len(wide) >= pictures(nb)
    assert all(width > 50 for width in wide)
    plain.shot(f"handout-{path.stem}")


def test_formulas_are_drawn_without_another_machine(plain: Sight, tmp_path: Path) -> None:
    cells = [
        new_markdown_cell("# T\n\nA square root $\\sqrt{x}$ costs `$5`.\n\n$$\\frac{1}{2} + x^2$$"),
        new_code_cell("1"),
    ]
    open_file(plain, tmp_path, still.page(new_notebook(cells=cells), "formulas"))
    assert plain.page.locator("math").count() == 2
    assert plain.page.locator("math msqrt, math mfrac").count() == 2
    assert "$5" in plain.page.inner_text("body")


def every_slide_by_one_arrow_and_a_hidden_result_by_its_key(sight: Sight) -> None:
    """Turn slide by slide with one key; Shift+Enter shows what a slide hides, and no click came before it."""
    shown = "() => [...document.querySelectorAll('section.present')].pop().innerText"
    assert "import" not in sight.page.evaluate(shown), "imports are off screen"
    sight.page.evaluate("() => document.activeElement.blur()")
    for wanted in ("Guess", "print(", "early."):
        sight.page.keyboard.press("ArrowRight")
        sight.page.wait_for_function(f"(wanted) => ({shown})().includes(wanted)", arg=wanted)
        if wanted == "print(":
            sight.page.wait_for_function(f"() => ({CUT_SIDEWAYS})().length === 0")
            assert "So it was early" not in sight.page.evaluate(shown), "nothing tells what it hides"
            sight.page.keyboard.press("Shift+Enter")
            sight.page.wait_for_function(f"() => ({shown})().split('shown too early').length === 3")


LONG = f'print("shown too early")  # {"and on it goes " * 12}'


@pytest.mark.slow
def test_live_slides_are_alive_on_the_first_slide(served: Served, browser: Browser) -> None:
    """The deck runs, the slides open, a view answers a hand, and what a prediction is about is not shown."""
    root, token, port = served.root, "test", free_port()
    path = root / "artefacts" / "slides" / "deck.ipynb"
    view = "from embeddings_course.demos.vector_editor import VectorEditor\nVectorEditor()"
    cells = [new_markdown_cell("# A view"), new_code_cell(view)]
    cells += [new_markdown_cell("## Guess"), new_code_cell(LONG, metadata={"tags": ["reveal"]})]
    nb = cut.paginate(new_notebook(cells=[*cells, new_markdown_cell("So it was early.")]), {0, 1, 2, 3, 4})
    path.parent.mkdir(parents=True)
    book.write(nb, path)
    live.write_styles(path)
    env = server.environment() | {"PYTHONPATH": str(root)}
    process = subprocess.Popen(live.command(port, token, root), cwd=root, env=env)
    sight = Sight(browser)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_for(f"{base}/api/status?token={token}", process)
        live.run(nb, path, base, token, root)
        sight.page.goto(f"{base}/rise/artefacts/slides/deck.ipynb?token={token}")
        demo = sight.page.locator("section.present .embeddings-demo").first
        demo.wait_for(timeout=120_000)
        parts = "[...document.querySelectorAll('section.present .stage-canvas')]"
        shown = f"() => {parts}.map((e) => e.innerHTML).join()"
        before = sight.page.evaluate(shown)
        # the arrow keys turn the slides, but not in a field
        field = demo.locator("input[type=number]").first
        field.fill("0.8")
        field.press("Enter")
        sight.page.wait_for_function(f"(before) => ({shown})() !== before", arg=before)
        assert "shown too early\n" not in [o.inner_text() for o in sight.page.locator(".jp-OutputArea-output").all()]
        sight.shot("slides-live")
        for wide, high in ((1280, 720), (1920, 1080)):
            sight.page.set_viewport_size({"width": wide, "height": high})
            sight.page.wait_for_function(f"() => ({CUT_SIDEWAYS})().length === 0")
        every_slide_by_one_arrow_and_a_hidden_result_by_its_key(sight)
        assert [line for line in sight.console if NOT_OURS not in line] == []
        assert sight.online == []
    finally:
        sight.close()
        process.terminate()
        process.wait(20)
