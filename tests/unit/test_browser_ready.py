"""What a browser lacks is not leaned on: whole numbers of 64 bits, threads, a fast NumPy."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embeddings_course import bert
from embeddings_course.files.bert_weights import Linear
from embeddings_course.pretrained import load_bert

ROOT = Path(__file__).resolve().parents[2]
PLACES = {"bincount": 0, "repeat": 1}
"""Which argument of a NumPy function must be of the machine's own width; it refuses to cut 64 bits down to 32."""


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "embeddings_course").rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                lines = "".join(cell["source"]).splitlines()
                yield f"{path.name} {cell['id']}", "\n".join("" if line[:1] in "%!" else line for line in lines)


def faults_on_32_bits(source: str) -> list[str]:
    """Return what would fail (or overflow) where whole numbers have 32 bits."""
    found: list[str] = []
    if not any(word in source for word in ("int64", "longlong", *PLACES)):
        return found  # most have none, and need not be taken apart
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ("int64", "uint64", "longlong"):
            found.append(ast.unparse(node))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PLACES:
            place = PLACES[node.func.attr]
            named = [k.value for k in node.keywords if k.arg in ("x", "repeats")]
            for argument in node.args[place : place + 1] or named:
                of_python = isinstance(argument, ast.Constant | ast.List | ast.ListComp)
                length = isinstance(argument, ast.Call) and getattr(argument.func, "id", "") == "len"
                if not of_python and not length and "intp" not in ast.unparse(argument):
                    found.append(ast.unparse(node))
    return found


def test_whole_numbers_have_the_width_of_the_machine() -> None:
    pieces = dict(sources())
    assert len(pieces) > 500
    assert {place: faults for place, source in pieces.items() if (faults := faults_on_32_bits(source))} == {}


@pytest.mark.parametrize(
    ("source", "fails"),
    [
        ("np.bincount(tokens, minlength=3)", True),
        ("np.bincount(tokens.astype(np.intp))", False),
        ("np.repeat(a, rng.multinomial(9, p))", True),
        ("np.repeat(a, repeats=counts)", True),
        ("np.repeat(a, len(b)); np.repeat(a, [1, 2]); np.repeat(a, 2, axis=0)", False),
        ("np.zeros(3, dtype=np.int64)", True),
    ],
)
def test_the_rule_sees_the_faults_that_were(source: str, fails: bool) -> None:
    assert bool(faults_on_32_bits(source)) is fails


@pytest.mark.parametrize("shape", [(1, 8), (200, 8), (2, 3, 8)])
def test_products_by_scipy_are_the_same(monkeypatch: pytest.MonkeyPatch, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    w = Linear(rng.normal(size=(5, 8)).astype(np.float32), rng.normal(size=5).astype(np.float32))
    x = rng.normal(size=shape).astype(np.float32)
    usual = bert.linear(x, w)
    asked: list[int] = []
    by_scipy = bert._product_by_scipy
    monkeypatch.setattr(bert, "_product_by_scipy", lambda a, b: asked.append(len(a)) or by_scipy(a, b))
    monkeypatch.setattr(bert, "NUMPY_IS_FAST", False)
    other = bert.linear(x, w)
    assert asked and other.dtype == usual.dtype and other.flags.c_contiguous
    np.testing.assert_allclose(other, usual, atol=1e-6)


def test_a_whole_bert_says_the_same_without_a_fast_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    town = load_bert("town")
    usual = town("the robbers by the bank of the river").hidden_states
    assert bert.NUMPY_IS_FAST, "NumPy's wheels have BLAS"
    monkeypatch.setattr(bert, "NUMPY_IS_FAST", False)
    assert np.abs(town("the robbers by the bank of the river").hidden_states - usual).max() < 1e-4
