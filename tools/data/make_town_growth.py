"""Make data/town_growth.npz: how the town BERT came to tell the two banks apart, checkpoint by checkpoint.

    python tools/data/train_bert.py data/town.txt town_bert --keep 0 100 300 500 700 1000 1500 2000 3000 5000
    python tools/data/make_town_growth.py town_bert data/town_growth.npz

Read with the course's own BERT. The sentences on the map were held out from the training; the senses come from the
town's key and were never shown to the model. `right` is the share of them that the nearest of two centroids gets
right, with the centroids made of 200 other uses: a layer's vectors hold the sense where that is high.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import numpy as np
from train_bert import read_lines

from embeddings_course.files.data import data_path, load_town
from embeddings_course.pretrained import Bert, load_bert
from embeddings_course.senses import sense_layer

WORD, LAYER, ON_MAP, FIT = "bank", sense_layer(3), 60, 200
MASKED = (
    ("the robber broke into the [MASK] at night", "bank"),
    ("a duck swam in the [MASK]", "river"),
    ("[MASK] drank coffee in the kitchen", "jack"),
)


def uses(source: Path, held_out: float, seed: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return (sentence, sense) of uses in lines that were trained on, and in lines that were held out."""
    town = load_town()
    aside = set(read_lines(source, held_out, seed)[1])
    found: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for number, _, sense in town.uses[WORD]:
        sentence = " ".join(town.sentences[number])
        if sentence.count(WORD) == 1:
            found[sentence in aside][sentence] = sense.partition(".")[2]
    rng = random.Random(seed)
    fit, shown = (sorted(found[side].items()) for side in (False, True))
    return rng.sample(fit, FIT), rng.sample(shown, min(ON_MAP, len(shown)))


def look(bert: Bert, rows: list[tuple[str, str]]) -> np.ndarray:
    """Return the word's vector in each sentence at every layer: (layers + 1, uses, hidden)."""
    vectors = bert.word_vectors([sentence for sentence, _ in rows], [WORD] * len(rows), layer="all")
    return np.moveaxis(np.asarray(vectors), 0, 1)


def right(fit: np.ndarray, fit_senses: list[str], shown: np.ndarray, senses: list[str]) -> float:
    """Return the share of uses whose nearest centroid is that of their sense."""
    names = sorted(set(fit_senses))
    centroids = np.stack([fit[[s == name for s in fit_senses]].mean(axis=0) for name in names])
    nearest = np.linalg.norm(shown[:, None] - centroids, axis=-1).argmin(axis=1)
    return float(np.mean([names[i] == sense for i, sense in zip(nearest, senses, strict=True)]))


def main(source: Path, out: Path) -> None:
    """Read every checkpoint and write the file."""
    card = json.loads((source / "card.json").read_text(encoding="utf-8"))
    fit, shown = uses(data_path("town.txt"), card["settings"]["held_out"], card["settings"]["seed"])
    senses = [sense for _, sense in shown]
    folders = sorted(source.glob("step_*"))
    vectors, shares, guesses, chances = [], [], [], []
    for folder in folders:
        bert = load_bert(str(folder))
        states, fit_states = look(bert, shown), look(bert, fit)
        vectors.append(states[LAYER].astype(np.float16))
        shares.append([right(f, [s for _, s in fit], v, senses) for f, v in zip(fit_states, states, strict=True)])
        best = [bert.guess_masked(text, k=5) for text, _ in MASKED]
        guesses.append([[piece for piece, _ in row] for row in best])
        chances.append([[chance for _, chance in row] for row in best])
        print(folder.name, np.round(shares[-1], 2), guesses[-1][0][:3], flush=True)
    loss = {row["step"]: row["loss"] for row in card["held out, by step"]}
    steps = [int(folder.name.removeprefix("step_")) for folder in folders]
    np.savez_compressed(
        out,
        steps=np.array(steps),
        losses=np.array([loss[step] for step in steps], dtype=np.float32),
        sentences=np.array([sentence for sentence, _ in shown]),
        senses=np.array(senses),
        layer=np.array(LAYER),
        vectors=np.stack(vectors),
        right=np.array(shares, dtype=np.float32),
        masked=np.array([text for text, _ in MASKED]),
        hidden=np.array([word for _, word in MASKED]),
        guesses=np.array(guesses),
        chances=np.array(chances, dtype=np.float16),
    )
    print(
        f"{out}: {out.stat().st_size:,} bytes; commonest sense {max(map(senses.count, set(senses))) / len(senses):.2f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
