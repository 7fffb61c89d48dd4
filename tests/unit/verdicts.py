"""What a lesson's check says to an answer: what the tests of all lessons ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def said_by(lesson: Any) -> Callable[..., tuple[str, str]]:
    """Return a function that gives a lesson's exercise an answer (and a seed) and returns the state and the words."""

    def said(id: str, answer: object, seed: int | None = None) -> tuple[str, str]:
        verdict = lesson.exercises[id].try_out(answer, seconds=120, seed=seed)
        return verdict.state, " ".join(verdict.lines)

    return said
