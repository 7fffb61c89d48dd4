"""The look that all pictures share: sizes, colours, and one lock.

No pyplot: JupyterLab runs the callbacks of widgets on a second thread, and pyplot's "current figure" then belongs to
whoever drew last. A `Figure` with a canvas of its own cannot be mixed up.
"""

from __future__ import annotations

import html
import io
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 100
"""Dots to the inch: a figure of 7 x 4 inches is a picture of 700 x 400 dots."""

LOCK = threading.RLock()
"""Held while anything is drawn or printed: Matplotlib's caches are not made for two threads at once."""

AMOUNT = "cividis"
"""Colour map for amounts (dark is little, light is much)."""

SIGN = "PuOr"
"""Colour map for signed numbers: neutral in the middle."""

BLACK, INK, SOFT, PAPER = "#000000", "#222222", "#6B6B6B", "#FFFFFF"
SIZE = 12
"""The size of ordinary text in points; nothing is smaller than 10."""

LONGEST = 40
"""A label longer than this many characters is cut, with an ellipsis."""


def figure(width: float = 7.0, height: float = 4.0) -> tuple[Figure, Axes]:
    """Return a new figure of `width` x `height` inches and its one pair of axes, in the course's look.

    >>> fig, ax = figure(7, 4)
    >>> fig.get_size_inches().tolist()
    [7.0, 4.0]
    """
    fig = bare_figure(width, height)
    return fig, dress(fig.add_subplot())


@contextmanager
def drawing() -> Iterator[None]:
    """Hold the lock, and keep out what a personal matplotlibrc may ask for: LaTeX, or no formulas."""
    import matplotlib

    with LOCK, matplotlib.rc_context({"text.usetex": False, "text.parse_math": True}):
        yield


def bare_figure(width: float = 7.0, height: float = 4.0) -> Figure:
    """Return a new figure of `width` x `height` inches with nothing on it, and a canvas of its own."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)
    fig = Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER, layout=layout)
    FigureCanvasAgg(fig)
    return fig


def dress(ax: Axes) -> Axes:
    """Give axes the course's look (large text, two quiet spines) and return them."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(SOFT)
    ax.tick_params(labelsize=SIZE - 1, colors=INK)
    for text in (ax.xaxis.label, ax.yaxis.label):
        text.set(size=SIZE, color=INK)
    ax.title.set(size=SIZE + 1, color=INK)
    return ax


def one_line(text: object) -> str:
    r"""Return a text on one line: spaces of every kind become one, and what cannot be seen goes.

    >>> one_line("the\u00a0jack\n of tra\u00addes")
    'the jack of trades'
    """
    return " ".join("".join(c for c in part if c.isprintable()) for part in str(text).split()).strip()


def plain(text: object, longest: int = LONGEST) -> str:
    r"""Return a text as a label that Matplotlib draws as it is: no formulas, no line breaks, not too long.

    >>> plain("costs $5 to $9")
    'costs \\$5 to \\$9'
    >>> len(plain("long " * 100))
    40
    """
    line = one_line(text)
    return (line if len(line) <= longest else line[: longest - 1] + "…").replace("$", r"\$")


def escape(text: object, longest: int | None = None) -> str:
    """Return a text that is safe inside HTML, also inside an attribute; cut to `longest` characters if given.

    >>> escape("<script>")
    '&lt;script&gt;'
    """
    line = str(text)
    if longest is not None and len(line) > longest:
        line = line[: longest - 1] + "…"
    return html.escape(line, quote=True)


def to_png(fig: Figure) -> bytes:
    """Return a figure as the bytes of a PNG, of the figure's own size."""
    buffer = io.BytesIO()
    with drawing(), warnings.catch_warnings():
        # a learner may type any letter; one that the font lacks is drawn as a box, and needs no warning
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        fig.savefig(buffer, format="png", dpi=fig.dpi, pil_kwargs={"compress_level": 1}, metadata={"Software": None})
    return buffer.getvalue()


def to_svg(fig: Figure, words: str) -> str:
    """Return a figure as one SVG element: no ground of its own, letters of the page, `words` as its name."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    look: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": words, "savefig.facecolor": "none"}
    with drawing(), rc_context(look), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        fig.patch.set_alpha(0)
        for ax in fig.axes:
            ax.patch.set_alpha(0)
        fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = buffer.getvalue()
    body = svg[svg.index(">", svg.index("<svg")) + 1 :]
    # names that nothing refers to: several pictures stand in one page
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.S)
    body = re.sub(r' id="(?![pm][0-9a-f]{10}"|C\d|image)[^"]*"', "", body)
    body = re.sub(r"font-family: [^;\"]*", "font-family: var(--stage-font, sans-serif)", body)
    body = re.sub(r"(font: [^;\"']*)'[^;\"]*", r"\1var(--stage-font, sans-serif)", body)
    wide, high = (round(x * DPI) for x in fig.get_size_inches())
    points = " ".join(f"{x * 72:g}" for x in fig.get_size_inches())
    return (
        f'<svg role="img" aria-label="{escape(words)}" width="{wide}" height="{high}" viewBox="0 0 {points}" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" fill="{INK}">{body}'
    )


def settle(ax: Axes) -> None:
    """Work out where the axes will stand, so that what is placed in dots stays in place."""
    root = ax.figure.figure  # the whole one, also where the axes stand in a part of it
    engine = root.get_layout_engine()
    if engine:
        engine.execute(root)
    ax.apply_aspect()
