"""Bring your own data: folders, files and tables, good ones and every kind of broken one."""

from __future__ import annotations

import time

import pytest

from embeddings_course.files import own_texts
from embeddings_course.files.errors import CourseError
from embeddings_course.files.own_texts import WORDS, OwnTextError, load_texts


def write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def test_a_folder_is_read_by_name_and_cut_at_empty_lines(tmp_path):
    write(tmp_path, "b.txt", "three\nlines\n\n\n four")
    write(tmp_path, "a.md", "\ufeffone two\r\n\r\nzwei")
    write(tmp_path, "deep/c.txt", "Grüße, naïve café")
    write(tmp_path, "picture.png", "not read")
    found = load_texts(tmp_path)
    assert [(p.id, p.text) for p in found] == [
        ("a-1", "one two"),
        ("a-2", "zwei"),
        ("b-1", "three lines"),
        ("b-2", "four"),
        ("c-1", "Grüße, naïve café"),
    ]


def test_two_files_of_one_name_get_different_ids(tmp_path):
    write(tmp_path, "one/note.txt", "a\n\nb")
    write(tmp_path, "two/note.txt", "c")
    assert [p.id for p in load_texts(tmp_path)] == ["note-1", "note-2", "note-3"]


def test_long_passages_are_cut(tmp_path):
    path = write(tmp_path, "long.txt", " ".join(map(str, range(2 * WORDS + 5))))
    assert [len(p.text.split()) for p in load_texts(path)] == [WORDS, WORDS, 5]


@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_a_table_with_any_comma(tmp_path, comma):
    path = write(tmp_path, "t.csv", f'id{comma}text\n1{comma}"one{comma} two"\n2{comma}three\n')
    assert [(p.id, p.text, p.topic) for p in load_texts(path)] == [
        ("row 1", f"one{comma.strip()} two".replace("  ", " "), "t"),
        ("row 2", "three", "t"),
    ]


def test_the_first_so_many_of_a_huge_collection(tmp_path, monkeypatch):
    monkeypatch.setattr(own_texts, "MOST", 10)
    path = write(tmp_path, "t.csv", "text\n" + "".join(f"row {i}\n" for i in range(50)))
    assert len(load_texts(path, limit=4)) == 4 and len(load_texts(path, limit=99)) == 10
    with pytest.raises(OwnTextError, match="limit=10"):
        load_texts(path)


LONG = "Die Bank über dem Fluß grüßt die Möwe, und die Möwe grüßt zurück. "


def test_each_file_has_its_own_encoding_and_it_is_said(tmp_path):
    write(tmp_path, "old.txt", LONG * 3 + "\n\nzwölf", "cp1252")
    write(tmp_path, "new.txt", LONG, "utf-8")
    write(tmp_path, "wide.txt", LONG, "utf-16")
    found = load_texts(tmp_path)
    assert {p.text for p in found} == {LONG.strip(), (LONG * 3).strip(), "zwölf"}
    assert any("old.txt was read as" in note for note in found.notes) and "new.txt" not in "".join(found.notes)


def test_an_encoding_that_is_named_is_taken_except_where_the_file_itself_says_another(tmp_path):
    write(tmp_path, "old.txt", "fünf\n\nzwölf", "cp1252")
    write(tmp_path, "wide.txt", "fünf", "utf-16")
    assert [p.text for p in load_texts(tmp_path, encoding="cp1252")] == ["fünf", "zwölf", "fünf"]
    with pytest.raises(OwnTextError, match=r"'old.txt' is not ascii .*encoding"):
        load_texts(tmp_path / "old.txt", encoding="ascii")


def test_wide_text_without_its_mark_is_text(tmp_path):
    write(tmp_path, "wide.txt", "The bank by the river is grassy.\n\nAnd so on, and so on.", "utf-16-le")
    assert load_texts(tmp_path / "wide.txt")[1].text == "And so on, and so on."


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40


@pytest.mark.parametrize("content", [PNG, bytes(range(1, 32)) * 30])
def test_a_picture_is_no_text_and_no_other_encoding_is_advised(tmp_path, content):
    (tmp_path / "picture.txt").write_bytes(content)
    with pytest.raises(OwnTextError, match=r"is no text") as told:
        load_texts(tmp_path / "picture.txt")
    assert "cp1252" not in str(told.value)


def test_what_programs_leave_behind_is_no_text(tmp_path):
    write(tmp_path, "tea.txt", "one\n\ntwo")
    for hidden in (".ipynb_checkpoints/tea-checkpoint.txt", "__MACOSX/._tea.txt", "~$tea.txt", ".secret.txt"):
        write(tmp_path, hidden, "never")
    write(tmp_path, "table.csv", "text\n1")
    write(tmp_path, "letter.docx", "x")
    found = load_texts(tmp_path)
    assert [p.text for p in found] == ["one", "two"]
    assert ".csv" in found.notes[0] and ".docx" in found.notes[0]


def test_one_long_line_takes_time_that_grows_with_its_length(tmp_path):
    def seconds(n):
        path = write(tmp_path, "long.txt", "word " * n)
        start = time.process_time()
        assert len(load_texts(path, limit=2000)) == 2000
        return time.process_time() - start

    monkey = seconds(240_000)
    assert seconds(960_000) < 12 * max(monkey, 0.05)  # four times the length; the square would be sixteen times
    assert (
        "".join(own_texts._passages(iter(["x" * 70_000, "y" * 70_000]))).replace(" ", "") == "x" * 70_000 + "y" * 70_000
    )


def test_words_are_whole_where_pieces_meet():
    assert list(own_texts._passages(iter(["the ri", "ver b", "ank\n", "\n", "tea"]))) == ["the river bank", "tea"]


def test_a_quotation_mark_left_open_swallows_nothing(tmp_path):
    rows = "".join(f'{i},"Tea number {i}"\n' for i in range(1, 101)).replace('3,"Tea number 3"', '3,"Tea number 3', 1)
    path = write(tmp_path, "t.csv", "id,text\n" + rows)
    with pytest.raises(OwnTextError, match=r"begins in line 4 cannot be read.*quotation mark"):
        load_texts(path)
    open_end = write(tmp_path, "e.csv", "id,text\n" + "".join(f"{i},tea\n" for i in range(50)) + '51,"tea\n52,tea\n')
    with pytest.raises(OwnTextError, match=r"begins in line 52 "):
        load_texts(open_end)


def test_rows_are_counted_as_a_person_counts_them(tmp_path):
    path = write(tmp_path, "t.csv", 'text\n"one\ntwo"\nthree\n')
    found = load_texts(path)
    assert [(p.id, p.text) for p in found] == [("row 1", "one two"), ("row 2", "three")]
    assert "1 columns, split at ','" in found.notes[0]


def test_a_limit_is_told_file_by_file(tmp_path):
    write(tmp_path, "a.txt", "\n\n".join("abcdefgh"))
    write(tmp_path, "b.txt", "x\n\ny")
    assert "a.txt 5" in load_texts(tmp_path, limit=4).notes[-1] and not load_texts(tmp_path).notes


def test_a_home_that_nobody_has(tmp_path):
    with pytest.raises(CourseError, match="home folder"):
        load_texts("~nobody9/texts")


BROKEN = {
    "missing": (None, "", {}, "no file or folder 'missing.txt'"),
    "empty.txt": ("", "", {}, r"1 of 1 files are empty: empty.txt"),
    "blank.txt": ("\n \n", "", {}, "only empty lines"),
    "short.txt": ("one passage", "", {}, "gives 1 passage"),
    "zero.txt": ("a\n\nb\0c", "", {}, "bytes that no text has"),
    "page.docx": ("x", "", {}, "plain text first"),
    "none.csv": ("", "", {}, "is empty"),
    "columns.csv": ("id,body\n1,x\n2,y\n", "", {}, r"no column 'text'; its first line names id, body.*column='body'"),
    "ragged.csv": ("id,text\n1,a\n2,b,c\n", "", {}, r"row 2 \(line 3\): 3 cells, the first line names 2"),
    "hole.csv": ("id,text\n1,a\n2, \n", "", {}, r"row 2 \(line 3\): the text is empty"),
    "limit.txt": ("a\n\nb", "", {"limit": 1}, "at least two"),
    "code.txt": ("a\n\nb", "", {"encoding": "klingon"}, "no encoding 'klingon'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_said(tmp_path, name):
    text, _, options, message = BROKEN[name]
    path = tmp_path / "missing.txt" if text is None else write(tmp_path, name, text)
    with pytest.raises(OwnTextError, match=message):
        load_texts(path, **options)


def test_a_folder_without_texts_and_a_file_that_is_too_large(tmp_path, monkeypatch):
    with pytest.raises(OwnTextError, match=r"no \.txt or \.md file"):
        load_texts(tmp_path)
    write(tmp_path, "big.txt", "word " * 50)
    monkeypatch.setattr(own_texts, "LARGEST", 100)
    with pytest.raises(OwnTextError, match="Cut it"):
        load_texts(tmp_path)


def test_a_folder_of_everything_is_not_searched_to_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(own_texts, "MOST_FILES", 5)
    for i in range(4):
        write(tmp_path, f"{i}.txt", "one\n\ntwo")
    assert len(load_texts(tmp_path)) == 8
    write(tmp_path, "deep/deeper/5.txt", "one\n\ntwo")
    with pytest.raises(OwnTextError, match="more than 5 files in it"):
        load_texts(tmp_path)


def test_no_more_is_read_than_is_asked_for(tmp_path):
    write(tmp_path, "a.txt", "one\n\ntwo\n\nthree")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\xfd broken")
    assert len(load_texts(tmp_path, limit=2)) == 2
