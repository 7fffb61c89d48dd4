"""Floor 4: predict, check, hint and progress: one module per lesson, and the engine."""

from embeddings_course.exercises.glossary import term
from embeddings_course.exercises.progress_view import progress
from embeddings_course.exercises.source import show_source
from embeddings_course.exercises.thoughts import bag

__all__ = ["bag", "progress", "show_source", "term"]
