"""How long does the word map need for a frame while a hand pushes or zooms 20,000 words? Prints milliseconds.

    python benchmarks/word_map_frames.py [--seconds 4]

A headless Chromium without a graphics card, the map alone in a page. What is measured is the time from frame to frame
(16.7 ms at 60 frames a second) and the time that the map's own drawing takes of it.
"""

from __future__ import annotations

from _frames import page_maker, report
from map_page import open_map

from embeddings_course.demos.word_map import WordMap

MOVE = """async ([seconds, zooming]) => {
  const canvas = document.querySelector("canvas"), frame = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};
  const send = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, clientX: frame.left + x, clientY: frame.top + y, bubbles: true, cancelable: true}));
  const ask = window.requestAnimationFrame.bind(window), own = [], gaps = [];
  window.requestAnimationFrame = (draw) => ask((now) => {
    const before = performance.now(); draw(now); own.push(performance.now() - before);
  });
  canvas.focus();
  if (!zooming) send("pointerdown", 300, 200);
  const start = performance.now();
  let last = await new Promise(ask);
  for (let i = 0; performance.now() - start < seconds * 1000; i++) {
    if (zooming) canvas.dispatchEvent(new WheelEvent("wheel", {
      deltaY: Math.floor(i / 40) % 2 ? 30 : -30, cancelable: true,
      clientX: frame.left + 300, clientY: frame.top + 250}));
    else send("pointermove", 300 + 80 * Math.cos(i / 20), 250 + 80 * Math.sin(i / 20));
    const now = await new Promise(ask);
    gaps.push(now - last);
    last = now;
  }
  if (!zooming) send("pointerup", 300, 200);
  window.requestAnimationFrame = ask;
  return [gaps, own];
}"""


def main() -> None:
    """Push and zoom, far and near; print medians, 95th percentiles and the share of frames that came late."""
    with page_maker(__doc__) as (browser, seconds):
        for word, zooming in (("", False), ("bank", False), ("", True)):
            page = open_map(browser, WordMap(word))
            gaps, own = page.evaluate(MOVE, [seconds, zooming])
            what = f"{'zooming' if zooming else 'pushing'}, {'round ' + word if word else 'the whole map'}"
            report(what, "the map", gaps, own)
            page.close()


if __name__ == "__main__":
    main()
