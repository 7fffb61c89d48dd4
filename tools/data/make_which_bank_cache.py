"""Make data/which_bank.npz: what MiniLM reads in the prepared sentences of the view *which bank?*.

    python tools/data/make_which_bank_cache.py

It needs the model (python course.py fetches it), and takes about a minute. The card of the file in data/README.md holds
its SHA-256, which this prints. Half precision: two decimals of a cosine are all that the view shows.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from embeddings_course.demos.which_bank import EXAMPLES, clip
from embeddings_course.files.data import load_senses
from embeddings_course.pretrained import load_bert
from embeddings_course.senses import stranger_band
from embeddings_course.uses import BertReader, sense_centroids

DATA = Path(__file__).resolve().parents[2] / "data"


def main() -> None:
    """Read everything, write the file, print its checksum."""
    bert = load_bert("minilm")
    reader = BertReader(bert)
    texts = list(dict.fromkeys(clip(text) for example in EXAMPLES.values() for text in example))
    readings = [reader.read(text) for text in texts]
    uses = load_senses()
    vectors = bert.word_vectors([u.sentence for u in uses], [u.word for u in uses], [u.occurrence for u in uses])
    senses, centroids = sense_centroids(bert, [use for use in uses if use.split == "fit"])
    parts = {
        "texts": np.array(texts),
        "start": np.cumsum([0, *(len(reading.tokens) for reading in readings)]).astype(np.int32),
        "tokens": np.array([token for reading in readings for token in reading.tokens]),
        "spans": np.concatenate([reading.spans for reading in readings]).astype(np.int32),
        "vectors": np.concatenate([reading.vectors for reading in readings]).astype(np.float16),
        "senses": np.array(senses),
        "centroids": centroids.astype(np.float16),
        "strangers": stranger_band(vectors, [use.sense for use in uses]).astype(np.float32),
    }
    path = DATA / "which_bank.npz"
    np.savez_compressed(path, **parts)
    print(path.stat().st_size, "bytes, SHA-256", hashlib.sha256(path.read_bytes()).hexdigest())
    print("random pairs by layer:", parts["strangers"][:, 1].round(2).tolist())


if __name__ == "__main__":
    main()
