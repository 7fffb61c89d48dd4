"""How long from a control of a view to its new picture, in the page? Prints ratios to the vector board.

    python benchmarks/control_to_picture.py [--steps 5]

A JupyterLab and a headless Chromium, with every view of all lessons in one notebook. In each view the first control is
moved by key or click, and every time an arrow of the vector board after it, in the same seconds: milliseconds from the
event in the page to the frame that follows the new drawing, kernel included. Nothing is moved to a place where it was
before if there is another, so that little is remembered. The load says how quiet the machine was.
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
from page import LabSight, chromium, lab
from run_tests import find_chromium

from embeddings_course.commands.lecture import book

STEPS = """async (steps) => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms)), began = performance.now();
  const key = (name) => new KeyboardEvent("keydown", {key: name, bubbles: true});
  const seen = (e) => e.checkVisibility() && !e.disabled;
  const first = (view, kind) => [...view.querySelectorAll(kind)].find(seen);
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
  const board = document.querySelector(".vector-board"), arrow = board.querySelector(".vb-arrow"), told = [];
  for (const view of document.querySelectorAll(".embeddings-demo")) {
    const name = view.querySelector(".stage-title")?.textContent ?? view.className;
    const [kind, act] = ways.find(([kind]) => first(view, kind)) ?? [];
    if (!kind || performance.now() - began > 120_000) continue;
    view.scrollIntoView();
    if (view.querySelector(".dd-cards, .am-strip") || kind.startsWith(".stage-part")) view.dataset.alone = 1;
    await pause(500);
    const times = [];
    for (let k = 0; k < steps && first(view, kind); k++) {
      const mine = await until(view, () => act(first(view, kind), k, steps));
      if (mine === null) break;
      await pause(300);
      times.push([mine, await until(board, () => arrow.dispatchEvent(key("ArrowRight")))]);
      await pause(100);
    }
    told.push([name, kind, times]);
  }
  return told;
}"""


def main() -> None:
    """Open, run, move; print milliseconds and ratios, the slowest first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=5)
    steps, executable = parser.parse_args().steps, find_chromium()
    if executable is None:
        sys.exit("No Chromium was found. Get one by: python -m playwright install chromium")
    with tempfile.TemporaryDirectory() as folder, chromium(executable) as browser, lab(Path(folder)) as served:
        book.write(gallery(book.find()), served.root / "my_course" / "all.ipynb")
        sight = LabSight(browser)
        sight.open(served, "my_course/all.ipynb")
        sight.run_all(timeout=600)
        sight.page.wait_for_timeout(3000)
        told = sight.page.evaluate(STEPS, steps)
        sight.close()
    print("nothing drawn:", ", ".join(name for name, _, times in told if not times) or "none")
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
