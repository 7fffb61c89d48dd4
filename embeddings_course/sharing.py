"""What sharing is worth: tasks planted in random numbers, gains over many starts, and frozen vectors under small heads.

Lesson 11 measures here when two tasks that share one table help each other, and when they do harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.chance import Interval, mean_interval
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.multitask import (
    Floats,
    Inputs,
    Task,
    mask,
    predict,
    score,
    train,
)

N_TRAIN, N_TEST = 2000, 1000

# ---- Planted tasks: we know how related they are ---------------------------------------------------------------------


@checked
def planted_scores(
    groups: ArrayLike, counts: ArrayLike, relatedness: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return two random scores for each word, whose correlation is exactly `relatedness`.

    The words of one group (one planted class) share their scores. The second score does not depend on `relatedness`.

    Introduced in lesson 11.

    Args:
        groups: the group of each word, counted from 0, shape (n_words,).
        counts: how often each word is used, for mean, spread and correlation count each use.
        relatedness: from -1 (opposite) over 0 (nothing in common) to 1 (the same).
        rng: the source of chance.

    Raises:
        CourseError: where relatedness lies outside -1 to 1, or there are fewer than three groups.

    >>> a, b = planted_scores([0, 1, 2, 2], [5, 5, 5, 5], 0.5, np.random.default_rng(0))
    >>> round(float(np.corrcoef(a, b)[0, 1]), 6), bool(a[2] == a[3])
    (0.5, True)
    """
    group = np.asarray(groups)
    size = np.sqrt(np.bincount(group.astype(np.intp), np.asarray(counts, dtype=float)))
    if not -1 <= relatedness <= 1 or len(size) < 3:
        raise CourseError("Relatedness goes from -1 to 1, and at least three groups of words are needed.")
    draws = rng.normal(size=(2, len(size))) * size
    basis, _ = np.linalg.qr(np.stack([size, *draws], axis=1))
    basis = basis[:, 1:] / size[:, None] * np.sqrt(np.sum(size**2))
    second, other = basis.T
    first = relatedness * second + np.sqrt(1 - relatedness**2) * other
    return first[group], second[group]


@checked
def above_middle(x: Inputs, scores: ArrayLike) -> Floats:
    """Return 1 for each row whose mean word score lies above that of the middle row, else 0.

    Introduced in lesson 11.

    >>> above_middle(np.eye(4), [0.1, 0.9, 0.5, 0.2]).tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    means = np.asarray(x @ np.asarray(scores, dtype=float))
    return (means > np.median(means)).astype(float)


@dataclass(frozen=True, eq=False)
class Gains:
    """Accuracy of task B over several seeds: with a table of its own, and with one that it shares with task A."""

    alone: Floats
    shared: Floats

    @property
    def gain(self) -> Interval:
        """What sharing changes, seed by seed."""
        return mean_interval(self.shared - self.alone)


@checked
def sharing_gain(
    x: Inputs,
    groups: ArrayLike,
    relatedness: float | None,
    labels: int,
    d: int = 8,
    *,
    seeds: Iterable[int] = range(20),
    weight: float | None = None,
    steps: int = 100,
) -> Gains:
    """Plant two tasks, train task B alone and together with A, and score B on rows that nobody trained on.

    Task A has 2,000 labels, task B the first `labels` of them. Each seed draws other tasks, rows and start.

    Introduced in lesson 11.

    Args:
        x: one row a sentence (`bag_of_words`), at least 3,000 rows.
        groups: the group of each word, shape (n_words,).
        relatedness: of the two tasks, -1 to 1; None gives task A random labels.
        labels: how many labels task B has, 2 to 2,000.
        d: numbers a word.
        seeds: one run each.
        weight: of B's loss beside A's 1; left out, each label counts alike: labels / 2,000.
        steps: of training.

    Raises:
        CourseError: where there are too few rows or labels.
    """
    if x.shape[0] < N_TRAIN + N_TEST or not 2 <= labels <= N_TRAIN:
        raise CourseError(f"Give at least {N_TRAIN + N_TEST} rows, and 2 to {N_TRAIN} labels for task B.")
    alone, shared = [], []
    for seed in seeds:
        planted = plant_tasks(x, groups, relatedness, labels, seed, weight)
        alone.append(planted.run([planted.b], d, steps))
        shared.append(planted.run([planted.b, planted.a], d, steps))
    return Gains(np.array(alone), np.array(shared))


@dataclass(frozen=True, eq=False)
class Planted:
    """Two planted tasks on the same rows, and rows on which task B is asked about."""

    x: Inputs
    a: Task
    b: Task
    test_x: Inputs
    asked: Task
    seed: int

    def run(self, tasks: Sequence[Task], d: int, steps: int = 100) -> float:
        """Train one table with these tasks, and return the accuracy of task B on the test rows."""
        model = train(self.x, tasks, d, steps=steps, seed=self.seed).model
        return score(self.asked, predict(model, self.test_x, self.asked))


@checked
def plant_tasks(
    x: Inputs,
    groups: ArrayLike,
    relatedness: float | None,
    labels: int,
    seed: int,
    weight: float | None = None,
) -> Planted:
    """Return the two tasks of one run of `sharing_gain`, which explains the arguments.

    Introduced in lesson 11.
    """
    rng = np.random.default_rng(seed)
    rows = rng.permutation(x.shape[0])[: N_TRAIN + N_TEST]
    counts = np.asarray(x.sum(axis=0)).ravel() + 1e-9
    scores = planted_scores(groups, counts, relatedness or 0.0, rng)
    labels_a, labels_b = (above_middle(x[rows], each) for each in scores)
    if relatedness is None:
        labels_a = rng.integers(0, 2, len(rows)).astype(float)
    some = mask(labels_b[:N_TRAIN], np.arange(labels))
    return Planted(
        x=x[rows[:N_TRAIN]],
        a=Task("A", "classes", labels_a[:N_TRAIN], n_classes=2),
        b=Task("B", "classes", some, labels / N_TRAIN if weight is None else weight, n_classes=2),
        test_x=x[rows[N_TRAIN:]],
        asked=Task("B", "classes", labels_b[N_TRAIN:], n_classes=2),
        seed=seed,
    )


# ---- Frozen sharing: heads on vectors that stay as they are ----------------------------------------------------------


@checked
def frozen_score(vectors: ArrayLike, task: Task, fit: ArrayLike, test: ArrayLike, strength: float = 10.0) -> float:
    """Fit one head on fixed vectors and score it: logistic regression for classes, ridge regression for numbers.

    The vectors are centred and scaled to a mean square length of 1 (by the rows of `fit`), so that one strength is
    fair to embeddings of all sizes. The embedding learns nothing here: any number of heads can use it at once.

    Introduced in lesson 11.

    Args:
        vectors: one row a thing, shape (n, d).
        task: its task, "classes" or "number".
        fit: the rows to learn from.
        test: the rows to be scored on.
        strength: how closely the head follows its labels (scikit-learn's C; for numbers 10 / alpha).

    Raises:
        CourseError: for a task of another kind.

    >>> vectors = np.array([[0.0], [1.0], [0.1], [0.9]])
    >>> frozen_score(vectors, Task("big", "classes", [0, 1, 0, 1]), [0, 1], [2, 3])
    1.0
    """
    from sklearn.linear_model import LogisticRegression, Ridge

    if task.kind == "similarity":
        raise CourseError("A similarity task needs no head on frozen vectors: measure their cosines.")
    rows, asked = np.asarray(fit), np.asarray(test)
    scaled = np.asarray(vectors, dtype=float)
    scaled = scaled - scaled[rows].mean(axis=0)
    scaled = scaled / (np.sqrt(np.mean(np.sum(scaled[rows] ** 2, axis=1))) + 1e-12)
    labels, truth = task.labels[rows], Task(task.name, task.kind, task.labels[asked])
    if task.kind == "classes" and len(set(labels)) == 1:
        return score(truth, np.full(len(asked), labels[0]))
    head = Ridge(alpha=10 / strength) if task.kind == "number" else LogisticRegression(C=strength, max_iter=2000)
    return score(truth, head.fit(scaled[rows], labels).predict(scaled[asked]))


@checked
def commonest_score(task: Task, fit: ArrayLike, test: ArrayLike) -> float:
    """Return the score of always answering the commonest class (for a number: the mean) of the rows in `fit`.

    Introduced in lesson 11.

    >>> commonest_score(Task("a", "classes", [0, 0, 1, 0, 1]), [0, 1, 2], [3, 4])
    0.5
    """
    labels, truth = task.labels[np.asarray(fit)], Task(task.name, task.kind, task.labels[np.asarray(test)])
    if task.kind == "classes":
        return score(truth, np.full(len(truth.labels), np.argmax(np.bincount(labels.astype(np.intp)))))
    return score(truth, np.full(len(truth.labels), labels.mean()))


@checked
def label_curve(
    vectors: ArrayLike,
    task: Task,
    fit: ArrayLike,
    test: ArrayLike,
    sizes: Sequence[int],
    seeds: Sequence[int] = range(20),
    strength: float = 10.0,
) -> Floats:
    """Return the score of a frozen head for each seed and each number of labels, shape (n_seeds, n_sizes).

    A seed chooses which rows of `fit` are labelled; more labels are always the fewer ones and some more. So two
    embeddings with the same seeds learn from the very same labels.

    Introduced in lesson 11.

    Raises:
        CourseError: where a number of labels is below 1.
    """
    if min(sizes, default=1) < 1:
        raise CourseError("Each of `sizes` is a number of labels: 1 at least.")
    scores = np.empty((len(seeds), len(sizes)))
    for i, seed in enumerate(seeds):
        order = np.random.default_rng(seed).permutation(np.asarray(fit))
        scores[i] = [frozen_score(vectors, task, order[:n], test, strength) for n in sizes]
    return scores
