"""Fool BERT: the verdict with its evidence, the shelf, and what a careless or a wicked learner types."""

from __future__ import annotations

import json

import numpy as np
import pytest

from embeddings_course.exercises.keepsakes.fool_bert import LONGEST, FoolBert
from embeddings_course.exercises.keepsakes.thoughts import ThoughtBag
from embeddings_course.files.data import load_senses
from embeddings_course.files.errors import BertError

JACKS = [use for use in load_senses() if use.lemma == "jack" and use.split == "fit"]
PLACES = {"person": 0, "tool": 1, "card": 2}


class ToyBert:
    """Knows three directions; reads the first of three words that it finds in a sentence."""

    name = "a toy"

    class config:
        n_layers = 6

    asked = 0

    def fits(self, sentence):
        return True

    def word_vector(self, sentence, word, occurrence=0, layer=-1):
        if word not in sentence.lower():
            raise BertError(f"The word {word!r} is not in the sentence. Choose one that stands there.")
        vector = np.full(3, 0.01)
        vector[1 if "wheel" in sentence else 2 if "queen" in sentence else 0] = 1
        return vector

    def word_vectors(self, sentences, words, occurrences, layer):
        self.asked += 1
        return np.eye(3)[[PLACES[use.sense.split(".")[1]] for use in JACKS]]


def game(**more):
    return FoolBert(ToyBert(), shelf=ThoughtBag("my_trophies.json", "shelf", longest=220, most=3), **more)


def ask(view, sentence, meant):
    view.meant.value = meant
    view.field.value = sentence
    return view.message.value


def test_not_fooled_shows_whom_it_asked(folder):
    view = game()
    said = ask(view, "the jack is under the wheel", "tool")
    assert "Tool. Right." in said and "voted: tool 5" in said and said.count("<li>") == 5
    assert view.trophies.value == "" and not list(folder.iterdir())


def test_fooled_goes_on_the_shelf_but_into_no_file_without_the_tick(folder):
    view = game()
    said = ask(view, "jack sat on the wheel", "person")
    assert "BERT says tool: fooled!" in said
    assert "jack sat on the wheel (I meant the person, BERT said tool)" in view.trophies.value
    assert not list(folder.iterdir())


def test_the_shelf_is_kept_where_it_is_asked_for_and_comes_back(folder):
    view = game()
    ask(view, "jack sat on the wheel", "person")
    view.keep.value = True
    kept = json.loads((folder / "my_trophies.json").read_text(encoding="utf-8"))
    assert kept == {"jack": ["jack sat on the wheel (I meant the person, BERT said tool)"]}
    assert "jack sat on the wheel" in game().trophies.value and game().keep.value
    view.forget.click()
    assert not list(folder.iterdir()) and view.trophies.value == "" and not view.keep.value


def test_outside_the_folder_the_tick_goes_away_and_the_reason_stays(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    view = game()
    view.keep.value = True
    assert not view.keep.value and "shelf is kept only in your working folder" in view.message.value


def test_what_is_typed_is_shown_as_text(folder):
    view = game()
    ask(view, "<img src=x onerror=alert(1)> jack wheel", "card")
    assert "<img" not in view.trophies.value and "&lt;img" in view.trophies.value


@pytest.mark.parametrize("sentence", ["the robber ran", "<b>nobody</b>", "wheel\u0007"])
def test_a_sentence_without_the_word_is_no_trophy(folder, sentence):
    said = ask(game(), sentence, "person")
    assert "Not yet." in said and "Choose one that stands there" in said and "<b>nobody" not in said


def test_an_empty_field_and_a_very_long_sentence(folder):
    view = game()
    view.ask()
    assert "Type a sentence" in view.message.value
    ask(view, "jack wheel " * 200, "card")
    assert len(view.kept.thoughts("jack")[0]) < LONGEST + 60


def test_known_vectors_spare_the_reading():
    known = np.eye(3)[[PLACES[use.sense.split(".")[1]] for use in JACKS]]
    view = game(known=known)
    assert view.tag("jack and the queen").sense == "card" and view.bert.asked == 0
    assert game().tag("jack and the queen").votes == {"card": 5}


def test_its_saved_copy_is_always_the_same():
    assert repr(game()).startswith("Write a sentence with jack, say which sense you mean")


def test_a_space_that_does_not_break_is_a_space():
    read = []

    class Listening(ToyBert):
        def word_vector(self, sentence, *rest, **more):
            read.append(sentence)
            return super().word_vector(sentence, *rest, **more)

    game = FoolBert(Listening(), known=np.eye(3)[[PLACES[u.sense.split(".")[1]] for u in JACKS]])
    game.field.value = "change\u00a0the wheel with the\u2009ja\u00adck"
    assert read == ["change the wheel with the jack"] and "Tool" in game.message.value
