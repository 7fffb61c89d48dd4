"""Lesson 12: right answers pass, the mistakes of the syllabus get their own sentence, a locked plan stays locked."""

from __future__ import annotations

import re

import numpy as np
import pytest

from embeddings_course.exercises import bag, progress
from embeddings_course.exercises.keepsakes import certificate, claims
from embeddings_course.exercises.keepsakes.certificate import AGAIN, CertificateBox, file_name, page, row_lines, save
from embeddings_course.exercises.keepsakes.claim_boxes import ClaimBox, PlanBox, claim, plan
from embeddings_course.exercises.keepsakes.claims import CHANCE, locked_plan, measure, open_envelope
from embeddings_course.exercises.lessons import lesson_12
from embeddings_course.exercises.lessons.lesson_00 import lesson as start
from embeddings_course.exercises.lessons.lesson_12 import check, lesson, open_guess
from embeddings_course.files.data import QUERY_KINDS, load_features, load_queries
from embeddings_course.files.models import find_model

needs_model = pytest.mark.skipif(find_model("minilm") is None, reason="MiniLM is not on this machine")
GOOD = ("Does BERT find what counting misses?", "plain", "MRR", "counts", "BERT")


@pytest.fixture(autouse=True)
def home(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- exercises ---


OPPOSITES = {"says": "the bone is broken", "denies": "the bone is not broken", "same": "a fracture of the skeleton"}


@needs_model
def test_the_denial_is_nearer():
    assert check("opposites", OPPOSITES).text.startswith("Right")
    near = OPPOSITES | {"same": "my bone has been fractured into pieces, so broken it is"}
    assert "shares bone, broken" in check("opposites", near).text


@needs_model
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"denies": "the bone is quite whole"}, "one word put in or taken out"),
        ({"same": "no fracture of the skeleton"}, "does it have a negation"),
        ({"says": "broken", "denies": "not broken"}, "at least two different words"),
        ({"says": "my sister is happy", "denies": "my sister is never happy", "same": "my sibling feels joyful"}, ""),
    ],
)
def test_what_is_no_counterexample_is_told_why(change, told):
    said = check("opposites", OPPOSITES | change).text
    assert told in said and (told == "" or said.startswith("Look again"))


def test_forms_of_answers_are_read():
    assert "dictionary with three texts" in check("opposites", {"says": "a b c"}).text


# --- the plan ---


def test_a_plan_is_locked_and_the_first_one_stays():
    assert plan(*GOOD).text.startswith("Your plan is locked.")
    said = plan("Another one, please", "roles", "decoy", "word2vec", "BERT").text
    assert "it stays" in said and "BERT against counts, on plain questions" in said
    assert locked_plan() == claims.Plan(*GOOD)
    assert "it stays" not in plan(*GOOD).text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({3: None}, "There is no baseline"),
        ({3: "none"}, "There is no baseline"),
        ({3: "BERT"}, "cannot be its own baseline"),
        ({3: "luck"}, "What is to be beaten? Choose: chance"),
        ({0: "  "}, "Write your question first"),
        ({0: "."}, "That is no question yet"),
        ({0: "does a"}, "That is no question yet"),
        ({1: "poems"}, "On which questions"),
        ({2: "feeling"}, "How will you measure"),
        ({2: "decoy"}, "have no decoys"),
        ({4: "magic"}, "Which way do you test"),
    ],
)
def test_a_plan_that_lacks_something_is_not_locked(change, told):
    asked = [change.get(i, value) for i, value in enumerate(GOOD)]
    said = plan(*asked).text
    assert said.startswith("Not locked.") and told in said and locked_plan() is None


def test_who_opens_the_envelope_first_is_noted(capsys):
    assert len(open_envelope()) == 72 and "No plan is locked yet" in capsys.readouterr().out
    assert "envelope was open" in plan(*GOOD).text and locked_plan().after_looking
    open_envelope()
    assert "Your plan (locked after looking)" in capsys.readouterr().out


def test_a_plan_locked_first_is_not_marked_by_opening(capsys):
    plan(*GOOD)
    open_envelope()
    assert "was locked first: BERT against counts" in capsys.readouterr().out
    assert not locked_plan().after_looking


def test_the_scoreboard_counts_as_looking():
    board = claims.scoreboard("first")
    assert board.values.shape == (5, 4, 3) and (board.values[..., 1] <= board.values[..., 0]).all()
    plan(*GOOD)
    assert locked_plan().after_looking
    with pytest.raises(claims.BadPlan, match="for all kinds"):
        claims.scoreboard("decoy")


def test_opening_alone_is_no_progress():
    open_envelope()
    assert "Nothing is written down yet" in progress().text


def test_after_a_claim_that_stands_comes_the_next_plan():
    plan(*GOOD)
    claim("worse", "roles")
    assert "it stays" in plan("The second one", "roles", "decoy", "chance", "BERT").text, (
        "a claim that fell frees nothing"
    )
    claim("better", "roles")
    assert PlanBox().button.disabled is False
    assert "it stays" not in plan("The second one", "roles", "decoy", "chance", "BERT").text
    assert [p.question for p in claims.plans()] == [GOOD[0], "The second one"] and claims.kept_claim() is None
    assert claim("cannot tell", "roles").text.startswith("Your claim stands.")
    assert "The second one" in page() and GOOD[0] in page()


def test_a_long_question_is_cut_and_a_foreign_entry_is_no_plan():
    plan("why " * 200, *GOOD[1:])
    assert len(locked_plan().question) <= claims.LONGEST
    progress.reset(confirm=True)
    claims.store().save("12", "plan", "exercise", "done", {"kind": "plain"})
    assert locked_plan() is None


# --- measuring ---


def test_chance_by_hand():
    one = [q for q in load_queries() if len(q.relevant) == 1][:1]
    assert measure(CHANCE, "first", one)[0] == pytest.approx(1 / 403)
    assert measure(CHANCE, "MRR", one)[0] == pytest.approx(sum(1 / r for r in range(1, 11)) / 403)
    two = [q for q in load_queries() if len(q.relevant) == 2][:1]
    assert measure(CHANCE, "first", two)[0] == pytest.approx(2 / 403)
    rng = np.random.default_rng(1)
    first = rng.permuted(np.tile(np.arange(403), (20000, 1)), axis=1)[:, :10]
    hit = (first < 2).any(axis=1) / ((first < 2).argmax(axis=1) + 1)
    assert measure(CHANCE, "MRR", two)[0] == pytest.approx(hit.mean(), rel=0.1)


def test_the_numbers_of_the_lesson():
    by_kind = {kind: [q for q in load_queries() if q.kind == kind] for kind in QUERY_KINDS}
    mean = {(way, kind): measure(way, "MRR", by_kind[kind]).mean() for way in claims.WAYS for kind in QUERY_KINDS}
    assert mean["BERT", "plain"] > 0.5 > 0.2 > mean["word2vec", "plain"] > mean["counts", "plain"]
    assert mean["counts", "rare"] == mean["BERT", "rare"] == 1 and mean["word2vec", "rare"] == 0
    assert mean["counts", "numbers"] > mean["word2vec", "numbers"] + 0.2
    for kind in ("numbers", "roles"):
        assert 0 < measure("BERT", "decoy", by_kind[kind]).mean() < 1


# --- the claim ---


def test_no_plan_no_claim():
    assert "Lock a plan first" in claim("better", "roles").text


def test_a_claim_that_follows_stands_and_is_kept():
    plan(*GOOD)
    said = claim("better", "roles", note="So it is.").text
    assert said.startswith("Your claim stands.") and "of 8 roles questions" in said and "44 questions" in said
    kept = claims.kept_claim()
    assert kept["verdict"] == "better" and kept["note"] == "So it is." and kept["tested"] == 44


@pytest.mark.parametrize(
    ("asked", "arguments", "told"),
    [
        (
            GOOD,
            ("worse", "roles"),
            r"Your baseline, counts, gives 0\.\d\d\. BERT gives 0\.\d\d\. The table says \*better",
        ),
        (GOOD, ("cannot tell", "roles"), "0 lies outside"),
        (GOOD, ("better", "rare"), "all 6 rare questions on top"),
        (GOOD, ("better", None), "Name one kind"),
        (GOOD, ("marvellous", "roles"), "What does the table say"),
        (
            ("is it so", "numbers", "MRR", "counts", "BERT"),
            ("better", "roles"),
            "0 lies inside it, so this table cannot tell",
        ),
        (
            ("is it so", "rare", "MRR", "counts", "word2vec"),
            ("better", "rare"),
            r"counts, gives 1\.00\. word2vec gives 0\.00",
        ),
    ],
)
def test_a_claim_that_does_not_follow_is_told_why(asked, arguments, told):
    plan(*asked)
    said = claim(*arguments).text
    assert said.startswith("Look again.") and re.search(told, said)
    assert claims.kept_claim() is None


def test_the_first_verdict_is_kept_whoever_tries_all_three():
    plan(*GOOD)
    assert "interval" not in claim("marvellous", "roles").text, "nothing is shown before a verdict is locked"
    claim("worse", "roles")
    claim("cannot tell", "roles")
    assert "Your first verdict was *worse*" in claim("better", "roles").text
    assert claims.kept_claim()["first"] == "worse"
    assert "Nothing is written down yet" not in progress().text


def test_what_was_tuned_on_may_not_be_tested():
    plan("is it so", "roles", "MRR", "counts", "BERT")
    said = claim("better", "roles", tuned_on=["roles-01", "roles-02", "plain-01"]).text
    assert "2 of 8 things in the test are also among those you tuned on" in said
    rest = [f"roles-0{i}" for i in range(3, 9)]
    assert "tuned" not in claim("better", "roles", tuned_on=["roles-01", "roles-02"], tested_on=rest).text
    assert "too few for an interval" in claim("better", "roles", tested_on=rest[:3]).text
    assert "none of the roles questions" in claim("better", "roles", tested_on=["rare-01"]).text
    chosen = claim("better", "roles", tested_on=rest[:6])
    assert "(2 in all)" in chosen.text and "a test that says anything" in chosen.text


def test_measurements_of_ones_own():
    plan("does my tagger beat the commonest sense", "own", "", "commonest sense", "my tagger")
    assert "no baseline in the table" in claim("better", "verbs", scores=[1, 0, 1, 1, 1]).text
    assert "14 scores, but 3" in claim("better", "x", scores=[1] * 14, baseline_scores=[0] * 3).text
    assert "too few" in claim("better", "x", scores=[1], baseline_scores=[0]).text
    assert "list of numbers" in claim("better", "x", scores="good", baseline_scores=[0]).text
    twins = {"tuned_on": ["The Bank  is closed"], "tested_on": ["the bank is closed", "b", "c", "d", "e"]}
    numbers = {"scores": [0.9, 0.8, 0.9, 0.7, 0.8], "baseline_scores": [0.5, 0.6, 0.5, 0.5, 0.6]}
    assert "1 of 5 things in the test" in claim("better", "verbs", **twins, **numbers).text
    assert "a name for each of your 5 scores" in claim("better", "verbs", **numbers).text
    numbers["tested_on"] = ["a", "b", "c", "d", "e"]
    assert "Name one thing" in claim("better", ".", **numbers).text
    again = numbers | {"tested_on": ["a", "b", "A", "d", "e"]}
    assert "'a' stands in the test twice" in claim("better", "verbs", **again).text
    worse = {
        "tested_on": numbers["tested_on"],
        "scores": numbers["baseline_scores"],
        "baseline_scores": numbers["scores"],
    }
    assert "commonest sense, gives 0.82. my tagger gives 0.54" in claim("better", "verbs", **worse).text
    assert claim("better", "verbs", **numbers).text.startswith("Your claim stands.")


# --- the forms ---


def test_the_plan_form():
    form = PlanBox()
    form.button.click()
    assert "Not locked" in form.message.value and not form.button.disabled
    form.question.value = "<b>why is it so</b>"
    form.kind.value, form.metric.value, form.way.value = "roles", "decoy", "BERT"
    form.button.click()
    assert "no baseline" in form.message.value
    form.baseline.value = "chance"
    form.button.click()
    assert form.button.disabled and "&lt;b&gt;why" in form.message.value and "<b>why" not in form.message.value
    assert PlanBox().button.disabled, "a new form shows the locked plan"
    assert "roles" not in repr(form), "the saved twin is always the same"


def test_the_claim_form():
    form = ClaimBox()
    form.button.click()
    assert "Lock a plan first" in form.message.value or "What does the table say" in form.message.value
    plan("is it so", "roles", "MRR", "counts", "BERT")
    form.verdict.value, form.limit.value, form.tuned.value = "better", "numbers", "roles-01, roles-02"
    form.button.click()
    assert "2 of 8" in form.message.value
    form.leave_out.value = True
    form.button.click()
    assert "on 6 questions" in form.message.value, "what was tuned on is not tested"
    form.tuned.value = ""
    form.button.click()
    assert "Your claim stands" in form.message.value and "on 8 questions" in form.message.value


# --- the page ---


def everything():
    start.predict("title", "b")
    lesson.predict("title-again", "b")
    plan('<i>"q"</i> is it so', *GOOD[1:])
    claim("better", "roles", note="<script>alert(1)</script>")
    lesson.quiz("near", "c")


def test_the_page_holds_everything_escaped():
    everything()
    text = page("<img src=x>", ["<u>river</u>"], list(load_features()["robber"]), "1 May 2030")
    for raw in ("<script>", "<img", "<u>", "<i>"):
        assert raw not in text
    for said in ("For some jobs yes, for others no", "&lt;script&gt;", "&lt;img src=x&gt;", "Nearest to me: robber"):
        assert said in text
    assert "MRR on 44 questions" in text and "1 question answered" in text and "1 May 2030" in text
    assert "Content-Security-Policy" in text and "http://" not in text and "https://" not in text


def test_an_empty_page_is_a_page():
    text = page()
    assert text.startswith("<!DOCTYPE html>") and text.rstrip().endswith("</html>") and "What I" not in text


def test_the_page_says_what_the_last_table_said():
    said = certificate.verdict_lines()
    right = [re.findall(r"for (\d+)", line) for line in said[:-1]]
    assert right == [["26", "7"], ["82", "15"], ["86", "18"]] and "coin: 22 or 23" in said[0]
    assert all(line.replace("'", "&#x27;") in page() for line in said)


def test_the_page_goes_to_the_working_folder_or_to_where_progress_is(home, monkeypatch):
    CertificateBox().save()
    assert (home / "home" / "my_embeddings.html").exists() and not (home / "my_embeddings.html").exists()
    mine = home / "my_course" / "deeper"
    mine.mkdir(parents=True)
    monkeypatch.chdir(mine)
    CertificateBox().save()
    assert (home / "my_course" / "my_embeddings.html").exists()


def test_a_page_is_written_whole_and_never_over_another(home, monkeypatch):
    assert save(name="Ada").text.startswith("Saved.")
    first = (home / "my_embeddings.html").read_text(encoding="utf-8")
    assert "Ada" in first and not list(home.glob("*.part"))
    assert save(name="Bob").text.startswith("Not saved.")
    assert (home / "my_embeddings.html").read_text(encoding="utf-8") == first
    assert save(name="Bob", replace=True).text.startswith("Saved.")
    assert "Bob" in (home / "my_embeddings.html").read_text(encoding="utf-8")
    (home / "file").write_text("")
    assert "could not be written" in save(home / "file" / "where.html").text


def test_the_bag_goes_in_only_if_ticked(home, monkeypatch):
    monkeypatch.setattr(bag, "_here", {"bank": ["a queue"]})
    save("one.html")
    save("two.html", with_bag=True)
    assert "a queue" not in (home / "one.html").read_text(encoding="utf-8")
    assert "a queue" in (home / "two.html").read_text(encoding="utf-8")


def test_the_page_form(home):
    class Editor:
        table = load_features().with_row("you", load_features()["driver"])

    form = CertificateBox(Editor())
    form.name.value, form.file.value = "Ada & Co", "../mine"
    form.button.click()
    assert "Nearest to me: driver" in (home / "home" / "mine.html").read_text(encoding="utf-8")
    form.button.click()
    assert "Not saved" in form.message.value
    form.replace.value = True
    form.button.click()
    assert "Saved" in form.message.value
    assert CertificateBox().row() is None and row_lines([1, 2]) == []


def test_file_names_stay_in_this_folder():
    for typed in ("../x", "C:\\x", "/etc/x", "x.html", "x.htm"):
        assert file_name(typed) == "x.html"
    assert file_name("...") == certificate.FILE


def test_the_guess_is_opened():
    assert "No guess is locked" in open_guess().text
    start.predict("title", "d")
    assert "I do not know yet what an embedding is" in open_guess().text
    lesson.predict("title-again", "a")
    assert AGAIN[0] in open_guess().text
    assert tuple(option.text for option in lesson.predictions["title-again"].options) == AGAIN


def test_the_module_gives_what_the_notebook_calls():
    assert set(lesson_12.__all__) <= set(dir(lesson_12))
