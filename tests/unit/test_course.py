"""course.py: one clear sentence for each trouble, and the next start carries on. No network but loopback."""

from __future__ import annotations

import ast
import http.server
import importlib.util
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
from sampled import only

from embeddings_course.commands import check

ROOT = Path(__file__).resolve().parent.parent.parent
posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a script with a #! line")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{path.stem}_under_test", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def course() -> ModuleType:
    return load(ROOT / "course.py")


# ---- a clone with a stand-in for uv --------------------------------------------------------------------------------

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


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def only_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line on stderr of a command that failed."""
    assert done.returncode not in (0, None)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


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


# ---- tools/run_tests.py and tools/check.py --------------------------------------------------------------------------


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
