"""BERT in NumPy: the right numbers (kept from PyTorch), the right words, and clear sentences where it cannot."""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings_course import bert as bert_module
from embeddings_course.bert import attend, embed, encoder_layer, gelu, join_heads, split_heads
from embeddings_course.files.errors import BertError, CourseError, WeightsError
from embeddings_course.files.models import find_model
from embeddings_course.pretrained import Bert, load_bert

KEPT = Path(__file__).resolve().parent.parent / "reference" / "minilm_activations.npz"
PIECES = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "robber", "rob", "##ber", "##s", "bank", "river", "by", "of",
    ".", "'", "s", "don", "t", "cafe", "银", "行", "a", "new", "york", "-", "note", "jack",
]  # fmt: skip
CONFIG = {
    "model_type": "bert",
    "hidden_size": 12,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 20,
    "max_position_embeddings": 16,
    "vocab_size": len(PIECES),
    "hidden_act": "gelu",
}


def small_arrays(prefix: str = "", head: bool = False) -> dict[str, np.ndarray]:
    """Random weights for CONFIG, named as in a checkpoint."""
    rng = np.random.default_rng(5)
    hidden, wide, vocab = CONFIG["hidden_size"], CONFIG["intermediate_size"], CONFIG["vocab_size"]
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (vocab, hidden),
        "embeddings.position_embeddings.weight": (CONFIG["max_position_embeddings"], hidden),
        "embeddings.token_type_embeddings.weight": (2, hidden),
    }
    norms = ["embeddings.LayerNorm"]
    for i in range(CONFIG["num_hidden_layers"]):
        layer = f"encoder.layer.{i}"
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{layer}.{name}.weight": (hidden, hidden), f"{layer}.{name}.bias": (hidden,)}
        shapes |= {f"{layer}.intermediate.dense.weight": (wide, hidden), f"{layer}.intermediate.dense.bias": (wide,)}
        shapes |= {f"{layer}.output.dense.weight": (hidden, wide), f"{layer}.output.dense.bias": (hidden,)}
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    arrays = {prefix + name: rng.normal(0, 0.5, shape) for name, shape in shapes.items()}
    for norm in norms:
        arrays |= {
            f"{prefix}{norm}.weight": rng.normal(1, 0.1, hidden),
            f"{prefix}{norm}.bias": rng.normal(0, 1, hidden),
        }
    if head:
        key = "cls.predictions"
        arrays |= {f"{key}.transform.dense.weight": rng.normal(0, 1, (hidden, hidden))}
        arrays |= {f"{key}.transform.dense.bias": np.zeros(hidden), f"{key}.bias": rng.normal(0, 1, vocab)}
        arrays |= {f"{key}.transform.LayerNorm.weight": np.ones(hidden)}
        arrays |= {f"{key}.transform.LayerNorm.bias": np.zeros(hidden)}
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def write(folder: Path, arrays: dict[str, np.ndarray], config: dict[str, Any] | None = None) -> Path:
    """Write a folder in Hugging Face's BERT format."""
    folder.mkdir(parents=True, exist_ok=True)
    header, body = {}, b""
    for name, array in arrays.items():
        place = [len(body), len(body) + array.nbytes]
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": place}
        body += array.tobytes()
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
    (folder / "config.json").write_text(json.dumps(CONFIG | (config or {})))
    (folder / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Bert:
    return load_bert(str(write(tmp_path / "small", small_arrays(head=True))))


@pytest.fixture(scope="module")
def minilm() -> Bert:
    if find_model("minilm") is None:
        pytest.skip("the MiniLM model is not on this machine (python course.py model)")
    return load_bert("minilm")


# --- the numbers


def kept_texts() -> list[Any]:
    with np.load(KEPT) as kept:
        items: list[Any] = json.loads(kept["texts"].tobytes())
    return [as_given(item) for item in items]


def as_given(item: Any) -> Any:
    """Undo JSON: a list of two strings was a pair, any other list a batch."""
    if isinstance(item, str):
        return item
    if len(item) == 2 and all(isinstance(part, str) for part in item):
        return tuple(item)
    return [as_given(part) for part in item]


def sample(array: np.ndarray, n: int) -> np.ndarray:
    flat = array.reshape(len(array), -1)
    return flat if flat.shape[1] <= n else flat[:, np.arange(n) * 7919 % flat.shape[1]]


@pytest.mark.parametrize("i", range(len(kept_texts())))
def test_same_numbers_as_pytorch(minilm: Bert, i: int) -> None:
    output = minilm(kept_texts()[i])
    with np.load(KEPT) as kept:
        assert output.hidden_states.shape == tuple(kept[f"shape_{i}"])
        states, attentions = kept[f"states_{i}"], kept[f"attentions_{i}"]
    assert np.abs(sample(output.hidden_states, 300) - states).max() < 1e-4
    assert np.abs(sample(output.attentions, 200) - attentions).max() < 1e-4


def test_enough_texts_of_every_kind_are_kept() -> None:
    texts = kept_texts()
    assert len(texts) >= 60
    assert "" in texts and any(isinstance(text, tuple) for text in texts)
    assert any(isinstance(text, list) for text in texts)
    assert KEPT.stat().st_size < 2_000_000


def test_gelu_is_the_exact_one() -> None:
    x = np.linspace(-9, 9, 2001, dtype=np.float32)
    exact = [v * 0.5 * (1 + math.erf(v / 2**0.5)) for v in x.tolist()]
    assert np.abs(gelu(x) - exact).max() < 5e-7
    assert np.abs(gelu(x.astype(float)) - exact).max() < 2.2e-7
    assert gelu(np.array([-1e30, 1e30], np.float32)).tolist() == [0, np.float32(1e30)]


def test_functions_work_on_one_text_and_on_a_batch(minilm: Bert) -> None:
    """Lesson 10 rebuilds the first layer from its parts."""
    text = "The robber sat by the bank."
    output = minilm(text)
    x = embed(output.ids, output.segments, minilm.embedding_weights, minilm.config)
    assert np.array_equal(x, output.hidden_states[0])
    w = minilm.layer_weights(0)
    made, shares = encoder_layer(x, w, minilm.config)
    assert np.abs(made - output.hidden_states[1]).max() < 1e-5
    assert np.abs(shares - output.attentions[0]).max() < 1e-6
    by_hand = x @ w.query.weight.T + w.query.bias
    q, k = (split_heads(bert_module.linear(x, m), 12) for m in (w.query, w.key))
    assert np.abs(join_heads(q) - by_hand).max() < 1e-4
    scores = q[3] @ k[3].T / np.sqrt(32)
    row = np.exp(scores[2]) / np.exp(scores[2]).sum()
    assert np.abs(row - output.attentions[0, 3, 2]).max() < 1e-5


def test_attend_takes_the_share_that_was_allowed() -> None:
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(3, 4, 6))
    allowed = np.ones((4, 4), bool)
    allowed[1, 2] = False
    gathered, shares = attend(q, k, v, allowed)
    assert shares[1, 2] == 0
    assert np.allclose(shares.sum(axis=-1), 1)
    assert np.allclose(gathered, shares @ v)
    free = attend(q, k, v)[1]
    assert np.allclose(shares[1, [0, 1, 3]], free[1, [0, 1, 3]] / (1 - free[1, 2]))


def test_nothing_that_comes_in_is_changed(minilm: Bert) -> None:
    output = minilm("The robber sat by the bank.")
    x = output.hidden_states[2].copy()
    before = x.copy()
    encoder_layer(x, minilm.layer_weights(2), minilm.config)
    assert np.array_equal(x, before)


# --- one text, a pair, a batch


def test_shapes_and_tokens(minilm: Bert) -> None:
    one = minilm("The bank.")
    assert one.tokens == ["[CLS]", "the", "bank", ".", "[SEP]"] == minilm.tokenize("The bank.")
    assert one.hidden_states.shape == (7, 5, 384)
    assert one.attentions.shape == (6, 12, 5, 5)
    assert one.mask.tolist() == [True] * 5
    pair = minilm(("The bank.", "A river"))
    assert pair.segments.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    batch = minilm(["The bank.", "Mud"])
    assert batch.tokens == [one.tokens, ["[CLS]", "mud", "[SEP]"]]
    assert batch.hidden_states.shape == (7, 2, 5, 384)
    assert batch.attentions.shape == (6, 2, 12, 5, 5)
    assert batch.mask.tolist() == [[True] * 5, [True] * 3 + [False] * 2]
    assert repr(one) == "Output(hidden_states (7, 5, 384), attentions (6, 12, 5, 5))"


def test_a_batch_changes_nothing(minilm: Bert) -> None:
    texts = ["The bank of the river was muddy that spring.", "Mud", "", ("A pair", "of two")]
    batch = minilm(texts)
    for i, text in enumerate(texts):
        alone = minilm(text)
        n = len(alone.tokens)
        assert np.abs(batch.hidden_states[:, i, :n] - alone.hidden_states).max() < 1e-4
        assert np.abs(batch.attentions[:, i, :, :n, :n] - alone.attentions).max() < 1e-5
        assert (batch.attentions[:, i, :, :, n:] == 0).all()


def test_a_list_of_one_is_a_batch(small: Bert) -> None:
    assert small(["the bank"]).hidden_states.shape == (3, 1, 4, 12)
    assert small("the bank").hidden_states.shape == (3, 4, 12)


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([], "nothing to read"),
        (3, "not iterable"),
        ([3], "reads a text"),
        (("a", "b", "c"), None),
        ("the " * 15, "17 pieces, and .* reads at most 16"),
        (["the", "the " * 15], "17 pieces"),
    ],
)
def test_texts_that_it_cannot_read(small: Bert, texts: Any, says: str | None) -> None:
    if says is None:
        assert len(small(texts).tokens) == 3, "three texts are a batch"
        return
    with pytest.raises(CourseError, match=says):
        small(texts)


# --- cuts


def test_a_cut_link_carries_nothing(small: Bert) -> None:
    text = "the robber by the bank"
    free, cut = small(text), small(text, cut=[(1, 0, 5, 2)])
    assert cut.attentions[1, 0, 5, 2] == 0
    assert np.allclose(cut.attentions.sum(axis=-1), 1, atol=1e-6)
    assert np.array_equal(cut.attentions[0], free.attentions[0])
    assert np.array_equal(cut.attentions[1, 1:], free.attentions[1, 1:])
    changed = np.abs(cut.hidden_states[2] - free.hidden_states[2]).max(axis=-1) > 0
    assert changed.tolist() == [i == 5 for i in range(7)]


def test_a_cut_of_all_heads_and_all_links(small: Bert) -> None:
    links = [(layer, None, 1, to) for layer in range(2) for to in range(5) if to != 1]
    alone = small("the robber bank", cut=links)
    assert (alone.attentions[:, :, 1, 1] == 1).all()
    other = small("the river of", cut=links)
    assert np.allclose(alone.hidden_states[:, 1], other.hidden_states[:, 1], atol=1e-6), "it saw something"


@pytest.mark.parametrize("cut", [(2, 0, 0, 0), (0, 3, 0, 0), (0, 0, 9, 0), (0, None, 0, -1), (-1, 0, 0, 0)])
def test_cuts_that_do_not_fit(small: Bert, cut: Any) -> None:
    with pytest.raises(BertError, match="does not fit"):
        small("the bank", cut=[cut])


def test_cuts_must_leave_something(small: Bert) -> None:
    with pytest.raises(BertError, match="nothing to look at"):
        small("the bank", cut=[(0, 0, 1, to) for to in range(4)])
    with pytest.raises(BertError, match="one text"):
        small(["the bank"], cut=[(0, 0, 1, 1)])


# --- words


@pytest.mark.parametrize(
    ("text", "word", "occurrence", "pieces"),
    [
        ("The robber's bank by the bank.", "bank", 0, ["bank"]),
        ("The BANK", "bank", 0, ["bank"]),
        ("the bank", "Bank", 0, ["bank"]),
        ("the robbers by the bank", "robbers", 0, ["robber", "##s"]),
        ("bank's", "bank", 0, ["bank"]),
        ("don't", "don't", 0, ["don", "'", "t"]),
        ("a new york bank", "New York", 0, ["new", "york"]),
        ("don’t", "don't", 0, ["don", "[UNK]", "t"]),
        ("don't", "don’t", 0, ["don", "'", "t"]),
        ("a\u00a0new\u00a0york bank", "new york", 0, ["new", "york"]),
        ("a bank-note", "bank", 0, ["bank"]),
        ("a bank-note", "bank-note", 0, ["bank", "-", "note"]),
        ("the café by the river", "café", 0, ["cafe"]),
        ("the cafe\u0301 by", "cafe\u0301", 0, ["cafe"]),
        ("a银行", "银行", 0, ["银", "行"]),
        ("the 🏦", "🏦", 0, ["[UNK]"]),
        ("the bank .", ".", 0, ["."]),
        ("  the bank ", " bank ", 0, ["bank"]),
    ],
)
def test_words_are_found(small: Bert, text: str, word: str, occurrence: int, pieces: list[str]) -> None:
    tokens = small.tokenize(text)
    assert [tokens[i] for i in small.find_word(text, word, occurrence)] == pieces


def test_the_nth_occurrence(small: Bert) -> None:
    text = "the bank by the Bank of the banks"
    assert small.tokenize(text)[2] == small.tokenize(text)[5] == "bank"
    assert small.find_word(text, "bank", 0) == [2]
    assert small.find_word(text, "bank", 1) == [5]
    assert small.find_word(text, "banks") == [8, 9]


@pytest.mark.parametrize(
    ("text", "word", "occurrence", "says"),
    [
        ("", "bank", 0, "sentence is empty"),
        ("  ", "bank", 0, "sentence is empty"),
        ("the bank", " ", 0, "word is empty"),
        ("the banks", "bank", 0, "'bank' is not in the sentence"),
        ("the cafe\u0301", "cafe", 0, "is not in the sentence"),
        ("the bank", "bank", 1, r"stands once in this sentence; occurrence 1 is not there \(count from 0\)"),
        ("bank bank", "bank", 2, "stands 2 times .* from 0 to 1"),
        ("bank", "bank", -1, "occurrence -1"),
        ("the \u200b bank", "\u200b", 0, "tokenizer drops"),
        ("a [b", "[c", 0, "is not in the sentence"),
    ],
)
def test_words_that_are_not_there(small: Bert, text: str, word: str, occurrence: int, says: str) -> None:
    with pytest.raises(BertError, match=says):
        small.word_vector(text, word, occurrence)


def test_word_vector_is_the_mean_of_its_pieces(small: Bert) -> None:
    text = "the robbers by the bank"
    states = small(text).hidden_states
    assert small.tokenize(text)[2:4] == ["robber", "##s"]
    assert np.allclose(small.word_vector(text, "robbers"), states[-1, 2:4].mean(axis=0), atol=1e-6)
    assert np.allclose(small.word_vector(text, "robbers", layer=0), states[0, 2:4].mean(axis=0), atol=1e-6)
    both = small.word_vector(text, "robbers", layer=[1, 2])
    assert np.allclose(both, states[1:, 2:4].mean(axis=(0, 1)), atol=1e-6)
    everything = small.word_vector(text, "robbers", layer="all")
    assert np.allclose(everything, states[:, 2:4].mean(axis=1), atol=1e-6)


def test_word_vectors_of_many_sentences(small: Bert) -> None:
    sentences = [f"{'the river by ' * (i % 4)}the bank of the bank" for i in range(40)]
    occurrences = [i % 2 for i in range(40)]
    together = small.word_vectors(sentences, "bank", occurrences, layer=-1)
    assert together.shape == (40, 12)
    for i in (0, 7, 39):
        assert np.allclose(together[i], small.word_vector(sentences[i], "bank", occurrences[i]), atol=1e-5)
    assert small.word_vectors(sentences, ["bank"] * 40).shape == (40, 3, 12)
    with pytest.raises(BertError, match="as many words"):
        small.word_vectors(sentences, ["bank"])


@pytest.mark.parametrize("layer", [3, -4, [], [0, 3], "last", 1.5, None])
def test_layers_that_do_not_exist(small: Bert, layer: Any) -> None:
    with pytest.raises(BertError, match="hidden states 0"):
        small.word_vector("the bank", "bank", layer=layer)
    with pytest.raises(BertError, match="no layer 2"):
        small.layer_weights(2)


def test_sentence_vectors(small: Bert) -> None:
    texts = ["the bank", "the robber by the river", ("a pair", "of the bank")]
    mean, first = small.sentence_vectors(texts), small.sentence_vectors(texts, "cls", layer=1)
    for i, text in enumerate(texts):
        states = small(text).hidden_states
        assert np.allclose(mean[i], states[-1].mean(axis=0), atol=1e-5)
        assert np.allclose(first[i], states[1, 0], atol=1e-5)
    assert small.sentence_vectors("the bank").shape == (1, 12)
    with pytest.raises(BertError, match="pooling"):
        small.sentence_vectors(texts, "max")  # type: ignore[arg-type]


def test_context_changes_a_word(minilm: Bert) -> None:
    """The claim that lesson 09 stands on."""
    river = ["They sat on the bank of the river.", "We lay on the muddy bank of the stream."]
    money = ["They put the money into the bank.", "She opened an account at the bank."]
    vectors = minilm.word_vectors(river + money, "bank", layer=-1)
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    assert (cosines[0, 1] + cosines[2, 3]) / 2 > cosines[:2, 2:].mean() + 0.1


# --- guesses


def test_guess_masked(small: Bert) -> None:
    text = "the [MASK] by the [MASK]"
    guesses = small.guess_masked(text, k=len(PIECES))
    assert {piece for piece, _ in guesses} == set(PIECES)
    assert sum(share for _, share in guesses) == pytest.approx(1, abs=1e-5)
    assert [share for _, share in guesses] == sorted((share for _, share in guesses), reverse=True)
    assert small.guess_masked(text, which=1) != small.guess_masked(text)
    assert len(small.guess_masked(text)) == 5
    x = small(text).hidden_states[-1, 2]
    head = small.head_weights
    assert head is not None
    t = gelu((x @ head.transform.weight.T)[None])[0]
    t = (t - t.mean()) / t.std()
    scores = t @ small.embedding_weights.pieces.T + head.pieces.bias
    assert guesses[0][0] == PIECES[int(scores.argmax())]
    with pytest.raises(BertError, match="has 2"):
        small.guess_masked(text, which=2)
    with pytest.raises(BertError, match="has 0"):
        small.guess_masked("the bank")


def test_minilm_has_no_head(minilm: Bert) -> None:
    with pytest.raises(BertError, match=r"no masked-word head.*load_bert\('bert-base-uncased'\)"):
        minilm.guess_masked("the [MASK]")


# --- checkpoints


def test_prefixes_and_old_names_make_no_difference(tmp_path: Path) -> None:
    def old(name: str) -> str:
        return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")

    plain, prefixed = small_arrays(head=True), small_arrays("bert.", head=True)
    folders = [
        write(tmp_path / "plain", plain),
        write(tmp_path / "prefixed", prefixed),
        write(tmp_path / "old", {old(name): array for name, array in prefixed.items()}),
        write(tmp_path / "many_cards", {f"module.{name}": array for name, array in prefixed.items()}),
    ]
    outputs = [load_bert(str(folder))("the robber by the bank").hidden_states for folder in folders]
    assert all(np.array_equal(outputs[0], output) for output in outputs[1:])


def test_the_setting_chooses_the_bert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS_COURSE_BERT", str(write(tmp_path / "own", small_arrays())))
    assert load_bert().config.hidden_size == 12


def test_texts_that_bert_cannot_take_are_answered(small: Bert, tmp_path: Path) -> None:
    for text in ("the bank \ud83d", ("the", "bank \udc00")):
        with pytest.raises(BertError, match="half a character"):
            small(text)
    assert np.array_equal(small.sentence_vectors(np.array(["the bank", "a river"])),
                          small.sentence_vectors(["the bank", "a river"]))  # fmt: skip
    single = small_arrays()
    single["embeddings.token_type_embeddings.weight"] = single["embeddings.token_type_embeddings.weight"][:1]
    for_one = load_bert(str(write(tmp_path / "one", single)))
    assert for_one("the bank").hidden_states.shape[1] == 4
    for asked in (for_one, for_one.sentence_vectors):
        with pytest.raises(BertError, match="no second one"):
            asked([("the bank", "a river")])


def test_rows_that_no_piece_has_are_never_guessed(tmp_path: Path) -> None:
    arrays = small_arrays(head=True)
    table = arrays["embeddings.word_embeddings.weight"]
    more = np.full((8, table.shape[1]), 9.0, np.float32)
    arrays["embeddings.word_embeddings.weight"] = np.concatenate([table, more])
    arrays["cls.predictions.bias"] = np.concatenate([arrays["cls.predictions.bias"], np.full(8, 99.0, np.float32)])
    guesses = load_bert(str(write(tmp_path / "m", arrays))).guess_masked("the [MASK]", k=5)
    assert len(guesses) == 5 and all(piece in PIECES for piece, _ in guesses)


def test_a_bert_is_loaded_once_and_again_when_its_files_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "own", small_arrays())
    first = load_bert(str(folder))
    monkeypatch.setenv("EMBEDDINGS_COURSE_BERT", str(folder))
    assert load_bert() is first is load_bert(str(folder))
    os.utime(folder / "config.json", ns=(1, 1))
    assert load_bert() is not first, "trained again: read again"
    monkeypatch.setenv("EMBEDDINGS_COURSE_BERT", "town")
    assert load_bert().name == "town" and load_bert() is load_bert("town")


def test_a_bert_that_failed_to_load_is_not_kept(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", small_arrays())
    whole = (folder / "config.json").read_text()
    (folder / "config.json").write_text("{}")
    with pytest.raises(WeightsError):
        load_bert(str(folder))
    (folder / "config.json").write_text(whole)
    assert load_bert(str(folder)).config.hidden_size == 12


def test_relu_is_supported(tmp_path: Path) -> None:
    bent = load_bert(str(write(tmp_path / "relu", small_arrays(), {"hidden_act": "relu"})))
    soft = load_bert(str(write(tmp_path / "gelu", small_arrays())))
    assert not np.allclose(bent("the bank").hidden_states[1], soft("the bank").hidden_states[1])


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"model_type": "roberta"}, "model_type is 'roberta' and should be 'bert'"),
        ({"hidden_act": "silu"}, "hidden_act"),
        ({"position_embedding_type": "relative_key"}, "position_embedding_type"),
        ({"is_decoder": True}, "is_decoder"),
        ({"num_attention_heads": 5}, "cannot be shared out among 5 heads"),
        ({"hidden_size": "many"}, "hidden_size is 'many', not a number"),
        ({"hidden_size": None}, "lacks a number"),
        ({"num_hidden_layers": -1}, "num_hidden_layers is -1"),
        ({"num_hidden_layers": float("inf")}, "num_hidden_layers is inf"),
        ({"num_hidden_layers": 1.5}, "not a whole number"),
        ({"num_attention_heads": 0}, "num_attention_heads is 0"),
        ({"max_position_embeddings": -5}, "max_position_embeddings"),
        ({"layer_norm_eps": "small"}, "layer_norm_eps"),
        ({"pad_token_id": "x"}, "pad_token_id"),
        ({"hidden_act": ["gelu"]}, "hidden_act"),
        ({"hidden_size": 24}, "do not belong together"),
        ({"num_hidden_layers": 3}, "lacks the weights 'encoder.layer.2"),
    ],
)
def test_models_that_it_cannot_run(tmp_path: Path, config: dict[str, Any], says: str) -> None:
    folder = write(tmp_path / "m", small_arrays(), config)
    with pytest.raises(WeightsError, match=says):
        load_bert(str(folder))


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.pop("embeddings.LayerNorm.weight"),
        lambda a: a.pop("encoder.layer.1.output.dense.bias"),
        lambda a: a.update({"encoder.layer.0.attention.self.key.weight": np.ones((12, 13), np.float32)}),
    ],
)
def test_weights_that_are_missing_or_misshapen(tmp_path: Path, change: Callable[[dict], Any]) -> None:
    arrays = small_arrays()
    change(arrays)
    with pytest.raises(WeightsError, match="again"):
        load_bert(str(write(tmp_path / "m", arrays)))


def test_weights_are_shared_not_copied(minilm: Bert) -> None:
    w = minilm.layer_weights(0)
    for array in (w.query.weight, w.up.weight, w.down.weight, minilm.embedding_weights.pieces):
        base = array
        while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
            base = base.base
        assert isinstance(base, np.memmap)
        assert not array.flags.writeable


def test_repr(small: Bert, minilm: Bert) -> None:
    assert repr(minilm) == "Bert(minilm: 6 layers x 12 heads, 384 numbers a piece)"
