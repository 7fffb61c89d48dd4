"""Everything an author does to a lesson, from the repository's top folder:

python tools/notebook.py new 03 Counting company      make a lesson from the frame
python tools/notebook.py to-text 03                   write the text twin notebooks/03_....py and edit that
python tools/notebook.py from-text 03                 bring it back; outputs of unchanged cells stay
python tools/notebook.py refresh [03 ...]             run in fresh kernels, keep the outputs (no name: all)
python tools/notebook.py stale [03 ...]               say whose outputs are older than their code
python tools/notebook.py lint [03 ...]                say what is missing or against the house rules
"""  # noqa: D415 - the usage text is the summary

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # also where the course is not installed

from authoring import frame

from embeddings_course.commands.lecture import book


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="make a lesson from the frame")
    new.add_argument("number")
    new.add_argument("title", nargs="+")
    for name in ("to-text", "from-text", "refresh", "stale", "lint"):
        commands.add_parser(name).add_argument("notebooks", nargs="*")
    chosen = parser.parse_args(arguments)
    if chosen.command == "new":
        print(f"Made {book.pretty(frame.new(chosen.number, ' '.join(chosen.title)))}. Now fill every TODO.")
        return 0
    return COMMANDS[chosen.command](chosen.notebooks)


def to_text(names: list[str]) -> int:
    """Write text twins."""
    from authoring import text

    for path in book.find(names):
        print(f"Wrote {book.pretty(text.to_text(path))}.")
    return 0


def from_text(names: list[str]) -> int:
    """Bring text twins back (all there are, if none is named)."""
    from authoring import text

    for path in book.find(names, kind=".py"):
        target, kept, cells = text.from_text(path)
        todo = "" if kept == cells else f" Now: python tools/notebook.py refresh {target.stem.split('_')[0]}"
        print(f"Wrote {book.pretty(target)}: {kept} of {cells} code cells kept their outputs.{todo}")
    return 0


def refresh(names: list[str]) -> int:
    """Run notebooks and keep their outputs."""
    from authoring import refresh as runs

    return int(any(run.problem for run in runs.refresh(book.find(names))))


def stale(names: list[str]) -> int:
    """Say which notebooks' outputs are older than their code."""
    old = {path: cells for path in book.find(names) if (cells := book.stale_cells(book.read(path)))}
    for path, cells in old.items():
        print(f"{path.name}: changed since its outputs were made: code cell {', '.join(map(str, cells))}")
    return int(bool(old))


def lint(names: list[str]) -> int:
    """Say what is missing or against the house rules; of lessons that are named, also where a claim may be too loud."""
    from authoring import claims
    from authoring import lint as rules

    found = rules.lint(book.find(names))
    print("\n".join(map(str, found)) or "Nothing to complain about.")
    recorded = [claim.sentence for claim in claims.load_claims()]
    for path in book.find(names) if names else []:
        for cell in book.read(path).cells:
            for sentence in claims.loud(cell, recorded):
                print(f"warning: {path.name}, cell {cell['id']}: measured? {sentence[:90]}")
    return int(bool(found))


COMMANDS = {"to-text": to_text, "from-text": from_text, "refresh": refresh, "stale": stale, "lint": lint}

if __name__ == "__main__":
    sys.exit(main())
