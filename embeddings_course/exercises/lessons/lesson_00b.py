"""Lesson 00b, Toolbox: arrays, axes, broadcasting, dot product, logarithm, slope, probability."""

from __future__ import annotations

from typing import Any

import numpy as np

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.own_work import has_loop
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Unexplained, compare, numbers, telling
from embeddings_course.exercises.engine.telling import alike, as_array, shown
from embeddings_course.files.arrays import Floats

lesson = Lesson("00b", "Toolbox", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- exercise: broadcasting ---


@lesson.exercise(
    "gaps",
    "Write gaps(table, row): how far each word of the table lies from one row, number by number. "
    "Shapes: (n, d) and (d,) give (n, d). Without a loop.",
    hints=(
        "Write the two shapes below each other and line them up from the right.",
        "(n, d) and (d,) line up as they are: NumPy repeats the row for each word.",
        "return table - ...",
    ),
)
def gaps_task(f: Any, rng: np.random.Generator) -> str:
    draws = [(rng.normal(size=(n, d)).round(1), rng.normal(size=d).round(1)) for n, d in ((2, 3), (3, 3), (5, 2))]
    if (shape := np.shape(f(*draws[0]))) in ((2,), (3,)):
        raise (adds_along_columns if shape == (2,) else adds_down_rows).wrong()
    f = telling(f, "ValueError", lambda table, row: f"{table.shape} and {row.shape} fit as they are: turn neither.")
    if not all(alike(f(*draw), np.abs(draw[0] - draw[1])) for draw in draws):  # "how far" may well be without a sign
        compare(f, lambda table, row: table - row, draws, gaps_task.slips)
    if has_loop(f):
        raise loops.wrong()
    return "One subtraction, n words. Broadcasting did the repeating."


@gaps_task.slip("The right size and the wrong sign: it is the table minus the row.")
def row_minus_table(table: Floats, row: Floats) -> Floats:
    return row - table


@gaps_task.slip("Right numbers, but with a loop: asked for is one subtraction. Shapes (n, d) and (d,) fit as they are.")
def loops(table: Floats, row: Floats) -> Floats:
    return np.array([[a - b for a, b in zip(line, row, strict=True)] for line in table])


@gaps_task.slip("You added along the columns. One gap for each number was asked: shape (n, d).")
def adds_along_columns(table: Floats, row: Floats) -> Floats:
    return (table - row).sum(axis=1)


@gaps_task.slip("You added (or chose) down the rows. One gap for each number was asked: shape (n, d), a row a word.")
def adds_down_rows(table: Floats, row: Floats) -> Floats:
    return np.abs(table - row).sum(axis=0)


@gaps_task.slip("You divided. That says how many times as large; how far is a difference: minus.")
def divides_by_the_row(table: Floats, row: Floats) -> Floats:
    return table / row


@gaps_task.slip("You took one sum away from everything. Each column has its own number in the row.")
def one_sum_for_all_columns(table: Floats, row: Floats) -> Floats:
    return table - row.sum()


@gaps_task.slip("You took one mean away from everything. Each column has its own number in the row.")
def one_mean_for_all_columns(table: Floats, row: Floats) -> Floats:
    return table - row.mean()


# --- exercise: slope by nudging ---


def _one_slope(answer: Any) -> float:
    """Read one number, or say what came."""
    try:
        return float(as_array(answer)[()])
    except (TypeError, ValueError):
        raise Wrong(f"A slope is one number, such as 4.6; yours is {shown(answer)}.") from None


@lesson.exercise(
    "slope",
    "Write slope(f, x): how fast f climbs at x, by nudging x a little. Two decimals are enough.",
    hints=(
        "How much does f change when x changes by a thousandth?",
        "The change of f, divided by the nudge.",
        "nudge = 1e-6; return (f(x + nudge) - f(x)) / ...",
    ),
)
def slope_task(f: Any, rng: np.random.Generator) -> str:
    curves = (lambda x: x * x, lambda x: 3 * x + 1, lambda x: x**3)
    slopes = (lambda x: 2 * x, lambda x: 3.0, lambda x: 3 * x * x)
    xs = rng.uniform(1, 3, size=3).round(1)
    tried = [(curve, float(x), slope(x)) for curve, slope in zip(curves, slopes, strict=True) for x in xs]
    mine = [_one_slope(f(curve, x)) for curve, x, _ in tried]
    off = next((i for i, (*_, due) in enumerate(tried) if not abs(mine[i] - due) <= 0.02), None)
    if off is not None:
        if mine[off] == 0:
            raise nudge_vanishes.wrong()
        for slip in slope_task.slips:  # alike at one place is luck: 6 is 5.8 rounded, and the slope at 3
            theirs = [slip.function(curve, x) for curve, x, _ in tried]
            if all(abs(t - m) < 1e-3 + 1e-5 * abs(t) for t, m in zip(theirs, mine, strict=True)):
                raise slip.wrong()
        _, x, due = tried[off]
        raise Unexplained(f"At {x:g} yours gives {mine[off]:.2f}; a small nudge gives {due:.2f}.")
    return "You measured a slope without any calculus. In lesson 05 a network learns by this."


@slope_task.slip("That is the change, not the slope. Divide it by the nudge that caused it.")
def change_not_slope(f: Any, x: float) -> float:
    return float(f(x + 1e-6) - f(x))


@slope_task.slip(
    "Your nudge is lost in rounding: x + nudge is x again, so nothing changes. A computer keeps about 16 digits; nudge "
    "by a millionth."
)
def nudge_vanishes(f: Any, x: float) -> float:
    return float((f(x + 1e-18) - f(x)) / 1e-18)


@slope_task.slip("Your nudge nearly drowns in rounding: of the 16 digits one is left. Nudge by a millionth.")
def nudge_drowns(f: Any, x: float) -> float:
    return float((f(x + 1e-15) - f(x)) / 1e-15)


@slope_task.slip("You went backwards: the new value minus the old one, or the sign flips.")
def goes_backwards(f: Any, x: float) -> float:
    return float((f(x) - f(x + 1e-6)) / 1e-6)


@slope_task.slip("f(x) / x is the slope of a line from 0. The slope *at* x needs a nudge at x.")
def line_from_zero(f: Any, x: float) -> float:
    return float(f(x) / x)


@slope_task.slip(
    "Your nudge is 1, a leap. On a curve the slope changes under your feet: nudge by a thousandth or less."
)
def nudges_by_a_leap(f: Any, x: float) -> float:
    return float((f(x + 1) - f(x)) / 1)


@slope_task.slip("You nudged to both sides, so the step is two nudges wide: divide by twice the nudge.")
def divides_by_one_of_two_nudges(f: Any, x: float) -> float:
    return float((f(x + 1e-6) - f(x - 1e-6)) / 1e-6)


@slope_task.slip("Brackets: only f(x) was divided. The whole change, (f(x + nudge) - f(x)), is divided by the nudge.")
def divides_before_it_subtracts(f: Any, x: float) -> float:
    return float(f(x + 1e-6) - f(x) / 1e-6)


@slope_task.slip("Your nudge is a tenth: on a curve the slope has changed by then. Nudge by a thousandth or less.")
def nudges_by_a_tenth(f: Any, x: float) -> float:
    return float((f(x + 0.1) - f(x)) / 0.1)


@slope_task.slip("Your nudge is a hundredth: on a curve the second decimal feels it. Nudge by a thousandth or less.")
def nudges_by_a_hundredth(f: Any, x: float) -> float:
    return float((f(x + 0.01) - f(x)) / 0.01)


@slope_task.slip("That is how high the curve stands, not how fast it climbs. Take the change over a nudge.")
def height_not_slope(f: Any, x: float) -> float:
    return float(f(x))


@slope_task.slip("You added the two heights. The slope comes from their difference, divided by the nudge.")
def adds_the_heights(f: Any, x: float) -> float:
    return float((f(x + 1e-6) + f(x)) / 1e-6)


@slope_task.slip("Your nudge is a leap backwards. On a curve the slope changes on the way: a thousandth or less.")
def leaps_backwards(f: Any, x: float) -> float:
    return float(f(x) - f(x - 1))


@slope_task.slip("Your nudge is a leap to both sides. On a curve the slope changes on the way: a thousandth or less.")
def leaps_to_both_sides(f: Any, x: float) -> float:
    return float((f(x + 1) - f(x - 1)) / 2)


@slope_task.slip("2 * x is the slope of the square alone. Ask f itself: it may be another curve.")
def knows_the_square_only(f: Any, x: float) -> float:
    return 2 * x


@slope_task.slip("That is the slope at 3, whatever `x` is. Nudge where you stand: at `x`.")
def always_at_three(f: Any, x: float) -> float:
    return float((f(3 + 1e-6) - f(3)) / 1e-6)


@slope_task.slip("You rounded (or cut) to a whole number. Two decimals are asked for.")
def rounds_to_whole(f: Any, x: float) -> float:
    return float(round((f(x + 1e-6) - f(x)) / 1e-6))


@slope_task.slip("You divided by another nudge than you took: both must be the same number.")
def two_unequal_nudges(f: Any, x: float) -> float:
    return float((f(x + 1e-3) - f(x)) / 1e-4)


@slope_task.slip("The fraction stands on its head: the change of f is divided by the nudge.")
def nudge_by_change(f: Any, x: float) -> float:
    return float(1e-6 / (f(x + 1e-6) - f(x)))


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
def zero_dot_task(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, list | tuple | np.ndarray) or len(value) != 2:
        raise Wrong("Give two vectors, such as ([1, 2], [3, 4]).")
    a = numbers(value[0], "The first vector")
    b = numbers(value[1], "The second vector", len(a))
    if not a.any() or not b.any():
        raise Wrong("One of yours is all zeros: that fits the claim. Look for two that are not.")
    if abs(float(a / np.abs(a).max() @ (b / np.abs(b).max()))) > 1e-9:  # tiny numbers are no way out
        tiny = "too small for a computer to tell from 0. Take ordinary numbers"
        raise Wrong(f"Multiply and add: your dot product is {f'{a @ b:g}, not 0' if abs(a @ b) > 1e-6 else tiny}.")
    return "At right angles: neither is nothing, and yet they agree on nothing."


# --- repair my bug ---


@lesson.exercise(
    "row-shares",
    "Repair row_shares(counts): each row of counts should become shares that add up to 1.",
    hints=(
        "Add up each row of the result. What should come out, and what does?",
        "Which axis must disappear, so that one total for each row stays? And does it line up again?",
        "return counts / counts.sum(axis=1, keepdims=...)",
    ),
    broken=True,
)
def row_shares_task(f: Any, rng: np.random.Generator) -> str:
    draws = [(rng.integers(1, 9, size=shape).astype(float),) for shape in ((2, 2), (3, 3), (4, 2))]
    f = telling(f, "ValueError", lambda counts: "One total a row, and it must stand beside its row: keepdims=True.")
    compare(f, lambda counts: counts / counts.sum(axis=1, keepdims=True), draws, row_shares_task.slips)
    return "Each row adds up to 1: probabilities, ready for lesson 03."


@row_shares_task.slip("Every *column* adds up to 1 now. The numbers of one row lie along axis 1.")
def columns_add_up(counts: Floats) -> Floats:
    return counts / counts.sum(axis=0)


@row_shares_task.slip("The whole table adds up to 1 now. Each row has a total of its own.")
def whole_table_adds_up(counts: Floats) -> Floats:
    return counts / counts.sum()


@row_shares_task.slip("You divided by the largest count of each row. Shares come from the total.")
def divides_by_the_largest(counts: Floats) -> Floats:
    return counts / counts.max(axis=1, keepdims=True)


@row_shares_task.slip("You divided by the length (the root of the squares). Shares come from the plain total.")
def divides_by_the_length(counts: Floats) -> Floats:
    return counts / np.sqrt((counts**2).sum(axis=1, keepdims=True))


@row_shares_task.slip("You took exp first: that is a softmax, for scores. Counts are shared out as they are.")
def softmax_of_counts(counts: Floats) -> Floats:
    return np.exp(counts) / np.exp(counts).sum(axis=1, keepdims=True)


@row_shares_task.slip("You divided by the mean of each row, not by its sum. Shares come from the total.")
def divides_by_the_mean(counts: Floats) -> Floats:
    return counts / counts.mean(axis=1, keepdims=True)


@row_shares_task.slip("You divided by the number of columns: that is a mean. Shares come from the total.")
def divides_by_number_of_columns(counts: Floats) -> Floats:
    return counts / counts.shape[1]
