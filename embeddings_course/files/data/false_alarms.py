"""What the alarm of lesson 07 says of random topics, where nothing is to be found; recorded pulls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embeddings_course.files.checks import checked
from embeddings_course.files.data.rows import rows_of
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path

ALARM_SIZES = {1: 10, 2: 5, 5: 4, 10: 2}
"""How many words a topic has where so many topics stand on a side."""

ALARM_COLUMNS = ("topics", "draw", "first", "second", "words_dealt", "topics_dealt")


@dataclass(frozen=True)
class FalseAlarm:
    """Two sides of random topics, and how often a deal by chance differs as much: of single words, of whole topics.

    `whole` is None where there are too few topics to tell anything.
    """

    first: str
    second: str
    single: float
    whole: float | None


@checked
def load_false_alarms(path: Path | None = None) -> dict[int, tuple[FalseAlarm, ...]]:
    """Load 200 draws of random topics for each number of topics a side, and what the alarm of lesson 07 says of each.

    Introduced in lesson 07.

    Raises:
        DataError: where a chance is no number from 0 to 1.

    >>> alarms = load_false_alarms()
    >>> list(alarms), len(alarms[1]), alarms[1][0].first
    ([1, 2, 5, 10], 200, 'stamping kicking jumping grinding flinging')
    """
    path = path or data_path("false_alarms.csv")
    found: dict[int, list[FalseAlarm]] = {}
    for line, row in rows_of(path, ALARM_COLUMNS):
        try:
            topics, single = int(row["topics"]), float(row["words_dealt"])
            whole = float(row["topics_dealt"]) if row["topics_dealt"] else None
            if not all(0 <= chance <= 1 for chance in (single, whole or 0.0)):
                raise ValueError
        except ValueError:
            raise DataError(f"{path.name}, line {line}: a chance is a number from 0 to 1.") from None
        found.setdefault(topics, []).append(FalseAlarm(row["first"], row["second"], single, whole))
    return {topics: tuple(draws) for topics, draws in found.items()}
