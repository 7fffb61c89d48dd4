"""Lesson 11: right answers pass, each wrong one is answered with its own idea, and the numbers in it are measured."""

import numpy as np
import pytest
from verdicts import said_by

from embeddings_course.chance import mean_interval
from embeddings_course.demos.sharing_gain import SharingGain
from embeddings_course.demos.tug_of_war import TugOfWar
from embeddings_course.exercises.lessons.lesson_11 import lesson
from embeddings_course.files.data import load_sharing

said = said_by(lesson)


def by_loops(vectors, weights, labels):
    """Loss and slope one label after the other."""
    loss, slope = 0.0, np.zeros_like(vectors)
    for head in range(2):
        rows = [i for i in range(len(labels)) if labels[i, head] == labels[i, head]]
        for i in rows:
            off = vectors[i] @ weights[:, head] - labels[i, head]
            loss += off**2 / len(rows)
            slope[i] += 2 * off * weights[:, head] / len(rows)
    return loss, slope


def over_all_rows(vectors, weights, labels):
    """The mistake of the syllabus: the mean over all rows, labelled or not."""
    off = np.nan_to_num(vectors @ weights - labels)
    return (off**2).mean(axis=0).sum(), 2 * off / len(labels) @ weights.T


def missing_is_zero(vectors, weights, labels):
    return by_loops(vectors, weights, np.nan_to_num(labels))


def half_slope(vectors, weights, labels):
    loss, slope = by_loops(vectors, weights, labels)
    return loss, slope / 3


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (over_all_rows, "Rows without a label for a head must not count"),
        (missing_is_zero, "not asked"),
        (half_slope, "your slope says"),
        (lambda v, w, y: by_loops(v, w, y)[0], "Give two things back"),
        (lambda v, w, y: (by_loops(v, w, y)[0], w), "the shape of the vectors"),
        (lambda v, w, y: (by_loops(v, w, y)[0] + 1, by_loops(v, w, y)[1]), "the loss should be"),
        (lambda v, w, y: ("a", by_loops(v, w, y)[1]), "should be a number"),
    ],
)
def test_masked_loss_wrong(f, words):
    got = said("masked-loss", f)
    assert got[0] == "wrong" and words in got[1]


def harm(**change):
    return {"relatedness": 0.5, "labels": 1000, "numbers": 1, "seeds": 20} | change


@pytest.mark.parametrize("change", [{}, {"labels": 300}, {"relatedness": 0.75, "labels": 2000.0}])
def test_make_it_hurt_right(change):
    state, words = said("make-it-hurt", harm(**change))
    assert state == "right" and ": -0." in words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (harm(seeds=1), "with the first seed and"),
        (harm(relatedness="random"), "all labels are right"),
        (harm(relatedness=0), "the section above has shown it"),
        (harm(labels=10), "sharing *helps*"),
        (harm(labels=30), "the interval holds 0"),
        (harm(numbers=8), "sharing *helps*"),
        (harm(labels=5), "from 10 to 2,000"),
        (harm(numbers=2.5), "a whole number from 1 to 8"),
        (harm(relatedness=2), "from 0.5 to 1"),
        (harm(relatedness="much"), "All four are numbers"),
        (7, "Give a dictionary with"),
    ],
)
def test_make_it_hurt_wrong(value, words):
    got = said("make-it-hurt", value)
    assert got[0] == "wrong" and words in got[1], got


def test_student_s_number_in_the_repair():
    runs = np.random.default_rng(0).normal(size=20)
    interval = mean_interval(runs)
    assert (interval.high - interval.mean) / (runs.std(ddof=1) / 20**0.5) == pytest.approx(2.09, abs=0.005)


def text_of(id):
    question = lesson.predictions[id]
    return " ".join(o.says for o in question.options)


def test_the_numbers_of_the_tug_are_measured():
    war = TugOfWar.compute()
    assert [f"{x:.0%}" for x in war.shared] == ["98%", "66%"] and min(war.separate) >= 0.975
    assert "A keeps 98 % and B falls to 66 %" in text_of("tug")


def recorded(labels, related, room=8):
    runs = load_sharing()
    d, n = runs.rooms.index(room), runs.labels.index(labels)
    return mean_interval(runs.shared[runs.relatedness.index(related), d, n] - runs.alone[d, n])


def test_the_numbers_about_gains_are_measured():
    for labels in (30, 300):
        assert f"{recorded(labels, 1.0).mean:+.2f}" in text_of("gain-sign") and recorded(labels, 1.0).low > 0.1
    assert abs(recorded(2000, 1.0).mean) < 0.005
    for related in (1.0, -1.0):
        assert f"{recorded(30, related).mean:+.2f}" in text_of("opposite")
    assert SharingGain.compute(30, 1.0).gain[1] == recorded(30, 1.0)


def test_the_race_ends_as_the_lesson_says():
    runs = load_sharing()
    topic = runs.tasks.index("topic")
    mean = {name: scores[topic, :, -1].mean() for name, scores in runs.scores.items()}
    wanted = ["hand-made features", "counts (Wikipedia)", "word2vec (books)", "BERT, layer 3"]
    assert sorted(wanted, key=mean.__getitem__) == wanted
    assert len(lesson.predictions["race"].right) == 4
    assert runs.coverage["hand-made features"]["sentences"] < 0.06
