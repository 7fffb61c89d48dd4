"""The index benchmark at toy size: exact search is exact, recall counts, an interrupted making goes on. No timing."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import index_speed
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import nearest, normalise


@pytest.fixture
def collection():
    return normalise(np.random.default_rng(0).normal(size=(500, 16)).astype(np.float32))


def test_exact_search_finds_what_nearest_finds(collection):
    table = Embedding([str(i) for i in range(500)], collection)
    search = index_speed.exact(collection)
    for question in collection[:5] + 0.05:
        assert [str(i) for i in search(question)] == [word for word, _ in nearest(table, question, 10)]


def test_recall_is_the_share_of_the_true_nearest(collection):
    questions, search = collection[:4], index_speed.exact(collection)
    truth = [search(q) for q in questions]
    assert index_speed.recall(search, questions, truth) == 1
    half = index_speed.exact(collection, 5)
    assert index_speed.recall(half, questions, truth) == 0.5


def fake_read(texts):
    """Three vectors a text; they tell which text it was."""
    return np.repeat([[float(text), 1.0] for text in texts], 3, axis=0)


def test_making_stops_at_enough_and_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(index_speed, "BLOCK", 4)
    texts, read = [str(i) for i in range(20)], []

    def reads(some):
        read.extend(some)
        return fake_read(some)

    assert index_speed.make(tmp_path, 10, texts, reads) == 12 and len(read) == 8
    (tmp_path / "00002.part").write_bytes(b"half a file")
    assert index_speed.make(tmp_path, 20, texts, reads) == 24 and read[8:] == ["8", "9", "10", "11"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["00000.npy", "00001.npy", "00002.npy"]


def test_no_question_is_in_the_collection_and_no_more_is_loaded_than_wanted(tmp_path, monkeypatch):
    monkeypatch.setattr(index_speed, "BLOCK", 4)
    index_speed.make(tmp_path, 40, [str(i) for i in range(20)], fake_read)
    questions, collection = index_speed.load(tmp_path, 20)
    assert collection.shape == (20, 2) and collection.dtype == np.float32
    first = {tuple(row) for row in normalise(fake_read(["0", "1", "2", "3"]).astype(np.float32)).round(3).tolist()}
    assert {tuple(row) for row in questions.round(3).tolist()} <= first
    assert not first & {tuple(row) for row in collection.round(3).tolist()}


def test_the_texts_are_always_in_the_same_order_and_the_beginning_is_a_fair_sample(monkeypatch):
    monkeypatch.setattr(index_speed.data, "load_wikipedia", lambda: [["wiki"] * 100] * 10_000)
    texts = index_speed.texts()
    assert len(texts) > 60_000 and texts[:100] == index_speed.texts()[:100]
    assert {"wiki" in text for text in texts[:200]} == {True, False}
    assert max(len(text.split()) for text in texts[:200]) == index_speed.WORDS


def test_the_tables_are_printed(collection, capsys):
    index_speed.growth(collection[:5], collection, [100, 500])
    index_speed.compare(collection[:5], collection, [])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if " MB" in line or " ms" in line] == ["vectors", "100", "500", "500"]
