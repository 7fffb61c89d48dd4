"""Tools for authors: the frame, text twins that keep outputs, normal form, stale outputs."""

from __future__ import annotations

from pathlib import Path

import notebook
import pytest
from authoring import frame
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from embeddings_course.commands.lecture import book


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(book, "NOTEBOOKS", tmp_path)
    return tmp_path


def sample() -> NotebookNode:
    odd = {"widgets": {"state": 1}, "kernelspec": {"name": "my-env", "display_name": "mine"}}
    result = new_output("execute_result", data={"text/plain": "2", book.WIDGET_VIEW: {"model_id": "1"}})
    cells = [
        new_markdown_cell("# 98 · T", metadata={"course": {"notes": {"minutes": 3}}}),
        new_code_cell("1 + 1", outputs=[result], execution_count=7, metadata={"scrolled": True}),
        new_code_cell("assert True", execution_count=9, metadata={"tags": ["claim"]}),
        new_code_cell("  "),
    ]
    return new_notebook(cells=cells, metadata=odd)


def test_normal_form() -> None:
    nb = book.normalise(sample())
    assert set(nb.metadata) == {"kernelspec", "language_info"}
    assert nb.metadata.kernelspec.name == "python3"
    assert [cell.get("execution_count") for cell in nb.cells] == [None, 1, 2]
    assert nb.cells[1].metadata == {}
    assert nb.cells[2].metadata.jupyter.source_hidden
    assert set(nb.cells[1].outputs[0].data) == {"text/plain"}
    assert nb.cells[1].outputs[0].execution_count == 1
    assert len({cell.id for cell in nb.cells}) == 3


def test_why_a_sentence_is_no_claim_is_kept() -> None:
    nb = sample()
    nb.cells[0].metadata["no-claim"] = "a joke"
    assert book.normalise(nb).cells[0].metadata["no-claim"] == "a joke"


def test_stale_cells_are_named() -> None:
    nb = book.normalise(sample())
    assert book.stale_cells(nb) == [1, 2], "never refreshed"
    nb.metadata["course"] = {"outputs_of": " ".join(book.fingerprints(nb))}
    assert book.stale_cells(nb) == []
    nb.cells[0].source = "# Another title"
    assert book.stale_cells(nb) == [], "prose makes no outputs"
    nb.cells[2].source = "assert 1"
    assert book.stale_cells(nb) == [2]
    del nb.cells[2]
    assert book.stale_cells(nb) == [1], "a cell is gone"


def test_a_failed_write_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "98_t.ipynb"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        book.write(sample(), path)
    assert path.read_text() == "old"
    assert list(folder.iterdir()) == [path]


def test_find(folder: Path) -> None:
    for name in ("01_a", "00b_b", "00_c"):
        (folder / f"{name}.ipynb").touch()
    assert [p.stem for p in book.find()] == ["00_c", "00b_b", "01_a"]
    assert [p.stem for p in book.find(["01", "00b_b"])] == ["01_a", "00b_b"]
    with pytest.raises(SystemExit, match="There are: 00_c, 00b_b, 01_a"):
        book.find(["07"])


def test_new_lesson_has_every_part_and_is_not_made_twice(folder: Path) -> None:
    assert notebook.main(["new", "98", "Halves", "&", "thirds"]) == 0
    path = folder / "98_halves_thirds.ipynb"
    source = "\n".join(cell.source for cell in book.read(path).cells)
    places = [source.index(f"## {heading}") for heading in frame.HEADINGS]
    assert places == sorted(places)
    with pytest.raises(SystemExit, match="is there already"):
        notebook.main(["new", "98", "Again"])
    with pytest.raises(SystemExit, match="two digits"):
        notebook.main(["new", "9", "Again"])


def test_text_twin_and_back_keeps_what_still_holds(folder: Path) -> None:
    pytest.importorskip("jupytext", reason="jupytext is for authors alone")
    path = folder / "98_t.ipynb"
    book.write(book.normalise(sample()), path)
    before = path.read_text()
    assert notebook.main(["to-text", "98"]) == 0
    assert notebook.main(["from-text", "98"]) == 0
    assert path.read_text() == before, "nothing was edited"
    twin = path.with_suffix(".py")
    text = twin.read_text()
    assert 'tags=["claim"]' in text
    assert '"minutes": 3' in text
    twin.write_text(text.replace("assert True", "assert 1 == 1").replace(' course={"notes": {"minutes": 3}}', ""))
    assert notebook.main(["from-text"]) == 0
    after = book.read(path)
    assert after.cells[1].outputs, "unchanged: its output stays"
    assert after.cells[2].execution_count is None, "changed: not run yet"
    assert after.cells[0].metadata.course.notes.minutes == 3, "notes of the lecturer survive an older twin"
