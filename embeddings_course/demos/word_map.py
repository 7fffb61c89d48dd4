"""The word map: all 20,000 words of the old books as dots; push it, zoom, find a word, see its true neighbours.

`WordMap` draws in the page itself, on a canvas (word_map.js), and asks Python only for neighbours: those of the space
with all 100 numbers, not those of the map.

Why a canvas of our own and not a ready-made WebGL scatter plot: both were measured. jupyter-scatter 1.0.1 brings six
packages (pandas, pyarrow and others: 240 MB on the disk, a third of the whole course) and two megabytes of JavaScript,
cannot be moved by keys or by two fingers, and has no list of neighbours, no search and nothing to say to a screen
reader. Without a graphics card, taking turns in one headless Chromium on a busy machine, its frames of 20,000 dots took
170 to 270 ms, those of our canvas 17 (3 to 4 of them its own work: benchmarks/word_map_frames.py). A canvas needs
nothing that is not there already. WebGL is worth its price on a graphics card, from some hundred thousand dots on.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from embeddings_course.demos.base import DemoError, PictureWidget
from embeddings_course.files.data import FlatMap, load_vectors, load_word_map
from embeddings_course.files.table import Embedding, UnknownWordError
from embeddings_course.plots.word_map import CLOSEST, FARTHEST_OUT, MapOfWords, Window
from embeddings_course.vectors import nearest

K, CLOSE = 10, 8.0
"""How many neighbours are shown, and how near one comes to a word that was found."""


@lru_cache(maxsize=1)
def books() -> tuple[Embedding, FlatMap]:
    """The vectors of the old books and their map."""
    return load_vectors(), load_word_map()


def find_word(table: Embedding, asked: str) -> str:
    """Return the word of the table that was asked for, capitals or not.

    Raises:
        DemoError: where it is not there; the message gives near spellings.
    """
    typed = " ".join(asked.split())[:60]
    try:
        return typed if typed in table else table.words[table.row(typed.lower())]
    except UnknownWordError as error:
        raise DemoError(str(error)) from None


def look(table: Embedding, flat: FlatMap, word: str = "", window: Window | None = None) -> MapOfWords:
    """Return what the map shows for a word; the window is round the word if none is given, or the whole map."""
    near = tuple((w, float(cosine)) for w, cosine in nearest(table, word, K)) if word else ()
    if window is None:
        x, y = (float(v) for v in flat.places[word]) if word else (0.5, 0.5)
        window = Window(x, y, CLOSE if word else FARTHEST_OUT)
    return MapOfWords(flat.places, table.vectors.shape[1], flat.kept, window, word, near)


class WordMap(PictureWidget):
    """All words as dots: drag, wheel, pinch or keys; click a dot or find a word to see its true neighbours.

    Read `world.word`, `world.neighbours`; set `world.word = "river"`; `world.look_at("river", zoom=20)`.

    Introduced in lesson 06.

    Args:
        word: the word to start with; "" for the whole map.
        table: vectors of your own, most frequent word first; those of the old books if left out.
        flat: their map.

    Raises:
        DemoError: where the word is not on the map, or table and map have different words.

    >>> WordMap("bank").word
    'bank'
    """

    title = "Word map"
    _esm = Path(__file__).with_name("word_map.js")
    _css = Path(__file__).with_name("word_map.css")

    _words = traitlets.Unicode().tag(sync=True)
    _places = traitlets.Bytes().tag(sync=True)
    d = traitlets.Int(0).tag(sync=True)
    kept = traitlets.Float(0.0).tag(sync=True)
    word = traitlets.Unicode("").tag(sync=True)
    near: Any = traitlets.List().tag(sync=True)
    message = traitlets.Unicode("").tag(sync=True)
    asked = traitlets.List(["", 0]).tag(sync=True)
    window = traitlets.List([0.5, 0.5, FARTHEST_OUT, 0]).tag(sync=True)
    x = traitlets.Float(0.5).tag(sync=True)
    y = traitlets.Float(0.5).tag(sync=True)
    zoom = traitlets.Float(FARTHEST_OUT).tag(sync=True)

    def __init__(self, word: str = "bank", table: Embedding | None = None, flat: FlatMap | None = None) -> None:
        if (table is None) != (flat is None):
            raise DemoError("Give the table and its map together, or neither.")
        self._table, self._flat = (table, flat) if table is not None and flat is not None else books()
        if self._table.words != self._flat.places.words:
            raise DemoError("The map has other words than the table. Draw it again from this table.")
        start = self._look(find_word(self._table, word) if word.strip() else "")
        super().__init__(
            _words="\n".join(self._table.words),
            _places=np.round(self._flat.places.vectors * 65535).astype("<u2").tobytes(),
            d=start.d,
            kept=self._flat.kept,
            word=start.word,
            near=self._rows(start),
            x=start.window.x,
            y=start.window.y,
            zoom=start.window.zoom,
        )

    def _look(self, word: str, window: Window | None = None) -> MapOfWords:
        return look(self._table, self._flat, word, window)

    def _rows(self, data: MapOfWords) -> list[list[float]]:
        too = set(data.near_on_map)
        return [[data.places.row(w), cosine, int(w in too)] for w, cosine in data.neighbours]

    @property
    def picture(self) -> MapOfWords:
        """What the map shows now."""
        return self._look(self.word, Window(self.x, self.y, self.zoom))

    @property
    def neighbours(self) -> list[tuple[str, float]]:
        """The true neighbours of the word, with their cosines."""
        return [(self._table.words[int(row)], cosine) for row, cosine, _ in self.near]

    def look_at(self, word: str = "", zoom: float = CLOSE) -> None:
        """Go to a word; to the whole map without one.

        Raises:
            DemoError: where the word is not on the map, or the zoom is not from 1 to 200.
        """
        if not FARTHEST_OUT <= zoom <= CLOSEST:
            raise DemoError(f"The zoom goes from {FARTHEST_OUT:.0f} to {CLOSEST:.0f}, got {zoom}.")
        self.word = word
        x, y = (float(v) for v in self._flat.places[self.word]) if self.word else (0.5, 0.5)
        self.x, self.y, self.zoom = x, y, zoom if self.word else FARTHEST_OUT
        self.window = [self.x, self.y, self.zoom, self.window[3] + 1]  # counted: the same place may be news

    @traitlets.validate("word")
    def _check_word(self, proposal: Any) -> str:
        return find_word(self._table, proposal["value"]) if proposal["value"].strip() else ""

    @traitlets.observe("word")
    def _new_word(self, change: Any) -> None:
        with self.hold_sync():
            self.message, self.near = "", self._rows(self._look(self.word))

    @traitlets.observe("asked")
    def _new_question(self, change: Any) -> None:
        """The page asks for a word that somebody typed or clicked."""
        asked = str(change["new"][0])
        if not asked.strip():
            return
        try:
            with self.hold_sync():
                before, self.word, self.message = self.word, asked, ""
            if self.word == before:  # asked again: no news for the page, so it is told where to go
                self.look_at(self.word, max(self.zoom, CLOSE))
        except DemoError as error:
            self.message = str(error)

    def sample_states(self) -> list[dict[str, Any]]:
        """What a page may send: for the tests that move every control of a lesson."""
        words = ["river", "River", "zzqx-not-a-word", "", "<b>&\"' </b>", "Zoë 银行", "bank " * 600]
        return [*({"asked": [word, i]} for i, word in enumerate(words, 1)), {"x": 0.0, "y": 1.0, "zoom": CLOSEST}]
