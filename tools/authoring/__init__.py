"""What authors of lessons need: frame, text twins, fresh outputs, lint."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
