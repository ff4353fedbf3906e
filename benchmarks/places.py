"""Reading a council's ledger: rows a second and memory, beside pandas.read_csv and csv.DictReader.

The ledger is made up (2 million rows, 12 columns, 165 bytes a row, in the shape of Trafford's: credits, quoted texts, withheld
names, persons). Each way runs in a process of its own and must find the same pence. The two others only read and add up; ours also
tells what each column is, sorts every row into used, excluded or rejected, hides persons, and writes Parquet.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from common import options, report, spread

HEADING = (
    "OrganisationLabel,OrganisationalUnit,BeneficiaryName,BeneficiaryOtherID,PaymentDate,TransactionNumber,Amount,"
    "IrrecoverableVATAmount,Purpose,ProclassLabel,ProclassCode,InvoiceNumber\r\n"
)
UNITS = ("ADULT SOCIAL CARE", "HIGHWAYS 0-5 TEAM", "CHILDREN'S SERVICES", '"Parks, Paths & Play"', "ICT : Services")
PURPOSES = ("Service Charges", "Inf - Main Works Con", "POSTAGES", "AGENCY PAY", "GRANTS TO VOL ORGS", "Home care")
PLACES = ("Northgate", "Bolton", "Aspen", "Harrier", "Pennine", "Castle", "Rowan", "Meridian", "Fylde", "Ribble")
TRADES = ("Care", "Civil Engineering", "Cleaning", "Day Nursery", "Office Supplies", "Taxis", "Housing", "Recruitment", "Fencing", "Legal")
FORMS = ("Ltd", "Limited", "LLP", "Trust", "Services")
OTHERS = ("Redacted", "HMRC", "Rossendale Borough Council", "Mrs Kayleigh Burke")

OURS = """
from pathlib import Path
from changemaking.places.spending import read_spending
account = read_spending([Path(sys.argv[1])]).accounts[0]
rows, pence = account.read.rows, account.read.pence
"""
PANDAS = """
import pandas as pd
table = pd.read_csv(sys.argv[1], dtype={"Amount": str, "BeneficiaryName": str}, parse_dates=["PaymentDate"])
rows, pence = len(table), sum(round(float(amount) * 100) for amount in table["Amount"])
"""
DICTREADER = """
import csv
rows = pence = 0
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        rows += 1
        pence += round(float(row["Amount"]) * 100)
"""
WAYS = {
    "changemaking (found, sorted, written)": OURS,
    "pandas.read_csv (read, added up)": PANDAS,
    "csv.DictReader (read, added up)": DICTREADER,
}
AROUND = """
import sys, time
{way}
import resource
print(rows, pence, time.process_time(), time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_ledger(path: Path, rows: int) -> int:
    """A made-up ledger; returns the pence in it."""
    chance = random.Random(1)
    names = [f"{place} {trade} {form}" for place in PLACES for trade in TRADES for form in FORMS] + list(OTHERS)
    total = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(HEADING)
        for row in range(rows):
            payee, pence = chance.randrange(len(names)), chance.randint(-20_000, 3_000_000)
            total += pence
            amount = f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"
            day = f"2026-{1 + row % 12:02d}-{1 + row % 28:02d}"
            file.write(
                f"Example Council,{UNITS[row % 5]},{names[payee]},{3000 + payee},{day},51{row:08d},{amount},0.00,"
                f"{PURPOSES[payee % 6]} - {row},FACILITIES MGT : Lifts,191400,INV{row}\r\n"
            )
    return total


def measured(way: str, path: Path, rows: int, pence: int) -> tuple[float, float, float]:
    """Seconds of computing, seconds on the wall and megabytes at most. AssertionError when the sum is another."""
    code = AROUND.format(way="began = time.perf_counter()" + way)
    words = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout.split()
    assert (int(words[0]), int(words[1])) == (rows, pence), f"{words[:2]} are not {rows} rows and {pence} pence"
    return float(words[2]), float(words[3]), float(words[4]) / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    chosen = options(__doc__).parse_args()
    rows, repeats = (100_000, 1) if chosen.quick else (2_000_000, 3)
    table: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        pence = write_ledger(path, rows)
        size = path.stat().st_size
        found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in WAYS}
        for _ in range(repeats):
            for name, way in WAYS.items():
                found[name].append(measured(way, path, rows, pence))
        for name, runs in found.items():
            computing = spread([seconds for seconds, _, _ in runs])
            table.append(
                {
                    "way": name,
                    "rows a second of computing, best": rows / computing["min"],
                    "median": rows / computing["median"],
                    "rows a second on the wall, best": rows / min(wall for _, wall, _ in runs),
                    "MB at most": max(memory for _, _, memory in runs),
                }
            )
    notes = [f"{rows:,} rows, {size / 1e6:,.0f} MB; all ways find the same pence (asserted)"]
    report("Reading a ledger", table, chosen.json, notes)


if __name__ == "__main__":
    main()
