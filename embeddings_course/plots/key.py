"""A key: which colour and shape stands for which name, for several pictures at once."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import SIZE, SOFT, plain
from embeddings_course.plots.tokens import mark, roles_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ("--", ":", "-.")
"""How the first, second and third dashed line are dashed, as Matplotlib names it."""


@dataclass(frozen=True)
class Key(Picture):
    """The names of lines that several pictures share.

    Args:
        names: of the lines.
        dashed: names of baselines, which are grey and dashed.
        title: what stands above them.
    """

    names: Sequence[str]
    dashed: Sequence[str] = ()
    title: str = ""

    size = (3.0, 2.4)

    def draw_on(self, ax: Axes) -> None:
        """Write the names one below the other, each with its mark."""
        from matplotlib.lines import Line2D

        ax.axis("off")
        plays = [Line2D([], [], **mark(role), ms=6, lw=1.8, label=plain(x)) for x, role in roles_of(self.names).items()]
        for i, name in enumerate(self.dashed):
            plays.append(Line2D([], [], color=SOFT, lw=1.8, ls=STYLES[i % len(STYLES)], label=plain(name)))
        ax.legend(handles=plays, loc="center", frameon=False, fontsize=SIZE - 1, title=textwrap.fill(self.title, 34))

    def parts(self) -> Parts:
        """Itself: the page draws it from its data."""
        return ((self,),)

    def describe(self) -> str:
        """Return the names as a sentence.

        >>> Key(("BERT", "word2vec"), ("random",)).describe()
        'Lines: BERT, word2vec; dashed: random.'
        """
        dashed = f"; dashed: {', '.join(self.dashed)}" if self.dashed else ""
        return f"Lines: {', '.join(self.names)}{dashed}."
