"""Our own WordPiece gives what the library `tokenizers` gives: pieces, numbers, places, and which text is which."""

from __future__ import annotations

import csv
import importlib.util
import json
import random
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from embeddings_course import wordpiece
from embeddings_course.files.checkpoint import read_model_folder, tokenizer_rules
from embeddings_course.files.errors import WeightsError
from embeddings_course.files.paths import data_path
from embeddings_course.pretrained import Bert
from embeddings_course.wordpiece import WordPiece, make_tokenizer

TOWN_FOLDER = data_path("town_bert/config.json").parent
TOWN = tokenizer_rules(TOWN_FOLDER)


# without the marks that came after 2015: in which order two of them stand may differ, and so may where a piece ends
@cache
def known() -> list[str]:
    """Every letter that Unicode has (a second of a core: not while pytest collects, which each worker does)."""
    letters = (c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in ("Cn", "Cs", "Co"))
    return [c for c in letters if not (wordpiece._is_young(c) and unicodedata.combining(c))]


TRICKY = [
    *map(chr, range(0x250)),
    *map(chr, range(0x300, 0x370)),
    *map(chr, range(0x2000, 0x2070)),
    *"中文ßİΣﬁ\ufffd\ufeff\u302e",
]
WORDS = ["bank", "the", " ", "river", "[MASK]", " [SEP] ", "[mask]", "new", "new y", "xy", ".", "ä", "b" * 101]
ENDS: list[Any] = [
    TOWN["post_processor"],
    None,
    {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
    {"type": "RobertaProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2], "trim_offsets": True}
    | {"add_prefix_space": False},
]


def seen(encoding: Any) -> tuple[Any, ...]:
    return encoding.tokens, encoding.ids, encoding.offsets, encoding.type_ids, len(encoding)


def odd_text(r: random.Random) -> str:
    return "".join(r.choice(r.choice((known(), TRICKY, WORDS))) for _ in range(r.randrange(26)))


def odd_rules(r: random.Random) -> dict[str, Any]:
    """The town's rules with pieces of all scripts, options by chance, and added pieces of all kinds."""
    rules: dict[str, Any] = json.loads(json.dumps(TOWN))
    options: dict[str, Any] = {"clean_text": r.random() < 0.8, "handle_chinese_chars": r.random() < 0.7}
    options |= {"strip_accents": r.choice([None, True, False]), "lowercase": r.random() < 0.6}
    rules["normalizer"] = {"type": "BertNormalizer", **options} if r.random() < 0.95 else None
    rules["post_processor"] = r.choice(ENDS)
    vocab = rules["model"]["vocab"]
    strange = ["##" * (i % 2) + r.choice(known()) for i in range(60)]
    for piece in ["\u2028", "\x85", "ä", "##ä", "中", "##文", "N", "##E", *strange]:
        vocab.setdefault(piece, len(vocab))
    for name in [
        r.choice(["new", "NEW"]),
        "xy",
        "new y",
        "Ä",
        "##s",
        "the",
    ]:  # two that are alike once small: a lottery
        if r.random() < 0.5:
            kinds = {kind: r.random() < 0.5 for kind in ("single_word", "lstrip", "rstrip", "normalized")}
            number = vocab.get(name, len(vocab) + len(rules["added_tokens"]))
            rules["added_tokens"].append({"id": number, "content": name, **kinds, "special": False})
    numbers = iter(range(len(vocab), len(vocab) + 99))
    for token in rules["added_tokens"][5:]:
        token["id"] = vocab.get(token["content"]) or next(numbers)
    rules["added_tokens"][4]["lstrip"] = r.random() < 0.3  # as MPNet's <mask>
    return rules


def differences(seed: int, n: int, each: int = 20) -> list[tuple[Any, ...]]:
    """Try n random texts, so many with each set of odd rules."""
    r, found = random.Random(seed), []
    for _ in range(n // each):
        rules = odd_rules(r)
        theirs, ours = Tokenizer.from_str(json.dumps(rules)), WordPiece(rules)
        for _ in range(each):
            texts = odd_text(r), odd_text(r) if r.random() < 0.3 else None
            ends = r.random() < 0.7
            both = [seen(cut.encode(*texts, add_special_tokens=ends)) for cut in (theirs, ours)]
            if both[0] != both[1]:
                found.append((texts, *both))
    return found


def course_texts() -> Iterator[str]:
    for path in sorted(TOWN_FOLDER.parent.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            yield from (cell for row in csv.reader(stream) for cell in row)
    yield from data_path("town.txt").read_text(encoding="utf-8").splitlines()


def test_random_texts_with_odd_vocabularies_and_options() -> None:
    assert differences(1, 1000) == []


def test_texts_of_the_course() -> None:
    """One in forty here; all of them in tests/reference."""
    texts = sorted(set(course_texts()))[::40]
    theirs, ours = Tokenizer.from_str(json.dumps(TOWN)), WordPiece(TOWN)
    assert len(texts) > 500
    assert list(map(seen, ours.encode_batch(texts))) == list(map(seen, theirs.encode_batch(texts)))


def test_questions_about_pieces_have_the_same_answers() -> None:
    rules = odd_rules(random.Random(5))
    theirs, ours = Tokenizer.from_str(json.dumps(rules)), WordPiece(rules)
    assert ours.get_vocab_size() == theirs.get_vocab_size() > 600
    assert all(ours.id_to_token(i) == theirs.id_to_token(i) for i in range(800))
    assert all(ours.token_to_id(name) == theirs.token_to_id(name) for name in ("bank", "[MASK]", "new", "nothing"))
    pairs = [("the bank", "a river"), ("", "")]
    assert list(map(seen, ours.encode_batch(pairs))) == list(map(seen, theirs.encode_batch(pairs)))


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(wordpiece, "find_spec", lambda name: None if name == "tokenizers" else real(name))


@pytest.mark.usefixtures("without_library")
def test_a_bert_reads_with_it_where_tokenizers_is_missing() -> None:
    config, arrays, rules = read_model_folder(TOWN_FOLDER)
    bert = Bert(config, arrays, make_tokenizer(rules))
    assert isinstance(bert.tokenizer, WordPiece)
    text = "The robbers by the [MASK] of the river."
    usual = Bert(config, arrays, Tokenizer.from_str(json.dumps(rules)))
    assert not isinstance(usual.tokenizer, WordPiece)
    assert bert.guess_masked(text) == usual.guess_masked(text)
    assert bert.find_word(text, "river") == usual.find_word(text, "river")


@pytest.mark.usefixtures("without_library")
@pytest.mark.parametrize("kind", ["model", "normalizer", "pre_tokenizer"])
def test_another_kind_of_tokenizer_is_refused(kind: str) -> None:
    with pytest.raises(WeightsError, match="needs `tokenizers`"):
        make_tokenizer(TOWN | {kind: {"type": "BPE"}})


@pytest.mark.usefixtures("without_library")
@pytest.mark.parametrize("model", [{"type": "WordPiece", "vocab": {}}, {"type": "WordPiece"}])
def test_a_broken_one_is_one_sentence(model: dict[str, Any]) -> None:
    with pytest.raises(WeightsError, match="not a tokenizer that can be read"):
        make_tokenizer({"model": model})


@pytest.mark.usefixtures("without_library")
def test_a_vocabulary_is_cut_at_line_feeds_alone(tmp_path: Path) -> None:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "\u2028", "\x85", "\x1c", "bank"]
    (tmp_path / "vocab.txt").write_bytes("\n".join(pieces).encode())
    tokenizer = make_tokenizer(tokenizer_rules(tmp_path))
    assert [tokenizer.token_to_id(piece) for piece in pieces] == list(range(9))
    assert tokenizer.encode("Bank", "bank").type_ids == [0, 0, 0, 1, 1]
