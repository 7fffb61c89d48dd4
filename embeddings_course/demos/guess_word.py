"""Guess the word: a row of the cartoon table whose questions are uncovered one by one. Lesson 01."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, Number, choice
from embeddings_course.files.data import load_features
from embeddings_course.files.table import Embedding
from embeddings_course.plots.heat import Heat, draw_heat

NO_GUESS = "(not yet)"
CLOSE = 0.2
"""A word stays in the game while each of its answers is this near to the uncovered one."""


@dataclass(frozen=True)
class Riddle:
    """A secret row, how many of its answers are uncovered, and the learner's guess.

    Args:
        table: the cartoon table.
        secret: the word to guess.
        uncovered: how many questions are uncovered, from 1 to all.
        guess: a word, or None.
    """

    table: Embedding
    secret: str
    uncovered: int
    guess: str | None

    @property
    def possible(self) -> list[str]:
        """The words that are still in the game: near to the secret in every uncovered answer."""
        seen = self.table.vectors[:, : self.uncovered]
        gaps = np.abs(seen - self.table[self.secret][: self.uncovered]).max(axis=1)
        return [word for word, gap in zip(self.table.words, gaps, strict=True) if gap <= CLOSE + 1e-9]


class GuessWord(Demo):
    """A game: uncover as few questions as you can, then name the word.

    Introduced in lesson 01.

    >>> GuessWord.compute(riddle=1, uncovered=7, guess=None).possible
    ['boat']
    """

    title = "Guess the word"
    size = (7.4, 1.9)
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

    @classmethod
    def draw(cls, data: Riddle, figure: Any) -> None:
        """Draw the row; what is covered stays empty."""
        row = data.table[data.secret].copy()
        row[data.uncovered :] = np.nan
        names = [c if i < data.uncovered else "?" for i, c in enumerate(data.table.columns)]
        solved = data.guess == data.secret
        heat = Heat([row], [data.secret if solved else "? ? ?"], names, low=0, high=1, decimals=1)
        draw_heat(heat, figure.add_subplot())

    @classmethod
    def describe(cls, data: Riddle) -> str:
        """Say what is known, how many words are still in the game, and what the guess is worth."""
        shown = zip(data.table.columns[: data.uncovered], data.table[data.secret], strict=False)
        known = ", ".join(f"{name} {value:.1f}" for name, value in shown)
        left = len(data.possible)
        questions = f"{data.uncovered} question{'s' if data.uncovered > 1 else ''}"
        if data.guess == data.secret:
            return f"Yes, it is {data.secret}! {questions} uncovered: {known}."
        text = f"{known}. {left} of {len(data.table)} words still fit (each answer within {CLOSE})."
        if data.guess is None:
            return text
        if data.guess in data.possible:
            return f"{text} {data.guess} is one of them, but it is another. Uncover one more."
        worst = int(np.argmax(np.abs(data.table[data.guess] - data.table[data.secret])[: data.uncovered]))
        answer = f"{data.table.columns[worst]}, {data.table[data.guess][worst]:.1f}"
        return f"{text} Not {data.guess}: compare its answer on {answer}."
