"""How likely an undecided supplier is a voluntary body, by how its name reads.

Measured on the half of Calderdale's flagged suppliers (August 2022) that was not looked at when the rule was written; the counts
stand in `measured.csv`, and a test works them out again.
"""

from __future__ import annotations

from functools import cache

from .measured import HELD_OUT, shipped


@cache
def chances() -> tuple[float, float]:
    """How many of the held-out suppliers are flagged: among names that read as a voluntary body's, and among all others."""
    one = next(m for m in shipped() if m.classification == "voluntary body, by name" and "Calderdale" in m.labels and m.half == HELD_OUT)
    return (
        one.true_positive / (one.true_positive + one.false_positive),
        one.false_negative / (one.false_negative + one.true_negative),
    )


def chance_of_voluntary(reads: bool | None) -> float:
    """The chance by whether the name reads as a voluntary body's; without a name, that of names that do not."""
    read, others = chances()
    return read if reads else others
