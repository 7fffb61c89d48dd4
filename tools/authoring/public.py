"""The one setting that says where the course can be found: pyproject.toml, [tool.reading_page]."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BRANCH = "colab"
"""The branch that holds the copies for Colab, which opens notebooks from a repository and not from a web page."""


@dataclass(frozen=True)
class Public:
    """Public addresses; "" where there is none yet.

    Args:
        address: of the reading page.
        repository: of the repository's files as a browser shows them (https://github.com/OWNER/NAME/blob/main).
        wheel: of the wheel.
    """

    address: str = ""
    repository: str = ""
    wheel: str = ""

    def badges(self) -> list[str]:
        """Return what the README shows to those who want to start: one line a door, none for a door without address.

        >>> Public().badges()
        []
        >>> Public(wheel="https://example.org/course.whl").badges()
        ['Nothing to clone: `uvx --from https://example.org/course.whl embeddings-course`']
        """
        lines = [f"[Read it in the browser]({self.address}/)"] * bool(self.address)
        if found := re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)/blob/.+", self.repository):
            lesson = "my_course/00_start_here.ipynb"
            lines.append(f"[Open in Binder](https://mybinder.org/v2/gh/{found[1]}/HEAD?urlpath=lab/tree/{lesson})")
            if self.wheel:
                place = f"{found[1]}/blob/{BRANCH}/00_start_here.ipynb"
                lines.append(f"[Open in Colab](https://colab.research.google.com/github/{place})")
        return lines + [f"Nothing to clone: `uvx --from {self.wheel} embeddings-course`"] * bool(self.wheel)


def public(project: Path = ROOT / "pyproject.toml") -> Public:
    """Return the setting.

    >>> public() == Public() or public().address.startswith("https://")
    True
    """
    setting = tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["reading_page"]
    return Public(**{name: value.rstrip("/") for name, value in setting.items()})
