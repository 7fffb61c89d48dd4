"""Lesson 09, BERT in context: predictions, exercises, judgement and quiz. True for MiniLM and for BERT-base alike."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Choice, Judgement, Option
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, compare
from embeddings_course.vectors import cosine

if TYPE_CHECKING:
    from embeddings_course.pretrained import Bert

Floats = NDArray[np.floating]

lesson = Lesson("09", "BERT in context")
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution


# --- predictions ---

lesson.add_predictions(
    Choice(
        "which-banks",
        "Four uses of *bank*: (1) jack stole from the bank, (2) bill took money from the bank, (3) the bank "
        "robber, (4) the bank of the river. "
        "In the middle layers of BERT, which two vectors are most alike?",
        (
            Option(
                "3 and 4: they stand in the same sentence",
                "Sharing a sentence pulls a little. But what a word does in its sentence pulls more.",
            ),
            Option(
                "all four alike: it is the same word",
                "So it is in every table up to now, and in BERT's layer 0 nearly. Then each layer rewrites "
                "the vector from its sentence.",
            ),
            Option(
                "1 and 2: both are about taking money",
                "Other sentences, other words around, and yet the two money banks find each other.",
                right=True,
            ),
            Option(
                "2 and 4: both stand near the end",
                "The place in the sentence is part of what BERT reads, and at layer 0 you can see it. It "
                "does not decide.",
            ),
        ),
    ),
    Choice(
        "shape",
        "The sentence has 10 tokens. `n_layers` and `hidden_size` are the two numbers that the model just told you. "
        "What is the shape of hidden_states?",
        (
            Option(
                "(n_layers, 10, hidden_size)",
                "One is missing: what goes into the first layer (the lookup table, layer 0) is kept as well.",
            ),
            Option(
                "(n_layers + 1, 10, hidden_size)",
                "Layer 0 is the lookup table, then come the layers: one table more than layers, each with one row for "
                "each token.",
                right=True,
            ),
            Option("(10, hidden_size)", "That is the table of one layer. All layers are kept, one above the other."),
            Option(
                "(n_layers + 1, hidden_size)",
                "That would be one vector for the whole sentence. BERT has one for each token.",
            ),
        ),
    ),
    Choice(
        "strangers",
        "Take a token of one sentence and an unrelated token of another. What is their cosine in the middle "
        "layers, on average?",
        (
            Option(
                "about 0, as for random directions",
                "So lesson 02 says of random directions. But BERT's vectors are not random: they lie to one "
                "side of the origin.",
            ),
            Option(
                "below 0: they have nothing in common",
                "Below 0 would mean that they point away from each other. Even strangers share the side of "
                "the space that BERT uses.",
            ),
            Option("nearly 1", "Not that bad on average. But it grows with the layers in BERT-base, up to about 0.7."),
            Option(
                "clearly above 0", "So a cosine of 0.5 may be no news at all. Measure the strangers first.", right=True
            ),
        ),
    ),
    Choice(
        "city",
        "*the bank robber lives near the bank of the river*: you change *river* to *city*. Which of the two "
        "banks gets another vector?",
        (
            Option(
                "only the second: it stands beside the change",
                "The second moves more. But each token looks at all others, so the first cannot stay quite "
                "where it was.",
            ),
            Option(
                "both, and the second moves further",
                "Every token looks at every other, and the neighbour of the change most of all.",
                right=True,
            ),
            Option(
                "none: the word bank has not changed",
                "That is how a table works: one row a word. BERT computes the vector anew from the whole sentence.",
            ),
            Option("both, equally far", "Both move, but the words around count with different weights."),
        ),
    ),
)


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


def _word_vector_1(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    places = [i - 1 for i in _places(tokens, word, occurrence)]
    return np.asarray(hidden_states[layer][places].mean(axis=0))


def _word_vector_2(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)[0]])


def _word_vector_3(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)[-1]])


def _word_vector_4(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, occurrence)].sum(axis=0))


def _word_vector_5(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[layer][_places(tokens, word, 0)].mean(axis=0))


def _word_vector_6(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[-1][_places(tokens, word, occurrence)].mean(axis=0))


def _word_vector_7(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    return np.asarray(hidden_states[1:][layer - 1][_places(tokens, word, occurrence)].mean(axis=0))


def _word_vector_8(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    number = [i for i, (w, _) in enumerate(_words(tokens)) if w == word][occurrence]
    return np.asarray(hidden_states[layer][number])


def _word_vector_9(tokens: list[str], hidden_states: Floats, word: str, occurrence: int, layer: int) -> Floats:
    every = [i for w, places in _words(tokens) if w == word for i in places]
    return np.asarray(hidden_states[layer][every].mean(axis=0))


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
    slips=(
        Slip(_word_vector_1, "You took the vector of the token before. Position 0 is [CLS]."),
        Slip(
            _word_vector_2,
            "Some words have two or three pieces, and you took the first. Average them, or say why not.",
            "M34",
        ),
        Slip(
            _word_vector_3,
            "Some words have two or three pieces, and you took the last. Average them, or say why not.",
            "M34",
        ),
        Slip(
            _word_vector_4,
            "You added the pieces up. A word of three pieces becomes three times as long that way: take the mean.",
            "M34",
        ),
        Slip(
            _word_vector_5,
            "You always take the first occurrence. The robber's sentence has two banks: that is the whole point.",
            "M33",
        ),
        Slip(_word_vector_6, "You always take the last layer. Your function does not look at `layer`.", "M36"),
        Slip(
            _word_vector_7,
            "Layer 0 of hidden_states is the lookup table, and it is one of the layers: hidden_states[layer] "
            "is enough.",
        ),
        Slip(
            _word_vector_8,
            "You counted words, but the rows are tokens: after a word of three pieces all places move on by two.",
            "M34",
        ),
        Slip(
            _word_vector_9,
            "You averaged all occurrences of the word. That throws away what BERT adds: one vector for each use.",
            "M33",
        ),
    ),
    forbidden=(),
)
def _word_vector(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for layer in (0, 1, 2, 3, -1, 0, 2, 1):
        tokens = _sentence(rng)
        states = rng.normal(size=(4, len(tokens), 5)).round(2)
        word = str(rng.choice([w for w in PIECES if len([1 for v, _ in _words(tokens) if v == w]) >= 2]))
        draws.append((tokens, states, word, int(rng.integers(2)), layer))
    long_word = ["[CLS]", "the", "em", "##bed", "##ding", "the", "bank", "em", "##bed", "##ding", "bank", "[SEP]"]
    for word, occurrence, layer in (("embedding", 1, 0), ("bank", 1, 2), ("bank", 0, 0), ("embedding", 0, 1)):
        draws.append((long_word, rng.normal(size=(4, 12, 5)).round(2), word, occurrence, layer))
    compare(f, _right, draws, lesson.exercises["word-vector"].slips)
    return "Pieces, occurrences and layers all come out right. From now on bert.word_vector does this for you."


# --- exercise: sense tagging by neighbours, against the majority ---


ONE_NUMBER = "One number is not enough: what would one score without any vector? Return (yours, commonest sense)."


def _unit(x: Floats) -> Floats:
    return np.asarray(x / np.linalg.norm(x, axis=-1, keepdims=True))


def _majority(senses: list[str]) -> str:
    return max(sorted(set(senses)), key=senses.count)


def _votes(known: Floats, senses: list[str], new: Floats, k: int) -> list[str]:
    order = np.argsort(-(_unit(new) @ _unit(known).T), axis=1)[:, :k]
    return [_majority([senses[i] for i in row]) for row in order]


def _share(answers: list[str], truth: list[str]) -> float:
    return float(np.mean([a == t for a, t in zip(answers, truth, strict=True)]))


def _knn(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(known, senses, new, k), truth), _share([_majority(senses)] * len(truth), truth)


def _knn_1(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    order = np.argsort(-(np.asarray(new) @ np.asarray(known).T), axis=1)[:, :k]
    answers = [_majority([senses[i] for i in row]) for row in order]
    return _share(answers, truth), _share([_majority(senses)] * len(truth), truth)


def _knn_2(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(known, senses, new, 1), truth), _share([_majority(senses)] * len(truth), truth)


def _knn_3(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(known, senses, new, k), truth), _share([_majority(truth)] * len(truth), truth)


def _knn_4(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(known, senses, new, k), truth), _share([_majority(senses)] * len(senses), senses)


def _knn_5(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(known, senses, known, k), senses), _share([_majority(senses)] * len(truth), truth)


def _knn_6(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    return _share(_votes(-np.asarray(known), senses, new, k), truth), _share([_majority(senses)] * len(truth), truth)


def _knn_7(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> float:
    return _share(_votes(known, senses, new, k), truth)


def _knn_8(known: Floats, senses: list[str], new: Floats, truth: list[str], k: int) -> tuple[float, float]:
    right, common = _knn(known, senses, new, truth, k)
    return right * len(truth), common * len(truth)


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
    slips=(
        Slip(
            _knn_1,
            "Length got in: you compared by dot product. Scale the rows to length 1, then it is the cosine.",
            "M01",
        ),
        Slip(_knn_2, "Only one neighbour speaks: your function does not look at `k`. Let k of them vote."),
        Slip(
            _knn_3,
            "Your baseline looked at the answers: it took the commonest sense of `truth`. Learn it from `senses`, as "
            "your neighbours do.",
            "M46",
        ),
        Slip(
            _knn_4,
            "You judged the baseline on the known uses. Both numbers must be about the same new uses, or they cannot "
            "be compared.",
            "M46",
        ),
        Slip(
            _knn_5,
            "You tagged the uses that you learned from: each finds itself. Tag the new ones.",
        ),
        Slip(_knn_6, "You asked the k farthest. Sort by cosine with the largest first."),
        Slip(
            _knn_7,
            ONE_NUMBER,
            "M46",
        ),
        Slip(_knn_8, "These are counts. Divide by how many uses were tagged."),
    ),
    forbidden=("sklearn.", "embeddings_course.senses."),
)
def _neighbours(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for k in (3, 5, 7, 3, 5):
        middle = {"bank.money": rng.normal(size=6), "bank.river": rng.normal(size=6)}
        senses = ["bank.money"] * int(rng.integers(9, 13)) + ["bank.river"] * 8
        truth = ["bank.money"] * int(rng.integers(4, 8)) + ["bank.river"] * 9
        known, new = (
            np.array([(middle[s] + rng.normal(size=6)) * rng.uniform(0.2, 5) for s in part]) for part in (senses, truth)
        )
        draws.append((known.round(2), senses, new.round(2), truth, k))
    if np.ndim(f(*draws[0])) == 0:
        raise Wrong(ONE_NUMBER, "M46")
    compare(f, _knn, draws, lesson.exercises["neighbours"].slips)
    return "Votes, and the baseline beside them. senses.tag_senses does the same for all words and layers at once."


# --- find the counterexample: the sense stays, and the vector moves further ---

BASE = "the bank robber lives near the bank of the river"
OTHER_SENSE = "the bank robber lives near the bank of the city"
KEPT = "the bank of the river"


@lru_cache(maxsize=1)
def _bert() -> Bert:
    from embeddings_course.pretrained import load_bert

    return load_bert()


def changed_words(before: str, after: str) -> int:
    """Return how many words were put in, taken out or replaced.

    >>> changed_words("the bank of the river", "by the bank of the wide river")
    2
    """
    steps = difflib.SequenceMatcher(None, before.split(), after.split(), autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in steps if kind != "equal")


def drift(sentence: str) -> float:
    """Return how far the second bank moves from the base sentence to this one: 1 - cosine, two thirds of the way up."""
    bert = _bert()
    upper = 2 * bert.config.n_layers // 3
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
        "The other bank in the sentence pulls at this one. Say who lives there without that word: "
        "'a ... lives near the bank of the river'.",
    ),
    takes="value",
    prepare=_bert,
    seconds=20.0,
)
def _control(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, str):
        raise Wrong("Give one sentence, as a text in quotation marks.")
    sentence = " ".join(value.lower().split())
    if KEPT not in sentence or not re.search(rf"\b{KEPT}\b", sentence):
        raise Wrong(f"'{KEPT}' must stay in it: then the sense of that bank is safe, and only the rest has changed.")
    changed = changed_words(BASE, sentence)
    if not changed:
        raise Wrong("That is the sentence itself. Change something besides 'the bank of the river'.")
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


def _mean_of_tokens(hidden: Floats, mask: NDArray[np.bool_]) -> Floats:
    return np.asarray(hidden[mask].mean(axis=0))


def _sentence_vector_1(hidden: Floats, mask: NDArray[np.bool_]) -> Floats:
    return np.asarray(hidden.mean(axis=0))


def _sentence_vector_2(hidden: Floats, mask: NDArray[np.bool_]) -> Floats:
    kept = hidden * mask[:, None]
    return np.asarray(kept.sum(axis=0) / len(mask))


def _sentence_vector_3(hidden: Floats, mask: NDArray[np.bool_]) -> Floats:
    return np.asarray(hidden[mask].mean(axis=1))


def _sentence_vector_4(hidden: Floats, mask: NDArray[np.bool_]) -> Floats:
    return np.asarray(hidden[0])


def _sentence_vector_5(hidden: Floats, mask: NDArray[np.bool_]) -> Floats:
    return np.asarray(hidden[~mask].mean(axis=0))


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
    slips=(
        Slip(_sentence_vector_1, "It still counts the filling: padding is not harmless. Use the mask.", "M43"),
        Slip(
            _sentence_vector_2,
            "The filling is set to zero, but it still counts in the division. Divide by the number of real tokens.",
            "M43",
        ),
        Slip(
            _sentence_vector_3,
            "It still averages the numbers of each token. Average over the tokens, axis 0: as many numbers "
            "as a token has.",
        ),
        Slip(
            _sentence_vector_4,
            "It still takes the first row alone. [CLS] is not the meaning of the sentence unless it was trained to be.",
            "M35",
        ),
        Slip(_sentence_vector_5, "It still takes the mean of the filling: the mask is turned round."),
    ),
    broken=True,
)
def _repair(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for real in (2, 3, 4, 5):
        draws.append((rng.normal(size=(7, 4)).round(2), np.arange(7) < real))
    compare(f, _mean_of_tokens, draws, lesson.exercises["repair"].slips)
    return "Repaired: however much filling there is, the sentence keeps its vector."


# --- answer, reason, and how sure ---

lesson.add_judgements(
    Judgement(
        "raw-cosine",
        "In some layer two uses of *bank* have cosine 0.72. Random pairs of tokens in this layer average "
        "0.68. Do the two uses have the same sense?",
        (
            Option("yes: 0.72 is high", "Random pairs in this layer average 0.68. Your 0.72 is how far above?"),
            Option(
                "no: it should be above 0.9",
                "There is no fixed line. In another layer 0.3 may be far above the strangers.",
            ),
            Option("this number alone does not say", "Right: 0.04 above strangers is hardly news.", right=True),
        ),
        (
            Option(
                "uses of one sense are always nearly the same vector",
                "They are not: place, length and neighbours move a vector too. You saw a full stop do it.",
            ),
            Option(
                "compare it with random pairs, with other uses of the same sense, and with uses of the other sense",
                "Three baselines, and then the number begins to speak.",
                right=True,
            ),
            Option(
                "BERT was trained on so much text that its cosines can be trusted",
                "It was trained to guess hidden words. Nobody asked it for meaningful cosines.",
            ),
            Option(
                "only the last layer can tell senses apart",
                "Middle layers do it as well, and often the baseline is lower there.",
            ),
        ),
    )
)


lesson.add_judgements(
    Judgement(
        "one-per-sense",
        "MiniLM, layer 4, all uses of our thirteen words: 0.81 of the spread of the vectors lies between words, 0.03 "
        "between the senses of a word, 0.16 inside a sense. Somebody says: *BERT has one vector for each sense.*",
        (
            Option(
                "yes: tagging works, so there must be",
                "Tagging works if the clouds stand a little apart. They are clouds.",
            ),
            Option("no: a sense is a cloud", "Right: uses of one sense still differ, more than senses do.", right=True),
            Option("no: senses leave no trace at all", "They do: 0.03 is enough to tag five uses out of six."),
        ),
        (
            Option(
                "the spread inside a sense is larger than that between senses",
                "0.16 against 0.03: most of what context changes is not the sense.",
                right=True,
            ),
            Option(
                "senses are written in a dictionary, not in a network", "True, but it says nothing about the vectors."
            ),
            Option(
                "0.81 lies between words, so only the word counts", "The rest is small, and it still carries the sense."
            ),
        ),
    )
)


# --- quiz ---

lesson.add_quiz(
    Choice(
        "lookup",
        "Where in BERT is the vector of *bank* stored?",
        (
            Option(
                "in the lookup table of layer 0, and every later vector is computed",
                "Yes: only the input has a row for each token. The rest is made anew for each sentence.",
                right=True,
            ),
            Option(
                "in a table with one row for each sense of *bank*",
                "There is none. Nobody told BERT how many senses there are.",
            ),
            Option("in the last layer", "A layer stores a way to compute, not words. The same layer serves all words."),
        ),
    ),
    Choice(
        "token",
        "A sentence of 8 words goes in. How many rows does each layer have?",
        (
            Option("8", "[CLS] and [SEP] have rows too, and a rare word takes several pieces."),
            Option(
                "at least 10", "Yes: 8 words, [CLS] and [SEP], and more where a word is cut into pieces.", right=True
            ),
            Option("always 512", "512 is the most that fits. Shorter texts have fewer rows."),
        ),
    ),
    Choice(
        "best-layer",
        "Which layer should you take the vector of a word from?",
        (
            Option(
                "always the last: it has seen most",
                "For senses late layers do well, for comparing words without context early ones. It depends "
                "on the task.",
            ),
            Option(
                "layer 0: there the words are still pure",
                "There every *bank* is the same, but for its place. No sentence has been read yet.",
            ),
            Option(
                "try them on your task, with examples whose answer you know",
                "Yes: the best layer is a question to the data, and it differs by model.",
                right=True,
            ),
        ),
    ),
    Choice(
        "moved",
        "You add a full stop, and the vector of *bank* moves by a hair. What follows?",
        (
            Option(
                "nothing about the sense: vectors move for many reasons",
                "Yes. So compare any movement with movements that keep the sense.",
                right=True,
            ),
            Option(
                "the full stop changed the sense a little",
                "A vector is not a sense. It also carries place, length, and what stands near.",
            ),
            Option(
                "the model is broken",
                "It does what it was built for: every token looks at every other, full stops too.",
            ),
        ),
    ),
)
