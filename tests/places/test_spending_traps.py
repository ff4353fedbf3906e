"""Each trap that real payment files hold, made small: encodings, headings, amounts, dates, totals, redactions, archives."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from changemaking.places.spending import REASONS, FileAccount, Limits, Spending, SpendingError, Tally, public_body, read_spending

HEADING = "Supplier Name,Payment Date,Net Amount"


def read(folder: Path, content: str | bytes, name: str = "spend.csv", **settings: object) -> tuple[FileAccount, Spending]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    spending = read_spending([path], **settings)  # type: ignore[arg-type]
    return spending.accounts[0], spending


def column(spending: Spending, name: str) -> list:
    return [value for batch in spending.batches() for value in batch.column(name).to_pylist()]


def refusal(folder: Path, content: bytes, name: str = "spend.csv", **settings: object) -> str:
    """The message of a refused file; nothing may be written."""
    out = folder / "out"
    with pytest.raises(SpendingError) as caught:
        read(folder, content, name, out=out, **settings)
    assert not out.exists()
    return str(caught.value)


# encodings and line ends


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_reads_any_encoding_with_any_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    lines = ["Supplier Name,Payment Date,Net Amount (£)", "Café Élan Ltd,01/04/2026,£12.50", "Père & Fils Ltd,02/04/2026,£7.25", ""]
    account, spending = read(tmp_path, end.join(lines).encode(encoding))
    assert column(spending, "supplier") == ["Café Élan Ltd", "Père & Fils Ltd"]
    assert account.used == Tally(2, 1975) and account.mapping["amount"] == "Net Amount (£)"


@pytest.mark.parametrize("times", [1, 2])
def test_leaves_out_a_mark_that_was_mangled(tmp_path: Path, times: int) -> None:
    text = "\ufeff" + f"{HEADING}\nAcme Ltd,01/04/2026,1.00\n"
    raw = text.encode()
    for _ in range(times):
        raw = b"\xef\xbb\xbf" + raw.decode("cp1252").encode() if times == 1 else raw.decode("cp1252").encode()
    account, _ = read(tmp_path, raw)
    assert account.headings[0] == "Supplier Name" and account.used == Tally(1, 100)
    assert any("mangled" in note for note in account.notes)


def test_lines_in_two_encodings(tmp_path: Path) -> None:
    raw = f"{HEADING}\n".encode() + "Café Ltd,01/04/2026,1\n".encode() + "Été Ltd,01/04/2026,2\n".encode("cp1252")
    account, spending = read(tmp_path, raw)
    assert column(spending, "supplier") == ["Café Ltd", "Été Ltd"] and account.encoding == "utf-8 and cp1252"
    assert "lines in cp1252 among lines in UTF-8: 1" in account.notes


def test_nuls_are_left_out_and_counted(tmp_path: Path) -> None:
    account, spending = read(tmp_path, f"{HEADING}\nAc\0me Ltd,01/04/2026,1.00\n")
    assert column(spending, "supplier") == ["Acme Ltd"] and "NUL characters left out: 1" in account.notes


# headings


def test_title_rows_blank_rows_and_columns(tmp_path: Path) -> None:
    text = "Payments over £500,,,,\nApril 2026,,,,\n,,,,\nSupplier ,,Payment Date, Amount ,\nAcme Ltd,,01/04/2026,1.00,\n,,,,\n,,,,\n"
    account, spending = read(tmp_path, text)
    assert account.heading_row == 4 and account.read == Tally(1, 100) and account.padding == 2
    assert column(spending, "row") == [5]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEADING}\nAcme Ltd,01/04/2026,1.00\nB & Co Ltd,02/04/2026,2.00\n".replace(",", delimiter)
    account, _ = read(tmp_path, text)
    assert account.delimiter == delimiter and account.used == Tally(2, 300)


def test_of_two_like_headings_the_numbers_are_the_code(tmp_path: Path) -> None:
    account, spending = read(tmp_path, "Supplier Name,Account Code,Account Code,Date,Amount\nAcme Ltd,2280,Disposal Fees,01/04/2026,1\n")
    assert column(spending, "category_code") == ["2280"] and column(spending, "category") == ["Disposal Fees"]
    assert account.used.rows == 1


def test_headings_that_are_misspelt_or_joined(tmp_path: Path) -> None:
    text = "BeneficiaryName,* Date,Invoice Nett Amount,Service divison label\nAcme Ltd,2026-04-01,1.00,Parks\n"
    account, spending = read(tmp_path, text)
    assert account.basis == "net" and column(spending, "department") == ["Parks"] and account.used == Tally(1, 100)


def test_net_is_taken_of_gross_vat_and_net(tmp_path: Path) -> None:
    account, spending = read(
        tmp_path, "Supplier,Date,Gross,VAT,Net\nAcme Ltd,01/04/2026,12.00,2.00,10.00\nB Ltd,01/04/2026,12.00,2.00,9.00\n"
    )
    assert account.mapping["amount"] == "Net" and column(spending, "pence") == [1000, 900] and column(spending, "vat_pence") == [200, 200]
    assert "rows whose gross is not net and VAT together: 1" in account.notes


def test_without_headings_the_columns_are_told_by_what_they_hold(tmp_path: Path) -> None:
    rows = "".join(f"Parks,Acme {n} Ltd,0{n}/04/2026,51000{n},{n}.50\n" for n in range(1, 9))
    account, _ = read(tmp_path, rows)
    assert account.heading_row == 0 and account.used == Tally(8, 4000)
    assert account.mapping == {"date": "column 3", "amount": "column 5", "supplier": "column 2"}
    assert any("no headings" in note for note in account.notes)


def test_fewer_headings_than_cells(tmp_path: Path) -> None:
    account, _ = read(tmp_path, f"{HEADING}\nAcme Ltd,01/04/2026,1.00,,\nB Ltd,01/04/2026,2.00,note,\nC Ltd,01/04/2026,3.00\n")
    assert account.used == Tally(3, 600)


def test_cells_beyond_the_usual_width_reject_a_row_that_is_perhaps_shifted(tmp_path: Path) -> None:
    body = "".join(f"Acme Ltd,01/04/2026,{n}.00\n" for n in range(1100))
    account, spending = read(tmp_path, f"{HEADING}\n{body}Smith, Jones Ltd,01/04/2026,5.00\n", out=tmp_path / "out")
    assert account.rejected == Tally(1) and account.read.rows == 1101
    assert spending.rejects[0].row == 1102 and "4 cells where 3" in spending.rejects[0].reason


def test_the_mapping_can_be_overridden(tmp_path: Path) -> None:
    text = "Supplier,Date,Gross,VAT,Net\nAcme Ltd,01/04/2026,12.00,2.00,10.00\n"
    account, _ = read(tmp_path, text, mapping={"sp*.csv": {"amount": "Gross"}})
    assert account.used == Tally(1, 1200) and account.basis == "gross"


def test_an_override_that_fits_nothing_names_the_nearest(tmp_path: Path) -> None:
    text = b"Supplier,Date,Gross,VAT,Net\nAcme Ltd,01/04/2026,12.00,2.00,10.00\n"
    assert "did you mean 'Gross'" in refusal(tmp_path, text, mapping={"spend.csv": {"amount": "Groß"}})
    assert "did you mean 'amount'" in refusal(tmp_path, text, mapping={"spend.csv": {"amont": "Gross"}})
    assert "did you mean 'spend.csv'" in refusal(tmp_path, text, mapping={"spent.csv": {"amount": "Gross"}})


def test_a_file_that_cannot_be_mapped_names_what_it_holds_and_what_is_missing(tmp_path: Path) -> None:
    message = refusal(tmp_path, b"Payee Nome,Date,Net Amount\nAcme Ltd,01/04/2026,1.00\n")
    assert "spend.csv" in message and "supplier" in message and "Payee Nome" in message
    account, _ = read(tmp_path, "Payee Nome,Date,Net Amount\nAcme Ltd,01/04/2026,1.00\n", mapping={"*": {"supplier": "Payee Nome"}})
    assert account.used == Tally(1, 100)


# amounts


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("1234.5", 123450),
        ("1,234.56", 123456),
        ("£1,234.56", 123456),
        (" £ 1,234.56 ", 123456),
        ("(1,234.56)", -123456),
        ("1,234.56-", -123456),
        ("-£5.00", -500),
        ("£-5.00", -500),
        ("-5", -500),
        ("12.30 CR", -1230),
        ("12.30 DR", 1230),
        (".5", 50),
        ("1234567890123.45", 123456789012345),
        ("0.1", 10),
        ("4442.27", 444227),
        ("1e3", 100000),
        ("2.675", 268),
        ("-2.675", -268),
        ("+7", 700),
    ],
)
def test_amounts_to_the_penny(tmp_path: Path, text: str, pence: int) -> None:
    account, spending = read(tmp_path, f'{HEADING}\nAcme Ltd,01/04/2026,"{text}"\nB Ltd,01/04/2026,1.00\n')
    assert column(spending, "pence") == [pence, 100] and account.read == Tally(2, pence + 100)


@pytest.mark.parametrize(
    "text",
    ["abc", "1.2.3", "12,34.56", "1,23", "£", "(5", "5)", "--5", "(-5)", "#REF!", "=1+1", "1 2", "1_0", "٣", "inf", "NaN1", "9" * 20],
)
def test_what_is_no_amount_is_rejected_with_row_and_heading(tmp_path: Path, text: str) -> None:
    account, spending = read(tmp_path, f'{HEADING}\nAcme Ltd,01/04/2026,"{text}"\nB Ltd,01/04/2026,1.00\n')
    assert account.rejected == Tally(1) and account.used == Tally(1, 100)
    (reject,) = spending.rejects
    assert (reject.row, reject.column, reject.found) == (2, "Net Amount", text) and "no amount" in reject.reason
    assert column(spending, "status") == ["rejected", "used"]


def test_sums_have_no_error_of_floating_point_and_no_overflow(tmp_path: Path) -> None:
    account, _ = read(tmp_path, f"{HEADING}\n" + "Acme Ltd,01/04/2026,0.10\n" * 1001 + "B Ltd,01/04/2026,9999999999999.99\n" * 20_000)
    assert account.used == Tally(21_001, 10_010 + 20_000 * 999_999_999_999_999)


def test_a_file_that_breaks_off_is_told(tmp_path: Path) -> None:
    text = f"{HEADING}\nAcme Ltd,01/04/2026,1.00\nBeta Ltd,02/04/2026,2.00"
    assert not read(tmp_path, text)[0].notes, "a last line without an end is whole"
    for block in (8, 1 << 20):
        account, _ = read(tmp_path, text[:-6], limits=Limits(block=block))
        assert "cut off" in " ".join(account.notes) and account.rejected.rows == 1
    assert not read(tmp_path, text[:-6] + "\n")[0].notes


def test_parts_of_a_penny_are_rounded_and_told(tmp_path: Path) -> None:
    account, spending = read(tmp_path, f"{HEADING}\nAcme Ltd,01/04/2026,12.345\nB Ltd,01/04/2026,12.3400\nC Ltd,01/04/2026,1\n")
    assert column(spending, "pence") == [1235, 1234, 100]
    assert "amounts with parts of a penny, rounded to the nearest: 1" in account.notes


# dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("06/03/2017", dt.date(2017, 3, 6)),
        ("6/3/2017", dt.date(2017, 3, 6)),
        ("06/03/17", dt.date(2017, 3, 6)),
        ("06-Mar-17", dt.date(2017, 3, 6)),
        ("6 Mar 2017", dt.date(2017, 3, 6)),
        ("6th March 2017", dt.date(2017, 3, 6)),
        ("2017-03-06", dt.date(2017, 3, 6)),
        ("20170306", dt.date(2017, 3, 6)),
        ("2017-03-06T00:00:00", dt.date(2017, 3, 6)),
        ("06/03/2017 13:45", dt.date(2017, 3, 6)),
        ("March 6, 2017", dt.date(2017, 3, 6)),
        ("42800", dt.date(2017, 3, 6)),
        ("Mar-17", dt.date(2017, 3, 1)),
        ("Q4 2016/17", None),
        ("Quarter 1", None),
        ("", None),
    ],
)
def test_dates(tmp_path: Path, text: str, day: dt.date | None) -> None:
    account, spending = read(tmp_path, f'{HEADING}\nAcme Ltd,"{text}",1.00\n')
    assert column(spending, "date") == [day] and account.used == Tally(1, 100)
    assert (account.first, account.last) == (day, day)


def test_month_first_only_when_the_file_says_so(tmp_path: Path) -> None:
    account, spending = read(tmp_path, f"{HEADING}\nAcme Ltd,04/01/2026,1\nB Ltd,04/22/2026,2\n")
    assert column(spending, "date") == [dt.date(2026, 4, 1), dt.date(2026, 4, 22)] and account.dates == "month/day/year"


def test_dates_that_contradict_each_other_or_the_calendar_are_rejected(tmp_path: Path) -> None:
    account, spending = read(tmp_path, f"{HEADING}\nAcme Ltd,22/04/2026,1\nB Ltd,04/22/2026,2\nC Ltd,31/02/2026,4\nD Ltd,soon,8\n")
    assert account.used == Tally(1, 100) and account.rejected == Tally(3, 1400)
    assert [(r.row, r.column, r.found) for r in spending.rejects] == [
        (3, "Payment Date", "04/22/2026"),
        (4, "Payment Date", "31/02/2026"),
        (5, "Payment Date", "soon"),
    ]


def test_where_days_and_months_contradict_most_rows_decide_and_the_others_are_told(tmp_path: Path) -> None:
    days = ("04/13/2026", "04/14/2026", "15/04/2026", "16/04/2026", "04/17/2026", "05/06/2026")
    account, spending = read(tmp_path, HEADING + "".join(f"\nA Ltd,{day},1" for day in days))
    assert column(spending, "date")[-1] == dt.date(2026, 5, 6) and account.rejected.rows == 2
    assert "days and months contradict: read as month/day/year, rows rejected that read only otherwise: 2" in account.notes
    agreed, _ = read(tmp_path, f"{HEADING}\nA Ltd,31/02/2026,1\nA Ltd,28/02/2026,1")
    assert agreed.rejected.rows == 1 and not any("contradict" in note for note in agreed.notes), "no day of any calendar"


@pytest.mark.parametrize("far", ["01/01/2099", "31/12/1990"])
def test_a_date_far_from_all_others_is_told_and_does_not_stretch_the_file(tmp_path: Path, far: str) -> None:
    account, _ = read(tmp_path, f"{HEADING}\nA Ltd,01/04/2016,1\nB Ltd,{far},2\nC Ltd,30/05/2016,3")
    assert (account.first, account.last) == (dt.date(2016, 4, 1), dt.date(2016, 5, 30)) and account.used.rows == 3
    year, month = far[-4:], far[3:5]
    assert f"rows dated more than a year apart from the others: 1, {year}-{month}" in account.notes
    even, _ = read(tmp_path, f"{HEADING}\nA Ltd,01/04/2011,1\nB Ltd,01/04/2016,2")
    assert (even.first, even.last) == (dt.date(2011, 4, 1), dt.date(2016, 4, 1)), "nothing says which of the two is the slip"


def test_dates_outside_the_month_of_the_file_are_told(tmp_path: Path) -> None:
    account, _ = read(tmp_path, f"{HEADING}\nAcme Ltd,01/04/2026,1\nB Ltd,28/03/2021,2\n", name="town_2026-04.csv")
    assert "rows dated outside the time in the file's name: 1" in account.notes and account.used.rows == 2


# totals


def test_a_printed_total_is_compared(tmp_path: Path) -> None:
    rows = f"{HEADING}\nAcme Ltd,01/04/2026,1.50\nB Ltd,02/04/2026,2.25\n"
    right, _ = read(tmp_path, rows + ",,3.75\n")
    assert right.total == 375 and right.agrees is True and right.used == Tally(2, 375) and right.excluded == {"total": Tally(1, 375)}
    named, _ = read(tmp_path, rows + "Grand Total,,4.00\n")
    assert named.total == 400 and named.agrees is False and named.used == Tally(2, 375)
    none, _ = read(tmp_path, rows)
    assert none.total is None and none.agrees is None


def test_a_lone_last_amount_that_is_not_the_sum_is_a_total_that_disagrees(tmp_path: Path) -> None:
    account, _ = read(tmp_path, f"{HEADING}\nAcme Ltd,01/04/2026,1.50\n,,9.99\n")
    assert account.total == 999 and account.agrees is False and account.used == Tally(1, 150)


def test_subtotals_are_found_by_their_sums(tmp_path: Path) -> None:
    text = (
        f"{HEADING}\nAcme Ltd,01/04/2026,1\nAcme Ltd,02/04/2026,2\nAcme Ltd Total,,3\nB Ltd,01/04/2026,4\nB Ltd Total,,4\nGrand Total,,7\n"
    )
    account, spending = read(tmp_path, text)
    assert account.used == Tally(3, 700) and account.excluded == {"total": Tally(3, 1400)} and account.total == 700 and account.agrees
    assert column(spending, "status") == ["used", "used", "excluded", "used", "excluded", "excluded"]


def test_a_supplier_whose_name_ends_with_total_is_paid(tmp_path: Path) -> None:
    account, _ = read(
        tmp_path, f"{HEADING}\nAcme Ltd,01/04/2026,1\nTotal Gas & Power Ltd,02/04/2026,1\nTotal,03/04/2026,5\nEngie Total,04/04/2026,3\n"
    )
    assert account.used == Tally(4, 1000) and account.total is None


def test_headings_that_come_again_are_no_payments(tmp_path: Path) -> None:
    account, _ = read(tmp_path, f"{HEADING}\nAcme Ltd,01/04/2026,1\n{HEADING}\nB Ltd,01/04/2026,2\n")
    assert account.used == Tally(2, 300) and account.excluded == {"heading": Tally(1, 0)} and account.rejected == Tally()


# what is excluded


@pytest.mark.parametrize(
    ("payee", "reason"),
    [
        ("REDACTED PERSONAL DATA", "redacted"),
        ("Redacted - Personal Data#2", "redacted"),
        ("***********", "redacted"),
        ("THIRD PARTY SUPPLIER", "redacted"),
        ("Name withheld", "redacted"),
        ("XXXXX", "redacted"),
        ("", "unnamed"),
        ("HMRC CUMBERNAULD", "tax"),
        ("HM Revenue & Customs Only", "tax"),
        ("West Yorkshire Pension Fund", "pension"),
        ("TEACHERS PENSIONS", "pension"),
        ("Tameside MB-GMPF", "pension"),
        ("PRUDENTIAL LIFE & PENSIONS", "pension"),
        ("UNISON", "payroll"),
        ("Unison Software Ltd", None),
        ("GMPCC (PRECEPTS)", "precept"),
        ("GMWDA (LEVY)", "precept"),
        ("DIRECT PAYMENTS", "personal budget"),
        ("Public Works Loan Board", "treasury"),
        ("Leeds City Council", "public body"),
        ("Petty cash", "internal"),
        ("Acme Ltd", None),
        ("Fostering Solutions Ltd", None),
        ("Best At Home Adult Care Private Ltd", None),
        ("Grosvenor House#Redacted", None),
        ("Group 4 Total Security Ltd", None),
        ("Direct Payment Support Services Ltd", None),
        ("Personnel Checks Limited", None),
    ],
)
def test_payees_that_are_no_suppliers(tmp_path: Path, payee: str, reason: str | None) -> None:
    account, spending = read(tmp_path, f"Reference,{HEADING}\n1,{payee},01/04/2026,1.00\n2,Other Ltd,01/04/2026,2.00\n")
    assert column(spending, "reason") == [reason, None]
    assert account.excluded == ({reason: Tally(1, 100)} if reason else {})


@pytest.mark.parametrize(
    ("use", "payee", "reason"),
    [
        ("Grant Payments", "Clayton Luncheon Club", "grant"),
        ("Earmarked Grants", "Screwfix Direct Ltd", None),
        ("Grants", "Dolphin Mobility Ltd", None),
        ("Disabled Facilities Grants", "K P Builders", None),
        ("Direct payments", "Kathryn House", "personal budget"),
        ("Rates", "Any Payee", "tax"),
        ("Agency Pay", "Hays", None),
        ("Basic Pay", "The Staff", "payroll"),
        ("Waste Disposal Levy", "Any Payee", "precept"),
        ("SUPER ADD ALLOWANCES", "Any Payee", "pension"),
        ("Add Vol Conts", "Any Payee", "pension"),
        ("EXT INT MONEY MARK - LOAN 30", "A Bank", "treasury"),
        ("Int on loans", "A Bank plc", "treasury"),
        ("INT ROOM HIRE", "A Hotel", None),
        ("Integrated care", "Any Payee", None),
    ],
)
def test_uses_that_are_no_purchases(tmp_path: Path, use: str, payee: str, reason: str | None) -> None:
    _, spending = read(tmp_path, f"Expense Type,{HEADING}\n{use},{payee},01/04/2026,1.00\n")
    assert column(spending, "reason") == [reason]


def test_a_body_that_pays_itself(tmp_path: Path) -> None:
    _, spending = read(tmp_path, f"Body Name,{HEADING}\nActon Trust,ACTON TRUST,01/04/2026,1\nActon Trust,Acme Ltd,01/04/2026,1\n")
    assert column(spending, "reason") == ["internal", None]


def test_public_bodies_by_name() -> None:
    public = [
        "Leeds City Council",
        "Tameside MBC",
        "NHS Greater Manchester ICB",
        "West Yorkshire Police",
        "HMCTS",
        "Ofsted",
        "Lymm High School",
        "Environment Agency",
        "CO-OP ACADEMY DELIUS",
        "CLAYTON ST JOHN (CE) PRIMARY ACADEM",
        "Greater Manchester Mental Health NH",
        "Manchester Mental Health & Social C",
    ]
    private = [
        "Bury Council for Voluntary Service",
        "Calderdale Schools Ltd",
        "Anchor Trust",
        "Rose Court Nursing Home",
        "University of Leeds",
        "Police Federation",
        "Academy Taxi & Co",
        "Blue Ribbon Healthcare",
    ]
    assert [name for name in public if not public_body(name)] == []
    assert [name for name in private if public_body(name)] == []


def test_every_reason_is_explained() -> None:
    assert all(len(text) > 10 for text in REASONS.values())


# persons


def test_persons_are_numbered_across_files_unless_asked_for(tmp_path: Path) -> None:
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text(f"{HEADING}\nMrs Kayleigh Burke,01/04/2026,1\nAcme Ltd,01/04/2026,2\nMr Harold Cooper,01/04/2026,3\n")
    two.write_text(f"{HEADING}\nMR  HAROLD COOPER,01/05/2026,4\n")
    spending = read_spending([one, two])
    assert column(spending, "supplier") == ["person 1", "Acme Ltd", "person 2", "person 2"]
    assert "Cooper" not in json.dumps([account.to_dict() for account in spending.accounts])
    assert column(read_spending([one], persons=True), "supplier") == ["Mrs Kayleigh Burke", "Acme Ltd", "Mr Harold Cooper"]


def test_a_person_is_not_named_in_other_columns_either(tmp_path: Path) -> None:
    text = (
        f"Description,Reference,Company Number,{HEADING}\n"
        "Payment to JANE  HARTLEY for care,Hartley Jane 7,,Mrs Jane Hartley,01/04/2026,1\n"
        'Paint for Jane Hartley,A1,,"Acme Ltd",01/04/2026,Harold Cooper\n'
        "Janet Hartleys,A2,,Jane Hartley,01/04/2026,Jane Hartley's\n"
        "Jane Rowe,A3,01234567,Jane Rowe,01/04/2026,1\n"
    )
    _, spending = read(tmp_path, text, out=tmp_path / "out")
    assert column(spending, "supplier") == ["person 1", "Acme Ltd", "person 2", "Jane Rowe"]
    assert column(spending, "purpose")[0] == "Payment to person 1 for care" and column(spending, "reference")[0] == "person 1 7"
    assert column(spending, "purpose")[2:] == ["Janet Hartleys", "Jane Rowe"], "no other name, and no firm's"
    assert [reject.found for reject in spending.rejects] == ["person 4", "person 2's"]
    assert b"Mrs Jane Hartley" not in (tmp_path / "out" / "payments.parquet").read_bytes()


def test_who_has_a_company_number_is_no_person(tmp_path: Path) -> None:
    _, spending = read(tmp_path, f"Company Number,{HEADING}\n01234567,Harold Cooper,01/04/2026,1\n,Harold Cooper,01/04/2026,1\n")
    assert column(spending, "supplier") == ["Harold Cooper", "person 1"]


# rows


def test_identical_rows_are_kept(tmp_path: Path) -> None:
    account, _ = read(tmp_path, f"{HEADING}\n" + "Acme Ltd,01/04/2026,1.00\n" * 3)
    assert account.used == Tally(3, 300) and "rows identical to an earlier row, all kept: 2" in account.notes


def test_rows_over_several_lines_count_as_one(tmp_path: Path) -> None:
    text = f'Description,{HEADING}\n"Repairs\nto roof, ""urgent""",Acme Ltd,01/04/2026,1.00\nPaint,B Ltd,01/04/2026,2.00\n'
    _, spending = read(tmp_path, text)
    assert column(spending, "row") == [2, 3] and column(spending, "purpose") == ['Repairs\nto roof, "urgent"', "Paint"]


@pytest.mark.parametrize("after", [3, 3000])
def test_an_unclosed_quotation_mark_costs_one_row(tmp_path: Path, after: int) -> None:
    rest = "".join(f"B {n} Ltd,01/04/2026,1.00\n" for n in range(after))
    account, spending = read(tmp_path, f'{HEADING}\n"Acme Ltd,01/04/2026,1.00\n{rest}')
    assert account.used == Tally(after, 100 * after) and account.rejected == Tally(1) and spending.rejects[0].row == 2


def test_rejects_can_be_opened_in_a_spreadsheet(tmp_path: Path) -> None:
    _, spending = read(tmp_path, f'{HEADING}\n=cmd(),01/04/2026,"=HYPERLINK(""http://x1"")"\nAcme Ltd,01/04/2026,1\n', out=tmp_path / "out")
    with (tmp_path / "out" / "rejects.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    assert rows[0] == ["file", "row", "column", "reason", "found"] and rows[1][4] == '\'=HYPERLINK("http://x1")'
    assert len(rows) == len(spending.rejects) + 1


# other files, archives, workbooks


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\0" * 100, "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b'{"releases": []}', "JSON"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
        (bytes(range(256)) * 40, "not text"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"hello\n", "no headings"),
        (b"Supplier Name,Date,Amount\n", "no rows"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes, word: str) -> None:
    message = refusal(tmp_path, content)
    assert word in message and "spend.csv" in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpendingError, match=r"nowhere\.csv"):
        read_spending([tmp_path / "nowhere.csv"])


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


def test_missing_columns_are_named_with_what_to_write_and_where(tmp_path: Path) -> None:
    message = refusal(tmp_path, b"Payment Date,Supplier Name,Amonut\n01/04/2026,Acme Ltd,x\n")
    assert message.endswith('a mapping from amount to one of them, such as amount = "Amonut", under [data.mapping] in a place file')


def test_all_bad_files_are_named_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(f"{HEADING}\nAcme Ltd,01/04/2026,1\n")
    (tmp_path / "bad.csv").write_bytes(b"%PDF")
    with pytest.raises(SpendingError) as caught:
        read_spending([tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "none.csv"], out=tmp_path / "out")
    assert len(caught.value.problems) == 2 and not (tmp_path / "out").exists()


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


GOOD = f"{HEADING}\nAcme Ltd,01/04/2026,1.00\n".encode()
OTHER = GOOD.replace(b"Acme", b"Emca")


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


# bounds


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    assert "too large" in refusal(tmp_path, GOOD * 100, limits=Limits(file=1000))
    assert "too many rows" in refusal(tmp_path, GOOD + b"Acme Ltd,01/04/2026,1.00\n" * 100, limits=Limits(rows=50))


@pytest.mark.parametrize("monster", [b"," * 20_000_000, b"x" * 20_000_000, b'"' + b"y" * 20_000_000], ids=["commas", "field", "open quote"])
def test_a_monstrous_line_costs_one_row(tmp_path: Path, monster: bytes) -> None:
    account, _ = read(tmp_path, GOOD + monster + b"\nB Ltd,01/04/2026,2.00\n", limits=Limits(block=1 << 20))
    assert account.used == Tally(2, 300) and account.rejected.rows + account.padding == 1


def test_lines_of_commas_alone_are_padding_and_cost_little(tmp_path: Path) -> None:
    start = time.process_time()
    account, _ = read(tmp_path, GOOD + (b"," * 300 + b"\n") * 100_000 + b"B Ltd,01/04/2026,2.00\n")
    assert account.used == Tally(2, 300) and account.padding == 100_000
    assert time.process_time() - start < 8


def test_small_blocks_give_the_same_payments(tmp_path: Path) -> None:
    text = f"{HEADING},Description\n" + "".join(
        f'"Acme {n} Ltd",0{1 + n % 9}/04/2026,"{n},000.5{n % 10}","a ""b""\nc {n}"\n'
        if n % 7 == 3
        else f"Acme {n} Ltd,01/04/2026,{n}.25,paint é\n"
        for n in range(1, 400)
    )
    whole, one = read(tmp_path, text.replace("\n", "\r\n").encode("utf-8"))
    for size in (64, 100, 1000):
        account, other = read(tmp_path, text.replace("\n", "\r\n").encode("utf-8"), limits=Limits(block=size))
        assert account == whole
        assert all(column(one, name) == column(other, name) for name in ("row", "supplier", "pence", "date", "purpose", "status"))
