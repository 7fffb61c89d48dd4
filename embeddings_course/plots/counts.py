"""Counting company in pictures: a window over a sentence, the table that it fills, and who comes out alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from embeddings_course.plots.heat import Heat
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, plain
from embeddings_course.plots.tokens import MONEY, PLAIN, YOU, mark, roles_of, tinted
from embeddings_course.plots.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase
    from matplotlib.patches import Patch


@dataclass(frozen=True)
class Company(Picture):
    """What the picture of counted company shows.

    Args:
        sentence: the words of the sentence that was read last.
        centre: which of them the window stands on, from 0.
        window: how many words it sees to each side.
        read: how many sentences were read.
        rows: the words whose company is counted.
        columns: their commonest neighbours.
        values: the table, shape (rows, columns).
        measure: what the numbers are, "counts" or "PPMI".
        pairs: two pairs of words, to compare.
        met: in how many of the sentences read each pair meets.
        windows: the windows of the curves.
        curves: for each pair, the cosine of its two rows of the whole table at each of `windows`.
    """

    sentence: Sequence[str]
    centre: int
    window: int
    read: int
    rows: Sequence[str]
    columns: Sequence[str]
    values: ArrayLike
    measure: str
    pairs: tuple[tuple[str, str], tuple[str, str]]
    met: tuple[int, int]
    windows: Sequence[int]
    curves: tuple[Sequence[float], Sequence[float]]

    size = (9.6, 5.2)

    def cosines(self) -> tuple[float, float]:
        """Return the cosine of each pair at the chosen window."""
        at = list(self.windows).index(self.window)
        return self.curves[0][at], self.curves[1][at]

    def draw(self, figure: FigureBase) -> None:
        """Draw the sentence with its window on top, the table below at the left, the two curves at the right."""
        strip, below = figure.subfigures(2, 1, height_ratios=[1, 4.2], squeeze=False)[:, 0]
        left, right = below.subfigures(1, 2, width_ratios=[1.55, 1], squeeze=False)[0]
        draw_window(self, strip.add_subplot())
        _heat(self).draw_on(left.add_subplot())
        draw_curves(self, right.add_subplot())

    def parts(self) -> Parts:
        """The sentence with its window on top, the table below at the left, the two curves at the right."""
        names = [" / ".join(pair) for pair in self.pairs]
        at = list(self.windows).index(self.window)
        ticks = [(i, str(window)) for i, window in enumerate(self.windows)]
        curves = dict(zip(names, self.curves, strict=True))
        lines = Lines(curves, ticks, 0, 1, at, "cosine of the two rows, by window")
        seen = [i for i in range(len(self.sentence)) if 0 < abs(i - self.centre) <= self.window]
        title = f"after {self.read:,} sentences; the window sees {self.window} to each side"
        return ((Words(self.sentence, title, self.centre, seen),), (_heat(self), lines))

    def describe(self) -> str:
        """Return the picture as a sentence: for each pair, how often it meets and how alike its company is."""
        parts = []
        for (a, b), met, cosine in zip(self.pairs, self.met, self.cosines(), strict=True):
            often = "never meet" if met == 0 else f"meet in {met:,} sentence{'s' if met != 1 else ''}"
            parts.append(f"{a} and {b} {often}, and the cosine of their rows is {cosine:.2f}")
        return f"{self.read:,} sentences, window {self.window}, {self.measure}: {'; '.join(parts)}."


def _heat(data: Company) -> Heat:
    decimals = 0 if data.measure == "counts" else 1
    return Heat(data.values, data.rows, data.columns, f"{data.measure}: word and neighbour", low=0, decimals=decimals)


def draw_window(data: Company, ax: Axes) -> None:
    """Draw one sentence as a row of boxes: the word in the middle of the window, and the neighbours that it counts."""
    dress(ax).set_axis_off()
    place = 0.0
    for i, word in enumerate(data.sentence):
        wide = 0.9 + 0.62 * len(word)
        seen = 0 < abs(i - data.centre) <= data.window
        fill = tinted(YOU, 0.45) if i == data.centre else tinted(MONEY, 0.3) if seen else "none"
        edge = INK if i == data.centre or seen else SOFT
        style = "-" if seen or i == data.centre else ":"
        ax.add_patch(_box(place, wide, fill, edge, style))
        ax.text(place + wide / 2, 0.5, plain(word, 20), ha="center", va="center", size=SIZE, color=INK)
        place += wide + 0.3
    ax.set(xlim=(-0.3, max(place, 40)), ylim=(-0.25, 1.6))
    title = f"after {data.read:,} sentences; the window sees {data.window} to each side"
    ax.set_title(title, loc="left", size=SIZE)


def _box(x: float, wide: float, fill: str, edge: str, style: str) -> Patch:
    from matplotlib.patches import Rectangle

    return Rectangle((x, 0), wide, 1, facecolor=fill, edgecolor=edge, linestyle=style, linewidth=1.5)


def draw_curves(data: Company, ax: Axes) -> None:
    """Draw how alike the company of each pair is, for every window; the chosen window is marked."""
    places, names = range(len(data.windows)), [" / ".join(pair) for pair in data.pairs]
    for pair, curve, role in zip(data.pairs, data.curves, roles_of(names).values(), strict=True):
        ax.plot(places, curve, **mark(role), lw=2, label=" / ".join(plain(w, 14) for w in pair))
    ax.axvline(list(data.windows).index(data.window), color=PLAIN, lw=6, alpha=0.4, zorder=0)
    dress(ax).set(xticks=list(places), ylim=(-0.05, 1.1), xlabel="window")
    ax.set_xticklabels([str(w) for w in data.windows])
    ax.set_title("cosine of the two rows", loc="left", size=SIZE)
    ax.legend(fontsize=SIZE - 1, frameon=False, loc="lower right")
