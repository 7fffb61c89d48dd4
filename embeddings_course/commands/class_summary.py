"""`class_summary`: a table made from the progress files that the people of a class hand in.

Each learner runs `progress.export("name.json")` in a notebook and hands the file in; nothing is sent anywhere.

    class_summary folder/            all *.json files of a folder
    class_summary a.json b.json      these files
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
FIELDS = {"lesson", "item", "kind", "state", "tries"}


def read(path: Path) -> list[Entry]:
    """Return what one learner did.

    Raises:
        ValueError: the file is no exported progress; the message says what to do.
    """
    try:
        exported = json.loads(path.read_text(encoding="utf-8"))
        entries = exported["done"]
        if exported["course"] == "embeddings-course" and all(set(entry) >= FIELDS for entry in entries):
            return list(entries)
    except (OSError, ValueError, TypeError, KeyError):
        pass
    raise ValueError(f"{path.name} is no exported progress: ask for the file that progress.export() writes.")


def summary(learners: dict[str, list[Entry]]) -> str:
    """Return a Markdown table: how many have each item done, began it, how often they tried, and their answers."""
    by_item: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entries in learners.values():
        for entry in entries:
            by_item[entry["lesson"], entry["kind"], entry["item"]].append(entry)
    lines = [f"{len(learners)} progress files", "", "| lesson | kind | item | done | begun | tries | answers |"]
    lines.append("|---|---|---|---|---|---|---|")
    for (lesson, kind, item), entries in sorted(by_item.items()):
        done = sum(entry["state"] == "done" for entry in entries)
        tries = sum(entry["tries"] for entry in entries) / len(entries)
        lines.append(
            f"| {lesson} | {kind} | {item} | {done} | {len(entries) - done} | {tries:.1f} | {_answers(entries)} |"
        )
    return "\n".join(lines)


def _answers(entries: list[Entry], most: int = 3) -> str:
    """Return the most common answers with how many gave them; options are counted from a."""
    given = [_name(entry.get("answer")) for entry in entries if entry.get("answer") is not None]
    return ", ".join(f"{answer} ({count})" for answer, count in Counter(given).most_common(most))


def _name(answer: object) -> str:
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < 26:
        return "abcdefghijklmnopqrstuvwxyz"[answer]
    text = ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)
    return text.replace("|", "/")[:60]


def main(words: list[str]) -> int:
    """Print the summary; files that cannot be read are named and left out."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="class_summary", description=__doc__, formatter_class=plain)
    parser.add_argument("files", nargs="+", type=Path, help="files, or folders with *.json files")
    given = parser.parse_args(words).files
    paths = [path for each in given for path in (sorted(each.glob("*.json")) if each.is_dir() else [each])]
    learners, bad = {}, 0
    for path in paths:
        try:
            learners[path.as_posix()] = read(path)
        except ValueError as trouble:
            print(trouble, file=sys.stderr)
            bad = 1
    print(summary(learners))
    return bad
