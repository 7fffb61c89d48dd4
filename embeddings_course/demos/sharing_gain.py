"""When does sharing pay? The gain of a poor task from a rich one, over labels, relatedness and room. Lesson 11."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.chance import mean_interval
from embeddings_course.demos.base import Demo, DemoError, Number, buttons
from embeddings_course.files.arrays import Rows
from embeddings_course.files.data import load_sharing, load_town
from embeddings_course.multitask import bag_of_words
from embeddings_course.plots.sharing import GainCurve

N_SENTENCES = 4000
TRUE, NOISE = "true", "random"


@lru_cache(maxsize=1)
def town_inputs() -> tuple[Any, Rows, tuple[str, ...]]:
    """Return 4,000 sentences of the town as bags of planted words, the class number of each word, and the words.

    Introduced in lesson 11.

    >>> x, groups, words = town_inputs()
    >>> x.shape, len(groups), words[0]
    ((4000, 366), 366, 'accident')
    """
    town = load_town()
    class_of, names = town.class_of, sorted(town.classes)
    words = tuple(sorted(class_of))
    unlike = dict.fromkeys(tuple(s) for s in town.sentences if sum(w in class_of for w in s) >= 3)
    order = np.random.default_rng(0).permutation(len(unlike))[:N_SENTENCES]
    sentences = list(unlike)
    x = bag_of_words([sentences[i] for i in order], words)
    return x, np.array([names.index(class_of[w]) for w in words]), words


class SharingGain(Demo):
    """The gain of task B from sharing a table with task A: labels, relatedness and room, from recorded runs.

    Introduced in lesson 11.

    >>> SharingGain.compute(labels=30, relatedness=1.0).gain[1].mean > 0.2
    True
    """

    title = "When does sharing pay?"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Labels for B, relatedness of A, whether A's labels are true, numbers a word."""
        runs = load_sharing()
        return {
            "labels": buttons("Labels for task B", [(f"{n:,}", n) for n in runs.labels], 30, button_width=58),
            "relatedness": Number("Relatedness of A", 0.5, 0, 1, 0.25, name_width=120, slider_width=160),
            "kind": buttons("Labels of A", [TRUE, NOISE], TRUE, button_width=72),
            "room": buttons("Numbers a word", list(runs.rooms), 8, button_width=40),
        }

    @classmethod
    def compute(cls, labels: int = 30, relatedness: float = 0.5, kind: str = TRUE, room: int = 8) -> GainCurve:
        """Look up the recorded runs.

        Raises:
            DemoError: where such a run was not recorded.
        """
        runs = load_sharing()
        related = None if kind == NOISE else float(relatedness)
        if related not in runs.relatedness or labels not in runs.labels or room not in runs.rooms:
            known = ", ".join(f"{r:g}" for r in runs.relatedness if r is not None)
            raise DemoError(
                f"No run was recorded for that. Labels: {runs.labels}; relatedness: {known}; numbers: {runs.rooms}."
            )
        d = runs.rooms.index(room)
        alone, shared = runs.alone[d], runs.shared[runs.relatedness.index(related), d]
        return GainCurve(
            labels=runs.labels,
            gain=[mean_interval(both - own) for both, own in zip(shared, alone, strict=True)],
            alone=alone.mean(axis=1).tolist(),
            shared=shared.mean(axis=1).tolist(),
            now=runs.labels.index(labels),
            lender="random labels" if related is None else f"relatedness {related:g}",
            room=room,
        )
