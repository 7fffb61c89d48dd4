"""What a space gets wrong: strangers, opposites, bias, clusters. Lesson 07."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.chance import split_by_chance
from embeddings_course.evaluation import pair_cosines, spearman
from embeddings_course.files.arrays import Floats
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import cosine_matrix, normalise, top_k

# ---- Baselines: what a number means in this space -----------------------------------------------------------------


@checked
def random_pair_cosines(table: Embedding, n: int = 10_000, seed: int = 0) -> Floats:
    """Return the cosines of n pairs of different words drawn at random, shape (n,).

    Their mean is what "nothing in common" reads in this space: 0 if the vectors point everywhere, far above 0 if
    they all lean one way (anisotropy). Compare every cosine with it.

    Introduced in lesson 07. Ethayarajh 2019, How Contextual are Contextualized Word Representations?

    Raises:
        CourseError: where the table has fewer than 2 words.

    >>> table = Embedding(("a", "b", "c"), [[5.0, 1.0], [5.0, 0.0], [5.0, -1.0]])
    >>> bool(random_pair_cosines(table, n=50).min() > 0.9)
    True
    """
    if len(table) < 2:
        raise CourseError("A table of at least 2 words is needed to draw pairs.")
    rng = np.random.default_rng(seed)
    first = rng.integers(0, len(table), n)
    second = (first + rng.integers(1, len(table), n)) % len(table)
    return (normalise(table.vectors[first]) * normalise(table.vectors[second])).sum(axis=1)


@checked
def length_frequency_correlation(table: Embedding, counts: Mapping[str, int]) -> float:
    """Return the rank correlation between the length of a word's vector and how often the word was seen.

    Introduced in lesson 07. Schakel and Wilson 2015, Measuring Word Significance using Distributed Representations.

    Raises:
        CourseError: where fewer than 3 words have a count.

    >>> table = Embedding(("the", "cup", "tea"), [[3.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    >>> length_frequency_correlation(table, {"the": 900, "cup": 20, "tea": 7})
    1.0
    """
    words = [word for word in table.words if word in counts]
    lengths = np.linalg.norm(table.subset(words).vectors.astype(float), axis=1)
    return spearman(lengths, [counts[word] for word in words])


@checked
def antonym_wins(table: Embedding, triples: Iterable[tuple[str, str, str]]) -> list[tuple[str, float, float]]:
    """Return for each (word, synonym, antonym) the word, its cosine to the synonym and its cosine to the antonym.

    Triples with a word that the table lacks are left out. Opposites share their contexts, so they are often near.

    Introduced in lesson 07.

    >>> table = Embedding(("hot", "warm", "cold"), [[1, 0], [1, 1], [1, 0.1]])
    >>> [(word, round(s, 2), round(a, 2)) for word, s, a in antonym_wins(table, [("hot", "warm", "cold")])]
    [('hot', 0.71, 1.0)]
    """
    known = [triple for triple in triples if all(word in table for word in triple)]
    synonyms = pair_cosines(table, [(word, synonym) for word, synonym, _ in known])
    antonyms = pair_cosines(table, [(word, antonym) for word, _, antonym in known])
    return [(t[0], float(s), float(a)) for t, s, a in zip(known, synonyms, antonyms, strict=True)]


# ---- Bias ---------------------------------------------------------------------------------------------------------


@checked
def direction(table: Embedding, pairs: Iterable[tuple[str, str]]) -> Floats:
    """Return the unit direction that best sums up the differences first - second of the pairs, shape (d,).

    It points towards the first words. Give several pairs, or one odd pair decides.

    Introduced in lesson 07. Bolukbasi et al. 2016, Man is to Computer Programmer as Woman is to Homemaker?

    Raises:
        CourseError: where there is no pair.
        UnknownWordError: where a word is not in the table.

    >>> table = Embedding(("she", "he", "her", "him"), [[2, 1], [-2, 1], [3, 0], [-3, 0.2]])
    >>> direction(table, [("she", "he"), ("her", "him")]).round(1).tolist()
    [1.0, -0.0]
    """
    differences = np.array([normalise(table[a]) - normalise(table[b]) for a, b in pairs], dtype=float)
    if not len(differences):
        raise CourseError("At least one pair of words is needed to find a direction.")
    axis = np.linalg.svd(differences, full_matrices=False)[2][0]
    return axis * np.sign(differences.sum(axis=0) @ axis or 1.0)


@checked
def project_out(vectors: ArrayLike, axis: ArrayLike) -> Floats:
    """Return the rows of (n, d) with their part along `axis` (d,) taken away: afterwards their dot with it is 0.

    Introduced in lesson 07. Bolukbasi et al. 2016; what it hides: Gonen and Goldberg 2019, Lipstick on a Pig.

    Raises:
        CourseError: where the axis is all zero.

    >>> project_out([[3.0, 4.0]], [2.0, 0.0]).tolist()
    [[0.0, 4.0]]
    """
    vectors, axis = np.asarray(vectors, dtype=float), normalise(np.asarray(axis, dtype=float))
    if not axis.any():
        raise CourseError("The axis is all zero, so it points nowhere; give two groups of words that differ.")
    return vectors - np.outer(vectors @ axis, axis)


@checked
def association(table: Embedding, words: Iterable[str], one: Iterable[str], two: Iterable[str]) -> Floats:
    """Return for each word its mean cosine to the words of group `one` minus its mean cosine to group `two`.

    Above 0 it leans to `one`. Both groups see the same word, so its own frequency drops out.

    Introduced in lesson 06 (does bank lean to money?) and 07. Caliskan, Bryson and Narayanan 2017.

    Raises:
        CourseError: where a group is empty.
        UnknownWordError: where a word is not in the table.

    >>> table = Embedding(("bank", "coin", "river"), [[1.0, 0.2], [1.0, 0.0], [0.0, 1.0]])
    >>> association(table, ["bank"], ["coin"], ["river"]).round(2).tolist()
    [0.78]
    """
    asked, one, two = (table.subset(group).vectors for group in (words, one, two))
    if not len(one) or not len(two):
        raise CourseError("Each of the two groups needs at least one word.")
    return cosine_matrix(asked, one).mean(axis=1) - cosine_matrix(asked, two).mean(axis=1)


@checked
def random_topics(
    table: Embedding, topics: int, size: int, seed: int = 0, *, among: int = 10_000, skip: Iterable[str] = ()
) -> list[list[str]]:
    """Return some topics that nobody chose: a word drawn at random and the words nearest to it, `size` in all.

    No word stands in two of them. A test that finds a difference between such topics too often is a false alarm.

    Introduced in lesson 07.

    Args:
        table: its words in the order of frequency.
        topics: how many.
        size: words of each, the drawn one included.
        seed: of the draw.
        among: only so many of the most frequent words are used, without the first 200, which have no topic.
        skip: words that are never used, such as the ends of the axis that is tested.

    Raises:
        CourseError: where the table has too few words for that.

    >>> table = Embedding([f"w{i}" for i in range(300)], np.random.default_rng(0).normal(size=(300, 5)))
    >>> [len(topic) for topic in random_topics(table, topics=2, size=3)]
    [3, 3]
    """
    words, units = table.words[:among], normalise(table.vectors[:among])
    if len(words) - 200 < 2 * topics * size:
        raise CourseError(f"{topics} topics of {size} words need a larger table than {len(words)} words.")
    rng, taken = np.random.default_rng(seed), set(skip)
    found: list[list[str]] = []
    while len(found) < topics:
        near = top_k(units @ units[rng.integers(200, len(words))], size + len(taken))
        found.append([words[i] for i in near if words[i] not in taken][:size])
        taken.update(found[-1])
    return found


@checked
def topics_apart(
    table: Embedding,
    topics: Sequence[Sequence[str]],
    one: Sequence[str],
    two: Sequence[str],
    *,
    whole: bool = False,
    shuffles: int = 1000,
) -> tuple[float, float]:
    """Return how much more the first half of some topics leans to `one` than the rest, and how often chance does it.

    Introduced in lesson 07.

    Args:
        table: the space.
        topics: lists of words, an even number of topics.
        one: the end of the axis that counts as plus.
        two: the other end.
        whole: deal whole topics instead of single words (`split_by_chance`).
        shuffles: how many deals.

    Raises:
        CourseError: where the number of topics is odd, or they are too few to deal whole ones.

    >>> table = Embedding(("bank", "coin", "river", "boat"), [[1.0, 0.2], [1.0, 0.0], [0.0, 1.0], [0.1, 1.0]])
    >>> gap, chance = topics_apart(table, [["bank", "coin"], ["river", "boat"]], ["coin"], ["river"])
    >>> round(gap, 2), round(chance, 2)
    (1.84, 0.33)
    """
    if len(topics) % 2 or not topics:
        raise CourseError(f"Half of the topics stand on each side: an even number is needed, got {len(topics)}.")
    words = [word for topic in topics for word in topic]
    names = [i for i, topic in enumerate(topics) for _ in topic]
    first = sum(len(topic) for topic in topics[: len(topics) // 2])
    return split_by_chance(
        association(table, words, one, two), first, topics=names if whole else None, shuffles=shuffles
    )


@checked
def cluster_recovery(vectors: ArrayLike, labels: Sequence[bool], seed: int = 0) -> float:
    """Return how well two blind clusters find two groups again: the share of words on their side, 0.5 to 1.

    Blind: k-means sees the vectors (n, d) alone; only then are its two clusters matched with the labels.

    Introduced in lesson 07. Gonen and Goldberg 2019, section 4.

    Raises:
        CourseError: where the number of labels is not n.

    >>> cluster_recovery([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]], [True, True, False, False])
    1.0
    """
    from sklearn.cluster import KMeans

    units, truth = normalise(vectors), np.asarray(labels, dtype=bool)
    if len(units) != len(truth):
        raise CourseError(f"{len(units)} vectors need as many labels, got {len(truth)}.")
    if len(np.unique(units, axis=0)) < 2:
        raise CourseError("All these vectors point the same way: there are no two clusters to find.")
    found = KMeans(2, n_init=10, random_state=seed).fit_predict(units).astype(bool)
    share = float((found == truth).mean())
    return max(share, 1 - share)
