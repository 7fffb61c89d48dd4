"""The task sentences keep their rules (written, balanced, labels not confounded); their loader says what is wrong."""

import re
from collections import Counter
from itertools import product

import numpy as np
import prose_rules
import pytest

from embeddings_course.files import data, errors

TASKS = data.load_tasks()
SENTENCES = [task.sentence for task in TASKS]


def test_every_combination_of_topic_tone_and_question_is_there_equally_often():
    cells = Counter((t.topic, t.tone, t.question) for t in TASKS)
    assert set(cells) == set(product(data.TOPICS, data.TONES, (0, 1)))
    assert len(TASKS) >= 600 and max(cells.values()) - min(cells.values()) <= 2
    fit = Counter((t.topic, t.tone, t.question) for t in TASKS if t.split == "fit")
    assert set(fit) == set(cells) and max(fit.values()) - min(fit.values()) <= 2
    assert sum(fit.values()) >= 300 + 60 and len(TASKS) - sum(fit.values()) >= 200


def test_persons_and_formality_are_balanced_within_every_combination():
    for topic, tone, question in product(data.TOPICS, data.TONES, (0, 1)):
        cell = [t for t in TASKS if (t.topic, t.tone, t.question) == (topic, tone, question)]
        assert 0.4 <= np.mean([t.person_subject for t in cell]) <= 0.6
        assert 0.45 <= np.mean([t.formality for t in cell]) <= 0.55
        assert min(t.formality for t in cell) <= 0.1 and max(t.formality for t in cell) >= 0.9


def test_no_label_tells_another():
    """Correlations between labels stay under 0.05 and formality has its eleven steps."""
    columns = {
        "person": [t.person_subject for t in TASKS],
        "question": [t.question for t in TASKS],
        "formality": [t.formality for t in TASKS],
        **{name: [t.topic == name for t in TASKS] for name in data.TOPICS},
        **{name: [t.tone == name for t in TASKS] for name in data.TONES},
    }
    table = np.corrcoef(np.array(list(columns.values()), dtype=float))
    for (i, a), (j, b) in product(enumerate(columns), enumerate(columns)):
        if i < j and not ({a, b} <= set(data.TOPICS) or {a, b} <= set(data.TONES)):
            assert abs(table[i, j]) < 0.05, (a, b)
    assert {t.formality for t in TASKS} == {i / 10 for i in range(11)}


def test_a_question_mark_does_not_settle_what_is_a_question():
    without = [t for t in TASKS if t.question and not t.sentence.endswith("?")]
    assert len(without) >= 0.15 * sum(t.question for t in TASKS)
    assert not [t.sentence for t in TASKS if not t.question and "?" in t.sentence]


def test_no_template_made_them():
    assert not prose_rules.too_frequent(prose_rules.openings(SENTENCES, 3), 3)
    assert not prose_rules.too_frequent(Counter(map(prose_rules.skeleton, SENTENCES)), 3)
    assert max(prose_rules.openings(SENTENCES, 1).values()) <= 0.08 * len(SENTENCES)
    assert max(prose_rules.openings(SENTENCES, 2).values()) <= 0.02 * len(SENTENCES)


@pytest.mark.slow
def test_no_two_sentences_are_near_twins():
    senses = [use.sentence for use in data.load_senses()]
    assert not prose_rules.twins(SENTENCES + senses, 0.5)


def test_ids_are_unique_and_lengths_vary():
    assert len({t.id for t in TASKS}) == len(TASKS) == len(set(SENTENCES))
    lengths = [len(prose_rules.tokens(s)) for s in SENTENCES]
    assert min(lengths) <= 3 and max(lengths) >= 20


HEAD = "id,split,person_subject,topic,tone,question,formality,sentence\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,sentence\n1,Rain.\n", "should have the columns"),
        (HEAD + "1,fit,1,weather,good,0,0.5,It rained.\n", "topic is 'weather'; write one of money"),
        (HEAD + "1,train,1,water,good,0,0.5,It rained.\n", "split is 'train'"),
        (HEAD + "1,fit,yes,water,good,0,0.5,It rained.\n", "person_subject is 'yes'"),
        (HEAD + "1,fit,1,water,fine,0,0.5,It rained.\n", "tone is 'fine'"),
        (HEAD + "1,fit,1,water,good,2,0.5,It rained.\n", "question is '2'"),
        (HEAD + "1,fit,1,water,good,0,5,It rained.\n", "line 2: 5 is outside 0 to 1"),
        (HEAD + "1,fit,1,water,good,0,much,It rained.\n", "'much' is not a number"),
    ],
)
def test_the_loader_says_what_is_wrong(tmp_path, text, says):
    path = tmp_path / "tasks.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(errors.DataError, match=re.escape(says)):
        data.load_tasks(path)
