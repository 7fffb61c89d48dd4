"""Twelve questions before the course and twelve of their kind after it: what a learner took along, and what a class.

Two forms ask about the same twelve ideas in other cases. A coin says which form comes first; the other comes last. So,
over a class, a harder form weighs before and after alike. That both are equally hard was not measured, and without a
group that did not take the course nobody knows what they would have learned elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, get_args

import ipywidgets as widgets

from embeddings_course.exercises.engine.boxes import WRAP, AskBox, Control, button, status
from embeddings_course.exercises.engine.cards import Card, box, card, fold, listing, paragraph
from embeddings_course.exercises.engine.progress_store import Entry, store
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


TOO_LATE = card(
    "Those of the last page are locked.", "A *before* would come after them now. Nothing is lost: go on.", tone="wait"
)


def _read(form: Form) -> dict[str, Choice]:
    path = Path(__file__).with_name(f"twelve_{form}.md")
    return parse(path.read_text(encoding="utf-8"), path.name).quiz


FORMS: dict[Form, dict[str, Choice]] = {form: _read(form) for form in get_args(Form)}
IDEAS = tuple(FORMS["a"])
"""What each pair of questions is about, the same names in both forms."""


def first_form(locked: Iterable[tuple[str, str]]) -> str:
    """Return how the items of one form end ("-a" or "-b"), of those that were locked first; "" where there are none.

    On two machines both forms may have been locked; the second met a person who had seen twelve already.

    >>> first_form([("scale-a", "2026-05-02"), ("scale-b", "2026-05-01")])
    '-b'
    """
    of_ours = [(at, item[-2:]) for item, at in locked if item[:-2] in IDEAS and item[-2:] in ("-a", "-b")]
    return min(of_ours)[1] if of_ours else ""


def answers(when: When) -> dict[str, Entry]:
    """Return what was locked before (or after), by idea."""
    locked = [entry for entry in store().entries() if entry.kind == when]
    end = first_form((entry.item, entry.at) for entry in locked)
    found = {e.item: e for e in locked}
    return {idea: found[idea + end] for idea in IDEAS if idea + end in found}


def right_answers(when: When) -> dict[str, bool]:
    """Return, for each idea that was asked before (or after), whether the answer was right."""
    return {idea: entry.state == "done" for idea, entry in answers(when).items()}


def form_of(when: When) -> Form:
    """Return the form that was, or will be, asked before (or after): by a coin, where nothing was answered yet."""
    other: When = "after" if when == "before" else "before"
    for asked, turned in ((when, False), (other, True)):
        for entry in answers(asked).values():
            return "a" if entry.item.endswith("-a") != turned else "b"
    return secrets.choice(get_args(Form))


def scores() -> str:
    """Say how many were right before and after, as far as they were asked."""
    said = [_count(when, right) for when in get_args(When) if (right := right_answers(when))]
    return f"Twelve questions: {', '.join(said)} the course." if said else ""


def _count(when: When, right: Mapping[str, bool]) -> str:
    lost = "" if len(right) == len(IDEAS) else " that can still be read"
    return f"{sum(right.values())} of {len(right)}{lost} {when}"


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
            self._close(result(when))
        elif when == "before" and right_answers("after"):
            self._close(TOO_LATE)

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
            self._close(result(self.when) if right_answers(self.when) else TOO_LATE)

    def _close(self, said: Card) -> None:
        """Show what is locked, and ask no more."""
        for control in self.controls.values():
            control.freeze()
        self.begin_button.disabled = self.lock_button.disabled = True
        self.message.value = status(said)


def keep(when: When, form: Form, chosen: Mapping[str, int]) -> None:
    """Write twelve answers down (the number of the option, for each idea); twelve that were locked before stay.

    After the last page's twelve there is no *before* any more.
    """
    if right_answers(when) or (when == "before" and right_answers("after")):
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
        learned = [idea for idea in IDEAS if after.get(idea) and before.get(idea) is False]
        lost = [idea for idea in IDEAS if before.get(idea) and after.get(idea) is False]
        lines += [f"Right now, and not before: {', '.join(learned)}."] if learned else []
        lines += [f"Right before, and not now: {', '.join(lost)}."] if lost else []
        lines += [HONEST]
    else:
        lines += ["None are kept from lesson 00, so how many you knew when you began, nobody can say."]
    told = fold("The twelve, with their answers", _listed("after"))
    told += fold("The twelve of lesson 00, with theirs", _listed("before")) if before else ""
    return card("Locked.", *lines, *notes, extra=told)


def _listed(when: When) -> str:
    """List the questions, each with its answer and why; what was said where that was another, too."""
    said = []
    for idea, entry in answers(when).items():
        question = FORMS["a" if entry.item.endswith("-a") else "b"][idea]
        right = next(option for option in question.options if option.right)
        given = entry.answer
        known = isinstance(given, int) and 0 <= given < len(question.options) and not question.is_right(given)
        mine = f" (You: {question.options[given].text}.)" if known else ""
        said.append(f"*{idea}*: {question.question} *Answer: {right.text}.* {right.says}{mine}")
    return listing(said)


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
