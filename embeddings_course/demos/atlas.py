"""The atlas: all uses of one word as dots, layer by layer, in MiniLM and MPNet; guess, look, drop in your own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from embeddings_course.demos.base import Demo, DemoError, Number, buttons, choice
from embeddings_course.demos.which_bank import clip
from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.data import Atlas, SenseUse, load_atlas, load_gaps
from embeddings_course.files.data.recorded import RECORDED_MODELS
from embeddings_course.files.models import find_model
from embeddings_course.files.table import Embedding
from embeddings_course.plots.atlas import Dots, UseMap, nearest_rows
from embeddings_course.plots.points import frame
from embeddings_course.senses import sense_layer
from embeddings_course.uses import BertReader, find_uses

WORDS = ("bank", "bill", "jack")
CALLED = {"minilm": "MiniLM", "mpnet": "MPNet", "mpnet-384": "MPNet cut to 384"}
MODELS = {
    "MiniLM: 6 layers, 384 numbers": "minilm",
    "MPNet: 12 layers, 768 numbers": "mpnet",
    "MPNet cut to 384 (width apart)": "mpnet-384",
}
"""The recorded models by what they are; the last has MPNet's depth and training, and MiniLM's width."""

GUESSES = ("mixed", "partly", "apart")
SENTENCES = {
    "bank": ("the bank robber lives near the bank of the river", "the blood bank is open on monday"),
    "bill": ("jack stole hundreds of bills from the bank", "bill took money from the bank"),
    "jack": ("bill took money from the bank to buy a jack to fix his car", "jack took all the jacks"),
}
"""Sentences to start from."""


class Own(NamedTuple):
    """The learner's own use: its places at every layer, shape (layers, 16), its text, and where the word stands."""

    places: Floats
    text: str
    span: tuple[int, int]


class AtlasOfUses(Demo):
    """Every use of *bank*, *bill* or *jack* in our list, on a map that no layer turns; nobody told it about senses.

    Introduced in lesson 09.

    Args:
        thoughts: what comes to the learner's mind at *bank*: each becomes a sentence to drop in.
        state: `word`, `model` (its name in the list), `layer`, `guess`, `sentence`.

    >>> view = AtlasOfUses(model="MPNet: 12 layers, 768 numbers", guess="apart")
    >>> view.picture.right, view.picture.n, view.picture.commonest
    (70, 78, 39)
    """

    title = "The atlas: every use is a dot"

    @checked
    def __init__(self, thoughts: Sequence[str] = (), **state: Any) -> None:
        self.thoughts = tuple(f"at the bank there is {' '.join(str(thought).split())[:60]}" for thought in thoughts)
        self.reader: BertReader | None = None
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The word, the model, the layer, the guess, a sentence of one's own."""
        guess = buttons("Its senses lie", GUESSES, GUESSES[0], button_width=70)
        guess.value = None
        return {
            "word": buttons("Word", WORDS, "bank", button_width=58),
            "model": choice("Model", list(MODELS), width=290, name_width=48),
            "layer": Number("Layer", sense_layer(6), low=0, high=6, step=1, name_width=44, slider_width=120),
            "guess": guess,
            "sentence": widgets.Combobox(
                placeholder="your own sentence with bank, then Enter",
                options=self._offers("bank"),
                ensure_option=False,
                continuous_update=False,
                description="Drop in",
                layout={"width": "440px"},
                style={"description_width": "54px"},
            ),
        }

    def _offers(self, word: str) -> tuple[str, ...]:
        return (*(self.thoughts if word == "bank" else ()), *SENTENCES[word])

    def follow(self, name: str) -> None:
        """Another word hides its senses again; another model brings its layers along."""
        if name == "word":
            word = self.controls["word"].value
            self.controls["guess"].value, self.controls["sentence"].value = None, ""
            self.controls["sentence"].options = self._offers(word)
            self.controls["sentence"].placeholder = f"your own sentence with {word}, then Enter"
        elif name == "model":
            last = load_atlas("bank", MODELS[self.controls["model"].value]).places.shape[1] - 1
            self.controls["layer"].reach(last, sense_layer(last))

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`."""
        values = {name: control.value for name, control in self.controls.items()}
        return {**values, "model": MODELS[values["model"]], "reader": self._reader(values["sentence"])}

    def _reader(self, sentence: str) -> BertReader | None:
        """Load MiniLM when the first sentence comes."""
        if self.reader is None and sentence.strip() and find_model("minilm"):
            from embeddings_course.pretrained import load_bert

            self.stage.wait("One moment: MiniLM is being loaded to read your sentence.")
            self.reader = BertReader(load_bert("minilm"))
        return self.reader

    @classmethod
    def compute(
        cls,
        word: str = "bank",
        model: str = "minilm",
        layer: int | None = None,
        guess: str | None = None,
        sentence: str = "",
        reader: BertReader | None = None,
    ) -> UseMap:
        """Return the map of a word at a layer.

        Args:
            word: "bank", "bill" or "jack".
            model: "minilm", "mpnet" or "mpnet-384".
            layer: that of `sense_layer` if left out.
            guess: one of `GUESSES`; without one the senses are hidden.
            sentence: the learner's own, or nothing.
            reader: MiniLM, to read it.

        Raises:
            DemoError: where the word does not stand in the sentence, or nobody is there to read it.
        """
        if word not in WORDS or model not in RECORDED_MODELS:
            raise DemoError(f"The atlas has {', '.join(WORDS)}, in {', '.join(RECORDED_MODELS)}.")
        atlas = load_atlas(word, model)
        last = atlas.places.shape[1] - 1
        layer = sense_layer(last) if layer is None else int(layer)
        if not 0 <= layer <= last:
            raise DemoError(f"There is no layer {layer} here; choose one from 0 to {last}.")
        own, note = _own(atlas, sentence, reader)
        truth, near, dots = _dots(atlas, layer, bool(guess), own)
        right = sum((truth[rows] == sense).sum() >= 3 for rows, sense in zip(near, truth, strict=False))
        found = truth[near[-1]].tolist() if own and guess else ()
        commonest = int(np.unique(truth, return_counts=True)[1].max())
        gap = float(load_gaps(model).gap[layer])
        return UseMap(word, CALLED[model], layer, dots, guess or "", int(right), commonest, gap, found, note)


def _dots(atlas: Atlas, layer: int, seen: bool, own: Own | None) -> tuple[NDArray[np.str_], Rows, Dots]:
    """Return the sense of each use, the nearest of each, and the map; the learner's own dot is nobody's neighbour."""
    signs = _signs(atlas)
    places, truth = atlas.places[:, layer] * signs, np.array([use.sense for use in atlas.uses])
    texts, spans = [use.sentence for use in atlas.uses], [_span(use) for use in atlas.uses]
    near, groups = nearest_rows(places), truth.tolist()
    if own:
        here = own.places[layer] * signs
        mine = np.argsort(((places - here) ** 2).sum(axis=1), kind="stable")[:5]
        near, places = np.vstack([near, mine]), np.vstack([places, here])
        texts, spans, groups = [*texts, own.text], [*spans, own.span], [*groups, ""]
    flat = (atlas.places * signs)[..., :2].reshape(-1, 2)  # all layers, so that only the dots move
    limits = frame(Embedding(tuple(map(str, range(len(flat)))), flat), 0.05)
    kept, more = (round(100 * sum(atlas.shares[:k])) for k in (2, None))
    title = f"layer {layer}: the map keeps {kept} in 100 of the scatter, the threads {more}"
    mine_at = len(texts) - 1 if own else None
    return truth, near, Dots(places[:, :2], texts, spans, near, groups if seen else (), limits, title, mine_at)


def _signs(atlas: Atlas) -> Floats:
    """Return a sign for each axis, so that a sense lies on the same side in every model: a mirror moves no distance.

    The last sense in the alphabet (the river, the tool) is to the left, the first one above.
    """
    truth, signs = np.array([use.sense for use in atlas.uses]), np.ones(atlas.places.shape[-1])
    layer = sense_layer(atlas.places.shape[1] - 1)
    first, last = (atlas.places[truth == name, layer].mean(axis=0) for name in (min(truth), max(truth)))
    signs[:2] = -1 if last[0] > 0 else 1, -1 if first[1] < 0 else 1
    return signs


def _span(use: SenseUse) -> tuple[int, int]:
    """Return where the marked word stands in its sentence."""
    found = list(re.finditer(rf"(?<!\w){re.escape(use.word)}(?!\w)", use.sentence))
    return found[use.occurrence].span() if use.occurrence < len(found) else (0, 0)


def _own(atlas: Atlas, sentence: str, reader: BertReader | None) -> tuple[Own | None, str]:
    """Return the learner's own use, and what else is to be said.

    Raises:
        DemoError: where the word does not stand in the sentence, or nobody is there to read it.
    """
    text = clip(sentence)
    if not text:
        return None, ""
    uses = find_uses([text], atlas.word)
    if not uses:
        raise DemoError(f'"{atlas.word}" does not stand in your sentence. Put it in, and press Enter.')
    if atlas.axes is None:
        return None, "Your sentence waits: only MiniLM reads here."
    if reader is None:
        raise DemoError("MiniLM must read your sentence, and it is not on this machine yet: run `python course.py`.")
    start, end = uses[-1].start, uses[-1].end  # where the word stands twice, the later one
    return Own(atlas.place(reader.read(text).vector(start, end).astype(np.float64)), text, (start, end)), ""
