"""What lesson 09 shows as one would write it at work: taken from its page, run, and held against our numbers.

Needs the optional dependencies `reference`; run by `python course.py test reference`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings_course.files.data import load_sentences
from embeddings_course.files.models import find_model
from embeddings_course.pretrained import Bert, load_bert
from embeddings_course.senses import sense_layer

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "libraries.md"
NAME = '"sentence-transformers/all-MiniLM-L6-v2"'


def blocks() -> list[str]:
    """Return the Python blocks of the page that lesson 09 names."""
    prose = PAGE.read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", prose, flags=re.DOTALL)


@pytest.fixture(scope="module")
def ran() -> dict[str, Any]:
    """Run the first block, with the model's folder in place of its name."""
    folder = find_model("minilm")
    if folder is None:
        pytest.skip("the MiniLM model is not on this machine (python course.py model)")
    first = blocks()[0]
    assert first.count(NAME) == 1
    names: dict[str, Any] = {}
    exec(first.replace(NAME, repr(str(folder))), names)
    return names


@pytest.fixture(scope="module")
def ours() -> Bert:
    return load_bert("minilm")


def test_there_are_two_bridges() -> None:
    assert len(blocks()) == 2 and "transformers" in blocks()[0] and "sentence_transformers" in blocks()[1]


def test_the_sentences_are_the_three(ran: dict[str, Any]) -> None:
    assert ran["sentences"] == [sentence.text for sentence in load_sentences()]


def test_hidden_states_are_ours(ran: dict[str, Any], ours: Bert) -> None:
    output = ours(ran["sentences"])
    theirs = torch.stack(ran["hidden_states"]).numpy()
    assert theirs.shape == output.hidden_states.shape
    assert np.abs(theirs - output.hidden_states)[:, output.mask].max() < 1e-4


def test_the_robbers_two_banks_are_ours(ran: dict[str, Any], ours: Bert) -> None:
    for number, name in enumerate(["robber", "river"]):
        vector = ours.word_vector(
            ran["sentences"][2], "bank", occurrence=number, layer=sense_layer(ours.config.n_layers)
        )
        assert np.abs(ran[name].numpy() - vector).max() < 1e-4


def test_sentence_vectors_are_ours(ran: dict[str, Any], ours: Bert) -> None:
    pytest.importorskip("sentence_transformers")
    names = {**ran, "name": str(find_model("minilm"))}
    exec(blocks()[1], names)
    mine = ours.sentence_vectors(ran["sentences"])
    mine = mine / np.linalg.norm(mine, axis=1, keepdims=True)
    theirs = np.asarray(names["vectors"])
    theirs = theirs / np.linalg.norm(theirs, axis=1, keepdims=True)
    assert np.abs(mine - theirs).max() < 1e-4


@pytest.mark.parametrize("name", ["town"])
def test_a_second_trained_bert_keeps_the_promises_about_shapes(name: str) -> None:
    bert = load_bert(name)
    for sentence in load_sentences():
        output = bert(sentence.text)
        shape = (bert.config.n_layers + 1, len(output.tokens), bert.config.hidden_size)
        assert output.hidden_states.shape == shape and output.tokens[0] == "[CLS]"
        for use in sentence.uses:
            rows = bert.find_word(sentence.text, use.word, use.occurrence)
            vector = bert.word_vector(sentence.text, use.word, use.occurrence, layer=1)
            assert np.abs(output.hidden_states[1, rows].mean(axis=0) - vector).max() < 1e-5
    assert not bert.reads_english and bert.guess_masked("the robber stole the [MASK] from the bank")
