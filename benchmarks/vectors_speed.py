"""How fast do we read the shipped vectors and find neighbours in them, beside gensim? Prints ratios.

    python benchmarks/vectors_speed.py [--rounds 15]

Both run in one process on one thread and take turns. Medians of processor time, so that other programs do not count.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

WORDS = ("bank", "king", "river", "walked", "and")
GOAL_LOAD, GOAL_NEIGHBOURS = 0.3, 1.2


def main() -> int:
    """Measure, and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds

    from gensim.models import KeyedVectors

    from embeddings_course.evaluation import analogy
    from embeddings_course.files.data import data_path, load_vectors
    from embeddings_course.vectors import nearest

    path = str(data_path("vectors/books.bin"))
    table, keyed = load_vectors(), KeyedVectors.load_word2vec_format(path, binary=True)
    for word in WORDS:  # the same question has the same answer
        assert [w for w, _ in nearest(table, word, 10)] == [w for w, _ in keyed.most_similar(word, topn=10)]

    def ours_neighbours() -> None:
        for word in WORDS:
            nearest(table, word, 10)

    def gensims_neighbours() -> None:
        for word in WORDS:
            keyed.most_similar(word, topn=10)

    print(f"{table}, {rounds} rounds, medians; processors {os.cpu_count()}")
    report("load", take_turns(load_vectors, lambda: KeyedVectors.load_word2vec_format(path, binary=True), rounds), 1)
    report("10 neighbours", take_turns(ours_neighbours, gensims_neighbours, rounds), len(WORDS))
    report(
        "king - man + woman",
        take_turns(
            lambda: analogy(table, "man", "woman", "king"),
            lambda: keyed.most_similar(positive=["king", "woman"], negative=["man"]),
            rounds,
        ),
        1,
    )
    print(f"goals: load under {GOAL_LOAD} s, neighbours and analogies at most {GOAL_NEIGHBOURS} x gensim")
    return 0


def take_turns(ours: Callable[[], object], gensims: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the median time of each; a round runs both, the first one alternating."""
    ours(), gensims()  # not measured: first calls prepare things
    times: dict[Callable[[], object], list[float]] = {ours: [], gensims: []}
    for i in range(rounds):
        for run in (ours, gensims) if i % 2 else (gensims, ours):
            start = time.process_time()
            run()
            times[run].append(time.process_time() - start)
    return statistics.median(times[ours]), statistics.median(times[gensims])


def report(what: str, seconds: tuple[float, float], calls: int) -> None:
    """Print one line: both times for one call, and ours as a multiple of gensim's."""
    ours, gensims = (1000 * s / calls for s in seconds)
    print(f"{what:<20} ours {ours:8.2f} ms   gensim {gensims:8.2f} ms   ours = {ours / gensims:.2f} x gensim")


if __name__ == "__main__":
    raise SystemExit(main())
