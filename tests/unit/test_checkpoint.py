"""Checkpoints: what a model folder holds is read as it is, or refused in one sentence."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from model_network import put, safetensors, small_model

from embeddings_course.files import checkpoint
from embeddings_course.files.errors import WeightsError
from embeddings_course.wordpiece import make_tokenizer


def test_arrays_are_shared_and_cannot_be_written(tmp_path: Path) -> None:
    numbers = np.arange(12, dtype=np.float32).reshape(3, 4)
    (tmp_path / "model.safetensors").write_bytes(safetensors({"a": numbers}))
    array = checkpoint.read_safetensors(tmp_path / "model.safetensors")["a"]
    assert np.array_equal(array, numbers)
    assert not array.flags.writeable and not array.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1


def test_half_precision_is_read_as_float32(tmp_path: Path) -> None:
    numbers = np.array([1.5, -2.0, 0.25], dtype=np.float32)
    upper = (numbers.view(np.uint32) >> 16).astype(np.uint16)
    data = safetensors({"half": numbers.astype(np.float16), "brain": upper})
    (tmp_path / "model.safetensors").write_bytes(data)
    arrays = checkpoint.read_safetensors(tmp_path / "model.safetensors")
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    assert arrays["half"].tolist() == arrays["brain"].tolist() == [1.5, -2.0, 0.25]


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on a process's memory is Linux's")
@pytest.mark.parametrize("kind", ["float32", "float16"])
def test_too_little_memory_is_said_in_one_sentence(tmp_path: Path, kind: str) -> None:
    """A mapped file and one that is unpacked fail at different places; both say the same."""
    (tmp_path / "model.safetensors").write_bytes(safetensors({"a": np.zeros(20_000_000, dtype=kind)}))
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from embeddings_course.files.checkpoint import read_safetensors\n"
        "from embeddings_course.files.errors import CourseError\n"
        "used = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 60_000_000, resource.RLIM_INFINITY))\n"
        "try:\n    read_safetensors(Path(sys.argv[1]))\n"
        "except CourseError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "model.safetensors")], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.startswith("The memory is too small for") and done.stdout.count("\n") == 1, done.stderr


@pytest.mark.parametrize("keep", [0, 4, 8, 40, -1])
def test_truncated_weights(tmp_path: Path, keep: int) -> None:
    whole = safetensors({"a": np.ones(50, np.float32)})
    (tmp_path / "model.safetensors").write_bytes(whole[:keep])
    with pytest.raises(WeightsError, match="Fetch the model again"):
        checkpoint.read_safetensors(tmp_path / "model.safetensors")


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b"{",
        b'{"a": 1}',
        b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}',
        b'{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [8, 4]}}',
        b'{"a": {"dtype": "X9", "shape": [1], "data_offsets": [0, 4]}}',
        # numbers that are no sizes
        b'{"a": {"dtype": "F32", "shape": [-2, -1], "data_offsets": [0, 8]}}',
        b'{"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 0]}}',
        b'{"a": {"dtype": "F32", "shape": [' + b"1," * 69 + b'2], "data_offsets": [0, 8]}}',
        b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0.0, 8.0]}}',
        b'{"a": {"dtype": "F32", "shape": [Infinity], "data_offsets": [0, 8]}}',
        b'{"a": {"dtype": "F32", "shape": [2.5], "data_offsets": [0, 8]}}',
        b'{"a": ' + b"[" * 100_000,
    ],
)
def test_headers_that_lie(tmp_path: Path, header: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 8)
    with pytest.raises(WeightsError, match="Fetch the model again"):
        checkpoint.read_safetensors(tmp_path / "model.safetensors")


def test_a_tensor_that_bert_never_uses_is_passed_over(tmp_path: Path) -> None:
    entry = b'{"m": {"dtype": "BOOL", "shape": [2], "data_offsets": [0, 2]}, "a": {"dtype": "F32", "shape": [1], '
    header = entry + b'"data_offsets": [4, 8]}}'
    content = struct.pack("<Q", len(header)) + header + b"\1\1\0\0" + np.float32(1.5).tobytes()
    (tmp_path / "model.safetensors").write_bytes(content)
    arrays = checkpoint.read_safetensors(tmp_path / "model.safetensors")
    assert list(arrays) == ["a"] and arrays["a"].tolist() == [1.5]


def test_a_vocabulary_has_a_line_for_each_line_feed_and_no_more(tmp_path: Path) -> None:
    """U+2028 and U+0085 are pieces of real vocabularies; str.splitlines() would cut there and shift every later id."""
    put(tmp_path / "m", {k: v for k, v in small_model().items() if k != "tokenizer.json"})
    pieces = (tmp_path / "m" / "vocab.txt").read_text(encoding="utf-8").split("\n")
    for line_end in ("\n", "\r\n"):
        lines = line_end.join([*pieces[:5], "\u2028", "\x85", "\x1c", *pieces[5:]])
        (tmp_path / "m" / "vocab.txt").write_bytes(lines.encode())
        tokenizer = make_tokenizer(checkpoint.tokenizer_rules(tmp_path / "m"))
        assert tokenizer.token_to_id("\u2028") == 5 and tokenizer.token_to_id("\x85") == 6
        assert tokenizer.token_to_id("bank") == pieces.index("bank") + 3
        assert tokenizer.get_vocab_size() == len([p for p in pieces if p]) + 3


def test_the_tokenizers_options_are_kept(tmp_path: Path) -> None:
    put(tmp_path / "m", {k: v for k, v in small_model().items() if k != "tokenizer.json"})
    pieces = (tmp_path / "m" / "vocab.txt").read_text(encoding="utf-8").rstrip("\n")
    (tmp_path / "m" / "vocab.txt").write_text(pieces + "\nsch\u00f6n\nschon\n\u4e2d\u6587", encoding="utf-8")

    def tokens(text: str, **options: object) -> list[str]:
        (tmp_path / "m" / "tokenizer_config.json").write_text(json.dumps(options))
        return make_tokenizer(checkpoint.tokenizer_rules(tmp_path / "m")).encode(text, add_special_tokens=False).tokens

    assert tokens("Sch\u00f6n") == ["schon"]
    assert tokens("Sch\u00f6n", strip_accents=False) == ["sch\u00f6n"]
    assert tokens("sch\u00f6n", do_lower_case=False) == ["sch\u00f6n"]
    assert tokens("sch\u00f6n", do_lower_case=False, strip_accents=True) == ["schon"]
    assert tokens("\u4e2d\u6587", tokenize_chinese_chars=False) == ["\u4e2d\u6587"]
    assert tokens("\u4e2d\u6587") == ["[UNK]", "[UNK]"]


def test_a_tokenizer_that_panics_is_one_sentence(tmp_path: Path) -> None:
    """Some faults of a tokenizer.json are no exception but a panic, and that at the first text."""
    panics = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[X]", "type_id": 0}}], "pair": []}
    model = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##"}
    model |= {"max_input_chars_per_word": 100, "vocab": {"[UNK]": 0}}
    whole = {"version": "1.0", "added_tokens": [], "model": model, "post_processor": panics | {"special_tokens": {}}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(whole))
    with pytest.raises(WeightsError, match="not a tokenizer that can be read"):
        make_tokenizer(checkpoint.tokenizer_rules(tmp_path))


def test_a_pickle_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(WeightsError, match="unpickling a file can run code"):
        checkpoint.read_safetensors(tmp_path / "model.safetensors")


@pytest.mark.parametrize(
    ("file", "data", "says"),
    [
        ("config.json", None, "config.json is missing"),
        ("config.json", b"{", "cannot be read as JSON"),
        ("config.json", b"[]", "names and values"),
        ("tokenizer.json", b"{}", "not a tokenizer that can be read"),
        ("vocab.txt", None, "neither tokenizer.json nor vocab.txt"),
        ("vocab.txt", b"the\nbank\n", "not the vocabulary of a BERT"),
    ],
)
def test_folders_with_a_fault(tmp_path: Path, file: str, data: bytes | None, says: str) -> None:
    put(tmp_path / "m", {k: v for k, v in small_model().items() if k != "tokenizer.json"})
    (tmp_path / "m" / file).unlink(missing_ok=True)
    if data is not None:
        (tmp_path / "m" / file).write_bytes(data)
    with pytest.raises(WeightsError, match=says):
        make_tokenizer(checkpoint.read_model_folder(tmp_path / "m")[2])


def test_vocabulary_alone_makes_a_tokenizer(tmp_path: Path) -> None:
    put(tmp_path / "m", {k: v for k, v in small_model().items() if k != "tokenizer.json"})
    tokenizer = make_tokenizer(checkpoint.read_model_folder(tmp_path / "m")[2])
    assert tokenizer.encode("The BANKS.", "river [MASK]").tokens == [
        "[CLS]", "the", "bank", "##s", ".", "[SEP]", "river", "[MASK]", "[SEP]"]  # fmt: skip
    assert tokenizer.encode("the", "river").type_ids == [0, 0, 0, 1, 1]
    (tmp_path / "m" / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    tokenizer = make_tokenizer(checkpoint.tokenizer_rules(tmp_path / "m"))
    assert tokenizer.encode("The bank").tokens == ["[CLS]", "[UNK]", "bank", "[SEP]"]
