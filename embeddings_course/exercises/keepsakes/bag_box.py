"""The bag of thoughts as a widget: type, press Enter, see the bag fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as widgets

from embeddings_course.exercises.engine.boxes import AskBox
from embeddings_course.exercises.engine.cards import Card, box, paragraph
from embeddings_course.plots import Bag, show

if TYPE_CHECKING:
    from embeddings_course.exercises.keepsakes.thoughts import ThoughtBag


class BagBox(AskBox):
    """A field for a thought, the bag as a picture, a box to tick for keeping it, and a button to forget it."""

    def __init__(self, bag: ThoughtBag, word: str) -> None:
        self.bag, self.word = bag, str(word)
        asks = f'What does "{self.word}" call up for you? Type a thought and press Enter; add as many as come.'
        self.field = widgets.Text(
            description="A thought:", placeholder="type here, then Enter", continuous_update=False
        )
        self.add_button = widgets.Button(description="Add", layout=widgets.Layout(width="auto"))
        self.keep = widgets.Checkbox(value=bag.is_kept(), description="Keep my bag in this folder", indent=False)
        self.forget = widgets.Button(description="Forget my thoughts", layout=widgets.Layout(width="auto"))
        self.message, self.picture = widgets.HTML(), widgets.HTML()
        self.field.observe(lambda _: self.add(), names="value")
        self.add_button.on_click(lambda _: self.add())
        self.keep.observe(lambda _: self._keep(), names="value")
        self.forget.on_click(lambda _: self._forget())
        twin = Card(asks, box("Your bag of thoughts", paragraph(asks), "wait"))
        line = widgets.HBox([self.field, self.add_button])
        last = widgets.HBox([self.keep, self.forget])
        super().__init__(twin, [widgets.HTML(twin.html), line, self.picture, self.message, last])
        self._draw()

    def add(self) -> None:
        """Put what stands in the field into the bag."""
        thought = self.field.value.strip()
        if thought:
            self.bag.add(self.word, thought)
            self.field.value = ""
            self._draw()

    def _keep(self) -> None:
        """Follow the tick: write the file, or take it away and keep the thoughts for this session only."""
        said = self.bag.keep(self.keep.value)
        if self.keep.value and not self.bag.is_kept():
            self.keep.unobserve_all("value")
            self.keep.value = False
            self.keep.observe(lambda _: self._keep(), names="value")
        self.message.value = f"<div role='status'>{said.html}</div>"

    def _forget(self) -> None:
        self.keep.value = False
        said = self.bag.forget()
        self.message.value = f"<div role='status'>{said.html}</div>"
        self._draw()

    def _draw(self) -> None:
        """Show the bag as a picture with its alternative text; the first, empty one loads what the next ones need."""
        self.picture.value = show(Bag(self.word, self.bag.thoughts(self.word))).img()
