"""All uses of a word as dots: each can be read, its threads lead to its nearest, and its colour is its sense."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import PAPER, SIZE, SOFT, dress, plain
from embeddings_course.plots.tokens import MARKS, TOKENS, role_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Dots(Picture):
    """Many dots on a flat map, each with a text that a hand or a key reads, and threads to its nearest.

    Args:
        places: two numbers a dot, shape (n, 2).
        texts: the n texts.
        spans: where in its text the word of each dot stands: first character, and the one after the last.
        near: the rows of the nearest of each dot, nearest first, shape (n, k).
        groups: the n names of their groups; nothing while those are hidden.
        limits: left, right, bottom, top of the frame.
        title: short text above the map.
        own: the row of the reader's own dot, or None.
    """

    places: Floats
    texts: Sequence[str]
    spans: Sequence[tuple[int, int]]
    near: Rows
    groups: Sequence[str]
    limits: tuple[float, float, float, float]
    title: str = ""
    own: int | None = None

    size = (6.4, 4.2)

    def draw_on(self, ax: Axes) -> None:
        """Draw the dots, each group with its shape; threads from the own dot."""
        dress(ax).set(xticks=[], yticks=[])
        left, right, bottom, top = self.limits
        ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", anchor="W")
        names = np.array(self.groups) if len(self.groups) else np.full(len(self.texts), "")
        others = np.arange(len(self.texts)) != (-1 if self.own is None else self.own)
        for name in sorted(set(names[others])):
            token = TOKENS[role_of(name) or "plain"]
            rows = (names == name) & others
            x, y = self.places[rows].T
            mark, label = MARKS[token.shape], name.split(".")[-1]
            ax.scatter(x, y, s=34, c=token.light, marker=mark, edgecolors=PAPER, linewidths=0.6, label=label)
        if self.own is not None:
            x, y = here = self.places[self.own]
            for row in self.near[self.own]:
                ax.plot(*np.stack([here, self.places[row]]).T, color=SOFT, lw=1, zorder=0)
            ax.scatter(x, y, s=110, facecolors="none", edgecolors=TOKENS["you"].light, linewidths=3, label="you")
        if len(self.groups) or self.own is not None:
            ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=SIZE - 1, frameon=False)
        ax.set_title(textwrap.fill(plain(self.title, 90), 52), loc="left")

    def parts(self) -> Parts:
        """The dots."""
        return ((self,),)

    def describe(self) -> str:
        """Say how many there are, and of which groups."""
        if not len(self.groups):
            return f"{len(self.texts)} dots of one colour."
        names, counts = np.unique(self.groups, return_counts=True)
        listed = ", ".join(f"{name.split('.')[-1] or 'yours'} {n}" for name, n in zip(names, counts, strict=True))
        return f"{len(self.texts)} dots: {listed}."


@dataclass(frozen=True)
class UseMap(Picture):
    """The uses of one word at one layer of a model.

    Args:
        word: the word.
        model: what the model is called.
        layer: which row of hidden_states.
        points: the map.
        guess: how the reader thinks the senses lie, or nothing: then their colours are hidden.
        right: how many uses have most of their nearest in their own sense.
        commonest: how many are of the commonest sense: what a blind guess would get.
        gap: how much nearer one sense is than two at this layer, over all our words, in spreads of strangers.
        own: the senses of the nearest of the reader's own sentence, nearest first; nothing without one.
        note: what else is to be said.
    """

    word: str
    model: str
    layer: int
    points: Dots
    guess: str
    right: int
    commonest: int
    gap: float
    own: Sequence[str] = ()
    note: str = ""

    size = (6.6, 4.2)

    def draw_on(self, ax: Axes) -> None:
        """Draw the map."""
        self.points.draw_on(ax)

    def parts(self) -> Parts:
        """The map."""
        return ((self.points,),)

    @property
    def n(self) -> int:
        """How many uses there are, without the reader's own."""
        return len(self.points.texts) - (self.points.own is not None)

    def describe(self) -> str:
        """Say what the dots are; once the reader has guessed, how well the senses lie apart."""
        said = [f"{self.model}, layer {self.layer}: {self.n} uses of {self.word}, a dot each."]
        if not self.guess:
            said.append("How do its senses lie? Read some dots, then guess: only then do they get their colours.")
        else:
            said.append(f"You said {self.guess}: {self.right} of {self.n} have most of their five nearest in their own")
            said.append(
                f"sense (blind: {self.commonest}). Over 13 words one sense is {self.gap:.1f} spreads of strangers"
            )
            said.append("nearer than two.")
        if self.own:
            said.append(f"Nearest to yours: {', '.join(sense.split('.')[-1] for sense in self.own)}.")
        return " ".join([*said, self.note]).strip()


def nearest_rows(places: ArrayLike, k: int = 5) -> Rows:
    """Return the rows of the k nearest others of each row, nearest first, shape (n, k).

    >>> nearest_rows([[0.0], [1.0], [3.0]], k=2).tolist()
    [[1, 2], [0, 2], [1, 0]]
    """
    x = np.asarray(places, dtype=float)
    away = ((x[:, None] - x[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(away, np.inf)
    rows: Rows = np.argsort(away, axis=1, kind="stable")[:, :k]
    return rows
