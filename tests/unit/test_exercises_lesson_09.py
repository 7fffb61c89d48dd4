"""Lesson 09: right answers pass, and each wrong one is answered with its own idea."""

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.exercises.lessons.lesson_09 import BASE, PIECES, changed_words, check, lesson
from embeddings_course.files.errors import WeightsError
from embeddings_course.files.models import find_model
from embeddings_course.pretrained import load_bert
from embeddings_course.senses import sense_layer

said = said_by(lesson)


@pytest.mark.parametrize(
    ("f", "state", "words"),
    [
        (lambda tokens, hidden_states, word, occurrence, layer: np.zeros(5), "wrong", "it should be"),
        (
            lambda tokens, hidden_states, word, occurrence, layer: hidden_states[layer][tokens.index(word)],
            "error",
            "ValueError",
        ),
        (lambda tokens, hidden_states: None, "wrong", "cannot be called"),
        (lambda tokens, hidden_states, word, occurrence, layer: None, "not yet", "gives nothing"),
    ],
)
def test_word_vector_wrong(f, state, words):
    got = said("word-vector", f)
    assert got[0] == state and words in got[1]


def test_the_courses_own_word_vector_does_not_pass():
    from embeddings_course.pretrained import Bert

    assert "ready-made" in said("word-vector", Bert.word_vector)[1]


def test_words_in_pieces_glue_to_themselves():
    for word, pieces in PIECES.items():
        assert pieces[0] + "".join(p.removeprefix("##") for p in pieces[1:]) == word


@pytest.mark.parametrize(
    ("after", "n"),
    [(BASE, 0), (BASE + " today", 1), ("a poet lives near the bank of the river", 3), (BASE + " in a big red hut", 5)],
)
def test_changed_words(after, n):
    assert changed_words(BASE, after) == n


def test_control_says_what_to_do_without_a_model(monkeypatch, home, tmp_path):
    def none():
        raise WeightsError("No model here. Run `python course.py` once.")

    from embeddings_course.exercises.lessons import lesson_09

    exercise = lesson_09.lesson.exercises["control"]
    monkeypatch.setitem(lesson_09.lesson.exercises, "control", type(exercise)(**{**vars(exercise), "prepare": none}))
    assert check("control", BASE).text == (
        "Not yet.\nSomething that this check needs is not there. No model here. Run `python course.py` once."
    )


needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="the model has not been fetched")


@needs_model
@pytest.mark.parametrize(
    ("sentence", "state", "words"),
    [
        ("a poet lives near the bank of the river", "right", "Same sense, larger step"),
        (BASE + ".", "wrong", "That is the sentence itself"),
        ("the old bank robber lives near the bank of the river", "wrong", "Not yet further"),
        (BASE, "wrong", "That is the sentence itself"),
        (BASE.upper(), "wrong", "That is the sentence itself"),
        ("yesterday i heard from my aunt that " + BASE, "wrong", "at most three are allowed"),
        ("the bank robber lives near the bank of the city", "wrong", "must stay in it"),
        ("the bank robber lives near the bank of the riverbed", "wrong", "must stay in it"),
        (7, "wrong", "Give one sentence"),
        (..., "not yet", "placeholder"),
    ],
)
def test_control(sentence, state, words):
    got = said("control", sentence)
    assert got[0] == state and words in got[1]


@needs_model
def test_what_the_predictions_say_is_so():
    bert = load_bert("minilm")
    sentences = [
        "jack stole hundreds of bills from the bank",
        "bill took money from the bank to buy a jack to fix his car",
        BASE,
    ]
    layer = bert.config.n_layers // 2
    banks = [bert.word_vector(sentences[i], "bank", k, layer=layer) for i, k in ((0, 0), (1, 0), (2, 0), (2, 1))]
    unit = np.array([b / np.linalg.norm(b) for b in banks])
    cosines = unit @ unit.T - 2 * np.eye(4)
    assert sorted(np.unravel_index(cosines.argmax(), (4, 4))) == [0, 1]
    out = bert(sentences[0])
    assert out.hidden_states.shape == (7, 10, 384)


# --- neighbours against the majority ---


def knn(known, senses, new, truth, k):
    hits = common = 0
    most = max(set(senses), key=senses.count)
    for row, sense in zip(new, truth, strict=True):
        cosines = [row @ other / np.linalg.norm(row) / np.linalg.norm(other) for other in known]
        votes = [senses[i] for i in np.argsort(cosines)[::-1][:k]]
        hits += max(set(votes), key=votes.count) == sense
        common += most == sense
    return hits / len(truth), common / len(truth)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a, b: a, "One number is not enough"),
        (lambda a, b: 0.8, "One number is not enough"),
        (lambda a, b: (b, a), "should"),
        (lambda a, b: (100 * a, 100 * b), "should"),
        (lambda a, b: None, "comes to its end without a `return`"),
    ],
)
def test_neighbours_wrong(change, words):
    def mine(known, senses, new, truth, k):
        return change(*knn(known, senses, new, truth, k))

    assert words in said("neighbours", mine)[1]


def test_euclid_on_raw_rows_is_not_cosine():
    def mine(known, senses, new, truth, k):
        hits = []
        for row, sense in zip(new, truth, strict=True):
            votes = [senses[i] for i in np.argsort(np.linalg.norm(known - row, axis=1))[:k]]
            hits.append(max(set(votes), key=votes.count) == sense)
        return np.mean(hits), knn(known, senses, new, truth, k)[1]

    assert said("neighbours", mine)[0] == "wrong"


def test_the_courses_own_tagger_does_not_pass():
    from embeddings_course.senses import tag_senses

    assert "ready-made" in said("neighbours", tag_senses)[1]


@needs_model
def test_what_the_judgement_says_is_so():
    from embeddings_course.files.data import load_sense_scores

    scores = load_sense_scores()
    layer = sense_layer(len(scores.words) - 1)
    assert [round(x[layer], 2) for x in (scores.words, scores.senses, scores.rest)] == [0.81, 0.03, 0.16]
    assert scores.centroid[layer] > 5 / 6
