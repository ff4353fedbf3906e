"""From what the files of a place say, and the reference tables, to the place as a plain dictionary."""

from __future__ import annotations

from typing import Any

from ...scenarios.build_lancashire import services, supply
from ..reference import Authority, region_of
from . import buyers, economy, market, notes, people
from .facts import Facts


def assemble(
    name: str,
    council: Authority,
    facts: Facts,
    title: str = "",
    shares: dict[str, tuple[float, float]] | None = None,
    io: str = "",
) -> dict[str, Any]:
    """The whole place in the order of the schema. `shares` are supply shares of sectors from an input-output table named `io`."""
    region, members = region_of(council)
    districts = people.districts(members)
    commissioners = buyers.commissioners(members, facts)
    focal = districts[0]
    place: dict[str, Any] = {
        "name": name,
        "title": title or f"{council.short} in {region}",
        "region": region,
        "attribution": notes.ATTRIBUTION,
        "districts": districts,
        "population": people.people(council, focal["population"]),
        "incomes": people.incomes(council),
        "sectors": economy.sectors(council, districts, shares),
        "supply": [
            row | {"supplies_local": min(1 - row["supplies_region"], max(0.0, row["supplies_local"]))} for row in supply(commissioners)
        ],
        "firms": market.firms(districts, facts.market),
        "services": services(),
        "commissioners": commissioners,
    }
    place["sources"] = notes.sources(council, facts, place, io)
    return place
