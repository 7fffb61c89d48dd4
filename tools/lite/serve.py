"""The built folder on loopback, handed out as a good web server would: with its types, and kept by the browser."""

from __future__ import annotations

import http.server
import sys
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

TYPES = {".wasm": "application/wasm", ".mjs": "text/javascript", ".js": "text/javascript", ".whl": "application/zip",
         ".ipynb": "application/json", ".json": "application/json", ".css": "text/css"}  # fmt: skip
UNCHANGING = ("/static/pyodide/", "/course/", "/build/", "/extensions/")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Hands out files with their types, and says which ones a browser may keep."""

    extensions_map: ClassVar = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}
    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Add our headers to each answer."""
        kept = any(part in self.path for part in UNCHANGING)
        self.send_header("Cache-Control", "max-age=86400" if kept else "no-cache")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(http.server.ThreadingHTTPServer):
    """Serves pages that may be closed at any moment."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing where a page was closed while it fetched something; every other error is told as ever."""
        if not isinstance(sys.exception(), ConnectionResetError):
            super().handle_error(request, client_address)


def server(folder: Path, port: int = 0) -> http.server.ThreadingHTTPServer:
    """Return a server of a folder, on loopback alone; port 0 takes a free one."""
    return Server(("127.0.0.1", port), partial(Handler, directory=str(folder)))
