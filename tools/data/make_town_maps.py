"""Draw the t-SNE maps of the town that lesson 04 compares: five seeds, the same words, the same vectors.

Run it with ``python tools/data/make_town_maps.py``; it writes ``data/town_maps.json``. t-SNE starts from random points
and adds up tiny differences, so that two computers draw two maps from the same seed. What a lesson says about a map
must hold for the map that is shown; therefore the five maps are kept.
"""

from __future__ import annotations

import json
from pathlib import Path

from embeddings_course.demos.squeeze import town_vectors
from embeddings_course.evaluation import tsne_map
from embeddings_course.files.data import load_town

SEEDS = range(5)
PER_CLASS = 4
CLASSES = (
    *("man", "woman", "heroyal", "sheroyal", "banker", "sailor", "robber", "police", "moneyplace", "shore", "river"),
    *("bridge", "money", "purse", "paper", "car", "boat", "hoist", "tool", "dish", "fruit", "seasoning", "rain"),
)
DATA = Path(__file__).resolve().parents[2] / "data"


def map_words() -> list[str]:
    """Return the words of the map: the commonest of each class, then the three words with two senses."""
    classes = load_town().classes
    return [word for name in CLASSES for word in classes[name][:PER_CLASS]] + ["bank", "bill", "jack"]


def main() -> None:
    """Draw and write the maps."""
    words = map_words()
    vectors = town_vectors().subset(words).vectors
    maps = {str(seed): tsne_map(vectors, seed).astype(float).round(2).tolist() for seed in SEEDS}
    lines = ["{", f'"words": {json.dumps(words)},', '"tsne": {']
    lines += [f'"{seed}": {json.dumps(points)}{"," if seed != str(SEEDS[-1]) else ""}' for seed, points in maps.items()]
    (DATA / "town_maps.json").write_text("\n".join([*lines, "}", "}", ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
