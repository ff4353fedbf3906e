"""Payment files in archives and workbooks, and one that is given twice: what is read, and what is refused."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from payment_files import GOOD, column, refusal

from changemaking.places.spending import SpendingError, Tally, read_spending

OTHER = GOOD.replace(b"Acme", b"Emca")


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


# archives


def test_an_archive_is_read_in_place(tmp_path: Path) -> None:
    path = tmp_path / "year.zip"
    path.write_bytes(zipped(("a/april.csv", GOOD), ("readme.txt", b"hello"), ("__MACOSX/._april.csv", b"\0\1"), ("b/may.csv", OTHER)))
    spending = read_spending([path])
    assert [account.file for account in spending.accounts] == ["year.zip/a/april.csv", "year.zip/b/may.csv"] and spending.total == Tally(
        2, 200
    )


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (zipped(("../../etc/cron.csv", GOOD)), "out of the archive"),
        (zipped(("/abs.csv", GOOD)), "out of the archive"),
        (zipped(("C:\\x.csv", GOOD)), "out of the archive"),
        (zipped(("inner.zip", zipped(("a.csv", GOOD)))), "archive within an archive"),
        (zipped(("bomb.csv", b"," * 50_000_000)), "swells"),
        (zipped(("notes.txt", b"x")), "no tables"),
        (zipped(("a.csv", GOOD))[:-30], "damaged"),
        (zipped(*((f"{n}.csv", b"") for n in range(1001))), "too many files"),
    ],
    ids=["parent", "absolute", "drive", "nested", "bomb", "no tables", "truncated", "many"],
)
def test_archives_that_could_harm_are_refused(tmp_path: Path, content: bytes, word: str) -> None:
    assert word in refusal(tmp_path, content, "year.zip")


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.csv", GOOD)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(tmp_path, bytes(content), "year.zip")


def test_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.csv", GOOD * 100)))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    path = tmp_path / "year.zip"
    path.write_bytes(bytes(content))
    with pytest.raises(SpendingError):
        read_spending([path])


def test_what_is_no_table_in_an_archive_is_named(tmp_path: Path) -> None:
    others = [(name, b"x") for name in ("a/readme.txt", "report.PDF", "more.json", "__MACOSX/a/._readme.txt", ".DS_Store", "a/.hidden.txt")]
    (tmp_path / "year.zip").write_bytes(zipped(("a/april.csv", GOOD), *others, ("may.csv", OTHER)))
    spending = read_spending([tmp_path / "year.zip"])
    note = "not read, being no tables: a/readme.txt, report.PDF, more.json"
    assert [account.notes for account in spending.accounts] == [(note,), ()] and spending.left == (f"year.zip: {note}",)


# workbooks


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_with_notes_and_long_fractions(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Supplier", "Date", "Amount"],
        ["Acme Ltd", dt.datetime(2025, 7, 3, 1), 4442.2699999999995],
        ["B Ltd", "04/07/2025", "1,000.10"],
    ]
    path = tmp_path / "spend.xlsx"
    path.write_bytes(workbook(("Notes", [["These are notes about the file"]]), ("Q2", rows)))
    spending = read_spending([path])
    assert [a.file for a in spending.accounts] == ["spend.xlsx/Q2"]
    assert column(spending, "pence") == [444227, 100010] and column(spending, "date") == [dt.date(2025, 7, 3), dt.date(2025, 7, 4)]


PAYMENTS: list[list[object]] = [["Supplier", "Date", "Amount"], ["Acme Ltd", "01/04/2026", 1]]


def test_every_sheet_that_is_not_read_is_named_with_why(tmp_path: Path) -> None:
    content = workbook(
        ("Notes", [["These are notes about the file"]]),
        ("April", PAYMENTS),
        ("May", PAYMENTS[:1]),
        ("Hidden", PAYMENTS),
        ("Deep", [[]] * 1000 + [["far below"]]),
        ("Empty", [[]]),
        ("Staff", [["Supplier", "Telephone", "Contact"], ["Acme Ltd", "01234", "x"]]),
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["Hidden"].sheet_state = "hidden"
    book.save(tmp_path / "spend.xlsx")
    spending = read_spending([tmp_path / "spend.xlsx"])
    (account,) = spending.accounts
    assert account.file == "spend.xlsx/April" and account.used == Tally(1, 100)
    assert [note.split(": ")[0] for note in account.notes] == [
        'sheet "Notes" is set aside',
        'sheet "May" is set aside',
        'sheet "Hidden" is not read',
        'sheet "Deep" is not read',
        'sheet "Staff" is set aside',
    ]
    assert account.notes[1].endswith("it holds headings and no rows") and account.notes[2].endswith("it is hidden; show it to have it read")
    assert spending.left == tuple(f"spend.xlsx: {note}" for note in account.notes)


@pytest.mark.parametrize("heading", ["Amonut", None])
def test_a_sheet_of_payments_that_cannot_be_read_is_an_error(tmp_path: Path, heading: str | None) -> None:
    wrong: list[list[object]] = [["Supplier", "Date", heading, "Department"], ["B Ltd", "01/05/2026", 2, "Parks"]]
    content = workbook(("April", PAYMENTS), ("May", wrong))
    message = refusal(tmp_path, content, "spend.xlsx")
    assert message.startswith("spend.xlsx/May: headings: none is known for amount")


def test_a_mapping_that_misses_a_sheet_of_payments_is_an_error(tmp_path: Path) -> None:
    other: list[list[object]] = [["Supplier", "Date", "Gross"], ["B Ltd", "01/05/2026", 2]]
    (tmp_path / "spend.xlsx").write_bytes(workbook(("Notes", [["a", "b"], ["c", "d"]]), ("April", PAYMENTS), ("May", other)))
    with pytest.raises(SpendingError, match=r"^spend\.xlsx/May: mapping\.spend\.xlsx\.amount: names no heading") as caught:
        read_spending([tmp_path / "spend.xlsx"], mapping={"spend.xlsx": {"amount": "Amount"}})
    assert len(caught.value.problems) == 1


def test_a_workbook_of_hidden_sheets_says_so(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(("Notes", [[]]), ("April", PAYMENTS))))
    book["April"].sheet_state = "hidden"
    book.save(tmp_path / "spend.xlsx")
    assert 'sheet "April" is not read: it is hidden' in refusal(tmp_path, (tmp_path / "spend.xlsx").read_bytes(), "spend.xlsx")


def test_cells_far_below_and_beside_a_sheet_cost_little(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cells in (["Supplier", "Date", "Amount"], ["Acme Ltd", "01/04/2026", 1], ["B Ltd", "01/04/2026", 2]):
        book.active.append(cells)
    book.active.cell(1 << 20, 1, "C Ltd")
    book.active.cell(1 << 20, 3, 4)
    book.active.cell(1, 16_384, "far")
    book.save(tmp_path / "spend.xlsx")
    start = time.process_time()
    account = read_spending([tmp_path / "spend.xlsx"]).accounts[0]
    assert account.used == Tally(3, 700) and account.padding == (1 << 20) - 4
    assert time.process_time() - start < 30


def test_damaged_workbooks_are_refused(tmp_path: Path) -> None:
    content = workbook(("Q2", [["Supplier", "Date", "Amount"], ["Acme Ltd", "01/04/2026", 1]]))
    assert "damaged" in refusal(tmp_path, content[: len(content) // 2], "spend.xlsx")
    assert "damaged" in refusal(tmp_path, b"no workbook at all, just text", "spend.xlsx")
    assert "swells" in refusal(tmp_path, zipped(("[Content_Types].xml", b"x"), ("xl/sharedStrings.xml", b" " * 30_000_000)), "spend.xlsx")


def test_a_billion_laughs_workbook_is_refused(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    source = workbook(("Q2", [["Supplier", "Date", "Amount"], ["Acme Ltd", "01/04/2026", 1]]))
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = laughs + members[sheet].replace(b"Acme Ltd", b"&c;")
    assert "damaged workbook" in refusal(tmp_path, zipped(*members.items()), "spend.xlsx")


# the same file twice


def test_a_file_given_under_two_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "april.csv").write_bytes(GOOD)
    (tmp_path / "copy.csv").write_bytes(GOOD)
    (tmp_path / "other.csv").write_bytes(OTHER)
    with pytest.raises(SpendingError, match=r"^copy\.csv: holds the same as another file .* got april\.csv; takes each file once$"):
        read_spending([tmp_path / name for name in ("april.csv", "copy.csv", "other.csv")])
    with pytest.raises(SpendingError, match=r"april\.csv: holds the same"):
        read_spending([tmp_path / "april.csv"] * 2)


def test_a_file_that_is_also_in_an_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "april.csv").write_bytes(GOOD)
    (tmp_path / "year.zip").write_bytes(zipped(("april.csv", GOOD), ("may.csv", OTHER), ("MAY.CSV", OTHER)))
    with pytest.raises(SpendingError) as caught:
        read_spending([tmp_path / "april.csv", tmp_path / "year.zip"])
    assert [(problem.where, problem.got) for problem in caught.value.problems] == [
        ("year.zip/april.csv", "april.csv"),
        ("year.zip/MAY.CSV", "year.zip/may.csv"),
    ]
