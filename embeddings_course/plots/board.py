"""The vector board: a few arrows in the plane, three rulers between two of them, and what strangers score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.plots.picture import Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, plain
from embeddings_course.plots.tokens import PLAIN, TOKENS, YOU
from embeddings_course.vectors import Ruler, cosine, dot, euclidean, nearest, normalise

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

RULERS: tuple[tuple[Ruler, str], ...] = (("dot", "dot product"), ("euclidean", "distance"), ("cosine", "cosine"))
DIMENSIONS = (2, 3, 10, 50, 100, 384, 768)
"""The spaces whose strangers can be looked at."""


@dataclass(frozen=True)
class Board(Picture):
    """What the board shows.

    Args:
        table: words with two numbers each, as the hand left them.
        first: the word in hand.
        second: the word that it is compared with.
        times_ten: every number times 10.
        plus_hundred: then 100 added to every number.
        unit: then every arrow scaled to length 1.
        d: how many dimensions the strangers have.

    Raises:
        CourseError: where the table does not have two numbers a word, or fewer than two words.
    """

    table: Embedding
    first: str
    second: str
    times_ten: bool = False
    plus_hundred: bool = False
    unit: bool = False
    d: int = 2

    size = (8.6, 4.0)

    def __post_init__(self) -> None:
        if self.table.vectors.shape[1] != 2 or len(self.table) < 2:
            raise CourseError(f"The board needs two words or more with two numbers each, got {self.table!r}.")

    @property
    def shown(self) -> Embedding:
        """The table after the switches, in this order: times 10, plus 100, length 1."""
        vectors = self.table.vectors * (10 if self.times_ten else 1) + (100 if self.plus_hundred else 0)
        return Embedding(self.table.words, normalise(vectors) if self.unit else vectors)

    @property
    def readings(self) -> dict[str, float]:
        """What the three rulers read between the two words."""
        a, b = self.shown[self.first], self.shown[self.second]
        return {"dot": dot(a, b), "euclidean": euclidean(a, b), "cosine": cosine(a, b)}

    def neighbours(self, ruler: Ruler, k: int = 4) -> list[str]:
        """The nearest words to the word in hand, by one ruler."""
        return [word for word, _ in nearest(self.shown, self.first, k, ruler)]

    @property
    def share_above(self) -> float:
        """The share of random pairs in `d` dimensions whose cosine is at least that of the two words (0 to 1)."""
        from scipy.stats import beta

        shape = (self.d - 1) / 2
        return float(beta.sf((self.readings["cosine"] + 1) / 2, shape, shape))

    def draw(self, figure: FigureBase) -> None:
        """Draw the arrows at the left, the rulers, the neighbours and the strangers at the right."""
        left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
        _draw_arrows(self, left)
        _draw_strangers(self, right)

    def describe(self) -> str:
        """Return the board as sentences: the switches, the rulers, who is nearest by each, and the strangers.

        >>> table = Embedding(("a", "b", "c"), [[3.0, 4.0], [6.0, 8.0], [0.0, 1.0]])
        >>> Board(table, "a", "b").describe()[:59]
        'a and b: dot product 50.00, distance 5.00, cosine 1.00. The'
        """
        on = [
            ("every number times 10", self.times_ten),
            ("100 added to all", self.plus_hundred),
            ("length 1", self.unit),
        ]
        switches = ", ".join(name for name, yes in on if yes)
        read = ", ".join(f"{name} {self.readings[ruler]:.2f}" for ruler, name in RULERS)
        best: Sequence[str] = [f"{self.neighbours(ruler, 1)[0]} by {name}" for ruler, name in RULERS]
        chord = f" On the circle distance squared is 2 - 2 x cosine: {self.readings['euclidean'] ** 2:.2f}."
        return (
            f"{self.first} and {self.second}: {read}. The nearest to {self.first} is {', '.join(best)}. "
            f"Of random pairs in {self.d} dimensions {100 * self.share_above:.1f} in 100 score at least that cosine."
            + (f" Switched on: {switches}." if switches else "")
            + (chord if self.unit else "")
        )


def stranger_bins(d: int, n: int = 60) -> Floats:
    """Return the share of random pairs in each of n equal bins of the cosine from -1 to 1, shape (n,); exact.

    >>> stranger_bins(3, 4).round(6).tolist()  # on an ordinary ball all cosines are equally likely
    [0.25, 0.25, 0.25, 0.25]
    """
    from scipy.stats import beta

    shape = (d - 1) / 2
    shares: Floats = np.diff(beta.cdf(np.linspace(0, 1, n + 1), shape, shape))
    return shares


def view_box(points: Floats) -> tuple[float, float, float]:
    """Return (left, bottom, side) of a square that holds the origin and all points, with room at the edges."""
    low, high = np.minimum(points.min(axis=0), 0), np.maximum(points.max(axis=0), 0)
    side = max(float((high - low).max()) * 1.25, 1e-6)
    left, bottom = (low + high - side) / 2
    return float(left), float(bottom), side


def _draw_arrows(data: Board, ax: Axes) -> None:
    left, bottom, side = view_box(data.shown.vectors)
    dress(ax).set(xlim=(left, left + side), ylim=(bottom, bottom + side))
    ax.set_aspect("equal", adjustable="box")
    ax.axhline(0, color=SOFT, lw=0.8)
    ax.axvline(0, color=SOFT, lw=0.8)
    for word in data.table.words:
        x, y = (float(v) for v in data.shown[word])
        colour = YOU if word == data.first else TOKENS[word].light if word in ("money", "river") else PLAIN
        strong = word in (data.first, data.second)
        arrow = {"arrowstyle": "-|>", "color": colour, "lw": 3 if strong else 1.6, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (x, y), (0, 0), arrowprops=arrow)
        at_edge = x > left + 0.95 * side
        ax.annotate(
            plain(word, 16), (x, y), (-6 if at_edge else 6, 6 if y >= 0 else -14), textcoords="offset points",
            ha="right" if at_edge else "left", size=SIZE, weight="bold" if strong else "normal", color=INK,
            in_layout=False,
        )  # fmt: skip


def _draw_strangers(data: Board, ax: Axes) -> None:
    bins = stranger_bins(data.d)
    dress(ax).bar(np.linspace(-1, 1, 61)[:-1], bins, width=2 / 60, align="edge", color=PLAIN)
    ax.axvline(data.readings["cosine"], color=YOU, lw=3, ls="--")
    ax.set(xlim=(-1, 1), yticks=[], xticks=[-1, -0.5, 0, 0.5, 1], xlabel=f"cosine of strangers in {data.d} dimensions")
    ax.spines["left"].set_visible(False)
    read = ", ".join(f"{name} {data.readings[ruler]:.2f}" for ruler, name in RULERS)
    ax.set_title(f"{plain(data.first, 16)} and {plain(data.second, 16)}:\n{read}", loc="left", size=SIZE - 1)
