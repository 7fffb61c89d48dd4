"""A stand-in: gensim has no build for the browser. What lessons 05 and 06 train is recorded when the page is made.

It stands beside the course in a browser only; elsewhere gensim is gensim.
"""

__version__ = "4 (a recorded run)"
