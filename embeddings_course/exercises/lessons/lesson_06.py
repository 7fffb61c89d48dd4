"""Lesson 06, word2vec with gensim: its predictions, exercises, judgement and quiz."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.evaluation import same_word_cosines, spearman, spearman_eval
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option
from embeddings_course.exercises.engine.run_safely import LearnerError, Wrong
from embeddings_course.exercises.engine.slips import Slip, alike, compare
from embeddings_course.files.data import load_knobs, load_vectors, load_wordsim
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import cosine, euclidean, normalise, random_rotation

Floats = NDArray[np.floating]
Vectors = Mapping[str, Floats]
Pairs = Sequence[tuple[str, str, float]]
Report = tuple[float, int, list[tuple[str, str]]]

lesson = Lesson("06", "word2vec with gensim")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---

lesson.add_predictions(
    Choice(
        "two-texts",
        "The same program reads two texts: articles of Wikipedia, and 754 novels from before about 1930. In which of "
        "them will *bank* stand nearer to *river*, *lake* and *valley* than to *money*, *credit* and *debt*?",
        (
            Option(
                "in neither: a bank is mostly about money",
                "In your head, perhaps. In the novels *bank* leans to the river: people sit on banks there, fish from "
                "them and fall off them.",
            ),
            Option(
                "in Wikipedia, which has so many rivers",
                "It has, and their articles speak of basins and mouths. Where it writes *bank*, it is mostly the World "
                "Bank or a central bank.",
            ),
            Option(
                "in the novels",
                "Yes. Nothing about the word has changed, only the text. Corpus is meaning, for a machine that has "
                "nothing else.",
                right=True,
            ),
            Option(
                "in both, a little",
                "Wikipedia leans to money in all five trainings that we made, the novels to the river. It is the text "
                "that decides, not the program.",
            ),
        ),
    ),
    Choice(
        "wide-window",
        "The window grows from 2 words to 15 on either side, nothing else changes. What will happen to the two scores "
        "on the knob board: WordSim-353 (who belongs together?) and SimLex-999 (who is alike?)?",
        (
            Option(
                "both rise, WordSim by more",
                "Yes: 0.24 to 0.51, and 0.06 to 0.25. But beware: the wide window also sees five times as many "
                "examples. Which of the two did it? The lesson asks, in a moment.",
                right=True,
            ),
            Option(
                "WordSim rises, SimLex falls",
                "WordSim rises, but SimLex does, too, from 0.06 to 0.25. A wide window means more examples to learn "
                "from, and on a small text everything profits from that.",
            ),
            Option(
                "both fall: far words are only noise",
                "Far words are about the same matter. *lawyer* and *court* often stand ten words apart. WordSim rises "
                "from 0.24 to 0.51.",
            ),
            Option(
                "neither: the window is about speed",
                "It costs time, too. But first of all it chooses what counts as company, and so what *near* means.",
            ),
        ),
    ),
    Number(
        "two-seeds",
        "Train twice on the same text with the same settings; only the seed, the start of all luck, differs. What is "
        "the cosine between *bank* of the first run and *bank* of the second?",
        (
            Band(-1, -0.3, "Not opposite either. It is -0.08: the two runs have simply nothing to do with each other."),
            Band(
                -0.3,
                0.3,
                "It is -0.08, the cosine of strangers. Each run chooses its own axes: two maps with different north.",
                right=True,
            ),
            Band(
                0.3,
                0.9,
                "It is -0.08. The *neighbours* of the two runs are about half the same; the coordinates have nothing "
                "in common. Each run chooses its own axes.",
            ),
            Band(
                0.9,
                1.01,
                "It is -0.08! Same text, same settings, and yet other numbers: the first table is filled by luck, and "
                "nothing ever ties its axes to those of another run.",
            ),
        ),
        low=-1,
        high=1,
        step=0.05,
    ),
    Choice(
        "few-words",
        "Of the 20,000 words of the old books we keep the 500 most frequent, and throw the rest away. What will happen "
        "to the agreement with people on WordSim-353?",
        (
            Option(
                "it falls, since so many words are missing",
                "What is missing is not asked. Only 5 of the 353 pairs are left, and on these the order is perfect.",
            ),
            Option(
                "it stays, since cosines of the rest do not change",
                "The cosines stay, but the *questions* do not: 5 of the 353 pairs are left.",
            ),
            Option(
                "it becomes perfect",
                "1.00, on 5 of 353 pairs. A score without its coverage is worth nothing.",
                right=True,
            ),
            Option(
                "it cannot be computed any more",
                "It can, and that is the trouble: five pairs are enough for a formula. They are not enough to know "
                "anything.",
            ),
        ),
    ),
)


# --- exercise: a score that says what it left out ---


def _split(table: Vectors, pairs: Pairs) -> tuple[list[tuple[str, str, float]], list[tuple[str, str]]]:
    known = [(a, b, r) for a, b, r in pairs if a in table and b in table]
    return known, [(a, b) for a, b, _ in pairs if a not in table or b not in table]


def _score(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    return spearman([cosine(table[a], table[b]) for a, b, _ in known], [r for *_, r in known]), len(known), left_out


def _score_1(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    cosines = [cosine(table[a], table[b]) for a, b, _ in known]
    return float(np.corrcoef(cosines, [r for *_, r in known])[0, 1]), len(known), left_out


def _score_2(table: Vectors, pairs: Pairs) -> Report:
    cosines = [cosine(table[a], table[b]) if a in table and b in table else 0.0 for a, b, _ in pairs]
    return spearman(cosines, [r for *_, r in pairs]), len(pairs), []


def _score_3(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    return spearman([table[a] @ table[b] for a, b, _ in known], [r for *_, r in known]), len(known), left_out


def _score_4(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    return spearman([euclidean(table[a], table[b]) for a, b, _ in known], [r for *_, r in known]), len(known), left_out


def _score_5(table: Vectors, pairs: Pairs) -> Report:
    known, left_out = _split(table, pairs)
    x, y = [cosine(table[a], table[b]) for a, b, _ in known], [r for *_, r in known]
    first, second = (np.argsort(np.argsort(n, kind="stable"), kind="stable").astype(float) for n in (x, y))
    return float(np.corrcoef(first, second)[0, 1]), len(known), left_out


def _score_6(table: Vectors, pairs: Pairs) -> Report:
    rho, _, left_out = _score(table, pairs)
    return rho, len(pairs), left_out


def _score_7(table: Vectors, pairs: Pairs) -> Report:
    rho, covered, _ = _score(table, pairs)
    return rho, covered, [(a, b) for a, b, _ in pairs if a not in table and b not in table]


def _score_8(table: Vectors, pairs: Pairs) -> Report:
    rho, covered, left_out = _score(table, pairs)
    return -rho, covered, left_out


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
    if np.iterable(rho):
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
    "Write score(table, pairs): `table` is a dictionary of vectors, `pairs` a list of (word, word, rating). Return "
    "three things: the rank correlation of cosine and rating, how many pairs were covered, and the pairs left out.",
    hints=(
        "First sort the pairs into two lists: both words in the table, or not. Only the first list gets cosines.",
        "For the covered pairs make two lists, cosines and ratings, and hand them to scipy.stats.spearmanr. The "
        "correlation is its first result.",
        "known = [(a, b, r) for a, b, r in pairs if a in table and b in table]; left_out = [(a, b) for ... if not "
        "both]; then return spearmanr(cosines, ratings)[0], ..., left_out.",
    ),
    slips=(
        Slip(_score_1, "You correlate the numbers themselves. Turn both into ranks first: only order counts."),
        Slip(
            _score_2,
            "You gave every pair with an unknown word a cosine of 0. That claims 'strangers' where the table only "
            "said 'never heard of it'. Leave these pairs out, and count them.",
        ),
        Slip(_score_3, "You compare dot products, so long arrows look near to everybody. Divide by both lengths."),
        Slip(
            _score_4,
            "Upside down: you compare distances, which are *small* for near words, with ratings, which are large.",
        ),
        Slip(
            _score_5,
            "Equal ratings got different ranks, by the luck of their place in the list. Equal numbers share the "
            "middle rank: scipy.stats.rankdata does that.",
        ),
        Slip(
            _score_6,
            "You report all pairs as covered, and yet you left some out. `covered` is the number of those scored.",
        ),
        Slip(_score_7, "Your `left_out` has only pairs of which *both* words are unknown. One is enough."),
        Slip(_score_8, "The sign of your rho is turned round: full agreement should be +1."),
    ),
)
def _check_score(f: Any, rng: np.random.Generator) -> str:
    draws = [_example(rng) for _ in range(6)]
    try:
        mine = [_read_report(f(*draw), *draw) for draw in draws]
    except LearnerError as error:
        if "KeyError" not in str(error):
            raise
        raise Wrong(f"Some pairs have a word that the table lacks: look before you take its vector. {error}") from None
    truth = [_read_report(_score(*draw), *draw) for draw in draws]
    if not alike(mine, truth):
        for slip in lesson.exercises["score"].slips:
            if alike(mine, [_read_report(slip.function(*draw), *draw) for draw in draws]):
                raise Wrong(slip.says)
        raise Wrong(_difference(mine, truth, draws))
    books, pairs = load_vectors(limit=3000), load_wordsim()
    rho, covered, left_out = f({word: books[word] for word in books.words}, list(pairs))
    return (
        f"Six small tables agree. On the 3,000 most frequent words of the old books yours says: rho {rho:.2f} on "
        f"{covered} of {len(pairs)} pairs, {len(left_out)} left out. A score, and what it is worth."
    )


def _difference(mine: list[list[float]], truth: list[list[float]], draws: list[tuple[Any, Any]]) -> str:
    """Say in which part of the report the first difference lies."""
    got, due, (table, pairs) = next(t for t in zip(mine, truth, draws, strict=True) if not alike(t[0], t[1]))
    if got[1] != due[1]:
        both = " Do you look for *both* words?" if got[1] > due[1] else ""
        return f"Of {len(pairs)} pairs yours covers {got[1]:.0f}; both words are known in {due[1]:.0f}.{both}"
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
    "in `simlex`, and in `seeds` how far apart the highest and the lowest of the three seeds lie on WordSim.",
    hints=(
        "Three models for the seeds (1, 2 and 3), two for the window. Later minus earlier, so a rise is positive.",
        "Set Window to 2 and note both numbers, then to 15. For the seeds: the largest of three minus the smallest.",
        '{"wordsim": 0.51 - 0.24, "simlex": 0.25 - ..., "seeds": 0.38 - ...}: two numbers are missing.',
    ),
    takes="value",
)
def _check_window(value: Any, rng: np.random.Generator) -> str:
    names = ("wordsim", "simlex", "seeds")
    if not isinstance(value, dict) or not set(names) <= set(value):
        raise Wrong('Give a dictionary with "wordsim", "simlex" and "seeds", a number each.')
    try:
        mine = {name: float(value[name]) for name in names}
    except (TypeError, ValueError):
        raise Wrong("Each of the three should be one number, such as 0.27.") from None
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
    return (
        f"WordSim {moved['wordsim']:+.2f}, SimLex {moved['simlex']:+.2f}, and seeds alone move WordSim by "
        f"{seeds[2] - seeds[0]:.2f}. So this is more than luck. But was it the wider company, or five times as many "
        "examples? In the fair race of the lesson, with equally many examples for all, nothing of the gain was left."
    )


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


def _turn_of(one: Floats, two: Floats) -> Floats:
    left, _, right = np.linalg.svd(one.T @ two)
    return np.asarray(left @ right)


def _align(one: Floats, two: Floats) -> Floats:
    return one @ _turn_of(one, two)


def _align_1(one: Floats, two: Floats) -> Floats:
    return one


def _align_2(one: Floats, two: Floats) -> Floats:
    return one @ np.linalg.lstsq(one, two, rcond=None)[0]


def _align_3(one: Floats, two: Floats) -> Floats:
    return one @ _turn_of(one, two).T


def _align_4(one: Floats, two: Floats) -> Floats:
    return two @ _turn_of(two, one)


def _align_5(one: Floats, two: Floats) -> Floats:
    return _turn_of(one, two)


def _align_6(one: Floats, two: Floats) -> Floats:
    return two


def _align_7(one: Floats, two: Floats) -> Floats:
    left, _, right = np.linalg.svd(one.T @ two)
    return np.asarray(one @ (left @ right.T))


def _align_8(one: Floats, two: Floats) -> Floats:
    one, two = one - one.mean(axis=0), two - two.mean(axis=0)
    return one @ _turn_of(one, two)


def _align_9(one: Floats, two: Floats) -> Floats:
    return one * np.sign((one * two).sum(axis=0))


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
    forbidden=("scipy.linalg", "scipy.spatial", "gensim"),
    slips=(
        Slip(_align_1, "Two maps with different north. Align first, or compare neighbours.", "M24"),
        Slip(
            _align_2,
            "Least squares may also stretch and squash, so angles inside `one` change: then it is another space. Keep "
            "only the turn.",
        ),
        Slip(_align_3, "You turned the wrong way round: this is the turn from `two` to `one`. Transpose it."),
        Slip(_align_4, "You turned `two` on to `one`. Asked for is `one`, turned."),
        Slip(_align_5, "That is the turn itself, shape (d, d). Apply it: one @ turn."),
        Slip(_align_6, "You hand back `two` itself. That agrees perfectly and says nothing about `one`."),
        Slip(_align_7, "np.linalg.svd gives its third part transposed already: left @ right, without another .T."),
        Slip(
            _align_8,
            "You moved the middle to the origin first. That changes cosines (lesson 02). Here only a turn is allowed.",
        ),
        Slip(_align_9, "Flipping the signs of columns is a mirror, and a start. But the axes are turned as well."),
    ),
)
def _check_align(f: Any, rng: np.random.Generator) -> str:
    draws = [_two_maps(rng, n, d) for n, d in ((5, 2), (6, 3), (9, 3), (8, 4))]
    try:
        compare(f, _align, draws, lesson.exercises["align"].slips)
    except Wrong as wrong:
        if not str(wrong).startswith("For ("):
            raise
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


@lru_cache(maxsize=1)
def _books() -> Embedding:
    return load_vectors()


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
def _check_cherry(value: Any, rng: np.random.Generator) -> str:
    if isinstance(value, str) or not np.iterable(value) or not all(isinstance(word, str) for word in value):
        raise Wrong('Give a list of words, such as ["tiger", "cat", "king", "cabbage"].')
    words = list(dict.fromkeys(word.strip().lower() for word in value))
    books, pairs = _books(), load_wordsim()
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
    books = _books()
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


def _overlap_1(one: Floats, two: Floats, k: int) -> float:
    shares = []
    near = []
    for table in (one, two):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosines = units @ units.T
        near.append(np.argsort(-cosines, axis=1)[:, :k])
    for a, b in zip(*near):  # noqa: B905 - shown to learners
        shares.append(len(set(a.tolist()) & set(b.tolist())) / k)
    return float(np.mean(shares))


def _overlap_2(one: Floats, two: Floats, k: int) -> float:
    near = []
    for table in (one, two):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosines = units @ units.T
        np.fill_diagonal(cosines, -2)
        near.append(np.argsort(-cosines, axis=1)[:, :k])
    return float(np.mean(near[0] == near[1]))


def _overlap_3(one: Floats, two: Floats, k: int) -> float:
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


def _overlap_4(one: Floats, two: Floats, k: int) -> float:
    shares = []
    near = []
    for table in (one, two):
        dots = table @ table.T
        np.fill_diagonal(dots, -np.inf)
        near.append(np.argsort(-dots, axis=1)[:, :k])
    for a, b in zip(*near):  # noqa: B905
        shares.append(len(set(a.tolist()) & set(b.tolist())) / k)
    return float(np.mean(shares))


def _overlap_5(one: Floats, two: Floats, k: int) -> float:
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


def _overlap_6(one: Floats, two: Floats, k: int) -> float:
    shares = []
    units = [table / np.linalg.norm(table, axis=1, keepdims=True) for table in (one, two)]
    cosines = units[0] @ units[1].T
    near = [np.argsort(-cosines, axis=1)[:, :k], np.argsort(-cosines.T, axis=1)[:, :k]]
    for a, b in zip(*near):  # noqa: B905
        shares.append(len(set(a.tolist()) & set(b.tolist())) / k)
    return float(np.mean(shares))


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
    slips=(
        Slip(
            _overlap_1,
            "It still counts each word as its own nearest neighbour. That gives every table a point for nothing.",
            "M25",
        ),
        Slip(_overlap_2, "It still asks for the same word at the same *place*. Two lists may differ in order."),
        Slip(_overlap_3, "It still takes the farthest words. np.argsort puts the smallest first."),
        Slip(_overlap_4, "It still uses bare dot products: long vectors come near to everybody. Use cosines."),
        Slip(_overlap_5, "It still divides by all words of both lists together. The share is out of k."),
        Slip(
            _overlap_6,
            "It still takes cosines between the two tables. Two maps with different north: look for neighbours inside "
            "each table, then compare the lists.",
            "M24",
        ),
    ),
    broken=True,
)
def _check_repair(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for n, d, k in ((5, 2, 2), (6, 2, 2), (7, 3, 3), (8, 3, 3), (9, 3, 4)):
        one = rng.normal(size=(n, d)) * rng.uniform(0.4, 3, (n, 1))
        draws.append((one.round(2), (one + 0.8 * rng.normal(size=(n, d))).round(2), k))
    compare(f, _overlap, draws, lesson.exercises["repair"].slips)
    return "Repaired: a table agrees with itself fully, order plays no part, and nobody is their own neighbour."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "two-scores",
        "A friend's table reaches 0.55 on WordSim-353, with 120 of the 353 pairs covered. Yours reaches 0.52, with 340 "
        "covered. Whose table agrees better with people?",
        (
            Option(
                "your friend's, by 0.03",
                "The two scores come from different questions, so they cannot be subtracted.",
            ),
            Option(
                "yours, because it covers more",
                "Coverage is a virtue of its own. It does not say which table orders pairs better where both answer.",
            ),
            Option("these two numbers cannot tell", "Right: score both on the pairs that both know.", right=True),
        ),
        (
            Option(
                "0.55 is more than 0.52, and a higher rho is a better table",
                "In this lesson five pairs gave 1.00. A rho belongs to its pairs.",
            ),
            Option(
                "other pairs were asked, and intervals of such scores are wider than 0.03",
                "Both: the pairs differ, and even on the same pairs luck alone moves a score by more than that.",
                right=True,
            ),
            Option(
                "missing pairs should count as 0, which makes yours better",
                "A missing word is no zero. It is a question that was not asked.",
            ),
            Option(
                "a table that knows more words is always trained on more text",
                "Often, but the cut-off for rare words decides that, too. And more text is not the question here.",
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "what-window",
        "What does the window of word2vec decide, above all?",
        (
            Option("how fast training is", "It also costs time, but that is the price, not the purpose."),
            Option(
                "which company counts, so what *near* will mean",
                "Yes: a narrow window hears what can take a word's place, a wide one hears the topic.",
                right=True,
            ),
            Option("how many words the table has", "That is decided by how often a word must be seen (`min_count`)."),
            Option(
                "how many numbers a word gets",
                "That is `vector_size`. The two knobs have nothing to do with each other.",
            ),
        ),
    ),
    Choice(
        "more-numbers",
        "WordSim-353 on the knob board: 0.34 with 50 numbers a word, 0.34 with 100, 0.33 with 300. Three seeds of one "
        "setting span 0.04. What do you conclude?",
        (
            Option(
                "300 numbers are worse than 50",
                "The difference is smaller than what luck alone does. Nothing can be said about it.",
            ),
            Option(
                "more numbers always help; there must be a mistake",
                "They help as long as the text has something to fill them with. This one is small.",
            ),
            Option(
                "on this text nothing is gained beyond 50",
                "Yes: from 2 to 50 it rises, then all differences drown in luck. With more text it may look otherwise.",
                right=True,
            ),
        ),
    ),
    Choice(
        "other-list",
        "You and a friend train with different seeds. Of your ten nearest words to *king*, six are on your friend's "
        "list, too. Who made a mistake?",
        (
            Option("nobody: a neighbour list is an estimate", "Yes. Report what several runs agree on.", right=True),
            Option(
                "one of you: the nearest words are facts about the text",
                "They depend on the seed, and on single documents. Our seeds share about half of their lists.",
            ),
            Option(
                "both: with the same text the lists should be equal",
                "Only with the same seed and one worker. Everything else draws other random numbers.",
            ),
        ),
    ),
    Choice(
        "cup-coffee",
        "People give *closet* and *clothes* 8.00 of 10 points in WordSim-353, and 3.27 in SimLex-999. Why?",
        (
            Option(
                "the people of the second test were stricter",
                "For *coast* and *shore* they gave 8.83, hardly less than the others. It is not about strictness.",
            ),
            Option(
                "one of the two files has an error",
                "Both are as published. The two groups were asked different questions.",
            ),
            Option(
                "vectors cannot tell them apart",
                "True enough, but no vector was asked here: these are marks that people gave.",
            ),
            Option(
                "they belong together, but they are not alike",
                "Yes: related, not similar. WordSim mixes the two, SimLex asked for likeness alone.",
                right=True,
            ),
        ),
    ),
)
