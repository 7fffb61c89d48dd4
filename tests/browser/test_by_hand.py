"""Views that the reading page computes itself say and show, without a kernel, what Python does of the same controls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from board_page import empty_page, give_back
from playwright.sync_api import Browser, Locator, Page, expect
from reading.build import Site
from reading.recording import played
from reading.whole import MIXED, blended, disc_table, mixed, riddle, strangers
from sampled import only
from site_page import same, serving

from embeddings_course.demos.attention_by_hand import VECTORS, AttentionByHand
from embeddings_course.demos.base import Demo
from embeddings_course.demos.disc_table import DiscTable
from embeddings_course.demos.guess_word import NO_GUESS, GuessWord
from embeddings_course.demos.random_pairs import RandomPairs
from embeddings_course.demos.sense_mix import SenseMixer
from embeddings_course.demos.stage import performance

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "reading"
SCRIPTS = "".join((TOOLS / name).read_text(encoding="utf-8") for name in ("editor.js", "by_hand.js"))


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    sheet = empty_page(browser)
    yield sheet
    give_back(sheet)


def agree(page: Page, frame: str, world: dict[str, Any], now: dict[str, Any], view: Demo) -> str:
    """The page and Python show and say the same; what they say."""
    mine = page.evaluate(f"([world, now]) => {{ {SCRIPTS}; return {frame}(world, now); }}", [world, now])
    if view.error:
        assert mine == {"trouble": str(view.error)}
        return str(view.error)
    right = performance(view.picture, view.title)
    assert mine["form"]["says"] == right["form"]["says"] and mine["title"] == right["title"]
    same(mine["parts"], [[list(pile) for pile in row] for row in right["parts"]])
    return str(mine["form"]["says"])


def test_attention_by_hand_takes_and_blends_as_python_does(page: Page) -> None:
    view, rng, said = AttentionByHand(), np.random.default_rng(0), set()
    world = blended(view)
    hands, places = list(VECTORS), world["controls"]["right"]["values"]
    assert len(places) == 81 and (places[0], places[-1]) == (-4, 4)
    bounds = [0.0, -4.0, 4.0]
    for turn in range(30):
        times, divide = [1, 0, 3, 30][turn % 4], world["controls"]["divide"]["values"][turn % 2]
        for hand in hands:  # at first all alike at a bound, then two arrows alone, then all
            numbers = (bounds[turn], bounds[turn]) if turn < 3 else rng.choice(places, 2).tolist()
            if turn < 3 or turn > 15 or rng.random() < 0.2:
                view.set(vector=hand, right=numbers[0], up=numbers[1])
        view.set(times=times, divide=divide)
        now = {"numbers": {" ".join(name): row for name, row in view.numbers.items()}, "times": times, "divide": divide}
        said.add(agree(page, "blendFrame", world, now, view).rpartition(": ")[2])
        if turn in (2, 9):
            view.again()
    assert said == {"between the two.", "nearer to money.", "nearer to water."}


@pytest.mark.parametrize("times", [pytest.param(4, marks=pytest.mark.quick), pytest.param(30, marks=pytest.mark.slow)])
def test_a_mix_has_the_neighbours_and_places_that_python_finds(page: Page, times: int) -> None:
    view, rng = SenseMixer(), np.random.default_rng(0)
    world = mixed(view)
    states = [(50, "money", "river"), (0, "money", "river"), (100, "river", "money"), (50, "soup", "judge")]
    states += [(int(rng.integers(101)), *rng.choice(MIXED, 2, replace=False).tolist()) for _ in range(times)]
    weak = set()
    for share, one, two in states:
        view.set(share=share, one=one, two=two)
        weak.add(agree(page, "mixFrame", world, {"share": share, "one": one, "two": two}, view)[-6:])
    assert len(weak) > times / 3
    view.set(two="king", one="king")
    assert "Take two different" in agree(page, "mixFrame", world, {"share": 9, "one": "king", "two": "king"}, view)


TYPED = ["constructor, valueOf", "tram", " tram,, aunt  Mary, tram", "a\u00adunt\u00a0Jo,\x85pond\u2028x,\ufeffsea"]
TYPED += ["Tram", "<b>$5</b>"]
TYPED += ["a, b, c, d", "x" * 21, "tram, bank", "\U0001f600" * 21, "\U0001f600" * 20 + ", river"]


def test_discs_count_and_tell_as_python_does(page: Page) -> None:
    view, rng, said = DiscTable(), np.random.default_rng(0), []
    world = disc_table(view)
    columns, heroes = len(world["columns"]), world["heroes"]
    for turn in range(42):
        typed = TYPED[turn % len(TYPED)] if turn > 3 else ""
        view.set(own=typed, questions=int(rng.integers(columns)) + 1)
        words = list(view.table.words) if not view.error else []
        for word in heroes if turn in (1, 2) else [*rng.choice(words, 3), *words[-2:]] if words else ():
            for column in range(columns) if turn in (1, 2) else [int(rng.integers(columns))]:
                value = turn % 2 if turn in (1, 2) else round(float(rng.integers(11)) / 10, 1)
                view._pulled({"word": str(word), "column": column, "value": value})
        now = {"questions": view.controls["questions"].value, "own": typed, "changed": view.changed}
        said.append(agree(page, "discsFrame", world, now, view))
        if turn in (2, 20):
            view.reset()
    assert "bank and bill (0.00), then bank and jack (0.00), bill and jack (0.00)" in said[1]
    told = " ".join(said)
    assert all(some in told for some in ("has no answer yet", "Three words", "too long", "in the table already"))
    assert "Yours: " in told and "aunt Jo to " in told


def test_a_riddle_is_told_as_python_tells_it(page: Page) -> None:
    view, rng, said = GuessWord(), np.random.default_rng(0), []
    world = riddle(view)
    guesses, riddles = (world["controls"][name]["values"] for name in ("guess", "riddle"))
    states = [(1, 1, NO_GUESS), (1, 7, "boat"), (1, 1, "boat"), (7, 7, "river"), (4, 1, "bridge"), (10, 7, NO_GUESS)]
    states += [(int(rng.choice(riddles)), int(rng.integers(7)) + 1, str(rng.choice(guesses))) for _ in range(30)]
    for at in states:
        now = dict(zip(("riddle", "uncovered", "guess"), at, strict=True))
        view.set(**now)
        said.append(agree(page, "riddleFrame", world, now, view))
    told = " ".join(said)
    assert all(some in told for some in ("Yes, it is boat!", "is one of them, but", "compare its answer", "still fit"))


def test_strangers_score_what_python_drew(page: Page) -> None:
    view, rng = RandomPairs(), np.random.default_rng(0)
    world = json.loads(json.dumps(strangers(view)))
    dimensions, places = (world["controls"][name]["values"] for name in ("d", "yours"))
    states = [(d, yours) for d in (2, 768) for yours in (-1, 0, 1)]
    states += [(int(rng.choice(dimensions)), float(rng.choice(places))) for _ in range(30)]
    for d, yours in states:
        view.set(d=d, yours=yours)
        agree(page, "strangersFrame", world, {"d": d, "yours": yours}, view)
    assert len(world["drawn"]) == 7 and len(json.dumps(world)) < 20_000


# ---- in the page ----------------------------------------------------------------------------------------------------


@contextmanager
def standing(browser: Browser, folder: Path, views: Sequence[Demo], wide: int) -> Iterator[list[Locator]]:
    """Have views in a page of the site; gives the figure of each."""
    site, figures = Site(folder, []), ""
    site.scripts()
    for i, view in enumerate(views):
        script = f'course.views["{i}.js"] = {json.dumps(played(view), allow_nan=False)};'
        (folder / f"{i}.js").write_text(script, encoding="utf-8")
        figures += f'<figure class="view" data-view="{i}.js"></figure>'
    site.page("p.html", figures, "", title="A page")
    sheet = empty_page(browser, (wide, 740))
    with serving(folder) as address:
        sheet.goto(f"{address}/p.html")
        found = [sheet.locator(".view").nth(i) for i in range(len(views))]
        for figure in found:
            figure.scroll_into_view_if_needed()
            expect(figure).to_have_attribute("data-alive", "yes")
        yield found
        assert sheet.evaluate("document.documentElement.scrollWidth") <= wide
    give_back(sheet)


def words_and_picture(figure: Locator) -> tuple[str, str]:
    """What a view says, and all that it has drawn."""
    return figure.locator(".stage-caption").inner_text(), figure.locator(".stage-canvas").inner_html()


@pytest.mark.parametrize("wide", only([360], [360, 1280]))
def test_an_arrow_is_turned_in_the_page(browser: Browser, tmp_path: Path, wide: int) -> None:
    with standing(browser, tmp_path, [AttentionByHand()], wide) as [figure]:
        expect(figure.locator(".stage-caption")).to_contain_text(AttentionByHand().picture.describe())
        before = words_and_picture(figure)
        figure.get_by_label("water").press("End")
        expect(figure.locator(".stage-caption")).to_contain_text("bank takes river 0.9")
        after = words_and_picture(figure)
        assert before[0] != after[0] and before[1] != after[1]
        figure.get_by_label("Arrow").select_option(label="river gives (value)")
        expect(figure.get_by_label("water")).to_have_attribute("aria-valuetext", "1")
        figure.get_by_label("water").press("Home")
        expect(figure.locator(".stage-caption")).to_contain_text("nearer to money")
        figure.get_by_role("button", name="0", exact=True).click()
        expect(figure.locator(".stage-caption")).to_contain_text("money 0.20, near 0.20, the 0.20")
        figure.get_by_role("button", name="as at the start").click()
        assert words_and_picture(figure)[0] == before[0]
        expect(figure.get_by_role("button", name="1", exact=True)).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("wide", only([360], [360, 1280]))
def test_words_are_mixed_in_the_page(browser: Browser, tmp_path: Path, wide: int) -> None:
    with standing(browser, tmp_path, [SenseMixer()], wide) as [figure]:
        before = words_and_picture(figure)
        figure.get_by_label("Share of the first").press("ArrowRight")
        expect(figure.locator(".stage-caption")).to_contain_text("51 parts money, 49 parts river.")
        assert words_and_picture(figure)[1] != before[1]
        figure.get_by_label("First word").select_option("ship")
        figure.get_by_label("Second word").select_option("letter")
        expect(figure.locator(".stage-caption")).to_contain_text(SenseMixer.compute(51, "ship", "letter").describe())
        figure.get_by_label("First word").select_option("letter")
        expect(figure.locator(".stage-trouble")).to_contain_text("Take two different words.")
        expect(figure).to_contain_text("mix any two of 20,000 words")


@pytest.mark.parametrize("wide", only([360], [360, 1280]))
def test_a_disc_is_pulled_in_the_page(browser: Browser, tmp_path: Path, wide: int) -> None:
    with standing(browser, tmp_path, [DiscTable()], wide) as [figure]:
        caption, table = figure.locator(".stage-caption"), figure.locator("svg.stage-pulled")
        before = words_and_picture(figure)
        x, y = figure.page.evaluate(FIRST_DISC)
        figure.page.mouse.move(x, y)
        figure.page.mouse.down()
        figure.page.mouse.move(x + 60, y, steps=4)
        figure.page.mouse.up()
        expect(figure.locator(".stage-heard")).to_contain_text("bank, money: ")
        expect(caption).not_to_have_text(before[0].partition(": ")[2])
        after = words_and_picture(figure)
        assert before[0] != after[0] and before[1] != after[1]
        figure.get_by_role("button", name="Start again").click()  # at once: an answer that was told holds nothing back
        expect(caption).to_contain_text(DiscTable().picture.describe())
        assert figure.locator(".stage-canvas circle").evaluate_all(SIZES) == figure.evaluate(AT_FIRST, before[1])
        expect(figure.locator(".stage-heard")).to_have_text("bank, money: 0.9")
        figure.get_by_label("Your words").fill("tram")
        figure.get_by_label("Your words").press("Enter")
        expect(caption).to_contain_text("tram has no answer yet")
        figure.get_by_label("Your words").fill("tram, <b>x</b>")  # what is typed is text
        figure.get_by_label("Your words").press("Enter")
        expect(caption).to_contain_text("<b>x</b> has no answer yet")
        assert figure.locator(".stage-canvas b").count() == 0
        table.focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "+", "+"):
            table.press(key)
        expect(figure.locator(".stage-heard")).to_have_text("tram, water: 0.2")
        expect(caption).to_contain_text("tram to ")
        figure.get_by_label("Questions").press("End")
        expect(caption).to_contain_text("Counted: person, money, water, place, machine, in the hand, crime.")
        figure.get_by_label("Your words").fill("tram, bank")
        figure.get_by_label("Your words").press("Enter")
        expect(figure.locator(".stage-trouble")).to_contain_text("bank is in the table already")


@pytest.mark.parametrize("wide", only([360], [360, 1280]))
def test_a_word_is_guessed_and_strangers_meet_in_the_page(browser: Browser, tmp_path: Path, wide: int) -> None:
    with standing(browser, tmp_path, [GuessWord(), RandomPairs()], wide) as [guess, pairs]:
        before = words_and_picture(guess)
        guess.get_by_label("Questions").press("End")
        guess.get_by_label("Your guess").select_option("coin")
        expect(guess.locator(".stage-caption")).to_contain_text("Not coin: compare its answer on")
        guess.get_by_label("Your guess").select_option("boat")
        expect(guess.locator(".stage-caption")).to_contain_text("Yes, it is boat!")
        assert words_and_picture(guess)[1] != before[1]
        before = words_and_picture(pairs)
        pairs.get_by_role("button", name="768").press("Enter")
        expect(pairs.locator(".stage-caption")).to_contain_text("In 768 dimensions")
        pairs.get_by_label("Your cosine").press("Home")
        expect(pairs.locator(".stage-caption")).to_contain_text("100.0% of random pairs score -1.00 or more.")
        assert words_and_picture(pairs)[1] != before[1]


FIRST_DISC = """() => {
  const discs = [...document.querySelectorAll('.stage-canvas circle')];
  const box = discs.find((one) => one.textContent.startsWith('bank, money')).getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""
SIZES = "all => all.map((one) => [one.textContent, one.getAttribute('r')].join()).sort()"
AT_FIRST = """(_, html) => {
  const box = document.createElement('div');
  box.innerHTML = html;
  return [...box.querySelectorAll('circle')].map((one) => [one.textContent, one.getAttribute('r')].join()).sort();
}"""
