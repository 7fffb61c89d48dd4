"""`cuts`: the lessons for a class. Everything is written to the folder artefacts/ in the current folder.

slides [02] [--minutes 45]   open live slides, views alive; and write the still copy
still [02 ...]               still slides of lessons (all, and the lectures, if none is named)
handout [02 ...]             lessons without solutions, as notebooks and as pages to print
answers                      the answer key, from the solutions and explanations in the lessons
plan --minutes 45            the lecture's slides with their minutes and polls
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbformat import NotebookNode

from embeddings_course.commands.lecture import book, cut
from embeddings_course.files.paths import write_whole

ARTEFACTS = Path("artefacts")


def main(words: list[str]) -> int:
    """Run one command; 0 if all is well."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="cuts", description=__doc__, formatter_class=plain)
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("notebooks", nargs="*", help="a number such as 02, or a file")
    parser.add_argument("--minutes", type=int, choices=cut.LENGTHS, help="a lecture across lessons, or of one")
    parser.add_argument("--no-browser", action="store_true", help="slides: print the address and open no browser")
    parser.add_argument("--port", type=int, default=0, help="slides: the port for JupyterLab")
    chosen = parser.parse_args(words)
    from embeddings_course.commands.lecture.still import StillError

    try:
        return COMMANDS[chosen.command](chosen)
    except (StillError, ValueError) as trouble:
        print(trouble, file=sys.stderr)
        return 1


def deck(chosen: argparse.Namespace) -> tuple[str, NotebookNode]:
    """Return the name and the slides of the lesson or lecture that is meant (the 45-minute lecture if none is)."""
    if chosen.notebooks:
        path = book.find(chosen.notebooks)[0]
        if chosen.minutes:
            return f"{path.stem}_{chosen.minutes}", cut.lecture([book.read(path)], chosen.minutes)
        return path.stem, cut.slides(book.read(path))
    minutes = chosen.minutes or cut.LENGTHS[0]
    return f"lecture_{minutes}", cut.lecture(map(book.read, book.find(cut.PATH)), minutes)


def decks(names: list[str]) -> dict[str, NotebookNode]:
    """Return the slides of these lessons by name; of all lessons and lectures if none is named."""
    made = {path.stem: cut.slides(book.read(path)) for path in book.find(names)}
    if not names:
        for minutes in cut.LENGTHS:
            try:
                made[f"lecture_{minutes}"] = cut.lecture(map(book.read, book.find(cut.PATH)), minutes)
            except ValueError as nothing:
                print(nothing)
    return made


def write(path: Path, text: str) -> Path:
    """Write a file under artefacts/ and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    print(f"Wrote {path}")
    return path


def slides(chosen: argparse.Namespace) -> int:
    """Write the still copy, then open the live slides."""
    from embeddings_course.commands.lecture import live, still
    from embeddings_course.commands.lecture.ballot import with_votes

    name, nb = deck(chosen)
    try:
        write(ARTEFACTS / "slides" / f"{name}.html", still.deck(nb, name))
    except still.StillError as trouble:
        print(f"{trouble} The live slides need nothing from the network and come now.", file=sys.stderr)
    place = (ARTEFACTS / "slides" / f"{name}.ipynb").absolute()
    return live.show(with_votes(nb), place, chosen.port, not chosen.no_browser)


def still_slides(chosen: argparse.Namespace) -> int:
    """Write still copies alone."""
    from embeddings_course.commands.lecture import still

    chosen_decks = [deck(chosen)] if chosen.minutes else decks(chosen.notebooks).items()
    for name, nb in chosen_decks:
        write(ARTEFACTS / "slides" / f"{name}.html", still.deck(nb, name))
    return 0


def handout(chosen: argparse.Namespace) -> int:
    """Write lessons without solutions."""
    from embeddings_course.commands.lecture import still

    for path in book.find(chosen.notebooks):
        nb = cut.handout(book.read(path))
        target = ARTEFACTS / "handouts" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        book.write(nb, target)
        write(target.with_suffix(".html"), still.page(nb, path.stem))
    return 0


def answers(chosen: argparse.Namespace) -> int:
    """Write the answer key."""
    from embeddings_course.commands.lecture import answers as key

    write(ARTEFACTS / "answer_key.md", key.answer_key(book.find(chosen.notebooks)))
    return 0


def plan(chosen: argparse.Namespace) -> int:
    """Print a lecture's slides with minutes and polls, as a table."""
    _, nb = deck(chosen)
    print("| slide | minutes | poll |\n|---|---|---|")
    for cell in nb.cells:
        said = cell.metadata.get("course", {}).get("notes", {})
        lines = cell.source.splitlines() if cell.cell_type == "markdown" else []
        title = next((line.strip("# ") for line in lines if line.startswith("#")), "")
        if cell.metadata.slideshow.slide_type not in {"skip", "notes"} and (title or said):
            title = title or f"`{cell.source.strip().splitlines()[-1][:50]}`"
            print(f"| {title} | {said.get('minutes', '')} | {said.get('poll', '')} |")
    print(f"| together | {cut.minutes_of(nb):g} | |")
    return 0


COMMANDS = {"slides": slides, "still": still_slides, "handout": handout, "answers": answers, "plan": plan}
