"""Views of something that grows: they begin at their first moment, with Play; their stills show the last."""

from __future__ import annotations

from typing import Any, ClassVar

import ipywidgets as widgets

from embeddings_course.demos.base import Demo, Number
from embeddings_course.plots.picture import Picture


class Played(Demo):
    """A view with a control called `moment`, whose moments are counted from 0; Play walks through them in the page.

    Until a hand has chosen a moment the still and the text tell of the last one: on paper nothing plays.
    """

    pace: ClassVar[int] = 700
    """Milliseconds for a moment."""

    def __init__(self, **state: Any) -> None:
        self.chosen = "moment" in state
        """Whether somebody has chosen a moment."""
        super().__init__(**state)

    def last(self) -> int:
        """Return the last moment."""
        raise NotImplementedError

    def follow(self, name: str) -> None:
        """Remember that a moment was chosen."""
        self.chosen = self.chosen or name == "moment"

    def arrange(self) -> list[widgets.Widget]:
        """Play stands before all other controls."""
        moment = self.controls["moment"]
        slider = moment.slider if isinstance(moment, Number) else moment
        self.play = widgets.Play(min=0, max=self.last(), interval=self.pace, show_repeat=False)
        widgets.jslink((self.play, "value"), (slider, "value" if isinstance(moment, Number) else "index"))
        controls, *rest = super().arrange()
        controls.children = (self.play, *controls.children)
        return [controls, *rest]

    @property
    def told(self) -> Picture:
        """The last moment, or the one that was chosen."""
        return self.picture if self.chosen else self.compute(**{**self.state(), "moment": self.last()})
