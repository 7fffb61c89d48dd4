"""The workflow files for GitHub: they parse, ask for no rights, and say only commands that there are."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def workflow(path: Path) -> dict[Any, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def steps() -> list[dict[str, Any]]:
    return [step for path in FILES for job in workflow(path)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_workflow_asks_for_little(path: Path) -> None:
    content = workflow(path)
    assert content["permissions"] == {"contents": "read"}
    assert True in content, "YAML reads the key `on` as true"
    assert "secrets." not in path.read_text(encoding="utf-8"), "it needs nothing but the repository"
    assert all(job["timeout-minutes"] <= 60 for job in content["jobs"].values())


def test_others_actions_come_from_github_and_have_a_version() -> None:
    used = [step["uses"] for step in steps() if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[\w-]+@v\d+", name) for name in used)


def test_all_three_systems_run_the_two_commands() -> None:
    jobs = {name: job for path in FILES for name, job in workflow(path)["jobs"].items()}
    systems = {job["runs-on"] for job in jobs.values()} | set(jobs["two-commands"]["strategy"]["matrix"]["os"])
    assert {"ubuntu-latest", "windows-latest", "macos-latest"} <= systems
    said = [step["run"] for step in jobs["two-commands"]["steps"] if "run" in step]
    assert said[0].startswith("python course.py") and any(" test " in line for line in said)


def test_every_command_is_there() -> None:
    said = subprocess.run([sys.executable, "course.py", "--help"], cwd=ROOT, capture_output=True, text=True).stdout
    # what the command of the package takes, course.py hands on
    said += (ROOT / "embeddings_course" / "commands" / "start.py").read_text(encoding="utf-8")
    said += (ROOT / "tools" / "make_colab.py").read_text(encoding="utf-8")  # course.py runs any script in tools/
    for line in (step["run"] for step in steps() if "run" in step and not step["run"].startswith("git push ")):
        script, *words = line.removeprefix("python ").split()
        assert (ROOT / script).is_file(), line
        for word in words:
            assert re.search(rf"(?<![\w-]){re.escape(word)}\b", said), f"{line}: course.py knows no {word}"
