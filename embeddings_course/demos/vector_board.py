"""The vector board: grab an arrow's tip and pull; three rulers, neighbours and strangers follow the hand.

`VectorBoard` draws in the page itself (vector_board.js), 60 times a second, and tells Python where the arrows are when
the hand lets go. `PlainBoard` is the same board out of ordinary widgets, for where anywidget is missing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets
import numpy as np
import traitlets

from embeddings_course.demos.base import Demo, DemoError, Number, choice
from embeddings_course.files.table import Embedding
from embeddings_course.plots.board import DIMENSIONS, RULERS, Board, describe_board, draw_board
from embeddings_course.plots.points import Points, points_html
from embeddings_course.plots.style import Picture, escape, paint

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

START: Mapping[str, tuple[float, float]] = {
    "bank": (3.0, 2.0),
    "money": (4.0, 0.5),
    "river": (1.0, 4.0),
    "coin": (1.2, 0.1),
    "desert": (-1.5, -2.5),
}
"""The arrows to start with: *coin* points where *money* does and is short, so the rulers disagree about it."""

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


class BoardContract:
    """What both boards can do for Python: read the points, set them, read the rulers, give a still picture."""

    words: Any
    points: Any
    first: Any
    second: Any
    times_ten: Any
    plus_hundred: Any
    unit: Any
    d: Any

    @property
    def data(self) -> Board:
        """What the board shows now."""
        table = Embedding(self.words, np.array(self.points, dtype=float).reshape(-1, 2))
        return Board(table, self.first, self.second, self.times_ten, self.plus_hundred, self.unit, self.d)

    @property
    def table(self) -> Embedding:
        """The arrows as the hand left them, before the switches."""
        return self.data.table

    @property
    def shown(self) -> Embedding:
        """The arrows as they are shown, after the switches."""
        return self.data.shown

    @property
    def readings(self) -> dict[str, float]:
        """What the rulers "dot", "euclidean" and "cosine" read between the two words."""
        return self.data.readings

    def move(self, **points: Sequence[float]) -> None:
        """Put arrows where you want them: `board.move(bank=(1, 2), river=(0, 3))`; a new word gets a new arrow.

        Raises:
            DemoError: where a point is not two numbers from -1000 to 1000.
        """
        now = dict(zip(self.words, self.points, strict=True)) | {word: list(point) for word, point in points.items()}
        self._put(*checked(list(now), list(now.values())))

    def _put(self, words: list[str], points: list[list[float]]) -> None:
        raise NotImplementedError

    def picture(self) -> Picture:
        """Return a still picture of the board as it is now, with "What you see" printed below it."""
        board = self.data
        return paint(lambda figure: draw_board(board, figure), describe_board(board), (8.6, 4.0), caption=True)

    def __repr__(self) -> str:
        return f"Vector board. What you see: {describe_board(self.data)}"


def _start(table: Embedding | None) -> tuple[list[str], list[list[float]]]:
    if table is None:
        return list(START), [list(point) for point in START.values()]
    return checked(table.words, table.vectors.tolist())


class PlainBoard(BoardContract, Demo):
    """The vector board out of ordinary widgets: numbers in place of a hand, the same names for Python.

    Introduced in lesson 02.

    Args:
        table: 2 to 12 words with two numbers each; five words of the course if left out.
        state: `first`, `second`, `x`, `y`, `times_ten`, `plus_hundred`, `unit`, `d`.

    >>> board = PlainBoard(first="bank", second="coin")
    >>> board.move(bank=(12, 1))
    >>> round(board.readings["cosine"], 2)
    1.0
    """

    title = "Vector board"
    size: ClassVar[tuple[float, float]] = (4.4, 3.4)

    def __init__(self, table: Embedding | None = None, **state: Any) -> None:
        self.words, self.points = _start(table)
        self.rulers = widgets.HTML()
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Two words, two numbers, three switches, the dimensions of the strangers."""
        x, y = self.points[0]
        return {
            "first": choice("Arrow", self.words, self.words[0], 200, 90),
            "x": Number("right", x, -10, 10, 0.1),
            "y": Number("up", y, -10, 10, 0.1),
            "second": choice("compared with", self.words, self.words[1], 220, 110),
            "times_ten": widgets.ToggleButton(description="times 10"),
            "plus_hundred": widgets.ToggleButton(description="+100 to all"),
            "unit": widgets.ToggleButton(description="normalise"),
            "d": choice("Strangers", [(f"{d} dimensions", d) for d in DIMENSIONS], 2, 250, 90),
        }

    def arrange(self) -> list[widgets.Widget]:
        """Controls and rulers at the left, the points at the right."""
        c = self.controls
        switches = widgets.HBox([c["times_ten"], c["plus_hundred"], c["unit"]])
        left = widgets.VBox([c["first"], c["x"], c["y"], c["second"], switches, c["d"], self.rulers])
        right = widgets.VBox([self.view, self.line])
        return [widgets.HBox([left, right], layout={"flex_flow": "row wrap"})]

    @classmethod
    def compute(cls, board: Board | None = None) -> Board:
        """Return the board itself: rulers, neighbours and strangers are worked out by it."""
        return board or Board(Embedding(tuple(START), list(START.values())), "bank", "money")  # type: ignore[arg-type]

    @classmethod
    def draw(cls, data: Board, figure: FigureBase) -> None:
        """The arrows and the strangers."""
        draw_board(data, figure)

    @classmethod
    def describe(cls, data: Board) -> str:
        """Rulers, neighbours, strangers."""
        return describe_board(data)

    def show(self, data: Board) -> None:
        """The points as a map, rulers and neighbours as a table."""
        marked = (data.first, data.second)
        self.view.value = points_html(Points(data.shown, marked, links=(marked,)), *self.dots)
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;font-weight:normal">{name}</th>'
            f'<td style="font-weight:bold;font-size:17px;padding:4px 14px">{data.readings[ruler]:.2f}</td>'
            f'<td style="text-align:left">{escape(", ".join(data.neighbours(ruler)), 48)}</td></tr>'
            for ruler, name in RULERS
        )
        head = "".join(
            f'<th scope="col" style="text-align:left">{name}</th>' for name in ("ruler", "reads", "nearest first")
        )
        self.rulers.value = f'<table style="font-size:14px"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'

    def state(self) -> dict[str, Any]:
        """The board as it is."""
        return {"board": self.data}

    # `data` is what the contract says; the base class also writes what it computed, which is the same
    data = property(lambda self: BoardContract.data.fget(self), lambda self, value: None)  # type: ignore[attr-defined]

    def set(self, **state: Any) -> None:
        """Set the words first, then the numbers."""
        super().set(**dict(sorted(state.items(), key=lambda item: item[0] in ("x", "y"))))

    def __getattr__(self, name: str) -> Any:
        if name in ("first", "second", "times_ten", "plus_hundred", "unit", "d"):
            return self.controls[name].value
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("first", "second", "times_ten", "plus_hundred", "unit", "d"):
            self.set(**{name: value})
        else:
            super().__setattr__(name, value)

    def _put(self, words: list[str], points: list[list[float]]) -> None:
        with self.hold():
            first, second = self.first, self.second
            self.words, self.points = words, points
            with self.filling():
                for name, value in (("first", first), ("second", second)):
                    self.controls[name].options = words
                    self.controls[name].value = value
            self._fill()
            self._wanted += 1

    def _fill(self) -> None:
        """Show the numbers of the arrow in hand, whatever their size."""
        with self.filling():
            for name, value in zip(("x", "y"), self.points[self.words.index(self.first)], strict=True):
                for box in (self.controls[name].box, self.controls[name].slider):
                    box.max, box.min = max(10.0, value), min(-10.0, value)
                self.controls[name].value = value

    def _changed(self, change: Any) -> None:
        if self._filling:
            return
        with self.hold():
            first, second, owner = self.controls["first"], self.controls["second"], change["owner"]
            if owner in (first, second):
                if first.value == second.value:  # a word is never compared with itself: the two change places
                    with self.filling():
                        (second if owner is first else first).value = change["old"]
                self._fill()
            row = [self.controls["x"].value, self.controls["y"].value]
            self.points = [row if w == first.value else p for w, p in zip(self.words, self.points, strict=True)]
            self._wanted += 1


try:
    import anywidget
except ImportError:  # the plain board has the same names
    VectorBoard: Any = PlainBoard
else:

    class _LiveBoard(BoardContract, anywidget.AnyWidget):
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

        _esm = Path(__file__).with_name("vector_board.js")
        _css = Path(__file__).with_name("vector_board.css")

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

        def _put(self, words: list[str], points: list[list[float]]) -> None:
            with self.hold_sync():
                self.words, self.points = words, points

        def _repr_mimebundle_(self, **kwargs: Any) -> Any:
            """The live board, and a still picture with its words for where there is no kernel."""
            bundle: Any = super()._repr_mimebundle_(**kwargs) or {}
            data = dict(bundle[0] if isinstance(bundle, tuple) else bundle)
            picture, about = self.picture()._repr_mimebundle_()
            return {**data, **picture, "text/plain": repr(self)}, about

    VectorBoard = _LiveBoard
