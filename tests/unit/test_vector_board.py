"""The vector board from Python; the page itself is tested in tests/browser."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import traitlets

from embeddings_course.demos import vector_board
from embeddings_course.demos.base import DemoError
from embeddings_course.demos.vector_board import START, VectorBoard
from embeddings_course.files.table import Embedding
from embeddings_course.plots.board import Board, stranger_bins, view_box
from embeddings_course.plots.style import bare_figure, to_png
from embeddings_course.vectors import cosine, random_cosines

TWO = Embedding(("a", "b"), [[3.0, 4.0], [4.0, 3.0]])


def test_it_starts_with_five_words():
    board = VectorBoard()
    assert board.table.words == tuple(START) and board.first == "bank" and board.second == "money"
    assert board.readings["cosine"] == pytest.approx(cosine(START["bank"], START["money"]))


def test_python_moves_arrows_and_adds_new_ones():
    board = VectorBoard()
    board.move(bank=(1, 2), loan=(0.5, 600))
    assert board.table["bank"].tolist() == [1, 2] and board.table["loan"].tolist() == [0.5, 600]
    assert board.table["river"].tolist() == [1.2, 4.8] and len(board.table) == 6


def test_python_chooses_the_pair():
    board = VectorBoard(TWO)
    assert (board.first, board.second) == ("a", "b")
    assert board.readings == pytest.approx({"dot": 24, "euclidean": 2**0.5, "cosine": 0.96})
    board = VectorBoard(second="river")
    board.first = "coin"
    assert (board.first, board.second) == ("coin", "river")
    assert board.table.vectors.tolist() == [list(point) for point in START.values()]


def test_the_switches_change_what_is_shown_and_not_the_table():
    board = VectorBoard(TWO)
    board.times_ten = True
    assert board.readings == pytest.approx({"dot": 2400, "euclidean": 200**0.5, "cosine": 0.96})
    board.plus_hundred = True
    assert board.shown["a"].tolist() == [130, 140] and board.readings["cosine"] > 0.99
    board.unit = True
    assert np.linalg.norm(board.shown.vectors, axis=1) == pytest.approx([1, 1])
    assert board.table.vectors.tolist() == TWO.vectors.tolist()


def test_wrong_points_are_said():
    board = VectorBoard()
    for point in [(1, 2, 3), (float("nan"), 0), (1001, 0)]:
        with pytest.raises(DemoError, match="'bank' needs two numbers from -1000 to 1000"):
            board.move(bank=point)
    assert board.table["bank"].tolist() == [3, 2]
    with pytest.raises(DemoError, match="2 to 12 different words"):
        VectorBoard(Embedding(("a",), [[1.0, 2.0]]))
    with pytest.raises(DemoError, match="There is no control 'frist' here"):
        VectorBoard(frist="bank")


def test_the_live_board_refuses_what_it_cannot_show():
    board = VectorBoard()
    with pytest.raises(DemoError, match="There is no arrow 'sea'"):
        board.first = "sea"
    with pytest.raises(DemoError, match="Strangers live in 2, 3, 10"):
        board.d = 7
    with pytest.raises(DemoError):
        board.points = [[1.0, float("inf")], [0.0, 0.0]]
    with pytest.raises((DemoError, traitlets.TraitError)):
        board.points = [["x", 1.0]]
    assert board.picture.d == 2


def test_the_page_and_python_share_points():
    """What the page sends when the hand lets go is an update of `points`."""
    board = VectorBoard()
    board.set_state({"points": [[0.0, 5.0], *board.points[1:]], "unit": True})
    assert board.table["bank"].tolist() == [0, 5] and board.shown["bank"].tolist() == [0, 1]


def test_the_saved_copy_is_a_picture_with_words():
    data, about = VectorBoard()._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG") and "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == (
        "Vector board. What you see: bank and money: dot product 12.40, distance 1.34, cosine 0.93. "
        "The nearest to bank is river by dot product, money by distance, coin by cosine. "
        "Of random pairs in 2 dimensions 11.8 in 100 score at least that cosine."
    )
    assert about["image/png"]["alt"] == data["text/plain"].removeprefix("Vector board. What you see: ")


def test_the_javascript_and_the_style_are_in_the_package_and_ask_nobody():
    for name in ("vector_board.js", "vector_board.css"):
        code = Path(vector_board.__file__).with_name(name).read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\"'\s)]+", code)) <= {"http://www.w3.org/2000/svg"}
        assert "innerHTML =" not in code and "import(" not in code


# --- data and picture ---


@pytest.mark.parametrize("d", [2, 3, 10, 100])
def test_strangers_are_what_random_pairs_score(d):
    drawn = random_cosines(d, 20_000, seed=1)
    counted = np.histogram(drawn, np.linspace(-1, 1, 21))[0] / 20_000
    assert stranger_bins(d, 20) == pytest.approx(counted, abs=0.015) and stranger_bins(d).sum() == pytest.approx(1)
    board = Board(Embedding(("a", "b"), [[1.0, 0.0], [0.1, 0.995]]), "a", "b", d=d)
    assert board.share_above == pytest.approx((drawn >= board.readings["cosine"]).mean(), abs=0.015)


def test_the_view_holds_the_origin_and_every_point():
    points = np.array([[100.0, 103.0], [101.0, 99.0]])
    left, bottom, side = view_box(points)
    for x, y in [(0, 0), *points]:
        assert left < x < left + side and bottom < y < bottom + side


def test_the_picture_has_an_arrow_and_a_name_for_each_word():
    fig = bare_figure(8.6, 4)
    board = Board(Embedding(("a$b$", "b", "c"), [[1, 2], [3, 4], [-1, 0]]), "a$b$", "b", plus_hundred=True, d=384)
    board.draw(fig)
    assert to_png(fig)
    arrows = [text for text in fig.axes[0].texts if text.arrow_patch is not None]
    assert sorted(arrow.xy for arrow in arrows) == [(99, 100), (101, 102), (103, 104)]
    assert "Switched on: 100 added to all." in board.describe()


def test_a_board_needs_two_words_in_the_plane():
    with pytest.raises(ValueError, match="two words or more with two numbers each"):
        Board(Embedding(("a", "b"), [[1.0, 2.0, 3.0]] * 2), "a", "b")
