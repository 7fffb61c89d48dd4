"""A page of one's own at the end of the course: what was done, guessed, planned and found, in one HTML file.

Everything that was typed is escaped, the page loads nothing from anywhere, and an older page is never lost.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos.base import text_line
from embeddings_course.exercises.engine.boxes import AskBox, button, status
from embeddings_course.exercises.engine.cards import Card, card
from embeddings_course.exercises.engine.progress_view import progress
from embeddings_course.exercises.engine.questions import Choice
from embeddings_course.exercises.keepsakes import claims, twelve
from embeddings_course.exercises.keepsakes.thoughts import bag
from embeddings_course.exercises.lessons.lesson_00 import lesson as start
from embeddings_course.files.data import load_features
from embeddings_course.files.paths import user_folder, write_whole
from embeddings_course.plots.style import one_line
from embeddings_course.vectors import nearest

FILE = "my_embeddings.html"
LONGEST = 80
STYLE = (
    "body{font:17px/1.5 Georgia,serif;color:#222;max-width:44em;margin:2em auto;padding:0 1em}"
    "main{border:3px double #0072B2;padding:1.5em 2.5em}h1{font-size:1.7em;margin:.2em 0}h2{font-size:1.1em;"
    "color:#0072B2;margin:1.4em 0 .2em}p,li{margin:.3em 0}small{color:#555}@media print{body{margin:0}}"
)


def page(name: str = "", thoughts: Sequence[str] = (), row: Sequence[float] | None = None, today: str = "") -> str:
    """Return the page as one HTML text; all that was typed is escaped.

    >>> "<script>" in page("<script>")
    False
    """
    parts = [
        _part("What I guessed", guess_lines()),
        _part("What I planned, and what I found", _claim_lines()),
        _part("What the last table said", verdict_lines()),
        _part("My row in the cartoon table", row_lines(row)),
        _part("What I took along", twelve_lines()),
        _part("What I did", [line for line in progress().text.splitlines()[1:] if line.startswith("Lesson ")]),
        _part('My bag of thoughts for "bank"', [", ".join(thoughts)] if thoughts else []),
    ]
    whose = f"<p>{html.escape(_short(name))}</p>" if _short(name) else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Are embeddings all you need?</title><style>{STYLE}</style></head><body><main>"
        f"<h1>Are embeddings all you need?</h1>{whose}{''.join(parts)}"
        "<p><small>A page of my own, made on my own machine. Nobody marked it"
        f"{f'; {html.escape(today)}' if today else ''}.</small></p></main></body></html>\n"
    )


def _part(title: str, lines: Sequence[str]) -> str:
    items = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f"<h2>{html.escape(title)}</h2>{items}" if items else ""


def _short(name: Any) -> str:
    return one_line(str(name or ""))[:LONGEST]


def guess_lines() -> list[str]:
    """Return what was guessed about the title in lesson 00, and what was answered in lesson 12."""
    question = start.predictions["title"]
    assert isinstance(question, Choice)
    said = []
    for number, item, when in (("00", "title", "At the start"), ("12", "title-again", "At the end")):
        answer = progress.guess(number, item)
        if isinstance(answer, int) and 0 <= answer < len(question.options) - (number == "12"):
            text = question.options[answer].text if number == "00" else AGAIN[answer]
            said.append(f"{when}: {text}.")
    return said


AGAIN = (
    "Yes: what failed here only needs better embeddings",
    "For some jobs yes, for others no, and I can name one of each",
    "No: they look clever, but they understand nothing",
)
"""The options of the title question when it is asked again in lesson 12."""


def open_guess() -> Card:
    """Open the guess that was locked in lesson 00.

    Introduced in lesson 12.
    """
    said = guess_lines()
    if not said or not said[0].startswith("At the start"):
        return card(
            "No guess is locked in lesson 00.",
            "No harm done. Had you said *yes*, *no* or *for some jobs*? You can still remember.",
            *said,
        )
    return card("Your guess from lesson 00 is open.", *said, tone="wait")


def verdict_lines() -> list[str]:
    """Return the answer to the title in counts: the shelf, then the book.

    >>> verdict_lines()[-1]
    'An embedding finds the shelf; the book you must still read.'
    """
    board = claims.mirror_board()
    sizes = [int(name.split("(")[1].rstrip(")")) for name in board.groups]  # the topics, then each kind
    said = []
    for way, shares in zip(board.ways, np.asarray(board.values)[:, :, 0].T, strict=True):
        topic, *kinds = (round(share * size) for share, size in zip(shares, sizes, strict=True))
        said.append(
            f"{way}: the right shelf for {topic} of {sizes[0]} pairs of questions, the right one of two opposite books "
            f"for {sum(kinds)} (a coin: {sizes[0] // 4} or {sizes[0] // 4 + 1})."
        )
    return [*said, "An embedding finds the shelf; the book you must still read."]


def twelve_lines() -> list[str]:
    """Return how many of the twelve questions were right, once those after the course were asked."""
    if not twelve.right_answers("after"):
        return []
    return [
        twelve.scores(),
        twelve.HONEST if twelve.right_answers("before") else "None are kept from before the course.",
    ]


def _claim_lines() -> list[str]:
    return [line for number, mine in enumerate(claims.plans(), 1) for line in _plan_lines(number, mine)]


def _plan_lines(number: int, mine: claims.Plan) -> list[str]:
    """Return one plan and, if there is one, the claim that stood for it."""
    kept = claims.claim_of(number)
    lines = [f'My question: "{mine.question}"', f"My plan: {mine}."]
    lines += ["I locked it after the envelope was open."] if mine.after_looking else []
    if kept is not None:
        lines += claims.read_table(kept["table"]).lines(mine)
        lines += [f"My claim: {kept['verdict']}. It was not enough for: {kept['limit']}."]
        lines += [f'In my own words: "{kept["note"]}"'] if kept.get("note") else []
    return lines


def row_lines(row: Sequence[float] | None) -> list[str]:
    """Return the learner's own row in words, with its nearest words."""
    table = load_features()
    if row is None or len(row) != len(table.columns):
        return []
    near = nearest(table, list(row), k=3, ruler="euclidean")
    values = ", ".join(f"{column} {float(v):.1f}" for column, v in zip(table.columns, row, strict=True))
    return [f"{values}. Nearest to me: {', '.join(word for word, _ in near)}."]


def save(
    path: str | Path = FILE, name: str = "", with_bag: bool = False, row: Any = None, replace: bool = False
) -> Card:
    """Write the page to a file, whole or not at all; an older page stays unless `replace` says otherwise.

    Introduced in lesson 12.
    """
    path = Path(path)
    if path.exists() and not replace:
        return card(
            "Not saved.",
            f"There is a {path.name} already, and it stays. Tick *Replace the old page*, or choose another name.",
            tone="wait",
        )
    text = page(name, bag.thoughts("bank") if with_bag else (), row, f"{datetime.now(UTC):%d %B %Y}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        return card("Not saved.", f"{path.name} could not be written ({error.strerror or 'no access'}).", tone="wrong")
    return card("Saved.", f"Your page is {path}. Open it in a browser; print it if you like.")


def own_folder() -> Path:
    """Return where the page belongs: the learner's working folder, or else the folder where progress is kept."""
    kept = bag.path()
    return kept.parent if kept is not None else user_folder()


def certificate(you: Any = None) -> CertificateBox:
    """Show the form for the page of one's own. `you` may be the view with the learner's row (it has a `table`).

    Introduced in lesson 12.
    """
    return CertificateBox(you)


class CertificateBox(AskBox):
    """Name (if wanted), the bag (if wanted), and a button that writes the page."""

    def __init__(self, you: Any = None) -> None:
        self.you = you
        asks = (
            "One HTML file with your guesses, your plan, your claim, your row and your progress. It stays on this "
            "machine; a name and your bag of thoughts go in only if you say so."
        )
        twin = card("A page of your own", asks, tone="wait")
        self.name = text_line("My name (if I like)", "", width=520, name_width=170)
        self.file = text_line("File name", FILE, width=520, name_width=170)
        self.with_bag = widgets.Checkbox(description="Put my bag of thoughts in", indent=False)
        self.replace = widgets.Checkbox(description="Replace the old page", indent=False)
        self.button = button("Save my page", self.save)
        self.message = widgets.HTML()
        ticks = widgets.HBox([self.with_bag, self.replace])
        super().__init__(twin, [widgets.HTML(twin.html), self.name, self.file, ticks, self.button, self.message])

    def row(self) -> list[float] | None:
        """Return the learner's row as it is now, or None."""
        table = getattr(self.you, "table", None)
        return [float(v) for v in table["you"]] if table is not None and "you" in table else None

    def save(self) -> None:
        """Write the page and say where it is."""
        path = own_folder() / file_name(self.file.value)
        shown = save(path, self.name.value, self.with_bag.value, self.row(), self.replace.value)
        self.message.value = status(shown)


def file_name(typed: str) -> str:
    """Return a plain file name in this folder: no other folder, and always .html.

    >>> file_name("../../etc/passwd"), file_name("  "), file_name("me.htm")
    ('passwd.html', 'my_embeddings.html', 'me.html')
    """
    name = "".join(c for c in typed.replace("\\", "/").split("/")[-1] if c.isalnum() or c in "._- ").strip(" .")
    return f"{Path(name).stem}.html" if name else FILE
