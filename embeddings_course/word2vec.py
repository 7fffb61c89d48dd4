"""word2vec from nothing: skip-gram with negative sampling, read from top to bottom.

The game: show a word and a second word, and guess whether the second really stood near the first (truth 1) or was
drawn at random (truth 0). The guess is `sigmoid(vector of the one . vector of the other)`. Playing well is not the
point; the vectors that one needs to play well are.

Mikolov, Sutskever, Chen, Corrado and Dean 2013, "Distributed representations of words and phrases".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from embeddings_course.counting import as_sentences, encode, vocabulary
from embeddings_course.files.arrays import Bools, Floats, Ints
from embeddings_course.files.checks import checked
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import cosine_matrix

SHARED = 4  # a batch shares this many times as many noise words as a pair is charged for

T = TypeVar("T")


# ------------------------------------------------------------------------------------------------ what is there to see
@checked
def vocab(sentences: Sequence[Sequence[str]], min_count: int = 1) -> tuple[list[str], Ints]:
    """List the words, the commonest first, and how often each was seen.

    Introduced in lesson 05.

    >>> words, counts = vocab([["the", "cat"], ["the", "dog"]])
    >>> words, counts.tolist()
    (['the', 'cat', 'dog'], [2, 1, 1])
    """
    sentences = as_sentences(sentences)
    words = vocabulary(sentences, min_count)
    tokens, _ = encode(sentences, words)
    return words, np.bincount(tokens.astype(np.intp, copy=False), minlength=len(words))


@checked
def skipgram_pairs(sentence: Sequence[T], window: int) -> list[tuple[T, T]]:
    """List every pair (word, neighbour) of one sentence with at most `window` places between them.

    Introduced in lesson 05.

    >>> skipgram_pairs(["the", "old", "bank"], window=1)
    [('the', 'old'), ('old', 'the'), ('old', 'bank'), ('bank', 'old')]
    """
    pairs = []
    for i, centre in enumerate(sentence):
        for j in range(max(0, i - window), min(len(sentence), i + window + 1)):
            if j != i:
                pairs.append((centre, sentence[j]))
    return pairs


@checked
def corpus_pairs(
    tokens: Ints, sentence_of: Ints, window: int, rng: np.random.Generator | None = None
) -> tuple[Ints, Ints]:
    """List the pairs of a whole corpus at once: `skipgram_pairs` for every sentence, in another order.

    Introduced in lesson 05.

    Args:
        tokens: word numbers, shape (n_tokens,).
        sentence_of: the sentence that each token stands in, shape (n_tokens,).
        window: places to each side.
        rng: where it is given, each word draws its own window from 1 to `window`, so that near neighbours are seen
            more often than far ones (as word2vec and gensim do).

    Returns:
        centres and contexts, each of shape (n_pairs,).

    >>> centres, contexts = corpus_pairs(np.array([7, 8, 9]), np.array([0, 0, 1]), window=2)
    >>> list(zip(centres.tolist(), contexts.tolist()))
    [(7, 8), (8, 7)]
    """
    reach = np.full(len(tokens), window) if rng is None else rng.integers(1, window + 1, len(tokens))
    centres, contexts = [], []
    for distance in range(1, window + 1):
        same = sentence_of[:-distance] == sentence_of[distance:]
        if distance > 1 and not same.any():  # no sentence is so long: no wider window sees more
            break
        for centre, context in (
            (slice(None, -distance), slice(distance, None)),
            (slice(distance, None), slice(None, -distance)),
        ):
            keep = same & (reach[centre] >= distance)
            centres.append(tokens[centre][keep])
            contexts.append(tokens[context][keep])
    return np.concatenate(centres), np.concatenate(contexts)


@checked
def keep_probability(counts: ArrayLike, sample: float) -> Floats:
    """How likely one use of each word survives subsampling: common words are dropped often, rare ones never.

    The rule of the word2vec program: with f the word's share of all tokens, sqrt(sample / f) + sample / f, at most 1.

    Introduced in lesson 05.

    Args:
        counts: how often each word was seen, shape (n_words,).
        sample: words with a larger share of the corpus than about this are thinned; 0 switches it off.

    >>> keep_probability([9_000, 1_000, 1], sample=0.01).round(2).tolist()
    [0.12, 0.42, 1.0]
    """
    share = np.asarray(counts, dtype=float)
    share = share / share.sum()
    if sample <= 0:
        return np.ones(len(share))
    ratio = sample / np.maximum(share, 1e-300)
    return np.minimum(np.sqrt(ratio) + ratio, 1.0)


@checked
def subsample(tokens: Ints, keep: Floats, rng: np.random.Generator) -> Bools:
    """Draw which tokens stay, each with the probability of its word; shape (n_tokens,), True for those that stay.

    Introduced in lesson 05.

    >>> subsample(np.array([0, 1, 1]), np.array([0.0, 1.0]), np.random.default_rng(0)).tolist()
    [False, True, True]
    """
    return rng.random(len(tokens)) < keep[tokens]


@checked
def noise_distribution(counts: ArrayLike, power: float = 0.75) -> Floats:
    """How likely each word is to be drawn as noise: its count to the power 0.75, so that rare words get a chance.

    Introduced in lesson 05.

    Args:
        counts: how often each word was seen, shape (n_words,).
        power: 1 draws words as often as they are used, 0 all alike ("uniform").

    Returns:
        probabilities, shape (n_words,), sum 1.

    Raises:
        CourseError: where a count is negative or all are 0.

    >>> noise_distribution([16, 1]).round(3).tolist()
    [0.889, 0.111]
    """
    counts = np.asarray(counts, dtype=float)
    if (counts < 0).any() or not counts.any():
        raise CourseError("Counts are numbers from 0 up, and one at least is above 0.")
    weights = np.where(counts > 0, counts**power, 0.0)
    return weights / weights.sum()


@checked
def draw_noise(noise: Floats, shape: int | tuple[int, ...], rng: np.random.Generator) -> Ints:
    """Draw word numbers with the probabilities `noise`.

    Introduced in lesson 05.

    >>> draw_noise(np.array([0.0, 1.0]), 3, np.random.default_rng(0)).tolist()
    [1, 1, 1]
    """
    edges = np.cumsum(noise)
    return np.searchsorted(edges, rng.random(shape) * edges[-1], side="right")


# ----------------------------------------------------------------------------------------------- the game, pair by pair
@checked
def sigmoid(x: ArrayLike) -> Floats:
    """Squeeze any number between 0 and 1: 1 / (1 + exp(-x)), written so that no x is too large.

    Introduced in lesson 05.

    >>> sigmoid([-1000.0, 0.0, 1.0]).round(2).tolist()
    [0.0, 0.5, 0.73]
    """
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(x)))


@checked
def sgns_loss(centre: Floats, context: Floats, negatives: Floats) -> float:
    """How badly the guesses miss the truth, for one real pair and its noise words. 0 is perfect.

    Introduced in lesson 05.

    Args:
        centre: the vector of the word, from the input table, shape (d,).
        context: the vector of its true neighbour, from the output table, shape (d,).
        negatives: the vectors of the noise words, from the output table, shape (k, d).

    >>> round(sgns_loss(np.zeros(2), np.zeros(2), np.zeros((3, 2))), 3)  # 4 guesses of one half: 4 log 2
    2.773
    """
    real = np.logaddexp(0, -(context @ centre))  # -log sigmoid(x): the guess should be 1
    noise = np.logaddexp(0, negatives @ centre)  # -log sigmoid(-x): the guess should be 0
    return float(real + noise.sum())


@checked
def sgns_gradient(centre: Floats, context: Floats, negatives: Floats) -> tuple[Floats, Floats, Floats]:
    """How the loss climbs when each vector moves: *guess minus truth, times the other vector*.

    Introduced in lesson 05. The arguments are those of `sgns_loss`.

    Returns:
        gradients for centre (d,), context (d,) and negatives (k, d).

    >>> d_centre, d_context, _ = sgns_gradient(np.array([2.0, 1.0]), np.array([-1.0, 2.0]), np.zeros((0, 2)))
    >>> d_centre.tolist(), d_context.tolist()
    ([0.5, -1.0], [-1.0, -0.5])
    """
    real = sigmoid(context @ centre) - 1  # guess - truth, where the truth is 1
    noise = sigmoid(negatives @ centre) - 0  # guess - truth, where the truth is 0    [k]
    d_centre = real * context + noise @ negatives  # [d]
    d_context = real * centre  # [d]
    d_negatives = noise[:, None] * centre  # [k, d]
    return d_centre, d_context, d_negatives


@checked
def sgns_step(
    inputs: Floats, outputs: Floats, centre: int, context: int, negatives: Sequence[int] | Ints, lr: float = 0.025
) -> float:
    """Play the game once: guess, then move every vector a little downhill. The two tables change in place.

    All gradients are taken before anything moves.

    Introduced in lesson 05.

    Args:
        inputs: the table that is kept in the end, shape (n_words, d).
        outputs: the second table, for words in the role of the neighbour, shape (n_words, d).
        centre: number of the word.
        context: number of its true neighbour.
        negatives: numbers of the noise words; the same one may come twice.
        lr: the learning rate, how far to move.

    Returns:
        the loss before the move.

    >>> inputs, outputs = np.ones((2, 1)), np.zeros((2, 1))
    >>> round(sgns_step(inputs, outputs, centre=0, context=1, negatives=[0], lr=0.5), 3)
    1.386
    >>> outputs.tolist()  # the neighbour came nearer, the noise word moved away
    [[-0.25], [0.25]]
    """
    noise = np.asarray(negatives, dtype=int)
    v, u, n = inputs[centre], outputs[context], outputs[noise]
    loss = sgns_loss(v, u, n)
    d_centre, d_context, d_negatives = sgns_gradient(v, u, n)
    inputs[centre] -= lr * d_centre
    outputs[context] -= lr * d_context
    np.subtract.at(outputs, noise, lr * d_negatives)  # `-=` would count a noise word that came twice only once
    return loss


@checked
def numerical_gradient(f: Callable[[Floats], float], x: Floats, nudge: float = 1e-5) -> Floats:
    """Find a gradient without calculus: nudge one number up and down, and watch the loss.

    Introduced in lesson 05.

    >>> numerical_gradient(lambda x: float(x @ x), np.array([1.0, -3.0])).round(4).tolist()
    [2.0, -6.0]
    """
    slope = np.zeros_like(x, dtype=float)
    for place in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[place] += nudge
        down[place] -= nudge
        slope[place] = (f(up) - f(down)) / (2 * nudge)
    return slope


# ---------------------------------------------------------------------------------------------- many pairs at a time
def _move_rows(table: Floats, rows: Ints, slopes: Floats, times: Floats, lr: float) -> None:
    """Move `table[rows[i]]` downhill by `lr * slopes[i]` for every i, also where a row comes many times.

    All slopes of a batch come from the same guesses. A row that moves very often in one batch ("the") would run past
    the valley; so, together, its moves count at most 1 / lr times. `times` says how many pairs each slope stands for.
    """
    often = lr * np.bincount(rows.astype(np.intp, copy=False), times)[rows]
    moves = (lr / np.maximum(often, 1)).astype(table.dtype)[:, None] * slopes
    np.subtract.at(table, rows, moves)  # `-=` would move a row that comes twice only once


@checked
def batch_step(
    inputs: Floats, outputs: Floats, centres: Ints, contexts: Ints, noise: Ints, negatives: int, lr: float
) -> float:
    """Do `sgns_step` for many pairs at once: all guesses first, then all moves.

    The pairs of a batch share their noise words, and each noise word counts `negatives / len(noise)`: on average the
    same move as with noise words of one's own, in far less time. A noise word that happens to be a pair's true
    neighbour is left out for that pair, as in word2vec and gensim.

    Introduced in lesson 05.

    Args:
        inputs: shape (n_words, d), changed in place.
        outputs: shape (n_words, d), changed in place.
        centres: word numbers, shape (batch,).
        contexts: word numbers of the true neighbours, shape (batch,).
        noise: word numbers drawn at random for the whole batch, shape (n_noise,).
        negatives: how many noise words a pair is charged for.
        lr: the learning rate.

    Returns:
        the mean loss of a pair before the move.
    """
    v, u, n = inputs[centres], outputs[contexts], outputs[noise]  # [batch, d], [batch, d], [n_noise, d]
    weight = np.where(noise == contexts[:, None], 0, negatives / max(len(noise), 1)).astype(v.dtype)
    guess_real = sigmoid((v * u).sum(axis=1, keepdims=True))  # [batch, 1]
    guess_noise = sigmoid(v @ n.T)  # [batch, n_noise]
    miss_real, miss_noise = guess_real - 1, guess_noise * weight  # guess minus truth ...
    slope_v = miss_real * u + miss_noise @ n  # ... times the other vector
    slope_u, slope_n = miss_real * v, miss_noise.T @ v
    once = np.ones(len(centres))
    _move_rows(inputs, centres, slope_v, once, lr)
    times = np.concatenate([once, weight.sum(axis=0)])
    _move_rows(outputs, np.concatenate([contexts, noise]), np.concatenate([slope_u, slope_n]), times, lr)
    tiny = 1e-7  # a guess that is quite wrong costs much, not infinitely much
    cost = -np.log(guess_real + tiny).sum() - (weight * np.log(1 + tiny - guess_noise)).sum()
    return float(cost / len(centres))


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training run leaves behind.

    Introduced in lesson 05.

    Attributes:
        words: the words, in row order (the commonest first).
        counts: how often each was seen, shape (n_words,).
        inputs: the first table, the one that is kept, shape (n_words, d).
        outputs: the second table; the same array as `inputs` where the two were tied.
        snapshots: the first table at `passes_done`, shape (n_snapshots, n_words, d); the first is before training.
        passes_done: when each snapshot was taken, in passes over the corpus, shape (n_snapshots,).
        losses: mean loss of a pair since the snapshot before (the first: of the first batch), shape (n_snapshots,).
    """

    words: tuple[str, ...]
    counts: Ints
    inputs: Floats
    outputs: Floats
    snapshots: Floats
    passes_done: Floats
    losses: Floats

    def __repr__(self) -> str:
        n_words, d = self.inputs.shape
        return f"Trained({n_words} words x {d} numbers, {len(self.snapshots)} snapshots, loss {self.losses[-1]:.2f})"

    @property
    def embedding(self) -> Embedding:
        """The first table with its words: the vectors that one uses."""
        return Embedding(self.words, self.inputs)

    def at(self, i: int) -> Embedding:
        """Return the table of snapshot `i`."""
        return Embedding(self.words, self.snapshots[i])


@checked
def train(
    sentences: Sequence[Sequence[str]],
    d: int = 30,
    window: int = 2,
    negatives: int = 5,
    epochs: int = 5,
    seed: int = 0,
    *,
    lr: float = 0.025,
    noise_power: float = 0.75,
    tied: bool = False,
    sample: float = 0.0,
    min_count: int = 1,
    batch: int = 64,
    n_snapshots: int = 2,
    progress: Callable[[float], None] | None = None,
) -> Trained:
    """Train skip-gram vectors with negative sampling on a small corpus.

    All pairs of one pass are held in memory at once (about 30 MB for the town), in shuffled order.

    Introduced in lesson 05.

    Args:
        sentences: lists of words.
        d: numbers for each word.
        window: places to each side; each word draws its own from 1 to this.
        negatives: noise words for each true pair. 0 shows what goes wrong without them.
        epochs: passes over the corpus.
        seed: for the start, the order and the noise. Two seeds give two different spaces.
        lr: the learning rate at the start; it falls in a straight line to almost 0, as in word2vec.
        noise_power: 0.75 as in word2vec; 0 draws all words alike.
        tied: use one table for both roles.
        sample: thin out words with a larger share of the corpus than about this (1e-3 is usual for large corpora).
        min_count: leave out words that were seen less often.
        batch: pairs that are guessed together before anything moves. Larger ones are quicker, and leave strangers
            closer together.
        n_snapshots: how many states to keep, with the first and the last.
        progress: called with the share that is done, from 0 to 1.

    Raises:
        CourseError: where a setting makes no sense; the message says which.

    >>> result = train([["salt", "and", "pepper"]] * 20, d=4, epochs=3, n_snapshots=3)
    >>> result.embedding
    Embedding(3 words x 4 numbers)
    >>> result.snapshots.shape, bool(result.losses[-1] < result.losses[0])
    ((3, 3, 4), True)
    """
    _check(d=(d, 1), window=(window, 1), negatives=(negatives, 0), epochs=(epochs, 1), batch=(batch, 1))
    _check(n_snapshots=(n_snapshots, 2), lr=(lr, 0.0), min_count=(min_count, 1))
    rng = np.random.default_rng(seed)
    sentences = as_sentences(sentences)
    words, counts = vocab(sentences, min_count)
    tokens, sentence_of = encode(sentences, words)
    if len(words) < 2 or len(np.unique(sentence_of)) == len(tokens):
        raise CourseError("There is no pair to learn from: give sentences of at least two words (or lower min_count).")
    keep, noise = keep_probability(counts, sample), noise_distribution(counts, noise_power)
    inputs, outputs = start_tables(len(words), d, rng, tied)
    diary = _Diary(inputs, n_snapshots, epochs)
    for epoch in range(epochs):
        stay = subsample(tokens, keep, rng)
        centres, contexts = corpus_pairs(tokens[stay], sentence_of[stay], window, rng)
        drawn = draw_noise(noise, (-(-len(centres) // batch), SHARED * negatives), rng)  # a row for each batch
        for (part, pairs), crowd in zip(_batches(len(centres), batch, rng), drawn, strict=True):
            done = epoch + part  # in passes
            rate = max(lr * (1 - done / epochs), lr / 250)
            loss = batch_step(inputs, outputs, centres[pairs], contexts[pairs], crowd, negatives, rate)
            diary.note(inputs, loss, done + min(batch / len(centres), 1 - part))
        if progress is not None:
            progress((epoch + 1) / epochs)
    return Trained(tuple(words), counts, inputs, outputs, *diary.finish(inputs))


@checked
def start_tables(n_words: int, d: int, rng: np.random.Generator, tied: bool = False) -> tuple[Floats, Floats]:
    """Return the two tables before training: small random numbers, and zeros (or the same table twice, where tied).

    Introduced in lesson 05.

    >>> inputs, outputs = start_tables(5, 2, np.random.default_rng(0))
    >>> bool(np.abs(inputs).max() <= 0.25), outputs.any().item()
    (True, False)
    """
    inputs = ((rng.random((n_words, d)) - 0.5) / d).astype(np.float32)
    return inputs, inputs if tied else np.zeros_like(inputs)


def _check(**settings: tuple[float, float]) -> None:
    for name, (value, least) in settings.items():
        if not value >= least:
            raise CourseError(f"{name}={value} makes no sense here; it must be at least {least}.")


def _batches(n: int, batch: int, rng: np.random.Generator) -> Iterator[tuple[float, Ints]]:
    """Go through n pairs in shuffled order: the share that is done, and the numbers of the next ones."""
    order = rng.permutation(n)
    for start in range(0, n, batch):
        yield start / n, order[start : start + batch]


class _Diary:
    """Keeps snapshots of a table at even steps, and the mean loss between them."""

    def __init__(self, table: Floats, n_snapshots: int, epochs: int) -> None:
        self.due = list(np.linspace(0, epochs, n_snapshots)[1:])
        self.snapshots, self.times = [table.copy()], [0.0]
        self.losses: list[float] = []
        self.since: list[float] = []

    def note(self, table: Floats, loss: float, done: float) -> None:
        if not self.losses:
            self.losses.append(loss)
        self.since.append(loss)
        if self.due and done >= self.due[0] - 1e-9:
            self.due.pop(0)
            self._keep(table, done)

    def _keep(self, table: Floats, done: float) -> None:
        self.snapshots.append(table.copy())
        self.times.append(done)
        self.losses.append(float(np.mean(self.since)))
        self.since = []

    def finish(self, table: Floats) -> tuple[Floats, Floats, Floats]:
        while self.due:  # rounding left the last one open
            self._keep(table, self.due.pop(0))
        return np.stack(self.snapshots), np.array(self.times), np.array(self.losses)


@checked
def fresh_town(
    seed: int, n_sentences: int = 300, n_classes: int = 6, words_per_class: int = 4
) -> tuple[list[list[str]], dict[str, tuple[str, ...]]]:
    """Make a tiny town that nobody has seen: invented words in a few planted classes, another one for each seed.

    Each sentence follows one of a few frames, such as "class 3, class 0, class 5, class 1". Words of one class are
    used alike, so a trainer that works brings them together.

    Introduced in lesson 05: a step that learned something by heart fails here.

    Returns:
        the sentences, and the words of each class.

    >>> sentences, classes = fresh_town(seed=1)
    >>> len(sentences), len(classes), len(classes["class 0"])
    (300, 6, 4)
    """
    rng = np.random.default_rng(seed)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    names = [a + b for a in syllables for b in syllables]
    words = [names[i] for i in rng.permutation(len(names))[: n_classes * words_per_class]]
    classes = {f"class {c}": tuple(words[c::n_classes]) for c in range(n_classes)}
    frames = [rng.permutation(n_classes)[:4] for _ in range(n_classes)]
    frames += [np.roll(np.arange(n_classes), c)[:4] for c in range(n_classes)]  # so that every class is used
    sentences = [
        [words[c + n_classes * int(rng.integers(words_per_class))] for c in frames[int(rng.integers(len(frames)))]]
        for _ in range(n_sentences)
    ]
    return sentences, classes


# ------------------------------------------------------------------------------------------------------ how good is it?
@checked
def expected_loss(
    inputs: Floats, outputs: Floats, centres: Ints, contexts: Ints, noise: Floats, negatives: int = 5
) -> float:
    """Mean loss of these pairs with *all* noise words weighed by how likely they are: no luck in the draw.

    For pairs that training never saw it is the held-out loss.

    Introduced in lesson 05.

    Args:
        inputs: shape (n_words, d).
        outputs: shape (n_words, d).
        centres: word numbers, shape (n_pairs,).
        contexts: word numbers of their true neighbours, shape (n_pairs,).
        noise: probabilities, shape (n_words,).
        negatives: how many noise words a pair is charged for.

    >>> zeros = np.zeros((2, 3))
    >>> one = expected_loss(zeros, zeros, np.array([0]), np.array([1]), np.array([0.5, 0.5]), negatives=2)
    >>> round(one, 3)  # 1 real guess and (2 x 0.5) other noise words, each log 2
    1.386
    """
    different, row = np.unique(centres, return_inverse=True)
    scores = (inputs[different] @ outputs.T).astype(np.float64)
    push = np.logaddexp(0, scores) * noise  # what each noise word costs, weighed   [n_different, n_words]
    real = np.logaddexp(0, -scores[row, contexts])
    charged = push.sum(axis=1)[row] - push[row, contexts]  # the true neighbour is no noise
    return float(np.mean(real + negatives * charged))


@checked
def planted_precision(table: Embedding, classes: Mapping[str, Sequence[str]], k: int = 5) -> float:
    """Share of the k nearest planted words (by cosine) that belong to the word's own class, over all planted words.

    Classes with k words or fewer count as full where all the others of the class come first.

    Introduced in lesson 05.

    Args:
        table: the vectors.
        classes: the words of each class; words that are not in the table are left out.
        k: how many neighbours to look at.

    Returns:
        from 0 to 1.

    Raises:
        CourseError: where no class has two words in the table, or k is 0.

    >>> table = Embedding(("a", "b", "x", "y"), [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]])
    >>> planted_precision(table, {"letters": ("a", "b"), "unknowns": ("x", "y")}, k=1)
    1.0
    """
    label = {word: name for name, words in classes.items() for word in words if word in table}
    names = np.array(list(label.values()))
    cosines = cosine_matrix(table.subset(label).vectors.astype(np.float64))
    np.fill_diagonal(cosines, -np.inf)
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    hits = names[order] == names[:, None]  # [n_words, k]
    others = np.array([(names == name).sum() - 1 for name in names])
    possible = np.minimum(others, k)
    if not possible.any():
        raise CourseError("No class has two words in this table, or k is 0: no word can find another of its class.")
    return float((hits.sum(axis=1)[possible > 0] / possible[possible > 0]).mean())
