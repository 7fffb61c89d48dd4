"""The analogy bench: a question in English, the same in vectors, and beside the reply what doing nothing replies."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets

from embeddings_course.demos.base import Demo, DemoError, buttons, text_line
from embeddings_course.evaluation import analogy
from embeddings_course.files.data import load_vectors
from embeddings_course.plots.replies import Replies, Scored
from embeddings_course.vectors import nearest

LOOK = 1000
"""How many words of each list are searched for the word that the learner expects."""
SHOWN = 5


def _place(word: str, found: Scored) -> int | None:
    """Return the place of a word in a list, 1 for the first; None where it is not there."""
    return next((i for i, (other, _) in enumerate(found, start=1) if other == word), None)


class AnalogyBench(Demo):
    """Ask "a is to b as c is to ...?", forbid or allow the input words, and compare with doing no arithmetic at all.

    Introduced in lesson 07.

    >>> AnalogyBench.compute("france", "paris", "england").reply
    'london'
    >>> AnalogyBench.compute("father", "doctor", "mother", allowed=True).reply
    'doctor'
    """

    title = "The analogy bench"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Four words to type, and the switch."""
        return {
            "a": text_line("First:", "man", width=190, name_width=45),
            "b": text_line("is to", "king", width=180, name_width=40),
            "c": text_line("as", "woman", width=165, name_width=25),
            "expected": text_line(
                "is to (your guess)", "queen", placeholder="may stay empty", width=255, name_width=125
            ),
            "allowed": buttons("Input words", [("forbidden", False), ("allowed", True)], False, button_width=95),
        }

    @classmethod
    def compute(
        cls, a: str = "man", b: str = "king", c: str = "woman", expected: str = "", allowed: bool = False
    ) -> Replies:
        """Look near b - a + c, near c and near b.

        Raises:
            DemoError: where one of the three words is missing.
            UnknownWordError: where a word is not in the table.
        """
        table = load_vectors()
        a, b, c, expected = (word.strip().lower() for word in (a, b, c, expected))
        if not (a and b and c):
            raise DemoError("Three words are needed: man is to king as woman. The fourth, your guess, may stay empty.")
        if expected:
            table.row(expected)  # says so where the word is unknown
        forbidden = () if allowed else (a, b, c)
        lists = (
            analogy(table, a, b, c, exclude=not allowed, k=LOOK),
            nearest(table, table[c], k=LOOK, exclude=forbidden),
            nearest(table, table[b], k=LOOK, exclude=forbidden),
        )
        places = tuple(_place(expected, found) for found in lists)
        offset, near_c, near_b = (found[:SHOWN] for found in lists)
        return Replies((a, b, c), allowed, offset, near_c, near_b, expected, (places[0], places[1], places[2]), LOOK)
