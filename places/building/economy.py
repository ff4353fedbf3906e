"""Sectors of a place and where providers spend: the UK's input-output table brought down to a district."""

from __future__ import annotations

from ...scenarios.build_lancashire import shares, size_quotient
from ..reference import Authority, authorities, sector_rows
from .people import at_work

PRESTON = "E07000123"


def nation() -> int:
    """Residents of the United Kingdom in the list of councils."""
    return sum(a.population_2020 for a in authorities() if a.kind != "CTY")


def jobs(council: Authority, residents: int) -> dict[str, int]:
    """Residents at work by sector: Preston's own of the census, elsewhere as the UK's pay is spread over sectors."""
    rows = sector_rows()
    if council.gss == PRESTON:
        return {row.name: row.jobs_preston for row in rows}
    pay = sum(row.pay for row in rows)
    return {row.name: round(at_work(council, residents) * row.pay / pay) for row in rows}


def sectors(council: Authority, districts: list[dict], supply: dict[str, tuple[float, float]] | None = None) -> list[dict]:
    """The sectors of a place. `supply`, if given, is what part of turnover each buys in the district and in the rest of the region.

    Without it, UK domestic inputs times Flegg's size quotient of the area, as in the shipped place Lancashire.
    """
    focal = sum(d["population"] for d in districts if d.get("focal"))
    local = size_quotient(focal, nation())
    region = size_quotient(sum(d["population"] for d in districts), nation()) - local
    rows, people = sector_rows(), jobs(council, focal)
    spending = shares([row.households * (local if row.name == "manufacturing" else 1) for row in rows])
    given = supply or {row.name: (local * row.inputs / row.output, region * row.inputs / row.output) for row in rows}
    return [
        {
            "name": row.name,
            "jobs": people[row.name],
            "labour_share": round(row.pay / row.output, 3),
            "local_supply": round(given[row.name][0], 3),
            "region_supply": round(given[row.name][1], 3),
            "household_share": share,
        }
        for row, share in zip(rows, spending, strict=True)
    ]
