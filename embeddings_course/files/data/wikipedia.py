"""The Wikipedia excerpt that ships inside gensim, and trainings on it that were recorded."""

from __future__ import annotations

import bz2
import json
import re
from pathlib import Path
from typing import Any

from embeddings_course.files.browser import in_browser
from embeddings_course.files.checks import checked
from embeddings_course.files.data.judgements import gensim_file
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path


@checked
def load_wikipedia() -> list[list[str]]:
    """Load 106 whole articles of the English Wikipedia (A to An...) as lists of lower-case words, one a paragraph.

    About 450,000 words; the excerpt ships inside gensim, for its tests. Markup, figures and lines of under 5 words
    are dropped, and a final 's is cut off. Takes some seconds: most of that is taking the markup away.

    Text: Wikipedia contributors, CC BY-SA.

    Introduced in lesson 06.
    """
    if in_browser():  # the words without markup, as gensim left them
        lines = gensim_file("wikipedia.txt").read_text(encoding="utf-8").split("\n")
        return [line.split(" ") for line in lines]
    from gensim.corpora.wikicorpus import extract_pages, filter_wiki

    path = gensim_file("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")
    with bz2.open(path, "rt", encoding="utf-8") as file:
        texts = [
            text for _, text, _ in extract_pages(file, ("0",)) if not text.lstrip().lower().startswith("#redirect")
        ]
    plain = (line for text in texts for line in filter_wiki(text).lower().replace("\u2019", "'").splitlines())
    paragraphs = ([word.removesuffix("'s") for word in _WORD.findall(line)] for line in plain)
    return [words for words in paragraphs if len(words) >= 5]


_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@checked
def load_wikipedia_runs(path: Path | None = None) -> dict[str, Any]:
    """Load what was measured beforehand on `load_wikipedia()`: *bank* after five seeds, windows with equal examples.

    Introduced in lesson 06.

    Raises:
        DataError: where the file is not the one that tools/data/measure_wikipedia.py makes.

    >>> [run["seed"] for run in load_wikipedia_runs()["bank"]]
    [1, 2, 3, 4, 5]
    """
    path = path or data_path("wikipedia_runs.json")
    try:
        runs = dict(json.loads(path.read_text(encoding="utf-8")))
        if missing := {"settings", "counts", "money", "river", "bank", "equal_examples"} - set(runs):
            raise DataError(f"{path.name} has no {', '.join(sorted(missing))}; run tools/data/measure_wikipedia.py.")
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name} cannot be read ({error}). Get the file again: git checkout data.") from None
    return runs
