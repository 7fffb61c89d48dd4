"""The vote: a lecturer types how many hands went up, before the room talked and after. For slides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from embeddings_course.demos.base import Demo
from embeddings_course.files.checks import checked
from embeddings_course.plots.votes import LETTERS, Votes

ASKED = ("Which is nearer to *bank*?", ("money", "river", "neither"))
MOST = 999


class Vote(Demo):
    """Two rows of boxes for counted hands, and both votes as bars; what the answers mean comes with the second one.

    Introduced in lesson 00.

    Args:
        question: what the room is asked.
        options: what it may answer.
        means: what each answer means.
        right: which of them are right.
        state: `before_a`, `after_a` and so on.

    >>> vote = Vote("2 + 2?", ["4", "5"], ["Yes.", "One too many."], [True, False], before_a=3, before_b=9)
    >>> vote.picture.describe()
    'Before, of 12 hands a has 3 and b 9.'
    >>> vote.set(after_a=11, after_b=1)
    >>> vote.picture.describe()
    'Before, of 12 hands a has 3 and b 9. After, of 12 hands a has 11 and b 1. b) One too many.'
    """

    title = "Vote"

    @checked
    def __init__(
        self,
        question: str = ASKED[0],
        options: Sequence[str] = ASKED[1],
        means: Sequence[str] = (),
        right: Sequence[bool] = (),
        **state: Any,
    ) -> None:
        none = (0,) * len(options)
        self.asked = Votes(question, tuple(options), none, none, tuple(means), tuple(right))
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """A box for each option and vote."""
        letters = LETTERS[: len(self.asked.options)]
        return {
            f"{when}_{letter}": widgets.BoundedIntText(
                0, min=0, max=MOST, description=f"{when} {letter}", layout={"width": "150px"}
            )
            for when in ("before", "after")
            for letter in letters
        }

    def arrange(self) -> list[widgets.Widget]:
        """The first vote's boxes in a row, the second's below, the bars, what you see."""
        boxes, n = list(self.controls.values()), len(self.asked.options)
        rows = [widgets.HBox(part, layout={"flex_flow": "row wrap"}) for part in (boxes[:n], boxes[n:])]
        return [*rows, self.stage]

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`."""
        hands, n = [control.value for control in self.controls.values()], len(self.asked.options)
        return {"asked": self.asked, "before": hands[:n], "after": hands[n:]}

    @classmethod
    def compute(cls, asked: Votes, before: Sequence[int], after: Sequence[int]) -> Votes:
        """Return both votes on a question."""
        return Votes(asked.question, asked.options, tuple(before), tuple(after), asked.means, asked.right)
