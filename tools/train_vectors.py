"""Train the word vectors that the course ships (data/vectors/books.bin), from a folder of books.

    python tools/train_vectors.py clean BOOKS tokens.txt              # books -> one paragraph a line, clean words
    python tools/train_vectors.py train tokens.txt model.bin --workers 2
    python tools/train_vectors.py ship  model.bin data/vectors/books.bin --tokens tokens.txt --commit SHA

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
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

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


def train(tokens: Path, out: Path, settings: dict, workers: int) -> None:
    """Train with gensim from a file of clean lines; save after every pass, with the counts of the words."""
    from gensim.models import Word2Vec
    from gensim.models.callbacks import CallbackAny2Vec

    class SaveEachPass(CallbackAny2Vec):
        """Write the vectors after each pass, so that a usable file is always there."""

        done = 0

        def on_epoch_end(self, model: Word2Vec) -> None:
            self.done += 1
            model.wv.save_word2vec_format(str(out), fvocab=str(out.with_suffix(".counts.txt")), binary=True)
            notes = {**settings, "passes_done": self.done, "seconds": round(time.time() - started)}
            notes |= {"workers": workers, "raw_words": model.corpus_total_words, "vocabulary": len(model.wv)}
            out.with_suffix(".settings.json").write_text(json.dumps(notes, indent=1), encoding="utf-8")
            print(f"pass {self.done}/{model.epochs} after {notes['seconds']} s", flush=True)

    started = time.time()
    model = Word2Vec(workers=workers, **settings)
    model.build_vocab(corpus_file=str(tokens))
    print(f"{len(model.wv):,} words in the vocabulary, {model.corpus_total_words:,} tokens", flush=True)
    model.train(
        corpus_file=str(tokens),
        total_words=model.corpus_total_words,
        total_examples=model.corpus_count,
        epochs=model.epochs,
        callbacks=[SaveEachPass()],
    )


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
    step.add_argument("--epochs", type=int, default=5)
    step.add_argument("--min-count", type=int, default=30)
    step.add_argument("--sg", type=int, choices=(0, 1), default=1, help="1 skip-gram, 0 CBOW")
    step.add_argument("--seed", type=int, default=1)
    options = vars(parser.parse_args())
    if options.pop("step") == "clean":
        facts = clean_folder(options["folder"], options["out"], seed=options["seed"])
        print(json.dumps({k: v for k, v in facts.items() if k != "skipped"}), "skipped:", facts["skipped"])
    else:
        paths = options.pop("tokens"), options.pop("out")
        workers = options.pop("workers")
        train(*paths, options, workers)


if __name__ == "__main__":
    main()
