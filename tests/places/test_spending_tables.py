"""Traps of a payment file's table, each made small: encodings, delimiters, headings, rows, what is none, and what is too much."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from payment_files import GOOD, HEADING, column, read, refusal

from changemaking.places.spending import Limits, SpendingError, Tally, read_spending

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


TWICE = "Supplier Name,Payment Date,Net Amount,net amount (T),Supplier Name\nAcme Ltd,01/04/2026,10.00,20.00,Bird Ltd\n"


def test_of_columns_with_the_same_heading_the_one_that_is_read_is_told(tmp_path: Path) -> None:
    account, spending = read(tmp_path, TWICE)
    assert column(spending, "supplier") == ["Acme Ltd"] and account.used == Tally(1, 1000)
    assert account.mapping == {"amount": "column 3", "date": "Payment Date", "supplier": "column 1"}
    amount, supplier = account.notes
    assert amount == (
        'Net Amount: stands over columns 3 and 4; column 3 is read as amount; to read another as amount, map amount = "column 4"'
    )
    assert supplier.startswith("Supplier Name: stands over columns 1 and 5; column 1 is read as supplier")
    named = read(tmp_path, TWICE, mapping={"*": {"amount": "Net Amount"}})[0]
    assert set(named.notes) == {amount, supplier}, "the heading does not say which"
    assert read(tmp_path, TWICE.replace("20.00", "10.00"))[0].notes[0] == (
        "Net Amount: stands over columns 3 and 4, which hold the same (rows looked at: 1); column 3 is read as amount"
    )


def test_a_mapping_names_one_of_columns_with_the_same_heading_by_its_number(tmp_path: Path) -> None:
    account, spending = read(tmp_path, TWICE, mapping={"*": {"amount": "column 4", "supplier": "column 5"}})
    assert column(spending, "supplier") == ["Bird Ltd"] and account.used == Tally(1, 2000)
    assert account.basis == "net" and account.mapping["amount"] == "column 4" and not account.notes
    same, _ = read(tmp_path, TWICE, mapping={"*": account.mapping})
    assert same == account, "what is printed is what a mapping takes"


@pytest.mark.parametrize(("titles", "found"), [(39, True), (40, False)])
def test_how_far_down_headings_are_looked_for_is_said(tmp_path: Path, titles: int, found: bool) -> None:
    content = b"What we paid\n" * titles + GOOD
    if found:
        assert read(tmp_path, content)[0].heading_row == 40
    else:
        assert "no headings that are known in its first 40 rows" in refusal(tmp_path, content)


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


def test_headings_that_come_again_are_no_payments(tmp_path: Path) -> None:
    account, _ = read(tmp_path, f"{HEADING}\nAcme Ltd,01/04/2026,1\n{HEADING}\nB Ltd,01/04/2026,2\n")
    assert account.used == Tally(2, 300) and account.excluded == {"heading": Tally(1, 0)} and account.rejected == Tally()


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


def test_a_file_that_breaks_off_is_told(tmp_path: Path) -> None:
    text = f"{HEADING}\nAcme Ltd,01/04/2026,1.00\nBeta Ltd,02/04/2026,2.00"
    assert not read(tmp_path, text)[0].notes, "a last line without an end is whole"
    for block in (8, 1 << 20):
        account, _ = read(tmp_path, text[:-6], limits=Limits(block=block))
        assert "cut off" in " ".join(account.notes) and account.rejected.rows == 1
    assert not read(tmp_path, text[:-6] + "\n")[0].notes


def test_a_last_amount_that_may_be_cut_short_is_told(tmp_path: Path) -> None:
    text = f"{HEADING}\n" + "".join(f"Acme {n} Ltd,01/04/2026,£{n}.50\n" for n in range(4))
    told = "the last amount has no pence, where all others have, and no line end: the file may have been cut off"
    for end, is_told in (("£12", True), ("£12.", True), ("£12.3", True), ("£12.30", False), ("£12\n", False)):
        account, _ = read(tmp_path, f"{text}B Ltd,01/04/2026,{end}")
        assert (told in account.notes) is is_told and account.used.rows == 5
    assert told not in read(tmp_path, f"{text}C Ltd,01/04/2026,7\nB Ltd,01/04/2026,12")[0].notes


@pytest.mark.parametrize("sign", ["^", "~"])
def test_a_delimiter_that_is_not_read_is_named(tmp_path: Path, sign: str) -> None:
    message = refusal(tmp_path, (GOOD + GOOD).replace(b",", sign.encode()))
    assert f'takes cells divided by commas, semicolons, tabs or |, which "{sign}" may stand for here; headings such as' in message
    assert "divided" not in refusal(tmp_path, b"hello\nworld\n")


# what is no table


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


def test_missing_columns_are_named_with_what_to_write_and_where(tmp_path: Path) -> None:
    message = refusal(tmp_path, b"Payment Date,Supplier Name,Amonut\n01/04/2026,Acme Ltd,x\n")
    assert message.endswith('a mapping from amount to one of them, such as amount = "Amonut", under [data.mapping] in a place file')


def test_all_bad_files_are_named_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(f"{HEADING}\nAcme Ltd,01/04/2026,1\n")
    (tmp_path / "bad.csv").write_bytes(b"%PDF")
    with pytest.raises(SpendingError) as caught:
        read_spending([tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "none.csv"], out=tmp_path / "out")
    assert len(caught.value.problems) == 2 and not (tmp_path / "out").exists()


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
