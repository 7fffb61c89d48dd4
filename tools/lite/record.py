"""What gensim alone can do, done when the page is made: two texts and the trainings of lessons 05 and 06, as files."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path

import numpy as np

RECORD = Path(__file__).parent / "kernel" / "gensim" / "models.py"
FILES = ("wordsim353.tsv", "simlex999.txt", "questions-words.txt")


def settings() -> dict[str, dict[str, object]]:
    """Return the settings of each recorded training: those that the stand-in names."""
    source = RECORD.read_text(encoding="utf-8")
    found: dict[str, object] = {}
    exec(compile(source[source.index("RECORDED = ") : source.index("class WordVectors")], str(RECORD), "exec"), found)
    return dict(found["RECORDED"])  # type: ignore[call-overload]


def record(cache: Path) -> Path:
    """Return a folder with what gensim gave: made once for these settings and this gensim, then kept."""
    import gensim

    about = json.dumps([settings(), gensim.__version__, np.__version__, sys.version_info[:2]])
    folder = cache / f"gensim-{hashlib.sha256(about.encode()).hexdigest()[:12]}"
    if not (folder / "settings.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _record(folder)
    return folder


def _record(folder: Path) -> None:
    from gensim.models import Word2Vec

    from embeddings_course.files.data import load_town, load_wikipedia

    spec = importlib.util.find_spec("gensim")
    assert spec and spec.origin
    for name in FILES:
        shutil.copy(Path(spec.origin).parent / "test" / "test_data" / name, folder / name)
    paragraphs = load_wikipedia()
    (folder / "wikipedia.txt").write_text("\n".join(" ".join(words) for words in paragraphs), encoding="utf-8")
    town = [list(sentence) for sentence in load_town().sentences[:8000]]
    said = {}
    for run, texts in {"wikipedia": paragraphs, "town": town}.items():
        vectors = Word2Vec(texts, **settings()[run]).wv  # type: ignore[arg-type]
        (folder / f"{run}_words.txt").write_text("\n".join(vectors.index_to_key), encoding="utf-8")
        numbers = {
            name: np.array([vectors.get_vecattr(word, name) for word in vectors.index_to_key])
            for name in ("count", "sample_int")
        }
        np.savez_compressed(folder / f"{run}.npz", vectors=vectors.vectors, **numbers)
        said[run] = {"settings": settings()[run], "texts": len(texts)}
    (folder / "settings.json").write_text(json.dumps(said), encoding="utf-8")
