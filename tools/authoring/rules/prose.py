"""Rules about prose: sizes, tables, pictures in the text, formulas in words, numbers with a claim, glossary terms."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from authoring import frame
from authoring.rules import Complaint, LessonFile, plain, without_code, words
from embeddings_course.files.paths import data_path

LONGEST, MEDIAN = 150, (12, 60)
TABLE = re.compile(r"^\s*\|(.+)\|\s*\n\s*\|[\s:|-]+\|\s*$", re.MULTILINE)
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)|<img\b[^>]*>")
# a decimal, a percentage, or a whole number above ten
NUMBER = re.compile(
    r"(?<![\w.])-?\d[\d,]*\.\d+ ?%?|(?<![\w.])\d+ ?(?:%|per cent)|(?<![\w.-])\d+(?:,\d{3})*(?![\w.]*\w)"
)
# numbers that state no fact about what is on the screen
NAMES = re.compile(
    r"\b(?:lessons?|notebooks?|chapters?|sections?|steps?|exercises?|pages?|parts?|layers?|pp?\.|nos?\.)"
    r"\s+\d+\w?(?:(?:,| and| to| or|-|–)\s*\d+\w?)*|\b\d+[- ]minutes?\b|\b(?:1[5-9]|20)\d\d\b|\b\d\d[a-z]?_\w+",
    re.IGNORECASE,
)
SOURCE = re.compile(r"\b[A-Z][\w'’-]+(?: et al\.?| and [A-Z][\w'’-]+)?,? \(?(?:18|19|20)\d\d|\]\(http")
FRAME = (frame.OBJECTIVES, frame.RECAP, frame.NEXT, frame.SOURCES)
NEAR = 4


def prose_sizes(lesson: LessonFile) -> Iterator[Complaint]:
    """No cell of prose is a wall (150 words); half of them have 12 to 60 words."""
    counts = [(n, len(words(cell.source))) for n, cell in lesson.markdown()]
    yield from ((n, f"{count} words in one cell: {LONGEST} at most") for n, count in counts if count > LONGEST)
    middle = median([count for _, count in counts]) if counts else 0
    if len(counts) >= 8 and not MEDIAN[0] <= middle <= MEDIAN[1]:
        yield None, f"half of the cells of prose have {middle:.0f} words or fewer: {MEDIAN[0]} to {MEDIAN[1]} is right"


def tables_have_headers(lesson: LessonFile) -> Iterator[Complaint]:
    """Every column of a table has a header."""
    for number, cell in lesson.markdown():
        for match in TABLE.finditer(cell.source):
            if not all(header.strip() for header in re.split(r"(?<!\\)\|", match[1])):
                yield number, f"a column without a header: |{match[1]}|"


def images_in_prose(lesson: LessonFile) -> Iterator[Complaint]:
    """Pictures in prose have alternative text and are no links to other machines; no scripts, no styles."""
    for number, cell in lesson.markdown():
        text = without_code(cell.source)
        for match in IMAGE.finditer(text):
            alt = match[1] or (re.search(r'alt="([^"]+)"', match[0]) or ["", ""])[1]
            if not alt.strip():
                yield number, f"a picture without alternative text: {match[0][:60]}"
            if "://" in match[0]:
                yield number, f"a picture from another machine: {match[0][:60]}"
        if re.search(r"<(script|style|link|iframe)\b", text):
            yield number, "a script, style or frame in prose"
        if re.search(r"^(:::|> \[!|```\{)", cell.source, re.MULTILINE):
            yield number, "a mark-up for admonitions that Jupyter shows raw"


def formulas_in_words(lesson: LessonFile) -> Iterator[Complaint]:
    """A displayed formula is also said in words: at least ten of them, in its cell or the next one."""
    for number, cell in lesson.markdown():
        if "$$" not in without_code(cell.source):
            continue
        after = lesson.cells[number].source if number < len(lesson.cells) else ""
        if len(words(cell.source)) < 10 and len(words(after)) < 10:
            yield number, "a formula that is not said in words"


def numbers_have_claims(lesson: LessonFile) -> Iterator[Complaint]:
    """A number in prose has an `assert` in a cell tagged claim at most four cells away, or a source in its cell."""
    claims = [n for n, cell in lesson.code("claim") if "assert" in cell.source]
    for number, cell in lesson.markdown():
        if number == 1 or lesson.section(number).startswith((*FRAME, frame.EXERCISES)) or SOURCE.search(cell.source):
            continue
        stated = [match[0].strip() for match in NUMBER.finditer(NAMES.sub(" ", plain(cell.source)))]
        stated = [text for text in stated if not (text.isdecimal() and int(text) <= 10)]
        if stated and not any(abs(claim - number) <= NEAR for claim in claims):
            yield number, f"no claim cell or source near the number{'s' * (len(stated) > 1)} {', '.join(stated)}"


def terms_after_their_lesson(lesson: LessonFile) -> Iterator[Complaint]:
    """A term of the glossary is not used before the lesson that introduces it (what comes next may name it)."""
    later = {term: at for term, at in glossary(data_path("glossary.csv")).items() if at > lesson.number}
    for number, cell in lesson.markdown():
        if number == 1 or lesson.section(number).startswith((frame.NEXT, frame.SOURCES)):
            continue
        text = plain(cell.source).lower()
        for term, at in later.items():
            if re.search(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", text):
                yield number, f'"{term}" is used before lesson {at} introduces it'


def glossary(path: Path) -> dict[str, str]:
    """Return the lesson that introduces each term, in small letters; empty where there is no glossary yet."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["term"].strip().lower(): row["lesson"].strip() for row in csv.DictReader(file) if row["lesson"]}


RULES = (
    prose_sizes, tables_have_headers, images_in_prose, formulas_in_words, numbers_have_claims, terms_after_their_lesson,
)  # fmt: skip
