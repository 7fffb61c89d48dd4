"""The small BERT of our own that ships: it guesses words of the town, and its growth was really recorded."""

from __future__ import annotations

import json

import numpy as np
import pytest

from embeddings_course.demos.base import DemoError
from embeddings_course.demos.bert_growth import BertGrowth
from embeddings_course.files.data import DataError, TownGrowth, data_path, load_town_growth
from embeddings_course.files.download import main
from embeddings_course.files.errors import WeightsError
from embeddings_course.files.models import check_model, find_model
from embeddings_course.pretrained import Bert, load_bert


@pytest.fixture(scope="module")
def town() -> Bert:
    return load_bert("town")


@pytest.fixture(scope="module")
def growth() -> TownGrowth:
    return load_town_growth()


def test_it_is_found_by_name_without_a_network(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    assert find_model("town") == check_model("town") == data_path("town_bert")
    assert main(["check", "--model", "town"]) == 0 and "OK: town" in capsys.readouterr().out
    monkeypatch.setenv("EMBEDDINGS_COURSE_DATA", "/nowhere/at/all")
    with pytest.raises(WeightsError, match="town_bert is missing"):
        find_model("town")


def test_it_is_small_and_shaped_as_its_config_says(town: Bert) -> None:
    assert sum(f.stat().st_size for f in data_path("town_bert").iterdir()) < 2_000_000
    out = town("the robber broke into the bank at night")
    assert out.hidden_states.shape == (town.config.n_layers + 1, len(out.tokens), town.config.hidden_size)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("the robber broke into the [MASK] at night", "bank"),
        ("the duck has a yellow [MASK]", "bill"),
        ("my mother [MASK] the guitar at the party", "played"),
    ],
)
def test_it_guesses_masked_words_of_the_town(town: Bert, text: str, right: str) -> None:
    assert town.guess_masked(text, k=1)[0][0] == right


def test_its_card_beats_the_baseline_and_fits_the_growth(growth: TownGrowth) -> None:
    card = json.loads((data_path("town_bert") / "card.json").read_text(encoding="utf-8"))
    last = card["held out, by step"][-1]
    assert last["right"] > 0.75 > 0.3 > card["knows only how frequent pieces are"]["right"]
    losses = {row["step"]: row["loss"] for row in card["held out, by step"]}
    assert list(growth.losses) == pytest.approx([losses[step] for step in growth.steps])


def test_the_last_checkpoint_is_the_model_that_ships(town: Bert, growth: TownGrowth) -> None:
    live = town.word_vectors(list(growth.sentences), ["bank"] * len(growth.sentences), layer=growth.layer)
    assert np.abs(live - growth.vectors[-1]).max() < 0.02
    for text, guesses in zip(growth.masked, growth.guesses[-1], strict=True):
        assert dict(town.guess_masked(text, k=5)) == pytest.approx(dict(guesses), abs=0.01)


def test_senses_come_apart_and_place_alone_finds_some_of_them(growth: TownGrowth) -> None:
    commonest = max(growth.senses.count(sense) for sense in set(growth.senses)) / len(growth.senses)
    found = growth.right[:, growth.layer]
    assert found[0] > commonest and found.min() < found[0] and found[-1] == 1.0


def test_a_broken_file_is_named(tmp_path) -> None:
    with np.load(data_path("town_growth.npz")) as file:
        kept = {name: file[name] for name in file.files}
    np.savez(tmp_path / "cut.npz", **{**kept, "losses": kept["losses"][:3]})
    with pytest.raises(DataError, match=r"cut.npz.*make_town_growth"):
        load_town_growth(tmp_path / "cut.npz")


def test_the_view_follows_its_slider(growth: TownGrowth) -> None:
    view = BertGrowth()
    assert "after 0 steps" in str(view.stage.shown["parts"]), "it grows from the beginning"
    assert "After 5,000 steps" in repr(view) and view.told.guesses[0][0] == "bank", "on paper the end is shown"
    assert (view.play.min, view.play.max) == (0, view.last())
    view.controls["moment"].value = view.last()
    assert "after 5,000 steps" in str(view.stage.shown["parts"])
    view.controls["moment"].value = 0
    assert "After 0 steps" in repr(view), "a moment that was chosen stays"
    view.set(sentence=1)
    assert view.picture.masked == growth.masked[1] and growth.masked[1] in str(view.stage.shown["parts"])
    assert "not among its five guesses" in repr(view)
    for size in (view.still().png, BertGrowth(moment=3).still().png):
        assert size.startswith(b"\x89PNG")
    with pytest.raises(DemoError):
        BertGrowth.compute(moment=99)
