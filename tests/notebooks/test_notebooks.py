"""Each committed lesson: outputs are there and belong to its code; every control survives every kind of value."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring import book
from exerciser import exercise

NOTEBOOKS = book.find()
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=[p.stem for p in NOTEBOOKS])


@each
def test_outputs_are_there(path: Path) -> None:
    """Strict nbval passes a stripped notebook without a word, so this has to look."""
    cells = list(book.code_cells(book.read(path)))
    never_ran = [i for i, cell in enumerate(cells, 1) if cell.execution_count != i]
    assert not never_ran, f"never run, or out of order: code cells {never_ran}. {book.how_to_refresh(path)}"
    mute = [i for i, cell in enumerate(cells, 1) if book.must_show(cell) and not cell.outputs]
    assert not mute, f"code cells {mute} should show something and show nothing. {book.how_to_refresh(path)}"
    assert any(cell.outputs for cell in cells)


@each
def test_outputs_belong_to_the_code(path: Path) -> None:
    changed = book.stale_cells(book.read(path))
    assert not changed, f"changed after the outputs were made: code cells {changed}. {book.how_to_refresh(path)}"


@each
def test_no_trace_of_live_widgets(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert book.WIDGET_VIEW not in text and "widget-state" not in text, book.how_to_refresh(path)


@each
def test_every_control_takes_every_kind_of_value(path: Path) -> None:
    report = exercise(path)
    print(f"{report.controls} controls, {report.moves} moves, slowest {report.slowest:.2f} s")
    assert not report.problems, "\n".join([f"{path.name}:", *report.problems])
