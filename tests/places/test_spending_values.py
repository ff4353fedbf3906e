"""Traps in the cells of payment files, each made small: amounts, dates, totals, what is no purchase."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from payment_files import HEADING, column, read

from changemaking.places.spending import REASONS, Tally, public_body

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


def test_a_file_of_which_no_row_is_used_says_so_and_why(tmp_path: Path) -> None:
    rows = 'Acme Ltd,01/04/2026,"1.234,56"\nBird Ltd,02/04/2026,"10,50"\nHM Revenue & Customs,02/04/2026,3.00\n'
    account, _ = read(tmp_path, f"{HEADING}\n{rows}")
    assert account.notes == ("no row is used of the 3 read: 2 rejected, Net Amount is no amount; 1 excluded, tax",)
    used, _ = read(tmp_path, f"{HEADING}\n{rows}Acme Ltd,02/04/2026,3.00\n")
    assert not any("no row is used" in note for note in used.notes)


def test_credits_beside_debits_are_subtracted(tmp_path: Path) -> None:
    rows = [
        "A Ltd,100.00,",
        "B Ltd,,30.00",
        "C Ltd,50.00,60.50",
        "D Ltd,,",
        "E Ltd,0.00,0.00",
        "F Ltd,x,1.00",
        "G Ltd,1.00,y",
        "H Ltd,-,n/a",
    ]
    text = "Date,Supplier,Debit,Credit\n" + "".join(f"01/04/2026,{row}\n" for row in rows) + ",Total,150.00,90.50\n"
    account, spending = read(tmp_path, text)
    assert account.mapping["amount"] == "Debit" and account.mapping["credit"] == "Credit"
    assert column(spending, "pence") == [10000, -3000, -1050, None, 0, None, None, None, 5950]
    assert account.used == Tally(4, 5950) and account.rejected == Tally(4) and account.total == 5950 and account.agrees
    assert [(r.row, r.column, r.reason) for r in spending.rejects] == [
        (5, "Debit", "holds no amount, nor does Credit"),
        (7, "Debit", "is no amount"),
        (8, "Credit", "is no amount"),
        (9, "Debit", "holds no amount, nor does Credit"),
    ]
    assert "Credit: subtracted from Debit" in account.notes


def test_credits_that_are_below_zero_are_added(tmp_path: Path) -> None:
    account, spending = read(tmp_path, "Date,Supplier,Dr (£),Cr (£)\n01/04/2026,A Ltd,100.00,\n01/04/2026,B Ltd,,-30.00\n")
    assert column(spending, "pence") == [10000, -3000] and "Cr (£): below zero, so added to Dr (£)" in account.notes


def test_a_column_called_credit_without_debits_is_left_unless_it_is_mapped(tmp_path: Path) -> None:
    text = "Date,Supplier,Amount,Credit\n01/04/2026,A Ltd,100.00,7.00\n"
    assert read(tmp_path, text)[0].used == Tally(1, 10000)
    account, _ = read(tmp_path, text, mapping={"*": {"credit": "Credit"}})
    assert account.used == Tally(1, 9300) and account.mapping["credit"] == "Credit"
    text = "Date,Supplier,Debit,Credit,Posted\n01/04/2026,A Ltd,100.00,,90.00\n"
    assert "credit" not in read(tmp_path, text, mapping={"*": {"amount": "Posted"}})[0].mapping


def test_gross_is_taken_where_nothing_else_is_and_said(tmp_path: Path) -> None:
    account, _ = read(tmp_path, "Date,Supplier,Gross,VAT\n01/04/2026,A Ltd,120.00,20.00\n")
    assert account.used == Tally(1, 12000) and account.basis == "gross" and "Gross: amounts include VAT" in account.notes


@pytest.mark.parametrize(
    ("heading", "times"),
    [("Amount (£000)", 1000), ("Amount £'000s", 1000), ("Net Amount £k", 1000), ("Value (£ thousands)", 1000), ("Amount £m", 1_000_000)],
)
@pytest.mark.parametrize("date", ["01/04/2026,", ""])
def test_amounts_in_thousands_of_pounds_are_payments(tmp_path: Path, heading: str, times: int, date: str) -> None:
    account, spending = read(tmp_path, f"{'Date,' if date else ''}Supplier,{heading}\n{date}A Ltd,12.34567\n{date}B Ltd,(2)\n")
    assert column(spending, "pence") == [round(12.34567 * 100 * times), -200 * times]
    assert account.kind == ("payments" if date else "supplier totals") and account.rejected == Tally()
    assert f"{heading}: taken times {times:,}, as its heading says" in account.notes and not any("penny" in note for note in account.notes)


def test_sums_have_no_error_of_floating_point_and_no_overflow(tmp_path: Path) -> None:
    account, _ = read(tmp_path, f"{HEADING}\n" + "Acme Ltd,01/04/2026,0.10\n" * 1001 + "B Ltd,01/04/2026,9999999999999.99\n" * 20_000)
    assert account.used == Tally(21_001, 10_010 + 20_000 * 999_999_999_999_999)


def test_parts_of_a_penny_are_rounded_and_told(tmp_path: Path) -> None:
    account, spending = read(tmp_path, f"{HEADING}\nAcme Ltd,01/04/2026,12.345\nB Ltd,01/04/2026,12.3400\nC Ltd,01/04/2026,1\n")
    assert column(spending, "pence") == [1235, 1234, 100]
    assert "amounts used that have parts of a penny, rounded to the nearest: 1" in account.notes


def test_parts_of_a_penny_are_counted_in_rows_that_are_used(tmp_path: Path) -> None:
    rows = ("01/04/2026,Acme Ltd,12.345,1.001", "01/04/2026,HMRC,1.111,", "soon,Acme Ltd,1.222,", "01/04/2026,Acme Ltd,,2.333")
    account, _ = read(tmp_path, "\n".join(("Date,Supplier,Debit,Credit", *rows)))
    assert account.used.rows == 2 and "amounts used that have parts of a penny, rounded to the nearest: 3" in account.notes
    none, _ = read(tmp_path, f"{HEADING}\nHMRC,01/04/2026,1.111\nAcme Ltd,01/04/2026,1.11\n")
    assert not any("penny" in note for note in none.notes)


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
        "Trafford M B C",
        "Craven D C",
        "Cumbria C C",
        "L.B. Camden",
        "TRAFFORD  M.B.C.",
        "Bolton M. B. C",
        "Wakefield W M D C",
        "Trafford M B C (Schools)",
        "Lancashire C C",
        "Chorley B.C.",
        "Blackburn with Darwen B. C.",
        "Hull C C",
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
        "Smith B C",
        "Jones C C",
        "Lighthouse C C",
        "Chorley, B C",
        "Smith, M B C",
        "Mr Smith M B C",
        "Trafford M B C Ltd",
        "Acme A M B C",
    ]
    assert [name for name in public if not public_body(name)] == []
    assert [name for name in private if public_body(name)] == []


def test_a_council_named_by_its_initials_is_left_out_under_its_name_and_a_person_is_not(tmp_path: Path) -> None:
    _, spending = read(tmp_path, HEADING + "".join(f"\n{name},01/04/2026,1" for name in ("Trafford M B C", "Lancashire C C", "Bird C C")))
    assert column(spending, "supplier") == ["Trafford M B C", "Lancashire C C", "person 1"]
    assert column(spending, "reason") == ["public body", "public body", None]


def test_every_reason_is_explained() -> None:
    assert all(len(text) > 10 for text in REASONS.values())
