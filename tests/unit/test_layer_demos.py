"""One word layer by layer: the map that never turns, the band of strangers, and every way to type nonsense."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings_course.demos.base import DemoError
from embeddings_course.demos.layers import OWN_PAIR, PAIRS, STATIC, SWITCH, BankLayers, TwoUses, ticks
from embeddings_course.demos.which_bank import EXAMPLES, WhichBank
from embeddings_course.files.data import DataError, load_sense_scores, load_which_bank
from embeddings_course.plots.layers import one_basis
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.style import bare_figure
from embeddings_course.pretrained import load_bert  # here, before `no_model` hides the models from what imports it

PREPARED = [name for name, pair in PAIRS.items() if all(t in (*load_which_bank().texts, "") for t in pair)]


@pytest.fixture
def no_model(monkeypatch):
    monkeypatch.setattr("embeddings_course.files.models.find_model", lambda name=None: None)


# --- the map ---


def test_the_static_dot_stays_while_the_uses_move():
    pictures = [BankLayers.compute(layer=layer) for layer in range(7)]
    dots = np.array([p.places.table[STATIC] for p in pictures])
    assert np.ptp(dots, axis=0) == pytest.approx(0, abs=1e-9)
    assert len({p.places.limits for p in pictures}) == 1, "one frame for all layers"
    away = [np.linalg.norm(p.places.table["3b"] - p.places.table[STATIC]) for p in pictures]
    assert away[4] > 2 * away[0]
    assert pictures[0].places.table["3b"] != pytest.approx(pictures[4].places.table["3b"], abs=0.01)


def test_left_to_right_is_from_sense_to_sense():
    table = BankLayers.compute(layer=4).places.table
    across = abs(table["money"] - table["river"])
    assert across[0] > 5 * across[1]
    side = np.sign(table["money"][0] - table["river"][0])
    assert side * table["3b"][0] < side * min(table[name][0] for name in ("1", "2", "3a"))


def test_one_basis_keeps_distances_inside_its_plane():
    rng = np.random.default_rng(0)
    plane = np.linalg.qr(rng.normal(size=(6, 2)))[0].T
    flat, middles = rng.normal(size=(4, 3, 2)), rng.normal(size=(3, 3, 2))
    places, stars, static = one_basis(flat @ plane, middles @ plane, (flat @ plane)[0, 0])
    for layer in range(3):
        true = np.linalg.norm(flat[0, layer] - middles[1, layer])
        assert np.linalg.norm(places[0, layer] - stars[1, layer]) == pytest.approx(true)
    assert static == pytest.approx(places[0, 0])


def test_one_use_of_a_word_without_senses_is_a_map_too():
    data = BankLayers.compute(("jack lost his coat on the train",), "coat", 3)
    assert data.leads is None and np.isfinite(data.places.table.vectors).all()
    assert "add a second use" in data.describe()


# --- leads and curve ---


def test_leads_are_the_gaps_between_the_two_nearest_senses():
    picture, simple = BankLayers.compute(layer=4), WhichBank.compute(layer=4)
    gaps = 100 * (np.sort(simple.distances, axis=1)[:, 1] - simple.distances.min(axis=1))
    assert picture.leads.values == pytest.approx(gaps)
    assert picture.leads.labels == ("1 money", "2 money", "3a money", "3b river")


def test_the_curve_is_the_mean_of_all_pairs_before_the_band_of_strangers():
    picture = BankLayers.compute(layer=2)
    cosines = WhichBank.compute(layer=2).cosines
    pairs = cosines[np.triu_indices(4, 1)]
    assert picture.curve.series["these uses"][2] == pytest.approx(pairs.mean(), abs=1e-4)
    strangers = load_which_bank().strangers
    assert picture.curve.band[1] == pytest.approx(strangers[:, 2]) and picture.curve.now == 2


def test_a_band_is_a_shape_in_both_copies():
    data = Lines({"a": [0.0, 1.0]}, [(0, "0")], 0, 1, band=([0.1, 0.1], [0.3, 0.4]))
    assert 'opacity=".16"' in data.html()
    assert 'opacity=".16"' not in Lines({"a": [0.0, 1.0]}, [], 0, 1).html()
    with pytest.raises(ValueError, match="same number of steps"):
        Lines({"a": [0.0, 1.0]}, [], 0, 1, band=([0.1], [0.3]))
    assert ticks(13)[:2] == [(0, "0"), (2, "2")]


# --- the views ---


def test_each_layer_and_example_without_the_model(no_model):
    view = BankLayers()
    for name in EXAMPLES:
        view.set(examples=name)
        assert view.error is None, name
    for layer in range(7):
        view.controls["layer"].value = layer
        assert view.picture.layer == layer and view.stage.kinds == ["Points", "Bars", "Lines"]


def test_own_sentences_without_the_model_say_what_to_do(no_model):
    view = BankLayers(sentence_1="a <b>bank</b>")
    assert "python course.py" in view.stage.trouble
    pair = TwoUses(sentence_1="a bank", sentence_2="the bank")
    assert "python course.py" in pair.stage.trouble and pair.controls["examples"].value == OWN_PAIR


@pytest.mark.parametrize("word", ["", "zebra", "<script>", "(" * 30])
def test_no_word_breaks_them(no_model, word):
    for view in (BankLayers(), TwoUses()):
        view.controls["word"].value = word
        assert isinstance(view.error, DemoError) and "<script>" not in view.stage.twin


def test_two_uses_against_strangers_one_sense_and_two(no_model):
    view = TwoUses()
    said = view.picture.describe()
    assert "your pair scores 0.88" in said and "yours is 0.62 above" in said
    assert "one sense score 0.89, of two senses 0.85" in said
    view.set(examples="the robber's two banks", layer=3)
    assert view.error is None and view.picture.labels[0].startswith("1a")
    assert view.picture.at("your pair") == pytest.approx(0.836, abs=0.005)
    for name in PREPARED:
        view.set(examples=name)
        assert view.error is None and view.controls["examples"].value == name


def test_the_switch_shows_mpnet_without_the_model_and_comes_back(no_model):
    view = TwoUses(layer=3)
    minilm = view.picture
    assert minilm.model == "MiniLM" and "6.4 times their spread" in TwoUses().picture.describe()
    view.controls["model"].value = next(name for name, key in SWITCH.items() if key == "mpnet")
    assert view.picture.model == "MPNet" and (view.picture.layer, view.controls["layer"].slider.max) == (8, 12)
    assert view.picture.at("one sense") - view.picture.at("two senses") > 0.1, "plain in MPNet"
    view.controls["sentence_1"].value = "a bank of our own"
    assert "model mpnet" in view.stage.trouble
    view.set(examples="money and river", model=next(iter(SWITCH)))
    assert view.error is None and (view.picture.layer, view.controls["layer"].slider.max) == (4, 6)
    assert view.reader is view.first


def test_the_still_copies_are_drawn():
    for picture in (BankLayers.compute(), TwoUses.compute(*PAIRS["money and river"])):
        figure = bare_figure(*picture.size)
        picture.draw(figure)
        assert len(figure.findobj()) > 30


# --- the recorded scores ---


def test_the_scores_fit_together():
    scores = load_sense_scores()
    assert len(scores.centroid) == len(scores.neighbours) == len(scores.within) == 7
    assert np.add(np.add(scores.words, scores.senses), scores.rest) == pytest.approx(1, abs=0.002)
    assert sorted(scores.curve) == [1, 3, 10, 25]
    with pytest.raises(DataError, match="record_senses"):
        load_sense_scores("no such model")


# --- another BERT ---


def test_another_bert_has_its_own_layers_and_its_own_strangers():
    town = load_bert("town")
    view, pair = BankLayers(town), TwoUses(town)
    assert "model" not in pair.controls and pair.picture.spread is None
    assert view.controls["layer"].slider.max == pair.controls["layer"].slider.max == town.config.n_layers
    assert view.error is None and "of town" in view.picture.describe()
    assert pair.error is None and pair.picture.at("one sense") is None, "those were measured for MiniLM"
    assert not town.reads_english
    assert town.fits("the bank") and not town.fits("the bank " * 40)


def test_each_use_leaves_its_way_through_the_layers_as_a_trail():
    start, there = (BankLayers.compute(word="bank", layer=layer).places for layer in (0, 4))
    assert set(start.trails) == set(there.trails) and {len(way) for way in start.trails.values()} == {0}
    for use, way in there.trails.items():
        assert len(way) == 4 and np.allclose(way[0], start.table[use])
