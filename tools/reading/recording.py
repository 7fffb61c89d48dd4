"""Views as a page can play them without a kernel: pictures, recorded views with controls, views that draw themselves.

`python -m reading.recording NOTEBOOK FOLDER` runs what the views of one lesson need, in a Python of its own, and writes
one script for each: FOLDER/STEM_PLACE.js. What cannot be played is named, and stays a still.
"""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import json
import sys
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
from nbformat import NotebookNode

from embeddings_course.commands.lecture import book, cut
from embeddings_course.demos.base import Demo, Number
from embeddings_course.demos.live_bank import LiveBank
from embeddings_course.demos.stage import performance
from embeddings_course.demos.vector_board import VectorBoard
from embeddings_course.demos.word_map import K, WordMap
from embeddings_course.plots.picture import Picture
from embeddings_course.vectors import normalise

NOT_RUN = {"claim", "solution", "exercise"}
MOST_FRAMES, MOST_OPTIONS, MOST_BYTES = 64, 24, 1_500_000
"""A view has so many recorded pictures at most, a control so many places; a script is no larger than this."""


def views_of(nb: NotebookNode) -> list[int]:
    """Return the places of cells that show a picture or a view, as their saved outputs say."""
    return [
        place
        for place, cell in enumerate(nb.cells)
        if cell.cell_type == "code"
        and not book.tags(cell) & NOT_RUN
        and any("image/png" in output.get("data", {}) for output in cell.outputs)
    ]


def record(nb: NotebookNode) -> dict[int, dict[str, Any] | None]:
    """Run what the views of a lesson need; return what a page plays at each place (None: there it stays a still).

    What plays says what the saved still says, word for word: first only the cells are run that a view reads from; where
    its words differ then, or a cell fails, all of them.
    """
    chosen = set(views_of(nb))
    found = _run(nb, chosen, chosen | cut.needed(nb.cells, chosen))
    if None in found.values():
        every = {i for i, cell in enumerate(nb.cells) if cell.cell_type == "code" and not book.tags(cell) & NOT_RUN}
        found = {**_run(nb, chosen, every), **{place: one for place, one in found.items() if one}}
    return {place: found.get(place) for place in sorted(chosen)}


def _run(nb: NotebookNode, chosen: set[int], wanted: set[int]) -> dict[int, dict[str, Any] | None]:
    """Run some cells of a lesson, in order; return what the chosen ones play."""
    there: dict[str, Any] = {"__name__": "__main__"}
    found: dict[int, dict[str, Any] | None] = {}
    for place in sorted(wanted):
        module = ast.parse(nb.cells[place].source)
        last = module.body.pop() if place in chosen else None
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            found |= {place: None} if place in chosen else {}
            exec(compile(module, f"cell {place}", "exec"), there)
            if isinstance(last, ast.Expr):
                shown = _value(last.value, there)
                found[place] = played(shown) if words_of(shown) == saved_words(nb.cells[place]) else None
    return found


def words_of(shown: Any) -> str:
    """Return what a picture, or the picture of a view, says."""
    picture = shown if isinstance(shown, Picture) else getattr(shown, "picture", None)
    return picture.describe() if isinstance(picture, Picture) else ""


def saved_words(cell: NotebookNode) -> str:
    """Return what the still in a saved cell says."""
    stills = [output.get("metadata", {}).get("image/png", {}).get("alt", "") for output in cell.outputs]
    return next(filter(None, stills), "")


def _value(node: ast.expr, there: dict[str, Any]) -> Any:
    """Return what a cell shows: the picture itself where it says `show(picture)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "show":
        node = node.args[0]
    name = "shown at the end"
    store = ast.Assign(targets=[ast.Name(name.replace(" ", "_"), ast.Store())], value=node)
    exec(compile(ast.fix_missing_locations(ast.Module([store], [])), name, "exec"), there)
    return there[name.replace(" ", "_")]


def played(shown: Any) -> dict[str, Any] | None:
    """Return how a page plays something that a cell shows; None where only its still can be shown.

    >>> from embeddings_course.plots import Bars
    >>> played(Bars(["money"], [0.5]))["sort"]
    'picture'
    >>> played("a text") is None
    True
    """
    if isinstance(shown, LiveBank):
        return {"sort": "bank", "prepared": shown.prepared, "shown": _shown(shown)}
    if isinstance(shown, VectorBoard):
        names = ("words", "points", "first", "second", "times_ten", "plus_hundred", "unit", "d")
        return {"sort": "widget", "name": "vector_board", "state": {name: getattr(shown, name) for name in names}}
    if isinstance(shown, WordMap):
        return _word_map(shown)
    if isinstance(shown, Picture):
        drawn = performance(shown)
        return {"sort": "picture", "picture": drawn} if drawn["parts"] else None
    if isinstance(shown, Demo) and not _draws_elsewhere(shown):
        return recorded(shown)
    return None


def _shown(bank: LiveBank) -> dict[str, Any]:
    form = bank.picture.data() | {"sentence": bank.text}
    return {"title": bank.title, "form": form, "parts": [[[form]]], "twin": ""}


def _draws_elsewhere(view: Demo) -> bool:
    """Say whether a view shows its picture in another widget than the stage."""
    return type(view).show is not Demo.show


def _word_map(world: WordMap) -> dict[str, Any]:
    """The map, and the true neighbours of every word, so that the page can answer."""
    names = ("_words", "d", "kept", "word", "near", "message", "asked", "window", "x", "y", "zoom")
    state = {name: getattr(world, name) for name in names} | {"_places": b64encode(world._places).decode()}
    unit = normalise(world._table.vectors.astype(np.float32))
    rows, scores = np.empty((len(unit), K), "<u2"), np.empty((len(unit), K), "u1")
    for start in range(0, len(unit), 500):
        cosines = unit[start : start + 500] @ unit.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -9
        top = np.argpartition(-cosines, K, axis=1)[:, :K]
        order = np.argsort(-np.take_along_axis(cosines, top, 1), axis=1)
        rows[start : start + 500] = np.take_along_axis(top, order, 1)
        best = np.take_along_axis(cosines, rows[start : start + 500].astype(int), 1)
        scores[start : start + 500] = np.clip(best * 255, 0, 255).round()
    table = {"near": b64encode(rows.tobytes()).decode(), "cosines": b64encode(scores.tobytes()).decode(), "k": K}
    return {"sort": "widget", "name": "word_map", "state": state, "table": table}


# ---- a view with controls: its pictures are recorded, as many as there are places for its controls ------------------


def places_of(control: Any) -> tuple[str, list[tuple[str, Any]]] | None:
    """Return how a control looks in the page, and its places: (what it says, its value); None for a line to type into.

    >>> places_of(widgets.Checkbox(value=True))
    ('buttons', [('no', False), ('yes', True)])
    """
    if isinstance(control, widgets.ToggleButtons | widgets.Dropdown):
        pairs = list(zip(control._options_labels, control._options_values, strict=True))
        return "buttons" if isinstance(control, widgets.ToggleButtons) else "list", pairs
    if isinstance(control, widgets.Checkbox | widgets.ToggleButton):
        return "buttons", [("no", False), ("yes", True)]
    if isinstance(control, Number):
        box = control.box
        steps = np.arange(box.min, box.max + box.step / 2, box.step)
        if len(steps) > MOST_OPTIONS:  # the ends, and some between
            steps = steps[np.unique(np.linspace(0, len(steps) - 1, MOST_OPTIONS).round().astype(int))]
        values = sorted({*(type(box.value)(f"{float(step):.6g}") for step in _plain(steps, box)), box.value})
        return "slider", [(f"{value:g}", value) for value in values]
    return None


def _plain(steps: Sequence[float] | np.ndarray, box: Any) -> list[float]:
    return [round(step) if isinstance(box.value, int) else float(step) for step in steps]


def label_of(name: str, control: Any) -> str:
    """Return what a control is called in the page."""
    box = control.box if isinstance(control, Number) else control
    return str(box.description).strip(" :") or name.replace("_", " ")


def recorded(view: Demo) -> dict[str, Any] | None:
    """Move those controls of a view that have few places through all of them, and keep what the stage shows each time.

    >>> from embeddings_course.demos.live_bank import BankPairs
    >>> kept = recorded(BankPairs())
    >>> [control["label"] for control in kept["controls"]], list(kept["frames"])
    (['A goes with'], ['0', '1', '2'])
    """
    first = {name: control.value for name, control in view.controls.items()}
    found = {name: places_of(control) for name, control in view.controls.items()}
    moving = {name: places for name, places in found.items() if places and 1 < len(places[1]) <= MOST_FRAMES}
    moving = {n: p for n, p in moving.items() if any(value == first[n] for _, value in p[1])}
    while moving:
        combinations = np.prod([len(places) for _, places in moving.values()])
        if combinations <= MOST_FRAMES:
            frames = _frames(view, first, moving)
            if frames and len(json.dumps(frames)) <= MOST_BYTES:
                break
        del moving[max(moving, key=lambda name: len(moving[name][1]))]
    if not moving:
        drawn = _frames(view, first, {})
        return {"sort": "picture", "picture": drawn[""]} if drawn and drawn[""].get("form") else None
    controls = [
        {
            "label": label_of(name, view.controls[name]),
            "look": look,
            "options": [said for said, _ in places],
            "at": next(i for i, (_, value) in enumerate(places) if value == first[name]),
        }
        for name, (look, places) in moving.items()
    ]
    left = [label_of(name, view.controls[name]) for name in view.controls if name not in moving]
    more = f"Run the lesson and these move too: {', '.join(left)}." if left else ""
    return {"sort": "recorded", "controls": controls, "frames": frames, "more": more}


def _frames(view: Demo, first: dict[str, Any], moving: dict[str, Any]) -> dict[str, Any]:
    """Return what the stage shows for each combination of places; nothing where the first picture is an error."""
    frames = {}
    for at in itertools.product(*(range(len(places)) for _, places in moving.values())):
        state = {name: places[i][1] for (name, (_, places)), i in zip(moving.items(), at, strict=True)}
        view.set(**{**first, **state})
        trouble = view.stage.trouble
        frames[",".join(map(str, at))] = {"trouble": trouble} if trouble else dict(view.stage.shown)
    view.set(**first)
    start = ",".join(
        str(next(i for i, (_, value) in enumerate(places) if value == first[name]))
        for name, (_, places) in moving.items()
    )
    return {} if frames[start].get("trouble") else frames


def main(notebook: str, folder: str) -> int:
    """Write what the views of one lesson play; say which stay stills."""
    path, target, stills = Path(notebook), Path(folder), []
    target.mkdir(parents=True, exist_ok=True)
    for place, found in record(book.read(path)).items():
        if found is None:
            stills.append(place)
            continue
        name = f"views/{path.stem}_{place}.js"
        text = f"course.views[{json.dumps(name)}] = {json.dumps(found, allow_nan=False, separators=(',', ':'))};\n"
        (target / f"{path.stem}_{place}.js").write_text(text, encoding="utf-8")
    if stills:
        print(f"{path.stem}: cells {', '.join(map(str, stills))} stay stills")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
