"""Points: words on a flat map, with labels that do not cover one another.

A map of this kind shows two numbers out of many: every map lies a little. The sentence below it says how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, PAPER, SIZE, SOFT, dress, escape, plain, settle
from embeddings_course.plots.tokens import MARKS, TOKENS, role_of, roles_of
from embeddings_course.vectors import directions, share_kept

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Basis:
    """Two fixed directions to look along, so that a map does not turn when one word moves.

    Args:
        centre: the middle of the map, shape (d,).
        axes: the two directions, shape (2, d), each of length 1, at right angles.
        kept: the share of the scatter that the two directions show, 0 to 1.
    """

    centre: Floats
    axes: Floats
    kept: float

    def flatten(self, table: Embedding) -> Embedding:
        """Return the table with the two numbers of the map in place of its d numbers."""
        return Embedding(table.words, (table.vectors - self.centre) @ self.axes.T)


def fit_basis(table: Embedding) -> Basis:
    """Return the two directions along which the words of a table spread most (PCA), with fixed signs.

    Fit it once and use it for every step, or the learner sees the map turn and not the words move.

    >>> table = Embedding(("a", "b", "c"), [[0.0, 0.0, 1.0], [2.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    >>> basis = fit_basis(table)
    >>> basis.axes.shape, round(basis.kept, 6)
    ((2, 3), 1.0)
    """
    centre = table.vectors.mean(axis=0)
    axes, strengths = directions(table.vectors - centre)
    flat = np.zeros((2, table.vectors.shape[1]))
    flat[: min(2, len(axes))] = axes[:2]
    return Basis(centre, flat, share_kept(strengths, 2))


@dataclass(frozen=True)
class Points(Picture):
    """What a map shows.

    Args:
        table: words with two numbers each.
        marked: words that stand out.
        groups: word -> name of its group (colour and marker); words without one are plain.
        links: pairs of words to join by a line.
        title: short text above the map.
        kept: the share of the scatter that the map shows, 0 to 1, if known.
        limits: (left, right, bottom, top) to keep the frame fixed while words move; None fits the words.
        named: whether the page writes each word beside its point; or the words that it writes.
        ends: what stands left and right, and below and above, where the axes have names; the page draws them through 0.
        trails: word -> the places where it was before, oldest first; the page draws an arrow from there.

    Raises:
        CourseError: where the table does not have two numbers a word.
    """

    table: Embedding
    marked: Sequence[str] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    links: Sequence[tuple[str, str]] = ()
    title: str = ""
    kept: float | None = None
    limits: tuple[float, float, float, float] | None = None
    named: bool | Sequence[str] = True
    ends: tuple[tuple[str, str], tuple[str, str]] | None = None
    trails: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)

    size = (7.0, 4.6)

    def __post_init__(self) -> None:
        if self.table.vectors.shape[1] != 2:
            raise CourseError(
                f"A map needs two numbers a word, this table has {self.table.vectors.shape[1]}. "
                "Use fit_basis(table).flatten(table)."
            )

    @classmethod
    def of(cls, table: Embedding, x: str | None = None, y: str | None = None, title: str = "", **look: Any) -> Points:
        """Return a table as a map: two named columns, or the table's only two.

        Introduced in lesson 01.

        Raises:
            CourseError: where the columns do not exist, or the table has more than two and none is named.

        >>> columns = ("money", "water", "place")
        >>> table = Embedding(("bank", "river"), [[0.9, 0.4, 1.0], [0.0, 1.0, 1.0]], columns)
        >>> Points.of(table, x="money", y="water").title
        'money to the right, water upwards'
        """
        if x is not None and y is not None:
            for name in (x, y):
                if name not in table.columns:
                    known = ", ".join(table.columns) or "none named"
                    raise CourseError(f"There is no column {name!r}, only: {known}.")
            title = title or f"{x} to the right, {y} upwards"
            table = Embedding(table.words, table.vectors[:, [list(table.columns).index(n) for n in (x, y)]])
        return cls(table, title=title, **look)

    def draw_on(self, ax: Axes) -> None:
        """Draw the map: equal scales, a marker and a colour for each group, labels that keep clear of one another."""
        dress(ax).set(xticks=[], yticks=[])
        ax.set_title(plain(self.title, 60), loc="left")
        settle(ax)
        left, right, bottom, top = _fill(self.limits or frame(self.table), ax)
        ax.set(xlim=(left, right), ylim=(bottom, top))
        ax.set_aspect("equal", adjustable="box")
        for a, b in self.links:
            ax.plot(*zip(self.table[a], self.table[b], strict=True), color=SOFT, lw=1.5, ls="--", zorder=1)
        self.draw_dots(ax)
        names = {name for word, name in self.groups.items() if word in self.table}
        if names:
            ax.legend(fontsize=SIZE - 1, frameon=False, loc="best")
        _label(self, ax)

    def draw_dots(self, ax: Axes) -> None:
        """Draw the points alone, each in the colour and the shape of its role; a marked one is larger."""
        played, xy, words = self.roles(), self.table.vectors, self.table.words
        for name, role in sorted({(self.groups.get(word, ""), played[word]) for word in words}):
            rows = [i for i, word in enumerate(words) if (self.groups.get(word, ""), played[word]) == (name, role)]
            token, marked = TOKENS[role], [words[i] in self.marked for i in rows]
            ring = token.shape == "ring"
            ax.scatter(
                xy[rows, 0],
                xy[rows, 1],
                s=[130 if strong else 55 for strong in marked],
                facecolors=PAPER if ring else token.light,
                marker=MARKS[token.shape],
                edgecolors=token.light if ring else [INK if strong else "none" for strong in marked],
                linewidths=3 if ring else 1,
                label=plain(name) or "_",
                zorder=2,
            )

    def roles(self) -> dict[str, str]:
        """Return the role of each word, as the page has it: its group's, its own, or "you" where it is marked.

        >>> Points(Embedding(("bank", "river"), [[0, 0], [1, 0]]), marked=("bank",)).roles()
        {'bank': 'you', 'river': 'river'}
        """
        of_group = roles_of(sorted({name for word, name in self.groups.items() if name and word in self.table}))
        return {
            word: of_group.get(self.groups.get(word, ""))
            or role_of(word)
            or ("you" if word in self.marked else "plain")
            for word in self.table.words
        }

    def html(self, width: int = 430, height: int = 400) -> str:
        """Return the map as one HTML element (an SVG, 5 ms): the quick twin for live views.

        >>> Points(Embedding(("<b>",), [[0.0, 0.0]])).html().count("&lt;b&gt;")
        1
        """
        left, right, bottom, top = self.limits or frame(self.table)
        scale = min((width - 24) / (right - left), (height - 24) / (top - bottom))
        middle = np.array([(left + right) / 2, (bottom + top) / 2])
        spots = {
            w: np.array([width / 2, height / 2]) + (self.table[w] - middle) * scale * [1, -1] for w in self.table.words
        }
        words = sorted(self.table.words, key=lambda w: w not in self.marked)
        sizes = [(8.6 * len(w[:24]) + 4, 17.0) if w in self.marked else (7.6 * len(w[:24]) + 4, 16.0) for w in words]
        offsets = place_labels([spots[w] for w in words], sizes, (2, width - 2, 2, height - 2), gap=11) if words else []
        parts = [
            f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" fill="none" stroke="{SOFT}" opacity=".4"/>'
        ]
        for a, b in self.links:
            (x1, y1), (x2, y2) = spots[a], spots[b]
            parts.append(
                f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="currentColor" '
                'stroke-width="1.5" stroke-dasharray="6 4" opacity=".6"/>'
            )
        played = self.roles()
        for word, offset, size in zip(words, offsets, sizes, strict=True):
            colour = TOKENS[played[word]].light
            parts.append(_dot(word, spots[word], offset, size, word in self.marked, colour))
        return (
            f'<svg role="img" aria-label="{escape(self.describe())}" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-size="14" font-family="sans-serif" fill="currentColor" '
            f'style="max-width:none">{"".join(parts)}</svg>'
        )

    def parts(self) -> Parts:
        """Itself: the page draws it from its data."""
        return ((self,),)

    def describe(self) -> str:
        """Return the map as a sentence: how many words, who is next to whom, and what the map leaves out.

        >>> Points(Embedding(("bank", "money", "river"), [[0, 0], [1, 0], [0, 3]]), marked=("bank",)).describe()
        'A map of 3 words. On it bank stands nearest to money.'
        """
        table = self.table
        sentence = f"A map of {len(table)} words."
        for word in self.marked:
            if word in table and len(table) > 1:
                gaps = np.linalg.norm(table.vectors - table[word], axis=1)
                gaps[table.row(word)] = np.inf
                sentence += f" On it {word} stands nearest to {table.words[int(np.argmin(gaps))]}."
        if self.kept is not None:
            sentence += f" The map shows {self.kept:.0%} of the scatter; the rest is hidden behind it."
        return sentence


def frame(table: Embedding, margin: float = 0.14) -> tuple[float, float, float, float]:
    """Return (left, right, bottom, top) of a frame round the words of a map, with room for labels."""
    if not len(table):
        return (-1.0, 1.0, -1.0, 1.0)
    low, high = table.vectors.min(axis=0), table.vectors.max(axis=0)
    room = np.maximum((high - low) * margin, 0.05 * max(float((high - low).max()), 1e-9)) + 1e-9
    (left, bottom), (right, top) = low - room, high + room
    return float(left), float(right), float(bottom), float(top)


def _fill(limits: tuple[float, float, float, float], ax: Axes) -> tuple[float, float, float, float]:
    """Widen a frame so that it has the shape of the axes: one step right is then as long as one step up."""
    left, right, bottom, top = limits
    box = ax.get_window_extent()
    wide, high = right - left, top - bottom
    more_wide, more_high = (
        max(0.0, high * box.width / box.height - wide),
        max(0.0, wide * box.height / box.width - high),
    )
    return left - more_wide / 2, right + more_wide / 2, bottom - more_high / 2, top + more_high / 2


def _label(data: Points, ax: Axes) -> None:
    """Write the words beside their points, marked words first, so that they get the best places."""
    settle(ax)
    words = sorted(data.table.words, key=lambda w: w not in data.marked)
    if not words:
        return
    texts = [
        ax.annotate(
            plain(word, 24),
            tuple(data.table[word].tolist()),
            (0, 0),
            textcoords="offset pixels",
            size=SIZE if word in data.marked else SIZE - 1,
            weight="bold" if word in data.marked else "normal",
            color=INK,
            zorder=4,
            in_layout=False,  # the frame does not shrink for a label: the label finds its place inside
        )
        for word in words
    ]
    renderer = ax.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    sizes = [(box.width + 3, box.height + 1) for box in (text.get_window_extent(renderer) for text in texts)]
    spots = ax.transData.transform([data.table[word] for word in words])
    box = ax.get_window_extent(renderer)
    offsets = place_labels(spots, sizes, (box.x0, box.x1, box.y0, box.y1))
    for text, offset, size, spot in zip(texts, offsets, sizes, spots, strict=True):
        text.set_position(offset)
        _thread(spot, offset, size, ax)


def _thread(spot: Floats, offset: tuple[float, float], size: tuple[float, float], ax: Axes) -> None:
    """Tie a label that stands away from its point to it by a thin line."""
    near = [float(np.clip(0, low, low + length)) for low, length in zip(offset, size, strict=True)]
    if np.hypot(near[0], near[1]) > 13:
        ends = ax.transData.inverted().transform([spot, spot + near])
        ax.plot(ends[:, 0], ends[:, 1], color=SOFT, lw=0.8, zorder=1, scalex=False, scaley=False)


def place_labels(
    spots: ArrayLike, sizes: Sequence[tuple[float, float]], room: tuple[float, float, float, float], gap: float = 10.0
) -> list[tuple[float, float]]:
    """Return for each point where the lower left corner of its label goes, as an offset from the point, in dots.

    Each label in turn takes the first place round its point that covers no point, no earlier label, and stays inside
    `room` (left, right, bottom, top); if none is free, the place that covers least.

    >>> place_labels([(50, 50), (52, 50)], [(20, 10), (20, 10)], (0, 100, 0, 100))
    [(10.0, -5.0), (-30.0, -5.0)]
    """
    points = np.asarray(spots, dtype=float).reshape(-1, 2)
    n = len(points)
    taken = np.concatenate([np.hstack([points - 5, points + 5]), np.full((n, 4), np.nan)])  # points, then labels
    for _ in range(4):  # where some label still covers something, all look again: they now know where the others are
        if not any([_settle_label(i, points[i], sizes[i], taken, room, gap) for i in range(n)]):
            break
    return [(float(x), float(y)) for x, y in taken[n:, :2] - points]


def _settle_label(i: int, spot: Floats, size: tuple[float, float], taken: Floats, room: Box, gap: float) -> bool:
    """Give label `i` its best place in `taken` (n points, then n labels); true if it still covers something."""
    n = len(taken) // 2
    others = taken[~np.isin(np.arange(2 * n), (i, n + i))]
    least = np.inf
    for reach in (gap * step for step in (1.0, 1.8, 2.8, 4.0, 5.5)):
        corners = spot + _places(*size, reach)
        boxes = np.hstack([corners, corners + size])
        cover = _cover(boxes, others, room)
        best = int(np.argmin(cover))
        if cover[best] < least:
            least, taken[n + i] = float(cover[best]), boxes[best]
        if least == 0:
            break
    return least > 0


def _places(w: float, h: float, reach: float) -> Floats:
    """Eight places round a point, shape (8, 2), best first: right, left, above, below, the corners."""
    near, up = reach * 0.7, reach * 0.42
    sides = [(reach, -h / 2), (-reach - w, -h / 2), (-w / 2, reach * 0.8), (-w / 2, -reach * 0.8 - h)]
    return np.array([*sides, (near, up), (near, -up - h), (-near - w, up), (-near - w, -up - h)])


def _cover(boxes: Floats, others: Floats, room: Box) -> Floats:
    """How many square dots of each box (left, bottom, right, top) lie on other boxes or outside the room."""

    def shared(a: Floats, b: Floats) -> Floats:
        sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
        return np.nan_to_num(np.maximum(sides, 0)).prod(axis=-1)

    inside = shared(boxes, np.array([room[0], room[2], room[1], room[3]]))
    return shared(boxes[:, None], others[None]).sum(axis=1) + 4 * ((boxes[:, 2:] - boxes[:, :2]).prod(axis=1) - inside)


def _dot(
    word: str, spot: Floats, offset: tuple[float, float], size: tuple[float, float], marked: bool, colour: str
) -> str:
    """A point and its word; a word that stands away from its point is tied to it."""
    x, y = spot
    near = [float(np.clip(0, low, low + length)) for low, length in zip(offset, size, strict=True)]
    thread = ""
    if np.hypot(near[0], near[1]) > 13:
        thread = f'<path d="M{x:.1f} {y:.1f}l{near[0]:.1f} {near[1]:.1f}" stroke="currentColor" opacity=".5"/>'
    shape = (
        f'<path d="M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z" fill="{colour}" stroke="{INK}"/>'
        if marked
        else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}" stroke="{INK}" stroke-width=".6"/>'
    )
    bold = ' font-weight="bold" font-size="15"' if marked else ""
    text = f'<text x="{x + offset[0] + 2:.1f}" y="{y + offset[1] + size[1] - 4:.1f}"{bold}>{escape(word, 24)}</text>'
    return thread + shape + text
