"""Lesson 03, Counting company: its predictions, exercises, judgement and quiz."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.counting import cooccurrence, pmi, ppmi, row_cosine
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, compare

Floats = NDArray[np.floating]
Sentences = list[list[str]]

lesson = Lesson("03", "Counting company")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---

lesson.add_predictions(
    Choice(
        "salt-pepper",
        "In the town *salt* and *pepper* never share a sentence, and *hot* never stands without *dog*. Each word gets "
        "a row: which words stand within two places of it. Which two rows are more alike?",
        (
            Option(
                "hot and dog, for they are always together",
                "Standing together does not make rows alike: at this window *dog* sees *hot*, but *hot* does not see "
                "itself. Salt and pepper never met in this corpus, and score 0.996. What do they share?",
            ),
            Option(
                "salt and pepper, for they have the same neighbours",
                "Both are added to soup, passed at table and found in the kitchen. The same company, the same row, "
                "and not one meeting.",
                right=True,
            ),
            Option(
                "both pairs equally",
                "One pair scores 0.996, the other 0.21. Being *in* one another's company and *sharing* company are two "
                "things.",
            ),
            Option(
                "neither, since four different words cannot have similar rows",
                "The row is not made from the word itself. It is made from the words that stand round it, and these "
                "can be the same.",
            ),
        ),
    ),
    Choice(
        "raw-pmi",
        "PMI asks: how many times more often than by chance do two words meet? Which of these pairs of the town has "
        "the highest?",
        (
            Option(
                "the - in (5,152 meetings)",
                "The most meetings of all. But *the* is everywhere, so chance alone explains most of them. High PMI "
                "does not mean frequent.",
            ),
            Option(
                "hot - dog (817 meetings, never apart)",
                "Never apart, and still less than 6 bits: both are quite common, so chance would bring them "
                "together now and then. The surprise is smaller than for rare words.",
            ),
            Option(
                "agian - tommorow (1 meeting, two typing errors)",
                "Each was seen once, in the same sentence. By chance that would nearly never happen, so PMI shouts. "
                "Rare pairs win.",
                right=True,
            ),
            Option(
                "thank - you (37 meetings)",
                "A strong pair, and the fourth in the list. Three rarer pairs surprise more.",
            ),
        ),
    ),
    Choice(
        "wider",
        "Now open the window from 2 places to 10, nearly the whole sentence. What happens to *hot* and *dog*?",
        (
            Option(
                "their rows stay different",
                "They stayed different while the window was too small to see more than the partner. At 10 both see "
                "the same sentence.",
            ),
            Option(
                "their rows become nearly the same, 0.95",
                "At 10 places both see nearly the whole sentence, and it is the same sentence. Now standing together "
                "does count: the window decides what 'company' means.",
                right=True,
            ),
            Option(
                "they become exactly the same, 1.00",
                "Nearly. But *hot* counts *dog* and *dog* counts *hot*, never itself: that difference stays.",
            ),
            Option(
                "the cosine falls to 0",
                "A wider window adds neighbours, and those two get the same ones. The rows can only grow more alike.",
            ),
        ),
    ),
    Number(
        "met-but-zero",
        "In the PPMI table many cells are 0. Of the pairs that *did* meet within two places, how many per cent get "
        "a 0 all the same?",
        (
            Band(
                0,
                1,
                "So one thinks: 0 means never met. But 22 % of the pairs that met did so no more often than chance "
                "would have it, and PPMI writes 0 for these too.",
            ),
            Band(1, 10, "More: 22 %. Common words meet everything sometimes, and often less than chance says."),
            Band(
                10,
                35,
                "It is 22 %: they met, but no more than by chance. A 0 in PPMI does not mean 'never seen'.",
                right=True,
            ),
            Band(35, 100.1, "Not that many, it is 22 %. Most pairs that meet at all do so more often than by chance."),
        ),
        low=0,
        high=100,
        unit="%",
    ),
)


# --- exercise: the table of company, by hand ---


def _cooc(tokens: list[str], window: int, words: list[str]) -> Floats:
    """Return the table of company of one sentence; the right answer in the form of the exercise."""
    return np.asarray(cooccurrence([tokens], window, words)[0].toarray())


def _cooc_1(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for other in tokens[i + 1 : i + window + 1]:
            table[words.index(word), words.index(other)] += 1
    return table


def _cooc_2(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for other in tokens[max(0, i - window) : i + window + 1]:
            table[words.index(word), words.index(other)] += 1
    return table


def _cooc_3(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(max(0, i - window), min(len(tokens), i + window)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] += 1
    return table


def _cooc_4(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] = 1
    return table


def _cooc_5(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(i - window, min(len(tokens), i + window + 1)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] += 1
    return table


def _cooc_6(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for other in tokens[max(0, i - window) : i + window + 1]:
            if other != word:
                table[words.index(word), words.index(other)] += 1
    return table


def _cooc_7(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(len(tokens)):
            if j != i:
                table[words.index(word), words.index(tokens[j])] += 1
    return table


def _cooc_8(tokens: list[str], window: int, words: list[str]) -> Floats:
    table = np.zeros((len(words), len(words)))
    for i, word in enumerate(tokens):
        for j in range(i + 1, min(len(tokens), i + window + 1)):
            table[words.index(word), words.index(tokens[j])] += 1
            table[words.index(tokens[j]), words.index(word)] += 1
    return table + table.T


HAND_TOKENS = ["pass", "the", "salt", "and", "the", "soup"]


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
    slips=(
        Slip(_cooc_1, "You counted only one side of the window. The words before count as company too."),
        Slip(
            _cooc_2,
            "You counted each word as its own neighbour: the diagonal is too large. Skip the place where it stands.",
        ),
        Slip(
            _cooc_3, "On the right your window ends one place too early: range stops *before* its last number. Add 1."
        ),
        Slip(_cooc_4, "You write 1 where you should add 1: words that meet twice must count twice."),
        Slip(
            _cooc_5,
            "At the start of the sentence your window reaches round to its end: tokens[-1] is the last word. Start at "
            "max(0, i - window).",
        ),
        Slip(
            _cooc_6,
            "You leave out every word that looks like the word itself. Leave out the *place*; the same word two "
            "places further on is company.",
        ),
        Slip(_cooc_7, "You count the whole sentence. Only words within `window` places are company here."),
        Slip(_cooc_8, "Everything is there twice: you added both directions, and then the table's mirror image too."),
    ),
)
def _check_cooc(f: Any, rng: np.random.Generator) -> str:
    words = sorted(set(HAND_TOKENS))
    draws: list[tuple[Any, ...]] = [(HAND_TOKENS, 1, words), (HAND_TOKENS, 2, words)]
    for _ in range(6):
        tokens = [str(w) for w in rng.choice(list("abcde"), size=int(rng.integers(6, 10)))]
        tokens += [tokens[-2]]  # a word that meets itself two places on
        draws.append((tokens, int(rng.integers(2, 4)), sorted(set(tokens))))
    if np.shape(first := f(*draws[0])) != (len(words), len(words)):
        raise Wrong(
            f"For {len(words)} words a table of shape ({len(words)}, {len(words)}) is asked for: a row and a column "
            f"for each word. Yours gives {f'shape {np.shape(first)}' if np.shape(first) else type(first).__name__}."
        )
    compare(f, _cooc, draws, lesson.exercises["cooc"].slips)
    return (
        "Both sides, no word its own neighbour, nothing beyond the ends: your table agrees with a hand-made one and "
        "six random ones."
    )


# --- exercise: positive PMI ---


def _ppmi(counts: Floats, alpha: float) -> Floats:
    """Return PPMI as a full table."""
    return np.asarray(ppmi(counts, alpha).toarray())


def _ratio(counts: Floats, alpha: float) -> Floats:
    columns = counts.sum(axis=0) ** alpha
    return counts / (counts.sum(axis=1, keepdims=True) * columns / columns.sum())


def _ppmi_1(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(_ratio(counts, alpha), 0))


def _ppmi_2(counts: Floats, alpha: float) -> Floats:
    return np.asarray(pmi(counts, alpha).toarray())


def _ppmi_3(counts: Floats, alpha: float) -> Floats:
    return np.maximum(np.log(np.maximum(_ratio(counts, alpha), 1)), 0)


def _ppmi_4(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(_ratio(counts, 1), 1))


def _ppmi_5(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(_ratio(counts.T, alpha).T, 1))


def _ppmi_6(counts: Floats, alpha: float) -> Floats:
    rows, columns = counts.sum(axis=1) ** alpha, counts.sum(axis=0) ** alpha
    both = np.outer(rows / rows.sum(), columns / columns.sum())
    return np.log2(np.maximum(counts / counts.sum() / both, 1))


def _ppmi_7(counts: Floats, alpha: float) -> Floats:
    return np.maximum(_ratio(counts, alpha), 0)


def _ppmi_8(counts: Floats, alpha: float) -> Floats:
    columns = counts.sum(axis=0) ** alpha
    return np.log2(np.maximum(counts / np.outer(counts.sum(axis=1), columns / counts.sum()), 1))


def _ppmi_9(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(counts / counts.sum(axis=1, keepdims=True), 1e-12)).clip(0)


def _ppmi_10(counts: Floats, alpha: float) -> Floats:
    return np.log2(np.maximum(_ratio(counts**alpha, 1), 1))


@lesson.exercise(
    "ppmi",
    "Write ppmi(counts, alpha): positive PMI, in bits, for a table of counts, shape (n, m); no -inf, no NaN. Before "
    "you turn the column totals into probabilities, raise them to the power alpha.",
    hints=(
        "Three tables: what was counted, what chance would give, and their ratio. Where a count is 0, the logarithm "
        "must not be the last word.",
        "Row totals: counts.sum(axis=1, keepdims=True). Column probabilities: totals ** alpha, divided by *their own* "
        "sum. Chance gives row total x column probability.",
        "return np.log2(np.maximum(counts / chance, ...)): one number is missing; its logarithm is 0.",
    ),
    forbidden=("sklearn", "gensim"),
    slips=(
        Slip(
            _ppmi_1, "Minus infinity: log 0. Clip after the log, not before (or clip the ratio at 1, whose log is 0)."
        ),
        Slip(_ppmi_2, "This is PMI: numbers below 0 are still in it. Positive PMI writes 0 for these.", "M17"),
        Slip(_ppmi_3, "These are not bits: np.log counts in another unit. For doublings take np.log2."),
        Slip(_ppmi_4, "Your function does not look at `alpha`. Raise the column totals to that power."),
        Slip(
            _ppmi_5, "alpha went to the rows. It is the neighbours, the columns, whose rare ones should surprise less."
        ),
        Slip(_ppmi_6, "alpha went to rows and columns alike. Only the column totals are smoothed."),
        Slip(_ppmi_7, "The logarithm is missing: this is the ratio itself."),
        Slip(
            _ppmi_8,
            "After the power the column totals no longer add up to the old total. Divide by the sum of the *new* ones.",
        ),
        Slip(
            _ppmi_9,
            "You divided by the row totals only, so nothing is ever above 1. How common the neighbour is must come in "
            "too.",
            "M16",
        ),
        Slip(_ppmi_10, "You raised the counts themselves to the power alpha. Only the column totals are smoothed."),
    ),
)
def _check_ppmi(f: Any, rng: np.random.Generator) -> str:
    draws = [(_some_counts(rng), 1.0) for _ in range(3)] + [(_some_counts(rng), 0.75) for _ in range(3)]
    compare(f, _ppmi, draws, lesson.exercises["ppmi"].slips)
    lonely = _some_counts(rng)
    lonely[1], lonely[:, 2] = 0, 0
    mine = np.asarray(f(lonely, 1.0), dtype=float)
    if not np.all(np.isfinite(mine)):
        raise Wrong(
            "Right, but for a word that has no company at all (a row or column of zeros): there yours divides 0 by 0. "
            "Its cells should be 0."
        )
    return "Right for six random tables, with zeros, without NaN, with and without smoothing."


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
    sentences = [text.lower().replace(".", " ").replace(",", " ").split() for text in texts]
    there = {word for sentence in sentences for word in sentence}
    pairs = []
    for name in names:
        pair = value[name]
        if not isinstance(pair, list | tuple) or len(pair) != 2 or pair[0] == pair[1]:
            raise Wrong(f'Beside "{name}" two different words are asked for, such as ("hot", "dog").')
        missing = [w for w in pair if w not in there]
        if missing:
            raise Wrong(f"The word *{missing[0]}* does not stand in your sentences.")
        pairs.append((str(pair[0]), str(pair[1])))
    return sentences, pairs[0], pairs[1]


def _likeness(sentences: Sentences, pair: tuple[str, str]) -> float:
    counts, words = cooccurrence(sentences, WINDOW)
    return row_cosine(counts, words.index(pair[0]), words.index(pair[1]))


def _meetings(sentences: Sentences, pair: tuple[str, str]) -> int:
    return sum(pair[0] in s and pair[1] in s for s in sentences)


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
def _never_meet(value: Any, rng: np.random.Generator) -> str:
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
def _rare_wins(value: Any, rng: np.random.Generator) -> str:
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


def _chance_1(counts: Floats) -> Floats:
    rows = counts.sum(axis=1)
    columns = counts.sum(axis=0)
    return np.outer(rows, columns)


def _chance_2(counts: Floats) -> Floats:
    rows = counts.sum(axis=1)
    columns = counts.sum(axis=0)
    return np.outer(rows, columns) / counts.sum() ** 2


def _chance_3(counts: Floats) -> Floats:
    rows = counts.sum(axis=1)
    columns = counts.sum(axis=0)
    return np.outer(rows, columns) / counts.size


def _chance_4(counts: Floats) -> Floats:
    rows = counts.sum(axis=0)
    columns = counts.sum(axis=1)
    return np.outer(rows, columns) / counts.sum()


def _chance_5(counts: Floats) -> Floats:
    rows = counts.sum(axis=1)
    columns = counts.sum(axis=0)
    return (rows[:, None] + columns) / counts.sum()


def _chance_6(counts: Floats) -> Floats:
    return np.full(counts.shape, counts.mean())


@lesson.exercise(
    "repair",
    "chance(counts) should return how often each pair would meet by chance alone: row total times column total, "
    "divided by the total of the whole table. It does not.",
    hints=(
        "Try [[2, 0], [0, 2]]: by chance every pair would meet once. And the whole table should keep its total.",
        "Three questions: which axis gives the row totals, are they multiplied, and what is the product divided by?",
        "np.outer(row totals, column totals) / counts.sum(), with row totals from axis=1.",
    ),
    slips=(
        Slip(_chance_1, "It still does not divide. Meetings by chance must add up to as many as were counted."),
        Slip(
            _chance_2, "It still divides by the total twice: that is a probability, and a number of meetings is asked."
        ),
        Slip(_chance_3, "It still divides by the number of cells. Divide by the number of meetings, the sum of all."),
        Slip(_chance_4, "Rows and columns are still swapped: axis=1 adds along a row, axis=0 adds down a column."),
        Slip(_chance_5, "It still adds the totals. For chance, probabilities are multiplied."),
        Slip(_chance_6, "It still gives every pair the same. Common words must meet more often, by chance alone."),
    ),
    broken=True,
)
def _repair(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [(rng.integers(0, 9, (3, 3)).astype(float) + np.eye(3),) for _ in range(6)]
    compare(f, chance, draws, lesson.exercises["repair"].slips)
    return "Repaired: common words meet often by chance, rare ones seldom, and the total stays the same."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "why-alike",
        "In some corpus *tea* and *coffee* have a row cosine of 0.97 at window 2. Do they often stand next to each "
        "other?",
        (
            Option(
                "yes, otherwise they would not be so similar",
                "Salt and pepper never met in the town, and score 0.996. Being found together and sharing company are "
                "two different things.",
            ),
            Option(
                "no, similar words push each other away",
                "Nothing pushes. Some similar words also meet, such as king and queen in old tales. The cosine does "
                "not say.",
            ),
            Option("this number does not say", "Right: rows may be alike with or without meetings.", right=True),
        ),
        (
            Option(
                "the cosine compares the company of both words, and not how often they meet",
                "A cup of tea, a cup of coffee: the same company, whether or not they ever share a sentence.",
                right=True,
            ),
            Option(
                "words that occur together get similar vectors",
                "The commonest wrong reason of all. At a small window hot and dog always occur together and score "
                "0.21; salt and pepper never do and score 0.996. What do the latter share?",
            ),
            Option(
                "tea and coffee mean nearly the same",
                "They do, but the table does not know meanings. It only knows who stands near whom.",
            ),
            Option(
                "0.97 is a high number, and high numbers mean frequent pairs",
                "Frequent meetings make a large *count* in one cell. The cosine compares two whole rows.",
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "ppmi-zero",
        "In some corpus the PPMI of *tea* and *the* is 0. What do you know?",
        (
            Option("they never met", "Perhaps, but they may also have met a thousand times: no more than by chance."),
            Option(
                "they did not meet more often than by chance",
                "Yes. Never met, or met as chance would have it, or less: all three become 0.",
                right=True,
            ),
            Option("they are opposites", "Opposites usually share much company. A 0 only says: no surprise here."),
        ),
    ),
    Choice(
        "high-pmi",
        "A pair has a very high PMI. What is the safest first question?",
        (
            Option(
                "Which one of the two words is the more important?",
                "PMI is the same seen from both words, and it measures surprise, not importance.",
            ),
            Option("How often did they meet?", "Yes. One meeting of two rare words is enough for the top.", right=True),
            Option(
                "Are the two words similar?",
                "PMI is about meeting (first order). Similar words share company (second order); they need not meet.",
            ),
        ),
    ),
    Choice(
        "window",
        "You want to find words that can stand in for each other, like *monday* and *friday*. Which window?",
        (
            Option(
                "a small one, such as 2",
                "Yes: close neighbours say what kind of word fits into the gap.",
                right=True,
            ),
            Option(
                "the whole sentence",
                "That brings together words of one topic, such as *hot* and *dog*, even if neither can stand in for "
                "the other.",
            ),
            Option("the window does not matter", "It took hot and dog from 0.21 to 0.95. It matters a great deal."),
        ),
    ),
    Choice(
        "raw-counts",
        "With raw counts, two random words of the town have a cosine of 0.43 on average. Why so much?",
        (
            Option(
                "all words of the town have something to do with one another",
                "A typing error and a bridge have not. But both stand near *the*.",
            ),
            Option(
                "each row is mostly filled with the words the, a and to",
                "Yes: the commonest words stand near everything and drown the rest. PPMI takes them down: 0.05.",
                right=True,
            ),
            Option("counts are whole numbers", "Halve them all: no cosine changes. Size is not the trouble."),
            Option("the rows are too long", "Long rows alone do no harm; what fills them does."),
        ),
    ),
)
