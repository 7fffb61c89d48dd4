"""Bring your own data: folders, files and tables, good ones and every kind of broken one."""

from __future__ import annotations

import pytest

from embeddings_course.files import own_texts
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


def test_old_windows_files_are_read_with_their_encoding(tmp_path):
    path = write(tmp_path, "old.txt", "fünf\n\nzwölf", "cp1252")
    with pytest.raises(OwnTextError, match=r"'old.txt' is not utf-8 .*cp1252"):
        load_texts(path)
    assert load_texts(path, encoding="cp1252")[1].text == "zwölf"


def test_utf_16_is_recognised(tmp_path):
    path = write(tmp_path, "wide.txt", "fünf\n\nzwölf", "utf-16")
    with pytest.raises(OwnTextError, match="UTF-16"):
        load_texts(path)
    assert [p.text for p in load_texts(path, encoding="utf-16")] == ["fünf", "zwölf"]


BROKEN = {
    "missing": (None, "", {}, "no file or folder 'missing.txt'"),
    "empty.txt": ("", "", {}, r"1 of 1 files are empty: empty.txt"),
    "blank.txt": ("\n \n", "", {}, "only empty lines"),
    "short.txt": ("one passage", "", {}, "gives 1 passage"),
    "zero.txt": ("a\n\nb\0c", "", {}, "line 3 has a zero byte"),
    "page.docx": ("x", "", {}, "plain text first"),
    "none.csv": ("", "", {}, "is empty"),
    "columns.csv": ("id,body\n1,x\n2,y\n", "", {}, r"no column 'text'; it has id, body.*column='body'"),
    "ragged.csv": ("id,text\n1,a\n2,b,c\n", "", {}, r"line 3: 3 cells, the first line names 2"),
    "hole.csv": ("id,text\n1,a\n2, \n", "", {}, r"line 3: the text is empty"),
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
    with pytest.raises(OwnTextError, match="Cut it up"):
        load_texts(tmp_path)


def test_no_more_is_read_than_is_asked_for(tmp_path):
    write(tmp_path, "a.txt", "one\n\ntwo\n\nthree")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\xfd broken")
    assert len(load_texts(tmp_path, limit=2)) == 2
