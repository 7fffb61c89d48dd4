"""The kinds of things: the word list, what is read off learned numbers by one line a column, and the strip of 768."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from embeddings_course.chance import share_interval
from embeddings_course.demos.base import DemoError
from embeddings_course.demos.handwriting import Handwriting
from embeddings_course.files.data import (
    FRAME,
    KIND_COLUMNS,
    DataError,
    load_features,
    load_kind_scores,
    load_kind_vectors,
    load_kinds,
    load_vectors,
    load_word_counts,
)
from embeddings_course.files.errors import CourseError
from embeddings_course.files.models import find_model
from embeddings_course.plots.strip import turned_rows
from embeddings_course.reading_off import (
    fit_lines,
    folds,
    found_at,
    held_out_scores,
    read_off_score,
    read_table,
    shuffled_rows,
    spelling,
)
from embeddings_course.vectors import cosine, cosine_matrix, nearest, random_rotation

KINDS = load_kinds()
PARTS = folds(KINDS.families)
BOOKS = load_vectors().subset(KINDS.words)


# ---- The list ------------------------------------------------------------------------------------------------------


def test_the_list_is_large_balanced_and_known_to_the_old_books():
    assert len(KINDS.words) == 448 and set(KINDS.words) <= set(load_word_counts())
    assert KINDS.labels.sum(axis=0).tolist() == [89, 71, 90, 105, 78]
    assert (KINDS.labels.sum(axis=1) == 0).sum() == 108 and (KINDS.labels.sum(axis=1) > 1).sum() == 91
    assert KINDS.columns == load_features().columns[:5]


def test_the_card_tells_the_agreement_of_the_two_readings():
    differ = KINDS.readings[0] != KINDS.readings[1]
    assert differ.sum(axis=0).tolist() == [0, 2, 3, 1, 3]
    settled = ~differ.any(axis=1)
    assert settled.sum() == 439 and (KINDS.labels[settled] == KINDS.readings[0][settled]).all()


@pytest.mark.parametrize(
    ("place", "cell", "says"),
    [
        (2, "yes", "0 .no. or 1"),
        (7, "gold", "names what is no column"),
        (0, "", "name is missing"),
        (0, "ferry", "twice"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path, place, cell, says):
    file, good = tmp_path / "kinds.csv", ["barge", "barge", "0", "0", "1", "0", "1", "water", "water machine"]
    lines = [",".join(KIND_COLUMNS), "ferry,ferry,0,0,1,0,1,water,water"]
    file.write_text("\n".join([*lines, ",".join(good)]), encoding="utf-8")
    assert load_kinds(file).words == ("ferry", "barge")
    file.write_text("\n".join([*lines, ",".join([*good[:place], cell, *good[place + 1 :]])]), encoding="utf-8")
    with pytest.raises(DataError, match=f"line 3.*{says}"):
        load_kinds(file)


def test_rows_of_other_words_or_a_broken_file_are_refused(tmp_path):
    file = tmp_path / "kind_vectors.npz"
    np.savez(file, mark=np.array("other"), mpnet_frame=np.zeros((448, 2), np.int8), mpnet_frame_step=np.ones(448))
    with pytest.raises(DataError, match="made from other words"):
        load_kind_vectors(path=file)
    file.write_bytes(b"no zip")
    with pytest.raises(DataError, match="cannot be read"):
        load_kind_vectors(path=file)
    with pytest.raises(DataError, match="cannot be read"):
        load_kind_scores(file)
    with pytest.raises(DataError, match="choose one of books"):
        load_kind_scores().values("nobody")
    with pytest.raises(DataError, match="choose one of person"):
        KINDS.column("animal")


@pytest.mark.parametrize("model", ["minilm", "mpnet"])
def test_the_stored_rows_are_the_live_ones(model):
    if find_model(model) is None:
        pytest.skip("the model is not on this machine")
    from embeddings_course.pretrained import load_bert

    bert, words = load_bert(model), ["river", "banker", "steamboat"]
    live = bert.word_vectors([FRAME.format(w) for w in words], words, layer=2 * bert.config.n_layers // 3)
    stored = load_kind_vectors(model)
    table = load_kind_vectors(model, "input")
    row = np.asarray(bert.embedding_weights.pieces[bert.tokenizer.token_to_id("river")])
    assert cosine(table["river"], row) > 0.999
    assert all(cosine(stored[word], vector) > 0.999 for word, vector in zip(words, live, strict=True))


# ---- Reading off ---------------------------------------------------------------------------------------------------


def test_relatives_stay_together_and_the_parts_are_alike_in_size():
    for seed in range(5):
        parts = folds(KINDS.families, seed=seed)
        assert all(len({*parts[np.array(KINDS.families) == family]}) == 1 for family in set(KINDS.families))
        assert np.ptp(np.bincount(parts, minlength=5)) <= 1
    assert not np.array_equal(folds(KINDS.families, seed=1), folds(KINDS.families, seed=2))
    with pytest.raises(CourseError, match="2 to 2 parts, not 5"):
        folds(["a", "b"])


def test_a_line_finds_a_planted_column_on_words_that_it_never_saw_and_nothing_in_noise():
    rng = np.random.default_rng(0)
    noise, yes = rng.normal(size=(200, 20)), rng.random(200) < 0.25
    planted = noise + np.outer(yes, 2 * rng.normal(size=20))
    parts = folds([str(i) for i in range(200)])
    assert read_off_score(held_out_scores(planted, yes, parts), yes).mean > 0.95
    assert read_off_score(held_out_scores(noise, yes, parts), yes).mean < 0.65
    leaked = np.concatenate([noise, np.eye(200)], axis=1)  # a name tag for each word: no use for words never seen
    assert read_off_score(held_out_scores(leaked, yes, parts), yes).mean < 0.65


def test_what_cannot_be_told_apart_is_said():
    with pytest.raises(CourseError, match="nothing to tell apart"):
        held_out_scores([[0.0], [1.0]], [1, 0], [0, 1])
    with pytest.raises(CourseError, match="same words"):
        held_out_scores([[0.0], [1.0]], [1, 0, 1], [0, 1])
    with pytest.raises(CourseError, match="beside words that say no"):
        read_off_score([1.0, 2.0], [1, 1])


def test_counts_and_balance_by_hand():
    score = read_off_score([3, 2, -1, 1, -2, -3, -4, -5], [1, 1, 1, 0, 0, 0, 0, 0])
    assert (score.found.right, score.found.runs, score.alarms.right, score.alarms.runs) == (2, 3, 1, 5)
    assert score.mean == pytest.approx((2 / 3 + 4 / 5) / 2) and score.order == pytest.approx(14 / 15)
    always_no = read_off_score([-1] * 10, [1] + [0] * 9)
    assert always_no.mean == 0.5 and always_no.order == 0.5
    assert found_at([3, 2, -1, 1, -2], [1, 1, 1, 0, 0], alarm=0.0).right == 2
    assert found_at([3, 2, -1, 1, -2], [1, 1, 1, 0, 0], alarm=0.5).right == 3
    assert found_at([3, 2], [1, 0], alarm=1.0) == share_interval(1, 1)


@pytest.mark.slow
def test_the_interval_of_a_balanced_accuracy_holds_the_truth_about_19_times_in_20():
    rng, yes, held = np.random.default_rng(2), np.arange(448) < 78, 0
    for _ in range(150):
        right = rng.random(448) < np.where(yes, 0.85, 0.95)
        score = read_off_score(np.where(right == yes, 1.0, -1.0), yes)
        held += score.low <= 0.9 <= score.high
    assert 136 <= held <= 150


def test_letters_know_that_two_words_end_alike():
    rows = spelling(["sailor", "tailor", "mud"], most=5)
    assert rows.shape == (3, 5) and rows[0] @ rows[1] > rows[0] @ rows[2]


def test_a_shuffled_table_keeps_its_rows_and_its_counts():
    dealt = shuffled_rows(KINDS.labels)
    assert (dealt.sum(axis=0) == KINDS.labels.sum(axis=0)).all() and (dealt != KINDS.labels).mean() > 0.1
    assert sorted(map(tuple, dealt.tolist())) == sorted(map(tuple, KINDS.labels.tolist()))


# ---- The picture of 768: all numbers change, nothing that matters does ---------------------------------------------


@pytest.mark.slow
def test_a_turn_changes_the_whole_row_and_no_cosine_no_neighbour_and_nothing_that_is_read_off():
    learned, yes = load_kind_vectors("mpnet"), KINDS.column("person")
    turned = replace(learned, vectors=learned.vectors.astype(float) @ random_rotation(768, seed=3))
    assert abs(cosine(turned["bank"], learned["bank"])) < 0.15  # the row itself is another
    assert np.abs(cosine_matrix(turned.vectors) - cosine_matrix(learned.vectors)).max() < 1e-5
    for word in ("bank", "sailor", "snow"):
        assert [w for w, _ in nearest(turned, word, k=10)] == [w for w, _ in nearest(learned, word, k=10)]
    before, after = (held_out_scores(table.vectors, yes, PARTS) for table in (learned, turned))
    assert np.abs(before - after).max() < 1e-4 and ((before > 0) == (after > 0)).all()
    squashed = learned.vectors * np.linspace(0, 1, 768) ** 4  # no rotation: this one does matter
    assert np.abs(held_out_scores(squashed, yes, PARTS) - before).max() > 0.05


def test_the_strip_changes_and_nothing_that_is_read_off_it():
    plain, turned = (Handwriting.compute(turn, "bank", 768) for turn in (0, 3))
    assert plain.row.shape == (768,) and plain.columns == load_features().columns and plain.other_signs == 0
    assert 300 < turned.other_signs < 470 and turned.largest_change < 1e-6
    assert turned.far == pytest.approx(plain.far) and turned.answers == pytest.approx(plain.answers)
    assert "7 numbers with names, or 768 without" in plain.describe() and "403 changed their sign" in turned.describe()
    assert [form.data()["kind"] for form in (turned, turned.marks)] == ["Strip", "Marks"]
    with pytest.raises(DemoError, match="a name too"):
        Handwriting.compute(0, "jack", 768)


def test_few_rows_turned_are_rows_of_a_rotation():
    rows = np.random.default_rng(0).normal(size=(5, 40))
    one, two = turned_rows(rows, 1), turned_rows(rows, 2)
    assert one @ one.T == pytest.approx(rows @ rows.T) and np.abs(one - two).max() > 0.5
    assert turned_rows(rows, 0) is rows


def test_quick_lines_are_as_good_as_careful_ones_on_words_they_never_saw():
    scores = np.empty(KINDS.labels.shape)
    vectors = load_kind_vectors("mpnet").vectors
    for part in range(5):
        weights, offsets = fit_lines(vectors[part != PARTS], KINDS.labels[part != PARTS])
        scores[part == PARTS] = vectors[part == PARTS] @ weights + offsets
    whole = ((scores > 0) == KINDS.labels).all(axis=1).sum()
    assert whole >= load_kind_scores().values("mpnet, frame", "whole_rows")[0, 0] - 10
    said = Handwriting.compute(0, "river", 768)
    assert [name for name, score in zip(said.asked, said.answers, strict=True) if score > 0] == ["water", "place"]


# ---- What the recorded table says ----------------------------------------------------------------------------------


def test_the_recorded_scores_are_what_comes_out_anew():
    recorded = load_kind_scores()
    scores = read_table(BOOKS.vectors, KINDS.labels, PARTS)
    anew = [read_off_score(s, column) for s, column in zip(scores.T, KINDS.labels.T, strict=True)]
    assert [x.mean for x in anew] == pytest.approx(recorded.values("books")[0], abs=0.01)
    assert [x.low for x in anew] == pytest.approx(recorded.values("books", "low")[0], abs=0.01)
    assert [x.found.right for x in anew] == pytest.approx(recorded.values("books", "found")[0], abs=1)
