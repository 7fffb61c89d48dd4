"""Lesson 08, one vector, many senses: its exercises and their checks."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from embeddings_course.counting import cooccurrence
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import compare, numbers, rows
from embeddings_course.exercises.engine.telling import case, shown
from embeddings_course.files.arrays import Floats
from embeddings_course.files.data import load_knobs, load_vectors
from embeddings_course.files.table import Embedding
from embeddings_course.mixing import blend, blend_cosine, unmix
from embeddings_course.vectors import cosine, nearest
from embeddings_course.word2vec import fresh_town

Text = list[list[str]]

lesson = Lesson("08", "One vector, many senses", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


# --- exercise: from the cosine back to the share ---

NEAR_ENOUGH = 0.006  # two decimals, and a little more
COARSE = 0.051  # what ten guesses miss by at most, and a little more


def _share(cosine: float, between: float) -> float:
    """Return the share of the rare sense: the mix lies between both senses, and the sines of its angles divide it."""
    whole, part = np.arccos(between), np.arccos(np.clip(cosine, -1, 1))
    return float(np.sin(whole - part) / (np.sin(whole - part) + np.sin(part)))


def _all_near(mine: list[float], function: Any, draws: list[tuple[float, float]]) -> bool:
    return all(abs(m - function(*draw)) <= NEAR_ENOUGH for m, draw in zip(mine, draws, strict=True))


def _nearly(f: Any) -> Any:
    """Return the function, but what is near enough to the share is the share."""

    def nearly(cosine: float, between: float) -> Any:
        said, due = f(cosine, between), _share(cosine, between)
        return due if abs(said - due) <= NEAR_ENOUGH else said

    return nearly


def _share_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    return [
        ("Half and half at a right angle lies at 45 degrees.", (blend_cosine(0.5), 0.0)),
        ("At a right angle a tenth of the rare sense makes 0.110.", (blend_cosine(0.1), 0.0)),
        ("A mix with nothing of the rare sense has the cosine `between` to it.", (0.5, 0.5)),
        ("Only `between` is new here. It stands above the line and below it.", (blend_cosine(0.2, 0.5), 0.5)),
    ]


@lesson.exercise(
    "share",
    "Write share_of(cosine, between): the share of the rare sense, 0 to 1, in a mix that has this cosine to it. The "
    "two senses have the cosine `between`, and all have length 1. Two decimals are enough.",
    hints=(
        "The formula above leads from a share to a cosine. You need not turn it round: you may try shares out.",
        "np.linspace(0, 1, 1001) are a thousand guesses, and the formula gives the cosine of each. Which of them comes "
        "nearest to the one that you were given?",
        "found = (s + (1 - s) * between) / np.sqrt(s**2 + (1 - s)**2 + 2 * s * (1 - s) * between), with all guesses as "
        "s; then return s[np.argmin(np.abs(found - ...))]: one name is missing.",
    ),
    allowed=("embeddings_course.mixing.blend_cosine",),
)
def share_task(f: Any, rng: np.random.Generator) -> str:
    planted = [(0.1, 0.0), (0.5, 0.0), (0.2, 0.3), (0.3, -0.4), (0.02, 0.4), (0.93, 0.2)]
    planted += [(float(s), float(c)) for s, c in zip(rng.uniform(0.1, 0.9, 4), rng.uniform(-0.7, 0.7, 4), strict=True)]
    draws = [(round(blend_cosine(s, c), 3), round(c, 3)) for s, c in planted]  # as they are shown
    mine = [numbers([f(*draw)], "Your share", 1)[0] for draw in draws]
    if not _all_near(mine, _share, draws):
        slip = next((slip for slip in share_task.slips if _all_near(mine, slip.function, draws)), None)
        if slip:
            raise slip.wrong()
        due = [_share(*draw) for draw in draws]
        near = all(abs(m - d) <= COARSE for m, d in zip(mine, due, strict=True))
        if near and any(
            np.allclose(np.multiply(mine, n), np.round(np.multiply(mine, n))) for n in (10, 20, 25, 40, 50)
        ):
            i = int(np.argmax(np.abs(np.array(mine) - due)))
            raise Wrong(
                "Nearly, each time. Two decimals are asked for: do you try out enough shares, a hundred at least, and "
                f"give them unrounded? {case(draws[i], mine[i], due[i])}"
            )
        compare(f, _share, draws, through=_nearly, rungs=_share_rungs())
    return (
        f"Right. And *money* with *river*, at 90 : 10? The cosine to *river* was 0.15, between the two it is 0.04: "
        f"yours says {float(f(0.15, 0.04)):.2f}. A cosine can be read back, if both senses are known."
    )


def _searched(cosine: float, of_share: Any) -> float:
    """Return the share whose cosine, by some formula, comes nearest to a cosine."""
    shares = np.linspace(0, 1, 2001)
    return float(shares[np.argmin(np.abs(of_share(shares) - cosine))])


def _length(s: Floats, between: float) -> Floats:
    return np.asarray(np.sqrt(s**2 + (1 - s) ** 2 + 2 * s * (1 - s) * between))


@share_task.slip(
    "You gave the cosine back. At a right angle a tenth of the rare sense makes 0.110, and not 0.1.", "M31"
)
def gives_the_cosine(cosine: float, between: float) -> float:
    return cosine


@share_task.slip("Right for senses at a right angle only. `between` must come in, above and below the line.")
def right_angles_only(cosine: float, between: float) -> float:
    return _share(cosine, 0.0)


@share_task.slip("You turned the part above the line round and forgot the length: a mix is shorter than its parts.")
def forgets_the_length(cosine: float, between: float) -> float:
    return (cosine - between) / (1 - between)


@share_task.slip("That is the share of the *common* sense. Swap the roles.")
def share_of_the_common(cosine: float, between: float) -> float:
    return 1 - _share(cosine, between)


@share_task.slip("You divided the angle. A mix adds arrows: half the way round is half and half, a tenth is no tenth.")
def divides_the_angle(cosine: float, between: float) -> float:
    return float(1 - np.arccos(np.clip(cosine, -1, 1)) / np.arccos(between))


@share_task.slip("Above the line the common part is missing: (1 - share) * between points along the rare sense, too.")
def forgets_common_part_above(cosine: float, between: float) -> float:
    return _searched(cosine, lambda s: s / _length(s, between))


@share_task.slip("Above the line all is well. The length of the mix depends on `between` too: think of (a + b)².")
def forgets_between_below(cosine: float, between: float) -> float:
    return _searched(cosine, lambda s: (s + (1 - s) * between) / _length(s, 0.0))


@share_task.slip("You divided by the squared length. Take the root.")
def squared_length(cosine: float, between: float) -> float:
    return _searched(cosine, lambda s: (s + (1 - s) * between) / _length(s, between) ** 2)


@share_task.slip("Nearly. The middle term of (a + b)² is *two* times the product.")
def middle_term_once(cosine: float, between: float) -> float:
    return _searched(cosine, lambda s: (s + (1 - s) * between) / _length(s, between / 2))


# --- exercise: plant a pseudoword ---


@lesson.exercise(
    "plant",
    "Write plant(sentences, one, two, n_one, n_two, token, rng): a new list of sentences in which `token` stands in "
    "place of n_one uses of `one` and n_two uses of `two`, drawn at random with rng. All other uses stay.",
    hints=(
        "First collect all places of a word: (sentence number, position). Then draw some of them.",
        "rng.permutation(len(places))[:n] draws n of them, none twice. Write into a copy of the sentences.",
        "for word, n in ((one, n_one), (two, n_two)): places = [...]; for k in rng.permutation(len(places))[:n]: "
        "i, j = places[k]; new[i][j] = token. The list of places is missing.",
    ),
    forbidden=("embeddings_course.mixing",),
)
def plant_task(f: Any, rng: np.random.Generator) -> str:
    sentences, classes = fresh_town(int(rng.integers(10**6)), n_sentences=2500)
    one, two = classes["class 0"][0], classes["class 1"][0]
    sentences += [[one[:-1], two + "s", one[1:], two[:-1], one + "s"]] * 40  # words that look like the two
    sentences += [[word, "so", "it", "is", "said", word] for word in (one, two)] * 40  # twice in one sentence
    token, n_one, n_two = one + two, 240, 60
    new = _looked_at(f(sentences, one, two, n_one, n_two, token, np.random.default_rng(1)), sentences)
    again = _looked_at(f(sentences, one, two, n_one, n_two, token, np.random.default_rng(2)), sentences)
    same_luck = _looked_at(f(sentences, one, two, n_one, n_two, token, np.random.default_rng(1)), sentences)
    if new != same_luck:
        raise Wrong(
            "Called twice with equal luck, yours plants in two ways: it draws from another source than `rng`. Then "
            "nobody can repeat your experiment."
        )
    _count(new, again, (one, two, token), (n_one, n_two), sentences)
    counts, words = cooccurrence(new, 2)
    table = counts.toarray()
    row = {w: table[words.index(w)] / table[words.index(w)].sum() for w in (token, one, two)}
    return (
        f"Planted in a town that nobody has seen: *{token}*, {n_one} uses of *{one}* and {n_two} of *{two}*, a share "
        f"of 0.80. Its row of counts says {unmix(row[token], row[one], row[two]).share:.2f}: up to the luck of the "
        "draw, the ratio can be read off the company alone."
    )


@plant_task.slip(
    "You replaced every use of both. Then nothing is left to compare the new word with, and the ratio is not the "
    "planted one."
)
def replaces_every_use(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    return [[token if w in (one, two) else w for w in sentence] for sentence in sentences]


@plant_task.slip("You always take the first uses. A text changes its subject on the way, so draw with rng.")
def takes_the_first_uses(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    left = {one: n_one, two: n_two}
    for sentence in new:
        for j, w in enumerate(sentence):
            if left.get(w, 0) > 0:
                left[w] -= 1
                sentence[j] = token
    return new


@plant_task.slip("n_one and n_two are swapped: the rare word became the common one.")
def swaps_the_numbers(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    for word, n in ((one, n_two), (two, n_one)):
        places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
        for k in rng.permutation(len(places))[:n]:
            new[places[k][0]][places[k][1]] = token
    return new


@plant_task.slip("Some uses were drawn twice, so fewer were replaced than asked for. Draw without putting back.")
def draws_some_twice(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    for word, n in ((one, n_one), (two, n_two)):
        places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
        for k in rng.integers(0, len(places), n):
            new[places[k][0]][places[k][1]] = token
    return new


@plant_task.slip("You drew from both words together. The sum is right, the planted ratio is left to luck.")
def draws_from_both_together(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w in (one, two)]
    for k in rng.permutation(len(places))[: n_one + n_two]:
        new[places[k][0]][places[k][1]] = token
    return new


@plant_task.slip("The same uses every time, whatever rng says. Five seeds would give five equal results.")
def ignores_rng(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    rng = np.random.default_rng(0)
    new = [list(sentence) for sentence in sentences]
    for word, n in ((one, n_one), (two, n_two)):
        places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
        for k in rng.permutation(len(places))[:n]:
            new[places[k][0]][places[k][1]] = token
    return new


@plant_task.slip("In a sentence with the word twice you see only its first use: `index` stops there.")
def sees_the_first_use_only(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    for word, n in ((one, n_one), (two, n_two)):
        places = [(i, list(s).index(word)) for i, s in enumerate(sentences) if word in s]
        for k in rng.permutation(len(places))[:n]:
            new[places[k][0]][places[k][1]] = token
    return new


@plant_task.slip("No use of the second word was replaced. That is a word with one sense and a new name.")
def replaces_one_word_only(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == one]
    for k in rng.permutation(len(places))[:n_one]:
        new[places[k][0]][places[k][1]] = token
    return new


def _looked_at(new: Any, sentences: Text) -> Text:
    """Check the shape of the answer, and that no other word was touched by mistake of length."""
    if not isinstance(new, list | tuple) or not all(isinstance(s, list | tuple) for s in new):
        raise Wrong("Return a list of sentences, each a list of words, as you were given.")
    new = [list(s) for s in new]
    if [len(s) for s in new] != [len(s) for s in sentences]:
        raise Wrong("The number of sentences, or the length of some, changed. Put the new word *in place of* the old.")
    return new


def _count(new: Text, again: Text, words: tuple[str, str, str], asked: tuple[int, int], old: Text) -> None:
    """Count what was replaced, and say which idea went wrong."""
    one, two, token = words
    changed = Counter(a for s, t in zip(old, new, strict=True) for a, b in zip(s, t, strict=True) if a != b)
    uses = Counter(w for s in old for w in s)
    if any(b != token for s, t in zip(old, new, strict=True) for a, b in zip(s, t, strict=True) if a != b):
        raise Wrong(f"Some places got another word than the token. Only *{token}* may come in.")
    if set(changed) - {one, two}:
        raise Wrong(f"*{min(set(changed) - {one, two})}* was replaced too. Only uses of *{one}* and *{two}* may go.")
    got = (changed[one], changed[two])
    places = [(i, j) for w in (one, two) for i, s in enumerate(old) for j, x in enumerate(s) if x == w]
    first = {p for w, n in zip((one, two), asked, strict=True) for p in [p for p in places if old[p[0]][p[1]] == w][:n]}
    mine = {(i, j) for i, s in enumerate(new) for j, w in enumerate(s) if w == token}
    found = (
        (replaces_every_use, got == (uses[one], uses[two])),
        (replaces_one_word_only, got == (asked[0], 0)),
        (swaps_the_numbers, got == asked[::-1]),
        (draws_from_both_together, got != asked and sum(got) == sum(asked)),
        (draws_some_twice, got[0] < 0.93 * asked[0] and all(0.6 * n < k <= n for k, n in zip(got, asked, strict=True))),
        (takes_the_first_uses, mine == first),
        (ignores_rng, got == asked and new == again),
        (sees_the_first_use_only, got == asked and not any(old[i][j] in old[i][:j] for i, j in mine)),
    )
    for slip, so in found:
        if so:
            raise slip.wrong()
    if got != asked:
        raise Wrong(
            f"Asked for: {asked[0]} uses of *{one}* and {asked[1]} of *{two}*. Replaced: {got[0]} and {got[1]}."
        )


# --- exercise: which text was it? ---

BOOKS, WIKIPEDIA = "books", "wikipedia"
SOURCES = {
    "A": ("bill", WIKIPEDIA),
    "B": ("bank", BOOKS),
    "C": ("jack", WIKIPEDIA),
    "D": ("bank", WIKIPEDIA),
    "E": ("bill", BOOKS),
    "F": ("jack", BOOKS),
}
FAR = 500  # a word decides where it is not among so many nearest words in the other text


def _two_texts() -> dict[str, Embedding]:
    return {BOOKS: load_vectors(), WIKIPEDIA: load_knobs()["base"].table}


@lru_cache(maxsize=1)
def six_lists() -> dict[str, tuple[str, list[str]]]:
    """Return six neighbour lists: letter, the word asked about, and its eight nearest words in one of two texts.

    Introduced in lesson 08.

    >>> six_lists()["B"][0], len(six_lists()["B"][1])
    ('bank', 8)
    """
    tables = _two_texts()
    return {x: (w, [v for v, _ in nearest(tables[text], w, 8)]) for x, (w, text) in SOURCES.items()}


@lru_cache(maxsize=6)
def _places_elsewhere(letter: str) -> dict[str, int]:
    """The place of every word in the *other* text's list for a list's word, from 1."""
    word, text = SOURCES[letter]
    other = _two_texts()[WIKIPEDIA if text == BOOKS else BOOKS]
    return {v: place for place, (v, _) in enumerate(nearest(other, word, len(other)), 1)}


def deciding_words(letter: str) -> list[str]:
    """Return the words of a list that are not near the same word in the other text: those that give it away.

    Introduced in lesson 08.
    """
    places = _places_elsewhere(letter)
    return [v for v in six_lists()[letter][1] if v not in places or places[v] > FAR]


@lesson.exercise(
    "which-text",
    'Six lists, two texts. For each list say which text made it, "books" or "wikipedia", and name one word that '
    'decides: {"A": ("books", "word"), ...}.',
    hints=(
        "Do not ask what the word means to you. Ask who writes such sentences: a story teller, or an encyclopedia?",
        "Ministries and senates stand in one of the two, creeks, shillings and cowboys in the other.",
        'Three lists come from each text. A speaks of states and votes. {"A": ("wikipedia", "senate"), "B": ...}: '
        "five are missing.",
    ),
    takes="value",
    prepare=six_lists,
)
def which_text_task(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, dict) or set(value) != set(SOURCES):
        raise Wrong(f"Give a dictionary with the letters {', '.join(SOURCES)}.")
    lists = six_lists()
    for letter, answer in value.items():
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            raise Wrong(f'For {letter} give two things: the text and a word, such as ("books", "word").')
        text, said = str(answer[0]).strip().lower(), str(answer[1]).strip().lower()
        if text not in (BOOKS, WIKIPEDIA):
            raise Wrong(f'For {letter} the text is "{BOOKS}" or "{WIKIPEDIA}", not {shown(answer[0])}.')
        if said not in lists[letter][1]:
            raise Wrong(f"*{said}* does not stand in list {letter}. Take a word of the list itself.")
    _right_texts({letter: str(answer[0]).strip().lower() for letter, answer in value.items()})
    for letter, answer in value.items():
        said = str(answer[1]).strip().lower()
        if said not in deciding_words(letter):
            raise Wrong(
                f"The text of list {letter} is right. But *{said}* stands at place {_places_elsewhere(letter)[said]} "
                f"for *{lists[letter][0]}* in the other text too: it decides nothing. Name one that only fits here."
            )
    return (
        "All six. None of these lists belongs to a word: *bank*, *bill* and *jack* each have two, and other texts "
        "would add more."
    )


def _right_texts(texts: dict[str, str]) -> None:
    """Say what went wrong with the texts."""
    if texts["B"] == texts["D"]:
        raise Wrong(
            "You gave both lists of *bank* to one text. But one is full of water and one of money: in one text one "
            "sense is dominant. The dominant sense belongs to the text, not to the word.",
            "M32",
        )
    if texts["B"] == WIKIPEDIA:
        raise Wrong(
            "You gave the river to Wikipedia and the money to the old books. Why not? But look at who writes: "
            "*ministry* and *currency* are words of an encyclopedia, *brook* and *skiff* those of a story.",
            "M32",
        )
    wrong = [letter for letter, (_, text) in SOURCES.items() if texts[letter] != text]
    if wrong:
        word, near = six_lists()[wrong[0]]
        telling = deciding_words(wrong[0])[:3]
        raise Wrong(
            f"List {wrong[0]} is from the other text. Read it again: {', '.join(near)}. In the text that you named, "
            f"*{word}* is far from {', '.join(telling)}.",
            "M32",
        )


# --- exercise: the counterexample ---

CLOSE, TIE = 0.8, 0.01
NAMES = ("one", "two", "a", "b", "c", "x", "y", "z")


@lesson.exercise(
    "hidden-half",
    "A colleague says: *the nearest words show me in what proportion a word is used in its senses.* Refute it. Build a "
    "table in which the mix of `one` and `two`, half and half, has `a`, `b`, `c` as its three nearest words, and all "
    f"three belong to `one`. Every neighbour has a cosine of at least {CLOSE} to its own word.",
    hints=(
        "Two numbers a row are enough. Put `one` and `two` at a right angle; where does the mix point?",
        "`a`, `b`, `c` should lie on that side of `one` which looks towards the mix, and `x`, `y`, `z` on that side of "
        "`two` which looks away.",
        '{"one": [1, 0], "two": [0, 1], "a": [0.9, 0.4], "b": [0.9, 0.45], "c": [0.9, 0.5], "x": [-0.3, 1], ...}: two '
        "rows are missing.",
    ),
    takes="value",
)
def hidden_half_task(value: Any, rng: np.random.Generator) -> str:
    v = dict(zip(NAMES, rows(value, NAMES), strict=True))
    empty = [name for name, row in v.items() if not row.any()]
    if empty:
        raise Wrong(f"The row of {empty[0]} is all zero: it has no direction. Give it one.")
    between = cosine(v["one"], v["two"])
    if between > CLOSE:
        raise Wrong(f"`one` and `two` are nearly one word (cosine {between:.2f}). Take two that differ, below {CLOSE}.")
    for name in "abcxyz":
        own, other = ("one", "two") if name in "abc" else ("two", "one")
        if cosine(v[name], v[own]) < CLOSE:
            raise Wrong(
                f"`{name}` has a cosine of {cosine(v[name], v[own]):.2f} to `{own}`, below {CLOSE}: no true neighbour. "
                "Then nobody is surprised that it is missing."
            )
        if cosine(v[name], v[other]) >= cosine(v[name], v[own]):
            raise Wrong(f"`{name}` is nearer to `{other}` than to `{own}`. It should belong to `{own}`.")
    if np.allclose(v["one"] / np.linalg.norm(v["one"]), -v["two"] / np.linalg.norm(v["two"])):
        raise Wrong("`one` and `two` are opposites, so their mix is nothing at all. Give them another angle.")
    mixed = blend(v["one"], v["two"])
    near = {name: cosine(mixed, v[name]) for name in "abcxyz"}
    ranked = sorted(near, key=lambda name: -near[name])
    if abs(near[ranked[2]] - near[ranked[3]]) < TIE:
        raise Wrong(
            f"`{ranked[2]}` and `{ranked[3]}` are equally near to the mix (cosine {near[ranked[3]]:.2f}), so nobody is "
            "third. Turn `x`, `y`, `z` a little away from it."
        )
    if set(ranked[:3]) != set("abc"):
        raise Wrong(
            f"Nearest to the mix are {', '.join(ranked[:3])}, so both senses show. Turn `x`, `y`, `z` away from the "
            "mix, to the far side of `two`.",
            "M31",
        )
    twins = [(a, b) for a, b in combinations(NAMES, 2) if np.allclose(v[a], v[b])]
    if twins:
        raise Wrong(f"`{twins[0][0]}` and `{twins[0][1]}` are one and the same row: two names for one word. Part them.")
    return (
        f"Refuted. The mix has a cosine of {cosine(mixed, v['one']):.2f} to both words, and its list knows only one. "
        "A list shows who stands *between* you and a word; it does not count uses."
    )


# --- repair my bug ---


def _mix(common: Floats, rare: Floats, share: float) -> Floats:
    return blend(rare, common, share)


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    up, side = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    return [
        ("share = 0: out comes the common vector, which has length 1 already.", (side, up, 0.0)),
        ("share = 1: out comes the rare vector, which has length 1 already.", (side, up, 1.0)),
        ("share = 0 and a long common vector: out it comes, cut to length 1.", (5 * side, up, 0.0)),
        ("Both have length 1: mix by share and 1 - share, then cut the mix to length 1.", (side, up, 0.25)),
        ("Only the common vector is longer here. It is cut to length 1 *before* the mixing.", (5 * side, up, 0.25)),
        ("Only the rare vector is longer here. It is cut to length 1 *before* the mixing.", (side, 5 * up, 0.25)),
        ("The length is the root of the sum of all squares.", (np.array([3.0, 4.0]), np.array([-4.0, 3.0]), 0.5)),
    ]


@lesson.exercise(
    "repair",
    "mix(common, rare, share) should cut both vectors to length 1, mix them with `share` of the rare one, and return "
    "the mix, cut to length 1 as well. It does not.",
    hints=(
        "Try common = [10, 0], rare = [0, 1], share = 0.1. Right is [0.994, 0.110].",
        "Try also share = 0: out should come the common vector, cut to length 1. And share = 1.",
        "Check five things: both are cut first, share goes to the rare one and 1 - share to the common one, the result "
        "is cut too, and the length is the root of the sum of squares.",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [(np.array([10.0, 0.0]), np.array([0.0, 1.0]), 0.1)]
    draws += [
        (rng.normal(size=d).round(1) + 2.0, rng.normal(size=d).round(1) * 3 - 4.0, s)
        for d, s in ((2, 0.3), (3, 0.05), (4, 0.45))
    ]
    compare(f, _mix, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired. Length is kept out of it: the share alone decides."


@repair_task.slip(
    "It still mixes the vectors as long as they are. The longer one wins, and length is frequency: it would count "
    "twice.",
    idea="M28",
)
def mixes_at_full_length(common: Floats, rare: Floats, share: float) -> Floats:
    mixed = (1 - share) * common + share * rare
    return mixed / np.sqrt((mixed * mixed).sum())


@repair_task.slip("`share` still goes to the common vector. At share = 0 the common one should come out.")
def share_to_the_common(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    mixed = share * common + (1 - share) * rare
    return mixed / np.sqrt((mixed * mixed).sum())


@repair_task.slip("Its result still has a length below 1. A mix of two directions is shorter than its parts.")
def forgets_to_cut_the_mix(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    return (1 - share) * common + share * rare


@repair_task.slip("The common vector still counts in full, whatever the share. It should get 1 - share.")
def common_counts_in_full(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    mixed = common + share * rare
    return mixed / np.sqrt((mixed * mixed).sum())


@repair_task.slip("It still divides by the sum of the sizes. The length is the root of the sum of squares.")
def divides_by_sum_of_sizes(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    mixed = (1 - share) * common + share * rare
    return mixed / np.abs(mixed).sum()


@repair_task.slip("It still mixes half and half and never looks at `share`.")
def always_half_and_half(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    mixed = (common + rare) / 2
    return mixed / np.sqrt((mixed * mixed).sum())
