#!/usr/bin/env python3
"""Set the course up and start it. `python course.py` is all that a learner types.

    python course.py              make .venv, install, fetch the model, open JupyterLab on the first lesson
    python course.py model NAME   fetch another model that the course knows
    python course.py check        say what is installed and what to do about what is not
    python course.py slides       the notebooks as slides, live and still; also: cuts, class_summary
    python course.py test         run every test; or one part: unit, notebooks, browser, types, mutants, reference
    python course.py lite         the whole course for a browser, built into build/lite; --serve shows it
    python course.py bench        speed and memory beside PyTorch
    python course.py site         the course as pages to read, in build/site/: open its index.html

Standard library only. Any Python from 3.7 starts this file; the course itself runs on 3.11 to 3.13,
so the first thing it does is to look for one of those.
"""

from __future__ import annotations  # <- a Python older than 3.7 stops here: please start this with Python 3.11 to 3.13

import os
import sys

if __name__ == "__main__":  # what PYTHONPATH names comes before Python's own: a random.py there would stop us here
    theirs = {os.path.abspath(place) for place in os.environ.get("PYTHONPATH", "").split(os.pathsep)}  # noqa: PTH100 (pathlib would be looked for there too)
    sys.path[1:] = [place for place in sys.path[1:] if os.path.abspath(place) not in theirs]  # noqa: PTH100

import argparse
import collections
import contextlib
import errno
import hashlib
import json
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
OLDEST, TOO_NEW = (3, 11), (3, 14)  # gensim has no wheel for 3.14 yet
SHIPPED = (
    "start",
    "model",
    "slides",
    "cuts",
    "class_summary",
    "summary",
    "take_home",
    "bring_home",
)  # commands of the package itself
DOWNLOAD = "embeddings_course.files.download"
FIRST = "platformdirs|tqdm|colorama"  # what that needs (the last one on Windows)
STAMP = "course.json"  # stands in a finished environment, written last: what is installed there
ENVIRONMENTS = {  # folder: (what it installs, in this order; free disk space that it needs, in GB)
    ".venv": (("requirements.txt",), 1.2),
    ".venv-reference": (("requirements-reference.txt",), 3.0),
    ".venv-lite": (("requirements-lite.txt",), 0.8),
}
ELSEWHERE = (  # settings that would put packages somewhere else, nowhere, or choose others
    *("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_NO_DEPS"),
    *("PIP_CONSTRAINT", "PIP_NO_BINARY", "PIP_PRE", "PIP_PLATFORM", "PIP_PYTHON_VERSION", "PIP_ABI"),
    *("UV_SYSTEM_PYTHON", "UV_NO_DEPS", "UV_PYTHON", "PYTHONPATH", "PYTHONHOME"),
    *("UV_CONSTRAINT", "UV_OVERRIDE", "UV_NO_BINARY", "UV_PRERELEASE", "UV_RESOLUTION", "UV_EXCLUDE_NEWER"),
)
MISSING = """
import importlib.metadata, sys
for name in sys.argv[1:]:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        print(name)
"""
DISK_FULL = "The disk is full. Free about 2 GB, then run the same command again: it carries on where it stopped."
REASONS = (  # what an installer or the system says, and the one sentence that a learner reads
    (r"no space left|os error 28\b|errno 28\b|not enough space|os error 112\b|quota exceeded", DISK_FULL),
    (
        r"do not match the hashes|hash mismatch",
        "A downloaded package is not the one that the course was tested with (its checksum differs). "
        "Run the same command again; if it happens again, ask whoever runs your package index.",
    ),
    (
        r"\b(401|403|407)\b[^\n]*(client error|unauthorized|forbidden|authentication|proxy)|unauthorized|forbidden",
        "The package index refused us. If you need a proxy or a login for it, set that up first; "
        "then run the same command again.",
    ),
    (
        r"certificate.?verify|invalid peer certificate|sslerror",
        "The package index could not prove who it is (certificate). On a managed network, ask for its certificate "
        "and set SSL_CERT_FILE and PIP_CERT to it; then run the same command again.",
    ),
    (
        r"externally.managed",
        "This Python belongs to the operating system and must not be changed. Leave out --here, "
        "or activate an environment of your own first.",
    ),
    (
        r"name resolution|name or service not known|getaddrinfo|could not resolve|dns error|network is unreachable|"
        r"connection refused|connection reset|failed to establish|error sending request|max retries|timed? ?out|"
        r"proxyerror|error trying to connect|connection broken|remote end closed",
        "No connection to the package index. Check the network, then run the same command again: "
        "it carries on where it stopped.",
    ),
    (
        r"no matching distribution|no solution found|not found in the (package )?registry|could not find a version",
        "The package index does not have a package that the course needs. If your organisation has its own index, "
        "ask for the packages of requirements.txt; then run the same command again.",
    ),
    (
        r"permission denied|errno 13\b|access is denied|read-only file system",
        "We may not write here. Put the course into a folder of your own, then run the same command again.",
    ),
)


class Stop(Exception):
    """Something that a person must know: one sentence, then the command ends with this exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def say(text: str) -> None:
    """Print a line at once, also where the output goes to a file."""
    print(text, flush=True)


@contextlib.contextmanager
def step(doing: str, detail=lambda: ""):  # noqa: ANN001, ANN201
    """Show that something goes on and for how long, from its first second to its end: one line on a terminal."""
    started, over, live = time.monotonic(), threading.Event(), sys.stdout.isatty()

    def show(end: str) -> None:
        print(f"{chr(13) if live else ''}{doing}{detail()}: {time.monotonic() - started:.0f} s", end=end, flush=True)

    def tick() -> None:
        while not over.wait(1 if live else 15):
            show("" if live else "\n")

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    if not live:
        say(doing)
    try:
        yield
    finally:
        over.set()
        ticker.join()
        show("\n")


def reason(output: str) -> str | None:
    """Return the sentence for the first known trouble in an installer's output; None where it is unknown."""
    return next((sentence for pattern, sentence in REASONS if re.search(pattern, output, re.IGNORECASE)), None)


# ---- a Python that fits -------------------------------------------------------------------------------------------


def version_of(command: list[str]) -> tuple[int, ...] | None:
    """Return the version of the Python behind a command; None where it does not run (an empty pyenv shim, say)."""
    try:
        done = subprocess.run(
            [*command, "-c", "import sys; print(*sys.version_info[:3])"], capture_output=True, timeout=30, check=True
        )
        return tuple(int(number) for number in done.stdout.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def supported(version: tuple[int, ...] | None) -> bool:
    """Say whether the course runs on this version."""
    return version is not None and OLDEST <= version[:2] < TOO_NEW


def candidates(windows: bool = WINDOWS, first: str | None = None) -> list[list[str]]:
    """Return the commands that may start a fitting Python, best first; `first` names a version to try before others."""
    names = ["3.13", "3.12", "3.11"]
    others = [["py", f"-{name}"] for name in names] if windows else []
    others += [[f"python{name}"] for name in names]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"  # installed there, not active
    others += [[str(path)] for name in names for path in sorted(pyenv.glob(f"{name}.*/bin/python"), reverse=True)]
    ahead = [command for command in others if first and first in command[-1]]
    return [*ahead, [sys.executable], *others]


def has_ensurepip(command: list[str]) -> bool:
    """Say whether this Python can make an environment with pip in it (Debian ships ensurepip apart)."""
    done = subprocess.run([*command, "-c", "import ensurepip, venv"], capture_output=True, check=False)
    return done.returncode == 0


def find_python(uv: str | None, first: str | None = None) -> list[str] | None:
    """Return a command that starts Python 3.11 to 3.13; None where uv has to find one.

    Raises:
        Stop: where there is none, or none that can make an environment.
    """
    crippled = None
    for command in candidates(first=first):
        if shutil.which(command[0]) and supported(version_of(command)):
            if uv or has_ensurepip(command):
                return command
            crippled = crippled or command
    if uv:
        return None
    if crippled:
        raise Stop(
            f"{' '.join(crippled)} has no ensurepip, so it cannot make an environment: install it "
            "(Debian and Ubuntu: sudo apt install python3-venv) or install uv, then run the same command again."
        )
    raise Stop(
        f"The course needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]} and no other was found. "
        "Install Python 3.13 from python.org (or install uv), then run the same command again."
    )


def find_uv() -> str | None:
    """Return the path of uv, where it is installed and not switched off by EMBEDDINGS_COURSE_INSTALLER=pip."""
    if os.environ.get("EMBEDDINGS_COURSE_INSTALLER", "").lower() == "pip":
        return None
    return shutil.which("uv") or shutil.which("uv", path=str(Path.home() / ".local" / "bin"))


# ---- the environment ----------------------------------------------------------------------------------------------


def python_in(folder: Path, windows: bool = WINDOWS) -> Path:
    """Return where the Python of an environment is."""
    return folder / "Scripts" / "python.exe" if windows else folder / "bin" / "python"


def digest(paths: list[Path]) -> dict[str, str]:
    """Return the SHA-256 of each file, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def read_stamp(folder: Path) -> dict[str, str]:
    """Return what is installed in an environment, by file name; nothing where its making did not finish."""
    try:
        installed = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return installed if isinstance(installed, dict) else {}
    except (OSError, ValueError):
        return {}


def write_stamp(folder: Path, installed: dict[str, str]) -> None:
    """Write what is installed; the file appears whole or not at all, also where two write it at once."""
    half = folder / f"{STAMP}.{os.getpid()}.half"
    half.write_text(json.dumps(installed, indent=1), encoding="utf-8")
    half.replace(folder / STAMP)


def installer_env() -> dict[str, str]:
    """Return the environment for an installer: uv is told what the user told pip, and neither installs elsewhere."""
    env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    env["PIP_USER"] = "0"  # also where a pip.conf says otherwise
    for name, separator in (("INDEX_URL", " "), ("EXTRA_INDEX_URL", " "), ("FIND_LINKS", ",")):
        if f"PIP_{name}" in env:
            env.setdefault(f"UV_{name}", separator.join(env[f"PIP_{name}"].split()))
    if env.get("PIP_NO_INDEX", "0") not in ("0", "false", "no", "off"):
        env.setdefault("UV_NO_INDEX", "1")
    if "PIP_CERT" in env:
        env.setdefault("SSL_CERT_FILE", env["PIP_CERT"])
    return env


def run_logged(command: list[str], log: Path, doing: str) -> None:
    """Run a command with its output in a log file, and a counter and the time on the screen.

    Raises:
        Stop: where it fails, with what to do about it.
    """
    tail: collections.deque[str] = collections.deque(maxlen=400)
    found = 0
    with log.open("a", encoding="utf-8") as file, step(doing, lambda: f", {found} packages" if found else ""):
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=installer_env(),
        )
        with process:
            for line in process.stdout or ():
                file.write(line)
                tail.append(line)
                found += line.startswith(("Collecting ", " + "))
    if process.returncode < 0:  # from outside; a full memory does that
        raise Stop(f"{doing} was stopped (signal {-process.returncode}). Close what needs memory and run this again.")
    if process.returncode:
        output = "".join(tail) + pip_whispers(log.with_suffix(".pip"))
        last = next((line.strip() for line in reversed(tail) if line.strip()), f"exit code {process.returncode}")
        raise Stop(f"{reason(output) or f'{doing} did not work: {last}'} (Details: {log})")


def pip_whispers(log: Path) -> str:
    """Return what pip tells only its own log: that an index refused a page."""
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(line for line in lines if "Could not fetch URL" in line)


def make_venv(folder: Path, uv: str | None, first: str | None) -> None:
    """Make an environment in which nothing is installed yet.

    Raises:
        Stop: where no Python fits, or the making fails.
    """
    python = find_python(uv, first)
    folder.mkdir(parents=True)
    log = folder / "install.log"
    if uv:
        wanted = python if python is None else [shutil.which(python[0]) or python[0]]
        if python is not None and len(python) > 1:  # "py -3.12" is two words; uv wants one path
            found = subprocess.run(
                [*python, "-c", "import sys; print(sys.executable)"], capture_output=True, check=True
            )
            wanted = [found.stdout.decode().strip()]
        choice = wanted[0] if wanted else ">=3.11,<3.14"
        run_logged([uv, "venv", "--allow-existing", "--python", choice, str(folder)], log, "Making the environment")
    else:
        assert python is not None
        run_logged([*python, "-m", "venv", str(folder)], log, "Making the environment")


def usable(folder: Path) -> bool:
    """Say whether a folder is an environment that runs a fitting Python.

    Raises:
        Stop: where it is somebody's own, with a Python that does not fit; we do not delete that.
    """
    version = version_of([str(python_in(folder))])
    if version and not supported(version):
        raise Stop(
            f"{folder.name} was made with Python {version[0]}.{version[1]}; the course needs 3.11 to 3.13. "
            f"Delete or rename the folder {folder.name}, then run the same command again."
        )
    return version is not None


def install(python: Path, arguments: list[str], log: Path, doing: str) -> None:
    """Install with uv where it is found, else with pip."""
    uv = find_uv()
    if uv:
        command = [uv, "pip", "install", "--python", str(python)]
    else:
        if subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode:
            # made by uv, and uv is gone: a Python with ensurepip can put pip there
            run_logged([str(python), "-m", "ensurepip", "--default-pip"], log, "Adding pip")
        command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        command += ["--progress-bar", "off", "--log", str(log.with_suffix(".pip"))]
        if log.with_suffix(".pip").exists():
            log.with_suffix(".pip").unlink()
    run_logged([*command, *arguments], log, doing)


def see_that_it_is_there(python: Path, file: Path) -> None:
    """See that what was installed is in this environment, before that is written down.

    Raises:
        Stop: where a setting of the installer sent it elsewhere.
    """
    names = re.findall(r"^([\w.-]+)==[^;\n]*$", file.read_text(encoding="utf-8"), re.MULTILINE)
    asked = subprocess.run([str(python), "-I", "-c", MISSING, *names], capture_output=True, text=True, check=False)
    missing = asked.stdout.split()
    if missing:
        raise Stop(
            f"{missing[0]} was installed, and not into {python.parent.parent}: a setting of pip or uv sends packages "
            "elsewhere (target, prefix, root, dry-run). Look for it in `pip config list` and in uv.toml, take it out, "
            "then run the same command again."
        )


def link_package(python: Path) -> None:
    """Let the environment import the course from this folder: one .pth file, nothing is built or copied."""
    asked = subprocess.run(
        [str(python), "-c", "import sysconfig; print(ascii(sysconfig.get_path('purelib')))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    folder = asked.stdout.strip()[1:-1].encode("ascii").decode("unicode_escape")
    # older Pythons read .pth files in the local encoding: a line of ASCII code is read the same everywhere
    line = str(ROOT) if str(ROOT).isascii() else f"import sys; sys.path.append({str(ROOT)!a})"
    (Path(folder) / "embeddings_course.pth").write_text(f"{line}\n", encoding="ascii")


@contextlib.contextmanager
def model_meanwhile(python: Path, folder: Path):  # noqa: ANN201
    """Fetch the model while the packages are being installed; the few that it needs come first.

    Where the model cannot be had this way, the next step fetches it and says why.
    """
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = [found[0] for found in re.finditer(rf"^({FIRST})==(.*\\\n)*.*", listed, re.MULTILINE)]
    if not pinned:
        yield
        return
    first, log, uv = folder / "first.txt", folder / "model.log", find_uv()
    first.write_text("\n".join(pinned) + "\n", encoding="utf-8")
    install(python, ["-r", str(first)], folder / "install.log", "Preparing")
    env = dict(installer_env(), UV=uv) if uv else installer_env()
    with log.open("wb") as file:
        command = [str(python), "-m", DOWNLOAD, "fetch"]
        fetching = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    try:
        yield
        if fetching.poll() is None:
            with step("Waiting for the model", lambda: f", {last_line(log)}"):
                fetching.wait()
        say("The model came meanwhile" if fetching.returncode == 0 else "The model did not come yet")
    finally:
        if fetching.poll() is None:
            fetching.terminate() if WINDOWS else fetching.send_signal(signal.SIGINT)  # Ctrl+C: it tidies up
            with contextlib.suppress(subprocess.TimeoutExpired):
                fetching.wait(10)
            fetching.kill()


def last_line(log: Path) -> str:
    """Return the last line of a log."""
    return log.read_text(encoding="utf-8", errors="replace").split("\n")[-2:][0].strip()


@contextlib.contextmanager
def alone(name: str):  # noqa: ANN201
    """Wait while another window makes the same environment; a lock of the system's ends with whoever holds it."""
    with (ROOT / f"{name}.lock").open("a", encoding="utf-8") as file:
        if not lock(file):
            say(f"Another start is making {name}; waiting for it")
            while not lock(file):
                time.sleep(0.2)
        yield


def lock(file) -> bool:  # noqa: ANN001
    """Take the lock of a file, until it is closed; False where somebody else has it."""
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:  # a disk without locks goes on without
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def lacking(folder: Path, wanted: dict[str, str]) -> dict[str, str] | None:
    """Return what is installed in an environment where something is missing; None where all is there."""
    installed = read_stamp(folder) if python_in(folder).exists() else {}
    return None if wanted.items() <= installed.items() else installed


def ensure_environment(name: str = ".venv", extra: tuple[str, ...] = (), first: str | None = None) -> Path:
    """Return the Python of an environment that has everything; makes or completes it where needed.

    Raises:
        Stop: with one sentence, where that is not possible; the next call carries on.
    """
    folder, (files, space) = ROOT / name, ENVIRONMENTS[name]
    wanted = digest([ROOT / file for file in (*files, *extra)])
    wanted["folder"] = str(ROOT)
    if lacking(folder, wanted) is not None:
        with alone(name):
            complete(folder, space, wanted, first)
    return python_in(folder)


def complete(folder: Path, space: float, wanted: dict[str, str], first: str | None) -> None:
    """Make an environment where there is none that runs, and install what it lacks.

    Raises:
        Stop: with one sentence, where that is not possible.
    """
    installed, python, name, started = lacking(folder, wanted), python_in(folder), folder.name, time.monotonic()
    if installed is None:  # somebody else made it while we waited
        return
    if not installed and shutil.disk_usage(ROOT).free < space * 1e9:
        raise Stop(f"The course needs {space} GB on this disk and there is less. Free some, then run this again.")
    if not usable(folder):
        if folder.exists():
            say(f"Making {name} anew: what is there does not run.")
            shutil.rmtree(folder)
        make_venv(folder, find_uv(), first)
    missing = [file for file in wanted if file != "folder" and installed.get(file) != wanted[file]]
    with contextlib.nullcontext() if installed else model_meanwhile(python, folder):
        for file in missing:
            pin = r"^[\w.-]+(?:\[[^]]*\])?=="
            count = len(re.findall(pin, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))
            install(python, ["-r", str(ROOT / file)], folder / "install.log", f"Installing the {count} of {file}")
            see_that_it_is_there(python, ROOT / file)
    link_package(python)
    write_stamp(folder, {**installed, **wanted})
    say(f"{name} is ready ({time.monotonic() - started:.0f} s)")


def ensure_here(extras: tuple[str, ...] = ()) -> Path:
    """Return the active Python with everything in it: only what is missing is installed, nothing is replaced.

    Raises:
        Stop: where this Python does not fit or may not be changed.
    """
    if not supported(sys.version_info[:3]):
        raise Stop(
            f"--here uses the active Python, and that is {sys.version.split()[0]}; the course needs 3.11 to 3.13. "
            "Activate another environment (conda: conda activate embeddings-course) or leave out --here."
        )
    import tomllib  # from Python 3.11 on

    prefix, python = Path(sys.prefix), Path(sys.executable)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(declared["dependencies"])
    for extra in extras:
        wanted += declared["optional-dependencies"][extra]
    key, stamp = "here " + " ".join(extras), hashlib.sha256("\n".join([*wanted, str(ROOT)]).encode()).hexdigest()
    installed = read_stamp(prefix)
    if installed.get(key) != stamp:
        say(f"Installing what {prefix} lacks")
        descriptor, log = tempfile.mkstemp(prefix="embeddings-course-", suffix=".log")
        os.close(descriptor)
        install(python, wanted, Path(log), "Installing")
        for used in (Path(log), Path(log).with_suffix(".pip")):
            used.unlink(missing_ok=True)
        link_package(python)
        write_stamp(prefix, {**installed, key: stamp})
    return python


def environment(options: argparse.Namespace, testing: bool = False) -> Path:
    """Return the Python that runs the course (`--here`: the active one), with the test tools where asked."""
    if options.here:
        return ensure_here(("test",) if testing else ())
    return ensure_environment(".venv", ("requirements-test.txt",) if testing else ())


def in_course(python: Path, *arguments: str) -> int:
    """Run the environment's Python in the course's folder; return its exit code."""
    return subprocess.run([str(python), *arguments], cwd=ROOT, check=False).returncode


def hand_over(python: Path, *arguments: str) -> int:
    """Let the environment's Python go on in place of this one; on Windows alone this function comes back."""
    if not WINDOWS:
        os.chdir(ROOT)
        os.execv(str(python), [str(python), *arguments])
    # Windows has no exec that waits: stay, and leave Ctrl+C to whoever goes on
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return in_course(python, *arguments)


def ensure_model(python: Path) -> None:
    """Have the model on this machine: fetched and verified the first time, found at once after that.

    Raises:
        Stop: where it cannot be had; download.py has said why.
    """
    code = in_course(python, "-m", DOWNLOAD, "fetch")
    if code:
        raise Stop("The model is not there yet; the line above says why. Then run the same command again.", code)


# ---- the commands -------------------------------------------------------------------------------------------------


def shipped(options: argparse.Namespace, rest: list[str]) -> int:
    """Run a command of the package itself; `start`, which is the default, opens JupyterLab."""
    python = environment(options)
    words = [options.command, *rest]
    if options.command in ("start", "slides"):
        words += ["--no-browser"] * options.no_browser + (["--port", str(options.port)] if options.port else [])
    return hand_over(python, "-m", "embeddings_course.commands.cli", *words)


def test(options: argparse.Namespace, rest: list[str]) -> int:
    """Run the parts that were asked for (without a part: all but the reference): tools/run_tests.py."""
    python = reference_environment() if rest[:1] == ["reference"] else environment(options, testing=True)
    ensure_model(python)
    return in_course(python, "tools/run_tests.py", *rest)


def reference_environment() -> Path:
    """Return the Python that has PyTorch and transformers beside the course; 3.11 has wheels wherever there are any."""
    return ensure_environment(".venv-reference", first="3.11")


def bench(options: argparse.Namespace, rest: list[str]) -> int:
    """Run every benchmark beside the reference libraries; each prints its ratios."""
    python = reference_environment()
    ensure_model(python)
    scripts = [path for path in sorted((ROOT / "benchmarks").glob("*.py")) if not path.name.startswith("_")]
    if not scripts:
        raise Stop("There is no benchmark in benchmarks/.")
    return max(in_course(python, str(script.relative_to(ROOT)), *rest) for script in scripts)


def site(options: argparse.Namespace, rest: list[str]) -> int:
    """Make the reading page: tools/make_site.py, which needs nothing but the course's own environment."""
    python = environment(options)
    ensure_model(python)
    return in_course(python, "tools/make_site.py", *rest)


def lite(options: argparse.Namespace, rest: list[str]) -> int:
    """Build the course for a browser, or serve what was built: tools/lite. Python 3.12 is Pyodide's own."""
    if not (ROOT / "tools" / "lite").is_dir():
        raise Stop("This needs a clone of the repository: tools/lite is not here.")
    python = ensure_environment(".venv-lite", first="3.12")
    port = ["--port", str(options.port)] if options.port else []
    return in_course(python, "-m", "tools.lite", *rest, *port)


def check(options: argparse.Namespace, rest: list[str]) -> int:
    """One line per item: OK or what to do. Installs nothing."""
    python = Path(sys.executable) if options.here else python_in(ROOT / ".venv")
    installed = read_stamp(ROOT / ".venv")
    if not options.here and (not installed or installed.get("folder") != str(ROOT) or not version_of([str(python)])):
        version = sys.version.split()[0]
        fits = "OK   " if supported(sys.version_info[:3]) else "TO DO"
        say(f"python     {fits} {version}{'' if fits == 'OK   ' else ' does not fit itself; another is looked for'}")
        moved = installed.get("folder", str(ROOT)) != str(ROOT)
        why = "the folder was moved" if moved else ".venv does not run" if installed else "not installed yet"
        say(f"packages   TO DO {why}; run: python course.py")
        return 1
    # -I: what PYTHONPATH names may have a module of ours or of Python in it, and the check must run all the same
    return in_course(python, "-I", "tools/check.py", *rest)


def run_tool(options: argparse.Namespace, rest: list[str]) -> int:
    """Run a script of an author in the course's environment: `notebook lint` is tools/notebook.py lint."""
    script = Path("tools", f"{options.command}.py")
    if not re.fullmatch(r"[a-z_]+", options.command) or not (ROOT / script).is_file():
        raise Stop(f"There is no command {options.command!r}. Run python course.py --help to see what there is.", 2)
    python = environment(options, testing=True)
    ensure_model(python)
    return in_course(python, str(script), *rest)


def parse(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return the options, and what goes on to the command itself."""
    parser = argparse.ArgumentParser(
        prog="python course.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument(
        "command", nargs="?", help="start (this is the default), model, check, slides, test, bench, site"
    )
    parser.add_argument("-h", "--help", action="store_true", help="this text; after a command: that command's own")
    parser.add_argument("--here", action="store_true", help="use the active environment (conda), not .venv")
    parser.add_argument(
        "--no-browser", action="store_true", help="start, slides: print the address and open no browser"
    )
    parser.add_argument("--port", type=int, help="start, slides: the port for JupyterLab")
    options, rest = parser.parse_known_args(words)
    if options.help and not options.command:
        parser.print_help()
        parser.exit()
    options.command = options.command or "start"
    return options, rest + ["--help"] * options.help


def main(words: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that lacks a letter shows its number
            stream.reconfigure(errors="backslashreplace")
    options, rest = parse(sys.argv[1:] if words is None else words)
    commands = {**dict.fromkeys(SHIPPED, shipped), "test": test, "bench": bench, "check": check}
    commands |= {"site": site, "lite": lite}
    command = commands.get(options.command, run_tool)
    try:
        return command(options, rest)
    except Stop as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return trouble.code or 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: it carries on where it stopped.", file=sys.stderr, flush=True)
        return 130
    except OSError as trouble:
        full = trouble.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        sentence = DISK_FULL if full else reason(str(trouble)) or f"The system said: {trouble}"
        print(sentence, file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
