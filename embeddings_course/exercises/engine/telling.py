"""Say values in few words: short, and never so short that two unequal numbers look equal."""

from __future__ import annotations

import inspect
from itertools import zip_longest
from typing import Any

import numpy as np

ROOM = 70  # characters for a value, or for what a function was given, before it is described and no longer shown
DIGITS = (3, 6, 9, 12, 17)
NAN = "NaN is *not a number*: it comes from 0 / 0, or from reckoning with a value that is missing."
TEXT = "Yours is *text* that looks like numbers. Give the numbers themselves."
INFINITY = "Infinity comes from dividing by 0, from the logarithm of 0, or from np.exp of a large number."


def as_array(value: Any) -> np.ndarray:
    """Read numbers without hiding that they are in single or half precision: `alike` allows these their rounding.

    Raises:
        ValueError: where it is text, also text that looks like a number.

    >>> as_array([1, 2]).dtype.name, as_array(np.ones(2, np.float32)).dtype.name
    ('float64', 'float32')
    """
    if np.asarray(value).dtype.kind in "US":
        raise ValueError("text stands where numbers are asked for")
    rough = getattr(value, "dtype", None) in (np.float32, np.float16)
    return np.asarray(value, dtype=np.float32 if rough else float)


def alike(a: Any, b: Any) -> bool:
    """Say whether two answers are the same, numbers within one part in a million; shapes count.

    >>> alike([1.0, 2.0], [1.0, 2.0 + 1e-9]), alike(1.0, [1.0]), alike("a", "b"), alike(["1"], [1])
    (True, False, False, False)
    """
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and a == b
    try:
        if "U" in (np.asarray(a).dtype.kind, np.asarray(b).dtype.kind):
            return _same(a, b)
        x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    except (TypeError, ValueError):
        return _same(a, b)
    if x.shape != y.shape:
        return False
    rough = any(np.asarray(v).dtype in (np.float32, np.float16) for v in (a, b))
    return bool(np.allclose(x, y, rtol=2e-5 if rough else 1e-6, atol=2e-6 if rough else 1e-8, equal_nan=True))


def _same(a: Any, b: Any) -> bool:
    try:
        return bool(a == b)
    except (TypeError, ValueError):  # arrays in lists, of unequal shapes
        return False


def shown(value: Any, digits: int = 3) -> str:
    """Say a value shortly, numbers with at most so many decimals.

    >>> shown(np.array([1.0, 0.33333])), shown("bank"), shown(1e-9)
    ('[1, 0.333]', "'bank'", '1e-09')
    """
    if isinstance(value, np.ndarray):
        return shown(value.tolist(), digits)
    if isinstance(value, list | tuple):
        items = [shown(v, digits) for v in value]
        return f"[{', '.join(items)}]" if len(items) <= 12 else f"[{', '.join(items[:11])}, ...]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {shown(v, digits)}" for k, v in value.items()) + "}"
    if isinstance(value, float | np.floating):
        return _number(float(value), digits)
    if isinstance(value, np.integer | np.bool_ | np.str_):
        value = value.item()
    if inspect.isroutine(value):
        return "a function"
    return repr(value)[:200]


def _number(x: float, digits: int) -> str:
    if not np.isfinite(x):
        return "NaN" if np.isnan(x) else "infinity" if x > 0 else "-infinity"
    if x and abs(x) < 0.5 * 10.0**-digits:
        return f"{x:.{digits}g}"
    return f"{x:.{digits}f}".rstrip("0").rstrip(".")


def apart(a: Any, b: Any) -> tuple[str, str]:
    """Say two values, with as many digits as it takes to see that they are not equal.

    >>> apart(0.1100001, 0.11), apart(2.0, 3.0)
    (('0.1100001', '0.11'), ('2', '3'))
    """
    for digits in DIGITS:
        one, two = shown(a, digits), shown(b, digits)
        if one != two:
            return one, two
    return repr(a)[:200], repr(b)[:200]


def called_with(arguments: tuple[Any, ...]) -> str:
    """Say what a function was given: itself where it is short, else of what kind it was.

    >>> called_with((np.zeros((5, 4)), 2))
    'a table of shape (5, 4), 2'
    """
    said = [shown(a) for a in arguments]
    if len(", ".join(said)) <= ROOM:
        return ", ".join(said)
    return ", ".join(text if len(text) <= 24 else _kind(a) for text, a in zip(said, arguments, strict=True))


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{'a table' if value.ndim == 2 else 'an array'} of shape {value.shape}"
    if isinstance(value, list | tuple | dict | set):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a text of {len(value)} letters" if isinstance(value, str) else f"some {type(value).__name__}"


def case(arguments: tuple[Any, ...], mine: Any, truth: Any) -> str:
    """Say for one call what came and what should have come, in three short lines at most.

    >>> case((2, 3), 5, 6)
    'For (2, 3) yours gives 5; it should be 6.'
    >>> case((np.ones(2),), np.array([2.0]), np.array(2.0))
    'For ([1, 1]) yours gives an array of shape (1,); it should be one number.'
    """
    given = f"For ({called_with(arguments)})"
    form, due = np.shape(_array(mine)), np.shape(_array(truth))
    if form != due and not isinstance(mine, str):
        return f"{given} yours gives {_form(mine, form)}; it should be {_form(truth, due)}."
    said = apart(mine, truth)
    if max(map(len, said)) <= ROOM or not due:
        return f"{given} yours gives {said[0][: 2 * ROOM]}; it should be {said[1][: 2 * ROOM]}."
    place, (x, y) = _first_difference(mine, truth)
    said = apart(x, y)
    return f"{given} yours has {said[0][:ROOM]} at {list(place)}; it should have {said[1][:ROOM]} there."


def _array(value: Any) -> Any:
    try:
        return np.asarray(value)
    except ValueError:  # a list of rows that are not equally long
        return np.array([None] * len(value))


def _form(value: Any, shape: tuple[int, ...]) -> str:
    if shape == ():
        return "one number" if isinstance(value, int | float | np.number | np.ndarray) else shown(value)[:ROOM]
    if isinstance(value, np.ndarray):
        return f"an array of shape {shape}"
    return shown(value) if len(shown(value)) <= ROOM else f"a {type(value).__name__} of {len(value)}"


def _first_difference(mine: Any, truth: Any) -> tuple[tuple[int, ...], tuple[Any, Any]]:
    """Return the place of the first difference of two values of one form, and what stands there."""
    if isinstance(mine, list | tuple | np.ndarray) and np.ndim(mine) != 0:
        for i, (x, y) in enumerate(zip_longest(mine, truth)):
            if not alike(x, y):
                place, both = _first_difference(x, y)
                return (i, *place), both
    return (), (mine, truth)


def odd_numbers(mine: Any, truth: Any) -> str:
    """Say where NaN or infinity comes from, if an answer holds one where none is due; and what is text.

    >>> odd_numbers([1.0, np.nan], [1.0, 2.0])[:25], odd_numbers("2", 2.0)[:14], odd_numbers(1.0, 2.0)
    ('NaN is *not a number*: it', 'Yours is *text', '')
    """
    try:
        if np.asarray(mine).dtype.kind == "U" != np.asarray(truth).dtype.kind:
            return TEXT if np.asarray(mine).astype(float).size else ""  # a word is none: that ends in a ValueError
        x, y = np.asarray(mine, dtype=float), np.asarray(truth, dtype=float)
    except (TypeError, ValueError):
        return ""
    if np.isnan(x).any() and not np.isnan(y).any():
        return NAN
    return INFINITY if np.isinf(x).any() and not np.isinf(y).any() else ""
