"""An exercise, its check, its hints, and bugs to repair: everything that `check`, `hint` and `repair` need."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.cards import Card, box, card, fold, paragraph
from embeddings_course.exercises.engine.own_work import borrowed
from embeddings_course.exercises.engine.run_safely import (
    Guarded,
    LearnerError,
    NotYet,
    Outcome,
    Wrong,
    is_placeholder,
    run_safely,
)
from embeddings_course.exercises.engine.slips import Function, Slip
from embeddings_course.exercises.engine.source import highlight_python
from embeddings_course.files.errors import CourseError

# examine(answer, rng) returns the praise, or raises Wrong, NotYet
Examine = Callable[[Any, np.random.Generator], str]
# Seconds that a check itself may compute with an answer. The longest needs 6 (and 30 in a browser), so this ends only
# what is endless.
CHECK = 120.0
SELF_CHECK = "This is a self-check, no exam: it tries your answer on examples, and the solution stands below."


@dataclass(frozen=True)
class Exercise:
    """A task whose answer can be tried out.

    Args:
        id: its name in the notebook, such as "cosine".
        task: one sentence.
        examine: tries the answer (a guarded function, or a value) and raises Wrong with the idea that went wrong.
        hints: nudge, hint, most of it.
        takes: whether the answer is a "function" or a "value".
        forbidden: ready-made functions that would answer it, as dotted names or their beginnings.
        allowed: helpers of the course that were built by hand before, so they may be used here.
        seconds: how long the learner's function may compute, in all its calls together.
        prepare: what must be there before the check (a model); where it is missing, that is no fault of the answer.
        broken: for "repair my bug": the source of a slip is handed out.
        slips: known wrong versions of the function, each with its own sentence, in the order in which `slip` took them.
    """

    id: str
    task: str
    examine: Examine
    hints: tuple[str, str, str]
    takes: str = "function"
    forbidden: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    broken: bool = False
    seconds: float = 4.0
    prepare: Callable[[], object] | None = None
    slips: list[Slip] = field(default_factory=list)

    def slip(self, says: str, idea: str = "") -> Callable[[Function], Slip]:
        """Decorate a known wrong version of the function: what is said to it, and the idea's number, if there is one.

        The version is named after its mistake. What stands under that name is the slip: `raise name.wrong()`.
        """

        def keep(function: Function) -> Slip:
            self.slips.append(Slip(function, says, idea))
            return self.slips[-1]

        return keep

    @property
    def function_name(self) -> str:
        """What the learner's function is called: the first name with a bracket in the task."""
        found = re.search(r"(\w+)\(", self.task)
        return found[1] if found else "answer"

    def try_out(
        self, answer: Any, seconds: float | None = None, seed: int | None = None, twice: bool = False
    ) -> Verdict:
        """Try an answer; nothing that the learner's code does escapes.

        The same cases come each time, so that one can work on them. `twice` tries what passed on new ones as well:
        no wrong answer is right for ever by the luck of one draw.
        """
        if is_placeholder(answer):
            return Verdict(
                "not yet", ["There is a placeholder still. Replace the `...`, run the cell, then check again."]
            )
        first = self._try_once(answer, seconds, seed)
        if not first.passed or not twice:
            return first
        second = self._try_once(answer, seconds, int(np.random.default_rng().integers(1 << 30)))
        return first if second.passed else second

    def _try_once(self, answer: Any, seconds: float | None, seed: int | None) -> Verdict:
        try:
            if self.takes == "function":
                refused = self._refuse(answer)
                if refused:
                    return refused
                answer = Guarded(answer, seconds or self.seconds)
            return self._run(answer, seed)
        except KeyboardInterrupt:  # while something was loaded
            return Verdict("stopped", [STOPPED["interrupted"]])

    def _run(self, answer: Any, seed: int | None) -> Verdict:
        if self.prepare is not None:
            try:
                self.prepare()
            except (CourseError, ImportError, OSError) as error:
                return Verdict("not yet", [f"Something that this check needs is not there. {error}"])
        rng = np.random.default_rng(zlib.crc32(self.id.encode()) if seed is None else seed)
        return _verdict(run_safely(lambda: self.examine(answer, rng), CHECK, "check too long"))

    def examine_slip(self, slip: Slip, seed: int | None = None) -> Verdict:
        """Try a known slip, as if a learner had written it: for tests."""
        return self._run(Guarded(slip.function, 30.0), seed)

    def _refuse(self, answer: Any) -> Verdict | None:
        """Say why this cannot be a function of the learner's own, or None."""
        if not callable(answer):
            return Verdict(
                "wrong", [f"A function is asked for, not {_kind(answer)}. Hand in its name, without brackets."]
            )
        helper = borrowed(answer, self.forbidden, self.allowed)
        if helper:
            last = helper.rsplit(".", 1)[-1]
            return Verdict(
                "wrong",
                [f"That hands the work to a ready-made `{last}`. Build it by hand once; then it is yours to use."],
            )
        return None


def _kind(answer: Any) -> str:
    return "a number" if isinstance(answer, int | float) else f"a {type(answer).__name__}"


@dataclass(frozen=True)
class Verdict:
    """What a check found: `state` is right, wrong, not yet, error or stopped; `lines` say it in words.

    `named` says whether the words name what went wrong, and are not only an example; `idea` is its number, if any.
    """

    state: str
    lines: list[str] = field(default_factory=list)
    idea: str = ""
    printed: str = ""
    named: bool = False

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.state == "right"

    def card(self, *notes: str) -> Card:
        """Show it."""
        title = {"right": "Right.", "wrong": "Look again.", "not yet": "Not yet.", "error": "An error in your code."}
        tone = {"right": "right", "not yet": "wait"}.get(self.state, "wrong")
        lines = [*self.lines, *notes]
        if self.printed:
            first = self.printed.strip().splitlines()[:5]
            lines.append("Your code printed: " + " / ".join(line[:100] for line in first))
        shown = card(
            title.get(self.state, "Stopped."), *lines, tone=tone, extra=f"<small>{paragraph(SELF_CHECK)}</small>"
        )
        return Card(shown.text, shown.html)


STOPPED = {
    "too long": "Your code was still computing after {}, and was stopped. Look for a loop that never ends, or for a "
    "way with fewer steps: NumPy can do the same to a whole table at once.",
    "check too long": "The check was still busy with your answer after {}, and was stopped. Look for something in it "
    "that is endless, or much larger than the task asks.",
    "waited": "Your code did nothing but wait for {}, and was stopped. Take out what it waits for: an `input`, a "
    "`sleep`, or something from the network.",
    "interrupted": "You pressed the square, so the check was stopped. Check again whenever you like.",
}


def _verdict(outcome: Outcome) -> Verdict:
    """Turn the end of a run into words."""
    error = outcome.error
    if outcome.state == "done":
        return Verdict("right", [str(outcome.value)], printed=outcome.printed)
    if outcome.state in STOPPED:
        took = f"{outcome.seconds:.0f} seconds" if outcome.seconds >= 2 else f"{outcome.seconds:.1f} seconds"
        return Verdict("stopped", [STOPPED[outcome.state].format(took)], printed=outcome.printed)
    if isinstance(error, NotYet):
        return Verdict("not yet", [str(error)], printed=outcome.printed)
    if isinstance(error, Wrong):
        return Verdict("wrong", [str(error)], idea=error.idea, printed=outcome.printed, named=error.named)
    if isinstance(error, LearnerError):
        return Verdict("error", [str(error)], printed=outcome.printed, named=error.named)
    say = f"Your answer cannot be read: {error}. Compare its form with the one in the task."
    return Verdict("wrong", [say], printed=outcome.printed)


STEPS = ("A nudge", "A hint", "Most of it")


def hint_card(exercise: Exercise, step: object = 1) -> Card:
    """Show nudge, hint and most of it, each folded inside the one before; the text shows step 1, 2 or 3."""
    step = min(max(step, 1), 3) if isinstance(step, int) else 1
    more = "" if step == 3 else f"\nMore: hint({exercise.id!r}, {step + 1})"
    text = f"{STEPS[step - 1]}: {exercise.hints[step - 1]}{more}"
    html = ""
    for name, said in reversed(list(zip(STEPS, exercise.hints, strict=True))):
        html = fold(name, paragraph(said) + html)
    return Card(text, box(f"Help with {exercise.id}", html, "wait"))


def bug_card(exercise: Exercise, bug: Slip) -> Card:
    """Show a faulty piece of code to repair."""
    steps = (
        f"Copy it into the cell below, find the fault, repair it, and hand it in with `check({exercise.id!r}, ...)`."
    )
    source = bug.source(exercise.function_name)
    text = f"{exercise.task}\n{steps}\n\n{source}"
    return Card(text, box("Repair my bug", paragraph(exercise.task) + paragraph(steps) + highlight_python(source)))
