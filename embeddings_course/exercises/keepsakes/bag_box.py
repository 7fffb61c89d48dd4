"""The bag of thoughts as a widget: type, press Enter, see the bag fill. And what every box for kept things shares."""

from __future__ import annotations

from typing import Protocol

import ipywidgets as widgets

from embeddings_course.demos.stage import Stage
from embeddings_course.exercises.engine.boxes import AskBox, button, status
from embeddings_course.exercises.engine.cards import Card, box, paragraph
from embeddings_course.plots import Bag


class Kept(Protocol):
    """What was typed for each word, and a file for it where its owner wants one (`ThoughtBag`)."""

    def thoughts(self, word: str) -> tuple[str, ...]:
        """Return what was typed for a word."""

    def add(self, word: str, *thoughts: str) -> Card:
        """Put more in."""

    def is_kept(self) -> bool:
        """Say whether there is a file."""

    def keep(self, yes: bool) -> Card:
        """Write the file from now on, or take it away."""

    def forget(self) -> Card:
        """Throw all of it away."""


class KeptBox(AskBox):
    """A box to tick for keeping what was typed, and a button to forget it. A subclass gives `draw`.

    Args:
        twin: the text for saved notebooks.
        kept: where the thoughts are.
        words: beside the tick, and on the button.
        parts: what stands above `message` and what stands below it.
    """

    def __init__(
        self, twin: Card, kept: Kept, words: tuple[str, str], parts: tuple[list[widgets.Widget], list[widgets.Widget]]
    ) -> None:
        self.kept, self._unticking = kept, False
        self.keep = widgets.Checkbox(value=kept.is_kept(), description=words[0], indent=False)
        self.forget = button(words[1], self._forget)
        self.message = widgets.HTML()
        last = widgets.HBox([self.keep, self.forget])
        super().__init__(twin, [widgets.HTML(twin.html), *parts[0], self.message, *parts[1], last])
        self.keep.observe(lambda _: self._keep(), names="value")
        self.draw()

    def draw(self) -> None:
        """Show what was typed so far."""
        raise NotImplementedError

    def _keep(self) -> None:
        """Follow the tick; where nothing can be kept, the tick goes away again, and the reason stays."""
        if self._unticking:
            return
        said = self.kept.keep(self.keep.value)
        if self.keep.value and not self.kept.is_kept():
            self._untick()
        self.message.value = status(said)

    def _untick(self) -> None:
        self._unticking = True
        self.keep.value = False
        self._unticking = False

    def _forget(self) -> None:
        self._untick()
        self.message.value = status(self.kept.forget())
        self.draw()


class BagBox(KeptBox):
    """A field for a thought, and the bag on the stage."""

    def __init__(self, bag: Kept, word: str) -> None:
        self.word = str(word)
        asks = f'What does "{self.word}" call up for you? Type a thought and press Enter; add as many as come.'
        self.field = widgets.Text(
            description="A thought:", placeholder="type here, then Enter", continuous_update=False
        )
        self.add_button = button("Add", self.add)
        self.picture = Stage()
        self.field.observe(lambda _: self.add(), names="value")
        twin = Card(asks, box("Your bag of thoughts", paragraph(asks), "wait"))
        above: list[widgets.Widget] = [widgets.HBox([self.field, self.add_button]), self.picture]
        super().__init__(twin, bag, ("Keep my bag in this folder", "Forget my thoughts"), (above, []))
        self.children[0].value = paragraph(asks)  # the title stands on the stage
        self.add_class("embeddings-demo")

    def add(self) -> None:
        """Put what stands in the field into the bag."""
        thought = self.field.value.strip()
        if thought:
            self.kept.add(self.word, thought)
            self.field.value = ""
            self.draw()

    def draw(self) -> None:
        """Show the bag; what is in it stays where it is, what is new comes out of the word."""
        self.picture.show(Bag(self.word, self.kept.thoughts(self.word)), "Your bag of thoughts")
