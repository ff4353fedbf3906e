"""How near a supplier is: in the place, elsewhere in its region, or further away, under a stated definition of "local".

The same spending is local by a factor of four more or less depending on the definition, so no ring is told without one:

- registered: the registered office lies in the place;
- branch: the registered office, or any office or branch, lies in the place;
- region: the registered office lies in the place or its region, which then counts as local altogether.

Without a postcode of the right sort the ring is open, never "elsewhere".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from ...scenarios.errors import Problem, ScenarioError, listed, nearest, shown
from .facts import Facts
from .judging import Judgement
from .postcodes import levels

RINGS = ("local", "region", "elsewhere")
DEFINITIONS = ("registered", "branch", "region")
ALL = frozenset(RINGS)


@dataclass(frozen=True)
class Locality:
    """What counts as local: a definition, and the postcodes (areas to whole ones) of the place and of its region.

    The longest postcode listed decides, so region = {"PR"} and local = {"PR1", "PR2"} do as they say. One listed under both, or
    cut by a finer one, lies across the border: it is open which.
    """

    definition: str
    local: frozenset[str]
    region: frozenset[str] = frozenset()
    note: str = ""
    _rings: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        problems = []
        if self.definition not in DEFINITIONS:
            problems.append(
                Problem("locality", "definition", "is not a definition of local", shown(self.definition), f"one of: {listed(DEFINITIONS)}",
                        nearest(self.definition, DEFINITIONS))
            )  # fmt: skip
        if not self.local:
            problems.append(Problem("locality", "local", "names no postcode, so nothing could be local", "[]", "postcodes, e.g. PR1"))
        rings: dict[str, set[str]] = {}
        for key, codes, ring in (("local", self.local, "local"), ("region", self.region, "region")):
            for code in sorted(codes):
                found = levels(code)
                if found:
                    rings.setdefault(found[-1], set()).add(ring)
                else:
                    problems.append(
                        Problem("locality", key, "is not the beginning of a postcode", shown(code), "PR, PR1, PR1 2 or PR1 2RL")
                    )
        if problems:
            raise ScenarioError(problems)
        object.__setattr__(self, "_rings", {code: frozenset(names) for code, names in rings.items()})

    @property
    def stated(self) -> str:
        """The definition in words, to be stored with every figure."""
        words = {
            "registered": "local: registered office in",
            "branch": "local: registered office, office or branch in",
            "region": "local: registered office in the region of",
        }[self.definition]
        around = f"; region: {listed(sorted(self.region), 8)}" if self.region else ""
        return f"{words} {listed(sorted(self.local), 8)}{around}{f' ({self.note})' if self.note else ''}"

    def rings_at(self, postcode: str) -> frozenset[str]:
        """The rings a postcode may lie in; all of them when it is none. A partial one may lie in any ring that cuts through it."""
        found = levels(postcode)
        if not found:
            return ALL
        cut = [rings for code, rings in self._rings.items() if found[-1] in levels(code)[:-1]]  # finer codes inside a partial one
        for code in reversed(found):
            if code in self._rings:
                return self._rings[code].union(*cut)
        return frozenset({"elsewhere"}).union(*cut)


def ring_of(facts: Facts, locality: Locality) -> Judgement:
    """The rings a supplier may lie in under the locality's definition."""
    at = locality.rings_at(facts.registered_postcode)
    by = "registered postcode" if facts.registered_postcode and at != ALL else ""
    if locality.definition == "registered":
        return Judgement(at, by)
    if locality.definition == "region":
        merged = frozenset("local" if ring == "region" else ring for ring in at)
        return Judgement(merged if by else frozenset({"local", "elsewhere"}), by)
    return _nearest_branch(facts, locality, at)


def _nearest_branch(facts: Facts, locality: Locality, registered: frozenset[str]) -> Judgement:
    """The nearest of all its offices; while nobody listed its branches, one that is nearer may exist."""
    offices = [("registered postcode", registered)] if facts.registered_postcode else [("", ALL)]  # it has one, somewhere
    offices += [("branch postcode", locality.rings_at(code)) for code in facts.branch_postcodes or ()]
    if facts.paid_postcode:
        offices.append(("postcode in payments", locality.rings_at(facts.paid_postcode)))
    possible = reduce(_nearer, (rings for _, rings in offices))
    if facts.branch_postcodes is None:
        possible |= frozenset(RINGS[: max(RINGS.index(ring) for ring in possible)])
    witnesses = dict.fromkeys(witness for witness, rings in offices if witness and rings != ALL)
    return Judgement(possible, "" if possible == ALL else " and ".join(witnesses))


def _nearer(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """What the nearer of two offices may be."""
    return frozenset(min(a, b, key=RINGS.index) for a in some for b in others)
