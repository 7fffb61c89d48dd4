"""Make data/which_bank.npz and data/which_bank_mpnet.npz: what a BERT reads in the sentences of the view *which bank?*.

    python tools/data/make_which_bank_cache.py                 # MiniLM
    python tools/data/make_which_bank_cache.py --model mpnet

It needs the model (python course.py model NAME), and takes about a minute (MPNet: four). The cards of the files in
data/README.md hold their SHA-256, which this prints. Half precision: two decimals of a cosine are all that the view
shows. MPNet's file has no vectors for the ends of a text, which no word is made of: they would be a sixth of it.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings_course.demos.which_bank import EXAMPLES, clip
from embeddings_course.files.data import load_senses
from embeddings_course.pretrained import load_bert
from embeddings_course.senses import stranger_band
from embeddings_course.uses import RECORDED, BertReader, Reading, sense_centroids

DATA = Path(__file__).resolve().parents[2] / "data"


def without_ends(reading: Reading) -> Reading:
    """Return a reading without its first and last piece."""
    return Reading(reading.tokens[1:-1], reading.spans[1:-1], reading.vectors[1:-1])


def main(arguments: Sequence[str] | None = None) -> None:
    """Read everything, write the file, print its checksum."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="minilm", choices=RECORDED)
    model = parser.parse_args(arguments).model
    bert = load_bert(model)
    reader = BertReader(bert)
    texts = list(dict.fromkeys(clip(text) for example in EXAMPLES.values() for text in example))
    readings = [without_ends(reader.read(text)) if model == "mpnet" else reader.read(text) for text in texts]
    uses = load_senses()
    vectors = bert.word_vectors([u.sentence for u in uses], [u.word for u in uses], [u.occurrence for u in uses])
    fit = [i for i, use in enumerate(uses) if use.split == "fit"]
    senses, centroids = sense_centroids(vectors[fit], [uses[i] for i in fit])
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
    path = DATA / ("which_bank.npz" if model == "minilm" else f"which_bank_{model}.npz")
    np.savez_compressed(path, **parts)
    print(path.stat().st_size, "bytes, SHA-256", hashlib.sha256(path.read_bytes()).hexdigest())
    print("random pairs by layer:", parts["strangers"][:, 1].round(2).tolist())


if __name__ == "__main__":
    main()
