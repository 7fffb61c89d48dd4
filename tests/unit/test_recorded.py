"""What was recorded of the models is whole, says what the course says, and fits the sentences it was made from."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from authoring import ROOT

from embeddings_course.chance import paired_difference, share_interval
from embeddings_course.commands import check
from embeddings_course.files.data import (
    RECORDED_MODELS,
    load_answers,
    load_atlas,
    load_gaps,
    load_landscape,
    load_sense_scores,
    load_senses,
    load_which_bank,
)
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path
from embeddings_course.senses import SenseError, choose_layer, sense_layer

LAYERS = {"town": 3, "minilm": 6, "mpnet": 12, "mpnet-384": 12}
WORDS = ("bank", "bill", "jack")


def right_of_test(model: str, way: str = "plain") -> np.ndarray:
    found = load_answers(model, way)
    return found.right[~found.fit]


@pytest.mark.parametrize(("model", "best", "ties"), [("minilm", 6, (4, 5, 6)), ("mpnet", 12, (6, 7, 8, 9, 10, 12))])
def test_on_the_fit_half_the_one_choice_ties_with_the_best(model: str, best: int, ties: tuple[int, ...]) -> None:
    found = load_answers(model)
    choice = choose_layer(found.right[found.fit])
    assert (choice.best, choice.ties) == (best, ties) and sense_layer(LAYERS[model]) in ties


def test_in_the_town_its_last_layer_is_best_alone_and_by_little() -> None:
    found = load_answers("town")
    assert choose_layer(found.right[found.fit]).ties == (3,)
    assert found.right[found.fit].sum(axis=0).tolist()[2:] == [589, 597]
    assert right_of_test("town").sum(axis=0).tolist() == [100, 123, 134, 133]


def test_what_we_say_of_the_models() -> None:
    minilm, mpnet, narrow = (right_of_test(model) for model in RECORDED_MODELS)
    assert str(share_interval(int(minilm[:, 4].sum()), 375)) == "316 of 375 (0.80 to 0.88)"
    assert str(share_interval(int(mpnet[:, 8].sum()), 375)) == "348 of 375 (0.90 to 0.95)"
    assert paired_difference(mpnet[:, 8], minilm[:, 4]).low > 0.05
    width = paired_difference(narrow[:, 8], mpnet[:, 8])
    assert width.low > -0.03 and not width.excludes_zero, "width alone explains it"
    assert minilm.mean(axis=0) == pytest.approx(load_sense_scores().centroid, abs=6e-4)


@pytest.mark.parametrize("model", RECORDED_MODELS)
def test_no_other_way_gains_or_loses_more_than_luck(model: str) -> None:
    found, chosen = load_answers(model), sense_layer(LAYERS[model])
    for way, layer in (("centred", chosen), ("plain", -1), ("four", 0)):
        for half in (found.fit, ~found.fit):
            gain = paired_difference(load_answers(model, way).right[half, layer], found.right[half, chosen])
            assert not gain.excludes_zero and abs(gain.mean) < 0.015, way


def test_shuffled_labels_find_what_the_commonest_sense_finds() -> None:
    for model in RECORDED_MODELS:
        assert right_of_test(model, "shuffled").mean() == pytest.approx(load_sense_scores().commonest, abs=0.03)


@pytest.mark.parametrize(
    ("way", "gain", "sure"),
    [
        ("alone", 0.01, False),
        ("other", 0.03, True),
        ("topic", 0.02, True),
        ("repeat", 0.04, True),
        ("against", -0.02, False),
    ],
)
def test_company_moves_the_best_layer_up_unless_it_misleads(way: str, gain: float, sure: bool) -> None:
    right = load_answers("minilm", way).right
    found = paired_difference(right[:, -1], right[:, 4])
    assert round(found.mean, 2) == gain and (found.excludes_zero and found.chance < 0.05 / 5) == sure


def test_senses_part_faintly_in_minilm_and_plainly_in_mpnet() -> None:
    faint, plain, narrow = (load_gaps(model).gap[sense_layer(LAYERS[model])] for model in RECORDED_MODELS)
    assert plain > 3 * faint and narrow > 3 * faint


@pytest.mark.parametrize("model", RECORDED_MODELS)
@pytest.mark.parametrize("word", WORDS)
def test_the_atlas_has_every_use_of_a_word_on_axes_that_do_not_turn(word: str, model: str) -> None:
    atlas = load_atlas(word, model)
    assert [use.id for use in atlas.uses] == [use.id for use in load_senses() if use.lemma == word]
    assert atlas.places.shape == (len(atlas.uses), LAYERS[model] + 1, 16) and np.isfinite(atlas.places).all()
    assert np.abs(atlas.places.mean(axis=0)).max() < 1e-3, "each layer is centred"
    assert list(atlas.shares) == sorted(atlas.shares, reverse=True) and 0.2 < sum(atlas.shares) < 1


@pytest.mark.parametrize("model", RECORDED_MODELS)
def test_the_landscape_parts_money_from_river_on_test_sentences(model: str) -> None:
    bank = load_landscape(model)
    layer = sense_layer(LAYERS[model])
    right = [
        (place > 0) == (use.sense == "bank.money") for use, place in zip(bank.uses, bank.places[:, layer], strict=True)
    ]
    tested = [good for use, good in zip(bank.uses, right, strict=True) if use.split == "test"]
    assert sum(tested) == {"minilm": 20}.get(model, 24) and len(tested) == 26 and (bank.unit > 0).all()


@pytest.mark.parametrize("model", ["minilm", "mpnet"])
def test_a_landscape_takes_any_other_bank(model: str) -> None:
    """The way is that between the recorded centroids, so that the four banks of the essay find their places."""
    data, bank = load_which_bank(model=model), load_landscape(model)
    money, river = (data.centroids[data.senses.index(f"bank.{sense}")].astype(float) for sense in ("money", "river"))
    way = (money - river) / np.linalg.norm(money - river, axis=-1, keepdims=True)  # (layers, d)
    middle = ((money + river) / 2 * way).sum(axis=-1)
    assert np.abs(middle - bank.middle).max() < 2e-3
    i = data.texts.index("the bank robber lives near the bank of the river")
    rows = [row for row in range(data.start[i], data.start[i + 1]) if data.tokens[row] == "bank"]
    vectors = data.vectors[rows].astype(float)
    units = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    robber, other = (np.einsum("uld,ld->ul", units, way) - bank.middle) / bank.unit
    layer = sense_layer(LAYERS[model])
    assert robber[layer] > other[layer] and other[layer] < 0


def test_everything_recorded_of_mpnet_is_small() -> None:
    """Every array of every file whose name, or whose file's name, says MPNet."""
    size = 0
    for path in data_path("atlas.npz").parent.glob("*.npz"):
        with ZipFile(path) as file:
            parts = [part for part in file.infolist() if "mpnet" in f"{path.name} {part.filename}"]
        size += sum(part.compress_size for part in parts)
    assert 3_000_000 < size < 4_000_000


def test_lesson_09_and_check_name_the_command_that_fetches_mpnet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "find_model", lambda name: None)
    lesson = next((ROOT / "notebooks").glob("09_*.ipynb")).read_text(encoding="utf-8")
    assert "`python course.py model mpnet`" in lesson and "model mpnet" in check.mpnet()


def test_broken_files_are_explained(tmp_path: Path) -> None:
    for model, way in (("", "plain"), ("bert", "plain"), ("mpnet", "backwards")):
        with pytest.raises(DataError, match=r"no such part.*record_models"):
            load_answers(model, way)
    with pytest.raises(DataError, match=r"has no such part.*record_models"):
        load_atlas("river")
    with pytest.raises(DataError, match="no such part"):
        load_gaps("town")
    (tmp_path / "atlas.npz").write_bytes(b"no zip")
    with pytest.raises(DataError, match="cannot be read"):
        load_landscape(path=tmp_path / "atlas.npz")
    ids = np.array(["no such use"])
    for length, says in ((1, "no use 'no such use'"), (2, "no use")):
        parts = {"uses bank": ids, "landscape mpnet": np.zeros((length, 2)), "scale mpnet": np.ones((2, 2))}
        np.savez(tmp_path / "odd.npz", **parts)
        with pytest.raises(DataError, match=says):
            load_landscape(path=tmp_path / "odd.npz")
    parts["uses bank"] = np.array([load_senses()[0].id])
    np.savez(tmp_path / "odd.npz", **parts)
    with pytest.raises(DataError, match="different lengths"):
        load_landscape(path=tmp_path / "odd.npz")


def test_a_choice_needs_answers() -> None:
    assert choose_layer([[1, 0]] * 30).ties == (0,)
    with pytest.raises(SenseError, match="layer by layer"):
        choose_layer([1, 0])
