"""Lesson 01: right answers pass, and each wrong one is answered with its own idea."""

import re

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.exercises.lessons import lesson_01
from embeddings_course.exercises.lessons.lesson_01 import HELD_OUT, SHOWN, TRIPLES, check, lesson
from embeddings_course.files.data import DataError, load_facts, load_features
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import euclidean, nearest

said = said_by(lesson)


def pick(*names):
    return lambda facts: [facts[n] for n in names]


GOOD = ("wet", "money", "moves people", "alive")


def test_held_out_words_are_not_shown():
    shown = {w for t in TRIPLES for w in t}
    assert shown <= set(SHOWN) <= set(load_facts())
    assert len({w for t in HELD_OUT for w in t} - set(SHOWN)) == 8
    assert not set(TRIPLES) & set(HELD_OUT)


def learnt_by_heart(facts):
    family = {5: [0, 0], 4: [0, 0], 3: [0, 0]}
    table = {
        "river": 0,
        "lake": 0,
        "sea": 0,
        "coin": 1,
        "banknote": 1,
        "purse": 1,
        "robber": 2,
        "teacher": 2,
        "doctor": 2,
    }
    word = next((w for w, f in load_facts_once().items() if f == facts and w in SHOWN), None)
    return [table.get(word, 3 if word else 7), family.get(0, [0])[0] + (table.get(word, 3) ** 2 if word else 1)]


FACTS = load_facts()


def load_facts_once():
    return FACTS


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (pick(*GOOD, "letters"), "wrong", "more than four numbers"),
        (pick(*GOOD[:3], "price in euro"), "wrong", "Number 4 of your row decides 100 % of your distances"),
        (pick(*GOOD[:3], "size in metres"), "wrong", "far larger than the others"),
        (lambda facts: [facts["wet"], float(facts["letters"] == 8)], "wrong", "only about *banknote*: a name tag"),
        (lambda facts: [facts["wet"], 1.0], "wrong", "Number 2 of your row is 1 for every word"),
        (lambda facts: [1.0, 2.0], "wrong", "Every word gets the same row"),
        (pick("alive", "made by people"), "wrong", "the odd one is"),
        (pick("letters"), "wrong", "One number puts all words on a line"),
        (learnt_by_heart, "wrong", "with new words only"),
        (lambda facts: [1.0] * int(facts["letters"]), "wrong", "not equally long"),
        (lambda facts: "wet", "wrong", "should be a list of numbers"),
        (lambda facts: [float("nan")], "wrong", "ordinary numbers"),
        (lambda facts: facts["colour"], "error", "KeyError"),
        (lambda facts: facts.update(wet=3) or [1.0], "wrong", "changed what it was given"),
    ],
)
def test_features_wrong(answer, state, words):
    got = said("features", answer)
    assert got[0] == state and words in got[1]


def test_features_wrong_ideas_have_numbers():
    assert lesson.exercises["features"].try_out(pick(*GOOD[:3], "price in euro")).idea == "M07"


PROOF = {"person": ("bill", "money"), "money": ("bank", "river"), "place": ("bank", "money")}


def test_smallest_right():
    assert lesson_01.fewest_columns() == 3
    assert said("smallest", PROOF)[0] == "right"
    assert said("smallest", {c: list(p)[::-1] for c, p in PROOF.items()})[0] == "right"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"person": ("bill", "money")}, "You need a question that parts them"),
        ({**PROOF, "money": ("bank", "car")}, "still differ in *place*. Which pair would be the same?"),
        (
            {
                "person": ("bill", "money"),
                "money": ("bank", "river"),
                "in the hand": ("jack", "bill"),
                "water": ("car", "river"),
            },
            "",
        ),
        ({**PROOF, "colour": ("bill", "money")}, "There is no column 'colour'"),
        ({"person": ("bill", "bill")}, "two different words of these six"),
        ({"person": ("bill", "fish")}, "two different words of these six"),
        ({"person": "bill"}, "two different words of these six"),
        (["person"], "Give a dictionary"),
        ({}, "Give a dictionary"),
    ],
)
def test_smallest_wrong(answer, words):
    got = said("smallest", answer)
    assert got[0] == "wrong" and words in got[1]


def test_a_larger_set_in_which_each_column_is_needed():
    answers = lesson_01.yes_or_no
    four = ("person", "water", "machine", "in the hand")
    pairs = {}
    for column in four:
        without = answers(tuple(c for c in four if c != column))
        pairs[column] = next((a, b) for a in without for b in without if a != b and without[a] == without[b])
    assert "another set does it with 3" in said("smallest", pairs)[1]


def from_math(a, b):
    import math

    return math.dist(a, b)


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (lambda a, b: 5.0, "wrong", "it should be"),
        (lambda a, b: np.abs(a - b), "wrong", "The sum is missing"),
        (from_math, "wrong", "ready-made `dist`"),
        (5.0, "wrong", "A function is asked for"),
        (lambda a: 5.0, "wrong", "cannot be called"),
        (lambda a, b: a.shape[7], "error", "IndexError"),
        (lambda a, b: None, "not yet", "gives nothing back"),
    ],
)
def test_distance_wrong(answer, state, words):
    got = said("distance", answer)
    assert got[0] == state and words in got[1]


def friends(river, money, bank=(0.0, 0.0)):
    return {"bank": list(bank), "river": list(river), "money": list(money)}


def test_two_friends_right():
    assert said("two-friends", friends((1, 0), (-1, 0)))[0] == "right"
    assert said("two-friends", friends((0.95, 0), (-0.9, 0.1)))[0] == "right"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (friends((1, 0), (0.5, 0.5)), "You met the triangle rule. One row cannot be in two places"),
        (friends((2, 0), (-2, 0)), "more than 2.0 cannot work. That is the triangle rule"),
        (friends((1.2, 0), (0, 0)), "*river* is 1.20 from *bank*: that is not near"),
        (friends((1, 0), (0, 1, 0)), "equally long"),
        ({"bank": [0]}, "no row for river, money"),
        ([1, 2], "Give a dictionary"),
    ],
)
def test_two_friends_wrong(answer, words):
    got = said("two-friends", answer)
    assert got[0] == "wrong" and words in got[1]


def test_two_friends_placeholder():
    assert check("two-friends", {"bank": ..., "river": ..., "money": ...}).text.startswith("Not yet.")
    assert check("two-friends", {}).text.startswith("Not yet.")


def test_repair_wrong():
    assert "it should be" in said("repair", lambda word, table: "bank")[1]


def test_times_ten_tells_what_the_table_gives():
    table, question = load_features(), lesson.predictions["times-ten"]
    column = table.columns.index("money")
    stretched = table.vectors.copy()
    stretched[:, column] *= 10
    tables = (table, Embedding(table.words, stretched, table.columns))
    before, after = (nearest(t, "bank", k=1, ruler="euclidean")[0][0] for t in tables)
    assert f"nearest word to *bank* is *{before}*" in question.question and question.options[0].text == before
    assert [o.text for o in question.options if o.right] == [after] == ["money"] and len(question.options) == 4
    for option in question.options:
        gap = abs(float(table[option.text][column] - table["bank"][column]))
        assert f" is {'only ' * option.right}{gap:.1f} away from that of *bank*" in option.says
        assert option.right or re.search(rf"\b{10 * gap:.0f}\.", option.says), "the gap times ten"


def test_the_order_of_bank_is_that_of_the_table():
    table, question = load_features(), lesson.predictions["order-of-bank"]
    distance = {w: euclidean(table["bank"], table[w]) for w in question.items}
    assert list(question.right) == sorted(distance, key=distance.get)
    for word, says in zip(question.right, question.says, strict=True):
        assert says.startswith(f"{distance[word]:.2f} away: ")


def test_facts_with_a_bad_cell_are_explained(tmp_path):
    bad = tmp_path / "facts.csv"
    bad.write_text("word,wet\nriver,very\n")
    with pytest.raises(DataError, match="line 2: 'river' needs 1 numbers"):
        load_facts(bad)
