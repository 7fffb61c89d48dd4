"""Errors whose message is written for the person who reads it: it says what to do next."""

from __future__ import annotations


class CourseError(ValueError):
    """Something that a person asked for cannot be had; the message says what to do. Any other error is our mistake."""


class DataError(CourseError):
    """A data file is missing or not as it should be; the message says what to do."""


class WeightsError(CourseError):
    """A model that is missing, incomplete or not what it should be; the message says what to do."""


class BertError(CourseError):
    """Something that was asked of BERT and cannot be had; the message says what to do."""


class CourseWarning(UserWarning):
    """Something that was read or done otherwise than was asked; the message says what, and it goes on."""
