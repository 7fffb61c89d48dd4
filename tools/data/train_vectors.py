"""Train the word vectors that the course ships (data/vectors/books.bin), from a folder of books.

    python tools/data/train_vectors.py clean BOOKS tokens.txt              # books -> one paragraph a line, clean words
    python tools/data/train_vectors.py train tokens.txt model.bin --workers 2
    python tools/data/train_vectors.py ship  model.bin tokens.facts.json data/vectors/books.bin

The books stay where they are: what is shipped is numbers alone. `train` saves the model after every pass, so an
interrupted training still leaves a usable file. With more than one worker two trainings differ a little, whatever
the seed: the threads write to one table without waiting for each other.

How the text is cleaned (`clean_paragraphs`), in this order:

1. Headings (lines that begin with #), lines without a letter, links' addresses, HTML tags and comments are dropped.
2. Lines are joined to paragraphs: a blank line ends a paragraph. A window never reaches over the end of one.
3. Everything becomes lower case; curly apostrophes become straight ones.
4. to-day, to-night and to-morrow are written as today, tonight and tomorrow (old books use the hyphen);
   every other hyphen and dash parts two words.
5. A word is a run of letters, with apostrophes inside it: don't and o'clock stay whole. A final 's is cut off
   (king's -> king, it's -> it), so that a name and its possessive share one vector. Figures are dropped.
6. A book in which fewer than one word in a hundred is "the" is left out: it is not in English.
7. The paragraphs of all books are shuffled once, so that no author has the last word.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import platform
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

from embeddings_course.files.table import Embedding
from embeddings_course.vectors import nearest

FILE_TYPES = {".md", ".markdown", ".txt"}
# gensim cuts a line at 10,000 words and would drop the rest without a word
LONGEST_LINE = 2_000

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_OLD_HYPHEN = re.compile(r"\bto-(day|night|morrow)\b")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def clean_words(text: str) -> list[str]:
    """Return the words of one paragraph, by the rules at the top of this file.

    >>> clean_words("“_Don’t_ go to-day,” said the king's well-bred son at 10 o'clock.")
    ["don't", 'go', 'today', 'said', 'the', 'king', 'well', 'bred', 'son', 'at', "o'clock"]
    """
    text = text.lower().replace("\u2019", "'").replace("\u2018", "'").replace("_", " ")
    text = _OLD_HYPHEN.sub(r"to\1", text)
    return [word.removesuffix("'s") for word in _WORD.findall(text)]


def clean_paragraphs(text: str) -> Iterator[list[str]]:
    r"""Yield the paragraphs of one book as lists of words.

    >>> list(clean_paragraphs("# Title\n\nOne line\nand [another](a.html).\n\n-----\n\nThe <i>end</i>."))
    [['one', 'line', 'and', 'another'], ['the', 'end']]
    """
    text = _COMMENT.sub(" ", html.unescape(text))
    text = _TAG.sub(" ", _ADDRESS.sub(" ", _LINK.sub(r"\1", text)))
    lines = ["" if line.lstrip().startswith("#") else line for line in text.splitlines()]
    for block in re.split(r"\n\s*\n", "\n".join(lines)):
        words = clean_words(block)
        for start in range(0, len(words), LONGEST_LINE):
            yield words[start : start + LONGEST_LINE]


def books_in(folder: Path) -> list[Path]:
    """Return the text files of a folder and its subfolders, sorted; a README is not a book."""
    files = (f for f in folder.rglob("*") if f.suffix.lower() in FILE_TYPES and f.is_file())
    return sorted(f for f in files if f.stem.lower() != "readme")


def clean_folder(folder: Path, out: Path, *, seed: int = 1) -> dict:
    """Write the clean paragraphs of a folder, one a line, shuffled; return what was read."""
    files, lines, skipped = books_in(folder), [], []
    if not files:
        raise SystemExit(f"No .md or .txt file in {folder}. Name the folder that holds the books.")
    for file in files:
        paragraphs = list(clean_paragraphs(file.read_text(encoding="utf-8", errors="replace")))
        tokens = sum(map(len, paragraphs))
        if sum(p.count("the") for p in paragraphs) < tokens / 100:
            skipped.append(str(file.relative_to(folder)))
            continue
        lines += [" ".join(p) for p in paragraphs if len(p) > 1]
    random.Random(seed).shuffle(lines)
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    facts = {
        "books": len(files) - len(skipped),
        "skipped": skipped,
        "paragraphs": len(lines),
        "tokens": sum(line.count(" ") + 1 for line in lines),
        "shuffle_seed": seed,
        "sha256_of_clean_text": hashlib.sha256(out.read_bytes()).hexdigest(),
    }
    out.with_suffix(".facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return facts


def train(tokens: Path, out: Path, settings: dict, stages: list[tuple[int, float, float]], workers: int) -> None:
    """Train with gensim from a file of clean lines; save after every pass, with the counts of the words.

    `stages` are (passes, learning rate at their start, at their end): one after the other, on the same tables.
    """
    from gensim.models import Word2Vec
    from gensim.models.callbacks import CallbackAny2Vec

    class SaveEachPass(CallbackAny2Vec):
        """Write the vectors after each pass, so that a usable file is always there."""

        done = 0

        def on_epoch_end(self, model: Word2Vec) -> None:
            self.done += 1
            model.wv.save_word2vec_format(str(out), fvocab=str(out.with_suffix(".counts.txt")), binary=True)
            notes = {**settings, "stages": stages, "workers": workers, "passes_done": self.done}
            notes |= {"raw_words": model.corpus_total_words, "vocabulary": len(model.wv)}
            out.with_suffix(".settings.json").write_text(json.dumps(notes, indent=1), encoding="utf-8")
            print(f"pass {self.done} of {settings['epochs']} after {time.time() - started:.0f} s", flush=True)

    started = time.time()
    settings = {**settings, "epochs": sum(passes for passes, *_ in stages)}
    model = Word2Vec(workers=workers, **settings)
    model.build_vocab(corpus_file=str(tokens))
    print(f"{len(model.wv):,} words in the vocabulary, {model.corpus_total_words:,} tokens", flush=True)
    save = SaveEachPass()
    for passes, rate_from, rate_to in stages:
        model.train(
            corpus_file=str(tokens),
            total_words=model.corpus_total_words,
            total_examples=model.corpus_count,
            epochs=passes,
            start_alpha=rate_from,
            end_alpha=rate_to,
            callbacks=[save],
        )


def stage(text: str) -> tuple[int, float, float]:
    """Read passes:rate:rate, such as 3:0.025:0.0001.

    >>> stage("3:0.025:0.0001")
    (3, 0.025, 0.0001)
    """
    passes, rate_from, rate_to = text.split(":")
    return int(passes), float(rate_from), float(rate_to)


def scores(table: Embedding) -> dict:
    """Return what the course measures of a table, each score with its coverage."""
    from embeddings_course import audit, evaluation
    from embeddings_course.files.data import load_analogies, load_simlex, load_wordsim

    found = {}
    for name, pairs in (("wordsim353", load_wordsim()), ("simlex999", load_simlex())):
        score = evaluation.spearman_eval(table, pairs)
        found[name] = {"spearman": round(score.rho, 4), "interval_95": [round(x, 3) for x in score.interval]}
        found[name] |= {"covered": score.covered, "of": score.total}
    for name, exclude, rule in (
        ("analogies", True, "offset"),
        ("analogies_inputs_allowed", False, "offset"),
        ("analogies_nearest_to_c", True, "c"),
    ):
        score = evaluation.analogies(table, load_analogies(), exclude_inputs=exclude, rule=rule)
        found[name] = {"share_right": round(score.accuracy, 4), "covered": score.covered, "of": score.total}
        found[name]["reply_is"] = {word: round(share, 3) for word, share in score.reply_is.items()}
    found["random_pair_mean_cosine"] = round(float(audit.random_pair_cosines(table).mean()), 4)
    return found


def ship(model: Path, facts: Path, out: Path, words: int, corpus: str, commit: str) -> None:
    """Cut a trained model to its most frequent words; write vectors, counts and a card with everything about them."""
    import gensim
    import numpy

    from embeddings_course import evaluation
    from embeddings_course.files.vector_files import load_word2vec_file

    table = load_word2vec_file(model, words)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as file:
        file.write(f"{len(table)} {table.vectors.shape[1]}\n".encode())
        for word, vector in zip(table.words, table.vectors, strict=True):
            file.write(word.encode() + b" " + vector.astype("<f4").tobytes())
    counts = model.with_suffix(".counts.txt").read_text(encoding="utf-8").splitlines()[: len(table)]
    out.with_suffix(".counts.txt").write_text("\n".join(counts) + "\n", encoding="utf-8")
    card = {
        "what": f"{len(table)} words x {table.vectors.shape[1]}, word2vec's binary format, most frequent word first",
        "corpus": {"repository": corpus, "commit": commit, **json.loads(facts.read_text(encoding="utf-8"))},
        "cleaning": __doc__.split("in this order:")[1].strip().splitlines(),
        "settings": json.loads(model.with_suffix(".settings.json").read_text(encoding="utf-8")),
        "versions": {"python": platform.python_version(), "gensim": gensim.__version__, "numpy": numpy.__version__},
        "scores": scores(table),
        "king - man + woman": [word for word, _ in evaluation.analogy(table, "man", "woman", "king", k=3)],
        "neighbours of bank": [word for word, _ in nearest(table, "bank", k=10)],
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
    }
    out.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(card["scores"], indent=1), card["king - man + woman"], card["neighbours of bank"])


def main() -> None:
    """Read the command line and do one of the three steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("clean", help="books -> one clean paragraph a line")
    step.add_argument("folder", type=Path)
    step.add_argument("out", type=Path)
    step.add_argument("--seed", type=int, default=1)
    step = steps.add_parser("train", help="clean lines -> vectors of the whole vocabulary")
    step.add_argument("tokens", type=Path)
    step.add_argument("out", type=Path)
    step.add_argument("--workers", type=int, default=2)
    step.add_argument("--vector-size", type=int, default=100)
    step.add_argument("--window", type=int, default=5)
    step.add_argument("--negative", type=int, default=10)
    step.add_argument("--sample", type=float, default=1e-4)
    step.add_argument(
        "--stages",
        type=stage,
        nargs="+",
        default=[(2, 0.025, 0.01504), (1, 0.01504, 0.0001)],
        metavar="PASSES:RATE:RATE",
        help="passes, and the rate at their start and end; the default is that of the shipped vectors",
    )
    step.add_argument("--min-count", type=int, default=30)
    step.add_argument("--sg", type=int, choices=(0, 1), default=1, help="1 skip-gram, 0 CBOW")
    step.add_argument("--seed", type=int, default=1)
    step = steps.add_parser("ship", help="cut to the most frequent words, score, and write what the course ships")
    step.add_argument("model", type=Path)
    step.add_argument("facts", type=Path, help="the .facts.json that `clean` wrote")
    step.add_argument("out", type=Path)
    step.add_argument("--words", type=int, default=20_000)
    step.add_argument("--corpus", default="https://github.com/mlschmitt/classic-books-markdown")
    step.add_argument("--commit", default="944882722e9a96fa6cf2739dc2ea757e101f412f")
    options = vars(parser.parse_args())
    step = options.pop("step")
    if step == "ship":
        ship(**options)
    elif step == "clean":
        facts = clean_folder(options["folder"], options["out"], seed=options["seed"])
        print(json.dumps({k: v for k, v in facts.items() if k != "skipped"}), "skipped:", facts["skipped"])
    else:
        paths = options.pop("tokens"), options.pop("out")
        stages, workers = options.pop("stages"), options.pop("workers")
        train(*paths, options, stages, workers)


if __name__ == "__main__":
    main()
