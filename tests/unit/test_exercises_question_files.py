"""Questions in Markdown: every kind is read, and every mistake is named with its file and line."""

import json
from pathlib import Path

import pytest

from embeddings_course.exercises.engine.question_files import QuestionFileError, parse, questions_beside
from embeddings_course.exercises.engine.questions import Band, Choice, Judgement, Number, Option, Order

EVERY_KIND = """# Predictions

## guess
Is *this* so, and
so on?
- [x] yes, or
  nearly
  > Since it
  > is so.
- [ ] no
  > Think again.

## view (opinion)
Nice?
- [ ] yes
  > So be it.
- [ ] no
  > Then not.

## many (number)
How many?
from -1 to 99.5 per cent, step 0.5
- [ ] -1 to 10
  > Too few.
- [x] 10 to 100
  > Just so.

## row (order)
Small to large?
- [2] cat
  > middle
- [1] ant
  > tiny

# Quiz (self-check)

## sum
2 + 2?
- [ ] 5
  > One too many.
- [x] 4
  > Yes.

# Judgements

## judge
So?
- [x] yes
  > Right.
- [ ] no
  > Wrong.

Because:

- [ ] hearsay
  > Who said so?
- [x] seen
  > That is why.
"""


def test_every_kind_is_read():
    asked = parse(EVERY_KIND, "x.md")
    yes = Option("yes, or nearly", "Since it is so.", right=True)
    assert asked.predictions == {
        "guess": Choice("guess", "Is *this* so, and so on?", (yes, Option("no", "Think again."))),
        "view": Choice("view", "Nice?", (Option("yes", "So be it."), Option("no", "Then not.")), opinion=True),
        "many": Number(
            "many",
            "How many?",
            (Band(-1, 10, "Too few."), Band(10, 100, "Just so.", right=True)),
            low=-1,
            high=99.5,
            unit="per cent",
            step=0.5,
        ),
        "row": Order("row", "Small to large?", ("cat", "ant"), ("ant", "cat"), ("tiny", "middle")),
    }
    assert asked.quiz == {"sum": Choice("sum", "2 + 2?", (Option("5", "One too many."), Option("4", "Yes.", True)))}
    answers, reasons = (
        (Option("yes", "Right.", True), Option("no", "Wrong.")),
        (
            Option("hearsay", "Who said so?"),
            Option("seen", "That is why.", True),
        ),
    )
    assert asked.judgements == {"judge": Judgement("judge", "So?", answers, reasons)}
    assert asked.quiz_name == "self-check" and list(asked.predictions) == ["guess", "view", "many", "row"]


# what stands there, what is put in its place, how the line begins that is named, and what is said of it
MISTAKES = {
    "no right option": ("- [x] 4", "- [ ] 4", "- [ ] 5", "sum: no option is right: tick one with [x]"),
    "two right options": ("- [ ] 5", "- [x] 5", "- [x] 4", "sum: '4' is ticked as well; only one may be"),
    "an opinion with a right one": ("- [ ] yes", "- [x] yes", "- [x] yes", "view: 'yes' is ticked as well; none"),
    "an option without a meaning": ("  > Think again.\n", "", "- [ ] no", "guess: 'no' is not explained"),
    "an unknown kind": ("(number)", "(numbers)", "## many", "no kind (numbers) in # Predictions; there is (choice), ("),
    "a number in the quiz": ("## sum", "## sum (number)", "## sum", "no kind (number) in # Quiz; there is (choice)"),
    "a number without limits": ("from -1 to 99.5 per", "from all per", "## many", "many: a number needs a line with"),
    "the same id twice": ("## sum", "## row", "## row", "row: this id is taken"),
    "bands with a gap": ("10 to 100", "12 to 100", "- [x] 12", "the band before ends at 10, this one begins at 12"),
    "bands that overlap": ("10 to 100", "9 to 100", "- [x] 9", "the band before ends at 10, this one begins at 9"),
    "bands that end too early": ("10 to 100", "10 to 99.5", "- [x] 10", "the bands should begin at -1 or below"),
    "bands that begin too late": ("-1 to 10\n", "0 to 10\n", "- [x] 10", "the bands should begin at -1 or below, and"),
    "a band of words": ("10 to 100", "the rest", "- [x] the", "many: 'the rest' is no band of numbers"),
    "a place named twice": ("[2] cat", "[1] cat", "- [1] cat", "row: the boxes of an order hold the places 1 to 2"),
    "a tick in an order": ("[2] cat", "[x] cat", "- [x] cat", "row: the boxes of an order hold the places 1 to 2"),
    "a place in a choice": ("- [x] 4", "- [2] 4", "- [2] 4", "sum: a box is [ ] or, where the option is right, [x]"),
    "a question without text": ("2 + 2?\n", "", "## sum", "sum: the question itself is missing"),
    "a single option": ("- [ ] 5\n  > One too many.\n", "", "## sum", "sum: a question has at least two options"),
    "a judgement without reasons": ("Because:\n", "", "## judge", "judge: a judgement has two lists"),
    "an option like no other": ("- [ ] 5", "* [ ] 5", "* [ ] 5", "sum: an option begins with '- [ ] '"),
    "an option without a box": ("- [ ] 5", "- 5", "- 5", "sum: an option begins with '- [ ] '"),
    "text that belongs to nothing": ("  > Yes.", "  > Yes.\nAnd so on.", "And so on.", "this text belongs to nothing"),
    "an explanation too early": ("- [ ] 5", "> It is 4.", "> It is 4.", "this text belongs to nothing"),
    "an unknown part": ("# Quiz (self-check)", "# Riddles", "# Riddles", "there is no part # Riddles; the parts are"),
    "a question outside of the parts": ("# Predictions\n", "", "## guess", "a question stands in one of the parts # P"),
    "a heading that is no id": ("## sum", "## The Sum", "## The Sum", "a heading is ## and an id of small letters"),
    "text before all questions": ("# Predictions\n", "# Predictions\nHi.\n", "Hi.", "a question begins with a heading"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_is_named_with_file_and_line(mistake):
    old, new, there, message = MISTAKES[mistake]
    assert EVERY_KIND.count(old) == 1
    text = EVERY_KIND.replace(old, new, 1)
    with pytest.raises(QuestionFileError) as raised:
        parse(text, "lesson_99.md")
    file, line, said = str(raised.value).split(":", 2)
    assert file == "lesson_99.md" and text.splitlines()[int(line) - 1].startswith(there) and message in said


def test_a_file_beside_a_module_is_read(tmp_path):
    (tmp_path / "lesson_99.md").write_text(EVERY_KIND, encoding="utf-8")
    assert questions_beside(str(tmp_path / "lesson_99.py")) == parse(EVERY_KIND, "x.md")


def test_bad_encoding_is_named_with_file_and_line(tmp_path):
    (tmp_path / "lesson_99.md").write_bytes(EVERY_KIND.replace("Nice?", "Schön?").encode("latin-1"))
    with pytest.raises(QuestionFileError, match=r"^lesson_99\.md:14: this line is not UTF-8"):
        questions_beside(str(tmp_path / "lesson_99.py"))


def test_every_kind_has_one_json_form():
    asked = parse(EVERY_KIND, "x.md")
    every = [*asked.predictions.values(), *asked.quiz.values(), *asked.judgements.values()]
    data = {q.id: q.data() for q in every}
    assert json.loads(json.dumps(data)) == data, "plain JSON"
    assert data["sum"] == {
        "kind": "choice",
        "version": 1,
        "says": "2 + 2?\n  a) 5\n  b) 4",
        "id": "sum",
        "question": "2 + 2?",
        "opinion": False,
        "options": [
            {"text": "5", "means": "One too many.", "right": False},
            {"text": "4", "means": "Yes.", "right": True},
        ],
    }
    assert [data[id]["kind"] for id in ("view", "many", "row", "judge")] == ["choice", "number", "order", "judgement"]
    assert data["view"]["opinion"] and (data["many"]["low"], data["many"]["high"]) == (-1, 99.5)
    assert data["many"]["bands"][1] == {"low": 10, "high": 100, "means": "Just so.", "right": True}
    assert data["row"]["items"] == [
        {"text": "cat", "means": "middle", "place": 2},
        {"text": "ant", "means": "tiny", "place": 1},
    ]
    assert data["judge"]["reasons"][1] == {"text": "seen", "means": "That is why.", "right": True}


def test_the_example_for_contributors_is_read():
    text = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    asked = parse(text.split("```markdown\n")[1].split("```")[0], "CONTRIBUTING.md")
    assert [q.data()["kind"] for q in asked.predictions.values()] == ["choice", "number"]
