"""The questions of a lesson, read from the Markdown file beside its module.

A file has up to four parts: `# Remember (lesson 01)`, two questions about an earlier lesson, `# Predictions`, `# Quiz`
and `# Judgements`. Each question has a heading with its id (and
its kind, where that is not a choice), its text, and its options with what each of them means:

    ## legs (number)

    How many legs has a fish?

    from 0 to 100 legs

    - [x] 0 to 1
      > None at all.
    - [ ] 1 to 101
      > It swims.

The kinds are `choice` (one option is ticked), `opinion` (none is), `number` (bands that cover all numbers, low <= x <
high; the line `from ...` may end with a unit, and with a step: `from 0 to 1 m, step 0.1`) and `order` (the box holds
the place where the item belongs: `- [2] cat`). A judgement has two lists: its answers and, after a line `Because:`, its
reasons. A long line may go on in the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option, Order, Question

# the parts of a file, each with the kinds of question that it may ask; the first is meant where a heading names none
PARTS = {
    "Predictions": ("choice", "opinion", "number", "order"),
    "Quiz": ("choice", "opinion"),
    "Remember": ("choice",),
    "Judgements": ("judgement",),
}
PART = re.compile(r"# (\w+)(?: \((.+)\))?")
HEADING = re.compile(r"## ([a-z0-9-]+)(?: \((\w+)\))?")
OPTION = re.compile(r"- \[([ x\d])\] (.+)")
LIKE_AN_OPTION = re.compile(r"[-*+]( |\[)")
NUMBER = r"(-?\d+(?:\.\d+)?)"
RANGE = re.compile(rf"from {NUMBER} to {NUMBER}(?: ([^,]+))?(?:, step {NUMBER})?")
BAND = re.compile(rf"{NUMBER} to {NUMBER}")


class QuestionFileError(ValueError):
    """A file of questions is not as it should be; the message begins with file and line, and says what to mend."""


@dataclass
class Asked:
    """What one file asks, by id and in the order of the file.

    `quiz_name` is what the notebook calls the quiz, `remember_from` the lesson that is to be remembered.
    """

    predictions: dict[str, Question] = field(default_factory=dict)
    quiz: dict[str, Choice] = field(default_factory=dict)
    judgements: dict[str, Judgement] = field(default_factory=dict)
    quiz_name: str = "quiz"
    remember: dict[str, Choice] = field(default_factory=dict)
    remember_from: str = ""


def questions_beside(module_file: str) -> Asked:
    """Read the questions of a lesson: `lesson_01.md` beside `lesson_01.py`, whose `__file__` is given.

    Raises:
        QuestionFileError: where the file is not as it should be.
    """
    path = Path(module_file).with_suffix(".md")
    raw = path.read_bytes()
    try:
        return parse(raw.decode(), path.name)
    except UnicodeDecodeError as error:
        _fail(path.name, raw.count(b"\n", 0, error.start) + 1, "this line is not UTF-8. Save the file as UTF-8.")


def parse(text: str, file: str) -> Asked:
    r"""Read the questions of a text; `file` is its name in errors.

    Raises:
        QuestionFileError: where something is not as it should be.

    >>> asked = parse("# Quiz\n## sum\n2 + 2?\n- [x] 4\n  > Yes.\n- [ ] 5\n  > One too many.", "example.md")
    >>> asked.quiz["sum"].explain(1)
    'One too many.'
    """
    asked, part = Asked(), ""
    drafts: dict[str, _Draft] = {}
    for line, said in enumerate(text.splitlines(), 1):
        if found := PART.fullmatch(said):
            part = found[1]
            if part not in PARTS:
                _fail(file, line, f"there is no part # {part}; the parts are # {', # '.join(PARTS)}.")
            if part == "Remember":
                asked.remember_from = found[2] or ""
            else:
                asked.quiz_name = found[2] or asked.quiz_name
        elif said.startswith("#"):
            draft = _begin(said, part, file, line)
            if draft.id in drafts:
                draft.fail("this id is taken. Progress is kept by id, so each question of a lesson has its own.")
            drafts[draft.id] = draft
        elif said.strip():
            if not drafts:
                _fail(file, line, "a question begins with a heading, such as ## my-question.")
            draft.add(said.strip(), line)
    for draft in drafts.values():
        draft.finish(asked)
    return asked


def _fail(file: str, line: int, message: str) -> NoReturn:
    raise QuestionFileError(f"{file}:{line}: {message}")


def _begin(said: str, part: str, file: str, line: int) -> _Draft:
    """Read the heading of a question."""
    found = HEADING.fullmatch(said)
    if not found:
        _fail(file, line, "a heading is ## and an id of small letters, digits and hyphens: ## my-question (number)")
    if not part:
        _fail(file, line, f"a question stands in one of the parts # {', # '.join(PARTS)}.")
    kind = found[2] or PARTS[part][0]
    if kind not in PARTS[part]:
        _fail(file, line, f"{found[1]}: there is no kind ({kind}) in # {part}; there is ({'), ('.join(PARTS[part])}).")
    return _Draft(file, line, part, found[1], kind)


@dataclass
class _Item:
    """An option, a band or an item to put in order, as it stands in the file."""

    line: int
    mark: str
    text: str
    means: str = ""


@dataclass
class _Draft:
    """A question as it stands in the file, not yet of a kind."""

    file: str
    line: int
    part: str
    id: str
    kind: str
    question: str = ""
    range: re.Match[str] | None = None
    lists: list[list[_Item]] = field(default_factory=lambda: [[]])

    def fail(self, message: str, line: int = 0) -> NoReturn:
        """Raise with file, line (that of the heading, if none is given) and id."""
        _fail(self.file, line or self.line, f"{self.id}: {message}")

    def add(self, said: str, line: int) -> None:
        """Take in one more line."""
        items = self.lists[-1]
        if option := OPTION.fullmatch(said):
            items.append(_Item(line, option[1], option[2]))
        elif LIKE_AN_OPTION.match(said):
            self.fail("an option begins with '- [ ] ' or, where it is right, with '- [x] '.", line)
        elif said == "Because:" and self.kind == "judgement":
            self.lists.append([])
        elif said.startswith(">") and items:
            items[-1].means = f"{items[-1].means} {said[1:].strip()}".strip()
        elif items and not items[-1].means:
            items[-1].text += f" {said}"
        elif self.kind == "number" and not self.range and not items and (found := RANGE.fullmatch(said)):
            self.range = found
        elif not said.startswith(">") and not self.range and self.lists == [[]]:
            self.question = f"{self.question} {said}".strip()
        else:
            self.fail("this text belongs to nothing; what an option means begins with '> ', below the option.", line)

    def finish(self, asked: Asked) -> None:
        """Make a question of it, and put it among those that are asked."""
        if not self.question:
            self.fail("the question itself is missing.")
        if len(self.lists) != 1 + (self.kind == "judgement"):
            self.fail("a judgement has two lists: the answers and, after a line 'Because:', the reasons.")
        if self.kind == "judgement":
            asked.judgements[self.id] = Judgement(self.id, self.question, self.options(0), self.options(1))
        elif self.part in ("Quiz", "Remember"):
            part = asked.quiz if self.part == "Quiz" else asked.remember
            part[self.id] = Choice(self.id, self.question, self.options(), self.kind == "opinion")
        elif self.kind in ("choice", "opinion"):
            asked.predictions[self.id] = Choice(self.id, self.question, self.options(), self.kind == "opinion")
        else:
            asked.predictions[self.id] = self.number() if self.kind == "number" else self.order()

    def items(self, i: int = 0) -> list[_Item]:
        """Return the items of one list: two at least, each explained."""
        if len(self.lists[i]) < 2:
            self.fail("a question has at least two options.")
        for item in self.lists[i]:
            if not item.means:
                self.fail(f"{item.text!r} is not explained: what it means stands below it, after '> '.", item.line)
        return self.lists[i]

    def options(self, i: int = 0) -> tuple[Option, ...]:
        """Return the options of one list, of which one is ticked (none, in an opinion)."""
        items, most = self.items(i), 0 if self.kind == "opinion" else 1
        for item in items:
            if item.mark not in " x":
                self.fail("a box is [ ] or, where the option is right, [x].", item.line)
        ticked = [item for item in items if item.mark == "x"]
        for item in ticked[most:]:
            self.fail(f"{item.text!r} is ticked as well; {'only one' if most else 'none'} may be.", item.line)
        if len(ticked) < most:
            self.fail("no option is right: tick one with [x].", items[0].line)
        return tuple(Option(item.text, item.means, item.mark == "x") for item in items)

    def number(self) -> Number:
        """Return a question for a number; its bands cover all that may be guessed."""
        if not self.range:
            self.fail("a number needs a line with its limits, such as 'from 0 to 100 per cent'.")
        low, high, unit, step = self.range.groups()
        bands = [self.band(item, option) for item, option in zip(self.items(), self.options(), strict=True)]
        for item, one, two in zip(self.items()[1:], bands, bands[1:], strict=False):
            if one.high != two.low:
                self.fail(f"the band before ends at {one.high:g}, this one begins at {two.low:g}.", item.line)
        if bands[0].low > float(low) or bands[-1].high <= float(high):
            self.fail(f"the bands should begin at {low} or below, and end above {high}.", self.items()[-1].line)
        return Number(self.id, self.question, tuple(bands), float(low), float(high), unit or "", float(step or 1))

    def band(self, item: _Item, option: Option) -> Band:
        """Return an option as a band of numbers."""
        found = BAND.fullmatch(item.text)
        if not found:
            self.fail(f"{item.text!r} is no band of numbers, such as '- [ ] 0 to 10'.", item.line)
        return Band(float(found[1]), float(found[2]), option.says, option.right)

    def order(self) -> Order:
        """Return a question for an order; the boxes hold the places where the items belong."""
        items = self.items()
        right = sorted(items, key=lambda item: item.mark)
        if [item.mark for item in right] != [str(place) for place in range(1, len(items) + 1)]:
            self.fail(f"the boxes of an order hold the places 1 to {len(items)}, each once.", items[0].line)
        shown, in_order = (tuple(item.text for item in them) for them in (items, right))
        return Order(self.id, self.question, shown, in_order, tuple(item.means for item in right))
