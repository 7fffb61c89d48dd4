"""Lesson 01, What is an embedding?: its predictions, exercises, judgement and quiz. Straight-line distance only."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option, Order
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, compare, numbers, rows
from embeddings_course.files.data import load_facts, load_features
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import euclidean, nearest

Floats = NDArray[np.floating]

lesson = Lesson("01", "What is an embedding?")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---


def _times_ten(feature: str = "money", word: str = "bank") -> Choice:
    """Ask what happens to a word's nearest neighbour when one feature is multiplied by 10; the table answers."""
    table = load_features()
    before = nearest(table, word, k=1, ruler="euclidean")[0][0]
    stretched = table.vectors.copy()
    column = table.columns.index(feature)
    stretched[:, column] *= 10
    after = nearest(Embedding(table.words, stretched, table.columns), word, k=1, ruler="euclidean")[0][0]
    gap = {w: abs(float(table[w][column] - table[word][column])) for w in table.words}
    told = {
        before: f"It was the nearest before. But its *{feature}* is {gap[before]:.1f} away from that of *{word}*, "
        f"and times 10 that alone makes a distance of {10 * gap[before]:.0f}.",
        after: f"Its *{feature}* is only {gap[after]:.1f} away from that of *{word}*. Now that this column is ten "
        f"times "
        "as wide as the others, it decides nearly alone. Nothing about the words has changed, only a unit.",
    }
    for other in ("robber", "car"):
        told.setdefault(
            other,
            f"Its *{feature}* is {gap[other]:.1f} away from that of *{word}*: times 10, that is {10 * gap[other]:.0f}. "
            f"The word with the smallest gap in this column is *{after}*.",
        )
    options = tuple(Option(w, says, right=w == after) for w, says in told.items())
    question = (
        f"In the cartoon table the nearest word to *{word}* is *{before}*. Now multiply the whole column "
        f"*{feature}* by 10, "
        f"as if it were counted in cents. Which word is nearest to *{word}* then?"
    )
    return Choice("times-ten", question, options)


def _order_of_bank(items: tuple[str, ...] = ("car", "money", "driver", "bridge")) -> Order:
    """Ask for the order of four words by their distance from bank."""
    table = load_features()
    distance = {w: euclidean(table["bank"], table[w]) for w in items}
    right = tuple(sorted(items, key=lambda w: distance[w]))
    why = {
        "bridge": "the table says that both are places, and *bank* got some *water*",
        "money": "they agree on *money*, but money is no place, and it fits in the hand",
        "car": "they agree on nearly nothing that scores high",
        "driver": "a person and no place: three columns pull away from *bank*",
    }
    says = tuple(f"{distance[w]:.2f} away: {why[w]}." for w in right)
    return Order(
        "order-of-bank", "Order these from nearest to *bank* to farthest, in the cartoon table:", items, right, says
    )


lesson.add_predictions(
    Choice(
        "one-hot",
        "In a one-hot table each word has a 1 in a column of its own and 0 elsewhere. "
        "How far is *coin* from *money*, compared with *coin* from *river*?",
        (
            Option(
                "coin is nearer to money",
                "It should be, and here it is not. The table only asks 'are you this word?', "
                "and two different words never both say yes.",
            ),
            Option(
                "exactly as far",
                "Every pair differs in just two places, by 1 in each: the square root of 1 + 1, 1.41, for all pairs. "
                "Such a table is mute about meaning.",
                right=True,
            ),
            Option(
                "coin is nearer to river",
                "Nothing in the table could bring them nearer: no column is about water, or about anything "
                "but one word.",
            ),
            Option(
                "the distance is 0 in both cases",
                "0 would mean the same row. The rows differ in two places: each word has its 1 somewhere else.",
            ),
        ),
    ),
    _order_of_bank(),
    _times_ten(),
    Number(
        "how-many-questions",
        "Each column is a yes-or-no question. At least how many questions do you need so that 100 words can "
        "all have different rows?",
        (
            Band(
                0,
                6.5,
                "Six questions give only 2 x 2 x 2 x 2 x 2 x 2 = 64 different rows. Some words would share a row.",
            ),
            Band(
                6.5, 7.5, "Seven: each question doubles the number of rows, and 2 to the power of 7 is 128.", right=True
            ),
            Band(
                7.5,
                50,
                "More than needed: each new question doubles the number of rows. Count up: 2, 4, 8, 16, 32, 64, 128.",
            ),
            Band(
                50,
                1001,
                "One question a word is the one-hot way. Questions that many words can answer work together: "
                "each one doubles the number of different rows.",
            ),
        ),
        low=1,
        high=1000,
        unit="questions",
    ),
)


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
def _features(f: Any, rng: np.random.Generator) -> str:
    facts = load_facts()
    table = {w: numbers(f(facts[w]), f"The row of {w}") for w in SHOWN}
    widths = {len(row) for row in table.values()}
    if len(widths) > 1:
        raise Wrong("Your rows are not equally long. Every word must answer the same questions.")
    if widths.pop() > 4:
        raise Wrong("Your row has more than four numbers. Four questions are enough: which two ask nearly the same?")
    if all(np.allclose(table[w], table[SHOWN[0]]) for w in SHOWN):
        raise Wrong("Every word gets the same row. The row must come out of the facts.")
    _look_at_columns(table)
    for triple in TRIPLES:
        found = odd_one_out(table, triple)
        if found != triple[2]:
            yours = f"yours says *{found}*" if found else "yours cannot tell"
            raise Wrong(
                f"Of {', '.join(triple)} the odd one is *{triple[2]}*; {yours}. Which question sets it apart?", "M11"
            )
    new = {w: numbers(f(facts[w]), f"The row of {w}") for w in facts}
    right = sum(odd_one_out(new, t) == t[2] for t in HELD_OUT)
    if right < len(HELD_OUT):
        raise Wrong(
            f"It works for the words that you saw, but with new words only {right} of {len(HELD_OUT)} come out right. "
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
def _smallest(value: Any, rng: np.random.Generator) -> str:
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
        if not isinstance(pair, list | tuple) or len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= set(SIX):
            raise Wrong(f"Beside *{column}* should stand two different words of these six: {', '.join(SIX)}.")
    return {column: (pair[0], pair[1]) for column, pair in value.items()}


# --- exercise: straight-line distance by hand ---


def _distance_1(a: Floats, b: Floats) -> float:
    return float(np.sum(a - b))


def _distance_2(a: Floats, b: Floats) -> float:
    return float(np.sum((a - b) ** 2))


def _distance_3(a: Floats, b: Floats) -> float:
    return float(np.sum(np.abs(a - b)))


def _distance_4(a: Floats, b: Floats) -> float:
    return float(np.max(np.abs(a - b)))


def _distance_5(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.mean((a - b) ** 2)))


def _distance_6(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.sum((a[:2] - b[:2]) ** 2)))


def _distance_7(a: Floats, b: Floats) -> float:
    return float(np.sqrt(np.sum((a + b) ** 2)))


@lesson.exercise(
    "distance",
    "Write distance(a, b): the straight-line distance between two rows of equal length.",
    hints=(
        "In two dimensions it is Pythagoras: how long is the slanted side?",
        "Take the differences, square each, add the squares up, and take the square root of the sum.",
        "return np.sqrt(np.sum((a - b) ** ...)): one number is missing.",
    ),
    forbidden=("math.dist", "scipy.spatial", "sklearn"),
    slips=(
        Slip(
            _distance_1,
            "You added the plain differences: plus and minus cancel, and far can look near. Square each one first.",
        ),
        Slip(_distance_2, "These are the squares, added up. One step is missing: the square root."),
        Slip(
            _distance_3,
            "You walk round the blocks: first along one street, then along the next. "
            "A straight line cuts the corner: squares, sum, square root.",
        ),
        Slip(_distance_4, "You kept only the largest difference. Every column has a say in the distance."),
        Slip(_distance_5, "You took the mean of the squares. Pythagoras takes their sum."),
        Slip(_distance_6, "You only used the first two numbers. The same rule holds for rows of any length."),
        Slip(_distance_7, "You added the rows. A distance comes from their difference: two equal rows are 0 apart."),
    ),
)
def _distance(f: Any, rng: np.random.Generator) -> str:
    draws = [(np.array([0.0, 0.0]), np.array([3.0, 4.0]))]
    for d in (1, 2, 3, 5, 7):
        a = rng.normal(size=d).round(1)
        draws += [(a, rng.normal(size=d).round(1)), (a, a)]
    compare(f, euclidean, draws, lesson.exercises["distance"].slips)
    return "Straight lines in any number of columns. Pythagoras would be pleased."


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
def _two_friends(value: Any, rng: np.random.Generator) -> str:
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


def _nearest_word_1(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.sqrt(np.sum((table[word] - row) ** 2))
        if distance < best_distance:
            best, best_distance = other, distance
    return best


def _nearest_word_2(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", 0.0
    for other, row in table.items():
        distance = np.sqrt(np.sum((table[word] - row) ** 2))
        if other != word and distance > best_distance:
            best, best_distance = other, distance
    return best


def _nearest_word_3(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.sum(table[word] - row)
        if other != word and distance < best_distance:
            best, best_distance = other, distance
    return best


def _nearest_word_4(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = abs(table[word][0] - row[0])
        if other != word and distance < best_distance:
            best, best_distance = other, distance
    return best


def _nearest_word_5(word: str, table: dict[str, Floats]) -> str:
    best, best_distance = "", np.inf
    for other, row in table.items():
        distance = np.sqrt(np.sum((table[word] - row) ** 2))
        if other != word and distance < best_distance:
            best = other
    return best


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
    slips=(
        Slip(_nearest_word_1, "It still finds the word itself: nothing is nearer than distance 0. Leave the word out."),
        Slip(_nearest_word_2, "It still finds the farthest word. Near means a small distance."),
        Slip(
            _nearest_word_3,
            "It still adds plain differences, so that a large minus looks very near. Square them first.",
        ),
        Slip(_nearest_word_4, "It still looks at the first column only. Every column has a say."),
        Slip(
            _nearest_word_5,
            "It still forgets the best distance so far, so that the last word always wins. Remember both.",
        ),
    ),
    broken=True,
)
def _repair(f: Any, rng: np.random.Generator) -> str:
    draws = []
    names = ("bank", "bill", "jack", "river", "money", "car")
    for _ in range(8):
        values = rng.normal(size=(len(names), 3)).round(1)
        draws.append((str(rng.choice(names[:-1])), dict(zip(names, values, strict=True))))
    compare(f, nearest_word, draws, lesson.exercises["repair"].slips)
    return "Repaired: it found the nearest word in eight random tables."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "triangle",
        "In some table *bank* is 0.4 from *river* and 0.4 from *money*. Can *river* and *money* be 1.0 apart?",
        (
            Option(
                "yes",
                "They are at most 0.8 apart: go from river to bank (0.4), then on to money (0.4). The "
                "straight way is no longer.",
            ),
            Option("no", "Right: 0.8 is the most.", right=True),
            Option(
                "only with many columns",
                "Columns do not help: in a space of any size the straight way from river to money is at most "
                "0.4 + 0.4 long.",
            ),
        ),
        (
            Option(
                "the straight way is never longer than the way through bank",
                "That is the triangle rule, and it holds for straight-line distance in any number of columns.",
                right=True,
            ),
            Option(
                "river and money mean very different things, so they are far apart",
                "We would like that. But the rows decide, and rows obey geometry, not our wishes. This is "
                "the trouble with *bank*.",
            ),
            Option(
                "with more columns there is always room for one more distance",
                "More columns give more room, but two points that are both near a third stay within reach of "
                "each other.",
            ),
            Option(
                "distances are opinions, so any three numbers will do",
                "The features are opinions. Once they are written down, distances follow from them.",
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "what",
        "What is an embedding, in this lesson?",
        (
            Option(
                "a row of numbers for each word, so that distances between rows mean something",
                "Yes: a table of answers to questions, read as points in a space.",
                right=True,
            ),
            Option(
                "a list of the words that a text contains",
                "That is a word list. An embedding says something *about* each word, in numbers.",
            ),
            Option(
                "a number for each word: bank is 1, bill is 2, jack is 3",
                "Such numbers only name the words; that bill stands between bank and jack means nothing.",
            ),
            Option("a picture with words in it", "A picture may show an embedding. The embedding itself is the table."),
        ),
    ),
    Choice(
        "who-decides",
        "Who decides whether *bank* is nearer to *river* or to *money* in the cartoon table?",
        (
            Option("the dictionary", "No dictionary was asked. We wrote down answers to seven questions."),
            Option(
                "the person who chose the columns and the numbers",
                "Yes. Another seven questions would give other neighbours.",
                right=True,
            ),
            Option(
                "mathematics",
                "Mathematics only measures what the table says. Multiply a column by 10, and it measures "
                "something else.",
            ),
        ),
    ),
    Choice(
        "new-column",
        "You add a column *weight in grams*, with numbers up to 2,000,000, beside columns from 0 to 1. What "
        "happens to the neighbours?",
        (
            Option("weight decides nearly everything", "Yes: the widest column wins. Rescale it first.", right=True),
            Option(
                "not much: it is one column of eight",
                "Columns are not counted, their differences are: a gap of 1000 grams outweighs seven gaps of 1.",
            ),
            Option(
                "weight is ignored, since its unit is different",
                "Distance knows no units. It sees a large number and uses it.",
            ),
        ),
    ),
    Choice(
        "one-row",
        "*bank* has two senses, and one row. What can the row do?",
        (
            Option(
                "be at the river and at the money at the same time", "A row is one point. It cannot be in two places."
            ),
            Option(
                "stand somewhere between, or choose one side",
                "Yes, and either way something is lost. Lesson 08 shows what, and lesson 09 a way out.",
                right=True,
            ),
            Option(
                "nothing: a word with two senses has no embedding",
                "It has one, like any other word; it is only a compromise.",
            ),
        ),
    ),
)
