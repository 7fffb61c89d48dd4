"""Bars: a number for each of a few words, as HTML for live views (2 ms) and as a figure for the still copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embeddings_course.files.errors import CourseError
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, escape, plain
from embeddings_course.plots.tokens import TOKENS, role_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Bars(Picture):
    """What a bar picture shows.

    Args:
        labels: n names, top to bottom.
        values: n numbers.
        title: what the numbers are, for example "distance to bank".
        low: where the scale begins; None means 0, or the smallest value if that is below 0.
        high: where the scale ends; None means the largest value.
        marked: labels that stand out (another colour and an arrow).
        note: a few words on how to read it, for example "short = near".
        decimals: how many places each number has.
        spans: the interval of each number, which the page draws as a line; empty where there is none.

    Raises:
        CourseError: where labels and values differ in number.
    """

    labels: Sequence[str]
    values: Sequence[float]
    title: str = ""
    low: float | None = None
    high: float | None = None
    marked: Sequence[str] = ()
    note: str = ""
    decimals: int = 2
    spans: Sequence[tuple[float, float]] = ()

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.values):
            raise CourseError(f"{len(self.labels)} labels, but {len(self.values)} values.")

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, float]], title: str = "", **look: Any) -> Bars:
        """Return the bars of words and their scores, such as `nearest` gives.

        Introduced in lesson 01.

        >>> Bars.of([("bridge", 1.04)], title="distance to bank").describe()
        'Distance to bank: bridge 1.04.'
        """
        return cls([word for word, _ in pairs], [score for _, score in pairs], title, **look)

    @property
    def size(self) -> tuple[float, float]:
        """Room for each bar, in inches."""
        return 6.0, 0.9 + 0.36 * len(self.labels)

    def scale(self) -> tuple[float, float]:
        """Return both ends of the scale; they always differ."""
        low = min([0.0, *self.values]) if self.low is None else self.low
        high = max([0.0, *self.values]) if self.high is None else self.high
        return (low, high) if high > low else (low, low + 1.0)

    def draw_on(self, ax: Axes) -> None:
        """Draw horizontal bars, first label on top, the number at the end of each bar."""
        low, high = self.scale()
        rows = range(len(self.labels))
        ax.barh(rows, self.values, color=[paint(label, label in self.marked) for label in self.labels], height=0.68)
        dress(ax).set_yticks(rows, [("▸ " if x in self.marked else "") + plain(x, 16) for x in self.labels])
        for row, value in zip(rows, self.values, strict=True):
            said, at = f"{value:.{self.decimals}f}", (max(value, 0), row)
            ax.annotate(said, at, (5, 0), textcoords="offset points", va="center", size=SIZE - 1)
        ax.set_xlim(low, high + (high - low) * 0.16)
        ax.set_ylim(len(self.labels) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.set_xlabel(plain(self.note), color=SOFT)
        ax.set_title(plain(self.title, 60), loc="left", color=INK)

    def html(self, width: int = 420) -> str:
        """Return the bars as one HTML element of `width` dots, 26 dots a row; labels are escaped.

        The element is an SVG with the description as its name, so a screen reader reads it as one picture.

        >>> Bars(("<b>",), (0.5,)).html().count("&lt;b&gt;")  # in the name of the picture, and on the bar
        2
        """
        parts = [f'<text x="0" y="16" font-weight="bold">{escape(self.title, 60)}</text>'] if self.title else []
        if self.note:
            parts.append(f'<text x="{width}" y="16" text-anchor="end" opacity=".75">{escape(self.note, 40)}</text>')
        top = 24 if parts else 0
        parts += [_row(self, i, top + i * ROW, width) for i in range(len(self.labels))]
        height = top + ROW * len(self.labels) + 2
        return (
            f'<svg role="img" aria-label="{escape(self.describe())}" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-size="14" font-family="sans-serif" fill="currentColor" '
            f'style="max-width:none">{"".join(parts)}</svg>'
        )

    def parts(self) -> Parts:
        """Itself: the page draws it from its data."""
        return ((self,),)

    def describe(self) -> str:
        """Return the bars as a sentence: every label with its number, two decimals.

        >>> Bars(("money", "river"), (0.316, 0.5), title="distance to bank").describe()
        'Distance to bank: money 0.32, river 0.50.'
        """
        what = (self.title[:1].upper() + self.title[1:]) or "Bars"
        if not self.labels:
            return f"{what}: nothing to show yet."
        told = [f"{a} {v:.{self.decimals}f}" for a, v in zip(self.labels, self.values, strict=True)]
        return f"{what}: {', '.join(told)}."


NAME, NUMBER, ROW = 118, 52, 26
"""Dots kept for the name and the number at both ends of a bar, and the height of a row."""


def paint(label: str, marked: bool) -> str:
    """Return the colour of a bar, as in the page: that of the sense that its label names; else it is marked or plain.

    >>> paint("river", True) == paint("river", False) == TOKENS["river"].light
    True
    """
    return TOKENS[role_of(label) or ("you" if marked else "plain")].light


def _row(data: Bars, i: int, y: int, width: int) -> str:
    """One bar with its name and number, `y` dots from the top."""
    low, high = data.scale()
    room = width - NAME - NUMBER

    def along(value: float) -> float:
        return NAME + room * (min(max(value, low), high) - low) / (high - low)

    start, end = sorted((along(0), along(data.values[i])))
    marked = data.labels[i] in data.marked
    colour = paint(data.labels[i], marked)
    bold, arrow = (' font-weight="bold"', "▸ ") if marked else ("", "")
    return (
        f'<text x="{NAME - 8}" y="{y + 18}" text-anchor="end"{bold}>{arrow}{escape(data.labels[i], 13)}</text>'
        f'<rect x="{start:.1f}" y="{y + 4}" width="{end - start:.1f}" height="{ROW - 8}" rx="2" fill="{colour}"/>'
        f'<text x="{end + 6:.1f}" y="{y + 18}">{data.values[i]:.{data.decimals}f}</text>'
    )
