"""The configuration of class_server/: what it names is there. `tools/check_hub.py` runs it."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from embeddings_course.commands import cli, server
from embeddings_course.commands.start import FIRST

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = ROOT / "class_server"


def config(monkeypatch: pytest.MonkeyPatch, **env: str) -> SimpleNamespace:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    c = SimpleNamespace(Spawner=SimpleNamespace(), JupyterHub=SimpleNamespace())
    code = compile((HERE / "course_seats.py").read_text(encoding="utf-8"), "course_seats.py", "exec")
    exec(code, {"get_config": lambda: c})
    return c


def test_a_seat_gets_one_thread_the_shared_model_and_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    spawner = config(monkeypatch, EMBEDDINGS_COURSE_ENV="/course", EMBEDDINGS_COURSE_MODELS="/models").Spawner
    assert spawner.cmd == ["/course/bin/embeddings-course", "seat"] and spawner.cmd[1] in cli.COMMANDS
    assert {name: spawner.environment[name] for name in server.THREADS} == dict.fromkeys(server.THREADS, "1")
    assert spawner.environment["EMBEDDINGS_COURSE_MODELS"] == "/models" and spawner.mem_limit == "1G"
    assert spawner.default_url.endswith(f"/my_course/{FIRST}")


def test_the_readme_names_files_that_are_there() -> None:
    text = (HERE / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\b\w+_(?:config|seats)\.py\b", text):
        assert (HERE / name).is_file(), name
    assert FIRST in text and (ROOT / "benchmarks" / "class.py").is_file() and "check_hub" in text
    assert "class_server/README.md" in (ROOT / "TEACHING.md").read_text(encoding="utf-8")
