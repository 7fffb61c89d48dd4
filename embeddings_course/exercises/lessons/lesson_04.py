"""Lesson 04, Squeezing: its exercises and their checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from embeddings_course.counting import svd_embed
from embeddings_course.demos.map_lies import map_points, map_table
from embeddings_course.evaluation import map_neighbour_recall
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Unexplained, compare, telling
from embeddings_course.exercises.engine.telling import alike, as_array, shown
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import load_town_maps
from embeddings_course.vectors import best_turn, cosine_matrix

lesson = Lesson("04", "Squeezing", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


# --- exercise: squeeze ---


def _products(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gives all dot products between the rows of f's answer: signs and turns drop out."""

    def products(*arguments: Any) -> Any:
        rows = as_array(f(*arguments))
        return rows @ rows.T

    return products


def _look_at_form(answer: Any, k: int) -> None:
    """Say what is wrong with an answer that cannot be k numbers for each of five rows."""
    if isinstance(answer, tuple) and len(answer) == 3:
        raise Wrong(
            "These are all three parts of the SVD. Asked for is one table: left, cut to k columns, times strength."
        )
    if (shape := np.shape(answer)) == (5, k):
        return
    due = f"For a table of shape (5, 5) and k = {k} the answer should have shape (5, {k}), not {shape}."
    if shape == (k, 5):
        raise Wrong(f"{due} The words are the rows: keep all of them, and k columns ([:, :k]).")
    if shape == (5, 5):
        raise Wrong(f"{due} Nothing was cut; or `right` was multiplied on, and that leads back to the table.")
    raise Wrong(due)


@lesson.exercise(
    "squeeze",
    "Write squeeze(table, k, power): k numbers for each row of a table (n, m). Take the k strongest components of its "
    "SVD, and weigh each with its strength raised to the power.",
    hints=(
        "np.linalg.svd(table, full_matrices=False) gives three things. Which of them has a row for each word?",
        "left has a row a word, and its columns are sorted by strength. Cut both to k, then multiply column by column.",
        "left, strength, right = np.linalg.svd(table, full_matrices=False); return left[:, :k] * strength[:k] ** ...: "
        "one name is missing.",
    ),
    forbidden=("sklearn", "scipy.sparse.linalg", "gensim"),
)
def squeeze_task(f: Any, rng: np.random.Generator) -> str:
    f = telling(
        f,
        "ValueError",
        lambda table, k, power: f"The shapes: {k} columns of left, (5, {k}), and {k} strengths, one each.",
    )
    draws = [(rng.integers(1, 9, (5, 5)).astype(float), int(rng.integers(2, 4)), p) for p in (1.0, 0.5, 0.0, 2.0)]
    for draw in draws:
        _look_at_form(f(*draw), draw[1])
    try:
        compare(f, svd_embed, draws, squeeze_task.slips, _products)
    except Unexplained:
        raise Unexplained(
            "The shape is right, but the dot products between your rows are not those of the k strongest components. "
            "Print the three parts of the SVD of a small table, and compare."
        ) from None
    except Wrong as wrong:
        if str(wrong) in {slip.says for slip in squeeze_task.slips}:
            raise
        raise Wrong(f"Signs are free, so dot products between your rows are compared. {wrong}", wrong.idea) from None
    for table in (rng.integers(1, 9, (6, 4)).astype(float), rng.integers(1, 9, (4, 6)).astype(float)):
        due, k = (len(table), 3), 3
        if np.shape(mine := f(table, k, 1.0)) != due:
            raise Wrong(
                f"For a table of shape {table.shape} and k = 3 the answer has shape {np.shape(mine)}, not {due}."
            )
        if not alike(_products(f)(table, k, 0.5), _products(svd_embed)(table, k, 0.5)):
            raise Wrong(f"Right where a table is square, and not for one of shape {table.shape}.")
    return "Right for four random tables and four powers. Signs are free: a mirror keeps every distance."


@squeeze_task.slip("These are the columns (the neighbours) squeezed, not the rows (the words). Take `left`.")
def squeezes_the_columns(table: Floats, k: int, power: float) -> Floats:
    _, strength, right = np.linalg.svd(table, full_matrices=False)
    return right[:k].T * strength[:k] ** power


@squeeze_task.slip("Your function does not look at `power`. It goes on the strengths.")
def ignores_the_power(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, :k] * strength[:k]


@squeeze_task.slip("You kept the k *weakest* components. They are sorted: the strongest stand first.")
def keeps_the_weakest(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, -k:] * strength[-k:] ** power


@squeeze_task.slip("The strengths are missing. You get power 0, whatever is asked for.")
def forgets_the_strengths(table: Floats, k: int, power: float) -> Floats:
    left, _, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, :k]


@squeeze_task.slip("You multiplied by the power. The strengths are to be *raised* to it: strength ** power.")
def multiplies_by_the_power(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, :k] * strength[:k] * power


@squeeze_task.slip("You took the mean of the columns away first. That is PCA; here the table stays as it is.")
def takes_column_means_away(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)
    return left[:, :k] * strength[:k] ** power


@squeeze_task.slip("You kept the first k *columns* and dropped the rest. A component is a mixture of all.", idea="M18")
def keeps_first_columns(table: Floats, k: int, power: float) -> Floats:
    return table[:, :k] ** power


@squeeze_task.slip("You cut the rows of `right`, which stand for components. Take the columns of `left`.")
def cuts_rows_of_right(table: Floats, k: int, power: float) -> Floats:
    _, strength, right = np.linalg.svd(table, full_matrices=False)
    return right[:, :k] * strength[:k] ** power


@squeeze_task.slip("The power is on the whole product. It goes on the strengths alone: left * strength ** power.")
def raises_the_product(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    with np.errstate(invalid="ignore"):
        return np.asarray((left[:, :k] * strength[:k]) ** power)


@squeeze_task.slip("You took `left` transposed. Its *columns* are the components, and its rows the words.")
def transposes_left(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left.T[:, :k] * strength[:k] ** power


@squeeze_task.slip("You left out the first component, the strongest of all. Python counts from 0.")
def leaves_out_the_strongest(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, 1 : k + 1] * strength[1 : k + 1] ** power


@squeeze_task.slip("You added the strengths. Each column is *multiplied* by its own.")
def adds_the_strengths(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, :k] + strength[:k] ** power


@squeeze_task.slip("You scaled each row to length 1 in the end. Not asked for here: how strong a row is gets lost.")
def scales_the_rows(table: Floats, k: int, power: float) -> Floats:
    rows = svd_embed(table, k, power)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@squeeze_task.slip("The signs are lost. Minus and plus in a column are the two sides of a component.")
def loses_the_signs(table: Floats, k: int, power: float) -> Floats:
    return np.abs(svd_embed(table, k, power))


@squeeze_task.slip("Base and exponent are exchanged: strength ** power, not power ** strength.")
def power_to_the_strength(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return np.asarray(left[:, :k] * power ** strength[:k])


# --- find the counterexample: fewer components, and every cosine kept ---


@lesson.exercise(
    "nothing-lost",
    "Somebody says: 'whoever drops a component changes some cosine'. Refute it: a table of at least 3 rows and 3 "
    "columns, whose rows do not all point the same way, and a k below both, so that k components keep every cosine.",
    hints=(
        "When is a component of strength 0? When the table has fewer independent stories than columns.",
        "Let two columns always say the same, or one row be the sum of two others. np.linalg.svd(table)[1] shows the "
        "strengths.",
        '{"table": [[1, 0, 0], [0, 1, 0], [1, ..., 0]], "k": 2}: one number is missing.',
    ),
    takes="value",
)
def nothing_lost_task(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, dict) or not {"table", "k"} <= set(value):
        raise Wrong('Give a dictionary with "table" (a list of rows) and "k" (a whole number).')
    try:
        table = as_array(value["table"]).astype(float)
    except (TypeError, ValueError):
        raise Wrong("The table should be a list of rows, all equally long, filled with numbers.") from None
    k = int(value["k"]) if isinstance(value["k"], float) and value["k"].is_integer() else value["k"]
    if table.ndim != 2 or min(table.shape) < 3 or not np.all(np.isfinite(table)):
        raise Wrong(f"At least 3 rows and 3 columns of ordinary numbers, please; the shape is {table.shape}.")
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 1 <= k < min(table.shape):
        raise Wrong(f"k should be a whole number from 1 to {min(table.shape) - 1}: something must be dropped.")
    if not np.linalg.norm(table, axis=1).all():
        raise Wrong("A row of zeros has no direction, so it has no cosine to keep.")
    before, after = cosine_matrix(table), cosine_matrix(svd_embed(table, int(k)))
    if np.abs(before).min() > 1 - 1e-9:
        raise Wrong("All your rows lie on one line. That is a little too easy: let two of them differ in direction.")
    if (gap := float(np.abs(before - after).max())) > 1e-6:
        strengths = np.linalg.svd(table, compute_uv=False)
        raise Wrong(
            f"With {k} components one cosine changes by {gap:.2g}. The strengths are {shown(strengths)}: what you drop "
            "must have strength 0.",
            "M18",
        )
    return (
        f"{min(table.shape) - k} of {min(table.shape)} components dropped, and every cosine is the same: they held "
        "nothing. Real tables have no exact zeros, but many strengths that are nearly so."
    )


# --- exercise: is the map lying? ---


def _far(rows: Floats) -> Floats:
    return np.linalg.norm(rows[:, None] - rows[None], axis=2)


def _share(near: Floats, drawn: Floats, k: int, skip: bool = True) -> Floats:
    """Return for each row the share of its k best in `near` that are among its k best in `drawn`."""
    if skip:
        near, drawn = near - 1e9 * np.eye(len(near)), drawn - 1e9 * np.eye(len(near))
    best = [set(np.argsort(-row, kind="stable")[:k]) for row in near]
    other = [set(np.argsort(-row, kind="stable")[:k]) for row in drawn]
    return np.array([len(a & b) / k for a, b in zip(best, other, strict=True)])


def _kept_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    turns = np.radians([0.0, 10, 30, 70, 150])
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    lengths = np.array([[1.0], [5], [1], [5], [1]])
    return [
        ("This map is the space itself, so each word keeps its neighbour: five times 1.", (circle, circle, 1)),
        ("The map is the space itself, k is 2: five times 1.", (circle, circle, 2)),
        ("Only lengths differ between space and map: true neighbours go by cosine.", (circle * lengths, circle, 2)),
        (
            "On this map the words are mixed up: count for each word how many of its k are left.",
            (circle, circle[::2].repeat(2, axis=0)[:5] + circle / 9, 2),
        ),
    ]


@lesson.exercise(
    "kept",
    "Write kept_by(vectors, points, k): for each word the share (0 to 1) of its k true neighbours (highest cosine in "
    "`vectors`) that are also among its k nearest on the map (straight line in `points`). The word itself does not "
    "count.",
    hints=(
        "Two lists of k words for each word: one by cosine in the space, one by distance on the map. How many are in "
        "both?",
        "Scale the rows of vectors to length 1; then vectors @ vectors.T is all cosines. Put -inf (or inf) on the "
        "diagonal, np.argsort each row, take k.",
        "for i in range(n): true = set(np.argsort(-cosines[i])[:k]); near = set(np.argsort(distances[i])[:k]); share = "
        "len(true & ...) / k: one name is missing.",
    ),
)
def kept_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for _ in range(5):
        vectors = rng.normal(size=(12, 4)) * rng.uniform(0.3, 3, (12, 1))
        draws.append((vectors, vectors[:, :2] + 0.6 * rng.normal(size=(12, 2)), int(rng.integers(2, 5))))
    first = f(*draws[0])
    if isinstance(first, dict | set):
        raise Wrong(f"12 numbers are asked for, in the order of the words; yours is a {type(first).__name__}.")
    first = as_array(first)
    if first.shape != (12,):
        raise Wrong(f"For 12 words 12 numbers are asked for, one for each; yours has shape {first.shape}.")
    compare(f, map_neighbour_recall, draws, kept_task.slips, rungs=_kept_rungs())
    return "Right for five random maps. Now no map can impress you by its looks."


@kept_task.slip("Each word finds itself, in both lists: one hit for nothing. Leave it out.")
def finds_the_word_itself(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), -_far(points), k, skip=False)


@kept_task.slip("In the space you measured straight lines. The true neighbours here are those by cosine.")
def straight_lines_in_the_space(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(-_far(vectors), -_far(points), k)


@kept_task.slip("On the map you measured angles. The eye measures distance there: straight lines.")
def angles_on_the_map(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), cosine_matrix(points), k)


@kept_task.slip("These are numbers of neighbours. A share is asked for: divide by k.")
def counts_instead_of_shares(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), -_far(points), k) * k


@kept_task.slip("On the map you took the *farthest* words. Near is a small distance.", idea="M13")
def farthest_on_the_map(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), _far(points), k)


@kept_task.slip("On the map you walked round the blocks. The eye measures straight lines.")
def walks_round_the_blocks(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), -np.abs(points[:, None] - points[None]).sum(axis=2), k)


@kept_task.slip("On the map you compare one number a word. A place has two: left and right, up and down.")
def one_number_of_the_map(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), -np.abs(points[:, None, 0] - points[None, :, 0]), k)


@kept_task.slip("In the space you took dot products, and long vectors win these. True neighbours here go by cosine.")
def dot_products_in_the_space(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(vectors @ vectors.T, -_far(points), k)


@kept_task.slip("Place by place you compare the two lists. Who is in both counts, in whatever order.")
def compares_place_by_place(vectors: Floats, points: Floats, k: int) -> Any:
    near, drawn = (rows - 1e9 * np.eye(len(rows)) for rows in (cosine_matrix(vectors), -_far(points)))
    return (np.argsort(-near)[:, :k] == np.argsort(-drawn)[:, :k]).mean(axis=1)


@kept_task.slip("In the space you took the words with the *smallest* cosine. Near is a large cosine.", idea="M13")
def farthest_in_the_space(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(-cosine_matrix(vectors), -_far(points), k)


@kept_task.slip("You divided by all words that are in one list or the other. The share is of the k true neighbours.")
def divides_by_the_union(vectors: Floats, points: Floats, k: int) -> Any:
    both = _share(cosine_matrix(vectors), -_far(points), k) * k
    return both / (2 * k - both)


@kept_task.slip("You divided by the number of words. The share is of k neighbours.")
def divides_by_number_of_words(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), -_far(points), k) * k / len(vectors)


# --- exercise: beat PCA ---


def _same_map(one: Floats, two: Floats) -> bool:
    """Say whether two maps are one, shifted, turned or blown up at the most."""
    one, two = (points - points.mean(axis=0) for points in (one, two))
    one, two = (points / max(float(np.linalg.norm(points)), 1e-12) for points in (one, two))
    return bool(np.allclose(one @ best_turn(one, two), two, atol=1e-3))


@lesson.exercise(
    "beat-pca",
    "Give places for the 88 words of map_table(), shape (88, 2), that keep at least 10 points more of the ten true "
    "neighbours than the PCA map does.",
    hints=(
        "PCA cares for the large distances. You need a map that cares who is *near* whom.",
        "embeddings_course.evaluation has tsne_map(vectors, seed). Or pull each point of the PCA map a little towards "
        "its true neighbours, again and again.",
        "tsne_map(map_table().vectors, seed=...): a seed that the page has not drawn.",
    ),
    takes="value",
    prepare=lambda: map_points("PCA", 0),
)
def beat_pca_task(value: Any, rng: np.random.Generator) -> str:
    table = map_table()
    try:
        points = as_array(value).astype(float)
    except (TypeError, ValueError):
        raise Wrong("Places are numbers: an array of shape (88, 2).") from None
    if points.shape != (len(table), 2):
        raise Wrong(f"A map has two numbers for each of the {len(table)} words; yours has shape {points.shape}.")
    if not np.all(np.isfinite(points)):
        raise Wrong("Some of your places are not ordinary numbers.")
    places = len(np.unique(np.round(points / max(float(np.ptp(points)), 1e-12), 4), axis=0))
    if places < len(table) / 2:
        raise Wrong(
            f"Your map has {places} dots for {len(table)} words: where they lie on one another, nobody sees who is "
            "near whom. Give each word a place of its own."
        )
    drawn = [map_points("t-SNE", seed) for seed in load_town_maps().tsne]
    if any(_same_map(points, old) for old in drawn):
        raise Wrong(
            "That is a map that the page has drawn for you, turned or not. Take a seed that it has not, or move the "
            "dots yourself."
        )
    pca_keeps = float(map_neighbour_recall(table.vectors, map_points("PCA", 0)).mean())
    keeps = float(map_neighbour_recall(table.vectors, points).mean())
    if keeps < 0.25:
        raise Wrong(
            f"Your map keeps {keeps:.0%}; PCA keeps {pca_keeps:.0%}, and chance alone {10 / (len(table) - 1):.0%}. Are "
            "the words in the order of map_table().words?",
            "M13",
        )
    if keeps < pca_keeps + 0.1:
        raise Wrong(
            f"Your map keeps {keeps:.0%}. PCA keeps {pca_keeps:.0%}, so {pca_keeps + 0.1:.0%} is the mark.", "M13"
        )
    return (
        f"PCA keeps {pca_keeps:.0%} of the neighbours, your map at least 10 points more. It is still a map: ask it "
        "only who is near, not how far the rest is."
    )


# --- repair my bug ---


def share_lost(table: Floats, k: int) -> float:
    """Return which share of the squared table the k strongest components do not hold, 0 to 1.

    >>> round(share_lost(np.array([[3.0, 0.0], [0.0, 1.0]]), 1), 2)
    0.1
    """
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k:] ** 2) / np.sum(strength**2))


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    table = np.diag([3.0, 2.0, 1.0])
    return [
        ("With all components nothing is lost.", (table, 3)),
        ("With none everything is lost: the share is 1.", (table, 0)),
        ("Only the component of strength 1 is lost here: 1 of 9 + 4 + 1.", (table, 2)),
        ("The two of strength 2 and 1 are lost here: 4 + 1 of 9 + 4 + 1.", (table, 1)),
        ("The strengths are those of np.linalg.svd, whatever the table looks like.", (np.array([[1.0, 2], [3, 4]]), 1)),
    ]


@lesson.exercise(
    "repair",
    "share_lost(table, k) should return which share of the squared table is lost when the k strongest components are "
    "kept: 0 with all of them, near 1 with hardly any. It does not.",
    hints=(
        "Try [[3, 0], [0, 1]] with k = 1: the strengths are 3 and 1, so 1 of 10 is lost.",
        "Four questions: kept or lost, from which place on, squared or not, divided by what?",
        "np.sum(strength[k:] ** 2) / np.sum(strength ** 2).",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [
        (rng.integers(0, 9, (5, 4)).astype(float) + np.eye(5, 4), k) for k in (1, 2, 3, 1, 2)
    ]
    compare(f, share_lost, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired: nothing is lost with all components, and each one dropped costs its squared strength."


@repair_task.slip("It still says what is *kept*. Lost is the rest.")
def says_what_is_kept(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[:k] ** 2) / np.sum(strength**2))


@repair_task.slip("It still forgets the squares: errors are counted squared, above and below the line.")
def forgets_the_squares(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k:]) / np.sum(strength))


@repair_task.slip("It still forgets one: the first component that is dropped has the number k, from 0.")
def begins_one_too_late(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k + 1 :] ** 2) / np.sum(strength**2))


@repair_task.slip("It divides what is lost by what is *kept*. A share is divided by the whole.")
def lost_by_kept(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k:] ** 2) / np.sum(strength[:k] ** 2)) if k else np.inf


@repair_task.slip("It squares the sum. Square each strength first, then add up.")
def squares_the_sum(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k:]) ** 2 / np.sum(strength) ** 2)


@repair_task.slip("It takes means, and the two are over unequally many strengths. A share is a sum divided by a sum.")
def takes_means(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.mean(strength[k:] ** 2) / np.mean(strength**2)) if k < len(strength) else 0.0


@repair_task.slip("It takes the mean of the columns away first. Nothing of that was asked: the table stays as it is.")
def centres_the_table(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table - table.mean(axis=0), compute_uv=False)
    return float(np.sum(strength[k:] ** 2) / np.sum(strength**2))


@repair_task.slip("It still gives an amount. A share is divided by the whole.")
def amount_not_share(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k:] ** 2))


@repair_task.slip("It still drops the strongest. They stand first; keep these.")
def drops_the_strongest(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[: len(strength) - k] ** 2) / np.sum(strength**2))
