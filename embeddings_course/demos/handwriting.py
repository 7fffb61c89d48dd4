"""The machine's handwriting: turn the cartoon table in space, and see what is lost and what stays. Lesson 02."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import ipywidgets as widgets

from embeddings_course.demos.base import Demo, DemoError, buttons, choice
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import load_features, load_kind_vectors, load_kinds
from embeddings_course.files.table import Embedding
from embeddings_course.plots.cartoon import FEW, Turned
from embeddings_course.plots.strip import Strip
from embeddings_course.reading_off import fit_lines
from embeddings_course.vectors import random_rotation


class Handwriting(Demo):
    """A table under a random rotation: names vanish, every distance stays. The cartoon's 7 numbers, or a model's 768.

    Introduced in lesson 02. The button turns it again; "as it was" brings the names back.

    >>> view = Handwriting(turn=3)
    >>> view.picture.largest_change < 1e-12, view.picture.after.columns
    (True, ())
    """

    title = "The machine's handwriting"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Which numbers, which turn, and which word to look at."""
        turns = [("as it was", 0)] + [(f"turned, no. {i}", i) for i in range(1, 10)]
        return {
            "numbers": buttons("Numbers", [("7 by hand", 7), ("768 learned", 768)], 7, button_width=112),
            "turn": choice("Table", turns, 0, width=220, name_width=44),
            "word": choice("Word", list(FEW), "bank", 150, name_width=44),
        }

    def arrange(self) -> list[widgets.Widget]:
        """Put the big button first."""
        button = widgets.Button(description="Turn it!", icon="refresh", button_style="primary")
        button.on_click(self._turn_on)
        return [widgets.HBox([button, *self.controls.values()], layout={"flex_flow": "row wrap"}), self.stage]

    def _turn_on(self, _: object) -> None:
        self.controls["turn"].value = self.controls["turn"].value % 9 + 1

    @classmethod
    def compute(cls, turn: int, word: str, numbers: int = 7) -> Turned | Strip:
        """Turn the cartoon table, or what MPNet makes of a few of its words.

        Raises:
            DemoError: where the word is not among the nouns that MPNet has read.
        """
        before = load_features()
        if numbers == 768:
            few = learned_few()
            if word not in few:
                raise DemoError(f"{word} is a name too, so it is not among our 448 nouns. Try {', '.join(few.words)}.")
            return Strip.of(few, lines_without(word), load_kinds().columns, before, word, turn)
        if not turn:
            return Turned(0, before, before, word)
        turned = before.vectors @ random_rotation(before.vectors.shape[1], seed=turn)
        return Turned(turn, before, Embedding(before.words, turned), word)


@lru_cache(maxsize=1)
def learned_few() -> Embedding:
    """The words of the view as MPNet has them."""
    learned = load_kind_vectors("mpnet")
    return learned.subset([word for word in FEW if word in learned])


@lru_cache(maxsize=len(FEW))
def lines_without(word: str) -> tuple[Floats, Floats]:
    """Five lines, fitted on all nouns but the family of this one."""
    kinds, learned = load_kinds(), load_kind_vectors("mpnet")
    family = kinds.families[kinds.words.index(word)]
    others = [i for i, name in enumerate(kinds.families) if name != family]
    return fit_lines(learned.vectors[others], kinds.labels[others])
