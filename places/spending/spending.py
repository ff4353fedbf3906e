"""Reads a council's published payment files, however they are written, into one table, and gives account of every row."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...scenarios.errors import Problem, listed, nearest
from .accounts import FOUND, Counting, FileAccount, Reject, Tally
from .again import MOST, Prints, compared
from .ahead import ahead
from .amounts import pence_of
from .archives import UNREAD, parts
from .dates import Days
from .errors import NoPayments, SpendingError
from .headings import MONEY, WITHIN, Layout, layout_of, plain_heading
from .kinds import READ, SUMMARY, SUPPLIER_TOTALS, UNKNOWN, find_kind
from .limits import Limits
from .payments import Payments, presence_only
from .pseudonyms import Pseudonyms
from .roles import NEEDED
from .rows import split
from .sheets import Sheet, sheets
from .writing import PaymentsFile, write_rejects

if TYPE_CHECKING:
    import pyarrow as pa

Mapping_ = Mapping[str, Mapping[str, str]]
LIKE = 3  # amounts that are written alike, from which another is odd
SIGNS = "^~¬"  # that divide cells in some files, which are not read so
SUBJECTS = {"": "it", "headings": "its headings:"}  # of what is wrong with a sheet, in a note


@dataclass(frozen=True)
class Spending:
    """What was read: an account for each table of each file, and the payments themselves, on disk."""

    accounts: tuple[FileAccount, ...]
    rejects: tuple[Reject, ...]
    path: Path
    left: tuple[str, ...] = ()  # what was not read of the files, or stands in two of them
    _folder: tempfile.TemporaryDirectory | None = field(default=None, repr=False)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The payments in batches of the schema `tables.payments_schema()`, in the order of the files."""
        from pyarrow import parquet

        with parquet.ParquetFile(self.path) as file:
            yield from file.iter_batches()

    @property
    def total(self) -> Tally:
        """All rows used, of all files."""
        return sum((account.used for account in self.accounts), Tally())


def read_spending(
    files: Sequence[Path],
    out: Path | None = None,
    mapping: Mapping_ | None = None,
    limits: Limits = Limits(),
    persons: bool = False,
    rename: Pseudonyms | None = None,
) -> Spending:
    """Reads payment files (CSV, xlsx, zip) into `out`/payments.parquet and `out`/rejects.csv; without `out` into a temporary folder.

    `mapping` overrides what a column is for: a pattern of file names to role and heading, e.g.
    `{"salford*.csv": {"amount": "Gross"}}`. Names of persons become "person 1", … unless `persons` is true;
    `rename` goes on with the numbering of other files. Raises SpendingError, with every file that cannot be read, before
    anything is written to `out`.
    """
    folder = None if out else tempfile.TemporaryDirectory(prefix="changemaking-payments-")
    where = Path(folder.name) if folder else Path(out or ".")
    accounts: list[FileAccount] = []
    rejects: list[Reject] = []
    problems: list[Problem] = list(_unused(mapping or {}, files))
    left: list[str] = []
    prints: dict[str, Prints] = {}
    first: dict[str, str] = {}  # by what a file holds to the letter: what it is called
    rename = None if persons else rename if rename is not None else Pseudonyms()
    with PaymentsFile(where / "payments.parquet", None if rename is None else rename.known) as written:

        def read(sheet: Sheet, path: Path, name: str) -> FileAccount:
            return _read(sheet, path, _chosen(mapping or {}, name, sheet.name), limits, rename, written, rejects, prints)

        for path, name in _named([Path(file) for file in files]):
            unread: list[str] = []
            before = len(accounts)
            try:
                for part in parts(path, name, limits):
                    if part.kind == UNREAD:
                        unread.append(part.name.removeprefix(f"{name}/"))
                        continue
                    tables = _Tables(part.name)
                    for sheet in sheets(part, limits):
                        tables.add(sheet, partial(read, path=path, name=name))
                    problems += [_set_by(problem, mapping or {}, name, problem.where) for problem in tables.problems()]
                    found = tables.noted()
                    accounts += found
                    left += [f"{part.name}: {note}" for note in tables.aside()]
                    if any(account.kind in READ for account in found):
                        if other := first.get(found[0].sha256):
                            problems.append(_twice(part.name, other))
                        first.setdefault(found[0].sha256, part.name)
            except SpendingError as error:
                problems += error.problems
            if unread and len(accounts) > before:
                note = f"not read, being no tables: {listed(unread, 12)}"
                accounts[before] = replace(accounts[before], notes=(*accounts[before].notes, note))
                left.append(f"{name}: {note}")
        same, notes = compared(accounts, prints)
        problems += [problem for problem in same if problem.where not in {known.where for known in problems}]
        for at, told in notes.items():
            accounts[at] = replace(accounts[at], notes=(*accounts[at].notes, *told))
            left += [f"{accounts[at].file}: {note}" for note in told]
        if problems:
            raise SpendingError(problems)
        if rename is not None:
            written.forget()
            rejects = [replace(reject, found=rename.known.replaced(reject.found)) for reject in rejects]
        rejects = [replace(reject, found=reject.found[:FOUND]) for reject in rejects]  # not before: part of a name is none that is known
        written.keep()
    write_rejects(where / "rejects.csv", rejects)
    return Spending(tuple(accounts), tuple(rejects), where / "payments.parquet", tuple(left), folder)


class _Tables:
    """The tables of one file: what was read of it, what was set aside, and what is wrong."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[FileAccount] = []
        self._aside: list[str] = []
        self._beside: list[Problem] = []  # of tables that may stand beside payments
        self._wrong: list[Problem] = []

    def add(self, sheet: Sheet, read: Callable[[Sheet], FileAccount]) -> None:
        if sheet.unread:
            self._aside.append(f'sheet "{sheet.title}" is not read: {sheet.unread}')
            return
        try:
            self._found.append(read(sheet))
        except NoPayments as error:
            self._beside += error.problems
            told = "; ".join(f"{SUBJECTS.get(problem.key, problem.key)} {problem.text}" for problem in error.problems)
            self._aside.append(f'sheet "{sheet.title}" is set aside: {told}')
        except SpendingError as error:
            self._wrong += error.problems

    @property
    def _paid(self) -> bool:
        return any(account.kind in READ for account in self._found)

    def problems(self) -> list[Problem]:
        """What is wrong with the file; notes beside its payments are not."""
        problems = self._wrong + ([] if self._paid else self._beside)
        if problems or self._found:
            return problems
        hidden = "; ".join(self._aside)
        return [Problem(self._name, "", "holds nothing that is read" if hidden else "holds nothing", hidden or None)]

    def aside(self) -> list[str]:
        """The sheets that were not read, each with why."""
        return self._aside if self._found else []

    def noted(self) -> list[FileAccount]:
        """The accounts, the first with the sheets that were not read among its notes."""
        return [replace(one, notes=(*one.notes, *(self._aside if not at else ()))) for at, one in enumerate(self._found)]


def _named(files: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Each file with what it is called: its name, with its folder where two have the same."""
    names = [file.name for file in files]
    for file in files:
        yield file, file.name if names.count(file.name) == 1 else f"{file.parent.name}/{file.name}"


def _twice(name: str, other: str) -> Problem:
    return Problem(name, "", "holds the same as another file and would count twice", other, "each file once")


def _chosen(mapping: Mapping_, name: str, sheet: str) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for pattern, roles in mapping.items():
        if _fits(pattern, name, sheet):
            chosen |= roles
    return chosen


def _fits(pattern: str, name: str, sheet: str) -> bool:
    return fnmatch(name, pattern) or fnmatch(sheet, pattern)


def _set_by(problem: Problem, mapping: Mapping_, name: str, sheet: str) -> Problem:
    """A mistake in a mapping with the pattern that set it in its key; any other as it is."""
    of, _, role = problem.key.partition(".")
    patterns = [pattern for pattern, roles in mapping.items() if of == "mapping" and role in roles and _fits(pattern, name, sheet)]
    return replace(problem, key=f"mapping.{patterns[-1]}.{role}") if patterns else problem


def _unused(mapping: Mapping_, files: Sequence[Path]) -> Iterator[Problem]:
    names = [Path(file).name for file in files]
    for pattern in mapping:
        if not any(fnmatch(name, pattern.split("/")[0]) or fnmatch(name, pattern) for name in names):
            yield Problem("mapping", pattern, "fits no file that is read", None, listed(names), nearest(pattern, names))


def _read(
    sheet: Sheet,
    path: Path,
    chosen: Mapping[str, str],
    limits: Limits,
    rename: Pseudonyms | None,
    written: PaymentsFile,
    rejects: list[Reject],
    prints: dict[str, Prints],
) -> FileAccount:
    """Reads one table and writes its payments. Raises SpendingError when nobody can say what its columns are."""
    try:
        layout = layout_of(sheet.sample, chosen, sheet.name)
    except SpendingError as error:
        raise _refused(sheet, error.problems) from None
    below = sheet.sample[layout.row if layout else 0 :]
    kind = find_kind(layout, below, bool(chosen))
    width = max([len(row) for row in sheet.sample] or [1])
    found = {"file": sheet.name, "path": str(path), "kind": kind, "sha256": sheet.sha256, "size": sheet.size, "delimiter": sheet.delimiter}
    if kind == UNKNOWN or (kind in READ and layout is None):
        raise _refused(sheet, [_unmappable(sheet.name, layout, sheet.sample)])
    if kind not in READ or layout is None:
        return _set_aside(sheet, layout, kind, width, found)
    date = layout.roles.get("date")
    filled = [row for row in below if any(cell.strip() for cell in row)]
    days = Days([row[date] for row in filled if date is not None and date < len(row)])
    flag, credit = layout.roles.get("vcse"), layout.roles.get("credit")
    presence = flag is not None and presence_only([row[flag] for row in filled if flag < len(row)])
    credits = [pence_of(row[credit]) for row in filled if credit is not None and credit < len(row)]
    negative = any(credits) and all(pence is None or pence <= 0 for pence in credits)
    room = MOST - sum(len(one.prints) for one in prints.values())
    payments = Payments(sheet.name, layout, days, presence, rename, negative, room)
    counting = payments.counting
    held: pa.RecordBatch | None = None
    with closing(ahead(sheet.blocks(width, layout.row))) as blocks:
        for block in blocks:
            batch = payments.batch(block)
            if held is not None and batch.num_rows:
                written.write(held)
                held = batch
            held = batch if held is None else held
            if counting.read.rows > limits.rows:
                raise SpendingError([Problem(sheet.name, "", "has too many rows", None, f"up to {limits.rows:,}")])
    if held is not None:
        written.write(payments.finished(held))
    rejects += payments.rejects[: max(0, limits.rejects - len(rejects))]
    if not counting.read.rows:
        raise NoPayments([Problem(sheet.name, "", "holds headings and no rows")])
    if counting.contrary:
        told = f"days and months contradict: read as {days.how}, rows rejected that read only otherwise"
        counting.notes.append(f"{told}: {counting.contrary:,}")
    if not counting.used.rows:
        counting.notes.append(_none_used(counting))
    counting.notes += _alike(layout, filled, chosen)
    _note(counting, sheet, layout, kind, presence, negative)
    prints[sheet.name] = payments.prints.close()
    encoding = sheet.encoding
    return counting.finish(
        layout, days.how if date is not None else "none", found | {"encoding": str(encoding) if encoding else "workbook"}
    )


def _refused(sheet: Sheet, problems: Sequence[Problem]) -> SpendingError:
    """The error of a table that cannot be read: with headings of dates and suppliers it is one of payments, whatever stands beside it."""
    own = layout_of(sheet.sample, {}, sheet.name)
    return SpendingError(problems) if own and {"date", "supplier"} <= own.roles.keys() else NoPayments(problems)


def _set_aside(sheet: Sheet, layout: Layout | None, kind: str, width: int, found: dict) -> FileAccount:
    """The account of a table that is no list of payments: its rows are counted and left."""
    counting = Counting()
    first = next((at for at, row in enumerate(sheet.sample, 1) if any(map(str.strip, row))), 0)
    above = layout.row if layout else 0 if kind == SUMMARY else first  # a summary has a title but no headings
    for block in sheet.blocks(width, above):
        rows = Tally(len(block) + len(block.faults))
        counting.padding += block.padding
        counting.read += rows
        counting.excluded[f"another kind of file: {kind}"] += rows
    counting.notes.append(f"holds no payments but is of another kind: {kind}")
    return counting.finish(layout and Layout(layout.headings, layout.row), "none", found | {"encoding": str(sheet.encoding or "workbook")})


def _unmappable(name: str, layout: Layout | None, sample: Sequence[Sequence[str]]) -> Problem:
    """What is wrong with a file whose columns nobody can tell: what it holds, what is missing, what comes near."""
    said = " ".join(next((row for row in sample if any(cell.strip() for cell in row)), []))
    sign = next((sign for sign in SIGNS if said.count(sign) > 1), "")
    divided = f'cells divided by commas, semicolons, tabs or |, which "{sign}" may stand for here; ' if sign else ""
    if layout is None or not layout.headings:
        first = next((row for row in sample if any(cell.strip() for cell in row)), [])
        return Problem(
            name,
            "",
            f"has no headings that are known in its first {WITHIN} rows, and its columns do not say what they are",
            listed([cell.strip()[:40] for cell in first if cell.strip()], 8),
            f"{divided}"
            'headings such as "Supplier Name", "Payment Date", "Net Amount", or a mapping such as amount = "column 3" '
            "under [data.mapping] in a place file",
        )
    missing = [role for role in NEEDED if role not in layout.roles]
    known = [heading.strip()[:60] for heading in layout.headings if heading.strip()]
    wanted = {"amount": "amount", "supplier": "supplier name"}
    plain = {plain_heading(heading): heading for heading in known}
    near = next((f'{role} = "{plain[hint]}"' for role in missing if (hint := nearest(wanted[role], plain))), None)
    such = f", such as {near}," if near else ""
    return Problem(
        name,
        "headings",
        f"none is known for {' and '.join(missing)}" if missing else "are of no kind of file that is known",
        listed(known, 20),
        f"{divided}a mapping from {' or '.join(missing or NEEDED)} to one of them{such} under [data.mapping] in a place file",
    )


def _none_used(counting: Counting) -> str:
    """A note on a file of which nothing is used: what became of its rows, the most frequent first."""
    why = [(rows, f"rejected, {reason}") for reason, rows in counting.rejected_for.items()]
    why += [(tally.rows, f"excluded, {reason}") for reason, tally in counting.excluded.items()]
    told = "; ".join(f"{rows:,} {text}" for rows, text in sorted(why, key=lambda one: -one[0])[:3])
    return f"no row is used of the {counting.read.rows:,} read: {told}"


def _alike(layout: Layout, rows: Sequence[Sequence[str]], chosen: Mapping[str, str]) -> Iterator[str]:
    """Notes on headings that stand over several columns of which one was taken, unless the user says which."""
    for role, column in layout.roles.items():
        others = [at for at in layout.alike(column) if at != column]
        if not others or plain_heading(chosen.get(role, "")) == f"column {column + 1}":
            continue
        cells = [[row[at].strip() if at < len(row) else "" for row in rows] for at in (column, *others)]
        columns = " and ".join(str(at + 1) for at in layout.alike(column))
        same = f", which hold the same (rows looked at: {len(rows):,})" if all(other == cells[0] for other in cells) else ""
        other = f'; to read another as {role}, map {role} = "column {others[0] + 1}"' if not same else ""
        yield f"{layout.heading(column)}: stands over columns {columns}{same}; column {column + 1} is read as {role}{other}"


def _note(counting: Counting, sheet: Sheet, layout: Layout, kind: str, presence: bool, below: bool) -> None:
    notes = counting.notes
    for role, column in layout.roles.items():
        if role in MONEY and layout.times(column) != 1:
            notes.append(f"{layout.heading(column)}: taken times {layout.times(column):,}, as its heading says")
    if layout.basis == "gross":
        notes.append(f"{layout.heading(layout.roles['amount'])}: amounts include VAT")
    if "credit" in layout.roles:
        debit, credit = (layout.heading(layout.roles[role]) for role in ("amount", "credit"))
        notes.append(f"{credit}: below zero, so added to {debit}" if below else f"{credit}: subtracted from {debit}")
    if kind == SUPPLIER_TOTALS:
        notes.append("holds one total for each supplier, without dates")
    elif "date" not in layout.roles:
        notes.append("has no column of dates")
    if not layout.headings:
        notes.append("has no headings: the columns were told by what they hold")
    if presence:
        notes.append(f"{layout.heading(layout.roles['vcse'])}: an empty cell is taken for no")
    if encoding := sheet.encoding:
        last = split([encoding.unended.decode("utf-8", "replace")], sheet.delimiter) if encoding.unended else []
        if last and len(last[0]) < len(layout.headings):
            notes.append("the last line has fewer cells than the headings and no end: the file may have been cut off")
        elif last and _lacks_pence(last[0], layout, sheet.sample):
            notes.append("the last amount has no pence, where all others have, and no line end: the file may have been cut off")
        if encoding.nuls:
            notes.append(f"NUL characters left out: {encoding.nuls:,}")
        if encoding.mangled_marks:
            notes.append("a byte-order mark that was mangled was left out")
        if encoding.old_lines and encoding.new_lines:
            notes.append(f"lines in {encoding.old} among lines in UTF-8: {encoding.old_lines:,}")
    if (period := _period(sheet.name)) and counting.months:
        outside = sum(rows for month, rows in counting.months.items() if month not in period)
        if outside:
            notes.append(f"rows dated outside the time in the file's name: {outside:,}")


def _lacks_pence(last: Sequence[str], layout: Layout, sample: Sequence[Sequence[str]]) -> bool:
    """Whether the last amount is not written to the penny, at the end of its line, as those of the first rows all are."""
    column = layout.roles["amount"]
    before = [row[column].strip() for row in sample[layout.row :] if len(row) > column and row[column].strip() and list(row) != list(last)]
    if len(last) != column + 1 or len(before) < LIKE:
        return False
    whole = re.compile(r".*\.\d\d\D*")
    return all(map(whole.fullmatch, before)) and not whole.fullmatch(last[column].strip())


def _period(name: str) -> range | None:
    """The months, counted from 1970, of the month or financial year that a file's name speaks of: "2017-03", "2020-21"; else None."""
    found = re.search(r"(?<!\d)(20\d\d)[-_/ ](\d\d)(?!\d)", name)
    if found and int(found[2]) == (int(found[1]) + 1) % 100:  # a financial year
        start = (int(found[1]) - 1970) * 12 + 3
        return range(start, start + 12)
    if found and 1 <= int(found[2]) <= 12:
        month = (int(found[1]) - 1970) * 12 + int(found[2]) - 1
        return range(month, month + 1)
    return None
