"""The live bank: what was recorded fits the model, odd sentences, no model; the page has the same numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from embeddings_course.demos import live_bank
from embeddings_course.demos.live_bank import BankPairs, LiveBank, bank_reader, words_of
from embeddings_course.demos.stage import with_stage
from embeddings_course.files.data import DataError, Step, load_live_bank, load_senses
from embeddings_course.files.models import find_model
from embeddings_course.plots.live_bank import FARTHEST, LEFT, NEAREST, RIGHT, BankMap, shortened
from embeddings_course.plots.tokens import TOKENS, contrast

needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="the model is not on this machine")


@pytest.fixture
def no_model(monkeypatch):
    monkeypatch.setattr(live_bank, "find_model", lambda name=None: None)
    bank_reader.cache_clear()
    yield
    bank_reader.cache_clear()


def map_of(*places, near="Otters like the bank."):
    return BankMap((Step("bank", places, (near,) * len(places)),), load_live_bank().marks, 0.08)


def test_the_marks_are_the_held_out_sentences_and_not_all_stand_right():
    data = load_live_bank()
    held_out = {use.sentence for use in load_senses() if use.lemma == "bank" and use.split == "test"}
    assert {mark.sentence for mark in data.marks} == held_out and len(data.marks) == 26
    assert sum((mark.side > 0) != (mark.sense == "money") for mark in data.marks) == 6
    assert sum(mark.far > data.edge for mark in data.marks) == 3


@needs_model
@pytest.mark.slow
def test_the_model_says_what_was_recorded():
    reader, data = bank_reader(), load_live_bank()
    steps = dict(data.sentences)["two in one sentence"]
    text = " ".join(step.word for step in steps)
    fresh = reader.step(text)
    assert fresh.near == steps[-1].near and len(fresh.places) == 2
    assert np.abs(np.array(fresh.places) - steps[-1].places).max() < 0.02
    mark = next(mark for mark in data.marks if mark.sense == "money")
    use = next(use for use in load_senses() if use.sentence == mark.sentence)
    assert np.abs(np.array(reader.place(reader.units([use])[0])) - (mark.side, mark.far)).max() < 0.02


@needs_model
@pytest.mark.parametrize(
    "text", ["", "   ", "money", "bank " * 50, "<b>Bank</b>", "Zoë's 银行 BANK!", "a blood bank\n", "x" * 900]
)
def test_any_text_gives_a_map_and_a_sentence(text):
    view = LiveBank()
    view.text = text
    assert view.trouble == "" and view.picture.describe() and len(view.picture.now.places) <= 3
    assert view.shown["form"]["sentence"] == text and json.dumps(view.shown, allow_nan=False)
    assert len(view.picture.steps) <= 30


@needs_model
def test_the_bank_moves_with_the_words_and_the_way_back_is_remembered():
    view = LiveBank("she sat on the bank and counted her silver coins")
    sides = [step.places[0][0] for step in view.picture.steps if step.places]
    assert len(sides) == 6 and sides[-1] > sides[0]
    view.text = "she sat on the bank"
    assert [step.places[0][0] for step in view.picture.steps if step.places] == sides[:1]


def test_prepared_sentences_move_without_a_model_and_others_say_what_to_do(no_model):
    view = LiveBank()
    for sentence in view.prepared:
        view.text = sentence["text"]
        assert view.trouble == "" and view.shown["form"]["says"] == sentence["says"][-1]
        assert len(sentence["says"]) == len(sentence["steps"]) == len(sentence["text"].split())
    before = view.shown
    view.text = "the bank of my own"
    assert "python course.py" in view.trouble and view.shown == before
    view._wake()
    view.text = view.prepared[0]["text"]
    assert view.trouble == ""


@pytest.mark.parametrize(
    ("place", "said"),
    [((-3, 0.05), "is a river bank"), ((3, 0.05), "is a money bank"), ((-1, 0.05), "leans to the river"),
     ((0.1, 0.05), "sits between the two"), ((3, 0.09), "is neither")],
)  # fmt: skip
def test_the_sentence_says_where_a_bank_stands(place, said):
    assert map_of(place).describe().startswith(f"This bank {said}")


def test_two_banks_are_told_apart_and_none_is_asked_for():
    said = map_of((3, 0.05), (-1, 0.05)).describe()
    assert said.startswith("The first bank is a money bank, the second bank leans to the river, most like the one in")
    assert 'no "bank" yet' in BankMap((), (), 0.08).describe() and 'no "bank" yet' in map_of().describe()
    assert len(shortened('He said: "the bank" ' * 20)) <= 88 and '"' not in shortened('"Ask the bank"')


def test_a_still_can_be_drawn_of_any_state(no_model):
    for view in (LiveBank(), LiveBank("my memory"), BankPairs()):
        assert view.still().png.startswith(b"\x89PNG")
    assert map_of((99, 9), (-99, 0.001)).data()["steps"][0]["places"] == [[99, 9], [-99, 0.001]]


def test_bert_pairs_by_meaning_and_not_by_the_fisherman():
    pictures = [BankPairs(partner=partner).picture for partner in (1, 2, 3)]
    assert np.argmax(pictures[0].scores) == 1 and pictures[1].scores[0] < 0.93
    says = [picture.describe() for picture in pictures]
    assert says[1].startswith("A with C, B with D: 0.96") and says[1].endswith("This is how BERT pairs them.")
    assert says[0].startswith("A with B, C with D: 0.92") and "otherwise" in says[0] and "otherwise" in says[2]
    assert np.allclose(pictures[0].alike, pictures[0].alike.T)


def test_words_are_cut_where_there_are_too_many():
    assert words_of(" a  b\n") == ["a", "b"] and len(words_of("w " * 99)) == 30


def test_the_script_is_one_module_with_the_ends_that_python_has():
    script = with_stage("live_bank.js")
    assert script.count("export default") == 1 and '"./stage.js"' not in script and "export function mount(" in script
    ends, far = re.findall(r"(?:ENDS|FAR) = \[([-\d.]+), ([-\d.]+)\]", script)
    assert [float(x) for x in (*ends, *far)] == [LEFT, RIGHT, NEAREST, FARTHEST]


def test_a_broken_file_says_how_to_get_it_again(tmp_path):
    for text in ("", "{}", '{"edge": 0.1, "marks": [["nobody", 1, 1]], "sentences": [], "pairs": []}'):
        (tmp_path / "live_bank.json").write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match="make_live_bank"):
            load_live_bank(tmp_path / "live_bank.json")


def over(paint, share, paper):
    """The colour that a share of one gives on another."""
    pairs = ((int(paint[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("sense", ["river", "money"])
def test_marks_and_names_stand_out_where_the_ground_is_darkest(sense, theme):
    css = (Path(live_bank.__file__).with_name("live_bank.css")).read_text(encoding="utf-8")
    tint = int(re.search(rf"--stage-{sense}\) (\d+)%", css)[1]) / 100
    mist = float(re.search(r"lb-mist \{[^}]*opacity: ([\d.]+)", css)[1])
    paint, quiet, ground = (TOKENS[name][theme] for name in (sense, "quiet", "ground"))
    assert contrast(paint, over(quiet, mist, over(paint, tint, ground))) >= 3
