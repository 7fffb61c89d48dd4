"""What every unit test has: a learner's data folder of its own."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

import pytest
from clones import ROOT, Clone, load
from hypothesis import settings

from embeddings_course.files.paths import user_folder

settings.register_profile("course", deadline=None)  # how long an example takes is the machine's business
settings.load_profile("course")
MODELS = os.environ.get("EMBEDDINGS_COURSE_MODELS") or str(user_folder() / "models")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, so that nobody's progress is read or written; the models stay where they are."""
    monkeypatch.setenv("EMBEDDINGS_COURSE_MODELS", MODELS)
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("EMBEDDINGS_COURSE_BERT", raising=False)
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's own working folder, in which the test runs."""
    here = tmp_path / "my_course"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def course() -> ModuleType:
    """course.py as a module of its own."""
    return load(ROOT / "course.py")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A fresh clone in an empty home folder."""
    return Clone(tmp_path)
