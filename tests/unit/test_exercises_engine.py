"""The learning engine: nothing a learner hands in breaks a lesson, and every answer is explained."""

import functools
import importlib
import re
import zlib

import numpy as np
import pytest

from embeddings_course import search, vectors
from embeddings_course.exercises import progress, show_source
from embeddings_course.exercises.engine.boxes import Control
from embeddings_course.exercises.engine.cards import card, markup
from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.own_work import borrowed
from embeddings_course.exercises.engine.progress_store import store
from embeddings_course.exercises.engine.question_files import parse
from embeddings_course.exercises.engine.questions import BadAnswer, Choice, Option
from embeddings_course.exercises.engine.run_safely import Guarded, Wrong, same
from embeddings_course.exercises.engine.slips import Unexplained, compare, rows
from embeddings_course.exercises.engine.telling import apart, shown
from embeddings_course.plots.tokens import contrast

ASKED = """# Predictions

## guess
Is *this* so?
- [x] yes
  > Yes, since it is so.
- [ ] no <b>
  > No: <i>think</i> again.

## many (number)
How many?
from 0 to 99
- [ ] 0 to 10
  > Too few.
- [x] 10 to 20
  > Just so.
- [ ] 20 to 100
  > Too many.

## row (order)
Small to large?
- [2] cat
  > middle
- [1] ant
  > tiny
- [3] dog
  > large

# Quiz

## q1
One?
- [x] yes
  > Yes, since it is so.
- [ ] no <b>
  > No: <i>think</i> again.

## q2
Two?
- [x] yes
  > Yes, since it is so.
- [ ] no <b>
  > No: <i>think</i> again.

# Judgements

## judge
So?
- [x] yes
  > Yes, since it is so.
- [ ] no <b>
  > No: <i>think</i> again.

Because:

- [x] because
  > That is why.
- [ ] hearsay
  > Who said so?
"""


@pytest.fixture
def lesson():
    lesson = Lesson("99", "For these tests", parse(ASKED, "lesson_99.md"))
    lesson.advise = lambda done: f"{sum(done.values())} of 2"

    @lesson.exercise("double", "Write double(x).", hints=("Add?", "x + x", "return x + x"), broken=True)
    def double_task(f, rng):
        compare(f, lambda x: 2 * x, [(int(x),) for x in rng.integers(3, 99, 5)], double_task.slips)
        return "Twice as much."

    @double_task.slip("That squares.", idea="M99")
    def squares(x: int) -> int:
        return x * x

    @double_task.slip("That adds one.")
    def adds_one(x: int) -> int:
        return x + 1

    @lesson.exercise("table", "Give a table.", hints=("a", "b", "c"), takes="value")
    def _table(value, rng):
        if dict(value)["bank"] != 1:
            raise Wrong("Bank is one.")
        return "Good."

    return lesson


# --- what a check says ---


def test_error_is_shown_with_the_learners_own_line(lesson):
    def double(x):
        y = 0
        return x / y

    shown = lesson.check("double", double)
    assert "ZeroDivisionError" in shown.text and "`return x / y`" in shown.text
    assert "/" not in shown.text.replace("x / y", "") and "Traceback" not in shown.text


def test_error_inside_numpy_names_the_learners_line(lesson):
    def double(x):
        return np.linalg.inv(np.zeros((2, 2)))

    assert "`return np.linalg.inv(np.zeros((2, 2)))`" in lesson.check("double", double).text


def test_endless_recursion_and_exit_are_errors_like_others(lesson):
    def double(x):
        return double(x)

    assert "RecursionError" in lesson.check("double", double).text
    assert (
        "SystemExit" in lesson.check("double", lambda x: exit()).text
        or "NameError" in lesson.check("double", lambda x: exit()).text
    )


@pytest.mark.parametrize("placeholder", [..., None, NotImplemented])
def test_placeholders_are_not_yet_and_never_a_traceback(lesson, placeholder):
    def raises(x):
        raise NotImplementedError

    assert lesson.check("double", placeholder).text.startswith("Not yet.")
    assert lesson.check("double", lambda x: placeholder).text.startswith("Not yet.")
    assert lesson.check("table", {"bank": placeholder}).text.startswith("Not yet.")
    assert lesson.check("table", [("bank", placeholder)]).text.startswith("Not yet.")
    assert lesson.check("double").text.startswith("Not yet.")
    assert lesson.check("double", raises).text.startswith("Not yet.")
    assert store().entries() == []


def test_a_changed_argument_is_noticed_and_the_original_stays():
    mine = [3, 1, 2]
    with pytest.raises(Wrong, match="changed what it was given"):
        Guarded(lambda x: x.sort() or x)(mine)
    assert mine == [3, 1, 2]


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (np.array([1, np.nan]), np.array([1, np.nan]), True),
        (np.array([1.0]), np.array([2.0]), False),
        ({"a": [np.zeros(2)]}, {"a": [np.zeros(2)]}, True),
        ({"a": 1}, {"b": 1}, False),
        (object(), object(), True),
    ],
)
def test_same(a, b, equal):
    assert same(a, b) is equal


def test_wrong_arguments_are_said_in_words(lesson):
    shown = lesson.check("double", lambda: 3)
    assert "cannot be called the way the task asks" in shown.text


def test_an_answer_of_a_strange_form_is_no_traceback(lesson):
    assert "cannot be read" in lesson.check("table", 7).text
    assert "A function is asked for, not a number" in lesson.check("double", 7).text


def test_what_the_learner_prints_is_shown(lesson):
    assert "Your code printed: here" in lesson.check("double", lambda x: print("here") or 2 * x).text


# --- what is said to a wrong answer ---

CASES = [(2.0, 3), (5.0, 4), (0.5, 7)]


def power(x, n):
    return x**n


def told(f, right=power, cases=CASES, **more):
    with pytest.raises(Wrong) as error:
        compare(Guarded(f), right, cases, **more)
    return str(error.value)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x, n: -(x**n), "Every sign is turned round"),
        (lambda x, n: x ** (n + 1), "as if `n` were one larger"),
        (lambda x, n: 2 * x**n, "Every number of yours is 2 times the right one"),
        (lambda x, n: x**n + 1.5, "too large by 1.5"),
        (lambda x, n: x * 3, "never looks at `n`"),
        (lambda x, n: x + 0 * n, "as if `n` were always 1"),
        (lambda x, n: 7.0 + 0 * x * n, "the same answer, whatever it is given"),
        (lambda x, n: float("nan") * x * n, "NaN is *not a number*"),
        (lambda x, n: np.inf * x * n, "Infinity comes from"),
        (lambda x, n: x**n if n < 4 else None, "For (5, 4) `your function` comes to its end without a `return`"),
        (lambda x, n: np.array([x**n]), "The right numbers in another shape"),
        (lambda x, n: [x + n, x], "yours gives [5, 2]; it should be one number"),
        (lambda x, n: x**n * (1 + 1e-5 * n), "yours gives 8.00024; it should be 8."),
    ],
)
def test_a_wrong_answer_is_told_how_it_is_related_to_the_right_one(f, words):
    assert words in told(f)


def test_the_first_rung_on_which_it_stumbles_is_told():
    rungs = [("Even a power of 1 goes wrong.", (3.0, 1)), ("A power of 2 goes wrong.", (3.0, 2))]
    assert told(lambda x, n: x**n + (n > 1) * x, rungs=rungs).startswith("A power of 2 goes wrong. For (3, 2)")


def test_no_example_is_longer_than_three_lines():
    table = np.arange(400.0).reshape(20, 20)
    said = told(lambda t: t + (t == 77) / 3, lambda t: t, [(table,), (2 * table,)])
    assert said == "For (a table of shape (20, 20)) yours has 77.333 at [3, 17]; it should have 77 there."
    long = told(lambda words: words[::-1] + ["x"] * 40, lambda words: words, [(["word"] * 99,), (["b"] * 98,)])
    assert len(long) <= 300


@pytest.mark.parametrize("gap", [1e-2, 1e-5, 3e-6])
def test_unequal_numbers_look_unequal(gap):
    for value in (0.11, 123.0, 1e-7):
        one, two = apart(value * (1 + gap), value)
        assert one != two


def test_an_error_is_explained(lesson):
    assert "`y` has no value yet" in lesson.check("double", lambda x: y).text  # noqa: F821
    assert "do not fit each other" in lesson.check("double", lambda x: np.ones(3) + np.ones(2)).text


def test_a_second_look_with_other_luck(lesson):
    seen = [int(x) for x in np.random.default_rng(zlib.crc32(b"double")).integers(3, 99, 5)]
    by_heart = {x: 2 * x for x in seen}
    assert lesson.exercises["double"].try_out(lambda x: by_heart.get(x, 0)).passed
    assert "Look again" in lesson.check("double", lambda x: by_heart.get(x, 0)).text


# --- own work ---


def mine(a, b):
    return vectors.cosine(a, b)


def through_a_friend(a, b):
    return mine(a, b)


def imports_inside(a, b):
    from embeddings_course.vectors import cosine as c

    return c(a, b)


def from_scipy(a, b):
    import scipy.spatial.distance

    return 1 - scipy.spatial.distance.cosine(a, b)


def imports_a_module_inside(a, b):
    import embeddings_course.vectors as v

    return v.cosine(a, b)


def imports_math_inside(a, b):
    import math

    return math.dist(a, b)


def inside_an_inner_function(a, b):
    def inner():
        return vectors.cosine(a, b)

    return inner()


def closure():
    ready = vectors.cosine
    return lambda a, b: ready(a, b)


def fetched_by_its_name(a, b):
    import scipy.spatial

    return 1 - getattr(getattr(scipy, "spatial"), "distance").cosine(a, b)  # noqa: B009


HELPERS = [
    fetched_by_its_name,
    *(vectors.cosine, mine, through_a_friend, closure(), functools.partial(vectors.cosine)),
    *(inside_an_inner_function, imports_inside, imports_a_module_inside, imports_math_inside, from_scipy),
]


@pytest.mark.parametrize("f", HELPERS)
def test_a_ready_made_helper_is_seen(f):
    assert borrowed(f, ("scipy.spatial", "math.dist"))


def test_own_work_passes_and_numpy_is_allowed():
    def own(a, b):
        return np.dot(a, b) / np.linalg.norm(a) / np.linalg.norm(b)

    assert borrowed(own, ("scipy.spatial",)) == ""
    assert borrowed(own, ("numpy.linalg.norm",)) or np.linalg.norm.__module__ != "numpy.linalg"


def test_what_was_built_before_is_allowed_by_name():
    assert borrowed(mine, (), ("embeddings_course.vectors.cosine",)) == ""
    assert borrowed(mine, (), ("embeddings_course.vectors.norm",))


def test_a_helper_handed_in_does_not_pass():
    lesson = Lesson("98", "x")
    lesson.exercise("c", "t", ("a", "b", "c"))(lambda f, rng: "Good.")
    assert "ready-made `nearest`" in lesson.check("c", vectors.nearest).text
    assert lesson.check("c", vectors.cosine).text.startswith("Right."), "built by hand in lesson 02, so it may be used"


# --- predict ---


def test_an_unanswered_prediction_gives_nothing_away_and_is_always_the_same(lesson):
    before = lesson.predict("guess")
    bundle = before._repr_mimebundle_()
    assert repr(before) == bundle["text/plain"] == "Your guess first: Is *this* so?\n  a) yes\n  b) no <b>"
    assert "since it is so" not in str(bundle) and "&lt;b&gt;" in bundle["text/html"]
    lesson.predict("guess", answer="b")
    assert lesson.predict("guess")._repr_mimebundle_()["text/html"] == bundle["text/html"]


def test_the_first_guess_stays_locked(lesson):
    assert "b) no" in lesson.predict("guess", answer="b").text
    again = lesson.predict("guess", answer="a")
    assert again.text.startswith("Your guess: b)")
    assert progress.guess("99", "guess") == 1


@pytest.mark.parametrize(
    "id,answer", [("guess", "yes"), ("guess", "A"), ("many", 12), ("many", "12,5"), ("row", "ant, cat, dog")]
)
def test_right_guesses_count_as_right(lesson, id, answer):
    lesson.predict(id, answer=answer)
    assert store().entry("99", id).state == "done"


@pytest.mark.parametrize(
    "id,answer",
    [("guess", "z"), ("guess", 3), ("many", "lots"), ("many", 100), ("many", "nan"), ("row", ["ant"]), ("row", 5)],
)
def test_an_answer_that_cannot_be_read_is_said_so_and_not_locked(lesson, id, answer):
    assert lesson.predict(id, answer=answer).text.startswith("Not locked.")
    assert store().entries() == []


def test_every_option_has_its_own_explanation(lesson):
    text = lesson.predict("guess", answer="b").text
    assert "No: <i>think</i> again." in text and "Yes, since it is so." in text
    assert "Too few." in lesson.predict("many", answer=3).text
    assert "The first is *ant*: tiny" in lesson.predict("row", answer=["cat", "ant", "dog"]).text


def test_the_widget_locks_shows_and_freezes(lesson):
    box = lesson.predict("guess")
    box.button.click()
    assert "Choose one" in box.message.value
    box.control.inputs[0].value = 1
    box.button.click()
    assert (
        "Locked in" in box.message.value
        and "&lt;i&gt;think" in box.message.value
        and "<i>think" not in box.message.value
    )
    assert box.button.disabled and box.control.inputs[0].disabled
    assert lesson.predict("guess").button.disabled, "a new kernel, or the cell run again, shows the locked guess"


def test_number_and_order_widgets(lesson):
    number, order = lesson.predict("many"), lesson.predict("row")
    number.control.inputs[0].value = "<script>"
    number.button.click()
    assert "Give one number" in number.message.value and "<script>" not in number.message.value
    number.control.inputs[0].value = "12"
    number.button.click()
    assert "Just so." in number.message.value
    for control, item in zip(order.control.inputs, ("ant", "cat", "dog"), strict=True):
        control.value = item
    order.button.click()
    assert store().entry("99", "row").state == "done"


def test_every_control_has_a_name(lesson):
    boxes = [
        lesson.predict("guess"),
        lesson.predict("many"),
        lesson.predict("row"),
        lesson.quiz(),
        lesson.judge("judge"),
    ]

    def walk(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from walk(child)

    controls = [w for box in boxes for w in walk(box) if hasattr(w, "description") and not hasattr(w, "children")]
    named = [w.description for w in controls if type(w).__name__ != "HTML"]
    assert len(named) > 12 and all(named)


def test_every_box_keeps_its_keys(lesson):
    for box in (lesson.predict("guess"), lesson.quiz(), lesson.judge("judge")):
        assert "suppress-shortcuts" in box.children[-1]._esm


# --- check, hint, repair, solutions ---


def test_right_wrong_and_the_plain_word_about_exams(lesson):
    right, wrong = lesson.check("double", lambda x: 2 * x), lesson.check("double", lambda x: x * x)
    assert right.text == "Right.\nTwice as much." and wrong.text == "Look again.\nThat squares."
    assert "no exam" in right.html and "no exam" in wrong.html
    assert store().entry("99", "double").state == "done", "what is done stays done"


def test_idea_is_carried(lesson):
    assert lesson.exercises["double"].try_out(lambda x: x * x).idea == "M99"


def test_solutions_are_checked_and_never_count(lesson):
    def solution_double(x):
        return x + x

    assert "same check" in lesson.verify_solution("double", solution_double).text
    shown = lesson.check("double", solution_double).text
    assert shown.startswith("Right.") and "does not count as yours" in shown
    assert store().entries() == []
    with pytest.raises(AssertionError, match="does not pass"):
        lesson.verify_solution("table", {"bank": 2})
    with pytest.raises(AssertionError, match="is called solution_"):
        lesson.verify_solution("double", lambda x: 2 * x)


solution_table = {"bank": 1}


def test_a_solutions_value_handed_to_check_does_not_count(lesson):
    lesson.verify_solution("table", solution_table)
    assert lesson.check("table", solution_table).text.startswith("Right.")
    assert store().entries() == []
    assert lesson.check("table", {"bank": 1}).text.startswith("Right.")
    assert store().entry("99", "table").state == "done"


def test_hints_come_in_three_steps(lesson):
    assert [lesson.hint("double", i).text.splitlines()[0] for i in (1, 2, 3)] == [
        "A nudge: Add?",
        "A hint: x + x",
        "Most of it: return x + x",
    ]
    assert lesson.hint("double").html.count("<details") == 3
    assert lesson.hint("double", "two").text == lesson.hint("double", [2]).text == lesson.hint("double").text


def test_repair_draws_a_bug_by_number(lesson):
    assert "def double(x):\n    return x + 1" in lesson.repair("double", 1).text
    assert "x * x" in lesson.repair("double", 2).text
    assert "<span" in lesson.repair("double", 1).html, "highlighted"


@pytest.mark.parametrize("verb", ["predict", "check", "hint", "quiz", "repair", "judge"])
def test_an_unknown_name_gets_the_list_of_names(lesson, verb):
    assert "There is no 'nix'" in getattr(lesson, verb)("nix").text
    for odd in (["bank"], {"a": 1}, {1}, np.zeros(3), np.zeros((2, 2)), 2**70, True, float("nan"), b"nix", object()):
        assert "There is no" in getattr(lesson, verb)(odd).text


def test_compare_names_the_slip_or_shows_an_example(lesson):
    assert lesson.check("double", lambda x: x + 1).text == "Look again.\nThat adds one."
    assert "yours gives 'no'; it should be" in lesson.check("double", lambda x: "no"[x < 0 :]).text


def test_a_slip_is_named_after_its_mistake_and_raised_by_name(lesson):
    task = lesson.exercises["double"]
    assert [slip.name for slip in task.slips] == ["squares", "adds_one"]
    wrong = task.slips[0].wrong()
    assert isinstance(wrong, Wrong) and (str(wrong), wrong.idea) == ("That squares.", "M99")
    assert task.slips[0].source("double") == "def double(x):\n    return x * x"


def test_compare_looks_through_a_wrapper_at_all_of_them(lesson):
    def half(function):
        return lambda x: function(x) / 2

    slips = lesson.exercises["double"].slips
    compare(lambda x: 2 * x, lambda x: x, [(3,)], slips, lambda function: lambda x: function(x) % 3)
    with pytest.raises(Wrong, match="That adds one"):
        compare(lambda x: x + 1, lambda x: 2 * x, [(3,), (5,)], slips, half)
    with pytest.raises(Unexplained, match=r"yours gives 1\.5; it should be 3"):
        compare(lambda x: x, lambda x: 2 * x, [(3,)], slips, half)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([1], "Give a dictionary"),
        ({"a": [1]}, "no row for b"),
        ({"a": [1], "b": [1, 2]}, "equally long"),
        ({"a": "x", "b": [1]}, "list of numbers"),
        ({"a": [[1]], "b": [1]}, "one list of ordinary numbers"),
        ({"a": [float("nan")], "b": [1]}, "ordinary numbers"),
    ],
)
def test_tables_of_learners_are_read_with_care(value, said):
    with pytest.raises(Wrong, match=said):
        rows(value, ("a", "b"))


def test_shown_is_short():
    assert shown(np.arange(20.0)).endswith("10, ...]") and shown({"a": 0.12345}) == "{'a': 0.123}"


# --- quiz and judgement ---


def test_quiz_explains_and_lets_try_again(lesson):
    assert lesson.quiz("q1", answer="b").text == "Not this one: b) no <b>\nNo: <i>think</i> again."
    assert lesson.quiz(answers={"q1": "a", "q2": "b"}).text.endswith("1 of 2")
    assert lesson.quiz("q1", answer="zzz").text.startswith("Not yet.")


def test_quiz_widget(lesson):
    box = lesson.quiz()
    assert repr(box).startswith("Question 1: One?") and "since it is so" not in str(box._repr_mimebundle_())
    box.buttons["q1"].click()
    assert "Choose one of" in box.messages["q1"].value
    box.controls["q1"].inputs[0].value = 0
    box.buttons["q1"].click()
    assert "Right: a) yes" in box.messages["q1"].value


@pytest.mark.parametrize(
    ("answer", "reason", "sure", "said"),
    [
        ("a", "a", 90, "for the right reason"),
        ("a", "a", 50, "you know more than you think"),
        ("a", "b", 90, "this reason does not carry it. Who said so?"),
        ("b", "a", 60, "Your reason is true, but it leads to another answer."),
        ("b", "b", 100, "100 % sure"),
        ("b", "b", 500, "Give a number from 0 to 100"),
        ("b", None, 50, "Choose one of a, b"),
    ],
)
def test_judgement(lesson, answer, reason, sure, said):
    assert said in lesson.judge("judge", answer=answer, reason=reason, sure=sure).text


def test_judgement_widget(lesson):
    box = lesson.judge("judge")
    assert "That is why" not in str(box._repr_mimebundle_())
    box.button.click()
    assert "Choose an answer" in box.message.value
    box.answer.inputs[0].value, box.reason.inputs[0].value, box.sure.value = 0, 0, "80"
    box.button.click()
    assert "for the right reason" in box.message.value
    assert store().entry("99", "judge").state == "done"


# --- cards and source ---


def test_everything_typed_is_escaped(lesson):
    def double(x):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in lesson.check("double", double).html
    assert "<script>" not in card("<script>", "<script>").html
    assert "<img" not in lesson.check("<img src=x>").html


def test_markup_leaves_sums_alone():
    assert markup("2 * 3 * 4 and a*b*c") == "2 * 3 * 4 and a*b*c"
    assert markup("`a * b * c` and *bank*") == "<code>a * b * c</code> and <em>bank</em>"


def test_source_is_read_in_a_dark_theme_too():
    html = show_source(search.Searcher).html
    ground, ink = re.search(r"background: (#\w+)", html), re.search(r'<pre style="color: ?(#\w+)', html)
    assert ground and ink, "its ground is light, so its letters must not take the page's colour"
    words = re.findall(r'<span style="color: (#\w+)[^>]*>[^<]*\S[^<]*</span>', html)
    assert len(words) > 20
    for colour in {ink[1], *words}:
        full = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
        assert contrast(full, ground[1]) >= 4.5, colour


def test_show_source_is_folded_highlighted_and_has_a_text():
    shown = show_source(vectors.cosine)
    assert shown.html.startswith("<details") and "<span" in shown.html and "def cosine" in shown.text
    assert all("checked" not in show_source(thing).text for thing in (vectors.cosine, search.Searcher))
    assert "No source here" in show_source(len).text and "No source here" in show_source(3).text


def test_bad_answer_is_a_value_error():
    assert issubclass(BadAnswer, ValueError)


@pytest.mark.parametrize(
    ("lesson", "id", "typed", "read"),
    [
        ("01", "how-many-questions", "7 questions", 7),
        ("03", "met-but-zero", "22 %", 22),
        ("03", "met-but-zero", "22,5", 22.5),
        ("01", "one-hot", "(b)", 1),
        ("01", "one-hot", "Exactly as far.", 1),
        ("01", "order-of-bank", "Bridge, Money, Car, Driver", ["bridge", "money", "car", "driver"]),
    ],
)
def test_a_guess_is_read_however_it_is_typed(lesson, id, typed, read):
    module = importlib.import_module(f"embeddings_course.exercises.lessons.lesson_{lesson}")
    assert module.lesson.predictions[id].read(typed) == read


def test_a_share_is_no_per_cent():
    from embeddings_course.exercises.lessons.lesson_03 import lesson

    with pytest.raises(BadAnswer, match="Per cent are asked for: 22"):
        lesson.predictions["met-but-zero"].read(0.22)
    assert lesson.predictions["met-but-zero"].read(0) == 0


def test_a_control_shows_no_marks_of_ours():
    asked = Choice("q", "?", (Option("*kim* `a` <b>", "Yes.", True), Option("2 * 3", "No.")))
    [radio] = Control(asked, "Q").inputs
    assert [name for name, _ in radio.options] == ["“kim” a <b>", "2 * 3"]
