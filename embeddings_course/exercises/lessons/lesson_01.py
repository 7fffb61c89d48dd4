"""Lesson 01, What is an embedding?: its exercises and their checks. Straight-line distance only."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import compare, numbers, rows
from embeddings_course.exercises.engine.telling import shown
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import load_facts, load_features
from embeddings_course.vectors import euclidean

lesson = Lesson("01", "What is an embedding?", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- exercise: features that also work on words one has not met ---

SHOWN = (
    *("river", "lake", "sea", "coin", "banknote", "purse"),
    *("robber", "teacher", "doctor", "car", "bus", "bicycle"),
)
# two that belong together, and the odd one out
TRIPLES = (
    ("river", "lake", "car"),
    ("coin", "purse", "robber"),
    ("teacher", "doctor", "coin"),
    ("car", "bus", "lake"),
    ("sea", "river", "doctor"),
    ("bus", "bicycle", "banknote"),
)
HELD_OUT = (
    ("pond", "rain", "lorry"),
    ("cheque", "wallet", "sailor"),
    ("thief", "sailor", "pond"),
    ("lorry", "train", "cheque"),
    ("rain", "sea", "thief"),
    ("train", "bus", "wallet"),
)


FAMILIES = (
    ("river", "lake", "sea", "pond", "rain"),
    ("coin", "banknote", "purse", "cheque", "wallet"),
    ("robber", "teacher", "doctor", "thief", "sailor"),
    ("car", "bus", "bicycle", "lorry", "train"),
)


def every_triple() -> list[tuple[str, str, str]]:
    """Return each pair of one family with each word of another one."""
    return [
        (a, b, odd)
        for one, other in itertools.permutations(FAMILIES, 2)
        for a, b in itertools.combinations(one, 2)
        for odd in other
    ]


def odd_one_out(table: dict[str, Floats], triple: tuple[str, str, str]) -> str | None:
    """Return the word that is not in the nearest pair; None where no pair is nearest.

    >>> odd_one_out({"a": np.array([0.0]), "b": np.array([1.0]), "c": np.array([9.0])}, ("a", "b", "c"))
    'c'
    """
    pairs = sorted((euclidean(table[a], table[b]), a, b) for a, b in itertools.combinations(triple, 2))
    if pairs[1][0] - pairs[0][0] < 1e-9:
        return None
    return next(w for w in triple if w not in pairs[0][1:])


def _shares(table: Floats) -> Floats:
    """Return which share of all squared distances each column makes, shape (d,): the variances tell."""
    spread = table.var(axis=0)
    return spread / spread.sum()


def _look_at_columns(table: dict[str, Floats]) -> None:
    """Refuse columns that ask nothing, name one word, or drown the others."""
    values = np.array(list(table.values()))
    for i, column in enumerate(values.T, 1):
        kinds, counts = np.unique(column, return_counts=True)
        if len(kinds) == 1:
            raise Wrong(
                f"Number {i} of your row is {column[0]:g} for every word: a question that all answer alike "
                f"tells nothing."
            )
        if len(kinds) == 2 and 1 in counts:
            word = SHOWN[int(np.argmax(column == kinds[np.argmin(counts)]))]
            raise Wrong(
                f"Number {i} of your row is only about *{word}*: a name tag, like a one-hot column. "
                "Ask a question that several words can answer alike.",
                "M14",
            )
    shares = _shares(values)
    widest = int(np.argmax(shares))
    spreads = np.sort(values.std(axis=0))
    if len(spreads) > 1 and spreads[-1] > 10 * spreads[-2]:
        raise Wrong(
            f"Number {widest + 1} of your row decides {100 * shares[widest]:.0f} % of your distances: "
            "its numbers are far larger than the others. Rescale it, or leave it out.",
            "M07",
        )


@lesson.exercise(
    "features",
    "Write features(facts): from the facts about a word, give a row of at most four numbers, so that the "
    "odd one out of three comes out right, "
    "for the twelve words that you see and for eight that you do not.",
    hints=(
        "Look at the four families of words. Which questions do all of one family answer alike, and the others not?",
        "Four facts do it: one about water, one about money, one about carrying people, one about life. "
        "Metres and euro are thousands of times wider than yes and no.",
        "return [facts['wet'], facts['money'], ...]: two more facts are missing, both between 0 and 1.",
    ),
)
def features_task(f: Any, rng: np.random.Generator) -> str:
    facts = load_facts()
    table = {w: numbers(f(facts[w]), f"The row of {w}") for w in SHOWN}
    if any(not np.array_equal(numbers(f(dict(reversed(facts[w].items()))), w), table[w]) for w in SHOWN):
        raise Wrong('Your row depends on the order in which the facts stand. Ask for each by its name: facts["wet"].')
    widths = {len(row) for row in table.values()}
    if len(widths) > 1:
        raise Wrong("Your rows are not equally long. Every word must answer the same questions.")
    if widths.pop() > 4:
        raise Wrong("Your row has more than four numbers. Four questions are enough: which two ask nearly the same?")
    if all(np.allclose(table[w], table[SHOWN[0]]) for w in SHOWN):
        raise Wrong("Every word gets the same row. The row must come out of the facts.")
    _look_at_columns(table)
    if len(table[SHOWN[0]]) == 1:
        raise Wrong(
            "One number puts all words on a line, so some families become neighbours for no reason. Several questions "
            "in one number are not an answer to any: give each question a number of its own.",
            "M14",
        )
    for triple in (*TRIPLES, *(t for t in every_triple() if set(t) <= set(SHOWN))):
        found = odd_one_out(table, triple)
        if found != triple[2]:
            yours = f"yours says *{found}*" if found else "yours cannot tell"
            raise Wrong(
                f"Of {', '.join(triple)} the odd one is *{triple[2]}*; {yours}. Which question sets it apart?", "M11"
            )
    new = {w: numbers(f(facts[w]), f"The row of {w}") for w in facts}
    asked = [*HELD_OUT, *(t for t in every_triple() if not set(t) <= set(SHOWN))]
    right = sum(odd_one_out(new, t) == t[2] for t in asked)
    if right < len(asked):
        raise Wrong(
            f"It works for the words that you saw, but with new words only {right} of {len(asked)} come out right. "
            "Do not describe these twelve; ask questions that fit any word."
        )
    return (
        "Your questions also work for eight words that you never saw. That is what an embedding is for: "
        "a table of answers to questions, and the questions decide what 'similar' means."
    )


# --- exercise: the smallest set of questions ---

SIX = ("bank", "bill", "jack", "river", "money", "car")


def yes_or_no(columns: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """Return for each of the six words its answers (1 for yes, from 0.5 on) to these columns of the cartoon table."""
    table = load_features()
    picked = [table.columns.index(c) for c in columns]
    return {w: tuple(int(table[w][i] >= 0.5) for i in picked) for w in SIX}


def fewest_columns() -> int:
    """Return how many columns it takes at least to tell the six words apart, by trying all sets."""
    names = load_features().columns
    sizes = (k for k in range(1, len(names) + 1) for c in itertools.combinations(names, k) if _all_differ(yes_or_no(c)))
    return next(sizes)


def _all_differ(answers: dict[str, tuple[int, ...]]) -> bool:
    return len(set(answers.values())) == len(answers)


@lesson.exercise(
    "smallest",
    "Find the smallest set of columns that tells six words apart with yes and no (yes from 0.5 on), and prove it: "
    "a dictionary with each column and the pair of words that would be the same without it.",
    hints=(
        "Two yes-or-no questions make only four different rows. So how many do you need for six words, at least?",
        "Print the yes-or-no rows of the six words. Start from columns that split them half and half; "
        "a column with only one yes helps little.",
        'One column is "person", and without it *bill* and *money* are the same. Two more columns make the set.',
    ),
    takes="value",
)
def smallest_task(value: Any, rng: np.random.Generator) -> str:
    proof = _read_proof(value)
    columns = tuple(proof)
    answers = yes_or_no(columns)
    for a, b in itertools.combinations(SIX, 2):
        if answers[a] == answers[b]:
            raise Wrong(f"*{a}* and *{b}* answer all your questions alike. You need a question that parts them.")
    for column, (a, b) in proof.items():
        others = tuple(c for c in columns if c != column)
        without = yes_or_no(others)
        if without[a] != without[b]:
            parts = next(c for c, x, y in zip(others, without[a], without[b], strict=True) if x != y)
            raise Wrong(f"Without *{column}*, *{a}* and *{b}* still differ in *{parts}*. Which pair would be the same?")
    fewest = fewest_columns()
    if len(columns) > fewest:
        raise Wrong(
            f"Each of your {len(columns)} columns is needed in this set, but another set does it with {fewest}."
        )
    return f"{fewest} questions part six words, and you showed for each one what is lost without it."


def _read_proof(value: Any) -> dict[str, tuple[str, str]]:
    """Read {column: (word, word)}, or say what is wrong with it."""
    if not isinstance(value, dict) or not value:
        raise Wrong('Give a dictionary such as {"water": ("river", "car")}: each column with a pair of words.')
    names = load_features().columns
    for column, pair in value.items():
        if column not in names:
            raise Wrong(f"There is no column {column!r}. The columns are {', '.join(names)}.")
        if (
            not isinstance(pair, list | tuple)
            or len(pair) != 2
            or pair[0] == pair[1]
            or any(p not in SIX for p in pair)
        ):
            raise Wrong(f"Beside *{column}* should stand two different words of these six: {', '.join(SIX)}.")
    return {column: (pair[0], pair[1]) for column, pair in value.items()}


# --- exercise: straight-line distance by hand ---


@lesson.exercise(
    "distance",
    "Write distance(a, b): the straight-line distance between two rows of equal length.",
    hints=(
        "In two dimensions it is Pythagoras: how long is the slanted side?",
        "Take the differences, square each, add the squares up, and take the square root of the sum.",
        "return np.sqrt(np.sum((a - b) ** ...)): one number is missing.",
    ),
    forbidden=("math.dist", "math.hypot", "numpy.linalg.norm", "numpy.linalg._linalg.norm", "scipy", "sklearn"),
)
def distance_task(f: Any, rng: np.random.Generator) -> str:
    draws = [(np.array([0.0, 0.0]), np.array([3.0, 4.0]))]
    for d in (2, 3, 1, 5, 7):
        a = rng.normal(size=d).round(1)
        draws += [(a, rng.normal(size=d).round(1)), (a, a)]
    compare(f, euclidean, draws, distance_task.slips)
    return "Straight lines in any number of columns. Pythagoras would be pleased."


@distance_task.slip(
    "You added the plain differences: plus and minus cancel, and far can look near. Square each one first."
)
def adds_plain_differences(a: Floats, b: Floats) -> float:
    return float(np.sum(a - b))


@distance_task.slip("These are the squares, added up. One step is missing: the square root.")
def forgets_the_root(a: Floats, b: Floats) -> float:
    return float(np.sum((a - b) ** 2))


@distance_task.slip(
    "You walk round the blocks: first along one street, then along the next. A straight line cuts the corner: "
    "squares, sum, square root."
)
def walks_round_the_blocks(a: Floats, b: Floats) -> float:
    return float(np.sum(np.abs(a - b)))


@distance_task.slip("You kept only the largest difference. Every column has a say in the distance.")
def keeps_the_largest_difference(a: Floats, b: Floats) -> float:
    return float(np.max(np.abs(a - b)))


@distance_task.slip("You took the mean of the squares. Pythagoras takes their sum.")
def mean_of_squares(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.mean((a - b) ** 2)))


@distance_task.slip("You only used the first two numbers. The same rule holds for rows of any length.")
def first_two_numbers_only(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.sum((a[:2] - b[:2]) ** 2)))


@distance_task.slip("You added the rows. A distance comes from their difference: two equal rows are 0 apart.")
def adds_the_rows(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.sum((a + b) ** 2)))


@distance_task.slip("Only the first difference counts in yours. Is there a `return` inside your loop?")
def first_difference_only(a: Floats, b: Floats) -> float:
    return float(abs(a[0] - b[0]))


@distance_task.slip("Only the last difference counts in yours. Does your loop begin its sum anew each time?")
def last_difference_only(a: Floats, b: Floats) -> float:
    return float(abs(a[-1] - b[-1]))


@distance_task.slip(
    "The last number of the rows is left out. range(len(a)) goes up to the last; minus 1 is one too few."
)
def leaves_out_the_last(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.sum((a[:-1] - b[:-1]) ** 2)))


@distance_task.slip("The first number of the rows is left out. Python counts from 0.")
def leaves_out_the_first(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.sum((a[1:] - b[1:]) ** 2)))


@distance_task.slip("The sum is missing: these are the sizes of the single differences. Square, *add up*, root.")
def forgets_the_sum(a: Floats, b: Floats) -> Floats:
    return np.sqrt((a - b) ** 2)


@distance_task.slip(
    "You added first and squared then, so plus and minus cancel. Square each difference before you add."
)
def adds_before_squaring(a: Floats, b: Floats) -> float:
    return float(abs(np.sum(a - b)))


@distance_task.slip("`** 1/2` is read as (... ** 1) / 2, a half. Put brackets, ** (1/2), or take np.sqrt.")
def halves_instead_of_root(a: Floats, b: Floats) -> float:
    return float(np.sum((a - b) ** 2)) / 2


@distance_task.slip("The squares are missing: you added sizes and took a root. Square, add up, root.")
def root_of_sizes(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.sum(np.abs(a - b))))


@distance_task.slip("That is the dot product, which grows where two rows agree. A distance of a row to itself is 0.")
def dot_product(a: Floats, b: Floats) -> float:
    return float(a @ b)


@distance_task.slip("You compare how long the two rows are. Rows of one length can lie far apart: subtract first.")
def difference_of_lengths(a: Floats, b: Floats) -> float:
    return float(np.sqrt(a @ a) - np.sqrt(b @ b))


# --- find the counterexample ---

NEAR, FAR = 1.0, 1.8


@lesson.exercise(
    "two-friends",
    "Somebody claims: two words that are both near *bank* are near each other. Refute it: rows for bank, "
    "river and money, with river "
    "and money each at most 1.0 from bank, but at least 1.8 from each other.",
    hints=(
        "Draw it on paper: a dot for bank. Where do its two friends stand if they dislike each other?",
        "Put bank in the middle, and its friends on opposite sides of it.",
        'With one column: {"bank": [0.0], "river": [1.0], "money": [...]}: one number is missing.',
    ),
    takes="value",
)
def two_friends_task(value: Any, rng: np.random.Generator) -> str:
    bank, river, money = rows(value, ("bank", "river", "money"))
    to_river, to_money, between = euclidean(bank, river), euclidean(bank, money), euclidean(river, money)
    small = 1e-9
    if max(to_river, to_money) > NEAR + small:
        name, far = ("river", to_river) if to_river > to_money else ("money", to_money)
        lines = f"*{name}* is {far:.2f} from *bank*: that is not near (at most {NEAR:.1f})."
        if between > 2 * NEAR:
            lines += (
                f" And *river* and *money* are {between:.2f} apart: the straight way is never longer than the "
                f"way through "
                "*bank*, so more than 2.0 cannot work. That is the triangle rule."
            )
        raise Wrong(lines)
    if between < FAR - small:
        raise Wrong(
            f"*bank* is near both, but *river* and *money* are only {between:.2f} apart: bringing *bank* near "
            f"both pulled them together. "
            "You met the triangle rule. One row cannot be in two places: remember this in notebook 08. "
            "Where must *bank* stand so that they can be as far apart as possible?"
        )
    return (
        f"*river* and *money* are {between:.2f} apart and both near *bank*: being near is not handed on. "
        "But see how little room there was: bank must stand right between them. Lesson 08 begins here."
    )


# --- repair my bug ---


def nearest_word(word: str, table: dict[str, Floats]) -> str:
    """Return the other word with the smallest straight-line distance to `word`.

    >>> nearest_word("a", {"a": np.zeros(2), "b": np.ones(2), "c": np.array([5.0, 5.0])})
    'b'
    """
    return min((other for other in table if other != word), key=lambda other: euclidean(table[word], table[other]))


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    bank, near, far = np.zeros(2), np.array([0.0, 1.0]), np.array([4.0, 4.0])
    return [
        ("There is one other word only, so it is the nearest.", ("bank", {"bank": bank, "car": far})),
        ("The nearer word stands first in the table here.", ("bank", {"bank": bank, "jack": near, "car": far})),
        ("The nearer word stands last in the table here.", ("bank", {"bank": bank, "car": far, "jack": near})),
        (
            "A twin stands at distance 0 here. It is another word: leave out the word itself, not the distance.",
            ("bank", {"jack": bank, "car": far, "bank": bank}),
        ),
        ("The word itself stands last in the table here.", ("bank", {"car": far, "jack": near, "bank": bank})),
        (
            "Smaller numbers are not nearer: what counts is the way from one row to the other, in all columns.",
            ("bank", {"bank": np.array([5.0, 5.0]), "car": bank, "jack": np.array([5.0, 7.0])}),
        ),
        (
            "A straight line: squares of the differences, added up. Not sizes, not the largest one.",
            ("bank", {"bank": np.zeros(3), "bill": np.array([3.0, 3, 0]), "jack": np.array([0.0, 0, 5])}),
        ),
    ]


@lesson.exercise(
    "repair",
    "nearest_word(word, table) should return the other word whose row is nearest to the word's own row. It does not.",
    hints=(
        "Try it on a table of three words whose distances you can see at a glance.",
        "Follow `best` and `best_distance` through the loop with a pencil. What are they after the first "
        "round, after the second?",
        "Four things must all be there: leave the word itself out, square the differences of all columns, "
        "keep the smaller distance, and remember both the word and its distance.",
    ),
    broken=True,
    allowed=("embeddings_course.vectors.euclidean",),
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[str, dict[str, Floats]]] = []
    names = ("bank", "bill", "jack", "river", "money", "car")
    while len(draws) < 8:
        word, table = str(rng.choice(names[:-1])), dict(zip(names, rng.normal(size=(6, 3)).round(1), strict=True))
        near = np.sort([euclidean(table[word], row) for row in table.values()])
        if near[2] - near[1] > 1e-6:  # no tie: rounding would decide it
            draws.append((word, table))
    # here the nearest along a straight line is not the nearest round the blocks, nor by the largest difference
    draws.append(("bank", {"bank": np.zeros(3), "bill": np.array([3.0, 3, 0]), "jack": np.array([0.0, 0, 5])}))
    draws.append(("bank", {"bank": np.zeros(3), "bill": np.array([3.0, 3, 3]), "jack": np.array([0.0, 0, 4])}))
    # and here the nearest is a twin, before the word and after it
    far = {"car": np.ones(3), "bill": np.full(3, 2.0)}
    draws.append(("bank", {"jack": np.zeros(3), **far, "bank": np.zeros(3)}))
    draws.append(("bank", {**far, "bank": np.zeros(3), "jack": np.zeros(3)}))
    draws.append(("bill", {"bill": np.zeros(3), "bank": np.zeros(3), "car": np.ones(3)}))
    found = [f(*draw) for draw in draws]
    if odd := [answer for answer in found if not isinstance(answer, str)]:
        raise Wrong(f"A *word* is asked for, such as 'car'; yours gives {shown(odd[0])}. Remember whose row it was.")
    itself = [draw for draw, answer in zip(draws, found, strict=True) if answer == draw[0]]
    if itself and len({*found}) > 1:
        if np.any(itself[0][1][itself[0][0]]):
            raise finds_the_word_itself.wrong()
        raise Wrong(
            "A twin stands at distance 0, and yours answers the word itself: leave out the *name*, not a place."
        )
    compare(f, nearest_word, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired: it found the nearest word in eight random tables."


@repair_task.slip("It still finds the word itself: nothing is nearer than distance 0. Leave the word out.")
def finds_the_word_itself(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.sqrt(np.sum((table[word] - row) ** 2))
        if distance < best_distance:
            best, best_distance = other, distance
    return best


@repair_task.slip("It still skips a twin, which stands at distance 0: leave out the word itself, not the distance.")
def skips_a_twin(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.sqrt(np.sum((table[word] - row) ** 2))
        if 0 < distance < best_distance:
            best, best_distance = other, distance
    return best


@repair_task.slip("It still compares how long the rows are. Two long rows can lie far apart: subtract first.")
def compares_lengths(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = abs(np.sqrt(np.sum(table[word] ** 2)) - np.sqrt(np.sum(row**2)))
        if other != word and distance < best_distance:
            best, best_distance = other, distance
    return best


@repair_task.slip("It still finds the farthest word. Near means a small distance.")
def finds_the_farthest(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", 0.0
    for other, row in table.items():
        distance = np.sqrt(np.sum((table[word] - row) ** 2))
        if other != word and distance > best_distance:
            best, best_distance = other, distance
    return best


@repair_task.slip("It still adds plain differences, so that a large minus looks very near. Square them first.")
def lets_minus_look_near(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.sum(table[word] - row)
        if other != word and distance < best_distance:
            best, best_distance = other, distance
    return best


@repair_task.slip("It still walks round the blocks: it adds sizes. A straight line needs squares.")
def adds_sizes(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.sum(np.abs(table[word] - row))
        if other != word and distance < best_distance:
            best, best_distance = other, distance
    return best


@repair_task.slip("It still looks at the largest difference only. Every column has a say: square, add up.")
def largest_difference_only(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.max(np.abs(table[word] - row))
        if other != word and distance < best_distance:
            best, best_distance = other, distance
    return best


@repair_task.slip("It still looks at the first column only. Every column has a say.")
def first_column_only(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = abs(table[word][0] - row[0])
        if other != word and distance < best_distance:
            best, best_distance = other, distance
    return best


@repair_task.slip("It still forgets the best distance so far, so that the last word always wins. Remember both.")
def forgets_the_best_distance(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.sqrt(np.sum((table[word] - row) ** 2))
        if other != word and distance < best_distance:
            best = other
    return best
