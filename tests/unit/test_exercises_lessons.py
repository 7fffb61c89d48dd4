"""What holds for the questions and exercises of every lesson, so that a new lesson is tested by being there."""

import ast
import importlib
import inspect
import itertools
import pkgutil
import re

import numpy as np
import pytest

import embeddings_course.exercises.lessons
from embeddings_course.exercises.engine.questions import Choice, Number, Order
from embeddings_course.exercises.engine.run_safely import Guarded
from embeddings_course.exercises.keepsakes.twelve import FORMS

LESSONS = {
    name: importlib.import_module(f"embeddings_course.exercises.lessons.{name}").lesson
    for _, name, _ in pkgutil.iter_modules(embeddings_course.exercises.lessons.__path__)
    if re.fullmatch(r"lesson_\d\d[a-z]?", name)
}
EXERCISES = [(lesson, e) for lesson in LESSONS.values() for e in lesson.exercises.values()]
SLIPS = [(e, slip) for _, e in EXERCISES for slip in e.slips]


def questions(lesson):
    parts = [p for j in lesson.judgements.values() for p in j.parts()]
    return [*lesson.remembered.values(), *lesson.predictions.values(), *lesson.questions.values(), *parts]


def is_choice(question):
    return isinstance(question, Choice) and not question.opinion


QUESTIONS = [(number, q) for number, lesson in LESSONS.items() for q in questions(lesson)]
QUESTIONS += [(f"twelve_{form}", q) for form, asked in FORMS.items() for q in asked.values()]


@pytest.mark.parametrize(("exercise", "slip"), SLIPS, ids=[f"{e.id}-{s.name}" for e, s in SLIPS])
@pytest.mark.parametrize("seed", [None, pytest.param(1, marks=pytest.mark.slow)])
def test_every_slip_gets_its_own_sentence(exercise, slip, seed):
    verdict = exercise.examine_slip(slip, seed)
    assert (verdict.state, verdict.lines, verdict.idea) == ("wrong", [slip.says], slip.idea)


@pytest.mark.parametrize("exercise", [e for _, e in EXERCISES if e.broken], ids=lambda e: e.id)
def test_what_is_handed_out_to_repair_is_the_slip(exercise):
    assert len(exercise.slips) >= 4
    for slip in exercise.slips:
        name = exercise.function_name
        source = slip.source(name)
        assert source.startswith(f"def {name}(") and slip.name not in source, "the learner sees the name of the task"
        names = {"np": np}  # all that a learner has at hand
        exec(source, names)
        assert exercise.try_out(names[name], seconds=20).lines == [slip.says]


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=lambda x: getattr(x, "id", ""))
def test_every_exercise_is_complete(lesson, exercise):
    assert len(set(exercise.hints)) == 3 and exercise.task
    assert lesson.check(exercise.id, ...).text.startswith("Not yet.")
    says = [s.says for s in exercise.slips]
    assert len(set(says)) == len(says), "each slip has its own sentence"
    if exercise.takes == "function":
        names = re.search(r"\w+\(([^)]*)\)", exercise.task)[1].split(",")

        def placeholder(*args):
            return ...

        assert names and lesson.check(exercise.id, placeholder).text.startswith("Not yet.")
        assert "NotImplemented" not in lesson.check(exercise.id, placeholder).html


@pytest.mark.parametrize(
    "lesson", [lesson for n, lesson in LESSONS.items() if not n.startswith("lesson_00")], ids=lambda x: x.number
)
def test_every_lesson_has_each_kind(lesson):
    assert 2 <= len(lesson.predictions) <= 4 and 3 <= len(lesson.questions) <= 4 and lesson.judgements
    assert any(e.broken for e in lesson.exercises.values()), "repair my bug"
    assert any(e.takes == "value" for e in lesson.exercises.values()), "find the counterexample"
    assert len(lesson.remembered) == (2 if lesson.number > "01" else 0), "two lessons before 01 there is nothing"
    ids = [*lesson.remembered, *lesson.predictions, *lesson.questions, *lesson.judgements, *lesson.exercises]
    assert len(set(ids)) == len(ids), "one name, one thing: progress is kept by name"


@pytest.mark.parametrize(
    ("number", "question"), QUESTIONS, ids=[f"{n}-{q.id}-{i}" for i, (n, q) in enumerate(QUESTIONS)]
)
def test_every_option_is_explained(number, question):
    if isinstance(question, Choice):
        says = [o.says for o in question.options]
        assert 2 <= len(says) <= 6 and len(set(says)) == len(says) and all(says)
        assert sum(o.right for o in question.options) == (not question.opinion)
        assert len({o.text for o in question.options}) == len(says)
    elif isinstance(question, Number):
        bands = question.bands
        assert bands[0].low <= question.low and bands[-1].high > question.high
        assert all(a.high == b.low for a, b in itertools.pairwise(bands)) and sum(b.right for b in bands) == 1
        assert len({b.says for b in bands}) == len(bands)
    else:
        assert isinstance(question, Order) and sorted(question.items) == sorted(question.right)
        assert question.items != question.right and len(set(question.says)) == len(question.items)


def test_the_right_option_is_not_always_in_the_same_place():
    for name, lesson in LESSONS.items():
        places = [[o.right for o in q.options].index(True) for q in questions(lesson) if is_choice(q)]
        assert len(set(places)) > 1, name


def test_right_options_are_not_given_away_by_their_length():
    longest = total = 0
    for _, q in QUESTIONS:
        if is_choice(q):
            lengths = [len(o.text) for o in q.options]
            longest += int(np.argmax(lengths)) == [o.right for o in q.options].index(True)
            total += 1
    assert longest <= 0.6 * total, f"in {longest} of {total} questions the longest option is the right one"


def test_questions_to_remember_ask_about_an_earlier_lesson():
    for name, lesson in LESSONS.items():
        if lesson.remembered:
            told = re.findall(r"\d\d", lesson.remember_from)
            assert told and all(number < lesson.number for number in told), name
            assert f"for {lesson.remember_from}." in repr(lesson.remember()), "the learner is told where to look"


def test_guarded_keeps_the_name():
    assert Guarded(len).name == "len"


def reaches(tree, name):
    """The functions of a module that call `name`, themselves or through others of the module."""
    calls = {
        one.name: {node.id for node in ast.walk(one) if isinstance(node, ast.Name)}
        for one in tree.body
        if isinstance(one, ast.FunctionDef)
    }
    found = {name}
    for _ in calls:
        found |= {one for one, names in calls.items() if names & found}
    return found


@pytest.mark.parametrize("number", LESSONS)
def test_a_model_is_fetched_before_a_check_begins(number):
    module = importlib.import_module(f"embeddings_course.exercises.lessons.{number}")
    need = reaches(ast.parse(inspect.getsource(module)), "load_bert")
    for exercise in LESSONS[number].exercises.values():
        assert exercise.prepare or exercise.examine.__name__ not in need, exercise.id
