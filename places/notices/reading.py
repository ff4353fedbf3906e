"""Files of award notices, read: awards, tenders, what was rejected, and an account of each file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..spending.pseudonyms import without
from ..tables import awards_schema
from .account import NoticeAccount
from .awards import award_rows
from .errors import NoticesError
from .limits import Limits
from .merging import Origin, Processes
from .opening import Bounded, opened
from .packages import Items
from .process import Process
from .releases import Flaw, trimmed
from .spreadsheets import Lines, line_rows
from .suppliers import Aside
from .tables import rejects_schema, tenders_schema
from .tenders import tender_rows

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
_GOT = re.compile(r"got (['\"])(.*?)\1(?=, expected)")
_NOTICE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


@dataclass(frozen=True)
class Notices:
    """What files of award notices say.

    `awards`: one row for each award and supplier (schema in places/tables.py). `tenders`: one for each lot of a tender, with
    its award criteria. `rejects`: what could not be read. `accounts`: one for each file, in the order given.
    """

    awards: pa.Table
    tenders: pa.Table
    rejects: pa.Table
    accounts: tuple[NoticeAccount, ...]


def read_notices(files: Sequence[Path | str], limits: Limits | None = None, rename: Callable[[str], str] | None = None) -> Notices:
    """Read award notices: OCDS release and record packages, lists, single releases, JSON lines, and CSV of Contracts Finder.

    Releases of one process are merged across all files, later ones over earlier ones. `rename` is applied to each supplier's
    name (to pseudonymise persons, say) and to that name in the title of what it was awarded. NoticesError, naming the file, if one
    cannot be read; single releases, lines and awards that cannot be read are rejected and the rest kept.
    """
    import pyarrow as pa

    reader = _Reader(limits or Limits(), str if rename is None else rename)
    for path, name in zip(map(Path, files), names(files), strict=True):
        reader.read(path, name)
    reader.finish()
    return Notices(
        awards=pa.Table.from_pylist(reader.awards, awards_schema()),
        tenders=pa.Table.from_pylist(reader.tenders, tenders_schema()),
        rejects=pa.Table.from_pylist(reader.rejects, rejects_schema()),
        accounts=tuple(reader.accounts.values()),
    )


def names(files: Sequence[Path | str]) -> list[str]:
    """What a file is called in tables: its name, or its whole path where two files have the same name. A file given twice is an error."""
    paths = [Path(file) for file in files]
    if not paths:
        raise NoticesError("no files given; expected one or more files of award notices")
    if twice := [path for path in paths if paths.count(path) > 1]:
        raise NoticesError(f"{twice[0]}: given twice")
    short = [path.name for path in paths]
    return [str(path) if short.count(path.name) > 1 else path.name for path in paths]


class _Reader:
    def __init__(self, limits: Limits, rename: Callable[[str], str]) -> None:
        self.limits, self.rename = limits, rename
        self.accounts: dict[str, NoticeAccount] = {}
        self.awards: list[Row] = []
        self.tenders: list[Row] = []
        self.rejects: list[Row] = []
        self._processes = Processes()
        self._lines: list[tuple[Origin, list[Row]]] = []
        self._read = 0

    def read(self, path: Path, name: str) -> None:
        account = self.accounts[name] = NoticeAccount(name)
        with opened(path, self.limits) as (kind, stream):
            if kind == "json":
                self._json(path, stream, account)
            else:
                self._csv(path, stream, account)

    def _count(self, path: Path) -> None:
        self._read += 1
        if self._read > self.limits.releases:
            raise NoticesError(
                f"{path}: more than {self.limits.releases:,} releases or lines in all; give fewer files, or those of fewer buyers"
            )

    # -- JSON ------------------------------------------------------------------------------------------------------

    def _json(self, path: Path, stream: Bounded, account: NoticeAccount) -> None:
        items = Items(path, stream, self.limits)
        for row, item in enumerate(items, 1):
            for release in _of_record(item):
                self._count(path)
                account.read += 1
                self._release(release, Origin(account.file, row), account)
        account.kind = items.kind

    def _release(self, release: Any, origin: Origin, account: NoticeAccount) -> None:
        if isinstance(release, dict) and not release.keys() - {"url", "date", "tag", "ocid"} and "url" in release:
            account.aside["a link to a release, not the release"] += 1
            return
        try:
            kept = trimmed(release)
        except Flaw as flaw:
            account.rejected[f"{flaw.field}: {flaw.reason}"] += 1
            self._reject(origin, flaw.field, flaw.reason)
            return
        before = self._processes.add(kept, origin)
        if before:
            account.aside["the same release again"] += 1
        elif kept.get("awards"):
            account.used += 1
            account.told += len(kept["awards"])
        else:
            tags = kept.get("tag") or ["untagged"]
            account.aside[f"no award: {', '.join(tags)[:60]}"] += 1

    def finish(self) -> None:
        """Merge what was read and turn it into rows, once all files are in."""
        published: dict[str, str] = {}
        for release, origins in self._processes:
            last: dict[str, Origin] = {}
            for origin, version in origins:
                for award in version.get("awards", ()):
                    if award["id"] in last:
                        self.accounts[last[award["id"]].file].awards_aside["told again by a later release"] += 1
                    last[award["id"]] = origin
                    if match := _NOTICE.match(version.get("id") or ""):
                        published[match.group().lower()] = origin.file
            process = Process(release)
            for award in release.get("awards", ()):
                if award["id"] in last:
                    self._award(process, award, last[award["id"]])
            if process.tender:
                origin = next((one for one, version in reversed(origins) if version.get("tender")), origins[-1][0])
                self.tenders.extend({"file": origin.file, "row": origin.row, **row} for row in tender_rows(process))
        for origin, rows in self._lines:
            account = self.accounts[origin.file]
            if elsewhere := published.get((rows[0]["award"] or "").lower()):
                account.awards_aside[f"also in {elsewhere}"] += 1
            else:
                self._keep(rows, origin)

    def _award(self, process: Process, award: Row, origin: Origin) -> None:
        account = self.accounts[origin.file]
        try:
            rows = award_rows(process, award, self.limits.suppliers)
        except Aside as reason:
            account.awards_aside[str(reason)] += 1
        except ValueError as error:
            why = self._unnamed(str(error))
            account.awards_rejected[f"value: {why}"] += 1
            self._reject(origin, "awards.value", why)
        else:
            self._keep(rows, origin)
        account.notes.update(process.notes)
        process.notes.clear()

    # -- CSV -------------------------------------------------------------------------------------------------------

    def _csv(self, path: Path, stream: Bounded, account: NoticeAccount) -> None:
        lines = Lines(path, stream, self.limits)
        seen: dict[tuple[Any, ...], int] = {}
        for number, cells in lines:
            self._count(path)
            account.read += 1
            origin = Origin(account.file, number)
            if isinstance(cells, str):
                account.rejected[cells] += 1
                self._reject(origin, "row", cells)
                continue
            try:
                rows = line_rows(cells, self.limits.suppliers)
            except Aside as reason:
                account.aside[str(reason)] += 1
                continue
            except ValueError as error:
                why = self._unnamed(str(error))
                account.rejected[f"value: {why}"] += 1
                self._reject(origin, "awarded value", why)
                continue
            key = tuple(sorted((role, cell) for role, cell in cells.items() if role != "buyer")) if cells.get("id") else (number,)
            if (first := seen.setdefault(key, number)) != number:
                account.aside["the same notice again"] += 1
                account.notes[f"row {number} is the notice of row {first}"] += 1
                continue
            account.used += 1
            account.told += 1
            self._lines.append((origin, rows))
            if rows[0]["suppliers"] > 1 and cells.get("sme"):
                account.notes["one SME flag for several suppliers, not taken"] += 1
        account.kind = lines.kind
        if lines.not_utf8:
            account.notes["lines in the Windows encoding, not UTF-8"] = lines.not_utf8

    def _keep(self, rows: list[Row], origin: Origin) -> None:
        self.accounts[origin.file].add_award(rows)
        renamed = {name: new for row in rows if (name := row["supplier"]) and (new := self.rename(name)) != name}
        for row in rows:
            title = row["title"]
            for name, new in renamed.items():
                title = title and without(title, name, new)
            supplier = renamed.get(row["supplier"], row["supplier"])
            self.awards.append({"file": origin.file, "row": origin.row, **row, "title": title, "supplier": supplier})

    def _unnamed(self, reason: str) -> str:
        """Why a value is none, without the name of a person that stands in its place."""
        return _GOT.sub(lambda found: f"got {self.rename(found[2])!r}", reason)

    def _reject(self, origin: Origin, field: str, reason: str) -> None:
        self.rejects.append({"file": origin.file, "row": origin.row, "field": field, "reason": reason})


def _of_record(item: Any) -> Iterator[Any]:
    """The compiled release of a record, or its releases; a release as it is."""
    if isinstance(item, dict) and isinstance(item.get("compiledRelease"), dict):
        yield {"ocid": item.get("ocid"), **item["compiledRelease"]}
    elif isinstance(item, dict) and isinstance(item.get("releases"), list):
        yield from item["releases"]
    else:
        yield item
