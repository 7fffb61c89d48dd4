"""The glossary is complete, up to date, and names things that exist; term() finds them."""

import importlib
import re
from pathlib import Path

import make_glossary
import pytest

from embeddings_course.exercises import term
from embeddings_course.files.data import DataError, load_glossary

ROOT = Path(__file__).resolve().parents[2]
TERMS = load_glossary()


def test_the_page_is_up_to_date():
    assert (ROOT / "GLOSSARY.md").read_text(encoding="utf-8") == make_glossary.page(), (
        "run python tools/make_glossary.py"
    )


def test_a_stroke_does_not_end_a_cell():
    assert "`\\|a\\|`" in make_glossary.row(TERMS["norm"])


def test_it_covers_all_lessons_with_short_sentences():
    assert len(TERMS) >= 70
    assert {t.lesson for t in TERMS.values()} == {*(f"{n:02}" for n in range(13)), "00b"}
    for t in TERMS.values():
        assert len(t.sentence.split()) <= 32 and t.sentence.endswith((".", "?")) and t.sentence[0].isupper(), t.term


@pytest.mark.parametrize("code", sorted({t.code for t in TERMS.values() if t.code}))
def test_names_in_code_exist(code):
    module, _, name = code.rpartition(".")
    assert hasattr(importlib.import_module(f"embeddings_course.{module}"), name)


@pytest.mark.parametrize("name", ["cosine", "Cosine ", "one hot vector", "one-hot vectors", "hidden state", "PCA"])
def test_terms_are_found_as_people_write_them(name):
    assert "Introduced in lesson" in term(name).text


@pytest.mark.parametrize("name", ["cosin", "vectr", "", "<script>", 7])
def test_an_unknown_term_gets_near_ones(name):
    shown = term(name)
    assert "not in the glossary" in shown.text and "Did you mean" in shown.text and "<script>" not in shown.html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("term,sentence\na,b\n", "five columns"),
        ("term,sentence,symbol,code,lesson\na,,,,01\n", "needs a sentence"),
        ("term,sentence,symbol,code,lesson\na,B.,,,01\nA,B.,,,01\n", "may stand once"),
        ("term,sentence,symbol,code,lesson\na,B.,,\n", "five columns"),
    ],
)
def test_a_bad_glossary_is_explained(tmp_path, text, said):
    (tmp_path / "g.csv").write_text(text)
    with pytest.raises(DataError, match=said):
        load_glossary(tmp_path / "g.csv")


def test_every_docstring_of_the_first_floor_that_names_a_lesson_names_one_that_exists():
    for path in (ROOT / "embeddings_course").glob("*.py"):
        for number in re.findall(r"Introduced in lesson (\w+)", path.read_text(encoding="utf-8")):
            assert number in {t.lesson for t in TERMS.values()}, f"{path.name}: lesson {number}"
