"""Badges wait for an address; the copies for Colab install the course there, and say nothing anywhere else."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import make_badges
import make_colab
import nbformat
import pytest
from authoring.public import ROOT, Public, public
from IPython.core.inputtransformer2 import TransformerManager

README = (ROOT / "README.md").read_text(encoding="utf-8")
EVERYTHING = Public("https://o.example", "https://github.com/owner/course/blob/main", "https://o.example/c.whl")
BADGE = re.compile(r"mybinder\.org/v2|colab\.research|uvx --from|img\.shields")


def test_the_readme_shows_the_doors_that_have_an_address_and_no_others() -> None:
    assert make_badges.with_badges(README, public()) == README, "run python tools/make_badges.py"
    assert len(BADGE.findall(README)) == sum(len(BADGE.findall(line)) for line in public().badges())


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (Public(), []),
        (Public(address="https://o.example"), ["Read"]),
        (Public(repository="https://elsewhere.example/owner/course"), []),
        (Public(repository=EVERYTHING.repository), ["Binder"]),
        (Public(wheel=EVERYTHING.wheel), ["uvx"]),
        (EVERYTHING, ["Read", "Binder", "Colab", "uvx"]),
    ],
)
def test_each_door_waits_for_what_it_needs(where: Public, said: list[str]) -> None:
    lines = make_badges.with_badges(README, where).partition("<!-- badges -->\n")[2].partition("<!-- /badges -->")[0]
    assert len(lines.split("\n\n")) - 1 == len(said)
    assert all(word in line for word, line in zip(said, lines.split("\n\n"), strict=False))
    assert "owner/course/blob/colab/00_start_here.ipynb" in lines or "Colab" not in said


@pytest.mark.parametrize(("in_colab", "installed", "calls"), [(False, False, 0), (True, True, 0), (True, False, 3)])
def test_the_cell_installs_in_colab_alone_and_once(
    in_colab: bool, installed: bool, calls: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []

    class Shell:
        def run_line_magic(self, name: str, line: str, *_: Any) -> None:
            said.append(f"{name} {line}")

        def system(self, line: str) -> None:
            said.append(line)

    if in_colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: installed or None)
    code = TransformerManager().transform_cell(make_colab.INSTALL.format(wheel="course.whl"))
    exec(code, {"get_ipython": Shell})
    assert len(said) == calls and capsys.readouterr().out == ""
    assert not said or said[1].endswith("--no-deps course.whl")


def test_a_copy_is_a_learners_copy_with_one_cell_more(tmp_path: Path) -> None:
    assert make_colab.main([str(tmp_path), "--wheel", "course.whl"]) == 0
    made = sorted(tmp_path.iterdir())
    assert [path.name for path in made] == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    for path in made:
        nbformat.validate(nb := nbformat.read(path, 4))
        lesson = json.loads((ROOT / "notebooks" / path.name).read_text(encoding="utf-8"))
        assert [cell.id for cell in nb.cells] == ["colab", *(cell["id"] for cell in lesson["cells"])]
        hidden = [cell for cell in nb.cells if "reveal" in cell.metadata.get("tags", ())]
        assert not any(cell.outputs for cell in hidden)


def test_nothing_is_made_without_a_wheel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make_colab.main([str(tmp_path / "no"), "--wheel", ""]) == 1
    assert "names no wheel yet" in capsys.readouterr().out and not (tmp_path / "no").exists()


def test_the_branch_holds_the_copies_alone_and_nothing_else_moves(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(tmp_path), *words], capture_output=True, text=True, check=True).stdout

    git("init", "-q", "-b", "main")
    git("-c", "user.name=a", "-c", "user.email=a@a", "commit", "-q", "--allow-empty", "-m", "first")
    (folder := tmp_path / "copies").mkdir()
    before = git("rev-parse", "HEAD")
    for content in ("one", "two"):
        (folder / "a.ipynb").write_text(content, encoding="utf-8")
        make_colab.put_on_branch(folder, tmp_path)
        assert git("show", f"{make_colab.BRANCH}:a.ipynb") == content
    assert git("ls-tree", "--name-only", make_colab.BRANCH).split() == ["a.ipynb"]
    assert git("rev-list", "--count", make_colab.BRANCH).strip() == "1" and git("rev-parse", "HEAD") == before
