"""Councils by name, and which districts make up the region around one."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ...scenarios.errors import Problem, ScenarioError, nearest

HERE = Path(__file__).parent
NEAREST = 5  # districts that make up the region of one whose county has no other
COUNTY = "CTY"
DISTRICTS = ("NMD", "UA", "MD", "LBO", "CC")  # those whose districts cover England once


@dataclass(frozen=True)
class Authority:
    """A council. `kind`: CTY county, NMD district below a county, UA unitary, MD metropolitan, LBO London borough, CC the City."""

    gss: str
    name: str
    short: str
    nation: str
    english_region: str
    kind: str
    county: str
    population_2020: int
    x: float
    y: float
    deprivation: float | None
    names: tuple[str, ...]


def read_table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@lru_cache(maxsize=1)
def authorities() -> tuple[Authority, ...]:
    """Every council of the United Kingdom as it is today."""
    return tuple(
        Authority(
            row["gss"],
            row["name"],
            row["short"],
            row["nation"],
            row["region"],
            row["kind"],
            row["county"],
            int(row["population_2020"]),
            float(row["x"]),
            float(row["y"]),
            float(row["deprivation"]) if row["deprivation"] else None,
            tuple(row["names"].split("|")),
        )
        for row in read_table("authorities.csv")
    )


_FILLING = re.compile(r"\b(council|borough|city|of|district|metropolitan|london|royal|the|mbc|bc|dc|cc|mdc|lb|rb|unitary|authority)\b")


def _bare(name: str) -> str:
    """A council's name without what kinds of council are called: `BURNLEY BOROUGH COUNCIL` and `Burnley` are one."""
    text = name.casefold().replace("&amp;", "and").replace("&", " and ")
    return " ".join(_FILLING.sub(" ", re.sub(r"[^a-z ]", " ", text)).split())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, list[Authority]]:
    found: dict[str, list[Authority]] = {}
    for council in authorities():
        for name in dict.fromkeys((council.gss.casefold(), council.name.casefold(), council.short.casefold(), *council.names)):
            found.setdefault(name, []).append(council)
    return found


@lru_cache(maxsize=1)
def _by_bare_name() -> dict[str, list[Authority]]:
    found: dict[str, list[Authority]] = {}
    for council in authorities():
        for name in dict.fromkeys((_bare(council.name), _bare(council.short))):
            if name:
                found.setdefault(name, []).append(council)
    return found


def find_authority(name: str) -> Authority | None:
    """The council that a name or ONS code means, or None; a name that two bear, such as a county's and a city's, must say which."""
    text = " ".join(name.split()).casefold()
    found = _by_name().get(text, []) or _by_bare_name().get(_bare(name), [])
    if len(found) > 1 and "county" in text:
        found = [council for council in found if council.kind == COUNTY]
    elif len(found) > 1:
        found = [council for council in found if council.kind != COUNTY]
    return found[0] if len(found) == 1 else None


def authority(name: str, where: str = "--council", key: str = "") -> Authority:
    """The English council that a name or ONS code means. Raises ScenarioError with the nearest right name."""
    council = find_authority(name)
    if council is None:
        known = [a.short for a in authorities() if a.nation == "England"]
        accepts = "the name or ONS code of an English council, for example Trafford"
        raise ScenarioError([Problem(where, key, "is not a council", repr(name), accepts, nearest(name, known))])
    if council.nation != "England":
        text = f"is in {council.nation}; budgets and wards are at hand for England only"
        raise ScenarioError([Problem(where, key, text, repr(name), "an English council")])
    return council


def region_of(council: Authority) -> tuple[str, tuple[Authority, ...]]:
    """The region around a council: its name and its districts, the council's own first.

    The region is the ceremonial county, metropolitan counties and London among them. A county council is one district with
    the unitary and county councils of its English region around it; a district that is alone in its county has the nearest
    of its English region.
    """
    if council.kind == COUNTY:
        rest = [a for a in authorities() if a.english_region == council.english_region and a.kind in (COUNTY, "UA", "MD")]
        name = council.english_region
    else:
        rest = [a for a in authorities() if a.county == council.county and a.nation == "England" and a.kind in DISTRICTS]
        name = council.county
    others = [a for a in rest if a.gss != council.gss]
    if not others:
        near = [a for a in authorities() if a.english_region == council.english_region and a.kind in DISTRICTS and a.gss != council.gss]
        others = sorted(near, key=lambda a: (math.hypot(a.x - council.x, a.y - council.y), a.gss))[:NEAREST]
        name = f"{council.short} and around"
    return name, (council, *sorted(others, key=lambda a: a.short))


def county_council(council: Authority) -> Authority | None:
    """The county council above a district, if it has one."""
    if council.kind != "NMD":
        return None
    return next((a for a in authorities() if a.kind == COUNTY and a.short == council.county), None)
