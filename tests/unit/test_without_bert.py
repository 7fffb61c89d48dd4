"""What names senses and kinds without BERT, the nouns it is tried on, and the two honest tables of lesson 09."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from embeddings_course.chance import paired_difference
from embeddings_course.files.data import KINDS, Noun, SenseUse, load_answers, load_nouns, load_senses, load_sentences
from embeddings_course.files.errors import DataError
from embeddings_course.files.table import Embedding
from embeddings_course.senses import SenseError, tag_senses
from embeddings_course.without_bert import (
    DETERMINERS,
    before,
    company,
    honest_kinds,
    honest_senses,
    is_person_by_determiner,
    kind_by_preposition,
    name_by_centroid,
    show_scores,
)

TABLE = Embedding(("river", "deep", "the", "bank"), [[1.0, 0.0], [0.0, 1.0], [3.0, 3.0], [9.0, 9.0]])


def use(sentence: str, word: str = "jack", occurrence: int = 0) -> SenseUse:
    return SenseUse("1", word, word, occurrence, f"{word}.person", "fit", sentence)


def noun(marked: str) -> Noun:
    words = [piece.partition("/")[0] for piece in marked.split()]
    word = next(piece.partition("/")[0] for piece in marked.split() if "/" in piece)
    return Noun("1", "first", " ".join(words), word, 0, "noun.thing")


# ---- the nouns ----


def test_the_halves_share_no_noun_and_each_holds_enough_of_each_kind() -> None:
    nouns = load_nouns()
    assert Counter(n.split for n in nouns) == {"first": 204, "second": 157, "names": 20, "essay": 12}
    assert len({n.sentence for n in nouns if n.split in ("first", "second")}) == 140
    words = [{n.word.removesuffix("s") for n in nouns if n.split == half} for half in ("first", "second")]
    assert not words[0] & words[1]
    texts = [{w for n in nouns if n.split == half for w in n.sentence.split()} for half in ("first", "second")]
    essay = {n.word.removesuffix("s") for n in nouns if n.split == "essay"}
    assert not essay & (words[0] | words[1]), "the judge never saw the nouns of the essay either"
    assert not texts[0] & words[1] and not texts[1] & words[0], "nor does a noun stand unmarked in the other half"
    for half in ("first", "second"):
        counts = Counter(n.kind for n in nouns if n.split == half)
        assert set(counts) == set(KINDS) and min(counts.values()) > 45


def test_a_noun_is_marked_the_same_way_wherever_it_stands() -> None:
    kinds: dict[str, set[str]] = {}
    for n in load_nouns():
        if n.split in ("first", "second"):
            kinds.setdefault(n.word.removesuffix("s"), set()).add(n.kind)
    assert all(len(found) == 1 for found in kinds.values())


def test_names_stand_once_as_person_and_once_as_place() -> None:
    names = [n for n in load_nouns() if n.split == "names"]
    assert Counter(n.word for n in names) == dict.fromkeys({n.word for n in names}, 2)
    assert {(n.word, n.kind) for n in names} == {(n.word, k) for n in names for k in KINDS[:2]}


def test_the_essays_sentences_are_the_essays() -> None:
    assert list(dict.fromkeys(n.sentence for n in load_nouns() if n.split == "essay")) == [
        s.text for s in load_sentences()
    ]
    assert [n.occurrence for n in load_nouns() if n.split == "essay" and n.word == "bank"] == [0, 0, 0, 1]


@pytest.mark.parametrize("line", ["a,third,the baker/person", "a,first,the baker/animal", "a,first,the baker"])
def test_a_broken_line_is_explained(tmp_path: Path, line: str) -> None:
    (tmp_path / "nouns.csv").write_text(f"id,split,marked\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2: write first"):
        load_nouns(tmp_path / "nouns.csv")


# ---- rules and static vectors ----


@pytest.mark.parametrize(
    ("sentence", "word", "person"),
    [
        ("jack stole it", "jack", True),
        ("Then Jack stole it", "Jack", True),
        ("she has a jack", "jack", False),
        ("she has a rusty jack", "jack", False),
        ("pay the bill, Jack's bill", "bill", False),
        ("hundreds of bills", "bills", False),
    ],
)
def test_the_determiner_rule(sentence: str, word: str, person: bool) -> None:
    assert is_person_by_determiner(use(sentence, word)) == person


@pytest.mark.parametrize(
    ("marked", "kind"),
    [
        ("the baker/noun sleeps", "person"),
        ("we sleep in the kitchen/noun", "place"),
        ("we ate my bread/noun", "thing"),
        ("from london/noun", "place"),
        ("of london/noun", "thing"),
    ],
)
def test_the_preposition_rule(marked: str, kind: str) -> None:
    assert kind_by_preposition(noun(marked)) == f"noun.{kind}"


def test_before_finds_the_marked_occurrence_in_every_sentence_of_ours() -> None:
    assert before(use("jack, or another jack?", occurrence=1)) == ["jack", "or", "another"]
    for marked in (*load_senses(), *load_nouns()):
        assert len(before(marked)) == 0 or before(marked)[-1] in marked.sentence.lower()
    assert "of" not in DETERMINERS


def test_company_weighs_rare_words_more_and_never_takes_the_word_itself() -> None:
    bank = use("the deep river bank", "bank")
    assert np.allclose(company([bank], TABLE), [[4 / 3, 4 / 3]])
    weighted = company([bank], TABLE, {"the": 9_999_998, "deep": 1, "river": 1})[0]
    assert np.allclose(weighted, [0.5, 0.5], atol=0.01)
    alone = company([bank, use("bank", "bank")], TABLE)
    assert np.allclose(alone[1], alone[0]), "nothing known beside it: the mean of all"


def test_naming_agrees_with_the_courses_tagger() -> None:
    rng = np.random.default_rng(0)
    vectors, senses = rng.normal(size=(60, 5)), [f"{w}.{s}" for w in "ab" for s in "xyz" for _ in range(10)]
    fit = rng.random(60) < 0.6
    said = name_by_centroid(vectors, senses, fit)
    assert (said == np.array(senses)[~fit]).mean() == tag_senses(vectors[:, None], senses, fit).accuracy[0]
    with pytest.raises(SenseError, match="Mark some"):
        name_by_centroid(vectors, senses, np.ones(60, bool))


# ---- the tables ----


def test_the_table_of_senses() -> None:
    table = honest_senses()
    assert [table[way]["all words"].runs for way in table if way != "determiner rule"] == [375] * 7
    assert {table[way]["bank"].runs for way in table if way != "determiner rule"} == {26}
    assert {row["person or thing"].runs for row in table.values()} == {87}
    assert table["commonest sense"]["bank"].mean == 0.5
    means = [
        table[way]["all words"].mean for way in ("commonest sense", "mean of static vectors", "the same, weighted")
    ]
    assert means == sorted(means) and table["MiniLM"]["all words"].low > table["the same, weighted"]["all words"].mean
    assert table["MPNet, labels shuffled"]["all words"].mean == pytest.approx(means[0], abs=0.03)
    on_bank = [table[way]["bank"] for way in ("the same, weighted", "MiniLM", "MPNet")]
    assert max(share.low for share in on_bank) < min(share.mean for share in on_bank), "26 uses tell nothing apart"


def test_the_table_of_kinds() -> None:
    table = honest_kinds()
    assert {tuple(share.runs for share in row.values()) for row in table.values()} == {(361, 12, 20)}
    rule, lookup, context = (table[way]["ours"] for way in ("preposition rule", "MPNet, layer 0", "MPNet"))
    assert rule.high < 0.6 < lookup.low and context.low < lookup.mean
    found = load_answers("mpnet", "nouns").right[:361]
    assert not paired_difference(found[:, 8], found[:, 0]).excludes_zero, "a lookup table nearly does it"
    assert table["MPNet, labels shuffled"]["ours"].high < 0.5


def test_a_way_without_a_score_has_a_dash() -> None:
    lines = show_scores(honest_senses()).splitlines()
    assert lines[-1].startswith("determiner rule") and lines[-1].split()[2] == "-" and len(lines) == 9
