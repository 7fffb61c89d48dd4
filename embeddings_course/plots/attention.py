"""Attention as pictures: the blend of a few tokens by hand, a head as a heat map, a cut link beside its effect."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats, Ints
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import (
    AMOUNT,
    BLUE,
    GREEN,
    INK,
    ORANGE,
    SIZE,
    SOFT,
    VERMILION,
    dress,
    escape,
    plain,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

SPECIAL = ("[CLS]", "[SEP]", "[PAD]", "<s>", "</s>", "<pad>")  # what BERT and what MPNet call them


# --- a head, looked at ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HeadView(Picture):
    """One head on one text.

    Args:
        tokens: n pieces, with [CLS] and [SEP].
        weights: (n from, n to); each row adds up to 1.
        focus: the token whose row is told in words.
        hide: leave [CLS] and [SEP] out of the picture; nothing is divided anew.
        name: which layer and head.
    """

    tokens: Sequence[str]
    weights: Floats
    focus: int
    hide: bool = False
    name: str = ""

    @property
    def shown(self) -> list[int]:
        """The places that are shown."""
        return [i for i, token in enumerate(self.tokens) if not (self.hides and token in SPECIAL)]

    @property
    def hides(self) -> bool:
        """Whether something is left out; a text that is [CLS] and [SEP] alone is shown all the same."""
        return self.hide and not set(self.tokens) <= set(SPECIAL)

    @property
    def parked(self) -> float:
        """The share of the focused row that goes to [CLS] and [SEP]."""
        special = [i for i, token in enumerate(self.tokens) if token in SPECIAL]
        return float(self.weights[self.focus, special].sum())

    @property
    def heaviest(self) -> list[int]:
        """The places that the focused token takes most from, of those that are shown; heaviest first."""
        return sorted(self.shown, key=lambda i: -self.weights[self.focus, i])

    def draw_on(self, ax: Axes) -> None:
        """Draw the weights as colours: each row is a token that looks, each column one that is looked at."""
        shown = self.shown
        names = [plain(self.tokens[i], 14) for i in shown]
        image = ax.imshow(self.weights[np.ix_(shown, shown)], cmap=AMOUNT, vmin=0, vmax=1, aspect="equal")
        dress(ax)
        every = max(1, math.ceil(len(shown) / 24))
        ticks = range(0, len(shown), every)
        ax.set_yticks(ticks, names[::every])
        ax.set_xticks(ticks, names[::every])
        ax.tick_params(axis="x", labelrotation=90, length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
        ax.tick_params(axis="y", length=0)
        ax.set_title(plain(self.name, 60), loc="left", pad=10)
        if ax.figure is not None:
            ax.figure.colorbar(image, ax=ax, shrink=0.7).ax.tick_params(labelsize=SIZE - 1)

    def describe(self) -> str:
        """Say where the focused token looks.

        >>> HeadView(["[CLS]", "a", "b"], np.array([[1, 0, 0], [0.2, 0.1, 0.7], [0, 0, 1]]), 1).describe()
        'a takes 0.70 from b, 0.20 from [CLS] and 0.10 from a (itself).'
        """
        first = self.heaviest[:3]
        told = [
            f"{self.weights[self.focus, i]:.2f} from {name_of(self.tokens, i)}{' (itself)' if i == self.focus else ''}"
            for i in first
        ]
        text = (
            f"{name_of(self.tokens, self.focus)} takes {' and '.join([', '.join(told[:-1]), told[-1]][-len(told) :])}."
        )
        start = f"{self.name}: " if self.name else ""
        hidden = f" {self.parked:.0%} of its weight goes to [CLS] and [SEP], which are hidden." if self.hides else ""
        return start + text + hidden


@dataclass(frozen=True)
class Heads(Picture):
    """One head on one text, or on two side by side."""

    views: Sequence[HeadView]

    size = (8.8, 4.6)

    def draw(self, figure: FigureBase) -> None:
        """Draw one heat map, or two."""
        for part, view in zip(figure.subfigures(1, len(self.views), squeeze=False)[0], self.views, strict=True):
            view.draw_on(part.add_subplot())

    def describe(self) -> str:
        """Say where the token in focus looks, in each text."""
        first, *rest = (view.describe() for view in self.views)
        return first + "".join(f" In the second sentence: {second.partition(': ')[2]}" for second in rest)


def name_of(tokens: Sequence[str], i: int) -> str:
    """Return a token, with its place where the same token stands twice.

    >>> name_of(["[CLS]", "the", "bank", "of", "the"], 4), name_of(["[CLS]", "the"], 1)
    ('the (4)', 'the')
    """
    return f"{tokens[i]} ({i})" if list(tokens).count(tokens[i]) > 1 else tokens[i]


# --- a link, cut ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CutView(Picture):
    """The links of one token in one head: how heavy each is, and how far the token moves without it.

    Args:
        tokens: n pieces.
        start: the token that looks.
        end: the token that it may not look at.
        ends: the tokens whose links were cut, one at a time; `end` is one of them.
        weights: of the whole head, shape (n from, n to).
        moves: how far the last vector of `start` moves without each of these links, shape (len(ends),); 1 - cosine.
        full_stop: how far `start` moves when a full stop is put behind the text: a yardstick.
        name: which layer and head.
    """

    tokens: Sequence[str]
    start: int
    end: int
    ends: Ints
    weights: Floats
    moves: Floats
    full_stop: float
    name: str = ""

    size = (8.8, 4.4)

    @property
    def row(self) -> Floats:
        """The weights of the links that were cut."""
        return self.weights[self.start, self.ends]

    @property
    def chosen(self) -> int:
        """Where in `ends` the chosen link stands."""
        return int(np.flatnonzero(self.ends == self.end)[0])

    def draw(self, figure: FigureBase) -> None:
        """Draw both rows of bars side by side, with the yardstick."""
        left, right = figure.subplots(1, 2, sharey=True)
        places = np.arange(len(self.ends))
        colours = [ORANGE if k == self.chosen else BLUE for k in places]
        names = [name_of(self.tokens, int(i)) for i in self.ends]
        who = name_of(self.tokens, self.start)
        for ax, values, title in (
            (left, self.row, f"weight: {who} looks at"),
            (right, self.moves, f"without it, {who} moves by"),
        ):
            dress(ax).barh(places, values, color=colours)
            ax.set_title(plain(title, 50), loc="left")
        left.set_yticks(places, [("> " if k == self.chosen else "") + plain(t, 14) for k, t in enumerate(names)])
        left.set(xlim=(0, 1), ylim=(len(places) + 0.4, -0.6))  # room below the last bar for the name of the rule
        right.axvline(self.full_stop, color=VERMILION, linestyle="--", linewidth=2)
        late = self.full_stop > 0.6 * max(float(np.max(self.moves)), self.full_stop)
        right.annotate(
            "a full stop", (self.full_stop, len(places) + 0.2), xytext=(-4 if late else 4, 0),
            textcoords="offset points", ha="right" if late else "left", size=SIZE - 1, color=INK,
        )  # fmt: skip
        right.ticklabel_format(axis="x", style="plain")
        right.locator_params(axis="x", nbins=4)

    def parts(self) -> Parts:
        """Two bars for each link, weight and effect; the yardstick stands last among the effects."""
        who, names = name_of(self.tokens, self.start), [name_of(self.tokens, int(i)) for i in self.ends]
        marked = (names[self.chosen],)
        weight = Bars(names, self.row.tolist(), f"weight: {who} looks at", low=0, high=1, marked=marked)
        effects, yard = [*self.moves.tolist(), self.full_stop], [*names, "a full stop added"]
        effect = Bars(yard, effects, f"without it, {who} moves by", low=0, marked=marked, decimals=5)
        return ((weight, effect),)

    def describe(self) -> str:
        """Say how heavy the link is, how far its token moves without it, and which cut moves it most."""
        a, b = name_of(self.tokens, self.start), name_of(self.tokens, self.end)
        most = int(np.argmax(self.moves))
        weight, move = self.row[self.chosen], self.moves[self.chosen]
        told = (
            f"{self.name + ': ' if self.name else ''}the link from {a} to {b} weighs {weight:.2f}. "
            f"Without it the last vector of {a} moves by {move:.5f}; "
            f"a full stop behind the sentence moves it by {self.full_stop:.5f}."
        )
        if most == self.chosen:
            return f"{told} No other link shown here moves it further when cut."
        other = name_of(self.tokens, int(self.ends[most]))
        return (
            f"{told} Of the links shown, the one whose cut moves it most leads to {other}: "
            f"weight {self.row[most]:.2f}, moved by {self.moves[most]:.5f}."
        )


# --- attention by hand ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Blend(Picture):
    """Attention on a few tokens with two numbers a vector, for the token that looks.

    Args:
        tokens: n words.
        focus: the word that looks.
        query: what it looks for, shape (2,).
        keys: what each offers, shape (n, 2).
        values: what each hands over, shape (n, 2).
        scores: query . key for each (divided, if that is switched on), shape (n,).
        shares: the weights, shape (n,).
        output: the blend of the values, shape (2,).
    """

    tokens: Sequence[str]
    focus: str
    query: Floats
    keys: Floats
    values: Floats
    scores: Floats
    shares: Floats
    output: Floats

    size = (8.8, 4.2)

    def draw(self, figure: FigureBase) -> None:
        """Draw, left, the query and the keys; right, the values and the blend, with threads as thick as the shares."""
        left, right = figure.subplots(1, 2)
        reach = max(2.2, 1.15 * float(np.max(np.abs([*self.keys, self.query]))))
        for ax, title in (
            (left, f"{self.focus} asks (query), all offer (keys)"),
            (right, "all give (values): the blend"),
        ):
            dress(ax).set_title(title, loc="left")
            ax.axhline(0, color=SOFT, linewidth=0.8)
            ax.axvline(0, color=SOFT, linewidth=0.8)
            ax.set_aspect("equal")
        left.set(xlim=(-reach, reach), ylim=(-reach, reach))
        for token, key in zip(self.tokens, self.keys, strict=True):
            left.annotate("", key, (0, 0), arrowprops={"arrowstyle": "->", "color": BLUE, "lw": 2})
            left.annotate(plain(token), key, xytext=(4, 4), textcoords="offset points", size=SIZE - 1)
        left.annotate("", self.query, (0, 0), arrowprops={"arrowstyle": "->", "color": VERMILION, "lw": 4})
        left.annotate(
            f"{plain(self.focus)} asks", self.query, xytext=(4, -14), textcoords="offset points", weight="bold"
        )
        for token, value, share in zip(self.tokens, self.values, self.shares, strict=True):
            right.plot(*zip(self.output, value, strict=True), color=ORANGE, linewidth=0.5 + 9 * share, alpha=0.6)
            right.plot(*value, "o", color=GREEN, markersize=8)
            right.annotate(
                f"{plain(token)} {share:.2f}", value, xytext=(6, 5), textcoords="offset points", size=SIZE - 1
            )
        right.plot(*self.output, "*", color=VERMILION, markersize=18)
        low, high = self.values.min(axis=0), self.values.max(axis=0)
        pad = max(0.3, 0.3 * float(np.max(high - low)))
        right.set(xlim=(low[0] - pad / 2, high[0] + 2 * pad), ylim=(low[1] - pad, high[1] + pad))
        right.set(xlabel="money", ylabel="water")

    def html(self) -> str:
        """Return the same two halves as one SVG, in 2 ms; between them the scores and shares as a table."""
        reach = max(2.2, 1.15 * float(np.max(np.abs([*self.keys, self.query]))))
        left = _arrows(self, reach)
        low = np.minimum(self.values.min(axis=0), 0) - 0.15
        high = np.maximum(self.values.max(axis=0), 1) + 0.3
        span = float(np.max(high - low))
        right = _threads(self, low, span)
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;font-weight:{"bold" if t == self.focus else "normal"}">'
            f'{escape(t)}</th><td style="text-align:right;padding:3px 8px">{s:.2f}</td>'
            f'<td style="text-align:right;padding:3px 8px;font-weight:bold">{w:.2f}</td></tr>'
            for t, s, w in zip(self.tokens, self.scores, self.shares, strict=True)
        )
        table = (
            '<table style="font-size:14px;border-collapse:collapse;margin:0"><thead><tr><th></th>'
            '<th scope="col" style="padding:3px 8px">score</th><th scope="col" style="padding:3px 8px">weight</th></tr>'
            f"</thead><tbody>{rows}</tbody></table>"
        )
        parts = (
            f'<div><b style="font-size:14px">{escape(self.focus)} asks (query), all offer (keys)</b><br>{left}</div>'
            f"{table}"
            f'<div><b style="font-size:14px">all give (values): the blend</b><br>{right}</div>'
        )
        return f'<div style="display:flex;gap:12px;align-items:center;line-height:1.5">{parts}</div>'

    def describe(self) -> str:
        """Say the shares, and where the blend lies between money and water."""
        order = np.argsort(-self.shares, kind="stable")
        told = ", ".join(f"{self.tokens[i]} {self.shares[i]:.2f}" for i in order)
        x, y = self.output
        lean = "between the two" if abs(x - y) < 0.1 else "nearer to money" if x > y else "nearer to water"
        return f"{self.focus} takes {told}. Its new vector is ({x:.2f}, {y:.2f}) for money and water: {lean}."


AXES = ("money", "water")


SIDE = 330
"""Dots for each half of the live picture."""


def _svg(body: str, words: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(words)}" width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}" '
        'font-size="14" font-family="sans-serif" fill="currentColor" '
        f'style="max-width:none;border:1px solid #9996">{body}</svg>'
    )


def _arrow(x: float, y: float, colour: str, width: float) -> str:
    """Return an arrow from the middle of a half to a point in dots."""
    dx, dy = x - SIDE / 2, y - SIDE / 2
    length = math.hypot(dx, dy)
    if length < 1:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{width + 2}" fill="{colour}"/>'
    ux, uy = dx / length, dy / length
    h = min(7 + 2 * width, length)
    tip = (
        f"M{x:.1f} {y:.1f}L{x - ux * h - uy * h * 0.4:.1f} {y - uy * h + ux * h * 0.4:.1f}"
        f"L{x - ux * h + uy * h * 0.4:.1f} {y - uy * h - ux * h * 0.4:.1f}Z"
    )
    return (
        f'<line x1="{SIDE / 2}" y1="{SIDE / 2}" x2="{x - ux * h * 0.8:.1f}" y2="{y - uy * h * 0.8:.1f}" '
        f'stroke="{colour}" stroke-width="{width}"/><path d="{tip}" fill="{colour}"/>'
    )


def _label(x: float, y: float, text: str, bold: bool = False) -> str:
    side = "end" if x > SIDE - 80 else "start"
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x + (-8 if side == "end" else 8):.1f}" y="{min(max(y, 14), SIDE - 5):.1f}" '
        f'text-anchor="{side}"{weight}>{escape(text, 22)}</text>'
    )


def _arrows(data: Blend, reach: float) -> str:
    half = SIDE / 2
    body = (
        f'<path d="M0 {half}H{SIDE}M{half} 0V{SIDE}" stroke="currentColor" opacity=".35"/>'
        f'<text x="{SIDE - 4}" y="{half + 18}" text-anchor="end" opacity=".75">{AXES[0]} →</text>'
        f'<text x="{half - 6}" y="14" text-anchor="end" opacity=".75">{AXES[1]} ↑</text>'
    )

    def place(v: Floats) -> tuple[float, float]:
        return half + float(v[0]) / reach * half, half - float(v[1]) / reach * half

    for token, key in zip(data.tokens, data.keys, strict=True):
        x, y = place(key)
        body += _arrow(x, y, BLUE, 2) + _label(x, y - 7, token)
    x, y = place(data.query)
    beyond = y - 12 if y < half else y + 22  # the far side of the tip: the names of keys stand nearer to the middle
    body += _arrow(x, y, VERMILION, 4) + _label(x, beyond, f"{data.focus} asks", bold=True)
    return _svg(body, f"The query of {data.focus} and the keys of all as arrows.")


def _threads(data: Blend, low: Floats, span: float) -> str:
    def place(v: Floats) -> tuple[float, float]:
        return float(v[0] - low[0]) / span * SIDE, SIDE - float(v[1] - low[1]) / span * SIDE

    ox, oy = place(data.output)
    zero = place(np.zeros(2))
    body = (
        f'<path d="M0 {zero[1]:.1f}H{SIDE}M{zero[0]:.1f} 0V{SIDE}" stroke="currentColor" opacity=".35"/>'
        f'<text x="{SIDE - 4}" y="{zero[1] + 16:.1f}" text-anchor="end" opacity=".75">{AXES[0]} →</text>'
        f'<text x="{zero[0] + 5:.1f}" y="14" opacity=".75">{AXES[1]} ↑</text>'
    )
    labels = ""
    for token, value, share in zip(data.tokens, data.values, data.shares, strict=True):
        x, y = place(value)
        body += (
            f'<line x1="{ox:.1f}" y1="{oy:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke="{ORANGE}" opacity=".7" '
            f'stroke-width="{0.5 + 12 * share:.1f}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{GREEN}"/>'
        )
        labels += _label(x, y - 9, f"{token} {share:.2f}")
    star = (
        f'<rect x="{ox - 8:.1f}" y="{oy - 8:.1f}" width="16" height="16" fill="{VERMILION}" '
        f'transform="rotate(45 {ox:.1f} {oy:.1f})"/>'
    )
    return _svg(body + labels + star + _label(ox, oy + 26, f"new {data.focus}", bold=True), data.describe())
