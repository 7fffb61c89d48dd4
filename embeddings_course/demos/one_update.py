"""One update of word2vec in two phases: guess, then move. Lesson 05."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, Number, buttons
from embeddings_course.plots.training import Update
from embeddings_course.word2vec import sgns_loss, sgns_step, sigmoid

WORDS = ("bank", "river", "money", "tuesday", "soup", "piano")
START_INPUTS = ((1.0, 0.35), (-0.4, 0.9), (0.6, -0.7), (-0.8, -0.4), (0.2, 1.0), (-0.9, 0.5))
START_OUTPUTS = ((0.2, 0.3), (-0.55, 0.8), (0.3, -0.9), (0.95, -0.2), (0.6, 0.9), (-0.2, -0.8))
NEIGHBOURS, NOISE = (1, 2), (3, 4, 5)
"""bank meets river and money in turn; tuesday, soup and piano are drawn at random."""


def pairs_of(number: int, negatives: int) -> tuple[int, int, list[int]]:
    """Return centre, true neighbour and noise words of update `number`: the same ones each time."""
    first = number // len(NEIGHBOURS) % len(NOISE)
    return 0, NEIGHBOURS[number % len(NEIGHBOURS)], [NOISE[(first + i) % len(NOISE)] for i in range(negatives)]


class OneUpdate(Demo):
    """Six words in a flat space: see what the model guesses, press *move*, go on to the next update.

    Introduced in lesson 05.

    >>> OneUpdate().picture.others
    ('river', 'tuesday', 'soup')
    """

    title = "One update: guess, then move"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The phase, as buttons; how many updates came before, the noise words and the learning rate, as numbers."""
        return {
            "phase": buttons("Phase", ["1 guess", "2 move"], "1 guess", button_width=84),
            "done": Number("Updates done", 0, 0, 40, 1, name_width=100),
            "negatives": buttons("Noise words", [0, 1, 2, 3], 2, button_width=44),
            "tables": buttons("Tables", ["two", "tied"], "two", button_width=60),
            "lr": Number("Learning rate", 0.5, 0.05, 2.0, 0.05, name_width=100),
        }

    @classmethod
    def compute(
        cls, phase: str = "1 guess", done: int = 0, negatives: int = 2, tables: str = "two", lr: float = 0.5
    ) -> Update:
        """Do `done` updates from the same start, then look closely at the next one."""
        inputs = np.array(START_INPUTS)
        outputs = inputs if tables == "tied" else np.array(START_OUTPUTS)
        for number in range(int(done)):
            sgns_step(inputs, outputs, *pairs_of(number, negatives), lr=lr)
        centre, context, noise = pairs_of(int(done), negatives)
        others = [context, *noise]
        before = inputs[centre].copy(), outputs[others].copy()
        sgns_step(inputs, outputs, centre, context, noise, lr=lr)
        after = inputs[centre].copy(), outputs[others].copy()
        return Update(
            WORDS[centre],
            tuple(WORDS[i] for i in others),
            *before,
            sigmoid(before[1] @ before[0]).tolist(),
            *after,
            sigmoid(after[1] @ after[0]).tolist(),
            phase.startswith("2"),
            tables == "tied",
            int(done),
            (sgns_loss(before[0], before[1][0], before[1][1:]), sgns_loss(after[0], after[1][0], after[1][1:])),
        )
