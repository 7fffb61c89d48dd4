"""The learner's bag of thoughts: typed in lesson 01, back in later lessons. Kept only where the learner ticks a box.

It is kept in one file, my_bag.json, in the learner's own working folder (my_course), nowhere else. Without the tick, or
outside that folder, it lasts as long as the notebook is open.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from embeddings_course.exercises.engine.cards import Card, card
from embeddings_course.exercises.keepsakes.bag_box import BagBox
from embeddings_course.files.paths import write_whole
from embeddings_course.plots.style import one_line

FILE = "my_bag.json"
FOLDER = "my_course"
LONGEST, MOST = 60, 40  # letters in a thought, thoughts for a word


class ThoughtBag:
    """`bag("bank")` asks for thoughts; `bag.thoughts("bank")` gives them back; `bag.forget()` throws them away.

    Introduced in lesson 01. The shelf of lesson 09 is one more, with a file of its own.

    >>> mine = ThoughtBag()
    >>> mine.add("bank", "a queue", "a queue").text
    'Your bag of thoughts for "bank": a queue.'
    >>> mine.thoughts("bank")
    ('a queue',)
    """

    def __init__(self, file: str = FILE, name: str = "bag", longest: int = LONGEST, most: int = MOST) -> None:
        self.file, self.name, self.longest, self.most = file, name, longest, most
        self._here: dict[str, list[str]] = {}

    def __call__(self, word: str = "bank") -> BagBox:
        """Show the bag of a word, with a place to type."""
        return BagBox(self, word)

    def thoughts(self, word: str = "bank") -> tuple[str, ...]:
        """Return the thoughts for a word, in the order in which they came."""
        return tuple(self._all().get(word, ()))

    def add(self, word: str, *thoughts: str) -> Card:
        """Add thoughts; they are written to the file only if the learner chose to keep the bag."""
        everything = self._all()
        cleaned = [one_line(str(t))[: self.longest] for t in thoughts]
        everything[word] = list(dict.fromkeys([*everything.get(word, ()), *(t for t in cleaned if t)]))[: self.most]
        self._here = everything
        return self.keep() if self.is_kept() else self.show(word)

    def show(self, word: str = "bank", note: str = "") -> Card:
        """Say what is in the bag."""
        mine = ", ".join(self.thoughts(word)) or "nothing yet"
        return card(f'Your bag of thoughts for "{word}": {mine}.', *([note] if note else []))

    def is_kept(self) -> bool:
        """Say whether the bag is kept in a file."""
        path = self.path()
        return path is not None and path.exists()

    def keep(self, yes: bool = True) -> Card:
        """Keep the bag in my_bag.json in the working folder, from now on; or (False) only in this session again."""
        path = self.path()
        if not yes:
            self._here = self._all()
            _remove(path)
            return card("Not kept any more.", "The file is gone; your thoughts stay until the notebook is closed.")
        if path is None:
            return card(
                "Not kept.",
                f"A {self.name} is kept only in your working folder {FOLDER}; this notebook runs elsewhere.",
            )
        everything = self._all()
        try:
            if path.exists() and self._read(path) is None:
                path.replace(path.with_name(f"{path.stem}.broken.json"))
            write_whole(path, json.dumps(everything, ensure_ascii=False, indent=1))
        except OSError as error:
            return card("Not kept.", f"{self.file} could not be written ({error.strerror or 'no access'}).")
        return card("Kept.", f"Your {self.name} is in {self.file}, in your own folder, and nowhere else.")

    def forget(self) -> Card:
        """Throw the bag away, the file too."""
        self._here = {}
        _remove(self.path())
        return card("Forgotten.", f"The {self.name} is empty, and no file is left.")

    def path(self) -> Path | None:
        """Return where the file belongs: the working folder in which this kernel runs, or None."""
        with contextlib.suppress(OSError):
            here = Path.cwd()
            return next((folder / self.file for folder in (here, *here.parents) if folder.name == FOLDER), None)
        return None

    def _all(self) -> dict[str, list[str]]:
        """Return what is in the file and what was typed here, together."""
        path = self.path()
        kept = (self._read(path) or {}) if path is not None else {}
        return {
            word: [*dict.fromkeys([*kept.get(word, ()), *self._here.get(word, ())])] for word in {**kept, **self._here}
        }

    def _read(self, path: Path) -> dict[str, list[str]] | None:
        """Read the file; None where it is not there or not as we write it."""
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        good = isinstance(value, dict) and all(isinstance(v, list) for v in value.values())
        return {str(w): [str(t)[: self.longest] for t in v][: self.most] for w, v in value.items()} if good else None


def _remove(path: Path | None) -> None:
    with contextlib.suppress(OSError):
        if path is not None:
            path.unlink(missing_ok=True)


bag = ThoughtBag()
