"""What a lesson asks, and what its notebook calls: predict, check, hint, quiz, repair, judge, remember."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from embeddings_course.exercises.engine.boxes import JudgeBox, PredictBox, QuizBox
from embeddings_course.exercises.engine.cards import Card, card, fold, listing
from embeddings_course.exercises.engine.exercise import Examine, Exercise, bug_card, hint_card
from embeddings_course.exercises.engine.progress_store import store
from embeddings_course.exercises.engine.question_files import Asked
from embeddings_course.exercises.engine.questions import BadAnswer, Choice, Judgement, Question
from embeddings_course.files.checks import shown

BUILT_BY_HAND = {"euclidean": "01", "norm": "02", "cosine": "02", "normalise": "02", "cosine_matrix": "02"}
"""Helpers of the course that a lesson has one build by hand: in every later lesson they may be used."""
NOT_YOURS = (
    "(This is the solution of the page, so it does not count as yours. Close its cell, and write one of your own.)"
)
GO_ON = "Locked in. Now run the next cell and look; then open what each answer means."

Thing = TypeVar("Thing")


class Lesson:
    """Everything that one lesson asks. Its methods are what the notebook of the lesson imports.

    >>> lesson = Lesson("99", "A lesson for this example")
    >>> @lesson.exercise("double", "Write double(x).", hints=("Add?", "x + x", "return x + x"))
    ... def double_task(f, rng):
    ...     compare(f, lambda x: 2 * x, [(3,)], double_task.slips)
    >>> @double_task.slip("That squares.")
    ... def squares(x):
    ...     return x * x
    >>> lesson.hint("double")
    A nudge: Add?
    More: hint('double', 2)
    """

    def __init__(self, number: str, title: str, asked: Asked | None = None) -> None:
        """Take a lesson's number, title, and the questions of its file (`questions_beside(__file__)`)."""
        asked = asked or Asked()
        self.number, self.title = number, title
        self.predictions, self.questions, self.judgements = asked.predictions, asked.quiz, asked.judgements
        self.quiz_name, self.remembered, self.remember_from = asked.quiz_name, asked.remember, asked.remember_from
        self.exercises: dict[str, Exercise] = {}
        self._solutions: dict[str, Any] = {}  # those whose cell was run
        self.advise: Callable[[dict[str, Any]], str] | None = None  # from a quiz's answers, a sentence at the end

    # --- for the lesson's module ---------------------------------------------------------------------------------

    def exercise(
        self,
        id: str,
        task: str,
        hints: tuple[str, str, str],
        takes: str = "function",
        forbidden: tuple[str, ...] = (),
        allowed: tuple[str, ...] = (),
        broken: bool = False,
        seconds: float = 4.0,
        prepare: Callable[[], object] | None = None,
    ) -> Callable[[Examine], Exercise]:
        """Decorate the function that tries an answer: it returns praise, or raises Wrong with the wrong idea.

        What stands under its name afterwards is the exercise; `@name.slip(...)` adds wrong versions that are known.
        """
        built = tuple(f"embeddings_course.vectors.{n}" for n, where in BUILT_BY_HAND.items() if where < self.number)
        allowed = (*allowed, *built)

        def keep(examine: Examine) -> Exercise:
            self.exercises[id] = Exercise(id, task, examine, hints, takes, forbidden, allowed, broken, seconds, prepare)
            return self.exercises[id]

        return keep

    # --- for the notebook ----------------------------------------------------------------------------------------

    def predict(self, id: str, answer: Any = None) -> PredictBox | Card:
        """Ask for a guess and lock it; without an answer, show the question. Nobody has to answer."""
        question = _named(self.predictions, id)
        if question is None:
            return self._unknown(id, self.predictions)
        if answer is None:
            before = self.locked(question)
            return PredictBox(
                question,
                lambda mine: self.locked_card(question, self.lock(question, mine)),
                None if before is None else self.locked_card(question, before),
            )
        try:
            mine = question.read(answer)
        except BadAnswer as error:
            return card("Not locked.", str(error), tone="wait")
        return self.locked_card(question, self.lock(question, mine))

    def lock(self, question: Question, answer: Any) -> Any:
        """Write the guess down and return what is locked: the first guess stays."""
        keep = store()
        state = "done" if question.is_right(answer) else "tried"
        keep.save(self.number, question.id, "prediction", state, answer, keep_first=True)
        locked = self.locked(question)
        return answer if locked is None else locked

    def locked(self, question: Question) -> Any:
        """Return the guess that was locked before, or None."""
        entry = store().entry(self.number, question.id)
        if entry is None or entry.kind != "prediction":
            return None
        try:  # the question may have changed since
            return entry.answer if question.show(entry.answer) and question.explain(entry.answer) else None
        except (BadAnswer, IndexError, KeyError, TypeError, ValueError):
            return None

    def locked_card(self, question: Question, answer: Any) -> Card:
        """Show a locked guess; what each answer means stays folded until the learner has looked."""
        said, why = f"Your guess: {question.show(answer)}", question.explain(answer)
        notes = store().take_notes()
        inside = listing([f"You said {question.show(answer)}: {why}"]) + listing(question.explain_all())
        shown = card(said, GO_ON, *notes, tone="wait", extra=fold("What each answer means", inside))
        return Card("\n".join([said, why, "All answers:", *question.explain_all(), *notes]), shown.html)

    def check(self, id: str, answer: Any = ...) -> Card:
        """Try the learner's answer and say which idea went wrong, if any."""
        exercise = _named(self.exercises, id)
        if exercise is None:
            return self._unknown(id, self.exercises)
        verdict = exercise.try_out(answer, twice=True)
        if self._is_solution(answer):
            return verdict.card(NOT_YOURS)
        if verdict.state != "not yet":
            store().save(self.number, id, "exercise", "done" if verdict.passed else "tried")
        return verdict.card(*store().take_notes())

    def verify_solution(self, id: str, answer: Any) -> Card:
        """Hold a solution cell to the same check; it never counts as the learner's progress.

        Raises:
            AssertionError: where the solution does not pass, or the exercise does not exist.
        """
        assert id in self.exercises, f"There is no exercise {id!r} in lesson {self.number}."
        name = getattr(answer, "__name__", "solution_")
        assert name.startswith("solution_"), f"A solution is called solution_..., not {name!r}."
        self._solutions[id] = answer
        verdict = self.exercises[id].try_out(answer, seconds=30)
        assert verdict.passed, f"The solution of {id!r} does not pass: {' '.join(verdict.lines)}"
        return card("The solution passes the same check as yours.", *verdict.lines, tone="right")

    def hint(self, id: str, step: int = 1) -> Card:
        """Give a nudge, then a hint, then most of it."""
        exercise = _named(self.exercises, id)
        return hint_card(exercise, step) if exercise else self._unknown(id, self.exercises)

    def repair(self, id: str, seed: int | str = 1) -> Card:
        """Show a faulty piece of code to repair. The seed draws one of the faults: take your birthday, or your name."""
        exercise = _named(self.exercises, id)
        if exercise is None or not exercise.broken:
            return self._unknown(id, {k: v for k, v in self.exercises.items() if v.broken})
        draw = seed if isinstance(seed, int) else zlib.crc32(str(seed).encode())
        return bug_card(exercise, exercise.slips[draw % len(exercise.slips)])

    def judge(self, id: str, answer: Any = None, reason: Any = None, sure: Any = None) -> JudgeBox | Card:
        """Ask for an answer, the reason for it, and how sure the learner is (0 to 100)."""
        judgement = _named(self.judgements, id)
        if judgement is None:
            return self._unknown(id, self.judgements)
        if answer is None and reason is None and sure is None:
            return JudgeBox(judgement, partial(self.judged_card, judgement))
        return self.judged_card(judgement, answer, reason, sure)

    def judged_card(self, judgement: Judgement, answer: Any, reason: Any, sure: Any) -> Card:
        """Mark an answer with its reason."""
        said, because = judgement.parts()
        try:
            a, r, s = said.read(answer), because.read(reason), judgement.sureness(sure)
        except BadAnswer as error:
            return card("Not yet.", f"Answer, reason and how sure, please. {error}", tone="wait")
        right = said.is_right(a) and because.is_right(r)
        store().save(self.number, judgement.id, "judgement", "done" if right else "tried", [a, r, s])
        lines = [*judgement.explain(a, r, s), *store().take_notes()]
        every = listing([*said.explain_all(), *because.explain_all()])
        title = "Right." if right else "Look again."
        return card(title, *lines, tone="right" if right else "wrong", extra=fold("All answers and reasons", every))

    def quiz(
        self, id: str | None = None, answer: Any = None, answers: Mapping[str, Any] | None = None
    ) -> QuizBox | Card:
        """Ask the questions of the lesson (or one of them); every option, right or wrong, has its explanation."""
        id = None if isinstance(id, str) and id == self.quiz_name else id
        if answers is not None and not isinstance(answers, Mapping):
            return card("Not yet.", 'Give answers by their questions: answers={"name": 2, ...}.', tone="wait")
        if id is not None and not isinstance(id, str):
            return self._unknown(id, self.questions)
        given = dict(answers) if answers is not None else {} if id is None or answer is None else {id: answer}
        asked = [id] if id is not None else list(given)
        unknown = next((q for q in asked if q not in self.questions), None)
        if unknown is not None:
            return self._unknown(unknown, self.questions)
        if not given:
            return QuizBox([self.questions[q] for q in asked] or list(self.questions.values()), self.answered_card)
        cards = [self.answered_card(self.questions[q], a) for q, a in given.items()]
        return Card("\n\n".join(c.text for c in cards), "".join(c.html for c in cards))

    def remember(self) -> QuizBox:
        """Ask, at the start of a lesson, two questions about new cases of what an earlier one said."""
        title = f"Do you still know? Two new cases for {self.remember_from}."
        return QuizBox(list(self.remembered.values()), self.answered_card, title)

    def answered_card(self, question: Choice, answer: Any) -> Card:
        """Mark one answer of a quiz; another try is always free."""
        try:
            mine = question.read(answer)
        except BadAnswer as error:
            return card("Not yet.", str(error), tone="wait")
        right = question.is_right(mine)
        store().save(self.number, question.id, "question", "done" if right else "tried", mine)
        extra = fold("What each answer means", listing(question.explain_all())) if right else ""
        title = "Noted" if question.opinion else "Right" if right else "Not this one"
        lines = [question.explain(mine), *self._advice(), *store().take_notes()]
        return card(f"{title}: {question.show(mine)}", *lines, tone="right" if right else "wrong", extra=extra)

    def _advice(self) -> list[str]:
        """Return the sentence that the whole quiz leads to, once every question was answered."""
        if self.advise is None:
            return []
        mine = {e.item: e.answer for e in store().entries() if e.lesson == self.number}
        done = {q: mine[q] for q in self.questions if q in mine}
        return [self.advise(done)] if len(done) == len(self.questions) else []

    def _unknown(self, id: object, known: Mapping[str, Any]) -> Card:
        names = ", ".join(repr(name) for name in known) or "none here"
        return card(f"There is no {shown(id)} in lesson {self.number}.", f"There are: {names}.", tone="wait")

    def _is_solution(self, answer: Any) -> bool:
        """Say whether an answer is that of a solution cell: then it is not the learner's own."""
        if getattr(answer, "__name__", "").startswith("solution_"):
            return True
        shared = isinstance(answer, int | float | str | bytes)  # small numbers and words are shared between names
        return not shared and any(answer is solution for solution in self._solutions.values())


def _named(known: Mapping[str, Thing], id: object) -> Thing | None:
    """Return what has this name; None for a name that is not known, and for what is no name at all."""
    return known.get(id) if isinstance(id, str) else None
