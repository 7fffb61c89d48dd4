"""The three small views of lessons 01 and 02: by value, by control, by sentence."""

import numpy as np
import pytest

from embeddings_course.demos.guess_word import GuessWord
from embeddings_course.demos.handwriting import Handwriting
from embeddings_course.demos.random_pairs import RandomPairs
from embeddings_course.plots.cartoon import FEW
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
