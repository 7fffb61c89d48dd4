"""The views of lessons 03 and 05: what they compute, what they say, and what they do with bad input."""

import numpy as np
import pytest

from embeddings_course.counting import cooccurrence, ppmi, row_cosine
from embeddings_course.demos.base import DemoError
from embeddings_course.demos.one_update import OneUpdate
from embeddings_course.demos.skipgram_scrubber import SETTINGS, SkipgramScrubber, trained
from embeddings_course.demos.window_slider import WindowSlider, own_sentences
from embeddings_course.files.data import load_town
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.style import bare_figure
from embeddings_course.plots.tokens import role_of
from embeddings_course.plots.training import LossCurve, draw_vectors
from embeddings_course.word2vec import sgns_gradient


# --- window slider ----------------------------------------------------------------------------------------------------
def test_the_window_slider_tells_both_halves_of_the_story():
    demo = WindowSlider()
    assert demo.error is None and demo.picture.met[0] == 0 and demo.picture.met[1] > 300
    salt_pepper, hot_dog = demo.picture.cosines()
    assert salt_pepper > 0.98 and hot_dog < 0.3
    assert "salt and pepper never meet" in demo.stage.words
    demo.set(window=5)
    assert demo.picture.cosines()[1] > 0.85
    assert demo.stage.kinds == ["Words", "Heat", "Lines"]


def test_the_table_of_the_slider_is_the_table_of_the_subject():
    sentences = load_town().sentences[:1000]
    data = WindowSlider.compute(window=3, measure="counts", read=1000, words="bank, river / tom anna")
    counts, words = cooccurrence(sentences, 3)
    for i, row in enumerate(data.rows):
        for j, column in enumerate(data.columns):
            assert data.values[i, j] == counts.toarray()[words.index(row), words.index(column)]
    table = ppmi(counts)
    ppmi_data = WindowSlider.compute(window=3, measure="PPMI", read=1000, words="bank river tom anna")
    expected = row_cosine(table, words.index("bank"), words.index("river"))
    assert ppmi_data.cosines()[0] == pytest.approx(expected)
    assert ppmi_data.sentence[ppmi_data.centre] in ppmi_data.rows


def test_more_sentences_fill_the_table():
    filled = [np.count_nonzero(WindowSlider.compute(read=n, measure="counts").values) for n in (10, 1000, 30_000)]
    assert filled[0] < filled[1] <= filled[2]


def test_own_sentences_are_counted_and_cleaned():
    own = "Cats chase mice. Dogs chase mice! <script>"
    assert own_sentences(own) == (("cats", "chase", "mice"), ("dogs", "chase", "mice"), ("script",))
    data = WindowSlider.compute(words="cats dogs chase mice", own=own, measure="counts")
    assert data.read == 3 and data.cosines()[0] == pytest.approx(1)


@pytest.mark.parametrize("words", ["", "salt pepper", "salt pepper hot zzqx", "salt pepper hot <b>"])
def test_words_that_cannot_be_shown_are_explained_in_place(words):
    demo = WindowSlider(read=100)
    demo.controls["words"].value = words
    assert isinstance(demo.error, DemoError)
    assert "four" in demo.stage.trouble
    demo.controls["words"].value = "salt pepper hot dog"
    assert demo.error is None


# --- one update -------------------------------------------------------------------------------------------------------
def test_one_update_moves_by_guess_minus_truth():
    data = OneUpdate.compute(phase="2 move", lr=0.5)
    slope, *_ = sgns_gradient(data.v, data.u[0], data.u[1:])
    assert np.allclose(data.v_after, data.v - 0.5 * slope)
    assert data.truth == [1, 0, 0] and data.loss[1] < data.loss[0]
    assert data.guesses_after[0] > data.guesses[0] and data.guesses_after[1] < data.guesses[1]


def test_updates_go_on_from_each_other():
    first, second = OneUpdate.compute(done=0), OneUpdate.compute(done=1)
    assert np.allclose(first.v_after, second.v)
    assert second.others[0] == "money"


def test_without_noise_words_every_guess_climbs_to_one():
    data = OneUpdate.compute(done=40, negatives=0)
    assert data.others == ("river",) and data.guesses[0] > 0.97


def test_tied_tables_share_their_vectors_and_too_long_steps_are_named():
    assert OneUpdate.compute(tables="tied").tied
    assert not np.allclose(OneUpdate.compute(tables="tied").u, OneUpdate.compute().u)
    said = OneUpdate.compute(phase="2 move", done=1, lr=2.0, negatives=3).describe()
    assert ("falls" in said) != ("climbs" in said)


def test_the_phase_changes_the_words_and_the_picture():
    demo = OneUpdate()
    guess, picture = repr(demo), demo.stage.shown["parts"]
    demo.controls["phase"].value = "2 move"
    assert "it guesses river 0.43, truth 1" in guess
    assert "After the move" in repr(demo) and demo.stage.shown["parts"] != picture
    assert demo.stage.twin == "", "the page draws it"
    still = bare_figure(4, 4)
    draw_vectors(demo.picture, ax := still.add_subplot())
    named = [text.get_text() for text in ax.texts if text.get_text()]
    assert named == ["bank (input)", "river (true neighbour)", "tuesday (noise)", "soup (noise)"]


def test_the_points_of_an_update_leave_a_trail_and_their_frame_stays():
    guess, move = (OneUpdate.compute(phase=phase).parts()[0][0] for phase in ("1 guess", "2 move"))
    assert guess.trails == {} and guess.limits == move.limits and guess.table.words == move.table.words
    for word in move.table.words[:-1]:
        assert np.allclose(move.trails[word], guess.table[word]) and not np.allclose(
            move.table[word], guess.table[word]
        )
    assert role_of("true neighbour: river") == "river" and "true neighbour: river" in move.table.words


# --- scrubber ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def scrubber():
    return SkipgramScrubber()


def test_scrubbing_shows_how_meaning_comes(scrubber):
    scrubber.set(setting="as word2vec", moment=0, word="bank")
    start = scrubber.picture
    scrubber.set(moment=20)
    end = scrubber.picture
    assert start.precision < 0.1 < 0.85 < end.precision
    assert start.loss.losses[0] > end.loss.losses[-1] and end.loss.now == 20
    assert {word for word, _ in end.neighbours} & {
        "exchange",
        "treasury",
        "casino",
        "pawnshop",
        "shore",
        "side",
        "edge",
    }
    for group in ("money", "river"):
        assert end.groups[group][-1] > end.strangers[-1] + 0.1 > end.groups["names"][-1]
    assert start.points.limits == end.points.limits  # the words move, the map does not


@pytest.mark.slow
def test_without_negatives_the_space_falls_in(scrubber):
    scrubber.set(setting="no negatives", moment=20, word="bank")
    assert scrubber.picture.strangers[-1] > 0.95
    assert scrubber.picture.loss.losses[-1] < 0.05
    assert scrubber.picture.precision < 0.4


def test_an_unknown_word_is_answered_with_near_spellings(scrubber):
    scrubber.set(setting="as word2vec", word="bnak")
    assert "Did you mean" in scrubber.stage.trouble and "bank" in scrubber.stage.trouble
    scrubber.set(word="Jack ")
    assert scrubber.error is None and scrubber.picture.word == "jack"


def test_the_vectors_of_a_run_can_be_taken_along(scrubber):
    assert trained("as word2vec")["bank"].shape == (20,)
    with pytest.raises(ValueError, match="no negatives"):
        trained("backwards")
    assert list(SETTINGS) == list(scrubber.controls["setting"].options)


def test_the_loss_is_put_into_words():
    assert LossCurve([0, 3], [4, 2]).describe() == "In 3 passes the loss goes from 4.00 to 2.00."


def test_lines_are_named_escaped_and_of_one_length():
    lines = Lines({"<i>": [0.0, 1.0], "base": [0.5, 0.5]}, [(0, "1")], 0, 1, now=0, title="cosine", dashed=("base",))
    page = lines.html()
    assert "<i>" not in page and 'role="img"' in page and "Cosine: &lt;i&gt; 0.00, base 0.50." in page
    assert page.count("stroke-dasharray") == 2  # the line and its key
    with pytest.raises(ValueError, match="same number of steps"):
        Lines({"a": [1.0], "b": [1.0, 2.0]}, [], 0, 1)


def test_the_marked_step_moves_over_the_lines():
    pages = [Lines({"a": [0.0, 1.0, 2.0]}, [], 0, 2, now=now).html() for now in range(3)]
    assert len(set(pages)) == 3
