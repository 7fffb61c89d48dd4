"""Lesson 12, Are embeddings all you need?: exercises and their checks, and what closes the course."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import compare
from embeddings_course.exercises.engine.telling import alike
from embeddings_course.exercises.keepsakes import twelve
from embeddings_course.exercises.keepsakes.certificate import certificate, open_guess
from embeddings_course.exercises.keepsakes.claim_boxes import claim, plan
from embeddings_course.exercises.keepsakes.claims import mirror_board, open_envelope, scoreboard
from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.mirrors import mirror_rows
from embeddings_course.pretrained import load_bert
from embeddings_course.search import words_of
from embeddings_course.vectors import cosine

lesson = Lesson("12", "Are embeddings all you need?", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember

after = twelve.after

__all__ = [
    "after",
    "certificate",
    "check",
    "claim",
    "hint",
    "judge",
    "mirror_board",
    "mirror_rows",
    "open_envelope",
    "open_guess",
    "plan",
    "predict",
    "quiz",
    "remember",
    "repair",
    "scoreboard",
    "verify_solution",
]


# --- exercise: the reciprocal rank ---


def _right_rank(found: list[str], answers: list[str], k: int) -> float:
    return next((1 / place for place, name in enumerate(found[:k], 1) if name in answers), 0.0)


def _reciprocal_rank_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        ("The right name stands on top: 1.", (["a", "b", "c"], ["a"], 3)),
        ("The right name stands in second place: 1/2.", (["b", "a", "c"], ["a"], 3)),
        ("The right name is not there at all: 0.", (["b", "c"], ["a"], 2)),
        ("The right name stands in place k: that still counts.", (["b", "c", "a"], ["a"], 3)),
        ("The right name stands just behind place k: 0.", (["b", "c", "a"], ["a"], 2)),
        ("Two names are right: the first that was found counts.", (["b", "c", "a"], ["a", "c"], 3)),
        ("Two names are right: any of them may be the first.", (["b", "a", "c"], ["a", "c"], 3)),
        ("*text* is another name than *text-2*.", (["text", "text-2"], ["text-2"], 2)),
    ]


@lesson.exercise(
    "reciprocal-rank",
    "Write reciprocal_rank(found, answers, k): found is a list of names, best first; answers is a list of the right "
    "ones. Return 1 / place of the first right one (the top is place 1), and 0 where none is among the first k.",
    hints=(
        "Walk down the list and stop at the first name that is among the answers.",
        "enumerate(found[:k], 1) counts places from 1. Several names may be right; only the first one found counts.",
        "for place, name in enumerate(found[:k], 1): if name in answers: return 1 / place. And what comes at the end?",
    ),
)
def reciprocal_rank_task(f: Any, rng: np.random.Generator) -> str:
    names = [f"text-{i:02d}" for i in range(12)]
    draws: list[tuple[Any, ...]] = [
        (["b", "a", "c"], ["a"], 3),
        (["b", "c", "a"], ["z", "a"], 2),
        (["a", "b"], ["b", "a"], 2),
        (["a", "b"], ["z"], 2),
        (["c", "b", "a"], ["a"], 3),
        (["d", "c", "b", "a"], ["a", "b"], 3),
        (["text-12", "text-1", "text-2"], ["text-1"], 3),
        (["text", "text-2"], ["text-2"], 2),
    ]
    for k in (3, 5, 10, 12, 4, 6):
        answers = [str(n) for n in rng.choice(names, size=2, replace=False)]
        draws.append(([str(n) for n in rng.permutation(names)], answers, k))
    compare(f, _right_rank, draws, reciprocal_rank_task.slips, rungs=_reciprocal_rank_rungs())
    return "That is the measure of this lesson, for one question. Its mean over all questions is the MRR."


@reciprocal_rank_task.slip("Only the first of the right names counts for you. Any of them is a good answer.")
def first_answer_only(found: list[str], answers: list[str], k: int) -> float:
    return next((1 / place for place, name in enumerate(found[:k], 1) if name == answers[0]), 0.0)


@reciprocal_rank_task.slip("The top is place 1, not 0: second place gives 1/2. Count from 1.")
def counts_from_zero(found: list[str], answers: list[str], k: int) -> float:
    places = [place for place, name in enumerate(found[:k]) if name in answers]
    return 1 / places[0] if places and places[0] else (1.0 if places else 0.0)


@reciprocal_rank_task.slip("You stop one place too early: found[:k] holds the places 1 to k, and place k still counts.")
def stops_before_k(found: list[str], answers: list[str], k: int) -> float:
    return _right_rank(found, answers, k - 1)


@reciprocal_rank_task.slip(
    "You look for names *inside* names: then text-1 finds text-12 too. Is the whole name in the list?"
)
def names_inside_names(found: list[str], answers: list[str], k: int) -> float:
    hits = (place for place, name in enumerate(found[:k], 1) if any(a in name for a in answers))
    return next((1 / place for place in hits), 0.0)


@reciprocal_rank_task.slip("That is the rank. One over it is asked for, so that nearer the top is *more*.")
def rank_itself(found: list[str], answers: list[str], k: int) -> float:
    return next((float(place) for place, name in enumerate(found[:k], 1) if name in answers), 0.0)


@reciprocal_rank_task.slip("You look beyond the first k. Nobody scrolls that far: those count as not found.")
def looks_beyond_k(found: list[str], answers: list[str], k: int) -> float:
    return next((1 / place for place, name in enumerate(found, 1) if name in answers), 0.0)


@reciprocal_rank_task.slip("You add up all right ones. Only the first counts, or 1 would not be the best score.")
def adds_up_all(found: list[str], answers: list[str], k: int) -> float:
    return sum((1 / place for place, name in enumerate(found[:k], 1) if name in answers), 0.0)


@reciprocal_rank_task.slip("You only say whether it was found. Second place should be worth half of the first.")
def found_or_not(found: list[str], answers: list[str], k: int) -> float:
    return next((1.0 for name in found[:k] if name in answers), 0.0)


# --- exercise: shared sentences ---


def _plain_form(text: str) -> str:
    return " ".join(text.lower().split())


def _right_shared(fit: list[str], test: list[str]) -> int:
    seen = {_plain_form(text) for text in fit}
    return sum(_plain_form(text) in seen for text in test)


TEXTS = ("The bank is closed.", "A river rose", "Bill paid", "jack fell down", "no nuts in it", "He sued HER")


def _shared_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        ("One sentence, and it stands in fit.", (["a b"], ["a b"])),
        ("One sentence, and it does not stand in fit.", (["a b"], ["c d"])),
        ("A capital makes no difference, in fit or in test.", (["A b", "c d"], ["a b", "C d"])),
        ("Extra spaces make no difference, in fit or in test.", (["a   b", "c d"], ["a b", " c   d "])),
        ("A test sentence that stands there twice counts twice.", (["a b"], ["a b", "a b"])),
        ("One that stands twice in *fit* is one sentence of the test.", (["a b", "a b"], ["a b"])),
        *_no_twins(),
    ]


def _no_twins() -> list[tuple[str, tuple[Any, ...]]]:
    """Return pairs that look alike in some way, and are two sentences."""
    return [
        ("Nearly the same letters, and another sentence.", (["The bank is closed"], ["the bank is closer"])),
        ("The same words in another order are another sentence.", (["dog bites man"], ["man bites dog"])),
        (
            "*no where* and *nowhere*: without any spaces two sentences become one.",
            (["No where to go"], ["nowhere to go"]),
        ),
        (
            "It begins like a sentence of fit, and ends before it.",
            (["the bank is closed today"], ["the bank is closed"]),
        ),
    ]


@lesson.exercise(
    "shared",
    "Write shared(fit, test): how many of the test sentences stand in fit as well? Capitals and extra spaces make no "
    "difference; a test sentence that stands there twice counts twice.",
    hints=(
        "First make every sentence plain: small letters, single spaces. Then look up.",
        "' '.join(text.lower().split()) makes it plain. Put the plain fit sentences into a set.",
        "seen = {plain(t) for t in fit}; then count how many of ... are in seen: one word is missing.",
    ),
)
def shared_task(f: Any, rng: np.random.Generator) -> str:
    def disguise(text: str) -> str:
        change = int(rng.integers(4))
        return (text, text.upper(), text.replace(" ", "  "), text.lower())[change]

    draws: list[tuple[Any, ...]] = [
        (["a b", "c", "c"], ["A B", "a  b", "d", "a b"]),
        (["x", "y", "x"], ["z", "x"]),
        (["a b", "c  d e"], ["a    b", " c d   e "]),
        (["the bank is closed today"], ["bank is closed", "The  bank is closed today"]),
        (["bank"], ["the bank", "bank"]),
        *(draw for _, draw in _no_twins()),
    ]
    for _ in range(6):
        fit = [disguise(str(t)) for t in rng.choice(TEXTS, size=5)]
        test = [disguise(str(t)) for t in rng.choice(TEXTS, size=4)]
        draws.append((fit, test))
    compare(f, _right_shared, draws, shared_task.slips, rungs=_shared_rungs())
    return "Run it before every claim: a test that was seen in training measures memory."


@shared_task.slip("You compare letter by letter: a capital or a second space hides a twin from you.")
def compares_letter_by_letter(fit: list[str], test: list[str]) -> int:
    return sum(text in fit for text in test)


@shared_task.slip("You count a sentence that is a *part* of another. A twin is the same sentence from end to end.")
def part_of_another(fit: list[str], test: list[str]) -> int:
    return sum(any(_plain_form(text) in _plain_form(other) for other in fit) for text in test)


@shared_task.slip("You counted the sentences of fit that are in test. It is the test that must stay clean.")
def counts_sentences_of_fit(fit: list[str], test: list[str]) -> int:
    seen = {_plain_form(text) for text in test}
    return sum(_plain_form(text) in seen for text in fit)


@shared_task.slip("You counted kinds: a sentence that stands in the test twice is two tainted questions.")
def counts_kinds(fit: list[str], test: list[str]) -> int:
    return len({_plain_form(text) for text in fit} & {_plain_form(text) for text in test})


@shared_task.slip("You compared place by place. A twin may stand anywhere in the other list.")
def compares_place_by_place(fit: list[str], test: list[str]) -> int:
    return sum(_plain_form(a) == _plain_form(b) for a, b in zip(fit, test, strict=False))


@shared_task.slip("Capitals are dealt with; extra spaces still hide a twin from you.")
def spaces_still_count(fit: list[str], test: list[str]) -> int:
    seen = {text.lower() for text in fit}
    return sum(text.lower() in seen for text in test)


@shared_task.slip(
    "You took all spaces out. Then *no where* and *nowhere* are one sentence: leave one between two words."
)
def takes_all_spaces_out(fit: list[str], test: list[str]) -> int:
    seen = {"".join(text.lower().split()) for text in fit}
    return sum("".join(text.lower().split()) in seen for text in test)


@shared_task.slip("You compare which words there are, in any order. *dog bites man* is no twin of *man bites dog*.")
def words_in_any_order(fit: list[str], test: list[str]) -> int:
    seen = [sorted(text.lower().split()) for text in fit]
    return sum(sorted(text.lower().split()) in seen for text in test)


@shared_task.slip("You look at how a sentence begins. A twin is the same from end to end.")
def begins_alike(fit: list[str], test: list[str]) -> int:
    return sum(any(_plain_form(other).startswith(_plain_form(text)) for other in fit) for text in test)


@shared_task.slip(
    "You count pairs: a sentence that stands twice in fit counts twice. Asked is how many of the *test* are tainted."
)
def counts_pairs(fit: list[str], test: list[str]) -> int:
    return sum(_plain_form(text) == _plain_form(other) for text in test for other in fit)


# --- find the counterexample: the opposite is nearer than the same meaning ---

AKIN = 0.3  # strangers have a cosine of about 0
TURNING = ("un", "in", "im", "dis", "non")  # in front of a word they deny it
NEGATIONS = frozenset({"not", "no", "never", "nothing", "nobody", "none", "without"})
SMALL = frozenset(words_of("a an the this that it is are was were be been to of in on at for with and or he she they"))


def _only_negated(before: list[str], after: list[str]) -> bool:
    """Say whether `after` is `before` with one word of negation put in or taken out."""
    longer, shorter = (after, before) if len(after) > len(before) else (before, after)
    if len(longer) == len(shorter) + 2 and {*longer} & NEGATIONS:  # "he likes it", "he does not like it"
        i = next(i for i, word in enumerate(longer) if word in NEGATIONS)
        helped = i and longer[i - 1] in ("do", "does", "did") and i <= len(shorter) and i + 1 < len(longer)
        rest = [*longer[: i - 1], *longer[i + 1 :]] if helped else []
        changed = [k for k, (a, b) in enumerate(zip(rest, shorter, strict=False)) if a != b]
        return bool(rest) and changed in ([], [i - 1]) and rest[i - 1][:2] == shorter[i - 1][:2]
    if len(longer) != len(shorter) + 1:
        return False
    return any(longer[i] in NEGATIONS and longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def _spelled_out(text: str) -> str:
    """Return a text with *not* as a word of its own: *isn't* is *is not*."""
    text = text.lower().replace("\u2019", "'").replace("can't", "can not").replace("cannot", "can not")
    return text.replace("won't", "will not").replace("n't", " not")


def _three_texts(value: Any) -> tuple[str, str, str]:
    names = ("says", "denies", "same")
    if not isinstance(value, dict) or set(value) != set(names):
        raise Wrong('Give a dictionary with three texts: {"says": "...", "denies": "...", "same": "..."}.')
    texts = [value[name] for name in names]
    if not all(isinstance(t, str) and len({*words_of(t)}) >= 2 for t in texts):
        raise Wrong("Each of the three should be a text of at least two different words.")
    return texts[0][:300], texts[1][:300], texts[2][:300]


@lesson.exercise(
    "opposites",
    "Somebody says: what is nearest means the same. Refute it. Give a sentence, its denial (one word of negation more "
    "or less, such as *not* or *never*), and the same meaning in other words, so that BERT finds the denial nearer.",
    hints=(
        "A denial shares all its words with the sentence but one. A good paraphrase shares none.",
        "Take a short statement. Put *not* into it. Then say the statement again as a poet, or as a lawyer, would.",
        '"the bone is broken" and "the bone is not broken" are near. Now say the first one without *bone* and '
        "*broken*: what would a doctor write?",
    ),
    takes="value",
    prepare=load_bert,
)
def opposites_task(value: Any, rng: np.random.Generator) -> str:
    says, denies, same = _three_texts(value)
    mine, other, again = (words_of(_spelled_out(text)) for text in (says, denies, same))
    if not _only_negated(mine, other):
        raise Wrong(
            "The denial should be the first sentence with one word put in or taken out: "
            f"{', '.join(sorted(NEGATIONS))}. Then nobody can doubt that it says the opposite."
        )
    spoken = mine if len(mine) > len(other) else other  # the one with the negation
    odd = next((f"{a} {b}" for a, b in pairwise(spoken) if a in ("the", "a", "an") and b in ("not", "never", "no")), "")
    if odd:
        raise Wrong(f"*{odd} ...*: nobody would say that. Put the negation where it stands in speech.")
    turned = next((f"{front}{w}" for w in mine for front in TURNING if f"{front}{w}" in again), "")
    if turned:
        raise Wrong(f"*{turned}* denies the first sentence, and the third text should mean the same.", "M47")
    common = sorted((set(mine) & set(again)) - SMALL)
    if len(common) > 1:
        raise Wrong(
            f"The third text shares {', '.join(common)} with the first. Other words, please: at most one shared."
        )
    if (set(again) & NEGATIONS) != (set(mine) & NEGATIONS):
        raise Wrong("The third text should mean the same as the first: does it have a negation that the first lacks?")
    rows = load_bert().sentence_vectors([says, denies, same])
    near, far = cosine(rows[0], rows[1]), cosine(rows[0], rows[2])
    told = f"The denial has cosine {near:.2f}, your paraphrase {far:.2f}."
    if far < AKIN:
        raise Wrong(
            f"{told} Even here that is a stranger, no paraphrase: does it say the same? Say the first one anew.", "M47"
        )
    if near <= far:
        raise Wrong(f"{told} Here BERT does well. Use rarer or more distant words for the same meaning.", "M47")
    return (
        f"{told} Near in the space is not the same as understood: the words weigh more than the *not*. (Whether "
        "the third says the same, only you can say.)"
    )


# --- repair my bug: the gain and its interval ---


def _right_gain(mine: Floats, baseline: Floats, draws: Rows) -> list[float]:
    difference = mine - baseline
    means = difference[draws].mean(axis=1)
    return [float(difference.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))]


def _right_by_any_quantile(said: Any, mine: Floats, baseline: Floats, draws: Rows) -> bool:
    """Say whether both ends lie between the means that a quantile lies between: how it is cut there is custom."""
    if not isinstance(said, list | tuple | np.ndarray) or np.shape(said) != (3,):
        return False
    means = (mine - baseline)[draws].mean(axis=1)
    ends = [[np.quantile(means, q, method=side) for side in ("lower", "higher")] for q in (0.025, 0.975)]
    near = all(low - 1e-6 <= end <= high + 1e-6 for (low, high), end in zip(ends, said[1:], strict=True))
    return near and alike(said[0], (mine - baseline).mean())


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    base, once = np.array([0.1, 0.4, 0.2]), np.array([[0, 1, 2]])
    far = np.array([[0, 0, 0], [1, 1, 1], [2, 2, 2], [0, 1, 2]] * 10)
    return [
        ("mine is the baseline plus 0.5 throughout: three times 0.5.", (base + 0.5, base, far)),
        (
            "One redraw that takes each question once: three times the mean of mine - baseline.",
            (np.array([0.5, 0.6, 0.9]), base, once),
        ),
        (
            "One redraw that takes the first question alone: both ends are its difference.",
            (np.array([0.5, 0.6, 0.9]), base, np.array([[0, 0, 0]])),
        ),
        (
            "The ends are the 0.025 and 0.975 quantiles of the means of the redraws.",
            (np.array([0.5, 0.6, 0.9]), base, far),
        ),
        *_ladder(),
    ]


def _ladder() -> list[tuple[str, tuple[Any, ...]]]:
    """Return redraws whose means are forty equal steps, half of them below 0: each end can be counted off."""
    return [
        (
            "Forty redraws with the means -2, -1.9 ... 1.9: one of them lies at either end, or beyond it.",
            (np.arange(-20, 20) / 10, np.zeros(40), np.repeat(np.arange(40)[:, None], 40, axis=1)),
        )
    ]


@lesson.exercise(
    "repair",
    "gain(mine, baseline, draws) should return the mean of mine - baseline over the questions, and the low and high "
    "end of its 95 % interval: each row of draws picks the questions of one redraw.",
    hints=(
        "Try it where mine is baseline + 0.5 throughout. What must come out, three times?",
        "Five things must be right: which minus which, the same redraw for both, along which axis, of what the ends "
        "are taken, and where they lie.",
        "difference = mine - baseline; means = difference[draws].mean(axis=1); ends at 0.025 and 0.975 of the means.",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = []
    for n in (6, 8, 11):
        hard = rng.random(n).round(2)
        mine = (hard + rng.normal(0.2, 0.1, n)).round(2)
        draws.append((mine, hard, rng.integers(0, n, (60, n))))
    draws += [draw for _, draw in _ladder()]
    if not all(_right_by_any_quantile(f(*draw), *draw) for draw in draws):
        compare(f, _right_gain, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired: same questions, same redraw, and the interval of the difference. That is what a claim rests on."


@repair_task.slip("It is the wrong way round: a better model would get a loss. Take mine minus baseline.")
def baseline_minus_mine(mine: Floats, baseline: Floats, draws: Rows) -> list[float]:
    difference = baseline - mine
    means = difference[draws].mean(axis=1)
    return [float(difference.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))]


@repair_task.slip("The mean goes down the redraws. Each row of draws is one redraw: average along it, axis 1.")
def averages_down_the_redraws(mine: Floats, baseline: Floats, draws: Rows) -> list[float]:
    difference = mine - baseline
    means = difference[draws].mean(axis=0)
    return [float(difference.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))]


@repair_task.slip("Those are the ends of the differences themselves. Asked is how much their *mean* could vary.")
def ends_of_the_differences(mine: Floats, baseline: Floats, draws: Rows) -> list[float]:
    difference = mine - baseline
    return [float(difference.mean()), float(np.quantile(difference, 0.025)), float(np.quantile(difference, 0.975))]


@repair_task.slip("There is no baseline in it any more: it says how good mine is, not whether it gains.", idea="M46")
def no_baseline(mine: Floats, baseline: Floats, draws: Rows) -> list[float]:
    means = mine[draws].mean(axis=1)
    return [float(mine.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))]


@repair_task.slip(
    "Mine and baseline are redrawn apart. Both met the same questions: keep each pair together, or what makes a "
    "question hard comes in as noise."
)
def redraws_apart(mine: Floats, baseline: Floats, draws: Rows) -> list[float]:
    means = mine[draws].mean(axis=1) - baseline[draws[::-1]].mean(axis=1)
    return [
        float((mine - baseline).mean()),
        float(np.quantile(means, 0.025)),
        float(np.quantile(means, 0.975)),
    ]


@repair_task.slip("0.05 to 0.95 holds 90 %. For 95 % the ends lie at 0.025 and 0.975: half of the rest on each side.")
def ninety_per_cent(mine: Floats, baseline: Floats, draws: Rows) -> list[float]:
    difference = mine - baseline
    means = difference[draws].mean(axis=1)
    return [float(difference.mean()), float(np.quantile(means, 0.05)), float(np.quantile(means, 0.95))]


@repair_task.slip("0.25 to 0.75 holds only the middle half. For 95 % the ends lie at 0.025 and 0.975.")
def middle_half_only(mine: Floats, baseline: Floats, draws: Rows) -> list[float]:
    difference = mine - baseline
    means = difference[draws].mean(axis=1)
    return [float(difference.mean()), float(np.quantile(means, 0.25)), float(np.quantile(means, 0.75))]
