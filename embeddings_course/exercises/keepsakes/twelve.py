"""Twelve questions before the course and twelve of their kind after it: what a learner took along, and what a class.

Two forms ask about the same twelve ideas in other cases. A coin says which form comes first; the other comes last. So,
over a class, a harder form weighs before and after alike. That both are equally hard was not measured, and without a
group that did not take the course nobody knows what they would have learned elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

import ipywidgets as widgets

from embeddings_course.exercises.engine.boxes import WRAP, AskBox, Control, button, status
from embeddings_course.exercises.engine.cards import Card, box, card, fold, listing, paragraph
from embeddings_course.exercises.engine.progress_store import store
from embeddings_course.exercises.engine.question_files import parse
from embeddings_course.exercises.engine.questions import Choice

Form = Literal["a", "b"]
When = Literal["before", "after"]
LESSON = {"before": "00", "after": "12"}
INVITES = {
    "before": "About five minutes, and you may skip them. You cannot know the answers yet, and *I do not know yet* "
    "is one. The last lesson asks twelve others of the same kind, and then you see both.",
    "after": "Other cases than in lesson 00, the same ideas. Then you see both.",
}
HONEST = "The two forms were matched by idea; whether they are equally hard was not measured."


def _read(form: Form) -> dict[str, Choice]:
    path = Path(__file__).with_name(f"twelve_{form}.md")
    return parse(path.read_text(encoding="utf-8"), path.name).quiz


FORMS: dict[Form, dict[str, Choice]] = {form: _read(form) for form in get_args(Form)}
IDEAS = tuple(FORMS["a"])
"""What each pair of questions is about, the same names in both forms."""


def right_answers(when: When) -> dict[str, bool]:
    """Return, for each idea that was asked before (or after), whether the answer was right."""
    return {e.item[:-2]: e.state == "done" for e in store().entries() if e.kind == when}


def form_of(when: When) -> Form:
    """Return the form that was, or will be, asked before (or after): by a coin, where nothing was answered yet."""
    other: When = "after" if when == "before" else "before"
    for asked, turned in ((when, False), (other, True)):
        for entry in store().entries():
            if entry.kind == asked and entry.item[-2:] in ("-a", "-b"):
                return "a" if entry.item.endswith("-a") != turned else "b"
    return secrets.choice(get_args(Form))


def scores() -> str:
    """Say how many were right before and after, as far as they were asked."""
    counts = [(when, right_answers(when)) for when in get_args(When)]
    said = [f"{sum(right.values())} of {len(right)} {when}" for when, right in counts if right]
    return f"Twelve questions: {', '.join(said)} the course." if said else ""


class Twelve(AskBox):
    """Twelve questions with one lock: they open on a click, so that whoever wants to go on is not held up."""

    def __init__(self, when: When) -> None:
        self.when = when
        self.form = form_of(when)
        self.controls: dict[str, Control] = {}
        twin = card("Twelve questions", INVITES[when], tone="wait")
        self.begin_button, self.lock_button = button("Ask me", self.begin), button("Lock my twelve", self.lock)
        self.questions, self.message = widgets.VBox([]), widgets.HTML()
        super().__init__(twin, [widgets.HTML(WRAP + twin.html), self.begin_button, self.questions, self.message])
        if right_answers(when):
            self._close()

    def begin(self) -> None:
        """Show the questions."""
        self.begin_button.disabled = True
        parts: list[widgets.Widget] = []
        for i, (idea, question) in enumerate(FORMS[self.form].items(), 1):
            self.controls[idea] = Control(question, f"Answer {i}:")
            head = box(f"Question {i} of {len(IDEAS)}", paragraph(question.question), "wait")
            parts += [widgets.HTML(head), self.controls[idea].widget]
        self.questions.children = (*parts, self.lock_button)

    def lock(self) -> None:
        """Lock all twelve, once none is open."""
        chosen = {idea: control.inputs[0].value for idea, control in self.controls.items()}
        still_open = [str(i) for i, idea in enumerate(IDEAS, 1) if chosen[idea] is None]
        if still_open:
            say = f"Open still: {', '.join(still_open)}. *I do not know yet* is an answer."
            self.message.value = status(card("Not locked.", say, tone="wait"))
        else:
            keep(self.when, self.form, chosen)
            self._close()

    def _close(self) -> None:
        """Show what is locked, and ask no more."""
        for control in self.controls.values():
            control.freeze()
        self.begin_button.disabled = self.lock_button.disabled = True
        self.message.value = status(result(self.when))


def keep(when: When, form: Form, chosen: Mapping[str, int]) -> None:
    """Write twelve answers down (the number of the option, for each idea); twelve that were locked before stay."""
    if right_answers(when):
        return
    for idea, answer in chosen.items():
        state = "done" if FORMS[form][idea].is_right(answer) else "tried"
        store().save(LESSON[when], f"{idea}-{form}", when, state, answer, keep_first=True)


def result(when: When) -> Card:
    """Return what to show once the twelve are locked: nothing before the course, both counts and all answers after."""
    notes = store().take_notes()
    if when == "before":
        return card(
            "Locked.", "Twelve answers wait for lesson 12. Which ones are right you will have measured.", *notes
        )
    before, after = right_answers("before"), right_answers("after")
    lines = [scores()]
    if before:
        learned = [idea for idea in IDEAS if after.get(idea) and not before.get(idea)]
        lost = [idea for idea in IDEAS if before.get(idea) and not after.get(idea)]
        lines += [f"Right now, and not before: {', '.join(learned)}."] if learned else []
        lines += [f"Right before, and not now: {', '.join(lost)}."] if lost else []
    questions = FORMS[form_of("after")].values()
    said = [f"{q.question} {next(o.text for o in q.options if o.right)}. {_why(q)}" for q in questions]
    return card("Locked.", *lines, HONEST, *notes, extra=fold("The twelve, with their answers", listing(said)))


def _why(question: Choice) -> str:
    return next(option.says for option in question.options if option.right)


def before() -> Twelve:
    """Ask twelve questions before the course; nobody has to answer.

    Introduced in lesson 00.
    """
    return Twelve("before")


def after() -> Twelve:
    """Ask twelve questions of the same kind after the course, and show both results.

    Introduced in lesson 12.
    """
    return Twelve("after")
