"""The decoy duel and the false-alarm machine: what they say is what lessons 12 and 07 measure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import traitlets

from embeddings_course.audit import random_topics, topics_apart
from embeddings_course.demos.alarm_machine import AlarmMachine
from embeddings_course.demos.decoy_duel import DecoyDuel
from embeddings_course.exercises.keepsakes.claims import mirror_board
from embeddings_course.exercises.lessons.lesson_07 import HE, SHE
from embeddings_course.files.data import (
    ALARM_COLUMNS,
    ALARM_SIZES,
    DataError,
    load_false_alarms,
    load_mirrors,
    load_vectors,
)
from embeddings_course.files.errors import CourseError
from embeddings_course.plots.alarms import LIMITS
from embeddings_course.plots.duel import RIVALS

EMPTY = DecoyDuel().picture


def played(*picks: int, asking: bool = False):
    return replace(EMPTY, picks=picks, asking=asking)


def test_all_pairs_of_the_duel_are_the_table_of_the_lesson():
    board = np.round(np.asarray(mirror_board().values)[:, :, 0] * [[90], [30], [30], [30]])
    for column, player in ((0, "counts"), (1, "BERT")):
        both = [list(EMPTY.marks[rival][player]).count(2) for rival in RIVALS]
        assert both == [board[0, column], board[1:, column].sum()]
        assert all(len(EMPTY.marks[rival][player]) == 90 for rival in RIVALS)
    rows = {row[0]: row[1:] for row in EMPTY.shares}
    assert rows["BERT (MiniLM)"][:2] == ("82 of 90 (0.83 to 0.96)", "15 of 90 (0.10 to 0.26)")
    assert rows["a larger BERT (MPNet)"][:2] == ("86 of 90 (0.89 to 0.99)", "18 of 90 (0.12 to 0.30)")
    assert rows["any coin, on average"] == ("22.5 of 90", "22.5 of 90", "7.5 of 30", "7.5 of 30", "7.5 of 30")
    coins = [float(rows["this coin"][i].split()[0]) for i in (0, 1)]
    assert all(13 < coin < 32 for coin in coins), "nineteen coins of twenty, and more"


def test_what_the_duel_says_of_all_pairs_is_so():
    both = {
        (rival, player): list(marks).count(2) for rival, all_ in EMPTY.marks.items() for player, marks in all_.items()
    }
    assert both["topic", "BERT"] > 0.85 * 90 and both["opposite", "BERT"] < 0.25 * 90
    assert "no better than a coin" in EMPTY.told and "nearly full" in EMPTY.told
    assert DecoyDuel().told.describe() == EMPTY.told


def test_every_round_shows_its_answer_and_a_rival_of_its_kind():
    mirrors = {text: mirror for mirror in load_mirrors() for text in mirror.texts}
    kinds = {rival: [] for rival in RIVALS}
    for one in EMPTY.rounds:
        pair = mirrors[one.questions[0]]
        kinds[one.rival].append(pair.kind)
        for k in (0, 1):
            answer, rival = one.passages[k][one.right[k]], one.passages[k][1 - one.right[k]]
            assert answer == pair.texts[2 + k]
            assert (mirrors[rival] is pair) == (one.rival == "opposite") and mirrors[rival].kind == pair.kind
    assert {name: [found.count(kind) for kind in sorted(set(found))] for name, found in kinds.items()} == {
        "topic": [4, 4, 4],
        "opposite": [4, 4, 4],
    }
    assert len({mirrors[one.questions[0]].id for one in EMPTY.rounds}) == 24, "no pair comes twice"
    sides = [side for one in EMPTY.rounds for side in one.right]
    assert 12 < sum(sides) < 36, "the answer stands on both sides"


def test_a_pair_counts_only_both_ways_and_the_words_say_who():
    first = EMPTY.rounds[0]
    right, wrong = first.right, tuple(1 - side for side in first.right)
    assert played(*right).played("you", "topic") == [2] and played(*wrong).played("you", "topic") == [0]
    assert played(right[0], wrong[1]).played("you", "topic") == [1] and played(right[0]).played("you", "topic") == []
    assert "so it counts: you" in played(*right).describe() and "1 by you" in played(*right).describe()
    assert "so it counts: you" not in played(*wrong).describe() and "0 by you" in played(*wrong).describe()
    assert (
        played(right[0]).describe().startswith("Right: you") and "you" in played(wrong[0]).describe().split("Wrong")[1]
    )
    assert EMPTY.describe() == first.asks[0] and played(right[0], asking=True).describe() == first.asks[1]
    last = played(*[0] * 48)
    assert last.over and last.describe().startswith("Right: ") and last.describe().endswith(f"of 24. {EMPTY.ending}")
    assert (
        replace(last, asking=True).describe() == last.describe() != EMPTY.told == replace(last, whole=True).describe()
    )
    for one in EMPTY.rounds:
        same = one.rival == "opposite" and one.choices["BERT"][0] == one.choices["BERT"][1]
        assert same == any(f"{who} gave both questions" in one.falls[1][0] for who in (" BERT", " BERT and counts"))


def test_odd_states_of_the_duel():
    duel = DecoyDuel()
    for picks in ([2], [-1], [0] * 49, "left"):
        with pytest.raises(traitlets.TraitError):
            duel.picks = picks
    with pytest.raises(CourseError, match="0 \\(left\\) or 1"):
        played(7)
    for state in duel.sample_states():
        for name, value in state.items():
            setattr(duel, name, value)
        assert duel.picture.describe() and duel.still().png.startswith(b"\x89PNG")
    assert DecoyDuel(asking=False).picture.asking, "nothing has fallen yet"


# ---- the false-alarm machine ----------------------------------------------------------------------------------------


def test_recorded_pulls_are_what_the_lesson_computes():
    """Eight of 800; the claim 07-the-alarm-rings has 200 of them measured anew."""
    books, alarms = load_vectors(), load_false_alarms()
    for topics, size in ALARM_SIZES.items():
        for seed in (0, 199):
            drawn, kept = random_topics(books, 2 * topics, size, seed, skip=SHE + HE), alarms[topics][seed]
            assert topics_apart(books, drawn, SHE, HE)[1] == pytest.approx(kept.single, abs=1e-3)
            if topics > 2:
                assert topics_apart(books, drawn, SHE, HE, whole=True)[1] == pytest.approx(kept.whole, abs=1e-3)
            else:
                assert kept.whole is None
                with pytest.raises(CourseError, match="too few to tell"):
                    topics_apart(books, drawn, SHE, HE, whole=True)
            assert drawn[0][0] == kept.first.split()[0] or kept.first.split()[0] in drawn[0]


def test_the_machine_says_what_lesson_07_says():
    machine = AlarmMachine(pulls=200)
    assert sum(machine.picture.rang) == 113 and "rang in 113 of 200 pulls" in machine.picture.describe()
    assert machine.picture.promised == 10
    machine.topics, machine.whole = "5", True
    assert sum(machine.picture.rang) <= 0.09 * 200
    rows = {row[0]: row[1:] for row in machine.picture.shares}
    assert rows["1 x 10 words a side, words dealt"][1] == "113 of 200 (0.49 to 0.63)"
    assert rows["5 x 4 words a side, topics dealt"][1] == "5 of 200 (0.01 to 0.06)"
    for name in ("5 x 4 words a side, topics dealt", "10 x 2 words a side, topics dealt"):
        for said, limit in zip(rows[name], LIMITS, strict=True):  # the honest alarm keeps its word at every setting
            low, high = map(float, said.split("(")[1][:-1].split(" to "))
            assert low - 0.005 <= limit <= high + 0.005


def test_an_alarm_without_a_clapper_says_so_and_the_first_pull_comes_from_a_hand():
    machine = AlarmMachine()
    assert machine.picture.pulls == 0 and "Pull" in machine.picture.describe()
    assert machine.told.pulls == 200, "on paper nobody pulls"
    machine.whole = True
    assert "cannot ring" in machine.picture.describe() and not any(machine.told.rang)
    for state in machine.sample_states():
        for name, value in state.items():
            setattr(machine, name, value)
        assert machine.picture.describe() and machine.still().png.startswith(b"\x89PNG")
    for name, odd in (("pulls", 201), ("topics", "3"), ("limit", 0.5)):
        with pytest.raises(traitlets.TraitError):
            setattr(machine, name, odd)
    with pytest.raises(CourseError, match="so many topics"):
        replace(machine.picture, topics="3")
    with pytest.raises(CourseError, match="Pulls go from 0 to 200"):
        replace(machine.picture, pulls=-1)


@pytest.mark.parametrize("cell", ["1.5", "-0.1", "often", "nan"])
def test_a_chance_that_is_none_is_named_with_its_line(tmp_path, cell):
    file = tmp_path / "false_alarms.csv"
    file.write_text("\n".join([",".join(ALARM_COLUMNS), f"1,0,a b,c d,{cell},"]), encoding="utf-8")
    with pytest.raises(DataError, match="line 2: a chance"):
        load_false_alarms(file)
