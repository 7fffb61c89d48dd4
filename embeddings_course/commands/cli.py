"""Are embeddings all you need? A course that you open and do.

    embeddings-course                     your copies of the lessons, the model, and JupyterLab on the first lesson
    embeddings-course model [NAME]        fetch a model that the course knows
    embeddings-course check               say what is installed and what to do about what is not
    embeddings-course slides [02]         lessons as slides, live and still
    embeddings-course cuts                handouts, still slides, the answer key, the plan of a lecture
    embeddings-course seat                one seat of a class server: what JupyterHub starts (class_server/)
    embeddings-course class_summary ...   a table made from the progress files of a class
    embeddings-course take_home [ZIP]     your lessons, progress and bag as one file; bring_home puts them in again

`embeddings-course COMMAND --help` says more. In a clone of the repository the same words follow `python course.py`.
"""

from __future__ import annotations

import io
import sys
from importlib import import_module

from embeddings_course.files.paths import command

COMMANDS = {  # the module behind each command, and the words that it hears before those that were typed
    "start": ("start",),
    "model": ("model",),
    "check": ("check",),
    "slides": ("cuts", "slides"),
    "cuts": ("cuts",),
    "class_summary": ("class_summary",),
    "summary": ("class_summary",),
    "seat": ("seat",),
    "take_home": ("carry", "take_home"),
    "bring_home": ("carry", "bring_home"),
}
IN_A_CLONE = ("test", "bench", "site", "lite")


def main(words: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    words = sys.argv[1:] if words is None else words
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that lacks a letter shows its number
            stream.reconfigure(errors="backslashreplace")
    name, rest = (words[0], words[1:]) if words and not words[0].startswith("-") else ("start", words)
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if name in IN_A_CLONE:
        print(f"{name} needs a clone of the course's repository: run python course.py {name} there.", file=sys.stderr)
        return 2
    if name not in COMMANDS:
        print(f"There is no command {name!r}. Run {command('--help')} to see what there is.", file=sys.stderr)
        return 2
    module, *before = COMMANDS[name]
    try:
        return int(import_module(f"embeddings_course.commands.{module}").main([*before, *rest]))
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: it carries on where it stopped.", file=sys.stderr, flush=True)
        return 130


if __name__ == "__main__":
    sys.exit(main())
