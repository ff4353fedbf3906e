"""Blocks of text as rows of cells, held column by column.

A block in which every line is a row of the same width, as nearly all are, is split by pyarrow. Any other goes through
Python's csv, row by row: rows over several lines, rows too short or too long, quotation marks that are never closed.
Rows are numbered as a spreadsheet would number them.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .limits import Limits

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = ",;\t|"
_QUOTE = ord('"')
_BESIDE_QUOTES = np.isin(np.arange(256), list(b',;\t|\n"'))


@dataclass
class Block:
    """Rows that hold anything: their numbers, their columns as texts, and a mark of each that identical rows share.

    `faults` are rows that cannot be split into cells: number, reason, what it holds.
    """

    numbers: np.ndarray
    columns: list[pa.Array]
    marks: np.ndarray
    padding: int = 0
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers)


def find_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that splits most lines into the same number of cells, more than one."""
    best, score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in split(lines, delimiter) if any(cell.strip() for cell in row))
        widths.pop(1, None)
        if widths:
            width, often = max(widths.items(), key=lambda item: (item[1] * min(item[0], 6), item[0]))
            if (here := (often * min(width, 6) / max(len(lines), 1), width)) > score:
                best, score = delimiter, here
    return best


def split(lines: Iterable[str], delimiter: str) -> list[list[str]]:
    """Lines as rows; a field that csv refuses as too long ends them."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(csv.reader(lines, delimiter=delimiter))
    return rows


class Rows:
    """The rows of a text file from its blocks, after the first `skip` rows."""

    def __init__(self, texts: Iterable[bytes], delimiter: str, width: int, skip: int, limits: Limits) -> None:
        self._texts, self._delimiter, self._width, self._limits = texts, delimiter, width, limits
        self._skip = skip
        self._number = 0  # of the last row read

    def __iter__(self) -> Iterator[Block]:
        held = b""
        for text in self._texts:
            text = held + text
            lines = text.split(b"\n")
            if lines[-1] == b"":
                lines.pop()
            text, lines = self._after_headings(text, lines)
            block = self._fast(text, lines)
            held = b""
            if block is None:
                block, held = self._slow(lines, last=False)
            yield block
        if held:
            block, _ = self._slow(held.split(b"\n")[:-1] if held.endswith(b"\n") else held.split(b"\n"), last=True)
            yield block

    def _after_headings(self, text: bytes, lines: list[bytes]) -> tuple[bytes, list[bytes]]:
        """The block without the rows to skip."""
        start = 0
        while self._number < self._skip and start < len(lines):
            start += max(self._row(lines, start)[1], 1)
            self._number += 1
        return (text, lines) if not start else (b"".join(line + b"\n" for line in lines[start:]), lines[start:])

    def _fast(self, text: bytes, lines: list[bytes]) -> Block | None:
        """None when a line is not a row of the usual width."""
        import pyarrow as pa
        from pyarrow import csv as arrow

        if not text or self._width < 2 or len(lines[-1]) > self._limits.line:
            return None
        if b'"' in text and (lines[-1].count(b'"') % 2 or _quoted_within(text)):
            return None
        names = [str(column) for column in range(self._width)]
        try:
            table = arrow.read_csv(
                pa.BufferReader(text),
                arrow.ReadOptions(column_names=names, block_size=max(len(text), 1), use_threads=True),
                arrow.ParseOptions(delimiter=self._delimiter, newlines_in_values=True, ignore_empty_lines=False),
                arrow.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False),
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != len(lines) or max(map(len, lines)) > self._limits.line:
            return None
        numbers = np.arange(self._number + 1, self._number + 1 + len(lines))
        self._number += len(lines)
        columns = [column.combine_chunks() for column in table.columns]
        columns = [column.chunk(0) if isinstance(column, pa.ChunkedArray) else column for column in columns]
        return _without_padding(numbers, columns, lines)

    def _slow(self, lines: list[bytes], last: bool) -> tuple[Block, bytes]:
        """Rows by Python's csv; the lines of a row that may go on in the next block are given back, unless it is the last."""
        import pyarrow as pa

        numbers: list[int] = []
        rows: list[list[str]] = []
        marks: list[bytes] = []
        faults: list[tuple[int, str, str]] = []
        padding = 0
        start = 0
        blank = b" \t" + self._delimiter.encode()
        while start < len(lines):
            if not lines[start].strip(blank) and len(lines[start]) <= self._limits.line:
                self._number += 1
                start += 1
                padding += 1
                continue
            cells, used, fault = self._row(lines, start)
            if used == 0:  # the block ends within quotation marks
                if not last and len(lines) - start <= self._limits.row_lines and sum(map(len, lines[start:])) <= self._limits.line:
                    break
                used, fault = 1, "a quotation mark opened here is not closed"
            self._number += 1
            raw = b"\n".join(lines[start : start + used])
            start += used
            if not fault and not any(map(str.strip, cells)):
                padding += 1
                continue
            if fault is None and len(cells) > self._width:
                if any(cell.strip() for cell in cells[self._width :]):
                    fault = f"has {len(cells)} cells where {self._width} are expected"
                cells = cells[: self._width]
            if fault:
                faults.append((self._number, fault, raw[:200].decode("utf-8", "replace")))
                continue
            cells += [""] * (self._width - len(cells))
            numbers.append(self._number)
            rows.append(cells)
            marks.append(raw)
        columns = [pa.array([row[column] for row in rows], pa.string()) for column in range(self._width)]
        block = Block(np.array(numbers, np.int64), columns, np.fromiter(map(hash, marks), np.int64, len(marks)), padding, faults)
        return block, b"\n".join(lines[start:]) + b"\n" if start < len(lines) else b""

    def _row(self, lines: list[bytes], start: int) -> tuple[list[str], int, str | None]:
        """Cells, how many lines they take (0: more than there are), and what is wrong."""
        line = lines[start]
        if len(line) > self._limits.line:
            return [], 1, f"is longer than {self._limits.line:,} bytes"
        if line.count(self._delimiter.encode()) > self._limits.columns + self._width and line.strip(b' "\t' + self._delimiter.encode()):
            return [], 1, f"has more than {self._limits.columns} cells"
        if b'"' not in line:
            return line.decode("utf-8", "replace").split(self._delimiter), 1, None
        most = min(len(lines), start + self._limits.row_lines)
        texts = (lines[at].decode("utf-8", "replace") + "\n" for at in range(start, most))
        reader = csv.reader(texts, delimiter=self._delimiter)
        try:
            cells = next(reader)
        except (csv.Error, StopIteration):
            return [], 1, "a quotation mark opened here is not closed"
        used = reader.line_num
        if used == 1 and not _open([line], self._delimiter):
            return cells, 1, None
        if _open(lines[start : start + used], self._delimiter):  # to the end of what there is
            swallowed = most - start >= self._limits.row_lines
            return ([], 1, "a quotation mark opened here is not closed") if swallowed else ([], 0, None)
        inner = split((lines[at].decode("utf-8", "replace") for at in range(start + 1, start + used - 1)), self._delimiter)
        if self._width > 2 and any(len(row) == self._width for row in inner):
            return [], 1, "a quotation mark opened here is closed only in a later row"
        return cells, used, None


def _open(lines: Sequence[bytes], delimiter: str) -> bool:
    """Whether text ends within quotation marks, as csv reads it: a line added to it is then no row of its own."""
    rows = split([*(line.decode("utf-8", "replace") + "\n" for line in lines), "\x1e"], delimiter)
    return not rows or rows[-1] != ["\x1e"]


def _quoted_within(text: bytes) -> bool:
    """Whether a quotation mark stands inside a cell: the two readers differ in such."""
    letters = np.frombuffer(b"\n" + text + b"\n", np.uint8)
    at = np.flatnonzero(letters == _QUOTE)
    return bool(np.any(~_BESIDE_QUOTES[letters[at - 1]] & ~_BESIDE_QUOTES[letters[at + 1]]))


def _without_padding(numbers: np.ndarray, columns: list[pa.Array], lines: list[bytes]) -> Block:
    import pyarrow as pa
    from pyarrow import compute as pc

    marks = np.fromiter(map(hash, lines), np.int64, len(lines))
    blank = np.ones(len(lines), bool)
    for column in columns:
        if not blank.any():
            return Block(numbers, columns, marks)
        blank &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy(zero_copy_only=False)
    kept = np.flatnonzero(~blank)
    at = pa.array(kept)
    return Block(numbers[kept], [column.take(at) for column in columns], marks[kept], len(lines) - len(kept))
