"""What every answer of the engine looks like: plain text, and the same as simple HTML, always escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# never colour alone: each card also says its state in words
COLOURS = {"right": "#009E73", "wrong": "#D55E00", "wait": "#0072B2", "plain": "#7f7f7f"}


@dataclass(frozen=True)
class Card:
    """Something to show under a cell: `text` for a terminal, `html` for a notebook. It prints the same every time.

    >>> Card("Right.", "<p>Right.</p>")
    Right.
    """

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def markup(text: object) -> str:
    """Escape a text for HTML, then turn our three marks into tags: *word*, `code`, and an empty line.

    >>> markup("a *b* `c<d`")
    'a <em>b</em> <code>c&lt;d</code>'
    """
    safe = html.escape(str(text))
    pieces = re.split(r"(`[^`]+`)", safe)
    for i, piece in enumerate(pieces):
        if i % 2:
            pieces[i] = f"<code>{piece[1:-1]}</code>"
        else:
            pieces[i] = re.sub(r"(?<![\w*])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])", r"<em>\1</em>", piece)
    return "".join(pieces).replace("\n\n", "<br><br>").replace("\n", "<br>")


def unmarked(text: str) -> str:
    """Return a text for a control, whose name is no HTML: without our marks, a marked word in quotation marks.

    >>> unmarked("only *bank* has `[CLS]`, 2 * 3")
    'only “bank” has [CLS], 2 * 3'
    """
    return html.unescape(re.sub(r"</?code>", "", re.sub(r"<em>(.*?)</em>", r"“\1”", markup(text))))


def paragraph(text: object) -> str:
    """Return an escaped paragraph."""
    return f"<p style='margin:.25em 0'>{markup(text)}</p>"


def listing(items: Iterable[str], ordered: bool = False) -> str:
    """Return an escaped list."""
    tag = "ol" if ordered else "ul"
    inside = "".join(f"<li>{markup(item)}</li>" for item in items)
    return f"<{tag} style='margin:.25em 0 .25em 1.6em;padding:0'>{inside}</{tag}>"


def lettered(items: Sequence[str]) -> str:
    """Return an escaped list whose items are called a, b, c."""
    inside = "".join(f"<li>{markup(item)}</li>" for item in items)
    return f"<ol type='a' style='margin:.25em 0 .25em 1.6em;padding:0'>{inside}</ol>"


def fold(summary: str, inside: str) -> str:
    """Return a part that opens on a click or the Enter key; `inside` is HTML already."""
    return (
        f"<details style='margin:.25em 0'><summary style='cursor:pointer'>{markup(summary)}</summary>{inside}</details>"
    )


def box(title: str, inside: str, tone: str = "plain") -> str:
    """Return a quiet frame with a title; `inside` is HTML already. Tones: right, wrong, wait, plain."""
    style = f"border-left:4px solid {COLOURS[tone]};padding:.3em .9em;margin:.4em 0;max-width:52em;line-height:1.45"
    return f"<div style='{style}'><strong>{markup(title)}</strong>{inside}</div>"


def card(title: str, *paragraphs: str, tone: str = "plain", extra: str = "") -> Card:
    """Make a card from a title and paragraphs of text; `extra` is HTML that stands below, for notebooks only.

    >>> card("Right.", "Cosine divides length away.")
    Right.
    Cosine divides length away.
    """
    text = "\n".join([title, *paragraphs])
    return Card(text, box(title, "".join(map(paragraph, paragraphs)) + extra, tone))
