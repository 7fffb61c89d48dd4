"""The analogy bench: by value, by control, by sentence, and with words that it does not know."""

import pytest

from embeddings_course.demos.analogy_bench import AnalogyBench
from embeddings_course.evaluation import analogy
from embeddings_course.files.data import load_vectors


def test_the_reply_is_that_of_the_text_book_function():
    table = load_vectors()
    for allowed in (False, True):
        data = AnalogyBench.compute("france", "paris", "england", allowed=allowed)
        assert list(data.arithmetic) == analogy(table, "france", "paris", "england", exclude=not allowed, k=5)


def test_forbidden_words_stand_in_none_of_the_three_lists():
    data = AnalogyBench.compute("father", "doctor", "mother")
    for found in (data.arithmetic, data.near_c, data.near_b):
        assert len(found) == 5 and not {"father", "doctor", "mother"} & {word for word, _ in found}


def test_allowed_doing_nothing_returns_the_word_itself():
    data = AnalogyBench.compute("father", "doctor", "mother", allowed=True)
    assert data.near_c[0][0] == "mother" and data.near_b[0][0] == "doctor"
    assert data.near_c[0][1] == pytest.approx(1)


def test_the_switch_and_the_fields_change_picture_and_words():
    view = AnalogyBench(a="father", b="doctor", c="mother", expected="nurse")
    before = view.stage.shown, view.stage.words
    view.controls["allowed"].value = True
    assert (
        view.stage.shown != before[0]
        and "as mother is to doctor (0.86), one of the input words, then" in view.stage.words
    )
    assert "allowed" in str(view.stage.shown["parts"]) and "one of the input" not in before[1]
    view.controls["c"].value = "sister"
    assert view.picture.inputs == ("father", "doctor", "sister") and "as sister is to" in str(view.stage.shown["parts"])


def test_the_expected_word_gets_its_places():
    data = AnalogyBench.compute("man", "king", "woman", expected="Queen ")
    by_arithmetic, near_c, near_b = data.places
    assert by_arithmetic and by_arithmetic <= 2
    assert near_b and near_b > 1 and (near_c is None or near_c > 10)
    words = data.describe()
    assert f"by arithmetic in place {by_arithmetic}" in words and "You expect queen" in words
    far = AnalogyBench.compute("man", "king", "woman", expected="sausages")
    assert "not among the first 1,000" in far.describe()
    assert "You expect" not in AnalogyBench.compute().describe()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"c": "programmer"}, "not among the 20000 words"),
        ({"expected": "qeen"}, "Did you mean queen"),
        ({"b": " "}, "Three words are needed"),
        ({"a": "<b>man"}, "not among"),
    ],
)
def test_what_it_cannot_do_is_said_in_place(state, words):
    view = AnalogyBench(**state)
    assert view.error is not None and words in view.stage.trouble
    view.set(a="man", b="king", c="woman", expected="queen")
    assert view.error is None and view.stage.kinds == ["Words", "Bars", "Bars", "Bars"]


def test_every_control_has_a_name():
    assert all(control.description for control in AnalogyBench().controls.values())


def test_there_is_a_still_picture_with_words():
    bundle, metadata = AnalogyBench()._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG") and metadata["image/png"]["alt"] in bundle["text/plain"]
