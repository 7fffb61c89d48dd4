"""Lesson 11, One embedding, many tasks: its predictions, exercises, judgement and quiz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.demos.sharing_gain import town_inputs
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Choice, Judgement, Option, Order
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, compare
from embeddings_course.sharing import sharing_gain

Floats = NDArray[np.floating]

lesson = Lesson("11", "One embedding, many tasks")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---

lesson.add_predictions(
    Choice(
        "tug",
        "Two tasks share one table that has a single number for each word. They pull equally hard, and they want "
        "different things. Alone, each would be right in 98 % of new sentences or more. What "
        "happens?",
        (
            Option(
                "both are right in about 98 %",
                "There is only left and right, and they want the words in different orders. One number cannot be two.",
            ),
            Option(
                "both fall to the same middling value",
                "A fair guess, but training is not a fair judge: whoever lowers the loss faster takes the table.",
            ),
            Option(
                "one stays near 98 %, the other falls far below",
                "A keeps 98 %, B falls to 66 %. The loss is a sum, and one winner can be cheaper than two half losers.",
                right=True,
            ),
            Option(
                "both fall to guessing",
                "The table still learns: it serves the task that pulls more easily.",
            ),
        ),
    ),
    Choice(
        "gain-sign",
        "Task A is rich (2,000 labels) and the *same question* as task B in other words (relatedness 1). What does "
        "sharing change for task B when it has 30, 300 and 2,000 labels?",
        (
            Option(
                "better, better, better",
                "With 2,000 labels of its own B has nothing left to borrow: the gain is 0.00.",
            ),
            Option(
                "nothing, better, better",
                "The other way round. Who has 30 labels is poor, and the poor gain most.",
            ),
            Option(
                "better, worse, worse",
                "The lender knows exactly what B wants to know. It has no reason to hurt.",
            ),
            Option(
                "better, better, no difference",
                "The gains are +0.33, +0.16 and 0.00. Sharing is borrowing: it pays for who is poor.",
                right=True,
            ),
        ),
    ),
    Choice(
        "opposite",
        "Now turn all of A's labels round: wherever B says yes, A says no (relatedness -1). Each has its own head. B "
        "has 30 labels. What does sharing do?",
        (
            Option(
                "it hurts as much as it helped before",
                "It would if both had one head. Each has its own, and a head may have a minus in front.",
            ),
            Option(
                "nothing at all, since plus and minus cancel out",
                "They would cancel in a shared *head*. In the table both ask for the same split of the words.",
            ),
            Option(
                "it helps as much as before",
                "The gain is +0.34; with relatedness 1 it is +0.33. What is shared is *what to look at*; yes or no is "
                "the head's business.",
                right=True,
            ),
        ),
    ),
    Order(
        "race",
        "Same heads, same 300 labels, task *topic* (money, water, travel, food, other). Only the embedding changes. "
        "Order them from worst to best.",
        (
            "word2vec from old books",
            "hand-made features",
            "BERT, layer 3",
            "counts of a small Wikipedia",
        ),
        (
            "hand-made features",
            "counts of a small Wikipedia",
            "word2vec from old books",
            "BERT, layer 3",
        ),
        (
            "seventeen words have a row, and 19 sentences in 20 hold none of them.",
            "half a million words of text: enough for some company.",
            "it has read 59 million words.",
            "it reads the words in their order, and has seen far more text than the others.",
        ),
    ),
)


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


def _masked_1(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.where(known, labels, 0), 0)
    n = len(labels)
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


def _masked_2(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    off = vectors @ weights - np.nan_to_num(labels)
    n = len(labels)
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


def _masked_3(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels).any(axis=1, keepdims=True)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    n = known.sum()
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


def _masked_4(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    n = known.sum()
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


def _masked_5(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    n = known.sum(axis=0)
    return float(np.sum(off**2 / n)), off / n @ weights.T


def _masked_6(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    loss, slope = masked_loss(vectors, weights, labels)
    return loss, -slope


def _masked_7(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    n = known.sum(axis=0)
    return float(np.sum(off**2 / n)), 2 * (off / n)[:, :1] @ weights[:, :1].T


def _masked_8(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    known = ~np.isnan(labels)
    off = np.where(known, vectors @ weights - np.nan_to_num(labels), 0)
    return float(np.sum(off**2)), 2 * off @ weights.T


def _masked_9(vectors: Floats, weights: Floats, labels: Floats) -> Any:
    off = vectors @ weights - labels
    n = len(labels)
    return float(np.sum(off**2 / n)), 2 * off / n @ weights.T


def _in_one_row(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gives loss and slopes of f as one row of numbers."""

    def row(*arguments: Any) -> Any:
        said = f(*arguments)
        if not isinstance(said, tuple | list) or len(said) != 2:
            raise Wrong("Give two things back: the loss (a number) and its slope for the vectors (an array).")
        loss, slope = said
        try:
            slope, loss = np.asarray(slope, dtype=float), np.asarray(loss, dtype=float)
        except (TypeError, ValueError):
            raise Wrong("The loss should be a number, and the slope an array of numbers.") from None
        if loss.shape != () or slope.shape != np.shape(arguments[0]):
            raise Wrong(
                f"The loss is one number, and the slope has the shape of the vectors, {np.shape(arguments[0])}; yours "
                f"have the shapes {loss.shape} and {slope.shape}."
            )
        return np.array([float(loss), *slope.ravel()])

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
    slips=(
        Slip(
            _masked_1,
            "You divide by all rows. Rows without a label for a head must not count: not in the sum, and not in the "
            "number by which it is divided.",
        ),
        Slip(_masked_2, "A missing label became a 0, and the heads learn it. NaN means *not asked*, not *zero*."),
        Slip(_masked_3, "You leave out every row that lacks *one* label. The other head could have learned from it."),
        Slip(_masked_4, "Both sums are divided by the labels of both heads. Each head has a number of its own."),
        Slip(_masked_5, "The loss is right, the slope is half of it: the slope of x squared is 2 x."),
        Slip(_masked_6, "The slope has the right size and the wrong sign: going down it would go up."),
        Slip(_masked_7, "Only the first head pulls at the vectors. The slopes of both are added up."),
        Slip(_masked_8, "These are sums. Divide each head's sum by the number of its labels: a mean."),
        Slip(_masked_9, "NaN spreads: one missing label makes the whole loss NaN. Leave these rows out first."),
    ),
)
def _masked(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for n in (5, 6, 7):
        labels = rng.normal(size=(n, 2))
        labels[:2, 0] = np.nan
        labels[2, 1] = np.nan
        draws.append((rng.normal(size=(n, 3)), rng.normal(size=(3, 2)), labels))
    slips = lesson.exercises["masked-loss"].slips
    hidden = [replace(slip, function=_in_one_row(slip.function)) for slip in slips]
    try:
        compare(_in_one_row(f), _in_one_row(masked_loss), draws, hidden)
    except Wrong as wrong:
        if str(wrong).startswith("For ("):
            raise Wrong(_slope_advice(f, *draws[0])) from None
        raise
    return "Right, by the numerical slope too: each head learns from its own labels, and the vectors hear of both."


def _slope_advice(f: Callable[..., Any], vectors: Floats, weights: Floats, labels: Floats) -> str:
    """Say whether the loss is wrong, or only the slope, by moving one number a little."""
    loss, slope = f(vectors, weights, labels)
    truth, _ = masked_loss(vectors, weights, labels)
    if abs(float(loss) - truth) > 1e-6:
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


def _numbers_1(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    return n_words * d + sum(d * k + k for k in outputs)


def _numbers_2(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    tables = 1 if shared else len(outputs)
    return tables * n_words * d + sum(d * k for k in outputs)


def _numbers_3(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    tables = 1 if shared else len(outputs)
    return tables * (n_words * d + sum(d * k + k for k in outputs))


def _numbers_4(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    tables = 1 if shared else len(outputs)
    return tables * n_words * d


def _numbers_5(n_words: int, d: int, outputs: list[int], shared: bool) -> int:
    tables = 1 if shared else len(outputs)
    return tables * n_words * d + sum(n_words * k + k for k in outputs)


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
    slips=(
        Slip(_numbers_1, "Your function does not look at `shared`. Without sharing each task brings a table."),
        Slip(_numbers_2, "The biases are missing: one for each output."),
        Slip(_numbers_3, "Each head stands there once, shared or not. Only the tables multiply."),
        Slip(_numbers_4, "These are the tables. The heads learn too, few numbers as they have."),
        Slip(_numbers_5, "A head does not see the words. It sees d numbers."),
    ),
)
def _numbers(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [
        (int(rng.integers(20, 90)), int(rng.integers(2, 9)), rng.integers(1, 6, size=k).tolist(), bool(k % 2))
        for k in (2, 3, 4, 5)
    ]
    compare(f, numbers_learned, draws, lesson.exercises["numbers-learned"].slips)
    return "Right. Ten tasks on BERT's word table of 30,522 x 768: 23 million numbers once, or ten times."


# --- find the counterexample: sharing that hurts ---

SEEDS = 20


@lesson.exercise(
    "make-it-hurt",
    "Somebody says: 'sharing never does harm, as long as all labels are right'. Refute it on planted tasks: choose "
    "`relatedness` (0 to 1), `labels` of task B (10 to 2,000), `numbers` a word (1 to 8) and `seeds` so that the 95 % "
    "interval of B's gain lies below 0.",
    hints=(
        "Who suffers in the tug of war: who has room, or who has none? And should the lender know what you need?",
        "Give each word very few numbers, and let task A ask something that has nothing to do with B.",
        '{"relatedness": 0, "labels": 300, "numbers": ..., "seeds": 20}: the number of the first picture.',
    ),
    takes="value",
    seconds=60.0,
    prepare=town_inputs,
)
def _make_it_hurt(value: Any, rng: np.random.Generator) -> str:
    names = ("relatedness", "labels", "numbers", "seeds")
    if not isinstance(value, dict) or not set(names) <= set(value):
        raise Wrong(f"Give a dictionary with {', '.join(names)}.")
    if value["relatedness"] in (None, "random"):
        raise Wrong("With random labels it would be easy. Here all labels are right: relatedness from 0 to 1.", "M45")
    try:
        related, labels, numbers, seeds = (float(value[name]) for name in names)
    except (TypeError, ValueError):
        raise Wrong("All four are numbers.") from None
    limits = {"relatedness": (related, 0, 1), "labels": (labels, 10, 2000), "numbers": (numbers, 1, 8)}
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
    gain = sharing_gain(x, groups, related, int(labels), int(numbers), seeds=range(SEEDS)).gain
    if gain.low > 0:
        raise Wrong(f"Here sharing *helps*: {gain}. It helps who is poor, from a lender who knows something.", "M45")
    if gain.high >= 0:
        raise Wrong(f"The gain is {gain}: the interval holds 0, so this shows nothing. Is the room still too large?")
    return f"Harm with right labels: {gain}. The two tasks want different things, and there is no room for both."


# --- repair my bug ---


def gain_interval(alone: Floats, shared: Floats) -> Floats:
    """Return lower end, mean and upper end of the gain over 20 seeds; 2.09 is Student's t for 20 runs.

    >>> gain_interval(np.zeros(20), np.r_[np.zeros(10), np.ones(10)]).round(2).tolist()
    [0.26, 0.5, 0.74]
    """
    change = shared - alone
    half = 2.09 * change.std(ddof=1) / np.sqrt(len(change))
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


def _gain_interval_1(alone: Floats, shared: Floats) -> Any:
    change = shared - alone
    half = 2.09 * change.std(ddof=1)
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


def _gain_interval_2(alone: Floats, shared: Floats) -> Any:
    change = alone - shared
    half = 2.09 * change.std(ddof=1) / np.sqrt(len(change))
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


def _gain_interval_3(alone: Floats, shared: Floats) -> Any:
    change = shared - alone
    half = 2.09 * shared.std(ddof=1) / np.sqrt(len(change))
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


def _gain_interval_4(alone: Floats, shared: Floats) -> Any:
    change = shared - alone
    half = change.std(ddof=1) / np.sqrt(len(change))
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


def _gain_interval_5(alone: Floats, shared: Floats) -> Any:
    change = shared[:1] - alone[:1]
    half = 0.0
    return np.array([change.mean() - half, change.mean(), change.mean() + half])


@lesson.exercise(
    "repair",
    "gain_interval(alone, shared) should return lower end, mean and upper end of the 95 % interval of the gain over 20 "
    "seeds: the mean of shared - alone, plus and minus 2.09 standard errors. It does not.",
    hints=(
        "Let shared be alone plus 0.1 for every seed: then there is nothing to doubt, and all three should be 0.1.",
        "Four questions: who minus whom, the spread of what, divided by what, times what?",
        "change.mean() plus and minus 2.09 * change.std(ddof=1) / np.sqrt(len(change)).",
    ),
    slips=(
        Slip(_gain_interval_1, "It still gives the spread of single runs. A mean of n runs is surer by the root of n."),
        Slip(_gain_interval_2, "It still has the sign the wrong way round: gain is shared minus alone."),
        Slip(
            _gain_interval_3,
            "It still takes the spread of `shared`. The seeds are paired: what counts is the spread of the *changes*.",
        ),
        Slip(_gain_interval_4, "It still forgets the factor: one standard error covers about 67 %, not 95 %."),
        Slip(_gain_interval_5, "It still looks at one seed alone. One run says nothing about the next."),
    ),
    broken=True,
)
def _repair(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for _ in range(4):
        alone = rng.normal(0.7, 0.05, size=20)
        draws.append((alone, alone + rng.normal(0.03, 0.02, size=20)))
    compare(f, gain_interval, draws, lesson.exercises["repair"].slips)
    return "Repaired: the same seeds, their differences, and how sure we are of the mean."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "one-run",
        "A paper says: 'Sharing raised the accuracy of tone from 0.58 to 0.62.' It was one run, with 100 labels. Does "
        "sharing help here?",
        (
            Option("yes, 4 points are a lot", "With 100 labels another draw of labels alone can move it by that much."),
            Option("no, 4 points are nothing", "They may be real. One run cannot tell."),
            Option("that cannot be said from one run", "Right: ask for the interval over many seeds.", right=True),
        ),
        (
            Option(
                "sharing always helps a little, so it is true anyway",
                "It does not: it helps the poor and related, and can hurt where room is short.",
            ),
            Option(
                "another seed draws other labels and another start, and the gain moves by a similar amount",
                "Yes: only the mean of many runs, with its interval, can show a small gain.",
                right=True,
            ),
            Option(
                "accuracies below 0.7 are useless",
                "With three classes guessing gives 0.33. What counts is the baseline.",
            ),
            Option(
                "100 labels are always too few to learn from",
                "Few labels are just where sharing pays most.",
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "who-gains",
        "A large model was trained on nine language tasks at once (MT-DNN, 2019), and each got its own head on shared "
        "layers. Which task gained most?",
        (
            Option(
                "the one with 393,000 labels (MNLI)",
                "It moved from 86.7 to 86.5: rich tasks have nothing to borrow.",
            ),
            Option("all gained alike", "From -0.2 to +9 points: it depends on how poor a task is, and how related."),
            Option(
                "the one with 2,500 labels (RTE)",
                "Yes: from 70.1 to 79.1, before it was trained alone once more. Its rich relative MNLI did not move.",
                right=True,
            ),
        ),
    ),
    Choice(
        "by-product",
        "You train a network to tell the topic of a sentence, and take its table of word vectors. What will be near "
        "*boat* there?",
        (
            Option(
                "what is used in the same topic, such as river or fisherman",
                "Yes: the table keeps what its task needed. Whether a thing is a person or a vehicle it did not need.",
                right=True,
            ),
            Option(
                "only what could stand in its place, such as ferry or barge",
                "That asks for a task that tells these from fishermen. Topic does not.",
            ),
            Option("nothing sensible: the table was only a by-product", "Look: a by-product, and full of sense."),
        ),
    ),
    Choice(
        "more-room",
        "In the tug of war each word gets two numbers instead of one. Why does peace break out?",
        (
            Option("the weights of the tasks do not matter any more", "They do, as long as there is one direction."),
            Option(
                "each task can have a direction of its own, and ignore the other",
                "Yes: a head reads along its direction. What is at right angles to it does not disturb.",
                right=True,
            ),
            Option("two numbers are twice as exact", "It is not exactness that was missing, but a second direction."),
        ),
    ),
    Choice(
        "frozen",
        "Five tasks use the same frozen BERT vectors, each with a small head. What is true?",
        (
            Option("the tasks pull at BERT, as in the tug of war", "Frozen means: nobody pulls. Only heads learn."),
            Option("a good embedding is good for one task alone", "The same vectors served five quite unlike tasks."),
            Option(
                "they share, but none can help or hurt another",
                "Yes: all the borrowing was done before, when BERT was trained.",
                right=True,
            ),
        ),
    ),
)
