"""Every published file at hand goes through, and its rows and pence are those that plain Python counts by itself."""

from __future__ import annotations

import csv
import io
import os
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import changemaking
from changemaking.places.spending import FileAccount, Spending, SpendingError, Tally, read_spending

DATA = Path(os.environ.get("CHANGEMAKING_DATA") or Path(changemaking.__file__).resolve().parents[1] / "shared" / "data")
pytestmark = pytest.mark.skipif(not (DATA / "spend").is_dir(), reason="the public data are not here")

# File, encoding, delimiter, rows up to and with the headings, column of the amount, column of the payee, total it prints.
TEXTS = [
    ("spend/bradford_2019-12.csv", "ascii", ",", 1, 6, 8, None),
    ("spend/craven_2017-03.csv", "cp1252", ",", 1, 9, 3, "726583.94"),
    ("spend/hyndburn_2017-01.csv", "cp1252", ",", 1, 6, 4, None),
    ("spend/hyndburn_2018-03_CRonly_cp1252.csv", "cp1252", ",", 1, 6, 4, None),
    ("spend/hyndburn_2021-03_2digityear.csv", "cp1252", ",", 1, 6, 4, None),
    ("spend/hyndburn_2022-02.csv", "cp1252", ",", 1, 6, 4, None),
    ("spend/lambeth_2011-01.csv", "utf-8", ",", 1, 1, 0, None),
    ("spend/lambeth_2011-12.csv", "utf-8", ",", 1, 1, 0, "27883188.83"),
    ("spend/leeds_2012-03.csv", "ascii", ",", 1, 9, 11, None),
    ("spend/manchester_2015-11.csv", "ascii", ",", 1, 5, 6, None),
    ("spend/salford_2011-08.csv", "ascii", ",", 1, 5, 6, None),
    ("spend/sheffield_2017-01.csv", "ascii", ",", 1, 9, 10, None),
    ("spend/trafford-supplier-spend-2026-27.zip", "utf-8", ",", 1, 8, 4, None),
    ("spend/wakefield_2021-Q4.csv", "ascii", ",", 1, 12, 6, None),
    ("messy/062015_June_2015_-_25k.csv", "cp1252", ",", 1, 7, 5, None),
    ("messy/AHDB-Over-25k-1209.csv", "cp1252", ",", 2, 7, 5, None),
    ("messy/cefas-over-25k-1004.csv", "ascii", ";", 1, 7, 5, None),
    ("suppliers/calderdale_2022-08_vcse_flag.csv", "ascii", ",", 1, 5, 7, None),
    ("suppliers/nwod_bolton_2019.csv", "ascii", ",", 1, 5, 3, None),
]
WORKBOOKS = [("spend/lancs_fire-2025-26-q2.xlsx", 1, "F"), ("spend/lancs_pcc-2020-21.xlsx", 12, "C")]
OTHER_KINDS = {
    "messy/20111222GPC_OCT_2011TRAVELSTATIONERYCONTRACTS.csv": "summary of spending",
    "suppliers/CoNumberPrefix.csv": "code list",
    "suppliers/CoSicCode.csv": "code list",
    "suppliers/proclass_17.csv": "code list",
    "suppliers/trafford_prompt_payment.csv": "prompt payment",
    "suppliers/trafford_vcs_grants_360giving.csv": "grants",
    "budgets/council_budgets_by_service_2025_26.csv": "budget",
    "preston/contracts_finder_lancashire_15_councils.csv": "contracts register",
}


def plain_rows(name: str, encoding: str, delimiter: str) -> list[list[str]]:
    """The file's rows, read the slow and simple way."""
    path = DATA / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            raw = archive.read(archive.namelist()[0])
    else:
        raw = path.read_bytes()
    text = raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def plain_pence(text: str) -> int:
    return int(Decimal(re.sub(r"[£, ]", "", text)) * 100)


@pytest.mark.parametrize(("name", "encoding", "delimiter", "above", "amount", "payee", "total"), TEXTS, ids=[t[0] for t in TEXTS])
def test_rows_pence_and_payees_are_those_of_plain_python(
    name: str, encoding: str, delimiter: str, above: int, amount: int, payee: int, total: str | None
) -> None:
    rows = [(n, r) for n, r in enumerate(plain_rows(name, encoding, delimiter), 1) if n > above and any(c.strip() for c in r)]
    spending = read_spending([DATA / name], persons=True)
    (account,) = spending.accounts
    printed = None if total is None else plain_pence(total)
    assert account.read == Tally(len(rows), sum(plain_pence(r[amount]) for _, r in rows))
    assert account.total == printed and account.rejected == Tally()
    assert account.payments.pence == account.read.pence - (printed or 0)
    assert account.agrees is (None if total is None else True)
    assert_reconciled(account, spending)
    table = columns(spending, "row", "pence", "supplier")
    assert table["row"] == [n for n, _ in rows]
    assert table["pence"] == [plain_pence(r[amount]) for _, r in rows]
    assert table["supplier"] == [" ".join(r[payee].split()) or None for _, r in rows]


@pytest.mark.parametrize(("name", "sheets", "column"), WORKBOOKS, ids=[w[0] for w in WORKBOOKS])
def test_workbooks_add_up_as_their_xml_does(name: str, sheets: int, column: str) -> None:
    spending = read_spending([DATA / name])
    assert len(spending.accounts) == sheets
    for account, amounts in zip(spending.accounts, xml_amounts(DATA / name, column), strict=True):
        assert account.read == Tally(len(amounts), sum(amounts))
        assert_reconciled(account, spending)


def xml_amounts(path: Path, column: str) -> Iterator[list[int]]:
    """The pence of a column of each sheet, from the numbers in its XML."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)]
        for sheet in sorted(sheets, key=lambda n: int(re.sub(r"\D", "", n))):
            cells = [c for c in ET.fromstring(archive.read(sheet)).iter(f"{space}c") if re.fullmatch(rf"{column}\d+", c.get("r") or "")]
            numbers = [c.findtext(f"{space}v") for c in cells if c.get("t") in (None, "n") and c.findtext(f"{space}v")]
            yield [round(Decimal(number) * 100) for number in numbers if number]


@pytest.mark.parametrize("name", OTHER_KINDS)
def test_other_kinds_are_named_and_never_read_as_payments(name: str) -> None:
    spending = read_spending([DATA / name])
    (account,) = spending.accounts
    above = 0 if account.kind == "summary of spending" else 1
    filled = [row for row in plain_rows(name, "utf-8", ",")[above:] if any(cell.strip() for cell in row)]
    assert account.kind == OTHER_KINDS[name] and account.used == Tally() and account.read == Tally(len(filled))
    assert account.excluded == {f"another kind of file: {account.kind}": account.read}
    assert sum(batch.num_rows for batch in spending.batches()) == 0


def test_no_file_of_another_folder_is_taken_for_payments() -> None:
    files = [path for folder in ("geo", "io", "budgets", "preston", "ocds") for path in sorted((DATA / folder).iterdir())]
    assert len(files) > 20
    for path in files:
        try:
            accounts = read_spending([path]).accounts
        except SpendingError as error:
            assert path.name in str(error)
        else:
            assert all(account.used.rows == 0 for account in accounts), path.name


def test_one_reading_of_all_files_holds_what_each_holds(tmp_path: Path) -> None:
    files = [DATA / name for name in ("spend/craven_2017-03.csv", "spend/salford_2011-08.csv", "spend/lancs_fire-2025-26-q2.xlsx")]
    apart = [account for file in files for account in read_spending([file]).accounts]
    together = read_spending(files, out=tmp_path)
    assert together.accounts == tuple(apart)
    assert together.path == tmp_path / "payments.parquet" and not (tmp_path / "rejects.csv").exists()
    assert Counter(columns(together, "file")["file"]) == {account.file: account.read.rows for account in apart}


def test_gross_net_and_vat_of_salford_are_compared() -> None:
    rows = plain_rows("spend/salford_2011-08.csv", "ascii", ",")[1:]
    wrong = sum(plain_pence(r[3]) != plain_pence(r[5]) + (plain_pence(r[4]) if r[4] else 0) for r in rows)
    account = read_spending([DATA / "spend/salford_2011-08.csv"]).accounts[0]
    assert wrong == 2 and f"rows whose gross is not net and VAT together: {wrong}" in account.notes
    assert account.basis == "net" and account.mapping["amount"] == "Net"


def test_identical_rows_are_kept_and_counted() -> None:
    rows = plain_rows("spend/trafford-supplier-spend-2026-27.zip", "utf-8", ",")[1:]
    same = len(rows) - len(set(map(tuple, rows)))
    account = read_spending([DATA / "spend/trafford-supplier-spend-2026-27.zip"]).accounts[0]
    assert same > 5000 and f"rows identical to an earlier row, all kept: {same:,}" in account.notes


def test_flags_and_company_numbers_of_calderdale() -> None:
    rows = plain_rows("suppliers/calderdale_2022-08_vcse_flag.csv", "ascii", ",")[1:]
    table = columns(read_spending([DATA / "suppliers/calderdale_2022-08_vcse_flag.csv"]), "vcse", "company_number")
    assert table["vcse"] == [r[22] == "Y" for r in rows]
    assert table["company_number"] == [r[8].strip() or None for r in rows]


def assert_reconciled(account: FileAccount, spending: Spending) -> None:
    assert account.used + account.rejected + sum(account.excluded.values(), Tally()) == account.read
    table = columns(spending, "file", "status", "reason", "pence")
    held: dict[tuple[str, str | None], Tally] = {}
    for file, status, reason, pence in zip(*table.values(), strict=True):
        if file == account.file:
            key = (status, reason if status == "excluded" else None)
            held[key] = held.get(key, Tally()) + Tally(1, pence or 0)
    expected = {("excluded", reason): tally for reason, tally in account.excluded.items()}
    expected |= {("used", None): account.used} if account.used.rows else {}
    assert held == expected


def columns(spending: Spending, *names: str) -> dict[str, list]:
    found: dict[str, list] = {name: [] for name in names}
    for batch in spending.batches():
        for name in names:
            found[name] += batch.column(name).to_pylist()
    return found
