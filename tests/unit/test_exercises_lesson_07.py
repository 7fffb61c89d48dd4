"""Lesson 07: right answers pass, each wrong one is answered with its own idea, and the numbers in it are measured."""

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.audit import (
    antonym_wins,
    association,
    cluster_recovery,
    direction,
    project_out,
    random_pair_cosines,
)
from embeddings_course.chance import split_by_chance
from embeddings_course.evaluation import analogies, analogy
from embeddings_course.exercises.lessons.lesson_07 import (
    FURNITURE_GAP,
    GENDERED,
    HE,
    HOUSE_GAP,
    LISTED,
    SHE,
    leaning_words,
    lesson,
)
from embeddings_course.files.data import load_analogies, load_knobs, load_opposites, load_vectors, load_word_counts
from embeddings_course.vectors import normalise


@pytest.fixture(scope="module")
def books():
    return load_vectors("books")


said = said_by(lesson)


def solve(table, a, b, c, exclude=True):
    unit_a, unit_b, unit_c = (table[w] / np.linalg.norm(table[w]) for w in (a, b, c))
    scores = table.vectors @ (unit_b - unit_a + unit_c) / np.linalg.norm(table.vectors, axis=1)
    if exclude:
        scores[[table.row(w) for w in (a, b, c)]] = -np.inf
    return table.words[scores.argmax()]


@pytest.mark.parametrize("seed", range(3))
def test_analogy_right(seed):
    state, words = said("analogy", solve, seed)
    assert state == "right" and "family questions" in words


def always_forbids(table, a, b, c, exclude=True):
    return solve(table, a, b, c)


@pytest.mark.parametrize(
    ("f", "state", "words"),
    [
        (always_forbids, "wrong", "must be able to lift the ban"),
        (lambda table, a, b, c, exclude=True: solve(table, b, a, c, exclude), "wrong", "One sign is swapped"),
        (lambda table, a, b, c, exclude=True: table.row(c), "wrong", "should be a word"),
        (lambda table, a, b, c, exclude=True: "a", "wrong", "never looks at `table`"),
        (lambda table, a, b, c, exclude=True: analogy(table, a, b, c, exclude)[0][0], "wrong", "ready-made"),
        (lambda table, a, b, c, exclude=True: None, "not yet", "gives nothing"),
        (lambda table, a, b, c: solve(table, a, b, c), "wrong", "cannot be called"),
    ],
)
def test_analogy_wrong(f, state, words):
    got = said("analogy", f)
    assert got[0] == state and words in got[1]


def reached(gap, by_chance):
    return (1 + sum(abs(x) >= abs(gap) for x in by_chance)) / (1 + len(by_chance))


def test_alarm_right_and_it_hears_the_two_lists_of_the_lesson(books):
    state, words = said("alarm", reached)
    assert state == "right" and "random topics" in words
    for measured, one, two in ((HOUSE_GAP, HOUSE, PUBLIC), (FURNITURE_GAP, FURNITURE, TOOLS)):
        lean = association(books, one + two, SHE, HE)
        assert measured == pytest.approx(lean[:10].mean() - lean[10:].mean(), abs=0.002)


def test_alarm_wrong():
    assert "could not be compared" not in said("alarm", lambda gap, by_chance: 0.5)[1]
    assert said("alarm", lambda gap, by_chance: 0.5)[0] == "wrong"
    assert (
        "just as large" in said("alarm", lambda g, b: (1 + sum(abs(x) > abs(g) for x in b)) / (1 + len(b)))[1].lower()
    )


FAIR = [("more", "further", "less"), ("upper", "higher", "lower"), ("older", "elder", "younger")]


def test_fair_triples_right():
    assert said("fair-triples", FAIR)[0] == "right"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([*FAIR[:2], ("east", "eastern", "west")], "spelled alike"),
        ([*FAIR[:2], ("husband", "spouse", "wife")], "or frequency is what you measured"),
        ([*FAIR[:2], ("tragedy", "drama", "comedy")], "should be ahead by 0.02"),
        ([*FAIR[:2], ("hot", "warm", "cold")], "on the course's list"),
        ([*FAIR[:2], ("cold", "cool", "hot")], "on the course's list"),
        ([*FAIR[:2], ("inside", "programmer", "outside")], "not among the 20,000"),
        ([*FAIR[:2], ("more", "extra", "more")], "stands twice"),
        ([*FAIR[:2], ("more", "further", "less")], "Three different words"),
        (FAIR[:2], "three triples or more"),
        ([1, 2, 3], "Each triple is three words"),
    ],
)
def test_fair_triples_wrong(value, words):
    got = said("fair-triples", value)
    assert got[0] == "wrong" and words in got[1]


SHE_WORDS = [
    "needle",
    "sewing",
    "lace",
    "bonnet",
    "muslin",
    "embroidery",
    "ribbon",
    "silk",
    "gown",
    "cradle",
    "nursery",
    "parlour",
]
HE_WORDS = [
    "gun",
    "rifle",
    "sword",
    "soldier",
    "captain",
    "commander",
    "hunter",
    "horse",
    "spear",
    "comrade",
    "regiment",
    "officer",
]


def test_survives_right_with_its_control():
    state, words = said("survives", {"she": SHE_WORDS, "he": HE_WORDS})
    assert state == "right" and "random labels" in words


@pytest.mark.parametrize(
    ("value", "state", "words"),
    [
        ({"she": HE_WORDS, "he": SHE_WORDS}, "wrong", "leans the other way"),
        ({"she": SHE_WORDS[:5], "he": HE_WORDS}, "not yet", "5 different words"),
        ({"she": [*SHE_WORDS, "mother"], "he": HE_WORDS}, "wrong", "names a man or a woman"),
        ({"she": [*SHE_WORDS, "laptop"], "he": HE_WORDS}, "wrong", "not among the 20,000"),
        ({"she": [*SHE_WORDS, "gun"], "he": HE_WORDS}, "wrong", "stands in both"),
        ({"she": "needle", "he": HE_WORDS}, "wrong", "should be a list"),
        ([SHE_WORDS, HE_WORDS], "wrong", "dictionary"),
        ({"she": [*sorted(LISTED)[:9], "lace"], "he": HE_WORDS}, "not yet", "words of your own"),
        (
            {
                "she": ["dance", "piano", "song", "embroidery", "tea", "gossip", "novels", "dress"],
                "he": ["hunt", "club", "horse", "gun", "whisky", "cigar", "politics", "pipe"],
            },
            "wrong",
            "Which fields would?",
        ),
    ],
)
def test_survives_wrong(value, state, words):
    got = said("survives", value)
    assert got[0] == state and words in got[1]


# ---- the numbers that the sentences state --------------------------------------------------------------------------


def test_the_syllabus_mistake_is_answered():
    question = lesson.predictions["nurse"]
    assert question.explain(question.read("a")) == "Run it: the answer is *doctor*. The library was hiding it."


def test_doctor_and_nurse(books):
    question = ("father", "doctor", "mother")
    assert analogy(books, *question, k=1)[0][0] == "nurse"
    (first, score), (_, second) = analogy(books, *question, exclude=False, k=2)
    assert first == "doctor" and score > second + 0.1
    assert "hospital" not in [w for w, _ in analogy(books, *question, exclude=False, k=20)]


def test_the_drop_on_every_fourth_question(books):
    asked = {name: questions[::4] for name, questions in load_analogies().items()}
    assert abs(analogies(books, asked).accuracy - 0.62) < 0.04
    free = analogies(books, asked, exclude_inputs=False)
    assert abs(free.accuracy - 0.13) < 0.04 and 0.75 < free.reply_is["c"] < 0.87


def test_strangers(books):
    assert round(float(random_pair_cosines(books).mean()), 2) == 0.19
    assert round(float(random_pair_cosines(load_knobs()["passes=1"].table).mean()), 2) == 0.99


def test_blind_clusters_sort_about_three_in_four(books):
    axis = direction(books, zip(SHE, HE, strict=True))
    she, he = leaning_words(books, axis, 100)
    vectors, labels = normalise(books.subset(she + he).vectors.astype(float)), [True] * 100 + [False] * 100
    assert cluster_recovery(vectors, labels) > 0.98
    assert 0.68 < cluster_recovery(project_out(vectors, axis), labels) < 0.85
    assert not set(she + he) & {*SHE, *HE}


HOUSE = ["home", "kitchen", "parlour", "nursery", "sewing", "cooking", "needle", "cradle", "laundry", "dinner"]
PUBLIC = ["office", "business", "army", "ship", "court", "parliament", "market", "factory", "salary", "profession"]
FURNITURE = ["table", "chair", "bench", "shelf", "cupboard", "lamp", "mirror", "carpet", "curtain", "pillow"]
TOOLS = ["hammer", "saw", "knife", "axe", "spade", "nail", "rope", "wheel", "chain", "ladder"]


def test_household_and_public_words_lean_apart(books):
    gap, chance = split_by_chance(association(books, HOUSE + PUBLIC, SHE, HE), first=10)
    assert gap > 0.1 and chance < 0.01


def test_the_list_of_opposites_is_as_the_praise_says(books):
    counts, triples = load_word_counts(), load_opposites()
    known = [t for t in triples if all(w in books for w in t)]
    found = antonym_wins(books, triples)
    even = [a > s for t, (_, s, a) in zip(known, found, strict=True) if 0.5 <= counts[t[2]] / counts[t[1]] <= 2]
    every = [a > s for _, s, a in found]
    assert 0.4 < np.mean(every) < 0.6 and np.mean(even) < np.mean(every) - 0.1 and len(even) >= 15


def test_gendered_words_are_written_once_and_small():
    assert all(word == word.lower() and word.isalpha() for word in GENDERED) and {*SHE, *HE} < GENDERED
