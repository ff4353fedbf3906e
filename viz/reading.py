"""Reading a `Comparison`: its pairs, its effects, its titles."""

from __future__ import annotations

import re
import textwrap
from typing import Any


def pairs(comparison: Any) -> list[tuple[str, str]]:
    """(scenario, baseline) of each comparison, in the order of `effects`."""
    frame = comparison.effects
    return list(dict.fromkeys(zip(frame["scenario"], frame["baseline"], strict=True)))


def rows(comparison: Any, scenario: str, baseline: str) -> dict[str, Any]:
    """The effects of one comparison as rows (named tuples) by measure."""
    frame = comparison.effects
    chosen = frame[(frame["scenario"] == scenario) & (frame["baseline"] == baseline)]
    return {str(row.measure): row for row in chosen.itertuples(index=False)}


def title(comparison: Any, name: str) -> str:
    """The title of a scenario, or its name if it has none."""
    return str(comparison.titles.get(name) or name)


def slug(name: str) -> str:
    """A scenario's name as part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "scenario"


def paths_name(scenario: str, baseline: str) -> str:
    """The file name of the monthly figure of a comparison, without its ending."""
    return f"paths-{slug(scenario)}-against-{slug(baseline)}"


def wrapped(text: str, width: int, lines: int = 2) -> str:
    """Text broken into at most that many lines of that many characters, cut with an ellipsis."""
    broken = textwrap.wrap(text, width) or [""]
    if len(broken) <= lines:
        return "\n".join(broken)
    rest = " ".join(broken[lines - 1 :])
    return "\n".join([*broken[: lines - 1], rest[: max(1, width - 1)].rstrip() + "…"])
