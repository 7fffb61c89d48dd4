"""Make data/live_bank.json: where MiniLM puts the held-out uses of *bank*, and what it makes of prepared sentences.

    python tools/data/make_live_bank.py

It needs the model (python course.py model), and takes some seconds. The card in data/README.md holds the SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from embeddings_course.demos.live_bank import BankReader
from embeddings_course.files.data import load_landscape
from embeddings_course.pretrained import load_bert
from embeddings_course.uses import find_uses
from embeddings_course.vectors import directions

PATH = Path(__file__).resolve().parents[2] / "data" / "live_bank.json"
SENTENCES = {
    "of the river": "the bank of the river",
    "is steep and muddy": "the bank is steep and muddy",
    "counted her money": "she sat on the bank and counted her money",
    "two in one sentence": "the bank robber lives near the bank of the river",
    "memory bank": "my memory bank is empty",
}
"""What stands on each button, and what it types."""

PAIRS = {
    "A, a loan": "the bank gave the fisherman a loan",
    "B, asleep": "the fisherman fell asleep on the bank",
    "C, closed": "the bank was closed on sunday",
    "D, nettles": "nettles grow on the bank",
}
"""Which two belong together? The first of two sets that were written; BERT pairs both by their meaning."""

OTHER_BANKS = (
    "the hospital's blood bank ran out of type O", "please donate to the blood bank on monday",
    "the computer keeps it in a memory bank", "she searched her memory bank for his name",
    "the food bank gave out four hundred meals", "a bank of clouds hid the sun",
    "the pilot put the plane into a steep bank", "he flipped a bank of switches on the wall",
    "the sperm bank keeps its samples frozen", "a bank of elevators stood in the lobby",
    "the data bank was erased by mistake", "a gene bank stores seeds of old wheat",
    "a bank of fog rolled over the harbour", "do not bank on it", "she likes to bank on good luck",
    "the seed bank lies deep in the ice", "the billiard ball went in off a bank shot",
    "a question bank for the exam", "the eye bank sent two corneas",
    "a bank of monitors glowed in the dark room",
)  # fmt: skip
"""Twenty banks that are neither, written before anything was measured: how many of them stand in the zone?"""


def main() -> None:
    """Read everything, write the file, print its checksum and what the card says."""
    reader = BankReader(load_bert("minilm"))
    near = np.sort(reader.known @ reader.known.T, axis=1)[:, -2]  # the last one is the use itself
    edge = round(float(np.quantile(1 - near, 0.95)), 4)
    tested = [use for use in load_landscape("minilm").uses if use.split == "test"]
    marks = [[use.id, *reader.place(unit)] for use, unit in zip(tested, reader.units(tested), strict=True)]
    names = {use.sentence: use.id for use in reader.uses}
    sentences = []
    for label, text in SENTENCES.items():
        words = text.split()
        steps = [reader.step(" ".join(words[: i + 1])) for i in range(len(words))]
        sentences.append([label, [[step.word, step.places, [names[one] for one in step.near]] for step in steps]])
    units = np.stack([reader.direction(text, find_uses([text], "bank")[0]) for text in PAIRS.values()])  # (4, d)
    axes, _ = directions(units - units.mean(axis=0))
    places = (units - units.mean(axis=0)) @ axes[:2].T
    numbers = np.hstack([places, units @ units.T]).round(4).tolist()
    pairs = [[*pair, *row] for pair, row in zip(PAIRS.items(), numbers, strict=True)]
    rows = {"pairs": pairs, "marks": marks, "sentences": sentences}
    lines = [f' "{name}": [\n  ' + ",\n  ".join(map(json.dumps, row)) + "\n ]" for name, row in rows.items()]
    PATH.write_text(f'{{\n "edge": {edge},\n' + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(PATH.stat().st_size, "bytes, SHA-256", hashlib.sha256(PATH.read_bytes()).hexdigest())
    wrong = sum((side > 0) != use.sense.endswith("money") for use, (_, side, _) in zip(tested, marks, strict=True))
    zone = sum(far > edge for _, _, far in marks)
    others = sum(reader.step(text).places[0][1] > edge for text in OTHER_BANKS)
    print(f"edge {edge}; on the wrong side {wrong} of {len(marks)}; in the zone of neither {zone} of {len(marks)}, and")
    print(f"{others} of {len(OTHER_BANKS)} banks that are neither")


if __name__ == "__main__":
    main()
