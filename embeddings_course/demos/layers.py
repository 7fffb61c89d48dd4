"""One word, layer by layer: its uses on one map that never turns, and two sentences against the band of strangers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, DemoError, Number, choice, text_line
from embeddings_course.demos.which_bank import EXAMPLES, ThreeSentences, WhichBank, clip
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import Gaps, load_gaps
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.layers import LayerMap, Pair, one_basis
from embeddings_course.plots.lines import Lines
from embeddings_course.plots.points import Points, frame
from embeddings_course.plots.which_bank import Comparison
from embeddings_course.senses import mean_pair_cosine, sense_layer
from embeddings_course.uses import RECORDED, CacheReader, Reader, find_uses, reader_of
from embeddings_course.vectors import normalise

if TYPE_CHECKING:
    from embeddings_course.pretrained import Bert


THREE = EXAMPLES["the three sentences"]
STATIC = "static"
PAIRS: Mapping[str, tuple[str, str]] = {
    "money and river": (
        "jack stole hundreds of bills from the bank",
        "we ate our sandwiches on the grassy bank and watched the boats",
    ),
    "money and money": (
        "jack stole hundreds of bills from the bank",
        "she opened a savings account at the bank on the corner",
    ),
    "the robber's two banks": ("the bank robber lives near the bank of the river", ""),
    "river and city": (
        "near the bank of the river lives a robber",
        "near the bank of the city lives a robber",
    ),
    "with and without a full stop": (
        "she paid the money into the bank",
        "she paid the money into the bank.",
    ),
    "a long way round": (
        "she paid the money into the bank",
        "yesterday, as far as i know, she paid the money into the bank",
    ),
}
"""Pairs to start from; the first three need no model."""

OWN_PAIR = "your own pair"

SWITCH = {"MiniLM: 6 layers of 384 numbers": "minilm", "MPNet: 12 layers of 768 numbers": "mpnet"}
"""The recorded models by what they are. Width, depth, training and tuning differ at once; so do their cosines: only how
many spreads above its own strangers a pair lies may be compared."""


def ticks(n_layers: int) -> list[tuple[int, str]]:
    """Return what stands below the layers: every one, or every second where there are many.

    >>> ticks(3)
    [(0, '0'), (1, '1'), (2, '2')]
    """
    return [(i, str(i)) for i in range(0, n_layers, 1 if n_layers < 10 else 2)]


class BankLayers(ThreeSentences):
    """The uses of one word at one layer, on a map whose two directions are the same at every layer.

    Introduced in lesson 09.

    Args:
        bert: the model that reads new sentences; None for the prepared ones (and MiniLM for new ones, if it is there).
        state: `sentence_1` to `sentence_3`, `word`, `layer`, or `examples`.

    >>> BankLayers.compute(word="bank").leads.labels
    ('1 money', '2 money', '3a money', '3b river')
    """

    title = "Which bank? Layer by layer"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """As in the simple view; the layer is a slider."""
        last = self.reader.n_layers - 1
        slider = Number("Layer", sense_layer(last), low=0, high=last, step=1, name_width=48, slider_width=140)
        return {**super().make_controls(), "layer": slider}

    @classmethod
    def compute(
        cls,
        sentences: Sequence[str] = THREE,
        word: str = "bank",
        layer: int | None = None,
        reader: Reader | None = None,
    ) -> LayerMap:
        """Return map, leads and curve for the uses of `word`; arguments as in `WhichBank.compute`.

        Raises:
            DemoError: where the word does not stand in the sentences, or there is nothing to read.
        """
        reader = reader or reader_of(None)
        now = WhichBank.compute(sentences, word, layer, reader)  # finds the uses, and says what is wrong
        texts = [clip(text) for text in sentences if text.strip()]
        readings = [reader.read(text) for text in texts]
        raw = np.stack([readings[use.sentence - 1].vector(use.start, use.end) for use in now.uses])
        vectors = normalise(raw.astype(np.float64))  # (m, layers, d)
        names, middles = reader.senses(now.word)
        middles = middles.astype(np.float64) if names else np.zeros((0, *vectors.shape[1:]))
        places, stars, static = one_basis(vectors, middles, vectors[:, 0].mean(axis=0))
        return LayerMap(
            now.word, now.layer, now.model, [use.short for use in now.uses],
            _map(now, names, places, stars, static), _leads(now), _curve(vectors, now.layer, reader.strangers()),
            now.strangers, now.notes,
        )  # fmt: skip


def _map(now: Comparison, names: Sequence[str], places: Floats, stars: Floats, static: Floats) -> Points:
    """Return the map of this layer, and the way of each use up to it; its frame holds all layers: only points move."""
    words = [*(use.short for use in now.uses), *names, STATIC]
    table = Embedding(tuple(words), np.concatenate([places[:, now.layer], stars[:, now.layer], static[None]]))
    everywhere = np.concatenate([places.reshape(-1, 2), stars.reshape(-1, 2), static[None]])
    whole = Embedding(tuple(map(str, range(len(everywhere)))), everywhere)
    links = [(STATIC, use.short) for use in now.uses]
    ways = {
        use.short: [tuple(spot) for spot in way[: now.layer].tolist()]
        for use, way in zip(now.uses, places, strict=True)
    }
    title = f"layer {now.layer}, one map for all layers"
    return Points(table, marked=names, links=links, title=title, limits=frame(whole), trails=ways)


def _leads(now: Comparison) -> Bars | None:
    """Return for each use its nearest sense, and by how much it leads before the next, in hundredths of a cosine."""
    if len(now.senses) < 2:
        return None
    near, next_one = np.sort(now.distances, axis=1)[:, :2].T
    labels = tuple(f"{use.short} {sense}" for use, sense in zip(now.uses, now.nearest, strict=True))
    values = [100 * float(x) for x in next_one - near]
    return Bars(labels, values, title="nearest sense, and its lead", note="in hundredths", high=max(5.0, *values))


def _floor(band: Sequence[float]) -> float:
    """Where the scale begins, a round number: 0, or -0.2 where strangers go below."""
    return 0.0 if min(band) >= 0 else -0.2


def _curve(vectors: Floats, layer: int, strangers: Floats) -> Lines:
    """Return how alike the uses are with each other at every layer, before the band of strangers."""
    n_layers = vectors.shape[1]
    alike = mean_pair_cosine(vectors) if len(vectors) > 1 else np.ones(n_layers)
    series = {"these uses": alike.tolist(), "strangers": strangers[:, 1].tolist()}
    band = (strangers[:, 0].tolist(), strangers[:, 2].tolist())
    return Lines(series, ticks(n_layers), _floor(band[0]), 1.0, layer, "alike (cosine), by layer", ["strangers"], band)


class TwoUses(Demo):
    """Two sentences, one word: its cosine at every layer, with what strangers score behind it.

    Where the word stands twice in the first sentence and the second is empty, the two uses are compared.

    Introduced in lesson 09.

    Args:
        bert: the model that reads new sentences; None for the prepared ones alone.
        state: `examples`, `model` (where both recorded ones can be shown), `sentence_1`, `sentence_2`, `word`, `layer`.

    >>> pair = TwoUses.compute(*PAIRS["money and river"], word="bank")
    >>> pair.at("your pair") < pair.at("one sense")
    True
    """

    title = "Two uses of one word"

    def __init__(self, bert: Bert | None = None, **state: Any) -> None:
        self.reader = self.first = reader_of(bert)
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Pairs to start from, the model where there is a choice, two sentences, the word, the layer."""
        last, first = self.reader.n_layers - 1, next(iter(PAIRS))
        texts = {
            f"sentence_{i + 1}": text_line(f"Sentence {i + 1}", text, "type a sentence and press Enter", 820, 84)
            for i, text in enumerate(PAIRS[first])
        }
        now = next((name for name, key in SWITCH.items() if RECORDED[key] == self.reader.name), None)
        switch = {"model": choice("Model", list(SWITCH), now, width=330, name_width=84)} if now else {}
        return {
            "examples": choice("Examples", [*PAIRS, OWN_PAIR], first, width=330, name_width=84),
            **switch,
            "word": text_line("Word", "bank", "a word of both", 170, 48),
            "layer": Number("Layer", sense_layer(last), low=0, high=last, step=1, name_width=48, slider_width=110),
            **texts,
        }

    def arrange(self) -> list[widgets.Widget]:
        """Choices, sentences, the picture, what you see."""
        parts = self.controls
        above = [parts["examples"], parts["word"], parts["layer"]]
        below = [parts[name] for name in ("model", "sentence_1", "sentence_2") if name in parts]
        return [widgets.HBox(above), *below, self.stage]

    @classmethod
    def compute(
        cls,
        sentence_1: str,
        sentence_2: str,
        word: str = "bank",
        layer: int | None = None,
        reader: Reader | None = None,
    ) -> Pair:
        """Compare the first use of `word` in each sentence; the layer is that of `sense_layer` if left out.

        Raises:
            DemoError: where there are no two uses, or the sentences cannot be read here.
        """
        reader = reader or reader_of(None)
        layer = sense_layer(reader.n_layers - 1) if layer is None else int(layer)
        texts, word = [clip(sentence_1), clip(sentence_2)], " ".join(word.split())[:40].lower()
        if not word:
            raise DemoError("Which word shall we compare? Type one that stands in both sentences.")
        if not 0 <= layer < reader.n_layers:
            raise DemoError(f"There is no layer {layer} here; choose one from 0 to {reader.n_layers - 1}.")
        uses = find_uses(texts, word)
        if texts[1]:
            uses = tuple(next((use for use in uses if use.sentence == i), None) for i in (1, 2))  # type: ignore[misc]
        if len(uses) < 2 or None in uses:
            raise DemoError(
                f'"{word}" is needed twice: once in each sentence, or twice in the first with an empty second.'
            )
        a, b = (normalise(reader.read(texts[use.sentence - 1]).vector(use.start, use.end)) for use in uses[:2])
        strangers = reader.strangers()
        low, mean, high = (float(x) for x in strangers[layer])
        cosines = np.clip((a.astype(np.float64) * b).sum(axis=1), -1, 1)
        gaps = next((load_gaps(key) for key, called in RECORDED.items() if called == reader.name), None)
        curve = _pair_curve(cosines, layer, strangers, gaps)
        labels, spread = (uses[0].label, uses[1].label), None if gaps is None else float(gaps.spread[layer])
        return Pair(word, layer, reader.name, curve, (low, mean, high), labels, spread)

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`."""
        values = {name: control.value for name, control in self.controls.items() if name not in ("examples", "model")}
        return {**values, "reader": self.reader}

    def follow(self, name: str) -> None:
        """An example fills the sentences, one's own change the name in the list; a model brings its layers along."""
        if name == "model":
            key = SWITCH[self.controls["model"].value]
            self.reader = self.first if RECORDED[key] == self.first.name else CacheReader(model=key)
            last = self.reader.n_layers - 1
            self.controls["layer"].reach(last, sense_layer(last))
        examples, word = self.controls["examples"], self.controls["word"]
        texts = [self.controls[f"sentence_{i}"] for i in (1, 2)]
        if name == "examples" and examples.value != OWN_PAIR:
            for box, text in zip(texts, PAIRS[examples.value], strict=True):
                box.value = text
            if not find_uses(PAIRS[examples.value], word.value.strip() or "bank"):
                word.value = "bank"
        elif name.startswith("sentence"):
            now = tuple(box.value for box in texts)
            examples.value = next((name for name, pair in PAIRS.items() if pair == now), OWN_PAIR)


def _pair_curve(cosines: Floats, layer: int, strangers: Floats, gaps: Gaps | None) -> Lines:
    series = {"your pair": cosines.tolist()}
    if gaps is not None:
        series |= {"one sense": gaps.within.tolist(), "two senses": gaps.between.tolist()}
    series["strangers"] = strangers[:, 1].tolist()
    band = (strangers[:, 0].tolist(), strangers[:, 2].tolist())
    dashed, low = ["strangers", "one sense", "two senses"], _floor(band[0])
    return Lines(series, ticks(len(cosines)), low, 1.0, layer, "cosine of the two, by layer", dashed, band)
