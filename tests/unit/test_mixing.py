"""Mixing two words into one: the closed form, finding the shares again, and planting a pseudoword in a text."""

from collections import Counter

import numpy as np
import pytest

from embeddings_course.mixing import MixError, blend, blend_cosine, pseudoword, unmix
from embeddings_course.vectors import cosine, normalise


@pytest.mark.parametrize("share", [0.0, 0.1, 0.37, 0.5, 0.95, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_closed_form_is_the_cosine_of_the_blend(share, seed):
    a, b = np.random.default_rng(seed).normal(size=(2, 7)) * [[1], [20]]
    mixed = blend(a, b, share)
    assert np.linalg.norm(mixed) == pytest.approx(1)
    assert cosine(mixed, a) == pytest.approx(blend_cosine(share, cosine(a, b)))
    assert cosine(mixed, b) == pytest.approx(blend_cosine(1 - share, cosine(a, b)))


def test_the_numbers_of_the_lesson():
    assert round(blend_cosine(0.1), 3) == 0.110 and round(blend_cosine(0.05), 3) == 0.053
    assert blend_cosine(0.366) == pytest.approx(0.5, abs=0.001)  # "that would be a 37:63 mix"
    assert blend_cosine(0.1, -0.2) < 0 < blend_cosine(0.1, -0.1)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_unmix_finds_the_share_again_and_says_how_well_it_fits(share):
    a, b, c = np.random.default_rng(1).normal(size=(3, 50))
    found = unmix(share * a + (1 - share) * b, a, b)
    assert found.share == pytest.approx(share) and found.cosine == pytest.approx(1)
    assert unmix(c, a, b).cosine < 0.4
    assert unmix(normalise(3 * a + b), a, b).share == pytest.approx(0.75)


def test_a_pseudoword_takes_as_many_uses_as_asked_and_leaves_the_text_alone():
    text = [["a", "x"], ["b", "a"], ["a", "b", "b"]] * 10
    before = [list(s) for s in text]
    new = pseudoword(text, "a", "b", 12, 3, "ab", seed=0)
    assert text == before
    assert Counter(w for s in new for w in s) == {"x": 10, "a": 18, "b": 27, "ab": 15}
    assert [len(s) for s in new] == [len(s) for s in text]
    assert new != pseudoword(text, "a", "b", 12, 3, "ab", seed=1)
    assert new == pseudoword(text, "a", "b", 12, 3, "ab", seed=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: blend([1.0], [1.0, 2.0]), "one length"),
        (lambda: blend([1.0], [1.0], 2), "from 0 to 1"),
        (lambda: blend([1.0, 0.0], [-2.0, 0.0]), "cancel out"),
        (lambda: blend_cosine(1.5), "from 0 to 1"),
        (lambda: blend_cosine(0.5, -1), "above -1"),
        (lambda: unmix([1.0, 2.0], [1.0, 2.0], [1.0]), "one shape"),
        (lambda: unmix([1.0, 2.0], [1.0, 2.0], [2.0, 4.0]), "same way"),
        (lambda: pseudoword([["a", "b"]], "a", "b", 2, 1, "ab", 0), "used 1 times"),
        (lambda: pseudoword([["a", "b"]], "a", "a", 1, 1, "aa", 0), "two different words"),
        (lambda: pseudoword([["a", "b"]], "a", "b", 1, 1, "b", 0), "does not have yet"),
    ],
)
def test_what_cannot_be_mixed_is_said(call, words):
    with pytest.raises(MixError, match=words):
        call()
