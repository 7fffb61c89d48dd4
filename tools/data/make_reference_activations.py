"""Make tests/reference/minilm_activations.npz: what PyTorch's BERT computes for our texts, as a small fixed sample.

    python tools/data/make_reference_activations.py

Needs the optional dependencies `reference`. The normal test run compares bert.py with the file, without PyTorch;
tests/reference/test_bert_against_transformers.py compares everything, with PyTorch.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

KEPT = Path(__file__).resolve().parents[2] / "tests" / "reference" / "minilm_activations.npz"
HIDDEN, ATTENTION = 300, 200  # values kept of one layer of one text

PLAIN = [
    "The robber made off from the bank of the river with money from the bank.",
    "He sat on the bank of the river and counted the ducks.",
    "She opened an account at the bank and paid the bill.",
    "The bill of the duck was orange.",
    "Jack lifted the car with a jack.",
    "The jack of hearts won the game.",
    "A plug goes into the jack.",
    "Parliament passed the bill at night.",
    "I bank on you.",
    "The plane began to bank to the left.",
    "It rained. It rained again. Then the sun came out!",
    "Why would anyone count the words of a sentence?",
    "Nobody knew.",
    "The old bridge, which the flood had damaged, was closed; the new one was not yet open.",
    '"Stop!" she cried, "that\'s my bike."',
    "Mr. O'Neill's well-known sister-in-law lives at 221b, High Street.",
    "Numbers: 3.14159, 1,000,000 and 42 % of 17 kg.",
    "snake_case, camelCase, UPPER CASE and aLtErNaTiNg",
    "https://example.org/a/path?with=query&and=more#end",
    "An email to someone@example.org costs 0.00 pounds.",
    "pneumonoultramicroscopicsilicovolcanoconiosis",
    "antidisestablishmentarianism is a word of twenty-eight letters",
    "Buffalo buffalo Buffalo buffalo buffalo buffalo Buffalo buffalo.",
    "The [MASK] of the river was muddy.",
    "[CLS] typed by hand [SEP] and [PAD] too [UNK]",
    "tabs\tand  double   spaces",
    "two\nlines",
    "( ) [ ] { } < > / \\ | ~ ^ ` @ # $ % & * + = _ -",
]
ACCENTED = [
    "Le café près de la rivière est fermé.",
    "Die Bank am Fluß ist grün, und Käse gibt es auch.",
    "El niño pidió una manzana en el río.",
    "Zażółć gęślą jaźń.",
    "e\u0301te\u0301 written with separate accents",
    "naïve façade, coöperation, Ångström",
    "Привет, банк у реки!",
    "Η τράπεζα είναι κλειστή.",
    "البنك مغلق اليوم",
    "นี่คือธนาคาร",
    "हिन्दी में बैंक",
    "İstanbul'da bir banka",
]
EMOJI = ["🏦", "The bank 🏦 by the river 🌊!", "👩‍👩‍👧‍👦 a family of one sign", "😀😀😀", "flag 🇬🇧 and skin 👍🏽"]
CHINESE = ["银行", "我去银行取钱。", "河岸 means river bank", "東京の銀行に行きました", "은행에 갔다"]
SHORT = ["", " ", "bank", "Bank", "a", ".", "##s", "x y"]
PAIRS = [
    ("The bank was robbed.", "The river flows."),
    ("", "only the second"),
    ("only the first", "."),
    ("one", "two three four five six seven eight nine ten"),
    ("Is the bank open?", "是的"),
]
BATCHES = [
    ["bank", "The bank of the river.", ""],
    ["a longer sentence that has quite a few more words than the next one", "short", "🏦 银行 café"],
    [("a pair", "in a batch"), "and a single text", ("", ".")],
]


def texts() -> list:
    """Return all the things to read: texts, pairs (as tuples) and batches (as lists)."""
    full = "river bank money " * 170  # 510 words of one piece each: with [CLS] and [SEP] the most that BERT reads
    long = ["the bank " * 60, full, "word " * 126]
    return [*PLAIN, *ACCENTED, *EMOJI, *CHINESE, *SHORT, *long, *PAIRS, *BATCHES]


def sample(array: np.ndarray, n: int) -> np.ndarray:
    """Return n values of each layer at fixed scattered places; all of them where there are fewer."""
    flat = array.reshape(len(array), -1)
    if flat.shape[1] <= n:
        return flat
    return flat[:, np.arange(n) * 7919 % flat.shape[1]]  # a prime: it meets every place before it meets one twice


def reference(model, tokenizer, text) -> tuple[np.ndarray, np.ndarray]:
    """Return PyTorch's hidden states and attentions, without the batch where there was none."""
    import torch

    rows = text if isinstance(text, list) else [text]
    first = [row[0] if isinstance(row, tuple) else row for row in rows]
    second = [row[1] if isinstance(row, tuple) else None for row in rows]
    encoded = [tokenizer(a) if b is None else tokenizer(a, b) for a, b in zip(first, second, strict=True)]
    inputs = tokenizer.pad({key: [row[key] for row in encoded] for key in encoded[0]}, return_tensors="pt")
    with torch.no_grad():
        output = model(**inputs, output_hidden_states=True, output_attentions=True)
    states = np.stack([layer.numpy() for layer in output.hidden_states])
    attentions = np.stack([layer.numpy() for layer in output.attentions])
    return (states, attentions) if isinstance(text, list) else (states[:, 0], attentions[:, 0])


def main() -> int:
    """Compute and write the sample."""
    from transformers import BertModel, BertTokenizerFast

    from embeddings_course.files.download import fetch_model

    folder = fetch_model("minilm")
    model = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    kept: dict[str, np.ndarray] = {"texts": np.frombuffer(json.dumps(texts()).encode(), np.uint8)}
    for i, text in enumerate(texts()):
        states, attentions = reference(model, tokenizer, text)
        kept[f"states_{i}"] = sample(states, HIDDEN)
        kept[f"attentions_{i}"] = sample(attentions, ATTENTION)
        kept[f"shape_{i}"] = np.array(states.shape)
    np.savez_compressed(KEPT, **kept)
    print(f"{len(texts())} texts, {KEPT.stat().st_size / 1e6:.2f} MB in {KEPT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
