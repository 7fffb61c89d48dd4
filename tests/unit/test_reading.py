"""The pages to read, without a browser: gates before what was asked, no claims, one setting that names the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import ipywidgets as widgets
import make_site
import pytest
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from reading.build import Site
from reading.lesson_page import STAYS, LessonPage, figure, filled, question_html, questions_of
from reading.markdown import Prose, words_in
from reading.recording import INSIDE, MOST_FRAMES, MOST_OPTIONS, RecordedView, played, recorded, words_of
from site_page import told

from embeddings_course.commands.lecture import book
from embeddings_course.demos.alarm_machine import AlarmMachine
from embeddings_course.demos.attention_by_hand import AttentionByHand
from embeddings_course.demos.base import Demo, Number, buttons
from embeddings_course.demos.bert_growth import BertGrowth
from embeddings_course.demos.decoy_duel import DecoyDuel
from embeddings_course.demos.disc_table import DiscTable
from embeddings_course.demos.guess_word import GuessWord
from embeddings_course.demos.knob_board import KNOBS, KnobBoard
from embeddings_course.demos.random_pairs import RandomPairs
from embeddings_course.demos.sense_mix import SenseMixer
from embeddings_course.demos.vector_board import VectorBoard
from embeddings_course.demos.vector_editor import VectorEditor
from embeddings_course.exercises.engine.questions import Choice, Option
from embeddings_course.plots import Bars
from embeddings_course.plots.picture import Picture

ROOT = Path(__file__).resolve().parents[2]


def lesson(path: Path) -> LessonPage:
    nb = book.read(path)
    return LessonPage(nb, questions_of(nb), Prose({}), path.stem)


def outside_gates(html: str) -> str:
    """A page without what lies in a gate (gates hold folds, so tags are counted)."""
    kept, depth, inside = [], 0, None
    for piece in re.split(r"(<details[^>]*>|</details>)", html):
        if piece.startswith("<details"):
            depth += 1
            inside = depth if inside is None and 'class="gate"' in piece else inside
        if inside is None:
            kept.append(piece)
        if piece == "</details>":
            inside = None if inside == depth else inside
            depth -= 1
    assert depth == 0, "every gate and fold is closed"
    return "".join(kept)


@pytest.mark.parametrize("path", book.find(), ids=lambda path: path.stem)
def test_what_a_guess_is_about_stands_behind_a_gate(path: Path) -> None:
    made = lesson(path)
    html = made.html()
    open_text, guessed = words_in(outside_gates(html)), False
    for cell in made.nb.cells:
        guessed |= cell.cell_type == "code" and "predict(" in cell.source
        if guessed and "reveal" in book.tags(cell) and "claim" not in book.tags(cell):
            for output in cell.outputs:
                if text := " ".join(output.get("text", "").split()):
                    assert text not in open_text
    searched = " ".join(word for passage in made.passages for word in passage.words)
    assert made.guesses and len(searched) > 3000
    means = told(made.asked)
    assert len(means) > 3 and not any(text in open_text or text in searched for text in means)


def test_claims_are_out_solutions_folded_and_empty_exercises_say_nothing() -> None:
    cells = [
        new_markdown_cell(
            "# 99 · Test\n\n**The question.** Is <b> text?\n\nPress **Shift + Enter**.\n\nType into it. It moves."
        ),
        new_code_cell("assert 1 < 2", metadata={"tags": ["claim"]}),
        new_code_cell("import numpy as np"),
        new_code_cell("solution = 1", metadata={"tags": ["solution"]}),
        new_code_cell(
            "check('x', x)", metadata={"tags": ["exercise"]}, outputs=[new_output("stream", text="Not yet.")]
        ),
        new_code_cell("1 + 1", outputs=[new_output("stream", text="two <i>")]),
    ]
    html = LessonPage(new_notebook(cells=cells), questions_of(new_notebook()), Prose({}), "99").html()
    assert (
        "Shift" not in html
        and "Type" not in html
        and "It moves." in html
        and "assert" not in html
        and "Not yet" not in html
        and "two &lt;i&gt;" in html
        and "Is &lt;b&gt; text?" in html
    )
    assert html.count("<details") == 2 and "One solution" in html and "What this lesson imports" in html


def test_what_is_asked_and_told_cannot_leave_its_place_in_a_page() -> None:
    bad = "</script><img src=x onerror=alert(1)>\"'&"
    asked = Choice("x", bad, (Option(bad, bad, True), Option("b", "c")))
    html = question_html(asked.data(), "guess", "Guess")
    assert html.count("</script>") == 1 and "<img" not in html
    assert figure("a.png", {"alt": bad}, says=True).count("<img") == 1


def test_until_the_address_is_set_nothing_names_one(tmp_path: Path) -> None:
    site = Site(tmp_path, [])
    site.page("index.html", "", "", title="")
    without = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert bool(site.address) == ("canonical" in without) and 'content="card.png"' in without
    site.address = "https://example.org/course"
    site.page("index.html", "", "", title="")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/course/index.html">' in page
    assert 'content="https://example.org/course/card.png"' in page
    readme = re.sub(r"<!--.*?-->", "", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert Site(tmp_path, []).address or "mybinder.org" not in readme


def test_the_course_for_the_browser_is_taken_in_where_it_was_built(tmp_path: Path) -> None:
    built, target = tmp_path / "lite", tmp_path / "site" / "lite"
    make_site.take_lite(built, target)
    assert not target.exists()
    (built / "lab").mkdir(parents=True)
    (built / "lab" / "index.html").write_text("lab", encoding="utf-8")
    (built / "index.html").write_text("door", encoding="utf-8")
    for _ in range(2):
        make_site.take_lite(built, target)
        assert (target / "lab" / "index.html").read_text(encoding="utf-8") == "lab"


def test_a_link_out_of_the_site_waits_for_the_repository() -> None:
    assert Prose({}).html("[law](LICENSE)") == "<p>law</p>\n"
    found = Prose({}, "https://example.org/blob/main").html("[law](LICENSE)")
    assert 'href="https://example.org/blob/main/LICENSE"' in found


class Toy(Demo):
    """Three buttons, a slider of 2,001 places, and a line to type into."""

    title = "Toy"

    def make_controls(self) -> Mapping[str, widgets.Widget]:
        return {
            "times": Number("Times", 0.3, low=-1, high=1, step=0.001),
            "word": widgets.Text("bank", description="Word"),
            "kind": buttons("Kind", ["a", "b", "c"], "b"),
        }

    @classmethod
    def compute(cls, times: float, word: str, kind: str) -> Bars:
        return Bars([word], [times], title=kind)


def test_a_slider_gets_the_places_that_there_is_room_for() -> None:
    kept = recorded(Toy())
    assert kept is not None
    times, kind = kept["controls"]
    assert kind["options"] == ["a", "b", "c"] and kind["at"] == 1 and kept["more"].endswith("Word.")
    assert 5 <= len(times["options"]) <= MOST_OPTIONS and times["options"][times["at"]] == "0.3"
    assert {"-1", "1"} <= set(times["options"]) and len(kept["frames"]) == 3 * len(times["options"]) <= MOST_FRAMES
    assert kept["frames"]["0,2"]["form"]["says"] == Toy.compute(-1, "bank", "c").describe()


def test_of_the_knobs_one_moves_at_a_time() -> None:
    board = KnobBoard(window=15)
    kept = recorded(board)
    assert kept is not None and kept["controls"][0]["label"] == "Window"
    assert len(kept["frames"]) == 1 + sum(len(values) - 1 for _, values, _ in KNOBS.values())
    assert kept["frames"][",".join(str(c["at"]) for c in kept["controls"])]["form"]["says"] == words_of(board)


def test_what_grows_begins_at_its_beginning_and_has_play() -> None:
    view = BertGrowth()
    assert words_of(view) == BertGrowth.compute().describe() != view.picture.describe(), (
        "as its still, not as it begins"
    )
    kept = recorded(view)
    assert kept is not None and [control["pace"] for control in kept["controls"]] == [view.pace, 0]
    assert kept["controls"][0]["at"] == 0


def test_what_cannot_be_played_stays_a_still() -> None:
    assert played("a text") is None and played(None) is None
    shown = played(Bars(["money"], [0.5]))
    assert shown is not None and shown["picture"]["form"]["says"]


class Torn(Toy):
    """A toy that shows its picture in another widget than the stage."""

    def show(self, picture: Picture) -> None:
        super().show(picture)


def test_the_table_of_views_says_how_each_lives_in_the_page_and_why_not() -> None:
    def line(view: object) -> tuple[str, str, str]:
        return RecordedView(played(view), view).account()

    assert line(Bars(["money"], [0.5])) == ("Bars", "picture", INSIDE)
    for whole in (VectorBoard(), VectorEditor(), AlarmMachine(), DecoyDuel()):
        assert line(whole) == (type(whole).__name__, "whole", "")
    for by_hand in (AttentionByHand(), DiscTable(), GuessWord(), RandomPairs(), SenseMixer()):
        assert line(by_hand)[:2] == (type(by_hand).__name__, "whole")
    name, how, left = line(Toy())
    assert name == "Toy" and how.endswith("recorded states") and left == "these move too: Word."
    assert line(Torn())[1] == "still" and "widget of its own" in line(Torn())[2]
    assert RecordedView().account()[1:] == ("still", "its cell did not run")
    assert RecordedView(None, Toy()).account()[2].startswith("its words differ")


def test_a_view_that_stays_a_still_says_where_it_moves() -> None:
    assert STAYS in figure("a.png", {"alt": "A."}, says=True)
    assert STAYS not in figure("a.png", {"alt": "A."}) + figure("a.png", {"alt": "A."}, "views/a.js", says=True)


def test_no_name_is_declared_twice_in_the_page_s_one_script() -> None:
    script = Site(Path(), []).script()
    names = re.findall(r"(?m)^(?:function|class) (\w+)", script)
    for line in re.findall(r"(?m)^const (?!\{)(.+)", script):
        names += re.findall(r"(?:^|, )([A-Za-z_]\w*) = ", line)
    twice = {name for name in names if names.count(name) > 1}
    assert len(names) > 60 and not twice, twice


@pytest.mark.parametrize(("colour", "is_filled"), [("white", False), ("#f0f0f0", False), ("#7a4a00", True)])
def test_a_still_of_colour_is_dimmed_and_one_on_paper_is_turned(colour: str, is_filled: bool) -> None:
    kept = BytesIO()
    Figure(figsize=(1, 1), facecolor=colour).savefig(kept, format="png")
    assert filled(kept.getvalue()) == is_filled
    assert ("filled" in figure("a.png", {"filled": is_filled})) == is_filled
