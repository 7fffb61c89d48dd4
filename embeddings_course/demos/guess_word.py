"""Guess the word: a row of the cartoon table whose questions are uncovered one by one. Lesson 01."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets

from embeddings_course.demos.base import Demo, Number, choice
from embeddings_course.files.data import load_features
from embeddings_course.plots.cartoon import Riddle

NO_GUESS = "(not yet)"


class GuessWord(Demo):
    """A game: uncover as few questions as you can, then name the word.

    Introduced in lesson 01.

    >>> GuessWord.compute(riddle=1, uncovered=7, guess=None).possible
    ['boat']
    """

    title = "Guess the word"
    # an order in which the early riddles are easy and the famous three come late
    ORDER = ("boat", "sheriff", "coin", "garage", "fish", "jack", "bank", "bill", "robber", "wallet")

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Which riddle, how many questions, and the guess."""
        table = load_features()
        riddles = [(f"no. {i}", i) for i in range(1, len(self.ORDER) + 1)]
        return {
            "riddle": choice("Riddle", riddles, 1, width=160, name_width=60),
            "uncovered": Number("Questions", 1, low=1, high=len(table.columns), step=1),
            "guess": choice("Your guess", [NO_GUESS, *sorted(table.words)], NO_GUESS, width=220),
        }

    @classmethod
    def compute(cls, riddle: int, uncovered: int, guess: str | None) -> Riddle:
        """Return the riddle as it stands."""
        return Riddle(load_features(), cls.ORDER[riddle - 1], uncovered, None if guess == NO_GUESS else guess)
