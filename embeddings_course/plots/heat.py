"""Heat maps: a table of numbers as colours, with the numbers written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import AMOUNT, SIGN, SIZE, dress, escape, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS, MOST_COLUMNS = 24, 12
"""With more rows or columns than this the numbers are left out and a colour scale is drawn."""


@dataclass(frozen=True)
class Heat(Picture):
    """What a heat map shows.

    Args:
        values: numbers of shape (n, m); NaN leaves a cell empty.
        rows: n names.
        columns: m names.
        title: what the numbers are.
        low: the number at the dark end; None takes the smallest.
        high: the number at the light end; None takes the largest.
        signed: use the map with a neutral middle, centred on `middle`.
        middle: the number that is neutral, for signed maps (for example a random-pair baseline).
        decimals: how many decimals are written.
        small_is_light: turn the colours round, for distances, where small means near.

    Raises:
        CourseError: where names and numbers do not fit together.
    """

    values: ArrayLike
    rows: Sequence[str]
    columns: Sequence[str]
    title: str = ""
    low: float | None = None
    high: float | None = None
    signed: bool = False
    middle: float = 0.0
    decimals: int = 2
    small_is_light: bool = False

    def __post_init__(self) -> None:
        if self.array.shape != (len(self.rows), len(self.columns)):
            raise CourseError(
                f"{len(self.rows)} row names and {len(self.columns)} column names need numbers of that shape, "
                f"got {self.array.shape}."
            )

    @classmethod
    def of_table(cls, table: Embedding, title: str = "", **look: Any) -> Heat:
        """Return the heat map of a small table of words, with its named (or numbered) columns; one decimal.

        Introduced in lesson 01.

        >>> Heat.of_table(Embedding(("bank", "river"), [[0.9], [0.0]], columns=("money",)), "how much").describe()
        'How much, 2 rows and 1 columns. Highest: bank with money, 0.90. Lowest: river with money, 0.00.'
        """
        columns = table.columns or tuple(f"number {i + 1}" for i in range(table.vectors.shape[1]))
        return cls(table.vectors, table.words, columns, title, **{"decimals": 1, **look})

    @property
    def size(self) -> tuple[float, float]:
        """Room for each row and column, in inches."""
        return min(9.5, max(4.5, 2.2 + 0.8 * len(self.columns))), 1.3 + 0.34 * len(self.rows)

    @property
    def array(self) -> Floats:
        """The numbers as an array of shape (n, m)."""
        return np.atleast_2d(np.asarray(self.values, dtype=float))

    def scale(self) -> tuple[float, float]:
        """Return the numbers at both ends of the colour scale; they always differ."""
        known = self.array[np.isfinite(self.array)]
        low = float(np.min(known)) if self.low is None and known.size else (self.low or 0.0)
        high = float(np.max(known)) if self.high is None and known.size else (self.high or 0.0)
        if self.signed:
            reach = max(high - self.middle, self.middle - low, 1e-9)
            return self.middle - reach, self.middle + reach
        return (low, high) if high > low else (low - 0.5, low + 0.5)

    def draw_on(self, ax: Axes) -> None:
        """Names at the left and above, the number in each cell in black or white, whichever reads."""
        from matplotlib import colormaps

        low, high = self.scale()
        colours = (SIGN if self.signed else AMOUNT) + ("_r" if self.small_is_light else "")
        image = ax.imshow(self.array, cmap=colours, vmin=low, vmax=high, aspect="auto")
        longest = 22 if len(self.columns) <= 6 else 14
        dress(ax).set_yticks(range(len(self.rows)), [plain(x, 26) for x in self.rows])
        ax.set_xticks(range(len(self.columns)), [plain(x, longest) for x in self.columns])
        widest = max((len(plain(x, longest)) for x in self.columns), default=0)
        if widest * len(self.columns) * 9 > ax.get_window_extent().width:
            ax.tick_params(axis="x", labelrotation=35)
            for label in ax.get_xticklabels():
                label.set(ha="left", rotation_mode="anchor")
        ax.tick_params(length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title(plain(self.title, 70), loc="left", pad=12)
        if len(self.rows) > MOST_ROWS or len(self.columns) > MOST_COLUMNS:
            ax.figure.colorbar(image, ax=ax, shrink=0.8).ax.tick_params(labelsize=SIZE - 1)
            return
        paint = colormaps[colours]
        for (i, j), value in np.ndenumerate(self.array):
            if np.isfinite(value):
                red, green, blue, _ = paint((value - low) / (high - low))
                ink = "black" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else "white"
                ax.text(j, i, f"{value:.{self.decimals}f}", ha="center", va="center", size=SIZE, color=ink)

    def html(self, cell: int = 52) -> str:
        """Return the heat map as an HTML table (2 ms), which a screen reader can walk through cell by cell.

        >>> Heat([[0.5]], ("<b>",), ("c",)).html().count("&lt;b&gt;")
        1
        """
        look = "padding:0 8px;font-weight:normal;background:none;border:0;"
        head = "".join(f'<th scope="col" style="{look}text-align:center">{escape(x, 14)}</th>' for x in self.columns)
        rows = "".join(
            f'<tr><th scope="row" style="{look}text-align:left;white-space:nowrap">{escape(name, 30)}</th>'
            + "".join(_cell(value, self, cell) for value in row)
            + "</tr>"
            for name, row in zip(self.rows, self.array, strict=True)
        )
        return (
            '<table style="border-collapse:collapse;font-size:14px;line-height:1.3;margin:0">'
            f'<caption style="text-align:left;font-weight:bold;padding:0 8px 4px;white-space:nowrap;caption-side:top">'
            f'{escape(self.title, 70)}</caption><thead><tr style="background:none"><td style="border:0"></td>'
            f"{head}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def parts(self) -> Parts:
        """Itself: the page draws it from its data."""
        return ((self,),)

    def describe(self) -> str:
        """Return the heat map as a sentence: its size, and its highest and lowest pair (a pair with itself left out).

        >>> Heat([[1, 0.2], [0.2, 1]], ("bank 1", "bank 2"), ("bank 1", "bank 2"), title="cosine").describe()
        'Cosine, 2 rows and 2 columns. All pairs: 0.20.'
        """
        what = (self.title[:1].upper() + self.title[1:]) or "Numbers"
        size = f"{what}, {len(self.rows)} rows and {len(self.columns)} columns."
        same = list(self.rows) == list(self.columns)
        pairs = [
            (float(v), self.rows[i], self.columns[j])
            for (i, j), v in np.ndenumerate(self.array)
            if np.isfinite(v) and (i < j or not same)
        ]
        if not pairs:
            return f"{size} There is no pair to compare yet."
        (low, a, b), (high, c, d) = min(pairs), max(pairs)
        if len(pairs) == 1 or f"{low:.2f}" == f"{high:.2f}":
            return f"{size} All pairs: {high:.2f}."
        return f"{size} Highest: {c} with {d}, {high:.2f}. Lowest: {a} with {b}, {low:.2f}."


STOPS = {
    AMOUNT: "00224e 1a386f 434e6c 61656f 7d7c78 9b9476 bcae6c dec958 fee838",
    SIGN: "7f3b08 be630a ef9e3c fed7a2 f6f6f7 cecde4 988dbe 5d3790 2d004b",
}
"""Nine stops of each colour map, so that a live view needs no Matplotlib."""


def shade(share: float, colours: str = AMOUNT) -> tuple[str, str]:
    """Return the colour for a share of the scale (0 to 1) and the ink that can be read on it.

    >>> shade(0), shade(1)
    (('#00224e', 'white'), ('#fee838', 'black'))
    """
    stops = np.array([[int(stop[i : i + 2], 16) for i in (0, 2, 4)] for stop in STOPS[colours].split()])
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    rgb = [float(np.interp(place, range(len(stops)), stops[:, i])) for i in range(3)]
    bright = (0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]) / 255 > 0.45
    return "#" + "".join(f"{round(x):02x}" for x in rgb), "black" if bright else "white"


def _cell(value: float, data: Heat, width: int) -> str:
    low, high = data.scale()
    if not np.isfinite(value):
        return "<td></td>"
    share = (value - low) / (high - low)
    paper, ink = shade(1 - share if data.small_is_light else share, SIGN if data.signed else AMOUNT)
    look = f"background:{paper};color:{ink};width:{width}px;min-width:{width}px;height:30px;padding:0;text-align:center"
    return f'<td style="{look};border:1px solid white">{value:.{data.decimals}f}</td>'
