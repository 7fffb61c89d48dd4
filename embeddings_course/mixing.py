"""One vector for many senses: what a mix of two words looks like, and how to plant one in a text.

Lesson 08. A *pseudoword* is one new word that stands for two old ones. Since we made it, we know its senses and how
often each is used, so everything that is said about the vectors of ambiguous words can be tried on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.files.arrays import Floats
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import normalise


class MixError(CourseError):
    """Words, shares or numbers of uses that cannot be mixed; the message says what to change."""


@checked
def blend(one: ArrayLike, two: ArrayLike, share: float = 0.5) -> Floats:
    """Return the mix of two vectors, `share` of the first and the rest of the second, cut to length 1.

    Both are cut to length 1 first: the length of a word vector goes with how often the word is used, and here `share`
    alone decides that.

    Introduced in lesson 08.

    Args:
        one: shape (d,).
        two: shape (d,).
        share: of `one`, 0 to 1.

    Raises:
        MixError: where shapes differ, the share is out of range, or nothing is left because both cancel.

    >>> blend([2.0, 0.0], [0.0, 5.0], share=0.5).round(2).tolist()
    [0.71, 0.71]
    """
    a, b = np.asarray(one, dtype=float), np.asarray(two, dtype=float)
    if a.ndim != 1 or a.shape != b.shape or not 0 <= share <= 1:
        raise MixError(f"Give two vectors of one length and a share from 0 to 1, not {a.shape}, {b.shape}, {share}.")
    mixed = share * normalise(a) + (1 - share) * normalise(b)
    if np.allclose(mixed, 0):
        raise MixError("The two vectors cancel out, so the mix has no direction. Choose another share.")
    return normalise(mixed)


@checked
def blend_cosine(share: float, between: float = 0.0) -> float:
    """Return the cosine of a mix of two senses to the sense that has this share of it.

    With s the share and c the cosine between the senses: (s + (1 - s) c) / sqrt(s^2 + (1 - s)^2 + 2 s (1 - s) c).

    Introduced in lesson 08.

    Args:
        share: of the sense that is asked about, 0 to 1.
        between: the cosine between the two senses, above -1 to 1; 0 is a right angle.

    Raises:
        MixError: where a number is out of range.

    >>> round(blend_cosine(0.1), 3), round(blend_cosine(0.9), 3)
    (0.11, 0.994)
    """
    if not (0 <= share <= 1 and -1 < between <= 1):
        raise MixError(f"The share is a number from 0 to 1, the cosine one above -1 up to 1; got {share}, {between}.")
    length = np.sqrt(share**2 + (1 - share) ** 2 + 2 * share * (1 - share) * between)
    return float((share + (1 - share) * between) / length)


@dataclass(frozen=True)
class Mixture:
    """What `unmix` found: `share` of the first vector, and `cosine`, that of the best mix to the vector itself.

    Near 1: the vector is a mix of these two and of little else. Near 0: it has nothing to do with them.
    """

    share: float
    cosine: float


@checked
def unmix(mixed: ArrayLike, one: ArrayLike, two: ArrayLike) -> Mixture:
    """Find the mix of `one` and `two` that comes nearest to a vector (least squares).

    Introduced in lesson 08.

    Args:
        mixed: shape (d,).
        one: shape (d,).
        two: shape (d,), in another direction than `one`.

    Raises:
        MixError: where shapes differ, or one vector is a multiple of the other.

    >>> unmix([0.8, 0.2, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    Mixture(share=0.8, cosine=1.0)
    """
    m, a, b = (np.asarray(x, dtype=float) for x in (mixed, one, two))
    if m.ndim != 1 or not m.shape == a.shape == b.shape:
        raise MixError(f"All three need one shape (d,); got {m.shape}, {a.shape}, {b.shape}.")
    parts = np.stack([a, b], axis=1)
    amounts, _, rank, _ = np.linalg.lstsq(parts, m, rcond=None)
    if rank < 2:
        raise MixError("The two parts point the same way (or one is all zero), so no share can be told.")
    best = parts @ amounts
    lengths = np.linalg.norm(best) * np.linalg.norm(m)
    cosine = float(best @ m / lengths) if lengths > 0 else 0.0
    return Mixture(round(float(amounts[0] / amounts.sum()), 12), round(cosine, 12))


@checked
def pseudoword(
    sentences: Sequence[Sequence[str]], one: str, two: str, n_one: int, n_two: int, token: str, seed: int
) -> list[list[str]]:
    """Return a copy of a text in which `token` stands in place of some uses of two words, drawn at random.

    The other uses stay, so that the new word can be compared with both old ones in the same table.

    Introduced in lesson 08.

    Args:
        sentences: lists of words.
        one: the first word.
        two: the second word.
        n_one: how many uses of the first become `token`.
        n_two: how many uses of the second.
        token: the new word; the text must not have it yet.
        seed: of the draw.

    Raises:
        MixError: where a word has fewer uses than asked for, both are the same, or the token is there already.

    >>> text = [["cold", "soup"], ["soup"], ["money"], ["money"]]
    >>> pseudoword(text, "money", "soup", 2, 0, "soupmoney", seed=0)
    [['cold', 'soup'], ['soup'], ['soupmoney'], ['soupmoney']]
    """
    if one == two or any(token in sentence for sentence in sentences):
        raise MixError(f"Give two different words, and a new word that the text does not have yet, unlike {token!r}.")
    rng = np.random.default_rng(seed)
    copy = [list(sentence) for sentence in sentences]
    for word, n in ((one, n_one), (two, n_two)):
        places = [(i, j) for i, sentence in enumerate(sentences) for j, w in enumerate(sentence) if w == word]
        if not 0 <= n <= len(places):
            raise MixError(f"{word!r} is used {len(places)} times; {n} of its uses cannot be replaced.")
        for k in rng.permutation(len(places))[:n]:
            i, j = places[k]
            copy[i][j] = token
    return copy


HOMONYMS = [
    line.split()
    for line in """
        jack john hammer
        bank river money
        bill money tom
        spring summer leap
        bark dog trunk
        match game candle
        ball dance bullet
        pen ink sheep
        lead iron guide
        seal wax whale
        palm hand tree
        temple church forehead
        trunk luggage branches
        note letter music
        chest breast drawers
        race nation horse
        port harbour sherry
        rose lily stood
        mine yours coal
        cabinet minister cupboard
    """.strip().splitlines()
]
"""Twenty words with a word for each of two senses, written down before any was tried."""


@checked
def surfaces(table: Embedding, word: str, one: str, two: str, hidden: str = "", near: int = 100) -> tuple[str, bool]:
    """Take the louder of two senses out of a word: does the other one come up?

    Introduced in lesson 08.

    Args:
        table: all rows of length 1.
        word: the word with both senses.
        one: a word of one sense.
        two: a word of the other; the one with the larger cosine is the louder.
        hidden: the word to look for, in place of the quieter of the two.
        near: it comes up if it is then among so many nearest words, and nearer than before.

    Returns:
        The word that was looked for, and whether it came up.

    >>> rows = normalise([[9, 4, 0], [1, 0, 0], [0, 1, 0], [3, 0, 4]])
    >>> surfaces(Embedding(["both", "sun", "mud", "sand"], rows), "both", "sun", "mud", near=1)
    ('mud', True)
    """
    loud, quiet = sorted((one, two), key=lambda sense: -float(table[word] @ table[sense]))
    looked_for, skip = hidden or quiet, [table.row(word), table.row(loud)]
    places = []
    for vector in (table[word], table[word] - table[word] @ table[loud] * table[loud]):
        scores = table.vectors @ vector
        scores[skip] = -np.inf
        places.append(1 + int((scores > scores[table.row(looked_for)]).sum()))
    before, after = places
    return looked_for, after < before and after <= near
