"""Make data/answers.npz and data/atlas.npz: which sense each layer of each model names, and where its uses lie.

    python tools/data/record_models.py               # MiniLM, MPNet and the town's BERT: about eight minutes
    python tools/data/record_models.py --keep ROOM   # keeps the vectors in a folder, so that a second run takes seconds

Needs both models (python course.py model mpnet). "mpnet-384" is MPNet turned at random and cut to 384 numbers, the same
way at every layer: no wider than MiniLM, and still MPNet in all else. Answers are kept, not scores: whoever reads them
counts with `chance.py`. The cards of the files in data/README.md hold their SHA-256, which this prints.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from train_bert import read_lines

from embeddings_course.files.arrays import Bools, Floats, Rows
from embeddings_course.files.data import Noun, SenseUse, load_nouns, load_senses, load_town
from embeddings_course.files.paths import data_path
from embeddings_course.pretrained import load_bert
from embeddings_course.senses import centre_layers, lemma_of, nearest_centroid, sense_gap, sense_layer
from embeddings_course.vectors import normalise, random_rotation

DATA = Path(__file__).resolve().parents[2] / "data"
WORDS, DIMENSIONS, NARROW, SHUFFLES = ("bank", "bill", "jack"), 16, 384, 20
TOWN_FIT = 200  # uses of each word of the town to learn from
COMPANY = ("other", "topic", "repeat", "against")


# --- vectors of uses ------------------------------------------------------------------------------------------


def vectors_of(
    model: str, sentences: Sequence[str], uses: Sequence[SenseUse | Noun], keep: Path | None, kind: str
) -> Floats:
    """Return the marked word's vector in every sentence at every layer, shape (uses, layers, d)."""
    path = None if keep is None else keep / f"{model}-{kind}.npy"
    if path is not None and path.exists():
        kept: Floats = np.load(path)
        return kept
    vectors = load_bert(model).word_vectors(sentences, [u.word for u in uses], [u.occurrence for u in uses])
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors)
    print(f"{model}, {kind}: read", flush=True)
    return vectors


def narrowed(vectors: Floats) -> Floats:
    """Return vectors turned at random and cut to 384 numbers: cosines stay as they were, give or take little."""
    turned: Floats = vectors @ random_rotation(vectors.shape[-1], 0)[:, :NARROW].astype(vectors.dtype)
    return turned


def town_uses() -> list[SenseUse]:
    """Return uses of our words in the town: `fit` from lines its BERT was trained on, `test` from held-out ones."""
    town, card = load_town(), json.loads((data_path("town_bert") / "card.json").read_text(encoding="utf-8"))
    aside = set(read_lines(data_path("town.txt"), card["settings"]["held_out"], card["settings"]["seed"])[1])
    rng = np.random.default_rng(0)
    uses: list[SenseUse] = []
    for word in WORDS:
        marked = {" ".join(town.sentences[n]): sense for n, _, sense in town.uses[word]}
        once = {text: sense for text, sense in sorted(marked.items()) if text.split().count(word) == 1}
        trained = [text for text in once if text not in aside]
        fit = {trained[i] for i in rng.permutation(len(trained))[:TOWN_FIT]}
        for text, sense in once.items():
            if text in fit or text in aside:
                split = "fit" if text in fit else "test"
                uses.append(SenseUse(str(len(uses)), word, word, 0, sense, split, text))
    return uses


# --- what each layer answers ----------------------------------------------------------------------------------


def answers(vectors: Floats, senses: Sequence[str], fit: Bools) -> Any:
    """Name the sense of each use by the nearest centroid of the uses for fitting; a use never helps to judge itself.

    Returns:
        sense names, shape (uses, layers).

    >>> table = np.array([[[1.0, 0]], [[1.0, 0.1]], [[0, 1.0]], [[0.1, 1.0]], [[2.0, 1.0]]])
    >>> answers(table, ["a.x", "a.x", "a.y", "a.y", "a.x"], np.array([True] * 4 + [False]))[:, 0].tolist()
    ['a.x', 'a.x', 'a.y', 'a.y', 'a.x']
    """
    units, truth = normalise(vectors).astype(float), np.array(senses)
    words = np.array([lemma_of(s) for s in senses])
    said = np.empty(units.shape[:2], dtype=truth.dtype)
    for word in dict.fromkeys(words):
        rows, known = np.flatnonzero(words == word), np.flatnonzero((words == word) & fit)
        new = rows[~fit[rows]]
        if len(new):
            said[new] = nearest_centroid(units[known], truth[known].tolist(), units[new])
        names = np.unique(truth[known])
        sums = np.stack([units[known[truth[known] == s]].sum(axis=0) for s in names])  # (senses, layers, d)
        for row in known:
            others = sums - units[row] * (names == truth[row])[:, None, None]
            said[row] = names[(normalise(others) * units[row]).sum(axis=-1).argmax(axis=0)]
    return said


def halves_swapped(vectors: Floats, senses: Sequence[str], fit: Bools) -> Any:
    """Name the sense of each use by centroids of the other half alone: no sentence of company stands on both sides.

    Returns:
        sense names, shape (uses, layers).
    """
    one, two = answers(vectors, senses, fit), answers(vectors, senses, ~fit)
    return np.where(fit[:, None], two, one)


def noun_answers(vectors: Floats, kinds: Sequence[str], splits: Any) -> Any:
    """Name each noun person, place or thing: each half by the other; the essay's and the names by both halves.

    Returns:
        kinds, shape (nouns, layers).
    """
    own = np.isin(splits, ("first", "second"))
    said = answers(vectors, kinds, own)
    said[own] = halves_swapped(vectors[own], [k for k, o in zip(kinds, own, strict=True) if o], splits[own] == "first")
    return said


def shuffled_nouns(vectors: Floats, kinds: Sequence[str], splits: Any) -> Any:
    """Name the nouns at the course's layer after the labels were dealt anew within each half, 20 times."""
    rng, layer = np.random.default_rng(0), sense_layer(vectors.shape[1] - 1)
    rounds = []
    for _ in range(SHUFFLES):
        dealt = np.array(kinds)
        for half in ("first", "second"):
            dealt[splits == half] = rng.permutation(dealt[splits == half])
        rounds.append(noun_answers(vectors[:, [layer]], dealt.tolist(), splits)[:, 0])
    return np.stack(rounds, axis=1)


def shuffled(vectors: Floats, senses: Sequence[str], fit: Bools) -> Any:
    """Name the senses at the course's layer after the labels for fitting were dealt anew within each word, 20 times.

    Returns:
        sense names, shape (uses, 20); only those of the uses for testing mean something.
    """
    rng, truth = np.random.default_rng(0), np.array(senses)
    words, layer = np.array([lemma_of(s) for s in senses]), sense_layer(vectors.shape[1] - 1)
    rounds = []
    for _ in range(SHUFFLES):
        dealt = truth.copy()
        for word in np.unique(words):
            rows = np.flatnonzero((words == word) & fit)
            dealt[rows] = rng.permutation(dealt[rows])
        rounds.append(answers(vectors[:, [layer]], dealt.tolist(), fit)[:, 0])
    return np.stack(rounds, axis=1)


def ways_of(vectors: Floats, senses: Sequence[str], fit: Bools) -> dict[str, Any]:
    """Return the answers at each layer as they are, with each layer centred, and of the mean of the last four."""
    four = vectors[:, -min(4, vectors.shape[1]) :].mean(axis=1, keepdims=True)
    return {
        "plain": answers(vectors, senses, fit),
        "centred": answers(centre_layers(vectors, fit), senses, fit),
        "four": answers(four, senses, fit),
    }


# --- company: two more sentences behind each of ours ----------------------------------------------------------


def without_word(use: SenseUse) -> str:
    """Return the sentence of a use with the marked word left out.

    >>> without_word(SenseUse("1", "bank", "bank", 0, "bank.river", "fit", "Otters sat on the bank, asleep."))
    'Otters sat on the, asleep.'
    """
    places = list(re.finditer(rf"\s?(?<!\w){re.escape(use.word)}(?!\w)", use.sentence))
    start, end = places[use.occurrence].span()
    return (use.sentence[:start] + use.sentence[end:]).strip()


def in_company(uses: Sequence[SenseUse], kind: str) -> list[str]:
    """Return every sentence followed by two others of its half (fit or test), chosen at random.

    Args:
        uses: the uses.
        kind: "other": of other words; "topic": of the same sense, the word left out; "repeat": with the word in the
            same sense; "against": with the word in another sense.
    """
    rng, texts = np.random.default_rng(0), []
    for use in uses:
        pool = [u for u in uses if u.split == use.split and u is not use]
        if kind == "other":
            pool = [u for u in pool if u.lemma != use.lemma]
        else:
            pool = [u for u in pool if u.lemma == use.lemma and (u.sense == use.sense) == (kind != "against")]
        two = [pool[i] for i in rng.choice(len(pool), 2, replace=False)]
        as_is = kind in ("repeat", "against")
        texts.append(" ".join([use.sentence, *(u.sentence if as_is else without_word(u) for u in two)]))
    return texts


# --- where the uses lie ---------------------------------------------------------------------------------------


def flat(units: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Place uses of one word on 16 axes that are the same at every layer, each layer centred.

    Returns:
        places (uses, layers, 16), the share of all spread that each axis holds, the axes (16, d), and the middle of
        each layer (layers, d).
    """
    middle = units.mean(axis=0)
    moved = units - middle  # (uses, layers, d)
    _, sizes, axes = np.linalg.svd(moved.reshape(-1, moved.shape[-1]), full_matrices=False)
    axes = axes[:DIMENSIONS]
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]  # one sign for all machines
    return moved @ axes.T, (sizes**2 / (sizes**2).sum())[:DIMENSIONS], axes, middle


def landscape(units: Floats, uses: Sequence[SenseUse]) -> tuple[Floats, Floats]:
    """Place each use of *bank* on the way from river (below 0) to money (above), layer by layer.

    The way is from the mean of one sense to that of the other, of the sentences for fitting alone; 0 is half way; the
    unit is the spread of the uses of all other words along it, so that models can be compared.

    Returns:
        places (uses of bank, layers), and for each layer the half way point and the unit, (layers, 2).
    """
    names, fit = np.array([u.sense for u in uses]), np.array([u.split == "fit" for u in uses])
    money, river = (units[(names == f"bank.{s}") & fit].mean(axis=0) for s in ("money", "river"))  # (layers, d)
    way = normalise(money - river)
    along = np.einsum("uld,ld->ul", units, way)
    bank = np.array([u.lemma == "bank" for u in uses])
    middle, unit = ((money + river) / 2 * way).sum(axis=-1), along[~bank].std(axis=0)
    return (along[bank] - middle) / unit, np.stack([middle, unit], axis=1)


def gaps(vectors: Floats, uses: Sequence[SenseUse]) -> Floats:
    """Return mean cosines within a sense, between senses, of strangers, and the strangers' spread, (layers, 4)."""
    found, units = sense_gap(vectors, [u.sense for u in uses]), normalise(vectors)
    words = np.array([u.lemma for u in uses])
    other = words[:, None] != words
    spread = [(units[:, layer] @ units[:, layer].T)[other].std() for layer in range(units.shape[1])]
    return np.stack([found.within, found.between, found.strangers, np.array(spread)], axis=1)


# --- all of it ------------------------------------------------------------------------------------------------


def numbered(parts: dict[str, Any]) -> dict[str, Any]:
    """Return the answers as numbers of names, with the list of names."""
    names = sorted({name for said in parts.values() for name in np.unique(said)})
    return {"names": np.array(names)} | {
        key: np.searchsorted(names, said).astype(np.int8) for key, said in parts.items()
    }


def answer_parts(models: dict[str, Floats], uses: Sequence[SenseUse], keep: Path | None) -> dict[str, Any]:
    """Return every array of answers.npz."""
    senses, fit = [u.sense for u in uses], np.array([u.split == "fit" for u in uses])
    town = town_uses()
    town_fit: Rows = np.array([u.split == "fit" for u in town])
    town_vectors = vectors_of("town", [u.sentence for u in town], town, keep, "town")
    parts: dict[str, Any] = {"town truth": np.array([u.sense for u in town])}
    for way, said in ways_of(town_vectors, [u.sense for u in town], town_fit).items():
        parts[f"town {way}"] = said
    for name, vectors in models.items():
        parts |= {f"{name} {way}": said for way, said in ways_of(vectors, senses, fit).items()}
        parts[f"{name} shuffled"] = shuffled(vectors, senses, fit)
    parts["minilm alone"] = halves_swapped(models["minilm"], senses, fit)
    for kind in COMPANY:
        vectors = vectors_of("minilm", in_company(uses, kind), uses, keep, kind)
        parts[f"minilm {kind}"] = halves_swapped(vectors, senses, fit)
    nouns = load_nouns()
    kinds, splits = [noun.kind for noun in nouns], np.array([noun.split for noun in nouns])
    for name in ("minilm", "mpnet"):
        vectors = vectors_of(name, [noun.sentence for noun in nouns], nouns, keep, "nouns")
        parts[f"{name} nouns"] = noun_answers(vectors, kinds, splits)
        parts[f"{name} nouns shuffled"] = shuffled_nouns(vectors, kinds, splits)
    return numbered(parts) | {"town fit": town_fit, "ids": np.array([u.id for u in uses])}


def atlas_parts(models: dict[str, Floats], uses: Sequence[SenseUse]) -> dict[str, Any]:
    """Return every array of atlas.npz."""
    parts: dict[str, Any] = {f"uses {word}": np.array([u.id for u in uses if u.lemma == word]) for word in WORDS}
    for name, vectors in models.items():
        units = normalise(vectors)
        for word in WORDS:
            places, shares, axes, middle = flat(units[[u.lemma == word for u in uses]])
            parts |= {f"places {name} {word}": places.astype(np.float16), f"shares {name} {word}": shares}
            if name == "minilm":  # the model that everybody has reads new sentences: they need the way to the map
                parts |= {f"axes {word}": axes.astype(np.float16), f"middle {word}": middle.astype(np.float16)}
        places, scale = landscape(units, uses)
        parts |= {f"landscape {name}": places.astype(np.float16), f"scale {name}": scale.astype(np.float32)}
        parts[f"gaps {name}"] = gaps(vectors, uses).astype(np.float32)
    return parts


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, ask, write both files, print their checksums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, default=None, help="a folder for the vectors")
    parser.add_argument("--out", type=Path, default=DATA, help="where to write")
    chosen = parser.parse_args(arguments)
    uses = load_senses()
    sentences = [u.sentence for u in uses]
    models = {name: vectors_of(name, sentences, uses, chosen.keep, "uses") for name in ("minilm", "mpnet")}
    models["mpnet-384"] = narrowed(models["mpnet"])
    np.savez_compressed(chosen.out / "answers.npz", **answer_parts(models, uses, chosen.keep))
    np.savez_compressed(chosen.out / "atlas.npz", **atlas_parts(models, uses))
    for name in ("answers.npz", "atlas.npz"):
        path = chosen.out / name
        print(name, path.stat().st_size, "bytes, SHA-256", hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
