"""Views that the page computes itself: their controls with all their places, and the numbers that they are made of.

What the page makes of them stands in editor.js and by_hand.js; it says and shows what the view in a lesson does.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any, TypeAlias

import ipywidgets as widgets
import numpy as np

from embeddings_course.demos import sense_mix
from embeddings_course.demos.attention_by_hand import TOKENS, VECTORS, AttentionByHand
from embeddings_course.demos.base import Demo, Number
from embeddings_course.demos.disc_table import LONGEST, MOST, DiscTable
from embeddings_course.demos.guess_word import NO_GUESS, GuessWord
from embeddings_course.demos.random_pairs import PAIRS, RandomPairs
from embeddings_course.demos.sense_mix import SenseMixer
from embeddings_course.demos.stage import performance
from embeddings_course.demos.vector_editor import VectorEditor
from embeddings_course.demos.word_map import K, WordMap
from embeddings_course.files.arrays import Floats
from embeddings_course.plots.attention import AXES
from embeddings_course.plots.cartoon import CLOSE
from embeddings_course.vectors import normalise

Place: TypeAlias = tuple[str, Any]
Places: TypeAlias = tuple[str, list[Place]]
MIXED = ("money", "river", "judge", "soup", "doctor", "horse", "ship", "letter", "king", "apple")
"""The words that can be mixed in the page: those of which lesson 08 speaks."""


# ---- controls -----------------------------------------------------------------------------------------------------


def places_of(control: Any) -> Places | None:
    """Return how a control looks in the page, and its places: (what it says, its value); None for a line to type into.

    >>> places_of(widgets.Checkbox(value=True))
    ('buttons', [('no', False), ('yes', True)])
    """
    if isinstance(control, widgets.ToggleButtons | widgets.Dropdown | widgets.SelectionSlider):
        pairs = list(zip(control._options_labels, control._options_values, strict=True))
        pairs = [("not yet", None), *pairs] if control.value is None else pairs
        looks = {widgets.ToggleButtons: "buttons", widgets.SelectionSlider: "slider"}
        return looks.get(type(control), "list"), pairs
    if isinstance(control, widgets.Checkbox | widgets.ToggleButton):
        return "buttons", [("no", False), ("yes", True)]
    if isinstance(control, Number):
        box = control.box
        count = round((box.max - box.min) / box.step) + 1
        steps = [float(f"{box.min + i * box.step:.6g}") for i in range(count)]
        values = sorted({*map(type(box.value), steps), box.value})
        return "slider", [(f"{value:g}", value) for value in values]
    return None


def label_of(name: str, control: Any) -> str:
    """Return what a control is called in the page."""
    box = control.box if isinstance(control, Number) else control
    return str(box.description).strip(" :") or name.replace("_", " ")


def place_of(places: Sequence[Place], value: Any) -> int:
    """Return which of the places has this value.

    >>> place_of([("no", False), ("yes", True)], True)
    1
    """
    return next(i for i, (_, one) in enumerate(places) if one == value)


def controls_of(view: Demo) -> dict[str, dict[str, Any]]:
    """Return the controls of a view by name, as the page shows them: each with all its places, or a line to type into.

    >>> controls_of(DiscTable())["questions"]["values"]
    [1, 2, 3, 4, 5, 6, 7]
    """
    found = {}
    for name, control in view.controls.items():
        look, places = places_of(control) or ("line", [(str(control.placeholder), str(control.placeholder))])
        said, values = ([place[k] for place in places] for k in (0, 1))
        found[name] = {"label": label_of(name, control), "look": look, "options": said, "values": values, "pace": 0}
    return found


def whole(sort: str, view: Demo, **more: Any) -> dict[str, Any]:
    """Return what every view that the page computes needs: controls, where they stand, the parts of its picture."""
    state = {
        "controls": controls_of(view),
        "now": {name: control.value for name, control in view.controls.items()},
        "parts": performance(view.picture)["parts"],
    }
    return {"sort": sort, "title": view.title, **state, **more}


# ---- views --------------------------------------------------------------------------------------------------------


def edited(editor: VectorEditor) -> dict[str, Any]:
    """Return all that the page needs to be a vector editor: the table, the directions of the map, the game.

    >>> edited(VectorEditor())["columns"][2]
    'water'
    """
    points, bars = (pile[0] for pile in performance(editor.picture)["parts"][0])
    number = next(control for control in editor.controls.values() if isinstance(control, Number)).box
    places = np.round(np.arange(number.min, number.max + number.step / 2, number.step), 6).tolist()
    return {
        "sort": "editor",
        "title": editor.title,
        "words": list(editor.start.words),
        "columns": list(editor.start.columns),
        "start": editor.start.vectors.tolist(),
        "word": editor.controls["word"].value,
        "places": places,
        "goal": list(editor.goal) if editor.goal else None,
        "basis": {
            "centre": editor.basis.centre.tolist(),
            "axes": editor.basis.axes.tolist(),
            "kept": editor.basis.kept,
        },
        "points": points,
        "bars": bars,
    }


def word_map(world: WordMap) -> dict[str, Any]:
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


def blended(view: AttentionByHand) -> dict[str, Any]:
    """Return all that the page needs for attention by hand: the arrows, and which are in hand.

    >>> blended(AttentionByHand())["now"]["numbers"]["key river"]
    [0.0, 2.0]
    """
    fresh = AttentionByHand()
    numbers, first = ({" ".join(name): row for name, row in one.numbers.items()} for one in (view, fresh))
    start = {name: control.value for name, control in fresh.controls.items()}
    hands = {said: " ".join(hand) for said, hand in VECTORS.items()}
    made = whole("blend", view, tokens=TOKENS, focus=view.picture.focus, axes=AXES, hands=hands)
    made["now"]["numbers"] = numbers
    return {**made, "fresh": start | {"numbers": first}}


def mixed(view: SenseMixer) -> dict[str, Any]:
    """Return all that the page needs to mix any two of a few words, at every share.

    >>> made = mixed(SenseMixer())
    >>> len(made["pairs"]), made["controls"]["one"]["look"]
    (45, 'list')
    """
    made, table = whole("mix", view), sense_mix.centred_books()
    words = list(dict.fromkeys([view.picture.one, view.picture.two, *MIXED]))
    for name in ("one", "two"):
        made["controls"][name] |= {"look": "list", "options": words, "values": words}
    near = table.vectors.astype(float) @ normalise(np.array([table[word] for word in words], float)).T
    pairs = {f"{words[i]} {words[j]}": _pair(near, words, i, j) for i, j in combinations(range(len(words)), 2)}
    size = table.vectors.size * 2 / 1e6
    more = (
        f"Run the lesson and mix any two of {len(table):,} words: their numbers are {size:.0f} MB, too much for a page."
    )
    picture = view.picture
    fixed = {"shares": list(picture.shares), "strangers": picture.strangers, "n": len(table)}
    return {**made, "pairs": pairs, **fixed, "same": sense_mix.SAME, "more": more}


def _pair(near: Floats, words: Sequence[str], i: int, j: int) -> dict[str, Any]:
    """Return what two words need: whoever is among the nearest at some share, with both cosines; both words' places.

    Args:
        near: the cosine of every word of the table to each of `words`, shape (n_words, len(words)).
        words: the words that can be mixed.
        i: which is the first.
        j: which is the second.
    """
    table, shares = sense_mix.centred_books(), np.arange(101) / 100
    rows = [table.row(words[k]) for k in (i, j)]
    between = float(near[rows[0], j])
    found: set[int] = set()
    places: list[list[int]] = [[], []]
    for share in shares:
        long = np.sqrt(share**2 + (1 - share) ** 2 + 2 * share * (1 - share) * between)
        cosines = np.round((share * near[:, i] + (1 - share) * near[:, j]) / long, 6)
        least = np.partition(cosines, -sense_mix.N_NEIGHBOURS)[-sense_mix.N_NEIGHBOURS]
        found.update(np.flatnonzero(cosines >= least).tolist())
        for place, row in zip(places, rows, strict=True):
            ahead = (cosines > cosines[row]).sum() + (cosines[:row] == cosines[row]).sum()
            place.append(1 + int(ahead))
    kept = sorted(found)
    cosines = [near[kept, k].round(9).tolist() for k in (i, j)]
    alone = SenseMixer.compute(50, words[i], words[j]).places_alone
    return {
        "words": [table.words[row] for row in kept],
        "between": between,
        "cosines": cosines,
        "places": places,
        "alone": alone,
    }


def disc_table(view: DiscTable) -> dict[str, Any]:
    """Return all that the page needs of a table of discs: its rows, and those that a hand has changed.

    >>> disc_table(DiscTable())["now"]
    {'questions': 3, 'own': '', 'changed': {}}
    """
    start, picture = view.start, view.picture
    table = {"words": start.words, "columns": start.columns, "start": start.vectors.tolist(), "heroes": picture.heroes}
    made = whole("discs", view, **table, most=MOST, longest=LONGEST)
    made["now"]["changed"] = view.changed
    return made


def riddle(view: GuessWord) -> dict[str, Any]:
    """Return all that the page needs to let a row be guessed: the table, and which words are asked in which order.

    >>> riddle(GuessWord())["order"][0]
    'boat'
    """
    table = view.picture.table
    rows = {"words": table.words, "columns": table.columns, "rows": table.vectors.tolist()}
    return whole("riddle", view, **rows, order=view.ORDER, close=CLOSE, none=NO_GUESS)


def strangers(view: RandomPairs) -> dict[str, Any]:
    """Return all that the page needs of random pairs: for each number of dimensions how many score what.

    >>> sum(strangers(RandomPairs())["drawn"][768]["counts"])
    4000
    """
    made = whole("strangers", view)
    drawn = {d: view.compute(d, 0.0) for d in made["controls"]["d"]["values"]}
    numbers = {
        d: {
            "counts": list(one.parts()[0][0].series["pairs"]),
            "spread": one.spread,
            "above": [float((one.cosines >= yours).mean()) for yours in made["controls"]["yours"]["values"]],
        }
        for d, one in drawn.items()
    }
    return {**made, "drawn": numbers, "pairs": PAIRS}


COMPUTED: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    WordMap: word_map,
    VectorEditor: edited,
    AttentionByHand: blended,
    SenseMixer: mixed,
    DiscTable: disc_table,
    GuessWord: riddle,
    RandomPairs: strangers,
}
"""Views that the page computes itself, and what makes their numbers."""
