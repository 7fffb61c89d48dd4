"""The stage: the one place where the page draws a picture from its plain data (stage.js), with its words below it.

The same script runs without a kernel: `mount(element, performance)` with what `performance` gave, saved as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from embeddings_course.plots.picture import Picture, moving_twin

DRAWN = ("Bag", "Bars", "Discs", "HeadView", "Heat", "Key", "Lines", "Points", "Dots", "Marks", "Words")
"""The kinds that stage.js draws itself; others are shown by their parts, or by a twin made in Python."""

ELSEWHERE = "<span></span>"
"""The twin of a picture that the view draws outside the stage."""


def with_stage(name: str) -> str:
    """Return a script of this folder and stage.js as one module, for a page that cannot import the one from the other.

    >>> "import {" in with_stage("live_bank.js")
    False
    """
    stage, own = (Path(__file__).with_name(script).read_text(encoding="utf-8") for script in ("stage.js", name))
    own_render = stage.rindex("function render(")
    return stage[:own_render] + re.sub(r'import \{[^}]*\} from "\./stage\.js";', "", own)


def with_tokens(name: str, root: str) -> str:
    """Return a style of this folder, and before it the colours of the stage, for an element of the class `root`.

    >>> ".vector-board {" in with_tokens("vector_board.css", "vector-board").split("--stage-money")[0]
    True
    """
    style, own = (Path(__file__).with_name(sheet).read_text(encoding="utf-8") for sheet in ("stage.css", name))
    colours = style[: style.index(".course-stage { color:")].replace(".embeddings-demo, .course-stage", f".{root}")
    return colours + own


def performance(picture: Picture, title: str = "", elsewhere: bool = False) -> dict[str, Any]:
    """Return all that the stage needs of a picture: its title, its data, its parts (rows of piles), and a twin.

    The twin (HTML that takes the page's colours) is left out where the page can draw the data itself, and where the
    picture stands elsewhere in the view: then the stage has the title and the words alone.

    >>> from embeddings_course.plots import Bars
    >>> show = performance(Bars(("money",), (0.5,)), "How far?")
    >>> show["title"], show["form"]["kind"], show["parts"][0][0][0]["kind"], show["twin"]
    ('How far?', 'Bars', 'Bars', '')
    """
    rows = [[part if isinstance(part, Sequence) else (part,) for part in row] for row in picture.parts()]
    plays = bool(rows) and all(type(part).__name__ in DRAWN for row in rows for pile in row for part in pile)
    return {
        "title": title,
        "form": picture.data(),
        "parts": [[[part.data() for part in pile] for pile in row] for row in rows] if plays else [],
        "twin": "" if plays else ELSEWHERE if elsewhere else moving_twin(picture),
    }


class Stage(anywidget.AnyWidget):
    """A picture in the page, drawn from its data: whole at every width, in the page's theme, in words for all.

    `show` brings a picture; `fail` lays an error over the last good one; `wait` says that something is being read.
    What a hand does in the picture comes as `hand`, where the view said `listen`.
    """

    _esm = Path(__file__).with_name("stage.js")
    _css = Path(__file__).with_name("stage.css")

    shown = traitlets.Dict().tag(sync=True)
    trouble = traitlets.Unicode().tag(sync=True)
    waiting = traitlets.Unicode().tag(sync=True)
    hears = traitlets.Bool(False).tag(sync=True)
    hand = traitlets.Dict().tag(sync=True)

    def listen(self, handler: Callable[[dict[str, Any]], None]) -> None:
        """Let the page tell what a hand has done in the picture: `handler(done)`."""
        self.hears = True
        self.observe(lambda change: handler(dict(change["new"])), names="hand")

    def show(self, picture: Picture, title: str = "", elsewhere: bool = False) -> None:
        """Draw a picture in the place of the one before; what stays the same stays where it is."""
        with self.hold_sync():
            self.shown, self.trouble, self.waiting = performance(picture, title, elsewhere), "", ""

    def fail(self, message: str) -> None:
        """Say what is wrong in a strip over the last good picture."""
        with self.hold_sync():
            self.trouble, self.waiting = message, ""

    def wait(self, message: str) -> None:
        """Fade the picture and say why it waits."""
        self.waiting = message

    @property
    def twin(self) -> str:
        """The twin that the page shows, or nothing where it draws the data itself."""
        return str(self.shown.get("twin", ""))

    @property
    def words(self) -> str:
        """What stands under "What you see"."""
        return str(self.shown.get("form", {}).get("says", ""))

    @property
    def kinds(self) -> list[str]:
        """The kinds of the parts that the page draws itself, in their order."""
        return [form["kind"] for row in self.shown.get("parts", ()) for pile in row for form in pile]
