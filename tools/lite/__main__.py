"""Build the course for a browser into a folder, or serve that folder on this machine alone."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from embeddings_course.files.errors import CourseError
from tools.lite.parts import ROOT, MissingPart
from tools.lite.serve import server


def main(words: list[str]) -> int:
    """Run the command; return an exit code."""
    parser = argparse.ArgumentParser(prog="python course.py lite", description=__doc__, allow_abbrev=False)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "lite", help="where it is built (build/lite)")
    parser.add_argument("--serve", action="store_true", help="serve it on 127.0.0.1; built first where it is not there")
    parser.add_argument("--port", type=int, default=8000, help="the port for --serve (8000)")
    chosen = parser.parse_args(words)
    folder = chosen.folder.absolute()
    try:
        if not (chosen.serve and (folder / "lab" / "index.html").is_file()):
            from tools.lite.build import build

            started = time.monotonic()
            build(folder)
            print(f"Done in {time.monotonic() - started:.0f} s. See it: python course.py lite --serve", flush=True)
        if chosen.serve:
            with server(folder, chosen.port) as running:
                print(f"http://127.0.0.1:{running.server_port}/ (Ctrl+C ends it)", flush=True)
                running.serve_forever()
    except (MissingPart, CourseError) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
