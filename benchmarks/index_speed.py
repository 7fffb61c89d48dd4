"""When is it time for an index? Exact search as a collection grows, then two libraries beside it. Prints ratios.

    python benchmarks/index_speed.py [--vectors 10000] [--folder FOLDER] [--engines faiss-flat faiss-ivf ...]

The collection is real: the vectors (384 numbers, last layer) that our own BERT, MiniLM, gives to the pieces of real
sentences: the Wikipedia excerpt, the town, and the sentences of the course. Random vectors have no neighbours worth
finding, so recall on them means nothing. The 10,000 of a plain run are made in a minute; `--vectors 1000000`, from
which the figures below are, takes 20 to 40 minutes of one processor, once: what is done stays in FOLDER (the course's
own folder for this user, if left out; 800 MB), and an interrupted run goes on where it stopped.

Recall@10: of the ten true nearest (by exact search), how many an index finds. Times are processor times of one thread,
one question after the other, so that other programs count as little as possible. What is not installed is passed over.

We hand over to faiss: `pip install -e ".[index]"`, one wheel of 19 MB for every Python. hnswlib has the same graph and
found the same share in the same time in our runs, but comes as source alone: it needs a C++ compiler, and has no
inverted lists. Measured on a busy machine: exact search grows in a straight line (0.13 ms for each 1,000 vectors, so a
million takes 0.13 s and 1.5 GB); up to some 100,000 vectors nothing else is needed. At a million, 16 of 1,000
inverted lists find 0.965 of the true ten 56 times quicker, and with a byte a number 0.954, 90 times quicker, in a
quarter of the memory, after 20 seconds of building. A graph finds 0.986 670 times quicker; it needs seven minutes to be
built and all of the memory.

Past one machine, take an engine that already does it: Elasticsearch or OpenSearch where one holds the texts anyway;
Qdrant, Weaviate or Milvus where vectors are the main thing and must be spread, copied and filtered;
PostgreSQL with pgvector where the rows already live in PostgreSQL and are counted in millions, not billions.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread for everybody; it must stand before NumPy comes in
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files import data, paths
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import nearest, normalise

Floats = NDArray[np.floating]
Read = Callable[[Sequence[str]], Floats]
Search = Callable[[Floats], NDArray[np.integer]]

K, QUESTIONS = 10, 300
SIZES = (10_000, 100_000, 300_000, 1_000_000)
WORDS, BLOCK, BATCH = 60, 1024, 16
"""Words of Wikipedia in one text, texts in one file, texts that BERT reads at once."""


# --- the vectors ----------------------------------------------------------------------------------------------


def texts() -> list[str]:
    """Return all texts in an order drawn once, so that the beginning is a fair sample of the whole.

    When they are used up (775,000 pieces), Wikipedia comes again, cut at other places: the same words in other company.
    """
    own = [s.text for s in data.load_sentences()] + [s.sentence for s in data.load_senses()]
    own += [s.sentence for s in data.load_tasks()] + [p.text for p in data.load_passages()]
    town = [" ".join(words) for words in data.load_town().sentences]
    first, second = (list(_windows(data.load_wikipedia(), skip)) for skip in (0, WORDS // 2))
    rng = np.random.default_rng(0)
    return [part[i] for part in (first + town + own, second) for i in rng.permutation(len(part))]


def _windows(paragraphs: Sequence[Sequence[str]], skip: int) -> Iterator[str]:
    for words in paragraphs:
        for start in range(skip, len(words), WORDS):
            yield " ".join(words[start : start + WORDS])


def reader() -> Read:
    """Return a function that gives the last layer's vectors of all pieces of some texts, without [CLS] and [SEP]."""
    from embeddings_course.pretrained import load_bert

    bert = load_bert("minilm")

    def read(some: Sequence[str]) -> Floats:
        rows = []
        for start in range(0, len(some), BATCH):
            out = bert(list(some[start : start + BATCH]))
            for states, pieces in zip(out.hidden_states[-1], out.tokens, strict=True):
                rows.append(states[1 : len(pieces) - 1])
        return np.concatenate(rows)

    return read


def stored(folder: Path) -> int:
    """Return how many vectors of the collection there are; those of the first file are for questions."""
    return sum(len(np.load(path, mmap_mode="r")) for path in sorted(folder.glob("*.npy"))[1:])


def make(folder: Path, wanted: int, all_texts: Sequence[str], read: Read) -> int:
    """Write files of vectors until `wanted` are stored, and return how many are; files that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    for i in range(0, len(all_texts), BLOCK):
        path = folder / f"{i // BLOCK:05}.npy"
        if not path.exists():
            rows = read(sorted(all_texts[i : i + BLOCK], key=len)).astype(np.float16)  # those of like length together
            half_done = path.with_suffix(".part")
            with half_done.open("wb") as file:
                np.save(file, rows)
            half_done.replace(path)
            print(f"  {stored(folder):9,} vectors, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
            if stored(folder) >= wanted:
                break
    return stored(folder)


def load(folder: Path, wanted: int) -> tuple[Floats, Floats]:
    """Return the questions (QUESTIONS, d) and the collection (at most `wanted`, d), both of length 1, single precision.

    The questions come from the first file, the collection from the others: no question is in the collection.
    """
    files = sorted(folder.glob("*.npy"))
    first = np.load(files[0])
    questions = first[np.random.default_rng(1).choice(len(first), min(QUESTIONS, len(first)), replace=False)]
    parts: Iterator[Floats] = (np.load(file).astype(np.float32) for file in files[1:])
    kept, have = [], 0
    for part in parts:
        kept.append(normalise(part[: wanted - have]))
        have += len(kept[-1])
        if have >= wanted:
            break
    return normalise(questions.astype(np.float32)), np.concatenate(kept)


# --- exact search ---------------------------------------------------------------------------------------------


def exact(collection: Floats, k: int = K) -> Search:
    """Return the exact search: every cosine, then the k largest. Rows must have length 1."""

    def search(question: Floats) -> NDArray[np.integer]:
        scores = collection @ question  # (n,)
        best = np.argpartition(scores, -k)[-k:]
        return best[np.argsort(-scores[best], kind="stable")]

    return search


def recall(search: Search, questions: Floats, truth: Sequence[NDArray[np.integer]]) -> float:
    """Return the share of the true nearest that a search finds, 0 to 1."""
    found = [len(set(search(q).tolist()) & set(t.tolist())) / len(t) for q, t in zip(questions, truth, strict=True)]
    return float(np.mean(found))


def milliseconds(search: Callable[[Floats], object], questions: Floats) -> float:
    """Return the median processor time of one question, in milliseconds."""
    search(questions[0])
    times = []
    for question in questions:
        start = time.process_time()
        search(question)
        times.append(time.process_time() - start)
    return 1000 * float(np.median(times))


def growth(questions: Floats, collection: Floats, sizes: Sequence[int]) -> None:
    """Print how exact search grows: the course's own `nearest`, and a product with rows of length 1 made once."""
    print(f"\n{'vectors':>10} {'nearest':>10} {'product':>10} {'x smallest':>11} {'MB':>7}", flush=True)
    smallest = None
    for size in sizes:
        part = collection[:size]
        table = Embedding([str(i) for i in range(len(part))], part)
        ours = milliseconds(lambda q, table=table: nearest(table, q, K), questions[:10])
        product = milliseconds(exact(part), questions[:50])
        smallest = smallest or product
        print(
            f"{size:10,} {ours:7.1f} ms {product:7.2f} ms {product / smallest:11.1f} {part.nbytes / 1e6:7.0f}",
            flush=True,
        )


# --- libraries ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """An index: searches with one setting each (from quick to thorough), and its size when saved, in bytes."""

    searches: dict[str, Search]
    size: int


def faiss_flat(collection: Floats) -> Built:
    """Exact search by faiss."""
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(collection.shape[1])
    index.add(collection)
    return Built({"exact": lambda q: index.search(q[None], K)[1][0]}, collection.nbytes)


def faiss_ivf(collection: Floats, small: bool = False) -> Built:
    """Inverted lists: k-means parts the space, a question looks into the nearest cells alone.

    With `small`, each number is kept as one byte instead of four.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    cells, d = max(4, int(np.sqrt(len(collection)))), collection.shape[1]
    ground, kind = faiss.IndexFlatIP(d), faiss.METRIC_INNER_PRODUCT
    index = (
        faiss.IndexIVFScalarQuantizer(ground, d, cells, faiss.ScalarQuantizer.QT_8bit, kind)
        if small
        else faiss.IndexIVFFlat(ground, d, cells, kind)
    )
    index.cp.niter = 10
    index.train(collection[: 50 * cells])
    index.add(collection)

    def at(cells: int) -> Search:
        def search(q: Floats) -> NDArray[np.integer]:
            index.nprobe = cells
            return index.search(q[None], K)[1][0]

        return search

    searches = {f"{n} of {cells} cells": at(n) for n in (1, 4, 16, 64) if n <= cells}
    return Built(searches, _saved(lambda path: faiss.write_index(index, path)))


def faiss_ivf8(collection: Floats) -> Built:
    """Inverted lists, a byte a number."""
    return faiss_ivf(collection, small=True)


LINKS, CARE, LOOKS = 16, 100, (16, 64, 256)
"""Of a neighbour graph (HNSW): links of a point, candidates while building, candidates while searching."""


def faiss_hnsw(collection: Floats) -> Built:
    """A graph of neighbours in layers (Malkov and Yashunin 2016), in faiss."""
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.IndexHNSWFlat(collection.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = CARE
    index.add(collection)

    def at(looks: int) -> Search:
        def search(q: Floats) -> NDArray[np.integer]:
            index.hnsw.efSearch = looks
            return index.search(q[None], K)[1][0]

        return search

    searches = {f"{n} candidates": at(n) for n in LOOKS}
    return Built(searches, _saved(lambda path: faiss.write_index(index, path)))


def hnswlib(collection: Floats) -> Built:
    """The same graph by its inventors."""
    import hnswlib

    index = hnswlib.Index("ip", collection.shape[1])
    index.init_index(len(collection), ef_construction=CARE, M=LINKS, random_seed=1)
    index.set_num_threads(1)
    index.add_items(collection, num_threads=1)

    def at(looks: int) -> Search:
        def search(q: Floats) -> NDArray[np.integer]:
            index.set_ef(looks)
            return index.knn_query(q[None], K, num_threads=1)[0][0].astype(np.int64)

        return search

    return Built({f"{n} candidates": at(n) for n in LOOKS}, _saved(index.save_index))


def _saved(save: Callable[[str], object]) -> int:
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "index"
        save(str(path))
        return path.stat().st_size


ENGINES: dict[str, Callable[[Floats], Built]] = {
    "faiss-flat": faiss_flat,
    "faiss-ivf": faiss_ivf,
    "faiss-ivf8": faiss_ivf8,
    "faiss-hnsw": faiss_hnsw,
    "hnswlib": hnswlib,
}


def compare(questions: Floats, collection: Floats, engines: Sequence[str]) -> None:
    """Print recall and time of each library and setting, beside exact search in NumPy on the same vectors."""
    search = exact(collection)
    truth = [search(question) for question in questions]
    base = milliseconds(search, questions[:50])
    print(f"\n{len(collection):,} vectors, {len(questions)} questions; NumPy, exact: {base:.2f} ms a question")
    print(f"{'engine':<11} {'setting':<20} recall@10  a question  quicker by    build    saved")
    for name in engines:
        start = time.process_time()
        try:
            built = ENGINES[name](collection)
        except ImportError:
            print(f"{name:<11} is not installed")
            continue
        build = time.process_time() - start
        for setting, ask in built.searches.items():
            ms, share = milliseconds(ask, questions), recall(ask, questions, truth)
            end = f"{base / ms:9.1f}x {build:6.0f} s {built.size / 1e6:5.0f} MB"
            print(f"{name:<11} {setting:<20} {share:9.3f} {ms:8.2f} ms {end}", flush=True)
        del built


def main(words: Sequence[str] | None = None) -> int:
    """Make what is missing, then measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=int, default=min(SIZES), help="how many, at least 1000")
    parser.add_argument("--folder", type=Path, default=paths.user_folder() / "index-vectors")
    parser.add_argument("--engines", nargs="*", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--make-only", action="store_true", help="make the vectors and stop")
    chosen = parser.parse_args(words)
    wanted = max(1000, chosen.vectors)
    print(f"{wanted:,} vectors in {chosen.folder}")
    if stored(chosen.folder) < wanted:
        make(chosen.folder, wanted, texts(), reader())
    if chosen.make_only:
        return 0
    questions, collection = load(chosen.folder, wanted)
    sizes = [size for size in SIZES if size < len(collection)]
    growth(questions, collection, [*sizes, len(collection)])
    compare(questions, collection, chosen.engines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
