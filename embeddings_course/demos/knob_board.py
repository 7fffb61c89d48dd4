"""The knob board: move one knob of word2vec and see what becomes of the neighbours and the scores. Lesson 06."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from embeddings_course.demos.base import Demo, DemoError, buttons, text_line
from embeddings_course.files.data import KnobModel, load_knobs
from embeddings_course.plots.knobs import Knobs, Score
from embeddings_course.vectors import nearest

Value = int | str

KNOBS: dict[str, tuple[str, tuple[Value, ...], Value]] = {
    "window": ("Window", (2, 5, 15), 5),
    "passes": ("Passes", (1, 5, 15), 5),
    "negatives": ("Noise words", (0, 1, 5, 15), 5),
    "dimensions": ("Numbers a word", (2, 10, 50, 100, 300), 50),
    "seed": ("Seed", (1, 2, 3), 1),
    "method": ("Method", ("skip-gram", "CBOW"), "skip-gram"),
    "subsampling": ("Subsampling", ("on", "off"), "on"),
}
"""Name of the knob: what stands beside it, where it can be moved to, and where it stands in the base."""
TESTS = (("WordSim-353 (related)", "wordsim353"), ("SimLex-999 (alike)", "simlex999"))
NOTES = {
    "window=15": "Beware: a wide window also gives more examples to learn from, and this text is small.",
    "window=2": "Beware: a narrow window also gives fewer examples to learn from, and this text is small.",
    "passes=15": "More passes are more examples, too.",
    "subsampling=off": "Without subsampling there are more examples, too.",
    "negatives=0": "Without noise words all words point the same way: look at the strangers.",
    "dimensions=2": "Two numbers have room for a map, not for a language.",
}
NEIGHBOURS = 8


def _score(model: KnobModel, test: str) -> Score:
    kept = model.scores[test]
    low, high = kept["interval_95"]
    return Score(kept["spearman"], low, high, kept["covered"], kept["of"])


def _moved(state: Mapping[str, Any]) -> list[str]:
    """Return the knobs that do not stand where the base has them."""
    for name, value in state.items():
        if name in KNOBS and value not in KNOBS[name][1]:
            raise DemoError(f"{KNOBS[name][0]} can be {', '.join(map(str, KNOBS[name][1]))}; not {value!r}.")
    return [name for name, (_, _, base) in KNOBS.items() if name in state and state[name] != base]


class KnobBoard(Demo):
    """Sixteen small models of one text, trained beforehand: one knob moved at a time, the base beside it.

    Moving a second knob puts the first one back: where two are moved, nobody knows which of them did it.

    Introduced in lesson 06.

    >>> board = KnobBoard(window=15)
    >>> board.picture.moved, board.picture.scores[0][2].rho > board.picture.scores[0][1].rho
    ('window 15 instead of 5', True)
    """

    title = "The knob board"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        """The word to look up, and seven knobs."""
        knobs = {
            name: buttons(label, list(values), base, button_width=86 if isinstance(base, str) else 46)
            for name, (label, values, base) in KNOBS.items()
        }
        return {"word": text_line("Word", "bank", "type a word, then Enter", width=220, name_width=44), **knobs}

    def arrange(self) -> list[widgets.Widget]:
        """Two rows of knobs, with the word at the beginning of the second; the picture below."""
        rows = [("window", "passes", "negatives", "dimensions"), ("word", "seed", "method", "subsampling")]
        look = {"flex_flow": "row wrap", "grid_gap": "0 18px", "align_items": "flex-end"}
        boxes = [widgets.HBox([self.controls[name] for name in row], layout=look) for row in rows]
        return [*boxes, self.stage]

    def set(self, **state: Any) -> None:
        """Set several controls and draw once.

        Raises:
            DemoError: where two knobs are to be moved at once, or a control does not exist or take the value.
        """
        if len(moved := _moved(state)) > 1:
            raise DemoError(f"One knob at a time, please: {' and '.join(moved)} are both moved away from the base.")
        super().set(**state)

    def follow(self, name: str) -> None:
        """Put the other knobs back when one is moved."""
        if name in KNOBS and self.controls[name].value != KNOBS[name][2]:
            for other, (_, _, base) in KNOBS.items():
                if other != name:
                    self.controls[other].value = base

    @classmethod
    def compute(cls, word: str = "bank", **knobs: Value) -> Knobs:
        """Look the word up in the base and in the model with one knob moved, and fetch both scores.

        Raises:
            DemoError: where no word, or more than one, was typed; or where more than one knob is moved.
            UnknownWordError: where the board does not know the word.
        """
        asked = word.strip().lower().split()
        if len(asked) != 1:
            raise DemoError("Type one word, such as river, and press Enter.")
        if len(moved := _moved(knobs)) > 1:
            raise DemoError(f"One knob at a time, please: {' and '.join(moved)} are both moved away from the base.")
        models, name = load_knobs(), f"{moved[0]}={knobs[moved[0]]}" if moved else "base"
        base, here = models["base"], models[name]
        seeds = [[_score(models[m], test).rho for m in ("base", "seed=2", "seed=3")] for _, test in TESTS]
        return Knobs(
            word=asked[0],
            moved=f"{KNOBS[moved[0]][0].lower()} {knobs[moved[0]]} instead of {KNOBS[moved[0]][2]}" if moved else "",
            base=nearest(base.table, asked[0], k=NEIGHBOURS),
            here=nearest(here.table, asked[0], k=NEIGHBOURS),
            strangers=(base.scores["random_pair_mean_cosine"], here.scores["random_pair_mean_cosine"]),
            scores=[(label, _score(base, test), _score(here, test)) for label, test in TESTS],
            seeds=[(min(rhos), max(rhos)) for rhos in seeds],
            note=NOTES.get(name, ""),
        )
