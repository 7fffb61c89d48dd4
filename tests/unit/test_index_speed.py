"""The index benchmark at toy size: exact search misses nothing, and half an answer is half a recall. No timing."""

import numpy as np

from benchmarks import index_speed
from embeddings_course.vectors import normalise, top_k


def test_recall_is_the_share_of_the_true_nearest(capsys):
    collection = normalise(np.random.default_rng(0).normal(size=(500, 16)).astype(np.float32))
    truth = [top_k(collection @ q, 10) for q in collection[:4]]
    assert index_speed.measure(lambda q: top_k(collection @ q, 10), collection[:4], truth)[0] == 1
    assert index_speed.measure(lambda q: top_k(collection @ q, 5), collection[:4], truth)[0] == 0.5
    index_speed.compare(collection[:4], collection)
    assert capsys.readouterr().out.startswith("500 vectors, 0 MB, exact search: ")
