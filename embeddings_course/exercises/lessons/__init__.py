"""One module for each lesson: its exercises and their checks; the questions stand beside it."""
