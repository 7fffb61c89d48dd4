"""What `course.py test` takes of a list of cases: a fixed sample. With `--all` every case runs."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import pytest


def only(sample: Container[Any], cases: Iterable[Any]) -> list[Any]:
    """Return cases for `parametrize`, one argument each; those that are not in the sample run with `--all` alone."""
    return [pytest.param(case, marks=() if case in sample else pytest.mark.slow) for case in cases]
