"""Whatever a function of the text book or the ground is given, it answers in words, soon, and without a warning."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import math
import random
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from good_calls import Call, good_calls

from embeddings_course.files.checks import shown
from embeddings_course.files.errors import CourseError

SLOWEST = 10.0
"""Seconds that a call may take."""
FEW, MANY = 500, 10_000
NAN, INF = float("nan"), float("inf")
GAPS = ("as_sentences", "mask", "plant_tasks", "Task", "rank_correlations", "skipgram_pairs")
"""NaN is a right answer of these: a label that is not known, lists that do not vary, items that may be anything."""
BOOK = ("audit", "chance", "counting", "evaluation", "inside", "mirrors", "mixing", "multitask", "reading_off",
        "search", "senses", "sharing", "uses", "vectors", "without_bert", "word2vec")  # fmt: skip
TAKE_WHOLE_OBJECTS = {
    "shared_words",
    "parameter_counts",
    "without_positions",
    "reader_of",
    "sense_centroids",
    "sense_layer",
    "states_without",
    "row_without",
    "honest_senses",
    "honest_kinds",
    "show_scores",
}
"""They take models, tables or their parts, and no more: nothing that a learner would type."""
ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 0.5, -0.5, 10**6, 10**12, -(10**6), 2**70, NAN, INF, -INF, 1e300, 1e-300, 1 + 2j),
    *("", " ", "bank", "zzqx", "\ud83d", "bank\0", "銀行", "../..", "a" * 5000, b"bank"),
    *(
        [],
        (),
        {},
        set(),
        [[]],
        [None],
        [NAN],
        [INF],
        [1.0],
        [1e300, 1.0],
        [1, 2, 3],
        [-1],
        [10**6],
        [0.5, 0.5],
        ["zzqx"],
    ),
    *([[1.0], [1.0, 2.0]], [[NAN, 1.0], [1.0, 1.0]], [["zzqx"], ["bank", "bank"]], [("bank",)], [1, "bank"], [True]),
    *(np.empty(0), np.empty((0, 2)), np.empty((2, 0)), np.ones((2, 2, 2)), np.array(5), np.array(["bank", "coin"])),
    *(np.array([1, "x"], dtype=object), np.array([1 + 2j]), np.full((4, 2), NAN), np.full((4, 2), 1e200)),
    *(np.zeros(2), np.zeros((4, 2)), np.ones((4, 2), np.float16), np.full((4, 2), 3e38, np.float32), np.float32(INF)),
    *({"a": 1}, {"bank": NAN}, {1: 2}, {"a": None}, object(), object, print, range(3), Path("nowhere")),
)


def one_at_a_time(value: Any) -> Iterator[Any]:
    """Yield the parts of a value one by one, as a generator would."""
    yield from value if isinstance(value, Iterable) else [value]


def spoil(value: Any, chance: random.Random) -> Any:
    """Return a bad neighbour of a right argument: nearly right is where the slips are."""
    ways: list[Callable[[], Any]] = [lambda: chance.choice(ODD)] * 6
    if isinstance(value, str):
        ways += [lambda: value + "\ud83d", value.upper, lambda: [value], lambda: value * 500, value.encode]
    if isinstance(value, int | float) and not isinstance(value, bool):
        ways += [lambda: -value, lambda: value + 0.5, lambda: str(value), lambda: [value], lambda: value * 10**6]
    if isinstance(value, list | tuple):
        items = list(value)
        ways += [lambda: one_at_a_time(items), lambda: [*items, items[0]], lambda: items[:-1], lambda: [items, items]]
        ways += [lambda: [None, *items[1:]], lambda: [*items[:-1], spoil(items[-1], chance)], lambda: items[0]]
        ways += [
            lambda: np.array([*map(str, items)], dtype=object),
            lambda: dict.fromkeys(map(str, items)),
            lambda: items * 3,
        ]
    if isinstance(value, np.ndarray) and value.size:
        ways += [lambda: holed(value, NAN), lambda: holed(value, INF), lambda: holed(value, 1e200), lambda: value.T]
        ways += [lambda: value[:-1], lambda: value[None], lambda: value.tolist(), lambda: value.astype(str)]
        ways += [lambda: -1 * value, lambda: value * 0, lambda: value.astype(complex), lambda: value.astype(object)]
        ways += [lambda: fixed(value), lambda: value[:0], lambda: value.astype(np.float16), lambda: value + 10**6]
    if isinstance(value, Mapping):
        ways += [lambda: {}, lambda: list(value), lambda: {k: spoil(v, chance) for k, v in value.items()}]
    return chance.choice(ways)()


def holed(array: Any, hole: float) -> Any:
    """Return a copy in which one number is another."""
    copy = array.astype(float)
    copy.flat[-1] = hole
    return copy


def fixed(array: Any) -> Any:
    """Return a copy that cannot be written to."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def verdict(call: Call) -> str:
    """Return what is wrong with the answer to a call; nothing where it is right."""
    function, given = call
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = function(**given)
            wrong = (
                ""
                if getattr(function, "__name__", "") in GAPS or is_sound(result)
                else "nan or infinity in the result, without a word"
            )
    except CourseError as error:
        said = str(error)
        wrong = "" if said[-1:] in tuple(".?!") and len(said) > 20 else f"a sentence is missing: {said!r}"
    except Exception as error:
        wrong = f"{type(error).__name__}: {error}"
    took = time.process_time() - start
    return wrong or (f"took {took:.0f} s" if took > SLOWEST else "")


def is_sound(result: Any, depth: int = 3) -> bool:
    """Whether no number of a result is nan or infinite."""
    if isinstance(result, float | np.floating):
        return bool(np.isfinite(result))
    if hasattr(result, "tocoo"):
        return is_sound(result.tocoo().data)
    if isinstance(result, np.ndarray):
        return result.dtype.kind not in "fc" or bool(np.isfinite(result).all())
    if not depth:
        return True
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return all(is_sound(getattr(result, f.name), depth - 1) for f in dataclasses.fields(result))
    if isinstance(result, Mapping):
        return all(is_sound(part, depth - 1) for part in result.values())
    if isinstance(result, list | tuple):
        return all(is_sound(part, depth - 1) for part in result)
    return True


def bad_calls(n: int, seed: int) -> Iterator[tuple[str, str, Call]]:
    """Yield calls of which one argument (sometimes two) is spoilt: the function's name, the arguments', the call."""
    chance, right = random.Random(seed), good_calls()
    names = list(right)
    for i in range(n):
        function, given = right[names[i % len(names)]]
        which = chance.sample(list(given), min(len(given), chance.choice((1, 1, 1, 2))))
        fresh = {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in given.items()}
        yield (
            names[i % len(names)],
            ", ".join(which),
            (function, {**fresh, **{w: spoil(fresh[w], chance) for w in which}}),
        )


def complaints(calls: Iterable[tuple[str, str, Call]], seconds: float = math.inf) -> tuple[int, list[str]]:
    """Return how many calls were made in so many seconds, and what was wrong with which."""
    end, made, found = time.monotonic() + seconds, 0, []
    for name, which, call in calls:
        given = {w: call[1][w] for w in which.split(", ")}
        wrong = verdict(call)
        made += 1
        if wrong:
            found.append(f"{name}({shown(given, 200)}): {wrong:.200}")
        if time.monotonic() > end:
            break
    return made, found


def test_right_calls_are_right() -> None:
    wrong = {name: verdict(call) for name, call in good_calls().items()}
    assert {name: said for name, said in wrong.items() if said} == {}


def test_every_public_function_of_the_text_book_is_called() -> None:
    """A function that comes new gets a right call in good_calls.py, and so its bad ones."""
    named = {name.split(".")[1] for name in good_calls() if name.count(".") == 1}
    public = {
        f.__name__
        for module in BOOK
        for f in vars(importlib.import_module(f"embeddings_course.{module}")).values()
        if inspect.isfunction(f) and f.__module__ == f"embeddings_course.{module}" and not f.__name__.startswith("_")
    }
    assert public - named == TAKE_WHOLE_OBJECTS


def test_some_bad_calls_get_one_sentence_each() -> None:
    made, found = complaints(bad_calls(FEW, seed=15), seconds=10)
    assert not found, "\n".join(found[:20])
    assert made > 100


@pytest.mark.slow
def test_ten_thousand_bad_calls_get_one_sentence_each() -> None:
    made, found = complaints(bad_calls(MANY, seed=2026))
    assert made == MANY and not found, "\n".join(found[:40])
