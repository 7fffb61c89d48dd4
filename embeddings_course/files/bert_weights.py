"""What a BERT is made of: the numbers of its config, and its weights under names that one can read.

A checkpoint holds arrays under long names; `Checkpoint` finds them, checks their shapes, and hands them over as the
small classes that `bert.py` computes with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files.errors import WeightsError

Array = NDArray[np.floating]


# --- the numbers that were learned ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Linear:
    """A matrix of shape (out, in) and a bias of shape (out,)."""

    weight: Array
    bias: Array


@dataclass(frozen=True)
class Norm:
    """The stretch and the shift of a layer norm, both of shape (hidden,)."""

    weight: Array
    bias: Array


@dataclass(frozen=True)
class EmbeddingWeights:
    """The tables that `embed` looks up and adds."""

    pieces: Array  # (vocab, hidden): the static word vectors of BERT
    positions: Array  # (512, hidden): one for each place in the text
    segments: Array | None  # (2, hidden): first or second text of a pair; MPNet has none
    norm: Norm


@dataclass(frozen=True)
class LayerWeights:
    """One layer: four matrices for attention, two for the feed-forward part, and two norms."""

    query: Linear  # (hidden, hidden)
    key: Linear  # (hidden, hidden)
    value: Linear  # (hidden, hidden)
    output: Linear  # (hidden, hidden)
    attention_norm: Norm
    up: Linear  # (4 * hidden, hidden)
    down: Linear  # (hidden, 4 * hidden)
    output_norm: Norm
    relative: Array | None = None  # (32, heads): MPNet alone has it, the same in all layers


@dataclass(frozen=True)
class HeadWeights:
    """The masked-word head: from a vector back to a score for every piece of the vocabulary."""

    transform: Linear  # (hidden, hidden)
    norm: Norm
    pieces: Linear  # (vocab, hidden): the table of `embed` again


@dataclass(frozen=True)
class Config:
    """The shape of a BERT, from its config.json.

    Args:
        hidden_size: numbers a piece.
        n_layers: layers; there is one more set of hidden states, the embeddings.
        n_heads: attention heads a layer.
        max_tokens: the longest text in pieces, [CLS] and [SEP] included.
        layer_norm_eps: keeps layer norm from dividing by nothing.
        activation: the bend in the feed-forward part.
        pad_id: the piece that fills up short texts of a batch.
        kind: "mpnet" has no segments, and a table of distances beside that of places.
    """

    hidden_size: int
    n_layers: int
    n_heads: int
    max_tokens: int = 512
    layer_norm_eps: float = 1e-12
    activation: Literal["gelu", "relu"] = "gelu"
    pad_id: int = 0
    kind: Literal["bert", "mpnet"] = "bert"

    @property
    def first_place(self) -> int:
        """The row of the table of places for the first piece; MPNet never uses the rows before it."""
        return self.pad_id + 1 if self.kind == "mpnet" else 0


# --- from a checkpoint to named weights -----------------------------------------------------------------------


SUPPORTED: Mapping[str, tuple[object, ...]] = {
    "model_type": ("bert", "mpnet"),
    "hidden_act": ("gelu", "relu"),
    "position_embedding_type": ("absolute",),
    "is_decoder": (False,),
}
"""What config.json may say, where it says it; the first value is what holds where it does not."""


def read_config(config: Mapping[str, Any]) -> Config:
    """Take from config.json what the forward pass needs.

    Raises:
        WeightsError: where it describes something other than BERT, or a kind of BERT that is not supported.

    >>> read_config({"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}).n_layers
    2
    """
    said = {key: config.get(key, right[0]) for key, right in SUPPORTED.items()}
    wrong = [
        f"{key} is {said[key]!r:.60} and should be {' or '.join(map(repr, right))}"
        for key, right in SUPPORTED.items()
        if said[key] not in right
    ]
    if wrong:
        raise WeightsError(f"This model is not a BERT that the course can run: {', '.join(wrong)}. Choose another.")
    hidden = _whole(config, "hidden_size", 1, 100_000)
    heads = _whole(config, "num_attention_heads", 1, 10_000)
    if hidden % heads:
        raise WeightsError(f"{hidden} numbers cannot be shared out among {heads} heads: config.json is wrong.")
    eps = config.get("layer_norm_eps", 1e-12)
    if isinstance(eps, bool) or not isinstance(eps, int | float) or not 0 <= eps < 1:
        raise WeightsError(f"config.json: layer_norm_eps is {eps!r:.60}, not a tiny number. Fetch the model again.")
    mpnet = said["model_type"] == "mpnet"
    pad = int(mpnet) if config.get("pad_token_id") is None else _whole(config, "pad_token_id", 0, 10_000_000)
    first = pad + 1 if mpnet else 0  # as `Config.first_place`
    return Config(
        hidden_size=hidden,
        n_layers=_whole(config, "num_hidden_layers", 0, 1000),
        n_heads=heads,
        max_tokens=_whole(config, "max_position_embeddings", first + 2, 10_000_000, 512) - first,
        layer_norm_eps=float(eps),
        activation=said["hidden_act"],
        pad_id=pad,
        kind=said["model_type"],
    )


def _whole(config: Mapping[str, Any], key: str, low: int, high: int, default: int | None = None) -> int:
    """Return a whole number of config.json.

    Raises:
        WeightsError: where it is missing, or no whole number from `low` to `high`.
    """
    found = config.get(key, default)
    if found is None:
        raise WeightsError(f"config.json lacks a number that BERT needs ({key!r}). Fetch the model again.")
    if isinstance(found, bool) or not isinstance(found, int | float) or found != found or not low <= found <= high:
        raise WeightsError(f"config.json: {key} is {found!r:.60}, not a number from {low} on. Fetch the model again.")
    if found != int(found):
        raise WeightsError(f"config.json: {key} is {found!r}, not a whole number. Fetch the model again.")
    return int(found)


# what the oldest BERTs (gamma, beta) and MPNet call the same things
_OTHER_NAMES = {
    ".gamma": ".weight",
    ".beta": ".bias",
    "attention.attn.q.": "attention.self.query.",
    "attention.attn.k.": "attention.self.key.",
    "attention.attn.v.": "attention.self.value.",
    "attention.attn.o.": "attention.output.dense.",
    "attention.LayerNorm.": "attention.output.LayerNorm.",
}


def _our_name(key: str) -> str:
    """Return the name of an array as BERT checkpoints without a head have it.

    >>> _our_name("bert.embeddings.LayerNorm.gamma"), _our_name("encoder.layer.0.attention.attn.q.bias")
    ('embeddings.LayerNorm.weight', 'encoder.layer.0.attention.self.query.bias')
    """
    key = re.sub(r"^(module\.)?((bert|mpnet)\.)?", "", key)  # many cards put "module." first, a head the kind of model
    for other, ours in _OTHER_NAMES.items():
        key = key.replace(other, ours)
    return key


class Checkpoint:
    """The arrays of a checkpoint, looked up by the names that BERT checkpoints share."""

    def __init__(self, arrays: Mapping[str, Array], name: str) -> None:
        self.name = name
        self.arrays = {_our_name(key): array for key, array in arrays.items()}

    def take(self, key: str, *shape: int) -> Array:
        """Return one array; -1 in `shape` fits any length."""
        array = self.arrays.get(key)
        if array is None:
            raise WeightsError(
                f"{self.name} lacks the weights {key!r}: the file is not a complete BERT. Fetch it again."
            )
        if array.ndim != len(shape) or any(want not in (-1, has) for want, has in zip(shape, array.shape, strict=True)):
            raise WeightsError(
                f"{self.name}: {key!r} has the shape {array.shape}, and config.json asks for {shape}. "
                "The two files do not belong together; fetch the model again."
            )
        return array

    def linear(self, key: str, out: int, into: int) -> Linear:
        """Return a matrix (out, into) and its bias (out,)."""
        return Linear(self.take(f"{key}.weight", out, into), self.take(f"{key}.bias", out))

    def norm(self, key: str, hidden: int) -> Norm:
        """Return the scale and the shift (hidden,) of a layer norm."""
        return Norm(self.take(f"{key}.weight", hidden), self.take(f"{key}.bias", hidden))

    def embeddings(self, config: Config) -> EmbeddingWeights:
        """Return the tables of pieces, places and segments."""
        hidden, first = config.hidden_size, config.first_place
        return EmbeddingWeights(
            pieces=self.take("embeddings.word_embeddings.weight", -1, hidden),
            positions=self.take("embeddings.position_embeddings.weight", first + config.max_tokens, hidden)[first:],
            segments=None
            if config.kind == "mpnet"
            else self.take("embeddings.token_type_embeddings.weight", -1, hidden),
            norm=self.norm("embeddings.LayerNorm", hidden),
        )

    def layer(self, i: int, config: Config) -> LayerWeights:
        """Return the weights of layer i, counted from 0."""
        hidden, key = config.hidden_size, f"encoder.layer.{i}"
        wide = len(self.take(f"{key}.intermediate.dense.bias", -1))
        return LayerWeights(
            query=self.linear(f"{key}.attention.self.query", hidden, hidden),
            key=self.linear(f"{key}.attention.self.key", hidden, hidden),
            value=self.linear(f"{key}.attention.self.value", hidden, hidden),
            output=self.linear(f"{key}.attention.output.dense", hidden, hidden),
            attention_norm=self.norm(f"{key}.attention.output.LayerNorm", hidden),
            up=self.linear(f"{key}.intermediate.dense", wide, hidden),
            down=self.linear(f"{key}.output.dense", hidden, wide),
            output_norm=self.norm(f"{key}.output.LayerNorm", hidden),
            relative=self.take("encoder.relative_attention_bias.weight", 32, config.n_heads)
            if config.kind == "mpnet"
            else None,
        )

    def head(self, embeddings: EmbeddingWeights) -> HeadWeights | None:
        """Return the masked-word head, or None where the checkpoint has none."""
        key = "cls.predictions"
        if f"{key}.transform.dense.weight" not in self.arrays:
            return None
        vocab, hidden = embeddings.pieces.shape
        table = self.arrays.get(f"{key}.decoder.weight", embeddings.pieces)
        return HeadWeights(
            transform=self.linear(f"{key}.transform.dense", hidden, hidden),
            norm=self.norm(f"{key}.transform.LayerNorm", hidden),
            pieces=Linear(table, self.take(f"{key}.bias", vocab)),
        )
