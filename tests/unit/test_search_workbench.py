"""The search workbench: by value, by control, with own texts, without the model; and the pictures of lesson 12."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from embeddings_course.demos import search_workbench
from embeddings_course.demos.base import DemoError
from embeddings_course.demos.search_workbench import LONGEST, OWN, WAYS, Collection, SearchWorkbench, four_ways
from embeddings_course.files.data import Passage, load_passages, load_queries
from embeddings_course.files.errors import CourseError, CourseWarning
from embeddings_course.files.models import find_model
from embeddings_course.plots import show
from embeddings_course.plots.search import Found, Hit, Scores, Tiles

MARKS = [Hit("a-01", "<script>alert(1)</script>", 0.5, "decoy"), Hit("a-02", "$5 & more", 0.4, "answer")]


@pytest.fixture
def no_model(monkeypatch):
    monkeypatch.setattr(search_workbench, "find_model", lambda name=None: None)


def test_every_prepared_question_shows_without_the_model(no_model):
    bench = SearchWorkbench()
    for query in load_queries()[::9]:
        bench.set(examples=query.text)
        assert bench.error is None and bench.picture.question == query.text and bench.picture.judged


def test_what_the_ways_find():
    bench = SearchWorkbench(question="usufruct", k=2)
    by_way = dict(zip(WAYS, bench.picture.hits, strict=True))
    assert by_way["counts"][0].mark == by_way["BERT"][0].mark == "answer"
    assert not by_way["by hand"] and not by_way["word2vec"]
    assert bench.picture.rank(WAYS.index("counts")) == 1 and bench.picture.rank(WAYS.index("word2vec")) is None
    assert "word2vec finds nothing" in bench.picture.describe()


def test_dog_bites_man_is_one_question_for_averages():
    one, two = (
        SearchWorkbench(question=q, k=5).picture.hits[WAYS.index("word2vec")]
        for q in ("dog bites man", "man bites dog")
    )
    assert [(h.name, h.score) for h in one] == [(h.name, h.score) for h in two]


def test_choosing_fills_the_line_and_typing_leaves_the_list():
    bench = SearchWorkbench()
    bench.controls["examples"].value = "a quoin"
    assert bench.controls["question"].value == "a quoin" and bench.picture.question == "a quoin"
    bench.controls["question"].value = "usufruct"
    assert bench.controls["examples"].value == "usufruct"
    bench.controls["k"].value = 5
    assert max(map(len, bench.picture.hits)) == 5


def test_a_new_question_needs_the_model_and_says_so(no_model):
    bench = SearchWorkbench()
    bench.controls["question"].value = "why do cats purr"
    assert isinstance(bench.error, DemoError) and "python course.py" in bench.stage.trouble
    assert bench.controls["examples"].value == OWN
    bench.controls["examples"].value = "a quoin"
    assert bench.error is None


@pytest.mark.parametrize(("question", "told"), [("   ", "Type a question"), ("x" * (LONGEST + 1), "at most")])
def test_nonsense_is_answered_in_place(question, told, no_model):
    bench = SearchWorkbench()
    bench.controls["question"].value = question
    assert told in str(bench.error) and told in bench.stage.trouble


def test_own_texts(monkeypatch):
    monkeypatch.setattr(search_workbench, "find_model", lambda name=None: "here")
    monkeypatch.setattr(search_workbench, "read_with_bert", lambda texts: np.array([[len(t), 1.0] for t in texts]))
    monkeypatch.setattr(search_workbench, "load_bert", lambda: SimpleNamespace(fits=lambda text: True))
    mine = [Passage("tea-1", "x", "Warm the pot <b>first</b>."), Passage("tea-2", "x", "Then wait for the tea.")]
    bench = SearchWorkbench(mine, question="the pot")
    assert bench.error is None and bench.picture.hits[1][0].name == "tea-1" and not bench.picture.judged
    assert "<b>first" not in bench.stage.twin and "&lt;b&gt;first" in bench.stage.twin
    with pytest.raises(DemoError, match="at least two"):
        SearchWorkbench(mine[:1])
    monkeypatch.setattr(search_workbench, "find_model", lambda name=None: None)
    assert SearchWorkbench(mine, question="the pot").picture.ways == list(WAYS[:3]), "without the model: three ways"
    four_ways.cache_clear()


@pytest.mark.skipif(find_model("minilm") is None, reason="the model is not on this machine")
@pytest.mark.parametrize("odd", [["the bank", 3], ["the bank", " "], [None, "a river"], "the bank", 5, {"a": "b"}])
def test_what_is_no_list_of_texts_is_said(odd):
    with pytest.raises(CourseError, match="text"):
        Collection.of(odd)
    with pytest.raises(CourseError):
        SearchWorkbench(odd)


def test_plain_texts_are_searched_too():
    view = SearchWorkbench(["The last bus leaves at ten.", "A river rises in spring."], question="bus")
    assert "BERT puts text 1 on top" in view.picture.describe()


def test_a_passage_that_bert_cannot_read_whole_is_split_and_that_is_said():
    """Ten lines of Russian are over 512 pieces, and so is a text without spaces."""
    own = [
        Passage("tea-1", "tea", "Warm the pot."),
        Passage("tea-2", "tea", "\u0441\u043b\u043e\u0432\u043e\u043c " * 200),
    ]
    own += [Passage("tea-3", "tea", "\u884c" * 700)]
    with pytest.warns(CourseWarning, match="split into parts: tea-2, tea-3"):
        bench = SearchWorkbench(own, question="pot")
    names = [passage.id for passage in bench.collection.passages]
    assert bench.error is None and names[:3] == ["tea-1", "tea-2.1", "tea-2.2"] and "tea-3.2" in names
    assert "".join(p.text for p in bench.collection.passages if p.id.startswith("tea-3")) == own[2].text


def test_the_ways_read_all_passages():
    for way in four_ways():
        assert len(way.rows) == len(load_passages())
    assert [way.name for way in four_ways()] == list(WAYS)


# --- pictures ---


def test_found_is_escaped_marked_in_words_and_described():
    data = Found('what "now"?', ["counts", "none"], [MARKS, []], judged=True)
    page = data.html()
    assert "<script" not in page and "✗ decoy" in page and "✓ answer" in page and "no word in common" in page
    assert data.describe() == (
        'For "what "now"?": counts puts a-01 (decoy) on top, the answer at place 2; none finds nothing.'
    )
    assert show(data).png[:4] == b"\x89PNG"


def test_scores_are_drawn_where_they_are():
    data = Scores(["plain (44)", "rare (6)"], ["counts", "BERT"], [[[0.1, 0, 0.2], [0.6, 0.5, 0.7]]] * 2, "MRR")
    from embeddings_course.plots.style import figure

    _, ax = figure()
    data.draw_on(ax)
    heights = [float(v) for line in ax.lines for v in line.get_ydata()]
    assert heights == [0.1, 0.1, 0.6, 0.6]
    assert "rare (6): counts 0.10 (0.00 to 0.20), BERT 0.60 (0.50 to 0.70)." in data.describe()
    assert show(data).words.startswith("MRR")
    with pytest.raises(ValueError, match="groups, ways"):
        Scores(["a"], ["b"], [[0.1]])


def test_tiles():
    data = Tiles([[np.eye(3), np.eye(3)], [np.eye(3)]], [["a 3", "a 3"], ["a 8"]], "neighbours")
    assert data.describe() == "Neighbours. Row 1: a 3, a 3. Row 2: a 8."
    assert show(data).png
