"""Lesson 08: right answers pass, each wrong one is answered with its own idea, and the numbers in it are true."""

from collections import Counter

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.demos.sense_mix import SenseMixer
from embeddings_course.demos.squeeze import town_vectors
from embeddings_course.exercises.lessons import lesson_08
from embeddings_course.exercises.lessons.lesson_08 import SOURCES, deciding_words, lesson, six_lists
from embeddings_course.files.data import load_senses, load_town, load_vectors, load_word_counts
from embeddings_course.mixing import blend, pseudoword, unmix
from embeddings_course.vectors import cosine, nearest

said = said_by(lesson)


# --- predictions ---


@pytest.mark.parametrize(
    ("guess", "right", "words"),
    [
        ("0.1", False, "Close. Divide by the length of the mix: 0.110."),
        ("0.5", False, "37:63 mix. The common sense takes nearly everything"),
        ("0.11", True, "Well done"),
        ("0.9", False, "*common* sense"),
        ("0.05", False, "A little more"),
        ("0.25", False, "Less"),
    ],
)
def test_the_guess_of_the_rare_cosine_is_answered_by_its_mistake(guess, right, words):
    question = lesson.predictions["rare-cosine"]
    answer = question.read(guess)
    assert question.is_right(answer) is right and words in question.explain(answer)


# --- from the cosine back to the share ---


def by_drawing(cosine, between):
    """Draw a thousand mixes, and take the one that comes nearest."""
    common, rare = np.array([1.0, 0.0]), np.array([between, np.sqrt(1 - between**2)])
    mixes = [s / 999 * rare + (1 - s / 999) * common for s in range(1000)]
    return int(np.argmin([abs(m @ rare / np.sqrt(m @ m) - cosine) for m in mixes])) / 999


@pytest.mark.parametrize("seed", range(3))
def test_share_right_by_trying_shares_out(seed):
    assert said("share", by_drawing, seed)[0] == "right" and "yours says 0.10" in said("share", by_drawing, seed)[1]


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda cosine, between: cosine, "and not 0.1"),
        (lambda cosine, between: 1 - by_drawing(cosine, between), "*common* sense"),
        (lambda cosine, between: by_drawing(cosine, 0.0), "right angle only"),
        (lambda cosine, between: by_drawing(cosine, between) + 0.02, "lies at 45 degrees"),
        (lambda cosine, between: unmix(cosine, between), "ready-made"),
        (lambda cosine, between: [by_drawing(cosine, between)], "ordinary numbers"),
    ],
)
def test_share_wrong(f, words):
    state, lines = said("share", f)
    assert state == "wrong" and words in lines, lines


# --- the pseudoword ---


def by_choice(sentences, one, two, n_one, n_two, token, rng):
    new = [s[:] for s in sentences]
    for word, n in [(one, n_one), (two, n_two)]:
        spots = np.array([(i, j) for i, s in enumerate(new) for j, w in enumerate(s) if w == word])
        for i, j in rng.choice(spots, size=n, replace=False):
            new[i][j] = token
    return new


@pytest.mark.parametrize("seed", range(3))
def test_plant_right_and_the_share_is_found_in_the_counts(seed):
    state, lines = said("plant", by_choice, seed)
    assert state == "right"
    assert abs(float(lines.split("says ")[1].split(":")[0]) - 0.8) < 0.12


def in_place(sentences, one, two, n_one, n_two, token, rng):
    sentences[0][0] = token
    return sentences


def other_words_too(sentences, one, two, n_one, n_two, token, rng):
    new = by_choice(sentences, one, two, n_one, n_two, token, rng)
    i, j = next((i, j) for i, s in enumerate(new) for j, w in enumerate(s) if w not in (one, two, token))
    new[i][j] = token
    return new


def by_coin(sentences, one, two, n_one, n_two, token, rng):
    chance = {w: n / sum(s.count(w) for s in sentences) for w, n in ((one, n_one), (two, n_two))}
    return [[token if rng.random() < chance.get(w, 0) else w for w in s] for s in sentences]


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (by_coin, "Asked for: 240 uses"),
        (in_place, "changed what it was given"),
        (other_words_too, "was replaced too"),
        (lambda s, one, two, a, b, token, rng: "no", "Return a list of sentences"),
        (lambda s, one, two, a, b, token, rng: [[*x, token] for x in s], "in place of"),
        (lambda s, one, two, a, b, token, rng: by_choice(s, one, two, a, b, token + "x", rng), "another word"),
        (lambda s, one, two, a, b, token, rng: by_choice(s, one, two, a + 50, b + 50, token, rng), "Asked for"),
        (lambda s, one, two, a, b, token, rng: pseudoword(s, one, two, a, b, token, 1), "ready-made"),
    ],
)
def test_plant_wrong(f, words):
    state, lines = said("plant", f)
    assert state == "wrong" and words in lines


# --- which text? ---


def right_answer():
    return {letter: (text, deciding_words(letter)[0]) for letter, (_, text) in SOURCES.items()}


def test_the_six_lists_can_be_told_apart_by_their_words():
    assert Counter(text for _, text in SOURCES.values()) == {"books": 3, "wikipedia": 3}
    assert all(len(near) == 8 and len(deciding_words(x)) >= 4 for x, (_, near) in six_lists().items())
    assert "banks" not in deciding_words("B") and "banks" not in deciding_words("D")
    assert said("which-text", right_answer())[0] == "right"
    named = {"A": "senate", "B": "brook", "C": "edward", "D": "ministry", "E": "shilling", "F": "jim"}
    assert all(word in deciding_words(letter) for letter, word in named.items()), "the words of the solution"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"D": ("books", "ministry")}, "belongs to the text, not to the word"),
        ({"B": ("wikipedia", "river")}, "belongs to the text, not to the word"),
        ({"B": ("wikipedia", "river"), "D": ("books", "fund")}, "look at who writes"),
        ({"E": ("wikipedia", "shilling")}, "List E is from the other text"),
        ({"D": ("wikipedia", "banks")}, "decides nothing"),
        ({"A": ("wikipedia", "brook")}, "does not stand in list A"),
        ({"A": ("the web", "senate")}, 'the text is "books" or "wikipedia"'),
        ({"A": "wikipedia"}, "two things"),
    ],
)
def test_which_text_wrong(change, words):
    state, lines = said("which-text", {**right_answer(), **change})
    assert state == "wrong" and words in lines


def test_which_text_as_it_stands_in_the_notebook_is_a_placeholder():
    assert said("which-text", {x: ("...", ...) for x in SOURCES})[0] == "not yet"
    assert said("which-text", {"A": ("books", "river")})[0] == "wrong"


# --- the counterexample ---

HIDDEN = {
    "one": [1, 0], "a": [0.9, 0.4], "b": [0.9, 0.45], "c": [0.9, 0.5],
    "two": [0, 1], "x": [-0.3, 1], "y": [-0.35, 1], "z": [-0.4, 1],
}  # fmt: skip


def test_the_hidden_half_is_found():
    state, lines = said("hidden-half", HIDDEN)
    assert state == "right" and "0.71 to both" in lines


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": [0.6, 0.8], "y": [0.6, 0.8]}, "both senses show"),
        ({"x": [-1, 0.1]}, "no true neighbour"),
        ({"two": [1, 0.1]}, "nearly one word"),
        ({"a": [0.8, 0.6], "two": [0.6, 0.8]}, "nearer to `two`"),
        ({"a": [0, 0]}, "all zero"),
        ({"a": [1]}, "equally long"),
        ({**{n: [1, 0] for n in "abc"}, **{n: [0, 1] for n in "xyz"}}, "nobody is third"),
        ({"two": [-1, 0], "x": [-1, 0], "y": [-1, 0], "z": [-1, 0]}, "opposites"),
    ],
)
def test_the_hidden_half_wrong(change, words):
    state, lines = said("hidden-half", {**HIDDEN, **change})
    assert state == "wrong" and words in lines


# --- what questions and answers say is measured ---


def test_what_is_said_about_bill_in_the_town():
    town = load_town()
    assert town.senses["bill"] == {"bill.person": 500, "bill.invoice": 350, "bill.beak": 150}
    kinds = [town.class_of[w] for w, _ in nearest(town_vectors(), "bill", 8)]
    assert (kinds.count("paper"), kinds.count("beak")) == (6, 2)
    names = {*town.classes["man"], *town.classes["woman"]}
    assert len(names) > 10
    assert not names & {w for w, _ in nearest(town_vectors(), "bill", 8)}


def test_what_is_said_about_money_and_river():
    at_80 = SenseMixer.compute(80, "money", "river")
    assert not at_80.of_two and (at_80.places[1], at_80.places_alone[1]) == (519, 7198)
    assert at_80.cosines[1] > at_80.strangers


def test_what_is_said_about_judge_and_soup():
    data = SenseMixer.compute(50, "judge", "soup")
    assert data.cosines[0] == pytest.approx(data.cosines[1]) == pytest.approx(0.65, abs=0.006)
    near = [w for w, _ in data.neighbours]
    assert {"toast", "roast", "samovar"} <= {*near} and len(data.of_two) == 9  # eight, and soup itself


def test_what_is_said_about_bank_in_the_books():
    water = {"river", "brook", "skiff", "pond", "margin", "steamboat", "creek"}
    assert len(water & {w for w, _ in nearest(load_vectors(), "bank", 10)}) == 7
    assert load_word_counts()["bank"] == 5064


def test_what_is_said_about_the_sentences_of_bank():
    split = Counter(u.split for u in load_senses() if u.lemma == "bank")
    assert split == {"fit": 52, "test": 26}


def test_the_repaired_mix_is_the_course_s_own():
    a, b = np.array([3.0, 0.0]), np.array([1.0, 1.0])
    assert np.allclose(lesson_08._mix(a, b, 0.3), blend(b, a, 0.3)) and cosine(lesson_08._mix(a, b, 0.0), a) == 1
