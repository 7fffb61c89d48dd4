"""How long a page of the site takes, and how many bytes come, at 10 Mbit/s, 40 ms, with the CPU slowed four times.

    python course.py site                    first: this measures what lies in build/site/
    python benchmarks/site_load.py [NAME]    every page, or those whose name holds NAME

Limits: the cover alive in 2.5 s with 1 MB; a lesson with all its views awake 4 MB. Bytes are those of gzip on the line.
"""

from __future__ import annotations

import gzip
import statistics
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[1:1] = [str(ROOT), str(ROOT / "tools")]

from run_tests import find_chromium  # noqa: E402

SITE = ROOT / "build" / "site"
LINE = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
SLOWER, ROUNDS = 4, 3
COVER_SECONDS, COVER_MB, LESSON_MB = 2.5, 1.0, 4.0
ALIVE = "() => document.querySelector('[data-alive=yes]') !== null"
WAKE = """async () => {
  document.querySelectorAll('details.gate').forEach((gate) => { gate.open = true; });
  for (const one of document.querySelectorAll('[data-view], img')) {
    one.scrollIntoView({ behavior: 'instant' });
    const asleep = () => one.dataset.view && !one.dataset.alive;
    for (let i = 0; i < 600 && asleep(); i += 1) await new Promise((go) => setTimeout(go, 50));
  }
}"""


class Gzipped(SimpleHTTPRequestHandler):
    """A small server that presses text, as any host of pages does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send one file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        text = path.suffix in {".html", ".js", ".css", ".svg"}
        content = gzip.compress(content, 6) if text else content
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(content)))
        if text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def visit(browser: Browser, address: str, waits: str | None) -> tuple[float, float, float]:
    """Open a page as a first visitor; return seconds to its text, to its first view alive, and MB with all awake."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    got: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: got.append(event["encodedDataLength"]))
    for command, values in (
        ("Network.enable", {}),
        ("Network.setCacheDisabled", {"cacheDisabled": True}),
        ("Network.emulateNetworkConditions", LINE),
        ("Emulation.setCPUThrottlingRate", {"rate": SLOWER}),
    ):
        devtools.send(command, values)
    page.goto(address, wait_until="domcontentloaded")
    if waits:
        page.wait_for_function(waits, timeout=60_000, polling=20)
    alive = page.evaluate("() => performance.now() / 1000")
    text = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.evaluate(WAKE)
    page.wait_for_timeout(200)
    context.close()
    return text or alive, alive, sum(got) / 1e6


def main(name: str = "") -> int:
    """Measure, and say what is over its limit."""
    chromium = find_chromium()
    if chromium is None or not (SITE / "index.html").exists():
        print("This needs a Chromium and build/site/ (python course.py site).")
        return 0
    over = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Gzipped, directory=str(SITE))) as server, sync_playwright() as p:
        Thread(target=server.serve_forever, daemon=True).start()
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for path in sorted(path for path in SITE.glob("*.html") if name in path.stem):
            cover, address = path.stem == "index", f"http://127.0.0.1:{server.server_address[1]}/{path.name}"
            rounds = [visit(browser, address, ALIVE if cover else None) for _ in range(ROUNDS if cover else 1)]
            text, alive, size = (statistics.median(column) for column in zip(*rounds, strict=True))
            bad = size > (COVER_MB if cover else LESSON_MB) or (cover and alive > COVER_SECONDS)
            over += bad
            more = "  OVER ITS LIMIT" if bad else ""
            when = f", alive {alive:.1f} s (median of {ROUNDS})" if cover else ""
            print(f"{path.stem:45} text {text:4.1f} s{when}, {size:.2f} MB{more}", flush=True)
        browser.close()
        server.shutdown()
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
