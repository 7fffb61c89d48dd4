"""What do strangers score? The cosines of random arrows, in as many dimensions as you like. Lesson 02."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, Number, buttons
from embeddings_course.files.arrays import Floats
from embeddings_course.plots.strangers import Strangers

PAIRS = 4000


@lru_cache(maxsize=8)
def _cosines(d: int) -> Floats:
    """Cosines of random pairs, drawn once, not at every touch.

    All directions are alike to a random arrow, so the other one of each pair may lie along the first axis: half the
    work of `random_cosines`, and in single precision a quarter.
    """
    arrows = np.random.default_rng(0).standard_normal((PAIRS, d), dtype=np.float32)
    return (arrows[:, 0] / np.linalg.norm(arrows, axis=1)).astype(float)


class RandomPairs(Demo):
    """A histogram of random cosines; choose the dimensions, and a cosine of your own to compare.

    Introduced in lesson 02.

    >>> RandomPairs(d=768, yours=0.3).picture.d
    768
    """

    title = "What do strangers score?"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Dimensions as buttons, from a flat sheet of paper to BERT; the learner's own cosine as a number."""
        return {
            "d": buttons("Dimensions", [2, 3, 10, 50, 100, 384, 768], 2, button_width=56),
            "yours": Number("Your cosine", 0.3, low=-1.0, high=1.0, step=0.05),
        }

    @classmethod
    def compute(cls, d: int, yours: float) -> Strangers:
        """Draw 4,000 random pairs; the same ones each time, so that the picture only changes with the controls."""
        return Strangers(d, _cosines(d), yours)
