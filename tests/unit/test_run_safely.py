"""The one safe runner: on the caller's thread, ended where it must end, and nothing of it left behind."""

import hashlib
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from authoring.runner import Kernel, private_home

from embeddings_course.exercises.engine import deadline, exercise
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.run_safely import LIBRARY, Guarded, run_safely


@pytest.fixture
def soon(monkeypatch):
    """Call half a second without computing a wait. For code that waits alone: a busy machine may stand that long."""
    monkeypatch.setattr(deadline, "WAIT", 0.5)


@pytest.fixture(params=["the main thread", "another thread"])
def somewhere(request):
    """Run a function on the main thread or on another one, and return what it returns."""
    if request.param == "the main thread":
        return lambda work: work()

    def elsewhere(work):
        got = []
        thread = threading.Thread(target=lambda: got.append(work()))
        thread.start()
        thread.join()
        return got[0]

    return elsewhere


@pytest.fixture
def browser(monkeypatch):
    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


@pytest.fixture
def lesson():
    lesson = Lesson("99", "For these tests")

    @lesson.exercise("double", "Write double(x).", hints=("a", "b", "c"), seconds=0.3)
    def _double(f, rng):
        return "Twice as much." if f(3) == 6 else "No."

    @lesson.exercise("list", "Give a list.", hints=("a", "b", "c"), takes="value")
    def _list(value, rng):
        return f"{sum(1 for _ in value)} items."

    return lesson


def compute(seconds):
    """Compute for so long, without any help of the clock on the wall."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


# --- what must end ---


def plain_loop():
    while True:
        pass


def stubborn_loop():
    while True:
        try:
            sum(range(10))
        except BaseException:
            continue


def twice_stubborn_loop():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def generator_loop():
    return sum(1 for _ in itertools.count())


def loop_of_calls():
    return sum(map(lambda x: x, itertools.count()))


def loop_inside_a_library():
    """A loop whose lines are not watched: only an interrupt ends it."""
    exec(compile("while True: pass", f"{LIBRARY}/endless.py", "exec"))


def sleeper():
    while True:
        time.sleep(0.01)


def stubborn_sleeper():
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            continue


def long_sleep():
    time.sleep(10**6)


def stubborn_long_sleep():
    while True:
        try:
            time.sleep(10**6)
        except BaseException:
            continue


def reader_of_nothing():
    reader, _ = os.pipe()
    os.read(reader, 1)


LINES = [plain_loop, stubborn_loop, twice_stubborn_loop, generator_loop, loop_of_calls]
COMPUTING = [*LINES, loop_inside_a_library]
WAITING = [sleeper, stubborn_sleeper, long_sleep, stubborn_long_sleep, reader_of_nothing]


@pytest.mark.parametrize("loop", COMPUTING)
def test_every_endless_loop_is_ended(loop, somewhere):
    if sys.version_info < (3, 12) and loop is twice_stubborn_loop and somewhere.__name__ == "elsewhere":
        pytest.skip("Python 3.11 has no means for this on a thread that gets no signals; cells run on the main thread")
    outcome = somewhere(lambda: run_safely(loop, seconds=0.2))
    assert outcome.state == "too long" and 0.2 <= outcome.seconds < 3  # at once, also where others want the cores


@pytest.mark.parametrize(
    ("load", "share", "waits"), [(0, 0.02, True), (0, 0.04, False), (20, 0.02, False), (20, 0.001, True)]
)
def test_on_a_crowded_machine_who_computes_little_does_not_wait(monkeypatch, load, share, waits):
    """Seven busy threads on a core get .05 to .07 each, and less where their kernels have other threads too."""
    monkeypatch.setattr(os, "getloadavg", lambda: (load, load, load), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    idle = deadline._Idle(0.0)
    for second in (1, 2, 3):
        idle.wall -= 1.01
        idle.look(share * 1.01 * second)
    assert (idle.seconds > 2) == waits


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("code", WAITING)
def test_what_only_waits_is_ended_and_not_called_a_loop(code):
    began = time.monotonic()
    outcome = run_safely(code, seconds=0.2)
    assert outcome.state == "waited" and 0.5 < outcome.seconds < time.monotonic() - began + 0.1


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("code", [sleeper, stubborn_sleeper])
def test_short_sleeps_end_on_every_thread(code, somewhere):
    assert somewhere(lambda: run_safely(code, seconds=0.2)).state == "waited"


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("loop", [plain_loop, stubborn_loop, twice_stubborn_loop, sleeper, stubborn_long_sleep])
def test_the_older_trace_ends_them_too(loop, monkeypatch):
    monkeypatch.setattr(deadline, "TOOLS", ())
    assert run_safely(loop, seconds=0.2).state in ("too long", "waited")


@pytest.mark.parametrize("loop", COMPUTING)
def test_where_the_system_tells_no_threads_time_they_end_too(loop, monkeypatch):
    monkeypatch.delattr(time, "pthread_getcpuclockid")
    assert run_safely(loop, seconds=0.2).state == "too long"


@pytest.mark.parametrize("loop", LINES if sys.version_info >= (3, 12) else [plain_loop, generator_loop, loop_of_calls])
def test_the_browser_has_no_threads_and_needs_none(browser, loop):
    assert run_safely(loop, seconds=0.2).state == "too long"
    assert run_safely(lambda: 2 + 2).value == 4


def test_the_browser_checks_and_explains(browser, lesson):
    assert lesson.check("double", lambda x: 2 * x).text == "Right.\nTwice as much."
    assert "ZeroDivisionError" in lesson.check("double", lambda x: x / 0).text
    assert "never ends" in lesson.check("double", lambda x: plain_loop()).text


# --- only the learner's own computing time counts ---


def test_what_the_check_computes_is_not_the_learners():
    mine = Guarded(lambda x: x, seconds=0.2)

    def check():
        compute(0.5)
        return mine(3)

    assert run_safely(check, seconds=30).value == 3
    assert mine.clock.used < 0.1


def test_all_calls_of_a_function_count_together():
    mine = Guarded(lambda x: compute(0.1) or x, seconds=0.3)
    outcome = run_safely(lambda: [mine(i) for i in range(100)], seconds=30)
    assert outcome.state == "too long" and 0.3 <= outcome.seconds < 0.7


def test_waiting_is_no_computing():
    assert run_safely(lambda: time.sleep(0.6) or 1, seconds=0.1).value == 1


def test_time_in_which_nobody_computes_does_not_count(lesson):
    """As on a busy machine, in short: for longer than its limit the whole process gets no turn."""
    nap = f"import os, signal, time; os.kill({os.getpid()}, signal.SIGSTOP); time.sleep(1.2); "
    other = subprocess.Popen([sys.executable, "-c", nap + f"os.kill({os.getpid()}, signal.SIGCONT)"])

    def double(x):
        before = now = time.monotonic()
        while now < before + 1:  # until the nap has been
            time.sleep(0.01)
            before, now = now, time.monotonic()
        compute(0.3)
        return 2 * x

    verdict = lesson.exercises["double"].try_out(double, seconds=0.5)
    assert other.wait() == 0 and verdict.passed


@pytest.mark.slow
def test_an_honest_answer_passes_beside_a_crowd(lesson):
    """A class server is busy: what takes 60 % of its time takes many times as long by the clock on the wall."""
    crowd = [
        subprocess.Popen([sys.executable, "-c", "import time\nend = time.time() + 40\nwhile time.time() < end: pass"])
        for _ in range(6 * len(os.sched_getaffinity(0)))
    ]
    try:
        time.sleep(0.5)
        began = time.monotonic()
        verdict = lesson.exercises["double"].try_out(lambda x: compute(0.3) or 2 * x, seconds=0.5)
        took = time.monotonic() - began
        loop = lesson.exercises["double"].try_out(lambda x: plain_loop(), seconds=0.2)
    finally:
        for process in crowd:
            process.kill()
            process.wait()
    assert verdict.passed, verdict.lines
    assert took > 1, "the machine was not busy: this test showed nothing"
    assert "never ends" in loop.lines[0]


def test_a_module_that_the_answer_imports_is_loaded_before_its_clock_starts(lesson, tmp_path, monkeypatch):
    (tmp_path / "slow_to_load.py").write_text(
        "import time\nend = time.thread_time() + 1\nwhile time.thread_time() < end: pass\ntwice = lambda x: 2 * x\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    def double(x):
        from slow_to_load import twice

        return twice(x)

    assert lesson.exercises["double"].try_out(double).passed


def test_the_time_told_is_the_time_taken(lesson):
    def slow(x):  # one call into C, which an interrupt ends only when it is done
        hashlib.pbkdf2_hmac("sha256", b"x", b"y", 1_000_000)

    before = time.thread_time()
    said = lesson.exercises["double"].try_out(slow).lines[0]
    told = float(said.split("after ")[1].split(" seconds")[0])
    assert told == pytest.approx(time.thread_time() - before, abs=0.6) and told > 0.5


# --- what is said ---


def test_a_loop_a_wait_and_an_endless_value_have_their_own_sentences(lesson, monkeypatch):
    loop = lesson.check("double", lambda x: plain_loop()).text
    assert (
        loop.startswith("Stopped.")
        and re.search(r"still computing after 0\.[3-9] seconds", loop)
        and "never ends" in loop
    )
    with monkeypatch.context() as soon:
        soon.setattr(deadline, "WAIT", 0.5)
        wait = lesson.check("double", lambda x: long_sleep()).text
    assert "wait" in wait and "Take out" in wait and "loop" not in wait
    monkeypatch.setattr(exercise, "CHECK", 0.3)
    value = lesson.check("list", itertools.count()).text
    assert "endless" in value and "The check was still busy" in value


def test_a_call_that_cannot_be_ended_is_said_so_while_it_lasts(monkeypatch, capsys):
    monkeypatch.setattr(deadline, "PATIENCE", 0.1)
    outcome = run_safely(lambda: hashlib.pbkdf2_hmac("sha256", b"x", b"y", 1_000_000), seconds=0.1)
    assert outcome.state == "too long"
    assert capsys.readouterr().out == deadline.STUCK + "\n" and "restart the kernel" in deadline.STUCK


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit, RecursionError])
def test_what_the_learners_code_raises_is_its_own(lesson, error):
    def double(x):
        raise error

    assert error.__name__ in lesson.check("double", double).text


# --- a check leaves nothing behind, and lets nothing in ---


def test_it_runs_on_the_thread_that_asked(somewhere):
    here, there = somewhere(lambda: (threading.get_ident(), run_safely(threading.get_ident).value))
    assert here == there


def test_numpy_and_python_give_no_warnings():
    before = np.geterr()
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert set(run_safely(np.geterr).value.values()) == {"ignore"}
        assert np.isinf(run_safely(lambda: np.ones(1) / np.zeros(1)).value).all()
        run_safely(lambda: warnings.warn("so", UserWarning, stacklevel=1))
        run_safely(lambda: np.seterr(all="raise"))
    assert not seen and np.geterr() == before


def test_prints_of_other_threads_are_not_the_learners(capsys):
    begun, said = threading.Event(), threading.Event()

    def neighbour():
        begun.wait()
        print("neighbour")
        said.set()

    def mine():
        print("mine")
        begun.set()
        said.wait()
        print("mine too", file=sys.stderr)

    thread = threading.Thread(target=neighbour)
    thread.start()
    outcome = run_safely(mine)
    thread.join()
    assert outcome.printed == "mine\nmine too\n"
    assert capsys.readouterr() == ("neighbour\n", "")


def test_two_checks_at_once_print_apart_and_leave_the_streams_as_they_were():
    before, first, second = (sys.stdout, sys.stderr), threading.Event(), threading.Event()
    outcomes = {}

    def begins_first_and_ends_first():
        first.set()
        second.wait()
        print("a")

    def begins_later_and_ends_later():
        second.set()
        threads["a"].join()
        print("b")

    def check(name, work):
        outcomes[name] = run_safely(work)

    threads = {
        "a": threading.Thread(target=check, args=("a", begins_first_and_ends_first)),
        "b": threading.Thread(target=lambda: first.wait() and check("b", begins_later_and_ends_later)),
    }
    for thread in threads.values():
        thread.start()
    for thread in threads.values():
        thread.join()
    assert {name: o.printed for name, o in outcomes.items()} == {"a": "a\n", "b": "b\n"}
    assert (sys.stdout, sys.stderr) == before


def take_stdout():
    sys.stdout = None


def fail():
    raise ValueError


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("code", [int, fail, plain_loop, sleeper, take_stdout, sys.exit])
def test_everything_is_as_it_was(code, somewhere):
    def state():
        tools = [sys.monitoring.get_tool(i) for i in range(6)] if sys.version_info >= (3, 12) else []
        return sys.stdout, sys.stderr, signal.getsignal(signal.SIGINT), sys.gettrace(), np.geterr(), tools

    def around():
        before = state()
        run_safely(code, seconds=0.1)
        return before, state()

    before, after = somewhere(around)
    assert before == after
    assert not [t for t in threading.enumerate() if "_look_on" in t.name]


def test_a_printing_loop_does_not_fill_the_memory():
    def chatter():
        while True:
            print("x" * 100)

    outcome = run_safely(chatter, seconds=0.2)
    assert outcome.state == "too long" and len(outcome.printed) == 2000


def test_a_check_inside_a_check_is_a_part_of_it(lesson):
    inside = []

    def double(x):
        inside.append(lesson.check("double", lambda y: print("inner") or 2 * y).text)
        print("outer")
        return 2 * x

    def loops(x):
        lesson.check("double", lambda y: plain_loop())
        return 2 * x

    card = lesson.check("double", double)
    assert card.text.startswith("Right.") and "printed: outer" in card.text and "inner" not in card.text
    assert inside[0].startswith("Right.") and "printed: inner" in inside[0]
    assert "never ends" in lesson.check("double", loops).text
    assert run_safely(lambda: 1).value == 1


@pytest.mark.parametrize("times", [300, pytest.param(5000, marks=pytest.mark.slow)])
def test_no_interrupt_comes_late(somewhere, monkeypatch, request, times):
    """Work that ends just when its time does: whatever is interrupted, it is never the code after it."""
    monkeypatch.setattr(deadline, "TICK", 0.0002)
    before = sys.getswitchinterval()
    request.addfinalizer(lambda: sys.setswitchinterval(before))
    sys.setswitchinterval(0.0001)  # or short work is done before the second thread gets its first turn
    rng = np.random.default_rng(0)

    def one(limit, work):
        outcome = run_safely(lambda: compute(work), seconds=limit)
        for _ in range(50):  # lines, jumps and calls that a late interrupt would hit
            str(outcome.state)
        return outcome.state

    def many():
        return [one(limit, limit * rng.uniform(0.8, 1.6)) for limit in rng.uniform(1e-4, 2e-3, times)]

    states = somewhere(many)
    assert set(states) == {"done", "too long"}, "both ends were met"


# --- the square, in a real kernel ---

SET_UP = """
import sys, time
from pathlib import Path
from embeddings_course.exercises.engine.lesson import Lesson
lesson = Lesson("99", "For this test")
@lesson.exercise("double", "Write double(x).", ("a", "b", "c"), seconds=60)
def _double(f, rng):
    return "Twice." if f(3) == 6 else "No."
before = sys.stdout
"""
WORK = {
    "loop": "while True: pass",
    "sleep": "time.sleep(10**6)",
    "input": "input()",
    "except Exception": "while True:\n        try: sum(range(10))\n        except Exception: pass",
    "except everything": "while True:\n        try: sum(range(10))\n        except: pass",
    "nested": "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    "sleeps on": "while True:\n        try: time.sleep(10**6)\n        except BaseException: pass",
    "library": "import os; exec(compile('while True: pass', os.__file__, 'exec'))",
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with private_home() as env, Kernel(tmp_path_factory.mktemp("kernel"), env, timeout=60) as kernel:
        kernel.printed(SET_UP)
        yield kernel


def begin(kernel, code, path):
    """Have the kernel run code, and wait until that made a file."""
    asked = kernel.client.execute(code, allow_stdin=True)
    end = time.monotonic() + 30
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.2)
    return asked


@pytest.mark.parametrize("work", WORK)
def test_the_square_stops_a_check_and_the_kernel_goes_on(kernel, tmp_path, work):
    path = tmp_path / "begun"
    code = (
        f"def double(x):\n    Path({str(path)!r}).touch()\n    {WORK[work]}\nprint(lesson.check('double', double).text)"
    )
    asked = begin(kernel, code, path)
    pressed = time.monotonic()
    kernel.manager.interrupt_kernel()
    messages = kernel._until_idle(asked)
    text = "".join(m["content"].get("text", "") for m in messages)
    assert "Stopped.\nYou pressed the square" in text and not [m for m in messages if m["msg_type"] == "error"]
    assert time.monotonic() - pressed < 5
    assert kernel.printed("print(1 + 1, sys.stdout is before)") == "2 True\n"
    assert kernel.printed("print(lesson.check('double', lambda x: print('in') or 2 * x).text)").startswith("Right.")


def test_prints_of_the_kernels_other_threads_stay_outside_the_card(kernel):
    said = kernel.printed(
        """
import threading
begun, done = threading.Event(), threading.Event()
thread = threading.Thread(target=lambda: begun.wait() and (print("neighbour"), done.set()))
thread.start()
card = lesson.check("double", lambda x: print("mine") or begun.set() or done.wait() and 2 * x)
thread.join()
print("card:", card.text.splitlines())
"""
    )
    assert said == "neighbour\ncard: ['Right.', 'Twice.', 'Your code printed: mine']\n"
