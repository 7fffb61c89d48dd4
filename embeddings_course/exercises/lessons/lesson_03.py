"""Lesson 03, Counting company: its exercises and their checks."""

from __future__ import annotations

from typing import Any

import numpy as np

from embeddings_course.counting import cooccurrence, pmi, ppmi, row_cosine
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import compare
from embeddings_course.exercises.engine.telling import alike
from embeddings_course.files.arrays import Floats
from embeddings_course.search import words_of

Sentences = list[list[str]]

lesson = Lesson("03", "Counting company", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


# --- exercise: the table of company, by hand ---


def _cooc(tokens: list[str], window: int, words: list[str]) -> Floats:
    """Return the table of company of one sentence; the right answer in the form of the exercise."""
    return np.asarray(cooccurrence([tokens], window, words)[0].toarray())


HAND_TOKENS = ["pass", "the", "salt", "and", "the", "soup"]


def _cooc_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        ("Two words that stand beside each other meet once, seen from each of them.", (["a", "b"], 1, ["a", "b"])),
        ("With a window of 1, only next-door words are company.", (["a", "b", "c"], 1, ["a", "b", "c"])),
        ("With a window of 2, words two places on are company too.", (["a", "b", "c", "d"], 2, ["a", "b", "c", "d"])),
        ("The window is larger than the sentence here: it stops at both ends.", (["a", "b", "c"], 5, ["a", "b", "c"])),
        ("A word comes twice here, and each place has company of its own.", (["a", "b", "a", "c"], 1, ["a", "b", "c"])),
        ("Rows and columns go by `words`, which stand in another order here.", (["a", "b", "b"], 1, ["b", "a"])),
    ]


@lesson.exercise(
    "cooc",
    "Write cooc(tokens, window, words): the table of company of one sentence, shape (n, n). Cell (i, j) counts how "
    "often words[j] stands within `window` places of words[i], on either side.",
    hints=(
        "Stand on each place i of the sentence. Which places j does the window reach? Not i itself, not beyond the "
        "ends.",
        "Start with np.zeros. Two loops: over i, and over j from max(0, i - window) to min(len(tokens), i + window + "
        "1). Where j is not i, add 1 to a cell.",
        "The innermost line: table[words.index(tokens[i]), words.index(tokens[j])] += ...: one number is missing.",
    ),
    forbidden=("sklearn", "gensim"),
)
def cooc_task(f: Any, rng: np.random.Generator) -> str:
    words = sorted(set(HAND_TOKENS))
    draws: list[tuple[Any, ...]] = [(HAND_TOKENS, 1, words), (HAND_TOKENS, 2, words)]
    for _ in range(6):
        tokens = [str(w) for w in rng.choice(list("abcde"), size=int(rng.integers(6, 10)))]
        tokens += [tokens[-2]]  # a word that meets itself two places on
        there = [*sorted(set(tokens)), "z"]  # in any order, and one word that the sentence lacks
        draws.append((tokens, int(rng.integers(2, 4)), [there[i] for i in rng.permutation(len(there))]))
    if np.shape(first := f(*draws[0])) != (len(words), len(words)):
        raise Wrong(
            f"For {len(words)} words a table of shape ({len(words)}, {len(words)}) is asked for: a row and a column "
            f"for each word. Yours gives {f'shape {np.shape(first)}' if np.shape(first) else type(first).__name__}."
        )
    compare(f, _cooc, draws, cooc_task.slips, rungs=_cooc_rungs())
    return (
        "Both sides, no word its own neighbour, nothing beyond the ends: your table agrees with a hand-made one and "
        "six random ones."
    )


@cooc_task.slip("You counted only one side of the window. The words before count as company too.")
def counts_the_right_side_only(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for other in tokens[i + 1 : i + window + 1]:
            table[words.index(word), words.index(other)] += 1
    return table


@cooc_task.slip(
    "You counted each word as its own neighbour: the diagonal is too large. Skip the place where it stands."
)
def counts_the_word_itself(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for other in tokens[max(0, i - window) : i + window + 1]:
            table[words.index(word), words.index(other)] += 1
    return table


@cooc_task.slip("On the right your window ends one place too early: range stops *before* its last number. Add 1.")
def ends_one_place_early(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(max(0, i - window), min(len(tokens), i + window)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] += 1
    return table


@cooc_task.slip("You write 1 where you should add 1: words that meet twice must count twice.")
def writes_one_instead_of_adding(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] = 1
    return table


@cooc_task.slip(
    "At the start of the sentence your window reaches round to its end: tokens[-1] is the last word. Start at max(0, "
    "i - window)."
)
def reaches_round_to_the_end(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(i - window, min(len(tokens), i + window + 1)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] += 1
    return table


@cooc_task.slip(
    "You leave out every word that looks like the word itself. Leave out the *place*; the same word two places "
    "further on is company."
)
def leaves_out_equal_words(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for other in tokens[max(0, i - window) : i + window + 1]:
            if other != word:
                table[words.index(word), words.index(other)] += 1
    return table


@cooc_task.slip("You count the whole sentence. Only words within `window` places are company here.")
def counts_the_whole_sentence(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(len(tokens)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] += 1
    return table


@cooc_task.slip("Everything is there twice: you added both directions, and then the table's mirror image too.")
def counts_everything_twice(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(i + 1, min(len(tokens), i + window + 1)):
            table[words.index(word), words.index(tokens[j])] += 1
            table[words.index(tokens[j]), words.index(word)] += 1
    return table + table.T


@cooc_task.slip("You let far words count less, as GloVe does. Here each word within the window counts 1, near or far.")
def lets_far_words_count_less(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] += 1 / abs(i - j)
    return table


@cooc_task.slip("A word of `words` that the sentence lacks has a row and a column, too: zeros.")
def leaves_out_absent_words(tokens: list[str], window: int, words: list[str]) -> Floats:
    return _cooc(tokens, window, [word for word in words if word in tokens])


# --- exercise: positive PMI ---


def _full(f: Any) -> Any:
    """Let a function give its table with the zeros left out, as the lesson's helper does."""

    def full(*arguments: Any) -> Any:
        table = f(*arguments)
        return table.toarray() if hasattr(table, "toarray") else table

    return full


def _ppmi(counts: Floats, alpha: float) -> Floats:
    """Return PPMI as a full table."""
    return np.asarray(ppmi(counts, alpha).toarray())


def _ratio(counts: Floats, alpha: float) -> Floats:
    columns = counts.sum(axis=0) ** alpha
    return counts / (counts.sum(axis=1, keepdims=True) * columns / columns.sum())


def _ppmi_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        ("Counts just as chance has them: every cell is 0 bits.", (np.ones((2, 2)), 1.0)),
        ("Twice as often as by chance is 1 bit.", (2 * np.eye(2), 1.0)),
        (
            "Rows of unlike size, no smoothing: chance is row total x column total / total.",
            (np.array([[6.0, 1], [1, 1]]), 1.0),
        ),
        (
            "Right without smoothing: only `alpha` is left. It bends the column totals.",
            (np.array([[6.0, 1], [1, 1]]), 0.5),
        ),
    ]


@lesson.exercise(
    "ppmi",
    "Write ppmi_by_hand(counts, alpha): positive PMI, in bits, for a table of counts, shape (n, m); no -inf, no NaN. "
    "Before you turn the column totals into probabilities, raise them to the power alpha.",
    hints=(
        "Three tables: what was counted, what chance would give, and their ratio. Where a count is 0, the logarithm "
        "must not be the last word.",
        "Row totals: counts.sum(axis=1, keepdims=True). Column probabilities: totals ** alpha, divided by *their own* "
        "sum. Chance gives row total x column probability.",
        "return np.log2(np.maximum(counts / chance, ...)): one number is missing; its logarithm is 0.",
    ),
    forbidden=("sklearn", "gensim"),
)
def ppmi_task(f: Any, rng: np.random.Generator) -> str:
    draws = [(_some_counts(rng), 1.0) for _ in range(3)] + [(_some_counts(rng), 0.75) for _ in range(3)]
    draws += [(rng.integers(0, 2, (4, 5)) + np.eye(4, 5)[:, [4, 1, 2, 3, 0]] + np.eye(4, 5), a) for a in (1.0, 0.75)]
    compare(f, _ppmi, draws, ppmi_task.slips, _full, rungs=_ppmi_rungs())
    lonely = _some_counts(rng)
    lonely[1], lonely[:, 2] = 0, 0
    if not alike(_full(f)(lonely, 1.0), _ppmi(lonely, 1.0)):
        raise Wrong(
            "Right, but for a word that has no company at all (a row or column of zeros): there 0 is divided by 0, and "
            "its cells should be 0."
        )
    return "Right for six random tables, with zeros, without NaN, with and without smoothing."


@ppmi_task.slip("Minus infinity: log 0. Clip after the log, not before (or clip the ratio at 1, whose log is 0).")
def clips_before_the_log(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(_ratio(counts, alpha), 0))


@ppmi_task.slip("This is PMI: numbers below 0 are still in it. Positive PMI writes 0 for these.", idea="M17")
def keeps_negative_numbers(counts: Floats, alpha: float) -> Floats:
    return np.asarray(pmi(counts, alpha).toarray())


@ppmi_task.slip("These are not bits: np.log counts in another unit. For doublings take np.log2.")
def natural_logarithm(counts: Floats, alpha: float) -> Floats:
    return np.maximum(np.log(np.maximum(_ratio(counts, alpha), 1)), 0)


@ppmi_task.slip("Your function does not look at `alpha`. Raise the column totals to that power.")
def ignores_alpha(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(_ratio(counts, 1), 1))


@ppmi_task.slip("alpha went to the rows. It is the neighbours, the columns, whose rare ones should surprise less.")
def smooths_the_rows(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(_ratio(counts.T, alpha).T, 1))


@ppmi_task.slip("alpha went to rows and columns alike. Only the column totals are smoothed.")
def smooths_rows_and_columns(counts: Floats, alpha: float) -> Floats:
    rows, columns = counts.sum(axis=1) ** alpha, counts.sum(axis=0) ** alpha
    both = np.outer(rows / rows.sum(), columns / columns.sum())
    return np.log2(np.maximum(counts / counts.sum() / both, 1))


@ppmi_task.slip("The logarithm is missing: this is the ratio itself.")
def forgets_the_logarithm(counts: Floats, alpha: float) -> Floats:
    return np.maximum(_ratio(counts, alpha), 0)


@ppmi_task.slip(
    "After the power the column totals no longer add up to the old total. Divide by the sum of the *new* ones."
)
def divides_by_the_old_total(counts: Floats, alpha: float) -> Floats:
    columns = counts.sum(axis=0) ** alpha
    return np.log2(np.maximum(counts / np.outer(counts.sum(axis=1), columns / counts.sum()), 1))


@ppmi_task.slip(
    "You divided by the row totals only, so nothing is ever above 1. How common the neighbour is must come in too.",
    idea="M16",
)
def divides_by_row_totals_only(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(counts / counts.sum(axis=1, keepdims=True), 1e-12)).clip(0)


@ppmi_task.slip("You raised the counts themselves to the power alpha. Only the column totals are smoothed.")
def smooths_the_counts(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(_ratio(counts**alpha, 1), 1))


def _some_counts(rng: np.random.Generator) -> Floats:
    """Return random counts of shape (4, 5), some of them 0, no row or column empty."""
    counts = rng.integers(1, 12, (4, 5)).astype(float)
    counts[[0, 1, 2, 3], rng.permutation(5)[:4]] = 0
    return counts


# --- find the counterexample: together, and yet not alike ---

WINDOW = 2


def _sentences(value: Any, names: tuple[str, str]) -> tuple[Sentences, tuple[str, str], tuple[str, str]]:
    """Read {"sentences": [...], name: (word, word), name: (word, word)}, or say what is wrong with it."""
    if not isinstance(value, dict) or not {"sentences", *names} <= set(value):
        raise Wrong(f'Give a dictionary with "sentences", "{names[0]}" and "{names[1]}".')
    texts = value["sentences"]
    if isinstance(texts, str) or not isinstance(texts, list | tuple) or not all(isinstance(t, str) for t in texts):
        raise Wrong('Under "sentences" a list of texts is asked for, such as ["a hot dog", "the soup"].')
    if not 2 <= len(texts) <= 12:
        raise Wrong(f"Two to twelve sentences, please; there are {len(texts)}.")
    sentences = [words_of(text) for text in texts]
    there = {word for sentence in sentences for word in sentence}
    letters = sorted(word for word in there if len(word) < 2 and word not in ("a", "i", "o"))
    if letters:
        raise Wrong(f"*{letters[0]}* is a letter, no word. Write sentences that somebody could say.")
    if sum(len(sentence) > 2 for sentence in sentences) < 2:
        raise Wrong("Nearly all of these are pairs of words, no sentences. Let two of them at least have three words.")
    pairs = []
    for name in names:
        pair = value[name]
        if not isinstance(pair, list | tuple) or len(pair) != 2 or pair[0] == pair[1]:
            raise Wrong(f'Beside "{name}" two different words are asked for, such as ("hot", "dog").')
        pair = [str(word).strip().lower() for word in pair]
        missing = [w for w in pair if w not in there]
        if missing:
            raise Wrong(f"The word *{missing[0]}* does not stand in your sentences.")
        pairs.append((pair[0], pair[1]))
    return sentences, pairs[0], pairs[1]


def _likeness(sentences: Sentences, pair: tuple[str, str]) -> float:
    counts, words = cooccurrence(sentences, WINDOW)
    return row_cosine(counts, words.index(pair[0]), words.index(pair[1]))


def _meetings(sentences: Sentences, pair: tuple[str, str]) -> int:
    return sum(min(s.count(pair[0]), s.count(pair[1])) for s in sentences)


@lesson.exercise(
    "never-meet",
    "Refute 'words become alike by standing together' with two to twelve sentences of your own: a pair "
    "`together` that never stands apart (two meetings at least, cosine of the rows at most 0.3), and a pair `alike` "
    "that never shares a sentence (cosine at least 0.8); counts at window 2.",
    hints=(
        "For `alike`, write the same sentence twice and change one word.",
        "For `together`, let the partner fill the window: what stands left of the first word must differ from what "
        "stands right of the second. A partner at the start or the end of its sentences helps.",
        '{"sentences": ["salt in the soup", "pepper in the soup", "bim bam", ...], "alike": ("salt", "pepper"), '
        '"together": ("bim", "bam")}: one short sentence is missing.',
    ),
    takes="value",
)
def never_meet_task(value: Any, rng: np.random.Generator) -> str:
    sentences, together, alike = _sentences(value, ("together", "alike"))
    met, friends = _meetings(sentences, alike), _likeness(sentences, alike)
    partners, apart = _likeness(sentences, together), sum((together[0] in s) != (together[1] in s) for s in sentences)
    if apart:
        raise Wrong(
            f"*{together[0]}* and *{together[1]}* stand apart in {apart} of your sentences. Keep them together."
        )
    if _meetings(sentences, together) < 2:
        raise Wrong(f"*{together[0]}* and *{together[1]}* meet only once. One meeting is no habit: write another.")
    if met:
        raise Wrong(
            f"*{alike[0]}* and *{alike[1]}* share {met} of your sentences. They may share friends, never a sentence.",
            "M15",
        )
    if friends < 0.8:
        raise Wrong(
            f"*{alike[0]}* and *{alike[1]}* never meet, but their rows have cosine {friends:.2f}. They need the same "
            "company: the same words round them.",
            "M15",
        )
    if partners > 0.3:
        raise Wrong(
            f"*{together[0]}* and *{together[1]}* have cosine {partners:.2f}: besides each other they also share "
            "neighbours. Which words do both see within two places?",
            "M15",
        )
    return (
        f"{alike[0].capitalize()} and {alike[1]} never meet: cosine {friends:.2f}. {together[0].capitalize()} and "
        f"{together[1]} never part: {partners:.2f}. What makes rows alike is shared company, not each other's."
    )


# --- find the counterexample: one meeting beats many ---


@lesson.exercise(
    "rare-wins",
    "Refute 'the pair with the highest PMI is the pair that belongs together most' with two to twelve sentences: a "
    "pair `rare` that meets once, a pair `faithful` that meets at least three times, and the PMI of `rare` is higher "
    "(window 2, no smoothing).",
    hints=(
        "PMI compares with chance. For which words does chance promise the fewest meetings?",
        "Take two words that you use nowhere else, next to each other, once. The faithful pair should also meet other "
        "words.",
        '{"sentences": ["agian tommorow", "the hot dog", "a hot dog", ...], "rare": ("agian", "tommorow"), '
        '"faithful": ("hot", "dog")}: one more meeting is missing.',
    ),
    takes="value",
)
def rare_wins_task(value: Any, rng: np.random.Generator) -> str:
    sentences, rare, faithful = _sentences(value, ("rare", "faithful"))
    counts, words = cooccurrence(sentences, WINDOW)
    at = {pair: (words.index(pair[0]), words.index(pair[1])) for pair in (rare, faithful)}
    times = {pair: int(counts[at[pair]]) for pair in at}
    bits = {pair: float(pmi(counts)[at[pair]]) for pair in at}
    if times[rare] != 1:
        raise Wrong(f"*{rare[0]}* and *{rare[1]}* meet {times[rare]} times within two places; it should be once.")
    if times[faithful] < 3:
        raise Wrong(f"*{faithful[0]}* and *{faithful[1]}* meet only {times[faithful]} times; three at least, please.")
    if bits[rare] <= bits[faithful]:
        raise Wrong(
            f"PMI of your rare pair {bits[rare]:.1f} bits, of the faithful pair {bits[faithful]:.1f}: here the "
            "faithful pair still surprises as much or more. Where could the words of the rare pair "
            "stand less often?",
            "M16",
        )
    return (
        f"One meeting: {bits[rare]:.1f} bits. {times[faithful]} meetings: {bits[faithful]:.1f} bits. PMI measures "
        "surprise, and a single accident between two rare words is a great surprise."
    )


# --- repair my bug ---


def chance(counts: Floats) -> Floats:
    """Return how often each pair would meet if company were drawn by chance, shape (n, m): same row and column totals.

    >>> chance(np.array([[2.0, 0.0], [0.0, 2.0]])).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    return np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        ("All alike: chance gives what was counted.", (np.ones((2, 2)),)),
        (
            "Only the rows differ: a row with three times as much gets three times as much.",
            (np.array([[3.0, 3], [1, 1]]),),
        ),
        ("Only the columns differ.", (np.array([[3.0, 1], [3, 1]]),)),
        ("Rows and columns differ: row total x column total / total.", (np.array([[3.0, 1], [5, 1]]),)),
    ]


@lesson.exercise(
    "repair",
    "chance_table(counts) should return how often each pair would meet by chance alone: row total times column total, "
    "divided by the total of the whole table. It does not.",
    hints=(
        "Try [[2, 0], [0, 2]]: by chance every pair would meet once. And the whole table should keep its total.",
        "Three questions: which axis gives the row totals, are they multiplied, and what is the product divided by?",
        "np.outer(row totals, column totals) / counts.sum(), with row totals from axis=1.",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [(rng.integers(0, 9, (3, 3)).astype(float) + np.eye(3),) for _ in range(6)]
    compare(f, chance, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired: common words meet often by chance, rare ones seldom, and the total stays the same."


@repair_task.slip("It still does not divide. Meetings by chance must add up to as many as were counted.")
def does_not_divide(counts: Floats) -> Floats:
    rows = counts.sum(axis=1)
    columns = counts.sum(axis=0)
    return np.outer(rows, columns)


@repair_task.slip("It still divides by the total twice: that is a probability, and a number of meetings is asked.")
def divides_twice(counts: Floats) -> Floats:
    rows = counts.sum(axis=1)
    columns = counts.sum(axis=0)
    return np.outer(rows, columns) / counts.sum() ** 2


@repair_task.slip("It still divides by the number of cells. Divide by the number of meetings, the sum of all.")
def divides_by_number_of_cells(counts: Floats) -> Floats:
    rows = counts.sum(axis=1)
    columns = counts.sum(axis=0)
    return np.outer(rows, columns) / counts.size


@repair_task.slip("Rows and columns are still swapped: axis=1 adds along a row, axis=0 adds down a column.")
def swaps_rows_and_columns(counts: Floats) -> Floats:
    rows = counts.sum(axis=0)
    columns = counts.sum(axis=1)
    return np.outer(rows, columns) / counts.sum()


@repair_task.slip("It still adds the totals. For chance, probabilities are multiplied.")
def adds_the_totals(counts: Floats) -> Floats:
    rows = counts.sum(axis=1)
    columns = counts.sum(axis=0)
    return (rows[:, None] + columns) / counts.sum()


@repair_task.slip("It still gives every pair the same. Common words must meet more often, by chance alone.")
def the_same_for_every_pair(counts: Floats) -> Floats:
    return np.full(counts.shape, counts.mean())
