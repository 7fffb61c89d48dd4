"""Known slips: wrong versions of a function, each with the idea that is wrong in it.

A slip serves three times: a check that meets the same behaviour says this very idea; "repair my bug" shows its source;
and a test hands it in and expects its own sentence back.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.run_safely import LearnerError, NotYet, Wrong
from embeddings_course.exercises.engine.telling import alike, as_array, case, odd_numbers, shown
from embeddings_course.exercises.engine.what_if import related

Function = Callable[..., Any]


class Unexplained(Wrong):
    """The answer is wrong as no known slip is; the message is an example. A lesson that knows better catches this."""

    named = False


@dataclass(frozen=True)
class Slip:
    """A wrong version of a function, what to say to it, and the number of the idea (M01 to M47) where it has one.

    Made by decorating the wrong version: see `Exercise.slip`.

    >>> def takes_away(a, b):
    ...     return a - b
    >>> Slip(takes_away, "That takes away.").name
    'takes_away'
    """

    function: Function
    says: str
    idea: str = ""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    def wrong(self) -> Wrong:
        """Return the error to raise where a learner's function makes this very mistake."""
        return Wrong(self.says, self.idea)

    def source(self, name: str) -> str:
        """Return its source as a learner sees it: under this name, no annotations, nothing needed but NumPy as np."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.function)))
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        function.name, function.returns, function.decorator_list = name, None, []
        for argument in function.args.args:
            argument.annotation = None
        return ast.unparse(tree)


def compare(
    f: Function,
    right: Function,
    draws: Iterable[tuple[Any, ...]],
    slips: Iterable[Slip] = (),
    through: Callable[[Function], Function] = lambda function: function,
    rungs: Iterable[tuple[str, tuple[Any, ...]]] = (),
) -> None:
    """Compare a learner's function with the right one on every draw of arguments.

    `through` wraps all of them, where answers are to be read or brought to one form before they are compared. `rungs`
    are plain cases, from simple to hard, in each of which one thing more matters: what matters there, and the case.
    The first in which a wrong answer stumbles is told.

    Raises:
        Wrong: with the sentence of the slip that behaves the same; or with what all answers have in common, and a case.
        Unexplained: where there is neither, with the case alone.
    """
    draws = list(draws)
    mine, truth = ([through(function)(*d) for d in draws] for function in (f, right))
    off = [i for i in range(len(draws)) if not alike(mine[i], truth[i])]
    if not off:
        return
    for slip in slips:
        theirs = [_quietly(through(slip.function), d) for d in draws]
        differs = any(not alike(x, y) for x, y in zip(theirs, truth, strict=True))
        if differs and all(alike(x, y) for x, y in zip(mine, theirs, strict=True)):
            raise slip.wrong()
    i = min(off, key=lambda i: len(shown(draws[i])))
    example = case(draws[i], mine[i], truth[i])
    idea = odd_numbers(mine[i], truth[i]) or related(f, through(right), draws, mine, truth)
    for what, draw in () if idea else rungs:
        stumbled, due = through(f)(*draw), through(right)(*draw)
        if not alike(stumbled, due):
            idea, example = what, case(draw, stumbled, due)
            break
    if idea:
        raise Wrong(f"{idea} {example}")
    raise Unexplained(example)


def telling(f: Function, error: str, says: Callable[..., str]) -> Function:
    """Return the function, but where it stops with this error of Python, say first what that means in this exercise.

    `says` gets the arguments with which it stopped. Shapes that do not meet end in a ValueError, a thing that was not
    found in an IndexError.

    >>> telling(lambda a, b: a / b, "ValueError", lambda a, b: "Shapes.")(6, 3)
    2.0
    """

    @wraps(getattr(f, "function", f))  # its arguments keep their names in what is said
    def told(*arguments: Any) -> Any:
        try:
            return f(*arguments)
        except LearnerError as stopped:
            if f" {error}" not in stopped.said:
                raise
            raise Wrong(f"{says(*arguments)} {stopped.said}") from None

    vars(told)["function"] = getattr(f, "function", f)  # what looks into the code looks into theirs
    return told


def numbers(value: Any, what: str, length: int | None = None) -> np.ndarray:
    """Read a learner's vector, shape (d,).

    Raises:
        Wrong: where it is no list of finite numbers, or has another length than asked.
    """
    try:
        vector = as_array(value).astype(float)
    except (TypeError, ValueError):
        raise Wrong(f"{what} should be a list of numbers, such as [0.5, 1.0]; it is {shown(value)}.") from None
    if vector.ndim != 1 or not vector.size or not np.all(np.isfinite(vector)):
        raise Wrong(f"{what} should be one list of ordinary numbers, such as [0.5, 1.0]; it is {shown(value)}.")
    if length is not None and len(vector) != length:
        raise Wrong(f"{what} has {len(vector)} numbers, the others have {length}. Rows of one table are equally long.")
    return vector


def rows(value: Any, names: tuple[str, ...]) -> list[np.ndarray]:
    """Read a learner's table {name: list of numbers} with just these names, all rows equally long.

    Raises:
        NotYet: where it is empty.
        Wrong: where a name is missing or a row is no list of numbers.
    """
    if not isinstance(value, dict):
        raise Wrong(f"Give a dictionary with the names {', '.join(names)}.")
    if not value:
        raise NotYet("The table is empty still.")
    missing = [n for n in names if n not in value]
    if missing:
        raise Wrong(f"There is no row for {', '.join(missing)}.")
    first = numbers(value[names[0]], f"The row of {names[0]}")
    return [numbers(value[n], f"The row of {n}", len(first)) for n in names]


def _quietly(function: Function, arguments: tuple[Any, ...]) -> Any:
    try:
        return function(*arguments)
    except (ArithmeticError, LearnerError, LookupError, TypeError, ValueError):
        return None
