"""Maps with their lies drawn in: lines to the true neighbours of a word; and words on two axes that a person named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.table import Embedding
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.points import Points, frame, place_labels
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, plain, settle
from embeddings_course.plots.tokens import TOKENS, mark, roles_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


FALSE, KEPT, LOST = "near on the map only", "true neighbour, kept", "true neighbour, lost"


@dataclass(frozen=True)
class Lies(Picture):
    """What a map with the true neighbours of one word shows.

    Args:
        table: words with two numbers each, their places on the map.
        word: the word asked about.
        true: its nearest words in the space, nearest first.
        drawn: its nearest words on the map, as many.
        kept_by_all: the mean share of true neighbours that the map keeps, over all its words, 0 to 1.
        by_chance: the share that a map drawn by lot would keep.
        name: what kind of map it is.
    """

    table: Embedding
    word: str
    true: Sequence[str]
    drawn: Sequence[str]
    kept_by_all: float
    by_chance: float
    name: str

    size = (8.4, 5.0)

    @property
    def kept(self) -> list[str]:
        """The true neighbours that are also among the nearest on the map."""
        return [word for word in self.true if word in self.drawn]

    @property
    def heading(self) -> str:
        """What stands above the map: its kind, and how much it kept."""
        kept = f"{len(self.kept)} of {len(self.true)} true neighbours of {plain(self.word, 20)} kept"
        return f"{plain(self.name, 30)}: {kept}"

    def draw_on(self, ax: Axes) -> None:
        """Draw all words as dots; true neighbours joined to the word by lines (dashed where the map lost them)."""
        xy, roles = self.table.vectors, roles_of([FALSE, KEPT, LOST])
        dress(ax).set(xticks=[], yticks=[])
        ax.set_title(self.heading, loc="left", size=SIZE)
        settle(ax)
        left, right, bottom, top = frame(self.table, margin=0.06)
        ax.set(xlim=(left, right), ylim=(bottom, top))
        ax.scatter(xy[:, 0], xy[:, 1], s=22, color="#BBBBBB", zorder=1)
        for other in self.true:
            kept = other in self.drawn
            ends = np.array([self.table[self.word], self.table[other]])
            colour = TOKENS[roles[KEPT if kept else LOST]].light
            ax.plot(ends[:, 0], ends[:, 1], color=colour, ls="-" if kept else "--", lw=1.6, zorder=2)
        false = [word for word in self.drawn if word not in self.true]
        lost = [word for word in self.true if word not in self.drawn]
        for words, label in ((self.kept, KEPT), (lost, LOST), (false, FALSE)):
            spots = np.array([self.table[w] for w in words]).reshape(-1, 2)
            ax.plot(spots[:, 0], spots[:, 1], ls="", ms=8, mec=INK, label=label, zorder=3, **mark(roles[label]))
        x, y = self.table[self.word].tolist()
        ax.scatter([x], [y], s=150, color=INK, marker="*", zorder=4)
        ax.legend(fontsize=SIZE - 2, frameon=False, loc="upper left", bbox_to_anchor=(0, -0.01), ncols=3)
        _name([self.word, *self.true, *false], self.table, ax)

    def parts(self) -> Parts:
        """The map for the page: names and lines for the word and its neighbours alone."""
        groups = dict.fromkeys(self.drawn, FALSE) | dict.fromkeys(self.true, LOST)
        groups |= dict.fromkeys(self.kept, KEPT)
        links = [(self.word, other) for other in self.true]
        return ((Points(self.table, (self.word,), groups, links, self.heading, named=[self.word, *groups]),),)

    def describe(self) -> str:
        """Return as sentences what the map keeps of one word's neighbours, what it invents, what it keeps of all."""
        kept, n = len(self.kept), len(self.true)
        lost = [word for word in self.true if word not in self.drawn]
        false = [word for word in self.drawn if word not in self.true]
        parts = [f"{self.name} of {len(self.table)} words. It kept {kept} of the {n} true neighbours of {self.word}"]
        if lost:
            parts.append(f"; lost: {', '.join(lost[:4])}{' ...' if len(lost) > 4 else ''}")
        if false:
            parts.append(f"; near on the map only: {', '.join(false[:4])}{' ...' if len(false) > 4 else ''}")
        overall = f"Over all words it keeps {self.kept_by_all:.0%}; by chance it would be {self.by_chance:.0%}."
        return f"{''.join(parts)}. {overall}"


def _name(words: Sequence[str], table: Embedding, ax: Axes) -> None:
    """Write these words beside their points, clear of one another."""
    settle(ax)
    texts = [
        ax.annotate(
            plain(word, 20),
            tuple(table[word].tolist()),
            (0, 0),
            textcoords="offset pixels",
            size=SIZE - 1,
            weight="bold" if i == 0 else "normal",
            color=INK,
            zorder=5,
            in_layout=False,
        )
        for i, word in enumerate(words)
    ]
    renderer = ax.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = [text.get_window_extent(renderer) for text in texts]
    box = ax.get_window_extent(renderer)
    spots = ax.transData.transform([table[w] for w in words])
    sizes = [(b.width + 3, b.height + 1) for b in boxes]
    for text, offset in zip(texts, place_labels(spots, sizes, (box.x0, box.x1, box.y0, box.y1)), strict=True):
        text.set_position(offset)


@dataclass(frozen=True)
class NamedAxes(Picture):
    """Words on two axes that a person named.

    Args:
        table: words with two numbers each: how much nearer they are to one group than to the other, on each axis.
        x: what stands left and right, such as ("river", "money").
        y: what stands below and above.
        marked: words that stand out.
    """

    table: Embedding
    x: tuple[str, str]
    y: tuple[str, str]
    marked: Sequence[str] = ()

    size = (8.4, 4.8)

    def draw_on(self, ax: Axes) -> None:
        """Draw the words between the four named ends; the lines cross where neither side wins."""
        dress(ax).set(xticks=[], yticks=[])
        settle(ax)
        ax.set(xlim=(-self.reach, self.reach), ylim=(-self.reach, self.reach))
        ax.axhline(0, color=SOFT, lw=0.8)
        ax.axvline(0, color=SOFT, lw=0.8)
        ax.set_xlabel(f"← {plain(self.x[0], 24)}          {plain(self.x[1], 24)} →", size=SIZE)
        ax.set_ylabel(f"← {plain(self.y[0], 20)}     {plain(self.y[1], 20)} →", size=SIZE)
        Points(self.table, self.marked).draw_dots(ax)
        ax.set_title("your axes, your map", loc="left", size=SIZE)
        _name(sorted(self.table.words, key=lambda w: w not in self.marked), self.table, ax)

    @property
    def reach(self) -> float:
        """How far the axes go to each side."""
        return 1.12 * max(float(np.abs(self.table.vectors).max(initial=0)), 0.05)

    def parts(self) -> Parts:
        """The map for the page, its axes named at their ends."""
        limits = (-self.reach, self.reach, -self.reach, self.reach)
        return ((Points(self.table, self.marked, title="your axes, your map", limits=limits, ends=(self.x, self.y)),),)

    def describe(self) -> str:
        """Return the map as sentences: who stands farthest at each end, and where the marked words stand."""
        words, xy = self.table.words, self.table.vectors
        ends = [
            f"farthest towards {name}: {words[int(pick(xy[:, column]))]}"
            for column, names in ((0, self.x), (1, self.y))
            for name, pick in zip(names, (np.argmin, np.argmax), strict=True)
        ]
        where = [f"{word} at {self.table[word][0]:+.2f}, {self.table[word][1]:+.2f}" for word in self.marked]
        return f"{len(words)} words on axes named by hand; {'; '.join(ends)}." + (
            f" {'; '.join(where)}." if where else ""
        )
