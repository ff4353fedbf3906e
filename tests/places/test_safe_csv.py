"""CSV that is safe to open: no cell begins as a formula, numbers stay numbers, a failed table leaves nothing."""

from __future__ import annotations

import csv
import datetime
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changemaking.places.safe_csv import SafeWriter, safe_cell, write_csv

FORMULA = tuple("=+-@＝＋－＠\t\r\n")
NUMBER = re.compile(r"[-+]?[\d,]+(\.\d+)?")
NASTY = st.text(alphabet=st.sampled_from([*"=+-@'\";,\t\r\n 12aé£", "＝", "\x00"]), max_size=12)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("+44 161", "'+44 161"),
        (" =1", "' =1"),
        ('"=1', "'\"=1"),
        ("a;=1", "a;'=1"),
        ("a\n=1", "a\n'=1"),
        ("\tx", "'\tx"),
        ("-12.50", "-12.50"),
        ("-1,234.50", "-1,234.50"),
        (-3, "-3"),
        (Decimal("-3.10"), "-3.10"),
        (None, ""),
        (True, "true"),
        (datetime.date(2026, 6, 30), "2026-06-30"),
        ("Marks & Spencer - Preston", "Marks & Spencer - Preston"),
        ("ab\x00c", "abc"),
        ("\ud800", "?"),
    ],
)
def test_cells(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(NASTY)
def test_no_cell_begins_as_a_formula_however_the_spreadsheet_splits_lines(text: str) -> None:
    cell = safe_cell(text)
    for part in re.split(r"[;\t\r\n]", cell):
        bare = part.lstrip(' "')
        assert not bare.startswith(FORMULA) or NUMBER.fullmatch(cell)


@given(st.lists(st.lists(NASTY, min_size=2, max_size=2), max_size=5))
def test_what_is_written_is_read_back_cell_by_cell(rows: list[list[str]]) -> None:
    handle = io.StringIO(newline="")
    SafeWriter(handle).writerows(rows)
    handle.seek(0)
    assert list(csv.reader(handle)) == [[safe_cell(cell) for cell in row] for row in rows]


def test_a_table_with_a_bad_row_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_csv(path, ["name", "pence"], [["=x", -5]])
    before = path.read_bytes()
    assert before.decode("utf-8-sig") == "name,pence\r\n'=x,-5\r\n"

    def rows() -> object:
        yield ["a", 1]
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        write_csv(path, ["name", "pence"], rows())
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["t.csv"]
