"""Lines over time (or over any steps) as a small SVG: a few milliseconds, so it can follow a slider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embeddings_course.files.errors import CourseError
from embeddings_course.plots.key import STYLES
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import SIZE, SOFT, dress, escape, plain
from embeddings_course.plots.tokens import PLAIN, TOKENS, mark, roles_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHES = ("6 4", "2 3", "9 3 2 3")
"""How the first, second and third dashed line are dashed."""

LEFT, RIGHT, TOP, BOTTOM = 36, 12, 24, 24
"""Dots kept free round the lines for numbers and the title."""


@dataclass(frozen=True)
class Lines(Picture):
    """What a small line picture shows.

    Args:
        series: for each name, a number at every step.
        ticks: what stands below some of the steps: step (from 0) and text.
        low: the number at the bottom.
        high: the number at the top.
        now: the step that is marked, from 0; None marks none.
        title: what the numbers are.
        dashed: names of series that are only a baseline: grey and dashed.
        band: lower and upper edge of a shaded band, a number each at every step; None shades nothing.
        spans: for some names, the interval of each number; whiskers show it.
        keyed: whether the names stand below the lines; False where a key of several pictures has them.

    Raises:
        CourseError: where two series have different numbers of steps.
    """

    series: Mapping[str, Sequence[float]]
    ticks: Sequence[tuple[int, str]]
    low: float
    high: float
    now: int | None = None
    title: str = ""
    dashed: Sequence[str] = ()
    band: tuple[Sequence[float], Sequence[float]] | None = None
    spans: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    keyed: bool = True

    size = (7.0, 3.4)

    def __post_init__(self) -> None:
        if len({len(values) for values in [*self.series.values(), *(self.band or ())]}) > 1:
            raise CourseError("All lines of a picture need the same number of steps.")

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(next(iter(self.series.values()), ()))

    def draw_on(self, ax: Axes) -> None:
        """Draw the same lines on axes, for the still copy: the band in grey, the marked step as a stripe."""
        steps = range(self.steps)
        if self.now is not None:
            ax.axvline(self.now, color=PLAIN, lw=6, alpha=0.4, zorder=0)
        if self.band is not None:
            ax.fill_between(steps, *self.band, color="#888888", alpha=0.25, lw=0, zorder=1)
        roles = _roles(self)
        for name, values in self.series.items():
            look: dict[str, object] = (
                {"color": SOFT, "ls": STYLES[list(self.dashed).index(name) % len(STYLES)]}
                if name in self.dashed
                else mark(roles[name]) | {"markevery": max(self.steps // 5, 1)}
            )
            ax.plot(steps, values, lw=2, label=plain(name, 20), **look)  # type: ignore[arg-type]
            if name in self.spans:
                ax.vlines(steps, *zip(*self.spans[name], strict=True), color=str(look["color"]), lw=1.5)
        room = 0.04 * (self.high - self.low)
        dress(ax).set(ylim=(self.low - room, self.high + room))
        ax.set_xticks([step for step, _ in self.ticks], [plain(text, 10) for _, text in self.ticks])
        ax.set_title(plain(self.title, 60), loc="left", size=SIZE)
        if len(self.series) > 1 and self.keyed:
            ax.legend(fontsize=SIZE - 2, frameon=False, loc="best")

    def html(self, width: int = 380, height: int = 180) -> str:
        """Return the lines as one HTML element (an SVG) of `width` x `height` dots; names are escaped.

        >>> Lines({"<b>": [0.0, 1.0], "c": [1.0, 0.0]}, [], 0, 1).html().count("&lt;b&gt;")  # name and key
        2
        """
        legend = 18 if len(self.series) > 1 else 0
        wide, high = width - LEFT - RIGHT, height - TOP - BOTTOM - legend

        def spot(step: int, value: float) -> tuple[float, float]:
            inside = min(max(value, self.low), self.high)
            y = TOP + high * (self.high - inside) / ((self.high - self.low) or 1)
            return LEFT + wide * step / max(self.steps - 1, 1), y

        parts = [f'<text x="0" y="14" font-weight="bold">{escape(self.title, 60)}</text>']
        if self.now is not None:
            x, _ = spot(self.now, 0)
            parts.append(f'<rect x="{x - 3:.1f}" y="{TOP}" width="6" height="{high}" fill="{PLAIN}" opacity=".5"/>')
        if self.band is not None:
            edges = [[spot(step, float(value)) for step, value in enumerate(edge)] for edge in self.band]
            outline = "L".join(f"{x:.1f} {y:.1f}" for x, y in [*edges[0], *reversed(edges[1])])
            parts.append(f'<path d="M{outline}z" fill="currentColor" opacity=".16"/>')
        for value in (self.low, (self.low + self.high) / 2, self.high):
            x, y = spot(0, value)
            parts.append(f'<path d="M{LEFT} {y:.1f}h{wide}" stroke="currentColor" opacity=".2"/>')
            parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end" font-size="12">{value:.3g}</text>')
        for step, text in self.ticks:
            x, _ = spot(step, 0)
            parts.append(
                f'<text x="{x:.1f}" y="{TOP + high + 17}" text-anchor="middle" font-size="12">{escape(text)}</text>'
            )
        roles = _roles(self)
        for name, values in self.series.items():
            spots = [spot(step, float(value)) for step, value in enumerate(values)]
            parts.append(_line(spots, roles.get(name, "quiet"), _dash(self, name)))
        if legend:
            parts.append(_key(self, height - 5, wide))
        return (
            f'<svg role="img" aria-label="{escape(self.describe())}" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-size="14" font-family="sans-serif" fill="currentColor" '
            f'style="max-width:none">{"".join(parts)}</svg>'
        )

    def parts(self) -> Parts:
        """Itself: the page draws it from its data."""
        return ((self,),)

    def describe(self) -> str:
        """Return the lines as a sentence: each at the marked step (or the last).

        >>> Lines({"loss": [4.0, 2.5]}, [(0, "0")], 0, 4, title="loss").describe()
        'Loss: loss 2.50.'
        """
        at = -1 if self.now is None else self.now
        told = ", ".join(f"{name} {values[at]:.2f}" for name, values in self.series.items())
        return f"{self.title[:1].upper() + self.title[1:]}: {told}."


def _roles(data: Lines) -> dict[str, str]:
    """The role of each line that is no baseline, as the page has it."""
    return roles_of([name for name in data.series if name not in data.dashed])


def _dash(data: Lines, name: str) -> str:
    """How a baseline is dashed; nothing for an ordinary line."""
    return DASHES[list(data.dashed).index(name) % len(DASHES)] if name in data.dashed else ""


def _line(spots: Sequence[tuple[float, float]], role: str, dash: str) -> str:
    """One line with its marker at a few steps."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    if dash:
        look = f'fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="{dash}" opacity=".6"'
        return f'<path d="M{path}" {look}/>'
    line = f'<path d="M{path}" fill="none" stroke="{TOKENS[role].light}" stroke-width="2.5"/>'
    every = max(len(spots) // 5, 1)
    return line + "".join(_mark(x, y, role) for x, y in spots[::every])


def _mark(x: float, y: float, role: str) -> str:
    shape = {
        "circle": "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
        "square": "m-4.5 -4.5h9v9h-9z",
        "triangle": "m0 -5.5l5.5 10h-11z",
        "diamond": "m0 -6l6 6l-6 6l-6 -6z",
    }.get(TOKENS[role].shape, "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z")
    return f'<path d="M{x:.1f} {y:.1f}{shape}" fill="{TOKENS[role].light}" stroke="#222"/>'


def _key(data: Lines, y: float, wide: float) -> str:
    """The names of the lines, in a row below them."""
    parts, room, roles = [], (wide + LEFT) / len(data.series), _roles(data)
    for i, name in enumerate(data.series):
        x = 12 + i * room
        look = f'stroke="currentColor" stroke-width="2" stroke-dasharray="{_dash(data, name)}"'
        dash = f'<path d="M{x - 11:.1f} {y - 4:.1f}h18" {look}/>'
        parts.append(dash if name in data.dashed else _mark(x, y - 4, roles[name]))
        parts.append(f'<text x="{x + 10:.1f}" y="{y:.1f}" font-size="12">{escape(name, 16)}</text>')
    return "".join(parts)
