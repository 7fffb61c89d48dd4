"""Sharing in pictures: one embedding under several heads, the tug of war, the gain, and the race of embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embeddings_course.chance import Interval
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.key import Key
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.points import Points
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, escape, plain
from embeddings_course.plots.tokens import PLAIN, RIVER, YOU, tinted
from embeddings_course.plots.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


# ---- Several models, one embedding -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OneForAll(Picture):
    """The picture of the essay: what goes in, the embedding that all share, and a head for each task.

    Introduced in lesson 11.

    Args:
        heads: for each task its name and what its head gives.
        inputs: what goes in.
        table: the name of the shared part.
    """

    heads: Sequence[tuple[str, str]]
    inputs: str = "the words of a sentence"
    table: str = "one shared embedding"

    size = (7.0, 3.4)

    def draw_on(self, ax: Axes) -> None:
        """Draw boxes and arrows from the bottom to the top: words, one table, several heads."""
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.axis("off")
        _box(ax, (0.5, 0.1), 0.44, self.inputs, "#FFFFFF")
        _box(ax, (0.5, 0.42), 0.62, self.table, tinted(RIVER, 0.35))
        ax.annotate("", (0.5, 0.33), (0.5, 0.19), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 2})
        n = len(self.heads)
        for i, (name, gives) in enumerate(self.heads):
            x = (i + 0.5) / n
            _box(ax, (x, 0.82), 0.9 / n, f"{plain(name, 22)}\n{plain(gives, 26)}", "#FFFFFF")
            foot = 0.5 + (x - 0.5) * 0.55
            ax.annotate("", (x, 0.71), (foot, 0.51), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 2})

    def html(self) -> str:
        """Return the same for the page: boxes that fit any width, in the colours of any theme.

        >>> "&lt;b&gt;" in OneForAll([("<b>", "one of 5")]).html()
        True
        """

        def box(text: str, colour: str, wide: str) -> str:
            look = f"border:2px solid {colour};border-radius:8px;padding:.5em;text-align:center;flex:{wide}"
            return f'<div style="{look}">{text}</div>'

        def row(*inside: str) -> str:
            return f'<div style="display:flex;justify-content:center;gap:.6em">{"".join(inside)}</div>'

        heads = [box(f"<b>{escape(name, 22)}</b><br>{escape(gives, 26)}", SOFT, "1 1 0") for name, gives in self.heads]
        up, down = (row(*['<div style="flex:1 1 0;text-align:center">↑</div>'] * n) for n in (len(heads), 1))
        table = box(f"<b>{escape(self.table, 40)}</b>", RIVER, "0 1 75%")
        inputs = box(escape(self.inputs, 40), INK, "0 1 55%")
        inside = row(*heads) + up + row(table) + down + row(inputs)
        return f'<div data-flows="1" style="width:36em;margin:0 auto;line-height:1.5">{inside}</div>'

    def describe(self) -> str:
        """Return the picture as a sentence.

        >>> OneForAll([("topic", "one of 5"), ("tone", "good or bad")]).describe()
        'From the words of a sentence an arrow leads to one shared embedding, and from there 2 arrows to 2 heads: \
topic (one of 5), tone (good or bad).'
        """
        n, heads = len(self.heads), ", ".join(f"{name} ({gives})" for name, gives in self.heads)
        return f"From {self.inputs} an arrow leads to {self.table}, and from there {n} arrows to {n} heads: {heads}."


def _box(ax: Axes, middle: tuple[float, float], width: float, text: str, colour: str) -> None:
    """Draw one box with a text in it."""
    from matplotlib.patches import FancyBboxPatch

    x, y = middle
    shape = "round,pad=0.005,rounding_size=0.02"
    corner = (x - width / 2, y - 0.085)
    ax.add_patch(FancyBboxPatch(corner, width, 0.17, boxstyle=shape, facecolor=colour, edgecolor=INK, lw=1.5))
    ax.text(x, y, text, ha="center", va="center", size=SIZE, linespacing=1.5)


# ---- The tug of war --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tug(Picture):
    """Two tasks pull at the words of one table.

    Args:
        table: the words on show with two numbers each: their places.
        groups: word -> the name of its group.
        room: how many numbers a word really has, 1 or 2.
        weights: how much each task counts.
        names: of the two tasks.
        shared: accuracy of both tasks with the shared table.
        separate: accuracy of both tasks, each with a table of its own.
        guess: accuracy of always giving the commonest answer.
        limits: the frame (left, right, bottom, top).
    """

    table: Embedding
    groups: Mapping[str, str]
    room: int
    weights: tuple[float, float]
    names: tuple[str, str]
    shared: tuple[float, float]
    separate: tuple[float, float]
    guess: tuple[float, float]
    limits: tuple[float, float, float, float]

    size = (8.6, 3.9)

    def bars(self) -> Bars:
        """All accuracies, the shared ones marked."""
        labels, values = [], []
        for i, task in enumerate("AB"):
            labels += [f"{task} shared", f"{task} alone", f"{task} guess"]
            values += [self.shared[i], self.separate[i], self.guess[i]]
        return Bars(labels, values, "right on new sentences", 0, 1, marked=("A shared", "B shared"))

    def points(self) -> Points:
        """The words on show."""
        marked = [word for word in ("bank", "bill", "jack") if word in self.table]
        title = "one number a word: only left and right count" if self.room == 1 else "two numbers a word"
        return Points(self.table, marked, self.groups, title=title, limits=self.limits)

    def draw(self, figure: FigureBase) -> None:
        """Draw words and accuracies side by side."""
        left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1], squeeze=False)[0]
        ax = left.add_subplot()
        self.points().draw_on(ax)
        if self.room == 1:
            ax.set_yticks([])
        self.bars().draw_on(right.add_subplot())

    def parts(self) -> Parts:
        """Words and accuracies side by side, and below them who pulls."""
        tasks = zip("AB", self.names, self.weights, strict=True)
        rooms = "words can only go left or right" if self.room == 1 else "a whole plane to move in"
        room = f"{self.room} number{'s' if self.room > 1 else ''} a word: {rooms}"
        pull = Words([f"Task {task}, weight {weight:g}: {name}" for task, name, weight in tasks], room)
        return ((self.points(), self.bars()), (pull,))

    def describe(self) -> str:
        """Return the picture as sentences: weights, both accuracies, and what separate tables would give."""
        numbers = "one number" if self.room == 1 else f"{self.room} numbers"
        a, b = self.shared
        return (
            f"A table with {numbers} a word, shared by task A ({self.names[0]}, weight {self.weights[0]:g}) and task B "
            f"({self.names[1]}, weight {self.weights[1]:g}). Right on new sentences: A {a:.0%}, B {b:.0%}; with "
            f"separate tables {self.separate[0]:.0%} and {self.separate[1]:.0%}; always the commonest answer "
            f"{self.guess[0]:.0%} and {self.guess[1]:.0%}."
        )


# ---- The gain --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GainCurve(Picture):
    """What sharing changes for task B, for several numbers of labels.

    Args:
        labels: the numbers of labels.
        gain: for each of them the mean change of the accuracy with its interval.
        alone: mean accuracy of task B with a table of its own.
        shared: mean accuracy of task B with the shared table.
        now: which of `labels` is looked at, from 0.
        lender: what task A is, for example "relatedness 0.5".
        room: numbers a word.
        low: the bottom of the scale of the gain.
        high: its top.
    """

    labels: Sequence[int]
    gain: Sequence[Interval]
    alone: Sequence[float]
    shared: Sequence[float]
    now: int = 0
    lender: str = ""
    room: int = 8
    low: float = -0.5
    high: float = 0.5

    size = (8.6, 3.6)

    def draw(self, figure: FigureBase) -> None:
        """Draw both accuracies, and beside them the gain with its error bars."""
        left, right = (part.add_subplot() for part in figure.subfigures(1, 2, squeeze=False)[0])
        steps = range(len(self.labels))
        left.plot(steps, self.shared, color=YOU, marker="o", lw=2, label="shared with A")
        left.plot(steps, self.alone, color=PLAIN, marker="s", lw=2, ls="--", label="a table of its own")
        left.axhline(0.5, color=SOFT, lw=1, ls=":")
        dress(left).set(ylim=(0.35, 1.02), xlabel="labels for task B")
        left.set_title("accuracy of task B", loc="left", size=SIZE)
        left.legend(fontsize=SIZE - 2, frameon=False, loc="lower right")
        means = [g.mean for g in self.gain]
        spans = [[g.mean - g.low for g in self.gain], [g.high - g.mean for g in self.gain]]
        right.axhline(0, color=INK, lw=1)
        right.errorbar(steps, means, spans, color=RIVER, marker="o", lw=2, capsize=5)
        dress(right).set(ylim=(self.low, self.high), xlabel="labels for task B")
        right.set_title("gain by sharing, 95 % interval", loc="left", size=SIZE)
        for ax in (left, right):
            ax.axvline(self.now, color=PLAIN, lw=8, alpha=0.4, zorder=0)
            ax.set_xticks(steps, [f"{n:,}" for n in self.labels])

    def parts(self) -> Parts:
        """The gain with its 95 % interval as a band, and the accuracies at the marked place."""
        now = self.gain[self.now]
        bars = Bars(["shared", "alone", "guess"], [self.shared[self.now], self.alone[self.now], 0.5],
                    f"task B, {self.labels[self.now]:,} labels", 0, 1, marked=("shared",))  # fmt: skip
        edges = ([g.low for g in self.gain], [g.high for g in self.gain])
        gain = {"gain": [g.mean for g in self.gain], "no gain": [0.0] * len(self.gain)}
        ticks = [(i, f"{n:,}") for i, n in enumerate(self.labels)]
        title = "gain of task B, by labels (band: 95 % interval)"
        curve = Lines(gain, ticks, self.low, self.high, self.now, title, ("no gain",), edges)
        return ((curve, [bars, Words((f"sharing {verdict(now)}",), f"gain {now}")]),)

    def describe(self) -> str:
        """Return the gain at the marked place as sentences, and then at both ends."""
        now, first, last = self.gain[self.now], self.gain[0], self.gain[-1]
        room = f"{self.room} number{'s' if self.room > 1 else ''} a word"
        return (
            f"Task A: {self.lender}, 2,000 labels; {room}. With {self.labels[self.now]:,} labels task B is right in "
            f"{self.alone[self.now]:.0%} alone and {self.shared[self.now]:.0%} shared: gain {now}, so sharing "
            f"{_short(verdict(now))}. With {self.labels[0]:,} labels {first.mean:+.2f}, with {self.labels[-1]:,} "
            f"labels {last.mean:+.2f}."
        )


def verdict(gain: Interval) -> str:
    """Return what an interval says: helps, hurts, or no difference to be seen.

    >>> verdict(Interval(0.1, 0.05, 0.15, 20)), verdict(Interval(0.01, -0.02, 0.04, 20))
    ('helps', 'no difference to be seen')
    """
    if not gain.excludes_zero:
        return "no difference to be seen"
    return "helps" if gain.mean > 0 else "hurts"


def _short(word: str) -> str:
    return "makes no difference that can be seen" if word.startswith("no") else word


# ---- The race of embeddings ------------------------------------------------------------------------------------------


BLIND = "commonest answer"


@dataclass(frozen=True)
class Race(Picture):
    """The same heads and labels on several embeddings.

    Introduced in lesson 11.

    Args:
        labels: the numbers of labels.
        scores: for each task, for each embedding, the mean score with its interval at each number of labels.
        baseline: for each task the score of the commonest answer.
    """

    labels: Sequence[int]
    scores: Mapping[str, Mapping[str, Sequence[Interval]]]
    baseline: Mapping[str, float] = field(default_factory=dict)

    size = (9.4, 5.4)

    def draw(self, figure: FigureBase) -> None:
        """Draw a small picture for each task, and the key in the last place."""
        rows = -(-(len(self.scores) + 1) // 3)
        parts = figure.subplots(rows, 3, squeeze=False).ravel()
        for ax, picture in zip(parts, [*self.lines(), self.key()], strict=False):
            picture.draw_on(ax)
        for ax in parts[len(self.scores) + 1 :]:
            ax.axis("off")

    def lines(self) -> list[Lines]:
        """Return a picture for each task; what knows nothing is a dashed baseline."""
        ticks = [(i, str(n)) for i, n in enumerate(self.labels)]
        pictures = []
        for task, lines in self.scores.items():
            means = {name: [run.mean for run in runs] for name, runs in lines.items()}
            blind = {BLIND: [self.baseline.get(task, 0.0)] * len(ticks)}
            spans = {name: [(run.low, run.high) for run in runs] for name, runs in lines.items()}
            pictures.append(
                Lines(means | blind, ticks, -0.2, 1.0, title=task, dashed=self.dashed, spans=spans, keyed=False)
            )
        return pictures

    @property
    def dashed(self) -> list[str]:
        """The baselines: random numbers, where they run, and the commonest answer."""
        return [*(name for name in next(iter(self.scores.values()), ()) if name == "random"), BLIND]

    def key(self) -> Key:
        """Return the key of all lines."""
        names = [name for name in next(iter(self.scores.values()), ()) if name not in self.dashed]
        return Key(names, self.dashed, "labels to the right, accuracy upwards (formality: R2)")

    def parts(self) -> Parts:
        """The key, and below it a picture for each task."""
        lines = self.lines()
        return ((self.key(),), *(lines[i : i + 3] for i in range(0, len(lines), 3)))

    def describe(self) -> str:
        """Return the best and the last score with the most labels, task by task; the page folds all of them away."""
        said = []
        for task, lines in self.scores.items():
            *_, best = order = sorted((runs[-1].mean, name) for name, runs in lines.items())
            said.append(f"{task}: " + ", ".join(f"{name} {mean:.2f}" for mean, name in (best, order[0])))
        return f"Scores with {self.labels[-1]} labels, the best and the last. " + ". ".join(said) + "."
