"""Every right answer passes, in whatever way it was written, also on other cases than those of the page."""

import pytest
from right_answers import RIGHT
from test_exercises_lessons import LESSONS

SECONDS = {"by_drawing_pairs", "analogy_in_plain_python", "analogy_with_a_dictionary"}  # that long each of these takes
# the first two of each exercise; all with `--all`
BANK = [
    pytest.param(id, answer, id=f"{id}-{i}", marks=[pytest.mark.slow] * (i > 1 or answer.__name__ in SECONDS))
    for id, answers in RIGHT.items()
    for i, answer in enumerate(answers)
]


@pytest.mark.parametrize(("id", "answer"), BANK)
@pytest.mark.parametrize("seed", [None, pytest.param(7, marks=pytest.mark.slow)])
def test_a_right_answer_passes_however_it_is_written(id, answer, seed):
    lesson, exercise = id.split()
    verdict = LESSONS[f"lesson_{lesson}"].exercises[exercise].try_out(answer, seed=seed)
    assert verdict.passed, verdict.lines


def test_every_code_exercise_has_right_answers():
    code = {f"{x.number} {e.id}" for x in LESSONS.values() for e in x.exercises.values() if e.takes == "function"}
    assert set(RIGHT) == code and [id for id, answers in RIGHT.items() if len(answers) < 3] == []
