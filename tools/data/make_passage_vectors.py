"""Make data/passage_vectors.npz: what MiniLM makes of our passages and questions, so that a search shows at once.

    python tools/data/make_passage_vectors.py

Half precision: the cosines change by less than one part in a thousand, and no rank in the test changes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from embeddings_course.files.data import load_passages, load_queries, texts_mark
from embeddings_course.pretrained import load_bert

TARGET = Path(__file__).resolve().parents[2] / "data" / "passage_vectors.npz"


def main() -> None:
    """Run the default BERT over all texts and write the file."""
    passages, queries = [p.text for p in load_passages()], [q.text for q in load_queries()]
    bert, texts = load_bert("minilm"), passages + queries
    mean = bert.sentence_vectors(texts).astype(np.float16)
    cls = bert.sentence_vectors(texts, pooling="cls").astype(np.float16)
    TARGET.unlink(missing_ok=True)
    np.savez_compressed(TARGET, mark=np.array(texts_mark(texts)), mean=mean, cls=cls)
    print(f"{TARGET.name}: {mean.shape}, twice, SHA-256 {hashlib.sha256(TARGET.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
