"""Run a learner's code so that nothing it does can break the lesson: no traceback, no endless wait, no flood.

The work runs on a second thread. Past the deadline an exception is raised in it, in two ways, because each alone misses
some loops: at every line and every jump of the learner's code (`deadline.py`), and from outside, again and again, for
code that has no lines. One long call inside C can be reached by neither: then we say so and leave it behind.
"""

from __future__ import annotations

import contextlib
import contextvars
import copy
import ctypes
import inspect
import io
import sysconfig
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.deadline import Watch

PACKAGE = str(Path(__file__).resolve().parents[2])
LIBRARY = sysconfig.get_paths()["stdlib"]
PATIENCE = 2.0  # seconds in which we try to end a thread that is over time


class OutOfTime(SystemExit):
    """Raised inside code that ran too long. A SystemExit, so that a thread which it ends stays silent."""


class NotYet(Exception):
    """The answer is still a placeholder."""


class Wrong(Exception):
    """The answer is not right; the message names the idea that went wrong, `idea` its number in the list (M01...)."""

    def __init__(self, message: str, idea: str = "") -> None:
        super().__init__(message)
        self.idea = idea


class LearnerError(Exception):
    """The learner's own code raised an error; the message says which, and in which line."""


@dataclass
class Outcome:
    """How a run ended: `state` is done, error, stopped or stuck."""

    state: str = "stuck"
    value: Any = None
    error: BaseException | None = None
    printed: str = ""


class Capped(io.StringIO):
    """Keeps the first 2,000 characters that are printed, so that a printing loop cannot fill the memory."""

    def write(self, text: str) -> int:
        """Keep what still fits."""
        room = 2000 - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def run_safely(work: Callable[[], Any], seconds: float = 5.0) -> Outcome:
    """Run `work()` for at most `seconds`, and say how it ended; what it prints is caught.

    >>> run_safely(lambda: 2 + 2).value
    4
    >>> def forever():
    ...     while True:
    ...         pass
    >>> run_safely(forever, seconds=0.2).state
    'stopped'
    """
    outcome, printed, over = Outcome(), Capped(), threading.Event()
    context = contextvars.copy_context()
    watch = Watch(seconds, OutOfTime, _is_library)

    def target() -> None:
        with contextlib.suppress(OutOfTime):  # one more may arrive while the last one is being handled
            context.run(_work, work, outcome, watch, over)

    thread = threading.Thread(target=target, daemon=True)
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(), np.errstate(all="ignore"), watch:
        warnings.simplefilter("ignore")
        thread.start()
        try:
            thread.join(2 * seconds)
        finally:  # also where the learner pressed the square
            _end(thread, over)
    if outcome.state == "stuck" and not thread.is_alive():
        outcome.state = "stopped"
    outcome.printed = printed.getvalue()
    return outcome


def _work(work: Callable[[], Any], outcome: Outcome, watch: Watch, over: threading.Event) -> None:
    """Do the work under the watch; runs on the second thread."""
    try:
        watch.begin()
        outcome.value = work()
        outcome.state = "done"
    except OutOfTime:
        outcome.state = "stopped"
    except BaseException as error:
        outcome.state, outcome.error = "error", error
    finally:
        over.set()


def _is_library(filename: str) -> bool:
    return filename.startswith((PACKAGE, LIBRARY, "<frozen")) or "site-packages" in filename


def _end(thread: threading.Thread, over: threading.Event) -> None:
    """Try for PATIENCE seconds to end a thread that is still at work."""
    set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc
    until = time.monotonic() + PATIENCE
    while thread.is_alive() and time.monotonic() < until:
        if not over.is_set() and thread.ident is not None:
            set_exception(ctypes.c_ulong(thread.ident), ctypes.py_object(OutOfTime))
        thread.join(0.005)


class Guarded:
    """A learner's function that we can call without fear: arguments are copies, errors become sentences.

    >>> Guarded(lambda a: a + 1)(2)
    3
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
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
        try:
            answer = self.function(*mine, **named)
        except (NotImplementedError, OutOfTime) as error:
            if isinstance(error, OutOfTime):
                raise
            raise NotYet("Your function still says NotImplementedError.") from None
        except BaseException as error:
            raise LearnerError(describe_error(error, self.function)) from None
        if not same((args, kwargs), (mine, named)):
            raise Wrong(
                f"`{self.name}` changed what it was given. Whoever calls it still needs those numbers: "
                "work on a copy, or build a new list."
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
