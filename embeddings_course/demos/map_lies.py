"""Is the map lying? The true neighbours of a word, drawn into a flat map of the town. Lesson 04."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from embeddings_course.demos.base import Demo, DemoError, buttons, choice
from embeddings_course.demos.squeeze import town_vectors
from embeddings_course.evaluation import map_neighbour_recall, neighbour_rows
from embeddings_course.files.data import load_town_maps
from embeddings_course.files.table import Embedding
from embeddings_course.plots.maps import Lies
from embeddings_course.vectors import distance_matrix, normalise, pca

K = 10
PCA, TSNE = "PCA", "t-SNE"


@lru_cache(maxsize=1)
def map_table() -> Embedding:
    """The words of the map with their 50 numbers, scaled to length 1.

    Introduced in lesson 04.
    """
    table = town_vectors().subset(load_town_maps().words)
    return Embedding(table.words, normalise(table.vectors))


@lru_cache(maxsize=8)
def map_points(kind: str, seed: int) -> NDArray[np.float64]:
    """The places of the words on a map, shape (n_words, 2)."""
    if kind == PCA:
        return np.asarray(pca(map_table().vectors, k=2)[0])
    return load_town_maps().tsne[seed]


class MapLies(Demo):
    """Lines from a word to its ten true neighbours on a flat map; another seed is one click away.

    Introduced in lesson 04.

    >>> MapLies.compute("PCA", 0, "jack").kept
    []
    """

    title = "Is the map lying?"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Which map, which random start (t-SNE only), which word."""
        words = load_town_maps().words
        return {
            "kind": buttons("Map", [PCA, TSNE], PCA, button_width=70),
            "seed": buttons("Seed (t-SNE)", sorted(load_town_maps().tsne), 0, button_width=40),
            "word": choice("Word", sorted(words), "bank", width=220, name_width=50),
        }

    @classmethod
    def compute(cls, kind: str = PCA, seed: int = 0, word: str = "bank") -> Lies:
        """Compare the neighbours in the space with those on the map.

        Raises:
            DemoError: where the word is not on the map.
        """
        table = map_table()
        if word not in table:
            raise DemoError(f"{word!r} is not on this map. Choose one of its {len(table)} words.")
        points, i = map_points(kind, seed), table.row(word)
        apart = distance_matrix(points[i : i + 1], points)[0]
        apart[i] = np.inf
        return Lies(
            table=Embedding(table.words, points),
            word=word,
            true=[table.words[j] for j in neighbour_rows(table.vectors, [i], K)[0]],
            drawn=[table.words[j] for j in np.argsort(apart, kind="stable")[:K]],
            kept_by_all=float(map_neighbour_recall(table.vectors, points, K).mean()),
            by_chance=K / (len(table) - 1),
            name="A PCA map" if kind == PCA else f"A t-SNE map (seed {seed})",
        )
