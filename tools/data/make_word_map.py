"""Draw the map of the shipped word vectors, once: 20,000 words as dots in the plane.

    python tools/data/make_word_map.py

It writes ``data/vectors/books_map.npz`` (two whole numbers a word, and the SHA-256 of the vectors that were drawn)
and takes a few minutes of one processor. The map is t-SNE (van der Maaten and Hinton 2008) on vectors of length 1,
all 100 numbers, perplexity 30, started from the two widest directions, so that far regions stand roughly as PCA has
them. It needs openTSNE (``pip install openTSNE``; no part of the course): for 20,000 words it is several times
quicker than scikit-learn's t-SNE, because it sums up far words on a grid.

The map lies, as every flat map of a hundred directions must. How much is measured here and kept with the map: the
share of a word's ten true neighbours (by cosine) that are among its ten nearest dots, over every tenth word. Another
computer draws another map from the same vectors; therefore the map is shipped, and not drawn anew.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.spatial import cKDTree

from embeddings_course.evaluation import neighbour_rows
from embeddings_course.files.data import data_path, load_vectors
from embeddings_course.files.models import sha256
from embeddings_course.vectors import normalise, pca

K, PERPLEXITY, SEED, STEPS = 10, 30, 1, 65535


def kept_share(vectors: np.ndarray, places: np.ndarray, every: int = 10, k: int = K) -> float:
    """Return `map_neighbour_recall`, its mean over every so-maniest word, without a table of all distances."""
    rows = range(0, len(vectors), every)
    true = neighbour_rows(vectors, rows, k)
    near = cKDTree(places).query(places[list(rows)], k + 1)[1]
    kept = [len(set(t) & (set(n) - {i})) for i, t, n in zip(rows, true.tolist(), near.tolist(), strict=True)]
    return float(np.mean(kept)) / k


def squared(points: np.ndarray) -> np.ndarray:
    """Return places in a square, as whole numbers from 0 to 65535; both axes keep one scale, none is cut off."""
    low, high = points.min(axis=0), points.max(axis=0)
    places = (points - (low + high) / 2) / (high - low).max() + 0.5
    return np.round(places * STEPS).astype(np.uint16)


def main() -> int:
    """Draw, measure, write."""
    try:
        from openTSNE import TSNE
    except ImportError:
        sys.exit("This needs openTSNE: python -m pip install openTSNE")

    source = data_path("vectors/books.bin")
    digest, vectors = sha256(source), normalise(load_vectors().vectors)
    print(f"PCA would keep {kept_share(vectors, pca(vectors, 2)[0]):.3f} of the neighbours", flush=True)
    model = TSNE(
        perplexity=PERPLEXITY, metric="cosine", neighbors="exact", negative_gradient_method="fft",
        initialization="pca", random_state=SEED, n_jobs=1, verbose=True,
    )  # fmt: skip
    places = squared(np.asarray(model.fit(vectors)))
    kept = kept_share(vectors, places.astype(float))
    path = source.with_name("books_map.npz")
    np.savez_compressed(path, places=places, kept=np.float64(round(kept, 4)), drawn_from=np.str_(digest))
    print(f"kept {kept:.4f}; {path.name}: {path.stat().st_size:,} bytes, SHA-256 {sha256(path)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
