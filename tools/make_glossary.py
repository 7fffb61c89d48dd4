"""Make GLOSSARY.md from data/glossary.csv: ``python tools/make_glossary.py``. A test says when it is out of date."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from embeddings_course.files.data import Term, load_glossary

PAGE = Path(__file__).resolve().parent.parent / "GLOSSARY.md"
HEAD = """# Glossary

The words of the course, each in one plain sentence, in the order in which the lessons introduce them. In a notebook,
`term("cosine")` shows the same. This page is made from `data/glossary.csv` by `python tools/make_glossary.py`.
"""


def row(term: Term) -> str:
    """Return one line of the table; a stroke inside a cell would end it."""
    cells = (
        f"**{term.term}**",
        term.sentence,
        f"`{term.symbol}`" if term.symbol else "",
        f"`{term.code}`" if term.code else "",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for lesson, terms in groupby(load_glossary().values(), key=lambda t: t.lesson):
        parts.append(f"\n## Lesson {lesson}\n\n| Term | In one sentence | Symbol | In code |\n|---|---|---|---|\n")
        parts.append("".join(row(t) + "\n" for t in terms))
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name}: {len(load_glossary())} terms")
