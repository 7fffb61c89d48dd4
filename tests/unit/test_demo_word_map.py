"""The word map from Python: true neighbours, windows, names, words for it; the page is tested in tests/browser."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from embeddings_course.demos import word_map
from embeddings_course.demos.base import DemoError
from embeddings_course.demos.word_map import WordMap, books
from embeddings_course.evaluation import map_neighbour_recall
from embeddings_course.files import data, errors, paths
from embeddings_course.files.table import Embedding
from embeddings_course.plots.style import bare_figure, to_png
from embeddings_course.plots.tokens import TOKENS
from embeddings_course.plots.word_map import HIGH, WIDE, MapOfWords, Window, inside, most_names, names_in_view
from embeddings_course.vectors import nearest


@pytest.fixture(scope="module")
def small():
    """300 words in 20 dimensions, and a map of their first two."""
    vectors = np.random.default_rng(0).normal(size=(300, 20))
    words = [f"word{i}" for i in range(300)]
    low, high = vectors[:, :2].min(), vectors[:, :2].max()
    return Embedding(words, vectors), data.FlatMap(Embedding(words, (vectors[:, :2] - low) / (high - low)), 0.25)


# --- the shipped map ---


def test_the_shipped_map_belongs_to_the_shipped_vectors():
    table, flat = books()
    assert flat.places.words == table.words and flat.places.vectors.shape == (20_000, 2)
    assert flat.places.vectors.min() >= 0 and flat.places.vectors.max() <= 1
    assert np.ptp(flat.places.vectors, axis=0).max() == pytest.approx(1, abs=1e-4)
    assert paths.data_path("vectors/books_map.npz").stat().st_size < 120_000


def test_the_share_that_the_map_keeps_is_as_it_says():
    """Over 800 words alone a map keeps about what it keeps of all; by chance it would keep 1 in 80."""
    table, flat = books()
    rows = np.random.default_rng(0).choice(20_000, 800, replace=False)
    kept = map_neighbour_recall(table.vectors[rows], flat.places.vectors[rows], 10).mean()
    assert 0.15 < flat.kept < 0.6 and kept == pytest.approx(flat.kept, abs=0.15)


def test_a_map_of_other_vectors_is_refused(tmp_path, monkeypatch):
    (tmp_path / "vectors").mkdir()
    for name in ("books.bin", "books.counts.txt", "books_map.npz"):
        (tmp_path / "vectors" / name).write_bytes(paths.data_path(f"vectors/{name}").read_bytes())
    monkeypatch.setenv("EMBEDDINGS_COURSE_DATA", str(tmp_path))
    assert len(data.load_word_map().places) == 20_000
    vectors = tmp_path / "vectors" / "books.bin"
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"x")
    with pytest.raises(
        errors.DataError, match=r"drawn from other vectors than books\.bin\. Draw it again with `python"
    ):
        data.load_word_map()
    (tmp_path / "vectors" / "books_map.npz").write_bytes(b"PK not a map")
    with pytest.raises(errors.DataError, match=r"books_map\.npz cannot be read .* Draw it again"):
        data.load_word_map()


# --- the view ---


def test_neighbours_are_those_of_the_space_and_not_of_the_map(small):
    table, flat = small
    world = WordMap("word7", table, flat)
    assert world.neighbours == nearest(table, "word7", 10)
    near = [w for w, _ in nearest(flat.places, "word7", 10, "euclidean")]
    assert world.picture.drawn == near and near != [w for w, _ in world.neighbours]
    assert [bool(too) for *_, too in world.near] == [w in near for w, _ in world.neighbours]


def test_a_new_word_brings_new_neighbours(small):
    world = WordMap("word7", *small)
    world.word = "WORD9"
    assert world.word == "word9" and world.neighbours == nearest(small[0], "word9", 10)
    world.word = ""
    assert world.neighbours == [] and world.message == ""


def test_a_typo_gets_a_sentence_in_place_and_python_an_error(small):
    world = WordMap("word7", *small)
    world.set_state({"asked": ["wrod8", 1]})  # what the page sends
    assert world.word == "word7" and world.message.startswith("'wrod8' is not among the 300 words")
    assert "Did you mean" in world.message
    world.set_state({"asked": ["word8", 2]})
    assert world.word == "word8" and world.message == ""
    with pytest.raises(DemoError, match="Did you mean"):
        world.word = "wrod8"
    assert world.word == "word8"


def test_the_same_word_asked_again_brings_the_window_back(small):
    world = WordMap("word7", *small)
    world.x, world.y, world.zoom = 0.1, 0.1, 3.0
    world.set_state({"asked": ["word7", 1]})
    assert world.window == [*small[1].places["word7"].tolist(), 8.0, 1]


def test_whatever_the_page_sends_is_answered_in_place(small):
    world = WordMap("word7", *small)
    for state in world.sample_states():
        world.set_state(state)
        assert world.word == "word7" and world.still().words == world.picture.describe()
        assert world.message.startswith("'") and "is not among the 300 words" in world.message
    assert (world.x, world.y, world.zoom) == (0, 1, 200)


def test_python_moves_the_window(small):
    world = WordMap("", *small)
    assert (world.x, world.y, world.zoom) == (0.5, 0.5, 1.0)
    world.look_at("word3", zoom=20)
    assert world.window == [*small[1].places["word3"].tolist(), 20, 1]
    with pytest.raises(DemoError, match="The zoom goes from 1 to 200, got 0"):
        world.look_at("word3", zoom=0)
    world.look_at()
    assert world.window == [0.5, 0.5, 1.0, 2] and world.word == ""


def test_table_and_map_must_belong_together(small):
    table, flat = small
    with pytest.raises(DemoError, match="other words"):
        WordMap("word1", table.subset(table.words[::-1]), flat)
    with pytest.raises(DemoError, match="together"):
        WordMap("word1", table)


def test_the_page_gets_every_word_and_place(small):
    world = WordMap("word7", *small)
    assert world._words.split("\n") == list(small[0].words)
    got = np.frombuffer(world._places, "<u2").reshape(-1, 2) / 65535
    assert got == pytest.approx(small[1].places.vectors, abs=1e-5)


def test_the_saved_copy_is_a_picture_with_words(small):
    world = WordMap("word7", *small)
    bundle, about = world._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG") and "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == f"Word map. What you see: {world.picture.describe()}"
    assert about["image/png"]["alt"] == world.picture.describe()


def test_the_javascript_and_the_style_are_in_the_package_and_ask_nobody():
    for name in ("word_map.js", "word_map.css"):
        code = Path(word_map.__file__).with_name(name).read_text(encoding="utf-8")
        assert not re.findall(r"https?://", code) and "innerHTML =" not in code and "import(" not in code


def test_the_canvas_has_the_tokens_of_the_page():
    script = Path(word_map.__file__).with_name("word_map.js").read_text(encoding="utf-8")
    for name, paint in (("DAY", "light"), ("NIGHT", "dark")):
        you, plain = (getattr(TOKENS[role], paint) for role in ("you", "plain"))
        assert f'{name} = {{ you: "{you}", plain: "{plain}" }}' in script


# --- data and picture ---


def test_a_window_puts_its_centre_in_the_middle_and_up_is_up():
    window = Window(0.2, 0.8, 10)
    dots = window.dots(np.array([[0.2, 0.8], [0.2, 0.81], [0.21, 0.8], [0.9, 0.1]]))
    assert dots[0].tolist() == [WIDE / 2, HIGH / 2]
    assert dots[1, 1] == pytest.approx(HIGH / 2 - 52) and dots[2, 0] == pytest.approx(WIDE / 2 + 52)
    assert inside(dots).tolist() == [0, 1, 2]


def test_names_keep_clear_of_one_another_and_the_frequent_go_first(small):
    dots = Window().dots(small[1].places.vectors)
    names = names_in_view(small[0].words, dots, [299], 40)
    assert names[0][0] == 299 and len(names) == 40
    assert names_in_view(small[0].words, dots, [], 40)[0][0] == 0
    boxes = [(left, left + 7.4 * len(small[0].words[row]), y - 7, y + 7) for row, left, y in names]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a[1] < b[0] or b[1] < a[0] or a[3] < b[2] or b[3] < a[2]
    near = names_in_view(small[0].words, Window(zoom=6).dots(small[1].places.vectors), [], most_names(6))
    assert {row for row, *_ in near} - {row for row, *_ in names}, "closer, rarer words get their names"


def test_the_words_say_what_there_is(small):
    data_ = WordMap("word7", *small).picture
    words = data_.describe()
    assert words.startswith("300 words, a dot each; ") and "Nearest to word7 in all 20 numbers: " in words
    assert f"On the map {len(data_.near_on_map)} of these 10" in words
    assert words.endswith("Over all words the map keeps 25 in 100 neighbours: trust the list, not the map.")


@pytest.mark.parametrize("zoom", [1, 5])
def test_the_picture_draws_every_dot_and_marks_the_word(small, zoom):
    table, flat = small
    near = tuple(nearest(table, "word7", 10))
    x, y = flat.places["word7"].tolist()
    figure = bare_figure(8.6, 4.3)
    MapOfWords(flat.places, 20, 0.25, Window(x, y, zoom), "word7", near).draw(figure)
    assert to_png(figure)
    axes = figure.axes[-1]
    assert len(figure.axes) == (1 if zoom == 1 else 2) and len(axes.lines) == 10 + 11
    assert "word7" in [text.get_text() for text in axes.texts]
    if zoom > 1:
        assert len(figure.axes[0].collections[0].get_offsets()) == 300
