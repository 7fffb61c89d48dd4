"""The atlas of uses: senses hidden until guessed, one map for all layers, a sentence of one's own dropped in."""

import numpy as np
import pytest

from embeddings_course.demos import atlas
from embeddings_course.demos.atlas import GUESSES, MODELS, SENTENCES, AtlasOfUses
from embeddings_course.demos.base import DemoError
from embeddings_course.files.data import DataError, load_atlas
from embeddings_course.files.models import find_model
from embeddings_course.plots.atlas import nearest_rows
from embeddings_course.plots.style import bare_figure
from embeddings_course.plots.tokens import role_of

HERE = next(name for name, key in MODELS.items() if key == "mpnet")
minilm = pytest.mark.skipif(find_model("minilm") is None, reason="the model is not on this machine")


def test_senses_are_hidden_until_guessed_and_again_for_another_word():
    view = AtlasOfUses()
    assert view.picture.points.groups == () and "guess" in view.picture.describe()
    assert "money" not in str(view.picture.points.data()["groups"])
    view.controls["guess"].value = GUESSES[2]
    assert set(view.picture.points.groups) == {"bank.money", "bank.river"} and "You said apart" in view.stage.words
    view.controls["layer"].value = 0
    assert view.picture.points.groups, "another layer keeps them"
    view.controls["word"].value = "jack"
    assert view.picture.points.groups == () and view.controls["guess"].value is None


def test_one_frame_for_all_layers_and_a_sense_keeps_its_side_in_every_model():
    for model in MODELS.values():
        for word, left in (("bank", "bank.river"), ("bill", "bill.person"), ("jack", "jack.tool")):
            pictures = [AtlasOfUses.compute(word, model, layer, "apart") for layer in (0, 1, 6)]
            assert len({p.points.limits for p in pictures}) == 1
            points = AtlasOfUses.compute(word, model, None, "apart").points
            assert points.places[np.array(points.groups) == left, 0].mean() < 0, (model, word)


def test_the_counts_are_those_of_the_threads():
    picture = AtlasOfUses.compute("bill", "mpnet", 8, "apart")
    truth, near = np.array(picture.points.groups), picture.points.near
    assert picture.right == sum((truth[rows] == own).sum() >= 3 for rows, own in zip(near, truth, strict=True))
    assert (picture.n, picture.commonest) == (154, 39) and all(i not in rows for i, rows in enumerate(near))


def test_a_model_brings_its_layers_and_cosines_are_never_compared():
    view = AtlasOfUses(guess=GUESSES[0])
    assert view.controls["layer"].slider.max == 6
    view.controls["model"].value = HERE
    assert (view.controls["layer"].slider.max, view.picture.layer) == (12, 8)
    assert "spreads of strangers" in view.stage.words and "cosine" not in view.stage.words


def test_nearest_rows_are_those_of_a_plain_loop():
    x = np.random.default_rng(0).normal(size=(20, 3))
    for i, row in enumerate(nearest_rows(x, 4)):
        assert list(row) == [j for j in np.argsort(np.linalg.norm(x - x[i], axis=1)) if j != i][:4]


def test_another_sentence_without_the_model_says_what_to_do(monkeypatch):
    monkeypatch.setattr(atlas, "find_model", lambda name: None)
    view = AtlasOfUses(sentence="a <b>bank</b>")
    assert isinstance(view.error, DemoError) and "python course.py" in view.stage.trouble
    view.controls["sentence"].value = "no such word"
    assert "does not stand in your sentence" in view.stage.trouble
    view.controls["model"].value, view.controls["sentence"].value = HERE, "a bank"
    assert view.error is None and "only MiniLM reads here" in view.stage.words


def test_a_map_without_axes_takes_no_new_use():
    with pytest.raises(DataError, match="MiniLM alone"):
        load_atlas("bank", "mpnet").place(np.ones((13, 768)))
    for state in ({"word": "river"}, {"layer": 7}, {"model": "bert"}):
        with pytest.raises(DemoError):
            AtlasOfUses.compute(**state)


@minilm
def test_a_known_use_that_is_dropped_in_lies_where_it_lay():
    use = load_atlas("bank", "minilm").uses[3]
    view = AtlasOfUses(thoughts=["<b>a queue</b>"], guess=GUESSES[2])
    assert view.controls["sentence"].options[0] == "at the bank there is <b>a queue</b>"
    view.controls["sentence"].value = use.sentence
    points = view.picture.points
    assert points.own == 78 and points.places[78] == pytest.approx(points.places[3], abs=2e-3)
    assert points.near[78][0] == 3 and 78 not in points.near[:78] and view.picture.n == 78
    assert "Nearest to yours: " in view.stage.words
    view.controls["sentence"].value = ""
    assert view.picture.points.own is None


@minilm
def test_every_offer_can_be_read_and_the_still_has_the_thread():
    for word, offers in SENTENCES.items():
        view = AtlasOfUses(word=word, sentence=offers[0])
        assert view.error is None and view.picture.points.own is not None
        figure = bare_figure(*view.picture.size)
        view.picture.draw(figure)
        assert len(figure.axes[0].lines) == 5


def test_every_sense_of_the_three_words_has_a_role_of_its_own():
    for word in SENTENCES:
        roles = [role_of(sense) for sense in {use.sense for use in load_atlas(word).uses}]
        assert None not in roles and len(set(roles)) == len(roles)
