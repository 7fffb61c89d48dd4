"""The browser course: a part is right if its hash is right, wherever it came from; a build that is right stays."""

from __future__ import annotations

import ast
import hashlib
import http.server
import json
import sys
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from embeddings_course.commands.lecture import book
from embeddings_course.commands.lecture.syntax import tree
from embeddings_course.files import browser
from embeddings_course.files.checkpoint import read_safetensors
from embeddings_course.files.errors import DataError
from embeddings_course.files.models import MODELS, faults
from tools.lite import build, parts, record, serve
from tools.lite.half import halve
from tools.lite.parts import MissingPart, Part, Source, at_address, bring, in_folder

GOOD = b"the right bytes"
PART = Part("numpy.whl", hashlib.sha256(GOOD).hexdigest())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def source(label: str, content: bytes | None) -> Source:
    return Source(label, lambda name: content)


def test_a_file_comes_from_a_server_and_is_kept(tmp_path: Path) -> None:
    (tmp_path / PART.name).write_bytes(GOOD)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        said: list[str] = []
        folder = bring([PART], said.append, [at_address(f"http://127.0.0.1:{server.server_port}/")])
        server.shutdown()
    assert (folder / PART.name).read_bytes() == GOOD and "1 of 1: numpy.whl" in said[0]
    assert bring([PART], sources=[]) == folder, "the second time nobody is asked"


def test_a_wrong_file_is_never_kept_and_the_next_source_is_asked() -> None:
    folder = bring([PART], lambda _: None, [source("a", b"other bytes"), source("b", None), source("c", GOOD)])
    assert (folder / PART.name).read_bytes() == GOOD
    (folder / PART.name).write_bytes(b"cut sh")
    with pytest.raises(MissingPart, match=r"numpy.whl could not be had. a: another file of this name"):
        bring([PART], lambda _: None, [source("a", b"other bytes")])
    assert [path.name for path in folder.iterdir()] == [PART.name], "nothing half is left"


def test_a_source_in_trouble_is_asked_once() -> None:
    asked = []

    def read(name: str) -> bytes:
        asked.append(name)
        raise OSError("no route")

    bad = Source("the release", read)
    others = [Part(f"{i}.whl", hashlib.sha256(GOOD).hexdigest()) for i in range(3)]
    for part in others:
        parts.bring_one(part, _folder(), [bad, source("npm", GOOD)])
    assert asked == ["0.whl"] and bad.trouble == "no route"
    with pytest.raises(MissingPart, match=r"the release: no route\..*EMBEDDINGS_COURSE_PYODIDE"):
        parts.bring_one(PART, _folder(), [bad])


def _folder() -> Path:
    folder = parts.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_the_named_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS_COURSE_PYODIDE", str(tmp_path))
    with parts.all_sources() as sources:
        assert [one.label for one in sources] == [str(tmp_path), "the official release", "npm", "the package index"]
    assert in_folder(tmp_path).read("none.whl") is None


def test_the_list_names_what_pyproject_allows() -> None:
    wanted, packages = parts.listed()
    assert len(wanted) == len(packages) + len(parts.RUNTIME)
    versions = {name: packages[name]["version"] for name in ("numpy", "scipy", "scikit-learn", "matplotlib")}
    assert versions == {"numpy": "2.0.2", "scipy": "1.14.1", "scikit-learn": "1.6.1", "matplotlib": "3.8.4"}
    for about in packages.values():
        needed = {name.replace("_", "-") for name in about["depends"]}  # type: ignore[attr-defined]
        assert needed <= set(packages)


def test_pages_are_told_what_may_be_kept() -> None:
    assert any("/static/pyodide/numpy.whl".startswith(one) for one in serve.UNCHANGING)
    assert not any(part in "/files/01_what_is_an_embedding.ipynb" for part in serve.UNCHANGING)


# --- in the browser -------------------------------------------------------------------------------------------


def listed(folder: Path, content: bytes, pieces: int = 1) -> None:
    about = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pieces": pieces}
    (folder / "files.json").write_text(json.dumps({"models/small/numbers": about}), encoding="utf-8")


def test_pieces_are_joined_and_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(tmp_path, b"abcdef", 3)
    asked: list[str] = []
    monkeypatch.setattr(browser, "_get", lambda name: asked.append(name) or b"abcdef"[2 * len(asked) - 2 :][:2])
    told: list[int] = []
    assert browser.bring("models/small", lambda done, total, what: told.append(done), tmp_path)
    assert (tmp_path / "models" / "small" / "numbers").read_bytes() == b"abcdef"
    assert told == [2, 4, 6] and asked[0].startswith("models/small/numbers.000?")
    assert browser.bring("models/small", folder=tmp_path) and len(asked) == 3, "it is here now"
    assert not browser.bring("models/large", folder=tmp_path)


def test_a_damaged_file_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(tmp_path, b"abcdef")
    monkeypatch.setattr(browser, "_get", lambda name: b"abcdeX")
    with pytest.raises(DataError, match="damaged"):
        browser.bring("models/small/numbers", folder=tmp_path)
    assert not (tmp_path / "models").exists()


def test_halved_weights_are_near_and_always_the_same(tmp_path: Path) -> None:
    rng, old = np.random.default_rng(0), tmp_path / "wide.safetensors"
    _write(old, {name: rng.normal(size=(50, 8)).astype("<f4") for name in ("query", "key")})
    halve(old, tmp_path / "a.safetensors")
    halve(old, tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    before, after = read_safetensors(old), read_safetensors(tmp_path / "a.safetensors")
    assert before.keys() == after.keys()
    assert all(np.allclose(before[name], after[name], rtol=1e-3, atol=1e-6) for name in before)
    assert (tmp_path / "a.safetensors").stat().st_size < 0.6 * old.stat().st_size


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    header, place = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [place, place + array.nbytes]}
        place += array.nbytes
    said = json.dumps(header).encode()
    path.write_bytes(len(said).to_bytes(8, "little") + said + b"".join(a.tobytes() for a in arrays.values()))


def test_the_halved_copy_counts_as_the_model_and_no_other_of_its_size(tmp_path: Path) -> None:
    model = MODELS["minilm"]
    assert model.half
    with (tmp_path / "model.safetensors").open("wb") as stream:
        stream.truncate(model.half.size)
    said = [line for line in faults(model, tmp_path) if "safetensors" in line]
    assert len(said) == 1 and "other contents" in said[0]
    assert sys.platform != "emscripten" and not browser.in_browser()


def test_the_stand_in_for_gensim_has_a_record_of_each_training_of_a_lesson() -> None:
    trained = []
    for path in book.find():
        for cell in book.code_cells(book.read(path)):
            for node in ast.walk(tree(cell)) if "Word2Vec(" in cell.source else ():
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Word2Vec":
                    said = {str(k.arg): ast.literal_eval(k.value) for k in node.keywords if k.arg != "callbacks"}
                    trained.append(said)
    assert sorted(trained, key=str) == sorted(record.settings().values(), key=str) and len(trained) == 2


@pytest.mark.parametrize("name", ["embeddings_course/vectors.py", "notebooks/00.ipynb", "tools/lite/page/index.html"])
def test_a_build_is_made_anew_when_something_that_goes_in_has_changed(tmp_path, name):
    said = []
    for each in ("embeddings_course/vectors.py", "notebooks/00.ipynb", "tools/lite/page/index.html", "README.md"):
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).write_text("old", encoding="utf-8")
    before = build.digest(tmp_path)
    (tmp_path / "README.md").write_text("new", encoding="utf-8")
    assert build.digest(tmp_path) == before
    (tmp_path / name).write_text("new", encoding="utf-8")
    assert build.digest(tmp_path) != before
    target = tmp_path / "lite"
    target.mkdir()
    (target / "made-of.txt").write_text(build.digest(), encoding="utf-8")
    assert build.build(target, said.append) == target and "nothing" in said[0]


@pytest.mark.parametrize(
    ("error", "told"), [(ConnectionResetError(), False), (BrokenPipeError(), True), (OSError(), True)]
)
def test_a_page_that_is_closed_while_it_fetches_is_no_news(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: OSError, told: bool
) -> None:
    with serve.server(tmp_path) as server:
        try:
            raise error
        except OSError:
            server.handle_error(None, ("127.0.0.1", 1))
    assert (type(error).__name__ in capsys.readouterr().err) == told


def test_a_lesson_shows_its_name_and_a_picture_before_anything_large_comes(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    page = '<html><head><title>The course</title></head><body class="a"><p>JupyterLab</p></body></html>'
    (tmp_path / "lab" / "index.html").write_text(page, encoding="utf-8")
    build.cover(tmp_path, {"00.ipynb": "Bed & bank"})
    text = (tmp_path / "lab" / "index.html").read_text(encoding="utf-8")
    assert text.index("cover.png") < text.index("<title>")
    assert text.index('<body class="a">') < text.index("cover.js") < text.index("JupyterLab")
    script, picture = (tmp_path / "cover.js").read_text(encoding="utf-8"), (tmp_path / "cover.png").read_bytes()
    assert '"00.ipynb": "Bed & bank"' in script and picture[1:4] == b"PNG" and len(picture) < 100_000
