"""MPNet in bert.py: BERT with another list of names, a bias for distances, no segments, and <s> and </s>."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from embeddings_course.bert import attend, relative_position_bias
from embeddings_course.files.errors import BertError, WeightsError
from embeddings_course.inside import parameter_counts, without_positions
from embeddings_course.pretrained import Bert, load_bert

KIT = runpy.run_path(str(Path(__file__).with_name("test_bert.py")))
CONFIG, PIECES, small_arrays, write = (KIT[name] for name in ("CONFIG", "PIECES", "small_arrays", "write"))
BUCKETS, PAD = 32, 1
NAMES = {"attention.self.query": "attention.attn.q", "attention.self.key": "attention.attn.k",
         "attention.self.value": "attention.attn.v", "attention.output.dense": "attention.attn.o",
         "attention.output.LayerNorm": "attention.LayerNorm"}  # fmt: skip


def mpnet_arrays(bias: float, prefix: str = "") -> dict[str, np.ndarray]:
    """The weights of `small_arrays` under MPNet's names; a table of distances; two rows before the first place."""
    arrays = {}
    for key, array in small_arrays().items():
        for bert, mpnet in NAMES.items():
            key = key.replace(bert, mpnet)
        arrays[prefix + key] = array
    del arrays[f"{prefix}embeddings.token_type_embeddings.weight"]
    places = f"{prefix}embeddings.position_embeddings.weight"
    arrays[places] = np.concatenate([np.full((PAD + 1, CONFIG["hidden_size"]), 9, np.float32), arrays[places]])
    table = np.random.default_rng(8).normal(0, bias, (BUCKETS, CONFIG["num_attention_heads"]))
    return arrays | {f"{prefix}encoder.relative_attention_bias.weight": table.astype(np.float32)}


def write_mpnet(folder: Path, bias: float = 1.0, prefix: str = "") -> Path:
    places = {"max_position_embeddings": CONFIG["max_position_embeddings"] + PAD + 1}
    write(folder, mpnet_arrays(bias, prefix), {"model_type": "mpnet", "pad_token_id": PAD, **places})
    names = {"[CLS]": "<s>", "[PAD]": "<pad>", "[SEP]": "</s>", "[MASK]": "<mask>"}
    vocab = {names.get(piece, piece): i for i, piece in enumerate(PIECES)}
    (folder / "vocab.txt").write_text("\n".join(vocab), encoding="utf-8")
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("</s>", vocab["</s>"]), ("<s>", vocab["<s>"])]
    tokenizer.post_processor = processors.RobertaProcessing(*ends, trim_offsets=True, add_prefix_space=False)
    tokenizer.add_special_tokens(list(names.values()))
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=9)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def mpnet(tmp_path: Path) -> Bert:
    return load_bert(str(write_mpnet(tmp_path / "mpnet")))


def test_with_all_biases_zero_it_is_bert(tmp_path: Path) -> None:
    arrays = small_arrays()
    arrays["embeddings.token_type_embeddings.weight"][:] = 0
    bert = load_bert(str(write(tmp_path / "bert", arrays)))
    mpnet = load_bert(str(write_mpnet(tmp_path / "mpnet", bias=0)))
    text = "the robbers by the bank of the river"
    assert mpnet.config.max_tokens == bert.config.max_tokens
    assert mpnet.tokenize(text) == ["<s>", *bert.tokenize(text)[1:-1], "</s>"]
    assert np.allclose(mpnet(text).hidden_states, bert(text).hidden_states, atol=1e-6)


def test_the_bias_is_added_to_the_scores_of_every_layer(mpnet: Bert) -> None:
    out = mpnet("the robber by the bank")
    for i in range(mpnet.config.n_layers):
        w = mpnet.layer_weights(i)
        x, n, heads = out.hidden_states[i], len(out.tokens), mpnet.config.n_heads
        q, k = ((x @ m.weight.T + m.bias).reshape(n, heads, -1).transpose(1, 0, 2) for m in (w.query, w.key))
        assert w.relative is not None
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1]) + relative_position_bias(n, w.relative)
        shares = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
        assert np.abs(shares - out.attentions[i]).max() < 1e-6


def test_distances_share_rows_as_in_t5() -> None:
    rows = relative_position_bias(300, np.arange(32)[:, None])[0]  # head 0: which row of the table each pair gets
    back, ahead = rows[:, 0], rows[0]  # to a piece so many places before, and after
    assert back[:8].tolist() == list(range(8)), "near distances have a row each"
    assert {d: int(back[d]) for d in (8, 11, 12, 15, 16, 31, 32, 63, 64, 90, 91, 127, 128, 299)} == {
        8: 8, 11: 8, 12: 9, 15: 9, 16: 10, 31: 11, 32: 12, 63: 13, 64: 14, 90: 14, 91: 15, 127: 15, 128: 15, 299: 15
    }  # fmt: skip
    assert ahead[0] == 0 and (ahead[1:] == back[1:] + 16).all()
    assert (np.diff(back) >= 0).all()
    assert all((np.diagonal(rows, k) == rows[max(-k, 0), max(k, 0)]).all() for k in range(-299, 300)), "distance alone"


def test_attend_adds_the_bias_before_the_shares() -> None:
    q, k, v = np.zeros((3, 2, 4))
    assert attend(q, k, v, bias=np.log([[3.0, 1.0], [1.0, 1.0]]))[1].round(6).tolist() == [[0.75, 0.25], [0.5, 0.5]]
    barred = attend(q, k, v, np.array([[False, True], [True, True]]), np.log([[3.0, 1.0], [1.0, 1.0]]))[1]
    assert barred[0].tolist() == [0, 1]


def test_pieces_words_and_batches(mpnet: Bert) -> None:
    assert mpnet.tokenize("The robbers") == ["<s>", "the", "robber", "##s", "</s>"], "neither cut nor filled up"
    assert mpnet.tokenize(("the bank", "a river")) == ["<s>", "the", "bank", "</s>", "</s>", "a", "river", "</s>"]
    assert mpnet.find_word("the robbers by the bank", "robbers") == [2, 3]
    batch, alone = mpnet(["the bank of the river", "bank"]), mpnet("bank")
    assert batch.ids[1].tolist() == [*alone.ids, PAD, PAD, PAD, PAD]
    assert np.allclose(batch.hidden_states[:, 1, :3], alone.hidden_states, atol=1e-5)
    with pytest.raises(BertError, match=r"17 pieces, and .* reads at most 16"):
        mpnet("the " * 15)


def test_a_cut_link_carries_nothing_here_too(mpnet: Bert) -> None:
    assert mpnet("the robber", cut=[(1, 0, 1, 2)]).attentions[1, 0, 1, 2] == 0


def test_counts_and_heads(mpnet: Bert) -> None:
    counts = parameter_counts(mpnet.embedding_weights, [mpnet.layer_weights(i) for i in range(2)])
    assert counts["segments"] == 0 and counts["positions"] == 16 * 12 + BUCKETS * 3
    with pytest.raises(BertError, match="no masked-word head"):
        mpnet.guess_masked("the <mask>")


def test_without_positions_it_forgets_distances_too(mpnet: Bert) -> None:
    bag = without_positions(mpnet)
    one, two = (bag(text).hidden_states[-1] for text in ("robber by bank", "bank by robber"))
    assert np.allclose(one, two[[0, 3, 2, 1, 4]], atol=1e-6)
    assert not np.allclose(mpnet("robber by bank").hidden_states[-1][1], mpnet("bank by robber").hidden_states[-1][3])


def test_the_prefix_of_checkpoints_with_a_head(tmp_path: Path, mpnet: Bert) -> None:
    other = load_bert(str(write_mpnet(tmp_path / "other", prefix="mpnet.")))
    assert np.array_equal(other("the bank").hidden_states, mpnet("the bank").hidden_states)


def test_its_vocabulary_alone_is_not_taken_for_berts(tmp_path: Path) -> None:
    folder = write_mpnet(tmp_path / "mpnet")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(WeightsError, match=r"lacks tokenizer\.json"):
        load_bert(str(folder))


def test_a_config_of_the_other_kind_is_refused(tmp_path: Path) -> None:
    folder = write_mpnet(tmp_path / "mpnet")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "bert"}))
    with pytest.raises(WeightsError, match="lacks the weights"):
        load_bert(str(folder))


@pytest.mark.parametrize("lost", ["encoder.relative_attention_bias.weight", "encoder.layer.1.attention.attn.q.weight"])
def test_incomplete_weights_are_refused(tmp_path: Path, lost: str) -> None:
    folder = write_mpnet(tmp_path / "mpnet")
    arrays = mpnet_arrays(1.0)
    del arrays[lost]
    places = {"max_position_embeddings": CONFIG["max_position_embeddings"] + PAD + 1}
    tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
    write(folder, arrays, {"model_type": "mpnet", "pad_token_id": PAD, **places})
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    with pytest.raises(WeightsError, match="lacks the weights"):
        load_bert(str(folder))
