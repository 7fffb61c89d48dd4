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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from nbformat import NotebookNode

from embeddings_course.commands.lecture import book, cut
from embeddings_course.demos.alarm_machine import AlarmMachine
from embeddings_course.demos.base import Demo
from embeddings_course.demos.decoy_duel import DecoyDuel
from embeddings_course.demos.knob_board import KNOBS, KnobBoard
from embeddings_course.demos.live_bank import LiveBank
from embeddings_course.demos.played import Played
from embeddings_course.demos.stage import performance
from embeddings_course.demos.vector_board import VectorBoard
from embeddings_course.plots.picture import Picture
from reading.whole import COMPUTED, Place, Places, label_of, place_of, places_of

NOT_RUN = {"claim", "solution", "exercise"}
MOST_FRAMES, MOST_OPTIONS, MOST_BYTES = 100, 24, 1_500_000
"""A view has so many recorded pictures at most, a slider so many places; a script is about as large as this at most."""
FEWEST, MOST_LEFT = 5, 5
"""A slider with fewer places stays away; where more controls would stay away than this, the picture stands alone."""
HEAD = ("kind", "version", "says", "title")
WHOLE: dict[type, tuple[str, ...]] = {
    VectorBoard: ("words", "points", "first", "second", "times_ten", "plus_hundred", "unit", "d"),
    DecoyDuel: ("form", "picks", "asking", "whole"),
    AlarmMachine: ("form", "topics", "whole", "limit", "pulls"),
}
"""Views that draw and answer by themselves, and all that they need for it; their scripts bear their names."""
INSIDE = "the lesson's too is a picture"


def views_of(nb: NotebookNode) -> list[int]:
    """Return the places of cells that show a picture or a view, as their saved outputs say."""
    return [
        place
        for place, cell in enumerate(nb.cells)
        if cell.cell_type == "code"
        and not book.tags(cell) & NOT_RUN
        and any("image/png" in output.get("data", {}) for output in cell.outputs)
    ]


@dataclass
class RecordedView:
    """What a page has of one view: what it plays (None: the still stays), and of what sort the view is."""

    plays: dict[str, Any] | None = None
    shown: Any = None

    def account(self) -> tuple[str, str, str]:
        """Return a line of the table of views: its name, how it lives in the page, and what is left to a kernel.

        >>> from embeddings_course.plots import Bars
        >>> bars = Bars(["money"], [0.5])
        >>> RecordedView(played(bars), bars).account()
        ('Bars', 'picture', "the lesson's too is a picture")
        >>> RecordedView(None, "a text").account()[1:]
        ('still', 'it is drawn by Python alone')
        """
        name, view = type(self.shown).__name__, self.shown
        if self.plays is None:
            return name, "still", _why_still(view)
        sort = str(self.plays["sort"])
        left = str(self.plays.get("more", "")).removeprefix("Run the lesson and ")
        if sort == "recorded":
            return name, f"{len(self.plays['frames'])} recorded states", left
        if sort == "bank":
            return name, "recorded sentences", "own sentences need BERT"
        if sort not in ("picture", "still"):
            return name, "whole", left
        return name, "picture", INSIDE if isinstance(view, Picture) else left or "it has nothing to move"


def _why_still(view: Any) -> str:
    """Say why nothing plays where a view stands."""
    if isinstance(view, Demo) and view.stage.trouble:
        return f"the kernel said: {view.stage.trouble}"
    if isinstance(view, Demo) and _draws_elsewhere(view):
        return "it draws in a widget of its own, which asks the kernel at each step"
    if isinstance(view, Demo | Picture):
        return "its words differ from the saved still's, or its drawing is too large for a page"
    return "it is drawn by Python alone" if view is not None else "its cell did not run"


def record(nb: NotebookNode) -> dict[int, RecordedView]:
    """Run what the views of a lesson need; return what a page plays at each place (None: there it stays a still).

    What plays says what the saved still says, word for word: first only the cells are run that a view reads from; where
    its words differ then, or a cell fails, all of them.
    """
    chosen = set(views_of(nb))
    found = _run(nb, chosen, chosen | cut.needed(nb.cells, chosen))
    if any(one.plays is None for one in found.values()):
        every = {i for i, cell in enumerate(nb.cells) if cell.cell_type == "code" and not book.tags(cell) & NOT_RUN}
        found = {**_run(nb, chosen, every), **{place: one for place, one in found.items() if one.plays}}
    return {place: found.get(place, RecordedView()) for place in sorted(chosen)}


def _run(nb: NotebookNode, chosen: set[int], wanted: set[int]) -> dict[int, RecordedView]:
    """Run some cells of a lesson, in order; return what the chosen ones play."""
    there: dict[str, Any] = {"__name__": "__main__"}
    found: dict[int, RecordedView] = {}
    for place in sorted(wanted):
        module = ast.parse(nb.cells[place].source)
        last = module.body.pop() if place in chosen else None
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            found |= {place: RecordedView()} if place in chosen else {}
            exec(compile(module, f"cell {place}", "exec"), there)
            if isinstance(last, ast.Expr):
                shown = _value(last.value, there)
                same = words_of(shown) == saved_words(nb.cells[place])
                found[place] = RecordedView(played(shown) if same else None, shown)
    return found


def words_of(shown: Any) -> str:
    """Return what a picture, or the picture of a view, says."""
    told = getattr(shown, "told", None) or getattr(shown, "picture", None)  # what a view's still tells
    picture = shown if isinstance(shown, Picture) else told
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
    # a widget's own type is one that was made for it alone, below the one that is written down
    if whole := next((kind for kind in WHOLE if isinstance(shown, kind)), None):
        state = {name: getattr(shown, name) for name in WHOLE[whole]}
        return {"sort": "widget", "name": whole.__module__.rpartition(".")[2], "state": state}
    if made := next((make for kind, make in COMPUTED.items() if isinstance(shown, kind)), None):
        return dict(made(shown))
    if isinstance(shown, Picture):
        drawn = slim(performance(shown))
        return {"sort": "picture", "picture": drawn} if len(json.dumps(drawn)) < MOST_BYTES else None
    if isinstance(shown, Demo) and not _draws_elsewhere(shown):
        return recorded(shown)
    return None


def _shown(bank: LiveBank) -> dict[str, Any]:
    form = bank.picture.data() | {"sentence": bank.text}
    return {"title": bank.title, "form": form, "parts": [[[form]]], "twin": ""}


def _draws_elsewhere(view: Demo) -> bool:
    """Say whether a view shows its picture in another widget than the stage."""
    return type(view).show is not Demo.show


# ---- a view with controls: its pictures are recorded, as many as there are places for its controls ------------------


def recorded(view: Demo) -> dict[str, Any] | None:
    """Move the controls of a view that have few places through all of them, and keep what it shows each time.

    Where all together are too many, buttons and lists come first, in the order of the view; sliders get fewer places,
    and what has no room is named in `more`.

    >>> from embeddings_course.demos.live_bank import BankPairs
    >>> kept = recorded(BankPairs())
    >>> [control["label"] for control in kept["controls"]], list(kept["frames"])
    (['A goes with'], ['0', '1', '2'])
    """
    first = {name: control.value for name, control in view.controls.items()}
    if view.stage.trouble:
        return None
    frame = len(json.dumps(_frame(view)))
    moving = {} if frame > MOST_BYTES else choose(view, min(MOST_FRAMES, MOST_BYTES // frame))
    base = {name: KNOBS[name][2] for name in moving if name in KNOBS} if isinstance(view, KnobBoard) else first
    controls = [
        {
            "label": label_of(name, view.controls[name]),
            "look": look,
            "options": [said for said, _ in places],
            "at": place_of(places, first[name]),
            "base": place_of(places, base.get(name, first[name])),
            "pace": view.pace if isinstance(view, Played) and name == "moment" else 0,
        }
        for name, (look, places) in moving.items()
    ]
    left = [label_of(name, view.controls[name]) for name in view.controls if name not in moving]
    alone = not controls or len(left) > MOST_LEFT
    if alone and len(view.controls) > MOST_LEFT:
        more = f"Run the lesson and its {len(view.controls)} controls move."
    else:
        left = [label_of(name, control) for name, control in view.controls.items()] if alone else left
        more = f"Run the lesson and these move{'' if alone else ' too'}: {', '.join(left)}." if left else ""
    if alone:
        return {"sort": "picture", "picture": _frame(view), "more": more}
    return {"sort": "recorded", "controls": controls, "frames": _frames(view, first, moving), "more": more}


def choose(view: Demo, room: int) -> dict[str, Places]:
    """Return the controls that move in the page, with their places; together they have at most `room` of them.

    A board of knobs of which one moves at a time needs the sum of their places and not the product.
    """
    found = {name: places for name, control in view.controls.items() if (places := places_of(control))}
    now = {name: view.controls[name].value for name in found}
    found = {n: p for n, p in found.items() if len(p[1]) > 1 and any(value == now[n] for _, value in p[1])}
    if isinstance(view, KnobBoard):
        return found
    chosen: dict[str, Places] = {}
    for name in sorted(found, key=lambda name: found[name][0] == "slider"):
        look, places = found[name]
        if look == "slider":
            places = _fewer(places, min(room, MOST_OPTIONS), now[name])
        if len(places) <= room and (look != "slider" or len(places) >= min(FEWEST, len(found[name][1]))):
            chosen[name], room = (look, places), room // len(places)
    return {name: chosen[name] for name in view.controls if name in chosen}


def _fewer(places: list[Place], most: int, now: Any) -> list[Place]:
    """Return as many of the places, the ends and the present one among them."""
    if len(places) <= most:
        return places
    at = {*np.linspace(0, len(places) - 1, max(most - 1, 2)).round().astype(int).tolist(), place_of(places, now)}
    return [places[i] for i in sorted(at)]


def _frame(view: Demo) -> dict[str, Any]:
    """Return what a view shows now: an error, or what the stage needs."""
    if view.stage.trouble:
        return {"trouble": view.stage.trouble}
    return slim(view.stage.shown)


def slim(shown: dict[str, Any]) -> dict[str, Any]:
    """Return a performance without the numbers that stand in its parts already.

    >>> from embeddings_course.plots import Bars
    >>> sorted(slim(performance(Bars(["money"], [0.5])))["form"])
    ['kind', 'says', 'title', 'version']
    """
    return {**shown, "form": {name: shown["form"][name] for name in HEAD if name in shown["form"]}}


def _frames(view: Demo, first: dict[str, Any], moving: dict[str, Places]) -> dict[str, Any]:
    """Return what a view shows for each combination of places; one that it refuses is left out."""
    frames, ranges = {}, [range(len(places)) for _, places in moving.values()]
    wanted = list(itertools.product(*ranges)) if not isinstance(view, KnobBoard) else _one_at_a_time(moving)
    for at in wanted:
        state = {name: places[i][1] for (name, (_, places)), i in zip(moving.items(), at, strict=True)}
        view.set(**{**first, **state})
        frames[",".join(map(str, at))] = _frame(view)
    view.set(**first)
    return frames


def _one_at_a_time(moving: dict[str, Places]) -> list[tuple[int, ...]]:
    """Return the combinations in which at most one knob is away from its base."""
    base = [place_of(places, KNOBS[name][2]) for name, (_, places) in moving.items()]
    moved = (
        (*base[:k], i, *base[k + 1 :]) for k, (_, places) in enumerate(moving.values()) for i in range(len(places))
    )
    return list(dict.fromkeys(moved))


def main(notebook: str, folder: str) -> int:
    """Write what the views of one lesson play; say of each, in a line of a table, how it lives in the page."""
    path, target = Path(notebook), Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for place, kept in record(book.read(path)).items():
        name, how, left = kept.account()
        print(f"| {path.stem[:3].rstrip('_')}, cell {place} | {name} | {how} | {left} |")
        if kept.plays is None:
            continue
        name = f"views/{path.stem}_{place}.js"
        text = f"course.views[{json.dumps(name)}] = {json.dumps(kept.plays, allow_nan=False, separators=(',', ':'))};\n"
        (target / f"{path.stem}_{place}.js").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
