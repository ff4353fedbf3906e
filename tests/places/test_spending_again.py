"""The same payments in more than one file: said where files overlap, refused where one stands in another whole."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from changemaking.places.spending import Spending, SpendingError, Tally, read_spending
from changemaking.places.spending.again import Prints, Shared, shared

HEADING = "Supplier Name,Payment Date,Net Amount,Transaction Number,Purpose"


def row(n: int, month: int = 4) -> str:
    return f"Acme {n % 7} Ltd,{1 + n % 28:02d}/{month:02d}/2026,{100 + n}.50,00{n + 1000 * month},Paint {n}"


def files(folder: Path, **texts: str) -> Spending:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return read_spending([folder / f"{name}.csv" for name in texts])


def table(rows: list[str]) -> str:
    return "\n".join([HEADING, *rows, ""])


def test_rows_of_months_that_overlap_are_kept_and_told(tmp_path: Path) -> None:
    april, later = [row(n) for n in range(40)], [row(n) for n in range(20, 60)]
    spending = files(tmp_path, april=table(april), later=table(later), may=table([row(n, 5) for n in range(40)]))
    pounds = sum(100.5 + n for n in range(20, 40))
    note = f"20 rows (£{pounds:,.2f}) stand in april.csv as well, all kept"
    assert [account.notes for account in spending.accounts] == [(), (note,), ()]
    assert spending.left == (f"later.csv: {note}",) and spending.total.rows == 120


def saved_again(rows: list[str]) -> bytes:
    """As a spreadsheet saves them: another format, numbers without zeros before and after, columns in another order."""
    book = openpyxl.Workbook()
    book.active.append(["Purpose", "Transaction Number", "Net Amount", "Payment Date", "Supplier Name"])
    for cells in (text.split(",") for text in rows):
        book.active.append([cells[4], int(cells[3]), float(cells[2]), "-".join(reversed(cells[1].split("/"))), cells[0]])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("order", [1, -1])
def test_a_file_that_was_saved_again_is_refused(tmp_path: Path, order: int) -> None:
    rows = [row(n) for n in range(12)]
    (tmp_path / "april.csv").write_text(table(rows))
    (tmp_path / "again.xlsx").write_bytes(saved_again(rows[::-1]))
    given = [tmp_path / name for name in ("april.csv", "again.xlsx")][::order]
    with pytest.raises(SpendingError) as caught:
        read_spending(given, tmp_path / "out")
    message = (
        f"{given[1].name}: all 12 rows used stand in another file as well and would count twice, got {given[0].name}; takes each payment"
    )
    assert str(caught.value).startswith(message) and not (tmp_path / "out").exists()


@pytest.mark.parametrize("names", [("april", "year"), ("year", "april")])
def test_a_month_within_its_year_is_refused_whichever_comes_first(tmp_path: Path, names: tuple[str, str]) -> None:
    texts = {"april": table([row(n) for n in range(12)]), "year": table([row(n, month) for month in (4, 5) for n in range(12)])}
    with pytest.raises(SpendingError, match=r"^april\.csv: all 12 rows used .* got year\.csv"):
        files(tmp_path, **{name: texts[name] for name in names})


def test_honest_repeats_within_a_file_are_counted(tmp_path: Path) -> None:
    same = "Acme Ltd,01/04/2026,5.00,7,Taxi"
    spending = files(tmp_path, one=table([same] * 3), many=table([same] * 30 + [row(1)]))
    assert spending.accounts[1].notes[-1] == "3 rows (£15.00) stand in one.csv as well, all kept"
    with pytest.raises(SpendingError, match=r"^ten\.csv: all 10 rows used"):
        files(tmp_path, ten=table([same] * 10), many=table([same] * 30))
    spending = files(tmp_path, eleven=table([same] * 11), ten=table([same] * 10 + [row(1)]))
    assert spending.total == Tally(22, 21 * 500 + 10150)


def test_few_rows_are_told_and_not_refused(tmp_path: Path) -> None:
    rows = [row(n) for n in range(9)]
    assert files(tmp_path, a=table(rows), b=table(rows[::-1])).total.rows == 18


def test_sums_without_dates_that_come_again_are_no_repeats(tmp_path: Path) -> None:
    rows = [f"Acme {n} Ltd,{n}.00" for n in range(1, 20)]
    text = "Supplier Name,Amount\n" + "\n".join(rows)
    spending = files(tmp_path, may=text, june=f"{text}\nB Ltd,3.00\n", july="Supplier Name,Amount\nC Ltd,1.00\n" + "\n".join(rows[3:]))
    assert not [note for account in spending.accounts[::2] for note in account.notes if "stand" in note]
    assert spending.accounts[1].notes[-1] == "19 rows (£190.00) stand in may.csv as well, all kept"


def test_rows_that_were_excluded_or_rejected_do_not_count(tmp_path: Path) -> None:
    others = ["HMRC,01/04/2026,9.00,1,Tax", "Acme Ltd,01/04/2026,none of it,2,Paint"]
    spending = files(tmp_path, a=table([*others, row(1)]), b=table([*others, row(2)]))
    assert not any("stand" in note for account in spending.accounts for note in account.notes)


def prints(*rows: int) -> Prints:
    """A file of rows whose print and pence are the same number."""
    made = Prints()
    made.prints, made.often = np.unique(np.array(rows, np.uint64), return_counts=True)
    made.pence = made.prints.astype(np.int64)
    return made


def test_what_two_files_share_is_counted_as_often_as_both_have_it() -> None:
    found = list(shared([prints(1, 1, 2, 3), prints(4), prints(1, 1, 1, 3), prints(3, 2, 2)]))
    assert found == [Shared(0, 2, 3, 5), Shared(0, 3, 2, 5), Shared(2, 3, 1, 3)]
    assert not list(shared([])) and not list(shared([prints(1, 1)])) and not list(shared([prints(), prints()]))
