"""Are embeddings all you need? The helper package of the course.

Four floors; a floor imports only from floors below it (tests/unit/test_house.py checks that):

    floor 4   exercises/   predict, check, hint, progress: one module per lesson and the engine
    floor 3   demos/       interactive views: a thin ipywidgets shell round floors 1 and 2
    floor 2   plots/       draw(data, ax) and describe(data): pictures and the sentence that says what they show
    floor 1   the subject  what lies in no folder: the text book in code, arrays in, arrays out
    ground    files/       paths, data, models, texts: files in, arrays out

Importing the package imports nothing heavy: take what you need, for example
``from embeddings_course.vectors import cosine``.
"""

__version__ = "0.1.0"
