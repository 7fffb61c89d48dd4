"""The three small views of lessons 01 and 02: by value, by control, by sentence."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from embeddings_course.demos.disc_table import DiscTable
from embeddings_course.demos.guess_word import GuessWord
from embeddings_course.demos.handwriting import Handwriting
from embeddings_course.demos.random_pairs import RandomPairs
from embeddings_course.files.data import load_features
from embeddings_course.plots.cartoon import FEW
from embeddings_course.plots.discs import Discs
from embeddings_course.plots.style import figure
from embeddings_course.plots.tokens import TOKENS
from embeddings_course.vectors import cosine_matrix


@pytest.mark.parametrize("turn", range(1, 10))
def test_a_turn_changes_numbers_and_no_distance(turn):
    view = Handwriting(turn=turn)
    assert not np.allclose(view.picture.before.vectors, view.picture.after.vectors)
    assert view.picture.largest_change < 1e-12
    assert np.allclose(cosine_matrix(view.picture.before.vectors), cosine_matrix(view.picture.after.vectors))
    assert "largest change of any distance is 0.00" in view.stage.words and "column names" in view.stage.words


@pytest.mark.parametrize("word", FEW)
def test_neighbours_stay_as_the_sentence_says(word):
    data = Handwriting.compute(turn=4, word=word)
    assert data.neighbours(data.before) == data.neighbours(data.after)


def test_the_button_turns_on_and_round():
    view = Handwriting()
    button = view.children[0].children[0]
    pictures = {str(view.stage.shown["parts"])}
    for expected in [*range(1, 10), 1]:
        button.click()
        assert view.controls["turn"].value == expected
        pictures.add(str(view.stage.shown["parts"]))
    assert len(pictures) == 10


@pytest.mark.parametrize("d", [2, 10, 768])
def test_random_pairs_says_the_spread(d):
    view = RandomPairs(d=d, yours=0.3)
    assert view.picture.spread == pytest.approx(1 / np.sqrt(d), rel=0.05)
    assert f"{view.picture.spread:.3f}" in view.stage.words
    assert view.picture.share_above == pytest.approx(np.mean(view.picture.cosines >= 0.3))


def test_every_riddle_ends_with_one_word_and_right_guess():
    for i, word in enumerate(GuessWord.ORDER, start=1):
        left = [len(GuessWord.compute(i, n, None).possible) for n in range(1, 8)]
        assert left == sorted(left, reverse=True) and left[-1] == 1
        assert f"Yes, it is {word}!" in GuessWord.compute(i, 3, word).describe()


def test_a_wrong_guess_is_told_why_and_nothing_is_spoiled():
    view = GuessWord(riddle=1, uncovered=3, guess="mother")
    assert "Not mother: compare its answer on person, 1.0" in view.stage.words
    assert "boat" not in view.stage.words and "boat" not in str(view.stage.shown["parts"])
    near = GuessWord(riddle=1, uncovered=1, guess="river")
    assert "river is one of them, but it is another" in near.stage.words


@pytest.mark.parametrize("view", [GuessWord, Handwriting, RandomPairs])
def test_each_has_a_still_picture_with_words(view):
    bundle, metadata = view()._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG") and metadata["image/png"]["alt"] in bundle["text/plain"]


def test_discs_are_pulled_and_own_words_find_their_nearest():
    view = DiscTable(own="tram, aunt")
    assert view.picture.rows[:5] == ["bank", "bill", "jack", "tram", "aunt"] and "tram has no answer" in repr(view)
    view.stage.set_state({"hand": {"word": "tram", "column": 1, "value": 0.7}})
    assert view.table["tram"].tolist() == [0, 0.7, 0, 0, 0, 0, 0] and "tram to wallet (0.00)" in view.stage.words
    assert view.picture.bars.labels[-1] == "tram to wallet" and "aunt" not in str(view.picture.bars.labels)
    view.stage.set_state({"hand": {"word": "bank", "column": 0, "value": 9}})
    assert view.table["bank"][0] == 1 and view.start["bank"][0] == 0
    for nonsense in (
        {"word": "zzz", "column": 0, "value": 1},
        {"word": "bank", "column": 7, "value": 1},
        {},
        {"word": "bank", "column": 0, "value": float("nan")},
        {"word": "bank", "column": "0", "value": 1},
    ):
        before = view.table
        view.stage.set_state({"hand": nonsense})
        assert view.error is None and np.array_equal(view.table.vectors, before.vectors)
    for typed, said in (("a, b, c, d", "these are 4"), ("bank", "in the table already"), ("x" * 30, "too long")):
        view.controls["own"].value = typed
        assert said in view.stage.trouble
        view.stage.set_state({"hand": {"word": "bank", "column": 0, "value": 0.3}})
    view.reset()
    assert view.error is None and view.picture.own == [] and np.array_equal(view.table.vectors, view.start.vectors)


def test_discs_have_the_colours_of_the_page_in_their_still():
    _, ax = figure()
    Discs(load_features(), 2).draw_on(ax)
    colours = [to_hex(points.get_facecolor()[0]).upper() for points in ax.collections]
    assert colours == [TOKENS[role].light.upper() for role in ("person", "money", *["quiet"] * 5)]
