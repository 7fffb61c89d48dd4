"""Sentences with several labels each, and recorded runs of tasks that share an embedding."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings_course.files.arrays import Floats
from embeddings_course.files.checks import checked
from embeddings_course.files.data.cartoon import share
from embeddings_course.files.data.rows import rows_of
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path

TASK_COLUMNS = ("id", "split", "person_subject", "topic", "tone", "question", "formality", "sentence")

TOPICS = ("money", "water", "travel", "food", "other")

TONES = ("good", "bad", "neutral")


@dataclass(frozen=True)
class TaskSentence:
    """One sentence of `tasks.csv` with its five labels, each for another task.

    `person_subject`: 1 where a person (or people) is the subject, else 0; `topic`: one of TOPICS; `tone`: one of
    TONES; `question`: 1 or 0; `formality`: 0 (chat) to 1 (law, ceremony); `split`: "fit" or "test".
    """

    id: str
    split: str
    person_subject: int
    topic: str
    tone: str
    question: int
    formality: float
    sentence: str


@checked
def load_tasks(path: Path | None = None) -> tuple[TaskSentence, ...]:
    """Load our sentences with five labels each: five tasks on the same data.

    Introduced in lesson 11.

    Raises:
        DataError: where a column is missing or a label is none of those allowed; the message names the line.

    >>> tasks = load_tasks()
    >>> len(tasks), tasks[1].topic, tasks[1].tone, tasks[1].formality
    (660, 'water', 'bad', 0.6)
    """
    path = path or data_path("tasks.csv")
    allowed = {"split": ("fit", "test"), "topic": TOPICS, "tone": TONES}
    allowed |= {"person_subject": ("0", "1"), "question": ("0", "1")}
    tasks = []
    for line, row in rows_of(path, TASK_COLUMNS):
        where = f"{path.name}, line {line}"
        for column, labels in allowed.items():
            if row[column] not in labels:
                raise DataError(f"{where}: {column} is {row[column]!r}; write one of {', '.join(labels)}.")
        numbers = {name: int(row[name]) for name in ("person_subject", "question")}
        tasks.append(TaskSentence(**{**row, **numbers, "formality": share(row["formality"], where)}))  # type: ignore[arg-type]
    return tuple(tasks)


@dataclass(frozen=True, eq=False)
class SharingRuns:
    """The recorded runs of lesson 11; every number is an accuracy (for formality R2) of one run with one seed.

    Introduced in lesson 11.

    Attributes:
        labels: how many labels the planted task B had.
        rooms: how many numbers a word of the shared table had.
        relatedness: of the planted task A, -1 to 1; None is a task A with random labels.
        alone: task B with a table of its own, shape (rooms, labels, seeds).
        shared: task B sharing with task A, shape (relatedness, rooms, labels, seeds).
        task_labels: how many labels the heads on frozen embeddings had.
        tasks: the names of the five tasks of `tasks.csv`.
        model: the name of the BERT.
        commonest: for each task, the score of always giving the commonest answer.
        coverage: for each table of words, the share of the words and of the sentences that it knows.
        scores: for each embedding the scores, shape (tasks, seeds, task_labels).
    """

    labels: tuple[int, ...]
    rooms: tuple[int, ...]
    relatedness: tuple[float | None, ...]
    alone: Floats
    shared: Floats
    task_labels: tuple[int, ...]
    tasks: tuple[str, ...]
    model: str
    commonest: dict[str, float]
    coverage: dict[str, dict[str, float]]
    scores: dict[str, Floats]


@checked
def load_sharing(path: Path | None = None) -> SharingRuns:
    """Load the recorded runs of lesson 11: planted tasks that share a table, and heads on frozen embeddings.

    Introduced in lesson 11.

    Raises:
        DataError: where the file is not as `tools/data/measure_sharing.py` writes it.

    >>> runs = load_sharing()
    >>> runs.alone.shape, runs.shared.shape
    ((2, 6, 20), (7, 2, 6, 20))
    """
    path = path or data_path("sharing.json")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        planted, tasks = kept["planted"], kept["tasks"]
        runs = SharingRuns(
            labels=tuple(planted["labels"]),
            rooms=tuple(planted["rooms"]),
            relatedness=tuple(planted["relatedness"]),
            alone=np.array(planted["alone"]) / 1000,
            shared=np.array(planted["shared"]) / 1000,
            task_labels=tuple(tasks["labels"]),
            tasks=tuple(tasks["tasks"]),
            model=tasks["model"],
            commonest={t: n / 1000 for t, n in zip(tasks["tasks"], tasks["commonest"], strict=True)},
            coverage=tasks["coverage"],
            scores={name: np.array(numbers) / 1000 for name, numbers in tasks["scores"].items()},
        )
        shape = (len(runs.rooms), len(runs.labels))
        fits = runs.alone.shape[:2] == shape and runs.shared.shape[:3] == (len(runs.relatedness), *shape)
        kinds = {scores.shape[::2] for scores in runs.scores.values()}
        if not fits or kinds != {(len(runs.tasks), len(runs.task_labels))}:
            raise ValueError("the shapes do not fit together")
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path.name} is not as it should be ({error}). Make it again with `python tools/data/measure_sharing.py`, "
            "parts `planted` and `tasks`, or get the course's own copy: git checkout data."
        ) from error
    return runs
