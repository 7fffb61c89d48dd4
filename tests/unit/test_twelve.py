"""Twelve questions before the course and twelve after it: asked once, told when both are in, counted for a class."""

import json

import pytest

from embeddings_course.commands import class_summary
from embeddings_course.exercises import progress
from embeddings_course.exercises.engine.progress_store import Store, store
from embeddings_course.exercises.keepsakes import twelve
from embeddings_course.exercises.keepsakes.certificate import page
from embeddings_course.exercises.keepsakes.twelve import FORMS, IDEAS, after, before, keep


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
    import sqlite3

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
