"""Write the README's badges from the one setting, pyproject.toml [tool.reading_page]: `python tools/make_badges.py`."""

from __future__ import annotations

import re
import sys

from authoring.public import ROOT, Public, public

BLOCK = re.compile(r"(?s)(?<=<!-- badges -->\n).*?(?=<!-- /badges -->)")


def with_badges(text: str, where: Public) -> str:
    r"""Return a text with the badges of the doors that have an address, and with no others.

    >>> with_badges("<!-- badges -->\nold\n<!-- /badges -->", Public())
    '<!-- badges -->\n<!-- /badges -->'
    """
    return BLOCK.sub(lambda _: "".join(f"{line}\n\n" for line in where.badges()), text)


def main() -> int:
    """Write README.md anew."""
    path = ROOT / "README.md"
    path.write_text(with_badges(path.read_text(encoding="utf-8"), public()), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
