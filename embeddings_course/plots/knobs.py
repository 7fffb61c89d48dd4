"""The knob board in pictures: neighbours before and after a knob is moved, and both scores with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.plots.bars import Bars
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import SIZE, SOFT, dress, plain
from embeddings_course.plots.tokens import PLAIN, YOU

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

LOW, HIGH = -0.2, 0.8
"""Both ends of the scale of the scores."""


@dataclass(frozen=True)
class Score:
    """Agreement with people: rho (-1 to 1), both ends of its 95 % interval, pairs covered, pairs in all."""

    rho: float
    low: float
    high: float
    covered: int
    total: int

    def __str__(self) -> str:
        return f"{self.rho:.2f} ({self.low:.2f} to {self.high:.2f}; {self.covered} of {self.total} pairs)"


@dataclass(frozen=True)
class Knobs(Picture):
    """What the picture of the knob board shows.

    Args:
        word: the word asked about.
        moved: what differs from the base, such as "window 15 instead of 5"; empty for the base itself.
        base: the nearest words and their cosines in the base model.
        here: the same in the model that is chosen.
        strangers: the mean cosine of random pairs of words, in the base and here.
        scores: for each test its name, the base's score and the score here.
        seeds: for each test the lowest and the highest rho of the base's seeds: a smaller difference means nothing.
        note: a warning that belongs to this knob.
    """

    word: str
    moved: str
    base: Sequence[tuple[str, float]]
    here: Sequence[tuple[str, float]]
    strangers: tuple[float, float]
    scores: Sequence[tuple[str, Score, Score]]
    seeds: Sequence[tuple[float, float]]
    note: str = ""

    size = (9.0, 3.9)

    @property
    def shared(self) -> list[str]:
        """The words that stand in both lists."""
        theirs = {word for word, _ in self.base}
        return [word for word, _ in self.here if word in theirs]

    @property
    def name(self) -> str:
        """What the chosen model is called in the picture."""
        return self.moved.split(" instead")[0] or "base"

    def draw(self, figure: FigureBase) -> None:
        """Draw both lists of neighbours and the scores side by side."""
        parts = figure.subfigures(1, 3, width_ratios=[1, 1, 1.2], squeeze=False)[0]
        _bars(self, here=False).draw_on(parts[0].add_subplot())
        _bars(self, here=True).draw_on(parts[1].add_subplot())
        draw_scores(self, parts[2].add_subplot())

    def parts(self) -> Parts:
        """Both lists of neighbours, and beside them a pile with the scores of each test."""
        tests = [
            Bars(
                ["base", self.name, "other seeds"], [base.rho, here.rho, sum(seeds) / 2], f"{test}, rho", low=0,
                high=HIGH, marked=[self.name] if self.moved else (), note=f"{here.covered} of {here.total}",
                spans=[(base.low, base.high), (here.low, here.high), seeds],
            )
            for (test, base, here), seeds in zip(self.scores, self.seeds, strict=True)
        ]  # fmt: skip
        return ((_bars(self, here=False), _bars(self, here=True), tests),)

    def describe(self) -> str:
        """Return the picture as sentences: what was moved, the neighbours, the scores, and what to beware of."""
        near = ", ".join(word for word, _ in self.here)
        if not self.moved:
            scores = "; ".join(f"{test} {here}" for test, _, here in self.scores)
            return f"The base. Nearest to {self.word}: {near}. {scores}. Two strangers: {self.strangers[0]:.2f}."
        scores = "; ".join(f"{test} {here}, the base {base.rho:.2f}" for test, base, here in self.scores)
        same = f"{len(self.shared)} of {len(self.here)} are also near in the base"
        strangers = f"Two strangers: {self.strangers[1]:.2f}, in the base {self.strangers[0]:.2f}."
        text = (
            f"{self.moved[:1].upper() + self.moved[1:]}. Nearest to {self.word}: {near} ({same}). {scores}. {strangers}"
        )
        return f"{text} {self.note}".strip()


def _bars(data: Knobs, here: bool) -> Bars:
    pairs, strangers = (data.here if here else data.base), data.strangers[here]
    words, cosines = [word for word, _ in pairs], [cosine for _, cosine in pairs]
    title, note = (data.name if here else "base"), f"strangers {strangers:.2f}"
    return Bars(words, cosines, title=title, low=0.0, high=1.0, marked=data.shared, note=note)


def draw_scores(data: Knobs, ax: Axes) -> None:
    """Draw the scores as points with their intervals."""
    for i, ((test, *both), (low, high)) in enumerate(zip(data.scores, data.seeds, strict=True)):
        top = 2.6 * i
        ax.text(LOW, top, plain(test), size=SIZE - 1, weight="bold", va="center")
        ax.fill_between([low, high], top + 0.3, top + 2.2, color=SOFT, alpha=0.25, lw=0)
        for j, (name, score) in enumerate(zip(("base", data.name), both, strict=True)):
            y, colour, marker = top + 0.6 + 0.85 * j, (YOU if j else PLAIN), ("s" if j else "o")
            ax.plot([score.low, score.high], [y, y], color=colour, lw=3)
            ax.plot([score.rho], [y], marker, color=colour, ms=9, mec="#222222")
            text = f"{plain(name, 24)} {score.rho:.2f}, {score.covered} of {score.total} pairs"
            ax.text(LOW, y + 0.38, text, size=SIZE - 2, va="center")
    dress(ax).set(xlim=(LOW, HIGH), ylim=(5.1, -0.4), yticks=[], xlabel="rho (line: 95 % interval)")
    ax.axvline(0, color=SOFT, lw=1, alpha=0.5, zorder=0)
    ax.spines["left"].set_visible(False)
