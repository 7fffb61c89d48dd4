"""Look at any head of any layer: weights as colours and lines, for one sentence or for two. Lesson 10."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

import ipywidgets as widgets

from embeddings_course.bert import Output
from embeddings_course.demos.base import Demo, DemoError, choice, text_line
from embeddings_course.files.errors import CourseError, WeightsError
from embeddings_course.plots.attention import Heads, HeadView
from embeddings_course.pretrained import load_bert

MOST_TOKENS = 62
"""60 and the two that BERT adds."""


@lru_cache(maxsize=24)
def read(text: str, most: int = MOST_TOKENS) -> Output:
    """Run the lesson's BERT over a text, once.

    Raises:
        DemoError: where the text is empty or longer than `most` tokens.
    """
    if not text.strip():
        raise DemoError("There is no sentence. Type one and press Enter.")
    bert = load_bert()
    n = len(bert.tokenize(text))
    if n > most:
        raise DemoError(f"This text makes {n} tokens, and the view shows at most {most}. Make it shorter.")
    return bert(text)


def numbered(word: str, n: int) -> list[tuple[str, int]]:
    """Return the options of a list of layers or heads: they count from 1, and code counts from 0."""
    return [(f"{word} {i + 1} (in code {i})", i) for i in range(n)]


def shape() -> tuple[int, int]:
    """Return layers and heads; without a model the view still opens, and says in place what is missing."""
    try:
        config = load_bert().config
    except WeightsError:
        return 6, 12
    return config.n_layers, config.n_heads


class TokenView(Demo):
    """A view with a sentence, a layer, a head and tokens to choose: what the two views of attention share."""

    MOST: ClassVar[int] = MOST_TOKENS
    PICKS: ClassVar[tuple[str, ...]] = ("start",)
    """The controls that choose a token."""
    text: ClassVar[str] = "the bank robber lives near the bank of the river"

    def token_options(self, text: str) -> list[tuple[str, int]]:
        """Return the tokens of a text with their places, as options of a list."""
        try:
            return [(f"{i} {token}", i) for i, token in enumerate(read(text, self.MOST).tokens)]
        except CourseError:
            return [("0 [CLS]", 0)]

    def follow(self, name: str) -> None:
        """Offer the tokens of a new sentence; keep the place where it still exists, or else take the last word."""
        if name != "text":
            return
        options = self.token_options(self.controls["text"].value)
        for pick in self.PICKS:
            kept = self.controls[pick].value or 0
            self.controls[pick].options = options
            self.controls[pick].value = kept if kept < len(options) - 1 else max(0, len(options) - 2)

    def walked(self, done: dict[str, Any]) -> None:
        """A cell was chosen in the page, in the first sentence; what does not fit the present one is left alone."""
        start, end = done.get("start", ""), done.get("end", "")
        tokens = [token.partition(" ")[2] for token, _ in self.controls["start"].options]
        if done.get("text") != tokens or not all(isinstance(i, int) and 0 <= i < len(tokens) for i in (start, end)):
            return
        with self.hold(), self.filling():
            self.choose(start, end)
            self.refresh()

    def choose(self, start: int, end: int) -> None:
        """Take the cell in hand."""
        raise NotImplementedError


class HeadViewer(TokenView):
    """Any head of any layer; click a cell or walk with the arrow keys; a second sentence stands beside the first.

    Introduced in lesson 10.

    Args:
        state: `text`, `other` (or ""), `layer` and `head` (from 0, as in code), `start` (the token in focus), `hide`.
    """

    title = "Heads and layers"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Two sentences, layer, head, the token in focus, and a switch."""
        layers, heads = shape()
        return {
            "text": text_line("Sentence", self.text, width=700),
            "other": text_line("Compare", "", "a second sentence, if you like", width=700),
            "layer": choice("Layer", numbered("layer", layers), 1, width=210, name_width=50),
            "head": choice("Head", numbered("head", heads), min(8, heads - 1), width=210, name_width=50),
            "start": widgets.Dropdown(
                options=self.token_options(self.text), value=7, description="Focus",
                layout={"width": "180px"}, style={"description_width": "50px"},
            ),
            "hide": widgets.ToggleButton(description="hide [CLS] and [SEP]", layout={"width": "170px"}),
        }  # fmt: skip

    def __init__(self, **state: Any) -> None:
        self.end: int | None = None
        """The token in hand that is looked at; the heaviest one where None."""
        super().__init__(**state)
        self.stage.listen(self.walked)

    def arrange(self) -> list[widgets.Widget]:
        """Sentences above, choices below them, then one grid or two."""
        c = self.controls
        choices = widgets.HBox([c[n] for n in ("layer", "head", "start", "hide")], layout={"flex_flow": "row wrap"})
        return [c["text"], c["other"], choices, self.stage]

    def follow(self, name: str) -> None:
        """With another sentence or another focus the heaviest link is in hand."""
        super().follow(name)
        if name in ("text", "start"):
            self.end = None

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`."""
        return {**super().state(), "end": self.end}

    @classmethod
    def compute(
        cls,
        text: str,
        other: str = "",
        layer: int = 1,
        head: int = 8,
        start: int = 7,
        hide: bool = False,
        end: int | None = None,
    ) -> Heads:
        """Return what the head does on one sentence, or on two: the same word in focus where both have it."""
        name = f"layer {layer + 1}, head {head + 1}"
        first = read(text)
        focus = min(start, len(first.tokens) - 1)
        views = [HeadView(first.tokens, first.attentions[layer, head], focus, hide, name, end)]
        if other.strip():
            second, word = read(other), first.tokens[focus]
            places = [i for i, token in enumerate(second.tokens) if token == word] or [
                min(focus, len(second.tokens) - 1)
            ]
            nearest = min(places, key=lambda i: abs(i - focus))
            views.append(HeadView(second.tokens, second.attentions[layer, head], nearest, hide, name))
        return Heads(tuple(views))

    def choose(self, start: int, end: int) -> None:
        """The token in focus is a control; the one that it looks at is in hand."""
        self.controls["start"].value, self.end = start, end
