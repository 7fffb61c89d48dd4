"""Make data/sense_scores.json: how well a BERT tells the senses of data/senses.csv apart, layer by layer.

    python tools/data/record_senses.py                 # the model of the setting EMBEDDINGS_COURSE_BERT, or MiniLM
    python tools/data/record_senses.py --model FOLDER  # another one; its scores are added to the file

About half a minute for MiniLM. All learn from the sentences marked `fit` and are scored on those marked `test`.
The card of the file in data/README.md holds its SHA-256, which this prints.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from measure_senses import bag_accuracy, other_words

from embeddings_course.files.data import load_senses
from embeddings_course.pretrained import Bert, load_bert
from embeddings_course.senses import learning_curve, sense_gap, tag_senses, variance_shares

PATH = Path(__file__).resolve().parents[2] / "data" / "sense_scores.json"
SIZES = (1, 3, 10, 25)


def scores(bert: Bert) -> dict[str, Any]:
    """Return everything that is measured, numbers with three decimals."""
    uses = load_senses()
    senses, fit = [u.sense for u in uses], [u.split == "fit" for u in uses]
    vectors = bert.word_vectors([u.sentence for u in uses], [u.word for u in uses], [u.occurrence for u in uses])
    centroid = tag_senses(vectors, senses, fit)
    gap, spread = sense_gap(vectors, senses), variance_shares(vectors, senses)
    curve = learning_curve(vectors, senses, fit, SIZES)
    return {
        "uses": centroid.total,
        "commonest": round(centroid.baseline, 3),
        "bag": round(bag_accuracy(uses, other_words), 3),
        "centroid": _rounded(centroid.accuracy),
        "neighbours": _rounded(tag_senses(vectors, senses, fit, "neighbours").accuracy),
        "within": _rounded(gap.within),
        "between": _rounded(gap.between),
        "strangers": _rounded(gap.strangers),
        "words": _rounded(spread[:, 0]),
        "senses": _rounded(spread[:, 1]),
        "rest": _rounded(spread[:, 2]),
        "curve": {str(size): _rounded(row) for size, row in zip(SIZES, curve.mean, strict=True)},
    }


def _rounded(values: Any) -> list[float]:
    return [round(float(x), 3) for x in np.asarray(values)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one model and write it into the file beside the others."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=None, help="minilm, bert-base-uncased or a folder")
    parser.add_argument("--file", type=Path, default=PATH, help="where to write")
    chosen = parser.parse_args(arguments)
    bert = load_bert(chosen.model)
    kept = json.loads(chosen.file.read_text(encoding="utf-8")) if chosen.file.exists() else {}
    kept[Path(bert.name).name] = scores(bert)
    chosen.file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(chosen.file.name, "SHA-256", hashlib.sha256(chosen.file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
