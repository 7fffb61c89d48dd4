"""One language of colour: a sense or a role has one name, one colour on white, one on black, and one shape.

The page has the same table as CSS variables (`demos/stage.css`, `--stage-money`); a test holds both together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle
from typing import Any, NamedTuple

from embeddings_course.plots.style import BLACK, INK, PAPER, SOFT


class Token(NamedTuple):
    """A colour with a name: how it looks on white and on black, and the shape that goes with it."""

    light: str
    dark: str
    shape: str


TOKENS = {
    "money": Token("#8A6400", "#E3B341", "square"),
    "river": Token("#0072B2", "#56B4E9", "circle"),
    "person": Token("#A6266E", "#F08CC0", "triangle"),
    "tool": Token("#00785A", "#35C79C", "diamond"),
    "card": Token("#6246B8", "#B5A1FF", "plus"),
    "invoice": Token("#8A4B2A", "#D9A07A", "wedge"),
    "law": Token("#3E6E1E", "#9CCB6B", "cross"),
    "you": Token("#C43E00", "#FF8552", "ring"),
    "plain": Token("#47688A", "#8FB3D9", "circle"),
    "quiet": Token("#6B6B6B", "#A6A6A6", "circle"),
    "ink": Token("#222222", "#E6E6E6", "circle"),
    "ground": Token("#FFFFFF", "#111111", "circle"),
}
"""What has a colour of its own. Each but the ground stands at least 3 : 1 against it, on white and on black."""

MONEY, RIVER, PERSON, TOOL, YOU, PLAIN = (
    TOKENS[role].light for role in ("money", "river", "person", "tool", "you", "plain")
)
"""Their colours on white, as a still has them."""

SERIES = ("river", "money", "tool", "person", "card", "you")
"""The roles that names without one take in their turn, as in the page."""

MARKS = {
    "square": "s",
    "circle": "o",
    "triangle": "^",
    "diamond": "D",
    "plus": "P",
    "wedge": "v",
    "cross": "X",
    "ring": "o",
}
"""Matplotlib's names for the shapes; a ring is a circle that is not filled."""

ROLE_OF_COLOUR = {token.light: role for role, token in TOKENS.items()} | {
    SOFT: "quiet",
    INK: "ink",
    BLACK: "ink",
    PAPER: "ground",
}
"""Which token takes the place of a still's fixed colour when the picture moves into a page."""

ALSO = {"yours": "you", "names": "person", "banknote": "money"}
"""Names that play the role of another."""


def role_of(name: str) -> str | None:
    """Return the role that a name plays: one that is or ends in a role ("bank.money"), as in the page; else None.

    >>> role_of("bank.money"), role_of("bill.banknote"), role_of("boats")
    ('money', 'money', None)
    """
    words = re.split(r"[\s.]+", name.lower())
    roles = [role for role in TOKENS if role not in ("plain", "quiet", "ink", "ground")]
    return next((role for role in roles if words[-1] in (role, f"{role}s")), ALSO.get(words[-1]))


def roles_of(names: Sequence[str]) -> dict[str, str]:
    """Return a role for each of some names: their own, or else one that no other name plays; as in the page.

    >>> roles_of(["money", "boats", "shops"])
    {'money': 'money', 'boats': 'river', 'shops': 'tool'}
    """
    own = {name: role_of(name) for name in names}
    free = cycle([role for role in SERIES if role not in own.values()] or SERIES)
    return {name: role or next(free) for name, role in own.items()}


def mark(role: str) -> dict[str, Any]:
    """Return how a line of Matplotlib marks a role: its colour and its shape.

    >>> mark("river")
    {'color': '#0072B2', 'marker': 'o'}
    """
    colour, shape = TOKENS[role].light, TOKENS[role].shape
    return {"color": colour, "marker": MARKS[shape]} | ({"mfc": PAPER, "mew": 2} if shape == "ring" else {})


def contrast(one: str, two: str) -> float:
    """Return how much two colours (#RRGGBB) stand out from one another, 1 to 21 (WCAG 2).

    >>> round(contrast("#FFFFFF", "#000000"))
    21
    """
    low, high = sorted((_light(one), _light(two)))
    return (high + 0.05) / (low + 0.05)


def tinted(colour: str, share: float = 0.14) -> str:
    """Return white with a little of a colour in it, as the page fills a bubble (`color-mix`).

    >>> tinted("#0072B2"), tinted("#000000", 0.0)
    ('#DBEBF4', '#FFFFFF')
    """
    return "#" + "".join(f"{round(255 * (1 - share + share * part)):02X}" for part in _parts(colour))


def at_night(colour: str) -> str:
    """Return what a colour of a still becomes in a dark page: light and dark change places, the hue stays.

    The page does it by a filter (`invert(0.933) hue-rotate(180deg)`, in the course's extension of JupyterLab).

    >>> at_night("#FFFFFF"), at_night("#0072B2")
    ('#111111', '#4BADE5')
    """
    red, green, blue = (0.933 - 0.866 * x for x in _parts(colour))
    # the matrix of hue-rotate(180deg) in the standard of CSS filters
    gray = 0.213 * red + 0.715 * green + 0.072 * blue
    turned = (min(max(2 * gray - x, 0.0), 1.0) for x in (red, green, blue))
    return "#" + "".join(f"{round(255 * x):02X}" for x in turned)


def _parts(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def _light(colour: str) -> float:
    parts = _parts(colour)
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def themed(markup: str) -> str:
    """Return SVG or HTML of ours with fixed colours replaced by tokens, so that the page's theme decides.

    >>> themed('<rect fill="#C43E00"/>')
    '<rect fill="var(--stage-you, #C43E00)"/>'
    """

    def token(found: re.Match[str]) -> str:
        role = ROLE_OF_COLOUR.get(found[0].upper())
        return f"var(--stage-{role}, {found[0]})" if role else found[0]

    return re.sub(r"#[0-9a-fA-F]{6}\b", token, markup)
