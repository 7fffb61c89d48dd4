"""The analogy bench as a picture: the reply of the arithmetic, and beside it what doing nothing would reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.plots.bars import Bars
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, plain
from embeddings_course.plots.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

Scored = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Replies(Picture):
    """What the bench shows: a is to b as c is to ...?

    Args:
        inputs: the words a, b and c.
        allowed: whether an input word may be the reply.
        arithmetic: words and their cosine to b - a + c, nearest first.
        near_c: the same for c alone: the first baseline, which does nothing.
        near_b: the same for b alone: the second.
        expected: the word that you expect, or "".
        places: where it stands in the three lists (1 is first), None where it is not among those looked at.
        looked_at: how many words were looked at in each list.
    """

    inputs: tuple[str, str, str]
    allowed: bool
    arithmetic: Scored
    near_c: Scored
    near_b: Scored
    expected: str = ""
    places: tuple[int | None, int | None, int | None] = (None, None, None)
    looked_at: int = 1000

    size = (8.4, 2.9)

    @property
    def reply(self) -> str:
        """The word that the arithmetic gives first."""
        return self.arithmetic[0][0]

    @property
    def english(self) -> str:
        """The question and its reply in English."""
        a, b, c = self.inputs
        return f"{a} is to {b} as {c} is to {self.reply}"

    @property
    def notation(self) -> str:
        """The same in the notation of vectors."""
        a, b, c = self.inputs
        return f"{b} - {a} + {c} ≈ {self.reply}"

    def draw(self, figure: FigureBase) -> None:
        """Draw question, notation and the three lists on an empty figure."""
        for ax, panel in zip(figure.subplots(1, 3), _panels(self), strict=True):
            panel.draw_on(ax)
            ax.set_title(plain(panel.title, 26), loc="left", color=INK, size=SIZE)
            ax.set_xticks([0, 0.5, 1])
        rule = "allowed" if self.allowed else "forbidden"
        figure.suptitle(plain(self.english, 90), x=0.01, ha="left", size=SIZE + 3, color=INK)
        figure.supxlabel(
            plain(f"{self.notation}    (input words {rule})", 100), x=0.01, ha="left", size=SIZE, color=SOFT
        )

    def parts(self) -> Parts:
        """The question in English and in the notation of vectors, and the three lists."""
        rule = "input words allowed" if self.allowed else "input words forbidden"
        return ((Words((f"{self.notation}   ({rule})",), self.english),), _panels(self))

    def describe(self) -> str:
        """Return what there is to see: the reply, the two baselines, and where the expected word stands.

        >>> near = [("girl", 0.8)]
        >>> Replies(("man", "king", "woman"), False, [("queen", 0.81)], near, [("prince", 0.7)]).describe()[:66]
        'With input words forbidden, man is to king as woman is to queen (0'
        """
        _, b, c = self.inputs
        rule = "allowed" if self.allowed else "forbidden"
        reply, score = self.arithmetic[0]
        more = "".join(f", then {word} ({cosine:.2f})" for word, cosine in self.arithmetic[1:2])
        own = ", one of the input words" if reply in self.inputs else ""
        text = (
            f"With input words {rule}, {self.english} ({score:.2f}){own}{more}. "
            f"Doing nothing: near {c} alone stands {self.near_c[0][0]}, near {b} alone {self.near_b[0][0]}."
        )
        return text + (_expected(self) if self.expected else "")


def _panels(data: Replies) -> list[Bars]:
    """The three lists as bars; input words and the expected word are marked."""
    _, b, c = data.inputs
    lists = [("arithmetic", data.arithmetic), (f"only near {c}", data.near_c), (f"only near {b}", data.near_b)]
    return [
        Bars(
            [word for word, _ in found],
            [score for _, score in found],
            title=title,
            low=0.0,
            high=1.0,
            marked=[word for word, _ in found if word in data.inputs or word == data.expected],
        )
        for title, found in lists
    ]


def _expected(data: Replies) -> str:
    names = ("by arithmetic", f"near {data.inputs[2]}", f"near {data.inputs[1]}")
    said = [
        f"{name} " + (f"in place {place}" if place else f"not among the first {data.looked_at:,}")
        for name, place in zip(names, data.places, strict=True)
    ]
    return f" You expect {data.expected}: {', '.join(said)}."
