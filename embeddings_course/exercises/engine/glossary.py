"""`term("cosine")`: what a word of the course means, in one plain sentence."""

from __future__ import annotations

import difflib

from embeddings_course.exercises.engine.cards import Card, card
from embeddings_course.files.data import Term, load_glossary


def term(name: str) -> Card:
    """Say what a term means, its symbol, its name in the code, and the lesson that introduces it.

    Introduced in lesson 00.

    >>> print(term("norm"))
    norm
    The length of a vector: the square root of the sum of its squares.
    Symbol: |a|. In code: `norm`, in embeddings_course/vectors.py. Introduced in lesson 02.
    """
    known = load_glossary()
    found = _find(str(name), known)
    if found is None:
        near = difflib.get_close_matches(str(name).strip().lower(), known, n=3, cutoff=0.5)
        inside = [k for k in known if str(name).strip().lower() in k][:3] if str(name).strip() else []
        guesses = list(dict.fromkeys([*inside, *near])) or list(known)[:5]
        return card(f"{name!r} is not in the glossary.", f"Did you mean {', '.join(guesses)}?", tone="wait")
    return card(found.term, found.sentence, facts(found))


def facts(term: Term) -> str:
    """Return symbol, name in code and lesson of a term in one line."""
    module, _, name = term.code.rpartition(".")
    place = f"embeddings_course/{module.replace('.', '/')}" + ("" if module == "exercises" else ".py")
    parts = [f"Symbol: {term.symbol}."] if term.symbol else []
    parts += [f"In code: `{name}`, in {place}."] if term.code else []
    return " ".join([*parts, f"Introduced in lesson {term.lesson}."])


def _find(name: str, known: dict[str, Term]) -> Term | None:
    """Look up a term as people write it: small letters or capitals, hyphen or space, plural, or its symbol."""
    plain = {_plain(t.term): t for t in known.values()} | {_plain(t.symbol): t for t in known.values() if t.symbol}
    wanted = _plain(name)
    if not wanted:
        return None
    return next((plain[t] for t in (wanted, wanted.removesuffix("s"), wanted + "s") if t in plain), None)


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").split())
