"""The vector editor and its game: the table follows the hand, the neighbours follow the table."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings_course.demos.base import DemoError
from embeddings_course.demos.vector_editor import VectorEditor
from embeddings_course.files.data import load_features
from embeddings_course.files.table import Embedding, UnknownWordError
from embeddings_course.plots.cartoon import describe_goal
from embeddings_course.vectors import euclidean, nearest, one_hot

GOAL = ("bank", "river", "money")


def test_it_starts_with_the_cartoon_table_and_bank():
    editor = VectorEditor()
    assert editor.controls["word"].value == "bank" and editor.table.words == load_features().words
    assert [editor.controls[c].value for c in editor.table.columns] == load_features()["bank"].tolist()
    assert "Nothing is changed yet." in editor.stage.words


def test_a_changed_feature_goes_into_the_table_and_the_neighbours():
    editor = VectorEditor()
    editor.controls["money"].slider.value = 0.0
    editor.controls["water"].box.value = 1.0
    column = editor.table.columns.index("water")
    assert editor.table["bank"][column] == 1.0
    assert editor.picture.near == nearest(editor.table, "bank", 6, "euclidean")
    assert editor.picture.near[0][0] == "river" and "river" in editor.picture.bars.labels
    assert "The nearest words to bank are river 0.30" in editor.stage.words
    assert "Changed so far: bank." in editor.stage.words


def test_other_words_stay_and_can_be_changed_too():
    editor = VectorEditor(word="jack", person=0.0)
    editor.set(word="bill", machine=1.0)
    start, now = load_features(), editor.table
    changed = [w for w in now.words if not np.array_equal(now[w], start[w])]
    assert changed == ["bill", "jack"]
    editor.set(word="jack")
    assert editor.controls["person"].value == 0.0  # its numbers came back into the boxes


def test_choosing_words_changes_nothing():
    editor = VectorEditor()
    for word in editor.table.words:
        editor.controls["word"].value = word
        assert editor.error is None and editor.picture.word == word
    assert np.array_equal(editor.table.vectors, load_features().vectors)


def test_start_again_gives_every_word_its_numbers_back():
    editor = VectorEditor(word="bank", water=1.0)
    editor.set(word="jack", money=1.0)
    editor.reset_button.click()
    assert np.array_equal(editor.table.vectors, load_features().vectors)
    assert editor.controls["money"].value == pytest.approx(load_features()["jack"][1])
    assert "Nothing is changed yet." in editor.stage.words


def test_two_editors_do_not_share_a_table():
    first, second = VectorEditor(), VectorEditor()
    first.controls["water"].value = 0.0
    assert np.array_equal(second.table.vectors, load_features().vectors)


def test_the_map_does_not_turn_while_a_word_moves():
    before = VectorEditor()
    flat = before.picture.points.table
    before.controls["crime"].value = 1.0
    after = before.picture.points
    others = [w for w in flat.words if w != "bank"]
    assert np.allclose(flat.subset(others).vectors, after.table.subset(others).vectors)
    assert not np.allclose(flat["bank"], after.table["bank"])


def test_compute_is_plain_python():
    near = VectorEditor.compute(word="river").near
    assert near[0] == ("bridge", pytest.approx(euclidean(load_features()["river"], load_features()["bridge"])))
    with pytest.raises(UnknownWordError, match="Did you mean river"):
        VectorEditor.compute(word="rivr")


def goal_says(bank, river=(0.0, 0.0), money=(2.0, 0.0)):
    start = Embedding(GOAL, [[9.0, 9.0], [0.0, 0.0], [2.0, 0.0]])
    return describe_goal(Embedding(GOAL, [bank, river, money]), start, GOAL)


def test_the_game_says_how_it_stands():
    assert "near neither yet" in goal_says((9.0, 9.0))
    assert "near river, but 2.00 from money" in goal_says((0.0, 0.0))
    assert "near money, but 1.90 from river" in goal_says((1.9, 0.0))
    assert "triangle rule" in goal_says((1.0, 0.0)) and "2.00, and river to money is 2.00" in goal_says((1.0, 0.0))
    assert "you brought river and money together (2.00 before, 1.00 now)" in goal_says((0.5, 0.0), money=(1.0, 0.0))


def test_the_game_cannot_be_won_outright():
    """Near both means at most 0.54 of the way each; below half of it there is no place at all."""
    rng = np.random.default_rng(5)
    for bank in rng.uniform(-1, 3, size=(200, 2)):
        a, b = np.linalg.norm(bank), np.linalg.norm(bank - [2, 0])
        assert a + b >= 2 - 1e-12
        assert ("as near as it gets" in goal_says(bank)) == (max(a, b) <= 1.08)


def test_the_game_can_be_played_with_the_boxes():
    editor = VectorEditor(goal=GOAL)
    river, money = editor.table["river"], editor.table["money"]
    for column, value in zip(editor.table.columns, (river + money) / 2, strict=True):
        editor.controls[column].value = float(value)
    assert "as near as it gets!" in editor.stage.words
    assert editor.picture.points.links == (("bank", "river"), ("bank", "money"), ("river", "money"))
    editor.reset_button.click()
    assert "near neither yet" in editor.stage.words


def test_the_game_needs_its_words_and_the_editor_named_columns():
    with pytest.raises(DemoError, match="needs the word 'sea'"):
        VectorEditor(goal=("bank", "sea", "money"))
    with pytest.raises(DemoError, match="columns have names"):
        VectorEditor(Embedding(("a", "b"), [[1.0], [2.0]]))


def test_it_takes_other_tables():
    editor = VectorEditor(one_hot(["bank", "<script>"]))
    assert "<script>" not in editor.stage.twin
    wide = Embedding(("a", "b"), [[0.0, 50.0], [1.0, -20.0]], columns=("share", "euros"))
    assert VectorEditor(wide).controls["euros"].value == 50.0


def test_the_saved_copy_speaks():
    data, _ = VectorEditor(word="bank")._repr_mimebundle_()
    assert data["text/plain"] == (
        "Vector editor. What you see: The nearest words to bank are bridge 1.04, river 1.12, garage 1.18 "
        "(straight-line distance). Nothing is changed yet."
    )
    assert data["image/png"].startswith(b"\x89PNG")
