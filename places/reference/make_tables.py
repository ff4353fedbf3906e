"""Writes the shipped reference tables anew from the public files they are taken from.

    python -m changemaking.places.reference.make_tables --data DATA [--check]

`--check` writes nothing and fails when a shipped table differs. What each table holds, whose it is and under which
licence stands in `origins.csv`.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import sys
from collections.abc import Iterable
from pathlib import Path

from ...scenarios import lancashire_data as public
from ...scenarios.lancashire_assumptions import AGE_BANDS

HERE = Path(__file__).parent
DEPRIVATION = "geo/la_imd.csv"
TRAFFORD_WARDS = "geo/trafford_mye2024_ward.csv"
PRESTON, TRAFFORD = "E07000123", "E08000009"

# Which county a unitary authority lies in (Lieutenancies Act 1997, schedule 1, as amended), by mySociety's code.
COUNTIES = {
    "Bedfordshire": "BDF CBF LUT",
    "Berkshire": "BRC RDG SLG WBK WNM WOK",
    "Bristol": "BST",
    "Buckinghamshire": "BUC MIK",
    "Cambridgeshire": "PTE",
    "Cheshire": "CHE CHW HAL WRT",
    "Cornwall": "CON IOS",
    "County Durham": "DAL DUR HPL STT",
    "Cumbria": "CBD WAF",
    "Derbyshire": "DER",
    "Devon": "PLY TOB",
    "Dorset": "BPC DST",
    "East Riding of Yorkshire": "ERY KHL",
    "East Sussex": "BNH",
    "Essex": "SOS THR",
    "Gloucestershire": "SGC",
    "Hampshire": "POR STH",
    "Herefordshire": "HEF",
    "Isle of Wight": "IOW",
    "Kent": "MDW",
    "Lancashire": "BBD BPL",
    "Leicestershire": "LCE",
    "Lincolnshire": "NEL NLN",
    "North Yorkshire": "MDB NYE RCC YOR",
    "Northamptonshire": "NNT WNT",
    "Northumberland": "NBL",
    "Nottinghamshire": "NGM",
    "Rutland": "RUT",
    "Shropshire": "SHR TFW",
    "Somerset": "BAS NSM SMT",
    "Staffordshire": "STE",
    "Wiltshire": "SWD WIL",
}
METROPOLITAN = {  # by combined authority
    "GMCA": "Greater Manchester",
    "LCR": "Merseyside",
    "NECA": "Tyne and Wear",
    "NTCA": "Tyne and Wear",
    "SCR": "South Yorkshire",
    "WMCA": "West Midlands",
    "WYCA": "West Yorkshire",
}
NEW_CODES = {"E08000038": "E08000016", "E08000039": "E08000019"}  # Barnsley and Sheffield, whose border moved in 2025

Row = dict[str, object]


def authorities(data: Path) -> list[Row]:
    """Every council of today: who it is, where it lies, how many live there and how deprived they are."""
    rows = [row for row in public.read_csv(data, public.AUTHORITIES) if row["current-authority"] == "True"]
    score = {row["local-authority-code"]: float(row["la-deprivation-score"]) for row in public.read_csv(data, DEPRIVATION)}
    nice = {row["local-authority-code"]: row["nice-name"] for row in rows}
    county = {code: name for name, codes in COUNTIES.items() for code in codes.split()}
    found: list[Row] = []
    for row in sorted(rows, key=lambda row: row["gss-code"]):
        code, kind = row["local-authority-code"], row["local-authority-type"]
        if kind in ("COMB", "SRA"):
            continue
        at = county.get(code) or nice.get(row["county-la"], "") or (METROPOLITAN[row["combined-authority"]] if kind == "MD" else "")
        at = "Greater London" if kind in ("LBO", "CC") else nice[code] if kind == "CTY" else at
        found.append(
            {
                "gss": row["gss-code"],
                "code": code,
                "name": " ".join(row["official-name"].split()),
                "short": row["nice-name"].removesuffix(" Council"),
                "nation": row["nation"],
                "region": row["region"],
                "kind": kind,
                "county": at,
                "population_2020": round(float(row["pop-2020"] or 0)),
                "x": round(float(row["x"])),
                "y": round(float(row["y"])),
                "deprivation": f"{score[code]:.2f}" if code in score else "",
                "names": "|".join(sorted({name.strip() for name in row["alt-names"].casefold().split(",") if name.strip()})),
            }
        )
    return found


def budgets(data: Path) -> list[Row]:
    """One row for each council of England: population 2024, council tax of band D, budget by service in thousand pounds."""
    found: dict[str, Row] = {}
    for row in public.read_csv(data, public.BUDGETS):
        gss = NEW_CODES.get(row["ons_code"], row["ons_code"])
        head: Row = {"gss": gss, "population_2024": int(row["population"] or 0), "band_d": round(float(row["band_d_current"] or 0))}
        found.setdefault(gss, head)[row["category"]] = round(float(row["amount_gbp_thousands"]))
    return [found[gss] for gss in sorted(found)]


def wards(data: Path) -> list[Row]:
    """Wards of the districts for which they are shipped; what is not known of a ward is empty."""
    rows: list[Row] = [{"district": PRESTON, **ward} for ward in public.wards(data)]
    for row in public.read_csv(data, TRAFFORD_WARDS):
        if row["sex"] == "Persons":
            rows.append({"district": TRAFFORD, "name": row["area_name"], "code": row["area_code"], "population": int(row["all_ages"])})
    return rows


def ages(data: Path) -> list[Row]:
    """People by age band, of the districts for which they are shipped."""
    preston = public.ages(data)
    keys = {0: "Aged under 1 year", 1: "Aged 1 year", 100: "Aged 100 years and over"}
    by_year = {PRESTON: [preston[keys.get(year, f"Aged {year} years")] for year in range(101)]}
    everyone = [row for row in public.read_csv(data, TRAFFORD_WARDS) if row["sex"] == "Persons"]
    by_year[TRAFFORD] = [sum(int(row[str(year) if year < 90 else "90+"]) for row in everyone) for year in range(91)]
    found: list[Row] = []
    for gss, years in sorted(by_year.items()):
        found.append({"district": gss} | {name: sum(years[low : high + 1]) for name, low, high, _ in AGE_BANDS})
    return found


def sectors(data: Path) -> list[Row]:
    """The UK's input-output table of 2019 by the twelve sectors of a place, £ million, and the jobs of Preston's residents."""
    jobs, winners = public.jobs(data), public.notices(data)["winners"]
    table = public.input_output(data)
    return [
        {"sector": name, **{key: f"{row[key]:.1f}" for key in ("pay", "inputs", "output", "households")}, "jobs_preston": jobs[name]}
        | dict(zip(("winners_small", "winners_large"), winners.get(name, (0, 0)), strict=True))
        for name, row in table.items()
    ]


def incomes(data: Path) -> list[Row]:
    """Monthly pay of all employees, 2025: its median and the spread of its logarithm; the share of people aged 16 to 64 at work."""
    economy = public.read_json(data, public.ECONOMY)["earnings"]
    pay = {
        (row["Local Authority"], row["Statistics"], row["Sex"]): float(row["Sum of Value"])
        for row in public.read_csv(data, public.PAY)
        if row["Pay Type"] == "Weekly pay - gross" and row["Attribute"] == "Value"
    }
    rows: list[Row] = []
    weekly = {"England": economy["england_median_weekly"], PRESTON: economy["median_weekly_pay"]}
    for area, name in (("England", "Great Britain"), (PRESTON, "Preston")):
        everyone = pay[name, "Median", "Total"] / pay[name, "Median", "Full Time Workers"]
        spread = math.log(pay[name, "75 percentile", "Total"] / pay[name, "25 percentile", "Total"]) / 1.349
        rate = public.employment_rate(data) if area == PRESTON else ""
        rows.append({"area": area, "monthly": round(weekly[area] * everyone * 52 / 12), "spread": f"{spread:.2f}", "employment_rate": rate})
    return rows


TABLES = {
    "authorities.csv": authorities,
    "budgets.csv": budgets,
    "wards.csv": wards,
    "ages.csv": ages,
    "sectors.csv": sectors,
    "incomes.csv": incomes,
}


def as_csv(rows: Iterable[Row]) -> str:
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make_tables", description="Write the reference tables anew from public data.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the public data")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a shipped table differs")
    options = parser.parse_args(arguments)
    if missing := [n for n in (*public.FILES, DEPRIVATION, TRAFFORD_WARDS) if not (options.data / n).is_file()]:
        print(f"error: --data {options.data}: missing {', '.join(missing)}", file=sys.stderr)
        return 1
    differ = []
    for name, made in TABLES.items():
        text, path = as_csv(made(options.data)), HERE / name
        if not options.check:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            differ.append(name)
    if differ:
        print(f"differ from what the data give: {', '.join(differ)}", file=sys.stderr)
    return 1 if differ else 0


if __name__ == "__main__":
    raise SystemExit(main())
