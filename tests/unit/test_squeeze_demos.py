"""The views of lesson 04, the maps they are drawn from, and the held-out error: values, words, and bad input."""

import json

import numpy as np
import pytest

from embeddings_course.counting import held_out_curve, reconstruction_curve, truncated_svd
from embeddings_course.demos.base import DemoError
from embeddings_course.demos.map_lies import K, MapLies, map_table
from embeddings_course.demos.own_axes import BOOKS, NARROW, OwnAxes
from embeddings_course.demos.squeeze import Squeeze, part_table, town_vectors, town_words
from embeddings_course.evaluation import map_neighbour_recall
from embeddings_course.files.data import DataError, load_town, load_town_maps
from embeddings_course.files.table import Embedding, UnknownWordError
from embeddings_course.plots.maps import Lies, NamedAxes
from embeddings_course.plots.style import bare_figure
from embeddings_course.vectors import cosine


# --- the error about held-out sentences ---------------------------------------------------------------------
def test_held_out_error_is_the_error_of_the_copy():
    rng = np.random.default_rng(0)
    seen, unseen = rng.normal(size=(2, 6, 5))
    left, strength, right = truncated_svd(seen, 5)
    for k, error in zip([1, 3, 5], held_out_curve(seen, unseen, [1, 3, 5]), strict=True):
        copy = left[:, :k] * strength[:k] @ right[:k]
        assert error == pytest.approx(((unseen - copy) ** 2).sum() / (unseen**2).sum())
    assert np.allclose(held_out_curve(seen, seen, [1, 2, 5]), reconstruction_curve(seen, [1, 2, 5]))
    with pytest.raises(ValueError, match="same words"):
        held_out_curve(seen, unseen[:3], [1])


# --- squeeze ------------------------------------------------------------------------------------------------
def test_the_curves_of_the_view_are_those_of_the_subject():
    data = Squeeze.compute(k=20, read=1000)
    seen, unseen = part_table(0, 2, 1000), part_table(1, 2, 10**9)
    assert data.here[0] == pytest.approx(reconstruction_curve(seen, [20])[0])
    assert data.here[1] == pytest.approx(held_out_curve(seen, unseen, [20])[0])
    assert np.all(np.diff(data.own) <= 1e-12) and data.held_out[-1] > min(data.held_out)


def test_less_text_wants_fewer_components_and_the_halves_share_no_sentence():
    assert Squeeze.compute(read=1000).best < Squeeze.compute(read=15_000).best
    assert len(load_town().sentences[0::2]) == len(load_town().sentences[1::2]) == 15_000


def test_the_squeeze_view_follows_its_controls_and_explains_bad_words():
    demo = Squeeze(word="king")
    assert demo.error is None and "Nearest to king" in demo.stage.words
    assert demo.stage.kinds == ["Lines", "Lines", "Bars"] and "nearest to king" in str(demo.stage.shown)
    near = demo.picture.neighbours[0][0]
    assert near in {"queen", "prince", "duke", "princess", "duchess"}
    before = demo.picture.here
    demo.set(k=3)
    assert demo.picture.here[0] > before[0]
    demo.controls["word"].value = "<b>zzqx"
    assert isinstance(demo.error, UnknownWordError) and "<b>" in demo.stage.trouble
    demo.controls["word"].value = " Bank "
    assert demo.error is None and demo.picture.word == "bank"


def test_town_vectors_are_what_the_lesson_says():
    table = town_vectors()
    assert table.vectors.shape == (560, 50) and table.words == town_words()
    assert cosine(table["monday"], table["friday"]) > 0.9


# --- is the map lying? --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "seed"), [("PCA", 0), ("t-SNE", 0), ("t-SNE", 4)])
def test_what_the_map_view_says_is_the_measured_recall(kind, seed):
    table = map_table()
    data = MapLies.compute(kind, seed, "bank")
    recall = map_neighbour_recall(table.vectors, data.table.vectors, K)
    assert data.kept_by_all == pytest.approx(recall.mean())
    assert len(data.kept) / K == pytest.approx(recall[table.row("bank")])
    assert len(data.true) == len(data.drawn) == K and "bank" not in {*data.true, *data.drawn}


def test_another_seed_is_another_map():
    one, two = (MapLies.compute("t-SNE", seed, "king").table for seed in (0, 1))

    def far(table, a, b):
        return np.linalg.norm(table[a] - table[b])

    assert far(one, "king", "apple") < far(one, "king", "tom")
    assert far(two, "king", "apple") > far(two, "king", "tom")


def test_the_map_view_follows_its_controls():
    demo = MapLies()
    assert demo.error is None and "7 of the 10 true neighbours of bank" in demo.stage.words
    demo.set(kind="t-SNE", seed=2, word="jack")
    assert "t-SNE map (seed 2)" in demo.stage.words and demo.stage.kinds == ["Points"]
    with pytest.raises(DemoError, match="88 words"):
        MapLies.compute("PCA", 0, "zzqx")


def test_a_perfect_map_is_said_to_keep_all():
    table = Embedding(("a", "b"), [[0.0, 0.0], [1.0, 0.0]])
    data = Lies(table, "a", ["b"], ["b"], 1.0, 1.0, "A map")
    assert data.describe() == (
        "A map of 2 words. It kept 1 of the 1 true neighbours of a. Over all words it keeps 100%; by chance it would "
        "be 100%."
    )


def test_maps_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / "town_maps.json"
    path.write_text(json.dumps({"words": ["a", "b"], "tsne": {"0": [[1, 2]]}}))
    with pytest.raises(DataError, match="make_town_maps"):
        load_town_maps(path)
    assert set(load_town_maps().words) <= set(town_words())


# --- name your own axes -------------------------------------------------------------------------------------
def test_an_axis_is_the_difference_of_cosines():
    data = OwnAxes.compute(x="money - river", y="tom - car", words="bank bill", space=NARROW)
    table = town_vectors()
    assert data.table["bank"][0] == pytest.approx(
        cosine(table["bank"], table["money"]) - cosine(table["bank"], table["river"])
    )
    assert data.x == ("river", "money") and data.marked == ["bank", "bill"]


def test_the_window_decides_where_the_bank_stands():
    assert OwnAxes.compute().table["bank"][0] > 0.3 > 0 > OwnAxes.compute(space=NARROW).table["bank"][0]


@pytest.mark.parametrize(
    ("control", "text", "says"),
    [
        ("x", "money river", "a minus sign"),
        ("y", "tom -", "a minus sign"),
        ("x", "money - rivver", "rivver"),
        ("words", "bank", "at least two words"),
        ("words", "bank <b>", "not among"),
    ],
)
def test_axes_that_cannot_be_read_are_explained_in_place(control, text, says):
    demo = OwnAxes()
    demo.controls[control].value = text
    assert demo.error is not None and says in demo.stage.trouble and "<b>" not in demo.stage.twin


def test_old_books_have_the_same_axes():
    demo = OwnAxes(space=BOOKS)
    assert demo.error is None and demo.picture.table["cheque"][0] > demo.picture.table["brook"][0]


def test_the_pictures_can_be_drawn_and_said():
    figure = bare_figure(8, 5)
    OwnAxes.compute().draw(figure)
    labels = {text.get_text() for ax in figure.axes for text in ax.texts}
    assert {"bank", "robber"} <= labels
    table = Embedding(("a", "b"), [[-1.0, 0.5], [1.0, -0.5]])
    assert "farthest towards right: b" in NamedAxes(table, ("left", "right"), ("down", "up")).describe()
