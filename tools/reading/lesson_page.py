"""A lesson as HTML: prose, code, outputs as stills, questions to answer in the page, and gates before what they ask.

A gate is a fold round what a question is about: it stays closed until every guess above it is locked. Claims are left
out, solutions are folded, and what only lives in a kernel (hints of progress, checks of empty exercises) is left out.
"""

from __future__ import annotations

import ast
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import Any

from matplotlib.image import imread
from nbformat import NotebookNode

from embeddings_course.commands.lecture import book, cut
from embeddings_course.exercises.engine.cards import lettered, listing, markup
from embeddings_course.exercises.engine.question_files import Asked
from reading.markdown import Heading, Prose, code, words_in

LEFT_OUT = re.compile(r"\s*(hint|progress|certificate|save_progress)\(")  # cells that say nothing without a kernel
HOW_TO_RUN = re.compile(r"(?m)^[^\n]*\*\*Shift \+ Enter\*\*[^\n]*$")  # there is nothing to press on a page to read
TO_TYPE = re.compile(r"\b(?:Type into it|Try to fool it)\.\s")  # nor a line to type into: there the sentences play
ASKS = re.compile(r"^(predict|quiz|judge|remember|before|after)\((?:[\"']([\w-]+)[\"'])?\)$", re.MULTILINE)
STAYS = "Here this one stays a picture: it asks the kernel at each step. Run the lesson, and it moves."
PAPER, MOSTLY = 235 / 255, 0.55  # so white is paper; so much of it makes a picture on paper
ELSEWHERE = "Twelve questions stand here when you run the course: before the first lesson, and again after the last."


@dataclass
class PageSection:
    """What search finds: the text under one heading, without what stands behind a gate."""

    heading: str
    anchor: str
    words: list[str] = field(default_factory=list)


@dataclass
class LessonPage:
    """A lesson on its way to HTML.

    Args:
        nb: the committed notebook.
        asked: its questions.
        prose: what turns its Markdown into HTML.
        stem: the name of its files.
        alive: places of cells whose view plays in the page.
    """

    nb: NotebookNode
    asked: Asked
    prose: Prose
    stem: str
    alive: Mapping[int, Any] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    passages: list[PageSection] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    gated: bool = False
    waits: bool = False
    _html: list[str] = field(default_factory=list)

    @property
    def headings(self) -> list[Heading]:
        """The headings of the page."""
        return self.prose.headings

    def html(self) -> str:
        """Return the whole lesson."""
        for place, cell in enumerate(self.nb.cells):
            if cell.cell_type == "markdown":
                self._text(cell.source)
            elif "claim" not in book.tags(cell) and not LEFT_OUT.match(cell.source):
                self._code(place, cell)
        self._close()
        return "\n".join(self._html)

    def _say(self, html: str) -> None:
        self._html.append(html)
        if not self.gated and self.passages:
            self.passages[-1].words.append(words_in(html))

    def _text(self, source: str) -> None:
        """Add prose; a heading ends a gate, since what stands under it is about something else."""
        for block in re.split(r"(?m)^(?=#{1,4} )", TO_TYPE.sub("", HOW_TO_RUN.sub("", source))):
            if re.match(r"#{1,4} ", block):
                self._close()
                self.waits = False
                html = self.prose.html(block)
                last = self.prose.headings[-1]
                self.passages.append(PageSection(last.text, last.anchor))
                self._say(html)
            elif block.strip():
                self._say(self.prose.html(block))

    def _code(self, place: int, cell: NotebookNode) -> None:
        tags, asks = book.tags(cell), ASKS.search(cell.source)
        if asks:
            self._close()
            for question in self._questions(asks[1], asks[2]):
                self._say(question)
            self.waits = asks[1] == "predict"
            return
        if self.guesses and ("reveal" in tags or (self.waits and cell.outputs)):
            self._open()
        if "solution" in tags:
            self._html.append(_fold("One solution", code(cell.source), "solution"))
            return
        self._say(_imports(cell) or code(cell.source))
        if "exercise" not in tags:
            for number, output in enumerate(cell.outputs):
                self._html.append(self._output(place, number, output))

    def _open(self) -> None:
        """Begin a gate: what comes is about guesses that stand above."""
        self.waits = False
        if not self.gated:
            self.gated = True
            needs = " ".join(self.guesses)
            said = "Your guess first: lock it above, and this opens"
            self._html.append(f'<details class="gate" data-needs="{needs}"><summary>{said}</summary>')

    def _close(self) -> None:
        if self.gated:
            self._html.append("</details>")
            self.gated = False

    def _questions(self, kind: str, name: str | None) -> Iterator[str]:
        """Yield what a cell asks."""
        if kind == "predict" and name:
            self.guesses.append(name)
            yield question_html(self.asked.predictions[name].data(), "guess", "Your guess first")
        elif kind == "judge" and name:
            yield question_html(self.asked.judgements[name].data(), "judge", "Answer, reason, and how sure")
        elif kind in ("quiz", "remember"):
            asked, title = (
                (self.asked.quiz, "Question") if kind == "quiz" else (self.asked.remember, "Do you still know?")
            )
            for i, one in enumerate(asked.values(), 1):
                yield question_html(one.data(), "quiz", f"{title} {i}")
        else:
            yield f'<p class="note">{ELSEWHERE}</p>'

    def _output(self, place: int, number: int, output: NotebookNode) -> str:
        """Return one output: a picture (in a frame that comes alive, where it can), HTML, or text."""
        data = output.get("data", {})
        if "image/png" in data:
            name = f"{self.stem}_{place}_{number}.png"
            self.pictures[name] = b64decode(data["image/png"])
            about = output.get("metadata", {}).get("image/png", {}) | {"filled": filled(self.pictures[name])}
            view = f"views/{self.stem}_{place}.js" if place in self.alive else ""
            says = data.get("text/plain", "").startswith("What you see")  # the still of a view has its words inside
            return figure(f"pictures/{name}", about, view, says)
        if "text/html" in data:
            html = re.sub(r"<pre(?![^>]*tabindex)", '<pre tabindex="0"', data["text/html"])  # scrolled by keyboard too
            return f'<div class="output">{html}</div>'
        text = output.get("text", data.get("text/plain", ""))
        return f'<pre class="output" tabindex="0">{escape(text)}</pre>' if text.strip() else ""


def filled(png: bytes) -> bool:
    """Say whether a still is more colour than paper: in the dark it is dimmed, and not turned, as in JupyterLab."""
    dots = imread(BytesIO(png))[..., :3]
    return float((dots.min(axis=-1) > PAPER).mean()) < MOSTLY


def figure(source: str, about: Mapping[str, Any], view: str = "", says: bool = False) -> str:
    """Return a still, with its words below it where it `says` so; `view` is the script that brings it to life."""
    alt = escape(str(about.get("alt", "")))
    size = "".join(f' {name}="{about[name]}"' for name in ("width", "height") if name in about)
    kind = ' class="filled"' if about.get("filled") else ""
    still = f'<img{kind} src="{source}" alt="{alt}"{size} loading="lazy" decoding="async">'
    if view:
        return f'<figure class="view" data-view="{view}">{still}</figure>'
    words = f'<figcaption aria-hidden="true">{alt}</figcaption><p class="recorded-more">{STAYS}</p>' if says else ""
    return f'<figure class="still">{still}{words}</figure>'


def question_html(data: Mapping[str, Any], how: str, title: str) -> str:
    """Return a question: readable without a script, and with all that the page's script needs to ask it.

    Nothing that it means is in sight: without a script it lies in a fold, with one it waits for an answer.

    >>> from embeddings_course.exercises.engine.questions import Choice, Option
    >>> asked = Choice("sum", "2 + 2?", (Option("4", "Two and two.", True), Option("5", "One too many.")))
    >>> html = question_html(asked.data(), "guess", "Your guess first")
    >>> html.index("<script") < html.index("One too many.")
    True
    """
    shown, means = [], []
    for options in (data.get(name, ()) for name in ("options", "items", "answers", "reasons")):
        if options:
            shown.append(lettered([option["text"] for option in options]))
            means += [f"{option['text']}: {option['means']}" for option in options]
    means += [f"from {band['low']:g} to {band['high']:g}: {band['means']}" for band in data.get("bands", ())]
    safe = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    without = _fold("What each answer means", listing(means), "means")
    return (
        f'<section class="ask" data-how="{how}" aria-label="{escape(title)}"><strong class="ask-title">{title}</strong>'
        f'<p class="ask-question">{markup(data["question"])}</p><div class="ask-answer">{"".join(shown)}</div>'
        f'<script type="application/json">{safe}</script><noscript>{without}</noscript></section>'
    )


def _fold(title: str, inside: str, kind: str) -> str:
    return f'<details class="{kind}"><summary>{title}</summary>{inside}</details>'


def _imports(cell: NotebookNode) -> str:
    """Return a cell that only imports, folded; nothing for another cell."""
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:
        return ""
    only = bool(body) and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body)
    return _fold("What this lesson imports", code(cell.source), "imports") if only else ""


def first_question(nb: NotebookNode) -> str:
    """Return the question with which a lesson begins, in plain words: what the page is about."""
    found = re.search(r"\*\*The question\.\*\*\s*(.+?)(?:\n\n|$)", nb.cells[0].source, re.DOTALL)
    return " ".join((found[1] if found else nb.cells[0].source.splitlines()[0]).replace("*", "").split())


def questions_of(nb: NotebookNode) -> Asked:
    """Return all that a lesson asks; nothing for a notebook that is no lesson of the course."""
    lesson = cut.questions_of(str(nb.metadata.get("course", {}).get("lesson", "")))
    if lesson is None:
        return Asked()
    return Asked(lesson.predictions, lesson.questions, lesson.judgements, lesson.quiz_name, lesson.remembered)
