"""The one training of lesson 06, played from its record."""

import json

import numpy as np

from embeddings_course.files.browser import fetched

RECORDED = {
    "sg": 1, "vector_size": 50, "window": 5, "negative": 5, "sample": 1e-4, "epochs": 5, "alpha": 0.05,
    "min_count": 8, "seed": 1, "workers": 1,
}  # fmt: skip


class WordVectors:
    """What a training leaves: words, vectors, and what gensim knows of each word."""

    def __init__(self, words, vectors, attributes):
        self.index_to_key, self.vectors, self._attributes = words, vectors, attributes
        self._row = {word: i for i, word in enumerate(words)}

    def get_vecattr(self, word, name):
        """Return one number of a word: its `count`, or `sample_int`."""
        return int(self._attributes[name][self._row[word]])

    def __getitem__(self, word):
        return self.vectors[self._row[word]]

    def __contains__(self, word):
        return word in self._row

    def __len__(self):
        return len(self.index_to_key)


class Word2Vec:
    """Gives the recorded run of lesson 06, and says so; any other training is refused."""

    def __init__(self, sentences=None, callbacks=(), **settings):
        asked = {name: value for name, value in settings.items() if RECORDED.get(name) != value}
        asked |= {name: "not given" for name in RECORDED if name not in settings}
        if asked or sentences is None or len(sentences) != json.loads(_text("settings.json"))["paragraphs"]:
            told = ", ".join(f"{name}={value!r}" for name, value in asked.items()) or "another text"
            raise NotImplementedError(
                f"gensim cannot train in a browser, and no run with {told} was recorded. "
                "Run the lesson on your own machine to turn this knob, or use the recorded knobs further down."
            )
        print("gensim cannot train in a browser: this is the same run, recorded with gensim when this page was made.")
        for bar in callbacks:
            bar.on_train_begin(self)
            for _ in range(RECORDED["epochs"]):
                bar.on_epoch_end(self)
            bar.on_train_end(self)
            bar.line.value = "recorded: it took no time here"
        with np.load(fetched("gensim/run.npz")) as run:
            attributes = {name: run[name] for name in ("count", "sample_int")}
            self.wv = WordVectors(_text("words.txt").split("\n"), run["vectors"], attributes)


def _text(name):
    return fetched(f"gensim/{name}").read_text(encoding="utf-8")
