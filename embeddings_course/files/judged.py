"""What a learner judged of questions of their own: one small JSON file in the user's data folder. Lesson 12."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from embeddings_course.files.errors import CourseWarning
from embeddings_course.files.paths import user_folder, write_whole

FILE = "judged.json"
Judged = dict[str, tuple[str, ...]]
"""Question -> the names of the texts that answer it; none where no text of the pool does."""


def read_judged(texts: Mapping[str, str], folder: Path | None = None) -> Judged:
    """Return what was judged of these texts before; nothing where nothing was, or where the file cannot be used.

    Args:
        texts: name -> text. Other texts have judgements of their own.
        folder: where the file lies; the user's data folder if left out.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> keep_judged({"tea-1": "Warm the pot."}, {"what first": ("tea-1",)}, folder)
    >>> read_judged({"tea-1": "Warm the pot."}, folder), read_judged({"tea-1": "Buy leaves."}, folder)
    ({'what first': ('tea-1',)}, {})
    """
    kept = _all((folder or user_folder()) / FILE).get(_key(texts))
    if not isinstance(kept, dict):
        return {}
    fits = {question: answers for question, answers in kept.items() if isinstance(answers, list)}
    return {
        question: tuple(answers)
        for question, answers in fits.items()
        if all(isinstance(a, str) and a in texts for a in answers)
    }


def keep_judged(texts: Mapping[str, str], judged: Mapping[str, Sequence[str]], folder: Path | None = None) -> None:
    """Write down what was judged of these texts; where that cannot be, say so and go on.

    >>> import tempfile
    >>> keep_judged({"tea-1": "Warm the pot."}, {"where to": ()}, Path(tempfile.mkdtemp()))
    """
    path = (folder or user_folder()) / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        everything = {**_all(path), _key(texts): {question: list(answers) for question, answers in judged.items()}}
        write_whole(path, json.dumps(everything, indent=1))
    except OSError as error:
        what = f"What you ticked cannot be kept in {path} ({error.strerror or error})."
        warnings.warn(f"{what} It is in `judged` of this view as long as the kernel runs.", CourseWarning, stacklevel=2)


def _key(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([*texts.items()]).encode()).hexdigest()[:16]


def _all(path: Path) -> dict[str, Any]:
    """Return the whole file; a damaged one is put aside, so that nothing in it is lost."""
    try:
        kept = json.loads(path.read_bytes())
        if isinstance(kept, dict):
            return kept
    except OSError:
        return {}  # the first time, or it may not be read: then writing says so
    except (ValueError, RecursionError):
        pass
    aside = path.with_suffix(".damaged")
    path.replace(aside)
    warnings.warn(
        f"{path} was damaged; it lies in {aside.name} now, and a new one begins.", CourseWarning, stacklevel=4
    )
    return {}
