"""How likely an undecided supplier is a voluntary body, by how its name reads.

Measured on the half of Calderdale's flagged suppliers (August 2022) that was not looked at when the rule was written; `measured.py`
works the two numbers out again, and a test compares them.
"""

from __future__ import annotations

# Of held-out suppliers whose name reads as a voluntary body's, the share that the council flags as one (precision); of the others, too.
FLAGGED_AMONG_READ = 0.5
FLAGGED_AMONG_OTHERS = 0.05


def chance_of_voluntary(reads: bool | None) -> float:
    """The chance by whether the name reads as a voluntary body's; without a name, that of names that do not."""
    return FLAGGED_AMONG_READ if reads else FLAGGED_AMONG_OTHERS
