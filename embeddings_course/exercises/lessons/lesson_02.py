"""Lesson 02, Choose your ruler: its exercises and their checks."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import LearnerError, Wrong
from embeddings_course.exercises.engine.slips import Unexplained, compare, rows, telling
from embeddings_course.exercises.engine.telling import alike, as_array, shown
from embeddings_course.exercises.engine.what_if import related
from embeddings_course.files.arrays import Floats
from embeddings_course.vectors import cosine, dims_needed, euclidean, norm, normalise

lesson = Lesson("02", "Choose your ruler", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


# --- exercise: cosine by hand ---


def _cosine(a: Floats, b: Floats) -> Any:
    """Return the cosine of b with a, or with each row of a; the right answer in the form of the exercise."""
    return cosine(a, b) if a.ndim == 1 else np.array([cosine(row, b) for row in a])


def _lengths(a: Floats) -> Any:
    return np.sqrt(np.sum(a * a, axis=-1))


ZERO = (
    "An all-zero vector has no direction: 0 divided by 0. Choose a rule (ours is: cosine 0) and write it "
    "down in your code."
)


def _cosine_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    along, across = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    return [
        ("A vector has the cosine 1 with itself.", (along, along)),
        ("At a right angle the cosine is 0.", (along, across)),
        ("Length must drop out: here only that of the first vector is not 1.", (3 * along, along)),
        ("Length must drop out: here only that of the second vector is not 1.", (along, 3 * along)),
        ("Opposite directions: the cosine is -1.", (along, -2 * along)),
        (
            "Every column counts: multiply number by number, then add up.",
            (np.array([1.0, 2, 2]), np.array([2.0, 1, 2])),
        ),
    ]


@lesson.exercise(
    "cosine",
    "Write cosine_by_hand(a, b): for two vectors it returns one number; for a table a of shape (n, d) and a "
    "vector b of shape (d,) n numbers. "
    "It also has an answer for an all-zero vector.",
    hints=(
        "Three steps: a dot product, two lengths, one division. Which axis do you add along when a is a table?",
        "Use axis=-1 in every sum: it means 'along the last axis', for a vector and for a table alike. "
        "Where a length is 0, divide by 1 instead.",
        "top = np.sum(a * b, axis=-1); lengths = np.sqrt(np.sum(a * a, axis=-1)) * np.sqrt(np.sum(b * b)); "
        "return top / np.where(lengths > 0, lengths, ...): one number is missing.",
    ),
    forbidden=("scipy.spatial", "sklearn", "gensim"),
)
def cosine_task(f: Any, rng: np.random.Generator) -> str:
    pairs = [(rng.normal(size=d).round(1) + 0.05, rng.normal(size=d).round(1) + 0.05) for d in (2, 2, 3, 5, 9)]
    slips = cosine_task.slips
    compare(f, _cosine, pairs, slips, rungs=_cosine_rungs())
    for which, pair in enumerate((([0.0, 0, 0], [1.0, 2, 3]), ([1.0, 2, 3], [0.0, 0, 0]))):
        try:
            zero = as_array(f(*map(np.array, pair)))
        except (TypeError, ValueError):
            raise Wrong(f"{ZERO} (Here {'ab'[which]} is all zero. Whatever your rule is, it gives a number.)") from None
        if zero.size != 1 or not np.isfinite(zero).all() or abs(zero.item()) > 1:
            raise Wrong(f"{ZERO} (Here {'ab'[which]} is all zero.)")
    table, vector = rng.normal(size=(4, 3)).round(1) + 0.05, rng.normal(size=3).round(1) + 0.05
    try:
        whole = f(table, vector)
    except LearnerError as error:
        raise Wrong(
            f"For two vectors it is right. For a table of shape (4, 3) and a vector of shape (3,): {error}"
        ) from None
    if not alike(whole, _cosine(table, vector)):
        shape = np.shape(whole)
        if shape == (4,):
            raise Wrong(
                "Four numbers, but not the cosines of the four rows: was one length taken for the whole table? "
                "np.linalg.norm(a) measures all of it at once; with axis=-1 it measures each row."
            )
        raise Wrong(
            f"For two vectors it is right. For a table of shape (4, 3) and a vector of shape (3,) it should "
            f"give four numbers, "
            f"one for each row; yours gives shape {shape}. Along which axis do you add?"
        )
    table[1] = 0
    if not np.isfinite(np.asarray(f(table, vector), dtype=float)).all():
        raise Wrong(f"Right, until one row of a table is all zero. {ZERO}")
    return "Length has no say any more, zero vectors do not break it, and a whole table goes through at once."


@cosine_task.slip("Length got in: this is the dot product. Both norms are missing.", idea="M01")
def bare_dot_product(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1)


@cosine_task.slip("Length got in. Which norm is missing? Try cosine(10 * a, b).", idea="M01")
def forgets_first_norm(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1) / _lengths(b)


@cosine_task.slip("Length got in. Which norm is missing? Try cosine(a, 10 * b).", idea="M01")
def forgets_second_norm(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1) / _lengths(a)


@cosine_task.slip("You divided by the squared lengths. A length is the square root of the sum of squares.", idea="M01")
def squared_lengths(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1) / (_lengths(a) ** 2 * _lengths(b) ** 2)


@cosine_task.slip("You divided by the sum of the two lengths. It is their product that cancels both.", idea="M01")
def sum_of_lengths(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1) / (_lengths(a) + _lengths(b))


@cosine_task.slip("That is 1 minus the cosine: small where it should be large.", idea="M09")
def one_minus_cosine(a: Floats, b: Floats) -> Any:
    return 1 - np.sum(a * b, axis=-1) / (_lengths(a) * _lengths(b))


@cosine_task.slip("The sign is lost. A negative cosine says 'the other way', and that is worth knowing.", idea="M05")
def loses_the_sign(a: Floats, b: Floats) -> Any:
    return np.abs(np.sum(a * b, axis=-1) / (_lengths(a) * _lengths(b)))


@cosine_task.slip(
    "You took the mean away first. That is another ruler (a correlation): cosine looks from the origin.",
    idea="M02",
)
def takes_the_mean_away(a: Floats, b: Floats) -> Any:
    a, b = a - a.mean(axis=-1, keepdims=True), b - b.mean()
    return np.sum(a * b, axis=-1) / (_lengths(a) * _lengths(b))


@cosine_task.slip("That is the angle, in degrees. The cosine of it is what is asked for: 1 for the same direction.")
def angle_in_degrees(a: Floats, b: Floats) -> Any:
    return np.degrees(np.arccos(np.sum(a * b, axis=-1) / (_lengths(a) * _lengths(b))))


# --- find the counterexample: Euclid and cosine disagree ---


@lesson.exercise(
    "disagree",
    "Build three vectors, query, a and b, so that a is nearer to query by straight-line distance, and b "
    "has the larger cosine with it.",
    hints=(
        "What does distance see that cosine is blind to?",
        "Put b in the very direction of the query, but far out. Put a close by, a little to the side.",
        'With {"query": [1, 0], "b": [10, 0], "a": [1, ...]} one number is missing.',
    ),
    takes="value",
)
def disagree_task(value: Any, rng: np.random.Generator) -> str:
    query, a, b = rows(value, ("query", "a", "b"))
    for name, row in (("query", query), ("a", a), ("b", b)):
        if norm(row) == 0:
            raise Wrong(f"*{name}* is all zero, and has no direction. Cosine cannot compare it with anything.")
    far, near = euclidean(query, b), euclidean(query, a)
    like_a, like_b = cosine(query, a), cosine(query, b)
    told = f"Distances: a {near:.2f}, b {far:.2f}. Cosines: a {like_a:.2f}, b {like_b:.2f}."
    if np.ptp([norm(query), norm(a), norm(b)]) < 1e-9:
        raise Wrong(
            f"{told} All three are equally long, and then the two rulers always agree: "
            "for length 1, distance squared = 2 - 2 x cosine. Change a length.",
            "M04",
        )
    if near < far - 1e-9 and like_b > like_a + 1e-9:
        return f"{told} Two rulers, two neighbours. Neither is wrong: ask first whether length should count."
    if far < near - 1e-9 and like_a > like_b + 1e-9:
        raise Wrong(f"{told} They do disagree, but the other way round: swap a and b.")
    raise Wrong(
        f"{told} Both rulers choose the same neighbour here (or cannot choose). What is cosine blind to?", "M04"
    )


# --- exercise: how many dimensions ---


@lesson.exercise(
    "dims-needed",
    "Write dims(band, share): in how many dimensions do the cosines of random pairs lie between "
    "-band and +band with this share? "
    "Within 10 % will do.",
    hints=(
        "Cosines of random pairs spread like 1 / sqrt(d). How many such spreads must fit into the band?",
        "A bell curve has 95 % between -1.96 and +1.96 spreads; statistics.NormalDist().inv_cdf((1 + share) "
        "/ 2) gives that number "
        "for any share. So band = number / sqrt(d). Solve for d.",
        "z = statistics.NormalDist().inv_cdf((1 + share) / 2); return (z / ...) ** 2: one name is missing.",
    ),
    allowed=("embeddings_course.vectors.random_cosines",),
    seconds=15.0,
    prepare=lambda: dims_needed(0.5, 0.5),  # imports scipy
)
def dims_needed_task(f: Any, rng: np.random.Generator) -> str:
    # the famous question comes last: it alone proves nothing
    draws = [(round(rng.uniform(0.05, 0.25), 3), round(rng.uniform(0.55, 0.99), 3)) for _ in range(8)] + [(0.1, 0.95)]
    truth, mine = [dims_needed(*d) for d in draws], []
    brackets = "inv_cdf((1 + share) / 2) needs its brackets: it takes a share between 0 and 1."
    f = telling(f, "StatisticsError", lambda band, share: brackets)
    for draw in draws:
        answer = f(*draw)
        if np.ndim(answer) != 0 or isinstance(answer, str) or not np.isfinite(float(answer)):
            raise Wrong(f"dims{draw} should be one number; yours is {shown(answer)}.")
        mine.append(float(answer))
    if all(abs(m - t) <= max(2, 0.1 * t) for m, t in zip(mine, truth, strict=True)):
        return (
            f"Right for nine random questions. For 95 % within 0.1 you say {mine[-1]:.0f}; the exact number is "
            f"{truth[-1]}."
        )
    for slip in dims_needed_task.slips:
        theirs = [slip.function(*d) for d in draws]
        if all(abs(m - t) <= max(0.6 if t > 2 else 0, 0.02 * abs(t)) for m, t in zip(mine, theirs, strict=True)):
            raise slip.wrong()
    i = int(np.argmax([abs(m - t) / t for m, t in zip(mine, truth, strict=True)]))
    idea = related(f, dims_needed, draws, mine, truth)
    raise (Wrong if idea else Unexplained)(
        f"{idea} For {draws[i][1]:.1%} within {draws[i][0]} yours says {mine[i]:.0f}; it takes {truth[i]}. "
        "Draw random pairs and count, or use that their cosines spread like 1 / sqrt(d)."
    )


@dims_needed_task.slip("The spread is 1 / sqrt(d), not 1 / d: your number is still to be squared.", idea="M08")
def forgets_to_square(band: float, share: float) -> float:
    return NormalDist().inv_cdf((1 + share) / 2) / band


@dims_needed_task.slip(
    "You cut off one side only. A cosine can leave the band above and below: half of the rest on each side."
)
def cuts_off_one_side(band: float, share: float) -> float:
    return (NormalDist().inv_cdf(share) / band) ** 2


@dims_needed_task.slip(
    "385 is the answer to one question: 95 % within 0.1. Another band, another share, another number."
)
def always_385(band: float, share: float) -> float:
    return 385


@dims_needed_task.slip("1.96 belongs to a share of 95 %. Your function does not look at `share`.")
def always_95_per_cent(band: float, share: float) -> float:
    return (1.96 / band) ** 2


@dims_needed_task.slip("The band goes from -band to +band: it is 2 x band wide already. You counted it twice.")
def counts_the_band_twice(band: float, share: float) -> float:
    return (2 * NormalDist().inv_cdf((1 + share) / 2) / band) ** 2


@dims_needed_task.slip(
    "You used the share outside the band for the share inside. A larger share needs more dimensions."
)
def share_outside_the_band(band: float, share: float) -> float:
    return (NormalDist().inv_cdf(1 - share / 2) / band) ** 2


@dims_needed_task.slip(
    "That fits one spread into the band, about 68 % for any share. Your function does not look at `share`."
)
def always_one_spread(band: float, share: float) -> float:
    return (1 / band) ** 2


@dims_needed_task.slip("Only the band is squared. Solve band = number / sqrt(d) for d: the whole fraction is squared.")
def squares_the_band_only(band: float, share: float) -> float:
    return NormalDist().inv_cdf((1 + share) / 2) / band**2


@dims_needed_task.slip(
    "Only the number is squared. Solve band = number / sqrt(d) for d: the whole fraction is squared."
)
def squares_the_number_only(band: float, share: float) -> float:
    return NormalDist().inv_cdf((1 + share) / 2) ** 2 / band


@dims_needed_task.slip("You multiplied by the band. A narrower band needs *more* dimensions: divide by it.", idea="M08")
def multiplies_by_the_band(band: float, share: float) -> float:
    return (NormalDist().inv_cdf((1 + share) / 2) * band) ** 2


@dims_needed_task.slip("The fraction stands on its head: it is (number / band), squared.")
def band_by_number(band: float, share: float) -> float:
    return (band / NormalDist().inv_cdf((1 + share) / 2)) ** 2


@dims_needed_task.slip("cdf goes from a number to a share. Here a share is given: the way back is inv_cdf.")
def takes_cdf_for_its_inverse(band: float, share: float) -> float:
    return (NormalDist().cdf((1 + share) / 2) / band) ** 2


@dims_needed_task.slip(
    "You divided by twice the band. The number of spreads is counted from the middle: band, not width."
)
def divides_by_the_whole_width(band: float, share: float) -> float:
    return (NormalDist().inv_cdf((1 + share) / 2) / (2 * band)) ** 2


@dims_needed_task.slip("A square root too much: d is the *square* of number / band.", idea="M08")
def takes_the_root(band: float, share: float) -> float:
    return float(np.sqrt(NormalDist().inv_cdf((1 + share) / 2) / band))


# --- find the counterexample: a detour that is shorter than the straight way ---


@lesson.exercise(
    "detour",
    "Somebody measures distance as 1 - cosine. Refute that it is a distance: vectors a, b and c for "
    "which the way from a to c "
    "is longer than the way from a to b plus the way from b to c.",
    hints=(
        "Lesson 01: the straight way is never longer than a detour. Look for a detour that is too cheap.",
        "Two dimensions are enough. What does 1 - cosine say for 45 degrees, and what for 90?",
        'With {"a": [1, 0], "c": [0, 1], "b": [1, ...]} one number is missing.',
    ),
    takes="value",
)
def detour_task(value: Any, rng: np.random.Generator) -> str:
    a, b, c = rows(value, ("a", "b", "c"))
    if min(norm(a), norm(b), norm(c)) == 0:
        raise Wrong("One of the vectors is all zero and has no direction. Give each at least one number that is not 0.")
    ab, bc, ac = 1 - cosine(a, b), 1 - cosine(b, c), 1 - cosine(a, c)
    told = f"From a to b {ab:.2f}, from b to c {bc:.2f}, together {ab + bc:.2f}; straight from a to c {ac:.2f}."
    if ac > ab + bc + 1e-9:
        return f"{told} A detour that is shorter than the straight way: 1 - cosine is useful, but it is not a distance."
    if max(ab, bc) < 1e-9:
        raise Wrong(f"{told} All point in the same direction, so nothing is anywhere.", "M09")
    raise Wrong(
        f"{told} Here the straight way is no longer than the detour. Try directions at 0, 45 and 90 degrees.", "M09"
    )


# --- repair my bug ---


@lesson.exercise(
    "repair",
    "unit_rows(table) should scale each row to length 1, and leave an all-zero row all zero. It does not.",
    hints=(
        "Try [[3, 4], [0, 0]] and compute the lengths of the rows that come out.",
        "Three questions: along which axis is added, is it a length (square root of squares), and what "
        "happens to a zero row?",
        "lengths = np.sqrt(np.sum(table**2, axis=1, keepdims=True)), and where a length is 0, divide by 1.",
    ),
    broken=True,
    allowed=("embeddings_course.vectors.norm",),
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for _ in range(6):
        table = rng.normal(size=(4, 3)).round(1) + 0.05
        table[int(rng.integers(4))] = 0
        draws.append((table,))
    f = telling(f, "ValueError", lambda table: "One length a row, and it must stand beside its row: keepdims=True.")
    if np.shape(first := f(*draws[0])) == (3, 3):
        raise leaves_zero_rows_out.wrong()
    if np.shape(first) == (4, 3) and not np.isnan(first := as_array(first)).any():
        zero = ~draws[0][0].any(axis=1)
        if first[zero].any() and alike(first[~zero], normalise(draws[0][0])[~zero]):
            raise zero_row_becomes_something.wrong()
    compare(f, normalise, draws, repair_task.slips)
    return "Repaired: each row has length 1, and a row of zeros stays what it is."


@repair_task.slip("It still measures columns, not rows: axis=0 adds down, axis=1 adds along.")
def measures_columns(table: Floats) -> Floats:
    lengths = np.sqrt(np.sum(table**2, axis=0))
    return table / np.where(lengths > 0, lengths, 1)


@repair_task.slip("It still divides by the sum of the numbers. A length is the square root of the sum of squares.")
def divides_by_the_sum(table: Floats) -> Floats:
    lengths = np.sum(table, axis=1, keepdims=True)
    return table / np.where(lengths != 0, lengths, 1)


@repair_task.slip("It still divides by the squared length. The square root is missing.")
def divides_by_squared_length(table: Floats) -> Floats:
    lengths = np.sum(table**2, axis=1, keepdims=True)
    return table / np.where(lengths > 0, lengths, 1)


@repair_task.slip("It still divides all rows by one number. Each row has a length of its own: axis=1, keepdims=True.")
def one_length_for_all_rows(table: Floats) -> Floats:
    length = np.sqrt(np.sum(table**2))
    return table / np.where(length > 0, length, 1)


@repair_task.slip("It is right but for the zero row: 0 divided by 0. A row without direction must stay all zero.")
def zero_row_divides_by_zero(table: Floats) -> Floats:
    return table / np.sqrt(np.sum(table**2, axis=1, keepdims=True))


@repair_task.slip(
    "It is right but for the zero row, which is not all zero any more. A row without direction stays zero."
)
def zero_row_becomes_something(table: Floats) -> Floats:
    lengths = np.sqrt(np.sum(table**2, axis=1, keepdims=True))
    return np.where(lengths > 0, table / np.where(lengths > 0, lengths, 1), 1.0)


@repair_task.slip("A row is missing: an all-zero row stays in the table, as it is.")
def leaves_zero_rows_out(table: Floats) -> Floats:
    lengths = np.sqrt(np.sum(table**2, axis=1, keepdims=True))
    return (table / np.where(lengths > 0, lengths, 1))[lengths[:, 0] > 0]


@repair_task.slip("It multiplies by the length, so long rows grow. Divide.")
def multiplies_by_the_length(table: Floats) -> Floats:
    return table * np.sqrt(np.sum(table**2, axis=1, keepdims=True))


@repair_task.slip("These are the lengths. Asked for is the table, each row divided by its length.")
def returns_the_lengths(table: Floats) -> Floats:
    return np.sqrt(np.sum(table**2, axis=1, keepdims=True))


@repair_task.slip("It still divides by the sum of the sizes. A length is the square root of the sum of squares.")
def divides_by_the_sum_of_sizes(table: Floats) -> Floats:
    lengths = np.sum(np.abs(table), axis=1, keepdims=True)
    return table / np.where(lengths > 0, lengths, 1)


@repair_task.slip("It squares the numbers themselves. Only the length is made of squares; the row stays a row.")
def squares_the_row(table: Floats) -> Floats:
    squares = np.sum(table**2, axis=1, keepdims=True)
    return table**2 / np.where(squares > 0, squares, 1)


@repair_task.slip("It still divides by the largest number. That is not the length: try [3, 4], whose length is 5.")
def divides_by_the_largest(table: Floats) -> Floats:
    largest = np.max(np.abs(table), axis=1, keepdims=True)
    return table / np.where(largest > 0, largest, 1)
