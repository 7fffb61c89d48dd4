"""Our WordPiece beside `tokenizers`: 100,000 random texts, odd vocabularies and options, and the texts of the course.

Run by `python course.py test reference`.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path

from tokenizers import Tokenizer

from embeddings_course.wordpiece import WordPiece

KIT = runpy.run_path(str(Path(__file__).resolve().parents[1] / "unit" / "test_wordpiece.py"))


def test_a_hundred_thousand_random_texts() -> None:
    assert KIT["differences"](2, 100_000, each=100) == []


def test_all_texts_of_the_course() -> None:
    texts = sorted(set(KIT["course_texts"]()))
    theirs, ours = Tokenizer.from_str(json.dumps(KIT["TOWN"])), WordPiece(KIT["TOWN"])
    assert [KIT["seen"](e) for e in ours.encode_batch(texts)] == [KIT["seen"](e) for e in theirs.encode_batch(texts)]
