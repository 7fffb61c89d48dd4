"""One word through the layers of a model: its uses on a map, the nearest sense of each, and how alike they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.points import Points
from embeddings_course.vectors import directions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


@dataclass(frozen=True)
class LayerMap(Picture):
    """What the picture of one word at one layer shows.

    Args:
        word: the word.
        layer: which row of hidden_states.
        model: the name of the model.
        uses: short names of the m uses.
        places: the map: uses, senses, and the static dot, seen along two directions that are the same at every layer.
        leads: for each use its nearest sense and by how much that sense leads; None where no sense is known.
        curve: how alike the uses are at every layer, before the band of strangers.
        strangers: low end, mean and high end of the cosines of uses of different words at this layer.
        notes: what was cut or left out, in sentences.
    """

    word: str
    layer: int
    model: str
    uses: Sequence[str]
    places: Points
    leads: Bars | None
    curve: Lines
    strangers: tuple[float, float, float]
    notes: Sequence[str] = ()

    size = (8.4, 3.5)

    def draw(self, figure: FigureBase) -> None:
        """Draw the map at the left; at the right the leads above the curve."""
        left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1], squeeze=False)[0]
        self.places.draw_on(left.add_subplot())
        if self.leads is None:
            self.curve.draw_on(right.add_subplot())
            return
        above, below = right.subplots(2, 1, height_ratios=[0.6 + 0.3 * len(self.uses), 1.6])
        self.leads.draw_on(above)
        self.curve.draw_on(below)

    def parts(self) -> Parts:
        """The map at the left; at the right the leads above the curve."""
        return ((self.places, [self.leads, self.curve] if self.leads else self.curve),)

    def describe(self) -> str:
        """Say how alike the uses are beside strangers, the nearest sense of each, and where the static dot is."""
        name = "layer 0, before any context" if self.layer == 0 else f"layer {self.layer}"
        said = [f'{name.capitalize()} of {self.model}, the word "{self.word}".']
        alike = next(iter(self.curve.series.values()), ())
        low, mean, high = self.strangers
        if len(self.uses) > 1:
            said.append(f"Its {len(self.uses)} uses score {alike[self.layer]:.2f} with each other on average;")
            said.append(f"strangers {mean:.2f} (90 in 100 between {low:.2f} and {high:.2f}).")
        else:
            said.append("It stands there once: add a second use to compare.")
        if self.leads is not None:
            near = [
                f"{label} (leads by {lead:.1f})"
                for label, lead in zip(self.leads.labels, self.leads.values, strict=True)
            ]
            said.append(f"Nearest sense: {', '.join(near)}; leads in hundredths of a cosine.")
        said.append("The dot named static stays: a table has one place for all of them.")
        return " ".join([*said, *self.notes])


@dataclass(frozen=True)
class Pair(Picture):
    """Two uses of one word, compared at every layer.

    Args:
        word: the word.
        layer: the layer to read off.
        model: the name of the model.
        curve: the cosine at every layer, before the band of strangers; where they were measured also how alike two
            uses of one sense and two uses of different senses are.
        strangers: low end, mean and high end at this layer.
        labels: the two uses with their neighbours.
        spread: the standard deviation of the cosines of strangers at this layer, by which models may be compared; None
            where it was not measured.
    """

    word: str
    layer: int
    model: str
    curve: Lines
    strangers: tuple[float, float, float]
    labels: tuple[str, str]
    spread: float | None = None

    size = (8.2, 3.0)

    def at(self, name: str) -> float | None:
        """Return the value of one line at the layer, or None where there is no such line."""
        values = self.curve.series.get(name)
        return None if values is None else float(values[self.layer])

    def draw_on(self, ax: Axes) -> None:
        """Draw the curve."""
        self.curve.draw_on(ax)

    def parts(self) -> Parts:
        """The curve."""
        return ((self.curve,),)

    def describe(self) -> str:
        """Say the cosine, how far above strangers it is, and what pairs of one and of two senses score."""
        yours, (low, mean, high) = self.at("your pair") or 0.0, self.strangers
        said = [f'Layer {self.layer} of {self.model}, "{self.word}": your pair scores {yours:.2f}.']
        said.append(f"Strangers score {mean:.2f} on average (90 in 100 between {low:.2f} and {high:.2f}):")
        spreads = f", {abs(yours - mean) / self.spread:.1f} times their spread" if self.spread else ""
        said.append(f"yours is {abs(yours - mean):.2f} {'above' if yours >= mean else 'below'}{spreads}.")
        one, two = self.at("one sense"), self.at("two senses")
        if one is not None and two is not None:
            said.append(f"Over our list of senses, two uses of one sense score {one:.2f}, of two senses {two:.2f}.")
        return " ".join(said)


def one_basis(uses: Floats, senses: Floats, static: Floats) -> tuple[Floats, Floats, Floats]:
    """Look at every layer along the same two directions, so that the map does not turn when a layer changes.

    Each layer is centred (on its senses, or on its uses where no sense is known). The first direction is the one along
    which the senses differ most, averaged over layers; the second is the next for senses, or else for uses.

    Args:
        uses: unit vectors of shape (m, layers, d).
        senses: the middle of each sense, shape (s, layers, d); s may be 0.
        static: one vector of layer 0, shape (d,).

    Returns:
        places of uses (m, layers, 2), of senses (s, layers, 2), and of the static vector (2,).

    >>> places, _, _ = one_basis(np.eye(3)[:, None], np.zeros((0, 1, 3)), np.zeros(3))
    >>> places.shape
    (3, 1, 2)
    """
    middle = (senses if len(senses) > 1 else uses).mean(axis=0)  # (layers, d)
    moved, stars = uses - middle, senses - middle
    first = _directions(stars.mean(axis=1), 2)
    rest = moved.reshape(-1, moved.shape[-1])
    rest = rest - rest @ first.T @ first
    axes = np.concatenate([first, _directions(rest, 2 - len(first))])
    axes = np.concatenate([axes, np.zeros((2 - len(axes), axes.shape[-1]))])
    return moved @ axes.T, stars @ axes.T, (static - middle[0]) @ axes.T


def _directions(rows: Floats, most: int) -> Floats:
    """Return at most so many directions, each of length 1, along which rows lie; signs are fixed."""
    if not len(rows) or most < 1:
        return np.zeros((0, rows.shape[-1]))
    axes, strengths = directions(rows)
    return axes[: min(most, int((strengths > 1e-6 * float(strengths[0])).sum()))]
