"""How sure can we be? Intervals, paired differences, and what chance alone does: the statistics of the whole course.

Three questions decide which one to take:

* What is counted? Yes or no: `share_interval`. Numbers: `mean_interval`, from 20 of them on also `bootstrap_mean`.
* Were two ways asked the same questions? Then only the *difference* counts: `paired_difference`, for rank correlations
  `correlation_difference`. Two intervals that overlap say nothing about it.
* What is drawn by lot? Items, starts (`over_starts`) or topics (`split_by_chance`): that is what has to be redrawn.

Every interval here holds the truth about 19 times in 20; tests/unit/test_chance.py counts it. Lessons 06, 07, 11, 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError

FEW = 20
"""Below this many items a bootstrap has seen too little: its intervals are too short."""


@dataclass(frozen=True)
class Interval:
    """The mean of several runs or items, and the 95 % interval in which the true mean may lie."""

    mean: float
    low: float
    high: float
    runs: int

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return self.low > 0 or self.high < 0

    def __str__(self) -> str:
        return f"{self.mean:+.2f} ({self.low:+.2f} to {self.high:+.2f}, {self.runs} runs)"


# ---- One list ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share(Interval):
    """How many of how many (`right` of `runs`), and the 95 % interval of the share."""

    right: int

    def __str__(self) -> str:
        return f"{self.right} of {self.runs} ({self.low:.2f} to {self.high:.2f})"


@checked
def share_interval(right: int, n: int, method: Literal["exact", "wilson"] = "exact") -> Share:
    """Return `right` of `n` as a share with its 95 % interval, which is honest for six cases too.

    "exact" never promises too much (Clopper and Pearson 1934) and is rather wide; "wilson" is right on average
    (Wilson 1927). Six of six: a bootstrap would say "1 to 1", for it never saw a miss.

    Introduced in lesson 06.

    Raises:
        CourseError: where n is below 1 or `right` not from 0 to n.

    >>> print(share_interval(6, 6))
    6 of 6 (0.54 to 1.00)
    >>> print(share_interval(15, 22, "wilson"))
    15 of 22 (0.47 to 0.84)
    """
    from scipy.stats import binomtest

    if not (n >= 1 and 0 <= right <= n):
        raise CourseError(f"{right} of {n} is no share: give how many were right, and of how many, at least 1.")
    ends = binomtest(int(right), int(n)).proportion_ci(method=method)
    return Share(right / n, float(ends.low), float(ends.high), int(n), int(right))


@checked
def mean_interval(values: ArrayLike) -> Interval:
    """Return the mean of n numbers, such as runs with other seeds, and its 95 % interval (Student's t).

    Introduced in lesson 11. Student 1908.

    Raises:
        CourseError: where there are fewer than two runs: one run says nothing about the next.

    >>> print(mean_interval([0.1, 0.2, 0.3]))
    +0.20 (-0.05 to +0.45, 3 runs)
    """
    from scipy.special import stdtrit

    runs = np.asarray(values, dtype=float).ravel()
    if len(runs) < 2:
        raise CourseError("An interval needs at least two runs with different seeds; twenty are better.")
    half = float(stdtrit(len(runs) - 1, 0.975) * runs.std(ddof=1) / np.sqrt(len(runs)))
    return Interval(float(runs.mean()), float(runs.mean()) - half, float(runs.mean()) + half, len(runs))


@checked
def redraws(n: int, times: int, seed: int = 0) -> Rows:
    """Return `times` rows of n item numbers each, drawn from 0 to n - 1 with repeats: what a bootstrap scores again.

    Introduced in lesson 06. Efron 1979.

    >>> redraws(3, times=2).shape
    (2, 3)
    """
    return np.random.default_rng(seed).integers(0, n, (times, n))


@checked
def bootstrap_mean(values: ArrayLike, *, resamples: int = 2000, seed: int = 0) -> tuple[float, float, float]:
    """Return the mean of n numbers and the 95 % interval of it by a bootstrap: low and high.

    It can only redraw what it saw. So it is refused where that is too little: fewer than 20 numbers
    (take `mean_interval`), nothing but 0 and 1 (`share_interval`), or all the same number.

    Introduced in lesson 12. Efron 1979.

    Raises:
        CourseError: where a bootstrap is not valid.

    >>> mean, low, high = bootstrap_mean(np.arange(50) / 49)
    >>> round(mean, 2), round(low, 2), round(high, 2)
    (0.5, 0.42, 0.58)
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or not len(values):
        raise CourseError("A list of numbers is needed, one for each question.")
    if len(values) < FEW:
        raise CourseError(f"A bootstrap of {len(values)} numbers is too sure of itself: below {FEW}, mean_interval.")
    if set(values) <= {0.0, 1.0}:
        raise CourseError("These are yes and no: share_interval(how many right, of how many) is exact.")
    if np.ptp(values) == 0:
        raise CourseError("All the same number: redrawing them shows no spread, which is not the same as none.")
    means = values[redraws(len(values), resamples, seed)].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)


@checked
def score_interval(scores: ArrayLike) -> Interval:
    """Return the mean of n scores from 0 to 1 with the interval that is valid for them.

    Yes or no: exact. Else, from 20 scores on, a bootstrap; below, Student's t, cut at 0 and 1. Are all scores the
    same, then as many other ones may have been missed as an exact interval of none of n allows.

    Introduced in lesson 12.

    Raises:
        CourseError: where there are no scores, or one is not from 0 to 1.

    >>> print(score_interval([1, 1, 1, 1, 1, 1]))
    6 of 6 (0.54 to 1.00)
    >>> print(score_interval([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]))
    +0.50 (+0.27 to +0.73, 6 runs)
    """
    scores = np.asarray(scores, dtype=float)
    if scores.ndim != 1 or not len(scores) or not ((scores >= 0) & (scores <= 1)).all():
        raise CourseError("A list of scores from 0 to 1 is needed, one for each question.")
    if set(scores) <= {0.0, 1.0}:
        return share_interval(int(scores.sum()), len(scores))
    return _of_numbers(scores, 0.0, 1.0)


def _of_numbers(values: Floats, least: float, most: float) -> Interval:
    """The interval of a mean of numbers that lie between two bounds."""
    n, mean = len(values), float(values.mean())
    if np.ptp(values) == 0:
        unseen = share_interval(0, n).high
        return Interval(mean, mean - unseen * (mean - least), mean + unseen * (most - mean), n)
    if n >= FEW:
        return Interval(*bootstrap_mean(values), n)
    found = mean_interval(values)
    return Interval(mean, max(found.low, least), min(found.high, most), n)


@checked
def pairs_interval(scores: ArrayLike, members: Sequence[Sequence[Any]]) -> Interval:
    """Return the mean score of n questions that share their parts, with its 95 % interval; `runs` counts the parts.

    *Man : woman :: king : queen* is made of two pairs, and a pair that is easy makes all of its questions easy: 272
    questions out of 17 pairs say no more than the pairs do. So each part in turn is left out with all its questions
    (a jackknife, with Student's t). For two ways give the differences of their scores.

    Introduced in lesson 07. Tukey 1958.

    Args:
        scores: shape (n,).
        members: the parts of each question, such as its two pairs, shape (n,).

    Raises:
        CourseError: where there are fewer than four parts, one part is in all questions, or a score is not finite.

    >>> found = pairs_interval([1, 1, 0, 1, 0, 0], ["ab", "ac", "ad", "bc", "bd", "cd"])
    >>> found.mean, found.runs
    (0.5, 4)
    """
    values = np.asarray(scores, dtype=float)
    parts = sorted({part for question in members for part in question})
    has = np.array([[part in question for part in parts] for question in members], dtype=bool)
    if len(parts) < 4 or has.all(axis=0).any():
        raise CourseError("At least four parts are needed, and none of them may be in all questions.")
    if not np.isfinite(values).all():
        raise CourseError("A score is nan or infinite: give a finite number for each question.")
    left = np.array([values[~has[:, i]].mean() for i in range(len(parts))])
    n, mean = len(parts), float(values.mean())
    half = float(mean_interval(left).high - left.mean()) * (n - 1)
    return Interval(mean, mean - half, mean + half, n)


# ---- Two ways, the same items --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paired(Interval):
    """A mean difference on the same items with its interval; on how many the first was better, and worse."""

    better: int
    worse: int
    chance: float
    """How often a fair coin splits better and worse at least so unevenly (two-sided, 0 to 1)."""

    def __str__(self) -> str:
        ends = f"{self.mean:+.2f} ({self.low:+.2f} to {self.high:+.2f})"
        coin = f"{self.chance:.3f}" if self.chance >= 0.0005 else "below 0.001"
        return f"{ends}, better on {self.better}, worse on {self.worse} of {self.runs}, coin {coin}"


@checked
def paired_difference(first: ArrayLike, second: ArrayLike) -> Paired:
    """Return by how much the first way beats the second on the same n items (scores from 0 to 1), with its interval.

    Items that are hard for both drop out, so this sees what two overlapping intervals hide. Right or wrong (1 or 0):
    the interval of Bonett and Price (2012), good from six items on; other scores: as in `score_interval`. `chance` is
    the sign test; for right or wrong that is McNemar's, exact (McNemar 1947).

    Introduced in lesson 06.

    Args:
        first: the scores of one way, shape (n,).
        second: of the other, on the same items in the same order, shape (n,).

    Raises:
        CourseError: where the lists differ in length, are empty, or a score is not from 0 to 1.

    >>> print(paired_difference([1, 1, 1, 1, 1, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]))
    +0.62 (+0.08 to +0.92), better on 5, worse on 0 of 8, coin 0.062
    """
    from scipy.stats import binomtest

    one, two = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if one.ndim != 1 or one.shape != two.shape or not len(one):
        raise CourseError(f"Two lists of scores on the same items are needed; got shapes {one.shape} and {two.shape}.")
    if not all(((scores >= 0) & (scores <= 1)).all() for scores in (one, two)):
        raise CourseError("Scores from 0 to 1 are needed.")
    difference = one - two
    better, worse = int((difference > 0).sum()), int((difference < 0).sum())
    chance = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    yes_or_no = {*one, *two} <= {0.0, 1.0}
    found = _of_discordant(better, worse, len(one)) if yes_or_no else _of_numbers(difference, -1.0, 1.0)
    return Paired(found.mean, found.low, found.high, len(one), better, worse, chance)


def _of_discordant(better: int, worse: int, n: int) -> Interval:
    """Bonett and Price: one imagined item more on each side, then the plain formula."""
    a, b = (better + 1) / (n + 2), (worse + 1) / (n + 2)
    half = 1.96 * float(np.sqrt((a + b - (a - b) ** 2) / (n + 2)))
    return Interval((better - worse) / n, max(a - b - half, -1.0), min(a - b + half, 1.0), n)


@checked
def rank_correlations(x: Floats, y: Floats) -> Floats:
    """Return the rank correlation of each row of x (m, n) with the same row of y, shape (m,); nan where constant.

    Introduced in lesson 06. Spearman 1904.

    >>> rank_correlations(np.array([[1.0, 2.0, 3.0]]), np.array([[9.0, 7.0, 5.0]])).tolist()
    [-1.0]
    """
    from scipy.stats import rankdata

    x, y = rankdata(x, axis=1), rankdata(y, axis=1)
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    spread = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return np.where(spread > 0, (x * y).sum(axis=1) / np.where(spread > 0, spread, 1), np.nan)


@checked
def correlation_difference(
    first: ArrayLike, second: ArrayLike, truth: ArrayLike, *, resamples: int = 1000, seed: int = 0
) -> Interval:
    """Return by how much the first list agrees better with the truth than the second (rank correlations), shape (n,).

    The same n items are redrawn for both, so that an item on which both agree or fail costs nothing.

    Introduced in lesson 06. Efron 1979.

    Raises:
        CourseError: where the lists differ in length, or have fewer than 20 items: too few for a bootstrap.

    >>> truth = np.arange(30)
    >>> found = correlation_difference(truth, np.roll(truth, 3), truth)
    >>> round(found.mean, 2)
    0.54
    """
    one, two, true = (np.asarray(values, dtype=float) for values in (first, second, truth))
    if one.ndim != 1 or not one.shape == two.shape == true.shape or len(one) < FEW:
        raise CourseError(f"Three lists of the same items are needed, at least {FEW} of them.")
    rows = redraws(len(true), resamples, seed)
    spread = rank_correlations(one[rows], true[rows]) - rank_correlations(two[rows], true[rows])
    gap = rank_correlations(one[None], true[None]) - rank_correlations(two[None], true[None])
    if np.isnan(gap[0]):
        raise CourseError("A list in which all numbers are alike has no order to compare. Give lists that vary.")
    low, high = np.nanquantile(spread, [0.025, 0.975])
    return Interval(float(gap[0]), float(low), float(high), len(true))


# ---- What chance alone does ----------------------------------------------------------------------------------------


@checked
def split_by_chance(
    values: ArrayLike, first: int, *, topics: Sequence[Any] | None = None, shuffles: int = 10_000, seed: int = 0
) -> tuple[float, float]:
    """Return the difference of means between the first `first` values and the rest, and how often chance does it.

    The second number is the share of re-dealings whose difference is at least as large either way (a permutation
    test, 0 to 1). Deal what was drawn by lot: words that were picked because they share a topic stick together, and a
    deal of single words rings far too often. With `topics` whole topics are dealt, and their means compared.

    Introduced in lesson 07. Fisher 1935.

    Args:
        values: shape (n,), the first group first.
        first: how many belong to the first group.
        topics: the topic of each value, shape (n,); left out, each value is on its own.
        shuffles: how many deals; where there are fewer ways to deal, each is taken once.
        seed: of the deals.

    Raises:
        CourseError: where a group is empty, a topic lies in both groups, or so few topics cannot reach .05 at all.

    >>> gap, chance = split_by_chance([5, 6, 7, 1, 2, 3], first=3)
    >>> round(gap, 6), round(chance, 6)
    (4.0, 0.1)
    """
    values = np.asarray(values, dtype=float)
    if not 0 < first < len(values):
        raise CourseError(f"Both groups need numbers: first must be from 1 to {len(values) - 1}, got {first}.")
    if topics is not None:
        values, first = _topic_means(values, first, topics)
    n = len(values)
    if comb(n, first) <= shuffles:
        dealt = np.array([(*chosen, *(set(range(n)) - set(chosen))) for chosen in combinations(range(n), first)])
    else:
        dealt = np.random.default_rng(seed).permuted(np.tile(np.arange(n), (shuffles, 1)), axis=1)
    mixed = values[dealt]
    by_chance = mixed[:, :first].mean(axis=1) - mixed[:, first:].mean(axis=1)
    gap = float(values[:first].mean() - values[first:].mean())
    return gap, float((np.abs(by_chance) >= abs(gap) - 1e-12).mean())


def _topic_means(values: Floats, first: int, topics: Sequence[Any]) -> tuple[Floats, int]:
    """The mean of each topic, those of the first group first, and how many these are."""
    if len(topics) != len(values):
        raise CourseError(f"{len(values)} values need a topic each, got {len(topics)} topics.")
    one, two = list(dict.fromkeys(topics[:first])), list(dict.fromkeys(topics[first:]))
    if set(one) & set(two):
        raise CourseError(f"The topic {next(iter(set(one) & set(two)))!r} lies in both groups.")
    ways = comb(len(one) + len(two), len(one))
    if (2 if len(one) == len(two) else 1) / ways > 0.05:
        raise CourseError(f"{len(one)} topics against {len(two)} can be dealt in only {ways} ways: too few to tell.")
    names = np.array([*one, *two], dtype=object)
    return np.array([values[[t == name for t in topics]].mean() for name in names]), len(one)


@checked
def as_large_by_chance(value: float, by_chance: ArrayLike) -> float:
    """Return how often chance is at least as large as a value, either way: with the value itself counted, never 0.

    `by_chance` holds what the same measurement gives where nothing is to be found: random topics, shuffled labels.

    Introduced in lesson 07. Phipson and Smyth 2010.

    Raises:
        CourseError: where nothing was measured by chance.

    >>> as_large_by_chance(3.0, [0.1, -0.2, 0.3, -3.5])
    0.4
    """
    others = np.abs(np.asarray(by_chance, dtype=float).ravel())
    if not len(others):
        raise CourseError("Measure a few times where nothing is to be found; a hundred times is a start.")
    return float((1 + (others >= abs(value) - 1e-12).sum()) / (1 + len(others)))


@dataclass(frozen=True)
class Starts:
    """What several starts gave: how many lie above and below a line, and each of them as a dot."""

    values: tuple[float, ...]
    line: float = 0.0

    @property
    def above(self) -> int:
        """How many lie above the line."""
        return sum(value > self.line for value in self.values)

    @property
    def below(self) -> int:
        """How many lie below it."""
        return sum(value < self.line for value in self.values)

    @property
    def chance(self) -> float:
        """How often a fair coin splits them at least so unevenly (sign test, two-sided, 0 to 1)."""
        from scipy.stats import binomtest

        return float(binomtest(self.above, self.above + self.below).pvalue) if self.above + self.below else 1.0

    def dots(self, width: int = 40) -> str:
        """Return the starts as dots on one line of text, from the smallest to the largest; a number counts a pile."""
        low, high = min(self.values), max(self.values)
        place = [round((value - low) / ((high - low) or 1) * (width - 1)) for value in self.values]
        piles = [place.count(i) for i in range(width)]
        row = "".join("." if not pile else "o" if pile == 1 else str(min(pile, 9)) for pile in piles)
        return f"{low:+.2f} {row} {high:+.2f}"

    def __str__(self) -> str:
        return f"{self.above} above, {self.below} below {self.line:g} of {len(self.values)}: {self.dots()}"


@checked
def over_starts(values: ArrayLike, line: float = 0.0) -> Starts:
    """Return several starts of one training as counts and dots: a bare mean would hide that they form two piles.

    Introduced in lesson 11.

    Raises:
        CourseError: where there are fewer than two starts.

    >>> print(over_starts([-0.4, -0.35, 0.0, 0.01, 0.02]))
    2 above, 2 below 0 of 5: -0.40 o....o...............................ooo +0.02
    """
    found = np.asarray(values, dtype=float).ravel()
    if len(found) < 2:
        raise CourseError("One start says nothing about the next: give at least two, better twenty.")
    return Starts(tuple(found.tolist()), float(line))


@checked
def power(n: int, true: float, coin: float = 0.5, level: float = 0.05) -> float:
    """Return how often n yes-or-no cases would show that a way which is right with share `true` is no coin.

    The test is the exact one of `share_interval`'s kind: which counts would a coin give less often than `level`? A
    small sample that shows nothing says little, where this is small.

    Introduced in lesson 12. Neyman and Pearson 1933.

    Raises:
        CourseError: where n is below 1 or above a million, or a share is not from 0 to 1.

    >>> round(power(8, true=0.75), 2), round(power(60, true=0.75), 2)
    (0.1, 0.97)
    """
    from scipy.stats import binom

    if not 1 <= n <= 1_000_000 or not (0 <= true <= 1 and 0 < coin < 1):
        raise CourseError("Give at least one case and at most a million, and shares from 0 to 1.")
    by_coin = binom.pmf(np.arange(n + 1), n, coin)
    rarest_first = np.sort(by_coin)
    # how likely is a count as rare as this one, or rarer? (as `scipy.stats.binomtest` counts, for all counts at once)
    as_rare = np.searchsorted(rarest_first, by_coin * (1 + 1e-7), side="right")
    telling = np.flatnonzero(np.cumsum(rarest_first)[as_rare - 1] < level)
    return float(binom.pmf(telling, n, true).sum())
