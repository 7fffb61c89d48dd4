"""The loaders read what is there and explain what is not."""

import json

import pytest

from embeddings_course.files import data, errors
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding, UnknownWordError

THREE = [
    "jack stole hundreds of bills from the bank",
    "bill took money from the bank to buy a jack to fix his car",
    "the bank robber lives near the bank of the river",
]


def test_the_three_sentences_are_word_for_word():
    assert [s.text for s in data.load_sentences()] == THREE


def test_every_bank_bill_jack_is_marked():
    for sentence in data.load_sentences():
        marked = sorted(use.word for use in sentence.uses)
        assert marked == sorted(w for w in sentence.text.split() if w in {"bank", "bill", "bills", "jack"})


def test_features_have_the_words_of_the_course():
    table = data.load_features()
    assert {"bank", "bill", "jack", "river", "money", "car", "robber"} <= set(table.words)
    assert len(table) >= 12 and 6 <= len(table.columns) <= 8


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("bank,0.1", "has 1 numbers, needs 2"),
        ("bank,0.1,lots", "not a number"),
        ("bank,0.1,1.5", "outside 0 to 1"),
        ("bank,0.1,nan", "outside 0 to 1"),
        ("bank,0,0\nbank,1,1", "twice"),
    ],
)
def test_a_wrong_row_is_explained(tmp_path, row, says):
    file = tmp_path / "features.csv"
    file.write_text(f"word,money,water\n{row}\n", encoding="utf-8")
    with pytest.raises(errors.DataError, match=says):
        data.load_features(file)


def test_a_mark_that_is_not_there_is_explained(tmp_path):
    use = {"word": "bank", "lemma": "bank", "occurrence": 1, "sense": "bank.river"}
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"sentences": [{"text": "one bank", "uses": [use]}]}), encoding="utf-8")
    with pytest.raises(errors.DataError, match="no 'bank' number 1"):
        data.load_sentences(file)


def test_a_missing_file_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("EMBEDDINGS_COURSE_DATA", str(tmp_path))
    with pytest.raises(errors.DataError, match=r"features\.csv is missing.*EMBEDDINGS_COURSE_DATA"):
        data.load_features()


def test_an_unknown_word_gets_near_spellings():
    with pytest.raises(UnknownWordError, match="Did you mean bank"):
        data.load_features()["bnak"]
    with pytest.raises(KeyError) as caught:
        data.load_features()["bnak"]
    assert isinstance(caught.value, CourseError) and str(caught.value).startswith("'bnak' is not among the 17 words")


def test_with_row_replaces_and_adds():
    table = Embedding(("a", "b"), [[1.0], [2.0]])
    assert table.with_row("a", [9.0]).vectors.ravel().tolist() == [9.0, 2.0]
    assert table.with_row("c", [3.0]).words == ("a", "b", "c")
    assert table.vectors.ravel().tolist() == [1.0, 2.0]
