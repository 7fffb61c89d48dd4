"""One line for one picture: what the cells of the lessons call. Each returns a `Picture`, the last value of a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from numpy.typing import ArrayLike

from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bag import Bag, describe_bag, draw_bag
from embeddings_course.plots.bars import Bars, describe_bars, draw_bars
from embeddings_course.plots.heat import Heat, describe_heat, draw_heat
from embeddings_course.plots.points import Points, describe_points, draw_points
from embeddings_course.plots.style import SIZE, Picture, paint, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

Data = TypeVar("Data")


def show(
    draw: Callable[[Data, Axes], None], describe: Callable[[Data], str], data: Data, width: float = 7, height: float = 4
) -> Picture:
    """Return any data drawn with its own `draw` and put into words with its own `describe`; sizes in inches.

    >>> show(draw_bag, describe_bag, Bag("bank", ("river",)))
    What you see: The bag of thoughts for "bank" holds 1: river.
    """
    return paint(lambda figure: draw(data, figure.add_subplot()), describe(data), (width, height))


def show_bag(word: str, thoughts: Iterable[str]) -> Picture:
    """Return the picture of a word and the thoughts that it calls up.

    Introduced in lesson 01.

    >>> show_bag("bank", ["money", "river"])
    What you see: The bag of thoughts for "bank" holds 2: money, river.
    """
    return show(draw_bag, describe_bag, Bag(word, tuple(thoughts)), 7, 4.2)


def show_bags(word: str, bags: Mapping[str, Iterable[str]]) -> Picture:
    """Return several bags of one word side by side, each under its name: whose thoughts they are. At most 8 in each.

    Introduced in lesson 06.

    Raises:
        CourseError: where there is no bag, or more than three.

    >>> show_bags("bank", {"yours": ["money"], "old books": ["river"]})
    What you see: Bags of thoughts for "bank", side by side. Yours: money. Old books: river.
    """
    if not 1 <= len(bags) <= 3:
        raise CourseError(f"One to three bags fit side by side, not {len(bags)}.")
    full = {name: Bag(word, tuple(thoughts)) for name, thoughts in bags.items()}
    few = {name: Bag(word, bag.thoughts[:8]) for name, bag in full.items()}

    def draw(figure: FigureBase) -> None:
        for part, (name, bag) in zip(figure.subfigures(1, len(few), squeeze=False)[0], few.items(), strict=True):
            ax = part.add_subplot()
            draw_bag(bag, ax)
            ax.set_title(plain(name), size=SIZE)

    said = " ".join(f"{n[:1].upper()}{n[1:]}: {', '.join(b.thoughts) or 'empty'}." for n, b in few.items())
    return paint(draw, f'Bags of thoughts for "{word}", side by side. {said}', (3.15 * len(few), 3.3))


def show_heat(
    values: ArrayLike,
    rows: Sequence[str],
    columns: Sequence[str],
    title: str = "",
    **look: Any,
) -> Picture:
    """Return a table of numbers (n, m) as colours, with the numbers written in; `look` goes to `Heat`.

    Introduced in lesson 01.

    Raises:
        CourseError: where names and numbers do not fit together.

    >>> show_heat([[0.5]], ["bank"], ["river"], title="cosine")
    What you see: Cosine, 1 rows and 1 columns. All pairs: 0.50.
    """
    heat = Heat(values, rows, columns, title, **look)
    width = min(9.5, max(4.5, 2.2 + 0.8 * len(columns)))
    return show(draw_heat, describe_heat, heat, width, 1.3 + 0.34 * len(rows))


def show_table(table: Embedding, title: str = "", **look: Any) -> Picture:
    """Return a small table of words with named (or numbered) columns as colours with the numbers written in.

    Introduced in lesson 01.

    >>> show_table(Embedding(("bank", "river"), [[0.9], [0.0]], columns=("money",)), title="how much")
    What you see: How much, 2 rows and 1 columns. Highest: bank with money, 0.90. Lowest: river with money, 0.00.
    """
    columns = table.columns or tuple(f"number {i + 1}" for i in range(table.vectors.shape[1]))
    return show_heat(table.vectors, table.words, columns, title, **{"decimals": 1, **look})


def show_points(
    table: Embedding, x: str | None = None, y: str | None = None, marked: Sequence[str] = (), title: str = "",
    groups: Mapping[str, str] | None = None, links: Sequence[tuple[str, str]] = (),
) -> Picture:  # fmt: skip
    """Return a table as points on a map: two named columns, or the table's only two.

    Introduced in lesson 01.

    Raises:
        CourseError: where the columns do not exist, or the table has more than two and none is named.

    >>> table = Embedding(("bank", "river"), [[0.9, 0.4, 1.0], [0.0, 1.0, 1.0]], columns=("money", "water", "place"))
    >>> show_points(table, x="money", y="water").words.startswith("A map")
    True
    """
    if x is not None and y is not None:
        for name in (x, y):
            if name not in table.columns:
                raise CourseError(f"There is no column {name!r}, only: {', '.join(table.columns) or 'none named'}.")
        title = title or f"{x} to the right, {y} upwards"
        table = Embedding(table.words, table.vectors[:, [list(table.columns).index(n) for n in (x, y)]])
    points = Points(table, marked=marked, groups=groups or {}, links=links, title=title)
    return show(draw_points, describe_points, points, 7, 4.6)


def show_neighbours(pairs: Sequence[tuple[str, float]], title: str = "", note: str = "") -> Picture:
    """Return words and their scores (what `nearest` gives) as bars.

    Introduced in lesson 01.

    >>> show_neighbours([("bridge", 1.04)], title="distance to bank").words[:16]
    'Distance to bank'
    """
    words = [word for word, _ in pairs]
    bars = Bars(words, [score for _, score in pairs], title=title, note=note)
    return show(draw_bars, describe_bars, bars, 6, 0.9 + 0.36 * len(words))
