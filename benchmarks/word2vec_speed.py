"""Tokens per second of our NumPy trainer beside gensim's compiled one (one worker), on the town at equal settings.

Run it with ``python benchmarks/word2vec_speed.py``. The goal: ours at least one tenth of gensim's.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one worker each; it must stand before NumPy comes in

import time
from collections.abc import Callable

from gensim.models import Word2Vec

from embeddings_course.files.data import load_town
from embeddings_course.word2vec import train

EPOCHS, ROUNDS = 2, 3


def best_of(run: Callable[[], object]) -> float:
    """Seconds of the quickest of a few rounds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    """Print one line for each setting."""
    sentences = load_town().sentences
    tokens = EPOCHS * sum(len(sentence) for sentence in sentences)
    print("tokens per second        ours      gensim   ours/gensim")
    for d, window in ((10, 2), (30, 2), (100, 5)):
        ours = best_of(lambda d=d, window=window: train(sentences, d, window, epochs=EPOCHS))
        model = Word2Vec(vector_size=d, window=window, sg=1, sample=0, min_count=1, workers=1, negative=5)
        model.build_vocab(sentences)
        gensims = best_of(lambda model=model: model.train(sentences, total_examples=len(sentences), epochs=EPOCHS))
        print(f"d={d:3}, window={window} {tokens / ours:14,.0f} {tokens / gensims:11,.0f} {gensims / ours:10.2f}")


if __name__ == "__main__":
    main()
