"""The search workbench: one question, several ways of searching, side by side. Lesson 12."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

import ipywidgets as widgets

from embeddings_course.demos.base import Demo, DemoError, Number, choice, text_line
from embeddings_course.files.arrays import Floats
from embeddings_course.files.checks import checked, shown
from embeddings_course.files.data import (
    Passage,
    Query,
    load_passage_vectors,
    load_passages,
    load_queries,
    load_vectors,
)
from embeddings_course.files.errors import CourseWarning
from embeddings_course.files.models import find_model, model_name
from embeddings_course.plots.search import Found, Hit
from embeddings_course.pretrained import load_bert
from embeddings_course.search import (
    Encode,
    Searcher,
    average_encoder,
    count_encoder,
    hand_encoder,
    searcher,
    stored_encoder,
)

Pooling = Literal["mean", "cls"]

WAYS = ("by hand", "counts", "word2vec", "BERT")
OWN = "my own question"
LONGEST = 300
"""A longer question is not read: nobody asks like that, and BERT stops at 512 pieces."""


def read_with_bert(texts: Sequence[str], pooling: Pooling = "mean") -> Floats:
    """Return the sentence vectors of texts, live; loads the model the first time.

    Raises:
        DemoError: where the model is not on this machine.
    """
    if find_model() is None:
        raise DemoError(
            "This text is new, so BERT itself must read it, and the model is not on this machine yet. Run "
            "`python course.py` once with a network; until then choose one of the prepared questions."
        )
    return load_bert().sentence_vectors(list(texts), pooling=pooling)


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
    bert = _bert_encoder("mean") if ours else read_with_bert
    encoders = (hand_encoder(), count_encoder(texts), average_encoder(load_vectors("books"), texts), bert)
    pairs = list(zip(WAYS, encoders, strict=True))[: None if with_bert else -1]
    return tuple(searcher(name, encode, texts) for name, encode in pairs)


@lru_cache(maxsize=1)
def first_piece() -> Searcher:
    """Return a searcher over our passages that takes BERT's first piece, [CLS], for the whole text.

    Introduced in lesson 12.

    Raises:
        DemoError: where BERT must read new texts and the model is not there.

    >>> first_piece().rows.shape
    (403, 384)
    """
    return searcher("first piece", _bert_encoder("cls"), [p.text for p in load_passages()])


def _bert_encoder(pooling: Pooling) -> Encode:
    """Return BERT's encoder for our passages: MiniLM's rows are stored, any other BERT reads live."""
    live: Encode = partial(read_with_bert, pooling=pooling)
    if model_name() != "minilm":
        return live
    known = [*(p.text for p in load_passages()), *(q.text for q in load_queries())]
    return stored_encoder(known, load_passage_vectors(pooling=pooling), live)


def short_enough(passages: Sequence[Passage], fits: Callable[[str], bool]) -> list[Passage]:
    """Return passages that BERT can read: one that is too long is halved until its parts fit, and that is said.

    >>> long = Passage("tea-1", "tea", "one two three four")
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     [(p.id, p.text) for p in short_enough([long], lambda text: len(text) < 10)]
    [('tea-1.1', 'one two'), ('tea-1.2', 'three'), ('tea-1.3', 'four')]
    """
    short: list[Passage] = []
    for passage in passages:
        parts = [passage.text]
        while long := next((part for part in parts if len(part) > 1 and not fits(part)), None):
            words = long.split()
            halves = [words[: len(words) // 2], words[len(words) // 2 :]]
            middle = len(long) // 2
            i = parts.index(long)
            parts[i : i + 1] = [" ".join(half) for half in halves] if len(words) > 1 else [long[:middle], long[middle:]]
        names = [f"{passage.id}.{i}" if len(parts) > 1 else passage.id for i in range(1, len(parts) + 1)]
        short += [Passage(name, passage.topic, part) for name, part in zip(names, parts, strict=True)]
    split = [p.id for p in passages if p.id not in {s.id for s in short}]
    if split:
        some = f"{', '.join(split[:5])}{' ...' if len(split) > 5 else ''}"
        warnings.warn(f"Longer than BERT reads at once, so split into parts: {some}.", CourseWarning, stacklevel=2)
    return short


@dataclass(frozen=True)
class Collection:
    """What is searched: texts, the judged questions about them by their words, and the ways of searching."""

    passages: Sequence[Passage]
    queries: Mapping[str, Query]
    ways: Sequence[Searcher]

    @classmethod
    def of(cls, passages: Sequence[Passage] | None = None) -> Collection:
        """Return a collection of these texts, which nobody judged; of ours, with their questions, if left out.

        Raises:
            DemoError: where there are fewer than two texts, or they are none.
        """
        if passages is None:
            return cls(load_passages(), {q.text: q for q in load_queries()}, four_ways())
        if isinstance(passages, str) or not isinstance(passages, Iterable):
            raise DemoError(
                f'Give a list of texts, ["...", "..."], or what `load_texts` returns, not {shown(passages)}.'
            )
        passages = [Passage(f"text {i}", "", p) if isinstance(p, str) else p for i, p in enumerate(passages, 1)]
        for odd in (p for p in passages if not isinstance(p, Passage) or not p.text.strip()):
            raise DemoError(
                f"A list of texts, or what `load_texts` returns, is searched here; {shown(odd)} is no text."
            )
        if len(passages) < 2:
            raise DemoError("A search needs at least two texts to choose from.")
        with_bert = find_model() is not None
        passages = short_enough(passages, load_bert().fits) if with_bert else passages
        return cls(passages, {}, four_ways(tuple(p.text for p in passages), with_bert))

    def hit(self, i: int, score: float, judged: Query | None) -> Hit:
        """Return a text that was found, marked where the question was judged."""
        passage, mark = self.passages[i], ""
        if judged is not None:
            mark = "answer" if passage.id in judged.relevant else "decoy" if passage.id in judged.decoys else ""
        return Hit(passage.id, passage.text, score, mark)


class SearchWorkbench(Demo):
    """Ask a collection of texts a question, and see what four ways of searching put on top.

    Introduced in lesson 12.

    Args:
        passages: the texts, plain or from `load_texts`; our 403 passages if left out. Own texts are read by BERT
            first, which takes about a second for fifty; where its model is not on this machine, three ways are shown.
        state: `examples`, `question`, `k`.

    Raises:
        DemoError: where there are fewer than two texts, or a control does not take the value.

    >>> bench = SearchWorkbench(question="usufruct", k=1)
    >>> bench.picture.hits[1][0].name
    'courts-20'
    """

    title = "Search workbench"

    @checked
    def __init__(self, passages: Sequence[Passage] | None = None, **state: Any) -> None:
        self.collection = Collection.of(passages)
        super().__init__(**state)

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """A list of prepared questions, a line for one's own, and how many results."""
        queries = self.collection.queries.values()
        shown = [(f"{q.kind}: {q.text[:60]}", q.text) for q in queries]
        first = next((q.text for q in queries if q.kind == "roles"), "")
        return {
            "examples": choice("Examples", [(OWN, OWN), *shown], first or OWN, width=560, name_width=80),
            "k": Number("Results", 3, low=1, high=5, step=1, name_width=60, slider_width=100),
            "question": text_line("Question", first, "type a question, then Enter", width=760, name_width=80),
        }

    def arrange(self) -> list[widgets.Widget]:
        """The list and the number, the line to type in, the results, what you see."""
        examples, k, question = self.controls.values()
        top = widgets.HBox([examples, k], layout={"flex_flow": "row wrap"})
        return [top, question, self.stage]

    def follow(self, name: str) -> None:
        """Keep the list and the line together: choosing fills the line, typing sets the list to "my own question"."""
        examples, question = self.controls["examples"], self.controls["question"]
        if name == "examples" and examples.value != OWN:
            question.value = examples.value
        elif name == "question":
            examples.value = question.value if question.value in self.collection.queries else OWN

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`."""
        return {"question": self.controls["question"].value, "k": self.controls["k"].value, "among": self.collection}

    @classmethod
    def compute(cls, question: str, k: int = 3, among: Collection | None = None) -> Found:
        """Return what each way finds, best first.

        Raises:
            DemoError: for an empty or a very long question.
        """
        asked = " ".join(question.split())
        if not asked:
            raise DemoError("Type a question, or choose one from the list.")
        if len(asked) > LONGEST:
            raise DemoError(f"That is {len(asked)} characters long. Ask in at most {LONGEST}.")
        among = among or Collection.of()
        judged = among.queries.get(asked)
        hits = [[among.hit(i, score, judged) for i, score in way.search(asked, int(k))] for way in among.ways]
        return Found(asked, [way.name for way in among.ways], hits, judged is not None)
