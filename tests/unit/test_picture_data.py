"""Every view and every picture writes itself in the one JSON form that CONTRIBUTING.md describes."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
from dataclasses import dataclass, fields

import numpy as np
import pytest

from embeddings_course import demos, plots
from embeddings_course.chance import Interval
from embeddings_course.demos.base import Demo, PictureWidget
from embeddings_course.demos.head_viewer import TokenView
from embeddings_course.files.models import find_model
from embeddings_course.files.table import Embedding
from embeddings_course.plots import Bag, Bags, Bars, Heat, Picture
from embeddings_course.plots import picture as picture_module
from embeddings_course.plots.key import Key
from embeddings_course.plots.picture import MOST_BYTES, as_json
from embeddings_course.plots.search import Scores, Tiles
from embeddings_course.plots.sharing import OneForAll, Race
from embeddings_course.plots.strip import Marks
from embeddings_course.plots.words import Words

# states that are unlike the first one: nothing there, much there, other parts
STATES = {
    "AlarmMachine": {"topics": "5", "whole": True, "limit": 0.2, "pulls": 200},
    "AnalogyBench": {"expected": "queen", "allowed": True},
    "AtlasOfUses": {"word": "bill", "guess": "apart", "model": "MPNet cut to 384 (width apart)"},
    "AttentionByHand": {"vector": "river offers (key)", "right": 1.0, "times": 30},
    "BankLayers": {"word": "near", "layer": 0},
    "CutLink": {"text": "rain", "head": -1, "start": 1, "end": 1},
    "DecoyDuel": {"picks": [0, 1, 1], "asking": False},
    "DiscTable": {"questions": 7},
    "GuessWord": {"riddle": 7, "uncovered": 3, "guess": "bill"},
    "Handwriting": {"turn": 3, "numbers": 768},
    "HeadViewer": {"other": "we sat on the bank", "hide": True},
    "KnobBoard": {"negatives": 0},
    "LiveBank": {"text": "my memory"},
    "MapLies": {"kind": "t-SNE", "word": "jack"},
    "OneUpdate": {"phase": "2 move", "done": 3, "negatives": 0, "tables": "tied"},
    "SearchWorkbench": {"question": "zzqx", "k": 5},
    "TugOfWar": {"room": 2, "b": 0},
    "TwoUses": {"examples": "the robber's two banks", "layer": 1},
    "VectorBoard": {"plus_hundred": True, "d": 384},
    "VectorEditor": {"goal": ("bank", "river", "money")},
    "Vote": {"before_a": 9, "before_b": 3, "after_a": 1, "after_b": 11},
    "WhichBank": {"word": "near"},
    "WindowSlider": {"own": "Salt and soup. Pepper, and soup!", "words": "salt pepper and soup"},
    "WordMap": {"word": ""},
}
OTHERS = [
    Bag("bank", ("money", "<b>")),
    Bags("bank", {"yours": ["money"], "ours": []}),
    Heat([[0.5, np.nan]], ("bank",), ("river", "money"), title="cosine", signed=True),
    Key(["counts", "<b>"], ["random"], "lines"),
    Marks(np.linspace(-1, 1, 768), "a row"),
    OneForAll([("topic", "one of 5")]),
    Race([10, 300], {"tone": {"good": [Interval(0.5, 0.4, 0.6, 20)] * 2}}, {"tone": 0.33}),
    Scores(["plain (44)"], ["counts"], [[[0.1, np.nan, 0.2]]], "MRR"),
    Words(["salt", "<b>"], "the window", chosen=0, lit=[1]),
    Tiles([[np.eye(8)]], [["a 3"]], "neighbours"),
]


def all_of(package):
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        found = importlib.import_module(module.name)
        yield from (x for x in vars(found).values() if isinstance(x, type) and x.__module__ == module.name)


VIEWS = {x.__name__: x for x in all_of(demos) if issubclass(x, Demo | PictureWidget) and x.title != "View"}
KINDS = {x.__name__: x for x in all_of(plots) if issubclass(x, Picture) and x is not Picture}
SEEN: set[str] = set()


def check(picture):
    """Hold one picture against the form, note which kinds it is made of, and return it as text."""
    form = picture.data()
    text = json.dumps(form, allow_nan=False)
    assert len(text) <= MOST_BYTES
    assert list(form) == ["kind", "version", "says", *(field.name for field in fields(picture))]
    assert form["kind"] == type(picture).__name__ and form["version"] == 1 and form["says"] == picture.describe()
    assert json.loads(text) == form, "nothing but what JSON has"
    note(form)
    return text


def note(form):
    if isinstance(form, dict):
        SEEN.update({form["kind"]} if "version" in form else ())
        form = list(form.values())
    if isinstance(form, list):
        for item in form:
            note(item)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_writes_itself(name, monkeypatch):
    view = VIEWS[name]
    if issubclass(view, TokenView) and find_model("minilm") is None:
        pytest.skip("the model is not on this machine")
    monkeypatch.setattr(Demo, "show", lambda self, picture: None)  # drawing is tested elsewhere
    for state in [{}, STATES[name]] if name in STATES else [{}]:
        first, second = view(**state), view(**state)
        assert isinstance(first.picture, Picture), getattr(first, "error", None)
        assert check(first.picture) == json.dumps(second.picture.data()), "the same values, the same text"


@pytest.mark.parametrize("picture", OTHERS, ids=lambda picture: type(picture).__name__)
def test_every_other_picture_writes_itself(picture):
    assert check(picture) == json.dumps(picture.data())


def test_no_picture_was_forgotten():
    """Runs after the tests above, in the same file and so in the same process."""
    assert len(VIEWS) == 33
    needs_model = {"CutView", "Heads", "HeadView"} if find_model("minilm") is None else set()
    assert set(KINDS) == SEEN | needs_model, "add a state or an example for the picture that is new"


def test_numbers_have_six_digits_and_a_missing_one_is_null():
    assert as_json([1 / 3, 123456789.0, -1e-12, -0.0, np.float32(0.1), np.nan]) == [
        0.333333, 123457000.0, -1e-12, 0.0, 0.1, None,
    ]  # fmt: skip
    assert str(as_json(-0.0)) == "0.0"
    assert as_json((np.int64(3), np.True_, None, "<b>", range(2))) == [3, True, None, "<b>", [0, 1]]
    assert as_json(np.array([["a", "b"]])) == [["a", "b"]]
    assert as_json(Embedding(("a",), [[0.5]])) == {"words": ["a"], "vectors": [[0.5]], "columns": []}
    assert as_json(Interval(0.5, 0.25, 0.75, 20)) == {"mean": 0.5, "low": 0.25, "high": 0.75, "runs": 20}


@pytest.mark.parametrize("fault", [{1, 2}, {1: "a"}, print, 1j, b"bytes", object(), Embedding, np.array([object()])])
def test_what_has_no_place_in_the_form_is_a_fault_of_ours(fault):
    with pytest.raises(TypeError, match="has no place in the JSON form"):
        as_json([fault])


def test_infinity_and_a_picture_that_is_too_large_are_faults(monkeypatch):
    with pytest.raises(ValueError, match="infinite"):
        Bars(("a",), (np.inf,)).data()
    monkeypatch.setattr(picture_module, "MOST_BYTES", 1000)
    assert Bars(["word"] * 20, [0.5] * 20).data()
    with pytest.raises(ValueError, match=r"Bars has 1,\d\d\d bytes as JSON; a picture has at most 1,000"):
        Bars(["word"] * 40, [0.5] * 40).data()


def test_a_picture_in_a_picture_is_whole():
    @dataclass(frozen=True)
    class Frame(Picture):
        inner: Bars

        def describe(self):
            return "Bars in a frame."

    form = Frame(Bars(("a",), (0.5,))).data()
    assert form["inner"] == Bars(("a",), (0.5,)).data() and form["says"] == "Bars in a frame."


def test_live_pictures_and_data_load_no_matplotlib():
    code = """
import sys
from embeddings_course.demos.random_pairs import RandomPairs
from embeddings_course.demos.vector_editor import VectorEditor
VectorEditor().picture.data(), RandomPairs.compute(2, 0.3).data()
sys.exit("matplotlib" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
