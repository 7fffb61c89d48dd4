"""What the cards in data/README.md claim about the sense and task sentences is measured again, where it is cheap."""

import doctest
import re

import measure_senses
import measure_tasks
import numpy as np
import pytest

from embeddings_course.files.data import data_path, load_senses, load_tasks
from embeddings_course.files.models import find_model
from embeddings_course.pretrained import load_bert
from embeddings_course.senses import tag_senses

CARDS = (data_path("senses.csv").parent / "README.md").read_text(encoding="utf-8")


def claimed(card, after):
    """Return the numbers like .50 that follow a phrase in a card."""
    text = next(c for c in re.split(r"^## ", CARDS, flags=re.M) if c.startswith(card))
    assert after in text, f"the card of {card} no longer says {after!r}"
    numbers = re.match(r"\D*?((?:[01]?\.\d\d[\s,;]*)+)", text.split(after, 1)[1])[1]
    return [float(n) for n in re.findall(r"[01]?\.\d\d", numbers)]


def test_the_doctests_of_both_scripts_hold():
    for module in (measure_senses, measure_tasks):
        assert doctest.testmod(module).failed == 0


def test_the_topic_words_give_little_away_and_the_card_says_how_much():
    uses = load_senses()
    for words, after, limit in (
        (measure_senses.other_words, "the other content words", 0.6),
        (measure_senses.other_words_and_form, "(*banks* or *bank*)", 0.65),
        (measure_senses.next_words, "the two words on each side", 0.65),
    ):
        share = measure_senses.bag_accuracy(uses, words)
        assert share < limit
        assert share == pytest.approx(claimed("senses.csv", after)[0], abs=0.02)


def test_the_card_of_the_tasks_says_what_the_commonest_label_scores():
    tasks = load_tasks()
    scores = [measure_tasks.commonest(task, tasks) for task in measure_tasks.TASKS]
    assert scores == pytest.approx(claimed("tasks.csv", "commonest label"), abs=0.006)


def test_both_scripts_print_their_tables(capsys):
    measure_senses.main(["--model", "none"])
    assert "1155 uses, 30 senses of 13 words; 375 test uses" in capsys.readouterr().out
    names, table = measure_tasks.correlations(load_tasks())
    assert len(names) == 11 and table.shape == (11, 11)


@pytest.mark.slow
@pytest.mark.skipif(find_model("minilm") is None, reason="MiniLM is not on this machine")
def test_minilm_tells_senses_apart_as_the_card_says():
    uses = load_senses()
    vectors = load_bert("minilm").word_vectors(
        [u.sentence for u in uses], [u.word for u in uses], [u.occurrence for u in uses]
    )
    score = tag_senses(vectors, [u.sense for u in uses], [u.split == "fit" for u in uses])
    assert score.accuracy == pytest.approx(claimed("senses.csv", "layers 0 to 6:"), abs=0.015)
    assert score.accuracy[1:].min() > score.baseline + 0.25
    assert np.argmin(score.accuracy) == 0  # before the first layer only the word itself is known, and its place
