"""A pre-trained BERT that one can ask: call it with a text, ask for the vector of a word, let it guess a hidden word.

The forward pass itself is `bert.py`; here are pieces, batches and words. `load_bert` is the only function of the text
book that reads files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np

from embeddings_course.bert import Output, embed, encoder_layer, masked_word_scores, softmax
from embeddings_course.files.arrays import Bools, Rows
from embeddings_course.files.bert_weights import Array, Checkpoint, LayerWeights, read_config
from embeddings_course.files.checkpoint import read_model_folder
from embeddings_course.files.checks import checked
from embeddings_course.files.download import fetch_model, progress_bar
from embeddings_course.files.errors import BertError
from embeddings_course.files.models import asked_for
from embeddings_course.wordpiece import Encoding, make_tokenizer

Text = str | tuple[str, str]
"""A text, or a pair of texts, which BERT reads as one: [CLS] first [SEP] second [SEP]."""

Cut = tuple[int, int | None, int, int]
"""One link to cut: (layer, head, from, to). Piece `from` may not look at piece `to`; head None means every head."""


# --- the model ------------------------------------------------------------------------------------------------


class Bert:
    """A pre-trained BERT: call it with a text, ask it for the vector of a word, or let it guess a hidden word.

    Introduced in lesson 09.

    Args:
        config: the content of config.json.
        arrays: the weights by name, as the checkpoint has them (with or without the prefix "bert.").
        tokenizer: cuts texts into pieces: that of `tokenizers`, or our own `WordPiece`.
        name: for messages.

    Raises:
        WeightsError: where this is not a BERT that these functions can run, or weights are missing.
    """

    def __init__(
        self, config: Mapping[str, Any], arrays: Mapping[str, Array], tokenizer: Any, name: str = "this model"
    ) -> None:
        self.name = name
        self.config = read_config(config)
        self.tokenizer = tokenizer
        self._weights = Checkpoint(arrays, name)
        self.embedding_weights = self._weights.embeddings(self.config)
        self.layers = [self._weights.layer(i, self.config) for i in range(self.config.n_layers)]
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

    @checked
    def layer_weights(self, layer: int) -> LayerWeights:
        """Return the matrices and norms of one layer, counted from 0.

        Introduced in lesson 10.

        Raises:
            BertError: where there is no such layer.
        """
        if not 0 <= layer < self.config.n_layers:
            raise BertError(f"{self.name} has the layers 0 to {self.config.n_layers - 1}; there is no layer {layer}.")
        return self.layers[layer]

    # --- run it

    @checked
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
        self._check_tables(ids, segments)
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
        self, ids: Rows, segments: Rows, mask: Bools, cut: Sequence[Cut] = ()
    ) -> Iterator[tuple[Array, Array | None]]:
        """Yield the embeddings, then what each layer gives, with its attentions."""
        x = embed(ids, segments, self.embedding_weights, self.config)
        yield x, None
        for i, weights in enumerate(self.layers):
            x, attention = encoder_layer(x, weights, self.config, _allowed(mask, cut, i, self.config.n_heads))
            yield x, attention

    @checked
    def tokenize(self, text: Text) -> list[str]:
        """Return the pieces of a text, with [CLS] and [SEP]; "##" marks a piece that continues a word."""
        return list(self._encode([text])[0].tokens)

    @checked
    def fits(self, text: Text) -> bool:
        """Whether a text is short enough for this model. Introduced in lesson 09."""
        return len(self.tokenizer.encode_batch([text])[0]) <= self.config.max_tokens

    def _encode(self, texts: Sequence[Any]) -> list[Encoding]:
        if not len(texts):  # an array of texts is read too, and has no truth of its own
            raise BertError("There is nothing to read: give BERT at least one text.")
        for text in texts:
            if not (isinstance(text, str) or _is_pair(text)):
                raise BertError(f"BERT reads a text (a string) or a pair (a tuple of two), not {text!r:.60}.")
        for part in (part for text in texts for part in (text if isinstance(text, tuple) else (text,))):
            if any("\ud800" <= letter <= "\udfff" for letter in part):
                raise BertError(f"The text {part!r:.60} has half a character in it (a surrogate). Type it again.")
        encodings: list[Encoding] = self.tokenizer.encode_batch(list(texts))
        longest = max(encodings, key=len)
        if len(longest) > self.config.max_tokens:
            raise BertError(
                f"This text makes {len(longest)} pieces, and {self.name} reads at most {self.config.max_tokens}, "
                "[CLS] and [SEP] included. Shorten it, or give it in parts."
            )
        return encodings

    def _pad(self, encodings: Sequence[Encoding]) -> tuple[Rows, Rows, Bools]:
        """Put texts of unequal length into one array, filled up with [PAD]: ids, segments, mask, each (texts, n)."""
        shape = (len(encodings), max(len(encoding) for encoding in encodings))
        ids, segments = np.full(shape, self.config.pad_id, dtype=np.intp), np.zeros(shape, dtype=np.intp)
        mask = np.zeros(shape, dtype=bool)
        for row, encoding in enumerate(encodings):
            n = len(encoding)
            ids[row, :n], segments[row, :n], mask[row, :n] = encoding.ids, encoding.type_ids, True
        return ids, segments, mask

    def _check_tables(self, ids: Rows, segments: Rows) -> None:
        """See that every piece and every segment has its row."""
        table = self.embedding_weights.segments
        if table is not None and segments.max() >= len(table):
            raise BertError(
                f"{self.name} was made for single texts and knows no second one. Give the texts one by one."
            )
        if ids.max() >= len(self.embedding_weights.pieces):
            raise BertError(
                f"{self.name}: its tokenizer has pieces for which its table has no row. "
                "The two files do not belong together; fetch the model again."
            )

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

    @checked
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

    @checked
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

    @checked
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

    @checked
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
            self._check_tables(ids, segments)
            states = np.stack([x for x, _ in self._run(ids, segments, mask)])  # (layers + 1, texts, n, hidden)
            for k, i in enumerate(rows):
                picked[i] = pick(states[:, k, : len(encodings[i])], i)
        return np.stack([picked[i] for i in range(len(texts))])

    # --- guess a hidden word

    @checked
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
        best = np.argsort(-shares, kind="stable").tolist()
        # some checkpoints fill their table up with rows that no piece has
        pieces = ((self.tokenizer.id_to_token(i), float(shares[i])) for i in best)
        return list(islice(((piece, share) for piece, share in pieces if piece is not None), k))


@checked
def load_bert(name: str | None = None) -> Bert:
    """Load a BERT, once: who asks again gets the same one. Where it is not on this machine yet, fetch it.

    Introduced in lesson 09.

    Args:
        name: "minilm", "bert-base-uncased", "town" (small, our own, knows the words of the town alone) or a folder
            in Hugging Face's BERT format. None for the setting EMBEDDINGS_COURSE_BERT, or minilm where that is not set.

    Raises:
        WeightsError: where it cannot be fetched or is not a BERT.
    """
    name = asked_for(name)
    with progress_bar() as progress:
        folder = fetch_model(name, progress)
    return _load_once(name, folder, tuple(sorted((file.name, file.stat().st_mtime_ns) for file in folder.iterdir())))


@lru_cache(maxsize=2)
def _load_once(name: str, folder: Path, written: tuple[tuple[str, int], ...]) -> Bert:
    """Read a model; `written` says when its files were, so that a model that was trained again is read again."""
    config, arrays, rules = read_model_folder(folder)
    return Bert(config, arrays, make_tokenizer(rules), name)


# --- small helpers --------------------------------------------------------------------------------------------


def _is_pair(text: object) -> bool:
    return isinstance(text, tuple) and len(text) == 2 and all(isinstance(part, str) for part in text)


def _allowed(mask: Bools, cut: Sequence[Cut], layer: int, n_heads: int) -> Bools | None:
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
# as a keyboard has them, one for one: curly apostrophes and spaces that do not break
_AS_TYPED = str.maketrans("\u2018\u2019\u02bc\u00a0\u202f", "'''  ")
_NO_EDGE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def _find(text: str, word: str, occurrence: int) -> tuple[int, int]:
    """Return where the n-th occurrence of a word starts and ends in a text, in characters."""
    if not text.strip():
        raise BertError("The sentence is empty. Type one, then ask for a word of it.")
    text, word = text.translate(_AS_TYPED), word.translate(_AS_TYPED).strip()
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
