"""`class_summary`: tables made from the progress files that the people of a class hand in.

Each learner runs `progress.export("name.json")` in a notebook and hands the file in; nothing is sent anywhere.

    class_summary folder/            all *.json files of a folder and its subfolders (one a student, say)
    class_summary a.json b.json      these files
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings_course.chance import Paired, paired_difference, share_interval
from embeddings_course.commands.lecture.cut import questions_of
from embeddings_course.exercises.engine.questions import LETTERS, Judgement
from embeddings_course.exercises.keepsakes.twelve import HONEST, IDEAS, first_form
from embeddings_course.files.errors import CourseError
from embeddings_course.files.paths import user_path
from embeddings_course.plots.style import one_line

Entry = dict[str, Any]
FIELDS = {"lesson": str, "item": str, "kind": str, "state": str, "tries": int}
SURE = 80
"""From so many per cent on, a person is sure."""
FEWEST = 6
"""Below so many people no share is printed."""
LARGEST = 5_000_000
MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]|~#!"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"})


@dataclass
class Learner:
    """What one person handed in: the entries that can be read, and how many cannot."""

    path: Path
    entries: list[Entry]
    odd: int = 0


def plain(text: object, longest: int = 60) -> str:
    r"""Return a text from outside as plain words in a Markdown table, whatever it is.

    >>> plain("a|b <img src=x>\n# *c*")
    'a\\|b &lt;img src=x&gt; \\# \\*c\\*'
    """
    line = one_line(text)
    return (line if len(line) <= longest else line[: longest - 1] + "…").translate(MARKS)


def read(path: Path) -> Learner:
    """Return what one learner did.

    Raises:
        ValueError: the file is no exported progress; the message says what to do.
    """
    wrong = f"{path} is no exported progress: ask for the file that progress.export() writes."
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(wrong)
        text = path.read_text(encoding="utf-8-sig")
        if not text.strip():
            raise ValueError(f"{path} is empty: nobody is counted for it. Ask for the file again.")
        exported = json.loads(text)
        entries = exported["done"]
        if exported["course"] != "embeddings-course" or not isinstance(entries, list):
            raise ValueError(wrong)
    except (OSError, TypeError, KeyError, RecursionError, UnicodeError, json.JSONDecodeError) as error:
        raise ValueError(wrong) from error
    good = [entry for entry in entries if _is_entry(entry)]
    return Learner(path, good, len(entries) - len(good))


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and all(type(entry.get(name)) is kind for name, kind in FIELDS.items())


def each_once(learners: Sequence[Learner]) -> tuple[list[Learner], list[str]]:
    """Return each person once, by the file that says most; and a sentence for each file that was left out.

    Two files are one person's where three things or more, and half of what the smaller one says, were done in the
    same seconds. One or two things may well be: a whole room votes at once.
    """
    kept: list[Learner] = []
    said = []
    for learner in sorted(learners, key=lambda each: len(each.entries), reverse=True):
        done = _done(learner)
        same = next((other for other in kept if len(done & _done(other)) >= max(3, len(done) / 2)), None)
        if same:
            said.append(f"{learner.path} and {same.path} are of one person: counted once, by the second.")
        else:
            kept.append(learner)
    return sorted(kept, key=lambda each: str(each.path)), sorted(said)


def _done(learner: Learner) -> frozenset[str]:
    """Return what a person did, and when."""
    return frozenset(f"{e['lesson']} {e['item']} {e.get('at')}" for e in learner.entries)


def summary(learners: Sequence[Learner]) -> str:
    """Return Markdown: how many have each item done or right, begun it, their answers; and who was wrong but sure."""
    by_item: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for learner in learners:
        for entry in learner.entries:
            if entry["kind"] not in ("before", "after"):
                by_item[entry["lesson"], entry["kind"], entry["item"]].append(entry)
    lines = [f"{len(learners)} progress file{'' if len(learners) == 1 else 's'}", ""]
    lines += [
        "| lesson | kind | item | done, right | begun, wrong | tries | answers |",
        "|---|---|---|---|---|---|---|",
    ]
    for (lesson, kind, item), entries in sorted(by_item.items()):
        done = sum(entry["state"] == "done" for entry in entries)
        tries = sum(entry["tries"] for entry in entries) / len(entries)
        names = " | ".join(plain(name) for name in (lesson, kind, item))
        lines.append(f"| {names} | {done} | {len(entries) - done} | {tries:.1f} | {_answers(kind, entries)} |")
    sure = list(_wrong_but_sure(by_item))
    if sure:
        lines += ["", f"Wrong but sure ({SURE} % or more): what to talk about first", ""]
        lines += ["| sure | all who say so | lesson | what they think | what it means |", "|---|---|---|---|---|"]
        lines += [row for _, row in sorted(sure, reverse=True)]
    return "\n".join([*lines, *_before_and_after(learners)])


def _before_and_after(learners: Sequence[Learner]) -> list[str]:
    """Return the table of the twelve questions: only of people who answered all of both, so that it compares people."""
    both = [(before, after) for before, after in map(_twelve, learners) if len(before) == len(after) == len(IDEAS)]
    begun = sum(any(each) for each in map(_twelve, learners))
    if not begun:
        return []
    lines = ["", "Twelve questions before the course and twelve after it", ""]
    lines.append(f"{len(both)} answered both, {begun - len(both)} only one of them (not counted below). {HONEST}")
    if len(both) < FEWEST:
        return [*lines, f"Below {FEWEST} people who answered both, no shares: luck would speak."]
    lines += ["", "| about | right before | right after | change |", "|---|---|---|---|"]
    for idea in IDEAS:
        first, last = ([right[idea] for right in each] for each in zip(*both, strict=True))
        shares = " | ".join(str(share_interval(sum(right), len(both))) for right in (first, last))
        lines.append(f"| {idea} | {shares} | {_change(paired_difference(last, first))} |")
    first, last = ([sum(right.values()) / len(IDEAS) for right in each] for each in zip(*both, strict=True))
    means = " | ".join(f"{sum(right) / len(both):.2f}" for right in (first, last))
    lines.append(f"| all twelve, a mean for each person | {means} | {_change(paired_difference(last, first))} |")
    return [
        *lines,
        "",
        f"(In brackets: 95 % intervals, over people. Of {len(IDEAS)} lines one may stand clear of zero by luck: trust "
        "the last. Nobody knows what they would have learned without the course.)",
    ]


def _twelve(learner: Learner) -> tuple[dict[str, bool], dict[str, bool]]:
    """Return which of the twelve ideas one person had right before and after."""
    right: dict[str, dict[str, bool]] = {"before": {}, "after": {}}
    for when, found in right.items():
        locked = [entry for entry in learner.entries if entry["kind"] == when]
        end = first_form((entry["item"], str(entry.get("at"))) for entry in locked)
        found |= {
            e["item"][:-2]: e["state"] == "done" for e in locked if e["item"][:-2] in IDEAS and e["item"][-2:] == end
        }
    return right["before"], right["after"]


def _change(found: Paired) -> str:
    return f"{found.mean:+.2f} ({found.low:+.2f} to {found.high:+.2f})"


def _answers(kind: str, entries: list[Entry], most: int = 3) -> str:
    """Return the most common answers with how many gave them; options are counted from a."""
    given = [_name(kind, entry.get("answer")) for entry in entries if entry.get("answer") is not None]
    return ", ".join(f"{answer} ({count})" for answer, count in Counter(given).most_common(most))


def _name(kind: str, answer: object) -> str:
    if kind == "judgement" and (judged := _judged(answer)):
        return f"{_letter(judged[0])} because {_letter(judged[1])}"
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < 26:
        return _letter(answer)
    return plain(", ".join(map(str, answer)) if isinstance(answer, list) else answer)


def _letter(number: int) -> str:
    return LETTERS[number]


def _judged(answer: object) -> tuple[int, int, float] | None:
    """Return answer, reason and sureness of a judgement, where it is one."""
    if not isinstance(answer, list) or len(answer) != 3 or not all(type(part) in (int, float) for part in answer):
        return None
    said, because, sure = answer
    right = type(said) is type(because) is int and 0 <= said < 26 and 0 <= because < 26 and 0 <= sure <= 100
    return (said, because, float(sure)) if right else None


def _wrong_but_sure(by_item: dict[tuple[str, str, str], list[Entry]]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield a row for each wrong answer to a judgement that somebody is sure of, and by what to sort it."""
    for (lesson, kind, item), entries in by_item.items():
        asked = questions_of(lesson) if kind == "judgement" and lesson.isalnum() else None
        judgement: Judgement | None = asked.judgements.get(item) if asked else None
        if judgement is None:
            continue
        wrong: dict[int, list[float]] = defaultdict(list)
        for judged in filter(None, (_judged(entry.get("answer")) for entry in entries)):
            if judged[0] < len(judgement.answers) and not judgement.answers[judged[0]].right:
                wrong[judged[0]].append(judged[2])
        for place, how_sure in wrong.items():
            sure, option = sum(each >= SURE for each in how_sure), judgement.answers[place]
            if sure:
                claim = plain(f"{judgement.claim} {option.text}", 200)
                yield (
                    (sure, len(how_sure)),
                    f"| {sure} | {len(how_sure)} | {plain(lesson)} | {claim} | {plain(option.says, 300)} |",
                )


def files_in(given: Sequence[str]) -> list[Path]:
    """Return the files that are meant: those named, and all *.json of the folders named, hidden ones left out.

    Raises:
        CourseError: where there is none.
    """
    paths: list[Path] = []
    for each in map(user_path, given):
        inside = sorted(each.rglob("*.json")) if each.is_dir() else [each]
        paths += [
            path for path in inside if not any(part.startswith((".", "__")) for part in path.parts[len(each.parts) :])
        ]
    if not paths:
        raise CourseError(f"There is no *.json file in {', '.join(given)}. Put the files that were handed in there.")
    return list(dict.fromkeys(paths))


def main(words: list[str]) -> int:
    """Print the summary; files that cannot be read are named and left out."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="class_summary", description=__doc__, formatter_class=formatter)
    parser.add_argument("files", nargs="+", help="files, or folders with *.json files")
    learners, bad = [], 0
    try:
        paths = files_in(parser.parse_args(words).files)
    except CourseError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    for path in paths:
        try:
            learners.append(read(path))
        except ValueError as trouble:
            print(one_line(trouble), file=sys.stderr)
            bad = 1
    once, said = each_once(learners)
    said += [f"{each.path}: {each.odd} lines are not as the course writes them, left out." for each in once if each.odd]
    for line in said:
        print(one_line(line), file=sys.stderr)
    print(summary(once))
    return bad
