"""Make the pinned lists from pyproject.toml: `python tools/pin.py` (needs uv and a package index).

    requirements.txt             the course, for Python 3.11 to 3.13 on every system, with hashes
    requirements-test.txt        the same and the test tools, with hashes
    requirements-reference.txt   the same and PyTorch with its friends; no hashes, because PyTorch has many builds
    requirements-lite.txt        what builds the course for a browser, and nothing of the course; with hashes
    environment.yml              the versions in its pip part

`python tools/pin.py --upgrade` takes the newest versions; without it, what is pinned stays where it can.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINDER_PYTHON = "3.12"
HEAD = "# Made from pyproject.toml by tools/pin.py; change that, not this.\n"
# The build of PyTorch that the course's figures were compared with. Its graphics-card packages are left out of the
# list: pip adds them where the chosen build wants them, and a machine without such a card is spared 3 GB.
TORCH = "torch==2.13.0"
GRAPHICS = re.compile(r"^(nvidia-|cuda-|triton)")
# From 4.25 on, `import jsonschema` builds 38 parsers of Internet addresses (rfc3987-syntax): three seconds of CPU
# in every start of JupyterLab and of a kernel test, for formats that no notebook has.
CAPS = "jsonschema<4.25\n"
# The first two fit Pyodide 0.27.7, whose parts tools/lite/parts.json lists, and bring JupyterLab 4.4 along; the third
# (what draws ipywidgets in a page) wants a newer one from 3.0.16 on. NumPy makes weights of half the size, gensim the
# run that a browser plays back.
LITE = """
jupyterlite-core==0.6.4
jupyterlite-pyodide-kernel==0.6.1
jupyterlab-widgets<3.0.16
gensim
numpy
pip
platformdirs
tqdm
"""


def declared(extras: tuple[str, ...]) -> str:
    """Return what pyproject asks for on a computer, one a line: the lists are not for browsers.

    >>> "emscripten" in declared(())
    False
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return "".join(line.removesuffix("; sys_platform != 'emscripten'") + "\n" for line in lines)


def lowest() -> str:
    """Return the lowest version that pyproject allows of each package, one a line.

    >>> "numpy==2.0" in lowest().splitlines()
    True
    """
    return re.sub(r"(?m)>=([\w.]+).*$", r"==\1", declared(()))


def compile_list(target: str, wanted: str, hashes: bool, upgrade: bool) -> None:
    """Write one pinned list with `uv pip compile`; earlier pins are kept unless `upgrade`.

    `wanted` are the lines that it must agree with: what is declared, caps, and the pins of the list before.

    Raises:
        subprocess.CalledProcessError: where uv finds no solution; it has said why.
    """
    uv = shutil.which("uv")
    if uv is None:
        raise SystemExit("This needs uv: install it (python -m pip install uv), then run this again.")
    command = [uv, "pip", "compile", "-", "--universal", "--python-version", "3.11", "--quiet"]
    # extras stay: for `x[more]>=1` pip takes the newest x, and not the pin, unless the pin says [more] too
    command += ["--no-header", "--no-annotate", "--no-strip-extras", "--no-emit-index-url", "--output-file", target]
    command += ["--generate-hashes"] * hashes + ["--upgrade"] * upgrade
    subprocess.run(command, cwd=ROOT, input=wanted, text=True, check=True)
    path = ROOT / target
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not GRAPHICS.match(line)]
    path.write_text(HEAD + "\n".join(line for line in lines if line != HEAD.strip()) + "\n", encoding="utf-8")


def pins(name: str) -> dict[str, list[tuple[str, str]]]:
    """Return the pins of a list: package name -> its (version, marker) pairs.

    >>> pins("requirements.txt")["ipywidgets"][0][0] >= "8.1"
    True
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]*))?", line)
        if match:
            package, version, marker = match.groups()
            found.setdefault(package.lower().replace("_", "-"), []).append((version, (marker or "").strip()))
    return found


def version_for(package: str, python: str, listed: dict[str, list[tuple[str, str]]]) -> str:
    """Return the pinned version of a package for one Python (on Linux)."""
    from packaging.markers import Marker  # comes with every test tool

    where = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    return next(version for version, marker in listed[package] if not marker or Marker(marker).evaluate(where))


def plain_pins(name: str) -> str:
    """Return the pins of a list without hashes, one a line: what later lists must agree with."""
    return "".join(
        f"{package}=={version}{f' ; {marker}' if marker else ''}\n"
        for package, versions in pins(name).items()
        for version, marker in versions
    )


def write_environment() -> None:
    """Put the pinned versions into the pip part of environment.yml."""
    path, listed = ROOT / "environment.yml", pins("requirements.txt")
    text = re.sub(
        r"(?m)^(      - )([a-z0-9-]+)==\S+$",
        lambda m: f"{m[1]}{m[2]}=={version_for(m[2], BINDER_PYTHON, listed)}",
        path.read_text(encoding="utf-8"),
    )
    path.write_text(text, encoding="utf-8")


def main(words: list[str]) -> int:
    """Make all five files."""
    upgrade = "--upgrade" in words
    compile_list("requirements.txt", declared(()) + CAPS, True, upgrade)
    compile_list("requirements-test.txt", declared(("test",)) + plain_pins("requirements.txt"), True, upgrade)
    both = plain_pins("requirements-test.txt") + TORCH + "\n"
    compile_list("requirements-reference.txt", declared(("test", "reference")) + both, False, upgrade)
    compile_list("requirements-lite.txt", LITE, True, upgrade)
    write_environment()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
