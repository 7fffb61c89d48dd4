"""A stand-in: gensim has no build for the browser. What lesson 06 trains was recorded with it, when the page was made.

It stands beside the course in a browser only; elsewhere gensim is gensim.
"""

__version__ = "4 (a recorded run)"
