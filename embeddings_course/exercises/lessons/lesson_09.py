"""Lesson 09, BERT in context: exercises and their checks. True for MiniLM and for BERT-base alike."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import compare, telling
from embeddings_course.exercises.engine.telling import shown
from embeddings_course.files.arrays import Bools, Floats
from embeddings_course.files.data import load_vectors
from embeddings_course.pretrained import load_bert
from embeddings_course.search import words_of
from embeddings_course.senses import sense_layer
from embeddings_course.vectors import cosine, normalise
from embeddings_course.wordpiece import pieces_of

lesson = Lesson("09", "BERT in context", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


# --- exercise: the vector of a word ---


def _words(tokens: list[str]) -> list[tuple[str, list[int]]]:
    """Glue pieces together: each word with the places of its pieces; [CLS] and [SEP] are words of their own."""
    words: list[tuple[str, list[int]]] = []
    for i, token in enumerate(tokens):
        if token.startswith("##") and words:
            word, places = words[-1]
            words[-1] = (word + token[2:], [*places, i])
        else:
            words.append((token, [i]))
    return words


def _places(tokens: list[str], word: str, occurrence: int) -> list[int]:
    return [places for w, places in _words(tokens) if w == word][occurrence]


def _right(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)].mean(axis=0))


PIECES = {
    "bank": ["bank"],
    "the": ["the"],
    "river": ["river"],
    "robber": ["robber"],
    "embedding": ["em", "##bed", "##ding"],
    "banknote": ["bank", "##note"],
    "unbankable": ["un", "##bank", "##able"],
    "lives": ["lives"],
}


def _sentence(rng: np.random.Generator) -> list[str]:
    """Draw a sentence of nine words in pieces, each of three chosen words at least twice."""
    chosen = [str(w) for w in rng.choice([*PIECES], size=3, replace=False)]
    words = [*chosen, *chosen, *(str(w) for w in rng.choice([*PIECES], size=3))]
    rng.shuffle(words)
    return ["[CLS]", *(piece for w in words for piece in PIECES[w]), "[SEP]"]


def _word_vector_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    one, three = ["[CLS]", "the", "bank", "[SEP]"], ["[CLS]", "em", "##bed", "##ding", "[SEP]"]
    twice, longer = ["bank", "the", "bank"], ["bank", "##note", "bank"]
    count = 1.0 + np.arange(40).reshape(4, 5, 2) ** 2
    return [
        ("One piece, in place 2: [CLS] stands in place 0, and counts.", (one, count[:, :4], "bank", 0, 0)),
        ("The same word one layer up: hidden_states[1], and that layer alone.", (one, count[:, :4], "bank", 0, 1)),
        ("The word stands there twice, and occurrence 0 is the first.", (twice, count[:, :3], "bank", 0, 1)),
        ("Occurrence 1 is the second.", (twice, count[:, :3], "bank", 1, 1)),
        ("Three pieces: the mean of all three.", (three, count, "embedding", 0, 1)),
        (
            "*bank* and ##note are another word: a word goes on as long as ## follows.",
            (longer, count[:, :3], "bank", 0, 1),
        ),
    ]


def _not_found(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> str:
    return (
        f"It finds no {('first', 'second')[occurrence]} *{word}* in {shown(tokens)}. A word begins at a token without "
        "##, and takes all with ## that follow."
    )


@lesson.exercise(
    "word-vector",
    "Write word_vector(tokens, hidden_states, word, occurrence, layer): the vector of a word in its "
    "sentence. Where the word was cut into "
    "pieces, take their mean; occurrence counts from 0; hidden_states has shape (layers + 1, tokens, numbers).",
    hints=(
        "A word begins at a token without ## and takes all tokens with ## that follow. First find the words, "
        "each with its places.",
        "Go through the tokens once. A token that begins with ## joins the last word: add its text without "
        "## and its place. "
        "Any other token begins a new word. Then pick the occurrence, and average the rows of its places.",
        "places = [p for w, p in words if w == word][occurrence]; return "
        "hidden_states[layer][places].mean(axis=...): one number is missing.",
    ),
)
def word_vector_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for layer in (0, 1, 2, 3, -1, 0, 2, 1):
        tokens = _sentence(rng)
        states = rng.normal(size=(4, len(tokens), 5)).round(2)
        word = str(rng.choice([w for w in PIECES if len([1 for v, _ in _words(tokens) if v == w]) >= 2]))
        draws.append((tokens, states, word, int(rng.integers(2)), layer))
    long_word = ["[CLS]", "the", "em", "##bed", "##ding", "the", "bank", "em", "##bed", "##ding", "bank", "[SEP]"]
    for word, occurrence, layer in (("embedding", 1, 0), ("bank", 1, 2), ("bank", 0, 0), ("embedding", 0, 1)):
        draws.append((long_word, rng.normal(size=(4, 12, 5)).round(2), word, occurrence, layer))
    # words that begin, end or go on like *bank*; and a list of tokens without [SEP], which ends with the word
    twins = ["[CLS]", "an", "bank", "##note", "un", "##bank", "##able", "un", "##bank", "bank", "em", "the", "bank"]
    for tokens, occurrence in (
        (twins, 0),
        (twins, 1),
        (twins[1:-2], 0),
        ([*twins[7:], "##s", "em", "##bank", "bank"], 1),
    ):
        draws.append((tokens, rng.normal(size=(4, len(tokens), 5)).round(2), "bank", occurrence, 1))
    compare(telling(f, "IndexError", _not_found), _right, draws, word_vector_task.slips, rungs=_word_vector_rungs())
    return "Pieces, occurrences and layers all come out right. From now on bert.word_vector does this for you."


@word_vector_task.slip("You took the vector of the token before. Position 0 is [CLS].")
def token_before(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    places = [i - 1 for i in _places(tokens, word, occurrence)]
    return np.asarray(hidden_states[layer][places].mean(axis=0))


@word_vector_task.slip(
    "Some words have two or three pieces, and you took the first. Average them, or say why not.",
    idea="M34",
)
def first_piece_only(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)[0]])


@word_vector_task.slip(
    "Some words have two or three pieces, and you took the last. Average them, or say why not.",
    idea="M34",
)
def last_piece_only(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)[-1]])


@word_vector_task.slip(
    "You added the pieces up. A word of three pieces becomes three times as long that way: take the mean.",
    idea="M34",
)
def adds_the_pieces(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)].sum(axis=0))


@word_vector_task.slip(
    "You always take the first occurrence. The robber's sentence has two banks: that is the whole point.",
    idea="M33",
)
def first_occurrence_only(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, 0)].mean(axis=0))


@word_vector_task.slip("You always take the last layer. Your function does not look at `layer`.", idea="M36")
def last_layer_only(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[-1][_places(tokens, word, occurrence)].mean(axis=0))


@word_vector_task.slip(
    "Layer 0 of hidden_states is the lookup table, and it is one of the layers: hidden_states[layer] is enough."
)
def layers_without_the_lookup(
    tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int
) -> Floats:
    return np.asarray(hidden_states[1:][layer - 1][_places(tokens, word, occurrence)].mean(axis=0))


@word_vector_task.slip(
    "You counted words, but the rows are tokens: after a word of three pieces all places move on by two.",
    idea="M34",
)
def counts_words_not_tokens(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    number = [i for i, (w, _) in enumerate(_words(tokens)) if w == word][occurrence]
    return np.asarray(hidden_states[layer][number])


def _looking_like(tokens: list[str], word: str, fits: Callable[[str, str], bool]) -> list[list[int]]:
    return [places for w, places in _words(tokens) if fits(w, word)]


@word_vector_task.slip("You look for words that *begin* like the word: then *bank* finds *banknote* too. Ask for ==.")
def begins_alike(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    places = _looking_like(tokens, word, str.startswith)[occurrence]
    return np.asarray(hidden_states[layer][places].mean(axis=0))


@word_vector_task.slip("You look for words that *end* like the word: then *bank* finds *unbank* too. Ask for ==.")
def ends_alike(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    places = _looking_like(tokens, word, str.endswith)[occurrence]
    return np.asarray(hidden_states[layer][places].mean(axis=0))


@word_vector_task.slip(
    "You look for the word *inside* others: then *bank* finds *unbankable* too. Ask for ==, not `in`."
)
def stands_inside(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    places = _looking_like(tokens, word, lambda w, asked: asked in w)[occurrence]
    return np.asarray(hidden_states[layer][places].mean(axis=0))


@word_vector_task.slip(
    "You averaged all occurrences of the word. That throws away what BERT adds: one vector for each use.",
    idea="M33",
)
def averages_all_occurrences(
    tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int
) -> Floats:
    every = [i for w, places in _words(tokens) if w == word for i in places]
    return np.asarray(hidden_states[layer][every].mean(axis=0))


@word_vector_task.slip(
    "You look for words that stand *inside* the one you were asked for: then *banknote* finds *bank* too. Ask for ==."
)
def inside_the_asked(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    places = _looking_like(tokens, word, lambda w, asked: w in asked)[occurrence]
    return np.asarray(hidden_states[layer][places].mean(axis=0))


@word_vector_task.slip("You picked a word that is another one: the test that compares the texts is upside down.")
def any_other_word(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    places = _looking_like(tokens, word, lambda w, asked: w != asked)[occurrence]
    return np.asarray(hidden_states[layer][places].mean(axis=0))


@word_vector_task.slip("You gave a row for each piece. One word, one vector: take the mean of its rows.", idea="M34")
def a_row_for_each_piece(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)])


@word_vector_task.slip(
    "You averaged the numbers of each piece. The mean goes over the pieces, axis 0: as many numbers as a token has."
)
def averages_each_piece(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)].mean(axis=1))


@word_vector_task.slip(
    "That is the mean of the whole sentence: the same vector for every word in it. Take the word's own rows.",
    idea="M35",
)
def the_whole_sentence(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer].mean(axis=0))


# --- exercise: sense tagging by neighbours, against the majority ---


def _majority(senses: list[str]) -> str:
    return max(sorted(set(senses)), key=senses.count)


def _votes(known: Floats, senses: list[str], new: Floats, k: int) -> list[str]:
    order = np.argsort(-(normalise(new) @ normalise(known).T), axis=1)[:, :k]
    return [_majority([senses[i] for i in row]) for row in order]


def _share(answers: list[str], truth: list[str]) -> float:
    return float(np.mean([a == t for a, t in zip(answers, truth, strict=True)]))


def _knn(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(known, senses, new, k), truth), _share([_majority(senses)] * len(truth), truth)


def _neighbours_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    known = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9], [0.2, 0.9]])
    senses, new = ["a", "a", "b", "b", "b"], np.array([[1.0, 0.1], [0.1, 1.0], [1.0, 0.2], [0.2, 1.0]])
    return [
        (
            "One neighbour, and all are tagged rightly: your share is 1, that of the commonest sense is a half.",
            (known, senses, new, ["a", "b", "a", "b"], 1),
        ),
        ("One neighbour, and every tag is wrong: your share is 0.", (known, senses, new, ["b", "a", "b", "a"], 1)),
        (
            "The baseline answers the commonest of `senses` (here *b*) for each new use.",
            (known, senses, new[:3], ["a", "b", "a"], 1),
        ),
        (
            "Only lengths differ from the case before: a cosine does not care.",
            (known * [[1.0], [9], [1], [9], [1]], senses, new[:3] * 5, ["a", "b", "a"], 1),
        ),
        (
            "Three neighbours vote, and here two of them overrule the nearest.",
            (known[[0, 3, 4]], ["a", "b", "b"], new, ["b", "b", "b", "b"], 3),
        ),
        *_who_votes(),
    ]


def _who_votes() -> list[tuple[str, tuple[Any, ...]]]:
    """Return cases for whoever fixes the number of votes, weighs them, or takes the sense that stands first."""
    fan = np.array([[np.cos(a), np.sin(a)] for a in np.radians([0, 5, 40, 50, 60, 80, 120, 150])])
    east, truth = np.array([[1.0, 0.0]]), ["b"]
    return [
        ("Of five neighbours three say *b*; of the nearest three two say *a*.", (fan[:6], [*"aabbbb"], east, truth, 5)),
        (
            "A vote is a vote: the nearest of three has no more weight.",
            (fan[[0, 4, 5, 6, 7]], [*"abbab"], east, truth, 3),
        ),
        ("The commonest sense need not stand first.", (fan[[0, 2, 3]], [*"abb"], east, truth, 1)),
        ("The nearest has a vote too, and alone it decides.", (fan[:3], [*"baa"], east, truth, 1)),
    ]


@lesson.exercise(
    "neighbours",
    "Write knn(known, senses, new, truth, k): tag each row of `new` with the sense that most of its k nearest rows of "
    "`known` have (by cosine). Return two shares of right answers on `truth`: yours, and that of always "
    "answering the commonest of `senses`.",
    hints=(
        "Cosines first: scale all rows to length 1, then one matrix product gives them all. Then count votes.",
        "For each new row: sort the cosines, take the k largest, collect their senses, answer the commonest. "
        "The baseline answers the commonest of `senses` every time. Both are judged on `truth`.",
        "order = np.argsort(-(a @ b.T), axis=1)[:, :k]; votes = [senses[i] for i in row]; "
        "max(set(votes), key=votes.count). Then the mean of `answer == truth`, twice: return (mine, baseline).",
    ),
)
def neighbours_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for k in (3, 5, 7, 3, 5):
        # some are the beginning of others
        one, two = {3: ("bank.money", "bank.river"), 5: ("bank.river", "bank"), 7: ("bank", "bank.river")}[k]
        middle = {one: rng.normal(size=6), two: rng.normal(size=6)}
        senses = [one] * int(rng.integers(9, 13)) + [two] * 8
        truth = [one] * int(rng.integers(4, 8)) + [two] * 9
        known, new = (
            np.array([(middle[s] + rng.normal(size=6)) * rng.uniform(0.2, 5) for s in part]) for part in (senses, truth)
        )
        draws.append((known.round(2), senses, new.round(2), truth, k))
    draws += [case for _, case in _who_votes()]
    if np.ndim(f(*draws[0])) == 0:
        raise no_baseline.wrong()
    compare(f, _knn, draws, neighbours_task.slips, rungs=_neighbours_rungs())
    return "Votes, and the baseline beside them. senses.tag_senses does the same for all words and layers at once."


@neighbours_task.slip(
    "Length got in: you compared by dot product. Scale the rows to length 1, then it is the cosine.",
    idea="M01",
)
def compares_dot_products(
    known: Floats, senses: list[str], new: Floats, truth: list[str], k: int
) -> tuple[float, float]:
    order = np.argsort(-(np.asarray(new) @ np.asarray(known).T), axis=1)[:, :k]
    answers = [_majority([senses[i] for i in row]) for row in order]
    return _share(answers, truth), _share([_majority(senses)] * len(truth), truth)


@neighbours_task.slip("Only one neighbour speaks: your function does not look at `k`. Let k of them vote.")
def one_neighbour_only(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(known, senses, new, 1), truth), _share([_majority(senses)] * len(truth), truth)


@neighbours_task.slip(
    "Your baseline looked at the answers: it took the commonest sense of `truth`. Learn it from `senses`, as your "
    "neighbours do.",
    idea="M46",
)
def baseline_from_the_truth(
    known: Floats, senses: list[str], new: Floats, truth: list[str], k: int
) -> tuple[float, float]:
    return _share(_votes(known, senses, new, k), truth), _share([_majority(truth)] * len(truth), truth)


@neighbours_task.slip(
    "You judged the baseline on the known uses. Both numbers must be about the same new uses, or they cannot be "
    "compared.",
    idea="M46",
)
def baseline_on_known_uses(
    known: Floats, senses: list[str], new: Floats, truth: list[str], k: int
) -> tuple[float, float]:
    return _share(_votes(known, senses, new, k), truth), _share([_majority(senses)] * len(senses), senses)


@neighbours_task.slip("You tagged the uses that you learned from: each finds itself. Tag the new ones.")
def tags_the_known_uses(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(known, senses, known, k), senses), _share([_majority(senses)] * len(truth), truth)


@neighbours_task.slip("You asked the k farthest. Sort by cosine with the largest first.")
def asks_the_farthest(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(-np.asarray(known), senses, new, k), truth), _share([_majority(senses)] * len(truth), truth)


@neighbours_task.slip(
    "One number is not enough: what would one score without any vector? Return (yours, commonest sense).",
    idea="M46",
)
def no_baseline(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> float:
    return _share(_votes(known, senses, new, k), truth)


@neighbours_task.slip("These are counts. Divide by how many uses were tagged.")
def counts_instead_of_shares(
    known: Floats, senses: list[str], new: Floats, truth: list[str], k: int
) -> tuple[float, float]:
    right, common = _knn(known, senses, new, truth, k)
    return right * len(truth), common * len(truth)


def _last_by_alphabet(senses: list[str]) -> str:
    return max(senses)


def _voting(
    draw: tuple[Floats, list[str], Floats, list[str], int],
    *,
    majority: Callable[[list[str]], str] = _majority,
    baseline: Callable[[list[str]], str] = _majority,
    scaled: Callable[[Floats], Floats] = normalise,
    more: int = 0,
) -> tuple[float, float]:
    """Do the exercise with one step replaced."""
    known, senses, new, truth, k = draw
    order = np.argsort(-(scaled(np.asarray(new)) @ scaled(np.asarray(known)).T), axis=1)[:, : k + more]
    answers = [majority([senses[i] for i in row]) for row in order]
    return _share(answers, truth), _share([baseline(senses)] * len(truth), truth)


@neighbours_task.slip(
    "No vote was counted: max of names alone is the last one in the alphabet. Say key=votes.count.", idea="M46"
)
def last_name_wins(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _voting((known, senses, new, truth, k), majority=_last_by_alphabet)


@neighbours_task.slip(
    "Your baseline is the last name in the alphabet, not the commonest sense. Say key=senses.count.", idea="M46"
)
def baseline_by_alphabet(
    known: Floats, senses: list[str], new: Floats, truth: list[str], k: int
) -> tuple[float, float]:
    return _voting((known, senses, new, truth, k), baseline=_last_by_alphabet)


@neighbours_task.slip("You multiplied by the length: long rows get longer still. Divide by it.", idea="M01")
def multiplies_by_length(
    known: Floats, senses: list[str], new: Floats, truth: list[str], k: int
) -> tuple[float, float]:
    return _voting(
        (known, senses, new, truth, k), scaled=lambda rows: rows * np.linalg.norm(rows, axis=1, keepdims=True)
    )


@neighbours_task.slip("You scaled the columns. Each row is a use, and each row gets length 1: axis 1.", idea="M01")
def scales_the_columns(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _voting(
        (known, senses, new, truth, k), scaled=lambda rows: rows / np.linalg.norm(rows, axis=0, keepdims=True)
    )


@neighbours_task.slip(
    "You took those that are nearest by straight line, and there length has a say. By cosine: scale the rows to "
    "length 1 first.",
    idea="M01",
)
def by_straight_line(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    away = np.linalg.norm(np.asarray(new)[:, None] - np.asarray(known)[None], axis=2)
    answers = [_majority([senses[i] for i in row]) for row in np.argsort(away, axis=1, kind="stable")[:, :k]]
    return _share(answers, truth), _share([_majority(senses)] * len(truth), truth)


@neighbours_task.slip(
    "You left the nearest out. That is right where a use stands among those that it is compared with; the new ones do "
    "not."
)
def leaves_the_nearest_out(
    known: Floats, senses: list[str], new: Floats, truth: list[str], k: int
) -> tuple[float, float]:
    order = np.argsort(-(normalise(new) @ normalise(known).T), axis=1)[:, 1 : k + 1]
    answers = [_majority([senses[i] for i in row]) for row in order]
    return _share(answers, truth), _share([_majority(senses)] * len(truth), truth)


@neighbours_task.slip(
    "Your neighbours vote by weight, the nearest most. Here each has one vote: the sense that *most* of the k have."
)
def votes_by_weight(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    answers = []
    for row in normalise(new) @ normalise(known).T:
        near = np.argsort(-row)[:k]
        answers.append(max(sorted(set(senses)), key=lambda s: sum(row[i] for i in near if senses[i] == s)))
    return _share(answers, truth), _share([_majority(senses)] * len(truth), truth)


@neighbours_task.slip(
    "Your baseline answers the sense that happens to stand first in `senses`. Count which stands there most often.",
    idea="M46",
)
def baseline_of_the_first(
    known: Floats, senses: list[str], new: Floats, truth: list[str], k: int
) -> tuple[float, float]:
    return _share(_votes(known, senses, new, k), truth), _share([senses[0]] * len(truth), truth)


@neighbours_task.slip("One neighbour too many votes: the first k are [:k].")
def one_too_many(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _voting((known, senses, new, truth, k), more=1)


def _loosely(draw: tuple[Floats, list[str], Floats, list[str], int], like: Callable[[str, str], bool]) -> list[float]:
    """Judge both with another test than ==; shape (mine, baseline)."""
    known, senses, new, truth, k = draw
    answers = _votes(known, senses, new, k), [_majority(senses)] * len(truth)
    return [float(np.mean([like(a, t) for a, t in zip(some, truth, strict=True)])) for some in answers]


@neighbours_task.slip("*bank* is not *bank.river*: `in` and startswith call a part of a name right. Ask for ==.")
def parts_of_names(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    draw = (known, senses, new, truth, k)
    return _loosely(draw, lambda a, t: a in t)[0], _loosely(draw, str.__eq__)[1]


@neighbours_task.slip("*bank.river* is not *bank*: a name that begins alike is another sense. Ask for ==.")
def longer_names(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    draw = (known, senses, new, truth, k)
    return _loosely(draw, lambda a, t: t in a)[0], _loosely(draw, str.__eq__)[1]


@neighbours_task.slip("The baseline calls a part of a name right: *bank* is not *bank.river*. Ask for ==.")
def baseline_of_parts(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    draw = (known, senses, new, truth, k)
    return _loosely(draw, str.__eq__)[0], _loosely(draw, lambda a, t: t in a)[1]


# --- find the counterexample: the sense stays, and the vector moves further ---

BASE = "the bank robber lives near the bank of the river"
OTHER_SENSE = "the bank robber lives near the bank of the city"
KEPT = "the bank of the river"


MONEY = frozenset(("cash", "money", "deposit", "deposits", "account", "loan", "loans", "cheque", "coin", "coins"))


def _like_money(word: str) -> bool:
    books = load_vectors()
    return max(cosine(books[word], books[m]) for m in ("money", "cash")) > 0.6


def changed_words(before: str, after: str) -> int:
    """Return how many words were put in, taken out or replaced; capitals and marks do not count.

    >>> changed_words("the bank of the river", "by the bank of the wide river")
    2
    """
    steps = difflib.SequenceMatcher(None, words_of(before), words_of(after), autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in steps if kind != "equal")


def drift(sentence: str) -> float:
    """Return how far the second bank moves from the base sentence to this one: 1 - cosine, two thirds of the way up."""
    bert = load_bert()
    upper = sense_layer(bert.config.n_layers)
    kept = KEPT if KEPT in sentence else KEPT.replace("river", "city")
    before = len(re.findall(r"\bbank\b", sentence[: sentence.index(kept)]))
    there = bert.word_vector(sentence, "bank", occurrence=before, layer=upper)
    return 1 - cosine(bert.word_vector(BASE, "bank", occurrence=1, layer=upper), there)


@lesson.exercise(
    "control",
    "Somebody says: if the vector of *bank* moves, its sense has changed. Refute it: change at most three words of "
    "'the bank robber lives near the bank of the river', keep 'the bank of the river' in it, and move "
    "that bank further than river -> city does.",
    hints=(
        "What does BERT see besides the sense? Where the word stands, how long the sentence is, what is near.",
        "Words near the second bank count most. You may replace 'lives near', or put words in front or behind.",
        "The other bank in the sentence pulls at this one. Say who lives there, or what grows there, without that "
        "word: 'the ... near the bank of the river'.",
    ),
    takes="value",
    prepare=load_bert,
)
def control_task(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, str):
        raise Wrong("Give one sentence, as a text in quotation marks.")
    sentence = " ".join(value.lower().split())
    if KEPT not in sentence or not re.search(rf"\b{KEPT}\b", sentence):
        raise Wrong(f"'{KEPT}' must stay in it: then the sense of that bank is safe, and only the rest has changed.")
    new = sorted(set(re.findall(r"[a-z]+", sentence)) - set(BASE.split()))
    strange = [w for w in new if w not in load_vectors()]
    if strange:
        raise Wrong(f"*{strange[0]}* is no word of the old books. Write a sentence that somebody could say.")
    money = [w for w in new if w in MONEY or (w in load_vectors() and _like_money(w))]
    if money:
        raise Wrong(
            f"*{money[0]}* speaks of money: then nobody knows which sense that bank still has. Take another word.",
            "M38",
        )
    said = words_of(sentence)
    twice = next((w for w, after in pairwise(said) if w == after), "")
    if twice:
        raise Wrong(f"*{twice} {twice}*: nobody speaks like that. Write a sentence that somebody could say.")
    changed = changed_words(BASE, sentence)
    if not changed:
        raise Wrong(
            "That is the sentence itself (capitals and marks are no change). Change something besides "
            "'the bank of the river'."
        )
    if changed > 3:
        raise Wrong(f"You changed {changed} words; at most three are allowed. Which change has most power?")
    mine, other = drift(sentence), drift(OTHER_SENSE)
    told = f"With your change the bank of the river moves by {mine:.3f}; river -> city moves it by {other:.3f}."
    if mine <= other:
        raise Wrong(
            f"{told} Not yet further. A vector also feels its place in the sentence, and the words close by.", "M38"
        )
    return f"{told} Same sense, larger step: a moving vector is evidence, no proof. Always have a control like yours."


# --- repair my bug ---


def _sentence_rungs() -> list[tuple[str, tuple[Floats, Bools]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    rows = np.array([[1.0, 10.0], [3.0, -20.0], [8.0, 70.0], [4.0, 0.0]])
    return [
        (what, (rows[: len(mask)], np.array(mask)))
        for what, mask in (
            ("One real token here: the sentence is that token.", [True]),
            ("Two real tokens: half their sum, number by number.", [True, True]),
            ("Three real tokens: a third of their sum; all of them count, and each alike.", [True, True, True]),
            ("Four real tokens: a quarter of their sum, however many there are.", [True] * 4),
            ("Two real tokens and one of filling, which counts nowhere.", [True, True, False]),
            ("The filling stands in front here: the mask says which rows are real.", [False, True, True]),
        )
    ]


def _mean_of_tokens(hidden: Floats, mask: Bools) -> Floats:
    return np.asarray(hidden[mask].mean(axis=0))


@lesson.exercise(
    "repair",
    "sentence_vector(hidden, mask) should return the mean of a sentence's token vectors. A short "
    "sentence was filled up to the length of the "
    "longest; mask is True where a token is real. The mean must not feel the filling.",
    hints=(
        "Make hidden with three rows, the last one huge, and mask = [True, True, False]. What should come out?",
        "Three things must be right: which rows count, along which axis the mean goes, and by how many it is divided.",
        "hidden[mask] keeps the real rows. The mean of these, along the axis of the tokens, is all.",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for real in (2, 3, 4, 5):
        draws.append((rng.normal(size=(7, 4)).round(2), np.arange(7) < real))
    draws += [
        (rng.normal(size=(5, 3)).round(2), np.array(mask))
        for mask in ([False, True] * 2 + [True], [False, True, True, False, False])
    ]
    compare(f, _mean_of_tokens, draws, repair_task.slips, rungs=_sentence_rungs())
    return "Repaired: however much filling there is, the sentence keeps its vector."


@repair_task.slip("It still counts the filling: padding is not harmless. Use the mask.", idea="M43")
def counts_the_filling(hidden: Floats, mask: Bools) -> Floats:
    return np.asarray(hidden.mean(axis=0))


@repair_task.slip(
    "The filling is set to zero, but it still counts in the division. Divide by the number of real tokens.",
    idea="M43",
)
def divides_by_filling_too(hidden: Floats, mask: Bools) -> Floats:
    kept = hidden * mask[:, None]
    return np.asarray(kept.sum(axis=0) / len(mask))


@repair_task.slip(
    "It still averages the numbers of each token. Average over the tokens, axis 0: as many numbers as a token has."
)
def averages_each_token(hidden: Floats, mask: Bools) -> Floats:
    return np.asarray(hidden[mask].mean(axis=1))


@repair_task.slip("It keeps the real rows, and gives them all. A sentence gets one vector: their mean.")
def keeps_all_rows(hidden: Floats, mask: Bools) -> Floats:
    return np.asarray(hidden[mask])


@repair_task.slip(
    "It still takes the first row alone. [CLS] is not the meaning of the sentence unless it was trained to be.",
    idea="M35",
)
def first_row_only(hidden: Floats, mask: Bools) -> Floats:
    return np.asarray(hidden[0])


@repair_task.slip(
    "It still takes the first rows, as many as are real. The filling may stand anywhere: ask the mask which rows."
)
def takes_the_first_rows(hidden: Floats, mask: Bools) -> Floats:
    return np.asarray(hidden[: int(mask.sum())].mean(axis=0))


@repair_task.slip("It still takes the mean of the filling: the mask is turned round.")
def mask_turned_round(hidden: Floats, mask: Bools) -> Floats:
    return np.asarray(hidden[~mask].mean(axis=0))


# --- exercise: the tokenizer ---

TABLES = (
    {"bank": 0, "ban": 1, "##s": 2, "##ks": 3, "##k": 4, "b": 5, "s": 6},
    {"a": 0, "ab": 1, "##bc": 2, "##b": 3, "##a": 4, "##ab": 5, "c": 6},
    {"em": 0, "##bed": 1, "##be": 2, "##d": 3, "##ding": 4, "##dings": 5, "##s": 6, "bed": 7, "ding": 8, "e": 9},
)
WORDS = (
    ("bank", "banks", "s", "b", "sb", "bb", "bankss", "bankbank", "banksx", "Bank", ""),
    ("a", "ab", "abc", "aab", "abab", "ababc", "aaab", "cc", "ac", "abb", "bab"),
    ("embedding", "embeddings", "embed", "embedd", "bed", "beds", "ding", "dingding", "eembed", "embedbed", "embeds"),
)
TOKENIZER_RUNGS = (
    ("A word that stands in the table is one piece.", ("bank", TABLES[0])),
    ("A later piece stands in the table with ## before it.", ("embed", TABLES[2])),
    ("A word may have three pieces and more.", ("embedd", TABLES[2])),
    ("The longest piece that fits comes first.", ("banks", TABLES[0])),
    ("The longest first, in the middle of a word too.", ("embeddings", TABLES[2])),
    ("A word whose beginning is not in the table has no pieces.", ("xa", TABLES[1])),
    ("c stands in the table without ##: it can begin a word, and not go on with one.", ("cc", TABLES[1])),
    ("A word whose end cannot be cut has no pieces.", ("banksx", TABLES[0])),
    ("Nothing has no pieces.", ("", TABLES[0])),
)


def _listed(f: Any) -> Any:
    """A tuple, or one piece after the other, is a list of pieces too."""

    def listed(word: str, vocab: dict[str, int]) -> Any:
        found = f(word, vocab)
        return list(found) if isinstance(found, tuple | Iterator) else found

    return listed


@lesson.exercise(
    "tokenizer",
    "Write pieces(word, vocab): the list of pieces that a BERT with the table vocab cuts a word into. First the "
    "longest beginning of the word that is in vocab; then, again and again, the longest piece that goes on from "
    "there, which stands in vocab with ## before it. Where nothing fits, the answer is an empty list.",
    hints=(
        "Keep a place in the word, where the next piece starts, and the list of pieces so far.",
        "At each place try the end of the word first, then one letter less, and so on. Away from the start of the word "
        "look for '##' + letters.",
        "while start < len(word): for end in range(len(word), start, -1): piece = ('##' if start else '') + "
        "word[start:end]; if piece is in vocab, keep it, set start = ..., and leave the inner loop: one name is "
        "missing. If no piece was found, return [].",
    ),
    prepare=load_bert,  # fetched before the clock runs: neither its time nor its lines are the learner's
)
def tokenizer_task(f: Any, rng: np.random.Generator) -> str:
    draws = [(word, dict(table)) for table, words in zip(TABLES, WORDS, strict=True) for word in words]
    for _ in range(12):
        spelled = ("".join(rng.choice([*"xyz"], size=n)) for n in rng.integers(1, 4, 9))
        table = {("##" if i % 2 else "") + piece: i for i, piece in enumerate(spelled)}
        draws.append(("".join(rng.choice([*"xyz"], size=int(rng.integers(1, 8)))), table))
    compare(f, pieces_of, draws, tokenizer_task.slips, _listed, TOKENIZER_RUNGS)
    cut = load_bert().tokenizer
    real = {cut.id_to_token(i): i for i in range(cut.get_vocab_size())}
    words = ("bank", "bankrobber", "embeddings", "kreditinstitut", "unbankable", "xylophonist", "riverbank")
    for word in words:
        found = f(word, real)
        if list(found) != pieces_of(word, real):
            raise Wrong(f"With the table of a real BERT, {word} comes out as {shown(found)}.")
    return f"It cuts as the course's own wordpiece.py does, with the {len(real):,} pieces of a real BERT too."


@tokenizer_task.slip("You take the shortest piece that fits. BERT tries the longest first.")
def shortest_first(word: str, vocab: dict[str, int]) -> list[str]:
    found: list[str] = []
    start = 0
    while start < len(word):
        mark = "##" if start else ""
        ends = [end for end in range(start + 1, len(word) + 1) if mark + word[start:end] in vocab]
        if not ends:
            return []
        found.append(mark + word[start : ends[0]])
        start = ends[0]
    return found


@tokenizer_task.slip(
    "You look for later pieces without ##. A piece that goes on stands in the table with ## before it."
)
def without_marks(word: str, vocab: dict[str, int]) -> list[str]:
    found: list[str] = []
    while word:
        ends = [end for end in range(len(word), 0, -1) if word[:end] in vocab]
        if not ends:
            return []
        found.append(word[: ends[0]])
        word = word[ends[0] :]
    return found


@tokenizer_task.slip("Where it is stuck, you give back what you have. A word that cannot be cut whole has no pieces.")
def what_there_is(word: str, vocab: dict[str, int]) -> list[str]:
    found: list[str] = []
    while word:
        mark = "##" if found else ""
        ends = [end for end in range(len(word), 0, -1) if mark + word[:end] in vocab]
        if not ends:
            break
        found.append(mark + word[: ends[0]])
        word = word[ends[0] :]
    return found


@tokenizer_task.slip("You make all letters small first. Here the table decides: *Bank* and *bank* are two entries.")
def small_letters(word: str, vocab: dict[str, int]) -> list[str]:
    return pieces_of(word.lower(), vocab)


@tokenizer_task.slip("Where the longest piece leads nowhere, you go back and try a shorter one. BERT never goes back.")
def goes_back(word: str, vocab: dict[str, int]) -> list[str]:
    ways: list[tuple[list[str], str]] = [([], word)]
    while ways:
        found, rest = ways.pop()
        if not rest:
            return found
        mark = "##" if found else ""
        for end in range(1, len(rest) + 1):
            if mark + rest[:end] in vocab:
                ways.append(([*found, mark + rest[:end]], rest[end:]))
    return []
