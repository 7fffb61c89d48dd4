"""The promises of every view, on a small view of our own."""

from __future__ import annotations

import re
import threading

import ipywidgets as widgets
import numpy as np
import pytest

from embeddings_course.demos.base import Demo, DemoError, Number, buttons, choice, text_line
from embeddings_course.plots.bars import Bars


class Columns(Bars):
    """Bars of a constant size that have no quick twin."""

    size = (4.0, 2.0)

    def html(self):
        return None


class Small(Demo):
    title = "A small view"

    def make_controls(self):
        return {
            "word": text_line("Word", "bank"),
            "height": Number("Height", 0.5),
            "often": Number("Times", 2, 0, 5, 1),
        }

    @classmethod
    def compute(cls, word="bank", height=0.5, often=2):
        if word == "boom":
            raise RuntimeError("a mistake of ours")
        if word == "shapes":
            np.ones(3) + np.ones(4)
        if not word:
            raise DemoError("Type a word, <b>any</b> word.")
        return Columns([word] * often, [height] * often)


def size_of(stage):
    """Width and height of what stands in the place of the picture, as it is made."""
    return tuple(int(re.search(rf'{side}="(\d+)', stage.twin).group(1)) for side in ("width", "height"))


def test_compute_and_picture_work_without_a_page():
    data = Small.compute(word="river", height=0.25, often=1)
    assert data.describe() == "Bars: river 0.25."
    assert Small(word="river", height=0.25, often=1).still().words == "Bars: river 0.25."


def test_the_picture_has_alternative_text_and_the_line_says_the_same():
    demo = Small()
    assert 'aria-label="Bars: bank 0.50, bank 0.50."' in demo.stage.twin
    assert demo.stage.words == "Bars: bank 0.50, bank 0.50."
    assert size_of(demo.stage) == (400, 200)


def test_moving_a_control_changes_picture_and_words():
    demo = Small()
    before = demo.stage.twin
    demo.controls["height"].slider.value = 0.9
    assert "bank 0.90" in demo.stage.words and demo.stage.twin != before
    assert demo.state() == {"word": "bank", "height": 0.9, "often": 2}


def test_set_draws_once(monkeypatch):
    demo, shown = Small(), []
    monkeypatch.setattr(demo, "show", shown.append)
    demo.set(word="a", height=0.1, often=1)
    assert [list(data.labels) for data in shown] == [["a"]]
    demo.set(word="a")
    assert len(shown) == 1  # nothing changed, nothing drawn
    with demo.hold():
        demo.set(word="b")
        demo.set(word="c")
    assert [list(data.labels) for data in shown] == [["a"], ["c"]]


def test_controls_are_set_in_the_order_in_which_they_stand():
    """Whatever the order of the names: here the word, which brings how often along, does not undo how often."""

    class Pair(Small):
        def follow(self, name):
            if name == "word":
                self.controls["often"].value = 4

    assert Pair(often=3, word="river").state() == {"word": "river", "height": 0.5, "often": 3}


def test_what_changed_before_a_wrong_value_is_drawn():
    demo = Small()
    with pytest.raises(DemoError, match="'often' does not take 'many'"):
        demo.set(word="river", often="many")
    assert demo.state()["word"] == "river" and "river 0.50" in demo.stage.words


def test_what_follows_from_a_change_is_drawn_though_a_newer_picture_came_first():
    """A hand's change waits while another thread draws; what it brings along must not be lost."""

    class Counting(Small):
        followed = 0

        def follow(self, name):
            self.followed += 1

        def state(self):
            return super().state() | {"often": self.followed}

    demo = Counting(often=1)
    other = threading.Thread(target=setattr, args=(demo.controls["word"], "value", "lake"))
    with demo.hold():
        before = demo._newest
        other.start()
        while demo._newest == before:  # until the change waits at the door
            pass
        demo.refresh()
    other.join(10)
    assert demo.picture.labels == ["lake"] * demo.followed and demo.followed == 2


def test_a_view_draws_once_when_it_is_made(monkeypatch):
    shown = []
    monkeypatch.setattr(Small, "show", lambda self, data: shown.append(list(data.labels)))
    Small(word="x", often=1)
    assert shown == [["x"]]


def test_an_unknown_control_or_a_wrong_value_is_said():
    with pytest.raises(DemoError, match=r"no control 'wrod' here; there are: word, height, often"):
        Small(wrod="bank")
    with pytest.raises(DemoError, match="'often' does not take 'many'"):
        Small().set(often="many")


def test_expected_errors_stand_in_the_view_escaped_and_the_size_stays():
    """As plain text, which the page escapes (tests/browser/test_stage.py), over the last good picture."""
    demo = Small()
    before = demo.stage.twin
    demo.controls["word"].value = ""
    assert demo.stage.trouble == "Type a word, <b>any</b> word." and demo.stage.twin == before
    assert isinstance(demo.error, DemoError) and demo.stage.words == "Bars: bank 0.50, bank 0.50."
    assert repr(demo) == "A small view. What you see: Type a word, <b>any</b> word."
    demo.controls["word"].value = "money"
    assert demo.error is None and demo.stage.trouble == "" and demo.stage.twin != before


def test_our_own_mistakes_are_shown_and_also_raised_for_the_tests():
    demo = Small()
    with pytest.raises(RuntimeError):
        demo.controls["word"].value = "boom"
    assert "RuntimeError: a mistake of ours" in demo.stage.trouble
    with pytest.raises(ValueError, match="broadcast"):  # NumPy's own words are not written for learners
        demo.controls["word"].value = "shapes"
    assert "This view cannot show that (ValueError" in demo.stage.trouble


def test_what_a_learner_types_is_escaped_everywhere():
    demo = Small(word='<script>alert("1")</script>')
    assert "<script>" not in demo.stage.twin
    assert "&lt;script&gt;" in demo.stage.twin


def test_the_saved_notebook_gets_a_still_picture_with_its_words():
    data, about = Small()._repr_mimebundle_()
    assert data["text/plain"] == "A small view. What you see: Bars: bank 0.50, bank 0.50."
    assert data["image/png"].startswith(b"\x89PNG") and "application/vnd.jupyter.widget-view+json" in data
    assert about["image/png"]["alt"] == "Bars: bank 0.50, bank 0.50."
    assert about["image/png"]["height"] > 200  # the words are printed below
    assert Small()._repr_mimebundle_()[0]["text/plain"] == data["text/plain"]
    assert Small()._repr_mimebundle_()[0]["image/png"] == data["image/png"]


def test_a_view_with_an_error_can_still_be_saved():
    data, _ = Small(word="")._repr_mimebundle_()
    assert "image/png" not in data and "Type a word" in data["text/plain"]


def test_stale_values_are_dropped_when_drawing_is_slow():
    demo, started, go, shown = Small(), threading.Event(), threading.Event(), []

    def slow(data):
        shown.append(data.labels[0])
        if len(shown) == 1:
            started.set()
            go.wait(10)

    demo.show = slow
    first = threading.Thread(target=demo.set, kwargs={"word": "first"})
    first.start()
    assert started.wait(10)
    later, before = [], demo._newest
    for i in range(5):  # these come in while the first is being drawn
        demo.controls["word"].unobserve_all("value")
        demo.controls["word"].value = f"later {i}"
        later.append(threading.Thread(target=demo.refresh))
        later[-1].start()
        while demo._newest <= before + i:
            pass
    go.set()
    for thread in (first, *later):
        thread.join(10)
    assert shown == ["first", "later 4"]


def test_a_number_has_a_name_and_keeps_slider_and_box_together():
    number, seen = Number("water", 0.5), []
    number.observe(lambda change: seen.append(change["new"]), names="value")
    number.slider.value = 0.8
    number.box.value = 0.2
    number.value = 1.0
    assert number.slider.value == number.box.value == number.value == 1.0 and seen == [0.8, 0.2, 1.0]
    assert number.box.description == "water"
    assert isinstance(Number("n", 2, 0, 5, 1).value, int) and isinstance(number.value, float)


def test_every_control_that_takes_a_hand_has_a_name():
    controls = [
        text_line("a", "b"),
        choice("a", ["x", "y"]),
        choice("a", [("X", 1), ("Y", 2)]),
        buttons("a", ["x"], "x"),
    ]
    assert all(control.description == "a" for control in controls)
    assert [c.value for c in controls[1:3]] == ["x", 1]
    assert isinstance(controls[0], widgets.Text) and controls[0].continuous_update is False


def test_one_control_brings_another_into_line_and_one_picture_is_drawn():
    class Pair(Small):
        def follow(self, name):
            if name == "word":
                if self.controls["word"].value == "fault":
                    raise RuntimeError("a fault in the block")
                self.controls["often"].value = 4

    view, drawn = Pair(), []
    view.show = drawn.append
    view.controls["word"].value = "river"
    assert view.controls["often"].value == 4 and [data.labels for data in drawn] == [["river"] * 4]
    with pytest.raises(RuntimeError):
        view.controls["word"].value = "fault"
    view.controls["word"].value = "lake"
    assert drawn[-1].labels == ["lake"] * 4, "after a fault it hears again"
