"""Strangers: what the cosines of random directions look like, as a histogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, dress
from embeddings_course.plots.tokens import RIVER, YOU

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Strangers(Picture):
    """Cosines of random pairs of directions.

    Args:
        d: the number of dimensions.
        cosines: shape (n,), each from -1 to 1.
        yours: a cosine to compare with, or None.
    """

    d: int
    cosines: Floats
    yours: float | None = None

    size = (7.0, 3.6)

    @property
    def spread(self) -> float:
        """The standard deviation of the cosines."""
        return float(self.cosines.std())

    @property
    def share_above(self) -> float:
        """The share of random pairs that score at least as high as `yours`; NaN where there is none."""
        return float((self.cosines >= self.yours).mean()) if self.yours is not None else float("nan")

    def draw_on(self, ax: Axes) -> None:
        """Draw the histogram, a band of one spread either side of 0, and the learner's own cosine as a line."""
        dress(ax).axvspan(-self.spread, self.spread, color=SOFT, alpha=0.35, lw=0, label=f"spread ±{self.spread:.3f}")
        ax.hist(self.cosines, bins=np.linspace(-1, 1, 101).tolist(), color=RIVER, edgecolor="none")
        if self.yours is not None:
            ax.axvline(self.yours, color=YOU, lw=3, ls="--", label=f"your cosine {self.yours:+.2f}")
        ax.set(xlim=(-1, 1), yticks=[], xlabel="cosine of two random arrows")
        ax.spines["left"].set_visible(False)
        ax.set_title(f"{len(self.cosines):,} random pairs in {self.d} dimensions", loc="left")
        ax.legend(loc="upper right", fontsize=SIZE - 1, frameon=False, labelcolor=INK)

    def parts(self) -> Parts:
        """The same for the page: how many pairs score what, a band one spread wide, a stripe at `yours`."""
        edges = np.linspace(-1, 1, 82)
        counts, middles = np.histogram(self.cosines, edges)[0].tolist(), (edges[:-1] + edges[1:]) / 2
        band = [float(count * (abs(middle) <= self.spread)) for count, middle in zip(counts, middles, strict=True)]
        now = None if self.yours is None else int(np.abs(middles - self.yours).argmin())
        title = f"{len(self.cosines):,} random pairs in {self.d} dimensions: how many score what"
        ticks = [(0, "-1"), (20, "-0.5"), (40, "0"), (60, "0.5"), (80, "1")]
        return ((Lines({"pairs": counts}, ticks, 0, max(counts), now, title, band=([0.0] * 81, band)),),)

    def describe(self) -> str:
        """Return the histogram as a sentence.

        >>> Strangers(2, np.array([-0.5, 0.5])).describe()
        'In 2 dimensions random cosines scatter round 0 with a spread of 0.500.'
        """
        unit = "dimension" if self.d == 1 else "dimensions"
        text = f"In {self.d} {unit} random cosines scatter round 0 with a spread of {self.spread:.3f}."
        if self.yours is not None:
            text += f" {self.share_above:.1%} of random pairs score {self.yours:.2f} or more."
        return text
