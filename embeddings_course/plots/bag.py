"""The bag of thoughts: a word in the middle, and round it what it calls up."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.errors import CourseError
from embeddings_course.plots.picture import Picture
from embeddings_course.plots.style import INK, OKABE_ITO, SIZE, SOFT, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

MOST = 24
"""No more thoughts than this are drawn; the sentence says how many were left out."""


@dataclass(frozen=True)
class Bag(Picture):
    """A word and the thoughts that it calls up, in the order in which they came.

    Introduced in lesson 01.

    >>> Bag("bank", ("money", "river", "money")).thoughts
    ('money', 'river')
    """

    word: str
    thoughts: Sequence[str] = ()

    def __post_init__(self) -> None:
        cleaned = (" ".join(str(thought).split()) for thought in self.thoughts)
        object.__setattr__(self, "thoughts", tuple(dict.fromkeys(thought for thought in cleaned if thought)))

    size = (7.0, 4.2)

    def draw_on(self, ax: Axes) -> None:
        """Draw the word in the middle, a thread to each thought, the thoughts round it in their own little bubbles."""
        from matplotlib.patches import Ellipse

        ax.set(xlim=(-1.32, 1.32), ylim=(-1.22, 1.22), xticks=[], yticks=[])
        ax.axis("off")
        ax.add_patch(Ellipse((0, 0), 2.58, 2.38, facecolor="#FBF6EA", edgecolor=SOFT, lw=2, ls=(0, (6, 3)), zorder=0))
        shown = self.thoughts[:MOST]
        crowded = len(shown) > 8
        for i, (thought, (x, y)) in enumerate(zip(shown, ring_places(len(shown)), strict=True)):
            colour = OKABE_ITO[1 + i % 7]
            ax.plot([0, x], [0, y], color=SOFT, lw=1, zorder=1)
            ax.text(
                x,
                y,
                _two_lines(thought, 12 if crowded else 16),
                ha="center",
                va="center",
                size=SIZE if not crowded else SIZE - 1,
                color=INK,
                bbox={"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "lw": 2},
                zorder=3,
            )
        middle = {"boxstyle": "round,pad=0.5", "facecolor": "#F0E442", "edgecolor": INK, "lw": 2}
        ax.text(
            0, 0, plain(self.word, 20), ha="center", va="center", size=SIZE + 6, weight="bold", bbox=middle, zorder=4
        )

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
        return 3.15 * len(self.bags), 3.3

    def draw(self, figure: FigureBase) -> None:
        """Draw each bag under its name."""
        parts = figure.subfigures(1, len(self.bags), squeeze=False)[0]
        for part, (name, thoughts) in zip(parts, self.bags.items(), strict=True):
            ax = part.add_subplot()
            Bag(self.word, tuple(thoughts)).draw_on(ax)
            ax.set_title(plain(name), size=SIZE)

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


def _two_lines(thought: str, width: int) -> str:
    """A thought as a label of one or two lines."""
    return "\n".join(textwrap.wrap(plain(thought, 200), width, max_lines=2, placeholder="…")) or "?"
