"""BERT's tokenizer in plain Python: clean the text, cut it into words, cut each word into pieces, the longest first.

Lesson 09. It gives what the library `tokenizers` gives, and works where that is missing: in a browser, say. It reads
the same content of tokenizer.json, and knows the kind that BERT and MPNet use: WordPiece.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, groupby
from typing import Any

from embeddings_course.files.errors import WeightsError

Letters = list[tuple[str, int]]
"""Characters, each with the place in the text that it comes from."""

CHINESE = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
           (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))  # fmt: skip


@dataclass(frozen=True)
class Encoding:
    """A text in pieces: their names and numbers, where each starts and ends in the text, and which text it is from."""

    tokens: list[str]
    ids: list[int]
    offsets: list[tuple[int, int]]
    type_ids: list[int]

    def __len__(self) -> int:
        return len(self.ids)


def make_tokenizer(rules: Mapping[str, Any]) -> Any:
    """Make a tokenizer from the content of tokenizer.json: with the library `tokenizers`, where it is, or our own.

    It neither cuts nor fills up. Introduced in lesson 09.

    Raises:
        WeightsError: where these are no rules that a tokenizer can follow.

    >>> model = {"type": "WordPiece", "vocab": {"[UNK]": 0, "bank": 1}, "unk_token": "[UNK]"}
    >>> model |= {"continuing_subword_prefix": "##", "max_input_chars_per_word": 100}
    >>> make_tokenizer({"model": model}).get_vocab_size()
    2
    """
    try:
        tokenizer = _library_tokenizer(rules) if find_spec("tokenizers") else WordPiece(rules)
        tokenizer.encode("a")  # some faults show only now
    except WeightsError:
        raise
    # `tokenizers` raises plain Exception for a broken file, and a panic, which is none, for some
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise WeightsError(f"This is not a tokenizer that can be read ({error}). Fetch the model again.") from error
    return tokenizer


def _library_tokenizer(rules: Mapping[str, Any]) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(json.dumps(rules))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def pieces_of(word: str, vocab: Mapping[str, int], prefix: str = "##") -> list[str]:
    """Cut a word into pieces: the longest that the vocabulary has, then again from there. No pieces: it cannot be done.

    Introduced in lesson 09.

    Args:
        word: what stands between two spaces.
        vocab: the pieces that there are.
        prefix: stands before a piece that continues a word.

    >>> pieces_of("banks", {"ban": 0, "bank": 1, "##s": 2, "##ks": 3})
    ['bank', '##s']
    >>> pieces_of("banker", {"bank": 1, "##s": 2})
    []
    """
    found: list[str] = []
    start = 0
    while start < len(word):
        mark = prefix if start else ""
        end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in vocab), 0)
        if not end:
            return []
        found.append(mark + word[start:end])
        start = end
    return found


class WordPiece:
    """Cuts texts into the pieces of a BERT.

    Args:
        rules: the content of tokenizer.json.

    Raises:
        WeightsError: where it is not a WordPiece as BERT has it.

    >>> model = {"type": "WordPiece", "vocab": {"[UNK]": 0, "the": 1, "bank": 2, "##s": 3}, "unk_token": "[UNK]"}
    >>> cut = WordPiece({"model": model, "normalizer": {"type": "BertNormalizer", "lowercase": True}})
    >>> cut.encode("The BANKS?").tokens
    ['the', 'bank', '##s', '[UNK]']
    >>> cut.encode("The BANKS?").offsets
    [(0, 3), (4, 8), (8, 9), (9, 10)]
    """

    def __init__(self, rules: Mapping[str, Any]) -> None:
        model, normal = rules.get("model") or {}, rules.get("normalizer") or {}
        before = rules.get("pre_tokenizer") or {"type": "BertPreTokenizer"}
        kinds = model.get("type"), normal.get("type", "BertNormalizer"), before.get("type")
        if kinds != ("WordPiece", "BertNormalizer", "BertPreTokenizer"):
            raise WeightsError(f"This tokenizer is of another kind than BERT's ({kinds[0]}): it needs `tokenizers`.")
        self.vocab: dict[str, int] = dict(model["vocab"])
        self.unknown, self.prefix = model.get("unk_token", "[UNK]"), model.get("continuing_subword_prefix", "##")
        self.longest: int = model.get("max_input_chars_per_word", 100)
        names = "clean_text", "handle_chinese_chars", "lowercase"
        self.clean, self.chinese, self.lowercase = (bool(normal) and bool(normal.get(name, True)) for name in names)
        accents = normal.get("strip_accents")
        self.strip_accents = self.lowercase if accents is None else bool(accents)
        ends = rules.get("post_processor") or {}
        self.single, self.pair = _templates(ends)
        self.trims = ends.get("type") == "RobertaProcessing" and bool(ends.get("trim_offsets", True))
        self._add(rules.get("added_tokens") or [])
        self._known: dict[str, list[str]] = {}

    def _add(self, added: Sequence[Mapping[str, Any]]) -> None:
        """Keep the added pieces, those that are looked for before the text is cleaned and those after."""
        self.added = {token["content"]: token for token in added if token["content"]}
        self.ids = self.vocab | {name: int(token["id"]) for name, token in self.added.items()}
        self.names = {number: name for name, number in self.ids.items()}
        late: dict[str, Mapping[str, Any]] = {}
        for name, token in self.added.items():
            if token.get("normalized"):  # where two are alike once they are cleaned, the first counts
                late.setdefault("".join(c for c, _ in self._normalise(_letters(name))), token)
        self._early = _Cutter({name: token for name, token in self.added.items() if not token.get("normalized")})
        self._late = _Cutter(late)

    # --- what `tokenizers` offers, as far as the course uses it

    def token_to_id(self, token: str) -> int | None:
        """Return the number of a piece, None where there is no such piece."""
        return self.ids.get(token)

    def id_to_token(self, number: int) -> str | None:
        """Return the piece of a number, None where there is no such number."""
        return self.names.get(number)

    def get_vocab_size(self) -> int:
        """Return how many pieces there are, with the added ones."""
        return len(self.ids)

    def encode_batch(self, texts: Sequence[Any], add_special_tokens: bool = True) -> list[Encoding]:
        """Cut many texts, each a string or a pair of strings."""
        pairs = ((text, None) if isinstance(text, str) else text for text in texts)
        return [self.encode(first, second, add_special_tokens=add_special_tokens) for first, second in pairs]

    def encode(self, sequence: str, pair: str | None = None, *, add_special_tokens: bool = True) -> Encoding:
        """Cut a text, or two together, into pieces, with [CLS] and [SEP] where they belong."""
        parts = {"A": self._encode(sequence), "B": [] if pair is None else self._encode(pair)}
        rows: list[tuple[str, int, tuple[int, int], int]] = []
        for name, kind in self.single if pair is None else self.pair:
            if name in parts:
                rows += [(*piece, kind) for piece in parts[name]]
            elif add_special_tokens:
                rows.append((name, self.ids[name], (0, 0), kind))
        tokens, ids, offsets, types = ([row[i] for row in rows] for i in range(4))
        return Encoding(tokens, ids, offsets, types)  # type: ignore[arg-type]

    # --- how it is done

    def _encode(self, text: str) -> list[tuple[str, int, tuple[int, int]]]:
        """Return the pieces of one text: name, number, where it starts and ends."""
        found: list[tuple[str, int, tuple[int, int]]] = []
        for number, part in self._early.cut(_letters(text)):
            normal = [(number, part)] if number is not None else self._late.cut(self._normalise(part))
            for added, letters in normal:
                if added is None:
                    found += chain.from_iterable(map(self._pieces, _words(letters)))
                else:
                    name = "".join(c for c, _ in letters)
                    left, right = (len(name) - len(part) for part in (name.lstrip(), name.rstrip()))
                    start, end = letters[0][1] + left * self.trims, letters[-1][1] + 1 - right * self.trims
                    found.append((name, added, (start, end)))
        return found

    def _normalise(self, letters: Letters) -> Letters:
        """Clean the text: no control characters, spaces round Chinese ones, no accents, small letters."""
        if self.clean:
            letters = [(" " if _is_space(c) else c, i) for c, i in letters if not _is_dropped(c)]
        if self.chinese:
            letters = [(part, i) for c, i in letters for part in (f" {c} " if _is_chinese(c) else c)]
        if self.strip_accents:  # an accent stands behind its letter, once they are taken apart
            letters = [(c, i) for c, i in _take_apart(letters) if _kind(c) != "Mn"]
        if self.lowercase:
            letters = [(part, i) for c, i in letters for part in c.lower()]
        return letters

    def _pieces(self, letters: Letters) -> Iterator[tuple[str, int, tuple[int, int]]]:
        """Yield the pieces of one word."""
        word = "".join(c for c, _ in letters)
        if word not in self._known:
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[word] = pieces_of(word, self.vocab, self.prefix) if len(word) <= self.longest else []
        start = 0
        for piece in self._known[word]:
            end = start + len(piece) - (len(self.prefix) if start else 0)
            yield piece, self.vocab[piece], (letters[start][1], letters[end - 1][1] + 1)
            start = end
        if not start:
            yield self.unknown, self.vocab[self.unknown], (letters[0][1], letters[-1][1] + 1)


class _Cutter:
    """Cuts a text at added pieces, [MASK] for example, which stay whole."""

    def __init__(self, tokens: Mapping[str, Mapping[str, Any]]) -> None:
        self.tokens = tokens
        names = sorted(filter(None, tokens), key=len, reverse=True)  # where two begin alike, the longer one counts
        self.pattern = re.compile("|".join(map(re.escape, names))) if names else None

    def cut(self, letters: Letters) -> Iterator[tuple[int | None, Letters]]:
        """Yield the parts of a text: the number of an added piece, or None, and its letters."""
        text, done = "".join(c for c, _ in letters), 0
        for match in self.pattern.finditer(text) if self.pattern else ():
            token, start, end = self.tokens[match.group()], match.start(), match.end()
            inside_a_word = _is_wordly(text[start - 1 : start]) or _is_wordly(text[end : end + 1])
            if token.get("single_word") and inside_a_word:
                continue
            while token.get("lstrip") and start > done and _is_space(text[start - 1]):
                start -= 1
            while token.get("rstrip") and end < len(text) and _is_space(text[end]):
                end += 1
            if start > done:
                yield None, letters[done:start]
            yield int(token["id"]), letters[start:end]
            done = end
        if done < len(text):
            yield None, letters[done:]


def _templates(rules: Mapping[str, Any]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return what stands where, with one text (A) and with two (A and B): the name, and 0 for first, 1 for second."""
    kind = rules.get("type")
    if kind == "TemplateProcessing":
        return _template(rules, "single"), _template(rules, "pair")
    start, end = (rules.get(name, [None])[0] for name in ("cls", "sep"))
    if kind == "BertProcessing":
        single = [(start, 0), ("A", 0), (end, 0)]
        return single, [*single, ("B", 1), (end, 1)]
    if kind == "RobertaProcessing":
        single = [(start, 0), ("A", 0), (end, 0)]
        return single, [*single, (end, 0), ("B", 0), (end, 0)]
    return [("A", 0)], [("A", 0), ("B", 1)]


def _template(rules: Mapping[str, Any], name: str) -> list[tuple[str, int]]:
    """Read a template of tokenizer.json."""
    found: list[tuple[str, int]] = []
    for part in rules[name]:
        if "Sequence" in part:
            found.append((part["Sequence"]["id"], part["Sequence"]["type_id"]))
        else:
            special = part["SpecialToken"]
            found += [(token, special["type_id"]) for token in rules["special_tokens"][special["id"]]["tokens"]]
    return found


# --- kinds of characters ----------------------------------------------------------------------------------------


def _letters(text: str) -> Letters:
    return [(c, i) for i, c in enumerate(text)]


def _words(letters: Letters) -> Iterator[Letters]:
    """Yield words: spaces part them, and each sign of punctuation is one of its own."""
    word: Letters = []
    for c, i in letters:
        space = _is_space(c)
        if not space and not _is_punctuation(c):
            word.append((c, i))
            continue
        if word:
            yield word
        word = []
        if not space:
            yield [(c, i)]
    if word:
        yield word


def _is_space(c: str) -> bool:
    return c.isspace() and c not in "\x1c\x1d\x1e\x1f"


def _is_wordly(c: str) -> bool:
    """Say whether a character belongs to a word: a letter (in a circle too), a mark, a digit, a line that joins."""
    circled = (0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)
    if not c or c in "\u200c\u200d" or any(first <= ord(c) <= last for first, last in circled):
        return bool(c)
    return unicodedata.category(c).startswith(("L", "M", "Nd", "Nl", "Pc"))


def _is_chinese(c: str) -> bool:
    return c >= "\u3400" and any(first <= ord(c) <= last for first, last in CHINESE)


def _is_dropped(c: str) -> bool:
    return c in "\0\ufffd" or (c not in "\t\n\r" and _kind(c) in ("Cc", "Cf", "Co"))


def _is_punctuation(c: str) -> bool:
    if c < "\x7f":  # all signs of a keyboard, $ and + too
        return "!" <= c <= "/" or ":" <= c <= "@" or "[" <= c <= "`" or "{" <= c <= "~"
    return _kind(c).startswith("P")


def _take_apart(letters: Letters) -> Letters:
    """Take letters and their accents apart; what stands behind one letter comes into Unicode's order.

    As in `tokenizers`: places stay in their order, and what was one character before keeps one place.
    """
    parts: list[tuple[str, bool]] = []  # a part, and whether it is the first of its letter
    for c, _ in letters:
        taken = c if c < "\x80" or _is_young(c) else unicodedata.normalize("NFD", c)
        parts += [(part, n == 0) for n, part in enumerate(taken)]
    ordered: list[tuple[str, bool]] = []
    for _, run in groupby(parts, lambda part: _rank(part[0]) > 0):
        ordered += sorted(run, key=lambda part: _rank(part[0]))  # what is no mark has rank 0, and stays
    places = (i for _, i in letters)
    here, found = 0, list[tuple[str, int]]()
    for c, first in ordered:
        here = next(places) if first else here
        found.append((c, here))
    return found


def _rank(c: str) -> int:
    """Return how far from its letter a mark stands; 0 for what is no mark."""
    return 0 if c < "\x80" or _is_young(c) else unicodedata.combining(c)


def _kind(c: str) -> str:
    """Return the kind of a character as the Unicode of 2015 had it: `tokenizers` knows no younger one."""
    return _CHANGED.get(c) or ("Lo" if _is_young(c) else unicodedata.category(c))


def _is_young(c: str) -> bool:
    return c > "\u05c7" and bool(_YOUNG.match(c))


# marks, signs and points that Unicode has had since then; to `tokenizers` they are letters. Found by trying them all.
_AGES = (
    "5c8-5c9 61d 7fd 890-8e2 9fd-9fe a76 afa-aff b53-b55 c04-c3c c77 c84 d00 d3b-d3c d81 eba ece 180f-1886 1abf-1af0 "
    "1b4e-1b4f 1b7d-1b7f 1df6-1dfb 2e43-2e63 a82c a8c5 a8ff a9bd 105c9-105e4 10d24-10d27 10d69-10f89 11070-11074 "
    "110c2-110cd 111cf 1123e-11241 1133b 11383-1145e 11660-1166c 116b9 1182f-1183b 11938-11fff 12ff1-1612f 16d68-16d6f "
    "16e97-16e9a 16f4f 16fe2-16ff1 1cf00-1d128 1d25b-1d25c 1e000-1e6f5 1e944-1e95f"
)
_YOUNG = re.compile("[" + re.sub("[0-9a-f]+", lambda m: chr(int(m[0], 16)), _AGES).replace(" ", "") + "]")
_CHANGED = {"\u166d": "Po", "\U000111c9": "Po", "\u1734": "Mn", "\U0001171e": "Mn"}
