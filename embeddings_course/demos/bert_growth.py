"""Scrub through the training of a small BERT: guesses get better, one word falls apart into senses. Lesson 09."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import ipywidgets as widgets

from embeddings_course.demos.base import DemoError, choice
from embeddings_course.demos.played import Played
from embeddings_course.files.data import TownGrowth, load_town_growth
from embeddings_course.files.table import Embedding
from embeddings_course.plots.growth import Growth
from embeddings_course.plots.points import Basis, fit_basis, frame


@lru_cache(maxsize=1)
def _growth() -> TownGrowth:
    return load_town_growth()


@lru_cache(maxsize=1)
def _basis() -> Basis:
    """The two directions of the last checkpoint: all moments are seen through one window."""
    return fit_basis(_table(-1))


def _table(moment: int) -> Embedding:
    growth = _growth()
    return Embedding(tuple(f"use {i}" for i in range(len(growth.sentences))), growth.vectors[moment])


class BertGrowth(Played):
    """A BERT of our own at twelve moments of its training: the map of *bank*, the loss, and a guess at a masked word.

    Introduced in lesson 09.
    """

    title = "Watch a BERT learn"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The moment, as a slider that names the steps; the masked sentence, to choose."""
        growth = _growth()
        moment = widgets.SelectionSlider(
            options=[(f"{step:,}", i) for i, step in enumerate(growth.steps)],
            value=0,
            description="Steps",
            layout={"width": "420px"},
        )
        texts = [(text, i) for i, text in enumerate(growth.masked)]
        return {"moment": moment, "sentence": choice("Guess in", texts, 0, width=430)}

    def last(self) -> int:
        """The end of the training."""
        return len(_growth().steps) - 1

    @classmethod
    def compute(cls, moment: int = -1, sentence: int = 0) -> Growth:
        """Look at one checkpoint.

        Raises:
            DemoError: where there is no such checkpoint or sentence.
        """
        growth = _growth()
        n = len(growth.steps)
        if not -n <= moment < n or not 0 <= sentence < len(growth.masked):
            raise DemoError(f"There are {n} checkpoints and {len(growth.masked)} sentences, counted from 0.")
        now = moment % n
        ends = frame(_basis().flatten(_table(-1)))
        return Growth(
            now,
            growth.steps,
            growth.losses,
            growth.right[:, growth.layer].tolist(),
            max(growth.senses.count(s) for s in set(growth.senses)) / len(growth.senses),
            _basis().flatten(_table(now)).vectors,
            growth.senses,
            ends,
            growth.masked[sentence],
            growth.hidden[sentence],
            growth.guesses[now][sentence],
        )
