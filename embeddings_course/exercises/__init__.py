"""Floor 4: predict, check, hint and progress: one module per lesson, and the engine."""

from embeddings_course.exercises.engine.glossary import term
from embeddings_course.exercises.engine.progress_view import progress
from embeddings_course.exercises.engine.source import show_source
from embeddings_course.exercises.keepsakes.carry import bring_home, take_home
from embeddings_course.exercises.keepsakes.thoughts import bag

__all__ = ["bag", "bring_home", "progress", "show_source", "take_home", "term"]
