"""Firms of a place: how many of each sector, kind and home stand for the market."""

from __future__ import annotations

from ...scenarios import lancashire_assumptions as lancashire
from ...scenarios.build_lancashire import deal, group, whole
from ..reference import sector_rows
from .facts import MarketFacts


def winners() -> dict[str, dict[str, int]]:
    """Different winners by sector and size in the award notices of Lancashire: what is assumed where a place's files say nothing."""
    return {
        row.name: {"sme": row.winners_small, "large": row.winners_large} for row in sector_rows() if row.winners_small + row.winners_large
    }


def known_kinds(market: MarketFacts | None) -> bool:
    """Whether the files tell the kind of enough suppliers to count by."""
    return market is not None and sum(n for kinds in market.suppliers.values() for k, n in kinds.items() if k != "vcs") >= 30


def firms(districts: list[dict], market: MarketFacts | None) -> list[dict]:
    """Firm groups. Sectors: half evenly, half after the different suppliers in the files. SMEs and large firms within a sector:
    half as in the sector, half as overall, among those whose kind is known. Homes and turnovers are assumed.
    """
    prior = winners()
    counts = sector_counts(market, list(prior))
    numbers = whole(lancashire.FIRMS, [1 / len(counts) + count / max(1, sum(counts.values())) for count in counts.values()])
    focal = next(d["name"] for d in districts if d.get("focal"))
    others = [d for d in districts if not d.get("focal")]
    seats = deal(others, lancashire.REGION_HOMES_PER_SECTOR * len(counts))
    made: list[dict] = []
    for i, (sector, number) in enumerate(zip(counts, numbers, strict=True)):
        nearby = list(dict.fromkeys(seats[i :: len(counts)]))
        small = round(number * small_share(sector, market, prior))
        for kind, many in (("sme", small), ("large", number - small)):
            homes = lancashire.HOMES[kind]
            made += group(kind, sector, dict(zip(homes, whole(many, list(homes.values())), strict=True)), focal, nearby)
        if bodies := voluntary(sector, market, number):
            made += group("vcs", sector, dict(zip(("focal", "region", "elsewhere"), bodies, strict=True)), focal, nearby)
    return made


def sector_counts(market: MarketFacts | None, sectors: list[str]) -> dict[str, int]:
    """Different suppliers by sector, of whatever kind."""
    if market is None:
        return {name: sum(kinds.values()) for name, kinds in winners().items()}
    return {s: sum(market.suppliers.get(s, {}).values()) + market.unknown.get(s, 0) for s in sectors}


def small_share(sector: str, market: MarketFacts | None, prior: dict[str, dict[str, int]]) -> float:
    """SMEs among the firms of a sector."""
    table = market.suppliers if market is not None and known_kinds(market) else prior

    def part(rows: list[dict[str, int]]) -> float | None:
        small, large = (sum(row.get(kind, 0) for row in rows) for kind in ("sme", "large"))
        return small / (small + large) if small + large else None

    overall = part(list(table.values()))
    assert overall is not None
    here = part([table.get(sector, {})])
    return (overall + (overall if here is None else here)) / 2


def voluntary(sector: str, market: MarketFacts | None, number: int) -> tuple[int, int, int] | None:
    """Voluntary bodies at home here, nearby and far: their number after the files where these tell them, their homes assumed."""
    usual = lancashire.VOLUNTARY.get(sector)
    found = market.suppliers.get(sector, {}).get("vcs", 0) if market else 0
    if not found:
        return usual
    everyone = sum(market.suppliers.get(sector, {}).values()) + market.unknown.get(sector, 0) if market else 0
    total = max(1, round(number * found / max(1, everyone - found))) if everyone > found else found
    parts = whole(min(total, 30), [float(n) for n in usual or (3, 3, 1)])
    return parts[0], parts[1], parts[2]
