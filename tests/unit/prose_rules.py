"""Rules that keep our written sentences honest: no templates, no near-twins, no repeated openings."""

import re
from collections import Counter, defaultdict
from itertools import combinations

# words that make a frame; all others are what a template would fill in
_FRAME_WORDS = """
    a an the this that these those my your his her its our their some any no every each all both either neither one
    two three another such what which who whom whose where when why how i you he she it we they me him us them mine
    somebody someone nobody anybody anyone nothing something everything everybody everyone and or but so because as if
    than then while until before after since although though once unless whether of in on at by for from with without
    to into onto over under up down out off through between among across along around behind beside below above about
    against near like inside outside during towards within per is are was were be been being am do does did done has
    have had having will would shall should can could may might must not never only even just still too very there
    here again ago also more most less yet
"""
FRAME_WORDS = frozenset(_FRAME_WORDS.split())


def tokens(sentence):
    """Return the lower-case words of a sentence."""
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", sentence.lower())


def skeleton(sentence):
    """Return the function words of a sentence, with every run of other words as one gap."""
    return re.sub(r"_(?: _)+", "_", " ".join(w if w in FRAME_WORDS else "_" for w in tokens(sentence)))


def openings(sentences, words):
    """Count how many sentences share their first `words` words."""
    return Counter(" ".join(tokens(s)[:words]) for s in sentences)


def too_frequent(counts, limit):
    """Return what occurs more than `limit` times."""
    return {thing: n for thing, n in counts.items() if n > limit}


def twins(sentences, limit):
    """Return the pairs of sentences whose words overlap (Jaccard) by `limit` or more."""
    sets = [set(tokens(s)) for s in sentences]
    holders = defaultdict(list)
    for i, words in enumerate(sets):
        for w in words:
            holders[w].append(i)
    shared = Counter(pair for rows in holders.values() for pair in combinations(rows, 2))
    return [
        (sentences[i], sentences[j]) for (i, j), n in shared.items() if n / (len(sets[i]) + len(sets[j]) - n) >= limit
    ]
