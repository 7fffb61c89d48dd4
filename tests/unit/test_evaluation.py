"""evaluation.py against hand tables, against scipy and gensim, and against what must hold for any table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from embeddings_course import audit
from embeddings_course import evaluation as ev
from embeddings_course.files.table import Embedding, UnknownWordError
from embeddings_course.vectors import normalise, random_rotation

# A hand table of angles in degrees: every cosine can be read off.
ANGLES = {"man": 0, "boy": 5, "woman": 20, "king": 45, "queen": 75, "cup": 180}
HAND = Embedding(tuple(ANGLES), [[np.cos(np.radians(t)), np.sin(np.radians(t))] for t in ANGLES.values()])


def random_table(n=30, d=6, seed=0):
    return Embedding([f"w{i}" for i in range(n)], np.random.default_rng(seed).normal(size=(n, d)))


# ---- Spearman


def test_spearman_by_hand():
    # ranks 1 2 3 4 against 2 1 4 3: sum of squared differences 4, rho = 1 - 6*4/(4*15)
    assert ev.spearman([1, 2, 3, 4], [20, 10, 40, 30]) == pytest.approx(0.6)
    assert ev.spearman([1, 2, 3], [9, 5, 1]) == -1


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=30))
def test_spearman_is_scipys_with_ties(points):
    x, y = np.array(points, dtype=float).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        with pytest.raises(ValueError, match="same number throughout"):
            ev.spearman(x, y)
    else:
        assert ev.spearman(x, y) == pytest.approx(spearmanr(x, y).statistic)


@pytest.mark.parametrize(("x", "y"), [([1, 2], [1, 2]), ([1, 2, 3], [1, 2]), ([[1, 2, 3]], [[1, 2, 3]])])
def test_spearman_refuses_lists_that_do_not_fit(x, y):
    with pytest.raises(ValueError, match="at least 3"):
        ev.spearman(x, y)


def test_spearman_eval_counts_what_it_leaves_out():
    pairs = [("man", "boy", 9), ("man", "woman", 8), ("man", "king", 5), ("man", "cup", 0), ("man", "hat", 10)]
    score = ev.spearman_eval(HAND, pairs)
    assert (score.rho, score.covered, score.total, score.missing) == (1.0, 4, 5, ("hat",))
    assert score.coverage == 0.8
    assert "4 of 5 pairs" in str(score)


def test_spearman_eval_never_scores_a_missing_pair_as_zero():
    # were the missing pair given cosine 0, the order would break
    pairs = [("man", "boy", 3), ("man", "woman", 2), ("man", "king", 1), ("man", "hat", 10)]
    assert ev.spearman_eval(HAND, pairs).rho == 1.0


def test_interval_holds_rho_and_is_wider_for_fewer_pairs():
    table, rng = random_table(60), np.random.default_rng(1)
    names = rng.choice(table.words, size=(300, 2))
    noisy = [(a, b, float(table[a] @ table[b] + 3 * rng.normal())) for a, b in names if a != b]
    many, few = ev.spearman_eval(table, noisy), ev.spearman_eval(table, noisy[:40])
    for score in (many, few):
        low, high = score.interval
        assert -1 <= low < score.rho < high <= 1
    assert np.diff(few.interval) > 1.5 * np.diff(many.interval)
    assert many == ev.spearman_eval(table, noisy)
    # two standard errors to each side: about (1 - rho^2) / sqrt(n) each
    expected = 2 * 1.96 * (1 - many.rho**2) / np.sqrt(many.covered)
    assert np.diff(many.interval)[0] == pytest.approx(expected, rel=0.25)


def test_spearman_eval_needs_three_covered_pairs():
    with pytest.raises(ValueError, match="only 1 of 2 pairs"):
        ev.spearman_eval(HAND, [("man", "boy", 1), ("hat", "boy", 1)])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_rho_survives_rotation_and_scaling(seed):
    table = random_table(seed=seed)
    pairs = [(f"w{i}", f"w{i + 1}", float(i % 7)) for i in range(20)]
    turned = Embedding(table.words, 3 * table.vectors @ random_rotation(6, seed))
    assert ev.spearman_eval(table, pairs).rho == pytest.approx(ev.spearman_eval(turned, pairs).rho, abs=1e-6)


# ---- Analogies


def test_analogy_by_hand():
    # king + woman - man (unit vectors) lies at 58 degrees: 13 from king, 17 from queen
    assert [w for w, _ in ev.analogy(HAND, "man", "woman", "king", k=1)] == ["queen"]
    free = ev.analogy(HAND, "man", "woman", "king", exclude=False, k=3)
    assert [w for w, _ in free[:2]] == ["king", "queen"]
    target = HAND["woman"] - HAND["man"] + HAND["king"]
    assert free[1][1] == pytest.approx(float(HAND["queen"] @ target / np.linalg.norm(target)))


def test_analogy_never_returns_an_input_however_many_are_asked():
    words = [w for w, _ in ev.analogy(HAND, "man", "woman", "king", k=99)]
    assert sorted(words) == ["boy", "cup", "queen"]


def test_analogy_uses_directions_not_lengths():
    longer = Embedding(HAND.words, HAND.vectors * np.array([1, 9, 0.1, 7, 3, 5])[:, None])
    assert [w for w, _ in ev.analogy(longer, "man", "woman", "king")] == [
        w for w, _ in ev.analogy(HAND, "man", "woman", "king")
    ]


def test_analogy_names_the_unknown_word():
    with pytest.raises(UnknownWordError, match="Did you mean queen"):
        ev.analogy(HAND, "man", "woman", "quen")


QUESTIONS = {
    "royal": [("man", "woman", "king", "queen"), ("man", "woman", "king", "cup")],
    "no": [("a", "b", "c", "d")],
}


def test_analogies_counts_by_section():
    score = ev.analogies(HAND, QUESTIONS)
    assert (score.right, score.covered, score.total, score.accuracy) == (1, 2, 3, 0.5)
    assert score.sections == {"royal": (1, 2, 2), "no": (0, 0, 1)}
    assert score.reply_is == {"a": 0, "b": 0, "c": 0}
    assert "1 of 2 covered; 3 asked" in str(score)


def test_analogies_with_inputs_allowed_replies_c():
    score = ev.analogies(HAND, QUESTIONS, exclude_inputs=False)
    assert score.right == 0
    assert score.reply_is == {"a": 0, "b": 0, "c": 1}


def test_do_nothing_baselines():
    question = [("man", "woman", "king", "queen")]
    assert ev.analogies(HAND, question, rule="c").right == 1  # queen is the nearest of king that is allowed
    assert ev.analogies(HAND, question, exclude_inputs=False, rule="c").reply_is["c"] == 1
    assert ev.analogies(HAND, question, rule="b").right == 0  # the nearest of woman is boy
    assert ev.analogies(HAND, question, exclude_inputs=False, rule="b").reply_is["b"] == 1


def test_analogies_refuses_an_unknown_rule_and_nothing_covered():
    with pytest.raises(ValueError, match="offset, b or c"):
        ev.analogies(HAND, QUESTIONS, rule="d")
    with pytest.raises(ValueError, match="None of the 1 questions"):
        ev.analogies(HAND, QUESTIONS["no"])


def test_analogies_agree_with_one_at_a_time_and_with_gensim():
    from gensim.models import KeyedVectors

    table, rng = random_table(40, 5, seed=3), np.random.default_rng(3)
    keyed = KeyedVectors(5)
    keyed.add_vectors(list(table.words), table.vectors.astype(np.float32))
    questions = []
    for a, b, c in (rng.choice(table.words, 3, replace=False) for _ in range(300)):
        answer = keyed.most_similar(positive=[b, c], negative=[a], topn=1)[0][0]
        assert ev.analogy(table, a, b, c, k=1)[0][0] == answer
        questions.append((a, b, c, answer))
    assert ev.analogies(table, questions).accuracy == 1  # 300 questions: more than one batch


# ---- Several tables


def test_overlap_by_hand():
    two = Embedding(
        ("man", "boy", "woman", "king", "queen"), HAND.subset(("man", "boy", "woman", "queen", "king")).vectors
    )
    # neighbours of man: boy woman king | boy woman queen -> 2 of 3 in common
    assert ev.neighbour_overlap([HAND, two], ["man"], k=3).tolist() == pytest.approx([2 / 3])
    # three tables: the pairs share 2/3, 1 and 2/3
    assert ev.neighbour_overlap([HAND, two, HAND], ["man"], k=3).tolist() == pytest.approx([7 / 9])


def test_overlap_of_a_table_with_its_rotation_is_complete():
    table = random_table()
    turned = Embedding(table.words[::-1], (table.vectors @ random_rotation(6, 1))[::-1])
    assert ev.neighbour_overlap([table, turned], k=5).tolist() == [1.0] * 30


def test_overlap_of_unrelated_tables_is_about_chance():
    shares = ev.neighbour_overlap([random_table(200, seed=1), random_table(200, seed=2)], k=10)
    assert abs(shares.mean() - 10 / 199) < 0.02


def test_overlap_says_what_it_needs():
    with pytest.raises(ValueError, match="two tables"):
        ev.neighbour_overlap([HAND])
    with pytest.raises(ValueError, match="k must be from 1 to 5"):
        ev.neighbour_overlap([HAND, HAND], k=6)
    with pytest.raises(UnknownWordError):
        ev.neighbour_overlap([HAND, HAND], ["hat"], k=2)


def test_neighbours_leave_out_the_word_itself():
    rows = ev.neighbour_rows(HAND.vectors, [0, 4], k=5)
    assert [HAND.words[i] for i in rows[0]] == ["boy", "woman", "king", "queen", "cup"]
    assert 4 not in rows[1]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_procrustes_undoes_a_rotation_and_only_rotates(seed):
    table = random_table(seed=seed)
    two = Embedding(table.words, 2 * table.vectors @ random_rotation(6, seed))
    turned, turn = ev.procrustes(table, two)
    assert np.allclose(ev.same_word_cosines(turned, two), 1)
    assert np.allclose(turn @ turn.T, np.eye(6))
    assert np.allclose(turned.vectors @ turned.vectors.T, table.vectors @ table.vectors.T)


def test_procrustes_turns_all_words_by_the_anchors_alone():
    table = random_table()
    two = Embedding(table.words[:20], (table.vectors @ random_rotation(6, 5))[:20])
    turned, _ = ev.procrustes(table, two, table.words[:10])
    assert len(turned) == 30
    assert np.allclose(ev.same_word_cosines(turned, two), 1)


def test_procrustes_is_the_best_of_many_turns():
    one, two = random_table(seed=1), random_table(seed=2)
    turned, _ = ev.procrustes(one, two)
    best = ev.same_word_cosines(turned, two).mean()
    others = [Embedding(one.words, one.vectors @ random_rotation(6, s)) for s in range(200)]
    assert best > max(ev.same_word_cosines(o, two).mean() for o in others)


def test_tables_of_different_sizes_are_refused():
    with pytest.raises(ValueError, match="one size"):
        ev.procrustes(random_table(d=6), random_table(d=5))
    with pytest.raises(ValueError, match="6 and 5 numbers"):
        ev.same_word_cosines(random_table(d=6), random_table(d=5))


# ---- Baselines


def test_random_pairs_never_pair_a_word_with_itself():
    table = Embedding(("a", "b"), [[1.0, 0.0], [0.0, 1.0]])
    assert audit.random_pair_cosines(table, 200).tolist() == [0.0] * 200


def test_a_loud_coordinate_makes_random_words_look_alike_and_centring_undoes_it():
    plain = random_table(300, 50)
    loud = Embedding(plain.words, plain.vectors + 10 * np.eye(50)[0])
    assert abs(audit.random_pair_cosines(plain).mean()) < 0.02
    assert audit.random_pair_cosines(loud).mean() == pytest.approx(100 / 150, abs=0.03)
    centred = Embedding(loud.words, loud.vectors - loud.vectors.mean(axis=0))
    assert abs(audit.random_pair_cosines(centred).mean()) < 0.02


def test_length_frequency_uses_only_counted_words():
    table = Embedding(("a", "b", "c", "d"), [[4.0], [3.0], [2.0], [99.0]])
    assert audit.length_frequency_correlation(table, {"a": 5, "b": 4, "c": 9}) == pytest.approx(-0.5)


def test_antonyms_and_half_precision():
    table = Embedding(("hot", "warm", "cold"), np.array([[1, 0], [1, 1], [1, 0.1]], dtype=np.float16))
    [(word, synonym, antonym)] = audit.antonym_wins(table, [("hot", "warm", "cold"), ("hot", "tepid", "cold")])
    assert (word, round(synonym, 3), round(antonym, 3)) == ("hot", 0.707, 0.995)


# ---- Maps


def test_map_recall_of_a_true_map_a_shuffled_map_and_half_a_map():
    rng = np.random.default_rng(0)
    vectors = normalise(rng.normal(size=(200, 2)))
    assert ev.map_neighbour_recall(vectors, vectors).mean() == 1
    assert abs(ev.map_neighbour_recall(vectors, rng.permutation(vectors)).mean() - 10 / 199) < 0.02
    with pytest.raises(ValueError, match="200 words need"):
        ev.map_neighbour_recall(vectors, vectors[:10])


def test_tsne_keeps_neighbours_and_moves_with_the_seed():
    rng = np.random.default_rng(0)
    groups = np.repeat(rng.normal(size=(3, 20)), 15, axis=0) * 4 + rng.normal(size=(45, 20))
    one, two = ev.tsne_map(groups, seed=1, perplexity=10), ev.tsne_map(groups, seed=2, perplexity=10)
    assert np.array_equal(one, ev.tsne_map(groups, seed=1, perplexity=10))
    assert not np.allclose(one, two)
    near = ev.neighbour_rows(one - one.mean(axis=0), range(45), k=1)
    assert ev.map_neighbour_recall(groups, one, k=10).mean() > 0.5
    assert near.shape == (45, 1)
    with pytest.raises(ValueError, match="below 45"):
        ev.tsne_map(groups, perplexity=45)


# ---- Bias


def test_direction_is_found_through_noise_and_points_to_the_first():
    rng = np.random.default_rng(0)
    base = rng.normal(size=(8, 10))
    step = np.eye(10)[3]
    words = [f"{side}{i}" for side in "xy" for i in range(8)]
    table = Embedding(words, np.concatenate([base + 2 * step, base - 2 * step]))
    axis = audit.direction(table, [(f"x{i}", f"y{i}") for i in range(8)])
    assert axis[3] > 0.95
    assert np.linalg.norm(axis) == pytest.approx(1)
    with pytest.raises(ValueError, match="At least one pair"):
        audit.direction(table, [])


def test_project_out_leaves_nothing_along_the_axis_and_the_rest_alone():
    vectors, axis = random_table().vectors, np.arange(6.0)
    left = audit.project_out(vectors, axis)
    assert np.allclose(left @ axis, 0)
    assert np.allclose(np.linalg.matrix_rank(vectors - left), 1)
    assert np.allclose(audit.project_out(left, axis), left)
    with pytest.raises(ValueError, match="all zero"):
        audit.project_out(vectors, np.zeros(6))


def test_association_by_hand_and_antisymmetric():
    gap = audit.association(HAND, ["man", "queen"], ["boy"], ["king", "woman"])
    angle = lambda t: np.cos(np.radians(t))  # noqa: E731
    assert gap.tolist() == pytest.approx(
        [angle(5) - (angle(45) + angle(20)) / 2, angle(70) - (angle(30) + angle(55)) / 2]
    )
    assert audit.association(HAND, ["man", "queen"], ["king", "woman"], ["boy"]).tolist() == pytest.approx(list(-gap))
    with pytest.raises(ValueError, match="at least one word"):
        audit.association(HAND, ["man"], [], ["boy"])


def test_clusters_find_hidden_groups_whatever_their_names():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 8)) + np.repeat([[3.0], [-3.0]], 20, axis=0)
    labels = [True] * 20 + [False] * 20
    assert audit.cluster_recovery(vectors, labels) == 1 == audit.cluster_recovery(vectors, labels[::-1])
    assert 0.5 <= audit.cluster_recovery(rng.normal(size=(40, 8)), labels) < 0.8
    with pytest.raises(ValueError, match="as many labels"):
        audit.cluster_recovery(vectors, labels[:3])
