"""One right call for each public function of the text book and of the ground: what `test_bad_calls.py` spoils."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from embeddings_course import (
    audit,
    chance,
    counting,
    evaluation,
    inside,
    mirrors,
    mixing,
    multitask,
    reading_off,
    search,
    senses,
    sharing,
    uses,
    vectors,
    without_bert,
    word2vec,
)
from embeddings_course.files import data, models, own_texts, paths, table, vector_files
from embeddings_course.pretrained import Bert, load_bert

Call = tuple[Callable[..., Any], dict[str, Any]]

WORDS = ("bank", "river", "money", "coin")
POINTS = np.array([[1.0, 0.5], [0.1, 1.0], [1.0, -0.2], [0.9, 0.1]])
TEXT = [["the", "old", "bank"], ["the", "river", "bank"], ["old", "money"]] * 3
COUNTS = np.array([[0.0, 3.0, 1.0], [3.0, 0.0, 2.0], [1.0, 2.0, 0.0]])
USES = np.array([[[1.0, 0]], [[2.0, 1]], [[0, 1.0]], [[1.0, 2]], [[3.0, 1]], [[0.5, 1]]])
SENSES = ["bank.money", "bank.money", "bank.river", "bank.river", "bank.money", "bill.law"]
FIT = [True, True, True, True, False, True]
LABELS = [0, 1, 0, 1]


def embedding() -> table.Embedding:
    return table.Embedding(WORDS, POINTS)


@lru_cache(maxsize=1)
def bert() -> Bert:
    return load_bert("town")


@lru_cache(maxsize=1)
def folder() -> Path:
    here = Path(tempfile.mkdtemp(prefix="good-calls-"))
    (here / "tea.txt").write_text("Warm the pot.\n\nThen wait.", encoding="utf-8")
    (here / "tiny.txt").write_text("2 3\nbank 1 0 0.5\nriver 0 1 0\n", encoding="utf-8")
    return here


def units() -> table.Embedding:
    return table.Embedding(WORDS, vectors.normalise(POINTS))


def many_words() -> table.Embedding:
    return table.Embedding([f"w{i}" for i in range(300)], np.random.default_rng(0).normal(size=(300, 5)))


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def task(kind: str = "classes") -> multitask.Task:
    return multitask.Task("a", kind, LABELS)  # type: ignore[arg-type]


def encode(texts: Any) -> Any:
    return np.array([[t.count("a"), t.count("e")] for t in texts], dtype=float)


def good_calls() -> dict[str, Call]:
    """Return a right call of each function, by its name."""
    return {
        **_vectors(),
        **_counting(),
        **_word2vec(),
        **_evaluation(),
        **_audit(),
        **_chance(),
        **_senses(),
        **_reading_off(),
        **_sharing(),
        **_search(),
        **_bert(),
        **_ground(),
    }


def _named(module: str, calls: dict[Callable[..., Any], dict[str, Any]]) -> dict[str, Call]:
    return {f"{module}.{function.__qualname__}": (function, given) for function, given in calls.items()}


def _vectors() -> dict[str, Call]:
    v, a, b = vectors, [1.0, 2.0], [3.0, -1.0]
    return _named(
        "vectors",
        {
            v.dot: {"a": a, "b": b},
            v.norm: {"a": a},
            v.euclidean: {"a": a, "b": b},
            v.cosine: {"a": a, "b": b},
            v.normalise: {"vectors": POINTS},
            v.cosine_matrix: {"a": POINTS, "b": POINTS[:2]},
            v.distance_matrix: {"a": POINTS, "b": POINTS[:2]},
            v.nearest: {"table": embedding(), "word": "bank", "k": 2, "ruler": "dot", "exclude": ["coin"]},
            v.top_k: {"scores": np.array([0.2, 0.9, 0.5]), "k": 2},
            v.directions: {"rows": POINTS},
            v.share_kept: {"strengths": np.array([2.0, 1.0]), "k": 1},
            v.best_turn: {"points": POINTS, "target": POINTS[::-1]},
            v.one_hot: {"words": ["bank", "river"]},
            v.centre: {"vectors": POINTS},
            v.standardise: {"vectors": POINTS},
            v.random_rotation: {"d": 3, "seed": 1},
            v.random_cosines: {"d": 3, "n": 4, "seed": 1},
            v.dims_needed: {"band": 0.1, "share": 0.95},
            v.pca: {"vectors": POINTS, "k": 1},
        },
    )


def _counting() -> dict[str, Call]:
    c = counting
    return _named(
        "counting",
        {
            c.vocabulary: {"sentences": TEXT, "min_count": 1},
            c.as_sentences: {"sentences": TEXT},
            c.encode: {"sentences": TEXT, "vocab": ["the", "old", "bank"]},
            c.cooccurrence: {"sentences": TEXT, "window": 2, "vocab": ["the", "bank"], "symmetric": True},
            c.pmi: {"counts": COUNTS, "alpha": 0.75},
            c.ppmi: {"counts": COUNTS, "alpha": 0.75, "shift": 0.5},
            c.row_cosine: {"table": COUNTS, "i": 0, "j": 2},
            c.top_pairs: {"table": COUNTS, "words": ["a", "b", "c"], "n": 2, "at_least": 1.0},
            c.truncated_svd: {"matrix": COUNTS, "k": 2, "seed": 0},
            c.svd_embed: {"matrix": COUNTS, "k": 2, "power": 0.5, "seed": 0},
            c.reconstruction_error: {"matrix": COUNTS, "k": 2, "seed": 0},
            c.reconstruction_curve: {"matrix": COUNTS, "ks": [1, 2], "seed": 0},
            c.copy_errors: {"left": np.eye(3), "strength": np.ones(3), "right": np.eye(3), "table": COUNTS},
            c.held_out_curve: {"matrix": COUNTS, "other": COUNTS + 1, "ks": [1, 2], "seed": 0},
        },
    )


def _word2vec() -> dict[str, Call]:
    w = word2vec
    tokens, sentence_of = np.array([0, 1, 2, 0]), np.array([0, 0, 1, 1])
    noise = np.array([0.2, 0.3, 0.5, 0.0])
    tables = {"inputs": POINTS.copy(), "outputs": POINTS.copy()}
    vector = {"centre": POINTS[0], "context": POINTS[1], "negatives": POINTS[2:]}
    pairs = {"centres": np.array([0, 1]), "contexts": np.array([1, 2])}
    planted = {"classes": {"water": ("river",), "cash": ("bank", "money", "coin")}, "k": 2}
    small = {"d": 4, "window": 2, "negatives": 2, "epochs": 2, "seed": 0, "lr": 0.1}
    more = {"noise_power": 0.75, "tied": False, "sample": 0.0, "min_count": 1, "batch": 16, "n_snapshots": 2}
    return _named(
        "word2vec",
        {
            w.vocab: {"sentences": TEXT, "min_count": 1},
            w.skipgram_pairs: {"sentence": TEXT[0], "window": 2},
            w.corpus_pairs: {"tokens": tokens, "sentence_of": sentence_of, "window": 2, "rng": rng()},
            w.keep_probability: {"counts": [9, 3, 1], "sample": 0.01},
            w.subsample: {"tokens": tokens, "keep": np.array([0.1, 0.5, 1.0]), "rng": rng()},
            w.noise_distribution: {"counts": [9, 3, 1], "power": 0.75},
            w.draw_noise: {"noise": noise, "shape": 3, "rng": rng()},
            w.sigmoid: {"x": [-1.0, 2.0]},
            w.sgns_loss: vector,
            w.sgns_gradient: vector,
            w.sgns_step: {**tables, "centre": 0, "context": 1, "negatives": [2, 3], "lr": 0.1},
            w.numerical_gradient: {"f": lambda x: float(np.sum(x)), "x": np.array([1.0, -3.0]), "nudge": 1e-5},
            w.batch_step: {**tables, **pairs, "noise": np.array([2, 3]), "negatives": 2, "lr": 0.1},
            w.train: {"sentences": TEXT, **small, **more, "progress": lambda share: None},
            w.start_tables: {"n_words": 3, "d": 2, "rng": rng(), "tied": True},
            w.fresh_town: {"seed": 0, "n_sentences": 5, "n_classes": 3, "words_per_class": 2},
            w.expected_loss: {**tables, **pairs, "noise": noise, "negatives": 2},
            w.planted_precision: {"table": embedding(), **planted},
        },
    )


def _evaluation() -> dict[str, Call]:
    e = evaluation
    rated = [("bank", "coin", 9.0), ("bank", "river", 5.0), ("river", "coin", 1.0), ("money", "coin", 8.0)]
    asked = [("bank", "river", "money", "coin"), ("river", "bank", "coin", "money")]
    scores, relevant, decoys = [[0.9, 0.5, 0.1], [0.9, 0.5, 0.1]], [[1], [0, 2]], [[0], [1]]
    two = {"one": embedding(), "two": embedding(), "words": ["bank", "river"]}
    return _named(
        "evaluation",
        {
            e.spearman: {"x": [1, 2, 3, 4], "y": [10, 100, 1000, 999]},
            e.pair_cosines: {"table": embedding(), "pairs": [("bank", "coin"), ("bank", "river")]},
            e.spearman_eval: {"table": embedding(), "pairs": rated, "resamples": 20, "seed": 0},
            e.analogy: {"table": embedding(), "a": "bank", "b": "river", "c": "coin", "exclude": True, "k": 2},
            e.analogies: {"table": embedding(), "questions": asked, "exclude_inputs": True, "rule": "offset"},
            e.neighbour_rows: {"vectors": POINTS, "rows": [0, 2], "k": 2},
            e.neighbour_overlap: {"tables": [embedding(), embedding()], "words": ["bank"], "k": 2},
            e.same_word_cosines: two,
            e.procrustes: two,
            e.map_neighbour_recall: {"vectors": POINTS, "points": POINTS * 2, "k": 2},
            e.tsne_map: {"vectors": np.eye(5), "seed": 0, "perplexity": 2},
            e.reciprocal_ranks: {"scores": scores, "relevant": relevant, "k": 2},
            e.found_first: {"scores": scores, "relevant": relevant},
            e.answer_before_decoy: {"scores": scores, "relevant": relevant, "decoys": decoys},
        },
    )


def _audit() -> dict[str, Call]:
    a = audit
    counts = dict(zip(WORDS, (90, 40, 20, 7), strict=True))
    return _named(
        "audit",
        {
            a.random_pair_cosines: {"table": embedding(), "n": 5, "seed": 0},
            a.length_frequency_correlation: {"table": embedding(), "counts": counts},
            a.antonym_wins: {"table": embedding(), "triples": [("bank", "coin", "river")]},
            a.direction: {"table": embedding(), "pairs": [("bank", "river"), ("coin", "river")]},
            a.project_out: {"vectors": POINTS, "axis": [1.0, 0.5]},
            a.association: {"table": embedding(), "words": ["bank"], "one": ["coin"], "two": ["river"]},
            a.topics_apart: {
                "table": embedding(),
                "topics": [["bank"], ["coin"]],
                "one": ["coin"],
                "two": ["river"],
                "whole": False,
                "shuffles": 5,
            },
            a.random_topics: {"table": many_words(), "topics": 2, "size": 3, "seed": 0, "among": 300, "skip": ["w1"]},
            a.cluster_recovery: {"vectors": POINTS, "labels": [True, False, True, True], "seed": 0},
        },
    )


def _chance() -> dict[str, Call]:
    c, m, many = chance, mirrors, np.linspace(0, 1, 24)
    rows = np.array([[1.0, 0.2], [0.1, 1.0], [0.7, 0.6]])
    pairs, kinds = np.stack([rows, rows[::-1]], axis=1), ["numbers", "numbers", "roles"]
    scores = np.array([[[0.9, 0.2], [0.3, 0.8]], [[0.4, 0.6], [0.5, 0.7]]])
    ten, kinds_of_ten = np.random.default_rng(1).normal(size=(10, 2, 3)), ["numbers"] * 10
    return _named(
        "chance",
        {
            c.share_interval: {"right": 7, "n": 9, "method": "exact"},
            c.mean_interval: {"values": many},
            c.redraws: {"n": 5, "times": 3, "seed": 0},
            c.bootstrap_mean: {"values": many, "resamples": 50, "seed": 0},
            c.score_interval: {"scores": many},
            c.pairs_interval: {"scores": [1, 1, 0, 1, 0, 0], "members": ["ab", "ac", "ad", "bc", "bd", "cd"]},
            c.paired_difference: {"first": many, "second": many[::-1]},
            c.rank_correlations: {"x": many, "y": many[::-1]},
            c.correlation_difference: {
                "first": many,
                "second": many**2,
                "truth": many[::-1],
                "resamples": 50,
                "seed": 0,
            },
            c.split_by_chance: {"values": many, "first": 12, "shuffles": 50, "seed": 0},
            c.as_large_by_chance: {"value": 0.5, "by_chance": many},
            c.over_starts: {"values": many, "line": 0.5},
            c.power: {"n": 30, "true": 0.5, "coin": 0.25, "level": 0.05},
        },
    ) | _named(
        "mirrors",
        {
            m.pair_scores: {"questions": pairs, "passages": pairs},
            m.both_right: {"scores": scores},
            m.same_passage_twice: {"scores": scores},
            m.topic_right: {"questions": pairs, "passages": pairs, "kinds": kinds},
            m.topic_scores: {"questions": pairs, "passages": pairs, "kinds": kinds},
            m.next_of_kind: {"kinds": kinds},
            m.leanings: {"scores": scores},
            m.mirror_rows: {"way": "counts"},
            m.trained_ruler: {"questions": ten, "passages": ten, "kinds": kinds_of_ten},
            m.read_off: {"rows": ten, "shuffle": False, "repeats": 2},
        },
    )


def _senses() -> dict[str, Call]:
    s = senses
    both = {"vectors": USES, "senses": SENSES}
    return _named(
        "senses",
        {
            s.lemma_of: {"sense": "bank.river"},
            s.nearest_centroid: {"fit": USES[:4], "senses": SENSES[:4], "uses": USES[4:]},
            s.nearest_uses: {"fit": USES[:4], "senses": SENSES[:4], "uses": USES[4:], "k": 3},
            s.tag_senses: {**both, "fit": FIT, "method": "centroid", "k": 3},
            s.commonest_sense: {"senses": SENSES},
            s.learning_curve: {**both, "fit": FIT, "sizes": (1,), "seeds": (0, 1), "method": "neighbours", "k": 1},
            s.sense_gap: both,
            s.stranger_band: {**both, "share": 0.9, "n": 20, "seed": 0},
            s.variance_shares: both,
            s.choose_layer: {"right": [[0, 1, 1]] * 20 + [[0, 0, 1]]},
            s.mean_pair_cosine: {"units": USES / np.linalg.norm(USES, axis=-1, keepdims=True)},
            s.centre_layers: {"vectors": USES, "fit": FIT},
        },
    ) | _named(
        "mixing",
        {
            mixing.blend: {"one": [2.0, 0.1], "two": [0.0, 5.0], "share": 0.5},
            mixing.blend_cosine: {"share": 0.1, "between": 0.5},
            mixing.unmix: {"mixed": [0.8, 0.2], "one": [1.0, 0.1], "two": [0.0, 1.0]},
            mixing.surfaces: {
                "table": units(),
                "word": "bank",
                "one": "river",
                "two": "money",
                "hidden": "",
                "near": 2,
            },
            mixing.pseudoword: {
                "sentences": TEXT,
                "one": "old",
                "two": "river",
                "n_one": 2,
                "n_two": 1,
                "token": "oldriver",
                "seed": 0,
            },
        },
    )


def _reading_off() -> dict[str, Call]:
    r, w = reading_off, without_bert
    x, yes, parts = np.array([[0.0], [0.1], [0.2], [0.9], [1.0], [1.1]]), [0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]
    use = data.load_senses()[0]
    return _named(
        "reading_off",
        {
            r.folds: {"families": ["bank", "bank", "river", "car"], "parts": 3, "seed": 0},
            r.fit_lines: {"vectors": x, "labels": np.array(yes)[:, None], "strength": 0.5},
            r.held_out_scores: {"vectors": x, "labels": yes, "parts": parts},
            r.read_off_score: {"scores": [0.5, 0.2, -0.1, -0.3], "labels": [1, 1, 1, 0]},
            r.found_at: {"scores": [0.9, 0.2, 0.5, -1.0], "labels": [1, 1, 0, 0], "alarm": 0.5},
            r.read_table: {"vectors": x, "labels": np.array([yes, parts]).T > 0, "parts": parts},
            r.shuffled_rows: {"labels": [[True], [False], [False]], "seed": 0},
            r.spelling: {"words": WORDS, "most": 9},
        },
    ) | _named(
        "without_bert",
        {
            w.before: {"use": use},
            w.is_person_by_determiner: {"use": use},
            w.kind_by_preposition: {"use": use},
            w.company: {"uses": [use], "table": data.load_vectors(), "counts": {"the": 9, "bank": 1}, "rare": 0.1},
            w.name_by_centroid: {"vectors": USES[:, 0], "senses": SENSES, "fit": np.array(FIT)},
        },
    )


def _sharing() -> dict[str, Call]:
    m, s, x = multitask, sharing, np.eye(4)
    one = task()
    model, plain = m.start(4, 2, [one], seed=0), {"n_inputs": 4, "d": 2, "tasks": [one], "seed": 0, "scale": 0.1}
    head = model.heads["a"]
    learn = {"d": 2, "steps": 3, "rate": 0.05, "optimiser": "sgd", "frozen": np.ones((4, 2)), "seed": 0, "keep": 1}
    frozen = {"vectors": POINTS, "task": one, "fit": [0, 1, 2], "test": [1, 3]}
    bags, groups = bag_rows(), [0, 1, 2, 2]
    many = {"x": bags, "groups": groups, "relatedness": 0.5, "labels": 20}
    return _named(
        "multitask",
        {
            m.Task: {"name": "a", "kind": "classes", "labels": [0, 1, 1], "weight": 1.0, "n_classes": 2},
            m.mask: {"labels": [1, 0, 1], "keep": [True, False, True]},
            m.bag_of_words: {"sentences": TEXT, "vocab": ["the", "bank"]},
            m.start: plain,
            m.output: {"task": one, "vectors": model.table, "head": head},
            m.predict: {"model": model, "x": x, "task": one},
            m.score: {"task": one, "predicted": [0, 1, 1, 1]},
            m.output_loss: {"kind": "number", "said": np.array([[3.0], [1.0]]), "truth": np.array([1.0, 1.0])},
            m.task_loss: {"task": one, "vectors": model.table, "head": head},
            m.loss_and_gradient: {"model": model, "x": x, "tasks": [one]},
            m.train: {"x": x, "tasks": [one], **learn},
            m.sgd: {"rate": 0.1},
            m.adam: {"rate": 0.1, "keep_mean": 0.9, "keep_square": 0.999},
        },
    ) | _named(
        "sharing",
        {
            s.planted_scores: {"groups": groups, "counts": [5, 5, 5, 5], "relatedness": 0.5, "rng": rng()},
            s.above_middle: {"x": x, "scores": [0.1, 0.9, 0.5, 0.2]},
            s.sharing_gain: {**many, "d": 2, "seeds": (0, 1), "weight": 1.0, "steps": 2},
            s.plant_tasks: {**many, "seed": 0, "weight": 1.0},
            s.frozen_score: {**frozen, "strength": 10.0},
            s.commonest_score: {"task": one, "fit": [0, 1, 2], "test": [1, 3]},
            s.label_curve: {**frozen, "sizes": [2, 3], "seeds": [0], "strength": 10.0},
        },
    )


@lru_cache(maxsize=1)
def bag_rows() -> Any:
    return multitask.bag_of_words([WORDS, WORDS[:2], WORDS[1:]] * 1000, WORDS)


def _search() -> dict[str, Call]:
    s, texts = search, ["the old bank", "a river", "tea at the bank"]
    made = s.searcher("letters", encode, texts)
    return _named(
        "search",
        {
            s.words_of: {"text": "the old bank"},
            s.searcher: {"name": "letters", "encode": encode, "texts": texts},
            s.pooled: {"ways": [made], "question": "tea", "k": 2, "seed": 0},
            s.hand_encoder: {"columns": {"water": "river lake"}},
            s.count_encoder: {"texts": texts},
            s.average_encoder: {"table": embedding(), "texts": texts},
            s.stored_encoder: {"texts": texts, "vectors": [[1.0, 2.0]] * 3, "live": encode},
            s.coverage: {"texts": texts, "known": ["bank", "river"]},
            made.scores: {"questions": ["tea"]},
            made.search: {"question": "tea", "k": 2},
        },
    )


def _bert() -> dict[str, Call]:
    b, text = bert(), "the old bank"
    where = {"word": "bank", "occurrence": 0, "layer": 1}
    return (
        _named(
            "pretrained",
            {
                load_bert: {"name": "town"},
                b.layer_weights: {"layer": 0},
                b.tokenize: {"text": text},
                b.fits: {"text": text},
                b.find_word: {"text": text, "word": "bank", "occurrence": 0},
                b.word_vector: {"sentence": text, **where},
                b.word_vectors: {"sentences": [text], "words": ["bank"], "occurrences": [0], "layer": "all"},
                b.sentence_vectors: {"sentences": [text], "pooling": "mean", "layer": -1},
                b.guess_masked: {"text": "the old [MASK]", "k": 2, "which": 0},
            },
        )
        | {"pretrained.Bert.__call__": (b, {"texts": text, "cut": [(0, None, 1, 2)]})}
        | _named(
            "inside",
            {
                inside.moved: {"before": POINTS, "after": POINTS + 1},
                inside.cut_links: {"bert": b, "text": text, "layer": 0, "head": None, "links": [(1, 2)]},
            },
        )
        | _named("uses", {uses.find_uses: {"sentences": [text], "word": "bank"}})
    )


def _ground() -> dict[str, Call]:
    e, here = embedding(), folder()
    return (
        _named(
            "files",
            {
                table.Embedding: {"words": WORDS, "vectors": POINTS, "columns": ("money", "water")},
                e.row: {"word": "bank"},
                e.__getitem__: {"word": "bank"},
                e.subset: {"words": ["bank", "coin"]},
                e.with_row: {"word": "tea", "vector": [1.0, 2.0]},
                paths.data_path: {"name": "features.csv"},
                paths.user_path: {"path": "tea.txt"},
                models.find_model: {"name": "town"},
                models.check_model: {"name": "town"},
                own_texts.load_texts: {"path": here / "tea.txt", "column": "text", "limit": 2, "encoding": "utf-8"},
                vector_files.load_word2vec_file: {"path": here / "tiny.txt", "limit": 1},
            },
        )
        | _named(
            "data",
            {
                data.load_vectors: {"name": "books", "limit": 5},
                data.load_vectors_card: {"name": "books"},
                data.load_word_counts: {"name": "books"},
                data.load_word_map: {"name": "books"},
                data.load_town().words_with: {"feature": "royal"},
                data.load_sense_scores: {"model": "minilm", "path": None},
                data.texts_mark: {"texts": ["tea"]},
            },
        )
        | _named("data", {loader: {"path": None} for loader in LOADERS})
    )


LOADERS = (
    data.load_facts,
    data.load_features,
    data.load_sentences,
    data.load_which_bank,
    data.load_glossary,
    data.load_opposites,
    data.load_passage_vectors,
    data.load_passages,
    data.load_queries,
    data.load_senses,
    data.load_sharing,
    data.load_tasks,
    data.load_town,
    data.load_town_growth,
    data.load_town_maps,
    data.load_wikipedia_runs,
    data.load_knobs,
)
