"""Measure the five tasks of data/tasks.csv: how the labels hang together, and what words and a BERT make of them.

    python tools/data/measure_tasks.py                   # correlations, baselines and the default BERT (MiniLM)
    python tools/data/measure_tasks.py --model none      # without a BERT

Fitted on the `fit` sentences, scored on the `test` sentences: accuracy, and for formality R2 (1 perfect, 0 no better
than the mean). The same linear heads for every representation, their strength chosen on the fit sentences.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import TONES, TOPICS, TaskSentence, load_tasks

TASKS = ("person_subject", "topic", "tone", "question", "formality")


def correlations(tasks: Sequence[TaskSentence]) -> tuple[list[str], Floats]:
    """Return names and correlations of all labels, a class label as one column of 0 and 1 for each class."""
    columns = {name: [float(getattr(t, name)) for t in tasks] for name in ("person_subject", "question", "formality")}
    columns |= {name: [float(t.topic == name) for t in tasks] for name in TOPICS}
    columns |= {name: [float(t.tone == name) for t in tasks] for name in TONES}
    return list(columns), np.corrcoef(np.array(list(columns.values())))


def score(task: str, x: Any, tasks: Sequence[TaskSentence]) -> float:
    """Return accuracy (for formality R2) on the test sentences of a linear head on the rows of x."""
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.model_selection import GridSearchCV

    labels = np.array([getattr(t, task) for t in tasks])
    fit = np.array([t.split == "fit" for t in tasks])
    if task == "formality":
        model = RidgeCV(np.logspace(-2, 4, 25))
    else:
        model = GridSearchCV(LogisticRegression(max_iter=5000), {"C": [0.01, 0.1, 1, 10]}, cv=5)
    model.fit(x[fit], labels[fit])
    return float(model.score(x[~fit], labels[~fit]))


def commonest(task: str, tasks: Sequence[TaskSentence]) -> float:
    """Return the score of always answering the commonest fit label (for formality the mean: R2 about 0)."""
    if task == "formality":
        return 0.0
    fit = [getattr(t, task) for t in tasks if t.split == "fit"]
    most = max(sorted(set(fit)), key=fit.count)
    return float(np.mean([getattr(t, task) == most for t in tasks if t.split == "test"]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    from sklearn.feature_extraction.text import CountVectorizer

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=None, help="minilm, bert-base-uncased, a folder, or none")
    chosen = parser.parse_args(arguments)
    tasks = load_tasks()
    sentences = [t.sentence for t in tasks]
    names, table = correlations(tasks)
    print("Correlations of labels, times 100:")
    print(" " * 15 + "".join(f"{name[:8]:>9s}" for name in names))
    for name, numbers in zip(names, table, strict=True):
        print(f"{name:15s}" + "".join(f"{100 * x:9.0f}" for x in numbers))
    rows: dict[str, Any] = {
        "bag of words": CountVectorizer(binary=True, token_pattern=r"(?u)\b\w+\b").fit_transform(sentences).toarray(),
        "... and punctuation": CountVectorizer(binary=True, token_pattern=r"\w+|[^\w\s]")
        .fit_transform(sentences)
        .toarray(),
    }
    if chosen.model != "none":
        from embeddings_course.pretrained import load_bert

        bert = load_bert(chosen.model)
        rows |= {
            f"{bert.name}, layer {layer}, mean": bert.sentence_vectors(sentences, layer=layer)
            for layer in range(bert.config.n_layers + 1)
        }
    print(f"\n{'':28s}" + "".join(f"{task[:10]:>12s}" for task in TASKS))
    print(f"{'commonest label':28s}" + "".join(f"{commonest(task, tasks):12.2f}" for task in TASKS))
    for name, x in rows.items():
        print(f"{name:28s}" + "".join(f"{score(task, x, tasks):12.2f}" for task in TASKS), flush=True)


if __name__ == "__main__":
    main()
