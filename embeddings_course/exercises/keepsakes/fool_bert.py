"""Fool BERT: write a sentence with an ambiguous word, say what you meant, and see whether it is tagged wrongly.

A use is tagged by a vote of the five known uses whose vectors are nearest, and these five are shown: the evidence.
What fooled it goes on a shelf, which is kept in the learner's own folder only where a box is ticked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets as widgets
import numpy as np

from embeddings_course.exercises.engine.boxes import button, status
from embeddings_course.exercises.engine.cards import Card, box, listing, paragraph
from embeddings_course.exercises.keepsakes.bag_box import KeptBox
from embeddings_course.exercises.keepsakes.thoughts import ThoughtBag
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import SenseUse, load_senses
from embeddings_course.files.errors import CourseError
from embeddings_course.plots.style import escape, one_line
from embeddings_course.senses import nearest_uses, sense_layer
from embeddings_course.vectors import normalise

if TYPE_CHECKING:
    from embeddings_course.pretrained import Bert

LONGEST, K = 160, 5
shelf = ThoughtBag("my_trophies.json", "shelf", longest=LONGEST + 60, most=20)


@dataclass(frozen=True)
class Tag:
    """How one use was tagged: the sense with most votes, the votes, and the known uses that voted, nearest first."""

    sense: str
    votes: dict[str, int]
    nearest: tuple[SenseUse, ...]


class FoolBert(KeptBox):
    """A field for a sentence, a list for what is meant, BERT's answer with its evidence, and the shelf of trophies.

    Introduced in lesson 09.

    Args:
        bert: who is to be fooled.
        word: an ambiguous word of our list of senses.
        layer: row of hidden_states to read; None for two thirds of the way up.
        known: vectors of the word's uses for fitting at this layer, in the order of senses.csv, shape (n, d); None to
            let BERT read them at the first question.
        shelf: where the trophies go.
    """

    def __init__(
        self,
        bert: Bert,
        word: str = "jack",
        layer: int | None = None,
        known: Floats | None = None,
        shelf: ThoughtBag = shelf,
    ) -> None:
        self.bert, self.word = bert, word
        self.layer = sense_layer(bert.config.n_layers) if layer is None else layer
        self.uses = [u for u in load_senses() if u.lemma == word and u.split == "fit" and bert.fits(u.sentence)]
        self._known = None if known is None else np.asarray(known)[:, None]
        senses = list(dict.fromkeys(use.sense.split(".")[1] for use in self.uses))
        wide = widgets.Layout(width="760px")
        self.field = widgets.Text(
            description="Sentence",
            placeholder=f"with the word {word}, then Enter",
            continuous_update=False,
            layout=wide,
        )
        self.meant = widgets.Dropdown(options=senses, description="I mean the")
        self.ask_button = button("Ask BERT", self.ask)
        self.trophies = widgets.HTML()
        task = f"Write a sentence with *{word}*, say which sense you mean, and ask. If BERT answers another, you win."
        twin = Card(task.replace("*", ""), box(f"Fool BERT ({bert.name}, layer {self.layer})", paragraph(task), "wait"))
        parts = [self.field, widgets.HBox([self.meant, self.ask_button])], [self.trophies]
        super().__init__(twin, shelf, ("Keep my shelf in this folder", "Clear the shelf"), parts)
        self.field.observe(lambda _: self.ask(), names="value")

    def tag(self, sentence: str) -> Tag:
        """Return how BERT tags the first use of the word in a sentence.

        Raises:
            BertError: where the word does not stand there (with what to do).
        """
        vector = self.bert.word_vector(sentence, self.word, layer=self.layer)[None, None]  # (1, 1, d)
        known, senses = self._vectors(), [use.sense for use in self.uses]
        cosines = normalise(known[:, 0]) @ normalise(vector[0, 0])
        voters = np.argsort(-cosines, kind="stable")[:K]
        votes = Counter(senses[i].split(".")[1] for i in voters)
        sense = str(nearest_uses(known, senses, vector, K)[0, 0]).split(".")[1]
        return Tag(sense, dict(votes), tuple(self.uses[i] for i in voters))

    def ask(self) -> None:
        """Tag the sentence in the field; where the answer is not what was meant, it goes on the shelf."""
        sentence = one_line(self.field.value)[:LONGEST]
        if not sentence:
            self._say("Not yet.", f'Type a sentence with "{self.word}" in it first.', "wait")
            return
        try:
            tag = self.tag(sentence)
        except CourseError as error:
            self._say("Not yet.", str(error), "wait")
            return
        meant = str(self.meant.value)
        if tag.sense == meant:
            self._say(
                f"{tag.sense.capitalize()}. Right.", "Not fooled. Look at whom it asked, and try another.", "right", tag
            )
            return
        self._say(f"BERT says {tag.sense}: fooled!", f"You meant the {meant}. It goes on your shelf.", "wrong", tag)
        self.kept.add(self.word, f"{sentence} (I meant the {meant}, BERT said {tag.sense})")
        self.draw()

    def _vectors(self) -> Floats:
        """Return the known uses at the layer, shape (n, 1, d); read once, at the first question."""
        if self._known is None:
            uses = self.uses
            self._known = self.bert.word_vectors(
                [u.sentence for u in uses], [u.word for u in uses], [u.occurrence for u in uses], self.layer
            )[:, None]
        return self._known

    def _say(self, title: str, text: str, tone: str, tag: Tag | None = None) -> None:
        """Show the verdict; below it the known uses that voted."""
        inside = f"<p>{escape(text, 300)}</p>"
        if tag is not None:
            votes = ", ".join(f"{sense} {n}" for sense, n in sorted(tag.votes.items(), key=lambda item: -item[1]))
            inside += paragraph(f"The {K} nearest known uses voted: {votes}.")
            inside += listing([f"{use.sense.split('.')[1]}: {use.sentence}" for use in tag.nearest])
        self.message.value = status(Card(text, box(title, inside, tone)))

    def draw(self) -> None:
        """Show the shelf."""
        won = self.kept.thoughts(self.word)
        items = "".join(f"<li>{escape(trophy, LONGEST + 60)}</li>" for trophy in won)
        self.trophies.value = f"<p><b>Your shelf</b> ({len(won)}):</p><ol>{items}</ol>" if won else ""
