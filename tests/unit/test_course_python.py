"""course.py: the Python that is taken, found or asked for, and the active environment (--here)."""

from __future__ import annotations

import ast
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest
from clones import ROOT

# ---- the search for a Python that fits ------------------------------------------------------------------------------


def test_python_3_7_can_read_course_py() -> None:
    ast.parse((ROOT / "course.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def pretend(course: ModuleType, monkeypatch: pytest.MonkeyPatch, pythons: dict[str, tuple[int, ...]]) -> None:
    """Let the course see only these commands; the first word of `py -3.12` is enough to be found."""
    monkeypatch.setattr(course, "version_of", lambda command: pythons.get(" ".join(command)))
    words = {name.split()[0] for name in pythons}
    monkeypatch.setattr(course.shutil, "which", lambda name, path=None: name if name in words else None)
    monkeypatch.setattr(course, "has_ensurepip", lambda command: "crippled" not in " ".join(command))
    monkeypatch.setattr(course.sys, "executable", "me")
    monkeypatch.setenv("PYENV_ROOT", "nowhere")


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
def test_the_python_that_was_typed_is_taken_where_it_fits(
    course: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]
) -> None:
    pretend(course, monkeypatch, {"me": version, "python3.13": (3, 13, 0)})
    assert course.find_python(None) == ["me"]


@pytest.mark.parametrize("version", [(3, 8, 1), (3, 10, 13), (3, 14, 0), (4, 0, 0)])
def test_another_one_is_looked_for_where_it_does_not(
    course: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]
) -> None:
    # an empty shim of python3.13 is on the path and does not run
    pretend(course, monkeypatch, {"me": version, "python3.12": (3, 12, 1), "python3.11": (3, 11, 0)})
    assert course.find_python(None) == ["python3.12"]
    assert course.find_python(None, first="3.11") == ["python3.11"]


def test_one_that_pyenv_has_but_does_not_show_is_found(
    course: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pythons = {}
    for version in ((3, 9, 2), (3, 12, 1), (3, 12, 4), (3, 14, 0)):
        path = tmp_path / "versions" / ".".join(map(str, version)) / "bin" / "python"
        path.parent.mkdir(parents=True)
        path.touch()
        pythons[str(path)] = version
    pretend(course, monkeypatch, {"me": (3, 14, 0), **pythons})
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert course.find_python(None) == [str(tmp_path / "versions" / "3.12.4" / "bin" / "python")]


def test_on_windows_the_launcher_is_asked(course: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ["py", "-3.12"] in course.candidates(windows=True)
    assert not [command for command in course.candidates(windows=False) if command[0] == "py"]
    pretend(course, monkeypatch, {"me": (3, 14, 0), "py -3.12": (3, 12, 4)})
    windows = course.candidates(windows=True)
    monkeypatch.setattr(course, "candidates", lambda first=None: windows)
    assert course.find_python(None) == ["py", "-3.12"]


def test_uv_finds_one_where_there_is_none(course: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pretend(course, monkeypatch, {"me": (3, 14, 0)})
    assert course.find_python("uv") is None
    ran: list[list[str]] = []
    monkeypatch.setattr(course, "run_logged", lambda command, log, doing: ran.append(command))
    course.make_venv(tmp_path / ".venv", "uv", None)
    assert ran[0][:2] == ["uv", "venv"] and ">=3.11,<3.14" in ran[0]


def test_no_python_at_all_is_one_sentence(course: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(course, monkeypatch, {"me": (3, 14, 0), "python3.12": (3, 9, 0)})
    with pytest.raises(course.Stop, match=r"needs Python 3\.11, 3\.12 or 3\.13") as trouble:
        course.find_python(None)
    assert "\n" not in str(trouble.value) and "Install Python 3.13" in str(trouble.value)


def test_a_missing_ensurepip_is_said_or_got_round(course: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(course, monkeypatch, {"me": (3, 8, 0), "crippled": (3, 12, 0), "python3.11": (3, 11, 2)})
    monkeypatch.setattr(course.sys, "executable", "crippled")
    assert course.find_python(None) == ["python3.11"], "another one can"
    assert course.find_python("uv") == ["crippled"], "uv needs no ensurepip"
    pretend(course, monkeypatch, {"crippled": (3, 12, 0)})
    monkeypatch.setattr(course.sys, "executable", "crippled")
    with pytest.raises(course.Stop, match="python3-venv"):
        course.find_python(None)


def test_a_command_that_does_not_run_has_no_version(course: ModuleType, tmp_path: Path) -> None:
    assert course.version_of([sys.executable]) == sys.version_info[:3]
    assert course.version_of([str(tmp_path / "nothing")]) is None
    assert course.version_of([sys.executable, "-c", "raise SystemExit('pyenv: command not found')"]) is None


def test_an_environment_of_another_python_is_not_deleted(
    course: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(course, "version_of", lambda command: (3, 9, 1))
    with pytest.raises(course.Stop, match=r"made with Python 3\.9.*rename"):
        course.usable(tmp_path)


def test_places_on_windows(course: ModuleType) -> None:
    assert course.python_in(Path("x"), windows=True) == Path("x/Scripts/python.exe")
    assert course.python_in(Path("x"), windows=False) == Path("x/bin/python")


def test_uv_can_be_switched_off(course: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course.shutil, "which", lambda name, path=None: name)
    assert course.find_uv() == "uv"
    monkeypatch.setenv("EMBEDDINGS_COURSE_INSTALLER", "pip")
    assert course.find_uv() is None


def test_on_windows_the_start_waits_and_leaves_ctrl_c_to_jupyterlab(
    course: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "WINDOWS", True)
    monkeypatch.setattr(course, "environment", lambda options: Path("python"))
    monkeypatch.setattr(course, "in_course", lambda python, *words: 7 * ("--no-browser" in words))
    monkeypatch.setattr(course.os, "execv", lambda *_: pytest.fail("Windows has no exec that waits"))
    before = signal.getsignal(signal.SIGINT)
    try:
        assert course.main(["--no-browser"]) == 7
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


# ---- the active environment (--here) --------------------------------------------------------------------------------


@pytest.fixture
def here(course: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    installed: list[list[str]] = []
    monkeypatch.setattr(course.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(course, "install", lambda python, arguments, log, doing: installed.append(arguments))
    monkeypatch.setattr(course, "link_package", lambda python: None)
    return installed


def test_here_installs_ranges_once_so_that_nothing_of_conda_is_replaced(
    course: ModuleType, here: list[list[str]]
) -> None:
    assert course.ensure_here() == Path(sys.executable)
    course.ensure_here()
    assert len(here) == 1
    assert any(word.startswith("jupyterlab>=") for word in here[0]) and not any("==" in word for word in here[0])
    course.ensure_here(("test",))
    assert len(here) == 2 and any(word.startswith("pytest>=") for word in here[1])


def test_here_with_a_python_that_does_not_fit(
    course: ModuleType, here: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "OLDEST", (3, 99))
    with pytest.raises(course.Stop, match="conda activate"):
        course.ensure_here()
    assert here == []
