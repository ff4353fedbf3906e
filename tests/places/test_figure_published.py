"""A published ledger with a register of companies: what the register adds narrows the intervals and moves no penny."""

from __future__ import annotations

import csv
import datetime
import os
from decimal import Decimal
from pathlib import Path

import pytest
from supplier_tables import payments

from changemaking.places.figures import Figure, concentration, payment_sizes, read_ledger, spend_by_kind, spend_by_sector
from changemaking.places.suppliers import KINDS, SECTORS, match, measured, suppliers_in
from changemaking.places.suppliers.matching import TableRow

REPOSITORY = Path(measured.__file__).resolve().parents[2]
BOLTON = Path(os.environ.get("CHANGEMAKING_DATA") or REPOSITORY.parent / "shared" / "data") / "suppliers" / "nwod_bolton_2019.csv"
pytestmark = pytest.mark.skipif(not BOLTON.is_file(), reason="the public data are not here")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with BOLTON.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def figures(rows: list[dict[str, str]]) -> dict[str, Figure]:
    table = payments(
        *[
            {
                "file": BOLTON.name,
                "row": number,
                "supplier": row["beneficiary_name"],
                "pence": int(Decimal(row["amount"]) * 100),
                "date": datetime.date.fromisoformat(row["payment_date"]),
            }
            for number, row in enumerate(rows, 2)
        ]
    )
    ledger, suppliers = read_ledger(table), suppliers_in(table)
    register = {
        row["company_name"]: TableRow(
            f"register row {number}",
            {"name": row["company_name"], "company_number": row["company_number"], "sic": row["sicc_int"]}
            | ({"charity_number": row["charity_number"]} if row["charity_number"].startswith("CHC") else {}),
        )
        for number, row in enumerate(rows, 2)
        if row["company_number"]
    }
    joined = match(suppliers, register.values()).suppliers
    return {
        "kind": spend_by_kind(ledger, suppliers),
        "kind with register": spend_by_kind(ledger, joined),
        "sector": spend_by_sector(ledger, suppliers),
        "sector with register": spend_by_sector(ledger, joined),
        "concentration": concentration(ledger),
        "sizes": payment_sizes(ledger),
    }


def test_the_total_is_the_files_own(rows: list[dict[str, str]], figures: dict[str, Figure]) -> None:
    total = sum(Decimal(row["amount"]) for row in rows) * 100
    assert {figure.total for figure in figures.values()} == {total}


def test_the_rows_behind_are_the_files_rows(rows: list[dict[str, str]], figures: dict[str, Figure]) -> None:
    behind = figures["kind with register"].rows_behind("vcs", "spend").to_pylist()
    sure = [row for row in behind if row["certain"]]
    assert sure and sum(row["pence"] for row in sure) == figures["kind with register"].line("vcs").known
    for row in sure:
        assert rows[row["row"] - 2]["beneficiary_name"] == row["supplier"]


def test_a_register_narrows_and_never_leaves_the_interval(figures: dict[str, Figure]) -> None:
    for name, groups in (("kind", KINDS), ("sector", SECTORS)):
        before, after = figures[name], figures[f"{name} with register"]
        for group in groups:
            wide, narrow = before.line(group, "share"), after.line(group, "share")
            assert wide.low <= narrow.low <= narrow.high <= wide.high
        assert sum(after.line(group, "share").high for group in groups) < sum(before.line(group, "share").high for group in groups)


def test_the_largest_supplier_is_the_one_a_sum_by_hand_gives(rows: list[dict[str, str]], figures: dict[str, Figure]) -> None:
    top = figures["concentration"].rows_behind("top 1", "spend")
    names = set(top["supplier"].to_pylist())
    paid = sum(Decimal(row["amount"]) for row in rows if row["beneficiary_name"] in names) * 100
    assert paid == figures["concentration"].line("top 1", "spend").known
    by_name: dict[str, Decimal] = {}
    for row in rows:
        by_name[row["beneficiary_name"]] = by_name.get(row["beneficiary_name"], Decimal(0)) + Decimal(row["amount"])
    assert max(by_name.values()) * 100 <= paid
