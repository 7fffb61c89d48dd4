"""Lesson 04: right answers pass, each wrong one is answered with its own idea, and the numbers in it are measured."""

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.counting import svd_embed
from embeddings_course.demos.map_lies import MapLies, map_points, map_table
from embeddings_course.demos.own_axes import NARROW, OwnAxes
from embeddings_course.demos.squeeze import Squeeze
from embeddings_course.evaluation import map_neighbour_recall
from embeddings_course.exercises.lessons.lesson_04 import lesson
from embeddings_course.files.data import load_town_maps

said = said_by(lesson)


def by_svd(table, k, power):
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return left[:, :k] * strength[:k] ** power


def whole_copy(table, k, power):
    left, strength, right = np.linalg.svd(table, full_matrices=False)
    return left[:, :k] * strength[:k] ** power @ right[:k]


@pytest.mark.parametrize(
    ("f", "state", "words"),
    [
        (whole_copy, "wrong", "not (5, 5)"),
        (lambda table, k, power: by_svd(table, k, power) + 1, "wrong", "not those of the k strongest"),
        (lambda table, k, power: by_svd(table, k, power)[:5, :2], "wrong", "shape"),
        (lambda table, k, power: svd_embed(table, k, power), "wrong", "ready-made"),
        (lambda table, k, power: None, "not yet", "gives nothing"),
    ],
)
def test_squeeze_wrong(f, state, words):
    got = said("squeeze", f)
    assert got[0] == state and words in got[1]


def poor(table, k=2):
    return {"table": table, "k": k}


def test_nothing_lost_right():
    assert said("nothing-lost", poor([[1, 0, 0], [0, 1, 0], [1, 1, 0]]))[0] == "right"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (poor([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), "must have strength 0"),
        (poor([[1, 0, 0], [0, 1, 0], [1, 1, 0]], 3), "something must be dropped"),
        (poor([[1, 0], [0, 1], [1, 1]], 1), "At least 3 rows and 3 columns"),
        (poor([[1, 2, 3], [2, 4, 6], [3, 6, 9]], 1), "All your rows lie on one line"),
        (poor([[1, 0, 0], [0, 1, 0], [0, 0, 0]]), "A row of zeros"),
        (poor([[1, 0], [0, 1, 0]]), "all equally long"),
        ([1], "Give a dictionary"),
    ],
)
def test_nothing_lost_wrong(value, words):
    got = said("nothing-lost", value)
    assert got[0] == "wrong" and words in got[1]


def kept_by_loops(vectors, points, k):
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    shares = []
    for i in range(len(units)):
        others = [j for j in range(len(units)) if j != i]
        true = sorted(others, key=lambda j: -(units[i] @ units[j]))[:k]
        near = sorted(others, key=lambda j: np.sum((points[i] - points[j]) ** 2))[:k]
        shares.append(len({*true} & {*near}) / k)
    return shares


def test_kept_as_one_number_is_answered():
    got = said("kept", lambda vectors, points, k: np.mean(kept_by_loops(vectors, points, k)))
    assert got[0] == "wrong" and "12 numbers are asked for" in got[1]


def pulled_together():
    """Pull each point of the PCA map towards its true neighbours: a map without scikit-learn."""
    table, points = map_table(), map_points("PCA", 0).copy()
    near = np.argsort(-(table.vectors @ table.vectors.T), axis=1)[:, 1:6]
    for _ in range(5):
        points = 0.5 * points + 0.5 * points[near].mean(axis=1)
    return points


@pytest.mark.parametrize(
    "points", [lambda: load_town_maps().tsne[3] * [1, 1.5], pulled_together], ids=["t-SNE, stretched", "pulled"]
)
def test_beat_pca_right(points):
    assert said("beat-pca", points())[0] == "right"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (lambda: map_points("PCA", 0), "PCA keeps 54%, so 64% is the mark"),
        (np.random.default_rng(0).normal(size=(88, 2)), "in the order of map_table().words"),
        (np.zeros((10, 2)), "two numbers for each of the 88 words"),
        (np.full((88, 2), np.nan), "not ordinary numbers"),
        ("a map", "Places are numbers"),
        (load_town_maps().tsne[0], "a map that the page has drawn"),
        (load_town_maps().tsne[3][:, ::-1], "turned or not"),
        (np.round(load_town_maps().tsne[0] / 40), "dots for 88 words"),
    ],
)
def test_beat_pca_wrong(value, words):
    got = said("beat-pca", value() if callable(value) else value)
    assert got[0] == "wrong" and words in got[1]


@pytest.mark.slow
def test_the_numbers_about_components_are_measured():
    def errors(k):
        own, held_out, _ = Squeeze.compute(k=k).here
        return round(own, 2), round(held_out, 2)

    assert [errors(k)[1] for k in (2, 20, 140, 560)] == [0.88, 0.56, 0.18, 0.20]
    assert errors(560)[0] == 0 and Squeeze.compute().best == 140
    loud = Squeeze.compute(k=500, power=0.0).here[2]
    assert round(loud, 2) == 0.25 and round(Squeeze.compute(k=560, power=1.0).here[2], 2) == 0.97


def test_the_numbers_about_maps_are_measured():
    jack = MapLies.compute("PCA", 0, "jack")
    assert not jack.kept and {"money", "cash"} <= set(jack.drawn) and {"peter", "tom"} <= set(jack.true)
    assert round(jack.kept_by_all, 2) == 0.54 and round(jack.by_chance, 2) == 0.11
    table = map_table()
    tsne = [map_neighbour_recall(table.vectors, points).mean() for points in load_town_maps().tsne.values()]
    assert round(min(tsne), 2) >= 0.75 and round(max(tsne), 2) <= 0.81


def test_the_vault_lies_on_the_river_side_of_a_careless_axis():
    assert OwnAxes.compute(space=NARROW).table["vault"][0] < -0.2
