"""Look at any head of any layer: weights as colours and lines, for one sentence or for two. Lesson 10."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from embeddings_course.bert import Output
from embeddings_course.demos.attention_grid import AttentionGrid
from embeddings_course.demos.base import Demo, DemoError, choice, field
from embeddings_course.files.errors import CourseError, WeightsError
from embeddings_course.plots.attention import HeadView, describe_head, draw_head
from embeddings_course.plots.style import paint
from embeddings_course.pretrained import Bert, load_bert

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

MOST_TOKENS = 62
"""60 and the two that BERT adds."""


@lru_cache(maxsize=1)
def the_bert() -> Bert:
    """Load the lesson's BERT once for all views."""
    return load_bert()


@lru_cache(maxsize=24)
def read(text: str, most: int = MOST_TOKENS) -> Output:
    """Run the lesson's BERT over a text, once.

    Raises:
        DemoError: where the text is empty or longer than `most` tokens.
    """
    if not text.strip():
        raise DemoError("There is no sentence. Type one and press Enter.")
    n = len(the_bert().tokenize(text))
    if n > most:
        raise DemoError(f"This text makes {n} tokens, and the view shows at most {most}. Make it shorter.")
    return the_bert()(text)


def numbered(word: str, n: int) -> list[tuple[str, int]]:
    """Return the options of a list of layers or heads: they count from 1, and code counts from 0."""
    return [(f"{word} {i + 1} (in code {i})", i) for i in range(n)]


def shape() -> tuple[int, int]:
    """Return layers and heads; without a model the view still opens, and says in place what is missing."""
    try:
        return the_bert().config.n_layers, the_bert().config.n_heads
    except WeightsError:
        return 6, 12


class TokenView(Demo):
    """A view with a sentence, a layer, a head and tokens to choose: what the two views of attention share."""

    MOST: ClassVar[int] = MOST_TOKENS
    PICKS: ClassVar[tuple[str, ...]] = ("start",)
    """The controls that choose a token."""
    text: ClassVar[str] = "the bank robber lives near the bank of the river"

    def __init__(self, **state: Any) -> None:
        self.grid = AttentionGrid() if AttentionGrid else widgets.HTML()
        super().__init__(**state)
        if AttentionGrid:
            self.grid.on_choice(self._clicked)

    def token_options(self, text: str) -> list[tuple[str, int]]:
        """Return the tokens of a text with their places, as options of a list."""
        try:
            return [(f"{i} {token}", i) for i, token in enumerate(read(text, self.MOST).tokens)]
        except CourseError:
            return [("0 [CLS]", 0)]

    def set(self, **state: Any) -> None:
        """Set the sentence first: the tokens to choose from depend on it."""
        with self.hold():
            for name in sorted(state, key=lambda name: name in self.PICKS):
                super().set(**{name: state[name]})

    def _changed(self, change: Any) -> None:
        if self._filling:
            return
        if change["owner"] is self.controls["text"]:
            self._fill()
        self.refresh()

    def _fill(self) -> None:
        """Offer the tokens of the new sentence; keep the place where it still exists."""
        options = self.token_options(self.controls["text"].value)
        with self.filling():
            for name in self.PICKS:
                kept = self.controls[name].value or 0
                self.controls[name].options = options
                # where the place is gone: the last word
                self.controls[name].value = kept if kept < len(options) - 1 else max(0, len(options) - 2)

    def _clicked(self, start: int, end: int) -> None:
        """A cell was chosen in the page."""
        wanted = dict(zip(("start", "end"), (start, end), strict=True))
        with self.hold():
            for name in self.PICKS:
                self.controls[name].value = wanted[name]


class HeadViewer(TokenView):
    """Any head of any layer; click a cell or walk with the arrow keys; a second sentence stands beside the first.

    Introduced in lesson 10.

    Args:
        state: `text`, `other` (or ""), `layer` and `head` (from 0, as in code), `start` (the token in focus), `hide`.
    """

    title = "Heads and layers"
    size = (8.8, 4.6)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Two sentences, layer, head, the token in focus, and a switch."""
        layers, heads = shape()
        return {
            "text": field("Sentence", self.text, width=700),
            "other": field("Compare", "", "a second sentence, if you like", width=700),
            "layer": choice("Layer", numbered("layer", layers), 1, width=210, name_width=50),
            "head": choice("Head", numbered("head", heads), min(8, heads - 1), width=210, name_width=50),
            "start": widgets.Dropdown(
                options=self.token_options(self.text), value=7, description="Focus",
                layout={"width": "180px"}, style={"description_width": "50px"},
            ),
            "hide": widgets.ToggleButton(description="hide [CLS] and [SEP]", layout={"width": "170px"}),
        }  # fmt: skip

    def arrange(self) -> list[widgets.Widget]:
        """Sentences above, choices below them, then one grid or two."""
        c = self.controls
        self.second = AttentionGrid() if AttentionGrid else widgets.HTML()
        wrap = {"flex_flow": "row wrap"}
        grids = widgets.HBox([self.grid, self.second], layout=wrap)
        return [c["text"], c["other"], widgets.HBox([c[n] for n in ("layer", "head", "start", "hide")], layout=wrap),
                self.view, grids, self.line]  # fmt: skip

    @classmethod
    def compute(
        cls, text: str, other: str = "", layer: int = 1, head: int = 8, start: int = 7, hide: bool = False
    ) -> tuple[HeadView, ...]:
        """Return what the head does on one sentence, or on two: the same word in focus where both have it."""
        name = f"layer {layer + 1}, head {head + 1}"
        first = read(text)
        focus = min(start, len(first.tokens) - 1)
        views = [HeadView(first.tokens, first.attentions[layer, head], focus, hide, name)]
        if other.strip():
            second, word = read(other), first.tokens[focus]
            places = [i for i, token in enumerate(second.tokens) if token == word] or [
                min(focus, len(second.tokens) - 1)
            ]
            nearest = min(places, key=lambda i: abs(i - focus))
            views.append(HeadView(second.tokens, second.attentions[layer, head], nearest, hide, name))
        return tuple(views)

    @classmethod
    def draw(cls, data: tuple[HeadView, ...], figure: FigureBase) -> None:
        """One heat map, or two."""
        for part, view in zip(figure.subfigures(1, len(data), squeeze=False)[0], data, strict=True):
            draw_head(view, part.add_subplot())

    @classmethod
    def describe(cls, data: tuple[HeadView, ...]) -> str:
        """Where the token in focus looks, in each sentence."""
        first = describe_head(data[0])
        if len(data) == 1:
            return first
        return f"{first} In the second sentence: {describe_head(data[1]).partition(': ')[2]}"

    def show(self, data: tuple[HeadView, ...]) -> None:
        """Fill the grids; without anywidget, a still picture."""
        if not AttentionGrid:
            super().show(data)
            return
        self.view.value = ""
        for grid, view in zip((self.grid, self.second), data, strict=False):
            end = view.heaviest[0] if grid is self.second or not data else self._end(view)
            grid.show_head(view.tokens, view.weights, name=view.name, start=view.focus, end=end, hide=view.hide,
                           lines=len(data) == 1)  # fmt: skip
        self.grid.layout.display = ""
        self.second.layout.display = "" if len(data) > 1 else "none"

    def _end(self, view: HeadView) -> int:
        """Return the column in hand: where the hand is, or else where the weight is."""
        same = self.grid.tokens == list(view.tokens) and self.grid.start == view.focus
        return self.grid.end if same and self.grid.end < len(view.tokens) else view.heaviest[0]

    def _fail(self, error: Exception, message: str) -> None:
        super()._fail(error, message)
        for grid in (self.grid, self.second):
            grid.layout.display = "none"


def still(view: HeadView) -> str:
    """Return one head as an image element: what stands in the place of the grid where anywidget is missing."""
    return paint(lambda figure: draw_head(view, figure.add_subplot()), describe_head(view), (4.4, 4.2)).img()
