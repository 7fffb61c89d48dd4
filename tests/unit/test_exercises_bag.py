"""The bag of thoughts: kept only where the learner ticks the box, and only in the learner's own folder."""

import json

import pytest

from embeddings_course.exercises.keepsakes import thoughts as module
from embeddings_course.exercises.keepsakes.thoughts import ThoughtBag


def test_nothing_is_written_without_the_tick(folder):
    bag = ThoughtBag()
    bag.add("bank", "a queue", " a  queue ", "vault\n")
    assert bag.thoughts("bank") == ("a queue", "vault") and not list(folder.iterdir())


def test_kept_after_the_tick_and_there_in_the_next_lesson(folder):
    bag = ThoughtBag()
    bag.add("bank", "a queue")
    assert bag.keep().text.startswith("Kept.")
    bag.add("bank", "vault")
    assert [p.name for p in folder.iterdir()] == ["my_bag.json"]
    assert ThoughtBag().thoughts("bank") == ("a queue", "vault")


def test_also_from_a_folder_below(folder, monkeypatch):
    (folder / "deeper").mkdir()
    monkeypatch.chdir(folder / "deeper")
    ThoughtBag().keep()
    assert (folder / "my_bag.json").exists()


def test_outside_the_working_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bag = ThoughtBag()
    bag.add("bank", "x")
    assert bag.keep().text.startswith("Not kept.") and not list(tmp_path.iterdir())


def test_forget_and_unkeep(folder):
    bag = ThoughtBag()
    bag.add("bank", "a queue")
    bag.keep()
    assert bag.keep(False).text.startswith("Not kept any more") and not list(folder.iterdir())
    assert bag.thoughts("bank") == ("a queue",)
    bag.forget()
    assert bag.thoughts("bank") == ()


@pytest.mark.parametrize("rubbish", ["{broken", "[1]", '{"bank": 3}'])
def test_a_broken_file_is_set_aside(folder, rubbish):
    (folder / "my_bag.json").write_text(rubbish)
    bag = ThoughtBag()
    bag.add("bank", "vault")
    assert json.loads((folder / "my_bag.json").read_text()) == {"bank": ["vault"]}
    assert (folder / "my_bag.broken.json").read_text() == rubbish


def test_a_folder_that_cannot_be_written(folder, monkeypatch):
    def full(self, *args, **kwargs):
        raise OSError(28, "No space left on device")

    bag = ThoughtBag()
    bag.add("bank", "vault")
    monkeypatch.setattr(module.Path, "write_bytes", full)
    assert "No space left" in bag.keep().text and bag.thoughts("bank") == ("vault",)


def test_long_and_many_thoughts_are_cut(folder):
    bag = ThoughtBag()
    bag.add("bank", "x" * 500, *map(str, range(99)))
    assert len(bag.thoughts("bank")) == module.MOST and len(bag.thoughts("bank")[0]) == module.LONGEST


def test_the_widget(folder):
    box = ThoughtBag()("bank <b>")
    assert repr(box).startswith('What does "bank <b>" call up for you?')
    assert "<b>" not in box._repr_mimebundle_()["text/html"] and "still empty" in box.picture.words
    box.field.value = "<script>a queue"
    assert box.field.value == "" and "<script>a queue" in box.picture.words and not box.picture.twin
    assert not list(folder.iterdir())
    box.keep.value = True
    assert "Kept." in box.message.value and (folder / "my_bag.json").exists()
    box.field.value = "vault"
    assert json.loads((folder / "my_bag.json").read_text()) == {"bank <b>": ["<script>a queue", "vault"]}
    box.keep.value = False
    assert not list(folder.iterdir()) and "vault" in box.picture.words
    box.forget.click()
    assert "still empty" in box.picture.words and "Forgotten" in box.message.value


def test_the_tick_goes_back_where_nothing_can_be_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    box = ThoughtBag()("bank")
    box.keep.value = True
    assert box.keep.value is False and "Not kept." in box.message.value
    box.keep.value = True
    assert box.keep.value is False
