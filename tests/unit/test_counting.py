"""Counting against tables worked by hand, and the story of salt and pepper in the town."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from embeddings_course import counting
from embeddings_course.counting import cooccurrence, pmi, ppmi, row_cosine, svd_embed, vocabulary
from embeddings_course.files.data import load_town
from embeddings_course.files.errors import CourseError
from embeddings_course.word2vec import corpus_pairs

SENTENCES = [["a", "b", "c", "a"], ["c", "b"]]


@pytest.fixture(scope="module")
def town():
    return load_town()


def by_hand(sentences, window, vocab):
    table = np.zeros((len(vocab), len(vocab)))
    for sentence in sentences:
        for i, word in enumerate(sentence):
            for j, other in enumerate(sentence):
                if i != j and abs(i - j) <= window:
                    table[vocab.index(word), vocab.index(other)] += 1
    return table


def test_a_table_worked_by_hand():
    counts, vocab = cooccurrence(SENTENCES, window=1, vocab=["a", "b", "c"])
    assert vocab == ["a", "b", "c"]
    assert counts.toarray().tolist() == [[0, 1, 1], [1, 0, 2], [1, 2, 0]]


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=7), min_size=1, max_size=6), st.integers(1, 9))
def test_any_window_agrees_with_two_loops(sentences, window):
    counts, vocab = cooccurrence(sentences, window)
    assert np.array_equal(counts.toarray(), by_hand(sentences, window, vocab))
    assert (counts != counts.T).nnz == 0


def test_a_window_does_not_cross_the_end_of_a_sentence():
    counts, vocab = cooccurrence([["a"], ["b"]], window=5)
    assert counts.nnz == 0 and vocab == ["a", "b"]


def test_one_sided_counts_add_up_to_both_sides():
    right, _ = cooccurrence(SENTENCES, 2, symmetric=False)
    both, _ = cooccurrence(SENTENCES, 2)
    assert (right + right.T != both).nnz == 0
    assert right.sum() == both.sum() / 2


def test_a_given_vocabulary_drops_other_words():
    counts, vocab = cooccurrence([["a", "x", "b"]], window=1, vocab=["b", "a"])
    assert vocab == ["b", "a"] and counts.toarray().tolist() == [[0, 1], [1, 0]]
    with pytest.raises(ValueError, match="choose 1 or more"):
        cooccurrence(SENTENCES, 0)


def test_vocabulary_order_and_cut_off():
    assert counting.vocabulary(SENTENCES) == ["a", "b", "c"]
    assert counting.vocabulary([["z", "y", "y"], ["x"]], min_count=2) == ["y"]


def test_pmi_from_the_definition():
    counts = np.array([[0.0, 4.0, 1.0], [4.0, 0.0, 3.0], [1.0, 3.0, 6.0]])
    p = counts / counts.sum()
    expected = np.zeros_like(p)
    seen = counts > 0
    expected[seen] = np.log2((p / np.outer(p.sum(1), p.sum(0)))[seen])
    assert np.allclose(pmi(counts).toarray(), expected)
    assert np.allclose(ppmi(counts).toarray(), np.maximum(expected, 0))
    assert np.allclose(ppmi(counts, shift=0.5).toarray(), np.maximum(expected - 0.5, 0))


def test_smoothing_lowers_the_pmi_of_rare_neighbours():
    counts = np.array([[0.0, 1.0, 0.0], [1.0, 50.0, 50.0], [0.0, 50.0, 900.0]])
    q = counts.sum(0) ** 0.75
    expected = np.log2(counts[0, 1] / counts[0].sum() / (q[1] / q.sum()))
    assert pmi(counts, 0.75).toarray()[0, 1] == pytest.approx(expected)
    assert pmi(counts, 0.75).toarray()[1, 0] < pmi(counts).toarray()[1, 0]


def test_empty_rows_and_bad_counts():
    counts = np.array([[0.0, 0.0], [0.0, 3.0]])
    table = ppmi(counts).toarray()
    assert np.isfinite(table).all() and (table >= 0).all()
    assert row_cosine(counts, 0, 1) == 0.0
    for bad in ([[-1.0]], [[np.nan]]):
        with pytest.raises(ValueError, match="from 0 up"):
            ppmi(bad)


def test_all_components_keep_every_cosine():
    table = ppmi(np.random.default_rng(0).poisson(1.0, (30, 20)))
    rows = table.toarray()
    squeezed = svd_embed(table, k=20)
    assert np.allclose(squeezed @ squeezed.T, rows @ rows.T)
    assert counting.reconstruction_error(table, 20) == pytest.approx(0, abs=1e-12)


def test_fewer_components_are_the_best_copy_and_power_weighs_them():
    table = np.random.default_rng(1).normal(size=(12, 9))
    u, s, vt = counting.truncated_svd(table, 4)
    assert np.all(np.diff(s) <= 0)
    lost = np.square(table - u * s @ vt).sum() / np.square(table).sum()
    assert counting.reconstruction_error(table, 4) == pytest.approx(lost)
    assert counting.reconstruction_error(sparse.csr_array(table), 4) == pytest.approx(lost)
    assert np.allclose(svd_embed(table, 4, power=0), u)
    assert np.allclose(svd_embed(table, 4, power=0.5), u * np.sqrt(s))
    assert np.all(np.diff(counting.reconstruction_curve(table, [0, 1, 4, 9])) < 0)
    with pytest.raises(ValueError, match="1 to 9"):
        svd_embed(table, 10)


def test_the_quick_way_for_large_tables_agrees_with_the_exact_one():
    rng = np.random.default_rng(2)
    table = sparse.csr_array(np.where(rng.random((700, 650)) < 0.05, rng.random((700, 650)), 0))
    _, quick, _ = counting.truncated_svd(table, 5)
    exact = np.linalg.svd(table.toarray(), compute_uv=False)[:5]
    assert np.allclose(quick, exact)
    assert np.allclose(svd_embed(table, 5, seed=0), svd_embed(table, 5, seed=1), atol=1e-6)


def similarity(town, window, table):
    counts, vocab = cooccurrence(town.sentences, window)
    cells = table(counts)
    return [row_cosine(cells, vocab.index(a), vocab.index(b)) for a, b in (town.never_meet, town.always_meet)]


def test_words_that_share_company_are_close_and_words_that_meet_need_not_be(town):
    salt_pepper, hot_dog = similarity(town, 2, ppmi)
    assert salt_pepper > 0.98 and hot_dog < 0.3
    salt_pepper, hot_dog = similarity(town, 5, ppmi)  # the second half of the story
    assert salt_pepper > 0.98 and hot_dog > 0.85


def test_typos_have_the_highest_raw_pmi_until_a_cut_off(town):
    counts, vocab = cooccurrence(town.sentences, 2)
    typos = {frozenset(pair) for pair in town.typos}
    assert {frozenset(pair[:2]) for pair in counting.top_pairs(pmi(counts), vocab, 2)} == typos
    counts, vocab = cooccurrence(town.sentences, 2, counting.vocabulary(town.sentences, min_count=20))
    assert not typos & {frozenset(pair[:2]) for pair in counting.top_pairs(pmi(counts), vocab, 50)}


def test_a_ppmi_of_zero_does_not_mean_never_met(town):
    counts, _ = cooccurrence(town.sentences, 2)
    assert counts.nnz - ppmi(counts).nnz > 1000


def test_top_pairs_are_ordered_and_listed_once():
    assert counting.top_pairs([[0, 3, 1], [3, 0, 2], [1, 2, 0]], ["a", "b", "c"], 9, at_least=2) == [
        ("a", "b", 3.0),
        ("b", "c", 2.0),
    ]


def test_sentences_that_come_one_by_one_are_counted_like_others():
    """A generator can be read once: it gave the right words, and every count was 0."""
    sentences = [["salt", "and", "pepper"], ["salt", "and", "soup"]]
    counts, words = cooccurrence(sentences)
    again, same = cooccurrence(sentence for sentence in sentences)
    assert same == words and (again.toarray() == counts.toarray()).all() and counts.sum() > 0


@pytest.mark.parametrize("texts", ["salt and pepper", ["salt and pepper"], [["salt"], "and pepper"]])
def test_a_text_is_no_sentence(texts):
    for count in (vocabulary, cooccurrence):
        with pytest.raises(CourseError, match="A sentence is a list of words"):
            count(texts)


@pytest.mark.parametrize("window", [10**6, 10**12])
def test_a_window_wider_than_every_sentence_sees_the_whole_sentence_at_once(window):
    sentences = [["salt", "and", "pepper"], ["soup"]]
    begun = time.monotonic()
    wide, whole = cooccurrence(sentences, window)[0], cooccurrence(sentences, 2)[0]
    assert (wide.toarray() == whole.toarray()).all()
    tokens, sentence_of = np.array([0, 1, 2, 3]), np.array([0, 0, 0, 1])
    assert len(corpus_pairs(tokens, sentence_of, window)[0]) == len(corpus_pairs(tokens, sentence_of, 2)[0]) == 6
    assert time.monotonic() - begun < 5
