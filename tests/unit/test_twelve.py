"""Twelve questions before the course and twelve after it: asked once, told when both are in, counted for a class."""

import json
import re
import sqlite3

import pytest
from test_exercises_lessons import LESSONS

from embeddings_course.commands import class_summary
from embeddings_course.exercises import progress
from embeddings_course.exercises.engine.progress_store import Entry, Store, store
from embeddings_course.exercises.keepsakes import twelve
from embeddings_course.exercises.keepsakes.certificate import page
from embeddings_course.exercises.keepsakes.twelve import FORMS, IDEAS, after, before, keep
from embeddings_course.files.data import load_opposites


def right(form, wrong=()):
    """Return the right answers of a form, but for some ideas."""
    places = {idea: [o.right for o in q.options].index(True) for idea, q in FORMS[form].items()}
    return {idea: 3 if idea in wrong else place for idea, place in places.items()}


def choose(box, answers):
    for idea, answer in answers.items():
        box.controls[idea].inputs[0].value = answer


def test_two_forms_of_twelve_ask_about_the_same_ideas_in_other_cases():
    assert len(IDEAS) == 12 and list(FORMS["a"]) == list(FORMS["b"])
    for idea in IDEAS:
        one, two = FORMS["a"][idea], FORMS["b"][idea]
        assert one.question != two.question and len(one.options) == len(two.options) == 4
        assert one.options[3].text == two.options[3].text == "I do not know yet"


def starred(text):
    return {word.lower() for group in re.findall(r"\*([^*]+)\*", text) for word in group.split()}


def test_a_case_is_not_that_of_a_question_in_the_lessons():
    asked = [
        words
        for lesson in LESSONS.values()
        for questions in (lesson.predictions, lesson.questions, lesson.remembered, lesson.judgements)
        for question in questions.values()
        if (words := starred(question.claim if hasattr(question, "claim") else question.question))
    ]
    assert len(asked) > 60
    listed = {frozenset((word, antonym)) for word, _, antonym in load_opposites()}
    for form in FORMS.values():
        for idea, question in form.items():
            case = starred(question.question)
            assert case not in asked and (idea != "opposites" or case not in listed), (idea, case)
            assert idea not in ("two-senses", "opposites") or not any(case <= words for words in asked), (idea, case)


@pytest.mark.parametrize("form", ["a", "b"])
def test_the_right_option_has_no_place_and_no_length_of_its_own(form):
    options = [question.options[:3] for question in FORMS[form].values()]
    right = [next(i for i, option in enumerate(three) if option.right) for three in options]
    assert {right.count(place) for place in range(3)} == {4}
    longest = sum(max(three, key=lambda o: len(o.text)).right for three in options)
    shortest = sum(min(three, key=lambda o: len(o.text)).right for three in options)
    assert longest <= 4 and shortest <= 7, "who takes the longest, or the shortest, knows nothing"


def test_the_two_forms_do_not_ask_in_one_rhythm():
    places = [[[o.right for o in q.options].index(True) for q in FORMS[form].values()] for form in "ab"]
    assert sum(one == two for one, two in zip(*places, strict=True)) <= 4


def test_only_after_says_that_nothing_was_asked_before():
    keep("after", "b", right("b", wrong=IDEAS[:2]))
    told = after().message.value
    assert "10 of 12 after the course" in told and "None are kept from lesson 00" in told and "equally hard" not in told
    assert "10 of 12 after the course" in page() and "None are kept from before the course." in page()


def test_a_before_that_comes_after_is_none():
    keep("after", "b", right("b"))
    box = before()
    assert box.begin_button.disabled and "would come after them now" in box.message.value
    keep("before", "a", right("a"))
    assert not twelve.right_answers("before")


def test_a_before_that_was_open_while_the_last_page_was_locked_is_none():
    box = before()
    box.begin()
    choose(box, right(box.form))
    keep("after", "b", right("b"))
    box.lock()
    assert "would come after them now" in box.message.value and not twelve.right_answers("before")


def test_a_file_that_lost_some_answers_says_so():
    keep("before", "a", right("a", wrong=IDEAS[:2]))
    keep("after", "b", right("b"))
    with sqlite3.connect(store().path) as file:
        file.execute("DELETE FROM done WHERE kind = 'before' AND item NOT IN ('scale-a', 'luck-a', 'map-a')")
    told = after().message.value
    assert "2 of 3 that can still be read before, 12 of 12 after" in told
    assert "Right now, and not before: scale." in told, "what cannot be read is not called wrong"


def test_the_end_shows_both_forms_and_what_was_said():
    keep("before", "a", right("a", wrong=IDEAS[:1]))
    keep("after", "b", {idea: 0 for idea in IDEAS})
    told = after().message.value
    assert told.index(FORMS["b"]["scale"].question[:30]) < told.index(FORMS["b"]["company"].question[:30]), "as asked"
    assert "The twelve of lesson 00" in told and FORMS["a"]["scale"].question[:30] in told
    assert "(You: I do not know yet.)" in told and f"(You: {FORMS['b']['threshold'].options[0].text}.)" in told


def test_what_was_locked_on_two_machines_counts_as_it_was_locked_first():
    keep("before", "b", right("b", wrong=IDEAS[:6]))
    store().take([Entry("00", "scale-b", "before", "done", 2, 1, "2020")])
    assert sum(twelve.right_answers("before").values()) == 6, "a locked answer stays"
    store().take([Entry("00", f"{idea}-a", "before", "done", 0, 1, "2099") for idea in IDEAS])
    assert sum(twelve.right_answers("before").values()) == 6 and twelve.form_of("after") == "a"


def test_a_class_counts_the_form_that_was_locked_first():
    both = [
        {"lesson": "00", "item": f"{idea}-{form}", "kind": "before", "state": state, "tries": 1, "at": at}
        for idea in IDEAS
        for form, state, at in (("b", "done", "2026-02"), ("a", "tried", "2026-01"))
    ]
    assert class_summary._twelve(class_summary.Learner(None, both)) == ({idea: False for idea in IDEAS}, {})


def test_before_tells_nothing_and_after_tells_both(monkeypatch):
    monkeypatch.setattr(twelve.secrets, "choice", lambda forms: "b")
    box = before()
    assert box.form == "b" and not box.controls, "nothing is built before somebody wants it"
    box.begin()
    choose(box, right("b", wrong=IDEAS[:9]))
    box.lock()
    assert "wait for lesson 12" in box.message.value and "3 of" not in box.message.value
    assert "12 questions before the course locked" in progress().text and "right" not in progress().text
    assert "took along" not in page(), "one of the two says nothing"

    last = after()
    assert last.form == "a", "the other form"
    last.begin()
    choose(last, right("a", wrong=IDEAS[-1:]))
    last.lock()
    assert "3 of 12 before, 11 of 12 after" in last.message.value
    assert f"Right before, and not now: {IDEAS[-1]}." in last.message.value
    assert "not measured" in last.message.value
    assert "3 of 12 before, 11 of 12 after the course" in page()


def test_an_open_question_is_named_and_nothing_is_locked():
    box = before()
    box.begin()
    choose(box, {idea: 0 for idea in IDEAS if idea not in (IDEAS[2], IDEAS[6])})
    box.lock()
    assert "Open still: 3, 7." in box.message.value and not store().entries()


def test_the_first_twelve_stay():
    keep("before", "a", right("a"))
    keep("before", "b", right("b", wrong=IDEAS))
    keep("before", "a", right("a", wrong=IDEAS))
    assert sum(twelve.right_answers("before").values()) == 12 and len(store().entries()) == 12
    assert "wait for lesson 12" in before().message.value and before().begin_button.disabled


def test_an_older_course_reads_the_file_and_goes_on_writing(home):
    """The columns are the same, so the table keeps its version: old and new share one file, both ways."""
    keep("before", "a", right("a"))
    with sqlite3.connect(next(home.rglob("progress.sqlite"))) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (1,)
        kinds = {kind for (kind,) in file.execute("SELECT kind FROM done")}
        file.execute("INSERT INTO done VALUES ('01', 'columns', 'exercise', 'done', 'null', 1, 'then')")
    assert kinds == {"before"} and len(store().entries()) == 13


def handed_in(folder, name, first="a", known=0, learned=0, only_before=False):
    """One person: `known` ideas right before, `learned` more after; the moment is the person's own."""
    kept = Store(folder / f"{name}.sqlite")
    for when, form, ideas in (("before", first, known), ("after", "b" if first == "a" else "a", known + learned)):
        if when == "before" or not only_before:
            for i, idea in enumerate(IDEAS):
                kept.save(twelve.LESSON[when], f"{idea}-{form}", when, "done" if i < ideas else "tried", 0)
    told = json.loads(kept.export())
    told["done"] = [each | {"at": f"{name} {i}"} for i, each in enumerate(told["done"])]
    (folder / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")


def test_a_lecturer_gets_the_class(tmp_path, capsys):
    for i in range(8):
        handed_in(tmp_path, f"p{i}", "ab"[i % 2], known=i % 3, learned=8)
    handed_in(tmp_path, "only", only_before=True)
    class_summary.main([str(tmp_path)])
    said = capsys.readouterr().out
    assert "8 answered both, 1 only one of them (not counted below)." in said and "not measured" in said
    assert f"| {IDEAS[0]} | 5 of 8 (0.24 to 0.91) | 8 of 8 (0.63 to 1.00) | +0.38 (" in said
    assert f"| {IDEAS[-1]} | 0 of 8 (0.00 to 0.37) | 0 of 8 (0.00 to 0.37) | +0.00 (" in said
    assert "| all twelve, a mean for each person | 0.07 | 0.74 | +0.67 (" in said
    assert "scale-a" not in said, "the table of items is not flooded"


@pytest.mark.parametrize("people", [0, 5])
def test_few_people_are_no_share(tmp_path, capsys, people):
    for i in range(people):
        handed_in(tmp_path, f"p{i}", learned=8)
    (tmp_path / "none.json").write_text(json.dumps({"course": "embeddings-course", "done": []}))
    class_summary.main([str(tmp_path)])
    said = capsys.readouterr().out
    assert "change" not in said and ("luck would speak" in said) == bool(people)
