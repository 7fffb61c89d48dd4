"""The passages and queries of the search workbench keep their rules; their loaders say what is wrong."""

import csv
import json
import re
from collections import Counter
from itertools import combinations

import pytest

from embeddings_course.files import data, errors, paths

PASSAGES = data.load_passages()
QUERIES = data.load_queries()
TEXT = {passage.id: passage.text for passage in PASSAGES}


def words(text):
    return set(re.findall(r"\w+", text.lower()))


def test_there_are_enough_passages_on_enough_topics():
    topics = Counter(passage.topic for passage in PASSAGES)
    assert len(PASSAGES) >= 400 and len(topics) >= 20 and min(topics.values()) >= 20
    assert all(passage.id.rsplit("-", 1)[0] == passage.topic for passage in PASSAGES)


def test_passages_are_short_texts():
    for passage in PASSAGES:
        assert 20 <= len(passage.text.split()) <= 60, passage.id
        ends = re.findall(r"[.!?][\"')]*(?=\s+[A-Z\"'(0-9]|$)", passage.text)
        assert 1 <= len(ends) <= 3, passage.id


def test_no_two_passages_are_near_twins():
    bags = [(passage.id, words(passage.text)) for passage in PASSAGES]
    for (one, a), (two, b) in combinations(bags, 2):
        shared = len(a & b)
        assert shared < 0.5 * (len(a) + len(b) - shared), (one, two)


def test_passages_do_not_begin_alike():
    begins = Counter(" ".join(passage.text.lower().split()[:2]) for passage in PASSAGES)
    assert max(begins.values()) <= 3, begins.most_common(3)


def test_queries_are_judged_once_each_and_cover_topics_and_probes():
    kinds = Counter(query.kind for query in QUERIES)
    assert len(QUERIES) >= 60 and set(kinds) == set(data.QUERY_KINDS) and min(kinds.values()) >= 6
    assert len({q.id for q in QUERIES}) == len({q.text for q in QUERIES}) == len(QUERIES)
    assert {topic for q in QUERIES for topic in [q.relevant[0].rsplit("-", 1)[0]]} == {p.topic for p in PASSAGES}
    assert all(query.relevant for query in QUERIES)
    assert all(query.decoys for query in QUERIES if query.kind in ("negation", "numbers", "roles"))


def test_plain_queries_hardly_share_long_words_with_their_answers():
    """Four letters or more, but for a few words of grammar: else counting words would be enough."""
    grammar = {"where", "with", "without", "when", "that", "does", "have", "somebody", "from", "until", "they", "then"}
    plain = [query for query in QUERIES if query.kind == "plain"]
    sharing = [
        (query.text, shared)
        for query in plain
        for answer in query.relevant
        if (shared := {w for w in words(query.text) & words(TEXT[answer]) if len(w) > 3} - grammar)
    ]
    assert len(sharing) <= 0.1 * len(plain), sharing


def test_rare_words_stand_in_no_other_passage():
    for query in (q for q in QUERIES if q.kind == "rare"):
        rare = {w for w in words(query.text) & words(TEXT[query.relevant[0]]) if len(w) > 4}
        assert any(sum(w in words(text) for text in TEXT.values()) == 1 for w in rare), query.text


@pytest.mark.parametrize(
    ("rows", "says"),
    [("a-1,a,\n", "line 2: a cell is empty"), ("a-1,a,One.\na-1,a,Two.\n", "line 3: the id 'a-1' stands there twice")],
)
def test_a_wrong_passage_is_explained(tmp_path, rows, says):
    file = tmp_path / "passages.csv"
    file.write_text("id,topic,text\n" + rows, encoding="utf-8")
    with pytest.raises(errors.DataError, match=says):
        data.load_passages(file)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "odd"}, "kind is 'odd'; write one of plain"),
        ({"relevant": []}, "at least one relevant"),
        ({"decoys": ["dogs-01"]}, "none that is a decoy"),
        ({"relevant": ["cats-01"]}, "no passage has the id cats-01"),
        ({"relevant": None}, "cannot be read"),
    ],
)
def test_a_wrong_query_is_explained(tmp_path, change, says):
    query = {"id": "q", "kind": "plain", "text": "dog", "relevant": ["dogs-01"], "decoys": []} | change
    file = tmp_path / "queries.json"
    file.write_text(json.dumps({"queries": [query]}), encoding="utf-8")
    with pytest.raises(errors.DataError, match=says):
        data.load_queries(file)


def test_mirrored_pairs_are_pairs():
    with paths.data_path("mirrors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["kind"] for row in rows) == {"negation": 30, "numbers": 30, "roles": 30}
    texts = [row[name] for row in rows for name in ("question_a", "question_b", "passage_a", "passage_b")]
    assert len(set(texts)) == len(texts) == 360 and all(text == text.strip() for text in texts)
    for row in rows:
        a, b = words(row["passage_a"]), words(row["passage_b"])
        assert 8 <= len(row["passage_a"].split()) <= 32 and 8 <= len(row["passage_b"].split()) <= 32, row["id"]
        assert len(a & b) >= 2, f"{row['id']}: one matter, told twice"
