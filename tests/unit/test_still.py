"""Still slides: what is fetched for them is unpacked once, whoever comes first."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from embeddings_course.commands.lecture import still

UNPACK = "import sys; from pathlib import Path; Path(sys.argv[1], 'files', 'mine').touch()"
FASTER = "; t = Path(sys.argv[2]); t.mkdir(); (t / 'theirs').touch()"


@pytest.mark.parametrize(("meanwhile", "there"), [("", "mine"), (FASTER, "theirs")])
def test_two_who_unpack_at_once_have_it_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str, there: str
) -> None:
    target = tmp_path / "slides" / f"{still.REVEAL.project}-{still.REVEAL.version}"
    source = SimpleNamespace(
        label="a tool",
        environment={},
        command=lambda room: [sys.executable, "-c", UNPACK + meanwhile, str(room), str(target)],
    )
    monkeypatch.setattr(still, "user_folder", lambda: tmp_path)
    monkeypatch.setattr(still, "index_sources", lambda wheel: [source])
    assert still.unpacked(still.REVEAL) == target
    assert [path.name for path in target.iterdir()] == [there]
    assert [path.name for path in target.parent.iterdir()] == [target.name], "nothing is left beside it"
