"""The search workbench: one question, several ways of searching, side by side. Lesson 12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from embeddings_course.demos.base import DemoError, FollowingDemo, Number, choice, field
from embeddings_course.files.data import (
    Passage,
    Query,
    load_passage_vectors,
    load_passages,
    load_queries,
    load_vectors,
)
from embeddings_course.files.models import find_model, model_name
from embeddings_course.plots.search import Found, Hit, describe_found, draw_found, found_html
from embeddings_course.search import (
    Encode,
    Searcher,
    average_encoder,
    count_encoder,
    hand_encoder,
    searcher,
    stored_encoder,
)

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

WAYS = ("by hand", "counts", "word2vec", "BERT")
OWN = "my own question"
LONGEST = 300
"""A longer question is not read: nobody asks like that, and BERT stops at 512 pieces."""


def read_with_bert(texts: Sequence[str]) -> NDArray[np.floating]:
    """Return the sentence vectors of texts, live; loads the model the first time.

    Raises:
        DemoError: where the model is not on this machine.
    """
    if find_model() is None:
        raise DemoError(
            "This text is new, so BERT itself must read it, and the model is not on this machine yet. Run "
            "`python course.py` once with a network; until then choose one of the prepared questions."
        )
    return _bert().sentence_vectors(list(texts))


@lru_cache(maxsize=1)
def _bert() -> Any:
    from embeddings_course.pretrained import load_bert

    return load_bert()


@lru_cache(maxsize=4)
def four_ways(texts: tuple[str, ...] | None = None, with_bert: bool = True) -> tuple[Searcher, ...]:
    """Return four searchers over these texts (our passages if left out): by hand, counts, word2vec, BERT.

    Introduced in lesson 12.

    Args:
        texts: what to search.
        with_bert: False leaves BERT out, where its model is not on this machine.

    Raises:
        DemoError: where BERT must read new texts and the model is not there.
    """
    ours = texts is None
    texts = tuple(p.text for p in load_passages()) if texts is None else texts
    live: Encode = read_with_bert
    if ours and model_name() == "minilm":
        known = [*texts, *(q.text for q in load_queries())]
        live = stored_encoder(known, load_passage_vectors(), read_with_bert)
    encoders = (hand_encoder(), count_encoder(texts), average_encoder(load_vectors("books"), texts), live)
    pairs = list(zip(WAYS, encoders, strict=True))[: None if with_bert else -1]
    return tuple(searcher(name, encode, texts) for name, encode in pairs)


class SearchWorkbench(FollowingDemo):
    """Ask a collection of texts a question, and see what four ways of searching put on top.

    Introduced in lesson 12.

    Args:
        passages: the texts to search; our 403 passages if left out. Texts of your own are read by BERT first, which
            takes about a second for fifty; where its model is not on this machine, three ways are shown.
        state: `examples`, `question`, `k`.

    Raises:
        DemoError: where there are fewer than two texts, or a control does not take the value.

    >>> bench = SearchWorkbench(question="usufruct", k=1)
    >>> bench.data.hits[1][0].name
    'courts-20'
    """

    title = "Search workbench"
    size = (10.4, 4.6)

    def __init__(self, passages: Sequence[Passage] | None = None, **state: Any) -> None:
        self.passages = tuple(load_passages() if passages is None else passages)
        if len(self.passages) < 2:
            raise DemoError("A search needs at least two texts to choose from.")
        self.queries: dict[str, Query] = {} if passages is not None else {q.text: q for q in load_queries()}
        ours = passages is None
        texts = None if ours else tuple(p.text for p in self.passages)
        self.ways = four_ways(texts, ours or find_model() is not None)
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """A list of prepared questions, a line for one's own, and how many results."""
        shown = [(f"{q.kind}: {q.text[:60]}", q.text) for q in self.queries.values()]
        first = next((q.text for q in self.queries.values() if q.kind == "roles"), "")
        return {
            "examples": choice("Examples", [(OWN, OWN), *shown], first or OWN, width=560, name_width=80),
            "k": Number("Results", 3, low=1, high=5, step=1, name_width=60, slider_width=100),
            "question": field("Question", first, "type a question, then Enter", width=760, name_width=80),
        }

    def arrange(self) -> list[widgets.Widget]:
        """The list and the number, the line to type in, the results, what you see."""
        examples, k, question = self.controls.values()
        top = widgets.HBox([examples, k], layout={"flex_flow": "row wrap"})
        return [top, question, self.view, self.line]

    def follow(self, owner: widgets.Widget) -> None:
        """Keep the list and the line together: choosing fills the line, typing sets the list to "my own question"."""
        examples, question = self.controls["examples"], self.controls["question"]
        if owner is examples and examples.value != OWN:
            question.value = examples.value
        elif owner is question:
            examples.value = question.value if question.value in self.queries else OWN

    def compute(self, examples: str, k: int, question: str) -> Found:  # type: ignore[override]
        """Return what each way finds, best first.

        Raises:
            DemoError: for an empty or a very long question.
        """
        asked = " ".join(question.split())
        if not asked:
            raise DemoError("Type a question, or choose one from the list.")
        if len(asked) > LONGEST:
            raise DemoError(f"That is {len(asked)} characters long. Ask in at most {LONGEST}.")
        judged = self.queries.get(asked)
        hits = [[self._hit(i, score, judged) for i, score in way.search(asked, int(k))] for way in self.ways]
        return Found(asked, [way.name for way in self.ways], hits, judged is not None)

    def _hit(self, i: int, score: float, judged: Query | None) -> Hit:
        passage = self.passages[i]
        mark = ""
        if judged is not None:
            mark = "answer" if passage.id in judged.relevant else "decoy" if passage.id in judged.decoys else ""
        return Hit(passage.id, passage.text, score, mark)

    @classmethod
    def draw(cls, data: Found, figure: FigureBase) -> None:
        """Draw the still table."""
        draw_found(data, figure)

    @classmethod
    def describe(cls, data: Found) -> str:
        """Return the results as a sentence."""
        return describe_found(data)

    def show(self, data: Found) -> None:
        """Put the results on the page as a table."""
        self.view.value = found_html(data)
