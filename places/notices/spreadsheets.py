"""Contracts Finder as CSV: its own export, and the shape in which others pass it on (one line for each notice)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .errors import NoticesError
from .limits import Limits
from .opening import Bounded
from .procedures import framework, procedure
from .suppliers import SUPPLIER, Aside, winners
from .values import cpv, day, flag, identifier, months_between, pence, text, uk_postcode

# What a column holds: its headings, in lower case and without spaces and signs.
ROLES = {
    "id": ("id", "noticeidentifier", "noticeid"),
    "title": ("title",),
    "buyer": ("organisation", "organisationname", "buyer"),
    "status": ("status",),
    "awarded": ("awardeddate",),
    "value": ("awardedvalue",),
    "supplier": ("awardedsupplier", "suppliernameaddressreftyperefnumberissmeisvcse", "supplier"),
    "sme": ("awardedtosme",),
    "vcse": ("awardedtovcse",),
    "cpv": ("cpvcodes",),
    "start": ("contractstartdate",),
    "end": ("contractenddate",),
    "procedure": ("ojeuproceduretype", "proceduretype"),
}
NEEDED = ("title", "buyer", "supplier", "value")
REGISTERS = {"COMPANIES_HOUSE": "GB-COH", "CHARITY_COMMISSION": "GB-CHC"}
_BLOCK = re.compile(r"\[([^\[\]]*)\]")
_LOT = re.compile(r"^lots? \d+\w?(?:\s*[-–:])\s*", re.I)
LONGEST_ROW = 4 << 20


class Lines:
    """The lines of a CSV file below its headings, as dictionaries by role, numbered as a spreadsheet numbers them."""

    def __init__(self, path: Path, stream: Bounded, limits: Limits) -> None:
        self._path, self._stream, self._limits = path, stream, limits
        self.kind = "Contracts Finder CSV"
        self.not_utf8 = 0

    def __iter__(self) -> Iterator[tuple[int, dict[str, str] | str]]:
        """Row number and cells, or what is wrong with the row."""
        lines = self._lines()
        first = next(lines, "")
        delimiter = max(",;\t|", key=first.count)
        before = csv.field_size_limit(self._limits.cell)
        try:
            rows = csv.reader(self._again(first, lines), delimiter=delimiter)
            roles = self._roles(next(rows, []))
            number = 1
            while True:
                number += 1
                if number > 10 * self._limits.releases:
                    raise NoticesError(f"{self._path}: more than {10 * self._limits.releases:,} rows, most of them empty")
                try:
                    cells = next(rows)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield number, f"{error}; is there a quotation mark that does not end?"
                    continue
                self._stream.item_done()
                if any(cell.strip() for cell in cells):
                    yield number, {role: cells[place].strip() if place < len(cells) else "" for role, place in roles.items()}
        except csv.Error as error:
            raise NoticesError(f"{self._path}: row 1: {error}") from None
        finally:
            csv.field_size_limit(before)

    def _roles(self, headings: list[str]) -> dict[str, int]:
        plain = [re.sub(r"[^a-z]", "", heading.lower()) for heading in headings[:500]]
        found = {role: plain.index(name) for role, names in ROLES.items() for name in reversed(names) if name in plain}
        missing = [role for role in NEEDED if role not in found]
        if missing:
            near = {role: get_close_matches(ROLES[role][0], plain, n=1, cutoff=0.5) for role in missing}
            hints = "".join(f"; {headings[plain.index(names[0])]!r} is nearest to {role!r}" for role, names in near.items() if names)
            shown = ", ".join(repr(heading.strip()[:40]) for heading in headings[:12] if heading.strip()) or "none"
            raise NoticesError(
                f"{self._path}: row 1: no column for {', '.join(missing)} in a table of award notices; found {shown}{hints}; "
                f"expected headings as in Contracts Finder: Title, Organisation Name, Awarded Value, Supplier"
            )
        return found

    @staticmethod
    def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
        yield first
        yield from rest

    def _lines(self) -> Iterator[str]:
        """Lines of text, each in UTF-8 or, if it is not that, in the Windows encoding of Western Europe."""
        rest = b""
        while True:
            chunk = self._stream.read()
            if chunk.endswith(b"\r"):  # perhaps the first half of a line's end
                chunk += self._stream.read(1)
            content = (rest + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            *whole, rest = content.split(b"\n") if chunk else [content, b""]
            for line in whole:
                yield self._decoded(line) + "\n"
            if len(rest) > LONGEST_ROW:
                raise NoticesError(
                    f"{self._path}: after row {self._stream.items + 1} a line of more than {LONGEST_ROW:,} bytes; no notice is that long"
                )
            if not chunk:
                return

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self.not_utf8 += 1
            return line.decode("cp1252", "replace")


def line_rows(cells: dict[str, str], most: int) -> list[dict[str, Any]]:
    """The award of a line, one row for each supplier. Aside if nothing was awarded; ValueError if it cannot be read.

    Where several suppliers share a line, its one SME flag does not say whose it is, and is not taken.
    """
    status = cells.get("status", "").lower()
    if status and status != "awarded":
        raise Aside(f"notice {status[:40]}")
    amount = pence(cells["value"])
    suppliers = winners(suppliers_of(cells["supplier"]), amount, most)
    if len(suppliers) == 1:
        for kind in ("sme", "vcse"):
            suppliers[0][kind] = flag(cells.get(kind)) if suppliers[0][kind] is None else suppliers[0][kind]
    start, end = day(cells.get("start")), day(cells.get("end"))
    common: dict[str, Any] = {
        "award": text(cells.get("id")),
        "buyer": text(cells["buyer"]),
        "title": text(cells["title"]),
        "suppliers": len(suppliers),
        "pence": amount,
        "currency": "GBP" if amount is not None else None,
        "date": day(cells.get("awarded")),
        "start": start,
        "end": end,
        "months": months_between(start, end),
        "procedure": procedure(None, cells.get("procedure")),
        "framework": framework(None, cells.get("procedure"), [text(cells["title"])], len(suppliers)),
        "cpv": cpv(cells.get("cpv")),
    }
    return [{**common, **one} for one in suppliers or [dict.fromkeys(SUPPLIER)]]


def suppliers_of(cell: str) -> list[dict[str, Any]]:
    """Suppliers named in one cell, each once: blocks in brackets as Contracts Finder writes them, else names between commas.

    A comma with a space after it belongs to a name: "Knight, Kavanagh & Page" is one firm.
    """
    if blocks := [block for block in _BLOCK.findall(cell) if "|" in block]:
        found = [_block(block.split("|")) for block in blocks]
    else:
        whole = text(cell[: 1 << 20]) if len(cell) < 400 else None
        names = re.split(r",(?!\s)", whole or cell)
        found = [{"supplier": text(_LOT.sub("", name.strip()))} for name in names]
    rows: dict[str, dict[str, Any]] = {}
    for one in found:
        if one["supplier"]:
            rows.setdefault(one["supplier"].casefold(), dict.fromkeys(SUPPLIER) | one)
    return list(rows.values())


def _block(parts: list[str]) -> dict[str, Any]:
    name, address, register, number, sme, vcse = (parts + [""] * 6)[:6]
    return {
        "supplier": text(name),
        "supplier_id": identifier(REGISTERS.get(register.strip().upper()), number),
        "sme": flag(sme),
        "vcse": flag(vcse),
        "postcode": uk_postcode(address[-60:]),
    }
