"""The second day: what a saved lesson shows when it is opened again and nothing was run yet.

A view lives as long as its kernel; a saved notebook keeps only a reference to it, and JupyterLab shows an error in its
place. This extension of Jupyter's server takes the reference out of what is *saved*: the still, or the question, that
every output of ours has beside it is then what the page finds. What is on the screen stays alive.

A hook like any other (`register_pre_save_hook`), so that one that a hub has set stays.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from embeddings_course.files.errors import CourseError
from embeddings_course.files.paths import PACKAGE

VIEW, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
ASLEEP = "<p>A picture of this view, not of what you did in it. Run its cell (Shift+Enter), and it moves again.</p>"
LESSONS = PACKAGE / "exercises" / "lessons"
LESSON = re.compile(r"embeddings_course\.exercises\.lessons\.lesson_(\w+)")
PREDICT = re.compile(r"""\bpredict\(\s*["']([\w-]+)["']\s*\)""")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    server.contents_manager.register_pre_save_hook(before_saving)


def before_saving(model: Any, path: str = "", **_: Any) -> None:
    """Settle a notebook of the course that is about to be saved; anything else passes as it is."""
    if model.get("type") == "notebook":
        settle(model.get("content"))


def settle(notebook: Any) -> int:
    """Leave the stills of a notebook of the course and take out the references to live views; return how many.

    Sources, counts, metadata and every other output stay as they are. Where the state of a view is saved too, in slides
    of a lecture, or where the notebook does not use the course, nothing is touched.

    >>> cell = {"cell_type": "code", "source": "from embeddings_course.demos.vote import Vote", "outputs": []}
    >>> cell["outputs"] = [{"output_type": "execute_result", "data": {VIEW: {}, "text/plain": "What you see: ..."}}]
    >>> settle({"cells": [cell]}), list(cell["outputs"][0]["data"])
    (1, ['text/plain'])
    """
    if "rise" in _about(notebook):  # slides that are shown now: their views live
        return 0
    cells = [cell for cell in _list(notebook, "cells") if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    sources = [_text(cell.get("source")) for cell in cells]
    if not any("embeddings_course" in source for source in sources):
        return 0
    found = (LESSON.search(source) for source in sources)
    lesson = next((match[1] for match in found if match), "")
    alive, settled = _saved_states(notebook), 0
    for cell, source in zip(cells, sources, strict=True):
        for output in _list(cell, "outputs"):
            data = output.get("data") if isinstance(output, dict) else None
            view = data.get(VIEW) if isinstance(data, dict) else None
            if isinstance(data, dict) and isinstance(view, dict) and view.get("model_id") not in alive:
                output["data"] = _still(data, output.get("metadata"), _guess(lesson, source))
                settled += 1
    return settled


def _still(data: dict[str, Any], about: Any, guess: str) -> dict[str, Any]:
    """Return an output without its view; a picture stands in HTML, because a page gives it its words only there."""
    still = {kind: one for kind, one in data.items() if kind != VIEW}
    html, png = _text(still.get("text/html")), _text(still.get("image/png"))
    look = about.get("image/png") if isinstance(about, dict) else None
    if png and not html:
        alt = look.get("alt") if isinstance(look, dict) else None
        words = alt or _text(still.get("text/plain"))
        html = f'<img alt="{escape(str(words))}" src="data:image/png;base64,{"".join(png.split())}">{ASLEEP}'
        del still["image/png"]
    if html:
        still["text/html"] = html + guess
    return still


def _guess(lesson: str, source: str) -> str:
    """Return what a learner locked in the prediction that a cell asks, as HTML; nothing where nothing is locked."""
    asked = PREDICT.search(source)
    if not (asked and lesson):
        return ""
    from embeddings_course.exercises.engine.progress_store import store
    from embeddings_course.exercises.engine.question_files import questions_beside

    entry = store().entry(lesson, asked[1])
    if entry is None or entry.kind != "prediction":
        return ""
    try:  # the question may have changed since, or be nobody's
        said = questions_beside(str(LESSONS / f"lesson_{lesson}.py")).predictions[asked[1]].show(entry.answer)
    except (CourseError, OSError, IndexError, KeyError, TypeError, ValueError):
        return ""
    return f"<p><b>Your guess, locked:</b> {escape(said)}</p>"


def _about(notebook: Any) -> dict[str, Any]:
    about = notebook.get("metadata") if isinstance(notebook, dict) else None
    return about if isinstance(about, dict) else {}


def _saved_states(notebook: Any) -> set[str]:
    state: Any = _about(notebook)
    for name in ("widgets", STATE, "state"):
        state = state.get(name) if isinstance(state, dict) else None
    return set(state) if isinstance(state, dict) else set()


def _list(thing: Any, name: str) -> list[Any]:
    found = thing.get(name) if isinstance(thing, dict) else None
    return found if isinstance(found, list) else []


def _text(source: Any) -> str:
    """Return a text that may be a list of lines; nothing for anything else."""
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""
