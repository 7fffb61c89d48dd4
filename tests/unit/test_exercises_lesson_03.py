"""Lesson 03: right answers pass, each wrong one is answered with its own idea, and the numbers in it are the town's."""

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.counting import cooccurrence, pmi, ppmi, row_cosine, top_pairs
from embeddings_course.exercises.lessons.lesson_03 import check, lesson
from embeddings_course.files.data import load_town
from embeddings_course.vectors import cosine_matrix

said = said_by(lesson)


def by_pairs(tokens, window, words):
    table = np.zeros((len(words), len(words)), dtype=int)
    for i, a in enumerate(tokens):
        for b in tokens[i + 1 : i + 1 + window]:
            table[words.index(a), words.index(b)] += 1
    return table + table.T


@pytest.mark.parametrize(
    ("f", "state", "words"),
    [
        (lambda tokens, window, words: cooccurrence([tokens], window, words)[0].toarray(), "wrong", "ready-made"),
        (lambda tokens, window, words: by_pairs(tokens, window + 1, words), "wrong", "it should be"),
        (lambda tokens, window, words: {("a", "b"): 1}, "wrong", "Yours gives dict"),
        (lambda tokens, window, words: tokens[99], "error", "IndexError"),
        (lambda tokens, window, words: None, "not yet", "gives nothing"),
    ],
)
def test_cooc_wrong(f, state, words):
    got = said("cooc", f)
    assert got[0] == state and words in got[1]


def breaks_on_the_lonely(counts, alpha):
    columns = counts.sum(axis=0) ** alpha
    return np.maximum(np.log2(counts / (counts.sum(axis=1, keepdims=True) * columns / columns.sum())), 0)


def test_a_word_without_company_is_asked_about():
    got = said("ppmi", breaks_on_the_lonely)
    assert got[0] == "wrong" and "no company at all" in got[1]


def test_ppmi_ready_made_is_refused():
    assert "ready-made" in said("ppmi", lambda counts, alpha: ppmi(counts, alpha).toarray())[1]


ALIKE = ["salt in the soup", "pepper in the soup"]


def meet(sentences, together=("bim", "bam"), alike=("salt", "pepper")):
    return {"sentences": sentences, "together": together, "alike": alike}


def test_never_meet_right():
    got = said("never-meet", meet([*ALIKE, "bim bam", "bim bam"]))
    assert got[0] == "right" and "Salt and pepper never meet: cosine 1.00" in got[1]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (meet([*ALIKE, "bim bam", "bim bam", "bam"]), "stand apart in 1"),
        (meet([*ALIKE, "bim bam"]), "meet only once"),
        (meet(["a b", "c b", "bim bam", "bim bam"]), "is a letter, no word"),
        (meet(["salt soup", "pepper soup", "bim bam", "bim bam"]), "pairs of words, no sentences"),
        (meet([*ALIKE, "salt and pepper", "bim bam", "bim bam"]), "share 1 of your sentences"),
        (meet(["salt in the soup", "pepper on a pie", "bim bam", "bim bam"]), "They need the same company"),
        (meet([*ALIKE, "a bim bam of", "a bim bam of"]), "they also share neighbours"),
        (meet([*ALIKE, "bim bam"], together=("bim", "bom")), "*bom* does not stand"),
        (meet([*ALIKE, "bim bam"], together=("bim", "bim")), "two different words"),
        (meet("salt in the soup"), "a list of texts"),
        (meet(["salt"]), "Two to twelve"),
        ({"sentences": []}, "Give a dictionary"),
        (7, "Give a dictionary"),
    ],
)
def test_never_meet_wrong(value, words):
    got = said("never-meet", value)
    assert got[0] == "wrong" and words in got[1]


HOT = ["the hot dog", "a hot dog", "his hot dog"]


def pmi_pairs(sentences, rare=("agian", "tommorow"), faithful=("hot", "dog")):
    return {"sentences": sentences, "rare": rare, "faithful": faithful}


def test_rare_wins_right():
    got = said("rare-wins", pmi_pairs([*HOT, "agian tommorow"]))
    assert got[0] == "right" and "One meeting: " in got[1]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (pmi_pairs([*HOT, "agian tommorow", "agian tommorow"]), "meet 2 times"),
        (pmi_pairs([*HOT[:2], "agian tommorow"]), "meet only 2 times"),
        (
            pmi_pairs(["hot dog", "hot dog", "hot dog", "agian we see and tommorow too", "see agian tommorow go"]),
            "still surprises as much or more",
        ),
    ],
)
def test_rare_wins_wrong(value, words):
    got = said("rare-wins", value)
    assert got[0] == "wrong" and words in got[1]


def test_placeholders():
    assert check("never-meet", {"sentences": [...], "together": ..., "alike": ...}).text.startswith("Not yet.")


def test_the_numbers_in_the_questions_are_those_of_the_town():
    town = load_town()
    counts, words = cooccurrence(town.sentences, 2)
    row = {word: i for i, word in enumerate(words)}

    def alike(table, a, b):
        return round(row_cosine(table, row[a], row[b]), 3)

    # what the view shows before PPMI is known
    assert alike(counts, "salt", "pepper") == 0.997 and alike(counts, "hot", "dog") == 0.462
    assert alike(cooccurrence(town.sentences, 10, words)[0], "hot", "dog") == 0.723
    table = ppmi(counts)
    assert alike(table, "salt", "pepper") == 0.996 and alike(table, "hot", "dog") == 0.21
    wide = ppmi(cooccurrence(town.sentences, 10, words)[0])
    assert alike(wide, "hot", "dog") == pytest.approx(0.95, abs=0.005)
    surprise = pmi(counts)
    assert set(top_pairs(surprise, words, 4)[0][:2]) == {"agian", "tommorow"}
    assert {"thank", "you"} == set(top_pairs(surprise, words, 4)[3][:2])
    assert 5 < surprise[row["hot"], row["dog"]] < 6
    assert counts[row["the"], row["in"]] == 5152 == counts.max() and counts[row["thank"], row["you"]] == 37
    assert sum("hot" in s for s in town.sentences) == 817 == counts[row["hot"], row["dog"]]
    assert (counts.nnz - table.nnz) / counts.nnz == pytest.approx(0.22, abs=0.005)
    strangers = {}
    for name, cells in (("counts", counts), ("ppmi", table)):
        cosines = cosine_matrix(cells.toarray())
        strangers[name] = cosines[np.triu_indices(len(words), 1)].mean()
    assert strangers["counts"] == pytest.approx(0.43, abs=0.01) and strangers["ppmi"] == pytest.approx(0.05, abs=0.01)
