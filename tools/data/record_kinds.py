"""Make data/kind_vectors.npz and data/kind_scores.json: what is read off MiniLM, MPNet and the old books.

    python tools/data/record_kinds.py vectors
    python tools/data/record_kinds.py scores

`vectors` needs both models (`python course.py model mpnet`); each takes about 20 seconds of processor time.
The sources below and the strengths in `reading_off.py` were listed before anything was run. Then, to save time and
after a look at one deal of the old books, the last layers were left out, and five deals of the words into fifths kept
for the three sources that lesson 02 speaks of alone.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np

from embeddings_course.files.arrays import Bools, Floats
from embeddings_course.files.data import (
    FRAME,
    load_kind_vectors,
    load_kinds,
    load_vectors,
    load_word_counts,
    texts_mark,
)
from embeddings_course.pretrained import Bert, load_bert
from embeddings_course.reading_off import folds, found_at, read_off_score, read_table, shuffled_rows, spelling
from embeddings_course.senses import sense_layer

DATA = Path(__file__).resolve().parents[2] / "data"
LEADING = ("books", "minilm, frame", "mpnet, frame")
MODELS: tuple[Literal["minilm"], Literal["mpnet"]] = ("minilm", "mpnet")


def rows_of_model(bert: Bert) -> dict[str, Floats]:
    """Return the rows of one BERT: those of the lookup table, and those read in the frame, two thirds up."""
    words = load_kinds().words
    table, tokens = (
        bert.embedding_weights.pieces,
        [bert.tokenizer.encode(w, add_special_tokens=False).ids for w in words],
    )
    frames = [FRAME.format(word) for word in words]
    return {
        "input": np.stack([np.asarray(table[ids], dtype=np.float32).mean(axis=0) for ids in tokens]),
        "frame": bert.word_vectors(frames, words, layer=sense_layer(bert.config.n_layers)),
    }


def record_vectors() -> None:
    """Run both models over all words and write their rows in whole numbers from -127 to 127, times a step a row."""
    parts: dict[str, Any] = {"mark": np.array(texts_mark(load_kinds().words))}
    for model in MODELS:
        for place, rows in rows_of_model(load_bert(model)).items():
            steps = (np.abs(rows).max(axis=1) / 127).astype(np.float32)
            parts[f"{model}_{place}"] = np.round(rows / steps[:, None]).astype(np.int8)
            parts[f"{model}_{place}_step"] = steps
    target = DATA / "kind_vectors.npz"
    np.savez_compressed(target, **parts)
    print(f"{target.name}: {target.stat().st_size} bytes, SHA-256 {hashlib.sha256(target.read_bytes()).hexdigest()}")


def sources() -> dict[str, Floats]:
    """Return everything that is read off, by name."""
    kinds, books = load_kinds(), load_vectors()
    counts = load_word_counts()
    return {
        "books": books.subset(kinds.words).vectors,
        **{f"{model}, input": load_kind_vectors(model, "input").vectors for model in MODELS},
        **{f"{model}, frame": load_kind_vectors(model, "frame").vectors for model in MODELS},
        "spelling": spelling(kinds.words),
        "frequency": np.log([[counts[word]] for word in kinds.words]),
        "length": np.array([[float(len(word))] for word in kinds.words]),
    }


def record_scores() -> None:
    """Read all columns off all sources, and shuffled labels off two of them."""
    kinds, made = load_kinds(), {}
    for name, vectors in sources().items():
        tries = {name: kinds.labels}
        if name in ("books", "mpnet, frame"):
            tries[f"{name}, shuffled labels"] = shuffled_rows(kinds.labels)
        for title, labels in tries.items():
            made[title] = [deal(vectors, labels, seed) for seed in range(5 if title in LEADING else 1)]
            first = made[title][0]
            print(f"{title:<28}", *(f"{x:.2f}" for x in first["balanced"]), f"mean {np.mean(first['balanced']):.3f}")
    target = DATA / "kind_scores.json"
    target.write_text(json.dumps({"columns": kinds.columns, "scores": made}) + "\n", encoding="utf-8")
    print(f"{target.name}: SHA-256 {hashlib.sha256(target.read_bytes()).hexdigest()}")


def deal(vectors: Floats, labels: Bools, seed: int) -> dict[str, list[Any]]:
    """Return the scores of one deal, a list over the columns for each way of scoring."""
    scores = read_table(vectors, labels, folds(load_kinds().families, seed=seed))
    both = [read_off_score(s, column) for s, column in zip(scores.T, np.asarray(labels).T, strict=True)]
    return {
        "balanced": [round(x.mean, 4) for x in both],
        "low": [round(x.low, 4) for x in both],
        "high": [round(x.high, 4) for x in both],
        "found": [x.found.right for x in both],
        "alarms": [x.alarms.right for x in both],
        "order": [round(x.order, 4) for x in both],
        "found_at_1_in_20": [
            found_at(s, column).right for s, column in zip(scores.T, np.asarray(labels).T, strict=True)
        ],
        "whole_rows": [int(((scores > 0) == labels).all(axis=1).sum())],
    }


if __name__ == "__main__":
    {"vectors": record_vectors, "scores": record_scores}[sys.argv[1]]()
