"""Our trainer against gensim's at equal settings, on the town, over five seeds."""

import numpy as np
import pytest
from gensim.models import Word2Vec

from embeddings_course.counting import encode
from embeddings_course.files.data import load_town
from embeddings_course.files.table import Embedding
from embeddings_course.word2vec import corpus_pairs, expected_loss, noise_distribution, planted_precision, train, vocab

SEEDS = range(1, 6)
D, WINDOW, NEGATIVES, EPOCHS = 30, 2, 5, 5


def by_gensim(sentences, words, seed):
    model = Word2Vec(
        sentences,
        vector_size=D,
        window=WINDOW,
        negative=NEGATIVES,
        epochs=EPOCHS,
        seed=seed,
        sg=1,
        sample=0,
        min_count=1,
        workers=1,
    )
    rows = [model.wv.key_to_index[word] for word in words]
    return model.wv.vectors[rows], model.syn1neg[rows]


def by_us(sentences, words, seed):
    result = train(sentences, D, WINDOW, NEGATIVES, EPOCHS, seed)
    assert list(result.words) == words
    return result.inputs, result.outputs


@pytest.fixture(scope="module")
def scores():
    """Held-out loss and planted precision, shape (2 trainers, 5 seeds, 2)."""
    town = load_town()
    seen, held_out = town.sentences[:27_000], town.sentences[27_000:]
    words, counts = vocab(seen)
    pairs = corpus_pairs(*encode(held_out, words), WINDOW)
    noise = noise_distribution(counts)

    def score(inputs, outputs):
        loss = expected_loss(inputs, outputs, *pairs, noise, NEGATIVES)
        return loss, planted_precision(Embedding(words, inputs), town.classes)

    made = np.array([[score(*trainer(seen, words, s)) for s in SEEDS] for trainer in (by_us, by_gensim)])
    for name, (loss, precision) in zip(("ours", "gensim"), made.mean(axis=1), strict=True):
        print(f"{name:7} held-out loss {loss:.4f}, planted precision {precision:.4f}")
    return made


def test_held_out_loss_is_within_two_per_cent(scores):
    ours, gensims = scores[:, :, 0].mean(axis=1)
    assert ours == pytest.approx(gensims, rel=0.02)


def test_planted_neighbours_are_within_two_hundredths(scores):
    ours, gensims = scores[:, :, 1].mean(axis=1)
    assert ours == pytest.approx(gensims, abs=0.02)
