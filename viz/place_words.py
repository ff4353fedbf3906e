"""A built place in words: what came in, what it is, what is not known of it."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from . import words
from .numbers import MINUS
from .words import amount, count

if TYPE_CHECKING:
    from ..experiments.place_check import PlaceCheck
    from ..places.building import Built
    from ..places.figures.figure import Figure
    from ..places.spending import FileAccount

UNKNOWN = {
    "local": "with suppliers of the district",
    "region": "with suppliers of the rest of the region",
    "sme": "with small and medium-sized firms",
    "large": "with large firms",
    "vcs": "with voluntary bodies",
    "sector": "of a sector that is not known",
    "public": "with public bodies",
}


def pounds(pence: float) -> str:
    """A sum as people read it, below a hundred pounds to the penny."""
    if 0 < abs(pence) < 100_00:
        return f"{MINUS if pence < 0 else ''}£{abs(pence) / 100:.2f}"
    return amount(pence / 100, "£")


def about_files(built: Built) -> list[str]:
    """A sentence for each file: rows and money read, used, excluded, rejected; and one for the tables of suppliers."""
    said = []
    for a in built.read.spending.accounts if built.read.spending else ():
        if not a.used.rows and not a.rejected.rows:
            said.append(f"{a.file}: {'; '.join(a.notes) or 'nothing of it was used'}.")
            continue
        rows, pence = (sum(getattr(tally, unit) for tally in a.excluded.values()) for unit in ("rows", "pence"))
        said.append(
            f"{a.file}: {count(a.read.rows, 'row')} of {pounds(a.read.pence)} read; {a.used.rows:,} of {pounds(a.used.pence)} used, "
            f"{rows:,} of {pounds(pence)} excluded, {a.rejected.rows:,} rejected."
        )
    for n in built.read.notices.accounts if built.read.notices else ():
        rejected = n.rejected.total() + n.awards_rejected.total()
        said.append(
            f"{n.file}: {count(n.read, 'notice')} read, {count(n.awards, 'award')} of {pounds(n.pence['GBP'])} used, "
            f"{n.aside.total():,} set aside, {rejected:,} rejected."
        )
    if (m := built.matches) is not None:
        by = words.listed(
            [f"{many:,} by {method.replace('_', ' ')}" for method, many in Counter(match.method for match in m.matched).items()]
        )
        said.append(
            f"Tables of suppliers: {len(m.matched):,} of {count(len(m.suppliers), 'supplier')} found{f' ({by})' if by else ''}, "
            f"{len(m.ambiguous):,} left open between rows that come near."
        )
    return said


def about_place(built: Built) -> list[list[str]]:
    """What the place holds, as rows of a table."""
    place = built.place
    focal = place["districts"][0]
    council = place["commissioners"][0]
    firms = sum(g["count"] for g in place["firms"])
    return [
        ["council", f"{built.council.name} ({built.council.gss})"],
        ["people", f"{focal['population']:,} in {count(len(focal['wards']), 'ward')}"],
        ["region", f"{place['region']}, {count(len(place['districts']), 'district')}"],
        ["pounds of", built.data.pounds],
        ["spent with providers", f"{amount(council['procurement'], '£')} a year by the council"],
        ["commissioners", f"{len(place['commissioners'])}, {count(contracts(place), 'contract')} running"],
        ["firms able to bid", str(firms)],
    ]


def contracts(place: dict) -> int:
    """Contracts that run at the start."""
    return sum(line["contracts"] for c in place["commissioners"] for line in c["lines"])


def about_unknown(built: Built) -> list[list[str]]:
    """Shares of the money that the files leave open."""
    return [[UNKNOWN.get(name, name), f"{low:.1%}", f"{high:.1%}"] for name, (low, high) in built.data.unknown.items()]


def reconciliation(account: FileAccount) -> list[list[str]]:
    """Rows and pounds of a payment file: read, used, excluded by reason, rejected, and the file's own total."""

    def line(name: str, rows: int, pence: int) -> list[str]:
        return [name, f"{rows:,}", f"{pence / 100:,.2f}"]

    totals = account.excluded["total"].rows if "total" in account.excluded else 0
    read = f"read, {totals:,} of them printing totals" if totals else "read"
    made = [line(read, account.read.rows, account.read.pence), line("used", account.used.rows, account.used.pence)]
    ordered = sorted(account.excluded.items(), key=lambda item: -abs(item[1].pence))
    made += [line(f"excluded: {reason}", tally.rows, tally.pence) for reason, tally in ordered]
    made.append(line("rejected", account.rejected.rows, account.rejected.pence))
    if account.total is not None:
        agrees = "agrees" if account.agrees else f"differs: the rows add up to {account.payments.pence / 100:,.2f}"
        made.append([f"the file's own total, which {agrees}", "", f"{account.total / 100:,.2f}"])
    return made


def mapping_of(account: FileAccount) -> str:
    """How the columns of a file were understood, in a form that [data.mapping] takes."""
    told = ", ".join(f'{role} = "{heading}"' for role, heading in account.mapping.items())
    basis = f" Amounts: {account.basis}." if account.basis else ""
    return f"Columns: {told}.{basis} Dates: {account.dates}. Encoding: {account.encoding}."


def figure_rows(figure: Figure) -> list[list[str]]:
    """The lines of a figure as text."""
    return [
        [
            line.group, line.measure, figure_number(line.low, line.unit), figure_number(line.high, line.unit),
            figure_number(line.likely, line.unit) if line.likely is not None else "",
        ]
        for line in figure.lines
    ]  # fmt: skip


def figure_number(value: float | None, unit: str) -> str:
    """A number of a figure as text; without a bound it may be anything."""
    if value is None:
        return "any"
    if unit == "pence":
        return pounds(value)
    if unit == "share":
        return words.percent(value)
    return f"{value:,.3g}" if unit == "0-1" else f"{value:,.6g}"


def behind(row: dict[str, Any]) -> list[str]:
    """A row behind a figure: its file's own name, its number there, supplier, pounds, and whether it surely belongs."""
    file = str(row["file"]).rsplit("/", 1)[-1]
    file = file if len(file) <= 24 else f"{file[:23]}…"
    return [file, str(row["row"]), str(row["supplier"] or "not named"), pounds(row["pence"]), "surely" if row["certain"] else "perhaps"]


def check_rows(found: PlaceCheck) -> list[list[str]]:
    """The check of a place as rows of a table."""
    return [[row.what, row.group, *(f"{share:.1%}" for share in (row.low, row.high, row.mean, row.least, row.most))] for row in found.rows]


def distance_rows(found: PlaceCheck) -> list[list[str]]:
    """Its distances."""
    return [[what, times(far) if what.startswith("size") else f"{far:.1%}"] for what, far in found.distances.items()]


def times(far: float, digits: int = 1) -> str:
    """How many times larger or smaller simulated sizes are; without any there is nothing to compare."""
    return f"{far:.{digits}f} times" if math.isfinite(far) else "nothing simulated"
