"""Reading vectors that gensim wrote, and fetching them from a server that stands in for the real one."""

import gzip
import hashlib
import http.server
import json
import threading

import numpy as np
import pytest

from embeddings_course.files.errors import CourseError, CourseWarning
from embeddings_course.files.table import Embedding
from embeddings_course.files.vector_files import VectorFileError, fetch_vectors, load_word2vec_file

WORDS = ("the", "bank", "don't", "façade", "river")
VECTORS = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)


def written_by_gensim(path, binary):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(7)
    keyed.add_vectors(list(WORDS), VECTORS)
    keyed.save_word2vec_format(str(path), binary=binary)
    return path


def same(table: Embedding, n=5):
    assert table.words == WORDS[:n]
    assert table.vectors.dtype == np.float32
    assert np.allclose(table.vectors, VECTORS[:n], atol=1e-6)


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("limit", [None, 2, 99])
def test_reads_what_gensim_writes_whatever_the_name(tmp_path, binary, zipped, limit):
    path = written_by_gensim(tmp_path / "some.thing", binary)
    if zipped:
        path.write_bytes(gzip.compress(path.read_bytes()))
    same(load_word2vec_file(path, limit), min(limit or 5, 5))


def test_reads_the_first_programs_binary_with_line_ends(tmp_path):
    path = tmp_path / "old.bin"
    rows = b"".join(w.encode() + b" " + v.tobytes() + b"\n" for w, v in zip(WORDS, VECTORS, strict=True))
    path.write_bytes(b"5 7\n" + rows)
    same(load_word2vec_file(path))


def test_reads_glove_text_without_a_header(tmp_path):
    path = tmp_path / "glove.txt"
    rows = (f"{w} {' '.join(map(str, v))}\n" for w, v in zip(WORDS, VECTORS, strict=True))
    path.write_text("".join(rows), encoding="utf-8")
    same(load_word2vec_file(path))
    same(load_word2vec_file(path, limit=3), 3)


def test_words_longer_than_a_block_border(tmp_path, monkeypatch):
    path = written_by_gensim(tmp_path / "vectors.bin", True)
    monkeypatch.setattr("embeddings_course.files.vector_files.BLOCK", 64)
    same(load_word2vec_file(path))


def test_a_word_that_comes_twice_keeps_its_first_vector(tmp_path):
    path = tmp_path / "twice.txt"
    path.write_text("3 2\nbank 1 2\nbank 3 4\nriver 5 6\n")
    table = load_word2vec_file(path)
    assert table.words == ("bank", "river")
    assert table["bank"].tolist() == [1, 2]


@pytest.mark.parametrize("binary", [True, False])
def test_a_file_cut_short_says_so_unless_what_was_asked_for_is_there(tmp_path, binary):
    path = written_by_gensim(tmp_path / "vectors", binary)
    path.write_bytes(path.read_bytes()[: -40 if binary else -80])
    same(load_word2vec_file(path, 3), 3)
    with pytest.raises(VectorFileError, match=r"Fetch (it|the file) again"):
        load_word2vec_file(path)


def test_a_gzip_cut_short_says_so(tmp_path):
    path = written_by_gensim(tmp_path / "vectors.gz", True)
    path.write_bytes(gzip.compress(path.read_bytes())[:-30])
    with pytest.raises(VectorFileError, match="Fetch it again"):
        load_word2vec_file(path)


@pytest.mark.parametrize("content", [b"", b"<html>Not found</html>\n", b"\x00\x01\x02" * 50, b"some words only\n"])
def test_what_is_not_a_vectors_file_says_so(tmp_path, content):
    path = tmp_path / "page.bin"
    path.write_bytes(content)
    with pytest.raises(VectorFileError, match="does not look like word vectors"):
        load_word2vec_file(path)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(VectorFileError, match="no file"):
        load_word2vec_file(tmp_path / "none.bin")


# ---- fetching


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A stand-in for gensim's server; yields the folder that it serves and the list of asked addresses."""
    from gensim import downloader

    site, asked = tmp_path / "site", []
    site.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(site))

        def do_GET(self):
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *args):
            pass

    http_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http_server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{http_server.server_port}"
    monkeypatch.setattr(downloader, "BASE_DIR", str(tmp_path / "gensim-data"))
    monkeypatch.setattr(downloader, "DOWNLOAD_BASE_URL", address)
    monkeypatch.setattr(downloader._load_info, "__defaults__", (f"{address}/list.json", "utf-8"))
    yield site, asked
    http_server.shutdown()
    http_server.server_close()
    thread.join()


def put_on_server(site, name="tiny-vectors-7", checksum=None):
    data = gzip.compress(written_by_gensim(site / "raw", True).read_bytes())
    (site / name).mkdir()
    (site / name / f"{name}.gz").write_bytes(data)
    (site / name / "__init__.py").write_text("raise SystemExit('downloaded code was run')")
    entry = {"checksum": checksum or hashlib.md5(data).hexdigest(), "file_name": f"{name}.gz", "parts": 1}
    (site / "list.json").write_text(json.dumps({"corpora": {}, "models": {name: entry}}))
    return name


def test_fetches_reads_and_never_runs_what_came_along(server):
    site, asked = server
    name = put_on_server(site)
    path = fetch_vectors(name)
    same(load_word2vec_file(path))
    asked.clear()
    assert fetch_vectors(name) == path
    assert asked == []  # the second time needs no network


def test_an_unknown_name_gets_near_ones(server):
    site, _ = server
    put_on_server(site)
    with pytest.raises(VectorFileError, match="Try tiny-vectors-7"):
        fetch_vectors("tiny-vector-7")


def test_a_broken_download_is_not_kept(server):
    site, _ = server
    name = put_on_server(site, checksum="0" * 32)
    with pytest.raises(VectorFileError, match="could not be fetched"):
        fetch_vectors(name)
    with pytest.raises(VectorFileError, match="could not be fetched"):
        fetch_vectors(name)


def test_offline_is_one_clear_sentence(server, monkeypatch, capsys):
    import socket

    from gensim import downloader

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(downloader._load_info, "__defaults__", (f"http://127.0.0.1:{port}/list.json", "utf-8"))
    before = socket.getdefaulttimeout()
    with pytest.raises(VectorFileError, match="When you are online, try again"):
        fetch_vectors("glove-wiki-gigaword-50")
    assert socket.getdefaulttimeout() == before
    assert capsys.readouterr().err == ""


# ---- files that are not what they say

ROWS = "bank 1 0 0.5\nriver 0 1 0\nmoney 1 1 0\n"


def big_rows(n=2000, d=50):
    numbers = np.random.default_rng(1).normal(size=(n, d)).round(4)
    return "".join(f"w{i} {' '.join(map(str, row))}\n" for i, row in enumerate(numbers))


def read(tmp_path, content, **options):
    path = tmp_path / "some.vec"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_word2vec_file(path, **options)


BINARY = b"".join(w + b" " + np.float32([1, 2, 3]).tobytes() for w in (b"bank", b"river", b"money"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("50 2000\n" + big_rows(), "cannot|too small|line 2 has 50"),
        ("3 2\n" + ROWS, "2 numbers a word, and line 2 has 3"),
        ("3 4\n" + ROWS, "4 numbers a word, and line 2 has 3"),
        ("2 3\n" + ROWS, "says 2 words, and there is more"),
        ("4 3\n" + ROWS, "ends after 3 of 4"),
        (b"2 3\n" + BINARY, "there is more below"),
        (b"4 3\n" + BINARY, "too small|ends after 3 of 4"),
        (b"3 2\n" + BINARY, "first line is wrong|is more below|too small"),
        (b"3 3\n" + BINARY + b"this was trained on a Tuesday", "there is more below"),
        ("2 100000000000\n" + ROWS, "cannot be"),
        ("2 " + "9" * 5000 + "\n" + ROWS, "does not look like"),
        ("1" * 30 + " 3\n" + ROWS, "does not look like"),
        ("0 3\n", "cannot be"),
        ("3 0\n" + ROWS, "cannot be"),
        ("bank 1 0\nriver" + " " * 2_000_000 + "1 0\n", "far too long"),
        ("3 3\nbank nan 0 0\nriver inf 0 0\nmoney 1e99 0 0\n", "no row that can be used"),
        ("bank 1 0\n" + "odd one\n" * 20 + "river 0 1\n", "too many rows"),
        ("bank 1 0 0.5\nriver 0 1 0\nmoney 1 1", "in the middle of line 3"),
        ("3 3 3\n" + ROWS, "most of its rows are not so"),
        ("bank 1 0\n" + ROWS, "most of its rows are not so"),
    ],
)
def test_a_file_is_taken_at_its_word(tmp_path, content, says):
    for packed in (lambda b: b, gzip.compress):
        raw = content if isinstance(content, bytes) else content.encode()
        with pytest.raises(
            VectorFileError, match=says + ("|ends after|there is more" if packed is gzip.compress else "")
        ):
            read(tmp_path, packed(raw))


@pytest.mark.parametrize(
    "content",
    [
        "3 3\n" + ROWS,
        "\ufeff3 3\n" + ROWS,
        "\ufeff" + ROWS,
        ROWS + "\n\n",
        "3 3\n" + ROWS + "\n  \n",
        "3 3\r\n" + ROWS.replace("\n", "\r\n"),
        ROWS.replace("\n", " \n"),
        ROWS.rstrip("\n"),
        "3 3\n" + ROWS.replace(" ", "\t"),
        b"3 3\n" + b"".join(w + b" " + np.float32(v).tobytes() + b"\n" for w, v in
                            [(b"bank", [1, 0, 0.5]), (b"river", [0, 1, 0]), (b"money", [1, 1, 0])]) + b"\n",
    ],
)  # fmt: skip
def test_what_is_harmless_is_let_pass(tmp_path, content):
    table = read(tmp_path, content)
    assert table.words == ("bank", "river", "money")
    assert table.vectors.tolist() == [[1, 0, 0.5], [0, 1, 0], [1, 1, 0]]


@pytest.mark.parametrize(
    ("content", "left", "named"),
    [
        ("3 3\nbank 1 0 0.5\nriver nan 1 0\nmoney 1 1 0\n", ("bank", "money"), "line 3"),
        ("bank 1 0 0.5\nriver 0 1\nmoney 1 1 0\n", ("bank", "money"), "line 2"),
        ("bank 1 0 0.5\nriver 0 1 0 7\nmoney 1 1 0\n", ("bank", "money"), "line 2"),
        ("bank 1 0 0.5\nriver 0 1_0 0\nmoney 1 1 0\n", ("bank", "money"), "line 2"),
        ("bank 1 0 0.5\nri\0ver 0 1 0\nmoney 1 1 0\n", ("bank", "money"), "line 2.*signs"),
        ("fl\xfcss 1 0\nbank 0 1\n".encode("latin-1"), ("fl\ufffdss", "bank"), "1 of 2 words not in UTF-8"),
        (b"2 2\na " + np.float32([1, 0]).tobytes() + b"tea " + np.float32([1, np.inf]).tobytes(), ("a",), "'tea'"),
    ],
)  # fmt: skip
def test_a_few_odd_rows_are_left_out_and_said(tmp_path, content, left, named):
    with pytest.warns(CourseWarning, match=named):
        table = read(tmp_path, content)
    assert table.words == left and np.isfinite(table.vectors).all()


def test_words_of_numbers_and_words_with_spaces_are_words(tmp_path):
    assert read(tmp_path, "2 3\n2000 1 0 0\n. . . 0 1 0\n").words == ("2000", ". . .")


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "3"])
def test_a_limit_is_a_whole_number_of_words(tmp_path, limit):
    with pytest.raises(VectorFileError, match="how many words"):
        read(tmp_path, ROWS, limit=limit)


def test_a_damaged_gzip_says_so(tmp_path):
    packed = bytearray(gzip.compress(("2000 50\n" + big_rows()).encode()))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xff" * 40
    with pytest.raises(VectorFileError, match=r"Fetch it again|Fetch the file again|too many rows"):
        read(tmp_path, bytes(packed))


@pytest.mark.parametrize("path", ["", "  ", "a\0b", "x" * 5000, None, 3, "~nobody9/x.bin"])
def test_a_path_that_is_none(path):
    with pytest.raises(CourseError):
        load_word2vec_file(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(VectorFileError, match="is a folder"):
        load_word2vec_file(tmp_path)
