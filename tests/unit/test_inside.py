"""Measurements on an open BERT: counts that add up, links that are cut, and a machine that loses its sense of place."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from embeddings_course.files.errors import BertError
from embeddings_course.files.models import find_model
from embeddings_course.inside import (
    cut_links,
    moved,
    parameter_counts,
    row_without,
    states_without,
    without_positions,
)
from embeddings_course.pretrained import load_bert

TEXT = "the bank of the river"
needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="the model is not on this machine")


@pytest.fixture(scope="module")
def bert():
    return load_bert("minilm")


def all_numbers(part):
    if part is None:  # BERT has no table of distances
        return 0
    if is_dataclass(part):
        return sum(all_numbers(getattr(part, f.name)) for f in fields(part))
    return part.size


@needs_model
def test_every_number_is_counted_once(bert):
    layers = [bert.layer_weights(i) for i in range(bert.config.n_layers)]
    counts = parameter_counts(bert.embedding_weights, layers)
    assert sum(counts.values()) == all_numbers(bert.embedding_weights) + sum(map(all_numbers, layers))
    d, wide = bert.config.hidden_size, layers[0].up.weight.shape[0]
    assert counts["attention"] == len(layers) * 4 * (d * d + d)
    assert counts["feed-forward"] == len(layers) * (2 * d * wide + wide + d)


@needs_model
@pytest.mark.parametrize(("layer", "head"), [(0, 3), (2, None), (5, 11)])
def test_cutting_many_is_cutting_each(bert, layer, head):
    links = [(2, 5), (5, 2), (3, 3)]
    told = cut_links(bert, TEXT, layer, head, links)
    whole = bert(TEXT).hidden_states[-1]
    for row, (start, end) in zip(told, links, strict=True):
        one = bert(TEXT, cut=[(layer, head, start, end)]).hidden_states[-1]
        assert row == pytest.approx(moved(whole, one), abs=1e-6)
    assert told.shape == (3, len(bert(TEXT).tokens)) and told[:, 2].max() > 1e-5
    assert cut_links(bert, TEXT, layer, head, []).shape == (0, told.shape[1])


@pytest.mark.parametrize("name", ["town", pytest.param("minilm", marks=needs_model), "mpnet"])
@pytest.mark.parametrize("layer", [0, 1, -1, None])
def test_one_token_alone_is_that_token_of_all(name, layer):
    if name == "mpnet" and find_model(name) is None:
        pytest.skip("the model is not on this machine")
    bert = load_bert(name)
    layer = bert.config.n_layers - 1 if layer == -1 else layer
    output, ends = bert(TEXT), (5, 0, 2)
    for head in (1, None):
        alone = row_without(bert, output, layer, head, 2, ends)
        assert alone == pytest.approx(states_without(bert, output, layer, head, [(2, e) for e in ends])[:, 2], abs=1e-5)
    assert row_without(bert, output, layer, 0, 2, ()).shape == (0, bert.config.hidden_size)
    for nowhere, head, start, end in [(99, 0, 1, 1), (0, 99, 1, 1), (0, 0, 99, 1), (0, 0, 1, -1)]:
        with pytest.raises(BertError, match=r"layers 0 to|tokens 0 to"):
            row_without(bert, output, nowhere, head, start, (end,))


@needs_model
def test_in_the_last_layer_only_the_token_that_looks_moves(bert):
    told = cut_links(bert, TEXT, bert.config.n_layers - 1, None, [(2, 5)])[0]
    assert np.argmax(told) == 2 and np.delete(told, 2).max() < 1e-9 < told[2]


@needs_model
@pytest.mark.parametrize(("layer", "head", "link"), [(9, 0, (1, 1)), (0, 99, (1, 1)), (0, 0, (1, 99)), (-1, 0, (1, 1))])
def test_what_does_not_exist_is_said(bert, layer, head, link):
    with pytest.raises(BertError, match=r"layers 0 to 5|tokens 0 to 6"):
        cut_links(bert, TEXT, layer, head, [link])


@needs_model
def test_without_positions_a_sentence_is_a_bag(bert):
    bag = without_positions(bert)
    one, two = (bag(text).hidden_states[-1] for text in ("dog bit man", "man bit dog"))
    assert one[[0, 1, 2, 3, 4]] == pytest.approx(two[[0, 3, 2, 1, 4]], abs=1e-5)
    one, two = (bert(text).hidden_states[-1] for text in ("dog bit man", "man bit dog"))
    assert moved(one[1], two[3]) > 0.01


def test_tiny_moves_are_not_lost_in_rounding():
    before = np.array([1.0, 1.0, 1.0], np.float32)
    after = before + np.array([1e-4, 0, 0], np.float32)
    assert moved(before, after) == pytest.approx(1e-8 / 9, rel=0.05)
