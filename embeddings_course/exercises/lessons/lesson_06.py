"""Lesson 06, word2vec with gensim: its exercises and their checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from embeddings_course.evaluation import same_word_cosines, spearman, spearman_eval
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import LearnerError, Wrong
from embeddings_course.exercises.engine.slips import Unexplained, compare
from embeddings_course.exercises.engine.telling import alike
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import load_knobs, load_vectors, load_wordsim
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import best_turn, cosine, euclidean, normalise, random_rotation

Vectors = Mapping[str, Floats]
Pairs = Sequence[tuple[str, str, float]]
Report = tuple[float, int, list[tuple[str, str]]]

lesson = Lesson("06", "word2vec with gensim", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


# --- exercise: a score that says what it left out ---


def _split(table: Vectors, pairs: Pairs) -> tuple[list[tuple[str, str, float]], list[tuple[str, str]]]:
    known = [(a, b, r) for a, b, r in pairs if a in table and b in table]
    return known, [(a, b) for a, b, _ in pairs if a not in table or b not in table]


def _score(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    return spearman([cosine(table[a], table[b]) for a, b, _ in known], [r for *_, r in known]), len(known), left_out


def _example(rng: np.random.Generator) -> tuple[Vectors, list[tuple[str, str, float]]]:
    """Return a small table and rated pairs: some with unknown words, some with equal ratings."""
    words, strange = ["cup", "mug", "sea", "bay", "oak", "elm"], ["yak", "zen"]
    table = {word: rng.normal(size=2) * rng.uniform(0.5, 3) for word in words}
    pairs = [(words[i], words[j], float(rng.integers(1, 5))) for i in range(6) for j in range(i + 1, 6)]
    # one pair without its first word, one without its second, one without both; two equal ratings among the rest
    unknown = [(strange[0], words[1], 4.0), (words[0], strange[1], 2.0), (strange[0], strange[1], 3.0)]
    kept = [pairs[i] for i in rng.permutation(len(pairs))[:8]]
    kept[:4] = [(a, b, float(1 + i // 2)) for i, (a, b, _) in enumerate(kept[:4])]
    both = [*kept, *unknown]
    return table, [both[i] for i in rng.permutation(len(both))]


def _read_report(answer: Any, table: Vectors, pairs: Pairs) -> list[float]:
    """Turn a learner's report into numbers: rho, covered, and for each pair 1 if it is said to be left out."""
    covered = len(_split(table, pairs)[0])
    if isinstance(answer, int | float | np.number):
        raise Wrong(f"You scored {covered} of {len(pairs)} pairs. Say so: return rho, covered and left_out.")
    if not isinstance(answer, list | tuple) or len(answer) != 3:
        raise Wrong("Return three things: rho, how many pairs were covered, and the list of pairs left out.")
    rho, number, left_out = answer
    if np.size(rho) != 1 or isinstance(rho, str):
        raise Wrong("Your rho is more than one number. scipy.stats.spearmanr gives two results; take the first.")
    if isinstance(left_out, int | np.integer):
        raise Wrong(
            "Your `left_out` is a number. Asked for are the pairs themselves, so that one can see what is missing."
        )
    if np.iterable(number) or isinstance(left_out, str) or not np.iterable(left_out):
        raise Wrong("Return a number, a whole number and a list, in this order: rho, covered, left_out.")
    left_out = list(left_out)
    if any(isinstance(item, str) for item in left_out):
        raise Wrong("Your `left_out` holds single words. Asked for are the pairs: one unknown word may cost many.")
    said = {tuple(item)[:2] for item in left_out if np.iterable(item)}
    return [float(rho), float(number), *(float((a, b) in said) for a, b, _ in pairs)]


@lesson.exercise(
    "score",
    "Write score_with_coverage(table, pairs): `table` is a dictionary of vectors, `pairs` a list of (word, word, "
    "rating). Return three things: the rank correlation of cosine and rating, how many pairs were covered, and the "
    "pairs left out.",
    hints=(
        "First sort the pairs into two lists: both words in the table, or not. Only the first list gets cosines.",
        "For the covered pairs make two lists, cosines and ratings, and hand them to scipy.stats.spearmanr. The "
        "correlation is its first result.",
        "known = [(a, b, r) for a, b, r in pairs if a in table and b in table]; left_out = [(a, b) for ... if not "
        "both]; then return spearmanr(cosines, ratings)[0], ..., left_out.",
    ),
)
def score_task(f: Any, rng: np.random.Generator) -> str:
    draws = [_example(rng) for _ in range(6)]
    try:
        mine = [_read_report(f(*draw), *draw) for draw in draws]
    except LearnerError as error:
        if "KeyError" not in str(error):
            raise
        raise Wrong(f"Some pairs have a word that the table lacks: look before you take its vector. {error}") from None
    truth = [_read_report(_score(*draw), *draw) for draw in draws]
    if not alike(mine, truth):
        for slip in score_task.slips:
            if alike(mine, [_read_report(slip.function(*draw), *draw) for draw in draws]):
                raise slip.wrong()
        raise Wrong(_difference(mine, truth, draws))
    books, pairs = load_vectors(limit=3000), load_wordsim()
    rho, covered, left_out = f({word: books[word] for word in books.words}, list(pairs))
    return (
        f"Six small tables agree. On the 3,000 most frequent words of the old books yours says: rho {rho:.2f} on "
        f"{covered} of {len(pairs)} pairs, {len(left_out)} left out. A score, and what it is worth."
    )


@score_task.slip("You correlate the numbers themselves. Turn both into ranks first: only order counts.")
def correlates_plain_numbers(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    cosines = [cosine(table[a], table[b]) for a, b, _ in known]
    return float(np.corrcoef(cosines, [r for *_, r in known])[0, 1]), len(known), left_out


@score_task.slip(
    "You gave every pair with an unknown word a cosine of 0. That claims 'strangers' where the table only said 'never "
    "heard of it'. Leave these pairs out, and count them."
)
def unknown_counts_as_zero(table: Vectors, pairs: Pairs) -> Report:
    cosines = [cosine(table[a], table[b]) if a in table and b in table else 0.0 for a, b, _ in pairs]
    return spearman(cosines, [r for *_, r in pairs]), len(pairs), []


@score_task.slip("You compare dot products, so long arrows look near to everybody. Divide by both lengths.")
def compares_dot_products(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    return spearman([table[a] @ table[b] for a, b, _ in known], [r for *_, r in known]), len(known), left_out


@score_task.slip("Upside down: you compare distances, which are *small* for near words, with ratings, which are large.")
def compares_distances(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    return spearman([euclidean(table[a], table[b]) for a, b, _ in known], [r for *_, r in known]), len(known), left_out


@score_task.slip(
    "Equal ratings got different ranks, by the luck of their place in the list. Equal numbers share the middle rank: "
    "scipy.stats.rankdata does that."
)
def breaks_ties_by_place(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    x, y = [cosine(table[a], table[b]) for a, b, _ in known], [r for *_, r in known]
    first, second = (np.argsort(np.argsort(n, kind="stable"), kind="stable").astype(float) for n in (x, y))
    return float(np.corrcoef(first, second)[0, 1]), len(known), left_out


@score_task.slip(
    "Equal ratings share the *middle* rank. Our little `ranks` gives all of them the lowest, and there nothing was "
    "equal: take scipy.stats.rankdata."
)
def lowest_rank_for_all(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    x, y = [cosine(table[a], table[b]) for a, b, _ in known], [r for *_, r in known]
    first, second = ([sorted(numbers).index(n) for n in numbers] for numbers in (x, y))
    return float(np.corrcoef(first, second)[0, 1]), len(known), left_out


@score_task.slip(
    "np.argsort says *who* comes first, second, third; a rank says in *which place* a number stands: take "
    "scipy.stats.rankdata."
)
def takes_the_order_for_ranks(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    x, y = [cosine(table[a], table[b]) for a, b, _ in known], [r for *_, r in known]
    return float(np.corrcoef(np.argsort(x), np.argsort(y))[0, 1]), len(known), left_out


@score_task.slip("That is the p-value, the second result of spearmanr. rho is its first.")
def takes_the_p_value(table: Vectors, pairs: Pairs) -> Report:
    from scipy.stats import spearmanr

    known, left_out = _split(table, pairs)
    return (
        float(spearmanr([cosine(table[a], table[b]) for a, b, _ in known], [r for *_, r in known])[1]),
        len(known),
        left_out,
    )


@score_task.slip("That is Kendall's tau. Spearman's rho is asked for: the correlation of the ranks.")
def takes_kendalls_tau(table: Vectors, pairs: Pairs) -> Report:
    from scipy.stats import kendalltau

    known, left_out = _split(table, pairs)
    return (
        float(kendalltau([cosine(table[a], table[b]) for a, b, _ in known], [r for *_, r in known])[0]),
        len(known),
        left_out,
    )


@score_task.slip("The sign is right, but you compare straight lines. Asked for is the cosine: length has no say in it.")
def compares_nearness_by_straight_line(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    near = [-euclidean(table[a], table[b]) for a, b, _ in known]
    return spearman(near, [r for *_, r in known]), len(known), left_out


@score_task.slip("Your `covered` is a share. Asked for is the number of pairs: 3 of 4 and 300 of 400 are not alike.")
def says_a_share(table: Vectors, pairs: Pairs) -> Any:
    rho, covered, left_out = _score(table, pairs)
    return rho, covered / len(pairs), left_out


@score_task.slip("You report all pairs as covered, and yet you left some out. `covered` is the number of those scored.")
def reports_all_as_covered(table: Vectors, pairs: Pairs) -> Report:
    rho, _, left_out = _score(table, pairs)
    return rho, len(pairs), left_out


@score_task.slip("Your `left_out` has only pairs of which *both* words are unknown. One is enough.")
def leaves_out_only_if_both_unknown(table: Vectors, pairs: Pairs) -> Report:
    rho, covered, _ = _score(table, pairs)
    return rho, covered, [(a, b) for a, b, _ in pairs if a not in table and b not in table]


@score_task.slip("The sign of your rho is turned round: full agreement should be +1.")
def turns_the_sign(table: Vectors, pairs: Pairs) -> Report:
    rho, covered, left_out = _score(table, pairs)
    return -rho, covered, left_out


def _difference(mine: list[list[float]], truth: list[list[float]], draws: list[tuple[Any, Any]]) -> str:
    """Say in which part of the report the first difference lies."""
    got, due, (table, pairs) = next(t for t in zip(mine, truth, draws, strict=True) if not alike(t[0], t[1]))
    if got[1] != due[1]:
        both = " Do you look for *both* words?" if got[1] > due[1] else ""
        return f"Of {len(pairs)} pairs yours covers {got[1]:g}; both words are known in {due[1]:.0f}.{both}"
    if got[2:] != due[2:]:
        pair = next((a, b) for (a, b, _), x, y in zip(pairs, got[2:], due[2:], strict=True) if x != y)
        known = "both words are known" if pair not in _split(table, pairs)[1] else "not both words are known"
        return f"Look at the pair {' - '.join(pair)}: {known}, and your `left_out` says otherwise."
    return f"With {due[1]:.0f} pairs covered yours gives rho {got[0]:.2f}; it should be {due[0]:.2f}."


# --- exercise: what did the window do? ---


@lru_cache(maxsize=1)
def _knob_scores() -> dict[str, dict[str, float]]:
    """For each model of the knob board, rho on both tests."""
    tests = {"wordsim": "wordsim353", "simlex": "simlex999"}
    return {
        name: {test: float(model.scores[kept]["spearman"]) for test, kept in tests.items()}
        for name, model in load_knobs().items()
    }


@lesson.exercise(
    "window",
    "Read off the knob board, two decimals are enough: the change of rho from window 2 to window 15 in `wordsim` and "
    "in `simlex`, in `seeds` how far apart the highest and the lowest of the three seeds lie on WordSim, and in "
    "`pairs` how many times as many pairs the same text gives at window 15 as at window 2.",
    hints=(
        "Three models for the seeds (1, 2 and 3), two for the window. Later minus earlier, so a rise is positive.",
        "Set Window to 2 and note both numbers, then to 15. For the seeds: the largest of three minus the smallest.",
        '{"wordsim": 0.51 - 0.24, "simlex": 0.25 - ..., "seeds": 0.38 - ..., "pairs": ...}: three are missing.',
    ),
    takes="value",
)
def window_task(value: Any, rng: np.random.Generator) -> str:
    names = ("wordsim", "simlex", "seeds", "pairs")
    if not isinstance(value, dict) or not set(names) <= set(value):
        raise Wrong('Give a dictionary with "wordsim", "simlex", "seeds" and "pairs", a number each.')
    try:
        mine = {name: float(value[name]) for name in names}
    except (TypeError, ValueError):
        raise Wrong("Each of the four should be one number, such as 0.27.") from None
    s = _knob_scores()
    moved = {t: s["window=15"][t] - s["window=2"][t] for t in ("wordsim", "simlex")}
    seeds = sorted(s[m]["wordsim"] for m in ("base", "seed=2", "seed=3"))
    for test, other in (("wordsim", "simlex"), ("simlex", "wordsim")):
        _check_change(test, mine[test], moved, other)
    if not _near(mine["seeds"], seeds[2] - seeds[0]):
        if any(_near(abs(mine["seeds"]), x) for x in (seeds[1] - seeds[0], seeds[2] - seeds[1], float(np.std(seeds)))):
            raise Wrong("`seeds` is too small: take the highest of all three runs minus the lowest.")
        if _near(mine["seeds"], seeds[0] - seeds[2]):
            raise Wrong("`seeds` is a distance between two scores: highest minus lowest, so it is positive.")
        raise Wrong("`wordsim` and `simlex` are right. For `seeds`, move the knob *Seed* to 1, 2 and 3 and compare.")
    if abs(mine["pairs"] - TIMES) > 0.25:
        half = (
            "A word does not always look as far as the window: gensim draws from 1 to it. " if mine["pairs"] > 5 else ""
        )
        raise Wrong(f"The scores are right. `pairs`: {half}The fair race of the lesson counts the pairs.", "M12")
    return (
        f"WordSim {moved['wordsim']:+.2f}, SimLex {moved['simlex']:+.2f}, and seeds alone move WordSim by "
        f"{seeds[2] - seeds[0]:.2f}. So this is more than luck. But was it the wider company, or 4.5 times as many "
        "examples? In the fair race of the lesson, with equally many examples for all, nothing of the gain was left."
    )


TIMES = 4.5
"""How many times as many pairs window 15 makes of the Wikipedia text as window 2; lesson 06 counts them."""


def _near(x: float, y: float) -> bool:
    """Two scores read off with two decimals may be off by a hundredth."""
    return abs(x - y) <= 0.0125


def _check_change(test: str, mine: float, moved: Mapping[str, float], other: str) -> None:
    s = _knob_scores()
    if _near(mine, moved[test]):
        return
    if abs(mine) > 1:
        raise Wrong(f"`{test}`: rho goes from -1 to 1, so write a change of a quarter as 0.25, not as 25.")
    if _near(mine, -moved[test]):
        raise Wrong(f"`{test}`: the sign is turned round. Later minus earlier: window 15 minus window 2.")
    if _near(mine, moved[other]):
        raise Wrong(f"`{test}`: this is the change of the other test. Did you swap them?", "M06")
    if _near(mine, s["window=15"][test] - s["base"][test]) or _near(mine, s["base"][test] - s["window=2"][test]):
        raise Wrong(f"`{test}`: one of your two numbers belongs to the base, window 5. Compare 2 with 15.")
    if _near(mine, s["window=15"][test]) or _near(mine, s["window=2"][test]):
        raise Wrong(f"`{test}`: that is a score. Asked for is the change from one to the other.")
    raise Wrong(f"`{test}`: set Window to 2, read the score, set it to 15, read again, and subtract.")


# --- exercise: lay one map on another ---


def _align(one: Floats, two: Floats) -> Floats:
    return one @ best_turn(one, two)


def _two_maps(rng: np.random.Generator, n: int, d: int) -> tuple[Floats, Floats]:
    """Return two tables of n unit vectors: the second is the first, turned, and a little shaken."""
    one = normalise(rng.normal(size=(n, d)) + 0.5)
    two = normalise(one @ random_rotation(d, seed=int(rng.integers(1000))) + 0.2 * rng.normal(size=(n, d)))
    return one, two


@lesson.exercise(
    "align",
    "Write align(one, two): row i of both tables (n, d) is the same word from two trainings. Return `one`, turned so "
    "that it lies on `two` as well as it can. Only a rotation or a mirror: lengths and angles inside `one` stay.",
    hints=(
        "Procrustes: multiply one.T with two, take that table apart with the SVD of lesson 04, and leave out the "
        "stretching in the middle.",
        "left, stretch, right = np.linalg.svd(one.T @ two). The turn is left @ right; NumPy has transposed `right` "
        "already.",
        "left, _, right = np.linalg.svd(one.T @ two), and then return one @ (...): two letters of work are left.",
    ),
    forbidden=("scipy.linalg.orthogonal_procrustes", "scipy.linalg._procrustes", "scipy.spatial", "gensim"),
)
def align_task(f: Any, rng: np.random.Generator) -> str:
    draws = [_two_maps(rng, n, d) for n, d in ((5, 2), (6, 3), (9, 3), (8, 4))]
    try:
        compare(f, _align, draws, align_task.slips)
    except Unexplained:
        raise Wrong(_what_moved(np.asarray(f(*draws[0]), dtype=float), *draws[0])) from None
    knobs = load_knobs()
    words = knobs["base"].table.words[:1000]
    one, two = (knobs[name].table.subset(words) for name in ("base", "seed=2"))
    turned = Embedding(words, f(normalise(one.vectors), normalise(two.vectors)))
    before, after = (float(same_word_cosines(table, two).mean()) for table in (one, turned))
    return (
        f"Four pairs of small maps lie on each other. Then your own code turned 1,000 words of seed 1 on to seed 2: "
        f"the mean cosine of a word with itself went from {before:.2f} to {after:.2f}."
    )


@align_task.slip("Two maps with different north. Align first, or compare neighbours.", idea="M24")
def hands_back_one(one: Floats, two: Floats) -> Floats:
    return one


@align_task.slip(
    "Least squares may also stretch and squash, so angles inside `one` change: then it is another space. Keep only "
    "the turn."
)
def stretches_too(one: Floats, two: Floats) -> Floats:
    return one @ np.linalg.lstsq(one, two, rcond=None)[0]


@align_task.slip("You turned the wrong way round: this is the turn from `two` to `one`. Transpose it.")
def turns_the_wrong_way(one: Floats, two: Floats) -> Floats:
    return one @ best_turn(one, two).T


@align_task.slip("You turned `two` on to `one`. Asked for is `one`, turned.")
def turns_two_instead(one: Floats, two: Floats) -> Floats:
    return two @ best_turn(two, one)


@align_task.slip("That is the turn itself, shape (d, d). Apply it: one @ turn.")
def hands_back_the_turn(one: Floats, two: Floats) -> Floats:
    return best_turn(one, two)


@align_task.slip("You hand back `two` itself. That agrees perfectly and says nothing about `one`.")
def hands_back_two(one: Floats, two: Floats) -> Floats:
    return two


@align_task.slip("np.linalg.svd gives its third part transposed already: left @ right, without another .T.")
def transposes_once_more(one: Floats, two: Floats) -> Floats:
    left, _, right = np.linalg.svd(one.T @ two)
    return np.asarray(one @ (left @ right.T))


@align_task.slip(
    "You moved the middle to the origin first. That changes cosines (lesson 02). Here only a turn is allowed."
)
def moves_the_middle(one: Floats, two: Floats) -> Floats:
    one, two = one - one.mean(axis=0), two - two.mean(axis=0)
    return one @ best_turn(one, two)


@align_task.slip(
    "Your turn is forbidden to mirror (its determinant is +1). A mirror keeps lengths and angles, too, and some maps "
    "need one."
)
def forbids_the_mirror(one: Floats, two: Floats) -> Floats:
    left, _, right = np.linalg.svd(one.T @ two)
    right[-1] *= np.sign(np.linalg.det(left @ right))
    return np.asarray(one @ (left @ right))


@align_task.slip("Flipping the signs of columns is a mirror, and a start. But the axes are turned as well.")
def flips_signs_only(one: Floats, two: Floats) -> Floats:
    return one * np.sign((one * two).sum(axis=0))


def _what_moved(mine: Floats, one: Floats, two: Floats) -> str:
    """Say what is wrong with a turn that is none of the known slips."""
    if mine.shape != one.shape:
        return f"`one` came in with shape {one.shape} and comes back with shape {mine.shape}. A turn keeps it."
    if not np.allclose(mine @ mine.T, one @ one.T, atol=1e-6):
        return "Lengths or angles inside `one` are not what they were. A rotation or a mirror leaves them as they are."
    got, best = ((table * two).sum(axis=1).mean() for table in (mine, _align(one, two)))
    return (
        f"That is a turn, but not the best: the mean cosine of a word with itself is {got:.2f}; it can be {best:.2f}."
    )


# --- find the counterexample: a better score, a worse table ---

AGREE, PAIRS_AT_LEAST, WORDS_AT_MOST = 0.95, 5, 20


@lesson.exercise(
    "cherry",
    "Refute 'the table with the higher score is the better table'. Name at most 20 words of the old books. We keep "
    "these alone; the table that is left should cover at least 5 pairs of WordSim-353 and reach a rho of 0.95.",
    hints=(
        "You decide what is asked! Look for pairs where people and the table agree: very near, middling, far.",
        "Sort the covered pairs by rating and, beside it, by cosine. Pairs that stand at about the same place in both "
        "orders are your cherries.",
        "rank both (scipy.stats.rankdata), take the pairs with the smallest difference of ranks, spread from the "
        "lowest to the highest, and hand in their words.",
    ),
    takes="value",
)
def cherry_task(value: Any, rng: np.random.Generator) -> str:
    if isinstance(value, str) or not np.iterable(value) or not all(isinstance(word, str) for word in value):
        raise Wrong('Give a list of words, such as ["tiger", "cat", "king", "cabbage"].')
    words = list(dict.fromkeys(word.strip().lower() for word in value))
    books, pairs = load_vectors(), load_wordsim()
    whole = spearman_eval(books, pairs, resamples=1)
    if len(words) > WORDS_AT_MOST:
        raise Wrong(f"These are {len(words)} words; {WORDS_AT_MOST} at most, please. Cherries are picked, not shaken.")
    unknown = [word for word in words if word not in books]
    if unknown:
        raise Wrong(f"The old books do not know {', '.join(map(repr, unknown[:5]))}. Take other words.")
    asked = [(a, b, r) for a, b, r in pairs if a in words and b in words]
    if len(asked) < PAIRS_AT_LEAST:
        raise Wrong(
            f"Pairs of WordSim-353 that these words cover: {len(asked)}. It should be {PAIRS_AT_LEAST} at least. Both "
            "words of a pair have to be there."
        )
    try:
        rho = spearman_eval(books.subset(words), pairs, resamples=1).rho
    except CourseError as error:
        raise Wrong(str(error)) from None
    if rho < AGREE:
        a, b, rating = max(asked, key=lambda pair: _misplaced(pair, asked))
        raise Wrong(
            f"rho is {rho:.2f} on {len(asked)} pairs; {AGREE:.2f} is asked for. The pair farthest from its place is "
            f"{a} - {b} (people {rating:g}, cosine {cosine(books[a], books[b]):.2f})."
        )
    return (
        f"rho {rho:.2f}, where the whole table has {whole.rho:.2f}. But on {len(asked)} of {len(pairs)} pairs, where "
        f"the whole table answers {whole.covered}; and you threw away {len(books) - len(words):,} words. Whoever may "
        "choose the questions always passes. So: never a score without its coverage."
    )


def _misplaced(pair: tuple[str, str, float], asked: Pairs) -> int:
    """How many places a pair stands higher or lower by cosine than by rating."""
    books = load_vectors()
    by_cosine = sorted(asked, key=lambda p: cosine(books[p[0]], books[p[1]]))
    by_rating = sorted(asked, key=lambda p: p[2])
    return abs(by_cosine.index(pair) - by_rating.index(pair))


# --- repair my bug: the overlap of two neighbour lists ---


def _overlap(one: Floats, two: Floats, k: int) -> float:
    shares = []
    near = []
    for table in (one, two):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosines = units @ units.T
        np.fill_diagonal(cosines, -2)
        near.append(np.argsort(-cosines, axis=1)[:, :k])
    for a, b in zip(*near, strict=True):
        shares.append(len(set(a.tolist()) & set(b.tolist())) / k)
    return float(np.mean(shares))


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    turns = np.radians([0.0, 10, 30, 70, 150])
    one = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    two, lengths = one[[0, 3, 1, 4, 2]], np.array([[1.0], [5], [1], [5], [1]])
    return [
        ("The same table twice: its neighbours agree fully, 1.0.", (one, one, 1)),
        ("The same table twice, two neighbours: 1.0 again. The share is of k.", (one, one, 2)),
        ("Only lengths differ: cosines, and so neighbours, stay the same.", (one, one * lengths, 2)),
        ("The rows of the second table are mixed up: the share of the one nearest word in common.", (one, two, 1)),
        ("Two neighbours each, in tables that disagree: those in both lists, divided by k.", (one, two, 2)),
    ]


@lesson.exercise(
    "repair",
    "overlap(one, two, k) should return the share of the k nearest neighbours (by cosine, the word itself left out) "
    "that two tables have in common, averaged over all words; row i is the same word in both. It does not.",
    hints=(
        "Hand in the same table twice: 1.0 should come out. Then two random tables, with k far below the number of "
        "words: little should be left.",
        "Is the word itself in its list? Are these the nearest, by cosine? Does each list come from *one* table?",
        "The share is: words in both lists, whatever their place, divided by k.",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for n, d, k in ((5, 2, 2), (6, 2, 2), (7, 3, 3), (8, 3, 3), (9, 3, 4)):
        one = rng.normal(size=(n, d)) * rng.uniform(0.4, 3, (n, 1))
        draws.append((one.round(2), (one + 0.8 * rng.normal(size=(n, d))).round(2), k))
    compare(f, _overlap, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired: a table agrees with itself fully, order plays no part, and nobody is their own neighbour."


@repair_task.slip(
    "It still counts each word as its own nearest neighbour. That gives every table a point for nothing.",
    idea="M25",
)
def counts_the_word_itself(one: Floats, two: Floats, k: int) -> float:
    shares = []
    near = []
    for table in (one, two):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosines = units @ units.T
        near.append(np.argsort(-cosines, axis=1)[:, :k])
    for a, b in zip(*near):  # noqa: B905 - shown to learners
        shares.append(len(set(a.tolist()) & set(b.tolist())) / k)
    return float(np.mean(shares))


@repair_task.slip("It still asks for the same word at the same *place*. Two lists may differ in order.")
def same_word_at_same_place(one: Floats, two: Floats, k: int) -> float:
    near = []
    for table in (one, two):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosines = units @ units.T
        np.fill_diagonal(cosines, -2)
        near.append(np.argsort(-cosines, axis=1)[:, :k])
    return float(np.mean(near[0] == near[1]))


@repair_task.slip("It still takes the farthest words. np.argsort puts the smallest first.")
def takes_the_farthest(one: Floats, two: Floats, k: int) -> float:
    shares = []
    near = []
    for table in (one, two):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosines = units @ units.T
        np.fill_diagonal(cosines, 2)
        near.append(np.argsort(cosines, axis=1)[:, :k])
    for a, b in zip(*near):  # noqa: B905
        shares.append(len(set(a.tolist()) & set(b.tolist())) / k)
    return float(np.mean(shares))


@repair_task.slip("It still uses bare dot products: long vectors come near to everybody. Use cosines.")
def takes_dot_products(one: Floats, two: Floats, k: int) -> float:
    shares = []
    near = []
    for table in (one, two):
        dots = table @ table.T
        np.fill_diagonal(dots, -np.inf)
        near.append(np.argsort(-dots, axis=1)[:, :k])
    for a, b in zip(*near):  # noqa: B905
        shares.append(len(set(a.tolist()) & set(b.tolist())) / k)
    return float(np.mean(shares))


@repair_task.slip("It still divides by all words of both lists together. The share is out of k.")
def divides_by_both_lists(one: Floats, two: Floats, k: int) -> float:
    shares = []
    near = []
    for table in (one, two):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosines = units @ units.T
        np.fill_diagonal(cosines, -2)
        near.append(np.argsort(-cosines, axis=1)[:, :k])
    for a, b in zip(*near):  # noqa: B905
        shares.append(len(set(a.tolist()) & set(b.tolist())) / len(set(a.tolist()) | set(b.tolist())))
    return float(np.mean(shares))


@repair_task.slip(
    "It still takes cosines between the two tables. Two maps with different north: look for neighbours inside each "
    "table, then compare the lists.",
    idea="M24",
)
def compares_across_tables(one: Floats, two: Floats, k: int) -> float:
    shares = []
    units = [table / np.linalg.norm(table, axis=1, keepdims=True) for table in (one, two)]
    cosines = units[0] @ units[1].T
    near = [np.argsort(-cosines, axis=1)[:, :k], np.argsort(-cosines.T, axis=1)[:, :k]]
    for a, b in zip(*near):  # noqa: B905
        shares.append(len(set(a.tolist()) & set(b.tolist())) / k)
    return float(np.mean(shares))


@repair_task.slip("It looks at the first word alone. Average over all words: each has its two lists.")
def first_word_alone(one: Floats, two: Floats, k: int) -> float:
    near = []
    for table in (one, two):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosines = units @ units.T
        np.fill_diagonal(cosines, -2)
        near.append(set(np.argsort(-cosines, axis=1)[0, :k].tolist()))
    return len(near[0] & near[1]) / k
