"""First-order mutants: a function with one small fault each, such as a learner makes. The checks must refuse them all.

Each rule takes a node of the syntax tree and yields what might stand there instead.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

Nodes = Iterator[ast.AST]
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
COMPARISONS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
TURNED: dict[type[ast.AST], type[ast.AST]] = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
NAMES = {
    "max": "min",
    "min": "max",
    "any": "all",
    "all": "any",
    "argmax": "argmin",
    "argmin": "argmax",
    "maximum": "minimum",
    "mean": "sum",
    "sum": "mean",
    "startswith": "endswith",
    "lower": "upper",
    "zeros": "ones",
    "log2": "log",
    "union": "intersection",
}


class Mutant(NamedTuple):
    """One faulty version: what was done, in which line, and the source of the whole."""

    what: str
    line: int
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    r"""Yield every mutant of a piece of code, none twice and none equal to the code itself.

    >>> [m.what for m in mutants("def f(a, b):\n    return a - b")][:3]
    ['return a - b -> a - b', 'a - b -> a + b', 'a - b -> b - a']
    """
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for number, node in enumerate(ast.walk(tree)):
        for rule in RULES:
            for new in rule(node):
                changed = copy.deepcopy(tree)
                old = next(n for i, n in enumerate(ast.walk(changed)) if i == number)
                _Put(old, new).visit(changed)
                try:
                    text = ast.unparse(ast.fix_missing_locations(changed))
                    compile(text, "mutant", "exec")
                except (SyntaxError, ValueError):
                    continue
                if text not in seen:
                    seen.add(text)
                    yield Mutant(f"{_short(node)} -> {_short(new)}", getattr(node, "lineno", 0), text)


class _Put(ast.NodeTransformer):
    """Put one node in place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())
    return text if len(text) <= 60 else f"{text[:40]} ... {text[-15:]}"


def _with(node: ast.AST, **changes: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def two_sides(node: ast.AST) -> Nodes:
    """Another operator, the sides exchanged, one side alone."""
    if isinstance(node, ast.BinOp):
        if type(node.op) in OPERATORS:
            yield _with(node, op=OPERATORS[type(node.op)]())
        if not isinstance(node.op, ast.Add | ast.Mult):
            yield _with(node, left=node.right, right=node.left)
        yield node.left
        yield node.right


def one_side(node: ast.AST) -> Nodes:
    """Without minus, not, ~."""
    if isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield node.operand
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from node.values


def comparisons(node: ast.AST) -> Nodes:
    """Off by the equal sign, turned round, `startswith` for `==`."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        op = type(node.ops[0])
        for table in (COMPARISONS, TURNED):
            if op in table:
                yield _with(node, ops=[table[op]()])
        if op is ast.Eq:
            yield _with(node, ops=[ast.In()])
            yield ast.Call(ast.Attribute(node.left, "startswith", ast.Load()), node.comparators, [])


def constants(node: ast.AST) -> Nodes:
    """One more, one less, ten times."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int):
            yield from (ast.Constant(node.value + 1), ast.Constant(node.value - 1))
        elif isinstance(node.value, float):
            yield from (ast.Constant(node.value * 10), ast.Constant(node.value / 2))


def calls(node: ast.AST) -> Nodes:
    """The call left out, arguments exchanged, an option forgotten, max for min."""
    if isinstance(node, ast.Call):
        if node.args:
            yield node.args[0]
        if len(node.args) > 1:
            yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
        for i in range(len(node.keywords)):
            yield _with(node, keywords=node.keywords[:i] + node.keywords[i + 1 :])
        if isinstance(node.func, ast.Attribute):
            yield node.func.value
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield _with(node, attr=NAMES[node.attr])
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield _with(node, id=NAMES[node.id])


def parts(node: ast.AST) -> Nodes:
    """The whole for a slice, a list without one of its items, two results exchanged, a condition forgotten."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield node.value
    if isinstance(node, ast.Slice) and node.upper is not None and node.lower is None and node.step is None:
        yield _with(node, upper=ast.BinOp(node.upper, ast.Add(), ast.Constant(1)))
        yield ast.Slice(lower=node.upper)
    if isinstance(node, ast.Slice) and node.lower is not None and node.upper is None and node.step is None:
        yield _with(node, lower=ast.BinOp(node.lower, ast.Add(), ast.Constant(1)))
        yield ast.Slice(upper=node.lower)
    if isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield _with(node, elts=[node.elts[1], node.elts[0], *node.elts[2:]])
        for i in range(len(node.elts)):
            yield _with(node, elts=node.elts[:i] + node.elts[i + 1 :])
    if isinstance(node, ast.comprehension) and node.ifs:
        yield _with(node, ifs=[])
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse, _with(node, body=node.orelse, orelse=node.body))


def lines(node: ast.AST) -> Nodes:
    """A line left out, a condition always true or turned round, = for +=, no return."""
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)
        if type(node.op) in OPERATORS:
            yield _with(node, op=OPERATORS[type(node.op)]())
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr):
        yield ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.Expr(node.value)
    if isinstance(node, ast.If):
        yield _with(node, test=ast.Constant(True))
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


RULES: tuple[Callable[[ast.AST], Nodes], ...] = (two_sides, one_side, comparisons, constants, calls, parts, lines)
