"""Squeezing in pictures: what k components lose, what they are good for, and who is near a word then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.plots.bars import Bars
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import SIZE, dress, plain
from embeddings_course.plots.tokens import MONEY, PLAIN, RIVER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


@dataclass(frozen=True)
class Squeezed(Picture):
    """What the picture of a squeezed table shows.

    Args:
        k: how many components are kept.
        power: the power of their strengths, 1, 0.5 or 0.
        read: how many sentences the table was made from.
        ks: the numbers of components of the curves.
        own: share of the table itself that is lost, for each of `ks`.
        held_out: share of the held-out table that is wrong, for each of `ks`.
        score: share of neighbours from the planted class, for each of `ks`.
        here: the three values at k: own, held out, score.
        word: the word asked about.
        neighbours: its nearest words with their cosines.
    """

    k: int
    power: float
    read: int
    ks: Sequence[int]
    own: Sequence[float]
    held_out: Sequence[float]
    score: Sequence[float]
    here: tuple[float, float, float]
    word: str
    neighbours: Sequence[tuple[str, float]]

    size = (8.4, 3.4)

    @property
    def best(self) -> int:
        """The number of components of the curve that forecasts the held-out table best."""
        return self.ks[min(range(len(self.ks)), key=lambda i: self.held_out[i])]

    def draw(self, figure: FigureBase) -> None:
        """Draw the errors, the score and the neighbours side by side."""
        parts = figure.subfigures(1, 3, width_ratios=[1.1, 1, 1.1], squeeze=False)[0]
        draw_errors(self, parts[0].add_subplot())
        draw_score(self, parts[1].add_subplot())
        _bars(self).draw_on(parts[2].add_subplot())

    def parts(self) -> Parts:
        """The errors, the score and the neighbours side by side."""
        steps = sorted({*self.ks, self.k})
        at = steps.index(self.k)
        ticks = [(steps.index(k), str(k)) for k in self.ks if k in (1, 5, 20, 100, self.ks[-1])]

        def whole(values: Sequence[float], here: float) -> list[float]:
            known = {**dict(zip(self.ks, values, strict=True)), self.k: here}
            return [known[k] for k in steps]

        errors = {"its own": whole(self.own, self.here[0]), "held out": whole(self.held_out, self.here[1])}
        score = {"near words": whole(self.score, self.here[2])}
        left = Lines(errors, ticks, 0, 1, at, "error of the copy")
        return ((left, Lines(score, ticks, 0, 1, at, "near words of the own class"), _bars(self)),)

    def describe(self) -> str:
        """Return the picture as sentences: what is lost, what is wrong, the score, the neighbours."""
        own, held_out, score = self.here
        near = ", ".join(word for word, _ in self.neighbours[:4])
        return (
            f"{self.k} of {self.ks[-1]} components, power {self.power:g}, made from {self.read:,} sentences: {own:.0%} "
            f"of the table is lost; about held-out sentences {held_out:.0%} is wrong (least near {self.best}); "
            f"{score:.0%} of near words are of one class. Nearest to {self.word}: {near}."
        )


def _bars(data: Squeezed) -> Bars:
    words = [word for word, _ in data.neighbours]
    return Bars(words, [cosine for _, cosine in data.neighbours], title=f"nearest to {plain(data.word, 16)}", high=1.0)


def _steps(data: Squeezed, ax: Axes, title: str) -> None:
    """The parts that both curves share: components to the right (each mark twice as far), k marked, from 0 to 1."""
    ax.axvline(data.k, color=PLAIN, lw=6, alpha=0.4, zorder=0)
    dress(ax).set(xscale="log", ylim=(-0.03, 1.05), xlabel="components kept")
    ticks = [k for k in (1, 5, 20, 100, 500) if k <= data.ks[-1]]
    ax.set_xticks(ticks, [str(k) for k in ticks])
    ax.minorticks_off()
    ax.set_title(title, loc="left", size=SIZE)


def draw_errors(data: Squeezed, ax: Axes) -> None:
    """Draw what is lost of the table itself, and what is wrong about sentences that it never saw."""
    ax.plot(data.ks, data.own, color=RIVER, lw=2, label="its own sentences")
    ax.plot(data.ks, data.held_out, color=MONEY, lw=2, ls="--", label="held-out sentences")
    ax.plot([data.k, data.k], data.here[:2], "o", color="#222222", zorder=3)
    _steps(data, ax, "error of the copy")
    ax.legend(fontsize=SIZE - 2, frameon=False, loc="upper right")


def draw_score(data: Squeezed, ax: Axes) -> None:
    """Draw how many near words were planted in the same class."""
    ax.plot(data.ks, data.score, color=RIVER, lw=2)
    ax.plot([data.k], data.here[2:], "o", color="#222222", zorder=3)
    _steps(data, ax, "near words of own class")
