"""Read the small data of the course, check it, and say clearly what is wrong where it is not as it should be."""

from __future__ import annotations

import bz2
import csv
import hashlib
import importlib.util
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from embeddings_course.table import Embedding
from embeddings_course.vector_files import load_word2vec_file


class DataError(ValueError):
    """A data file is missing or not as it should be; the message says what to do."""


def data_path(name: str) -> Path:
    """Return where the data file `name` lies: in the course's `data/`, or in the folder EMBEDDINGS_COURSE_DATA.

    Raises:
        DataError: where there is no such file.

    >>> data_path("features.csv").name
    'features.csv'
    """
    folder = Path(os.environ.get("EMBEDDINGS_COURSE_DATA") or Path(__file__).resolve().parent.parent / "data")
    path = folder / name
    if not path.exists():
        raise DataError(
            f"The data file {name} is missing. It belongs in the folder data/ of the course: "
            "get the course again (git checkout data), or point EMBEDDINGS_COURSE_DATA at the folder that has it."
        )
    return path


def user_folder() -> Path:
    """Return the folder for what the course keeps for this user (models, progress); it may not exist yet.

    EMBEDDINGS_COURSE_HOME names it; else it is the platform's usual place for a program's data.
    """
    chosen = os.environ.get("EMBEDDINGS_COURSE_HOME")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "embeddings-course"


def load_features(path: Path | None = None) -> Embedding:
    """Load the cartoon table: words, and for each a handful of hand-made features from 0 to 1.

    Introduced in lesson 01.

    Raises:
        DataError: where a row has a missing, non-numeric or out-of-range number; the message names the line.

    >>> table = load_features()
    >>> table.columns[:3]
    ('person', 'money', 'water')
    >>> float(table["river"][table.columns.index("water")])
    1.0
    """
    path = path or data_path("features.csv")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row]
    words, values = [], []
    for line, (word, *cells) in enumerate(rows, start=2):
        if len(cells) != len(header) - 1:
            raise DataError(f"{path.name}, line {line}: {word!r} has {len(cells)} numbers, needs {len(header) - 1}.")
        words.append(word)
        values.append([_share(cell, f"{path.name}, line {line}") for cell in cells])
    try:
        return Embedding(words, np.array(values), columns=header[1:])
    except ValueError as error:
        raise DataError(f"{path.name}: {error}") from None


def _share(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise DataError(f"{where}: {cell!r} is not a number. Write one from 0 to 1, such as 0.5.") from None
    if not 0 <= value <= 1:
        raise DataError(f"{where}: {cell} is outside 0 to 1.")
    return value


@dataclass(frozen=True)
class Use:
    """One use of an ambiguous word: the form as it stands, its lemma, which occurrence (from 0), and the sense."""

    word: str
    lemma: str
    occurrence: int
    sense: str


@dataclass(frozen=True)
class Sentence:
    """A sentence and the marked uses of its ambiguous words."""

    text: str
    uses: tuple[Use, ...]


def load_sentences(path: Path | None = None) -> tuple[Sentence, ...]:
    """Load the three sentences of the essay, with the sense of each *bank*, *bill* and *jack* in them.

    Introduced in lesson 00.

    Raises:
        DataError: where a marked word does not stand in its sentence as often as claimed.

    >>> [sentence.text.split()[0] for sentence in load_sentences()]
    ['jack', 'bill', 'the']
    """
    path = path or data_path("sentences.json")
    sentences = tuple(
        Sentence(entry["text"], tuple(Use(**use) for use in entry["uses"]))
        for entry in json.loads(path.read_text(encoding="utf-8"))["sentences"]
    )
    for sentence in sentences:
        for use in sentence.uses:
            if sentence.text.split().count(use.word) <= use.occurrence:
                raise DataError(f"{path.name}: no {use.word!r} number {use.occurrence} in {sentence.text!r}.")
    return sentences


@dataclass(frozen=True)
class Town:
    """The town: a corpus whose meaning is known, because we planted it.

    Introduced in lesson 03.

    Attributes:
        sentences: about 30,000 short sentences, each a list of lower-case words.
        topics: the topic of each sentence ("kitchen", "river" ...).
        classes: the planted classes and their words. *bank*, *bill* and *jack* are in none: they have senses instead.
        class_features: the features that the words of a class have.
        features: what each feature means.
        senses: how often each sense of an ambiguous word is used.
        uses: for each ambiguous word, every use of it: (sentence number, position in it, sense), all from 0.
        never_meet: two words that never share a sentence, but keep the same company.
        always_meet: two words that never stand without each other.
        typos: two pairs of misspelt words; each pair was seen in one sentence alone.
    """

    sentences: list[list[str]]
    topics: list[str]
    classes: dict[str, tuple[str, ...]]
    class_features: dict[str, tuple[str, ...]]
    features: dict[str, str]
    senses: dict[str, dict[str, int]]
    uses: dict[str, list[tuple[int, int, str]]]
    never_meet: tuple[str, str]
    always_meet: tuple[str, str]
    typos: tuple[tuple[str, str], ...]

    @property
    def class_of(self) -> dict[str, str]:
        """The class of each planted word."""
        return {word: name for name, words in self.classes.items() for word in words}

    def words_with(self, feature: str) -> tuple[str, ...]:
        """Return the planted words that have a feature, the words of one class together.

        Raises:
            DataError: where no such feature was planted.

        >>> load_town().words_with("royal")[:3]
        ('king', 'prince', 'duke')
        """
        if feature not in self.features:
            raise DataError(f"No feature {feature!r} was planted in the town; there are: {', '.join(self.features)}.")
        return tuple(w for name, words in self.classes.items() if feature in self.class_features[name] for w in words)


def load_town(path: Path | None = None) -> Town:
    """Load the town and its key.

    Introduced in lesson 03.

    Args:
        path: the text, one sentence a line; the key `..._key.json` lies beside it.

    Raises:
        DataError: where text and key do not fit together.

    >>> town = load_town()
    >>> len(town.sentences), town.senses["bank"]
    (30000, {'bank.money': 720, 'bank.river': 480})
    """
    path = path or data_path("town.txt")
    key = json.loads(path.with_name(path.stem + "_key.json").read_text(encoding="utf-8"))
    sentences = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    town = Town(
        sentences=sentences,
        topics=[key["topics"][i] for i in key["sentence_topics"]],
        classes={name: tuple(words) for name, words in key["classes"].items()},
        class_features={name: tuple(features) for name, features in key["class_features"].items()},
        features=key["features"],
        senses=key["senses"],
        uses={word: [(s, p, sense) for s, p, sense in uses] for word, uses in key["uses"].items()},
        never_meet=tuple(key["never_meet"]),
        always_meet=tuple(key["always_meet"]),
        typos=tuple((a, b) for a, b in key["typos"]),
    )
    advice = f"{path.name} and its key do not fit together: make both again with `python tools/make_town.py`."
    if len(town.topics) != len(sentences):
        raise DataError(f"{len(sentences)} sentences, but {len(town.topics)} topics. {advice}")
    for word, uses in town.uses.items():
        for sentence, position, _ in uses:
            if sentence >= len(sentences) or sentences[sentence][position : position + 1] != [word]:
                raise DataError(f"No {word!r} at place {position} of sentence {sentence}. {advice}")
    return town


@dataclass(frozen=True)
class TownMaps:
    """Flat maps of some words of the town, drawn by t-SNE from several random starts.

    Introduced in lesson 04.

    Attributes:
        words: the words on the maps.
        tsne: for each seed the places of the words, shape (n_words, 2).
    """

    words: tuple[str, ...]
    tsne: dict[int, NDArray[np.float64]]


def load_town_maps(path: Path | None = None) -> TownMaps:
    """Load the t-SNE maps of the town.

    Introduced in lesson 04.

    Raises:
        DataError: where a map does not have one place for each word.

    >>> maps = load_town_maps()
    >>> "bank" in maps.words, sorted(maps.tsne)
    (True, [0, 1, 2, 3, 4])
    """
    path = path or data_path("town_maps.json")
    key = json.loads(path.read_text(encoding="utf-8"))
    maps = TownMaps(tuple(key["words"]), {int(seed): np.array(points) for seed, points in key["tsne"].items()})
    for seed, points in maps.tsne.items():
        if points.shape != (len(maps.words), 2):
            raise DataError(
                f"{path.name}: map {seed} has shape {points.shape} for {len(maps.words)} words. "
                "Make it again with `python tools/make_town_maps.py`."
            )
    return maps


@dataclass(frozen=True)
class TownGrowth:
    """How the small BERT of the town learned, checkpoint by checkpoint.

    Introduced in lesson 09.

    Attributes:
        steps: after how many steps of training each checkpoint was kept.
        losses: the loss on held-out sentences then, in nats for one hidden piece.
        sentences: held-out sentences of the town with one *bank* each.
        senses: the sense of *bank* in each ("money" or "river"); the model never saw these.
        layer: the layer that `vectors` are from.
        vectors: *bank* in each sentence at each checkpoint, shape (n_steps, n_sentences, hidden).
        right: share of the sentences whose sense the nearest centroid finds, shape (n_steps, layers + 1).
        masked: sentences with one [MASK].
        hidden: the word that stood there.
        guesses: for each checkpoint and masked sentence the likeliest pieces with their probabilities.
    """

    steps: tuple[int, ...]
    losses: tuple[float, ...]
    sentences: tuple[str, ...]
    senses: tuple[str, ...]
    layer: int
    vectors: NDArray[np.float64]
    right: NDArray[np.float64]
    masked: tuple[str, ...]
    hidden: tuple[str, ...]
    guesses: tuple[tuple[tuple[tuple[str, float], ...], ...], ...]


def load_town_growth(path: Path | None = None) -> TownGrowth:
    """Load what was recorded while the BERT of the town was trained.

    Introduced in lesson 09.

    Raises:
        DataError: where the parts of the file do not fit one another.

    >>> growth = load_town_growth()
    >>> growth.steps[0], growth.vectors.shape[:2] == (len(growth.steps), len(growth.sentences))
    (0, True)
    """
    path = path or data_path("town_growth.npz")
    with np.load(path, allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files}
    n = len(kept["steps"])
    if any(len(kept[name]) != n for name in ("losses", "vectors", "right", "guesses", "chances")) or (
        kept["vectors"].shape[1] != len(kept["sentences"]) or len(kept["senses"]) != len(kept["sentences"])
    ):
        raise DataError(f"{path.name}: its parts have different lengths. Make it again: tools/make_town_growth.py.")
    guesses = tuple(
        tuple(
            tuple((str(piece), float(chance)) for piece, chance in zip(pieces, chances, strict=True))
            for pieces, chances in zip(*step, strict=True)
        )
        for step in zip(kept["guesses"], kept["chances"], strict=True)
    )
    words = {name: tuple(map(str, kept[name])) for name in ("sentences", "senses", "masked", "hidden")}
    return TownGrowth(
        steps=tuple(map(int, kept["steps"])),
        losses=tuple(map(float, kept["losses"])),
        layer=int(kept["layer"]),
        vectors=kept["vectors"].astype(float),
        right=kept["right"].astype(float),
        guesses=guesses,
        **words,
    )


SENSE_COLUMNS = ("id", "lemma", "word", "occurrence", "sense", "split", "sentence")


@dataclass(frozen=True)
class SenseUse:
    """One sentence of `senses.csv` with one marked use of an ambiguous word.

    `word` is the form as it stands (*banks*), `lemma` the word as in a dictionary (*bank*), `occurrence` which one of
    that form is meant, from 0; `sense` is a name such as "bank.river"; `split` is "fit" or "test".
    """

    id: str
    lemma: str
    word: str
    occurrence: int
    sense: str
    split: str
    sentence: str


def load_senses(path: Path | None = None) -> tuple[SenseUse, ...]:
    """Load our sentences with ambiguous words, each use marked with its place and its sense.

    Introduced in lesson 09.

    Raises:
        DataError: where a column is missing, a split is unknown or a marked word does not stand in its sentence.

    >>> uses = load_senses()
    >>> len(uses), uses[0].lemma, uses[0].sense
    (1155, 'bank', 'bank.money')
    """
    path = path or data_path("senses.csv")
    uses = []
    for line, row in _rows_of(path, SENSE_COLUMNS):
        if row["split"] not in ("fit", "test"):
            raise DataError(f"{path.name}, line {line}: the split is {row['split']!r}; write fit or test.")
        if not row["occurrence"].isdigit():
            raise DataError(
                f"{path.name}, line {line}: occurrence is {row['occurrence']!r}; write 0 for the first one."
            )
        use = SenseUse(**{**row, "occurrence": int(row["occurrence"])})  # type: ignore[arg-type]
        if len(re.findall(rf"(?<!\w){re.escape(use.word)}(?!\w)", use.sentence)) <= use.occurrence:
            raise DataError(f"{path.name}, line {line}: no {use.word!r} number {use.occurrence} in {use.sentence!r}.")
        uses.append(use)
    return tuple(uses)


def _rows_of(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give line number and row of a CSV file that must have exactly these columns."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != tuple(columns):
            raise DataError(f"{path.name} should have the columns {', '.join(columns)}; get the file again.")
        for row in reader:
            if None in row or None in row.values():
                raise DataError(f"{path.name}, line {reader.line_num}: needs {len(columns)} cells. Quote commas.")
            yield reader.line_num, row


@dataclass(frozen=True)
class SenseScores:
    """How well one model tells the senses of `senses.csv` apart, measured once over all thirteen words.

    Tuples by layer, layer 0 first. `centroid` and `neighbours`: share of test uses tagged right; `commonest` and `bag`
    need no model (the commonest sense; a bag of the other content words). `within`, `between`, `strangers`: mean
    cosine of two uses of one sense, of two senses of one word, of two words. `words`, `senses`, `rest`: shares of the
    spread of all vectors. `curve`: examples a sense -> centroid accuracy, mean of 20 draws. `uses`: how many.
    """

    model: str
    uses: int
    commonest: float
    bag: float
    centroid: tuple[float, ...]
    neighbours: tuple[float, ...]
    within: tuple[float, ...]
    between: tuple[float, ...]
    strangers: tuple[float, ...]
    words: tuple[float, ...]
    senses: tuple[float, ...]
    rest: tuple[float, ...]
    curve: dict[int, tuple[float, ...]]


def load_sense_scores(model: str = "minilm", path: Path | None = None) -> SenseScores:
    """Load how well a model tells the senses of our sentences apart, as tools/record_senses.py measured it.

    Introduced in lesson 09.

    Raises:
        DataError: where the file cannot be read or the model was not measured.

    >>> load_sense_scores().uses
    375
    """
    path = path or data_path("sense_scores.json")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))[model]
        parts: dict[str, Any] = {name: tuple(x) if isinstance(x, list) else x for name, x in kept.items()}
        parts["curve"] = {int(size): tuple(values) for size, values in kept["curve"].items()}
        return SenseScores(model=model, **parts)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path.name} has no scores of {model!r} ({error}). Get the file again, or measure: "
            "python tools/record_senses.py"
        ) from None


@dataclass(frozen=True)
class WhichBankData:
    """What MiniLM read in the prepared sentences of the view *which bank?*, so that it shows without the model.

    n_texts sentences of n_tokens pieces in all; `start[i]` to `start[i + 1]` are the pieces of sentence i.
    `spans` says which characters of its sentence a piece covers. `vectors` has the shape (n_tokens, layers, d),
    `centroids` (senses, layers, d), `strangers` (layers, 3): low end, mean and high end of random pairs.
    """

    texts: tuple[str, ...]
    start: NDArray[np.integer]
    tokens: tuple[str, ...]
    spans: NDArray[np.integer]
    vectors: NDArray[np.floating]
    senses: tuple[str, ...]
    centroids: NDArray[np.floating]
    strangers: NDArray[np.floating]


def load_which_bank(path: Path | None = None) -> WhichBankData:
    """Load what MiniLM read in the prepared sentences of the view *which bank?*.

    Introduced in lesson 00.

    Raises:
        DataError: where the file is not the one that tools/make_which_bank_cache.py makes.

    >>> load_which_bank().texts[0]
    'jack stole hundreds of bills from the bank'
    """
    path = path or data_path("which_bank.npz")
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            parts = {name: file[name] for name in WhichBankData.__dataclass_fields__}
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read ({error}). Get the file again: git checkout data.") from None
    for name in ("texts", "tokens", "senses"):
        parts[name] = tuple(str(text) for text in parts[name])
    for name in ("vectors", "centroids", "strangers"):
        parts[name] = parts[name].astype(np.float32)
    return WhichBankData(**parts)


def load_facts(path: Path | None = None) -> dict[str, dict[str, float]]:
    """Load plain facts about twenty words, in whatever unit each fact has: {word: {fact: number}}.

    Raw material for the features that a learner builds. Introduced in lesson 01.

    Raises:
        DataError: where a cell is no number or a row has another length than the header; the message names the line.

    >>> load_facts()["coin"]["size in metres"]
    0.02
    """
    path = path or data_path("facts.csv")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row]
    facts = {}
    for line, (word, *cells) in enumerate(rows, start=2):
        try:
            facts[word] = {name: float(cell) for name, cell in zip(header[1:], cells, strict=True)}
        except ValueError:
            raise DataError(f"{path.name}, line {line}: {word!r} needs {len(header) - 1} numbers.") from None
    return facts


# ---- Word vectors, and what to judge them by -------------------------------------------------------------------------


def load_vectors(name: str = "books", limit: int | None = None) -> Embedding:
    """Load word vectors that the course ships: "books", 20,000 words x 100, trained on 754 old books.

    The rows are sorted by frequency, the most frequent word first; `limit` keeps the first so many.

    Introduced in lesson 06.

    Raises:
        DataError: where there are no such vectors.

    >>> load_vectors(limit=500)
    Embedding(500 words x 100 numbers)
    """
    return load_word2vec_file(data_path(f"vectors/{name}.bin"), limit)


def load_word_counts(name: str = "books") -> dict[str, int]:
    """Load how often each word of `load_vectors(name)` stands in the text that the vectors were trained on.

    Introduced in lesson 06.

    >>> load_word_counts()["bank"] > load_word_counts()["canoe"]
    True
    """
    lines = data_path(f"vectors/{name}.counts.txt").read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split(" ") for line in lines)}


@dataclass(frozen=True)
class FlatMap:
    """A flat map of word vectors: a place for each word, x and y from 0 to 1, in the order of the vectors.

    `kept` is the share of true neighbours that are neighbours on the map too, 0 to 1: how far it can be believed.
    """

    places: Embedding
    kept: float


def load_word_map(name: str = "books") -> FlatMap:
    """Load the map of `load_vectors(name)`, drawn once by tools/make_word_map.py.

    Introduced in lesson 06.

    Raises:
        DataError: where the map cannot be read, or was drawn from other vectors than those that are there.

    >>> load_word_map().places
    Embedding(20000 words x 2 numbers)
    """
    path, source = data_path(f"vectors/{name}_map.npz"), data_path(f"vectors/{name}.bin")
    words = tuple(load_word_counts(name))
    again = "Draw it again with `python tools/make_word_map.py`, or get both files again: git checkout data."
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            places, kept, drawn_from = file["places"], float(file["kept"]), str(file["drawn_from"])
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DataError(f"The map {path.name} cannot be read ({error}). {again}") from None
    if drawn_from != hashlib.sha256(source.read_bytes()).hexdigest() or places.shape != (len(words), 2):
        raise DataError(f"The map {path.name} was drawn from other vectors than {source.name}. {again}")
    return FlatMap(Embedding(words, places / 65535), kept)


def load_vectors_card(name: str = "books") -> dict[str, Any]:
    """Load the card of shipped vectors: corpus, cleaning, settings, versions, and scores with their coverage.

    Introduced in lesson 06.

    >>> load_vectors_card()["settings"]["window"]
    5
    """
    return dict(json.loads(data_path(f"vectors/{name}.json").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class KnobModel:
    """One small model of the knob board: all settings, which knob was moved to what, its table and its scores.

    `knob` is the setting of gensim's Word2Vec that differs from "base" (empty there), `value` where it was moved to.
    The table holds the words to look at; the scores were computed on the model's whole vocabulary, before it was cut.
    """

    name: str
    knob: str
    value: Any
    settings: dict[str, Any]
    scores: dict[str, Any]
    table: Embedding = field(repr=False)


def load_knobs(path: Path | None = None) -> dict[str, KnobModel]:
    """Load the knob set: small models of the Wikipedia excerpt, one knob moved at a time away from "base".

    Introduced in lesson 06.

    Raises:
        DataError: where numbers and descriptions do not belong together.

    >>> knobs = load_knobs()
    >>> knobs["window=2"].knob, knobs["window=2"].value, len(knobs["base"].table)
    ('window', 2, 3000)
    """
    path = path or data_path("vectors/knobs.npz")
    described = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["models"]
    with np.load(path, allow_pickle=False) as arrays:
        words = tuple(arrays["words"].tolist())
        if set(arrays.files) - {"words", "counts"} != {model["name"] for model in described}:
            raise DataError(f"{path.name} and its .json name different models; get both again (git checkout data).")
        # half the bytes in the file; single precision to compute with
        tables = {model["name"]: Embedding(words, arrays[model["name"]].astype(np.float32)) for model in described}
    return {model["name"]: KnobModel(**model, table=tables[model["name"]]) for model in described}


def _gensim_file(name: str) -> Path:
    """Return the path of a file that ships inside gensim, without importing gensim (that takes a second)."""
    spec = importlib.util.find_spec("gensim")
    path = Path(spec.origin).parent / "test" / "test_data" / name if spec and spec.origin else Path(name)
    if not path.exists():
        raise DataError(f"{name} ships inside gensim 4, and is not there. Install gensim again: pip install -U gensim.")
    return path


def load_wordsim() -> tuple[tuple[str, str, float], ...]:
    """Load WordSim-353: 353 pairs of words (lower case), and how *related* people find them, 0 to 10.

    Finkelstein et al. 2002, Placing Search in Context. The file ships inside gensim.

    Introduced in lesson 06.

    >>> load_wordsim()[1]
    ('tiger', 'cat', 7.35)
    """
    return _rated_pairs("wordsim353.tsv")


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
    lines = _gensim_file(name).read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((first.lower(), second.lower(), float(rating)) for first, second, rating in cells)


def load_analogies() -> dict[str, tuple[tuple[str, str, str, str], ...]]:
    """Load the Google analogies: 19,544 questions (a, b, c, answer), lower case, in 14 named sections.

    Mikolov et al. 2013, Efficient Estimation of Word Representations in Vector Space. The file ships inside gensim.

    Introduced in lesson 06.

    >>> load_analogies()["family"][0]
    ('boy', 'girl', 'brother', 'sister')
    """
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    for line in _gensim_file("questions-words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(":"):
            current = sections.setdefault(line[1:].strip(), [])
        else:
            a, b, c, answer = line.lower().split()
            current.append((a, b, c, answer))
    return {name: tuple(questions) for name, questions in sections.items()}


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
    for line, row in _rows_of(path, ("word", "synonym", "antonym")):
        triple = (row["word"], row["synonym"], row["antonym"])
        if len({*triple}) < 3 or not all(word.isalpha() for word in triple):
            raise DataError(f"{path.name}, line {line}: three different words are needed.")
        triples.append(triple)
    return tuple(triples)


def load_wikipedia() -> list[list[str]]:
    """Load 106 whole articles of the English Wikipedia (A to An...) as lists of lower-case words, one a paragraph.

    About 450,000 words; the excerpt ships inside gensim, for its tests. Markup, figures and lines of under 5 words
    are dropped, and a final 's is cut off. Takes some seconds: most of that is taking the markup away.

    Text: Wikipedia contributors, CC BY-SA.

    Introduced in lesson 06.
    """
    from gensim.corpora.wikicorpus import extract_pages, filter_wiki

    path = _gensim_file("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")
    with bz2.open(path, "rt", encoding="utf-8") as file:
        texts = [
            text for _, text, _ in extract_pages(file, ("0",)) if not text.lstrip().lower().startswith("#redirect")
        ]
    lines = (line for text in texts for line in filter_wiki(text).lower().replace("\u2019", "'").splitlines())
    paragraphs = ([word.removesuffix("'s") for word in _WORD.findall(line)] for line in lines)
    return [words for words in paragraphs if len(words) >= 5]


_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def load_wikipedia_runs(path: Path | None = None) -> dict[str, Any]:
    """Load what was measured beforehand on `load_wikipedia()`: *bank* after five seeds, windows with equal examples.

    Introduced in lesson 06.

    Raises:
        DataError: where the file is not the one that tools/measure_wikipedia.py makes.

    >>> [run["seed"] for run in load_wikipedia_runs()["bank"]]
    [1, 2, 3, 4, 5]
    """
    path = path or data_path("wikipedia_runs.json")
    try:
        runs = dict(json.loads(path.read_text(encoding="utf-8")))
        if missing := {"settings", "counts", "money", "river", "bank", "equal_examples"} - set(runs):
            raise DataError(f"{path.name} has no {', '.join(sorted(missing))}; run tools/measure_wikipedia.py again.")
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name} cannot be read ({error}). Get the file again: git checkout data.") from None
    return runs


TASK_COLUMNS = ("id", "split", "person_subject", "topic", "tone", "question", "formality", "sentence")
TOPICS = ("money", "water", "travel", "food", "other")
TONES = ("good", "bad", "neutral")


@dataclass(frozen=True)
class TaskSentence:
    """One sentence of `tasks.csv` with its five labels, each for another task.

    `person_subject`: 1 where a person (or people) is the subject, else 0; `topic`: one of TOPICS; `tone`: one of
    TONES; `question`: 1 or 0; `formality`: 0 (chat) to 1 (law, ceremony); `split`: "fit" or "test".
    """

    id: str
    split: str
    person_subject: int
    topic: str
    tone: str
    question: int
    formality: float
    sentence: str


def load_tasks(path: Path | None = None) -> tuple[TaskSentence, ...]:
    """Load our sentences with five labels each: five tasks on the same data.

    Introduced in lesson 11.

    Raises:
        DataError: where a column is missing or a label is none of those allowed; the message names the line.

    >>> tasks = load_tasks()
    >>> len(tasks), tasks[1].topic, tasks[1].tone, tasks[1].formality
    (660, 'water', 'bad', 0.6)
    """
    path = path or data_path("tasks.csv")
    allowed = {"split": ("fit", "test"), "topic": TOPICS, "tone": TONES}
    allowed |= {"person_subject": ("0", "1"), "question": ("0", "1")}
    tasks = []
    for line, row in _rows_of(path, TASK_COLUMNS):
        where = f"{path.name}, line {line}"
        for column, labels in allowed.items():
            if row[column] not in labels:
                raise DataError(f"{where}: {column} is {row[column]!r}; write one of {', '.join(labels)}.")
        numbers = {name: int(row[name]) for name in ("person_subject", "question")}
        tasks.append(TaskSentence(**{**row, **numbers, "formality": _share(row["formality"], where)}))  # type: ignore[arg-type]
    return tuple(tasks)


@dataclass(frozen=True, eq=False)
class SharingRuns:
    """The recorded runs of lesson 11; every number is an accuracy (for formality R2) of one run with one seed.

    Introduced in lesson 11.

    Attributes:
        labels: how many labels the planted task B had.
        rooms: how many numbers a word of the shared table had.
        relatedness: of the planted task A, -1 to 1; None is a task A with random labels.
        alone: task B with a table of its own, shape (rooms, labels, seeds).
        shared: task B sharing with task A, shape (relatedness, rooms, labels, seeds).
        task_labels: how many labels the heads on frozen embeddings had.
        tasks: the names of the five tasks of `tasks.csv`.
        model: the name of the BERT.
        commonest: for each task, the score of always giving the commonest answer.
        coverage: for each table of words, the share of the words and of the sentences that it knows.
        scores: for each embedding the scores, shape (tasks, seeds, task_labels).
    """

    labels: tuple[int, ...]
    rooms: tuple[int, ...]
    relatedness: tuple[float | None, ...]
    alone: NDArray[np.floating]
    shared: NDArray[np.floating]
    task_labels: tuple[int, ...]
    tasks: tuple[str, ...]
    model: str
    commonest: dict[str, float]
    coverage: dict[str, dict[str, float]]
    scores: dict[str, NDArray[np.floating]]


def load_sharing(path: Path | None = None) -> SharingRuns:
    """Load the recorded runs of lesson 11: planted tasks that share a table, and heads on frozen embeddings.

    Introduced in lesson 11.

    Raises:
        DataError: where the file is not as `tools/measure_sharing.py` writes it.

    >>> runs = load_sharing()
    >>> runs.alone.shape, runs.shared.shape
    ((2, 6, 20), (7, 2, 6, 20))
    """
    path = path or data_path("sharing.json")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        planted, tasks = kept["planted"], kept["tasks"]
        runs = SharingRuns(
            labels=tuple(planted["labels"]),
            rooms=tuple(planted["rooms"]),
            relatedness=tuple(planted["relatedness"]),
            alone=np.array(planted["alone"]) / 1000,
            shared=np.array(planted["shared"]) / 1000,
            task_labels=tuple(tasks["labels"]),
            tasks=tuple(tasks["tasks"]),
            model=tasks["model"],
            commonest={t: n / 1000 for t, n in zip(tasks["tasks"], tasks["commonest"], strict=True)},
            coverage=tasks["coverage"],
            scores={name: np.array(numbers) / 1000 for name, numbers in tasks["scores"].items()},
        )
        shape = (len(runs.rooms), len(runs.labels))
        fits = runs.alone.shape[:2] == shape and runs.shared.shape[:3] == (len(runs.relatedness), *shape)
        kinds = {scores.shape[::2] for scores in runs.scores.values()}
        if not fits or kinds != {(len(runs.tasks), len(runs.task_labels))}:
            raise ValueError("the shapes do not fit together")
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path.name} is not as it should be ({error}). Make it again with `python tools/measure_sharing.py`, "
            "parts `planted` and `tasks`, or get the course's own copy: git checkout data."
        ) from error
    return runs


@dataclass(frozen=True)
class Term:
    """A term of the course: what it means in one plain sentence, its symbol, its name in code, its first lesson."""

    term: str
    sentence: str
    symbol: str
    code: str
    lesson: str


def load_glossary(path: Path | None = None) -> dict[str, Term]:
    """Load the glossary: {term in small letters: Term}, in the order of the lessons.

    Introduced in lesson 00.

    Raises:
        DataError: where a column is missing, a term stands there twice, or has no sentence or lesson.

    >>> load_glossary()["cosine"].lesson
    '02'
    """
    path = path or data_path("glossary.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    terms: dict[str, Term] = {}
    for line, row in enumerate(rows, start=2):
        if None in row.values() or set(row) != {"term", "sentence", "symbol", "code", "lesson"}:
            raise DataError(f"{path.name}, line {line}: five columns are needed: term, sentence, symbol, code, lesson.")
        term = Term(**{name: cell.strip() for name, cell in row.items()})
        if not (term.term and term.sentence and term.lesson) or term.term.lower() in terms:
            raise DataError(
                f"{path.name}, line {line}: {term.term!r} needs a sentence and a lesson, and may stand once."
            )
        terms[term.term.lower()] = term
    return dict(sorted(terms.items(), key=lambda item: item[1].lesson))


# ---- Passages to search, and questions with judgements ---------------------------------------------------------------

PASSAGE_COLUMNS = ("id", "topic", "text")
QUERY_KINDS = ("plain", "negation", "numbers", "roles", "rare")


@dataclass(frozen=True)
class Passage:
    """A short text to be found: `id` such as "dogs-01", its topic, and one to three sentences."""

    id: str
    topic: str
    text: str


@dataclass(frozen=True)
class Query:
    """A question to a search, with judgements: the ids of the passages that answer it.

    `kind` is one of QUERY_KINDS; all but "plain" probe a failure. `decoys` are passages on the same matter that say
    the opposite or something else; a search that ranks one of them before the answer has missed the point.
    """

    id: str
    kind: str
    text: str
    relevant: tuple[str, ...]
    decoys: tuple[str, ...] = ()


def load_passages(path: Path | None = None) -> tuple[Passage, ...]:
    """Load our passages for semantic search, about twenty on each topic.

    Introduced in lesson 12.

    Raises:
        DataError: where a column is missing, a cell is empty or an id stands there twice; the message names the line.

    >>> passages = load_passages()
    >>> len(passages), passages[0].id, passages[0].topic
    (403, 'baking-01', 'baking')
    """
    path = path or data_path("passages.csv")
    passages: dict[str, Passage] = {}
    for line, row in _rows_of(path, PASSAGE_COLUMNS):
        if not all(cell.strip() for cell in row.values()):
            raise DataError(f"{path.name}, line {line}: a cell is empty. Write an id, a topic and a text.")
        if row["id"] in passages:
            raise DataError(f"{path.name}, line {line}: the id {row['id']!r} stands there twice. Give each its own.")
        passages[row["id"]] = Passage(**row)
    return tuple(passages.values())


def load_queries(path: Path | None = None) -> tuple[Query, ...]:
    """Load the questions to `load_passages()`, each judged: which passages answer it, and which only seem to.

    Introduced in lesson 12.

    Raises:
        DataError: where the file cannot be read, a kind is unknown, nothing is relevant or an id is no passage's.

    >>> query = next(query for query in load_queries() if query.kind == "roles")
    >>> query.text, query.relevant, query.decoys
    ('dog bites man', ('dogs-01',), ('dogs-02',))
    """
    path = path or data_path("queries.json")
    known = {passage.id for passage in load_passages()}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["queries"]
        queries = [Query(r["id"], r["kind"], r["text"], tuple(r["relevant"]), tuple(r["decoys"])) for r in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read ({error!r}). Get the file again: git checkout data.") from None
    for query in queries:
        if query.kind not in QUERY_KINDS:
            raise DataError(f"{path.name}, {query.id}: kind is {query.kind!r}; write one of {', '.join(QUERY_KINDS)}.")
        if not query.relevant or set(query.relevant) & set(query.decoys):
            raise DataError(f"{path.name}, {query.id}: name at least one relevant passage, and none that is a decoy.")
        if unknown := {*query.relevant, *query.decoys} - known:
            raise DataError(f"{path.name}, {query.id}: no passage has the id {', '.join(sorted(unknown))}.")
    return tuple(queries)


def texts_mark(texts: Sequence[str]) -> str:
    """Return a short fingerprint of a list of texts: another text, or another order, gives another one.

    >>> texts_mark(["a", "b"]) == texts_mark(["b", "a"])
    False
    """
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def load_passage_vectors(path: Path | None = None) -> NDArray[np.float32]:
    """Load what MiniLM makes of our passages and then of our questions (mean of the last layer), shape (403 + 72, 384).

    Introduced in lesson 12.

    Raises:
        DataError: where the file cannot be read, or was made from other texts.

    >>> load_passage_vectors().shape
    (475, 384)
    """
    path = path or data_path("passage_vectors.npz")
    texts = [p.text for p in load_passages()] + [q.text for q in load_queries()]
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            mark, vectors = str(file["mark"]), file["vectors"].astype(np.float32)
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DataError(f"{path.name} cannot be read ({error}). Get the file again: git checkout data.") from None
    if mark != texts_mark(texts) or len(vectors) != len(texts):
        raise DataError(f"{path.name} was made from other texts: run `python tools/make_passage_vectors.py`.")
    return vectors
