"""`progress()`: what is done across lessons, and what to do with that: reset, export, download."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from embeddings_course.exercises.engine.cards import Card, card, listing
from embeddings_course.exercises.engine.progress_store import Entry, store
from embeddings_course.files.paths import user_path, write_whole

ON_BINDER = "This is a Binder: it forgets your progress after ten idle minutes. Take it home:"
EMPTY = "Nothing is written down yet. Lock a guess or pass a check, and it appears here."


class Progress:
    """`progress()` shows what is done; `progress.reset(confirm=True)` forgets it; `progress.export(path)` saves it.

    Introduced in lesson 00.
    """

    def __call__(self) -> Card:
        """Show what is done, lesson by lesson."""
        entries = store().entries()
        lines = [_line(lesson, [e for e in entries if e.lesson == lesson]) for lesson in _lessons(entries)]
        notes, home = store().take_notes(), ""
        if on_binder():
            notes, home = [*notes, ON_BINDER], _link()
        text = "\n".join(["Your progress", *(lines or [EMPTY]), *notes])
        extra = (listing(lines) if lines else "") + home
        return Card(text, card("Your progress", *([] if lines else [EMPTY]), *notes, extra=extra).html)

    def guess(self, lesson: str, item: str) -> object:
        """Return the answer that was locked for an item, or None."""
        entry = store().entry(lesson, item)
        return entry.answer if entry else None

    def reset(self, confirm: bool = False) -> Card:
        """Forget all progress, after `confirm=True`."""
        if not confirm:
            return card("Nothing was changed.", "To forget all your progress, call `progress.reset(confirm=True)`.")
        store().reset()
        return card("Forgotten.", "Your progress starts anew.", *store().take_notes())

    def export(self, path: str | Path = "my_progress.json") -> Card:
        """Write all progress to a JSON file, to keep or to hand in. Nothing is sent anywhere."""
        path = user_path(path)
        try:
            write_whole(path, store().export())
        except OSError as error:
            why = error.strerror or "no access"
            return card("Not saved.", f"The file {path.name} could not be written ({why}). Try another folder.")
        return card("Saved.", f"Your progress is in the file {path.name}.", *store().take_notes())

    def download(self) -> Card:
        """Offer all progress as a download: for Binder, which forgets everything when its window closes."""
        text = "Your progress as a download"
        return Card(f"{text}: shown in the notebook.", card(text, extra=_link()).html)


def on_binder() -> bool:
    """Say whether this kernel runs on a Binder (BinderHub sets these variables for every launch)."""
    return any(os.environ.get(name) for name in ("BINDER_LAUNCH_HOST", "BINDER_REPO_URL", "BINDER_REQUEST"))


def _link() -> str:
    data = base64.b64encode(store().export().encode()).decode()
    return f"<p><a download='my_progress.json' href='data:application/json;base64,{data}'>my_progress.json</a></p>"


def _lessons(entries: list[Entry]) -> list[str]:
    return sorted({e.lesson for e in entries if e.kind != "note"})


def _line(lesson: str, entries: list[Entry]) -> str:
    """Say in one line what is done in a lesson."""
    parts = []
    for kind in ("before", "after"):  # the twelve questions; what was right before is told when both were asked
        right = [e.state == "done" for e in entries if e.kind == kind]
        told = f", {sum(right)} right" if kind == "after" else ""
        parts += [f"{len(right)} questions {kind} the course locked{told}"] if right else []
    for kind in ("prediction", "exercise", "judgement", "question"):
        mine = [e for e in entries if e.kind == kind]
        done = [e.item for e in mine if e.state == "done"]
        begun = [e.item for e in mine if e.state != "done"]
        if kind in ("prediction", "question") and mine:
            verb = "locked" if kind == "prediction" else "answered"
            parts.append(f"{len(mine)} {kind}{'s' if len(mine) > 1 else ''} {verb}, {len(done)} right")
        elif mine:
            parts += [f"{kind} done: {', '.join(done)}"] if done else []
            parts += [f"{kind} begun: {', '.join(begun)}"] if begun else []
    return f"Lesson {lesson}: " + "; ".join(parts)


progress = Progress()
