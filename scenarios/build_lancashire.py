"""Builds the shipped place `places/lancashire.toml` from public data and stated assumptions.

    python -m changemaking.scenarios.build_lancashire --data DATA [--check] [--people-per-row N] [--output FILE]

Only the standard library is needed, and the same data give the same file to the byte. `--check` writes nothing and
fails when the shipped file differs. What is read stands in `lancashire_data.py`, what is assumed in
`lancashire_assumptions.py`, where each number comes from in `lancashire_sources.py`.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from . import lancashire_assumptions as assumed
from . import lancashire_data as public
from .lancashire_sources import ATTRIBUTION, SOURCES
from .lancashire_text import to_toml

SHIPPED = Path(__file__).parent / "places" / "lancashire.toml"
PEOPLE_PER_ROW = 14.8

# Evidence (ids in evidence.toml): the published six anchors before the change of policy, and their total after it.
ANCHORS_2012, ANCHORS_2016 = 750e6, 617e6  # preston_total_2012, preston_total_2016
PRESTON_SHARE, LANCASHIRE_SHARE = 0.05, 0.39  # preston_share_2012
COUNCIL_SHARE_2012, COUNCIL_SPEND_2016 = 0.14, 4e6 / 0.28  # preston_council_share: 4 million are 28%
RESPEND = {"sme": 0.438, "large": 0.306}  # respend_per_round
THIRD_PARTY_SHARE = 0.34  # la_third_party_share: 28 to 40
NO_INTEREST, WANT, TAKE_PART = 0.24, 0.54, 0.08  # public_no_interest, cls_want_involvement, cls_took_part


def whole(total: int, weights: list[float]) -> list[int]:
    """`total` in whole parts in proportion to the weights: largest remainders, earlier entries first."""
    exact = [total * w / sum(weights) for w in weights]
    parts = [math.floor(x) for x in exact]
    for i in sorted(range(len(exact)), key=lambda i: parts[i] - exact[i])[: total - sum(parts)]:
        parts[i] += 1
    return parts


def shares(weights: list[float]) -> list[float]:
    """The weights as shares with four decimals that add up to 1."""
    return [part / 10_000 for part in whole(10_000, weights)]


def size_quotient(people: float, nation: float) -> float:
    """Part of an industry's domestic inputs that an area of this size can supply (Flegg's quotient without specialities)."""
    return math.log2(1 + people / nation) ** assumed.SIZE_POWER


def sectors(data: Path, districts: list[dict]) -> list[dict]:
    nation = public.uk_population(data)
    focal = sum(d["population"] for d in districts if d.get("focal"))
    local = size_quotient(focal, nation)
    region = size_quotient(sum(d["population"] for d in districts), nation) - local
    table, jobs = public.input_output(data), public.jobs(data)
    # What residents buy locally: services where they live; goods only as far as local makers supply them.
    spending = shares([row["households"] * (local if name == "manufacturing" else 1) for name, row in table.items()])
    return [
        {
            "name": name,
            "jobs": jobs[name],
            "labour_share": round(row["pay"] / row["output"], 3),
            "local_supply": round(local * row["inputs"] / row["output"], 3),
            "region_supply": round(region * row["inputs"] / row["output"], 3),
            "household_share": share,
        }
        for (name, row), share in zip(table.items(), spending, strict=True)
    ]


def supply(commissioners: list[dict]) -> list[dict]:
    """Supply shares; those of local firms meet the measured re-spending at the mean labour share of what is bought."""
    labour_share = {name: row[assumed.SERVICE_KEYS.index("labour_share")] for name, row in assumed.SERVICES.items()}
    lines = [(c["procurement"] * line["share"], line["service"]) for c in commissioners for line in c["lines"]]
    labour = sum(value * labour_share[service] for value, service in lines) / sum(value for value, _ in lines)
    rows = []
    for (kind, home), (labour_local, labour_region, supplies_local, supplies_region) in assumed.SUPPLY.items():
        if supplies_local is None:
            supplies_local = round((RESPEND[kind] - labour * labour_local) / (1 - labour), 3)
        rows.append(
            {
                "kind": kind,
                "home": home,
                "labour_local": labour_local,
                "labour_region": labour_region,
                "supplies_local": supplies_local,
                "supplies_region": supplies_region,
            }
        )
    return rows


def firms(data: Path, districts: list[dict]) -> list[dict]:
    """Firm groups: by sector and size half evenly, half after the different winners in the award notices; homes assumed."""
    winners = public.notices(data)["winners"]
    everyone = sum(small + large for small, large in winners.values())
    small_of_all = sum(small for small, _ in winners.values()) / everyone
    counts = whole(assumed.FIRMS, [1 / len(winners) + (small + large) / everyone for small, large in winners.values()])
    focal = next(d["name"] for d in districts if d.get("focal"))
    seats = deal([d for d in districts if not d.get("focal")], assumed.REGION_HOMES_PER_SECTOR * len(winners))
    groups: list[dict] = []
    for i, ((sector, (small, large)), count) in enumerate(zip(winners.items(), counts, strict=True)):
        nearby = list(dict.fromkeys(seats[i :: len(winners)]))
        small_count = round(count * (small / (small + large) + small_of_all) / 2)
        for kind, number in (("sme", small_count), ("large", count - small_count)):
            homes = assumed.HOMES[kind]
            parts = whole(number, list(homes.values()))
            groups += group(kind, sector, dict(zip(homes, parts, strict=True)), focal, nearby)
        if sector in assumed.VOLUNTARY:
            bodies = dict(zip(("focal", "region", "elsewhere"), assumed.VOLUNTARY[sector], strict=True))
            groups += group("vcs", sector, bodies, focal, nearby)
    return groups


def group(kind: str, sector: str, homes: dict[str, int], focal: str, nearby: list[str]) -> list[dict]:
    """The firm groups of a kind and sector; those of the region are spread over a few districts."""
    spread = zip(nearby, whole(homes["region"], [1.0] * len(nearby)), strict=True)
    places = [("focal", focal, homes["focal"])]
    places += [("region", name, number) for name, number in spread]
    places.append(("elsewhere", "elsewhere", homes["elsewhere"]))
    return [
        {
            "kind": kind,
            "home": home,
            "sector": sector,
            "count": count,
            "turnover_median": assumed.TURNOVER[kind, ring][0],
            "turnover_spread": assumed.TURNOVER[kind, ring][1],
        }
        for ring, home, count in places
        if count
    ]


def deal(districts: list[dict], number: int) -> list[str]:
    """`number` seats for the districts, by population (D'Hondt), the largest first."""
    quotients = [(d["population"] / k, d["name"]) for d in districts for k in range(1, number + 1)]
    return [name for _, name in sorted(quotients, key=lambda q: (-q[0], q[1]))[:number]]


def purchases(budget: dict[str, float]) -> dict[str, float]:
    """What a council buys by service, as shares of all it buys, from its budget by category."""
    bought: dict[str, float] = {}
    for category, amount in budget.items():
        share, services = assumed.THIRD_PARTY[category]
        for service, part in services.items():
            bought[service] = bought.get(service, 0) + amount * share * part
    total = sum(bought.values())
    beside = assumed.BESIDE_SERVICES
    named = {service: value / total * (1 - sum(beside.values())) for service, value in bought.items()}
    return {service: named.get(service, 0) + beside.get(service, 0) for service in [*named, *(s for s in beside if s not in named)]}


def lines(contracts: dict[str, int], weights: dict[str, float]) -> list[dict]:
    """Service lines with the services named in `contracts`; what a council buys beside them is shared out over them."""
    named = [service for service in contracts if weights.get(service, 0) > 0]
    parts = shares([weights[service] for service in named])
    return [{"service": s, "share": share, "contracts": contracts[s]} for s, share in zip(named, parts, strict=True)]


def commissioners(data: Path, districts: list[dict]) -> list[dict]:
    """The six anchors of the published comparison, then the other thirteen councils of the region."""
    budgets = public.budgets(data)
    names = public.council_names(data)
    fall = [round(1 - (1 - ANCHORS_2016 / ANCHORS_2012) * year / 4, 4) for year in range(5)]
    focal = next(d for d in districts if d.get("focal"))
    council_money = round(COUNCIL_SPEND_2016 * ANCHORS_2012 / ANCHORS_2016, -5)
    county_money = ANCHORS_2012 - council_money - sum(money for money, _ in assumed.OTHER_ANCHORS.values())
    rest = round((PRESTON_SHARE * ANCHORS_2012 - COUNCIL_SHARE_2012 * council_money) / (ANCHORS_2012 - council_money), 4)
    region = round(LANCASHIRE_SHARE - PRESTON_SHARE, 4)

    def six(name: str, kind: str, money: float, capacity: str, local: float, its_lines: list[dict]) -> dict:
        return {
            "name": name,
            "kind": kind,
            "district": focal["name"],
            "procurement": round(money),
            "capacity": assumed.CAPACITY[capacity],
            "in_house": 0.0,
            "start_local": local,
            "start_region": region,
            "budget_path": fall,
            "lines": its_lines,
        }

    council_lines = lines(assumed.PRESTON_CONTRACTS, purchases(budgets[focal["code"]]))
    county_lines = lines(assumed.COUNTY_CONTRACTS, purchases(budgets["E10000017"]))
    result = [
        six("Preston City Council", "council", council_money, "focal", COUNCIL_SHARE_2012, council_lines),
        six("Lancashire County Council", "anchor", county_money, "county", rest, county_lines),
    ]
    for name, (money, plan) in assumed.OTHER_ANCHORS.items():
        plan_lines = lines({s: n for s, (_, n) in plan.items()}, {s: share for s, (share, _) in plan.items()})
        result.append(six(name, "anchor", money, "anchor", rest, plan_lines))
    return result + [neighbour(names[d["code"]], d, budgets[d["code"]], public.price_level(data)) for d in districts if not d.get("focal")]


def neighbour(name: str, district: dict, budget: dict[str, float], price_level: float) -> dict:
    """A council of another district: coarse, with two or three lines."""
    unitary = district["code"].startswith("E06")
    money = sum(amount for category, amount in budget.items() if category != "education") * THIRD_PARTY_SHARE * price_level
    return {
        "name": name,
        "kind": "council",
        "district": district["name"],
        "procurement": round(money, -5),
        "capacity": assumed.CAPACITY["unitary" if unitary else "district"],
        "in_house": assumed.NEIGHBOUR_IN_HOUSE,
        "start_local": assumed.NEIGHBOUR_LOCAL,
        "start_region": assumed.NEIGHBOUR_REGION,
        "budget_path": [1.0],
        "lines": lines(assumed.UNITARY_CONTRACTS if unitary else assumed.DISTRICT_CONTRACTS, purchases(budget)),
    }


def services() -> list[dict]:
    return [
        {"name": name} | dict(zip(assumed.SERVICE_KEYS, row, strict=True)) | {"use_by_age": list(assumed.USE_BY_AGE[name])}
        for name, row in assumed.SERVICES.items()
    ]


def build(data: Path, people_per_row: float = PEOPLE_PER_ROW) -> dict:
    """The whole place as a plain dictionary, in the order of the schema."""
    wards = public.wards(data)
    districts = public.districts(data)
    focal = next(d for d in districts if d["name"] == "Preston")
    focal |= {"population": sum(w["population"] for w in wards), "focal": True, "wards": wards}
    districts.sort(key=lambda d: not d.get("focal"))
    buyers = commissioners(data, districts)
    wage, spread = public.wages(data)
    return {
        "name": "lancashire",
        "title": "Preston in Lancashire",
        "region": "Lancashire",
        "attribution": ATTRIBUTION,
        "districts": districts,
        "population": {
            "people_per_row": people_per_row,
            "age_bands": public.age_bands(data, assumed.AGE_BANDS),
            "participates_never": NO_INTEREST,
            "participates_would": WANT,
            "participates_does": TAKE_PART,
        },
        "incomes": {
            "median_wage": wage,
            "wage_spread": spread,
            "benefit": assumed.BENEFIT,
            "pension": assumed.PENSION,
            "employment_rate": public.employment_rate(data),
            "council_tax": public.council_tax(data),
        },
        "sectors": sectors(data, districts),
        "supply": supply(buyers),
        "firms": firms(data, districts),
        "services": services(),
        "commissioners": buyers,
        "sources": SOURCES,
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_lancashire", description="Build the place Lancashire from public data.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the public data")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the shipped file differs")
    parser.add_argument("--people-per-row", type=float, default=PEOPLE_PER_ROW, help="people that one row stands for; 1 is exact")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="file to write (default: the shipped one)")
    options = parser.parse_args(arguments)
    if not (0 < options.people_per_row < math.inf):
        parser.error(f"--people-per-row must be a positive number, got {options.people_per_row}")
    if missing := [name for name in public.FILES if not (options.data / name).is_file()]:
        print(f"error: --data {options.data}: missing {', '.join(missing)}", file=sys.stderr)
        return 1
    try:
        place = build(options.data, options.people_per_row)
        facts = public.notices(options.data)
    except (KeyError, ValueError, StopIteration, IndexError) as error:
        print(f"error: --data {options.data}: a file lacks what is expected of it ({type(error).__name__}: {error})", file=sys.stderr)
        return 1
    text = to_toml(place, facts)
    for name in public.FILES:
        print(f"read {name}")
    if options.check:
        same = options.output.is_file() and options.output.read_text(encoding="utf-8") == text
        verdict = "up to date" if same else "differs from what the data give"
        print(f"{options.output.name}: {verdict}", file=sys.stdout if same else sys.stderr)
        return 0 if same else 1
    if not options.output.parent.is_dir():
        parser.error(f"--output {options.output}: there is no folder {options.output.parent}")
    options.output.write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {options.output}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
