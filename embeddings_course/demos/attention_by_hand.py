"""Attention by hand: five words, two numbers a vector; turn an arrow and *bank* slides to the river (lesson 10)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.bert import attend
from embeddings_course.demos.base import Demo, Number, buttons, choice
from embeddings_course.plots.attention import Blend

TOKENS = ("money", "near", "the", "river", "bank")
QUERY = (1.5, 1.0)
KEYS = {"money": (2.0, 0.0), "near": (0.2, -0.4), "the": (-0.5, -0.5), "river": (0.0, 2.0), "bank": (0.7, 0.7)}
VALUES = {"money": (1.0, 0.0), "near": (0.2, 0.2), "the": (0.0, 0.0), "river": (0.0, 1.0), "bank": (0.5, 0.5)}
VECTORS = {
    "bank asks (query)": ("query", "bank"),
    **{f"{t} offers (key)": ("key", t) for t in TOKENS},
    **{f"{t} gives (value)": ("value", t) for t in TOKENS},
}
"""Every vector that a hand may turn, by the name in the list."""


class AttentionByHand(Demo):
    """One token looks at five: change any number of any query, key or value, and see what it takes away.

    Introduced in lesson 10.

    Args:
        state: `vector` (which arrow is in hand), `right` and `up` (its two numbers), `times`, `divide`.

    >>> view = AttentionByHand(right=3, up=-1)
    >>> view.picture.tokens[int(view.picture.shares.argmax())]
    'money'
    """

    title = "Attention by hand"

    def __init__(self, **state: Any) -> None:
        self.numbers: dict[tuple[str, str], list[float]] = {}
        """The vectors by kind and word, as the hand left them."""
        self._fresh()
        super().__init__(**state)

    def _fresh(self) -> None:
        self.numbers = {("query", "bank"): list(QUERY)}
        self.numbers |= {("key", token): list(KEYS[token]) for token in TOKENS}
        self.numbers |= {("value", token): list(VALUES[token]) for token in TOKENS}

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Which arrow, its two numbers, how many times longer the query is, and the division."""
        return {
            "vector": choice("Arrow", [*VECTORS], "bank asks (query)", width=250, name_width=60),
            "right": Number("money", QUERY[0], -4, 4, 0.1, name_width=60),
            "up": Number("water", QUERY[1], -4, 4, 0.1, name_width=60),
            "times": buttons("Query times", [0, 1, 3, 30], 1, button_width=44),
            "divide": buttons("Scores", ["divided by √d", "not divided"], "divided by √d", button_width=110),
        }

    def arrange(self) -> list[widgets.Widget]:
        """The arrow in hand above, what is done to all below it."""
        c = self.controls
        again = widgets.Button(description="as at the start", layout={"width": "130px"})
        again.on_click(lambda _: self.again())
        wrap = {"flex_flow": "row wrap"}
        return [
            widgets.HBox([c["vector"], c["right"], c["up"]], layout=wrap),
            widgets.HBox([c["times"], c["divide"], again], layout=wrap),
            self.stage,
        ]

    def again(self) -> None:
        """Put all numbers back."""
        with self.hold(), self.filling():
            self._fresh()
            self.set(vector="bank asks (query)", times=1, divide="divided by √d")
            self._fill()
            self.refresh()

    @classmethod
    def compute(
        cls,
        numbers: Mapping[tuple[str, str], list[float]] | None = None,
        times: float = 1,
        divide: str = "divided by √d",
    ) -> Blend:
        """Work out scores, shares and blend for *bank*; the same `attend` as in the real BERT."""
        given = numbers or {}
        query = times * np.array(given.get(("query", "bank"), QUERY))
        keys = np.array([given.get(("key", t), KEYS[t]) for t in TOKENS])
        values = np.array([given.get(("value", t), VALUES[t]) for t in TOKENS])
        divisor = math.sqrt(2) if divide.startswith("divided") else 1.0
        asked = query * math.sqrt(2) / divisor  # `attend` divides; undo it where the learner switched it off
        output, shares = attend(asked[None], keys, values)
        return Blend(TOKENS, "bank", query, keys, values, keys @ query / divisor, shares[0], output[0])

    def state(self) -> dict[str, Any]:
        """The numbers as the hand left them, and the two switches."""
        numbers = {name: list(vector) for name, vector in self.numbers.items()}
        return {"numbers": numbers, "times": self.controls["times"].value, "divide": self.controls["divide"].value}

    def follow(self, name: str) -> None:
        """Another arrow brings its numbers into the boxes; new numbers go to the arrow in hand."""
        if name == "vector":
            self._fill()
        elif name in ("right", "up"):
            self.numbers[self._hand] = [float(self.controls[side].value) for side in ("right", "up")]

    @property
    def _hand(self) -> tuple[str, str]:
        return VECTORS[self.controls["vector"].value]

    def _fill(self) -> None:
        for side, value in zip(("right", "up"), self.numbers[self._hand], strict=True):
            self.controls[side].value = value
