"""A fresh clone with a stand-in for uv, for what tests of course.py: no network but loopback."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a script with a #! line")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{path.stem}_under_test", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FAKE_UV = '''#!{python}
"""Stands in for uv: makes a real, empty environment, and fails as the file `trouble` says."""
import pathlib, sys, time, venv
here = pathlib.Path({here!r})
with (here / "calls").open("a") as calls:
    print(*sys.argv[1:], file=calls)
trouble = (here / "trouble").read_text() if (here / "trouble").exists() else ""
if (here / "only").exists() and not sys.argv[-1].endswith("/" + (here / "only").read_text()):
    trouble = ""
if (here / "slow").exists():
    time.sleep(0.5)
if sys.argv[1] == "venv":
    venv.EnvBuilder(symlinks=True).create(sys.argv[-1])
elif trouble == "hang":
    (here / "hanging").touch()
    time.sleep(60)
elif trouble:
    awaited = (here / "wait_for").read_text() if (here / "wait_for").exists() else here
    while not pathlib.Path(awaited).exists():
        time.sleep(0.05)
    sys.exit(trouble)
if sys.argv[1] == "pip" and not (here / "elsewhere").exists():
    site = next(pathlib.Path(sys.argv[4]).parent.parent.glob("lib/python*/site-packages"))
    for line in pathlib.Path(sys.argv[-1]).read_text().splitlines():
        if "==" in line:
            name, version = line.split()[0].split("==")
            about = site / f"{{name}}-{{version}}.dist-info" / "METADATA"
            about.parent.mkdir(exist_ok=True)
            about.write_text(f"Name: {{name}}\\nVersion: {{version}}\\n")
print(" + numpy==1.0")
'''
FAKE_DOWNLOAD = """
import os, pathlib, sys, time
with pathlib.Path("downloads").open("a") as calls:
    print("fetch", file=calls)
for second in range(int(os.environ.get("FAKE_SECONDS", "0"))):
    time.sleep(1)
    print(f"{second + 1} of 91 MB", flush=True)
sys.exit(os.environ.get("FAKE_WEIGHTS"))
"""
PLATFORMDIRS = "platformdirs==1.0 \\\n    --hash=sha256:11 \\\n    --hash=sha256:22\n"
STUBS = {
    "embeddings_course/__init__.py": "",
    "embeddings_course/files/__init__.py": "",
    "embeddings_course/files/download.py": FAKE_DOWNLOAD,
    "embeddings_course/commands/__init__.py": "",
    "embeddings_course/commands/cli.py": "import sys; print('package', sys.prefix, *sys.argv[1:], sep='|'); "
    "sys.exit(3 * (sys.argv[1] == 'slides'))",
    "tools/run_tests.py": "import sys; print('tests', *sys.argv[1:])",
    "tools/lint.py": "import sys; print('lint', *sys.argv[1:])",
    "benchmarks/bert.py": "import sys; print('bench bert', sys.prefix)",
    "benchmarks/words.py": "import sys; sys.exit(4)",
    "benchmarks/_shared.py": "import sys; sys.exit(9)",
    "requirements-reference.txt": "torch==1.0\n",
    "requirements.txt": PLATFORMDIRS + "numpy[all]==1.0 \\\n    --hash=sha256:00\n",
    "requirements-test.txt": "pytest==1.0\n",
}


class Clone:
    """A fresh clone in an empty home folder."""

    def __init__(self, folder: Path) -> None:
        self.root, self.tools = folder / "a clone, café", folder / "bin"
        for name, text in STUBS.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.tools.mkdir()
        for name in ("course.py", "pyproject.toml"):
            shutil.copy(ROOT / name, self.root)
        uv = self.tools / "uv"
        uv.write_text(FAKE_UV.format(python=sys.executable, here=str(self.tools)), encoding="utf-8")
        uv.chmod(0o755)
        ours = ("PIP_", "UV_", "EMBEDDINGS", "PYTEST", "COV", "JUPYTER", "IPYTHON", "PYTHONPATH")
        keep = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.env = {**keep, "HOME": str(folder), "PATH": f"{self.tools}:/usr/bin:/bin"}

    def trouble(self, text: str) -> None:
        (self.tools / "trouble").write_text(text)

    def calls(self) -> list[str]:
        path = self.tools / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "course.py", *words],
            cwd=self.root,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done


def only_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line on stderr of a command that failed."""
    assert done.returncode not in (0, None)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]
