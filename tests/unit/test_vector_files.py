"""Reading vectors that gensim wrote, and fetching them from a server that stands in for the real one."""

import gzip
import hashlib
import http.server
import json
import threading

import numpy as np
import pytest

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
