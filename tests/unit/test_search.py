"""Search by hand: four ways to make a row, exact search, scores of a search, and the stored rows of the passages."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings_course.evaluation import answer_before_decoy, found_first, reciprocal_ranks
from embeddings_course.files.data import DataError, load_passage_vectors, load_passages, load_queries, load_vectors
from embeddings_course.files.models import find_model
from embeddings_course.files.table import Embedding
from embeddings_course.search import (
    HAND_COLUMNS,
    Searcher,
    average_encoder,
    count_encoder,
    coverage,
    hand_encoder,
    searcher,
    stored_encoder,
    words_of,
)

TABLE = Embedding(("dog", "man", "bites", "the"), [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0], [5.0, 5.0, 5.0]])


# --- scores of a search ---


def test_reciprocal_ranks_by_hand():
    scores = [[0.1, 0.9, 0.5], [0.1, 0.9, 0.5], [0.1, 0.9, 0.5]]
    assert reciprocal_ranks(scores, [[1], [2], [0]]).tolist() == [1, 1 / 2, 1 / 3]
    assert reciprocal_ranks(scores, [[1], [2], [0]], k=2).tolist() == [1, 1 / 2, 0]
    assert found_first(scores, [[1], [2], [0]]).tolist() == [1, 0, 0]


def test_several_answers_the_first_one_counts_and_an_answer_is_no_rival():
    assert reciprocal_ranks([[0.9, 0.8, 0.1]], [[0, 1]]).tolist() == [1]
    assert reciprocal_ranks([[0.9, 0.8, 0.7]], [[1, 2]]).tolist() == [1 / 2]


def test_ties_bring_no_luck_and_zero_is_not_found():
    assert reciprocal_ranks([[0.5, 0.5, 0.5]], [[0]]).tolist() == [1 / 3]
    assert reciprocal_ranks([[0.0, 0.0, 0.0]], [[0]]).tolist() == [0]
    assert answer_before_decoy([[0.5, 0.5]], [[0]], [[1]]).tolist() == [0]


@given(st.permutations(range(8)))
def test_the_rank_is_the_place_in_the_list(order):
    scores = np.zeros((1, 8))
    scores[0, order] = np.linspace(1, 0.1, 8)
    for place, text in enumerate(order, 1):
        assert reciprocal_ranks(scores, [[text]])[0] == 1 / place


@pytest.mark.parametrize(
    "call",
    [
        lambda: reciprocal_ranks([[1.0]], []),
        lambda: reciprocal_ranks([[1.0]], [[]]),
        lambda: answer_before_decoy([[1.0, 2.0]], [[0]], []),
        lambda: answer_before_decoy([[1.0, 2.0]], [[0]], [[]]),
        lambda: Searcher("x", lambda t: np.ones((len(t), 1)), np.ones((1, 1))).search("x", k=0),
        lambda: stored_encoder(["a"], [[1.0], [2.0]], live=len),
    ],
)
def test_what_does_not_fit_is_said(call):
    with pytest.raises(ValueError, match=r" .*\.$"):
        call()


# --- four ways ---


def test_words_keep_numbers_and_apostrophes_apart():
    assert words_of("It\u2019s 6.40; don't\tRUN!") == ["it's", "6", "40", "don't", "run"]
    assert words_of(" ... ") == []


def test_hand_columns_have_no_word_twice_in_a_column():
    for name, words in HAND_COLUMNS.items():
        assert len(set(words.split())) == len(words.split()), name
    assert hand_encoder()(["Two dogs at the bank of the river"])[0].tolist() == [0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0]


def test_counts_weigh_rare_words_more_and_common_words_nothing():
    texts = ["the cat sat", "the dog sat", "the bird flew flew"]
    encode = count_encoder(texts)
    row = encode(["the flew sat"])[0]
    names = sorted({w for t in texts for w in words_of(t)})
    weight = dict(zip(names, row, strict=True))
    assert weight["the"] == 0
    assert weight["flew"] == pytest.approx(np.log(3))
    assert weight["sat"] == pytest.approx(np.log(1.5))
    assert encode(["flew flew"])[0].max() == pytest.approx(2 * np.log(3))
    assert not encode(["unicorn"]).any()


def test_an_average_knows_no_order_to_the_last_digit():
    encode = average_encoder(load_vectors(limit=3000), [p.text for p in load_passages()])  # weights with long fractions
    words = words_of("the dog bites the man and then the old king of the river went home to his mother")
    one, two, three = encode([" ".join(words), " ".join(reversed(words)), " ".join(words[5:] + words[:5])])
    assert (one == two).all() and (one == three).all() and one.any()


def test_an_average_with_texts_lets_common_words_weigh_nothing():
    plain, weighted = average_encoder(TABLE), average_encoder(TABLE, ["the dog", "the man", "the fog"])
    assert plain(["the dog"])[0].tolist() == [3, 2.5, 2.5]
    assert weighted(["the dog"])[0].tolist() == [1, 0, 0]
    assert not weighted(["the the", "unknown"]).any()


def test_stored_rows_are_looked_up_and_new_texts_run_once():
    asked = []

    def live(texts):
        asked.extend(texts)
        return np.array([[float(len(t)), 0.0] for t in texts])

    encode = stored_encoder(["a", "b"], [[1.0, 2.0], [3.0, 4.0]], live)
    assert encode(["b", "new", "a", "new"]).tolist() == [[3, 4], [3, 0], [1, 2], [3, 0]]
    assert asked == ["new"]
    assert encode(["a"]).tolist() == [[1, 2]] and asked == ["new"]


def test_search_gives_the_best_first_and_nothing_for_strangers():
    way = searcher("averages", average_encoder(TABLE), ["dog", "man dog", "man", "zzz"])
    assert [i for i, _ in way.search("dog", k=4)] == [0, 1]
    assert way.search("qqq") == []
    assert way.scores(["dog", "man"]).shape == (2, 4)


def test_coverage_counts_words_not_kinds():
    assert coverage(["a a a b"], ["a"]) == 0.75 and coverage([], ["a"]) == 0


# --- the stored rows ---


def test_stored_rows_belong_to_the_texts_and_a_broken_file_is_said(tmp_path):
    assert load_passage_vectors().shape == (475, 384)
    broken = tmp_path / "passage_vectors.npz"
    broken.write_bytes(b"no")
    with pytest.raises(DataError, match="git checkout data"):
        load_passage_vectors(broken)
    np.savez(broken, mark=np.array("other"), mean=np.zeros((475, 384), np.float16))
    with pytest.raises(DataError, match="make_passage_vectors"):
        load_passage_vectors(broken)


@pytest.mark.skipif(find_model("minilm") is None, reason="MiniLM is not on this machine")
@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("step", [120, pytest.param(1, marks=pytest.mark.slow)])
def test_stored_rows_are_the_live_ones(pooling, step):
    from embeddings_course.pretrained import load_bert

    texts = [p.text for p in load_passages()] + [q.text for q in load_queries()]
    chosen = [*range(0, len(texts), step), len(texts) - 1]
    live = load_bert("minilm").sentence_vectors([texts[i] for i in chosen], pooling=pooling)
    np.testing.assert_allclose(load_passage_vectors(pooling=pooling)[chosen], live, atol=2e-3)
