"""Hands counted twice: before a room talked about a question, and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings_course.files.errors import CourseError
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.picture import Parts, Picture
from embeddings_course.plots.style import SIZE, dress, plain
from embeddings_course.plots.tokens import PLAIN, YOU
from embeddings_course.plots.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Votes(Picture):
    """How a room voted before and after it talked.

    What each answer means is told once the second vote is there: told before, it would be no vote.

    Args:
        question: what was asked.
        options: what could be answered.
        before: hands for each option, first vote.
        after: hands for each option, second vote; all 0 where there was none yet.
        means: what each answer means; may be empty.
        right: which options are right.

    Raises:
        CourseError: where these do not fit together.
    """

    question: str
    options: Sequence[str]
    before: Sequence[int]
    after: Sequence[int]
    means: Sequence[str] = ()
    right: Sequence[bool] = ()

    def __post_init__(self) -> None:
        n = len(self.options)
        if (
            not 0 < n <= 26
            or len(self.before) != n
            or len(self.after) != n
            or {len(self.means), len(self.right)} - {0, n}
        ):
            raise CourseError(f"{n} options need as many counts before and after, and as many meanings.")

    @property
    def size(self) -> tuple[float, float]:
        """Room for two bars for each option, in inches."""
        return 8.0, 1.0 + 0.62 * len(self.options)

    @property
    def names(self) -> list[str]:
        """The options with their letters; a mark stands at the right one once the second vote is there."""
        marked = self.right if any(self.after) else [False] * len(self.options)
        marks = [*marked, *[False] * len(self.options)]
        return [f"{LETTERS[i]}) {text}{' ✓' if marks[i] else ''}" for i, text in enumerate(self.options)]

    def draw_on(self, ax: Axes) -> None:
        """Draw two bars for each option: hands before, hands after."""
        rows = range(len(self.options))
        for shift, hands, colour, name in ((-0.2, self.before, PLAIN, "before"), (0.2, self.after, YOU, "after")):
            ax.barh([row + shift for row in rows], hands, height=0.38, color=colour, label=name)
            for row, count in zip(rows, hands, strict=True):
                at = (count, row + shift)
                ax.annotate(str(count), at, (5, 0), textcoords="offset points", va="center", size=SIZE - 1)
        dress(ax).set_yticks(rows, [plain(name, 40) for name in self.names])
        ax.set_xlim(0, max(1, *self.before, *self.after) * 1.15)
        ax.set_ylim(len(self.options) - 0.4, -0.6)
        ax.set_xlabel("hands")
        ax.set_title(plain(self.question.replace("*", ""), 56))
        ax.legend(fontsize=SIZE - 1)

    def parts(self) -> Parts:
        """The question; under it the hands before and after, side by side on one scale."""
        most = max(1, *self.before, *self.after)
        votes = [
            Bars(self.names, hands, title, low=0, high=most, decimals=0)
            for hands, title in ((self.before, "hands before"), (self.after, "hands after"))
        ]
        return ((Words((), self.question.replace("*", "")),), votes)

    def describe(self) -> str:
        """Return both votes in words, and then what the wrong answers mean."""
        told = [f"Before, {_hands(self.before)}."] if any(self.before) else ["No hands were counted yet."]
        if any(self.after):
            told += [f"After, {_hands(self.after)}."]
            chosen = [i for i, right in enumerate(self.right) if not right and (self.before[i] or self.after[i])]
            told += [f"{LETTERS[i]}) {self.means[i]}".replace("*", "") for i in chosen if self.means]
        return " ".join(told)


def _hands(counts: Sequence[int]) -> str:
    """Return counts as words.

    >>> _hands([3, 0, 9])
    'of 12 hands a has 3, b 0 and c 9'
    """
    each = [f"{LETTERS[i]} {'has ' * (i == 0)}{count}" for i, count in enumerate(counts)]
    return f"of {sum(counts)} hands " + " and ".join([", ".join(each[:-1]), each[-1]][-len(each) :])
