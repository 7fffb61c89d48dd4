"""Two words blended into one: who is nearest to the mix, and how near both words still are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.plots.bars import Bars, bars_html, draw_bars
from embeddings_course.plots.lines import Lines, lines_html
from embeddings_course.plots.style import BLUE, ORANGE, SIZE, SKY, SOFT, dress, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


@dataclass(frozen=True)
class SenseMix:
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


def draw_sense_mix(data: SenseMix, figure: FigureBase) -> None:
    """Draw the neighbours and, beside them, both curves."""
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.1], squeeze=False)[0]
    draw_bars(_bars(data), left.add_subplot())
    draw_curves(data, right.add_subplot())


def draw_curves(data: SenseMix, ax: Axes) -> None:
    """Draw the cosine of the mix to both words over the share, with what strangers score."""
    ax.axvline(data.share, color=SKY, lw=6, alpha=0.4, zorder=0)
    ax.plot(data.shares, data.curves[0], color=BLUE, lw=2, label=f"to {plain(data.one, 16)}")
    ax.plot(data.shares, data.curves[1], color=ORANGE, lw=2, ls="--", label=f"to {plain(data.two, 16)}")
    ax.plot([data.share] * 2, data.cosines, "o", color="#222222", zorder=3)
    ax.axhline(data.strangers, color=SOFT, lw=1.5, ls=":", label="95 in 100 strangers are below")
    dress(ax).set(ylim=(_low(data) - 0.05, 1.05), xlabel=f"share of {plain(data.one, 16)}, %")
    ax.set_title("cosine of the mix", loc="left", size=SIZE)
    ax.legend(fontsize=SIZE - 2, frameon=False, loc="lower center")


def sense_mix_html(data: SenseMix, height: int = 290) -> str:
    """Return the same two pictures as HTML, 830 dots wide, in a few milliseconds."""
    step = {share: i for i, share in enumerate(data.shares)}
    nearest_step = min(data.shares, key=lambda share: abs(share - data.share))
    # the second word first: so it gets the orange that its neighbours have among the bars
    curves = {f"to {data.two}": data.curves[1], f"to {data.one}": data.curves[0]}
    line = {"strangers": [data.strangers] * len(data.shares)}
    ticks = [(step[share], str(share)) for share in (0, 25, 50, 75, 100) if share in step]
    title = f"cosine of the mix; across: share of {plain(data.one, 16)}, %"
    lines = Lines({**curves, **line}, ticks, _low(data), 1, step[nearest_step], title, dashed=("strangers",))
    parts = [bars_html(_bars(data), 390), lines_html(lines, 430, height)]
    return f'<div style="display:flex;gap:10px;width:830px;height:{height}px">{"".join(parts)}</div>'


def _low(data: SenseMix) -> float:
    """Where the scale of the curves begins: 0, or lower where a cosine is."""
    return -0.5 if min(min(curve) for curve in data.curves) < 0 else 0.0


def _bars(data: SenseMix) -> Bars:
    words = [word for word, _ in data.neighbours]
    title = f"nearest to {data.share} : {100 - data.share}"
    return Bars(
        words, [cosine for _, cosine in data.neighbours], title, 0, 1, data.of_two, f"▸ nearer to {plain(data.two, 14)}"
    )


def describe_sense_mix(data: SenseMix) -> str:
    """Return the mix as sentences: the list, then what both words score."""
    n, hidden = len(data.neighbours), len(data.of_two)
    near = ", ".join(word for word, _ in data.neighbours[:5])
    weak = 1 if data.share >= 50 else 0
    name = (data.one, data.two)[weak]
    return (
        f"{data.share} parts {data.one}, {100 - data.share} parts {data.two}. Of the {n} nearest words {n - hidden} "
        f"are nearer to {data.one}, {hidden} to {data.two}: {near}... Cosine to {data.one} {data.cosines[0]:.2f}, to "
        f"{data.two} {data.cosines[1]:.2f} (95 in 100 strangers score below {data.strangers:.2f}). In the list of "
        f"all {data.n_words:,} words {name} is number {data.places[weak]:,}; without any of it in the mix it would be "
        f"number {data.places_alone[weak]:,}."
    )
