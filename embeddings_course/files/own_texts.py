"""Bring your own data: a folder of text files, or a CSV table; read carefully, and say clearly what is wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from embeddings_course.files.data import Passage

MOST, LARGEST, WORDS = 2000, 50_000_000, 120
"""How many passages, how many bytes in one file, and how many words in a passage at most."""
ENDINGS = (".txt", ".md")


class OwnTextError(ValueError):
    """Texts that cannot be read; the message says which, why, and what to do."""


def load_texts(
    path: str | Path, column: str = "text", *, limit: int | None = None, encoding: str = "utf-8"
) -> tuple[Passage, ...]:
    r"""Read a folder of text files (.txt, .md; subfolders too), one such file, or a CSV with a column of texts.

    Files are read line by line and cut into passages: at empty lines, and after 120 words. A row of a CSV is one or
    more passages. The id is the file's name (or the row's number) with a number behind it.

    Introduced in lesson 12.

    Args:
        path: the folder or file.
        column: the column of a CSV with the text.
        limit: take only the first so many passages, of however large a collection.
        encoding: how the bytes become letters; "cp1252" for many old Windows files.

    Raises:
        OwnTextError: where something is missing, empty, too large, not text, or has other columns.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "tea.txt").write_text("Warm the pot.\n\nThen wait.", encoding="utf-8")
    ...     [(p.id, p.text) for p in load_texts(folder)]
    [('tea-1', 'Warm the pot.'), ('tea-2', 'Then wait.')]
    """
    path = Path(path).expanduser()
    if limit is not None and limit < 2:
        raise OwnTextError(f"limit is {limit}; a search needs at least two passages.")
    if not path.exists():
        raise OwnTextError(
            f"There is no file or folder {path.name!r} here. Check the name, and in which folder you are."
        )
    texts = _rows(path, column, encoding) if path.suffix.lower() in (".csv", ".tsv") else _files(path, encoding)
    found = tuple(islice(texts, (MOST if limit is None else min(limit, MOST)) + 1))
    if limit is None and len(found) > MOST:
        raise OwnTextError(
            f"There are more than {MOST} passages. Take the first with `load_texts(..., limit={MOST})`, "
            "or look at what lesson 12 says about an index."
        )
    if len(found) < 2:
        raise OwnTextError(f"{path.name!r} gives {len(found)} passage; a search needs at least two. Add more text.")
    return found[: limit if limit is not None else MOST][:MOST]


def _files(path: Path, encoding: str) -> Iterator[Passage]:
    """Give the passages of a text file, or of all text files in a folder, by name."""
    if path.is_dir():
        files = sorted(f for f in path.rglob("*") if f.suffix.lower() in ENDINGS and f.is_file())
        if not files:
            raise OwnTextError(f"The folder {path.name!r} has no {' or '.join(ENDINGS)} file. Save your texts as .txt.")
    elif path.suffix.lower() in ENDINGS:
        files = [path]
    else:
        raise OwnTextError(f"{path.name!r} is no {', '.join(ENDINGS)} or .csv file. Save it as plain text first.")
    empty = [f.name for f in files if not f.stat().st_size]
    if empty:
        raise OwnTextError(
            f"{len(empty)} of {len(files)} files are empty: {', '.join(empty[:3])}. Fill or remove them."
        )
    taken: dict[str, int] = {}
    for file in files:
        number = taken.get(file.stem, 0)
        for text in _paragraphs(_lines(file, encoding)):
            number += 1
            yield Passage(f"{file.stem}-{number}", file.parent.name or "texts", text)
        if number == taken.get(file.stem, 0):
            raise OwnTextError(f"{file.name!r} has only empty lines. Fill it or remove it.")
        taken[file.stem] = number


def _lines(file: Path, encoding: str) -> Iterator[str]:
    """Give the lines of a file, never more than one in memory; say in which line the bytes are no text.

    Raises:
        OwnTextError: where the file is too large, binary, or in another encoding.
    """
    if file.stat().st_size > LARGEST:
        raise OwnTextError(
            f"{file.name!r} has {file.stat().st_size / 1e6:.0f} MB; at most {LARGEST / 1e6:.0f} are read. Cut it up."
        )
    with file.open("rb") as opened:
        start = opened.read(4)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") and encoding == "utf-8":
        raise OwnTextError(f"{file.name!r} is saved as UTF-16. Save it as UTF-8, or add `encoding='utf-16'`.")
    number = 0
    try:
        with file.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline=None) as opened:
            for number, line in enumerate(opened, 1):
                if "\0" in line:
                    raise OwnTextError(f"{file.name!r} is no text file (line {number} has a zero byte). Leave it out.")
                yield line
    except UnicodeError:
        raise OwnTextError(
            f"{file.name!r} is not {encoding} (after line {number}). Save it as UTF-8, or try `encoding='cp1252'`."
        ) from None
    except LookupError:
        raise OwnTextError(f"There is no encoding {encoding!r}. Try 'utf-8', 'cp1252' or 'utf-16'.") from None
    except OSError as error:
        raise OwnTextError(f"{file.name!r} cannot be opened ({error.strerror or 'no access'}).") from None


def _paragraphs(lines: Iterator[str]) -> Iterator[str]:
    """Give passages: words up to an empty line, cut after 120.

    >>> list(_paragraphs(iter(["a b", "c", "", "", "d"])))
    ['a b c', 'd']
    """
    held: list[str] = []
    for line in lines:
        words = line.split()
        if not words and held:
            yield " ".join(held)
            held = []
        held += words
        while len(held) >= WORDS:
            yield " ".join(held[:WORDS])
            held = held[WORDS:]
    if held:
        yield " ".join(held)


def _rows(path: Path, column: str, encoding: str) -> Iterator[Passage]:
    """Give the passages of one column of a CSV (commas, semicolons or tabs), row by row.

    Raises:
        OwnTextError: where the column is missing, or a row is broken or empty.
    """
    lines = _lines(path, encoding)
    head = next(lines, "")
    if not head.strip():
        raise OwnTextError(f"{path.name!r} is empty. Its first line should name the columns.")
    comma = max(",;\t", key=head.count)
    names = next(csv.reader([head], delimiter=comma))
    if column not in names:
        raise OwnTextError(
            f"{path.name!r} has no column {column!r}; it has {', '.join(names)}. Name one: `column={names[-1]!r}`."
        )
    reader, place = csv.reader(lines, delimiter=comma), names.index(column)
    try:
        for row in reader:
            where = f"{path.name!r}, line {reader.line_num + 1}"
            if not row:
                continue
            if len(row) != len(names):
                raise OwnTextError(f"{where}: {len(row)} cells, the first line names {len(names)}. Quote long texts.")
            if not row[place].strip():
                raise OwnTextError(f"{where}: the text is empty. Fill it or remove the row.")
            for number, text in enumerate(_paragraphs(iter(row[place].splitlines())), 1):
                yield Passage(f"row {reader.line_num}" + (f"-{number}" if number > 1 else ""), path.stem, text)
    except csv.Error as error:
        raise OwnTextError(f"{path.name!r}, line {reader.line_num + 1}: {error}. Is it a CSV file?") from None
