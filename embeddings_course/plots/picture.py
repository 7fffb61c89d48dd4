"""A picture is an object: it draws its still, says what there is to see, and writes itself as plain JSON."""

from __future__ import annotations

import json
import math
import numbers
import textwrap
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from embeddings_course.plots.style import DPI, SIZE, bare_figure, drawing, escape, plain, to_png, to_svg
from embeddings_course.plots.tokens import themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

Parts: TypeAlias = "Sequence[Sequence[Picture | Sequence[Picture]]]"
"""Rows of pictures, and of piles of pictures."""

DIGITS, MOST_BYTES = 6, 2_000_000
"""Numbers in JSON have so many significant digits, and a picture no more than so many bytes."""


class Picture:
    """What every picture can do; a frozen dataclass that takes this in gives `describe`, and `draw_on` or `draw`.

    >>> @dataclass(frozen=True)
    ... class Greeting(Picture):
    ...     word: str
    ...     def describe(self):
    ...         return f"It says {self.word}."
    >>> Greeting("hello").data()
    {'kind': 'Greeting', 'version': 1, 'says': 'It says hello.', 'word': 'hello'}
    """

    version: ClassVar[int] = 1
    """Of the JSON form of this kind; it grows where an old reader would read wrongly."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the still in inches, 100 dots each."""
        return 7.0, 4.0

    @property
    def dots(self) -> tuple[int, int]:
        """Width and height in the page, in dots."""
        return round(self.size[0] * DPI), round(self.size[1] * DPI)

    def draw(self, figure: FigureBase) -> None:
        """Draw the still on an empty figure."""
        self.draw_on(figure.add_subplot())

    def draw_on(self, ax: Axes) -> None:
        """Draw the still on one pair of axes."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return what there is to see, in one to three sentences."""
        raise NotImplementedError

    def parts(self) -> Parts:
        """Return the simple pictures that this one is made of, for a page that draws them from their data.

        Row by row; in a row a picture, or a pile of pictures. Nothing for a picture that no page can draw: then it
        shows a twin that Python makes.
        """
        return ()

    def html(self) -> str | None:
        """Return a quick twin for a page that cannot draw the data, or None where Matplotlib makes it."""
        return None

    def data(self) -> dict[str, Any]:
        """Return the picture as plain JSON: kind, version, what it says, its fields (CONTRIBUTING.md, One JSON form).

        Raises:
            TypeError: where a field holds something that has no place there.
            ValueError: where a number is infinite, or the whole is larger than 2 MB.
        """
        head = {"kind": type(self).__name__, "version": self.version, "says": self.describe()}
        form = head | {field.name: as_json(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]
        if (size := len(json.dumps(form, allow_nan=False))) > MOST_BYTES:
            raise ValueError(f"{head['kind']} has {size:,} bytes as JSON; a picture has at most {MOST_BYTES:,}.")
        return form


AS_IT_IS = {str, int, bool, type(None)}
"""JSON has them as they are."""


def as_json(value: Any) -> Any:
    """Return a value as JSON can hold it: six digits, lists for arrays, None for NaN.

    Raises:
        TypeError: where it has no place in the form.
        ValueError: where a number is infinite.

    >>> as_json({"values": np.array([[1 / 3, np.nan]]), "range": (1, 2)})
    {'values': [[0.333333, None]], 'range': [1, 2]}
    """
    if type(value) in AS_IT_IS:  # these and floats first, for there are thousands of them
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return _number(float(value))
    if isinstance(value, np.ndarray | np.bool_):
        return as_json(value.tolist())
    if isinstance(value, list | tuple | range):
        return [as_json(item) for item in value]
    if isinstance(value, Picture):
        return value.data()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return {name: as_json(item) for name, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no place in the JSON form: {value!r:.60}")


def _number(value: float) -> float | None:
    if math.isinf(value):
        raise ValueError("A picture has an infinite number in it.")
    return None if math.isnan(value) else float(f"{value:.{DIGITS}g}") + 0.0  # + 0.0: no minus before a zero


@dataclass(frozen=True)
class Still:
    """A still picture and the sentence that says what it shows; a notebook shows it as a cell's output.

    Args:
        png: the bytes of the picture.
        words: what there is to see, in plain words; it is the picture's alternative text.
        width: in dots.
        height: in dots.
    """

    png: bytes
    words: str
    width: int
    height: int

    def __repr__(self) -> str:
        return f"What you see: {self.words}"

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": self.png, "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.words, "width": self.width, "height": self.height}}

    def img(self) -> str:
        """Return the picture as an HTML element with its alternative text."""
        return (
            f'<img alt="{escape(self.words)}" width="{self.width}" height="{self.height}" style="max-width:none;" '
            f'src="data:image/png;base64,{b64encode(self.png).decode()}">'
        )


def show(picture: Picture, width: float | None = None, height: float | None = None, caption: bool = False) -> Still:
    """Return a picture as a still, which a notebook shows as the last value of a cell.

    The lock is held from the first line to the last dot.

    Introduced in lesson 01.

    Args:
        picture: any picture.
        width: in inches; the picture's own width if left out.
        height: the same for the height.
        caption: print "What you see" below it too.
    """
    words, wide, high = picture.describe(), width or picture.size[0], height or picture.size[1]
    with drawing():
        if not caption:
            fig = bare_figure(wide, high)
            picture.draw(fig)
        else:
            lines = textwrap.wrap("What you see: " + words, int(wide * DPI / 8.2))
            foot = 0.25 + 0.21 * len(lines)
            fig = bare_figure(wide, high + foot)
            top, below = fig.subfigures(2, 1, height_ratios=[high, foot], squeeze=False)[:, 0]
            picture.draw(top)
            below.text(0.012, 0.8, "\n".join(plain(line, 500) for line in lines), size=SIZE - 1, va="top")
        dots = [round(x * fig.dpi) for x in fig.get_size_inches()]
        return Still(to_png(fig), words, *dots)


def moving_twin(picture: Picture) -> str:
    """Return a picture as HTML that takes the colours and the letters of the page: its quick twin, or its still."""
    if (quick := picture.html()) is not None:
        return themed(quick)
    with drawing():
        fig = bare_figure(*picture.size)
        picture.draw(fig)
        return themed(to_svg(fig, picture.describe()))
