"""Put the reading page together in one folder: pages, pictures, scripts, the words for search, a card for links."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from authoring.public import public

from embeddings_course.commands.lecture import book
from embeddings_course.demos.live_bank import LiveBank
from embeddings_course.demos.stage import with_stage
from reading import lesson_page
from reading.lesson_page import LessonPage, PageSection, first_question
from reading.markdown import Prose, words_in
from reading.recording import played

ROOT = Path(__file__).resolve().parents[2]
HERE, DEMOS = Path(__file__).parent, ROOT / "embeddings_course" / "demos"
TITLE = "Are embeddings all you need?"
TEXTS = {"GLOSSARY.md": "Glossary", "TEACHING.md": "Teaching"}
WIDGETS = ("vector_board", "word_map", "decoy_duel", "alarm_machine")
"""Views that draw themselves in the page: a script each, fetched when the first of them comes near."""


@dataclass(frozen=True)
class Page:
    """A page of the site: its file, its whole title, and what a list calls it."""

    name: str
    title: str
    short: str


@dataclass
class Site:
    """The site on its way into a folder.

    Args:
        folder: where it goes.
        lessons: the notebooks; the others stand in the lists all the same, so that a part of it can be made for a test.
    """

    folder: Path
    lessons: Sequence[Path]
    words: list[tuple[str, str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the titles of all pages, and the one setting."""
        self.pages = [_page_of(path) for path in book.find()]
        self.pages += [Page(f"{Path(name).stem.lower()}.html", short, short) for name, short in TEXTS.items()]
        self.links = {f"{Path(p.name).stem}.ipynb": p.name for p in self.pages if p.short not in TEXTS.values()}
        self.links |= {name: f"{Path(name).stem.lower()}.html" for name in TEXTS}
        self.address, self.repository = public().address, public().repository
        self.template = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE), autoescape=jinja2.select_autoescape(default=True)
        ).get_template("page.html.j2")

    def make(self) -> Iterator[str]:
        """Write everything; yield what is being done."""
        yield "scripts and the cover"
        self.scripts()
        self.cover()
        for path in self.lessons:
            yield path.stem
            self.lesson(path)
        for name in TEXTS:
            self.text(ROOT / name)
        self.write("search.js", f"course.words = {json.dumps(self.words, ensure_ascii=False)};\n")

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file of the site."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def page(self, name: str, body: str, description: str, kind: str = "lesson", **more: Any) -> None:
        """Write a page in its frame; `more` are its `title` and its `parts`."""
        at = next((i for i, page in enumerate(self.pages) if page.name == name), None)
        near = {"before": self.pages[at - 1] if at else None} if at is not None else {}
        if at is not None and at + 1 < len(self.pages):
            near["after"] = self.pages[at + 1]
        # a lost reader may be at any depth: there only a whole address helps, once there is one
        base = f"{self.address}/" if kind == "lost" and self.address else ""
        made = {"address": self.address, "lessons": self.pages, "name": name, "description": description, "base": base}
        self.write(name, self.template.render({**made, **near, "kind": kind, "body": Safe(body), **more}))

    def lesson(self, path: Path) -> None:
        """Write the page of a lesson, and its pictures."""
        nb = book.read(path)
        alive = {int(p.stem.rpartition("_")[2]): p for p in (self.folder / "views").glob(f"{path.stem}_*.js")}
        prose = Prose(self.links, self.repository)
        made = LessonPage(nb, lesson_page.questions_of(nb), prose, path.stem, alive)
        body, page = made.html(), _page_of(path)
        if (self.folder / "lite" / "lab" / "index.html").exists():
            body = body.replace("</h1>", f"</h1>{RUN.format(name=path.name)}", 1)
        for name, picture in made.pictures.items():
            self.write(f"pictures/{name}", picture)
        parts = [heading for heading in made.headings if heading.level == 2]
        self.page(page.name, body, first_question(nb), title=f"{page.title} · {TITLE}", parts=parts)
        self.found(page, made.passages)

    def text(self, path: Path) -> None:
        """Write a page of plain prose."""
        prose = Prose(self.links, self.repository)
        page = next(page for page in self.pages if page.name == f"{path.stem.lower()}.html")
        blocks = re.split(r"(?m)^(?=#{1,4} )", path.read_text(encoding="utf-8"))
        passages, html = [], ""
        for block in filter(str.strip, blocks):
            html += (said := prose.html(block))
            passages.append(PageSection(prose.headings[-1].text, prose.headings[-1].anchor, [words_in(said)]))
        parts = [heading for heading in prose.headings if heading.level == 2]
        described = words_in(html.split("</p>")[0].partition("<p>")[2])
        self.page(page.name, html, described, title=f"{page.title} · {TITLE}", parts=parts)
        self.found(page, passages)

    def found(self, page: Page, passages: Sequence[PageSection]) -> None:
        """Add the words of a page to those that search knows."""
        for one in passages:
            self.words.append((page.short, f"{page.name}#{one.anchor}", one.heading, " ".join(one.words)))

    def cover(self) -> None:
        """Write the cover with its live bank, the page for lost addresses, and the card that links to the site show."""
        bank = LiveBank()
        self.write("views/cover.js", f'course.views["views/cover.js"] = {json.dumps(played(bank))};\n')
        self.write("pictures/cover.png", bank.still().png)
        self.write("card.png", _card(bank))
        firsts = {
            page.name: first_question(book.read(path)) for path, page in zip(book.find(), self.pages, strict=False)
        }
        parts = {"still": lesson_page.figure("pictures/cover.png", {"alt": bank.picture.describe()}, "views/cover.js")}
        parts["map"] = "".join(
            f'<li><a href="{page.name}"><b>{page.short}</b><span>{firsts[page.name]}</span></a></li>'
            for page in self.pages
            if page.name in firsts
        )
        parts["lite"] = LITE if (self.folder / "lite" / "index.html").exists() else ""
        body, soon = COVER.format(first=self.pages[0].name, **parts), ("stage.js", "views/cover.js")
        self.page("index.html", body, SENTENCE, kind="cover", title=TITLE, soon=soon)
        lost = LOST.format(base=f"{self.address}/" if self.address else "")
        self.page("404.html", lost, "This page does not exist.", kind="lost", title=f"Not here · {TITLE}")

    def script(self) -> str:
        """Return stage, live bank, views by hand and player as one script: a name is declared once in all of them."""
        player = "".join((HERE / name).read_text(encoding="utf-8") for name in ("editor.js", "by_hand.js", "player.js"))
        return classic(with_stage("live_bank.js") + player)

    def scripts(self) -> None:
        """Write the scripts and styles: plain ones, which a page on a disk may load."""
        for name in ("page.js", "theme.js", "page.css", "icon.svg"):
            if name != "page.css":
                self.write(name, (HERE / name).read_bytes())
        styles = [HERE / "page.css", *(DEMOS / f"{name}.css" for name in ("stage", "live_bank", *WIDGETS))]
        self.write("page.css", "\n".join(path.read_text(encoding="utf-8") for path in styles))
        self.write("stage.js", self.script())
        for name in WIDGETS:
            own = borrowing((DEMOS / f"{name}.js").read_text(encoding="utf-8"))
            self.write(f"{name}.js", classic(f"{own}\ncourse.widgets.{name} = {{ render }};\n"))


class Safe(str):
    """HTML that is ours already."""

    def __html__(self) -> str:
        """Say so to the template."""
        return self


SENTENCE = "A computer only has numbers. Watch it make up its mind about the word bank."
LITE = '<a href="lite/index.html">Run it here <small>in this browser, 50 to 100 MB the first time</small></a>'
RUN = '<p class="run"><a href="lite/lab/index.html?path=my_course/{name}">Run this lesson here, in this browser</a></p>'
COVER = """<h1>Are embeddings all you need?</h1>
<p class="says">A computer only has numbers. Watch it make up its mind about the word <em>bank</em>.</p>
<div class="doors"><a href="{first}">Start reading</a>{lite}</div>
{still}
<h2 id="lessons-here">Fourteen lessons, one question</h2>
<p>You guess, then you look: that is the whole trick. Pictures move where they can, and there is nothing to install.</p>
<ul class="map">{map}</ul>
"""
LOST = """<h1>No such page</h1>
<p class="says">It has no neighbours either. <a href="{base}index.html">The cover</a> knows all lessons.</p>
"""


def borrowing(module: str) -> str:
    """Return a module that takes from the page's own stage what it would import from stage.js.

    >>> borrowing('import { Show } from "./stage.js";')
    'const { Show } = course.stage;'
    """
    return re.sub(r'import (\{[^}]*\}) from "\./stage\.js";', r"const \1 = course.stage;", module)


def classic(module: str) -> str:
    r"""Return a module as a plain script, which a page that was opened from a disk may load.

    >>> classic("export const a = 1;\nexport default { a };")
    '(() => {\n"use strict";\nconst a = 1;\n\n})();\n'
    """
    plain = re.sub(r"(?m)^export (?=const|function|class|async)", "", re.sub(r"(?m)^export default .*$", "", module))
    return f'(() => {{\n"use strict";\n{plain}\n}})();\n'


def _page_of(path: Path) -> Page:
    title = book.read(path).cells[0].source.splitlines()[0].lstrip("# ")
    short = title if len(title) < 40 else title.partition(":")[0]
    return Page(f"{path.stem}.html", title, short)


def _card(bank: LiveBank) -> bytes:
    """Draw the card that a link to the site shows, 1200 x 630 dots: our own picture, and the title."""
    from embeddings_course.plots.style import bare_figure, drawing, to_png

    with drawing():
        figure = bare_figure(12.0, 6.3)
        figure.suptitle(TITLE, size=34, weight="bold")
        bank.picture.draw(figure)
        return bytes(to_png(figure))


# ---- views, recorded once for each state of the course --------------------------------------------------------------


def record_views(path: Path, folder: Path, kept: Path, env: dict[str, str]) -> str:
    """Have what the views of a lesson play in the site's folder: recorded anew only where something has changed.

    Returns:
        What the recording said: a line of a table for each view, how it lives in the page.

    Raises:
        RuntimeError: where a cell of the lesson fails; the message ends with what it said.
    """
    here, key = kept / path.stem, _state(path)
    if not (here / "key").exists() or (here / "key").read_text(encoding="utf-8") != key:
        shutil.rmtree(here, ignore_errors=True)
        command = [sys.executable, "-m", "reading.recording", str(path), str(here)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{path.stem}: {done.stderr[-2000:]}")
        (here / "said").write_text(done.stdout, encoding="utf-8")
        (here / "key").write_text(key, encoding="utf-8")
    for old in (folder / "views").glob(f"{path.stem}_*.js"):
        old.unlink()
    for script in here.glob("*.js"):
        target = folder / "views" / script.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(script, target)
    return (here / "said").read_text(encoding="utf-8")


def _state(path: Path) -> str:
    """Return a hash of all that a recording depends on."""
    files = [path, HERE / "recording.py", HERE / "whole.py", *sorted((ROOT / "embeddings_course").rglob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def recording_env(env: dict[str, str]) -> dict[str, str]:
    """Return an environment in which a recording finds this package and the course."""
    paths = [str(ROOT / "tools"), str(ROOT), *filter(None, [env.get("PYTHONPATH")])]
    return {**env, "PYTHONPATH": os.pathsep.join(paths)}
