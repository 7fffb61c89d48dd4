"""How a question is asked, an answer tried out, and progress kept: the same for every lesson."""
