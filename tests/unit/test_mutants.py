"""No check is fooled by a small fault: the table of all mutants is of today, and a sample is judged again."""

from collections import Counter

import mutants
import pytest
from authoring.mutants import mutants as mutants_of

TABLE, EQUIVALENT = mutants.read(mutants.RESULTS), mutants.read(mutants.EQUIVALENT)
SOLVED = [one for lesson in mutants.lessons() for one in mutants.solved(lesson)]
AGAIN = "run: python course.py test mutants"


@pytest.mark.parametrize("step", [pytest.param(60, marks=pytest.mark.quick), pytest.param(15, marks=pytest.mark.slow)])
@pytest.mark.parametrize("one", SOLVED, ids=lambda one: f"{one.lesson}-{one.exercise.id}")
def test_the_table_is_of_today_and_a_sample_is_judged_alike(one, step):
    lines = [line for line in TABLE if (line["lesson"], line["exercise"]) == (one.lesson, one.exercise.id)]
    assert {line["hash"] for line in lines} == {one.hash}, f"{AGAIN} {one.lesson}"
    made = list(mutants_of(one.source))
    assert [(m.what, str(m.line)) for m in made] == [(line["mutant"], line["line"]) for line in lines]
    assert one.judge(one.source)[0] == "right"
    for mutant, line in list(zip(made, lines, strict=True))[5::step]:
        verdict, says = one.judge(mutant.source)
        assert (verdict == "right") == (line["verdict"] == "right"), mutant.what
        assert says and len(says) < 400


def test_every_mutant_is_refused_or_listed_as_equivalent_with_a_reason():
    passed = {mutants.key(line) for line in TABLE if line["verdict"] == "right"}
    assert passed == {mutants.key(line) for line in EQUIVALENT}
    assert all(line["reason"].strip() for line in EQUIVALENT)
    assert not [line for line in TABLE if line["verdict"] in ("not yet", "stopped")]


def test_most_are_refused_with_an_idea_and_none_with_a_dump():
    for lesson in mutants.lessons():
        refused = Counter(r["verdict"] for r in TABLE if r["lesson"] == lesson and r["verdict"] != "right")
        assert refused["idea"] >= 0.6 * refused.total(), f"{lesson}: an error of Python that is explained is no idea"
    assert max(int(line["letters"]) for line in TABLE) < 400, "three lines"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def f(w, x):\n    return w == x", "w == x -> w.startswith(x)"),
        ("def f(w, x):\n    return w < x", "w < x -> w <= x"),
        ("def f(t):\n    return t.sum(axis=1)", "1 -> 0"),
        ("def f(t):\n    return t.sum(axis=1, keepdims=True)", "t.sum(axis=1, keepdims=True) -> t.sum(axis=1)"),
        ("def f(t, k):\n    return t[:k]", ":k -> :k + 1"),
        ("def f(a, b):\n    return a + b", "a + b -> a"),
        ("def f(a, b):\n    return g(a, b)", "g(a, b) -> g(b, a)"),
        ("def f(a):\n    return g(a)", "return g(a) -> g(a)"),
        ("def f(a):\n    a += 1\n    return a", "a += 1 -> pass"),
        ("def f(a):\n    return [x for x in a if x]", "for x in a if x -> for x in a"),
    ],
)
def test_the_faults_that_learners_make_are_made(source, what):
    assert what in [" ".join(m.what.split()) for m in mutants_of(source)]
