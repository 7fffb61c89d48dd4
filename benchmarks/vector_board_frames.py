"""How long does the vector board need for a frame while a hand drags an arrow? Prints milliseconds.

    python benchmarks/vector_board_frames.py [--seconds 4]

A headless Chromium, the board alone in a page. A "hand" moves the tip at every frame; what is measured is the time from
frame to frame (16.7 ms at 60 frames a second) and the time that the board's own drawing takes of it.
"""

from __future__ import annotations

from _frames import page_maker, report
from board_page import open_board

DRAG = """async (seconds) => {
  const grip = document.querySelector('[data-word="bank"] .vb-grip');
  const frame = document.querySelector(".vb-left svg").getBoundingClientRect();
  const send = (type, x, y) => grip.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, clientX: frame.left + x, clientY: frame.top + y, bubbles: true, cancelable: true}));
  grip.setPointerCapture = () => {};
  const ask = window.requestAnimationFrame.bind(window), own = [], gaps = [];
  window.requestAnimationFrame = (draw) => ask((now) => {
    const before = performance.now(); draw(now); own.push(performance.now() - before);
  });
  send("pointerdown", 300, 150);
  const start = performance.now();
  let last = await new Promise(ask);
  for (let i = 0; performance.now() - start < seconds * 1000; i++) {
    send("pointermove", 220 + 180 * Math.cos(i / 20), 220 + 180 * Math.sin(i / 20));
    const now = await new Promise(ask);
    gaps.push(now - last);
    last = now;
  }
  send("pointerup", 300, 150);
  return [gaps, own];
}"""


def main() -> None:
    """Drag, and print medians, 95th percentiles and the share of frames that came late."""
    with page_maker(__doc__) as (browser, seconds):
        for words in (5, 12):
            names = ["bank", *(f"word {i}" for i in range(1, words))]
            points = [[3.0, 2.0], *([i * 0.4 - 2, 3 - i * 0.5] for i in range(1, words))]
            page = open_board(browser, words=names, points=points, second="word 1", d=768)
            gaps, own = page.evaluate(DRAG, seconds)
            report(f"{words} arrows", "the board", gaps, own)
            page.close()


if __name__ == "__main__":
    main()
