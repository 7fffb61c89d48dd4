"""Measure what lesson 06 claims but cannot wait for: five seeds of its training, and windows with equal examples.

    python tools/data/measure_wikipedia.py      # about 4 minutes; writes data/wikipedia_runs.json

Every training reads the Wikipedia excerpt that ships inside gensim, with one worker and the settings of the knob
set's base. For each of five seeds: how near *bank* is to five money words and to five river words. Then three
windows, each with three seeds, with so many passes that all see the same number of examples: gensim draws the window
anew at every word, from 1 to `window`, so the examples of a pass grow with window + 1, and 3 x 16 = 6 x 8 = 16 x 3.
"""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import numpy as np

from embeddings_course.evaluation import pair_cosines, spearman_eval
from embeddings_course.files.data import load_simlex, load_wikipedia, load_wordsim
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import nearest

OUT = Path(__file__).resolve().parents[2] / "data" / "wikipedia_runs.json"
BASE = {"sg": 1, "vector_size": 50, "window": 5, "negative": 5, "sample": 1e-4, "epochs": 5, "alpha": 0.05}
BASE |= {"min_count": 8, "workers": 1}
SEEDS = (1, 2, 3, 4, 5)
EQUAL = ((2, 16), (5, 8), (15, 3))
"""Window and passes: the same number of examples each time."""
MONEY = ("money", "currency", "credit", "debt", "dollars")
RIVER = ("river", "stream", "lake", "water", "valley")


def train(paragraphs: list[list[str]], **settings: Any) -> tuple[Embedding, dict[str, int]]:
    """Train once; return the table and how often each word was seen."""
    from gensim.models import Word2Vec

    vectors = Word2Vec(paragraphs, **{**BASE, **settings}).wv
    words = vectors.index_to_key
    return Embedding(words, vectors.vectors), {word: int(vectors.get_vecattr(word, "count")) for word in words}


def bank(paragraphs: list[list[str]], seed: int) -> tuple[dict[str, Any], dict[str, int]]:
    """Return what *bank* is near to after a training with this seed, and the counts of the words asked about."""
    table, counts = train(paragraphs, seed=seed)
    money, river = (pair_cosines(table, [("bank", word) for word in words]).mean() for words in (MONEY, RIVER))
    run = {"seed": seed, "money": round(float(money), 4), "river": round(float(river), 4)}
    run["nearest"] = [word for word, _ in nearest(table, "bank", k=8)]
    return run, {word: counts[word] for word in ("bank", "banks", *MONEY, *RIVER)}


def window(paragraphs: list[list[str]], size: int, passes: int, seed: int) -> dict[str, Any]:
    """Return the scores of one window after so many passes."""
    table, _ = train(paragraphs, window=size, epochs=passes, seed=seed)
    tests = {"wordsim": spearman_eval(table, load_wordsim()), "simlex": spearman_eval(table, load_simlex())}
    run = {"window": size, "passes": passes, "seed": seed}
    return run | {name: round(score.rho, 4) for name, score in tests.items()}


def main() -> None:
    """Train fourteen times and write the file."""
    import gensim

    paragraphs = load_wikipedia()
    runs, windows = [], []
    for seed in SEEDS:
        run, counts = bank(paragraphs, seed)
        runs.append(run)
        print(run, flush=True)
    for size, passes in EQUAL:
        for seed in SEEDS[:3]:
            windows.append(window(paragraphs, size, passes, seed))
            print(windows[-1], flush=True)
    found = {"text": "Wikipedia excerpt inside gensim, data.load_wikipedia()", "settings": BASE, "counts": counts}
    found |= {"money": MONEY, "river": RIVER, "bank": runs, "equal_examples": windows}
    found["versions"] = {"python": platform.python_version(), "gensim": gensim.__version__, "numpy": np.__version__}
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
