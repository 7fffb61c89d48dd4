"""Cut this link: take one weight out of a head and see how far the token really moves. Lesson 10."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import choice, text_line
from embeddings_course.demos.head_viewer import TokenView, numbered, read, shape
from embeddings_course.files.arrays import Floats
from embeddings_course.inside import moved, row_without
from embeddings_course.plots.attention import CutView, Needle
from embeddings_course.pretrained import load_bert
from embeddings_course.uses import reader_of
from embeddings_course.vectors import normalise

MOST_TOKENS, MOST_CUTS = 32, 5
"""A longer text would make the hand wait; of a row, so many links are cut, the heaviest ones, and the chosen one."""
ALL = -1
"""All heads, or all layers."""


@lru_cache(maxsize=256)
def without(text: str, layer: int, head: int, start: int, ends: tuple[int, ...]) -> Floats:
    """Return the last vector of `start` without each of the links to `ends`, one at a time; shape (ends, hidden)."""
    within, by = (None if number == ALL else number for number in (layer, head))
    return row_without(load_bert(), read(text, MOST_TOKENS), within, by, start, ends)


def weights_of(text: str, layer: int, head: int) -> Floats:
    """Return the weights (n, n) of one head of one layer, or the mean over all heads, or over all layers."""
    weights = read(text, MOST_TOKENS).attentions
    weights = weights.mean(axis=0) if layer == ALL else weights[layer]
    return weights.mean(axis=0) if head == ALL else weights[head]


@lru_cache(maxsize=64)
def middles(word: str) -> tuple[tuple[str, ...], Floats]:
    """Return the senses of a word that the course knows, and the middle of each in the last layer, of length 1."""
    senses, centres = reader_of(load_bert()).senses(word)
    return senses, normalise(centres[:, -1]) if len(senses) else np.zeros((0, 1))


def needle(word: str, whole: Floats, cut: Floats) -> Needle | None:
    """Return how far a word leads in its sense, whole and with each cut; none where its senses are unknown."""
    senses, centres = middles(word)
    if len(senses) < 2:
        return None
    cosines = 100 * normalise(np.vstack([whole, cut])) @ centres.T
    first, second = np.argsort(-cosines[0], kind="stable")[:2]
    leads = cosines[:, first] - cosines[:, second]
    return Needle(f"{senses[first]} over {senses[second]}", float(leads[0]), leads[1:])


@lru_cache(maxsize=64)
def yardstick(text: str, start: int) -> float:
    """Return how far a token moves when a full stop is put behind the text."""
    states = [read(t, MOST_TOKENS + 1).hidden_states[-1, start] for t in (text, text + ".")]
    return float(moved(*states))


class CutLink(TokenView):
    """Choose a cell: that link is cut, the sentence runs again, and the view says how far the token moved.

    Introduced in lesson 10.

    Args:
        state: `text`, `layer` and `head` (from 0, as in code; head -1 is all heads), `start`, `end`.
    """

    title = "Cut this link"
    MOST: ClassVar[int] = MOST_TOKENS
    PICKS: ClassVar[tuple[str, ...]] = ("start", "end")

    def __init__(self, **state: Any) -> None:
        super().__init__(**state)
        self.stage.listen(self.walked)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """A sentence, layer, head, and the two ends of the link."""
        layers, heads = shape()

        def token(name: str, value: int) -> widgets.Dropdown:
            return widgets.Dropdown(
                options=self.token_options(self.text), value=value, description=name,
                layout={"width": "180px"}, style={"description_width": "60px"},
            )  # fmt: skip

        return {
            "text": text_line("Sentence", self.text, width=700),
            "layer": choice("Layer", [*numbered("layer", layers), ("all layers", ALL)], 1, 210, 50),
            "head": choice(
                "Head", [*numbered("head", heads), ("all heads", ALL)], min(8, heads - 1), 210, 50
            ),
            "start": token("From", 6),
            "end": token("To", 7),
        }  # fmt: skip

    def arrange(self) -> list[widgets.Widget]:
        """Choices above; below them the grid, weight and effect, and the needle."""
        c = self.controls
        choices = widgets.HBox([c[n] for n in ("layer", "head", "start", "end")], layout={"flex_flow": "row wrap"})
        return [c["text"], choices, self.stage]

    @classmethod
    def compute(cls, text: str, layer: int = 1, head: int = 8, start: int = 6, end: int = 7) -> CutView:
        """Cut the heaviest links of the token one by one, and the chosen one, and see where it goes."""
        output = read(text, MOST_TOKENS)
        start, end = (min(i, len(output.tokens) - 1) for i in (start, end))
        weights = weights_of(text, layer, head)
        ends = np.sort(np.argsort(-weights[start], kind="stable")[:MOST_CUTS])
        cut = without(text, layer, head, start, tuple(map(int, ends)))
        if end not in ends:  # a light link of a long text
            order = np.argsort([*ends, end], kind="stable")
            ends, cut = np.append(ends, end)[order], np.vstack([cut, without(text, layer, head, start, (end,))])[order]
        whole = output.hidden_states[-1, start]
        name = f"{cls._called('layer', layer)}, {cls._called('head', head)}"
        told = needle(output.tokens[start], whole, cut)
        return CutView(output.tokens, start, end, ends, weights, moved(whole, cut), yardstick(text, start), name, told)

    @staticmethod
    def _called(what: str, number: int) -> str:
        return f"all {what}s" if number == ALL else f"{what} {number + 1}"

    def choose(self, start: int, end: int) -> None:
        """Both ends of the link are controls."""
        self.controls["start"].value, self.controls["end"].value = start, end
