"""The live bank: where the *bank* of a sentence stands between river, money and neither, and how it came there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import Mark, Step
from embeddings_course.files.table import Embedding
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.points import Points
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, plain
from embeddings_course.plots.tokens import TOKENS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEFT, RIGHT, NEAREST, FARTHEST = -6.6, 5.4, 0.02, 0.25
"""The ends of the map: to the river, to the money, at a sense, far from both. What lies beyond stands at the edge."""

BETWEEN, CLEAR = 0.5, 2.0
"""Nearer to half way than the first it is called between, farther than the second a river bank or a money bank."""

ORDER = ("first", "second", "third")
MARKER = {"money": "s", "river": "o"}


@dataclass(frozen=True)
class BankMap(Picture):
    """Where each *bank* of a sentence stands, word by word, among sentences whose sense is known.

    Args:
        steps: one for each word.
        marks: sentences whose sense is known, and that had no say in where the sides are.
        edge: what is farther than this from every known use is called neither.
    """

    steps: tuple[Step, ...]
    marks: tuple[Mark, ...]
    edge: float

    size = (9.0, 4.2)

    @property
    def sentence(self) -> str:
        """The sentence."""
        return " ".join(step.word for step in self.steps)

    @property
    def now(self) -> Step:
        """The last step."""
        return self.steps[-1] if self.steps else Step("")

    def draw_on(self, ax: Axes) -> None:
        """Draw the marks in their senses' shapes, the zone of neither at the top, and the way of each bank."""
        dress(ax).set(xlim=(LEFT, RIGHT), ylim=(NEAREST, FARTHEST), yscale="log", xticks=[], yticks=[])
        ax.minorticks_off()
        ax.set_title(plain(self.sentence, 70), loc="left", size=SIZE + 3)
        ax.axhspan(self.edge, FARTHEST, color=SOFT, alpha=0.16, lw=0)
        for sense, x, side in (("river", LEFT, "left"), ("money", RIGHT, "right")):
            marks = [mark for mark in self.marks if mark.sense == sense]
            sides, far = np.array([_inside((mark.side, mark.far)) for mark in marks]).reshape(-1, 2).T
            ax.scatter(sides, far, s=42, c=TOKENS[sense].light, marker=MARKER[sense], zorder=2)
            ax.text(x, NEAREST * 1.06, f" {sense} ", ha=side, size=SIZE + 4, weight="bold", color=TOKENS[sense].light)
        ax.text(0, FARTHEST * 0.86, "neither", ha="center", size=SIZE + 2, color=SOFT)
        for which in range(len(self.now.places)):
            way = [_inside(step.places[which]) for step in self.steps if len(step.places) > which]
            ax.plot(*zip(*way, strict=True), color=TOKENS["you"].light, lw=2, marker="o", ms=4, zorder=3)
            name = "bank" if len(self.now.places) == 1 else f"{ORDER[which]} bank"
            look = {"boxstyle": "round,pad=0.35", "fc": TOKENS["you"].light, "ec": "white"}
            ax.text(*way[-1], name, ha="center", va="center", color="white", weight="bold", bbox=look, zorder=4)
        ax.set_xlabel("left: more like the river sense · right: more like the money sense", size=SIZE - 1, color=INK)

    def describe(self) -> str:
        """Say in plain words where each bank stands, and which known sentence is most like the last one.

        >>> BankMap((Step("bank", ((-3.0, 0.05),), ("Otters like the bank.",)),), (), 0.08).describe()
        'This bank is a river bank, most like the one in “Otters like the bank.”'
        """
        places = self.now.places
        if not places:
            return 'There is no "bank" yet. Go on, or write a sentence with the word bank.'
        stands = [_stands(place, self.edge) for place in places]
        names = ["this bank"] if len(places) == 1 else [f"the {name} bank" for name in ORDER]
        said = ", ".join(f"{name} {what}" for name, what in zip(names, stands, strict=False))
        return f"{said[0].upper()}{said[1:]}, most like the one in “{shortened(self.now.near[-1])}”"


def shortened(sentence: str, longest: int = 88) -> str:
    """Return a sentence, cut at a space with an ellipsis where it is longer than that.

    >>> shortened("word " * 30, 12)
    'word word …'
    """
    text = sentence.replace('"', "'").strip()
    return text if len(text) <= longest else text[: longest - 2].rsplit(" ", 1)[0] + " …"


@dataclass(frozen=True)
class Pairs(Picture):
    """Four sentences with *bank* in two pairs, and how alike the banks of partners are.

    Args:
        names: of the four, each beginning with its letter.
        places: a flat map of their banks, shape (4, 2).
        alike: the cosine of each to each, shape (4, 4).
        partner: who is paired with the first: 1, 2 or 3.
    """

    names: tuple[str, ...]
    places: Floats
    alike: Floats
    partner: int

    size = (7.0, 3.2)

    @property
    def scores(self) -> tuple[float, ...]:
        """How alike partners are on average where the first is paired with the second, the third, the fourth."""
        others = [[i for i in (1, 2, 3) if i != partner] for partner in (1, 2, 3)]
        return tuple(float(self.alike[0, k] + self.alike[i, j]) / 2 for k, (i, j) in enumerate(others, start=1))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The names of the partners."""
        others = [self.names[i] for i in (1, 2, 3) if i != self.partner]
        return (self.names[0], self.names[self.partner]), (others[0], others[1])

    @property
    def map(self) -> Points:
        """The four banks, partners joined by a line."""
        title = "near means alike; a line joins partners"
        return Points(Embedding(self.names, self.places), links=self.pairs, title=title)

    def draw_on(self, ax: Axes) -> None:
        """Draw the map."""
        self.map.draw_on(ax)

    def parts(self) -> Parts:
        """The map."""
        return ((self.map,),)

    def describe(self) -> str:
        """Say who is paired with whom and how alike they are, beside the other ways to pair."""
        (a, b), (c, d) = ((one[0], other[0]) for one, other in self.pairs)
        mine, best = self.scores[self.partner - 1], max(self.scores)
        rest = " and ".join(f"{score:.2f}" for i, score in enumerate(self.scores, start=1) if i != self.partner)
        choice = "This is how BERT pairs them" if mine == best else "BERT pairs them otherwise"
        return (
            f"{a} with {b}, {c} with {d}: {mine:.2f} alike, where 1 is the same list of numbers. "
            f"The other two ways to pair reach {rest}. {choice}."
        )


def _stands(place: tuple[float, float], edge: float) -> str:
    side, far = place
    if far > edge:
        return "is neither (like no river bank and no money bank it knows)"
    name = "river" if side < 0 else "money"
    if abs(side) > CLEAR:
        return f"is a {name} bank"
    return "sits between the two" if abs(side) < BETWEEN else f"leans to the {name}"


def _inside(place: tuple[float, float]) -> tuple[float, float]:
    side, far = place
    return min(max(side, LEFT + 0.1), RIGHT - 0.1), min(max(far, NEAREST * 1.05), FARTHEST * 0.95)
