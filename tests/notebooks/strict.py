"""A pytest plugin that makes strict nbval judge a lesson as a reader sees it, and say what differs in plain words.

When a lesson's cells are done, one more test moves every control that they left alive, in the same kernel.
"""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from difflib import unified_diff
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from authoring.runner import Client, private_home
from exerciser import sweep
from nbval import plugin
from nbval.kernel import RunningKernel
from PIL import Image

CAPTURED = {"stream", "display_data", "execute_result", "clear_output", "update_display_data"}
OUTPUT_TIMEOUT = 30
UNLIKE = 6.0
"""Two stills are unlike where their dots differ by more than so many of 255, on average: other fonts stay below."""


def pytest_configure() -> None:
    """Put our kernel in the place of nbval's."""
    plugin.RunningKernel = LessonKernel


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Make lessons out of nbval's files (its constructors cannot be inherited from)."""
    found = yield
    for file in found:
        if type(file) is plugin.IPyNbFile:
            file.__class__ = LessonFile
    return found


class LessonFile(plugin.IPyNbFile):
    """A lesson: its cells in order, then its controls, all in one kernel."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the cells, and the sweep of the controls."""
        self.left = 0
        """How many cells have not run yet."""
        for cell in super().collect():
            cell.__class__ = LessonCell
            self.left += 1
            yield cell
        yield Controls.from_parent(self, name="Controls")


class LessonKernel(RunningKernel):
    """nbval's kernel with an empty data folder of its own, and with Output widgets treated as a page treats them."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        self.capturing: set[str] = set()
        self.resources = ExitStack()
        env = self.resources.enter_context(private_home())
        # nbval hands no environment over: the kernel inherits this process's
        with mock.patch.dict(os.environ, env):
            super().__init__(*arguments, **settings)

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message, without what an Output widget is capturing (errors always come through)."""
        while True:
            message = super().get_message(stream, timeout=timeout)
            if stream != "iopub":
                return message
            state = message["content"].get("data", {}).get("state", {}) if "comm_id" in message["content"] else {}
            if "msg_id" in state:
                name = message["content"]["comm_id"]
                (self.capturing.add if state["msg_id"] else self.capturing.discard)(name)
            if not (message["msg_type"] in CAPTURED and self.capturing):
                return message

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Run a cell with history, as a page does; without it, IPython ignores a trailing semicolon."""
        return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)

    def stop(self) -> None:
        """Stop the kernel and remove its data folder."""
        super().stop()
        self.resources.close()


def _stills(outputs: list[Any]) -> list[tuple[str, str]]:
    """Return each picture of some outputs with its alternative text."""
    shown = [one for one in outputs if "image/png" in one.get("data", {})]
    return [(one["data"]["image/png"], one.get("metadata", {}).get("image/png", {}).get("alt", "")) for one in shown]


def _dots(png: str) -> np.ndarray:
    """Return a picture as numbers from 0 to 255, shape (high, wide, 3): in grey two colours may be one."""
    return np.asarray(Image.open(BytesIO(b64decode(png))).convert("RGB"), dtype=float)


class LessonCell(plugin.IPyNbCell):
    """nbval's cell that says which cell of which lesson differs and how."""

    def setup(self) -> None:
        """Skip what follows a cell that raised: its NameErrors would hide the one cause."""
        if broken := getattr(self.parent, "broken", None):
            pytest.skip(f"code cell {broken} of {self.path.name} raised")
        self.output_timeout = OUTPUT_TIMEOUT  # nbval's five seconds are short on a busy machine
        super().setup()

    def runtest(self) -> None:
        """Run the cell."""
        self.parent.left -= 1
        super().runtest()

    def raise_cell_error(self, message: str, *arguments: Any, **settings: Any) -> None:
        """Remember that this lesson cannot go on, unless only the outputs differ."""
        if "differ" not in message:
            self.parent.broken = self.cell_num + 1
        super().raise_cell_error(message, *arguments, **settings)

    def compare_outputs(self, test: list[Any], ref: list[Any], skip_compare: Iterable[str] | None = None) -> bool:
        """Compare as nbval does; where that says no, keep a readable difference."""
        same = super().compare_outputs(test, ref, skip_compare)
        if not same:
            saved, now = self._lines(ref), self._lines(test)
            self.comparison_traceback = list(unified_diff(saved, now, "saved", "now", n=2, lineterm=""))
        elif stale := [fault for pair in zip(_stills(ref), _stills(test), strict=True) for fault in self._stale(*pair)]:
            self.comparison_traceback = stale
            return False
        return same

    def _stale(self, saved: tuple[str, str], now: tuple[str, str]) -> list[str]:
        """Return what is old about a saved still: its text for those who cannot see it, its size, its dots."""
        faults = [] if self.sanitize(saved[1]) == self.sanitize(now[1]) else [f"alt: {saved[1]}", f"now: {now[1]}"]
        before, after = (_dots(png) for png, _ in (saved, now))
        if max(abs(a - b) for a, b in zip(before.shape, after.shape, strict=True)) > 4:
            return [*faults, f"a still of {before.shape[:2]} dots, now {after.shape[:2]}"]
        high, wide = (min(pair) for pair in zip(before.shape[:2], after.shape[:2], strict=True))
        far = float(np.abs(before[:high, :wide] - after[:high, :wide]).mean())
        return faults + [f"a still whose dots differ by {far:.1f} of 255 on average"] * (far > UNLIKE)

    def _lines(self, outputs: list[Any]) -> list[str]:
        """Return outputs as lines of text, each part under a line that names it; pictures by name only."""
        lines = []
        for output in plugin.coalesce_streams(outputs):
            parts = {output.name: output.text} if output.output_type == "stream" else output.get("data", {})
            for kind in sorted(set(parts) - set(self.parent.skip_compare)):
                lines += [f"[{kind}]", *self.sanitize(parts[kind]).splitlines()]
        return lines

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        """Say where and how, and what to do."""
        error = excinfo.value
        if not isinstance(error, plugin.NbCellError):
            return f"{self.path.name}, code cell {self.cell_num + 1}: {type(error).__name__}: {error}"
        lines = [f"{self.path.name}, code cell {self.cell_num + 1} (number from 1):"]
        lines += [f"    {line}" for line in error.source.splitlines()]
        if "differ" in str(error):
            number = self.path.stem.split("_")[0]
            lines += ["What it shows now differs from what is saved:", *self.comparison_traceback]
            lines += [f"If the new output is right: python tools/notebook.py refresh {number}"]
        else:
            lines += [str(error), error.inner_traceback or ""]
        return "\n".join(lines)


class Controls(pytest.Item):
    """Every control that a lesson left alive, moved to every kind of value, in the kernel that ran its cells."""

    def runtest(self) -> None:
        """Fail with all that went wrong, control by control."""
        if self.parent.left or getattr(self.parent, "broken", None):
            pytest.skip(f"controls of {self.path.name}: not all of its cells went through")
        kernel = self.parent.kernel
        most = 3 if self.config.option.markexpr == "not slow" else 25
        report = sweep(Client(kernel.km, kernel.kc, self.config.option.nbval_cell_timeout), most)
        print(f"{report.controls} controls, {report.moves} moves, slowest {report.slowest:.2f} s")
        if report.problems:
            pytest.fail("\n".join([f"{self.path.name}:", *report.problems]), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say which lesson."""
        return self.path, 0, f"{self.path.name}: controls"
