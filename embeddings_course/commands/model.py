"""`model`: fetch a model that the course knows, and verify it. Once is enough."""

from __future__ import annotations

import argparse

from embeddings_course.files import download
from embeddings_course.files.models import MODELS, model_name


def main(words: list[str]) -> int:
    """Fetch a model; return an exit code."""
    parser = argparse.ArgumentParser(prog="model", description=__doc__)
    parser.add_argument("name", nargs="?", help=f"one of {', '.join(MODELS)} (default: {model_name()})")
    parser.add_argument("--check", action="store_true", help="fetch nothing, hash the files that are here again")
    chosen = parser.parse_args(words)
    ended = download.main(["check" if chosen.check else "fetch", *(["--model", chosen.name] if chosen.name else [])])
    if not ended and chosen.name not in (None, model_name()):
        print(f"To run the course with it, set EMBEDDINGS_COURSE_BERT to {chosen.name}, then start the course again.")
    return ended
