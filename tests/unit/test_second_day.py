"""What is saved of a lesson: stills with words instead of dead views, and nothing else is touched, whatever comes."""

from __future__ import annotations

import copy
import json

import pytest

from embeddings_course.commands import server
from embeddings_course.commands.lecture import book
from embeddings_course.commands.second_day import STATE, VIEW, before_saving, settle
from embeddings_course.exercises.engine.progress_store import store

IMPORT = "from embeddings_course.exercises.lessons.lesson_00 import predict\n"
PNG, WORDS = "aGVs\nbG8=\n", 'What "you" see <here>'


def cell(source, **data):
    about = {"image/png": {"alt": WORDS, "width": 700}}
    output = {"output_type": "execute_result", "data": data, "metadata": about, "execution_count": 3}
    return {"cell_type": "code", "source": source, "metadata": {"tags": ["mine"]}, "outputs": [output], "id": "a"}


def notebook(*cells, **metadata):
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def view(id="m1", **twin):
    return {VIEW: {"model_id": id, "version_major": 2}, "text/plain": "What you see", **twin}


def data_of(nb, i=0):
    return nb["cells"][i]["outputs"][0]["data"]


def test_a_view_becomes_its_still_with_its_words():
    nb = notebook(cell(IMPORT + "LiveBank()", **view(**{"image/png": PNG})))
    before = copy.deepcopy(nb)
    before_saving({"type": "notebook", "content": nb}, "a.ipynb", contents_manager=None)
    html = data_of(nb).pop("text/html")
    assert html.startswith('<img alt="What &quot;you&quot; see &lt;here&gt;" src="data:image/png;base64,aGVsbG8="><p>')
    assert "Run its cell" in html
    assert data_of(nb) == {"text/plain": "What you see"}
    nb["cells"][0]["outputs"][0]["data"] = before["cells"][0]["outputs"][0]["data"]
    assert nb == before, "nothing else was touched"


def test_a_locked_guess_stands_in_the_saved_file(monkeypatch, tmp_path):
    monkeypatch.setenv("EMBEDDINGS_COURSE_HOME", str(tmp_path))
    asked = view(**{"text/html": "<p>Your guess first</p>"})
    nb = notebook(cell(IMPORT + 'predict("title")', **asked), cell('predict("pairs")', **asked))
    store().save("00", "title", "prediction", "tried", 1, keep_first=True)
    store().save("00", "pairs", "prediction", "tried", 77, keep_first=True)  # of a question that was another once
    assert settle(nb) == 2
    assert data_of(nb)["text/html"].endswith(
        "first</p><p><b>Your guess, locked:</b> b) For some jobs yes, for others no</p>"
    )
    assert data_of(nb, 1)["text/html"] == "<p>Your guess first</p>"
    assert settle(nb) == 0, "the second save changes nothing"


def test_views_with_saved_states_slides_and_foreign_notebooks_stay():
    states = {"widgets": {STATE: {"state": {"m1": {}}, "version_major": 2}}}
    ours, foreign = cell(IMPORT, **view(**{"image/png": PNG})), cell("import ipympl", **view(**{"image/png": PNG}))
    for nb in (notebook(ours, **states), notebook(ours, rise={"theme": "white"}), notebook(foreign)):
        before = copy.deepcopy(nb)
        assert settle(nb) == 0 and nb == before


@pytest.mark.parametrize(
    "broken",
    [None, [], "text", {}, {"cells": None}, {"cells": [None, 3, {}]}, {"worksheets": [{"cells": []}]},
     notebook({"cell_type": "code"}), notebook({"cell_type": "code", "source": 7, "outputs": {}}),
     notebook({"cell_type": "code", "source": [IMPORT, 3], "outputs": [None, {}, {"data": 5}, {"data": {VIEW: 4}}]}),
     {"cells": [{"cell_type": "code", "source": IMPORT, "outputs": []}], "metadata": 3}],
)  # fmt: skip
def test_a_broken_notebook_passes_as_it_is(broken):
    before = copy.deepcopy(broken)
    for kind in ("notebook", "file", "directory"):
        before_saving({"type": kind, "content": broken}, "a")
    assert broken == before


def test_our_committed_lessons_have_nothing_to_settle_and_outputs_of_all_kinds_survive():
    for path in book.find():
        nb = json.loads(path.read_text(encoding="utf-8"))
        before = copy.deepcopy(nb)
        assert settle(nb) == 0 and nb == before


@pytest.mark.filterwarnings("ignore:Overriding existing pre_save_hook")  # Jupyter looks twice at what it is given
def test_a_hook_that_a_hub_has_set_still_runs_and_an_installed_course_brings_the_setting():
    from jupyter_server.services.contents.manager import ContentsManager

    from embeddings_course.commands import second_day

    seen = []
    manager = ContentsManager(pre_save_hook=lambda model, path, contents_manager: seen.append(path))
    app = type("App", (), {"contents_manager": manager})()
    second_day._load_jupyter_server_extension(app)
    nb = notebook(cell(IMPORT, **view(**{"image/png": PNG})))
    manager.run_pre_save_hooks({"type": "notebook", "content": nb}, "x.ipynb")
    assert seen == ["x.ipynb"] and VIEW not in data_of(nb)
    setting = json.loads((server.SETTINGS / "jupyter_server_config.d" / "embeddings_course.json").read_text())
    assert setting["ServerApp"]["jpserver_extensions"] == {second_day.__name__: True}
