"""A kernel and a small client, as a page is one: runs cells, collects outputs, moves widgets.

Why not nbclient: it waits at random on notebooks with widgets, and it hides errors that a widget's callback raises.
"""

from __future__ import annotations

import os
import queue
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL
from types import TracebackType
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from jupyter_core.utils import ensure_event_loop

from authoring import ROOT

Message = dict[str, Any]
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
MEMORY = """
import sys as _sys
try:
    import resource as _resource
    _peak = _resource.getrusage(_resource.RUSAGE_SELF).ru_maxrss / (2**20 if _sys.platform == "darwin" else 2**10)
except ImportError:
    _peak = 0
print(_peak)
"""


class CellError(Exception):
    """A cell raised, or ran for too long; the text is for the author."""


@contextmanager
def private_home() -> Iterator[dict[str, str]]:
    """Give an environment whose learner's data folder is empty and temporary, with one thread for linear algebra.

    An earlier run's progress would change outputs. Model files stay where they are: their folder is handed over.
    """
    from embeddings_course.files import paths

    models = os.environ.get("EMBEDDINGS_COURSE_MODELS") or str(Path(paths.user_folder()) / "models")
    with tempfile.TemporaryDirectory(prefix="embeddings-course-", ignore_cleanup_errors=True) as home:
        # the course of this folder, installed or not
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        ours = {"EMBEDDINGS_COURSE_HOME": home, "EMBEDDINGS_COURSE_MODELS": models, "PYTHONPATH": path}
        yield {**os.environ, **dict.fromkeys(THREADS, "1"), **ours}


class Client:
    """What a page does with a kernel that runs: run cells, move widgets, and hear all that it says meanwhile."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient, timeout: float = 120) -> None:
        """Take over a kernel's manager and its client; `timeout` is the most seconds that one message may take."""
        self.manager, self.client, self.timeout = manager, client, timeout

    def messages(self, code: str) -> list[Message]:
        """Run code and return everything that the kernel published until it was idle."""
        return self._until_idle(self.client.execute(code, store_history=True, stop_on_error=False))

    def move(self, widget: str, data: dict[str, Any]) -> list[Message]:
        """Send what a page sends when a hand moves a widget; return what the kernel published."""
        message = self.client.session.msg("comm_msg", {"comm_id": widget, "data": data})
        self.client.shell_channel.send(message)
        return self._until_idle(message["header"]["msg_id"])

    def _until_idle(self, asked: str) -> list[Message]:
        got: list[Message] = []
        end = time.monotonic() + self.timeout
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                if not self.manager.is_alive():
                    raise CellError("The kernel died.") from None
                continue
            got.append(message)
            mine = message["parent_header"].get("msg_id") == asked
            if mine and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return got
        self.manager.interrupt_kernel()
        raise CellError(f"Not finished after {self.timeout:.0f} seconds.")

    def printed(self, code: str) -> str:
        """Run code and return what it printed."""
        parts = [m["content"]["text"] for m in self.messages(code) if m["msg_type"] == "stream"]
        return "".join(parts)

    def peak_memory(self) -> float:
        """Return the kernel's largest memory so far, in MiB (0 where the system does not tell)."""
        return float(self.printed(MEMORY).strip().splitlines()[-1])


class Kernel(Client):
    """One fresh kernel in a folder; use it in a `with` block."""

    def __init__(self, folder: Path, env: dict[str, str] | None = None, timeout: float = 120) -> None:
        """Start the kernel; `timeout` is the most seconds that one message may take."""
        manager = KernelManager(kernel_name="python3")
        # what the kernel's process itself says (as opposed to the cells) is of no use to an author
        manager.start_kernel(cwd=str(folder), env=env, stdout=DEVNULL, stderr=DEVNULL)
        super().__init__(manager, manager.client(), timeout)
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def __enter__(self) -> Kernel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        # the client made one for this thread and would leave it open
        if not (loop := ensure_event_loop()).is_running():
            loop.close()
