"""Lesson 08, one vector, many senses: its predictions, exercises, judgement and quiz."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.counting import cooccurrence
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, compare, rows, shown
from embeddings_course.files.data import load_knobs, load_vectors
from embeddings_course.files.table import Embedding
from embeddings_course.mixing import blend, blend_cosine, unmix
from embeddings_course.vectors import cosine, nearest
from embeddings_course.word2vec import fresh_town

Floats = NDArray[np.floating]
Text = list[list[str]]

lesson = Lesson("08", "One vector, many senses")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---

lesson.add_predictions(
    Choice(
        "robbers-banks",
        "*the bank robber lives near the bank of the river.* Take the vectors of the old books. How far apart are the "
        "vectors of the two *banks* in this sentence?",
        (
            Option(
                "far: one is a building, one is mud",
                "You know that, since you read the sentence. The table did not read it: it has one row for *bank*.",
            ),
            Option(
                "0.00, they are one and the same row",
                "One word form, one row. Whoever looks up *bank* gets the same 100 numbers, today and always.",
                right=True,
            ),
            Option(
                "close, but not 0, because their neighbours differ",
                "The neighbours shaped the row *during training*. Afterwards the row is fixed: no sentence is read.",
            ),
        ),
    ),
    Number(
        "rare-cosine",
        "A word has two senses whose vectors stand at a right angle. 90 of 100 uses have the first sense, 10 the "
        "second, and its vector is the mix 90 : 10. What is the cosine of the mix to the *rare* sense? (0 to 1)",
        (
            Band(0, 0.095, "A little more. 0.1 / sqrt(0.9² + 0.1²) = 0.110."),
            Band(0.095, 0.1055, "Close. Divide by the length of the mix: 0.110."),
            Band(0.1055, 0.116, "0.1 / sqrt(0.9² + 0.1²) = 0.110. You divided by the length. Well done.", right=True),
            Band(
                0.116,
                0.35,
                "Less: 0.1 / sqrt(0.9² + 0.1²) = 0.110. The rare sense gets its share and hardly more.",
            ),
            Band(0.35, 0.6, "That would be a 37:63 mix. The common sense takes nearly everything: 0.110."),
            Band(0.6, 1.001, "That is how near the *common* sense is (0.994). The rare one: 0.110."),
        ),
        low=0,
        high=1,
        step=0.01,
    ),
    Choice(
        "half-half",
        "Mix *judge* and *soup* half and half. The cosine to both is exactly the same. Which words are the eight "
        "nearest to the mix, after these two?",
        (
            Option(
                "four about courts, four about food",
                "Equal cosines to the two words do not mean equal crowds around them. Look at the list: one crowd is "
                "missing.",
            ),
            Option(
                "all eight about one of the two",
                "Toast, roast, samovar: all food. The food words stand closer together, so they come first, and the "
                "list shows half of the truth.",
                right=True,
            ),
            Option(
                "words about both, such as a dinner at court",
                "A few words of that kind exist for other pairs (*packet* for ship and letter). Here they do not come.",
            ),
            Option(
                "a random selection",
                "The mix is no random place: it stands at a cosine of 0.65 to both words, and few words come so near.",
            ),
        ),
    ),
    Choice(
        "two-libraries",
        "754 old books, and 106 articles of Wikipedia. The same method, the same word: *bank*. Who is nearest to it?",
        (
            Option(
                "money in both: that is what bank means",
                "To you, today. In the old books people walk along banks more often than they owe to them.",
            ),
            Option(
                "the river in both: it is the older meaning",
                "In Wikipedia banks belong to economies. The text decides, not the word.",
            ),
            Option(
                "river things in the books, money in Wikipedia",
                "The dominant sense belongs to the text. The word is innocent.",
                right=True,
            ),
            Option(
                "an even mix in both, so nothing clear",
                "An even mix would need even counts, and even counts are rare.",
            ),
        ),
    ),
)


# --- exercise: the cosine to the rare sense ---


def _rare(share: float, between: float) -> float:
    return blend_cosine(share, between)


def _rare_1(share: float, between: float) -> float:
    return share + (1 - share) * between


def _rare_2(share: float, between: float) -> float:
    return share


def _rare_3(share: float, between: float) -> float:
    return 0.5


def _rare_4(share: float, between: float) -> float:
    return share / np.sqrt(share**2 + (1 - share) ** 2)


def _rare_5(share: float, between: float) -> float:
    return share / np.sqrt(share**2 + (1 - share) ** 2 + 2 * share * (1 - share) * between)


def _rare_6(share: float, between: float) -> float:
    return (share + (1 - share) * between) / np.sqrt(share**2 + (1 - share) ** 2)


def _rare_7(share: float, between: float) -> float:
    common = 1 - share
    return (common + share * between) / np.sqrt(share**2 + common**2 + 2 * share * common * between)


def _rare_8(share: float, between: float) -> float:
    common = 1 - share
    return (share + common * between) / (share**2 + common**2 + 2 * share * common * between)


def _rare_9(share: float, between: float) -> float:
    common = 1 - share
    return (share + common * between) / np.sqrt(share**2 + common**2 + share * common * between)


@lesson.exercise(
    "rare",
    "Write rare(share, between): two senses of length 1 have the cosine `between`; the mix has `share` of the rare "
    "one and the rest of the common one. Return the cosine of the mix to the rare sense.",
    hints=(
        "Write the mix as share * r + (1 - share) * c. A cosine is a dot product divided by lengths; r has length 1. "
        "So two things are missing: the dot product of the mix with r, and the length of the mix.",
        "r · r is 1, and c · r is `between`. The squared length is the dot product of the mix with itself: three "
        "terms, as in (a + b)².",
        "top = share + (1 - share) * between; length = sqrt(share² + (1 - share)² + ...): the middle term is missing.",
    ),
    forbidden=("embeddings_course.mixing",),
    slips=(
        Slip(_rare_1, "Close. Divide by the length of the mix: at 90:10 and a right angle that makes 0.110, not 0.1."),
        Slip(_rare_2, "You gave the share itself. Close at a right angle, but a mix is shorter than its parts: divide "
             "by its length (0.110 and not 0.1), and count what the common sense has in common with the rare one."),
        Slip(_rare_3, "0.5 would be a 37:63 mix. The common sense takes nearly everything.", "M31"),
        Slip(_rare_4, "Right for senses at a right angle only. Here `between` must come in, above and below the line."),
        Slip(_rare_5, "Below the line all is well. Above it, the common part too points a little along the rare sense: "
             "(1 - share) * between is missing."),
        Slip(_rare_6, "Above the line all is well. The length of the mix depends on `between` too: think of (a + b)²."),
        Slip(_rare_7, "That is the cosine to the *common* sense. Swap the roles."),
        Slip(_rare_8, "You divided by the squared length. Take the root."),
        Slip(_rare_9, "Nearly. The middle term of (a + b)² is *two* times the product."),
    ),
)  # fmt: skip
def _check_rare(f: Any, rng: np.random.Generator) -> str:
    draws = [(0.1, 0.0), (0.5, 0.0), (0.2, 0.3), (0.3, -0.4)]
    draws += [(float(s), float(c)) for s, c in zip(rng.uniform(0.05, 0.45, 3), rng.uniform(-0.8, 0.8, 3), strict=True)]
    compare(f, _rare, draws, lesson.exercises["rare"].slips)
    return (
        f"Right. At 90:10 and a right angle it is {f(0.1, 0.0):.3f}. At 95:5 it is {f(0.05, 0.0):.3f}: among random "
        "words of the books, that is nothing special."
    )


# --- exercise: plant a pseudoword ---


def _plant_1(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    return [[token if w in (one, two) else w for w in sentence] for sentence in sentences]


def _plant_2(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    left = {one: n_one, two: n_two}
    for sentence in new:
        for j, w in enumerate(sentence):
            if left.get(w, 0) > 0:
                left[w] -= 1
                sentence[j] = token
    return new


def _plant_3(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    for word, n in ((one, n_two), (two, n_one)):
        places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
        for k in rng.permutation(len(places))[:n]:
            new[places[k][0]][places[k][1]] = token
    return new


def _plant_4(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    for word, n in ((one, n_one), (two, n_two)):
        places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
        for k in rng.integers(0, len(places), n):
            new[places[k][0]][places[k][1]] = token
    return new


def _plant_5(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w in (one, two)]
    for k in rng.permutation(len(places))[: n_one + n_two]:
        new[places[k][0]][places[k][1]] = token
    return new


def _plant_6(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    rng = np.random.default_rng(0)
    new = [list(sentence) for sentence in sentences]
    for word, n in ((one, n_one), (two, n_two)):
        places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
        for k in rng.permutation(len(places))[:n]:
            new[places[k][0]][places[k][1]] = token
    return new


def _plant_7(sentences: Text, one: str, two: str, n_one: int, n_two: int, token: str, rng: Any) -> Text:
    new = [list(sentence) for sentence in sentences]
    places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == one]
    for k in rng.permutation(len(places))[:n_one]:
        new[places[k][0]][places[k][1]] = token
    return new


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
    slips=(
        Slip(_plant_1, "You replaced every use of both. Then nothing is left to compare the new word with, and the "
             "ratio is not the planted one."),
        Slip(_plant_2, "You always take the first uses. A text changes its subject on the way, so draw with rng."),
        Slip(_plant_3, "n_one and n_two are swapped: the rare word became the common one."),
        Slip(_plant_4, "Some uses were drawn twice, so fewer were replaced than asked for. Draw without putting back."),
        Slip(_plant_5, "You drew from both words together. The sum is right, the planted ratio is left to luck."),
        Slip(_plant_6, "The same uses every time, whatever rng says. Five seeds would give five equal results."),
        Slip(_plant_7, "No use of the second word was replaced. That is a word with one sense and a new name."),
    ),
)  # fmt: skip
def _check_plant(f: Any, rng: np.random.Generator) -> str:
    sentences, classes = fresh_town(int(rng.integers(10**6)), n_sentences=2500)
    one, two = classes["class 0"][0], classes["class 1"][0]
    token, n_one, n_two = one + two, 240, 60
    new = _looked_at(f(sentences, one, two, n_one, n_two, token, np.random.default_rng(1)), sentences)
    again = f(sentences, one, two, n_one, n_two, token, np.random.default_rng(2))
    slips = {slip.name: slip for slip in lesson.exercises["plant"].slips}
    _count(new, again, (one, two, token), (n_one, n_two), sentences, slips)
    counts, words = cooccurrence(new, 2)
    table = counts.toarray()
    row = {w: table[words.index(w)] / table[words.index(w)].sum() for w in (token, one, two)}
    return (
        f"Planted in a town that nobody has seen: *{token}*, {n_one} uses of *{one}* and {n_two} of *{two}*, a share "
        f"of 0.80. Its row of counts says {unmix(row[token], row[one], row[two]).share:.2f}: up to the luck of the "
        "draw, the ratio can be read off the company alone."
    )


def _looked_at(new: Any, sentences: Text) -> Text:
    """Check the shape of the answer, and that no other word was touched by mistake of length."""
    if not isinstance(new, list) or not all(isinstance(s, list) for s in new):
        raise Wrong("Return a list of sentences, each a list of words, as you were given.")
    if [len(s) for s in new] != [len(s) for s in sentences]:
        raise Wrong("The number of sentences, or the length of some, changed. Put the new word *in place of* the old.")
    return new


def _count(
    new: Text, again: Text, words: tuple[str, str, str], asked: tuple[int, int], old: Text, slips: dict[str, Slip]
) -> None:
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
    found = {
        "_plant_1": got == (uses[one], uses[two]),
        "_plant_7": got == (asked[0], 0),
        "_plant_3": got == asked[::-1],
        "_plant_5": got != asked and sum(got) == sum(asked),
        "_plant_4": got != asked and all(0.6 * n < k <= n for k, n in zip(got, asked, strict=True)),
        "_plant_2": mine == first,
        "_plant_6": got == asked and new == again,
    }
    for name, so in found.items():
        if so:
            raise Wrong(slips[name].says, slips[name].idea)
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
FAR = 50  # a word decides where it is not among so many nearest words in the other text


@lru_cache(maxsize=1)
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
    seconds=20,
)
def _which_text(value: Any, rng: np.random.Generator) -> str:
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
def _hidden_half(value: Any, rng: np.random.Generator) -> str:
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
    return (
        f"Refuted. The mix has a cosine of {cosine(mixed, v['one']):.2f} to both words, and its list knows only one. "
        "A list shows who stands *between* you and a word; it does not count uses."
    )


# --- repair my bug ---


def _mix(common: Floats, rare: Floats, share: float) -> Floats:
    return blend(rare, common, share)


def _mix_1(common: Floats, rare: Floats, share: float) -> Floats:
    mixed = (1 - share) * common + share * rare
    return mixed / np.sqrt((mixed * mixed).sum())


def _mix_2(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    mixed = share * common + (1 - share) * rare
    return mixed / np.sqrt((mixed * mixed).sum())


def _mix_3(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    return (1 - share) * common + share * rare


def _mix_4(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    mixed = common + share * rare
    return mixed / np.sqrt((mixed * mixed).sum())


def _mix_5(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    mixed = (1 - share) * common + share * rare
    return mixed / np.abs(mixed).sum()


def _mix_6(common: Floats, rare: Floats, share: float) -> Floats:
    common = common / np.sqrt((common * common).sum())
    rare = rare / np.sqrt((rare * rare).sum())
    mixed = (common + rare) / 2
    return mixed / np.sqrt((mixed * mixed).sum())


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
    slips=(
        Slip(_mix_1, "It still mixes the vectors as long as they are. The longer one wins, and length is frequency: it "
             "would count twice.", "M28"),
        Slip(_mix_2, "`share` still goes to the common vector. At share = 0 the common one should come out."),
        Slip(_mix_3, "Its result still has a length below 1. A mix of two directions is shorter than its parts."),
        Slip(_mix_4, "The common vector still counts in full, whatever the share. It should get 1 - share."),
        Slip(_mix_5, "It still divides by the sum of the sizes. The length is the root of the sum of squares."),
        Slip(_mix_6, "It still mixes half and half and never looks at `share`."),
    ),
    broken=True,
)  # fmt: skip
def _repair(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [(np.array([10.0, 0.0]), np.array([0.0, 1.0]), 0.1)]
    draws += [
        (rng.normal(size=d).round(1) + 2.0, rng.normal(size=d).round(1) * 3 - 4.0, s)
        for d, s in ((2, 0.3), (3, 0.05), (4, 0.45))
    ]
    compare(f, _mix, draws, lesson.exercises["repair"].slips)
    return "Repaired. Length is kept out of it: the share alone decides."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "seven-of-ten",
        "In the old books seven of the ten nearest words to *bank* are about water (river, brook, pond ...). So in "
        "about 70 % of its 5,064 uses *bank* is a river bank. True?",
        (
            Option(
                "yes, about 70 %",
                "In the town the list of *bill* gave 0 % to the man, and he has half of the uses. A list is no count.",
            ),
            Option(
                "no, it must be more than that: the others are odd words",
                "It may be more and it may be less. The list cannot say.",
            ),
            Option("the list does not tell", "To know, somebody has to read uses and count them.", right=True),
            Option(
                "no: money must be ahead, since it is the common sense",
                "Common where? In Wikipedia, yes. Each text has its own.",
            ),
        ),
        (
            Option(
                "near words are those that a word is used like most often",
                "Nearness also asks how *special* the company is, and who else stands there: think of *judge* and "
                "*soup*, half and half.",
            ),
            Option(
                "nearness depends on counts, on how special the company is, and on who else is near",
                "So a rare but sharp sense can fill a list, and a common but dull one can be missing from it.",
                right=True,
            ),
            Option(
                "100 numbers are too few for a word with two senses",
                "Under the river the bank that lends was there, in these 100 numbers. It was the list that hid it.",
            ),
            Option(
                "the books are too old to be trusted about *bank*",
                "They are right about their own language. The question is what a list of ten can tell.",
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "where-lost",
        "Where was the difference between the two *banks* lost?",
        (
            Option(
                "when the vectors were cut down to 100 numbers",
                "With 1,000 numbers there would still be one row for *bank*.",
            ),
            Option(
                "when all uses were counted into one row",
                "One row for one word form: all uses fall into one pot, before anything is learned.",
                right=True,
            ),
            Option("when the cosine divided by the length", "Both uses have the same vector, under any ruler."),
            Option(
                "nowhere: one only has to look at the right columns",
                "The row is the same for both uses. No column can tell apart what is equal in all of them.",
            ),
        ),
    ),
    Choice(
        "what-list-hides",
        "80 parts *money*, 20 parts *river*. No river word is among the ten nearest. What follows?",
        (
            Option(
                "the river is gone from the vector",
                "Its cosine is still above that of 95 in 100 strangers, and with *money* taken out it stands in front.",
            ),
            Option(
                "nothing yet: measure the cosine and the strangers",
                "A list of ten is a narrow window. The vector holds more than its list shows.",
                right=True,
            ),
            Option("20 parts are too few to change a vector", "*river* rose from place 7,198 to place 519."),
        ),
    ),
    Choice(
        "train-test",
        "One nearest neighbour tags all 52 known sentences of *bank* rightly. Why is that no proof?",
        (
            Option(
                "the nearest known sentence was the sentence itself",
                "An exam with the very questions of the lesson. On 26 new sentences it is right about three times in "
                "four.",
                right=True,
            ),
            Option("52 sentences are too few", "With 52,000 it would still score 100 % on sentences that it has seen."),
            Option(
                "one neighbour is unfair, one should take five",
                "Five neighbours make it better or worse. Testing on known sentences is wrong with any number.",
            ),
        ),
    ),
    Choice(
        "linear-superposition",
        "Arora and others (2018) found: the senses lie *in linear superposition* in the vector of a word. What does it "
        "mean?",
        (
            Option(
                "each sense has columns of its own",
                "No columns are set aside. All senses use all columns, and are added.",
            ),
            Option("the vector stands exactly in the middle", "Weights differ, and hardly ever is it the middle."),
            Option(
                "the senses are averaged beyond recovery",
                "On the contrary: the authors get many of them back, with a method that looks at all words at once.",
            ),
            Option("the vector is a weighted sum of its senses", "Yes: weights times sense vectors.", right=True),
        ),
    ),
)
