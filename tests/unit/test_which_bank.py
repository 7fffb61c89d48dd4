"""Which bank?: prepared sentences without a model, own sentences with one, and every way to type nonsense."""

from __future__ import annotations

import re

import numpy as np
import pytest

from embeddings_course.demos import which_bank
from embeddings_course.demos.base import DemoError
from embeddings_course.demos.which_bank import EXAMPLES, LONGEST, OWN, WhichBank
from embeddings_course.files.data import DataError, load_sentences, load_which_bank
from embeddings_course.files.errors import CourseError
from embeddings_course.uses import CacheReader, Reading, find_uses
from embeddings_course.vectors import cosine


class ToyReader:
    """Every piece is a word; its vector depends on the word and on how long the sentence is."""

    name, n_layers = "a toy", 3

    def read(self, text):
        words = list(re.finditer(r"\S+", text))
        rng = np.random.default_rng(len(text))
        vectors = rng.normal(size=(len(words), 3, 4))
        return Reading([m.group() for m in words], np.array([m.span() for m in words]), vectors)

    def senses(self, word):
        return (("money", "river"), np.ones((2, 3, 4))) if word == "bank" else ((), np.zeros((0, 3, 1)))

    def strangers(self):
        return np.array([[-0.1, 0.05, 0.2]] * 3)


@pytest.fixture
def no_model(monkeypatch):
    monkeypatch.setattr("embeddings_course.files.models.find_model", lambda name=None: None)


# --- the cache ---


def test_the_cache_fits_together():
    data = load_which_bank()
    assert data.vectors.shape == (len(data.tokens), 7, 384) and data.spans.shape == (len(data.tokens), 2)
    assert data.centroids.shape == (len(data.senses), 7, 384) and len(data.senses) == 30
    assert data.strangers.shape == (7, 3) and (np.diff(data.strangers, axis=1) > 0).all()
    assert data.start[0] == 0 and data.start[-1] == len(data.tokens) and len(data.start) == len(data.texts) + 1
    for i, text in enumerate(data.texts):
        part = slice(data.start[i] + 1, data.start[i + 1] - 1)  # without [CLS] and [SEP]
        for token, (first, last) in zip(data.tokens[part], data.spans[part], strict=True):
            assert text[first:last] == token.removeprefix("##")


def test_every_example_can_be_shown_without_the_model(no_model):
    demo = WhichBank()
    for name in EXAMPLES:
        demo.set(examples=name)
        assert demo.error is None and demo.stage.kinds[0] == "Heat"
        assert isinstance(demo.reader, CacheReader)


def test_the_first_example_is_the_essay_word_for_word():
    assert EXAMPLES["the three sentences"] == tuple(sentence.text for sentence in load_sentences())


def test_a_broken_file_is_said(tmp_path):
    broken = tmp_path / "which_bank.npz"
    broken.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(DataError, match="git checkout data"):
        load_which_bank(broken)
    np.savez(broken, texts=np.array(["only this"]))
    with pytest.raises(DataError, match="git checkout data"):
        load_which_bank(broken)


# --- what it finds ---


def test_the_robber_has_two_banks():
    data = WhichBank.compute(word="bank", layer=4)
    assert [use.short for use in data.uses] == ["1", "2", "3a", "3b"]
    assert data.nearest == ["money", "money", "money", "river"]
    river = data.cosines[3, :3]
    assert river.max() < data.cosines[0, 1] and river.max() < data.cosines[0, 2]


def test_before_any_context_all_banks_are_nearly_one():
    first, middle = (WhichBank.compute(layer=layer).cosines for layer in (0, 4))
    assert first.min() > 0.95 > middle.min()


def test_the_numbers_are_those_of_the_vectors():
    data, toy = WhichBank.compute(("a bank b", "the bank"), "bank", 2, ToyReader()), ToyReader()
    one, two = toy.read("a bank b").vectors[1, 2], toy.read("the bank").vectors[1, 2]
    assert data.cosines == pytest.approx(np.array([[1, cosine(one, two)], [cosine(one, two), 1]]))
    assert data.distances[1, 0] == pytest.approx(1 - cosine(two, np.ones(4)))
    assert data.strangers == pytest.approx((-0.1, 0.05, 0.2)) and data.similarity.low == pytest.approx(0.05)


def test_pieces_of_a_word_are_averaged():
    reading = Reading(["em", "##bed", "x"], np.array([[0, 2], [2, 5], [6, 7]]), np.arange(6.0).reshape(3, 1, 2))
    assert reading.vector(0, 5).tolist() == [[1.0, 2.0]]
    with pytest.raises(CourseError, match="Choose a word with letters"):
        reading.vector(50, 51)


def test_uses_are_found_with_plural_and_capitals_but_not_inside_words():
    assert [u.short for u in find_uses(["Banks bank embankment", "bank, bank's"], "bank")] == ["1a", "1b", "2a", "2b"]
    assert find_uses(["a (b) c"], "(b)")[0].label == "1 a (b) c"
    assert find_uses(["x"], "bank") == ()


# --- the words that a learner reads ---


def test_it_says_who_is_alike_against_random_pairs():
    said = WhichBank.compute().describe()
    assert said.startswith('Layer 4 of MiniLM, the word "bank". Most alike: 1 and 2 (0.97); least: ')
    assert "Strangers (two different words) score 0.27 on average here, 95 in 100 below 0.44." in said
    assert said.endswith("Nearest sense: 1 money, 2 money, 3a money, 3b river.")


def test_one_use_alone_and_a_word_without_senses():
    data = WhichBank.compute(("the robber ran",), "robber", 1, ToyReader())
    assert "It stands there once: add a second use to compare." in data.describe()
    assert data.senses == () and data.nearest == []
    demo = WhichBank(word="near")
    assert demo.error is None and "Nearest sense" not in demo.stage.words


def test_an_unknown_word_gets_a_friendly_line():
    demo = WhichBank(word="<script>kreditinstitut")
    assert isinstance(demo.error, DemoError)
    assert (
        "does not stand in these sentences. Choose a word that does, for example jack, stole, hundreds"
        in demo.stage.trouble
    )
    assert "<script>" not in demo.stage.twin
    demo.set(word="jack")
    assert demo.error is None and demo.stage.kinds[0] == "Heat"


@pytest.mark.parametrize("word", ["", "   ", "\n", "((", "\\", "a" * 5000, "🏦", "[CLS]"])
def test_no_word_breaks_it(word):
    demo = WhichBank()
    demo.controls["word"].value = word
    assert isinstance(demo.error, DemoError)


def test_empty_sentences_are_said():
    demo = WhichBank(sentence_1="", sentence_2=" ", sentence_3="")
    assert "There is no sentence yet" in demo.stage.trouble


def test_new_sentences_without_the_model_say_what_to_do(no_model):
    demo = WhichBank()
    demo.controls["sentence_1"].value = "the bank was closed"
    assert "python course.py" in demo.stage.trouble and demo.controls["examples"].value == OWN
    demo.controls["examples"].value = "the three sentences"
    assert demo.error is None and demo.controls["sentence_1"].value == EXAMPLES["the three sentences"][0]


def test_long_sentences_are_cut_and_that_is_said():
    long = "bank " * 100
    data = WhichBank.compute((long,), "bank", 1, ToyReader())
    assert len(data.uses) == 8 and sum(map(len, data.readings)) == LONGEST // 5
    said = data.describe()
    assert f"cut to {LONGEST} characters" in said and "stands there 32 times; the first 8 are shown" in said


def test_what_the_model_read_is_shown_piece_by_piece():
    demo = WhichBank()
    assert "32 pieces" not in demo.tokens.value and re.search(r"What the model read: \d+ pieces", demo.tokens.value)
    assert demo.tokens.value.count("[CLS]") == 3 and ">robber<" in demo.tokens.value
    demo.set(layer=2)
    demo.reader = ToyReader()
    demo.controls["sentence_1"].value = "a <b>bank</b> or bank"
    assert "&lt;b&gt;bank" in demo.tokens.value


# --- controls ---


def test_every_layer_of_every_example_word(no_model):
    demo = WhichBank()
    for _, layer in demo.controls["layer"].options:
        for word in demo.controls["word"].options:
            demo.set(layer=layer, word=word)
            assert demo.error is None and demo.picture.layer == layer and demo.picture.word == word


def test_an_example_without_the_word_brings_its_own(no_model):
    demo = WhichBank(word="bill")
    demo.controls["examples"].value = "three kinds of jack"
    assert demo.controls["word"].value == "jack" and demo.error is None
    assert demo.picture.nearest == ["person", "tool", "card"]


def test_going_back_to_known_sentences_names_the_example(no_model):
    demo = WhichBank()
    texts = EXAMPLES["the river becomes a city"]
    demo.set(sentence_1=texts[0], sentence_2=texts[1], sentence_3="")
    assert demo.controls["examples"].value == "the river becomes a city"


def test_an_example_draws_once(monkeypatch, no_model):
    demo, shown = WhichBank(), []
    monkeypatch.setattr(demo, "show", shown.append)
    demo.controls["examples"].value = "same sense, other words"
    assert len(shown) == 1


def test_a_layer_that_does_not_exist():
    with pytest.raises(DemoError, match="choose one from 0 to 6"):
        WhichBank.compute(layer=7)


def test_the_saved_copy_speaks(no_model):
    data, about = WhichBank()._repr_mimebundle_()
    assert data["text/plain"].startswith("Which bank? What you see: Layer 4 of MiniLM")
    assert data["image/png"].startswith(b"\x89PNG") and about["image/png"]["alt"].startswith("Layer 4")


# --- with a model ---


def real_bert():
    from embeddings_course.files.models import find_model
    from embeddings_course.pretrained import load_bert

    if not find_model("minilm"):
        pytest.skip("the model is not on this machine: python course.py fetches it")
    return load_bert("minilm")


@pytest.mark.slow
def test_the_model_gives_what_the_file_says():
    reader = which_bank.BertReader(real_bert())
    prepared, live = WhichBank.compute(), WhichBank.compute(reader=reader)
    assert live.cosines == pytest.approx(prepared.cosines, abs=0.002)
    assert live.nearest == prepared.nearest and live.readings == tuple(list(r) for r in prepared.readings)


def test_own_sentences_load_the_model_when_they_come():
    real_bert()
    demo = WhichBank()
    assert isinstance(demo.reader, CacheReader)
    demo.controls["sentence_3"].value = "the bank robber lives near the bank of the city"
    demo.controls["sentence_1"].value = "Is the Bank open on Sunday? No bank is."
    assert demo.error is None and [use.short for use in demo.picture.uses] == ["1a", "1b", "2", "3a", "3b"]
    assert demo.picture.nearest[0] == "money"
