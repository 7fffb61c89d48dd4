"""How long from a finished word to the bank at its new place, and from opening lesson 00 to its first motion?

    python benchmarks/live_bank_words.py

A JupyterLab and a headless Chromium: lesson 00 with the vector board below it. Words are typed into the live bank, and
between them an arrow of the vector board is moved by a key, in the same seconds: milliseconds until the page has drawn,
and their ratio. No word was read before, so each costs a pass of BERT. The load says how quiet the machine was.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path += [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tests/browser", "tools")]

from nbformat.v4 import new_code_cell
from page import LabSight, chromium, lab
from run_tests import find_chromium

from embeddings_course.commands.lecture import book

BOARD = "from embeddings_course.demos.vector_board import VectorBoard\nVectorBoard()"
WORDS = (
    "yesterday we had a picnic on the green bank and then a stranger with two dogs opened his purse "
    "and paid for the bread with silver coins from his own pocket"
)
TYPE = """async (words) => {
  const box = document.querySelector(".lb-box"), stage = box.closest(".course-stage");
  const board = document.querySelector(".vector-board"), arrow = board.querySelector(".vb-arrow");
  const until = async (node, name, act) => {
    const before = node.dataset[name], start = performance.now();
    act();
    while (node.dataset[name] === before) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  };
  const times = [];
  for (let i = 1; i <= words.length; i++) {
    const bank = await until(stage, "drawn", () => {
      box.value = words.slice(0, i).join(" ") + " ";
      box.dispatchEvent(new Event("input"));
    });
    await new Promise((done) => setTimeout(done, 250));
    const key = () => arrow.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
    times.push([bank, await until(board, "frames", key)]);
    await new Promise((done) => setTimeout(done, 250));
  }
  return times;
}"""


def say(what: str, times: list[float]) -> float:
    """Print the median and the middle half of some milliseconds; return the median."""
    low, middle, high = statistics.quantiles(times, n=4)
    print(f"{what}: {middle:.0f} ms (half of {len(times)} from {low:.0f} to {high:.0f})")
    return middle


def main() -> None:
    """Open, run, type; print seconds, milliseconds and the ratio."""
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium was found. Get one by: python -m playwright install chromium")
    with tempfile.TemporaryDirectory() as folder, chromium(executable) as browser, lab(Path(folder)) as served:
        path = served.root / "my_course" / "00_start_here.ipynb"
        nb = book.read(path)
        nb.cells.insert(2, new_code_cell(BOARD))
        book.write(book.normalise(nb), path)
        LabSight(browser).close()
        sight, began = LabSight(browser), time.monotonic()
        sight.open(served, f"my_course/{path.name}")
        opened, page = time.monotonic(), sight.page
        page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1; }")
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell-and-select-next'); }")
        page.wait_for_selector(".lb-way", timeout=120_000, state="attached")
        moved = time.monotonic()
        print(f"opened {opened - began:.1f} s, from Shift + Enter to the first motion {moved - opened:.1f} s")
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell-and-select-next'); }")
        page.wait_for_selector(".vb-arrow", timeout=120_000)
        page.wait_for_timeout(4000)
        times = page.evaluate(TYPE, WORDS.split())
        bank = say("from a word to its place", [one for one, _ in times])
        board = say("vector board, from a key to its place", [two for _, two in times])
        print(f"ratio {bank / board:.1f}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        sight.close()


if __name__ == "__main__":
    main()
