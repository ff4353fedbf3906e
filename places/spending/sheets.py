"""Text files and workbooks alike as sheets: the first rows, to find out what they are, then all rows in blocks."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, BinaryIO

import numpy as np

from .archives import Part, unpackable
from .encodings import Encoding, blocks, find_encoding
from .errors import SpendingError, refused
from .limits import Limits
from .rows import Block, Rows, find_delimiter, split

SAMPLE = 1000  # rows looked at to find out what a file is


@dataclass
class Sheet:
    """One table: its first rows as texts and, given a width and how many rows to skip, all further rows in blocks.

    `title` is what a workbook calls it; `unread` says why a sheet of a workbook is not to be read at all.
    """

    name: str
    sample: list[list[str]]
    blocks: Callable[[int, int], Iterator[Block]]
    sha256: str
    size: int
    delimiter: str = ""
    encoding: Encoding | None = None
    title: str = ""
    unread: str = ""


def sheets(part: Part, limits: Limits) -> Iterator[Sheet]:
    """The tables of a part: one of a text file, each with anything in it of a workbook; hidden ones are named and not read."""
    yield from _workbook(part, limits) if part.kind == "workbook" else _text(part, limits)


def _text(part: Part, limits: Limits) -> Iterator[Sheet]:
    with closing(part.open()) as handle:
        encoding = find_encoding(handle, part.name, limits)
    if not encoding.size:
        raise refused(part.name, "is empty")
    with closing(part.open()) as handle:
        texts = blocks(handle, encoding, limits)
        first: list[bytes] = []
        for text in texts:
            first.append(text)
            if sum(map(len, first)) > SAMPLE * 1000 or sum(text.count(b"\n") for text in first) > SAMPLE:
                break
        lines = [line[: limits.line].decode("utf-8", "replace") + "\n" for line in b"".join(first).split(b"\n", SAMPLE + 1)[:SAMPLE]]
        if len(lines) > 1 and lines[-1] == "\n":
            lines.pop()
        delimiter = find_delimiter(lines)
        sample = [row[: limits.columns] for row in split(lines, delimiter)]
        if not _said(sample):
            raise refused(part.name, "holds no rows among its first lines")

        def rows(width: int, skip: int) -> Iterator[Block]:
            yield from Rows(chain(first, texts), delimiter, width, skip, limits)

        yield Sheet(part.name, sample, rows, encoding.sha256, encoding.size, delimiter, encoding)


def _workbook(part: Part, limits: Limits) -> Iterator[Sheet]:
    import hashlib

    with closing(part.open()) as handle:
        data = handle.read(limits.workbook + 1)
    if len(data) > limits.workbook:
        raise refused(part.name, "is too large for a workbook", accepts=f"up to {limits.workbook:,} bytes")
    digest = hashlib.sha256(data).hexdigest()
    book = _opened(io.BytesIO(data), part.name, limits)
    try:
        if len(book.worksheets) > limits.members:
            raise refused(part.name, "holds too many sheets", f"{len(book.worksheets):,}", f"up to {limits.members:,}")
        several = sum(sheet.sheet_state == "visible" for sheet in book.worksheets) > 1
        for sheet in book.worksheets:
            cells = _cells(sheet, part.name, limits)
            sample = list(islice(cells, SAMPLE))
            unread = "" if sheet.sheet_state == "visible" else "it is hidden; show it to have it read"
            if not _said(sample):
                if not _said(cells):
                    continue
                unread = unread or f"its first {SAMPLE:,} rows are empty"

            def rows(width: int, skip: int, first: list = sample, rest: Iterator = cells) -> Iterator[Block]:
                return _sheet_blocks(chain(first, rest), width, skip)

            name = f"{part.name}/{sheet.title}" if several else part.name
            yield Sheet(name, sample, rows, digest, len(data), title=sheet.title, unread=unread)
    finally:
        book.close()


def _said(rows: Iterable[list[str]]) -> bool:
    """Whether any cell holds anything."""
    return any(cell.strip() for row in rows for cell in row)


def _opened(handle: BinaryIO, name: str, limits: Limits) -> Any:
    """The workbook, after a look at what it unpacks to. Whatever is wrong inside is an error of the file."""
    import openpyxl

    try:
        with zipfile.ZipFile(handle) as archive:
            for member in archive.infolist():
                unpackable(member, f"{name}/{member.filename}", limits)
            if (total := sum(member.file_size for member in archive.infolist())) > limits.workbook:
                raise refused(name, "would unpack to too much", f"{total:,} bytes", f"up to {limits.workbook:,} bytes; save it as CSV")
        return openpyxl.load_workbook(handle, read_only=True, data_only=True, keep_links=False)
    except SpendingError:
        raise
    except Exception as error:  # openpyxl raises whatever the XML led it to
        raise refused(name, f"is a damaged workbook: {type(error).__name__} {error}") from None


def _cells(sheet: Any, name: str, limits: Limits) -> Iterator[list[str]]:
    try:
        # A workbook has at most 1,048,576 rows, whatever a cell's address says.
        for row in sheet.iter_rows(values_only=True, max_row=1 << 20, max_col=limits.columns):
            # Formats reach far beyond what a sheet holds: most of a million rows of 400 cells can be empty.
            yield [] if row.count(None) == len(row) else ["" if value is None else _text_of(value) for value in row]
    except SpendingError:
        raise
    except Exception as error:
        raise refused(name, f"is a damaged workbook: {type(error).__name__} {error}", sheet.title) from None


def _text_of(value: object) -> str:
    """A cell as the text that a spreadsheet shows: numbers with their 15 digits, dates as year-month-day."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        text = f"{value:.15g}"
        return f"{value:.2f}" if "e" in text and abs(value) < 1e15 else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)


def _sheet_blocks(cells: Iterator[list[str]], width: int, skip: int, size: int = 20_000) -> Iterator[Block]:
    import pyarrow as pa

    number = 0
    while chunk := list(islice(cells, size)):
        numbers, rows, faults, padding = [], [], [], 0
        for row in chunk:
            number += 1
            if number <= skip:
                continue
            if not any(cell.strip() for cell in row):
                padding += 1
            elif any(cell.strip() for cell in row[width:]):
                faults.append((number, f"has {len(row)} cells where {width} are expected", ""))
            else:
                numbers.append(number)
                rows.append(row[:width] + [""] * (width - len(row)))
        marks = np.fromiter((hash(tuple(row)) for row in rows), np.int64, len(rows))
        columns = [pa.array([row[column] for row in rows], pa.string()) for column in range(width)]
        yield Block(np.array(numbers, np.int64), columns, marks, padding, faults)
