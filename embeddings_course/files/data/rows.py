"""The rows of a CSV file of the course, with its line numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from embeddings_course.files.errors import DataError


def rows_of(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give line number and row of a CSV file that must have exactly these columns."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != tuple(columns):
            raise DataError(f"{path.name} should have the columns {', '.join(columns)}; get the file again.")
        for row in reader:
            if None in row or None in row.values():
                raise DataError(f"{path.name}, line {reader.line_num}: needs {len(columns)} cells. Quote commas.")
            yield reader.line_num, row
