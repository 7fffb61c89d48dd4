"""Answers that once fooled a check, and right ones that it once refused: each is answered as it should be."""

import numpy as np
import pytest
from test_exercises_lessons import LESSONS

from embeddings_course.files.models import find_model

needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="MiniLM is not on this machine")


def said(id, answer):
    lesson, exercise = id.split()
    verdict = LESSONS[f"lesson_{lesson}"].exercises[exercise].try_out(answer, twice=True)
    return verdict.state, " ".join(verdict.lines)


BANK = "the bank robber {} the bank of the river"
BONE = {"says": "the bone is broken", "denies": "the bone is not broken", "same": "seven ships sail far to the north"}
LETTERS = {
    "sentences": ["a b", "the hot dog", "a hot dog", "my hot dog"],
    "rare": ("a", "b"),
    "faithful": ("hot", "dog"),
}
FAR_OFF = [("scotland", "fatigue", "ireland"), ("upper", "higher", "lower"), ("older", "elder", "younger")]
WHICH = {
    "A": ("wikipedia", "senate"),
    "B": ("books", "brook"),
    "C": ("wikipedia", "edward"),
    "D": ("wikipedia", "banks"),
    "E": ("books", "shilling"),
    "F": ("books", "jim"),
}


ONE_WORD_THRICE = {"one": [1, 0], "two": [0, 1]} | {n: [0.9, 0.4] if n in "abc" else [-0.3, 1] for n in "abcxyz"}


def not_at_distance_zero(word, table):
    far = {o: float(((table[word] - row) ** 2).sum()) for o, row in table.items()}
    return min((o for o in far if far[o] > 0), key=far.get, default="")


def only_the_first_may_be_zero(a, b):
    length = np.sqrt((a * a).sum(axis=-1))
    return (a * b).sum(axis=-1) / (np.where(length > 0, length, 1) * np.sqrt((b * b).sum()))


def no_table_has_a_zero_row(a, b):
    if not a.any() or not b.any():
        return 0.0
    return (a * b).sum(axis=-1) / np.sqrt((a * a).sum(axis=-1) * (b * b).sum())


def own_order_of_words(tokens, window, words):
    words = sorted(set(tokens))
    table = np.zeros((len(words), len(words)))
    for i, a in enumerate(tokens):
        for b in tokens[max(0, i - window) : i] + tokens[i + 1 : i + 1 + window]:
            table[words.index(a), words.index(b)] += 1
    return table


def a_little_everywhere(counts, alpha):
    columns = counts.sum(axis=0) ** alpha
    chance = counts.sum(axis=1, keepdims=True) * columns / columns.sum()
    return np.maximum(np.log2((counts + 1e-9) / np.maximum(chance, 1e-12)), 0)


def right_where_square(table, k, power):
    left, strength, _ = np.linalg.svd(table)
    return left[:, :k] * strength[:k] ** (power if len(table) == len(table.T) else 1)


def lowest_ranks(table, pairs):
    def ranks(numbers):
        return [sorted(numbers).index(x) + 1 for x in numbers]

    known = [(a, b, r) for a, b, r in pairs if a in table and b in table]
    cosines = [table[a] @ table[b] / np.linalg.norm(table[a]) / np.linalg.norm(table[b]) for a, b, _ in known]
    rho = np.corrcoef(ranks(cosines), ranks([r for *_, r in known]))[0, 1]
    return rho, len(known), [(a, b) for a, b, _ in pairs if a not in table or b not in table]


def one_space_for_two(fit, test):
    def plain(text):
        return text.lower().replace("  ", " ").strip()

    return sum(plain(t) in [plain(f) for f in fit] for t in test)


def second_in_line(word, table):
    return sorted((float(((table[word] - row) ** 2).sum()), other) for other, row in table.items())[1][1]


def odds_of(counts):
    return counts**0.75 / (counts**0.75).sum()


def eight_words_by_heart(counts, n, rng):
    return rng.choice(8, n, p=odds_of(np.array([4000, 1500, 700, 300, 120, 50, 20, 6])))


def always_20000(counts, n, rng):
    return rng.choice(len(counts), 20000, p=odds_of(counts))


def one_for_all(counts, n, rng):
    return np.full(n, rng.choice(len(counts), p=odds_of(counts)))


def learn_at_one_rate(inputs, outputs, pairs, noise, lr):
    inputs, outputs = inputs.copy(), outputs.copy()
    for (centre, context), words in zip(pairs, noise, strict=True):
        v, others = inputs[centre].copy(), [context, *words]
        miss = 1 / (1 + np.exp(-outputs[others] @ v)) - np.eye(1, len(others))[0]
        inputs[centre] -= 0.3 * miss @ outputs[others]
        np.subtract.at(outputs, others, 0.3 * np.outer(miss, v))
    return inputs, outputs


def slope_as_text(f, x):
    return f"{(f(x + 1e-6) - f(x)) / 1e-6:.4f}"


def text_of_385(band, share):
    return "385"


def first_row_only(counts):
    for row in counts:
        return row / row.sum()


def a_wrong_one_with_a_loop(table, row):
    return np.array([line - row[0] for line in table])


@pytest.mark.parametrize(
    ("id", "answer", "words"),
    [
        ("00b gaps", a_wrong_one_with_a_loop, "as if `row` were only its first row"),
        ("00b gaps", lambda table, row: (table - row).astype(str), "*text* that looks like numbers"),
        ("00b gaps", lambda table, row: table - table[0], "never looks at `row`"),
        ("00b gaps", lambda table, row: np.abs(table - row).sum(axis=0), "One gap for each number"),
        ("00b slope", slope_as_text, "A slope is one number"),
        ("00b slope", lambda f, x: [f(x)], "A slope is one number"),
        ("00b zero-dot", (["1", "0"], ["0", "1"]), "list of numbers"),
        ("00b row-shares", first_row_only, "is there a `return` inside your loop?"),
        ("00b row-shares", lambda c: (c / c.sum(axis=1, keepdims=True)).round(2), "rounded"),
        ("01 features", lambda facts: list(facts.values())[:4], "the order in which the facts stand"),
        ("01 smallest", {"person": ([1], "money")}, "two different words of these six"),
        ("01 repair", second_in_line, "leave out the *name*"),
        ("01 repair", lambda word, table: min(((table[word] - r) ** 2).sum() for r in table.values()), "A *word* is"),
        (
            "02 cosine",
            lambda a, b: a @ b / np.sqrt((a @ a) * (b @ b)) if a.any() and b.any() else "no",
            "gives a number",
        ),
        ("02 dims-needed", text_of_385, "should be one number; yours is '385'"),
        (
            "04 nothing-lost",
            {"table": [["1", "0", "0"], ["0", "1", "0"], ["1", "1", "0"]], "k": 2},
            "filled with numbers",
        ),
        ("04 nothing-lost", {"table": [[1, 0, 0], [0, 1, 0], [1, 1, 0]], "k": True}, "k should be a whole number"),
        ("04 beat-pca", np.full((88, 2), "0.5").tolist(), "Places are numbers"),
        ("04 squeeze", lambda table, k, power: np.linalg.svd(table), "all three parts of the SVD"),
        (
            "04 squeeze",
            lambda table, k, power: right_where_square(table, k, power / 2),
            "Signs are free, so dot products",
        ),
        ("05 noise", eight_words_by_heart, "whole ones from 0 to 4; yours has ["),
        ("05 noise", always_20000, "5000 word numbers are asked for"),
        ("05 noise", one_for_all, "one and the same word"),
        ("05 noise", lambda counts, n, rng: rng.choice(len(counts), n, p=counts**0.75), "add up to 1"),
        ("05 learn", learn_at_one_rate, "never looks at `lr`"),
        ("02 repair", lambda t: np.nan_to_num(t / np.sqrt((t**2).sum(1)[:, None]), nan=1), "is not all zero any more"),
        ("00b gaps", lambda table, row: np.array(list(map(lambda t: t - row, table))), "with a loop"),
        ("00b zero-dot", ([1e-5], [1e-5]), "too small for a computer"),
        ("01 repair", not_at_distance_zero, "leave out the word itself, not the distance"),
        ("02 cosine", only_the_first_may_be_zero, "b is all zero"),
        ("02 cosine", no_table_has_a_zero_row, "until one row of a table is all zero"),
        ("03 cooc", own_order_of_words, "Rows and columns go by `words`"),
        ("03 ppmi", a_little_everywhere, "no company at all"),
        ("04 squeeze", right_where_square, "not for one of shape"),
        ("06 score", lowest_ranks, "Our little `ranks`"),
        ("08 hidden-half", ONE_WORD_THRICE, "two names for one word"),
        ("12 shared", one_space_for_two, "Extra spaces make no difference"),
        ("00b gaps", lambda table, row: np.array([t - row for t in table]), "with a loop"),
        ("00b slope", lambda f, x: (f(x + 1e-18) - f(x)) / 1e-18, "lost in rounding"),
        ("01 distance", lambda a, b: np.linalg.norm(a - b), "ready-made `norm`"),
        ("01 features", lambda facts: [facts["wet"] + 2 * facts["money"] + 4 * facts["alive"]], "One number puts all"),
        ("02 cosine", lambda a, b: a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9), "was one length taken"),
        ("03 rare-wins", LETTERS, "is a letter, no word"),
        ("07 fair-triples", FAR_OFF, "in this table a stranger"),
        ("08 which-text", WHICH, "it decides nothing"),
    ],
)
def test_a_lazy_answer_is_refused_with_its_idea(id, answer, words):
    state, told = said(id, answer)
    assert state == "wrong" and words in told


@needs_model
@pytest.mark.parametrize(
    ("id", "answer", "words"),
    [
        ("09 control", BANK.format("deposits cash in"), "speaks of money"),
        ("09 control", "xq zw " + BANK.format("lives near"), "is no word of the old books"),
        ("12 opposites", BONE, "Even here that is a stranger"),
    ],
)
def test_a_lazy_sentence_is_refused_with_its_idea(id, answer, words):
    state, told = said(id, answer)
    assert state == "wrong" and words in told


@needs_model
@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("09 control", "The grass grows near the bank of the river."),
        (
            "12 opposites",
            {"says": "The bone is broken.", "denies": "The bone isn't broken.", "same": "a fracture of the skeleton"},
        ),
    ],
)
def test_capitals_marks_and_short_forms_are_read(id, answer):
    assert said(id, answer)[0] == "right"


def test_what_was_refused_and_is_right_passes():
    assert said("00b zero-dot", np.eye(2))[0] == "right"
    marks = {
        "sentences": ["Salt in the soup!", "Pepper in the soup?", "bim; bam", "bim, bam"],
        "together": ("bim", "bam"),
    }
    assert said("03 never-meet", marks | {"alike": ("Salt", "pepper")})[0] == "right"
    assert said("04 nothing-lost", {"table": [[1, 0, 0], [0, 1, 0], [1, 1, 0]], "k": 2.0})[0] == "right"
    twice = {"sentences": ["salt in the soup", "pepper in the soup", "bim bam bim bam"], "together": ("bim", "bam")}
    assert "meet only once" not in said("03 never-meet", twice | {"alike": ("salt", "pepper")})[1]


@pytest.mark.parametrize(
    ("says", "denies", "so"),
    [
        ("he likes it very much", "he does not like it very much", True),
        ("they know the way", "they do not know the way", True),
        ("she is at home", "she is not at home", True),
        ("the dog sleeps", "the dog does not sleep", True),
        ("he smokes", "he does not smoke", True),
        ("the dog sleeps", "the dog does not eat", False),
        ("he likes it very much", "he does not eat it very much", False),
        ("he likes it very much", "he does like it very much", False),
    ],
)
def test_a_denial_may_need_a_helping_verb(says, denies, so):
    from embeddings_course.exercises.lessons.lesson_12 import _only_negated

    assert _only_negated(says.split(), denies.split()) is so and _only_negated(denies.split(), says.split()) is so


def test_a_sampler_with_luck_from_elsewhere_is_seen():
    def plant(sentences, one, two, n_one, n_two, token, rng):
        rng, new = np.random.default_rng(), [list(s) for s in sentences]
        for word, n in ((one, n_one), (two, n_two)):
            places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
            for k in rng.permutation(len(places))[:n]:
                new[places[k][0]][places[k][1]] = token
        return new

    assert "another source than `rng`" in said("08 plant", plant)[1]


def test_a_loss_of_nan_is_not_called_right():
    state, told = said("11 masked-loss", lambda v, w, labels: (np.sum((v @ w - labels) ** 2), v * 0))
    assert state == "wrong" and "is right" not in told and "NaN" in told
