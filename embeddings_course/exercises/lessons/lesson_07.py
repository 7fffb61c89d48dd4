"""Lesson 07, Audit: its predictions, exercises, judgement and quiz."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.audit import antonym_wins, association, cluster_recovery, direction, project_out
from embeddings_course.evaluation import analogy
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option
from embeddings_course.exercises.engine.run_safely import NotYet, Wrong
from embeddings_course.exercises.engine.slips import Slip, compare
from embeddings_course.files.data import load_analogies, load_opposites, load_vectors, load_word_counts
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import normalise

Floats = NDArray[np.floating]
Triples = list[tuple[str, str, str]]

SHE = ("she", "her", "woman", "girl", "mother", "daughter", "sister", "herself")
HE = ("he", "him", "man", "boy", "father", "son", "brother", "himself")
"""Eight pairs of words that differ in grammatical or family gender by definition: both ends of one axis."""

lesson = Lesson("07", "Audit: what the space gets wrong")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


@lru_cache(maxsize=1)
def _books() -> Embedding:
    return load_vectors("books")


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
    table, axis = _books(), direction(_books(), zip(SHE, HE, strict=True))
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


# --- predictions ---

lesson.add_predictions(
    Choice(
        "nurse",
        "*Father is to doctor as mother is to ...?* With the vectors of the old books most tools answer *nurse*. They "
        "also forbid something: the reply may not be one of the three words of the question. Lift that ban. What is "
        "the reply?",
        (
            Option("nurse, as before", "Run it: the answer is *doctor*. The library was hiding it."),
            Option("mother", "Near, but *doctor* is nearer: it has the largest share in doctor - father + mother."),
            Option(
                "doctor",
                "Yes. The arithmetic hardly leaves the place where *doctor* is. *Nurse* came first because the true "
                "winner was not allowed to stand.",
                right=True,
            ),
            Option("hospital", "It belongs to the subject, but it is in no way near the place that is computed."),
        ),
    ),
    Number(
        "drop",
        "The famous list of analogies: with input words forbidden, 62 % of the questions that these vectors can answer "
        "come out right. Allow input words. How many per cent then?",
        (
            Band(0, 5, "Not quite so few: 13 %. Some questions are strong enough to win without help."),
            Band(5, 25, "13 %. Four times in five the reply is simply the third word of the question.", right=True),
            Band(25, 50, "Fewer: 13 %. Four times in five the reply is simply the third word of the question."),
            Band(50, 100.1, "That would mean that the ban does not matter. It does: 13 % are left."),
        ),
        low=0,
        high=100,
        unit="%",
    ),
    Number(
        "strangers",
        "Draw two of the 20,000 words at random, again and again. What is their cosine on average, in the vectors of "
        "the old books?",
        (
            Band(-1, 0.1, "Random *arrows* have 0, as in lesson 02. These vectors lean to one side: 0.19."),
            Band(0.1, 0.3, "0.19. That is what *nothing in common* reads here; count from there.", right=True),
            Band(0.3, 0.6, "Less: 0.19. In a model that was trained too short it can be as high as 0.99."),
            Band(0.6, 1.01, "Much less: 0.19. Such numbers are found too, where training stopped early: up to 0.99."),
        ),
        low=-1,
        high=1,
    ),
    Choice(
        "blind",
        "Take the 100 words that lean most to *she* and the 100 that lean most to *he*. Remove that axis from all of "
        "them, so that no word leans any more. Now two clusters are formed blindly. Do they find the two groups again?",
        (
            Option(
                "no, the difference has been removed",
                "One number in a hundred was removed. The words still differ in dresses and guns, names and trades: "
                "about three in four are sorted rightly, blind.",
            ),
            Option(
                "perfectly, nothing has changed",
                "Something did change: before, all 200 were sorted rightly, afterwards about three in four.",
            ),
            Option(
                "mostly",
                "About three in four, where a coin would find half. The axis was a thread of the pattern, not the "
                "pattern.",
                right=True,
            ),
        ),
    ),
)


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


def _solve_1(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[a]) - _unit(table[b]) + _unit(table[c]), (a, b, c) if exclude else ())


def _solve_2(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, table[b] - table[a] + table[c], (a, b, c) if exclude else ())


def _solve_3(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), (a, b, c))


def _solve_4(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), ())


def _solve_5(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), (c,) if exclude else ())


def _solve_6(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    scores = table.vectors @ (_unit(table[b]) - _unit(table[a]) + _unit(table[c]))
    for word in (a, b, c) if exclude else ():
        scores[table.row(word)] = -np.inf
    return str(table.words[int(np.argmax(scores))])


def _solve_7(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[c]), (a, b, c) if exclude else ())


def _solve_8(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) + _unit(table[c]), (a, b, c) if exclude else ())


def _solve_9(table: Embedding, a: str, b: str, c: str, exclude: bool = True) -> str:
    return _solved(table, _unit(table[b]) - _unit(table[a]) + _unit(table[c]), () if exclude else (a, b, c))


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
    slips=(
        Slip(_solve_1, "One sign is swapped: you computed a - b + c. The step goes *from* a *to* b."),
        Slip(_solve_2, "Scale the three words to length 1 first, or the longest vector decides."),
        Slip(
            _solve_3, "You forbid the inputs whatever `exclude` says. The switch must be able to lift the ban.", "M27"
        ),
        Slip(_solve_4, "Your function does not look at `exclude`: input words come back with exclude=True too.", "M27"),
        Slip(
            _solve_5, "You forbid c only. With exclude=True all three are forbidden, and b often comes second.", "M27"
        ),
        Slip(
            _solve_6, "You took dot products with the whole table, so long vectors win. Cosines are asked for.", "M01"
        ),
        Slip(_solve_7, "Your reply depends on c alone. That is the baseline that does nothing."),
        Slip(_solve_8, "You added b and c, and never took a away."),
        Slip(_solve_9, "The switch is the wrong way round: you forbid when exclude is False.", "M27"),
    ),
    seconds=12.0,
    prepare=_family,
)
def _check_analogy(f: Any, rng: np.random.Generator) -> str:
    words = tuple("abcdefghijklmn")
    draws = []
    for i in range(24):
        table = Embedding(words, rng.normal(size=(len(words), 4)) * rng.uniform(0.3, 3, (len(words), 1)))
        a, b, c = rng.choice(words, 3, replace=False).tolist()
        draws.append((table, a, b, c, bool(i % 2)))
    first = f(*draws[0])
    if not isinstance(first, str):
        raise Wrong(f"The reply should be a word, such as 'queen'; yours is of type {type(first).__name__}.")
    try:
        compare(f, _solve, draws, lesson.exercises["analogy"].slips)
    except Wrong as wrong:
        if str(wrong).startswith("For ("):
            raise Wrong(
                "On small random tables some replies are not the word with the highest cosine to b - a + c. Follow one "
                "question by hand, step by step."
            ) from None
        raise
    table, questions = _family()
    right = [sum(f(table, a, b, c, exclude) == d for a, b, c, d in questions) for exclude in (True, False)]
    return (
        f"Then {len(questions)} family questions in the vectors of the old books: {right[0]} right with the inputs "
        f"forbidden, {right[1]} with the inputs allowed. Whoever reports the first number should report the second."
    )


# --- exercise: opposites nearer than synonyms ---


def _cos(table: Embedding, a: str, b: str) -> float:
    return float(_unit(table[a]) @ _unit(table[b]))


def _known(table: Embedding, triples: Triples) -> Triples:
    return [t for t in triples if all(word in table for word in t)]


def _nearer(table: Embedding, triples: Triples) -> tuple[int, int]:
    found = antonym_wins(table, triples)
    return sum(antonym > synonym for _, synonym, antonym in found), len(found)


def _nearer_1(table: Embedding, triples: Triples) -> tuple[int, int]:
    return _nearer(table, triples)[0], len(triples)


def _nearer_2(table: Embedding, triples: Triples) -> tuple[int, int]:
    known = _known(table, triples)
    return sum(_cos(table, s, a) > _cos(table, w, s) for w, s, a in known), len(known)


def _nearer_3(table: Embedding, triples: Triples) -> tuple[int, int]:
    known = _known(table, triples)
    return sum(float(table[w] @ table[a]) > float(table[w] @ table[s]) for w, s, a in known), len(known)


def _nearer_4(table: Embedding, triples: Triples) -> tuple[int, int]:
    known = _known(table, triples)
    return sum(_cos(table, w, a) < _cos(table, w, s) for w, s, a in known), len(known)


def _nearer_5(table: Embedding, triples: Triples) -> tuple[int, int]:
    known = _known(table, triples)
    return sum(
        float(np.linalg.norm(table[w] - table[a])) < float(np.linalg.norm(table[w] - table[s])) for w, s, a in known
    ), len(known)


def _nearer_6(table: Embedding, triples: Triples) -> tuple[int, int]:
    nearer, covered = _nearer(table, triples)
    return nearer + len(triples) - covered, len(triples)


@lesson.exercise(
    "opposites",
    "Write opposites_nearer(table, triples) for triples (word, synonym, antonym): return two whole numbers, in how "
    "many the antonym has the higher cosine to the word, and how many triples the table covers. Leave out the others.",
    hints=(
        "First keep the triples of which all three words are in the table: `word in table` says it.",
        "Write cos(a, b) first, by hand as in lesson 02: a @ b divided by both lengths. Then cos(table[word], "
        "table[antonym]) > cos(table[word], table[synonym]) is True or False, and sum counts it.",
        "known = [t for t in triples if all(w in table for w in t)]; nearer = sum(cos(table[w], table[a]) > "
        "cos(table[w], ...) for w, s, a in known); return nearer, len(known): one thing is missing.",
    ),
    slips=(
        Slip(_nearer_1, "The second number should count the *covered* triples, not all that were asked."),
        Slip(_nearer_2, "You compared the synonym with the antonym. Both are to be compared with the *word*."),
        Slip(_nearer_3, "These are dot products: length got in. Divide by both lengths.", "M01"),
        Slip(_nearer_4, "You counted the triples in which the *synonym* is nearer. That is the other half."),
        Slip(_nearer_5, "You measured straight lines. Cosines are asked for."),
        Slip(_nearer_6, "A triple with an unknown word counts for nothing: leave it out of both numbers."),
    ),
    prepare=_books,
)
def _check_opposites(f: Any, rng: np.random.Generator) -> str:
    words = [f"w{i}" for i in range(12)]
    draws = []
    for _ in range(6):
        table = Embedding(words, rng.normal(size=(12, 3)) * rng.uniform(0.2, 4, (12, 1)) + 0.5)
        drawn = [rng.choice(words, 3, replace=False).tolist() for _ in range(9)]
        triples = [(word, synonym, antonym) for word, synonym, antonym in drawn]
        triples.insert(int(rng.integers(9)), ("w1", "unknown", "w2"))
        draws.append((table, triples))
    first = f(*draws[0])
    if not isinstance(first, tuple | list) or len(first) != 2:
        raise Wrong("Two numbers are asked for: return nearer, covered.")
    compare(f, _nearer, draws, lesson.exercises["opposites"].slips)
    listed, counts, books = list(load_opposites()), _counts(), _books()
    even = [t for t in _known(books, listed) if 0.5 <= counts[t[2]] / counts[t[1]] <= 2]
    (all_nearer, covered), (few, fair) = _nearer(books, listed), _nearer(books, even)
    return (
        f"On the course's list, in the old books: {all_nearer} of {covered}. Where synonym and antonym are about "
        f"equally frequent: {few} of {fair}. Part of what you counted was frequency."
    )


# --- find the counterexample: opposites that are nearer, fairly ---


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
    prepare=lambda: (_books(), _counts()),
)
def _fair_triples(value: Any, rng: np.random.Generator) -> str:
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
        _, to_synonym, to_antonym = antonym_wins(_books(), [(word, synonym, antonym)])[0]
        if to_antonym < to_synonym + 0.02:
            raise Wrong(
                f"{word}: the synonym {synonym} has {to_synonym:.2f}, the antonym {antonym} {to_antonym:.2f}. The "
                "antonym should be ahead by 0.02 or more.",
                "M29",
            )
        gaps.append(to_antonym - to_synonym)
    return (
        f"The antonym is ahead by {min(gaps):.2f} or more each time, and frequency is not the reason. Opposites fit "
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
            if w not in _books():
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


def _without_1(vectors: Floats, axis: Floats) -> Floats:
    return vectors - np.outer(vectors @ axis, axis)


def _without_2(vectors: Floats, axis: Floats) -> Floats:
    return vectors - axis


def _without_3(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return np.outer(vectors @ unit, unit)


def _without_4(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - (vectors @ unit).mean() * unit


def _without_5(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - (vectors @ unit)[:, None]


def _without_6(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - np.outer(np.abs(vectors @ unit), unit)


def _without_7(vectors: Floats, axis: Floats) -> Floats:
    unit = axis / np.linalg.norm(axis)
    return vectors - 2 * np.outer(vectors @ unit, unit)


def _without_8(vectors: Floats, axis: Floats) -> Floats:
    return np.delete(vectors, int(np.argmax(np.abs(axis))), axis=1)


@lesson.exercise(
    "without",
    "Write without(vectors, axis): the rows of vectors (n, d) with their part along axis (d,) taken away. The axis may "
    "have any length. Afterwards the dot product of each row with it is 0.",
    hints=(
        "How far does a row reach along the axis? That many steps of the axis have to be taken away from it.",
        "Cut the axis to length 1: unit. vectors @ unit says for each row how far it reaches. np.outer makes a table.",
        "unit = axis / np.linalg.norm(axis); return vectors - np.outer(vectors @ unit, ...): one name is missing.",
    ),
    slips=(
        Slip(_without_1, "Your axis is not of length 1, so too much or too little is taken away."),
        Slip(_without_2, "You took the whole axis from each row. Take as much as this row has of it."),
        Slip(_without_3, "That is the part *along* the axis. It is to go, the rest is to stay."),
        Slip(_without_4, "You took the same amount from every row: the mean. Each row has its own."),
        Slip(_without_5, "You took a plain number from all columns. It has to be taken along the axis: np.outer."),
        Slip(_without_6, "Rows that point the other way were pushed further out. Leave the sign as it is."),
        Slip(_without_7, "You took it away twice: that is a mirror, and the lean is still there, on the other side."),
        Slip(_without_8, "You deleted a column. The axis is a mixture of all columns, and the table keeps its shape."),
    ),
    prepare=_leaning,
)
def _check_without(f: Any, rng: np.random.Generator) -> str:
    draws = [(rng.normal(size=(6, 4)), rng.normal(size=4) * length) for length in (0.4, 3.0, 1.7, 0.8)]
    compare(f, _without, draws, lesson.exercises["without"].slips)
    vectors, axis, labels = _leaning()
    before, after = (cluster_recovery(v, labels) for v in (vectors, np.asarray(f(vectors, axis), dtype=float)))
    return (
        "Right, for axes long and short. Then your function took the she-he axis from 200 words of the old books: "
        f"blind clusters sorted {before:.0%} of them rightly before, and {after:.0%} after. A coin would get 50 %."
    )


# --- exercise: the grouping survives ---


@lesson.exercise(
    "survives",
    "Show that taking an axis away need not take a grouping away. Choose two lists of at least 8 words each, "
    '{"she": [...], "he": [...]}, that lean to their side in the old books, and of which two blind clusters still sort '
    "85 % or more once the she-he axis has been taken away. Words that mean a man or a woman do not count.",
    hints=(
        "Think of two fields that these old books give to women and to men, and that have nothing else in common.",
        "Clothes and needlework on one side, hunting and war on the other. association(table, words, SHE, HE) says how "
        "much each word leans.",
        '{"she": ["needle", "sewing", "lace", "bonnet", "muslin", "embroidery", "ribbon", ...], "he": ["gun", "rifle", '
        '"sword", "soldier", "captain", "commander", "hunter", ...]}: one more word on each side.',
    ),
    takes="value",
    seconds=15.0,
    prepare=_leaning,
)
def _survives(value: Any, rng: np.random.Generator) -> str:
    she, he = _read_lists(value)
    words, labels, books = she + he, [True] * len(she) + [False] * len(he), _books()
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
        f"{by_chance:.0%}). They did not see gender: they saw the fields that the books tied to it."
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
            if word not in _books():
                raise Wrong(f"{word} is not among the 20,000 words of the old books. Take a more common one.")
            if word in GENDERED:
                raise Wrong(f"{word} means a man or a woman, so that is no finding. Take words for things or doings.")
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
    sex
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


def _lean_1(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one @ word / np.linalg.norm(word)
    to_two = two @ word / np.linalg.norm(word)
    return float(to_one.mean() - to_two.mean())


def _lean_2(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word))
    to_two = two @ word / (np.linalg.norm(two, axis=1) * np.linalg.norm(word))
    return float(to_one.sum() - to_two.sum())


def _lean_3(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word))
    to_two = two @ word / (np.linalg.norm(two, axis=1) * np.linalg.norm(word))
    return float(to_two.mean() - to_one.mean())


def _lean_4(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one[0] @ word / (np.linalg.norm(one[0]) * np.linalg.norm(word))
    to_two = two[0] @ word / (np.linalg.norm(two[0]) * np.linalg.norm(word))
    return float(to_one - to_two)


def _lean_5(word: Floats, one: Floats, two: Floats) -> float:
    to_one = one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word))
    to_two = two @ word / (np.linalg.norm(two, axis=1) * np.linalg.norm(word))
    return float(to_one.max() - to_two.max())


@lesson.exercise(
    "repair",
    "lean(word, one, two) should say how much a vector leans to the first group: its mean cosine to the rows of one "
    "minus its mean cosine to the rows of two. Groups may differ in size. It does not.",
    hints=(
        "Try groups of one row each, then of two and three rows; then make one row ten times as long.",
        "Four questions: are they cosines? Of all the rows? Mean, or something else? Which minus which?",
        "one @ word / (np.linalg.norm(one, axis=1) * np.linalg.norm(word)) are the cosines to group one; then .mean().",
    ),
    slips=(
        Slip(_lean_1, "It still lets the lengths of the group's words in, and length is not what is asked.", "M28"),
        Slip(_lean_2, "It still adds up: the larger group wins by its size. Take means."),
        Slip(_lean_3, "It still has the groups the wrong way round: plus should mean group one."),
        Slip(_lean_4, "It still looks at the first word of each group only, so one odd word decides.", "M30"),
        Slip(_lean_5, "It still takes the nearest word of each group only, so one odd word decides. Take the mean."),
    ),
    broken=True,
)
def _repair(f: Any, rng: np.random.Generator) -> str:
    draws = [
        (rng.normal(size=4), rng.normal(size=(n, 4)) * rng.uniform(0.3, 3, (n, 1)), rng.normal(size=(m, 4)) * 2)
        for n, m in ((2, 3), (4, 2), (3, 5), (2, 2))
    ]
    compare(f, lean, draws, lesson.exercises["repair"].slips)
    return "Repaired: all words of both groups count, each alike, and neither length nor size of a group gets in."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "headline",
        "A headline: 'Machine says: *father is to doctor as mother is to nurse*. So it believes that women are not "
        "doctors.' The vectors are those of the old books. What do you say?",
        (
            Option(
                "true: the machine said so",
                "The tool was not allowed to say *doctor*. With the ban lifted, *doctor* is the reply, far ahead.",
            ),
            Option(
                "the reply is forced, but a lean may still be there: measure it otherwise",
                "Right: groups of words, both sides, a test against chance, and a control.",
                right=True,
            ),
            Option(
                "false: with the ban lifted the reply is doctor, so there is no bias",
                "A weak proof for a claim is no proof against it. Measured with groups of words, household words lean "
                "to the one side and words of public life to the other.",
            ),
        ),
        (
            Option(
                "arithmetic with vectors cannot have prejudices",
                "The arithmetic has none. The text has, and the vectors are made from the text.",
            ),
            Option(
                "a vector from old books says what is true of women and doctors",
                "It says how a few hundred old books used the words. That is a fact about the books.",
            ),
            Option(
                "one example under a hidden rule shows the rule as much as the vectors",
                "And that is so whichever way the example points.",
                right=True,
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "opposites-near",
        "Why are *hot* and *cold* so near to one another?",
        (
            Option(
                "they stand side by side in many sentences",
                "Sometimes they do, but that is not the main reason: vectors are alike where the *company* is alike.",
            ),
            Option(
                "they are used in the same places: the water is ..., a ... day",
                "Yes. An opposite fits where the word fits, and fitting is all that these vectors know.",
                right=True,
            ),
            Option("they are spelled with nearly the same letters", "word2vec never looks inside a word."),
            Option("the training was too short", "Longer training brings them no further apart: they share a life."),
        ),
    ),
    Choice(
        "length-means",
        "One word's vector is twice as long as another's. What do you know?",
        (
            Option(
                "nothing, before you look at how this table was trained",
                "Yes. In one of our tables length goes up with frequency, in another it goes down.",
                right=True,
            ),
            Option("the word is more important", "Importance is in no count. Frequency is, and often not even that."),
            Option(
                "the word is twice as frequent",
                "In some tables length follows frequency loosely, in others it runs against it. Never 'twice'.",
            ),
        ),
    ),
    Choice(
        "projected",
        "A firm says: 'we projected gender out of our vectors, so they are free of bias'. You answer:",
        (
            Option(
                "good, a projection is exact",
                "Exact for one direction: the measure that uses this direction is 0 by construction. The groups are "
                "still neighbours.",
            ),
            Option(
                "then the vectors must be useless now",
                "One number in a hundred is gone. Most neighbours stay as they were, and that is just the point.",
            ),
            Option(
                "show me a measure that does not use the direction you removed",
                "Yes: clusters, neighbours, or the task itself. It is where the removal should show, if it worked.",
                right=True,
            ),
        ),
    ),
    Choice(
        "moved",
        "A word has other neighbours in old books than in the Wikipedia excerpt. Has its meaning changed in a "
        "hundred years?",
        (
            Option(
                "yes, neighbours are meaning",
                "Neighbours are this text's use. Two seeds of one text share only 6 of 10, and an encyclopaedia is no "
                "novel, in any century.",
            ),
            Option(
                "perhaps: first compare with two seeds of one text, then read what the texts are about",
                "Yes. *Character* moved to codes and bits because the excerpt has an article on ASCII.",
                right=True,
            ),
            Option("no, only sounds change", "Meanings do move: *broadcast* was once a way to sow."),
        ),
    ),
)
