"""Bring your own data: a folder of text files, or a CSV table; read carefully, and say clearly what is wrong."""

from __future__ import annotations

import codecs
import csv
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from embeddings_course.files.data import Passage
from embeddings_course.files.errors import CourseError
from embeddings_course.files.paths import user_path

MOST, LARGEST, WORDS, MOST_FILES = 2000, 50_000_000, 120, 20_000
"""How many passages, how many bytes in a file, how many words in a passage, how many files in a folder, at most."""
LONGEST_WORD, LONGEST_CELL, LONGEST_LINE = 1000, 100_000, 1_000_000
"""A "word" of more characters is cut up; a cell of a table with more characters has a quotation mark left open."""
ENDINGS, TABLES = (".txt", ".md"), (".csv", ".tsv")
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
        codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # fmt: skip
BLOCK = 1 << 16


class OwnTextError(CourseError):
    """Texts that cannot be read; the message says which, why, and what to do."""


class Texts(tuple[Passage, ...]):
    """Passages, and in `notes` what a person should know about how they were read: encodings, what was left out."""

    notes: tuple[str, ...] = ()


@dataclass
class _Notes:
    """What is found out while reading."""

    lines: list[str] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)


def load_texts(
    path: str | Path, column: str = "text", *, limit: int | None = None, encoding: str | None = None
) -> Texts:
    r"""Read a folder of text files (.txt, .md; subfolders too), one such file, or a CSV with a column of texts.

    Files are read piece by piece and cut into passages: at empty lines, and after 120 words. A row of a CSV is one or
    more passages. The id is the file's name (or the row's number) with a number behind it. How each file's bytes
    become letters is found out file by file; `notes` of the result says what was found, and what was left out.

    Introduced in lesson 12.

    Args:
        path: the folder or file; `~` is your home folder.
        column: the column of a CSV with the text.
        limit: take only the first so many passages, of however large a collection.
        encoding: how the bytes become letters, such as "cp1252", where finding it out goes wrong.

    Raises:
        OwnTextError: where something is missing, empty, too large, not text, or has other columns.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "tea.txt").write_text("Warm the pot.\n\nThen wait.", encoding="utf-8")
    ...     [(p.id, p.text) for p in load_texts(folder)]
    [('tea-1', 'Warm the pot.'), ('tea-2', 'Then wait.')]
    """
    path = user_path(path)
    _check(path, limit, encoding)
    notes = _Notes()
    table = path.suffix.lower() in TABLES
    texts = _rows(path, column, encoding, notes) if table else _files(path, encoding, notes)
    most = MOST if limit is None else min(limit, MOST)
    found = tuple(islice(texts, most + 1))
    if limit is None and len(found) > MOST:
        raise OwnTextError(
            f"There are more than {MOST} passages. Take the first with `load_texts(..., limit={MOST})`, "
            "or look at what lesson 12 says about an index."
        )
    if len(found) < 2:
        raise OwnTextError(f"{path.name!r} gives {len(found)} passage; a search needs at least two. Add more text.")
    if len(found) > most:
        notes.lines.append(_where_it_ended(path, most, notes))
    result = Texts(found[:most])
    result.notes = tuple(notes.lines)
    return result


def _check(path: Path, limit: int | None, encoding: str | None) -> None:
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 2):
        raise OwnTextError(
            f"limit is {limit!r}; a search needs at least two passages, so give a whole number from 2 on."
        )
    try:
        codecs.lookup(encoding or "utf-8")
    except (LookupError, TypeError, ValueError):
        raise OwnTextError(f"There is no encoding {encoding!r}. Try 'utf-8', 'cp1252' or 'utf-16'.") from None
    try:
        there = path.exists()
    except OSError as error:
        raise OwnTextError(f"{path.name!r} cannot be opened ({error.strerror or 'no access'}).") from None
    if not there:
        raise OwnTextError(
            f"There is no file or folder {path.name!r} here. Check the name, and in which folder you are."
        )


def _where_it_ended(path: Path, most: int, notes: _Notes) -> str:
    """Say which files the passages came from where not all fitted, so that nobody thinks that all were read."""
    if not path.is_dir():
        return f"Only the first {most} passages of {path.name} were taken."
    files = ", ".join(f"{name} {n}" for name, n in list(notes.taken.items())[:8])
    return f"Only the first {most} passages were taken ({files}); the rest and all files after that were not read."


# --- which files ------------------------------------------------------------------------------------------------


def _files(path: Path, encoding: str | None, notes: _Notes) -> Iterator[Passage]:
    """Give the passages of a text file, or of all text files in a folder, by name."""
    taken: Counter[str] = Counter()
    for file in _named(path, notes):
        before = taken[file.stem]
        for text in _passages(_pieces(file, encoding, notes)):
            taken[file.stem] += 1
            notes.taken[file.name] += 1
            yield Passage(f"{file.stem}-{taken[file.stem]}", file.parent.name or "texts", text)
        if taken[file.stem] == before:
            raise OwnTextError(f"{file.name!r} has only empty lines. Fill it or remove it.")


def _named(path: Path, notes: _Notes) -> list[Path]:
    """Return the text files to read, by name; hidden files and folders, and what programs left behind, are no texts."""
    if not path.is_dir():
        if path.suffix.lower() not in ENDINGS:
            raise OwnTextError(f"{path.name!r} is no {', '.join(ENDINGS)} or .csv file. Save it as plain text first.")
        files = [path]
    else:
        seen = _seen(path)
        files = [f for f in seen if f.suffix.lower() in ENDINGS]
        others = Counter(f.suffix.lower() or f.name for f in seen if f.suffix.lower() not in ENDINGS)
        if not files:
            raise OwnTextError(f"The folder {path.name!r} has no {' or '.join(ENDINGS)} file. Save your texts as .txt.")
        if others:
            some = ", ".join(f"{n} x {ending}" for ending, n in others.most_common(5))
            notes.lines.append(f"Left out, for they are no {' or '.join(ENDINGS)} files: {some}.")
    empty = [f.name for f in files if not f.stat().st_size]
    if empty:
        raise OwnTextError(
            f"{len(empty)} of {len(files)} files are empty: {', '.join(empty[:3])}. Fill or remove them."
        )
    return files


def _seen(folder: Path) -> list[Path]:
    """Return the files in a folder and its subfolders that a person would count, by name.

    Raises:
        OwnTextError: where there are so many that this is hardly the folder of somebody's texts.
    """
    seen: list[Path] = []
    looked = 0
    for here, folders, names in os.walk(folder):
        looked += len(folders) + len(names)
        if looked > MOST_FILES:
            raise OwnTextError(
                f"{folder.name!r} has more than {MOST_FILES:,} files in it. Give the folder that holds your texts."
            )
        folders[:] = [name for name in folders if not _is_hidden(Path(name))]
        seen += [Path(here, name) for name in names if not _is_hidden(Path(name))]
    return sorted(file for file in seen if file.is_file())


def _is_hidden(path: Path) -> bool:
    """Say whether a person would not count this file: .ipynb_checkpoints, __MACOSX, ~$letter.txt, site-packages ...

    >>> _is_hidden(Path(".ipynb_checkpoints/tea.txt")), _is_hidden(Path("~$tea.txt")), _is_hidden(Path("tea.txt"))
    (True, True, False)
    """
    return any(part.startswith((".", "__", "~$")) or part in ("node_modules", "site-packages") for part in path.parts)


# --- from bytes to passages -------------------------------------------------------------------------------------


def _encoding_of(file: Path, asked: str | None, notes: _Notes) -> str:
    """Return how a file's bytes become letters: by its first bytes, as UTF-8, or as charset-normalizer finds.

    Raises:
        OwnTextError: where it is no text, or nobody can tell.
    """
    with file.open("rb") as opened:
        start = opened.read(BLOCK)
    for mark, name in BOMS.items():
        if start.startswith(mark):
            return name
    if asked:
        return asked
    # UTF-16 without its mark: of plain European letters every second byte is zero
    wide = max(start[side::2].count(0) for side in (0, 1)) > len(start) / 4
    odd = sum(byte < 32 and byte not in b"\t\n\r\f\v" for byte in start)
    if odd and not wide and (b"\0" in start or odd > len(start) / 100):
        raise OwnTextError(f"{file.name!r} is no text file (it has bytes that no text has). Leave it out.")
    if not wide and _reads_as(file, "utf-8"):
        return "utf-8"
    from charset_normalizer import from_bytes

    best = from_bytes(start).best()
    if best is None:
        raise OwnTextError(f"{file.name!r} is no text that can be read. Save it as UTF-8, or say `encoding=...`.")
    found = best.encoding
    notes.lines.append(f"{file.name} was read as {found}. If letters look wrong, say `encoding='utf-8'` or another.")
    return found


def _reads_as(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _pieces(file: Path, encoding: str | None, notes: _Notes, longest: int = BLOCK) -> Iterator[str]:
    """Give the lines of a file; a long line comes in pieces, so that no more than a little is in memory.

    Raises:
        OwnTextError: where the file is too large, cannot be opened, is no text, or is in another encoding.
    """
    number = 0
    try:
        if file.stat().st_size > LARGEST:
            raise OwnTextError(
                f"{file.name!r} has {file.stat().st_size / 1e6:.0f} MB; {LARGEST / 1e6:.0f} at most are read. Cut it."
            )
        name = _encoding_of(file, encoding, notes)
        with file.open(encoding=name, newline=None) as opened:
            while piece := opened.readline(longest):
                number += piece.endswith("\n")
                if "\0" in piece:
                    raise OwnTextError(f"{file.name!r} is no text file (line {number} has a zero byte). Leave it out.")
                yield piece
    except UnicodeError:
        raise OwnTextError(
            f"{file.name!r} is not {encoding or 'UTF-8'} (after line {number}). Save it as UTF-8, or say which "
            "encoding it has: `encoding='cp1252'` for many old Windows files."
        ) from None
    except OSError as error:
        raise OwnTextError(f"{file.name!r} cannot be opened ({error.strerror or 'no access'}).") from None


def _passages(pieces: Iterator[str]) -> Iterator[str]:
    r"""Give passages: words up to an empty line, cut after 120; a word without end is cut too.

    >>> list(_passages(iter(["a b\n", "c\n", "\n", "\n", "d"])))
    ['a b c', 'd']
    """
    held: list[str] = []
    rest = ""  # the beginning of a word whose line goes on in the next piece
    for piece in pieces:
        whole = rest + piece
        words, rest = whole.split(), ""
        if not piece.endswith("\n") and words and not whole[-1].isspace() and len(words[-1]) <= LONGEST_WORD:
            rest = words.pop()
        if not words and not rest and held and piece.endswith("\n"):
            yield " ".join(held)
            held = []
        if any(len(word) > LONGEST_WORD for word in words):
            words = [word[i : i + LONGEST_WORD] for word in words for i in range(0, len(word), LONGEST_WORD)]
        held += words
        whole_passages = len(held) // WORDS * WORDS
        for i in range(0, whole_passages, WORDS):
            yield " ".join(held[i : i + WORDS])
        held = held[whole_passages:]
    held += [rest] if rest else []
    if held:
        yield " ".join(held)


# --- tables -----------------------------------------------------------------------------------------------------


def _rows(path: Path, column: str, encoding: str | None, notes: _Notes) -> Iterator[Passage]:
    """Give the passages of one column of a CSV (commas, semicolons or tabs), record by record.

    Raises:
        OwnTextError: where the column is missing, or a record is broken or empty.
    """
    lines = _whole_lines(path, _pieces(path, encoding, notes, LONGEST_LINE))
    head = next(lines, "")
    if not head.strip():
        raise OwnTextError(f"{path.name!r} is empty. Its first line should name the columns.")
    comma = max(",;\t|", key=head.count)
    names = [name.strip() for name in next(csv.reader([head], delimiter=comma))]
    if column not in names:
        raise OwnTextError(
            f"{path.name!r} has no column {column!r}; its first line names {', '.join(names)[:200]}. Name one of them: "
            f"`column={names[-1]!r}`. If the first line is a text already, put a line with names above it."
        )
    notes.lines.append(f"{path.name}: {len(names)} columns, split at {comma!r}, texts in {column!r}.")
    place = names.index(column)
    for number, (line, row) in enumerate(_records(path, lines, comma), 1):
        where = f"{path.name!r}, row {number} (line {line})"
        if len(row) != len(names):
            raise OwnTextError(f"{where}: {len(row)} cells, the first line names {len(names)}. Quote long texts.")
        if not row[place].strip():
            raise OwnTextError(f"{where}: the text is empty. Fill it or remove the row.")
        for part, text in enumerate(_passages(iter(row[place].splitlines(keepends=True))), 1):
            yield Passage(f"row {number}" + (f"-{part}" if part > 1 else ""), path.stem, text)


def _whole_lines(path: Path, pieces: Iterator[str]) -> Iterator[str]:
    for number, piece in enumerate(pieces, 1):
        if len(piece) == LONGEST_LINE:
            raise OwnTextError(f"{path.name!r}, line {number} is too long for a row of a table. Is it a CSV file?")
        yield piece


def _records(path: Path, lines: Iterator[str], comma: str) -> Iterator[tuple[int, list[str]]]:
    """Give the records of a table after its first line, each with the line in which it begins."""
    reader, begins = csv.reader(lines, delimiter=comma, strict=True), 2
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise OwnTextError(
                f"{path.name!r}: the row that begins in line {begins} cannot be read ({error}). "
                'Most often a quotation mark is opened there and never closed; inside a quoted text, write "".'
            ) from None
        if row is None:
            return
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise OwnTextError(f"{path.name!r}: in line {begins} a quotation mark is opened and not closed again.")
        if row:
            yield begins, row
        begins = reader.line_num + 2
