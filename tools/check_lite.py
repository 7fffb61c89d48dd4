"""Build the course for a browser and look at it there: `python course.py check_lite`.

Every lesson's Run All in a real Chromium that may reach loopback alone; views by mouse and keys; what was typed is
there after a reload; a course goes from the browser to a folder and back. `python course.py check_lite 01` runs
that one lesson and the rest. Needs npm or Pyodide's own address for the first build; what came is kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "lite"


def main(words: list[str]) -> int:
    """Build and test; return an exit code."""
    started = time.monotonic()
    built = subprocess.run([sys.executable, "course.py", "lite", "--folder", str(FOLDER)], cwd=ROOT, check=False)
    if built.returncode:
        return built.returncode
    print(f"==== built in {time.monotonic() - started:.0f} s ====", flush=True)
    env = {**os.environ, "EMBEDDINGS_COURSE_LITE": str(FOLDER), "EMBEDDINGS_COURSE_LITE_LESSONS": " ".join(words)}
    command = [sys.executable, "-m", "pytest", "-q", "-m", "", "tests/browser/test_lite.py"]
    command += ["-o", "cache_dir=.pytest_cache/lite"]  # other tests run beside these, and have failures of their own
    end = subprocess.run([*command, "-n", "2", "--durations=20"], cwd=ROOT, env=env, check=False).returncode
    if end == 1:
        # a real page on a busy machine sometimes misses its time; a fault of ours fails twice
        print("\nOnce more, those that failed:", flush=True)
        end = subprocess.run([*command, "--last-failed"], cwd=ROOT, env=env, check=False).returncode
    print(f"==== {time.monotonic() - started:.0f} s in all ====", flush=True)
    return end


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
