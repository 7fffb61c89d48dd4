"""A lesson as the rules see it: cells with numbers, sections, prose without code and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from embeddings_course.commands.lecture import book

Complaint = tuple[int | None, str]
Numbered = tuple[int, NotebookNode]
HEADING = re.compile(r"^(#{1,6})\s+(.*)$")


@dataclass
class LessonFile:
    """A notebook with what the rules ask of it. Cells are numbered from 1, all kinds counted."""

    path: Path
    notebook: NotebookNode

    @classmethod
    def read(cls, path: Path) -> LessonFile:
        """Read a lesson from a file."""
        return cls(path, book.read(path))

    @property
    def cells(self) -> list[NotebookNode]:
        """All cells in order."""
        return self.notebook.cells

    @property
    def number(self) -> str:
        """The lesson's number, as in its file name: "03", "00b"."""
        return self.path.stem.split("_")[0]

    @property
    def is_full(self) -> bool:
        """Whether this is a lesson with the full frame; 00 and 00b are a doorway and a refresher."""
        return not self.number.startswith("00")

    def code(self, tag: str = "") -> Iterator[Numbered]:
        """Yield the code cells (with this tag) and their numbers."""
        for number, cell in enumerate(self.cells, 1):
            if cell.cell_type == "code" and (not tag or tag in book.tags(cell)):
                yield number, cell

    def markdown(self) -> Iterator[Numbered]:
        """Yield the cells of prose and their numbers."""
        yield from ((n, cell) for n, cell in enumerate(self.cells, 1) if cell.cell_type == "markdown")

    @cached_property
    def headings(self) -> list[tuple[int, int, str]]:
        """(cell number, level, text) of each heading."""
        found = []
        for number, cell in self.markdown():
            for line in without_code(cell.source).splitlines():
                if match := HEADING.match(line):
                    found.append((number, len(match[1]), match[2].strip()))
        return found

    def section(self, number: int) -> str:
        """Return the second-level heading under which a cell stands ("" before the first)."""
        above = [text for cell, level, text in self.headings if level == 2 and cell <= number]
        return above[-1] if above else ""

    def in_section(self, title: str) -> Iterator[Numbered]:
        """Yield the cells of the section whose heading begins so (a cell with several headings is in the last)."""
        for number, cell in enumerate(self.cells, 1):
            if self.section(number).startswith(title):
                yield number, cell

    def text_of(self, title: str) -> str:
        """Return the Markdown under the second-level heading that begins so, line by line ("" if there is none)."""
        kept, inside = [], False
        for _, cell in self.markdown():
            for line in cell.source.splitlines():
                if line.startswith(("# ", "## ")):
                    inside = line.startswith(f"## {title}")
                elif inside:
                    kept.append(line)
            kept.append("")
        return "\n".join(kept).strip()


def without_code(source: str) -> str:
    """Return Markdown without code (blocks and spans)."""
    return re.sub(r"`[^`\n]*`", " ", re.sub(r"```.*?(```|\Z)", " ", source, flags=re.DOTALL))


def plain(source: str) -> str:
    """Return the words of a Markdown cell alone: no code, formulas, links' addresses, headings, markup."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " ", without_code(source), flags=re.DOTALL)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    lines = [line for line in text.splitlines() if not HEADING.match(line) and not set(line) <= set("|-: ")]
    return re.sub(r"<[^>]+>|[*_|>#]", " ", "\n".join(lines))


def words(source: str) -> list[str]:
    """Return the words of a Markdown cell, small."""
    return re.findall(r"[a-zA-Zà-ÿÀ-ß][\w'-]*", plain(source).lower())


def bullets(source: str) -> list[str]:
    """Return the bullets of a Markdown cell, each as one line of words."""
    joined = re.sub(r"\n\s+(?![-*] )", " ", source)
    return [plain(match[1]).strip() for match in re.finditer(r"^\s*[-*] +(.*)$", joined, flags=re.MULTILINE)]
