"""Lesson 11, One embedding, many tasks: its exercises and their checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from embeddings_course.chance import Interval, mean_interval
from embeddings_course.demos.sharing_gain import town_inputs
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Unexplained, compare
from embeddings_course.exercises.engine.telling import alike, called_with, shown
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import load_sharing
from embeddings_course.sharing import sharing_gain

lesson = Lesson("11", "One embedding, many tasks", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


# --- exercise: the masked loss of two heads ---


def masked_loss(vectors: Floats, weights: Floats, labels: Floats) -> tuple[float, Floats]:
    """Return the summed loss of two regression heads with missing labels, and its slope for the vectors.

    >>> masked_loss(np.array([[1.0]]), np.array([[3.0, 0.0]]), np.array([[1.0, np.nan]]))[0]
    4.0
    """
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.where(known, labels, 0), 0)
    n = np.maximum(known.sum(axis=0), 1)  # a head that nobody was asked about loses nothing
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


def _in_one_row(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gives loss and slopes of f as one row of numbers."""

    def row(*arguments: Any) -> Any:
        said = f(*arguments)
        if not isinstance(said, tuple | list) or len(said) != 2:
            raise Wrong("Give two things back: the loss (a number) and its slope for the vectors (an array).")
        loss, slope = said
        form = np.float32 if np.float32 in (getattr(part, "dtype", None) for part in said) else np.float64
        try:
            slope, loss = np.asarray(slope, dtype=float), np.asarray(loss, dtype=float)
        except (TypeError, ValueError):
            raise Wrong("The loss should be a number, and the slope an array of numbers.") from None
        if loss.shape != () or slope.shape != np.shape(arguments[0]):
            raise Wrong(
                f"The loss is one number, and the slope has the shape of the vectors, {np.shape(arguments[0])}; yours "
                f"have the shapes {loss.shape} and {slope.shape}."
            )
        return np.array([float(loss), *slope.ravel()], dtype=form)

    return row


@lesson.exercise(
    "masked-loss",
    "Write masked_loss(vectors, weights, labels) for two heads that predict a number each: vectors (n, d), weights "
    "(d, 2), labels (n, 2) with NaN where there is no label. Return (loss, slope): for each head the mean squared "
    "error over the rows that *it* has labels for, both added up; and the slope of that for the vectors, shape (n, d).",
    hints=(
        "What does a row without a label add to the loss? And by how many rows is each head's sum divided?",
        "known = ~np.isnan(labels) is a table of true and false. off = vectors @ weights - labels is NaN where a label "
        "is missing: make it 0 there with np.where. n = known.sum(axis=0) counts the labels of each head.",
        "The loss is np.sum(off**2 / n). The slope of off**2 is 2 * off, and each head hands it down through its "
        "weights: 2 * off / n @ weights... : one letter is missing.",
    ),
)
def masked_loss_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for n in (5, 6, 7):
        labels = rng.normal(size=(n, 2))
        labels[:2, 0] = np.nan
        labels[2, 1] = np.nan
        draws.append((rng.normal(size=(n, 3)), rng.normal(size=(3, 2)), labels))
    try:
        compare(f, masked_loss, draws, masked_loss_task.slips, _in_one_row)
    except Unexplained:
        raise Wrong(_slope_advice(f, *draws[0])) from None
    return "Right, by the numerical slope too: each head learns from its own labels, and the vectors hear of both."


@masked_loss_task.slip(
    "You divide by all rows. Rows without a label for a head must not count: not in the sum, and not in the number by "
    "which it is divided."
)
def divides_by_all_rows(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.where(known, labels, 0), 0)
    n = len(labels)
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


@masked_loss_task.slip("A missing label became a 0, and the heads learn it. NaN means *not asked*, not *zero*.")
def missing_label_is_zero(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    off = vectors @ weights - np.nan_to_num(labels)
    n = len(labels)
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


@masked_loss_task.slip("You leave out every row that lacks *one* label. The other head could have learned from it.")
def leaves_out_rows_lacking_one(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels).any(axis=1, keepdims=True)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    n = known.sum()
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


@masked_loss_task.slip("Both sums are divided by the labels of both heads. Each head has a number of its own.")
def counts_labels_of_both_heads(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    n = known.sum()
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


@masked_loss_task.slip("The loss is right, the slope is half of it: the slope of x squared is 2 x.")
def half_the_slope(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    n = known.sum(axis=0)
    return float(np.sum(off**2 / n)), off / n @ weights.T


@masked_loss_task.slip("The slope has the right size and the wrong sign: going down it would go up.")
def slope_with_wrong_sign(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    loss, slope = masked_loss(vectors, weights, labels)
    return loss, -slope


@masked_loss_task.slip("Only the first head pulls at the vectors. The slopes of both are added up.")
def first_head_only(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    n = known.sum(axis=0)
    return float(np.sum(off**2 / n)), 2 * (off / n)[:, :1] @ weights[:, :1].T


@masked_loss_task.slip("These are sums. Divide each head's sum by the number of its labels: a mean.")
def sums_instead_of_means(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    return float(np.sum(off**2)), 2 * off @ weights.T


@masked_loss_task.slip("NaN spreads: one missing label makes the whole loss NaN. Leave these rows out first.")
def nan_spreads(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    off = vectors @ weights - labels
    n = len(labels)
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


@masked_loss_task.slip(
    "The loss is right. Its slope is that of sums: a mean has been divided by the number of labels, and so "
    "has its slope."
)
def slope_of_the_sums(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    return masked_loss(vectors, weights, labels)[0], 2 * off @ weights.T


@masked_loss_task.slip(
    "The loss is right. In the slope you divide by all rows: each head divides by the number of its own labels "
    "there, too."
)
def slope_over_all_rows(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    return masked_loss(vectors, weights, labels)[0], 2 * off @ weights.T / len(labels)


@masked_loss_task.slip("The loss is right. The slope of off**2 is 2 * off: yours still squares.")
def slope_still_squares(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    return masked_loss(vectors, weights, labels)[0], 2 * off**2 / known.sum(axis=0) @ weights.T


def _loss_rungs() -> list[tuple[str, tuple[Floats, ...]]]:
    """Return plain cases, from simple to hard, and what matters for the loss in each."""
    one, two, nan = [[1.0]], [[1.0], [2.0]], np.nan
    cases: list[tuple[str, list[Any]]] = [
        ("One row, both labels there: two squared errors, added up.", [one, [[3.0, 1.0]], [[1.0, 4.0]]]),
        ("Two rows, all labels there: each head takes the mean of its two.", [two, [[3.0, 1.0]], [[1, 4], [5, 0]]]),
        ("The second head has one label: its mean is over that one.", [two, [[3.0, 1.0]], [[1, 4], [5, nan]]]),
    ]
    return [(what, tuple(np.array(part, dtype=float) for part in draw)) for what, draw in cases]


def _slope_advice(f: Callable[..., Any], vectors: Floats, weights: Floats, labels: Floats) -> str:
    """Say in which plain case the loss is wrong; or that only the slope is, by moving one number a little."""
    for what, draw in _loss_rungs():
        said, due = float(f(*draw)[0]), masked_loss(*draw)[0]
        if not abs(said - due) <= 1e-6:
            return f"{what} For ({called_with(draw)}) the loss should be {shown(due)}; yours is {shown(said)}."
    loss, slope = f(vectors, weights, labels)
    truth, _ = masked_loss(vectors, weights, labels)
    if not abs(float(loss) - truth) <= 1e-6:
        return f"The loss should be {truth:.3f} for one of my tables; yours is {float(loss):.3f}."
    moved = vectors.copy()
    moved[3, 0] += 1e-6
    numerical = (masked_loss(moved, weights, labels)[0] - truth) / 1e-6
    return (
        f"The loss is right. But when one number grows by a little, the loss moves {numerical:.2f} times as far, and "
        f"your slope says {float(np.asarray(slope)[3, 0]):.2f}."
    )


# --- exercise: what sharing saves ---


def numbers_learned(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    """Return how many numbers are learned by heads with these numbers of outputs, on one table or on separate ones.

    >>> numbers_learned(10, 2, [3, 1], True), numbers_learned(10, 2, [3, 1], False)
    (32, 52)
    """
    tables = 1 if shared else len(outputs)
    return tables * n_words * d + sum(d * k + k for k in outputs)


def _numbers_learned_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        ("One task with one output: a table, d weights and one bias.", (10, 3, [1], True)),
        ("One task with four outputs: d weights and one bias for each output.", (10, 3, [4], True)),
        ("Two tasks on one table: the heads add up.", (10, 3, [1, 4], True)),
        ("Two tasks with a table each.", (10, 3, [1, 4], False)),
        ("Three tasks with a table each: as many tables as tasks.", (10, 3, [1, 4, 2], False)),
    ]


@lesson.exercise(
    "numbers-learned",
    "Write numbers_learned(n_words, d, outputs, shared): how many numbers are learned, with d numbers a word and one "
    "head for each entry of `outputs` (its number of outputs, with a bias each). `shared` is True for one table, False "
    "for a table for each task.",
    hints=(
        "Two kinds of numbers: those in tables, and those in heads. Only one kind depends on `shared`.",
        "A table has n_words * d numbers. A head with k outputs has d * k weights and k biases.",
        "tables = 1 if shared else len(outputs); return tables * n_words * d + sum(d * k + ... for k in outputs).",
    ),
)
def numbers_learned_task(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [
        (int(rng.integers(20, 90)), int(rng.integers(2, 9)), rng.integers(1, 6, size=k).tolist(), bool(k % 2))
        for k in (2, 3, 4, 5)
    ]
    compare(f, numbers_learned, draws, numbers_learned_task.slips, rungs=_numbers_learned_rungs())
    return "Right. Ten tasks on BERT's word table of 30,522 x 768: 23 million numbers once, or ten times."


@numbers_learned_task.slip("Your function does not look at `shared`. Without sharing each task brings a table.")
def ignores_shared(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    return n_words * d + sum(d * k + k for k in outputs)


@numbers_learned_task.slip("The biases are missing: one for each output.")
def forgets_the_biases(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    tables = 1 if shared else len(outputs)
    return tables * n_words * d + sum(d * k for k in outputs)


@numbers_learned_task.slip("Each head stands there once, shared or not. Only the tables multiply.")
def multiplies_the_heads(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    tables = 1 if shared else len(outputs)
    return tables * (n_words * d + sum(d * k + k for k in outputs))


@numbers_learned_task.slip("These are the tables. The heads learn too, few numbers as they have.")
def tables_only(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    tables = 1 if shared else len(outputs)
    return tables * n_words * d


@numbers_learned_task.slip("A head does not see the words. It sees d numbers.")
def heads_see_the_words(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    tables = 1 if shared else len(outputs)
    return tables * n_words * d + sum(n_words * k + k for k in outputs)


# --- find the counterexample: sharing that hurts ---

SEEDS, HALF = 20, 0.5


@lesson.exercise(
    "make-it-hurt",
    "Somebody says: 'sharing never does harm, as long as all labels are right and the lender knows half of what I "
    "need'. Refute it on planted tasks: choose `relatedness` (0.5 to 1), `labels` of task B (10 to 2,000), `numbers` a "
    "word (1 to 8) and `seeds` so that the 95 % interval of B's gain lies below 0.",
    hints=(
        "Who suffers in the tug of war: who has room, or who has none? And who needs no lender: the poor, the rich?",
        "Give each word very few numbers. With 10 labels B gains from half a friend. With how many does it need none?",
        '{"relatedness": 0.5, "labels": 1000, "numbers": ..., "seeds": 20}: the number of the first picture.',
    ),
    takes="value",
    prepare=town_inputs,
)
def make_it_hurt_task(value: Any, rng: np.random.Generator) -> str:
    names = ("relatedness", "labels", "numbers", "seeds")
    if not isinstance(value, dict) or not set(names) <= set(value):
        raise Wrong(f"Give a dictionary with {', '.join(names)}.")
    if value["relatedness"] in (None, "random"):
        raise Wrong("With random labels it would be easy. Here all labels are right: relatedness from 0.5 to 1.", "M45")
    try:
        related, labels, numbers, seeds = (float(value[name]) for name in names)
    except (TypeError, ValueError):
        raise Wrong("All four are numbers.") from None
    if 0 <= related < HALF:
        raise Wrong(
            f"With a relatedness of {related:g} the section above has shown it. Take a lender who knows half of what "
            f"you need: {HALF} at least.",
            "M45",
        )
    limits = {"relatedness": (related, HALF, 1), "labels": (labels, 10, 2000), "numbers": (numbers, 1, 8)}
    for name, (given, low, high) in limits.items():
        if not low <= given <= high or (name != "relatedness" and given % 1):
            kind = "a number" if name == "relatedness" else "a whole number"
            raise Wrong(f"`{name}` should be {kind} from {low} to {high:,}; it is {given:g}.")
    x, groups, _ = town_inputs()
    if not seeds >= SEEDS:
        two = sharing_gain(x, groups, related, int(labels), int(numbers), seeds=range(2))
        one, next_one = two.shared - two.alone
        raise Wrong(
            f"The gain was {one:+.2f} with the first seed and {next_one:+.2f} with the next. Report at least {SEEDS}."
        )
    gain = _gain(related, int(labels), int(numbers))
    if gain.low > 0:
        raise Wrong(f"Here sharing *helps*: {gain}. It helps who is poor, from a lender who knows something.", "M45")
    if gain.high >= 0:
        raise Wrong(f"The gain is {gain}: the interval holds 0, so this shows nothing. Is the room still too large?")
    return (
        f"Harm with right labels, from a lender who knows {related:.0%}: {gain}. Alone, B would have used its one "
        "direction for itself; now it has to live in that of another."
    )


def _gain(related: float, labels: int, numbers: int) -> Interval:
    """Return the gain over all seeds; what was run beforehand is looked up."""
    kept = load_sharing()
    if related in kept.relatedness and labels in kept.labels and numbers in kept.rooms:
        room, n = kept.rooms.index(numbers), kept.labels.index(labels)
        return mean_interval(kept.shared[kept.relatedness.index(related), room, n] - kept.alone[room, n])
    x, groups, _ = town_inputs()
    return sharing_gain(x, groups, related, labels, numbers, seeds=range(SEEDS)).gain


# --- repair my bug ---


def gain_interval(alone: Floats, shared: Floats) -> Floats:
    """Return lower end, mean and upper end of the gain over 20 seeds; 2.09 is Student's t for 20 runs.

    >>> gain_interval(np.zeros(20), np.r_[np.zeros(10), np.ones(10)]).round(2).tolist()
    [0.26, 0.5, 0.74]
    """
    change = shared - alone
    half = 2.09 * change.std(ddof=1) / np.sqrt(len(change))
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    steps = np.linspace(0, 0.19, 20)
    return [
        ("Every seed gains just 0.1, so there is nothing to doubt: three times 0.1.", (steps, steps + 0.1)),
        (
            "The middle is right where nothing is in doubt; the half width is 2.09 x the spread of the changes "
            "(ddof=1) / the root of how many.",
            (np.zeros(20), steps),
        ),
        (
            "One seed of twenty gained 1: in the middle stands the mean change, 0.05.",
            (np.zeros(20), np.r_[np.zeros(19), 1.0]),
        ),
        ("Here who was low rose and who was high fell: each seed is held against itself.", (steps, steps[::-1])),
    ]


@lesson.exercise(
    "repair",
    "gain_interval(alone, shared) should return lower end, mean and upper end of the 95 % interval of the gain over 20 "
    "seeds: the mean of shared - alone, plus and minus 2.09 standard errors. It does not.",
    hints=(
        "Let shared be alone plus 0.1 for every seed: then there is nothing to doubt, and all three should be 0.1.",
        "Four questions: who minus whom, the spread of what, divided by what, times what?",
        "change.mean() plus and minus 2.09 * change.std(ddof=1) / np.sqrt(len(change)).",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for _ in range(4):
        alone = rng.normal(0.7, 0.05, size=20)
        draws.append((alone, alone + rng.normal(0.03, 0.02, size=20)))
    exact = [_with_exact_factor(*draw) for draw in draws]
    if not all(alike(f(*draw), right) for draw, right in zip(draws, exact, strict=True)):
        compare(f, gain_interval, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired: the same seeds, their differences, and how sure we are of the mean."


def _with_exact_factor(alone: Floats, shared: Floats) -> Floats:
    """Return the interval with Student's t unrounded: 2.093 and not 2.09."""
    low, mean, high = gain_interval(alone, shared)
    half = (high - low) / 2 / 2.09 * 2.0930240544082634
    return np.array([mean - half, mean, mean + half])


@repair_task.slip("It still gives the spread of single runs. A mean of n runs is surer by the root of n.")
def spread_of_single_runs(alone: Floats, shared: Floats) -> Any:
    change = shared - alone
    half = 2.09 * change.std(ddof=1)
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


@repair_task.slip("It still has the sign the wrong way round: gain is shared minus alone.")
def alone_minus_shared(alone: Floats, shared: Floats) -> Any:
    change = alone - shared
    half = 2.09 * change.std(ddof=1) / np.sqrt(len(change))
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


@repair_task.slip(
    "It still takes the spread of `shared`. The seeds are paired: what counts is the spread of the *changes*."
)
def spread_of_shared(alone: Floats, shared: Floats) -> Any:
    change = shared - alone
    half = 2.09 * shared.std(ddof=1) / np.sqrt(len(change))
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


@repair_task.slip("It still forgets the factor: one standard error covers about 67 %, not 95 %.")
def one_standard_error(alone: Floats, shared: Floats) -> Any:
    change = shared - alone
    half = change.std(ddof=1) / np.sqrt(len(change))
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


@repair_task.slip("It still looks at one seed alone. One run says nothing about the next.")
def first_seed_only(alone: Floats, shared: Floats) -> Any:
    change = shared[:1] - alone[:1]
    half = 0.0
    return np.array([change.mean() - half, change.mean(), change.mean() + half])
