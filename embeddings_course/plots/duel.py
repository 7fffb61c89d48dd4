"""The decoy duel: who picks the passage that answers, the learner, BERT, counts or a coin. Lesson 12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.files.errors import CourseError
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import INK, SIZE, SOFT, plain
from embeddings_course.plots.tokens import TOKENS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YOU, COIN = "you", "coin"
PLAYERS = (YOU, "BERT", "counts", COIN)
RIVALS = {"topic": "another matter", "opposite": "the opposite"}
"""What the passage beside the answer speaks of."""
ROLE = {YOU: "you", "BERT": "plain", "counts": "ink", COIN: "quiet"}
ACROSS = 45
"""Dots in a row, where all pairs are shown."""
SCORE = "Both ways right so far: {you} by you, {BERT} by BERT, {counts} by counts, {coin} by the coin, of {n}."
END = "That was the last pair: now look at all 90."
ALL = (
    "All 90 pairs, a dot each. Where the rival speaks of another matter, BERT's row is nearly full. Where it says the "
    "opposite, BERT does no better than a coin, which fills about a quarter."
)


@dataclass(frozen=True)
class Round:
    """Two opposite questions, each with two passages of which the one answers.

    Args:
        rival: what the other passage speaks of, a key of RIVALS.
        questions: both.
        passages: left and right, for each question.
        right: which answers, 0 or 1, for each question.
        choices: which each player takes, for each question; -1 where it sees no difference.
        asks: what is said with each question.
        falls: what is said once the choices fell: after the first question by the learner's choice, after the second
            by both choices (first choice * 2 + second).
    """

    rival: str
    questions: tuple[str, str]
    passages: tuple[tuple[str, str], tuple[str, str]]
    right: tuple[int, int]
    choices: Mapping[str, tuple[int, int]]
    asks: tuple[str, str]
    falls: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Duel(Picture):
    """How far the duel has come, and what everybody but the learner gets right in all pairs.

    Args:
        rounds: what is played, in order.
        marks: of all pairs, by rival and player: how many of its two questions go right, 0 to 2.
        shares: rows of the table behind *numbers*.
        picks: what the learner took so far, 0 for left and 1 for right, two for each round.
        asking: whether a question waits; else the choices for the last one lie open.
        whole: whether all pairs are shown.
        score: the sentence that tells the score.
        told: the sentence that tells of all pairs.
        ending: what is said after the last pair.

    Raises:
        CourseError: where there are more picks than questions, or one that is not 0 or 1.
    """

    rounds: tuple[Round, ...]
    marks: Mapping[str, Mapping[str, Sequence[int]]]
    shares: Sequence[Sequence[str]]
    picks: Sequence[int] = ()
    asking: bool = True
    whole: bool = False
    score: str = SCORE
    told: str = ALL
    ending: str = END

    size = (9.0, 4.4)

    def __post_init__(self) -> None:
        if len(self.picks) > 2 * len(self.rounds) or set(self.picks) - {0, 1}:
            raise CourseError(f"The picks are up to {2 * len(self.rounds)} times 0 (left) or 1 (right).")

    @property
    def over(self) -> bool:
        """Whether every question was answered."""
        return len(self.picks) == 2 * len(self.rounds)

    @property
    def place(self) -> tuple[int, int]:
        """The round that is open, and the question in it, both from 0."""
        waits = self.asking and not self.over
        return divmod(len(self.picks) - (not waits and len(self.picks) > 0), 2)

    def played(self, player: str, rival: str) -> list[int]:
        """Return how many of two questions a player got right, for each round with this rival that is over."""
        found = []
        for i, (first, second) in enumerate(zip(self.picks[::2], self.picks[1::2], strict=False)):
            one = self.rounds[i]
            chosen = (first, second) if player == YOU else one.choices[player]
            if one.rival == rival:
                found.append(sum(a == b for a, b in zip(chosen, one.right, strict=True)))
        return found

    def shown(self, player: str, rival: str) -> list[int]:
        """Return the dots of a player: how many of two questions went right, the best first where all are shown."""
        full = self.whole and player != YOU
        return sorted(self.marks[rival][player], reverse=True) if full else self.played(player, rival)

    def draw_on(self, ax: Axes) -> None:
        """Draw the question that is open, its passages, and a row of dots for each player and rival."""
        i, k = self.place
        ax.axis("off")
        ax.set(xlim=(0, 100), ylim=(46, 0))
        now = self.rounds[i]
        ax.text(0, 2, plain(f"“{now.questions[k]}”", 80), size=SIZE + 4, weight="bold", color=INK, va="center")
        for side, passage in enumerate(now.passages[k]):
            look = {"boxstyle": "round,pad=0.5", "fc": "none", "ec": SOFT}
            ax.text(1 + 51 * side, 11, _wrapped(passage), size=SIZE - 1, color=INK, va="center", bbox=look)
        for j, (rival, name) in enumerate(RIVALS.items()):
            left = 10 + 46 * j
            ax.text(left, 20.5, f"the rival: {name}", size=SIZE, weight="bold", color=INK, va="center")
            for row, player in enumerate(PLAYERS):
                self._dots(ax, self.shown(player, rival), TOKENS[ROLE[player]].light, left, 24.5 + 5 * row)
        for row, player in enumerate(PLAYERS):
            ax.text(0, 25 + 5 * row, player, size=SIZE, color=TOKENS[ROLE[player]].light, va="center")
        ax.text(10, 45, "filled: both questions right · half: one of two · empty: none", size=SIZE - 1, color=INK)

    def _dots(self, ax: Axes, marks: Sequence[int], colour: str, left: float, top: float) -> None:
        """Draw dots that are filled, half filled or empty."""
        for right, fill in ((2, "full"), (1, "left"), (0, "none")):
            at = [
                (left + 0.95 * (i % ACROSS), top + 1.9 * (i // ACROSS)) for i, mark in enumerate(marks) if mark == right
            ]
            if at:
                look = {"mec": colour, "mfc": colour, "mfcalt": "white", "mew": 0.8, "ms": 5}
                ax.plot(*zip(*at, strict=True), "o", fillstyle=fill, **look)  # type: ignore[arg-type]

    def parts(self) -> Parts:
        """Nothing: the page draws it with a script of its own, where it can be played."""
        return ()

    def describe(self) -> str:
        """Say what is asked, or who is right, and how everybody stands; or what all pairs show."""
        if self.whole:
            return self.told
        i, k = self.place
        now = self.rounds[i]
        if self.asking and not self.over:
            says = now.asks[k]
        else:
            mine = self.picks[2 * i : 2 * i + k + 1]
            says = now.falls[k][mine[0] if k == 0 else 2 * mine[0] + mine[1]]
        played = {player: [m for rival in RIVALS for m in self.played(player, rival)] for player in PLAYERS}
        if not played[YOU]:
            return says
        scores = {player: marks.count(2) for player, marks in played.items()}
        says = f"{says} {self.score.format(**scores, n=len(played[YOU]))}"
        return f"{says} {self.ending}" if self.over else says


def _wrapped(text: str) -> str:
    """Return a passage in lines that fit half of the still."""
    import textwrap

    return "\n".join(plain(line, 60) for line in textwrap.wrap(text, 50))
