"""Our judge of lessons is judged: it must turn red, and say where and why.

Slow, because it starts a pytest of its own, and that one kernels; without `--all` the lessons alone are judged.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from authoring import ROOT
from authoring.refresh import refresh, refresh_one
from nbformat.v4 import new_code_cell, new_notebook

from embeddings_course.commands.lecture import book

HOME = 'import os\nprint(os.listdir(os.environ["EMBEDDINGS_COURSE_HOME"]))'
SLIDER = """
import ipywidgets as w

class View(w.VBox):
    def _repr_mimebundle_(self, **_):
        return {**super()._repr_mimebundle_(), "text/plain": "What you see: one slider"}

View([w.IntSlider()])
"""
CONTROL = """
import ipywidgets as w
slider = w.IntSlider(value=5, min=0, max=9, description="divide")
slider.observe(lambda change: 1 / change["new"], "value")
"""
STILL = "from embeddings_course.plots import Bars, show\nshow(Bars(('a',), (1.0,), marked=()))"
pytestmark = pytest.mark.slow

# name: (cells, text to replace after the outputs were made, by what)
LESSONS = {
    "91_sound": ([HOME, SLIDER, "1 + 1;", "object()"], "", ""),
    "92_differs": (["x = 2", 'print("one")\nprint("two")\nx', "x"], '"two\\n"', '"three\\n"'),
    "93_view_differs": ([SLIDER], 'slider"\n      ]', 'sliders"\n      ]'),
    "94_raises": (["x = 1", "y = x", "y"], '"x = 1"', '"x = 1 / 0"'),
    "95_control_breaks": ([CONTROL, "1"], "", ""),
    "96_old_words": ([STILL], '"alt": "Bars: a 1.00."', '"alt": "Bars: a 2.00."'),
    "98_old_picture": ([STILL], "marked=()", "marked=('a',)"),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make the lessons, run them, spoil them, judge them in one pytest; return what it said of each."""
    folder = tmp_path_factory.mktemp("lessons")
    paths = [make(folder / f"{name}.ipynb", cells) for name, (cells, *_) in LESSONS.items()]
    assert not any(run.problem for run in refresh(paths))
    for path, (_, old, new) in zip(paths, LESSONS.values(), strict=True):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    said = judge(folder)
    assert " 6 failed" in said, said
    return {name: "\n".join(_about(name, said)) for name in LESSONS} | {"all": said}


def make(path: Path, cells: list[str]) -> Path:
    book.write(new_notebook(cells=[new_code_cell(source) for source in cells]), path)
    return path


def judge(folder: Path) -> str:
    config = ["-c", str(ROOT / "pyproject.toml"), "-p", "strict", "-p", "no:cacheprovider", "--color=no"]
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60", "-v"]
    sanitize = f"--nbval-sanitize-with={Path(__file__).with_name('sanitize.cfg')}"
    places = [str(ROOT / place) for place in ("tests/notebooks", "tools", ".")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    command = [sys.executable, "-m", "pytest", *config, *nbval, sanitize, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=folder, check=False).stdout


def _about(name: str, said: str) -> list[str]:
    """Return the failure that names this lesson, and the verdicts on its cells."""
    verdicts = [line for line in said.splitlines() if f"{name}.ipynb::" in line or f"{name}::ipynb::" in line]
    parts = said.split("short test sum")[0].split("\n____")
    failures = [part for part in parts if f"{name}.ipynb, code cell" in part or f"{name}.ipynb:\n" in part]
    return verdicts + failures


def test_a_sound_lesson_passes_and_its_data_folder_is_private(judged: dict[str, str]) -> None:
    assert judged["91_sound"].count("PASSED") == 4 + 1, judged["all"]  # cells, and their controls


def test_a_difference_is_named_with_cell_and_lines(judged: dict[str, str]) -> None:
    said = judged["92_differs"]
    assert said.count("PASSED") == 2 + 1, "controls are moved where only outputs differ"
    for part in ("92_differs.ipynb, code cell 2", "-three", "+two", "notebook.py refresh 92"):
        assert part in said


def test_text_of_a_view_is_compared(judged: dict[str, str]) -> None:
    assert "-What you see: one sliders" in judged["93_view_differs"]


def test_a_stale_still_is_found_by_its_words_and_by_its_dots(judged: dict[str, str]) -> None:
    assert "alt: Bars: a 2.00." in judged["96_old_words"] and "now: Bars: a 1.00." in judged["96_old_words"]
    assert "a still whose dots differ by" in judged["98_old_picture"]


def test_what_follows_an_exception_is_skipped_not_buried_in_errors(judged: dict[str, str]) -> None:
    said = judged["94_raises"]
    assert said.count("SKIPPED") == 2 + 1, "cells, and controls"
    assert "94_raises.ipynb, code cell 1" in said
    assert "ZeroDivisionError" in said


def test_a_control_that_breaks_is_named_although_every_cell_is_right(judged: dict[str, str]) -> None:
    said = judged["95_control_breaks"]
    assert said.count("PASSED") == 2 and said.count("Controls FAILED") == 1
    assert "IntSlider 'divide' -> {'value': 0}: ZeroDivisionError" in said


@pytest.mark.parametrize("code", ["1 / 0", "import time\ntime.sleep(60)"])
def test_refresh_writes_nothing_when_a_cell_fails(tmp_path: Path, code: str) -> None:
    path = make(tmp_path / "97_sample.ipynb", ["1", code])
    before = path.read_text()
    run = refresh_one(path, timeout=5)
    assert "code cell 2" in run.problem
    assert path.read_text() == before
