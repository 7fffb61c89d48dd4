"""What several ways of searching find, side by side; scores with their intervals; and small pictures in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats
from embeddings_course.files.errors import CourseError
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, escape, plain
from embeddings_course.plots.tokens import TOOL, YOU, mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

WAYS = ("quiet", "money", "person", "river", "tool")
"""The colours and shapes of the ways of search, in their order."""

WORDS = {"answer": "✓ answer", "decoy": "✗ decoy", "": ""}
"""What stands beside a text that was judged; a colour never carries it alone."""


@dataclass(frozen=True)
class Hit:
    """A text that was found: its name, the text, its cosine, and "answer", "decoy" or "" for not judged."""

    name: str
    text: str
    score: float
    mark: str = ""


@dataclass(frozen=True)
class Found(Picture):
    """What each way found for one question.

    Args:
        question: as asked.
        ways: names of the ways.
        hits: for each way its texts, best first.
        judged: whether the question has judgements.
    """

    question: str
    ways: Sequence[str]
    hits: Sequence[Sequence[Hit]]
    judged: bool = False

    size = (10.4, 4.6)

    def rank(self, way: int) -> int | None:
        """Return at which place (from 1) a way shows the first answer, or None."""
        return next((i for i, hit in enumerate(self.hits[way], 1) if hit.mark == "answer"), None)

    def draw(self, figure: FigureBase) -> None:
        """Draw the hits as a still table: for each way, place, score, name and the first words of the text."""
        ax = figure.add_subplot()
        ax.axis("off")
        ax.set_xlim(0, 1)
        lines = 1 + sum(1 + max(len(hits), 1) for hits in self.hits)
        ax.set_ylim(lines, 0)
        ax.text(0, 0.5, f"“{plain(self.question, 90)}”", size=SIZE + 1, va="center", color=INK)
        y = 1.5
        for way, hits in zip(self.ways, self.hits, strict=True):
            ax.text(0, y, plain(way), size=SIZE, weight="bold", va="center", color=INK)
            for hit in hits:
                y += 1
                colour = {"answer": TOOL, "decoy": YOU}.get(hit.mark, INK)
                said = f"{hit.score:.2f}  {hit.name}  {WORDS[hit.mark]}".rstrip()
                ax.text(0.03, y, plain(said, 60), size=SIZE - 1, va="center", color=colour)
                ax.text(0.36, y, plain(hit.text, 84), size=SIZE - 1, va="center", color=SOFT)
            if not hits:
                y += 1
                ax.text(0.03, y, "nothing: no word in common", size=SIZE - 1, style="italic", va="center", color=SOFT)
            y += 1

    def html(self) -> str:
        """Return the hits as an HTML table, a column a way; all text is escaped.

        >>> Found("q", ["counts"], [[Hit("a-01", "<b>", 0.5, "answer")]]).html().count("&lt;b&gt;")  # tip and text
        2
        """
        head = "".join(
            f'<th scope="col" style="text-align:left;padding:4px 8px">{escape(way)}</th>' for way in self.ways
        )
        columns = "".join(
            f'<td data-way="{escape(way)}" style="vertical-align:top;padding:4px 8px;text-align:left;'
            f'width:{100 // max(len(self.ways), 1)}%">'
            f"{''.join(map(_hit_html, hits)) or '<i>nothing: no word in common</i>'}</td>"
            for way, hits in zip(self.ways, self.hits, strict=True)
        )
        return (
            f'<table data-flows="1" aria-label="{escape(self.describe())}" style="width:100%;table-layout:fixed;'
            f'border-collapse:collapse;font-size:1em;line-height:1.35"><thead><tr>{head}</tr></thead>'
            f"<tbody><tr>{columns}</tr></tbody></table>"
        )

    def describe(self) -> str:
        """Return for each way what stands on top, and where the answer stands if the question was judged.

        >>> Found("q", ["counts"], [[Hit("a-01", "", 0.5, "decoy"), Hit("a-02", "", 0.4, "answer")]], True).describe()
        'For "q": counts puts a-01 (decoy) on top, the answer at place 2.'
        """
        said = []
        for i, (way, hits) in enumerate(zip(self.ways, self.hits, strict=True)):
            if not hits:
                said.append(f"{way} finds nothing")
                continue
            top = f"{way} puts {hits[0].name}{f' ({hits[0].mark})' if hits[0].mark else ''} on top"
            place = self.rank(i)
            where = f"the answer at place {place}" if place and place > 1 else "" if place else "no answer is shown"
            said.append(top + (f", {where}" if where and self.judged else ""))
        return f'For "{self.question}": {"; ".join(said)}.'


def _hit_html(hit: Hit) -> str:
    colour = {"answer": TOOL, "decoy": YOU}.get(hit.mark, SOFT)
    mark = f" <b>{WORDS[hit.mark]}</b>" if hit.mark else ""
    return (
        f'<div style="border-left:4px solid {colour};padding:2px 0 2px 8px;margin:0 0 8px;white-space:normal">'
        f"<b>{hit.score:.2f}</b> <code>{escape(hit.name, 24)}</code>{mark}"
        f'<span class="stage-piece" title="{escape(hit.text)}">{escape(hit.text, 300)}</span></div>'
    )


# ---- Scores with intervals -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scores(Picture):
    """Scores of several ways in several groups of questions, each with its interval.

    Args:
        groups: names of the groups, with their sizes.
        ways: names of the ways.
        values: mean, low end and high end, shape (groups, ways, 3).
        title: what is measured.

    Raises:
        CourseError: where names and numbers do not fit together.
    """

    groups: Sequence[str]
    ways: Sequence[str]
    values: ArrayLike
    title: str = ""

    size = (9.0, 4.2)

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=float)
        if values.shape != (len(self.groups), len(self.ways), 3):
            raise CourseError(f"Scores need the shape (groups, ways, 3), got {values.shape}.")
        object.__setattr__(self, "values", values)

    def draw_on(self, ax: Axes) -> None:
        """Draw a mark with its interval for each way, group by group; each way has its own shape and colour."""
        values: Floats = np.asarray(self.values)
        step = 0.8 / max(len(self.ways), 1)
        for j, way in enumerate(self.ways):
            x = np.arange(len(self.groups)) + (j - (len(self.ways) - 1) / 2) * step
            mean, low, high = values[:, j].T
            look = mark(WAYS[j % len(WAYS)])
            ax.vlines(x, low, high, color=look["color"], lw=2.5)
            ax.plot(x, mean, ls="", ms=8, label=plain(way), **look)
        dress(ax).set_xticks(range(len(self.groups)), [plain(g, 18) for g in self.groups])
        ax.set_ylim(-0.03, 1.05)
        ax.grid(axis="y", color="#e6e6e6")
        ax.set_axisbelow(True)
        ax.set_title(plain(self.title, 70), loc="left", color=INK)
        ax.legend(
            frameon=False, ncol=len(self.ways), loc="upper center", bbox_to_anchor=(0.5, -0.12), fontsize=SIZE - 1
        )

    def parts(self) -> Parts:
        """Bars with their intervals for each group, three groups beside one another."""
        values: Floats = np.asarray(self.values)
        bars = [
            Bars(self.ways, row[:, 0].tolist(), group, 0, 1, spans=() if np.isnan(row).any() else row[:, 1:].tolist())
            for group, row in zip(self.groups, values, strict=True)
        ]
        return tuple(tuple(bars[i : i + 3]) for i in range(0, len(bars), 3))

    def describe(self) -> str:
        """Return every mean with its interval, group by group.

        >>> Scores(["plain (44)"], ["counts"], [[[0.1, 0.0, 0.2]]], title="MRR").describe()
        'MRR. plain (44): counts 0.10 (0.00 to 0.20).'
        """
        groups = []
        for name, row in zip(self.groups, np.asarray(self.values), strict=True):
            said = [f"{way} {m:.2f} ({a:.2f} to {b:.2f})" for way, (m, a, b) in zip(self.ways, row, strict=True)]
            groups.append(f"{name}: {', '.join(said)}")
        return f"{self.title}. {'. '.join(groups)}."


# ---- Small pictures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tiles(Picture):
    """Rows of small grey pictures with a caption each: images[row][i] has shape (h, w)."""

    images: Sequence[Sequence[ArrayLike]]
    captions: Sequence[Sequence[str]]
    title: str = ""

    size = (6.4, 3.8)

    def draw(self, figure: FigureBase) -> None:
        """Draw the pictures, dark on light; captions above them."""
        figure.suptitle(plain(self.title, 80), x=0.01, ha="left", size=SIZE + 1, color=INK)
        grid = figure.subplots(len(self.images), max(map(len, self.images)), squeeze=False)
        for axes, images, captions in zip(grid, self.images, self.captions, strict=True):
            for i, ax in enumerate(axes):
                ax.axis("off")
                if i < len(images):
                    ax.imshow(np.asarray(images[i]), cmap="Greys", interpolation="nearest")
                    ax.set_title(plain(captions[i], 16), size=SIZE - 1, color=INK)

    def describe(self) -> str:
        """Return the captions, row by row.

        >>> Tiles([[[[0.0]]]], [["a 3"]], title="neighbours").describe()
        'Neighbours. Row 1: a 3.'
        """
        rows = [f"Row {i}: {', '.join(row)}" for i, row in enumerate(self.captions, 1)]
        return f"{self.title[:1].upper()}{self.title[1:]}. {'. '.join(rows)}."
