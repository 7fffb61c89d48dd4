"""The sense-mix slider: values against a plain calculation, words, controls, bad input, and its baselines."""

import numpy as np
import pytest

from embeddings_course.demos.base import DemoError
from embeddings_course.demos.sense_mix import SenseMixer, centred_books
from embeddings_course.files.table import UnknownWordError
from embeddings_course.vectors import cosine, nearest


@pytest.mark.parametrize("share", [55, 70, 95])
def test_the_view_shows_what_a_plain_calculation_gives(share):
    table = centred_books()
    mixed = share * table["money"] + (100 - share) * table["river"]
    data = SenseMixer.compute(share)
    expected = nearest(table, mixed, k=20_000)
    assert [w for w, _ in data.neighbours] == [w for w, _ in expected[:10]]
    assert data.cosines == pytest.approx((cosine(mixed, table["money"]), cosine(mixed, table["river"])), abs=1e-5)
    words = [w for w, _ in expected]
    assert data.places == (words.index("money") + 1, words.index("river") + 1)
    assert set(data.of_two) == {
        w for w in words[:10] if cosine(table[w], table["river"]) > cosine(table[w], table["money"])
    }
    at = data.shares.index(share)
    assert (data.curves[0][at], data.curves[1][at]) == pytest.approx(data.cosines)


@pytest.mark.parametrize(("one", "two"), [("money", "river"), ("river", "money"), ("doctor", "horse")])
def test_at_a_tie_the_commoner_word_comes_first(one, two):
    data, row = SenseMixer.compute(50, one, two), centred_books().row
    first, second = sorted((one, two), key=row)
    assert [w for w, _ in data.neighbours[:2]] == [first, second]
    assert data.places == ((1, 2) if first == one else (2, 1))


def test_both_ends_are_the_words_themselves_and_mirror_each_other():
    only_one, only_two, swapped = (
        SenseMixer.compute(100),
        SenseMixer.compute(0),
        SenseMixer.compute(30, "river", "money"),
    )
    assert only_one.neighbours[0][0] == "money" and only_two.neighbours[0][0] == "river"
    assert only_one.places[1] == only_one.places_alone[1] and only_two.places[0] == only_two.places_alone[0]
    mirror = SenseMixer.compute(70)
    assert swapped.cosines == pytest.approx(mirror.cosines[::-1]) and swapped.places == mirror.places[::-1]


def test_the_centred_space_has_strangers_round_zero():
    units = centred_books().vectors
    i, j = np.random.default_rng(3).integers(len(units), size=(2, 5000))
    cosines = (units[i] * units[j]).sum(axis=1)
    assert abs(cosines.mean()) < 0.02
    assert (cosines < SenseMixer.compute().strangers).mean() == pytest.approx(0.95, abs=0.02)


def test_the_view_follows_its_controls_and_explains_bad_words():
    demo = SenseMixer()
    assert demo.error is None and demo.stage.kinds == ["Bars", "Lines"]
    assert "50 parts money, 50 parts river" in demo.stage.words
    demo.controls["share"].value = 80
    assert "nearest to 80 : 20" in str(demo.stage.shown["parts"]) and demo.picture.share == 80
    demo.controls["two"].value = "<b>zzqx"
    assert isinstance(demo.error, UnknownWordError) and "<b>" in demo.stage.trouble
    demo.controls["two"].value = " Money "
    assert isinstance(demo.error, DemoError) and "itself" in demo.stage.trouble
    demo.controls["two"].value = " "
    assert isinstance(demo.error, DemoError) and "Two words are needed" in demo.stage.trouble
    demo.controls["two"].value = " Horse "
    assert demo.error is None and demo.picture.two == "horse"
    assert demo.controls["share"].box.description and demo.controls["one"].description


def test_the_sentence_speaks_of_the_weaker_word():
    assert "river is number" in SenseMixer.compute(80).describe()
    assert "money is number" in SenseMixer.compute(20).describe()


def test_a_low_cosine_stays_on_the_scale():
    data = SenseMixer.compute(90, "lawyer", "bread")
    lines = data.parts()[0][1]
    assert min(data.curves[1]) < 0 and lines.low == -0.5
    assert list(lines.series)[:2] == ["to bread", "to lawyer"], "coloured as its neighbours among the bars"


def test_the_still_picture_has_its_words():
    picture = SenseMixer(share=95).still()
    assert picture.png.startswith(b"\x89PNG") and "95 parts money" in picture.words
