"""Attention as pictures: the blend of a few tokens by hand, a head as a heat map, a cut link beside its effect."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats, Ints
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars, paint
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.points import Points
from embeddings_course.plots.style import INK, PAPER, SIZE, SOFT, dress, plain
from embeddings_course.plots.tokens import PLAIN, TOKENS, YOU

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
        end: the token in hand that is looked at; the heaviest if left out.
        pair: whether it stands beside something else: no threads.
        cut: whether the link in hand is cut: it is crossed out.
    """

    tokens: Sequence[str]
    weights: Floats
    focus: int
    hide: bool = False
    name: str = ""
    end: int | None = None
    pair: bool = False
    cut: bool = False

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
        from matplotlib.colors import LinearSegmentedColormap

        shown = self.shown
        shades = LinearSegmentedColormap.from_list("weight", [PAPER, TOKENS["plain"].light])
        names = [plain(self.tokens[i], 14) for i in shown]
        image = ax.imshow(self.weights[np.ix_(shown, shown)], cmap=shades, vmin=0, vmax=1, aspect="equal")
        dress(ax)
        every = max(1, math.ceil(len(shown) / 24))
        ticks = range(0, len(shown), every)
        ax.set_yticks(ticks, names[::every])
        ax.set_xticks(ticks, names[::every])
        ax.tick_params(axis="x", labelrotation=90, length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
        ax.tick_params(axis="y", length=0)
        ax.set_title(plain(self.name, 60), loc="left", pad=10)
        if self.focus in shown:
            row = shown.index(self.focus)
            ax.axhspan(row - 0.5, row + 0.5, fill=False, edgecolor=TOKENS["you"].light, lw=2)
        if ax.figure is not None:
            ax.figure.colorbar(image, ax=ax, shrink=0.7).ax.tick_params(labelsize=SIZE - 1)

    def parts(self) -> Parts:
        """The page draws it itself."""
        return ((self,),)

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

    def parts(self) -> Parts:
        """The heads side by side; three digits of a weight are enough for the eye."""
        pair = len(self.views) > 1
        return (tuple(replace(view, weights=view.weights.round(3), pair=pair) for view in self.views),)

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
class Needle:
    """How far a token leads in one sense, in hundredths of a cosine: with nothing cut, and without each link.

    Args:
        sense: the sense that leads with nothing cut, and the next: "river over money".
        whole: the lead with nothing cut.
        cut: the lead without each link, shape (links,); the links beside the chosen one are its control.
    """

    sense: str
    whole: float
    cut: Floats


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
        needle: what the cuts do to the sense of the token, where its senses are known.
    """

    tokens: Sequence[str]
    start: int
    end: int
    ends: Ints
    weights: Floats
    moves: Floats
    full_stop: float
    name: str = ""
    needle: Needle | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Room for two rows of bars, or for three."""
        return (11.4 if self.needle else 8.8), 4.0

    @property
    def row(self) -> Floats:
        """The weights of the links that were cut."""
        return self.weights[self.start, self.ends]

    @property
    def chosen(self) -> int:
        """Where in `ends` the chosen link stands."""
        return int(np.flatnonzero(self.ends == self.end)[0])

    def draw(self, figure: FigureBase) -> None:
        """Draw the rows of bars side by side, with the yardstick; the needle last."""
        left, right, *rest = figure.subplots(1, 3 if self.needle else 2, sharey=True)
        places = np.arange(len(self.ends))
        names = [name_of(self.tokens, int(i)) for i in self.ends]
        colours = [paint(name, k == self.chosen) for k, name in enumerate(names)]
        who = plain(name_of(self.tokens, self.start), 12)
        rows = [(left, self.row, f"weight: {who} looks at"), (right, self.moves, f"without it, {who} moves by")]
        if self.needle:
            rows.append((rest[0], self.needle.cut, f"without it, {self.needle.sense} by"))
        for ax, values, title in rows:
            dress(ax).barh(places, values, color=colours)
            ax.set_title(plain(title, 50), loc="left", size=SIZE)
            ax.tick_params(axis="y", length=0)
        left.set_yticks(places, [("▸ " if k == self.chosen else "") + plain(t, 14) for k, t in enumerate(names)])
        left.set(xlim=(0, 1), ylim=(len(places) + 0.4, -0.6))  # room below the last bar for the name of the rule
        _rule(right, self.full_stop, "a full stop", max(float(np.max(self.moves)), self.full_stop))
        if self.needle:
            _rule(rest[0], self.needle.whole, "nothing cut", max(float(np.max(self.needle.cut)), self.needle.whole))
        for ax in (right, *rest):
            ax.ticklabel_format(axis="x", style="plain")
            ax.locator_params(axis="x", nbins=4)

    def parts(self) -> Parts:
        """The head with the cut cell; two bars for each link, weight and effect; the needle, where there is one."""
        who, names = name_of(self.tokens, self.start), [name_of(self.tokens, int(i)) for i in self.ends]
        marked = (names[self.chosen],)
        grid = HeadView(
            self.tokens, self.weights.round(3), self.start, name=self.name, end=self.end, pair=True, cut=True
        )
        weight = Bars(names, self.row.tolist(), f"{who} looks at", low=0, high=1, marked=marked)
        effects, yard = [*self.moves.tolist(), self.full_stop], [*names, "a full stop"]
        effect = Bars(yard, effects, "cut: it moves by", low=0, marked=marked, decimals=5)
        if not self.needle:
            return ((grid, [weight, effect]),)
        leads, rows = [self.needle.whole, *self.needle.cut.tolist()], ["nothing cut", *names]
        return ((grid, [weight, effect], Bars(rows, leads, f"cut: {self.needle.sense} by", marked=marked)),)

    def describe(self) -> str:
        """Say how heavy the link is, how far its token moves without it, and which cut moves it most."""
        a, b = name_of(self.tokens, self.start), name_of(self.tokens, self.end)
        most = int(np.argmax(self.moves))
        weight, move = self.row[self.chosen], self.moves[self.chosen]
        told = (
            f"{self.name + ': ' if self.name else ''}the link from {a} to {b} weighs {weight:.2f}. "
            f"Without it the last vector of {a} moves by {move:.5f}; "
        )
        if self.needle:
            return f"{told}a full stop moves it by {self.full_stop:.5f}. {self._told_needle()}"
        told += f"a full stop behind the sentence moves it by {self.full_stop:.5f}."
        if most == self.chosen:
            return f"{told} No other link shown here moves it further when cut."
        other = name_of(self.tokens, int(self.ends[most]))
        return (
            f"{told} Of the links shown, the one whose cut moves it most leads to {other}: "
            f"weight {self.row[most]:.2f}, moved by {self.moves[most]:.5f}."
        )

    def _told_needle(self) -> str:
        """Say what becomes of the sense, beside what becomes of it with the other cuts."""
        if not self.needle:
            return ""
        mine, others = self.needle.cut[self.chosen], np.delete(self.needle.cut, self.chosen)
        beside = f"; with the other cuts {others.min():.1f} to {others.max():.1f}" if len(others) else ""
        return (
            f"{self.needle.sense.capitalize()} leads by {self.needle.whole:.1f} hundredths, "
            f"without the link by {mine:.1f}{beside}."
        )


def _rule(ax: Axes, at: float, name: str, reach: float) -> None:
    """Draw a line to measure by, with its name below the bars."""
    ax.axvline(at, color=YOU, linestyle="--", linewidth=2)
    late = at > 0.6 * reach
    ax.annotate(
        name, (at, 0.02), xycoords=("data", "axes fraction"), xytext=(-4 if late else 4, 0),
        textcoords="offset points", ha="right" if late else "left", size=SIZE - 1, color=INK,
    )  # fmt: skip


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
            left.annotate("", key, (0, 0), arrowprops={"arrowstyle": "->", "color": PLAIN, "lw": 2})
            left.annotate(plain(token), key, xytext=(4, 4), textcoords="offset points", size=SIZE - 1)
        left.annotate("", self.query, (0, 0), arrowprops={"arrowstyle": "->", "color": YOU, "lw": 4})
        left.annotate(
            f"{plain(self.focus)} asks", self.query, xytext=(4, -14), textcoords="offset points", weight="bold"
        )
        for token, value, share in zip(self.tokens, self.values, self.shares, strict=True):
            right.plot(*zip(self.output, value, strict=True), color=PLAIN, linewidth=0.5 + 9 * share, alpha=0.6)
            right.plot(*value, "o", color=PLAIN, markersize=8)
            right.annotate(
                f"{plain(token)} {share:.2f}", value, xytext=(6, 5), textcoords="offset points", size=SIZE - 1
            )
        right.plot(*self.output, "*", color=YOU, markersize=18)
        low, high = self.values.min(axis=0), self.values.max(axis=0)
        pad = max(0.3, 0.3 * float(np.max(high - low)))
        right.set(xlim=(low[0] - pad / 2, high[0] + 2 * pad), ylim=(low[1] - pad, high[1] + pad))
        right.set(xlabel="money", ylabel="water")

    def parts(self) -> Parts:
        """What is asked and offered, as arrows from 0; the weights; what is given, and the blend among it."""
        reach = max(2.2, 1.15 * float(np.max(np.abs([*self.keys, self.query]))))
        asks, new, zero = f"asked by {self.focus}", f"the new {self.focus}", (0.0, 0.0)
        ends = (("", AXES[0]), ("", AXES[1]))
        arrows = Points(
            Embedding((*self.tokens, asks), np.vstack([self.keys, self.query])), (asks,), ends=ends,
            title="all offer (keys)", limits=(-reach, reach, -reach, reach),
            trails={name: [zero] for name in (*self.tokens, asks)},
        )  # fmt: skip
        low = np.minimum(self.values.min(axis=0), 0) - 0.15
        span = float(np.max(np.maximum(self.values.max(axis=0), 1) + 0.15 - low))
        given = Points(
            Embedding((*self.tokens, new), np.vstack([self.values, self.output])), (new,), ends=ends,
            links=[(new, token) for token in self.tokens], title="all give (values): the blend",
            limits=(low[0], low[0] + span, low[1], low[1] + span),
        )  # fmt: skip
        scores = Bars(self.tokens, self.scores.tolist(), "scores", low=min(0.0, float(self.scores.min())))
        return ((arrows, [scores, Bars(self.tokens, self.shares.tolist(), "weights", low=0, high=1)], given),)

    def describe(self) -> str:
        """Say the shares, and where the blend lies between money and water."""
        order = np.argsort(-self.shares.round(9), kind="stable")  # at a tie the first word, and not the last digit
        told = ", ".join(f"{self.tokens[i]} {self.shares[i]:.2f}" for i in order)
        x, y = self.output
        lean = "between the two" if abs(x - y) < 0.1 else "nearer to money" if x > y else "nearer to water"
        return f"{self.focus} takes {told}. Its new vector is ({x:.2f}, {y:.2f}) for money and water: {lean}."


AXES = ("money", "water")
