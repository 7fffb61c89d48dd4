"""When is it time for an index? Exact search, then inverted lists and a graph by faiss, on the vectors of a real BERT.

    python benchmarks/index_speed.py [--vectors 10000]

The vectors (384 numbers, last layer) are those that MiniLM gives to the pieces of Wikipedia's sentences: random vectors
have no neighbours worth finding. Recall@10: of the ten true nearest (by exact search), how many an index finds. Times
are processor times of one thread, one question after the other. faiss comes with `pip install -e ".[index]"`.

Measured once with a million vectors, 20 to 40 minutes of one processor to make, sentences of the course among them:
exact search grows in a straight line, 0.13 ms for each 1,000 vectors, so up to some 100,000 nothing else is needed. At
a million, 0.13 s and 1.5 GB, 16 of 1,000 inverted lists find 0.965 of the true ten 56 times quicker, and with a byte a
number 0.954, 90 times quicker, in a quarter of the memory, after 20 seconds of building. A graph finds 0.986, 670 times
quicker; it needs seven minutes to be built and all of the memory.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")  # before NumPy comes in

import numpy as np

from embeddings_course.files.arrays import Floats, Ints
from embeddings_course.files.data import load_wikipedia
from embeddings_course.pretrained import load_bert
from embeddings_course.vectors import normalise, top_k

Search = Callable[[Floats], Ints]
K, WORDS, BATCH = 10, 60, 16


def make(n: int) -> Floats:
    """Return n vectors of length 1, one for each piece of texts of 60 words; when used up, they are cut elsewhere."""
    bert, rows, paragraphs = load_bert("minilm"), [], load_wikipedia()
    special = [bert.tokenizer.token_to_id(piece) for piece in ("[CLS]", "[SEP]", "[PAD]")]
    for skip in (0, WORDS // 2):
        texts = [" ".join(words[i : i + WORDS]) for words in paragraphs for i in range(skip, len(words), WORDS)]
        order = np.random.default_rng(0).permutation(len(texts))
        for start in range(0, len(texts), BATCH):
            out = bert([texts[i] for i in order[start : start + BATCH]])
            rows.append(out.hidden_states[-1][~np.isin(out.ids, special)])
            if sum(map(len, rows)) >= n:
                return normalise(np.concatenate(rows)[:n])
    raise SystemExit(f"There are only {sum(map(len, rows)):,} vectors to be had.")


def measure(search: Search, questions: Floats, truth: Sequence[Ints]) -> tuple[float, float]:
    """Return the share of the true nearest that a search finds, and the median milliseconds of a question."""
    shares, times = [], []
    for question, right in zip(questions, truth, strict=True):
        start = time.process_time()
        found = search(question)
        times.append(1000 * (time.process_time() - start))
        shares.append(np.isin(right, found).mean())
    return float(np.mean(shares)), float(np.median(times))


def compare(questions: Floats, collection: Floats) -> None:
    """Print what each index finds and how much quicker than exact search; vectors of length 1."""
    truth = [top_k(collection @ question, K) for question in questions]
    _, exact = measure(lambda question: top_k(collection @ question, K), questions, truth)
    print(f"{len(collection):,} vectors, {collection.nbytes / 1e6:.0f} MB, exact search: {exact:.2f} ms a question")
    try:
        import faiss
    except ImportError:
        print("faiss is not installed")
        return
    cells = int(len(collection) ** 0.5)
    for kind, knob, values in (
        (f"IVF{cells},Flat", "nprobe", (1, 4, 16, 64)), (f"IVF{cells},SQ8", "nprobe", (1, 4, 16, 64)),
        ("HNSW16,Flat", "efSearch", (16, 64, 256)),
    ):  # fmt: skip
        start = time.process_time()
        index = faiss.index_factory(collection.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        index.train(collection[: 50 * cells])
        index.add(collection)
        built, size = time.process_time() - start, faiss.serialize_index(index).nbytes / 1e6
        for value in values:
            faiss.ParameterSpace().set_index_parameter(index, knob, value)
            share, ms = measure(lambda question: index.search(question[None], K)[1][0], questions, truth)  # noqa: B023
            print(f"{kind:<12} {knob} {value:<4} recall@10 {share:.3f}, {exact / ms:.1f} times quicker", flush=True)
        print(f"{kind:<12} built in {built:.0f} s, {size:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=int, default=10_000)
    made = make(parser.parse_args().vectors + 3000)
    asked = np.random.default_rng(1).choice(3000, 300, replace=False)  # from texts that are not searched
    compare(made[asked], made[3000:])
