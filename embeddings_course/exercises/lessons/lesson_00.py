"""Lesson 00, Start here: the guess that lesson 12 opens again, and a self-check that points to a way through."""

from __future__ import annotations

from embeddings_course.exercises.engine.lesson import Lesson
from embeddings_course.exercises.engine.questions import Choice, Option

lesson = Lesson("00", "Start here")
predict, quiz = lesson.predict, lesson.quiz

LATER = "It is locked. Lesson 12 opens it again, with what you will have measured by then."

lesson.add_predictions(
    Choice(
        "title",
        "Are embeddings all you need?",
        (
            Option(
                "Yes, nearly: with good embeddings the rest is easy",
                f"Then watch for the jobs where they fail. {LATER}",
            ),
            Option("For some jobs yes, for others no", f"Then the question is: for which? {LATER}"),
            Option(
                "No: they look clever, but they understand nothing",
                f"Then watch for what they can do all the same. {LATER}",
            ),
            Option("I do not know yet what an embedding is", f"A good reason to begin. {LATER}"),
        ),
        opinion=True,
    )
)


# --- the self-check ---

BASICS = ("shape", "dot", "log")
TOOLBOX = (
    "Begin with 00b, the toolbox: a short refresher of arrays, dot product and logarithm. "
    "Then go to 01. It will save you time."
)
CORE = (
    "Take the core path: begin with 01. What you are not sure of is explained where it is first used; "
    "00b is there if you want it."
)
DEEP = (
    "Take everything, with the parts marked *extra*: begin with 01 all the same. "
    "The game there is harder than it looks."
)


def advise(right: dict[str, bool]) -> str:
    """Turn which of the five questions were right into a way through.

    >>> advise({"shape": False, "dot": True, "log": False, "word2vec": True, "softmax": True}) == TOOLBOX
    True
    """
    if sum(right[q] for q in BASICS) < 2:
        return TOOLBOX
    return DEEP if all(right.values()) else CORE


lesson.add_quiz(
    Choice(
        "shape",
        "An array has shape (17, 7). One word has one row. What does table[:, 2] give you?",
        (
            Option(
                "the third row: 7 numbers about one word",
                "The colon stands in the first place, so all rows are taken. That would be table[2].",
            ),
            Option(
                "the third column: one number for each of 17 words",
                "Yes: all rows, and of each the number at place 2, counted from 0.",
                right=True,
            ),
            Option("the first two columns", "That would be table[:, :2]. A single 2 picks one column."),
            Option("I have not met this yet", "No shame in that. 00b shows it in five minutes."),
        ),
    ),
    Choice(
        "dot",
        "What is the dot product of (1, 2, 3) and (2, 0, 1)?",
        (
            Option("(2, 0, 3)", "That is the first half: multiplied place by place. Then add them up."),
            Option("9", "All six numbers added up. A dot product multiplies first: 1 x 2 + 2 x 0 + 3 x 1."),
            Option("5", "Yes: 1 x 2 + 2 x 0 + 3 x 1 = 5.", right=True),
            Option("I have not met this yet", "00b and lesson 02 both build it by hand."),
        ),
    ),
    Choice(
        "log",
        "log2 of 8 is 3. What is log2 of 1/8?",
        (
            Option("-3", "Yes: 8 is three doublings, 1/8 is three halvings.", right=True),
            Option("1/3", "That is one over the logarithm. The logarithm of one over a number is minus its logarithm."),
            Option("there is none", "0 and negative numbers have none. 1/8 is above 0, so it has one."),
            Option("I have not met this yet", "00b has it, and lesson 03 uses it for the first time."),
        ),
    ),
    Choice(
        "word2vec",
        "word2vec learns its vectors by playing a game. Which one?",
        (
            Option(
                "looking words up in a dictionary",
                "No dictionary is used, only plain text. Lesson 05 plays the game with you.",
            ),
            Option(
                "sorting texts into topics",
                "Nobody tells it any topics. It looks at neighbouring words only: lesson 05.",
            ),
            Option(
                "telling real neighbours in a text from words drawn at random",
                "Yes, and the vectors are a by-product: lesson 05.",
                right=True,
            ),
            Option("I have not met this yet", "Lesson 05 builds it from nothing."),
        ),
    ),
    Choice(
        "softmax",
        "In BERT, where does a word's new vector in a layer come from?",
        (
            Option(
                "from a table with one row for each sense",
                "There is no such table, and nobody listed the senses. Lesson 09 shows what there is.",
            ),
            Option(
                "from a weighted mixture of the vectors of all words in the sentence",
                "Yes, and the weights come out of a softmax: lesson 10.",
                right=True,
            ),
            Option(
                "from the word before it, and only from that",
                "BERT looks both ways, and at all words at once: lesson 09.",
            ),
            Option("I have not met this yet", "Lesson 09 looks from outside, lesson 10 from inside."),
        ),
    ),
    name="self-check",
    advise=advise,
)
