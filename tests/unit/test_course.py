"""course.py: one clear sentence for each trouble, and the next start carries on. No network but loopback."""

from __future__ import annotations

import ast
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from clones import PLATFORMDIRS, ROOT, Clone, only_sentence, posix
from sampled import only


@posix
def test_one_command_from_a_fresh_clone_to_the_package(clone: Clone) -> None:
    done = clone.run("--no-browser", "--port", "9999", "--ServerApp.token=x")
    assert done.returncode == 0, done.stderr
    assert [call.split()[0] for call in clone.calls()] == ["venv", "pip", "pip"]
    words = ["--ServerApp.token=x", "--no-browser", "--port", "9999"]
    assert done.stdout.splitlines()[-1].split("|") == ["package", str(clone.root / ".venv"), "start", *words]


@posix
def test_the_model_comes_while_the_packages_install(clone: Clone) -> None:
    done = clone.run(FAKE_SECONDS="2")
    first, rest = clone.calls()[1:]
    assert (clone.root / ".venv" / "first.txt").read_text() == PLATFORMDIRS and "first.txt" in first
    assert "requirements.txt" in rest
    assert re.search(r"Waiting for the model, 2 of 91 MB: \d s\n", done.stdout) and "came meanwhile" in done.stdout
    assert (clone.root / "downloads").read_text() == "fetch\n"
    # each step says how long it took
    for line in (
        "Making the environment, 1 packages: ",
        "Preparing, 1 packages: ",
        "Installing the 2 of requirements.txt, 1 packages",
    ):
        assert line in done.stdout


@posix
def test_a_model_that_does_not_come_meanwhile_does_not_stop_the_installation(clone: Clone) -> None:
    done = clone.run(FAKE_WEIGHTS="no network")
    assert done.returncode == 0 and "The model did not come yet" in done.stdout and "package|" in done.stdout


@posix
def test_a_failed_installation_ends_the_download(clone: Clone) -> None:
    clone.trouble("error: no solution found")
    (clone.tools / "only").write_text("requirements.txt")
    (clone.tools / "wait_for").write_text(str(clone.root / "downloads"))  # or there is no download yet to end
    started = time.monotonic()
    only_sentence(clone.run(FAKE_SECONDS="60"))
    assert time.monotonic() - started < 30 and (clone.root / "downloads").exists()


@posix
def test_a_kernel_of_the_environment_finds_the_course_from_anywhere(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # of whoever runs the tests: not the clone's
    clone.run()
    python = clone.root / ".venv" / "bin" / "python"
    asked = subprocess.run(
        [python, "-c", "import embeddings_course; print(ascii(embeddings_course.__file__))"],
        cwd=tmp_path, env=clone.env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ast.literal_eval(asked.stdout) == str(clone.root / "embeddings_course" / "__init__.py")


@posix
def test_a_second_start_installs_nothing(clone: Clone) -> None:
    clone.run()
    before = clone.calls()
    clone.trouble("error: no network")
    done = clone.run()
    assert done.returncode == 0 and clone.calls() == before
    assert "Installing" not in done.stdout


@pytest.mark.slow
@posix
def test_two_starts_at_once_make_one_environment(clone: Clone) -> None:
    (clone.tools / "slow").touch()
    command, ends = [sys.executable, "course.py"], {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, cwd=clone.root, env=clone.env, **ends) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert [call.split()[0] for call in clone.calls()] == ["venv", "pip", "pip"]
    assert sorted("waiting for it" in out for out, _ in said) == [False, True]


@posix
def test_a_killed_start_locks_nobody_out(clone: Clone) -> None:
    clone.trouble("hang")
    killed = subprocess.Popen(
        [sys.executable, "course.py"],
        cwd=clone.root,
        env=clone.env,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (clone.tools / "hanging").exists():
        assert killed.poll() is None
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    clone.trouble("")
    done = clone.run()
    assert done.returncode == 0 and "waiting" not in done.stdout


@posix
def test_a_new_list_is_installed_into_the_same_environment(clone: Clone) -> None:
    clone.run()
    (clone.root / "requirements.txt").write_text("numpy==2.0\n")
    clone.run()
    assert [call.split()[0] for call in clone.calls()] == ["venv", "pip", "pip", "pip"]


@posix
def test_a_folder_that_was_moved_is_noticed(clone: Clone) -> None:
    clone.run()
    moved = clone.root.with_name("moved")
    clone.root.rename(moved)
    clone.root = moved
    done = clone.run()
    assert done.returncode == 0
    assert str(moved / ".venv") in done.stdout
    link = next((moved / ".venv").rglob("embeddings_course.pth"))
    assert str(moved) in link.read_text()


TROUBLES = {
    "no network": ("error: Could not connect: dns error: failed to lookup: Name or service not known", "No connection"),
    "refused": ("error: HTTP status client error (403 Forbidden) for url", "refused us"),
    "disk full": ("error: Failed to write file: No space left on device (os error 28)", "disk is full"),
    "disk full on Windows": ("error: There is not enough space on the disk. (os error 112)", "disk is full"),
    "other bytes": ("error: Hash mismatch for numpy==1.0", "checksum"),
    "no such package": ("  x No solution found when resolving dependencies", "does not have a package"),
    "not ours to write": ("error: failed to create directory: Permission denied (os error 13)", "may not write"),
    "unknown": ("error: the moon is in the wrong place", "the moon is in the wrong place"),
}


@pytest.mark.parametrize("kind", TROUBLES)
def test_every_trouble_of_an_installer_has_its_sentence(
    course: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    output, sentence = TROUBLES[kind]
    with pytest.raises(course.Stop) as trouble:
        course.run_logged([sys.executable, "-c", f"import sys; sys.exit({output!r})"], tmp_path / "log", "Installing")
    assert sentence in str(trouble.value) and "\n" not in str(trouble.value)
    assert output in (tmp_path / "log").read_text()


@posix
def test_an_installer_that_the_system_killed_is_said(course: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(course.Stop, match=r"signal 9.*memory"):
        code = "import os; os.kill(os.getpid(), 9)"
        course.run_logged([sys.executable, "-c", code], tmp_path / "log", "Installing")


@posix
@pytest.mark.parametrize("kind", only(["no network"], ["no network", "disk full", "unknown"]))
def test_a_failed_installation_is_one_sentence_and_the_next_start_carries_on(clone: Clone, kind: str) -> None:
    output, sentence = TROUBLES[kind]
    clone.trouble(output)
    done = clone.run()
    assert sentence in only_sentence(done)
    assert "install.log" in done.stderr and output in (clone.root / ".venv" / "install.log").read_text()
    assert not (clone.root / ".venv" / "course.json").exists()
    clone.trouble("")
    assert clone.run().returncode == 0
    assert [call.split()[0] for call in clone.calls()].count("venv") == 1, "the environment itself was kept"


@posix
def test_an_interrupted_start_carries_on(clone: Clone) -> None:
    clone.trouble("hang")
    process = subprocess.Popen(
        [sys.executable, "course.py"],
        cwd=clone.root,
        env=clone.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # a test run in the background of a script was started with Ctrl+C switched off
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (clone.tools / "hanging").exists():
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl+C does
    try:
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130 and "Traceback" not in said and "carries on" in said
    clone.trouble("")
    assert clone.run().returncode == 0


@posix
@pytest.mark.parametrize(
    "wreck", only(["stamp cut short"], ["empty folder", "python gone", "python does not run", "stamp cut short"])
)
def test_a_half_made_environment_is_made_anew(clone: Clone, wreck: str) -> None:
    folder = clone.root / ".venv"
    if wreck == "empty folder":
        folder.mkdir()
    else:
        clone.run()
        python = folder / "bin" / "python"
        if wreck == "stamp cut short":
            (folder / "course.json").write_text('{"requ')
        else:
            python.unlink()
        if wreck == "python does not run":
            python.write_text("#!/bin/false\n")
            python.chmod(0o755)
            (folder / "course.json").unlink()
    done = clone.run()
    assert done.returncode == 0, done.stderr
    assert json.loads((folder / "course.json").read_text())["requirements.txt"]


@pytest.mark.slow
@posix
def test_a_full_disk_under_our_own_files_is_the_same_sentence(clone: Clone) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("only Linux has a device that is always full")
    (clone.root / ".venv").mkdir()
    done = clone.run()
    assert done.returncode == 0
    (clone.root / "requirements.txt").write_text("numpy==2.0\n")
    log = clone.root / ".venv" / "install.log"
    log.unlink()
    log.symlink_to("/dev/full")
    assert "disk is full" in only_sentence(clone.run())


@posix
def test_too_little_room_is_said_before_anything_is_made(clone: Clone) -> None:
    text = (clone.root / "course.py").read_text(encoding="utf-8")
    (clone.root / "course.py").write_text(text.replace('("requirements.txt",), 1.2)', '("requirements.txt",), 1e9)'))
    assert "GB on this disk" in only_sentence(clone.run())
    assert not (clone.root / ".venv").exists()


@posix
def test_a_model_that_cannot_be_had_ends_the_tests(clone: Clone) -> None:
    done = clone.run("test", FAKE_WEIGHTS="The hub is not reachable.")
    assert done.returncode == 1 and "tests" not in done.stdout.splitlines()[-1]
    assert done.stderr.splitlines() == [
        "The hub is not reachable.",
        "The model is not there yet; the line above says why. Then run the same command again.",
    ]
    assert clone.run().returncode == 0


@posix
def test_test_installs_the_tools_once_and_passes_its_words_on(clone: Clone) -> None:
    done = clone.run("test", "unit", "-k", "cosine")
    assert "tests unit -k cosine" in done.stdout
    clone.run("test")
    clone.run("start")
    assert [call.split()[-1].split("/")[-1] for call in clone.calls()[1:]] == [
        "first.txt",
        "requirements.txt",
        "requirements-test.txt",
    ]


@posix
def test_a_command_of_the_package_needs_no_test_tools_and_its_exit_code_counts(clone: Clone) -> None:
    done = clone.run("slides", "02", "--minutes", "45", "--no-browser")
    assert "|slides|02|--minutes|45|--no-browser" in done.stdout and done.returncode == 3
    assert "|class_summary|folder" in clone.run("class_summary", "folder").stdout
    assert not [call for call in clone.calls() if "requirements-test.txt" in call]


@posix
def test_a_script_of_an_author_runs_inside(clone: Clone) -> None:
    assert "lint notebooks" in clone.run("lint", "notebooks").stdout


@posix
def test_the_reference_lives_in_an_environment_of_its_own(clone: Clone) -> None:
    done = clone.run("bench")
    assert f"bench bert {clone.root / '.venv-reference'}" in done.stdout and done.returncode == 4
    assert "tests reference" in clone.run("test", "reference").stdout
    assert not (clone.root / ".venv").exists() and [call.split()[0] for call in clone.calls()] == ["venv", "pip", "pip"]


@posix
def test_check_says_what_to_do_and_installs_nothing(clone: Clone) -> None:
    done = clone.run("check")
    assert done.returncode == 1 and "run: python course.py" in done.stdout and clone.calls() == []


@posix
def test_check_after_a_move_or_a_loss_says_what_to_type(clone: Clone) -> None:
    """It runs also where nothing else does: that is when people ask it."""
    assert clone.run("--no-browser").returncode == 0
    clone.root = clone.root.rename(clone.root.with_name("moved, caf\u00e9"))
    done = clone.run("check", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 1 and "TO DO the folder was moved; run: python course.py" in done.stdout
    assert clone.run("--no-browser").returncode == 0
    python = clone.root / ".venv" / "bin" / "python"
    python.unlink()
    assert "TO DO .venv does not run; run: python course.py" in clone.run("check").stdout


@posix
def test_check_runs_whatever_pythonpath_names(clone: Clone, tmp_path: Path) -> None:
    (clone.root / "tools" / "check.py").write_text("import json, sys; print('checked', *sys.argv[1:])")
    assert clone.run("--no-browser").returncode == 0
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "json.py").write_text("raise SystemExit('not the json that you think')")
    python = str(clone.root / ".venv" / "bin" / "python")
    broken = subprocess.run([python, "-c", "import json"], env={"PYTHONPATH": str(tmp_path / "theirs")}, check=False)
    assert broken.returncode == 1, "there it breaks"
    code = "import course; raise SystemExit(course.main(['check', '--class']))"
    done = subprocess.run(
        [sys.executable, "-c", "import json, os, sys; os.environ['PYTHONPATH'] = sys.argv[1]; " + code,
         str(tmp_path / "theirs")], cwd=clone.root, env=clone.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout == "checked --class\n", done.stderr
    for name in ("json", "random", "argparse"):
        (tmp_path / "theirs" / f"{name}.py").write_text("raise SystemExit('not what you think')")
    env = {**clone.env, "PYTHONPATH": f"{tmp_path / 'theirs'}{os.pathsep}"}
    typed = [sys.executable, "course.py", "check"]
    done = subprocess.run(typed, cwd=clone.root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout == "checked\n", done.stderr


def test_half_an_environment_is_a_line_of_check(tmp_path: Path) -> None:
    for name in ("check.py", "pin.py", "run_tests.py"):
        shutil.copy(ROOT / "tools" / name, tmp_path)
    words = [sys.executable, "-I", "-S", str(tmp_path / "check.py")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.startswith("course     TO DO ModuleNotFoundError") and "run: python course.py" in done.stdout


@posix
def test_what_was_installed_elsewhere_is_not_written_down_as_done(clone: Clone) -> None:
    (clone.tools / "elsewhere").touch()
    assert "platformdirs was installed, and not into" in only_sentence(clone.run())
    assert not (clone.root / ".venv" / "course.json").exists()
    (clone.tools / "elsewhere").unlink()
    assert clone.run().returncode == 0


OTHERS = ["PIP_CONSTRAINT", "PIP_NO_BINARY", "PIP_PLATFORM", "UV_CONSTRAINT", "UV_EXCLUDE_NEWER", "UV_NO_BINARY"]


@pytest.mark.parametrize("name", OTHERS)
def test_settings_that_choose_other_packages_do_not_reach_the_installer(
    name: str, course: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one of these the pinned packages are refused, in words that blame the index or a checksum."""
    monkeypatch.setenv(name, "1")
    assert name not in course.installer_env()


def test_settings_that_lead_elsewhere_are_overruled(course: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in course.ELSEWHERE:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_INDEX_URL", "theirs")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    env = course.installer_env()
    assert env["UV_NO_INDEX"] == "1", "uv is told what pip was told"
    assert not {*course.ELSEWHERE} & {*env} - {"PIP_USER"} and env["PIP_USER"] == "0"
    assert env["PIP_INDEX_URL"] == env["UV_INDEX_URL"] == "theirs", "where packages come from is theirs to say"


@posix
@pytest.mark.parametrize("word", ["labb", "../tools/lint", "no_such_thing"])
def test_an_unknown_command_is_one_sentence(clone: Clone, word: str) -> None:
    assert word in only_sentence(clone.run(word)) and clone.calls() == []


def test_help_names_the_commands_and_needs_nothing(clone: Clone) -> None:
    done = clone.run("--help")
    assert done.returncode == 0 and clone.calls() == []
    for word in ("start", "model", "test", "check", "slides", "bench", "site", "--here", "--no-browser", "--port"):
        assert word in done.stdout


# ---- the real pip, against a package index on this machine ----------------------------------------------------------


def make_wheel(folder: Path, name: str = "tiny") -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return path


class Refuser(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(403)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def refusing_index() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuser)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple"
    server.shutdown()
    server.server_close()


@pytest.fixture
def closed_index() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/simple"


@posix
@pytest.mark.slow  # the real uv has the same troubles in a tenth of the time
def test_the_real_pip_and_each_of_its_troubles(clone: Clone, refusing_index: str, closed_index: str) -> None:
    """One environment, one story: pip fails in three ways, and then the same command succeeds."""
    wheels = clone.tools / "wheels"  # pip splits a list of folders at spaces, uv at commas
    wheels.mkdir()
    wheel = make_wheel(wheels)
    pip = {"EMBEDDINGS_COURSE_INSTALLER": "pip", "PIP_RETRIES": "1", "PIP_TIMEOUT": "5", "PIP_CONFIG_FILE": os.devnull}
    pip |= {"PATH": f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin", "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    offline = {**pip, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    requirements = clone.root / "requirements.txt"
    requirements.write_text("tiny==1.0\n")
    done = clone.run(**pip, PIP_INDEX_URL=closed_index)
    if "ensurepip" in done.stderr:
        pytest.skip("this Python has no ensurepip")
    assert "No connection" in only_sentence(done)
    assert "refused us" in only_sentence(clone.run(**pip, PIP_INDEX_URL=refusing_index))
    requirements.write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    assert "checksum" in only_sentence(clone.run(**offline))
    requirements.write_text("tiny==1.0\n")
    (clone.tools / "pip.conf").write_text(f"[install]\ntarget = {clone.tools / 'theirs'}\n")
    said = only_sentence(clone.run(**offline | {"PIP_CONFIG_FILE": str(clone.tools / "pip.conf")}))
    assert "tiny was installed, and not into" in said
    done = clone.run(**offline, PIP_TARGET=str(clone.tools / "theirs"), PIP_USER="1", PIP_DRY_RUN="1")
    assert done.returncode == 0, done.stderr
    assert wheel.exists() and next((clone.root / ".venv").rglob("tiny.py")) and clone.calls() == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("uv") is None or os.name == "nt", reason="uv is not installed here")
def test_the_real_uv_and_each_of_its_troubles(clone: Clone, refusing_index: str, closed_index: str) -> None:
    (clone.tools / "uv").unlink()
    (clone.tools / "uv").symlink_to(shutil.which("uv") or "")
    wheels = clone.tools / "wheels"  # pip splits a list of folders at spaces, uv at commas
    wheels.mkdir()
    make_wheel(wheels)
    uv = {"UV_HTTP_RETRIES": "0", "UV_HTTP_TIMEOUT": "5", "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    requirements = clone.root / "requirements.txt"
    requirements.write_text("tiny==1.0\n")
    # what the user told pip, uv is told too
    assert "No connection" in only_sentence(clone.run(**uv, PIP_INDEX_URL=closed_index))
    assert "refused us" in only_sentence(clone.run(**uv, UV_INDEX_URL=refusing_index))
    offline = {**uv, "UV_NO_INDEX": "1", "UV_OFFLINE": "1", "PIP_FIND_LINKS": str(wheels)}
    requirements.write_text("tiny==2.0\n")
    assert "does not have a package" in only_sentence(clone.run(**offline))
    requirements.write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    assert "checksum" in only_sentence(clone.run(**offline))
    requirements.write_text("tiny==1.0\n")
    assert clone.run(**offline, UV_SYSTEM_PYTHON="1", UV_PYTHON="/nowhere").returncode == 0
    assert next((clone.root / ".venv").rglob("tiny.py"))
