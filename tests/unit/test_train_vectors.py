"""The trainer's cleaning, on a hand-made folder of two books; and that what it trains can be read and cut."""

import json

import pytest
import train_vectors

from embeddings_course.files.vector_files import load_word2vec_file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The KING’S men, the king's men", "the king men the king men"),
        ("I don't; 'tis o'clock", "i don't tis o'clock"),
        ("To-day, to-night and to-morrow; a half-open door", "today tonight and tomorrow a half open door"),
        ("_emphasis_ and **strong**", "emphasis and strong"),
        ("in 1851 — forty—five", "in forty five"),
        ("café, cœur, Œdipus", "café cœur œdipus"),
    ],
)
def test_words(text, words):
    assert train_vectors.clean_words(text) == words.split()


def test_paragraphs_drop_headings_markup_and_join_lines():
    text = (
        "# A Book\n\n## I.\n\nOne <b>fine</b>\nday &amp; night.\n\n<!-- no -->See [this](http://x.org/y) www.z.org.\n"
    )
    paragraphs = [words for words in train_vectors.clean_paragraphs(text) if words]
    assert paragraphs == [["one", "fine", "day", "night"], ["see", "this"]]


def test_a_long_paragraph_is_parted_not_lost():
    words = [w for p in train_vectors.clean_paragraphs("word " * 5_001) for w in p]
    assert len(words) == 5_001
    assert max(map(len, train_vectors.clean_paragraphs("word " * 5_001))) == train_vectors.LONGEST_LINE


@pytest.fixture
def books(tmp_path):
    folder = tmp_path / "books" / "An Author"
    folder.mkdir(parents=True)
    (folder / "English.md").write_text(
        "# English\n\n" + "The bank of the river.\n\nThe old ferry on the river.\n\n" * 40
    )
    (folder / "Deutsch.txt").write_text("Das Ufer der Spree und die alte Bank.\n\n" * 9)
    (folder / "README.md").write_text("the the the")
    (folder / "cover.png").write_bytes(b"\x89PNG")
    return tmp_path / "books"


def test_a_folder_becomes_shuffled_lines_and_facts(books, tmp_path):
    out = tmp_path / "tokens.txt"
    facts = train_vectors.clean_folder(books, out, seed=3)
    lines = out.read_text().splitlines()
    assert set(lines) == {"the bank of the river", "the old ferry on the river"}
    assert (facts["books"], facts["paragraphs"], facts["tokens"]) == (1, 80, 40 * 11)
    assert [name.split("/")[-1].split("\\")[-1] for name in facts["skipped"]] == ["Deutsch.txt"]
    assert lines != sorted(lines) and lines[::2] != lines[1::2]
    first = out.read_bytes()
    train_vectors.clean_folder(books, out, seed=3)
    assert out.read_bytes() == first
    train_vectors.clean_folder(books, out, seed=4)
    assert out.read_bytes() != first


def test_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(SystemExit, match="Name the folder that holds the books"):
        train_vectors.clean_folder(tmp_path, tmp_path / "out.txt")


def test_training_saves_a_file_that_we_can_read(books, tmp_path):
    train_vectors.clean_folder(books, tmp_path / "tokens.txt")
    settings = {"vector_size": 4, "window": 2, "negative": 2, "sample": 0, "min_count": 1, "sg": 1, "seed": 1}
    stages = [(2, 0.05, 0.02), (1, 0.02, 0.001)]
    train_vectors.train(tmp_path / "tokens.txt", tmp_path / "model.bin", settings, stages, workers=1)
    table = load_word2vec_file(tmp_path / "model.bin")
    assert table.words[0] == "the" and table.vectors.shape == (7, 4)
    assert (tmp_path / "model.counts.txt").read_text().splitlines()[0] == "the 160"
    notes = json.loads((tmp_path / "model.settings.json").read_text())
    assert (notes["passes_done"], notes["epochs"]) == (3, 3)
