"""Make docs/visual_language.md and its picture from the tokens: ``python tools/make_language.py``.

A test says when they are out of date.
"""

from __future__ import annotations

import re
from pathlib import Path

from embeddings_course.demos import stage
from embeddings_course.plots.tokens import TOKENS, Token, contrast

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, PICTURE = DOCS / "visual_language.md", DOCS / "visual_language.svg"
ROW, WIDE, R = 34, 330, 10
OFTEN = {
    "money": "the money sense of *bank*, a bank note",
    "river": "the river sense of *bank*",
    "person": "people, names",
    "tool": "tools; *jack* under a car",
    "card": "the playing card",
    "invoice": "a *bill* to pay",
    "law": "a *bill* in parliament",
    "you": "what you typed, chose or moved; what a view points at",
    "plain": "any word without a role",
    "quiet": "scales, frames, baselines",
    "ink": "letters",
    "ground": "the ground",
}
SHAPES = {
    "circle": "M-10 0a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z",
    "ring": "M-10 0a10 10 0 1 0 20 0a10 10 0 1 0 -20 0zM-5 0a5 5 0 1 1 10 0a5 5 0 1 1 -10 0z",
    "square": "M-9 -9h18v18h-18z",
    "triangle": "M0 -11l11 20h-22z",
    "wedge": "M0 11l11 -20h-22z",
    "cross": "M0 -3.8L5.2 -9L9 -5.2L3.8 0L9 5.2L5.2 9L0 3.8L-5.2 9L-9 5.2L-3.8 0L-9 -5.2L-5.2 -9z",
    "diamond": "M0 -12l12 12l-12 12l-12 -12z",
    "plus": "M-3.8 -10h7.6v6.2h6.2v7.6h-6.2v6.2h-7.6v-6.2h-6.2v-7.6h6.2z",
}
"""As `shapePath` of demos/stage.js draws them with a radius of 10."""


def picture() -> str:
    """Return every token with its shape, on white and on black, as one SVG."""
    ground, high = TOKENS["ground"], ROW * len(TOKENS) + 16
    said = "Every colour of the course with its name and its shape, on white and on black."
    panels = "".join(
        f'<rect x="{x}" width="{WIDE}" height="{high}" fill="{getattr(ground, theme)}"/>{_rows(theme, x)}'
        for x, theme in ((0, "light"), (WIDE, "dark"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said}" width="{2 * WIDE}" height="{high}" '
        f'viewBox="0 0 {2 * WIDE} {high}" font-family="sans-serif" font-size="16">{panels}</svg>\n'
    )


def _rows(theme: str, x: int) -> str:
    ink = getattr(TOKENS["ink"], theme)
    marks = []
    for i, (name, token) in enumerate(TOKENS.items()):
        y, edge = 8 + ROW * i + ROW // 2, f' stroke="{ink}"' if name == "ground" else ""
        fill = getattr(token, theme)
        marks.append(f'<path d="{SHAPES[token.shape]}" transform="translate({x + 28} {y})" fill="{fill}"{edge}/>')
        marks.append(f'<text x="{x + 52}" y="{y + 6}" fill="{ink}">{name}</text>')
    return "".join(marks)


def row(name: str, token: Token) -> str:
    """Return a line of the table; the ground has no contrast to itself."""
    ground = TOKENS["ground"]
    stands = [f"{contrast(*pair):.1f}" for pair in ((token.light, ground.light), (token.dark, ground.dark))]
    told = ["", ""] if name == "ground" else stands
    return f"| {name} | {token.shape} | `{token.light}` | {told[0]} | `{token.dark}` | {told[1]} | {OFTEN[name]} |"


def page() -> str:
    """Return the whole page; its numbers come from the tokens, stage.js and stage.css."""
    script, style = (Path(stage.__file__).with_suffix(kind).read_text(encoding="utf-8") for kind in (".js", ".css"))
    narrow, highest = (int(re.search(rf"{name} = (\d+)", script)[1]) for name in ("NARROW", "HIGHEST"))  # type: ignore[index]
    title, caption = (
        re.search(rf"\.{name} \{{[^}}]*?font-size: (\d+)px", style)[1] for name in ("stage-title", "stage-caption")
    )  # type: ignore[index]
    rows = "\n".join(row(name, token) for name, token in TOKENS.items())
    return f"""# The visual language

One hand draws all pictures of the course. This page is made by `python tools/make_language.py` from `plots/tokens.py`,
`demos/stage.js` and `demos/stage.css`; a test says when it is out of date.

![Every colour with its name and its shape, on white and on black]({PICTURE.name})

**A sense keeps its colour and its shape in every lesson.** A colour never carries a meaning alone: beside it stands a
shape, a place or a word. Each colour stands out at least 3 : 1 from its ground, in both themes.

| name | shape | on white | contrast | on black | contrast | who has it |
|---|---|---|---|---|---|---|
{rows}

- **Title**: one, at the top left, {title} dots, said as a heading. At the right the button *stage*,
  which fills the window.
- **Controls**: one strip under the title. Each has a name.
- **Picture**: whole at every width, at most {highest} dots high with title, controls and caption; below
  {narrow} dots of width its parts stand under one another, as high as they like. What stays the same
  stays where it is; what changes glides.
- **Caption**: "What you see", {caption} dots, three lines, in plain words; said aloud at each change.
- **Numbers**: folded under *numbers*, as tables.
- **Error**: a strip over the last good picture. **While a model reads**, the picture fades and says so.
- **On a projector** no letter is smaller than 22 dots.
- **Stills** are drawn by Matplotlib from the same object, on white; in a dark page light and dark change
  places, hues stay.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")
    print(f"{PAGE.name}: {len(TOKENS)} colours")
