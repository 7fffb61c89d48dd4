"""Read the small data of the course, check it, and say clearly what is wrong where it is not as it should be.

Every loader can be had from here; the files of this package say what belongs together.
"""

from embeddings_course.files.data.cartoon import (
    Sentence,
    Use,
    WhichBankData,
    load_facts,
    load_features,
    load_sentences,
    load_which_bank,
)
from embeddings_course.files.data.glossary import Term, load_glossary
from embeddings_course.files.data.judgements import load_analogies, load_opposites, load_simlex, load_wordsim
from embeddings_course.files.data.search import (
    MIRROR_COLUMNS,
    MIRROR_KINDS,
    PASSAGE_COLUMNS,
    QUERY_KINDS,
    Mirror,
    Passage,
    Query,
    load_mirror_vectors,
    load_mirrors,
    load_passage_vectors,
    load_passages,
    load_queries,
    texts_mark,
)
from embeddings_course.files.data.senses import SENSE_COLUMNS, SenseScores, SenseUse, load_sense_scores, load_senses
from embeddings_course.files.data.tasks import (
    TASK_COLUMNS,
    TONES,
    TOPICS,
    SharingRuns,
    TaskSentence,
    load_sharing,
    load_tasks,
)
from embeddings_course.files.data.town import Town, TownGrowth, TownMaps, load_town, load_town_growth, load_town_maps
from embeddings_course.files.data.wikipedia import load_wikipedia, load_wikipedia_runs
from embeddings_course.files.data.word_vectors import (
    FlatMap,
    KnobModel,
    load_knobs,
    load_vectors,
    load_vectors_card,
    load_word_counts,
    load_word_map,
)
from embeddings_course.files.errors import DataError
from embeddings_course.files.paths import data_path, user_folder

__all__ = [
    "MIRROR_COLUMNS",
    "MIRROR_KINDS",
    "PASSAGE_COLUMNS",
    "QUERY_KINDS",
    "SENSE_COLUMNS",
    "TASK_COLUMNS",
    "TONES",
    "TOPICS",
    "DataError",
    "FlatMap",
    "KnobModel",
    "Mirror",
    "Passage",
    "Query",
    "SenseScores",
    "SenseUse",
    "Sentence",
    "SharingRuns",
    "TaskSentence",
    "Term",
    "Town",
    "TownGrowth",
    "TownMaps",
    "Use",
    "WhichBankData",
    "data_path",
    "load_analogies",
    "load_facts",
    "load_features",
    "load_glossary",
    "load_knobs",
    "load_mirror_vectors",
    "load_mirrors",
    "load_opposites",
    "load_passage_vectors",
    "load_passages",
    "load_queries",
    "load_sense_scores",
    "load_senses",
    "load_sentences",
    "load_sharing",
    "load_simlex",
    "load_tasks",
    "load_town",
    "load_town_growth",
    "load_town_maps",
    "load_vectors",
    "load_vectors_card",
    "load_which_bank",
    "load_wikipedia",
    "load_wikipedia_runs",
    "load_word_counts",
    "load_word_map",
    "load_wordsim",
    "texts_mark",
    "user_folder",
]
