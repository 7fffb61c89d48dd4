"""Still copies to hand out: one HTML file each, with everything inside it, that asks no other machine for anything.

Slides are nbconvert's, shown by reveal.js; formulas become MathML, which browsers draw themselves. reveal.js and the
translator of formulas come from the package index that the course was installed from, with pinned hashes, once.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from os import environ
from pathlib import Path
from typing import Any

from nbconvert import HTMLExporter, SlidesExporter
from nbformat import NotebookNode

from embeddings_course.files.data import user_folder
from embeddings_course.files.download import index_sources
from embeddings_course.files.models import Wheel, sha256

TEMPLATES = Path(__file__).parent / "templates"
# reveal.js 5.2.0 (MIT), as it lies in this wheel
REVEAL = Wheel("sphinx-revealjs", "3.2.1", "805bed3ca459346e0f01967d5ed1c40d6b7b917de1541e1e4566c8341fe7017b")
FILES = {
    "reveal_js": ("dist/reveal.js", "46538b52db48724192f59bf46f5e851a18e302777c46f4a34c32709d010d6a29"),
    "reveal_css": ("dist/reveal.css", "68f915a11ebf7203c0446576b7e952ff61c5dd02134a8a226ffaf62ed42136d2"),
    "notes_js": ("plugin/notes/notes.js", "df1201d19d03241a2897d39c3d38768177df1cbd4bde06327b321cb83461ae89"),
}
MATHML = Wheel("latex2mathml", "3.81.1", "c337668441b71c819b6733905a8058ba9a9d767bae11a0c5fdacb3aff31361bd")
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+?)(?<!\\)\$", re.DOTALL)


class StillError(RuntimeError):
    """A still copy could not be made; the message says what to do."""


def page(nb: NotebookNode, title: str) -> str:
    """Return a notebook as one HTML page."""
    return _export(HTMLExporter, "course_page", nb, {"metadata": {"name": title}})


def deck(nb: NotebookNode, title: str) -> str:
    """Return a notebook with slide marks as one HTML file of slides with speaker notes (press S)."""
    folder = unpacked(REVEAL) / "sphinx_revealjs" / "_static" / "revealjs"
    parts = {name: _right(folder / file, hash_) for name, (file, hash_) in FILES.items()}
    return _export(SlidesExporter, "course_slides", nb, {"metadata": {"name": title}, "course": parts})


def _export(exporter: type[HTMLExporter], template: str, nb: NotebookNode, resources: dict[str, Any]) -> str:
    made = exporter(template_name=template, extra_template_basedirs=[str(TEMPLATES)], exclude_input_prompt=True)
    made.exclude_output_prompt = True
    made.embed_images = True
    drawn = formulas_drawn(nb)
    html, _ = made.from_notebook_node(nb, resources=resources)
    for mark, formula in drawn.items():
        html = html.replace(mark, formula)
    return html


def _right(path: Path, hash_: str) -> str:
    if sha256(path) != hash_:
        raise StillError(f"{path.name} is not the file that was reviewed. Delete {path.parent} and run this again.")
    # the file goes into a page: its own end tag would end the script early
    return path.read_text(encoding="utf-8").replace("</script", "<\\/script")


def formulas_drawn(nb: NotebookNode) -> dict[str, str]:
    """Put marks in the place of formulas in Markdown (in place), and return each mark's formula as MathML.

    nbconvert's own Markdown would tear MathML apart, so it goes in afterwards.
    """
    drawn: dict[str, str] = {}
    if not any(FORMULA.search(_without_code(c.source)) for c in nb.cells if c.cell_type == "markdown"):
        return drawn
    folder = str(unpacked(MATHML))
    if folder not in sys.path:
        sys.path.append(folder)
    from latex2mathml.converter import convert

    def draw(match: re.Match[str]) -> str:
        mark = f"COURSEFORMULA{len(drawn)}END"
        drawn[mark] = convert(match[1] or match[2], display="inline" if match[1] is None else "block")
        return mark

    for cell in nb.cells:
        if cell.cell_type == "markdown":
            parts = re.split(r"(```.*?```|`[^`\n]*`)", cell.source, flags=re.DOTALL)
            cell.source = "".join(p if p.startswith("`") else FORMULA.sub(draw, p) for p in parts)
    return drawn


def _without_code(source: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", " ", source, flags=re.DOTALL)


def unpacked(wheel: Wheel) -> Path:
    """Return the folder with a wheel's contents; fetched once from the package index, by pip or uv, with its hash.

    Raises:
        StillError: it cannot be had.
    """
    target = user_folder() / "slides" / f"{wheel.project}-{wheel.version}"
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    said = []
    for source in index_sources(wheel):
        with tempfile.TemporaryDirectory(dir=target.parent, ignore_cleanup_errors=True) as room:
            files = Path(room) / "files"
            files.mkdir()
            command = source.command(Path(room))
            done = subprocess.run(
                command, capture_output=True, text=True, env={**environ, **source.environment}, check=False
            )
            for packed in files.glob("*.whl"):
                with zipfile.ZipFile(packed) as archive:
                    archive.extractall(files)
                packed.unlink()
            if done.returncode == 0 and any(files.iterdir()):
                try:
                    files.rename(target)
                except OSError:  # another one may have been faster
                    if not target.is_dir():
                        raise
                return target
            said.append(f"{source.label}: {(done.stderr.strip().splitlines() or ['nothing came'])[-1]}")
    why = " ".join(said) or "There is neither pip nor uv."
    raise StillError(f"{wheel.project} {wheel.version} (for still slides) cannot be fetched. {why} Try again online.")
