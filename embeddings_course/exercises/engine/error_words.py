"""What Python's and NumPy's commonest errors mean, in one sentence each: what to look for in the line that stopped."""

from __future__ import annotations

import re

MEANS = (
    (
        r"name '(\w+)' is not defined",
        r"`\1` has no value yet when this line runs: is a line missing, or a name misspelt?",
    ),
    (r"local variable '(\w+)'", r"`\1` has no value yet when this line runs: is a line missing above it?"),
    (
        r"could not be broadcast|Incompatible shapes|not aligned",
        "These two shapes do not fit each other. Write them below each other, from the right: is an axis, a `.T` or a "
        "`keepdims=True` missing?",
    ),
    (
        r"^matmul",
        "For `a @ b` the last axis of a and the first of b must be equally long: are they the wrong way round, or is a "
        "`.T` missing?",
    ),
    (
        r"axis -?\d+ is out of bounds",
        "The array has fewer axes than that: axes are counted from 0, and -1 is the last.",
    ),
    (r"(not enough|too many) values to unpack", "There are more names on one side than values on the other."),
    (
        r"unsupported operand|can't multiply|can only concatenate",
        "One of the two is no number here, but something larger (or nothing).",
    ),
    (
        r"index out of range|is out of bounds for axis",
        "A place was asked for that does not exist: places are counted from 0.",
    ),
    (
        r"has no attribute|not subscriptable|is not iterable|not callable|has no len",
        "It is another kind of thing than this line takes it for.",
    ),
    (r"cannot unpack|zip\(\) argument", "Two things that go hand in hand are not equally long."),
    (r"not supported between", "Two things of different kinds are compared."),
    (r"division by zero|divide by zero", "What is below the line may be 0: that case needs a rule of its own."),
    (r"inhomogeneous", "Its rows are not equally long, so it is no table."),
    (
        r"missing \d+ required|takes \d+ positional|takes from|takes at (least|most)",
        "A function was called with too few or too many things in its brackets.",
    ),
    (
        r"read-only",
        "What your function was given is not to be written into: work on a copy, such as `x = x / 2` for `x /= 2`.",
    ),
    (r"unhashable", "A set or dictionary cannot hold a list; a tuple it can."),
    (r"maximum recursion", "The function calls itself without end."),
)


def meaning(said: str) -> str:
    """Return the sentence for an error's text, "" for one that is not known.

    >>> meaning("name 'unit' is not defined")
    '`unit` has no value yet when this line runs: is a line missing, or a name misspelt?'
    """
    for pattern, sentence in MEANS:
        found = re.search(pattern, said)
        if found:
            return found.expand(sentence)
    return ""
