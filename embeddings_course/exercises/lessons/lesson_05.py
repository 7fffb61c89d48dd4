"""Lesson 05, word2vec from scratch: its exercises and their checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from embeddings_course.counting import encode
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.question_files import questions_beside
from embeddings_course.exercises.engine.run_safely import Wrong
from embeddings_course.exercises.engine.slips import Slip, Unexplained, compare, rows, telling
from embeddings_course.exercises.engine.telling import alike, as_array, case, shown
from embeddings_course.files.arrays import Floats, Ints
from embeddings_course.files.table import Embedding
from embeddings_course.vectors import cosine_matrix
from embeddings_course.word2vec import (
    corpus_pairs,
    draw_noise,
    fresh_town,
    noise_distribution,
    numerical_gradient,
    planted_precision,
    sgns_loss,
    sgns_step,
    sigmoid,
    start_tables,
    vocab,
)

Vectors = tuple[Floats, Floats, Floats]

lesson = Lesson("05", "word2vec from scratch", questions_beside(__file__))
predict, check, hint, quiz = lesson.predict, lesson.check, lesson.hint, lesson.quiz
repair, judge, verify_solution = lesson.repair, lesson.judge, lesson.verify_solution
remember = lesson.remember


# --- exercise: one step, held against a nudged loss ---


def _step(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    """Return the three moved: each downhill along a gradient that was found by nudging, without any formula."""
    d_centre = numerical_gradient(lambda x: sgns_loss(x, context, negatives), centre)
    d_context = numerical_gradient(lambda x: sgns_loss(centre, x, negatives), context)
    d_negatives = numerical_gradient(lambda x: sgns_loss(centre, context, x), negatives)
    return centre - lr * d_centre, context - lr * d_context, negatives - lr * d_negatives


def _misses(centre: Floats, context: Floats, negatives: Floats) -> tuple[float, Floats]:
    """Return guess minus truth, for the neighbour and for the noise words, shape (k,)."""
    return float(sigmoid(context @ centre) - 1), sigmoid(negatives @ centre)


def _stacked(f: Callable[..., Any]) -> Callable[..., Floats]:
    """Wrap a step so that it gives one array, shape (2 + k, d), or says what is missing."""

    def stacked(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Floats:
        answer = f(centre, context, negatives, lr)
        if not isinstance(answer, list | tuple) or len(answer) != 3:
            raise Wrong("Return three things: the moved centre, the moved context, and the moved noise words.")
        shapes = [np.shape(centre), np.shape(context), np.shape(negatives)]
        for name, part, shape in zip(("centre", "context", "table of noise words"), answer, shapes, strict=True):
            if np.shape(part) != shape:
                raise Wrong(f"The {name} came in with shape {shape} and comes back with shape {np.shape(part)}.")
        return np.vstack([as_array(part) for part in answer])

    return stacked


PARTS = (
    ("centre", "It loses lr x (miss of the neighbour x context + the miss of each noise word x that noise word)."),
    ("context", "It loses lr x (its guess - 1) x the old centre."),
    ("table of noise words", "Each of them loses lr x its own guess x the old centre."),
)


def _wrong_part(f: Any, draws: list[Any]) -> Wrong:
    """Say which of the three moves goes wrong, and what it should be."""
    mine, due = f(*draws[0]), _step(*draws[0])
    right = {name: alike(m, d) for (name, _), m, d in zip(PARTS, mine, due, strict=True)}
    name, rule = next((name, rule) for name, rule in PARTS if not right[name])
    others = [other for other, fine in right.items() if fine]
    first = f"The {' and the '.join(others)} {'is' if len(others) == 1 else 'are'} right. " if others else ""
    i = [part for part, _ in PARTS].index(name)
    return Wrong(f"{first}The {name} is not. {rule} {case(draws[0], mine[i], due[i])}")


@lesson.exercise(
    "step",
    "Write step(centre, context, negatives, lr): one update. Given are the vector of the word (d,), of its true "
    "neighbour (d,) and of k noise words (k, d); return all three, moved.",
    hints=(
        "First all guesses, then all moves. What is the truth for the context, and what for the noise words?",
        "A guess is 1 / (1 + np.exp(-dot product)). Each vector loses lr x (guess - truth) x *the other vector*; the "
        "centre has 1 + k others, so its moves add up.",
        "real = guess of the context - 1; noise = guesses of negatives @ centre. Then return (centre - lr * (real * "
        "context + noise @ negatives), context - lr * real * centre, ...): the noise words are missing.",
    ),
    forbidden=("gensim",),
)
def step_task(f: Any, rng: np.random.Generator) -> str:
    draws = [
        (rng.normal(size=d), rng.normal(size=d), rng.normal(size=(k, d)), lr)
        for d, k, lr in ((2, 2, 0.5), (3, 2, 0.1), (5, 4, 0.3), (3, 3, 0.05), (2, 2, 0.2))
    ]
    try:
        compare(f, _step, draws, step_task.slips, _stacked)
    except Unexplained:
        raise _wrong_part(f, draws) from None
    return (
        "Five random updates, and each number moved just as nudging it and watching the loss says. You have written "
        "the heart of word2vec."
    )


@step_task.slip("You are pushing true neighbours apart. The size is right, the sign is not: walk *down* hill.")
def walks_uphill(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    return _step(centre, context, negatives, -lr)


@step_task.slip(
    "You updated the centre first, then used the new value for the context. Guess everything, then move everything."
)
def centre_moves_first(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = _misses(centre, context, negatives)
    centre = centre - lr * (real * context + noise @ negatives)
    return centre, context - lr * real * centre, negatives - lr * noise[:, None] * centre


@step_task.slip(
    "You moved the neighbour and the noise words first, and then the centre by their *new* values. Take all moves "
    "from the old ones."
)
def centre_moves_last(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = _misses(centre, context, negatives)
    context, negatives = context - lr * real * centre, negatives - lr * noise[:, None] * centre
    return centre - lr * (real * context + noise @ negatives), context, negatives


@step_task.slip("The noise words play no part in your step. Without them everything ends up alike.", idea="M23")
def ignores_the_noise(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, _ = _misses(centre, context, negatives)
    return centre - lr * real * context, context - lr * real * centre, negatives


@step_task.slip("The noise words move away from the centre, but the centre does not move away from them.")
def noise_does_not_move_the_centre(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = _misses(centre, context, negatives)
    return centre - lr * real * context, context - lr * real * centre, negatives - lr * noise[:, None] * centre


@step_task.slip(
    "You treat noise words like true neighbours. Their truth is 0, not 1: they should move away.",
    idea="M22",
)
def noise_as_neighbours(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = _misses(centre, context, negatives)
    noise = noise - 1
    moved = negatives - lr * noise[:, None] * centre
    return centre - lr * (real * context + noise @ negatives), context - lr * real * centre, moved


@step_task.slip("Your guess is the bare dot product. Squeeze it between 0 and 1 first, with the sigmoid.")
def guess_without_sigmoid(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = context @ centre - 1, negatives @ centre
    moved = negatives - lr * noise[:, None] * centre
    return centre - lr * (real * context + noise @ negatives), context - lr * real * centre, moved


@step_task.slip(
    "You multiply by the vector itself, so each one only grows or shrinks. The rule says: times the *other* vector."
)
def times_the_vector_itself(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = _misses(centre, context, negatives)
    return centre - lr * (real + noise.sum()) * centre, context * (1 - lr * real), negatives * (1 - lr * noise[:, None])


@step_task.slip("The learning rate `lr` is missing: each move is to be multiplied by it.")
def ignores_the_rate(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    return _step(centre, context, negatives, 1.0)


@step_task.slip("For the true neighbour you forgot to take the truth away: its miss is guess - 1.")
def neighbour_without_its_truth(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = _misses(centre, context, negatives)
    moved = negatives - lr * noise[:, None] * centre
    real = real + 1
    return centre - lr * (real * context + noise @ negatives), context - lr * real * centre, moved


@step_task.slip("You took the mean over the noise words. Each of them is a guess of its own: add their moves.")
def mean_over_the_noise(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = _misses(centre, context, negatives)
    noise = noise / len(negatives)
    moved = negatives - lr * noise[:, None] * centre
    return centre - lr * (real * context + noise @ negatives), context - lr * real * centre, moved


@step_task.slip(
    "Two of the three come back in each other's place: first the centre, then the context, then the noise words."
)
def context_before_centre(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    moved = _step(centre, context, negatives, lr)
    return moved[1], moved[0], moved[2]


@step_task.slip("Only the first noise word plays a part. There are k of them, and each is a guess of its own.")
def first_noise_word_moves(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    moved = _step(centre, context, negatives[:1], lr)
    return moved[0], moved[1], np.vstack([moved[2], negatives[1:]])


@step_task.slip("For each noise word you moved the neighbour anew. The neighbour is guessed once in a step.")
def neighbour_once_a_noise_word(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = _misses(centre, context, negatives)
    real = real * len(negatives)
    moved = negatives - lr * noise[:, None] * centre
    return centre - lr * (real * context + noise @ negatives), context - lr * real * centre, moved


@step_task.slip("That guess goes from -1 to 1 (np.tanh). The sigmoid goes from 0 to 1: 1 / (1 + np.exp(-x)).")
def guesses_with_tanh(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    real, noise = float(np.tanh(context @ centre) - 1), np.tanh(negatives @ centre)
    moved = negatives - lr * noise[:, None] * centre
    return centre - lr * (real * context + noise @ negatives), context - lr * real * centre, moved


@step_task.slip("These are the slopes (the gradient). Asked for are the vectors *after* the move.")
def slopes_instead_of_vectors(centre: Floats, context: Floats, negatives: Floats, lr: float) -> Vectors:
    moved = _step(centre, context, negatives, lr)
    return (moved[0] - centre) / -lr, (moved[1] - context) / -lr, (moved[2] - negatives) / -lr


# --- exercise: the noise sampler ---

N_DRAWS = 20_000
SURE = 1e-4  # a right sampler fails the chi-square test once in ten thousand times


def _wrong_odds(counts: Ints) -> list[tuple[Slip, Floats]]:
    """Return the slips that give wrong chances, each with the chance that it gives to every word."""
    logs = np.log1p(counts)
    return [
        (forgets_the_power, noise_distribution(counts, 1.0)),
        (all_words_alike, noise_distribution(counts, 0.0)),
        (power_above_one, noise_distribution(counts, 1 / 0.75)),
        (logarithm_of_counts, logs / logs.sum()),
        (power_of_one_quarter, noise_distribution(counts, 0.25)),
        (power_of_one_half, noise_distribution(counts, 0.5)),
        (rare_words_most, noise_distribution(counts, -0.75)),
    ]


def _luck(drawn: Ints, odds: Floats) -> float:
    """Return how likely tallies as far off as these are by luck alone, if the chances were `odds` (chi-square)."""
    from scipy.special import chdtrc

    seen, due = np.bincount(drawn.astype(np.intp), minlength=len(odds)), odds * len(drawn)
    return float(chdtrc(len(odds) - 1, ((seen - due) ** 2 / due).sum()))


def _read_draws(f: Any, counts: Ints, n: int, seed: int) -> Ints:
    """Call a learner's sampler and return its word numbers, or say what is wrong with them."""
    f = telling(
        f,
        "ValueError",
        lambda *_: "Chances: `rng.choice` wants p to add up to 1 (divide last, after the power), and words come again.",
    )
    answer = np.asarray(f(counts, n, np.random.default_rng(seed)))
    if answer.shape != (n,):
        raise Wrong(f"{n} word numbers are asked for, shape ({n},); yours has shape {answer.shape}.")
    whole = answer.dtype.kind in "iu"
    if not whole or answer.min() < 0 or answer.max() >= len(counts):
        odd = answer[(answer < 0) | (answer >= len(counts))] if whole else answer
        raise Wrong(
            f"The answer holds word numbers, whole ones from 0 to {len(counts) - 1}; yours has {shown(odd[:4])}."
        )
    return answer


@lesson.exercise(
    "noise",
    "Write draw(counts, n, rng): n noise words, as an array of word numbers. Word i is drawn with a chance that goes "
    "with counts[i] to the power 0.75; all luck comes from rng.",
    hints=(
        "Two steps: turn the counts into chances that add up to 1, then let `rng` draw with these chances.",
        "weights = counts ** 0.75, then divide by their own sum. `rng.choice` takes chances as p=...",
        "return rng.choice(len(counts), size=n, p=...): the chances are missing.",
    ),
    forbidden=("gensim",),
)
def noise_task(f: Any, rng: np.random.Generator) -> str:
    counts = np.array([4000, 1500, 700, 300, 120, 50, 20, 6]) + rng.integers(0, 6, 8)
    seed = int(rng.integers(1 << 30))
    drawn, again, other = (_read_draws(f, counts, N_DRAWS, s) for s in (seed, seed, seed + 1))
    luck = _luck(drawn, noise_distribution(counts))
    if luck < SURE:
        if len(np.unique(drawn)) == 1:
            raise one_word_for_all.wrong()
        likely = [slip for slip, odds in _wrong_odds(counts) if _luck(drawn, odds) > SURE]
        if likely:
            raise likely[0].wrong()
        if len(np.unique(drawn)) < len(counts):
            raise leaves_words_out.wrong()
        seen, due = np.bincount(drawn.astype(np.intp), minlength=8)[0], noise_distribution(counts)[0] * N_DRAWS
        raise Unexplained(
            f"Of {N_DRAWS:,} draws the commonest word got {seen:,}; with the power 0.75 about {due:,.0f} are due. That "
            "is no luck any more."
        )
    few = np.array([30, 900, 200, 4000, 60]) + rng.integers(0, 9, 5)
    if _luck(_read_draws(f, few, N_DRAWS // 4, seed), noise_distribution(few)) < SURE:
        raise knows_one_vocabulary.wrong()
    if np.array_equal(drawn, other):
        raise fixed_portions.wrong()
    if float(np.mean(drawn[1:] == drawn[:-1])) > 2 * float(np.sum(noise_distribution(counts) ** 2)):
        raise in_blocks.wrong()
    if not np.array_equal(drawn, again):
        raise luck_from_elsewhere.wrong()
    return (
        f"{N_DRAWS:,} draws lie as near to the 0.75 chances as luck allows (the chi-square test: p = {luck:.2f}; below "
        f"{SURE:g} nobody would believe in luck)."
    )


@noise_task.slip(
    "You forgot the 0.75 power: common words are drawn too often. (Times 0.75 is no power: it cancels when you divide "
    "by the sum.)"
)
def forgets_the_power(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return rng.choice(len(counts), size=n, p=counts / counts.sum())


@noise_task.slip("You draw all words alike. Common words should still come more often than rare ones.")
def all_words_alike(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return rng.integers(len(counts), size=n)


@noise_task.slip("Your power is above 1: that makes common words commoner still. It should be 0.75.")
def power_above_one(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return draw_noise(noise_distribution(counts, 1 / 0.75), n, rng)


@noise_task.slip("You took the logarithm of the counts. The power 0.75 bends less than that.")
def logarithm_of_counts(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    weights = np.log1p(counts)
    return rng.choice(len(counts), size=n, p=weights / weights.sum())


@noise_task.slip("This is the power 0.25: the rare words come much too often. Three quarters, not one.")
def power_of_one_quarter(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return draw_noise(noise_distribution(counts, 0.25), n, rng)


@noise_task.slip("This is the square root, the power 0.5. Asked for is 0.75.")
def power_of_one_half(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return draw_noise(noise_distribution(counts, 0.5), n, rng)


@noise_task.slip("The rare words come most: is there a minus, or a division, too many? Common ones come more often.")
def rare_words_most(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return draw_noise(noise_distribution(counts, -0.75), n, rng)


@noise_task.slip("All n of yours are one and the same word. Draw n times: size=n.")
def one_word_for_all(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return np.full(n, draw_noise(noise_distribution(counts), 1, rng)[0])


@noise_task.slip("One of the words is never drawn. Noise comes from *all* words, the rarest too.")
def leaves_words_out(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return draw_noise(noise_distribution(counts[:-1]), n, rng)


@noise_task.slip("Right for eight words, wrong for five with other counts: everything must come out of `counts`.")
def knows_one_vocabulary(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return draw_noise(noise_distribution(counts if len(counts) == 8 else np.sort(counts)), n, rng)


@noise_task.slip("Another rng, the same words: you deal them out in fixed portions. Noise is drawn by luck.")
def fixed_portions(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    edges = np.cumsum(noise_distribution(counts))
    return np.searchsorted(edges, (np.arange(n) + 0.5) / n)


@noise_task.slip("The tallies are right, but equal words stand in blocks. Each pair needs noise of its own: mix them.")
def in_blocks(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    odds = noise_distribution(counts)
    return np.repeat(np.arange(len(counts)), rng.multinomial(n, odds).astype(np.intp))


@noise_task.slip(
    "Called twice with equal luck, yours gives two answers: you draw from another source than `rng`. Then nobody can "
    "repeat your training."
)
def luck_from_elsewhere(counts: Ints, n: int, rng: np.random.Generator) -> Ints:
    return draw_noise(noise_distribution(counts), n, np.random.default_rng())


# --- exercise: train a town that nobody has seen ---

ENOUGH = 0.6


def _learn(inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float) -> tuple[Floats, Floats]:
    """Return both tables after one pass."""
    inputs, outputs = inputs.copy(), outputs.copy()
    for (centre, context), words in zip(pairs.tolist(), noise.tolist(), strict=True):
        sgns_step(inputs, outputs, centre, context, words, lr)
    return inputs, outputs


def _learn_into(inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float) -> tuple[Floats, Floats]:
    for (centre, context), words in zip(pairs.tolist(), noise.tolist(), strict=True):
        sgns_step(inputs, outputs, centre, context, words, lr)
    return inputs, outputs


def _read_tables(f: Callable[..., Any], *arguments: Any) -> Floats:
    """Call a trainer and return both tables as one array, shape (2, n_words, d), or say what is wrong with them."""
    answer = f(*arguments)
    shape = np.shape(arguments[0])
    if not isinstance(answer, list | tuple) or len(answer) != 2 or any(np.shape(table) != shape for table in answer):
        raise Wrong(f"Return the two tables, inputs and outputs, each of shape {shape} as they came in.")
    return np.stack([as_array(table) for table in answer])


def _retrain(f: Callable[..., Any], seed: int, passes: int = 3) -> tuple[float, float]:
    """Train a fresh town with a pass of the learner's own: planted precision before and after."""
    rng = np.random.default_rng(seed)
    sentences, classes = fresh_town(seed)
    words, counts = vocab(sentences)
    pairs = np.stack(corpus_pairs(*encode(sentences, words), window=2), axis=1)
    chances = noise_distribution(counts)
    first, second = start_tables(len(words), 10, rng)
    inputs, outputs = first.astype(float), second.astype(float)
    before = planted_precision(Embedding(words, inputs), classes, k=3)
    for done in range(passes):
        shuffled = pairs[rng.permutation(len(pairs))]
        noise = draw_noise(chances, (len(pairs), 5), rng)
        inputs, outputs = _read_tables(f, inputs, outputs, shuffled, noise, 0.1 * (1 - done / passes))
    if not np.all(np.isfinite(inputs)):
        raise Wrong("Some numbers of your table are not finite any more. Are the moves multiplied by lr?")
    return before, planted_precision(Embedding(words, inputs), classes, k=3)


def _learn_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    table = np.array([[1.0, 0.5], [-0.5, 1], [0.2, -1], [0.8, 0.3]])
    one, two, chain = np.array([[0, 1]]), np.array([[0, 1], [2, 3]]), np.array([[0, 1], [0, 2]])
    return [
        (
            "One pair and one noise word: it should be your step of exercise 1.",
            (table, table[::-1], one, np.array([[3]]), 0.5),
        ),
        (
            "One pair and two noise words: each of them is a guess of its own.",
            (table, table[::-1], one, np.array([[3, 2]]), 0.5),
        ),
        (
            "Two pairs without a word in common: each has its own noise.",
            (table, table[::-1], two, np.array([[3], [0]]), 0.5),
        ),
        (
            "Two pairs with one centre: the second sees what the first has moved.",
            (table, table[::-1], chain, np.array([[3], [3]]), 0.5),
        ),
        (
            "A noise word that comes twice in a row of `noise` moves twice.",
            (table, table[::-1], one, np.array([[3, 3]]), 0.5),
        ),
    ]


@lesson.exercise(
    "learn",
    "Write learn(inputs, outputs, pairs, noise, lr): one pass of training. Row i of pairs (n, 2) is a word and its "
    "neighbour, row i of noise (n, k) its noise words. Return both tables; leave those that came in as they are.",
    hints=(
        "Begin with inputs.copy() and outputs.copy(). Then go through the pairs, one after the other, and do your step "
        "of exercise 1 on rows of the two tables.",
        "for (centre, context), words in zip(pairs, noise): the centre is a row of `inputs`, the context and the noise "
        "words are rows of `outputs`. Keep the old centre until all rows have moved.",
        "A noise word may come twice, and `outputs[words] -= ...` would move it once. np.subtract.at(outputs, words, "
        "...) counts each: lr times miss[:, None] times the old centre.",
    ),
    forbidden=("gensim",),
    seconds=25.0,
)
def learn_task(f: Any, rng: np.random.Generator) -> str:
    draws = []
    for d, lr in ((2, 0.3), (3, 0.1), (4, 0.5)):
        pairs = np.array([[0, 1], [1, 2], [0, 3], [2, 1]])[rng.permutation(4)]
        noise = rng.integers(3, 5, (4, 3))  # three draws from two words: one of them comes twice
        draws.append((rng.normal(size=(5, d)), rng.normal(size=(5, d)), pairs, noise, lr))
    compare(f, _learn, draws, learn_task.slips, _both, rungs=_learn_rungs())
    seed = int(rng.integers(1000))
    before, after = _retrain(f, seed)
    if after < ENOUGH and after < _retrain(_learn, seed)[1] - 0.1:  # some towns are hard for everybody
        raise Wrong(
            f"Small tables come out right, but on a fresh town of 300 sentences only {after:.0%} of the planted "
            "neighbours are found. Does your function remember something from one call to the next?"
        )
    return (
        f"Then your own code was trained on a town that nobody has ever seen: planted neighbours found before "
        f"{before:.0%}, after three passes {after:.0%}. It learns."
    )


@learn_task.slip("Uphill: the loss grows with each pass, and true neighbours part. Turn the sign round.")
def learns_uphill(inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float) -> tuple[Floats, Floats]:
    return _learn(inputs, outputs, pairs, noise, -lr)


@learn_task.slip(
    "The centre moved before the others did, and they used its new value. On a fresh town that would hardly show, and "
    "it is not the slope of the loss. Keep a copy of the old row."
)
def learns_from_the_moved_centre(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    inputs, outputs = inputs.copy(), outputs.copy()
    for (centre, context), words in zip(pairs, noise, strict=True):
        u, n = outputs[context].copy(), outputs[words]
        real, miss = _misses(inputs[centre], u, n)
        inputs[centre] -= lr * (real * u + miss @ n)
        outputs[context] -= lr * real * inputs[centre]
        np.subtract.at(outputs, words, lr * miss[:, None] * inputs[centre])
    return inputs, outputs


@learn_task.slip("Your pass never looks at the noise. Perfect loss, useless space.", idea="M23")
def never_looks_at_the_noise(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    return _learn(inputs, outputs, pairs, noise[:, :0], lr)


@learn_task.slip(
    "A noise word that came twice in a row moved only once: `outputs[words] -= ...` writes each row once. Use "
    "np.subtract.at, or a loop."
)
def twice_drawn_moves_once(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    inputs, outputs = inputs.copy(), outputs.copy()
    for (centre, context), words in zip(pairs, noise, strict=True):
        v, u, n = inputs[centre].copy(), outputs[context].copy(), outputs[words]
        real, miss = _misses(v, u, n)
        inputs[centre] -= lr * (real * u + miss @ n)
        outputs[context] -= lr * real * v
        outputs[words] -= lr * miss[:, None] * v
    return inputs, outputs


@learn_task.slip(
    "You look up neighbours and noise words in `inputs`: that ties the two tables. They stand in `outputs`.",
    idea="M21",
)
def ties_the_tables(inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float) -> tuple[Floats, Floats]:
    tied = inputs.copy()
    return _learn_into(tied, tied, pairs, noise, lr)


@learn_task.slip(
    "All your guesses come from the tables at the start of the pass. Each pair should see what the pairs before it "
    "have moved."
)
def guesses_from_the_start(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    sum_in, sum_out = np.zeros_like(inputs), np.zeros_like(outputs)
    for i in range(len(pairs)):
        moved = _learn(inputs, outputs, pairs[i : i + 1], noise[i : i + 1], lr)
        sum_in, sum_out = sum_in + moved[0] - inputs, sum_out + moved[1] - outputs
    return inputs + sum_in, outputs + sum_out


@learn_task.slip("Centre and context are swapped: the first word of a pair is a row of `inputs`.")
def swaps_centre_and_context(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    return _learn(inputs, outputs, pairs[:, ::-1], noise, lr)


@learn_task.slip("Only the first pair was used. Is there a `return` inside your loop?")
def stops_after_one_pair(inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float) -> tuple[Floats, Floats]:
    return _learn(inputs, outputs, pairs[:1], noise[:1], lr)


@learn_task.slip(
    "Neighbour and noise words moved before the centre did, and it used their new values. Take all moves from the old."
)
def centre_sees_moved_rows(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    inputs, outputs = inputs.copy(), outputs.copy()
    for (centre, context), words in zip(pairs, noise, strict=True):
        v = inputs[centre].copy()
        real, miss = _misses(v, outputs[context], outputs[words])
        outputs[context] -= lr * real * v
        np.subtract.at(outputs, words, lr * miss[:, None] * v)
        inputs[centre] -= lr * (real * outputs[context] + miss @ outputs[words])
    return inputs, outputs


@learn_task.slip("The last pair is left out. range(len(pairs)) goes up to the last; minus 1 is one too few.")
def leaves_out_the_last_pair(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    return _learn(inputs, outputs, pairs[:-1], noise[:-1], lr)


@learn_task.slip("You went through the pairs twice. One pass is asked for; who calls it decides how many.")
def goes_through_twice(inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float) -> tuple[Floats, Floats]:
    return _learn(*_learn(inputs, outputs, pairs, noise, lr), pairs, noise, lr)


@learn_task.slip("You went through the pairs from the last to the first. Each should see what those before it moved.")
def begins_at_the_end(inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float) -> tuple[Floats, Floats]:
    return _learn(inputs, outputs, pairs[::-1], noise[::-1], lr)


@learn_task.slip("You learn each pair in both directions. `pairs` holds the other direction as a row of its own.")
def learns_both_directions(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    both = np.stack([pairs, pairs[:, ::-1]], axis=1).reshape(-1, 2)
    return _learn(inputs, outputs, both, np.repeat(noise, 2, axis=0), lr)


@learn_task.slip("Your first table never moves: `inputs` are the vectors that one wants in the end. They learn, too.")
def first_table_never_moves(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    moved = outputs
    for i in range(len(pairs)):
        moved = _learn(inputs, moved, pairs[i : i + 1], noise[i : i + 1], lr)[1]
    return inputs, moved


@learn_task.slip("Your second table never moves. Neighbours and noise words learn too.", idea="M21")
def second_table_never_moves(
    inputs: Floats, outputs: Floats, pairs: Ints, noise: Ints, lr: float
) -> tuple[Floats, Floats]:
    inputs, still = inputs.copy(), outputs
    for i in range(len(pairs)):
        inputs = _learn(inputs, still, pairs[i : i + 1], noise[i : i + 1], lr)[0]
    return inputs, outputs


def _both(f: Callable[..., Any]) -> Callable[..., Floats]:
    return lambda *arguments: _read_tables(f, *arguments)


# --- find the counterexample: perfect loss, useless space ---

KITCHEN_AND_COURT = (("salt", "soup"), ("pepper", "soup"), ("king", "throne"), ("queen", "throne"))
LOW, ALIKE = 0.05, 0.95


@lesson.exercise(
    "useless",
    "Refute 'the lower the loss, the better the vectors': inputs for salt, pepper, king and queen, outputs for soup "
    "and throne. Without noise words the mean loss of the four true pairs is at most 0.05, and yet salt and king have "
    "a cosine of at least 0.95.",
    hints=(
        "Without noise words the truth is always 1. What is the laziest way to always say yes?",
        "Let all six arrows point the same way. Then make them long enough: the guess comes from the dot product.",
        '{"inputs": {"salt": [2, 0], "pepper": [2, 0], "king": [...], "queen": [...]}, "outputs": {"soup": [2, 0], '
        '"throne": [...]}}: the court is missing.',
    ),
    takes="value",
)
def useless_task(value: Any, rng: np.random.Generator) -> str:
    if not isinstance(value, dict) or not {"inputs", "outputs"} <= set(value):
        raise Wrong('Give a dictionary with "inputs" (four words) and "outputs" (soup and throne).')
    names = ("salt", "pepper", "king", "queen")
    v = dict(zip(names, rows(value["inputs"], names), strict=True))
    u = dict(zip(("soup", "throne"), rows(value["outputs"], ("soup", "throne")), strict=True))
    if len(v["salt"]) != len(u["soup"]):
        raise Wrong("Rows of the two tables are multiplied with each other: give all six the same number of numbers.")
    if any(not x.any() for x in [*v.values(), *u.values()]):
        raise Wrong("An all-zero row has no direction, and its guess is always 0.50. Give it a direction.")
    if max(np.abs(x).max() for x in [*v.values(), *u.values()]) > 1e6:
        raise Wrong("Numbers up to a million will do: the sigmoid of 10 is nearly 1 already.")
    costs = {pair: sgns_loss(v[pair[0]], u[pair[1]], np.zeros((0, len(u["soup"])))) for pair in KITCHEN_AND_COURT}
    loss, worst = float(np.mean(list(costs.values()))), max(costs, key=lambda pair: costs[pair])
    if loss > LOW:
        raise Wrong(
            f"The mean loss is {loss:.2f}. Worst is *{worst[0]}* with *{worst[1]}*, guess {np.exp(-costs[worst]):.2f}: "
            "a larger dot product brings it nearer to 1. Longer arrows, more alike."
        )
    alike = float(cosine_matrix(np.array([v["salt"], v["king"]]))[0, 1])
    if alike < ALIKE:
        raise Wrong(
            f"The loss is low, {loss:.2f}, but *salt* and *king* have a cosine of {alike:.2f}: this space still tells "
            "the kitchen from the court. Nothing forces it to. Make it lazier.",
            "M23",
        )
    noise = {"soup": "throne", "throne": "soup"}
    full = np.mean([sgns_loss(v[a], u[b], u[noise[b]][None, :]) for a, b in KITCHEN_AND_COURT])
    return (
        f"Loss {loss:.3f}, and *salt* looks like *king* ({alike:.2f}). Perfect loss, useless space. Where are your "
        f"noise examples? With just one noise word for each pair, the same tables cost {full:.1f}."
    )


# --- repair my bug ---


def _loss(centre: Floats, context: Floats, negatives: Floats) -> float:
    return sgns_loss(centre, context, negatives)


def _repair_rungs() -> list[tuple[str, tuple[Any, ...]]]:
    """Return plain cases, from simple to hard, and what matters in each."""
    zero, arrow, other = np.zeros(2), np.array([1.0, 0.5]), np.array([0.4, -1.0])
    return [
        ("All dot products are 0, all guesses one half: two guesses cost 2 x 0.69.", (zero, zero, np.zeros((1, 2)))),
        ("Three guesses of one half cost 3 x 0.69: every noise word counts.", (zero, zero, np.zeros((2, 2)))),
        (
            "The noise word is all zero here and costs 0.69; so the part of the true pair is wrong.",
            (arrow, other, np.zeros((1, 2))),
        ),
        (
            "The context is all zero here and costs 0.69; so the part of the noise word is wrong.",
            (arrow, zero, other[None]),
        ),
        (
            "True pair and one noise word are right; with two of them it goes wrong.",
            (arrow, other, np.stack([other, arrow])),
        ),
    ]


@lesson.exercise(
    "repair",
    "pair_loss(centre, context, negatives) should return how badly the guesses miss, for one true pair and its noise "
    "words: minus the logarithm of the chance that it gave to the truth, all added up. It does not.",
    hints=(
        "Try three vectors of zeros and two noise words: three guesses of one half should cost 3 x 0.69 = 2.08.",
        "For the true neighbour the chance given to the truth is the guess. For a noise word it is 1 - guess.",
        "Check five things: both signs, the 1 - guess, the sum over *all* noise words, the logarithm, and that each "
        "noise word is guessed with the centre.",
    ),
    broken=True,
)
def repair_task(f: Any, rng: np.random.Generator) -> str:
    draws: list[tuple[Any, ...]] = [(np.zeros(2), np.zeros(2), np.zeros((2, 2)))]
    draws += [
        (*rng.normal(size=(2, d)).round(1), rng.normal(size=(k, d)).round(1)) for d, k in ((2, 2), (3, 3), (4, 2))
    ]
    compare(f, _loss, draws, repair_task.slips, rungs=_repair_rungs())
    return "Repaired: sure and right is cheap, unsure costs 0.69 a guess, sure and wrong is dear."


@repair_task.slip("It is still negative. The logarithm of a chance is below 0; a loss is *minus* that.")
def forgets_the_minus(centre: Floats, context: Floats, negatives: Floats) -> float:
    guess = 1 / (1 + np.exp(-(context @ centre)))
    guesses = 1 / (1 + np.exp(-(negatives @ centre)))
    return float(np.log(guess) + np.log(1 - guesses).sum())


@repair_task.slip("It still rewards a yes to noise words. Their truth is 0: take 1 - guess.")
def rewards_yes_to_noise(centre: Floats, context: Floats, negatives: Floats) -> float:
    guess = 1 / (1 + np.exp(-(context @ centre)))
    guesses = 1 / (1 + np.exp(-(negatives @ centre)))
    return float(-np.log(guess) - np.log(guesses).sum())


@repair_task.slip("It still counts the first noise word only. All of them add up.")
def first_noise_word_only(centre: Floats, context: Floats, negatives: Floats) -> float:
    guess = 1 / (1 + np.exp(-(context @ centre)))
    guesses = 1 / (1 + np.exp(-(negatives @ centre)))
    return float(-np.log(guess) - np.log(1 - guesses[0]))


@repair_task.slip("Its sigmoid still falls where it should climb: a minus is missing in np.exp(-...).")
def falling_sigmoid(centre: Floats, context: Floats, negatives: Floats) -> float:
    guess = 1 / (1 + np.exp(context @ centre))
    guesses = 1 / (1 + np.exp(negatives @ centre))
    return float(-np.log(guess) - np.log(1 - guesses).sum())


@repair_task.slip(
    "It still adds plain misses. With minus the logarithm, being sure *and* wrong costs far more than being unsure."
)
def adds_plain_misses(centre: Floats, context: Floats, negatives: Floats) -> float:
    guess = 1 / (1 + np.exp(-(context @ centre)))
    guesses = 1 / (1 + np.exp(-(negatives @ centre)))
    return float((1 - guess) + guesses.sum())


@repair_task.slip("It still guesses the noise words with the context. Every guess of an update is about the centre.")
def guesses_noise_with_the_context(centre: Floats, context: Floats, negatives: Floats) -> float:
    guess = 1 / (1 + np.exp(-(context @ centre)))
    guesses = 1 / (1 + np.exp(-(negatives @ context)))
    return float(-np.log(guess) - np.log(1 - guesses).sum())
