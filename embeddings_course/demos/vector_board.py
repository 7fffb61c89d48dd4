"""The vector board: grab an arrow's tip and pull; three rulers, neighbours and strangers follow the hand.

`VectorBoard` draws in the page itself (vector_board.js), 60 times a second, and tells Python where the arrows are when
the hand lets go.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from embeddings_course.demos.base import DemoError, PictureWidget
from embeddings_course.demos.stage import with_tokens
from embeddings_course.files.table import Embedding
from embeddings_course.plots.board import DIMENSIONS, Board

START: Mapping[str, tuple[float, float]] = {
    "bank": (3.0, 2.0),
    "money": (3.6, 0.8),
    "river": (1.2, 4.8),
    "coin": (0.9, 0.6),
    "desert": (-1.5, -2.5),
}
"""The arrows to start with: the rulers disagree. *river* is long, *money* is near, *coin* points the same way."""

FARTHEST, MOST = 1000.0, 12
"""No coordinate is larger than this; there are no more arrows than this."""


def checked(words: Sequence[str], points: Sequence[Sequence[float]]) -> tuple[list[str], list[list[float]]]:
    """Return words and points as the board takes them.

    Raises:
        DemoError: where there are too few or too many, or a point is not two ordinary numbers.
    """
    names, rows = [str(word) for word in words], [[float(x) for x in point] for point in points]
    if not 2 <= len(names) <= MOST or len(set(names)) < len(names) or len(names) != len(rows):
        raise DemoError(f"The board takes 2 to {MOST} different words, and a point for each.")
    for name, row in zip(names, rows, strict=True):
        if len(row) != 2 or not all(math.isfinite(x) and abs(x) <= FARTHEST for x in row):
            raise DemoError(f"{name!r} needs two numbers from -1000 to 1000, got {row}.")
    return names, rows


def _start(table: Embedding | None) -> tuple[list[str], list[list[float]]]:
    if table is None:
        return list(START), [list(point) for point in START.values()]
    return checked(table.words, table.vectors.tolist())


class VectorBoard(PictureWidget):
    """Grab an arrow's tip and pull; rulers, neighbours and strangers follow. Arrow keys move an arrow too.

    Read `board.table`, `board.readings`; set `board.move(bank=(1, 2))`, `board.first = "river"`,
    `board.times_ten = True`.

    Introduced in lesson 02.

    Args:
        table: 2 to 12 words with two numbers each; five words of the course if left out.
        state: `first`, `second`, `times_ten`, `plus_hundred`, `unit`, `d`.

    Raises:
        DemoError: where table or state do not fit the board.
    """

    title = "Vector board"
    _esm = Path(__file__).with_name("vector_board.js")
    _css = with_tokens("vector_board.css", "vector-board")

    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    points = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    first = traitlets.Unicode().tag(sync=True)
    second = traitlets.Unicode().tag(sync=True)
    times_ten = traitlets.Bool(False).tag(sync=True)
    plus_hundred = traitlets.Bool(False).tag(sync=True)
    unit = traitlets.Bool(False).tag(sync=True)
    d = traitlets.Int(2).tag(sync=True)

    def __init__(self, table: Embedding | None = None, **state: Any) -> None:
        words, points = _start(table)
        known = ("first", "second", "times_ten", "plus_hundred", "unit", "d")
        if wrong := [name for name in state if name not in known]:
            raise DemoError(f"There is no control {wrong[0]!r} here; there are: {', '.join(known)}.")
        super().__init__(words=words, points=points, **{"first": words[0], "second": words[1], **state})

    @traitlets.validate("points")
    def _check_points(self, proposal: Any) -> list[list[float]]:
        return checked(range(len(proposal["value"])), proposal["value"])[1]  # type: ignore[arg-type]

    @traitlets.validate("first", "second")
    def _check_word(self, proposal: Any) -> str:
        if proposal["value"] not in self.words:
            raise DemoError(f"There is no arrow {proposal['value']!r}; there are {', '.join(self.words)}.")
        word: str = proposal["value"]
        return word

    @traitlets.validate("d")
    def _check_d(self, proposal: Any) -> int:
        if proposal["value"] not in DIMENSIONS:
            raise DemoError(f"Strangers live in {', '.join(map(str, DIMENSIONS))} dimensions here.")
        return int(proposal["value"])

    @property
    def picture(self) -> Board:
        """What the board shows now."""
        table = Embedding(self.words, np.array(self.points, dtype=float).reshape(-1, 2))
        return Board(table, self.first, self.second, self.times_ten, self.plus_hundred, self.unit, self.d)

    @property
    def table(self) -> Embedding:
        """The arrows as the hand left them, before the switches."""
        return self.picture.table

    @property
    def shown(self) -> Embedding:
        """The arrows as they are shown, after the switches."""
        return self.picture.shown

    @property
    def readings(self) -> dict[str, float]:
        """What the rulers "dot", "euclidean" and "cosine" read between the two words."""
        return self.picture.readings

    def move(self, **points: Sequence[float]) -> None:
        """Put arrows where you want them: `board.move(bank=(1, 2), river=(0, 3))`; a new word gets a new arrow.

        Raises:
            DemoError: where a point is not two numbers from -1000 to 1000.
        """
        now = dict(zip(self.words, self.points, strict=True)) | {word: list(point) for word, point in points.items()}
        words, places = checked(list(now), list(now.values()))
        with self.hold_sync():
            self.words, self.points = words, places
