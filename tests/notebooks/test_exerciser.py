"""The exerciser is exercised: bugs that nbval passes, planted one by one, must be found."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring.runner import Kernel, private_home
from exerciser import Report, sweep

HEAD = "import ipywidgets as w\n"
NAMED = """
class named:
    def __init__(self, bug):
        self.bug = bug
    def __getattr__(self, kind):
        return lambda *given, **more: getattr(w, kind)(*given, **{**more, "description": self.bug})
"""
LATE = "a task that fails unseen"
PLANTED = {
    "an option that is missing in the table": """
table = {"a": 1}
d = w.Dropdown(options=["a", "b"])
d.observe(lambda change: table[change["new"]], "value")
""",
    "an empty text": """
t = w.Text("bank", continuous_update=False)
t.observe(lambda change: change["new"][0], "value")
""",
    "an unknown word": """
t = w.Text("bank")
t.observe(lambda change: {"": 0, "bank": 1}[change["new"].strip()], "value")
""",
    "a click": """
b = w.Button(description="go")
b.on_click(lambda _: nowhere)
""",
    "a slider at its end": """
s = w.IntSlider(value=5, min=0, max=9)
s.observe(lambda change: 1 / change["new"], "value")
""",
    "several of several": """
s = w.SelectMultiple(options="abc")
s.observe(lambda change: 1 / len(change["new"]), "value")
""",
    "shapes that do not fit, in a view": """
import numpy as np
from embeddings_course.demos.base import Demo
from embeddings_course.plots import Bars

class Shapes(Demo):
    def make_controls(self):
        return {"n": w.IntSlider(value=3, min=3, max=4)}

    @classmethod
    def compute(cls, n):
        return Bars(["all"], [float((np.ones(3) + np.ones(n)).sum())])

view = Shapes()
""",
    "a task that fails unseen": """
import asyncio
async def later():
    raise RuntimeError("lost")
b = w.Button()
b.on_click(lambda _: asyncio.get_event_loop().create_task(later()) and None)
""",
}


def exercise(folder: Path, *cells: str) -> Report:
    with private_home() as env, Kernel(folder, env) as kernel:
        for cell in (HEAD, *cells):
            assert not [m for m in kernel.messages(cell) if m["msg_type"] == "error"]
        return sweep(kernel)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Sweep one lesson that has every bug; each control carries the bug's name."""
    named = [code.replace("w.", "named.", 1).replace("named.", f"named({bug!r}).") for bug, code in PLANTED.items()]
    return exercise(tmp_path_factory.mktemp("bugs"), NAMED, *named)


@pytest.mark.parametrize("bug", [b for b in PLANTED if b != LATE])
def test_finds(bug: str, report: Report) -> None:
    assert any(bug in problem for problem in report.problems), report.problems


def test_finds_a_task_that_fails_unseen(report: Report) -> None:
    assert any("afterwards" in problem or LATE in problem for problem in report.problems), report.problems


def test_passes_what_is_sound(tmp_path: Path) -> None:
    code = """
names = ["Dropdown", "RadioButtons", "ToggleButtons", "Select", "SelectionSlider", "SelectMultiple"]
some = [getattr(w, n)(options=["a", "b"]) for n in names]
some += [w.IntSlider(), w.FloatSlider(), w.FloatLogSlider(), w.IntRangeSlider(), w.BoundedIntText(), w.IntText()]
some += [w.Checkbox(), w.ToggleButton(), w.Text(), w.Textarea(), w.Combobox(options=["x"]), w.Button(), w.Play()]
some += [w.Tab([w.HTML(), w.HTML()]), w.Text(disabled=True)]
"""
    sound = exercise(tmp_path, code)
    assert sound.problems == []
    assert sound.controls == 20
    assert sound.moves > 60
