"""Careless answers, as people write them: each is refused, and the words name the idea that went wrong."""

import numpy as np
import pytest
from test_exercises_lessons import LESSONS

from embeddings_course.files.models import find_model

needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="MiniLM is not on this machine")


def said(id, answer):
    lesson, exercise = id.split()
    verdict = LESSONS[f"lesson_{lesson}"].exercises[exercise].try_out(answer)
    return verdict.state, " ".join(verdict.lines), verdict.named


def unit(v):
    return v / np.linalg.norm(v)


# --- 07 ---


def cosines(table, a, b, c):
    return table.vectors @ (unit(table[b]) - unit(table[a]) + unit(table[c])) / np.linalg.norm(table.vectors, axis=1)


def zero_for_the_forbidden(table, a, b, c, exclude=True):
    scores = cosines(table, a, b, c)
    if exclude:
        scores[[table.row(w) for w in (a, b, c)]] = 0
    return table.words[scores.argmax()]


def by_straight_line(table, a, b, c, exclude=True):
    target = unit(table[b]) - unit(table[a]) + unit(table[c])
    free = [w for w in table.words if not exclude or w not in (a, b, c)]
    return min(free, key=lambda w: np.linalg.norm(table[w] - target))


def writes_into_the_table(table, a, b, c, exclude=True):
    rows = table.vectors
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return table.words[(rows @ rows[0]).argmax()]


def rounded_alarm(gap, by_chance):
    return round((1 + sum(abs(x) >= abs(gap) for x in by_chance)) / (1 + len(by_chance)), 2)


def median_lean(word, one, two):
    return np.median(one @ word / np.linalg.norm(one, axis=1) - 0) / np.linalg.norm(word) - np.median(
        two @ word / np.linalg.norm(two, axis=1)
    ) / np.linalg.norm(word)


SHE = ["mary", "jane", "anne", "elizabeth", "emma", "alice", "kate", "lucy"]
HE = ["john", "jim", "jack", "william", "george", "henry", "robert", "charles"]

# --- 09 ---


def words_with_places(tokens):
    words = []
    for i, token in enumerate(tokens):
        if token.startswith("##") and words:
            words[-1][0] += token[2:]
            words[-1][1].append(i)
        else:
            words.append([token, [i]])
    return words


def word_vector_by(rows_to_vector, which=None, up=0):
    def word_vector(tokens, hidden_states, word, occurrence, layer):
        found = [places for w, places in words_with_places(tokens) if w == word]
        return rows_to_vector(hidden_states[min(layer + up, 3)][found[occurrence if which is None else which]])

    return word_vector


def grows_until_it_fits(tokens, hidden_states, word, occurrence, layer):
    for start in range(len(tokens)):
        for end in range(start + 1, len(tokens) + 1):
            if "".join(t.replace("##", "") for t in tokens[start:end]) == word:
                occurrence -= 1
                if occurrence < 0:
                    return hidden_states[layer][start:end].mean(axis=0)


def votes(cosines_of, first=0, n=None, weigh=lambda c: 1, baseline=None):
    def knn(known, senses, new, truth, k):
        answers, kinds = [], sorted(set(senses))
        for row in cosines_of(np.array(new), np.array(known)):
            near = np.argsort(-row, kind="stable")[first : first + (n or k)]
            answers.append(max(kinds, key=lambda s: sum(weigh(row[i]) for i in near if senses[i] == s)))
        common = baseline(senses) if baseline else max(kinds, key=senses.count)
        return np.mean(np.array(answers) == np.array(truth)), np.mean(np.array(truth) == common)

    return knn


def cos(new, known):
    return (new @ known.T) / np.linalg.norm(new, axis=1)[:, None] / np.linalg.norm(known, axis=1)


def straight(new, known):
    return -np.linalg.norm(new[:, None] - known[None], axis=2)


def marks_by_guess(word, vocab):
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            if word[start:end] in vocab or "##" + word[start:end] in vocab:
                found.append(("##" if start else "") + word[start:end])
                start = end
                break
        else:
            return []
    return found


# --- 06, 08 and 10 ---


def first_word_only(one, two, k):
    near = []
    for table in (one, two):
        to = table @ table[0] / np.linalg.norm(table, axis=1)
        near.append({*np.argsort(-to[1:])[:k].tolist()})
    return len(near[0] & near[1]) / k


def eleven_guesses(cosine, between):
    s = np.linspace(0, 1, 11)
    found = (s + (1 - s) * between) / np.sqrt(s**2 + (1 - s) ** 2 + 2 * s * (1 - s) * between)
    return s[np.abs(found - cosine).argmin()]


def layer_with_the_quick_gelu(x, w, n_heads):
    def through(x, m):
        return x @ m.weight.T + m.bias

    def norm(x, m):
        return (x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True) * m.weight + m.bias

    q, k, v = (through(x, m).reshape(len(x), n_heads, -1).swapaxes(0, 1) for m in (w.query, w.key, w.value))
    shares = np.exp(q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1]))
    blend = shares / shares.sum(-1, keepdims=True) @ v
    x = norm(x + through(blend.swapaxes(0, 1).reshape(x.shape), w.output), w.attention_norm)
    wide = through(x, w.up)
    return norm(x + through(wide / (1 + np.exp(-1.702 * wide)), w.down), w.output_norm)


# --- 11 ---


def loss_and_slope(of_loss=lambda loss: loss, of_slope=lambda slope: slope):
    def masked_loss(vectors, weights, labels):
        known = ~np.isnan(labels)
        off = np.where(known, vectors @ weights - labels, 0)
        n = known.sum(axis=0)
        return of_loss(np.sum(off**2 / n)), of_slope((off, n, weights, len(labels)))

    return masked_loss


def right_slope(parts):
    off, n, weights, _ = parts
    return 2 * off / n @ weights.T


def interval(middle, half):
    return lambda alone, shared: [middle(alone, shared) + side * half(alone, shared) for side in (-1, 0, 1)]


def error_of(x):
    return 2.09 * x.std(ddof=1) / np.sqrt(len(x))


def gained(alone, shared):
    return (shared - alone).mean()


# --- 12 ---


def plain(text):
    return " ".join(text.lower().split())


def twins(alike):
    return lambda fit, test: sum(any(alike(plain(t), plain(f)) for f in fit) for t in test)


def gain(ends, differ=lambda mine, baseline: mine - baseline):
    def of_the_redraws(mine, baseline, draws):
        return [np.mean(mine - baseline), *ends(differ(mine, baseline)[draws].mean(axis=1))]

    return of_the_redraws


def normal_ends(means):
    return means.mean() - 1.96 * means.std(), means.mean() + 1.96 * means.std()


def rank_of_the_last(found, answers, k):
    return 1 / (found.index(answers[-1]) + 1) if answers[-1] in found[:k] else 0


def rank_by_parts(found, answers, k):
    return next((1 / i for i, name in enumerate(found[:k], 1) if any(name in a for a in answers)), 0)


CARELESS = [
    ("07 analogy", zero_for_the_forbidden, "Minus infinity never wins"),
    ("07 analogy", by_straight_line, "nearest by straight line"),
    ("07 alarm", rounded_alarm, "rounded to 2 decimals"),
    (
        "07 without",
        lambda v, axis: v - np.outer(np.full(len(v), v[0] @ unit(axis)), unit(axis)),
        "what the *first* one",
    ),
    ("07 without", lambda v, axis: np.where(np.abs(axis) == np.abs(axis).max(), 0, v), "set one column to 0"),
    ("07 without", lambda v, axis: (v - np.outer(v @ unit(axis), unit(axis))).round(3), "rounded to 3 decimals"),
    ("07 without", lambda v, axis: np.where(np.abs(unit(axis)) > 0.5, 0, v), "none of them all"),
    ("07 repair", median_lean, "moves a mean"),
    ("07 survives", {"she": SHE, "he": HE}, "mary names a man or a woman"),
    ("09 word-vector", word_vector_by(lambda rows: rows.mean(0), which=-1), "occurrence 0 is the first"),
    ("09 word-vector", word_vector_by(lambda rows: rows.mean(0), up=1), "place 0, and counts"),
    ("09 word-vector", word_vector_by(lambda rows: rows.max(0)), "the mean of all three"),
    ("09 word-vector", word_vector_by(lambda rows: rows[:2].mean(0)), "the mean of all three"),
    ("09 word-vector", word_vector_by(lambda rows: (rows[0] + rows[-1]) / 2), "the mean of all three"),
    ("09 word-vector", grows_until_it_fits, "a word goes on as long as ## follows"),
    ("09 neighbours", votes(cos, n=3), "Of five neighbours three say *b*"),
    ("09 neighbours", votes(cos, weigh=float), "each has one vote"),
    ("09 neighbours", votes(cos, first=1), "You left the nearest out"),
    ("09 neighbours", votes(straight), "nearest by straight line"),
    ("09 neighbours", votes(cos, baseline=lambda senses: senses[0]), "happens to stand first"),
    ("09 repair", lambda hidden, mask: np.median(hidden[mask], axis=0), "a third of their sum"),
    ("09 repair", lambda hidden, mask: hidden[mask][:3].mean(axis=0), "however many"),
    ("09 repair", lambda hidden, mask: hidden[mask].sum(axis=0) / (mask.sum() - 1), "by one factor"),
    ("09 repair", lambda hidden, mask: hidden[mask][1:].mean(axis=0), "One real token here"),
    ("09 repair", lambda hidden, mask: unit(hidden[mask].mean(axis=0)), "by one factor"),
    ("09 tokenizer", marks_by_guess, "not go on with one"),
    ("06 repair", first_word_only, "the first word alone"),
    ("08 share", eleven_guesses, "try out enough shares"),
    ("10 layer", layer_with_the_quick_gelu, "quick gelu"),
    ("11 masked-loss", loss_and_slope(np.sqrt, right_slope), "two squared errors, added up"),
    ("11 masked-loss", loss_and_slope(lambda x: x / 2, right_slope), "two squared errors, added up"),
    ("11 masked-loss", loss_and_slope(of_slope=lambda p: 2 * p[0] @ p[2].T), "that of sums"),
    ("11 masked-loss", loss_and_slope(of_slope=lambda p: 2 * p[0] @ p[2].T / p[3]), "divide by all rows"),
    ("11 masked-loss", loss_and_slope(of_slope=lambda p: 2 * p[0] ** 2 / p[1] @ p[2].T), "still squares"),
    ("11 numbers-learned", lambda n, d, o, shared: (2 - shared) * n * d + (d + 1) * sum(o), "as many tables as tasks"),
    ("11 repair", interval(lambda a, s: np.median(s - a), lambda a, s: error_of(s - a)), "stands the mean change"),
    ("11 repair", interval(gained, lambda a, s: error_of(np.sort(s) - np.sort(a))), "held against itself"),
    ("11 repair", interval(gained, lambda a, s: error_of(s) - error_of(a)), "held against itself"),
    ("12 reciprocal-rank", rank_of_the_last, "any of them may be the first"),
    ("12 reciprocal-rank", rank_by_parts, "is another name than"),
    ("12 shared", twins(lambda t, f: t.replace(" ", "") == f.replace(" ", "")), "leave one between two words"),
    ("12 shared", twins(lambda t, f: sorted(t.split()) == sorted(f.split())), "in any order"),
    ("12 shared", twins(lambda t, f: f.startswith(t)), "how a sentence begins"),
    ("12 shared", twins(lambda t, f: t[:10] == f[:10]), "Nearly the same letters"),
    ("12 shared", twins(lambda t, f: len(t) == len(f)), "does not stand in fit"),
    ("12 shared", lambda fit, test: sum(plain(t) == plain(f) for t in test for f in fit), "You count pairs"),
    ("12 repair", gain(lambda means: np.quantile(means, [0.05, 0.95])), "holds 90 %"),
    ("12 repair", gain(lambda means: np.quantile(means, [0.025, 0.9])), "lies at either end"),
    ("12 repair", gain(normal_ends), "quantiles of the means"),
    ("12 repair", gain(lambda means: np.quantile(means, [0.025, 0.975]), lambda m, b: abs(m - b)), "either end"),
]


@pytest.mark.parametrize(("id", "answer", "words"), CARELESS)
def test_a_careless_answer_meets_its_idea(id, answer, words):
    state, told, named = said(id, answer)
    assert state == "wrong" and words in told and named


def test_an_answer_that_writes_into_what_it_was_given_hears_so():
    state, told, named = said("07 analogy", writes_into_the_table)
    assert state == "error" and "work on a copy" in told and named


@needs_model
@pytest.mark.parametrize("doubled", ["near near near the bank robber", "the bank bank bank robber"])
def test_a_word_said_twice_makes_no_sentence(doubled):
    state, told, named = said("09 control", f"{doubled} lives near the bank of the river")
    assert state == "wrong" and "nobody speaks like that" in told and named


BONE = {"says": "the bone is broken", "denies": "the bone is not broken", "same": "a fracture of the skeleton"}


@needs_model
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"denies": "the not bone is broken"}, "nobody would say that"),
        ({"same": "an unbroken skeleton"}, "denies the first sentence"),
        ({"says": "bone bone bone", "denies": "bone not bone bone"}, "two different words"),
    ],
)
def test_a_careless_denial_meets_its_idea(change, words):
    state, told, named = said("12 opposites", BONE | change)
    assert state == "wrong" and words in told and named


@needs_model
def test_two_words_are_a_sentence():
    texts = {"says": "He smokes", "denies": "He does not smoke", "same": "that man loves his daily cigarettes"}
    assert said("12 opposites", texts)[0] == "right", said("12 opposites", texts)
