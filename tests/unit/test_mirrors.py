"""The mirrored pairs: a strict loader, the measures by hand, and the numbers that lesson 12 tells."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings_course.exercises.keepsakes.claims import mirror_board
from embeddings_course.files.data import MIRROR_COLUMNS, DataError, load_mirror_vectors, load_mirrors
from embeddings_course.files.models import find_model
from embeddings_course.mirrors import (
    both_right,
    leanings,
    mirror_rows,
    pair_scores,
    read_off,
    same_passage_twice,
    topic_right,
    topic_scores,
    trained_ruler,
)

KINDS = np.array([mirror.kind for mirror in load_mirrors()])
GOOD = ["x-01", "roles", "dogs", "dog bites man", "man bites dog", "The dog bit the man.", "The man bit the dog."]


@pytest.mark.parametrize(
    ("place", "cell", "says"),
    [(1, "rolls", "kind is 'rolls'"), (3, " ", "empty"), (4, "dog bites man", "twice"), (6, GOOD[5], "twice")],
)
def test_a_wrong_pair_is_named_with_its_line(tmp_path, place, cell, says):
    file = tmp_path / "mirrors.csv"
    bad = [*GOOD[:place], cell, *GOOD[place + 1 :]]
    file.write_text("\n".join([",".join(MIRROR_COLUMNS), ",".join(GOOD)]), encoding="utf-8")
    assert len(load_mirrors(file)) == 1
    file.write_text("\n".join([",".join(MIRROR_COLUMNS), ",".join(bad)]), encoding="utf-8")
    with pytest.raises(DataError, match=f"line 2.*{says}"):
        load_mirrors(file)


def test_a_pair_is_right_only_if_both_directions_are_and_a_tie_is_wrong():
    scores = np.array([[[2, 1], [1, 2]], [[2, 1], [2, 1]], [[1, 2], [2, 1]], [[1, 1], [1, 1]]], dtype=float)
    assert both_right(scores).tolist() == [True, False, False, False]
    assert same_passage_twice(scores).tolist() == [False, True, False, True]


def test_a_decoy_on_another_matter_stands_in_the_place_of_the_opposite_passage():
    rows = np.eye(8).reshape(2, 4, 8)
    q, p = rows[:, 2:] + 2 * rows[::-1, 2:], rows[:, 2:]
    scores = topic_scores(q, p, ["roles", "roles"])
    assert leanings(pair_scores(p, p)).tolist() == [[1, 1], [1, 1]]
    assert leanings(scores).tolist() == [[-1, -1], [-1, -1]], "nearer to the next pair's passage than to their own"
    assert leanings(topic_scores(p + 1, p, ["roles", "numbers"])).tolist() == [[0, 0], [0, 0]], (
        "a pair alone of its kind"
    )


def test_noise_gets_what_a_coin_gets():
    rows = np.random.default_rng(0).normal(size=(4000, 4, 8))
    q, p = rows[:, :2], rows[:, 2:]
    assert both_right(pair_scores(q, p)).mean() == pytest.approx(0.25, abs=0.025)
    assert topic_right(q, p, ["roles"] * 4000).mean() == pytest.approx(0.25, abs=0.025)
    assert same_passage_twice(pair_scores(q, p)).mean() == pytest.approx(0.5, abs=0.03)
    assert read_off(p[:400], repeats=2).mean() == pytest.approx(0.5, abs=0.09)


def test_a_trained_ruler_finds_a_planted_fact_that_the_cosine_passes_over_and_shuffled_labels_do_not():
    rng = np.random.default_rng(1)
    rows = np.repeat(rng.normal(size=(90, 1, 8)), 4, axis=1) + rng.normal(size=(90, 4, 8))
    rows[:, :, 0] = 0.8 * np.array([1, -1, 1, -1])
    q, p = rows[:, :2], rows[:, 2:]
    plain, trained = both_right(pair_scores(q, p)).mean(), trained_ruler(q, p, KINDS, repeats=3).mean()
    shuffled = trained_ruler(q, p, KINDS, repeats=3, shuffle=True).mean()
    assert trained > plain + 0.1 and shuffled < trained - 0.2, (plain, trained, shuffled)


def test_what_lesson_12_says_of_the_shelf_and_the_book():
    """Rulers listed before running (C 0.01 and 1; all numbers, 32 or 8 of them) got 5 to 15 of 90."""
    values = np.asarray(mirror_board().values)
    assert np.round(values[0, :, 0] * 90).tolist() == [26, 82, 86]
    assert np.round(values[1:, :, 0] * 30).tolist() == [[0, 6, 6], [7, 8, 12], [0, 1, 0]]
    assert values[3, 2, 1:].tolist() == pytest.approx([0, 1 - 0.025 ** (1 / 30)]), "an exact interval, also of none"


@pytest.mark.parametrize("way", ["MiniLM", "MPNet"])
def test_what_lesson_12_says_of_the_row_and_the_ruler(way):
    q, p = mirror_rows(way)
    assert same_passage_twice(pair_scores(q, p)).sum() == 70
    assert trained_ruler(q, p, KINDS, repeats=3).sum() < 20
    told = p[KINDS == "negation"]
    assert 19 < read_off(told, repeats=5).sum() < 24 and read_off(told, repeats=5, shuffle=True).sum() < 18


@pytest.mark.skipif(find_model("minilm") is None, reason="MiniLM is not on this machine")
def test_stored_rows_are_the_live_ones():
    from embeddings_course.pretrained import load_bert

    live = load_bert("minilm").sentence_vectors(list(load_mirrors()[40].texts))
    np.testing.assert_allclose(load_mirror_vectors()[40], live, atol=2e-3)
