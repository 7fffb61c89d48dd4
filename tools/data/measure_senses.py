"""Measure what gives the senses of data/senses.csv away: nothing, the other words, or a BERT, layer by layer.

    python tools/data/measure_senses.py                  # the baselines and the default BERT (MiniLM)
    python tools/data/measure_senses.py --model none     # the baselines alone
    python tools/data/measure_senses.py --wrong          # also every test sentence that the best layer tags wrongly

All learn from the sentences marked `fit` and are scored on those marked `test`; a use is only compared with uses of
the same word. The bags of words are logistic regressions, one a word.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Sequence

import numpy as np

from embeddings_course.files.data import SenseUse, load_senses
from embeddings_course.senses import centre_layers, lemma_of, sense_gap, tag_senses


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a text."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower())


def other_words(use: SenseUse) -> list[str]:
    """Return the content words around a marked word: the topic of the sentence.

    >>> other_words(SenseUse("1", "bank", "bank", 0, "bank.river", "fit", "Otters sat on the bank, asleep."))
    ['otters', 'sat', 'asleep']
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return [w for w in words_of(use.sentence) if w not in ENGLISH_STOP_WORDS and w != use.word.lower()]


def other_words_and_form(use: SenseUse) -> list[str]:
    """Return the content words with the form of the marked word: *banks* or *bank*."""
    return [*other_words(use), use.word.lower()]


def next_words(use: SenseUse) -> list[str]:
    """Return the two words on each side of the marked word, whatever they are.

    >>> next_words(SenseUse("1", "bank", "bank", 0, "bank.river", "fit", "Otters sat on the bank, asleep."))
    ['on', 'the', 'asleep']
    """
    places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(use.word)}(?!\w)", use.sentence)]
    start, end = places[use.occurrence]
    return words_of(use.sentence[:start])[-2:] + words_of(use.sentence[end:])[:2]


def bag_accuracy(uses: Sequence[SenseUse], words: Callable[[SenseUse], list[str]]) -> float:
    """Return the share of test uses that a logistic regression over a bag of words tags right."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    right: list[bool] = []
    for lemma in dict.fromkeys(use.lemma for use in uses):
        fit, test = ([u for u in uses if u.lemma == lemma and u.split == s] for s in ("fit", "test"))
        counter = CountVectorizer(analyzer=words, binary=True)
        model = LogisticRegression(max_iter=1000).fit(counter.fit_transform(fit), [u.sense for u in fit])
        right += list(model.predict(counter.transform(test)) == np.array([u.sense for u in test]))
    return float(np.mean(right))


def row(name: str, numbers: Sequence[float]) -> str:
    """Return one line of the table."""
    return f"{name:34s}" + " ".join(f"{x:5.2f}" for x in numbers)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=None, help="minilm, bert-base-uncased, a folder, or none")
    parser.add_argument("--wrong", action="store_true", help="print the sentences that the best layer tags wrongly")
    chosen = parser.parse_args(arguments)
    uses = load_senses()
    senses, fit = [u.sense for u in uses], [u.split == "fit" for u in uses]
    n_senses = {lemma: len({s for s in senses if lemma_of(s) == lemma}) for lemma in {u.lemma for u in uses}}
    tested = [u for u in uses if u.split == "test"]
    print(f"{len(uses)} uses, {sum(n_senses.values())} senses of {len(n_senses)} words; {len(tested)} test uses")
    print(row("commonest sense (= chance here)", [np.mean([1 / n_senses[u.lemma] for u in tested])]))
    for name, words in (
        ("bag: other content words", other_words),
        ("bag: these and the word's form", other_words_and_form),
        ("bag: two words on each side", next_words),
    ):
        print(row(name, [bag_accuracy(uses, words)]))
    if chosen.model == "none":
        return
    from embeddings_course.pretrained import load_bert

    bert = load_bert(chosen.model)
    wall, cpu = time.perf_counter(), time.process_time()
    vectors = bert.word_vectors([u.sentence for u in uses], [u.word for u in uses], [u.occurrence for u in uses])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{bert.name}: all uses in {wall:.1f} s (processor time {cpu:.1f} s); by layer, 0 first:")
    score = tag_senses(vectors, senses, fit)
    print(row("nearest centroid", list(score.accuracy)))
    print(row("vote of 5 neighbours", list(tag_senses(vectors, senses, fit, "neighbours").accuracy)))
    print(row("nearest centroid, centred", list(tag_senses(centre_layers(vectors, fit), senses, fit).accuracy)))
    gap = sense_gap(vectors, senses)
    for name, cosines in (("one sense", gap.within), ("two senses", gap.between), ("two words", gap.strangers)):
        print(row(f"mean cosine, {name}", list(cosines)))
    if chosen.wrong:
        best = int(score.accuracy.argmax())
        for i in score.tagged[~score.right[:, best]]:
            print(f"{uses[i].sense:15s} {uses[i].sentence}")


if __name__ == "__main__":
    main()
