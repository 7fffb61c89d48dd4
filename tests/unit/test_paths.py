"""Where files lie, and that they are written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import platformdirs
import pytest
from platformdirs import windows
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from platformdirs.windows import Windows

from embeddings_course.files import paths
from embeddings_course.files.errors import CourseError
from embeddings_course.files.paths import sweep, user_folder, write_whole


@pytest.mark.parametrize(
    ("system", "place"),
    [(Windows, "AppData/Local"), (MacOS, "Library/Application Support"), (Unix, ".local/share")],
)
def test_the_user_folder_of_each_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: type, place: str
) -> None:
    for name in ("EMBEDDINGS_COURSE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(windows, "get_win_folder", {"CSIDL_LOCAL_APPDATA": str(tmp_path / "AppData" / "Local")}.get)
    monkeypatch.setattr(platformdirs, "PlatformDirs", system)
    assert user_folder() == tmp_path / place / "embeddings-course"


def test_a_chosen_user_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", "~/mine")
    assert user_folder() == Path("~/mine").expanduser() and "~" not in str(user_folder())


def test_a_failed_write_leaves_the_old_file_and_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for method in ("replace", "write_bytes"):
        with monkeypatch.context() as disk, pytest.raises(OSError, match="No space"):
            disk.setattr(Path, method, full)
            write_whole(path, "new")
        assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    code = "import os, sys; os.umask(0o027); from pathlib import Path\n"
    code += "from embeddings_course.files.paths import write_whole; write_whole(Path(sys.argv[1]), 'x')"
    subprocess.run([sys.executable, "-c", code, tmp_path / "x"], check=True, cwd=paths.PACKAGE.parent)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o640


def test_many_at_once_write_one_whole_file(tmp_path: Path) -> None:
    path, texts = tmp_path / "x", [letter * 200_000 for letter in "abcdefgh"]
    troubles: list[BaseException] = []

    def write(text: str) -> None:
        try:
            for _ in range(10):
                write_whole(path, text)
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == [] and path.read_text() in texts and list(tmp_path.iterdir()) == [path]


def test_line_ends_are_the_same_on_every_system(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", "é\n")
    assert (tmp_path / "x").read_bytes() == "é\n".encode()


def test_nobodys_home_is_said_and_no_folder_is_called_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMBEDDINGS_COURSE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: Path("~/.local/share/embeddings-course"))
    with pytest.raises(CourseError, match="has no home folder"):
        user_folder()


def test_the_folder_of_data_is_a_path_like_any_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "features.csv").touch()
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    monkeypatch.setenv("USERPROFILE", str(tmp_path.parent))
    monkeypatch.setenv("EMBEDDINGS_COURSE_DATA", f"~/{tmp_path.name}")
    assert paths.data_path("features.csv") == tmp_path / "features.csv"


def test_a_killed_write_is_swept_and_one_that_goes_on_is_not(tmp_path: Path) -> None:
    for name in (".0123.half", ".4567.half", "mine.half"):
        (tmp_path / name).touch()
    os.utime(tmp_path / ".0123.half", (0, 0))
    os.utime(tmp_path / "mine.half", (0, 0))
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".4567.half", "mine.half"]
