"""Two words blended into one: who is nearest to the mix, and how near both words still are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.plots.bars import Bars
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import SIZE, SOFT, dress, plain
from embeddings_course.plots.tokens import PLAIN, TOKENS, roles_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


@dataclass(frozen=True)
class SenseMix(Picture):
    """What the picture of a mix shows.

    Args:
        one: the first word.
        two: the second word.
        share: of the first word, 0 to 100.
        neighbours: the nearest words to the mix with their cosines, the two words themselves not left out.
        of_two: those neighbours that are nearer to the second word than to the first.
        cosines: of the mix to the first and to the second word.
        places: of the first and of the second word among all words, 1 is nearest to the mix.
        places_alone: where the second word stands from the first alone, and the first from the second alone.
        n_words: how many words there are.
        shares: the shares of the curves, 0 to 100.
        curves: cosine to the first and to the second word, for each of `shares`.
        strangers: 95 of 100 pairs of random words have a smaller cosine.
    """

    one: str
    two: str
    share: int
    neighbours: Sequence[tuple[str, float]]
    of_two: Sequence[str]
    cosines: tuple[float, float]
    places: tuple[int, int]
    places_alone: tuple[int, int]
    n_words: int
    shares: Sequence[int]
    curves: tuple[Sequence[float], Sequence[float]]
    strangers: float

    size = (9.0, 3.9)

    def draw(self, figure: FigureBase) -> None:
        """Draw the neighbours and, beside them, both curves."""
        left, right = figure.subfigures(1, 2, width_ratios=[1, 1.1], squeeze=False)[0]
        _bars(self).draw_on(left.add_subplot())
        draw_curves(self, right.add_subplot())

    def parts(self) -> Parts:
        """The neighbours and, beside them, both curves."""
        step = {share: i for i, share in enumerate(self.shares)}
        nearest_step = min(self.shares, key=lambda share: abs(share - self.share))
        # the second word first: so it gets the colour that its neighbours have among the bars
        curves = {f"to {self.two}": self.curves[1], f"to {self.one}": self.curves[0]}
        line = {"strangers": [self.strangers] * len(self.shares)}
        ticks = [(step[share], str(share)) for share in (0, 25, 50, 75, 100) if share in step]
        title = f"cosine of the mix, by share of {self.one}"
        lines = Lines({**curves, **line}, ticks, _low(self), 1, step[nearest_step], title, dashed=("strangers",))
        return ((_bars(self), lines),)

    def describe(self) -> str:
        """Return the mix as sentences: the list, then what both words score."""
        n, hidden = len(self.neighbours), len(self.of_two)
        near = ", ".join(word for word, _ in self.neighbours[:5])
        weak = 1 if self.share >= 50 else 0
        name = (self.one, self.two)[weak]
        return (
            f"{self.share} parts {self.one}, {100 - self.share} parts {self.two}. Of the {n} nearest words "
            f"{n - hidden} are nearer to {self.one}, {hidden} to {self.two}: {near}... "
            f"Cosine to {self.one} {self.cosines[0]:.2f}, to {self.two} {self.cosines[1]:.2f} "
            f"(95 in 100 strangers score below {self.strangers:.2f}). In the list of all {self.n_words:,} words {name} "
            f"is number {self.places[weak]:,}; without any of it in the mix it would be number "
            f"{self.places_alone[weak]:,}."
        )


def draw_curves(data: SenseMix, ax: Axes) -> None:
    """Draw the cosine of the mix to both words over the share, with what strangers score."""
    one, two = (TOKENS[role].light for role in roles_of([data.one, data.two]).values())
    ax.axvline(data.share, color=PLAIN, lw=6, alpha=0.4, zorder=0)
    ax.plot(data.shares, data.curves[0], color=one, lw=2, label=f"to {plain(data.one, 16)}")
    ax.plot(data.shares, data.curves[1], color=two, lw=2, ls="--", label=f"to {plain(data.two, 16)}")
    ax.plot([data.share] * 2, data.cosines, "o", color="#222222", zorder=3)
    ax.axhline(data.strangers, color=SOFT, lw=1.5, ls=":", label="95 in 100 strangers are below")
    dress(ax).set(ylim=(_low(data) - 0.05, 1.05), xlabel=f"share of {plain(data.one, 16)}, %")
    ax.set_title("cosine of the mix", loc="left", size=SIZE)
    ax.legend(fontsize=SIZE - 2, frameon=False, loc="lower center")


def _low(data: SenseMix) -> float:
    """Where the scale of the curves begins: 0, or lower where a cosine is."""
    return -0.5 if min(min(curve) for curve in data.curves) < 0 else 0.0


def _bars(data: SenseMix) -> Bars:
    words = [word for word, _ in data.neighbours]
    title = f"nearest to {data.share} : {100 - data.share}"
    return Bars(
        words, [cosine for _, cosine in data.neighbours], title, 0, 1, data.of_two, f"▸ nearer to {plain(data.two, 14)}"
    )
