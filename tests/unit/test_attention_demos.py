"""The three views of lesson 10: by value, by control, by sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from embeddings_course.demos.attention_by_hand import KEYS, QUERY, TOKENS, VALUES, VECTORS, AttentionByHand
from embeddings_course.demos.base import DemoError
from embeddings_course.files.models import find_model
from embeddings_course.inside import moved
from embeddings_course.plots.attention import CutView, HeadView, Needle
from embeddings_course.plots.picture import moving_twin, show
from embeddings_course.pretrained import load_bert

SENTENCE = "the bank robber lives near the bank of the river"
needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="the model is not on this machine")


# --- attention by hand ---


def by_hand(query, keys, values, root=2**0.5):
    scores = keys @ query / root
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(), powers / powers.sum() @ values


def test_a_text_without_pieces_is_shown_whole_though_its_ends_should_be_hidden():
    view = HeadView(["[CLS]", "[SEP]"], np.full((2, 2), 0.5), 0, hide=True)
    assert view.shown == [0, 1] and "hidden" not in view.describe()
    assert show(view).width
    from embeddings_course.demos.head_viewer import HeadViewer

    bench = HeadViewer(text="\ufe0f", hide=True)
    assert bench.error is None and "[SEP]" in repr(bench)


def test_the_blend_is_attention():
    data = AttentionByHand.compute()
    keys, values = np.array([KEYS[t] for t in TOKENS]), np.array([VALUES[t] for t in TOKENS])
    shares, output = by_hand(np.array(QUERY), keys, values)
    assert data.shares == pytest.approx(shares) and data.output == pytest.approx(output)
    undivided = AttentionByHand.compute(divide="not divided")
    assert undivided.shares == pytest.approx(by_hand(np.array(QUERY), keys, values, root=1)[0])
    assert undivided.scores == pytest.approx(keys @ QUERY)


def test_bank_slides_from_money_to_the_river():
    view = AttentionByHand(right=3, up=-1)
    assert "nearer to money" in view.stage.words and view.picture.output[0] > 0.9
    view.controls["right"].value = -1.0
    view.controls["up"].value = 3.0
    assert "nearer to water" in view.stage.words and view.picture.output[1] > 0.9


def test_extreme_queries():
    assert AttentionByHand(times=0).picture.shares == pytest.approx([0.2] * 5)
    assert AttentionByHand(times=30).picture.shares.max() > 0.999


def test_every_arrow_can_be_turned_and_keeps_its_numbers():
    view = AttentionByHand()
    for name, (kind, word) in VECTORS.items():
        view.set(vector=name, right=1.7, up=-2.2)
        assert view.numbers[kind, word] == [1.7, -2.2]
    data = view.picture
    assert np.allclose(data.keys, [1.7, -2.2]) and np.allclose(data.output, [1.7, -2.2])
    view.controls["vector"].value = "river offers (key)"
    assert view.controls["right"].value == 1.7


def test_choosing_another_arrow_changes_no_number():
    view = AttentionByHand()
    before = view.state()["numbers"]
    for name in VECTORS:
        view.controls["vector"].value = name
        assert [view.controls[c].value for c in ("right", "up")] == pytest.approx(before[VECTORS[name]])
    assert view.state()["numbers"] == before


def test_the_button_puts_all_back():
    view = AttentionByHand()
    fresh = view.stage.words
    view.set(vector="river gives (value)", right=-3, times=30)
    button = view.children[1].children[-1]
    button.click()
    assert view.stage.words == fresh and view.controls["right"].value == QUERY[0]


def test_the_arrows_begin_at_zero_and_the_blend_is_tied_to_all():
    data = AttentionByHand(right=0.2, up=2).picture
    ((arrows, (scores, weights), given),) = data.parts()
    assert set(arrows.trails) == {*data.tokens, "asked by bank"} and set(map(tuple, arrows.trails["river"])) == {(0, 0)}
    assert weights.values == data.shares.tolist() and np.argmax(scores.values) == np.argmax(weights.values) == 3
    assert {word for pair in given.links for word in pair} == {*data.tokens, "the new bank"}
    assert np.allclose(given.table["the new bank"], data.output)


# --- a head ---


def head(hide=False, focus=1):
    weights = np.array([[0.9, 0.1, 0, 0], [0.5, 0.1, 0.3, 0.1], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    return HeadView(["[CLS]", "<b>", "b", "[SEP]"], weights, focus, hide, "layer 1, head 1")


def test_a_head_is_told():
    assert head().describe() == "layer 1, head 1: <b> takes 0.50 from [CLS], 0.30 from b and 0.10 from <b> (itself)."
    hidden = head(hide=True).describe()
    assert "[CLS]," not in hidden.replace("[CLS] and", "") and "60% of its weight goes to [CLS] and [SEP]" in hidden


@needs_model
def test_the_viewer_shows_the_models_weights():
    from embeddings_course.demos.head_viewer import HeadViewer

    out = load_bert("minilm")(SENTENCE)
    view = HeadViewer(layer=3, head=5, start=2)
    assert np.array_equal(view.picture.views[0].weights, out.attentions[3, 5])
    (((drawn,),),) = view.stage.shown["parts"]
    assert np.allclose(drawn["weights"], out.attentions[3, 5], atol=6e-4) and drawn["pair"] is False
    assert (drawn["focus"], drawn["name"], drawn["end"]) == (2, "layer 4, head 6", None)
    view.controls["head"].value = 0
    assert view.picture.views[0].name == "layer 4, head 1"
    view.controls["hide"].value = True
    assert view.picture.views[0].hide and "which are hidden" in view.stage.words


@needs_model
def test_two_sentences_stand_side_by_side_with_the_same_word_in_focus():
    from embeddings_course.demos.head_viewer import HeadViewer

    view = HeadViewer(start=7, other="we sat on the bank")
    assert len(view.picture.views) == 2 and view.picture.views[1].tokens[view.picture.views[1].focus] == "bank"
    assert view.stage.kinds == ["HeadView", "HeadView"]
    assert "In the second sentence: bank takes" in view.stage.words
    view.controls["other"].value = ""
    assert view.stage.kinds == ["HeadView"]


@needs_model
def test_a_choice_in_the_page_reaches_the_view():
    from embeddings_course.demos.head_viewer import HeadViewer

    view = HeadViewer()
    tokens = list(view.picture.views[0].tokens)
    view.stage.set_state({"hand": {"text": tokens, "start": 3, "end": 5}})
    assert view.controls["start"].value == 3 and view.picture.views[0].focus == 3
    view.controls["layer"].value = 3
    assert view.picture.views[0].end == 5, "the hand stays where it is"
    for done in ({"text": [], "start": 1, "end": 1}, {"text": tokens, "start": 99, "end": 1}, {"text": tokens}, {}):
        view.stage.set_state({"hand": done})
        assert view.controls["start"].value == 3 and view.error is None
    view.controls["start"].value = 4
    assert view.picture.views[0].end is None, "another focus: its heaviest link"


@needs_model
def test_new_sentences_bring_new_tokens_and_bad_ones_a_word():
    from embeddings_course.demos.head_viewer import HeadViewer

    view = HeadViewer(start=10)
    view.controls["text"].value = "a <i>river</i>"
    assert len(view.controls["start"].options) == len(view.picture.views[0].tokens) and "<i>" not in view.stage.words
    assert view.picture.views[0].tokens[view.picture.views[0].focus] != "[SEP]", "the focus stays on a word"
    view.controls["text"].value = " "
    assert "Type one and press Enter" in view.stage.trouble
    view.controls["text"].value = "river " * 70
    assert "72 tokens" in view.stage.trouble and "at most 62" in view.stage.trouble
    view.controls["text"].value = "river " * 60
    assert view.error is None and len(view.picture.views[0].tokens) == 62
    with pytest.raises(DemoError, match="does not take"):
        HeadViewer(layer=77)


# --- a cut ---


def cut():
    weights = np.array([[1.0, 0, 0], [0.1, 0.2, 0.7], [0, 0, 1]])
    return CutView(["[CLS]", "a", "b"], 1, 2, np.array([0, 2]), weights, np.array([0.03, 0.001]), 0.02, "layer 2")


def test_a_cut_is_told():
    assert cut().describe() == (
        "layer 2: the link from a to b weighs 0.70. Without it the last vector of a moves by 0.00100; a full stop "
        "behind the sentence moves it by 0.02000. Of the links shown, the one whose cut moves it most leads to [CLS]: "
        "weight 0.10, moved by 0.03000."
    )
    ((grid, (weight, effect)),) = cut().parts()
    assert grid.cut and (grid.focus, grid.end) == (1, 2)
    assert weight.marked == effect.marked and len(weight.marked) == 1
    assert (*weight.labels, "a full stop") == tuple(effect.labels) and " 0.03000" in effect.describe()


def test_a_needle_stands_beside_its_control():
    told = replace(cut(), needle=Needle("river over money", 3.3, np.array([2.5, 0.1])))
    assert told.describe().endswith(
        "River over money leads by 3.3 hundredths, without the link by 0.1; with the other cuts 2.5 to 2.5."
    )
    ((_, _, leads),) = told.parts()
    assert tuple(leads.labels) == ("nothing cut", "[CLS]", "b") and leads.marked == ("b",)
    assert moving_twin(told) and told.size > cut().size


@needs_model
def test_without_river_the_river_sense_is_gone():
    from embeddings_course.demos.cut_link import CutLink

    bert, everywhere = load_bert("minilm"), {"layer": -1, "head": -1, "start": 7}
    told = CutLink.compute(SENTENCE, **everywhere, end=10)
    cut = bert(SENTENCE, cut=[(layer, None, 7, 10) for layer in range(6)]).hidden_states[-1, 7]
    assert told.moves[told.chosen] == pytest.approx(moved(bert(SENTENCE).hidden_states[-1, 7], cut), abs=1e-5)
    assert told.needle.sense == "river over money" and told.needle.whole == pytest.approx(3.32, abs=0.02)
    assert told.needle.cut[told.chosen] == pytest.approx(0, abs=0.02)
    assert np.delete(told.needle.cut, told.chosen).min() > 1.5, "the control: other words, as completely cut"
    assert CutLink.compute(SENTENCE, start=6, end=7).needle is None, "the has no senses here"


@needs_model
def test_what_the_view_says_is_what_bert_does():
    from embeddings_course.demos.cut_link import CutLink

    bert = load_bert("minilm")
    view = CutLink(layer=4, head=2, start=7, end=10)
    before, after = bert(SENTENCE).hidden_states[-1, 7], bert(SENTENCE, cut=[(4, 2, 7, 10)]).hidden_states[-1, 7]
    assert view.picture.moves[view.picture.chosen] == pytest.approx(moved(before, after), abs=1e-6)
    assert view.picture.row[view.picture.chosen] == pytest.approx(bert(SENTENCE).attentions[4, 2, 7, 10], abs=1e-6)
    assert view.picture.full_stop == pytest.approx(moved(before, bert(SENTENCE + ".").hidden_states[-1, 7]), abs=1e-6)
    grid = view.stage.shown["parts"][0][0][0]
    assert grid["cut"] and (grid["focus"], grid["end"]) == (7, 10)


@needs_model
def test_cut_by_hand_by_list_and_in_all_heads():
    from embeddings_course.demos.cut_link import CutLink

    view = CutLink()
    view.stage.set_state({"hand": {"text": list(view.picture.tokens), "start": 2, "end": 3}})
    assert (view.controls["start"].value, view.controls["end"].value) == (2, 3)
    assert (view.picture.start, view.picture.end) == (2, 3)
    view.controls["end"].value = 4
    assert view.picture.end == 4 and "to lives weighs" in view.stage.words
    one = view.picture.moves.copy()
    view.controls["head"].value = -1
    assert "all heads" in view.stage.words and view.picture.moves.max() > one.max()
    view.controls["text"].value = "rain"
    assert len(view.picture.tokens) == 3 and view.error is None
    view.controls["text"].value = "river " * 40
    assert "at most 32" in view.stage.trouble


@needs_model
def test_a_light_link_of_a_long_row_is_cut_too():
    from embeddings_course.demos.cut_link import MOST_CUTS, CutLink

    text = " ".join(["river", "bank", "money"] * 6)
    light = int(np.argmin(load_bert("minilm")(text).attentions[1, 8, 4]))
    data = CutLink.compute(text, layer=1, head=8, start=4, end=light)
    assert len(data.ends) == MOST_CUTS + 1 == 6 and data.ends[data.chosen] == light
    assert (np.diff(data.ends) > 0).all()


@needs_model
def test_the_saved_copies_are_pictures_with_words():
    from embeddings_course.demos.cut_link import CutLink
    from embeddings_course.demos.head_viewer import HeadViewer

    for view in (AttentionByHand(), HeadViewer(other="the bank"), CutLink()):
        data, about = view._repr_mimebundle_()
        assert data["image/png"].startswith(b"\x89PNG") and data["text/plain"].startswith(view.title)
        assert about["image/png"]["alt"] in data["text/plain"]
