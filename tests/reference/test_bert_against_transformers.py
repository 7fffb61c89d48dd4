"""bert.py against transformers with PyTorch: every hidden state and every attention, on many kinds of text.

Needs the optional dependencies `reference`; run by `python course.py test reference`.
"""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings_course.bert import masked_word_scores
from embeddings_course.files.models import find_model
from embeddings_course.pretrained import Bert, load_bert

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "data" / "make_reference_activations.py"))
TEXTS: list[Any] = TOOL["texts"]()
CLOSE = 1e-4
# layers, heads, numbers a piece, numbers in between; the last is the shape of bert-base
SMALL, BASE = [(1, 1, 8, 16), (3, 4, 64, 128), (2, 2, 30, 50)], (12, 12, 768, 3072)
BERTS = [(shape, head) for shape in SMALL for head in (False, True)] + [(BASE, False)]


def name_of(text: Any) -> str:
    words = str(text)
    return words if len(words) < 30 else f"{words[:25]}...{len(words)}"


@pytest.fixture(scope="module")
def folder() -> Path:
    found = find_model("minilm")
    if found is None:
        pytest.skip("the MiniLM model is not on this machine (python course.py model)")
    return found


@pytest.fixture(scope="module")
def minilm(folder: Path) -> tuple[Bert, Any, Any]:
    model = transformers.BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    return load_bert(str(folder)), model, transformers.BertTokenizerFast.from_pretrained(folder)


def assert_same(bert: Bert, model: Any, tokenizer: Any, text: Any, filling: bool = True) -> None:
    """Compare everything; without `filling`, the pieces that fill a batch up do not count (nobody looks at them)."""
    states, attentions = TOOL["reference"](model, tokenizer, text)
    output = bert(text)
    assert output.hidden_states.shape == states.shape
    assert output.attentions.shape == attentions.shape
    counts = output.mask | filling
    assert np.abs(output.hidden_states - states)[:, counts].max() < CLOSE
    assert np.abs(output.attentions - attentions).swapaxes(-2, -3)[:, counts].max() < CLOSE


def test_there_are_enough_texts() -> None:
    assert len(TEXTS) >= 60


@pytest.mark.parametrize("text", TEXTS, ids=name_of)
def test_minilm(minilm: tuple[Bert, Any, Any], text: Any) -> None:
    assert_same(*minilm, text)


def test_the_longest_text_has_512_pieces(minilm: tuple[Bert, Any, Any]) -> None:
    assert max(len(minilm[0].tokenize(text)) for text in TEXTS if isinstance(text, str)) == 512


@pytest.mark.parametrize(("shape", "head"), BERTS, ids=str)
def test_random_berts(tmp_path: Path, folder: Path, shape: tuple[int, int, int, int], head: bool) -> None:
    layers, heads, hidden, wide = shape
    torch.manual_seed(7)
    config = transformers.BertConfig(
        vocab_size=30522,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        hidden_size=hidden,
        intermediate_size=wide,
        initializer_range=0.05,
        attn_implementation="eager",
    )
    kind = transformers.BertForMaskedLM if head else transformers.BertModel
    whole = kind(config).eval()
    with torch.no_grad():  # fresh norms and biases are ones and zeros: a mistake with them would not show
        for name, parameter in whole.named_parameters():
            if "LayerNorm" in name or name.endswith("bias"):
                parameter.add_(torch.randn_like(parameter) * 0.1)
    whole.save_pretrained(tmp_path)
    # one kind of folder has tokenizer.json, the other the vocabulary alone
    shutil.copy(folder / ("vocab.txt" if head else "tokenizer.json"), tmp_path)
    bert = load_bert(str(tmp_path))
    assert (bert.head_weights is not None) == head
    tokenizer = transformers.BertTokenizerFast.from_pretrained(folder)
    for text in TEXTS[::6] if shape == BASE else TEXTS:
        assert_same(bert, whole.bert if head else whole, tokenizer, text)
    if head:
        text = "The [MASK] of the river."
        with torch.no_grad():
            scores = whole(**tokenizer(text, return_tensors="pt")).logits[0].numpy()
        weights = bert.head_weights
        assert weights is not None
        assert np.abs(masked_word_scores(bert(text).hidden_states[-1], weights, bert.config) - scores).max() < CLOSE
        best = tokenizer.convert_ids_to_tokens(int(scores[2].argmax()))
        assert bert.guess_masked(text)[0][0] == best


def test_random_mpnets(tmp_path: Path, folder: Path) -> None:
    torch.manual_seed(7)
    # its list of pieces is BERT's with four in front and one behind
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *(folder / "vocab.txt").read_text("utf-8").splitlines(), "<mask>"]
    config = transformers.MPNetConfig(
        vocab_size=len(pieces),
        num_hidden_layers=3,
        num_attention_heads=4,
        hidden_size=64,
        intermediate_size=128,
        max_position_embeddings=514,
        initializer_range=0.05,
        attn_implementation="eager",
    )
    model = transformers.MPNetModel(config).eval()
    with torch.no_grad():
        model.encoder.relative_attention_bias.weight.mul_(20)  # as large as in a trained one
        for name, parameter in model.named_parameters():
            if "LayerNorm" in name or name.endswith("bias"):
                parameter.add_(torch.randn_like(parameter) * 0.1)
    model.save_pretrained(tmp_path)
    tokenizer = transformers.MPNetTokenizer(vocab={piece: i for i, piece in enumerate(pieces)})
    tokenizer.save_pretrained(tmp_path)
    bert = load_bert(str(tmp_path))
    assert bert.layer_weights(2).relative is not None and bert.config.max_tokens == 512
    for text in TEXTS:
        assert_same(bert, model, tokenizer, text, filling=False)


@pytest.fixture(scope="module")
def mpnet() -> tuple[Bert, Any, Any]:
    found = find_model("mpnet")
    if found is None:
        pytest.skip("MPNet is not on this machine (python course.py model mpnet)")
    model = transformers.MPNetModel.from_pretrained(found, attn_implementation="eager").eval()
    return load_bert("mpnet"), model, transformers.AutoTokenizer.from_pretrained(found)


@pytest.mark.parametrize("text", TEXTS, ids=name_of)
def test_mpnet(mpnet: tuple[Bert, Any, Any], text: Any) -> None:
    assert_same(*mpnet, text, filling=False)


def test_sentence_vectors_are_those_of_sentence_transformers(folder: Path, minilm: tuple[Bert, Any, Any]) -> None:
    bert, model, tokenizer = minilm
    texts = ["The bank of the river.", "A short one", "He lifted the car with a jack, and it rained all day."]
    inputs = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        last = model(**inputs).last_hidden_state
    mask = inputs["attention_mask"][..., None]
    expected = ((last * mask).sum(1) / mask.sum(1)).numpy()
    assert np.abs(bert.sentence_vectors(texts) - expected).max() < CLOSE
    assert np.abs(bert.sentence_vectors(texts, "cls") - last[:, 0].numpy()).max() < CLOSE
