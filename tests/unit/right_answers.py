"""Right answers in unusual ways, for each code exercise: plain Python, other containers, half precision, one line.

All must pass. `np` is the only thing at hand, as in a notebook; libraries are imported inside.
"""

# ruff: noqa: B905

import math

import numpy as np

RIGHT = {}


def right(exercise):
    """Keep a right answer for "lesson exercise"."""

    def keep(answer):
        RIGHT.setdefault(exercise, []).append(answer)
        return answer

    return keep


def add(exercise, *answers):
    """Keep several, each in one line."""
    for answer in answers:
        right(exercise)(answer)


def single(f):
    """Do the same in half the precision."""

    def rough(*args):
        return f(*(a.astype(np.float32) if isinstance(a, np.ndarray) and a.dtype == float else a for a in args))

    return rough


# --- 00b ---

add(
    "00b gaps",
    lambda table, row: np.subtract(table, row),
    lambda table, row: -(row - table),
    lambda table, row: table - np.tile(row, (len(table), 1)),
    lambda table, row: np.abs(table - row),
    lambda table, row: (table - row[None, :]).tolist(),
    lambda table, row: (table - row).astype(np.float32),
)
add(
    "00b slope",
    lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
    lambda f, x: (f(x) - f(x - 1e-6)) / 1e-6,
    lambda f, x: np.array((f(x + 1e-6) - f(x)) / 1e-6),
    lambda f, x: np.float32((f(x + 1e-4) - f(x)) / 1e-4),
)
add(
    "00b row-shares",
    lambda counts: (counts.T / counts.sum(axis=1)).T,
    lambda counts: [[c / sum(row) for c in row] for row in counts.tolist()],
    lambda counts: counts / (counts @ np.ones(counts.shape[1]))[:, None],
    single(lambda counts: counts / counts.sum(axis=-1, keepdims=True)),
)

# --- 01 ---

add(
    "01 distance",
    lambda a, b: sum((x - y) ** 2 for x, y in zip(a, b)) ** 0.5,
    lambda a, b: math.sqrt(((b - a) ** 2).sum()),
    lambda a, b: ((a - b) @ (a - b)) ** 0.5,
    lambda a, b: np.sqrt(np.einsum("i,i", a - b, a - b)),
    lambda a, b: np.float32(np.sqrt(sum((a - b) ** 2))),
)
add(
    "01 features",
    lambda facts: (facts["wet"], facts["money"], facts["moves people"]),
    lambda facts: np.array([facts[n] for n in ("alive", "moves people", "wet", "money")], dtype=np.float32),
    lambda facts: [float(facts["wet"] > 0.5), float(facts["money"] > 0.5), float(facts["alive"] > 0.5)],
)


@right("01 repair")
def sorted_by_distance(word, table):
    return sorted((o for o in table if o != word), key=lambda o: sum((table[word] - table[o]) ** 2))[0]


@right("01 repair")
def with_euclidean(word, table):
    from embeddings_course.vectors import euclidean

    return min((o for o in table if o != word), key=lambda o: euclidean(table[word], table[o]))


@right("01 repair")
def a_text_of_numpy(word, table):
    names = np.array([o for o in table if o != word])
    return names[np.argmin([((table[word] - table[o]) ** 2).sum() for o in names])]


@right("01 repair")
def with_norm(word, table):
    names = [o for o in table if o != word]
    return names[np.linalg.norm(np.array([table[o] for o in names]) - table[word], axis=1).argmin()]


# --- 02 ---


@right("02 cosine")
def with_norms(a, b):
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b)
    return np.divide(a @ b, lengths, out=np.zeros_like(np.asarray(a @ b)), where=lengths > 0)


@right("02 cosine")
def pure_cosine(a, b):
    if np.ndim(a) == 2:
        return [pure_cosine(row, b) for row in a]
    top = sum(x * y for x, y in zip(a, b))
    below = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(y * y for y in b))
    return top / below if below else 0.0


add(
    "02 cosine",
    single(lambda a, b: a @ b / np.maximum(np.sqrt((a * a).sum(-1) * (b @ b)), 1e-20)),
    lambda a, b: np.nan_to_num(a @ b / np.sqrt((a**2).sum(axis=-1) * (b**2).sum())),
    lambda a, b: np.nan_to_num(a @ b / np.sqrt((a**2).sum(axis=-1) * (b**2).sum()), nan=1.0),  # another rule for zero
)


@right("02 dims-needed")
def by_search(band, share):
    from statistics import NormalDist

    bell, d = NormalDist(), 1.0
    while bell.cdf(band * d**0.5) - bell.cdf(-band * d**0.5) < share:
        d *= 1.01
    return d


@right("02 dims-needed")
def by_drawing_pairs(band, share):
    rng, d = np.random.default_rng(0), 2
    while True:
        x, y = rng.normal(size=(2, 2500, d))
        cosines = (x * y).sum(1) / np.sqrt((x * x).sum(1) * (y * y).sum(1))
        if (abs(cosines) < band).mean() >= share:
            return d
        d = int(d * 1.03) + 1


@right("02 dims-needed")
def with_scipy(band, share):
    from scipy.stats import norm

    return int(np.ceil((norm.ppf(0.5 + share / 2) / band) ** 2))


add(
    "02 dims-needed",
    lambda band, share: np.float64(__import__("scipy.special").special.erfinv(share) ** 2 * 2 / band**2),
)
add(
    "02 repair",
    lambda table: [[x / (math.sqrt(sum(y * y for y in row)) or 1) for x in row] for row in table],
    lambda table: table / np.maximum(np.linalg.norm(table, axis=1), 1e-300)[:, None],
    single(lambda table: (table.T / np.where(table.any(axis=1), np.sqrt((table**2).sum(axis=1)), 1)).T),
    lambda table: np.array([row / np.sqrt(row @ row) if row.any() else row for row in table]),
)

# --- 03 ---


@right("03 cooc")
def by_pairs(tokens, window, words):
    table = [[0] * len(words) for _ in words]
    for i, a in enumerate(tokens):
        for j, b in enumerate(tokens):
            table[words.index(a)][words.index(b)] += 0 < abs(i - j) <= window
    return table


@right("03 cooc")
def by_shifts(tokens, window, words):
    one = np.array([[word == token for word in words] for token in tokens], dtype=int)
    half = sum(one[:-step].T @ one[step:] for step in range(1, min(window, len(tokens) - 1) + 1))
    return half + half.T


@right("03 cooc")
def by_counter(tokens, window, words):
    from collections import Counter

    met = Counter(
        (a, b) for i, a in enumerate(tokens) for b in tokens[max(0, i - window) : i] + tokens[i + 1 : i + 1 + window]
    )
    return np.array([[met[a, b] for b in words] for a in words], dtype=np.float32)


@right("03 ppmi")
def pure_ppmi(counts, alpha):
    columns = [sum(row[j] for row in counts) ** alpha for j in range(len(counts[0]))]
    return [
        [max(math.log2(c * sum(columns) / (sum(row) * columns[j])), 0) if c else 0 for j, c in enumerate(row)]
        for row in counts.tolist()
    ]


@right("03 ppmi")
def without_the_zeros(counts, alpha):
    from scipy.sparse import csr_array

    return csr_array(clip_after_the_log(counts, alpha))


@right("03 ppmi")
def clip_after_the_log(counts, alpha):
    with np.errstate(all="ignore"):
        rows, columns = counts.sum(1) / counts.sum(), counts.sum(0) ** alpha
        bits = np.log(counts / counts.sum() / np.outer(rows, columns / columns.sum())) / np.log(2)
    return np.nan_to_num(np.maximum(bits, 0), posinf=0, neginf=0)


add(
    "03 repair",
    lambda counts: counts.sum(1)[:, None] * counts.sum(0)[None] / counts.sum(),
    lambda counts: [[sum(row) * sum(c) / counts.sum() for c in counts.T] for row in counts],
    lambda counts: np.einsum("i,j->ij", counts.sum(1), counts.sum(0) / counts.sum()),
    single(lambda counts: np.outer(counts.sum(-1), counts.mean(0)) / counts.mean(0).sum()),
)

# --- 04 ---


@right("04 squeeze")
def by_eigenvectors(table, k, power):
    values, vectors = np.linalg.eigh(table @ table.T)
    return vectors[:, ::-1][:, :k] * np.sqrt(values[::-1][:k]) ** power


@right("04 squeeze")
def mirrored(table, k, power):
    left, strength, _ = np.linalg.svd(table)
    return -(left[:, :k] @ np.diag(strength[:k] ** power))


@right("04 squeeze")
def listed(table, k, power):
    left, strength, _ = np.linalg.svd(table, full_matrices=False)
    return [[float(x) * float(s) ** power for x, s in zip(row[:k], strength)] for row in left]


@right("04 kept")
def with_cdist(vectors, points, k):
    from scipy.spatial.distance import cdist

    far = [cdist(vectors, vectors, "cosine"), cdist(points, points)]
    near = [np.argsort(d + 1e9 * np.eye(len(d)), axis=1)[:, :k] for d in far]
    return [np.isin(a, b).mean() for a, b in zip(*near)]


@right("04 kept")
def kept_in_plain_python(vectors, points, k):
    def cos(a, b):
        return sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)

    n, shares = range(len(points)), []
    for i in n:
        true = sorted((j for j in n if j != i), key=lambda j: -cos(vectors[i], vectors[j]))[:k]
        near = sorted((j for j in n if j != i), key=lambda j: math.dist(points[i], points[j]))[:k]
        shares.append(len({*true} & {*near}) / k)
    return tuple(shares)


@right("04 kept")
def with_neighbours(vectors, points, k):
    from sklearn.neighbors import NearestNeighbors

    one = NearestNeighbors(n_neighbors=k, metric="cosine").fit(vectors).kneighbors(return_distance=False)
    two = NearestNeighbors(n_neighbors=k).fit(points).kneighbors(return_distance=False)
    return np.array([len({*a} & {*b}) for a, b in zip(one, two)]) / k


add(
    "04 repair",
    lambda table, k: 1 - sum(np.linalg.svd(table)[1][:k] ** 2) / (table**2).sum(),
    lambda table, k: float(sum(s * s for s in np.linalg.svd(table)[1].tolist()[k:]) / np.linalg.norm(table) ** 2),
    lambda table, k: np.sort(np.linalg.eigvalsh(table.T @ table))[::-1][k:].sum() / np.trace(table.T @ table),
)

# --- 05 ---


@right("05 step")
def step_in_plain_python(centre, context, negatives, lr):
    def guess(a, b):
        return 1 / (1 + math.exp(-sum(x * y for x, y in zip(a, b))))

    real, noise = guess(centre, context) - 1, [guess(centre, n) for n in negatives]
    moved = [
        c - lr * (real * u + sum(g * n[i] for g, n in zip(noise, negatives)))
        for i, (c, u) in enumerate(zip(centre, context))
    ]
    return (
        moved,
        [u - lr * real * c for u, c in zip(context, centre)],
        [[x - lr * g * c for x, c in zip(n, centre)] for g, n in zip(noise, negatives)],
    )


@right("05 step")
def step_with_expit(centre, context, negatives, lr):
    from scipy.special import expit

    others = np.vstack([context, negatives])
    miss = expit(others @ centre) - (np.arange(len(others)) == 0)
    moved = others - lr * np.outer(miss, centre)
    return [centre - lr * miss @ others, moved[0], moved[1:]]


@right("05 noise")
def by_cumulated_chances(counts, n, rng):
    chances = np.cumsum(counts**0.75)
    return np.searchsorted(chances, rng.random(n) * chances[-1])


@right("05 noise")
def shuffled_portions(counts, n, rng):
    weights = np.sqrt(counts) * counts**0.25
    return rng.permutation(np.repeat(np.arange(len(counts)), rng.multinomial(n, weights / weights.sum())))


@right("05 noise")
def listed_draws(counts, n, rng):
    weights = [c**0.75 for c in counts.tolist()]
    return rng.choice(len(counts), n, p=np.array(weights) / sum(weights)).tolist()


@right("05 learn")
def learn_with_loops(inputs, outputs, pairs, noise, lr):
    inputs, outputs = inputs.copy(), outputs.copy()
    for (centre, context), words in zip(pairs, noise):
        v = inputs[centre].copy()
        guesses = [(w, 1 / (1 + np.exp(-(outputs[w] @ v))) - (i == 0)) for i, w in enumerate([context, *words])]
        inputs[centre] -= lr * sum(g * outputs[w] for w, g in guesses)
        for w, g in guesses:
            outputs[w] -= lr * g * v
    return [inputs, outputs]


add(
    "05 repair",
    lambda centre, context, negatives: np.log1p(np.exp(-context @ centre)) + np.log1p(np.exp(negatives @ centre)).sum(),
    lambda centre, context, negatives: (
        np.logaddexp(0, -(context @ centre)) + sum(np.logaddexp(0, n @ centre) for n in negatives)
    ),
    lambda centre, context, negatives: (
        -math.log(1 / (1 + math.exp(-(context @ centre))))
        - sum(math.log(1 / (1 + math.exp(n @ centre))) for n in negatives)
    ),
)

# --- 06 ---


@right("06 score")
def score_by_ranks(table, pairs):
    from scipy.stats import rankdata

    inside = [p for p in pairs if {p[0], p[1]} <= set(table)]
    cosines = [table[a] @ table[b] / np.sqrt(table[a] @ table[a] * (table[b] @ table[b])) for a, b, _ in inside]
    rho = np.corrcoef(rankdata(cosines), rankdata([p[2] for p in inside]))[0, 1]
    return [rho, len(inside), tuple([a, b] for a, b, _ in pairs if not {a, b} <= set(table))]


@right("06 score")
def score_with_the_cosine_of_lesson_02(table, pairs):
    from scipy.stats import spearmanr

    from embeddings_course.vectors import cosine

    inside = [(cosine(table[a], table[b]), r) for a, b, r in pairs if a in table and b in table]
    return (
        spearmanr(*zip(*inside)).statistic,
        np.int64(len(inside)),
        {(a, b) for a, b, _ in pairs if not (a in table and b in table)},
    )


add(
    "06 align",
    lambda one, two: one @ np.linalg.svd(one.T @ two)[0] @ np.linalg.svd(one.T @ two)[2],
    lambda one, two: (lambda u, _, v: (one @ u @ v).tolist())(*np.linalg.svd(one.T @ two)),
    lambda one, two: (
        (lambda u, _, v: one @ (u @ v.T).T)(*np.linalg.svd(two.T @ one))
        if 0
        else one @ (lambda u, _, v: (u @ v).T)(*np.linalg.svd(two.T @ one))
    ),
)


@right("06 repair")
def overlap_of_sorted(one, two, k):
    lists = []
    for table in (one, two):
        u = table / np.sqrt((table**2).sum(1))[:, None]
        lists.append([[j for j in np.argsort(-(u @ u[i])) if j != i][:k] for i in range(len(u))])
    return sum(len({*a} & {*b}) for a, b in zip(*lists)) / (k * len(one))


@right("06 repair")
def overlap_with_cosine_matrix(one, two, k):
    from embeddings_course.vectors import cosine_matrix

    a, b = (np.argsort(np.argsort(-cosine_matrix(t) + 9 * np.eye(len(t)))) < k for t in (one, two))
    return (a & b).sum() / k / len(one)


# --- 07 ---


@right("07 analogy")
def analogy_in_plain_python(table, a, b, c, exclude=True):
    def unit(v):
        length = math.sqrt(sum(float(x) * float(x) for x in v))
        return [float(x) / length for x in v]

    target = [y - x + z for x, y, z in zip(unit(table[a]), unit(table[b]), unit(table[c]))]
    words = [w for w in table.words if not (exclude and w in (a, b, c))]
    return max(words, key=lambda w: sum(x * y for x, y in zip(unit(table[w]), target)))


@right("07 analogy")
def analogy_with_normalise(table, a, b, c, exclude=True):
    from embeddings_course.vectors import normalise

    units = normalise(table.vectors)
    i, j, k = (table.row(w) for w in (a, b, c))
    order = np.argsort(-(units @ (units[j] - units[i] + units[k])))
    return next(table.words[r] for r in order if not exclude or r not in (i, j, k))


@right("07 alarm")
def reached_with_a_loop(gap, by_chance):
    n = 1
    for other in by_chance:
        if other >= abs(gap) or other <= -abs(gap):
            n += 1
    return n / (len(by_chance) + 1)


@right("07 alarm")
def reached_with_numpy(gap, by_chance):
    return np.mean(np.abs(np.append(by_chance, gap)) >= np.abs(gap))


add("07 alarm", lambda gap, by_chance: sum(1 for x in [gap, *by_chance] if x * x >= gap * gap) / (1 + len(by_chance)))
add(
    "07 without",
    lambda vectors, axis: vectors - np.outer(vectors @ axis, axis) / (axis @ axis),
    lambda vectors, axis: vectors @ (np.eye(len(axis)) - np.outer(axis, axis) / (axis**2).sum()),
    lambda vectors, axis: np.array([v - (v @ axis) / (axis @ axis) * axis for v in vectors]),
    lambda vectors, axis: [[x - sum(v * axis) / sum(axis**2) * a for x, a in zip(v, axis)] for v in vectors],
)
add(
    "07 repair",
    lambda word, one, two: (
        np.mean([w @ word / np.sqrt(w @ w * (word @ word)) for w in one])
        - np.mean([w @ word / np.sqrt(w @ w * (word @ word)) for w in two])
    ),
    lambda word, one, two: (
        sum(w @ word / math.hypot(*w) / math.hypot(*word) for w in one) / len(one)
        - sum(w @ word / math.hypot(*w) / math.hypot(*word) for w in two) / len(two)
    ),
    single(
        lambda word, one, two: (lambda f: f(one) - f(two))(
            lambda g: np.average(g @ word / np.linalg.norm(g, axis=1) / np.linalg.norm(word))
        )
    ),
)

# --- 08 ---


@right("08 share")
def by_halving(cosine, between):
    low, high = 0.0, 1.0
    for _ in range(40):
        s = (low + high) / 2
        found = (s + (1 - s) * between) / math.sqrt(s * s + (1 - s) ** 2 + 2 * s * (1 - s) * between)
        low, high = (s, high) if found < cosine else (low, s)
    return s


@right("08 share")
def by_a_root_finder(cosine, between):
    from scipy.optimize import brentq

    rare, common = np.array([1.0, 0.0]), np.array([between, math.sqrt(1 - between**2)])

    def off(s):
        mix = s * rare + (1 - s) * common
        return mix[0] / math.hypot(*mix) - cosine

    return brentq(off, 0, 1)


@right("08 share")
def with_the_helper_of_the_lesson(cosine, between):
    from embeddings_course.mixing import blend_cosine

    return min((s / 200 for s in range(201)), key=lambda s: abs(blend_cosine(s, between) - cosine))


@right("08 share")
def by_the_sines(cosine, between):
    whole, part = math.acos(between), math.acos(min(cosine, 1.0))
    return np.float32(math.sin(whole - part) / (math.sin(whole - part) + math.sin(part)))


@right("08 plant")
def plant_with_choice(sentences, one, two, n_one, n_two, token, rng):
    new = [list(s) for s in sentences]
    for word, n in ((one, n_one), (two, n_two)):
        places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
        for i, j in rng.choice(places, n, replace=False):
            new[i][j] = token
    return tuple(map(tuple, new))


@right("08 plant")
def plant_by_numbers(sentences, one, two, n_one, n_two, token, rng):
    words = [w for s in sentences for w in s]
    gone = {
        p
        for word, n in ((one, n_one), (two, n_two))
        for p in rng.permutation([i for i, w in enumerate(words) if w == word])[:n]
    }
    flat = iter([token if i in gone else w for i, w in enumerate(words)])
    return [[next(flat) for _ in s] for s in sentences]


add(
    "08 repair",
    lambda common, rare, share: (lambda m: m / np.linalg.norm(m))(
        (1 - share) * common / np.linalg.norm(common) + share * rare / np.linalg.norm(rare)
    ),
    lambda common, rare, share: (lambda m: [x / math.hypot(*m) for x in m])(
        [(1 - share) * c / math.hypot(*common) + share * r / math.hypot(*rare) for c, r in zip(common, rare)]
    ),
    single(
        lambda common, rare, share: (lambda m: m / np.sqrt(m @ m))(
            (1 - share) * common / np.sqrt(common @ common) + share * rare / np.sqrt(rare @ rare)
        )
    ),
)

# --- 09 ---


@right("09 word-vector")
def glued(tokens, hidden_states, word, occurrence, layer):
    words, places = [], []
    for i, token in enumerate(tokens):
        if token[:2] == "##" and words:
            words[-1] += token[2:]
            places[-1].append(i)
        else:
            words.append(token)
            places.append([i])
    hits = [p for w, p in zip(words, places) if w == word]
    return list(sum(hidden_states[layer][i] for i in hits[occurrence]) / len(hits[occurrence]))


@right("09 word-vector")
def by_regex(tokens, hidden_states, word, occurrence, layer):
    import re

    text = " ".join(tokens).replace(" ##", "\0")
    start = [m.start() for m in re.finditer(r"\S+", text) if m[0].replace("\0", "") == word][occurrence]
    first = len(re.findall("[ \0]", text[:start]))
    pieces = 1 + text[start:].split(" ")[0].count("\0")
    return np.mean(hidden_states[layer, first : first + pieces], 0).astype(np.float32)


@right("09 neighbours")
def with_counter(known, senses, new, truth, k):
    from collections import Counter

    def cos(a, b):
        return a @ b / math.sqrt((a @ a) * (b @ b))

    votes = [
        Counter(senses[i] for i in sorted(range(len(known)), key=lambda i: -cos(known[i], row))[:k]) for row in new
    ]
    common = Counter(senses).most_common(1)[0][0]
    return [
        sum(v.most_common(1)[0][0] == t for v, t in zip(votes, truth)) / len(truth),
        truth.count(common) / len(truth),
    ]


@right("09 neighbours")
def with_sklearn(known, senses, new, truth, k):
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(k, metric="cosine").fit(known, senses)
    values, counts = np.unique(senses, return_counts=True)
    return model.score(new, truth), np.mean(np.array(truth) == values[counts.argmax()])


add(
    "09 repair",
    lambda hidden, mask: mask @ hidden / mask.sum(),
    lambda hidden, mask: np.average(hidden, axis=0, weights=mask),
    lambda hidden, mask: [sum(column[mask]) / sum(mask) for column in hidden.T],
    lambda hidden, mask: np.mean([h for h, m in zip(hidden, mask) if m], axis=0).astype(np.float32),
)

# --- 10 ---


@right("10 attention")
def attention_by_loops(Q, K, V, mask):
    weights = np.zeros((len(Q), len(K)))
    for i, q in enumerate(Q):
        scores = [q @ k / math.sqrt(len(q)) if m else -1e30 for k, m in zip(K, mask)]
        weights[i] = np.exp(np.array(scores) - max(scores))
        weights[i] /= sum(weights[i])
    return [weights @ V, weights]


@right("10 attention")
def attention_with_scipy(Q, K, V, mask):
    from scipy.special import softmax

    weights = softmax(Q @ K.T * len(Q[0]) ** -0.5 + np.where(mask, 0, -1e9), axis=1)
    return np.einsum("ij,jk", weights, V), weights


@right("10 attention")
def attention_in_single_precision(Q, K, V, mask):
    Q, K, V = (x.astype(np.float32) for x in (Q, K, V))
    scores = np.where(mask, Q @ K.T / np.sqrt(np.float32(Q.shape[1])), np.float32(-np.inf))
    weights = np.exp(scores - scores.max(1, keepdims=True))
    weights /= weights.sum(1, keepdims=True)
    return weights @ V, weights


@right("10 layer")
def layer_head_by_head(x, w, n_heads):
    from scipy.special import ndtr, softmax

    def norm(t, m):
        return (t - t.mean(1)[:, None]) / np.sqrt(t.var(1) + 1e-12)[:, None] * m.weight + m.bias

    q, k, v = (x @ m.weight.T + m.bias for m in (w.query, w.key, w.value))
    d, parts = x.shape[1] // n_heads, []
    for h in range(n_heads):
        s = slice(h * d, (h + 1) * d)
        parts.append(softmax(q[:, s] @ k[:, s].T / d**0.5, axis=1) @ v[:, s])
    x = norm(x + np.hstack(parts) @ w.output.weight.T + w.output.bias, w.attention_norm)
    wide = x @ w.up.weight.T + w.up.bias
    return norm(x + (wide * ndtr(wide)) @ w.down.weight.T + w.down.bias, w.output_norm)


@right("10 repair")
def step_with_scipy(x, Q, K, V, mask):
    from scipy.special import softmax

    return x + softmax(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf), axis=-1) @ V


@right("10 repair")
def step_over_real_ones(x, Q, K, V, mask):
    scores = Q @ K[mask].T / Q.shape[1] ** 0.5
    powers = np.exp(scores - scores.max(1)[:, None])
    return (x + (powers @ V[mask]) / powers.sum(1)[:, None]).tolist()


# --- 11 ---


@right("11 masked-loss")
def loss_head_by_head(vectors, weights, labels):
    loss, slope = 0.0, np.zeros(vectors.shape)
    for h in range(labels.shape[1]):
        rows = [i for i in range(len(labels)) if not math.isnan(labels[i, h])]
        for i in rows:
            off = vectors[i] @ weights[:, h] - labels[i, h]
            loss += off**2 / len(rows)
            slope[i] += 2 * off / len(rows) * weights[:, h]
    return [loss, slope.tolist()]


@right("11 masked-loss")
def loss_by_nanmean(vectors, weights, labels):
    off = vectors @ weights - labels
    n = np.isfinite(labels).sum(0)
    return np.nansum(np.nanmean(off**2, axis=0)), np.nan_to_num(2 * off / n) @ weights.T


add("11 masked-loss", single(loss_by_nanmean))
add(
    "11 numbers-learned",
    lambda n_words, d, outputs, shared: (1 if shared else len(outputs)) * n_words * d + (d + 1) * sum(outputs),
    lambda n_words, d, outputs, shared: sum(
        n_words * d * (not shared or i == 0) + (d + 1) * k for i, k in enumerate(outputs)
    ),
    lambda n_words, d, outputs, shared: float(
        n_words * d * [len(outputs), 1][shared] + np.dot(np.full(len(outputs), d + 1), outputs)
    ),
)


@right("11 repair")
def interval_with_exact_t(alone, shared):
    from scipy import stats

    change = shared - alone
    return (
        change.mean() - stats.t.ppf(0.975, 19) * stats.sem(change),
        change.mean(),
        change.mean() + stats.t.ppf(0.975, 19) * stats.sem(change),
    )


add(
    "11 repair",
    lambda alone, shared: [
        np.mean(shared - alone) + sign * 2.09 * math.sqrt(np.var(shared - alone, ddof=1) / 20) for sign in (-1, 0, 1)
    ],
)

# --- 12 ---


@right("12 reciprocal-rank")
def by_min(found, answers, k):
    places = [found.index(a) + 1 for a in answers if a in found[:k]]
    return 1 / min(places) if places else 0


@right("12 reciprocal-rank")
def by_numpy(found, answers, k):
    hits = np.isin(found[:k], answers)
    return hits.any() / (hits.argmax() + 1)


add(
    "12 shared",
    lambda fit, test: sum(
        " ".join(t.split()).casefold() in [" ".join(f.split()).casefold() for f in fit] for t in test
    ),
    lambda fit, test: len([t for t in test if tuple(t.lower().split()) in {tuple(f.lower().split()) for f in fit}]),
    lambda fit, test: int(
        np.isin([" ".join(t.upper().split()) for t in test], [" ".join(f.upper().split()) for f in fit]).sum()
    ),
)
add(
    "12 repair",
    lambda mine, baseline, draws: (
        np.mean(mine - baseline),
        *np.percentile((mine - baseline)[draws].mean(1), [2.5, 97.5]),
    ),
    lambda mine, baseline, draws: np.array(
        [mine.mean() - baseline.mean(), *np.quantile(mine[draws].mean(1) - baseline[draws].mean(1), [0.025, 0.975])]
    ),
    lambda mine, baseline, draws: (
        lambda means: [sum(mine - baseline) / len(mine), np.quantile(means, 0.025), np.quantile(means, 0.975)]
    )([np.mean([mine[i] - baseline[i] for i in row]) for row in draws]),
)


# --- a third way ---


@right("03 ppmi")
def ppmi_in_bits_of_shares(counts, alpha):
    columns = counts.sum(axis=0) ** alpha
    lift = counts / counts.sum(axis=1, keepdims=True).clip(1e-12) / (columns / columns.sum()).clip(1e-12)
    return np.log2(np.where(lift > 1, lift, 1)).astype(np.float32)


@right("05 step")
def step_in_half_precision(centre, context, negatives, lr):
    v, u, n = (x.astype(np.float32) for x in (centre, context, negatives))
    real, noise = np.tanh(u @ v / 2) / 2 - 0.5, np.tanh(n @ v / 2) / 2 + 0.5
    return v - lr * (real * u + noise @ n), u - lr * real * v, n - lr * noise[:, None] * v


@right("06 repair")
def overlap_in_one_line(one, two, k):
    near = [
        [
            {*sorted((j for j in range(len(t)) if j != i), key=lambda j: -(t[i] @ t[j]) / math.hypot(*t[j]))[:k]}
            for i in range(len(t))
        ]
        for t in (one, two)
    ]
    return np.mean([len(a & b) for a, b in zip(*near)]) / k


@right("07 analogy")
def analogy_with_a_dictionary(table, a, b, c, exclude=True):
    units = {w: table[w] / np.sqrt(table[w] @ table[w]) for w in table.words}
    scores = {w: u @ (units[b] - units[a] + units[c]) for w, u in units.items() if not exclude or w not in {a, b, c}}
    return max(scores, key=scores.get)


@right("08 plant")
def plant_with_shuffle(sentences, one, two, n_one, n_two, token, rng):
    new = [s[:] for s in sentences]
    for word, n in [(two, n_two), (one, n_one)]:
        places = [(s, j) for s in new for j, w in enumerate(s) if w == word]
        order = np.arange(len(places))
        rng.shuffle(order)
        for p in order[:n]:
            sentence, j = places[p]
            sentence[j] = token
    return new


@right("09 neighbours")
def voted_by_hand(known, senses, new, truth, k):
    kinds, right_ones = sorted(set(senses)), 0
    units = known / np.linalg.norm(known, axis=1)[:, None]
    for row, t in zip(new, truth):
        votes = [senses[i] for i in np.argpartition(-(units @ row), k)[:k]]
        right_ones += kinds[int(np.argmax([votes.count(s) for s in kinds]))] == t
    common = kinds[int(np.argmax([senses.count(s) for s in kinds]))]
    return right_ones / len(new), truth.count(common) / len(truth)


@right("12 reciprocal-rank")
def by_a_loop_that_leaves(found, answers, k):
    for i in range(min(k, len(found))):
        if found[i] in set(answers):
            return (i + 1) ** -1
    return 0


@right("05 learn")
def learn_with_one_list_of_rows(inputs, outputs, pairs, noise, lr):
    one, two = inputs.tolist(), outputs.tolist()
    for (centre, context), words in zip(pairs.tolist(), noise.tolist()):
        v, moves = one[centre], []
        for w, truth in [(context, 1), *((word, 0) for word in words)]:
            moves.append((w, lr * (1 / (1 + math.exp(-sum(map(float.__mul__, two[w], v)))) - truth), two[w]))
        one[centre] = [x - sum(step * u[i] for _, step, u in moves) for i, x in enumerate(v)]
        for w, step, _ in moves:
            two[w] = [x - step * y for x, y in zip(two[w], v)]
    return one, two


@right("05 learn")
def learn_with_expit(inputs, outputs, pairs, noise, lr):
    from scipy.special import expit

    tables = np.array([inputs, outputs])
    for (centre, context), words in zip(pairs, noise):
        others = np.append(context, words)
        v, u = tables[0, centre].copy(), tables[1, others]
        miss = expit(u @ v) - (np.arange(len(u)) < 1)
        tables[0, centre] -= lr * miss @ u
        np.add.at(tables[1], others, -lr * np.outer(miss, v))
    return tables[0], tables[1]


@right("06 score")
def score_with_ranks_by_hand(table, pairs):
    def ranks(numbers):
        return [sum(y < x for y in numbers) + (sum(y == x for y in numbers) + 1) / 2 for x in numbers]

    def cos(a, b):
        return sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)

    inside = [(cos(table[a], table[b]), r) for a, b, r in pairs if a in table and b in table]
    x, y = (ranks(column) for column in zip(*inside))
    return np.corrcoef(x, y)[0][1], len(inside), [p[:2] for p in pairs if p[0] not in table or p[1] not in table]


@right("09 word-vector")
def by_walking(tokens, hidden_states, word, occurrence, layer):
    i, seen = 0, 0
    while i < len(tokens):
        end = i + 1
        while end < len(tokens) and tokens[end].startswith("##"):
            end += 1
        if tokens[i] + "".join(t[2:] for t in tokens[i + 1 : end]) == word:
            if seen == occurrence:
                return [sum(column) / (end - i) for column in hidden_states[layer][i:end].T]
            seen += 1
        i = end


@right("10 layer")
def layer_token_by_token(x, w, n_heads):
    from scipy.special import erf

    def through(row, m):
        return m.weight @ row + m.bias

    def norm(row, m):
        return (row - row.mean()) / row.std() * m.weight + m.bias

    q, k, v = ([np.split(through(row, m), n_heads) for row in x] for m in (w.query, w.key, w.value))
    out = []
    for i, row in enumerate(x):
        blend = []
        for h in range(n_heads):
            shares = np.exp([q[i][h] @ k[j][h] / len(q[i][h]) ** 0.5 for j in range(len(x))])
            blend += list(sum(s * v[j][h] for j, s in enumerate(shares)) / sum(shares))
        row = norm(row + through(np.array(blend), w.output), w.attention_norm)
        wide = through(row, w.up)
        out.append(norm(row + through(wide * (1 + erf(wide / 2**0.5)) / 2, w.down), w.output_norm))
    return np.array(out)


@right("10 layer")
def layer_with_einsum(x, w, n_heads):
    from scipy.special import erf, softmax

    def norm(t, m):
        return (t - t.mean(-1, keepdims=True)) / t.std(-1, keepdims=True) * m.weight + m.bias

    q, k, v = ((x @ m.weight.T + m.bias).reshape(len(x), n_heads, -1) for m in (w.query, w.key, w.value))
    shares = softmax(np.einsum("ihd,jhd->hij", q, k) / np.sqrt(q.shape[2]), axis=2)
    x = norm(
        x + np.einsum("hij,jhd->ihd", shares, v).reshape(x.shape) @ w.output.weight.T + w.output.bias, w.attention_norm
    )
    wide = x @ w.up.weight.T + w.up.bias
    return norm(x + wide * (0.5 + erf(wide / np.sqrt(2)) / 2) @ w.down.weight.T + w.down.bias, w.output_norm)


@right("10 repair")
def step_token_by_token(x, Q, K, V, mask):
    rows = []
    for old, q in zip(x, Q):
        scores = [q @ k / math.sqrt(len(q)) for k, real in zip(K, mask) if real]
        shares = [math.exp(s - max(scores)) for s in scores]
        seen = [v for v, real in zip(V, mask) if real]
        rows.append(old + sum(s * v for s, v in zip(shares, seen)) / sum(shares))
    return rows


@right("11 repair")
def interval_with_statistics(alone, shared):
    from statistics import mean, stdev

    change = [float(b - a) for a, b in zip(alone, shared)]
    middle, half = mean(change), 2.09 * stdev(change) / len(change) ** 0.5
    return middle - half, middle, middle + half


@right("12 repair")
def gain_by_sorting(mine, baseline, draws):
    means = sorted(np.mean([mine[i] - baseline[i] for i in row]) for row in draws)
    return np.mean(mine - baseline), means[int(0.025 * len(means))], means[int(0.975 * len(means))]


@right("09 tokenizer")
def by_slicing(word, vocab):
    if not word:
        return []
    found, rest = [], word
    while rest:
        for n in range(len(rest), 0, -1):
            piece = rest[:n] if not found else "##" + rest[:n]
            if piece in vocab:
                found.append(piece)
                rest = rest[n:]
                break
        else:
            return []
    return found


@right("09 tokenizer")
def by_recursion(word, vocab, mark=""):
    if not word:
        return []
    for end in reversed(range(1, len(word) + 1)):
        if mark + word[:end] in set(vocab):
            rest = by_recursion(word[end:], vocab, "##")
            return [mark + word[:end], *rest] if rest or end == len(word) else []
    return []


@right("09 tokenizer")
def by_the_table(word, vocab):
    found, at = (), 0
    while at < len(word):
        fits = [p for p in vocab if p.startswith("##") == (at > 0) and word.startswith(p[2:] if at else p, at)]
        fits = [p for p in fits if len(p) > 2 * (at > 0)]
        if not fits:
            return []
        best = max(fits, key=len)
        found += (best,)
        at += len(best) - 2 * (at > 0)
    return found
