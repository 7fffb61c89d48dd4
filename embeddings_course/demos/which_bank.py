"""Which bank? One word in several sentences: how alike a BERT finds its uses, and which sense each is nearest to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, DemoError, choice, text_line
from embeddings_course.plots.style import escape
from embeddings_course.plots.which_bank import Comparison, layer_name
from embeddings_course.senses import sense_layer
from embeddings_course.vectors import cosine_matrix

if TYPE_CHECKING:
    from embeddings_course.pretrained import Bert
from embeddings_course.uses import BertReader, CacheReader, Reader, Use, _Both, find_uses, reader_of

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "the three sentences": (
        "jack stole hundreds of bills from the bank",
        "bill took money from the bank to buy a jack to fix his car",
        "the bank robber lives near the bank of the river",
    ),
    "the river becomes a city": (
        "the bank robber lives near the bank of the river",
        "the bank robber lives near the bank of the city",
    ),
    "same sense, other words": (
        "she opened a savings account at the bank on the corner",
        "we ate our sandwiches on the grassy bank and watched the boats",
        "after the flood the bank had slipped into the water",
    ),
    "three kinds of jack": (
        "jack lost his coat on the train",
        "put the jack under the car before you change the wheel",
        "she had two kings and a jack in her hand",
    ),
}
"""Sentences to start from; all of them can be shown without the model."""

OWN = "your own sentences"
FIELDS = 3
LONGEST, MOST_USES = 160, 8
"""Longer sentences are cut to so many characters, more uses than this are not shown; the view says so."""


def clip(text: str) -> str:
    """Return a sentence cut to the longest length, at a space where there is one.

    >>> len(clip("word " * 100)) <= LONGEST
    True
    """
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0]


class ThreeSentences(Demo):
    """A word to follow through up to three sentences, at one layer: what the views of its uses share.

    Args:
        bert: a model to use for everything; None for MiniLM.
        state: `examples`, `word`, `layer`, `sentence_1` to `sentence_3`.
    """

    def __init__(self, bert: Bert | None = None, **state: Any) -> None:
        self.reader: Reader = reader_of(bert)
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The examples, three sentences, the word, the layer."""
        last = self.reader.n_layers - 1
        layers = [(layer_name(i, last), i) for i in range(last + 1)]
        first = next(iter(EXAMPLES))
        fields = {
            f"sentence_{i + 1}": text_line(f"Sentence {i + 1}", text, "type a sentence and press Enter", 840, 84)
            for i, text in enumerate(EXAMPLES[first])
        }
        word = widgets.Combobox(
            value="bank",
            options=("bank", "bill", "jack"),
            ensure_option=False,
            continuous_update=False,
            description="Word",
            layout={"width": "220px"},
            style={"description_width": "48px"},
        )
        examples = choice("Examples", [*EXAMPLES, OWN], first, width=330, name_width=84)
        return {
            "examples": examples,
            "word": word,
            "layer": choice("Layer", layers, sense_layer(last), 270, 48),
            **fields,
        }

    def arrange(self) -> list[widgets.Widget]:
        """Choices, sentences, the picture, what you see."""
        examples, word, layer, *sentences = self.controls.values()
        return [widgets.HBox([examples, word, layer]), *sentences, self.stage]

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`; the model is loaded here if a sentence is new."""
        sentences = [self.controls[f"sentence_{i + 1}"].value for i in range(FIELDS)]
        self._load_if_needed([clip(text) for text in sentences if text.strip()])
        return {
            "sentences": sentences,
            "word": self.controls["word"].value,
            "layer": self.controls["layer"].value,
            "reader": self.reader,
        }

    def _load_if_needed(self, texts: Sequence[str]) -> None:
        """Take the model in place of the prepared vectors when a sentence is new and the model is on this machine."""
        if not isinstance(self.reader, CacheReader) or all(text in self.reader.data.texts for text in texts):
            return
        from embeddings_course.files.models import find_model
        from embeddings_course.pretrained import load_bert

        if find_model("minilm"):
            self.stage.wait("One moment: these sentences are new, so the model is being loaded.")
            self.reader = _Both(self.reader, BertReader(load_bert("minilm")))

    def follow(self, name: str) -> None:
        """An example fills the sentences; a sentence of one's own changes the name in the list."""
        sentences = [self.controls[f"sentence_{i + 1}"] for i in range(FIELDS)]
        examples, word = self.controls["examples"], self.controls["word"]
        if name == "examples" and examples.value != OWN:
            texts = EXAMPLES[examples.value]
            for i, box in enumerate(sentences):
                box.value = texts[i] if i < len(texts) else ""
            if not find_uses(texts, word.value.strip()):
                word.value = next(w for w in ("bank", "jack", "bill") if find_uses(texts, w))
        elif name.startswith("sentence"):
            now = tuple(box.value for box in sentences if box.value)
            examples.value = next((name for name, texts in EXAMPLES.items() if texts == now), OWN)


class WhichBank(ThreeSentences):
    """One word in up to three sentences: which of its uses does a BERT find alike, and which sense is each nearest to?

    The prepared examples show at once, from vectors kept with the course; a sentence of your own needs the model, which
    is loaded when it is first needed (or give one: `WhichBank(load_bert())`).

    Introduced in lesson 00; used in 09.

    Args:
        bert: a model to use for everything; None for MiniLM.
        state: `sentence_1` to `sentence_3`, `word`, `layer`, or `examples`.

    >>> picture = WhichBank.compute(word="bank")
    >>> picture.nearest
    ['money', 'money', 'money', 'river']
    """

    title = "Which bank?"

    def arrange(self) -> list[widgets.Widget]:
        """Above the picture, what the model read."""
        self.tokens = widgets.HTML()
        *above, stage = super().arrange()
        return [*above, self.tokens, stage]

    @classmethod
    def compute(
        cls,
        sentences: Sequence[str] = EXAMPLES["the three sentences"],
        word: str = "bank",
        layer: int | None = None,
        reader: Reader | None = None,
    ) -> Comparison:
        """Return how alike the uses of `word` are at `layer`, and how far each is from each known sense.

        Args:
            sentences: up to a few; empty ones are left out.
            word: to look for, also with a plural s.
            layer: row of hidden_states; that of `sense_layer` if left out.
            reader: who reads; the prepared vectors if left out.

        Raises:
            DemoError: where the word does not stand in the sentences, or there is nothing to read.
        """
        reader = reader or CacheReader()
        layer = sense_layer(reader.n_layers - 1) if layer is None else int(layer)
        texts, word = [clip(text) for text in sentences if text.strip()], " ".join(word.split())[:40].lower()
        if not texts:
            raise DemoError("There is no sentence yet. Type one and press Enter, or choose one of the examples.")
        if not 0 <= layer < reader.n_layers:
            raise DemoError(f"There is no layer {layer} here; choose one from 0 to {reader.n_layers - 1}.")
        uses, notes = cls._uses(texts, sentences, word)
        readings = [reader.read(text) for text in texts]
        vectors = np.stack([readings[u.sentence - 1].vector(u.start, u.end)[layer] for u in uses])  # (m, d)
        senses, centroids = reader.senses(word)
        distances = 1 - cosine_matrix(vectors, centroids[:, layer]) if senses else np.zeros((len(uses), 0))
        low, mean, high = (float(x) for x in reader.strangers()[layer])
        return Comparison(
            word, layer, reader.n_layers, uses, cosine_matrix(vectors), (low, mean, high), senses, distances,
            tuple(reading.tokens for reading in readings), notes, reader.name,
        )  # fmt: skip

    @staticmethod
    def _uses(texts: Sequence[str], typed: Sequence[str], word: str) -> tuple[tuple[Use, ...], tuple[str, ...]]:
        """Find the word, and say what was cut."""
        if not word:
            raise DemoError("Which word shall we follow? Type one that stands in the sentences, for example bank.")
        uses = find_uses(texts, word)
        if not uses:
            there = list(dict.fromkeys(w for text in texts for w in re.findall(r"\w+", text.lower())))
            raise DemoError(
                f'"{word}" does not stand in these sentences. Choose a word that does, for example '
                f"{_some(there)}, or change a sentence."
            )
        notes = []
        if any(len(" ".join(text.split())) > LONGEST for text in typed):
            notes.append(f"Long sentences were cut to {LONGEST} characters: below is what the model read.")
        if len(uses) > MOST_USES:
            notes.append(f'"{word}" stands there {len(uses)} times; the first {MOST_USES} are shown.')
        return uses[:MOST_USES], tuple(notes)

    def show(self, picture: Comparison) -> None:
        """Above the picture, the pieces that the model read."""
        super().show(picture)
        rows = "".join(f"<div><b>{i}</b> {_pieces(tokens)}</div>" for i, tokens in enumerate(picture.readings, start=1))
        self.tokens.value = (
            '<details style="max-width:860px;font-size:13px;line-height:1.7"><summary>What the model read: '
            f"{sum(map(len, picture.readings))} pieces</summary>{rows}</details>"
        )

    def _fail(self, error: Exception, message: str) -> None:
        self.tokens.value = ""
        super()._fail(error, message)


def _some(words: Sequence[str], most: int = 8) -> str:
    """Some words, the longer ones first: they are rarely "the"."""
    chosen = sorted(sorted(words, key=len, reverse=True)[:most], key=words.index)
    return ", ".join(word[:24] for word in chosen) or "bank"


def _pieces(tokens: Sequence[str]) -> str:
    look = (
        "border:1px solid #999;border-radius:3px;padding:0 4px;margin-right:3px;white-space:nowrap;display:inline-block"
    )
    return "".join(f'<span style="{look}">{escape(token, 24)}</span>' for token in tokens)
