"""Records of what the lessons claim from their own measurements: `notebooks/claims.toml`, read strictly."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from authoring import ROOT

PATH = ROOT / "notebooks" / "claims.toml"
SIDES = ("above", "below")
LOUD = re.compile(r"\b(?:always|never|nearly every\w*|best|better than|because)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """A sentence, where it stands, and what it rests on; claims.toml explains the fields."""

    id: str
    notebook: str
    cell: str
    sentence: str
    measure: str
    n: int
    estimate: float
    low: float
    high: float
    baseline: float
    side: str
    varied: list[str]

    def complaint(self) -> str | None:
        """Say what does not agree within the record, or None."""
        if self.side not in SIDES:
            return f"{self.id}: side is {self.side!r}; choose above or below."
        if not self.low <= self.estimate <= self.high:
            return f"{self.id}: the estimate {self.estimate} lies outside its interval."
        apart = self.low > self.baseline if self.side == "above" else self.high < self.baseline
        return None if apart else f"{self.id}: the interval does not lie {self.side} the baseline {self.baseline}."


def load_claims(path: Path = PATH) -> list[Claim]:
    """Return the records; one with a missing, unknown or doubled field or id is refused by name."""
    records = tomllib.loads(path.read_text(encoding="utf-8")).get("claim", [])
    wanted = {field.name for field in fields(Claim)}
    for record in records:
        if set(record) != wanted:
            raise ValueError(f"{record.get('id', 'a claim')}: these fields are amiss: {sorted(set(record) ^ wanted)}")
    claims = [Claim(**record) for record in records]
    doubled = {claim.id for claim in claims if sum(claim.id == other.id for other in claims) > 1}
    if doubled:
        raise ValueError(f"two claims have one id: {sorted(doubled)}")
    return claims


def gone(claims: Iterable[Claim], cells: dict[tuple[str, str], str]) -> list[str]:
    """Return the claims whose sentence no longer stands in its cell; cells: (notebook, cell id) to source."""
    return [
        f"{claim.id}: {claim.sentence!r} no longer stands in cell {claim.cell} of lesson {claim.notebook}"
        for claim in claims
        if " ".join(claim.sentence.split()) not in " ".join(cells.get((claim.notebook, claim.cell), "").split())
    ]


def loud(cell: dict[str, Any], recorded: Iterable[str] = ()) -> list[str]:
    """Return the sentences of a cell of prose that may claim too much: a warning to look, not a fault.

    A recorded sentence is looked at already; `"no-claim": "reason"` in the cell's metadata clears the cell.
    """
    if cell["cell_type"] != "markdown" or str(cell["metadata"].get("no-claim", "")).strip():
        return []
    prose = " ".join("".join(cell["source"]).split())
    sentences = re.split(r"(?<=[.!?:;])\s", prose)
    return [s for s in sentences if LOUD.search(s) and not any(" ".join(r.split()) in s for r in recorded)]
