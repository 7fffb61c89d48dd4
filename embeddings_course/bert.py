"""BERT, forwards, in NumPy. Read it from top to bottom: the file is the lesson.

A text goes in as piece numbers. `embed` turns each piece into a vector that knows only the piece and its place.
Then every layer does the same two things: `self_attention` lets each piece gather from all the others, and
`feed_forward` works on each piece alone. After the last layer the vector of *bank* has seen its sentence.

Shapes stand at the ends of lines: n pieces, hidden numbers a piece, `heads` heads of d = hidden / heads numbers;
"..." is the texts of a batch, or nothing.

The model is that of Devlin et al. (2018), "BERT: Pre-training of Deep Bidirectional Transformers", made of the
encoder of Vaswani et al. (2017), "Attention Is All You Need". The numbers agree with the library `transformers` to
1e-4 (tests/reference). Introduced in lesson 09, opened in lesson 10.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from embeddings_course.weights import WeightsError, fetch_model, model_name, progress_bar, read_model_folder

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Array = NDArray[np.floating]
Text = str | tuple[str, str]
"""A text, or a pair of texts, which BERT reads as one: [CLS] first [SEP] second [SEP]."""

Cut = tuple[int, int | None, int, int]
"""One link to cut: (layer, head, from, to). Piece `from` may not look at piece `to`; head None means every head."""


class BertError(ValueError):
    """Something that was asked of BERT and cannot be had; the message says what to do."""


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


# --- the forward pass, one function per idea ------------------------------------------------------------------


def linear(x: Array, w: Linear) -> Array:
    """Multiply every row by one matrix and add one bias.

    >>> linear(np.array([[1.0, 2.0]]), Linear(np.array([[3.0, 4.0]]), np.array([0.5]))).tolist()
    [[11.5]]
    """
    rows = x.reshape(-1, x.shape[-1])  # a batch of texts is one long matrix: one multiplication for all
    result = rows @ w.weight.T  # (rows, in) @ (in, out) -> (rows, out)
    result += w.bias
    return result.reshape(*x.shape[:-1], -1)  # (..., n, in) -> (..., n, out)


def layer_norm(x: Array, w: Norm, eps: float = 1e-12) -> Array:
    """Give every vector mean 0 and spread 1, then stretch and shift it as learned.

    >>> layer_norm(np.array([[1.0, 3.0]]), Norm(np.ones(2), np.zeros(2))).round(3).tolist()
    [[-1.0, 1.0]]
    """
    result = x - x.mean(axis=-1, keepdims=True)  # (..., n, hidden)
    variance = np.einsum("...i,...i->...", result, result)[..., None] / x.shape[-1]  # (..., n, 1)
    result /= np.sqrt(variance + eps)
    result *= w.weight
    result += w.bias
    return result


def softmax(scores: Array) -> Array:
    """Turn each row of scores into shares: all positive, together 1; a score of minus infinity gets nothing.

    >>> softmax(np.array([0.0, 0.0, -np.inf])).tolist()
    [0.5, 0.5, 0.0]
    """
    shares = scores - scores.max(axis=-1, keepdims=True)  # the largest becomes 0: exp cannot overflow
    np.exp(shares, out=shares)
    shares /= shares.sum(axis=-1, keepdims=True)
    return shares


def relu(x: Array) -> Array:
    """Keep what is positive, make the rest 0."""
    return np.maximum(x, 0)


# 0.5 / (1 + c1 x + ... + c8 x^8)^8 is the share of a bell curve above x, to 5e-8: as exact as single precision can
# show (the form is that of Abramowitz and Stegun 1964, 7.1.28; tools/data/fit_gelu.py found the numbers)
_TAIL = (9.973249674e-02, 4.478878941e-02, 8.591667898e-03, 9.806089716e-04,
         1.113932203e-04, 9.756383982e-05, -1.674314654e-05, 2.932133332e-06)  # fmt: skip


def gelu(x: Array) -> Array:
    """Let x through by the share of a bell curve that lies below x: a relu with a soft knee.

    gelu(x) = x * P(normal < x), written as relu(x) - |x| * P(normal > |x|). (Hendrycks and Gimpel 2016.)

    >>> gelu(np.array([-1.0, 0.0, 1.0, 10.0])).round(3).tolist()
    [-0.159, 0.0, 0.841, 10.0]
    """
    result = relu(x)
    whole, flat = np.ravel(x), result.reshape(-1)
    for start in range(0, flat.size, 16384):  # a block fits into the processor's cache: three times as fast
        block = slice(start, start + 16384)
        size = np.abs(whole[block])
        flat[block] -= size * _upper_tail(size)
    return result


def _upper_tail(size: Array) -> Array:
    """Return the share of a bell curve that lies above a positive number."""
    with np.errstate(over="ignore"):  # far out the power overflows, and 1 / infinity is the right 0
        root = _TAIL[-1] * size
        for coefficient in _TAIL[-2::-1]:
            root += coefficient
            root *= size
        root += 1
        for _ in range(3):  # squared three times: to the power of 8
            root *= root
    return np.divide(0.5, root, out=root)


def embed(ids: NDArray[np.integer], segments: NDArray[np.integer], w: EmbeddingWeights, config: Config) -> Array:
    """Look up three vectors for every piece (which piece, which place, which text of a pair) and add them."""
    x = w.pieces[ids]  # (..., n) -> (..., n, hidden)
    x += w.segments[segments]
    x += w.positions[: ids.shape[-1]]
    return layer_norm(x, w.norm, config.layer_norm_eps)


def split_heads(x: Array, n_heads: int) -> Array:
    """Cut every vector into one short vector a head: (..., n, hidden) -> (..., heads, n, d)."""
    return x.reshape(*x.shape[:-1], n_heads, -1).swapaxes(-2, -3)


def join_heads(x: Array) -> Array:
    """Put the short vectors side by side again: (..., heads, n, d) -> (..., n, hidden)."""
    x = x.swapaxes(-2, -3)
    return x.reshape(*x.shape[:-2], -1)


def attend(query: Array, key: Array, value: Array, allowed: NDArray[np.bool_] | None = None) -> tuple[Array, Array]:
    """Let every piece ask all pieces and take a share of what each holds (Vaswani et al. 2017, 3.2.1).

    Args:
        query: what each piece looks for, (..., n, d).
        key: what each piece offers, (..., n, d).
        value: what each piece holds, (..., n, d).
        allowed: False where a piece may not look, of a shape that broadcasts to (..., n, n); None: anywhere.

    Returns:
        what each piece gathered, (..., n, d), and the shares, (..., n from, n to); each row of shares adds up to 1.
    """
    query = query / math.sqrt(query.shape[-1])  # without this, long vectors would make every share 0 or 1
    scores = query @ key.swapaxes(-1, -2)  # (..., n, d) @ (..., d, n) -> (..., n, n)
    if allowed is not None:
        scores[~np.broadcast_to(allowed, scores.shape)] = -np.inf
    shares = softmax(scores)
    return shares @ value, shares  # (..., n, n) @ (..., n, d) -> (..., n, d)


def self_attention(
    x: Array, w: LayerWeights, config: Config, allowed: NDArray[np.bool_] | None = None
) -> tuple[Array, Array]:
    """Let the pieces of a text gather from each other, in several heads at once (Vaswani et al. 2017, 3.2.2).

    Returns:
        the change for each piece, (..., n, hidden), and the attentions, (..., heads, n, n).
    """
    query, key, value = (split_heads(linear(x, matrix), config.n_heads) for matrix in (w.query, w.key, w.value))
    gathered, shares = attend(query, key, value, allowed)  # (..., heads, n, d), (..., heads, n, n)
    return linear(join_heads(gathered), w.output), shares


def feed_forward(x: Array, w: LayerWeights, config: Config) -> Array:
    """Work on each piece alone: up to four times as many numbers, a bend, and down again."""
    bend = gelu if config.activation == "gelu" else relu
    return linear(bend(linear(x, w.up)), w.down)  # (..., n, hidden) -> (..., n, 4 * hidden) -> (..., n, hidden)


def encoder_layer(
    x: Array, w: LayerWeights, config: Config, allowed: NDArray[np.bool_] | None = None
) -> tuple[Array, Array]:
    """Do one layer: gather, add, norm; think, add, norm. What came in is always added again (the residual).

    Returns:
        the new vectors, (..., n, hidden), and the attentions, (..., heads, n, n).
    """
    gathered, shares = self_attention(x, w, config, allowed)
    gathered += x
    x = layer_norm(gathered, w.attention_norm, config.layer_norm_eps)
    thought = feed_forward(x, w, config)
    thought += x
    return layer_norm(thought, w.output_norm, config.layer_norm_eps), shares


def masked_word_scores(x: Array, w: HeadWeights, config: Config) -> Array:
    """Score every piece of the vocabulary for a place in the text: (..., hidden) -> (..., vocab)."""
    bend = gelu if config.activation == "gelu" else relu
    x = layer_norm(bend(linear(x, w.transform)), w.norm, config.layer_norm_eps)
    return linear(x, w.pieces)


# --- what comes out -------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Output:
    """What BERT made of one text, or of a batch of texts (then every shape has the batch where "..." stands).

    Args:
        tokens: the pieces as text, with [CLS] and [SEP]; for a batch one list a text.
        hidden_states: (layers + 1, ..., n, hidden); row 0 is the embeddings, row -1 what the last layer gives.
        attentions: (layers, ..., heads, n from, n to); attentions[i] lies between hidden_states[i] and [i + 1].
        mask: (..., n); False where a short text of a batch was filled up.
        ids: (..., n); the pieces as rows of the vocabulary.
        segments: (..., n); 1 for the second text of a pair.
    """

    tokens: list[Any]
    hidden_states: Array
    attentions: Array
    mask: NDArray[np.bool_]
    ids: NDArray[np.int64]
    segments: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"Output(hidden_states {self.hidden_states.shape}, attentions {self.attentions.shape})"


# --- the model ------------------------------------------------------------------------------------------------


class Bert:
    """A pre-trained BERT: call it with a text, ask it for the vector of a word, or let it guess a hidden word.

    Introduced in lesson 09.

    Args:
        config: the content of config.json.
        arrays: the weights by name, as the checkpoint has them (with or without the prefix "bert.").
        tokenizer: cuts texts into pieces.
        name: for messages.

    Raises:
        WeightsError: where this is not a BERT that these functions can run, or weights are missing.
    """

    def __init__(
        self, config: Mapping[str, Any], arrays: Mapping[str, Array], tokenizer: Tokenizer, name: str = "this model"
    ) -> None:
        self.name = name
        self.config = read_config(config)
        self.tokenizer = tokenizer
        self._weights = _Checkpoint(arrays, name)
        self.embedding_weights = self._weights.embeddings(self.config)
        self._layers = [self._weights.layer(i, self.config) for i in range(self.config.n_layers)]
        self.head_weights = self._weights.head(self.embedding_weights)

    def __repr__(self) -> str:
        c = self.config
        return f"Bert({self.name}: {c.n_layers} layers x {c.n_heads} heads, {c.hidden_size} numbers a piece)"

    @property
    def reads_english(self) -> bool:
        """Whether its table has the pieces of general English (20,000 or more): what we say of senses is about those.

        A small BERT of our own knows the words of the town alone. Introduced in lesson 09.
        """
        return len(self.embedding_weights.pieces) >= 20_000

    def layer_weights(self, layer: int) -> LayerWeights:
        """Return the matrices and norms of one layer, counted from 0.

        Introduced in lesson 10.

        Raises:
            BertError: where there is no such layer.
        """
        if not 0 <= layer < self.config.n_layers:
            raise BertError(f"{self.name} has the layers 0 to {self.config.n_layers - 1}; there is no layer {layer}.")
        return self._layers[layer]

    # --- run it

    def __call__(self, texts: Text | Sequence[Text], cut: Sequence[Cut] = ()) -> Output:
        """Run BERT over a text, a pair (a tuple of two texts) or a batch (a list of either).

        The empty text is a text: [CLS] [SEP].

        Args:
            texts: what to read.
            cut: links (layer, head or None for all, from, to) that are cut: piece `from` may not look at piece `to`
                there, and its other shares grow to 1 again. One text only.

        Raises:
            BertError: where a text is too long, the batch is empty, or a cut does not fit.
        """
        single = isinstance(texts, str) or _is_pair(texts)
        batch: Sequence[Any] = [texts] if single else list(texts)
        if cut and not single:
            raise BertError("Cuts are for one text: call bert(text, cut=...) once for each text.")
        encodings = self._encode(batch)
        ids, segments, mask = self._pad(encodings)
        self._check_cuts(cut, ids.shape[1])
        states = np.empty((self.config.n_layers + 1, *ids.shape, self.config.hidden_size), np.float32)
        shares = np.empty((self.config.n_layers, len(ids), self.config.n_heads, ids.shape[1], ids.shape[1]), np.float32)
        for i, (x, attention) in enumerate(self._run(ids, segments, mask, cut)):
            states[i] = x
            if attention is not None:
                shares[i - 1] = attention
        tokens = [list(encoding.tokens) for encoding in encodings]
        if single:
            return Output(tokens[0], states[:, 0], shares[:, 0], mask[0], ids[0], segments[0])
        return Output(tokens, states, shares, mask, ids, segments)

    def _run(
        self, ids: NDArray[np.int64], segments: NDArray[np.int64], mask: NDArray[np.bool_], cut: Sequence[Cut] = ()
    ) -> Iterator[tuple[Array, Array | None]]:
        """Yield the embeddings, then what each layer gives, with its attentions."""
        x = embed(ids, segments, self.embedding_weights, self.config)
        yield x, None
        for i, weights in enumerate(self._layers):
            x, attention = encoder_layer(x, weights, self.config, _allowed(mask, cut, i, self.config.n_heads))
            yield x, attention

    def tokenize(self, text: Text) -> list[str]:
        """Return the pieces of a text, with [CLS] and [SEP]; "##" marks a piece that continues a word."""
        return list(self._encode([text])[0].tokens)

    def fits(self, text: Text) -> bool:
        """Whether a text is short enough for this model. Introduced in lesson 09."""
        return len(self.tokenizer.encode_batch([text])[0]) <= self.config.max_tokens

    def _encode(self, texts: Sequence[Any]) -> list[Encoding]:
        if not texts:
            raise BertError("There is nothing to read: give BERT at least one text.")
        for text in texts:
            if not (isinstance(text, str) or _is_pair(text)):
                raise BertError(f"BERT reads a text (a string) or a pair (a tuple of two), not {text!r:.60}.")
        encodings: list[Encoding] = self.tokenizer.encode_batch(list(texts))
        longest = max(encodings, key=len)
        if len(longest) > self.config.max_tokens:
            raise BertError(
                f"This text makes {len(longest)} pieces, and {self.name} reads at most {self.config.max_tokens}, "
                "[CLS] and [SEP] included. Shorten it, or give it in parts."
            )
        return encodings

    def _pad(self, encodings: Sequence[Encoding]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Put texts of unequal length into one array, filled up with [PAD]: ids, segments, mask, each (texts, n)."""
        shape = (len(encodings), max(len(encoding) for encoding in encodings))
        ids, segments = np.full(shape, self.config.pad_id), np.zeros(shape, dtype=np.int64)
        mask = np.zeros(shape, dtype=bool)
        for row, encoding in enumerate(encodings):
            n = len(encoding)
            ids[row, :n], segments[row, :n], mask[row, :n] = encoding.ids, encoding.type_ids, True
        return ids, segments, mask

    def _check_cuts(self, cut: Sequence[Cut], n: int) -> None:
        layers, heads = self.config.n_layers, self.config.n_heads
        for layer, head, start, end in cut:
            right_head = head is None or 0 <= head < heads
            if not (0 <= layer < layers and right_head and 0 <= start < n and 0 <= end < n):
                raise BertError(
                    f"The cut {(layer, head, start, end)} does not fit: (layer, head, from, to) with layers 0 to "
                    f"{layers - 1}, heads 0 to {heads - 1} or None for all, and pieces 0 to {n - 1} of this text."
                )

    # --- vectors of words

    def find_word(self, text: str, word: str, occurrence: int = 0) -> list[int]:
        """Return which pieces of a text make up a word, as positions in `tokenize(text)`.

        Capitals do not matter; `word` must stand there as a whole word (or as several words).

        Args:
            text: one text.
            word: what to look for.
            occurrence: 0 for the first time that the word stands there, 1 for the second...

        Raises:
            BertError: where the word, or that occurrence, is not in the text.
        """
        start, end = _find(text, word, occurrence)
        offsets = self._encode([text])[0].offsets
        pieces = [i for i, (first, last) in enumerate(offsets) if first < end and last > start]
        if not pieces:
            raise BertError(f"The tokenizer drops {word!r}, so it has no vector. Choose a word with letters.")
        return pieces

    def word_vector(
        self, sentence: str, word: str, occurrence: int = 0, layer: int | Sequence[int] | Literal["all"] = -1
    ) -> Array:
        """Return the vector of a word in its sentence; where it is cut into pieces, their mean.

        Introduced in lesson 09.

        Args:
            sentence: the text to read.
            word: a word of it.
            occurrence: 0 for the first time that the word stands there.
            layer: a row of hidden_states (0 the embeddings, -1 the last layer), several (their mean), or "all".

        Returns:
            shape (hidden,); for "all" (layers + 1, hidden).

        Raises:
            BertError: where the word, the occurrence or the layer does not exist.
        """
        vector: Array = self.word_vectors([sentence], [word], [occurrence], layer)[0]
        return vector

    def word_vectors(
        self,
        sentences: Sequence[str],
        words: str | Sequence[str],
        occurrences: Sequence[int] | None = None,
        layer: int | Sequence[int] | Literal["all"] = "all",
    ) -> Array:
        """Return the vector of one word in each sentence; the sentences run in batches of like length.

        Args:
            sentences: m texts.
            words: one word for each, or one for all.
            occurrences: which time, for each; None for the first.
            layer: as in `word_vector`.

        Returns:
            shape (m, hidden); for layer="all" (m, layers + 1, hidden).

        Raises:
            BertError: as in `word_vector`; the message quotes the sentence.
        """
        words = [words] * len(sentences) if isinstance(words, str) else words
        occurrences = [0] * len(sentences) if occurrences is None else occurrences
        if not len(sentences) == len(words) == len(occurrences):
            raise BertError(f"{len(sentences)} sentences need as many words and occurrences.")
        rows = self._layer_rows(layer)
        places = [self.find_word(s, w, o) for s, w, o in zip(sentences, words, occurrences, strict=True)]

        def pick(states: Array, i: int) -> Array:
            return states[rows][:, places[i]].mean(axis=1)  # (rows, n, hidden) -> (rows, hidden)

        vectors = self._in_batches(sentences, pick)
        return vectors if layer == "all" else vectors.mean(axis=1)

    def sentence_vectors(
        self,
        sentences: Sequence[Text],
        pooling: Literal["mean", "cls"] = "mean",
        layer: int | Sequence[int] = -1,
    ) -> Array:
        """Return one vector for each text: the mean of all its pieces, or the vector of [CLS].

        Introduced in lesson 11.

        Returns:
            shape (texts, hidden).

        Raises:
            BertError: for another pooling, a layer that does not exist, or a text that is too long.
        """
        if pooling not in ("mean", "cls"):
            raise BertError(f"pooling is 'mean' or 'cls', not {pooling!r}.")
        rows = self._layer_rows(layer)

        def pick(states: Array, i: int) -> Array:
            chosen = states[rows].mean(axis=0)  # (rows, n, hidden) -> (n, hidden)
            pooled: Array = chosen[0] if pooling == "cls" else chosen.mean(axis=0)
            return pooled

        return self._in_batches([sentences] if isinstance(sentences, str) else sentences, pick)

    def _layer_rows(self, layer: int | Sequence[int] | Literal["all"]) -> list[int]:
        """Return the rows of hidden_states that `layer` means."""
        n = self.config.n_layers + 1
        chosen = range(n) if layer == "all" else layer if isinstance(layer, Sequence) else [layer]
        if not chosen or not all(isinstance(i, int | np.integer) and -n <= i < n for i in chosen):
            raise BertError(
                f"{self.name} has hidden states 0 (the embeddings) to {n - 1} (-1 is the last); a layer is one of "
                f"these, a list of them (their mean is taken) or 'all', not {layer!r}."
            )
        return [int(i) for i in chosen]

    def _in_batches(self, texts: Sequence[Any], pick: Callable[[Array, int], Array], size: int = 16) -> Array:
        """Run many texts, those of like length together, and keep pick(states of text i, i) of each."""
        encodings = self._encode(texts)
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i]))
        picked: dict[int, Array] = {}
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            ids, segments, mask = self._pad([encodings[i] for i in rows])
            states = np.stack([x for x, _ in self._run(ids, segments, mask)])  # (layers + 1, texts, n, hidden)
            for k, i in enumerate(rows):
                picked[i] = pick(states[:, k, : len(encodings[i])], i)
        return np.stack([picked[i] for i in range(len(texts))])

    # --- guess a hidden word

    def guess_masked(self, text: str, k: int = 5, which: int = 0) -> list[tuple[str, float]]:
        """Return the k likeliest pieces for [MASK] in a text, with their probabilities.

        Introduced in lesson 09.

        Args:
            text: with [MASK] where a word is hidden.
            k: how many guesses.
            which: 0 for the first [MASK] of the text.

        Raises:
            BertError: where the model has no masked-word head, or the text no such [MASK].
        """
        if self.head_weights is None:
            raise BertError(
                f"{self.name} has no masked-word head: it was cut off after pre-training. "
                "load_bert('bert-base-uncased') has one, and so has our own small load_bert('town')."
            )
        output = self(text)
        masks = np.flatnonzero(output.ids == self.tokenizer.token_to_id("[MASK]"))
        if not 0 <= which < len(masks):
            raise BertError(f"The text has {len(masks)} [MASK], and [MASK] number {which} (from 0) was asked for.")
        scores = masked_word_scores(output.hidden_states[-1, masks[which]], self.head_weights, self.config)
        shares = softmax(scores)  # (vocab,)
        best = np.argsort(-shares, kind="stable")[:k]
        return [(str(self.tokenizer.id_to_token(int(i))), float(shares[i])) for i in best]


def load_bert(name: str | None = None) -> Bert:
    """Load a BERT; where it is not on this machine yet, fetch it once, with a progress bar.

    Introduced in lesson 09.

    Args:
        name: "minilm", "bert-base-uncased", "town" (small, our own, knows the words of the town alone) or a folder
            in Hugging Face's BERT format. None for the setting EMBEDDINGS_COURSE_BERT, or minilm where that is not set.

    Raises:
        WeightsError: where it cannot be fetched or is not a BERT.
    """
    name = name or model_name()
    config, arrays, tokenizer = read_model_folder(fetch_model(name, progress_bar()))
    return Bert(config, arrays, tokenizer, name)


# --- small helpers --------------------------------------------------------------------------------------------


def _is_pair(text: object) -> bool:
    return isinstance(text, tuple) and len(text) == 2 and all(isinstance(part, str) for part in text)


def _allowed(mask: NDArray[np.bool_], cut: Sequence[Cut], layer: int, n_heads: int) -> NDArray[np.bool_] | None:
    """Return where pieces may look in one layer, of shape (texts, 1 or heads, 1 or n, n); None for anywhere."""
    here = [link[1:] for link in cut if link[0] == layer]
    if mask.all() and not here:
        return None
    allowed = mask[:, None, None, :]  # nobody looks at [PAD]
    if here:
        n = mask.shape[1]
        allowed = np.broadcast_to(allowed, (len(mask), n_heads, n, n)).copy()
        for head, start, end in here:
            allowed[:, slice(None) if head is None else head, start, end] = False
        if not allowed.any(axis=-1).all():
            raise BertError("These cuts leave a piece with nothing to look at. Leave it at least one link.")
    return allowed


# letters with their accents; between Chinese characters a word has no edge that one could see
_LETTER = r"[\w\u0300-\u036f]"
_NO_EDGE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def _find(text: str, word: str, occurrence: int) -> tuple[int, int]:
    """Return where the n-th occurrence of a word starts and ends in a text, in characters."""
    if not text.strip():
        raise BertError("The sentence is empty. Type one, then ask for a word of it.")
    word = word.strip()
    if not word:
        raise BertError("The word is empty. Name a word of the sentence.")
    left = "" if _NO_EDGE.match(word[0]) else f"(?<!{_LETTER})"
    right = "" if _NO_EDGE.match(word[-1]) else f"(?!{_LETTER})"
    spans = [match.span() for match in re.finditer(left + re.escape(word) + right, text, re.IGNORECASE)]
    if not spans:
        raise BertError(f"The word {word!r} is not in the sentence {text!r:.200}. Choose one that stands there.")
    if not 0 <= occurrence < len(spans):
        times = "once" if len(spans) == 1 else f"{len(spans)} times"
        raise BertError(
            f"The word {word!r} stands {times} in this sentence; occurrence {occurrence} is not there "
            f"(count from 0{'' if len(spans) == 1 else f' to {len(spans) - 1}'})."
        )
    return spans[occurrence]


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


class _Checkpoint:
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
        return Linear(self.take(f"{key}.weight", out, into), self.take(f"{key}.bias", out))

    def norm(self, key: str, hidden: int) -> Norm:
        return Norm(self.take(f"{key}.weight", hidden), self.take(f"{key}.bias", hidden))

    def embeddings(self, config: Config) -> EmbeddingWeights:
        hidden = config.hidden_size
        return EmbeddingWeights(
            pieces=self.take("embeddings.word_embeddings.weight", -1, hidden),
            positions=self.take("embeddings.position_embeddings.weight", config.max_tokens, hidden),
            segments=self.take("embeddings.token_type_embeddings.weight", -1, hidden),
            norm=self.norm("embeddings.LayerNorm", hidden),
        )

    def layer(self, i: int, config: Config) -> LayerWeights:
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
