"""pyproject.toml, the pinned lists and environment.yml say the same. No network."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import stat
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ["3.11", "3.12", "3.13"]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tool_{name}", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pin, check_environment = script("pin"), script("check_environment")


def declared(*extras: str) -> list[Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("requirements.txt", ()),
        ("requirements-test.txt", ("test",)),
        ("requirements-reference.txt", ("test", "reference")),
    ],
)
def test_every_declared_package_is_pinned_within_its_range(name: str, extras: tuple[str, ...], python: str) -> None:
    listed = pin.pins(name)
    for requirement in declared(*extras):
        version = pin.version_for(requirement.name, python, listed)
        assert requirement.specifier.contains(version), f"{name} pins {requirement.name} {version} on {python}"


def test_the_lists_agree_with_one_another() -> None:
    small, test, reference = (pin.pins(f"requirements{part}.txt") for part in ("", "-test", "-reference"))
    for name, versions in small.items():
        assert {number for number, _ in test[name]} == {number for number, _ in versions}, name
    for name, versions in test.items():
        assert {number for number, _ in reference[name]} == {number for number, _ in versions}, name


def test_a_browser_can_have_what_the_package_asks_for() -> None:
    there = {"numpy": "2.0.2", "scipy": "1.14.1", "scikit-learn": "1.6.1", "matplotlib": "3.8.4", "ipywidgets": "7.7"}
    asked = {line.name: line for line in declared()}
    assert [name for name, version in there.items() if not asked[name].specifier.contains(version)] == []
    browser = {"sys_platform": "emscripten"}
    left_out = {name for name, line in asked.items() if line.marker and not line.marker.evaluate(browser)}
    assert left_out == {"gensim", "huggingface-hub", "jupyterlab", "jupyterlab-rise", "tokenizers"}


def test_ipywidgets_stays_where_the_views_of_vs_code_are_drawn() -> None:
    (asked,) = (line.specifier for line in declared() if line.name == "ipywidgets")
    assert asked.contains("7.7.1") and asked.contains("8.1.8") and not asked.contains("8.1.9"), "see pyproject.toml"
    assert {version for version, _ in pin.pins("requirements.txt")["ipywidgets"]} == {"8.1.8"}


def test_each_declared_package_has_a_lowest_version_and_it_is_the_one_that_is_tried() -> None:
    lowest = [Requirement(line) for line in pin.lowest().splitlines()]
    for line, least in zip(declared(), lowest, strict=True):
        (version,) = (part.version for part in least.specifier if part.operator == "==")
        assert f">={version}" in str(line.specifier).split(",") and line.name == least.name


def test_the_lists_hold_what_makes_a_start_quick() -> None:
    everything = {line for part in ("", "-test", "-reference") for line in pin.pins(f"requirements{part}.txt")}
    assert "jsonschema" in everything and "rfc3987-syntax" not in everything, "see CAPS in tools/pin.py"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_a_pin_names_the_extras_that_others_ask_for_or_pip_takes_the_newest_version(name: str) -> None:
    text, listed = (ROOT / name).read_text(encoding="utf-8"), pin.pins(name)
    asked = {
        f"{line.name.lower()}[{','.join(sorted(line.extras))}]"
        for package in listed
        for line in needs(package)
        if line.extras and line.name.lower() in listed and (not line.marker or line.marker.evaluate({"extra": ""}))
    }
    assert "jsonschema[format-nongpl]" in asked
    assert sorted(each for each in asked if f"\n{each}==" not in text) == []


def needs(package: str) -> list[Requirement]:
    try:
        return [Requirement(line) for line in importlib.metadata.requires(package) or ()]
    except importlib.metadata.PackageNotFoundError:  # it is for another system
        return []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_pin_has_a_hash_and_no_list_names_a_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z])", text)
    assert len(blocks) > 100
    assert [block.splitlines()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []
    assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_the_reference_list_spares_a_machine_without_a_graphics_card() -> None:
    listed = pin.pins("requirements-reference.txt")
    assert "torch" in listed and not [name for name in listed if pin.GRAPHICS.match(name)]
    assert "://" not in (ROOT / "requirements-reference.txt").read_text(encoding="utf-8")


def environment() -> tuple[str, list[str], list[str]]:
    return check_environment.dependencies((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_environment_yml_holds_what_pyproject_declares() -> None:
    python, conda, pip = environment()
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{python}.0")
    lines = [Requirement(line) for line in filter(None, map(check_environment.as_pip, conda))]
    lines += [Requirement(line) for line in pip]
    wanted = {requirement.name.lower(): requirement.specifier for requirement in declared()}
    assert {line.name for line in lines} == set(wanted)
    listed = pin.pins("requirements.txt")
    for line in lines:
        pinned = pin.version_for(line.name, python, listed)
        assert line.specifier.contains(pinned), f"environment.yml asks for {line}, the pinned list has {pinned}"
        if line.name in {Requirement(text).name for text in pip}:
            assert str(line.specifier) == f"=={pinned}"
        else:
            assert line.specifier == wanted[line.name]


def test_environment_yml_is_what_the_solver_and_binder_need() -> None:
    _, conda, pip = environment()
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert re.search(r"^name: embeddings-course$", text, re.MULTILINE)
    assert any(line.startswith("jupyterlab") for line in conda), "pip alone cannot lift Binder's notebook package"
    assert not [line for line in pip if line.startswith(("-", "."))], "-r or -e would install everything at each commit"
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists(), "they would hide environment.yml"


@pytest.mark.parametrize(
    "line", ["name: x\ndependencies:\n  - python>=3.11\n", "name: x\ndependencies:\n  - python=3.12\n      * odd\n"]
)
def test_a_line_that_binder_would_misread_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"environment\.yml"):
        check_environment.dependencies(line)


def test_an_old_pin_in_environment_yml_would_be_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    (tmp_path / "requirements.txt").write_bytes((ROOT / "requirements.txt").read_bytes())
    (tmp_path / "environment.yml").write_text(re.sub(r"gensim==\S+", "gensim==0.1", text), encoding="utf-8")
    monkeypatch.setattr(pin, "ROOT", tmp_path)
    pin.write_environment()
    assert (tmp_path / "environment.yml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["postBuild", ".ci/run"])
@pytest.mark.skipif(os.name == "nt", reason="bash scripts for Linux")
def test_the_shell_scripts_stop_at_the_first_error(name: str) -> None:
    path = ROOT / name
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/bin/bash" and "set -euo pipefail" in lines
    assert path.stat().st_mode & stat.S_IXUSR
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_binder_gets_the_package_the_model_and_the_working_copies() -> None:
    text = (ROOT / "postBuild").read_text(encoding="utf-8")
    for needed in ("install --no-cache-dir --no-deps -e .", "embeddings-course --no-lab"):
        assert needed in text
