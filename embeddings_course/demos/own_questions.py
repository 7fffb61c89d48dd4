"""Your own questions, judged by you: what each way finds is pooled and shuffled, you tick, your own table comes. 12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.chance import score_interval
from embeddings_course.demos.base import Demo, DemoError, choice
from embeddings_course.demos.search_workbench import LONGEST, Collection
from embeddings_course.evaluation import reciprocal_ranks
from embeddings_course.files.arrays import Floats
from embeddings_course.files.checks import checked
from embeddings_course.files.data import Passage, load_queries
from embeddings_course.files.judged import Judged, keep_judged, read_judged
from embeddings_course.plots.picture import Picture
from embeddings_course.plots.search import Scores
from embeddings_course.plots.style import escape
from embeddings_course.plots.words import Words
from embeddings_course.search import pooled

DEPTH, MOST = 3, 20
"""So many results of each way go into the pool; so many questions at most."""

Given = Mapping[str, Sequence[str]]


class OwnQuestions(Demo):
    """Judge what was found for questions of your own, without seeing who found it; then the table, with intervals.

    For each question the first three texts of each way lie in one pool, shuffled. Tick what answers the question, or
    say that none does. The table comes when all are judged: a table that grows would tell you what to tick. An answer
    that no way has among its first three is not in the pool, so the table compares the ways; it does not say how much
    all of them miss. What you tick is kept on your disk, and is there when the cell runs again.

    Introduced in lesson 12.

    Args:
        passages: the texts; our 403 passages if left out.
        questions: about ten, one sentence each; ten of ours if left out.
        judged: question -> names of the texts that answer it; what you ticked before if left out, {} to begin anew.
        state: `question` (its place, from 0), `text_1` to `text_12`, `none`.

    Raises:
        DemoError: where there are no questions, too many, or one is empty or too long.

    >>> bench = OwnQuestions(questions=["junk circling the globe"], none=True)
    >>> bench.judged, bench.ranks()["BERT"].tolist()
    ({'junk circling the globe': ()}, [0.0])
    """

    title = "Your own judged questions"

    @checked
    def __init__(
        self,
        passages: Sequence[Passage] | None = None,
        questions: Sequence[str] | None = None,
        judged: Given | None = None,
        **state: Any,
    ) -> None:
        self.collection = Collection.of(passages)
        self.questions = _questions(questions)
        self.names = [passage.id for passage in self.collection.passages]
        self.pools = [pooled(self.collection.ways, q, DEPTH, seed=i) for i, q in enumerate(self.questions)]
        self.texts = {passage.id: passage.text for passage in self.collection.passages}
        if judged is not None and not isinstance(judged, Mapping):
            raise DemoError('judged holds names of texts by question: {"...": ["tea-1"]}.')
        known = read_judged(self.texts) if judged is None else judged
        self.judged: Judged = {q: tuple(known[q]) for q in self.questions if q in known}
        """Question -> the names of the texts that answer it; a question that you have not judged is not in it."""
        self.scores: dict[str, Floats] | None = None  # of all questions, way by way; made with the table
        self.lines = [
            widgets.HTML(layout={"flex": "1 1 0", "width": "auto"}) for _ in range(DEPTH * len(self.collection.ways))
        ]
        self.by_hand = False  # what is only shown is not kept
        super().__init__(**state)
        self.by_hand = True

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """A list of the questions, a box to tick for each text of the pool, and one for none of them."""
        asked = [(f"{i} of {len(self.questions)}: {q[:80]}", i - 1) for i, q in enumerate(self.questions, 1)]
        small = {"indent": False, "layout": {"width": "52px"}}
        ticks = {f"text_{i}": widgets.Checkbox(description=f"{i}", **small) for i in range(1, len(self.lines) + 1)}
        none = widgets.Checkbox(description="None of these answers it", indent=False)
        return {"question": choice("Question", asked, 0, width=760), **ticks, "none": none}

    def arrange(self) -> list[widgets.Widget]:
        """The question, the texts with their boxes, none of them, what you see."""
        question, *ticks, none = self.controls.values()
        self.rows = [
            widgets.HBox(pair, layout={"flex_flow": "row nowrap"}) for pair in zip(ticks, self.lines, strict=True)
        ]
        self._lay_out()
        return [question, *self.rows, none, self.stage]

    def follow(self, name: str) -> None:
        """Lay out the pool of another question; note what is ticked; "none" and ticks exclude each other."""
        if name == "question":
            self.by_hand = False
            self._lay_out()
            self.by_hand = True
            return
        ticks, none = [self.controls[f"text_{i}"] for i in range(1, len(self.rows) + 1)], self.controls["none"]
        if name == "none" and none.value:
            for tick in ticks:
                tick.value = False
        elif name != "none" and self.controls[name].value:
            none.value = False
        place = self.controls["question"].value
        chosen = [self.names[i] for i, tick in zip(self.pools[place], ticks, strict=False) if tick.value]
        if chosen or none.value:
            self.judged[self.questions[place]] = tuple(chosen)
        else:
            self.judged.pop(self.questions[place], None)
        if self.by_hand:
            others = {q: a for q, a in read_judged(self.texts).items() if q not in self.questions}
            keep_judged(self.texts, {**others, **self.judged})

    def _lay_out(self) -> None:
        place = self.controls["question"].value
        pool, known = self.pools[place], self.judged.get(self.questions[place])
        for i, (row, line) in enumerate(zip(self.rows, self.lines, strict=True)):
            row.layout.display = "" if i < len(pool) else "none"
            line.value = escape(self.collection.passages[pool[i]].text, 400) if i < len(pool) else ""
            self.controls[f"text_{i + 1}"].value = i < len(pool) and self.names[pool[i]] in (known or ())
        self.controls["none"].value = known == ()

    def ranks(self) -> dict[str, Floats]:
        """Return for each way the reciprocal rank of each judged question; 0 where nothing answers it."""
        if self.scores is None:
            self.scores = {way.name: way.scores(self.questions) for way in self.collection.ways}
        done = [(i, self.judged[q]) for i, q in enumerate(self.questions) if q in self.judged]
        found: dict[str, Floats] = {name: np.zeros(len(done)) for name in self.scores}
        for name, scores in self.scores.items():
            for place, (i, answers) in enumerate(done):
                if answers:
                    found[name][place] = reciprocal_ranks(scores[[i]], [[self.names.index(a) for a in answers]])[0]
        return found

    def state(self) -> dict[str, Any]:
        """The arguments of `compute`; the ranks only where all are judged."""
        all_of_them = len(self.judged) == len(self.questions)
        return {"questions": self.questions, "judged": [*self.judged], "ranks": self.ranks() if all_of_them else {}}

    @classmethod
    def compute(cls, questions: Sequence[str], judged: Sequence[str], ranks: Mapping[str, Floats]) -> Picture:
        """Return which questions are judged; when all are, the table."""
        n = len(questions)
        if len(judged) < n:
            lit = [i for i, question in enumerate(questions) if question in judged]
            title = f"{len(judged)} of {n} judged; the table comes with the last"
            return Words([str(i) for i in range(1, n + 1)], title, lit=lit)
        ends = [(i.mean, i.low, i.high) for i in map(score_interval, ranks.values())]
        return Scores([f"own ({n})"], [*ranks], [ends], title="MRR of your own questions")


def _questions(questions: Sequence[str] | None) -> list[str]:
    """Return the questions, each once, tidy.

    Raises:
        DemoError: where there are none, too many, or one is empty or too long.
    """
    if questions is None:
        questions = [query.text for query in load_queries() if query.kind == "plain"][:10]
    if isinstance(questions, str) or not all(isinstance(q, str) and 0 < len(q.strip()) <= LONGEST for q in questions):
        raise DemoError(f'Give your questions in a list, ["...", "..."], each of 1 to {LONGEST} characters.')
    asked = [*dict.fromkeys(" ".join(q.split()) for q in questions)]
    if not 1 <= len(asked) <= MOST:
        raise DemoError(f"Give 1 to {MOST} questions (about ten), not {len(asked)}.")
    return asked
