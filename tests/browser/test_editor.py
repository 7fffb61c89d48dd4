"""The vector editor of the reading page says, without a kernel, what Python says of the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from board_page import empty_page, give_back
from playwright.sync_api import Browser, Page, expect
from reading.build import Site
from reading.recording import played
from reading.whole import edited
from site_page import same, serving

from embeddings_course.demos.stage import performance
from embeddings_course.demos.vector_editor import VectorEditor

GOAL = ("bank", "river", "money")
EDITOR = Path(__file__).resolve().parents[2] / "tools" / "reading" / "editor.js"

SCRIPT = f"([world, rows, word]) => {{ {EDITOR.read_text(encoding='utf-8')}; return editedFrame(world, rows, word); }}"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    sheet = empty_page(browser)
    yield sheet
    give_back(sheet)


@pytest.mark.parametrize("goal", [None, GOAL])
def test_the_page_says_what_python_says(page: Page, goal: tuple[str, str, str] | None) -> None:
    editor, rng, sentences = VectorEditor(goal=goal), np.random.default_rng(0), set()
    world = edited(editor)
    for turn in range(30):
        word = GOAL[turn % 3] if turn < 20 else str(rng.choice(editor.start.words))
        row = rng.choice(world["places"], len(world["columns"])) if turn else editor.start[word]
        if turn % 4 == 1:  # bank between the two, or nearer to one
            share = 0.52 if turn % 8 == 1 else 0.8
            word, row = "bank", share * editor.start["river"] + (1 - share) * editor.start["money"]
        row = np.clip(row + rng.uniform(0, 1e-3, len(row)), 0, 1)  # no two words are equally near
        editor.set(word=word, **dict(zip(world["columns"], map(float, row), strict=True)))
        mine = page.evaluate(SCRIPT, [world, editor.table.vectors.tolist(), word])
        right = performance(editor.picture, editor.title)
        same(mine["parts"], [[list(pile) for pile in row] for row in right["parts"]])
        assert mine["form"]["says"] == right["form"]["says"] and mine["title"] == right["title"]
        sentences.add(mine["form"]["says"].split(": ")[1][:7] if goal else "")
        if turn % 5 == 4:
            editor.reset()
    assert not goal or sentences >= {"near ne", "near ri", "as near", "but you"}, sentences


def test_a_hand_and_a_key_change_a_word_and_start_again(browser: Browser, tmp_path: Path) -> None:
    site = Site(tmp_path, [])
    site.scripts()
    (tmp_path / "v.js").write_text(f'course.views["v.js"] = {json.dumps(played(VectorEditor(goal=GOAL)))};', "utf-8")
    site.page("p.html", '<figure class="view" data-view="v.js"></figure>', "", title="A page")
    sheet = empty_page(browser, (360, 740))
    with serving(tmp_path) as address:
        sheet.goto(f"{address}/p.html")
        says = sheet.locator(".view")
        expect(says).to_contain_text("near neither yet")
        sheet.get_by_label("water").press("End")
        expect(says).to_contain_text("Changed so far: bank.")
        sheet.get_by_label("Word to change").select_option(label="river")
        expect(says).to_contain_text("Nearest to river")
        sheet.get_by_role("button", name="Start again").click()
        expect(says).to_contain_text("Nothing is changed yet.")
        assert sheet.evaluate("document.documentElement.scrollWidth") <= 360
    give_back(sheet)
