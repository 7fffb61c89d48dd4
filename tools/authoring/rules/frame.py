"""Rules about the frame: parts in order, title and question, minutes, objectives that come back, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from authoring import frame
from authoring.rules import Complaint, LessonFile, bullets, words
from embeddings_course.commands.lecture import book

# verbs of objectives whose past is not made with -ed
PAST = (
    "broke brought built caught chose cut did drew felt found gave grew had held kept knew learnt left let lost made "
    "met put ran read said sat saw set shown spent split spoke stood taught thought told took understood went wrote"
)
IRREGULAR = set(PAST.split())
LITTLE = (
    "a an and are as at be by for from how in is it its not of on or so than that the them then this to what when "
    "where which why with you your"
)
SMALL = set(LITTLE.split())


def todo(lesson: LessonFile) -> Iterator[Complaint]:
    """No TODO of the frame is left."""
    for number, cell in enumerate(lesson.cells, 1):
        if "TODO" in cell.source:
            yield number, "a TODO of the frame is still there"


def title(lesson: LessonFile) -> Iterator[Complaint]:
    """The first cell has the title "# NN · Title" and the question that the lesson answers."""
    first = lesson.cells[0] if lesson.cells else None
    if first is None or first.cell_type != "markdown" or not first.source.startswith("# "):
        yield 1, 'the first cell is not the title ("# NN · Title")'
        return
    if lesson.is_full and not re.match(rf"# {lesson.number} · \S", first.source):
        yield 1, f'the title does not read "# {lesson.number} · Title"'
    if "?" not in first.source:
        yield 1, "the first cell does not ask the question that the lesson answers"


def minutes(lesson: LessonFile) -> Iterator[Complaint]:
    """Minutes are stated in the first two cells, for reading and for exercises; core parts take at most 45."""
    opening = "\n".join(cell.source for cell in lesson.cells[:2])
    if not re.search(r"\b\d+ min", opening):
        yield 1, "the minutes are not stated"
    if lesson.is_full and not re.search(r"\bcore\b|\bextra\b", opening, re.IGNORECASE):
        yield 1, "it is not said what is core and what is extra"
    if (core := re.search(r"[Cc]ore[^.\d]*(\d+) min", opening)) and int(core[1]) > 45:
        yield 1, f"the core takes {core[1]} minutes: 45 at most"


def parts(lesson: LessonFile) -> Iterator[Complaint]:
    """Every part of the frame is there, in order; 00 and 00b need only what comes next."""
    wanted = frame.HEADINGS if lesson.is_full else (frame.NEXT,)
    there = [text for _, level, text in lesson.headings if level == 2]
    places = [next((i for i, text in enumerate(there) if text.startswith(part)), None) for part in wanted]
    for part, place in zip(wanted, places, strict=True):
        if place is None:
            yield None, f'the part "## {part}" is missing'
    found = [place for place in places if place is not None]
    if found != sorted(found):
        yield None, f"the parts are not in the order {', '.join(wanted)}"


def heading_order(lesson: LessonFile) -> Iterator[Complaint]:
    """One first-level heading, and no level is jumped over on the way down."""
    level_before = 0
    for number, level, text in lesson.headings:
        if level == 1 and level_before:
            yield number, f'a second first-level heading: "{text}"'
        if level > level_before + 1:
            yield number, f'the heading "{text}" jumps from level {level_before} to {level}'
        level_before = level


def first_code_imports(lesson: LessonFile) -> Iterator[Complaint]:
    """The first code cell of a lesson is its imports."""
    number, cell = next(lesson.code(), (0, None))
    if lesson.is_full and cell is not None and "import " not in cell.source:
        yield number, "the first code cell imports nothing"


def breaks_something(lesson: LessonFile) -> Iterator[Complaint]:
    """The part that breaks the idea has a cell to run."""
    there = list(lesson.in_section(frame.BREAK))
    if lesson.is_full and there and not any(cell.cell_type == "code" for _, cell in there):
        yield there[0][0], f'the part "{frame.BREAK}" has nothing to run'


def prediction_first(lesson: LessonFile) -> Iterator[Complaint]:
    """Before the start there is a prediction, and what it is about is tagged `reveal` (no answer lies open)."""
    asked = [n for n, cell in lesson.code() if re.search(r"\bpredict\(", cell.source)]
    if lesson.is_full and not any(lesson.section(n).startswith(frame.BEFORE) for n in asked):
        yield None, f'the part "{frame.BEFORE}" asks for no prediction'
    opened_by_the_last_lesson = lesson.number == "00"
    if asked and not opened_by_the_last_lesson and not any(n > asked[0] for n, _ in lesson.code("reveal")):
        yield asked[0], "no cell after this prediction is tagged reveal"


def objectives(lesson: LessonFile) -> Iterator[Complaint]:
    """The objectives are bullets, and the same bullets come back at the end, in the past tense."""
    if not lesson.is_full:
        return
    before, after = bullets(lesson.text_of(frame.OBJECTIVES)), bullets(lesson.text_of(frame.RECAP))
    if not before:
        yield None, "there are no objectives (bullets)"
    elif len(before) != len(after):
        yield None, f"{len(before)} objectives, but {len(after)} bullets in the recap"
    else:
        for now, past in zip(before, after, strict=True):
            if not _same(now, past):
                yield None, f'the recap "{past}" does not repeat the objective "{now}"'
            elif not _is_past(past):
                yield None, f'the recap "{past}" does not begin in the past tense'


def _same(now: str, past: str) -> bool:
    """Return whether at least half of the objective's words (but for its verb and small words) are in the recap."""
    wanted = {_stem(word) for word in words(now)[1:]} - SMALL
    return len(wanted & {_stem(word) for word in words(past)}) * 2 >= len(wanted)


def _stem(word: str) -> str:
    return re.sub(r"(ing|ied|ies|ed|es|s|e|y)$", "", word) if len(word) > 4 else word


def _is_past(past: str) -> bool:
    first = [word for word in words(past) if word not in {"you", "can", "have", "now", "i"}][:1]
    return any(word.endswith("ed") or word in IRREGULAR for word in first)


def exercises_complete(lesson: LessonFile) -> Iterator[Complaint]:
    """Each exercise is described (12 words), has a hint, and its solution stands below it, before the next one."""
    kinds = [_kind(cell) for cell in lesson.cells]
    for place, kind in enumerate(kinds):
        following = [k for k in kinds[place + 1 :] if k in {"exercise", "solution"}]
        if kind != "exercise" or (following[:1] == ["exercise"] and kinds[place + 1] == "exercise"):
            continue  # the last cell of an exercise speaks for it
        end = place + 1 + kinds[place + 1 :].index("solution") if following[:1] == ["solution"] else None
        task = _task(lesson, place)
        if end is None:
            yield place + 1, "no solution stands below this exercise"
        elif "hint(" not in task + "".join(cell.source for cell in lesson.cells[place:end]):
            yield place + 1, "there is no hint(...) between this exercise and its solution"
        if len(re.findall(r"\w+", task)) < 12:
            yield place + 1, "the exercise is not described (12 words at least, right above it)"


def _kind(cell: NotebookNode) -> str:
    """Return what a cell is in an exercise: exercise, solution, its preparation (it shows a bug), or nothing."""
    if cell.cell_type != "code":
        return ""
    return next(iter(book.tags(cell) & {"exercise", "solution"}), "repair" if "repair(" in cell.source else "")


def _task(lesson: LessonFile, place: int) -> str:
    """Return the prose above an exercise, without headings, back to the last code cell that is not part of it."""
    above: list[str] = []
    for cell in reversed(lesson.cells[:place]):
        if cell.cell_type == "code" and _kind(cell) not in {"exercise", "repair"}:
            break
        if cell.cell_type == "markdown":
            above += [line for line in cell.source.splitlines() if not line.startswith("#")]
    return "\n".join(above)


def sources(lesson: LessonFile) -> Iterator[Complaint]:
    """The part Sources names at least one source, each with its year or marked as (draft), (web page) or (essay)."""
    named = bullets(lesson.text_of(frame.SOURCES))
    if lesson.is_full and not named:
        yield None, "no source is named (bullets)"
    for bullet in named:
        if not re.search(r"\b(1[89]|20)\d\d\b|draft\)|\(web page\)|\(essay\)", bullet):
            yield None, f'the source "{bullet[:60]}" has no year'


def one_claim(lesson: LessonFile) -> Iterator[Complaint]:
    """A lesson ends on one claim, in bold, that a learner would tell a friend: the first words of what comes next."""
    said = [line for line in lesson.text_of(frame.NEXT).splitlines() if line.strip()]
    if lesson.is_full and not (said and re.match(r"\*\*\S.*\S\*\*", said[0])):
        yield None, f'the part "## {frame.NEXT}" does not begin with the lesson\'s claim, in bold'


RULES = (
    todo, title, minutes, parts, heading_order, first_code_imports, breaks_something, prediction_first, objectives,
    exercises_complete, one_claim, sources,
)  # fmt: skip
