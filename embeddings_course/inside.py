"""Questions to a BERT that lies open: where do its numbers sit, and what does a single link do?

`bert.py` is the machine; these few functions take measurements on it. Lesson 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embeddings_course.bert import Output, encoder_layer
from embeddings_course.files.arrays import Floats
from embeddings_course.files.bert_weights import EmbeddingWeights, LayerWeights, Linear, Norm
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import BertError
from embeddings_course.pretrained import Bert, Text
from embeddings_course.vectors import normalise

Link = tuple[int, int]
"""(from, to): the token that looks, and the token that is looked at, counted from 0 with [CLS]."""


# --- where the parameters are ---------------------------------------------------------------------------------


def _size(*parts: Linear | Norm) -> int:
    return sum(part.weight.size + part.bias.size for part in parts)


@checked
def parameter_counts(embeddings: EmbeddingWeights, layers: Sequence[LayerWeights]) -> dict[str, int]:
    """Count the learned numbers of a BERT, part by part.

    Introduced in lesson 10.

    Args:
        embeddings: `bert.embedding_weights`.
        layers: `bert.layer_weights(i)` for every layer.

    Returns:
        how many numbers each part holds: the table of pieces, positions (with MPNet's table of distances) and segments,
        then over all layers attention, the feed-forward part, and the norms (that of the embeddings included).

    >>> norm = Norm(np.ones(2), np.ones(2))
    >>> tables = EmbeddingWeights(np.ones((9, 2)), np.ones((4, 2)), np.ones((2, 2)), norm)
    >>> square, up = Linear(np.ones((2, 2)), np.ones(2)), Linear(np.ones((8, 2)), np.ones(8))
    >>> down = Linear(np.ones((2, 8)), np.ones(2))
    >>> layer = LayerWeights(square, square, square, square, norm, up, down, norm)
    >>> parameter_counts(tables, [layer])
    {'pieces': 18, 'positions': 8, 'segments': 4, 'attention': 24, 'feed-forward': 42, 'norms': 12}
    """
    distances = layers[0].relative if layers else None  # all layers share one table
    return {
        "pieces": embeddings.pieces.size,
        "positions": embeddings.positions.size + (0 if distances is None else distances.size),
        "segments": 0 if embeddings.segments is None else embeddings.segments.size,
        "attention": sum(_size(w.query, w.key, w.value, w.output) for w in layers),
        "feed-forward": sum(_size(w.up, w.down) for w in layers),
        "norms": _size(embeddings.norm) + sum(_size(w.attention_norm, w.output_norm) for w in layers),
    }


@checked
def without_positions(bert: Bert) -> Bert:
    """Return the same model with every position vector zero: it cannot tell the first place from the last.

    MPNet also loses what it adds for distances. Introduced in lesson 10.

    >>> from embeddings_course.pretrained import load_bert
    >>> town = load_bert("town")
    >>> bag = without_positions(town)("man bit dog").hidden_states[0]
    >>> bool(np.allclose(bag[1], without_positions(town)("dog bit man").hidden_states[0, -2], atol=1e-6))
    True
    """
    bag = copy(bert)
    bag.embedding_weights = replace(bert.embedding_weights, positions=np.zeros_like(bert.embedding_weights.positions))
    bag.layers = [replace(layer, relative=None) for layer in bert.layers]
    return bag


# --- what a link does -----------------------------------------------------------------------------------------


@checked
def moved(before: Floats, after: Floats) -> Floats:
    """Return how far vectors moved, as 1 - cosine: 0 for not at all.

    Introduced in lesson 10.

    Args:
        before: vectors, shape (..., d).
        after: the same vectors later, of a shape that broadcasts.

    Returns:
        shape (...), from 0 to 2.

    >>> moved(np.array([1.0, 0.0]), np.array([[2.0, 0.0], [0.0, 1.0]])).tolist()
    [0.0, 1.0]
    """
    # not 1 - a . b, which for tiny steps drowns in rounding: for unit vectors |a - b| squared is 2 - 2 cos
    distance: Floats = ((normalise(before) - normalise(after)) ** 2).sum(axis=-1) / 2
    return distance


@checked
def cut_links(bert: Bert, text: Text, layer: int | None, head: int | None, links: Iterable[Link]) -> Floats:
    """Cut links one at a time and see how far every token's last vector moves.

    Introduced in lesson 10.

    Args:
        bert: the model.
        text: one text.
        layer: as in `states_without`.
        head: as there.
        links: as there.

    Returns:
        shape (links, n): 1 - cosine between each token's last vector without and with the link.
    """
    output = bert(text)
    return moved(output.hidden_states[-1], states_without(bert, output, layer, head, links))


def states_without(bert: Bert, output: Output, layer: int | None, head: int | None, links: Iterable[Link]) -> Floats:
    """Cut links one at a time and return every token's last vector.

    It is what `bert(text, cut=[(layer, head, start, end)])` does, for many links at once: up to the layer nothing
    changes, so that part runs only once. The weights that are left in the row grow to 1 again.

    Introduced in lesson 10.

    Args:
        bert: the model.
        output: what it made of one text with nothing cut.
        layer: counted from 0, as in `layer_weights` and `attentions`; None cuts the link in every layer.
        head: counted from 0; None cuts the link in every head of the layer.
        links: (from, to), counted from 0, where 0 is [CLS].

    Returns:
        shape (links, n, hidden).

    Raises:
        BertError: where layer, head or link does not exist.
    """
    pairs = list(links)
    allowed = _allowed(bert, output, layer, head, pairs)
    if not pairs:
        return np.zeros((0, len(output.tokens), bert.config.hidden_size))
    first = layer or 0
    x = np.repeat(output.hidden_states[first][None], len(pairs), axis=0)  # (n, hidden) -> (links, n, hidden)
    for i in range(first, bert.config.n_layers):
        x, _ = encoder_layer(x, bert.layer_weights(i), bert.config, allowed if layer in (i, None) else None)
    return x


def row_without(
    bert: Bert, output: Output, layer: int | None, head: int | None, start: int, ends: Sequence[int]
) -> Floats:
    """Cut links of one token one at a time and return its own last vector: `states_without`, of that token alone.

    In the layer that is cut only this token changes, and of the last layer only this token is asked for: both are
    computed for it alone, which saves most of two layers. Introduced in lesson 10.

    Args:
        bert: the model.
        output: what it made of one text with nothing cut.
        layer: as in `states_without`.
        head: as there.
        start: the token that looks.
        ends: the tokens that are looked at, each cut by itself.

    Returns:
        shape (ends, hidden).

    Raises:
        BertError: where layer, head or link does not exist.
    """
    links = [(start, end) for end in ends]
    if layer is None or not links:
        return states_without(bert, output, layer, head, links)[:, start]
    alone, last = slice(start, start + 1), bert.config.n_layers - 1
    allowed = _allowed(bert, output, layer, head, links)[..., alone, :]
    x = np.repeat(output.hidden_states[layer][None], len(links), axis=0)  # (n, hidden) -> (links, n, hidden)
    row, _ = encoder_layer(x, bert.layer_weights(layer), bert.config, allowed, alone)
    if layer < last:
        x[:] = output.hidden_states[layer + 1]
        x[:, alone] = row
        for i in range(layer + 1, last):
            x, _ = encoder_layer(x, bert.layer_weights(i), bert.config)
        row, _ = encoder_layer(x, bert.layer_weights(last), bert.config, rows=alone)
    return row[:, 0]


def _allowed(
    bert: Bert, output: Output, layer: int | None, head: int | None, links: Sequence[Link]
) -> NDArray[np.bool_]:
    """Return who may look at whom without each link, (links, heads, n, n); refuse what is not there."""
    n, heads = len(output.tokens), bert.config.n_heads
    if not (layer is None or 0 <= layer < bert.config.n_layers) or not (head is None or 0 <= head < heads):
        raise BertError(f"{bert.name} has layers 0 to {bert.config.n_layers - 1} and heads 0 to {heads - 1} (or None).")
    if not all(0 <= i < n for pair in links for i in pair):
        raise BertError(f"This text has the tokens 0 to {n - 1}; a link is (from, to), two of these numbers.")
    allowed = np.ones((len(links), heads, n, n), dtype=bool)
    for i, (start, end) in enumerate(links):
        allowed[i, slice(None) if head is None else head, start, end] = False
    return allowed
