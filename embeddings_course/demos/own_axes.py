"""Name your own axes: words between two pairs of ends that the learner names. Lesson 04."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np

from embeddings_course.audit import association
from embeddings_course.demos.base import Demo, DemoError, buttons, text_line
from embeddings_course.demos.squeeze import town_vectors
from embeddings_course.files.data import load_vectors
from embeddings_course.files.table import Embedding
from embeddings_course.plots.maps import NamedAxes

TOWN, NARROW, BOOKS = "town, window 5", "town, window 2", "old books"
SHOWN = "bank bill jack banker sailor robber king cheque coin vault ferry bridge brook wrench van trout"
SENSES = ("bank", "bill", "jack")


def _table(space: str) -> Embedding:
    return load_vectors() if space == BOOKS else town_vectors(5 if space == TOWN else 2)


def _ends(text: str, table: Embedding) -> tuple[list[str], list[str]]:
    """Read "money cash - river lake": the words at one end, and those at the other."""
    left, dash, right = text.lower().partition("-")
    ends = left.replace(",", " ").split(), right.replace(",", " ").split()
    if not dash or not all(ends):
        raise DemoError("Write an axis as words, a minus sign, words: money cash - river lake.")
    for word in (*ends[0], *ends[1]):
        table.row(word)
    return ends


class OwnAxes(Demo):
    """Each axis says how much nearer a word is to one group of words than to another.

    Introduced in lesson 04.

    >>> demo = OwnAxes()
    >>> bool(demo.picture.table["banker"][0] > 0 > demo.picture.table["sailor"][0])
    True
    """

    title = "Name your own axes"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Two axes and the words to show, to type; the space as buttons."""
        return {
            "x": text_line("Right - left", "money cash - river lake", width=360),
            "y": text_line("Up - down", "tom anna - car hammer", width=360),
            "words": text_line("Words", SHOWN, width=720),
            "space": buttons("Vectors from", [TOWN, NARROW, BOOKS], TOWN, button_width=140),
        }

    @classmethod
    def compute(
        cls,
        x: str = "money cash - river lake",
        y: str = "tom anna - car hammer",
        words: str = SHOWN,
        space: str = TOWN,
    ) -> NamedAxes:
        """Measure each word against the four ends: mean cosine to one end minus mean cosine to the other.

        Raises:
            DemoError: where an axis or the list of words cannot be read.
            UnknownWordError: where a word is not in the table.
        """
        table = _table(space)
        shown = list(dict.fromkeys(words.lower().replace(",", " ").split()))[:40]
        if len(shown) < 2:
            raise DemoError("Type at least two words to show.")
        axes = [_ends(text, table) for text in (x, y)]
        places = np.column_stack([association(table, shown, *ends) for ends in axes])
        (right, left), (up, down) = ((", ".join(a), ", ".join(b)) for a, b in axes)
        return NamedAxes(Embedding(shown, places), (left, right), (down, up), [w for w in SENSES if w in shown])
