"""Read a model folder in Hugging Face's BERT format: config.json, model.safetensors, tokenizer. Nothing is unpickled.

The weights are mapped into memory, read-only: many processes share one copy.
"""

from __future__ import annotations

import errno
import json
import math
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.files.errors import WeightsError

# --- read ---------------------------------------------------------------------------------------------------

_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "U8": "|u1"}


def read_model_folder(folder: Path | str) -> tuple[dict[str, Any], dict[str, NDArray[Any]], dict[str, Any]]:
    """Read a folder in Hugging Face's BERT format: (config, arrays by name, rules of its tokenizer).

    The arrays are read-only views of the mapped file: the operating system reads what is used, and all the
    processes on a machine share one copy.

    Raises:
        WeightsError: where a file is missing, cut short, or not what its name says.
    """
    folder = Path(folder)
    config = _read_json(folder / "config.json")
    return config, read_safetensors(folder / "model.safetensors"), tokenizer_rules(folder)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(
            f"{path} is missing: a BERT folder has config.json, model.safetensors and tokenizer.json or vocab.txt."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsError(f"{path} cannot be read as JSON ({error}). Fetch the model again.") from error
    if not isinstance(content, dict):
        raise WeightsError(f"{path} should hold names and values. Fetch the model again.")
    return content


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """Map a safetensors file: 8 bytes length of the header, the header (JSON), then the numbers.

    Returns:
        read-only arrays by name; half-precision ones are copied to float32.

    Raises:
        WeightsError: where the file is missing, cut short, its header does not fit its size, or memory is too small.
    """
    if not path.is_file():
        pickled = path.with_name("pytorch_model.bin").is_file()
        why = " There is a pytorch_model.bin, but unpickling a file can run code, so it is not read." if pickled else ""
        raise WeightsError(f"{path} is missing.{why} A BERT folder needs its weights as model.safetensors.")
    size = path.stat().st_size
    with path.open("rb") as stream:
        header, start = _safetensors_header(stream, size, path)
    try:
        whole: NDArray[Any] = np.memmap(path, dtype=np.uint8, mode="r")
        return {
            name: _tensor(whole, start, name, entry, path)
            for name, entry in header.items()
            if name != "__metadata__" and not _is_of_no_use(entry)
        }
    except (MemoryError, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.ENOMEM:
            raise WeightsError(f"{path} cannot be read ({error}).") from error
        raise WeightsError(
            f"The memory is too small for {path.parent.name}: it needs about {size / 1e6:,.0f} MB. Close other "
            "programs, or use a smaller model: minilm needs 91 MB."
        ) from None


def _is_of_no_use(entry: object) -> bool:
    """Say whether a tensor is of a kind that BERT never computes with (masks, say): it is passed over, not refused."""
    return isinstance(entry, dict) and entry.get("dtype") in ("BOOL", "U16", "U32", "U64", "I8", "I16")


def _safetensors_header(stream: IO[bytes], size: int, path: Path) -> tuple[dict[str, Any], int]:
    broken = WeightsError(f"{path} is not a complete safetensors file (cut short, or damaged). Fetch the model again.")
    length = int.from_bytes(stream.read(8), "little")
    if size < 8 or length > min(size - 8, 100_000_000):
        raise broken
    try:
        header = json.loads(stream.read(length))
    except (ValueError, RecursionError):
        raise broken from None
    if not isinstance(header, dict):
        raise broken
    return header, 8 + length


def _tensor(whole: NDArray[Any], start: int, name: str, entry: dict[str, Any], path: Path) -> NDArray[Any]:
    """Return one array as a view of the mapped bytes."""
    try:
        kind, shape, (first, last) = np.dtype(_TYPES[entry["dtype"]]), entry["shape"], entry["data_offsets"]
        whole_numbers = all(type(n) is int and n >= 0 for n in (*shape, first, last))
        # Python's whole numbers do not overflow, as NumPy's would for 2^32 x 2^32
        right = whole_numbers and len(shape) <= 32 and first <= last <= len(whole) - start
        right = right and last - first == kind.itemsize * math.prod(shape)
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


def tokenizer_rules(folder: Path) -> dict[str, Any]:
    """Read tokenizer.json, or write down from vocab.txt what it would say for BERT.

    Raises:
        WeightsError: where neither is there, or the file cannot be read.
    """
    path = folder / "tokenizer.json"
    return _read_json(path) if path.is_file() else _rules_of_bert(folder)


def _rules_of_bert(folder: Path) -> dict[str, Any]:
    """Write down BERT's own rules: split at spaces and punctuation, then longest pieces first (WordPiece)."""
    vocab = _read_vocabulary(folder)
    settings = folder / "tokenizer_config.json"
    asked = _read_json(settings) if settings.is_file() else {}
    accents = asked.get("strip_accents")
    normalizer = {
        "clean_text": True,
        "handle_chinese_chars": bool(asked.get("tokenize_chinese_chars", True)),
        "strip_accents": None if accents is None else bool(accents),
        "lowercase": bool(asked.get("do_lower_case", True)),
    }
    model = {"unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab}
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {
        "version": "1.0",
        "added_tokens": [{"id": vocab[name], "content": name, **plain, "special": True} for name in _SPECIAL],
        "normalizer": {"type": "BertNormalizer", **normalizer},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", **{n[1:-1].lower(): [n, vocab[n]] for n in ("[SEP]", "[CLS]")}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", **model},
    }


_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def _read_vocabulary(folder: Path) -> dict[str, int]:
    """Read vocab.txt: the piece of each line, and its number."""
    path = folder / "vocab.txt"
    if not path.is_file():
        raise WeightsError(f"{folder} has neither tokenizer.json nor vocab.txt. A BERT folder needs one of them.")
    try:  # lines end at line feeds alone: U+2028 and U+0085 are pieces like others
        lines = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n").split("\n")
    except (OSError, UnicodeError) as error:
        raise WeightsError(f"{path} cannot be read ({error}). Fetch the model again.") from error
    vocab = {piece: i for i, piece in enumerate(lines)}
    missing = [token for token in _SPECIAL if token not in vocab]
    if "<s>" in vocab:  # MPNet's list has BERT's special pieces too, and does not use them
        raise WeightsError(f"{folder} lacks tokenizer.json, and this vocabulary is not that of a BERT.")
    if missing:
        raise WeightsError(f"{path} lacks {', '.join(missing)}: it is not the vocabulary of a BERT.")
    return vocab
