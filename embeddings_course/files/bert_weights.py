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
    """Three tables that `embed` looks up and adds."""

    pieces: Array  # (vocab, hidden): the static word vectors of BERT
    positions: Array  # (512, hidden): one for each place in the text
    segments: Array  # (2, hidden): first or second text of a pair
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
    """

    hidden_size: int
    n_layers: int
    n_heads: int
    max_tokens: int = 512
    layer_norm_eps: float = 1e-12
    activation: Literal["gelu", "relu"] = "gelu"
    pad_id: int = 0


# --- from a checkpoint to named weights -----------------------------------------------------------------------


def read_config(config: Mapping[str, Any]) -> Config:
    """Take from config.json what the forward pass needs.

    Raises:
        WeightsError: where it describes something other than BERT, or a kind of BERT that is not supported.

    >>> read_config({"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}).n_layers
    2
    """
    kind = config.get("model_type", "bert")
    act = config.get("hidden_act", "gelu")
    positions = config.get("position_embedding_type", "absolute")
    wrong = [
        f"{name} is {found!r} and should be {right}"
        for name, found, right in [
            ("model_type", kind, "'bert'"),
            ("hidden_act", act, "'gelu' or 'relu'"),
            ("position_embedding_type", positions, "'absolute'"),
            ("is_decoder", config.get("is_decoder", False), "False"),
        ]
        if repr(found) not in right.split(" or ")
    ]
    if wrong:
        raise WeightsError(f"This model is not a BERT that the course can run: {', '.join(wrong)}. Choose another.")
    try:
        hidden, layers, heads = (
            int(config[key]) for key in ("hidden_size", "num_hidden_layers", "num_attention_heads")
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"config.json lacks a number that BERT needs ({error}). Fetch the model again.") from error
    if heads < 1 or hidden % heads:
        raise WeightsError(f"{hidden} numbers cannot be shared out among {heads} heads: config.json is wrong.")
    return Config(
        hidden_size=hidden,
        n_layers=layers,
        n_heads=heads,
        max_tokens=int(config.get("max_position_embeddings", 512)),
        layer_norm_eps=float(config.get("layer_norm_eps", 1e-12)),
        activation=act,
        pad_id=int(config.get("pad_token_id") or 0),
    )


class Checkpoint:
    """The arrays of a checkpoint, looked up by the names that all BERT checkpoints share."""

    def __init__(self, arrays: Mapping[str, Array], name: str) -> None:
        self.name = name
        # the oldest checkpoints say gamma and beta; those with a head put "bert." before everything else
        self.arrays = {
            re.sub(r"gamma$", "weight", re.sub(r"beta$", "bias", key.removeprefix("bert."))): array
            for key, array in arrays.items()
        }

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
        hidden = config.hidden_size
        return EmbeddingWeights(
            pieces=self.take("embeddings.word_embeddings.weight", -1, hidden),
            positions=self.take("embeddings.position_embeddings.weight", config.max_tokens, hidden),
            segments=self.take("embeddings.token_type_embeddings.weight", -1, hidden),
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
