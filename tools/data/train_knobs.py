"""Train the knob set (data/vectors/knobs.npz): many small models of one text, one knob moved at a time.

    python tools/data/train_knobs.py train SCRATCH   # one file a model, about 3 minutes; carries on
    python tools/data/train_knobs.py pack  SCRATCH data/vectors/knobs.npz

The text is the Wikipedia excerpt that ships inside gensim: the one on which lesson 06 trains live, so a learner can
make every one of these models again. (As many words of the old books gave clearly lower scores.) Every model is
trained with one worker, so the same command gives the same numbers. Scores are computed on the whole vocabulary;
then the table is cut to the words to look at, and stored with half precision.

No negatives at all: gensim with `negative=0` trains nothing (it only knows hierarchical softmax as the other way).
That model is therefore made by our own `word2vec.train`, with the true pairs alone, on a part of the text: enough to
see what goes wrong without negatives, not a fair score.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from train_vectors import scores

from embeddings_course.files.data import load_wikipedia
from embeddings_course.files.table import Embedding

WORDS_SHOWN = 3_000
BASE = {"vector_size": 50, "window": 5, "negative": 5, "sample": 1e-4, "epochs": 5, "alpha": 0.05}
BASE |= {"min_count": 8, "sg": 1, "seed": 1}
# name: the knob (a setting of gensim's Word2Vec) and where it is moved to; in order of importance
MOVES = {
    "base": {},
    "window=2": {"window": 2},
    "window=15": {"window": 15},
    "passes=1": {"epochs": 1},
    "passes=15": {"epochs": 15},
    "negatives=1": {"negative": 1},
    "negatives=15": {"negative": 15},
    "dimensions=2": {"vector_size": 2},
    "dimensions=10": {"vector_size": 10},
    "dimensions=100": {"vector_size": 100},
    "seed=2": {"seed": 2},
    "method=CBOW": {"sg": 0},
    "dimensions=300": {"vector_size": 300},
    "subsampling=off": {"sample": 0},
    "seed=3": {"seed": 3},
}
NO_NEGATIVES = "negatives=0"
# words that lessons look up: shown even where they are not among the most frequent
ALWAYS = """
bank banks bill bills jack money coin coins cash cheque loan credit debt purse gold silver dollar dollars pound
pounds river shore stream lake pond creek boat ferry bridge thames sea ocean water fish fisherman flood king queen
prince princess man woman boy girl uncle aunt nephew niece duke emperor hot cold warm cool good bad excellent big
small large tall short black white red green monday sunday january december paris france london england rome italy
berlin germany horse dog cat cow sheep lion wolf bird tree oak flower rose garden bread butter cheese wine beer tea
coffee doctor nurse lawyer judge teacher soldier captain sailor thief robber police car engine train carriage wheel
hammer knife sword gun ship sail music song violin book letter newspaper walk walked walking run ran running swim
swam think thought happy sad angry glad
"""


def save(scratch: Path, name: str, table: Embedding, counts: list[int], notes: dict) -> None:
    """Keep one model whole, with its scores; under another name first, so that half a file is never believed."""
    described = {**notes, "scores": scores(table), "vocabulary": len(table)}
    half = scratch / f"half {name}.npz"
    np.savez(half, words=np.array(table.words), vectors=table.vectors, counts=counts, notes=json.dumps(described))
    half.rename(scratch / f"{name}.npz")
    print(
        name,
        described["seconds"],
        "s",
        {k: next(iter(v.values())) for k, v in described["scores"].items() if isinstance(v, dict)},
        flush=True,
    )


def train_all(scratch: Path, only: list[str]) -> None:
    """Train every model that is not there yet, or those named."""
    from gensim.models import Word2Vec

    scratch.mkdir(parents=True, exist_ok=True)
    text = scratch / "text.txt"
    if not text.exists():
        text.write_text("\n".join(map(" ".join, load_wikipedia())) + "\n", encoding="utf-8")
    for name, move in MOVES.items():
        if (scratch / f"{name}.npz").exists() or (only and name not in only):
            continue
        started, settings = time.time(), BASE | move
        model = Word2Vec(corpus_file=str(text), workers=1, **settings)
        counts = [model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key]
        notes = {"settings": {**settings, "trainer": "gensim"}, "seconds": round(time.time() - started)}
        save(scratch, name, Embedding(model.wv.index_to_key, model.wv.vectors), counts, notes)
    if not (scratch / f"{NO_NEGATIVES}.npz").exists() and (not only or NO_NEGATIVES in only):
        train_without_negatives(text, scratch)


def train_without_negatives(text: Path, scratch: Path, n_tokens: int = 150_000) -> None:
    """Train on true pairs alone with our own trainer, on the words of the base model."""
    from embeddings_course.word2vec import train

    base = np.load(scratch / "base.npz")
    rank = {word: i for i, word in enumerate(base["words"].tolist())}
    wanted = set(shown(scratch))
    sentences, taken = [], 0
    for line in text.read_text(encoding="utf-8").splitlines():
        words = [word for word in line.split() if word in rank]
        # after enough text, only paragraphs that bring a word to look at which was not there yet
        if len(words) > 1 and (taken < n_tokens or not wanted.isdisjoint(words)):
            sentences.append(words)
            taken += len(words)
            wanted -= set(words)
    settings = BASE | {"negative": 0, "sample": 0, "min_count": 1, "epochs": 3}
    started = time.time()
    result = train(sentences, d=50, window=5, negatives=0, epochs=3, seed=1, lr=0.05, batch=256)
    trainer = f"embeddings_course.word2vec.train on {taken} words of the text"
    notes = {"settings": {**settings, "trainer": trainer}, "seconds": round(time.time() - started)}
    counts = [int(base["counts"][rank[word]]) for word in result.embedding.words]
    save(scratch, NO_NEGATIVES, result.embedding, counts, notes)


def shown(scratch: Path) -> list[str]:
    """Return the words to look at: the most frequent ones, and those that lessons look up; most frequent first."""
    words = np.load(scratch / "base.npz")["words"].tolist()
    always = set(ALWAYS.split()) & set(words)
    frequent = [word for word in words if word not in always][: WORDS_SHOWN - len(always)]
    chosen = always | set(frequent)
    return [word for word in words if word in chosen]


def pack(scratch: Path, out: Path) -> None:
    """Cut the models to the words to look at; write them into one file, and what they are into another beside it."""
    words, arrays, described = shown(scratch), {}, []
    for name in [*MOVES, NO_NEGATIVES]:
        with np.load(scratch / f"{name}.npz") as kept:
            notes = json.loads(str(kept["notes"]))
            table = Embedding(kept["words"].tolist(), kept["vectors"])
            if name == "base":
                seen = dict(zip(table.words, kept["counts"].tolist(), strict=True))
        arrays[name] = table.subset(words).vectors.astype(np.float16)
        knob, value = next(iter(MOVES.get(name, {"negative": 0}).items()), ("", ""))
        described.append({"name": name, "knob": knob, "value": value, "settings": notes["settings"]})
        described[-1]["scores"] = notes["scores"] | {"vocabulary": notes["vocabulary"]}
    np.savez(out, words=np.array(words), counts=np.array([seen[word] for word in words]), **arrays)
    card = {
        "text": "Wikipedia excerpt inside gensim, data.load_wikipedia()",
        "words_shown": len(words),
        "models": described,
    }
    out.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line and train or pack."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("train", "pack"))
    parser.add_argument("scratch", type=Path, help="a folder for the whole models")
    parser.add_argument("out", type=Path, nargs="?", default=Path("data/vectors/knobs.npz"))
    parser.add_argument("--only", nargs="*", default=[], help="train these models alone, such as base window=2")
    options = parser.parse_args()
    if options.step == "train":
        train_all(options.scratch, options.only)
    else:
        pack(options.scratch, options.out)


if __name__ == "__main__":
    main()
