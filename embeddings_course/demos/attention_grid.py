"""The attention grid: one head on one text, drawn in the page; choose a cell by mouse or with the arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from embeddings_course.files.arrays import Floats


class AttentionGrid(anywidget.AnyWidget):
    """Weights as colours and as lines, drawn in the page without a network; `start` and `end` are the chosen cell.

    Introduced in lesson 10.
    """

    _esm = Path(__file__).with_name("attention_grid.js")
    _css = Path(__file__).with_name("attention_grid.css")

    tokens = traitlets.List(traitlets.Unicode(), ["[CLS]"]).tag(sync=True)
    # n times n whole thousandths, row by row: a message of 60 tokens stays below 20 kB
    weights = traitlets.List(None, [1000]).tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    start = traitlets.Int(0).tag(sync=True)
    end = traitlets.Int(0).tag(sync=True)
    hide = traitlets.Bool(False).tag(sync=True)
    lines = traitlets.Bool(True).tag(sync=True)
    cutting = traitlets.Bool(False).tag(sync=True)
    showing = False

    def show_head(self, tokens: Sequence[str], weights: Floats, **look: Any) -> None:
        """Show weights of shape (n from, n to); `look` sets name, start, end, hide, lines, cutting. One message."""
        self.showing = True
        with self.hold_sync():
            self.tokens = list(tokens)
            self.weights = np.rint(1000 * weights).astype(int).ravel().tolist()
            for trait, value in look.items():
                setattr(self, trait, value)
        self.showing = False

    def on_choice(self, handler: Callable[[int, int], None]) -> None:
        """Call handler(start, end) when the learner (not `show_head`) has chosen a cell."""

        def heard(_: Any) -> None:
            if not self.showing:
                handler(self.start, self.end)

        self.observe(heard, names=["start", "end"])
