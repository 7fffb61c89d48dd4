"""The decoy duel: one question, two passages; choose before BERT, counts and a coin do. Lesson 12.

`DecoyDuel` draws in the page itself (decoy_duel.js, on the stage); every choice was made before, so it needs no kernel.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from embeddings_course.chance import share_interval
from embeddings_course.demos.base import PictureWidget
from embeddings_course.demos.stage import with_stage
from embeddings_course.files.arrays import Rows
from embeddings_course.files.data import MIRROR_KINDS, load_mirrors
from embeddings_course.mirrors import leanings, mirror_rows, next_of_kind, pair_scores, topic_scores
from embeddings_course.plots.duel import COIN, RIVALS, YOU, Duel, Round

OF_EACH = 4
"""Pairs of each kind for each rival; they are drawn by lot."""
WAYS = {"BERT": "MiniLM", "counts": "counts"}
ASK = {
    "topic": "Which passage answers? The other speaks of another matter. Choose; then the others do.",
    "opposite": "Which passage answers? The other says the opposite. Choose; then the others do.",
}
AGAIN = (
    "Now the opposite question; the others hear it as if it were their first. A pair counts only if both go right: a "
    "coin manages one pair in four."
)


@lru_cache(maxsize=1)
def _duel() -> Duel:
    """The duel before the first choice."""
    kinds = np.array([mirror.kind for mirror in load_mirrors()])
    leans: dict[str, dict[str, Rows]] = {rival: {} for rival in RIVALS}
    for player, way in {**WAYS, "MPNet": "MPNet"}.items():
        asked, told = mirror_rows(way)
        leans["topic"][player] = leanings(topic_scores(asked, told, kinds.tolist()))
        leans["opposite"][player] = leanings(pair_scores(asked, told))
    lot = np.random.default_rng(0)
    for rival in RIVALS:
        leans[rival][COIN] = lot.choice([-1, 1], (len(kinds), 2))
    drawn = np.array([lot.permutation(np.flatnonzero(kinds == kind))[: 2 * OF_EACH] for kind in MIRROR_KINDS])
    following = next_of_kind(kinds.tolist())
    rounds = [
        _round(rival, int(pair), int(following[pair]), {name: rows[pair] for name, rows in leans[rival].items()}, lot)
        for row in drawn.T.reshape(OF_EACH, 2, len(MIRROR_KINDS)).transpose(0, 2, 1)
        for both in row
        for rival, pair in zip(RIVALS, both, strict=True)
    ]
    marks = {
        rival: {name: (rows > 0).sum(axis=1).tolist() for name, rows in found.items() if name != "MPNet"}
        for rival, found in leans.items()
    }
    return Duel(tuple(rounds), marks, _shares(leans, kinds))


def _round(rival: str, pair: int, other: int, leans: dict[str, Rows], lot: np.random.Generator) -> Round:
    """Return one round: who takes which passage, and what is said of it."""
    mirrors = load_mirrors()
    questions, own = mirrors[pair].texts[:2], mirrors[pair].texts[2:]
    rivals = own[::-1] if rival == "opposite" else mirrors[other].texts[2:]
    # two passages that stay keep their places; with other passages the lot places them anew
    first = int(lot.integers(2))
    right = (first, 1 - first if rival == "opposite" else int(lot.integers(2)))
    passages = tuple((a, b) if at == 0 else (b, a) for a, b, at in zip(own, rivals, right, strict=True))
    players = {name: rows.tolist() for name, rows in leans.items() if name in (*WAYS, COIN)}
    choices = {
        name: tuple(-1 if lean == 0 else at if lean > 0 else 1 - at for lean, at in zip(rows, right, strict=True))
        for name, rows in players.items()
    }
    same = [name for name in WAYS if rival == "opposite" and sorted(players[name]) == [-1, 1]]
    once = tuple(_fallen({YOU: int(pick == right[0]) or -1, **_nth(players, 0)}) for pick in (0, 1))
    twice = tuple(
        _fallen({YOU: int(b == right[1]) or -1, **_nth(players, 1)})
        + _verdict({YOU: (a, b), **choices}, right)
        + (f" {_listed(same)} gave both questions the same passage." if same else "")
        for a in (0, 1)
        for b in (0, 1)
    )
    return Round(rival, questions, passages, right, choices, (ASK[rival], AGAIN), (once, twice))  # type: ignore[arg-type]


def _nth(players: dict[str, list[int]], k: int) -> dict[str, int]:
    return {name: rows[k] for name, rows in players.items()}


def _fallen(leans: dict[str, int]) -> str:
    """Say who takes the right passage, who the rival, and who sees no difference.

    >>> _fallen({"you": 1, "BERT": 1, "counts": 0, "coin": -1})
    'Right: you and BERT. Wrong: coin. Sees no difference: counts.'
    """
    groups = {"Right": 1, "Wrong": -1, "Sees no difference": 0}
    found = {name: [player for player, lean in leans.items() if lean == sign] for name, sign in groups.items()}
    return " ".join(f"{name}: {_listed(players)}." for name, players in found.items() if players)


def _verdict(choices: dict[str, Any], right: tuple[int, int]) -> str:
    both = [name for name, chosen in choices.items() if tuple(chosen) == right]
    return f" Both ways, so it counts: {_listed(both) if both else 'nobody'}."


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]][len(names) == 1 :])


def _shares(leans: dict[str, dict[str, Rows]], kinds: Rows) -> tuple[tuple[str, ...], ...]:
    """Return a table of who has both questions right in how many pairs, with exact intervals (95 %)."""
    every = kinds != ""
    groups = [("topic", "another matter", every), ("opposite", "the opposite", every)]
    groups += [("opposite", f"of these, {kind}", kinds == kind) for kind in MIRROR_KINDS]
    rows = [("both questions right", *(said for _, said, _ in groups))]
    for name in ("BERT", "MPNet", "counts", COIN):
        said = {"BERT": "BERT (MiniLM)", "MPNet": "a larger BERT (MPNet)", COIN: "this coin"}.get(name, name)
        found = [(leans[rival][name][chosen] > 0).all(axis=1) for rival, _, chosen in groups]
        rows.append((said, *(str(share_interval(int(one.sum()), len(one))) for one in found)))
    return (*rows, ("any coin, on average", *(f"{sum(chosen) / 4:g} of {sum(chosen)}" for *_, chosen in groups)))


class DecoyDuel(PictureWidget):
    """Choose the passage that answers, before BERT, counts and a coin do; a pair counts only if both ways go right.

    Read `duel.picture`; set `duel.picks = [0, 1]` (left, then right).

    Introduced in lesson 12.

    >>> duel = DecoyDuel()
    >>> duel.picks, duel.asking = [duel.picture.rounds[0].right[0]], False
    >>> duel.picture.describe()[:10]
    'Right: you'
    """

    title = "The decoy duel"
    _esm = with_stage("decoy_duel.js")
    _css = "\n".join(Path(__file__).with_name(f"{name}.css").read_text("utf-8") for name in ("stage", "decoy_duel"))

    form = traitlets.Dict().tag(sync=True)
    picks: Any = traitlets.List(traitlets.Int(min=0, max=1)).tag(sync=True)
    asking = traitlets.Bool(True).tag(sync=True)
    whole = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **state: Any) -> None:
        super().__init__(form=_duel().data(), **state)

    @traitlets.validate("picks")
    def _fits(self, proposal: Any) -> list[int]:
        if len(proposal["value"]) > 2 * len(_duel().rounds):
            raise traitlets.TraitError(f"There are {2 * len(_duel().rounds)} questions.")
        return list(proposal["value"])

    @property
    def picture(self) -> Duel:
        """The duel as it is now."""
        return replace(_duel(), picks=tuple(self.picks), asking=self.asking or not self.picks, whole=self.whole)

    @property
    def told(self) -> Duel:
        """All pairs, until somebody has begun to play: on paper nobody chooses."""
        return self.picture if self.picks else replace(_duel(), whole=True)

    def sample_states(self) -> list[dict[str, Any]]:
        """Return what a hand could do, for the test that moves every control."""
        every = [0] * 2 * len(_duel().rounds)
        return [{"picks": [1], "asking": False}, {"picks": [1, 0, 1], "asking": True}, {"picks": every}, {"picks": []}]
