"""Is this the learner's own function, or a helper of the course (or of a library) handed in as the answer?

We read the byte code, not the text: a helper under another name, inside a wrapper, or called by a second function of
the learner's is seen too. What the function imports is loaded on the way: we can look into it, and the time that it
takes is not counted as the function's own. This is a self-check, so it is built against slips and shortcuts, not
against sabotage.
"""

from __future__ import annotations

import builtins
import contextlib
import dis
import functools
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from embeddings_course.exercises.engine.run_safely import PACKAGE

COURSE = "embeddings_course"
HIDDEN_LOOPS = {"map", "vectorize", "frompyfunc", "fromiter", "apply_along_axis"}


def borrowed(function: Callable[..., Any], forbidden: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> str:
    """Return the dotted name of the ready-made helper that a function rests on, or "" where it is own work.

    Args:
        function: what the learner handed in.
        forbidden: dotted names, or their beginnings, that would answer the exercise, such as "scipy.spatial".
            Everything of the course itself is forbidden anyway.
        allowed: but not these.

    >>> from embeddings_course.vectors import cosine
    >>> borrowed(cosine)
    'embeddings_course.vectors.cosine'
    >>> borrowed(lambda a, b: cosine(a, b))
    'embeddings_course.vectors.cosine'
    >>> borrowed(lambda a, b: sum(x * y for x, y in zip(a, b)))
    ''
    """
    banned = (COURSE, *forbidden)
    reached = (name for name in _reached(function, set()) if not _is_banned(name, allowed))
    return next((name for name in reached if _is_banned(name, banned)), "")


def has_loop(function: Callable[..., Any]) -> bool:
    """Say whether a function goes through something item by item: a `for`, a `while`, a comprehension, a map.

    >>> has_loop(lambda x: [y + 1 for y in x]), has_loop(lambda x: x + 1)
    (True, False)
    """
    code = getattr(getattr(function, "function", function), "__code__", None)
    return isinstance(code, CodeType) and _loops(code)


def _loops(code: CodeType) -> bool:
    steps = {step.opname for step in dis.get_instructions(code)}
    inside = [c for c in code.co_consts if isinstance(c, CodeType)]
    return "FOR_ITER" in steps or bool(HIDDEN_LOOPS & {*code.co_names}) or any(_loops(c) for c in inside)


def _is_banned(name: str, banned: tuple[str, ...]) -> bool:
    return any(name == b or name.startswith(b + ".") for b in banned)


def _reached(thing: Any, seen: set[int]) -> Iterator[str]:
    """Yield the dotted names of everything that a callable reaches, through the learner's own helpers too."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, functools.partial):
        yield from _reached(thing.func, seen)
        return
    if isinstance(thing, FunctionType):
        thing = inspect.unwrap(thing)
    name = _dotted(thing)
    if name:
        yield name
    code = getattr(thing if isinstance(thing, FunctionType) else _call_of(thing), "__code__", None)
    # the learner's functions live in a notebook; we do not walk into installed libraries
    if isinstance(code, CodeType) and not name.startswith(COURSE) and "site-packages" not in code.co_filename:
        function = thing if isinstance(thing, FunctionType) else _call_of(thing)
        yield from _in_code(code, getattr(function, "__globals__", {}), _cells(function), seen)


def _call_of(thing: Any) -> Any:
    return type(thing).__call__ if callable(thing) else None


def _dotted(thing: Any) -> str:
    if isinstance(thing, ModuleType):
        return thing.__name__
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if isinstance(thing, FunctionType) and str(module).startswith(COURSE):
        # a function that only claims to be ours (in a doctest, say) lies in another file
        module = module if thing.__code__.co_filename.startswith(PACKAGE) else ""
    return f"{module}.{name}" if module and name else ""


def _cells(function: Any) -> dict[str, Any]:
    cells = getattr(function, "__closure__", None) or ()
    names = function.__code__.co_freevars if cells else ()
    return {n: c.cell_contents for n, c in zip(names, cells, strict=True) if _filled(c)}


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _in_code(code: CodeType, names: dict[str, Any], cells: dict[str, Any], seen: set[int]) -> Iterator[str]:
    """Walk through the instructions: follow `np.linalg.norm` step by step, and imports inside the function."""
    now: Any = None
    known = {**vars(builtins), **names, **cells}
    modules = [known[n] for n in code.co_names if isinstance(known.get(n), ModuleType)]
    words = [c for c in code.co_consts if isinstance(c, str) and c.isidentifier()]
    if "getattr" in code.co_names:  # a helper fetched by its name, written as a text
        for module in modules:
            yield from _by_name(module, words, seen)
    before: Any = None
    for step in dis.get_instructions(code):
        what, name = step.opname, str(step.argval).split(" ")[0]
        wanted, before = before, step.argval
        if what == "IMPORT_NAME":
            if not isinstance(wanted, tuple):  # else `from ... import these`, which are looked at one by one
                yield name
            with contextlib.suppress(Exception):  # it says so itself when it runs
                importlib.import_module(name)
            now = sys.modules.get(name)
        elif what == "IMPORT_FROM":
            known[name] = getattr(now, name, None)
            yield from _named(known[name], seen)
        elif what.startswith("STORE_"):
            if isinstance(now, ModuleType):
                known[name] = now
            now = None
        elif what.startswith(("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_FAST")):
            now = known.get(name)
            yield from _named(now, seen)
        elif what.startswith(("LOAD_ATTR", "LOAD_METHOD")) and isinstance(now, ModuleType):
            now = getattr(now, name, None)
            yield from _named(now, seen)
        elif what not in ("PUSH_NULL", "CACHE", "EXTENDED_ARG"):
            now = None
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _in_code(constant, names, cells, seen)


def _by_name(module: ModuleType, words: list[str], seen: set[int]) -> Iterator[str]:
    for word in words:
        found = getattr(module, word, None)
        yield from _by_name(found, words, seen) if isinstance(found, ModuleType) else _named(found, seen)


def _named(thing: Any, seen: set[int]) -> Iterator[str]:
    if callable(thing) and not isinstance(thing, type):
        yield from _reached(thing, seen)
