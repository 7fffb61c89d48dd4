"""Lesson 00b, Toolbox: arrays, axes, broadcasting, dot product, logarithm, slope, probability."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Choice, Judgement, Option
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, compare, numbers

Floats = NDArray[np.floating]

lesson = Lesson("00b", "Toolbox")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---

lesson.add_predictions(
    Choice(
        "mean-axis",
        "`table` has shape (3, 4): three words, four numbers each. What is the shape of `table.mean(axis=0)`?",
        (
            Option(
                "(3,): one number for each word",
                "That is `axis=1`. The axis that you name is the one that disappears: axis 0 holds the 3 words.",
            ),
            Option(
                "(4,): one number for each column",
                "Axis 0, the words, disappears; one mean for each question stays.",
                right=True,
            ),
            Option(
                "a single number",
                "That is `table.mean()` without an axis: then both axes disappear.",
            ),
            Option(
                "(3, 4): nothing changes",
                "A mean puts many numbers into one, so an axis must go. With `keepdims=True` it stays with size 1.",
            ),
        ),
    ),
    Choice(
        "log",
        "log2(8) is 3. What is log2(0.5)?",
        (
            Option("0.25", "That is half of a half, a product. A logarithm counts doublings instead."),
            Option("-1", "One halving is one doubling backwards: minus one.", right=True),
            Option("0", "0 is the logarithm of 1: no doubling at all. A half is below that."),
            Option("it has none", "0 has none, and no negative number has one. Every positive number does."),
        ),
    ),
)


# --- exercise: broadcasting ---


def _gaps_1(table: Floats, row: Floats) -> Floats:
    return row - table


def _gaps_2(table: Floats, row: Floats) -> Floats:
    return (table - row).sum(axis=1)


def _gaps_3(table: Floats, row: Floats) -> Floats:
    return table - row.mean()


@lesson.exercise(
    "gaps",
    "Write gaps(table, row): how far each word of the table lies from one row, number by number. "
    "Shapes: (n, d) and (d,) give (n, d). No loop is needed.",
    hints=(
        "Write the two shapes below each other and line them up from the right.",
        "(n, d) and (d,) line up as they are: NumPy repeats the row for each word.",
        "return table - ...",
    ),
    slips=(
        Slip(_gaps_1, "The right size and the wrong sign: it is the table minus the row."),
        Slip(_gaps_2, "You added along the columns. One gap for each number was asked: shape (n, d)."),
        Slip(_gaps_3, "You took one mean away from everything. Each column has its own number in the row."),
    ),
)
def _gaps(f: Any, rng: np.random.Generator) -> str:
    draws = [(rng.normal(size=(n, d)).round(1), rng.normal(size=d).round(1)) for n, d in ((2, 3), (3, 3), (5, 2))]
    compare(f, lambda table, row: table - row, draws, lesson.exercises["gaps"].slips)
    return "One subtraction, n words. Broadcasting did the repeating."


# --- exercise: slope by nudging ---


def _slope_1(f: Any, x: float) -> float:
    return float(f(x + 1e-6) - f(x))


def _slope_2(f: Any, x: float) -> float:
    return float((f(x) - f(x + 1e-6)) / 1e-6)


def _slope_3(f: Any, x: float) -> float:
    return float(f(x) / x)


def _slope_4(f: Any, x: float) -> float:
    return float((f(x + 1) - f(x)) / 1)


@lesson.exercise(
    "slope",
    "Write slope(f, x): how fast f climbs at x, by nudging x a little. Two decimals are enough.",
    hints=(
        "How much does f change when x changes by a thousandth?",
        "The change of f, divided by the nudge.",
        "nudge = 1e-6; return (f(x + nudge) - f(x)) / ...",
    ),
    slips=(
        Slip(_slope_1, "That is the change, not the slope. Divide it by the nudge that caused it."),
        Slip(_slope_2, "You went backwards: the new value minus the old one, or the sign flips."),
        Slip(_slope_3, "f(x) / x is the slope of a line from 0. The slope *at* x needs a nudge at x."),
        Slip(
            _slope_4,
            "Your nudge is 1, a leap. On a curve the slope changes under your feet: nudge by a thousandth or less.",
        ),
    ),
)
def _slope(f: Any, rng: np.random.Generator) -> str:
    curves = (lambda x: x * x, lambda x: 3 * x + 1, lambda x: x**3)
    slopes = (lambda x: 2 * x, lambda x: 3.0, lambda x: 3 * x * x)
    xs = rng.uniform(1, 3, size=3).round(1)
    for curve, slope in zip(curves, slopes, strict=True):
        for x in xs:
            mine = float(numbers([f(curve, float(x))], "Your slope", 1)[0])
            if abs(mine - slope(x)) > 0.02:
                for slip in lesson.exercises["slope"].slips:
                    if abs(slip.function(curve, float(x)) - mine) < 1e-3:
                        raise Wrong(slip.says, slip.idea)
                raise Wrong(f"At {x:g} yours gives {mine:.2f}; a small nudge gives {slope(x):.2f}.")
    return "You measured a slope without any calculus. In lesson 05 a network learns by this."


# --- find the counterexample ---


@lesson.exercise(
    "zero-dot",
    "Somebody claims: a dot product of 0 means that one of the two vectors is all zeros. Refute it with two vectors: "
    "a pair (a, b).",
    hints=(
        "Products may cancel, or each product may be 0 on its own.",
        "What if one vector is 0 exactly where the other is not?",
        "([1, 0], [0, ...])",
    ),
    takes="value",
)
def _zero_dot(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise Wrong("Give two vectors, such as ([1, 2], [3, 4]).")
    a = numbers(value[0], "The first vector")
    b = numbers(value[1], "The second vector", len(a))
    if not a.any() or not b.any():
        raise Wrong("One of yours is all zeros: that fits the claim. Look for two that are not.")
    if abs(float(a @ b)) > 1e-9:
        raise Wrong(f"Multiply and add: your dot product is {float(a @ b):g}, not 0.")
    return "At right angles: neither is nothing, and yet they agree on nothing."


# --- repair my bug ---


def _row_shares_1(counts: Floats) -> Floats:
    return counts / counts.sum(axis=0)


def _row_shares_2(counts: Floats) -> Floats:
    return counts / counts.sum()


def _row_shares_3(counts: Floats) -> Floats:
    return counts / counts.max(axis=1, keepdims=True)


def _row_shares_4(counts: Floats) -> Floats:
    return counts / counts.shape[1]


@lesson.exercise(
    "row-shares",
    "Repair row_shares(counts): each row of counts should become shares that add up to 1.",
    hints=(
        "Add up each row of the result. What should come out, and what does?",
        "Which axis must disappear, so that one total for each row stays? And does it line up again?",
        "return counts / counts.sum(axis=1, keepdims=...)",
    ),
    slips=(
        Slip(_row_shares_1, "Every *column* adds up to 1 now. The numbers of one row lie along axis 1."),
        Slip(_row_shares_2, "The whole table adds up to 1 now. Each row has a total of its own."),
        Slip(_row_shares_3, "You divided by the largest count of each row. Shares come from the total."),
        Slip(_row_shares_4, "You divided by the number of columns: that is a mean. Shares come from the total."),
    ),
    broken=True,
)
def _row_shares(f: Any, rng: np.random.Generator) -> str:
    draws = [(rng.integers(1, 9, size=shape).astype(float),) for shape in ((2, 2), (3, 3), (4, 2))]
    compare(f, lambda counts: counts / counts.sum(axis=1, keepdims=True), draws, lesson.exercises["row-shares"].slips)
    return "Each row adds up to 1: probabilities, ready for lesson 03."


# --- answer, reason, how sure; quiz ---

lesson.add_judgements(
    Judgement(
        "shapes",
        "A table of shape (4, 4) minus its row means, `table - table.mean(axis=1)`, runs without an error. "
        "Is the result right?",
        (
            Option("yes", "NumPy is content, but it is the wrong subtraction.", right=False),
            Option("no", "It ran, and it is wrong: the dangerous kind of bug.", right=True),
        ),
        (
            Option(
                "no error means that the shapes were right",
                "An error tells you that shapes do not fit. Silence does not tell you that they fit as you meant.",
            ),
            Option(
                "the four means are laid along the columns, not along the rows",
                "(4,) lines up from the right: mean number 2 is taken from *column* 2. Keep the axis: keepdims=True.",
                right=True,
            ),
            Option("NumPy rounds", "NumPy does not round here."),
        ),
    )
)

lesson.add_quiz(
    Choice(
        "shape",
        "A table holds 17 words with 7 numbers each. What is the shape of one row?",
        (
            Option("(17,)", "17 is the number of words. One row is one word."),
            Option("(7,)", "One word, seven numbers.", right=True),
            Option("(1, 7)", "That is a table with one row: `table[0:1]`. `table[0]` has one axis less."),
        ),
    ),
    Choice(
        "probability",
        "9 of 10 uses of a word have sense A. Always guessing A is right how often?",
        (
            Option("half of the time: there are two senses", "Two possibilities need not be equally likely."),
            Option("0.9 of the time", "And that is the score any clever method has to beat.", right=True),
            Option("0.81 of the time", "That is 0.9 times 0.9: right twice in a row."),
        ),
    ),
    Choice(
        "log-zero",
        "Why is log(0) a nuisance in tables of counts?",
        (
            Option(
                "because most cells of such a table are 0, and log(0) is minus infinity",
                "Words mostly do not meet. Lesson 03 shows how to live with that.",
                right=True,
            ),
            Option("because counts are never 0", "Nearly all of them are: most words never meet most words."),
            Option("because logarithms are slow", "They are fast. The trouble is minus infinity, not time."),
        ),
    ),
)
