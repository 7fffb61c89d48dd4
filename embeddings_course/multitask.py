"""One embedding, many tasks: one table of vectors below, and on top of it a small head for each objective.

The table is the part that all tasks share. A head is as small as can be: it multiplies the shared vector by a few
weights of its own. Every task has its own labels, and need not have one for every row: where a label is missing (NaN),
the row counts for nothing in that task's loss. Lesson 11.

The inputs are a table X with one row a thing: a row of `bag_of_words` (then X @ table is the mean of the word vectors
of a sentence: looking words up), or any fixed numbers (then the table is a layer on top of them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from scipy import sparse

from embeddings_course.files.arrays import Bools, Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.word2vec import sigmoid

Head = tuple[Floats, Floats]
Kind = Literal["classes", "number", "similarity"]
Inputs: TypeAlias = Any  # a table of numbers, as an array or as a sparse array of SciPy


# ---- Tasks -----------------------------------------------------------------------------------------------------------


@checked
@dataclass(frozen=True, eq=False)
class Task:
    """One objective: what is to be said about each row, where we know it, and how much it counts.

    Introduced in lesson 11.

    Args:
        name: its name.
        kind: "classes" (labels 0, 1, 2 ...), "number" (any real labels), or "similarity" (0 to 1 for each pair).
        labels: shape (n,), NaN where there is no label; for "similarity" one label a pair.
        weight: how much its loss counts, 0 or more.
        pairs: for "similarity" the two rows of each pair, shape (n_pairs, 2).
        n_classes: for "classes" how many there are; left out, one more than the largest label.

    Raises:
        CourseError: where nothing is labelled, or labels do not fit the kind of task.

    >>> Task("tone", "classes", [0, 2, np.nan]).outputs
    3
    """

    name: str
    kind: Kind
    labels: Floats
    weight: float = 1.0
    pairs: Rows | None = None
    n_classes: int | None = None

    def __post_init__(self) -> None:
        labels = np.asarray(self.labels, dtype=float)
        known = labels[~np.isnan(labels)]
        object.__setattr__(self, "labels", labels)
        if labels.ndim != 1 or not len(known):
            raise CourseError(f"The task {self.name!r} needs one list of labels, and at least one that is not missing.")
        if not 0 <= self.weight < np.inf:
            raise CourseError(f"The weight of {self.name!r} is {self.weight}; it should be 0 or more.")
        if self.kind == "classes" and (np.any(known < 0) or np.any(known % 1)):
            raise CourseError(f"The classes of {self.name!r} are counted 0, 1, 2 ...; write NaN where one is missing.")
        if (self.kind == "similarity") != (self.pairs is not None):
            raise CourseError("A similarity task needs pairs of rows, and no other task has them.")
        if self.kind == "similarity" and (np.any(known < 0) or np.any(known > 1)):
            raise CourseError(f"The labels of {self.name!r} should lie between 0 (not alike) and 1 (alike).")
        if self.n_classes is not None and known.max() >= self.n_classes:
            raise CourseError(f"{self.name!r} has {self.n_classes} classes, but a label is {known.max():g}.")

    @property
    def known(self) -> Bools:
        """Where there is a label, shape (n,)."""
        return ~np.isnan(self.labels)

    @property
    def outputs(self) -> int:
        """How many numbers its head gives."""
        if self.kind != "classes":
            return 1
        return self.n_classes or int(np.nanmax(self.labels)) + 1


@checked
def mask(labels: ArrayLike, keep: ArrayLike) -> Floats:
    """Return labels as numbers, NaN where `keep` (true or false, or row numbers) leaves them out.

    Introduced in lesson 11.

    >>> mask([1, 0, 1], [True, False, True])
    array([ 1., nan,  1.])
    >>> mask([1, 0, 1], [2])
    array([nan, nan,  1.])
    """
    known = np.asarray(labels, dtype=float)
    hidden = np.full(known.shape, np.nan)
    rows = np.asarray(keep)
    hidden[rows] = known[rows]
    return hidden


@checked
def bag_of_words(sentences: Iterable[Sequence[str]], vocab: Sequence[str]) -> sparse.csr_array:
    """Return a row for each sentence, in which its known words share 1 equally: shape (n_sentences, n_words).

    So `bag_of_words(...) @ table` is the mean of the word vectors of each sentence.

    Introduced in lesson 11.

    >>> bag_of_words([["tea", "tea", "boat"], ["unknown"]], ["boat", "tea"]).toarray().round(2).tolist()
    [[0.33, 0.67], [0.0, 0.0]]
    """
    from scipy import sparse

    place = {word: i for i, word in enumerate(vocab)}
    rows = [[place[w] for w in sentence if w in place] for sentence in sentences]
    columns = np.array([i for row in rows for i in row], dtype=np.intp)
    values = np.array([1 / len(row) for row in rows for _ in row])
    starts = np.cumsum([0, *(len(row) for row in rows)])
    bags = sparse.csr_array((values, columns, starts), shape=(len(rows), len(vocab)))
    bags.sum_duplicates()
    return bags


# ---- The model: one table, and a head for each task ------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Shared:
    """One shared table and a head for each task; a gradient has the same form.

    Introduced in lesson 11.

    Attributes:
        table: the embedding, shape (n_inputs, d): for a bag of words one row a word.
        heads: for each task its weights, shape (d, outputs), and its bias, shape (outputs,); the head of a similarity
            task has one weight and one bias, for it compares vectors and looks at no single number in them.
    """

    table: Floats
    heads: dict[str, Head] = field(default_factory=dict)

    def arrays(self) -> list[Floats]:
        """Return all numbers that are learned, as a list of arrays: the table first."""
        return [self.table, *(array for head in self.heads.values() for array in head)]


@checked
def start(n_inputs: int, d: int, tasks: Sequence[Task], seed: int, scale: float = 0.1) -> Shared:
    """Return a table and heads of small random numbers.

    Introduced in lesson 11.

    Raises:
        CourseError: where d is below 1, there is no task, or two tasks have one name.

    >>> start(5, 2, [Task("a", "classes", [0, 1])], seed=0).heads["a"][0].shape
    (2, 2)
    """
    if d < 1 or not tasks or len({task.name for task in tasks}) < len(tasks):
        raise CourseError("A shared table needs at least one number a row, one task, and a name of its own for each.")
    rng = np.random.default_rng(seed)
    table = rng.normal(0, scale, (n_inputs, d))
    heads: dict[str, Head] = {}
    for task in tasks:
        compares = task.kind == "similarity"
        weights = np.ones((1, 1)) if compares else rng.normal(0, 1 / np.sqrt(d), (d, task.outputs))
        heads[task.name] = (weights, np.zeros(task.outputs))
    return Shared(table, heads)


@checked
def output(task: Task, vectors: Floats, head: Head) -> Floats:
    """Return what a head says: (n, outputs) for each row; for "similarity" (n_pairs, 1), weight * dot product + bias.

    Introduced in lesson 11.
    """
    weights, bias = head
    if task.pairs is None:
        return np.asarray(vectors @ weights + bias)
    first, second = vectors[task.pairs[:, 0]], vectors[task.pairs[:, 1]]
    return np.asarray(np.sum(first * second, axis=1, keepdims=True) @ weights + bias)


@checked
def predict(model: Shared, x: Inputs, task: Task) -> Floats:
    """Return a prediction for every row (or pair): a class, a number, or how alike, 0 to 1.

    Introduced in lesson 11.
    """
    said = output(task, np.asarray(x @ model.table), model.heads[task.name])
    if task.kind == "classes":
        return said.argmax(axis=1).astype(float)
    return said[:, 0] if task.kind == "number" else sigmoid(said[:, 0])


@checked
def score(task: Task, predicted: ArrayLike) -> float:
    """Return how good predictions are where there is a label: accuracy; for a "number" R2 (1 perfect, 0 = the mean).

    For "similarity" the share of pairs on the right side of one half.

    Introduced in lesson 11.

    >>> score(Task("a", "classes", [0, 1, np.nan, 1]), [0, 1, 0, 0])
    0.6666666666666666
    """
    truth, said = task.labels[task.known], np.asarray(predicted, dtype=float)[task.known]
    if task.kind == "number":
        return float(1 - np.sum((said - truth) ** 2) / np.sum((truth - truth.mean()) ** 2))
    if task.kind == "similarity":
        return float(np.mean((said > 0.5) == (truth > 0.5)))
    return float(np.mean(said == truth))


# ---- Loss and gradient -----------------------------------------------------------------------------------------------


@checked
def output_loss(kind: Kind, said: Floats, truth: Floats) -> tuple[float, Floats]:
    """Return the mean loss over n rows that all have a label, and its slope for each output, shape (n, outputs).

    Classes: minus the logarithm of the probability that was given to the true class (after softmax). Numbers: the
    squared error. Similarity: the same logarithm for "alike" and "not alike" (after the sigmoid).

    Introduced in lesson 11.

    >>> loss, slope = output_loss("number", np.array([[3.0], [1.0]]), np.array([1.0, 1.0]))
    >>> loss, slope.ravel().tolist()
    (2.0, [2.0, 0.0])
    """
    n, rows = len(truth), np.arange(len(truth))
    if not np.size(truth):
        raise CourseError("There is no row with a label: give one at least.")
    if kind == "number":
        off = said[:, 0] - truth
        return float(np.mean(off**2)), 2 * off[:, None] / n
    if kind == "similarity":
        p = sigmoid(said[:, 0])
        losses = np.logaddexp(0, said[:, 0]) - truth * said[:, 0]
        return float(np.mean(losses)), (p - truth)[:, None] / n
    true, shifted = truth.astype(int), said - said.max(axis=1, keepdims=True)
    grown = np.exp(shifted)
    total = grown.sum(axis=1)
    slope = grown / total[:, None]
    slope[rows, true] -= 1
    return float(np.mean(np.log(total) - shifted[rows, true])), slope / n


@checked
def task_loss(task: Task, vectors: Floats, head: Head) -> tuple[float, Floats, Head]:
    """Return the loss of one task, and its slopes for the shared vectors (n, d) and for its own head.

    Rows without a label are left out: of the sum, and of the number by which it is divided.

    Introduced in lesson 11.
    """
    if task.pairs is not None:
        return _pair_loss(task, vectors, head)
    rows, (weights, _) = np.flatnonzero(task.known), head
    mine = vectors[rows]
    loss, slope = output_loss(task.kind, output(task, mine, head), task.labels[rows])
    for_vectors = np.zeros_like(vectors)
    for_vectors[rows] = slope @ weights.T
    return loss, for_vectors, (mine.T @ slope, slope.sum(axis=0))


def _pair_loss(task: Task, vectors: Floats, head: Head) -> tuple[float, Floats, Head]:
    """The same for pairs: each of the two vectors is pulled towards (or pushed from) the other."""
    assert task.pairs is not None
    known, (weights, _) = task.known, head
    one, two = task.pairs[known].T
    dots = np.sum(vectors[one] * vectors[two], axis=1, keepdims=True)
    loss, slope = output_loss("similarity", dots @ weights + head[1], task.labels[known])
    pull = slope * weights[0, 0]
    for_vectors = np.zeros_like(vectors)
    np.add.at(for_vectors, one, pull * vectors[two])
    np.add.at(for_vectors, two, pull * vectors[one])
    return loss, for_vectors, (dots.T @ slope, slope.sum(axis=0))


@checked
def loss_and_gradient(model: Shared, x: Inputs, tasks: Sequence[Task]) -> tuple[float, Shared]:
    """Return the weighted sum of the tasks' losses, and its gradient in the form of the model.

    A head hears of its own task alone; the table hears of all tasks: their slopes are added up.

    Introduced in lesson 11.

    Args:
        model: table and heads.
        x: the inputs, shape (n, n_inputs), dense or sparse.
        tasks: the tasks, each with a label (or NaN) for each of the n rows.
    """
    vectors = np.asarray(x @ model.table)
    total, for_vectors, heads = 0.0, np.zeros_like(vectors), {}
    for task in tasks:
        loss, slope, (weights, bias) = task_loss(task, vectors, model.heads[task.name])
        total += task.weight * loss
        for_vectors += task.weight * slope
        heads[task.name] = (task.weight * weights, task.weight * bias)
    return total, Shared(np.asarray(x.T @ for_vectors), heads)


# ---- Training --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class TrainedTasks:
    """What training gives: the model, the loss before each step, and copies of the table on the way."""

    model: Shared
    losses: list[float]
    snapshots: list[Floats]


@checked
def train(
    x: Inputs,
    tasks: Sequence[Task],
    d: int = 8,
    *,
    steps: int = 200,
    rate: float = 0.05,
    optimiser: Literal["adam", "sgd"] = "adam",
    frozen: Floats | None = None,
    seed: int = 0,
    keep: int = 0,
) -> TrainedTasks:
    """Train one shared table and a head for each task, on all rows at each step.

    Introduced in lesson 11.

    Args:
        x: the inputs, shape (n, n_inputs), dense or sparse.
        tasks: one or more tasks on these rows; with one alone the table is its own.
        d: numbers a row of the table.
        steps: how many steps.
        rate: the learning rate.
        optimiser: "adam" (steps of a size of their own for each number) or "sgd" (straight down the slope).
        frozen: a table that stays as it is (then only the heads learn), shape (n_inputs, d).
        seed: of the random start.
        keep: how many copies of the table to keep on the way.

    Raises:
        CourseError: where a task has not one label (or NaN) for each row.

    >>> x = np.eye(4)
    >>> made = train(x, [Task("a", "classes", [0, 0, 1, 1])], d=2, steps=50)
    >>> made.losses[-1] < 0.1 < made.losses[0]
    True
    """
    for task in tasks:
        if task.pairs is None and len(task.labels) != x.shape[0]:
            raise CourseError(f"{x.shape[0]} rows, but {task.name!r} has {len(task.labels)} labels: one (or NaN) each.")
    x, tasks = _labelled_rows(x, tasks)
    model = start(x.shape[1], d if frozen is None else frozen.shape[1], tasks, seed)
    if frozen is not None:
        model = Shared(np.array(frozen, dtype=float), model.heads)
    move = adam(rate) if optimiser == "adam" else sgd(rate)
    losses, snapshots, often = [], [model.table.copy()] if keep else [], max(steps // max(keep, 1), 1)
    for step in range(1, steps + 1):
        loss, gradient = loss_and_gradient(model, x, tasks)
        losses.append(loss)
        learned = slice(frozen is not None, None)
        move(model.arrays()[learned], gradient.arrays()[learned])
        if keep and step % often == 0:
            snapshots.append(model.table.copy())
    return TrainedTasks(model, losses, snapshots)


Move = Callable[[Sequence[Floats], Sequence[Floats]], None]


@checked
def sgd(rate: float) -> Move:
    """Return plain gradient descent: each number goes down its slope, in place.

    Introduced in lesson 11.

    >>> numbers = [np.array([1.0, 2.0])]
    >>> sgd(0.1)(numbers, [np.array([10.0, 0.0])])
    >>> numbers[0].tolist()
    [0.0, 2.0]
    """

    def move(numbers: Sequence[Floats], slopes: Sequence[Floats]) -> None:
        for number, slope in zip(numbers, slopes, strict=True):
            number -= rate * slope

    return move


@checked
def adam(rate: float, keep_mean: float = 0.9, keep_square: float = 0.999) -> Move:
    """Return Adam (Kingma and Ba 2015): each slope is divided by its own usual size, so all numbers move alike.

    Introduced in lesson 11.

    >>> numbers = [np.array([1.0, 1.0])]
    >>> adam(0.1)(numbers, [np.array([1000.0, -0.001])])
    >>> numbers[0].round(3).tolist()
    [0.9, 1.1]
    """
    means: list[Floats] = []
    squares: list[Floats] = []
    time = 0

    def move(numbers: Sequence[Floats], slopes: Sequence[Floats]) -> None:
        nonlocal time
        if not time:
            means.extend(np.zeros_like(n) for n in numbers)
            squares.extend(np.zeros_like(n) for n in numbers)
        time += 1
        for number, slope, mean, square in zip(numbers, slopes, means, squares, strict=True):
            mean += (1 - keep_mean) * (slope - mean)
            square += (1 - keep_square) * (slope**2 - square)
            usual = np.sqrt(square / (1 - keep_square**time)) + 1e-8
            number -= rate * mean / (1 - keep_mean**time) / usual

    return move


def _labelled_rows(x: Inputs, tasks: Sequence[Task]) -> tuple[Inputs, list[Task]]:
    """Leave out rows that have no label in any task: they would only cost time."""
    if any(task.pairs is not None for task in tasks):
        return x, list(tasks)
    used = np.any([task.known for task in tasks], axis=0)
    kept = [Task(t.name, t.kind, t.labels[used], t.weight, None, t.outputs) for t in tasks]
    return x[np.flatnonzero(used)], kept
