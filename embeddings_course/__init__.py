"""Are embeddings all you need? The helper package of the course.

Five floors; a floor imports only from floors below it (tests/unit/test_house.py checks that):

    floor 5   commands/    what people type: start, check, slides and their kin
    floor 4   exercises/   predict, check, hint, progress: one module per lesson and the engine
    floor 3   demos/       interactive views: a title, controls, and compute, which gives a picture
    floor 2   plots/       pictures: plain data that can be drawn, put into words, and written as JSON
    floor 1   the subject  what lies in no folder: the text book in code, arrays in, arrays out
    ground    files/       paths, data, models, texts: files in, arrays out

In one line: compute gives a picture; a picture draws, speaks and writes itself.

Importing the package imports nothing heavy: take what you need, for example
``from embeddings_course.vectors import cosine``.
"""

__version__ = "2.0.0"
