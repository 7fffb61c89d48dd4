"""The word map: thousands of words as dots, a window on it, names where there is room, and a word's true neighbours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats, Ints
from embeddings_course.files.table import Embedding
from embeddings_course.plots.picture import Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, plain
from embeddings_course.plots.tokens import PLAIN, YOU
from embeddings_course.vectors import nearest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

WIDE, HIGH = 640, 520
"""The window in dots, here and in the page (word_map.js)."""

FARTHEST_OUT, CLOSEST = 1.0, 200.0
"""The zoom: 1 shows the whole map, 200 a two-hundredth of its height."""

LETTER, LINE = 7.4, 16
"""Width of a letter and height of a line, in dots: about right, and the same in Python and in the page."""


@dataclass(frozen=True)
class Window:
    """The part of the map that is seen: its centre (x, y; the map reaches from 0 to 1) and how many times enlarged."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = FARTHEST_OUT

    def dots(self, places: Floats) -> Floats:
        """Return where places (n, 2) of the map stand in the window, in dots from its upper left corner."""
        scale = HIGH * self.zoom
        x = WIDE / 2 + (places[:, 0] - self.x) * scale
        y = HIGH / 2 - (places[:, 1] - self.y) * scale
        return np.stack([x, y], axis=1)


def inside(dots: Floats) -> Ints:
    """Return the rows of those dots that lie in the window, shape (m,)."""
    x, y = dots.T
    rows: Ints = np.flatnonzero((x >= 0) & (x <= WIDE) & (y >= 0) & (y <= HIGH))
    return rows


@dataclass(frozen=True)
class MapOfWords(Picture):
    """What the word map shows.

    Args:
        places: the words, most frequent first, with two numbers from 0 to 1 each: their places on the map.
        d: how many numbers a word has in the space that the map was drawn from.
        kept: the share of true neighbours that this map keeps, over all words (0 to 1).
        window: what is seen.
        word: the word in question, or "" for none.
        neighbours: its nearest words in the whole space, not on the map, with their cosines; nearest first.
    """

    places: Embedding
    d: int
    kept: float
    window: Window = Window()
    word: str = ""
    neighbours: tuple[tuple[str, float], ...] = ()

    size = (8.6, 4.3)

    @cached_property
    def drawn(self) -> list[str]:
        """The nearest dots on the map to the word: as many as it has neighbours."""
        return [w for w, _ in nearest(self.places, self.word, len(self.neighbours), "euclidean")] if self.word else []

    @property
    def near_on_map(self) -> list[str]:
        """The true neighbours that are among the nearest dots too."""
        return [word for word, _ in self.neighbours if word in self.drawn]

    @property
    def marked(self) -> list[int]:
        """The rows of the word and of its true neighbours."""
        return [self.places.row(w) for w in (self.word, *(w for w, _ in self.neighbours))] if self.word else []

    def draw(self, figure: FigureBase) -> None:
        """Draw the whole map at the left and the window at the right; for the whole map alone, one picture."""
        if self.window.zoom <= FARTHEST_OUT:
            _draw_window(self, figure.subplots())
            return
        whole, close = figure.subplots(1, 2, width_ratios=[1, 1.62])
        _draw_whole(self, whole)
        _draw_window(self, close)

    def describe(self) -> str:
        """Return as sentences how much is in the window, the true neighbours, and how far the map can be believed.

        >>> places = Embedding(("a", "b", "c"), [[0.5, 0.5], [0.9, 0.9], [0.5, 0.6]])
        >>> MapOfWords(places, 50, 0.5, word="a", neighbours=(("b", 0.9),)).describe()[:86]
        '3 words, a dot each; 3 of them in this window. Nearest to a in all 50 numbers: b 0.90.'
        """
        n, k = len(self.places), len(self.neighbours)
        seen = len(inside(self.window.dots(self.places.vectors)))
        words = f"{n:,} words, a dot each; {seen:,} of them in this window. "
        if self.word:
            near = ", ".join(f"{word} {cosine:.2f}" for word, cosine in self.neighbours)
            words += f"Nearest to {self.word} in all {self.d} numbers: {near}. "
            words += f"On the map {len(self.near_on_map)} of these {k} are among its {k} nearest dots. "
        return (
            words
            + f"Over all words the map keeps {100 * self.kept:.0f} in 100 neighbours: trust the list, not the map."
        )


def most_names(zoom: float) -> int:
    """Return how many names a window shows at most: 40 on the whole map, more as one comes closer.

    >>> most_names(1), most_names(8)
    (40, 70)
    """
    return min(90, 40 + math.floor(10 * math.log2(max(1.0, zoom))))


def names_in_view(
    words: Sequence[str], dots: Floats, marked: Sequence[int], most: int
) -> list[tuple[int, float, float]]:
    """Return which words get their name written: (row, left end, middle height), in dots.

    The marked rows come first, then the others by frequency, the order of the rows; a name that would cover an
    earlier one is left out. The page does the same (`pickNames` in word_map.js).
    """
    seen, taken, shown = set(marked), set[tuple[int, int]](), []
    visible = inside(dots).tolist()
    for i in [i for i in marked if i in set(visible)] + [i for i in visible if i not in seen]:
        x, y = (float(v) for v in dots[i])
        wide = LETTER * min(len(words[i]), 18) + 6
        left = x - 6 - wide if x + 6 + wide > WIDE else x + 6
        for away in (0, LINE, -LINE, 2 * LINE, -2 * LINE, 3 * LINE, -3 * LINE) if i in seen else (0,):
            cells = _cells(left, y + away, wide)
            if not taken.intersection(cells):
                taken.update(cells)
                shown.append((i, left, y + away))
                break
        if len(shown) >= most:
            break
    return shown


def _cells(left: float, y: float, wide: float) -> list[tuple[int, int]]:
    columns = range(math.floor(left / LINE), math.floor((left + wide) / LINE) + 1)
    rows = range(math.floor((y - 7) / LINE), math.floor((y + 7) / LINE) + 1)
    return [(column, row) for column in columns for row in rows]


def _draw_whole(data: MapOfWords, ax: Axes) -> None:
    from matplotlib.patches import Rectangle

    x, y = data.places.vectors.T
    ax.scatter(x, y, s=1.2, c=PLAIN, alpha=0.35, linewidths=0, rasterized=True)
    if data.marked:
        ax.scatter(x[data.marked], y[data.marked], s=16, c=YOU, edgecolors=INK, linewidths=0.6)
    wide, high = WIDE / HIGH / data.window.zoom, 1 / data.window.zoom
    corner = (data.window.x - wide / 2, data.window.y - high / 2)
    ax.add_patch(Rectangle(corner, wide, high, fill=False, edgecolor=YOU, lw=2))
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xticks=[], yticks=[])
    ax.set_aspect("equal")
    ax.set_title(f"all {len(data.places):,} words", size=SIZE, color=INK)


def _draw_window(data: MapOfWords, ax: Axes) -> None:
    dots = data.window.dots(data.places.vectors)
    rows, marked = inside(dots), data.marked
    rest = rows[~np.isin(rows, marked)]
    size = (1 + 0.35 * math.log2(data.window.zoom)) ** 2
    ax.scatter(dots[rest, 0], dots[rest, 1], s=size, c=PLAIN, alpha=0.45, linewidths=0, rasterized=True)
    for i in marked[1:]:
        ax.plot(*dots[[marked[0], i]].T, color=YOU, lw=1, alpha=0.8)
    for i in marked:
        mine = i == marked[0]
        ax.plot(*dots[i], marker="D" if mine else "o", ms=9 if mine else 6, mfc=YOU, mec=INK)
    names = names_in_view(data.places.words, dots, marked, most_names(data.window.zoom))
    for i, left, y in names:
        strong = i in marked
        ax.text(
            left, y, plain(data.places.words[i], 18), size=SIZE - (1 if strong else 2), va="center", clip_on=True,
            weight="bold" if strong else "normal", color=INK if strong else SOFT, in_layout=False,
        )  # fmt: skip
    ax.set(xlim=(0, WIDE), ylim=(HIGH, 0), xticks=[], yticks=[])
    ax.set_aspect("equal")
    title = f"the window: {data.word}, enlarged {data.window.zoom:.0f} times" if data.word else ""
    ax.set_title(plain(title, 60) if data.window.zoom > FARTHEST_OUT else "", size=SIZE, color=INK)
