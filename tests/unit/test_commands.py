"""What people type: the commands of the package, and that messages name the one that fits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings_course.commands import check, cli, seat, server, start
from embeddings_course.files import models, paths
from embeddings_course.files.errors import WeightsError

LESSONS = sorted(path.name for path in paths.course_folder("notebooks").glob("*.ipynb"))


class Started(BaseException):
    """JupyterLab would run now."""


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list:
    """What JupyterLab was started with: its words, its environment, its folder."""
    seen: list = []

    def execve(program: str, words: list[str], env: dict[str, str]) -> None:
        seen.extend([words, env, Path.cwd()])
        raise Started

    monkeypatch.setattr(start.os, "execve", execve)
    monkeypatch.setattr(start, "find_model", lambda: tmp_path)
    (tmp_path / "somewhere").mkdir()
    monkeypatch.chdir(tmp_path / "somewhere")
    return seen


posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no exec that waits")


@posix
def test_start_makes_the_copies_here_and_opens_the_first_lesson(lab: list, tmp_path: Path) -> None:
    with pytest.raises(Started):
        cli.main(["--no-browser", "--port", "9999", "--ServerApp.token=x"])
    words, env, folder = lab
    here = tmp_path / "somewhere"
    assert folder == here and words[:3] == [sys.executable, "-m", "jupyterlab"]
    assert {f"--ServerApp.root_dir={here}", "--LabApp.default_url=/lab/tree/my_course/00_start_here.ipynb"} < {*words}
    assert {f"--LabApp.workspaces_dir={here / 'my_course' / '.lab'}", "--no-browser", "--port=9999"} < {*words}
    assert words[-1] == "--ServerApp.token=x", "what is not ours goes on to JupyterLab"
    assert sorted(path.name for path in (here / "my_course").glob("*.ipynb")) == LESSONS
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        assert env.get(name) == os.environ.get(name), "the user's own stay"


@posix
@pytest.mark.parametrize("inside", [True, False])
def test_a_folder_of_ones_own(lab: list, tmp_path: Path, inside: bool) -> None:
    folder = tmp_path / "somewhere" / "class" / "mine" if inside else tmp_path / "elsewhere"
    with pytest.raises(Started):
        cli.main(["start", "--folder", str(folder)])
    words, _, root = lab
    assert root == (tmp_path / "somewhere" if inside else folder)
    shown = "class/mine/00_start_here.ipynb" if inside else "00_start_here.ipynb"
    assert f"--LabApp.default_url=/lab/tree/{shown}" in words and f"--ServerApp.root_dir={root}" in words


def test_no_lab_makes_everything_ready_and_stops(lab: list, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--no-lab"]) == 0 and lab == []
    assert "my_course" in capsys.readouterr().out
    assert cli.main(["--no-lab"]) == 0 and capsys.readouterr().out == "", "the second time there is nothing to say"


def test_a_folder_that_cannot_be_written_is_one_sentence(
    lab: list, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert cli.main(["--folder", str(tmp_path / "file" / "mine")]) == 1 and lab == []
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "--folder" in said


def test_a_model_that_cannot_be_had_ends_the_start(
    lab: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(progress: object) -> None:
        raise WeightsError("The hub is not reachable.")

    monkeypatch.setattr(start, "find_model", lambda: None)
    monkeypatch.setattr(start, "fetch_model", refuse)
    assert cli.main([]) == 1 and capsys.readouterr().err == "The hub is not reachable.\n"
    assert lab == [] and not Path("my_course").exists()


@posix
def test_a_seat_makes_the_copies_and_hands_over_to_the_hub(lab: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seat, "find_spec", lambda name: name)
    for name in server.THREADS:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Started):
        cli.main(["seat", "--allow-root"])
    words, env, folder = lab
    assert words[:3] == [sys.executable, "-m", "jupyterhub.singleuser"] and words[-1] == "--allow-root"
    assert sorted(path.name for path in (folder / "my_course").glob("*.ipynb")) == LESSONS
    assert {env[name] for name in server.THREADS} == {"1"}, "thirty kernels on one server"
    assert env["JUPYTER_CONFIG_PATH"].startswith(str(server.SETTINGS))


@posix
def test_a_seat_opens_also_where_no_copy_can_be_written(
    lab: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(seat, "find_spec", lambda name: name)
    Path("my_course").write_text("a file in the way")
    with pytest.raises(Started):
        cli.main(["seat"])
    assert "could not be written" in capsys.readouterr().err


def test_a_seat_without_a_hub_is_one_sentence(
    lab: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(seat, "find_spec", lambda name: None)
    assert cli.main(["seat"]) == 1 and lab == []
    assert "pip install jupyterhub" in capsys.readouterr().err


def test_the_server_has_no_news_few_threads_and_this_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in server.THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    env = server.environment()
    assert [env[name] for name in server.THREADS] == ["7", "2", "2"], "what somebody chose stays"
    ours, theirs = env["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    page = json.loads((Path(ours) / "labconfig" / "page_config.json").read_text())
    assert "announcements" in str(page) and theirs == "theirs" and env["JUPYTER_PREFER_ENV_PATH"] == "1"


def test_kernels_find_what_was_named_by_a_relative_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A kernel runs in the folder of its notebook, where a relative path means another place."""
    monkeypatch.chdir(tmp_path)
    for name in server.FOLDERS:
        monkeypatch.setenv(name, "stick")
    assert {server.environment()[name] for name in server.FOLDERS} == {str(tmp_path / "stick")}


def test_a_home_that_cannot_be_written_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    names = ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    assert not {*names} & {*server.environment()}, "a home that can be written is used"
    monkeypatch.setattr(server.os, "access", lambda *_: False)
    assert all(server.environment()[name].startswith(str(home)) for name in names)


# ---- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["test", "bench", "site"])
def test_what_needs_a_clone_says_so(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([word]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "needs a clone" in said and f"python course.py {word}" in said


def test_an_unknown_command_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["labb"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "'labb'" in said and "--help" in said


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    for name in ("model", "check", "slides", "cuts", "class_summary"):
        assert f"embeddings-course {name}" in said


@pytest.mark.parametrize("name", [name for name in cli.COMMANDS if name != "slides"])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0 and "usage:" in capsys.readouterr().out


def test_ctrl_c_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(words: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "main", stop)
    assert cli.main(["check"]) == 130 and "carries on" in capsys.readouterr().err


# ---- model ----------------------------------------------------------------------------------------------------------


def test_the_model_command_takes_any_known_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list = []

    def fetch(name: str | None, progress: object) -> Path:
        asked.append(name)
        return tmp_path

    monkeypatch.setattr("embeddings_course.files.download.fetch_model", fetch)
    assert cli.main(["model"]) == cli.main(["model", "bert-base-uncased"]) == 0
    assert asked == [None, "bert-base-uncased"]
    said = capsys.readouterr().out
    assert "OK: bert-base-uncased" in said and said.count("set EMBEDDINGS_COURSE_BERT to bert-base-uncased") == 1
    monkeypatch.undo()
    assert cli.main(["model", "no-such-model"]) == 1
    said = capsys.readouterr().err
    assert all(name in said for name in models.MODELS)


# ---- messages name the command that fits ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clone", "script", "prefix", "typed"),
    [
        (True, False, "course/.venv", "python course.py model x"),
        (True, False, "conda/env", "python course.py --here model x"),
        (True, True, "conda/env", "embeddings-course model x"),
        (False, True, "anywhere", "embeddings-course model x"),
        (False, False, "anywhere", "embeddings-course model x"),
    ],
)
def test_messages_name_the_command_that_fits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clone: bool, script: bool, prefix: str, typed: str
) -> None:
    package = tmp_path / "course" / "embeddings_course"
    if not clone:
        (package / "_data").mkdir(parents=True)
    monkeypatch.setattr(paths, "PACKAGE", package)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / prefix))
    monkeypatch.setattr(paths.shutil, "which", lambda name, path: name if script else None)
    assert models.fetch_command("x") == typed
    assert paths.course_folder("data") == (tmp_path / "course" / "data" if clone else package / "_data")


# ---- check ----------------------------------------------------------------------------------------------------------


def test_check_as_lines_and_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def todo() -> str:
        raise check.Todo("do this")

    items = {"a": lambda: "fine", "b": todo}
    assert check.main(["--folder", str(tmp_path)], items) == 1
    assert "b          TO DO do this" in capsys.readouterr().out
    assert check.main(["--json"], {"b": todo}, optional=("b", "copies")) == 0
    told = json.loads(capsys.readouterr().out)
    assert [entry["item"] for entry in told] == ["b", "copies"] and told[0] == {
        "item": "b",
        "ok": False,
        "text": "do this",
    }


def test_the_evening_before_has_its_own_items(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(check, "find_model", lambda: None)
    assert check.main(["--class", "--json"], {"python": check.python}) == 1
    found = {line["item"]: line for line in json.loads(capsys.readouterr().out)}
    assert [*found] == ["python", "copies", *check.CLASS]
    assert found["deck"]["ok"] and "45-minute lecture" in found["deck"]["text"]
    for name, what in (("still", "cuts still"), ("handouts", "cuts handout"), ("sticks", "model")):
        assert not found[name]["ok"] and f"run: {paths.command(what)}" in found[name]["text"]
    for folder in ("slides", "handouts"):
        (tmp_path / "artefacts" / folder).mkdir(parents=True)
        (tmp_path / "artefacts" / folder / "lecture_45.html").touch()
    assert check.still().startswith("1 in artefacts") and check.handouts().startswith("1 in artefacts")
    os.utime(tmp_path / "artefacts" / "slides" / "lecture_45.html", (0, 0))
    with pytest.raises(check.Todo, match="older than the lessons"):
        check.still()


def test_settings_from_outside_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP"):
        monkeypatch.delenv(name, raising=False)
    assert "nothing" in check.settings()
    monkeypatch.setenv("PYTHONPATH", "/theirs")
    with pytest.raises(check.Todo, match=r"PYTHONPATH is '/theirs'.*type: "):
        check.settings()


@pytest.mark.slow
def test_a_console_of_few_letters_stops_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "embeddings_course.commands.cli", "class_summary", str(tmp_path / "caf\u00e9")]
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(words, capture_output=True, env=env, check=False)
    assert done.returncode == 1 and rb"caf\xe9" in done.stderr and b"Traceback" not in done.stderr


def test_check_counts_the_copies(tmp_path: Path) -> None:
    with pytest.raises(check.Todo, match=f"0 of {len(LESSONS)} lessons"):
        check.copies(tmp_path)
    start.make_copies(tmp_path)
    assert check.copies(tmp_path).startswith(f"{len(LESSONS)} notebooks")


def test_check_compares_packages_with_what_the_course_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        check, "requires", lambda name: ["numpy>=2", "pytest>=8; extra == 'test'", "no-such; python_version < '3'"]
    )
    assert check.packages() == "all 1 that the course asks for"
    monkeypatch.setattr(check, "requires", lambda name: ["numpy>=99", "no-such-package"])
    with pytest.raises(check.Todo, match=r"numpy>=99 \(there is .*no-such-package \(missing\)"):
        check.packages()


def test_the_commands_run_from_the_command_line() -> None:
    run = [sys.executable, "-m", "embeddings_course.commands.cli"]
    done = subprocess.run([*run, "labb"], cwd=paths.PACKAGE.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr
