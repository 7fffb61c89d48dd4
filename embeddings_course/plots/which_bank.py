"""One word in several sentences: how alike a model finds its uses, and how near each is to each known sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.files.arrays import Floats
from embeddings_course.plots.heat import Heat
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.uses import Use

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase


def layer_name(layer: int, last: int) -> str:
    """Return what a row of hidden_states is called.

    >>> layer_name(0, 6), layer_name(4, 6), layer_name(6, 6)
    ('layer 0, before any context', 'layer 4', 'layer 6, the last')
    """
    return "layer 0, before any context" if layer == 0 else f"layer {layer}" + (", the last" if layer == last else "")


@dataclass(frozen=True)
class Comparison(Picture):
    """The uses of one word at one layer.

    Args:
        word: the word.
        layer: the row of hidden_states; 0 is before any context.
        n_layers: how many rows there are.
        uses: m uses of the word.
        cosines: between the uses, shape (m, m).
        strangers: low end, mean and high end of the cosines of uses of different words at this layer.
        senses: names of the known senses of the word; may be empty.
        distances: from each use to the middle of each sense (1 - cosine), shape (m, senses).
        readings: for each sentence the pieces that the model saw.
        notes: what was cut or left out, in sentences.
        model: its name.
    """

    word: str
    layer: int
    n_layers: int
    uses: tuple[Use, ...]
    cosines: Floats
    strangers: tuple[float, float, float]
    senses: tuple[str, ...]
    distances: Floats
    readings: tuple[Sequence[str], ...]
    notes: tuple[str, ...]
    model: str

    size = (8.6, 2.8)

    @property
    def similarity(self) -> Heat:
        """The cosines: as dark as strangers (uses of different words) up to as light as the same vector."""
        title = f"How alike (cosine; strangers {self.strangers[1]:.2f})"
        labels = [use.label for use in self.uses]
        short = [use.short for use in self.uses]
        return Heat(self.cosines, labels, short, title, low=self.strangers[1], high=1.0)

    @property
    def sense_heat(self) -> Heat:
        """The distances to the senses."""
        rows = [use.short for use in self.uses]
        return Heat(self.distances, rows, self.senses, "Distance to each sense", decimals=3, small_is_light=True)

    @property
    def nearest(self) -> list[str]:
        """The nearest sense of each use."""
        return [self.senses[i] for i in self.distances.argmin(axis=1)] if self.senses else []

    def draw(self, figure: FigureBase) -> None:
        """Draw the cosines at the left; at the right the distances to the senses, where the word has known ones."""
        if not self.senses:
            self.similarity.draw_on(figure.subplots())
            return
        columns = max(len(self.uses), 2), max(len(self.senses), 2)
        left, right = figure.subplots(1, 2, width_ratios=[columns[0] + 1.5, columns[1] + 0.5])
        self.similarity.draw_on(left)
        self.sense_heat.draw_on(right)
        right.set_xlabel("small = near")

    def parts(self) -> Parts:
        """The cosines; beside them the distances to the senses, where the word has known ones."""
        return ((self.similarity, self.sense_heat) if self.senses else (self.similarity,),)

    def describe(self) -> str:
        """Say who is alike, beside strangers; the nearest sense of each; what was cut."""
        said = [f'{layer_name(self.layer, self.n_layers - 1).capitalize()} of {self.model}, the word "{self.word}".']
        m = len(self.uses)
        if m == 1:
            said.append("It stands there once: add a second use to compare.")
        else:
            pairs = [(self.cosines[i, j], self.uses[i].short, self.uses[j].short) for i in range(m) for j in range(i)]
            (low, a, b), (high, c, d) = min(pairs), max(pairs)
            said.append(
                f"Most alike: {d} and {c} ({high:.2f})" + (f"; least: {b} and {a} ({low:.2f})." if m > 2 else ".")
            )
        _, mean, high = self.strangers
        said.append(f"Strangers (two different words) score {mean:.2f} on average here, 95 in 100 below {high:.2f}.")
        if self.senses:
            near = ", ".join(f"{use.short} {sense}" for use, sense in zip(self.uses, self.nearest, strict=True))
            said.append(f"Nearest sense: {near}.")
        return " ".join([*said, *self.notes])
