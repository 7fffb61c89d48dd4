"""Which bank? One word in several sentences: how alike a BERT finds its uses, and which sense each is nearest to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from embeddings_course.demos.base import DemoError, FollowingDemo, choice
from embeddings_course.demos.base import field as text_field
from embeddings_course.plots.heat import Heat, draw_heat, heat_html
from embeddings_course.plots.style import escape
from embeddings_course.vectors import cosine_matrix

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

    from embeddings_course.pretrained import Bert
from embeddings_course.uses import BertReader, CacheReader, Reader, Use, _Both, find_uses, reader_of

Floats = NDArray[np.floating]

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


@dataclass(frozen=True)
class Comparison:
    """What the view shows for one word and one layer.

    Args:
        word: the word.
        layer: the row of hidden_states; 0 is before any context.
        n_layers: how many rows there are.
        uses: m uses of the word.
        cosines: between the uses, shape (m, m).
        strangers: low end, mean and high end of the cosines of uses of different words at this layer.
        senses: names of the known senses of the word; may be empty.
        distances: from each use to the middle of each sense (1 - cosine), shape (m, senses).
        readings: for each sentence the pieces that the model saw.
        notes: what was cut or left out, in sentences.
        model: its name.
    """

    word: str
    layer: int
    n_layers: int
    uses: tuple[Use, ...]
    cosines: Floats
    strangers: tuple[float, float, float]
    senses: tuple[str, ...]
    distances: Floats
    readings: tuple[Sequence[str], ...]
    notes: tuple[str, ...]
    model: str

    @property
    def similarity(self) -> Heat:
        """The cosines: as dark as strangers (uses of different words) up to as light as the same vector."""
        title = f"How alike (cosine; strangers {self.strangers[1]:.2f})"
        labels = [use.label for use in self.uses]
        short = [use.short for use in self.uses]
        return Heat(self.cosines, labels, short, title, low=self.strangers[1], high=1.0)

    @property
    def sense_heat(self) -> Heat:
        """The distances to the senses."""
        return Heat(
            self.distances,
            [use.short for use in self.uses],
            self.senses,
            "Distance to each sense",
            decimals=3,
            small_is_light=True,
        )

    @property
    def nearest(self) -> list[str]:
        """The nearest sense of each use."""
        return [self.senses[i] for i in self.distances.argmin(axis=1)] if self.senses else []


def clip(text: str) -> str:
    """Return a sentence cut to the longest length, at a space where there is one.

    >>> len(clip("word " * 100)) <= LONGEST
    True
    """
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0]


class WhichBank(FollowingDemo):
    """One word in up to three sentences: which of its uses does a BERT find alike, and which sense is each nearest to?

    The prepared examples show at once, from vectors kept with the course; a sentence of your own needs the model, which
    is loaded when it is first needed (or give one: `WhichBank(load_bert())`).

    Introduced in lesson 00; used in 09.

    Args:
        bert: a model to use for everything; None for MiniLM.
        state: `sentence_1` to `sentence_3`, `word`, `layer`, or `examples`.

    >>> data = WhichBank.compute(word="bank", layer=4)
    >>> data.nearest
    ['money', 'money', 'money', 'river']
    """

    title = "Which bank?"
    size: ClassVar[tuple[float, float]] = (8.6, 2.8)

    def __init__(self, bert: Bert | None = None, **state: Any) -> None:
        self.reader: Reader = reader_of(bert)
        self.tokens = widgets.HTML()
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The examples, three sentences, the word, the layer."""
        last = self.reader.n_layers - 1
        layers = [(_layer_name(i, last), i) for i in range(last + 1)]
        first = next(iter(EXAMPLES))
        fields = {
            f"sentence_{i + 1}": text_field(f"Sentence {i + 1}", text, "type a sentence and press Enter", 840, 84)
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
            "layer": choice("Layer", layers, (2 * last) // 3, 270, 48),
            **fields,
        }

    def arrange(self) -> list[widgets.Widget]:
        """Choices, sentences, what the model read, the picture, what you see."""
        examples, word, layer, *fields = self.controls.values()
        return [widgets.HBox([examples, word, layer]), *fields, self.tokens, self.view, self.line]

    @classmethod
    def compute(
        cls,
        sentences: Sequence[str] = EXAMPLES["the three sentences"],
        word: str = "bank",
        layer: int = 4,
        reader: Reader | None = None,
    ) -> Comparison:
        """Return how alike the uses of `word` are at `layer`, and how far each is from each known sense.

        Args:
            sentences: up to a few; empty ones are left out.
            word: to look for, also with a plural s.
            layer: row of hidden_states.
            reader: who reads; the prepared vectors if left out.

        Raises:
            DemoError: where the word does not stand in the sentences, or there is nothing to read.
        """
        reader = reader or CacheReader()
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

    @classmethod
    def draw(cls, data: Comparison, figure: FigureBase) -> None:
        """The cosines at the left; at the right the distances to the senses, where the word has known ones."""
        if not data.senses:
            draw_heat(data.similarity, figure.subplots())
            return
        columns = max(len(data.uses), 2), max(len(data.senses), 2)
        left, right = figure.subplots(1, 2, width_ratios=[columns[0] + 1.5, columns[1] + 0.5])
        draw_heat(data.similarity, left)
        draw_heat(data.sense_heat, right)
        right.set_xlabel("small = near")

    @classmethod
    def describe(cls, data: Comparison) -> str:
        """Who is alike, against random pairs; the nearest sense of each; what was cut."""
        said = [f'{_layer_name(data.layer, data.n_layers - 1).capitalize()} of {data.model}, the word "{data.word}".']
        m = len(data.uses)
        if m == 1:
            said.append("It stands there once: add a second use to compare.")
        else:
            pairs = [(data.cosines[i, j], data.uses[i].short, data.uses[j].short) for i in range(m) for j in range(i)]
            (low, a, b), (high, c, d) = min(pairs), max(pairs)
            said.append(
                f"Most alike: {d} and {c} ({high:.2f})" + (f"; least: {b} and {a} ({low:.2f})." if m > 2 else ".")
            )
        _, mean, high = data.strangers
        said.append(f"Strangers (two different words) score {mean:.2f} on average here, 95 in 100 below {high:.2f}.")
        if data.senses:
            near = ", ".join(f"{use.short} {sense}" for use, sense in zip(data.uses, data.nearest, strict=True))
            said.append(f"Nearest sense: {near}.")
        return " ".join([*said, *data.notes])

    def show(self, data: Comparison) -> None:
        """Two tables in a frame of constant size, and above them the pieces that the model read."""
        right = f'<div>{heat_html(data.sense_heat, 74)}<p style="margin:4px 8px">1 − cosine; small = near</p></div>'
        width, height = self.dots
        self.view.value = (
            f'<div role="group" aria-label="{escape(self.describe(data))}" style="display:flex;gap:24px;overflow:auto;'
            f'align-items:flex-start;width:{width}px;height:{height}px">{heat_html(data.similarity)}'
            f"{right if data.senses else ''}</div>"
        )
        rows = "".join(f"<div><b>{i}</b> {_pieces(tokens)}</div>" for i, tokens in enumerate(data.readings, start=1))
        self.tokens.value = (
            '<details style="max-width:860px;font-size:13px;line-height:1.7"><summary>What the model read: '
            f"{sum(map(len, data.readings))} pieces</summary>{rows}</details>"
        )

    def _fail(self, error: Exception, message: str) -> None:
        self.tokens.value = ""
        super()._fail(error, message)

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
            self._say("One moment", "these sentences are new, so the model is being loaded.")
            self.reader = _Both(self.reader, BertReader(load_bert("minilm")))

    def follow(self, owner: widgets.Widget) -> None:
        """An example fills the sentences; a sentence of one's own changes the name in the list."""
        fields = [self.controls[f"sentence_{i + 1}"] for i in range(FIELDS)]
        examples, word = self.controls["examples"], self.controls["word"]
        if owner is examples and examples.value != OWN:
            texts = EXAMPLES[examples.value]
            for i, box in enumerate(fields):
                box.value = texts[i] if i < len(texts) else ""
            if not find_uses(texts, word.value.strip()):
                word.value = next(w for w in ("bank", "jack", "bill") if find_uses(texts, w))
        elif owner in fields:
            now = tuple(box.value for box in fields if box.value)
            examples.value = next((name for name, texts in EXAMPLES.items() if texts == now), OWN)

    def set(self, **state: Any) -> None:
        """Choose the examples first, then single sentences, the word, the layer."""
        super().set(**dict(sorted(state.items(), key=lambda item: item[0] != "examples")))


def _layer_name(layer: int, last: int) -> str:
    return "layer 0, before any context" if layer == 0 else f"layer {layer}" + (", the last" if layer == last else "")


def _some(words: Sequence[str], most: int = 8) -> str:
    """Some words, the longer ones first: they are rarely "the"."""
    chosen = sorted(sorted(words, key=len, reverse=True)[:most], key=words.index)
    return ", ".join(word[:24] for word in chosen) or "bank"


def _pieces(tokens: Sequence[str]) -> str:
    look = (
        "border:1px solid #999;border-radius:3px;padding:0 4px;margin-right:3px;white-space:nowrap;display:inline-block"
    )
    return "".join(f'<span style="{look}">{escape(token, 24)}</span>' for token in tokens)
