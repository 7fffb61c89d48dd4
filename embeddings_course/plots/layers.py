"""One word through the layers of a model: its uses on a map, the nearest sense of each, and how alike they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings_course.plots.bars import Bars, bars_html, draw_bars
from embeddings_course.plots.lines import Lines, draw_lines, lines_html
from embeddings_course.plots.points import Points, draw_points, points_html

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class LayerPicture:
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
    _, sizes, axes = np.linalg.svd(rows, full_matrices=False)
    axes = axes[: min(most, int((sizes > 1e-6 * float(sizes[0])).sum()))]
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    flipped: Floats = axes * np.where(largest < 0, -1, 1)[:, None]
    return flipped


def draw_layers(data: LayerPicture, figure: FigureBase) -> None:
    """Draw the map at the left; at the right the leads above the curve."""
    left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1], squeeze=False)[0]
    draw_points(data.places, left.add_subplot())
    if data.leads is None:
        draw_lines(data.curve, right.add_subplot())
        return
    above, below = right.subplots(2, 1, height_ratios=[0.6 + 0.3 * len(data.uses), 1.6])
    draw_bars(data.leads, above)
    draw_lines(data.curve, below)


def layers_html(data: LayerPicture, width: int, height: int) -> str:
    """Return the same three pictures as HTML of constant size, in a few milliseconds."""
    wide = round(width * 0.53)
    rest = width - wide - 16
    bars = bars_html(data.leads, rest) if data.leads else ""
    used = 26 * (len(data.uses) + 1) if data.leads else 0
    curve = lines_html(data.curve, rest, max(height - used - 8, 130))
    parts = [(wide, points_html(data.places, wide, height)), (rest, bars + curve)]
    columns = "".join(f'<div style="flex:none;width:{dots}px">{inside}</div>' for dots, inside in parts)
    return f'<div style="display:flex;gap:16px;overflow:auto;width:{width}px;height:{height}px">{columns}</div>'


def describe_layers(data: LayerPicture) -> str:
    """Say how alike the uses are beside strangers, the nearest sense of each, and where the map has the static dot."""
    name = "layer 0, before any context" if data.layer == 0 else f"layer {data.layer}"
    said = [f'{name.capitalize()} of {data.model}, the word "{data.word}".']
    alike = next(iter(data.curve.series.values()), ())
    low, mean, high = data.strangers
    if len(data.uses) > 1:
        said.append(f"Its {len(data.uses)} uses score {alike[data.layer]:.2f} with each other on average;")
        said.append(f"strangers {mean:.2f} (90 in 100 between {low:.2f} and {high:.2f}).")
    else:
        said.append("It stands there once: add a second use to compare.")
    if data.leads is not None:
        near = [
            f"{label} (leads by {lead:.1f})" for label, lead in zip(data.leads.labels, data.leads.values, strict=True)
        ]
        said.append(f"Nearest sense: {', '.join(near)}; leads in hundredths of a cosine.")
    said.append("The dot named static stays: a table has one place for all of them.")
    return " ".join([*said, *data.notes])
