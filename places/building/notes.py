"""Where each number of a built place comes from: key patterns, the most exact of which counts."""

from __future__ import annotations

import math

from ...scenarios.lancashire_sources import CENSUS, CLAIMANTS, EARNINGS, IMD, TABLES, assumed, data, evidence
from ...scenarios.lancashire_sources import SOURCES as LANCASHIRE
from ...scenarios.paths import best, numbers
from ..reference import Authority, age_counts, band_d, income, ward_rows
from . import assumptions
from .economy import PRESTON
from .facts import BuyerFacts, Facts
from .market import known_kinds

BUDGETS = "Council budgets by service 2025/26 and populations of 2024, MHCLG, OGL v3"
COUNCILS = "UK local authorities and composite deprivation score, mySociety, CC BY 4.0"
ESTIMATES = "Mid-year population estimates 2024, Office for National Statistics, OGL v3"
ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0: Office for National Statistics, "
    "Ministry of Housing, Communities and Local Government, Cabinet Office (Contracts Finder), and the council's own published files. "
    "Contains data on local authorities by mySociety, licensed under CC BY 4.0."
)
KEPT = ("supply.", "services.", "population.participates", "population.age_bands.*.low", "population.age_bands.*.high")


def sources(council: Authority, facts: Facts, place: dict, io: str = "") -> dict[str, dict]:
    """The [sources] of a place: a note for every number in it and none beside."""
    notes = {key: note for key, note in LANCASHIRE.items() if key.startswith(KEPT)}
    notes |= of_people(council) | of_economy(council, place, io) | of_market(facts) | of_buyers(council, facts, place)
    used = {best(notes, key) for key, _ in numbers(place)}
    return {key: note for key, note in notes.items() if key in used}


def of_people(council: Authority) -> dict[str, dict]:
    """Districts, residents and incomes."""
    rows = ward_rows(council)
    own = income(council)
    census = bool(rows and rows[0]["deprivation"])
    note = "" if rows else "one ward stands for the whole district: wards are not shipped for it"
    found = {
        "districts.*.population": data(BUDGETS),
        "districts.*.wards.*.population": data(CENSUS if census else ESTIMATES if rows else BUDGETS, note),
        f"districts.{council.short}.population": data(CENSUS if census else ESTIMATES if rows else BUDGETS, "the sum of its wards"),
        "population.people_per_row": assumed(1, 500, "a choice of scale: about 10,000 rows; 1 is exact"),
        "incomes.benefit": assumed(500, 1300, "mean of adults of working age without work, students too, pounds of 2025/26"),
        "incomes.pension": assumed(900, 1700, "state and occupational pension, pounds of 2025/26"),
    }
    if census:
        found["districts.*.wards.*.deprivation"] = data(IMD)
        found["districts.*.wards.*.unemployment"] = data(CLAIMANTS)
    else:
        found["districts.*.wards.*.deprivation"] = data(COUNCILS, "the district's score, for each of its wards")
        found["districts.*.wards.*.unemployment"] = assumed(0.01, 0.1, "not shipped for this district; England's is about this")
    if age_counts(council):
        found["population.age_bands.*.share"] = data(CENSUS if census else ESTIMATES)
    else:
        found["population.age_bands.*.share"] = assumed(0.01, 0.45, "as in the districts whose ages are shipped, together")
    if own.own:
        found["incomes.median_wage"] = data(EARNINGS, "2025, all employees: full-time median times the ratio of the two")
        found["incomes.wage_spread"] = data(EARNINGS, "from the quartiles of weekly pay")
    else:
        found["incomes.median_wage"] = assumed(round(own.monthly * 0.8, -1), round(own.monthly * 1.25, -1), "England's", data=EARNINGS)
        found["incomes.wage_spread"] = assumed(0.5, 0.8, "Great Britain's", data=EARNINGS)
    if own.employment_rate:
        found["incomes.employment_rate"] = data(CENSUS, "residents at work over residents aged 16 to 64")
    else:
        found["incomes.employment_rate"] = assumed(0.65, 0.85, "residents at work over residents aged 16 to 64")
    tax = "0.4 dwellings of band D for each adult" if band_d(council) else "England's band D, 0.4 dwellings of it for each adult"
    found["incomes.council_tax"] = assumed(25, 130, tax, data=BUDGETS)
    return found


def of_economy(council: Authority, place: dict, io: str) -> dict[str, dict]:
    """Sectors."""
    supply = {
        "sectors.*.local_supply": assumed(0, 0.3, "UK domestic inputs times the size quotient of the district, power 0.3", data=TABLES),
        "sectors.*.region_supply": assumed(0, 0.3, "the same for the region, less the district", data=TABLES),
    }
    if io:
        supply = {key: assumed(0, 0.5, f"brought down to the district by location quotients from {io}", data=TABLES) for key in supply}
    if council.gss == PRESTON:
        jobs = data(CENSUS, "residents at work by industry, not jobs at workplaces; health and social work split by pay")
    else:
        most = float(100 * math.ceil(1.5 * max(sector["jobs"] for sector in place["sectors"]) / 100))
        jobs = assumed(0, most, "residents at work, spread over sectors as the UK's pay is", data=TABLES)
    return supply | {
        "sectors.*.jobs": jobs,
        "sectors.*.labour_share": data(TABLES, "pay over output"),
        "sectors.*.household_share": assumed(0, 0.6, "UK households' purchases; goods at the size quotient of the district", data=TABLES),
    }


def of_market(facts: Facts) -> dict[str, dict]:
    """Firm groups."""
    market = facts.market
    if market is None:
        count = LANCASHIRE["firms.*.count"]
    else:
        kinds = "kinds as in the files" if known_kinds(market) else "kinds as among winners in the notices of 15 Lancashire councils"
        count = assumed(0, 30, f"sectors half evenly, half after the different suppliers; {kinds}; homes assumed", data=market.cite)
    keys = ("firms.*.turnover_median", "firms.*.turnover_spread")
    return {"firms.*.count": count} | {key: LANCASHIRE[key] for key in keys}


def of_buyers(council: Authority, facts: Facts, place: dict) -> dict[str, dict]:
    """Commissioners: those that have files, and the others from their budgets."""
    prior = f"{assumptions.PRIOR_LOCAL:.0%} as Preston City Council in 2012/13, {assumptions.PRIOR_REGION:.0%} as its six anchors"
    top = max(c["procurement"] for c in place["commissioners"])
    found = {
        "commissioners.*.procurement": evidence(
            "la_third_party_share", "34% of the budget without education", data=BUDGETS, assumed=[0.0, float(round(top * 1.5, -5))]
        ),
        "commissioners.*.capacity": LANCASHIRE["commissioners.*.capacity"],
        "commissioners.*.in_house": assumed(0, 0.6, "0 for the council at the centre: what was read is paid to providers"),
        "commissioners.*.start_local": evidence("preston_council_share", prior, assumed=[0, 0.6]),
        "commissioners.*.start_region": evidence("preston_share_2012", prior, assumed=[0, 0.6]),
        "commissioners.*.budget_path": assumed(0.8, 1.2, "level in cash"),
        "commissioners.*.lines.*.share": assumed(0, 1, "budgets times an assumed third-party share of each service", data=BUDGETS),
        "commissioners.*.lines.*.contracts": assumed(1, 60),
    }
    for gss, buyer in facts.buyers.items():
        for row in place["commissioners"]:
            if row["district"] == council.short and (gss == council.gss) == (row["kind"] == "council"):
                found |= of_buyer(row["name"], buyer)
    return found


def of_buyer(name: str, facts: BuyerFacts) -> dict[str, dict]:
    """What a buyer's own files say of it."""
    key = f"commissioners.{name}"
    found = {
        f"{key}.lines.*.share": assumed(
            0,
            1,
            f"sectors of {facts.known:.0%} of the money; services within a sector after the budget",
            data=facts.cite,
        ),
        f"{key}.lines.*.contracts": assumed(1, 60, "suppliers of equal weight that would be as concentrated, by sector", data=facts.cite),
    }
    if facts.pounds:
        low, high = facts.pounds_range
        found[f"{key}.procurement"] = assumed(low, high, "taken to a year from the months that were read", data=facts.cite)
    for share, (low, high) in (("start_local", facts.local), ("start_region", facts.region)):
        note = "known share, and of the unknown as much as in Preston" if facts.rings_asked else "no file says where a supplier is"
        found[f"{key}.{share}"] = evidence("preston_share_2012", note, data=facts.cite, assumed=[round(low, 4), round(high, 4)])
    return found
