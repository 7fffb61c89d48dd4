"""One table, many heads: every slope against a numerical one, masks, planted relatedness, and the baselines."""

import numpy as np
import pytest
from sampled import only
from scipy import sparse

from embeddings_course.demos.sharing_gain import town_inputs
from embeddings_course.multitask import (
    Shared,
    Task,
    adam,
    bag_of_words,
    loss_and_gradient,
    predict,
    score,
    sgd,
    start,
    train,
)
from embeddings_course.sharing import (
    above_middle,
    commonest_score,
    frozen_score,
    label_curve,
    plant_tasks,
    planted_scores,
    sharing_gain,
)

NAN = np.nan
RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 5))
TASKS = {
    "two classes": Task("a", "classes", [0, 1, NAN, 1, 0, NAN], 0.7),
    "three classes": Task("b", "classes", [2, NAN, 0, 1, NAN, 0]),
    "a number": Task("c", "number", [0.1, NAN, -2.0, NAN, 0.5, 3.0], 2.0),
    "similarity": Task("d", "similarity", [1, 0, 0.25, NAN], 1.5, pairs=np.array([[0, 1], [2, 2], [5, 0], [3, 4]])),
}


def numerical(model, x, tasks, step=1e-6):
    """Slope of the loss for every number of the model, one after the other."""
    slopes = []
    for array in model.arrays():
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + step
            up, _ = loss_and_gradient(model, x, tasks)
            array[place] = kept - step
            down, _ = loss_and_gradient(model, x, tasks)
            array[place] = kept
            slope[place] = (up - down) / (2 * step)
        slopes.append(slope)
    return slopes


@pytest.mark.parametrize("names", [[name] for name in TASKS] + [list(TASKS)], ids=lambda n: "+".join(n))
@pytest.mark.parametrize("inputs", [X, sparse.csr_array(X)], ids=["dense", "sparse"])
def test_the_gradient_is_the_numerical_one(names, inputs):
    tasks = [TASKS[name] for name in names]
    model = start(5, 3, tasks, seed=1, scale=0.7)
    _, gradient = loss_and_gradient(model, inputs, tasks)
    for mine, theirs in zip(gradient.arrays(), numerical(model, inputs, tasks), strict=True):
        assert mine.shape == theirs.shape and np.allclose(mine, theirs, atol=1e-6)


def test_a_row_without_a_label_changes_nothing():
    task = Task("a", "classes", [0, 1, 1])
    more = Task("a", "classes", [0, 1, 1, NAN, NAN])
    model = start(5, 2, [task], seed=0)
    loss, gradient = loss_and_gradient(model, X[:3], [task])
    loss_more, gradient_more = loss_and_gradient(model, X[:5], [more])
    assert loss == pytest.approx(loss_more, rel=1e-12)
    assert np.allclose(gradient.table, gradient_more.table, atol=1e-14)


def test_a_head_hears_of_its_own_task_alone():
    tasks = [TASKS["two classes"], TASKS["a number"]]
    model = start(5, 3, tasks, seed=1)
    both = loss_and_gradient(model, X, tasks)[1]
    alone = loss_and_gradient(model, X, tasks[:1])[1]
    assert np.allclose(both.heads["a"][0], alone.heads["a"][0]) and not np.allclose(both.table, alone.table)
    other = loss_and_gradient(model, X, tasks[1:])[1]
    assert np.allclose(both.table, alone.table + other.table), "the table hears of all tasks: slopes add up"


@pytest.mark.parametrize("optimiser", only(["adam"], ["adam", "sgd"]))
def test_every_kind_of_head_learns(optimiser):
    x = np.eye(6)
    pairs = np.array([[0, 1], [2, 3], [0, 3], [1, 2]])
    tasks = [
        Task("group", "classes", [0, 0, 1, 1, 2, 2]),
        Task("size", "number", [1.0, 2, 3, 4, 5, 6]),
        Task("alike", "similarity", [1, 1, 0, 0], pairs=pairs),
    ]
    made = train(x, tasks, d=4, steps=1500, rate=0.05, optimiser=optimiser, keep=3)
    assert len(made.losses) == 1500 and len(made.snapshots) == 4 and made.losses[-1] < 0.1 * made.losses[0]
    assert [round(score(task, predict(made.model, x, task)), 2) for task in tasks] == pytest.approx([1, 1, 1], abs=0.05)


def test_a_frozen_table_stays():
    table = RNG.normal(size=(5, 4))
    made = train(X, [TASKS["two classes"]], frozen=table, steps=50)
    assert np.array_equal(made.model.table, table) and made.losses[-1] < made.losses[0]


def test_the_same_seed_gives_the_same_table():
    one, two, other = (train(X, [TASKS["two classes"]], d=2, steps=5, seed=s).model.table for s in (3, 3, 4))
    assert np.array_equal(one, two) and not np.allclose(one, other)


def test_sgd_and_adam_move_as_written():
    one, two = [np.array([1.0])], [np.array([1.0])]
    down, evenly = sgd(0.5), adam(0.5)
    for _ in range(2):
        down(one, [np.array([0.2])])
        evenly(two, [np.array([0.2])])
    assert one[0] == pytest.approx(0.8) and two[0] == pytest.approx(0.0, abs=1e-6), "a steady slope: full steps"


@pytest.mark.parametrize(
    ("task", "says"),
    [
        (("a", "classes", [NAN, NAN]), "at least one that is not missing"),
        (("a", "classes", [[0, 1]]), "one list of labels"),
        (("a", "classes", [0.5, 1]), "counted 0, 1, 2"),
        (("a", "classes", [-1, 1]), "counted 0, 1, 2"),
        (("a", "classes", [0, 1], -1.0), "0 or more"),
        (("a", "similarity", [0, 1]), "needs pairs"),
        (("a", "number", [0, 1], 1.0, np.array([[0, 1]])), "no other task has them"),
        (("a", "similarity", [2.0], 1.0, np.array([[0, 1]])), "between 0"),
        (("a", "classes", [0, 3], 1.0, None, 2), "2 classes"),
    ],
)
def test_tasks_that_make_no_sense_are_refused(task, says):
    with pytest.raises(ValueError, match=says):
        Task(*task)


def test_training_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="one \\(or NaN\\) each"):
        train(X, [Task("a", "classes", [0, 1])])
    with pytest.raises(ValueError, match="a name of its own"):
        train(X, [TASKS["two classes"], TASKS["two classes"]])
    with pytest.raises(ValueError, match="at least one number"):
        train(X, [TASKS["two classes"]], d=0)


def test_bags_are_means_of_word_vectors():
    table = RNG.normal(size=(3, 4))
    bags = bag_of_words([["b", "a", "b", "zz"], [], ["c"]], ["a", "b", "c"])
    assert np.allclose((bags @ table)[0], (2 * table[1] + table[0]) / 3)
    assert np.all((bags @ table)[1] == 0) and np.allclose((bags @ table)[2], table[2])


def test_scores_and_baselines():
    assert score(Task("a", "number", [1.0, 2, 3, NAN]), [1.0, 2, 3, 99]) == 1
    assert score(Task("a", "number", [1.0, 2, 3]), [2.0, 2, 2]) == 0
    assert commonest_score(Task("a", "number", [1.0, 3, 1, 3]), [0, 1], [2, 3]) == 0
    assert commonest_score(Task("a", "classes", [1, 1, 0, 1, 0, 0]), [0, 1, 2], [3, 4, 5]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("relatedness", [-1.0, 0.0, 0.3, 1.0])
def test_planted_relatedness_is_exact(relatedness):
    groups, counts = RNG.integers(0, 9, 60), RNG.integers(1, 50, 60)
    groups[:9] = range(9)
    a, b = planted_scores(groups, counts, relatedness, np.random.default_rng(1))
    by_use = np.repeat(np.arange(60), counts)
    assert np.corrcoef(a[by_use], b[by_use])[0, 1] == pytest.approx(relatedness, abs=1e-9)
    assert np.array_equal(b, planted_scores(groups, counts, 0.5, np.random.default_rng(1))[1]), "B stays as it is"
    assert all(len(set(a[groups == g])) == 1 for g in range(9))
    with pytest.raises(ValueError, match="from -1 to 1"):
        planted_scores(groups, counts, 1.5, RNG)


def test_planted_tasks_hide_labels_and_split():
    x, groups, _ = town_inputs()
    planted = plant_tasks(x, groups, 1.0, 30, seed=0)
    assert planted.b.known.sum() == 30 and planted.a.known.all() and planted.x.shape[0] == 2000
    assert np.array_equal(planted.a.labels[:30], planted.b.labels[:30]) and planted.b.weight == 30 / 2000
    noise = plant_tasks(x, groups, None, 2000, seed=0)
    assert abs(np.mean(noise.a.labels == noise.b.labels) - 0.5) < 0.05
    assert np.array_equal(noise.asked.labels, planted.asked.labels)
    rare = np.mean(above_middle(x, np.arange(x.shape[1])))
    assert 0.45 < rare <= 0.5


@pytest.mark.slow
def test_sharing_helps_the_poor_and_hurts_where_room_is_short():
    x, groups, _ = town_inputs()
    helped = sharing_gain(x, groups, 1.0, 30, seeds=range(4))
    hurt = sharing_gain(x, groups, 0.0, 300, d=1, seeds=range(4))
    assert helped.gain.low > 0.1 and hurt.gain.high < -0.1 and helped.gain.runs == 4
    again = sharing_gain(x, groups, 1.0, 30, seeds=[2])
    assert again.alone[0] == helped.alone[2], "a seed is a run, whatever else is run"
    with pytest.raises(ValueError, match="2 to 2000"):
        sharing_gain(x, groups, 1.0, 1)
    with pytest.raises(ValueError, match="at least two runs"):
        _ = again.gain


def test_frozen_heads():
    vectors = RNG.normal(size=(80, 6))
    topic, size = (vectors[:, 0] > 0).astype(int), vectors @ np.arange(6.0)
    fit, test = np.arange(60), np.arange(60, 80)
    assert frozen_score(vectors, Task("t", "classes", topic), fit, test) > 0.85
    assert frozen_score(vectors, Task("s", "number", size), fit, test) > 0.95
    scaled = frozen_score(1000 * vectors + 7, Task("s", "number", size), fit, test)
    assert scaled == pytest.approx(frozen_score(vectors, Task("s", "number", size), fit, test), abs=1e-6)
    assert frozen_score(vectors, Task("t", "classes", np.ones(80)), fit, test) == 1, "one class alone: say it"
    with pytest.raises(ValueError, match="similarity"):
        frozen_score(vectors, TASKS["similarity"], fit, test)
    curve = label_curve(vectors, Task("s", "number", size), fit, test, [5, 60], seeds=range(3))
    assert curve.shape == (3, 2) and np.allclose(curve[:, 1], scaled) and np.all(curve[:, 0] < curve[:, 1])


def test_a_model_without_heads_has_one_array():
    assert len(Shared(np.zeros((2, 2))).arrays()) == 1
