"""Say first what you will measure, then look, then claim no more than the table says: `plan`, `open_envelope`, `claim`.

A plan is written to the progress file and stays as it is. Whoever opens the judgements first may still lock a plan;
then it is kept beside it that the envelope was open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np

from embeddings_course.chance import Interval, mean_interval, paired_difference, score_interval, share_interval
from embeddings_course.demos.search_workbench import WAYS, four_ways
from embeddings_course.evaluation import answer_before_decoy, found_first, reciprocal_ranks
from embeddings_course.exercises.engine.cards import Card, card
from embeddings_course.exercises.engine.progress_store import store
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import (
    MIRROR_KINDS,
    QUERY_KINDS,
    Query,
    load_mirrors,
    load_passages,
    load_queries,
)
from embeddings_course.files.errors import CourseError
from embeddings_course.mirrors import MIRROR_WAYS, both_right, mirror_rows, pair_scores, topic_right
from embeddings_course.plots.search import Scores

LESSON = "12"
OWN = "own"
KINDS = (*QUERY_KINDS, OWN)
METRICS = {
    "MRR": "mean reciprocal rank: 1 for an answer on top, 1/2 for second place, 0 beyond the tenth",
    "first": "the share of questions with an answer on top",
    "decoy": "the share of questions where the answer stands above the decoy",
}
CHANCE = "chance"
BASELINES = (CHANCE, *WAYS)
VERDICTS = ("better", "worse", "cannot tell")
FEWEST, LONGEST = 5, 200
"""Fewer measured questions than this carry no interval; longer texts of a learner are cut."""


class BadPlan(CourseError):
    """A plan or claim that cannot be taken; the message says what is missing."""


@dataclass(frozen=True)
class Plan:
    """What a learner will measure: a question in their own words, on which questions, with what, against what."""

    question: str
    kind: str
    metric: str
    baseline: str
    way: str
    after_looking: bool = False

    def __str__(self) -> str:
        where = "measurements of my own" if self.kind == OWN else f"{self.kind} questions"
        return f"{self.way} against {self.baseline}, on {where}, measured by {self.metric}"


# ---- Plan ------------------------------------------------------------------------------------------------------------


def lock_plan(question: Any, kind: Any, metric: Any, baseline: Any, way: Any) -> Card:
    """Lock a plan. It stays; after its claim comes the next one."""
    try:
        wanted = read_plan(question, kind, metric, baseline, way)
    except BadPlan as error:
        return card("Not locked.", str(error), tone="wait")
    done = len(plans())
    if not done or claim_of(done) is not None:
        store().save(LESSON, _item("plan", done + 1), "exercise", "done", asdict(wanted), keep_first=True)
    return plan_card(locked_plan() or wanted, wanted)


def read_plan(question: Any, kind: Any, metric: Any, baseline: Any, way: Any) -> Plan:
    """Turn what was typed into a plan.

    Raises:
        BadPlan: with the idea that is missing.
    """
    asked = " ".join(str(question or "").split())[:LONGEST]
    kind, metric, baseline, way = (str(x or "").strip() for x in (kind, metric, baseline, way))
    if not asked or asked == "Ellipsis":
        raise BadPlan("Write your question first, in your own words: what do you want to know?")
    if len(re.findall(r"\w{2,}", asked)) < 3:
        raise BadPlan(
            "That is no question yet. Say in a few words what you want to know, so that you know it again later."
        )
    _one_of(kind, KINDS, "On which questions will you measure? Choose")
    if kind != OWN:
        _one_of(metric, tuple(METRICS), "How will you measure? Choose")
        _one_of(way, WAYS, "Which way do you test? Choose")
    if not baseline or baseline in ("none", "None", "Ellipsis"):
        raise BadPlan(
            "There is no baseline. A score alone is neither good nor bad: even chance gets something. "
            f"Choose what to beat: {', '.join(BASELINES)}."
        )
    if kind != OWN:
        _one_of(baseline, BASELINES, "What is to be beaten? Choose")
    if baseline == way:
        raise BadPlan("A way cannot be its own baseline: the difference would be 0 whatever you measure.")
    if metric == "decoy" and kind in ("plain", "rare"):
        raise BadPlan(f"The {kind} questions have no decoys. Measure MRR or first, or take another kind.")
    return Plan(asked, kind, metric or "a measure of my own", baseline, way or "my way", envelope_is_open())


def _one_of(value: str, allowed: Sequence[str], ask: str) -> None:
    if value not in allowed:
        raise BadPlan(f"{ask}: {', '.join(allowed)}.")


def _item(name: str, number: int) -> str:
    """Return under which name the first, second ... plan or claim is kept: plan, plan-2, plan-3."""
    return name if number == 1 else f"{name}-{number}"


def plans() -> list[Plan]:
    """Return all plans that were locked, in order: a new one may be locked once the claim of the last one stands."""
    kept = {entry.item: entry.answer for entry in store().entries() if entry.lesson == LESSON}
    names, found = {f.name for f in fields(Plan)}, list[Plan]()
    while isinstance(answer := kept.get(_item("plan", len(found) + 1)), dict) and set(answer) == names:
        found.append(Plan(**answer))
    return found


def locked_plan() -> Plan | None:
    """Return the plan that was locked last, or None."""
    return next(reversed(plans()), None)


def plan_card(locked: Plan, wanted: Plan | None = None) -> Card:
    """Show the locked plan, and say so where another one was wanted."""
    lines = [f'Your question: "{locked.question}"', f"{locked}."]
    if wanted is not None and asdict(wanted) | {"after_looking": 0} != asdict(locked) | {"after_looking": 0}:
        lines.append(
            "You locked this one before, and it stays: a measure that is chosen after looking measures the chooser. "
            "What you would do otherwise now is worth writing into your claim."
        )
    if locked.after_looking:
        lines.append("The envelope was open already when you locked it. That is no crime; your page will say so.")
    return card("Your plan is locked.", *lines, *store().take_notes(), tone="wait")


# ---- The envelope ----------------------------------------------------------------------------------------------------


def envelope_is_open() -> bool:
    """Say whether the judgements were loaded before, on this machine."""
    return store().entry(LESSON, "envelope") is not None


def open_envelope() -> tuple[Query, ...]:
    """Load the judged questions, after saying whether a plan was locked first.

    Introduced in lesson 12.
    """
    mine = locked_plan()
    if mine is None:
        print("No plan is locked yet. Go on if you like; a plan locked from now on was made after looking.")
    else:
        print(f"Your plan{' (locked after looking)' if mine.after_looking else ' was locked first'}: {mine}.")
    _mark_open()
    return load_queries()


def _mark_open() -> None:
    """Write down, once, that results were seen on this machine."""
    store().save(LESSON, "envelope", "note", "done", None, keep_first=True)


# ---- Measuring -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _scores() -> dict[str, Floats]:
    """Return for each way the score of every passage for every question."""
    asked = [q.text for q in load_queries()]
    return {way.name: way.scores(asked) for way in four_ways()}


def measure(way: str, metric: str, queries: Sequence[Query]) -> Floats:
    """Return one number for each question: how well this way did, by this metric. "chance" is a blind draw.

    Introduced in lesson 12.

    Raises:
        BadPlan: for an unknown way or metric.

    >>> [q for q in load_queries() if q.kind == "rare"][0].text
    'what is propolis'
    >>> measure("counts", "first", [q for q in load_queries() if q.kind == "rare"]).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    _one_of(way, BASELINES, "There is no such way. Choose")
    _one_of(metric, tuple(METRICS), "There is no such measure. Choose")
    place = {p.id: i for i, p in enumerate(load_passages())}
    relevant = [[place[r] for r in q.relevant] for q in queries]
    if way == CHANCE:
        return np.array([_by_chance(metric, len(r), len(place)) for r in relevant])
    rows = {q.id: i for i, q in enumerate(load_queries())}
    scores = _scores()[way][[rows[q.id] for q in queries]]
    if metric == "decoy":
        return answer_before_decoy(scores, relevant, [[place[d] for d in q.decoys] for q in queries])
    return reciprocal_ranks(scores, relevant) if metric == "MRR" else found_first(scores, relevant)


def scoreboard(metric: str = "MRR") -> Scores:
    """Return the scores of the four ways on the five kinds of questions, each with its interval, ready to be drawn.

    Whoever sees it has looked: a plan that is locked later says so.

    Introduced in lesson 12.

    Raises:
        BadPlan: for an unknown metric, or decoys (only three kinds have them).
    """
    _one_of(metric, ("MRR", "first"), "There is no such measure for all kinds. Choose")
    _mark_open()
    groups = {kind: [q for q in load_queries() if q.kind == kind] for kind in QUERY_KINDS}
    values = [[_ends(score_interval(measure(way, metric, q))) for way in WAYS] for q in groups.values()]
    names = [f"{kind} ({len(queries)})" for kind, queries in groups.items()]
    return Scores(names, WAYS, values, f"{metric} by kind of question, with 95 % intervals")


def mirror_board() -> Scores:
    """Return how many mirrored pairs each way gets right, both questions: first by topic, then against the opposite.

    The intervals are exact (Clopper and Pearson 1934): a bootstrap of 30 ones and zeros may be far too narrow.

    Introduced in lesson 12.

    >>> mirror_board().groups
    ('topic (90)', 'negation (30)', 'numbers (30)', 'roles (30)')
    """
    kinds = np.array([mirror.kind for mirror in load_mirrors()])
    columns: list[list[Interval]] = []
    for way in MIRROR_WAYS:
        questions, passages = mirror_rows(way)
        right = both_right(pair_scores(questions, passages))
        groups = [topic_right(questions, passages, kinds.tolist()), *(right[kinds == kind] for kind in MIRROR_KINDS)]
        columns.append([share_interval(int(group.sum()), len(group)) for group in groups])
    values = [[(share.mean, share.low, share.high) for share in column] for column in columns]
    names = ("topic (90)", *(f"{kind} (30)" for kind in MIRROR_KINDS))
    title = "Both of two opposite questions right: share of pairs (a coin: 0.25)"
    return Scores(names, MIRROR_WAYS, np.array(values).transpose(1, 0, 2), title)


def _by_chance(metric: str, answers: int, n: int) -> float:
    """Return what a blind order of n texts scores on average, where `answers` of them are right."""
    if metric == "decoy":
        return 0.5
    ranks = range(1, 2 if metric == "first" else 11)
    return sum(comb(n - r, answers - 1) / comb(n, answers) / r for r in ranks)


@dataclass(frozen=True)
class Table:
    """What was measured: mean, low and high end for the way, the baseline, and the difference, on n questions."""

    way: tuple[float, float, float]
    baseline: tuple[float, float, float]
    gain: tuple[float, float, float]
    n: int

    @property
    def verdict(self) -> str:
        """What the table says: better, worse, or cannot tell where 0 lies inside the interval of the difference."""
        return "better" if self.gain[1] > 0 else "worse" if self.gain[2] < 0 else "cannot tell"

    def lines(self, mine: Plan) -> list[str]:
        """Return the table as sentences."""
        named = {mine.baseline: self.baseline, mine.way: self.way, "difference": self.gain}
        said = [f"{name} {m:.2f} ({low:.2f} to {high:.2f})" for name, (m, low, high) in named.items()]
        return [f"{mine.metric} on {self.n} questions: {'; '.join(said)}."]


def make_table(scores: Floats, baseline: Floats) -> Table:
    """Return the table of two lists of scores on the same questions."""
    shares = all(((values >= 0) & (values <= 1)).all() for values in (scores, baseline))
    alone = score_interval if shares else mean_interval
    gain = paired_difference(scores, baseline) if shares else mean_interval(scores - baseline)
    return Table(_ends(alone(scores)), _ends(alone(baseline)), _ends(gain), len(scores))


def _ends(found: Interval) -> tuple[float, float, float]:
    return found.mean, found.low, found.high


def read_table(kept: Mapping[str, Any]) -> Table:
    """Return a table from how the progress file keeps it."""
    way, baseline, gain = (
        (float(kept[name][0]), float(kept[name][1]), float(kept[name][2])) for name in ("way", "baseline", "gain")
    )
    return Table(way, baseline, gain, int(kept["n"]))


# ---- Claim -----------------------------------------------------------------------------------------------------------


def weigh_claim(
    verdict: Any,
    not_enough_for: Any,
    tuned_on: Sequence[str] = (),
    tested_on: Sequence[str] | None = None,
    scores: Any = None,
    baseline_scores: Any = None,
    note: Any = "",
) -> Card:
    """Hold a claim against the table of the locked plan; the arguments are those of `claim`."""
    mine = locked_plan()
    if mine is None:
        return card("Not yet.", "Lock a plan first: `plan()`. A claim without a plan fits any table.", tone="wait")
    try:
        table, tested = _measured(mine, tuned_on, tested_on, scores, baseline_scores)
        _one_of(str(verdict), VERDICTS, "What does the table say? Choose")
        first = _first_verdict(str(verdict))  # locked before a number is shown
        praise = weigh(mine, table, verdict, not_enough_for)
        if first != verdict:
            praise.append(f"Your first verdict was *{first}*, before you saw the interval: it is kept beside this one.")
    except BadPlan as error:
        store().save(LESSON, _item("claim", len(plans())), "exercise", "tried")
        return card("Look again.", str(error), *store().take_notes(), tone="wrong")
    kept = {"verdict": verdict, "limit": not_enough_for, "table": asdict(table), "tested": len(tested)}
    kept["first"] = first
    kept["note"] = " ".join(str(note or "").split())[:LONGEST]
    store().save(LESSON, _item("claim", len(plans())), "exercise", "done", kept)
    praise.append("Another question? You may lock a new plan now.")
    return card("Your claim stands.", *table.lines(mine), *praise, *store().take_notes(), tone="right")


def _first_verdict(verdict: str) -> str:
    """Lock the first verdict on this plan, and return it: whoever tries all three has still said one first."""
    name = _item("verdict", len(plans()))
    store().save(LESSON, name, "note", "done", verdict, keep_first=True)
    entry = store().entry(LESSON, name)
    return str(entry.answer) if entry is not None else verdict


def _measured(
    mine: Plan, tuned_on: Sequence[str], tested_on: Sequence[str] | None, scores: Any, baseline_scores: Any
) -> tuple[Table, Sequence[str]]:
    """Measure what was planned, or read the learner's own numbers."""
    if mine.kind == OWN:
        tested = list(tested_on or ())
        _no_shared(tuned_on, tested)
        own, base = _numbers(scores, "scores"), _numbers(baseline_scores, "baseline_scores")
        if len(own) != len(base):
            raise BadPlan(f"{len(own)} scores, but {len(base)} of the baseline. Both must meet the same test.")
        _enough(len(own))
        if len(tested) != len(own):
            raise BadPlan(
                f"Say what was tested: `tested_on` with a name for each of your {len(own)} scores (sentences, seeds). "
                "Without it nobody can look whether you tuned on the test."
            )
        names = [" ".join(str(name).lower().split()) for name in tested]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            raise BadPlan(f"{twice!r} stands in the test twice. A thing that is asked twice is no second witness.")
        return make_table(own, base), tested
    known = {q.id: q for q in load_queries() if q.kind == mine.kind}
    tested = list(known) if tested_on is None else list(dict.fromkeys(tested_on))
    unknown = [name for name in tested if name not in known]
    if unknown:
        raise BadPlan(
            f"{unknown[0]!r} is none of the {mine.kind} questions of your plan; take ids like {next(iter(known))}."
        )
    _no_shared(tuned_on, tested)
    _enough(len(tested))
    left_out = [name for name in known if name not in tested and name not in tuned_on]
    if left_out:
        raise BadPlan(
            f"{left_out[0]} is left out of the test ({len(left_out)} in all). Who has seen the answers can choose a "
            "test that says anything: leave out only what you tuned on, and name it in `tuned_on`."
        )
    queries = [known[name] for name in tested]
    return make_table(*(measure(way, mine.metric, queries) for way in (mine.way, mine.baseline))), tested


def _no_shared(tuned_on: Sequence[str], tested: Sequence[str]) -> None:
    seen = {" ".join(str(t).lower().split()) for t in tuned_on}
    shared = sum(" ".join(str(t).lower().split()) in seen for t in tested)
    if shared:
        raise BadPlan(
            f"{shared} of {len(tested)} things in the test are also among those you tuned on. A model (or a person) "
            "that has seen the answer proves nothing. Leave them out of the test (`tested_on`), or split by document."
        )


def _enough(n: int) -> None:
    if n < FEWEST:
        raise BadPlan(f"Only {n} measurements: too few for an interval. Report at least {FEWEST} questions or seeds.")


def _numbers(values: Any, name: str) -> Floats:
    if values is None and name == "baseline_scores":
        raise BadPlan("There is no baseline in the table: give `baseline_scores`, measured on the same test.")
    try:
        found = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        found = np.array(np.nan)
    if found.ndim != 1 or not np.isfinite(found).all():
        raise BadPlan(f"`{name}` should be a list of numbers: one for each thing in the test, or for each seed.")
    return found


def weigh(mine: Plan, table: Table, verdict: Any, limit: Any) -> list[str]:
    """Return what to say to a claim that follows from the table.

    Raises:
        BadPlan: where it does not follow, or no limit is named.
    """
    _one_of(str(verdict), VERDICTS, "What does the table say? Choose")
    _, low, high = table.gain
    if verdict != table.verdict:
        between = f"The interval of the difference runs from {low:.2f} to {high:.2f}"
        if table.verdict == "cannot tell":
            raise BadPlan(f"{between}: 0 lies inside it, so this table cannot tell. More questions could.")
        if verdict == "cannot tell":
            raise BadPlan(f"{between}: 0 lies outside, so the table does say something. Say it.")
        raise BadPlan(
            f"Your baseline, {mine.baseline}, gives {table.baseline[0]:.2f}. {mine.way} gives {table.way[0]:.2f}. "
            f"The table says *{table.verdict}*."
        )
    if mine.kind == OWN:
        if not re.search(r"\w{2,}", str(limit or "")):
            raise BadPlan("Name one thing that it was not enough for: that half of the answer is the useful one.")
        return [f"It was not enough for: {str(limit)[:LONGEST]}."]
    _one_of(str(limit or ""), QUERY_KINDS, "Name one kind of question that it was not enough for. Choose")
    queries = [q for q in load_queries() if q.kind == limit]
    fails = measure(mine.way, "first", queries) < 1
    if not fails.any():
        raise BadPlan(f"{mine.way} puts the answer of all {len(queries)} {limit} questions on top. Look elsewhere.")
    missed = queries[int(np.argmax(fails))]
    return [f'It was not enough for {int(fails.sum())} of {len(queries)} {limit} questions, such as "{missed.text}".']


def claim_of(number: int) -> Mapping[str, Any] | None:
    """Return the claim that stood for the first (1), second (2) ... plan, or None."""
    entry = store().entry(LESSON, _item("claim", number))
    answer = entry.answer if entry is not None and entry.state == "done" else None
    return answer if isinstance(answer, dict) and "table" in answer else None


def kept_claim() -> Mapping[str, Any] | None:
    """Return the claim that stood for the last plan, or None."""
    return claim_of(len(plans()))
