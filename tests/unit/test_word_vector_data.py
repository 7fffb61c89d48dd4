"""The shipped vectors are what their card says, and the lists that judge them are read whole."""

import hashlib
import json
from collections import Counter

import numpy as np
import pytest

from embeddings_course.evaluation import analogies, analogy, spearman_eval
from embeddings_course.files import data, errors, paths
from embeddings_course.files.table import Embedding


@pytest.fixture(scope="module")
def books():
    return data.load_vectors()


@pytest.fixture(scope="module")
def card():
    return data.load_vectors_card()


def test_rating_lists_are_whole():
    wordsim, simlex = data.load_wordsim(), data.load_simlex()
    assert (len(wordsim), len(simlex)) == (353, 999)
    for first, second, rating in wordsim + simlex:
        assert first == first.lower().strip() and second == second.lower().strip()
        assert 0 <= rating <= 10
    # related is not similar
    assert {("closet", "clothes", 8.0)} <= set(wordsim) and {("clothes", "closet", 3.27)} <= set(simlex)


def test_analogies_are_whole():
    sections = data.load_analogies()
    assert len(sections) == 14
    assert sum(map(len, sections.values())) == 19_544
    assert sum(len(q) for name, q in sections.items() if not name.startswith("gram")) == 8_869
    assert all(len(q) == 4 and "".join(q).islower() for asked in sections.values() for q in asked)


def test_a_gensim_without_its_test_data_is_one_clear_sentence():
    with pytest.raises(errors.DataError, match="Install gensim again"):
        data.judgements.gensim_file("none.tsv")


@pytest.mark.slow
def test_wikipedia_is_clean_paragraphs_with_bank_in_them():
    paragraphs = data.load_wikipedia()
    words = [word for paragraph in paragraphs for word in paragraph]
    assert 440_000 < len(words) < 460_000
    assert min(map(len, paragraphs)) >= 5
    assert all(word == word.lower() and not any(c.isdecimal() for c in word) for word in words)
    counts = Counter(words)
    assert counts["bank"] > 50
    assert max(counts[left_over] for left_over in ("http", "nbsp", "ref", "redirect")) < 40


def test_the_vectors_are_those_of_the_card(books, card):
    assert hashlib.sha256(paths.data_path("vectors/books.bin").read_bytes()).hexdigest() == card["sha256"]
    assert paths.data_path("vectors/books.bin").stat().st_size < 10_000_000
    assert card["settings"]["passes_done"] == card["settings"]["epochs"]
    assert books.vectors.shape == (20_000, 100) and books.vectors.dtype == np.float32
    assert np.isfinite(books.vectors).all()


def test_counts_stand_in_the_order_of_the_vectors(books):
    counts = data.load_word_counts()
    assert tuple(counts) == books.words
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    assert min(counts.values()) >= 30


def test_limit_keeps_the_most_frequent(books):
    few = data.load_vectors(limit=100)
    assert few.words == books.words[:100] and np.array_equal(few.vectors, books.vectors[:100])
    assert data.load_vectors() is books, "read once"


def test_scores_of_the_card_can_be_had_again(books, card):
    for name, pairs, goal in (("wordsim353", data.load_wordsim(), 0.54), ("simlex999", data.load_simlex(), 0.34)):
        score = spearman_eval(books, pairs, resamples=10)
        assert score.rho == pytest.approx(card["scores"][name]["spearman"], abs=1e-3)
        assert (score.covered, score.total) == (card["scores"][name]["covered"], card["scores"][name]["of"])
        assert score.rho >= goal
    family = analogies(books, {"family": data.load_analogies()["family"]})
    assert family.accuracy > 0.4
    assert card["scores"]["analogies"]["share_right"] >= 0.60
    assert analogy(books, "man", "woman", "king", k=1)[0][0] == "queen"


def test_unknown_vectors_say_what_to_do():
    with pytest.raises(errors.DataError, match="missing"):
        data.load_vectors("newspapers")


# ---- the knob set

KNOBS = {
    "base", "window=2", "window=15", "dimensions=2", "dimensions=10", "dimensions=100", "dimensions=300", "negatives=0",
    "negatives=1", "negatives=15", "passes=1", "passes=15", "seed=2", "seed=3", "method=CBOW", "subsampling=off",
}  # fmt: skip


@pytest.fixture(scope="module")
def knobs():
    return data.load_knobs()


def test_the_knob_set_is_complete_and_small(knobs):
    assert set(knobs) == KNOBS
    files = [paths.data_path(f"vectors/knobs.{end}") for end in ("npz", "json")]
    assert sum(file.stat().st_size for file in files) <= 10_000_000
    for model in knobs.values():
        assert isinstance(model.table, Embedding) and np.isfinite(model.table.vectors).all()
        assert model.table.words == knobs["base"].table.words
        assert model.table.vectors.shape[1] == model.settings["vector_size"]
        assert {"bank", "bill", "jack", "river", "king", "queen"} <= set(model.table.words)


def test_one_knob_is_moved_at_a_time(knobs):
    base = knobs["base"].settings
    for name, model in knobs.items():
        moved = {key for key in base if model.settings[key] != base[key]}
        if name == "base":
            assert not moved
        elif name != "negatives=0":  # another program trains it; the description says so
            assert moved == {model.knob}


def test_scores_of_the_knobs_tell_their_story(knobs):
    def score(name, what="wordsim353", key="spearman"):
        return knobs[name].scores[what][key]

    assert score("passes=1") < score("base") < score("passes=15") + 0.02
    assert score("dimensions=2") < score("dimensions=10") < score("base")
    assert score("negatives=1") < score("negatives=15")
    # without negatives every word ends up in one direction
    assert knobs["negatives=0"].scores["random_pair_mean_cosine"] > 0.9 > score_of_random(knobs["base"])
    for model in knobs.values():
        for test in ("wordsim353", "simlex999", "analogies"):
            assert 0 < model.scores[test]["covered"] <= model.scores[test]["of"]


def score_of_random(model):
    return model.scores["random_pair_mean_cosine"]


def test_knob_files_that_do_not_fit_are_refused(tmp_path):
    np.savez(tmp_path / "knobs.npz", words=np.array(["a"]), base=np.ones((1, 2), dtype=np.float16))
    (tmp_path / "knobs.json").write_text(json.dumps({"models": []}))
    with pytest.raises(errors.DataError, match="different models"):
        data.load_knobs(tmp_path / "knobs.npz")
