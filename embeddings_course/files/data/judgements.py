"""What word vectors are judged by: pairs that people rated, analogies, opposites. Most of it ships inside gensim."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from embeddings_course.files.browser import fetched, in_browser
from embeddings_course.files.checks import checked
from embeddings_course.files.data.rows import rows_of
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path


def gensim_file(name: str) -> Path:
    """Return the path of a file that ships inside gensim, without importing gensim (that takes a second)."""
    if in_browser():  # which has no gensim: its page brings these files
        return fetched(f"gensim/{name}")
    spec = importlib.util.find_spec("gensim")
    path = Path(spec.origin).parent / "test" / "test_data" / name if spec and spec.origin else Path(name)
    if not path.exists():
        raise DataError(f"{name} ships inside gensim 4, and is not there. Install gensim again: pip install -U gensim.")
    return path


@checked
def load_wordsim() -> tuple[tuple[str, str, float], ...]:
    """Load WordSim-353: 353 pairs of words (lower case), and how *related* people find them, 0 to 10.

    Finkelstein et al. 2002, Placing Search in Context. The file ships inside gensim.

    Introduced in lesson 06.

    >>> load_wordsim()[1]
    ('tiger', 'cat', 7.35)
    """
    return _rated_pairs("wordsim353.tsv")


@checked
def load_simlex() -> tuple[tuple[str, str, float], ...]:
    """Load SimLex-999: 999 pairs of words (lower case), and how *similar* people find them, 0 to 10.

    Related is not enough here: clothes and closet get 3.27 (8.00 in WordSim-353). Hill, Reichart and Korhonen 2015.
    The file ships inside gensim.

    Introduced in lesson 06.

    >>> load_simlex()[0]
    ('old', 'new', 1.58)
    """
    return _rated_pairs("simlex999.txt")


def _rated_pairs(name: str) -> tuple[tuple[str, str, float], ...]:
    lines = gensim_file(name).read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((first.lower(), second.lower(), float(rating)) for first, second, rating in cells)


@checked
def load_analogies() -> dict[str, tuple[tuple[str, str, str, str], ...]]:
    """Load the Google analogies: 19,544 questions (a, b, c, answer), lower case, in 14 named sections.

    Mikolov et al. 2013, Efficient Estimation of Word Representations in Vector Space. The file ships inside gensim.

    Introduced in lesson 06.

    >>> load_analogies()["family"][0]
    ('boy', 'girl', 'brother', 'sister')
    """
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    for line in gensim_file("questions-words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(":"):
            current = sections.setdefault(line[1:].strip(), [])
        else:
            a, b, c, answer = line.lower().split()
            current.append((a, b, c, answer))
    return {name: tuple(questions) for name, questions in sections.items()}


@checked
def load_opposites(path: Path | None = None) -> tuple[tuple[str, str, str], ...]:
    """Load 78 triples of our own: a word, a word that means nearly the same, and a word that means the opposite.

    Introduced in lesson 07.

    Raises:
        DataError: where a line does not hold three different words.

    >>> load_opposites()[0]
    ('hot', 'warm', 'cold')
    """
    path = path or data_path("opposites.csv")
    triples = []
    for line, row in rows_of(path, ("word", "synonym", "antonym")):
        triple = (row["word"], row["synonym"], row["antonym"])
        if len({*triple}) < 3 or not all(word.isalpha() for word in triple):
            raise DataError(f"{path.name}, line {line}: three different words are needed.")
        triples.append(triple)
    return tuple(triples)
