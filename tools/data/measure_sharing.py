"""Measure when sharing an embedding pays, and what a better embedding is worth; write data/sharing.json.

    python tools/data/measure_sharing.py planted    # planted tasks of the town: about 10 minutes
    python tools/data/measure_sharing.py tasks      # data/tasks.csv on frozen embeddings: about 5 minutes, needs a BERT
    python tools/data/measure_sharing.py tasks --only "word2vec (books)"    # one of them again: half a minute

Planted: a task B with few labels alone, and with a task A of 2,000 labels, for several relatedness and sizes of the
table. Tasks: the same heads and the same labels, only the embedding changes. Twenty seeds each; every run is kept, in
thousandths. Each part leaves the other part of the file as it is.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from embeddings_course.counting import cooccurrence, ppmi, svd_embed, vocabulary
from embeddings_course.demos.sharing_gain import town_inputs
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import (
    TONES,
    TOPICS,
    TaskSentence,
    load_features,
    load_tasks,
    load_vectors,
    load_wikipedia,
)
from embeddings_course.files.table import Embedding
from embeddings_course.multitask import Task, bag_of_words
from embeddings_course.sharing import commonest_score, label_curve, plant_tasks

PATH = Path(__file__).resolve().parents[2] / "data" / "sharing.json"
SEEDS = range(20)
LABELS = (10, 30, 100, 300, 1000, 2000)
ROOMS = (1, 8)
RELATEDNESS = (-1.0, 0.0, 0.25, 0.5, 0.75, 1.0, None)
TASK_LABELS = (10, 30, 100, 300)


def thousandths(numbers: Any) -> Any:
    """Return numbers as whole thousandths, in lists."""
    return np.round(1000 * np.asarray(numbers)).astype(int).tolist()


def planted() -> dict[str, Any]:
    """Run the planted tasks: shape (room, labels, seed) alone, and (relatedness, room, labels, seed) shared."""
    x, groups, _ = town_inputs()
    alone = np.zeros((len(ROOMS), len(LABELS), len(SEEDS)))
    shared = np.zeros((len(RELATEDNESS), *alone.shape))
    for s, seed in enumerate(SEEDS):
        for n, labels in enumerate(LABELS):
            for r, related in enumerate(RELATEDNESS):
                tasks = plant_tasks(x, groups, related, labels, seed)
                for d, room in enumerate(ROOMS):
                    if not r:
                        alone[d, n, s] = tasks.run([tasks.b], room)
                    shared[r, d, n, s] = tasks.run([tasks.b, tasks.a], room)
        print(f"seed {seed}: related, 8 numbers: {shared[5, 1, :, s] - alone[1, :, s]}", flush=True)
    return {
        "labels": LABELS,
        "rooms": ROOMS,
        "relatedness": RELATEDNESS,
        "alone": thousandths(alone),
        "shared": thousandths(shared),
    }


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a sentence, without its punctuation."""
    return re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower())


def mean_vectors(sentences: Sequence[Sequence[str]], table: Embedding) -> Floats:
    """Return for each sentence the mean of the vectors of its words; zeros where the table has none of them."""
    words = sorted({w for s in sentences for w in s if w in table})
    return np.asarray(bag_of_words(sentences, words) @ table.subset(words).vectors)


def coverage(sentences: Sequence[Sequence[str]], table: Embedding) -> dict[str, float]:
    """Return the share of words, and of sentences with at least one word, that the table knows."""
    known = [[w in table for w in s] for s in sentences]
    return {
        "words": round(float(np.mean([k for s in known for k in s])), 3),
        "sentences": round(float(np.mean([any(s) for s in known])), 3),
    }


@cache
def tables(words: tuple[str, ...]) -> dict[str, Embedding]:
    """Return the embeddings of words: random, by hand, counted, and trained."""
    wiki = load_wikipedia()
    vocab = vocabulary(wiki, 5)
    counts = ppmi(cooccurrence(wiki, 5, vocab)[0], 0.75)
    return {
        "random": Embedding(words, np.random.default_rng(0).normal(size=(len(words), 100))),
        "hand-made features": load_features(),
        "counts (Wikipedia)": Embedding(vocab, svd_embed(counts, 100, 0.5)),
        "word2vec (books)": load_vectors("books"),
    }


def as_tasks(sentences: Sequence[TaskSentence]) -> list[Task]:
    """Return the five tasks, with labels as numbers."""
    return [
        Task("person", "classes", np.array([s.person_subject for s in sentences])),
        Task("topic", "classes", np.array([TOPICS.index(s.topic) for s in sentences])),
        Task("tone", "classes", np.array([TONES.index(s.tone) for s in sentences])),
        Task("question", "classes", np.array([s.question for s in sentences])),
        Task("formality", "number", np.array([s.formality for s in sentences])),
    ]


def sentence_inputs(data: Sequence[TaskSentence], model: str | None) -> dict[str, Callable[[], Any]]:
    """Return for each embedding how to make a vector of each sentence; nothing is made before it is asked for."""
    texts, words = [t.sentence for t in data], [words_of(t.sentence) for t in data]
    vocab = sorted({w for s in words for w in s})

    def read(last: bool) -> Any:
        from embeddings_course.pretrained import load_bert

        bert = load_bert(model)
        return bert.sentence_vectors(texts, layer=bert.config.n_layers if last else bert.config.n_layers // 2)

    inputs: dict[str, Callable[[], Any]] = {
        name: partial(mean_vectors, words, table) for name, table in tables(tuple(vocab)).items()
    }
    inputs["bag of words"] = lambda: bag_of_words(words, vocab).toarray()
    return inputs | {"BERT, layer 3": partial(read, False), "BERT, layer 6": partial(read, True)}


def five_tasks(model: str | None, only: str | None, kept: dict[str, Any]) -> dict[str, Any]:
    """Run the five tasks on each frozen embedding: shape (task, seed, labels); with `only`, the others stay as kept."""
    data = load_tasks()
    fit, test = ([i for i, t in enumerate(data) if t.split == split] for split in ("fit", "test"))
    words, tasks = [words_of(t.sentence) for t in data], as_tasks(data)
    scores = dict(kept.get("scores", {})) if only else {}
    for name, make in sentence_inputs(data, model).items():
        if only in (None, name):
            x = make()
            runs = [label_curve(x, task, fit, test, TASK_LABELS, SEEDS) for task in tasks]
            scores[name] = thousandths(runs)
            print(f"{name:20s}", *(np.mean(run, axis=0).round(2) for run in runs), flush=True)
    known = tables(tuple(sorted({w for s in words for w in s})))
    return {
        "labels": TASK_LABELS,
        "tasks": [task.name for task in tasks],
        "model": model or "minilm",
        "commonest": thousandths([commonest_score(task, fit, test) for task in tasks]),
        "coverage": {name: coverage(words, table) for name, table in known.items()},
        "scores": scores,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one part and write it into the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=("planted", "tasks"))
    parser.add_argument("--model", default=None, help="minilm, bert-base-uncased or a folder; for the part `tasks`")
    parser.add_argument("--only", default=None, help="one embedding of the part `tasks`, such as 'word2vec (books)'")
    chosen = parser.parse_args(arguments)
    kept = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    measured = planted() if chosen.part == "planted" else five_tasks(chosen.model, chosen.only, kept.get("tasks", {}))
    kept[chosen.part] = measured
    text = json.dumps(kept, separators=(",", ":"), sort_keys=True)
    PATH.write_text(re.sub(r"\],(?=\[|\")", "],\n", text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
