"""Word vectors in files: read word2vec's and GloVe's formats, and fetch well-known vectors for those who are online.

Vectors from outside are only ever read as numbers: no pickle, and no code that was downloaded is ever run. A file is
taken at its word: what its first line promises must be there, no less and no more. What is harmless (a byte order
mark, blank lines, spaces at the end) is let pass; a few odd rows are left out, and said.
"""

from __future__ import annotations

import difflib
import gzip
import re
import socket
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files.arrays import Bools
from embeddings_course.files.errors import CourseError, CourseWarning
from embeddings_course.files.paths import user_path
from embeddings_course.files.table import Embedding

BLOCK = 1 << 20
TIMEOUT = 20.0
MOST_NUMBERS = 20_000
"""More numbers a word than this are a mistake in the first line; nothing that is published has over 5,000."""
MOST_ODD = 10
"""So many odd rows are left out; a file with more of them is refused."""
BOM = b"\xef\xbb\xbf"
CONTROL = re.compile(rb"[\x00-\x1f]")

Row = tuple[str, NDArray[np.float32]]


class VectorFileError(CourseError):
    """A file of word vectors is missing, cut short or in another format; the message says what to do."""


@dataclass
class _File:
    """An open file of vectors: what its first line says, and what was odd in it so far."""

    stream: BufferedReader
    name: str
    promised: int | None
    d: int
    line: int = 0
    odd: list[str] = field(default_factory=list)
    garbled: list[str] = field(default_factory=list)

    def word(self, raw: bytes) -> str:
        """Return a word; note one that is not UTF-8."""
        word = raw.decode("utf-8", errors="replace")
        if "\ufffd" in word:
            self.garbled.append(word)
        return word

    def leave_out(self, where: str, why: str) -> None:
        """Note an odd row.

        Raises:
            VectorFileError: where there are too many of them.
        """
        self.odd.append(f"{where}: {why}")
        if len(self.odd) > MOST_ODD:
            some = "; ".join(self.odd[:3])
            raise VectorFileError(
                f"{self.name} has too many rows that are not a word and {self.d} numbers ({some}; ...). Fetch it again."
            )


def load_word2vec_file(path: str | Path, limit: int | None = None) -> Embedding:
    r"""Read word vectors in word2vec's binary or text format, or in GloVe's text format, gzipped or not.

    The first bytes show which of them it is, whatever the name of the file. Such files begin with the most frequent
    words, so `limit` keeps those; the rest is not even read. A word that comes a second time is passed over. Up to ten
    rows with a wrong number of numbers, with NaN or infinity are left out, and a warning names their lines.

    Introduced in lesson 06.

    Args:
        path: the file; `~` is your home folder.
        limit: how many words to read, at least 1; all if left out.

    Raises:
        VectorFileError: where the file is missing, cut short, longer than it says, or does not hold word vectors.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "tiny.txt"
    >>> _ = path.write_text("2 3\nbank 1 0 0.5\nriver 0 1 0\n")
    >>> load_word2vec_file(path)["bank"].tolist()
    [1.0, 0.0, 0.5]
    """
    path = user_path(path)
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | np.integer) or limit < 1):
        raise VectorFileError(f"limit={limit!r}: say how many words to read, 1 or more, or leave limit out for all.")
    try:
        with _opened(path) as stream:
            file, rows = _recognise(stream, path, limit)
            found = _take(file, rows, limit)
    except FileNotFoundError:
        raise VectorFileError(f"There is no file {path}. Check the spelling of the path.") from None
    except IsADirectoryError:
        raise VectorFileError(f"{path} is a folder. Name the file with the vectors in it.") from None
    except PermissionError:
        raise VectorFileError(
            f"{path} may not be read. Ask for access to it, or copy it into a folder of yours."
        ) from None
    except (EOFError, OSError, zlib.error) as error:
        raise VectorFileError(f"{path.name} cannot be read to its end ({error}). Fetch it again.") from None
    return _table(file, found)


def _opened(path: Path) -> BufferedReader:
    """Open a file, through gzip where its first two bytes say so."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return BufferedReader(gzip.open(path) if zipped else path.open("rb", buffering=0), BLOCK)


def _recognise(stream: BufferedReader, path: Path, limit: int | None) -> tuple[_File, Iterator[Row]]:
    """Look at the beginning of a file; return what it says of itself, and its rows."""
    if stream.peek(3)[:3] == BOM:
        stream.read(3)
    head = stream.peek(BLOCK)
    first, _, rest = head.partition(b"\n")
    cells = first.split()
    if len(cells) == 2 and all(cell.isdigit() and len(cell) <= 12 for cell in cells):
        file = _File(stream, path.name, int(cells[0]), int(cells[1]), line=1)
        stream.readline(BLOCK)
        _believe_header(file, rest, path, limit)
        text = _is_text(rest[:4096])
        if text:
            _believe_width(file, rest)
        return file, _text_rows(file) if text else _binary_rows(file)
    d = len(cells) - 1
    if not 2 <= d <= MOST_NUMBERS or _numbers(first, d) is None:
        raise VectorFileError(
            f"{path.name} does not look like word vectors: its first line should be "
            "'<number of words> <numbers a word>' (word2vec) or a word and its numbers (GloVe)."
        )
    file = _File(stream, path.name, None, d)
    return file, _text_rows(file)


def _believe_header(file: _File, rest: bytes, path: Path, limit: int | None) -> None:
    """Refuse a first line that promises nothing, or more of what is wanted than the file can hold."""
    n, d = file.promised or 0, file.d
    says = f"The first line of {file.name} says {n:,} words of {d:,} numbers"
    if n < 1 or not 1 <= d <= MOST_NUMBERS:
        raise VectorFileError(f"{says}; that cannot be. Fetch the file again, or correct that line.")
    zipped = isinstance(file.stream.raw, gzip.GzipFile)
    least = min(n, limit or n) * (
        2 * d + 1 if _is_text(rest[:4096]) else 4 * d + 2
    )  # a digit and a space; or four bytes
    if not zipped and least > path.stat().st_size + 1:
        raise VectorFileError(f"{says}; the file is too small for that: it was cut short. Fetch it again.")


def _believe_width(file: _File, rest: bytes) -> None:
    """Refuse a first line that disagrees with the first whole row below it."""
    row, end, _ = rest.partition(b"\n")
    cells = row.split()
    if not end or not cells:
        return
    width = next((i for i, cell in enumerate(reversed(cells)) if not _is_number(cell)), len(cells) - 1)
    if width != file.d and not (width > file.d and len(cells) == file.d + 1):  # a word may be a number itself
        raise VectorFileError(
            f"The first line of {file.name} says {file.d} numbers a word, and line 2 has {width}. "
            "Correct that line, or delete it (GloVe's format has none)."
        )


def _is_text(start: bytes) -> bool:
    return not CONTROL.search(start.replace(b"\r", b"").replace(b"\n", b"").replace(b"\t", b""))


def _is_number(cell: bytes) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _take(file: _File, rows: Iterator[Row], limit: int | None) -> dict[str, NDArray[np.float32]]:
    """Read the rows that are wanted, and see that no fewer are there than promised."""
    found: dict[str, NDArray[np.float32]] = {}
    read = 0
    for read, (word, vector) in enumerate(rows, 1):
        found.setdefault(word, vector)
        if read == limit:
            return found
    read += len(file.odd)
    if read < (file.promised or 0):
        raise VectorFileError(f"{file.name} ends after {read} of {file.promised} words: cut short. Fetch it again.")
    return found


def _nothing_below(file: _File, rest: bytes) -> None:
    """Refuse a file that goes on after all that its first line promises."""
    if (rest + file.stream.read(BLOCK)).strip():
        raise VectorFileError(
            f"The first line of {file.name} says {file.promised} words, and there is more below. Correct that line."
        )


def _binary_rows(file: _File) -> Iterator[Row]:
    """Yield the rows of word2vec's binary format: the word, a space, d little-endian single floats, again."""
    block, start, number, promised = b"", 0, 0, file.promised or 0
    while number < promised:
        space = block.find(b" ", start)
        end = space + 1 + 4 * file.d
        if space < 0 or end > len(block):
            if space < 0 and len(block) - start > 10_000:
                raise VectorFileError(
                    f"{file.name}: word {number + 1} has no end. This is not word2vec's binary format."
                )
            more = file.stream.read(max(BLOCK, 4 * file.d))
            if not more:
                return
            block, start = block[start:] + more, 0
            continue
        # the first program wrote a line end after each vector, later ones do not
        word = block[start:space].lstrip(b"\n")
        number += 1
        if CONTROL.search(word):
            raise VectorFileError(
                f"{file.name}: word {number} is {word[:20]!r}. Either this is not word2vec's binary format, or the "
                f"first line is wrong (it says {file.d} numbers a word). Fetch the file again."
            )
        yield file.word(word), np.frombuffer(block, "<f4", file.d, space + 1)
        start = end
    _nothing_below(file, block[start:])


def _text_rows(file: _File) -> Iterator[Row]:
    """Yield the rows of a text format: a line for each word, then its d numbers."""
    longest, number = 64 * file.d + 10_000, 0
    while number != file.promised and (line := file.stream.readline(longest)):
        file.line += 1
        if len(line) == longest and not line.endswith(b"\n"):
            raise VectorFileError(f"{file.name}, line {file.line} is far too long for a word and {file.d} numbers.")
        if not line.strip():
            continue
        number += 1
        numbers = _numbers(line, file.d)
        if numbers is None and not line.endswith(b"\n"):
            raise VectorFileError(
                f"{file.name} ends in the middle of line {file.line}: it was cut short. Fetch it again."
            )
        if numbers is None:
            file.leave_out(f"line {file.line}", f"{line[:30]!r}... is not a word and {file.d} numbers")
        elif CONTROL.search(line.rstrip().replace(b"\t", b" ")):
            file.leave_out(f"line {file.line}", f"{line[:30]!r}... has signs in it that no word has")
        elif not np.isfinite(numbers).all():
            file.leave_out(f"line {file.line}", "not every number is finite")
        else:
            yield file.word(line.rstrip().rsplit(None, file.d)[0]), numbers
    if number == file.promised:
        _nothing_below(file, b"")


def _numbers(line: bytes, d: int) -> NDArray[np.float32] | None:
    """Return the last d numbers of a line, or None where it is not a word and d numbers."""
    cells = line.rstrip().rsplit(None, d)
    if (
        len(cells) != d + 1
        or any(b"_" in cell for cell in cells[1:])
        or (len(cells[0].split()) > 1 and _is_number(cells[0].split()[-1]))
    ):
        return None
    try:
        with np.errstate(over="ignore"):  # too large for single precision: infinity, and that is asked for below
            return np.array(cells[1:], dtype=np.float32)
    except ValueError:
        return None


def _table(file: _File, found: dict[str, NDArray[np.float32]]) -> Embedding:
    """Return the rows as a table, without those that are not finite; say what was left out."""
    words = list(found)
    vectors = np.array(list(found.values()), dtype=np.float32).reshape(len(words), file.d)
    good: Bools = np.asarray(np.isfinite(vectors).all(axis=1))
    for i in np.flatnonzero(~good):
        file.leave_out(f"word {i + 1} ({words[i]!r})", "not every number is finite")
    if not good.any():
        raise VectorFileError(f"{file.name} has no row that can be used. Fetch it again.")
    if len(file.odd) > good.sum():  # then the first row is the odd one
        raise VectorFileError(
            f"{file.name} begins with a row of {file.d} numbers, and most of its rows are not so ({file.odd[0]}). "
            "Correct its first line, or fetch the file again."
        )
    if file.garbled:
        warnings.warn(
            f"{file.name}: {len(file.garbled)} of {len(words)} words not in UTF-8, {file.garbled[0]!r} for one; what "
            "could not be read stands as \ufffd. Save the file as UTF-8 to have those letters.",
            CourseWarning,
            stacklevel=3,
        )
    if file.odd:
        warnings.warn(f"{file.name}: left out {'; '.join(file.odd)}.", CourseWarning, stacklevel=3)
    return Embedding(tuple(word for word, keep in zip(words, good, strict=True) if keep), vectors[good])


def fetch_vectors(name: str = "glove-wiki-gigaword-50") -> Path:
    """Fetch well-known vectors with gensim's downloader and return where the file lies; read it with a limit.

    Good ones: glove-wiki-gigaword-50 (66 MB), glove-wiki-gigaword-100 (128 MB), word2vec-google-news-300 (1.7 GB).
    What was fetched before is found again without network. Only the path is taken (`return_path=True`): gensim
    would otherwise run a script that came with the data.

    Introduced in lesson 06.

    Raises:
        VectorFileError: where there is no such name, no connection, or a broken download; it says what to do.
    """
    from gensim import downloader

    there = Path(downloader.BASE_DIR) / name / f"{name}.gz"
    if there.exists():
        return there
    waiting = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)  # gensim sets none: behind some firewalls it would wait for ever
    try:
        known = downloader.info(name_only=True)["models"]
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3) or sorted(known)[:5]
            raise VectorFileError(f"gensim's downloader has no vectors called {name!r}. Try {', '.join(near)}.")
        return Path(downloader.load(name, return_path=True))
    except VectorFileError:
        raise
    except Exception as error:  # gensim raises plain Exception for a wrong checksum
        raise VectorFileError(
            f"The vectors {name!r} could not be fetched ({error}). They are optional, and the rest works without them. "
            "When you are online, try again; or set GENSIM_DATA_DIR to a folder that already has them."
        ) from None
    finally:
        socket.setdefaulttimeout(waiting)
