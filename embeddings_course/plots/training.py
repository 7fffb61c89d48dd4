"""Training in pictures: a map that is seen through one window all the time, the loss, and one update close up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.points import Points, place_labels
from embeddings_course.plots.style import INK, SIZE, SOFT, dress, plain, settle
from embeddings_course.plots.tokens import PLAIN, RIVER, YOU, mark, roles_of
from embeddings_course.plots.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


# ------------------------------------------------------------------------------------------------------ the loss alone
@dataclass(frozen=True)
class LossCurve(Picture):
    """What a loss curve shows.

    Args:
        passes: when, in passes over the corpus.
        losses: the mean loss of a pair then.
        now: which of them is marked, from 0; None marks none.
    """

    passes: Sequence[float]
    losses: Sequence[float]
    now: int | None = None

    def draw_on(self, ax: Axes) -> None:
        """Draw the loss over time, and a mark where we are."""
        ax.plot(self.passes, self.losses, color=RIVER, lw=2)
        if self.now is not None:
            ax.plot(self.passes[self.now], self.losses[self.now], marker="D", ms=9, color=PLAIN, mec=INK)
        dress(ax).set(xlabel="passes over the corpus", ylim=(0, max(self.losses) * 1.1 or 1))
        ax.set_title("loss of a pair", loc="left", size=SIZE)

    def describe(self) -> str:
        """Return the curve as a sentence.

        >>> LossCurve([0, 1], [4.0, 2.5]).describe()
        'In 1 pass the loss goes from 4.00 to 2.50.'
        """
        passes = f"{self.passes[-1]:.3g}"
        often = "pass" if passes == "1" else "passes"
        return f"In {passes} {often} the loss goes from {self.losses[0]:.2f} to {self.losses[-1]:.2f}."


# ---------------------------------------------------------------------------------------- a training run, at one moment
@dataclass(frozen=True)
class Moment(Picture):
    """What the scrubber shows: one moment of a training run.

    Args:
        setting: the name of the run.
        word: the word that is watched.
        points: the map at this moment (its basis and frame are those of the whole run).
        loss: the loss curve, with `now` set.
        neighbours: the nearest words now and their cosines, nearest first.
        groups: for each group of words, the mean cosine of `word` to it at every snapshot.
        strangers: the mean cosine of random pairs of words at every snapshot.
        precision: share of planted neighbours found now, 0 to 1.
    """

    setting: str
    word: str
    points: Points
    loss: LossCurve
    neighbours: Sequence[tuple[str, float]]
    groups: Mapping[str, Sequence[float]]
    strangers: Sequence[float]
    precision: float

    size = (9.8, 6.6)

    def draw(self, figure: FigureBase) -> None:
        """Draw the map at the left; at the right the loss, the company of the word over time, its neighbours now."""
        left, right = figure.subfigures(1, 2, width_ratios=[1.35, 1], squeeze=False)[0]
        self.points.draw_on(left.add_subplot())
        top, middle, bottom = right.subfigures(3, 1, height_ratios=[1, 1.25, 0.75], squeeze=False)[:, 0]
        self.loss.draw_on(top.add_subplot())
        draw_company_over_time(self, middle.add_subplot())
        listed = bottom.add_subplot()
        listed.set_axis_off()
        names = "\n".join(
            ", ".join(f"{plain(w, 16)} {c:.2f}" for w, c in self.neighbours[i : i + 2]) for i in range(0, 6, 2)
        )
        listed.text(
            0, 1, f"nearest to {plain(self.word, 20)} now:\n{names}", size=SIZE, va="top", color=INK, linespacing=1.4
        )

    def parts(self) -> Parts:
        """The map at the left; at the right the loss, the company of the word over time, its neighbours now."""
        passes = self.loss.passes
        last = len(passes) - 1
        ticks = [(round(last * share), f"{passes[round(last * share)]:.3g}") for share in (0, 0.25, 0.5, 0.75, 1)]
        top = max(self.loss.losses) * 1.05 or 1.0
        loss = Lines({"loss": self.loss.losses}, ticks, 0, top, self.loss.now, "loss of a pair, over passes")
        company = {**dict(sorted(self.groups.items())), "strangers": self.strangers}
        near = Lines(company, ticks, -0.2, 1, self.loss.now, f"cosine of {self.word} to", dashed=("strangers",))
        names = Words([f"{word} {cosine:.2f}" for word, cosine in self.neighbours], f"nearest to {self.word} now")
        return ((self.points, [loss, near]), (names,))

    def describe(self) -> str:
        """Return the moment as a sentence: how far, what loss, the neighbours, and what strangers score."""
        now = self.loss.now or 0
        words = ", ".join(word for word, _ in self.neighbours[:4])
        return (
            f"{self.setting}, after {self.loss.passes[now]:.1f} passes: the loss is {self.loss.losses[now]:.2f}, "
            f"nearest to {self.word} are {words}. Two strangers have a cosine of {self.strangers[now]:.2f} on average, "
            f"and {self.precision:.0%} of the planted neighbours are found."
        )


def draw_company_over_time(data: Moment, ax: Axes) -> None:
    """Draw, for each group of words, how near the watched word is to it over time; strangers are the grey line."""
    now = data.loss.passes[data.loss.now or 0]
    ax.plot(data.loss.passes, data.strangers, color=SOFT, ls="--", lw=2, label="strangers")
    for name, role in roles_of(sorted(data.groups)).items():  # the map's colours and markers
        curve, look = data.groups[name], mark(role) | {"ms": 7}
        ax.plot(data.loss.passes, curve, lw=2, label=plain(name, 14), markevery=max(len(curve) // 5, 1), **look)
    ax.axvline(now, color=PLAIN, lw=6, alpha=0.4, zorder=0)
    dress(ax).set(ylim=(-0.6, 1.05))
    ax.set_title(f"cosine of {plain(data.word, 16)} to", loc="left", size=SIZE)
    ax.legend(fontsize=SIZE - 2, frameon=False, loc="lower right", ncols=2)


# ---------------------------------------------------------------------------------------------------- one update, close
@dataclass(frozen=True)
class Update(Picture):
    """What the picture of one update shows.

    Args:
        centre: the word in the middle.
        others: the words that it is shown with; the first is its true neighbour, the rest are noise.
        v: the vector of the centre before the update, shape (2,).
        u: the vectors of the others before it, shape (len(others), 2).
        guesses: the guess for each of them, before it.
        v_after: the vector of the centre after the update, shape (2,).
        u_after: the vectors of the others after it.
        guesses_after: the guesses after it.
        moved: whether the second phase is shown.
        tied: whether one table plays both roles.
        number: how many updates were done before this one.
        loss: the loss before, and after, this update.
    """

    centre: str
    others: Sequence[str]
    v: Floats
    u: Floats
    guesses: Sequence[float]
    v_after: Floats
    u_after: Floats
    guesses_after: Sequence[float]
    moved: bool
    tied: bool
    number: int
    loss: tuple[float, float]

    size = (9.4, 4.6)

    @property
    def truth(self) -> list[int]:
        """1 for the true neighbour, 0 for noise."""
        return [1] + [0] * (len(self.others) - 1)

    def draw(self, figure: FigureBase) -> None:
        """Draw the vectors as arrows at the left (with their moves in phase 2), the guesses at the right."""
        left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1], squeeze=False)[0]
        draw_vectors(self, left.add_subplot())
        draw_guesses(self, right.add_subplot())

    @property
    def names(self) -> list[str]:
        """The words with their parts in the game; a word stands last, so that it keeps its colour."""
        return [f"given: {self.centre}", f"true neighbour: {self.others[0]}", *(f"noise: {w}" for w in self.others[1:])]

    def parts(self) -> Parts:
        """The vectors as points that glide from where they were, each tied to 0; beside them the guesses."""
        before, after = np.vstack([self.v, self.u]), np.vstack([self.v_after, self.u_after])
        reach, names = float(np.abs([before, after]).max()) * 1.15 + 0.05, self.names
        rows = np.vstack([after if self.moved else before, np.zeros((1, 2))])
        trails = {name: [(float(x), float(y))] for name, (x, y) in zip(names, before, strict=True)}
        vectors = Points(
            Embedding((*names, "0"), rows), (names[0],), links=[("0", name) for name in names],
            title=f"update {self.number + 1}: " + ("2. move" if self.moved else "1. guess"),
            limits=(-reach, reach, -reach, reach), trails=trails if self.moved else {},
        )  # fmt: skip
        guesses = self.guesses_after if self.moved else self.guesses
        labels = [f"truth {truth}: {word}" for truth, word in zip(self.truth, self.others, strict=True)]
        title = "guesses after the move" if self.moved else "guesses"
        return ((vectors, Bars(labels, guesses, title, low=0, high=1)),)

    def describe(self) -> str:
        """Return the update as a sentence: the guesses, or what the move did to them."""
        start = f"Update {self.number + 1}. "
        if not self.moved:
            said = "; ".join(
                f"{word} {guess:.2f}, truth {truth}"
                for word, guess, truth in zip(self.others, self.guesses, self.truth, strict=True)
            )
            return f"{start}Shown {self.centre}, it guesses {said}. The loss is {self.loss[0]:.2f}."
        moves = [
            f"{word} from {a:.2f} to {b:.2f}"
            for word, a, b in zip(self.others, self.guesses, self.guesses_after, strict=True)
        ]
        noise = f", and for noise: {'; '.join(moves[1:])}" if moves[1:] else ""
        way = "falls" if self.loss[1] < self.loss[0] else "climbs: the step was too long. It goes"
        return (
            f"{start}After the move the guess for the true neighbour goes for {moves[0]}{noise}. "
            f"The loss {way} from {self.loss[0]:.2f} to {self.loss[1]:.2f}."
        )


def draw_vectors(data: Update, ax: Axes) -> None:
    """Draw each vector from the origin; in the second phase an arrow shows where it moves."""
    labels = [
        f"{data.centre} (input)",
        f"{data.others[0]} (true neighbour)",
        *(f"{w} (noise)" for w in data.others[1:]),
    ]
    looks = [(YOU, "o"), (PLAIN, "s")] + [(SOFT, "X")] * (len(data.others) - 1)
    before, after = np.vstack([data.v, data.u]), np.vstack([data.v_after, data.u_after])
    reach = float(np.abs([before, after]).max()) * 1.2 + 0.1
    dress(ax).set(xticks=[], yticks=[])
    settle(ax)
    box = ax.get_window_extent()
    wide, high = (reach * side / min(box.width, box.height) for side in (box.width, box.height))
    ax.set(xlim=(-wide, wide), ylim=(-high, high))
    ax.set_title(f"update {data.number + 1}: " + ("2. move" if data.moved else "1. guess"), loc="left", size=SIZE + 1)
    for (colour, marker), start, end in zip(looks, before, after, strict=True):
        ax.plot([0, start[0]], [0, start[1]], color=colour, lw=1.5, alpha=0.35)
        ax.plot(*start, marker=marker, ms=10, color=colour)
        if data.moved:
            arrow = {"arrowstyle": "-|>", "color": colour, "lw": 2.5, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", end, start, arrowprops=arrow)
    ax.plot(0, 0, "+", color=SOFT, ms=12)
    _name_vectors(labels, before, after, ax)


def _name_vectors(labels: Sequence[str], before: Floats, after: Floats, ax: Axes) -> None:
    """Write the names where they cover neither one another nor the points and the tips of the arrows."""
    settle(ax)
    names = [
        ax.annotate(
            plain(label, 30), spot, (0, 0), textcoords="offset pixels", size=SIZE - 1, color=INK, in_layout=False
        )
        for label, spot in zip(labels, before, strict=True)
    ]
    boxes = [name.get_window_extent() for name in names]
    middle = np.zeros((1, 2))
    obstacles = np.concatenate([(before + after) / 2, after, before / 2, middle])
    spots = ax.transData.transform(np.concatenate([before, obstacles]))
    sizes = [(box.width + 4, box.height + 2) for box in boxes] + [(1.0, 1.0)] * len(obstacles)
    room = ax.get_window_extent()
    offsets = place_labels(spots, sizes, (room.x0, room.x1, room.y0, room.y1))
    for name, offset in zip(names, offsets, strict=False):
        name.set_position(offset)


def draw_guesses(data: Update, ax: Axes) -> None:
    """Draw each guess as a bar from the truth to the guess: the length of the bar is the miss."""
    guesses = data.guesses_after if data.moved else data.guesses
    for i, (word, guess, truth) in enumerate(zip(data.others, guesses, data.truth, strict=True)):
        colour = PLAIN if truth else SOFT
        ax.barh(i, guess - truth, left=truth, height=0.5, color=colour, alpha=0.5)
        ax.plot(guess, i, marker="s" if truth else "X", ms=9, color=colour)
        ax.plot(truth, i, marker="|", ms=24, mew=3, color=INK)
        ax.text(0.5, i - 0.36, f"{plain(word, 18)}: guess {guess:.2f}, truth {truth}", ha="center", size=SIZE)
    dress(ax).set(xlim=(-0.06, 1.06), ylim=(len(data.others) - 0.4, -0.7), yticks=[], xticks=[0, 0.5, 1])
    ax.set_xlabel("0 = drawn at random, 1 = real neighbour")
    ax.set_title("guesses after the move" if data.moved else "guesses", loc="left", size=SIZE + 1)
