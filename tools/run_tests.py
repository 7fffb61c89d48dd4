"""Run the tests, part by part, and say how each part ended. `python course.py test` calls this inside .venv.

    python course.py test                     unit, then notebooks; beside them browser, which mostly waits
    python course.py test unit                lint, unit tests, doctests
    python course.py test types               mypy (half a minute of a core the first time); else with `--all`
    python course.py test notebooks           every cell against its committed output, every control of every view
    python course.py test browser             the real page in Chromium
    python course.py test mutants             every solution with every small fault: does its check refuse it?
    python course.py test reference           our numbers against PyTorch, transformers and gensim (its own environment)

`--all` adds the tests marked `slow`: the same behaviour once more, with the real pip, a network that stalls, all
fourteen lessons in the page; those marked `quick` only stand in for slow ones, and go. `.ci/run` runs them. What else
follows goes on to pytest: `course.py test unit -k cosine`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from embeddings_course.commands.server import THREADS, environment
from embeddings_course.files.paths import user_folder

ROOT = Path(__file__).resolve().parent.parent
CELL_SECONDS = 120  # a notebook cell that runs longer than this has failed
LITE = ROOT / "build" / "lite"  # the course for a browser: once somebody built it, one lesson runs there
NO_NBVAL = ("-p", "no:nbval")  # it takes seconds to start


def run(*arguments: str, env: dict[str, str]) -> int:
    """Run this Python in the course's folder; return its exit code."""
    sys.stdout.flush()
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, check=False).returncode


def find_chromium() -> str | None:
    """Return the path of a Chromium, Chrome or Edge for the browser tests; None where there is none."""
    asked = os.environ.get("EMBEDDINGS_COURSE_CHROMIUM")
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"]
    places = [Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")]
    places += [Path("/Applications/Chromium.app/Contents/MacOS/Chromium")]
    for base in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if base in os.environ:
            places += [Path(os.environ[base]) / "Google" / "Chrome" / "Application" / "chrome.exe"]
            places += [Path(os.environ[base]) / "Microsoft" / "Edge" / "Application" / "msedge.exe"]
    caches = [Path.home() / ".cache", Path.home() / "Library" / "Caches", Path(os.environ.get("LOCALAPPDATA", "~"))]
    for cache in caches:  # what `playwright install chromium` leaves
        places += sorted(cache.glob("ms-playwright/chromium-*/chrome-*/chrome*"), reverse=True)
        places += sorted(cache.glob("ms-playwright/chromium-*/chrome-*/Chromium.app/Contents/MacOS/Chromium"))
    if asked:
        return shutil.which(asked)
    found = [shutil.which(name) for name in names] + [str(place) for place in places if place.is_file()]
    return next((path for path in found if path), None)


def tests_env(folder: Path) -> dict[str, str]:
    """Return an environment for tests: a data folder of their own, but the model that is already there."""
    env = environment() | dict.fromkeys(THREADS, "1")  # every core has a worker already
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # or each of a hundred Pythons compiles NumPy and all the rest anew
    env.setdefault("EMBEDDINGS_COURSE_MODELS", str(user_folder() / "models"))
    for name in ("EMBEDDINGS_COURSE_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
        env[name] = str(folder / name.lower())
        Path(env[name]).mkdir(parents=True, exist_ok=True)
    return env


def pytest(env: dict[str, str], *arguments: str, spread: str = "") -> int:
    """Run pytest in the course's folder, and say what took longest.

    Args:
        env: the environment.
        arguments: of pytest; `--all` among them adds the slow tests.
        spread: how xdist hands tests to one worker a core (its option --dist); "" for no workers.
    """
    cores = min(os.cpu_count() or 1, 4)
    words = ["-m", "pytest", "-q", "-rs", "--durations=15"]
    words += ["-n", str(cores), "--maxschedchunk=1", "--dist", spread] if spread and cores > 1 else []
    words += ["-m", "not quick and not lite and not notebook7" if "--all" in arguments else "not slow"]
    return run(*words, *(word for word in arguments if word != "--all"), env=env)


def unit(env: dict[str, str], rest: list[str]) -> str:
    """Lint, unit tests and doctests."""
    ends = {
        "lint": run("-m", "ruff", "check", ".", env=env),
        "format": run("-m", "ruff", "format", "--check", ".", env=env),
        "unit tests": pytest(env, *NO_NBVAL, "tests/unit", "embeddings_course", *rest, spread="worksteal"),
    }
    failed = [name for name, end in ends.items() if end]
    return f"FAILED ({', '.join(failed)})" if failed else "passed"


def types(env: dict[str, str], rest: list[str]) -> str:
    """The types of the package, the tools and the tests."""
    return "FAILED" if run("-m", "mypy", *(word for word in rest if word != "--all"), env=env) else "passed"


def notebooks(env: dict[str, str], rest: list[str]) -> str:
    """Every cell of every notebook against its committed output, then every control of every view."""
    strict = ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}"]
    strict += ["--nbval-sanitize-with", "tests/notebooks/sanitize.cfg"]
    # whole files go to each worker, because a notebook is one story
    return "FAILED" if pytest(env, *strict, "tests/notebooks", "notebooks", *rest, spread="loadfile") else "passed"


def browser(env: dict[str, str], rest: list[str]) -> str:
    """The real page: JupyterLab in Chromium. Skipped where there is no Chromium, but never in CI."""
    chromium = find_chromium()
    if chromium is None:
        print(f"No Chromium, Chrome or Edge found. Get one by: {sys.executable} -m playwright install chromium")
        return "FAILED (no Chromium, and in CI it must run)" if os.environ.get("CI") else "skipped (no Chromium)"
    report = Path(env["EMBEDDINGS_COURSE_HOME"]) / "browser.xml"
    env = dict(env, EMBEDDINGS_COURSE_CHROMIUM=chromium)
    if LITE.exists() and not rest:  # with `--all` goes check_lite; a few tests by name need no new build
        env["EMBEDDINGS_COURSE_LITE"] = str(LITE)
        if run("course.py", "lite", env=env):
            return "FAILED (course.py lite)"
    second_try = ""
    # whole files, so that JupyterLab starts in one worker only; with `--all` it is worth two
    spread = "load" if "--all" in rest else "loadfile"
    in_order = ("--no-loadscope-reorder", f"--junitxml={report}")
    if pytest(env, *NO_NBVAL, *in_order, "tests/browser", *rest, spread=spread):
        # a real page on a busy machine sometimes misses its time; a fault of ours fails twice
        print("\nOnce more, those that failed:", flush=True)
        if pytest(env, *NO_NBVAL, "--last-failed", "tests/browser", *rest):
            return "FAILED"
        second_try = " (some at the second try)"
    skipped = sum(int(suite.get("skipped", 0)) for suite in ElementTree.parse(report).iter("testsuite"))
    if skipped:
        return f"FAILED ({skipped} skipped in CI)" if os.environ.get("CI") else f"passed, {skipped} tests skipped"
    return f"passed{second_try}"


def reference(env: dict[str, str], rest: list[str]) -> str:
    """Our numbers against PyTorch, transformers and gensim, in an environment of their own."""
    return "FAILED" if pytest(env, "tests/reference", *rest) else "passed"


def mutants(env: dict[str, str], rest: list[str]) -> str:
    """Every solution with every small fault: does its check refuse it? Writes tests/mutants.csv."""
    return "FAILED" if run("tools/mutants.py", *rest, env=env) else "passed"


PARTS = {
    **{"unit": unit, "notebooks": notebooks, "browser": browser},
    **{"types": types, "mutants": mutants, "reference": reference},
}


def one(name: str, rest: list[str]) -> str:
    """Run one part in an environment of its own, and return how it ended."""
    print(f"\n==== {name} ====", flush=True)
    with tempfile.TemporaryDirectory(prefix="embeddings-course-", ignore_cleanup_errors=True) as folder:
        return PARTS[name](tests_env(Path(folder)), rest)


def beside(name: str, rest: list[str]) -> Callable[[], str]:
    """Start one part in a process of its own; return what waits for it, prints all it said and says how it ended."""
    said = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  closed by `end`
    process = subprocess.Popen([sys.executable, __file__, name, *rest], cwd=ROOT, stdout=said, stderr=said)

    def end() -> str:
        failed = process.wait()
        with said:
            said.seek(0)
            text = said.read().rstrip()
        print(text, flush=True)
        ended = text.rpartition(f"\n{name} ")[2].strip()
        return ended if not failed or ended.startswith("FAILED") else f"FAILED (exit code {failed})"

    return end


def main(words: list[str]) -> int:
    """Run the parts that were asked for; return 1 where one of them failed."""
    results, started = {}, time.monotonic()
    if words and words[0] in PARTS:
        results[words[0]] = one(words[0], words[1:])
    elif words and not words[0].startswith("-"):
        print(f"There is no part {words[0]!r}: choose one of {', '.join(PARTS)}, or none for the first three.")
        return 2
    else:
        end = beside("browser", words)
        results["unit"] = one("unit", words)
        results["notebooks"] = one("notebooks", words)
        results["browser"] = end()
        if "--all" in words:
            results["types"] = one("types", [])
    print(f"\n==== after {time.monotonic() - started:.0f} s ====")
    for name, result in results.items():
        print(f"{name:10} {result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
