"""The plan, the claim and the page at the end as forms: usable by keyboard, each control with a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from embeddings_course.demos.base import choice, text_line
from embeddings_course.demos.search_workbench import WAYS
from embeddings_course.exercises.engine.boxes import AskBox, button, status
from embeddings_course.exercises.engine.cards import Card, card
from embeddings_course.exercises.keepsakes import claims
from embeddings_course.files.data import QUERY_KINDS, load_queries

WIDE, NAME = 520, 170
"""Dots for a list, and for the name before it."""


def _list(name: str, options: Sequence[str]) -> widgets.Dropdown:
    return choice(name, [("choose", ""), *((option, option) for option in options)], "", WIDE, NAME)


def plan(
    question: Any = None, kind: Any = None, metric: Any = None, baseline: Any = None, way: Any = None
) -> PlanBox | Card:
    """Ask for a plan and lock it; without arguments, show the form. It stays; after its claim comes the next one.

    Introduced in lesson 12.
    """
    if question is kind is metric is baseline is way is None:
        return PlanBox()
    return claims.lock_plan(question, kind, metric, baseline, way)


def claim(
    verdict: Any = None,
    not_enough_for: Any = None,
    tuned_on: Sequence[str] = (),
    tested_on: Sequence[str] | None = None,
    scores: Any = None,
    baseline_scores: Any = None,
    note: Any = "",
) -> ClaimBox | Card:
    """Hold a claim against the table of the locked plan; without arguments, show the form.

    Introduced in lesson 12.

    Args:
        verdict: "better", "worse" or "cannot tell".
        not_enough_for: a kind of question where this way was not enough.
        tuned_on: ids (or, for measurements of one's own, sentences) looked at while choosing settings.
        tested_on: ids or sentences of the test; all questions of the planned kind if left out.
        scores: measurements of one's own: a number for each tested item, or for each seed.
        baseline_scores: the same for the baseline.
        note: a sentence for the page at the end.
    """
    if verdict is None and scores is None:
        return ClaimBox()
    return claims.weigh_claim(verdict, not_enough_for, tuned_on, tested_on, scores, baseline_scores, note)


class PlanBox(AskBox):
    """A plan to lock before the envelope is opened."""

    def __init__(self) -> None:
        asks = (
            "What do you want to know? Fix it now: on which questions, by which measure, which way, and what is to be "
            "beaten. After the lock it stays as it is."
        )
        metrics = "; ".join(f"*{name}*: {what}" for name, what in claims.METRICS.items())
        twin = card("Your plan first", asks, metrics, tone="wait")
        self.question = text_line(
            "My question", "", "for example: does BERT cope with numbers better than counts?", 760, NAME
        )
        self.kind = _list("On which questions", claims.KINDS)
        self.metric = _list("Measured by", tuple(claims.METRICS))
        self.way = _list("The way I test", WAYS)
        self.baseline = _list("The baseline to beat", claims.BASELINES)
        self.button = button("Lock my plan", self.lock)
        self.message = widgets.HTML()
        self.inputs = [self.question, self.kind, self.metric, self.way, self.baseline]
        super().__init__(twin, [widgets.HTML(twin.html), *self.inputs, self.button, self.message])
        before = claims.locked_plan()
        if before is not None and claims.kept_claim() is None:
            self._show(before)

    def lock(self) -> None:
        """Lock what the form holds."""
        shown = claims.lock_plan(
            self.question.value, self.kind.value, self.metric.value, self.baseline.value, self.way.value
        )
        locked = claims.locked_plan()
        if locked is None or claims.kept_claim() is not None:
            self.message.value = status(shown)
        else:
            self._show(locked)

    def _show(self, locked: claims.Plan) -> None:
        self.message.value = status(claims.plan_card(locked))
        self.question.value = locked.question
        for control in (*self.inputs, self.button):
            control.disabled = True


class ClaimBox(AskBox):
    """The claim: a form, not prose, so that it can be held against the table."""

    def __init__(self) -> None:
        asks = "Hold your claim against the table of your plan. A form, not an essay: each line is checked."
        twin = card("Your claim", asks, tone="wait")
        self.verdict = _list("Against the baseline", claims.VERDICTS)
        self.limit = _list("It was not enough for", QUERY_KINDS)
        self.tuned = text_line(
            "Tuned on (ids)", "", "questions you looked at while choosing settings, such as roles-01", 760, NAME
        )
        self.leave_out = widgets.Checkbox(description="Leave these out of the test", indent=False)
        self.note = text_line("In my own words", "", "one sentence for your page", 760, NAME)
        self.button = button("Check my claim", self.check)
        self.message = widgets.HTML()
        self.inputs = [self.verdict, self.limit, self.tuned, self.leave_out, self.note]
        super().__init__(twin, [widgets.HTML(twin.html), *self.inputs, self.button, self.message])

    def check(self) -> None:
        """Check what the form holds."""
        tuned = [t for t in self.tuned.value.replace(",", " ").split() if t]
        mine = claims.locked_plan()
        tested = None
        if mine is not None and self.leave_out.value:
            tested = [q.id for q in load_queries() if q.kind == mine.kind and q.id not in tuned]
        shown = claims.weigh_claim(self.verdict.value, self.limit.value, tuned, tested, note=self.note.value)
        self.message.value = status(shown)
