"""How good is a table of word vectors, and how sure can we be? Scores with their coverage, spread and baselines.

Lesson 06 (agreement with people, analogies, seeds), 04 (is the map lying?) and 07 (the audit).
A score without its coverage (how many questions could be answered at all) and without a baseline says little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.bert import products
from embeddings_course.chance import rank_correlations, redraws
from embeddings_course.files.arrays import Floats, Rows
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import best_turn, distance_matrix, nearest, normalise, top_k

Question = tuple[str, str, str, str]
Rule = Literal["offset", "b", "c"]


# ---- Agreement with people ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpearmanScore:
    """Agreement with people's ratings: rho from -1 to 1, on `covered` of `total` pairs, and its 95 % interval."""

    rho: float
    covered: int
    total: int
    interval: tuple[float, float]
    missing: tuple[str, ...] = field(repr=False, default=())

    @property
    def coverage(self) -> float:
        """The share of pairs of which both words are in the table, 0 to 1."""
        return self.covered / self.total

    def __str__(self) -> str:
        low, high = self.interval
        return f"rho {self.rho:.2f} (95 % from {low:.2f} to {high:.2f}), {self.covered} of {self.total} pairs covered"


@checked
def spearman(x: ArrayLike, y: ArrayLike) -> float:
    """Return the rank correlation of two lists of n numbers: 1 same order, 0 no common order, -1 reversed.

    Write ranks instead of numbers (equal numbers share the middle rank), then correlate the ranks. Only order
    counts, so a cosine may be compared with marks from 0 to 10. Spearman 1904.

    Introduced in lesson 06.

    Raises:
        CourseError: where the lists differ in length, have under 3 numbers, or one of them is all the same number.

    >>> spearman([1, 2, 3, 4], [10, 100, 1000, 999])
    0.8
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(x) < 3:
        raise CourseError(f"Two lists of the same length, at least 3, are needed; got shapes {x.shape} and {y.shape}.")
    rho = rank_correlations(x[None], y[None])[0]
    if np.isnan(rho):
        raise CourseError("One of the two lists is the same number throughout, so it puts nothing in order.")
    return round(float(rho), 12)


@checked
def pair_cosines(table: Embedding, pairs: Iterable[Sequence[str]]) -> Floats:
    """Return the cosine of each pair of words, shape (number of pairs,).

    Introduced in lesson 06.

    >>> table = Embedding(("cup", "mug", "idea"), [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> pair_cosines(table, [("cup", "mug"), ("cup", "idea")]).round(2).tolist()
    [0.71, 0.0]
    """
    rows = np.array([[table.row(pair[0]), table.row(pair[1])] for pair in pairs], dtype=np.intp).reshape(-1, 2)
    return (normalise(table.vectors[rows[:, 0]]) * normalise(table.vectors[rows[:, 1]])).sum(axis=1)


@checked
def spearman_eval(
    table: Embedding, pairs: Iterable[tuple[str, str, float]], *, resamples: int = 1000, seed: int = 0
) -> SpearmanScore:
    """Score a table against people: does cosine put pairs of words in the order in which people put them?

    A pair with a word that the table lacks is left out and counted, never scored as 0. The interval is a
    bootstrap: draw as many pairs again, with repeats, score, and keep the middle 95 % (Efron 1979).

    Introduced in lesson 06.

    Args:
        table: any table of word vectors.
        pairs: (word, word, rating) triples, such as `load_wordsim()`.
        resamples: how often to draw again for the interval.
        seed: of the draws.

    Raises:
        CourseError: where fewer than 3 pairs are covered.

    >>> table = Embedding(("cup", "mug", "sip", "idea"), [[1, 0], [1, 0.2], [1, 1], [0, 1]])
    >>> pairs = [("cup", "mug", 9), ("cup", "sip", 6), ("cup", "idea", 1), ("cup", "jug", 8)]
    >>> score = spearman_eval(table, pairs)
    >>> score.rho, score.covered, score.total
    (1.0, 3, 4)
    """
    pairs = list(pairs)
    covered = [(a, b, rating) for a, b, rating in pairs if a in table and b in table]
    if len(covered) < 3:
        raise CourseError(f"The table knows both words in only {len(covered)} of {len(pairs)} pairs; it needs 3.")
    ratings = np.array([rating for *_, rating in covered], dtype=float)
    cosines = pair_cosines(table, [(a, b) for a, b, _ in covered]).astype(float)
    draws = redraws(len(covered), resamples, seed)
    spread = rank_correlations(cosines[draws], ratings[draws])
    low, high = np.nanquantile(spread, [0.025, 0.975])
    missing = sorted({word for a, b, _ in pairs for word in (a, b) if word not in table})
    return SpearmanScore(
        spearman(cosines, ratings), len(covered), len(pairs), (float(low), float(high)), tuple(missing)
    )


# ---- Analogies ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnalogyScore:
    """How many analogies came out right, on how many of all; and how often the reply was an input word."""

    right: int
    covered: int
    total: int
    reply_is: dict[str, float]
    """Share of replies (0 to 1) that are the input word a, b or c."""
    sections: dict[str, tuple[int, int, int]] = field(repr=False, default_factory=dict)
    """For each section of the question list: right, covered, total."""
    answers: dict[str, dict[Question, bool]] = field(repr=False, default_factory=dict)
    """For each section each covered question, and whether it came out right."""

    @property
    def accuracy(self) -> float:
        """The share right among the covered questions, 0 to 1."""
        return self.right / self.covered

    def __str__(self) -> str:
        return f"{self.accuracy:.1%} right ({self.right} of {self.covered} covered; {self.total} asked)"


@checked
def analogy(table: Embedding, a: str, b: str, c: str, exclude: bool = True, k: int = 10) -> list[tuple[str, float]]:
    """Answer "a is to b as c is to ...?": the k words whose cosine to b - a + c is highest, with that cosine.

    The three are scaled to length 1 first, as the original tools do. Those tools also forbid the inputs as reply;
    `exclude=False` shows what the arithmetic says when nobody helps (Linzen 2016, arXiv:1606.07736).

    Introduced in lesson 07. Mikolov, Yih and Zweig 2013, Linguistic Regularities in Continuous Space Word Vectors.

    Raises:
        UnknownWordError: where one of the three words is not in the table.

    >>> table = Embedding(("man", "woman", "king", "queen"), [[1, 0], [1, 0.3], [1, 1], [1, 3]])
    >>> [word for word, _ in analogy(table, "man", "woman", "king", k=1)]
    ['queen']
    >>> [word for word, _ in analogy(table, "man", "woman", "king", exclude=False, k=2)]
    ['king', 'queen']
    """
    unit_a, unit_b, unit_c = (normalise(table[word]) for word in (a, b, c))
    return nearest(table, unit_b - unit_a + unit_c, k, exclude=(a, b, c) if exclude else ())


@checked
def analogies(
    table: Embedding,
    questions: Mapping[str, Iterable[Question]] | Iterable[Question],
    exclude_inputs: bool = True,
    rule: Rule = "offset",
) -> AnalogyScore:
    """Score a list of analogies (a, b, c, answer); questions with a word that the table lacks are left out.

    Two rules do no arithmetic at all and are the baselines to beat: with rule "c" the reply is simply the nearest
    neighbour of the third word (and with the inputs allowed, the third word itself); likewise "b".

    Introduced in lesson 07. Linzen 2016, Issues in evaluating semantic spaces using word analogies.

    Args:
        table: any table of word vectors.
        questions: one list, or a list for each section, such as `load_analogies()`.
        exclude_inputs: whether a, b and c are forbidden as reply.
        rule: "offset" looks near b - a + c, "b" near b, "c" near c.

    Raises:
        CourseError: where no question is covered, or the rule is unknown.

    >>> table = Embedding(("man", "woman", "king", "queen"), [[1, 0], [1, 1], [5, 0.5], [4, 4]])
    >>> print(analogies(table, [("man", "woman", "king", "queen"), ("man", "woman", "uncle", "aunt")]))
    100.0% right (1 of 1 covered; 2 asked)
    """
    sections = questions if isinstance(questions, Mapping) else {"all": questions}
    units, tallies, replies, answers = normalise(table.vectors), {}, [], {}
    for name, asked in sections.items():
        asked = list(asked)
        known = [q for q in asked if all(w in table for w in q)]
        rows = np.array([[table.row(w) for w in q] for q in known], dtype=np.intp)
        found = _replies(units, rows.reshape(-1, 4), exclude_inputs, rule)
        replies.append(found[:, None] == rows.reshape(-1, 4))
        tallies[name] = (int(replies[-1][:, 3].sum()), len(found), len(asked))
        answers[name] = dict(zip(known, replies[-1][:, 3].tolist(), strict=True))
    right, covered, total = (sum(column) for column in zip(*tallies.values(), strict=True))
    if not covered:
        raise CourseError(f"None of the {total} questions has all four words in this table of {len(table)} words.")
    shares = np.concatenate(replies).mean(axis=0)
    return AnalogyScore(right, covered, total, {w: float(shares[i]) for i, w in enumerate("abc")}, tallies, answers)


def _replies(units: Floats, rows: Rows, exclude_inputs: bool, rule: Rule, batch: int = 256) -> Rows:
    """Return the row of the reply to each question, shape (n,); `rows` (n, 4) holds a, b, c and the answer."""
    if rule not in ("offset", "b", "c"):
        raise CourseError(f"Unknown rule {rule!r}; choose offset, b or c.")
    found = []
    for some in (rows[i : i + 4 * batch] for i in range(0, len(rows), 4 * batch)):
        # a few words ask many questions: how near each is to all others is computed once, and then added
        words, places = np.unique(some[:, :3], return_inverse=True)
        near, places = products(units[words], units), places.reshape(-1, 3)
        for i in range(0, len(some), batch):
            part = some[i : i + batch]
            a, b, c = (places[i : i + batch, j] for j in range(3))
            scores = near[b] - near[a] + near[c] if rule == "offset" else near[b if rule == "b" else c]
            if exclude_inputs:
                np.put_along_axis(scores, part[:, :3], -np.inf, axis=1)
            found.append(scores.argmax(axis=1))
    return np.concatenate(found) if found else np.empty(0, dtype=np.intp)


# ---- Several tables: seeds, corpora -------------------------------------------------------------------------------


@checked
def neighbour_rows(vectors: ArrayLike, rows: Sequence[int] | Rows, k: int = 10) -> Rows:
    """Return the k rows with the highest cosine to each of the chosen rows (itself left out), shape (m, k).

    Introduced in lesson 04.

    Raises:
        CourseError: where the table has not more than k rows.

    >>> neighbour_rows([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]], [0], k=1).tolist()
    [[1]]
    """
    units = normalise(vectors)
    _check_k(k, len(units))
    if np.iscomplexobj(rows):
        raise CourseError("Give the rows by their numbers, from 0.")
    rows = np.asarray(rows, dtype=np.intp)
    scores = units[rows] @ units.T
    scores[np.arange(len(rows)), rows] = -np.inf
    return np.array([top_k(row, k) for row in scores], dtype=np.intp).reshape(-1, k)


@checked
def neighbour_overlap(tables: Sequence[Embedding], words: Iterable[str] | None = None, k: int = 10) -> Floats:
    """Return, for each word, the share of its k nearest neighbours that two tables have in common, 0 to 1.

    With more than two tables, the mean over all pairs of them. Neighbours are looked for among the words that all
    tables know. Two seeds of one training share about 6 of 10: a neighbour list is an estimate, not a fact.

    Introduced in lesson 06. Antoniak and Mimno 2018, Evaluating the Stability of Embedding-based Word Similarities.

    Args:
        tables: two or more tables.
        words: the words to ask about; all common words if left out.
        k: how many neighbours.

    Raises:
        CourseError: where there are fewer than two tables, or too few common words.
        UnknownWordError: where a word is not in every table.

    >>> one = Embedding(("cup", "mug", "idea"), [[1, 0], [1, 0.1], [0, 1]])
    >>> two = Embedding(("cup", "mug", "idea"), [[0, 1], [1, 0], [0.1, 1]])
    >>> neighbour_overlap([one, two], ["cup", "idea"], k=1).tolist()
    [0.0, 0.0]
    """
    if len(tables) < 2:
        raise CourseError("Overlap needs two tables or more.")
    common = shared_words(*tables)
    same = [table.subset(common) for table in tables]
    asked = [same[0].row(word) for word in words] if words is not None else list(range(len(common)))
    near = [neighbour_rows(table.vectors, asked, k) for table in same]
    shares = [(a[:, :, None] == b[:, None, :]).any(axis=2).mean(axis=1) for a, b in combinations(near, 2)]
    return np.mean(shares, axis=0)


@checked
def shared_words(*tables: Embedding) -> list[str]:
    """Return the words that all tables know, in the order of the first.

    Introduced in lesson 06.

    >>> shared_words(Embedding(("a", "b"), [[0.0], [1.0]]), Embedding(("b", "c"), [[0.0], [1.0]]))
    ['b']
    """
    return [word for word in tables[0].words if all(word in table for table in tables[1:])]


@checked
def same_word_cosines(one: Embedding, two: Embedding, words: Iterable[str] | None = None) -> Floats:
    """Return the cosine between a word's vector in one table and its vector in the other, one number a word.

    Two trainings choose their axes freely, so before `procrustes` these cosines mean nothing.

    Introduced in lesson 06.

    Raises:
        CourseError: where the tables have vectors of different sizes.

    >>> same_word_cosines(Embedding(("cup",), [[1, 0]]), Embedding(("cup",), [[0, 2]])).tolist()
    [0.0]
    """
    words = shared_words(one, two) if words is None else list(words)
    a, b = one.subset(words).vectors, two.subset(words).vectors
    if a.shape != b.shape:
        raise CourseError(f"The tables have {a.shape[1]} and {b.shape[1]} numbers a word; they cannot be compared so.")
    return (normalise(a) * normalise(b)).sum(axis=1)


@checked
def procrustes(one: Embedding, two: Embedding, words: Iterable[str] | None = None) -> tuple[Embedding, Floats]:
    """Turn table `one` (a rotation or mirror, nothing else) so that it lies on `two` as well as it can.

    Nothing inside `one` changes: every length, cosine and neighbour stays. With the singular value decomposition
    A.T @ B = U S V.T of the unit vectors, the best turn is U @ V.T (Schonemann 1966).

    Introduced in lesson 06.

    Args:
        one: the table to turn.
        two: the table to lay it on.
        words: the words that should meet; all shared words if left out.

    Returns:
        `one`, turned, and the turn itself, shape (d, d).

    Raises:
        CourseError: where the tables have vectors of different sizes, or share no word.

    >>> one = Embedding(("cup", "mug", "idea"), [[1, 0], [1, 0.1], [0, 1]])
    >>> two = Embedding(("cup", "mug", "idea"), [[0, 1], [-0.1, 1], [-1, 0]])
    >>> turned, turn = procrustes(one, two)
    >>> same_word_cosines(turned, two).round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    words = shared_words(one, two) if words is None else list(words)
    a, b = one.subset(words).vectors, two.subset(words).vectors
    if a.shape != b.shape or not len(a):
        raise CourseError(f"Procrustes needs shared words and vectors of one size, got shapes {a.shape} and {b.shape}.")
    turn = best_turn(normalise(a).astype(float), normalise(b))
    return Embedding(one.words, one.vectors @ turn, ()), turn


# ---- Maps ---------------------------------------------------------------------------------------------------------


@checked
def map_neighbour_recall(vectors: ArrayLike, points: ArrayLike, k: int = 10) -> Floats:
    """Return, for each point of a map, the share of its k true neighbours that are among its k nearest on the map.

    True neighbours are by cosine in the full space (n, d), neighbours on the map (n, 2) by straight-line distance.
    A map by pure chance keeps k / (n - 1).

    Introduced in lesson 04. Venna and Kaski 2001, Neighborhood preservation in nonlinear projection methods.

    Raises:
        CourseError: where the two differ in the number of rows, or there are not more than k rows.

    >>> vectors = [[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]]
    >>> map_neighbour_recall(vectors, [[0, 0], [1, 0], [9, 0], [8, 0]], k=1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    vectors, points = np.asarray(vectors), np.asarray(points, dtype=float)
    if len(vectors) != len(points):
        raise CourseError(f"{len(vectors)} words need as many points on the map, got {len(points)}.")
    true = neighbour_rows(vectors, range(len(vectors)), k)
    apart = distance_matrix(points)
    np.fill_diagonal(apart, np.inf)
    near = np.argsort(apart, axis=1, kind="stable")[:, :k]
    return (true[:, :, None] == near[:, None, :]).any(axis=2).mean(axis=1)


@checked
def tsne_map(vectors: ArrayLike, seed: int = 0, perplexity: float = 15) -> Floats:
    """Return a t-SNE map of (n, d), shape (n, 2): it tries to keep who is near whom, and gives up far distances.

    Perplexity is roughly how many neighbours each point listens to; it must be smaller than n. Another seed gives
    another map. Only neighbourhoods may be read off: not distances between groups, not sizes of groups.

    Introduced in lesson 04. Van der Maaten and Hinton 2008, Visualizing Data using t-SNE.

    Raises:
        CourseError: where perplexity is not between 1 and the number of points.

    >>> tsne_map(np.eye(8), seed=1, perplexity=3).shape
    (8, 2)
    """
    from sklearn.manifold import TSNE

    units = normalise(vectors)
    if not 1 <= perplexity < len(units):
        raise CourseError(f"perplexity must be from 1 to below {len(units)}, the number of points; got {perplexity}.")
    return TSNE(2, perplexity=perplexity, init="random", random_state=seed, metric="cosine").fit_transform(units)


# ---- Search: was the right text found, and how far up? ---------------------------------------------------------------


@checked
def reciprocal_ranks(scores: ArrayLike, relevant: Sequence[Iterable[int]], k: int = 10) -> Floats:
    """Return for each question 1 / the rank of the first text that answers it: 1 on top, 0.5 second, 0 beyond k.

    Their mean is the *mean reciprocal rank* (MRR). Texts with a score of 0 share nothing with the question: they were
    not found. Among equal scores the worst order counts, so that ties bring no luck.

    Introduced in lesson 12. Voorhees 1999, The TREC-8 Question Answering Track Report.

    Args:
        scores: how well each text fits each question, shape (questions, texts).
        relevant: for each question the numbers (from 0) of the texts that answer it.
        k: how many results a person would look at.

    Raises:
        CourseError: where the number of questions differs, or nothing is relevant to one.

    >>> reciprocal_ranks([[0.9, 0.5, 0.1], [0.9, 0.5, 0.1]], [[1], [0, 2]]).tolist()
    [0.5, 1.0]
    """
    scores = np.asarray(scores, dtype=float)
    if len(scores) != len(relevant):
        raise CourseError(f"{len(scores)} rows of scores, but judgements for {len(relevant)} questions.")
    ranks = []
    for row, answers in zip(scores, (sorted(a) for a in relevant), strict=True):
        if not answers:
            raise CourseError("Each question needs at least one text that answers it.")
        best = max(row[i] for i in answers)
        rivals = np.delete(row, answers)
        rank = 1 + int((rivals >= best).sum())
        ranks.append(1 / rank if best != 0 and rank <= k else 0.0)
    return np.array(ranks)


@checked
def found_first(scores: ArrayLike, relevant: Sequence[Iterable[int]]) -> Floats:
    """Return for each question 1 where the text on top answers it, else 0 (precision at 1).

    Introduced in lesson 12.

    >>> found_first([[0.9, 0.5], [0.9, 0.5]], [[0], [1]]).tolist()
    [1.0, 0.0]
    """
    return reciprocal_ranks(scores, relevant, k=1)


@checked
def answer_before_decoy(
    scores: ArrayLike, relevant: Sequence[Iterable[int]], decoys: Sequence[Iterable[int]]
) -> Floats:
    """Return for each question 1 where the best answer scores above the best decoy, else 0 (a tie is 0).

    A decoy speaks of the same matter and says something else: coin tossing gets half of them right.

    Introduced in lesson 12. Weller, Lawrie and Van Durme 2023, NevIR (the same idea for negation).

    Raises:
        CourseError: where the number of questions differs, or a question has no answer or no decoy.

    >>> answer_before_decoy([[0.9, 0.5], [0.9, 0.9]], [[0], [0]], [[1], [1]]).tolist()
    [1.0, 0.0]
    """
    scores = np.asarray(scores, dtype=float)
    if not len(scores) == len(relevant) == len(decoys):
        raise CourseError("Scores, answers and decoys must be about the same number of questions.")
    pairs = [(row[list(a)], row[list(d)]) for row, a, d in zip(scores, relevant, decoys, strict=True)]
    if any(not len(good) or not len(bad) for good, bad in pairs):
        raise CourseError("Each question needs an answer and a decoy.")
    return np.array([float(good.max() > bad.max()) for good, bad in pairs])


# ---- Small helpers ------------------------------------------------------------------------------------------------


def _check_k(k: int, n: int) -> None:
    if not 1 <= k < n:
        raise CourseError(f"k must be from 1 to {n - 1}: each of the {n} words has {n - 1} others; got {k}.")
