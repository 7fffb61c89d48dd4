"""The false-alarm machine: pull an alarm where nothing is to be found, and count how often it rings. Lesson 07.

`AlarmMachine` draws in the page itself (alarm_machine.js, on the stage); its pulls were recorded: no kernel is needed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import traitlets

from embeddings_course.chance import share_interval
from embeddings_course.demos.base import PictureWidget
from embeddings_course.demos.stage import with_stage
from embeddings_course.files.data import ALARM_SIZES, load_false_alarms
from embeddings_course.plots.alarms import LIMITS, Alarms

PULLS = 200


@lru_cache(maxsize=1)
def _alarms() -> Alarms:
    """The machine before the first pull."""
    draws = {str(topics): kept for topics, kept in load_false_alarms().items()}
    rows = [(f"rang in {PULLS} pulls, set to", *(f"{limit:.0%}" for limit in LIMITS))]
    for topics, kept in draws.items():
        for said, chances in (
            ("words", [draw.single for draw in kept]),
            ("topics", [draw.whole for draw in kept if draw.whole is not None]),
        ):
            shares = [str(share_interval(sum(c < limit for c in chances), len(chances))) for limit in LIMITS if chances]
            size = ALARM_SIZES[int(topics)]
            rows.append((f"{topics} x {size} words a side, {said} dealt", *(shares or ["cannot ring"] * len(LIMITS))))
    return Alarms(draws, tuple(rows))


class AlarmMachine(PictureWidget):
    """Pull an alarm between random topics: by single words it rings far too often, by whole topics as promised.

    Read `machine.picture`; set `machine.pulls`, `machine.topics`, `machine.whole`, `machine.limit`.

    Introduced in lesson 07.

    >>> machine = AlarmMachine(pulls=200)
    >>> sum(machine.picture.rang)
    113
    """

    title = "The false-alarm machine"
    _esm = with_stage("alarm_machine.js")
    _css = "\n".join(Path(__file__).with_name(f"{name}.css").read_text("utf-8") for name in ("stage", "alarm_machine"))

    form = traitlets.Dict().tag(sync=True)
    topics = traitlets.Enum([str(topics) for topics in ALARM_SIZES], "1").tag(sync=True)
    whole = traitlets.Bool(False).tag(sync=True)
    limit = traitlets.Enum(LIMITS, 0.05).tag(sync=True)
    pulls = traitlets.Int(0, min=0, max=PULLS).tag(sync=True)

    def __init__(self, **state: Any) -> None:
        super().__init__(form=_alarms().data(), **state)

    @property
    def picture(self) -> Alarms:
        """The machine as it is now."""
        return replace(_alarms(), topics=self.topics, whole=self.whole, limit=self.limit, pulls=self.pulls)

    @property
    def told(self) -> Alarms:
        """All pulls, until somebody has pulled: on paper nobody does."""
        return self.picture if self.pulls else replace(self.picture, pulls=PULLS)

    def sample_states(self) -> list[dict[str, Any]]:
        """Return what a hand could do, for the test that moves every control."""
        return [{"pulls": 200}, {"topics": "5", "whole": True, "pulls": 99}, {"limit": 0.2}, {"topics": "1"}]
