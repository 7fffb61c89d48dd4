"""The tug of war: two heads share one table, and the words move to whoever pulls harder. Lesson 11."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import Demo, DemoError, Number, buttons
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import Town, load_town
from embeddings_course.files.table import Embedding
from embeddings_course.multitask import Task, bag_of_words, predict, score, train
from embeddings_course.plots.sharing import Tug
from embeddings_course.sharing import commonest_score
from embeddings_course.vectors import best_turn

NAMES = ("money or river?", "he or she?")
N_FIT, N_TEST, STEPS, RATE = 400, 1000, 60, 0.1
PLACES = {
    "money": (-1.0, 0.0, ("money", "cash", "cheque", "wallet")),
    "river": (1.0, 0.0, ("river", "boat", "ferry", "lake")),
    "women": (0.0, 1.0, ("anna", "mary", "mother")),
    "men": (0.0, -1.0, ("tom", "peter", "father")),
}
ESSAY = ("bank", "bill", "jack")


def he_or_she(town: Town) -> list[float]:
    """Return for each sentence 1 (a woman is in it, no man), 0 (a man, no woman) or NaN (both, or nobody)."""
    women, men = set(town.words_with("female")), set(town.words_with("male"))
    named = {s for word in ("bill", "jack") for s, _, sense in town.uses[word] if sense.endswith(".person")}
    labels = []
    for i, sentence in enumerate(town.sentences):
        she, he = any(w in women for w in sentence), i in named or any(w in men for w in sentence)
        labels.append(float(she) if she != he else np.nan)
    return labels


@lru_cache(maxsize=1)
def tug_data() -> tuple[Any, Floats, Floats, tuple[str, ...]]:
    """Return sentences about money or the river as bags of words, both labels of each, and the words.

    Introduced in lesson 11.

    >>> x, river, she, words = tug_data()
    >>> x.shape[0] == len(river) == len(she) == 1400
    True
    """
    town = load_town()
    rows = zip(town.sentences, town.topics, he_or_she(town), strict=True)
    unlike = {tuple(s): (t == "river", w) for s, t, w in rows if t in ("money", "river") and not np.isnan(w)}
    order = np.random.default_rng(0).permutation(len(unlike))[: N_FIT + N_TEST]
    sentences, labels = list(unlike), np.array(list(unlike.values()), dtype=float)[order]
    words = tuple(sorted({*town.class_of, *ESSAY}))
    return bag_of_words([sentences[i] for i in order], words), labels[:, 0], labels[:, 1], words


def tug_tasks(part: slice, weights: tuple[float, float] = (1.0, 1.0)) -> list[Task]:
    """Return both tasks on some of the sentences."""
    _, river, she, _ = tug_data()
    return [
        Task(name, "classes", labels[part], weight, n_classes=2)
        for name, labels, weight in zip(NAMES, (river, she), weights, strict=True)
    ]


@lru_cache(maxsize=512)
def pull(weights: tuple[float, float], room: int, seed: int = 0) -> tuple[Floats, tuple[float, ...]]:
    """Train one table with both tasks; return it, and for each task the share of new sentences that is right."""
    x = tug_data()[0]
    fit, test = slice(0, N_FIT), slice(N_FIT, None)
    tasks = [task for task in tug_tasks(fit, weights) if task.weight]
    model = train(x[fit], tasks, room, steps=STEPS, rate=RATE, seed=seed).model
    asked = [task if task.name in model.heads else None for task in tug_tasks(test)]
    right = [score(task, predict(model, x[test], task)) if task else np.nan for task in asked]
    return model.table, tuple(right)


@lru_cache(maxsize=4)
def without_sharing(room: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return for both tasks the accuracy of separate tables, and of always giving the commonest answer."""
    alone = (pull((1.0, 0.0), room)[1][0], pull((0.0, 1.0), room)[1][1])
    n = len(tug_data()[1])
    guess = [commonest_score(task, range(N_FIT), range(N_FIT, n)) for task in tug_tasks(slice(None))]
    return alone, (guess[0], guess[1])


class TugOfWar(Demo):
    """Two tasks pull at one table; the weights say how hard. Separate tables stand beside it.

    Introduced in lesson 11.

    >>> war, peace = TugOfWar.compute(room=1), TugOfWar.compute(room=2)
    >>> min(war.shared) < 0.8 < 0.95 < min(peace.shared)
    True
    """

    title = "The tug of war"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """How hard each task pulls, and how much room a word has."""
        return {
            "a": Number("Weight of A", 0.5, 0, 1, 0.1, slider_width=140),
            "b": Number("Weight of B", 0.5, 0, 1, 0.1, slider_width=140),
            "room": buttons("Numbers a word", [1, 2], 1, button_width=40),
        }

    @classmethod
    def compute(cls, a: float = 0.5, b: float = 0.5, room: int = 1) -> Tug:
        """Train the shared table, and place the words.

        Raises:
            DemoError: where nobody pulls.
        """
        if not a + b:
            raise DemoError("Nobody pulls: both weights are 0. Give at least one task a weight.")
        weights = (round(a / (a + b), 3), round(b / (a + b), 3))
        table, right = pull(weights, room)
        alone, guess = without_sharing(room)
        shared = tuple(g if np.isnan(r) else r for r, g in zip(right, guess, strict=True))
        places = _places(table, room, lean=int(not a))
        return Tug(
            table=places,
            groups={w: name for name, (_, _, some) in PLACES.items() for w in some} | dict.fromkeys(ESSAY, "our three"),
            room=room,
            weights=(a, b),
            names=NAMES,
            shared=(shared[0], shared[1]),
            separate=alone,
            guess=guess,
            limits=(-4.6, 4.6, -4.6, 4.6),
        )


def _places(table: Floats, room: int, lean: int) -> Embedding:
    """Return the words on show, the table turned so that money lies left, the river right, women above, men below.

    Turning changes no distance. With one number a word only left and right are real; then each word has a row,
    and the river lies right (`lean` 0), or women do (`lean` 1).
    """
    words = tug_data()[3]
    shown = [(word, (x, y)) for x, y, some in PLACES.values() for word in some]
    rows = [words.index(word) for word, _ in shown]
    target = 3 * np.array([place for _, place in shown])
    names = [word for word, _ in shown] + list(ESSAY)
    all_rows = [*rows, *(words.index(word) for word in ESSAY)]
    if room == 1:
        side = float(np.sum(table[rows, 0] * target[:, lean]))
        x = table[all_rows, 0] * (1 if side >= 0 else -1)
        return Embedding(names, np.column_stack([x, _heights(names)]))
    return Embedding(names, table[all_rows] @ best_turn(table[rows], target))


def _heights(names: list[str]) -> list[float]:
    """Return a height for each word, so that the names of one group stand one above the other."""
    return np.linspace(4.1, -4.1, len(names)).tolist()
