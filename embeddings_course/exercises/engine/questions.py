"""Questions as data: a choice, a number, an order; and how an answer to each is read, marked and explained."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from embeddings_course.exercises.engine.cards import lettered, listing, markup
from embeddings_course.files.errors import CourseError

LETTERS = string.ascii_lowercase


class BadAnswer(CourseError):
    """The answer cannot be read; the message says what to give."""


def _data(kind: str, asked: Choice | Number | Order | Judgement, question: str, **more: Any) -> dict[str, Any]:
    """Return the names that all kinds have in common, and those of this kind: the one JSON form of CONTRIBUTING.md."""
    return {"kind": kind, "version": 1, "says": asked.text(), "id": asked.id, "question": question, **more}


@dataclass(frozen=True)
class Option:
    """One option of a choice, with its own explanation: `says` stands for the right and for the wrong ones alike."""

    text: str
    says: str
    right: bool = False

    def data(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"text": self.text, "means": self.says, "right": self.right}


@dataclass(frozen=True)
class Choice:
    """A question with options; one is `right`. An `opinion` has no right one: it is only locked, for later.

    >>> q = Choice("q", "2 + 2?", (Option("4", "Yes: two and two.", right=True), Option("5", "One too many.")))
    >>> q.is_right(q.read("a")), q.explain(q.read("b"))
    (True, 'One too many.')
    """

    id: str
    question: str
    options: tuple[Option, ...]
    opinion: bool = False

    def read(self, answer: Any) -> int:
        """Turn a letter, or an option's text, into the option's number (0 is the first).

        Raises:
            BadAnswer: where it is none of the options.
        """
        said = str(answer).lower().strip(" ().")  # "b)" as it stands in the list
        texts = [o.text.lower().strip(" ().") for o in self.options]
        if said in texts:
            return texts.index(said)
        if len(said) == 1 and said in LETTERS[: len(self.options)]:
            return LETTERS.index(said)
        raise BadAnswer(f"Choose one of {', '.join(LETTERS[: len(self.options)])}.")

    def show(self, answer: int) -> str:
        """Say which option this is."""
        return f"{LETTERS[answer]}) {self.options[answer].text}"

    def is_right(self, answer: int) -> bool:
        """Say whether this option is a right one."""
        return self.opinion or self.options[answer].right

    def explain(self, answer: int) -> str:
        """Return the explanation of this very option."""
        return self.options[answer].says

    def explain_all(self) -> list[str]:
        """Return a line for each option, right or wrong."""
        marks = {True: " - *right:*", False: " - *not this one:*"}
        said = ["" if self.opinion else marks[o.right] for o in self.options]
        return [f"{self.show(i)}{mark} {o.says}" for i, (o, mark) in enumerate(zip(self.options, said, strict=True))]

    def text(self) -> str:
        """Return the question for a terminal; it gives nothing away."""
        return "\n".join([self.question, *(f"  {self.show(i)}" for i in range(len(self.options)))])

    def html(self) -> str:
        """Return the question as HTML; it gives nothing away."""
        return f"<p style='margin:.25em 0'>{markup(self.question)}</p>" + lettered([o.text for o in self.options])

    def data(self) -> dict[str, Any]:
        """Return all of it as plain JSON; what is right is in it, too."""
        return _data("choice", self, self.question, opinion=self.opinion, options=[o.data() for o in self.options])


@dataclass(frozen=True)
class Band:
    """A range of numbers (low <= x < high) and what to say to a guess inside it."""

    low: float
    high: float
    says: str
    right: bool = False


@dataclass(frozen=True)
class Number:
    """A question for a number. The bands together cover all numbers that may be guessed.

    >>> q = Number("q", "How many legs has a fish?", (Band(0, 1, "None.", right=True), Band(1, 99, "It swims.")), 0, 99)
    >>> q.explain(q.read("4"))
    'It swims.'
    """

    id: str
    question: str
    bands: tuple[Band, ...]
    low: float
    high: float
    unit: str = ""
    step: float = 1.0

    def read(self, answer: Any) -> float:
        """Turn the answer into a number from low to high.

        Raises:
            BadAnswer: where it is none.
        """
        try:
            value = float(str(answer).strip().replace(",", ".").removesuffix(self.unit or " "))
        except ValueError:
            raise BadAnswer(f"Give one number from {self.low:g} to {self.high:g}.") from None
        if not self.low <= value <= self.high:
            raise BadAnswer(f"Give a number from {self.low:g} to {self.high:g}; {value:g} lies outside.")
        if self.unit == "%" and self.high == 100 and 0 < value < 1 and not self.is_right(value):
            raise BadAnswer(f"Per cent are asked for: {100 * value:g}, if that is what {value:g} means.")
        return value

    def show(self, answer: float) -> str:
        """Say the number with its unit."""
        return f"{answer:g} {self.unit}".strip()

    def is_right(self, answer: float) -> bool:
        """Say whether the number lies in a right band."""
        return self._band(answer).right

    def explain(self, answer: float) -> str:
        """Return what the band of this number says."""
        return self._band(answer).says

    def explain_all(self) -> list[str]:
        """Return a line for each band."""
        marks = {True: "right", False: "not here"}
        return [
            f"{f'from {b.low:g} to' if b.low > self.low else 'up to'} {min(b.high, self.high):g}"
            f" - *{marks[b.right]}:* {b.says}"
            for b in self.bands
        ]

    def _band(self, answer: float) -> Band:
        return next((b for b in self.bands if b.low <= answer < b.high), self.bands[-1])

    def text(self) -> str:
        """Return the question for a terminal."""
        return (
            f"{self.question}\n  (a number from {self.low:g} to {self.high:g}{', ' + self.unit if self.unit else ''})"
        )

    def html(self) -> str:
        """Return the question as HTML."""
        question, _, asked = self.text().partition("\n  ")
        return f"<p style='margin:.25em 0'>{markup(question)} <em>{markup(asked)}</em></p>"

    def data(self) -> dict[str, Any]:
        """Return all of it as plain JSON."""
        bands = [{"low": b.low, "high": b.high, "means": b.says, "right": b.right} for b in self.bands]
        limits = {"low": self.low, "high": self.high, "unit": self.unit, "step": self.step}
        return _data("number", self, self.question, **limits, bands=bands)


@dataclass(frozen=True)
class Order:
    """Things to put in order. `items` as shown, `right` as it should be; `says` explains each item, in the right order.

    >>> q = Order("q", "Small to large?", ("cat", "ant"), ("ant", "cat"), ("Smallest.", "Larger."))
    >>> q.is_right(q.read(["ant", "cat"])), q.explain(q.read(["cat", "ant"]))
    (True, '0 of 1 pairs stand in the right order. The first is *ant*: Smallest.')
    """

    id: str
    question: str
    items: tuple[str, ...]
    right: tuple[str, ...]
    says: tuple[str, ...]

    def read(self, answer: Any) -> list[str]:
        """Turn a list of items, or a text with commas, into the list of all items in the learner's order.

        Raises:
            BadAnswer: where an item is missing, named twice or unknown.
        """
        parts = answer.split(",") if isinstance(answer, str) else list(answer) if isinstance(answer, Sequence) else []
        names = {item.lower(): item for item in self.items}
        said = [names.get(str(part).strip().lower(), "") for part in parts]
        if sorted(said) != sorted(self.items):
            raise BadAnswer(f"Name each of these once, in your order: {', '.join(self.items)}.")
        return said

    def show(self, answer: list[str]) -> str:
        """Say the order."""
        return ", ".join(answer)

    def is_right(self, answer: list[str]) -> bool:
        """Say whether this is the right order."""
        return tuple(answer) == self.right

    def explain(self, answer: list[str]) -> str:
        """Say how much of the order is right, and explain the first item that stands elsewhere."""
        n = len(self.right)
        place = {item: i for i, item in enumerate(answer)}
        pairs = [(a, b) for i, a in enumerate(self.right) for b in self.right[i + 1 :]]
        good = sum(place[a] < place[b] for a, b in pairs)
        said = f"{good} of {n * (n - 1) // 2} pairs stand in the right order."
        wrong = next((i for i in range(n) if answer[i] != self.right[i]), None)
        if wrong is None:
            return said
        ordinal = ("first", "second", "third", "fourth", "fifth", "sixth")[wrong]
        return f"{said} The {ordinal} is *{self.right[wrong]}*: {self.says[wrong]}"

    def explain_all(self) -> list[str]:
        """Return a line for each item, in the right order."""
        return [f"{i}. {item}: {says}" for i, (item, says) in enumerate(zip(self.right, self.says, strict=True), 1)]

    def text(self) -> str:
        """Return the question for a terminal."""
        return "\n".join([self.question, *(f"  - {item}" for item in self.items)])

    def html(self) -> str:
        """Return the question as HTML."""
        return f"<p style='margin:.25em 0'>{markup(self.question)}</p>" + listing(self.items)

    def data(self) -> dict[str, Any]:
        """Return all of it as plain JSON; `place` counts from 1."""
        place = {item: i for i, item in enumerate(self.right)}
        items = [{"text": item, "means": self.says[place[item]], "place": place[item] + 1} for item in self.items]
        return _data("order", self, self.question, items=items)


Question = Choice | Number | Order


@dataclass(frozen=True)
class Judgement:
    """Answer, reason, and how sure: a claim with options for the answer and options for the reason."""

    id: str
    claim: str
    answers: tuple[Option, ...]
    reasons: tuple[Option, ...]

    def parts(self) -> tuple[Choice, Choice]:
        """Return the two choices that it is made of."""
        return Choice(self.id, self.claim, self.answers), Choice(self.id, "Because:", self.reasons)

    def sureness(self, sure: Any) -> float:
        """Turn "how sure" into a number from 0 to 100.

        Raises:
            BadAnswer: where it is none.
        """
        return Number(self.id, "How sure are you?", (), 0, 100, "%").read(sure)

    def explain(self, answer: int, reason: int, sure: float) -> list[str]:
        """Say what the answer, the reason and the sureness are worth together."""
        said, because = self.answers[answer], self.reasons[reason]
        if said.right and because.right:
            lines = [f"Right, and for the right reason. {because.says}"]
        elif said.right:
            lines = [f"The answer is right, but this reason does not carry it. {because.says}"]
        elif because.right:
            lines = [f"Your reason is true, but it leads to another answer. {said.says}"]
        else:
            lines = [said.says, because.says]
        if not said.right and sure >= 80:
            lines.append(f"You were {sure:g} % sure. Ideas that feel this safe are the ones worth testing.")
        elif said.right and because.right and sure <= 55:
            lines.append(f"You were only {sure:g} % sure: you know more than you think.")
        return lines

    def text(self) -> str:
        """Return claim, answers and reasons for a terminal."""
        return "\n".join([*(p.text() for p in self.parts()), "How sure are you, in per cent?"])

    def html(self) -> str:
        """Return claim, answers and reasons as HTML."""
        return "".join(p.html() for p in self.parts()) + "<p style='margin:.25em 0'>How sure are you, in per cent?</p>"

    def data(self) -> dict[str, Any]:
        """Return all of it as plain JSON."""
        answers, reasons = ([o.data() for o in options] for options in (self.answers, self.reasons))
        return _data("judgement", self, self.claim, answers=answers, reasons=reasons)
