"""Word vectors in files: read word2vec's and GloVe's formats, and fetch well-known vectors for those who are online.

Vectors from outside are only ever read as numbers: no pickle, and no code that was downloaded is ever run.
"""

from __future__ import annotations

import difflib
import gzip
import socket
from collections.abc import Iterator
from io import BufferedReader
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files.table import Embedding

BLOCK = 1 << 20
TIMEOUT = 20.0

Row = tuple[str, NDArray[np.float32]]


class VectorFileError(ValueError):
    """A file of word vectors is missing, cut short or in another format; the message says what to do."""


def load_word2vec_file(path: str | Path, limit: int | None = None) -> Embedding:
    r"""Read word vectors in word2vec's binary or text format, or in GloVe's text format, gzipped or not.

    The first bytes show which of them it is, whatever the name of the file. Such files begin with the most frequent
    words, so `limit` keeps those; the rest is not even read. A word that comes a second time is passed over.

    Introduced in lesson 06.

    Args:
        path: the file.
        limit: how many words to read; all if left out.

    Raises:
        VectorFileError: where the file is missing, cut short, or does not hold word vectors.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "tiny.txt"
    >>> _ = path.write_text("2 3\nbank 1 0 0.5\nriver 0 1 0\n")
    >>> load_word2vec_file(path)["bank"].tolist()
    [1.0, 0.0, 0.5]
    """
    path, found, read = Path(path), dict[str, NDArray[np.float32]](), 0
    try:
        with _opened(path) as file:
            rows, promised = _rows(file, path)
            for word, vector in islice(rows, limit):
                found.setdefault(word, vector)
                read += 1
    except FileNotFoundError:
        raise VectorFileError(f"There is no file {path}. Check the spelling of the path.") from None
    except (EOFError, OSError) as error:
        raise VectorFileError(f"{path.name} cannot be read to its end ({error}). Fetch it again.") from None
    expected = promised if limit is None else min(promised, limit)
    if read < expected:
        raise VectorFileError(f"{path.name} ends after {read} of {expected} words: it was cut short. Fetch it again.")
    return Embedding(tuple(found), np.array(list(found.values())))


def _opened(path: Path) -> BufferedReader:
    """Open a file, through gzip where its first two bytes say so."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return BufferedReader(gzip.open(path) if zipped else path.open("rb", buffering=0), BLOCK)


def _rows(file: BufferedReader, path: Path) -> tuple[Iterator[Row], int]:
    """Return the rows of a file and how many it promises (0 where it does not say)."""
    head = file.peek(BLOCK)
    first, _, rest = head.partition(b"\n")
    cells = first.split()
    if len(cells) == 2 and all(cell.isdigit() for cell in cells):
        promised, d = int(cells[0]), int(cells[1])
        file.readline()
        text = _numbers(rest.partition(b"\n")[0], d) is not None
    else:
        promised, d = 0, len(cells) - 1
        text = True
        if d < 2 or _numbers(first, d) is None:
            raise VectorFileError(
                f"{path.name} does not look like word vectors: its first line should be "
                "'<number of words> <numbers a word>' (word2vec) or a word and its numbers (GloVe)."
            )
    return (_text_rows(file, d, path) if text else _binary_rows(file, d)), promised


def _binary_rows(file: BufferedReader, d: int) -> Iterator[Row]:
    """Yield the rows of word2vec's binary format: the word, a space, d little-endian single floats, again."""
    block, start = b"", 0
    while True:
        space = block.find(b" ", start)
        end = space + 1 + 4 * d
        if space < 0 or end > len(block):
            more = file.read(max(BLOCK, 4 * d))
            if not more:
                return
            block, start = block[start:] + more, 0
            continue
        # the first program wrote a line end after each vector, later ones do not
        word = block[start:space].lstrip(b"\n").decode("utf-8", errors="replace")
        yield word, np.frombuffer(block, "<f4", d, space + 1)
        start = end


def _text_rows(file: BufferedReader, d: int, path: Path) -> Iterator[Row]:
    """Yield the rows of a text format: a line for each word, then its d numbers."""
    for line in file:
        numbers = _numbers(line, d)
        if numbers is None:
            raise VectorFileError(f"{path.name}: {line[:30]!r}... is not a word and {d} numbers. Fetch the file again.")
        yield line.rstrip().rsplit(None, d)[0].decode("utf-8", errors="replace"), numbers


def _numbers(line: bytes, d: int) -> NDArray[np.float32] | None:
    """Return the last d numbers of a line, or None where it is not a word and d numbers."""
    cells = line.rstrip().rsplit(None, d)
    try:
        return np.array(cells[1:], dtype=np.float32) if len(cells) == d + 1 else None
    except ValueError:
        return None


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
