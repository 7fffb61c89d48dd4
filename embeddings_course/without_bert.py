"""What names a sense, or a kind of noun, without BERT: counting, a rule of grammar, a table of static vectors.

Lesson 09. A score of BERT means something beside these alone. The rules were written down once, before they were tried.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from embeddings_course.chance import Interval, share_interval
from embeddings_course.files.arrays import Bools, Floats
from embeddings_course.files.checks import checked
from embeddings_course.files.data import (
    Noun,
    SenseUse,
    load_answers,
    load_nouns,
    load_senses,
    load_vectors,
    load_word_counts,
)
from embeddings_course.files.data.nouns import words_of
from embeddings_course.files.table import Embedding
from embeddings_course.senses import SenseError, commonest_sense, lemma_of, nearest_centroid, sense_layer

DETERMINERS = frozenset(
    ["the", "a", "an", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their", "no"]
).union(["every", "each", "some", "any"])
PLACE_PREPOSITIONS = frozenset(
    ["in", "at", "into", "near", "to", "through", "across", "behind", "beside", "inside", "outside", "along", "from"]
)

Scores = dict[str, dict[str, Interval]]
"""Way -> what was tagged -> the share that is right, with its interval."""


# ---- Rules ---------------------------------------------------------------------------------------------------------


@checked
def before(use: SenseUse | Noun) -> list[str]:
    """Return the words of the sentence that stand before the marked one, in small letters.

    Introduced in lesson 09.

    >>> before(SenseUse("1", "jack", "jack", 0, "jack.tool", "fit", "Lift it with a jack."))
    ['lift', 'it', 'with', 'a']
    """
    words = words_of(use.sentence)
    places = [i for i, word in enumerate(words) if word.removesuffix("'s") == use.word.lower().removesuffix("'s")]
    return words[: places[min(use.occurrence, len(places) - 1)]] if places else []


@checked
def is_person_by_determiner(use: SenseUse | Noun) -> bool:
    """Say "a person" of a word in the singular without *the*, *a*, *my* ... among the two words before it.

    A rule for *jack* and *bill*, and no other question. Introduced in lesson 09.

    >>> is_person_by_determiner(SenseUse("1", "jack", "jack", 0, "jack.tool", "fit", "Lift it with a rusty jack."))
    False
    """
    plural = use.word.lower().endswith("s")
    return not plural and not DETERMINERS & {*before(use)[-2:]}


@checked
def kind_by_preposition(use: SenseUse | Noun) -> str:
    """Name a kind by what stands before: a place after *in, at, into* ...; a person at the head; else a thing.

    Introduced in lesson 09.

    >>> [kind_by_preposition(noun) for noun in load_nouns()[:3]]
    ['noun.person', 'noun.thing', 'noun.place']
    """
    words = [word for word in before(use) if word not in DETERMINERS]
    if words and words[-1] in PLACE_PREPOSITIONS:
        return "noun.place"
    return "noun.thing" if words else "noun.person"


# ---- Static vectors ------------------------------------------------------------------------------------------------


@checked
def company(
    uses: Sequence[SenseUse | Noun], table: Embedding, counts: Mapping[str, int] | None = None, rare: float = 1e-3
) -> Floats:
    """Return the mean of the static vectors of the *other* words of each sentence: lesson 08's way, shape (uses, d).

    With `counts`, a word of share p weighs rare / (rare + p), so that *the* hardly speaks (Arora et al. 2017).
    Where no other word is in the table, the mean of all.

    Introduced in lesson 09.

    Raises:
        SenseError: where the table knows no word of any sentence, or a count is below 0 or no finite number.

    >>> table = Embedding(("river", "deep", "bank"), [[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]])
    >>> company([SenseUse("1", "bank", "bank", 0, "bank.river", "fit", "deep river bank")], table).tolist()
    [[0.5, 0.5]]
    """
    if counts and not all(0 <= count < math.inf for count in counts.values()):
        raise SenseError("Counts are numbers from 0: how often each word was seen.")
    total = sum(counts.values()) if counts else 1
    rows = []
    for use in uses:
        words = [word for word in words_of(use.sentence) if word != use.word.lower() and word in table]
        weights = [rare / (rare + counts.get(word, 0) / total) if counts else 1.0 for word in words]
        rows.append(np.average([table[word] for word in words], axis=0, weights=weights) if words else None)
    if all(row is None for row in rows):
        raise SenseError("The table knows no word of these sentences. Give at least one use with known company.")
    mean = np.mean([row for row in rows if row is not None], axis=0)
    return np.array([mean if row is None else row for row in rows])


@checked
def name_by_centroid(vectors: Floats, senses: Sequence[str], fit: Bools) -> np.ndarray:
    """Name the sense of each use that is not `fit` by the nearest centroid of its word; shape (uses - fit,).

    Introduced in lesson 09.

    Raises:
        SenseError: where nothing is to learn from, or nothing is to be named.

    >>> name_by_centroid(np.array([[1.0, 0], [0, 1.0], [3.0, 1.0]]), ["a.x", "a.y", "a.x"], np.array([1, 1, 0], bool))
    array(['a.x'], dtype='<U3')
    """
    if not fit.any() or fit.all():
        raise SenseError("Mark some uses as fit, to learn from, and leave some to be named.")
    truth, words = np.array(senses), np.array([lemma_of(s) for s in senses])
    said = np.empty(len(truth), dtype=truth.dtype)
    for word in np.unique(words):
        known, new = np.flatnonzero((words == word) & fit), np.flatnonzero((words == word) & ~fit)
        if len(new):
            said[new] = nearest_centroid(vectors[known][:, None], truth[known].tolist(), vectors[new][:, None])[:, 0]
    return said[~fit]


# ---- The two tables ------------------------------------------------------------------------------------------------


def honest_senses() -> Scores:
    """Return how often each way is right on the 375 test uses: for *bank*, person or thing, and all words.

    "Person or thing" asks of the uses of *jack* and *bill* only whether a person is meant. Shuffled: the mean of 20
    rounds, and between which shares 19 of 20 lie. The models' answers are recorded, the rest is done here and now.

    Introduced in lesson 09.

    >>> table = honest_senses()
    >>> print(table["MPNet"]["all words"])
    348 of 375 (0.90 to 0.95)
    """
    uses = load_senses()
    truth, fit = [use.sense for use in uses], np.array([use.split == "fit" for use in uses])
    tested = [use for use in uses if use.split == "test"]
    table, counts = load_vectors(), load_word_counts()
    commonest = {
        word: commonest_sense([u.sense for u in uses if u.lemma == word and u.split == "fit"])
        for word in {use.lemma for use in uses}
    }
    said = {
        "commonest sense": np.array([commonest[use.lemma] for use in tested]),
        "mean of static vectors": name_by_centroid(company(uses, table), truth, fit),
        "the same, weighted": name_by_centroid(company(uses, table, counts), truth, fit),
        "MiniLM": load_answers("minilm").said[~fit, sense_layer(6)],
        "MPNet": load_answers("mpnet").said[~fit, sense_layer(12)],
        "MPNet cut to 384 numbers": load_answers("mpnet-384").said[~fit, sense_layer(12)],
        "MPNet, labels shuffled": load_answers("mpnet", "shuffled").said[~fit],
    }
    real, words = np.array(truth)[~fit], np.array([use.lemma for use in tested])
    named = np.isin(words, ("jack", "bill"))
    found: Scores = {}
    for way, names in said.items():
        names = names.reshape(len(real), -1)
        right, person = names == real[:, None], _person(names) == _person(real)[:, None]
        if way == "commonest sense":
            person = ~_person(real)[:, None]  # of jack and bill, things are the commoner answer
        found[way] = {
            "bank": _share(right[words == "bank"]),
            "person or thing": _share(person[named]),
            "all words": _share(right),
        }
    rule = np.array([is_person_by_determiner(use) for use in tested]) == _person(real)
    found["determiner rule"] = {"person or thing": _share(rule[named][:, None])}
    return found


def honest_kinds() -> Scores:
    """Return how often each way says rightly person, place or thing: of our nouns, of the essay's, of names.

    Each half of our sentences is judged by the other, which has none of its nouns; the essay's nouns and the names by
    both. Layer 0 is a lookup table: no context yet. Shuffled as in `honest_senses`.

    Introduced in lesson 09.

    >>> sorted(honest_kinds()["MPNet"])
    ['ours', 'the essay', 'two-faced names']
    """
    nouns = load_nouns()
    real, splits = np.array([noun.kind for noun in nouns]), np.array([noun.split for noun in nouns])
    table = load_vectors()
    own = np.array([table[noun.word] if noun.word in table else np.zeros(table.vectors.shape[1]) for noun in nouns])
    usual = Counter(real[np.isin(splits, ("first", "second"))]).most_common(1)[0][0]
    said = {
        "commonest kind": np.full(len(real), usual),
        "preposition rule": np.array([kind_by_preposition(noun) for noun in nouns]),
        "the noun's static vector": _in_halves(own, real, splits),
        "mean of static vectors": _in_halves(company(nouns, table), real, splits),
        "MiniLM, layer 0": load_answers("minilm", "nouns").said[:, 0],
        "MiniLM": load_answers("minilm", "nouns").said[:, sense_layer(6)],
        "MPNet, layer 0": load_answers("mpnet", "nouns").said[:, 0],
        "MPNet": load_answers("mpnet", "nouns").said[:, sense_layer(12)],
        "MPNet, labels shuffled": load_answers("mpnet", "nouns shuffled").said,
    }
    groups = {"ours": ("first", "second"), "the essay": ("essay",), "two-faced names": ("names",)}
    return {
        way: {
            group: _share((names.reshape(len(real), -1) == real[:, None])[np.isin(splits, members)])
            for group, members in groups.items()
        }
        for way, names in said.items()
    }


def show_scores(scores: Scores) -> str:
    """Write a table of shares and their 95 % intervals, one way a line.

    Introduced in lesson 09.

    >>> print(show_scores({"a coin": {"bank": share_interval(13, 26)}}))
                              bank
    a coin                    0.50 (0.30-0.70)
    """
    columns = list(dict.fromkeys(name for row in scores.values() for name in row))
    lines = [" " * 26 + "".join(f"{name:<20}" for name in columns)]
    for way, row in scores.items():
        cells = [f"{s.mean:.2f} ({s.low:.2f}-{s.high:.2f})" if (s := row.get(name)) else "-" for name in columns]
        lines.append(f"{way:<26}" + "".join(f"{cell:<20}" for cell in cells))
    return "\n".join(line.rstrip() for line in lines)


# ---- small helpers -------------------------------------------------------------------------------------------------


def _person(names: np.ndarray) -> Bools:
    person: Bools = np.char.endswith(names, ".person")
    return person


def _share(right: Bools) -> Interval:
    """Shape (n, rounds): one round gets an exact interval, several their own spread."""
    n, rounds = right.shape
    if rounds == 1:
        return share_interval(int(right.sum()), n)
    shares = right.mean(axis=0)
    low, high = np.quantile(shares, [0.025, 0.975])
    return Interval(float(shares.mean()), float(low), float(high), n)


def _in_halves(vectors: Floats, kinds: np.ndarray, splits: np.ndarray) -> np.ndarray:
    said, own = kinds.copy(), np.isin(splits, ("first", "second"))
    said[~own] = name_by_centroid(vectors, kinds.tolist(), own)
    for half in ("first", "second"):
        part = (splits == half)[own]
        said[splits == half] = name_by_centroid(vectors[own], kinds[own].tolist(), ~part)
    return said
