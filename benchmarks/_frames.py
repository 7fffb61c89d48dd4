"""What the benchmarks of frames share: a Chromium for some seconds, and how their times are said."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path += [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tests/browser", "tools")]

from page import chromium
from playwright.sync_api import Browser
from run_tests import find_chromium


@contextmanager
def page_maker(words: str | None) -> Iterator[tuple[Browser, float]]:
    """Read the command line (`words` describe it) and give a Chromium, and for how many seconds to measure."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4)
    seconds = parser.parse_args().seconds
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium was found. Get one by: python -m playwright install chromium")
    with chromium(executable) as browser:
        yield browser, seconds


def report(what: str, part: str, gaps: Sequence[float], own: Sequence[float]) -> None:
    """Print medians, 95th percentiles and the share of frames that came late; times in milliseconds."""
    late = sum(gap > 25 for gap in gaps) / len(gaps)
    print(f"{what}, {len(gaps)} frames: {_say(gaps)} from frame to frame, {late:.1%} later than 25 ms")
    print(f"{'':>10}{part}'s own part: {_say(own)}")


def _say(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.1f} ms (95 in 100 below {statistics.quantiles(times, n=20)[-1]:.1f})"
