"""How a wrong answer is related to the right one: its sign, a factor, an argument that it does not look at.

A slip knows one mistake of one exercise. Here stand mistakes that look alike everywhere: an axis, a sign, one too many.
Each sentence was found to hold in *every* case that was tried.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.telling import alike, shown

Function = Callable[..., Any]
Draws = Sequence[tuple[Any, ...]]
Variation = tuple[str, Callable[[Any], Any]]

NUMBERS: tuple[Variation, ...] = (
    ("always 0", lambda x: type(x)(0)),
    ("always 1", lambda x: type(x)(1)),
    ("the square of itself", lambda x: x**2),
    ("twice itself", lambda x: 2 * x),
    ("turned in sign", lambda x: -x),
)
WHOLE: tuple[Variation, ...] = (
    ("one larger", lambda x: x + 1),
    ("one smaller", lambda x: x - 1),
    ("always 2", lambda x: 2),
)
BROKEN: tuple[Variation, ...] = (
    ("half of itself", lambda x: x / 2),
    ("1 minus itself", lambda x: 1 - x),
    ("its square root", lambda x: abs(x) ** 0.5),
    ("1 divided by itself", lambda x: 1 / x),
)
SWITCHES: tuple[Variation, ...] = (
    ("the other way round", lambda x: not x),
    ("always True", lambda x: True),
    ("always False", lambda x: False),
)
MASKS: tuple[Variation, ...] = (
    ("turned round", lambda x: ~x),
    ("True everywhere", np.ones_like),
    ("False everywhere", np.zeros_like),
)
ARRAYS: tuple[Variation, ...] = (
    ("all zeros", np.zeros_like),
    ("all ones", np.ones_like),
    ("turned in sign", lambda x: -x),
    ("without its signs", np.abs),
    ("squared", lambda x: x**2),
    ("twice itself", lambda x: 2 * x),
    ("transposed", lambda x: x.T),
    ("in the reverse order", lambda x: x[::-1]),
    ("only its first row, everywhere", lambda x: np.broadcast_to(x[:1], x.shape).copy()),
    ("without its first row", lambda x: x[1:]),
    ("without its last row", lambda x: x[:-1]),
    ("with its columns in the reverse order", lambda x: x[:, ::-1]),
)
LISTS: tuple[Variation, ...] = (
    ("empty", lambda x: x[:0]),
    ("in the reverse order", lambda x: x[::-1]),
    ("only its first item", lambda x: x[:1]),
    ("without its first item", lambda x: x[1:]),
    ("without its last item", lambda x: x[:-1]),
    ("without what stands there twice", lambda x: type(x)(dict.fromkeys(x))),
)
ANSWERS: tuple[Variation, ...] = (
    ("Every sign is turned round: yours is minus the right answer.", lambda t: -t),
    ("The signs are lost: yours is the right answer without its minus signs.", np.abs),
    ("Yours is the *square* of the right answer.", lambda t: t**2),
    ("Yours is the *square root* of the right answer.", lambda t: np.sqrt(t)),
    ("Yours is 1 divided by the right answer: turn the fraction over.", lambda t: 1 / t),
    ("Yours is 1 minus the right answer.", lambda t: 1 - t),
    ("Yours is e to the power of the right answer: a logarithm is missing.", np.exp),
    ("Yours is the logarithm of the right answer.", np.log),
    ("Rows and columns are exchanged: yours is the right table, transposed.", np.transpose),
    ("The right numbers, in the reverse order.", lambda t: t[::-1]),
    ("You added the right table up down its columns (axis 0).", lambda t: t.sum(axis=0)),
    ("You added the right numbers up along the last axis.", lambda t: t.sum(axis=-1)),
    ("You took the mean of the right table down its columns (axis 0).", lambda t: t.mean(axis=0)),
    ("You took the mean of the right numbers along the last axis.", lambda t: t.mean(axis=-1)),
    ("You added up everything: one number is left of the right answer.", lambda t: t.sum()),
    ("The right numbers, rounded.", np.round),
    *(
        (f"The right numbers, rounded to {n} decimals: give back all of them.", partial(np.round, decimals=n))
        for n in (1, 2, 3, 4)
    ),
    ("The right numbers, cut to whole ones.", np.floor),
    ("Only the first part of the right answer came back: is there a `return` inside your loop?", lambda t: t[0]),
    ("Only the last part of the right answer came back: does your loop write over it each time?", lambda t: t[-1]),
)


def related(f: Function, right: Function, draws: Draws, mine: list[Any], truth: list[Any]) -> str:
    """Say how all answers of `f` are related to the right ones, or "" where no simple relation holds.

    >>> draws = [(2, 3), (4, 5)]
    >>> related(lambda a, n: a * (n + 1), lambda a, n: a * n, draws, [8, 24], [6, 20])
    'Your function answers as if `n` were one larger.'
    """
    names = _names(f, len(draws[0]))
    unread = [name for name in names if name in _never_read(f)]
    if unread:
        return f"Your function never looks at `{unread[0]}`."
    if len(draws) < 2:
        return ""  # in one case nearly everything holds
    if all(alike(m, mine[0]) for m in mine[1:]) and not all(alike(t, truth[0]) for t in truth[1:]):
        return "Yours gives the same answer, whatever it is given."
    return _argument(right, draws, mine, names) or _answer(draws, mine, truth, names)


def _names(f: Function, n: int) -> list[str]:
    inner = getattr(f, "function", f)
    try:
        names = [*inspect.signature(inner).parameters]
    except (TypeError, ValueError):
        names = []
    return names if len(names) >= n else [f"argument {i}" for i in range(1, n + 1)]


def _never_read(f: Function) -> set[str]:
    """Return the names of the arguments that stand nowhere in the code of a function."""
    code = getattr(getattr(f, "function", f), "__code__", None)
    if code is None:
        return set()
    arguments = set(code.co_varnames[: code.co_argcount]) - set(code.co_cellvars)
    read = {name for step in dis.get_instructions(code) if "LOAD" in step.opname for name in _all(step.argval)}
    return arguments - read


def _all(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


# --- is it right for another argument? --------------------------------------------------------------------------------


def _argument(right: Function, draws: Draws, mine: list[Any], names: list[str]) -> str:
    places = range(len(draws[0]))
    for i in places:
        for said, change in _variations(draws, i):
            if _holds(right, draws, mine, partial(_changed, i, change)):
                return f"Your function answers as if `{names[i]}` were {said}."
    pairs = [(i, j) for i, j in permutations(places, 2) if all(_of_one_kind(d[i], d[j]) for d in draws)]
    for i, j in pairs:
        if i < j and _holds(right, draws, mine, partial(_swapped, i, j)):
            return f"Your function answers as if `{names[i]}` and `{names[j]}` were swapped."
    for i, j in pairs:
        if _holds(right, draws, mine, partial(_copied, i, j)):
            return f"Your function answers as if `{names[j]}` stood where `{names[i]}` should."
    return ""


def _changed(i: int, change: Function, draw: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*draw[:i], change(draw[i]), *draw[i + 1 :])


def _copied(i: int, j: int, draw: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*draw[:i], draw[j], *draw[i + 1 :])


def _swapped(i: int, j: int, draw: tuple[Any, ...]) -> tuple[Any, ...]:
    new = list(draw)
    new[i], new[j] = new[j], new[i]
    return tuple(new)


def _variations(draws: Draws, i: int) -> Sequence[Variation]:
    given = [d[i] for d in draws]
    for kind, variations in (
        (bool | np.bool_, SWITCHES),
        (int | np.integer, (*WHOLE, *NUMBERS)),
        (float | np.floating, (*NUMBERS, *BROKEN)),
        (list | tuple, LISTS),
    ):
        if all(isinstance(x, kind) for x in given):
            return variations
    if all(isinstance(x, np.ndarray) for x in given):
        return MASKS if given[0].dtype == bool else ARRAYS
    return ()


def _of_one_kind(a: Any, b: Any) -> bool:
    return type(a) is type(b) and np.shape(a) == np.shape(b)


def _holds(right: Function, draws: Draws, mine: list[Any], change: Function) -> bool:
    """Say whether the right function, called with changed arguments, gives all these answers."""
    return all(alike(m, _quietly(lambda d: right(*change(d)), d)) for d, m in zip(draws, mine, strict=True))


def _quietly(work: Function, given: Any) -> Any:
    try:
        return work(given)
    except Exception:  # another argument need not be a possible one
        return None


# --- is it the right answer, changed? ---------------------------------------------------------------------------------


def _answer(draws: Draws, mine: list[Any], truth: list[Any], names: list[str]) -> str:
    for i, name in enumerate(names[: len(draws[0])]):
        if all(alike(m, d[i]) for m, d in zip(mine, draws, strict=True)):
            return f"You hand back `{name}` as it came in."
    try:
        pairs = [(np.asarray(m, dtype=float), np.asarray(t, dtype=float)) for m, t in zip(mine, truth, strict=True)]
    except (TypeError, ValueError):
        return ""
    for said, change in ANSWERS:
        if all(alike(m, _quietly(change, t)) for m, t in pairs):
            return said
    if all(m.shape != t.shape and m.size == t.size and alike(m.ravel(), t.ravel()) for m, t in pairs):
        return f"The right numbers in another shape: yours is {pairs[0][0].shape}, asked for is {pairs[0][1].shape}."
    if all(m.shape == t.shape and m.size for m, t in pairs):
        return next(_sizes(pairs), "")
    return ""


def _sizes(pairs: list[tuple[Any, Any]]) -> Iterator[str]:
    """Say where all numbers are the right ones, times a factor or plus a number."""
    one, two = (np.concatenate([p[k].ravel() for p in pairs]) for k in (0, 1))
    if alike(one - two, np.full(one.shape, (one - two)[0])):
        gap = float((one - two)[0])
        yield f"Every number of yours is too {'large' if gap > 0 else 'small'} by {shown(abs(gap))}."
    factor = _factor(one, two)
    if factor is not None:
        yield f"Every number of yours is {shown(factor)} times the right one."
    if all(p[0].size > 1 and _factor(*p) is not None for p in pairs):
        yield "Among themselves your numbers are right, but in each case all are too large or too small by one factor."
    if all(p[0].ndim == 2 for p in pairs):
        for axis, line in ((1, "row"), (0, "column")):
            if all(p[0].shape[axis] > 1 and _factors(*p, axis) for p in pairs):
                yield f"Each {line} of yours is right but for a factor of its own: by what is a {line} to be divided?"


def _factor(mine: Any, truth: Any) -> float | None:
    """Return by which number the right one was multiplied, None where it is no single one."""
    some = np.abs(truth) > 1e-9
    if not some.any() or not alike(mine[~some], truth[~some]):
        return None
    factor = float(mine[some][0] / truth[some][0])
    return factor if np.isfinite(factor) and factor and alike(mine, factor * truth) else None


def _factors(mine: Any, truth: Any, axis: int) -> bool:
    lines = zip(mine if axis else mine.T, truth if axis else truth.T, strict=True)
    return all(alike(m, t) or _factor(m, t) is not None for m, t in lines)
