"""Writes the published files that the shipped places are built from, cut to what is needed, from the whole files.

    python -m changemaking.places.reference.make_samples --data DATA [--check]

Trafford: the two months of the ledger, payments of 500 pounds and more (what the transparency code asks every council to
publish), without the columns that nothing reads. Lancashire: the award notices of fifteen councils, without those that
award nothing. Names that read as a person's are replaced, also in the text of a title or purpose, which is cut at its first dash.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from ..spending.pseudonyms import without
from ..suppliers.persons import looks_like_person

SAMPLES = Path(__file__).parents[1] / "samples"
LEDGER = "spend/trafford-supplier-spend-2026-27.zip"
NOTICES = "preston/contracts_finder_lancashire_15_councils.csv"
LEAST = 500  # pounds
LEDGER_COLUMNS = (
    *("OrganisationLabel", "OrganisationalUnit", "BeneficiaryName", "PaymentDate", "TransactionNumber", "Amount", "Purpose"),
    *("ProclassLabel", "ProclassCode"),
)
NOTICE_COLUMNS = (
    *("id", "title", "organisation", "status", "notice_type", "published_date", "awarded_date", "value_low", "value_high"),
    *("awarded_value", "awarded_supplier", "awarded_to_sme", "cpv_codes"),
)


def hiding() -> Callable[[str], str]:
    """A function that gives the name of a person as "person 1" and so on, the same name always the same."""
    seen: dict[str, str] = {}

    def hide(name: str) -> str:
        return seen.setdefault(name, f"person {len(seen) + 1}") if looks_like_person(name) else name

    return hide


def ledger(data: Path) -> bytes:
    """The sample of Trafford's ledger, a CSV in a zip whose bytes do not depend on the day it is made."""
    with zipfile.ZipFile(data / LEDGER) as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    hide = hiding()
    rows = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if abs(float(row["Amount"])) >= LEAST:
            name, row["Purpose"] = row["BeneficiaryName"], row["Purpose"].split(" - ")[0]
            if (new := hide(name)) != name:
                row |= {"BeneficiaryName": new, "Purpose": without(row["Purpose"], name, new)}
            rows.append(row)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        about = zipfile.ZipInfo("trafford_2026-04_2026-05_from_500.csv", (1980, 1, 1, 0, 0, 0))
        about.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(about, as_csv(rows, LEDGER_COLUMNS))
    return packed.getvalue()


def notices(data: Path) -> bytes:
    """The award notices of Lancashire's councils."""
    hide = hiding()
    with (data / NOTICES).open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["status"] == "awarded"]
    for row in rows:
        name = row["awarded_supplier"]
        if (new := hide(name)) != name:
            row |= {"awarded_supplier": new, "title": without(row["title"], name, new)}
    return as_csv(rows, NOTICE_COLUMNS).encode()


def as_csv(rows: list[dict[str, str]], columns: tuple[str, ...]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


MADE = {"trafford_2026-04_2026-05.zip": ledger, "lancashire_award_notices.csv": notices}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make_samples", description="Write the shipped samples of published files anew.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the public data")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a shipped sample differs")
    options = parser.parse_args(arguments)
    if missing := [name for name in (LEDGER, NOTICES) if not (options.data / name).is_file()]:
        print(f"error: --data {options.data}: missing {', '.join(missing)}", file=sys.stderr)
        return 1
    SAMPLES.mkdir(exist_ok=True)
    differ = []
    for name, make in MADE.items():
        content, path = make(options.data), SAMPLES / name
        if not options.check:
            path.write_bytes(content)
        elif not path.is_file() or contents(path.read_bytes(), name) != contents(content, name):
            differ.append(name)
    if differ:
        print(f"differ from what the data give: {', '.join(differ)}", file=sys.stderr)
    return 1 if differ else 0


def contents(data: bytes, name: str) -> bytes:
    """What a sample says; packed by another version of zlib it says the same in other bytes."""
    if not name.endswith(".zip"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(archive.namelist()[0])


if __name__ == "__main__":
    raise SystemExit(main())
