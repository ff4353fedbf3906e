"""Tables that the user adds: read strictly, joined by identifier, then by name, never when two rows could be meant."""

from __future__ import annotations

import csv
import random
import tempfile
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from supplier_tables import awards, payments

from changemaking.places.spending import limits
from changemaking.places.suppliers import (
    Facts,
    SupplierTableError,
    match,
    read_suppliers,
    suppliers_awarded,
    suppliers_in,
    with_awards,
)
from changemaking.places.suppliers.matching import THRESHOLD, TableRow, _differ_by_a_slip, columns_not_used, other_encoding
from changemaking.places.suppliers.names import clean_name


def table(tmp_path: Path, text: str) -> tuple:
    path = tmp_path / "register.csv"
    path.write_text(text, encoding="utf-8")
    return read_suppliers(path)


def one(name: str, **facts: object) -> dict[str, Facts]:
    return {"k": Facts("k", name, **facts)}  # type: ignore[arg-type]


def test_identifiers_go_before_names(tmp_path: Path) -> None:
    rows = table(tmp_path, "Supplier,Company Number,Postcode,Size\nBird Ltd,01234567,PR1 2RL,small\nOther Ltd,7654321,M1 1AE,large\n")
    found = match(one("Bird Limited", company_number="07654321"), rows)
    assert found.matched[0].method == "company_number" and found.suppliers["k"].size == "large"
    assert found.suppliers["k"].registered_postcode == "M1 1AE" and found.suppliers["k"].sources["size"] == "register.csv row 3"
    assert match(one("BIRD LIMITED"), rows).matched[0].method == "name"


def test_a_similar_name_is_joined_with_its_score(tmp_path: Path) -> None:
    rows = table(tmp_path, "name,size\nHartley Bird Contractors Ltd,small\nWing Ltd,large\n")
    found = match(one("Hartley Bird Contracters Ltd"), rows)
    assert found.matched[0].method == "similar name" and 92 <= found.matched[0].score < 100
    assert not match(one("Hartley Bird Florists"), rows).matched


def test_names_that_come_near_two_rows_stay_open_and_are_listed(tmp_path: Path) -> None:
    rows = table(tmp_path, "name,size\nBird Services North Ltd,small\nBird Services Norths Ltd,large\n")
    found = match(one("Bird Services Northh"), rows)
    assert not found.matched and not found.suppliers["k"].size
    assert {name for name, _ in found.ambiguous[0].candidates} == {"Bird Services North Ltd", "Bird Services Norths Ltd"}
    twice = table(tmp_path, "name,size\nBird Ltd,small\nBird Limited,large\n")
    assert match(one("Bird"), twice).ambiguous and not match(one("Bird"), twice).matched


def test_a_namesake_with_another_number_is_not_taken(tmp_path: Path) -> None:
    rows = table(tmp_path, "name,company number,size\nBird Ltd,1111111,small\n")
    assert match(one("Bird Ltd", company_number="02222222"), rows).unmatched == ("k",)


@pytest.mark.parametrize(
    ("listed", "paid"),
    [
        ("Hartley Firm 1 Ltd", "Hartley Firm 10 Ltd"),
        ("Pinnacle Care Services (2001) Ltd", "Pinnacle Care Services (2011) Ltd"),
        ("Hartley Bird Contractors 12 of 3", "Hartley Bird Contractors 1 of 23"),
        ("Hartley Bird Contractors Ltd", "Hartley Bird Contractors 2 Ltd"),
        ("Hartley Bird Holdings II Ltd", "Hartley Bird Holdings III Ltd"),
        ("Greater Trafford Sixth Form College", "Greater Trafford Fifth Form College"),
    ],
)
def test_names_whose_numbers_differ_are_not_similar(tmp_path: Path, listed: str, paid: str) -> None:
    rows = table(tmp_path, f"name,size\n{listed},small\n")
    assert match(one(paid), rows).unmatched == ("k",)
    assert match(one(listed), rows).matched[0].method == "name"


def test_names_with_the_same_numbers_may_be_similar(tmp_path: Path) -> None:
    rows = table(tmp_path, "name,size\nHartley Bird 2 Contractors (2011) Ltd,small\n")
    assert match(one("Contracters Hartley Bird 02 (2011) Limited"), rows).matched[0].method == "similar name"


@pytest.mark.parametrize(
    ("listed", "paid"),
    [
        ("Northern Trafford Housing Trust", "Southern Trafford Housing Trust"),
        ("North West Manchester Housing Trust", "South West Manchester Housing Trust"),
        ("St Mary's Roman Catholic Primary School", "St Mark's Roman Catholic Primary School"),
        ("Northampton Citizens Advice Bureau", "Southampton Citizens Advice Bureau"),
        ("Parkside Trafford Nursing Home", "Parkview Trafford Nursing Home"),
        ("Darlington Borough Council", "Warrington Borough Council"),
        ("RNIB Enterprises Limited", "RIBA Enterprises Limited"),
        ("Carewatch Services Bolton Ltd", "Carewatch Services Boston Ltd"),
    ],
)
def test_names_that_differ_in_a_word_of_another_meaning_are_not_similar(tmp_path: Path, listed: str, paid: str) -> None:
    assert fuzz.token_sort_ratio(clean_name(listed), clean_name(paid)) >= THRESHOLD
    rows = table(tmp_path, f"name,size\n{listed},small\n")
    assert match(one(paid), rows).unmatched == ("k",) and not match(one(paid), rows).suppliers["k"].size


def test_words_that_other_names_hold_too_are_no_slips_of_each_other(tmp_path: Path) -> None:
    listed, paid = "Greater Manchester Mental Care", "Greater Manchester Metal Care"
    assert match(one(paid), table(tmp_path, f"name,size\n{listed},small\n")).matched, "for all that is known, one of them is a slip"
    rows = table(tmp_path, f"name,size\n{listed},small\nMental Aid,small\nMetal Works,small\n")
    assert match(one(paid), rows).unmatched == ("k",)


def test_a_row_of_another_meaning_does_not_leave_the_right_one_open(tmp_path: Path) -> None:
    rows = table(tmp_path, "name,size\nNorthern Trafford Housing Trust,small\nSouthern Trafford Housing Trust,large\n")
    assert match(one("Southern Trafford Houisng Trust"), rows).suppliers["k"].size == "large"


@pytest.mark.parametrize(
    ("listed", "paid"),
    [
        ("Bird Care Line Ltd", "Bird Careline"),
        ("Amey LG Ltd", "Amey L G Ltd"),
        ("Moss Side Youth Project", "Mossside Youth Project"),
        ("Bird Careline Ltd", "Care Line Bird"),
        ("J R Hartley Contractors", "JR Hartley Contractors"),
        ("Northern Trafford Housing Trust", "Northen Trafford Housing Trust"),
        ("Northern Trafford Housing Trust", "Housing Trust, Nothern Trafford"),
        ("Northern Trafford Housing Trust", "Northern Trafford Housing Trust UK"),
        ("Hartley Birdling Group Electrical Contractors", "Hartley Birdling Electrical Contractors Ltd"),
        ("Hartley Bird Waste Management Ltd", "Hartley Bird Waste Manageme"),
    ],
)
def test_names_that_differ_by_a_slip_a_blank_or_a_word_more_are_similar(tmp_path: Path, listed: str, paid: str) -> None:
    for first, second in ((listed, paid), (paid, listed)):
        rows = table(tmp_path, f'name,size\n"{first}",small\n')
        assert match(one(second), rows).matched[0].method == "similar name"


@given(
    st.lists(st.sampled_from(["hartley", "bird", "north", "care", "line", "careline", "contractors", "uk"]), min_size=1).map(" ".join),
    st.data(),
)
def test_whether_names_differ_by_a_slip_does_not_depend_on_which_is_first(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    other = f"{name[:at]}{data.draw(st.sampled_from(['', ' ', 'x', ' uk ', ' south ']))}{name[at + data.draw(st.integers(0, 1)) :]}"
    assert _differ_by_a_slip(name, other) == _differ_by_a_slip(other, name)
    assert _differ_by_a_slip(name, name) and _differ_by_a_slip(name, f"{name} more")


@given(st.text("ab 0123456789"), st.text("ab 0123456789"), st.integers(0, 10**20), st.integers(0, 10**20))
def test_no_two_numbers_are_one_whatever_stands_around_them(before: str, after: str, listed: int, paid: int) -> None:
    said = f"hartley bird {before} {{}} {after} contractors of greater trafford"
    row = TableRow("register.csv row 2", {"name": said.format(listed), "size": "small"})
    assert bool(match(one(said.format(paid)), [row]).matched) == (listed == paid)


@pytest.mark.parametrize("sort", ["supplier_id", "company_number", "charity_number", "vat_number"])
def test_a_similar_name_with_another_identifier_of_the_same_sort_is_not_taken(tmp_path: Path, sort: str) -> None:
    def paid(number: str) -> dict[str, Facts]:
        return one("Hartley Bird Contracters", **({"supplier_ids": (number,)} if sort == "supplier_id" else {sort: number}))

    numbered = table(tmp_path, f"name,{sort},size\nHartley Bird Contractors Ltd,111,small\n")
    assert match(paid("222"), numbered).unmatched == ("k",)
    assert match(paid(""), numbered).matched[0].method == "similar name"
    # The row has none, but the supplier that it was found for has one.
    bare = table(tmp_path, "name,size\nHartley Bird Contractors Ltd,small\n")
    own = {"own": replace(paid("111")["k"], name="Hartley Bird Contractors")}
    assert [found.key for found in match(paid("222") | own, bare).matched] == ["own"]
    assert {found.key for found in match(paid("111") | own, bare).matched} == {"own", "k"}
    assert {found.key for found in match(paid("") | own, bare).matched} == {"own", "k"}


def test_a_row_that_cannot_be_meant_leaves_another_that_comes_near(tmp_path: Path) -> None:
    rows = table(tmp_path, "name,company number,size\nHartley Bird Contracter,111,small\nHartley Bird Contractors,222,large\n")
    found = match(one("Hartley Bird Contracters", company_number="222"), rows)
    assert found.suppliers["k"].size == "large", "by number"
    assert match(one("Hartley Bird Contracters"), rows).ambiguous
    half = table(tmp_path, "name,company number,size\nHartley Bird Contracter,111,small\nHartley Bird Contractors,,large\n")
    assert match(one("Hartley Bird Contracters", company_number="333"), half).suppliers["k"].size == "large"


def test_what_the_payments_say_stays_and_a_difference_is_noted(tmp_path: Path) -> None:
    rows = table(tmp_path, "company number,charity number,vcse\n1234567,999,no\n")
    found = match(one("Bird", company_number="01234567", charity_number="111", vcse=True), rows).suppliers["k"]
    assert found.charity_number == "111" and found.vcse is True and len(found.contradictions) == 2


def test_a_blank_cell_says_nothing_and_none_says_no_branches(tmp_path: Path) -> None:
    rows = table(tmp_path, "name,branch postcodes,vcse\nBird,none,\nWing,PR1 2RL; m1 1ae,yes\nNest,,no\n")
    assert [row.facts.get("branch_postcodes") for row in rows] == [(), ("PR1 2RL", "M1 1AE"), None]
    assert [row.facts.get("vcse") for row in rows] == [None, True, False]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,size\nBird,smal\n", ["register.csv", "row 2, size", '"smal"', "did you mean 'small'"]),
        ("name,postcode\nBird,Preston\n", ["row 2, postcode", "PR1 2RL"]),
        ("name,vcse\nBird,perhaps\n", ["row 2, vcse", "yes, no"]),
        ("nam,size\nBird,small\n", ["names a supplier", "did you mean 'name'"]),
        ("name,supplier,size\nA,B,small\n", ["second column for name"]),
        ("name\nBird\n", ["says nothing"]),
        ("", ["names a supplier"]),
    ],
)
def test_bad_tables_name_file_row_and_column(tmp_path: Path, text: str, told: list[str]) -> None:
    with pytest.raises(SupplierTableError) as caught:
        table(tmp_path, text)
    for part in told:
        assert part in str(caught.value)


def test_every_bad_row_is_told(tmp_path: Path) -> None:
    with pytest.raises(SupplierTableError) as caught:
        table(tmp_path, "name,size\nA,x\nB,small\nC,y\n")
    assert len(caught.value.problems) == 2


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    with pytest.raises(SupplierTableError, match="is not there"):
        read_suppliers(tmp_path / "no.csv")
    for content in (b"\xff\xfe\x00", b'name,size\n"' + b"x" * 200_000, b"name,size\n" + b"x,small," * 50_000, bytes(range(256)) * 10):
        (tmp_path / "b.csv").write_bytes(content)
        with pytest.raises(SupplierTableError):
            read_suppliers(tmp_path / "b.csv")


def test_a_binary_file_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("name,size.csv", random.Random(1).randbytes(9000))
    with pytest.raises(SupplierTableError) as caught:
        read_suppliers(path)
    assert str(caught.value) == f"{path}: is not text, got bytes that no text holds; takes a CSV table (a workbook: save it as CSV)"


@pytest.mark.parametrize("sign", [";", "\t", "|"])
@pytest.mark.parametrize("above", ["", "sep="])
def test_a_table_is_read_whatever_divides_its_cells(tmp_path: Path, sign: str, above: str) -> None:
    path = tmp_path / "b.csv"
    lines = [("name", "size", "registered postcode"), ("Bird, Jane and Partners", "small", "M1 1AA")]
    text = "".join(f"{sign.join(line)}\n" for line in lines)
    path.write_text(f"{above}{sign}\n{text}" if above else text, encoding="utf-16" if sign == "\t" else "utf-8")
    [row] = read_suppliers(path)
    assert row.facts == {"name": "Bird, Jane and Partners", "size": "small", "registered_postcode": "M1 1AA"}
    assert row.source == f"b.csv row {3 if above else 2}" and columns_not_used(path) == ()


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", ""), ("utf-8-sig", ""), ("cp1252", "cp1252"), ("cp850", "cp850"), ("utf-16", "utf-16")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_as_a_spreadsheet_saves_it(tmp_path: Path, encoding: str, told: str, end: str) -> None:
    lines = [
        "name,postcode,size,sector",
        "Café Bird à la Crème,PR1 2RL,small,",
        '"Bird, ""Nest""",,,"two',
        'lines"',
        ",,,",
        "Zoë's £ Wing,,large,é",
    ]
    path = tmp_path / "register.csv"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    rows = read_suppliers(path)
    assert [row.facts for row in rows] == [
        {"name": "Café Bird à la Crème", "registered_postcode": "PR1 2RL", "size": "small"},
        {"name": 'Bird, "Nest"', "sector": "two\nlines"},
        {"name": "Zoë's £ Wing", "size": "large", "sector": "é"},
    ]
    assert [row.source for row in rows] == ["register.csv row 2", "register.csv row 4", "register.csv row 6"]
    assert other_encoding(path) == told and columns_not_used(path) == ()


def test_lines_in_two_encodings_are_each_read_in_theirs(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes("name,size\nCafé Bird,small\n".encode() + "Zoë's Wing,large\n".encode("cp1252"))
    assert [row.name for row in read_suppliers(path)] == ["Café Bird", "Zoë's Wing"] and other_encoding(path) == "utf-8 and cp1252"


@given(st.lists(st.tuples(st.text('ab ,"éà\n', min_size=1), st.sampled_from(["small", "large"])), min_size=1), st.integers(8, 60))
@settings(deadline=None)
def test_rows_do_not_depend_on_where_a_block_of_text_ends(names: list[tuple[str, str]], block: int) -> None:
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(limits, "Limits", partial(limits.Limits, block=block)):
        path = Path(folder) / "register.csv"
        with path.open("w", encoding="cp1252", newline="") as handle:
            csv.writer(handle).writerows([("name", "size"), *names])
        found = [(row.facts.get("name", ""), row.facts["size"]) for row in read_suppliers(path)]
    assert found == [(name.strip(), size) for name, size in names]


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_a_traceback(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "b.csv"
        path.write_bytes(b"name,size,postcode\n" + content)
        try:
            read_suppliers(path)
        except SupplierTableError as error:
            assert "b.csv" in str(error)


def test_suppliers_of_payments_are_told_apart_by_cleaned_names() -> None:
    found = suppliers_in(
        payments(
            {"supplier": "Bird Ltd", "company_number": "1"},
            {"supplier": "BIRD LIMITED", "company_number": "2", "vcse": True},
            {"supplier": "BIRD LIMITED", "vcse": False},
            {"supplier": "Nest"},
            {"supplier": "Excluded", "status": "excluded"},
            {"supplier": None},
        )
    )
    assert set(found) == {"bird", "nest"}
    assert found["bird"].name == "BIRD LIMITED" and found["bird"].spellings == ("BIRD LIMITED", "Bird Ltd")
    assert found["bird"].vcse is None and len(found["bird"].contradictions) == 2


def test_flags_of_notices_that_differ_cancel_out_in_any_order() -> None:
    for flags in ((True, False, True), (False, True, True), (True, True, False)):
        found = suppliers_awarded(awards(*[{"sme": flag} for flag in flags]))["bird"]
        assert found.sme is None and any(note.startswith("sme") for note in found.contradictions)
    assert suppliers_awarded(awards({"sme": True}, {"sme": None}))["bird"].sme is True


def test_notices_add_what_they_know_by_number_or_name() -> None:
    awarded = suppliers_awarded(
        awards({"supplier": "Renamed Ltd", "supplier_id": "GB-COH-01234567", "sme": True}, {"supplier": "Nest", "postcode": "PR1 2RL"})
    )
    paid = suppliers_in(payments({"supplier": "Old Name", "company_number": "1234567"}, {"supplier": "NEST LTD"}))
    joined = with_awards(paid, awarded)
    assert joined["old name"].sme is True and joined["old name"].company_number == "1234567"
    assert joined["nest"].paid_postcode == "PR1 2RL" and not joined["nest"].registered_postcode
