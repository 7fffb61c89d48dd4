"""The sense sentences keep their rules, and their loader reads what is there and explains what is not."""

import re
from collections import Counter

import prose_rules
import pytest

from embeddings_course.files import data, errors

USES = data.load_senses()
SENTENCES = [use.sentence for use in USES]


def places(word, sentence, flags=0):
    return [m.start() for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", sentence, flags)]


def test_there_are_enough_words_senses_and_sentences():
    senses = Counter(use.sense for use in USES)
    assert {"bank.money", "bank.river", "bill.person", "jack.person"} <= set(senses)
    assert len({use.lemma for use in USES}) >= 12 and len(USES) >= 850
    assert min(senses.values()) >= 25
    per_lemma = Counter(sense.split(".")[0] for sense in senses)
    assert set(per_lemma.values()) <= {2, 3, 4}


def test_every_sense_can_be_learned_from_25_and_tested_on_10():
    sizes = Counter((use.sense, use.split) for use in USES)
    for sense in {use.sense for use in USES}:
        assert sizes[sense, "fit"] >= 25 and sizes[sense, "test"] >= 10


def test_ids_are_unique_and_senses_belong_to_their_lemma():
    assert len({use.id for use in USES}) == len(USES)
    for use in USES:
        assert use.id.startswith(f"{use.lemma}-") and use.sense.startswith(f"{use.lemma}.")
        forms = {use.lemma, use.lemma + "s", use.lemma + "es", {"mouse": "mice"}.get(use.lemma)}
        assert use.word.lower() in forms


def test_the_marked_place_is_the_same_whether_case_counts_or_not():
    for use in USES:
        exact, loose = places(use.word, use.sentence), places(use.word, use.sentence, re.IGNORECASE)
        assert exact[use.occurrence] == loose[use.occurrence], use


def test_no_template_made_them():
    assert not prose_rules.too_frequent(prose_rules.openings(SENTENCES, 3), 3)
    assert not prose_rules.too_frequent(Counter(map(prose_rules.skeleton, SENTENCES)), 3)


def test_openings_vary():
    assert max(prose_rules.openings(SENTENCES, 1).values()) <= 0.08 * len(SENTENCES)
    assert max(prose_rules.openings(SENTENCES, 2).values()) <= 0.02 * len(SENTENCES)


@pytest.mark.slow
def test_no_two_sentences_are_near_twins():
    essay = [sentence.text for sentence in data.load_sentences()]
    assert not prose_rules.twins(SENTENCES + essay, 0.5)


def test_lengths_vary_from_4_to_30_words():
    lengths = [len(prose_rules.tokens(s)) for s in SENTENCES]
    assert min(lengths) >= 4 and max(lengths) <= 30
    assert sum(n >= 18 for n in lengths) >= 100 and sum(n <= 8 for n in lengths) >= 100


def test_the_word_stands_early_in_the_middle_and_late():
    thirds = Counter(min(2, 3 * places(u.word, u.sentence)[u.occurrence] // len(u.sentence)) for u in USES)
    assert min(thirds.values()) >= 0.15 * len(USES)


def test_capitals_do_not_give_the_names_away():
    for lemma in ("bill", "jack"):
        small = [use.word.islower() for use in USES if use.sense == f"{lemma}.person"]
        assert 0.4 <= sum(small) / len(small) <= 0.75


HEAD = "id,lemma,word,occurrence,sense,split,sentence\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,word\n1,bank\n", "should have the columns"),
        (HEAD + "1,bank,bank,0,bank.money,train,The bank shut.\n", "write fit or test"),
        (HEAD + "1,bank,bank,first,bank.money,fit,The bank shut.\n", "write 0 for the first"),
        (HEAD + "1,bank,bank,1,bank.money,fit,The bank shut.\n", "no 'bank' number 1"),
        (HEAD + "1,bank,bank,0,bank.money,fit,The banks shut.\n", "no 'bank' number 0"),
        (HEAD + "1,bank,bank,0,bank.money,fit\n", "line 2: needs 7 cells"),
        (HEAD + "1,bank,bank,0,bank.money,fit,The bank, of all places, shut.\n", "needs 7 cells"),
    ],
)
def test_the_loader_says_what_is_wrong(tmp_path, text, says):
    path = tmp_path / "senses.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(errors.DataError, match=re.escape(says)):
        data.load_senses(path)


def test_the_rules_can_fail():
    assert prose_rules.twins(["the cat sat on a mat", "the cat sat on a hat", "quite another thing"], 0.5)
    assert prose_rules.skeleton("The old grey cat sat on my mat") == "the _ on my _"
    assert prose_rules.too_frequent(prose_rules.openings(["a b c d", "a b c e"], 3), 1) == {"a b c": 2}
