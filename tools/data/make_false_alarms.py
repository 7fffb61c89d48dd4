"""Make data/false_alarms.csv: how often an alarm for bias rings between random topics, where nothing is to be found.

    python tools/data/make_false_alarms.py

Lesson 07, *Test the alarm*; 800 draws, about two minutes.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from embeddings_course.audit import random_topics, topics_apart
from embeddings_course.exercises.lessons.lesson_07 import HE, SHE
from embeddings_course.files.data import ALARM_COLUMNS, ALARM_SIZES, load_vectors
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding

TARGET = Path(__file__).resolve().parents[2] / "data" / "false_alarms.csv"
DRAWS, SHOWN = 200, 5
UNSHOWN = {"heathen", "negro", "negroes", "savage", "savages"}
"""Words of old books that count like all others, and that no picture shows: their topic's next word stands there."""


def draw(table: Embedding, topics: int, size: int, seed: int) -> list[str]:
    """Draw topics for both sides and test them both ways; a deal that cannot tell anything has no chance."""
    drawn = random_topics(table, 2 * topics, size, seed, skip=SHE + HE)
    _, single = topics_apart(table, drawn, SHE, HE)
    try:
        whole = f"{topics_apart(table, drawn, SHE, HE, whole=True)[1]:.4f}"
    except CourseError:  # too few topics: no deal of them is rare enough
        whole = ""
    sides = drawn[:topics], drawn[topics:]
    words = [" ".join(shown(side)) for side in sides]
    return [str(topics), str(seed), *words, f"{single:.3f}", whole]


def shown(side: list[list[str]]) -> list[str]:
    """Return what stands for a side: of one topic its first words, of several the word that each began with."""
    topics = [[word for word in topic if word not in UNSHOWN] for topic in side]
    return topics[0][:SHOWN] if len(side) == 1 else [topic[0] for topic in topics[:SHOWN]]


def main() -> None:
    """Draw 200 times for each number of topics and write the file."""
    table = load_vectors("books")
    rows = [draw(table, topics, size, seed) for topics, size in ALARM_SIZES.items() for seed in range(DRAWS)]
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([ALARM_COLUMNS, *rows])
    print(f"{TARGET.name}: SHA-256 {hashlib.sha256(TARGET.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
