"""Recorded claims: each sentence still stands in its cell, its values agree, and what is cheap is measured anew."""

import csv
import json
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from authoring import ROOT
from authoring.claims import PATH, gone, load_claims, loud
from sampled import only

from embeddings_course.audit import antonym_wins, association, random_pair_cosines, random_topics
from embeddings_course.chance import (
    bootstrap_mean,
    correlation_difference,
    paired_difference,
    pairs_interval,
    rank_correlations,
    redraws,
    share_interval,
    split_by_chance,
)
from embeddings_course.counting import cooccurrence, held_out_curve, ppmi, svd_embed, vocabulary
from embeddings_course.demos.search_workbench import first_piece, four_ways
from embeddings_course.demos.sense_mix import centred_books
from embeddings_course.demos.skipgram_scrubber import run
from embeddings_course.demos.tug_of_war import pull
from embeddings_course.evaluation import analogies, pair_cosines, reciprocal_ranks
from embeddings_course.exercises.lessons.lesson_07 import HE, SHE
from embeddings_course.files.data import (
    load_analogies,
    load_answers,
    load_atlas,
    load_features,
    load_kinds,
    load_knobs,
    load_mirrors,
    load_nouns,
    load_opposites,
    load_passages,
    load_queries,
    load_senses,
    load_simlex,
    load_town,
    load_vectors,
    load_word_counts,
    load_wordsim,
)
from embeddings_course.files.paths import data_path
from embeddings_course.files.table import Embedding
from embeddings_course.inside import moved
from embeddings_course.mirrors import both_right, mirror_rows, pair_scores, topic_right
from embeddings_course.mixing import HOMONYMS, pseudoword, surfaces, unmix
from embeddings_course.plots.atlas import nearest_rows
from embeddings_course.plots.cartoon import Riddle
from embeddings_course.pretrained import load_bert
from embeddings_course.reading_off import folds, read_table
from embeddings_course.senses import commonest_sense, sense_layer
from embeddings_course.uses import reader_of
from embeddings_course.vectors import centre, cosine, cosine_matrix, nearest, normalise
from embeddings_course.without_bert import company, name_by_centroid
from embeddings_course.word2vec import planted_precision, train, vocab

CLAIMS = load_claims()
# a second or more of a core each: with `--all`
SECONDS = {"08-special-company", "05-counting-is-ahead", "05-strangers-of-gensim", "11-luck-picks-the-loser"}
SECONDS |= {"10-effect-follows-weight", "07-the-alarm-rings"}
QUICK = [claim for claim in CLAIMS if claim.id not in SECONDS]


def test_every_claim_says_what_was_varied():
    assert [claim.id for claim in CLAIMS if not claim.varied] == []


def questions_asked_at_most():
    table = load_features()
    asked = {
        word: next((k for k in range(1, 8) if Riddle(table, word, k, None).possible == [word]), None)
        for word in table.words
    }
    assert {word for word, k in asked.items() if k is None} == {"river", "bridge"}
    assert asked["bill"] == 1 and asked["money"] == 7
    return [max(k for k in asked.values() if k)] * 3


def mpnet_minus_minilm_nearest():
    """How many more uses of *bank* have most of their five nearest in their own sense, two thirds of the way up."""
    found = []
    for model in ("mpnet", "minilm"):
        atlas = load_atlas("bank", model)
        truth = np.array([use.sense for use in atlas.uses])
        near = nearest_rows(atlas.places[:, sense_layer(atlas.places.shape[1] - 1)])
        found.append((truth[near] == truth[:, None]).sum(axis=1) >= 3)
    return ends(paired_difference(*found))


def rows_with_the_on_top():
    counts, words = cooccurrence(load_town().sentences, window=2)
    return [(counts.toarray().argmax(axis=1) == words.index("the")).mean()] * 3


def pairs_above_threshold():
    table = load_features()
    pair = np.triu_indices(len(table), k=1)
    before, after = ((cosine_matrix(v)[pair] > 0.8).sum() for v in (table.vectors, table.vectors + 1))
    assert after == len(pair[0]) == 136
    return [after - before] * 3


def pairs_in_both_lists():
    related, alike = ({frozenset(pair[:2]) for pair in pairs} for pairs in (load_wordsim(), load_simlex()))
    return [len(related & alike)] * 3


def related_minus_alike():
    """Two lists of other pairs, so each is redrawn on its own and the difference taken."""
    table, found = load_vectors(), []
    for seed, pairs in enumerate((load_wordsim(), load_simlex())):
        known = [pair for pair in pairs if pair[0] in table and pair[1] in table]
        cosines, marks = pair_cosines(table, [pair[:2] for pair in known]), np.array([pair[2] for pair in known])
        rows = redraws(len(known), 2000, seed)
        found.append((rank_correlations(cosines[None], marks[None])[0], rank_correlations(cosines[rows], marks[rows])))
    (one, spread_one), (two, spread_two) = found
    return [one - two, *np.quantile(spread_one - spread_two, [0.025, 0.975])]


def false_alarms():
    books = load_vectors()
    pairs = [random_topics(books, 2, 10, seed, skip=SHE + HE) for seed in range(200)]
    leans = [association(books, one + two, SHE, HE) for one, two in pairs]
    return ends(share_interval(sum(split_by_chance(lean, 10, shuffles=1000)[1] < 0.05 for lean in leans), 200))


def house_minus_public():
    words = (
        "kitchen cooking oven dinner sewing needle thread lace nursery cradle baby doll laundry washing soap linen "
        "parlour piano tea curtains office desk counter salary army regiment rifle battle court trial verdict law "
        "ship deck mast harbour factory market business profit"
    )
    lean = association(load_vectors(), words.split(), SHE, HE)
    gap, chance = split_by_chance(lean, 20, topics=np.arange(40) // 4)
    assert chance < 0.01
    return [gap] * 3


def family_sums_minus_nothing():
    asked = {"family": load_analogies()["family"]}
    sums, nothing = (analogies(load_vectors(), asked, rule=rule).answers["family"] for rule in ("offset", "c"))
    gain = [float(sums[question]) - nothing[question] for question in sums]
    return ends(pairs_interval(gain, [((a, b), (c, d)) for a, b, c, d in sums]))


def homonyms_that_surface():
    board = {word: surfaces(centred_books(), word, *senses)[1] for word, *senses in HOMONYMS}
    assert not board["jack"] and board["bank"]
    return ends(share_interval(sum(board.values()), len(board)))


def special_company_wins():
    right = 0
    for one, two in combinations(["money", "soup", "river", "monday"], 2):
        text = pseudoword(load_town().sentences, one, two, 129, 129, "both", seed=0)
        names = vocabulary(text, 20)
        paid = ppmi(cooccurrence(text, 2, names)[0])
        table = Embedding(names, normalise(centre(svd_embed(paid, 50, power=0.5))))
        first, second = (np.linalg.norm(paid.toarray()[names.index(word)]) for word in (one, two))
        right += (unmix(table["both"], table[one], table[two]).share > 0.5) == (first > second)
    return ends(share_interval(right, 6))


def strangers_of_gensim(seed=0):
    from gensim.models import Word2Vec

    town, settings = load_town(), {"sg": 1, "vector_size": 20, "window": 2, "negative": 5, "epochs": 4, "alpha": 0.06}
    model = Word2Vec([*map(list, town.sentences[:8000])], min_count=1, sample=0, workers=1, seed=seed, **settings)
    table = Embedding(model.wv.index_to_key, model.wv.vectors)
    assert abs(planted_precision(table, town.classes) - 0.925) < 0.02
    return [float(random_pair_cosines(table).mean())] * 3


def found_of_class(table, classes):
    """For each class the sum over its words of the share of planted neighbours found, and how many words it has."""
    label = {word: name for name, words in classes.items() for word in words if word in table}
    names = np.array(list(label.values()))
    cosines = cosine_matrix(table.subset(label).vectors.astype(float)) - 9 * np.eye(len(names))
    hits = (names[np.argsort(-cosines, axis=1, kind="stable")[:, :5]] == names[:, None]).sum(axis=1)
    possible = np.minimum([(names == name).sum() - 1 for name in names], 5)
    shares = hits / np.maximum(possible, 1)
    kept = [(names == name) & (possible > 0) for name in dict.fromkeys(names)]
    return np.array([[shares[rows].sum(), rows.sum()] for rows in kept])


def small_run(**settings):
    """The town of lesson 05 by our own trainer, from another start or with another setting."""
    return train(load_town().sentences[:8000], d=20, window=2, negatives=5, epochs=4, lr=0.06, **settings).embedding


def counting_minus_word2vec(starts=(0,), seed=0):
    town = load_town()
    words, _ = vocab(few := town.sentences[:8000])
    counted = Embedding(words, ppmi(cooccurrence(few, 2, words)[0]).toarray())
    learned = [run("as word2vec").embedding if s == 0 else small_run(seed=s) for s in starts]
    best, n = found_of_class(counted, town.classes).T
    gains = [best - found_of_class(table, town.classes)[:, 0] for table in learned]
    assert all(gain.sum() > 0 for gain in gains)
    gain = np.mean(gains, axis=0)
    again = redraws(len(n), 5000, seed)  # words of a class are neighbours of each other: classes are drawn
    low, high = np.percentile(gain[again].sum(axis=1) / n[again].sum(axis=1), [2.5, 97.5])
    return [float(gain.sum() / n.sum()), float(low), float(high)]


@pytest.mark.slow
def test_counting_is_ahead_after_each_of_ten_starts():
    assert counting_minus_word2vec(range(10)) == pytest.approx([0.025, 0.004, 0.048], abs=0.002)


@pytest.mark.slow
def test_larger_batches_push_our_strangers_together():
    large = [small_run(batch=256, seed=s) for s in range(3)]
    assert [random_pair_cosines(table).mean() for table in large] == pytest.approx([0.68] * 3, abs=0.005)
    assert planted_precision(large[0], load_town().classes) == pytest.approx(0.914, abs=0.01)


def mean_minus_first_piece():
    place, plain = {p.id: i for i, p in enumerate(load_passages())}, [q for q in load_queries() if q.kind == "plain"]
    answers = [[place[name] for name in query.relevant] for query in plain]
    asked = [query.text for query in plain]
    return ends(
        paired_difference(*(reciprocal_ranks(way.scores(asked), answers) for way in (four_ways()[3], first_piece())))
    )


def place_of_bank_for_river():
    books = load_vectors()
    assert nearest(books, "bank", k=2)[1][0] == "river"
    return [[word for word, _ in nearest(books, "river", k=100)].index("bank") + 1] * 3


def votes_on_one_sided_post():
    table, uses = centred_books(), [use for use in load_senses() if use.lemma == "bank"]
    words = [{w: 1 for w in re.findall("[a-z]+", use.sentence.lower()) if w != use.word and w in table} for use in uses]
    rows = normalise([table.subset(known).vectors.mean(axis=0) for known in words])
    senses, fit = np.array([use.sense for use in uses]), np.array([use.split == "fit" for use in uses])
    votes = [commonest_sense(senses[fit][np.argsort(-row)[:5]]) for row in rows @ rows[fit].T]
    money, river = ((np.array(votes) == senses)[~fit & (senses == sense)] for sense in ("bank.money", "bank.river"))
    assert (len(money), len(river)) == (13, 13)
    each = [(money.sum() + one) / 14 for one in river]
    return [np.mean(each), min(each), max(each)]


def window_15_minus_base():
    knobs, cosines = load_knobs(), []
    tables = [knobs[name].table for name in ("window=15", "base")]
    both = [pair for pair in load_wordsim() if all(word in table for word in pair[:2] for table in tables)]
    cosines = [pair_cosines(table, [pair[:2] for pair in both]) for table in tables]
    assert len(both) == 106
    return ends(correlation_difference(*cosines, [pair[2] for pair in both], resamples=400))


def lost_by_keeping_all():
    town, found = load_town().sentences, []
    words = vocabulary(town, min_count=20)
    halves = [ppmi(cooccurrence(town[start::2], 2, words)[0]) for start in (0, 1)]
    for one, other in (halves, halves[::-1]):
        best, *rest = held_out_curve(one, other, [140, 50, 560])
        assert best < min(rest)
        found.append(rest[-1] - best)
    return [np.mean(found), min(found), max(found)]


def wide_windows_bring_companions(seed=0):
    """Of the words whose five nearest hold more or fewer of their companions at window 10 than at 2: who gains."""
    town, held = load_town(), []
    words = vocabulary(town.sentences, min_count=1)
    tables = {w: ppmi(cooccurrence(town.sentences, w, words)[0]).toarray() for w in (2, 10)}
    for rows in tables.values():
        near = np.argsort(-(cosine_matrix(rows) - 9 * np.eye(len(words))), axis=1, kind="stable")[:, :5]
        held.append(np.take_along_axis(tables[10] > 0, near, axis=1).sum(axis=1))
    class_of = {word: name for name, members in town.classes.items() for word in members}
    groups = [class_of.get(word, word) for word in words]  # words of a class change together: classes are drawn
    turned = {name: np.zeros(2) for name in groups}
    for name, change in zip(groups, held[1] - held[0], strict=True):
        turned[name] += change > 0, change != 0
    gained = np.array(list(turned.values()))
    assert gained.sum(axis=0).tolist() == [174, 225]
    shares = np.divide(*gained[redraws(len(gained), 5000, seed)].sum(axis=1).T)
    return [174 / 225, *np.percentile(shares, [2.5, 97.5])]


def salt_and_pepper():
    counts, words = cooccurrence(load_town().sentences, window=2)
    rows, at = ppmi(counts).toarray(), words.index
    assert counts.toarray()[at("salt"), at("pepper")] == 0 and cosine(rows[at("hot")], rows[at("dog")]) < 0.22
    return [cosine(rows[at("salt")], rows[at("pepper")])] * 3


def tugs_with_one_loser():
    right = [pull((0.5, 0.5), 1, seed)[1] for seed in range(20)]
    assert sum(a > b for a, b in right) == 14
    assert [round(end(max(pair) for pair in right), 2) for end in (min, max)] == [0.91, 0.98]
    return ends(share_interval(sum(min(pair) < 0.76 and max(pair) > 0.88 for pair in right), 20))


def tugs_in_peace():
    worse = [min(pull((0.5, 0.5), 2, seed)[1]) for seed in range(20)]
    assert round(min(worse), 2) == 0.98
    return ends(share_interval(sum(right > 0.95 for right in worse), 20))


def shelf_and_book():
    questions, passages = mirror_rows("MPNet")
    kinds = [mirror.kind for mirror in load_mirrors()]
    return topic_right(questions, passages, kinds), both_right(pair_scores(questions, passages))


def shelf_found():
    shelf, _ = shelf_and_book()
    return ends(share_interval(int(shelf.sum()), len(shelf)))


def shelf_minus_book():
    return ends(paired_difference(*shelf_and_book()))


def pairs_read_together():
    with data_path("mirrors_read.csv").open(encoding="utf-8", newline="") as file:
        right = {(row["id"], row["question"]): row["chosen"] == row["question"] for row in csv.DictReader(file)}
    pairs = [right[mirror.id, "a"] and right[mirror.id, "b"] for mirror in load_mirrors()]
    assert len(right) == 180
    return ends(share_interval(sum(pairs), len(pairs)))


def names_by_context_minus_table():
    found = load_answers("mpnet", "nouns").right[[noun.split == "names" for noun in load_nouns()]]
    return ends(paired_difference(found[:, sense_layer(12)], found[:, 0]))


def mpnet_minus_weighted_mean():
    uses, found = load_senses(), load_answers("mpnet")
    said = name_by_centroid(company(uses, load_vectors(), load_word_counts()), found.truth.tolist(), found.fit)
    return ends(paired_difference(found.right[~found.fit, sense_layer(12)], said == found.truth[~found.fit]))


def rows_read_off_the_books():
    kinds = load_kinds()
    scores = read_table(load_vectors().subset(kinds.words).vectors, kinds.labels, folds(kinds.families))
    assert (~kinds.labels.any(axis=1)).sum() == 108  # right for who always says no
    return ends(share_interval(int(((scores > 0) == kinds.labels).all(axis=1).sum()), len(kinds.words)))


def synonyms_of_the_opposites():
    table = load_vectors()
    near, far = (np.array([row[i] for row in antonym_wins(table, load_opposites())]) for i in (1, 2))
    strangers = random_pair_cosines(table)
    assert abs(strangers.mean() - 0.19) < 0.01 and abs(far.mean() - 0.59) < 0.01
    assert (near > np.quantile(strangers, 0.95)).sum() == 72
    return list(bootstrap_mean(near))


ROBBER = "the bank robber lives near the bank of the river"


def river_lead_without_river():
    """The river sense's lead of the second bank at two thirds of the way up, all its links to one word cut."""
    bert, (senses, centres) = load_bert("minilm"), reader_of(load_bert("minilm")).senses("bank")
    bank, layers = bert.find_word(ROBBER, "bank", 1)[0], bert.config.n_layers
    leads = []
    for end in range(len(bert(ROBBER).tokens)):
        states = bert(ROBBER, cut=[(layer, None, bank, end) for layer in range(layers)]).hidden_states
        upper = sense_layer(layers)
        near = normalise(centres[:, upper]) @ normalise(states[upper, bank])
        leads.append(100 * (near[senses.index("river")] - near[senses.index("money")]))
    assert np.argmin(leads) == len(leads) - 2 and sorted(leads)[1] == pytest.approx(1.83, abs=0.02)
    assert np.argmax(leads) == 0 and max(leads) == pytest.approx(5.87, abs=0.02)
    return [min(leads)] * 3


def effect_follows_weight():
    bert = load_bert("minilm")
    out = bert(ROBBER)
    inside = range(1, len(out.tokens) - 1)
    links = [(*at, a, b) for at in np.ndindex(out.attentions.shape[:2]) for a in inside for b in inside if a != b][
        ::120
    ]
    without = [bert(ROBBER, cut=[link]).hidden_states[-1, link[2]] for link in links]
    moves = [moved(out.hidden_states[-1, link[2]], far) for link, far in zip(links, without, strict=True)]
    both = np.array([[out.attentions[link] for link in links], moves])
    picked = both[:, redraws(len(links), 1000)]
    low, high = np.quantile(rank_correlations(*picked), [0.025, 0.975])
    return [rank_correlations(both[:1], both[1:])[0], low, high]


def ends(interval):
    return [interval.mean, interval.low, interval.high]


def cells():
    found = {}
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            found[path.stem.split("_")[0], cell["id"]] = "".join(cell["source"])
    return found


def test_each_recorded_sentence_still_stands_in_its_cell():
    assert not gone(CLAIMS, cells())
    assert gone([replace(CLAIMS[0], sentence="nobody wrote this")], cells())


def test_the_values_of_each_record_agree():
    assert not [claim.complaint() for claim in CLAIMS if claim.complaint()]
    assert {claim.id for claim in CLAIMS} >= SECONDS
    claim = next(claim for claim in CLAIMS if claim.id == "06-related-before-alike")
    assert "does not lie below" in replace(claim, side="below").complaint()
    assert "outside" in replace(claim, estimate=9.0).complaint()
    assert "choose above" in replace(claim, side="left").complaint()


@pytest.mark.parametrize("claim", only(QUICK, CLAIMS), ids=lambda claim: claim.id)
def test_what_is_cheap_is_measured_anew(claim):
    assert globals()[claim.measure]() == pytest.approx([claim.estimate, claim.low, claim.high], abs=0.02)


def test_a_record_with_a_wrong_field_is_refused(tmp_path):
    text, path = PATH.read_text(encoding="utf-8"), tmp_path / "claims.toml"
    for wrong, says in ((text.replace("n = 136\n", ""), "'n'"), (text + text, "two claims")):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(ValueError, match=says):
            load_claims(path)


def test_a_loud_word_warns_until_it_is_recorded_or_cleared():
    cell = {
        "cell_type": "markdown",
        "metadata": {},
        "source": ["BERT is always\n", "right. A cat sat. It is 3 better."],
    }
    assert loud(cell) == ["BERT is always right."]
    assert not loud(cell, ["is always right"])
    assert not loud({**cell, "metadata": {"no-claim": "a joke"}}) and loud({**cell, "metadata": {"no-claim": " "}})
    assert not loud({**cell, "cell_type": "code"})
