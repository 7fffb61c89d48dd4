"""An alarm for bias, pulled again and again where nothing is to be found. Lesson 07."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embeddings_course.files.data import FalseAlarm
from embeddings_course.files.errors import CourseError
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, plain
from embeddings_course.plots.tokens import TOKENS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIMITS = (0.01, 0.05, 0.1, 0.2)
"""Where the alarm can be set: it rings where chance does as much in fewer deals than this."""
ACROSS = 40
SAYS = {
    "none": "Two sides of random words: nothing is to be found here. Pull, and see whether the alarm rings.",
    "some": "{last} So far the alarm rang in {rang} of {pulls} pulls, though nothing is there. Set to {limit} %, it "
    "promised about {promised}.",
    "rings": "It rings.",
    "silent": "Silence.",
    "mute": "{topics} against {topics} can be dealt in so few ways that none is ever rare: this alarm cannot ring, not "
    "even in a burning house. Take 5 topics a side.",
}
"""What is said: before the first pull, after it, and where the alarm has no clapper."""


@dataclass(frozen=True)
class Alarms(Picture):
    """Pulls of the alarm between random topics, in two trays: it rang, or it was silent.

    Args:
        draws: recorded pulls, by the number of topics a side.
        shares: rows of the table behind *numbers*.
        topics: a side.
        whole: whether chance deals whole topics; else single words.
        limit: the alarm rings below this share of deals.
        pulls: how many so far.
        limits: where it can be set.
        sentences: what is said, as SAYS has it.

    Raises:
        CourseError: where there are no such pulls.
    """

    draws: Mapping[str, Sequence[FalseAlarm]]
    shares: Sequence[Sequence[str]]
    topics: str = "1"
    whole: bool = False
    limit: float = 0.05
    pulls: int = 0
    limits: Sequence[float] = LIMITS
    sentences: Mapping[str, str] = field(default_factory=lambda: SAYS)

    size = (9.0, 4.4)

    def __post_init__(self) -> None:
        if self.topics not in self.draws:
            raise CourseError(f"There are so many topics a side: {', '.join(self.draws)}; not {self.topics!r}.")
        if not 0 <= self.pulls <= len(self.draws[self.topics]) or self.limit not in self.limits:
            raise CourseError(
                f"Pulls go from 0 to {len(self.draws[self.topics])}, the alarm is set to one of {self.limits}."
            )

    def chance(self, draw: FalseAlarm) -> float | None:
        """Return in which share of deals chance does as much; None where no deal is rare."""
        return draw.whole if self.whole else draw.single

    @property
    def mute(self) -> bool:
        """Whether this alarm can never ring."""
        return self.chance(self.draws[self.topics][0]) is None

    @property
    def rang(self) -> list[bool]:
        """For each pull so far whether it rang."""
        chances = [self.chance(draw) for draw in self.draws[self.topics][: self.pulls]]
        return [chance is not None and chance < self.limit for chance in chances]

    @property
    def promised(self) -> int:
        """How many of the pulls an honest alarm of this setting would ring in, about."""
        return round(self.pulls * self.limit)

    def draw_on(self, ax: Axes) -> None:
        """Draw both trays, and in the upper one the places that were promised."""
        ax.axis("off")
        ax.set(xlim=(0, 100), ylim=(46, 0))
        dealt = "whole topics" if self.whole else "single words"
        if self.pulls:
            last = self.draws[self.topics][self.pulls - 1]
            ax.text(50, 2.5, f"{last.first} …  against  {last.second} …", size=SIZE, color=INK, ha="center")
        said = f"{self.topics} random topic{'s' * (self.topics != '1')} a side, {dealt} dealt, set to {self.limit:.0%}"
        ax.text(50, 7, plain(said, 90), size=SIZE, color=SOFT, ha="center")
        you, quiet = TOKENS["you"].light, SOFT
        trays = {"rang": (12, you, "D"), "was silent": (30, quiet, "o")}
        for (name, (top, colour, shape)), kept in zip(trays.items(), (True, False), strict=True):
            n = self.rang.count(kept)
            ax.text(0, top + 1, name, size=SIZE + 1, weight="bold", color=colour, va="center")
            if n:
                ax.plot(*zip(*[_spot(i, top) for i in range(n)], strict=True), shape, color=colour, ms=6)
        if self.promised:
            spots = [_spot(i, 12) for i in range(self.promised)]
            ax.plot(*zip(*spots, strict=True), "s", mfc="none", mec=INK, ms=11)
            ax.text(13, 9.8, "framed: what it promised", size=SIZE - 1, color=INK, va="center")

    def parts(self) -> Parts:
        """Nothing: the page draws it with a script of its own, where it can be pulled."""
        return ()

    def describe(self) -> str:
        """Say how often it rang, and how often it should."""
        if self.mute:
            return self.sentences["mute"].format(topics=self.topics)
        if not self.pulls:
            return self.sentences["none"]
        return self.sentences["some"].format(
            last=self.sentences["rings" if self.rang[-1] else "silent"],
            rang=sum(self.rang),
            pulls=self.pulls,
            limit=f"{self.limit * 100:g}",
            promised=self.promised,
        )


def _spot(i: int, top: float) -> tuple[float, float]:
    return 14 + 2.15 * (i % ACROSS), top + 3.2 * (i // ACROSS)
