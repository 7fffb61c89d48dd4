"""`@checked`: what a function is given is looked at before it starts, and what it gives back afterwards.

Nothing new is written into a signature: `k: int` must be a whole number, `vectors: ArrayLike` numbers without gaps,
`words: Sequence[str]` words and no single text. What cannot be seen before, such as two lengths that do not fit
together, is put into one sentence after NumPy has stumbled over it. A right call pays a microsecond or two.
"""

from __future__ import annotations

import functools
import inspect
import math
import re
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import islice
from typing import Any, TypeVar, cast

import numpy as np

from embeddings_course.files.errors import CourseError
from embeddings_course.files.paths import user_path

F = TypeVar("F", bound=Callable[..., Any])
Look = Callable[[str, Any], Any]
"""Takes the name of an argument and its value; gives the value to go on with, or raises `Unfit`."""

WHOLE: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("n_words", "n_inputs", "n_classes", "words_per_class"), (1, 100_000)),
    **dict.fromkeys(("n", "steps", "times", "labels"), (1, 1_000_000)),
    **dict.fromkeys(("n_sentences",), (1, 300_000)),
    **dict.fromkeys(("resamples", "shuffles"), (1, 100_000)),
    **dict.fromkeys(("epochs", "repeats"), (1, 1_000)),
    **dict.fromkeys(("negatives", "n_snapshots"), (0, 1_000)),
    **dict.fromkeys(("window", "batch"), (1, 2**63)),
    **dict.fromkeys(("d",), (1, 2_000)),
    **dict.fromkeys(("layer", "head"), (-1_000, 1_000)),
}
"""From where to where a whole number of this name may go; any other from 0 to 2^32."""
SHARES = ("share", "keep_mean", "keep_square", "true", "coin", "level", "sample")
GAPS = ("labels", "predicted")
"""NaN in these says: not known."""
EMPTY = ("a", "b", "x", "uses", "scores")
"""These may be empty."""
MOST = 100_000
"""So many numbers are looked at one by one before a call; in a larger array a gap shows in the result."""
MOST_ITEMS = 10_000_000


INSIDE = threading.local()
TROUBLE = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError, re.error)


class Unfit(Exception):
    """An argument is not what it should be; the message says what it should be."""


class TooMuch(Unfit):
    """It is not even tried."""


def checked(function: F) -> F:
    """Answer a call that cannot work with one sentence: which argument, what was given, what to give.

    >>> @checked
    ... def double(x: float) -> float:
    ...     return 2 * x
    >>> double("one")
    Traceback (most recent call last):
    embeddings_course.files.errors.CourseError: double needs x to be a number, not 'one'.
    """
    if isinstance(function, type):
        function.__init__ = checked(function.__init__)  # type: ignore[misc]
        return cast(F, function)
    called = re.sub(r"(.*\.)?(\w+)\.__\w+__$", r"\2", function.__qualname__).rpartition(".")[2]
    parameters = inspect.signature(function).parameters.values()
    mine = int(function.__name__ == "__init__")  # the object itself is no argument that a person gives
    looks = [(i, p.name, look) for i, p in enumerate(parameters) if (look := _look(str(p.annotation)))]

    @functools.wraps(function)
    def look_first(*given: Any, **named: Any) -> Any:
        if getattr(INSIDE, "another", False):  # what the text book calls itself was looked at when it was called
            return function(*given, **named)
        values, odd, late = list(given), [], ""
        for i, name, look in looks:
            try:
                if i < len(values):
                    values[i] = look(name, value := values[i])
                elif name in named:
                    named[name] = look(name, value := named[name])
            except Unfit as wanted:
                late = f"{called} needs {name} to be {wanted}, not {shown(value)}."
                if isinstance(wanted, TooMuch):
                    raise CourseError(late) from None
        INSIDE.another = True
        try:
            if late:
                return _own_words_first(function, late, values, named)
            with np.errstate(divide="call", invalid="call", over="call", call=lambda *what: odd.append(what)):
                result = function(*values, **named)
        except CourseError:
            raise
        except TROUBLE as error:
            raise CourseError(_clash(called, values[mine:], named, error)) from error
        finally:
            INSIDE.another = False
        if odd and not is_sound(result):
            raise CourseError(
                f"{called} came to a number that is nan or infinite. Some number that it was given is too "
                "large, too small, or all of them are alike."
            )
        return result

    return cast(F, look_first)


def _own_words_first(function: Callable[..., Any], late: str, values: list[Any], named: Mapping[str, Any]) -> Any:
    """Raise what the function itself says of arguments that are not right: it knows more; else what we saw."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function(*values, **named)
    except CourseError:
        raise
    except (*TROUBLE, OSError):
        pass
    raise CourseError(late)


def _clash(name: str, values: list[Any], named: Mapping[str, Any], error: Exception) -> str:
    """Return what to say where arguments that are right one by one do not fit together."""
    given = ", ".join([*map(shown, values), *(f"{key}={shown(value)}" for key, value in named.items())])
    said = " ".join(str(error).split()) or type(error).__name__
    return f"{name} cannot do that with ({given}): {said:.200}. help({name}) shows a call that works."


def shown(value: Any, most: int = 60) -> str:
    """Return what was given, short enough for a sentence.

    >>> shown(np.zeros((2, 3))), shown("bank"), shown(range(9))
    ('an array of shape (2, 3)', "'bank'", 'range(0, 9)')
    """
    if isinstance(value, np.ndarray) and value.size > 4:
        return f"an array of shape {value.shape}"
    try:
        text = " ".join(repr(value[:most] if isinstance(value, str | list | tuple) else value).split())
    except Exception:  # whatever a foreign object does when it is asked to show itself
        text = f"a {type(value).__name__}"
    return ascii(text if len(text) <= most else text[:most] + "...")[1:-1] if not text.isprintable() else text[:most]


def is_sound(result: Any, depth: int = 2) -> bool:
    """Say whether no number in a result is nan or infinite.

    >>> is_sound((1.0, np.ones(2))), is_sound([np.array([np.nan])])
    (True, False)
    """
    if isinstance(result, float | np.ndarray | np.floating):
        return bool(np.isfinite(result).all()) if np.asarray(result).dtype.kind in "fc" else True
    if hasattr(result, "tocoo"):
        return is_sound(result.data)
    if isinstance(result, list | tuple) and depth:
        return all(is_sound(part, depth - 1) for part in result)
    return True


# ---- what each annotation asks for ----------------------------------------------------------------------------------


def _look(annotation: str) -> Look | None:
    """Return how to look at an argument of this annotation; None where anything may come."""
    if annotation.endswith(" | None"):
        inner = _look(annotation.removesuffix(" | None"))
        return inner and (lambda name, value: None if value is None else inner(name, value))
    return LOOKS.get(annotation)


def _whole(name: str, value: Any) -> Any:
    low, high = WHOLE.get(name, (0, 2**32))
    fits = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not fits or not low <= value <= high:
        raise (TooMuch if not fits or value > high else Unfit)(f"a whole number from {low:,} to {high:,}")
    return int(value)


def _number(name: str, value: Any) -> Any:
    fits = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    low, high = (0.0, 1.0) if name in SHARES else (-1e100, 1e100)
    if not fits or not low <= float(value) <= high:
        raise Unfit("a number from 0 to 1" if name in SHARES else "a number")
    return value


def _numbers(name: str, value: Any) -> Any:
    if type(value) is np.ndarray and value.dtype.kind == "f" and (value.size > MOST or _all_finite(value)):
        return value
    if hasattr(value, "tocoo"):  # a sparse table
        _numbers(name, value.tocoo().data)
        return value
    try:
        array = np.asarray(value)
    except Exception:  # NumPy has many, and a foreign object its own
        raise Unfit("numbers in rows of equal length") from None
    if array.dtype.kind not in "fiub":
        raise Unfit("numbers")
    if array.dtype.kind == "f" and not _all_finite(array):
        flat = array.ravel().astype(np.float64)
        if not _all_finite(
            flat[~np.isnan(flat)] if name in GAPS else flat[~np.isinf(flat)] if name == "scores" else flat
        ):
            raise Unfit("numbers that are not nan, infinite or too large to be squared")
    return value


def _all_finite(array: Any) -> bool:
    """Say whether the sum of all squares is finite: then every number is, and none is too large to be squared."""
    return math.isfinite(np.vdot(array, array))


def _floats(name: str, value: Any) -> Any:
    if name == "scores" and type(value) is np.ndarray and value.dtype.kind in "fi":
        return value  # where a score says "not this one", it is minus infinity, or nan
    return _numbers(name, value)


def _some_numbers(name: str, value: Any) -> Any:
    if not (len(value) if type(value) is np.ndarray and value.ndim else 1) and name not in EMPTY:
        raise Unfit("at least one number")
    _numbers(name, value)
    if isinstance(value, list | tuple) and not value and name not in EMPTY:
        raise Unfit("at least one number")
    return value


def _words(name: str, value: Any) -> Any:
    items = _items(value, 'words in a list, such as ["bank", "river"]')
    # whatever stands for words: tests and towns count theirs
    if not {str}.issuperset(map(type, items)) and not all(isinstance(item, str | int | np.integer) for item in items):
        raise Unfit('words in a list, such as ["bank", "river"]')
    return items


def _word_or_vector(name: str, value: Any) -> Any:
    return value if isinstance(value, str) else _some_numbers(name, value)


def _words_in_order(name: str, value: Any) -> Any:
    if isinstance(value, Set):
        raise Unfit("a list: a set has no first and no second word")
    return _words(name, value)


def _sentences(name: str, value: Any) -> Any:
    wanted = 'sentences as lists of words, such as [["the", "bank"], ["a", "river"]]'
    items = _items(value, wanted)
    if any(isinstance(item, str) or not hasattr(item, "__iter__") for item in items):
        raise Unfit(wanted)
    return [list(item) if isinstance(item, Iterator) else item for item in items]


def _list(name: str, value: Any) -> Any:
    return _items(value, "a list")


def _items(value: Any, wanted: str) -> Any:
    """Return what can be gone through twice: what comes one by one is collected."""
    if isinstance(value, Iterator):
        value = list(islice(value, MOST_ITEMS + 1))
        if len(value) > MOST_ITEMS:
            raise TooMuch(f"at most {MOST_ITEMS:,} things")
    one = isinstance(value, str | bytes) or (isinstance(value, np.ndarray) and not value.ndim)
    if one or not isinstance(value, Iterable):
        raise Unfit(wanted)
    return value


def _text(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        raise Unfit("a text")
    return value


def _table(name: str, value: Any) -> Any:
    if not (hasattr(value, "words") and hasattr(value, "vectors")):
        raise Unfit("a table of words and vectors (an Embedding)")
    return value


def _inputs(name: str, value: Any) -> Any:
    if not hasattr(value, "shape") or len(value.shape) != 2 or not value.shape[0]:
        raise Unfit("an array of rows, such as np.eye(3)")
    return _numbers(name, value)


def _head(name: str, value: Any) -> Any:
    for part in _items(value, "a matrix and a row of numbers"):
        _numbers(name, part)
    return value


def _by_name(name: str, value: Any) -> Any:
    if not isinstance(value, Mapping) or not value or not all(isinstance(key, str) for key in value):
        raise Unfit('things by name, such as {"water": ...}')
    return value


def _path(name: str, value: Any) -> Any:
    path = user_path(value)
    if not path.is_file():
        raise Unfit("a file that is there")
    return path


LOOKS: Mapping[str, Look] = {
    "int": _whole,
    "float": _number,
    "str": _text,
    "Embedding": _table,
    "Inputs": _inputs,
    "Head": _head,
    "Path": _path,
    **dict.fromkeys(("Mapping[str, Sequence[str]]", "Mapping[str, str]", "Mapping[str, int]"), _by_name),
    **dict.fromkeys(("Floats", "Ints", "Rows"), _floats),
    **dict.fromkeys(("ArrayLike", "sparse.sparray | ArrayLike"), _some_numbers),
    "str | ArrayLike": _word_or_vector,
    "Iterable[str]": _words,
    "Sequence[str]": _words_in_order,
    **dict.fromkeys(("Sequence[Sequence[str]]", "Iterable[Sequence[str]]"), _sentences),
    **dict.fromkeys(("Iterable[tuple[str, str]]", "Iterable[tuple[str, str, str]]"), _sentences),
    **dict.fromkeys(("Sequence[int]", "Sequence[bool]", "Sequence[T]", "Sequence[Iterable[int]]"), _list),
}
"""How to look at an argument, by its annotation."""
