"""Lesson 07, Audit: its exercises and their checks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from embeddings_course.audit import (
    antonym_wins,
    association,
    cluster_recovery,
    direction,
    project_out,
    random_topics,
)
from embeddings_course.chance import as_large_by_chance
from embeddings_course.evaluation import analogy
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import NotYet, Wrong
from embeddings_course.exercises.engine.slips import compare
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import load_analogies, load_opposites, load_vectors, load_word_counts
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import normalise

Triples = list[tuple[str, str, str]]

SHE = ("she", "her", "woman", "girl", "mother", "daughter", "sister", "herself")
HE = ("he", "him", "man", "boy", "father", "son", "brother", "himself")
"""Eight pairs of words that differ in grammatical or family gender by definition: both ends of one axis."""

lesson = Lesson("07", "Audit: what the space gets wrong", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


@lru_cache(maxsize=1)
def _counts() -> dict[str, int]:
    return load_word_counts("books")


@lru_cache(maxsize=1)
def _family() -> tuple[Embedding, list[tuple[str, str, str, str]]]:
    """Return the 3,000 most frequent words and every eighth question of the section "family" that they cover."""
    table = load_vectors("books", limit=3000)
    covered = [q for q in load_analogies()["family"] if all(word in table for word in q)]
    return table, covered[::8]


@lru_cache(maxsize=1)
def _leaning() -> tuple[Floats, Floats, list[bool]]:
    """Return the 200 vectors of `leaning_words`, the axis, and which of them lean to she."""
    table, axis = load_vectors(), direction(load_vectors(), zip(SHE, HE, strict=True))
    she, he = leaning_words(table, axis, 100)
    return normalise(table.subset(she + he).vectors.astype(float)), axis, [True] * len(she) + [False] * len(he)


def leaning_words(table: Embedding, axis: Floats, n: int, most: int = 10_000) -> tuple[list[str], list[str]]:
    """Return the n words that reach furthest along an axis, and the n that reach furthest the other way.

    Only the `most` most frequent words are looked at, and the words that define the she-he axis are left out.

    Introduced in lesson 07.

    >>> table = Embedding(("up", "down", "aside"), [[1.0, 0.1], [-1.0, 0.2], [0.0, 1.0]])
    >>> leaning_words(table, np.array([1.0, 0.0]), 1)
    (['up'], ['down'])
    """
    words = [word for word in table.words[:most] if word not in SHE + HE]
    reach = normalise(table.subset(words).vectors.astype(float)) @ axis
    order = np.argsort(-reach, kind="stable")
    return [words[i] for i in order[:n]], [words[i] for i in order[::-1][:n]]


# --- exercise: an analogy by hand ---


def _unit(vector: Floats) -> Floats:
    return vector / np.linalg.norm(vector)


def _solved(table: Embedding, target: Floats, banned: tuple[str, ...]) -> str:
    scores = table.vectors @ target / np.linalg.norm(table.vectors, axis=1)
    for word in banned:
        scores[table.row(word)] = -np.inf
    return str(table.words[int(np.argmax(scores))])


def _solve(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return analogy(table, a, b, c, exclude=exclude, k=1)[0][0]


def _analogy_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    words, rows = ("a", "b", "c", "d"), np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6], [0.0, 1.0]])
    plain = Embedding(words, rows)
    long = Embedding(words, rows * [[1.0], [5.0], [1.0], [1.0]])
    near = Embedding(words, np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.1], [-0.6, 0.8]]))
    loud = Embedding(words, np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6], [9.0, 1.0]]))
    return [
        ("All rows have length 1 here, and any word may be the reply.", (plain, "a", "c", "b", False)),
        ("None of the three words of the question may be the reply here: one is left.", (plain, "a", "b", "c", True)),
        ("The step goes from a to b: the sum is b - a + c.", (near, "a", "b", "c", False)),
        ("One row is five times as long here, and its direction alone counts.", (long, "a", "b", "c", False)),
        ("A long row must not win: a cosine divides by its length.", (loud, "a", "b", "c", False)),
        ("All that may reply point away here, and one of them still has to.", (_pointing_away(), "a", "b", "c", True)),
    ]


def _pointing_away() -> Embedding:
    """Return a table in which both words that may reply have a cosine below 0."""
    turns = np.radians([0, 20, -20, 200, 170])
    return Embedding(("a", "b", "c", "d", "e"), np.stack([np.cos(turns), np.sin(turns)], axis=1))


@lesson.exercise(
    "analogy",
    "Write solve(table, a, b, c, exclude=True): the word whose cosine to b - a + c is highest, each of the three "
    "scaled to length 1 first. With exclude=True none of the three may be the reply; with exclude=False any word may.",
    hints=(
        "Four steps: scale three vectors, add and subtract, take all cosines, pick the highest that is allowed.",
        "table['king'] is a vector, table.vectors all of them, table.row('king') a row number, table.words the names. "
        "Set the scores of forbidden rows to -np.inf.",
        "target = u(b) - u(a) + u(c); scores = table.vectors @ target / np.linalg.norm(table.vectors, axis=1); if "
        "exclude: for w in (a, b, c): scores[table.row(w)] = ...; return table.words[scores.argmax()]: one thing is "
        "missing, and u cuts a vector to length 1.",
    ),
    forbidden=("gensim",),
    seconds=40.0,
    prepare=_family,
)
def analogy_task(f: Any, rng: np.random.Generator) -> str:
    words = tuple("abcdefghijklmn")
    draws: list[tuple[Any, ...]] = []
    for i in range(24):
        table = Embedding(words, rng.normal(size=(len(words), 4)) * rng.uniform(0.3, 3, (len(words), 1)))
        a, b, c = rng.choice(words, 3, replace=False).tolist()
        draws.append((table, a, b, c, bool(i % 2)))
    # b - a + c points just at a, so a must be forbidden too
    turns = np.radians([0, 50, -50, 150, 20])
    table = Embedding(("a", "b", "c", "d", "e"), np.stack([np.cos(turns), np.sin(turns)], axis=1))
    draws += [(table, "a", "b", "c", True), (table, "a", "b", "c", False), (_pointing_away(), "a", "b", "c", True)]
    first = f(*draws[0])
    if not isinstance(first, str):
        raise Wrong(f"The reply should be a word, such as 'queen'; yours is of type {type(first).__name__}.")
    compare(f, _solve, draws, analogy_task.slips, rungs=_analogy_rungs())
    # without `exclude`: whoever is right wherever it was given is wrong about what it is otherwise, and no more
    compare(f, _solve, [*draws, (table, "a", "b", "c")], analogy_task.slips)
    table, questions = _family()
    right = [sum(f(table, a, b, c, exclude) == d for a, b, c, d in questions) for exclude in (True, False)]
    return (
        f"Then {len(questions)} family questions in the vectors of the old books: {right[0]} right with the inputs "
        f"forbidden, {right[1]} with the inputs allowed. Whoever reports the first number should report the second."
    )


@analogy_task.slip("One sign is swapped: you computed a - b + c. The step goes *from* a *to* b.")
def swaps_a_and_b(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[a]) - _unit(table[b]) + _unit(table[c]), (a, b, c) if exclude else ())


@analogy_task.slip("Scale the three words to length 1 first, or the longest vector decides.")
def forgets_to_scale(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, table[b] - table[a] + table[c], (a, b, c) if exclude else ())


@analogy_task.slip(
    "You forbid the inputs whatever `exclude` says. The switch must be able to lift the ban.",
    idea="M27",
)
def always_forbids(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), (a, b, c))


@analogy_task.slip("Your function does not look at `exclude`: input words come back with exclude=True too.", idea="M27")
def never_forbids(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), ())


@analogy_task.slip(
    "You forbid c only. With exclude=True all three are forbidden, and b often comes second.",
    idea="M27",
)
def forbids_c_only(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), (c,) if exclude else ())


@analogy_task.slip("You do not forbid a. With exclude=True all three are forbidden.", idea="M27")
def does_not_forbid_a(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), (b, c) if exclude else ())


@analogy_task.slip(
    "Called without `exclude`, yours lets the inputs win: in the task it is True unless one says otherwise."
)
def allows_inputs_unless_told(table: Embedding, a: str, b: str, c: str, exclude: bool = False) -> str:
    return _solve(table, a, b, c, exclude)


@analogy_task.slip(
    "You took dot products with the whole table, so long vectors win. Cosines are asked for.",
    idea="M01",
)
def takes_dot_products(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    scores = table.vectors @ (_unit(table[b]) - _unit(table[a]) + _unit(table[c]))
    for word in (a, b, c) if exclude else ():
        scores[table.row(word)] = -np.inf
    return str(table.words[int(np.argmax(scores))])


@analogy_task.slip("Your reply depends on c alone. That is the baseline that does nothing.")
def looks_at_c_alone(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[c]), (a, b, c) if exclude else ())


@analogy_task.slip("You added b and c, and never took a away.")
def never_takes_a_away(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) + _unit(table[c]), (a, b, c) if exclude else ())


@analogy_task.slip("The switch is the wrong way round: you forbid when exclude is False.", idea="M27")
def switch_the_wrong_way(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), () if exclude else (a, b, c))


@analogy_task.slip("You forbid a and c, but b may still reply. With exclude=True all three are forbidden.", idea="M27")
def does_not_forbid_b(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), (a, c) if exclude else ())


@analogy_task.slip("You forbid a and b, but c may still reply, and it often would.", idea="M27")
def does_not_forbid_c(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), (a, b) if exclude else ())


@analogy_task.slip(
    "You gave forbidden words the score 0, and 0 wins where all others are below it. Minus infinity never wins."
)
def forbidden_words_get_a_zero(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    scores = table.vectors @ (_unit(table[b]) - _unit(table[a]) + _unit(table[c]))
    scores /= np.linalg.norm(table.vectors, axis=1)
    for word in (a, b, c) if exclude else ():
        scores[table.row(word)] = 0
    return str(table.words[int(np.argmax(scores))])


@analogy_task.slip(
    "You took the word that is nearest by straight line, and there the lengths of the rows have a say. Cosines are "
    "asked for.",
    idea="M01",
)
def takes_the_straight_line(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    target = _unit(table[b]) - _unit(table[a]) + _unit(table[c])
    away = np.linalg.norm(table.vectors - target, axis=1)
    for word in (a, b, c) if exclude else ():
        away[table.row(word)] = np.inf
    return str(table.words[int(np.argmin(away))])


@analogy_task.slip("You divided each word by its *squared* length, v @ v. Its length is the root of that.")
def divides_by_the_square(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    one, two, three = (table[word] / (table[word] @ table[word]) for word in (a, b, c))
    return _solved(table, two - one + three, (a, b, c) if exclude else ())


# --- exercise: set the alarm by what chance does ---


@lru_cache(maxsize=1)
def _random_gaps() -> list[float]:
    """Return the gaps of 100 pairs of topics that nobody chose, ten words each."""
    books = load_vectors()
    drawn = [random_topics(books, 2, 10, seed, skip=SHE + HE) for seed in range(100)]
    leans = [association(books, one + two, SHE, HE) for one, two in drawn]
    return [float(lean[:10].mean() - lean[10:].mean()) for lean in leans]


def _alarm_rungs() -> list[tuple[str, tuple[float, list[float]]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        ("Three of nine are as large, and the measured gap counts as a tenth: 4 of 10.", (5.0, [6.0] * 3 + [1.0] * 6)),
        ("None of them is as large, but the measured gap itself is: never 0.", (5.0, [1.0] * 9)),
        ("A gap to the other side is a gap too: forget the sign of those by chance.", (5.0, [-6.0] * 3 + [1.0] * 6)),
        ("Forget the sign of the measured gap, too.", (-5.0, [6.0] * 3 + [1.0] * 6)),
        ("Just as large is large enough.", (5.0, [5.0] * 3 + [1.0] * 6)),
    ]


@lesson.exercise(
    "alarm",
    "Write reached(gap, by_chance): how often chance is at least as large as a gap, to either side, from 0 to 1. "
    "by_chance is a list of gaps where nothing is to be found. The measured gap counts as one more of them, so that "
    "the answer is never 0.",
    hints=(
        "A gap of -0.2 is as large as one of 0.2. So take the sign away first, on both sides.",
        "sum(abs(x) >= abs(gap) for x in by_chance) counts. Now count the gap itself, above and below the line.",
        "return (1 + sum(abs(x) >= abs(gap) for x in by_chance)) / (1 + ...): one thing is missing.",
    ),
    prepare=_random_gaps,
)
def alarm_task(f: Any, rng: np.random.Generator) -> str:
    draws = [(float(rng.normal()), rng.normal(size=int(n)).tolist()) for n in rng.integers(5, 40, 8)]
    draws += [(float(gap), [float(gap), -float(gap), 9.0, 0.0]) for gap in rng.normal(size=3)]
    compare(f, as_large_by_chance, draws, alarm_task.slips, rungs=_alarm_rungs())
    house, furniture = (f(gap, _random_gaps()) for gap in (HOUSE_GAP, FURNITURE_GAP))
    return (
        f"Then it heard 100 pairs of random topics: house against public life is reached in {house:.0%}, furniture "
        f"against tools in {furniture:.0%}. Now an alarm at 5 % rings for about 5 in 100 where there is nothing."
    )


HOUSE_GAP, FURNITURE_GAP = 0.156, 0.127
"""What the lesson measures: house minus public life, furniture minus tools (lean to she)."""


@alarm_task.slip("You look to one side only. A gap of -0.2 is as large as one of 0.2: take the sign away.", idea="M30")
def one_side_only(gap: float, by_chance: list[float]) -> float:
    return (1 + sum(x >= gap for x in by_chance)) / (1 + len(by_chance))


@alarm_task.slip("The sign of the measured gap is still there: with -0.2 yours counts every gap by chance.")
def sign_of_the_gap_stays(gap: float, by_chance: list[float]) -> float:
    return (1 + sum(abs(x) >= gap for x in by_chance)) / (1 + len(by_chance))


@alarm_task.slip("The sign of the gaps by chance is still there: those to the other side count, too.", idea="M30")
def signs_by_chance_stay(gap: float, by_chance: list[float]) -> float:
    return (1 + sum(x >= abs(gap) for x in by_chance)) / (1 + len(by_chance))


@alarm_task.slip("You forgot the measured gap itself. A hundred tries cannot show that something happens never.")
def forgets_the_gap_itself(gap: float, by_chance: list[float]) -> float:
    return sum(abs(x) >= abs(gap) for x in by_chance) / len(by_chance)


@alarm_task.slip("You count the measured gap above the line only. Below it there is one more, too.")
def counts_it_above_only(gap: float, by_chance: list[float]) -> float:
    return (1 + sum(abs(x) >= abs(gap) for x in by_chance)) / len(by_chance)


@alarm_task.slip("You count the measured gap below the line only. It is as large as itself: 1 above the line, too.")
def counts_it_below_only(gap: float, by_chance: list[float]) -> float:
    return sum(abs(x) >= abs(gap) for x in by_chance) / (1 + len(by_chance))


@alarm_task.slip("Just as large counts, too: >= and not >.")
def leaves_ties_out(gap: float, by_chance: list[float]) -> float:
    return (1 + sum(abs(x) > abs(gap) for x in by_chance)) / (1 + len(by_chance))


@alarm_task.slip("That is how often chance stays *below* the gap. Asked is how often it reaches it.")
def counts_the_smaller(gap: float, by_chance: list[float]) -> float:
    return (1 + sum(abs(x) < abs(gap) for x in by_chance)) / (1 + len(by_chance))


@alarm_task.slip("That is a number of cases. Divide by how many there are, the measured gap included.")
def gives_the_number(gap: float, by_chance: list[float]) -> float:
    return 1 + sum(abs(x) >= abs(gap) for x in by_chance)


# --- find the counterexample: opposites that are nearer, fairly ---


AKIN = 0.35  # of the synonyms on the course's list nearly all have more


def _alike(a: str, b: str) -> bool:
    """Say whether two words are spelled alike: one inside the other, or the same first four letters."""
    return a in b or b in a or (len(a) > 3 and a[:4] == b[:4])


@lesson.exercise(
    "fair-triples",
    "Somebody says: 'in a good space opposites are never nearer than synonyms, once frequency is out of the way'. "
    "Refute it: three triples (word, synonym, antonym) of your own, none from the course's list. In each the antonym "
    "is nearer by 0.02 or more, synonym and antonym are equally frequent within a factor of 2, and no two are spelled "
    "alike.",
    hints=(
        "Opposites that answer the same question are very near: up and down, more and less, inside and outside. "
        "Which of them has a common synonym?",
        "counts[word] says how often a word was seen. Adjectives that compare (older, upper) are a good place to look.",
        '[("more", "further", "less"), ("upper", "higher", ...), ...]: two words are missing.',
    ),
    takes="value",
    prepare=lambda: (load_vectors(), _counts()),
)
def fair_triples_task(value: Any, rng: np.random.Generator) -> str:
    triples = _read_triples(value)
    gaps = []
    for word, synonym, antonym in triples:
        for a, b in ((word, synonym), (word, antonym), (synonym, antonym)):
            if _alike(a, b):
                raise Wrong(
                    f"{a} and {b} are spelled alike. A spelling variant shares its contexts by birth, so it proves "
                    "nothing: take words that look different.",
                    "M29",
                )
        few, many = sorted((_counts()[synonym], _counts()[antonym]))
        if many > 2 * few:
            raise Wrong(
                f"{synonym} was seen {_counts()[synonym]:,} times, {antonym} {_counts()[antonym]:,} times. Use pairs "
                "of similar frequency, or frequency is what you measured.",
                "M29",
            )
        _, to_synonym, to_antonym = antonym_wins(load_vectors(), [(word, synonym, antonym)])[0]
        if to_synonym < AKIN:
            raise Wrong(
                f"{synonym} has a cosine of {to_synonym:.2f} to {word}: in this table a stranger, no synonym. No "
                f"wonder that the antonym is nearer. A synonym has {AKIN} at least.",
                "M29",
            )
        if to_antonym < to_synonym + 0.02:
            raise Wrong(
                f"{word}: the synonym {synonym} has {to_synonym:.2f}, the antonym {antonym} {to_antonym:.2f}. The "
                "antonym should be ahead by 0.02 or more.",
                "M29",
            )
        gaps.append(to_antonym - to_synonym)
    return (
        f"The antonym is ahead by {min(gaps):.2f} or more each time, at nearly equal frequency. Opposites fit "
        "into the same places of a sentence. (Whether your words *are* synonyms and antonyms, only you can say.)"
    )


def _read_triples(value: Any) -> Triples:
    if not isinstance(value, list | tuple) or len(value) < 3:
        raise Wrong('Give a list of three triples or more: [("more", "further", "less"), ...].')
    listed = {(word, antonym) for word, _, antonym in load_opposites()}
    triples: Triples = []
    for given in value:
        if not isinstance(given, list | tuple) or len(given) != 3 or not all(isinstance(w, str) for w in given):
            raise Wrong("Each triple is three words: word, synonym, antonym.")
        word, synonym, antonym = (w.strip().lower() for w in given)
        if len({word, synonym, antonym}) < 3:
            raise Wrong(f"In {given} one word stands twice.")
        for w in (word, synonym, antonym):
            if w not in load_vectors():
                raise Wrong(f"{w} is not among the 20,000 words of the old books. Take a more common one.")
        if (word, antonym) in listed or (antonym, word) in listed:
            raise Wrong(f"{word} and {antonym} are on the course's list. Find a pair of your own.")
        triples.append((word, synonym, antonym))
    if len({t[0] for t in triples}) < 3:
        raise Wrong("Three different words to start from, please.")
    return triples


# --- exercise: take an axis away ---


def _without(vectors: Floats, axis: Floats) -> Floats:
    return project_out(vectors, axis)


def _without_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        (what, (np.array(rows, dtype=float), np.array(axis, dtype=float)))
        for what, rows, axis in (
            ("The axis is the first column here: it becomes 0, the rest stays.", [[3, 4]], [1, 0]),
            ("The axis is five long here, and only its direction counts.", [[3, 4]], [5, 0]),
            ("This row lies on the axis: nothing is left of it.", [[3, 4]], [3, 4]),
            ("The axis lies between two columns: each gives up a part, none of them all.", [[3, 4]], [1, 1]),
            ("Two rows here, and each has a part of its own along the axis.", [[3, 4], [1, 2]], [1, 0]),
        )
    ]


@lesson.exercise(
    "without",
    "Write without_axis(vectors, axis): the rows of vectors (n, d) with their part along axis (d,) taken away. The "
    "axis may have any length. Afterwards the dot product of each row with it is 0.",
    hints=(
        "How far does a row reach along the axis? That many steps of the axis have to be taken away from it.",
        "Cut the axis to length 1: unit. vectors @ unit says for each row how far it reaches. np.outer makes a table.",
        "unit = axis / np.linalg.norm(axis); return vectors - np.outer(vectors @ unit, ...): one name is missing.",
    ),
    prepare=_leaning,
)
def without_task(f: Any, rng: np.random.Generator) -> str:
    draws = [(rng.normal(size=(6, 4)), rng.normal(size=4) * length) for length in (0.4, 3.0, 1.7, 0.8)]
    compare(f, _without, draws, without_task.slips, rungs=_without_rungs())
    vectors, axis, labels = _leaning()
    before, after = (cluster_recovery(v, labels) for v in (vectors, np.asarray(f(vectors, axis), dtype=float)))
    return (
        "Right, for axes long and short. Then your function took the she-he axis from 200 words of the old books: "
        f"blind clusters sorted {before:.0%} of them rightly before, and {after:.0%} after. A coin would get 50 %."
    )


@without_task.slip("Your axis is not of length 1, so too much or too little is taken away.")
def axis_not_of_length_one(vectors: Floats, axis: Floats) -> Floats:
    return vectors - np.outer(vectors @ axis, axis)


@without_task.slip("You took the whole axis from each row. Take as much as this row has of it.")
def takes_the_whole_axis(vectors: Floats, axis: Floats) -> Floats:
    return vectors - axis


@without_task.slip("That is the part *along* the axis. It is to go, the rest is to stay.")
def keeps_the_axis_part(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return np.outer(vectors @ unit, unit)


@without_task.slip("You took the same amount from every row: the mean. Each row has its own.")
def takes_the_mean_from_all(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - (vectors @ unit).mean() * unit


@without_task.slip("You took a plain number from all columns. It has to be taken along the axis: np.outer.")
def takes_a_number_from_all_columns(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - (vectors @ unit)[:, None]


@without_task.slip("Rows that point the other way were pushed further out. Leave the sign as it is.")
def pushes_the_other_side_out(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - np.outer(np.abs(vectors @ unit), unit)


@without_task.slip("You took it away twice: that is a mirror, and the lean is still there, on the other side.")
def takes_it_twice(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - 2 * np.outer(vectors @ unit, unit)


@without_task.slip("You took from every row what the *first* one has of the axis. Each row has its own.")
def takes_the_first_rows_part(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - (vectors[0] @ unit) * unit


@without_task.slip("You set one column to 0. The axis is a mixture of all columns: each of them gives a little.")
def empties_a_column(vectors: Floats, axis: Floats) -> Floats:
    return np.where(np.arange(len(axis)) == np.argmax(np.abs(axis)), 0, vectors)


@without_task.slip("You deleted a column. The axis is a mixture of all columns, and the table keeps its shape.")
def deletes_a_column(vectors: Floats, axis: Floats) -> Floats:
    return np.delete(vectors, int(np.argmax(np.abs(axis))), axis=1)


# --- exercise: the grouping survives ---


@lesson.exercise(
    "survives",
    "Show that taking an axis away need not take a grouping away. Choose two lists of at least 8 words each, "
    '{"she": [...], "he": [...]}, that lean to their side in the old books, and of which two blind clusters still sort '
    "85 % or more once the she-he axis has been taken away. Words that mean a man or a woman, "
    "and first names, do not count.",
    hints=(
        "Think of two fields that these old books give to women and to men, and that have nothing else in common.",
        "Clothes and needlework on one side, hunting and war on the other. association(table, words, SHE, HE) says how "
        "much each word leans.",
        '{"she": ["needle", "sewing", "lace", "bonnet", "muslin", "embroidery", "ribbon", ...], "he": ["gun", "rifle", '
        '"sword", "soldier", "captain", "commander", "hunter", ...]}: one more word on each side.',
    ),
    takes="value",
    prepare=_leaning,
)
def survives_task(value: Any, rng: np.random.Generator) -> str:
    she, he = _read_lists(value)
    words, labels, books = she + he, [True] * len(she) + [False] * len(he), load_vectors()
    lean = association(books, words, SHE, HE)
    for word, gap, side in zip(words, lean, labels, strict=True):
        if gap * (1 if side else -1) <= 0:
            raise Wrong(
                f"{word} leans the other way here ({gap:+.2f}, plus is she). What you expect is about people's ideas; "
                "measure what this table holds.",
                "M30",
            )
    vectors = project_out(normalise(books.subset(words).vectors.astype(float)), _leaning()[1])
    found = cluster_recovery(vectors, labels)
    by_chance = np.mean([cluster_recovery(vectors, rng.permutation(labels).tolist()) for _ in range(20)])
    if found < 0.85:
        raise Wrong(
            f"Blind clusters sort {found:.0%} of your words rightly; random labels get {by_chance:.0%}. Without the "
            "axis your lists have too little that holds each together. Which fields would?",
            "M30",
        )
    return (
        f"No word leans along the axis any more, and blind clusters still sort {found:.0%} (random labels: "
        f"{by_chance:.0%}). They did not see gender: they saw two fields. (What held each together was not on the "
        "axis.)"
    )


def _read_lists(value: Any) -> tuple[list[str], list[str]]:
    if not isinstance(value, dict) or not {"she", "he"} <= set(value):
        raise Wrong('Give a dictionary with two lists of words, "she" and "he".')
    lists = []
    for side in ("she", "he"):
        given = value[side]
        if not isinstance(given, list | tuple) or not all(isinstance(word, str) for word in given):
            raise Wrong(f'"{side}" should be a list of words.')
        words = list(dict.fromkeys(word.strip().lower() for word in given))
        if len(words) < 8:
            raise NotYet(f'"{side}" has {len(words)} different words so far; at least 8 are needed.')
        for word in words:
            if word not in load_vectors():
                raise Wrong(f"{word} is not among the 20,000 words of the old books. Take a more common one.")
            if word in GENDERED:
                raise Wrong(f"{word} names a man or a woman, so that is no finding. Take words for things or doings.")
        if 2 * len(LISTED & {*words}) > len(words):
            raise NotYet(f'More than half of "{side}" stands in the lists of the lesson. Find words of your own.')
        lists.append(words)
    if shared := set(lists[0]) & set(lists[1]):
        raise Wrong(f"{sorted(shared)[0]} stands in both lists.")
    return lists[0], lists[1]


_TITLES = """
    hers his women men girls boys ladies gentlemen lady gentleman wife husband wives
    husbands mothers fathers sisters brothers daughters sons aunt uncle niece nephew queen king
    princess prince duchess duke countess count baroness baron mistress master madam sir mrs
    mr miss mamma papa grandmother grandfather widow widower bride bridegroom maid nun monk
    abbess abbot actress actor hostess host heroine hero goddess god witch wizard female
    male feminine masculine womanly manly girlish boyish lad lass fellow fellows heiress heir
    sex mademoiselle madame signora spinster matron damsel housewife maiden maidens dame dames
    monsieur signor chap chaps bachelor gentlewoman landlady landlord countrymen fiancee
    mary jane anne elizabeth emma alice kate lucy margaret ellen sarah helen harriet fanny annie
    john tom jack william george henry robert charles james thomas edward richard harry david peter
"""
_LISTED = """
    home kitchen parlour nursery sewing cooking needle cradle laundry dinner office business army ship court parliament
    market factory salary profession table chair bench shelf cupboard lamp mirror carpet curtain pillow hammer saw knife
    axe spade nail rope wheel chain ladder
"""
LISTED = frozenset(_LISTED.split())
"""The words of the lists that the lesson itself measures."""

GENDERED = frozenset(
    (
        *SHE,
        *HE,
        *_TITLES.split(),
    )
)
"""Words that say by definition who is meant; a lean of these is no finding."""


# --- repair my bug ---


def lean(word: Floats, one: Floats, two: Floats) -> float:
    """Return the mean cosine of a vector (d,) to the rows of one (n, d) minus that to the rows of two (m, d).

    >>> round(lean(np.array([1.0, 0.0]), np.array([[2.0, 0.0]]), np.array([[0.0, 3.0]])), 2)
    1.0
    """
    to_one = one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word))
    to_two = two @ word / (np.linalg.norm(two, axis=1) * np.linalg.norm(word))
    return float(to_one.mean() - to_two.mean())


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    up, side, tilted = np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.array([0.6, 0.8])
    return [
        (
            "One word in each group, all of length 1: dot product with one minus dot product with two.",
            (up, tilted[None], side[None]),
        ),
        ("Only the word itself is longer here: a cosine does not care.", (3 * up, tilted[None], side[None])),
        ("Only the row of group one is longer here: a cosine does not care.", (up, 3 * tilted[None], side[None])),
        ("Only the row of group two is longer here: a cosine does not care.", (up, side[None], 3 * tilted[None])),
        ("Two words in group one: the mean of both cosines.", (up, np.stack([up, side]), tilted[None])),
        ("Two words in group two: the mean of both cosines.", (up, tilted[None], np.stack([up, side]))),
        (
            "Four words in group one, and each counts: one far away moves a mean.",
            (up, np.stack([up, up, tilted, -up]), side[None]),
        ),
        (
            "Every number of a row counts.",
            (np.array([1.0, 2, 2]), np.array([[2.0, 1, 2], [1, 1, 0]]), np.array([[0.0, 3, 4]])),
        ),
    ]


@lesson.exercise(
    "repair",
    "lean_of(word, one, two) should say how much a vector leans to the first group: its mean cosine to the rows of one "
    "minus its mean cosine to the rows of two. Groups may differ in size. It does not.",
    hints=(
        "Try groups of one row each, then of two and three rows; then make one row ten times as long.",
        "Four questions: are they cosines? Of all the rows? Mean, or something else? Which minus which?",
        "one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word)) are the cosines to group one; then .mean().",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws = [
        (rng.normal(size=4), rng.normal(size=(n, 4)) * rng.uniform(0.3, 3, (n, 1)), rng.normal(size=(m, 4)) * 2)
        for n, m in ((2, 3), (4, 2), (3, 5), (2, 2))
    ]
    compare(f, lean, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired: all words of both groups count, each alike, and neither length nor size of a group gets in."


@repair_task.slip("It still lets the lengths of the group's words in, and length is not what is asked.", idea="M28")
def lets_lengths_in(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one @ word / np.linalg.norm(word)
    to_two = two @ word / np.linalg.norm(word)
    return float(to_one.mean() - to_two.mean())


@repair_task.slip("It still adds up: the larger group wins by its size. Take means.")
def adds_up(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word))
    to_two = two @ word / (np.linalg.norm(two, axis=1) * np.linalg.norm(word))
    return float(to_one.sum() - to_two.sum())


@repair_task.slip("It still has the groups the wrong way round: plus should mean group one.")
def swaps_the_groups(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word))
    to_two = two @ word / (np.linalg.norm(two, axis=1) * np.linalg.norm(word))
    return float(to_two.mean() - to_one.mean())


@repair_task.slip("It still looks at the first word of each group only, so one odd word decides.", idea="M30")
def first_word_only(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one[0] @ word / (np.linalg.norm(one[0]) * np.linalg.norm(word))
    to_two = two[0] @ word / (np.linalg.norm(two[0]) * np.linalg.norm(word))
    return float(to_one - to_two)


@repair_task.slip("It still takes the nearest word of each group only, so one odd word decides. Take the mean.")
def nearest_word_only(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word))
    to_two = two @ word / (np.linalg.norm(two, axis=1) * np.linalg.norm(word))
    return float(to_one.max() - to_two.max())
