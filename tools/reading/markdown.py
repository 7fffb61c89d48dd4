"""Markdown of lessons and of the other pages as HTML: headings with anchors, links that lead inside the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

import mistune
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

UNSEEN = re.compile(r"<(script|noscript)\b.*?</\1>|<[^>]+>", re.DOTALL)


def slug(text: str) -> str:
    """Return the anchor of a heading.

    >>> slug("1. Distance, by hand")
    '1-distance-by-hand'
    """
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "part"


def words_in(html: str) -> str:
    """Return what a reader sees of some HTML, on one line.

    >>> words_in("<p>a &amp; <b>b</b></p><script>c</script>")
    'a & b'
    """
    return " ".join(unescape(UNSEEN.sub(" ", html)).split())


def code(source: str) -> str:
    """Return Python as HTML, with classes for its colours; it can be scrolled by keyboard."""
    inside = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n")
    return f'<pre class="code" tabindex="0"><code>{inside}</code></pre>'


@dataclass(frozen=True)
class Heading:
    """A heading of a page: how deep it lies, what it says, where a link finds it."""

    level: int
    text: str
    anchor: str


@dataclass
class Prose:
    r"""Turns the Markdown of one page into HTML, and keeps its headings.

    Args:
        pages: what a relative link may lead to: file name -> page of the site.
        repository: the address of the repository's files; "" where there is none yet: then such a link is plain text.

    >>> prose = Prose({"01_x.ipynb": "01_x.html"})
    >>> prose.html("## Go on")
    '<h2 id="go-on">Go on</h2>\n'
    >>> prose.html("[next](01_x.ipynb), [law](LICENSE)")
    '<p><a href="01_x.html">next</a>, law</p>\n'
    """

    pages: Mapping[str, str]
    repository: str = ""
    headings: list[Heading] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the renderer once."""
        self._render = mistune.create_markdown(renderer=_Renderer(self), plugins=["table", "strikethrough"])

    def html(self, text: str) -> str:
        """Return a text as HTML."""
        return str(self._render(text))

    def anchor(self, text: str) -> str:
        """Return an anchor that no other heading of the page has."""
        base, taken = slug(text), {heading.anchor for heading in self.headings}
        return next(a for a in (base, *(f"{base}-{i}" for i in range(2, 999))) if a not in taken)

    def address(self, url: str) -> str | None:
        """Return where a link leads in the site; None where it leads nowhere yet."""
        if re.match(r"[a-z]+:|#", url):
            return url
        path, _, part = url.partition("#")
        if page := self.pages.get(path.rpartition("/")[2]):
            return page + (f"#{part}" if part else "")
        return f"{self.repository}/{path}" if self.repository else None


class _Renderer(mistune.HTMLRenderer):
    """Headings, links, tables and code as this site has them; what looks like HTML in the text is text."""

    def __init__(self, prose: Prose) -> None:
        super().__init__(escape=True)
        self.prose = prose

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Write a heading down, and give it an anchor."""
        said = words_in(text)
        found = Heading(level, said, self.prose.anchor(said))
        self.prose.headings.append(found)
        return f'<h{level} id="{found.anchor}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Lead inside the site, or say the words alone."""
        address = self.prose.address(url)
        return text if address is None else f'<a href="{escape(address)}">{text}</a>'

    def block_code(self, code_text: str, info: str | None = None) -> str:
        """Show code; Python in its colours."""
        if info and info.split()[0] in ("python", "py"):
            return code(code_text.rstrip("\n")) + "\n"
        return f'<pre class="code" tabindex="0"><code>{escape(code_text)}</code></pre>\n'

    def table(self, text: str) -> str:
        """Let a wide table be scrolled by itself, by keyboard too."""
        return f'<div class="wide" tabindex="0" role="group" aria-label="table"><table>{text}</table></div>\n'
