r"""Train a small BERT of our own that guesses masked words, from a file with one text a line.

    python tools/data/train_bert.py data/town.txt town_bert                  # the one in data/: minutes on one core
    python tools/data/train_bert.py books.txt books_bert --layers 4 --hidden 256 --heads 4 --pieces 8000 --tokens 128 \
        --batch 256 --steps 40000 --device cuda                         # bigger: wants a GPU
    python tools/data/train_bert.py ship town_bert/final data/town_bert      # half precision, with its card

Needs the optional dependencies `reference` (PyTorch, transformers). What it does is what BERT's authors did (Devlin et
al. 2019, section 3.1), without their second task: hide 15 in 100 pieces, of those show [MASK] for 80 in 100, a random
piece for 10, and the piece itself for 10; let the model guess what stood there.

The folder gets `final/` (config.json, tokenizer.json, vocab.txt, model.safetensors: Hugging Face's format, to be read
by `load_bert`, by transformers, by anyone), `card.json`, and a folder `step_000300/` for each number in --keep.
Lines that were held out never stand in the training, not even as a twin: equal lines go to one side together.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
HIDE, SHOW_MASK, SHOW_RANDOM = 0.15, 0.8, 0.1
NOT_ASKED = -100  # PyTorch's word for "no label here"


def read_lines(path: Path, held_out: float, seed: int) -> tuple[list[str], list[str]]:
    """Return the lines to train on and the distinct lines held out, with no line on both sides."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    distinct = sorted(set(lines))
    if len(distinct) < 20:
        raise SystemExit(f"{path} has {len(distinct)} different lines; at least 20 are needed: one text a line.")
    random.Random(seed).shuffle(distinct)
    kept_back = distinct[: max(1, round(held_out * len(distinct)))]
    aside = set(kept_back)
    return [line for line in lines if line not in aside], kept_back


def train_tokenizer(lines: Sequence[str], pieces: int) -> Any:
    """Learn a WordPiece vocabulary: whole words where they are frequent, pieces (##ing) where they are not."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=pieces, min_frequency=2, special_tokens=SPECIAL, initial_alphabet=list("abcdefghijklmnopqrstuvwxyz")
    )
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def batches(texts: Sequence[list[int]], size: int, rng: random.Random) -> Iterator[list[list[int]]]:
    """Yield batches for ever; texts of about equal length come together, so that little is padding."""
    while True:
        order = rng.sample(range(len(texts)), len(texts))
        order.sort(key=lambda i: len(texts[i]))  # stable: equal lengths keep their random order
        starts = list(range(0, len(order), size))
        rng.shuffle(starts)
        for start in starts:
            yield [texts[i] for i in order[start : start + size]]


def masked(batch: Sequence[list[int]], vocab: int, rng: random.Random) -> tuple[Any, Any, Any]:
    """Return ids with hidden pieces, the mask of real pieces, and what stood at the hidden places: (batch, pieces)."""
    import torch

    width = max(len(ids) for ids in batch)
    shown = torch.zeros(len(batch), width, dtype=torch.long)  # 0 is [PAD]
    truth = torch.full((len(batch), width), NOT_ASKED)
    real = torch.zeros(len(batch), width, dtype=torch.long)
    for row, ids in enumerate(batch):
        real[row, : len(ids)] = 1
        shown[row, : len(ids)] = torch.tensor(ids)
        places = range(1, len(ids) - 1)  # never [CLS] and [SEP]
        for i in rng.sample(places, max(1, round(HIDE * len(places)))):
            truth[row, i] = ids[i]
            dice = rng.random()
            if dice < SHOW_MASK:
                shown[row, i] = SPECIAL.index("[MASK]")
            elif dice < SHOW_MASK + SHOW_RANDOM:
                shown[row, i] = rng.randrange(len(SPECIAL), vocab)
    return shown, real, truth


def score(model: Any, texts: Sequence[list[int]], vocab: int, seed: int, device: str) -> dict[str, float]:
    """Return the loss (nats for one hidden piece) and the share guessed right; always with the same hidden places."""
    import torch

    rng, loss, right, asked = random.Random(seed), 0.0, 0, 0
    model.eval()
    with torch.no_grad():
        for start in range(0, len(texts), 128):
            shown, real, truth = (x.to(device) for x in masked(texts[start : start + 128], vocab, rng))
            scores = model(input_ids=shown, attention_mask=real).logits
            where = truth != NOT_ASKED
            loss += float(torch.nn.functional.cross_entropy(scores[where], truth[where], reduction="sum"))
            right += int((scores[where].argmax(-1) == truth[where]).sum())
            asked += int(where.sum())
    model.train()
    return {"loss": loss / asked, "right": right / asked, "asked": asked}


def know_nothing(train: Sequence[list[int]], held_out: Sequence[list[int]], vocab: int, seed: int) -> dict[str, float]:
    """Return the same two numbers for a guesser that only knows how frequent each piece is."""
    counts = [1.0] * vocab  # one more than counted, so that nothing is impossible
    for ids in train:
        for i in ids[1:-1]:
            counts[i] += 1
    total, commonest = sum(counts), counts.index(max(counts))
    truth = [int(t) for t in masked(held_out, vocab, random.Random(seed))[2].flatten() if t != NOT_ASKED]
    return {
        "loss": -sum(math.log(counts[t] / total) for t in truth) / len(truth),
        "right": sum(t == commonest for t in truth) / len(truth),
        "asked": len(truth),
    }


def save(model: Any, tokenizer: Any, folder: Path) -> None:
    """Write a model folder in Hugging Face's format."""
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    words = sorted(tokenizer.get_vocab().items(), key=lambda pair: pair[1])
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word, _ in words), encoding="utf-8")
    (folder / "generation_config.json").unlink(missing_ok=True)


def new_model(vocab: int, options: argparse.Namespace) -> Any:
    """Return a BERT with random weights."""
    from transformers import BertConfig, BertForMaskedLM

    return BertForMaskedLM(
        BertConfig(
            vocab_size=vocab,
            hidden_size=options.hidden,
            num_hidden_layers=options.layers,
            num_attention_heads=options.heads,
            intermediate_size=4 * options.hidden,
            max_position_embeddings=options.tokens,
        )
    )


def train(options: argparse.Namespace) -> None:
    """Train, print what is seen, write everything."""
    import torch

    torch.manual_seed(options.seed)
    lines, aside = read_lines(options.source, options.held_out, options.seed)
    tokenizer = train_tokenizer(lines, options.pieces)
    vocab = tokenizer.get_vocab_size()
    tokenizer.enable_truncation(options.tokens)
    texts, unseen = ([e.ids for e in tokenizer.encode_batch(part)] for part in (lines, aside))
    tokenizer.no_truncation()
    model = new_model(vocab, options).to(options.device).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    # the rate climbs for a tenth of the steps and falls to zero over the rest
    warm = max(1, options.steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, (options.steps - step) / max(1, options.steps - warm))
    )
    rng, began, seen = random.Random(options.seed), time.perf_counter(), []
    source = batches(texts, options.batch, rng)
    for step in range(options.steps + 1):
        if step in options.keep:
            save(model, tokenizer, options.folder / f"step_{step:06d}")
        if step % options.report == 0 or step in options.keep or step == options.steps:
            seen.append({"step": step, **score(model, unseen, vocab, options.seed, options.device)})
            print(f"step {step:>6}  held-out loss {seen[-1]['loss']:.3f}  right {seen[-1]['right']:.3f}", flush=True)
        if step == options.steps:
            break
        shown, real, truth = (x.to(options.device) for x in masked(next(source), vocab, rng))
        loss = model(input_ids=shown, attention_mask=real, labels=truth).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
    save(model, tokenizer, options.folder / "final")
    baseline = know_nothing(texts, unseen, vocab, options.seed)
    write_card(options, model, len(texts), len(unseen), baseline, seen, time.perf_counter() - began)


def write_card(
    options: argparse.Namespace,
    model: Any,
    n_train: int,
    n_aside: int,
    baseline: dict[str, float],
    seen: list[dict[str, float]],
    seconds: float,
) -> None:
    """Write card.json: data, settings, what was measured."""
    import torch
    import transformers

    names = ("layers", "hidden", "heads", "pieces", "tokens", "batch", "steps", "rate", "held_out", "seed", "device")
    card = {
        "data": {
            "file": options.source.name,
            "sha256": hashlib.sha256(options.source.read_bytes()).hexdigest(),
            "lines trained on": n_train,
            "lines held out": n_aside,
        },
        "settings": {name: getattr(options, name) for name in names},
        "parameters": sum(p.numel() for p in model.parameters()),
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "seconds": round(seconds),
        "knows only how frequent pieces are": baseline,
        "held out, by step": seen,
    }
    (options.folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def ship(source: Path, target: Path) -> None:
    """Copy a model folder with its numbers in half precision, and the card beside it."""
    from safetensors.numpy import load_file, save_file

    target.mkdir(parents=True, exist_ok=True)
    arrays = {name: array.astype("float16") for name, array in load_file(source / "model.safetensors").items()}
    save_file(arrays, target / "model.safetensors", metadata={"format": "pt"})
    for name in ("config.json", "tokenizer.json"):
        shutil.copyfile(source / name, target / name)
    shutil.copyfile(source.parent / "card.json", target / "card.json")
    print(f"{target}: {sum(f.stat().st_size for f in target.iterdir()):,} bytes")


def main(arguments: list[str]) -> None:
    """Read the command line."""
    if arguments[:1] == ["ship"] and len(arguments) == 3:
        ship(Path(arguments[1]), Path(arguments[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="text, one line each")
    parser.add_argument("folder", type=Path, help="where to write")
    for name, value in {
        "layers": 3,
        "hidden": 128,
        "heads": 4,
        "pieces": 600,
        "tokens": 64,
        "batch": 64,
        "steps": 5000,
        "report": 500,
        "seed": 1,
    }.items():
        parser.add_argument(f"--{name}", type=int, default=value, help=f"{value} where not given")
    parser.add_argument("--rate", type=float, default=1e-3, help="the highest learning rate")
    parser.add_argument("--held-out", type=float, default=0.05, help="share of the distinct lines that is held out")
    parser.add_argument("--keep", type=int, nargs="*", default=[], help="steps whose whole model is kept")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    train(options)


if __name__ == "__main__":
    main(sys.argv[1:])
