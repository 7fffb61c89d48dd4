"""The live bank: write a sentence, and after each word its *bank* moves between river, money and neither.

`LiveBank` draws in the page itself (live_bank.js, on the stage). Prepared sentences move from what was recorded, so the
first motion waits for no model; the model is loaded meanwhile, and reads what a learner types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from embeddings_course.demos.base import EXPECTED, Demo, DemoError, PictureWidget, buttons
from embeddings_course.demos.stage import performance, with_stage
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import SenseUse, Step, load_landscape, load_live_bank, load_which_bank
from embeddings_course.files.models import find_model
from embeddings_course.plots.live_bank import BankMap, Pairs
from embeddings_course.senses import sense_layer
from embeddings_course.uses import BertReader, Use, find_uses
from embeddings_course.vectors import normalise

LONGEST, MOST_WORDS, MOST_BANKS = 200, 30, 3
"""More characters or words are not read; more banks than this are not shown."""


class BankReader:
    """Places the *banks* of a sentence between river and money, word by word, with a BERT that reads it anew each time.

    Args:
        bert: MiniLM.
    """

    def __init__(self, bert: Any) -> None:
        self.reader, self.layer = BertReader(bert), sense_layer(bert.config.n_layers)
        data, way = load_which_bank(), load_landscape("minilm")
        money, river = (data.centroids[data.senses.index(f"bank.{s}"), self.layer] for s in ("money", "river"))
        self.way = normalise(money.astype(np.float64) - river)  # (d,)
        self.middle, self.unit = float(way.middle[self.layer]), float(way.unit[self.layer])
        self.uses = [use for use in way.uses if use.split == "fit"]
        self.known = self.units(self.uses)
        self.memory: dict[str, Step] = {}

    def units(self, uses: Sequence[SenseUse]) -> Floats:
        """Return the vectors of some uses, each of length 1, shape (uses, d)."""
        sentences, words = [use.sentence for use in uses], [use.word for use in uses]
        places = [use.occurrence for use in uses]
        return normalise(self.reader.bert.word_vectors(sentences, words, places, layer=self.layer))

    def direction(self, text: str, use: Use) -> Floats:
        """Return the vector of one use in a text, of length 1."""
        return normalise(self.reader.read(text).vector(use.start, use.end)[self.layer])

    def place(self, unit: Floats) -> tuple[float, float]:
        """Return how far a vector of length 1 lies to the money side, and how far from the most alike known use."""
        side = (float(self.way @ unit) - self.middle) / self.unit
        return round(side, 3), round(1 - float((self.known @ unit).max()), 4)

    def step(self, text: str) -> Step:
        """Return where the banks of a text stand after its last word; what was read is remembered."""
        if text not in self.memory:
            uses = find_uses([text], "bank")[:MOST_BANKS]
            units = [self.direction(text, use) for use in uses]
            near = tuple(self.uses[int((self.known @ unit).argmax())].sentence for unit in units)
            self.memory[text] = Step(text.split()[-1], tuple(self.place(unit) for unit in units), near)
        return self.memory[text]


@lru_cache(maxsize=1)
def bank_reader() -> BankReader:
    """Return the one reader of this kernel; the model is loaded the first time.

    Raises:
        DemoError: where the model is not on this machine.
    """
    from embeddings_course.pretrained import load_bert

    if find_model("minilm") is None:
        raise DemoError(
            "Your own words need the model, and it is not on this machine yet. Run `python course.py` once with a "
            "network, and start this notebook again; until then the buttons move the bank."
        )
    return BankReader(load_bert("minilm"))


def words_of(text: str) -> list[str]:
    """Return the words of a sentence, as many as are read.

    >>> words_of("  the   bank ")
    ['the', 'bank']
    """
    return text[:LONGEST].split()[:MOST_WORDS]


class LiveBank(PictureWidget):
    """A sentence to type into; below it the landscape in which its *bank* moves at each finished word.

    Read `bank.picture`; set `bank.text = "the bank of the river"`.

    Introduced in lesson 00.

    Args:
        text: to start with; a prepared sentence if left out.

    >>> LiveBank().picture.now.word
    'river'
    """

    title = "Which bank?"
    _esm = with_stage("live_bank.js")
    _css = "\n".join(Path(__file__).with_name(f"{name}.css").read_text("utf-8") for name in ("stage", "live_bank"))

    text = traitlets.Unicode().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    trouble = traitlets.Unicode().tag(sync=True)
    prepared: Any = traitlets.List().tag(sync=True)

    def __init__(self, text: str = "") -> None:
        self._data = load_live_bank()
        self._recorded = {
            " ".join(words[: i + 1]): step
            for _, steps in self._data.sentences
            for words in [[step.word for step in steps]]
            for i, step in enumerate(steps)
        }
        sentences = [self._prepared(label, steps) for label, steps in self._data.sentences]
        super().__init__(text=text or sentences[0]["text"], prepared=sentences)
        self.on_msg(self._wake)

    def _prepared(self, label: str, steps: Sequence[Step]) -> dict[str, Any]:
        maps = [self._map(steps[: i + 1]) for i in range(len(steps))]
        return {
            "label": label,
            "text": maps[-1].sentence,
            "says": [one.describe() for one in maps],
            "steps": maps[-1].data()["steps"],
        }

    def _map(self, steps: Sequence[Step]) -> BankMap:
        return BankMap(tuple(steps), self._data.marks, self._data.edge)

    def _steps(self, text: str) -> list[Step]:
        words = words_of(text)
        texts = [" ".join(words[: i + 1]) for i in range(len(words))]
        return [self._recorded[one] if one in self._recorded else bank_reader().step(one) for one in texts]

    @traitlets.observe("text")
    def _read(self, _: Any) -> None:
        try:
            picture = self._map(self._steps(self.text))
        except EXPECTED as error:
            self.trouble = str(error)
            return
        form = picture.data() | {"sentence": self.text}
        with self.hold_sync():
            self.shown = performance(picture, self.title, elsewhere=True) | {
                "form": form, "parts": [[[form]]], "twin": "",
            }  # fmt: skip
            self.trouble = ""

    def _wake(self, *_: Any) -> None:
        """The page stands: load the model while the first sentence types itself."""
        if find_model("minilm"):
            bank_reader()

    @property
    def picture(self) -> BankMap:
        """The map as it is now."""
        return self._map(self._steps(self.text))

    def sample_states(self) -> list[dict[str, str]]:
        """Return what a hand could type, for the test that moves every control."""
        return [{"text": text} for text in ("", "money", "bank " * 40, "<b>bank</b>", "Zoë's 银行 bank", "blood bank")]


class BankPairs(Demo):
    """Four new sentences, and how alike their banks are, paired in any way; recorded, so that no model is needed.

    Introduced in lesson 00.

    >>> BankPairs(partner=2).picture.pairs
    (('A, a loan', 'C, closed'), ('B, asleep', 'D, nettles'))
    """

    title = "Who belongs together?"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Who is paired with the first."""
        return {"partner": buttons("A goes with", [("B", 1), ("C", 2), ("D", 3)], 2)}

    @classmethod
    def compute(cls, partner: int) -> Pairs:
        """Return the four sentences, how alike their banks are, and a map of them."""
        data = load_live_bank()
        return Pairs(tuple(data.pairs), data.pair_places, data.alike, partner)
