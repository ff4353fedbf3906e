"""What the place Lancashire takes from public data: one function per question, each reading one or two files.

Every function takes the data folder and returns plain numbers. Money in pounds a year unless said otherwise. The origin
and licence of each file stand in `lancashire_sources.py`, next to the numbers that use it.
"""

from __future__ import annotations

import csv
import json
import math
import statistics
from pathlib import Path

WARDS = "preston/preston_demographics.json"
DEPRIVATION = "preston/preston_deprivation.json"
ECONOMY = "preston/preston_economy.json"
BUDGETS_PRESTON = "preston/preston_budgets_summary.json"
COLLECTION = "preston/preston_collection_rates.json"
NOTICES = "preston/contracts_finder_lancashire_15_councils.csv"
BUDGETS = "budgets/council_budgets_by_service_2025_26.csv"
AUTHORITIES = "geo/uk_local_authorities_current.csv"
PAY = "geo/lancs_TypeOfPay.csv"
INCOME = "geo/lancs_GrossDisposableIncome.csv"
INPUT_OUTPUT = "io/uk_ioat_2019_IOT.csv"
FILES = (WARDS, DEPRIVATION, ECONOMY, BUDGETS_PRESTON, COLLECTION, NOTICES, BUDGETS, AUTHORITIES, PAY, INCOME, INPUT_OUTPUT)

# The twelve sectors of the place and the census sections folded into them ("Health & social work" is split, see jobs()).
SECTIONS = {
    "construction": ("Construction",),
    "facilities": ("Administrative & support",),
    "waste": ("Water supply & waste",),
    "care": (),
    "ict": ("Information & communication",),
    "professional": ("Financial & insurance", "Real estate", "Professional & scientific"),
    "transport": ("Transport & storage",),
    "leisure": ("Arts, entertainment & recreation", "Other services", "Household activities"),
    "food": ("Accommodation & food",),
    "public": ("Public administration & defence", "Education"),
    "retail": ("Wholesale & retail trade",),
    "manufacturing": ("Agriculture, forestry & fishing", "Mining & quarrying", "Manufacturing", "Electricity & gas supply"),
}

# First letter, or letter and digits where a letter is not enough, of the industries of the input-output table.
INDUSTRIES = {
    "construction": ("F",),
    "facilities": ("N",),
    "waste": ("E",),
    "care": ("Q87",),
    "ict": ("J",),
    "professional": ("K", "L", "M"),
    "transport": ("H",),
    "leisure": ("R", "S", "T97"),
    "food": ("I",),
    "public": ("O", "P85", "Q86"),
    "retail": ("G",),
    "manufacturing": ("A", "B", "C", "D35"),
}

# First two digits of the procurement code (CPV) of a notice, by sector; other codes are left out.
PROCUREMENT_CODES = {
    "construction": "43 44 45",
    "facilities": "39 50 51 77 98",
    "waste": "90",
    "care": "85",
    "ict": "30 32 48 64 72",
    "professional": "22 66 70 71 73 75 79 80",
    "transport": "34 60 63",
    "leisure": "37 92",
    "food": "03 15 55",
    "manufacturing": "09 16 18 31 33 35 38 42 65",
}


def read_json(data: Path, name: str) -> dict:
    return json.loads((data / name).read_text(encoding="utf-8"))


def read_csv(data: Path, name: str) -> list[dict[str, str]]:
    with (data / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def wards(data: Path) -> list[dict]:
    """The sixteen wards of Preston: name, code, residents in 2021, mean deprivation score in 2019, claimant rate."""
    scores = read_json(data, DEPRIVATION)["wards"]
    claimants = read_json(data, ECONOMY)["claimant_count"]["wards"]
    rows = []
    for code, ward in sorted(read_json(data, WARDS)["wards"].items()):
        name = ward["name"].removesuffix(" (Preston)")
        rows.append(
            {
                "name": name,
                "code": code,
                "population": ward["age"]["Total: All usual residents"],
                "deprivation": scores[name]["avg_imd_score"],
                "unemployment": round(claimants[code]["rate_pct"] / 100, 3),
            }
        )
    return rows


def ages(data: Path) -> dict[str, int]:
    return read_json(data, WARDS)["council_totals"]["age"]


def age_bands(data: Path, bands: list[tuple[str, int, int, bool]]) -> list[dict]:
    """Shares of the census population in bands (name, low, high, works), rounded so that they add up to exactly 1."""
    by_age = ages(data)
    keys = {0: "Aged under 1 year", 1: "Aged 1 year", 100: "Aged 100 years and over"}
    years = [by_age[keys.get(year, f"Aged {year} years")] for year in range(101)]
    counts = [sum(years[low : min(high, 100) + 1]) for _, low, high, _ in bands]
    shares = [round(count / sum(counts), 4) for count in counts]
    shares[-1] = round(1 - sum(shares[:-1]), 4)
    return [
        {"name": name, "low": low, "high": high, "share": share, "works": works}
        for (name, low, high, works), share in zip(bands, shares, strict=True)
    ]


def adults(data: Path) -> int:
    return read_json(data, WARDS)["council_totals"]["economic_activity"]["Total: All usual residents aged 16 years and over"]


def at_work(data: Path) -> int:
    """Residents of Preston aged 16 and over in employment, full-time students included."""
    activity = read_json(data, WARDS)["council_totals"]["economic_activity"]
    others = activity["Economically active (excluding full-time students):In employment"]
    return others + activity["Economically active and a full-time student:In employment"]


def employment_rate(data: Path) -> float:
    """Residents at work over residents aged 16 to 64 (those who work beyond 64 count above the line only)."""
    by_age = ages(data)
    groups = ("16 to 19", "20 to 24", "25 to 34", "35 to 49", "50 to 64")
    return round(at_work(data) / sum(by_age[f"Aged {group} years"] for group in groups), 3)


def districts(data: Path) -> list[dict]:
    """The fourteen districts: twelve under the county and two unitary ones; the population estimates are those of 2020."""
    rows = [
        row
        for row in read_csv(data, AUTHORITIES)
        if row["current-authority"] == "True" and (row["county-la"] == "LAN" or row["nice-name"] in ("Blackburn with Darwen", "Blackpool"))
    ]
    return [
        {"name": row["nice-name"], "code": row["gss-code"], "population": round(float(row["pop-2020"]))}
        for row in sorted(rows, key=lambda row: row["nice-name"])
    ]


def council_names(data: Path) -> dict[str, str]:
    return {row["gss-code"]: row["official-name"] for row in read_csv(data, AUTHORITIES)}


def uk_population(data: Path) -> float:
    rows = read_csv(data, AUTHORITIES)
    return sum(float(row["pop-2020"]) for row in rows if row["lower-or-unitary"] == "True" and row["pop-2020"] and not row["end-date"])


def price_level(data: Path) -> float:
    """Pay in Preston in 2012 over that in 2022: the pounds of today's files are taken back to 2012/13 with it."""
    pay = {int(r["Year"]): float(r["Sum of Value"]) for r in preston_income(data) if r["Transaction"] == "Compensation of employees"}
    return pay[2012] / pay[2022]


def preston_income(data: Path) -> list[dict[str, str]]:
    return [row for row in read_csv(data, INCOME) if row["Region name"] == "Preston"]


def wages(data: Path) -> tuple[float, float]:
    """Median monthly wage of all employees in 2012/13 pounds, and the standard deviation of the log wage.

    The pay file adds up many years, so only ratios are taken from it: all employees to full-time ones, and upper to lower
    quartile (for a lognormal wage their log ratio is 1.349 standard deviations).
    """
    pay = {
        (row["Statistics"], row["Sex"]): float(row["Sum of Value"])
        for row in read_csv(data, PAY)
        if row["Local Authority"] == "Preston" and row["Pay Type"] == "Weekly pay - gross" and row["Attribute"] == "Value"
    }
    everyone = pay["Median", "Total"] / pay["Median", "Full Time Workers"]
    weekly = read_json(data, ECONOMY)["earnings"]["median_weekly_pay"] * everyone * price_level(data)
    spread = math.log(pay["75 percentile", "Total"] / pay["25 percentile", "Total"]) / 1.349
    return round(weekly * 52 / 12), round(spread, 2)


def council_tax(data: Path) -> float:
    """Council tax due per adult and month, 2012/13: the sum due in 2019/20 at the band D rate of 2012/13."""
    rates = read_json(data, BUDGETS_PRESTON)["council_tax"]["band_d_total_by_year"]
    due = read_json(data, COLLECTION)["years"]["2019-20"]["net_collectable_thousands"] * 1000
    return round(due * rates["2012/13"] / rates["2019/20"] / adults(data) / 12, 1)


def input_output(data: Path) -> dict[str, dict[str, float]]:
    """For each sector of the place, from the UK table (domestic use): pay, domestic inputs, output, households' purchases."""
    with (data / INPUT_OUTPUT).open(encoding="utf-8-sig", newline="") as lines:
        table = list(csv.reader(lines))
    columns = {code: i for i, code in enumerate(table[3]) if code}
    rows = {row[0]: row for row in table[6:] if row[0]}
    result = {}
    for sector, starts in INDUSTRIES.items():
        # Imputed rent (L68A) has no workers, no buyers and no money.
        codes = [code for code in list(rows)[: list(rows).index("_T")] if code.startswith(starts) and code != "L68A"]
        result[sector] = {
            "pay": sum(float(rows["D1"][columns[code]]) for code in codes),
            "inputs": sum(float(rows["_T"][columns[code]]) for code in codes),
            "output": sum(float(rows["P1"][columns[code]]) for code in codes),
            "households": sum(float(rows[code][columns["P3 S14"]]) for code in codes),
            "health pay": float(rows["D1"][columns["Q86"]]),
        }
    return result


def jobs(data: Path) -> dict[str, int]:
    """Residents of Preston at work by sector (where they live, not where they work).

    The census gives health and social work as one; it is split as the pay of the two is in the input-output table.
    """
    people = read_json(data, ECONOMY)["census"]["council_totals"]["industry"]
    result = {sector: sum(people[section] for section in sections) for sector, sections in SECTIONS.items()}
    pay = input_output(data)["care"]
    result["care"] = round(people["Health & social work"] * pay["pay"] / (pay["pay"] + pay["health pay"]))
    result["public"] += people["Health & social work"] - result["care"]
    return result


def budgets(data: Path) -> dict[str, dict[str, float]]:
    """Budgets 2025/26 by council (ONS code) and service, pounds; a service in net surplus is left out."""
    result: dict[str, dict[str, float]] = {}
    for row in read_csv(data, BUDGETS):
        amount = float(row["amount_gbp_thousands"]) * 1000
        if amount > 0:
            result.setdefault(row["ons_code"], {})[row["category"]] = amount
    return result


def notices(data: Path) -> dict:
    """What the award notices say: how many, their values (quartiles), and how many different winners by sector and size."""
    rows = read_csv(data, NOTICES)
    flagged = [row for row in rows if row["awarded_to_sme"] in ("True", "False")]
    values = [float(row["awarded_value"]) for row in rows if row["awarded_value"] and float(row["awarded_value"]) > 0]
    winners = {}
    for sector, codes in PROCUREMENT_CODES.items():
        mine = [row for row in flagged if row["cpv_codes"][:2] in codes.split()]
        small = {row["awarded_supplier"].strip().casefold() for row in mine if row["awarded_to_sme"] == "True"}
        large = {row["awarded_supplier"].strip().casefold() for row in mine if row["awarded_to_sme"] == "False"}
        winners[sector] = (len(small), len(large - small))
    return {
        "notices": len(rows),
        "flagged": len(flagged),
        "to_sme": sum(row["awarded_to_sme"] == "True" for row in flagged),
        "values": len(values),
        "quartiles": tuple(round(v) for v in statistics.quantiles(values, n=4)),
        "winners": winners,
    }
