"""The rulers do what the lessons say: by property, on random vectors."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embeddings_course import vectors as v
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding

numbers = st.floats(-100, 100).map(lambda x: round(x, 3))
vector = arrays(float, 5, elements=numbers)


@given(vector, vector, st.floats(0.1, 50))
def test_cosine_ignores_length_and_order(a, b, factor):
    assert v.cosine(a * factor, b) == pytest.approx(v.cosine(a, b), abs=1e-9)
    assert v.cosine(a, b) == pytest.approx(v.cosine(b, a), abs=1e-9)
    assert -1 - 1e-9 <= v.cosine(a, b) <= 1 + 1e-9


@given(vector, vector, vector)
def test_distance_obeys_the_triangle_rule_and_ignores_shift(a, b, c):
    assert v.euclidean(a, c) <= v.euclidean(a, b) + v.euclidean(b, c) + 1e-9
    assert v.euclidean(a + c, b + c) == pytest.approx(v.euclidean(a, b), abs=1e-9)


@given(vector, vector)
def test_for_unit_vectors_squared_distance_is_two_minus_two_cosines(a, b):
    if v.norm(a) > 0 and v.norm(b) > 0:
        a, b = v.normalise(a), v.normalise(b)
        assert v.euclidean(a, b) ** 2 == pytest.approx(2 - 2 * v.cosine(a, b), abs=1e-9)


def test_a_zero_vector_has_cosine_zero_and_no_nan():
    assert v.cosine([0, 0], [1, 2]) == 0.0
    assert not np.isnan(v.cosine_matrix([[0.0, 0.0], [1.0, 2.0]])).any()
    assert v.nearest(Embedding(("a", "b"), [[0.0, 0.0], [1.0, 1.0]]), [1.0, 0.0])[1] == ("a", 0.0)


def test_different_lengths_are_explained():
    with pytest.raises(ValueError, match=r"same length.*\(2,\).*\(3,\)"):
        v.dot([1, 2], [1, 2, 3])


def test_matrices_agree_with_the_one_pair_functions():
    rows = np.random.default_rng(0).normal(size=(6, 4))
    for i in range(6):
        for j in range(6):
            assert v.cosine_matrix(rows)[i, j] == pytest.approx(v.cosine(rows[i], rows[j]))
            assert v.distance_matrix(rows)[i, j] == pytest.approx(v.euclidean(rows[i], rows[j]))


@pytest.mark.parametrize("ruler", ["cosine", "dot", "euclidean"])
def test_nearest_agrees_with_sorting_by_hand(ruler):
    rng = np.random.default_rng(1)
    table = Embedding([f"w{i}" for i in range(30)], rng.normal(size=(30, 5)))
    one = {"cosine": v.cosine, "dot": v.dot, "euclidean": v.euclidean}[ruler]
    by_hand = sorted(table.words[1:], key=lambda w: one(table["w0"], table[w]), reverse=ruler != "euclidean")
    found = v.nearest(table, "w0", k=5, ruler=ruler, exclude=[by_hand[0]])
    assert [w for w, _ in found] == by_hand[1:6]
    assert found[0][1] == pytest.approx(one(table["w0"], table[by_hand[1]]))


def test_nearest_explains_bad_input():
    table = v.one_hot(["bank", "bill"])
    with pytest.raises(ValueError, match="Unknown ruler 'feet'"):
        v.nearest(table, "bank", ruler="feet")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs a vector of 2 numbers"):
        v.nearest(table, [1.0, 2.0, 3.0])


def test_one_hot_pairs_are_all_root_two_apart():
    distances = v.distance_matrix(v.one_hot(["bank", "bill", "jack"]).vectors)
    assert np.allclose(distances[~np.eye(3, dtype=bool)], np.sqrt(2))


def test_a_rotation_keeps_every_distance_and_cosine():
    rows = np.random.default_rng(2).normal(size=(8, 7))
    turned = rows @ v.random_rotation(7, seed=3)
    assert np.allclose(v.distance_matrix(rows), v.distance_matrix(turned))
    assert np.allclose(v.cosine_matrix(rows), v.cosine_matrix(turned))
    assert not np.allclose(rows, turned)


@pytest.mark.parametrize("d", [2, 10, 100, 768])
def test_random_cosines_scatter_as_one_over_root_d(d):
    assert v.random_cosines(d, 20_000, seed=4).std() == pytest.approx(1 / np.sqrt(d), rel=0.03)


@pytest.mark.parametrize(("band", "share"), [(0.1, 0.95), (0.3, 0.5), (0.2, 0.99)])
def test_dims_needed_is_the_smallest_that_does(band, share):
    d = v.dims_needed(band, share)
    enough, too_few = (np.mean(np.abs(v.random_cosines(n, 20_000, seed=5)) <= band) for n in (d, d - 1))
    assert enough >= share - 0.01
    assert too_few <= share + 0.01


def test_dims_needed_explains_impossible_wishes():
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        v.dims_needed(0.1, 1.0)


def test_standardise_and_centre():
    rows = np.random.default_rng(6).normal(3, [1, 50, 0], size=(200, 3))
    done = v.standardise(rows)
    assert np.allclose(done.mean(axis=0), 0) and np.allclose(done.std(axis=0), [1, 1, 0])
    assert np.allclose(v.distance_matrix(v.centre(rows)), v.distance_matrix(rows))


def test_pca_agrees_with_scikit_learn():
    from sklearn.decomposition import PCA

    rows = np.random.default_rng(7).normal(size=(40, 6)) @ np.diag([5, 3, 1, 1, 1, 1])
    points, kept = v.pca(rows, k=2)
    theirs = PCA(2).fit(rows)
    assert np.allclose(np.abs(points), np.abs(theirs.transform(rows)))
    assert kept == pytest.approx(theirs.explained_variance_ratio_.sum())
    with pytest.raises(ValueError, match="k must be from 1 to 6"):
        v.pca(rows, k=7)


# not a number (nan) comes last, as in a sort; whole numbers make many ties
scores = arrays(np.float32, st.integers(1, 40), elements=st.integers(-3, 3) | st.just(float("nan")))


@given(scores, st.integers(0, 45))
def test_top_k_is_the_head_of_a_stable_sort(row, k):
    assert v.top_k(row, k).tolist() == np.argsort(-row, kind="stable")[:k].tolist()


def test_a_table_cannot_be_changed_so_its_lengths_stay_true():
    numbers = np.array([[3.0, 4.0], [0.0, 1.0]])
    table = Embedding(("a", "b"), numbers)
    assert table.lengths.tolist() == [5.0, 1.0] and table.lengths is table.lengths
    numbers[0] = 0
    assert table["a"].tolist() == [3.0, 4.0]
    with pytest.raises(ValueError, match="read-only"):
        table.vectors[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        table["a"][0] = 0
    assert copy.deepcopy(table) is table
    assert Embedding(table.words, table.vectors).vectors is table.vectors  # no second copy of a large table


def test_half_precision_is_kept_as_single():
    assert Embedding(("a",), np.ones((1, 2), dtype=np.float16)).vectors.dtype == np.float32
    assert v.normalise(np.ones((1, 2), dtype=np.float16)).dtype == np.float32


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_table_with_a_number_that_is_none_names_its_word(odd):
    """One row of NaN, and every analogy would be wrong without a word."""
    with pytest.raises(CourseError, match="'river' has a number that is nan or infinite"):
        Embedding(("bank", "river"), [[1.0, 2.0], [0.0, odd]])
    assert Embedding(("bank",), np.array([[3e30, 1.0]], dtype=np.float32)).words == ("bank",), "large is no fault"


def test_the_best_turn_undoes_a_rotation():
    target = np.random.default_rng(7).normal(size=(7, 3))
    turned = target @ v.random_rotation(3, seed=4)
    assert np.allclose(turned @ v.best_turn(turned, target), target)


@pytest.mark.parametrize("word", [["bank"], {"a": 1}, None, np.zeros(2)])
def test_what_is_no_word_has_no_row(word):
    with pytest.raises(CourseError, match="not among the 1 words"):
        Embedding(("bank",), [[1.0]])[word]
