"""Make data/mirror_vectors.npz: what MiniLM and MPNet make of the mirrored pairs, so that lesson 12 runs without them.

    python tools/data/make_mirror_vectors.py

It needs both models (`python course.py model mpnet`) and takes about 40 seconds. Half precision.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from embeddings_course.files.data import load_mirrors, texts_mark
from embeddings_course.pretrained import load_bert

TARGET = Path(__file__).resolve().parents[2] / "data" / "mirror_vectors.npz"


def main() -> None:
    """Run both models over all texts and write the file."""
    texts = [text for mirror in load_mirrors() for text in mirror.texts]
    rows = {name: load_bert(name).sentence_vectors(texts).astype(np.float16) for name in ("minilm", "mpnet")}
    np.savez_compressed(TARGET, mark=np.array(texts_mark(texts)), minilm=rows["minilm"], mpnet=rows["mpnet"])
    print(f"{TARGET.name}: SHA-256 {hashlib.sha256(TARGET.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
