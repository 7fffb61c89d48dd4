"""Lesson 04, Squeezing: its predictions, exercises, judgement and quiz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.counting import svd_embed
from embeddings_course.demos.map_lies import map_points, map_table
from embeddings_course.evaluation import map_neighbour_recall
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, compare, shown
from embeddings_course.vectors import cosine_matrix

Floats = NDArray[np.floating]

lesson = Lesson("04", "Squeezing")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---

lesson.add_predictions(
    Choice(
        "full-k",
        "An SVD writes the table of the town as components, the strongest first. You keep *all* of them. What happens "
        "to the cosines between the words?",
        (
            Option(
                "they get better, since an SVD finds the meaning",
                "An SVD adds nothing. With all components it is a rotation: rotations keep angles. Only dropping "
                "columns changes them.",
            ),
            Option(
                "they get a little worse, since every summary loses something",
                "Nothing was left out, so nothing is lost. Rotations keep angles. Only dropping columns changes them.",
            ),
            Option(
                "nothing",
                "With all components the SVD only turns the table, as the machine's handwriting did in lesson 02. What "
                "changes things is dropping.",
                right=True,
            ),
            Option(
                "all become 0, since components stand at right angles",
                "The *components* stand at right angles to one another. The words are mixtures of them, and lie as "
                "they lay.",
            ),
        ),
    ),
    Choice(
        "best-k",
        "The table is made from half of the town's sentences. How many of its 560 components forecast the table of "
        "the *other* half best?",
        (
            Option("2", "Two are enough for a picture, not for a town: about 88 % of the other table is wrong then."),
            Option("20", "A good part, and still 56 % of the other table is wrong. The town has more to say."),
            Option(
                "about 140",
                "There the error is smallest, 18 %. What comes after are accidents of the first half; they do not "
                "happen again.",
                right=True,
            ),
            Option(
                "all 560",
                "All 560 copy the first half perfectly, with its accidents. About the other half they are wrong by "
                "20 %; about 140 are wrong by 18 %.",
            ),
        ),
    ),
    Number(
        "map-kept",
        "Draw 88 words of the town on the kindest flat map, PCA. Each word has ten true nearest neighbours, in 50 "
        "numbers. How many per cent of them are among its ten nearest on the map?",
        (
            Band(0, 20, "Not that bad: 54 %. A map by chance would keep 11 %."),
            Band(20, 45, "A little more: 54 %. But for *jack* it is 0 of 10."),
            Band(
                45, 65, "54 %: nearly every second neighbour is lost, and the picture does not show which.", right=True
            ),
            Band(65, 90, "So much only a good t-SNE map keeps (75 to 81 %). PCA keeps 54 %."),
            Band(90, 100.1, "That would be an honest map. Two numbers cannot do that for 50: PCA keeps 54 %."),
        ),
        low=0,
        high=100,
        unit="%",
    ),
    Choice(
        "all-equal",
        "Keep 500 of the 560 components, but give each the same strength (power 0). Of a word's near words, how "
        "many are of its own planted class then?",
        (
            Option(
                "96 %, as before: hardly anything was dropped",
                "So it is with power 1. With power 0 hundreds of directions that hold only accidents are made as "
                "loud as the few that hold the town.",
            ),
            Option(
                "25 %",
                "The weak directions hold accidents. At equal strength they drown everything else. Dropping them is "
                "not a loss, it is the point.",
                right=True,
            ),
            Option(
                "100 %, since no direction is unfair to another",
                "Fair to directions is unfair to words: most of the directions hold nothing but accidents.",
            ),
            Option(
                "about half",
                "It falls deeper, to 25 %: 500 directions, and only about the first hundred hold what repeats.",
            ),
        ),
    ),
)


# --- exercise: squeeze ---


def _squeeze_1(table: Floats, k: int, power: float) -> Floats:
    _, strength, right = np.linalg.svd(table, full_matrices=False)
    return right[:k].T * strength[:k] ** power


def _squeeze_2(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, :k] * strength[:k]


def _squeeze_3(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, -k:] * strength[-k:] ** power


def _squeeze_4(table: Floats, k: int, power: float) -> Floats:
    left, _, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, :k]


def _squeeze_5(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, :k] * strength[:k] * power


def _squeeze_6(table: Floats, k: int, power: float) -> Floats:
    left, strength, _ = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)
    return left[:, :k] * strength[:k] ** power


def _squeeze_7(table: Floats, k: int, power: float) -> Floats:
    return table[:, :k] ** power


def _squeeze_8(table: Floats, k: int, power: float) -> Floats:
    _, strength, right = np.linalg.svd(table, full_matrices=False)
    return right[:, :k] * strength[:k] ** power


def _products(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gives all dot products between the rows of f's answer: signs and turns drop out."""

    def products(*arguments: Any) -> Any:
        rows = np.asarray(f(*arguments), dtype=float)
        return rows @ rows.T

    return products


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
    slips=(
        Slip(_squeeze_1, "These are the columns (the neighbours) squeezed, not the rows (the words). Take `left`."),
        Slip(_squeeze_2, "Your function does not look at `power`. It goes on the strengths."),
        Slip(_squeeze_3, "You kept the k *weakest* components. They are sorted: the strongest stand first."),
        Slip(_squeeze_4, "The strengths are missing. You get power 0, whatever is asked for."),
        Slip(_squeeze_5, "You multiplied by the power. The strengths are to be *raised* to it: strength ** power."),
        Slip(_squeeze_6, "You took the mean of the columns away first. That is PCA; here the table stays as it is."),
        Slip(
            _squeeze_7, "You kept the first k *columns* and dropped the rest. A component is a mixture of all.", "M18"
        ),
        Slip(_squeeze_8, "You cut the rows of `right`, which stand for components. Take the columns of `left`."),
    ),
)
def _check_squeeze(f: Any, rng: np.random.Generator) -> str:
    draws = [(rng.integers(1, 9, (5, 5)).astype(float), int(rng.integers(2, 4)), p) for p in (1.0, 0.5, 0.0, 2.0)]
    slips = lesson.exercises["squeeze"].slips
    for table, k, power in draws:
        if (shape := np.shape(f(table, k, power))) != (5, k):
            raise Wrong(f"For a table of shape (5, 5) and k = {k} the answer should have shape (5, {k}), not {shape}.")
    hidden = [replace(slip, function=_products(slip.function)) for slip in slips]
    try:
        compare(_products(f), _products(svd_embed), draws, hidden)
    except Wrong as wrong:
        if wrong.idea or str(wrong) in {slip.says for slip in slips}:
            raise
        raise Wrong(
            "The shape is right, but the dot products between your rows are not those of the k strongest components. "
            "Print the three parts of the SVD of a small table, and compare."
        ) from None
    tall = rng.integers(1, 9, (6, 4)).astype(float)
    if np.shape(mine := f(tall, 3, 1.0)) != (6, 3):
        raise Wrong(f"For a table of shape (6, 4) and k = 3 the answer has shape {np.shape(mine)}, not (6, 3).")
    return "Right for four random tables and four powers. Signs are free: a mirror keeps every distance."


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
def _nothing_lost(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, dict) or not {"table", "k"} <= set(value):
        raise Wrong('Give a dictionary with "table" (a list of rows) and "k" (a whole number).')
    try:
        table = np.asarray(value["table"], dtype=float)
    except (TypeError, ValueError):
        raise Wrong("The table should be a list of rows, all equally long, filled with numbers.") from None
    k = value["k"]
    if table.ndim != 2 or min(table.shape) < 3 or not np.all(np.isfinite(table)):
        raise Wrong(f"At least 3 rows and 3 columns of ordinary numbers, please; the shape is {table.shape}.")
    if not isinstance(k, int | np.integer) or not 1 <= k < min(table.shape):
        raise Wrong(f"k should be a whole number from 1 to {min(table.shape) - 1}: something must be dropped.")
    if not np.linalg.norm(table, axis=1).all():
        raise Wrong("A row of zeros has no direction, so it has no cosine to keep.")
    before, after = cosine_matrix(table), cosine_matrix(svd_embed(table, int(k)))
    if np.abs(before).min() > 1 - 1e-9:
        raise Wrong("All your rows point the same way. That is a little too easy: let two of them differ in direction.")
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


def _kept_1(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), -_far(points), k, skip=False)


def _kept_2(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(-_far(vectors), -_far(points), k)


def _kept_3(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), cosine_matrix(points), k)


def _kept_4(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), -_far(points), k) * k


def _kept_5(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), _far(points), k)


def _kept_6(vectors: Floats, points: Floats, k: int) -> Any:
    return _share(cosine_matrix(vectors), -_far(points), k) * k / len(vectors)


def _far(rows: Floats) -> Floats:
    return np.linalg.norm(rows[:, None] - rows[None], axis=2)


def _share(near: Floats, drawn: Floats, k: int, skip: bool = True) -> Floats:
    """Return for each row the share of its k best in `near` that are among its k best in `drawn`."""
    if skip:
        near, drawn = near - 1e9 * np.eye(len(near)), drawn - 1e9 * np.eye(len(near))
    best = [set(np.argsort(-row, kind="stable")[:k]) for row in near]
    other = [set(np.argsort(-row, kind="stable")[:k]) for row in drawn]
    return np.array([len(a & b) / k for a, b in zip(best, other, strict=True)])


@lesson.exercise(
    "kept",
    "Write kept(vectors, points, k): for each word the share (0 to 1) of its k true neighbours (highest cosine in "
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
    forbidden=("sklearn", "scipy.spatial"),
    slips=(
        Slip(_kept_1, "Each word finds itself, in both lists: one hit for nothing. Leave it out."),
        Slip(_kept_2, "In the space you measured straight lines. The true neighbours here are those by cosine."),
        Slip(_kept_3, "On the map you measured angles. The eye measures distance there: straight lines."),
        Slip(_kept_4, "These are numbers of neighbours. A share is asked for: divide by k."),
        Slip(_kept_5, "On the map you took the *farthest* words. Near is a small distance.", "M13"),
        Slip(_kept_6, "You divided by the number of words. The share is of k neighbours."),
    ),
)
def _check_kept(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for _ in range(5):
        vectors = rng.normal(size=(12, 4)) * rng.uniform(0.3, 3, (12, 1))
        draws.append((vectors, vectors[:, :2] + 0.6 * rng.normal(size=(12, 2)), int(rng.integers(2, 5))))
    first = np.asarray(f(*draws[0]), dtype=float)
    if first.shape != (12,):
        raise Wrong(f"For 12 words 12 numbers are asked for, one for each; yours has shape {first.shape}.")
    compare(f, map_neighbour_recall, draws, lesson.exercises["kept"].slips)
    return "Right for five random maps. Now no map can impress you by its looks."


# --- exercise: beat PCA ---


@lesson.exercise(
    "beat-pca",
    "Give places for the 88 words of map_table(), shape (88, 2), that keep at least 10 points more of the ten true "
    "neighbours than the PCA map does.",
    hints=(
        "PCA cares for the large distances. You need a map that cares who is *near* whom.",
        "embeddings_course.evaluation has tsne_map(vectors, seed). Or pull each point of the PCA map a little towards "
        "its true neighbours, again and again.",
        "tsne_map(map_table().vectors, seed=...): any seed will do.",
    ),
    takes="value",
    seconds=20.0,
    prepare=lambda: map_points("PCA", 0),
)
def _beat_pca(value: Any, rng: np.random.Generator) -> str:
    table = map_table()
    try:
        points = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Wrong("Places are numbers: an array of shape (88, 2).") from None
    if points.shape != (len(table), 2):
        raise Wrong(f"A map has two numbers for each of the {len(table)} words; yours has shape {points.shape}.")
    if not np.all(np.isfinite(points)):
        raise Wrong("Some of your places are not ordinary numbers.")
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


def _share_lost_1(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[:k] ** 2) / np.sum(strength**2))


def _share_lost_2(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k:]) / np.sum(strength))


def _share_lost_3(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k + 1 :] ** 2) / np.sum(strength**2))


def _share_lost_4(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[k:] ** 2))


def _share_lost_5(table: Floats, k: int) -> float:
    strength = np.linalg.svd(table, compute_uv=False)
    return float(np.sum(strength[: len(strength) - k] ** 2) / np.sum(strength**2))


@lesson.exercise(
    "repair",
    "share_lost(table, k) should return which share of the squared table is lost when the k strongest components are "
    "kept: 0 with all of them, near 1 with hardly any. It does not.",
    hints=(
        "Try [[3, 0], [0, 1]] with k = 1: the strengths are 3 and 1, so 1 of 10 is lost.",
        "Four questions: kept or lost, from which place on, squared or not, divided by what?",
        "np.sum(strength[k:] ** 2) / np.sum(strength ** 2).",
    ),
    slips=(
        Slip(_share_lost_1, "It still says what is *kept*. Lost is the rest."),
        Slip(_share_lost_2, "It still forgets the squares: errors are counted squared, above and below the line."),
        Slip(_share_lost_3, "It still forgets one: the first component that is dropped has the number k, from 0."),
        Slip(_share_lost_4, "It still gives an amount. A share is divided by the whole."),
        Slip(_share_lost_5, "It still drops the strongest. They stand first; keep these."),
    ),
    broken=True,
)
def _repair(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [
        (rng.integers(0, 9, (5, 4)).astype(float) + np.eye(5, 4), k) for k in (1, 2, 3, 1, 2)
    ]
    compare(f, share_lost, draws, lesson.exercises["repair"].slips)
    return "Repaired: nothing is lost with all components, and each one dropped costs its squared strength."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "beside-on-the-map",
        "On the PCA map of the town *jack* lies right beside *money* and *cash*. Does the town use *jack* "
        "like *money*?",
        (
            Option(
                "yes, one can see it",
                "The map kept 0 of the 10 true neighbours of this word. In the space *jack* is nearest to names such "
                "as peter and tom, and to tools.",
            ),
            Option(
                "one must ask the space first", "Right: the map is a question, the space has the answer.", right=True
            ),
            Option(
                "no, maps never show anything true",
                "This map keeps 54 % of all true neighbours, five times as much as chance. It only does not say which.",
            ),
        ),
        (
            Option(
                "PCA shows the two widest directions, so what is near there is near everywhere",
                "The other way round: what is far apart there is far apart. What lies together may differ in the 48 "
                "directions that are not shown.",
            ),
            Option(
                "two numbers cannot keep all the distances of fifty",
                "So some words lie together only because what parts them was left out.",
                right=True,
            ),
            Option(
                "t-SNE would show the true distances",
                "t-SNE keeps more neighbours, and gives up the long distances. Another seed moves whole groups.",
            ),
            Option(
                "jack and money have nothing in common",
                "We may think so. But what they share in this town is measured, not felt.",
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "what-svd",
        "What makes squeezed vectors better than the full table, where they are?",
        (
            Option(
                "the SVD adds meaning that the counts did not have", "It adds nothing; with all components it turns."
            ),
            Option(
                "dropping weak components drops accidents, and words must share the rest",
                "Yes: what happens again and again is strong, accidents are weak.",
                right=True,
            ),
            Option("short vectors are always better", "With 2 or 5 components much is lost. Draw the curve."),
        ),
    ),
    Choice(
        "more-dims",
        "Somebody trains with 1,000 numbers for each word instead of 100, 'to be on the safe side'. Your advice?",
        (
            Option(
                "good: more numbers hold more",
                "They also hold more accidents. After some point the held-out error rises again.",
            ),
            Option(
                "compare on held-out text, then choose",
                "Yes. The best number depends on how much text there is: little text, few numbers.",
                right=True,
            ),
            Option("bad: two or three numbers are always enough", "For a picture. The town needed about 140."),
        ),
    ),
    Choice(
        "tsne",
        "On a t-SNE map two groups of words lie at opposite ends. You may conclude that",
        (
            Option(
                "they are as different as can be",
                "With another seed they may lie side by side. Distances between groups mean little there.",
            ),
            Option(
                "nothing about the two; look inside each group",
                "Yes: t-SNE tries to keep who is near whom, and lets the rest go.",
                right=True,
            ),
            Option(
                "they never occur in one sentence",
                "The map knows only which company is alike. And even that it keeps in part.",
            ),
        ),
    ),
    Choice(
        "own-axis",
        "You name an axis *money against river* by the words money and river. The word *vault* lands on the river "
        "side, at window 2. Why?",
        (
            Option(
                "vaults are often under water",
                "Not in this town. Ask in what else the two words *money* and *river* differ.",
            ),
            Option(
                "river and vault are both places, money is not",
                "Yes: an axis measures everything in which its ends differ, whatever you call it.",
                right=True,
            ),
            Option("the SVD made a mistake", "It turned and cut. The ends of the axis were chosen by a person."),
        ),
    ),
)
