"""Rules about the package, as far as lessons depend on them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from authoring.rules.code import names_in


def complaints(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (file, what is wrong): no pyplot anywhere, whose figures go wrong in a view's second thread."""
    for path in sorted((root / "embeddings_course").rglob("*.py")):
        try:
            module = ast.parse(path.read_text(encoding="utf-8"))
        except SyntaxError as error:
            yield path.relative_to(root).as_posix(), f"not Python: {error.msg}"
            continue
        if "pyplot" in names_in(module):
            yield path.relative_to(root).as_posix(), "pyplot is used"
