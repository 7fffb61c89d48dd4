"""End a learner's code that computes too long, only waits, or is told to stop: on the thread that called it.

A second thread looks at the clocks. What must end is reached by two hands, because each alone misses some code:

* From now on Python calls us at every line and every jump of the learner's code (`sys.monitoring`; on 3.11 the older
  trace), and we raise `MustEnd` there: again at the next line, should the code swallow it.
* Code without lines of its own (one long call into a library) is interrupted from the second thread. On the main
  thread, where the cells of a notebook run, that is the signal of the square: it wakes a `sleep` and an `input` too.
  And the square itself ends a check in the same way.

The browser has no threads: there we look at the clock at the lines, from the start. (Elsewhere not before it is needed:
it makes a loop twenty times slower.) Three things nobody can end from here. A call into C that keeps Python's lock all
the while (`sum(range(10**11))`): no other thread gets a turn, the square does nothing, only a restart of the kernel
helps. A call into C that gives the lock away (a large matrix product): it ends when it is done, and until then we say
so below the cell. And code that ends the process: `os._exit`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, NamedTuple

TOOLS = (4, 3)  # numbers that debuggers, profilers and coverage leave free
TICK = 0.05  # seconds between two looks at the clocks
# A thread waits while it computes for less than this share of a second. A loop of short sleeps stays below, and so does
# Jupyter's `input` (measured .02). On a crowded machine everybody gets less: there the share is divided by the load of
# a core. (Seven busy threads on a core got .05 to .07 each; undivided, .03 called some of them idle.)
IDLE = 0.03
WAIT = 30.0  # seconds: no task asks for any, but a slow disk may need some
PATIENCE = 3.0  # seconds after which we say that a call cannot be stopped
STUCK = (
    "Your code is inside one long call that cannot be stopped from here. Wait until it ends, or restart the kernel "
    "(menu Kernel, Restart Kernel)."
)

# the browser knows no computing time, only what passes
thread_time = getattr(time, "thread_time", time.monotonic)


class MustEnd(BaseException):
    """Raised inside code that must end. Not an Exception, so that `except Exception` lets it pass."""


@dataclass
class Clock:
    """Computing time that some code may take. It runs only inside `with watch.counting(clock)`.

    Args:
        seconds: how much it may take, over all its calls.
        over: what a watch says once that is used up.
        used: how much it has taken.
    """

    seconds: float
    over: str
    used: float = 0.0


class _Turn(NamedTuple):
    """Which clock runs, since when, until when, and how any thread reads the time of the one that is watched."""

    clock: Clock
    start: float
    end: float
    now: Callable[[], float]


class Watch:
    """Runs work on the calling thread, and ends it where it must end.

    Only the computing time of this one thread counts: on a busy machine an honest answer takes long by the clock on the
    wall.

    Args:
        clock: for what does not run on a clock of its own.
        is_library: says for a file name whether its lines are none of our business (that keeps libraries fast).

    >>> def forever():
    ...     while True:
    ...         pass
    >>> watch = Watch(Clock(0.1, "too long"), is_library=lambda name: not name.startswith("<doctest"))
    >>> watch.run(forever)
    >>> watch.why
    'too long'
    """

    def __init__(self, clock: Clock, is_library: Callable[[str], bool]) -> None:
        self.is_library = is_library
        self.why = ""  # why the work must end: the word of its clock, "waited" or "interrupted"
        self.late: Clock | None = None  # the clock that ran out
        self.waited = 0.0
        self.thread = threading.get_ident()
        # Our thread's number while it may be interrupted, else 0. The call that interrupts it reads this number and
        # acts on it under one hold of Python's lock: once there is a 0 here, none can come but one under way already.
        self.target = ctypes.c_ulong(0)
        self.signals = False
        self.finished = threading.Event()
        self.tool: int | None = None
        self.next_look = 0.0
        now = thread_time()
        self.turn = _Turn(clock, now, now + clock.seconds, _clock_of_this_thread())

    def run(self, work: Callable[[], None]) -> None:
        """Do the work; where it had to be ended, `why` says the reason. No interrupt reaches what comes after."""
        with contextlib.ExitStack() as stack:
            self._listen(stack)
            self._take_tool(stack)
            if not self._send_a_second_thread(stack) or (self.tool is None and not self.signals):
                self._follow_lines()
            try:
                try:
                    self.target.value = self.thread
                    work()
                finally:
                    self.target.value = 0
                    _let_it_come()
            except MustEnd:  # raised in the work, or under way when the work was done
                self.target.value = 0
                with contextlib.suppress(MustEnd):
                    _let_it_come()
            self._start(self.turn.clock)

    @property
    def seconds(self) -> float:
        """How long the work computed until it ended, on the clock that ran out; or how long it waited."""
        return max(self.late.used, self.late.seconds) if self.late else self.waited

    # --- clocks ---------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def counting(self, clock: Clock) -> Iterator[None]:
        """Count what is computed inside `with` on this clock, and not on the one that ran before."""
        before = self.turn.clock
        self._start(clock)
        try:
            yield
        finally:
            self._start(before)

    def _start(self, clock: Clock) -> None:
        now = thread_time()
        begins = _Turn(clock, now, now + clock.seconds - clock.used, _clock_of_this_thread())
        ends, self.turn = self.turn, begins  # no interrupt comes between this and the next line: nothing is called
        ends.clock.used += now - ends.start

    def _look(self, turn: _Turn, now: float) -> None:
        if now > turn.end and not self.why:
            self.late = turn.clock
            self._end(turn.clock.over)

    def _end(self, why: str) -> None:
        self.why = why
        if self.tool is not None:
            self._follow_lines()

    # --- lines ----------------------------------------------------------------------------------------------------

    def _take_tool(self, stack: contextlib.ExitStack) -> None:
        if sys.version_info >= (3, 12):
            watcher = sys.monitoring
            self.tool = next((t for t in TOOLS if watcher.get_tool(t) is None), None)
            if self.tool is not None:
                watcher.use_tool_id(self.tool, "embeddings course")
                stack.callback(watcher.free_tool_id, self.tool)
                stack.callback(watcher.set_events, self.tool, 0)
                for event in (watcher.events.LINE, watcher.events.JUMP, watcher.events.PY_START):
                    watcher.register_callback(self.tool, event, self._step)
                    stack.callback(watcher.register_callback, self.tool, event, None)
        if self.tool is None:
            stack.callback(sys.settrace, sys.gettrace())

    def _follow_lines(self, frame: FrameType | None = None) -> None:
        """Have Python call us at every line; the older trace must be told so in each function that is at work."""
        if sys.version_info >= (3, 12) and self.tool is not None:
            # whatever never ends jumps or calls; what swallows MustEnd must meet it at every line
            event = sys.monitoring.events
            sys.monitoring.set_events(self.tool, event.JUMP | event.PY_START | (event.LINE if self.why else 0))
            return
        while frame is not None and frame.f_code is not Watch.run.__code__:
            if not self.is_library(frame.f_code.co_filename):
                frame.f_trace = self._trace
            frame = frame.f_back
        sys.settrace(self._trace)

    def _step(self, code: CodeType, *where: int) -> Any:
        if sys.version_info >= (3, 12) and self.is_library(code.co_filename):
            return sys.monitoring.DISABLE  # do not call us here again
        if self.why or time.monotonic() > self.next_look:  # cheaper to ask than the time of the thread
            self._check()
        return None

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if self.is_library(frame.f_code.co_filename):
            return None
        # not where an error passes by: what is raised here switches the trace off, and the error's handler comes next
        if event in ("call", "line") and (self.why or time.monotonic() > self.next_look):
            self._check()
        return self._trace

    def _check(self) -> None:
        """Raise MustEnd at a line of the learner's code, if it must end."""
        if threading.get_ident() == self.thread:
            self.next_look = time.monotonic() + TICK
            self._look(self.turn, thread_time())
            if self.why and self.target.value:
                raise MustEnd

    # --- interrupts -----------------------------------------------------------------------------------------------

    def _listen(self, stack: contextlib.ExitStack) -> None:
        """Let the signal of the square end the work; only the main thread may."""
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and before is not None:
            signal.signal(signal.SIGINT, self._on_signal)
            stack.callback(signal.signal, signal.SIGINT, before)
            self.signals = True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.why = self.why or "interrupted"
        if not self.target.value:
            return
        self._follow_lines(frame)
        raise MustEnd

    def _send_a_second_thread(self, stack: contextlib.ExitStack) -> bool:
        second = threading.Thread(target=self._look_on, daemon=True)
        try:
            second.start()
        except RuntimeError:  # the browser has none
            return False
        stack.callback(second.join)
        stack.callback(self.finished.set)
        return True

    def _look_on(self) -> None:
        """Look at the clocks from the second thread; what must end and goes on is interrupted again and again."""
        idle, late, told = _Idle(self.turn.now()), 0.0, False
        while not self.finished.wait(TICK):
            turn = self.turn
            now = turn.now()
            if self.why:  # since the last look at least: its lines have had their chance
                self._interrupt()
                late = late or time.monotonic()
                if not told and time.monotonic() > late + PATIENCE:
                    told = True
                    print(STUCK)
                continue
            self._look(turn, now)
            if idle.look(now) > WAIT:
                self.waited = idle.seconds
                self._end("waited")

    def _interrupt(self) -> None:
        if not self.signals:
            ctypes.pythonapi["PyThreadState_SetAsyncExc"](self.target, ctypes.py_object(MustEnd))
        elif hasattr(signal, "pthread_kill"):
            signal.pthread_kill(self.thread, signal.SIGINT)
        else:  # Windows
            signal.raise_signal(signal.SIGINT)


class _Idle:
    """How long a thread has computed next to nothing, in seconds."""

    def __init__(self, now: float) -> None:
        self.wall, self.now, self.seconds = time.monotonic(), now, 0.0

    def look(self, now: float) -> float:
        """Take note of the thread's computing time, once a second."""
        passed = time.monotonic() - self.wall
        if passed > 1:
            # where a computer slept, or a process was halted, much time passed and means nothing
            self.seconds = self.seconds + min(passed, 2) if now - self.now < IDLE / _crowd() * passed else 0.0
            self.wall, self.now = self.wall + passed, now
        return self.seconds


def _crowd() -> float:
    """Return how many want each core, at least 1 (also where the system does not tell)."""
    try:
        return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    except (AttributeError, OSError):
        return 1.0


def _let_it_come() -> None:
    """Meet an interrupt that is under way: it is raised at the next call, which is this one, and nowhere later.

    (To take it back instead would leave Python 3.11 and 3.12 looking for it for ever.)
    """


def _clock_of_this_thread() -> Callable[[], float]:
    """Give a function that any thread may call to read the computing time of the one that asks for it now."""
    try:
        clock = time.pthread_getcpuclockid(threading.get_ident())
        return lambda: time.clock_gettime(clock)
    except (AttributeError, OSError):
        # Windows and macOS tell it to the thread alone. No thread computes more than its process, or than time passes.
        mine, process, wall = thread_time(), time.process_time(), time.monotonic()
        return lambda: mine + min(time.process_time() - process, time.monotonic() - wall)
