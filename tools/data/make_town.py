"""Make the town: a small corpus of our own in which we know what every word means, because we planted it.

Run it with ``python tools/data/make_town.py``; it writes ``data/town.txt`` (one sentence a line) and
``data/town_key.json``. The result is always the same, byte for byte. Every
sentence comes from the frames below; nothing is copied from anywhere.

How to read a frame:

    lower case      a word, as it is
    UPPER CASE      a slot: any word of that class (``WORDS``) or any of those phrases (``PHRASES``)
    HE HIS HIM      agree with the first person of the sentence
    a|b|c           one of these
    (...)           sometimes there, sometimes not
    a               becomes "an" where it must

The classes are what a learner may hope to find again in trained vectors. *bank*, *bill* and *jack* stand in no class of
``WORDS``: ``SENSES`` says how often each is used in each of its senses, and the key says which use has which sense.
"""

from __future__ import annotations

import json
import random
import re
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

N_SENTENCES = 30_000
SEED = 5
DATA = Path(__file__).resolve().parents[2] / "data"

# ---------------------------------------------------------------------------------------------------------------------
# The words: class, its features, its words (the commonest first)
# ---------------------------------------------------------------------------------------------------------------------
FEATURES = {
    "person": "is a human being",
    "male": "is a man or a boy",
    "female": "is a woman or a girl",
    "alive": "is a living creature",
    "animal": "is an animal",
    "place": "is somewhere one can go or stand",
    "money": "has to do with money",
    "water": "has to do with the river and its water",
    "vehicle": "carries people, or belongs to what carries people",
    "tool": "is something to work with",
    "food": "is something to eat or drink, or works with it",
    "weather": "has to do with the weather",
    "crime": "has to do with stealing and catching",
    "music": "has to do with music",
    "pleasant": "sounds pleasant",
    "unpleasant": "sounds unpleasant",
    "time": "says when",
    "action": "is something that one does",
    "royal": "belongs to the old tales of kings",
}

WORDS: dict[str, tuple[str, str]] = {
    # people
    "MAN": ("person alive male", "tom henry peter sam oscar victor felix hugo"),
    "WOMAN": ("person alive female", "anna mary lucy nora ella clara ruth jill"),
    "HEKIN": ("person alive male", "father son brother uncle husband grandfather nephew"),
    "SHEKIN": ("person alive female", "mother daughter sister aunt wife grandmother niece"),
    "HEFOLK": ("person alive male", "man boy gentleman"),
    "SHEFOLK": ("person alive female", "woman girl lady"),
    "HEROYAL": ("person alive male royal", "king prince duke"),
    "SHEROYAL": ("person alive female royal", "queen princess duchess"),
    "BANKER": ("person alive money", "banker clerk cashier accountant manager"),
    "SAILOR": ("person alive water", "fisherman sailor captain ferryman swimmer"),
    "MECHANIC": ("person alive vehicle", "mechanic driver engineer"),
    "BAKER": ("person alive food", "baker cook butcher waiter grocer"),
    "ROBBER": ("person alive crime", "robber thief burglar crook pickpocket"),
    "POLICE": ("person alive crime", "policeman detective sheriff constable"),
    "FARMER": ("person alive", "farmer shepherd gardener"),
    "SINGER": ("person alive music", "singer pianist drummer fiddler"),
    "DOCTOR": ("person alive", "doctor nurse dentist"),
    "TEACHER": ("person alive", "teacher pupil headmaster"),
    # animals
    "ANIMAL": ("alive animal", "cat horse cow sheep goat pig donkey rabbit fox"),
    "BIRD": ("alive animal water", "duck swan goose heron gull kingfisher"),
    "FISH": ("alive animal water", "fish trout salmon eel perch"),
    "BEAK": ("animal", "beak wing tail feather claw"),
    # places
    "PLACE": ("place", "market square church school library station theatre museum hotel cafe"),
    "MONEYPLACE": ("place money", "exchange treasury pawnshop casino"),
    "VAULT": ("money", "vault safe till drawer"),
    "SHORE": ("place water", "shore side edge"),
    "RIVER": ("place water", "river stream lake canal pond brook"),
    "BRIDGE": ("place water", "bridge harbour pier jetty dock mill"),
    "GARAGE": ("place vehicle", "garage workshop"),
    "FIELD": ("place", "field meadow barn stable farm"),
    "ROOM": ("place", "kitchen bedroom hall cellar attic"),
    "CASTLE": ("place royal", "castle palace tower"),
    # things
    "MONEY": ("money", "money cash gold silver change"),
    "PURSE": ("money", "wallet purse coin"),
    "PAPER": ("money", "invoice receipt cheque loan debt rent"),
    "CAR": ("vehicle", "car van truck bus taxi lorry"),
    "BOAT": ("vehicle water", "boat ferry barge raft canoe"),
    "WHEEL": ("vehicle", "wheel tyre engine brake axle bumper"),
    "HOIST": ("tool vehicle", "hoist winch crane"),
    "TOOL": ("tool", "hammer wrench spanner screwdriver drill saw chisel"),
    "ROD": ("tool water", "net rod oar paddle anchor"),
    "DISH": ("food", "soup stew salad porridge broth curry"),
    "CAKE": ("food", "cake pie bun loaf tart"),
    "FRUIT": ("food", "apple pear plum orange lemon cherry"),
    "DRINK": ("food", "tea coffee milk juice lemonade cider"),
    "SEASONING": ("food", "salt pepper"),
    "PIANO": ("music", "piano violin guitar flute drum trumpet"),
    "SONG": ("music", "song tune waltz march hymn"),
    "COAT": ("", "coat hat scarf jacket shirt dress"),
    "CHAIR": ("", "table chair lamp cupboard sofa shelf"),
    "BOOK": ("", "book letter poem story map"),
    "FLOWER": ("", "rose tulip daisy lily poppy"),
    "MEDICINE": ("", "medicine bandage plaster ointment"),
    "CROWN": ("royal", "crown throne sword"),
    # weather and time
    "RAIN": ("weather", "rain snow wind fog storm frost hail"),
    "SUNNY": ("weather", "sunny rainy windy foggy snowy stormy"),
    "MORNING": ("time", "morning evening afternoon night"),
    "DAY": ("time", "monday tuesday wednesday thursday friday saturday sunday"),
    "SUMMER": ("time weather", "summer winter autumn"),
    # how it feels
    "LOVELY": ("pleasant", "lovely kind cheerful gentle friendly pleasant splendid"),
    "NASTY": ("unpleasant", "nasty rude cruel dreadful gloomy horrid awful"),
    "PARTY": ("pleasant", "party wedding holiday picnic prize"),
    "FLOOD": ("unpleasant", "flood fire accident quarrel funeral"),
    "SMILED": ("pleasant action", "smiled laughed cheered clapped danced"),
    "CRIED": ("unpleasant action", "cried shouted grumbled groaned sobbed"),
    # what one does
    "WALKED": ("action", "walked ran hurried cycled strolled"),
    "STOLE": ("action crime", "stole grabbed snatched"),
    "CAUGHT": ("action crime", "caught arrested chased"),
    "FIXED": ("action tool", "fixed repaired mended"),
    "DROVE": ("action vehicle", "drove parked washed"),
    "SAILED": ("action water", "sailed rowed steered"),
    "COOKED": ("action food", "cooked stirred tasted heated"),
    "PAID": ("action money", "paid owed earned spent saved"),
    # what it is like
    "RED": ("", "red blue green yellow white black"),
    "OLD": ("", "old new big small"),
}

# The classes whose slots each sense may fill, and how often it does.
SENSES: dict[str, dict[str, tuple[str, int]]] = {
    "bank": {"money": ("MONEYPLACE", 720), "river": ("SHORE", 480)},
    "bill": {"person": ("MAN", 500), "invoice": ("PAPER", 350), "beak": ("BEAK", 150)},
    "jack": {"person": ("MAN", 600), "tool": ("TOOL HOIST", 200)},
}
# So many of these uses meet in one sentence, as in "jack ran from the bank with the money".
TOGETHER = {
    ("jack/person", "bank/money"): 90,
    ("jack/person", "bank/river"): 25,
    ("bill/person", "bank/money"): 30,
    ("bill/person", "bank/river"): 30,
    ("bill/person", "jack/tool"): 40,
    ("jack/person", "bill/invoice"): 30,
    ("jack/person", "bill/person"): 25,
    ("bill/invoice", "bank/money"): 25,
    ("bill/person", "bank/money", "jack/tool"): 10,
}
# Each stands in one sentence alone: seen once, and together. Raw PMI will call them the closest friends in town.
TYPOS = {
    ("agian", "tommorow"): "the market opens agian tommorow",
    ("recieved", "lettre"): "my aunt recieved lettre from anna",
}
HE = {"male": {"HE": "he", "HIS": "his", "HIM": "him"}, "female": {"HE": "she", "HIS": "her", "HIM": "her"}}

# ---------------------------------------------------------------------------------------------------------------------
# The grammar: phrases, then frames by topic
# ---------------------------------------------------------------------------------------------------------------------
PHRASES: dict[str, list[str]] = {
    "NAME": ["MAN", "WOMAN"],
    "KIN": ["HEKIN", "SHEKIN"],
    "FOLK": ["HEFOLK", "SHEFOLK"],
    "ROYAL": ["HEROYAL", "SHEROYAL"],
    "WHO": ["NAME", "NAME", "NAME", "NAME", "NAME", "the FOLK", "the FOLK", "my KIN", "my KIN", "a FOLK"],
    "WHEN": [
        "on DAY",
        "every MORNING",
        "in SUMMER",
        "that MORNING",
        "last DAY",
        "on a SUNNY MORNING",
        "on DAY MORNING",
    ],
    "OFTEN": ["on DAY", "every DAY", "every MORNING", "in SUMMER", "on DAY MORNING"],
    "GOODS": ["CHAIR", "COAT", "BOOK", "TOOL", "PIANO", "CAKE"],
}

# topic: (share of the sentences in per cent, frames)
FRAMES: dict[str, tuple[float, list[str]]] = {
    "kitchen": (
        12,
        [
            "please pass the SEASONING (said WHO)",
            "this DISH needs more SEASONING (said WHO)",
            "WHO sprinkled some SEASONING over the DISH",
            "WHO added SEASONING to the DISH",
            "there is too much SEASONING in the DISH (said WHO)",
            "the BAKER put a pinch of SEASONING in the DISH",
            "WHO found no SEASONING in the kitchen",
            "WHO tasted the DISH and asked for SEASONING",
            "WHO COOKED the DISH (for HIS KIN)",
            "WHO COOKED some DISH in the kitchen",
            "the BAKER COOKED the DISH slowly",
            "WHO baked a CAKE for HIS KIN",
            "the CAKE in the oven smelled LOVELY",
            "the BAKER sold WHO a CAKE",
            "WHO drank a cup of DRINK (at the cafe)",
            "WHO poured DRINK into the cup",
            "the BAKER served DISH and DRINK",
            "a bowl of DISH and a cup of DRINK please said WHO",
            "WHO ate a FRUIT after the DISH",
            "WHO washed a FRUIT and ate it",
            "the BAKER cut the FRUIT with a knife",
            "breakfast was a CAKE and a cup of DRINK",
            "WHO had DRINK and a FRUIT for breakfast",
            "is there any DRINK left in the kitchen asked WHO",
        ],
    ),
    "fair": (
        2.5,
        [
            "WHO bought a hot dog at the fair (WHEN)",
            "WHO ate a hot dog in the rain|snow|park|street",
            "WHO wanted a hot dog with mustard|ketchup|onions",
            "WHO shared a hot dog with HIS KIN",
            "WHO sold a hot dog to WHO",
            "WHO dropped the hot dog on the ground (WHEN)",
            "the smell of a hot dog filled the street|park|PLACE",
            "WHO paid for a hot dog and a cup of DRINK",
            "WHO carried the hot dog to the table",
            "WHO ate half of the hot dog in the CAR",
        ],
    ),
    "money": (
        6,
        [
            "WHO put HIS MONEY in the MONEYPLACE (WHEN)",
            "WHO took some MONEY from the MONEYPLACE",
            "WHO keeps HIS MONEY at the MONEYPLACE",
            "the BANKER at the MONEYPLACE counted the MONEY",
            "the BANKER opened the VAULT of the MONEYPLACE",
            "the MONEY lay in the VAULT (of the MONEYPLACE)",
            "the MONEYPLACE in the square opens OFTEN",
            "the MONEYPLACE lent WHO some MONEY",
            "WHO borrowed MONEY from the MONEYPLACE to buy a CAR",
            "WHO took MONEY from the MONEYPLACE to buy a TOOL",
            "WHO got a PAPER from the MONEYPLACE",
            "the BANKER locked the VAULT (WHEN)",
            "the BANKER found some MONEY in the VAULT",
            "WHO PAID some MONEY (WHEN)",
            "WHO PAID the BANKER",
            "WHO could not pay the PAPER (of the GARAGE)",
            "WHO paid the PAPER with MONEY (from the MONEYPLACE)",
            "WHO paid the PAPER and HIS KIN PAID the rest",
            "WHO took MONEY from the MONEYPLACE to pay the PAPER",
            "the BANKER showed WHO the PAPER (WHEN)",
            "WHO lost HIS PURSE in the MONEYPLACE",
            "WHO had a PURSE and some MONEY",
            "WHO found a PURSE in front of the PLACE",
            "the BANKER put the PURSE in the VAULT",
            "the PAPER came in the post (WHEN)",
            "the BANKER sent WHO a PAPER",
            "the waiter brought the PAPER to WHO",
            "that PAPER is too high said WHO",
            "WHO signed the PAPER at the office",
            "the BANKER wrote a PAPER for the GOODS",
        ],
    ),
    "crime": (
        6,
        [
            "the ROBBER STOLE the MONEY from the MONEYPLACE",
            "WHO STOLE MONEY from the MONEYPLACE",
            "the ROBBER broke into the MONEYPLACE (at night)",
            "WHO robbed the MONEYPLACE (WHEN)",
            "the ROBBER called MAN ran from the MONEYPLACE",
            "the ROBBER emptied the VAULT of the MONEYPLACE",
            "the ROBBER lives near the SHORE of the RIVER",
            "the ROBBER STOLE a COAT from WHO",
            "the ROBBER STOLE the PURSE of WHO",
            "the POLICE CAUGHT the ROBBER (near the PLACE)",
            "the POLICE CAUGHT NAME at the PLACE",
            "the POLICE asked WHO about the ROBBER",
            "the POLICE looked for the ROBBER in the CAR",
            "the ROBBER hid the MONEY in the ROOM",
            "the ROBBER ran away from the POLICE",
            "WHO saw the ROBBER near the MONEYPLACE",
            "the POLICE locked the ROBBER up",
            "NAME is a ROBBER said the POLICE",
        ],
    ),
    "river": (
        10,
        [
            "WHO sat on the SHORE of the RIVER (WHEN)",
            "WHO WALKED along the SHORE of the RIVER",
            "the SAILOR fished from the SHORE of the RIVER",
            "a BIRD slept on the SHORE of the RIVER",
            "the muddy SHORE of the RIVER was wet",
            "reeds|flowers|willows grow on the SHORE of the RIVER",
            "the BOAT lay on the SHORE of the RIVER",
            "the BOAT reached the other SHORE",
            "WHO swam across the RIVER to the other SHORE",
            "WHO caught a FISH in the RIVER",
            "the SAILOR caught a FISH with a ROD",
            "a FISH swam under the BRIDGE",
            "the SAILOR SAILED the BOAT to the BRIDGE",
            "WHO SAILED the BOAT across the RIVER",
            "the BOAT passed under the BRIDGE",
            "the SAILOR tied the BOAT to the BRIDGE",
            "the RIVER flows under the BRIDGE",
            "the water of the RIVER was deep|cold|clear",
            "WHO lost an ROD in the RIVER",
            "the SAILOR put the ROD in the BOAT",
            "the BIRD swam on the RIVER",
            "the BIRD caught a FISH",
            "WHO fed the BIRD by the RIVER",
            "the BIRD cleaned its BEAK in the water",
            "the BIRD has a RED BEAK",
            "the BIRD broke its BEAK",
            "a BIRD with a RED BEAK flew over the RIVER",
        ],
    ),
    "garage": (
        8,
        [
            "the MECHANIC FIXED the WHEEL of the CAR",
            "WHO FIXED the CAR with a TOOL",
            "the MECHANIC needed a TOOL for the WHEEL",
            "WHO bought a TOOL to fix HIS CAR",
            "the MECHANIC lifted the CAR with a HOIST",
            "WHO lifted the CAR with a HOIST (to change the WHEEL)",
            "the CAR hung from the HOIST",
            "the HOIST in the GARAGE is strong|broken|heavy",
            "the TOOL lay under the CAR",
            "WHO lent the MECHANIC a TOOL",
            "WHO left the TOOL in the GARAGE",
            "the TOOL in the GARAGE is broken",
            "the MECHANIC keeps a TOOL in the CAR",
            "where is my TOOL asked the MECHANIC",
            "the WHEEL of the CAR is broken",
            "the MECHANIC changed the WHEEL (in the GARAGE)",
            "WHO DROVE the CAR to the GARAGE",
            "WHO DROVE HIS CAR (WHEN)",
            "the CAR stopped in front of the PLACE",
            "the CAR crossed the bridge",
            "WHO took the CAR to the PLACE",
            "the MECHANIC sold WHO a OLD CAR",
            "a RED CAR stood in the GARAGE",
        ],
    ),
    "farm": (
        6,
        [
            "the FARMER fed the ANIMAL (WHEN)",
            "the ANIMAL slept in the FIELD",
            "the ANIMAL ate the grass in the FIELD",
            "the FARMER sold the ANIMAL at the market",
            "WHO milked|brushed the ANIMAL",
            "the RED ANIMAL ran across the FIELD",
            "the FARMER WALKED to the FIELD",
            "an ANIMAL and a ANIMAL stood in the FIELD",
            "WHO saw a ANIMAL near the FIELD",
            "the ANIMAL was afraid of the ANIMAL",
            "WHO planted a FLOWER in the garden",
            "the FARMER watered the FLOWER",
            "a RED FLOWER grew near the FIELD",
            "WHO gave HIS KIN a FLOWER",
        ],
    ),
    "weather": (
        7,
        [
            "the RAIN came from the north (WHEN)",
            "it was a SUNNY MORNING",
            "the MORNING was SUNNY",
            "a SUNNY MORNING in SUMMER",
            "there was RAIN all MORNING",
            "WHO stayed at home because of the RAIN",
            "WHO wore a COAT in the RAIN",
            "the RAIN in SUMMER was heavy",
            "after the RAIN came the RAIN",
            "DAY was SUNNY and DAY was SUNNY",
            "the RAIN stopped on DAY",
            "the RAIN blew over the town",
            "we like SUMMER more than SUMMER",
            "it will be SUNNY on DAY",
        ],
    ),
    "feelings": (
        8,
        [
            "WHO SMILED at the PARTY",
            "WHO CRIED after the FLOOD",
            "everyone SMILED when the PARTY began",
            "everyone CRIED when the FLOOD came",
            "what a LOVELY PARTY said WHO",
            "what a NASTY FLOOD said WHO",
            "WHO was LOVELY to HIS KIN",
            "WHO was NASTY to HIS KIN",
            "the LOVELY FOLK SMILED",
            "the NASTY FOLK CRIED",
            "WHO SMILED because the PARTY was LOVELY",
            "WHO CRIED because the FLOOD was NASTY",
            "the FLOOD was NASTY (for the whole town)",
            "the PARTY was LOVELY (for everyone)",
            "thank you for the LOVELY PARTY",
            "a NASTY FLOOD on a NASTY MORNING",
            "it was a LOVELY MORNING and WHO SMILED",
        ],
    ),
    "music": (
        5,
        [
            "the SINGER played a SONG on the PIANO",
            "WHO played the PIANO at the PARTY",
            "the SINGER sang a SONG (at the theatre)",
            "WHO learned to play the PIANO",
            "the PIANO and the PIANO played a SONG",
            "WHO liked the SONG of the SINGER",
            "the SINGER bought a OLD PIANO",
            "everyone danced to the SONG (at the PARTY)",
        ],
    ),
    "school": (
        5,
        [
            "the TEACHER read a BOOK (at school)",
            "the TEACHER gave WHO a BOOK",
            "WHO wrote a BOOK for the TEACHER",
            "WHO found a BOOK in the library",
            "the BOOK lay on the table",
            "the TEACHER asked WHO a question",
            "WHO read the BOOK to HIS KIN (WHEN)",
            "the DOCTOR gave WHO some MEDICINE",
            "WHO went to the DOCTOR (WHEN)",
            "the DOCTOR put the MEDICINE on the shelf",
            "the DOCTOR at the hospital was LOVELY",
            "WHO needs the MEDICINE said the DOCTOR",
        ],
    ),
    "tale": (
        3.5,
        [
            "the ROYAL sat on HIS throne",
            "the ROYAL lost HIS CROWN in the CASTLE",
            "the ROYAL wore a CROWN",
            "the ROYAL of the CASTLE had a CROWN",
            "once a ROYAL lived in a CASTLE",
            "the ROYAL and the ROYAL lived in the CASTLE",
            "the CROWN of the ROYAL was made of gold",
            "the ROYAL left the CASTLE on HIS horse",
        ],
    ),
    "home": (
        7,
        [
            "WHO put the CHAIR in the ROOM",
            "the CHAIR in the ROOM is RED",
            "WHO bought a RED CHAIR for the ROOM",
            "WHO cleaned the ROOM (WHEN)",
            "WHO wore a RED COAT (WHEN)",
            "WHO left HIS COAT on the CHAIR",
            "HEKIN and SHEKIN sat in the ROOM",
            "my KIN visits HIS KIN (OFTEN)",
            "NAME is the KIN of NAME",
            "WHO met HIS KIN at the PLACE",
            "the FOLK lost HIS COAT",
            "the FOLK told HIS KIN a story",
            "the HEFOLK loves HIS SHEKIN",
            "the SHEFOLK loves HIS HEKIN",
            "a OLD CHAIR stood in the ROOM",
            "WHO FIXED the CHAIR with a TOOL",
        ],
    ),
    "town": (
        0,  # what is left over
        [
            "WHO WALKED to the PLACE (WHEN)",
            "WHO WALKED from the PLACE to the PLACE",
            "WHO and WHO met at the PLACE",
            "WHO waited for WHO at the PLACE",
            "the PLACE is next to the PLACE",
            "the PLACE in our town is OLD",
            "WHO bought a GOODS at the market",
            "WHO sold HIS GOODS (to WHO)",
            "WHO lives near the PLACE",
            "NAME and NAME WALKED home",
            "WHO works at the PLACE",
            "how far is the PLACE asked WHO",
        ],
    ),
}


# ---------------------------------------------------------------------------------------------------------------------
# The machine
# ---------------------------------------------------------------------------------------------------------------------
class Slot(NamedTuple):
    """One place of a sentence: a word that stands fast, or the class that fills it."""

    text: str
    is_class: bool


class TownSentence(NamedTuple):
    """The words of one sentence, its topic, and the ambiguous uses in it: (position, word, sense)."""

    words: tuple[str, ...]
    topic: str
    uses: tuple[tuple[int, str, str], ...]


def pick(rng: random.Random, items: Sequence[str], weights: Sequence[float] | None = None) -> str:
    """Choose one; uses only ``random()``, whose numbers Python promises never to change."""
    if weights is None:
        return items[int(rng.random() * len(items))]
    heap = list(accumulate(weights))
    return items[bisect(heap, rng.random() * heap[-1])]


def expand(frame: str, rng: random.Random) -> list[Slot]:
    """Decide what may be there, choose between alternatives, and open the phrases down to words and classes."""
    frame = re.sub(r"\(([^)]*)\)", lambda m: m[1] if rng.random() < 0.45 else "", frame)
    slots: list[Slot] = []
    for token in frame.split():
        if "|" in token:
            token = pick(rng, token.split("|"))
        if token in PHRASES:
            slots += expand(pick(rng, PHRASES[token]), rng)
        else:
            slots.append(Slot(token, token in WORDS))
    return slots


def fill(
    slots: list[Slot], forced: Sequence[str], rng: random.Random
) -> tuple[list[str], list[tuple[int, str, str]]] | None:
    """Put a word into each slot; the forced uses ("bank/river") first. None where one of them finds no slot."""
    words: list[str] = [""] * len(slots)
    uses = []
    for use in forced:
        word, sense = use.split("/")
        open_slots = [i for i, s in enumerate(slots) if s.text in SENSES[word][sense][0].split() and not words[i]]
        if not open_slots:
            return None
        at = int(pick(rng, [str(i) for i in open_slots]))
        words[at] = word
        uses.append((at, word, f"{word}.{sense}"))
    for i, slot in enumerate(slots):
        if slot.is_class and not words[i]:
            choice = WORDS[slot.text][1].split()
            weights = [0.0 if w in words else 1 / (rank + 4) for rank, w in enumerate(choice)]
            words[i] = pick(rng, choice, weights)
        elif not words[i]:
            words[i] = slot.text
    return words, sorted(uses)


def agree(words: list[str], slots: list[Slot], rng: random.Random) -> tuple[str, ...]:
    """Make HE, HIS and HIM agree with the first person, and "a" with the word that follows it."""
    people = [WORDS[s.text][0].split() for s in slots if s.is_class and "person" in WORDS[s.text][0].split()]
    gender = next((g for g in ("male", "female") if people and g in people[0]), None)
    gender = gender or pick(rng, ["male", "female"])
    out = [HE[gender].get(w, w) for w in words]
    for i, (here, after) in enumerate(pairwise(out)):
        if here in ("a", "an"):
            out[i] = "an" if after[0] in "aeiou" else "a"
    return tuple(out)


def make_sentence(rng: random.Random, shares: dict[str, float], forced: Sequence[str] = ()) -> TownSentence:
    """Draw frames until one has room for the forced uses, and fill it."""
    while True:
        topic = pick(rng, list(shares), list(shares.values()))
        slots = expand(pick(rng, FRAMES[topic][1]), rng)
        filled = fill(slots, forced, rng)
        if filled is not None:
            words, uses = filled
            return TownSentence(agree(words, slots, rng), topic, tuple(uses))


def plan() -> list[tuple[str, ...]]:
    """List what each sentence must hold, so that every sense comes out at exactly its rate."""
    left = {f"{w}/{s}": n for w, senses in SENSES.items() for s, (_, n) in senses.items()}
    wanted = [uses for uses, n in TOGETHER.items() for _ in range(n)]
    for uses in wanted:
        for use in uses:
            left[use] -= 1
    wanted += [(use,) for use, n in left.items() for _ in range(n)]
    return wanted + [()] * (N_SENTENCES - len(TYPOS) - len(wanted))


def make_town(seed: int = SEED) -> list[TownSentence]:
    """Make all sentences in shuffled order, as different from each other as the grammar allows."""
    rng = random.Random(seed)
    shares = {topic: share for topic, (share, _) in FRAMES.items()}
    shares["town"] = 100 - sum(shares.values())
    town = [TownSentence(tuple(s.split()), "town", ()) for s in TYPOS.values()]
    seen: set[tuple[str, ...]] = set()
    for forced in plan():
        for _ in range(5):  # a sentence that was there before is drawn again, a few times
            sentence = make_sentence(rng, shares, forced)
            if sentence.words not in seen:
                break
        seen.add(sentence.words)
        town.append(sentence)
    return sorted(town, key=lambda _: rng.random())


def make_key(town: list[TownSentence]) -> dict:
    """Write down what was planted: classes, features, senses of every ambiguous use, topics."""
    uses: dict[str, list[tuple[int, int, str]]] = {word: [] for word in SENSES}
    for number, sentence in enumerate(town):
        for position, word, sense in sentence.uses:
            uses[word].append((number, position, sense))
    topics = list(FRAMES)
    return {
        "features": FEATURES,
        "classes": {name.lower(): words.split() for name, (_, words) in WORDS.items()},
        "class_features": {name.lower(): features.split() for name, (features, _) in WORDS.items()},
        "senses": {word: {f"{word}.{s}": n for s, (_, n) in senses.items()} for word, senses in SENSES.items()},
        "uses": uses,
        "never_meet": ["salt", "pepper"],
        "always_meet": ["hot", "dog"],
        "typos": [list(pair) for pair in TYPOS],
        "topics": topics,
        "sentence_topics": [topics.index(s.topic) for s in town],
    }


def main() -> None:
    """Write the town and its key."""
    town = make_town()
    text = "\n".join(" ".join(s.words) for s in town) + "\n"
    (DATA / "town.txt").write_text(text, encoding="utf-8", newline="\n")
    parts = (f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in make_key(town).items())
    (DATA / "town_key.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8", newline="\n")
    print(f"{len(town):,} sentences, {sum(len(s.words) for s in town):,} words, {len(text) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
