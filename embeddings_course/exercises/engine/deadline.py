"""Watch every line of a learner's code, and raise where the time is over.

Python 3.12 and newer call us at each line and each jump (`sys.monitoring`), and what we raise there is raised again at
the next line, so that not even `while True: try ... except: pass` gets away. Python 3.11 has only the older trace, and
that is switched off by what it raises.

On a busy machine an honest answer may be slow, so the computing time of the learner's own thread counts; the wall clock
only after twice as long.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

TOOLS = (4, 3)  # numbers that debuggers, profilers and coverage leave free


class Watch:
    """Inside `with watch:`, the thread that calls `watch.begin()` has `seconds` of computing time.

    Args:
        seconds: of computing time; twice as many by the clock.
        error: what to raise at the next line once they are over.
        is_library: says for a file name whether its lines are none of our business (that keeps libraries fast).
    """

    def __init__(self, seconds: float, error: type[BaseException], is_library: Callable[[str], bool]) -> None:
        self.seconds, self.error, self.is_library = seconds, error, is_library
        self.thread = 0
        self.deadline = self.wall = float("inf")
        self.tool: int | None = None
        self.disable: object = None

    def begin(self) -> None:
        """Start the clock, on the thread that is to be watched."""
        self.thread = threading.get_ident()
        self.deadline, self.wall = time.thread_time() + self.seconds, time.monotonic() + 2 * self.seconds
        if self.tool is None:
            sys.settrace(self._trace)

    def __enter__(self) -> Watch:
        if sys.version_info >= (3, 12):
            watcher = sys.monitoring
            self.tool = next((t for t in TOOLS if watcher.get_tool(t) is None), None)
            if self.tool is not None:
                watcher.use_tool_id(self.tool, "embeddings course")
                for event in (watcher.events.LINE, watcher.events.JUMP):
                    watcher.register_callback(self.tool, event, self._step)
                watcher.set_events(self.tool, watcher.events.LINE | watcher.events.JUMP)
                watcher.restart_events()
                self.disable = watcher.DISABLE
        return self

    def __exit__(self, *error: object) -> None:
        if sys.version_info >= (3, 12) and self.tool is not None:
            sys.monitoring.set_events(self.tool, 0)
            sys.monitoring.free_tool_id(self.tool)

    def _step(self, code: CodeType, *where: int) -> Any:
        """Look at the clock before a line or a jump; lines of libraries are not shown to us a second time."""
        if self.is_library(code.co_filename):
            return self.disable
        if threading.get_ident() == self.thread and self._is_over():
            raise self.error
        return None

    def _is_over(self) -> bool:
        return time.thread_time() > self.deadline or time.monotonic() > self.wall

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if self._is_over():
            raise self.error
        return None if event == "call" and self.is_library(frame.f_code.co_filename) else self._trace
