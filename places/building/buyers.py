"""Commissioners of a place: the council the files speak of, those that have files too, and the others of the region from their budgets."""

from __future__ import annotations

from ...scenarios import lancashire_assumptions as lancashire
from ...scenarios.build_lancashire import THIRD_PARTY_SHARE, lines, purchases, shares
from ..reference import Authority, budget, county_council, population
from . import assumptions as assumed
from .facts import BuyerFacts, Facts, middle

SIZES = {"CTY": "county", "UA": "unitary", "MD": "unitary", "LBO": "unitary", "CC": "unitary", "NMD": "district"}


def commissioners(region: tuple[Authority, ...], facts: Facts) -> list[dict]:
    """The focal council first, then the county council above it if there is one, then the councils of the other districts."""
    focal = region[0]
    made = [focal_council(focal, facts.buyers.get(focal.gss))]
    if county := county_council(focal):
        made += county_in_two(county, region, facts.buyers.get(county.gss))
    return made + [neighbour(council, facts.buyers.get(council.gss)) for council in region[1:]]


def from_budget(council: Authority) -> float:
    """What a council spends with providers in a year, from its budget: the national third-party share of all but education."""
    return sum(amount for service, amount in budget(council).items() if service != "education") * THIRD_PARTY_SHARE


def bought(council: Authority) -> dict[str, float]:
    """What a council buys by service, as shares, from its budget; a council without one buys as a county does."""
    return purchases(budget(council)) if budget(council) else dict.fromkeys(lancashire.SERVICES, 1.0)


def service_shares(council: Authority, facts: BuyerFacts) -> dict[str, float]:
    """Shares of a buyer's money by service: sectors from its files, services within a sector as in its budget.

    Money of a sector that no service belongs to is spread over the others.
    """
    planned = bought(council)
    found: dict[str, float] = {}
    for sector, share in facts.sectors.items():
        names = assumed.SERVICES_OF.get(sector, ())
        weights = [planned.get(name, 0.0) for name in names]
        if names and not sum(weights):
            weights = [1.0] * len(names)
        for name, weight in zip(names, weights, strict=True):
            if weight > 0:
                found[name] = found.get(name, 0.0) + share * weight / sum(weights)
    total = sum(found.values())
    kept = {name: share / total for name, share in found.items() if share / total >= assumed.LEAST_LINE}
    return kept


def lines_of(council: Authority, facts: BuyerFacts, most: int) -> list[dict]:
    """Service lines from a buyer's files: as many contracts as its sector has suppliers of equal weight, shared over its services."""
    wanted = service_shares(council, facts)
    if not wanted:
        return []
    order = [name for name in lancashire.SERVICES if name in wanted]
    sector_of = {name: row[0] for name, row in lancashire.SERVICES.items()}
    sector_total = {s: sum(wanted[n] for n in order if sector_of[n] == s) for s in facts.sectors}
    made = []
    for name, share in zip(order, shares([wanted[name] for name in order]), strict=True):
        sector = sector_of[name]
        number = facts.contracts.get(sector, 1.0) * wanted[name] / sector_total[sector]
        made.append({"service": name, "share": share, "contracts": min(most, max(1, round(number)))})
    return made


def plan_of(kind: str) -> dict[str, int]:
    """How many contracts by service a council is assumed to run that has no files."""
    if kind == "NMD":
        return lancashire.PRESTON_CONTRACTS
    if kind == "CTY":
        return lancashire.COUNTY_CONTRACTS
    return lancashire.COUNTY_CONTRACTS | {k: v for k, v in lancashire.PRESTON_CONTRACTS.items() if k not in lancashire.COUNTY_CONTRACTS}


def focal_council(council: Authority, facts: BuyerFacts | None) -> dict:
    """The council at the centre, drawn as finely as its files allow."""
    money = facts.pounds if facts and facts.pounds else from_budget(council)
    its_lines = lines_of(council, facts, assumed.MOST_CONTRACTS) if facts else []
    size = "focal" if council.kind == "NMD" else SIZES[council.kind]
    its_lines = its_lines or lines(plan_of(council.kind), bought(council))
    return buyer(council.name, "council", council.short, money, size, 0.0, facts, its_lines)


def county_in_two(county: Authority, region: tuple[Authority, ...], facts: BuyerFacts | None) -> list[dict]:
    """A county council: what it buys for the residents of the focal district, by their number, and what it buys for the others."""
    focal, others = region[0], [a for a in region[1:] if a.kind == "NMD"]
    part = population(focal) / (population(focal) + sum(population(a) for a in others))
    money = facts.pounds if facts and facts.pounds else from_budget(county)
    made = []
    for name, district, share in (
        (f"{county.name} in {focal.short}", focal.short, part),
        (f"{county.name} elsewhere", max(others, key=population).short if others else "", 1 - part),
    ):
        if district:
            its_lines = lines_of(county, facts, assumed.MOST_CONTRACTS) if facts else []
            its_lines = its_lines or lines(plan_of("CTY"), bought(county))
            its_lines = [line | {"contracts": max(1, round(line["contracts"] * share))} for line in its_lines]
            made.append(buyer(name, "anchor", district, money * share, "county", 0.0, facts, its_lines))
    return made


def neighbour(council: Authority, facts: BuyerFacts | None) -> dict:
    """The council of another district: coarse, its two or three largest lines, from its files if it has any."""
    its_lines = largest(lines_of(council, facts, assumed.MOST_CONTRACTS)) if facts else []
    its_lines = its_lines or lines(
        lancashire.DISTRICT_CONTRACTS if council.kind == "NMD" else lancashire.UNITARY_CONTRACTS, bought(council)
    )
    money = facts.pounds if facts and facts.pounds else from_budget(council)
    in_house = lancashire.NEIGHBOUR_IN_HOUSE
    return buyer(council.name, "council", council.short, money, SIZES[council.kind], in_house, facts, its_lines)


def largest(its_lines: list[dict]) -> list[dict]:
    """The largest lines of a neighbour, each in one contract; the rest of the money is spread over them."""
    kept = sorted(its_lines, key=lambda line: -line["share"])[: assumed.NEIGHBOUR_LINES]
    parts = shares([line["share"] for line in kept])
    return [line | {"share": part, "contracts": 1} for line, part in zip(kept, parts, strict=True)]


def buyer(
    name: str, kind: str, district: str, money: float, size: str, in_house: float, facts: BuyerFacts | None, its_lines: list[dict]
) -> dict:
    local, region = start_shares(facts)
    return {
        "name": name,
        "kind": kind,
        "district": district,
        "procurement": round(money, -3),
        "capacity": lancashire.CAPACITY[size],
        "in_house": in_house,
        "start_local": local,
        "start_region": region,
        "budget_path": [1.0],
        "lines": its_lines,
    }


def start_shares(facts: BuyerFacts | None) -> tuple[float, float]:
    """Shares with suppliers of the district and of the rest of the region; of what is not known, what was found in Preston."""
    if facts is None:
        return assumed.PRIOR_LOCAL, assumed.PRIOR_REGION
    local = middle(facts.local, assumed.PRIOR_LOCAL)
    return round(local, 4), round(min(1 - local, middle(facts.region, assumed.PRIOR_REGION)), 4)
