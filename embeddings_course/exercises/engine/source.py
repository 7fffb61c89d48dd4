"""`show_source(f)`: the source of any helper, folded and highlighted. The package is the text book; this opens it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from embeddings_course.exercises.engine.cards import Card, card, fold
from embeddings_course.exercises.engine.run_safely import PACKAGE


def show_source(thing: Any) -> Card:
    """Show the source of a function or class.

    >>> from embeddings_course.vectors import norm
    >>> print(show_source(norm).text.splitlines()[0])  # doctest: +ELLIPSIS
    norm: ... lines of embeddings_course/vectors.py
    """
    try:
        source = inspect.getsource(inspect.unwrap(thing)).rstrip()
        place = Path(inspect.getsourcefile(inspect.unwrap(thing)) or "")
    except (TypeError, OSError):
        return card("No source here.", "Give a function or a class written in Python, such as `show_source(cosine)`.")
    inside_package = str(place).startswith(PACKAGE)
    where = f" of {place.relative_to(Path(PACKAGE).parent).as_posix()}" if inside_package else ""
    source = re.sub(r"^ *@checked\n", "", source, flags=re.MULTILINE)  # a look at what is given is no part of the idea
    title = f"{thing.__name__}: {len(source.splitlines())} lines{where}"
    return Card(f"{title}\n\n{source}", fold(title, highlight_python(source)))


def highlight_python(source: str) -> str:
    """Return the source as HTML with its colours written into it (no style sheet that could be missing)."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    style = HtmlFormatter(
        noclasses=True, style="default", prestyles="color:#222222;padding:.6em;overflow-x:auto;line-height:1.35"
    )
    return str(highlight(source, PythonLexer(), style))
