"""The knob board and the training bar: values, words, the pictures, and bad input in plain words."""

import json

import pytest

from embeddings_course.demos.base import DemoError
from embeddings_course.demos.knob_board import KNOBS, NEIGHBOURS, KnobBoard
from embeddings_course.demos.training_bar import TrainingBar
from embeddings_course.evaluation import spearman_eval
from embeddings_course.files.data import DataError, load_knobs, load_wikipedia, load_wikipedia_runs, load_wordsim
from embeddings_course.files.table import Embedding, UnknownWordError
from embeddings_course.plots import Bags, show
from embeddings_course.plots.knobs import Knobs, Score
from embeddings_course.vectors import nearest

POSITIONS = [(name, value) for name, (_, values, base) in KNOBS.items() for value in values if value != base]


def test_every_position_of_every_knob_is_a_model_and_every_model_a_position():
    assert {"base", *(f"{name}={value}" for name, value in POSITIONS)} == set(load_knobs())


@pytest.mark.parametrize(("name", "value"), POSITIONS)
def test_the_board_shows_the_model_that_the_knob_names(name, value):
    data, model = KnobBoard.compute("king", **{name: value}), load_knobs()[f"{name}={value}"]
    assert data.here == nearest(model.table, "king", k=NEIGHBOURS)
    assert data.base == nearest(load_knobs()["base"].table, "king", k=NEIGHBOURS)
    assert [here.rho for _, _, here in data.scores] == [
        model.scores[test]["spearman"] for test in ("wordsim353", "simlex999")
    ]
    assert data.strangers[1] == model.scores["random_pair_mean_cosine"]
    assert data.moved.endswith(f"{value} instead of {KNOBS[name][2]}")


def test_one_knob_at_a_time():
    board = KnobBoard(window=15)
    assert "Window 15 instead of 5" in board.stage.words
    board.controls["negatives"].value = 0
    assert board.state() | {"word": ""} == {"word": "", **{n: base for n, (*_, base) in KNOBS.items()}, "negatives": 0}
    assert "Noise words 0 instead of 5" in board.stage.words and "Two strangers: 1.00" in board.stage.words
    board.controls["negatives"].value = 5
    assert board.picture.moved == "" and "The base." in board.stage.words
    with pytest.raises(DemoError, match="One knob at a time"):
        board.set(window=2, passes=15)
    with pytest.raises(DemoError, match="One knob at a time"):
        KnobBoard.compute(window=2, passes=15)
    with pytest.raises(DemoError, match="can be 2, 5, 15; not 7"):
        KnobBoard.compute(window=7)
    with pytest.raises(DemoError, match="no control 'depth'"):
        board.set(depth=3)


def test_the_page_follows_and_draws_once(monkeypatch):
    board = KnobBoard()
    drawn = []
    monkeypatch.setattr(board, "show", lambda data: drawn.append(data.moved))
    board.controls["window"].value = 2
    board.controls["passes"].value = 15
    assert drawn == ["window 2 instead of 5", "passes 15 instead of 5"]


@pytest.mark.parametrize(
    ("typed", "error", "says"),
    [
        ("", DemoError, "Type one word"),
        ("king queen", DemoError, "Type one word"),
        ("currancy", UnknownWordError, "Did you mean currency"),
        ("<b>x</b>", UnknownWordError, "not among the 3000 words"),
    ],
)
def test_words_that_the_board_does_not_know(typed, error, says):
    board = KnobBoard()
    board.controls["word"].value = typed
    if typed == "":
        board.controls["word"].value = " "
    assert isinstance(board.error, error) and says in board.stage.trouble and "<b>x" not in board.stage.twin
    board.controls["word"].value = " River "
    assert board.error is None and board.picture.word == "river"


def test_the_board_is_readable_without_eyes_and_without_a_kernel():
    board = KnobBoard(word="music", window=15)
    ((base, here, tests),) = board.picture.parts()
    assert [test.note for test in tests] == ["185 of 353", "379 of 999"] and board.stage.twin == ""
    for test in tests:
        assert all(low <= value <= high for value, (low, high) in zip(test.values, test.spans, strict=True))
    assert base.title == "base" and here.title == "window 15"
    assert all(control.description for control in board.controls.values())
    assert "185 of 353 pairs" in repr(board) and "Beware" in repr(board)
    bundle, _ = board._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG")


def test_shared_words_and_names():
    score = Score(0.5, 0.4, 0.6, 10, 20)
    data = Knobs("a", "window 2 instead of 5", [("b", 0.5), ("c", 0.4)], [("c", 0.9), ("d", 0.8)], (0.1, 0.2),
                 [("one", score, score), ("two", score, score)], [(0.4, 0.5), (0.4, 0.5)])  # fmt: skip
    assert data.shared == ["c"] and data.name == "window 2"
    assert "1 of 2 are also near in the base" in data.describe()
    assert "one 0.50 (0.40 to 0.60; 10 of 20 pairs), the base 0.50" in data.describe()
    assert data.parts()[0][1].marked == ["c"]


@pytest.mark.slow
def test_cbow_with_as_many_examples_is_as_good(tmp_path):
    from gensim.models import Word2Vec

    text = tmp_path / "text.txt"
    text.write_text("\n".join(map(" ".join, load_wikipedia())), encoding="utf-8")
    settings = load_knobs()["method=CBOW"].settings | {"epochs": 30, "workers": 1}
    model = Word2Vec(corpus_file=str(text), **{k: v for k, v in settings.items() if k != "trainer"})
    table = Embedding(model.wv.index_to_key, model.wv.vectors)
    assert 0.45 < spearman_eval(table, load_wordsim(), resamples=1).rho < 0.55


# --- the bar ------------------------------------------------------------------------------------------------
def test_the_bar_follows_a_training_of_gensim():
    from gensim.models import Word2Vec

    bar = TrainingBar(passes=3)
    assert "not started" in bar.line.value
    Word2Vec([["a", "b", "c"]] * 20, vector_size=2, min_count=1, epochs=3, workers=1, callbacks=[bar])
    assert bar.bar.value == bar.bar.max == 3 and bar.line.value.startswith("done, ")
    bar.on_train_begin(None)
    assert bar.bar.value == 0
    assert bar._repr_mimebundle_()["text/plain"] == repr(bar) and "3 passes" in repr(bar)
    with pytest.raises(ValueError, match="at least 1 pass"):
        TrainingBar(0)


# --- bags side by side, and what was measured beforehand ----------------------------------------------------
def test_bags_side_by_side():
    shown = show(Bags("bank", {"yours": ["money", "<b>"], "old books": [], "ours": list("abcdefghij")}))
    assert "Yours: money, <b>." in shown.words and "Old books: empty." in shown.words and "h, i" not in shown.words
    with pytest.raises(ValueError, match="One to three"):
        Bags("bank", {})


def test_five_seeds_lean_to_money_and_the_race_has_equal_examples():
    runs = load_wikipedia_runs()
    assert all(run["money"] - run["river"] > 0.25 for run in runs["bank"]) and len(runs["bank"]) == 5
    assert {(run["window"] + 1) * run["passes"] for run in runs["equal_examples"]} == {48}
    assert runs["counts"]["bank"] == 57
    base = load_knobs()["base"].settings
    assert all(base[name] == value for name, value in runs["settings"].items() if name != "workers")


def test_a_broken_file_of_runs_is_explained(tmp_path):
    path = tmp_path / "runs.json"
    path.write_text("{")
    with pytest.raises(DataError, match="cannot be read"):
        load_wikipedia_runs(path)
    path.write_text(json.dumps({"bank": []}))
    with pytest.raises(DataError, match="measure_wikipedia"):
        load_wikipedia_runs(path)
