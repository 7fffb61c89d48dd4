"""Cut this link: take one weight out of a head and see how far the token really moves. Lesson 10."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import choice, text_line
from embeddings_course.demos.head_viewer import TokenView, numbered, read, shape
from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.inside import cut_links, moved
from embeddings_course.plots.attention import CutView
from embeddings_course.pretrained import load_bert

MOST_TOKENS, MOST_CUTS = 32, 8
"""A longer text would make the hand wait; of a row, so many links are cut, the heaviest ones, and the chosen one."""
ALL_HEADS = -1


@lru_cache(maxsize=64)
def row_of_cuts(text: str, layer: int, head: int, start: int) -> tuple[Rows, Floats]:
    """Cut the heaviest links of one token, one at a time.

    Returns:
        which tokens they lead to, in the order of the text, and how far `start` moves without each; same shape.
    """
    weights = weights_of(text, layer, head)[start]
    ends = np.sort(np.argsort(-weights, kind="stable")[:MOST_CUTS])
    told = cut_links(load_bert(), text, layer, None if head == ALL_HEADS else head, [(start, int(e)) for e in ends])
    return ends, told[:, start]


def weights_of(text: str, layer: int, head: int) -> Floats:
    """Return the weights (n, n) of one head, or the mean over all heads."""
    weights = read(text, MOST_TOKENS).attentions[layer]
    return weights.mean(axis=0) if head == ALL_HEADS else weights[head]


@lru_cache(maxsize=64)
def yardstick(text: str, start: int) -> float:
    """Return how far a token moves when a full stop is put behind the text."""
    bert = load_bert()
    states = [bert(t).hidden_states[-1, start] for t in (text, text + ".")]
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
            "layer": choice("Layer", numbered("layer", layers), 1, width=210, name_width=50),
            "head": choice(
                "Head", [*numbered("head", heads), ("all heads", ALL_HEADS)], min(8, heads - 1), 210, 50
            ),
            "start": token("From", 6),
            "end": token("To", 7),
        }  # fmt: skip

    def arrange(self) -> list[widgets.Widget]:
        """Choices above; the grid, and beside it weight and effect, where there is room."""
        c = self.controls
        choices = widgets.HBox([c[n] for n in ("layer", "head", "start", "end")], layout={"flex_flow": "row wrap"})
        self.grid.add_class("stage-beside")
        return [c["text"], choices, self.grid, self.stage]

    @classmethod
    def compute(cls, text: str, layer: int = 1, head: int = 8, start: int = 6, end: int = 7) -> CutView:
        """Cut the links of the token one by one, the chosen one among them."""
        output = read(text, MOST_TOKENS)
        start, end = (min(i, len(output.tokens) - 1) for i in (start, end))
        weights = weights_of(text, layer, head)
        ends, moves = row_of_cuts(text, layer, head, start)
        if end not in ends:  # a light link of a long text
            one = cut_links(load_bert(), text, layer, None if head == ALL_HEADS else head, [(start, end)])[:, start]
            order = np.argsort([*ends, end], kind="stable")
            ends, moves = np.append(ends, end)[order], np.append(moves, one)[order]
        name = f"layer {layer + 1}, {'all heads' if head == ALL_HEADS else f'head {head + 1}'}"
        return CutView(output.tokens, start, end, ends, weights, moves, yardstick(text, start), name)

    def show(self, picture: CutView) -> None:
        """The grid with the cut cell crossed out, and the bars."""
        super().show(picture)
        self.grid.layout.display = ""
        self.grid.show_head(picture.tokens, picture.weights, name=picture.name, start=picture.start, end=picture.end,
                            lines=False, cutting=True)  # fmt: skip

    def _fail(self, error: Exception, message: str) -> None:
        super()._fail(error, message)
        self.grid.layout.display = "none"
