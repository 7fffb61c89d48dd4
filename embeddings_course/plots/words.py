"""Words in a row: a sentence, a list, what stands above a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, dress, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Words(Picture):
    """Words, each in a box of its own, some of them lit.

    Args:
        words: the words, or short pieces of text.
        title: what stands above them.
        chosen: the place of the word in hand, from 0; None for none.
        lit: the places of the words that stand out beside it.
    """

    words: Sequence[str]
    title: str = ""
    chosen: int | None = None
    lit: Sequence[int] = ()

    size = (7.0, 0.9)

    def draw_on(self, ax: Axes) -> None:
        """Write the words in one line, those that stand out in bold letters."""
        dress(ax).set_axis_off()
        for place, word in enumerate(self.words):
            strong = place == self.chosen or place in self.lit
            look: dict[str, Any] = {"weight": "bold" if strong else "normal", "size": SIZE, "color": INK}
            ax.text((place + 0.5) / max(len(self.words), 1), 0.4, plain(word, 20), ha="center", **look)
        ax.set_title(plain(self.title, 60), loc="left", color=INK)

    def parts(self) -> Parts:
        """Itself: the page draws it from its data."""
        return ((self,),)

    def describe(self) -> str:
        """Return title and words as a sentence.

        >>> Words(("salt", "and", "pepper"), "the window", chosen=0).describe()
        'The window: salt, and, pepper. In hand: salt.'
        """
        hand = "" if self.chosen is None else f" In hand: {self.words[self.chosen]}."
        what = f"{self.title[:1].upper()}{self.title[1:]}: " if self.title else ""
        return f"{what}{', '.join(self.words)}.{hand}"
