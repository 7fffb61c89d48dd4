"""What stands behind `course.py test` and `course.py check`: tools/run_tests.py and tools/check.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from clones import ROOT, load

from embeddings_course.commands import check


@pytest.fixture
def run_tests(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("CI", raising=False)
    return load(ROOT / "tools" / "run_tests.py")


@pytest.mark.parametrize(("ci", "ended"), [("", "skipped"), ("true", "FAILED")])
def test_without_a_browser_its_part_is_skipped_but_never_in_ci(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, ended: str
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(run_tests, "find_chromium", lambda: None)
    assert run_tests.main(["browser"]) == (1 if ci else 0)
    said = capsys.readouterr().out
    assert "playwright install chromium" in said and f"browser    {ended}" in said and "passed" not in said


@pytest.mark.parametrize(("ci", "ended"), [("", "passed, 1 tests skipped"), ("true", "FAILED (1 skipped in CI)")])
def test_a_skipped_browser_test_fails_in_ci(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: str, ended: str
) -> None:
    def fake(*arguments: str, env: dict[str, str]) -> int:
        report = next(word.split("=", 1)[1] for word in arguments if word.startswith("--junitxml"))
        Path(report).write_text('<testsuites><testsuite tests="3" skipped="1"/></testsuites>')
        return 0

    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(run_tests, "find_chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(run_tests, "LITE", tmp_path / "never-built")
    monkeypatch.setattr(run_tests, "run", fake)
    assert run_tests.browser({"EMBEDDINGS_COURSE_HOME": str(tmp_path)}, []) == ended


@pytest.mark.parametrize(
    ("words", "end", "ended"),
    [([], 0, "passed"), ([], 1, "FAILED (course.py lite)"), (["--all"], 1, "passed"), (["-k", "map"], 1, "passed")],
)
def test_a_browser_course_that_was_built_is_built_anew_and_one_lesson_runs_there(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], end: int, ended: str
) -> None:
    named = []

    def fake(*arguments: str, env: dict[str, str]) -> int:
        if arguments == ("course.py", "lite"):
            return end
        named.append(env.get("EMBEDDINGS_COURSE_LITE"))
        (tmp_path / "browser.xml").write_text("<testsuites><testsuite/></testsuites>")
        return 0

    monkeypatch.setattr(run_tests, "find_chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(run_tests, "LITE", tmp_path)
    monkeypatch.setattr(run_tests, "run", fake)
    assert run_tests.browser({"EMBEDDINGS_COURSE_HOME": str(tmp_path)}, words) == ended
    assert named == ([] if "FAILED" in ended else [None if words else str(tmp_path)])


def test_no_tests_at_all_is_a_failure(run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_tests, "run", lambda *arguments, env: 5 if "pytest" in arguments else 0)
    assert run_tests.unit({}, []) == "FAILED (unit tests)"
    assert run_tests.notebooks({}, []) == "FAILED"
    assert run_tests.main(["reference"]) == 1


def test_slow_tests_run_only_where_they_are_asked_for_and_durations_are_always_said(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(run_tests, "run", lambda *words, env: ran.extend(words) or 0)
    assert run_tests.pytest({}, "tests/unit", "-k", "cosine") == 0
    assert ran[ran.index("not slow") - 1] == "-m" and "--durations=15" in ran and ran[-2:] == ["-k", "cosine"]
    ran.clear()
    run_tests.pytest({}, "tests/unit", "--all")
    assert (
        "not slow" not in ran
        and "not quick and not lite and not notebook7" in ran
        and "--all" not in ran
        and "--durations=15" in ran
    )


def test_every_part_runs_even_after_a_failure(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = {"unit": "FAILED", "notebooks": "passed", "browser": "skipped"}
    parts = {name: (lambda env, rest, end=end: end) for name, end in ends.items()}
    monkeypatch.setattr(run_tests, "PARTS", parts)
    monkeypatch.setattr(run_tests, "beside", lambda name, rest: lambda: run_tests.one(name, rest))
    assert run_tests.main([]) == 1
    assert [line.split() for line in capsys.readouterr().out.splitlines()[-3:]] == [list(pair) for pair in ends.items()]
    assert run_tests.main(["units"]) == 2


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        ("print('seen'); print('browser    passed')", "passed"),
        ("print('seen'); print('browser    FAILED'); raise SystemExit(1)", "FAILED"),
        ("print('seen'); raise SystemExit(3)", "FAILED (exit code 3)"),
        ("raise SystemExit(1)", "FAILED (exit code 1)"),
    ],
)
def test_a_part_that_runs_beside_the_others_is_heard_at_its_end(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    tmp_path: Path, code: str, ended: str,
) -> None:  # fmt: skip
    part = tmp_path / "part.py"
    part.write_text(code, encoding="utf-8")
    monkeypatch.setattr(run_tests, "__file__", str(part))
    assert run_tests.beside("browser", [])() == ended
    assert ("seen" in capfd.readouterr().out) == ("seen" in code)


def test_tests_use_a_data_folder_of_their_own_and_the_model_that_is_there(
    run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("EMBEDDINGS_COURSE_MODELS", raising=False)
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(tmp_path / "real"))
    env = run_tests.tests_env(tmp_path / "own")
    assert env["EMBEDDINGS_COURSE_MODELS"] == str(tmp_path / "real" / "models")
    assert Path(env["EMBEDDINGS_COURSE_HOME"]).is_relative_to(tmp_path / "own")


def test_check_turns_every_trouble_into_a_line() -> None:
    def todo() -> str:
        raise check.Todo("do this")

    def crash() -> str:
        raise RuntimeError("odd")

    found = list(check.lines({"a": lambda: "fine", "b": todo, "c": crash}))
    assert found[0] == ("a", True, "fine") and found[1] == ("b", False, "do this")
    assert not found[2][1] and "RuntimeError: odd" in found[2][2]
    assert check.python() and check.course() and check.disk() and check.memory()
    ours = load(ROOT / "tools" / "check.py")
    assert ours.packages() and ours.course()


def test_the_model_comes_meanwhile_with_the_few_packages_that_come_first(course: ModuleType) -> None:
    code = """
import sys, site
class Others:
    def find_spec(name, path, target=None):
        top = name.split(".")[0]
        if path is None and top not in sys.stdlib_module_names | set(sys.argv[1].split("|")) | {"embeddings_course"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Others)
from embeddings_course.files.download import main, progress_bar
with progress_bar() as progress:
    progress(1, 2, "half")
"""
    subprocess.run([sys.executable, "-c", code, course.FIRST], cwd=ROOT, check=True)
