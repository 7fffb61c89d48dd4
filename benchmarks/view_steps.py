"""What does one step of a view cost: seconds of CPU in the kernel, and bytes to the page? Prints ratios.

    python benchmarks/view_steps.py [--rounds 3]

Every view is made as its lesson makes it. Each of its controls goes to up to five of its values and back, as a hand
would; what is measured is from the change to the picture handed to the page (the page draws it in its next frame).
The first round fills what the views remember: only its slowest step is told. The ratio is to the vector board.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import statistics
import time
from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets

from embeddings_course import demos
from embeddings_course.demos.base import Demo
from embeddings_course.demos.vector_board import VectorBoard


def views() -> dict[str, type[Demo]]:
    """Return every view by name."""
    names = [module.name for module in pkgutil.iter_modules(demos.__path__, "embeddings_course.demos.")]
    modules = [importlib.import_module(name) for name in names]
    found = {x for module in modules for x in vars(module).values() if isinstance(x, type) and issubclass(x, Demo)}
    return {x.__name__: x for x in sorted(found, key=lambda x: x.__name__) if x.title != Demo.title}


def values(control: Any) -> list[Any]:
    """Return up to five values that a hand could give a control.

    >>> values(widgets.IntSlider(min=0, max=8))
    [0, 2, 4, 6, 8]
    """
    if isinstance(control, widgets.Checkbox | widgets.ToggleButton):
        return [True, False]
    control = getattr(control, "box", control)  # a slider with a box for its number
    if hasattr(control, "min"):
        whole = isinstance(control.value, int)
        places = [control.min + (control.max - control.min) * i / 4 for i in range(5)]
        return [round(place) if whole else place for place in places]
    options = [value for _, value in getattr(control, "_options_full", ())]
    return [options[i * (len(options) - 1) // 4] for i in range(5)] if len(options) > 5 else options


def steps(view: Demo) -> Iterator[tuple[float, int]]:
    """Move every control; yield the CPU seconds and the bytes of each step."""
    for control in view.controls.values():
        before = getattr(control, "value", None)
        for value in [*values(control), before]:
            if value == getattr(control, "value", None):
                continue
            began = time.process_time()
            control.value = value
            yield time.process_time() - began, len(json.dumps(view.stage.shown))


def yardstick(rounds: int) -> list[float]:
    """Return the CPU seconds of moving an arrow of the vector board, rulers and words included."""
    board, taken = VectorBoard(), []
    for i in range(20 * rounds):
        began = time.process_time()
        board.move(bank=(1 + i % 5, 2))
        _ = board.readings, board.picture.describe()
        taken.append(time.process_time() - began)
    return taken


def main() -> None:
    """Measure all views and print a table, the slowest first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    rounds = parser.parse_args().rounds if parser.add_argument("--rounds", type=int, default=3) else 0
    found: dict[str, tuple[list[float], list[int]]] = {}
    fresh: dict[str, float] = {}
    for name, kind in views().items():
        view = kind()
        fresh[name] = max((step for step, _ in steps(view)), default=0.0)
        taken = [step for _ in range(rounds) for step in steps(view)]
        if taken:
            found[name] = [s for s, _ in taken], [b for _, b in taken]
    unit = statistics.median(yardstick(rounds))
    print(f"CPU of a step, {rounds} rounds, load {os.getloadavg()[0]:.1f}; an arrow of the board {1000 * unit:.1f} ms")
    for name, (seconds, sizes) in sorted(found.items(), key=lambda item: -max(item[1][0])):
        middle, most = statistics.median(seconds), max(seconds)
        print(
            f"{name:<18} {len(seconds):>4} steps: median {1000 * middle:6.1f} ms ({middle / unit:5.1f} x), "
            f"slowest {1000 * most:6.1f} ms, {1000 * fresh[name]:6.1f} in the first round; "
            f"{statistics.median(sizes) / 1000:6.1f} kB"
        )


if __name__ == "__main__":
    main()
