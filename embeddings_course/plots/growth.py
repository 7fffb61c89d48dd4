"""A BERT while it learns: uses of one word on one map, the loss, what is found, and what is guessed, at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embeddings_course.files.arrays import Floats
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.points import Points
from embeddings_course.plots.style import INK, SIZE, SOFT, dress
from embeddings_course.plots.tokens import MARKS, PLAIN, TOKENS, mark, roles_of
from embeddings_course.plots.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


@dataclass(frozen=True)
class Growth(Picture):
    """What the picture of a learning BERT shows.

    Args:
        now: which checkpoint, from 0.
        steps: the steps of training of all checkpoints.
        losses: the held-out loss at all of them.
        right: the share of senses that the nearest centroid finds, at all of them.
        commonest: the share that calling every use by the commonest sense finds.
        spots: the uses on the map now, shape (n, 2).
        senses: the sense of each.
        limits: (left, right, bottom, top) of the map, the same for all checkpoints of one run.
        masked: a sentence with [MASK].
        hidden: the word that stood there.
        guesses: the likeliest pieces now, with their probabilities.
    """

    now: int
    steps: Sequence[int]
    losses: Sequence[float]
    right: Sequence[float]
    commonest: float
    spots: Floats
    senses: Sequence[str]
    limits: tuple[float, float, float, float]
    masked: str
    hidden: str
    guesses: Sequence[tuple[str, float]]

    size = (9.8, 5.2)

    def draw(self, figure: FigureBase) -> None:
        """Draw the map at the left; at the right the loss and the share found over time, and the guesses now."""
        left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1], squeeze=False)[0]
        draw_uses(self, left.add_subplot())
        top, bottom = right.subfigures(2, 1, height_ratios=[1.15, 1], squeeze=False)[:, 0]
        draw_learning(self, top.add_subplot())
        _bars(self).draw_on(bottom.add_subplot())

    def parts(self) -> Parts:
        """The map, the loss above the share found, and the guesses, side by side."""
        ticks = [(i, f"{step:,}") for i, step in enumerate(self.steps) if i % 3 == 0]
        loss = Lines({"loss": self.losses}, ticks, 0, max(self.losses) * 1.05, self.now, "held-out loss, over steps")
        found = Lines(
            {"senses found": self.right, "commonest sense": [self.commonest] * len(self.steps)},
            ticks,
            0,
            1,
            self.now,
            "share of senses found, over steps",
            dashed=("commonest sense",),
        )
        uses = Embedding(tuple(f"use {i}" for i in range(len(self.spots))), self.spots)
        title = f"each mark is one bank, after {self.steps[self.now]:,} steps"
        senses = dict(zip(uses.words, self.senses, strict=True))
        places = Points(uses, groups=senses, title=title, limits=self.limits, named=False)
        return ((places, [loss, found], [Words((self.masked,), "fill the gap"), _bars(self)]),)

    def describe(self) -> str:
        """Return the moment as two sentences: how much is known, and what is guessed."""
        guess, chance = self.guesses[0]
        rank = [piece for piece, _ in self.guesses].index(self.hidden) + 1 if self.hidden in dict(self.guesses) else 0
        place = {0: "is not among its five guesses", 1: "is its first guess"}.get(rank, f"is guess number {rank}")
        return (
            f"After {self.steps[self.now]:,} steps the held-out loss is {self.losses[self.now]:.2f} and the nearest of "
            f"two centroids finds {self.right[self.now]:.0%} of the senses (calling all the commonest: "
            f"{self.commonest:.0%}). For {self.masked!r} it says {guess} ({chance:.0%}); {self.hidden!r}, which stood "
            f"there, {place}."
        )


def _bars(data: Growth) -> Bars:
    """The guesses of this moment; the word that stood there is marked."""
    pieces, chances = zip(*data.guesses, strict=True)
    return Bars(pieces, chances, "its guesses for [MASK]", high=1.0, marked=(data.hidden,))


def draw_uses(data: Growth, ax: Axes) -> None:
    """Draw a mark for each use, a colour and a shape for each sense."""
    for sense, role in roles_of(sorted(set(data.senses))).items():
        rows = [k for k, name in enumerate(data.senses) if name == sense]
        look: dict[str, Any] = {"c": TOKENS[role].light, "marker": MARKS[TOKENS[role].shape]}
        ax.scatter(data.spots[rows, 0], data.spots[rows, 1], s=70, edgecolors=INK, alpha=0.8, label=sense, **look)
    left, right, bottom, top = data.limits
    dress(ax).set(xticks=[], yticks=[], xlim=(left, right), ylim=(bottom, top))
    ax.set_aspect("equal", adjustable="box")
    ax.set_title(f"each mark is one bank, after {data.steps[data.now]:,} steps", loc="left", size=SIZE + 1)
    ax.legend(fontsize=SIZE - 1, frameon=False, loc="best", title="sense (never shown to it)", title_fontsize=SIZE - 2)


def draw_learning(data: Growth, ax: Axes) -> None:
    """Draw the loss (line, left scale) and the share of senses found (dashed, right scale) over the checkpoints."""
    places = range(len(data.steps))
    ax.plot(places, data.losses, **mark("river"), lw=2, label="held-out loss")
    ax.axvline(data.now, color=PLAIN, lw=6, alpha=0.4, zorder=0)
    dress(ax).set(ylim=(0, max(data.losses) * 1.1), xticks=list(places)[::2])
    ax.set_xticklabels([f"{data.steps[i]:,}" for i in list(places)[::2]], fontsize=SIZE - 2)
    ax.set_xlabel("steps")
    ax.set_title("loss (line) and senses found (dashed)", loc="left", size=SIZE)
    share = ax.twinx()
    share.plot(places, data.right, **mark("money"), lw=2, ls="--", label="senses found")
    share.axhline(data.commonest, color=SOFT, ls=":", lw=2)
    share.set(ylim=(0, 1.05), yticks=[0, 0.5, 1], yticklabels=["0 %", "50 %", "100 %"])
    share.tick_params(labelsize=SIZE - 2)
