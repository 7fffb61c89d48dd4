"""How long from a control of a view to its new picture, in the page? Prints ratios to the vector board.

    python benchmarks/control_to_picture.py [--steps 5]

A JupyterLab and a headless Chromium; each lesson's views, and the vector board, in a notebook of that lesson. In each
view the first control that draws is moved by key or click, and every time an arrow of the board after it, in the same
seconds: milliseconds from the event in the page to the frame that follows the new drawing, kernel included. Nothing is
moved to a place where it was before if there is another, so that little is remembered. The load says how quiet the
machine was. The live bank has a benchmark of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path += [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tests/browser", "tools")]

from gallery import gallery
from nbformat.v4 import new_code_cell
from page import LabSight, Served, chromium, lab
from run_tests import find_chromium

from embeddings_course.commands.lecture import book

BOARD = "from embeddings_course.demos.vector_board import VectorBoard\nVectorBoard()"
STEPS = """async ([steps, known]) => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const key = (name) => new KeyboardEvent("keydown", {key: name, bubbles: true});
  const seen = (e) => e.checkVisibility() && !e.disabled;
  const type = (e, k) => {
    e.value = ["Money lay in the bank.", "Reeds grew on the bank.", "The bank was closed."][k % 3];
    for (const event of ["input", "change"]) e.dispatchEvent(new Event(event, {bubbles: true}));
  };
  // what a hand would do k times: another choice each time
  const ways = [
    ["select", (e) => {
      e.selectedIndex = (e.selectedIndex + 1) % e.options.length;
      e.dispatchEvent(new Event("change", {bubbles: true}));
    }],
    [".noUi-handle", (e, k, steps) => e.dispatchEvent(key(k < steps / 2 ? "ArrowRight" : "ArrowLeft"))],
    [".stage-part svg[tabindex='0']", (e, k) => e.dispatchEvent(key(k % 2 ? "ArrowLeft" : "ArrowRight"))],
    [".dd-cards button, .stage-pick button[aria-pressed=false], .stage-strip button", (e) => e.click()],
    [".widget-toggle-button:not(.mod-active)", (e) => e.click()],
    ["input[type=checkbox]", (e) => e.click()],
    ["input[type=text]", type],
  ];
  const drawn = (view) => [view, ...view.querySelectorAll("[data-drawn], [data-frames]")]
    .map((e) => e.dataset.drawn ?? e.dataset.frames).join();
  const until = async (view, act) => {
    const before = drawn(view), start = performance.now();
    let changed = 0;
    const watch = new MutationObserver(() => { changed ||= performance.now(); });
    watch.observe(view, {subtree: true, childList: true, attributes: true});
    act();
    while (drawn(view) === before && !(changed && view.dataset.alone)) {
      if (performance.now() - start > 1500) return null; // nothing new was drawn
      await new Promise(requestAnimationFrame);
    }
    watch.disconnect();
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
  };
  const own = window.jupyterapp.shell.currentWidget.node; // others may lie behind it
  const board = own.querySelector(".vector-board"), arrow = board.querySelector(".vb-arrow"), told = [];
  for (const view of own.querySelectorAll(".embeddings-demo")) {
    const name = view.querySelector(".stage-title")?.textContent ?? view.className;
    if (known.includes(name)) continue;
    view.scrollIntoView();
    if (view.querySelector(".dd-cards, .am-strip")) view.dataset.alone = 1;
    await pause(500);
    const times = [];
    let chosen = "";
    for (const [kind, act] of ways) {
      const of = (i) => [...view.querySelectorAll(kind)].filter(seen)[i];
      for (let i = 0; i < 3 && of(i) && !times.length; i++)
        for (let k = 0; k < steps && of(i); k++) {
          const mine = await until(view, () => act(of(i), k, steps));
          if (mine === null) break;
          await pause(300);
          times.push([mine, await until(board, () => arrow.dispatchEvent(key("ArrowRight")))]);
          await pause(100);
          chosen = kind;
        }
    }
    told.push([name, chosen, times]);
  }
  return told;
}"""


def measured(sight: LabSight, served: Served, steps: int) -> list[list]:
    """Return each view's name, the control that was moved, and pairs of milliseconds, its own and the board's."""
    told: list[list] = []
    for lesson in book.find():
        one = gallery([lesson])
        one.cells.append(new_code_cell(BOARD))
        book.write(one, served.root / "my_course" / lesson.name)
        sight.open(served, f"my_course/{lesson.name}")
        sight.run_all(timeout=600)
        sight.page.wait_for_selector(".vector-board .vb-arrow >> visible=true", timeout=60_000)
        sight.page.wait_for_timeout(2000)
        told += sight.page.evaluate(STEPS, [steps, [name for name, _, times in told if times]])
        sight.put_away()
    return told


def main() -> None:
    """Open, run, move; print milliseconds and ratios, the slowest first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=5)
    steps, executable = parser.parse_args().steps, find_chromium()
    if executable is None:
        sys.exit("No Chromium was found. Get one by: python -m playwright install chromium")
    with tempfile.TemporaryDirectory() as folder, chromium(executable) as browser, lab(Path(folder)) as served:
        sight = LabSight(browser)
        told = measured(sight, served, steps)
        sight.close()
    there = {name for name, _, times in told if times}
    print("nothing drawn:", ", ".join({name for name, _, _ in told} - there) or "none")
    found = [(name, kind, [a for a, _ in times], [b for _, b in times]) for name, kind, times in told if times]
    print(f"{len(found)} views, {steps} steps each; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, kind, own, board in sorted(found, key=lambda row: -statistics.median(row[2])):
        middle, unit = statistics.median(own), statistics.median(board)
        print(
            f"{name[:40]:<40} {middle:6.0f} ms (slowest {max(own):6.0f}), board {unit:4.0f}, "
            f"ratio {middle / unit:5.1f}  {kind[:24]}"
        )


if __name__ == "__main__":
    main()
