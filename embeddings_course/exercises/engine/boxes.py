"""The same questions as widgets: usable by keyboard, each control with a name, and a text twin for saved notebooks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from embeddings_course.demos.keyboard import keep_keys
from embeddings_course.demos.live import Live
from embeddings_course.exercises.engine.cards import Card, box, card, paragraph, unmarked
from embeddings_course.exercises.engine.questions import BadAnswer, Choice, Judgement, Number, Order, Question

# long options wrap instead of scrolling sideways; the button (after the text, in the page) stands at its first line
WRAP = """<style>.ec-options label {white-space: normal; height: auto; line-height: 1.4; margin-bottom: .25em}
.ec-options .widget-radio-box label {display: flex; align-items: flex-start}
.ec-options .widget-radio-box input {order: -1; flex: none}
.ec-options .widget-radio-box, .ec-options .jupyter-widget-radio-box {max-width: 50em; height: auto}</style>"""


class AskBox(Live, widgets.VBox):
    """A question as a widget. A saved notebook or a terminal sees its text twin: always the same, no answers.

    A box knows what to show and nothing of lessons: it is given callables, which take an answer and return a card.
    """

    def __init__(self, twin: Card, children: list[widgets.Widget]) -> None:
        self.twin = twin
        super().__init__([*children, keep_keys()])
        self.add_class("ec-options")

    def __repr__(self) -> str:
        return self.twin.text

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {**self.live(), **self.twin._repr_mimebundle_()}


class Control:
    """The input for one question: `widget` to show, `value()` to read."""

    def __init__(self, question: Question, label: str) -> None:
        self.question = question
        wide = widgets.Layout(width="auto", max_width="52em")
        self.inputs: list[Any]
        if isinstance(question, Choice):
            options = [(unmarked(o.text), i) for i, o in enumerate(question.options)]
            self.inputs = [widgets.RadioButtons(options=options, value=None, description=label, layout=wide)]
        elif isinstance(question, Number):
            self.inputs = [widgets.Text(description=label, placeholder=f"{question.low:g} to {question.high:g}")]
        else:
            places = [("choose", ""), *((unmarked(item), item) for item in question.items)]
            self.inputs = [
                widgets.Dropdown(options=places, value="", description=f"Place {i}") for i in range(1, len(places))
            ]
        self.widget = widgets.VBox(self.inputs)

    def value(self) -> Any:
        """Return the learner's answer, read.

        Raises:
            BadAnswer: where there is none yet.
        """
        if isinstance(self.question, Choice):
            if self.inputs[0].value is None:
                raise BadAnswer("Choose one of the options.")
            return self.inputs[0].value
        if isinstance(self.question, Order):
            return self.question.read([i.value for i in self.inputs])
        return self.question.read(self.inputs[0].value)

    def freeze(self) -> None:
        """Let the answer be seen but no more changed."""
        for control in self.inputs:
            control.disabled = True


def button(text: str, act: Callable[[], object]) -> widgets.Button:
    """Return a button as wide as its text that calls `act()`."""
    made = widgets.Button(description=text, layout=widgets.Layout(width="max-content"))
    made.on_click(lambda _: act())
    return made


def status(shown: Card) -> str:
    """Return a card as HTML that a screen reader reads out when it appears."""
    return f"<div role='status'>{shown.html}</div>"


class PredictBox(AskBox):
    """A guess to lock before the next cell.

    Args:
        question: what is asked.
        lock: locks an answer and returns the card of what is locked: the first guess stays.
        before: the card of the guess that was locked before, if any.
    """

    def __init__(self, question: Question, lock: Callable[[Any], Card], before: Card | None = None) -> None:
        self._lock = lock
        twin = Card(f"Your guess first: {question.text()}", box("Your guess first", question.html(), "wait"))
        self.control = Control(question, "Your guess:")
        self.button = button("Lock my guess", self.lock)
        self.message = widgets.HTML()
        head = widgets.HTML(WRAP + box("Your guess first", _head(question), "wait"))
        super().__init__(twin, [head, self.control.widget, self.button, self.message])
        if before is not None:
            self._show(before)

    def lock(self) -> None:
        """Lock the guess that the control holds."""
        try:
            answer = self.control.value()
        except BadAnswer as error:
            self.message.value = status(card("Not locked.", str(error), tone="wait"))
            return
        self._show(self._lock(answer))

    def _show(self, locked: Card) -> None:
        self.message.value = status(locked)
        self.control.freeze()
        self.button.disabled = True


def _head(question: Question) -> str:
    """Return the question alone where the control lists the options itself."""
    return paragraph(question.question) if isinstance(question, Choice) else question.html()


class QuizBox(AskBox):
    """Questions with an answer at once; another try is free.

    Args:
        questions: what is asked.
        mark: returns the card for an answer to one of them.
        title: a line above them all.
    """

    def __init__(self, questions: list[Choice], mark: Callable[[Choice, str], Card], title: str = "") -> None:
        self.mark = mark
        self.controls = {q.id: Control(q, f"Answer {i}:") for i, q in enumerate(questions, 1)}
        self.buttons: dict[str, widgets.Button] = {}
        self.messages = {q.id: widgets.HTML() for q in questions}
        above = paragraph(title) if title else ""
        parts: list[widgets.Widget] = [widgets.HTML(WRAP + above)]
        for i, question in enumerate(questions, 1):
            self.buttons[question.id] = button(f"Answer question {i}", partial(self.answer, question))
            head = widgets.HTML(box(f"Question {i}", _head(question), "wait"))
            parts += [head, self.controls[question.id].widget, self.buttons[question.id], self.messages[question.id]]
        asked = [f"Question {i}: {q.text()}" for i, q in enumerate(questions, 1)]
        text = "\n\n".join([title, *asked] if title else asked)
        html = above + "".join(box(f"Question {i}", q.html(), "wait") for i, q in enumerate(questions, 1))
        super().__init__(Card(text, html), parts)

    def answer(self, question: Choice) -> None:
        """Mark what was chosen for one question."""
        chosen = self.controls[question.id].inputs[0].value
        answer = "" if chosen is None else question.options[chosen].text
        self.messages[question.id].value = status(self.mark(question, answer))


class JudgeBox(AskBox):
    """An answer, the reason for it, and how sure; `mark` returns the card for the three."""

    def __init__(self, judgement: Judgement, mark: Callable[[str, str, str], Card]) -> None:
        self.judgement, self.mark = judgement, mark
        said, because = judgement.parts()
        self.answer, self.reason = Control(said, "Answer:"), Control(because, "Reason:")
        levels = [("choose", ""), *((f"{n} %", str(n)) for n in range(50, 101, 10))]
        self.sure = widgets.Dropdown(options=levels, value="", description="How sure:")
        self.button = button("Compare", self.compare)
        self.message = widgets.HTML()
        head = widgets.HTML(WRAP + box("Answer, reason, and how sure", _head(said), "wait"))
        twin = Card(
            f"Answer, reason, and how sure: {judgement.text()}",
            box("Answer, reason, and how sure", judgement.html(), "wait"),
        )
        parts = [head, self.answer.widget, self.reason.widget, self.sure, self.button, self.message]
        super().__init__(twin, parts)

    def compare(self) -> None:
        """Mark what was chosen."""
        a, r = self.answer.inputs[0].value, self.reason.inputs[0].value
        if a is None or r is None or not self.sure.value:
            self.message.value = status(
                card("Not yet.", "Choose an answer, a reason, and how sure you are.", tone="wait")
            )
            return
        said, because = self.judgement.answers[a].text, self.judgement.reasons[r].text
        self.message.value = status(self.mark(said, because, self.sure.value))
