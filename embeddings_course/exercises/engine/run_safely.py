"""Run a learner's code so that nothing it does can break the lesson: no traceback, no endless wait, no flood.

It runs where the check was called, on the same thread, under a watch (`deadline.py`) that ends what does not end.
"""

from __future__ import annotations

import contextlib
import contextvars
import copy
import dis
import functools
import inspect
import io
import sys
import sysconfig
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.deadline import Clock, MustEnd, Watch
from embeddings_course.exercises.engine.error_words import meaning
from embeddings_course.exercises.engine.telling import called_with

PACKAGE = str(Path(__file__).resolve().parents[2])
LIBRARY = sysconfig.get_paths()["stdlib"]

_watch: contextvars.ContextVar[Watch | None] = contextvars.ContextVar("watch", default=None)


class NotYet(Exception):
    """The answer is still a placeholder."""


class Wrong(Exception):
    """The answer is not right; the message names the idea that went wrong, `idea` its number in the list (M01...)."""

    named = True  # whether it names an idea, and is not only an example

    def __init__(self, message: str, idea: str = "") -> None:
        super().__init__(message)
        self.idea = idea


class LearnerError(Exception):
    """The learner's own code raised an error; the message says which, in which line, and what it means if we know."""

    def __init__(self, message: str, means: str = "") -> None:
        super().__init__(f"{message} {means}".strip())
        self.said = message
        self.named = bool(means)


@dataclass
class Outcome:
    """How a run ended.

    Args:
        state: done, error, interrupted (the learner pressed the square), waited (it computed nothing for long), or
            the word of the clock that ran out.
        value: what the work returned.
        error: what it raised.
        printed: the beginning of what it printed.
        seconds: how long it had computed (or waited) when it was ended for that.
    """

    state: str = ""
    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    seconds: float = 0.0


class Capped(io.StringIO):
    """Keeps the first 2,000 characters that are printed, so that a printing loop cannot fill the memory."""

    def write(self, text: str) -> int:
        """Keep what still fits."""
        room = 2000 - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def run_safely(work: Callable[[], Any], seconds: float = 5.0, over: str = "too long") -> Outcome:
    """Run `work()` and say how it ended; what it prints is caught, and NumPy and Python give no warnings meanwhile.

    Args:
        work: what to do.
        seconds: the computing time that it may take, besides what a `Guarded` function takes, which has its own clock.
        over: how a run ended that took more.

    >>> run_safely(lambda: 2 + 2).value
    4
    >>> def forever():
    ...     while True:
    ...         pass
    >>> run_safely(forever, seconds=0.2).state
    'too long'
    """
    return contextvars.copy_context().run(_run, work, Clock(seconds, over))


def _run(work: Callable[[], Any], clock: Clock) -> Outcome:
    outcome, printed = Outcome(), Capped()
    with _keeping(printed), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if _watch.get():  # a check inside a check: it is part of the outer one, and ends with it
            _work(work, outcome)
        else:
            watch = Watch(clock, _is_library)
            _watch.set(watch)
            watch.run(lambda: _work(work, outcome))
            outcome.state, outcome.seconds = outcome.state or watch.why, watch.seconds
    outcome.printed = printed.getvalue()
    return outcome


def _work(work: Callable[[], Any], outcome: Outcome) -> None:
    try:
        outcome.value = work()
        outcome.state = "done"
    except MustEnd:
        raise
    except BaseException as error:
        outcome.state, outcome.error = "error", error


class ThreadOutput:
    """Stands in for sys.stdout: what the thread under check prints is kept, what other threads print goes on."""

    def __init__(self, stream: Any, kept: Capped) -> None:
        self.stream, self.kept, self.thread = stream, kept, threading.get_ident()

    def write(self, text: str) -> int:
        """Keep the text, or hand it on."""
        return int((self.kept if threading.get_ident() == self.thread else self.stream).write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextlib.contextmanager
def _keeping(kept: Capped) -> Iterator[None]:
    """Keep what this thread prints."""
    ours = {name: ThreadOutput(getattr(sys, name), kept) for name in ("stdout", "stderr")}
    for name, shared in ours.items():
        setattr(sys, name, shared)
    try:
        yield
    finally:
        for name, shared in ours.items():
            _put_back(name, shared)


def _put_back(name: str, ours: ThreadOutput) -> None:
    """Take our stream away, but not that of a check that began on another thread meanwhile: it hands on through us."""
    ours.thread, stream, now = 0, ours.stream, getattr(sys, name)
    while isinstance(stream, ThreadOutput) and not stream.thread:  # left behind by a check that ended before
        stream = stream.stream
    if now is ours or not isinstance(now, ThreadOutput):
        setattr(sys, name, stream)


@functools.lru_cache(maxsize=1000)
def _is_library(filename: str) -> bool:
    return filename.startswith((PACKAGE, LIBRARY, "<frozen")) or "site-packages" in filename


class Guarded:
    """A learner's function that we can call without fear: arguments are copies, errors become sentences.

    Args:
        function: the learner's.
        seconds: the computing time of all its calls. What a check computes between them is not the learner's, nor
            what it loads.

    >>> Guarded(lambda a: a + 1)(2)
    3
    """

    def __init__(self, function: Callable[..., Any], seconds: float = 5.0) -> None:
        self.function, self.clock = function, Clock(seconds, "too long")
        self.name = getattr(function, "__name__", "your function").replace("<lambda>", "your function")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function.

        Raises:
            NotYet: where it is a placeholder still.
            Wrong: where it takes other arguments than asked, or changes them.
            LearnerError: where it raises.
        """
        self._bind(args, kwargs)
        mine, named = copy.deepcopy((args, kwargs))
        watch = _watch.get()
        try:
            with watch.counting(self.clock) if watch else contextlib.nullcontext():
                answer = self.function(*mine, **named)
        except NotImplementedError:
            raise NotYet("Your function still says NotImplementedError.") from None
        except MustEnd:
            raise
        except BaseException as error:
            raise LearnerError(describe_error(error, self.function), meaning(str(error))) from None
        if not same((args, kwargs), (mine, named)):
            raise Wrong(
                f"`{self.name}` changed what it was given. Whoever calls it still needs those numbers: "
                "work on a copy, or build a new list."
            )
        if answer is None and does_something(self.function):
            raise Wrong(
                f"For ({called_with(args)}) `{self.name}` comes to its end without a `return`, so it gives None back."
            )
        if is_placeholder(answer):
            raise NotYet(f"`{self.name}` gives nothing back so far. Replace the `...`, and end with `return`.")
        return answer

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):
            return  # some callables have no signature; then the call itself will tell
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            raise Wrong(
                f"`{self.name}{signature}` cannot be called the way the task asks: {error}. "
                "Keep the names in the brackets as they stand in the task."
            ) from None


def does_something(function: Any) -> bool:
    """Say whether a function has anything to do besides naming what it gives back: else it is a placeholder.

    >>> def stub(x):
    ...     ...
    >>> does_something(stub), does_something(lambda x: x + 1)
    (False, True)
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    idle = ("RESUME", "NOP", "LOAD_", "RETURN_", "COPY_FREE_VARS", "MAKE_CELL")
    return code is not None and not all(step.opname.startswith(idle) for step in dis.get_instructions(code))


def is_placeholder(value: Any) -> bool:
    """Say whether a value (or part of a list, tuple or dict) is still `...`, None or NotImplemented.

    >>> is_placeholder({"bank": ...}), is_placeholder([1, 2])
    (True, False)
    """
    if value is None or value is Ellipsis or value is NotImplemented:
        return True
    if isinstance(value, dict):
        return any(is_placeholder(v) for v in [*value, *value.values()])
    if isinstance(value, list | tuple | set):
        return any(is_placeholder(v) for v in value)
    if isinstance(value, np.ndarray) and value.dtype == object:
        return any(is_placeholder(v) for v in value.ravel().tolist())
    return False


def same(a: Any, b: Any) -> bool:
    """Say whether two values are equal, arrays inside lists and dicts too; what cannot be compared counts as equal."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and bool(np.all((a == b) | ((a != a) & (b != b))))
    try:
        return bool(a == b) or type(a).__eq__ is object.__eq__
    except Exception:
        return True


def describe_error(error: BaseException, function: Callable[..., Any]) -> str:
    """Say what was raised and in which line of the learner's own code; never a path.

    >>> def f(x):
    ...     return x / 0
    >>> try:
    ...     f(1)
    ... except ZeroDivisionError as error:
    ...     print(describe_error(error, f))
    Your code stopped with ZeroDivisionError (division by zero), in line 2: `return x / 0`
    """
    said = f"Your code stopped with {type(error).__name__}" + (f" ({error})" if str(error) else "")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(PACKAGE)]
    code = getattr(inspect.unwrap(function), "__code__", None)
    own = [f for f in frames if code and f.filename == code.co_filename] or frames
    if not own:
        return said + "."
    line = own[-1].line or ""
    return f"{said}, in line {own[-1].lineno}" + (f": `{line}`" if line else ".")
