"""Lesson 02, Choose your ruler: its predictions, exercises, judgement and quiz."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option
from embeddings_course.exercises.engine.run_safely import LearnerError, Wrong
from embeddings_course.exercises.engine.slips import Slip, alike, compare, rows
from embeddings_course.vectors import cosine, dims_needed, euclidean, norm, normalise

Floats = NDArray[np.floating]

lesson = Lesson("02", "Choose your ruler")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---

lesson.add_predictions(
    Choice(
        "times-ten",
        "You multiply the vector of *bank* by 10 and leave all others alone. What happens to its cosines "
        "with the others?",
        (
            Option(
                "they grow tenfold",
                "The dot product grows tenfold. But so does the length of *bank*, and cosine divides by it.",
            ),
            Option("they grow a little", "Length does not enter a little: it is divided away completely."),
            Option(
                "nothing",
                "Cosine divides length away: only the direction counts, and ten times as long is the same direction.",
                right=True,
            ),
            Option(
                "they shrink",
                "It is the straight-line distances that change here: *bank* flies far away from the rest.",
            ),
        ),
    ),
    Choice(
        "plus-100",
        "You add 100 to every number in the table. What happens to distances and cosines?",
        (
            Option(
                "both are unchanged",
                "Distances are unchanged, angles from the origin are not. Plot the origin: all words now "
                "stand far away from it, "
                "in nearly the same direction.",
            ),
            Option(
                "distances stay, all cosines go to nearly 1",
                "The points moved together, so the gaps between them stay. But seen from the origin, they "
                "all lie in one direction now.",
                right=True,
            ),
            Option(
                "distances grow, cosines stay",
                "The other way round. A difference of two rows does not feel the 100; the angle at the origin does.",
            ),
            Option(
                "all cosines go to nearly 0",
                "Cosine 0 means a right angle at the origin. Now all points lie in one direction from it.",
            ),
        ),
    ),
    Choice(
        "rotate",
        "A random rotation turns the whole table. Which of these is the same as before?",
        (
            Option(
                "the number in each cell",
                "Every cell changes: each new column is a mixture of all the old ones, and the column names are gone.",
            ),
            Option(
                "the meaning of the columns",
                "The names vanish: no column is about money any more. The information is still there, but "
                "written in the machine's handwriting.",
            ),
            Option(
                "all distances, all cosines, all neighbours",
                "A rotation moves everything together. What a table *says* about similarity does not live in "
                "its columns.",
                right=True,
            ),
            Option("nothing", "It looks so, cell by cell. Now measure a distance before and after."),
        ),
    ),
    Number(
        "random-768",
        "Two random directions among 768 numbers: how large is their cosine typically, without its sign?",
        (
            Band(0, 0.01, "A little more: typically about 1 / sqrt(768), and that is 0.036."),
            Band(
                0.01,
                0.06,
                "Yes: the typical size is 1 / sqrt(768) = 0.036. In so many dimensions nearly all pairs are "
                "nearly perpendicular.",
                right=True,
            ),
            Band(
                0.06,
                0.3,
                "That would be so with 12 to 250 numbers. The typical size is 1 / sqrt(d), and with 768 "
                "numbers that is 0.036.",
            ),
            Band(
                0.3,
                1.001,
                "So it is on paper, in two dimensions. Our eyes know nothing else. With 768 numbers it is 0.036.",
            ),
        ),
        low=0,
        high=1,
    ),
)


# --- exercise: cosine by hand ---


def _cosine(a: Floats, b: Floats) -> Any:
    """Return the cosine of b with a, or with each row of a; the right answer in the form of the exercise."""
    return cosine(a, b) if a.ndim == 1 else np.array([cosine(row, b) for row in a])


def _lengths(a: Floats) -> Any:
    return np.sqrt(np.sum(a * a, axis=-1))


def _cosine_1(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1)


def _cosine_2(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1) / _lengths(b)


def _cosine_3(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1) / _lengths(a)


def _cosine_4(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1) / (_lengths(a) ** 2 * _lengths(b) ** 2)


def _cosine_5(a: Floats, b: Floats) -> Any:
    return np.sum(a * b, axis=-1) / (_lengths(a) + _lengths(b))


def _cosine_6(a: Floats, b: Floats) -> Any:
    return 1 - np.sum(a * b, axis=-1) / (_lengths(a) * _lengths(b))


def _cosine_7(a: Floats, b: Floats) -> Any:
    return np.abs(np.sum(a * b, axis=-1) / (_lengths(a) * _lengths(b)))


def _cosine_8(a: Floats, b: Floats) -> Any:
    a, b = a - a.mean(axis=-1, keepdims=True), b - b.mean()
    return np.sum(a * b, axis=-1) / (_lengths(a) * _lengths(b))


def _cosine_9(a: Floats, b: Floats) -> Any:
    return np.degrees(np.arccos(np.sum(a * b, axis=-1) / (_lengths(a) * _lengths(b))))


ZERO = (
    "An all-zero vector has no direction: 0 divided by 0. Choose a rule (ours is: cosine 0) and write it "
    "down in your code."
)


@lesson.exercise(
    "cosine",
    "Write cosine(a, b): for two vectors it returns one number; for a table a of shape (n, d) and a "
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
    slips=(
        Slip(_cosine_1, "Length got in: this is the dot product. Both norms are missing.", "M01"),
        Slip(_cosine_2, "Length got in. Which norm is missing? Try cosine(10 * a, b).", "M01"),
        Slip(_cosine_3, "Length got in. Which norm is missing? Try cosine(a, 10 * b).", "M01"),
        Slip(
            _cosine_4, "You divided by the squared lengths. A length is the square root of the sum of squares.", "M01"
        ),
        Slip(_cosine_5, "You divided by the sum of the two lengths. It is their product that cancels both.", "M01"),
        Slip(_cosine_6, "That is 1 minus the cosine: small where it should be large.", "M09"),
        Slip(_cosine_7, "The sign is lost. A negative cosine says 'the other way', and that is worth knowing.", "M05"),
        Slip(
            _cosine_8,
            "You took the mean away first. That is another ruler (a correlation): cosine looks from the origin.",
            "M02",
        ),
        Slip(
            _cosine_9, "That is the angle, in degrees. The cosine of it is what is asked for: 1 for the same direction."
        ),
    ),
)
def _check_cosine(f: Any, rng: np.random.Generator) -> str:
    pairs = [(rng.normal(size=d).round(1) + 0.05, rng.normal(size=d).round(1) + 0.05) for d in (2, 2, 3, 5, 9)]
    slips = lesson.exercises["cosine"].slips
    compare(f, _cosine, pairs, slips)
    zero = f(np.zeros(3), np.array([1.0, 2.0, 3.0]))
    if not np.all(np.isfinite(np.asarray(zero, dtype=float))) or abs(float(zero)) > 1:
        raise Wrong(ZERO)
    table, vector = rng.normal(size=(4, 3)).round(1) + 0.05, rng.normal(size=3).round(1) + 0.05
    try:
        whole = f(table, vector)
    except LearnerError as error:
        raise Wrong(
            f"For two vectors it is right. For a table of shape (4, 3) and a vector of shape (3,): {error}"
        ) from None
    if not alike(whole, _cosine(table, vector)):
        shape = np.shape(whole)
        raise Wrong(
            f"For two vectors it is right. For a table of shape (4, 3) and a vector of shape (3,) it should "
            f"give four numbers, "
            f"one for each row; yours gives shape {shape}. Along which axis do you add?"
        )
    return "Length has no say any more, zero vectors do not break it, and a whole table goes through at once."


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
def _disagree(value: Any, rng: np.random.Generator) -> str:
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


def _dims_needed_1(band: float, share: float) -> float:
    return NormalDist().inv_cdf((1 + share) / 2) / band


def _dims_needed_2(band: float, share: float) -> float:
    return (NormalDist().inv_cdf(share) / band) ** 2


def _dims_needed_3(band: float, share: float) -> float:
    return 385


def _dims_needed_4(band: float, share: float) -> float:
    return (1.96 / band) ** 2


def _dims_needed_5(band: float, share: float) -> float:
    return (2 * NormalDist().inv_cdf((1 + share) / 2) / band) ** 2


def _dims_needed_6(band: float, share: float) -> float:
    return (NormalDist().inv_cdf(1 - share / 2) / band) ** 2


def _dims_needed_7(band: float, share: float) -> float:
    return (1 / band) ** 2


@lesson.exercise(
    "dims-needed",
    "Write dims_needed(band, share): in how many dimensions do the cosines of random pairs lie between "
    "-band and +band with this share? "
    "Within 10 % will do.",
    hints=(
        "Cosines of random pairs spread like 1 / sqrt(d). How many such spreads must fit into the band?",
        "A bell curve has 95 % between -1.96 and +1.96 spreads; statistics.NormalDist().inv_cdf((1 + share) "
        "/ 2) gives that number "
        "for any share. So band = number / sqrt(d). Solve for d.",
        "z = statistics.NormalDist().inv_cdf((1 + share) / 2); return (z / ...) ** 2: one name is missing.",
    ),
    slips=(
        Slip(_dims_needed_1, "The spread is 1 / sqrt(d), not 1 / d: your number is still to be squared.", "M08"),
        Slip(
            _dims_needed_2,
            "You cut off one side only. A cosine can leave the band above and below: half of the rest on each side.",
        ),
        Slip(
            _dims_needed_3,
            "385 is the answer to one question: 95 % within 0.1. Another band, another share, another number.",
        ),
        Slip(_dims_needed_4, "1.96 belongs to a share of 95 %. Your function does not look at `share`."),
        Slip(_dims_needed_5, "The band goes from -band to +band: it is 2 x band wide already. You counted it twice."),
        Slip(
            _dims_needed_6,
            "You used the share outside the band for the share inside. A larger share needs more dimensions.",
        ),
        Slip(
            _dims_needed_7,
            "That fits one spread into the band, about 68 % for any share. Your function does not look at `share`.",
        ),
    ),
    seconds=15.0,
    prepare=lambda: dims_needed(0.5, 0.5),  # imports scipy
)
def _check_dims(f: Any, rng: np.random.Generator) -> str:
    # the famous question comes last: it alone proves nothing
    draws = [(round(rng.uniform(0.03, 0.25), 3), round(rng.uniform(0.55, 0.99), 3)) for _ in range(8)] + [(0.1, 0.95)]
    truth = [dims_needed(*d) for d in draws]
    mine = []
    for draw in draws:
        answer = f(*draw)
        if np.ndim(answer) != 0 or not np.isfinite(float(answer)):
            raise Wrong(f"dims_needed{draw} should be one number; yours is {answer!r}.")
        mine.append(float(answer))
    if all(abs(m - t) <= max(2, 0.1 * t) for m, t in zip(mine, truth, strict=True)):
        return (
            f"Right for nine random questions. For 95 % within 0.1 you say {mine[-1]:.0f}; the exact number is "
            f"{truth[-1]}."
        )
    for slip in lesson.exercises["dims-needed"].slips:
        if all(abs(m - slip.function(*d)) <= max(0.6, 0.02 * m) for m, d in zip(mine, draws, strict=True)):
            raise Wrong(slip.says, slip.idea)
    i = int(np.argmax([abs(m - t) / t for m, t in zip(mine, truth, strict=True)]))
    raise Wrong(
        f"For {draws[i][1]:.1%} within {draws[i][0]} yours says {mine[i]:.0f}; it takes {truth[i]}. "
        "Draw random pairs and count, or use that their cosines spread like 1 / sqrt(d)."
    )


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
def _detour(value: Any, rng: np.random.Generator) -> str:
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


def _unit_rows_1(table: Floats) -> Floats:
    lengths = np.sqrt(np.sum(table**2, axis=0))
    return table / np.where(lengths > 0, lengths, 1)


def _unit_rows_2(table: Floats) -> Floats:
    lengths = np.sum(table, axis=1, keepdims=True)
    return table / np.where(lengths != 0, lengths, 1)


def _unit_rows_3(table: Floats) -> Floats:
    lengths = np.sum(table**2, axis=1, keepdims=True)
    return table / np.where(lengths > 0, lengths, 1)


def _unit_rows_4(table: Floats) -> Floats:
    length = np.sqrt(np.sum(table**2))
    return table / np.where(length > 0, length, 1)


def _unit_rows_5(table: Floats) -> Floats:
    return table / np.sqrt(np.sum(table**2, axis=1, keepdims=True))


def _unit_rows_6(table: Floats) -> Floats:
    largest = np.max(np.abs(table), axis=1, keepdims=True)
    return table / np.where(largest > 0, largest, 1)


@lesson.exercise(
    "repair",
    "unit_rows(table) should scale each row to length 1, and leave an all-zero row all zero. It does not.",
    hints=(
        "Try [[3, 4], [0, 0]] and compute the lengths of the rows that come out.",
        "Three questions: along which axis is added, is it a length (square root of squares), and what "
        "happens to a zero row?",
        "lengths = np.sqrt(np.sum(table**2, axis=1, keepdims=True)), and where a length is 0, divide by 1.",
    ),
    slips=(
        Slip(_unit_rows_1, "It still measures columns, not rows: axis=0 adds down, axis=1 adds along."),
        Slip(
            _unit_rows_2,
            "It still divides by the sum of the numbers. A length is the square root of the sum of squares.",
        ),
        Slip(_unit_rows_3, "It still divides by the squared length. The square root is missing."),
        Slip(
            _unit_rows_4,
            "It still divides all rows by one number. Each row has a length of its own: axis=1, keepdims=True.",
        ),
        Slip(
            _unit_rows_5,
            "It is right but for the zero row: 0 divided by 0. A row without direction must stay all zero.",
        ),
        Slip(
            _unit_rows_6,
            "It still divides by the largest number. That is not the length: try [3, 4], whose length is 5.",
        ),
    ),
    broken=True,
)
def _repair(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for _ in range(6):
        table = rng.normal(size=(4, 3)).round(1) + 0.05
        table[int(rng.integers(4))] = 0
        draws.append((table,))
    compare(f, normalise, draws, lesson.exercises["repair"].slips)
    return "Repaired: each row has length 1, and a row of zeros stays what it is."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "is-it-high",
        "In a space that you do not know, the cosine of *bank* and *money* is 0.55. Are the two words alike?",
        (
            Option(
                "yes, 0.55 is more than half",
                "Half of what? There are spaces in which two random words have 0.5. There, 0.55 is noise.",
            ),
            Option(
                "no, it should be above 0.8",
                "There is no such line. In one space 0.8 is what two random words score, in another nothing "
                "comes near it.",
            ),
            Option(
                "one cannot tell from this number alone",
                "Right: first ask what random pairs score in this space.",
                right=True,
            ),
        ),
        (
            Option(
                "cosine goes from -1 to 1, so 0.55 lies clearly in the upper part",
                "The range of a ruler says nothing about what lies on the table. Many spaces fill only a "
                "narrow part of it.",
            ),
            Option(
                "a cosine only means something against what unrelated pairs score in the same space",
                "So: draw random pairs, take their mean and spread, and then look at 0.55 again.",
                right=True,
            ),
            Option(
                "cosine depends on how long the two vectors are",
                "It does not: length is divided away. What it depends on is where the origin lies.",
            ),
            Option(
                "only the dot product can compare words",
                "It can compare as well, but then length counts too, and a bare dot product means just as "
                "little without its baseline.",
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "unit",
        "All vectors have been scaled to length 1. You list the neighbours of *bank* by distance, and by "
        "cosine. The two lists are",
        (
            Option(
                "the same",
                "Yes: for length 1, distance squared = 2 - 2 x cosine. More cosine, less distance.",
                right=True,
            ),
            Option(
                "similar, but not the same",
                "They are exactly the same. Length was the only thing in which the two rulers differed.",
            ),
            Option(
                "reversed",
                "A large cosine means near, a large distance means far. So both lists begin with the same word.",
            ),
        ),
    ),
    Choice(
        "negative",
        "Two words have cosine -0.3. This means that they",
        (
            Option(
                "are opposites, like hot and cold",
                "Opposites usually keep the same company and come out *near* each other. Wait for lesson 07.",
            ),
            Option(
                "have nothing in common",
                "Nothing in common would be about 0, the score of a random pair in a centred space.",
            ),
            Option(
                "point to different sides of the origin",
                "Yes, and no more than that. Move the origin, and the sign may change.",
                right=True,
            ),
        ),
    ),
    Choice(
        "map",
        "You show 7 columns as a picture with 2. What can you read off the picture?",
        (
            Option(
                "all distances, only smaller",
                "Five of seven columns are squeezed away. Some words look near that are not.",
            ),
            Option(
                "a rough impression: check each neighbour in the table",
                "Yes. Every map lies a little; ask how many true neighbours it keeps.",
                right=True,
            ),
            Option(
                "nothing at all", "It is the best summary that two numbers can give, and it says how much it keeps."
            ),
        ),
    ),
    Choice(
        "centre",
        "In some space all cosines between random words lie round 0.5. What brings them down to about 0 and "
        "keeps all distances?",
        (
            Option(
                "subtract the mean vector from all vectors",
                "Yes: the cloud moves to the origin. Distances do not notice, cosines do.",
                right=True,
            ),
            Option(
                "scale all vectors to length 1",
                "Cosine ignores length, so nothing changes: still 0.5. And distances do change.",
            ),
            Option("rotate the table", "A rotation keeps every cosine. It would still be 0.5."),
            Option(
                "halve all numbers", "The same directions as before, so the same cosines; only the distances shrink."
            ),
        ),
    ),
)
