"""The bag of thoughts: a word in the middle, and round it, as bubbles, what it calls up."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings_course.files.errors import CourseError
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import DPI, INK, SIZE, SOFT, plain
from embeddings_course.plots.tokens import TOKENS, role_of, tinted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

MOST = 24
"""No more thoughts than this are drawn; the sentence says how many were left out."""


@dataclass(frozen=True)
class Bag(Picture):
    """A word and the thoughts that it calls up, in the order in which they came.

    Introduced in lesson 01.

    Args:
        word: the word in the middle.
        thoughts: what it calls up; doubles and blanks are dropped.
        title: whose thoughts they are, in the page.

    >>> Bag("bank", ("money", "river", "money")).thoughts
    ('money', 'river')
    """

    word: str
    thoughts: Sequence[str] = ()
    title: str = ""

    def __post_init__(self) -> None:
        cleaned = (" ".join(str(thought).split()) for thought in self.thoughts)
        object.__setattr__(self, "thoughts", tuple(dict.fromkeys(thought for thought in cleaned if thought)))

    size = (7.0, 4.2)

    def draw_on(self, ax: Axes) -> None:
        """Draw the word in the middle, a thread to each thought, the thoughts round it as bubbles."""
        wide, high = _inches(ax)
        ax.set(xlim=(-wide / 2, wide / 2), ylim=(-high / 2, high / 2), xticks=[], yticks=[])
        ax.axis("off")
        shown = self.thoughts[:MOST]
        size, room = (SIZE, 16 if wide > 4 else 10) if len(shown) <= 8 else (SIZE - 1, 12)
        texts = [plain(self.word, 20), *(_two_lines(thought, room) for thought in shown)]
        sizes = [_bubble_size(text, size if i else SIZE + 6) for i, text in enumerate(texts)]
        ring = [(0.0, 0.0), *((x * (wide - 1) / 2, y * (high - 0.5) / 2) for x, y in ring_places(len(shown)))]
        places = settle(ring, sizes, (wide, high))
        for thought, text, (x, y) in zip(shown, texts[1:], places[1:], strict=True):
            ax.plot([0, x], [0, y], color=SOFT, lw=1, zorder=1)
            _bubble(ax, x, y, text, role_of(thought) or "plain", size=size, zorder=3)
        _bubble(ax, 0, 0, texts[0], "you", size=SIZE + 6, weight="bold", zorder=4)

    def parts(self) -> Parts:
        """The page draws it itself: bubbles that can be gathered."""
        return ((self,),)

    def describe(self) -> str:
        """Return the bag as a sentence.

        >>> Bag("bank", ("money", "river")).describe()
        'The bag of thoughts for "bank" holds 2: money, river.'
        """
        if not self.thoughts:
            return f'The bag of thoughts for "{self.word}" is still empty.'
        shown = ", ".join(self.thoughts[:MOST])
        more = len(self.thoughts) - MOST
        rest = f" ({more} more do not fit in the picture)" if more > 0 else ""
        return f'The bag of thoughts for "{self.word}" holds {len(self.thoughts)}: {shown}{rest}.'


@dataclass(frozen=True)
class Bags(Picture):
    """Several bags of one word side by side, each under its name: whose thoughts they are. At most 8 in each.

    Introduced in lesson 06.

    Args:
        word: the word.
        bags: one to three names, with their thoughts.

    Raises:
        CourseError: where there is no bag, or more than three.

    >>> Bags("bank", {"yours": ["money"], "old books": ["river"]}).describe()
    'Bags of thoughts for "bank", side by side. Yours: money. Old books: river.'
    """

    word: str
    bags: Mapping[str, Iterable[str]]

    def __post_init__(self) -> None:
        if not 1 <= len(self.bags) <= 3:
            raise CourseError(f"One to three bags fit side by side, not {len(self.bags)}.")
        few = {name: Bag(self.word, tuple(thoughts)).thoughts[:8] for name, thoughts in self.bags.items()}
        object.__setattr__(self, "bags", few)

    @property
    def size(self) -> tuple[float, float]:
        """Room for each bag, in inches."""
        return 3.15 * len(self.bags), 3.6

    def draw(self, figure: FigureBase) -> None:
        """Draw each bag under its name."""
        parts = figure.subfigures(1, len(self.bags), squeeze=False)[0]
        for part, (name, thoughts) in zip(parts, self.bags.items(), strict=True):
            ax = part.add_subplot()
            Bag(self.word, tuple(thoughts)).draw_on(ax)
            ax.set_title(plain(name), size=SIZE)

    def parts(self) -> Parts:
        """A bag for each name."""
        return (tuple(Bag(self.word, tuple(thoughts), name) for name, thoughts in self.bags.items()),)

    def describe(self) -> str:
        """Return the bags as a sentence each."""
        told = " ".join(f"{n[:1].upper()}{n[1:]}: {', '.join(bag) or 'empty'}." for n, bag in self.bags.items())
        return f'Bags of thoughts for "{self.word}", side by side. {told}'


def ring_places(n: int) -> list[tuple[float, float]]:
    """Return n places round the middle, within -1..1, on one ring up to 8 thoughts and on two rings beyond.

    >>> len(ring_places(11))
    11
    """
    inner = n if n <= 8 else round(n * 0.38)
    rings = [(inner, 0.62 if n > 8 else 0.8, 0.0), (n - inner, 0.95, 0.5)]
    places = []
    for count, radius, turn in rings:
        for i in range(count):
            angle = np.pi / 2 - 2 * np.pi * (i + turn) / max(count, 1)
            places.append((float(radius * np.cos(angle)), float(radius * np.sin(angle))))
    return places


def settle(
    places: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]], frame: tuple[float, float]
) -> list[list[float]]:
    """Return places round (0, 0) where no bubble covers another; the first one stays (in the page: `settle`).

    Args:
        places: where the middles are.
        sizes: width and height of each.
        frame: width and height of the ground.

    >>> settle([(0, 0), (0.5, 0.1)], [(2, 1), (2, 1)], (9, 4))[1]
    [2.1, 0.1]
    """
    at, gap = [list(place) for place in places], 0.1
    for turn in range(120):
        still = True
        for i in range(1, len(at)):
            for j in range(i):
                far = [at[i][k] - at[j][k] for k in (0, 1)]
                over = [(sizes[i][k] + sizes[j][k]) / 2 + gap - abs(far[k]) for k in (0, 1)]
                if min(over) <= 1e-9:
                    continue
                still = False
                ways = [1 if (d or i % 2 - 0.5) > 0 else -1 for d in far]
                ends = [abs(at[i][k] + ways[k] * over[k]) <= (frame[k] - sizes[i][k]) / 2 for k in (0, 1)]
                k = 0 if over[0] / frame[0] < over[1] / frame[1] else 1
                if j == 0 and not ends[k] and ends[1 - k]:
                    k = 1 - k
                at[i][k] += ways[k] * over[k] * (0.5 if j else 1)
                at[j][k] -= ways[k] * over[k] * (0.5 if j else 0)
            for k in (0, 1):
                edge = max((frame[k] - sizes[i][k]) / 2, 0)
                at[i][k] = min(max(at[i][k], -edge), edge)
        if still and turn:
            break
    return at


def _inches(ax: Axes) -> tuple[float, float]:
    """How large the ground is, but for its margins and a title."""
    box = ax.get_figure().bbox  # type: ignore[union-attr]
    return box.width / DPI - 0.2, box.height / DPI - 0.45


def _bubble_size(text: str, size: float) -> tuple[float, float]:
    """About how large a text in its bubble is, in inches."""
    lines = text.split("\n")
    return (0.62 * max(map(len, lines)) + 1.2) * size / 72, (1.2 * len(lines) + 1.1) * size / 72


def _bubble(ax: Axes, x: float, y: float, text: str, role: str, **look: Any) -> None:
    """A text in a bubble of the colour of its role."""
    colour = TOKENS[role].light
    box = {"boxstyle": "round,pad=0.5,rounding_size=1", "facecolor": tinted(colour), "edgecolor": colour, "lw": 2}
    ax.text(x, y, text, ha="center", va="center", color=INK, bbox=box, **look)


def _two_lines(thought: str, width: int) -> str:
    """A thought as a label of one or two lines."""
    return "\n".join(textwrap.wrap(plain(thought, 200), width, max_lines=2, placeholder="…")) or "?"
