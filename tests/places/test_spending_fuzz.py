"""Whatever the bytes, a payment file is read and reconciled or refused by name; nothing else is ever raised.

Run as a script for more: python tests/places/test_spending_fuzz.py 10000 [seed]
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
import time
import zipfile
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from changemaking.places.spending import Limits, SpendingError, Tally, read_spending
from changemaking.places.spending.amounts import all_pence, pence_of
from changemaking.places.spending.dates import Days
from changemaking.places.spending.rows import Rows

NASTY = [
    "",
    " ",
    ",",
    '"',
    '""',
    "\n",
    "\r",
    "\0",
    "\ufeff",
    "=1+1",
    "@x",
    "-",
    "()",
    "(1.00)",
    "1,234.50-",
    "£12",
    "Total",
    "Grand Total",
    "REDACTED",
    "é",
    "\x9c",
    "01/04/2026",
    "31/02/2026",
    "99999999",
    "2026-13-45",
    "Q1",
    "Mar-26",
    "42800",
    "1e308",
    "1e-9",
    "NaN",
    "inf",
    "9" * 40,
    "Acme Ltd",
    "Net Amount",
    "Supplier Name",
    "Payment Date",
    "VAT",
    "Gross",
    "x" * 5000,
    "\U0001f600",
    "\u202e",
    "Leeds City Council",
    "../../etc",
    "%s%n",
    "Mrs A Bird",
    "12.345",
    "N/A",
    ";",
    "\t",
    "|",
]
HEADINGS = [
    "Supplier Name",
    "Payment Date",
    "Net Amount",
    "VAT",
    "Gross",
    "Body Name",
    "Description",
    "Account Code",
    "Account Code",
    "VCSE",
    "Company Number",
    "Postcode",
    "",
]
SMALL = Limits(block=4096, line=20_000, file=4 << 20, workbook=4 << 20, archive=8 << 20)


def table(chance: random.Random) -> bytes:
    """A payment file as bad luck would write it."""
    width = chance.choice([1, 2, 3, 4, 5, 6, 7, 8, 9])
    heading = chance.sample(HEADINGS, min(width, len(HEADINGS)))
    if chance.random() < 0.8:
        heading[: min(3, width)] = HEADINGS[: min(3, width)]
    rows = [heading] * (chance.random() < 0.9)
    for _ in range(chance.choice([0, 1, 3, 3, 30])):
        good = ["Acme Ltd", "01/04/2026", "12.50", "2.00", "14.50"] + [""] * 8
        rows.append(
            [
                chance.choice(NASTY) if chance.random() < 0.25 else good[at]
                for at in range(max(0, width + chance.choice([0, 0, 0, 0, 1, -1, 40])) % 12)
            ]
        )
    delimiter = chance.choice([",", ",", ",", ";", "\t", "|"])
    quoted = chance.random() < 0.5
    lines = [
        delimiter.join('"' + cell.replace('"', '""') + '"' if quoted and chance.random() < 0.7 else cell for cell in row) for row in rows
    ]
    raw = (
        chance.choice(["\n", "\r\n", "\r"])
        .join(lines)
        .encode(chance.choice(["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16"]), "replace")
    )
    return damaged(raw, chance)


def damaged(raw: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.3 and raw:
        data = bytearray(raw)
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        raw = bytes(data)
    return raw[: chance.randrange(len(raw) + 1)] if chance.random() < 0.2 else raw


def file(chance: random.Random) -> tuple[str, bytes]:
    kind = chance.choice(["csv", "csv", "csv", "csv", "bytes", "zip", "xlsx"])
    if kind == "csv":
        return "fuzz.csv", table(chance)
    if kind == "bytes":
        return chance.choice(["fuzz.csv", "fuzz.xlsx", "fuzz.zip"]), chance.randbytes(chance.choice([0, 1, 10, 1000, 9000]))
    if kind == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(
            buffer, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
        ) as archive:
            for name in chance.sample(
                ["a.csv", "e.csv", "c.txt", "é.csv", "../b.csv", "d.xlsx", "\\x.csv"][: chance.choice([4, 7])], chance.randint(0, 3)
            ):
                archive.writestr(name, table(chance))
        return "fuzz.zip", damaged(buffer.getvalue(), chance)
    return "fuzz.xlsx", damaged(workbook(chance), chance)


def workbook(chance: random.Random) -> bytes:
    """A workbook written by hand, so that its XML can be wrong in ways that no library writes."""
    cells = "".join(
        f'<row r="{chance.choice([n, n, n, 10**6])}">'
        + "".join(
            f'<c r="{chance.choice("ABCD")}{n}" t="{chance.choice(["inlineStr", "n", "s", "b", "e", "d", "str"])}">'
            f"<is><t>{chance.choice(HEADINGS)}</t></is><v>{chance.choice(['1', '12.5', 'x', '1e9', '-1', '2026-04-01', ''])}</v></c>"
            for _ in range(4)
        )
        + "</row>"
        for n in range(1, chance.choice([1, 3, 10]))
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{office}">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, damaged(content.encode(), chance) if chance.random() < 0.1 else content)
    return buffer.getvalue()


def check(folder: Path, name: str, content: bytes) -> bool:
    """Whether the file could be read. Fails on anything but an account that adds up or an error that names the file."""
    path = folder / name
    path.write_bytes(content)
    started = time.perf_counter()
    try:
        spending = read_spending([path], limits=SMALL)
    except SpendingError as error:
        assert name in str(error) and error.problems
        return False
    finally:
        assert time.perf_counter() - started < 60
    read = Tally()
    for account in spending.accounts:
        assert account.used + account.rejected + sum(account.excluded.values(), Tally()) == account.read
        read += account.read if account.kind in ("payments", "supplier totals") else Tally()
    rows = pence = 0
    for batch in spending.batches():
        rows += batch.num_rows
        pence += sum(value or 0 for value in batch.column("pence").to_pylist())
    unsplit = sum(reject.column == "" for reject in spending.rejects)
    assert spending.accounts
    assert (rows + unsplit, pence) == (read.rows, read.pence)
    return True


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
@example(seed=1665977)  # every row rejected
def test_nothing_but_an_error_of_the_file_is_raised(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    check(tmp_path_factory.mktemp("fuzz"), *file(random.Random(seed)))


def test_the_fuzz_reads_many_of_its_files(tmp_path: Path) -> None:
    assert 40 < sum(check(tmp_path, *file(random.Random(seed))) for seed in range(200)) < 190


AMOUNTS = st.one_of(
    st.decimals(-(10**9), 10**9, places=2).map(str),
    st.from_regex(r"\A[-(£ ]{0,3}[0-9]{1,4}(,[0-9]{3}){0,2}(\.[0-9]{0,4})?[-) CRDe0-9]{0,3}\Z"),
    st.sampled_from(NASTY),
    st.text(max_size=6),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(AMOUNTS, max_size=8))
def test_a_column_of_amounts_is_read_as_each_amount_is(texts: list[str]) -> None:
    texts = [text.replace("\0", "") for text in texts]
    assert all_pence(pa.array(texts, pa.string())).to_pylist() == [pence_of(text) for text in texts]


@settings(max_examples=500, deadline=None)
@given(AMOUNTS)
def test_a_plain_number_is_the_amount_that_decimal_arithmetic_gives(text: str) -> None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return
    if number.is_finite() and abs(number) < 10**12 and number == round(number, 2) and text.isascii() and "_" not in text:
        assert pence_of(text) in (int(number * 100), None)
        if text.strip("+-").replace(".", "", 1).isdigit() and not text.endswith("."):
            assert pence_of(text) == number * 100


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=20), st.lists(st.sampled_from(["01/04/2026", "04/22/2026", "Mar-26"]), max_size=3))
def test_any_text_is_a_date_or_none(text: str, sample: list[str]) -> None:
    day, understood = Days(sample).of(text)
    assert understood or day is None


CELLS = st.text(st.sampled_from('ab "\n,;£é'), max_size=5)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), st.booleans(), st.integers(1, 200))
def test_both_ways_to_split_rows_give_the_same(rows: list[tuple[str, str, str]], quoted: bool, block: int) -> None:
    """pyarrow's way and Python's, and whatever the size of the blocks."""
    cells = [[cell if quoted else cell.replace("\n", " ").replace('"', "").replace(",", "") for cell in row] for row in rows]
    lines = [",".join('"' + cell.replace('"', '""') + '"' if quoted else cell for cell in row) for row in cells]
    text = ("\n".join(lines) + "\n").encode()

    def found(fast: bool, size: int) -> list:
        ends = [at + 1 for at, byte in enumerate(text) if byte == 10]
        texts, start = [], 0
        for end in ends:
            if end - start >= size or end == len(text):
                texts.append(text[start:end])
                start = end
        reader = Rows(texts, ",", 3, 0, Limits())
        if not fast:
            reader._fast = lambda *_: None  # type: ignore[method-assign,assignment]
        return [(int(n), *(c[at].as_py() for c in b.columns)) for b in reader for at, n in enumerate(b.numbers)]

    assert found(True, 10**9) == found(False, 10**9) == found(True, block)


if __name__ == "__main__":
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    could = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + int(sys.argv[1])):
            try:
                could += check(Path(folder), *file(random.Random(seed)))
            except BaseException:
                print(f"seed {seed}")
                raise
    print(f"{sys.argv[1]} files: {could} read, the others refused by name")
