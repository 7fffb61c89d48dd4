"""What code cells bind and read: names, by their syntax trees."""

from __future__ import annotations

import ast

from nbformat import NotebookNode


def tree(cell: NotebookNode) -> ast.Module:
    """Return the syntax tree of a code cell (empty where it is no Python)."""
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def bound(module: ast.Module) -> set[str]:
    """Return the names that a cell binds at its top level (assignments, definitions, imports, loops, with)."""
    inner: set[ast.AST] = set()
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            inner.update(child for child in ast.walk(node) if child is not node)
        elif isinstance(node, ast.comprehension):  # its own variable stays inside; what `:=` binds does not
            inner.update(ast.walk(node.target))
    names = set()
    for node in set(ast.walk(module)) - inner:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


def read(module: ast.Module) -> set[str]:
    """Return the names that a cell reads, anywhere in it."""
    return {node.id for node in ast.walk(module) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def inside(module: ast.Module) -> set[str]:
    """Return the names of loops, comprehensions and functions' arguments: what a cell gives itself to read."""
    nodes = list(ast.walk(module))
    targets = [node.target for node in nodes if isinstance(node, (ast.For, ast.comprehension))]
    names = {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names | {node.arg for node in nodes if isinstance(node, ast.arg)}
