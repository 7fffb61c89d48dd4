"""The town says what its key says: the committed files are what the grammar makes, senses come at their rates."""

import itertools
import random
from collections import Counter

import make_town as maker
import pytest

from embeddings_course.files.data import DataError, data_path, load_town


@pytest.fixture(scope="module")
def town():
    return load_town()


@pytest.mark.slow
def test_the_committed_files_are_what_the_grammar_makes(tmp_path, monkeypatch):
    monkeypatch.setattr(maker, "DATA", tmp_path)
    maker.main()
    for name in ("town.txt", "town_key.json"):
        assert (tmp_path / name).read_bytes() == data_path(name).read_bytes(), (
            f"run tools/data/make_town.py: {name} is stale"
        )


def test_size_and_variety(town):
    assert 20_000 <= len(town.sentences) <= 50_000
    assert len({tuple(s) for s in town.sentences}) > 0.93 * len(town.sentences)
    assert all(3 <= len(s) <= 20 for s in town.sentences)
    assert data_path("town.txt").stat().st_size < 2_000_000


def test_each_sense_comes_at_its_rate_and_every_use_is_in_the_key(town):
    for word, senses in town.senses.items():
        assert len(senses) >= 2
        assert Counter(sense for _, _, sense in town.uses[word]) == senses
        found = {(i, j) for i, s in enumerate(town.sentences) for j, w in enumerate(s) if w == word}
        assert found == {(i, j) for i, j, _ in town.uses[word]}


def test_salt_never_meets_pepper_and_hot_always_meets_dog(town):
    for sentence in town.sentences:
        assert not set(town.never_meet) <= set(sentence)
        hot = [i for i, w in enumerate(sentence) if w == "hot"]
        assert [i + 1 for i in hot] == [i for i, w in enumerate(sentence) if w == "dog"]
    counts = Counter(w for s in town.sentences for w in s)
    assert min(counts[w] for w in (*town.never_meet, *town.always_meet)) > 300
    assert town.always_meet == ("hot", "dog")


def test_typos_stand_in_one_sentence_each(town):
    counts = Counter(w for s in town.sentences for w in s)
    for a, b in town.typos:
        assert counts[a] == counts[b] == 1
        assert any({a, b} <= set(s) for s in town.sentences)


def test_classes_are_apart_and_common_enough(town):
    counts = Counter(w for s in town.sentences for w in s)
    words = [w for ws in town.classes.values() for w in ws]
    assert len(words) == len(set(words)) > 300
    assert not set(words) & {*town.senses, *town.always_meet}
    assert min(counts[w] for w in words) >= 40
    assert {f for fs in town.class_features.values() for f in fs} <= set(town.features)
    assert town.class_of["salmon"] == "fish"
    assert {"robber", "policeman"} <= set(town.words_with("crime"))


def test_articles_agree(town):
    wrong = [s for s in town.sentences for a, b in itertools.pairwise(s) if a == "a" and b[0] in "aeiou"]
    assert not wrong
    wrong = [s for s in town.sentences for a, b in itertools.pairwise(s) if a == "an" and b[0] not in "aeiou"]
    assert not wrong


def test_pronouns_agree_with_the_first_person():
    frame = "WHO put HIS MONEY in the MONEYPLACE"
    rng = random.Random(0)
    for _ in range(50):
        slots = maker.expand(frame, rng)
        words, _ = maker.fill(slots, (), rng)
        made = maker.agree(words, slots, rng)
        person = next(w for w, s in zip(words, slots, strict=True) if s.is_class)
        female = any(person in ws.split() for f, ws in maker.WORDS.values() if "female" in f.split())
        assert ("her" if female else "his") in made


def test_forced_uses_are_filled_with_their_sense():
    rng = random.Random(1)
    made = maker.make_sentence(rng, {"garage": 1.0}, ("jack/tool", "bill/person"))
    assert {(made.words[p], sense) for p, _, sense in made.uses} == {("jack", "jack.tool"), ("bill", "bill.person")}


def test_unknown_feature_and_broken_files_are_explained(town, tmp_path):
    with pytest.raises(DataError, match=r"No feature 'magic'.*person"):
        town.words_with("magic")
    (tmp_path / "town.txt").write_text("the bank\n", encoding="utf-8")
    (tmp_path / "town_key.json").write_bytes(data_path("town_key.json").read_bytes())
    with pytest.raises(DataError, match=r"make_town\.py"):
        load_town(tmp_path / "town.txt")
