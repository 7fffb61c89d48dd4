"""Answers that once fooled a check, and right ones that it once refused: each is answered as it should be."""

import numpy as np
import pytest
from test_exercises_lessons import LESSONS

from embeddings_course.files.models import find_model

needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="MiniLM is not on this machine")


def said(id, answer):
    lesson, exercise = id.split()
    verdict = LESSONS[f"lesson_{lesson}"].exercises[exercise].try_out(answer, twice=True)
    return verdict.state, " ".join(verdict.lines)


BANK = "the bank robber {} the bank of the river"
BONE = {"says": "the bone is broken", "denies": "the bone is not broken", "same": "seven ships sail far to the north"}
LETTERS = {
    "sentences": ["a b", "the hot dog", "a hot dog", "my hot dog"],
    "rare": ("a", "b"),
    "faithful": ("hot", "dog"),
}
FAR_OFF = [("scotland", "fatigue", "ireland"), ("upper", "higher", "lower"), ("older", "elder", "younger")]
WHICH = {
    "A": ("wikipedia", "senate"),
    "B": ("books", "brook"),
    "C": ("wikipedia", "edward"),
    "D": ("wikipedia", "banks"),
    "E": ("books", "shilling"),
    "F": ("books", "jim"),
}


@pytest.mark.parametrize(
    ("id", "answer", "words"),
    [
        ("00b gaps", lambda table, row: np.array([t - row for t in table]), "with a loop"),
        ("00b slope", lambda f, x: (f(x + 1e-18) - f(x)) / 1e-18, "lost in rounding"),
        ("01 distance", lambda a, b: np.linalg.norm(a - b), "ready-made `norm`"),
        ("01 features", lambda facts: [facts["wet"] + 2 * facts["money"] + 4 * facts["alive"]], "One number puts all"),
        ("02 cosine", lambda a, b: a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9), "was one length taken"),
        ("03 rare-wins", LETTERS, "is a letter, no word"),
        ("07 fair-triples", FAR_OFF, "in this table a stranger"),
        ("08 which-text", WHICH, "it decides nothing"),
    ],
)
def test_a_lazy_answer_is_refused_with_its_idea(id, answer, words):
    state, told = said(id, answer)
    assert state == "wrong" and words in told


@needs_model
@pytest.mark.parametrize(
    ("id", "answer", "words"),
    [
        ("09 control", BANK.format("deposits cash in"), "speaks of money"),
        ("09 control", "xq zw " + BANK.format("lives near"), "is no word of the old books"),
        ("12 opposites", BONE, "Even here that is a stranger"),
    ],
)
def test_a_lazy_sentence_is_refused_with_its_idea(id, answer, words):
    state, told = said(id, answer)
    assert state == "wrong" and words in told


def test_what_was_refused_and_is_right_passes():
    assert said("00b zero-dot", np.eye(2))[0] == "right"
    twice = {"sentences": ["salt in the soup", "pepper in the soup", "bim bam bim bam"], "together": ("bim", "bam")}
    assert "meet only once" not in said("03 never-meet", twice | {"alike": ("salt", "pepper")})[1]


@pytest.mark.parametrize(
    ("says", "denies", "so"),
    [
        ("he likes it very much", "he does not like it very much", True),
        ("they know the way", "they do not know the way", True),
        ("she is at home", "she is not at home", True),
        ("he likes it very much", "he does not eat it very much", False),
        ("he likes it very much", "he does like it very much", False),
    ],
)
def test_a_denial_may_need_a_helping_verb(says, denies, so):
    from embeddings_course.exercises.lessons.lesson_12 import _only_negated

    assert _only_negated(says.split(), denies.split()) is so and _only_negated(denies.split(), says.split()) is so


def test_a_sampler_with_luck_from_elsewhere_is_seen():
    def plant(sentences, one, two, n_one, n_two, token, rng):
        rng, new = np.random.default_rng(), [list(s) for s in sentences]
        for word, n in ((one, n_one), (two, n_two)):
            places = [(i, j) for i, s in enumerate(sentences) for j, w in enumerate(s) if w == word]
            for k in rng.permutation(len(places))[:n]:
                new[places[k][0]][places[k][1]] = token
        return new

    assert "another source than `rng`" in said("08 plant", plant)[1]


def test_a_loss_of_nan_is_not_called_right():
    state, told = said("11 masked-loss", lambda v, w, labels: (np.sum((v @ w - labels) ** 2), v * 0))
    assert state == "wrong" and "is right" not in told and "NaN" in told
