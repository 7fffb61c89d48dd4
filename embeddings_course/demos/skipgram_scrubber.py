"""Train at once, then scrub through time: what do the vectors learn, and what if a part is left out? Lesson 05."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Number, buttons, text_line
from embeddings_course.demos.played import Played
from embeddings_course.files.data import Town, load_town
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.plots.points import Basis, Points, fit_basis, frame
from embeddings_course.plots.training import LossCurve, Moment
from embeddings_course.vectors import cosine_matrix, nearest, normalise
from embeddings_course.word2vec import Trained, planted_precision, train

SETTINGS: dict[str, dict[str, Any]] = {
    "as word2vec": {},
    "no negatives": {"negatives": 0},
    "uniform noise": {"noise_power": 0.0},
    "tied tables": {"tied": True},
}
N_SNAPSHOTS, PASSES, N_SENTENCES = 21, 4, 8_000
GROUPS = {
    "money": ("exchange", "treasury", "money", "vault", "cash"),
    "river": ("shore", "side", "edge", "river", "stream"),
    "names": ("tom", "henry", "anna", "mary", "peter"),
    "tools": ("hammer", "wrench", "hoist", "winch", "spanner"),
}
STARS = ("bank", "bill", "jack")


@lru_cache(maxsize=1)
def _town() -> Town:
    return load_town()


@lru_cache(maxsize=4)
def _run(setting: str) -> tuple[Trained, Basis]:
    """Train once for each setting; the map keeps one basis for all moments, fitted at the end of the run."""
    result = train(
        _town().sentences[:N_SENTENCES], d=20, epochs=PASSES, lr=0.06, n_snapshots=N_SNAPSHOTS, **SETTINGS[setting]
    )
    words = [w for group in GROUPS.values() for w in group]
    return result, fit_basis(result.embedding.subset([*STARS, *words]))


class SkipgramScrubber(Played):
    """One training run on the town, moment by moment: the map, the loss, and the company of a word over time.

    Introduced in lesson 05.
    """

    title = "Scrub through training"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """Which run, as buttons; the moment, as a slider with a number; the word, to type."""
        return {
            "setting": buttons("Train", list(SETTINGS), "as word2vec", button_width=118),
            "moment": Number("Moment", 0, 0, N_SNAPSHOTS - 1, 1, name_width=64, slider_width=320),
            "word": text_line("Word", "bank", "a word of the town", width=220, name_width=48),
        }

    def last(self) -> int:
        """The end of the run."""
        return N_SNAPSHOTS - 1

    @classmethod
    def compute(cls, setting: str = "as word2vec", moment: int = N_SNAPSHOTS - 1, word: str = "bank") -> Moment:
        """Look at one moment of a run.

        Raises:
            UnknownWordError: where the town has no such word; the message suggests near spellings.
        """
        result, basis = _run(setting)
        moment, word = int(moment), word.strip().lower()
        table = result.at(moment)
        table.row(word)
        shown = list(dict.fromkeys([*STARS, word, *(w for group in GROUPS.values() for w in group)]))
        ends = basis.flatten(result.embedding.subset(shown))
        group_of = {w: name for name, group in GROUPS.items() for w in group if w != word}
        points = Points(
            basis.flatten(table.subset(shown)), (word,), group_of, title="one map for the whole run", limits=frame(ends)
        )
        return Moment(
            setting,
            word,
            points,
            LossCurve(result.passes_done.tolist(), result.losses.tolist(), moment),
            nearest(table, word, 6),
            {name: _over_time(setting, word, group) for name, group in GROUPS.items()},
            _strangers(setting),
            planted_precision(table, _town().classes),
        )


@lru_cache(maxsize=256)
def _over_time(setting: str, word: str, group: tuple[str, ...]) -> list[float]:
    """Mean cosine of a word to a group at every snapshot of a run (the word itself left out)."""
    (result, _), means = _run(setting), []
    for i in range(len(result.snapshots)):
        table = result.at(i)
        others = table.subset([w for w in group if w != word])
        means.append(float(cosine_matrix(table[word][None, :], others.vectors).mean()))
    return means


@lru_cache(maxsize=4)
def _strangers(setting: str) -> list[float]:
    """Mean cosine of 2,000 random pairs of words at every snapshot of a run."""
    result, _ = _run(setting)
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, len(result.words), (2, 2000))
    a, b = a[a != b], b[a != b]
    means = []
    for vectors in result.snapshots.astype(float):
        unit = normalise(vectors)
        means.append(float((unit[a] * unit[b]).sum(axis=1).mean()))
    return means


def trained(setting: str = "as word2vec") -> Embedding:
    """Return the vectors at the end of a run of the scrubber.

    Raises:
        CourseError: where there is no such setting.
    """
    return run(setting).embedding


def run(setting: str = "as word2vec") -> Trained:
    """Return a run of the scrubber as a whole: both tables, the losses and the snapshots.

    Raises:
        CourseError: where there is no such setting.
    """
    if setting not in SETTINGS:
        raise CourseError(f"There is no run {setting!r}; there are: {', '.join(SETTINGS)}.")
    return _run(setting)[0]
