"""Pictures: artists, data and sentences (never single dots of a picture)."""

from __future__ import annotations

import struct
import threading
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pytest

from embeddings_course.files.data import load_features
from embeddings_course.files.errors import CourseError
from embeddings_course.files.table import Embedding
from embeddings_course.plots.bag import MOST, Bag, Bags, ring_places
from embeddings_course.plots.bars import Bars
from embeddings_course.plots.discs import Discs
from embeddings_course.plots.heat import Heat, shade
from embeddings_course.plots.picture import Picture, Still, show
from embeddings_course.plots.points import Points, fit_basis, place_labels
from embeddings_course.plots.style import (
    bare_figure,
    escape,
    figure,
    plain,
    to_png,
)
from embeddings_course.plots.tokens import TOKENS
from embeddings_course.plots.votes import Votes

NASTY = ["<script>alert(1)</script>", "$\\frac{1}{0}$", "a\nb\tc", "銀行 🏦", "", "x" * 500, "100 % & \"more\" 'here'"]


@dataclass(frozen=True)
class Saying(Picture):
    words: str

    def draw(self, figure):
        figure.text(0.5, 0.5, "x")

    def describe(self):
        return self.words


def small_table(n=6, d=4, seed=0):
    return Embedding([f"word{i}" for i in range(n)], np.random.default_rng(seed).normal(size=(n, d)))


def texts(ax):
    return [text.get_text() for text in ax.texts]


# --- style -----------------------------------------------------------------------------------------------------------


def test_a_png_has_the_size_of_its_figure():
    fig, _ = figure(5, 3)
    assert struct.unpack(">II", to_png(fig)[16:24]) == (500, 300)


def test_a_picture_speaks_in_every_format():
    shown = show(Saying('two "points" & <b>'), 2, 2)
    data, about = shown._repr_mimebundle_()
    assert data["text/plain"] == repr(shown) == 'What you see: two "points" & <b>'
    assert data["image/png"].startswith(b"\x89PNG")
    assert about["image/png"] == {"alt": 'two "points" & <b>', "width": 200, "height": 200}
    assert 'alt="two &quot;points&quot; &amp; &lt;b&gt;"' in shown.img()


def test_an_image_element_is_well_formed_whatever_the_words():
    for words in NASTY:
        assert ET.fromstring(Still(b"x", words, 1, 1).img().replace(">", "/>")).get("alt") is not None


@pytest.mark.parametrize("text", NASTY)
def test_labels_of_any_text_can_be_drawn(text):
    fig, ax = figure(3, 2)
    ax.set_title(plain(text))
    assert to_png(fig)
    assert len(plain(text)) <= 42 and "\n" not in plain(text)


def test_a_personal_matplotlibrc_spoils_nothing():
    picture = Bars(["the $bank$"], [1.0])
    still = show(picture).png
    with mpl.rc_context({"text.usetex": True, "text.parse_math": False}):
        assert show(picture).png == still


def test_dollar_signs_are_not_formulas():
    _, ax = figure(3, 2)
    label = ax.text(0, 0, plain("costs $5 or $6"))
    assert label._preprocess_math(label.get_text()) == ("costs $5 or $6", False)


def test_escape_cuts_before_it_escapes():
    assert escape("<<<<", 3) == "&lt;&lt;…"


def test_a_caption_makes_the_picture_higher_and_draws_once():
    short, long = (show(Saying(words), 4, 2, caption=True) for words in ("One line.", "word " * 80))
    assert show(Saying("No line."), 4, 2).height == 200 < short.height < long.height
    assert short.width == 400 and show(Saying("As large as it wants to be.")).width == 700


def test_two_threads_can_paint_at_the_same_time():
    points, found = Points(fit_basis(small_table()).flatten(small_table())), []
    alone = show(points, 3, 2).png
    threads = [threading.Thread(target=lambda: found.append(show(points, 3, 2).png)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4


def test_the_package_draws_without_pyplot():
    import subprocess
    import sys

    code = (
        "from embeddings_course.plots.style import figure, to_png; to_png(figure()[0]);"
        "import sys; sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- bars ------------------------------------------------------------------------------------------------------------


def test_bars_have_the_lengths_of_the_values():
    _, ax = figure()
    Bars(("near", "far"), (0.5, 2.0), marked=("far",)).draw_on(ax)
    assert [bar.get_width() for bar in ax.patches] == [0.5, 2.0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["near", "▸ far"]
    assert texts(ax) == ["0.50", "2.00"]
    assert ax.yaxis_inverted()  # the first label is on top


def test_html_bars_are_well_formed_escaped_and_named():
    data = Bars(NASTY, range(len(NASTY)), title="<i>", note="short = near", marked=NASTY[:1])
    root = ET.fromstring(data.html())
    assert root.get("role") == "img" and root.get("aria-label").split() == data.describe().split()
    assert not root.findall(".//script")
    widths = [float(bar.get("width")) for bar in root.findall("rect")]
    assert widths[0] == 0 and np.allclose(np.diff(widths), np.diff(widths)[0], atol=0.11)


def test_html_bars_below_zero_start_at_zero():
    below, above = ET.fromstring(Bars(("a", "b"), (-1.0, 1.0)).html()).findall("rect")
    assert float(below.get("x")) + float(below.get("width")) == pytest.approx(float(above.get("x")), abs=0.11)


def test_bars_without_anything_still_show():
    _, ax = figure()
    Bars((), ()).draw_on(ax)
    ET.fromstring(Bars((), ()).html())
    assert Bars((), ()).describe() == "Bars: nothing to show yet."


def test_bars_need_a_value_for_each_label():
    with pytest.raises(ValueError, match="2 labels, but 1 values"):
        Bars(("a", "b"), (1.0,))


# --- points ----------------------------------------------------------------------------------------------------------


def test_every_word_is_drawn_and_labelled_where_it_is():
    table = small_table(8, 2)
    _, ax = figure()
    Points(table, marked=("word3",)).draw_on(ax)
    drawn = np.concatenate([c.get_offsets() for c in ax.collections])  # role by role
    assert np.allclose(sorted(map(tuple, drawn)), sorted(map(tuple, table.vectors)))
    assert sorted(texts(ax)) == sorted(table.words)
    assert {t.get_text(): t.xy for t in ax.texts}["word5"] == tuple(table["word5"])


def test_labels_do_not_cover_one_another():
    table = Embedding([f"label{i}" for i in range(25)], np.random.default_rng(3).normal(size=(25, 2)))
    fig, ax = figure(7, 5)
    Points(table).draw_on(ax)
    to_png(fig)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert [(i, j) for i in range(25) for j in range(i) if boxes[i].overlaps(boxes[j])] == []


def test_place_labels_stays_inside_the_room():
    ((dx, dy),) = place_labels([(95, 50)], [(40, 10)], (0, 100, 0, 100))
    assert 95 + dx + 40 <= 100 and 50 + dy >= 0


def test_groups_have_a_colour_and_a_marker_each():
    table = small_table(4, 2)
    _, ax = figure()
    Points(table, groups={"word0": "person", "word1": "tool"}).draw_on(ax)
    looks = {(tuple(c.get_facecolor()[0]), len(c.get_paths()[0].vertices)) for c in ax.collections}
    assert len(looks) == 3
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["person", "tool"]


def test_one_step_right_is_as_long_as_one_step_up():
    fig, ax = figure(7, 3)
    Points(small_table(5, 2)).draw_on(ax)
    to_png(fig)
    (x0, y0), (x1, y1) = ax.transData.transform([(0, 0), (1, 1)])
    assert x1 - x0 == pytest.approx(y1 - y0)


def test_a_basis_stays_when_a_word_moves():
    table = small_table()
    basis = fit_basis(table)
    moved = table.with_row("word0", table["word0"] + 5)
    before, after = basis.flatten(table), basis.flatten(moved)
    assert np.allclose(before.vectors[1:], after.vectors[1:]) and not np.allclose(before["word0"], after["word0"])
    assert np.allclose(basis.axes @ basis.axes.T, np.eye(2)) and 0 < basis.kept <= 1


def test_a_basis_agrees_with_the_pca_of_the_text_book():
    from embeddings_course.vectors import pca

    table = small_table()
    points, kept = pca(table.vectors, 2)
    assert np.allclose(fit_basis(table).flatten(table).vectors, points) and fit_basis(table).kept == pytest.approx(kept)


def test_a_table_of_one_column_or_one_word_can_be_flattened():
    for table in (small_table(5, 1), small_table(1, 3)):
        _, ax = figure()
        Points(fit_basis(table).flatten(table)).draw_on(ax)
        assert len(ax.texts) == len(table)


def test_points_say_what_to_do_with_too_many_columns():
    with pytest.raises(ValueError, match="fit_basis"):
        Points(small_table(3, 5))


def test_describe_points_names_the_neighbour_and_the_loss():
    table = Embedding(("a", "b", "c"), [[0, 0], [1, 0], [9, 9]])
    said = Points(table, marked=("c", "absent"), kept=0.62).describe()
    assert said == (
        "A map of 3 words. On it c stands nearest to b. The map shows 62% of the scatter; the rest is hidden behind it."
    )


def test_the_html_map_has_every_word_where_it_belongs():
    table = Embedding(("left", "right", "high", *NASTY[:1]), [[0, 0], [4, 0], [0, 4], [2, 2]])
    root = ET.fromstring(Points(table, marked=("left",), links=(("left", "right"),)).html(300, 200))
    circles = [(float(c.get("cx")), float(c.get("cy"))) for c in root.findall("circle")]
    line = root.find("line")
    start, end = ((float(line.get(x)), float(line.get(y))) for x, y in (("x1", "y1"), ("x2", "y2")))
    assert circles[0] == end and circles[0][0] - start[0] == pytest.approx(start[1] - circles[1][1])  # equal scales
    assert root.get("aria-label").startswith("A map of 4 words. On it left")
    assert [t.text for t in root.findall("text")] == ["left", "right", "high", NASTY[0][:23] + "…"]


def test_the_html_map_gives_a_group_the_colour_that_the_figure_gives_it():
    table = Embedding(("a", "b", "c"), [[0, 0], [1, 0], [0, 1]])
    root = ET.fromstring(Points(table, groups={"a": "first", "b": "second"}).html())
    assert [c.get("fill") for c in root.findall("circle")] == [TOKENS[x].light for x in ("river", "money", "plain")]


# --- heat ------------------------------------------------------------------------------------------------------------


def test_heat_writes_names_and_numbers():
    _, ax = figure()
    Heat([[0.1, 0.2, np.nan], [0.3, 0.4, 0.5]], ("r1", "r2"), ("c1", "c2", "c3")).draw_on(ax)
    assert texts(ax) == ["0.10", "0.20", "0.30", "0.40", "0.50"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["c1", "c2", "c3"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["r1", "r2"]


def test_heat_ink_can_be_read_on_every_cell():
    _, ax = figure()
    Heat([[0.0, 0.5, 1.0]], ("r",), ("a", "b", "c")).draw_on(ax)
    assert [text.get_color() for text in ax.texts] == ["white", "black", "black"]


def test_distances_are_light_where_they_are_small():
    data = Heat([[0.0, 1.0]], ("r",), ("near", "far"), small_is_light=True)
    _, ax = figure()
    data.draw_on(ax)
    assert [text.get_color() for text in ax.texts] == ["black", "white"]
    cells = ET.fromstring(data.html()).findall("tbody//td")
    assert [shade(1.0)[0] in cells[0].get("style"), shade(0.0)[0] in cells[1].get("style")] == [True, True]


def test_signed_heat_has_its_baseline_in_the_middle():
    assert Heat([[0.2, 0.9]], ("r",), ("a", "b"), signed=True, middle=0.3).scale() == pytest.approx((-0.3, 0.9))


@pytest.mark.parametrize("values", [[[0.5, 0.5]], [[np.nan, np.nan]]])
def test_heat_of_equal_or_missing_numbers_has_a_scale(values):
    low, high = Heat(values, ("r",), ("a", "b")).scale()
    assert high > low
    Heat(values, ("r",), ("a", "b")).draw_on(figure()[1])


def test_large_heat_has_a_colour_scale_in_place_of_numbers():
    fig, ax = figure()
    names = [f"n{i}" for i in range(30)]
    Heat(np.eye(30), names, names).draw_on(ax)
    assert texts(ax) == [] and len(fig.axes) == 2


def test_an_html_heat_map_is_a_table_with_names_and_the_same_colours():
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    data = Heat([[0.0, 0.31], [1.0, np.nan]], NASTY[:2], ("c1", "c2"), title="<i>")
    root = ET.fromstring(data.html())
    assert [th.text for th in root.iter("th")] == ["c1", "c2", NASTY[0], NASTY[1]]
    assert [td.text for td in root.findall("tbody//td")] == ["0.00", "0.31", "1.00", None]
    for share in (0.0, 0.125, 0.5, 1.0):
        for name in ("cividis", "PuOr"):
            assert shade(share, name)[0] == to_hex(colormaps[name](share))


def test_describe_heat_leaves_out_a_word_with_itself():
    said = Heat([[9, 1, 2], [1, 9, 3], [2, 3, 9]], "abc", "abc", title="cosine").describe()
    assert said == "Cosine, 3 rows and 3 columns. Highest: b with c, 3.00. Lowest: a with b, 1.00."
    assert Heat([[1.0]], "a", "a").describe().endswith("There is no pair to compare yet.")


def test_heat_needs_fitting_names():
    with pytest.raises(ValueError, match="2 row names"):
        Heat([[1, 2, 3]], "ab", "abc")


# --- bag -------------------------------------------------------------------------------------------------------------


def test_a_bag_drops_doubles_and_blanks():
    assert Bag("bank", (" money ", "money", "", "  ", "sit  down")).thoughts == ("money", "sit down")


@pytest.mark.parametrize("n", [0, 1, 2, 8, 9, 24])
def test_thoughts_do_not_cover_one_another_or_the_word(n):
    fig, ax = figure(8, 5)
    Bag("bank", [f"thought {i}" for i in range(n)]).draw_on(ax)
    to_png(fig)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == n + 1 == len(ring_places(n)) + 1
    assert [(i, j) for i in range(n + 1) for j in range(i) if boxes[i].overlaps(boxes[j])] == []


def test_a_narrow_bag_keeps_its_thoughts_apart():
    fig = bare_figure(3 * 3.15, 3.6)
    thoughts = ("money", "vault", "a queue", "loans", "river", "robbers", "grass by the water")
    Bags("bank", {"ours": thoughts, "yours": thoughts[::-1], "books": thoughts[2:]}).draw(fig)
    to_png(fig)
    for part in fig.subfigs:
        boxes = [text.get_window_extent() for text in part.axes[0].texts]
        assert [(i, j) for i in range(len(boxes)) for j in range(i) if boxes[i].overlaps(boxes[j])] == []


def test_a_bag_takes_any_text():
    fig, ax = figure()
    Bag(NASTY[0], NASTY).draw_on(ax)
    assert to_png(fig)


def test_an_overfull_bag_says_so():
    bag = Bag("bank", [f"t{i}" for i in range(MOST + 3)])
    _, ax = figure()
    bag.draw_on(ax)
    assert len(ax.texts) == MOST + 1
    assert bag.describe().endswith("(3 more do not fit in the picture).")
    assert Bag("bank").describe() == 'The bag of thoughts for "bank" is still empty.'


def test_text_is_never_smaller_than_ten_points():
    pictures = [
        Bag("bank", list("abcdefghijkl")),
        Bars(("a",), (1,), title="t", note="n"),
        Heat(np.eye(30), [f"n{i}" for i in range(30)], range(30)),
        Points(small_table(5, 2), groups={"word0": "g"}, title="t"),
    ]
    from matplotlib.text import Text

    for picture in pictures:
        fig = bare_figure()
        picture.draw(fig)
        to_png(fig)
        assert min(text.get_fontsize() for text in fig.findobj(Text)) >= 10


def test_a_vote_is_drawn_by_the_page_on_one_scale_in_whole_hands():
    (asked,), (before, after) = Votes("Near *bank*?", ("money", "river"), (9, 3), (1, 11)).parts()
    assert asked.title == "Near bank?" and (before.high, after.high) == (11, 11)
    assert after.describe() == "Hands after: a) money 1, b) river 11."


def test_discs_count_the_first_questions_and_say_which_pair_is_nearest():
    table = load_features()
    found = [Discs(table, asked).closest for asked in range(1, 8)]
    assert found[2] == "bank to bill" and found[-1] == "bill to jack"
    data = Discs(table, 3)
    assert data.rows[:3] == ["bank", "bill", "jack"] and sorted(data.rows) == sorted(table.words)
    assert data.bars.marked == ("bank to bill",) and data.parts() == ((data, data.bars),)
    for asked in (0, 8):
        with pytest.raises(CourseError, match="1 to 7"):
            Discs(table, asked)
