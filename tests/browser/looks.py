"""How the views of a page look: whole at every size, not too high, and nothing that axe-core objects to."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import axe_playwright_python
from page import LabSight

HIGHEST, WIDE_ENOUGH = 560, 700


class Size(NamedTuple):
    """A window: how wide, how high, and whether JupyterLab's file browser stands open beside the notebook."""

    name: str
    wide: int
    high: int
    browser: bool = False


SIZES = (
    Size("900", 900, 720),
    Size("1280 with the file browser", 1280, 720, browser=True),
    Size("1920", 1920, 1080),
    Size("200 %", 640, 360),
    Size("a page of 360", 540, 780),  # JupyterLab keeps 180 dots for itself
)
"""The first two at every run."""

# what sticks out of a view sideways, scrolls or is cut inside it; and how high it is
MEASURE = """() => [...document.querySelectorAll('.jp-OutputArea-output')]
  .filter((output) => output.querySelector('.embeddings-demo, .vector-board, .word-map'))
  .map((output) => {
    const box = output.getBoundingClientRect(), bad = [];
    for (const e of output.querySelectorAll('*')) {
      const r = e.getBoundingClientRect(), s = getComputedStyle(e), name = `${e.tagName} ${e.getAttribute('class')}`;
      if (!r.width || !r.height || s.visibility === 'hidden' || s.clipPath !== 'none') continue;
      if (e.closest('.stage-tables, select, input, defs, clipPath')) continue;
      const out = Math.max(r.right - box.right, box.left - r.left), hides = s.overflowX !== 'visible';
      if (out > 2) bad.push(`${name} sticks out by ${Math.round(out)}`);
      if (hides && s.textOverflow !== 'ellipsis' && e.clientWidth && e.scrollWidth > e.clientWidth + 6)
        bad.push(`${name} hides ${e.scrollWidth - e.clientWidth} to the right`);
      if (['auto', 'scroll'].includes(s.overflowY) && e.scrollHeight > e.clientHeight + 2) bad.push(`${name} scrolls`);
    }
    const name = output.querySelector('.stage-title')?.textContent || output.innerText.slice(-60);
    return { name, wide: box.width, high: box.height, bad: [...new Set(bad)] };
  })"""


def resize(sight: LabSight, size: Size) -> None:
    """Give the window a size, and wait until everything has found its place."""
    sight.page.set_viewport_size({"width": size.wide, "height": size.high})
    sight.page.evaluate(f"() => window.jupyterapp.shell.{'expandLeft' if size.browser else 'collapseLeft'}()")
    sight.page.wait_for_timeout(700)


def at_rest(sight: LabSight) -> list[dict[str, Any]]:
    """Measure the views, once two looks at them are alike: a point that glides has no place yet."""
    before: list[dict[str, Any]] = []
    for _ in range(25):
        now = list(sight.page.evaluate(MEASURE))
        if now == before:
            break
        before = now
        sight.page.wait_for_timeout(500)
    return before


def faults_of_size(sight: LabSight, sizes: tuple[Size, ...]) -> list[str]:
    """Return what is cut, sticks out or is too high in any view at any of these sizes; the window is put back."""
    found = []
    for size in sizes:
        resize(sight, size)
        for view in at_rest(sight):
            high = view["wide"] >= WIDE_ENOUGH and view["high"] > HIGHEST + 2
            faults = [*view["bad"][:3], *([f"{view['high']:.0f} high"] if high else [])]
            found += [f"{view['name']} at {size.name} ({view['wide']:.0f} wide): {fault}" for fault in faults]
    resize(sight, Size("as before", 1280, 720))
    return found


AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RUN = """async () => {
  const only = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] };
  const found = await axe.run({ include: [['.jp-OutputArea-output']] }, { runOnly: only, resultTypes: ['violations'] });
  return found.violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 160)}`));
}"""


def faults_for_axe(sight: LabSight, themes: tuple[str, ...] = ("JupyterLab Dark", "JupyterLab Light")) -> list[str]:
    """Return what axe-core (WCAG 2.1, A and AA) objects to in the outputs of a notebook, dark and then light."""
    found: list[Any] = []
    sight.page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
    for theme in themes:
        change = "async (theme) => { await window.jupyterapp.commands.execute('apputils:change-theme', { theme }); }"
        sight.page.evaluate(change, theme)
        sight.page.wait_for_timeout(700)
        found += [f"{theme}: {line}" for line in sight.page.evaluate(RUN)]
    return found
