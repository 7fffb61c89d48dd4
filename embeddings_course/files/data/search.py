"""Passages to search, questions with judgements, and MiniLM's stored rows of the passages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files.checks import checked
from embeddings_course.files.data.rows import rows_of
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path

PASSAGE_COLUMNS = ("id", "topic", "text")

MIRROR_COLUMNS = ("id", "kind", "topic", "question_a", "question_b", "passage_a", "passage_b")

MIRROR_KINDS = ("negation", "numbers", "roles")

QUERY_KINDS = ("plain", "negation", "numbers", "roles", "rare")


@dataclass(frozen=True)
class Passage:
    """A short text to be found: `id` such as "dogs-01", its topic, and one to three sentences."""

    id: str
    topic: str
    text: str


@dataclass(frozen=True)
class Query:
    """A question to a search, with judgements: the ids of the passages that answer it.

    `kind` is one of QUERY_KINDS; all but "plain" probe a failure. `decoys` are passages on the same matter that say
    the opposite or something else; a search that ranks one of them before the answer has missed the point.
    """

    id: str
    kind: str
    text: str
    relevant: tuple[str, ...]
    decoys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mirror:
    """One matter told twice, with opposite sense: `question_a` is answered by `passage_a` alone, b by b.

    `kind` is one of MIRROR_KINDS.
    """

    id: str
    kind: str
    topic: str
    question_a: str
    question_b: str
    passage_a: str
    passage_b: str

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """Both questions, then both passages."""
        return self.question_a, self.question_b, self.passage_a, self.passage_b


@checked
def load_passages(path: Path | None = None) -> tuple[Passage, ...]:
    """Load our passages for semantic search, about twenty on each topic.

    Introduced in lesson 12.

    Raises:
        DataError: where a column is missing, a cell is empty or an id stands there twice; the message names the line.

    >>> passages = load_passages()
    >>> len(passages), passages[0].id, passages[0].topic
    (403, 'baking-01', 'baking')
    """
    path = path or data_path("passages.csv")
    passages: dict[str, Passage] = {}
    for line, row in rows_of(path, PASSAGE_COLUMNS):
        if not all(cell.strip() for cell in row.values()):
            raise DataError(f"{path.name}, line {line}: a cell is empty. Write an id, a topic and a text.")
        if row["id"] in passages:
            raise DataError(f"{path.name}, line {line}: the id {row['id']!r} stands there twice. Give each its own.")
        passages[row["id"]] = Passage(**row)
    return tuple(passages.values())


@checked
def load_queries(path: Path | None = None) -> tuple[Query, ...]:
    """Load the questions to `load_passages()`, each judged: which passages answer it, and which only seem to.

    Introduced in lesson 12.

    Raises:
        DataError: where the file cannot be read, a kind is unknown, nothing is relevant or an id is no passage's.

    >>> query = next(query for query in load_queries() if query.kind == "roles")
    >>> query.text, query.relevant, query.decoys
    ('dog bites man', ('dogs-01',), ('dogs-02',))
    """
    path = path or data_path("queries.json")
    known = {passage.id for passage in load_passages()}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["queries"]
        queries = [Query(r["id"], r["kind"], r["text"], tuple(r["relevant"]), tuple(r["decoys"])) for r in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read ({error!r}). Get the file again: git checkout data.") from None
    for query in queries:
        if query.kind not in QUERY_KINDS:
            raise DataError(f"{path.name}, {query.id}: kind is {query.kind!r}; write one of {', '.join(QUERY_KINDS)}.")
        if not query.relevant or set(query.relevant) & set(query.decoys):
            raise DataError(f"{path.name}, {query.id}: name at least one relevant passage, and none that is a decoy.")
        if unknown := {*query.relevant, *query.decoys} - known:
            raise DataError(f"{path.name}, {query.id}: no passage has the id {', '.join(sorted(unknown))}.")
    return tuple(queries)


@checked
def load_mirrors(path: Path | None = None) -> tuple[Mirror, ...]:
    """Load the 90 mirrored pairs, 30 of each kind, written and frozen before anything was measured with them.

    Introduced in lesson 12.

    Raises:
        DataError: where a cell is empty, a kind is unknown, or an id or a text stands there twice, with its line.

    >>> mirrors = load_mirrors()
    >>> len(mirrors), mirrors[0].question_a, mirrors[0].question_b
    (90, 'a soup made with meat stock', 'a soup made without meat stock')
    """
    path = path or data_path("mirrors.csv")
    mirrors: list[Mirror] = []
    seen: set[str] = set()
    for line, row in rows_of(path, MIRROR_COLUMNS):
        if not all(cell.strip() for cell in row.values()):
            raise DataError(f"{path.name}, line {line}: a cell is empty. A pair needs two questions and two passages.")
        if row["kind"] not in MIRROR_KINDS:
            raise DataError(f"{path.name}, line {line}: kind is {row['kind']!r}; write {', '.join(MIRROR_KINDS)}.")
        mirror = Mirror(**row)
        for cell in (mirror.id, *mirror.texts):
            if cell in seen:
                raise DataError(f"{path.name}, line {line}: {cell[:40]!r} stands there twice. Each pair has its own.")
            seen.add(cell)
        mirrors.append(mirror)
    return tuple(mirrors)


@checked
def texts_mark(texts: Sequence[str]) -> str:
    """Return a short fingerprint of a list of texts: another text, or another order, gives another one.

    >>> texts_mark(["a", "b"]) == texts_mark(["b", "a"])
    False
    """
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


@checked
def load_passage_vectors(path: Path | None = None, pooling: Literal["mean", "cls"] = "mean") -> NDArray[np.float32]:
    """Load what MiniLM makes of our passages and then of our questions (in its last layer), shape (403 + 72, 384).

    Introduced in lesson 12.

    Args:
        path: another file.
        pooling: "mean", of all pieces of a text, or "cls", its first piece alone.

    Raises:
        DataError: where the file cannot be read, has no such rows, or was made from other texts.

    >>> load_passage_vectors().shape
    (475, 384)
    """
    path = path or data_path("passage_vectors.npz")
    texts = [p.text for p in load_passages()] + [q.text for q in load_queries()]
    return _stored_rows(path, pooling, texts, "tools/data/make_passage_vectors.py")


@checked
def load_mirror_vectors(model: str = "minilm", path: Path | None = None) -> NDArray[np.float32]:
    """Load what a BERT makes of the mirrored pairs: two questions and two passages a pair, shape (90, 4, d).

    Introduced in lesson 12.

    Args:
        model: "minilm" (d = 384) or "mpnet" (d = 768).
        path: another file.

    Raises:
        DataError: where the file cannot be read, has no such model, or was made from other texts.

    >>> load_mirror_vectors("mpnet").shape
    (90, 4, 768)
    """
    path = path or data_path("mirror_vectors.npz")
    texts = [text for mirror in load_mirrors() for text in mirror.texts]
    vectors = _stored_rows(path, model, texts, "tools/data/make_mirror_vectors.py")
    return vectors.reshape(len(texts) // 4, 4, -1)


def _stored_rows(path: Path, name: str, texts: Sequence[str], maker: str) -> NDArray[np.float32]:
    """Return the rows that are stored under a name, one for each text; the file says which texts it was made from."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            mark, vectors = str(file["mark"]), file[name].astype(np.float32)
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read ({error}). Get the file again: git checkout data.") from None
    if mark != texts_mark(texts) or len(vectors) != len(texts):
        raise DataError(f"{path.name} was made from other texts: run `python {maker}`.")
    return vectors
