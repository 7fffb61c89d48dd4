"""Rules about outputs: there, fresh, clean, and readable for those who see no pictures and run nothing."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator

from authoring.rules import Complaint, LessonFile
from embeddings_course.commands.lecture import book

LARGEST = 1_500_000
# what JupyterLab shows where a view has no kernel, and what Python shows where something broke
BROKEN = re.compile(r"model not found|Error displaying widget|Loading widget|Traceback|Javascript Error|Error:")
NOT_FOR_READERS = {
    "an address in memory": re.compile(r"\b0x[0-9a-fA-F]{6,}\b"),
    "a path of this machine": re.compile(r"(?<![\w:/.])/(?:home|root|tmp|Users|work|usr|opt|var)/\S+|\b[A-Z]:\\\w+"),
}


def size(lesson: LessonFile) -> Iterator[Complaint]:
    """The file has less than 1.5 MB."""
    if lesson.path.exists() and (there := lesson.path.stat().st_size) > LARGEST:
        yield None, f"{there / 1e6:.1f} MB: {LARGEST / 1e6} MB at most"


def outputs_are_there(lesson: LessonFile) -> Iterator[Complaint]:
    """Every code cell was run, in order, and shows what it should."""
    for count, (number, cell) in enumerate(((n, c) for n, c in lesson.code() if c.source.strip()), 1):
        if cell.execution_count != count:
            yield number, f"not run, or not in order. {book.how_to_refresh(lesson.path)}"
        elif book.must_show(cell) and not cell.outputs:
            yield number, "should show something and shows nothing"
    if not any(cell.outputs for _, cell in lesson.code()):
        yield None, "no cell shows anything"


def fresh(lesson: LessonFile) -> Iterator[Complaint]:
    """Outputs were made from the code that stands there."""
    if changed := book.stale_cells(lesson.notebook):
        yield None, f"code cells {changed} changed after the outputs were made. {book.how_to_refresh(lesson.path)}"


def no_widget_state(lesson: LessonFile) -> Iterator[Complaint]:
    """No live view and no widget state is saved: a page would say "model not found"."""
    if "widgets" in lesson.notebook.metadata or "widget-state" in str(lesson.notebook):
        yield None, "widget state is saved in the file"
    for number, cell in lesson.code():
        if book.WIDGET_VIEW in str(cell):
            yield number, "a live view is saved in the outputs"


def no_stderr_no_errors(lesson: LessonFile) -> Iterator[Complaint]:
    """No warnings and no errors are saved, but for cells that are tagged raises-exception; nor what looks like one."""
    for number, cell in lesson.code():
        shows_source = "show_source(" in cell.source  # docstrings name the errors that a function raises
        for output in cell.outputs:
            shown = {kind: text for kind, text in output.get("data", {}).items() if kind.startswith("text/")}
            if not shows_source and (broken := BROKEN.search(str([output.get("text", ""), shown]))):
                yield number, f"an output says {broken[0]!r}"
            if output.output_type == "stream" and output.name == "stderr":
                yield number, f"stderr is saved: {output.text.strip()[:60]}"
            if output.output_type == "error" and "raises-exception" not in book.tags(cell):
                yield number, f"an error is saved: {output.ename}"


def pictures_have_words(lesson: LessonFile) -> Iterator[Complaint]:
    """A picture has alternative text, and a sentence as its plain text; pictures are PNG, not hidden in HTML."""
    for number, cell in lesson.code():
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                if not output.metadata.get("image/png", {}).get("alt", "").strip():
                    yield number, "a picture without alternative text"
                if len(data.get("text/plain", "").split()) < 5 or data["text/plain"].startswith("<"):
                    yield number, "a picture without a sentence as its plain text"
            for tag in re.findall(r"<img\b[^>]*>", data.get("text/html", "")):
                if 'alt="' not in tag:
                    yield number, "a picture in HTML without alternative text"
                if "base64" in tag:
                    yield (
                        number,
                        "a picture inside HTML is compared byte by byte by strict nbval: end the cell with show(...)",
                    )


def pictures_are_drawn(lesson: LessonFile) -> Iterator[Complaint]:
    """There are pictures (00b needs none), and each can be opened and is wider than 50 dots."""
    pictures = [
        (number, output.data["image/png"])
        for number, cell in lesson.code()
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    if not pictures and lesson.number != "00b":
        yield None, "no picture at all"
    for number, png in pictures:
        if _width(base64.b64decode(png)) <= 50:
            yield number, "a picture is broken"


def _width(png: bytes) -> int:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
            picture.load()
            return picture.width
    except OSError:
        return 0


def outputs_for_readers(lesson: LessonFile) -> Iterator[Complaint]:
    """Nothing in the outputs belongs to one machine or one run."""
    for number, cell in lesson.code():
        for output in cell.outputs:
            shown = str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
            yield from (
                (number, f"{what} in the output") for what, look in NOT_FOR_READERS.items() if look.search(shown)
            )


RULES = (
    size, outputs_are_there, fresh, no_widget_state, no_stderr_no_errors, pictures_have_words, pictures_are_drawn,
    outputs_for_readers,
)  # fmt: skip
