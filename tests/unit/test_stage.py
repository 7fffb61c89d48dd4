"""The stage: one table of colours, what the page can draw, and a twin that takes the page's theme."""

from __future__ import annotations

import re
from pathlib import Path

import make_language
import pytest

from embeddings_course.commands.server import SETTINGS
from embeddings_course.demos import stage
from embeddings_course.demos.stage import DRAWN, performance
from embeddings_course.plots import tokens
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.picture import moving_twin
from embeddings_course.plots.style import INK, PAPER, SOFT
from embeddings_course.plots.tokens import MARKS, ROLE_OF_COLOUR, SERIES, TOKENS, at_night, contrast, roles_of, themed

HERE = Path(stage.__file__)
STYLE, SCRIPT = (HERE.with_suffix(kind).read_text(encoding="utf-8") for kind in (".css", ".js"))
GROUNDS = {"light": ("#FFFFFF",), "dark": ("#111111", "#212121")}


@pytest.mark.parametrize("name", [name for name in TOKENS if name != "ground"])
@pytest.mark.parametrize("theme", GROUNDS)
def test_a_token_stands_out_from_its_ground(name, theme):
    assert all(contrast(getattr(TOKENS[name], theme), ground) >= 3 for ground in GROUNDS[theme])


def test_contrast_can_fail():
    assert contrast("#F0E442", "#FFFFFF") < 3 < contrast("#222222", "#FFFFFF")


def test_senses_differ_in_shape_and_not_by_colour_alone():
    senses = [TOKENS[name].shape for name in ("money", "river", "person", "tool", "card", "invoice", "law", "you")]
    assert len(set(senses)) == len(senses)
    shapes = dict(re.findall(r'(\w+): "(\w+)"', SCRIPT[SCRIPT.index("SHAPE_OF") : SCRIPT.index("STOPS")]))
    assert shapes == {name: TOKENS[name].shape for name in shapes} and len(shapes) == 8


def test_the_page_has_the_same_table():
    page = dict(re.findall(r"--stage-(\w+): light-dark\((#\w+, #\w+)\)", STYLE))
    assert page == {name: f"{t.light}, {t.dark}" for name, t in TOKENS.items() if name != "ground"}


def test_colours_of_data_come_from_tokens_alone():
    """Only the two scales of the heat map and the ink on them have numbers of their own."""
    rules = re.sub(r"--stage-\w+:[^;]*;", "", STYLE)
    assert not re.findall(r"#[0-9a-fA-F]{3,6}\b", rules)
    assert set(re.findall(r"#[0-9a-fA-F]{3,6}\b", SCRIPT)) <= {"#000", "#fff"}


def test_letters_on_a_projector_are_large():
    sizes = [float(x) for x in re.findall(r"\.stage-full[^{]*\{[^}]*?font-size: (\d+)px", STYLE)]
    assert min(sizes) >= 22 and "Math.max(25," in SCRIPT and "prefers-reduced-motion" in STYLE


def test_the_script_draws_what_python_leaves_to_it():
    kinds = re.search(r"export const KINDS = \{([^}]*)\}", SCRIPT).group(1)
    assert {*re.findall(r"(\w+):", kinds), "Words"} == {*DRAWN}


def test_every_colour_of_a_still_has_a_token():
    """All other colours that a still names are greys; `heat.py` has its two scales."""
    for file in Path(tokens.__file__).parent.glob("*.py"):
        if file != Path(tokens.__file__):
            named = re.findall(r'"#([0-9a-fA-F]{6})"', file.read_text(encoding="utf-8"))
            assert all(colour[:2] == colour[2:4] == colour[4:] for colour in named), file.name
    assert set(ROLE_OF_COLOUR.values()) == set(TOKENS)


def test_names_take_the_roles_that_they_take_in_the_page():
    assert list(roles_of(["boats", "river", "shops"]).values()) == ["money", "river", "tool"]
    assert list(SERIES) == re.findall(r'"(\w+)"', SCRIPT[SCRIPT.index("const SERIES") :].splitlines()[0])
    assert {*MARKS} == {token.shape for token in TOKENS.values()}


class Drawn(Bars):
    """Bars that the page cannot draw."""

    def parts(self):
        return ()

    def html(self):
        return None


def test_a_twin_by_matplotlib_is_safe_and_takes_the_theme():
    twin = moving_twin(Drawn(["<b>It's 'so'</b>", "$x$"], [0.5, 0.2]))
    assert "<b>" not in twin and "It's 'so'" in twin and "DejaVu" not in twin
    assert "<style" not in twin and "#ffffff" not in twin.replace("var(--stage-ground, #ffffff)", "")
    assert "var(--stage-plain, #47688a)" in twin
    own = {role: token.light.lower() for role, token in TOKENS.items()}
    assert all(f"var(--stage-{role}, " in themed(f'<g fill="{colour}"/>') for role, colour in own.items())


def test_a_performance_is_whole_without_a_kernel():
    shown = performance(Bars(["money"], [0.5]), "How far?")
    assert shown["parts"] == [[[shown["form"]]]] and shown["twin"] == ""
    assert performance(Drawn(["money"], [0.5]))["parts"] == []


@pytest.mark.parametrize("colour", [*ROLE_OF_COLOUR, INK, SOFT])
def test_a_still_stands_out_at_night_as_on_white(colour):
    assert contrast(at_night(colour), at_night(PAPER)) >= min(3, contrast(colour, PAPER))


def test_the_page_turns_stills_dark_as_python_computes_it():
    script = (SETTINGS / "labextensions" / "course-console" / "static" / "remoteEntry.js").read_text(encoding="utf-8")
    assert "invert(0.933) hue-rotate(180deg)" in script and at_night(PAPER) == "#111111"


def test_the_page_of_the_language_is_up_to_date_and_every_colour_on_it_stands_out():
    said = make_language.PAGE.read_text(encoding="utf-8")
    assert said == make_language.page(), "run python tools/make_language.py"
    assert make_language.PICTURE.read_text(encoding="utf-8") == make_language.picture()
    rows = re.findall(r"^\| (\w+) \| \w+ \| `#\w+` \| ([\d.]+) \| `#\w+` \| ([\d.]+) \|", said, re.MULTILINE)
    assert [name for name, *_ in rows] == [name for name in TOKENS if name != "ground"]
    assert min(float(x) for _, *both in rows for x in both) >= 3
